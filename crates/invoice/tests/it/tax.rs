//! Treatments and times between the United Kingdom and Singapore: told, never decided.

use invoice::{Finding, read, tax_facts};
use vocab::Severity;

const WHISKY: &str = include_str!("../../../../examples/invoices/whisky-export.xml");
const PEPPER: &str = include_str!("../../../../examples/invoices/pepper-export.xml");

fn facts(source: &str, today: &str) -> Vec<Finding> {
    tax_facts(&read(source.as_bytes()).unwrap(), today.parse().unwrap())
}

fn ids(source: &str) -> Vec<&'static str> {
    facts(source, "2026-03-18").iter().map(|fact| fact.id).collect()
}

fn said(source: &str, today: &str, id: &str) -> String {
    facts(source, today).into_iter().find(|fact| fact.id == id).unwrap().message
}

fn with(source: &str, from: &str, to: &str) -> String {
    assert!(source.contains(from), "{from}");
    source.replace(from, to)
}

#[test]
fn goods_from_britain_are_told_with_three_months_and_their_bill() {
    assert_eq!(
        ids(WHISKY),
        [
            "tax-uk-export-goods",
            "tax-uk-export-records",
            "tax-sg-import-goods",
            "tax-uk-export-clock",
            "tax-evidence-named"
        ]
    );
    let clock = said(WHISKY, "2026-03-18", "tax-uk-export-clock");
    // 11 March and three months are 11 June; 18 March to 11 June are 13 + 30 + 31 + 11 = 85 days.
    assert!(clock.starts_with("Evidence of export is due by 2026-06-11: 3 months from 2026-03-11 (BT-72). 85 days are left on 2026-03-18."), "{clock}");
    assert!(said(WHISKY, "2026-06-11", "tax-uk-export-clock").contains(" 0 days are left "));
    assert!(said(WHISKY, "2026-06-12", "tax-uk-export-clock").contains(" That is 1 days ago "));
    assert_eq!(
        said(WHISKY, "2026-03-18", "tax-evidence-named"),
        "The invoice names TWKW2603001 (Bill of lading, electronic)."
    );
}

#[test]
fn goods_from_singapore_are_told_with_sixty_days() {
    assert_eq!(
        ids(PEPPER),
        ["tax-sg-export-goods", "tax-uk-import-goods", "tax-sg-export-clock", "tax-evidence-named"]
    );
    // 12 March and sixty days: 19 left of March, 30 of April, 11 of May.
    assert!(
        said(PEPPER, "2026-03-18", "tax-sg-export-clock")
            .contains("due by 2026-05-11: 60 days from 2026-03-12 (BT-72).")
    );
}

#[test]
fn the_time_begins_at_the_tax_point_then_at_delivery_then_at_issue() {
    let pointed = with(
        WHISKY,
        "<cbc:DocumentCurrencyCode>",
        "<cbc:TaxPointDate>2026-03-31</cbc:TaxPointDate><cbc:DocumentCurrencyCode>",
    );
    assert!(
        said(&pointed, "2026-03-18", "tax-uk-export-clock")
            .contains("by 2026-06-30: 3 months from 2026-03-31 (BT-7)")
    );
    let undelivered = with(WHISKY, "<cbc:ActualDeliveryDate>2026-03-11</cbc:ActualDeliveryDate>", "");
    assert!(
        said(&undelivered, "2026-03-18", "tax-uk-export-clock")
            .contains("by 2026-06-09: 3 months from 2026-03-09 (BT-2)")
    );
    let undated = with(&undelivered, "<cbc:IssueDate>2026-03-09</cbc:IssueDate>", "");
    assert!(!ids(&undated).contains(&"tax-uk-export-clock"), "no day, no time");
}

#[test]
fn categories_and_countries_choose_what_is_told() {
    assert_eq!(
        ids(&with(WHISKY, "<cbc:ID>G</cbc:ID>", "<cbc:ID>S</cbc:ID>")),
        ["tax-uk-export-taxed", "tax-sg-import-goods", "tax-evidence-named"]
    );
    assert!(
        ids(&with(PEPPER, "<cbc:ID>ZR</cbc:ID>", "<cbc:ID>SR</cbc:ID>")).contains(&"tax-sg-export-taxed")
    );
    assert_eq!(ids(&with(WHISKY, ">SG</cbc:Ident", ">FR</cbc:Ident")), Vec::<&str>::new());
    assert_eq!(ids(&with(PEPPER, ">SG</cbc:Ident", ">GB</cbc:Ident")), Vec::<&str>::new());
    // Before 2024 Singapore asked for less: the row does not hold.
    let older = with(WHISKY, "2026-03", "2023-03");
    assert!(!ids(&older).contains(&"tax-sg-import-goods") && ids(&older).contains(&"tax-uk-export-goods"));
}

/// The invoice without anything that shows it to be for goods.
fn vague() -> String {
    let start = WHISKY.find("  <cac:Delivery>").unwrap();
    let end = WHISKY.find("  <cac:PaymentMeans>").unwrap();
    let undelivered = format!("{}{}", &WHISKY[..start], &WHISKY[end..]);
    let no_origin = with(
        &undelivered,
        "<cac:OriginCountry><cbc:IdentificationCode>GB</cbc:IdentificationCode></cac:OriginCountry>",
        "",
    );
    with(&no_origin, "listID=\"HS\"", "listID=\"STI\"")
}

#[test]
fn where_the_invoice_does_not_say_what_it_is_for_both_are_told() {
    let vague = vague();
    assert_eq!(
        ids(&vague),
        [
            "tax-uk-export-goods",
            "tax-uk-export-records",
            "tax-sg-import-goods",
            "tax-uk-services",
            "tax-sg-reverse-charge"
        ]
    );
    assert!(said(&vague, "2026-03-18", "tax-uk-export-goods").starts_with("If this is for goods: "));
    assert!(said(&vague, "2026-03-18", "tax-uk-services").starts_with("If this is for services: "));
    let outside = with(&vague, "<cbc:ID>G</cbc:ID>", "<cbc:ID>O</cbc:ID>");
    assert!(ids(&outside).contains(&"tax-uk-services-o") && !ids(&vague).contains(&"tax-uk-services-o"));
}

#[test]
fn a_bill_of_lading_is_named_without_a_type() {
    let typed = with(
        WHISKY,
        "<cbc:ID>TWKW2603001</cbc:ID>",
        "<cbc:ID>TWKW2603001</cbc:ID><cbc:DocumentTypeCode>705</cbc:DocumentTypeCode>",
    );
    let fact = facts(&typed, "2026-03-18").into_iter().find(|fact| fact.id == "tax-evidence-none").unwrap();
    assert!(fact.remedy.contains("no cbc:DocumentTypeCode, not even 705"), "{}", fact.remedy);
    assert!(!ids(&typed).contains(&"tax-evidence-named"));
}

#[test]
fn nothing_is_more_than_advice_and_what_is_unconfirmed_says_so() {
    let mut unconfirmed = 0;
    let vague_pepper = with(PEPPER, "<cac:Delivery>", "<cac:Delivery><!-- -->");
    for source in [WHISKY, PEPPER, &vague(), &vague_pepper] {
        for fact in facts(source, "2026-03-18") {
            assert_eq!(fact.severity, Severity::Advice, "{}", fact.id);
            assert!(fact.message.ends_with('.') && fact.remedy.ends_with('.'), "{}", fact.id);
            unconfirmed += usize::from(fact.remedy.starts_with("Confirm it before you rely on it"));
        }
    }
    assert!(unconfirmed > 0);
    // The sixty days were read in an edition that is no longer the present one.
    let clock =
        facts(PEPPER, "2026-03-18").into_iter().find(|fact| fact.id == "tax-sg-export-clock").unwrap();
    assert!(clock.remedy.starts_with("Confirm it before you rely on it"), "{}", clock.remedy);
}
