//! What Twakow finds itself, beside what the official rules say: the answer by the specification.
//!
//! Official rules look at little of an identifier and say of a sum only that it is wrong. Here identifiers are held to
//! their registers' check digits, and every sum is worked out and shown. Each kind of finding is a row with an id of ours.

mod forms;
mod identifiers;
mod rows;
mod sums;

use std::collections::HashMap;

use vocab::Severity;

use crate::{
    document::{Document, Element},
    finding::{Finding, Teller},
    limits::FINDINGS_OF_A_RULE_MAX,
};

pub(crate) use rows::OFFICIAL_RULES_STOP;
pub use rows::OWN_RULES;

/// A kind of finding of our own.
#[derive(Debug)]
pub struct OwnRule {
    /// Our id; it never changes its meaning.
    pub id: &'static str,
    /// What it weighs.
    pub severity: Severity,
    /// The business terms that it may speak of.
    pub terms: &'static [&'static str],
    /// What is wrong, in general; a finding says it with the values of the document.
    pub message: &'static str,
    /// What to write instead, in general.
    pub remedy: &'static str,
    /// The clause or register that says so.
    pub source: &'static str,
}

/// Something found, before its place is counted out.
#[derive(Debug)]
pub(crate) struct Remark<'d> {
    pub(crate) rule: &'static OwnRule,
    pub(crate) element: Element<'d>,
    /// The business terms of this place, separated by spaces.
    pub(crate) term: &'static str,
    pub(crate) message: String,
    /// What to do; where `write` is known, what to do instead of writing that.
    pub(crate) remedy: String,
    /// The text that the element should have, where that is known.
    pub(crate) write: Option<String>,
}

/// All that we remark about a document, in the order of the document; of one rule at most
/// [`FINDINGS_OF_A_RULE_MAX`].
pub(crate) fn remarks<'d>(document: &'d Document<'d>) -> Vec<Remark<'d>> {
    let mut found = Found::default();
    forms::look(document, &mut found);
    identifiers::look(document, &mut found);
    sums::look(document, &mut found);
    let mut remarks = found.remarks;
    remarks.sort_by_key(|remark| remark.element.index());
    remarks
}

/// The same as findings.
pub(crate) fn findings(document: &Document<'_>, teller: &Teller<'_>) -> Vec<Finding> {
    remarks(document).into_iter().map(|remark| teller.tell_remark(&remark)).collect()
}

/// What was found so far.
#[derive(Debug, Default)]
struct Found<'d> {
    remarks: Vec<Remark<'d>>,
    counts: HashMap<&'static str, usize>,
}

impl<'d> Found<'d> {
    fn add(&mut self, remark: Option<Remark<'d>>) {
        let Some(remark) = remark else { return };
        let count = self.counts.entry(remark.rule.id).or_default();
        if *count < FINDINGS_OF_A_RULE_MAX {
            *count += 1;
            self.remarks.push(remark);
        }
    }
}
