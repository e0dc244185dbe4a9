//! From an order to an invoice: what a person knows (parties, quantities, prices, rates) becomes every term that a network
//! asks for, computed and checked.
//!
//! [`write()`] is the way in. `docs/invoice-new.md` names every key. An amount that follows from others is computed; where the
//! order states it as well it must come out, and the refusal shows the sum. What was written is then judged as any other
//! document would be: nothing is handed out that our own check refuses.

mod goods;
mod head;
mod input;
mod parties;
mod places;
pub(crate) mod refusals;
mod sums;

use vocab::{Refusal, Severity};

pub use input::{Data, Value};

use crate::{
    finding::Finding,
    model::Invoice,
    profile::Profile,
    verdict::{Outcome, Verdict, check},
};
use input::{Fields, Problems};
use refusals::AGAINST_RULES;

/// Lines of one order. An invoice of as many is about 20 MB.
pub const LINES_MAX: usize = 10_000;
/// Digits of a number in an order: products of two stay exact.
pub const DIGITS_MAX: usize = 14;

/// What is written from an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its terms.
    pub invoice: Invoice,
    /// The document in UBL.
    pub source: String,
    /// What our check warns of; nothing fatal is among it.
    pub warnings: Vec<Finding>,
}

/// What an order is written by where it does not say so itself.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'w> {
    /// The specification, by its short name; without one the order's own `profile` counts, else `peppol`.
    pub profile: Option<&'w str>,
    /// What a UUID is made of where the specification asks for one and the order has none. Handed in: this room draws none.
    pub random: [u8; 16],
}

/// Writes the invoice or credit note that `order` asks for.
///
/// # Errors
/// Everything that is wrong with the order: a key, a value, an amount that does not come out, or what a rule would refuse.
pub fn write(order: &Value, wish: Wish<'_>) -> Result<Written, Vec<Refusal>> {
    let mut problems = Problems::default();
    let fields = Fields::of(order, String::new(), &mut problems);
    let invoice = head::invoice(fields, wish, &mut problems);
    let Some(invoice) = invoice.filter(|_| problems.0.is_empty()) else { return Err(problems.0) };
    let source = invoice.write();
    let verdict = check(source.as_bytes()).map_err(|refusal| vec![refusal])?;
    let refused = against(&verdict, order);
    if refused.is_empty() {
        Ok(Written { invoice, source, warnings: warnings(verdict) })
    } else {
        Err(refused)
    }
}

/// Every fatal finding, at the place of the order that it comes from.
fn against(verdict: &Verdict, order: &Value) -> Vec<Refusal> {
    let refuse = |finding: &Finding| {
        let what = format!("[{}] {} {}", finding.id, finding.message, finding.remedy);
        AGAINST_RULES.because(what).at(places::of(finding, order))
    };
    let mut refused: Vec<Refusal> = Vec::new();
    for finding in findings(verdict).filter(|finding| finding.severity == Severity::Fatal) {
        let refusal = refuse(finding);
        if !refused.contains(&refusal) {
            refused.push(refusal);
        }
    }
    refused
}

fn findings(verdict: &Verdict) -> impl Iterator<Item = &Finding> {
    let reported = verdict.sets.iter().flat_map(|set| match &set.outcome {
        Outcome::CannotRun(cause) => std::slice::from_ref(cause.as_ref()),
        Outcome::Report(findings) => findings.as_slice(),
    });
    reported.chain(&verdict.own)
}

fn warnings(verdict: Verdict) -> Vec<Finding> {
    findings(&verdict).cloned().collect()
}

/// A specification that can be written: its profile, its process (BT-23), the tax that it speaks of.
#[derive(Debug)]
struct Target {
    profile: &'static Profile,
    process: Option<&'static str>,
    scheme: &'static str,
}

/// What can be written: short name, process, tax.
const TARGETS: [(&str, Option<&str>, &str); 5] = [
    ("core", None, "VAT"),
    ("peppol", Some("urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"), "VAT"),
    ("peppol-sb", Some("urn:fdc:peppol.eu:2017:poacc:selfbilling:01:1.0"), "VAT"),
    ("pint-sg", Some("urn:peppol:bis:billing"), "GST"),
    ("sg-local", Some("urn:peppol:bis:billing"), "GST"),
];

impl Target {
    /// The specification called `name`; `en16931` is another name of the core.
    fn find(name: &str) -> Option<Target> {
        let name = if name == "en16931" { "core" } else { name };
        let (name, process, scheme) = TARGETS.into_iter().find(|(known, ..)| *known == name)?;
        Some(Target { profile: Profile::find(name)?, process, scheme })
    }

    fn names() -> String {
        TARGETS.map(|(name, ..)| name).join(", ")
    }

    fn is_singapore(&self) -> bool {
        self.scheme == "GST"
    }
}
