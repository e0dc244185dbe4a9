//! Whatever invoice is read, every set of rules answers, and each finding names a place in it, what is wrong and a remedy.
#![no_main]

use invoice::{Finding, Outcome, Profile, judge, read, rule_sets};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = read(bytes) else { return };
    let source = document.source();
    let verdict = judge(&document, |_| true);
    assert_eq!(verdict.sets.len(), rule_sets().count());
    assert!(!Profile::of(&document).title.is_empty());
    for finding in &verdict.own {
        asserted(finding, source);
    }
    for set in &verdict.sets {
        match &set.outcome {
            // A stop is told among our own, too: nobody may take silence for consent.
            Outcome::CannotRun(cause) => {
                asserted(cause, source);
                assert!(verdict.own.iter().any(|own| own.id == cause.id && own.xpath == cause.xpath));
            }
            Outcome::Report(findings) => findings.iter().for_each(|finding| asserted(finding, source)),
        }
    }
    assert_eq!(judge(&document, |_| true), verdict, "one document has one verdict");
});

fn asserted(finding: &Finding, source: &str) {
    assert!(!finding.message.is_empty() && !finding.remedy.is_empty() && finding.xpath.starts_with('/'));
    let line = source.split('\n').nth(finding.line - 1).expect("a line of the document");
    assert!(line.chars().nth(finding.column - 1).is_some(), "a column of its line");
}
