//! Rules about the arithmetic of lines, allowances and charges, and about direct debit.

use rust_decimal::Decimal;

use crate::{
    document::Element,
    names::{CREDIT_NOTE, INVOICE, Name, known::*},
    pint::plus,
    rule::{Answer, Cause, Check, Context, Stop, Template, fatal},
    text::is_word,
};

pub(super) const TEMPLATES: &[Template] = &[
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE, ALLOWANCE_CHARGE]).when(has_rate_alone),
            Context::new(&[INVOICE, INVOICE_LINE, ALLOWANCE_CHARGE]).when(has_rate_alone),
            Context::new(&[CREDIT_NOTE, ALLOWANCE_CHARGE]).when(has_rate_alone),
            Context::new(&[CREDIT_NOTE, CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when(has_rate_alone),
        ],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R041-SG",
            &["IBT-93", "IBT-100", "IBT-137", "IBT-142"],
            &[MULTIPLIER_FACTOR_NUMERIC],
            Check::By(|_| Ok(false)),
            "An allowance or charge has a percentage and no amount that it is taken of.",
            "Write that amount into cbc:BaseAmount.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE, ALLOWANCE_CHARGE]).when(has_base_alone),
            Context::new(&[INVOICE, INVOICE_LINE, ALLOWANCE_CHARGE]).when(has_base_alone),
            Context::new(&[CREDIT_NOTE, ALLOWANCE_CHARGE]).when(has_base_alone),
            Context::new(&[CREDIT_NOTE, CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]).when(has_base_alone),
        ],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R042-SG",
            &["IBT-94", "IBT-101", "IBT-138", "IBT-143"],
            &[BASE_AMOUNT],
            Check::By(|_| Ok(false)),
            "An allowance or charge has a base amount and no percentage.",
            "Write the percentage into cbc:MultiplierFactorNumeric.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[
            Context::new(&[INVOICE, ALLOWANCE_CHARGE]),
            Context::new(&[INVOICE, INVOICE_LINE, ALLOWANCE_CHARGE]),
            Context::new(&[CREDIT_NOTE, ALLOWANCE_CHARGE]),
            Context::new(&[CREDIT_NOTE, CREDIT_NOTE_LINE, ALLOWANCE_CHARGE]),
        ],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R040-SG",
            &["IBT-92", "IBT-99", "IBT-136", "IBT-141"],
            &[AMOUNT],
            Check::By(is_base_times_rate),
            "The amount of an allowance or charge is not its base times its percentage, give or take 0.02.",
            "Write BaseAmount × MultiplierFactorNumeric ÷ 100 into cbc:Amount.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PAYMENT_MEANS]).when(is_direct_debit)],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R061-SG",
            &["IBT-89"],
            &[PAYMENT_MEANS_CODE],
            Check::Exists(&[PAYMENT_MANDATE, ID]),
            "Payment by direct debit is asked, and no mandate is named.",
            "Write the mandate's reference into cac:PaymentMandate/cbc:ID.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[PRICE, ALLOWANCE_CHARGE])],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R046-SG",
            &["IBT-146", "IBT-148", "IBT-147"],
            &[BASE_AMOUNT],
            Check::By(price_is_gross_less_discount),
            "A net price is not the gross price less the discount.",
            "Write BaseAmount − Amount into cbc:PriceAmount.",
        )]],
    },
    Template {
        pattern: 0,
        contexts: &[Context::new(&[INVOICE_LINE]), Context::new(&[CREDIT_NOTE_LINE])],
        rules: &[&[fatal(
            "PEPPOL-EN16931-R120-SG",
            &["IBT-131"],
            &[LINE_EXTENSION_AMOUNT],
            Check::By(line_adds_up),
            "The amount of a line is not quantity × price, plus charges less allowances, give or take 0.02.",
            "Write quantity × PriceAmount ÷ BaseQuantity, plus the line's charges, less its allowances, into cbc:LineExtensionAmount.",
        )]],
    },
];

fn has_rate_alone(modifier: Element<'_>) -> Answer {
    Ok(modifier.has(MULTIPLIER_FACTOR_NUMERIC) && !modifier.has(BASE_AMOUNT))
}

fn has_base_alone(modifier: Element<'_>) -> Answer {
    Ok(!modifier.has(MULTIPLIER_FACTOR_NUMERIC) && modifier.has(BASE_AMOUNT))
}

/// At most 0.02 apart.
fn are_near(one: Decimal, other: Decimal, element: Element<'_>) -> Answer {
    Ok(plus(one, -other, element)?.abs() <= Decimal::new(2, 2))
}

fn times(one: Decimal, other: Decimal, element: Element<'_>) -> Result<Decimal, Stop> {
    one.checked_mul(other).ok_or_else(|| element.stop(Cause::TooManyDigits))
}

fn is_base_times_rate(modifier: Element<'_>) -> Answer {
    if !modifier.has(MULTIPLIER_FACTOR_NUMERIC) || !modifier.has(BASE_AMOUNT) {
        return Ok(true);
    }
    let number = |name: Name| Ok::<_, Stop>(modifier.decimal_of(name)?.unwrap_or_default());
    let product = times(number(BASE_AMOUNT)?, number(MULTIPLIER_FACTOR_NUMERIC)?, modifier)?;
    are_near(number(AMOUNT)?, times(product, Decimal::new(1, 2), modifier)?, modifier)
}

/// Means 49 or 59, trimmed. Two codes are an error of a context, so no match.
fn is_direct_debit(means: Element<'_>) -> Answer {
    let code = means.one(PAYMENT_MEANS_CODE)?.map_or("", Element::text);
    Ok(is_word(code, "49") || is_word(code, "59"))
}

fn price_is_gross_less_discount(discount: Element<'_>) -> Answer {
    if !discount.has(BASE_AMOUNT) {
        return Ok(true);
    }
    let net = discount.parent().map_or(Ok(None), |price| price.decimal_of(PRICE_AMOUNT))?;
    let (gross, less) = (discount.decimal_of(BASE_AMOUNT)?, discount.decimal_of(AMOUNT)?);
    let (Some(net), Some(gross), Some(less)) = (net, gross, less) else { return Ok(false) };
    Ok(net == plus(gross, -less, discount)?)
}

/// Without an amount 0, without a quantity 1, without a price 0, without a base quantity or with 0 of it 1.
fn line_adds_up(line: Element<'_>) -> Answer {
    let along = |path: &'static [Name]| line.one_along(path)?.map(Element::decimal).transpose();
    let invoice = line.document().root().name() == INVOICE;
    let quantity = line.decimal_of(if invoice { INVOICED_QUANTITY } else { CREDITED_QUANTITY })?;
    let price = along(&[PRICE, PRICE_AMOUNT])?.unwrap_or_default();
    let base = along(&[PRICE, BASE_QUANTITY])?.filter(|base| !base.is_zero()).unwrap_or(Decimal::ONE);
    let one = price.checked_div(base).ok_or_else(|| line.stop(Cause::TooManyDigits))?;
    let goods = times(quantity.unwrap_or(Decimal::ONE), one, line)?;
    let sum = plus(plus(goods, modifiers(line, "true")?, line)?, -modifiers(line, "false")?, line)?;
    are_near(line.decimal_of(LINE_EXTENSION_AMOUNT)?.unwrap_or_default(), sum, line)
}

/// `xs:decimal(sum(…/cbc:Amount))`: text is added as doubles.
fn modifiers(line: Element<'_>, indicator: &str) -> Result<Decimal, Stop> {
    let mut sum = 0.0;
    for modifier in line.each(ALLOWANCE_CHARGE) {
        if modifier.one(CHARGE_INDICATOR)?.is_some_and(|said| is_word(said.text(), indicator)) {
            for amount in modifier.each(AMOUNT) {
                sum += amount.double()?;
            }
        }
    }
    Decimal::from_f64_retain(sum).ok_or_else(|| line.stop(Cause::NotADecimal))
}
