//! What UBL allows and EN 16931 does not: repetitions (UBL-SR), forms of values (UBL-DT), and the few elements whose
//! use depends on others (UBL-CR).

use super::{
    ROOT, codes,
    lines::LINE,
    totals::{is_allowance, is_charge},
};
use crate::{
    document::Element,
    names::{Attribute, MIME_CODE, NAME_ATTRIBUTE, Name, SCHEME_ID, attribute, known::*},
    rule::{Answer, Check, Context, Rule, Selector, Template, fatal, has_two_decimals, warning},
    text::is_in_capitals,
};

const KEEP_ONE: &str = "Keep one of them.";

const fn once(
    id: &'static str,
    terms: &'static [&'static str],
    path: &'static [Name],
    message: &'static str,
) -> Rule {
    fatal(id, terms, path, Check::AtMostOne(path), message, KEEP_ONE)
}

macro_rules! no_attribute {
    ($id:literal, $name:literal) => {
        warning(
            $id,
            &[],
            &[],
            Check::By(|root| absent(root, attribute($name))),
            concat!("An element has the attribute ", $name, ", which EN 16931 does not use."),
            concat!("Remove ", $name, "."),
        )
    };
}

fn absent(root: Element<'_>, attribute: Attribute) -> Answer {
    Ok(!root.document().mentions(attribute))
}

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 1,
        contexts: &[Context::new(&[POSTAL_ADDRESS]), Context::new(&[ADDRESS])],
        rules: &[&[once(
            "UBL-SR-51",
            &["BT-162", "BT-163", "BT-164", "BT-165"],
            &[ADDRESS_LINE],
            "An address has more than one additional line.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY, PARTY])],
        rules: &[&[fatal(
            "UBL-SR-42",
            &["BT-31", "BT-32"],
            &[PARTY_TAX_SCHEME],
            Check::By(|party| Ok(party.count(PARTY_TAX_SCHEME) <= 2)),
            "The seller has more than two tax schemes.",
            "Keep at most two: one with the VAT number, one with the other tax number.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ADDITIONAL_DOCUMENT_REFERENCE])],
        rules: &[&[
            once(
                "UBL-SR-33",
                &["BT-123"],
                &[DOCUMENT_DESCRIPTION],
                "A supporting document has more than one description.",
            ),
            fatal(
                "UBL-SR-43",
                &["BT-18", "BT-122"],
                &[DOCUMENT_TYPE_CODE],
                Check::By(document_type_is_known),
                "A reference to a document has a type code or a scheme that is only for invoiced objects.",
                "Leave cbc:DocumentTypeCode and schemeID out: a bill of lading is given by cbc:ID and cbc:DocumentDescription alone. 130 marks an invoiced object; 50 a project, in credit notes.",
            ),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[Context { selector: Selector::Suffix("Amount"), when: Some(is_amount_but_no_price) }],
        rules: &[&[fatal(
            "UBL-DT-01",
            &[],
            &[],
            Check::By(|amount| Ok(has_two_decimals(amount.text()))),
            "An amount has more than two decimals.",
            "Write the amount with at most two decimals; only prices may have more.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context { selector: Selector::Suffix("BinaryObject"), when: None }],
        rules: &[&[
            fatal(
                "UBL-DT-06",
                &["BT-125-1"],
                &[],
                Check::HasAttribute(MIME_CODE),
                "An attached file does not say of what type it is.",
                "Add mimeCode, as application/pdf.",
            ),
            fatal(
                "UBL-DT-07",
                &["BT-125-2"],
                &[],
                Check::HasAttribute(attribute("filename")),
                "An attached file has no name.",
                "Add filename, as bill-of-lading.pdf.",
            ),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[DELIVERY])],
        rules: &[&[once(
            "UBL-SR-25",
            &["BT-70"],
            &[DELIVERY_PARTY, PARTY_NAME, NAME],
            "The recipient of the delivery has more than one name.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE]).when(is_allowance)],
        rules: &[&[once(
            "UBL-SR-30",
            &["BT-97", "BT-139"],
            &[ALLOWANCE_CHARGE_REASON],
            "An allowance has more than one reason.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE]).when(is_charge)],
        rules: &[&[once(
            "UBL-SR-31",
            &["BT-104", "BT-144"],
            &[ALLOWANCE_CHARGE_REASON],
            "A charge has more than one reason.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[PARTY_TAX_SCHEME])],
        rules: &[&[fatal(
            "UBL-SR-53",
            &["BT-31", "BT-32", "BT-48", "BT-63"],
            &[],
            Check::By(|scheme| Ok(scheme.leads_to(&[TAX_SCHEME, ID]) && scheme.has(COMPANY_ID))),
            "A tax scheme of a party lacks its name or the party's number.",
            "Write both cbc:CompanyID and cac:TaxScheme/cbc:ID, or remove cac:PartyTaxScheme.",
        )]],
    },
    Template { pattern: 1, contexts: ROOT, rules: &[ROOT_TYPES, ROOT_REPETITIONS, ROOT_USES] },
    Template {
        pattern: 1,
        contexts: LINE,
        rules: &[&[
            once("UBL-SR-34", &["BT-127"], &[NOTE], "A line has more than one note."),
            once(
                "UBL-SR-35",
                &["BT-132"],
                &[ORDER_LINE_REFERENCE, LINE_ID],
                "A line refers to more than one order line.",
            ),
            once("UBL-SR-36", &["BG-26"], &[INVOICE_PERIOD], "A line has more than one period."),
            once(
                "UBL-SR-37",
                &["BT-147"],
                &[PRICE, ALLOWANCE_CHARGE, AMOUNT],
                "A price has more than one discount.",
            ),
            fatal(
                "UBL-SR-48",
                &["BT-151"],
                &[ITEM, CLASSIFIED_TAX_CATEGORY],
                Check::By(|line| Ok(line.count_along(&[ITEM, CLASSIFIED_TAX_CATEGORY]) == 1)),
                "A line has no tax category, or more than one.",
                "Give the item exactly one cac:ClassifiedTaxCategory.",
            ),
            once("UBL-SR-50", &["BT-154"], &[ITEM, DESCRIPTION], "An item has more than one description."),
            once("UBL-SR-52", &["BT-128"], &[DOCUMENT_REFERENCE], "A line refers to more than one object."),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[PAYEE_PARTY])],
        rules: &[&[
            fatal(
                "UBL-SR-19",
                &["BT-59"],
                &[PARTY_NAME, NAME],
                Check::By(|payee| Ok(payee.count_along(&[PARTY_NAME, NAME]) <= 1 && has_another_name(payee))),
                "The payee has more than one name, no name, or the seller's.",
                NAME_PAYEE,
            ),
            fatal(
                "UBL-SR-20",
                &["BT-60"],
                &[PARTY_NAME, NAME],
                Check::By(|payee| Ok(count_identifiers(payee) <= 1 && has_another_name(payee))),
                "The payee has more than one identifier, no name, or the seller's name.",
                NAME_PAYEE,
            ),
            fatal(
                "UBL-SR-21",
                &["BT-61"],
                &[PARTY_NAME, NAME],
                Check::By(|payee| {
                    Ok(payee.count_along(&[PARTY_LEGAL_ENTITY, COMPANY_ID]) <= 1 && has_another_name(payee))
                }),
                "The payee has more than one registration, no name, or the seller's name.",
                NAME_PAYEE,
            ),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[PAYMENT_MEANS])],
        rules: &[&[
            once(
                "UBL-SR-26",
                &["BT-83"],
                &[PAYMENT_ID],
                "A payment instruction has more than one reference for the payer.",
            ),
            once(
                "UBL-SR-27",
                &["BT-81"],
                &[PAYMENT_MEANS_CODE],
                "A payment instruction has more than one means of payment.",
            ),
            once(
                "UBL-SR-28",
                &["BT-89"],
                &[PAYMENT_MANDATE, ID],
                "A payment instruction has more than one mandate.",
            ),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[BILLING_REFERENCE])],
        rules: &[&[
            once(
                "UBL-SR-06",
                &["BG-3"],
                &[INVOICE_DOCUMENT_REFERENCE],
                "A reference to earlier invoices names more than one.",
            ),
            fatal(
                "UBL-SR-07",
                &["BT-25"],
                &[],
                Check::Exists(&[INVOICE_DOCUMENT_REFERENCE, ID]),
                "A reference to an earlier invoice has no invoice number.",
                "Write it into cac:InvoiceDocumentReference/cbc:ID.",
            ),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[TAX_REPRESENTATIVE_PARTY])],
        rules: &[&[
            once(
                "UBL-SR-22",
                &["BT-62"],
                &[PARTY_NAME, NAME],
                "The tax representative has more than one name.",
            ),
            once(
                "UBL-SR-23",
                &["BT-63"],
                &[PARTY_TAX_SCHEME, COMPANY_ID],
                "The tax representative has more than one tax number.",
            ),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[TAX_SUBTOTAL])],
        rules: &[&[once(
            "UBL-SR-32",
            &["BT-120"],
            &[TAX_CATEGORY, TAX_EXEMPTION_REASON],
            "A breakdown of tax has more than one reason for exemption.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::from_root(&[NOTE])],
        rules: &[&[fatal(
            "BR-CL-08",
            &["BT-21"],
            &[],
            Check::By(codes::note_subject_is_listed),
            "The subject of a note is no code of UNTDID 4451.",
            "Write a code between the two #, as #AAI#, or leave it out.",
        )]],
    },
];

const NAME_PAYEE: &str =
    "Give the payee one name of its own; where the seller is paid, leave cac:PayeeParty out.";

fn document_type_is_known(reference: Element<'_>) -> Answer {
    let is = |wanted: &str| reference.each(DOCUMENT_TYPE_CODE).any(|code| code.text() == wanted);
    let has_scheme = reference.each(ID).any(|id| id.attribute(SCHEME_ID).is_some());
    Ok(is("130")
        || (reference.document().is_credit_note() && is("50"))
        || (!has_scheme && !reference.has(DOCUMENT_TYPE_CODE)))
}

/// By the name as written, and outside prices that have a discount.
fn is_amount_but_no_price(amount: Element<'_>) -> Answer {
    if amount.written_name().ends_with("PriceAmount") {
        return Ok(false);
    }
    let mut above = std::iter::successors(amount.parent(), |element| element.parent());
    Ok(!above.any(|element| element.name() == PRICE && element.has(ALLOWANCE_CHARGE)))
}

/// `name != seller's name`: some pair differs.
fn has_another_name(payee: Element<'_>) -> bool {
    const SELLER: &[Name] = &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME];
    let Some(beside) = payee.parent() else { return false };
    payee
        .along(&[PARTY_NAME, NAME])
        .any(|name| beside.along(SELLER).any(|seller| seller.text() != name.text()))
}

fn count_identifiers(payee: Element<'_>) -> usize {
    let ids = payee.along(&[PARTY_IDENTIFICATION, ID]);
    ids.filter(|id| !is_in_capitals(id.attribute(SCHEME_ID).unwrap_or(""), "SEPA")).count()
}

const ROOT_TYPES: &[Rule] = &[
    no_attribute!("UBL-DT-08", "schemeName"),
    no_attribute!("UBL-DT-09", "schemeAgencyName"),
    no_attribute!("UBL-DT-10", "schemeDataURI"),
    no_attribute!("UBL-DT-11", "schemeURI"),
    no_attribute!("UBL-DT-12", "format"),
    no_attribute!("UBL-DT-13", "unitCodeListIdentifier"),
    no_attribute!("UBL-DT-14", "unitCodeListAgencyIdentifier"),
    no_attribute!("UBL-DT-15", "unitCodeListAgencyName"),
    no_attribute!("UBL-DT-16", "listAgencyName"),
    no_attribute!("UBL-DT-17", "listName"),
    warning(
        "UBL-DT-18",
        &[],
        &[],
        Check::By(only_means_of_payment_have_names),
        "An element has the attribute name, which EN 16931 uses for the means of payment only.",
        "Remove name.",
    ),
    no_attribute!("UBL-DT-19", "languageID"),
    no_attribute!("UBL-DT-20", "listURI"),
    no_attribute!("UBL-DT-21", "listSchemeURI"),
    no_attribute!("UBL-DT-22", "languageLocaleID"),
    no_attribute!("UBL-DT-23", "uri"),
    no_attribute!("UBL-DT-24", "currencyCodeListVersionID"),
    no_attribute!("UBL-DT-25", "characterSetCode"),
    no_attribute!("UBL-DT-26", "encodingCode"),
    no_attribute!("UBL-DT-27", "schemeAgencyID"),
    no_attribute!("UBL-DT-28", "listAgencyID"),
];

fn only_means_of_payment_have_names(root: Element<'_>) -> Answer {
    let document = root.document();
    Ok(!document.mentions(NAME_ATTRIBUTE)
        || document.elements().all(|element| {
            element.name() == PAYMENT_MEANS_CODE || element.attribute(NAME_ATTRIBUTE).is_none()
        }))
}

const ROOT_REPETITIONS: &[Rule] = &[
    once(
        "UBL-SR-01",
        &["BT-12"],
        &[CONTRACT_DOCUMENT_REFERENCE, ID],
        "The invoice refers to more than one contract.",
    ),
    once(
        "UBL-SR-02",
        &["BT-15"],
        &[RECEIPT_DOCUMENT_REFERENCE, ID],
        "The invoice refers to more than one receiving advice.",
    ),
    once(
        "UBL-SR-03",
        &["BT-16"],
        &[DESPATCH_DOCUMENT_REFERENCE, ID],
        "The invoice refers to more than one despatch advice.",
    ),
    fatal(
        "UBL-SR-04",
        &["BT-18"],
        &[],
        Check::By(|root| Ok(objects(root) <= 1)),
        "The invoice refers to more than one invoiced object.",
        KEEP_ONE,
    ),
    once("UBL-SR-05", &["BT-20"], &[PAYMENT_TERMS, NOTE], "The terms of payment are given more than once."),
    once("UBL-SR-08", &["BG-14"], &[INVOICE_PERIOD], "The invoice has more than one invoicing period."),
    once(
        "UBL-SR-09",
        &["BT-27"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME],
        "The seller has more than one name.",
    ),
    once(
        "UBL-SR-10",
        &["BT-28"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_NAME, NAME],
        "The seller has more than one trading name.",
    ),
    once(
        "UBL-SR-11",
        &["BT-30"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID],
        "The seller has more than one registration number.",
    ),
    fatal(
        "UBL-SR-12",
        &["BT-31"],
        &[],
        Check::By(|root| Ok(tax_numbers(root, ACCOUNTING_SUPPLIER_PARTY, true)? <= 1)),
        "The seller has more than one VAT number.",
        KEEP_ONE,
    ),
    fatal(
        "UBL-SR-13",
        &["BT-32"],
        &[],
        Check::By(|root| Ok(tax_numbers(root, ACCOUNTING_SUPPLIER_PARTY, false)? <= 1)),
        "The seller has more than one tax number beside the VAT number.",
        KEEP_ONE,
    ),
    once(
        "UBL-SR-14",
        &["BT-33"],
        &[ACCOUNTING_SUPPLIER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_LEGAL_FORM],
        "The seller's legal form is given more than once.",
    ),
    once(
        "UBL-SR-15",
        &["BT-44"],
        &[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, REGISTRATION_NAME],
        "The buyer has more than one name.",
    ),
    once(
        "UBL-SR-16",
        &["BT-46"],
        &[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_IDENTIFICATION, ID],
        "The buyer has more than one identifier.",
    ),
    once(
        "UBL-SR-17",
        &["BT-47"],
        &[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_LEGAL_ENTITY, COMPANY_ID],
        "The buyer has more than one registration number.",
    ),
    fatal(
        "UBL-SR-18",
        &["BT-48"],
        &[],
        Check::By(|root| Ok(tax_numbers(root, ACCOUNTING_CUSTOMER_PARTY, true)? <= 1)),
        "The buyer has more than one VAT number.",
        KEEP_ONE,
    ),
    once("UBL-SR-24", &["BG-13"], &[DELIVERY], "The invoice has more than one delivery."),
    fatal(
        "UBL-SR-29",
        &["BT-90"],
        &[],
        Check::By(one_bank_creditor),
        "More than one bank creditor identifier (SEPA) is given.",
        KEEP_ONE,
    ),
    once("UBL-SR-39", &["BT-11"], &[PROJECT_REFERENCE, ID], "The invoice refers to more than one project."),
    once(
        "UBL-SR-40",
        &["BT-45"],
        &[ACCOUNTING_CUSTOMER_PARTY, PARTY, PARTY_NAME, NAME],
        "The buyer has more than one trading name.",
    ),
    fatal(
        "UBL-SR-44",
        &["BT-83"],
        &[PAYMENT_MEANS, PAYMENT_ID],
        Check::By(|root| Ok(are_all_alike(root, PAYMENT_ID))),
        "Payment instructions give different references for the payer.",
        "Write one reference into every cbc:PaymentID.",
    ),
    once("UBL-SR-45", &["BT-9"], &[PAYMENT_MEANS, PAYMENT_DUE_DATE], "The due date is given more than once."),
    fatal(
        "UBL-SR-46",
        &["BT-82"],
        &[PAYMENT_MEANS, PAYMENT_MEANS_CODE],
        Check::By(one_means_has_a_name),
        "More than one payment instruction names its means of payment.",
        "Keep the attribute name on one cbc:PaymentMeansCode.",
    ),
    fatal(
        "UBL-SR-47",
        &["BT-81"],
        &[PAYMENT_MEANS, PAYMENT_MEANS_CODE],
        Check::By(|root| Ok(are_all_alike(root, PAYMENT_MEANS_CODE))),
        "Payment instructions ask for different means of payment.",
        "Ask for one means of payment.",
    ),
    once(
        "UBL-SR-49",
        &["BT-8"],
        &[INVOICE_PERIOD, DESCRIPTION_CODE],
        "The code for the tax point is given more than once.",
    ),
    once("UBL-SR-54", &["BG-18"], &[PAYMENT_MEANS, CARD_ACCOUNT], "More than one card is given."),
    once(
        "UBL-SR-55",
        &["BG-19"],
        &[PAYMENT_MEANS, PAYMENT_MANDATE],
        "More than one mandate for direct debit is given.",
    ),
    once(
        "UBL-SR-56",
        &["BT-17"],
        &[ORIGINATOR_DOCUMENT_REFERENCE, ID],
        "The invoice refers to more than one tender or lot.",
    ),
];

fn objects(root: Element<'_>) -> usize {
    let references = root.each(ADDITIONAL_DOCUMENT_REFERENCE);
    references.filter(|reference| is_object(*reference)).map(|reference| reference.count(ID)).sum()
}

fn is_object(reference: Element<'_>) -> bool {
    reference.each(DOCUMENT_TYPE_CODE).any(|code| code.text() == "130")
}

/// Numbers under schemes that are VAT in capitals, untrimmed, or under schemes that are not.
fn tax_numbers(root: Element<'_>, party: Name, vat: bool) -> Result<usize, crate::rule::Stop> {
    let mut count = 0;
    let holders = root.each(party).flat_map(|party| party.each(PARTY));
    for holder in holders.flat_map(|party| party.each(PARTY_TAX_SCHEME)) {
        let mut counts = false;
        for scheme in holder.each(TAX_SCHEME) {
            let name = scheme.one(ID)?.map_or("", Element::text);
            counts |= is_in_capitals(name, "VAT") == vat;
        }
        if counts {
            count += holder.count(COMPANY_ID);
        }
    }
    Ok(count)
}

fn one_bank_creditor(root: Element<'_>) -> Answer {
    let ids = root.document().all(PARTY_IDENTIFICATION).flat_map(|identification| identification.each(ID));
    Ok(ids.filter(|id| is_in_capitals(id.attribute(SCHEME_ID).unwrap_or(""), "SEPA")).count() <= 1)
}

/// Distinct values count, wherever they stand.
fn are_all_alike(root: Element<'_>, name: Name) -> bool {
    let mut values = root.document().all(name).map(Element::text);
    let first = values.next();
    values.all(|value| Some(value) == first)
}

fn one_means_has_a_name(root: Element<'_>) -> Answer {
    let codes = root.along(&[PAYMENT_MEANS, PAYMENT_MEANS_CODE]);
    Ok(codes.filter(|code| code.attribute(NAME_ATTRIBUTE).is_some()).count() <= 1)
}

const ROOT_USES: &[Rule] = &[
    warning(
        "UBL-CR-002",
        &[],
        &[UBL_VERSION_ID],
        Check::By(|root| {
            Ok(!root.has(UBL_VERSION_ID) || root.each(UBL_VERSION_ID).any(|version| version.text() == "2.1"))
        }),
        "The invoice says that it follows a version of UBL other than 2.1.",
        "Write 2.1 into cbc:UBLVersionID, or leave it out.",
    ),
    warning(
        "UBL-CR-412",
        &["BT-9"],
        &[PAYMENT_MEANS, PAYMENT_DUE_DATE],
        Check::By(|root| {
            Ok(root.document().is_credit_note() || !root.leads_to(&[PAYMENT_MEANS, PAYMENT_DUE_DATE]))
        }),
        "An invoice gives its due date in the payment instruction, where only a credit note has it.",
        "Write it into cbc:DueDate of the invoice.",
    ),
    warning(
        "UBL-CR-665",
        &["BT-122"],
        &[],
        Check::By(|root| {
            Ok(references(root).all(|reference| {
                !may_lack_scheme(reference) || reference.each(ID).all(|id| id.attribute(SCHEME_ID).is_none())
            }))
        }),
        "The number of a supporting document has a scheme, which only an invoiced object has.",
        "Remove schemeID from cbc:ID.",
    ),
    fatal(
        "UBL-CR-666",
        &["BT-18"],
        &[],
        Check::By(|root| {
            Ok(references(root).all(|reference| !is_object(reference) || !reference.has(ATTACHMENT)))
        }),
        "A reference to an invoiced object carries a file.",
        "Attach the file to a supporting document without cbc:DocumentTypeCode.",
    ),
    fatal(
        "UBL-CR-673",
        &["BT-18"],
        &[],
        Check::By(|root| {
            Ok(references(root)
                .all(|reference| !is_object(reference) || !reference.has(DOCUMENT_DESCRIPTION)))
        }),
        "A reference to an invoiced object has a description.",
        "Remove cbc:DocumentDescription, or the type code 130.",
    ),
];

fn references(root: Element<'_>) -> impl Iterator<Item = Element<'_>> {
    root.document().all(ADDITIONAL_DOCUMENT_REFERENCE)
}

/// `cbc:DocumentTypeCode != '130' or not(cbc:DocumentTypeCode)`.
fn may_lack_scheme(reference: Element<'_>) -> bool {
    !reference.has(DOCUMENT_TYPE_CODE) || reference.each(DOCUMENT_TYPE_CODE).any(|code| code.text() != "130")
}
