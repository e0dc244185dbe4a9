//! Code lists: which codes PINT accepts, as dated data.

use std::sync::LazyLock;

use super::head::is_of_type;
use crate::{
    document::Element,
    lists::{AMOUNTS, Lists},
    names::{Attribute, CURRENCY_ID, LIST_ID, MIME_CODE, SCHEME_ID, UNIT_CODE, known::*},
    rule::{Answer, Check, Context, Template, fatal},
    text::trimmed,
};

static LISTS: LazyLock<Lists> =
    LazyLock::new(|| Lists::parse(include_str!("../../data/pint-1.1.3-codes.tsv")));

fn text_listed(element: Element<'_>, rule: &str) -> Answer {
    Ok(LISTS.has(rule, "", trimmed(element.text())))
}

fn attribute_listed(element: Element<'_>, attribute: Attribute, rule: &str) -> Answer {
    Ok(LISTS.has(rule, "", trimmed(element.attribute(attribute).unwrap_or(""))))
}

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 1,
        contexts: &[Context::new(&[INVOICE_TYPE_CODE]), Context::new(&[CREDIT_NOTE_TYPE_CODE])],
        rules: &[&[fatal(
            "ibr-cl-01",
            &["IBT-3"],
            &[],
            Check::By(type_code_is_listed),
            "The type of the document is none of the allowed codes.",
            "Write 380 for a commercial invoice or 381 for a credit note, or another code of UNTDID 1001 as PINT restricts it.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &AMOUNTS,
        rules: &[&[fatal(
            "ibr-cl-03",
            &[],
            &[],
            Check::By(|element| attribute_listed(element, CURRENCY_ID, "ibr-cl-03")),
            "The currency of an amount is no code of ISO 4217 that PINT accepts.",
            "Write the code in capitals, as SGD or GBP.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[DOCUMENT_CURRENCY_CODE])],
        rules: &[&[fatal(
            "ibr-cl-04",
            &["IBT-5"],
            &[],
            Check::By(|code| text_listed(code, "ibr-cl-04")),
            "The currency of the invoice is no code of ISO 4217 that PINT accepts.",
            "Write the code in capitals, as SGD or GBP.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[TAX_CURRENCY_CODE])],
        rules: &[&[fatal(
            "ibr-cl-05",
            &["IBT-6"],
            &[],
            Check::By(|code| text_listed(code, "ibr-cl-05")),
            "The currency for tax is no code of ISO 4217 that PINT accepts.",
            "Write the code in capitals, as SGD or GBP.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[
            Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE, ID]).when(has_object_scheme),
            Context::new(&[DOCUMENT_REFERENCE, ID]).when(has_object_scheme),
        ],
        rules: &[&[fatal(
            "ibr-cl-07",
            &["IBT-18-1", "IBT-128-1"],
            &[],
            Check::By(|element| attribute_listed(element, SCHEME_ID, "ibr-cl-07")),
            "The scheme of an invoiced object is no code of UNTDID 1153.",
            "Write a code of UNTDID 1153 into schemeID, or leave it out.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[PARTY_IDENTIFICATION, ID]).when(has_scheme)],
        rules: &[&[fatal(
            "ibr-cl-10",
            &["IBT-46-1", "IBT-60-1"],
            &[],
            Check::By(party_scheme_is_listed),
            "The scheme of a party's identifier is unknown.",
            "Write a code of the ICD list into schemeID, as 0195 for a Singapore UEN, or leave it out.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[PARTY_LEGAL_ENTITY, COMPANY_ID]).when(has_scheme)],
        rules: &[&[fatal(
            "ibr-cl-11",
            &["IBT-30-1", "IBT-47-1", "IBT-61-1"],
            &[],
            Check::By(|element| attribute_listed(element, SCHEME_ID, "ibr-cl-11")),
            "The scheme of a registration number is unknown.",
            "Write a code of the ICD list into schemeID, or leave it out.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[COMMODITY_CLASSIFICATION, ITEM_CLASSIFICATION_CODE])
            .when(|code| Ok(code.attribute(LIST_ID).is_some()))],
        rules: &[&[fatal(
            "ibr-cl-13",
            &["IBT-158-1"],
            &[],
            Check::By(|element| attribute_listed(element, LIST_ID, "ibr-cl-13")),
            "The list of an item's classification is no code of UNTDID 7143.",
            "Write a code of UNTDID 7143 into listID, as HS for the Harmonized System.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[COUNTRY, IDENTIFICATION_CODE])],
        rules: &[&[fatal(
            "ibr-cl-14",
            &["IBT-40", "IBT-55", "IBT-69", "IBT-80", "IBT-175"],
            &[],
            Check::By(|code| text_listed(code, "ibr-cl-14")),
            "A country is no code of ISO 3166.",
            "Write two capital letters, as GB or SG.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ORIGIN_COUNTRY, IDENTIFICATION_CODE])],
        rules: &[&[fatal(
            "ibr-cl-15",
            &["IBT-159"],
            &[],
            Check::By(|code| text_listed(code, "ibr-cl-15")),
            "An item's country of origin is no code of ISO 3166.",
            "Write two capital letters, as GB or SG.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[PAYMENT_MEANS, PAYMENT_MEANS_CODE])],
        rules: &[&[fatal(
            "ibr-cl-16",
            &["IBT-81"],
            &[],
            Check::By(|code| text_listed(code, "ibr-cl-16")),
            "The means of payment is no code of UNTDID 4461, and none that PINT adds.",
            "Write a code of UNTDID 4461, as 30 for a credit transfer, or Z01 to Z08 as the country's rules say.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE, ALLOWANCE_CHARGE_REASON_CODE])
            .when(|code| parent_says(code, false))],
        rules: &[&[fatal(
            "ibr-cl-19",
            &["IBT-98", "IBT-140"],
            &[],
            Check::By(|code| text_listed(code, "ibr-cl-19")),
            "The reason of an allowance is no code of UNTDID 5189.",
            "Write a code of UNTDID 5189, as 95 for a discount, or the reason in words.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE, ALLOWANCE_CHARGE_REASON_CODE])
            .when(|code| parent_says(code, true))],
        rules: &[&[fatal(
            "ibr-cl-20",
            &["IBT-105", "IBT-145"],
            &[],
            Check::By(|code| text_listed(code, "ibr-cl-20")),
            "The reason of a charge is no code of UNTDID 7161.",
            "Write a code of UNTDID 7161, as FC for freight, or the reason in words.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[STANDARD_ITEM_IDENTIFICATION, ID]).when(has_scheme)],
        rules: &[&[fatal(
            "ibr-cl-21",
            &["IBT-157"],
            &[],
            Check::By(|element| attribute_listed(element, SCHEME_ID, "ibr-cl-21")),
            "The scheme of an item's standard number is unknown.",
            "Write a code of the ICD list into schemeID, as 0160 for a GTIN.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[
            Context::new(&[INVOICED_QUANTITY]).when(has_unit),
            Context::new(&[BASE_QUANTITY]).when(has_unit),
            Context::new(&[CREDITED_QUANTITY]).when(has_unit),
        ],
        rules: &[&[fatal(
            "ibr-cl-23",
            &["IBT-130", "IBT-150"],
            &[],
            Check::By(|element| attribute_listed(element, UNIT_CODE, "ibr-cl-23")),
            "A unit is no code of UN/ECE Recommendation 20 or 21.",
            "Write a code of those lists, as EA, KGM, LTR or C62.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[EMBEDDED_DOCUMENT_BINARY_OBJECT])
            .when(|file| Ok(file.attribute(MIME_CODE).is_some()))],
        rules: &[&[fatal(
            "ibr-cl-24",
            &["IBT-125-1"],
            &[],
            Check::By(file_type_is_listed),
            "A file of this type may not be attached.",
            "Attach PDF, PNG, JPEG, CSV, XML or a spreadsheet (OOXML, OpenDocument), and name its type in mimeCode.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ENDPOINT_ID]).when(has_scheme)],
        rules: &[&[fatal(
            "ibr-cl-25",
            &["IBT-34-1", "IBT-49-1"],
            &[],
            Check::By(|element| attribute_listed(element, SCHEME_ID, "ibr-cl-25")),
            "The scheme of an electronic address is unknown.",
            "Write a code of the EAS list into schemeID, as 0195 for a Singapore UEN.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[DELIVERY_LOCATION, ID]).when(has_scheme)],
        rules: &[&[fatal(
            "ibr-cl-26",
            &["IBT-71-1"],
            &[],
            Check::By(|element| attribute_listed(element, SCHEME_ID, "ibr-cl-26")),
            "The scheme of a place of delivery is unknown.",
            "Write a code of the ICD list into schemeID, as 0088 for a GLN.",
        )]],
    },
];

fn has_scheme(id: Element<'_>) -> Answer {
    Ok(id.attribute(SCHEME_ID).is_some())
}

fn has_unit(quantity: Element<'_>) -> Answer {
    Ok(quantity.attribute(UNIT_CODE).is_some())
}

fn parent_says(code: Element<'_>, charge: bool) -> Answer {
    code.parent().map_or(Ok(false), |modifier| modifier.says(CHARGE_INDICATOR, charge))
}

/// A reference of type 130, exactly, whose identifier has a scheme.
fn has_object_scheme(id: Element<'_>) -> Answer {
    let object = id.parent().is_some_and(|reference| is_of_type(reference, "130"));
    Ok(object && id.attribute(SCHEME_ID).is_some())
}

fn type_code_is_listed(code: Element<'_>) -> Answer {
    let which = if code.name() == CREDIT_NOTE_TYPE_CODE { "credit note" } else { "" };
    Ok(LISTS.has("ibr-cl-01", which, trimmed(code.text())))
}

/// SEPA only for seller and payee.
fn party_scheme_is_listed(id: Element<'_>) -> Answer {
    let scheme = trimmed(id.attribute(SCHEME_ID).unwrap_or(""));
    let creditor = || id.is_under(ACCOUNTING_SUPPLIER_PARTY) || id.is_under(PAYEE_PARTY);
    Ok(LISTS.has("ibr-cl-10", "", scheme) || (scheme == "SEPA" && creditor()))
}

/// Untrimmed.
fn file_type_is_listed(file: Element<'_>) -> Answer {
    Ok(LISTS.has("ibr-cl-24", "", file.attribute(MIME_CODE).unwrap_or("")))
}
