//! The official documents, and what the official rules answered on them.

use std::{collections::BTreeMap, fs, path::PathBuf};

use roxmltree::{Document, Node};

use crate::{csv, recipes};

/// One document, one set of rules, one recorded answer.
pub(crate) struct Case {
    /// Which table it is from: `unit`, `examples`, `probes`, `mutations`.
    pub(crate) table: &'static str,
    /// How a person finds it again. The code under test never sees it.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) rule_set: String,
    pub(crate) expected: Expected,
}

/// What the official rules answered.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    CannotRun,
    /// Each finding: id, severity, place. Sorted.
    Findings(Vec<[String; 3]>),
    /// Ids and severities only, each once. Sorted.
    Ids(Vec<[String; 2]>),
}

/// Calls `each` with every case about a UBL document. Nothing happens where the standards are not here.
pub(crate) fn each_case(mut each: impl FnMut(&Case)) -> bool {
    let Some(folder) = testkit::standards("einvoice") else { return false };
    units(&folder, &mut each);
    examples(&folder, &mut each);
    probes(&folder, &mut each);
    mutations(&folder, &mut each);
    true
}

fn table(folder: &std::path::Path, name: &str) -> Vec<Vec<String>> {
    csv::rows(&fs::read_to_string(folder.join("expected").join(name)).unwrap())
}

fn units(folder: &std::path::Path, each: &mut impl FnMut(&Case)) {
    let mut fired: BTreeMap<[String; 3], Vec<[String; 3]>> = BTreeMap::new();
    for row in table(folder, "unit-fired.csv") {
        let [set, file, test, id, severity, place] = row.try_into().unwrap();
        fired.entry([set, file, test]).or_default().push([id, severity, place]);
    }
    let mut open: Option<(PathBuf, String)> = None;
    for row in table(folder, "unit-tests.csv") {
        let [set, file, test] = [&row[0], &row[1], &row[2]].map(String::clone);
        if set.contains("cii") {
            continue;
        }
        let path = folder.join("unit").join(&set).join(&file);
        if open.as_ref().is_none_or(|(open, _)| *open != path) {
            open = Some((path.clone(), fs::read_to_string(&path).unwrap()));
        }
        let source = &open.as_ref().unwrap().1;
        let tree = Document::parse(source).unwrap();
        let mut tests = tree.root_element().children().filter(|child| child.tag_name().name() == "test");
        let number: usize = test.parse().unwrap();
        let test_node = tests.nth(number - 1).unwrap();
        let document = test_node
            .children()
            .find(|child| child.is_element() && child.tag_name().name() != "assert")
            .unwrap();
        let rule_set = if set.starts_with("peppol") { "peppol" } else { "en-ubl" };
        let mut findings = fired.remove(&[set.clone(), file.clone(), test.clone()]).unwrap_or_default();
        findings.sort();
        each(&Case {
            table: "unit",
            name: format!("unit/{set}/{file} {test}"),
            bytes: cut(source, document).into_bytes(),
            rule_set: rule_set.to_owned(),
            expected: Expected::Findings(findings),
        });
    }
}

/// The element as a document of its own, with the namespaces that it inherits.
fn cut(source: &str, node: Node<'_, '_>) -> String {
    let text = &source[node.range()];
    let name_end = text.find([' ', '\t', '\r', '\n', '>', '/']).unwrap();
    let tag = &text[..text.find('>').unwrap()];
    let mut declared = String::new();
    for namespace in node.namespaces() {
        let attribute = namespace.name().map_or("xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
        if !tag.contains(&format!("{attribute}=")) && namespace.name() != Some("xml") {
            declared.push_str(&format!(" {attribute}=\"{}\"", namespace.uri()));
        }
    }
    [&text[..name_end], &declared, &text[name_end..]].concat()
}

fn examples(folder: &std::path::Path, each: &mut impl FnMut(&Case)) {
    let mut fired: BTreeMap<[String; 2], Vec<[String; 3]>> = BTreeMap::new();
    for row in table(folder, "examples-fired.csv") {
        let [file, set, id, severity, place] = row.try_into().unwrap();
        fired.entry([file, set]).or_default().push([id, severity, place]);
    }
    for row in table(folder, "examples.csv") {
        let (file, root, rule_set, run) = (&row[0], &row[1], &row[3], &row[4]);
        if !matches!(root.as_str(), "Invoice" | "CreditNote") || run.is_empty() {
            continue;
        }
        let mut findings = fired.remove(&[file.clone(), rule_set.clone()]).unwrap_or_default();
        findings.sort();
        each(&Case {
            table: "examples",
            name: file.clone(),
            bytes: fs::read(folder.join(file)).unwrap(),
            rule_set: rule_set.clone(),
            expected: if run == "ok" { Expected::Findings(findings) } else { Expected::CannotRun },
        });
    }
}

/// A recorded place names elements of rare namespaces in full, `{namespace}name`; we name them as the document does.
fn with_prefixes(place: &str) -> String {
    const EXTENSION: &str = "{urn:oasis:names:specification:ubl:schema:xsd:CommonExtensionComponents-2}";
    place.replace(EXTENSION, "ext:").replace("{urn:x}", "")
}

fn probes(folder: &std::path::Path, each: &mut impl FnMut(&Case)) {
    let mut fired: BTreeMap<[String; 2], Vec<[String; 3]>> = BTreeMap::new();
    for row in table(folder, "probes-fired.csv") {
        let [file, set, id, severity, place] = row.try_into().unwrap();
        fired.entry([file, set]).or_default().push([id, severity, with_prefixes(&place)]);
    }
    for row in table(folder, "probes.csv") {
        let (file, rule_set, run) = (&row[0], &row[3], &row[4]);
        if rule_set.ends_with("cii") {
            continue;
        }
        let mut findings = fired.remove(&[file.clone(), rule_set.clone()]).unwrap_or_default();
        findings.sort();
        each(&Case {
            table: "probes",
            name: format!("probes/{file}"),
            bytes: fs::read(folder.join("probes").join(file)).unwrap(),
            rule_set: rule_set.clone(),
            expected: if run == "ok" { Expected::Findings(findings) } else { Expected::CannotRun },
        });
    }
}

fn mutations(folder: &std::path::Path, each: &mut impl FnMut(&Case)) {
    for name in ["mutations/ubl.csv", "mutations/pint-sg.csv"] {
        let mut by_file: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
        for row in table(folder, name) {
            by_file.entry(row[0].clone()).or_default().push(row);
        }
        for (file, rows) in by_file {
            let source = fs::read_to_string(folder.join(&file)).unwrap();
            let source = source.trim_start_matches('\u{feff}');
            let tree = Document::parse(source).unwrap();
            for row in rows {
                let (operation, element, rule_set, run) = (&row[1], &row[2], &row[3], &row[4]);
                let ids = |column: &str, severity: &str| -> Vec<[String; 2]> {
                    column.split_whitespace().map(|id| [id.to_owned(), severity.to_owned()]).collect()
                };
                let mut expected = ids(&row[5], "fatal");
                expected.extend(ids(&row[6], "warning"));
                expected.sort();
                each(&Case {
                    table: "mutations",
                    name: format!("{file} {operation} {element}"),
                    bytes: recipes::apply(source, &tree, operation, element).into_bytes(),
                    rule_set: rule_set.clone(),
                    expected: if run == "ok" { Expected::Ids(expected) } else { Expected::CannotRun },
                });
            }
        }
    }
}
