//! The rules of Peppol for UBL: BIS Billing 3.0.21 (165 rules) and BIS Self-Billing 2026.5 (62 of them, with other words of
//! profiles and types). They come beside EN 16931, not instead.
//!
//! Patterns as in the artefact for Billing: 0 empty elements, 1 credit notes, 2 general rules, 3 to 11 countries, 12 code
//! lists. A country's rules hold where its seller, and often also the buyer, is from there; what "from there" means differs
//! from country to country, and an error in finding it out silences them.

mod ask;
mod codes;
pub(crate) mod coming;
mod general;
mod german;
mod greek;
mod iceland;
mod identifiers;
mod nordic;
mod south;

use crate::rule::RuleSet;

/// Peppol BIS Billing 3.0.
pub(crate) static BILLING: RuleSet = RuleSet {
    name: "peppol",
    title: "Peppol BIS Billing 3.0 for UBL 2.1",
    version: "3.0.21",
    valid_from: "2026-08-17",
    valid_to: Some("2027-02-23"),
    source: "OpenPeppol, Peppol BIS Billing 3.0.21, released in May 2026",
    templates: &[
        general::EVERY_ELEMENT,
        general::BILLING_ROOT,
        general::BILLING_AMOUNTS,
        general::TEMPLATES,
        identifiers::TEMPLATES,
        nordic::TEMPLATES,
        iceland::TEMPLATES,
        south::TEMPLATES,
        greek::TEMPLATES,
        german::TEMPLATES,
        codes::BILLING_TYPES,
        codes::TEMPLATES,
    ],
    unused: "",
};

/// Peppol BIS Self-Billing 3.0.
pub(crate) static SELF_BILLING: RuleSet = RuleSet {
    name: "peppol-sb",
    title: "Peppol BIS Self-Billing 3.0 for UBL 2.1",
    version: "2026.5",
    valid_from: "2026-08-17",
    valid_to: Some("2027-02-23"),
    source: "OpenPeppol, Peppol BIS Self-Billing, release 2026.5",
    templates: &[
        general::EVERY_ELEMENT,
        general::SELF_BILLING_ROOT,
        general::SELF_BILLING_AMOUNTS,
        general::TEMPLATES,
        identifiers::TEMPLATES,
        codes::SELF_BILLING_TYPES,
        codes::TEMPLATES,
    ],
    unused: "",
};
