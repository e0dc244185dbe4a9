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
fn a_wrong_total_is_shown_where_it_stands() {
    let answer = check("whisky-export-wrong-total.xml", "");
    assert_eq!(answer.code, 1, "{answer:?}");
    assert!(answer.data.contains("fatal [BR-CO-16] line 99, column 5, BT-115"), "{}", answer.data);
    let excerpt = " 99 | <cbc:PayableAmount currencyID=\"GBP\">25540.00</cbc:PayableAmount>\n       | ^^^^";
    assert!(answer.data.contains(excerpt), "{}", answer.data);
    assert!(answer.data.contains("what to write: Write TaxInclusiveAmount minus"), "{}", answer.data);
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
    assert_eq!(Desk::new().types("invoice explain BR-CO-99").code, 1);
    assert!(Desk::new().types("invoice explain").data.lines().count() > 900);
}
