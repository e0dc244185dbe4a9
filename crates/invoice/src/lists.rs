//! Code lists as tables: rule, what it looks at, its codes.

use std::collections::BTreeMap;

use vocab::codelist::CodeList;

use crate::{names::known::*, rule::Context};

/// The amounts whose currency the rules look up.
pub(crate) const AMOUNTS: [Context; 13] = [
    Context::new(&[AMOUNT]),
    Context::new(&[BASE_AMOUNT]),
    Context::new(&[PRICE_AMOUNT]),
    Context::new(&[TAX_AMOUNT]),
    Context::new(&[TAXABLE_AMOUNT]),
    Context::new(&[LINE_EXTENSION_AMOUNT]),
    Context::new(&[TAX_EXCLUSIVE_AMOUNT]),
    Context::new(&[TAX_INCLUSIVE_AMOUNT]),
    Context::new(&[ALLOWANCE_TOTAL_AMOUNT]),
    Context::new(&[CHARGE_TOTAL_AMOUNT]),
    Context::new(&[PREPAID_AMOUNT]),
    Context::new(&[PAYABLE_ROUNDING_AMOUNT]),
    Context::new(&[PAYABLE_AMOUNT]),
];

/// The lists of one set of rules.
pub(crate) struct Lists(BTreeMap<(&'static str, &'static str), (&'static str, Vec<&'static str>)>);

impl Lists {
    /// Each row: the rule, what it looks at where it has two lists, the codes with a space between them.
    pub(crate) fn parse(table: &'static str) -> Lists {
        let rows = CodeList::new(table).rows().map(|row| {
            let mut codes: Vec<&str> = row.column(1).split(' ').collect();
            codes.sort_unstable();
            ((row.code, row.column(0)), (row.column(1), codes))
        });
        Lists(rows.collect())
    }

    /// Whether `code` is exactly one of the list.
    pub(crate) fn has(&self, rule: &str, which: &str, code: &str) -> bool {
        self.0.get(&(rule, which)).is_some_and(|(_, codes)| codes.binary_search(&code).is_ok())
    }

    /// Whether `part` stands anywhere in the list written with spaces around each code: spaces and halves of codes count.
    pub(crate) fn has_within(&self, rule: &str, which: &str, part: &str) -> bool {
        self.0.get(&(rule, which)).is_some_and(|(line, _)| format!(" {line} ").contains(part))
    }
}
