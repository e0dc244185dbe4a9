//! Rules about GST registration: who has a number, and what else an invoice with GST must say.

use crate::{
    document::Element,
    names::{Name, known::*},
    rule::{Answer, Check, Context, Template, either, fatal},
    text::{is_word_in_capitals, normalized, trimmed},
};

pub(super) const REGISTERED: &[Template] = &[Template {
    pattern: 2,
    contexts: &[Context::new(&[TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY]).when(is_of_registered_seller)],
    rules: &[&[
        fatal(
            "BR-105-GST-SG",
            &["IBT-31", "IBT-63"],
            &[],
            Check::By(seller_has_gst_number),
            "GST is broken down, and neither the seller nor a tax representative has a GST number.",
            "Write it into the seller's cac:PartyTaxScheme/cbc:CompanyID, with cac:TaxScheme/cbc:ID GST.",
        ),
        fatal(
            "BR-106-GST-SG",
            &["IBT-35", "IBT-38"],
            &[],
            Check::By(|category| Ok(has_street_and_post_code(category, ACCOUNTING_SUPPLIER_PARTY))),
            "GST is broken down, and the seller's address lacks street or post code.",
            "Write cbc:StreetName and cbc:PostalZone into the seller's cac:PostalAddress.",
        ),
        fatal(
            "BR-107-GST-SG",
            &["IBT-50", "IBT-53"],
            &[],
            Check::By(|category| Ok(has_street_and_post_code(category, ACCOUNTING_CUSTOMER_PARTY))),
            "GST is broken down, and the buyer's address lacks street or post code.",
            "Write cbc:StreetName and cbc:PostalZone into the buyer's cac:PostalAddress.",
        ),
        fatal(
            "BR-108-GST-SG",
            &["BT-SG-003"],
            &[],
            Check::By(|category| Ok(category.document().root().has(UUID))),
            "GST is broken down, and the invoice has no UUID.",
            "Write a new UUID into cbc:UUID.",
        ),
        fatal(
            "BR-111-GST-SG",
            &["IBT-22"],
            &[],
            Check::Always,
            "GST is broken down, and the credit note does not say in a note why it is issued.",
            "Write the reason into cbc:Note.",
        ),
        fatal(
            "BR-112-GST-SG",
            &["IBT-30"],
            &[],
            Check::By(|category| {
                Ok(category.document().root().leads_to(&[
                    ACCOUNTING_SUPPLIER_PARTY,
                    PARTY,
                    PARTY_LEGAL_ENTITY,
                    COMPANY_ID,
                ]))
            }),
            "GST is broken down, and the seller has no registration number.",
            "Write the UEN into the seller's cac:PartyLegalEntity/cbc:CompanyID.",
        ),
        fatal(
            "BR-113-GST-SG",
            &["IBT-6", "IBT-5"],
            &[],
            Check::By(currencies_fit),
            "GST is broken down, and the tax currency is wrong: SGD for an invoice in another currency, none for one in SGD.",
            "Write SGD into cbc:TaxCurrencyCode of an invoice in another currency; leave it out of one in SGD.",
        ),
    ]],
}];

/// `cac:TaxScheme/normalize-space(upper-case(cbc:ID)) = 'GST'`.
pub(super) fn is_gst(category: Element<'_>) -> Answer {
    for scheme in category.each(TAX_SCHEME) {
        if scheme.one(ID)?.is_some_and(|id| is_word_in_capitals(id.text(), "GST")) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `cac:TaxScheme/cbc:ID = 'GST'`, untrimmed and in this case of letters.
fn is_exactly_gst(holder: Element<'_>) -> bool {
    holder.along(&[TAX_SCHEME, ID]).any(|id| id.text() == "GST")
}

/// Whether a party called `name` anywhere has a GST number: two tax schemes in one registration stop the run.
pub(super) fn gst_number(element: Element<'_>, name: Name, path: &'static [Name]) -> Answer {
    for party in element.document().all(name).flat_map(|holder| holder.along(path)) {
        for registration in party.each(PARTY_TAX_SCHEME) {
            let scheme = registration.one(TAX_SCHEME)?;
            let id = scheme.map(|scheme| scheme.one(ID)).transpose()?.flatten();
            if id.is_some_and(|id| is_word_in_capitals(id.text(), "GST")) && registration.has(COMPANY_ID) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn seller_has_gst_number(category: Element<'_>) -> Answer {
    either(gst_number(category, ACCOUNTING_SUPPLIER_PARTY, &[PARTY]), || {
        gst_number(category, TAX_REPRESENTATIVE_PARTY, &[])
    })
}

/// A category that only a seller registered for GST uses. Two identifiers are an error of a context, so no match.
fn is_of_registered_seller(category: Element<'_>) -> Answer {
    const CATEGORIES: &str = " SR SRCA-S SRCA-C ZR SRRC SROVR-RS SROVR-LVG SRLVG NA ";
    let code = category.one(ID)?.map_or("", Element::text);
    Ok(CATEGORIES.contains(&format!(" {} ", normalized(code))))
}

fn has_street_and_post_code(category: Element<'_>, party: Name) -> bool {
    let root = category.document().root();
    let addresses = || root.each(party).flat_map(|party| party.along(&[PARTY, POSTAL_ADDRESS]));
    addresses().any(|address| address.has(STREET_NAME)) && addresses().any(|address| address.has(POSTAL_ZONE))
}

fn currencies_fit(category: Element<'_>) -> Answer {
    let root = category.document().root();
    let document = root.one(DOCUMENT_CURRENCY_CODE)?.map_or("", |code| trimmed(code.text()));
    if document == "SGD" {
        return Ok(!root.has(TAX_CURRENCY_CODE));
    }
    Ok(root.one(TAX_CURRENCY_CODE)?.is_some_and(|code| trimmed(code.text()) == "SGD"))
}

pub(super) fn item_has_gst_category(line: Element<'_>) -> Answer {
    let mut categories = line.along(&[ITEM, CLASSIFIED_TAX_CATEGORY]);
    Ok(categories.any(|category| is_exactly_gst(category) && category.has(ID)))
}

pub(super) fn breakdown_has_gst_category(subtotal: Element<'_>) -> Answer {
    Ok(subtotal.each(TAX_CATEGORY).any(|category| is_exactly_gst(category) && category.has(ID)))
}

pub(super) fn representative_has_gst_number(representative: Element<'_>) -> Answer {
    let mut registrations = representative.each(PARTY_TAX_SCHEME);
    Ok(registrations.any(|registration| is_exactly_gst(registration) && registration.has(COMPANY_ID)))
}

pub(super) fn seller_has_some_number(seller: Element<'_>) -> Answer {
    Ok(seller.leads_to(&[PARTY, PARTY_TAX_SCHEME, COMPANY_ID])
        || seller.leads_to(&[PARTY, PARTY_IDENTIFICATION, ID])
        || seller.leads_to(&[PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID]))
}

fn registrations(root: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    root.along(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME])
}

pub(super) fn seller_gst_numbers(root: Element<'_>) -> usize {
    registrations(root)
        .filter(|registration| is_exactly_gst(*registration))
        .map(|registration| registration.count(COMPANY_ID))
        .sum()
}

/// Identifiers directly in a registration for another tax, where UBL has none: in a valid document there are none.
pub(super) fn other_scheme_ids(root: Element<'_>) -> usize {
    registrations(root)
        .filter(|registration| registration.along(&[TAX_SCHEME, ID]).any(|id| id.text() != "GST"))
        .map(|registration| registration.count(ID))
        .sum()
}
