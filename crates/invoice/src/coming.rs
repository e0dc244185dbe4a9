//! Releases that are published and not yet applied: what they will refuse that passes today, and what they will let pass.
//!
//! A coming release is held as its differences from the release of today. It cannot judge alone, so it is no [`RuleSet`] of
//! [`crate::rule_sets`]: it only forecasts.

use std::sync::LazyLock;

use vocab::Severity;

use crate::{
    document::Document,
    engine::Prepared,
    finding::{Finding, Teller},
    peppol,
    rule::{Rule, RuleSet},
    verdict::{Outcome, SetVerdict},
};

/// A release that will be applied from a day on, as far as it differs from the one before.
#[derive(Debug)]
pub struct ComingRelease {
    /// Rules that are new, or say more than today under the same id; version and days of the release.
    pub rules: RuleSet,
    /// Rules of today that it has no longer, or not always.
    pub(crate) eased: &'static [Eased],
    /// What of it we do not hold, in words; empty where we hold all.
    pub not_held: &'static str,
}

/// A rule of today that a coming release does without.
#[derive(Debug)]
pub(crate) struct Eased {
    pub(crate) rule: &'static str,
    /// For which documents.
    pub(crate) when: fn(&Document<'_>) -> bool,
    pub(crate) why: &'static str,
}

/// What a coming release will say of a document, beside what is said today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The set.
    pub name: &'static str,
    /// The coming release.
    pub version: &'static str,
    /// The first day on which it is applied, as `2027-02-24`.
    pub from: &'static str,
    /// What it refuses, and today's release does not.
    pub refused: Vec<Finding>,
    /// What it warns of, and today's release does not.
    pub warned: Vec<Finding>,
    /// Ids of rules that refuse the document today and then no longer, each with the reason.
    pub eased: Vec<(&'static str, &'static str)>,
    /// What of the release we do not hold; empty where we hold all.
    pub not_held: &'static str,
}

static PREPARED: LazyLock<Vec<(Prepared, &'static ComingRelease)>> = LazyLock::new(|| {
    let releases = [&peppol::coming::BILLING, &peppol::coming::SELF_BILLING];
    releases.into_iter().map(|release| (Prepared::new(&release.rules), release)).collect()
});

/// Every release that we know to come.
pub fn coming_releases() -> impl Iterator<Item = &'static ComingRelease> {
    PREPARED.iter().map(|(_, release)| *release)
}

/// The rules in which the coming release of the set called `name` differs.
pub fn coming_rules(name: &str) -> impl Iterator<Item = &'static Rule> {
    PREPARED
        .iter()
        .filter(move |(_, release)| release.rules.name == name)
        .flat_map(|(rules, _)| rules.rules())
}

/// What the coming releases of the sets that have judged `document` will say of it.
pub fn forecast(document: &Document<'_>, today: &[SetVerdict]) -> Vec<Forecast> {
    let teller = Teller::new(document);
    let coming = |set: &SetVerdict| PREPARED.iter().find(|(_, release)| release.rules.name == set.name);
    today.iter().filter_map(|set| Some(of_set(document, set, coming(set)?, &teller))).collect()
}

fn of_set(
    document: &Document<'_>,
    today: &SetVerdict,
    (rules, release): &(Prepared, &'static ComingRelease),
    teller: &Teller<'_>,
) -> Forecast {
    let told = match &today.outcome {
        Outcome::CannotRun(_) => &[][..],
        Outcome::Report(findings) => findings,
    };
    let is_told = |finding: &Finding| {
        told.iter().any(|told| {
            (told.id, told.severity, &told.xpath) == (finding.id, finding.severity, &finding.xpath)
        })
    };
    // Where the new rules stop, so do those of today, which read the same elements.
    let hits = rules.run(document).unwrap_or_default();
    let new: Vec<Finding> =
        hits.iter().map(|hit| teller.tell(hit)).filter(|finding| !is_told(finding)).collect();
    let (refused, warned) = new.into_iter().partition(|finding| finding.severity == Severity::Fatal);
    let refuses_today =
        |rule: &str| told.iter().any(|told| told.id == rule && told.severity == Severity::Fatal);
    let eased = release.eased.iter().filter(|eased| refuses_today(eased.rule) && (eased.when)(document));
    Forecast {
        name: release.rules.name,
        version: release.rules.version,
        from: release.rules.valid_from,
        refused,
        warned,
        eased: eased.map(|eased| (eased.rule, eased.why)).collect(),
        not_held: release.not_held,
    }
}
