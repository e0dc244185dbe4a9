//! Which findings have one cause: the cause is mended in a copy of the document, and what is gone then belonged to it.
//!
//! One wrong amount of a line breaks its total, the breakdown of tax and a rule of each set. Instead of guessing which
//! rules go together, we write what our own finding would have written, judge again, and look. Findings that nothing of
//! ours can mend go together where they speak of one value.

use std::collections::BTreeMap;

use vocab::Severity;

use crate::{
    document::Document,
    finding::{Finding, Teller},
    mend::{Mending, follow, mendings},
    read::read,
    verdict::{Outcome, SetVerdict, Verdict, judge},
};

/// A finding and the set that it is of; our own are of none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told<'v> {
    /// The set, or nothing where the finding is ours.
    pub set: Option<&'v SetVerdict>,
    /// The finding.
    pub finding: &'v Finding,
}

/// One cause: the finding that says it best, and those that come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause<'v> {
    /// What is wrong.
    pub head: Told<'v>,
    /// What is gone once that is mended, or speaks of the same value; in the order of the verdict.
    pub under: Vec<Told<'v>>,
    /// Whether the findings go together because mending the head was tried and removed them all.
    pub mended: bool,
    /// What else has to be written with it, because sums rest on it.
    pub with_it: Vec<Change>,
}

/// A value that changes with the one that is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The element's place.
    pub xpath: String,
    /// What stands there.
    pub from: String,
    /// What to write.
    pub to: String,
}

/// Copies of a document that are judged to find causes.
pub const COPIES_MAX: usize = 64;
/// Bytes of all copies that are judged to find causes: of a document of more, none is.
pub const COPIED_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Causes that are looked for by mending.
const MENDED_MAX: usize = 8;

impl Cause<'_> {
    /// The worst weight of the cause.
    pub fn severity(&self) -> Severity {
        let under = self.under.iter().map(|told| told.finding.severity);
        under.fold(self.head.finding.severity, Severity::min)
    }
}

/// Every finding of `verdict`, which is about `document`, under its cause; causes in the order of the document.
pub fn causes<'v>(document: &Document<'_>, verdict: &'v Verdict) -> Vec<Cause<'v>> {
    let mut left = all(verdict);
    let mut causes = Search::new(document, verdict).run(&mut left);
    causes.extend(by_place(left));
    causes.sort_by_key(|cause| (cause.head.finding.line, cause.head.finding.column));
    causes
}

/// Our own findings, then each set's.
fn all(verdict: &Verdict) -> Vec<Told<'_>> {
    let own = verdict.own.iter().map(|finding| Told { set: None, finding });
    let reported = verdict.sets.iter().flat_map(|set| {
        let findings = match &set.outcome {
            Outcome::CannotRun(_) => &[][..],
            Outcome::Report(findings) => findings,
        };
        findings.iter().map(move |finding| Told { set: Some(set), finding })
    });
    own.chain(reported).collect()
}

/// What makes two findings of two verdicts the same.
type Key<'f> = (&'f str, &'f str, &'f str);

fn key<'f>(told: &Told<'f>) -> Key<'f> {
    (told.set.map_or("", |set| set.name), told.finding.id, &told.finding.xpath)
}

struct Search<'d, 'v> {
    document: &'d Document<'d>,
    verdict: &'v Verdict,
    copies_left: usize,
}

/// A mending that was tried: how many findings it leaves, and what it takes away.
struct Tried<'v> {
    head: Told<'v>,
    gone: Vec<Told<'v>>,
    mended: String,
    with_it: Vec<Change>,
}

impl<'d, 'v> Search<'d, 'v> {
    fn new(document: &'d Document<'d>, verdict: &'v Verdict) -> Self {
        let by_bytes = COPIED_BYTES_MAX / document.source().len().max(1);
        Search { document, verdict, copies_left: COPIES_MAX.min(by_bytes) }
    }

    /// The causes that mending shows; what they do not explain is left.
    fn run(&mut self, left: &mut Vec<Told<'v>>) -> Vec<Cause<'v>> {
        let mut causes = vec![];
        let mut source = self.document.source().to_owned();
        while causes.len() < MENDED_MAX && !left.is_empty() {
            let Some(best) = self.best(&source, left) else { break };
            source = best.mended;
            left.retain(|told| !best.gone.contains(told));
            let under = best.gone.into_iter().filter(|told| *told != best.head).collect();
            causes.push(Cause { head: best.head, under, mended: true, with_it: best.with_it });
        }
        causes
    }

    /// The mending that takes most away, of those that bring nothing new; of equals the one with least to write.
    fn best(&mut self, source: &str, left: &[Told<'v>]) -> Option<Tried<'v>> {
        let document = read(source.as_bytes()).ok()?;
        let mut best: Option<Tried<'v>> = None;
        for mending in mendings(&document) {
            if self.copies_left == 0 {
                break;
            }
            let Some(tried) = self.try_out(&document, &mending, left) else { continue };
            let rank = |tried: &Tried<'_>| (tried.gone.len(), std::cmp::Reverse(tried.with_it.len()));
            if best.as_ref().is_none_or(|best| rank(&tried) > rank(best)) {
                best = Some(tried);
            }
        }
        best
    }

    fn try_out(
        &mut self,
        document: &Document<'_>,
        mending: &Mending,
        left: &[Told<'v>],
    ) -> Option<Tried<'v>> {
        let (mended, with_it) = follow(document, mending)?;
        self.copies_left = self.copies_left.saturating_sub(1 + with_it.len());
        let copy = read(mended.as_bytes()).ok()?;
        let ran = |name: &str| self.verdict.sets.iter().any(|set| set.name == name);
        let after = judge(&copy, |set| ran(set.name));
        let stopped = |set: &SetVerdict| matches!(set.outcome, Outcome::CannotRun(_));
        let stays_stopped =
            |set: &SetVerdict| after.sets.iter().any(|now| now.name == set.name && stopped(now));
        // What a set that could not run says once it can is news that the mending did not make.
        let comparable = |told: &Told<'_>| {
            told.set.is_none_or(|set| {
                !self.verdict.sets.iter().any(|before| before.name == set.name && stopped(before))
            })
        };
        let now = all(&after);
        let keys: std::collections::BTreeSet<Key<'_>> = now.iter().map(key).collect();
        let before = all(self.verdict);
        let brings_news = now
            .iter()
            .filter(|told| comparable(told))
            .any(|told| !before.iter().any(|old| key(old) == key(told)));
        if brings_news || self.verdict.sets.iter().any(|set| !stopped(set) && stays_stopped(set)) {
            return None;
        }
        let gone: Vec<Told<'v>> = left.iter().filter(|told| !keys.contains(&key(told))).copied().collect();
        let teller = Teller::new(document);
        let at = teller.position(document.element(mending.element));
        let here = |told: &&Told<'v>| (told.finding.line, told.finding.column) == at;
        let head =
            *gone.iter().filter(here).min_by_key(|told| (told.set.is_some(), told.finding.severity))?;
        Some(Tried { head, gone, mended, with_it })
    }
}

/// Findings that speak of one value, and one rule broken in many places.
fn by_place(left: Vec<Told<'_>>) -> Vec<Cause<'_>> {
    let mut places: BTreeMap<(usize, usize), Vec<Told<'_>>> = BTreeMap::new();
    for told in left {
        places.entry((told.finding.line, told.finding.column)).or_default().push(told);
    }
    let mut causes: Vec<Cause<'_>> = vec![];
    let mut alike: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for mut group in places.into_values() {
        // The worst stands first; the sort keeps our own before the official ones.
        group.sort_by_key(|told| told.finding.severity);
        let mut group = group.into_iter();
        let Some(head) = group.next() else { continue };
        let under: Vec<Told<'_>> = group.collect();
        let set = head.set.map_or("", |set| set.name);
        let same = (set, head.finding.id);
        match alike.get(&same).and_then(|at| causes.get_mut(*at)) {
            Some(first) => {
                first.under.push(head);
                first.under.extend(under);
            }
            None => {
                alike.insert(same, causes.len());
                causes.push(Cause { head, under, mended: false, with_it: vec![] });
            }
        }
    }
    causes
}
