//! Rules about the document as a whole, its supporting documents and its payment.

use crate::{
    document::Element,
    en16931::{head::has_type_code, totals::has_total_in_tax_currency},
    names::{NAME_ATTRIBUTE, Name, known::*},
    rule::{Answer, Check, Context, Rule, Template, fatal},
};

use super::totals::{tax_totals_have_one_sign, with_tax_adds_up};

pub(super) const ROOT: &[Rule] = &[
    fatal(
        "ibr-001",
        &["IBT-24"],
        &[CUSTOMIZATION_ID],
        Check::Filled(&[CUSTOMIZATION_ID]),
        "The invoice does not say which specification it follows.",
        "Write the specification identifier into cbc:CustomizationID, for Singapore urn:peppol:pint:billing-1@sg-1.",
    ),
    fatal(
        "ibr-sr-63",
        &["IBT-24"],
        &[CUSTOMIZATION_ID],
        Check::By(|root| Ok(root.one(CUSTOMIZATION_ID)?.is_none_or(|id| !id.text().contains('*')))),
        "The specification identifier holds a wildcard.",
        "Write the whole identifier without *, for Singapore urn:peppol:pint:billing-1@sg-1.",
    ),
    fatal(
        "ibr-002",
        &["IBT-1"],
        &[ID],
        Check::Filled(&[ID]),
        "The invoice has no number.",
        "Write the invoice number into cbc:ID.",
    ),
    fatal(
        "ibr-003",
        &["IBT-2"],
        &[ISSUE_DATE],
        Check::Filled(&[ISSUE_DATE]),
        "The invoice has no date of issue.",
        "Write the day into cbc:IssueDate, as 2026-03-09.",
    ),
    fatal(
        "ibr-004",
        &["IBT-3"],
        &[],
        Check::By(has_type_code),
        "The invoice does not say what kind of document it is.",
        "Write a type code: 380 into cbc:InvoiceTypeCode for an invoice, 381 into cbc:CreditNoteTypeCode for a credit note.",
    ),
    fatal(
        "ibr-005",
        &["IBT-5"],
        &[DOCUMENT_CURRENCY_CODE],
        Check::Filled(&[DOCUMENT_CURRENCY_CODE]),
        "The invoice does not say in which currency it is.",
        "Write the currency into cbc:DocumentCurrencyCode, as SGD.",
    ),
    fatal(
        "ibr-006",
        &["IBT-27"],
        &[],
        Check::Filled(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME]),
        "The seller has no name.",
        "Write the registered name into the seller's cac:PartyLegalEntity/cbc:RegistrationName.",
    ),
    fatal(
        "ibr-007",
        &["IBT-44"],
        &[],
        Check::Filled(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME]),
        "The buyer has no name.",
        "Write the registered name into the buyer's cac:PartyLegalEntity/cbc:RegistrationName.",
    ),
    fatal(
        "ibr-008",
        &["IBG-5"],
        &[],
        Check::Exists(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, POSTAL_ADDRESS]),
        "The seller has no postal address.",
        "Add cac:PostalAddress to the seller's cac:Party.",
    ),
    fatal(
        "ibr-010",
        &["IBG-8"],
        &[],
        Check::Exists(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS]),
        "The buyer has no postal address.",
        "Add cac:PostalAddress to the buyer's cac:Party.",
    ),
    fatal(
        "ibr-016",
        &["IBG-25"],
        &[],
        Check::By(|root| Ok(root.has(INVOICE_LINE) || root.has(CREDIT_NOTE_LINE))),
        "The invoice has no line.",
        "Add at least one line with quantity, price and amount.",
    ),
    fatal(
        "ibr-053",
        &["IBT-6", "IBT-111"],
        &[TAX_CURRENCY_CODE],
        Check::By(has_total_in_tax_currency),
        "A currency for tax is given, and no tax total in that currency.",
        "Add a second cac:TaxTotal with cbc:TaxAmount in the currency of cbc:TaxCurrencyCode, or leave that code out.",
    ),
    fatal(
        "ibr-066",
        &["IBG-18"],
        &[PAYMENT_MEANS, CARD_ACCOUNT],
        Check::AtMostOne(&[PAYMENT_MEANS, CARD_ACCOUNT]),
        "The invoice names more than one payment card.",
        "Keep one cac:CardAccount.",
    ),
    fatal(
        "ibr-067",
        &["IBG-19"],
        &[PAYMENT_MEANS, PAYMENT_MANDATE],
        Check::AtMostOne(&[PAYMENT_MEANS, PAYMENT_MANDATE]),
        "The invoice names more than one mandate of direct debit.",
        "Keep one cac:PaymentMandate.",
    ),
    fatal(
        "ibr-071",
        &["IBG-24", "IBT-18", "IBT-125"],
        &[],
        Check::By(|root| Ok(!some_object_has(root, ATTACHMENT))),
        "A reference to the invoiced object (type 130) has an attachment.",
        "Attach the file to a reference of its own without a type code.",
    ),
    fatal(
        "ibr-072",
        &["IBG-24", "IBT-18", "IBT-123"],
        &[],
        Check::By(|root| Ok(!some_object_has(root, DOCUMENT_DESCRIPTION))),
        "A reference to the invoiced object (type 130) has a description.",
        "Remove cbc:DocumentDescription, or describe the document in a reference of its own without a type code.",
    ),
    fatal(
        "ibr-076",
        &["IBT-23"],
        &[],
        Check::Exists(&[PROFILE_ID]),
        "The invoice does not say to which business process it belongs.",
        "Write the process into cbc:ProfileID, for billing urn:peppol:bis:billing.",
    ),
    fatal(
        "ibr-078",
        &["IBT-18"],
        &[ADDITIONAL_DOCUMENT_REFERENCE],
        Check::By(|root| Ok(count_of_type(root, "130") <= 1)),
        "The invoice names more than one invoiced object.",
        "Keep one reference of type 130.",
    ),
    fatal(
        "ibr-084",
        &["IBT-110", "IBT-111"],
        &[TAX_TOTAL, TAX_AMOUNT],
        Check::By(tax_totals_have_one_sign),
        "The tax total and the tax total in the tax currency have different signs.",
        "Give both amounts the same sign.",
    ),
    fatal(
        "ibr-090",
        &["IBT-11"],
        &[],
        Check::By(|root| Ok(root.count(PROJECT_REFERENCE) <= 1 && count_of_type(root, "50") <= 1)),
        "The invoice names more than one project.",
        "Keep one cac:ProjectReference, in a credit note one reference of type 50.",
    ),
    fatal(
        "ibr-094",
        &["IBT-12"],
        &[CONTRACT_DOCUMENT_REFERENCE, ID],
        Check::AtMostOne(&[CONTRACT_DOCUMENT_REFERENCE, ID]),
        "The invoice names more than one contract.",
        "Keep one.",
    ),
    fatal(
        "ibr-095",
        &["IBT-15"],
        &[RECEIPT_DOCUMENT_REFERENCE, ID],
        Check::AtMostOne(&[RECEIPT_DOCUMENT_REFERENCE, ID]),
        "The invoice names more than one receiving advice.",
        "Keep one.",
    ),
    fatal(
        "ibr-096",
        &["IBT-16"],
        &[DESPATCH_DOCUMENT_REFERENCE, ID],
        Check::AtMostOne(&[DESPATCH_DOCUMENT_REFERENCE, ID]),
        "The invoice names more than one despatch advice.",
        "Keep one, or name each on its line.",
    ),
    fatal(
        "ibr-097",
        &["IBG-14"],
        &[INVOICE_PERIOD],
        Check::AtMostOne(&[INVOICE_PERIOD]),
        "The invoice has more than one invoicing period.",
        "Keep one cac:InvoicePeriod, and put the others on their lines.",
    ),
    fatal(
        "ibr-098",
        &["IBT-27"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME]),
        "The seller has more than one name.",
        "Keep one cbc:RegistrationName.",
    ),
    fatal(
        "ibr-099",
        &["IBT-28"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_NAME, NAME]),
        "The seller has more than one trading name.",
        "Keep one cac:PartyName.",
    ),
    fatal(
        "ibr-100",
        &["IBT-30"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID]),
        "The seller has more than one registration number.",
        "Keep one in cac:PartyLegalEntity/cbc:CompanyID; others go to cac:PartyIdentification.",
    ),
    fatal(
        "ibr-101",
        &["IBT-33"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_LEGAL_FORM]),
        "The seller's legal information is given more than once.",
        "Keep one cbc:CompanyLegalForm.",
    ),
    fatal(
        "ibr-102",
        &["IBT-44"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME]),
        "The buyer has more than one name.",
        "Keep one cbc:RegistrationName.",
    ),
    fatal(
        "ibr-103",
        &["IBT-47"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID]),
        "The buyer has more than one registration number.",
        "Keep one in cac:PartyLegalEntity/cbc:CompanyID.",
    ),
    fatal(
        "ibr-104",
        &["IBT-48"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_TAX_SCHEME, COMPANY_ID]),
        "The buyer has more than one tax number.",
        "Keep one cac:PartyTaxScheme.",
    ),
    fatal(
        "ibr-107",
        &["IBG-13"],
        &[DELIVERY],
        Check::AtMostOne(&[DELIVERY]),
        "The invoice has more than one delivery.",
        "Keep one cac:Delivery.",
    ),
    fatal(
        "ibr-112",
        &["IBT-45"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_NAME, NAME]),
        "The buyer has more than one trading name.",
        "Keep one cac:PartyName.",
    ),
    fatal(
        "ibr-co-15",
        &["IBT-112", "IBT-109", "IBT-110"],
        &[LEGAL_MONETARY_TOTAL, TAX_INCLUSIVE_AMOUNT],
        Check::By(with_tax_adds_up),
        "The total with tax is not the total without tax plus the tax of the first tax total.",
        "Write TaxExclusiveAmount plus TaxAmount into cbc:TaxInclusiveAmount, and put the tax total in the document's currency first.",
    ),
    fatal(
        "ibr-sr-16",
        &["IBT-46"],
        &[],
        Check::AtMostOne(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_IDENTIFICATION, ID]),
        "The buyer has more than one identifier.",
        "Keep one cac:PartyIdentification.",
    ),
    fatal(
        "ibr-sr-39",
        &["IBT-11"],
        &[PROJECT_REFERENCE, ID],
        Check::AtMostOne(&[PROJECT_REFERENCE, ID]),
        "The invoice names more than one project.",
        "Keep one cac:ProjectReference/cbc:ID.",
    ),
    fatal(
        "ibr-sr-49",
        &["IBT-7"],
        &[INVOICE_PERIOD, DESCRIPTION_CODE],
        Check::AtMostOne(&[INVOICE_PERIOD, DESCRIPTION_CODE]),
        "More than one code says when tax falls due.",
        "Keep one cbc:DescriptionCode.",
    ),
    fatal(
        "ibr-sr-51",
        &["IBT-22"],
        &[NOTE],
        Check::AtMostOne(&[NOTE]),
        "The invoice has more than one note.",
        "Join the notes in one cbc:Note.",
    ),
    fatal(
        "ibr-sr-52",
        &["IBT-17"],
        &[ORIGINATOR_DOCUMENT_REFERENCE, ID],
        Check::AtMostOne(&[ORIGINATOR_DOCUMENT_REFERENCE, ID]),
        "The invoice names more than one tender or lot.",
        "Keep one.",
    ),
];

pub(super) const SUPPORTING: &[Template] = &[Template {
    pattern: 0,
    contexts: &[Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE])],
    rules: &[&[
        fatal(
            "ibr-052",
            &["IBG-24", "IBT-122"],
            &[ID],
            Check::Filled(&[ID]),
            "A supporting document has no reference.",
            "Write the document's number into cbc:ID.",
        ),
        fatal(
            "ibr-sr-33",
            &["IBT-123"],
            &[DOCUMENT_DESCRIPTION],
            Check::AtMostOne(&[DOCUMENT_DESCRIPTION]),
            "A supporting document has more than one description.",
            "Keep one cbc:DocumentDescription.",
        ),
    ]],
}];

pub(super) const PAYMENT: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context::new(&[
            PAYMENT_MEANS,
            PAYEE_FINANCIAL_ACCOUNT,
            FINANCIAL_INSTITUTION_BRANCH,
            ADDRESS,
        ])],
        rules: &[&[fatal(
            "ibr-sr-59",
            &["IBT-174"],
            &[ADDRESS_LINE, LINE],
            Check::AtMostOne(&[ADDRESS_LINE, LINE]),
            "The address of the payee's bank has more than one additional line.",
            "Keep one cac:AddressLine/cbc:Line.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PAYMENT_MEANS])],
        rules: &[&[
            fatal(
                "ibr-049",
                &["IBG-16", "IBT-81"],
                &[],
                Check::Exists(&[PAYMENT_MEANS_CODE]),
                "The payment instruction does not say by what means to pay.",
                "Write cbc:PaymentMeansCode, for example 30 for a credit transfer.",
            ),
            fatal(
                "ibr-sr-27",
                &["IBT-81"],
                &[PAYMENT_MEANS_CODE],
                Check::AtMostOne(&[PAYMENT_MEANS_CODE]),
                "A payment instruction has more than one code for the means of payment.",
                "Keep one cbc:PaymentMeansCode, and add a cac:PaymentMeans for each other.",
            ),
            fatal(
                "ibr-sr-28",
                &["IBT-89"],
                &[PAYMENT_MANDATE, ID],
                Check::AtMostOne(&[PAYMENT_MANDATE, ID]),
                "A payment instruction names more than one mandate.",
                "Keep one cac:PaymentMandate/cbc:ID.",
            ),
            fatal(
                "ibr-sr-46",
                &["IBT-82"],
                &[PAYMENT_MEANS_CODE],
                Check::By(names_its_means_once),
                "The means of payment is named in words more than once.",
                "Keep one name on cbc:PaymentMeansCode.",
            ),
        ]],
    },
];

/// References of the document whose type is exactly `kind`.
fn count_of_type(root: Element<'_>, kind: &str) -> usize {
    root.each(ADDITIONAL_DOCUMENT_REFERENCE).filter(|reference| is_of_type(*reference, kind)).count()
}

/// `cbc:DocumentTypeCode = kind`, untrimmed.
pub(crate) fn is_of_type(reference: Element<'_>, kind: &str) -> bool {
    reference.each(DOCUMENT_TYPE_CODE).any(|code| code.text() == kind)
}

/// Whether a reference of type 130 anywhere has a child called `name`.
fn some_object_has(root: Element<'_>, name: Name) -> bool {
    let mut references = root.document().all(ADDITIONAL_DOCUMENT_REFERENCE);
    references.any(|reference| is_of_type(reference, "130") && reference.has(name))
}

fn names_its_means_once(means: Element<'_>) -> Answer {
    Ok(means.each(PAYMENT_MEANS_CODE).filter(|code| code.attribute(NAME_ATTRIBUTE).is_some()).count() <= 1)
}
