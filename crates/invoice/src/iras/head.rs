//! Rules about the envelope, the document as a whole, its currencies and its references.

use super::{is_listed, word};
use crate::{
    document::Element,
    names::{CREDIT_NOTE, known::*},
    pint_sg::sgd_total_is_an_amount,
    rule::{Answer, Check, Context, Rule, Stop, Template, both, either, fatal},
    text::trimmed,
};

/// The type of a reference that gives a total in SGD without GST.
const EXCLUDING: &str = "sgdtotal-excl-gst";
/// The same with GST.
const INCLUDING: &str = "sgdtotal-incl-gst";

/// No element of an invoice is its context: these rules are told as not judged.
pub(super) const ENVELOPE: &[Template] = &[Template {
    pattern: 0,
    contexts: &[],
    rules: &[&[
        fatal(
            "IRASC5-001",
            &[],
            &[],
            Check::NeedsEnvelope,
            "The envelope of a submission names its sender.",
            "The access point writes Sender/Identifier into the StandardBusinessDocumentHeader.",
        ),
        fatal(
            "IRASC5-002",
            &[],
            &[],
            Check::NeedsEnvelope,
            "The envelope of a submission names its receiver.",
            "The access point writes Receiver/Identifier into the StandardBusinessDocumentHeader.",
        ),
        fatal(
            "IRASC5-003",
            &[],
            &[],
            Check::NeedsEnvelope,
            "The envelope of a submission has an identifier of its own.",
            "The access point writes DocumentIdentification/InstanceIdentifier into the StandardBusinessDocumentHeader.",
        ),
        fatal(
            "IRASC5-004",
            &[],
            &[],
            Check::NeedsEnvelope,
            "The envelope of a submission says when it was made.",
            "The access point writes DocumentIdentification/CreationDateAndTime into the StandardBusinessDocumentHeader.",
        ),
    ]],
}];

pub(super) const SPECIFICATION: &[Rule] = &[fatal(
    "IRASC5-005",
    &["IBT-024"],
    &[CUSTOMIZATION_ID],
    Check::By(is_taken_by_iras),
    "IRAS does not take invoices of this specification.",
    "Write urn:peppol:pint:billing-1@sg-1 into cbc:CustomizationID, or for an invoice that did not go over Peppol urn:peppol:pint:billing-1@sg-1:LocalTaxInvoice:sg:1.0.",
)];

pub(super) const DOCUMENT: &[Rule] = &[
    fatal(
        "IRASC5-006",
        &["IBT-023"],
        &[PROFILE_ID],
        Check::By(is_sale_or_purchase),
        "The business process is neither billing nor payables.",
        "Write urn:peppol:bis:billing for a sale, or urn:peppol:bis:payables for a purchase, into cbc:ProfileID.",
    ),
    fatal(
        "IRASC5-007",
        &["IBT-001"],
        &[],
        Check::Exists(&[ID]),
        "The invoice has no number.",
        "Write the number into cbc:ID.",
    ),
    fatal(
        "IRASC5-008",
        &["BT-SG-003"],
        &[],
        Check::Exists(&[UUID]),
        "The invoice has no UUID.",
        "Write a new UUID into cbc:UUID.",
    ),
    fatal(
        "IRASC5-009",
        &["IBT-002"],
        &[],
        Check::Exists(&[ISSUE_DATE]),
        "The invoice has no date of issue.",
        "Write it into cbc:IssueDate, as 2026-03-09.",
    ),
    fatal(
        "IRASC5-010",
        &["IBT-003"],
        &[],
        Check::By(has_a_type),
        "The document does not say of which type it is.",
        "Write 380 into cbc:InvoiceTypeCode, or 381 into cbc:CreditNoteTypeCode.",
    ),
];

pub(super) const TYPE: &[Template] = &[Template {
    pattern: 2,
    contexts: &[Context::new(&[INVOICE_TYPE_CODE]), Context::new(&[CREDIT_NOTE_TYPE_CODE])],
    rules: &[&[fatal(
        "IRASC5-011",
        &["IBT-003"],
        &[],
        Check::By(|code| {
            let wanted = if code.name() == INVOICE_TYPE_CODE { "380" } else { "381" };
            Ok(trimmed(code.text()) == wanted)
        }),
        "IRAS takes invoices of type 380 and credit notes of type 381 alone.",
        "Write 380 into cbc:InvoiceTypeCode, or 381 into cbc:CreditNoteTypeCode.",
    )]],
}];

pub(super) const CURRENCY: &[Rule] = &[fatal(
    "IRASC5-012",
    &["IBT-005"],
    &[],
    Check::Exists(&[DOCUMENT_CURRENCY_CODE]),
    "The invoice does not say in which currency it is.",
    "Write the code of the currency into cbc:DocumentCurrencyCode, as SGD.",
)];

pub(super) const CURRENCY_CODE: &[Template] = &[Template {
    pattern: 3,
    contexts: &[Context::new(&[DOCUMENT_CURRENCY_CODE])],
    rules: &[&[fatal(
        "IRASC5-013",
        &["IBT-005"],
        &[],
        Check::By(|code| is_listed(code.text(), "IRASC5-013")),
        "IRAS does not know the currency of the invoice: its list is an older ISO 4217, without BYN, MRU, STN, VES or XCG.",
        "Write a code of that list into cbc:DocumentCurrencyCode, as SGD, GBP or USD.",
    )]],
}];

pub(super) const IN_SGD: &[Rule] = &[
    fatal(
        "IRASC5-014",
        &["IBT-006", "IBT-005"],
        &[TAX_CURRENCY_CODE],
        Check::By(tax_currency_fits),
        "The tax currency is wrong: SGD for an invoice in another currency, none for one in SGD.",
        "Write SGD into cbc:TaxCurrencyCode of an invoice in another currency; leave it out of one in SGD.",
    ),
    fatal(
        "IRASC5-015",
        &["IBT-005", "BT-SG-001"],
        &[],
        Check::By(|root| has_total_in_sgd(root, EXCLUDING)),
        "The invoice is not in SGD, and its total in SGD without GST is missing.",
        "Add a cac:AdditionalDocumentReference: cbc:ID SGD, cbc:DocumentTypeCode sgdtotal-excl-gst, the total in cbc:DocumentDescription.",
    ),
    fatal(
        "IRASC5-016",
        &["IBT-005", "BT-SG-002"],
        &[],
        Check::By(|root| has_total_in_sgd(root, INCLUDING)),
        "The invoice is not in SGD, and its total in SGD with GST is missing.",
        "Add a cac:AdditionalDocumentReference: cbc:ID SGD, cbc:DocumentTypeCode sgdtotal-incl-gst, the total in cbc:DocumentDescription.",
    ),
];

pub(super) const CREDIT_NOTES: &[Template] = &[Template {
    pattern: 8,
    contexts: &[Context::new(&[CREDIT_NOTE])],
    rules: &[&[fatal(
        "IRASC5-072",
        &["IBT-022"],
        &[],
        Check::Filled(&[NOTE]),
        "The credit note does not say why it is issued.",
        "Write the reason into cbc:Note.",
    )]],
}];

pub(super) const REFERENCES: &[Template] = &[Template {
    pattern: 11,
    contexts: &[Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE])
        .when(|reference| Ok(reference.has(DOCUMENT_TYPE_CODE)))],
    rules: &[&[
        fatal(
            "IRASC5-100",
            &["BT-SG-001"],
            &[DOCUMENT_DESCRIPTION],
            Check::By(|reference| sgd_total_is_an_amount(reference, EXCLUDING)),
            "The total in SGD without GST is no amount with at most two decimals.",
            "Write the amount into cbc:DocumentDescription, as 1656.25.",
        ),
        fatal(
            "IRASC5-101",
            &["BT-SG-002"],
            &[DOCUMENT_DESCRIPTION],
            Check::By(|reference| sgd_total_is_an_amount(reference, INCLUDING)),
            "The total in SGD with GST is no amount with at most two decimals.",
            "Write the amount into cbc:DocumentDescription, as 1656.25.",
        ),
    ]],
}];

/// PINT Singapore, the BIS before it, and the same two for invoices that did not go over Peppol: exactly so.
fn is_taken_by_iras(root: Element<'_>) -> Answer {
    const TAKEN: [&str; 4] = [
        "urn:cen.eu:en16931:2017#conformant#urn:fdc:peppol.eu:2017:poacc:billing:international:sg:3.0",
        "urn:cen.eu:en16931:2017#conformant#urn:fdc:peppol.eu:2017:poacc:billing:LocalTaxInvoice:sg:1.0",
        "urn:peppol:pint:billing-1@sg-1",
        "urn:peppol:pint:billing-1@sg-1:LocalTaxInvoice:sg:1.0",
    ];
    Ok(TAKEN.contains(&word(root, &[CUSTOMIZATION_ID])?))
}

/// In capitals or not.
fn is_sale_or_purchase(root: Element<'_>) -> Answer {
    const TAKEN: [&str; 4] = [
        "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0",
        "urn:fdc:peppol.eu:2017:poacc:payables:01:1.0",
        "urn:peppol:bis:billing",
        "urn:peppol:bis:payables",
    ];
    Ok(TAKEN.contains(&word(root, &[PROFILE_ID])?.to_lowercase().as_str()))
}

/// An empty code of an invoice will do here, one of a credit note not.
fn has_a_type(root: Element<'_>) -> Answer {
    Ok(root.has(INVOICE_TYPE_CODE) || root.one(CREDIT_NOTE_TYPE_CODE)?.is_some_and(|code| !code.is_blank()))
}

pub(super) fn is_in_sgd(root: Element<'_>) -> Answer {
    Ok(word(root, &[DOCUMENT_CURRENCY_CODE])? == "SGD")
}

fn tax_currency_fits(root: Element<'_>) -> Answer {
    let in_sgd = is_in_sgd(root);
    either(both(in_sgd, || Ok(!root.has(TAX_CURRENCY_CODE))), || {
        both(in_sgd.map(|in_sgd| !in_sgd), || Ok(word(root, &[TAX_CURRENCY_CODE])? == "SGD"))
    })
}

/// The artefact means exactly one such reference; it counts a truth, which is always one. Two references stop the run,
/// because their identifiers are read as one.
fn has_total_in_sgd(root: Element<'_>, kind: &str) -> Answer {
    either(is_in_sgd(root), || {
        let mut of_kind = Vec::new();
        for reference in root.each(ADDITIONAL_DOCUMENT_REFERENCE) {
            if word(reference, &[DOCUMENT_TYPE_CODE])? == kind {
                of_kind.push(reference);
            }
        }
        let named = only(&of_kind, ID).map(|id| id.is_some_and(|id| trimmed(id.text()) == "SGD"));
        both(named, || Ok(only(&of_kind, DOCUMENT_DESCRIPTION)?.is_some_and(|amount| !amount.is_blank())))
    })
}

/// The only child called `name` of all these: two stop the run.
pub(super) fn only<'d>(
    parents: &[Element<'d>],
    name: crate::names::Name,
) -> Result<Option<Element<'d>>, Stop> {
    let mut found = parents.iter().flat_map(|parent| parent.each(name));
    let first = found.next();
    match found.next() {
        Some(second) => Err(second.stop(crate::rule::Cause::MoreThanOne)),
        None => Ok(first),
    }
}
