//! A tree of elements becomes UBL: namespaces, indents, and the characters that XML does not take as they are.

use super::{Kind, bind::Node};

const NAMESPACE: &str = "urn:oasis:names:specification:ubl:schema:xsd:";
/// Bytes of a small invoice, so that the text grows seldom.
const USUAL_BYTES: usize = 8 * 1024;

/// The document whose root is `root`.
pub(crate) fn document(root: &Node) -> String {
    let name = match root.kind {
        Kind::CreditNote => "CreditNote",
        Kind::Invoice => "Invoice",
    };
    let mut out = String::with_capacity(USUAL_BYTES);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&format!("<{name} xmlns=\"{NAMESPACE}{name}-2\"\n"));
    let indent = " ".repeat(name.len() + 2);
    out.push_str(&format!("{indent}xmlns:cac=\"{NAMESPACE}CommonAggregateComponents-2\"\n"));
    out.push_str(&format!("{indent}xmlns:cbc=\"{NAMESPACE}CommonBasicComponents-2\">\n"));
    for child in root.in_order() {
        element(child, 1, &mut out);
    }
    out.push_str(&format!("</{name}>\n"));
    out
}

/// Bound: as deep as the groups of the model nest.
fn element(node: &Node, depth: usize, out: &mut String) {
    let name = node.name.text();
    indent(depth, out);
    out.push('<');
    out.push_str(name);
    for (attribute, value) in &node.attributes {
        out.push_str(&format!(" {}=\"", attribute.text()));
        escape(value, true, out);
        out.push('"');
    }
    if node.children.is_empty() {
        if node.text.is_empty() {
            out.push_str("/>\n");
            return;
        }
        out.push('>');
        escape(&node.text, false, out);
    } else {
        out.push_str(">\n");
        for child in node.in_order() {
            element(child, depth + 1, out);
        }
        indent(depth, out);
    }
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

fn indent(depth: usize, out: &mut String) {
    for _ in 0..depth {
        out.push_str("  ");
    }
}

fn escape(text: &str, in_attribute: bool, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' if in_attribute => out.push_str("&quot;"),
            // A reader would make spaces of them in an attribute, and a line feed of a carriage return anywhere.
            '\t' | '\n' if in_attribute => out.push_str(&format!("&#{};", u32::from(character))),
            '\r' => out.push_str("&#13;"),
            _ if is_allowed(character) => out.push(character),
            _ => out.push(char::REPLACEMENT_CHARACTER),
        }
    }
}

/// XML 1.0, production 2: no control character but tab, line feed and carriage return, and not the last two code points
/// of the first plane.
pub(crate) const fn is_allowed(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}
