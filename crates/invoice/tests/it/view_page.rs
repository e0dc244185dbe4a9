//! The HTML page: complete, harmless whatever the document says, and readable by everybody. It is read here as XML, which
//! it also is, by another reader than ours.

use std::{collections::HashSet, fs};

use invoice::{check, limits::FINDINGS_SHOWN_MAX, read, view_html};

use crate::view::{examples, marked, whisky_and};

fn page(source: &str, checked: bool) -> String {
    let verdict = checked.then(|| check(source.as_bytes()).unwrap());
    view_html(&read(source.as_bytes()).unwrap(), verdict.as_ref()).unwrap()
}

/// The page as a tree.
fn tree(page: &str) -> roxmltree::Document<'_> {
    roxmltree::Document::parse(page.strip_prefix("<!DOCTYPE html>\n").unwrap()).unwrap()
}

fn text(page: &str) -> String {
    tree(page).descendants().filter(|node| node.is_text()).filter_map(|node| node.text()).collect()
}

#[test]
fn every_value_is_on_the_page_where_no_code_is_what_it_should_be() {
    for (file, source) in examples() {
        let (marked, words) = marked(&source);
        let text = text(&page(&marked, false));
        for word in &words {
            assert!(text.contains(word.as_str()), "{}: {word} is not in\n{text}", file.display());
        }
    }
}

/// Values that would be code if one of them were not escaped.
const HOSTILE: [&str; 4] = [
    "&lt;script>alert(1)&lt;/script>",
    "\"onmouseover='alert(1)'&lt;img src=x onerror=alert(1)>",
    "]]&gt;&lt;!-- &amp;lt;b&amp;gt; {{ 7 * 7 }} javascript:alert(1)",
    "&lt;/style>&lt;/title>&lt;style>*{display:none}",
];

#[test]
fn no_value_is_taken_for_code() {
    for (file, source) in examples() {
        let (marked, words) = marked(&source);
        for hostile in HOSTILE {
            // One value on either side, so that a page of the same document without harm can be compared.
            let with = |value: &str| {
                words.iter().rev().fold(marked.clone(), |source, word| source.replace(word, value))
            };
            let attribute = hostile.replace('"', "&quot;");
            for checked in [false, true] {
                let (harmless, harmful) = (page(&with("x"), checked), page(&with(&attribute), checked));
                let shape = |page: &str| -> Vec<String> {
                    let tree = tree(page);
                    let article = tree.descendants().find(|node| node.has_tag_name("article")).unwrap();
                    article
                        .descendants()
                        .filter(|node| node.is_element())
                        .map(|node| node.tag_name().name().to_owned())
                        .collect()
                };
                assert_eq!(shape(&harmless), shape(&harmful), "{}", file.display());
                refuse_code(&harmful);
            }
        }
        if file.ends_with("Invoice-Max_content.xml") {
            return;
        }
    }
}

/// Nothing on the page runs, loads or leads away.
fn refuse_code(page: &str) {
    const HARMLESS: [&str; 36] = [
        "html", "head", "meta", "title", "style", "body", "main", "section", "article", "h1", "h2", "h3",
        "p", "ul", "ol", "li", "dl", "div", "dt", "dd", "bdi", "span", "a", "table", "thead", "tbody", "tr",
        "th", "td", "pre", "mark", "code", "strong", "em", "b", "i",
    ];
    const ATTRIBUTES: [&str; 13] = [
        "lang",
        "charset",
        "name",
        "content",
        "http-equiv",
        "class",
        "id",
        "aria-labelledby",
        "href",
        "scope",
        "role",
        "data-column",
        "title",
    ];
    let tree = tree(page);
    let ids: HashSet<&str> = tree.descendants().filter_map(|node| node.attribute("id")).collect();
    for node in tree.descendants().filter(roxmltree::Node::is_element) {
        assert!(HARMLESS.contains(&node.tag_name().name()), "{node:?}");
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()), "{attribute:?}");
            if attribute.name() == "href" {
                let to = attribute.value().strip_prefix('#').unwrap();
                assert!(ids.contains(to), "{to}");
            }
        }
    }
    let style = tree.descendants().find(|node| node.has_tag_name("style")).unwrap().text().unwrap();
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn the_page_says_what_it_is_to_those_who_do_not_see_it() {
    let wrong = fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/invoices/whisky-export-wrong-total.xml"
    ));
    let page = page(&wrong.unwrap(), true);
    refuse_code(&page);
    let tree = tree(&page);
    assert_eq!(tree.root_element().attribute("lang"), Some("en"));
    let named = |name: &'static str| tree.descendants().filter(move |node| node.has_tag_name(name));
    assert_eq!(named("title").next().unwrap().text(), Some("Invoice LD-2026-0317"));
    assert_eq!(named("h1").count(), 1);
    let ids: Vec<&str> = tree.descendants().filter_map(|node| node.attribute("id")).collect();
    assert_eq!(ids.len(), ids.iter().collect::<HashSet<_>>().len(), "an id stands twice");
    assert!(named("th").all(|head| matches!(head.attribute("scope"), Some("col" | "row"))));
    for part in named("section").chain(named("table")) {
        assert!(ids.contains(&part.attribute("aria-labelledby").unwrap()), "{part:?}");
    }
    // The finding leads to the amount and the amount to the finding.
    let finding = named("li").find(|item| item.attribute("id") == Some("f1")).unwrap();
    let said: String =
        finding.descendants().filter_map(|node| if node.is_text() { node.text() } else { None }).collect();
    for part in ["fatal", "amount-due", "line 99, column 5", "(Twakow)", "What to write: "] {
        assert!(said.contains(part), "{part}: {said}");
    }
    let marked = finding.descendants().find(|node| node.has_tag_name("mark")).unwrap();
    assert_eq!(marked.text(), Some("<cbc:PayableAmount currencyID=\"GBP\">25540.00</cbc:PayableAmount>"));
    let link = named("a").find(|link| link.attribute("href") == Some("#f1")).unwrap();
    let row = link.ancestors().find(|node| node.has_tag_name("tr")).unwrap();
    assert!(row.descendants().any(|node| node.text().is_some_and(|text| text.trim() == "Amount due")));
}

#[test]
fn a_page_that_was_not_asked_for_findings_has_none() {
    let page = page(&whisky_and(""), false);
    refuse_code(&page);
    assert!(!page.contains("What the rules say"));
    let checked = super::view_page::page(&whisky_and(""), true);
    assert!(checked.contains("Nothing was found."));
}

#[test]
fn so_many_findings_are_on_the_page_and_the_others_counted() {
    // Each empty element is a finding of Peppol's R008; only a hundred of one rule are shown, so eleven rules are broken.
    let page = page(&whisky_and(&"<cbc:Note/>".repeat(150)), true);
    let told = page.matches("PEPPOL-EN16931-R008").count();
    assert_eq!(told, 100);
    assert!(page.contains("more findings are not shown here"), "{}", text(&page));
    assert!(page.matches("<li class=\"finding").count() <= FINDINGS_SHOWN_MAX);
}

/// `#rrggbb` as relative luminance, WCAG 2.2.
fn luminance(colour: &str) -> f64 {
    let part = |at: usize| f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
    let linear =
        |value: f64| if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) };
    0.2126 * linear(part(1)) + 0.7152 * linear(part(3)) + 0.0722 * linear(part(5))
}

#[test]
fn every_ink_stands_out_from_every_ground_on_screen_in_the_dark_and_on_paper() {
    let page = page(&whisky_and(""), false);
    let roots: Vec<&str> =
        page.split(":root {").skip(1).map(|rest| rest.split('}').next().unwrap()).collect();
    assert_eq!(roots.len(), 3);
    for root in roots {
        let colour = |name: &str| {
            let found = root.split(&format!("--{name}: ")).nth(1).unwrap().split(';').next().unwrap();
            match found.len() {
                4 => found
                    .chars()
                    .flat_map(|one| if one == '#' { vec!['#'] } else { vec![one, one] })
                    .collect(),
                _ => found.to_owned(),
            }
        };
        for (ink, ground) in [
            ("ink", "paper"),
            ("soft", "paper"),
            ("link", "paper"),
            ("fatal", "paper"),
            ("yes", "paper"),
            ("fatal", "fatal-ground"),
            ("ink", "fatal-ground"),
            ("soft", "fatal-ground"),
            ("warning", "warning-ground"),
            ("ink", "warning-ground"),
            ("soft", "warning-ground"),
        ] {
            let (one, other) = (luminance(&colour(ink)), luminance(&colour(ground)));
            let ratio = (one.max(other) + 0.05) / (one.min(other) + 0.05);
            assert!(ratio >= 4.5, "{ink} on {ground}: {ratio:.2}");
        }
    }
}
