//! The rules of EN 16931 for UBL, release 1.3.16 of CEN's validation artefacts: 979 of them.
//!
//! Three patterns, as there: 0 holds the rules of the standard (BR-*), 1 what UBL may not repeat or carry (UBL-SR-*,
//! UBL-DT-*, UBL-CR-*), 2 the code lists (BR-CL-*).

pub(crate) mod codes;
pub(crate) mod head;
pub(crate) mod lines;
pub(crate) mod parties;
mod syntax;
mod tax;
pub(crate) mod totals;

use crate::{
    names::{CREDIT_NOTE, INVOICE},
    rule::{Context, RuleSet, Template},
};

pub(crate) const UNUSED: &str = include_str!("../data/en16931-ubl-1.3.16-unused.tsv");

/// EN 16931 for UBL invoices and credit notes.
pub(crate) static EN_UBL: RuleSet = RuleSet {
    name: "en-ubl",
    title: "EN 16931 for UBL 2.1",
    version: "1.3.16",
    valid_from: "2026-04-10",
    valid_to: None,
    source: "CEN/TC 434, validation artefacts for EN 16931, release 1.3.16",
    templates: &[
        &[Template {
            pattern: 0,
            contexts: ROOT,
            rules: &[
                head::ROOT,
                totals::ROOT,
                tax::S_ROOT,
                tax::Z_ROOT,
                tax::E_ROOT,
                tax::AE_ROOT,
                tax::IC_ROOT,
                tax::G_ROOT,
                tax::O_ROOT,
                tax::AF_ROOT,
                tax::AG_ROOT,
                tax::MORE_ROOT,
            ],
        }],
        head::TEMPLATES,
        parties::TEMPLATES,
        totals::TEMPLATES,
        lines::TEMPLATES,
        tax::TEMPLATES,
        syntax::TEMPLATES,
        codes::TEMPLATES,
    ],
    unused: UNUSED,
};

const ROOT: &[Context] = &[Context::new(&[INVOICE]), Context::new(&[CREDIT_NOTE])];
