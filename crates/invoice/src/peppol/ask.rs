//! What the rules of Peppol ask of a document, as XPath answers it, errors included.

use crate::{
    document::{Document, Element},
    names::{CREDIT_NOTE, INVOICE, Name, SCHEME_ID, known::*},
    rule::{Answer, Cause, Stop, both},
    text::{normalized, part, trimmed},
};

/// `/*/name`.
pub(super) fn heads<'d>(document: &'d Document<'d>, name: Name) -> impl Iterator<Item = Element<'d>> {
    document.all(name).filter(|element| element.parent().is_some_and(|parent| parent.parent().is_none()))
}

/// The only one of `elements`, where a function takes one value or none.
pub(super) fn only<'d>(mut elements: impl Iterator<Item = Element<'d>>) -> Result<Option<Element<'d>>, Stop> {
    let first = elements.next();
    match elements.next() {
        Some(second) => Err(second.stop(Cause::MoreThanOne)),
        None => Ok(first),
    }
}

/// `path/text()` where a function takes one text node or none.
pub(super) fn text_of<'d>(element: Element<'d>, path: &'static [Name]) -> Result<Option<&'d str>, Stop> {
    let mut found = None;
    for end in element.along(path) {
        match end.texts() {
            0 => {}
            1 if found.is_none() => found = Some(end.own_text()?),
            _ => return Err(end.stop(Cause::MoreThanOne)),
        }
    }
    Ok(found)
}

/// `string(path)`: the text of the only element there, else nothing.
pub(super) fn string<'d>(element: Element<'d>, path: &[Name]) -> Result<&'d str, Stop> {
    Ok(element.one_along(path)?.map_or("", Element::text))
}

/// `normalize-space(path)` as far as it can be one word.
pub(super) fn word<'d>(element: Element<'d>, path: &[Name]) -> Result<&'d str, Stop> {
    string(element, path).map(trimmed)
}

/// `string-length(normalize-space(text))`.
pub(super) fn normal_length(text: &str) -> usize {
    normalized(text).chars().count()
}

/// `path = text`: whether some element there has exactly this text.
pub(super) fn has_text(element: Element<'_>, path: &'static [Name], text: &str) -> bool {
    element.along(path).any(|end| end.text() == text)
}

/// `path[boolean(normalize-space(.))]`: some element there is not blank.
pub(super) fn is_written(element: Element<'_>, path: &'static [Name]) -> bool {
    element.along(path).any(|end| !end.is_blank())
}

/// Registrations under the tax scheme written exactly VAT: `cac:PartyTaxScheme[cac:TaxScheme/cbc:ID = 'VAT']`.
pub(super) fn vat_schemes<'d>(party: Element<'d>) -> impl Iterator<Item = Element<'d>> {
    party.each(PARTY_TAX_SCHEME).filter(|scheme| has_text(*scheme, &[TAX_SCHEME, ID], "VAT"))
}

/// Identifiers under the tax scheme `wanted`, trimmed: `cac:PartyTaxScheme[normalize-space(cac:TaxScheme/cbc:ID) =
/// wanted]/cbc:CompanyID`.
pub(super) fn tax_ids<'d>(party: Element<'d>, wanted: &str) -> Result<Vec<Element<'d>>, Stop> {
    let mut ids = Vec::new();
    for scheme in party.each(PARTY_TAX_SCHEME) {
        if word(scheme, &[TAX_SCHEME, ID])? == wanted {
            ids.extend(scheme.each(COMPANY_ID));
        }
    }
    Ok(ids)
}

/// The parties of `/*/name/path`.
fn parties<'d>(
    document: &'d Document<'d>,
    name: Name,
    path: &'static [Name],
) -> impl Iterator<Item = Element<'d>> {
    heads(document, name).flat_map(move |head| head.along(path))
}

/// The first two characters of the only VAT identifier, trimmed and in capitals; two identifiers are an error.
fn vat_country<'d>(parties: impl Iterator<Item = Element<'d>>) -> Result<Option<String>, Stop> {
    let mut schemes = parties.flat_map(vat_schemes);
    let Some(scheme) = schemes.next() else { return Ok(None) };
    if let Some(second) = schemes.next() {
        return Err(second.stop(Cause::MoreThanOne));
    }
    let country = part(string(scheme, &[COMPANY_ID])?, 0, 2);
    Ok((!country.is_empty()).then(|| trimmed(&country).to_uppercase()))
}

const COUNTRY_CODE: &[Name] = &[POSTAL_ADDRESS, COUNTRY, IDENTIFICATION_CODE];

fn postal_country<'d>(
    document: &'d Document<'d>,
    name: Name,
    path: &'static [Name],
) -> Result<Option<String>, Stop> {
    let codes = parties(document, name, path).flat_map(|party| party.along(COUNTRY_CODE));
    Ok(only(codes)?.map(|code| normalized(&code.text().to_uppercase())))
}

/// The seller's country: of its VAT identifier, else of its representative's, else of its address.
pub(super) fn supplier_country(document: &Document<'_>) -> Result<String, Stop> {
    if let Some(country) = vat_country(parties(document, ACCOUNTING_SUPPLIER_PARTY, &[PARTY]))? {
        return Ok(country);
    }
    if let Some(country) = vat_country(parties(document, TAX_REPRESENTATIVE_PARTY, &[]))? {
        return Ok(country);
    }
    Ok(postal_country(document, ACCOUNTING_SUPPLIER_PARTY, &[PARTY])?.unwrap_or_default())
}

/// The same of the seller or the buyer, without a representative.
pub(super) fn party_country(document: &Document<'_>, name: Name) -> Result<String, Stop> {
    if let Some(country) = vat_country(parties(document, name, &[PARTY]))? {
        return Ok(country);
    }
    Ok(postal_country(document, name, &[PARTY])?.unwrap_or_default())
}

/// Whether the country of an address is `wanted`, trimmed and in any case.
pub(super) fn lives_in(document: &Document<'_>, party: Name, wanted: &str) -> Answer {
    let path: &[Name] = if party == TAX_REPRESENTATIVE_PARTY { &[] } else { &[PARTY] };
    Ok(postal_country(document, party, path)?.is_some_and(|country| country == wanted))
}

/// Whether seller and buyer both live in `wanted`.
pub(super) fn both_live_in(document: &Document<'_>, wanted: &str) -> Answer {
    both(lives_in(document, ACCOUNTING_SUPPLIER_PARTY, wanted), || {
        lives_in(document, ACCOUNTING_CUSTOMER_PARTY, wanted)
    })
}

/// Whether the only country of an address is `wanted`, untrimmed; two are an error.
pub(super) fn is_exactly_from(document: &Document<'_>, party: Name, wanted: &str) -> Answer {
    let codes = parties(document, party, &[PARTY]).flat_map(|party| party.along(COUNTRY_CODE));
    Ok(only(codes)?.is_some_and(|code| code.text() == wanted))
}

/// Whether a party's address names `wanted`, untrimmed.
pub(super) fn address_says(party: Element<'_>, wanted: &str) -> bool {
    has_text(party, COUNTRY_CODE, wanted)
}

/// `some $code in list satisfies @schemeID = $code`, for one code.
pub(super) fn has_scheme(id: Element<'_>, scheme: &str) -> Answer {
    Ok(id.attribute(SCHEME_ID) == Some(scheme))
}

/// Whether the document's root is an invoice. Roots of other names are not read.
pub(super) fn is_invoice(element: Element<'_>) -> bool {
    let root = element.document().root().name();
    debug_assert!(root == INVOICE || root == CREDIT_NOTE, "only these two are read");
    root == INVOICE
}
