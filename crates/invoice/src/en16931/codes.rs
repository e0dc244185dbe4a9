//! Code lists: which codes the rules accept, as dated data.

use std::sync::LazyLock;

use crate::{
    document::Element,
    lists::{AMOUNTS, Lists},
    names::{Attribute, CURRENCY_ID, LIST_ID, MIME_CODE, SCHEME_ID, UNIT_CODE, known::*},
    rule::{Answer, Check, Context, Template, fatal},
    text::trimmed,
};

static LISTS: LazyLock<Lists> =
    LazyLock::new(|| Lists::parse(include_str!("../../data/en16931-ubl-1.3.16-codes.tsv")));

/// `contains(' A B C ', concat(' ', normalize-space(code), ' '))`, and no space within: the code is one of the list.
fn is_listed(rule: &str, which: &str, code: &str) -> bool {
    LISTS.has(rule, which, trimmed(code))
}

/// `contains(' A B C ', part)`: spaces and halves of codes count.
pub(super) fn straddles(rule: &str, part: &str) -> bool {
    LISTS.has_within(rule, "", part)
}

/// Whether `code` is exactly a country's, as BR-CL-14 has them.
pub(crate) fn is_country(code: &str) -> bool {
    LISTS.has("BR-CL-14", "", code)
}

/// Whether `code` is exactly a subject of a note, as BR-CL-08 has them.
pub(crate) fn is_note_subject(code: &str) -> bool {
    LISTS.has("BR-CL-08", "", code)
}

fn text_listed(element: Element<'_>, rule: &str) -> Answer {
    Ok(is_listed(rule, "", element.text()))
}

fn attribute_listed(element: Element<'_>, attribute: Attribute, rule: &str) -> Answer {
    Ok(is_listed(rule, "", element.attribute(attribute).unwrap_or("")))
}

macro_rules! list {
    ($contexts:expr, $rule:literal, $terms:expr, $check:expr, $message:literal, $remedy:literal) => {
        Template {
            pattern: 2,
            contexts: &$contexts,
            rules: &[&[fatal($rule, &$terms, &[], Check::By($check), $message, $remedy)]],
        }
    };
}

pub(super) const TEMPLATES: &[Template] = &[
    list!(
        [Context::new(&[INVOICE_TYPE_CODE]), Context::new(&[CREDIT_NOTE_TYPE_CODE])],
        "BR-CL-01",
        ["BT-3"],
        type_code_is_listed,
        "The type of the document is none of the allowed codes.",
        "Write 380 for a commercial invoice or 381 for a credit note, or another code of UNTDID 1001 as EN 16931 restricts it."
    ),
    list!(
        AMOUNTS,
        "BR-CL-03",
        ["BT-5"],
        |amount| attribute_listed(amount, CURRENCY_ID, "BR-CL-03"),
        "The currency of an amount is no code of ISO 4217 that EN 16931 accepts.",
        "Write the currency in capitals into currencyID, as GBP or SGD."
    ),
    list!(
        [Context::new(&[DOCUMENT_CURRENCY_CODE])],
        "BR-CL-04",
        ["BT-5"],
        |code| text_listed(code, "BR-CL-04"),
        "The currency of the invoice is no code of ISO 4217 that EN 16931 accepts.",
        "Write the currency in capitals, as GBP or SGD."
    ),
    list!(
        [Context::new(&[TAX_CURRENCY_CODE])],
        "BR-CL-05",
        ["BT-6"],
        |code| text_listed(code, "BR-CL-05"),
        "The currency for tax is no code of ISO 4217 that EN 16931 accepts.",
        "Write the currency in capitals, as SGD."
    ),
    list!(
        [Context::new(&[INVOICE_PERIOD, DESCRIPTION_CODE])],
        "BR-CL-06",
        ["BT-8"],
        |code| text_listed(code, "BR-CL-06"),
        "The code for the tax point is unknown.",
        "Write 3 (date of issue), 35 (date of delivery) or 432 (date of payment)."
    ),
    list!(
        [
            Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE, ID]).when(has_object_scheme),
            Context::new(&[DOCUMENT_REFERENCE, ID]).when(has_object_scheme)
        ],
        "BR-CL-07",
        ["BT-18-1", "BT-128-1"],
        |id| attribute_listed(id, SCHEME_ID, "BR-CL-07"),
        "The scheme of an invoiced object is no code of UNTDID 1153.",
        "Write a code of UNTDID 1153 into schemeID, or leave it out."
    ),
    list!(
        [Context::new(&[PARTY_IDENTIFICATION, ID]).when(has_scheme)],
        "BR-CL-10",
        ["BT-29-1", "BT-46-1", "BT-60-1"],
        party_scheme_is_listed,
        "The scheme of a party's identifier is unknown.",
        "Write a code of the ICD list into schemeID, as 0195 for a Singapore UEN, or leave it out."
    ),
    list!(
        [Context::new(&[PARTY_LEGAL_ENTITY, COMPANY_ID]).when(has_scheme)],
        "BR-CL-11",
        ["BT-30-1", "BT-47-1", "BT-61-1"],
        |id| attribute_listed(id, SCHEME_ID, "BR-CL-11"),
        "The scheme of a registration number is unknown.",
        "Write a code of the ICD list into schemeID, or leave it out."
    ),
    list!(
        [Context::new(&[COMMODITY_CLASSIFICATION, ITEM_CLASSIFICATION_CODE])
            .when(|code| Ok(code.attribute(LIST_ID).is_some()))],
        "BR-CL-13",
        ["BT-158-1"],
        |code| attribute_listed(code, LIST_ID, "BR-CL-13"),
        "The list of an item's classification is no code of UNTDID 7143.",
        "Write a code of UNTDID 7143 into listID, as HS for the Harmonized System."
    ),
    list!(
        [Context::new(&[COUNTRY, IDENTIFICATION_CODE])],
        "BR-CL-14",
        ["BT-40", "BT-48", "BT-55", "BT-69", "BT-80"],
        |code| text_listed(code, "BR-CL-14"),
        "A country is no code of ISO 3166.",
        "Write two capital letters, as GB or SG."
    ),
    list!(
        [Context::new(&[ORIGIN_COUNTRY, IDENTIFICATION_CODE])],
        "BR-CL-15",
        ["BT-159"],
        |code| text_listed(code, "BR-CL-15"),
        "An item's country of origin is no code of ISO 3166.",
        "Write two capital letters, as GB or SG."
    ),
    list!(
        [Context::new(&[PAYMENT_MEANS, PAYMENT_MEANS_CODE])],
        "BR-CL-16",
        ["BT-81"],
        |code| text_listed(code, "BR-CL-16"),
        "The means of payment is no code of UNTDID 4461.",
        "Write a code of UNTDID 4461, as 30 for a credit transfer."
    ),
    list!(
        [Context::new(&[TAX_CATEGORY, ID])],
        "BR-CL-17",
        ["BT-118", "BT-95", "BT-102"],
        |code| text_listed(code, "BR-CL-17"),
        "A tax category is unknown.",
        "Write S, Z, E, AE, K, G, O, L, M or B."
    ),
    list!(
        [Context::new(&[CLASSIFIED_TAX_CATEGORY, ID])],
        "BR-CL-18",
        ["BT-151"],
        |code| text_listed(code, "BR-CL-18"),
        "The tax category of a line is unknown.",
        "Write S, Z, E, AE, K, G, O, L, M or B."
    ),
    list!(
        [Context::new(&[ALLOWANCE_CHARGE, ALLOWANCE_CHARGE_REASON_CODE])
            .when(|code| parent_says(code, false))],
        "BR-CL-19",
        ["BT-98", "BT-140"],
        |code| text_listed(code, "BR-CL-19"),
        "The reason of an allowance is no code of UNTDID 5189.",
        "Write a code of UNTDID 5189, as 95 for a discount, or the reason in words."
    ),
    list!(
        [Context::new(&[ALLOWANCE_CHARGE, ALLOWANCE_CHARGE_REASON_CODE])
            .when(|code| parent_says(code, true))],
        "BR-CL-20",
        ["BT-105", "BT-145"],
        |code| text_listed(code, "BR-CL-20"),
        "The reason of a charge is no code of UNTDID 7161.",
        "Write a code of UNTDID 7161, as FC for freight, or the reason in words."
    ),
    list!(
        [Context::new(&[STANDARD_ITEM_IDENTIFICATION, ID]).when(has_scheme)],
        "BR-CL-21",
        ["BT-157-1"],
        |id| attribute_listed(id, SCHEME_ID, "BR-CL-21"),
        "The scheme of an item's standard number is unknown.",
        "Write a code of the ICD list into schemeID, as 0160 for a GTIN."
    ),
    list!(
        [Context::new(&[TAX_EXEMPTION_REASON_CODE])],
        "BR-CL-22",
        ["BT-121"],
        exemption_is_listed,
        "The code for an exemption from tax is unknown.",
        "Write a code of the VATEX list, as VATEX-EU-G, or the reason in words."
    ),
    list!(
        [
            Context::new(&[INVOICED_QUANTITY]).when(has_unit),
            Context::new(&[BASE_QUANTITY]).when(has_unit),
            Context::new(&[CREDITED_QUANTITY]).when(has_unit)
        ],
        "BR-CL-23",
        ["BT-130", "BT-150"],
        |quantity| attribute_listed(quantity, UNIT_CODE, "BR-CL-23"),
        "A unit is no code of UN/ECE Recommendation 20 or 21.",
        "Write a code of those lists, as EA, KGM, LTR or C62."
    ),
    list!(
        [Context::new(&[EMBEDDED_DOCUMENT_BINARY_OBJECT])
            .when(|file| Ok(file.attribute(MIME_CODE).is_some()))],
        "BR-CL-24",
        ["BT-125-1"],
        file_type_is_listed,
        "A file of this type may not be attached.",
        "Attach PDF, PNG, JPEG, CSV or a spreadsheet (OOXML, OpenDocument), and name its type in mimeCode."
    ),
    list!(
        [Context::new(&[ENDPOINT_ID]).when(has_scheme)],
        "BR-CL-25",
        ["BT-34-1", "BT-49-1"],
        |id| attribute_listed(id, SCHEME_ID, "BR-CL-25"),
        "The scheme of an electronic address is unknown.",
        "Write a code of the EAS list into schemeID, as 9932 for a British VAT number or 0195 for a Singapore UEN."
    ),
    list!(
        [Context::new(&[DELIVERY_LOCATION, ID]).when(has_scheme)],
        "BR-CL-26",
        ["BT-71-1"],
        |id| attribute_listed(id, SCHEME_ID, "BR-CL-26"),
        "The scheme of a place of delivery is unknown.",
        "Write a code of the ICD list into schemeID, as 0088 for a GLN."
    ),
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
    let object = id
        .parent()
        .is_some_and(|reference| reference.each(DOCUMENT_TYPE_CODE).any(|code| code.text() == "130"));
    Ok(object && id.attribute(SCHEME_ID).is_some())
}

fn type_code_is_listed(code: Element<'_>) -> Answer {
    let which = if code.name() == CREDIT_NOTE_TYPE_CODE { "credit note" } else { "" };
    Ok(is_listed("BR-CL-01", which, code.text()))
}

/// SEPA only for seller and payee.
fn party_scheme_is_listed(id: Element<'_>) -> Answer {
    let scheme = id.attribute(SCHEME_ID).unwrap_or("");
    let creditor = || id.is_under(ACCOUNTING_SUPPLIER_PARTY) || id.is_under(PAYEE_PARTY);
    Ok(is_listed("BR-CL-10", "", scheme) || (trimmed(scheme) == "SEPA" && creditor()))
}

/// In any case of letters.
fn exemption_is_listed(code: Element<'_>) -> Answer {
    Ok(is_listed("BR-CL-22", "", &code.text().to_uppercase()))
}

/// Untrimmed.
fn file_type_is_listed(file: Element<'_>) -> Answer {
    let kind = file.attribute(MIME_CODE).unwrap_or("");
    Ok(LISTS.has("BR-CL-24", "", kind))
}

/// A subject code is asked for only in notes shaped `#abc#…`, and there in the whole list at once: halves of codes pass.
pub(super) fn note_subject_is_listed(note: Element<'_>) -> Answer {
    let after = note.text().split_once('#').map(|(_, after)| after);
    let subject = after.and_then(|after| after.split_once('#')).map_or("", |(subject, _)| subject);
    Ok(subject.chars().count() != 3 || straddles("BR-CL-08", subject))
}
