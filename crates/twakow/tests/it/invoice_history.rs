//! `twakow invoice check --history` and `--tax`: what earlier documents and the two tax authorities make of one.

use crate::{Desk, examples};

/// A desk with a history of these examples under names that say nothing, and one document to ask about.
fn desk(history: &[&str], document: &str) -> Desk {
    let desk = Desk::new();
    let example = |name: &str| std::fs::read(examples().join("invoices").join(name)).unwrap();
    std::fs::create_dir(desk.path("old")).unwrap();
    for (at, name) in history.iter().enumerate() {
        std::fs::write(desk.path(&format!("old/{at}.xml")), example(name)).unwrap();
    }
    std::fs::write(desk.path("new.xml"), example(document)).unwrap();
    desk
}

const ASK: &str = "invoice check new.xml --history old";

#[test]
fn the_credit_note_of_two_broken_cases_leaves_the_rest_of_the_invoice() {
    let answer = desk(&["whisky-export.xml"], "whisky-credit-note.xml").types(ASK);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(
        answer.data.contains("advice [ledger-balance] line 79, column 5, BT-112 (history)"),
        "{}",
        answer.data
    );
    assert!(answer.data.contains("480.00 are given back, with this: 24970.00 are left."), "{}", answer.data);
    assert_eq!(answer.talk, "history: 1 documents, 0 files left out\n");
}

#[test]
fn a_second_credit_note_over_what_is_left_is_refused_and_one_within_it_is_not() {
    let both = ["whisky-export.xml", "whisky-credit-note.xml"];
    let answer = desk(&both, "whisky-credit-note-over.xml").types(ASK);
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.data.contains("fatal [ledger-over-credited]"), "{}", answer.data);
    assert!(answer.data.contains("give back 25680.00: 230.00 too much."), "{}", answer.data);
    // Without the first there is room for it.
    assert_eq!(desk(&both[..1], "whisky-credit-note-over.xml").types(ASK).code, 0);
    let batch =
        desk(&both, "whisky-credit-note-over.xml").types("invoice check new.xml new.xml --history old");
    assert!(batch.data.starts_with("refused new.xml: ledger-over-credited\n"), "{}", batch.data);
}

#[test]
fn a_bill_of_lading_with_a_type_code_is_refused_and_the_remedy_names_the_way() {
    let answer = desk(&[], "whisky-credit-note-705.xml").types("invoice check new.xml");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.data.contains("fatal [UBL-SR-43] line 22, column 5"), "{}", answer.data);
    assert!(
        answer.data.contains("a bill of lading is given by cbc:ID and cbc:DocumentDescription alone"),
        "{}",
        answer.data
    );
}

#[test]
fn the_name_of_a_file_says_nothing_and_its_bytes_everything() {
    let desk = desk(&["whisky-export.xml", "pepper-export.xml"], "whisky-export.xml");
    let answer = desk.types(ASK);
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.data.contains("fatal [ledger-duplicate] line 8, column 3, BT-1"), "{}", answer.data);
    std::fs::rename(desk.path("old/0.xml"), desk.path("old/whisky-credit-note.xml")).unwrap();
    assert_eq!(desk.types(ASK).data, answer.data);
}

#[test]
fn what_is_no_invoice_is_left_out_of_the_history_aloud() {
    let desk = desk(&["whisky-export.xml"], "whisky-credit-note.xml");
    std::fs::write(desk.path("old/scan.xml"), "%PDF-1.7").unwrap();
    let answer = desk.types(ASK);
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(answer.talk.starts_with("history: left out old/scan.xml: "), "{}", answer.talk);
    assert!(answer.talk.ends_with("history: 1 documents, 1 files left out\n"), "{}", answer.talk);
    // A history that is not there is no history in which nothing came before.
    let nowhere = desk.types("invoice check new.xml --history nowhere");
    assert_eq!((nowhere.code, nowhere.data.as_str()), (2, ""), "{nowhere:?}");
}

#[test]
fn taxes_are_told_as_advice_with_the_days_that_are_left() {
    let desk = desk(&[], "whisky-export.xml");
    let ask = |clock: &str| desk.types(&format!("--clock {clock}T09:00:00.000Z invoice check new.xml --tax"));
    let early = ask("2026-03-18");
    assert_eq!(early.code, 0, "{early:?}");
    assert!(
        early
            .data
            .contains("advice [tax-uk-export-clock] line 54, column 5, BT-72 (tax, told and not decided)"),
        "{}",
        early.data
    );
    assert!(
        early.data.contains("due by 2026-06-11: 3 months from 2026-03-11 (BT-72). 85 days are left"),
        "{}",
        early.data
    );
    let late = ask("2026-06-21");
    assert_eq!(late.code, 0, "advice refuses nothing");
    assert!(late.data.contains("That is 10 days ago on 2026-06-21."), "{}", late.data);
    assert!(!desk.types("invoice check new.xml").data.contains("tax-"), "nobody asked");
    let json = desk.types("--json --clock 2026-03-18T09:00:00.000Z invoice check new.xml --tax").data;
    assert!(json.contains(r#""tax":[{"column":"#) && json.contains(r#""ledger":[]"#), "{json}");
}

/// The scenarios' script, with the command on its path.
fn scenarios(script: &std::path::Path) -> std::process::Output {
    let binary = std::path::Path::new(env!("CARGO_BIN_EXE_twakow"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap());
    std::process::Command::new("sh").arg(script).env("PATH", path).output().unwrap()
}

#[test]
fn the_scenarios_run_as_their_script_says() {
    let folder = examples().join("invoices");
    let output = scenarios(&folder.join("scenarios.sh"));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}");
    assert_eq!(told.matches("\n$ twakow invoice check ").count(), 9, "{told}");
    for finding in [
        "BR-CO-16",
        "official-rules-stop",
        "IRASC5-030",
        "UBL-SR-43",
        "ledger-duplicate",
        "ledger-over-credited",
    ] {
        assert!(told.contains(finding), "{finding}: {told}");
    }
    // A script whose expectation is wrong must say so.
    let desk = Desk::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), desk.path(entry.file_name().to_str().unwrap())).unwrap();
    }
    std::fs::copy(folder.join("whisky-export-comma.xml"), desk.path("whisky-export.xml")).unwrap();
    assert!(!scenarios(&desk.path("scenarios.sh")).status.success());
}
