//! Rules about seller and buyer: electronic address, postal address, names, registrations.

use super::{head::only, is_listed, word};
use crate::{
    document::Element,
    names::{SCHEME_ID, known::*},
    rule::{Answer, Check, Context, Rule, Template, fatal},
};

pub(super) const SELLER: &[Template] = &[
    Template {
        pattern: 4,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY])],
        rules: &[&[fatal(
            "IRASC5-017",
            &["IBT-034"],
            &[],
            Check::Exists(&[ENDPOINT_ID]),
            "The seller has no electronic address.",
            "Write it into the seller's cbc:EndpointID, as SGUEN200312345H with schemeID 0195.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, ENDPOINT_ID])],
        rules: &[&[fatal(
            "IRASC5-018",
            &["IBT-034"],
            &[],
            Check::HasAttribute(SCHEME_ID),
            "The electronic address of the seller does not say of which scheme it is.",
            "Add schemeID, which is 0195 for a UEN.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(&[ENDPOINT_ID]).when(|id| Ok(id.attribute(SCHEME_ID).is_some()))],
        rules: &[&[fatal(
            "IRASC5-019",
            &["IBT-034-1", "IBT-049-1"],
            &[],
            Check::By(|id| is_listed(id.attribute(SCHEME_ID).unwrap_or(""), "IRASC5-019")),
            "IRAS does not know the scheme of the buyer's electronic address: its list is older, without 0218, 0225, 0235, 0240, 0242 or 0244 to 0248.",
            "Write a scheme of that list into schemeID: 0195 for a UEN, 9932 for a British VAT number, 0088 for a GLN.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS])],
        rules: &[&[
            fatal(
                "IRASC5-020",
                &["IBT-035"],
                &[STREET_NAME],
                Check::Filled(&[STREET_NAME]),
                "The seller's address has no street.",
                "Write it into cbc:StreetName of the seller's cac:PostalAddress.",
            ),
            fatal(
                "IRASC5-021",
                &["IBT-038"],
                &[POSTAL_ZONE],
                Check::Filled(&[POSTAL_ZONE]),
                "The seller's address has no post code.",
                "Write it into cbc:PostalZone of the seller's cac:PostalAddress.",
            ),
            fatal(
                "IRASC5-022",
                &["IBG-05", "IBT-040"],
                &[COUNTRY, IDENTIFICATION_CODE],
                Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
                "The seller's address has no country.",
                "Write its code into cac:Country/cbc:IdentificationCode, as SG.",
            ),
        ]],
    },
];

pub(super) const REGISTRATION: &[Rule] = &[
    fatal(
        "IRASC5-023",
        &["IBT-031"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME],
        Check::By(seller_has_one_gst_number),
        "The seller has no GST number, or more than one.",
        "Write one cac:PartyTaxScheme of the seller: the number in cbc:CompanyID, GST in cac:TaxScheme/cbc:ID.",
    ),
    fatal(
        "IRASC5-024",
        &["IBT-031-1", "IBT-031"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME, TAX_SCHEME, ID],
        Check::By(|root| {
            Ok(word(root, &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME, TAX_SCHEME, ID])? == "GST")
        }),
        "The tax under which the seller is registered is not GST.",
        "Write GST into cac:TaxScheme/cbc:ID of the seller's cac:PartyTaxScheme.",
    ),
    fatal(
        "IRASC5-025",
        &["IBT-027"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME],
        Check::Filled(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME]),
        "The seller has no name.",
        "Write it into cbc:RegistrationName of the seller's cac:PartyLegalEntity.",
    ),
    fatal(
        "IRASC5-026",
        &["IBT-030"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID],
        Check::Filled(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID]),
        "The seller has no registration number.",
        "Write the UEN into cbc:CompanyID of the seller's cac:PartyLegalEntity.",
    ),
];

pub(super) const BUYER: &[Template] = &[
    Template {
        pattern: 5,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY])],
        rules: &[&[fatal(
            "IRASC5-027",
            &["IBT-049"],
            &[],
            Check::Exists(&[ENDPOINT_ID]),
            "The buyer has no electronic address.",
            "Write it into the buyer's cbc:EndpointID, as SGUEN200312345H with schemeID 0195.",
        )]],
    },
    Template {
        pattern: 5,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, ENDPOINT_ID])],
        rules: &[&[fatal(
            "IRASC5-028",
            &["IBT-049"],
            &[],
            Check::HasAttribute(SCHEME_ID),
            "The electronic address of the buyer does not say of which scheme it is.",
            "Add schemeID: 0195 for a UEN, 9932 for a British VAT number.",
        )]],
    },
    Template {
        pattern: 5,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS])],
        rules: &[&[
            fatal(
                "IRASC5-029",
                &["IBT-050"],
                &[STREET_NAME],
                Check::Filled(&[STREET_NAME]),
                "The buyer's address has no street.",
                "Write it into cbc:StreetName of the buyer's cac:PostalAddress.",
            ),
            fatal(
                "IRASC5-030",
                &["IBT-053"],
                &[POSTAL_ZONE],
                Check::Filled(&[POSTAL_ZONE]),
                "The buyer's address has no post code.",
                "Write it into cbc:PostalZone of the buyer's cac:PostalAddress.",
            ),
            fatal(
                "IRASC5-031",
                &["IBG-08", "IBT-055"],
                &[COUNTRY, IDENTIFICATION_CODE],
                Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
                "The buyer's address has no country.",
                "Write its code into cac:Country/cbc:IdentificationCode, as GB.",
            ),
        ]],
    },
];

pub(super) const BUYER_NAMES: &[Rule] = &[
    fatal(
        "IRASC5-033",
        &["IBT-044"],
        &[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME],
        Check::Filled(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME]),
        "The buyer has no name.",
        "Write it into cbc:RegistrationName of the buyer's cac:PartyLegalEntity.",
    ),
    fatal(
        "IRASC5-034",
        &["IBT-047"],
        &[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID],
        Check::Filled(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID]),
        "The buyer has no registration number.",
        "Write it into cbc:CompanyID of the buyer's cac:PartyLegalEntity: the UEN, or the number in the buyer's country.",
    ),
];

/// One registration under exactly GST, trimmed, and it has a number.
fn seller_has_one_gst_number(root: Element<'_>) -> Answer {
    let mut under_gst = Vec::new();
    for registration in root.along(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME]) {
        if word(registration, &[TAX_SCHEME, ID])? == "GST" {
            under_gst.push(registration);
        }
    }
    Ok(under_gst.len() == 1 && only(&under_gst, COMPANY_ID)?.is_some_and(|number| !number.is_blank()))
}
