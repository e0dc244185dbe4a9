//! Rules about the document as a whole, its references, orders and notes.

use std::sync::LazyLock;

use crate::{
    document::Element,
    en16931::{
        head::{is_credit_transfer_account, shows_few_digits, tax_point_is_said_once},
        totals::has_total_in_tax_currency,
    },
    lists::Lists,
    names::{CREDIT_NOTE, INVOICE, known::*},
    pint::{is_of_type, texts_of},
    rule::{Answer, Check, Context, Rule, Template, fatal, has_two_decimals, warning},
    schema::is_decimal,
    text::trimmed,
};

use super::{
    ng::{
        ng_breakdown_stands_alone, ng_is_broken_down_once, ng_items_without_gst_number,
        ng_modifiers_without_gst_number, ng_without_other_items, ng_without_other_modifiers,
    },
    parties::{other_scheme_ids, seller_gst_numbers},
    totals::with_gst_adds_up,
};

/// The type of a reference that gives a total in SGD with GST.
const INCLUDING: &str = "sgdtotal-incl-gst";
/// The same without GST.
const EXCLUDING: &str = "sgdtotal-excl-gst";

static LISTS: LazyLock<Lists> =
    LazyLock::new(|| Lists::parse(include_str!("../../data/pint-sg-1.4.1-codes.tsv")));

pub(super) const NETWORK_ROOT: &[Rule] = &[
    fatal(
        "PEPPOL-EN16931-R004-SG",
        &[],
        &[CUSTOMIZATION_ID],
        Check::By(follows_pint_sg),
        "The specification identifier is not that of PINT Singapore.",
        "Write urn:peppol:pint:billing-1@sg-1 into cbc:CustomizationID.",
    ),
    fatal(
        "PEPPOL-EN16931-R003-SG",
        &[],
        &[],
        Check::By(|root| Ok(root.has(BUYER_REFERENCE) || root.leads_to(&[ORDER_REFERENCE, ID]))),
        "The invoice has neither a reference of the buyer nor an order number.",
        "Write cbc:BuyerReference, or cac:OrderReference/cbc:ID.",
    ),
    fatal(
        "PEPPOL-EN16931-R053-SG",
        &[],
        &[TAX_TOTAL],
        Check::By(|root| Ok(tax_totals(root, true) == 1)),
        "Not exactly one tax total has a breakdown.",
        "Give one cac:TaxTotal with cac:TaxSubtotal; the one in the tax currency has none.",
    ),
    fatal(
        "PEPPOL-EN16931-R054-SG",
        &[],
        &[TAX_TOTAL],
        Check::By(|root| Ok(tax_totals(root, false) == usize::from(root.has(TAX_CURRENCY_CODE)))),
        "A tax total without a breakdown stands there without a tax currency, or is missing with one.",
        "With cbc:TaxCurrencyCode give one cac:TaxTotal without cac:TaxSubtotal in that currency; else none.",
    ),
    fatal(
        "PEPPOL-EN16931-R007-SG",
        &[],
        &[PROFILE_ID],
        Check::By(belongs_to_billing),
        "The business process is not that of billing.",
        "Write urn:peppol:bis:billing into cbc:ProfileID.",
    ),
];

pub(super) const ROOT: &[Rule] = &[
    fatal(
        "BR-53-GST-SG",
        &["IBT-6", "IBT-111"],
        &[TAX_CURRENCY_CODE],
        Check::By(accounting_currency_is_complete),
        "A tax currency is given, and the tax total in it or a total in SGD with or without GST is missing.",
        "Add a cac:TaxTotal in that currency, and two cac:AdditionalDocumentReference of types sgdtotal-incl-gst and sgdtotal-excl-gst.",
    ),
    fatal(
        "BR-110-GST-SG",
        &["IBT-6"],
        &[],
        Check::By(|root| {
            Ok(root.has(TAX_CURRENCY_CODE)
                || !(has_reference(root, INCLUDING) || has_reference(root, EXCLUDING)))
        }),
        "Totals in SGD are given, and no tax currency.",
        "Write SGD into cbc:TaxCurrencyCode, or remove the references of types sgdtotal-incl-gst and sgdtotal-excl-gst.",
    ),
    fatal(
        "BR-CO-15-GST-SG",
        &["IBT-112", "IBT-109", "IBT-110"],
        &[LEGAL_MONETARY_TOTAL, TAX_INCLUSIVE_AMOUNT],
        Check::By(with_gst_adds_up),
        "The total with GST is not the total without GST plus the GST, or not exactly one tax total is in the document's currency.",
        "Write TaxExclusiveAmount plus TaxAmount into cbc:TaxInclusiveAmount, and give exactly one TaxAmount in the document's currency.",
    ),
    fatal(
        "BR-CO-18-GST-SG",
        &["IBG-23"],
        &[],
        Check::Exists(&[TAX_TOTAL, TAX_SUBTOTAL]),
        "The invoice has no breakdown of GST.",
        "Add a cac:TaxTotal with one cac:TaxSubtotal for each category and rate.",
    ),
    fatal(
        "BR-NG-01-GST-SG",
        &["IBG-25", "IBG-20", "IBG-21", "IBT-151", "IBT-95", "IBT-102", "IBG-23", "IBT-118"],
        &[],
        Check::By(ng_is_broken_down_once),
        "The category NG occurs, and not exactly one breakdown is of category NG.",
        "Give exactly one cac:TaxSubtotal with category NG.",
    ),
    fatal(
        "BR-NG-02-GST-SG",
        &["IBG-25", "IBT-151", "IBT-31", "IBT-63", "IBT-48"],
        &[],
        Check::By(ng_items_without_gst_number),
        "The item of a line has category NG, and a party has a GST number.",
        "Remove the GST numbers of seller, buyer and representative, or use another category.",
    ),
    fatal(
        "BR-NG-03-GST-SG",
        &["IBG-20", "IBT-95", "IBT-31", "IBT-63", "IBT-48"],
        &[],
        Check::By(|root| ng_modifiers_without_gst_number(root, false)),
        "An allowance has category NG, and a party has a GST number.",
        "Remove the GST numbers of seller, buyer and representative, or use another category.",
    ),
    fatal(
        "BR-NG-04-GST-SG",
        &["IBG-21", "IBT-102", "IBT-31", "IBT-63", "IBT-48"],
        &[],
        Check::By(|root| ng_modifiers_without_gst_number(root, true)),
        "A charge has category NG, and a party has a GST number.",
        "Remove the GST numbers of seller, buyer and representative, or use another category.",
    ),
    fatal(
        "BR-NG-11-GST-SG",
        &["IBG-23", "IBT-118"],
        &[],
        Check::By(ng_breakdown_stands_alone),
        "Besides the breakdown of category NG there is one of another category.",
        "An invoice of a seller without GST registration has NG alone: remove the others.",
    ),
    fatal(
        "BR-NG-12-GST-SG",
        &["IBG-23", "IBT-118", "IBG-25", "IBT-151"],
        &[],
        Check::By(ng_without_other_items),
        "A breakdown has category NG, and the item of a line has another.",
        "Give every item category NG, or none.",
    ),
    fatal(
        "BR-NG-13-GST-SG",
        &["IBG-23", "IBT-118", "IBG-20", "IBT-9"],
        &[],
        Check::By(|root| ng_without_other_modifiers(root, false)),
        "A breakdown has category NG, and an allowance has another.",
        "Give every allowance category NG, or none.",
    ),
    fatal(
        "BR-NG-14-GST-SG",
        &["IBG-23", "IBT-118", "IBG-21", "IBT-102"],
        &[],
        Check::By(|root| ng_without_other_modifiers(root, true)),
        "A breakdown has category NG, and a charge has another.",
        "Give every charge category NG, or none.",
    ),
    fatal(
        "BR-110-SG",
        &[],
        &[ORDER_REFERENCE, ID],
        Check::By(orders_are_named_in_one_place),
        "Orders are named on lines and also for the whole invoice.",
        "Keep one of the two places; with orders on lines write NA into cac:OrderReference/cbc:ID.",
    ),
    fatal(
        "BR-CO-03-GST-SG",
        &["IBT-7", "IBT-8"],
        &[TAX_POINT_DATE],
        Check::By(tax_point_is_said_once),
        "The invoice gives a tax point date and also a code that derives it.",
        "Keep one: cbc:TaxPointDate, or cac:InvoicePeriod/cbc:DescriptionCode.",
    ),
];

pub(super) const REPEATED_ROOT: &[Rule] = &[
    warning(
        "UBL-SR-12-GST-SG",
        &["IBT-31"],
        &[],
        Check::By(|root| Ok(seller_gst_numbers(root) <= 1)),
        "The seller has more than one GST number.",
        "Keep one cac:PartyTaxScheme with scheme GST.",
    ),
    warning(
        "UBL-SR-13-GST-SG",
        &["IBT-32"],
        &[],
        Check::By(|root| Ok(other_scheme_ids(root) <= 1)),
        "The seller has more than one registration for another tax.",
        "Keep one.",
    ),
    warning(
        "UBL-SR-18-SG",
        &["IBT-48"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_TAX_SCHEME, COMPANY_ID]),
        "The buyer has more than one GST number.",
        "Keep one cac:PartyTaxScheme.",
    ),
];

pub(super) const HEAD: &[Template] = &[
    Template {
        pattern: 1,
        contexts: &[Context::from_root(&[UUID])],
        rules: &[&[fatal(
            "BR-109-GST-SG",
            &["BT-SG-003"],
            &[],
            Check::By(is_uuid),
            "The identifier of the invoice is no UUID.",
            "Write 32 hexadecimal digits as 8-4-4-4-12, without braces, into cbc:UUID.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[INVOICE, LEGAL_MONETARY_TOTAL, PAYABLE_AMOUNT])],
        rules: &[&[fatal(
            "BR-CO-25-SG",
            &["IBT-115", "IBT-9", "IBT-20"],
            &[],
            Check::By(says_when_to_pay),
            "An amount is due, and neither a day nor terms of payment are given.",
            "Write cbc:DueDate, or cac:PaymentTerms/cbc:Note.",
        )]],
    },
];

pub(super) const NOTES_AND_PAYMENT: &[Template] = &[
    Template {
        pattern: 1,
        contexts: &[Context::new(&[INVOICE, NOTE]), Context::new(&[CREDIT_NOTE, NOTE])],
        rules: &[&[fatal(
            "BR-CL-08-SG",
            &["IBT-21"],
            &[],
            Check::By(note_subject_is_listed),
            "The subject of a note is no code of UNTDID 4451.",
            "Write a code of UNTDID 4451 between the two #, as #AAI#, or the note without #.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[PAYMENT_MEANS, PAYEE_FINANCIAL_ACCOUNT]).when(is_credit_transfer_account)],
        rules: &[&[fatal(
            "BR-50-SG",
            &["IBT-84", "IBG-17"],
            &[ID],
            Check::Filled(&[ID]),
            "Payment by credit transfer is asked, and the account has no number.",
            "Write the account number into cac:PayeeFinancialAccount/cbc:ID.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[PAYMENT_MEANS, CARD_ACCOUNT, PRIMARY_ACCOUNT_NUMBER_ID])],
        rules: &[&[warning(
            "BR-51-SG",
            &["IBT-87"],
            &[],
            Check::By(shows_few_digits),
            "The invoice shows more of a card number than its last four to six digits.",
            "Cut the number to its last four to six digits, at most ten characters with the masking.",
        )]],
    },
];

pub(super) const REFERENCES: &[Template] = &[Template {
    pattern: 3,
    contexts: &[Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE])
        .when(|reference| Ok(reference.has(DOCUMENT_TYPE_CODE)))],
    rules: &[&[
        fatal(
            "UBL-SR-43-GST-SG",
            &["IBT-18"],
            &[DOCUMENT_TYPE_CODE],
            Check::By(|reference| Ok(has_known_type(reference))),
            "The type of a supporting document is none that PINT Singapore knows.",
            "Write 130 for the invoiced object, sgdtotal-incl-gst or sgdtotal-excl-gst for a total in SGD, in a credit note 50 for the project; else leave cbc:DocumentTypeCode out.",
        ),
        fatal(
            "BR-100-GST-SG",
            &[],
            &[DOCUMENT_DESCRIPTION],
            Check::By(|reference| sgd_total_is_an_amount(reference, INCLUDING)),
            "The total in SGD with GST is no amount with at most two decimals.",
            "Write the amount into cbc:DocumentDescription, as 1656.25.",
        ),
        fatal(
            "BR-101-GST-SG",
            &[],
            &[DOCUMENT_DESCRIPTION],
            Check::By(|reference| sgd_total_is_an_amount(reference, EXCLUDING)),
            "The total in SGD without GST is no amount with at most two decimals.",
            "Write the amount into cbc:DocumentDescription, as 1656.25.",
        ),
        fatal(
            "BR-102-GST-SG",
            &[],
            &[],
            Check::By(|reference| Ok(has_known_type(reference) && !reference.has(ATTACHMENT))),
            "A reference with a type code has an attachment, or its type is unknown.",
            "Attach the file to a reference of its own without cbc:DocumentTypeCode.",
        ),
        fatal(
            "BR-103-GST-SG",
            &[],
            &[ID],
            Check::By(|reference| Ok(names_sgd(reference, INCLUDING))),
            "The total in SGD with GST is not named SGD.",
            "Write SGD into cbc:ID of that reference.",
        ),
        fatal(
            "BR-104-GST-SG",
            &[],
            &[ID],
            Check::By(|reference| Ok(names_sgd(reference, EXCLUDING))),
            "The total in SGD without GST is not named SGD.",
            "Write SGD into cbc:ID of that reference.",
        ),
    ]],
}];

pub(super) const CODES: &[Template] = &[
    Template {
        pattern: 4,
        contexts: &[Context::new(&[PAYMENT_MEANS, PAYMENT_MEANS_CODE])],
        rules: &[&[fatal(
            "BR-CL-16-SG",
            &["IBT-81"],
            &[],
            Check::By(|code| is_listed(code, "BR-CL-16-SG")),
            "The means of payment is no code of UNTDID 4461, nor Z01 or Z02.",
            "Write a code of UNTDID 4461, as 30 for a credit transfer; for PayNow Z01 or Z02.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(&[TAX_CATEGORY, ID])],
        rules: &[&[fatal(
            "BR-CL-17-GST-SG",
            &["IBT-118", "IBT-95", "IBT-102"],
            &[],
            Check::By(|code| is_listed(code, "BR-CL-17-GST-SG")),
            "A GST category is unknown.",
            "Write SR, SRCA-S, SRCA-C, ZR, ES33, ESN33, DS, OS, NA, NG, SRRC, SROVR-RS, SROVR-LVG or SRLVG.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(&[CLASSIFIED_TAX_CATEGORY, ID])],
        rules: &[&[fatal(
            "BR-CL-18-GST-SG",
            &["IBT-151"],
            &[],
            Check::By(|code| is_listed(code, "BR-CL-18-GST-SG")),
            "The GST category of an item is unknown.",
            "Write SR, SRCA-S, SRCA-C, ZR, ES33, ESN33, DS, OS, NA, NG, SRRC, SROVR-RS, SROVR-LVG or SRLVG.",
        )]],
    },
    Template {
        pattern: 4,
        contexts: &[Context::new(&[INVOICE_PERIOD, DESCRIPTION_CODE])],
        rules: &[&[fatal(
            "BR-CL-06-GST-SG",
            &["IBT-8"],
            &[],
            Check::By(|code| is_listed(code, "BR-CL-06-GST-SG")),
            "The code for the tax point is unknown.",
            "Write 3 (date of issue), 35 (date of delivery) or 432 (date of payment).",
        )]],
    },
];

/// It begins so: what follows is not looked at.
fn follows_pint_sg(root: Element<'_>) -> Answer {
    let id = texts_of(root, &[CUSTOMIZATION_ID])?.unwrap_or("");
    Ok(trimmed(id).starts_with("urn:peppol:pint:billing-1@sg-1"))
}

fn belongs_to_billing(root: Element<'_>) -> Answer {
    Ok(trimmed(texts_of(root, &[PROFILE_ID])?.unwrap_or("")) == "urn:peppol:bis:billing")
}

/// How many tax totals of the document have a breakdown, or have none.
fn tax_totals(root: Element<'_>, with_breakdown: bool) -> usize {
    root.each(TAX_TOTAL).filter(|total| total.has(TAX_SUBTOTAL) == with_breakdown).count()
}

fn has_reference(root: Element<'_>, kind: &str) -> bool {
    root.each(ADDITIONAL_DOCUMENT_REFERENCE).any(|reference| is_of_type(reference, kind))
}

fn accounting_currency_is_complete(root: Element<'_>) -> Answer {
    Ok(!root.has(TAX_CURRENCY_CODE)
        || (has_total_in_tax_currency(root)?
            && has_reference(root, INCLUDING)
            && has_reference(root, EXCLUDING)))
}

/// An order of the document that is exactly `NA` does not count.
fn orders_are_named_in_one_place(root: Element<'_>) -> Answer {
    let named = root.along(&[ORDER_REFERENCE, ID]).any(|id| id.texts() > 0 && id.text() != "NA");
    let on_lines = root
        .each(INVOICE_LINE)
        .chain(root.each(CREDIT_NOTE_LINE))
        .any(|line| line.leads_to(&[ORDER_LINE_REFERENCE, ORDER_REFERENCE, ID]));
    Ok(!(named && on_lines))
}

/// Five groups of hexadecimal digits, of any version.
fn is_uuid(id: Element<'_>) -> Answer {
    let mut groups = trimmed(id.text()).split('-');
    let fits = [8, 4, 4, 4, 12].into_iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == length && group.bytes().all(|digit| digit.is_ascii_hexdigit())
        })
    });
    Ok(fits && groups.next().is_none())
}

/// A day or terms anywhere in the document will do.
fn says_when_to_pay(payable: Element<'_>) -> Answer {
    let amount = payable.compare(0.0)?;
    let document = payable.document();
    Ok(amount.is_le()
        || (amount.is_gt()
            && (document.all(DUE_DATE).next().is_some()
                || document.all(PAYMENT_TERMS).any(|terms| terms.has(NOTE)))))
}

/// A subject is asked for only in notes shaped `#abc#…`, and there in the whole list at once: halves of codes pass.
fn note_subject_is_listed(note: Element<'_>) -> Answer {
    let after = note.text().split_once('#').map(|(_, after)| after);
    let subject = after.and_then(|after| after.split_once('#')).map_or("", |(subject, _)| subject);
    Ok(subject.chars().count() != 3 || LISTS.has_within("BR-CL-08-SG", "", subject))
}

fn is_listed(code: Element<'_>, rule: &str) -> Answer {
    Ok(LISTS.has(rule, "", trimmed(code.text())))
}

/// Untrimmed.
fn has_known_type(reference: Element<'_>) -> bool {
    ["130", INCLUDING, EXCLUDING].into_iter().any(|kind| is_of_type(reference, kind))
        || (reference.document().is_credit_note() && is_of_type(reference, "50"))
}

/// Whether some type code of the reference is not `kind`.
fn is_of_another_type(reference: Element<'_>, kind: &str) -> bool {
    reference.each(DOCUMENT_TYPE_CODE).any(|code| code.text() != kind)
}

pub(crate) fn sgd_total_is_an_amount(reference: Element<'_>, kind: &str) -> Answer {
    if is_of_another_type(reference, kind) {
        return Ok(true);
    }
    let mut descriptions = reference.each(DOCUMENT_DESCRIPTION);
    let (first, second) = (descriptions.next(), descriptions.next());
    Ok(second.is_none()
        && first.is_some_and(|amount| is_decimal(trimmed(amount.text())) && has_two_decimals(amount.text())))
}

fn names_sgd(reference: Element<'_>, kind: &str) -> bool {
    is_of_another_type(reference, kind) || reference.each(ID).any(|id| id.text() == "SGD")
}
