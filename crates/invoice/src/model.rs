//! An invoice as its business terms: EN 16931, with what PINT adds to them.
//!
//! [`Invoice::read`] takes the terms from a document as it was read, and lists what it left; [`Invoice::write`] makes UBL
//! of them, in the order of the schema. Checking does not come through here: rules look at the document itself, because
//! official rules are odd exactly where a document is not as it should be. Values are typed (exact numbers that keep
//! their text, days, codes), and every one of them may be absent, because a document that lacks it is still looked at.
//!
//! A field is named in the words of the standard; its comment gives the term and, where PINT has its own, that one.

mod bind;
#[cfg(test)]
mod tests;
mod value;
pub(crate) mod write;

use rust_decimal::Decimal;
use vocab::date::Date;

pub use value::{
    Amount, Attachment, Classification, Code, Identifier, NamedCode, Note, Number, Quantity, Time,
};

use crate::{
    document::Document,
    names::{CREDIT_NOTE, INVOICE, cac, cbc, known::*},
};
use bind::{Node, Reader, Term, groups};

/// Whether a document asks for money or gives it back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Kind {
    /// A UBL CreditNote.
    CreditNote,
    /// A UBL Invoice.
    #[default]
    Invoice,
}

/// Something that stands in a document and not in the terms taken from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unheld {
    /// Where, as `/Invoice[1]/cbc:UBLVersionID[1]`; an attribute ends it as `/@schemeName`.
    pub xpath: String,
    /// Its element's line, counted from 1.
    pub line: usize,
    /// Its element's column, counted from 1.
    pub column: usize,
    /// What it says.
    pub value: String,
    /// Why it was left.
    pub why: Why,
}

/// Why something was left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// A day was expected, as `2026-03-09`.
    NotADay,
    /// A number was expected, as `1234.50`, of at most 28 digits.
    NotANumber,
    /// A time was expected, as `14:30:00`.
    NotATime,
    /// `true` or `false` was expected.
    NotTrueOrFalse,
    /// It stands again where the term is said once.
    Repeated,
    /// No business term is written there.
    Unknown,
}

impl Invoice {
    /// The terms of `document`, and what stands in it besides.
    pub fn read(document: &Document<'_>) -> (Invoice, Vec<Unheld>) {
        let mut reader = Reader::new(document);
        let invoice = Term::read(document.root(), &mut reader).unwrap_or_default();
        (invoice, reader.finish(document))
    }

    /// The invoice in UBL 2.1, in the order of its schema. A character that XML does not allow is written as U+FFFD.
    pub fn write(&self) -> String {
        let name = match self.kind {
            Kind::CreditNote => CREDIT_NOTE,
            Kind::Invoice => INVOICE,
        };
        let mut root = Node::new(self.kind, name);
        Term::write(self, &mut root);
        write::document(&root)
    }

    /// When it is to be paid (BT-9), wherever its kind says it.
    pub fn due_day(&self) -> Option<Date> {
        self.due.or_else(|| self.payment_means.iter().find_map(|means| means.due))
    }

    /// The tax in the currency of the document (BT-110), and the breakdown with it.
    pub fn tax_total(&self) -> Option<&TaxTotal> {
        self.tax_total_in(self.currency.as_ref()?)
    }

    /// The tax in the currency of the tax accounts (BT-111).
    pub fn tax_total_in_tax_currency(&self) -> Option<&TaxTotal> {
        self.tax_total_in(self.tax_currency.as_ref()?)
    }

    fn tax_total_in(&self, currency: &Code) -> Option<&TaxTotal> {
        let is_in = |amount: &Amount| amount.currency.as_ref() == Some(currency);
        self.tax_totals.iter().find(|total| total.amount.as_ref().is_some_and(is_in))
    }

    /// The bills of lading that it names: see [`DocumentReference::bill_of_lading`].
    pub fn bills_of_lading(&self) -> impl Iterator<Item = &str> {
        self.documents
            .iter()
            .filter(|document| document.is_bill_of_lading())
            .filter_map(|document| document.id.as_ref().map(|id| id.value.as_str()))
    }
}

/// How a reference to a bill of lading begins, in any case of letters.
const BILL_OF_LADING: &str = "bill of lading";
/// The bill of lading in UNTDID 1001.
const BILL_OF_LADING_TYPE: &str = "705";

impl DocumentReference {
    /// The link to a bill of lading: a supporting document (BT-122) whose description begins "Bill of lading". It has no
    /// type code: EN 16931 refuses 705 here (UBL-SR-43).
    pub fn bill_of_lading(number: &str) -> DocumentReference {
        DocumentReference {
            id: Some(Identifier { value: number.to_owned(), scheme: None }),
            description: Some("Bill of lading".to_owned()),
            ..DocumentReference::default()
        }
    }

    fn is_bill_of_lading(&self) -> bool {
        let begins = |text: &String| {
            text.trim_start()
                .get(..BILL_OF_LADING.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(BILL_OF_LADING))
        };
        self.description.as_ref().is_some_and(begins)
            || self.type_code.as_ref().is_some_and(|code| code.as_str() == BILL_OF_LADING_TYPE)
    }
}

impl Party {
    /// The identifier under which the party pays `scheme`, as `VAT` or `GST` (BT-31, BT-48, BT-63).
    pub fn tax_identifier(&self, scheme: &str) -> Option<&str> {
        let of_scheme = |registration: &&TaxRegistration| {
            registration.scheme.as_ref().is_some_and(|found| found.as_str().trim() == scheme)
        };
        self.tax_registrations.iter().find(of_scheme)?.identifier.as_deref()
    }

    /// What it is called: the registered name, else the trading name.
    pub fn name(&self) -> Option<&str> {
        let registered = self.legal_entity.as_ref().and_then(|entity| entity.name.as_deref());
        registered.or(self.trading_name.as_deref())
    }
}

impl Amount {
    /// The amount itself.
    pub const fn value(&self) -> Decimal {
        self.number.value()
    }
}

groups! {
    /// An invoice or a credit note.
    Invoice {
        /// Which of the two.
        kind: Kind = [];
        /// The specification that it follows (BT-24).
        specification: Option<String> = [CUSTOMIZATION_ID];
        /// The business process in which it is sent (BT-23).
        process: Option<String> = [PROFILE_ID];
        /// Its number (BT-1).
        number: Option<String> = [ID];
        /// Its UUID (BT-SG-003).
        uuid: Option<String> = [UUID];
        /// When it was issued (BT-2).
        issued: Option<Date> = [ISSUE_DATE];
        /// At what time it was issued (IBT-168).
        issued_at: Option<Time> = [cbc("IssueTime")];
        /// When it is to be paid (BT-9); a credit note says it in [`PaymentMeans::due`].
        due: Option<Date> = [DUE_DATE];
        /// What kind of invoice it is (BT-3), a code of UNTDID 1001.
        type_code: Option<Code> = [INVOICE_TYPE_CODE] | [CREDIT_NOTE_TYPE_CODE];
        /// Notes (BG-1).
        notes: Vec<Note> = [NOTE];
        /// The day on which the tax is owed (BT-7).
        tax_point: Option<Date> = [TAX_POINT_DATE];
        /// Its currency (BT-5).
        currency: Option<Code> = [DOCUMENT_CURRENCY_CODE];
        /// The currency of the tax accounts (BT-6).
        tax_currency: Option<Code> = [TAX_CURRENCY_CODE];
        /// Where the buyer books it (BT-19).
        buyer_accounting: Option<String> = [cbc("AccountingCost")];
        /// The buyer's reference (BT-10).
        buyer_reference: Option<String> = [BUYER_REFERENCE];
        /// The period that it covers (BG-14).
        period: Option<Period> = [INVOICE_PERIOD];
        /// Orders (BT-13, BT-14).
        order: Option<OrderReference> = [ORDER_REFERENCE];
        /// Invoices that it follows upon (BG-3).
        preceding: Vec<PrecedingInvoice> = [BILLING_REFERENCE, INVOICE_DOCUMENT_REFERENCE];
        /// The despatch advice (BT-16).
        despatch_advice: Option<String> = [DESPATCH_DOCUMENT_REFERENCE, ID];
        /// The receiving advice (BT-15).
        receiving_advice: Option<String> = [RECEIPT_DOCUMENT_REFERENCE, ID];
        /// The tender or lot (BT-17).
        tender: Option<String> = [ORIGINATOR_DOCUMENT_REFERENCE, ID];
        /// The contract (BT-12).
        contract: Option<String> = [CONTRACT_DOCUMENT_REFERENCE, ID];
        /// Supporting documents (BG-24). Type 130 is the invoiced object (BT-18), type 50 the project of a credit note
        /// (BT-11), `sgdtotal-excl-gst` and `sgdtotal-incl-gst` the totals in SGD (IBT-SG-001, IBT-SG-002).
        documents: Vec<DocumentReference> = [ADDITIONAL_DOCUMENT_REFERENCE];
        /// The project (BT-11); a credit note says it among its documents.
        project: Option<String> = [PROJECT_REFERENCE, ID];
        /// The seller (BG-4).
        seller: Option<Party> = [ACCOUNTING_SUPPLIER_PARTY, PARTY];
        /// The buyer (BG-7).
        buyer: Option<Party> = [ACCOUNTING_CUSTOMER_PARTY, PARTY];
        /// Who is paid, if not the seller (BG-10).
        payee: Option<Party> = [PAYEE_PARTY];
        /// Who answers for the seller's tax (BG-11).
        tax_representative: Option<Party> = [TAX_REPRESENTATIVE_PARTY];
        /// The delivery (BG-13).
        delivery: Option<Delivery> = [DELIVERY];
        /// How it can be paid (BG-16).
        payment_means: Vec<PaymentMeans> = [PAYMENT_MEANS];
        /// Terms of payment (BT-20, IBG-33, IBG-36).
        payment_terms: Vec<PaymentTerms> = [PAYMENT_TERMS];
        /// What was paid before (IBG-35).
        prepaid: Vec<PrepaidPayment> = [PREPAID_PAYMENT];
        /// Allowances (BG-20) and charges (BG-21) on the whole document.
        modifiers: Vec<Modifier> = [ALLOWANCE_CHARGE];
        /// The tax with its breakdown (BT-110, BG-23), and again in another currency (BT-111).
        tax_totals: Vec<TaxTotal> = [TAX_TOTAL];
        /// Totals (BG-22).
        totals: Option<Totals> = [LEGAL_MONETARY_TOTAL];
        /// Lines (BG-25).
        lines: Vec<Line> = [INVOICE_LINE] | [CREDIT_NOTE_LINE];
    }

    /// A period (BG-14, BG-26).
    Period {
        /// Its first day (BT-73, BT-134).
        start: Option<Date> = [START_DATE];
        /// Its last day (BT-74, BT-135).
        end: Option<Date> = [END_DATE];
        /// What fixes the day on which the tax is owed (BT-8).
        tax_point_code: Option<Code> = [DESCRIPTION_CODE];
    }

    /// Orders.
    OrderReference {
        /// The buyer's order (BT-13).
        id: Option<String> = [ID];
        /// The seller's order (BT-14).
        sales_order: Option<String> = [cbc("SalesOrderID")];
    }

    /// An invoice that this one follows upon (BG-3).
    PrecedingInvoice {
        /// Its number (BT-25).
        number: Option<String> = [ID];
        /// When it was issued (BT-26).
        issued: Option<Date> = [ISSUE_DATE];
    }

    /// A document beside the invoice (BG-24), or the object of a line (BT-128).
    DocumentReference {
        /// Its number (BT-122, BT-18, BT-128).
        id: Option<Identifier> = [ID];
        /// What kind of document, where a rule gives it a meaning.
        type_code: Option<Code> = [DOCUMENT_TYPE_CODE];
        /// What it is (BT-123).
        description: Option<String> = [DOCUMENT_DESCRIPTION];
        /// The file itself (BT-125).
        attachment: Option<Attachment> = [ATTACHMENT, EMBEDDED_DOCUMENT_BINARY_OBJECT];
        /// Where the file can be had (BT-124).
        uri: Option<String> = [ATTACHMENT, EXTERNAL_REFERENCE, URI];
    }

    /// Seller, buyer, payee or tax representative.
    Party {
        /// Where it receives electronic documents (BT-34, BT-49).
        electronic_address: Option<Identifier> = [ENDPOINT_ID];
        /// Identifiers (BT-29, BT-46, BT-60); under `SEPA` the creditor's (BT-90).
        identifiers: Vec<Identifier> = [PARTY_IDENTIFICATION, ID];
        /// The name it trades under (BT-28, BT-45), and the name of a payee or representative (BT-59, BT-62).
        trading_name: Option<String> = [PARTY_NAME, NAME];
        /// Its address (BG-5, BG-8, BG-12).
        address: Option<Address> = [POSTAL_ADDRESS];
        /// Where it pays tax (BT-31, BT-32, BT-48, BT-63).
        tax_registrations: Vec<TaxRegistration> = [PARTY_TAX_SCHEME];
        /// The company in the register.
        legal_entity: Option<LegalEntity> = [PARTY_LEGAL_ENTITY];
        /// Whom to ask (BG-6, BG-9).
        contact: Option<Contact> = [CONTACT];
    }

    /// An address (BG-5, BG-8, BG-12, BG-15, IBG-34).
    Address {
        /// The first line (BT-35, BT-50, BT-64, BT-75, IBT-169).
        line_1: Option<String> = [STREET_NAME];
        /// The second line (BT-36, BT-51, BT-65, BT-76, IBT-170).
        line_2: Option<String> = [cbc("AdditionalStreetName")];
        /// The third line (BT-162 to BT-165, IBT-174).
        line_3: Option<String> = [ADDRESS_LINE, LINE];
        /// The city (BT-37, BT-52, BT-66, BT-77, IBT-171).
        city: Option<String> = [CITY_NAME];
        /// The post code (BT-38, BT-53, BT-67, BT-78, IBT-172).
        post_code: Option<String> = [POSTAL_ZONE];
        /// The part of the country (BT-39, BT-54, BT-68, BT-79, IBT-173).
        subdivision: Option<String> = [cbc("CountrySubentity")];
        /// The country (BT-40, BT-55, BT-69, BT-80, IBT-175), two letters of ISO 3166-1.
        country: Option<Code> = [COUNTRY, IDENTIFICATION_CODE];
    }

    /// A registration for tax.
    TaxRegistration {
        /// The identifier (BT-31, BT-32, BT-48, BT-63).
        identifier: Option<String> = [COMPANY_ID];
        /// The tax (IBT-031-1), as `VAT` or `GST`.
        scheme: Option<Code> = [TAX_SCHEME, ID];
    }

    /// A company as its register has it.
    LegalEntity {
        /// The registered name (BT-27, BT-44).
        name: Option<String> = [REGISTRATION_NAME];
        /// Its number in the register (BT-30, BT-47, BT-61).
        identifier: Option<Identifier> = [COMPANY_ID];
        /// What else the law asks it to say (BT-33).
        legal_form: Option<String> = [COMPANY_LEGAL_FORM];
    }

    /// Whom to ask (BG-6, BG-9).
    Contact {
        /// A person or a desk (BT-41, BT-56).
        name: Option<String> = [NAME];
        /// Telephone (BT-42, BT-57).
        telephone: Option<String> = [TELEPHONE];
        /// E-mail (BT-43, BT-58).
        email: Option<String> = [ELECTRONIC_MAIL];
    }

    /// The delivery (BG-13).
    Delivery {
        /// When it took place (BT-72).
        day: Option<Date> = [ACTUAL_DELIVERY_DATE];
        /// The place by an identifier (BT-71).
        location: Option<Identifier> = [DELIVERY_LOCATION, ID];
        /// The place by its address (BG-15).
        address: Option<Address> = [DELIVERY_LOCATION, ADDRESS];
        /// To whom (BT-70).
        party_name: Option<String> = [DELIVERY_PARTY, PARTY_NAME, NAME];
    }

    /// A way to pay (BG-16).
    PaymentMeans {
        /// Its number, where terms of payment name it (IBT-178).
        id: Option<String> = [ID];
        /// Which way (BT-81, BT-82), a code of UNTDID 4461.
        code: Option<NamedCode> = [PAYMENT_MEANS_CODE];
        /// When a credit note is to be paid (BT-9); an invoice says it in [`Invoice::due`].
        due: Option<Date> = [PAYMENT_DUE_DATE];
        /// What the payer is to quote (BT-83).
        remittance: Vec<String> = [PAYMENT_ID];
        /// A card (BG-18).
        card: Option<Card> = [CARD_ACCOUNT];
        /// An account to pay to (BG-17).
        account: Option<Account> = [PAYEE_FINANCIAL_ACCOUNT];
        /// A direct debit (BG-19).
        mandate: Option<Mandate> = [PAYMENT_MANDATE];
    }

    /// A card (BG-18).
    Card {
        /// The last digits of its number (BT-87).
        number: Option<String> = [PRIMARY_ACCOUNT_NUMBER_ID];
        /// The network, which UBL asks for and EN 16931 has no term for.
        network: Option<String> = [cbc("NetworkID")];
        /// Whose it is (BT-88).
        holder: Option<String> = [cbc("HolderName")];
    }

    /// An account (BG-17).
    Account {
        /// Its number (BT-84), for most an IBAN.
        id: Option<Identifier> = [ID];
        /// Its name (BT-85).
        name: Option<String> = [NAME];
        /// The bank (BT-86, IBG-34).
        bank: Option<Bank> = [FINANCIAL_INSTITUTION_BRANCH];
    }

    /// A bank.
    Bank {
        /// Its identifier (BT-86), for most a BIC.
        id: Option<Identifier> = [ID];
        /// Its address (IBG-34).
        address: Option<Address> = [cac("Address")];
    }

    /// A direct debit (BG-19).
    Mandate {
        /// The mandate (BT-89).
        id: Option<String> = [ID];
        /// The account that is debited (BT-91).
        debited_account: Option<String> = [PAYER_FINANCIAL_ACCOUNT, ID];
    }

    /// Terms of payment (BT-20, IBG-33), or one instalment (IBG-36).
    PaymentTerms {
        /// The way to pay that they belong to (IBT-187).
        payment_means: Option<String> = [PAYMENT_MEANS_ID];
        /// In words (BT-20).
        note: Option<String> = [NOTE];
        /// The amount of an instalment (IBT-176).
        amount: Option<Amount> = [AMOUNT];
        /// When the instalment is due (IBT-177).
        instalment_due: Option<Date> = [cbc("InstallmentDueDate")];
    }

    /// What was paid before (IBG-35).
    PrepaidPayment {
        /// Its number (IBT-179).
        id: Option<String> = [ID];
        /// How much (IBT-180).
        amount: Option<Amount> = [cbc("PaidAmount")];
        /// When it was received (IBT-181).
        received: Option<Date> = [cbc("ReceivedDate")];
        /// What kind of payment (IBT-182).
        kind: Option<String> = [cbc("InstructionID")];
    }

    /// An allowance or a charge (BG-20, BG-21, BG-27, BG-28).
    Modifier {
        /// Whether it is a charge.
        is_charge: Option<bool> = [CHARGE_INDICATOR];
        /// Why, as a code (BT-98, BT-105, BT-140, BT-145): UNTDID 5189 for an allowance, 7161 for a charge.
        reason_code: Option<Code> = [ALLOWANCE_CHARGE_REASON_CODE];
        /// Why, in words (BT-97, BT-104, BT-139, BT-144).
        reason: Option<String> = [ALLOWANCE_CHARGE_REASON];
        /// The percentage of the base (BT-94, BT-101, BT-138, BT-143).
        percentage: Option<Number> = [MULTIPLIER_FACTOR_NUMERIC];
        /// How much (BT-92, BT-99, BT-136, BT-141, BT-147).
        amount: Option<Amount> = [AMOUNT];
        /// Of what (BT-93, BT-100, BT-137, BT-142, BT-148).
        base: Option<Amount> = [BASE_AMOUNT];
        /// Its tax (BT-95, BT-96, BT-102, BT-103).
        tax: Vec<TaxCategory> = [TAX_CATEGORY];
    }

    /// A category of tax (BG-23, BG-30).
    TaxCategory {
        /// The category (BT-95, BT-102, BT-118, BT-151): UNTDID 5305, in Singapore its own.
        code: Option<Code> = [ID];
        /// The rate in per cent (BT-96, BT-103, BT-119, BT-152).
        rate: Option<Number> = [PERCENT];
        /// Tax on each unit instead of a rate (IBT-152).
        per_unit: Option<Amount> = [cbc("PerUnitAmount")];
        /// Why no tax is asked, as a code (BT-121, IBT-185).
        exemption_code: Option<Code> = [TAX_EXEMPTION_REASON_CODE];
        /// Why no tax is asked, in words (BT-120, IBT-186).
        exemption: Option<String> = [TAX_EXEMPTION_REASON];
        /// The tax (IBT-167, IBT-188, IBT-190), as `VAT` or `GST`.
        scheme: Option<Code> = [TAX_SCHEME, ID];
    }

    /// The tax in one currency.
    TaxTotal {
        /// All of it (BT-110, BT-111).
        amount: Option<Amount> = [TAX_AMOUNT];
        /// By category and rate (BG-23).
        breakdown: Vec<TaxSubtotal> = [TAX_SUBTOTAL];
    }

    /// The tax of one category and rate (BG-23).
    TaxSubtotal {
        /// What is taxed (BT-116).
        taxable: Option<Amount> = [TAXABLE_AMOUNT];
        /// The tax (BT-117).
        tax: Option<Amount> = [TAX_AMOUNT];
        /// The category (BT-118 to BT-121).
        category: Option<TaxCategory> = [TAX_CATEGORY];
    }

    /// Totals (BG-22).
    Totals {
        /// The lines (BT-106).
        lines: Option<Amount> = [LINE_EXTENSION_AMOUNT];
        /// Without tax (BT-109).
        without_tax: Option<Amount> = [TAX_EXCLUSIVE_AMOUNT];
        /// With tax (BT-112).
        with_tax: Option<Amount> = [TAX_INCLUSIVE_AMOUNT];
        /// Allowances on the document (BT-107).
        allowances: Option<Amount> = [ALLOWANCE_TOTAL_AMOUNT];
        /// Charges on the document (BT-108).
        charges: Option<Amount> = [CHARGE_TOTAL_AMOUNT];
        /// Paid before (BT-113).
        paid: Option<Amount> = [PREPAID_AMOUNT];
        /// Added to make the amount due round (BT-114).
        rounding: Option<Amount> = [PAYABLE_ROUNDING_AMOUNT];
        /// To be paid (BT-115).
        due: Option<Amount> = [PAYABLE_AMOUNT];
    }

    /// A line (BG-25).
    Line {
        /// Its number (BT-126).
        id: Option<String> = [ID];
        /// A note (BT-127).
        note: Option<String> = [NOTE];
        /// How many (BT-129, BT-130).
        quantity: Option<Quantity> = [INVOICED_QUANTITY] | [CREDITED_QUANTITY];
        /// The amount without tax (BT-131).
        amount: Option<Amount> = [LINE_EXTENSION_AMOUNT];
        /// Where the buyer books it (BT-133).
        buyer_accounting: Option<String> = [cbc("AccountingCost")];
        /// The period that it covers (BG-26).
        period: Option<Period> = [INVOICE_PERIOD];
        /// The line of the order (BT-132, IBT-183).
        order_line: Option<OrderLine> = [ORDER_LINE_REFERENCE];
        /// The despatch advice (IBT-184).
        despatch_advice: Option<String> = [DESPATCH_LINE_REFERENCE, DOCUMENT_REFERENCE, ID];
        /// The object of the line (BT-128), type 130.
        documents: Vec<DocumentReference> = [DOCUMENT_REFERENCE];
        /// Allowances (BG-27) and charges (BG-28).
        modifiers: Vec<Modifier> = [ALLOWANCE_CHARGE];
        /// What is sold (BG-31).
        item: Option<Item> = [ITEM];
        /// For how much (BG-29).
        price: Option<Price> = [PRICE];
    }

    /// A line of an order.
    OrderLine {
        /// The line (BT-132).
        line: Option<String> = [LINE_ID];
        /// The order (IBT-183).
        order: Option<String> = [ORDER_REFERENCE, ID];
    }

    /// What is sold (BG-31).
    Item {
        /// Its name (BT-153).
        name: Option<String> = [NAME];
        /// A description (BT-154).
        description: Option<String> = [DESCRIPTION];
        /// The buyer's number for it (BT-156).
        buyers_id: Option<String> = [cac("BuyersItemIdentification"), ID];
        /// The seller's number for it (BT-155).
        sellers_id: Option<String> = [cac("SellersItemIdentification"), ID];
        /// Everybody's number for it (BT-157), as a GTIN.
        standard_id: Option<Identifier> = [STANDARD_ITEM_IDENTIFICATION, ID];
        /// Where it is from (BT-159).
        origin: Option<Code> = [ORIGIN_COUNTRY, IDENTIFICATION_CODE];
        /// What kind of goods it is (BT-158).
        classifications: Vec<Classification> = [COMMODITY_CLASSIFICATION, ITEM_CLASSIFICATION_CODE];
        /// Its tax (BG-30).
        tax: Vec<TaxCategory> = [CLASSIFIED_TAX_CATEGORY];
        /// Attributes (BG-32).
        attributes: Vec<ItemAttribute> = [ADDITIONAL_ITEM_PROPERTY];
    }

    /// An attribute of an item (BG-32).
    ItemAttribute {
        /// Which (BT-160).
        name: Option<String> = [NAME];
        /// What it is (BT-161).
        value: Option<String> = [VALUE];
    }

    /// A price (BG-29).
    Price {
        /// The net price (BT-146).
        amount: Option<Amount> = [PRICE_AMOUNT];
        /// For how many (BT-149, BT-150).
        base_quantity: Option<Quantity> = [BASE_QUANTITY];
        /// The discount (BT-147) off the gross price (BT-148).
        discount: Option<Modifier> = [ALLOWANCE_CHARGE];
    }
}
