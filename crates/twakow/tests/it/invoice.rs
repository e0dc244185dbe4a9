//! `twakow invoice check`: the example passes, its broken twins are refused for what was broken in them.

use crate::{Desk, examples};

fn check(file: &str, more: &str) -> crate::Answer {
    let file = examples().join("invoices").join(file);
    Desk::new().types(&format!("{more}invoice check {}", file.display()))
}

#[test]
fn the_example_passes() {
    let answer = check("whisky-export.xml", "");
    assert_eq!(answer.code, 0, "{answer:?}");
    assert!(answer.data.contains("en-ubl 1.3.16 accepts "), "{answer:?}");
}

#[test]
fn an_invoice_is_judged_by_what_it_says_it_follows_or_by_what_is_asked_for() {
    let answer = check("whisky-export.xml", "");
    assert!(answer.data.contains("peppol 3.0.21 accepts "), "{answer:?}");
    assert!(!answer.data.contains("peppol-sb"), "{answer:?}");
    let file = examples().join("invoices/whisky-export.xml").display().to_string();
    let asked = |more: &str| Desk::new().types(&format!("invoice check {file} {more}"));
    let as_self_billing = asked("--profile peppol-sb");
    assert_eq!(as_self_billing.code, 1);
    assert!(as_self_billing.data.contains("[PEPPOL-EN16931-R004] line 6"), "{as_self_billing:?}");
    let alone = asked("--set peppol");
    assert_eq!(alone.code, 0, "{alone:?}");
    assert!(!alone.data.contains("en-ubl"), "{alone:?}");
    assert_eq!(asked("--date 2026-11-24").code, 0);
    for (more, refusal) in [
        ("--profile peppol --date 2020-01-01", "refused [no-rules-for-invoice]"),
        ("--profile nonsense", "refused [unknown-invoice-profile]"),
        ("--profile pint-sg --date 2026-03-09", "refused [no-rules-for-invoice]"),
        ("--set nonsense", "refused [unknown-rule-set]"),
    ] {
        let answer = asked(more);
        assert_eq!((answer.code, answer.data.as_str()), (1, ""), "{answer:?}");
        assert!(answer.talk.contains(refusal), "{answer:?}");
    }
    assert_eq!(asked("--date tomorrow").code, 2);
}

#[test]
fn at_most_a_hundred_findings_of_a_rule_are_told_to_a_person() {
    let desk = Desk::new();
    let whole = std::fs::read_to_string(examples().join("invoices/whisky-export.xml")).unwrap();
    let many = whole.replacen("<cbc:Note>", &format!("{}<cbc:Note>", "<cbc:Note/>".repeat(101)), 1);
    std::fs::write(desk.path("many.xml"), many).unwrap();
    let told = |more: &str| desk.types(&format!("{more}invoice check many.xml --set peppol")).data;
    assert_eq!(told("").matches("fatal [PEPPOL-EN16931-R008]").count(), 100);
    assert!(told("").contains("[PEPPOL-EN16931-R008] 1 more such findings"), "{}", told(""));
    assert_eq!(told("--json ").matches("\"id\":\"PEPPOL-EN16931-R008\"").count(), 101);
}

#[test]
fn a_wrong_total_is_shown_where_it_stands() {
    let answer = check("whisky-export-wrong-total.xml", "");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.data.contains("fatal [BR-CO-16] line 99, column 5, BT-115"), "{}", answer.data);
    assert!(
        answer.data.contains("fatal [amount-due] line 99, column 5, BT-115 (found by Twakow)"),
        "{}",
        answer.data
    );
    assert!(answer.data.contains("  gone with it:\n    fatal [BR-CO-16]"), "{}", answer.data);
    let excerpt = " 99 | <cbc:PayableAmount currencyID=\"GBP\">25540.00</cbc:PayableAmount>\n       |                                     ^^^^^^^^\n";
    assert!(answer.data.contains(excerpt), "{}", answer.data);
    assert!(answer.data.contains("what to write: Write 25450.00; or,"), "{}", answer.data);
    assert!(answer.data.contains("en-ubl 1.3.16 refuses "), "{}", answer.data);
}

#[test]
fn where_the_official_rules_stop_that_is_the_answer() {
    let answer = check("whisky-export-comma.xml", "--json ");
    assert_eq!(answer.code, 1, "{answer:?}");
    for part in [
        r#""outcome":"cannot_run""#,
        r#""id":"official-rules-stop""#,
        r#""id":"ubl-value""#,
        r#""found":"25,450.00""#,
    ] {
        assert!(answer.data.contains(part), "{part}: {}", answer.data);
    }
}

#[test]
fn what_is_no_invoice_is_no_verdict() {
    let desk = Desk::new();
    assert_eq!(desk.types("invoice check no-such-file.xml").code, 2);
    std::fs::write(desk.path("order.xml"), b"<Order/>").unwrap();
    let answer = desk.types("invoice check order.xml");
    assert_eq!((answer.code, answer.data.as_str()), (1, ""));
    assert!(answer.talk.contains("refused [invoice-not-ubl]"), "{answer:?}");
}

#[test]
fn a_rule_explains_itself() {
    let answer = Desk::new().types("invoice explain BR-CO-10");
    assert_eq!(answer.code, 0);
    assert!(answer.data.starts_with("fatal [BR-CO-10] EN 16931 for UBL 2.1 1.3.16\n"), "{answer:?}");
    for part in [
        "  why:           Whoever receives the invoice adds up again.",
        "  this passes:\n    <cbc:LineExtensionAmount currencyID=\"GBP\">705.00</cbc:LineExtensionAmount>\n",
        "  this fails:\n    <cbc:LineExtensionAmount currencyID=\"GBP\">750.00</cbc:LineExtensionAmount>\n",
    ] {
        assert!(answer.data.contains(part), "{part}: {}", answer.data);
    }
    assert!(
        Desk::new()
            .types("invoice explain BR-03")
            .data
            .ends_with("this fails: the same invoice without it\n")
    );
    let own = Desk::new().types("invoice explain line-amount").data;
    assert!(own.starts_with("warning [line-amount] found by Twakow\n"), "{own}");
    assert_eq!(Desk::new().types("invoice explain BR-CO-99").code, 1);
    assert!(Desk::new().types("invoice explain").data.lines().count() > 900);
}

#[test]
fn an_invoice_of_singapore_passes_the_network_and_iras_and_says_what_is_left_open() {
    let answer = check("pepper-export.xml", "");
    assert_eq!(answer.code, 0, "{answer:?}");
    for part in [
        "pint 1.1.3 accepts ",
        "pint-sg 1.4.1 accepts ",
        "iras 2026-09-08 accepts ",
        "iras 2026-09-08 leaves open, not judged: IRASC5-001, IRASC5-002, IRASC5-003, IRASC5-004 need the envelope",
    ] {
        assert!(answer.data.contains(part), "{part}: {}", answer.data);
    }
    let json = check("pepper-export.xml", "--json ").data;
    let open = r#""not_judged":["IRASC5-001","IRASC5-002","IRASC5-003","IRASC5-004"]"#;
    assert!(json.contains(open) && json.contains(r#""not_judged":[]"#), "{json}");
}

#[test]
fn a_buyer_without_a_post_code_is_refused_by_both_gates_of_singapore() {
    let answer = check("pepper-export-no-post-code.xml", "");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.data.contains("pint 1.1.3 accepts "), "{}", answer.data);
    for rule in ["[BR-107-GST-SG] line ", "[IRASC5-030] line "] {
        assert!(answer.data.contains(rule), "{rule}: {}", answer.data);
    }
    assert_eq!(Desk::new().types("invoice explain IRASC5-030").code, 0);
}

#[test]
fn a_release_that_is_published_and_not_applied_yet_is_asked_for() {
    const TERMS: &str = "<cac:PaymentTerms><cbc:PaymentMeansID>1</cbc:PaymentMeansID></cac:PaymentTerms>\
                         <cac:AllowanceCharge>";
    let desk = Desk::new();
    let example = std::fs::read_to_string(examples().join("invoices/whisky-export.xml")).unwrap();
    std::fs::write(desk.path("a.xml"), &example).unwrap();
    std::fs::write(desk.path("b.xml"), example.replacen("<cac:AllowanceCharge>", TERMS, 1)).unwrap();
    let today = |more: &str| desk.types(&format!("invoice check b.xml --set peppol{more}"));
    assert_eq!((today("").code, today("").data.contains("3.0.22")), (0, false), "nobody asked");
    let later = today(" --next");
    assert_eq!(later.code, 0, "today it passes");
    assert!(later.data.contains("refused from 24 Feb 2027 by peppol 3.0.22 because:\n"), "{}", later.data);
    assert!(later.data.contains("fatal [PEPPOL-EN16931-R260] line 69, column 3"), "{}", later.data);
    let clean = desk.types("invoice check a.xml --next").data;
    assert!(clean.contains("peppol 3.0.22, applied from 24 Feb 2027, refuses nothing more than"), "{clean}");
    assert!(clean.contains("leaves open, not held here: the Slovak rules"), "{clean}");
    let both = desk.types("invoice check a.xml b.xml --set peppol --next").data;
    let line = "accepted b.xml; refused from 24 Feb 2027 by peppol 3.0.22: PEPPOL-EN16931-R260\n";
    assert!(both.contains("accepted a.xml\n") && both.contains(line), "{both}");
    let json = desk.types("--json invoice check b.xml --set peppol --next").data;
    assert!(json.contains(r#""coming":[{"eased":[],"from":"2027-02-24","name":"peppol","#), "{json}");
    let explained = desk.types("invoice explain PEPPOL-COMMON-R058").data;
    assert!(explained.contains("3.0.22, from 2027-02-24"), "{explained}");
}

#[test]
fn a_day_picks_the_releases_and_what_none_is_held_for_is_not_passed() {
    let at = |day: &str| {
        let file = examples().join("invoices/pepper-export.xml");
        Desk::new().types(&format!("invoice check {} --date {day}", file.display()))
    };
    assert_eq!(at("2026-09-08").code, 0);
    // On the day before, the package of IRAS was another, which is not held.
    let before = at("2026-09-07");
    assert_eq!(before.code, 1, "{before:?}");
    assert!(before.data.contains("pint-sg 1.4.1 accepts "), "{before:?}");
    assert!(
        before.data.contains("iras applies too and has not judged: no release of it is held"),
        "{before:?}"
    );
    let peppol = |day: &str| {
        check("whisky-export.xml", "").code == 0 && {
            let file = examples().join("invoices/whisky-export.xml");
            Desk::new().types(&format!("invoice check {} --date {day}", file.display())).code == 0
        }
    };
    assert!(peppol("2027-02-23"), "the last day of 3.0.21");
    assert!(!peppol("2027-02-24"), "3.0.22 is held as its differences alone and judges nothing");
}

#[test]
fn the_sets_are_listed_with_their_days() {
    let list = Desk::new().types("invoice sets");
    for line in [
        "en-ubl    1.3.16     2026-04-10 to …           979 rules: ",
        "peppol    3.0.21     2026-08-17 to 2027-02-23  165 rules: ",
        "iras      2026-09-08 2026-09-08 to …            95 rules: ",
        "peppol    3.0.22     2027-02-24 to …           147 rules that differ, for --next: ",
    ] {
        assert!(list.data.contains(line), "{line}\n{}", list.data);
    }
    assert_eq!((list.code, list.data.lines().count()), (0, 8), "{}", list.data);
    assert!(Desk::new().types("--json invoice sets").data.contains(r#""to":"2027-02-23""#));
}
