//! Rules about the category NG, which sellers without GST registration use.

use rust_decimal::Decimal;

use crate::{
    document::Element,
    facts::category_code,
    names::{Name, known::*},
    pint::plus,
    rule::{Answer, Check, Context, Stop, Template, fatal},
    text::is_word,
};

use super::parties::{gst_number, is_gst};

pub(super) const TEMPLATES: &[Template] = &[Template {
    pattern: 1,
    contexts: &[Context::new(&[TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY]).when(is_ng_of_gst)],
    rules: &[&[
        fatal(
            "BR-NG-08-GST-SG",
            &["IBG-23", "IBT-118", "IBT-116", "IBT-131", "IBT-92", "IBT-99", "IBT-151", "IBT-95", "IBT-102"],
            &[],
            Check::By(ng_base_adds_up),
            "The taxable amount of category NG is not the sum of what has that category.",
            "Write the sum of the lines of category NG, plus its charges, less its allowances, into cbc:TaxableAmount.",
        ),
        fatal(
            "BR-NG-09-GST-SG",
            &["IBT-117", "IBG-23", "IBT-118"],
            &[],
            Check::By(ng_has_no_tax),
            "The breakdown of category NG has tax.",
            "Write 0.00 into cbc:TaxAmount.",
        ),
    ]],
}];

/// `normalize-space(cbc:ID) = 'NG'`, then the scheme GST. Two identifiers stop the run.
fn is_ng_of_gst(category: Element<'_>) -> Answer {
    Ok(category_code(category)? == "NG" && is_gst(category)?)
}

/// Of the scheme GST, and some identifier is NG.
fn has_ng_of_gst(category: Element<'_>) -> Answer {
    Ok(is_gst(category)? && category.each(ID).any(|id| is_word(id.text(), "NG")))
}

/// Whether some of `categories` is as `wanted`.
fn some<'d>(categories: impl Iterator<Item = Element<'d>>, wanted: impl Fn(Element<'d>) -> Answer) -> Answer {
    for category in categories {
        if wanted(category)? {
            return Ok(true);
        }
    }
    Ok(false)
}

const BREAKDOWN: &[Name] = &[TAX_TOTAL, TAX_SUBTOTAL, TAX_CATEGORY];

pub(super) fn ng_is_broken_down_once(root: Element<'_>) -> Answer {
    let document = root.document();
    let occurs = some(document.all(TAX_CATEGORY), has_ng_of_gst)?
        || some(document.all(CLASSIFIED_TAX_CATEGORY), has_ng_of_gst)?;
    if !occurs {
        return Ok(true);
    }
    let mut count = 0;
    for category in root.along(BREAKDOWN) {
        if is_gst(category)? {
            count += category.each(ID).filter(|id| is_word(id.text(), "NG")).count();
        }
    }
    Ok(count == 1)
}

/// Whether seller, tax representative and buyer are all without a GST number.
fn nobody_is_registered(root: Element<'_>) -> Answer {
    Ok(!(gst_number(root, ACCOUNTING_SUPPLIER_PARTY, &[PARTY])?
        || gst_number(root, TAX_REPRESENTATIVE_PARTY, &[])?
        || gst_number(root, ACCOUNTING_CUSTOMER_PARTY, &[PARTY])?))
}

pub(super) fn ng_items_without_gst_number(root: Element<'_>) -> Answer {
    Ok(!some(root.document().all(CLASSIFIED_TAX_CATEGORY), is_ng_of_gst)? || nobody_is_registered(root)?)
}

pub(super) fn ng_modifiers_without_gst_number(root: Element<'_>, charges: bool) -> Answer {
    let occurs = some_of_modifiers(root.each(ALLOWANCE_CHARGE), charges, is_ng_of_gst)?;
    Ok(!occurs || nobody_is_registered(root)?)
}

/// Whether some category of an allowance, or of a charge, is as `wanted`.
fn some_of_modifiers<'d>(
    modifiers: impl Iterator<Item = Element<'d>>,
    charges: bool,
    wanted: impl Fn(Element<'d>) -> Answer,
) -> Answer {
    for modifier in modifiers {
        if modifier.says(CHARGE_INDICATOR, charges)? && some(modifier.each(TAX_CATEGORY), &wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Of the scheme GST and not NG; without an identifier too.
fn is_other_of_gst(category: Element<'_>) -> Answer {
    Ok(category_code(category)? != "NG" && is_gst(category)?)
}

fn ng_is_broken_down(root: Element<'_>) -> Answer {
    some(root.along(BREAKDOWN), has_ng_of_gst)
}

pub(super) fn ng_breakdown_stands_alone(root: Element<'_>) -> Answer {
    Ok(!ng_is_broken_down(root)? || !some(root.along(BREAKDOWN), is_other_of_gst)?)
}

pub(super) fn ng_without_other_items(root: Element<'_>) -> Answer {
    Ok(!ng_is_broken_down(root)? || !some(root.document().all(CLASSIFIED_TAX_CATEGORY), is_other_of_gst)?)
}

/// Allowances and charges of lines and prices count too.
pub(super) fn ng_without_other_modifiers(root: Element<'_>, charges: bool) -> Answer {
    Ok(!ng_is_broken_down(root)?
        || !some_of_modifiers(root.document().all(ALLOWANCE_CHARGE), charges, is_other_of_gst)?)
}

/// The scheme of the categories summed is not looked at, and nothing is rounded.
fn ng_base_adds_up(category: Element<'_>) -> Answer {
    let Some(subtotal) = category.parent() else { return Ok(true) };
    let Some(above) = subtotal.parent().and_then(Element::parent) else { return Ok(true) };
    for lines in [INVOICE_LINE, CREDIT_NOTE_LINE] {
        if category.document().all(lines).next().is_none() {
            continue;
        }
        let Some(base) = subtotal.decimal_of(TAXABLE_AMOUNT)? else { continue };
        if base == ng_sum(above, lines)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn ng_sum(above: Element<'_>, lines: Name) -> Result<Decimal, Stop> {
    let is_ng = |category: Element<'_>| Ok(category_code(category)? == "NG");
    let mut sum = Decimal::ZERO;
    for line in above.each(lines) {
        if some(line.along(&[ITEM, CLASSIFIED_TAX_CATEGORY]), is_ng)? {
            sum = plus(sum, line.decimal_of(LINE_EXTENSION_AMOUNT)?.unwrap_or_default(), line)?;
        }
    }
    for charges in [true, false] {
        for modifier in above.each(ALLOWANCE_CHARGE) {
            if modifier.says(CHARGE_INDICATOR, charges)? && some(modifier.each(TAX_CATEGORY), is_ng)? {
                let amount = modifier.decimal_of(AMOUNT)?.unwrap_or_default();
                sum = plus(sum, if charges { amount } else { -amount }, modifier)?;
            }
        }
    }
    Ok(sum)
}

fn ng_has_no_tax(category: Element<'_>) -> Answer {
    for tax in category.parent().into_iter().flat_map(|subtotal| subtotal.each(TAX_AMOUNT)) {
        if tax.compare(0.0)?.is_eq() {
            return Ok(true);
        }
    }
    Ok(false)
}
