//! Rules about the document as a whole, its references, periods, delivery and payment.

use std::cmp::Ordering;

use crate::{
    cast::{self, Day},
    document::Element,
    names::{Name, SCHEME_ID, known::*},
    rule::{Answer, Cause, Check, Context, Rule, Stop, Template, fatal, warning},
    text::is_word,
};

pub(super) const ROOT: &[Rule] = &[
    fatal(
        "BR-01",
        &["BT-24"],
        &[CUSTOMIZATION_ID],
        Check::Filled(&[CUSTOMIZATION_ID]),
        "The invoice does not say which specification it follows.",
        "Write the specification identifier into cbc:CustomizationID, for Peppol urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0.",
    ),
    fatal(
        "BR-02",
        &["BT-1"],
        &[ID],
        Check::Filled(&[ID]),
        "The invoice has no number.",
        "Write the invoice number into cbc:ID.",
    ),
    fatal(
        "BR-03",
        &["BT-2"],
        &[ISSUE_DATE],
        Check::Filled(&[ISSUE_DATE]),
        "The invoice has no date of issue.",
        "Write the day into cbc:IssueDate, as 2026-03-09.",
    ),
    fatal(
        "BR-04",
        &["BT-3"],
        &[],
        Check::By(has_type_code),
        "The invoice does not say what kind of document it is.",
        "Write a type code: 380 into cbc:InvoiceTypeCode for an invoice, 381 into cbc:CreditNoteTypeCode for a credit note.",
    ),
    fatal(
        "BR-05",
        &["BT-5"],
        &[DOCUMENT_CURRENCY_CODE],
        Check::Filled(&[DOCUMENT_CURRENCY_CODE]),
        "The invoice does not say in which currency it is.",
        "Write the currency into cbc:DocumentCurrencyCode, as GBP.",
    ),
    fatal(
        "BR-06",
        &["BT-27"],
        &[],
        Check::Filled(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME]),
        "The seller has no name.",
        "Write the registered name into the seller's cac:PartyLegalEntity/cbc:RegistrationName.",
    ),
    fatal(
        "BR-07",
        &["BT-44"],
        &[],
        Check::Filled(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME]),
        "The buyer has no name.",
        "Write the registered name into the buyer's cac:PartyLegalEntity/cbc:RegistrationName.",
    ),
    fatal(
        "BR-08",
        &["BG-5"],
        &[],
        Check::Exists(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS]),
        "The seller has no postal address.",
        "Add cac:PostalAddress to the seller's cac:Party.",
    ),
    fatal(
        "BR-10",
        &["BG-8"],
        &[],
        Check::Exists(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS]),
        "The buyer has no postal address.",
        "Add cac:PostalAddress to the buyer's cac:Party.",
    ),
    fatal(
        "BR-16",
        &["BG-25"],
        &[],
        Check::By(|root| Ok(root.has(INVOICE_LINE) || root.has(CREDIT_NOTE_LINE))),
        "The invoice has no line.",
        "Add at least one line with quantity, price and amount.",
    ),
    fatal(
        "BR-CO-03",
        &["BT-7", "BT-8"],
        &[TAX_POINT_DATE],
        Check::By(tax_point_is_said_once),
        "The invoice gives a tax point date and also a code that derives it.",
        "Keep one: cbc:TaxPointDate, or cac:InvoicePeriod/cbc:DescriptionCode.",
    ),
];

pub(crate) fn has_type_code(root: Element<'_>) -> Answer {
    let filled = |name: Name| Ok::<bool, Stop>(root.one(name)?.is_some_and(|code| !code.is_blank()));
    Ok(filled(INVOICE_TYPE_CODE)? || filled(CREDIT_NOTE_TYPE_CODE)?)
}

pub(crate) fn tax_point_is_said_once(root: Element<'_>) -> Answer {
    Ok(!root.has(TAX_POINT_DATE) || !root.leads_to(&[INVOICE_PERIOD, DESCRIPTION_CODE]))
}

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE])],
        rules: &[&[fatal(
            "BR-52",
            &["BT-122"],
            &[ID],
            Check::Filled(&[ID]),
            "A supporting document has no reference.",
            "Write the document's number into cbc:ID.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PAYMENT_MEANS, CARD_ACCOUNT, PRIMARY_ACCOUNT_NUMBER_ID])],
        rules: &[&[warning(
            "BR-51",
            &["BT-87"],
            &[],
            Check::By(shows_few_digits),
            "The invoice shows more of a card number than its last four to six digits.",
            "Cut the number to its last four to six digits, at most ten characters with the masking.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[DELIVERY, DELIVERY_LOCATION, ADDRESS])],
        rules: &[&[fatal(
            "BR-57",
            &["BT-80"],
            &[],
            Check::Exists(&[COUNTRY, IDENTIFICATION_CODE]),
            "The address of delivery has no country.",
            "Add cac:Country/cbc:IdentificationCode, as SG.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE_LINE, INVOICE_PERIOD]),
            Context::new(&[CREDIT_NOTE_LINE, INVOICE_PERIOD]),
        ],
        rules: &[&[
            fatal(
                "BR-30",
                &["BT-135", "BT-134"],
                &[END_DATE],
                Check::By(ends_after_it_starts),
                "The period of a line ends before it starts.",
                "Exchange or correct cbc:StartDate and cbc:EndDate.",
            ),
            fatal(
                "BR-CO-20",
                &["BG-26", "BT-134", "BT-135"],
                &[],
                Check::By(|period| Ok(period.has(START_DATE) || period.has(END_DATE))),
                "The period of a line has neither a first nor a last day.",
                "Write cbc:StartDate, cbc:EndDate or both, or leave the period out.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[INVOICE_PERIOD])],
        rules: &[&[
            fatal(
                "BR-29",
                &["BT-74", "BT-73"],
                &[END_DATE],
                Check::By(ends_after_it_starts),
                "The invoicing period ends before it starts.",
                "Exchange or correct cbc:StartDate and cbc:EndDate.",
            ),
            fatal(
                "BR-CO-19",
                &["BG-14", "BT-73", "BT-74"],
                &[],
                Check::By(says_something_of_a_period),
                "The invoicing period has neither a first nor a last day.",
                "Write cbc:StartDate, cbc:EndDate or both, or leave the period out.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT]).when(is_credit_transfer_account)],
        rules: &[&[fatal(
            "BR-50",
            &["BT-84"],
            &[ID],
            Check::Filled(&[ID]),
            "Payment by credit transfer is asked, and the account has no number.",
            "Write the IBAN or account number into cac:PayeeFinancialAccount/cbc:ID.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PAYMENT_MEANS])],
        rules: &[&[
            fatal(
                "BR-49",
                &["BT-81"],
                &[],
                Check::Exists(&[PAYMENT_MEANS_CODE]),
                "The payment instruction does not say by what means to pay.",
                "Write cbc:PaymentMeansCode, for example 30 for a credit transfer.",
            ),
            fatal(
                "BR-61",
                &["BT-81", "BT-84"],
                &[PAYMENT_MEANS_CODE],
                Check::By(has_account_where_needed),
                "Payment by credit transfer is asked, and no account is given.",
                "Add cac:PayeeFinancialAccount/cbc:ID with the IBAN or account number, or another means of payment.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[BILLING_REFERENCE])],
        rules: &[&[fatal(
            "BR-55",
            &["BT-25"],
            &[],
            Check::Exists(&[INVOICE_DOCUMENT_REFERENCE, ID]),
            "A reference to an earlier invoice has no invoice number.",
            "Write the number of the earlier invoice into cac:InvoiceDocumentReference/cbc:ID.",
        )]],
    },
];

pub(crate) fn shows_few_digits(number: Element<'_>) -> Answer {
    Ok(crate::text::normalized(number.text()).chars().count() <= 10)
}

/// `xs:date(end) >= xs:date(start)`, where both are given.
pub(crate) fn ends_after_it_starts(period: Element<'_>) -> Answer {
    let (start, end) = (period.has(START_DATE), period.has(END_DATE));
    if !start || !end {
        return Ok(true);
    }
    let day = |name: Name| -> Result<Option<Day>, Stop> {
        let Some(element) = period.one(name)? else { return Ok(None) };
        cast::date(element.text()).map(Some).ok_or_else(|| element.stop(Cause::NotADate))
    };
    Ok(match (day(END_DATE)?, day(START_DATE)?) {
        (Some(end), Some(start)) => end.compare(start) != Ordering::Less,
        _ => false,
    })
}

pub(crate) fn says_something_of_a_period(period: Element<'_>) -> Answer {
    Ok(period.has(START_DATE) || period.has(END_DATE) || period.has(DESCRIPTION_CODE))
}

/// Exactly `30` or `58`, untrimmed.
pub(crate) fn is_credit_transfer_account(account: Element<'_>) -> Answer {
    let means = account.parent();
    Ok(means
        .is_some_and(|means| means.each(PAYMENT_MEANS_CODE).any(|code| matches!(code.text(), "30" | "58"))))
}

fn has_account_where_needed(means: Element<'_>) -> Answer {
    let has_account = means.leads_to(&[PAYEE_FINANCIAL_ACCOUNT, ID]);
    let code = means.one(PAYMENT_MEANS_CODE)?.map_or("", Element::text);
    let transfer = is_word(code, "30") || is_word(code, "58");
    Ok(!transfer || has_account)
}

/// Whether an identifier of the seller counts: any whose scheme is not exactly SEPA.
pub(super) fn is_no_bank_creditor(id: Element<'_>) -> bool {
    id.attribute(SCHEME_ID) != Some("SEPA")
}
