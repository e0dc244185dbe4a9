//! The shared rules of Peppol PINT, release 1.1.3: 170 of them, which every country's PINT adopts.
//!
//! Two patterns, as there: 0 holds the rules of the model (ibr-*), 1 the code lists (ibr-cl-*). Five rules can never be
//! broken in the official artefact, because another stops first or their path leads nowhere; they stand here all the same.

mod codes;
mod head;
mod lines;
mod modifiers;
mod numbers;
mod parties;
mod syntax;
mod totals;

pub(crate) use head::is_of_type;
pub(crate) use totals::plus;

use crate::{
    document::Element,
    names::{CREDIT_NOTE, INVOICE, Name},
    rule::{Cause, Context, RuleSet, Stop, Template},
};

/// PINT, the rules that all specialisations share.
pub(crate) static PINT: RuleSet = RuleSet {
    name: "pint",
    title: "Peppol PINT Billing, shared rules",
    version: "1.1.3",
    // It comes with each specialisation that takes it; the first held here is Singapore's.
    valid_from: "2026-05-25",
    valid_to: None,
    source: "OpenPeppol, Peppol International (PINT) model for billing, release 1.1.3",
    templates: &[
        numbers::TEMPLATES,
        modifiers::TEMPLATES,
        head::SUPPORTING,
        parties::BUYER,
        totals::TOTALS,
        &[Template { pattern: 0, contexts: ROOT, rules: &[head::ROOT] }],
        lines::TEMPLATES,
        parties::PAYEE,
        head::PAYMENT,
        syntax::CURRENCY,
        parties::SELLER,
        totals::TAX,
        syntax::FORM,
        codes::TEMPLATES,
    ],
    unused: "",
};

pub(crate) const ROOT: &[Context] = &[Context::new(&[INVOICE]), Context::new(&[CREDIT_NOTE])];

/// `path/text()` where one text node or none is taken; two stop the run.
pub(crate) fn texts_of<'d>(element: Element<'d>, path: &'static [Name]) -> Result<Option<&'d str>, Stop> {
    let mut found = None;
    for end in element.along(path) {
        match end.texts() {
            0 => {}
            1 if found.is_none() => found = Some(end.own_text()?),
            _ => return Err(end.stop(Cause::MoreThanOne)),
        }
    }
    Ok(found)
}
