//! Rules about seller, buyer, payee and tax representative.

use super::head::is_no_bank_creditor;
use crate::{
    document::Element,
    facts::{is_vat, is_vat_once},
    names::{SCHEME_ID, known::*},
    rule::{Answer, Check, Context, Template, fatal},
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, ENDPOINT_ID])],
        rules: &[&[fatal(
            "BR-63",
            &["BT-49"],
            &[],
            Check::HasAttribute(SCHEME_ID),
            "The buyer's electronic address does not say in which scheme it is.",
            "Add schemeID to cbc:EndpointID, for example 0195 for a Singapore UEN or 9932 for a British VAT number.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS])],
        rules: &[&[fatal(
            "BR-11",
            &["BT-55"],
            &[COUNTRY, IDENTIFICATION_CODE],
            Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
            "The buyer's address has no country.",
            "Write the country into cac:Country/cbc:IdentificationCode, as SG.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PAYEE_PARTY])],
        rules: &[&[fatal(
            "BR-17",
            &["BT-59", "BT-60"],
            &[PARTY_NAME, NAME],
            Check::By(payee_is_another),
            "The payee has no name, or has a name or identifier of the seller.",
            "Name the payee in cac:PartyName/cbc:Name; leave cac:PayeeParty out where the seller is paid.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY])],
        rules: &[&[fatal(
            "BR-CO-26",
            &["BT-29", "BT-30", "BT-31"],
            &[],
            Check::By(seller_can_be_identified),
            "The buyer cannot identify the seller by a number: no identifier, no registration number, no VAT number.",
            "Give one: cac:PartyIdentification/cbc:ID, cac:PartyLegalEntity/cbc:CompanyID, or cac:PartyTaxScheme/cbc:CompanyID with scheme VAT.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, ENDPOINT_ID])],
        rules: &[&[fatal(
            "BR-62",
            &["BT-34"],
            &[],
            Check::HasAttribute(SCHEME_ID),
            "The seller's electronic address does not say in which scheme it is.",
            "Add schemeID to cbc:EndpointID, for example 9932 for a British VAT number or 0195 for a Singapore UEN.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS])],
        rules: &[&[fatal(
            "BR-09",
            &["BT-40"],
            &[COUNTRY, IDENTIFICATION_CODE],
            Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
            "The seller's address has no country.",
            "Write the country into cac:Country/cbc:IdentificationCode, as GB.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[TAX_REPRESENTATIVE_PARTY])],
        rules: &[&[
            fatal(
                "BR-18",
                &["BT-62"],
                &[PARTY_NAME, NAME],
                Check::Filled(&[PARTY_NAME, NAME]),
                "The tax representative has no name.",
                "Write the name into cac:PartyName/cbc:Name.",
            ),
            fatal(
                "BR-19",
                &["BG-12"],
                &[],
                Check::Exists(&[POSTAL_ADDRESS]),
                "The tax representative has no postal address.",
                "Add cac:PostalAddress to cac:TaxRepresentativeParty.",
            ),
            fatal(
                "BR-56",
                &["BT-63"],
                &[],
                Check::By(|party| vat_number(party, true)),
                "The tax representative has no VAT number.",
                "Write it into cac:PartyTaxScheme/cbc:CompanyID, with cac:TaxScheme/cbc:ID VAT.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS])],
        rules: &[&[fatal(
            "BR-20",
            &["BT-69"],
            &[COUNTRY, IDENTIFICATION_CODE],
            Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
            "The tax representative's address has no country.",
            "Write the country into cac:Country/cbc:IdentificationCode.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PARTY_TAX_SCHEME]).when(is_vat)],
        rules: &[&[fatal(
            "BR-CO-09",
            &["BT-31", "BT-48", "BT-63"],
            &[COMPANY_ID],
            Check::By(begins_with_a_country),
            "A VAT number does not begin with the country that issued it.",
            "Write the country's two letters before the number, as GB831495816; Greece is EL, Northern Ireland XI.",
        )]],
    },
];

/// Whether a scheme of `holder`, which has schemes as children, is VAT and has a number. `once`: two schemes in one stop.
pub(super) fn vat_number(holder: Element<'_>, once: bool) -> Answer {
    for scheme in holder.each(PARTY_TAX_SCHEME) {
        let vat = if once { is_vat_once(scheme)? } else { is_vat(scheme)? };
        if vat && scheme.has(COMPANY_ID) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// By trading name and identifiers, both untrimmed.
pub(crate) fn payee_is_another(payee: Element<'_>) -> Answer {
    if !payee.leads_to(&[PARTY_NAME, NAME]) {
        return Ok(false);
    }
    let Some(beside) = payee.parent() else { return Ok(true) };
    let shares = |own: &'static [crate::names::Name], seller: &'static [crate::names::Name]| {
        payee.along(own).any(|mine| beside.along(seller).any(|theirs| mine.text() == theirs.text()))
    };
    Ok(!shares(&[PARTY_NAME, NAME], &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_NAME, NAME])
        && !shares(
            &[PARTY_IDENTIFICATION, ID],
            &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_IDENTIFICATION, ID],
        ))
}

fn seller_can_be_identified(seller: Element<'_>) -> Answer {
    for party in seller.each(PARTY) {
        if vat_number(party, false)? {
            return Ok(true);
        }
    }
    Ok(seller.along(&[PARTY, PARTY_IDENTIFICATION, ID]).any(is_no_bank_creditor)
        || seller.leads_to(&[PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID]))
}

/// The official test looks for the first two characters anywhere in the list of countries, spaces and all: an absent
/// number and `E ` pass.
fn begins_with_a_country(scheme: Element<'_>) -> Answer {
    let number = scheme.one(COMPANY_ID)?.map_or("", Element::text);
    let end = number.char_indices().nth(2).map_or(number.len(), |(end, _)| end);
    Ok(super::codes::straddles("BR-CO-09", number.get(..end).unwrap_or("")))
}
