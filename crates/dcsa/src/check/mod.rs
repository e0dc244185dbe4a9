//! `bill check`: what a carrier, a club or a counterpart would refuse in a draft, where it stands, and the fix.
//!
//! One rule is one row of [`RULES`]; the catalogue of rules, the command and the tests read the same table. Looking
//! never fails: only bytes that are no JSON object are refused, everything else is a [`Finding`].

mod cargo;
mod nature;
mod parties;
mod places;
mod schema;
mod table;

use vocab::{Finding, Refusal, RefusalKind, Severity, date::Date};

use crate::{TransportDocument, place::At};

pub use table::RULES;

/// A document with a fatal finding cannot be issued.
pub const NOT_ISSUABLE: RefusalKind = RefusalKind {
    code: "document-not-issuable",
    sentence: "Somebody on the way would refuse this document, so it is not issued.",
    remedy: "Run `twakow bill check` on the draft and mend every fatal finding.",
};

/// Findings that one rule may give on one document: a draft with a thousand faults is told a hundred of each.
pub const FINDINGS_MAX: usize = 100;

/// One rule about a transport document.
#[derive(Debug)]
pub struct Rule {
    /// Stable, lower-case, hyphenated.
    pub id: &'static str,
    /// How much a breach weighs.
    pub severity: Severity,
    /// What is wrong, in a sentence.
    pub message: &'static str,
    /// What a trader can write instead.
    pub remedy: &'static str,
    /// Who says so.
    pub source: &'static str,
    look: Look,
}

/// A document, and what was found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Checked {
    /// The document, verbatim.
    pub document: TransportDocument,
    /// What was found, in the order of [`RULES`], within a rule in the order of the document.
    pub findings: Vec<Finding>,
}

/// Checks the document that `bytes` write by every rule but those that ask what day it is.
///
/// # Errors
/// As [`TransportDocument::read`].
pub fn check(bytes: &[u8]) -> Result<Checked, Refusal> {
    Ok(look_at(TransportDocument::read(bytes)?, None))
}

/// As [`check`], and by the rules that ask whether a date lies after `today`.
///
/// # Errors
/// As [`TransportDocument::read`].
pub fn check_on(bytes: &[u8], today: Date) -> Result<Checked, Refusal> {
    Ok(look_at(TransportDocument::read(bytes)?, Some(today)))
}

/// What the published schema alone refuses in `document`, in the order of [`RULES`].
pub fn against_schema(document: &TransportDocument) -> Vec<Finding> {
    let mut faults = schema::faults(&document.root());
    let schema_rules = RULES.iter().filter(|rule| rule.severity == Severity::Fatal);
    let found = schema_rules.flat_map(|rule| match rule.look {
        Look::Schema(fault) => {
            faults.remove(&fault).unwrap_or_default().0.into_iter().map(|b| rule.finding(b)).collect()
        }
        Look::Own(_) => Vec::new(),
    });
    found.collect()
}

impl Checked {
    /// How many findings weigh `severity`.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }

    /// The document, when nothing fatal was found in it.
    ///
    /// # Errors
    /// [`NOT_ISSUABLE`] with the first fatal rule and its place.
    pub fn issuable(self) -> Result<TransportDocument, Refusal> {
        match self.findings.iter().find(|finding| finding.severity == Severity::Fatal) {
            None => Ok(self.document),
            Some(finding) => Err(NOT_ISSUABLE.because(finding.rule).at(finding.place.clone())),
        }
    }
}

/// How a rule looks: it is one fault that the schema pass can meet, or a look of its own.
#[derive(Debug)]
enum Look {
    Schema(schema::Fault),
    Own(fn(&Draft<'_>, &mut Breaches)),
}

/// What rules look at.
struct Draft<'a> {
    root: At<'a>,
    today: Option<Date>,
}

/// The places at which one rule was broken.
#[derive(Debug, Default)]
struct Breaches(Vec<Breach>);

#[derive(Debug)]
struct Breach {
    place: String,
    found: Option<String>,
    detail: Option<String>,
}

impl Breaches {
    fn at(&mut self, place: &At<'_>) {
        self.push(place, None);
    }

    fn because(&mut self, place: &At<'_>, detail: impl Into<String>) {
        self.push(place, Some(detail.into()));
    }

    fn push(&mut self, place: &At<'_>, detail: Option<String>) {
        if self.0.len() < FINDINGS_MAX {
            self.0.push(Breach { place: place.pointer().to_owned(), found: place.shown(), detail });
        }
    }
}

fn look_at(document: TransportDocument, today: Option<Date>) -> Checked {
    let draft = Draft { root: document.root(), today };
    let mut faults = schema::faults(&draft.root);
    let mut findings = Vec::new();
    for rule in RULES {
        let breaches = match rule.look {
            Look::Schema(fault) => faults.remove(&fault).unwrap_or_default(),
            Look::Own(look) => {
                let mut breaches = Breaches::default();
                look(&draft, &mut breaches);
                breaches
            }
        };
        findings.extend(breaches.0.into_iter().map(|breach| rule.finding(breach)));
    }
    Checked { document, findings }
}

impl Rule {
    fn finding(&self, breach: Breach) -> Finding {
        let message = match breach.detail {
            Some(detail) => format!("{} ({detail})", self.message.trim_end_matches('.')) + ".",
            None => self.message.to_owned(),
        };
        Finding {
            rule: self.id,
            severity: self.severity,
            place: breach.place,
            found: breach.found,
            message,
            remedy: self.remedy.to_owned(),
            source: self.source,
        }
    }
}
