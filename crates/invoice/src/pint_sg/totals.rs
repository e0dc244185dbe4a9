//! Rules about totals, the breakdown of GST, and allowances and charges.

use rust_decimal::Decimal;

use crate::{
    cast,
    document::Element,
    en16931::totals::{in_cents, is_allowance, is_charge, totals_amount},
    names::{CREDIT_NOTE, CURRENCY_ID, INVOICE, Name, known::*},
    pint::plus,
    rule::{Answer, Cause, Check, Context, Stop, Template, both, fatal, warning},
};

use super::parties::{
    breakdown_has_gst_category, is_gst, item_has_gst_category, representative_has_gst_number,
    seller_has_some_number,
};

const TWO_DECIMALS: &str = "Write the amount with at most two decimals, as 1656.25.";

pub(super) const TOTALS: &[Template] = &[
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ACCOUNTING_CUSTOMER_PARTY, PARTY, POSTAL_ADDRESS])],
        rules: &[&[fatal(
            "BR-11-SG",
            &["IBT-55"],
            &[COUNTRY, IDENTIFICATION_CODE],
            Check::Filled(&[COUNTRY, IDENTIFICATION_CODE]),
            "The buyer's address has no country.",
            "Write the country into cac:Country/cbc:IdentificationCode, as SG.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[LEGAL_MONETARY_TOTAL])],
        rules: &[&[
            fatal(
                "BR-13-GST-SG",
                &["IBT-109"],
                &[],
                Check::Exists(&[TAX_EXCLUSIVE_AMOUNT]),
                "The invoice has no total without GST.",
                "Write the amount into cbc:TaxExclusiveAmount.",
            ),
            fatal(
                "BR-14-GST-SG",
                &["IBT-112"],
                &[],
                Check::Exists(&[TAX_INCLUSIVE_AMOUNT]),
                "The invoice has no total with GST.",
                "Write the amount into cbc:TaxInclusiveAmount.",
            ),
            fatal(
                "BR-CO-13-GST-SG",
                &["IBT-109", "IBT-131", "IBT-107", "IBT-108"],
                &[TAX_EXCLUSIVE_AMOUNT],
                Check::By(without_gst_adds_up),
                "The total without GST is not the sum of the lines less allowances plus charges.",
                "Write LineExtensionAmount − AllowanceTotalAmount + ChargeTotalAmount, rounded to two decimals, into cbc:TaxExclusiveAmount.",
            ),
            fatal(
                "BR-CO-16-GST-SG",
                &["IBT-115", "IBT-112", "IBT-113", "IBT-114"],
                &[PAYABLE_AMOUNT],
                Check::By(payable_adds_up),
                "The amount due is not the total with GST less what was paid, plus rounding.",
                "Write TaxInclusiveAmount − PrepaidAmount + PayableRoundingAmount into cbc:PayableAmount.",
            ),
            fatal(
                "BR-DEC-12-SG",
                &["IBT-109"],
                &[TAX_EXCLUSIVE_AMOUNT],
                Check::TwoDecimals(TAX_EXCLUSIVE_AMOUNT),
                "The total without GST has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-14-SG",
                &["IBT-112"],
                &[TAX_INCLUSIVE_AMOUNT],
                Check::TwoDecimals(TAX_INCLUSIVE_AMOUNT),
                "The total with GST has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-16-SG",
                &["IBT-113"],
                &[PREPAID_AMOUNT],
                Check::TwoDecimals(PREPAID_AMOUNT),
                "The amount paid has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-17-SG",
                &["IBT-114"],
                &[PAYABLE_ROUNDING_AMOUNT],
                Check::TwoDecimals(PAYABLE_ROUNDING_AMOUNT),
                "The rounding amount has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-CO-10-SG",
                &["IBT-106", "IBT-131"],
                &[LINE_EXTENSION_AMOUNT],
                Check::By(lines_add_up),
                "The sum of the lines is not what the lines add up to.",
                "Write the sum of all cbc:LineExtensionAmount of the lines, rounded to two decimals.",
            ),
            fatal(
                "BR-CO-11-SG",
                &["IBT-107", "IBT-92"],
                &[ALLOWANCE_TOTAL_AMOUNT],
                Check::By(|totals| modifiers_add_up(totals, ALLOWANCE_TOTAL_AMOUNT, false)),
                "The total of allowances is not the sum of the document's allowances.",
                "Write the sum of their cbc:Amount into cbc:AllowanceTotalAmount; leave it out where there are none.",
            ),
            fatal(
                "BR-CO-12-SG",
                &["IBT-108", "IBT-99"],
                &[CHARGE_TOTAL_AMOUNT],
                Check::By(|totals| modifiers_add_up(totals, CHARGE_TOTAL_AMOUNT, true)),
                "The total of charges is not the sum of the document's charges.",
                "Write the sum of their cbc:Amount into cbc:ChargeTotalAmount; leave it out where there are none.",
            ),
            fatal(
                "BR-DEC-09-SG",
                &["IBT-106"],
                &[LINE_EXTENSION_AMOUNT],
                Check::TwoDecimals(LINE_EXTENSION_AMOUNT),
                "The sum of the lines has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-10-SG",
                &["IBT-107"],
                &[ALLOWANCE_TOTAL_AMOUNT],
                Check::TwoDecimals(ALLOWANCE_TOTAL_AMOUNT),
                "The total of allowances has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-11-SG",
                &["IBT-108"],
                &[CHARGE_TOTAL_AMOUNT],
                Check::TwoDecimals(CHARGE_TOTAL_AMOUNT),
                "The total of charges has more than two decimals.",
                TWO_DECIMALS,
            ),
        ]],
    },
];

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 1,
        contexts: &[Context::new(&[INVOICE_LINE]), Context::new(&[CREDIT_NOTE_LINE])],
        rules: &[&[fatal(
            "BR-CO-04-GST-SG",
            &["IBG-25", "IBT-151"],
            &[],
            Check::By(item_has_gst_category),
            "The item of a line has no GST category.",
            "Add cac:Item/cac:ClassifiedTaxCategory with cbc:ID and cac:TaxScheme/cbc:ID GST, exactly so.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[
            Context::new(&[INVOICE_LINE, ALLOWANCE_CHARGE]).when(is_allowance),
            Context::new(&[CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when(is_allowance),
        ],
        rules: &[&[fatal(
            "BR-CO-07-SG",
            &["IBT-140", "IBT-139"],
            &[],
            Check::Always,
            "The reason of an allowance on a line and its code say different things.",
            "Let both say the same.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[
            Context::new(&[INVOICE_LINE, ALLOWANCE_CHARGE]).when(is_charge),
            Context::new(&[CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when(is_charge),
        ],
        rules: &[&[fatal(
            "BR-CO-08-SG",
            &["IBT-145", "IBT-144"],
            &[],
            Check::Always,
            "The reason of a charge on a line and its code say different things.",
            "Let both say the same.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[ACCOUNTING_SUPPLIER_PARTY])],
        rules: &[&[fatal(
            "BR-CO-26-GST-SG",
            &["IBT-29", "IBT-30", "IBT-31"],
            &[],
            Check::By(seller_has_some_number),
            "The buyer cannot identify the seller by a number: no identifier, no registration number, no GST number.",
            "Give one: cac:PartyIdentification/cbc:ID, cac:PartyLegalEntity/cbc:CompanyID, or cac:PartyTaxScheme/cbc:CompanyID.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[TAX_REPRESENTATIVE_PARTY])],
        rules: &[&[fatal(
            "BR-56-GST-SG",
            &["IBG-11", "IBT-63"],
            &[],
            Check::By(representative_has_gst_number),
            "The seller's tax representative has no GST number.",
            "Write it into cac:PartyTaxScheme/cbc:CompanyID, with cac:TaxScheme/cbc:ID GST, exactly so.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[INVOICE, TAX_TOTAL]), Context::new(&[CREDIT_NOTE, TAX_TOTAL])],
        rules: &[&[fatal(
            "BR-CO-14-GST-SG",
            &["IBT-110", "IBT-117"],
            &[TAX_AMOUNT],
            Check::By(tax_total_adds_up),
            "The GST total is not the sum of the GST in its breakdown.",
            "Write the sum of cac:TaxSubtotal/cbc:TaxAmount, rounded to two decimals, into cbc:TaxAmount.",
        )]],
    },
    Template {
        pattern: 1,
        contexts: &[Context::new(&[TAX_TOTAL, TAX_SUBTOTAL])],
        rules: &[&[
            fatal(
                "BR-45-GST-SG",
                &["IBG-23", "IBT-116"],
                &[],
                Check::Exists(&[TAXABLE_AMOUNT]),
                "A breakdown of GST has no taxable amount.",
                "Write the amount into cbc:TaxableAmount.",
            ),
            fatal(
                "BR-46-GST-SG",
                &["IBG-23", "IBT-117"],
                &[],
                Check::Exists(&[TAX_AMOUNT]),
                "A breakdown of GST has no tax amount.",
                "Write the tax into cbc:TaxAmount, 0.00 where there is none.",
            ),
            fatal(
                "BR-47-GST-SG",
                &["IBG-23", "IBT-118"],
                &[],
                Check::By(breakdown_has_gst_category),
                "A breakdown of GST has no category.",
                "Add cac:TaxCategory with cbc:ID and cac:TaxScheme/cbc:ID GST, exactly so.",
            ),
            fatal(
                "BR-48-GST-SG",
                &["IBG-23", "IBT-119"],
                &[],
                Check::Always,
                "A breakdown of GST has no rate.",
                "Write the rate into cac:TaxCategory/cbc:Percent; only category NG goes without.",
            ),
            fatal(
                "BR-CO-17-GST-SG",
                &["IBT-117", "IBT-116", "IBT-119"],
                &[TAX_AMOUNT],
                Check::By(tax_is_base_times_rate),
                "The GST in a breakdown is 2 or more beside the taxable amount times the rate.",
                "Write TaxableAmount × Percent ÷ 100, rounded to two decimals, into cbc:TaxAmount.",
            ),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[
            Context::new(&[INVOICE, ALLOWANCE_CHARGE]).when(is_allowance),
            Context::new(&[CREDIT_NOTE, ALLOWANCE_CHARGE]).when(is_allowance),
        ],
        rules: &[&[
            fatal(
                "BR-31-SG",
                &["IBG-20", "IBT-92"],
                &[],
                Check::Exists(&[AMOUNT]),
                "An allowance of the document has no amount.",
                "Write the amount into cbc:Amount.",
            ),
            fatal(
                "BR-CO-05-SG",
                &["IBT-98", "IBT-97"],
                &[],
                Check::Always,
                "The reason of an allowance and its code say different things.",
                "Let both say the same.",
            ),
            fatal(
                "BR-DEC-01-SG",
                &["IBT-92"],
                &[AMOUNT],
                Check::TwoDecimals(AMOUNT),
                "The amount of an allowance has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-02-SG",
                &["IBT-93"],
                &[BASE_AMOUNT],
                Check::TwoDecimals(BASE_AMOUNT),
                "The base of an allowance has more than two decimals.",
                TWO_DECIMALS,
            ),
        ]],
    },
    Template {
        pattern: 1,
        contexts: &[
            Context::new(&[INVOICE, ALLOWANCE_CHARGE]).when(is_charge),
            Context::new(&[CREDIT_NOTE, ALLOWANCE_CHARGE]).when(is_charge),
        ],
        rules: &[&[
            fatal(
                "BR-DEC-05-SG",
                &["IBT-99"],
                &[AMOUNT],
                Check::TwoDecimals(AMOUNT),
                "The amount of a charge has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-06-SG",
                &["IBT-100"],
                &[BASE_AMOUNT],
                Check::TwoDecimals(BASE_AMOUNT),
                "The base of a charge has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-CO-06-SG",
                &["IBT-105", "IBT-104"],
                &[],
                Check::Always,
                "The reason of a charge and its code say different things.",
                "Let both say the same.",
            ),
        ]],
    },
];

pub(super) const REPEATED: &[Template] = &[
    Template {
        pattern: 3,
        contexts: &[Context::new(&[INVOICE_LINE]), Context::new(&[CREDIT_NOTE_LINE])],
        rules: &[&[
            warning(
                "UBL-SR-38-GST-SG",
                &["IBT-185"],
                &[],
                Check::AtMostOne(&[ITEM, CLASSIFIED_TAX_CATEGORY, TAX_EXEMPTION_REASON]),
                "The item of a line has more than one reason for exemption from GST.",
                "Keep one cbc:TaxExemptionReason.",
            ),
            fatal(
                "BR-DEC-13-GST-SG",
                &["IBT-110"],
                &[],
                Check::Always,
                "The GST total has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-15-SG",
                &["IBT-111"],
                &[],
                Check::Always,
                "The GST total in the tax currency has more than two decimals.",
                TWO_DECIMALS,
            ),
        ]],
    },
    Template {
        pattern: 3,
        contexts: &[Context::new(&[TAX_REPRESENTATIVE_PARTY])],
        rules: &[&[warning(
            "UBL-SR-23-GST-SG",
            &["IBT-63"],
            &[],
            Check::AtMostOne(&[PARTY, PARTY_TAX_SCHEME, COMPANY_ID]),
            "The seller's tax representative has more than one GST number.",
            "Keep one cac:PartyTaxScheme.",
        )]],
    },
    Template {
        pattern: 3,
        contexts: &[Context::new(&[TAX_SUBTOTAL])],
        rules: &[&[warning(
            "UBL-SR-32-SG",
            &["IBT-120"],
            &[TAX_CATEGORY, TAX_EXEMPTION_REASON],
            Check::AtMostOne(&[TAX_CATEGORY, TAX_EXEMPTION_REASON]),
            "A breakdown of GST has more than one reason for exemption.",
            "Keep one cbc:TaxExemptionReason.",
        )]],
    },
    Template {
        pattern: 3,
        contexts: &[Context::new(&[TAX_TOTAL, TAX_SUBTOTAL])],
        rules: &[&[
            fatal(
                "BR-DEC-19-SG",
                &["IBT-116"],
                &[TAXABLE_AMOUNT],
                Check::TwoDecimals(TAXABLE_AMOUNT),
                "A taxable amount has more than two decimals.",
                TWO_DECIMALS,
            ),
            fatal(
                "BR-DEC-20-SG",
                &["IBT-117"],
                &[TAX_AMOUNT],
                Check::TwoDecimals(TAX_AMOUNT),
                "A tax amount has more than two decimals.",
                TWO_DECIMALS,
            ),
        ]],
    },
];

/// The sum of the lines, rounded as the stated amount is. Every line counts, also one within another.
fn lines_add_up(totals: Element<'_>) -> Answer {
    let Some(stated) = totals.decimal_of(LINE_EXTENSION_AMOUNT)? else { return Ok(false) };
    let document = totals.document();
    let mut sum = Decimal::ZERO;
    for line in document.all(INVOICE_LINE).chain(document.all(CREDIT_NOTE_LINE)) {
        sum = plus(sum, line.decimal_of(LINE_EXTENSION_AMOUNT)?.unwrap_or_default(), line)?;
    }
    Ok(in_cents(stated, totals)? == in_cents(sum, totals)?)
}

fn modifiers_add_up(totals: Element<'_>, name: Name, charges: bool) -> Answer {
    let Some(beside) = totals.parent() else { return Ok(true) };
    let stated = totals.decimal_of(name)?;
    let (mut sum, mut any) = (Decimal::ZERO, false);
    for modifier in beside.each(ALLOWANCE_CHARGE) {
        if modifier.says(CHARGE_INDICATOR, charges)? {
            any = true;
            // Amounts are read only where there is a total to compare them with.
            if stated.is_some() {
                sum = plus(sum, modifier.decimal_of(AMOUNT)?.unwrap_or_default(), modifier)?;
            }
        }
    }
    match stated {
        Some(stated) => Ok(in_cents(stated, totals)? == in_cents(sum, totals)?),
        None => Ok(!any),
    }
}

/// Rounded on both sides where an allowance or charge total is given; else the two must be equal.
fn without_gst_adds_up(totals: Element<'_>) -> Answer {
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
    let more = plus(lines, charges.unwrap_or_default(), totals)?;
    let sum = plus(more, -allowances.unwrap_or_default(), totals)?;
    Ok(in_cents(stated, totals)? == in_cents(sum, totals)?)
}

/// Rounded on both sides where an amount paid or a rounding amount is given, be it 0; else the two must be equal.
fn payable_adds_up(totals: Element<'_>) -> Answer {
    let (paid, rounding) = (totals.decimal_of(PREPAID_AMOUNT)?, totals.decimal_of(PAYABLE_ROUNDING_AMOUNT)?);
    let (Some(payable), Some(inclusive)) =
        (totals.decimal_of(PAYABLE_AMOUNT)?, totals.decimal_of(TAX_INCLUSIVE_AMOUNT)?)
    else {
        return Ok(false);
    };
    if paid.is_none() && rounding.is_none() {
        return Ok(payable == inclusive);
    }
    let left = plus(payable, -rounding.unwrap_or_default(), totals)?;
    let right = plus(inclusive, -paid.unwrap_or_default(), totals)?;
    Ok(in_cents(left, totals)? == in_cents(right, totals)?)
}

/// Rounded on both sides. A total without a breakdown passes before its amount is looked at.
fn tax_total_adds_up(total: Element<'_>) -> Answer {
    if !total.has(TAX_SUBTOTAL) {
        return Ok(true);
    }
    let Some(stated) = total.decimal_of(TAX_AMOUNT)? else { return Ok(false) };
    let mut sum = Decimal::ZERO;
    for subtotal in total.each(TAX_SUBTOTAL) {
        sum = plus(sum, subtotal.decimal_of(TAX_AMOUNT)?.unwrap_or_default(), subtotal)?;
    }
    Ok(in_cents(stated, total)? == in_cents(sum, total)?)
}

/// For each currency of the document: exactly one tax total anywhere is in it, and the document's totals fit it.
pub(super) fn with_gst_adds_up(root: Element<'_>) -> Answer {
    for currency in root.each(DOCUMENT_CURRENCY_CODE) {
        let currency = currency.text();
        if !both(is_taxed_once(root, currency), || tax_leads_to_total(root, currency))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The amount of a tax total in this currency.
fn tax_in<'d>(total: Element<'d>, currency: &str) -> Result<Option<Element<'d>>, Stop> {
    let mut amounts = total.each(TAX_AMOUNT).filter(|amount| amount.attribute(CURRENCY_ID) == Some(currency));
    let first = amounts.next();
    match amounts.next() {
        Some(second) => Err(second.stop(Cause::MoreThanOne)),
        None => Ok(first),
    }
}

/// Tax totals of lines count, too.
fn is_taxed_once(root: Element<'_>, currency: &str) -> Answer {
    let mut count = 0_usize;
    for total in root.document().all(TAX_TOTAL) {
        if let Some(amount) = tax_in(total, currency)? {
            amount.decimal()?;
            count += 1;
        }
    }
    Ok(count == 1)
}

fn tax_leads_to_total(root: Element<'_>, currency: &str) -> Answer {
    let (Some(inclusive), Some(exclusive)) =
        (totals_amount(root, TAX_INCLUSIVE_AMOUNT)?, totals_amount(root, TAX_EXCLUSIVE_AMOUNT)?)
    else {
        return Ok(false);
    };
    for total in root.each(TAX_TOTAL) {
        if let Some(amount) = tax_in(total, currency)? {
            return Ok(inclusive == in_cents(plus(exclusive, amount.decimal()?, root)?, root)?);
        }
    }
    Ok(false)
}

/// The tax may lie less than 2 beside the product, both taken without their signs. A rate that rounds to nothing, and
/// none, ask for a tax that rounds to nothing.
fn tax_is_base_times_rate(subtotal: Element<'_>) -> Answer {
    let tax = subtotal.decimal_of(TAX_AMOUNT)?;
    let mut rates = Vec::new();
    for category in subtotal.each(TAX_CATEGORY) {
        if is_gst(category)? {
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
            is_near_product(tax.abs(), base.abs(), *rate).ok_or_else(|| subtotal.stop(Cause::TooManyDigits))
        }
        _ => Err(subtotal.stop(Cause::MoreThanOne)),
    }
}

/// `tax - 2 < round(base * rate) < tax + 2`, to two decimals.
fn is_near_product(tax: Decimal, base: Decimal, rate: Decimal) -> Option<bool> {
    let product = base.checked_mul(rate.checked_div(Decimal::ONE_HUNDRED)?).and_then(cast::to_cents)?;
    Some(tax.checked_sub(Decimal::TWO)? < product && tax.checked_add(Decimal::TWO)? > product)
}
