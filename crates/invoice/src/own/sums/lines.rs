//! Amounts of lines, prices, and of allowances and charges that have a base and a percentage.

use rust_decimal::Decimal;

use super::{
    PRODUCT_TOLERANCE, addition, cents, equals, is_charge, line_name, money, number, only, own_lines, value,
    value_or_zero,
};
use crate::{
    cast,
    document::{Document, Element},
    names::known::*,
    own::{Found, Remark, rows},
    text::trimmed,
};

pub(super) fn look<'d>(document: &'d Document<'d>, found: &mut Found<'d>) {
    for line in own_lines(document) {
        found.add(line_amount(line));
        found.add(price(line));
    }
    for modifier in document.all(ALLOWANCE_CHARGE) {
        found.add(modifier_amount(modifier));
    }
}

/// BT-131 = BT-129 × BT-146 ÷ BT-149, less allowances, plus charges.
fn line_amount<'d>(line: Element<'d>) -> Option<Remark<'d>> {
    let quantity_name = if line.name() == CREDIT_NOTE_LINE { CREDITED_QUANTITY } else { INVOICED_QUANTITY };
    let (quantity, amount) = (only(line, quantity_name)?, only(line, LINE_EXTENSION_AMOUNT)?);
    let price_group = only(line, PRICE)?;
    let price = only(price_group, PRICE_AMOUNT)?;
    let base = match price_group.one(BASE_QUANTITY).ok()? {
        None => Decimal::ONE,
        Some(base) => number(base)?,
    };
    let stated = number(amount)?;
    let product = number(quantity)?.checked_mul(number(price)?)?.checked_div(base)?;
    let mut addends = vec![];
    for modifier in line.each(ALLOWANCE_CHARGE) {
        let size = value(modifier, AMOUNT)?;
        addends.push(if is_charge(modifier)? { size } else { -size });
    }
    let exact = addends.iter().try_fold(product, |sum, addend| sum.checked_add(*addend))?;
    if stated.checked_sub(exact)?.abs() <= PRODUCT_TOLERANCE {
        return None;
    }
    let mut sum = format!("{} × {}", trimmed(quantity.text()), trimmed(price.text()));
    if base != Decimal::ONE {
        sum = format!("{sum} ÷ {}", base.normalize());
    }
    if !addends.is_empty() {
        let mut all = vec![product];
        all.extend(addends);
        sum = format!("{sum}{}, and {}", equals(product), addition(&all));
    }
    let write = cents(exact);
    Some(Remark {
        rule: &rows::LINE_AMOUNT,
        element: amount,
        term: "BT-131",
        message: format!(
            "{}: {sum}{}, the invoice says {}.",
            line_name(line),
            equals(exact),
            trimmed(amount.text())
        ),
        remedy: "or, if the amount is right, mend the quantity or the price.".to_owned(),
        write: Some(write),
    })
}

/// BT-146 = BT-148 − BT-147.
fn price<'d>(line: Element<'d>) -> Option<Remark<'d>> {
    let group = only(line, PRICE)?;
    let (discount_group, net) = (only(group, ALLOWANCE_CHARGE)?, only(group, PRICE_AMOUNT)?);
    let (gross, discount) = (value(discount_group, BASE_AMOUNT)?, value_or_zero(discount_group, AMOUNT)?);
    if is_charge(discount_group)? {
        return None;
    }
    let exact = gross.checked_sub(discount)?;
    if number(net)? == exact {
        return None;
    }
    let write = money(exact);
    Some(Remark {
        rule: &rows::PRICE_AMOUNT,
        element: net,
        term: "BT-146",
        message: format!(
            "{}: the gross price {} less the discount {} is {write}, the invoice says {}.",
            line_name(line),
            money(gross),
            money(discount),
            trimmed(net.text())
        ),
        remedy: "or, if the price is right, mend the gross price or the discount.".to_owned(),
        write: Some(write),
    })
}

/// The amount of an allowance or charge is its base times its percentage.
fn modifier_amount<'d>(modifier: Element<'d>) -> Option<Remark<'d>> {
    let amount = only(modifier, AMOUNT)?;
    let (base, percentage) = (value(modifier, BASE_AMOUNT)?, value(modifier, MULTIPLIER_FACTOR_NUMERIC)?);
    let exact = base.checked_mul(percentage)?.checked_div(Decimal::ONE_HUNDRED)?;
    if number(amount)?.checked_sub(exact)?.abs() <= PRODUCT_TOLERANCE {
        return None;
    }
    let charge = is_charge(modifier)?;
    let of_document = modifier.parent().is_some_and(|parent| parent.parent().is_none());
    let term = match (of_document, charge) {
        (true, false) => "BT-92",
        (true, true) => "BT-99",
        (false, false) => "BT-136",
        (false, true) => "BT-141",
    };
    let what = if charge { "charge" } else { "allowance" };
    let whose = match modifier.parent() {
        Some(line) if !of_document => format!("{}, its {what}", line_name(line)),
        _ => format!("The {what}"),
    };
    let write = cast::to_cents(exact).map_or_else(|| money(exact), money);
    Some(Remark {
        rule: &rows::ALLOWANCE_AMOUNT,
        element: amount,
        term,
        message: format!(
            "{whose}: {} × {} % {}, the invoice says {}.",
            money(base),
            percentage.normalize(),
            equals(exact).trim_start(),
            trimmed(amount.text())
        ),
        remedy: "or, if the amount is right, mend the base or the percentage.".to_owned(),
        write: Some(write),
    })
}
