//! The totals of the document.

use rust_decimal::Decimal;

use super::{addition, agrees, cents, equals, is_charge, number, only, own_lines, sum, value, value_or_zero};
use crate::{
    cast,
    document::{Document, Element},
    names::{CURRENCY_ID, Name, known::*},
    own::{Found, OwnRule, Remark, rows},
    spot::spot,
    text::trimmed,
};

pub(super) fn look<'d>(document: &'d Document<'d>, found: &mut Found<'d>) {
    let Some(totals) = only(document.root(), LEGAL_MONETARY_TOTAL) else { return };
    found.add(lines_total(document, totals));
    found.add(modifiers_total(document, totals, false));
    found.add(modifiers_total(document, totals, true));
    if !has_tax_in_prices(document) {
        found.add(total_without_tax(totals));
        found.add(total_with_tax(document, totals));
    }
    found.add(amount_due(totals));
}

/// Where prices hold their tax, PINT adds otherwise.
pub(super) fn has_tax_in_prices(document: &Document<'_>) -> bool {
    document
        .root()
        .along(&[TAX_TOTAL, TAX_INCLUDED_INDICATOR])
        .any(|indicator| cast::boolean(indicator.text()) == Some(true))
}

/// The tax totals in the currency of the document, or all where it names none.
pub(super) fn tax_totals<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Element<'d>> {
    let currency = only(document.root(), DOCUMENT_CURRENCY_CODE).map(|code| trimmed(code.text()));
    document.root().each(TAX_TOTAL).filter(move |total| {
        let written = only(*total, TAX_AMOUNT).and_then(|amount| amount.attribute(CURRENCY_ID));
        currency.is_none_or(|currency| written.is_none_or(|written| trimmed(written) == currency))
    })
}

/// A sum that does not agree with the amount in `element`.
fn compare<'d>(
    element: Element<'d>,
    addends: &[Decimal],
    rule: &'static OwnRule,
    what: &str,
) -> Option<Remark<'d>> {
    let (stated, exact) = (number(element)?, sum(addends)?);
    if agrees(stated, exact) {
        return None;
    }
    let write = cents(exact);
    let shown =
        if addends.len() == 1 { cents(exact) } else { format!("{}{}", addition(addends), equals(exact)) };
    Some(Remark {
        rule,
        element,
        term: rule.terms.first().copied().unwrap_or(""),
        message: format!("{what}: {shown}, the invoice says {}.", trimmed(element.text())),
        remedy: "or, if the amount is right, mend what it is the sum of.".to_owned(),
        write: Some(write),
    })
}

fn lines_total<'d>(document: &'d Document<'d>, totals: Element<'d>) -> Option<Remark<'d>> {
    let lines: Option<Vec<Decimal>> =
        own_lines(document).map(|line| value(line, LINE_EXTENSION_AMOUNT)).collect();
    let lines = lines.filter(|lines| !lines.is_empty())?;
    let total = only(totals, LINE_EXTENSION_AMOUNT)?;
    compare(total, &lines, &rows::LINES_TOTAL, "The sum of the lines")
}

fn modifiers_total<'d>(document: &'d Document<'d>, totals: Element<'d>, charge: bool) -> Option<Remark<'d>> {
    let mut amounts = vec![];
    for modifier in document.root().each(ALLOWANCE_CHARGE) {
        if is_charge(modifier)? == charge {
            amounts.push(value(modifier, AMOUNT)?);
        }
    }
    let (name, rule, what): (Name, _, _) = if charge {
        (CHARGE_TOTAL_AMOUNT, &rows::CHARGES_TOTAL, "The sum of the charges")
    } else {
        (ALLOWANCE_TOTAL_AMOUNT, &rows::ALLOWANCES_TOTAL, "The sum of the allowances")
    };
    match totals.one(name).ok()? {
        Some(total) if amounts.is_empty() => compare(total, &[Decimal::ZERO], rule, what),
        Some(total) => compare(total, &amounts, rule, what),
        None if sum(&amounts)?.is_zero() => None,
        None => {
            let write = cents(sum(&amounts)?);
            Some(Remark {
                rule,
                element: totals,
                term: rule.terms.first().copied().unwrap_or(""),
                message: format!("{what} is {write}, and the invoice does not give it."),
                remedy: added(totals, name, &write),
                write: None,
            })
        }
    }
}

/// `Add cbc:ChargeTotalAmount with 15.00 to cac:LegalMonetaryTotal, after cbc:TaxInclusiveAmount.`
fn added(totals: Element<'_>, name: Name, amount: &str) -> String {
    let spot = spot(totals, name).map_or_else(String::new, |spot| format!(", {spot}"));
    format!("Add {} with {amount} and its currency to cac:LegalMonetaryTotal{spot}.", name.text())
}

fn total_without_tax<'d>(totals: Element<'d>) -> Option<Remark<'d>> {
    let addends = [
        value(totals, LINE_EXTENSION_AMOUNT)?,
        -value_or_zero(totals, ALLOWANCE_TOTAL_AMOUNT)?,
        value_or_zero(totals, CHARGE_TOTAL_AMOUNT)?,
    ];
    let total = only(totals, TAX_EXCLUSIVE_AMOUNT)?;
    compare(total, &without_zeros(&addends), &rows::TOTAL_WITHOUT_TAX, "Lines, less allowances, plus charges")
}

fn total_with_tax<'d>(document: &'d Document<'d>, totals: Element<'d>) -> Option<Remark<'d>> {
    let mut taxes = tax_totals(document);
    let tax = match (taxes.next(), taxes.next()) {
        (None, _) => Decimal::ZERO,
        (Some(tax), None) => value(tax, TAX_AMOUNT)?,
        // Which of two counts is not for us to choose.
        (Some(_), Some(_)) => return None,
    };
    let total = only(totals, TAX_INCLUSIVE_AMOUNT)?;
    let addends = [value(totals, TAX_EXCLUSIVE_AMOUNT)?, tax];
    compare(total, &addends, &rows::TOTAL_WITH_TAX, "The total without tax plus the tax")
}

fn amount_due<'d>(totals: Element<'d>) -> Option<Remark<'d>> {
    let addends = [
        value(totals, TAX_INCLUSIVE_AMOUNT)?,
        -value_or_zero(totals, PREPAID_AMOUNT)?,
        value_or_zero(totals, PAYABLE_ROUNDING_AMOUNT)?,
    ];
    let due = only(totals, PAYABLE_AMOUNT)?;
    compare(
        due,
        &without_zeros(&addends),
        &rows::AMOUNT_DUE,
        "The total with tax, less what is paid, plus the rounding",
    )
}

/// The first addend, and those that change anything.
fn without_zeros(addends: &[Decimal]) -> Vec<Decimal> {
    addends
        .iter()
        .enumerate()
        .filter(|(at, addend)| *at == 0 || !addend.is_zero())
        .map(|(_, addend)| *addend)
        .collect()
}
