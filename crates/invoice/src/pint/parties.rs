//! Rules about seller, buyer, payee, tax representative, and their addresses.

use crate::{
    document::Element,
    en16931::parties::payee_is_another,
    names::{SCHEME_ID, known::*},
    rule::{Answer, Check, Context, Template, fatal},
    text::is_in_capitals,
};

pub(super) const BUYER: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY])],
        rules: &[&[fatal(
            "ibr-080",
            &["IBT-49"],
            &[],
            Check::Exists(&[ENDPOINT_ID]),
            "The buyer has no electronic address.",
            "Add cbc:EndpointID with schemeID, for a Singapore buyer scheme 0195 and SGUEN with the UEN.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, ENDPOINT_ID])],
        rules: &[&[fatal(
            "ibr-063",
            &["IBT-49"],
            &[],
            Check::HasAttribute(SCHEME_ID),
            "The buyer's electronic address does not say in which scheme it is.",
            "Add schemeID, for example 0195 for a Singapore UEN.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS])],
        rules: &[&[
            fatal(
                "ibr-011",
                &["IBG-8", "IBT-55"],
                &[COUNTRY, IDENTIFICATION_CODE],
                Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
                "The buyer's address has no country.",
                "Write the country into cac:Country/cbc:IdentificationCode, as SG.",
            ),
            fatal(
                "ibr-sr-54",
                &["IBT-163"],
                &[ADDRESS_LINE, LINE],
                Check::AtMostOne(&[ADDRESS_LINE, LINE]),
                "The buyer's address has more than one additional line.",
                "Keep one cac:AddressLine/cbc:Line.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[DELIVERY, DELIVERY_LOCATION, ADDRESS])],
        rules: &[&[
            fatal(
                "ibr-057",
                &["IBG-15", "IBT-80"],
                &[],
                Check::Exists(&[COUNTRY, IDENTIFICATION_CODE]),
                "The address of delivery has no country.",
                "Add cac:Country/cbc:IdentificationCode, as SG.",
            ),
            fatal(
                "ibr-sr-56",
                &["IBT-165"],
                &[ADDRESS_LINE, LINE],
                Check::AtMostOne(&[ADDRESS_LINE, LINE]),
                "The address of delivery has more than one additional line.",
                "Keep one cac:AddressLine/cbc:Line.",
            ),
        ]],
    },
];

pub(super) const PAYEE: &[Template] = &[Template {
    pattern: 0,
    contexts: &[Context::new(&[PAYEE_PARTY])],
    rules: &[&[
        fatal(
            "ibr-017",
            &["IBT-59", "IBG-10", "IBG-4"],
            &[PARTY_NAME, NAME],
            Check::By(payee_is_another),
            "The payee has no name, or has a name or identifier of the seller.",
            "Name the payee in cac:PartyName/cbc:Name; leave cac:PayeeParty out where the seller is paid.",
        ),
        fatal(
            "ibr-105",
            &["IBT-60", "IBG-10", "IBG-4"],
            &[PARTY_IDENTIFICATION, ID],
            Check::By(|payee| Ok(payee_numbers(payee) <= 1 || is_named_as_seller(payee))),
            "The payee has more than one identifier.",
            "Keep one cac:PartyIdentification, besides one of scheme SEPA.",
        ),
        fatal(
            "ibr-106",
            &["IBT-61", "IBG-10", "IBG-4"],
            &[PARTY_LEGAL_ENTITY, COMPANY_ID],
            Check::By(|payee| {
                Ok(payee.count_along(&[PARTY_LEGAL_ENTITY, COMPANY_ID]) <= 1 || is_named_as_seller(payee))
            }),
            "The payee has more than one registration number.",
            "Keep one cac:PartyLegalEntity/cbc:CompanyID.",
        ),
        fatal(
            "ibr-sr-19",
            &["IBT-59"],
            &[PARTY_NAME, NAME],
            Check::By(|payee| Ok(payee.count_along(&[PARTY_NAME, NAME]) <= 1 || is_named_as_seller(payee))),
            "The payee has more than one name.",
            "Keep one cac:PartyName.",
        ),
    ]],
}];

pub(super) const SELLER: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY])],
        rules: &[&[
            fatal(
                "ibr-co-26",
                &["IBT-29", "IBT-30", "IBT-31"],
                &[],
                Check::By(has_some_number),
                "The buyer cannot identify the seller by a number: no identifier, no registration number, no tax number.",
                "Give one: cac:PartyIdentification/cbc:ID, cac:PartyLegalEntity/cbc:CompanyID, or cac:PartyTaxScheme/cbc:CompanyID.",
            ),
            fatal(
                "ibr-081",
                &["IBT-34"],
                &[],
                Check::Exists(&[ENDPOINT_ID]),
                "The seller has no electronic address.",
                "Add cbc:EndpointID with schemeID, for a Singapore seller scheme 0195 and SGUEN with the UEN.",
            ),
            fatal(
                "ibr-sr-42",
                &[],
                &[PARTY_TAX_SCHEME],
                Check::By(|party| Ok(party.count(PARTY_TAX_SCHEME) <= 2)),
                "The seller has more than two tax registrations.",
                "Keep at most two cac:PartyTaxScheme.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, ENDPOINT_ID])],
        rules: &[&[fatal(
            "ibr-062",
            &["IBT-34"],
            &[],
            Check::HasAttribute(SCHEME_ID),
            "The seller's electronic address does not say in which scheme it is.",
            "Add schemeID, for example 0195 for a Singapore UEN.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS])],
        rules: &[&[
            fatal(
                "ibr-009",
                &["IBG-5", "IBT-40"],
                &[COUNTRY, IDENTIFICATION_CODE],
                Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
                "The seller's address has no country.",
                "Write the country into cac:Country/cbc:IdentificationCode, as SG.",
            ),
            fatal(
                "ibr-sr-53",
                &["IBT-162"],
                &[ADDRESS_LINE, LINE],
                Check::AtMostOne(&[ADDRESS_LINE, LINE]),
                "The seller's address has more than one additional line.",
                "Keep one cac:AddressLine/cbc:Line.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[TAX_REPRESENTATIVE_PARTY])],
        rules: &[&[
            fatal(
                "ibr-018",
                &["IBT-62", "IBG-4", "IBG-11"],
                &[PARTY_NAME, NAME],
                Check::Filled(&[PARTY_NAME, NAME]),
                "The seller's tax representative has no name.",
                "Write it into cac:PartyName/cbc:Name.",
            ),
            fatal(
                "ibr-019",
                &["IBG-12", "IBG-4", "IBG-11"],
                &[],
                Check::Exists(&[POSTAL_ADDRESS]),
                "The seller's tax representative has no postal address.",
                "Add cac:PostalAddress.",
            ),
            fatal(
                "ibr-056",
                &["IBG-11", "IBT-63"],
                &[],
                Check::Exists(&[PARTY_TAX_SCHEME, COMPANY_ID]),
                "The seller's tax representative has no tax number.",
                "Write it into cac:PartyTaxScheme/cbc:CompanyID.",
            ),
            fatal(
                "ibr-sr-22",
                &["IBT-62"],
                &[PARTY_NAME, NAME],
                Check::AtMostOne(&[PARTY_NAME, NAME]),
                "The seller's tax representative has more than one name.",
                "Keep one cac:PartyName.",
            ),
            fatal(
                "ibr-sr-23",
                &["IBT-63"],
                &[],
                Check::AtMostOne(&[PARTY, PARTY_TAX_SCHEME, COMPANY_ID]),
                "The seller's tax representative has more than one tax number.",
                "Keep one cac:PartyTaxScheme.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS])],
        rules: &[&[
            fatal(
                "ibr-020",
                &["IBG-12", "IBT-69", "IBG-4", "IBG-11"],
                &[COUNTRY, IDENTIFICATION_CODE],
                Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
                "The address of the tax representative has no country.",
                "Write the country into cac:Country/cbc:IdentificationCode, as SG.",
            ),
            fatal(
                "ibr-sr-55",
                &["IBT-164"],
                &[ADDRESS_LINE, LINE],
                Check::AtMostOne(&[ADDRESS_LINE, LINE]),
                "The address of the tax representative has more than one additional line.",
                "Keep one cac:AddressLine/cbc:Line.",
            ),
        ]],
    },
];

/// A number whose scheme is SEPA, untrimmed and in any case of letters, does not count; one without a scheme does.
fn payee_numbers(payee: Element<'_>) -> usize {
    payee
        .along(&[PARTY_IDENTIFICATION, ID])
        .filter(|id| !is_in_capitals(id.attribute(SCHEME_ID).unwrap_or(""), "SEPA"))
        .count()
}

/// By its own name and the seller's registered name, both untrimmed.
fn is_named_as_seller(payee: Element<'_>) -> bool {
    const SELLER_NAME: &[crate::names::Name] =
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME];
    payee.parent().is_some_and(|root| {
        payee
            .along(&[PARTY_NAME, NAME])
            .any(|name| root.along(SELLER_NAME).any(|seller| seller.text() == name.text()))
    })
}

fn has_some_number(party: Element<'_>) -> Answer {
    Ok(party.leads_to(&[PARTY_TAX_SCHEME, COMPANY_ID])
        || party.leads_to(&[PARTY_IDENTIFICATION, ID])
        || party.leads_to(&[PARTY_LEGAL_ENTITY, COMPANY_ID]))
}
