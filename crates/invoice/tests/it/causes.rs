//! One cause, and all that comes of it: what is mended in a copy takes away what belongs to it.

use invoice::{COPIED_BYTES_MAX, Cause, Profile, Verdict, causes, judge, read};
use vocab::Severity;

use crate::own::MIXED;

/// Each cause: its head, then what is under it, then what is written with it.
fn told(source: &str) -> Vec<(String, Vec<String>, Vec<String>)> {
    let document = read(source.as_bytes()).unwrap();
    let sets = Profile::of(&document).sets;
    let verdict = judge(&document, |set| sets.contains(&set.name));
    let causes = causes(&document, &verdict);
    keeps_all(&verdict, &causes);
    let shown = |cause: &Cause<'_>| {
        let under = cause.under.iter().map(|told| told.finding.id.to_owned()).collect();
        let with_it = cause.with_it.iter().map(|change| format!("{} {}", change.from, change.to)).collect();
        (cause.head.finding.id.to_owned(), under, with_it)
    };
    causes.iter().map(shown).collect()
}

/// Each finding stands under exactly one cause.
fn keeps_all(verdict: &Verdict, causes: &[Cause<'_>]) {
    let grouped: usize = causes.iter().map(|cause| 1 + cause.under.len()).sum();
    assert_eq!(grouped, verdict.count(Severity::Fatal) + verdict.count(Severity::Warning));
}

#[track_caller]
fn is_one_cause(from: &str, to: &str, head: &str, under: &[&str], with_it: &[&str]) {
    assert_eq!(MIXED.matches(from).count(), 1, "{from}");
    let found = told(&MIXED.replace(from, to));
    assert_eq!(found.len(), 1, "{found:#?}");
    let (found_head, mut found_under, found_with_it) = found.into_iter().next().unwrap();
    found_under.sort();
    assert_eq!((found_head.as_str(), found_under, found_with_it), (head, owned(under), owned(with_it)));
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_wrong_line_has_its_totals_and_its_breakdown_under_it() {
    is_one_cause(
        ">546.00</cbc:LineExtensionAmount>",
        ">564.00</cbc:LineExtensionAmount>",
        "line-amount",
        &["BR-CO-10", "BR-S-08", "PEPPOL-EN16931-R120", "lines-total", "tax-base"],
        &[],
    );
}

#[test]
fn a_wrong_total_of_lines_is_told_as_that_and_no_line_is_blamed() {
    is_one_cause(">705.00<", ">750.00<", "lines-total", &["BR-CO-10", "BR-CO-13", "total-without-tax"], &[]);
}

#[test]
fn sums_that_rest_on_a_mended_value_are_written_with_it() {
    // The tax is 1.00 short wherever it stands: one amount is wrong by the rate, three follow it.
    let source = MIXED.replace("126.54", "125.54").replace("819.24", "818.24").replace("719.00", "718.00");
    let found = told(&source);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].0, "tax-amount");
    assert_eq!(found[0].1, ["BR-CO-17", "BR-S-09"]);
    assert_eq!(found[0].2, ["125.54 126.54", "818.24 819.24", "718.00 719.00"]);
}

#[test]
fn a_number_that_stops_the_rules_is_one_cause() {
    let found = told(&MIXED.replace(">719.00<", ">1,719.00<").replace(">819.24<", ">1819.24<"));
    let (head, under, _) = &found[found.len() - 1];
    assert_eq!((head.as_str(), under.clone()), ("ubl-value", owned(&["official-rules-stop"])), "{found:#?}");
}

#[test]
fn another_currency_of_the_document_is_one_cause_however_many_amounts_it_has() {
    let found = told(&MIXED.replace("DocumentCurrencyCode>GBP<", "DocumentCurrencyCode>EUR<"));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!(found[0].0, "document-currency");
    assert!(found[0].1.len() > 10, "{found:#?}");
}

#[test]
fn an_element_that_stands_twice_or_is_empty_is_one_cause() {
    let twice = MIXED.replace(
        "<cbc:ID>TV-2026-0042</cbc:ID>",
        "<cbc:ID>TV-2026-0042</cbc:ID><cbc:ID>TV-2026-0042</cbc:ID>",
    );
    assert_eq!(told(&twice), [("ubl-element-repeated".to_owned(), owned(&["official-rules-stop"]), vec![])]);
}

#[test]
fn codes_in_small_letters_are_one_cause_each() {
    let found =
        told(&MIXED.replacen(">GB<", ">gb<", 1).replacen("unitCode=\"C62\">12<", "unitCode=\"c62\">12<", 1));
    let heads: Vec<&str> = found.iter().map(|(head, _, _)| head.as_str()).collect();
    assert_eq!(heads, ["BR-CL-14", "BR-CL-23"], "{found:#?}");
}

#[test]
fn two_causes_are_two() {
    let source = MIXED.replace(">546.00</cbc:LineExtensionAmount>", ">564.00</cbc:LineExtensionAmount>");
    let found = told(&source.replace(">719.00<", ">791.00<"));
    let heads: Vec<&str> = found.iter().map(|(head, _, _)| head.as_str()).collect();
    assert_eq!(heads, ["amount-due", "line-amount"], "{found:#?}");
}

#[test]
fn what_nothing_of_ours_can_mend_goes_together_by_its_value() {
    let found = told(&MIXED.replacen(">GB<", ">XX<", 1));
    assert_eq!(found.len(), 1, "{found:#?}");
    let units = told(&MIXED.replace("unitCode=\"C62\"", "unitCode=\"PIECES\""));
    assert_eq!(units.len(), 1, "a rule broken in four places is told once: {units:#?}");
}

#[test]
fn a_document_too_large_to_be_copied_keeps_all_its_findings() {
    let padding = " ".repeat(COPIED_BYTES_MAX);
    let wrong = MIXED.replace(">719.00<", &format!(">791.00<!--{padding}--><"));
    let found = told(&wrong);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0.as_str(), &found[0].1), ("amount-due", &owned(&["BR-CO-16"])));
}
