//! `twakow ship`: the README's main job, and what can be done with what it leaves.

use crate::{Desk, examples};

#[test]
fn whisky_ships_and_its_evidence_is_judged_as_it_should_be() {
    let desk = Desk::new();
    let script = examples().join("whisky.toml");
    let shipped = desk.types(&format!("--seed 7 ship {}", script.display()));
    assert_eq!(shipped.code, 0, "{shipped:?}");
    assert!(shipped.data.contains("TEST"), "a seeded run says that it is a test: {}", shipped.data);
    assert!(shipped.data.contains("[refused: key-not-in-set]"), "{}", shipped.data);

    let judged = desk.types("verify whisky.twk --trust corridor.trust");
    assert_eq!(judged.code, 0, "{judged:?}");
    assert!(judged.data.starts_with("TEST"), "{}", judged.data);

    // Who had it at half past two on the ninth of March? The bank had passed it on at five past two.
    let then = desk.types("verify whisky.twk --trust corridor.trust --at 2026-03-09T14:30:00.000Z");
    assert_eq!(then.code, 0, "{then:?}");
    assert!(then.data.contains("in control Merlion Spirits Pte Ltd at TWKB"), "{}", then.data);

    // Without trust nothing is said about who.
    let alone = desk.types("verify whisky.twk --json");
    assert_eq!(alone.code, 3, "{alone:?}");

    let page = std::fs::read_to_string(desk.path("whisky.html")).unwrap();
    assert!(page.contains("<p class=\"test\">TEST."), "the report says that it is a test");
    for word in ["Governing law", "Strathspey Malts Ltd", "<svg", "What the law asks"] {
        assert!(page.contains(word), "{word}");
    }

    let mut bytes = std::fs::read(desk.path("whisky.twk")).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(desk.path("bent.twk"), &bytes).unwrap();
    assert_eq!(desk.types("verify bent.twk --trust corridor.trust").code, 1);
    std::fs::write(desk.path("none.twk"), b"not a bundle").unwrap();
    assert_eq!(desk.types("verify none.twk --trust corridor.trust").code, 2);
    assert_eq!(desk.types("verify whisky.twk --trust whisky.html").code, 2, "a trust file that is none");
}

/// Ships an example and gives what the exported file alone proves.
fn shipped(example: &str) -> (Desk, String) {
    let desk = Desk::new();
    let script = examples().join(format!("{example}.toml"));
    let answer = desk.types(&format!("--seed 7 ship {}", script.display()));
    assert_eq!(answer.code, 0, "{answer:?}");
    let judged = desk.types(&format!("verify {example}.twk --trust corridor.trust --json"));
    assert_eq!(judged.code, 0, "{judged:?}");
    (desk, judged.data)
}

#[test]
fn a_straight_bill_is_not_endorsed_and_its_consignee_surrenders_it() {
    let (_, verdict) = shipped("valves");
    let ops: Vec<&str> =
        verdict.split("\"op\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ops, ["issue", "move", "surrender", "close"]);
    assert!(verdict.contains("straight, to Jurong Process Plants Pte Ltd"), "{verdict}");
}

#[test]
fn a_pledge_is_released_and_a_second_one_enforced() {
    let (_, verdict) = shipped("pepper");
    let ops: Vec<&str> =
        verdict.split("\"op\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ops, ["issue", "move", "move", "move", "move", "surrender", "close"]);
    assert!(verdict.contains("Wash Foods plc"), "{verdict}");
}

#[test]
fn a_bearer_bill_passes_by_possession_until_it_is_in_order_form_again() {
    let (_, verdict) = shipped("blank");
    let ops: Vec<&str> =
        verdict.split("\"op\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ops, ["issue", "move", "move", "move", "move", "surrender", "close"]);
    for title in ["in blank", "to the order of Temple Cask Traders Ltd"] {
        assert!(verdict.contains(title), "{title}: {verdict}");
    }
}

#[test]
fn a_bill_goes_to_paper_and_back_with_the_full_set_only() {
    let (_, verdict) = shipped("paper");
    // The evidence is that of the new record, which names the old one.
    let ops: Vec<&str> =
        verdict.split("\"op\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ops, ["issue", "move"]);
}

#[test]
fn an_amended_bill_and_the_one_before_it_are_each_proved_by_its_own_file() {
    let (desk, amended) = shipped("amended");
    let before = desk.types("verify amended-before.twk --trust corridor.trust --json");
    assert_eq!(before.code, 0, "{before:?}");
    let ops = |verdict: &str| {
        let rest = verdict.split("\"op\":\"").skip(1);
        rest.filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(ops(&before.data), ["issue", "move", "surrender", "return", "surrender", "close"]);
    assert_eq!(ops(&amended), ["issue", "surrender", "close"]);
    for (verdict, number) in [(&before.data, "use 0 of its tag"), (&amended, "use 1 of its tag")] {
        for shown in [number, "\"code\":\"MEDIUM\"", "\"code\":\"NOTHING-LATER\""] {
            assert!(verdict.contains(shown), "{shown}: {verdict}");
        }
    }
    // Each file names the other's record: the close in `into`, the issue in `from`.
    let record = |file: &str| {
        let shown = desk.types(&format!("verify {file} --trust corridor.trust"));
        let line = shown.data.lines().find(|line| line.starts_with("record ")).unwrap().to_owned();
        line.split_whitespace().last().unwrap().to_owned()
    };
    let (old, new) = (record("amended-before.twk"), record("amended.twk"));
    assert_ne!(old, new);
    for (file, other) in [("amended-before.twk", new), ("amended.twk", old)] {
        let bytes = std::fs::read(desk.path(file)).unwrap();
        let evidence::bundle::Read::Whole(files) = evidence::bundle::Files::read(&bytes).unwrap() else {
            panic!("{file} is whole")
        };
        let acts = (0..6).filter_map(|count| files.get(evidence::bundle::path::Path::Act(count)));
        assert!(acts.map(String::from_utf8_lossy).any(|act| act.contains(&other)), "{file} names {other}");
    }
}

#[test]
fn a_holder_takes_its_bill_to_another_platform_and_the_file_proves_it() {
    let (desk, verdict) = shipped("rehome");
    let ops: Vec<&str> =
        verdict.split("\"op\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(ops, ["issue", "note", "rehome", "move", "surrender", "close"]);
    // DCSA's chain tells of it, too, and at that hour the exporter had the bill, on the new platform.
    assert!(verdict.contains("entries for acts 0 to 4"), "{verdict}");
    let then = desk.types("verify rehome.twk --trust corridor.trust --at 2026-03-04T09:30:00.000Z");
    assert!(then.data.contains("in control Strathspey Malts Ltd at TWKB"), "{then:?}");
}

#[test]
fn the_script_prints_as_a_shell_would_type_it() {
    let script = examples().join("whisky.toml");
    let printed = Desk::new().types(&format!("ship {} --print-script", script.display()));
    assert_eq!(printed.code, 0, "{printed:?}");
    assert!(printed.data.starts_with("#!/bin/sh\n"));
    let lines = printed.data.lines().filter(|line| line.starts_with("twakow "));
    assert!(lines.clone().count() > 20);
    assert!(lines.clone().all(|line| line.contains(" --clock ") && !line.contains(" --seed ")));
    assert!(printed.data.contains("--key exporter.key > present.act"));
}

#[test]
fn a_script_that_ends_otherwise_than_it_says_fails() {
    let desk = Desk::new();
    let step = |run: &str| {
        format!(
            "title = \"T\"\nname = \"t\"\n[[step]]\nclock = \"2026-03-01T00:00:00.000Z\"\nsay = \"S\"\nrun = \"{run}\"\n"
        )
    };
    std::fs::write(desk.path("refused.toml"), step("bill explain no-such-rule")).unwrap();
    let answer = desk.types("ship refused.toml");
    assert_ne!(answer.code, 0);
    assert!(answer.talk.contains("no-such-rule"), "{answer:?}");
    std::fs::write(
        desk.path("expected.toml"),
        step("bill explain sea-waybill") + "refused = \"unknown-rule\"\n",
    )
    .unwrap();
    assert_eq!(desk.types("ship expected.toml").code, 2);
    std::fs::write(desk.path("unknown.toml"), step("bill explain sea-waybill") + "unknown = 1\n").unwrap();
    assert_eq!(desk.types("ship unknown.toml").code, 2);
}
