//! Rules about the tax totals, the breakdown of GST, the totals, and how many decimals amounts have.

use std::cmp::Ordering;

use super::{LISTS, head::is_in_sgd, is_said, word};
use crate::{
    cast,
    document::Element,
    en16931::totals::{is_allowance, is_charge},
    names::{CURRENCY_ID, Name, known::*},
    pint::ROOT,
    rule::{Answer, Check, Context, Rule, Template, both, either, fatal},
    text::{normalized, trimmed},
};

pub(super) const TAX_TOTAL_RULES: &[Rule] = &[
    fatal(
        "IRASC5-035",
        &["IBT-110"],
        &[],
        Check::By(|root| {
            Ok(root
                .each(DOCUMENT_CURRENCY_CODE)
                .all(|code| has_tax_total_in(root.each(TAX_TOTAL), code.text())))
        }),
        "No tax total is in the currency of the invoice.",
        "Write the GST in the invoice's currency into cac:TaxTotal/cbc:TaxAmount, with that currencyID.",
    ),
    fatal(
        "IRASC5-037",
        &["IBT-111", "IBT-005"],
        &[],
        Check::By(has_tax_total_in_sgd),
        "The invoice is not in SGD, and no tax total is in the tax currency.",
        "Add a cac:TaxTotal whose cbc:TaxAmount gives the GST in SGD.",
    ),
    fatal(
        "IRASC5-039",
        &["IBT-110", "IBT-111"],
        &[],
        Check::By(tax_totals_have_one_sign),
        "The two tax totals differ in sign, or one is missing.",
        "Give the GST in both currencies, both negative or neither.",
    ),
];

/// Behind a template of the same pattern and context, so never asked.
pub(super) const UNREACHED: &[Template] = &[Template {
    pattern: 6,
    contexts: ROOT,
    rules: &[&[
        fatal(
            "IRASC5-036",
            &["IBT-110"],
            &[],
            Check::Always,
            "A tax total does not say in which currency it is.",
            "Add currencyID to cbc:TaxAmount.",
        ),
        fatal(
            "IRASC5-038",
            &["IBT-111", "IBT-005"],
            &[],
            Check::Always,
            "The tax total in the tax currency is not in SGD.",
            "Write SGD into its currencyID.",
        ),
    ]],
}];

pub(super) const BREAKDOWN: &[Template] = &[Template {
    pattern: 6,
    contexts: &[Context::new(&[TAX_TOTAL, TAX_SUBTOTAL])],
    rules: &[&[
        fatal(
            "IRASC5-040",
            &["IBG-23"],
            &[],
            Check::Exists(&[TAXABLE_AMOUNT]),
            "A breakdown of GST has no taxable amount.",
            "Write it into cbc:TaxableAmount.",
        ),
        fatal(
            "IRASC5-041",
            &["IBT-116"],
            &[TAXABLE_AMOUNT],
            Check::By(|subtotal| is_said(subtotal, &[TAXABLE_AMOUNT], CURRENCY_ID)),
            "The taxable amount of a breakdown does not say in which currency it is.",
            "Add currencyID to cbc:TaxableAmount.",
        ),
        fatal(
            "IRASC5-042",
            &["IBG-23", "IBT-117"],
            &[],
            Check::Exists(&[TAX_AMOUNT]),
            "A breakdown of GST has no amount of tax.",
            "Write it into cbc:TaxAmount.",
        ),
        fatal(
            "IRASC5-043",
            &["IBT-117"],
            &[TAX_AMOUNT],
            Check::By(|subtotal| is_said(subtotal, &[TAX_AMOUNT], CURRENCY_ID)),
            "The tax of a breakdown does not say in which currency it is.",
            "Add currencyID to cbc:TaxAmount.",
        ),
        fatal(
            "IRASC5-044",
            &["IBG-23", "IBT-118"],
            &[],
            Check::By(|subtotal| Ok(has_under_gst(subtotal, &[TAX_CATEGORY], ID))),
            "A breakdown has no GST category.",
            "Write the code into cac:TaxCategory/cbc:ID, and GST into its cac:TaxScheme/cbc:ID.",
        ),
        fatal(
            "IRASC5-045",
            &["IBT-118"],
            &[],
            Check::Always,
            "No GST category falls under the GST InvoiceNow requirement.",
            "Hand in invoices that hold at least one category of the requirement.",
        ),
        fatal(
            "IRASC5-046",
            &["IBG-23", "IBT-119"],
            &[],
            Check::By(|subtotal| Ok(has_under_gst(subtotal, &[TAX_CATEGORY], PERCENT))),
            "A breakdown has no rate of GST.",
            "Write the rate into cac:TaxCategory/cbc:Percent, 0 where none is due.",
        ),
        fatal(
            "IRASC5-047",
            &["IBG-23", "IBT-118-1"],
            &[TAX_CATEGORY, TAX_SCHEME, ID],
            Check::By(|subtotal| Ok(word(subtotal, &[TAX_CATEGORY, TAX_SCHEME, ID])? == "GST")),
            "The tax of a breakdown is not GST.",
            "Write GST into cac:TaxCategory/cac:TaxScheme/cbc:ID.",
        ),
        fatal(
            "IRASC5-048",
            &["IBT-151", "IBT-118"],
            &[],
            Check::Always,
            "A category of a line has no breakdown.",
            "Give one cac:TaxSubtotal for each category of the lines.",
        ),
        fatal(
            "IRASC5-049",
            &["IBT-118", "IBT-023"],
            &[TAX_CATEGORY, ID],
            Check::By(category_suits_process),
            "The GST category of a breakdown is none of this business process.",
            "For a sale write SR, ZR or another category of supplies; for a purchase TX, IM or another category of purchases.",
        ),
    ]],
}];

pub(super) const TOTALS: &[Template] = &[Template {
    pattern: 6,
    contexts: &[Context::new(&[LEGAL_MONETARY_TOTAL])],
    rules: &[&[
        fatal(
            "IRASC5-050",
            &["IBT-106"],
            &[],
            Check::Exists(&[LINE_EXTENSION_AMOUNT]),
            "The sum of the lines is missing.",
            "Write it into cbc:LineExtensionAmount.",
        ),
        fatal(
            "IRASC5-051",
            &["IBT-106"],
            &[LINE_EXTENSION_AMOUNT],
            Check::By(|total| is_said(total, &[LINE_EXTENSION_AMOUNT], CURRENCY_ID)),
            "The sum of the lines does not say in which currency it is.",
            "Add currencyID to cbc:LineExtensionAmount.",
        ),
        fatal(
            "IRASC5-052",
            &["IBT-109"],
            &[],
            Check::Exists(&[TAX_EXCLUSIVE_AMOUNT]),
            "The total without GST is missing.",
            "Write it into cbc:TaxExclusiveAmount.",
        ),
        fatal(
            "IRASC5-053",
            &["IBT-109"],
            &[TAX_EXCLUSIVE_AMOUNT],
            Check::Filled(&[TAX_EXCLUSIVE_AMOUNT]),
            "The total without GST is empty or missing.",
            "Write it into cbc:TaxExclusiveAmount.",
        ),
        fatal(
            "IRASC5-054",
            &["IBT-112"],
            &[],
            Check::Exists(&[TAX_INCLUSIVE_AMOUNT]),
            "The total with GST is missing.",
            "Write it into cbc:TaxInclusiveAmount.",
        ),
        fatal(
            "IRASC5-055",
            &["IBT-112"],
            &[TAX_INCLUSIVE_AMOUNT],
            Check::By(|total| {
                Ok(total.one(TAX_INCLUSIVE_AMOUNT)?.is_some_and(|amount| cast::number(amount.text()) >= 0.0))
            }),
            "The total with GST is negative, or no number.",
            "Write an amount of 0 or more into cbc:TaxInclusiveAmount; give money back with a credit note.",
        ),
        fatal(
            "IRASC5-056",
            &["IBT-112"],
            &[TAX_INCLUSIVE_AMOUNT],
            Check::Filled(&[TAX_INCLUSIVE_AMOUNT]),
            "The total with GST is empty or missing.",
            "Write it into cbc:TaxInclusiveAmount.",
        ),
        fatal(
            "IRASC5-057",
            &["IBT-115"],
            &[],
            Check::Exists(&[PAYABLE_AMOUNT]),
            "The amount due is missing.",
            "Write it into cbc:PayableAmount.",
        ),
        fatal(
            "IRASC5-058",
            &["IBT-115"],
            &[PAYABLE_AMOUNT],
            Check::Filled(&[PAYABLE_AMOUNT]),
            "The amount due is empty or missing.",
            "Write it into cbc:PayableAmount.",
        ),
    ]],
}];

const CUT: &str = "Round it to two decimals; zeros at the end count.";

const fn two_decimals(
    id: &'static str,
    terms: &'static [&'static str],
    at: &'static [Name],
    name: Name,
    message: &'static str,
) -> Rule {
    fatal(id, terms, at, Check::TwoDecimals(name), message, CUT)
}

/// The artefact names tax amounts too, where the tax total is in the currency of the root's invoice; in an envelope the root
/// is the envelope, which has no currency, so it never looks at them.
const AMOUNTS: &[Context] = &[
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
];

pub(super) const DECIMALS: &[Template] = &[
    Template {
        pattern: 9,
        contexts: AMOUNTS,
        rules: &[&[fatal(
            "IRASC5-075",
            &["IBT-005", "IBT-006"],
            &[],
            Check::By(is_in_document_currency),
            "An amount is in another currency than the invoice.",
            "Write the invoice's currency into currencyID.",
        )]],
    },
    Template {
        pattern: 9,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE]).when(is_allowance)],
        rules: &[&[two_decimals(
            "IRASC5-076",
            &["IBT-092"],
            &[AMOUNT],
            AMOUNT,
            "The amount of an allowance has more than two decimals.",
        )]],
    },
    Template {
        pattern: 9,
        contexts: &[Context::new(&[ALLOWANCE_CHARGE]).when(is_charge)],
        rules: &[&[
            two_decimals(
                "IRASC5-077",
                &["IBT-099"],
                &[AMOUNT],
                AMOUNT,
                "The amount of a charge has more than two decimals.",
            ),
            two_decimals(
                "IRASC5-078",
                &["IBT-093"],
                &[BASE_AMOUNT],
                BASE_AMOUNT,
                "The amount that a charge is taken of has more than two decimals.",
            ),
            two_decimals(
                "IRASC5-079",
                &["IBT-100"],
                &[BASE_AMOUNT],
                BASE_AMOUNT,
                "The amount that a charge is taken of has more than two decimals.",
            ),
        ]],
    },
    Template {
        pattern: 9,
        contexts: &[Context::new(&[INVOICE_LINE]), Context::new(&[CREDIT_NOTE_LINE])],
        rules: &[&[
            fatal(
                "IRASC5-080",
                &["IBT-110"],
                &[],
                Check::Always,
                "The tax total has more than two decimals.",
                CUT,
            ),
            fatal(
                "IRASC5-081",
                &["IBT-111"],
                &[],
                Check::Always,
                "The tax total in the tax currency has more than two decimals.",
                CUT,
            ),
        ]],
    },
    Template {
        pattern: 9,
        contexts: &[Context::new(&[TAX_TOTAL, TAX_SUBTOTAL])],
        rules: &[&[
            two_decimals(
                "IRASC5-082",
                &["IBT-116"],
                &[TAXABLE_AMOUNT],
                TAXABLE_AMOUNT,
                "The taxable amount of a breakdown has more than two decimals.",
            ),
            two_decimals(
                "IRASC5-083",
                &["IBT-117"],
                &[TAX_AMOUNT],
                TAX_AMOUNT,
                "The tax of a breakdown has more than two decimals.",
            ),
        ]],
    },
    Template { pattern: 9, contexts: &[Context::new(&[LEGAL_MONETARY_TOTAL])], rules: &[TOTALS_DECIMALS] },
];

const TOTALS_DECIMALS: &[Rule] = &[
    two_decimals(
        "IRASC5-084",
        &["IBT-106"],
        &[LINE_EXTENSION_AMOUNT],
        LINE_EXTENSION_AMOUNT,
        "The sum of the lines has more than two decimals.",
    ),
    two_decimals(
        "IRASC5-085",
        &["IBT-109"],
        &[TAX_EXCLUSIVE_AMOUNT],
        TAX_EXCLUSIVE_AMOUNT,
        "The total without GST has more than two decimals.",
    ),
    two_decimals(
        "IRASC5-086",
        &["IBT-112"],
        &[TAX_INCLUSIVE_AMOUNT],
        TAX_INCLUSIVE_AMOUNT,
        "The total with GST has more than two decimals.",
    ),
    two_decimals(
        "IRASC5-087",
        &["IBT-107"],
        &[ALLOWANCE_TOTAL_AMOUNT],
        ALLOWANCE_TOTAL_AMOUNT,
        "The sum of the allowances has more than two decimals.",
    ),
    two_decimals(
        "IRASC5-088",
        &["IBT-108"],
        &[CHARGE_TOTAL_AMOUNT],
        CHARGE_TOTAL_AMOUNT,
        "The sum of the charges has more than two decimals.",
    ),
    two_decimals(
        "IRASC5-089",
        &["IBT-113"],
        &[PREPAID_AMOUNT],
        PREPAID_AMOUNT,
        "The amount paid before has more than two decimals.",
    ),
    two_decimals(
        "IRASC5-090",
        &["IBT-114"],
        &[PAYABLE_ROUNDING_AMOUNT],
        PAYABLE_ROUNDING_AMOUNT,
        "The rounding amount has more than two decimals.",
    ),
    two_decimals(
        "IRASC5-091",
        &["IBT-115"],
        &[PAYABLE_AMOUNT],
        PAYABLE_AMOUNT,
        "The amount due has more than two decimals.",
    ),
];

fn is_in_document_currency(amount: Element<'_>) -> Answer {
    Ok(amount.attribute(CURRENCY_ID).is_some_and(|currency| {
        amount.document().all(DOCUMENT_CURRENCY_CODE).any(|code| code.text() == currency)
    }))
}

/// Currencies are compared as they are written, space and case and all.
fn has_tax_total_in<'d>(mut totals: impl Iterator<Item = Element<'d>>, currency: &str) -> bool {
    totals.any(|total| total.each(TAX_AMOUNT).any(|amount| amount.attribute(CURRENCY_ID) == Some(currency)))
}

/// A tax total anywhere will do; so will an invoice that names no tax currency.
fn has_tax_total_in_sgd(root: Element<'_>) -> Answer {
    let document = root.document();
    either(is_in_sgd(root), || {
        let mut codes = root.each(TAX_CURRENCY_CODE);
        Ok(codes.all(|code| has_tax_total_in(document.all(TAX_TOTAL), code.text())))
    })
}

/// Both have an amount of 0 or less, or both have one of 0 or more.
fn tax_totals_have_one_sign(root: Element<'_>) -> Answer {
    if !root.has(TAX_CURRENCY_CODE) {
        return Ok(true);
    }
    let in_each = |fits: fn(Ordering) -> bool| {
        both(some_tax_total(root, TAX_CURRENCY_CODE, fits), || {
            some_tax_total(root, DOCUMENT_CURRENCY_CODE, fits)
        })
    };
    either(in_each(Ordering::is_le), || in_each(Ordering::is_ge))
}

/// Whether some tax total in the currency that `code` names is as it should be.
fn some_tax_total(root: Element<'_>, code: Name, fits: fn(Ordering) -> bool) -> Answer {
    for amount in root.along(&[TAX_TOTAL, TAX_AMOUNT]) {
        let currency = root.one(code)?.map_or("", |code| trimmed(code.text()));
        if amount.attribute(CURRENCY_ID) == Some(currency) && fits(amount.compare(0.0)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `path[cac:TaxScheme/cbc:ID = 'GST']/name`: untrimmed, and in this case of letters.
pub(super) fn has_under_gst(element: Element<'_>, path: &'static [Name], name: Name) -> bool {
    element.along(path).any(|category| is_exactly_gst(category) && category.has(name))
}

fn is_exactly_gst(category: Element<'_>) -> bool {
    category.along(&[TAX_SCHEME, ID]).any(|id| id.text() == "GST")
}

/// The process is that of the element in which the tax total stands: a tax total within a line has none.
fn category_suits_process(subtotal: Element<'_>) -> Answer {
    let process = match subtotal.parent().and_then(Element::parent) {
        Some(holder) => word(holder, &[PROFILE_ID])?.to_lowercase(),
        None => String::new(),
    };
    for which in ["payable", "billing"] {
        if process.contains(which) {
            let under_gst: Vec<_> =
                subtotal.each(TAX_CATEGORY).filter(|category| is_exactly_gst(*category)).collect();
            let code = super::head::only(&under_gst, ID)?.map_or("", Element::text);
            let code = format!(" {} ", normalized(code).to_uppercase());
            if LISTS.has_within("IRASC5-049", which, &code) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}
