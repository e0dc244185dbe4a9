//! Rules of Germany: they hold where seller and buyer both live there.

use super::ask::{both_live_in, has_text, is_written, string, word};
use crate::{
    digits,
    document::Element,
    names::{CREDIT_NOTE, FILENAME, INVOICE, Name, SCHEME_ID, known::*},
    rule::{Answer, Cause, Check, Context, Rule, Template, fatal, warning},
    text::{is_all, is_digits, normalized},
};

fn within_germany(element: Element<'_>) -> Answer {
    both_live_in(element.document(), "DE")
}

macro_rules! written {
    ($rule:literal, $term:literal, $path:expr, $message:literal, $remedy:literal) => {
        fatal($rule, &[$term], &[], Check::By(|element| Ok(is_written(element, &$path))), $message, $remedy)
    };
}

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 11,
        contexts: &[
            Context::new(&[INVOICE]).when(within_germany),
            Context::new(&[CREDIT_NOTE]).when(within_germany),
        ],
        rules: &[ROOT],
    },
    Template {
        pattern: 11,
        contexts: &[Context::from_root(&[ADDITIONAL_DOCUMENT_REFERENCE, ATTACHMENT, EXTERNAL_REFERENCE])
            .when(within_germany)],
        rules: &[&[warning(
            "DE-R-T02",
            &["BT-124"],
            &[URI],
            Check::By(|reference| Ok(begins_with_scheme(string(reference, &[URI])?))),
            "The place of an attachment is no address that begins with a scheme.",
            "Write it as https://example.com/file.pdf.",
        )]],
    },
    Template {
        pattern: 11,
        contexts: &[Context::from_root(&[ACCOUNTING_SUPPLIER_PARTY]).when(within_germany)],
        rules: &[&[fatal(
            "DE-R-002",
            &["BG-6"],
            &[PARTY],
            Check::Exists(&[PARTY, CONTACT]),
            "A German seller names no contact.",
            "Write cac:Contact with a name, a telephone number and an e-mail address.",
        )]],
    },
    Template {
        pattern: 11,
        contexts: &[
            Context::from_root(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS]).when(within_germany)
        ],
        rules: &[&[
            written!(
                "DE-R-003",
                "BT-37",
                [CITY_NAME],
                "A German seller's address lacks the city.",
                "Write cbc:CityName."
            ),
            written!(
                "DE-R-004",
                "BT-38",
                [POSTAL_ZONE],
                "A German seller's address lacks the post code.",
                "Write cbc:PostalZone."
            ),
        ]],
    },
    Template {
        pattern: 11,
        contexts: &[Context::from_root(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, CONTACT]).when(within_germany)],
        rules: &[CONTACTS],
    },
    Template {
        pattern: 11,
        contexts: &[
            Context::from_root(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS]).when(within_germany)
        ],
        rules: &[&[
            written!(
                "DE-R-008",
                "BT-52",
                [CITY_NAME],
                "A German buyer's address lacks the city.",
                "Write cbc:CityName."
            ),
            written!(
                "DE-R-009",
                "BT-53",
                [POSTAL_ZONE],
                "A German buyer's address lacks the post code.",
                "Write cbc:PostalZone."
            ),
        ]],
    },
    Template {
        pattern: 11,
        contexts: &[Context::from_root(&[DELIVERY, DELIVERY_LOCATION, ADDRESS]).when(within_germany)],
        rules: &[&[
            written!(
                "DE-R-010",
                "BT-77",
                [CITY_NAME],
                "The place of delivery lacks the city.",
                "Write cbc:CityName."
            ),
            written!(
                "DE-R-011",
                "BT-78",
                [POSTAL_ZONE],
                "The place of delivery lacks the post code.",
                "Write cbc:PostalZone."
            ),
        ]],
    },
    Template {
        pattern: 11,
        contexts: &[Context::from_root(&[PAYMENT_MEANS]).when(|means| is_paid_by(means, &["30", "58"]))],
        rules: &[TRANSFER],
    },
    Template {
        pattern: 11,
        contexts: &[Context::from_root(&[PAYMENT_MEANS]).when(|means| is_paid_by(means, &["48", "54", "55"]))],
        rules: &[CARD],
    },
    Template {
        pattern: 11,
        contexts: &[Context::from_root(&[PAYMENT_MEANS]).when(|means| is_paid_by(means, &["59"]))],
        rules: &[DEBIT],
    },
    Template {
        pattern: 11,
        contexts: &[Context::from_root(&[TAX_TOTAL, TAX_SUBTOTAL]).when(within_germany)],
        rules: &[&[written!(
            "DE-R-014",
            "BT-119",
            [TAX_CATEGORY, PERCENT],
            "A tax breakdown has no rate.",
            "Write cac:TaxCategory/cbc:Percent."
        )]],
    },
];

fn is_paid_by(means: Element<'_>, codes: &[&str]) -> Answer {
    Ok(codes.contains(&word(means, &[PAYMENT_MEANS_CODE])?) && within_germany(means)?)
}

/// Invoices and credit notes both carry one of these names.
fn type_is(root: Element<'_>, codes: &[&str]) -> Answer {
    Ok(codes.contains(&word(root, &[INVOICE_TYPE_CODE])?)
        || codes.contains(&word(root, &[CREDIT_NOTE_TYPE_CODE])?))
}

const MANDATE: &[Name] = &[PAYMENT_MEANS, PAYMENT_MANDATE];

const ROOT: &[Rule] = &[
    fatal(
        "DE-R-001",
        &["BG-16"],
        &[],
        Check::Exists(&[PAYMENT_MEANS]),
        "An invoice within Germany names no means of payment.",
        "Write cac:PaymentMeans.",
    ),
    written!(
        "DE-R-015",
        "BT-10",
        [BUYER_REFERENCE],
        "An invoice within Germany has no reference of the buyer.",
        "Write it into cbc:BuyerReference: public buyers give a Leitweg-ID."
    ),
    fatal(
        "DE-R-016",
        &["BT-31", "BT-32", "BG-11"],
        &[],
        Check::By(taxed_seller_has_number),
        "The invoice has a tax category, and the seller neither a tax number nor a representative.",
        "Write the VAT identifier or the tax number into cac:PartyTaxScheme/cbc:CompanyID.",
    ),
    warning(
        "DE-R-017",
        &["BT-3"],
        &[],
        Check::By(|root| type_is(root, &["326", "380", "384", "389", "381", "875", "876", "877"])),
        "Germany does not use documents of this type.",
        "Write 326, 380, 381, 384, 389, 875, 876 or 877.",
    ),
    fatal(
        "DE-R-018",
        &["BT-20"],
        &[PAYMENT_TERMS, NOTE],
        Check::By(discounts_are_coded),
        "A discount for early payment is not written in the German form.",
        "Write a line such as #SKONTO#TAGE=14#PROZENT=2.00# and end it with a line break.",
    ),
    fatal(
        "DE-R-022",
        &["BT-125-2"],
        &[ADDITIONAL_DOCUMENT_REFERENCE],
        Check::By(|root| {
            let mut seen: Vec<&str> = Vec::new();
            for reference in root.each(ADDITIONAL_DOCUMENT_REFERENCE) {
                let files = reference.along(&[ATTACHMENT, EMBEDDED_DOCUMENT_BINARY_OBJECT]);
                let names: Vec<&str> = files.filter_map(|file| file.attribute(FILENAME)).collect();
                if names.iter().any(|name| seen.contains(name)) {
                    return Ok(false);
                }
                seen.extend(names);
            }
            Ok(true)
        }),
        "Two attachments have the same file name.",
        "Give each file its own name.",
    ),
    warning(
        "DE-R-026",
        &["BT-3", "BG-3"],
        &[],
        Check::By(|root| {
            Ok(!type_is(root, &["384"])? || root.leads_to(&[BILLING_REFERENCE, INVOICE_DOCUMENT_REFERENCE]))
        }),
        "A corrected invoice does not name the invoice it corrects.",
        "Write cac:BillingReference/cac:InvoiceDocumentReference.",
    ),
    fatal(
        "DE-R-030",
        &["BT-90"],
        MANDATE,
        Check::By(|root| {
            let is_sepa = |id: Element<'_>| id.attribute(SCHEME_ID) == Some("SEPA");
            Ok(!root.leads_to(MANDATE)
                || root.along(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_IDENTIFICATION, ID]).any(is_sepa)
                || root.along(&[PAYEE_PARTY, PARTY_IDENTIFICATION, ID]).any(is_sepa))
        }),
        "A direct debit has no identifier of the creditor.",
        "Write it into cac:PartyIdentification/cbc:ID of the seller or payee, with the scheme SEPA.",
    ),
    fatal(
        "DE-R-031",
        &["BT-91"],
        MANDATE,
        Check::By(|root| {
            Ok(!root.leads_to(MANDATE)
                || root.leads_to(&[PAYMENT_MEANS, PAYMENT_MANDATE, PAYER_FINANCIAL_ACCOUNT, ID]))
        }),
        "A direct debit names no account that is debited.",
        "Write it into cac:PaymentMandate/cac:PayerFinancialAccount/cbc:ID.",
    ),
];

fn taxed_seller_has_number(root: Element<'_>) -> Answer {
    let taxed = |category: Element<'_>| ["S", "Z", "E", "AE", "K", "G", "L", "M"].contains(&category.text());
    let modifiers = root.each(ALLOWANCE_CHARGE).filter(|modifier| {
        has_text(*modifier, &[CHARGE_INDICATOR], "false") || has_text(*modifier, &[CHARGE_INDICATOR], "true")
    });
    let mut categories = modifiers.flat_map(|modifier| modifier.along(&[TAX_CATEGORY, ID]));
    let items = |line| root.along(line).any(taxed);
    let is_taxed = categories.any(taxed)
        || items(&[INVOICE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY, ID])
        || items(&[CREDIT_NOTE_LINE, ITEM, CLASSIFIED_TAX_CATEGORY, ID]);
    Ok(!is_taxed
        || root.has(TAX_REPRESENTATIVE_PARTY)
        || is_written(root, &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_TAX_SCHEME, COMPANY_ID]))
}

/// Each line of the terms that begins with # is a discount, and after the last there is a line break.
fn discounts_are_coded(root: Element<'_>) -> Answer {
    let terms = root.each(PAYMENT_TERMS).filter_map(|terms| terms.first(NOTE));
    let notes: Vec<Element<'_>> = terms.collect();
    for note in &notes {
        let lines = note.text().split('\n').map(normalized).filter(|line| line.starts_with('#'));
        for line in lines {
            if !is_discount(&line) {
                return Ok(false);
            }
            match notes.get(1) {
                Some(second) => return Err(second.stop(Cause::MoreThanOne)),
                None if !ends_in_a_break(note.text()) => return Ok(false),
                None => {}
            }
        }
    }
    Ok(true)
}

/// `#SKONTO#TAGE=14#PROZENT=2.00#`, or with `BASISBETRAG=100.00#` after it.
fn is_discount(line: &str) -> bool {
    let digits = |text: &str| is_all(text, 1, usize::MAX, |byte| byte.is_ascii_digit());
    let two_decimals = |text: &str| {
        text.split_once('.').is_some_and(|(whole, decimals)| digits(whole) && is_digits(decimals, 2))
    };
    let parts = line.strip_prefix("#SKONTO#TAGE=").and_then(|rest| rest.strip_suffix('#'));
    let Some((days, rest)) = parts.and_then(|rest| rest.split_once("#PROZENT=")) else { return false };
    let (rate, base) =
        rest.split_once("#BASISBETRAG=").map_or((rest, None), |(rate, base)| (rate, Some(base)));
    digits(days)
        && two_decimals(rate)
        && base.is_none_or(|base| two_decimals(base.strip_prefix('-').unwrap_or(base)))
}

/// What follows the last `#…#` begins with space that holds a line break.
fn ends_in_a_break(text: &str) -> bool {
    let mut rest = text;
    let mut from = 0;
    for line in text.split(['\n', '\r']) {
        let marks = line.find('#').zip(line.rfind('#'));
        if let Some((first, last)) = marks
            && line.get(first + 1..last).is_some_and(|between| !between.is_empty())
        {
            rest = text.get(from + last + 1..).unwrap_or("");
        }
        from += line.len() + 1;
    }
    let space = rest.len() - rest.trim_start_matches(['\t', '\n', '\r', ' ']).len();
    rest.get(..space).is_some_and(|space| space.contains('\n'))
}

/// `^([a-zA-Z])([a-zA-Z0-9+.-])+:.*`.
fn begins_with_scheme(uri: &str) -> bool {
    let Some((scheme, _)) = uri.split_once(':') else { return false };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && is_all(scheme, 2, usize::MAX, |byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
}

const CONTACTS: &[Rule] = &[
    written!("DE-R-005", "BT-41", [NAME], "A German seller's contact has no name.", "Write cbc:Name."),
    written!(
        "DE-R-006",
        "BT-42",
        [TELEPHONE],
        "A German seller's contact has no telephone number.",
        "Write cbc:Telephone."
    ),
    written!(
        "DE-R-007",
        "BT-43",
        [ELECTRONIC_MAIL],
        "A German seller's contact has no e-mail address.",
        "Write cbc:ElectronicMail."
    ),
    warning(
        "DE-R-027",
        &["BT-42"],
        &[TELEPHONE],
        Check::By(|contact| {
            Ok(string(contact, &[TELEPHONE])?.bytes().filter(u8::is_ascii_digit).count() >= 3)
        }),
        "A telephone number has fewer than three digits.",
        "Write the whole number.",
    ),
    warning(
        "DE-R-028",
        &["BT-43"],
        &[ELECTRONIC_MAIL],
        Check::By(|contact| Ok(is_mail_address(word(contact, &[ELECTRONIC_MAIL])?))),
        "An e-mail address does not look like one.",
        "Write it as name@example.com.",
    ),
];

/// `^[^@\s]+@([^@.\s]+\.)+[^@.\s]+$`.
fn is_mail_address(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let spaced = text.contains([' ', '\t', '\n', '\r']);
    let labels: Vec<&str> = host.split('.').collect();
    !spaced
        && !name.is_empty()
        && labels.len() >= 2
        && labels.iter().all(|label| !label.is_empty() && !label.contains('@'))
}

/// An account without its spaces is an IBAN.
fn is_iban(means: Element<'_>, path: &[Name]) -> Answer {
    let account: String = string(means, path)?.split(['\t', '\n', '\r', ' ']).collect();
    Ok(digits::iban(&account))
}

const TRANSFER: &[Rule] = &[
    warning(
        "DE-R-019",
        &["BT-84"],
        &[PAYEE_FINANCIAL_ACCOUNT, ID],
        Check::By(|means| {
            Ok(word(means, &[PAYMENT_MEANS_CODE])? != "58" || is_iban(means, &[PAYEE_FINANCIAL_ACCOUNT, ID])?)
        }),
        "The account of a SEPA transfer is no IBAN.",
        "Write the IBAN into cac:PayeeFinancialAccount/cbc:ID.",
    ),
    fatal(
        "DE-R-023-1",
        &["BG-17"],
        &[],
        Check::Exists(&[PAYEE_FINANCIAL_ACCOUNT]),
        "A transfer names no account.",
        "Write cac:PayeeFinancialAccount.",
    ),
    fatal(
        "DE-R-023-2",
        &["BG-18", "BG-19"],
        &[],
        Check::By(|means| Ok(!means.has(CARD_ACCOUNT) && !means.has(PAYMENT_MANDATE))),
        "A transfer names a card or a mandate.",
        "Leave cac:CardAccount and cac:PaymentMandate out.",
    ),
];

const CARD: &[Rule] = &[
    fatal(
        "DE-R-024-1",
        &["BG-18"],
        &[],
        Check::Exists(&[CARD_ACCOUNT]),
        "A payment by card names no card.",
        "Write cac:CardAccount.",
    ),
    fatal(
        "DE-R-024-2",
        &["BG-17", "BG-19"],
        &[],
        Check::By(|means| Ok(!means.has(PAYEE_FINANCIAL_ACCOUNT) && !means.has(PAYMENT_MANDATE))),
        "A payment by card names an account or a mandate.",
        "Leave cac:PayeeFinancialAccount and cac:PaymentMandate out.",
    ),
];

const DEBIT: &[Rule] = &[
    warning(
        "DE-R-020",
        &["BT-91"],
        &[PAYMENT_MANDATE, PAYER_FINANCIAL_ACCOUNT, ID],
        Check::By(|means| is_iban(means, &[PAYMENT_MANDATE, PAYER_FINANCIAL_ACCOUNT, ID])),
        "The account of a SEPA direct debit is no IBAN.",
        "Write the IBAN into cac:PayerFinancialAccount/cbc:ID.",
    ),
    fatal(
        "DE-R-025-1",
        &["BG-19"],
        &[],
        Check::Exists(&[PAYMENT_MANDATE]),
        "A direct debit has no mandate.",
        "Write cac:PaymentMandate.",
    ),
    fatal(
        "DE-R-025-2",
        &["BG-17", "BG-18"],
        &[],
        Check::By(|means| Ok(!means.has(PAYEE_FINANCIAL_ACCOUNT) && !means.has(CARD_ACCOUNT))),
        "A direct debit names an account of the payee or a card.",
        "Leave cac:PayeeFinancialAccount and cac:CardAccount out.",
    ),
];
