//! The whole answer about a document.

use std::sync::LazyLock;

use vocab::{Refusal, Severity};

use crate::{
    coming::Forecast,
    document::Document,
    en16931,
    engine::Prepared,
    finding::{Finding, Teller},
    iras, own, peppol, pint, pint_sg,
    profile::Profile,
    read::read,
    rule::{Rule, RuleSet},
};

/// What is said of a document: by each set of rules that applies to it, and by us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// One answer a set.
    pub sets: Vec<SetVerdict>,
    /// What the schema of UBL refuses, what stops the official rules, and what we find beside them.
    pub own: Vec<Finding>,
    /// Sets that apply, and of which no release is held, or none for the day asked for: nobody has judged by them.
    pub unheld: Vec<&'static str>,
    /// What coming releases of the sets will say, where that was asked for: see [`crate::forecast`].
    pub coming: Vec<Forecast>,
    /// What earlier documents make of this one, where that was asked for: see [`crate::Ledger`].
    pub ledger: Vec<Finding>,
    /// What the tax authorities say of a supply like this, where that was asked for: see [`crate::tax_facts`].
    pub tax: Vec<Finding>,
}

/// What one set of rules says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetVerdict {
    /// The set's short name.
    pub name: &'static str,
    /// Its release.
    pub version: &'static str,
    /// The answer.
    pub outcome: Outcome,
    /// The ids of rules that no answer about a document can hold, because they speak of the envelope in which it is sent:
    /// neither broken nor kept.
    pub not_judged: Vec<&'static str>,
}

/// Whether official rules reach an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// They stop with a type error and report nothing: where and why.
    CannotRun(Box<Finding>),
    /// They report this, in the order of the document.
    Report(Vec<Finding>),
}

impl Verdict {
    /// Notes which of `names`, the sets that apply, have not judged.
    pub fn miss(&mut self, names: &[&'static str]) {
        let judged = |name: &str| self.sets.iter().any(|set| set.name == name);
        self.unheld = names.iter().copied().filter(|name| !judged(name)).collect();
    }

    /// How many findings weigh `severity`, in all sets, our own and the ledger's.
    pub fn count(&self, severity: Severity) -> usize {
        let reported = self.sets.iter().flat_map(|set| match &set.outcome {
            Outcome::CannotRun(_) => &[][..],
            Outcome::Report(findings) => findings,
        });
        reported.chain(&self.own).chain(&self.ledger).filter(|finding| finding.severity == severity).count()
    }
}

static PREPARED: LazyLock<Vec<Prepared>> = LazyLock::new(|| {
    let sets = [
        &en16931::EN_UBL,
        &peppol::BILLING,
        &peppol::SELF_BILLING,
        &pint::PINT,
        &pint_sg::PINT_SG,
        &iras::IRAS,
    ];
    sets.into_iter().map(Prepared::new).collect()
});

/// Every set of rules that we hold.
pub fn rule_sets() -> impl Iterator<Item = &'static RuleSet> {
    PREPARED.iter().map(|prepared| prepared.set)
}

/// Every rule of the set called `name`.
pub fn rules_of(name: &str) -> impl Iterator<Item = &'static Rule> {
    PREPARED.iter().filter(move |prepared| prepared.set.name == name).flat_map(Prepared::rules)
}

/// Reads an invoice and judges it by the sets of the profile that it says it follows, in the releases that we hold.
///
/// # Errors
/// As [`read`].
pub fn check(bytes: &[u8]) -> Result<Verdict, Refusal> {
    let document = read(bytes)?;
    let profile = Profile::of(&document);
    let mut verdict = judge(&document, |set| profile.sets.contains(&set.name));
    verdict.miss(profile.sets);
    Ok(verdict)
}

/// Judges a document by the sets that are `wanted`.
pub fn judge(document: &Document<'_>, wanted: impl Fn(&RuleSet) -> bool) -> Verdict {
    let teller = Teller::new(document);
    let mut own_findings: Vec<Finding> =
        document.faults.iter().map(|fault| teller.tell_fault(fault)).collect();
    let mut sets = Vec::new();
    for prepared in PREPARED.iter().filter(|prepared| wanted(prepared.set)) {
        let outcome = match prepared.run(document) {
            Ok(hits) => Outcome::Report(hits.iter().map(|hit| teller.tell(hit)).collect()),
            Err(stop) => {
                let cause = teller.tell_stop(&stop);
                // Several sets stop at one place, each in a rule of its own.
                if own_findings.iter().all(|told| told.id != cause.id || told.xpath != cause.xpath) {
                    own_findings.push(cause.clone());
                }
                Outcome::CannotRun(Box::new(cause))
            }
        };
        let not_judged = prepared.not_judged().map(|rule| rule.id).collect();
        sets.push(SetVerdict { name: prepared.set.name, version: prepared.set.version, outcome, not_judged });
    }
    own_findings.extend(own::findings(document, &teller));
    Verdict {
        sets,
        own: own_findings,
        unheld: Vec::new(),
        coming: Vec::new(),
        ledger: Vec::new(),
        tax: Vec::new(),
    }
}
