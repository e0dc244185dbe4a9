//! The table of rules against the official one: no rule is missing, none is made up, and each weighs the same.

use std::collections::BTreeMap;

use invoice::rules_of;

use crate::csv;

/// Our set, the artefact's name in the official table, the file.
fn check(set: &str, artefact: &str, file: &str) {
    let Some(folder) = testkit::standards("einvoice") else { return };
    let official: BTreeMap<String, String> = csv::rows(&std::fs::read_to_string(folder.join(file)).unwrap())
        .into_iter()
        .filter(|row| row[5] == artefact)
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let ours: Vec<_> = rules_of(set).collect();
    let by_id: BTreeMap<String, String> =
        ours.iter().map(|rule| (rule.id.to_owned(), rule.severity.word().to_owned())).collect();
    assert_eq!(ours.len(), by_id.len(), "a rule stands twice in {set}");
    assert_eq!(by_id, official);
}

#[test]
fn en_16931_has_the_official_rules() {
    check("en-ubl", "en16931-ubl", "rules-en16931.csv");
    assert_eq!(rules_of("en-ubl").count(), 979);
}

#[test]
fn peppol_has_the_official_rules() {
    check("peppol", "peppol-ubl", "rules-peppol.csv");
    check("peppol-sb", "peppol-ubl-selfbilling", "rules-peppol.csv");
    assert_eq!((rules_of("peppol").count(), rules_of("peppol-sb").count()), (165, 62));
}

#[test]
fn pint_has_the_official_rules() {
    check("pint", "pint", "rules-pint-sg.csv");
    assert_eq!(rules_of("pint").count(), 170);
}

#[test]
fn pint_singapore_has_the_official_rules() {
    check("pint-sg", "pint-sg", "rules-pint-sg.csv");
    assert_eq!(rules_of("pint-sg").count(), 92);
}

#[test]
fn iras_has_the_official_rules() {
    check("iras", "iras-c5", "rules-iras-c5.csv");
    assert_eq!(rules_of("iras").count(), 95);
}

#[test]
fn every_rule_speaks_in_sentences() {
    for set in invoice::rule_sets() {
        for rule in rules_of(set.name) {
            assert!(rule.message.ends_with('.') && rule.remedy.ends_with('.'), "{}", rule.id);
            assert!(rule.message.len() < 260 && rule.remedy.len() < 260, "{} is long-winded", rule.id);
        }
    }
}
