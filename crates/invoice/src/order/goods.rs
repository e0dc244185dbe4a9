//! Lines, allowances and charges, and the tax that each falls under.

use rust_decimal::Decimal;

use super::{
    Target,
    input::{Fields, Place, Problems},
    parties::{country, identifier},
    refusals::{KEY_MISSING, TAX_UNCLEAR},
    sums::{Money, held, number},
};
use crate::model::{
    Classification, Code, Item, ItemAttribute, Line, Modifier, Number, OrderLine, Period, Price, Quantity,
    TaxCategory, TaxSubtotal,
};

/// One entry under `[[tax]]`, and what falls under it.
pub(super) struct Tax<'v> {
    pub(super) code: String,
    pub(super) rate: Option<Number>,
    reason: Option<String>,
    reason_code: Option<Code>,
    fields: Fields<'v>,
    taxable: Decimal,
    used: bool,
}

/// Categories that have no rate: not subject to the tax.
const WITHOUT_RATE: [&str; 2] = ["NG", "O"];

/// Every entry under `[[tax]]`.
pub(super) fn taxes<'v>(order: &mut Fields<'v>, problems: &mut Problems) -> Vec<Tax<'v>> {
    order.need("tax", problems);
    let tables = order.tables("tax", problems);
    let read = |mut fields: Fields<'v>| {
        fields.need("category", problems);
        let code = fields.text("category", problems).unwrap_or_default();
        if WITHOUT_RATE.contains(&code.as_str()) {
            if fields.has("rate") {
                let what = format!("category {code} has no rate: leave it out");
                problems.add(&TAX_UNCLEAR, what, &fields.at("rate"));
            }
        } else {
            fields.need("rate", problems);
        }
        let rate = number(&mut fields, "rate", problems);
        let reason = fields.text("reason", problems);
        let reason_code = fields.text("reason_code", problems).map(Code);
        Tax { code, rate, reason, reason_code, fields, taxable: Decimal::ZERO, used: false }
    };
    tables.into_iter().map(read).collect()
}

impl Tax<'_> {
    /// As a line, allowance or charge says it: why no tax is asked stands in the breakdown alone.
    fn category(&self, target: &Target) -> TaxCategory {
        TaxCategory {
            code: Some(Code(self.code.clone())),
            rate: self.rate.clone(),
            scheme: Some(Code::from(target.scheme)),
            ..TaxCategory::default()
        }
    }

    fn name(&self) -> String {
        self.rate.as_ref().map_or_else(|| self.code.clone(), |rate| format!("{} {rate} %", self.code))
    }
}

/// What falls under which entry, and the breakdown of it.
pub(super) struct Taxes<'v, 't> {
    pub(super) entries: Vec<Tax<'v>>,
    pub(super) target: &'t Target,
}

impl Taxes<'_, '_> {
    /// The entry that `fields` names by `tax` and `rate`, or the only one.
    fn of(&mut self, fields: &mut Fields<'_>, problems: &mut Problems) -> Option<usize> {
        let code = fields.text("tax", problems);
        let rate = number(fields, "rate", problems);
        let matches = |entry: &Tax<'_>| {
            code.as_ref().is_none_or(|code| *code == entry.code)
                && rate
                    .as_ref()
                    .is_none_or(|rate| entry.rate.as_ref().is_some_and(|own| own.value() == rate.value()))
        };
        let mut found =
            self.entries.iter().enumerate().filter(|(_, entry)| matches(entry)).map(|(index, _)| index);
        match (found.next(), found.next()) {
            (Some(only), None) => Some(only),
            _ if self.entries.is_empty() => None,
            (first, _) => {
                let entries: Vec<String> = self.entries.iter().map(Tax::name).collect();
                let how_many = if first.is_none() { "none" } else { "more than one" };
                let what = format!("{how_many} of {} is meant", entries.join(", "));
                problems.add(&TAX_UNCLEAR, what, &fields.at("tax"));
                None
            }
        }
    }

    /// `amount` falls under the entry.
    fn fall(
        &mut self,
        index: Option<usize>,
        amount: Decimal,
        place: &Place,
        problems: &mut Problems,
    ) -> Vec<TaxCategory> {
        let Some(entry) = index.and_then(|index| self.entries.get_mut(index)) else { return Vec::new() };
        entry.used = true;
        entry.taxable = held(entry.taxable.checked_add(amount), place, problems);
        vec![entry.category(self.target)]
    }

    /// The breakdown, and all tax.
    pub(super) fn breakdown(
        &mut self,
        money: &Money,
        problems: &mut Problems,
    ) -> (Vec<TaxSubtotal>, Decimal) {
        let (mut breakdown, mut all) = (Vec::new(), Decimal::ZERO);
        for entry in &mut self.entries {
            let sum = format!("what falls under {}", entry.name());
            let taxable = money.agreed(entry.taxable, &sum, &mut entry.fields, "taxable", problems);
            let rate = entry.rate.as_ref().map_or(Decimal::ZERO, Number::value);
            let tax = held(percent_of(taxable, rate), &entry.fields.place, problems);
            let sum = format!("{taxable} × {rate} %");
            let tax = money.agreed(tax, &sum, &mut entry.fields, "amount", problems);
            if !entry.used {
                continue;
            }
            all = held(all.checked_add(tax), &entry.fields.place, problems);
            let category = TaxCategory {
                exemption: entry.reason.clone(),
                exemption_code: entry.reason_code.clone(),
                ..entry.category(self.target)
            };
            breakdown.push(TaxSubtotal {
                taxable: Some(money.amount(taxable)),
                tax: Some(money.amount(tax)),
                category: Some(category),
            });
        }
        (breakdown, all)
    }

    /// Nobody asks the entries further.
    pub(super) fn finish(self, problems: &mut Problems) {
        for entry in self.entries {
            entry.fields.finish(problems);
        }
    }
}

fn percent_of(base: Decimal, rate: Decimal) -> Option<Decimal> {
    base.checked_mul(rate)?.checked_div(Decimal::ONE_HUNDRED)
}

/// An allowance or charge without its tax, and its amount.
fn modifier(
    fields: &mut Fields<'_>,
    is_charge: bool,
    usual_base: Decimal,
    money: &Money,
    problems: &mut Problems,
) -> (Modifier, Decimal) {
    let percentage = number(fields, "percentage", problems);
    let stated_base = number(fields, "base", problems);
    let base = match (&percentage, &stated_base) {
        (Some(_), None) => Some(usual_base),
        (_, Some(base)) => Some(base.value()),
        (None, None) => None,
    };
    let amount = match (&percentage, base) {
        (Some(percentage), Some(base)) => {
            let computed = held(percent_of(base, percentage.value()), &fields.place, problems);
            money.agreed(computed, &format!("{base} × {percentage} %"), fields, "amount", problems)
        }
        _ => {
            fields.need("amount", problems);
            money.round(number(fields, "amount", problems).map_or(Decimal::ZERO, |amount| amount.value()))
        }
    };
    if !fields.has("reason") && !fields.has("reason_code") {
        problems.add(&KEY_MISSING, "`reason` or `reason_code` is missing", &fields.at("reason"));
    }
    let modifier = Modifier {
        is_charge: Some(is_charge),
        reason_code: fields.text("reason_code", problems).map(Code),
        reason: fields.text("reason", problems),
        percentage,
        amount: Some(money.amount(amount)),
        base: base.map(|base| money.amount(base)),
        tax: Vec::new(),
    };
    (modifier, amount)
}

/// Allowances and charges of the table, and what they add to its amount.
struct Modified {
    modifiers: Vec<Modifier>,
    allowances: Decimal,
    charges: Decimal,
}

/// `taxes` are asked on the whole document only: those of a line have the line's tax.
fn modifiers(
    holder: &mut Fields<'_>,
    usual_base: Decimal,
    money: &Money,
    mut taxes: Option<&mut Taxes<'_, '_>>,
    problems: &mut Problems,
) -> Modified {
    let mut modified = Modified { modifiers: Vec::new(), allowances: Decimal::ZERO, charges: Decimal::ZERO };
    for (key, is_charge) in [("allowances", false), ("charges", true)] {
        for mut fields in holder.tables(key, problems) {
            let (mut modifier, amount) = modifier(&mut fields, is_charge, usual_base, money, problems);
            let total = if is_charge { &mut modified.charges } else { &mut modified.allowances };
            *total = held(total.checked_add(amount), &fields.place, problems);
            if let Some(taxes) = taxes.as_deref_mut() {
                let index = taxes.of(&mut fields, problems);
                let adds = if is_charge { amount } else { -amount };
                modifier.tax = taxes.fall(index, adds, &fields.place, problems);
            }
            modified.modifiers.push(modifier);
            fields.finish(problems);
        }
    }
    modified
}

/// Allowances and charges on the whole document, and what each kind comes to.
pub(super) fn on_document(
    order: &mut Fields<'_>,
    lines: Decimal,
    money: &Money,
    taxes: &mut Taxes<'_, '_>,
    problems: &mut Problems,
) -> (Vec<Modifier>, Decimal, Decimal) {
    let modified = modifiers(order, lines, money, Some(taxes), problems);
    (modified.modifiers, modified.allowances, modified.charges)
}

/// A line, and its amount.
pub(super) fn line(
    mut fields: Fields<'_>,
    position: usize,
    money: &Money,
    taxes: &mut Taxes<'_, '_>,
    problems: &mut Problems,
) -> (Line, Decimal) {
    fields.need("quantity", problems);
    let id = fields.text("id", problems).unwrap_or_else(|| position.to_string());
    let note = fields.text("note", problems);
    let quantity = number(&mut fields, "quantity", problems);
    // `C62` is one piece.
    let unit = Code(fields.text("unit", problems).unwrap_or_else(|| "C62".to_owned()));
    let (price, gross, sum) = priced(&mut fields, quantity.as_ref(), &unit, money, problems);
    let modified = modifiers(&mut fields, money.round(gross), money, None, problems);
    let net = gross.checked_sub(modified.allowances).and_then(|net| net.checked_add(modified.charges));
    let sum = with_modifiers(sum, &modified);
    let net = held(net, &fields.place, problems);
    let amount = money.agreed(net, &sum, &mut fields, "amount", problems);
    let index = taxes.of(&mut fields, problems);
    let tax = taxes.fall(index, amount, &fields.place, problems);
    let line = Line {
        id: Some(id),
        note,
        quantity: quantity.map(|number| Quantity { number, unit: Some(unit) }),
        amount: Some(money.amount(amount)),
        buyer_accounting: fields.text("buyer_accounting", problems),
        period: period(&mut fields, problems),
        order_line: fields
            .text("order_line", problems)
            .map(|line| OrderLine { line: Some(line), order: None }),
        modifiers: modified.modifiers,
        item: Some(item(&mut fields, tax, problems)),
        price: Some(price),
        ..Line::default()
    };
    fields.finish(problems);
    (line, amount)
}

/// The price, quantity times price, and that product in words.
fn priced(
    fields: &mut Fields<'_>,
    quantity: Option<&Number>,
    unit: &Code,
    money: &Money,
    problems: &mut Problems,
) -> (Price, Decimal, String) {
    let (gross, discount) = (number(fields, "gross_price", problems), number(fields, "discount", problems));
    let net = number(fields, "price", problems);
    let computed = gross
        .as_ref()
        .and_then(|gross| gross.value().checked_sub(discount.as_ref().map_or(Decimal::ZERO, Number::value)));
    let net = match (net, computed) {
        (Some(net), Some(computed)) if net.value() != computed => {
            let (gross, discount) = (gross.as_ref(), discount.as_ref());
            let text = |number: Option<&Number>| number.map_or("0", |number| number.text()).to_owned();
            let what = format!("{} − {} = {computed}; the order says {net}", text(gross), text(discount));
            problems.add(&super::refusals::AMOUNT_WRONG, what, &fields.at("price"));
            Some(net)
        }
        (Some(net), _) => Some(net),
        (None, Some(computed)) => Some(Number::from(computed)),
        (None, None) => {
            fields.need("price", problems);
            None
        }
    };
    let base = number(fields, "base_quantity", problems).filter(|base| !base.value().is_zero());
    let value = |number: Option<&Number>| number.map_or(Decimal::ZERO, Number::value);
    let product = value(quantity).checked_mul(value(net.as_ref()));
    let product = match &base {
        Some(base) => product.and_then(|product| product.checked_div(base.value())),
        None => product,
    };
    let text = |number: Option<&Number>| number.map_or_else(String::new, ToString::to_string);
    let per = base.as_ref().map_or(String::new(), |base| format!(" / {base}"));
    let sum = format!("{} × {}{per}", text(quantity), text(net.as_ref()));
    let discounted = gross.map(|gross| Modifier {
        is_charge: Some(false),
        amount: Some(money.as_written(discount.unwrap_or_else(|| Number::from(Decimal::ZERO)))),
        base: Some(money.as_written(gross)),
        ..Modifier::default()
    });
    let price = Price {
        amount: net.map(|net| money.as_written(net)),
        base_quantity: base.map(|number| Quantity { number, unit: Some(unit.clone()) }),
        discount: discounted,
    };
    (price, held(product, &fields.place, problems), sum)
}

fn with_modifiers(sum: String, modified: &Modified) -> String {
    let mut sum = sum;
    if !modified.allowances.is_zero() {
        sum = format!("{sum} − {}", modified.allowances);
    }
    if !modified.charges.is_zero() {
        sum = format!("{sum} + {}", modified.charges);
    }
    sum
}

pub(super) fn period(fields: &mut Fields<'_>, problems: &mut Problems) -> Option<Period> {
    let mut fields = fields.table("period", problems)?;
    let period = Period {
        start: fields.day("start", problems),
        end: fields.day("end", problems),
        tax_point_code: None,
    };
    fields.finish(problems);
    Some(period)
}

fn item(fields: &mut Fields<'_>, tax: Vec<TaxCategory>, problems: &mut Problems) -> Item {
    fields.need("item", problems);
    let classification = |text: &String| {
        let (list, code) =
            text.split_once(':').map_or((None, text.as_str()), |(list, code)| (Some(list), code));
        Classification { code: Code::from(code), list: list.map(Code::from), version: None }
    };
    Item {
        name: fields.text("item", problems),
        description: fields.text("description", problems),
        buyers_id: fields.text("buyers_id", problems),
        sellers_id: fields.text("sellers_id", problems),
        standard_id: fields.text("standard_id", problems).as_deref().map(identifier),
        origin: country(fields, "origin", problems),
        classifications: fields.texts("classification", problems).iter().map(classification).collect(),
        tax,
        attributes: fields
            .pairs("attributes", problems)
            .into_iter()
            .map(|(name, value)| ItemAttribute { name: Some(name), value: Some(value) })
            .collect(),
    }
}
