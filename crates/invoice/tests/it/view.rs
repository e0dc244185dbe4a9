//! Views: nothing of a document is dropped, nothing of it is obeyed, and more than a person reads is refused.

use std::{fs, ops::Range, path::PathBuf};

use invoice::{
    limits::{LEFTOVERS_MAX, VIEW_BYTES_MAX},
    read, view_text,
};

/// Columns that no value fills, so that none is broken.
const WIDE: usize = 1_000_000;

const FOLDERS: [&str; 8] = [
    "en16931-ubl",
    "en16931-ubl-testfiles",
    "peppol-billing-3.0.21",
    "peppol-national",
    "peppol-selfbilling-2026.5",
    "pint-eu-1.1.1",
    "pint-sg-1.4.1",
    "sg-bis-3.0.14-legacy",
];

/// The official examples in UBL.
pub(crate) fn examples() -> Vec<(PathBuf, String)> {
    let Some(folder) = testkit::standards("einvoice/examples") else { return Vec::new() };
    let mut files: Vec<PathBuf> = FOLDERS
        .iter()
        .flat_map(|name| fs::read_dir(folder.join(name)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(files.len() > 90, "{}", files.len());
    files.into_iter().map(|file| (file.clone(), fs::read_to_string(file).unwrap())).collect()
}

/// Where each value of the document stands in its source, by another reader: text without elements, and attributes.
fn values(source: &str) -> Vec<Range<usize>> {
    let tree = roxmltree::Document::parse(source).unwrap();
    let mut places = Vec::new();
    for node in tree.descendants().filter(roxmltree::Node::is_element) {
        places.extend(node.attributes().filter(|one| one.namespace().is_none()).map(|one| one.range_value()));
        let is_attachment = node.tag_name().name() == "EmbeddedDocumentBinaryObject";
        if node.children().all(|child| child.is_text()) && !is_attachment {
            places.extend(
                node.children()
                    .filter(|text| !text.text().unwrap().trim().is_empty())
                    .map(|text| text.range()),
            );
        }
    }
    places.sort_by_key(|place| place.start);
    places
}

/// The document with every value replaced by a word that stands nowhere else, and those words.
pub(crate) fn marked(source: &str) -> (String, Vec<String>) {
    let (mut marked, mut words, mut end) = (String::new(), Vec::new(), 0);
    for place in values(source) {
        let word = format!("w{}w", words.len());
        marked.push_str(&source[end..place.start]);
        marked.push_str(&word);
        end = place.end;
        words.push(word);
    }
    marked.push_str(&source[end..]);
    (marked, words)
}

fn shown(source: &str) -> String {
    view_text(&read(source.as_bytes()).unwrap(), WIDE).unwrap()
}

#[test]
fn every_value_of_every_example_is_shown() {
    for (file, source) in examples() {
        let text = shown(&source);
        for place in values(&source) {
            // Said in a word: allowance or charge.
            if source[..place.start].ends_with("ChargeIndicator>") {
                continue;
            }
            let value = &source[place];
            if value.contains('&') || value.contains("<!") {
                continue;
            }
            for line in value.lines().map(|line| line.trim().replace('\t', " ")) {
                assert!(text.contains(&line), "{}: {line:?} is not in\n{text}", file.display());
            }
        }
    }
}

#[test]
fn every_value_is_shown_where_no_code_is_what_it_should_be() {
    let mut count = 0;
    for (file, source) in examples() {
        let (marked, words) = marked(&source);
        let text = shown(&marked);
        for word in &words {
            assert!(text.contains(word.as_str()), "{}: {word} is not in\n{text}", file.display());
        }
        count += words.len();
    }
    println!("{count} values");
}

/// The example of the project, with `more` before its last tag.
pub(crate) fn whisky_and(more: &str) -> String {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/invoices/whisky-export.xml");
    fs::read_to_string(file).unwrap().replace("</Invoice>", &format!("{more}</Invoice>"))
}

#[test]
fn what_has_no_place_is_listed_with_its_way_there() {
    let text = shown(&whisky_and(
        "<cac:Signature><cbc:ID>sig-1</cbc:ID></cac:Signature><x:Own xmlns:x=\"urn:x\" of=\"thing\">text<x:In/></x:Own>",
    ));
    let rest = text.split("EVERYTHING ELSE IN THE DOCUMENT\n").nth(1).unwrap();
    assert_eq!(rest, "Signature / ID  sig-1\nOwn             text (of thing)\n");
    assert!(!shown(&whisky_and("")).contains("EVERYTHING ELSE"));
}

#[test]
fn so_many_values_without_a_place_are_listed_and_the_others_counted() {
    let with =
        |count: usize| shown(&whisky_and(&"<cbc:CopyIndicator>true</cbc:CopyIndicator>".repeat(count)));
    let most = with(LEFTOVERS_MAX);
    assert_eq!(most.matches("CopyIndicator").count(), LEFTOVERS_MAX);
    assert!(!most.contains("more values"));
    let more = with(LEFTOVERS_MAX + 2);
    assert_eq!(more.matches("CopyIndicator").count(), LEFTOVERS_MAX);
    assert!(more.contains("2 more values are in the document and not shown here"));
}

#[test]
fn more_than_a_person_reads_is_refused() {
    let with = |bytes: usize| {
        let source = whisky_and(&format!("<cbc:Note>{}</cbc:Note>", "x".repeat(bytes)));
        view_text(&read(source.as_bytes()).unwrap(), 100).map(|text| text.len())
    };
    // All else in the example takes less than ten thousand bytes.
    assert!(with(VIEW_BYTES_MAX - 10_000).unwrap() >= VIEW_BYTES_MAX - 10_000);
    assert_eq!(with(VIEW_BYTES_MAX).unwrap_err().code(), "invoice-view-too-large");
}

#[test]
fn no_value_commands_a_terminal() {
    let text = shown(&whisky_and("<cbc:Note>a\u{9b}2Jb\u{85}c\u{202e}d&#xD;e&#9;f</cbc:Note>"));
    assert!(text.contains("a⟨U+009B⟩2Jb⟨U+0085⟩c⟨U+202E⟩d\n      e f\n"), "{text}");
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()));
}

#[test]
fn no_line_is_longer_than_the_terminal() {
    let long = "<cbc:Note>Überlänge東京 </cbc:Note>".replace("東京", &"東京".repeat(100));
    for width in [40, 80, 100] {
        let text = view_text(&read(whisky_and(&long).as_bytes()).unwrap(), width).unwrap();
        let columns =
            |line: &str| line.chars().map(|one| if one > '\u{2e80}' { 2 } else { 1 }).sum::<usize>();
        assert!(text.lines().all(|line| columns(line) <= width), "{width}:\n{text}");
    }
}
