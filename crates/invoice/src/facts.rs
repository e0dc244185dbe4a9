//! What many rules ask of a whole document, worked out once: which tax categories stand where, and what they sum to.

use std::{cell::OnceCell, collections::BTreeMap};

use rust_decimal::Decimal;

use crate::{
    document::{Document, Element},
    names::{Name, known::*},
    rule::{Cause, Stop},
    text::{is_word_in_capitals, trimmed},
};

/// Facts about one document. An error in one of them stops every rule that asks for it.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) categories: Result<Categories, Stop>,
    sums: OnceCell<Result<Sums, Stop>>,
    by_rate: [OnceCell<Result<ByRate, Stop>>; CODES.len()],
}

/// The tax categories that rules speak of (UNTDID 5305), in the order of the constants below.
pub(crate) const CODES: [&str; 10] = ["S", "Z", "E", "AE", "K", "G", "O", "L", "M", "B"];

pub(crate) const S: usize = 0;
pub(crate) const Z: usize = 1;
pub(crate) const E: usize = 2;
pub(crate) const AE: usize = 3;
pub(crate) const K: usize = 4;
pub(crate) const G: usize = 5;
pub(crate) const O: usize = 6;
pub(crate) const L: usize = 7;
pub(crate) const M: usize = 8;
pub(crate) const B: usize = 9;

/// How often each category occurs; the last place counts all others, and categories without an identifier.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts([u32; CODES.len() + 1]);

impl Counts {
    pub(crate) fn of(&self, code: usize) -> u32 {
        self.0.get(code).copied().unwrap_or(0)
    }

    pub(crate) fn has(&self, code: usize) -> bool {
        self.of(code) > 0
    }

    /// How many are of another category.
    pub(crate) fn others(&self, code: usize) -> u32 {
        self.0.iter().sum::<u32>() - self.of(code)
    }

    fn add(&mut self, code: usize) {
        if let Some(count) = self.0.get_mut(code) {
            *count += 1;
        }
    }
}

/// The position of a category's code in [`CODES`], or one after the last.
fn code_of(text: &str) -> usize {
    CODES.iter().position(|code| *code == text).unwrap_or(CODES.len())
}

/// Where categories occur. *vat*: with the tax scheme VAT, trimmed and in any case. *raw*: untrimmed.
#[derive(Debug, Default)]
pub(crate) struct Categories {
    pub(crate) item: Counts,
    pub(crate) item_vat: Counts,
    pub(crate) item_raw: Counts,
    /// Of allowances and charges anywhere.
    pub(crate) modifier: Counts,
    pub(crate) modifier_vat: Counts,
    pub(crate) allowance: Counts,
    pub(crate) allowance_vat: Counts,
    pub(crate) charge: Counts,
    pub(crate) charge_vat: Counts,
    pub(crate) charge_vat_raw: Counts,
    /// Of the document's own allowances and charges.
    pub(crate) root_allowance_vat: Counts,
    pub(crate) root_charge_vat: Counts,
    pub(crate) root_modifier_raw: Counts,
    /// Of every `cac:TaxCategory`, with an identifier.
    pub(crate) any_vat: Counts,
    pub(crate) any_raw: Counts,
    /// Of the document's breakdown.
    pub(crate) breakdown: Counts,
    pub(crate) breakdown_vat: Counts,
    pub(crate) breakdown_raw: Counts,
    pub(crate) breakdown_vat_raw: Counts,
    /// Identifiers, not categories.
    pub(crate) breakdown_vat_ids: Counts,
}

/// `cac:TaxScheme/normalize-space(upper-case(cbc:ID)) = 'VAT'`.
pub(crate) fn is_vat(category: Element<'_>) -> Result<bool, Stop> {
    for scheme in category.each(TAX_SCHEME) {
        if scheme.one(ID)?.is_some_and(|id| is_word_in_capitals(id.text(), "VAT")) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `cac:TaxScheme/(normalize-space(upper-case(cbc:ID)) = 'VAT')` as a condition: two answers stop the run.
pub(crate) fn is_vat_once(category: Element<'_>) -> Result<bool, Stop> {
    match category.one(TAX_SCHEME)? {
        None => Ok(false),
        Some(scheme) => Ok(scheme.one(ID)?.is_some_and(|id| is_word_in_capitals(id.text(), "VAT"))),
    }
}

/// `normalize-space(cbc:ID)`, as far as it can be a code.
pub(crate) fn category_code(category: Element<'_>) -> Result<&str, Stop> {
    Ok(category.one(ID)?.map_or("", |id| trimmed(id.text())))
}

impl Facts {
    pub(crate) fn of(document: &Document<'_>) -> Facts {
        Facts { categories: categories(document), sums: OnceCell::new(), by_rate: Default::default() }
    }

    pub(crate) fn sums(&self, document: &Document<'_>) -> Result<&Sums, Stop> {
        self.sums.get_or_init(|| Sums::of(document)).as_ref().map_err(|stop| *stop)
    }

    /// Sums by rate of the category `code`.
    pub(crate) fn by_rate(&self, code: usize, document: &Document<'_>) -> Result<&ByRate, Stop> {
        let Some(cell) = self.by_rate.get(code) else { return Err(document.root().stop(Cause::NotADecimal)) };
        cell.get_or_init(|| ByRate::of(code, document)).as_ref().map_err(|stop| *stop)
    }
}

fn categories(document: &Document<'_>) -> Result<Categories, Stop> {
    let mut found = Categories::default();
    for category in document.all(CLASSIFIED_TAX_CATEGORY) {
        let code = code_of(category_code(category)?);
        found.item.add(code);
        if is_vat(category)? {
            found.item_vat.add(code);
        }
        category.each(ID).for_each(|id| found.item_raw.add(code_of(id.text())));
    }
    for category in document.all(TAX_CATEGORY) {
        found.tax_category(category)?;
    }
    for modifier in document.all(ALLOWANCE_CHARGE) {
        // A modifier without a category is asked, too: a word that is no truth stops the run.
        modifier.says(CHARGE_INDICATOR, true)?;
        modifier.says(CHARGE_INDICATOR, false)?;
    }
    Ok(found)
}

impl Categories {
    fn tax_category(&mut self, category: Element<'_>) -> Result<(), Stop> {
        let (code, vat) = (code_of(category_code(category)?), is_vat(category)?);
        let raw = code_of(category.first(ID).map_or("", Element::text));
        if category.has(ID) {
            self.any_raw.add(raw);
            if vat {
                self.any_vat.add(code);
            }
        }
        let Some(parent) = category.parent() else { return Ok(()) };
        let in_root = parent.parent().is_some_and(|root| root.parent().is_none());
        if parent.name() == ALLOWANCE_CHARGE {
            self.modifier_category(parent, in_root, code, raw, vat)?;
        }
        let in_breakdown = parent.name() == TAX_SUBTOTAL
            && parent.parent().is_some_and(|total| {
                total.name() == TAX_TOTAL && total.parent().is_some_and(|root| root.parent().is_none())
            });
        if in_breakdown {
            self.breakdown.add(code);
            self.breakdown_raw.add(raw);
            if vat {
                self.breakdown_vat.add(code);
                self.breakdown_vat_raw.add(raw);
                if category.has(ID) {
                    self.breakdown_vat_ids.add(code);
                }
            }
        }
        Ok(())
    }

    fn modifier_category(
        &mut self,
        modifier: Element<'_>,
        in_root: bool,
        code: usize,
        raw: usize,
        vat: bool,
    ) -> Result<(), Stop> {
        self.modifier.add(code);
        if in_root {
            self.root_modifier_raw.add(raw);
        }
        if vat {
            self.modifier_vat.add(code);
        }
        if modifier.says(CHARGE_INDICATOR, false)? {
            self.allowance.add(code);
            if vat {
                self.allowance_vat.add(code);
                if in_root {
                    self.root_allowance_vat.add(code);
                }
            }
        }
        if modifier.says(CHARGE_INDICATOR, true)? {
            self.charge.add(code);
            if vat {
                self.charge_vat.add(code);
                self.charge_vat_raw.add(raw);
                if in_root {
                    self.root_charge_vat.add(code);
                }
            }
        }
        Ok(())
    }
}

/// Sums of the document's own lines, allowances and charges, by category whatever the scheme and the rate.
#[derive(Debug, Default)]
pub(crate) struct Sums {
    invoice_lines: [Decimal; CODES.len()],
    credit_note_lines: [Decimal; CODES.len()],
    allowances: [Decimal; CODES.len()],
    charges: [Decimal; CODES.len()],
}

/// Two kinds of lines; rules ask about each by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lines {
    CreditNote,
    Invoice,
}

impl Lines {
    pub(crate) const fn name(self) -> Name {
        match self {
            Lines::CreditNote => CREDIT_NOTE_LINE,
            Lines::Invoice => INVOICE_LINE,
        }
    }
}

fn add(
    sums: &mut [Decimal; CODES.len()],
    code: usize,
    amount: Decimal,
    element: Element<'_>,
) -> Result<(), Stop> {
    if let Some(sum) = sums.get_mut(code) {
        *sum = sum.checked_add(amount).ok_or_else(|| element.stop(Cause::TooManyDigits))?;
    }
    Ok(())
}

/// The codes of the categories at the end of `path`, each once.
fn codes_along(element: Element<'_>, path: &'static [Name]) -> Result<u16, Stop> {
    let mut codes = 0;
    for category in element.along(path) {
        codes |= 1 << code_of(category_code(category)?);
    }
    Ok(codes)
}

fn each_code(codes: u16) -> impl Iterator<Item = usize> {
    (0..CODES.len()).filter(move |code| codes & (1 << code) != 0)
}

const ITEM_CATEGORY: &[Name] = &[ITEM, CLASSIFIED_TAX_CATEGORY];

impl Sums {
    fn of(document: &Document<'_>) -> Result<Sums, Stop> {
        let mut sums = Sums::default();
        for child in document.root().children() {
            let name = child.name();
            if name == INVOICE_LINE || name == CREDIT_NOTE_LINE {
                let codes = codes_along(child, ITEM_CATEGORY)?;
                let Some(amount) = child.decimal_of(LINE_EXTENSION_AMOUNT)? else { continue };
                let lines =
                    if name == INVOICE_LINE { &mut sums.invoice_lines } else { &mut sums.credit_note_lines };
                for code in each_code(codes) {
                    add(lines, code, amount, child)?;
                }
            } else if name == ALLOWANCE_CHARGE {
                let (charge, allowance) =
                    (child.says(CHARGE_INDICATOR, true)?, child.says(CHARGE_INDICATOR, false)?);
                if !charge && !allowance {
                    continue;
                }
                let codes = codes_along(child, &[TAX_CATEGORY])?;
                let Some(amount) = child.decimal_of(AMOUNT)? else { continue };
                for code in each_code(codes) {
                    if charge {
                        add(&mut sums.charges, code, amount, child)?;
                    }
                    if allowance {
                        add(&mut sums.allowances, code, amount, child)?;
                    }
                }
            }
        }
        Ok(sums)
    }

    /// Lines plus charges minus allowances of a category; nothing beyond the digits we calculate with.
    pub(crate) fn taxable(&self, code: usize, lines: Lines) -> Option<Decimal> {
        let lines = match lines {
            Lines::CreditNote => &self.credit_note_lines,
            Lines::Invoice => &self.invoice_lines,
        };
        lines.get(code)?.checked_add(*self.charges.get(code)?)?.checked_sub(*self.allowances.get(code)?)
    }
}

/// Sums of one category by rate.
#[derive(Debug, Default)]
pub(crate) struct ByRate(BTreeMap<Decimal, RateSum>);

/// What stands under one rate of one category.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct RateSum {
    invoice_lines: Decimal,
    credit_note_lines: Decimal,
    modifiers: Decimal,
    /// Somewhere, also below other lines.
    pub(crate) has_invoice_line: bool,
    pub(crate) has_credit_note_line: bool,
    pub(crate) has_modifier: bool,
}

impl RateSum {
    /// Lines plus charges minus allowances.
    pub(crate) fn taxable(&self, lines: Lines) -> Option<Decimal> {
        let lines = match lines {
            Lines::CreditNote => self.credit_note_lines,
            Lines::Invoice => self.invoice_lines,
        };
        lines.checked_add(self.modifiers)
    }
}

/// The rates of the categories at the end of `path`, each once.
fn rates_along(element: Element<'_>, path: &'static [Name]) -> Result<Vec<Decimal>, Stop> {
    let mut rates = Vec::new();
    for category in element.along(path) {
        if let Some(rate) = category.decimal_of(PERCENT)?
            && !rates.contains(&rate)
        {
            rates.push(rate);
        }
    }
    Ok(rates)
}

fn in_root(element: Element<'_>) -> bool {
    element.parent().is_some_and(|parent| parent.parent().is_none())
}

impl ByRate {
    pub(crate) fn at(&self, rate: Decimal) -> RateSum {
        self.0.get(&rate).copied().unwrap_or_default()
    }

    fn of(code: usize, document: &Document<'_>) -> Result<ByRate, Stop> {
        let mut sums = ByRate::default();
        for lines in [Lines::Invoice, Lines::CreditNote] {
            for line in document.all(lines.name()) {
                sums.line(code, lines, line)?;
            }
        }
        for modifier in document.all(ALLOWANCE_CHARGE) {
            sums.modifier(code, modifier)?;
        }
        Ok(sums)
    }

    fn line(&mut self, code: usize, lines: Lines, line: Element<'_>) -> Result<(), Stop> {
        if codes_along(line, ITEM_CATEGORY)? & (1 << code) == 0 {
            return Ok(());
        }
        let rates = rates_along(line, ITEM_CATEGORY)?;
        let amount = if in_root(line) { line.decimal_of(LINE_EXTENSION_AMOUNT)? } else { None };
        for rate in rates {
            let sum = self.0.entry(rate).or_default();
            let (has, total) = match lines {
                Lines::CreditNote => (&mut sum.has_credit_note_line, &mut sum.credit_note_lines),
                Lines::Invoice => (&mut sum.has_invoice_line, &mut sum.invoice_lines),
            };
            *has = true;
            let more = total.checked_add(amount.unwrap_or_default());
            *total = more.ok_or_else(|| line.stop(Cause::TooManyDigits))?;
        }
        Ok(())
    }

    fn modifier(&mut self, code: usize, modifier: Element<'_>) -> Result<(), Stop> {
        if codes_along(modifier, &[TAX_CATEGORY])? & (1 << code) == 0 {
            return Ok(());
        }
        let rates = rates_along(modifier, &[TAX_CATEGORY])?;
        let (charge, allowance) =
            (modifier.says(CHARGE_INDICATOR, true)?, modifier.says(CHARGE_INDICATOR, false)?);
        let counts = in_root(modifier) && (charge || allowance);
        let amount = if counts { modifier.decimal_of(AMOUNT)?.unwrap_or_default() } else { Decimal::ZERO };
        for rate in rates {
            let sum = self.0.entry(rate).or_default();
            sum.has_modifier = true;
            let mut total = Some(sum.modifiers);
            if charge {
                total = total.and_then(|total| total.checked_add(amount));
            }
            if allowance {
                total = total.and_then(|total| total.checked_sub(amount));
            }
            sum.modifiers = total.ok_or_else(|| modifier.stop(Cause::TooManyDigits))?;
        }
        Ok(())
    }
}
