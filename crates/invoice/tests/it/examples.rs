//! The example of each common rule: what passes passes everything, what fails breaks the rule.

use std::collections::BTreeSet;

use invoice::{Example, Outcome, check, rule_sets, rules_of};

/// The ids that any set reports.
fn reported(source: &str) -> BTreeSet<&'static str> {
    let verdict = check(source.as_bytes()).unwrap();
    let findings = verdict.sets.into_iter().flat_map(|set| match set.outcome {
        Outcome::CannotRun(cause) => panic!("{} cannot run: {cause:?}", set.name),
        Outcome::Report(findings) => findings,
    });
    findings.map(|finding| finding.id).collect()
}

#[test]
fn each_example_passes_and_its_twin_breaks_the_rule() {
    let mut wrong = vec![];
    for example in Example::all() {
        let passing = example.passing();
        assert!(passing.contains(example.passes), "{} is not in its invoice", example.rule);
        assert_eq!(reported(&passing), BTreeSet::new(), "{}", example.rule);
        let broken = reported(&example.failing());
        if !broken.contains(example.rule) {
            wrong.push(format!("{}: {broken:?}", example.rule));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn examples_are_of_rules_that_exist_and_each_has_one() {
    let ids: BTreeSet<&str> = Example::all().map(|example| example.rule).collect();
    assert_eq!(ids.len(), Example::all().count());
    for id in ids {
        assert!(rule_sets().any(|set| rules_of(set.name).any(|rule| rule.id == id)), "{id}");
        assert!(Example::of(id).is_some_and(|example| example.why.ends_with('.')));
    }
    assert!(Example::of("BR-CO-99").is_none());
}
