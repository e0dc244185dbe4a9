//! `twakow bill check`: the examples pass, each broken twin is refused for what was broken in it.

use crate::{Desk, examples};

/// A day after the examples' shipments, so that the rules about dates have one to go by.
const DAY: &str = "--clock 2026-03-13T09:00:00.000Z";

#[test]
fn the_example_drafts_pass() {
    for draft in ["whisky", "valves", "pepper"] {
        let file = examples().join(draft).join("draft.json");
        let answer = Desk::new().types(&format!("{DAY} bill check {}", file.display()));
        assert_eq!(answer.code, 0, "{answer:?}");
        assert!(answer.data.ends_with("0 fatal, 0 warning, 0 advice\n"), "{answer:?}");
    }
}

#[test]
fn each_broken_twin_is_refused_by_the_rule_it_is_named_after() {
    let mut twins = 0;
    for entry in std::fs::read_dir(examples().join("broken")).unwrap() {
        let file = entry.unwrap().path();
        let rule = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let answer = Desk::new().types(&format!("{DAY} bill check {}", file.display()));
        assert_eq!(answer.code, 1, "{rule}: {answer:?}");
        assert!(answer.data.contains(&format!("[{rule}]")), "{rule}: {}", answer.data);
        assert!(answer.data.contains("  what to write: "), "{rule}: {}", answer.data);
        twins += 1;
    }
    assert!(twins >= 10, "{twins} twins");
}

#[test]
fn findings_come_as_json() {
    let file = examples().join("broken/container-number.json");
    let answer = Desk::new().types(&format!("--json bill check {}", file.display()));
    assert_eq!(answer.code, 1);
    let expected = r#""place":"/utilizedTransportEquipments/0/equipment/equipmentReference""#;
    assert!(answer.data.contains(expected), "{}", answer.data);
    assert!(answer.data.ends_with("\"v\":\"twakow/bill-check/1\"}\n"), "{}", answer.data);
}

#[test]
fn what_cannot_be_read_is_no_verdict() {
    let desk = Desk::new();
    let answer = desk.types("bill check no-such-file.json");
    assert_eq!((answer.code, answer.data.as_str()), (2, ""));
    std::fs::write(desk.path("draft.json"), b"{\"a\":1,\"a\":2}").unwrap();
    let answer = desk.types("bill check draft.json");
    assert_eq!((answer.code, answer.data.as_str()), (1, ""));
    assert!(answer.talk.contains("what to do: "), "{answer:?}");
}

#[test]
fn a_rule_explains_itself() {
    let answer = Desk::new().types("bill explain sea-waybill");
    assert_eq!(answer.code, 0);
    assert!(answer.data.starts_with("fatal [sea-waybill]\n"), "{answer:?}");
    let answer = Desk::new().types("bill explain no-such-rule");
    assert_eq!(answer.code, 1);
    assert!(answer.talk.starts_with("refused [unknown-rule]"), "{answer:?}");
}
