//! Every sum of an invoice worked out in exact decimals and shown: lines, totals, the breakdown of tax.
//!
//! A sum is looked at only where all that it is made of can be read; what cannot be read is a finding of its own.

mod lines;
mod tax;
mod totals;

use rust_decimal::{Decimal, RoundingStrategy};

use super::Found;
use crate::{
    cast,
    document::{Document, Element},
    names::{Name, known::*},
    text::trimmed,
};

/// How far a product may be from the amount given: rounding of prices with many decimals does that.
const PRODUCT_TOLERANCE: Decimal = Decimal::from_parts(2, 0, 0, false, 2);
/// Addends that a message writes out.
const ADDENDS_SHOWN_MAX: usize = 6;

pub(super) fn look<'d>(document: &'d Document<'d>, found: &mut Found<'d>) {
    lines::look(document, found);
    totals::look(document, found);
    tax::look(document, found);
}

/// The document's own lines.
fn own_lines<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Element<'d>> {
    let kind = if document.is_credit_note() { CREDIT_NOTE_LINE } else { INVOICE_LINE };
    document.root().each(kind)
}

/// The only child called `name`.
fn only(element: Element<'_>, name: Name) -> Option<Element<'_>> {
    element.one(name).ok().flatten()
}

/// The number that the only child called `name` holds.
fn value(element: Element<'_>, name: Name) -> Option<Decimal> {
    only(element, name).and_then(number)
}

fn number(element: Element<'_>) -> Option<Decimal> {
    cast::decimal(element.text())
}

/// Whether an allowance (`false`) or charge (`true`) is which.
fn is_charge(modifier: Element<'_>) -> Option<bool> {
    only(modifier, CHARGE_INDICATOR).and_then(|indicator| cast::boolean(indicator.text()))
}

/// An amount that is left out counts as nothing; one that cannot be read makes the sum unknown.
fn value_or_zero(element: Element<'_>, name: Name) -> Option<Decimal> {
    match element.one(name).ok()? {
        None => Some(Decimal::ZERO),
        Some(child) => number(child),
    }
}

/// Whether `stated` is `exact`, rounded or not; halves may go either way.
fn agrees(stated: Decimal, exact: Decimal) -> bool {
    stated == exact
        || Some(stated) == cast::to_cents(exact)
        || stated == exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// An amount as an invoice would write it: two decimals, more where it has more.
fn money(amount: Decimal) -> String {
    let mut shown = amount.normalize();
    if shown.scale() < 2 {
        shown.rescale(2);
    }
    shown.to_string()
}

/// The amount to write for `exact`.
fn cents(exact: Decimal) -> String {
    money(cast::to_cents(exact).unwrap_or(exact))
}

/// `10.00 + 20.00 − 5.00`; of a long sum the first few, and how many more.
fn addition(addends: &[Decimal]) -> String {
    let mut shown = String::new();
    for (at, addend) in addends.iter().take(ADDENDS_SHOWN_MAX).enumerate() {
        let sign = match (at, addend.is_sign_negative()) {
            (0, false) => "",
            (0, true) => "−",
            (_, false) => " + ",
            (_, true) => " − ",
        };
        shown.push_str(sign);
        shown.push_str(&money(addend.abs()));
    }
    if let Some(more @ 1..) = addends.len().checked_sub(ADDENDS_SHOWN_MAX) {
        shown.push_str(&format!(" + … ({more} more)"));
    }
    shown
}

/// The sum; nothing beyond the digits we calculate with.
fn sum(addends: &[Decimal]) -> Option<Decimal> {
    addends.iter().try_fold(Decimal::ZERO, |sum, addend| sum.checked_add(*addend))
}

/// ` = 546.00`, with the rounded amount where it is another.
fn equals(exact: Decimal) -> String {
    let rounded = cents(exact);
    let exact = money(exact);
    if exact == rounded { format!(" = {exact}") } else { format!(" = {exact}, rounded {rounded}") }
}

/// What a person calls the line: its number in the invoice.
fn line_name(line: Element<'_>) -> String {
    match only(line, ID).map(|id| trimmed(id.text())) {
        Some(id) if !id.is_empty() => format!("Line {id}"),
        _ => "A line without a number".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        cast::decimal(text).unwrap()
    }

    #[test]
    fn amounts_have_two_decimals_or_as_many_as_they_need() {
        for (from, to) in [("546", "546.00"), ("546.000", "546.00"), ("0.125", "0.125"), ("-3.5", "-3.50")] {
            assert_eq!(money(decimal(from)), to);
        }
        assert_eq!(equals(decimal("99.9999")), " = 99.9999, rounded 100.00");
        assert_eq!(equals(decimal("100")), " = 100.00");
    }

    #[test]
    fn a_long_sum_is_shown_in_part() {
        let seven = vec![decimal("1"); 7];
        assert_eq!(addition(&seven), "1.00 + 1.00 + 1.00 + 1.00 + 1.00 + 1.00 + … (1 more)");
        assert_eq!(addition(&[decimal("-2"), decimal("3"), decimal("-1.5")]), "−2.00 + 3.00 − 1.50");
    }

    #[test]
    fn halves_may_go_either_way() {
        for (stated, exact, wanted) in [
            ("-10.00", "-10.005", true),
            ("-10.01", "-10.005", true),
            ("-10.02", "-10.005", false),
            ("10.005", "10.005", true),
            ("10.00", "10.005", false),
        ] {
            assert_eq!(agrees(decimal(stated), decimal(exact)), wanted, "{stated} {exact}");
        }
    }
}
