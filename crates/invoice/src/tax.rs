//! What the tax authorities say of supplies between the United Kingdom and Singapore, beside an invoice for one.
//!
//! Treatments and times are dated data (`data/uk-sg-*.tsv`), read in published texts; rows that rest on a secondary or older
//! text say so. They are advice throughout: nothing here accepts or refuses, and none of it is a tax decision. Whether an
//! invoice is for goods is taken from what it says of delivery and goods; where it says neither, both are told.

use vocab::{Severity, codelist::CodeList, codelist::Row, date::Date};

use crate::{
    document::{Document, Element},
    finding::{Finding, Place, Teller},
    names::{LIST_ID, known::*},
    text::trimmed,
};

const TREATMENTS: CodeList = CodeList::new(include_str!("../data/uk-sg-treatments.tsv"));
const CLOCKS: CodeList = CodeList::new(include_str!("../data/uk-sg-clocks.tsv"));

/// What an invoice says that treatments depend on.
struct Supply<'d> {
    document: &'d Document<'d>,
    /// Countries from and to, as `GB-SG`.
    flow: String,
    /// `goods`, or nothing where the invoice does not tell.
    goods: bool,
    /// The categories of its breakdown, each with its first element.
    categories: Vec<(&'d str, Element<'d>)>,
    /// The tax point, or what stands for it.
    day: Option<Date>,
}

/// What is known of a supply between the United Kingdom and Singapore, and how much of the time for evidence is left on
/// `today`. Nothing for other supplies, and nothing but advice.
pub fn tax_facts(document: &Document<'_>, today: Date) -> Vec<Finding> {
    let Some(supply) = Supply::of(document) else { return Vec::new() };
    let teller = Teller::new(document);
    let mut facts: Vec<Finding> =
        TREATMENTS.rows().filter_map(|row| treatment(&supply, row, &teller)).collect();
    if supply.goods {
        facts.extend(CLOCKS.rows().filter_map(|row| clock(&supply, row, today, &teller)));
        facts.extend(evidence(&supply, &teller));
    }
    facts
}

impl<'d> Supply<'d> {
    fn of(document: &'d Document<'d>) -> Option<Supply<'d>> {
        let root = document.root();
        let country =
            |path: &'static [crate::names::Name]| root.along(path).next().map(|code| trimmed(code.text()));
        let from =
            country(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS, COUNTRY, IDENTIFICATION_CODE])?;
        let to =
            country(&[DELIVERY, DELIVERY_LOCATION, ADDRESS, COUNTRY, IDENTIFICATION_CODE]).or_else(|| {
                country(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS, COUNTRY, IDENTIFICATION_CODE])
            })?;
        let flow = format!("{from}-{to}");
        if !["GB-SG", "SG-GB"].contains(&flow.as_str()) {
            return None;
        }
        let mut categories: Vec<(&str, Element<'_>)> = Vec::new();
        for id in root.along(&[TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY, ID]) {
            let code = trimmed(id.text());
            if categories.iter().all(|(known, _)| *known != code) {
                categories.push((code, id));
            }
        }
        let day = first_day(root, "BT-7 BT-72 BT-2").map(|(_, day, _)| day);
        Some(Supply { document, flow, goods: speaks_of_goods(document), categories, day })
    }

    /// The first category that a row is about; `*` is about any.
    fn category(&self, wanted: &str) -> Option<Element<'d>> {
        let fits = |code: &str| wanted == "*" || wanted.split(' ').any(|wanted| wanted == code);
        self.categories.iter().find(|(code, _)| fits(code)).map(|(_, id)| *id)
    }

    /// Whether a row holds on the day of the supply. Without a day it is told, as no day excludes it.
    fn is_within(&self, from: &str, to: &str) -> bool {
        let Some(day) = self.day else { return true };
        let limit = |text: &str| text.parse::<Date>().ok();
        limit(from).is_none_or(|from| from <= day) && limit(to).is_none_or(|to| day <= to)
    }
}

/// A delivery, a commodity code of customs or a country of origin.
fn speaks_of_goods(document: &Document<'_>) -> bool {
    let customs = |code: Element<'_>| code.attribute(LIST_ID).is_some_and(|list| list == "HS");
    document.root().has(DELIVERY)
        || document.all(ORIGIN_COUNTRY).next().is_some()
        || document.all(ITEM_CLASSIFICATION_CODE).any(customs)
}

fn treatment(supply: &Supply<'_>, row: Row, teller: &Teller<'_>) -> Option<Finding> {
    let [flow, kind, categories, from, to, sure, text] = [0, 1, 2, 3, 4, 5, 6].map(|at| row.column(at));
    if flow != supply.flow || !supply.is_within(from, to) || (supply.goods && kind == "services") {
        return None;
    }
    let element = supply.category(categories)?;
    let condition = match (supply.goods, kind) {
        (false, "goods") => "If this is for goods: ",
        (false, _) => "If this is for services: ",
        (true, _) => "",
    };
    Some(advice(
        row.code,
        element,
        "BT-118",
        format!("{condition}{text}"),
        remedy(sure, row.column(7)),
        teller,
    ))
}

/// What to do with advice: where to read it.
fn remedy(sure: &str, source: &str) -> String {
    match sure {
        "read" => format!("See {source}."),
        _ => format!("Confirm it before you rely on it; we could not read the present text. See {source}."),
    }
}

fn clock(supply: &Supply<'_>, row: Row, today: Date, teller: &Teller<'_>) -> Option<Finding> {
    let [flow, categories, from, to, sure, count, unit, terms, then] =
        [0, 1, 2, 3, 4, 5, 6, 7, 8].map(|at| row.column(at));
    if flow != supply.flow || !supply.is_within(from, to) {
        return None;
    }
    supply.category(categories)?;
    let (term, begins, element) = first_day(supply.document.root(), terms)?;
    let length = count.parse::<u16>().ok()?;
    let ends = if unit == "months" { begins.plus_months(length) } else { begins.plus_days(length) };
    let left = today.days_until(ends);
    let left = match left {
        0.. => format!("{left} days are left on {today}."),
        _ => format!("That is {} days ago on {today}.", left.unsigned_abs()),
    };
    let message =
        format!("Evidence of export is due by {ends}: {count} {unit} from {begins} ({term}). {left} {then}");
    Some(advice(row.code, element, term, message, remedy(sure, row.column(9)), teller))
}

/// The first of these terms that is a day in the document.
fn first_day<'d>(root: Element<'d>, terms: &'static str) -> Option<(&'static str, Date, Element<'d>)> {
    terms.split(' ').find_map(|term| {
        let element = match term {
            "BT-7" => root.first(TAX_POINT_DATE),
            "BT-72" => root.along(&[DELIVERY, ACTUAL_DELIVERY_DATE]).next(),
            _ => root.first(ISSUE_DATE),
        }?;
        Some((term, trimmed(element.text()).parse().ok()?, element))
    })
}

/// The transport documents that the invoice names, or that it names none.
fn evidence(supply: &Supply<'_>, teller: &Teller<'_>) -> Vec<Finding> {
    let named: Vec<Element<'_>> = transport_references(supply.document).collect();
    let write = "A bill of lading stands in cac:AdditionalDocumentReference: its number in cbc:ID, what it is in cbc:DocumentDescription, and no cbc:DocumentTypeCode, not even 705.";
    if named.is_empty() {
        let root = supply.document.root();
        let message =
            "The invoice names no supporting document, so nobody can match it with its bill of lading.";
        return vec![advice(
            "tax-evidence-none",
            root,
            "BT-122",
            message.to_owned(),
            write.to_owned(),
            teller,
        )];
    }
    let tell = |reference: Element<'_>| {
        let said = |name| reference.first(name).map_or("", |element| trimmed(element.text()));
        let message = format!("The invoice names {} ({}).", said(ID), said(DOCUMENT_DESCRIPTION));
        let remedy = "Keep the document itself: the name alone is no evidence.".to_owned();
        advice(
            "tax-evidence-named",
            reference.first(ID).unwrap_or(reference),
            "BT-122",
            message,
            remedy,
            teller,
        )
    };
    named.into_iter().map(tell).collect()
}

/// References to supporting documents (BG-24): those that say of no type (BT-122).
fn transport_references<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Element<'d>> {
    document.root().each(ADDITIONAL_DOCUMENT_REFERENCE).filter(|reference| !reference.has(DOCUMENT_TYPE_CODE))
}

fn advice(
    id: &'static str,
    element: Element<'_>,
    term: &'static str,
    message: String,
    remedy: String,
    teller: &Teller<'_>,
) -> Finding {
    teller.tell_at(Place { id, severity: Severity::Advice, element, term }, message, remedy)
}
