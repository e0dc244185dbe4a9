//! Why common rules exist, and for each a piece of an invoice that passes and one that fails.
//!
//! A piece is cut from a whole invoice that passes every rule, so what fails differs from it in this piece alone; a test
//! judges both.

use std::borrow::Cow;

/// An invoice from which pieces are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// A British invoice with an exempt line.
    Exempt,
    /// A British export.
    Export,
    /// A British invoice with lines at 20 % and at 0 %.
    Mixed,
    /// A sale within Singapore.
    Singapore,
}

/// Why a rule exists, and what passes and fails by it.
#[derive(Debug)]
pub struct Example {
    /// The rule's id.
    pub rule: &'static str,
    /// Why it exists.
    pub why: &'static str,
    /// A piece of an invoice that passes.
    pub passes: &'static str,
    /// What stands in its place in one that fails; empty where the piece is left out.
    pub fails: &'static str,
    base: Base,
}

impl Example {
    /// The example of the rule `id`, for the common rules.
    pub fn of(id: &str) -> Option<&'static Example> {
        EXAMPLES.iter().find(|example| example.rule == id)
    }

    /// Every example.
    pub fn all() -> impl Iterator<Item = &'static Example> {
        EXAMPLES.iter()
    }

    /// The whole invoice that passes.
    pub fn passing(&self) -> Cow<'static, str> {
        match self.base {
            Base::Exempt => exempt().into(),
            Base::Export => EXPORT.into(),
            Base::Mixed => MIXED.into(),
            Base::Singapore => SINGAPORE.into(),
        }
    }

    /// The whole invoice that fails.
    pub fn failing(&self) -> String {
        self.passing().replacen(self.passes, self.fails, 1)
    }
}

const EXPORT: &str = include_str!("../../../examples/invoices/whisky-export.xml");
const MIXED: &str = include_str!("../data/examples/mixed.xml");
const SINGAPORE: &str = include_str!("../data/examples/singapore.xml");

/// The mixed invoice with its zero-rated line exempt instead.
fn exempt() -> String {
    const RATE: &str = "<cbc:ID>E</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>";
    let reason = format!(
        "{RATE}\n        <cbc:TaxExemptionReason>Exempt under Schedule 9 to the VAT Act 1994</cbc:TaxExemptionReason>"
    );
    MIXED.replace("<cbc:ID>Z</cbc:ID>", "<cbc:ID>E</cbc:ID>").replacen(RATE, &reason, 1)
}

const SPECIFICATION: &str =
    "A receiver picks the rules by it; without it nobody knows which promise the document makes.";
const NUMBER: &str =
    "An invoice is paid, booked and credited by its number; tax law asks for one that is its own.";
const DATE: &str = "Due days, tax periods and exchange rates are counted from it.";
const TYPE: &str = "A program must know whether to pay or to get money back.";
const CURRENCY: &str = "An amount without a currency is no amount.";
const NAME: &str = "Tax law asks who sells and who buys, by the registered name.";
const ADDRESS: &str = "Where a party is decides which country's tax rules apply.";
const SUM: &str = "Whoever receives the invoice adds up again. Where the sum is another, nobody knows which amount is meant.";
const STANDARD: &str = "Standard-rated tax is owed by the seller: what is taxed, at which rate, and who owes it must all be there and agree.";
const ZERO: &str = "Zero-rated supplies are taxed at 0 %: they stand in the breakdown with that rate and no tax, and need no excuse.";
const EXEMPT: &str =
    "An exemption is granted by a law: the breakdown shows what is exempt, that no tax is due, and why.";
const EXPORTED: &str = "An export is free of tax because the goods leave: the breakdown shows what is exported, that no tax is due, and why.";
const DELIVERED: &str =
    "The network delivers by this address; without it there is nowhere to send the invoice to, or an answer.";
const REFERENCE: &str =
    "Large buyers sort invoices by their own reference and send back those that have none.";
const PRODUCT: &str =
    "Buyers check quantity and price against their order; an amount that is not their product is disputed.";
const COPY: &str = "Singapore's tax office takes a copy of each invoice and reconciles it with the return.";

/// In the order of the rules.
const EXAMPLES: &[Example] = &[
    example(
        "BR-01",
        Base::Mixed,
        SPECIFICATION,
        "<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>",
        "",
    ),
    example("BR-02", Base::Mixed, NUMBER, "<cbc:ID>TV-2026-0042</cbc:ID>", "<cbc:ID></cbc:ID>"),
    example("BR-03", Base::Mixed, DATE, "<cbc:IssueDate>2026-06-01</cbc:IssueDate>", ""),
    example("BR-04", Base::Mixed, TYPE, "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>", ""),
    example("BR-05", Base::Mixed, CURRENCY, "<cbc:DocumentCurrencyCode>GBP</cbc:DocumentCurrencyCode>", ""),
    example("BR-06", Base::Mixed, NAME, "<cbc:RegistrationName>Tyne Valves Ltd</cbc:RegistrationName>", ""),
    example("BR-07", Base::Mixed, NAME, "<cbc:RegistrationName>Orwell Pumps Ltd</cbc:RegistrationName>", ""),
    example(
        "BR-08",
        Base::Mixed,
        ADDRESS,
        "<cac:PostalAddress>\n        <cbc:StreetName>12 Quayside</cbc:StreetName>\n        <cbc:CityName>Newcastle</cbc:CityName>\n        <cbc:PostalZone>NE1 3DX</cbc:PostalZone>\n        <cac:Country>\n          <cbc:IdentificationCode>GB</cbc:IdentificationCode>\n        </cac:Country>\n      </cac:PostalAddress>",
        "",
    ),
    example(
        "BR-09",
        Base::Mixed,
        ADDRESS,
        "<cbc:IdentificationCode>GB</cbc:IdentificationCode>",
        "<cbc:IdentificationCode></cbc:IdentificationCode>",
    ),
    example(
        "BR-CO-09",
        Base::Mixed,
        "A VAT identifier is looked up in the register of the country that its first two letters name.",
        "<cbc:CompanyID>GB980780684</cbc:CompanyID>",
        "<cbc:CompanyID>980780684</cbc:CompanyID>",
    ),
    example(
        "BR-CO-10",
        Base::Mixed,
        SUM,
        "<cbc:LineExtensionAmount currencyID=\"GBP\">705.00</cbc:LineExtensionAmount>",
        "<cbc:LineExtensionAmount currencyID=\"GBP\">750.00</cbc:LineExtensionAmount>",
    ),
    example(
        "BR-CO-11",
        Base::Mixed,
        SUM,
        "<cbc:AllowanceTotalAmount currencyID=\"GBP\">27.30</cbc:AllowanceTotalAmount>",
        "<cbc:AllowanceTotalAmount currencyID=\"GBP\">72.30</cbc:AllowanceTotalAmount>",
    ),
    example(
        "BR-CO-12",
        Base::Mixed,
        SUM,
        "<cbc:ChargeTotalAmount currencyID=\"GBP\">15.00</cbc:ChargeTotalAmount>",
        "<cbc:ChargeTotalAmount currencyID=\"GBP\">51.00</cbc:ChargeTotalAmount>",
    ),
    example(
        "BR-CO-13",
        Base::Mixed,
        SUM,
        "<cbc:TaxExclusiveAmount currencyID=\"GBP\">692.70</cbc:TaxExclusiveAmount>",
        "<cbc:TaxExclusiveAmount currencyID=\"GBP\">705.00</cbc:TaxExclusiveAmount>",
    ),
    example(
        "BR-CO-14",
        Base::Mixed,
        SUM,
        "<cbc:TaxAmount currencyID=\"GBP\">126.54</cbc:TaxAmount>",
        "<cbc:TaxAmount currencyID=\"GBP\">126.45</cbc:TaxAmount>",
    ),
    example(
        "BR-CO-15",
        Base::Mixed,
        SUM,
        "<cbc:TaxInclusiveAmount currencyID=\"GBP\">819.24</cbc:TaxInclusiveAmount>",
        "<cbc:TaxInclusiveAmount currencyID=\"GBP\">692.70</cbc:TaxInclusiveAmount>",
    ),
    example(
        "BR-CO-16",
        Base::Mixed,
        SUM,
        "<cbc:PayableAmount currencyID=\"GBP\">719.00</cbc:PayableAmount>",
        "<cbc:PayableAmount currencyID=\"GBP\">819.24</cbc:PayableAmount>",
    ),
    example(
        "BR-CO-17",
        Base::Mixed,
        SUM,
        "<cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">126.54</cbc:TaxAmount>",
        "<cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">63.27</cbc:TaxAmount>",
    ),
    example(
        "BR-S-01",
        Base::Mixed,
        STANDARD,
        "<cac:TaxSubtotal>\n      <cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">126.54</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>S</cbc:ID>\n        <cbc:Percent>20</cbc:Percent>",
        "<cac:TaxSubtotal>\n      <cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">126.54</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>20</cbc:Percent>",
    ),
    example(
        "BR-S-02",
        Base::Mixed,
        STANDARD,
        "<cac:PartyTaxScheme>\n        <cbc:CompanyID>GB980780684</cbc:CompanyID>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:PartyTaxScheme>",
        "",
    ),
    example(
        "BR-S-03",
        Base::Mixed,
        STANDARD,
        "<cac:PartyTaxScheme>\n        <cbc:CompanyID>GB980780684</cbc:CompanyID>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:PartyTaxScheme>",
        "",
    ),
    example(
        "BR-S-04",
        Base::Mixed,
        STANDARD,
        "<cac:PartyTaxScheme>\n        <cbc:CompanyID>GB980780684</cbc:CompanyID>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:PartyTaxScheme>",
        "",
    ),
    example(
        "BR-S-05",
        Base::Mixed,
        STANDARD,
        "<cac:ClassifiedTaxCategory>\n        <cbc:ID>S</cbc:ID>\n        <cbc:Percent>20</cbc:Percent>",
        "<cac:ClassifiedTaxCategory>\n        <cbc:ID>S</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
    ),
    example(
        "BR-S-06",
        Base::Mixed,
        STANDARD,
        "<cbc:BaseAmount currencyID=\"GBP\">546.00</cbc:BaseAmount>\n    <cac:TaxCategory>\n      <cbc:ID>S</cbc:ID>\n      <cbc:Percent>20</cbc:Percent>",
        "<cbc:BaseAmount currencyID=\"GBP\">546.00</cbc:BaseAmount>\n    <cac:TaxCategory>\n      <cbc:ID>S</cbc:ID>\n      <cbc:Percent>0</cbc:Percent>",
    ),
    example(
        "BR-S-07",
        Base::Mixed,
        STANDARD,
        "<cbc:Amount currencyID=\"GBP\">15.00</cbc:Amount>\n    <cac:TaxCategory>\n      <cbc:ID>S</cbc:ID>\n      <cbc:Percent>20</cbc:Percent>",
        "<cbc:Amount currencyID=\"GBP\">15.00</cbc:Amount>\n    <cac:TaxCategory>\n      <cbc:ID>S</cbc:ID>\n      <cbc:Percent>0</cbc:Percent>",
    ),
    example(
        "BR-S-08",
        Base::Mixed,
        STANDARD,
        "<cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>",
        "<cbc:TaxableAmount currencyID=\"GBP\">645.00</cbc:TaxableAmount>",
    ),
    example(
        "BR-S-09",
        Base::Mixed,
        STANDARD,
        "<cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">126.54</cbc:TaxAmount>",
        "<cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">63.27</cbc:TaxAmount>",
    ),
    example(
        "BR-S-10",
        Base::Mixed,
        STANDARD,
        "<cac:TaxSubtotal>\n      <cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">126.54</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>S</cbc:ID>\n        <cbc:Percent>20</cbc:Percent>",
        "<cac:TaxSubtotal>\n      <cbc:TaxableAmount currencyID=\"GBP\">632.70</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">126.54</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>S</cbc:ID>\n        <cbc:Percent>20</cbc:Percent>\n        <cbc:TaxExemptionReason>Goodwill</cbc:TaxExemptionReason>",
    ),
    example(
        "BR-Z-01",
        Base::Mixed,
        ZERO,
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>E</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
    ),
    example(
        "BR-Z-02",
        Base::Mixed,
        ZERO,
        "<cac:PartyTaxScheme>\n        <cbc:CompanyID>GB980780684</cbc:CompanyID>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:PartyTaxScheme>",
        "",
    ),
    example(
        "BR-Z-05",
        Base::Mixed,
        ZERO,
        "<cac:ClassifiedTaxCategory>\n        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
        "<cac:ClassifiedTaxCategory>\n        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>5</cbc:Percent>",
    ),
    example(
        "BR-Z-08",
        Base::Mixed,
        ZERO,
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>",
        "<cbc:TaxableAmount currencyID=\"GBP\">59.00</cbc:TaxableAmount>",
    ),
    example(
        "BR-Z-09",
        Base::Mixed,
        ZERO,
        "<cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>",
        "<cbc:TaxAmount currencyID=\"GBP\">3.00</cbc:TaxAmount>",
    ),
    example(
        "BR-Z-10",
        Base::Mixed,
        ZERO,
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>\n        <cbc:TaxExemptionReason>Books</cbc:TaxExemptionReason>",
    ),
    example(
        "BR-E-01",
        Base::Exempt,
        EXEMPT,
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>E</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>Z</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
    ),
    example(
        "BR-E-02",
        Base::Exempt,
        EXEMPT,
        "<cac:PartyTaxScheme>\n        <cbc:CompanyID>GB980780684</cbc:CompanyID>\n        <cac:TaxScheme>\n          <cbc:ID>VAT</cbc:ID>\n        </cac:TaxScheme>\n      </cac:PartyTaxScheme>",
        "",
    ),
    example(
        "BR-E-05",
        Base::Exempt,
        EXEMPT,
        "<cac:ClassifiedTaxCategory>\n        <cbc:ID>E</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
        "<cac:ClassifiedTaxCategory>\n        <cbc:ID>E</cbc:ID>\n        <cbc:Percent>5</cbc:Percent>",
    ),
    example(
        "BR-E-08",
        Base::Exempt,
        EXEMPT,
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>",
        "<cbc:TaxableAmount currencyID=\"GBP\">59.00</cbc:TaxableAmount>",
    ),
    example(
        "BR-E-09",
        Base::Exempt,
        EXEMPT,
        "<cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>",
        "<cbc:TaxAmount currencyID=\"GBP\">3.00</cbc:TaxAmount>",
    ),
    example(
        "BR-E-10",
        Base::Exempt,
        EXEMPT,
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>E</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>\n        <cbc:TaxExemptionReason>Exempt under Schedule 9 to the VAT Act 1994</cbc:TaxExemptionReason>",
        "<cbc:TaxableAmount currencyID=\"GBP\">60.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>E</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
    ),
    example(
        "BR-G-01",
        Base::Export,
        EXPORTED,
        "<cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>G</cbc:ID>",
        "<cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>\n      <cac:TaxCategory>\n        <cbc:ID>Z</cbc:ID>",
    ),
    example(
        "BR-G-02",
        Base::Export,
        EXPORTED,
        "<cac:PartyTaxScheme>\n        <cbc:CompanyID>GB831495816</cbc:CompanyID>\n        <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>\n      </cac:PartyTaxScheme>",
        "",
    ),
    example(
        "BR-G-04",
        Base::Export,
        EXPORTED,
        "<cac:PartyTaxScheme>\n        <cbc:CompanyID>GB831495816</cbc:CompanyID>\n        <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>\n      </cac:PartyTaxScheme>",
        "",
    ),
    example(
        "BR-G-05",
        Base::Export,
        EXPORTED,
        "<cac:ClassifiedTaxCategory>\n        <cbc:ID>G</cbc:ID>\n        <cbc:Percent>0</cbc:Percent>",
        "<cac:ClassifiedTaxCategory>\n        <cbc:ID>G</cbc:ID>\n        <cbc:Percent>20</cbc:Percent>",
    ),
    example(
        "BR-G-07",
        Base::Export,
        EXPORTED,
        "<cac:TaxCategory>\n      <cbc:ID>G</cbc:ID>\n      <cbc:Percent>0</cbc:Percent>",
        "<cac:TaxCategory>\n      <cbc:ID>G</cbc:ID>\n      <cbc:Percent>20</cbc:Percent>",
    ),
    example(
        "BR-G-08",
        Base::Export,
        EXPORTED,
        "<cbc:TaxableAmount currencyID=\"GBP\">25450.00</cbc:TaxableAmount>",
        "<cbc:TaxableAmount currencyID=\"GBP\">24000.00</cbc:TaxableAmount>",
    ),
    example(
        "BR-G-09",
        Base::Export,
        EXPORTED,
        "<cbc:TaxableAmount currencyID=\"GBP\">25450.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">0.00</cbc:TaxAmount>",
        "<cbc:TaxableAmount currencyID=\"GBP\">25450.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"GBP\">5090.00</cbc:TaxAmount>",
    ),
    example(
        "BR-G-10",
        Base::Export,
        EXPORTED,
        "<cbc:TaxExemptionReasonCode>VATEX-EU-G</cbc:TaxExemptionReasonCode>\n        <cbc:TaxExemptionReason>Export outside the United Kingdom</cbc:TaxExemptionReason>",
        "",
    ),
    example(
        "PEPPOL-EN16931-R003",
        Base::Mixed,
        REFERENCE,
        "<cbc:BuyerReference>PO-7301</cbc:BuyerReference>",
        "",
    ),
    example(
        "PEPPOL-EN16931-R010",
        Base::Mixed,
        DELIVERED,
        "<cbc:EndpointID schemeID=\"0088\">7300010000001</cbc:EndpointID>",
        "",
    ),
    example(
        "PEPPOL-EN16931-R020",
        Base::Mixed,
        DELIVERED,
        "<cbc:EndpointID schemeID=\"9932\">GB980780684</cbc:EndpointID>",
        "",
    ),
    example(
        "PEPPOL-EN16931-R040",
        Base::Mixed,
        PRODUCT,
        "<cbc:Amount currencyID=\"GBP\">27.30</cbc:Amount>\n    <cbc:BaseAmount currencyID=\"GBP\">546.00</cbc:BaseAmount>",
        "<cbc:Amount currencyID=\"GBP\">23.70</cbc:Amount>\n    <cbc:BaseAmount currencyID=\"GBP\">546.00</cbc:BaseAmount>",
    ),
    example(
        "PEPPOL-EN16931-R046",
        Base::Mixed,
        PRODUCT,
        "<cbc:PriceAmount currencyID=\"GBP\">45.50</cbc:PriceAmount>",
        "<cbc:PriceAmount currencyID=\"GBP\">45.00</cbc:PriceAmount>",
    ),
    example(
        "PEPPOL-EN16931-R051",
        Base::Mixed,
        CURRENCY,
        "<cbc:PayableAmount currencyID=\"GBP\">719.00</cbc:PayableAmount>",
        "<cbc:PayableAmount currencyID=\"EUR\">719.00</cbc:PayableAmount>",
    ),
    example(
        "PEPPOL-EN16931-R120",
        Base::Mixed,
        PRODUCT,
        "<cbc:LineExtensionAmount currencyID=\"GBP\">546.00</cbc:LineExtensionAmount>",
        "<cbc:LineExtensionAmount currencyID=\"GBP\">564.00</cbc:LineExtensionAmount>",
    ),
    example(
        "BR-CO-10-SG",
        Base::Singapore,
        SUM,
        "<cbc:LineExtensionAmount currencyID=\"SGD\">970.00</cbc:LineExtensionAmount>",
        "<cbc:LineExtensionAmount currencyID=\"SGD\">907.00</cbc:LineExtensionAmount>",
    ),
    example(
        "BR-CO-11-SG",
        Base::Singapore,
        SUM,
        "<cbc:AllowanceTotalAmount currencyID=\"SGD\">20.00</cbc:AllowanceTotalAmount>",
        "<cbc:AllowanceTotalAmount currencyID=\"SGD\">2.00</cbc:AllowanceTotalAmount>",
    ),
    example(
        "BR-CO-12-SG",
        Base::Singapore,
        SUM,
        "<cbc:ChargeTotalAmount currencyID=\"SGD\">50.00</cbc:ChargeTotalAmount>",
        "<cbc:ChargeTotalAmount currencyID=\"SGD\">5.00</cbc:ChargeTotalAmount>",
    ),
    example(
        "BR-CO-13-GST-SG",
        Base::Singapore,
        SUM,
        "<cbc:TaxExclusiveAmount currencyID=\"SGD\">1000.00</cbc:TaxExclusiveAmount>",
        "<cbc:TaxExclusiveAmount currencyID=\"SGD\">970.00</cbc:TaxExclusiveAmount>",
    ),
    example(
        "BR-CO-14-GST-SG",
        Base::Singapore,
        SUM,
        "<cbc:TaxAmount currencyID=\"SGD\">90.00</cbc:TaxAmount>",
        "<cbc:TaxAmount currencyID=\"SGD\">19.00</cbc:TaxAmount>",
    ),
    example(
        "BR-CO-15-GST-SG",
        Base::Singapore,
        SUM,
        "<cbc:TaxInclusiveAmount currencyID=\"SGD\">1090.00</cbc:TaxInclusiveAmount>",
        "<cbc:TaxInclusiveAmount currencyID=\"SGD\">1000.00</cbc:TaxInclusiveAmount>",
    ),
    example(
        "BR-CO-16-GST-SG",
        Base::Singapore,
        SUM,
        "<cbc:PayableAmount currencyID=\"SGD\">1000.00</cbc:PayableAmount>",
        "<cbc:PayableAmount currencyID=\"SGD\">1090.00</cbc:PayableAmount>",
    ),
    example(
        "BR-CO-17-GST-SG",
        Base::Singapore,
        SUM,
        "<cbc:TaxableAmount currencyID=\"SGD\">1000.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"SGD\">90.00</cbc:TaxAmount>",
        "<cbc:TaxableAmount currencyID=\"SGD\">1000.00</cbc:TaxableAmount>\n      <cbc:TaxAmount currencyID=\"SGD\">70.00</cbc:TaxAmount>",
    ),
    example(
        "BR-CO-25-SG",
        Base::Singapore,
        "The buyer must know until when to pay.",
        "<cbc:DueDate>2026-11-30</cbc:DueDate>",
        "",
    ),
    example(
        "BR-105-GST-SG",
        Base::Singapore,
        COPY,
        "<cac:PartyTaxScheme>\n        <cbc:CompanyID>M2-1234567-K</cbc:CompanyID>\n        <cac:TaxScheme><cbc:ID>GST</cbc:ID></cac:TaxScheme>\n      </cac:PartyTaxScheme>",
        "",
    ),
    example("BR-106-GST-SG", Base::Singapore, COPY, "<cbc:PostalZone>117440</cbc:PostalZone>", ""),
    example("BR-107-GST-SG", Base::Singapore, COPY, "<cbc:PostalZone>068895</cbc:PostalZone>", ""),
    example(
        "BR-109-GST-SG",
        Base::Singapore,
        COPY,
        "<cbc:UUID>0d6cbe52-93f1-4f6e-8a41-5b2f7c0e9d33</cbc:UUID>",
        "<cbc:UUID>SST-2026-1031</cbc:UUID>",
    ),
    example(
        "ibr-080",
        Base::Singapore,
        DELIVERED,
        "<cbc:EndpointID schemeID=\"0195\">SGUEN200312345H</cbc:EndpointID>",
        "",
    ),
    example(
        "ibr-081",
        Base::Singapore,
        DELIVERED,
        "<cbc:EndpointID schemeID=\"0195\">SGUEN199804321W</cbc:EndpointID>",
        "",
    ),
];

const fn example(
    rule: &'static str,
    base: Base,
    why: &'static str,
    passes: &'static str,
    fails: &'static str,
) -> Example {
    Example { rule, why, passes, fails, base }
}
