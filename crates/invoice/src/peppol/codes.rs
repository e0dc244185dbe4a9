//! Code lists of Peppol, dates, and reasons that belong to one tax category.

use std::sync::LazyLock;

use super::{
    ask::{both_live_in, word},
    general::{is_first_profile, is_second_profile},
};
use crate::{
    cast,
    document::Element,
    lists::{AMOUNTS, Lists},
    names::{Attribute, CURRENCY_ID, MIME_CODE, SCHEME_ID, known::*},
    rule::{Answer, Check, Context, Template, both, fatal},
    text::{is_in_capitals, trimmed},
};

static LISTS: LazyLock<Lists> =
    LazyLock::new(|| Lists::parse(include_str!("../../data/peppol-3.0.21-codes.tsv")));

fn is_listed(rule: &str, set: &str, code: &str) -> bool {
    LISTS.has(rule, set, code)
}

fn text_listed(code: Element<'_>, rule: &str) -> Answer {
    Ok(is_listed(rule, "", trimmed(code.own_text()?)))
}

/// Untrimmed.
fn attribute_listed(element: Element<'_>, attribute: Attribute, rule: &str) -> Answer {
    Ok(element.attribute(attribute).is_some_and(|code| is_listed(rule, "", code)))
}

macro_rules! list {
    ($contexts:expr, $rule:literal, $terms:expr, $check:expr, $message:literal, $remedy:literal) => {
        Template {
            pattern: 12,
            contexts: &$contexts,
            rules: &[&[fatal($rule, &$terms, &[], Check::By($check), $message, $remedy)]],
        }
    };
}

const BILLING_PROFILE: &str = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0";
const SELF_BILLING_PROFILE: &str = "urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0";

fn billing_type(code: Element<'_>, rule: &str) -> Answer {
    let known = is_first_profile(code, BILLING_PROFILE)? || is_second_profile(code)?;
    Ok(!known || is_listed(rule, "peppol", trimmed(code.own_text()?)))
}

fn self_billing_type(code: Element<'_>, rule: &str) -> Answer {
    let known = is_first_profile(code, SELF_BILLING_PROFILE)?;
    Ok(!known || is_listed(rule, "peppol-sb", trimmed(code.own_text()?)))
}

pub(super) const BILLING_TYPES: &[Template] = &[
    Template {
        pattern: 12,
        contexts: &[Context::new(&[INVOICE_TYPE_CODE])],
        rules: &[&[
            fatal(
                "PEPPOL-EN16931-P0100",
                &["BT-3"],
                &[],
                Check::By(|code| billing_type(code, "PEPPOL-EN16931-P0100")),
                "Peppol Billing has no invoices of this type.",
                "Write 380 for a commercial invoice; 389 belongs to Self-Billing.",
            ),
            fatal(
                "PEPPOL-EN16931-P0112",
                &["BT-3"],
                &[],
                Check::By(|code| {
                    let only_german = matches!(trimmed(code.text()), "326" | "384");
                    Ok(!only_german || both_live_in(code.document(), "DE")?)
                }),
                "Partial and corrected invoices are for German parties only.",
                "Write 380, or send a credit note.",
            ),
        ]],
    },
    list!(
        [Context::new(&[CREDIT_NOTE_TYPE_CODE])],
        "PEPPOL-EN16931-P0101",
        ["BT-3"],
        |code| billing_type(code, "PEPPOL-EN16931-P0101"),
        "Peppol Billing has no credit notes of this type.",
        "Write 381 for a credit note; 261 belongs to Self-Billing."
    ),
];

pub(super) const SELF_BILLING_TYPES: &[Template] = &[
    list!(
        [Context::new(&[INVOICE_TYPE_CODE])],
        "PEPPOL-EN16931-P0100",
        ["BT-3"],
        |code| self_billing_type(code, "PEPPOL-EN16931-P0100"),
        "Peppol Self-Billing has no invoices of this type.",
        "Write 389 for a self-billed invoice."
    ),
    list!(
        [Context::new(&[CREDIT_NOTE_TYPE_CODE])],
        "PEPPOL-EN16931-P0101",
        ["BT-3"],
        |code| self_billing_type(code, "PEPPOL-EN16931-P0101"),
        "Peppol Self-Billing has no credit notes of this type.",
        "Write 261 for a self-billed credit note."
    ),
];

/// The category that a reason for no tax belongs to.
macro_rules! reason {
    ($rule:literal, $reason:literal, $category:literal, $message:literal, $remedy:literal) => {
        Template {
            pattern: 12,
            contexts: &[Context::new(&[TAX_CATEGORY]).when(|category| {
                let code = category.one(TAX_EXEMPTION_REASON_CODE)?;
                Ok(code.is_some_and(|code| is_in_capitals(code.text(), $reason)))
            })],
            rules: &[&[fatal(
                $rule,
                &["BT-118", "BT-121"],
                &[ID],
                Check::By(|category| Ok(word(category, &[ID])? == $category)),
                $message,
                $remedy,
            )]],
        }
    };
}

pub(super) const TEMPLATES: &[Template] = &[
    list!(
        [Context::new(&[EMBEDDED_DOCUMENT_BINARY_OBJECT])
            .when(|file| Ok(file.attribute(MIME_CODE).is_some()))],
        "PEPPOL-EN16931-CL001",
        ["BT-125-1"],
        |file| attribute_listed(file, MIME_CODE, "PEPPOL-EN16931-CL001"),
        "Peppol does not take attachments of this type.",
        "Attach PDF, PNG, JPEG, CSV or a spreadsheet (OOXML, OpenDocument), and name its type in mimeCode."
    ),
    list!(
        [Context::new(&[ALLOWANCE_CHARGE, ALLOWANCE_CHARGE_REASON_CODE])
            .when(|code| parent_says(code, "false"))],
        "PEPPOL-EN16931-CL002",
        ["BT-98", "BT-140"],
        |code| text_listed(code, "PEPPOL-EN16931-CL002"),
        "The reason for an allowance is no code of UNTDID 5189 that Peppol takes.",
        "Write a code of that list, as 95 for a discount, or give the reason in words only."
    ),
    list!(
        [Context::new(&[ALLOWANCE_CHARGE, ALLOWANCE_CHARGE_REASON_CODE])
            .when(|code| parent_says(code, "true"))],
        "PEPPOL-EN16931-CL003",
        ["BT-105", "BT-145"],
        |code| text_listed(code, "PEPPOL-EN16931-CL003"),
        "The reason for a charge is no code of UNTDID 7161 that Peppol takes.",
        "Write a code of that list, as FC for freight, or give the reason in words only."
    ),
    list!(
        [Context::new(&[INVOICE_PERIOD, DESCRIPTION_CODE])],
        "PEPPOL-EN16931-CL006",
        ["BT-8"],
        |code| text_listed(code, "PEPPOL-EN16931-CL006"),
        "The code for the tax point is none that Peppol takes.",
        "Write 3 (date of issue), 35 (date of delivery) or 432 (date of payment)."
    ),
    list!(
        AMOUNTS,
        "PEPPOL-EN16931-CL007",
        ["BT-5"],
        |amount| attribute_listed(amount, CURRENCY_ID, "PEPPOL-EN16931-CL007"),
        "The currency of an amount is no code of ISO 4217 that Peppol takes.",
        "Write the currency in capitals into currencyID, as GBP or SGD."
    ),
    list!(
        [
            Context::new(&[ISSUE_DATE]),
            Context::new(&[DUE_DATE]),
            Context::new(&[TAX_POINT_DATE]),
            Context::new(&[START_DATE]),
            Context::new(&[END_DATE]),
            Context::new(&[ACTUAL_DELIVERY_DATE])
        ],
        "PEPPOL-EN16931-F001",
        ["BT-2", "BT-7", "BT-9", "BT-72", "BT-73", "BT-74", "BT-134", "BT-135"],
        is_day,
        "A date is not written as year, month and day.",
        "Write ten characters without a time zone, as 2026-03-09."
    ),
    list!(
        [Context::new(&[ENDPOINT_ID]).when(|id| Ok(id.attribute(SCHEME_ID).is_some()))],
        "PEPPOL-EN16931-CL008",
        ["BT-34-1", "BT-49-1"],
        |id| attribute_listed(id, SCHEME_ID, "PEPPOL-EN16931-CL008"),
        "The scheme of an electronic address is none that Peppol takes.",
        "Write a code of Peppol's EAS list into schemeID, as 9932 for a British VAT number or 0195 for a Singapore UEN."
    ),
    reason!(
        "PEPPOL-EN16931-P0104",
        "VATEX-EU-G",
        "G",
        "The reason for no tax is export, and the category is another.",
        "Write category G, in the breakdown and on all lines, allowances and charges that it covers; the reason VATEX-EU-G stays."
    ),
    reason!(
        "PEPPOL-EN16931-P0105",
        "VATEX-EU-O",
        "O",
        "The reason says that no VAT applies, and the category is another.",
        "Write category O with the reason VATEX-EU-O."
    ),
    reason!(
        "PEPPOL-EN16931-P0106",
        "VATEX-EU-IC",
        "K",
        "The reason for no tax is supply within the European Union, and the category is another.",
        "Write category K with the reason VATEX-EU-IC."
    ),
    reason!(
        "PEPPOL-EN16931-P0107",
        "VATEX-EU-AE",
        "AE",
        "The reason for no tax is reverse charge, and the category is another.",
        "Write category AE with the reason VATEX-EU-AE."
    ),
    reason!(
        "PEPPOL-EN16931-P0108",
        "VATEX-EU-D",
        "E",
        "The reason for no tax is the margin scheme for travel agents, and the category is not E.",
        "Write category E with the reason VATEX-EU-D."
    ),
    reason!(
        "PEPPOL-EN16931-P0109",
        "VATEX-EU-F",
        "E",
        "The reason for no tax is the margin scheme for second-hand goods, and the category is not E.",
        "Write category E with the reason VATEX-EU-F."
    ),
    reason!(
        "PEPPOL-EN16931-P0110",
        "VATEX-EU-I",
        "E",
        "The reason for no tax is the margin scheme for works of art, and the category is not E.",
        "Write category E with the reason VATEX-EU-I."
    ),
    reason!(
        "PEPPOL-EN16931-P0111",
        "VATEX-EU-J",
        "E",
        "The reason for no tax is the margin scheme for collectors' items, and the category is not E.",
        "Write category E with the reason VATEX-EU-J."
    ),
];

fn is_day(date: Element<'_>) -> Answer {
    both(date.own_text().map(|text| text.chars().count() == 10), || Ok(cast::date(date.text()).is_some()))
}

/// The indicator exactly, untrimmed.
fn parent_says(code: Element<'_>, indicator: &str) -> Answer {
    Ok(code
        .parent()
        .is_some_and(|modifier| modifier.each(CHARGE_INDICATOR).any(|said| said.text() == indicator)))
}
