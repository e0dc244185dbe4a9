//! What the official rules mean to look at and do not, or look at one letter too loosely.

use super::{Found, Remark, rows};
use crate::{
    document::{Document, Element},
    en16931::codes::{is_country, is_note_subject},
    names::{CURRENCY_ID, known::*},
    text::{is_word_in_capitals, trimmed},
};

pub(super) fn look<'d>(document: &'d Document<'d>, found: &mut Found<'d>) {
    found.add(document_currency(document));
    for note in document.root().each(NOTE) {
        found.add(note_subject(note));
    }
    for scheme in document.all(PARTY_TAX_SCHEME) {
        let is_vat = scheme.along(&[TAX_SCHEME, ID]).any(|id| is_word_in_capitals(id.text(), "VAT"));
        for id in scheme.each(COMPANY_ID) {
            found.add(if id.is_blank() { Some(empty(id)) } else { None });
            found.add(if is_vat { vat_prefix(id) } else { None });
        }
    }
    for entity in document.all(PARTY_LEGAL_ENTITY) {
        for id in entity.each(COMPANY_ID).filter(|id| id.is_blank()) {
            found.add(Some(empty(id)));
        }
    }
    for subtotal in document.all(TAX_SUBTOTAL) {
        found.add(tax_rate(subtotal));
    }
}

/// BT-5 is the currency of the amounts, where all of them agree on one.
fn document_currency<'d>(document: &'d Document<'d>) -> Option<Remark<'d>> {
    let code = document.root().first(DOCUMENT_CURRENCY_CODE)?;
    let mut currencies = document
        .elements()
        .filter(|element| element.name().text().ends_with("Amount"))
        .filter_map(|element| element.attribute(CURRENCY_ID));
    let first = currencies.next()?;
    if trimmed(code.text()) == first || !currencies.all(|currency| currency == first) {
        return None;
    }
    Some(Remark {
        rule: &rows::DOCUMENT_CURRENCY,
        element: code,
        term: "BT-5",
        message: format!(
            "All amounts are in {first}, and the document's currency is {}.",
            trimmed(code.text())
        ),
        remedy: "or, if that is the currency, give it to every amount.".to_owned(),
        write: Some(first.to_owned()),
    })
}

/// A note that begins `#ABC#`; other signs between are no code.
fn note_subject(note: Element<'_>) -> Option<Remark<'_>> {
    let (subject, _) = trimmed(note.text()).strip_prefix('#')?.split_once('#')?;
    if subject.chars().count() != SUBJECT_CHARACTERS || is_note_subject(subject) {
        return None;
    }
    Some(Remark {
        rule: &rows::NOTE_SUBJECT_CODE,
        element: note,
        term: "BT-21",
        message: format!(
            "The note begins with the subject code “{subject}”, which UNTDID 4451 does not have."
        ),
        remedy: rows::NOTE_SUBJECT_CODE.remedy.to_owned(),
        write: None,
    })
}

/// Characters of a code of UNTDID 4451.
const SUBJECT_CHARACTERS: usize = 3;

fn vat_prefix(id: Element<'_>) -> Option<Remark<'_>> {
    let text = trimmed(id.text());
    let prefix = text.get(..2).unwrap_or(text);
    if text.is_empty() || is_country(prefix) || prefix == GREECE {
        return None;
    }
    let capitals = text.to_ascii_uppercase();
    let known = capitals.get(..2).is_some_and(|prefix| is_country(prefix) || prefix == GREECE);
    Some(Remark {
        rule: &rows::VAT_PREFIX,
        element: id,
        term: if id.is_under(ACCOUNTING_SUPPLIER_PARTY) {
            "BT-31"
        } else if id.is_under(ACCOUNTING_CUSTOMER_PARTY) {
            "BT-48"
        } else {
            "BT-63"
        },
        message: format!("The VAT identifier {text} does not begin with the code of a country."),
        remedy: if known {
            "or another identifier, if this one is wrong.".to_owned()
        } else {
            rows::VAT_PREFIX.remedy.to_owned()
        },
        write: known.then_some(capitals),
    })
}

/// The prefix of VAT identifiers of Greece, whose code is GR.
const GREECE: &str = "EL";

fn empty(id: Element<'_>) -> Remark<'_> {
    Remark {
        rule: &rows::IDENTIFIER_EMPTY,
        element: id,
        term: "",
        message: "The identifier of a party is empty, so it identifies nobody.".to_owned(),
        remedy: rows::IDENTIFIER_EMPTY.remedy.to_owned(),
        write: None,
    }
}

/// A rate in each row of the breakdown, except outside the scope of tax.
fn tax_rate(subtotal: Element<'_>) -> Option<Remark<'_>> {
    let category = subtotal.first(TAX_CATEGORY)?;
    let code = trimmed(category.first(ID)?.text());
    if category.has(PERCENT) || WITHOUT_RATE.contains(&code) {
        return None;
    }
    Some(Remark {
        rule: &rows::TAX_RATE_MISSING,
        element: category,
        term: "BT-119",
        message: format!("The breakdown gives no rate for category {code}."),
        remedy: "Add cbc:Percent with the rate after the category's cbc:ID.".to_owned(),
        write: None,
    })
}

/// Not subject to VAT, and a seller who is not registered in Singapore.
const WITHOUT_RATE: [&str; 2] = ["O", "NG"];
