//! Rules about how values are written, in which currency amounts are, and which elements repeat.

use super::texts_of;
use crate::{
    cast,
    document::Element,
    names::{Attribute, CURRENCY_ID, MIME_CODE, Name, UNIT_CODE, attribute, known::*},
    rule::{Answer, Check, Context, Selector, Template, both, fatal},
    schema,
    text::{normalized, trimmed},
};

const FILENAME: Attribute = attribute("filename");

pub(super) const CURRENCY: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[AMOUNT]),
            Context::new(&[BASE_AMOUNT]),
            Context::new(&[PRICE_AMOUNT]),
            Context::new(&[LINE_EXTENSION_AMOUNT]),
            Context::new(&[TAX_EXCLUSIVE_AMOUNT]),
            Context::new(&[TAX_INCLUSIVE_AMOUNT]),
            Context::new(&[ALLOWANCE_TOTAL_AMOUNT]),
            Context::new(&[CHARGE_TOTAL_AMOUNT]),
            Context::new(&[PREPAID_AMOUNT]),
            Context::new(&[PAYABLE_ROUNDING_AMOUNT]),
            Context::new(&[PAYABLE_AMOUNT]),
            Context::new(&[TAX_TOTAL, TAX_AMOUNT]).when(|amount| total_is_in_document_currency(amount, 1)),
            Context::new(&[TAX_TOTAL, TAX_SUBTOTAL, TAXABLE_AMOUNT])
                .when(|amount| total_is_in_document_currency(amount, 2)),
            Context::new(&[TAX_TOTAL, TAX_SUBTOTAL, TAX_AMOUNT])
                .when(|amount| total_is_in_document_currency(amount, 2)),
        ],
        rules: &[&[fatal(
            "ibr-126",
            &["IBT-5", "IBT-6"],
            &[],
            Check::By(is_in_document_currency),
            "An amount is in another currency than the invoice.",
            "Write the invoice's currency into currencyID; only the tax total in the tax currency has another.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PAYMENT_TERMS])],
        rules: &[&[
            fatal(
                "ibr-sr-05",
                &["IBT-20"],
                &[NOTE],
                Check::AtMostOne(&[NOTE]),
                "The terms of payment have more than one note.",
                "Join them in one cbc:Note.",
            ),
            fatal(
                "ibr-sr-60",
                &["IBT-187"],
                &[PAYMENT_MEANS_ID],
                Check::AtMostOne(&[PAYMENT_MEANS_ID]),
                "The terms of payment name more than one payment instruction.",
                "Keep one cbc:PaymentMeansID.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[BILLING_REFERENCE])],
        rules: &[&[
            fatal(
                "ibr-055",
                &["IBG-3", "IBT-25"],
                &[],
                Check::Exists(&[INVOICE_DOCUMENT_REFERENCE, ID]),
                "A reference to an earlier invoice has no invoice number.",
                "Write the number of the earlier invoice into cac:InvoiceDocumentReference/cbc:ID.",
            ),
            fatal(
                "ibr-sr-07",
                &["IBG-3", "IBT-25"],
                &[],
                Check::Exists(&[INVOICE_DOCUMENT_REFERENCE, ID]),
                "The number of an earlier invoice is missing.",
                "Write it into cac:InvoiceDocumentReference/cbc:ID.",
            ),
            fatal(
                "ibr-sr-06",
                &["IBT-25"],
                &[INVOICE_DOCUMENT_REFERENCE],
                Check::AtMostOne(&[INVOICE_DOCUMENT_REFERENCE]),
                "A reference to an earlier invoice names more than one.",
                "Write a cac:BillingReference for each.",
            ),
        ]],
    },
];

pub(super) const FORM: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[ISSUE_DATE]),
            Context::new(&[DUE_DATE]),
            Context::new(&[TAX_POINT_DATE]),
            Context::new(&[START_DATE]),
            Context::new(&[END_DATE]),
            Context::new(&[ACTUAL_DELIVERY_DATE]),
        ],
        rules: &[&[fatal(
            "ibr-073",
            &["IBT-2", "IBT-7", "IBT-9", "IBT-26", "IBT-72", "IBT-73", "IBT-74", "IBT-134", "IBT-135"],
            &[],
            Check::By(is_day),
            "A date is not written as year, month and day.",
            "Write it as 2026-03-09, without a zone.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context { selector: Selector::Suffix("Time"), when: None }.when(is_basic)],
        rules: &[&[fatal(
            "ibr-119",
            &["IBT-168"],
            &[],
            Check::By(is_time_of_day),
            "A time is not written as hours, minutes and seconds.",
            "Write it as 14:30:00, if needed with fraction and zone.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context { selector: Selector::Suffix("BinaryObject"), when: None }],
        rules: &[&[
            fatal(
                "ibr-074",
                &["IBT-125", "IBT-125-1"],
                &[],
                Check::HasAttribute(MIME_CODE),
                "An attached file does not say of which type it is.",
                "Add mimeCode, as application/pdf.",
            ),
            fatal(
                "ibr-075",
                &["IBT-125", "IBT-125-2"],
                &[],
                Check::HasAttribute(FILENAME),
                "An attached file has no name.",
                "Add filename.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[TAX_CURRENCY_CODE])],
        rules: &[&[fatal(
            "ibr-077",
            &["IBT-6", "IBT-5"],
            &[],
            Check::By(differs_from_document_currency),
            "The tax currency is the currency of the invoice.",
            "Leave cbc:TaxCurrencyCode out where tax is in the invoice's currency.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context { selector: Selector::Suffix(""), when: None }.when(is_empty)],
        rules: &[&[fatal(
            "ibr-079",
            &[],
            &[],
            Check::By(|_| Ok(false)),
            "An element is empty.",
            "Write its value, or remove it.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PRICE, BASE_QUANTITY])
            .when(|quantity| Ok(quantity.attribute(UNIT_CODE).is_some()))],
        rules: &[&[fatal(
            "ibr-088",
            &["IBT-150", "IBT-130"],
            &[],
            Check::By(has_unit_of_line),
            "The quantity to which a price refers has another unit than the line.",
            "Write the same unitCode on both quantities.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE_LINE, DESPATCH_LINE_REFERENCE, DOCUMENT_REFERENCE, ID]),
            Context::new(&[CREDIT_NOTE_LINE, DESPATCH_LINE_REFERENCE, DOCUMENT_REFERENCE, ID]),
        ],
        rules: &[&[fatal(
            "ibr-092",
            &["IBT-184", "IBT-16"],
            &[],
            Check::By(|id| Ok(id.document().all(DESPATCH_DOCUMENT_REFERENCE).next().is_none())),
            "A despatch advice is named on a line and also for the whole invoice.",
            "Keep one of the two places.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE_LINE, DESPATCH_LINE_REFERENCE]),
            Context::new(&[CREDIT_NOTE_LINE, DESPATCH_LINE_REFERENCE]),
        ],
        rules: &[&[fatal(
            "ibr-sr-62",
            &["IBT-184"],
            &[DOCUMENT_REFERENCE],
            Check::AtMostOne(&[DOCUMENT_REFERENCE]),
            "A line names more than one despatch advice.",
            "Keep one cac:DocumentReference in cac:DespatchLineReference.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PREPAID_PAYMENT]).when(is_first)],
        rules: &[&[fatal(
            "ibr-093",
            &["IBT-180", "IBT-113"],
            &[],
            Check::By(|payment| {
                Ok(payment
                    .parent()
                    .is_some_and(|root| root.leads_to(&[LEGAL_MONETARY_TOTAL, PREPAID_AMOUNT])))
            }),
            "Payments made are listed, and their total is not given.",
            "Write the sum paid into cac:LegalMonetaryTotal/cbc:PrepaidAmount.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[DELIVERY])],
        rules: &[&[fatal(
            "ibr-108",
            &["IBT-70"],
            &[DELIVERY_PARTY, PARTY_NAME, NAME],
            Check::AtMostOne(&[DELIVERY_PARTY, PARTY_NAME, NAME]),
            "The party that takes delivery has more than one name.",
            "Keep one cac:PartyName.",
        )]],
    },
];

/// `cac:TaxTotal[cbc:TaxAmount/@currencyID = /*/cbc:DocumentCurrencyCode]`, so many steps above.
fn total_is_in_document_currency(amount: Element<'_>, steps: usize) -> Answer {
    let total = std::iter::successors(Some(amount), |element| element.parent()).nth(steps);
    let root = amount.document().root();
    Ok(total.is_some_and(|total| {
        total.each(TAX_AMOUNT).any(|tax| {
            tax.attribute(CURRENCY_ID)
                .is_some_and(|currency| root.each(DOCUMENT_CURRENCY_CODE).any(|code| code.text() == currency))
        })
    }))
}

/// `@currencyID = //cbc:DocumentCurrencyCode`, untrimmed. Price extensions are left alone.
fn is_in_document_currency(amount: Element<'_>) -> Answer {
    Ok(amount.is_under(ITEM_PRICE_EXTENSION)
        || amount.attribute(CURRENCY_ID).is_some_and(|currency| {
            amount.document().all(DOCUMENT_CURRENCY_CODE).any(|code| code.text() == currency)
        }))
}

/// Ten characters that are a day: neither zone nor space.
fn is_day(date: Element<'_>) -> Answer {
    both(date.own_text().map(|text| text.chars().count() == 10), || Ok(cast::date(date.text()).is_some()))
}

/// An element among the basic components of UBL, also one that UBL does not have.
fn is_basic(element: Element<'_>) -> Answer {
    Ok(match element.name() {
        Name::OTHER => element.written_name().starts_with("cbc:"),
        known => known.text().starts_with("cbc:"),
    })
}

fn is_time_of_day(time: Element<'_>) -> Answer {
    Ok(schema::is_time(trimmed(time.text())))
}

fn is_empty(element: Element<'_>) -> Answer {
    Ok(!element.has_children() && element.is_blank())
}

fn differs_from_document_currency(code: Element<'_>) -> Answer {
    let document = match code.parent() {
        Some(root) => texts_of(root, &[DOCUMENT_CURRENCY_CODE])?.unwrap_or(""),
        None => "",
    };
    Ok(normalized(code.own_text()?) != normalized(document))
}

/// Compared untrimmed, and only where the line has a quantity.
fn has_unit_of_line(quantity: Element<'_>) -> Answer {
    let Some(line) = quantity.parent().and_then(Element::parent) else { return Ok(true) };
    let unit = quantity.attribute(UNIT_CODE);
    let mut quantities = line.each(INVOICED_QUANTITY).chain(line.each(CREDITED_QUANTITY)).peekable();
    Ok(quantities.peek().is_none() || quantities.any(|other| other.attribute(UNIT_CODE) == unit))
}

/// The first of its parent's children of that name.
fn is_first(payment: Element<'_>) -> Answer {
    Ok(payment.parent().and_then(|root| root.first(payment.name())) == Some(payment))
}
