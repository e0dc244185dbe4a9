//! Rules of Iceland.

use super::{
    ask::{has_text, heads, is_exactly_from, normal_length, word},
    nordic::{ACCOUNT, COMPANY, is_paid_by, only_of, within},
};
use crate::{
    cast,
    document::Element,
    names::{CREDIT_NOTE, INVOICE, Name, SCHEME_ID, known::*},
    rule::{Answer, Check, Context, Rule, Template, fatal, warning},
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 9,
        contexts: &[
            Context::new(&[CREDIT_NOTE])
                .when(|root| is_exactly_from(root.document(), ACCOUNTING_SUPPLIER_PARTY, "IS")),
            Context::new(&[INVOICE])
                .when(|root| is_exactly_from(root.document(), ACCOUNTING_SUPPLIER_PARTY, "IS")),
        ],
        rules: &[ICELAND],
    },
    Template {
        pattern: 9,
        contexts: &[Context::from_root(&[ACCOUNTING_CUSTOMER_PARTY]).when(|buyer| within(buyer, "IS"))],
        rules: &[&[
            fatal(
                "IS-R-004",
                &["BT-47"],
                &[PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID],
                Check::By(|buyer| Ok(has_kennitala(buyer, &[PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID]))),
                "An Icelandic buyer has no kennitala.",
                "Write it into cac:PartyLegalEntity/cbc:CompanyID with the scheme 0196.",
            ),
            fatal(
                "IS-R-005",
                &["BT-50", "BT-53"],
                &[PARTY, POSTAL_ADDRESS],
                Check::By(|buyer| {
                    Ok(buyer.leads_to(&[PARTY, POSTAL_ADDRESS, STREET_NAME])
                        && buyer.leads_to(&[PARTY, POSTAL_ADDRESS, POSTAL_ZONE]))
                }),
                "The address of an Icelandic buyer lacks the street or the post code.",
                "Write cbc:StreetName and cbc:PostalZone.",
            ),
        ]],
    },
];

fn has_kennitala(element: Element<'_>, path: &'static [Name]) -> bool {
    element.along(path).any(|id| id.attribute(SCHEME_ID) == Some("0196"))
}

/// Accounts of the means of payment `code` are absent with it, or one of twelve characters.
fn account_has_twelve(root: Element<'_>, code: &str) -> Answer {
    let means: Vec<Element<'_>> = root.each(PAYMENT_MEANS).filter(|means| is_paid_by(*means, code)).collect();
    let accounts: Vec<Element<'_>> = means.iter().flat_map(|means| means.along(ACCOUNT)).collect();
    if accounts.is_empty() {
        return Ok(means.is_empty());
    }
    Ok(only_of(&accounts)?.is_some_and(|account| normal_length(account.text()) == 12))
}

/// References that give the last day of payment, eindagi.
fn last_days(root: Element<'_>) -> Vec<Element<'_>> {
    root.each(ADDITIONAL_DOCUMENT_REFERENCE)
        .filter(|reference| has_text(*reference, &[DOCUMENT_DESCRIPTION], "EINDAGI"))
        .collect()
}

const ICELAND: &[Rule] = &[
    warning(
        "IS-R-001",
        &["BT-3"],
        &[],
        Check::By(|root| {
            let is = |name| Ok(matches!(word(root, &[name])?, "380" | "381"));
            Ok(is(INVOICE_TYPE_CODE)? || is(CREDIT_NOTE_TYPE_CODE)?)
        }),
        "Iceland uses invoices of type 380 and credit notes of type 381 only.",
        "Write 380 or 381.",
    ),
    fatal(
        "IS-R-002",
        &["BT-30"],
        COMPANY,
        Check::By(|root| Ok(has_kennitala(root, COMPANY))),
        "An Icelandic seller has no kennitala.",
        "Write it into cac:PartyLegalEntity/cbc:CompanyID with the scheme 0196.",
    ),
    fatal(
        "IS-R-003",
        &["BT-35", "BT-38"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS],
        Check::By(|root| {
            Ok(root.leads_to(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS, STREET_NAME])
                && root.leads_to(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS, POSTAL_ZONE]))
        }),
        "The address of an Icelandic seller lacks the street or the post code.",
        "Write cbc:StreetName and cbc:PostalZone.",
    ),
    fatal(
        "IS-R-006",
        &["BT-84"],
        &[PAYMENT_MEANS],
        Check::By(|root| account_has_twelve(root, "9")),
        "An Icelandic payment by means 9 has no account of twelve digits.",
        "Write the account's twelve digits into cac:PayeeFinancialAccount/cbc:ID.",
    ),
    fatal(
        "IS-R-007",
        &["BT-84"],
        &[PAYMENT_MEANS],
        Check::By(|root| account_has_twelve(root, "42")),
        "An Icelandic payment by means 42 has no account of twelve digits.",
        "Write the account's twelve digits into cac:PayeeFinancialAccount/cbc:ID.",
    ),
    fatal(
        "IS-R-008",
        &["BT-122"],
        &[ADDITIONAL_DOCUMENT_REFERENCE],
        Check::By(|root| {
            let days = last_days(root);
            let ids: Vec<Element<'_>> = days.iter().flat_map(|day| day.each(ID)).collect();
            let day = only_of(&ids)?.map_or("", Element::text);
            Ok(days.is_empty() || day.chars().count() == 10 && cast::date(day).is_some())
        }),
        "The last day of payment (EINDAGI) is no date.",
        "Write it into cbc:ID as 2026-03-09.",
    ),
    fatal(
        "IS-R-009",
        &["BT-9"],
        &[DUE_DATE],
        Check::By(|root| Ok(last_days(root).is_empty() || root.has(DUE_DATE))),
        "There is a last day of payment (EINDAGI) and no due date.",
        "Write cbc:DueDate.",
    ),
    fatal(
        "IS-R-010",
        &["BT-9"],
        &[DUE_DATE],
        Check::By(|root| {
            let days = last_days(root);
            let due = heads(root.document(), DUE_DATE);
            let mut pairs =
                due.flat_map(|due| days.iter().flat_map(|day| day.each(ID)).map(move |day| (due, day)));
            // As text, as the official rule compares.
            Ok(days.is_empty() || pairs.any(|(due, day)| due.text() <= day.text()))
        }),
        "The last day of payment (EINDAGI) lies before the due date.",
        "Let it be the due date or later.",
    ),
];
