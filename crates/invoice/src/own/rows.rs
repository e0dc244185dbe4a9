//! Every kind of finding of our own: id, weight, terms, words, source.

use vocab::Severity;

use super::OwnRule;

/// Every kind of finding of our own: sums, identifiers, the schema of UBL, and what stops the official rules.
pub const OWN_RULES: &[&OwnRule] = &[
    &ALLOWANCE_AMOUNT,
    &ALLOWANCES_TOTAL,
    &AMOUNT_DUE,
    &CHARGES_TOTAL,
    &DOCUMENT_CURRENCY,
    &GB_VAT_NUMBER,
    &GLN,
    &GST_NUMBER,
    &IBAN,
    &IDENTIFIER_EMPTY,
    &LEI,
    &LINE_AMOUNT,
    &LINES_TOTAL,
    &NOTE_SUBJECT_CODE,
    &OFFICIAL_RULES_STOP,
    &PRICE_AMOUNT,
    &TAX_AMOUNT,
    &TAX_AMOUNT_CENTS,
    &TAX_BASE,
    &TAX_BREAKDOWN_MISSING,
    &TAX_RATE_MISSING,
    &TAX_TOTAL,
    &TOTAL_WITH_TAX,
    &TOTAL_WITHOUT_TAX,
    &UBL_ATTRIBUTE_MISSING,
    &UBL_ATTRIBUTE_UNKNOWN,
    &UBL_ELEMENT_MISSING,
    &UBL_ELEMENT_ORDER,
    &UBL_ELEMENT_REPEATED,
    &UBL_ELEMENT_UNKNOWN,
    &UBL_TEXT_BETWEEN,
    &UBL_VALUE,
    &UEN,
    &VAT_PREFIX,
];

const fn row(
    id: &'static str,
    severity: Severity,
    terms: &'static [&'static str],
    message: &'static str,
    remedy: &'static str,
    source: &'static str,
) -> OwnRule {
    OwnRule { id, severity, terms, message, remedy, source }
}

pub(super) const ALLOWANCE_AMOUNT: OwnRule = row(
    "allowance-amount",
    Severity::Warning,
    &["BT-92", "BT-99", "BT-136", "BT-141"],
    "An allowance or charge is not its base times its percentage.",
    "Write the base times the percentage, divided by 100; or leave base and percentage out.",
    "EN 16931-1, BT-93 and BT-94 and their like; Peppol refuses it (PEPPOL-EN16931-R040), beyond 0.02",
);
pub(super) const ALLOWANCES_TOTAL: OwnRule = row(
    "allowances-total",
    Severity::Fatal,
    &["BT-107"],
    "The total of allowances is not the sum of the document's allowances.",
    "Write the sum of the cbc:Amount of all cac:AllowanceCharge whose cbc:ChargeIndicator is false.",
    "EN 16931-1, BR-CO-11",
);
pub(super) const AMOUNT_DUE: OwnRule = row(
    "amount-due",
    Severity::Fatal,
    &["BT-115"],
    "The amount due is not the total with tax, less what is paid, plus the rounding.",
    "Write cbc:TaxInclusiveAmount minus cbc:PrepaidAmount plus cbc:PayableRoundingAmount.",
    "EN 16931-1, BR-CO-16",
);
pub(super) const CHARGES_TOTAL: OwnRule = row(
    "charges-total",
    Severity::Fatal,
    &["BT-108"],
    "The total of charges is not the sum of the document's charges.",
    "Write the sum of the cbc:Amount of all cac:AllowanceCharge whose cbc:ChargeIndicator is true.",
    "EN 16931-1, BR-CO-12",
);
pub(super) const DOCUMENT_CURRENCY: OwnRule = row(
    "document-currency",
    Severity::Fatal,
    &["BT-5"],
    "All amounts are in one currency, and the document names another.",
    "Write the currency of the amounts into cbc:DocumentCurrencyCode.",
    "EN 16931-1, BT-5: the currency in which all amounts are given",
);
pub(super) const GB_VAT_NUMBER: OwnRule = row(
    "gb-vat-number",
    Severity::Warning,
    &["BT-31", "BT-48", "BT-63", "BT-34", "BT-49"],
    "A British VAT number has the wrong length, or its check digits do not belong to it.",
    "Compare it with the VAT certificate: GB and 9 digits, 12 for a branch, or GD or HA and 3 digits.",
    "HMRC, modulus 97 and 9755 of VAT registration numbers",
);
pub(super) const GLN: OwnRule = row(
    "gln",
    Severity::Warning,
    &["BT-29", "BT-30", "BT-34", "BT-46", "BT-47", "BT-49", "BT-60", "BT-61", "BT-71"],
    "A Global Location Number has not 13 digits, or its check digit does not belong to it.",
    "Write all 13 digits as GS1 gave them.",
    "GS1 General Specifications, GLN and check digit",
);
pub(super) const GST_NUMBER: OwnRule = row(
    "gst-number",
    Severity::Warning,
    &["BT-31", "BT-48", "BT-63"],
    "A Singapore GST registration number has not one of its shapes, or its check character does not belong to it.",
    "Write the number as on the notice of registration: the UEN, or a number that begins with M.",
    "IRAS, GST registration numbers; UEN office, www.uen.gov.sg",
);
pub(super) const IBAN: OwnRule = row(
    "iban",
    Severity::Warning,
    &["BT-84", "BT-91"],
    "A bank account number looks like an IBAN, and its check digits do not belong to it.",
    "Compare it with the bank's statement; a payment to this number will be sent back.",
    "ISO 13616, check digits by ISO 7064 MOD 97-10",
);
pub(super) const IDENTIFIER_EMPTY: OwnRule = row(
    "identifier-empty",
    Severity::Fatal,
    &["BT-30", "BT-31", "BT-32", "BT-47", "BT-48", "BT-63"],
    "A party's identifier is there and says nothing.",
    "Write the identifier, or remove the element.",
    "EN 16931-1, BR-CO-26 and BT-30, BT-31, BT-32 and their like: an identifier that is given has a value",
);
pub(super) const LEI: OwnRule = row(
    "lei",
    Severity::Warning,
    &["BT-29", "BT-30", "BT-34", "BT-46", "BT-47", "BT-49", "BT-60", "BT-61"],
    "A Legal Entity Identifier has not 20 characters, or its check digits do not belong to it.",
    "Write its 20 characters as the GLEIF register shows them.",
    "ISO 17442, check digits by ISO 7064 MOD 97-10",
);
pub(super) const LINE_AMOUNT: OwnRule = row(
    "line-amount",
    Severity::Warning,
    &["BT-131"],
    "A line's amount is not its quantity times its price, with its allowances and charges.",
    "Write the quantity times the price, divided by the price's base quantity, minus allowances, plus charges.",
    "EN 16931-1, BT-131; Peppol refuses it (PEPPOL-EN16931-R120), beyond 0.02",
);
pub(super) const LINES_TOTAL: OwnRule = row(
    "lines-total",
    Severity::Fatal,
    &["BT-106"],
    "The total of the lines is not the sum of the lines.",
    "Write the sum of the cbc:LineExtensionAmount of all lines.",
    "EN 16931-1, BR-CO-10",
);
pub(super) const NOTE_SUBJECT_CODE: OwnRule = row(
    "note-subject-code",
    Severity::Fatal,
    &["BT-21"],
    "A note begins with a subject code that UNTDID 4451 does not have.",
    "Begin the note with a code of UNTDID 4451 between two # signs, or with no # sign.",
    "EN 16931-1, BR-CL-08",
);
pub(crate) const OFFICIAL_RULES_STOP: OwnRule = row(
    "official-rules-stop",
    Severity::Fatal,
    &[],
    "The official rules end with an error at this value and report nothing at all.",
    "Mend the value; then the official rules can judge the rest.",
    "XPath 2.0, casts and functions that take one value",
);
pub(super) const PRICE_AMOUNT: OwnRule = row(
    "price-amount",
    Severity::Warning,
    &["BT-146"],
    "The price is not the gross price less its discount.",
    "Write the gross price minus the discount into cbc:PriceAmount.",
    "EN 16931-1, BT-146, BT-147 and BT-148; Peppol refuses it (PEPPOL-EN16931-R046)",
);
pub(super) const TAX_AMOUNT: OwnRule = row(
    "tax-amount",
    Severity::Fatal,
    &["BT-117"],
    "The tax of a category is not its taxable amount times its rate.",
    "Write the taxable amount times the rate, divided by 100, rounded to two decimals.",
    "EN 16931-1, BR-CO-17",
);
pub(super) const TAX_AMOUNT_CENTS: OwnRule = row(
    "tax-amount-cents",
    Severity::Warning,
    &["BT-117"],
    "The tax of a category is less than one unit of currency away from its taxable amount times its rate.",
    "Work the tax out on the taxable amount of the category, not line by line, and round once.",
    "EN 16931-1, BR-CO-17: the official rules let less than 1 pass, in Singapore less than 2",
);
pub(super) const TAX_BASE: OwnRule = row(
    "tax-base",
    Severity::Fatal,
    &["BT-116"],
    "The taxable amount of a category and rate is not the sum of its lines, less allowances, plus charges.",
    "Write the sum of the lines of this category and rate, minus its allowances, plus its charges.",
    "EN 16931-1, BR-S-08 and its like for each category",
);
pub(super) const TAX_BREAKDOWN_MISSING: OwnRule = row(
    "tax-breakdown-missing",
    Severity::Fatal,
    &["BG-23"],
    "A category and rate stand on lines, allowances or charges, and the breakdown of tax has no row for them.",
    "Add a cac:TaxSubtotal for this category and rate.",
    "EN 16931-1, BG-23: one group for each combination of category and rate",
);
pub(super) const TAX_TOTAL: OwnRule = row(
    "tax-total",
    Severity::Fatal,
    &["BT-110"],
    "The total tax is not the sum of the taxes in the breakdown.",
    "Write the sum of the cbc:TaxAmount of all cac:TaxSubtotal.",
    "EN 16931-1, BR-CO-14",
);
pub(super) const TAX_RATE_MISSING: OwnRule = row(
    "tax-rate-missing",
    Severity::Fatal,
    &["BT-119"],
    "A row of the breakdown of tax has no rate.",
    "Write the rate of the category into cbc:Percent.",
    "EN 16931-1, BR-48; PINT Singapore, BR-48-GST-SG: a rate for every category except one outside the scope of tax",
);
pub(super) const TOTAL_WITH_TAX: OwnRule = row(
    "total-with-tax",
    Severity::Fatal,
    &["BT-112"],
    "The total with tax is not the total without tax plus the tax.",
    "Write cbc:TaxExclusiveAmount plus the tax total.",
    "EN 16931-1, BR-CO-15",
);
pub(super) const TOTAL_WITHOUT_TAX: OwnRule = row(
    "total-without-tax",
    Severity::Fatal,
    &["BT-109"],
    "The total without tax is not the total of the lines, less allowances, plus charges.",
    "Write cbc:LineExtensionAmount minus cbc:AllowanceTotalAmount plus cbc:ChargeTotalAmount.",
    "EN 16931-1, BR-CO-13",
);

const UBL: &str = "OASIS UBL 2.1, the schema of Invoice and CreditNote";

const UBL_ATTRIBUTE_MISSING: OwnRule = row(
    "ubl-attribute-missing",
    Severity::Fatal,
    &[],
    "An element lacks an attribute that UBL demands.",
    "Add the attribute.",
    UBL,
);
const UBL_ATTRIBUTE_UNKNOWN: OwnRule = row(
    "ubl-attribute-unknown",
    Severity::Fatal,
    &[],
    "An element has an attribute that UBL does not allow there.",
    "Remove the attribute.",
    UBL,
);
const UBL_ELEMENT_MISSING: OwnRule = row(
    "ubl-element-missing",
    Severity::Fatal,
    &[],
    "An element that UBL demands is missing, or not in its place.",
    "Add the element in its place.",
    UBL,
);
const UBL_ELEMENT_ORDER: OwnRule = row(
    "ubl-element-order",
    Severity::Fatal,
    &[],
    "An element stands after one that must follow it.",
    "Move the element to its place in the order of UBL 2.1.",
    UBL,
);
const UBL_ELEMENT_REPEATED: OwnRule = row(
    "ubl-element-repeated",
    Severity::Fatal,
    &[],
    "An element that may stand once stands again.",
    "Keep one of them.",
    UBL,
);
const UBL_ELEMENT_UNKNOWN: OwnRule = row(
    "ubl-element-unknown",
    Severity::Fatal,
    &[],
    "UBL has no such element in this place.",
    "Remove the element, or put it where UBL 2.1 has it.",
    UBL,
);
const UBL_TEXT_BETWEEN: OwnRule =
    row("ubl-text-between", Severity::Fatal, &[], "There is text between elements.", "Remove the text.", UBL);
const UBL_VALUE: OwnRule = row(
    "ubl-value",
    Severity::Fatal,
    &[],
    "A value is not of the kind that UBL demands.",
    "Write a value of that kind.",
    UBL,
);
pub(super) const UEN: OwnRule = row(
    "uen",
    Severity::Warning,
    &["BT-29", "BT-30", "BT-34", "BT-46", "BT-47", "BT-49", "BT-60", "BT-61"],
    "A number under scheme 0195 is no UEN, or its check character does not belong to it.",
    "Write the UEN as BizFile shows it, in an electronic address with SGUEN before it.",
    "Peppol participant identifier scheme 0195; UEN office, www.uen.gov.sg",
);
pub(super) const VAT_PREFIX: OwnRule = row(
    "vat-id-prefix",
    Severity::Fatal,
    &["BT-31", "BT-48", "BT-63"],
    "A VAT identifier does not begin with the code of a country.",
    "Write the two capital letters of the country that gave the identifier before it; Greece writes EL.",
    "EN 16931-1, BR-CO-09",
);
