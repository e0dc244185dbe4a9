//! The breakdown of tax by category and rate.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    addition, agrees, cents, equals, is_charge, money, number, only, own_lines, sum,
    totals::{has_tax_in_prices, tax_totals},
    value,
};
use crate::{
    document::{Document, Element},
    names::known::*,
    own::{Found, Remark, rows},
    text::trimmed,
};

/// A category's code and its rate; a rate that is left out is none.
type Key<'d> = (&'d str, Decimal);

pub(super) fn look<'d>(document: &'d Document<'d>, found: &mut Found<'d>) {
    for total in document.root().each(TAX_TOTAL) {
        found.add(tax_total(total));
    }
    let mut totals = tax_totals(document).filter(|total| total.has(TAX_SUBTOTAL));
    // Which of two breakdowns counts is not for us to choose.
    let (Some(total), None) = (totals.next(), totals.next()) else { return };
    for subtotal in total.each(TAX_SUBTOTAL) {
        found.add(tax_amount(subtotal));
    }
    if !has_tax_in_prices(document) {
        bases(document, total).into_iter().flatten().for_each(|remark| found.add(Some(remark)));
    }
}

/// BT-110 is the sum of BT-117.
fn tax_total<'d>(total: Element<'d>) -> Option<Remark<'d>> {
    let taxes: Option<Vec<Decimal>> =
        total.each(TAX_SUBTOTAL).map(|subtotal| value(subtotal, TAX_AMOUNT)).collect();
    let taxes = taxes.filter(|taxes| !taxes.is_empty())?;
    let (amount, exact) = (only(total, TAX_AMOUNT)?, sum(&taxes)?);
    if agrees(number(amount)?, exact) {
        return None;
    }
    let write = cents(exact);
    let shown =
        if taxes.len() == 1 { write.clone() } else { format!("{}{}", addition(&taxes), equals(exact)) };
    Some(Remark {
        rule: &rows::TAX_TOTAL,
        element: amount,
        term: "BT-110",
        message: format!("The tax of the breakdown: {shown}, the invoice says {}.", trimmed(amount.text())),
        remedy: "or, if the total is right, mend the taxes in the breakdown.".to_owned(),
        write: Some(write),
    })
}

/// BT-117 = BT-116 × BT-119 ÷ 100.
fn tax_amount<'d>(subtotal: Element<'d>) -> Option<Remark<'d>> {
    let amount = only(subtotal, TAX_AMOUNT)?;
    let category = only(subtotal, TAX_CATEGORY)?;
    let (code, rate) = (key_of(category)?.0, value(category, PERCENT)?);
    let (base, stated) = (value(subtotal, TAXABLE_AMOUNT)?, number(amount)?);
    let exact = base.checked_mul(rate)?.checked_div(Decimal::ONE_HUNDRED)?;
    if agrees(stated, exact) {
        return None;
    }
    let far = stated.checked_sub(exact)?.abs() >= Decimal::ONE;
    let write = cents(exact);
    Some(Remark {
        rule: if far { &rows::TAX_AMOUNT } else { &rows::TAX_AMOUNT_CENTS },
        element: amount,
        term: "BT-117",
        message: format!(
            "The tax of category {code}: {} × {} % {}, the invoice says {}.",
            money(base),
            rate.normalize(),
            equals(exact).trim_start(),
            trimmed(amount.text())
        ),
        remedy: "or, if the tax is right, mend the taxable amount or the rate.".to_owned(),
        write: Some(write),
    })
}

/// BT-116 is the sum of the lines of the category and rate, less allowances, plus charges.
fn bases<'d>(document: &'d Document<'d>, total: Element<'d>) -> Option<Vec<Remark<'d>>> {
    let used = used(document)?;
    let mut stated: BTreeMap<Key<'_>, Vec<Element<'_>>> = BTreeMap::new();
    for subtotal in total.each(TAX_SUBTOTAL) {
        let key = key_of(only(subtotal, TAX_CATEGORY)?)?;
        stated.entry(key).or_default().push(only(subtotal, TAXABLE_AMOUNT)?);
    }
    let missing = used
        .iter()
        .filter(|(key, _)| !stated.contains_key(*key))
        .filter_map(|(key, addends)| missing_row(*key, addends, total));
    // A row of a rate that nothing has is told by the rate that has no row, and by the official rules.
    let wrong = stated.iter().filter_map(|(key, amounts)| match (used.get(key), amounts.as_slice()) {
        (Some(addends), [amount]) => base(*key, addends, *amount),
        _ => None,
    });
    Some(missing.chain(wrong).collect())
}

/// What lines, allowances and charges say of themselves; nothing where one of them cannot be read.
fn used<'d>(document: &'d Document<'d>) -> Option<BTreeMap<Key<'d>, Vec<Decimal>>> {
    let mut used: BTreeMap<Key<'_>, Vec<Decimal>> = BTreeMap::new();
    for line in own_lines(document) {
        let amount = value(line, LINE_EXTENSION_AMOUNT)?;
        let category = only(only(line, ITEM)?, CLASSIFIED_TAX_CATEGORY)?;
        used.entry(key_of(category)?).or_default().push(amount);
    }
    for modifier in document.root().each(ALLOWANCE_CHARGE) {
        let amount = value(modifier, AMOUNT)?;
        let amount = if is_charge(modifier)? { amount } else { -amount };
        used.entry(key_of(only(modifier, TAX_CATEGORY)?)?).or_default().push(amount);
    }
    Some(used)
}

fn key_of(category: Element<'_>) -> Option<Key<'_>> {
    let rate = match category.one(PERCENT).ok()? {
        None => Decimal::ZERO,
        Some(rate) => number(rate)?,
    };
    Some((trimmed(only(category, ID)?.text()), rate.normalize()))
}

fn base<'d>(key: Key<'_>, addends: &[Decimal], amount: Element<'d>) -> Option<Remark<'d>> {
    let exact = sum(addends)?;
    if agrees(number(amount)?, exact) {
        return None;
    }
    let write = cents(exact);
    let shown =
        if addends.len() == 1 { write.clone() } else { format!("{}{}", addition(addends), equals(exact)) };
    Some(Remark {
        rule: &rows::TAX_BASE,
        element: amount,
        term: "BT-116",
        message: format!(
            "Lines, allowances and charges of {}: {shown}, the invoice says {}.",
            named(key),
            trimmed(amount.text())
        ),
        remedy: "or, if the amount is right, mend the lines or their category.".to_owned(),
        write: Some(write),
    })
}

fn missing_row<'d>(key: Key<'_>, addends: &[Decimal], total: Element<'d>) -> Option<Remark<'d>> {
    let exact = sum(addends)?;
    if exact.is_zero() {
        return None;
    }
    let (name, base) = (named(key), cents(exact));
    let tax = cents(exact.checked_mul(key.1)?.checked_div(Decimal::ONE_HUNDRED)?);
    Some(Remark {
        rule: &rows::TAX_BREAKDOWN_MISSING,
        element: total,
        term: "BG-23",
        message: format!(
            "Lines, allowances or charges are of {name}, together {base}, and the breakdown of tax has no row for it."
        ),
        remedy: format!(
            "Add a cac:TaxSubtotal of {name} with cbc:TaxableAmount {base} and cbc:TaxAmount {tax}; or mend the category or rate where it is wrong."
        ),
        write: None,
    })
}

fn named((code, rate): Key<'_>) -> String {
    format!("category {code} at {rate} %")
}
