//! Where each term of an invoice stands on the sheet, as a person reads one: who, what for, how much, how to pay.
//!
//! The tables name label, path and terms. What no table names is told at the end, so nothing is dropped.

use super::{
    sheet::{Block, Cell, Column, Draft, Entry, Fact, Section, Sheet, Table, joined},
    visible::visible,
    words::Words,
};
use crate::{
    document::{Document, Element},
    names::{Name, known::*},
    text::trimmed,
};

/// Lays a document out.
pub(crate) fn lay_out<'d>(document: &'d Document<'d>, draft: &mut Draft<'d>) -> Sheet {
    let root = document.root();
    let title = title(root);
    let mut sections = vec![section("Invoice", vec![Block::Facts(draft.facts(root, HEAD))])];
    sections.extend(parties(root, draft));
    sections.push(section("References", vec![Block::Facts(references(root, draft))]));
    sections.push(section("Delivery", vec![Block::Facts(delivery(root, draft))]));
    sections.push(section("Notes", vec![Block::Facts(draft.facts(root, NOTES))]));
    sections.push(section("Lines", vec![Block::Table(lines(root, draft))]));
    sections.push(section("Allowances and charges", vec![Block::Table(modifiers(root, draft))]));
    sections.push(section("Tax", vec![Block::Table(tax(root, draft))]));
    sections.push(section("Totals", vec![Block::Sums(totals(root, draft))]));
    sections.push(section("Payment", payment(root, draft)));
    sections.push(section("Supporting documents", vec![Block::Table(documents(root, draft))]));
    sections.push(section("About this document", vec![Block::Facts(draft.facts(root, ABOUT))]));
    sections.push(section("Everything else in the document", vec![Block::Facts(draft.leftovers())]));
    sections.iter_mut().for_each(|section| section.blocks.retain(|block| !block.is_empty()));
    sections.retain(|section| !section.blocks.is_empty());
    Sheet { title, sections }
}

fn section(title: &'static str, blocks: Vec<Block>) -> Section {
    Section { title, beside: false, blocks }
}

impl Block {
    fn is_empty(&self) -> bool {
        match self {
            Self::Facts(facts) | Self::Sums(facts) => facts.is_empty(),
            Self::Table(table) => table.rows.is_empty(),
        }
    }
}

fn title(root: Element<'_>) -> String {
    let kind = if root.name() == crate::names::CREDIT_NOTE { "Credit note" } else { "Invoice" };
    match root.first(ID).map(|id| visible(id.text())) {
        Some(number) if !number.is_empty() => format!("{kind} {number}"),
        _ => format!("{kind} without a number"),
    }
}

const HEAD: &[Entry] = &[
    ("Number", "ID", "BT-1", Words::None),
    ("Issue date", "IssueDate", "BT-2", Words::None),
    ("Issue time", "IssueTime", "IBT-168", Words::None),
    ("Type", "InvoiceTypeCode", "BT-3", Words::Type),
    ("Type", "CreditNoteTypeCode", "BT-3", Words::Type),
    ("Due date", "DueDate", "BT-9", Words::None),
    ("Tax point date", "TaxPointDate", "BT-7", Words::None),
    ("Tax point", "InvoicePeriod/DescriptionCode", "BT-8", Words::TaxPoint),
    ("Period from", "InvoicePeriod/StartDate", "BT-73", Words::None),
    ("Period to", "InvoicePeriod/EndDate", "BT-74", Words::None),
    ("Period", "InvoicePeriod/Description", "", Words::None),
    ("Currency", "DocumentCurrencyCode", "BT-5", Words::None),
    ("Tax currency", "TaxCurrencyCode", "BT-6", Words::None),
];

const NOTES: &[Entry] = &[("Note", "Note", "BT-21 BT-22", Words::None)];

const ABOUT: &[Entry] = &[
    ("Specification", "CustomizationID", "BT-24", Words::None),
    ("Business process", "ProfileID", "BT-23", Words::None),
    ("UBL version", "UBLVersionID", "", Words::None),
    ("Unique number", "UUID", "BT-SG-003", Words::None),
];

/// A role of a party, and the terms of what is said of it.
struct Role {
    title: &'static str,
    path: &'static [Name],
    name: &'static str,
    trading_name: &'static str,
    address: &'static str,
    tax: &'static str,
    registration: &'static str,
    identifier: &'static str,
    endpoint: &'static str,
    contact: &'static str,
}

const ROLES: [Role; 4] = [
    Role {
        title: "Seller",
        path: &[ACCOUNTING_SUPPLIER_PARTY, PARTY],
        name: "BT-27",
        trading_name: "BT-28",
        address: "BG-5",
        tax: "BT-31 BT-32",
        registration: "BT-30",
        identifier: "BT-29 BT-90",
        endpoint: "BT-34",
        contact: "BG-6",
    },
    Role {
        title: "Buyer",
        path: &[ACCOUNTING_CUSTOMER_PARTY, PARTY],
        name: "BT-44",
        trading_name: "BT-45",
        address: "BG-8",
        tax: "BT-48",
        registration: "BT-47",
        identifier: "BT-46",
        endpoint: "BT-49",
        contact: "BG-9",
    },
    Role {
        title: "Payee",
        path: &[PAYEE_PARTY],
        name: "",
        trading_name: "BT-59",
        address: "",
        tax: "",
        registration: "BT-61",
        identifier: "BT-60",
        endpoint: "",
        contact: "",
    },
    Role {
        title: "Seller's tax representative",
        path: &[TAX_REPRESENTATIVE_PARTY],
        name: "",
        trading_name: "BT-62",
        address: "BG-12",
        tax: "BT-63",
        registration: "",
        identifier: "",
        endpoint: "",
        contact: "",
    },
];

fn parties<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for role in &ROLES {
        for party in Draft::parts(root, role.path) {
            let facts = party_facts(party, role, draft);
            let beside = sections.last().is_some_and(|last| !last.blocks.is_empty());
            sections.push(Section { title: role.title, beside, blocks: vec![Block::Facts(facts)] });
        }
    }
    sections
}

fn party_facts<'d>(party: Element<'d>, role: &Role, draft: &mut Draft<'d>) -> Vec<Fact> {
    let mut facts = draft.facts(
        party,
        &[
            ("Name", "PartyLegalEntity/RegistrationName", role.name, Words::None),
            ("Trading name", "PartyName/Name", role.trading_name, Words::None),
        ],
    );
    for place in party.each(POSTAL_ADDRESS) {
        facts.extend(address(place, "Address", role.address, draft));
    }
    for scheme in party.each(PARTY_TAX_SCHEME) {
        let parts = draft.facts(scheme, TAX_NUMBER);
        facts.extend((!parts.is_empty()).then(|| joined(parts, " ", "Tax number", role.tax)));
    }
    facts.extend(draft.facts(
        party,
        &[
            ("Registration number", "PartyLegalEntity/CompanyID", role.registration, Words::None),
            ("Legal form", "PartyLegalEntity/CompanyLegalForm", "BT-33", Words::None),
            ("Identifier", "PartyIdentification/ID", role.identifier, Words::None),
            ("Electronic address", "EndpointID", role.endpoint, Words::None),
            ("Contact", "Contact/Name", role.contact, Words::None),
            ("Telephone", "Contact/Telephone", role.contact, Words::None),
            ("E-mail", "Contact/ElectronicMail", role.contact, Words::None),
        ],
    ));
    facts
}

const TAX_NUMBER: &[Entry] = &[("", "TaxScheme/ID", "", Words::None), ("", "CompanyID", "", Words::None)];

const STREETS: &[Entry] = &[
    ("", "StreetName", "", Words::None),
    ("", "AdditionalStreetName", "", Words::None),
    ("", "AddressLine/Line", "", Words::None),
];
const TOWN: &[Entry] = &[("", "CityName", "", Words::None), ("", "PostalZone", "", Words::None)];
const REGION: &[Entry] =
    &[("", "CountrySubentity", "", Words::None), ("", "Country/IdentificationCode", "", Words::None)];

/// An address as it stands on an envelope.
fn address<'d>(place: Element<'d>, label: &str, terms: &'static str, draft: &mut Draft<'d>) -> Option<Fact> {
    let streets = draft.facts(place, STREETS);
    let town = draft.facts(place, TOWN);
    let region = draft.facts(place, REGION);
    let joined =
        |facts: &[Fact], by: &str| facts.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>().join(by);
    let lines = [joined(&streets, "\n"), joined(&town, " "), joined(&region, ", ")];
    let value =
        lines.iter().filter(|line| !line.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n");
    let elements = [streets, town, region].concat().into_iter().flat_map(|fact| fact.elements).collect();
    (!value.is_empty()).then(|| Fact { label: label.to_owned(), terms, value, elements })
}

const REFERENCES: &[Entry] = &[
    ("Buyer reference", "BuyerReference", "BT-10", Words::None),
    ("Purchase order", "OrderReference/ID", "BT-13", Words::None),
    ("Sales order", "OrderReference/SalesOrderID", "BT-14", Words::None),
    ("Contract", "ContractDocumentReference/ID", "BT-12", Words::None),
    ("Project", "ProjectReference/ID", "BT-11", Words::None),
    ("Tender or lot", "OriginatorDocumentReference/ID", "BT-17", Words::None),
    ("Despatch advice", "DespatchDocumentReference/ID", "BT-16", Words::None),
    ("Receiving advice", "ReceiptDocumentReference/ID", "BT-15", Words::None),
    ("Buyer's accounting reference", "AccountingCost", "BT-19", Words::None),
];

/// Type codes that make an additional document something else than a supporting one.
const OBJECT_TYPES: [(&str, &str, &str); 2] =
    [("130", "Invoiced object", "BT-18"), ("50", "Project", "BT-11")];

const DATED: &[Entry] = &[
    ("", "ID", "", Words::None),
    ("of", "IssueDate", "", Words::None),
    ("type", "DocumentTypeCode", "", Words::None),
];

fn references<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Vec<Fact> {
    let mut facts = draft.facts(root, REFERENCES);
    for invoice in Draft::parts(root, &[BILLING_REFERENCE, INVOICE_DOCUMENT_REFERENCE]) {
        facts.extend(draft.phrase(invoice, DATED, "Preceding invoice", "BT-25 BT-26"));
    }
    for reference in root.each(ADDITIONAL_DOCUMENT_REFERENCE) {
        let code = reference.first(DOCUMENT_TYPE_CODE).map_or("", |code| trimmed(code.text()));
        if let Some((_, label, terms)) = OBJECT_TYPES.iter().find(|(known, ..)| *known == code) {
            facts.extend(draft.phrase(reference, DATED, label, terms));
        } else if names_a_bill(reference) {
            // Told here too: a reader looks for it among the references. It stays to be told with its documents.
            let number = reference.first(ID).map_or(String::new(), |id| visible(id.text()));
            let elements = reference.first(ID).map(|id| id.index()).into_iter().collect();
            facts.push(Fact { label: "Bill of lading".to_owned(), terms: "BT-122", value: number, elements });
        }
    }
    facts
}

/// Whether a reference says that it is to a bill of lading or waybill. Its type code, 705, must not be sent: UBL-SR-43.
fn names_a_bill(reference: Element<'_>) -> bool {
    let said = reference.each(DOCUMENT_DESCRIPTION).chain(reference.each(DOCUMENT_TYPE));
    let is_code = reference.each(DOCUMENT_TYPE_CODE).any(|code| trimmed(code.text()) == "705");
    is_code
        || said
            .map(|text| text.text().to_lowercase())
            .any(|text| BILLS.iter().any(|bill| text.contains(bill)))
}

const BILLS: [&str; 3] = ["bill of lading", "waybill", "b/l"];
const DOCUMENT_TYPE: Name = crate::names::cbc("DocumentType");

const DELIVERY_FACTS: &[Entry] = &[
    ("Delivered on", "ActualDeliveryDate", "BT-72", Words::None),
    ("Delivered to", "DeliveryParty/PartyName/Name", "BT-70", Words::None),
    ("Location", "DeliveryLocation/ID", "BT-71", Words::None),
];

fn delivery<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Vec<Fact> {
    let mut facts = Vec::new();
    for delivery in root.each(DELIVERY) {
        facts.extend(draft.facts(delivery, DELIVERY_FACTS));
        for place in Draft::parts(delivery, &[DELIVERY_LOCATION, ADDRESS]) {
            facts.extend(address(place, "Address", "BG-15", draft));
        }
    }
    facts.extend(draft.facts(root, &[("Terms of delivery", "DeliveryTerms/ID", "", Words::None)]));
    facts
}

const fn words(title: &'static str) -> Column {
    Column { title, numeric: false }
}

const fn numbers(title: &'static str) -> Column {
    Column { title, numeric: true }
}

const LINE_DETAILS: &[Entry] = &[
    ("Description", "Item/Description", "BT-154", Words::None),
    ("Seller's number", "Item/SellersItemIdentification/ID", "BT-155", Words::None),
    ("Buyer's number", "Item/BuyersItemIdentification/ID", "BT-156", Words::None),
    ("Standard number", "Item/StandardItemIdentification/ID", "BT-157", Words::None),
    ("Classification", "Item/CommodityClassification/ItemClassificationCode", "BT-158", Words::None),
    ("Country of origin", "Item/OriginCountry/IdentificationCode", "BT-159", Words::None),
    ("Note", "Note", "BT-127", Words::None),
    ("Period from", "InvoicePeriod/StartDate", "BT-134", Words::None),
    ("Period to", "InvoicePeriod/EndDate", "BT-135", Words::None),
    ("Order line", "OrderLineReference/LineID", "BT-132", Words::None),
    ("Order", "OrderLineReference/OrderReference/ID", "", Words::None),
    ("Despatch line", "DespatchLineReference/LineID", "", Words::None),
    ("Buyer's accounting reference", "AccountingCost", "BT-133", Words::None),
];

const CATEGORY: &[Entry] = &[("", "TaxScheme/ID", "", Words::None), ("", "ID", "", Words::Category)];
const RATE: &[Entry] = &[
    ("", "Percent", "", Words::Percent),
    ("", "TaxExemptionReasonCode", "", Words::None),
    ("", "TaxExemptionReason", "", Words::None),
];

/// A tax category in a few words: `VAT G (export, untaxed), 0 %`.
fn category<'d>(tax: Element<'d>, terms: &'static str, draft: &mut Draft<'d>) -> Option<Fact> {
    let category = draft.facts(tax, CATEGORY);
    let rate = draft.facts(tax, RATE);
    let parts = (!category.is_empty()).then(|| joined(category, " ", "", terms)).into_iter().chain(rate);
    let parts: Vec<Fact> = parts.collect();
    (!parts.is_empty()).then(|| joined(parts, ", ", "", terms))
}

fn categories<'d>(taxes: Vec<Element<'d>>, terms: &'static str, draft: &mut Draft<'d>) -> Cell {
    let values = taxes.into_iter().filter_map(|tax| category(tax, terms, draft)).collect();
    Cell { values, details: Vec::new() }
}

fn lines<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Table {
    let columns = vec![
        words("No."),
        words("Item"),
        numbers("Quantity"),
        numbers("Price"),
        words("Tax"),
        numbers("Net amount"),
    ];
    let lines = root.each(INVOICE_LINE).chain(root.each(CREDIT_NOTE_LINE));
    Table { columns, rows: lines.map(|line| row(line, draft)).collect() }
}

fn row<'d>(line: Element<'d>, draft: &mut Draft<'d>) -> Vec<Cell> {
    let plain = |draft: &mut Draft<'d>, written, terms| Cell {
        values: draft.facts(line, &[("", written, terms, Words::None)]),
        details: Vec::new(),
    };
    let number = plain(draft, "ID", "BT-126");
    let mut item = plain(draft, "Item/Name", "BT-153");
    let mut quantity = plain(draft, "InvoicedQuantity", "BT-129 BT-130");
    quantity.values.extend(plain(draft, "CreditedQuantity", "BT-129 BT-130").values);
    let mut price = plain(draft, "Price/PriceAmount", "BT-146");
    price.details = draft.facts(line, &[("per", "Price/BaseQuantity", "BT-149 BT-150", Words::None)]);
    let tax = categories(Draft::parts(line, &[ITEM, CLASSIFIED_TAX_CATEGORY]), "BT-151 BT-152", draft);
    let net = plain(draft, "LineExtensionAmount", "BT-131");
    item.details = draft.facts(line, LINE_DETAILS);
    for property in Draft::parts(line, &[ITEM, ADDITIONAL_ITEM_PROPERTY]) {
        item.details.extend(named_value(property, draft));
    }
    for object in line.each(DOCUMENT_REFERENCE) {
        item.details.extend(draft.phrase(object, DATED, "Object", "BT-128"));
    }
    for modifier in line.each(ALLOWANCE_CHARGE) {
        let kind = kind_of(modifier, draft);
        item.details.extend(draft.phrase(modifier, MODIFIER, kind, "BG-27 BG-28"));
    }
    for modifier in Draft::parts(line, &[PRICE, ALLOWANCE_CHARGE]) {
        kind_of(modifier, draft);
        item.details.extend(draft.phrase(modifier, DISCOUNT, "Discount on the price", "BT-147 BT-148"));
    }
    vec![number, item, quantity, price, tax, net]
}

/// An attribute of an item: its own name is the label.
fn named_value<'d>(property: Element<'d>, draft: &mut Draft<'d>) -> Option<Fact> {
    let names = draft.facts(property, &[("", "Name", "", Words::None)]);
    let values = draft.facts(property, &[("", "Value", "", Words::None)]);
    let joined = |facts: &[Fact]| facts.iter().map(|fact| fact.value.as_str()).collect::<Vec<_>>().join(", ");
    let (label, value) = (joined(&names), joined(&values));
    let elements = names.into_iter().chain(values).flat_map(|fact| fact.elements).collect();
    (!label.is_empty() || !value.is_empty()).then_some(Fact {
        label,
        terms: "BT-160 BT-161",
        value,
        elements,
    })
}

const MODIFIER: &[Entry] = &[
    ("", "Amount", "", Words::None),
    ("for", "AllowanceChargeReason", "", Words::None),
    ("reason", "AllowanceChargeReasonCode", "", Words::None),
    ("at", "MultiplierFactorNumeric", "", Words::Percent),
    ("of", "BaseAmount", "", Words::None),
];
const DISCOUNT: &[Entry] = &[
    ("", "Amount", "", Words::None),
    ("from", "BaseAmount", "", Words::None),
    ("for", "AllowanceChargeReason", "", Words::None),
    ("reason", "AllowanceChargeReasonCode", "", Words::None),
];

/// Allowance or charge; another word of the indicator is left to be told with the rest.
fn kind_of<'d>(modifier: Element<'d>, draft: &mut Draft<'d>) -> &'static str {
    let indicators: Vec<_> = modifier.each(CHARGE_INDICATOR).collect();
    let kind = match indicators.as_slice() {
        [only] => match trimmed(only.text()) {
            "true" | "1" => "Charge",
            "false" | "0" => "Allowance",
            _ => "Allowance or charge",
        },
        _ => "Allowance or charge",
    };
    if let (false, [only]) = (kind == "Allowance or charge", indicators.as_slice())
        && only.attribute_rows().is_empty()
    {
        draft.value(Words::None, *only);
    }
    kind
}

fn modifiers<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Table {
    let columns =
        vec![words("Kind"), words("Reason"), words("Worked out from"), words("Tax"), numbers("Amount")];
    let of = |modifier: Element<'d>, draft: &mut Draft<'d>| {
        let cell = |values: Vec<Fact>| Cell { values, details: Vec::new() };
        let kind = Fact { value: kind_of(modifier, draft).to_owned(), ..Fact::default() };
        let reason = draft.facts(
            modifier,
            &[
                ("", "AllowanceChargeReason", "BT-97 BT-104", Words::None),
                ("", "AllowanceChargeReasonCode", "BT-98 BT-105", Words::None),
            ],
        );
        let base: &[Entry] =
            &[("at", "MultiplierFactorNumeric", "", Words::Percent), ("of", "BaseAmount", "", Words::None)];
        let base = draft.facts(modifier, base);
        let base = (!base.is_empty())
            .then(|| joined(base, " ", "", "BT-93 BT-94 BT-100 BT-101"))
            .into_iter()
            .collect();
        let tax = categories(modifier.each(TAX_CATEGORY).collect(), "BT-95 BT-96 BT-102 BT-103", draft);
        let amount = draft.facts(modifier, &[("", "Amount", "BT-92 BT-99", Words::None)]);
        vec![cell(vec![kind]), cell(reason), cell(base), tax, cell(amount)]
    };
    let rows = root.each(ALLOWANCE_CHARGE).map(|modifier| of(modifier, draft)).collect();
    Table { columns, rows }
}

fn tax<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Table {
    let columns = vec![words("Category"), numbers("Taxable amount"), numbers("Tax amount")];
    let mut rows = Vec::new();
    for part in Draft::parts(root, &[TAX_TOTAL, TAX_SUBTOTAL]) {
        let of = categories(part.each(TAX_CATEGORY).collect(), "BT-118 BT-119 BT-120 BT-121", draft);
        let taxable = draft.facts(part, &[("", "TaxableAmount", "BT-116", Words::None)]);
        let amount = draft.facts(part, &[("", "TaxAmount", "BT-117", Words::None)]);
        let cell = |values| Cell { values, details: Vec::new() };
        rows.push(vec![of, cell(taxable), cell(amount)]);
    }
    Table { columns, rows }
}

const TOTALS_BEFORE: &[Entry] = &[
    ("Sum of the lines", "LegalMonetaryTotal/LineExtensionAmount", "BT-106", Words::None),
    ("Allowances", "LegalMonetaryTotal/AllowanceTotalAmount", "BT-107", Words::None),
    ("Charges", "LegalMonetaryTotal/ChargeTotalAmount", "BT-108", Words::None),
    ("Total without tax", "LegalMonetaryTotal/TaxExclusiveAmount", "BT-109", Words::None),
    ("Tax", "TaxTotal/TaxAmount", "BT-110 BT-111", Words::None),
    ("Total with tax", "LegalMonetaryTotal/TaxInclusiveAmount", "BT-112", Words::None),
    ("Paid already", "LegalMonetaryTotal/PrepaidAmount", "BT-113", Words::None),
    ("Rounding", "LegalMonetaryTotal/PayableRoundingAmount", "BT-114", Words::None),
    ("Amount due", "LegalMonetaryTotal/PayableAmount", "BT-115", Words::None),
];

fn totals<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Vec<Fact> {
    draft.facts(root, TOTALS_BEFORE)
}

const MEANS: &[Entry] = &[
    ("Means of payment", "PaymentMeansCode", "BT-81 BT-82", Words::Means),
    ("Due date", "PaymentDueDate", "BT-9", Words::None),
    ("Remittance information", "PaymentID", "BT-83", Words::None),
    ("Number of this means", "ID", "IBT-178", Words::None),
    ("Account", "PayeeFinancialAccount/ID", "BT-84", Words::None),
    ("Account name", "PayeeFinancialAccount/Name", "BT-85", Words::None),
    ("Bank", "PayeeFinancialAccount/FinancialInstitutionBranch/ID", "BT-86", Words::None),
    ("Card number", "CardAccount/PrimaryAccountNumberID", "BT-87", Words::None),
    ("Card network", "CardAccount/NetworkID", "", Words::None),
    ("Card holder", "CardAccount/HolderName", "BT-88", Words::None),
    ("Mandate", "PaymentMandate/ID", "BT-89", Words::None),
    ("Debited account", "PaymentMandate/PayerFinancialAccount/ID", "BT-91", Words::None),
];
const TERMS: &[Entry] = &[
    ("Terms", "Note", "BT-20", Words::None),
    ("Means of payment", "PaymentMeansID", "IBT-187", Words::None),
    ("Instalment", "Amount", "IBT-176", Words::None),
    ("Instalment due", "InstallmentDueDate", "IBT-177", Words::None),
];
const PREPAID: &[Entry] = &[
    ("", "PaidAmount", "IBT-180", Words::None),
    ("on", "ReceivedDate", "IBT-181", Words::None),
    ("number", "ID", "IBT-179", Words::None),
    ("kind", "InstructionID", "IBT-182", Words::None),
];

fn payment<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for means in root.each(PAYMENT_MEANS) {
        let mut facts = draft.facts(means, MEANS);
        for place in Draft::parts(means, &[PAYEE_FINANCIAL_ACCOUNT, FINANCIAL_INSTITUTION_BRANCH, ADDRESS]) {
            facts.extend(address(place, "Address of the bank", "IBG-34", draft));
        }
        blocks.push(Block::Facts(facts));
    }
    for terms in root.each(PAYMENT_TERMS) {
        blocks.push(Block::Facts(draft.facts(terms, TERMS)));
    }
    let prepaid: Vec<_> = root.each(PREPAID_PAYMENT).collect();
    let phrases =
        prepaid.into_iter().filter_map(|paid| draft.phrase(paid, PREPAID, "Paid already", "IBG-35"));
    blocks.push(Block::Facts(phrases.collect()));
    blocks
}

fn documents<'d>(root: Element<'d>, draft: &mut Draft<'d>) -> Table {
    let columns = vec![words("Reference"), words("What it is"), words("Where it is")];
    let mut rows = Vec::new();
    for reference in root.each(ADDITIONAL_DOCUMENT_REFERENCE) {
        let cell = |values| Cell { values, details: Vec::new() };
        let number = draft.facts(reference, &[("", "ID", "BT-122", Words::None)]);
        let kind = draft.facts(
            reference,
            &[
                ("", "DocumentDescription", "BT-123", Words::None),
                ("", "DocumentType", "", Words::None),
                ("", "DocumentTypeCode", "", Words::None),
                ("", "IssueDate", "", Words::None),
            ],
        );
        let place = draft.facts(
            reference,
            &[
                ("", "Attachment/EmbeddedDocumentBinaryObject", "BT-125", Words::None),
                ("", "Attachment/ExternalReference/URI", "BT-124", Words::None),
            ],
        );
        let cells = vec![cell(number), cell(kind), cell(place)];
        if cells.iter().any(|cell| !cell.values.is_empty()) {
            rows.push(cells);
        }
    }
    Table { columns, rows }
}
