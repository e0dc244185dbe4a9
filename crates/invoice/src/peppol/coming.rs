//! What the release of November 2026 says otherwise than that of May: identifiers, and which elements stand exactly once.
//!
//! Written from the release notes of 3.0.22 and from the Schematron of Self-Billing, whose rules R140 to R276 the notes give
//! to Billing under the same numbers. Nobody has recorded yet what the new artefacts answer.

use super::{
    ask::{has_scheme, lives_in, word},
    identifiers::{TERMS, is_dutch_vat, is_dutch_vat_id, scheme},
};
use crate::{
    coming::{ComingRelease, Eased},
    digits,
    document::Element,
    names::{CREDIT_NOTE, INVOICE, known::*},
    rule::{Answer, Check, Context, RuleSet, Template, fatal, warning},
    text::{is_digits, trimmed},
};

/// Billing 3.0.22, as far as it differs.
pub(crate) static BILLING: ComingRelease = ComingRelease {
    rules: RuleSet {
        name: "peppol",
        title: "Peppol BIS Billing 3.0 for UBL 2.1",
        version: "3.0.22",
        valid_from: "2027-02-24",
        valid_to: None,
        source: "OpenPeppol, Peppol BIS Billing 3.0.22, published on 23 November 2026",
        templates: &[IDENTIFIERS, OF_CREDIT_NOTES, OF_INVOICES],
        unused: "",
    },
    eased: &[
        Eased { rule: "GR-R-001-5", when: |_| true, why: "The rule is gone." },
        Eased {
            rule: "SE-R-006",
            when: |document| {
                let within = lives_in(document, ACCOUNTING_CUSTOMER_PARTY, "SE");
                within.is_ok_and(|within| !within)
            },
            why: "It then holds where the buyer too is in Sweden.",
        },
    ],
    not_held: "the Slovak rules SK-R-001 to SK-R-007, and what P0112 then says of Slovakia",
};

/// Self-Billing of November 2026, as far as it differs.
pub(crate) static SELF_BILLING: ComingRelease = ComingRelease {
    rules: RuleSet {
        name: "peppol-sb",
        title: "Peppol BIS Self-Billing 3.0 for UBL 2.1",
        version: "2026.11",
        valid_from: "2027-02-24",
        valid_to: None,
        source: "OpenPeppol, Peppol BIS Self-Billing, release of November 2026",
        templates: &[IDENTIFIERS, OF_CREDIT_NOTES, OF_INVOICES],
        unused: "",
    },
    eased: &[],
    not_held: "",
};

const VAT_TERMS: &[&str] = &["BT-31", "BT-48", "BT-63"];

const IDENTIFIERS: &[Template] = &[
    scheme!(
        fatal,
        "PEPPOL-COMMON-R040",
        "0088",
        |id| Ok(is_digits(trimmed(id.text()), 13) && digits::gln(trimmed(id.text()))),
        "A GLN is not thirteen digits, or its check digit is wrong.",
        "Write the 13 digits of the GLN as GS1 issued them."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R043",
        "0208",
        |id| Ok(is_belgian(trimmed(id.text()))),
        "A Belgian enterprise number is not ten digits that begin with 0 or 1, or its check digits are wrong.",
        "Write the ten digits as the Crossroads Bank has them."
    ),
    Template {
        pattern: 2,
        contexts: &[Context::new(&[PARTY_TAX_SCHEME, COMPANY_ID]).when(|id| is_vat_id_of(id, "BE", false))],
        rules: &[&[warning(
            "PEPPOL-COMMON-R062",
            VAT_TERMS,
            &[],
            Check::By(|id| {
                let id = trimmed(id.text()).to_uppercase();
                Ok(id.strip_prefix("BE").is_some_and(is_belgian))
            }),
            "A Belgian VAT identifier is not BE and an enterprise number.",
            "Write BE and the ten digits of the enterprise number.",
        )]],
    },
    scheme!(
        fatal,
        "PEPPOL-COMMON-R054",
        "0106",
        |id| Ok(is_digits(trimmed(id.text()), 8)),
        "A Dutch chamber of commerce number is not eight digits.",
        "Write the eight digits of the KVK number."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R055",
        "0190",
        |id| Ok(is_digits(trimmed(id.text()), 20)),
        "A Dutch public organisation number is not twenty digits.",
        "Write the twenty digits of the OIN."
    ),
    scheme!(
        fatal,
        "PEPPOL-COMMON-R056-1",
        "9944",
        |id| Ok(is_dutch_vat(id.text())),
        "A Dutch VAT number is not NL, nine digits, B and two digits.",
        "Write it as NL123456789B01."
    ),
    Template {
        pattern: 2,
        contexts: &[Context::new(&[PARTY_TAX_SCHEME, COMPANY_ID]).when(is_dutch_vat_id)],
        rules: &[&[fatal(
            "PEPPOL-COMMON-R056-2",
            VAT_TERMS,
            &[],
            Check::By(|id| Ok(is_dutch_vat(id.text()))),
            "A Dutch VAT identifier is not NL, nine digits, B and two digits.",
            "Write it as NL123456789B01.",
        )]],
    },
    scheme!(
        fatal,
        "PEPPOL-COMMON-R057",
        "0217",
        |id| Ok(is_digits(trimmed(id.text()), 12)),
        "A Dutch establishment number is not twelve digits.",
        "Write the twelve digits of the Vestigingsnummer."
    ),
    Template {
        pattern: 2,
        contexts: &[Context::new(&[PARTY_TAX_SCHEME, COMPANY_ID]).when(|id| is_vat_id_of(id, "LU", true))],
        rules: &[&[warning(
            "PEPPOL-COMMON-R058",
            VAT_TERMS,
            &[],
            Check::By(|id| Ok(digits::luxembourg_vat(&trimmed(id.text()).to_uppercase()))),
            "A VAT identifier of Luxembourg is not LU and eight digits, or its check digits are wrong.",
            "Write LU and the eight digits.",
        )]],
    },
    scheme!(
        warning,
        "PEPPOL-COMMON-R059",
        "0240",
        |id| Ok(digits::luxembourg_register(trimmed(id.text()))),
        "A Matricule of Luxembourg is not eleven digits with a legal form from 20 to 99, or its check digit is wrong.",
        "Write the eleven digits of the register of legal persons."
    ),
];

fn is_belgian(number: &str) -> bool {
    number.starts_with(['0', '1']) && digits::belgian(number)
}

/// A number under the tax scheme VAT that begins with `country`.
fn is_vat_id_of(id: Element<'_>, country: &str, in_any_case: bool) -> Answer {
    let Some(scheme) = id.parent() else { return Ok(false) };
    let begin: String = trimmed(id.text()).chars().take(2).collect();
    let begins = begin == country || (in_any_case && begin.to_uppercase() == country);
    Ok(word(scheme, &[TAX_SCHEME, ID])? == "VAT" && begins)
}

/// Elements of which exactly one stands at the end of a path: number of the rule, name, name as a person reads it.
macro_rules! once {
    ([$($path:ident),*], $($number:literal $name:ident $text:literal),*) => {
        Template {
            pattern: 13,
            contexts: &[Context::new(&[$($path),*])],
            rules: &[&[$(fatal(
                concat!("PEPPOL-EN16931-R", $number),
                &[],
                &[],
                Check::ExactlyOne($name),
                concat!("Not exactly one ", $text, " stands here."),
                concat!("Write one ", $text, " here, and no second."),
            )),*]],
        }
    };
}

const OF_CREDIT_NOTES: &[Template] = &[
    once!([CREDIT_NOTE], "140" ACCOUNTING_CUSTOMER_PARTY "cac:AccountingCustomerParty", "205" CREDIT_NOTE_TYPE_CODE "cbc:CreditNoteTypeCode", "206" CUSTOMIZATION_ID "cbc:CustomizationID", "207" DOCUMENT_CURRENCY_CODE "cbc:DocumentCurrencyCode", "208" PROFILE_ID "cbc:ProfileID"),
    once!([CREDIT_NOTE, ACCOUNTING_CUSTOMER_PARTY], "141" PARTY "cac:Party"),
    once!([CREDIT_NOTE, ACCOUNTING_CUSTOMER_PARTY, PARTY], "142" PARTY_LEGAL_ENTITY "cac:PartyLegalEntity", "146" POSTAL_ADDRESS "cac:PostalAddress", "150" ENDPOINT_ID "cbc:EndpointID"),
    once!([CREDIT_NOTE, ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY], "143" REGISTRATION_NAME "cbc:RegistrationName"),
    once!([CREDIT_NOTE, ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_TAX_SCHEME], "145" COMPANY_ID "cbc:CompanyID"),
    once!([CREDIT_NOTE, ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_TAX_SCHEME, TAX_SCHEME], "144" ID "cbc:ID"),
    once!([CREDIT_NOTE, ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS], "148" COUNTRY "cac:Country"),
    once!([CREDIT_NOTE, ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS, ADDRESS_LINE], "147" LINE "cbc:Line"),
    once!([CREDIT_NOTE, ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS, COUNTRY], "149" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([CREDIT_NOTE, ACCOUNTING_SUPPLIER_PARTY], "151" PARTY "cac:Party"),
    once!([CREDIT_NOTE, ACCOUNTING_SUPPLIER_PARTY, PARTY], "152" PARTY_LEGAL_ENTITY "cac:PartyLegalEntity", "156" POSTAL_ADDRESS "cac:PostalAddress", "160" ENDPOINT_ID "cbc:EndpointID"),
    once!([CREDIT_NOTE, ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY], "153" REGISTRATION_NAME "cbc:RegistrationName"),
    once!([CREDIT_NOTE, ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME], "155" COMPANY_ID "cbc:CompanyID"),
    once!([CREDIT_NOTE, ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME, TAX_SCHEME], "154" ID "cbc:ID"),
    once!([CREDIT_NOTE, ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS], "158" COUNTRY "cac:Country"),
    once!([CREDIT_NOTE, ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS, ADDRESS_LINE], "157" LINE "cbc:Line"),
    once!([CREDIT_NOTE, ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS, COUNTRY], "159" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([CREDIT_NOTE, ADDITIONAL_DOCUMENT_REFERENCE, ATTACHMENT, EXTERNAL_REFERENCE], "161" URI "cbc:URI"),
    once!([CREDIT_NOTE, ALLOWANCE_CHARGE], "162" TAX_CATEGORY "cac:TaxCategory"),
    once!([CREDIT_NOTE, ALLOWANCE_CHARGE, TAX_CATEGORY], "163" TAX_SCHEME "cac:TaxScheme", "165" ID "cbc:ID"),
    once!([CREDIT_NOTE, ALLOWANCE_CHARGE, TAX_CATEGORY, TAX_SCHEME], "164" ID "cbc:ID"),
    once!([CREDIT_NOTE, BILLING_REFERENCE], "166" INVOICE_DOCUMENT_REFERENCE "cac:InvoiceDocumentReference"),
    once!([CREDIT_NOTE, CREDIT_NOTE_LINE], "168" ITEM "cac:Item", "177" PRICE "cac:Price", "178" CREDITED_QUANTITY "cbc:CreditedQuantity", "179" LINE_EXTENSION_AMOUNT "cbc:LineExtensionAmount"),
    once!([CREDIT_NOTE, CREDIT_NOTE_LINE, DOCUMENT_REFERENCE], "167" DOCUMENT_TYPE_CODE "cbc:DocumentTypeCode"),
    once!([CREDIT_NOTE, CREDIT_NOTE_LINE, ITEM], "170" CLASSIFIED_TAX_CATEGORY "cac:ClassifiedTaxCategory", "176" NAME "cbc:Name"),
    once!([CREDIT_NOTE, CREDIT_NOTE_LINE, ITEM, ADDITIONAL_ITEM_PROPERTY], "169" VALUE "cbc:Value"),
    once!([CREDIT_NOTE, CREDIT_NOTE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY], "171" TAX_SCHEME "cac:TaxScheme", "173" ID "cbc:ID"),
    once!([CREDIT_NOTE, CREDIT_NOTE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY, TAX_SCHEME], "172" ID "cbc:ID"),
    once!([CREDIT_NOTE, CREDIT_NOTE_LINE, ITEM, COMMODITY_CLASSIFICATION], "174" ITEM_CLASSIFICATION_CODE "cbc:ItemClassificationCode"),
    once!([CREDIT_NOTE, CREDIT_NOTE_LINE, ITEM, ORIGIN_COUNTRY], "175" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([CREDIT_NOTE, DELIVERY, DELIVERY_LOCATION, ADDRESS], "181" COUNTRY "cac:Country"),
    once!([CREDIT_NOTE, DELIVERY, DELIVERY_LOCATION, ADDRESS, ADDRESS_LINE], "180" LINE "cbc:Line"),
    once!([CREDIT_NOTE, DELIVERY, DELIVERY_LOCATION, ADDRESS, COUNTRY], "182" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([CREDIT_NOTE, DELIVERY, DELIVERY_PARTY], "183" PARTY_NAME "cac:PartyName"),
    once!([CREDIT_NOTE, LEGAL_MONETARY_TOTAL], "184" LINE_EXTENSION_AMOUNT "cbc:LineExtensionAmount", "185" TAX_EXCLUSIVE_AMOUNT "cbc:TaxExclusiveAmount", "186" TAX_INCLUSIVE_AMOUNT "cbc:TaxInclusiveAmount"),
    once!([CREDIT_NOTE, PAYEE_PARTY], "188" PARTY_NAME "cac:PartyName"),
    once!([CREDIT_NOTE, PAYEE_PARTY, PARTY_LEGAL_ENTITY], "187" COMPANY_ID "cbc:CompanyID"),
    once!([CREDIT_NOTE, PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT], "190" ID "cbc:ID"),
    once!([CREDIT_NOTE, PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT, FINANCIAL_INSTITUTION_BRANCH], "189" ID "cbc:ID"),
    once!([CREDIT_NOTE, PAYMENT_MEANS, PAYMENT_MANDATE, PAYER_FINANCIAL_ACCOUNT], "191" ID "cbc:ID"),
    once!([CREDIT_NOTE, PAYMENT_TERMS], "192" NOTE "cbc:Note"),
    once!([CREDIT_NOTE, TAX_REPRESENTATIVE_PARTY], "193" PARTY_NAME "cac:PartyName", "194" PARTY_TAX_SCHEME "cac:PartyTaxScheme", "197" POSTAL_ADDRESS "cac:PostalAddress"),
    once!([CREDIT_NOTE, TAX_REPRESENTATIVE_PARTY, PARTY_TAX_SCHEME], "196" COMPANY_ID "cbc:CompanyID"),
    once!([CREDIT_NOTE, TAX_REPRESENTATIVE_PARTY, PARTY_TAX_SCHEME, TAX_SCHEME], "195" ID "cbc:ID"),
    once!([CREDIT_NOTE, TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS], "199" COUNTRY "cac:Country"),
    once!([CREDIT_NOTE, TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS, ADDRESS_LINE], "198" LINE "cbc:Line"),
    once!([CREDIT_NOTE, TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS, COUNTRY], "200" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([CREDIT_NOTE, TAX_TOTAL, TAX_SUBTOTAL], "204" TAXABLE_AMOUNT "cbc:TaxableAmount"),
    once!([CREDIT_NOTE, TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY], "201" TAX_SCHEME "cac:TaxScheme", "203" ID "cbc:ID"),
    once!([CREDIT_NOTE, TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY, TAX_SCHEME], "202" ID "cbc:ID"),
];

const OF_INVOICES: &[Template] = &[
    once!([INVOICE], "209" ACCOUNTING_CUSTOMER_PARTY "cac:AccountingCustomerParty", "275" INVOICE_TYPE_CODE "cbc:InvoiceTypeCode", "273" CUSTOMIZATION_ID "cbc:CustomizationID", "274" DOCUMENT_CURRENCY_CODE "cbc:DocumentCurrencyCode", "276" PROFILE_ID "cbc:ProfileID"),
    once!([INVOICE, ACCOUNTING_CUSTOMER_PARTY], "210" PARTY "cac:Party"),
    once!([INVOICE, ACCOUNTING_CUSTOMER_PARTY, PARTY], "211" PARTY_LEGAL_ENTITY "cac:PartyLegalEntity", "215" POSTAL_ADDRESS "cac:PostalAddress", "219" ENDPOINT_ID "cbc:EndpointID"),
    once!([INVOICE, ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY], "212" REGISTRATION_NAME "cbc:RegistrationName"),
    once!([INVOICE, ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_TAX_SCHEME], "214" COMPANY_ID "cbc:CompanyID"),
    once!([INVOICE, ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_TAX_SCHEME, TAX_SCHEME], "213" ID "cbc:ID"),
    once!([INVOICE, ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS], "217" COUNTRY "cac:Country"),
    once!([INVOICE, ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS, ADDRESS_LINE], "216" LINE "cbc:Line"),
    once!([INVOICE, ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS, COUNTRY], "218" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([INVOICE, ACCOUNTING_SUPPLIER_PARTY], "220" PARTY "cac:Party"),
    once!([INVOICE, ACCOUNTING_SUPPLIER_PARTY, PARTY], "221" PARTY_LEGAL_ENTITY "cac:PartyLegalEntity", "225" POSTAL_ADDRESS "cac:PostalAddress", "229" ENDPOINT_ID "cbc:EndpointID"),
    once!([INVOICE, ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY], "222" REGISTRATION_NAME "cbc:RegistrationName"),
    once!([INVOICE, ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME], "224" COMPANY_ID "cbc:CompanyID"),
    once!([INVOICE, ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME, TAX_SCHEME], "223" ID "cbc:ID"),
    once!([INVOICE, ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS], "227" COUNTRY "cac:Country"),
    once!([INVOICE, ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS, ADDRESS_LINE], "226" LINE "cbc:Line"),
    once!([INVOICE, ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS, COUNTRY], "228" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([INVOICE, ADDITIONAL_DOCUMENT_REFERENCE, ATTACHMENT, EXTERNAL_REFERENCE], "230" URI "cbc:URI"),
    once!([INVOICE, ALLOWANCE_CHARGE], "231" TAX_CATEGORY "cac:TaxCategory"),
    once!([INVOICE, ALLOWANCE_CHARGE, TAX_CATEGORY], "232" TAX_SCHEME "cac:TaxScheme", "234" ID "cbc:ID"),
    once!([INVOICE, ALLOWANCE_CHARGE, TAX_CATEGORY, TAX_SCHEME], "233" ID "cbc:ID"),
    once!([INVOICE, BILLING_REFERENCE], "235" INVOICE_DOCUMENT_REFERENCE "cac:InvoiceDocumentReference"),
    once!([INVOICE, INVOICE_LINE], "249" PRICE "cac:Price", "250" INVOICED_QUANTITY "cbc:InvoicedQuantity", "251" LINE_EXTENSION_AMOUNT "cbc:LineExtensionAmount"),
    once!([INVOICE, INVOICE_LINE, DOCUMENT_REFERENCE], "240" DOCUMENT_TYPE_CODE "cbc:DocumentTypeCode"),
    once!([INVOICE, INVOICE_LINE, ITEM], "242" CLASSIFIED_TAX_CATEGORY "cac:ClassifiedTaxCategory", "248" NAME "cbc:Name"),
    once!([INVOICE, INVOICE_LINE, ITEM, ADDITIONAL_ITEM_PROPERTY], "241" VALUE "cbc:Value"),
    once!([INVOICE, INVOICE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY], "243" TAX_SCHEME "cac:TaxScheme", "245" ID "cbc:ID"),
    once!([INVOICE, INVOICE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY, TAX_SCHEME], "244" ID "cbc:ID"),
    once!([INVOICE, INVOICE_LINE, ITEM, COMMODITY_CLASSIFICATION], "246" ITEM_CLASSIFICATION_CODE "cbc:ItemClassificationCode"),
    once!([INVOICE, INVOICE_LINE, ITEM, ORIGIN_COUNTRY], "247" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([INVOICE, DELIVERY, DELIVERY_LOCATION, ADDRESS], "237" COUNTRY "cac:Country"),
    once!([INVOICE, DELIVERY, DELIVERY_LOCATION, ADDRESS, ADDRESS_LINE], "236" LINE "cbc:Line"),
    once!([INVOICE, DELIVERY, DELIVERY_LOCATION, ADDRESS, COUNTRY], "238" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([INVOICE, DELIVERY, DELIVERY_PARTY], "239" PARTY_NAME "cac:PartyName"),
    once!([INVOICE, LEGAL_MONETARY_TOTAL], "252" LINE_EXTENSION_AMOUNT "cbc:LineExtensionAmount", "253" TAX_EXCLUSIVE_AMOUNT "cbc:TaxExclusiveAmount", "254" TAX_INCLUSIVE_AMOUNT "cbc:TaxInclusiveAmount"),
    once!([INVOICE, PAYEE_PARTY], "256" PARTY_NAME "cac:PartyName"),
    once!([INVOICE, PAYEE_PARTY, PARTY_LEGAL_ENTITY], "255" COMPANY_ID "cbc:CompanyID"),
    once!([INVOICE, PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT], "258" ID "cbc:ID"),
    once!([INVOICE, PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT, FINANCIAL_INSTITUTION_BRANCH], "257" ID "cbc:ID"),
    once!([INVOICE, PAYMENT_MEANS, PAYMENT_MANDATE, PAYER_FINANCIAL_ACCOUNT], "259" ID "cbc:ID"),
    once!([INVOICE, PAYMENT_TERMS], "260" NOTE "cbc:Note"),
    once!([INVOICE, TAX_REPRESENTATIVE_PARTY], "261" PARTY_NAME "cac:PartyName", "262" PARTY_TAX_SCHEME "cac:PartyTaxScheme", "265" POSTAL_ADDRESS "cac:PostalAddress"),
    once!([INVOICE, TAX_REPRESENTATIVE_PARTY, PARTY_TAX_SCHEME], "264" COMPANY_ID "cbc:CompanyID"),
    once!([INVOICE, TAX_REPRESENTATIVE_PARTY, PARTY_TAX_SCHEME, TAX_SCHEME], "263" ID "cbc:ID"),
    once!([INVOICE, TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS], "267" COUNTRY "cac:Country"),
    once!([INVOICE, TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS, ADDRESS_LINE], "266" LINE "cbc:Line"),
    once!([INVOICE, TAX_REPRESENTATIVE_PARTY, POSTAL_ADDRESS, COUNTRY], "268" IDENTIFICATION_CODE "cbc:IdentificationCode"),
    once!([INVOICE, TAX_TOTAL, TAX_SUBTOTAL], "272" TAXABLE_AMOUNT "cbc:TaxableAmount"),
    once!([INVOICE, TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY], "269" TAX_SCHEME "cac:TaxScheme", "271" ID "cbc:ID"),
    once!([INVOICE, TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY, TAX_SCHEME], "270" ID "cbc:ID"),
];
