//! Rules about totals, allowances and charges of the document, and the tax breakdown's arithmetic.

use rust_decimal::Decimal;

use crate::{
    cast,
    document::Element,
    facts::is_vat,
    names::{CREDIT_NOTE, CURRENCY_ID, INVOICE, Name, known::*},
    rule::{Answer, Cause, Check, Context, Rule, Stop, Template, fatal},
    text::is_word,
};

pub(super) const ROOT: &[Rule] = &[
    fatal(
        "BR-53",
        &["BT-6", "BT-111"],
        &[TAX_CURRENCY_CODE],
        Check::By(has_total_in_tax_currency),
        "A currency for tax is given, and no tax total in that currency.",
        "Add a second cac:TaxTotal with cbc:TaxAmount in the currency of cbc:TaxCurrencyCode, or leave that code out.",
    ),
    fatal(
        "BR-CO-15",
        &["BT-112", "BT-109", "BT-110"],
        &[LEGAL_MONETARY_TOTAL, TAX_INCLUSIVE_AMOUNT],
        Check::By(total_with_tax_adds_up),
        "The total with tax is not the total without tax plus the tax, or not exactly one tax total is in the document's currency.",
        "Write TaxExclusiveAmount plus TaxAmount into cbc:TaxInclusiveAmount, and give exactly one TaxAmount whose currencyID is cbc:DocumentCurrencyCode, letter by letter.",
    ),
    fatal(
        "BR-CO-18",
        &["BG-23"],
        &[],
        Check::Exists(&[TAX_TOTAL, TAX_SUBTOTAL]),
        "The invoice has no breakdown of tax.",
        "Add a cac:TaxTotal with one cac:TaxSubtotal for each category and rate.",
    ),
    // The official test compares a currency with a child that does not exist, so it never fails.
    fatal(
        "BR-DEC-13",
        &["BT-110"],
        &[],
        Check::Always,
        "The tax total has more than two decimals.",
        "Write the amount with at most two decimals.",
    ),
    fatal(
        "BR-DEC-15",
        &["BT-111"],
        &[],
        Check::Always,
        "The tax total in the tax currency has more than two decimals.",
        "Write the amount with at most two decimals.",
    ),
];

const ALLOWANCE: &[Context] = &[
    Context::new(&[INVOICE, ALLOWANCE_CHARGE]).when(is_allowance),
    Context::new(&[CREDIT_NOTE, ALLOWANCE_CHARGE]).when(is_allowance),
];
const CHARGE: &[Context] = &[
    Context::new(&[INVOICE, ALLOWANCE_CHARGE]).when(is_charge),
    Context::new(&[CREDIT_NOTE, ALLOWANCE_CHARGE]).when(is_charge),
];

pub(crate) fn is_allowance(element: Element<'_>) -> Answer {
    element.says(CHARGE_INDICATOR, false)
}

pub(crate) fn is_charge(element: Element<'_>) -> Answer {
    element.says(CHARGE_INDICATOR, true)
}

pub(crate) fn has_reason(element: Element<'_>) -> Answer {
    Ok(element.has(ALLOWANCE_CHARGE_REASON) || element.has(ALLOWANCE_CHARGE_REASON_CODE))
}

const GIVE_REASON: &str = "Write cbc:AllowanceChargeReason, or cbc:AllowanceChargeReasonCode, or both.";
const TWO_DECIMALS: &str = "Write the amount with at most two decimals, as 1656.25.";

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 0,
        contexts: ALLOWANCE,
        rules: &[&[
            fatal(
                "BR-31",
                &["BT-92"],
                &[],
                Check::Exists(&[AMOUNT]),
                "An allowance on the document has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "BR-32",
                &["BT-95"],
                &[],
                Check::By(has_vat_category),
                "An allowance on the document has no VAT category.",
                "Add cac:TaxCategory with cbc:ID and cac:TaxScheme/cbc:ID VAT.",
            ),
            fatal(
                "BR-33",
                &["BT-97", "BT-98"],
                &[],
                Check::By(has_reason),
                "An allowance on the document has no reason.",
                GIVE_REASON,
            ),
            fatal(
                "BR-CO-05",
                &["BT-97", "BT-98"],
                &[],
                Check::Always,
                "The reason of an allowance and its code say different things.",
                "Let both say the same.",
            ),
            fatal(
                "BR-CO-21",
                &["BG-20", "BT-97", "BT-98"],
                &[],
                Check::By(has_reason),
                "An allowance on the document has neither a reason nor a code for it.",
                GIVE_REASON,
            ),
            fatal(
                "BR-DEC-01",
                &["BT-92"],
                &[AMOUNT],
                Check::TwoDecimals(AMOUNT),
                "The amount of an allowance has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-02",
                &["BT-93"],
                &[BASE_AMOUNT],
                Check::TwoDecimals(BASE_AMOUNT),
                "The base of an allowance has more than two decimals.",
                TWO_DECIMALS,
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: CHARGE,
        rules: &[&[
            fatal(
                "BR-36",
                &["BT-99"],
                &[],
                Check::Exists(&[AMOUNT]),
                "A charge on the document has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "BR-37",
                &["BT-102"],
                &[],
                Check::By(has_vat_category),
                "A charge on the document has no VAT category.",
                "Add cac:TaxCategory with cbc:ID and cac:TaxScheme/cbc:ID VAT.",
            ),
            fatal(
                "BR-38",
                &["BT-104", "BT-105"],
                &[],
                Check::By(has_reason),
                "A charge on the document has no reason.",
                GIVE_REASON,
            ),
            fatal(
                "BR-CO-06",
                &["BT-104", "BT-105"],
                &[],
                Check::Always,
                "The reason of a charge and its code say different things.",
                "Let both say the same.",
            ),
            fatal(
                "BR-CO-22",
                &["BG-21", "BT-104", "BT-105"],
                &[],
                Check::By(has_reason),
                "A charge on the document has neither a reason nor a code for it.",
                GIVE_REASON,
            ),
            fatal(
                "BR-DEC-05",
                &["BT-99"],
                &[AMOUNT],
                Check::TwoDecimals(AMOUNT),
                "The amount of a charge has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-06",
                &["BT-100"],
                &[BASE_AMOUNT],
                Check::TwoDecimals(BASE_AMOUNT),
                "The base of a charge has more than two decimals.",
                TWO_DECIMALS,
            ),
        ]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[LEGAL_MONETARY_TOTAL])],
        rules: &[TOTALS, TOTALS_DECIMALS],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[INVOICE, TAX_TOTAL]), Context::new(&[CREDIT_NOTE, TAX_TOTAL])],
        rules: &[&[fatal(
            "BR-CO-14",
            &["BT-110", "BT-117"],
            &[TAX_AMOUNT],
            Check::By(tax_total_adds_up),
            "The tax total is not the sum of the tax amounts in the breakdown.",
            "Write the sum of all cac:TaxSubtotal/cbc:TaxAmount into cac:TaxTotal/cbc:TaxAmount.",
        )]],
    },
    Template { pattern: 0, contexts: &[Context::new(&[TAX_TOTAL, TAX_SUBTOTAL])], rules: &[BREAKDOWN] },
];

const TOTALS: &[Rule] = &[
    fatal(
        "BR-12",
        &["BT-106"],
        &[],
        Check::Exists(&[LINE_EXTENSION_AMOUNT]),
        "The invoice has no sum of its lines.",
        "Write the sum of all line amounts into cbc:LineExtensionAmount.",
    ),
    fatal(
        "BR-13",
        &["BT-109"],
        &[],
        Check::Exists(&[TAX_EXCLUSIVE_AMOUNT]),
        "The invoice has no total without tax.",
        "Write lines minus allowances plus charges into cbc:TaxExclusiveAmount.",
    ),
    fatal(
        "BR-14",
        &["BT-112"],
        &[],
        Check::Exists(&[TAX_INCLUSIVE_AMOUNT]),
        "The invoice has no total with tax.",
        "Write TaxExclusiveAmount plus the tax into cbc:TaxInclusiveAmount.",
    ),
    fatal(
        "BR-15",
        &["BT-115"],
        &[],
        Check::Exists(&[PAYABLE_AMOUNT]),
        "The invoice does not say how much is to be paid.",
        "Write TaxInclusiveAmount minus what is paid already into cbc:PayableAmount.",
    ),
    fatal(
        "BR-CO-10",
        &["BT-106", "BT-131"],
        &[LINE_EXTENSION_AMOUNT],
        Check::By(lines_add_up),
        "The sum of the lines is not what the lines add up to.",
        "Write the sum of all lines' cbc:LineExtensionAmount, rounded to two decimals, into the total of that name.",
    ),
    fatal(
        "BR-CO-11",
        &["BT-107", "BT-92"],
        &[ALLOWANCE_TOTAL_AMOUNT],
        Check::By(|totals| modifiers_add_up(totals, ALLOWANCE_TOTAL_AMOUNT, false)),
        "The total of allowances is not the sum of the allowances on the document.",
        "Write their sum into cbc:AllowanceTotalAmount; with an allowance the total may not be missing.",
    ),
    fatal(
        "BR-CO-12",
        &["BT-108", "BT-99"],
        &[CHARGE_TOTAL_AMOUNT],
        Check::By(|totals| modifiers_add_up(totals, CHARGE_TOTAL_AMOUNT, true)),
        "The total of charges is not the sum of the charges on the document.",
        "Write their sum into cbc:ChargeTotalAmount; with a charge the total may not be missing.",
    ),
    fatal(
        "BR-CO-13",
        &["BT-109", "BT-106", "BT-107", "BT-108"],
        &[TAX_EXCLUSIVE_AMOUNT],
        Check::By(total_without_tax_adds_up),
        "The total without tax is not lines minus allowances plus charges.",
        "Write LineExtensionAmount minus AllowanceTotalAmount plus ChargeTotalAmount into cbc:TaxExclusiveAmount.",
    ),
    fatal(
        "BR-CO-16",
        &["BT-115", "BT-112", "BT-113", "BT-114"],
        &[PAYABLE_AMOUNT],
        Check::By(payable_adds_up),
        "The amount to be paid is not the total with tax minus what is paid already plus rounding.",
        "Write TaxInclusiveAmount minus PrepaidAmount plus PayableRoundingAmount into cbc:PayableAmount.",
    ),
];

const TOTALS_DECIMALS: &[Rule] = &[
    two_decimals("BR-DEC-09", &["BT-106"], &[LINE_EXTENSION_AMOUNT], LINE_EXTENSION_AMOUNT),
    two_decimals("BR-DEC-10", &["BT-107"], &[ALLOWANCE_TOTAL_AMOUNT], ALLOWANCE_TOTAL_AMOUNT),
    two_decimals("BR-DEC-11", &["BT-108"], &[CHARGE_TOTAL_AMOUNT], CHARGE_TOTAL_AMOUNT),
    two_decimals("BR-DEC-12", &["BT-109"], &[TAX_EXCLUSIVE_AMOUNT], TAX_EXCLUSIVE_AMOUNT),
    two_decimals("BR-DEC-14", &["BT-112"], &[TAX_INCLUSIVE_AMOUNT], TAX_INCLUSIVE_AMOUNT),
    two_decimals("BR-DEC-16", &["BT-113"], &[PREPAID_AMOUNT], PREPAID_AMOUNT),
    two_decimals("BR-DEC-17", &["BT-114"], &[PAYABLE_ROUNDING_AMOUNT], PAYABLE_ROUNDING_AMOUNT),
    two_decimals("BR-DEC-18", &["BT-115"], &[PAYABLE_AMOUNT], PAYABLE_AMOUNT),
];

const fn two_decimals(
    id: &'static str,
    terms: &'static [&'static str],
    at: &'static [Name],
    name: Name,
) -> Rule {
    fatal(id, terms, at, Check::TwoDecimals(name), "A total has more than two decimals.", TWO_DECIMALS)
}

const BREAKDOWN: &[Rule] = &[
    fatal(
        "BR-45",
        &["BT-116"],
        &[],
        Check::Exists(&[TAXABLE_AMOUNT]),
        "A breakdown of tax has no taxable amount.",
        "Write the sum it taxes into cbc:TaxableAmount.",
    ),
    fatal(
        "BR-46",
        &["BT-117"],
        &[],
        Check::Exists(&[TAX_AMOUNT]),
        "A breakdown of tax has no tax amount.",
        "Write the tax into cbc:TaxAmount, 0.00 where there is none.",
    ),
    fatal(
        "BR-47",
        &["BT-118"],
        &[],
        Check::By(has_vat_category),
        "A breakdown of tax has no VAT category.",
        "Add cac:TaxCategory with cbc:ID and cac:TaxScheme/cbc:ID VAT.",
    ),
    fatal(
        "BR-48",
        &["BT-119"],
        &[],
        Check::By(has_rate),
        "A breakdown of tax has no rate.",
        "Write the rate into cac:TaxCategory/cbc:Percent; only category O goes without.",
    ),
    fatal(
        "BR-CO-17",
        &["BT-117", "BT-116", "BT-119"],
        &[TAX_AMOUNT],
        Check::By(tax_is_base_times_rate),
        "The tax in a breakdown is not the taxable amount times the rate.",
        "Write TaxableAmount × Percent ÷ 100, rounded to two decimals, into cbc:TaxAmount.",
    ),
    fatal(
        "BR-DEC-19",
        &["BT-116"],
        &[TAXABLE_AMOUNT],
        Check::TwoDecimals(TAXABLE_AMOUNT),
        "A taxable amount has more than two decimals.",
        TWO_DECIMALS,
    ),
    fatal(
        "BR-DEC-20",
        &["BT-117"],
        &[TAX_AMOUNT],
        Check::TwoDecimals(TAX_AMOUNT),
        "A tax amount has more than two decimals.",
        TWO_DECIMALS,
    ),
];

fn has_vat_category(holder: Element<'_>) -> Answer {
    for category in holder.each(TAX_CATEGORY) {
        if is_vat(category)? && category.has(ID) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn has_rate(subtotal: Element<'_>) -> Answer {
    let mut outside_scope = false;
    for category in subtotal.each(TAX_CATEGORY) {
        if is_vat(category)? {
            if category.has(PERCENT) {
                return Ok(true);
            }
            outside_scope |= category.one(ID)?.is_some_and(|id| is_word(id.text(), "O"));
        }
    }
    Ok(outside_scope)
}

/// Every value of `cbc:TaxCurrencyCode` is the currency of some tax total anywhere.
pub(crate) fn has_total_in_tax_currency(root: Element<'_>) -> Answer {
    let document = root.document();
    Ok(root.each(TAX_CURRENCY_CODE).all(|currency| {
        document
            .all(TAX_TOTAL)
            .flat_map(|total| total.each(TAX_AMOUNT))
            .any(|amount| amount.attribute(CURRENCY_ID) == Some(currency.text()))
    }))
}

fn total_with_tax_adds_up(root: Element<'_>) -> Answer {
    for currency in root.each(DOCUMENT_CURRENCY_CODE) {
        let mut taxes = Vec::new();
        for total in root.each(TAX_TOTAL) {
            let mut in_currency = total
                .each(TAX_AMOUNT)
                .filter(|amount| amount.attribute(CURRENCY_ID) == Some(currency.text()));
            let first = in_currency.next();
            if let Some(second) = in_currency.next() {
                return Err(second.stop(Cause::MoreThanOne));
            }
            taxes.extend(first.map(Element::decimal).transpose()?);
        }
        let [tax] = taxes.as_slice() else { return Ok(false) };
        let (Some(inclusive), Some(exclusive)) =
            (totals_amount(root, TAX_INCLUSIVE_AMOUNT)?, totals_amount(root, TAX_EXCLUSIVE_AMOUNT)?)
        else {
            return Ok(false);
        };
        let sum = exclusive.checked_add(*tax).and_then(cast::to_cents);
        if sum.ok_or_else(|| root.stop(Cause::TooManyDigits))? != inclusive {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `cac:LegalMonetaryTotal/xs:decimal(name)`, of which there may be one.
pub(crate) fn totals_amount(root: Element<'_>, name: Name) -> Result<Option<Decimal>, Stop> {
    match root.one(LEGAL_MONETARY_TOTAL)? {
        Some(totals) => totals.decimal_of(name),
        None => Ok(None),
    }
}

/// Every line counts, also one within another.
pub(crate) fn lines_add_up(totals: Element<'_>) -> Answer {
    let Some(stated) = totals.decimal_of(LINE_EXTENSION_AMOUNT)? else { return Ok(false) };
    let document = totals.document();
    let mut sum = Decimal::ZERO;
    for line in document.all(INVOICE_LINE).chain(document.all(CREDIT_NOTE_LINE)) {
        if let Some(amount) = line.decimal_of(LINE_EXTENSION_AMOUNT)? {
            sum = sum.checked_add(amount).ok_or_else(|| line.stop(Cause::TooManyDigits))?;
        }
    }
    Ok(in_cents(sum, totals)? == stated)
}

pub(crate) fn in_cents(number: Decimal, element: Element<'_>) -> Result<Decimal, Stop> {
    cast::to_cents(number).ok_or_else(|| element.stop(Cause::TooManyDigits))
}

pub(crate) fn modifiers_add_up(totals: Element<'_>, name: Name, charges: bool) -> Answer {
    let Some(beside) = totals.parent() else { return Ok(true) };
    let stated = totals.decimal_of(name)?;
    let (mut sum, mut any) = (Decimal::ZERO, false);
    for modifier in beside.each(ALLOWANCE_CHARGE) {
        if modifier.says(CHARGE_INDICATOR, charges)? {
            any = true;
            // Amounts are read only where there is a total to compare them with.
            if stated.is_some()
                && let Some(amount) = modifier.decimal_of(AMOUNT)?
            {
                sum = sum.checked_add(amount).ok_or_else(|| modifier.stop(Cause::TooManyDigits))?;
            }
        }
    }
    match stated {
        Some(stated) => Ok(in_cents(sum, totals)? == stated),
        None => Ok(!any),
    }
}

/// Rounded only where an allowance or charge total is given; else the two must be equal.
pub(crate) fn total_without_tax_adds_up(totals: Element<'_>) -> Answer {
    let (charges, allowances) =
        (totals.decimal_of(CHARGE_TOTAL_AMOUNT)?, totals.decimal_of(ALLOWANCE_TOTAL_AMOUNT)?);
    let (Some(stated), Some(lines)) =
        (totals.decimal_of(TAX_EXCLUSIVE_AMOUNT)?, totals.decimal_of(LINE_EXTENSION_AMOUNT)?)
    else {
        return Ok(false);
    };
    if charges.is_none() && allowances.is_none() {
        return Ok(stated == lines);
    }
    let sum = lines
        .checked_add(charges.unwrap_or_default())
        .and_then(|sum| sum.checked_sub(allowances.unwrap_or_default()))
        .ok_or_else(|| totals.stop(Cause::TooManyDigits))?;
    Ok(in_cents(sum, totals)? == stated)
}

/// Rounded only where an amount paid or a rounding amount is given.
fn payable_adds_up(totals: Element<'_>) -> Answer {
    let (paid, rounding) = (totals.decimal_of(PREPAID_AMOUNT)?, totals.decimal_of(PAYABLE_ROUNDING_AMOUNT)?);
    let (Some(payable), Some(inclusive)) =
        (totals.decimal_of(PAYABLE_AMOUNT)?, totals.decimal_of(TAX_INCLUSIVE_AMOUNT)?)
    else {
        return Ok(false);
    };
    let minus = |from: Decimal, amount: Decimal| {
        from.checked_sub(amount).ok_or_else(|| totals.stop(Cause::TooManyDigits))
    };
    let left = match rounding {
        Some(rounding) => in_cents(minus(payable, rounding)?, totals)?,
        None => payable,
    };
    let right = match paid {
        Some(paid) => in_cents(minus(inclusive, paid)?, totals)?,
        None => inclusive,
    };
    Ok(left == right)
}

/// No tolerance. A total without a breakdown passes before its amount is looked at.
pub(crate) fn tax_total_adds_up(total: Element<'_>) -> Answer {
    if !total.has(TAX_SUBTOTAL) {
        return Ok(true);
    }
    let stated = total.decimal_of(TAX_AMOUNT)?;
    let mut sum = Decimal::ZERO;
    for subtotal in total.each(TAX_SUBTOTAL) {
        if let Some(amount) = subtotal.decimal_of(TAX_AMOUNT)? {
            sum = sum.checked_add(amount).ok_or_else(|| subtotal.stop(Cause::TooManyDigits))?;
        }
    }
    Ok(stated == Some(in_cents(sum, total)?))
}

/// The tax may lie less than 1 beside the product, both taken without their signs. A rate that rounds to nothing, and
/// none, ask for a tax that rounds to nothing.
fn tax_is_base_times_rate(subtotal: Element<'_>) -> Answer {
    let tax = subtotal.decimal_of(TAX_AMOUNT)?;
    let mut rates = Vec::new();
    for category in subtotal.each(TAX_CATEGORY) {
        if is_vat(category)? {
            rates.extend(category.decimal_of(PERCENT)?);
        }
    }
    let rounds_to_nothing = tax.is_some_and(|tax| cast::round(tax).is_zero());
    match rates.as_slice() {
        [] => Ok(rounds_to_nothing),
        [rate] if cast::round(*rate).is_zero() => Ok(rounds_to_nothing),
        [rate] => {
            let (Some(tax), Some(base)) = (tax, subtotal.decimal_of(TAXABLE_AMOUNT)?) else {
                return Ok(false);
            };
            is_near_product(tax, base, *rate).ok_or_else(|| subtotal.stop(Cause::TooManyDigits))
        }
        _ => Err(subtotal.stop(Cause::MoreThanOne)),
    }
}

/// `abs(tax) - 1 < round(abs(base) * rate) < abs(tax) + 1`, to two decimals.
pub(super) fn is_near_product(tax: Decimal, base: Decimal, rate: Decimal) -> Option<bool> {
    let product = base.abs().checked_mul(rate.checked_div(Decimal::ONE_HUNDRED)?).and_then(cast::to_cents)?;
    let tax = tax.abs();
    Some(tax.checked_sub(Decimal::ONE)? < product && tax.checked_add(Decimal::ONE)? > product)
}
