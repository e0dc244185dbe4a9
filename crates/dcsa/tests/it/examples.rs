//! The published example drafts pass, and each broken twin fails by the rule in its name.

use std::path::{Path, PathBuf};

use dcsa::check::{Checked, check};
use vocab::Severity;

pub(crate) fn example(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path)
}

pub(crate) fn checked(path: &str) -> Checked {
    check(&std::fs::read(example(path)).unwrap()).unwrap()
}

#[test]
fn the_example_drafts_pass_without_a_remark() {
    for name in ["whisky", "valves", "pepper"] {
        let checked = checked(&format!("{name}/draft.json"));
        let findings: Vec<String> = checked.findings.iter().map(ToString::to_string).collect();
        assert_eq!(findings, Vec::<String>::new(), "{name}");
        assert!(checked.issuable().is_ok());
    }
}

#[test]
fn each_broken_draft_fails_by_the_rule_in_its_name_and_by_no_other() {
    let mut names: Vec<String> = std::fs::read_dir(example("broken"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), 12);
    for name in names {
        let checked = checked(&format!("broken/{name}.json"));
        let fatal: Vec<&str> = checked
            .findings
            .iter()
            .filter(|finding| finding.severity == Severity::Fatal)
            .map(|finding| finding.rule)
            .collect();
        assert_eq!(fatal, [name.as_str()], "{:?}", checked.findings);
        assert_eq!(checked.issuable().unwrap_err().code(), "document-not-issuable");
    }
}
