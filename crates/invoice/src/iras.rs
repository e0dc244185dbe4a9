//! The rules by which IRAS, the tax authority of Singapore, takes invoices of sellers under the GST InvoiceNow requirement:
//! 95 of them (IRASC5-*), package of 8 September 2026.
//!
//! Twelve patterns, as there. The accredited access point sends a copy of each invoice in an envelope (SBDH); the four
//! rules of pattern 0 speak of the envelope alone, so no answer about a document can hold them: they are
//! [`Check::NeedsEnvelope`] and told as not judged. Six more can never be broken in the official artefact: IRASC5-036 and
//! -038 stand behind a rule with the same context, -045, -048, -080 and -081 hold by the way they are written. They stand
//! here all the same. Where two rules of the artefact look at something else than their words say (-053, -056, -058, -063
//! speak of a currency and look at the amount; -034 speaks of the seller and looks at the buyer; -078 of an allowance, and
//! looks at charges), our words say what is looked at.

mod amounts;
mod head;
mod lines;
mod parties;

use std::sync::LazyLock;

use crate::{
    document::Element,
    lists::Lists,
    names::{Attribute, Name},
    pint::ROOT,
    rule::{Answer, Cause, RuleSet, Stop, Template},
    text::{is_blank, trimmed},
};

/// What IRAS asks of an invoice that is handed in.
pub(crate) static IRAS: RuleSet = RuleSet {
    name: "iras",
    title: "Submission to IRAS under the GST InvoiceNow requirement (C5)",
    version: "2026-09-08",
    valid_from: "2026-09-08",
    valid_to: None,
    source: "IRAS and IMDA, GST InvoiceNow requirement, submission rules of 8 September 2026",
    templates: &[
        head::ENVELOPE,
        &[Template { pattern: 1, contexts: ROOT, rules: &[head::SPECIFICATION] }],
        &[Template { pattern: 2, contexts: ROOT, rules: &[head::DOCUMENT] }],
        head::TYPE,
        &[Template { pattern: 3, contexts: ROOT, rules: &[head::CURRENCY] }],
        head::CURRENCY_CODE,
        &[Template { pattern: 4, contexts: ROOT, rules: &[head::IN_SGD] }],
        parties::SELLER,
        &[Template { pattern: 5, contexts: ROOT, rules: &[parties::REGISTRATION] }],
        parties::BUYER,
        &[Template { pattern: 6, contexts: ROOT, rules: &[parties::BUYER_NAMES, amounts::TAX_TOTAL_RULES] }],
        amounts::UNREACHED,
        amounts::BREAKDOWN,
        amounts::TOTALS,
        lines::LINES,
        head::CREDIT_NOTES,
        amounts::DECIMALS,
        lines::DECIMALS,
        head::REFERENCES,
    ],
    unused: "",
};

static LISTS: LazyLock<Lists> =
    LazyLock::new(|| Lists::parse(include_str!("../data/iras-2026-09-08-codes.tsv")));

/// The code without space around it, in a list of `rule`.
fn is_listed(code: &str, rule: &str) -> Answer {
    Ok(LISTS.has(rule, "", trimmed(code)))
}

/// `normalize-space(name/@attribute) != ''`: two attributes stop the run.
fn is_said(element: Element<'_>, path: &'static [Name], attribute: Attribute) -> Answer {
    let mut said = None;
    for end in element.along(path) {
        let Some(value) = end.attribute(attribute) else { continue };
        if said.is_some() {
            return Err(end.stop(Cause::MoreThanOne));
        }
        said = Some(value);
    }
    Ok(said.is_some_and(|value| !is_blank(value)))
}

/// `normalize-space(path)`: nothing is the empty text; two stop the run.
fn word<'d>(element: Element<'d>, path: &'static [Name]) -> Result<&'d str, Stop> {
    Ok(element.one_along(path)?.map_or("", |found| trimmed(found.text())))
}
