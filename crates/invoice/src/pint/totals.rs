//! Rules about totals and the breakdown of tax.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::{
    document::Element,
    en16931::totals::{
        in_cents, lines_add_up, modifiers_add_up, tax_total_adds_up, total_without_tax_adds_up, totals_amount,
    },
    names::{CURRENCY_ID, INVOICE, Name, known::*},
    rule::{Answer, Cause, Check, Context, Stop, Template, both, either, fatal},
    text::normalized,
};

const TWO_DECIMALS: &str = "Write the amount with at most two decimals, as 1656.25.";

pub(super) const TOTALS: &[Template] = &[Template {
    pattern: 0,
    contexts: &[Context::new(&[LEGAL_MONETARY_TOTAL])],
    rules: &[&[
        fatal(
            "ibr-012",
            &["IBT-106"],
            &[],
            Check::Exists(&[LINE_EXTENSION_AMOUNT]),
            "The invoice has no sum of its lines.",
            "Write the amount into cbc:LineExtensionAmount.",
        ),
        fatal(
            "ibr-013",
            &["IBT-109"],
            &[],
            Check::Exists(&[TAX_EXCLUSIVE_AMOUNT]),
            "The invoice has no total without tax.",
            "Write the amount into cbc:TaxExclusiveAmount.",
        ),
        fatal(
            "ibr-014",
            &["IBT-112"],
            &[],
            Check::Exists(&[TAX_INCLUSIVE_AMOUNT]),
            "The invoice has no total with tax.",
            "Write the amount into cbc:TaxInclusiveAmount.",
        ),
        fatal(
            "ibr-015",
            &["IBT-115"],
            &[],
            Check::Exists(&[PAYABLE_AMOUNT]),
            "The invoice has no amount due.",
            "Write the amount into cbc:PayableAmount.",
        ),
        fatal(
            "ibr-091",
            &["IBT-115"],
            &[PAYABLE_AMOUNT],
            Check::TwoDecimals(PAYABLE_AMOUNT),
            "The amount due has more than two decimals.",
            TWO_DECIMALS,
        ),
        fatal(
            "ibr-121",
            &["IBT-107"],
            &[ALLOWANCE_TOTAL_AMOUNT],
            Check::TwoDecimals(ALLOWANCE_TOTAL_AMOUNT),
            "The total of allowances has more than two decimals.",
            TWO_DECIMALS,
        ),
        fatal(
            "ibr-122",
            &["IBT-108"],
            &[CHARGE_TOTAL_AMOUNT],
            Check::TwoDecimals(CHARGE_TOTAL_AMOUNT),
            "The total of charges has more than two decimals.",
            TWO_DECIMALS,
        ),
        fatal(
            "ibr-123",
            &["IBT-109"],
            &[TAX_EXCLUSIVE_AMOUNT],
            Check::TwoDecimals(TAX_EXCLUSIVE_AMOUNT),
            "The total without tax has more than two decimals.",
            TWO_DECIMALS,
        ),
        fatal(
            "ibr-125",
            &["IBT-112"],
            &[TAX_INCLUSIVE_AMOUNT],
            Check::TwoDecimals(TAX_INCLUSIVE_AMOUNT),
            "The total with tax has more than two decimals.",
            TWO_DECIMALS,
        ),
        fatal(
            "ibr-co-10",
            &["IBT-106", "IBT-131"],
            &[LINE_EXTENSION_AMOUNT],
            Check::By(lines_add_up),
            "The sum of the lines is not what the lines add up to.",
            "Write the sum of all cbc:LineExtensionAmount of the lines, rounded to two decimals.",
        ),
        fatal(
            "ibr-co-11",
            &["IBT-107", "IBT-92"],
            &[ALLOWANCE_TOTAL_AMOUNT],
            Check::By(|totals| modifiers_add_up(totals, ALLOWANCE_TOTAL_AMOUNT, false)),
            "The total of allowances is not the sum of the document's allowances.",
            "Write the sum of their cbc:Amount into cbc:AllowanceTotalAmount; leave it out where there are none.",
        ),
        fatal(
            "ibr-co-12",
            &["IBT-108", "IBT-99"],
            &[CHARGE_TOTAL_AMOUNT],
            Check::By(|totals| modifiers_add_up(totals, CHARGE_TOTAL_AMOUNT, true)),
            "The total of charges is not the sum of the document's charges.",
            "Write the sum of their cbc:Amount into cbc:ChargeTotalAmount; leave it out where there are none.",
        ),
        fatal(
            "ibr-co-13",
            &["IBT-109", "IBT-131", "IBT-107", "IBT-108"],
            &[TAX_EXCLUSIVE_AMOUNT],
            Check::By(without_tax_adds_up),
            "The total without tax is not the sum of the lines less allowances plus charges.",
            "Write LineExtensionAmount − AllowanceTotalAmount + ChargeTotalAmount, rounded to two decimals, into cbc:TaxExclusiveAmount.",
        ),
        fatal(
            "ibr-co-16",
            &["IBT-115", "IBT-112", "IBT-113", "IBT-114"],
            &[PAYABLE_AMOUNT],
            Check::By(payable_adds_up),
            "The amount due is not the total with tax less what was paid, plus rounding.",
            "Write TaxInclusiveAmount − PrepaidAmount + PayableRoundingAmount into cbc:PayableAmount.",
        ),
    ]],
}];

pub(super) const TAX: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[Context::new(&[INVOICE, TAX_TOTAL])],
        rules: &[&[
            fatal(
                "ibr-124",
                &["IBT-110"],
                &[TAX_AMOUNT],
                Check::TwoDecimals(TAX_AMOUNT),
                "The tax total has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "ibr-co-14",
                &["IBT-110", "IBT-117"],
                &[TAX_AMOUNT],
                Check::By(tax_total_adds_up),
                "The tax total is not the sum of the tax in its breakdown.",
                "Write the sum of cac:TaxSubtotal/cbc:TaxAmount, rounded to two decimals, into cbc:TaxAmount.",
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[TAX_SUBTOTAL])],
        rules: &[&[fatal(
            "ibr-sr-32",
            &["IBT-120"],
            &[TAX_CATEGORY, TAX_EXEMPTION_REASON],
            Check::AtMostOne(&[TAX_CATEGORY, TAX_EXEMPTION_REASON]),
            "A breakdown of tax has more than one reason for exemption.",
            "Keep one cbc:TaxExemptionReason.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PARTY_TAX_SCHEME])],
        rules: &[&[fatal(
            "ibr-sr-57",
            &[],
            &[],
            Check::Exists(&[COMPANY_ID]),
            "A tax registration has no number.",
            "Write it into cbc:CompanyID, or leave cac:PartyTaxScheme out.",
        )]],
    },
];

/// `cac:TaxTotal/cbc:TaxIncludedIndicator = true()`.
fn prices_include_tax(root: Element<'_>) -> Answer {
    for total in root.each(TAX_TOTAL) {
        if total.says(TAX_INCLUDED_INDICATOR, true)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Not asked where prices include tax.
fn without_tax_adds_up(totals: Element<'_>) -> Answer {
    either(totals.parent().map_or(Ok(false), prices_include_tax), || total_without_tax_adds_up(totals))
}

/// The tax is that of the first tax total alone, in the document's currency; not asked where prices include tax.
pub(super) fn with_tax_adds_up(root: Element<'_>) -> Answer {
    either(prices_include_tax(root), || first_tax_adds_up(root))
}

fn first_tax_adds_up(root: Element<'_>) -> Answer {
    let (inclusive, exclusive) =
        (totals_amount(root, TAX_INCLUSIVE_AMOUNT)?, totals_amount(root, TAX_EXCLUSIVE_AMOUNT)?);
    let mut in_currency = root
        .first(TAX_TOTAL)
        .into_iter()
        .flat_map(|total| total.each(TAX_AMOUNT))
        .filter(|amount| is_in_currency_of(root, *amount));
    let tax = in_currency.next();
    if let Some(second) = in_currency.next() {
        return Err(second.stop(Cause::MoreThanOne));
    }
    let tax = tax.map(Element::decimal).transpose()?;
    let (Some(inclusive), Some(exclusive), Some(tax)) = (inclusive, exclusive, tax) else { return Ok(false) };
    Ok(inclusive == in_cents(plus(exclusive, tax, root)?, root)?)
}

/// `@currencyID = /*/cbc:DocumentCurrencyCode`, untrimmed.
fn is_in_currency_of(root: Element<'_>, amount: Element<'_>) -> bool {
    amount
        .attribute(CURRENCY_ID)
        .is_some_and(|currency| root.each(DOCUMENT_CURRENCY_CODE).any(|code| code.text() == currency))
}

/// An amount paid of 0 counts as none, and so does a rounding of 0.
fn payable_adds_up(totals: Element<'_>) -> Answer {
    let something = |name: Name| Ok(totals.decimal_of(name)?.filter(|amount| !amount.is_zero()));
    let paid: Option<Decimal> = something(PREPAID_AMOUNT)?;
    let rounding = something(PAYABLE_ROUNDING_AMOUNT)?;
    let (Some(payable), Some(inclusive)) =
        (totals.decimal_of(PAYABLE_AMOUNT)?, totals.decimal_of(TAX_INCLUSIVE_AMOUNT)?)
    else {
        return Ok(false);
    };
    let left = match rounding {
        Some(rounding) => in_cents(plus(payable, -rounding, totals)?, totals)?,
        None => payable,
    };
    let right = match paid {
        Some(paid) => in_cents(plus(inclusive, -paid, totals)?, totals)?,
        None => inclusive,
    };
    Ok(left == right)
}

/// The sum, unless it has too many digits.
pub(crate) fn plus(one: Decimal, other: Decimal, element: Element<'_>) -> Result<Decimal, Stop> {
    one.checked_add(other).ok_or_else(|| element.stop(Cause::TooManyDigits))
}

/// Where a tax currency is given: some total in it and some total in the document's currency are both at most 0, or both
/// at least 0.
pub(super) fn tax_totals_have_one_sign(root: Element<'_>) -> Answer {
    if !root.has(TAX_CURRENCY_CODE) {
        return Ok(true);
    }
    let some = |code: Name, sign: fn(Ordering) -> bool| -> Answer {
        for amount in root.along(&[TAX_TOTAL, TAX_AMOUNT]) {
            let wanted = root.one(code)?.map_or("", Element::text);
            if amount.attribute(CURRENCY_ID) == Some(normalized(wanted).as_str())
                && sign(amount.compare(0.0)?)
            {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let same = |sign| both(some(TAX_CURRENCY_CODE, sign), || some(DOCUMENT_CURRENCY_CODE, sign));
    either(same(Ordering::is_le), || same(Ordering::is_ge))
}
