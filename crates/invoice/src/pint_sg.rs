//! The rules of PINT Singapore, release 1.4.1: 92 of them, beside the shared rules of PINT.
//!
//! Five patterns, as there: 0 holds the rules of the network (PEPPOL-*), 1 those of the model (BR-*), 2 what an invoice
//! with GST of a registered seller must say (BR-105 to BR-113), 3 what may not repeat, and references with a type (UBL-SR-*,
//! BR-100 to BR-104), 4 the code lists. Twelve rules can never be broken in the official artefact; they stand here all the
//! same.

mod head;
mod lines;
mod ng;
mod parties;
mod totals;

pub(crate) use head::sgd_total_is_an_amount;

use crate::{
    pint::ROOT,
    rule::{RuleSet, Template},
};

/// PINT Singapore, applied together with [`crate::pint::PINT`].
pub(crate) static PINT_SG: RuleSet = RuleSet {
    name: "pint-sg",
    title: "Peppol PINT Billing for Singapore",
    version: "1.4.1",
    valid_from: "2026-05-25",
    valid_to: None,
    source: "OpenPeppol and IMDA, PINT Singapore billing, release 1.4.1",
    templates: &[
        &[Template { pattern: 0, contexts: ROOT, rules: &[head::NETWORK_ROOT] }],
        lines::TEMPLATES,
        head::HEAD,
        totals::TOTALS,
        &[Template { pattern: 1, contexts: ROOT, rules: &[head::ROOT] }],
        ng::TEMPLATES,
        totals::TEMPLATES,
        head::NOTES_AND_PAYMENT,
        parties::REGISTERED,
        &[Template { pattern: 3, contexts: ROOT, rules: &[head::REPEATED_ROOT] }],
        totals::REPEATED,
        head::REFERENCES,
        head::CODES,
    ],
    unused: "",
};
