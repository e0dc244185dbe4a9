//! `check` applies the sets that a document names itself.

use std::fs;

use invoice::{Outcome, Verdict, check};

/// The official Singapore example, changed: `from` to `to`.
fn changed(from: &str, to: &str) -> Option<Verdict> {
    let folder = testkit::standards("einvoice")?;
    let file = "examples/pint-sg-1.4.1/PINT-SG_INV_example_09_-_Zero_rated_GST.xml";
    let source = fs::read_to_string(folder.join(file)).unwrap();
    assert!(source.contains(from), "the example no longer holds {from}");
    Some(check(source.replacen(from, to, 1).as_bytes()).unwrap())
}

fn sets(verdict: &Verdict) -> Vec<&'static str> {
    verdict.sets.iter().map(|set| set.name).collect()
}

/// Set and rule of every finding.
fn findings(verdict: &Verdict) -> Vec<(&'static str, &'static str)> {
    let reports = verdict.sets.iter().map(|set| match &set.outcome {
        Outcome::Report(findings) => (set.name, findings),
        Outcome::CannotRun(cause) => panic!("{} cannot run: {}", set.name, cause.message),
    });
    reports.flat_map(|(set, findings)| findings.iter().map(move |finding| (set, finding.id))).collect()
}

#[test]
fn an_invoice_of_pint_singapore_is_judged_by_pint_and_singapore() {
    let Some(clean) = changed("billing-1@sg-1", "billing-1@sg-1") else { return };
    assert_eq!(sets(&clean), ["pint", "pint-sg", "iras"]);
    // The official example is clean on the network, and its buyer has no registration number, which IRAS asks for.
    assert_eq!(findings(&clean), [("iras", "IRASC5-034")]);
    // Recorded: the mutation `blank /Invoice/cbc:ProfileID[1]` breaks these two.
    let Some(broken) = changed("urn:peppol:bis:billing<", "<") else { return };
    let ids = [("pint", "ibr-079"), ("pint-sg", "PEPPOL-EN16931-R007-SG")];
    let of_iras = [("iras", "IRASC5-006"), ("iras", "IRASC5-034"), ("iras", "IRASC5-049")];
    assert_eq!(findings(&broken), [&ids[..], &of_iras[..]].concat());
}

#[test]
fn an_invoice_of_another_country_is_judged_by_pint_alone() {
    let Some(verdict) = changed("billing-1@sg-1", "billing-1@jp-1") else { return };
    assert_eq!(sets(&verdict), ["pint"]);
}

#[test]
fn an_invoice_of_the_standard_is_judged_by_the_standard() {
    let Some(verdict) = changed("urn:peppol:pint:billing-1@sg-1", "urn:cen.eu:en16931:2017") else { return };
    assert_eq!(sets(&verdict), ["en-ubl"]);
}
