//! Single changes to a document, by recipe: so that thousands of documents need not be kept.
//!
//! The tree that finds the place is another library's, not ours.

use std::ops::Range;

use roxmltree::{Document, Node};

const NAMESPACES: [(&str, &str); 3] = [
    ("cac", "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"),
    ("cbc", "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"),
    ("ext", "urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2"),
];

/// `source` with `operation` applied to the element at `path`.
pub(crate) fn apply(source: &str, tree: &Document<'_>, operation: &str, path: &str) -> String {
    let node = find(tree, path);
    let (verb, argument) = operation.split_once(':').unwrap_or((operation, ""));
    let element = node.range();
    match verb {
        "none" => source.to_owned(),
        "delete" => {
            let tail = source[element.end..].find('<').map_or(source.len(), |tail| element.end + tail);
            replace(source, element.start..tail, "")
        }
        "duplicate" => replace(source, element.end..element.end, &source[element.clone()]),
        "blank" => set_content(source, element, ""),
        "text" => set_content(source, element, argument),
        "pad" => set_content(source, element, &format!(" {} ", text_of(node).trim())),
        "lower" => set_content(source, element, &text_of(node).trim().to_lowercase()),
        "decimals" => set_content(source, element, &three_decimals(text_of(node).trim())),
        "negate" => {
            let text = text_of(node);
            let negated = match text.trim().strip_prefix('-') {
                Some(positive) => positive.to_owned(),
                None => format!("-{}", text.trim()),
            };
            set_content(source, element, &negated)
        }
        "attr-delete" => {
            let attribute = node.attribute_node(argument).unwrap().range();
            replace(source, attribute.start - 1..attribute.end, "")
        }
        "attr" => {
            let (name, value) = argument.split_once('=').unwrap();
            match node.attribute_node(name) {
                Some(attribute) => replace(source, attribute.range_value(), value),
                None => set_attribute(source, element, name, value),
            }
        }
        "insert" => insert(source, element, argument),
        other => panic!("{other} is no operation"),
    }
}

fn find<'a>(tree: &'a Document<'_>, path: &str) -> Node<'a, 'a> {
    let mut steps = path.trim_start_matches('/').split('/');
    steps.next();
    steps.fold(tree.root_element(), |node, step| {
        let (name, number) = step.split_once('[').unwrap();
        let number: usize = number.trim_end_matches(']').parse().unwrap();
        let (prefix, local) = name.split_once(':').unwrap();
        let namespace =
            NAMESPACES.iter().find(|(known, _)| *known == prefix).map(|(_, namespace)| *namespace);
        let mut named = node.children().filter(|child| {
            child.tag_name().name() == local
                && namespace.is_none_or(|ns| child.tag_name().namespace() == Some(ns))
        });
        named.nth(number - 1).unwrap_or_else(|| panic!("{path} is not there"))
    })
}

fn text_of(node: Node<'_, '_>) -> String {
    node.text().unwrap_or("").to_owned()
}

fn replace(source: &str, range: Range<usize>, with: &str) -> String {
    [&source[..range.start], with, &source[range.end..]].concat()
}

/// Where the start tag of the element at `element` ends, and whether the element ends there, too.
fn start_tag(source: &str, element: &Range<usize>) -> (usize, bool) {
    let mut quote = None;
    for (place, character) in source[element.clone()].char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(open), character) if open == character => quote = None,
            (None, '>') => {
                let end = element.start + place + 1;
                return (end, source[..end].ends_with("/>"));
            }
            _ => {}
        }
    }
    panic!("a start tag without an end")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn set_content(source: &str, element: Range<usize>, text: &str) -> String {
    let (start, empty) = start_tag(source, &element);
    if empty {
        let name: String =
            source[element.start + 1..].chars().take_while(|c| !" \t\r\n/>".contains(*c)).collect();
        return replace(source, start - 2..start, &format!(">{}</{name}>", escaped(text)));
    }
    let end = element.start + source[element.clone()].rfind("</").unwrap();
    replace(source, start..end, &escaped(text))
}

fn set_attribute(source: &str, element: Range<usize>, name: &str, value: &str) -> String {
    let (end, empty) = start_tag(source, &element);
    let at = end - if empty { 2 } else { 1 };
    replace(source, at..at, &format!(" {name}=\"{value}\""))
}

fn insert(source: &str, element: Range<usize>, path: &str) -> String {
    if let Some(attribute) = path.strip_prefix('@') {
        return set_attribute(source, element, attribute, "X");
    }
    let declared: String =
        NAMESPACES.iter().map(|(prefix, ns)| format!(" xmlns:{prefix}=\"{ns}\"")).collect();
    let (mut before, mut after) = (String::new(), String::new());
    let mut steps = path.split('/').peekable();
    while let Some(step) = steps.next() {
        let attribute = steps.peek().and_then(|next| next.strip_prefix('@'));
        let attribute = attribute.map_or(String::new(), |name| format!(" {name}=\"X\""));
        if step.starts_with('@') {
            break;
        }
        before.push_str(&format!("<{step}{declared}{attribute}>"));
        after.insert_str(0, &format!("</{step}>"));
    }
    let (start, empty) = start_tag(source, &element);
    assert!(!empty, "nothing is inserted into an empty tag");
    let end = element.start + source[element.clone()].rfind("</").unwrap();
    assert!(end >= start);
    replace(source, end..end, &format!("{before}X{after}"))
}

fn three_decimals(number: &str) -> String {
    match number.split_once('.') {
        Some((_, decimals)) if decimals.len() < 3 => format!("{number}{}", "0".repeat(3 - decimals.len())),
        Some(_) => number.to_owned(),
        None => format!("{number}.000"),
    }
}

#[test]
fn each_operation_does_what_its_name_says() {
    let source = format!(
        "<Invoice xmlns:cbc=\"{}\"><cbc:ID schemeID=\"a\"> 5 </cbc:ID>\n<cbc:Note/><cbc:ID>B1</cbc:ID></Invoice>",
        NAMESPACES[1].1
    );
    let tree = Document::parse(&source).unwrap();
    for (operation, path, expected) in [
        ("delete", "/Invoice/cbc:ID[1]", "<cbc:Note/><cbc:ID>B1</cbc:ID>"),
        ("duplicate", "/Invoice/cbc:ID[2]", "<cbc:ID>B1</cbc:ID><cbc:ID>B1</cbc:ID></Invoice>"),
        ("blank", "/Invoice/cbc:ID[1]", "<cbc:ID schemeID=\"a\"></cbc:ID>"),
        ("text:X", "/Invoice/cbc:Note[1]", "<cbc:Note>X</cbc:Note>"),
        ("lower", "/Invoice/cbc:ID[2]", "<cbc:ID>b1</cbc:ID>"),
        ("decimals", "/Invoice/cbc:ID[1]", ">5.000<"),
        ("negate", "/Invoice/cbc:ID[1]", ">-5<"),
        ("attr-delete:schemeID", "/Invoice/cbc:ID[1]", "<cbc:ID> 5 <"),
        ("attr:schemeID=X", "/Invoice/cbc:ID[1]", "schemeID=\"X\""),
        ("insert:@name", "/Invoice/cbc:ID[2]", "<cbc:ID name=\"X\">"),
    ] {
        let changed = apply(&source, &tree, operation, path);
        assert!(changed.contains(expected), "{operation}: {changed}");
    }
}
