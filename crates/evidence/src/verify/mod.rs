//! From bytes and trust to claims.
//!
//! Each module judges its claims by themselves, with what the bundle says; here they are put in order and each is made
//! subject to what it needs (docs/evidence-bundle.md section 4).

mod consents;
mod document;
mod head;
mod list;
mod log;
mod members;
mod pint;
mod platforms;
mod reading;
mod rules;
mod sets;
mod title;
mod unusable;

use std::time::Duration;

use bill::{control::Record, words::Op};
use crypto::{Digest, json::Value};
use vocab::{Refusal, Timestamp};

use self::{
    head::{Bracket, Slots},
    log::{LogView, What},
    members::Platforms,
    reading::Reading,
    rules::Folded,
};
use crate::{
    bundle::{Files, Read, path::Path},
    claim::{Claim, Code, Found, Outcome},
    trust::Trust,
};

/// The age of a head that is recent enough to pay on (docs/evidence-bundle.md 5).
pub const LIMIT_PAYMENT: Duration = Duration::from_secs(10 * 60);
/// The age of a head that is recent enough to be informed by (docs/evidence-bundle.md 5).
pub const LIMIT_INFORMATION: Duration = Duration::from_secs(24 * 3600);

/// What the reader asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Who was in control then?
    pub at: Option<Timestamp>,
    /// The reader's clock.
    pub now: Option<Timestamp>,
    /// How old the head may be.
    pub limit: Duration,
    /// Whether CONTROL-NOW counts.
    pub control_now: bool,
    /// Whether IDENTITY counts.
    pub identity: bool,
}

impl Default for Asked {
    /// Nothing in particular.
    fn default() -> Self {
        Self { at: None, now: None, limit: LIMIT_INFORMATION, control_now: false, identity: false }
    }
}

/// A room that has something to say about files of a bundle which this room only keeps.
pub trait Subject {
    /// Its claims. One whose code is among ours replaces ours when ours is INDETERMINATE; every other is added.
    fn claims(&self, case: &Case<'_>) -> Vec<Claim>;
}

/// What a subject is shown.
pub struct Case<'a> {
    /// The files.
    pub files: &'a Files,
    /// The claims so far.
    pub claims: &'a [Claim],
    /// What the reader trusts.
    pub trust: Option<&'a Trust>,
    /// What the reader asks.
    pub asked: &'a Asked,
}

/// What a bundle proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The record that the manifest names.
    pub record: Option<Digest>,
    /// The log of the record.
    pub origin: Option<String>,
    /// Whether bundle or trust say that keys were made from a seed.
    pub test: bool,
    /// Whether there was a trust file.
    pub trusted: bool,
    /// What was asked.
    pub asked: Asked,
    /// The claims, in order.
    pub claims: Vec<Claim>,
    /// The acts, in order; none when they could not be read.
    pub acts: Vec<ActLine>,
    /// How the record stands after its last act; `None` when the rules do not hold.
    pub state: Option<State>,
    /// How it stood at the time asked for, when that can be said.
    pub state_at: Option<State>,
    /// The law that the record names.
    pub law: Option<String>,
    /// The jurisdiction that the record names.
    pub jurisdiction: Option<String>,
}

/// One act, for people and reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActLine {
    /// Its position.
    pub seq: u64,
    /// What it does.
    pub op: Op,
    /// Its digest.
    pub digest: Digest,
    /// When the signer says it was made.
    pub at: Timestamp,
    /// The time of its leaf.
    pub leaf_at: Timestamp,
    /// Where its leaf stands, if its proof holds.
    pub index: Option<u64>,
    /// Not in force before.
    pub not_before: Option<Timestamp>,
    /// In force for certain from.
    pub final_by: Option<Timestamp>,
    /// Who signed it.
    pub provenance: &'static str,
    /// The record after it, as far as the rules hold.
    pub after: Option<State>,
}

/// How a record stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// `live`, `surrendered` or `closed`.
    pub phase: &'static str,
    /// The home platform of who is in control; `None` once it is closed.
    pub home: Option<String>,
    /// The key sets in control.
    pub sets: Vec<Digest>,
    /// The parties behind them, as enrolled; as many as the bundle tells.
    pub parties: Vec<String>,
    /// What the endorsements say, in words; `None` when it cannot be said.
    pub title: Option<String>,
    /// As of when nothing came after; only where that is shown.
    pub as_of: Option<Timestamp>,
}

impl Verdict {
    /// The claim of this code.
    pub fn claim(&self, code: Code) -> Option<&Claim> {
        self.claims.iter().find(|claim| claim.code == code.word())
    }

    /// 0 when every counted claim is PASS, 1 when one is FAIL, 3 otherwise.
    pub fn exit(&self) -> u8 {
        let counted = self.claims.iter().filter(|claim| claim.counts).filter_map(|claim| claim.outcome);
        match counted.max() {
            Some(Outcome::Fail) => 1,
            Some(Outcome::Pass) => 0,
            Some(Outcome::Indeterminate) | None => 3,
        }
    }
}

/// Verifies a bundle.
///
/// # Errors
/// The bytes are no bundle at all (exit 2). Whatever else is wrong is a claim.
pub fn verify(bytes: &[u8], trust: Option<&Trust>, asked: &Asked) -> Result<Verdict, Refusal> {
    verify_with(bytes, trust, asked, &[])
}

/// As [`verify`], with claims of other subjects.
///
/// # Errors
/// As [`verify`].
pub fn verify_with(
    bytes: &[u8],
    trust: Option<&Trust>,
    asked: &Asked,
    subjects: &[&dyn Subject],
) -> Result<Verdict, Refusal> {
    let broken = |record, test, why: &Refusal| {
        let found = [(Code::Format, Found::fail_for(why))];
        Verdict { test: test || is_test(trust), ..nothing_judged(record, trust, asked, found) }
    };
    let files = match Files::read(bytes)? {
        Read::Whole(files) => files,
        Read::Broken { record, test, why } => return Ok(broken(record, test, &why)),
    };
    let reading = Reading::of(&files);
    let stand = match &reading {
        Ok(reading) => reading.proofs_stand(&files),
        Err(_) => reading::proofs_stand_with_leaves(&files),
    };
    if let Err(why) = stand {
        return Ok(broken(Some(files.record()), files.is_test(), &why));
    }
    let whole = (Code::Format, Found::pass("whole, and as its manifest says"));
    let mut verdict = match reading {
        Ok(reading) => Judge::of(&files, &reading, trust, asked).verdict(),
        Err(why) => nothing_judged(
            Some(files.record()),
            trust,
            asked,
            [whole, (Code::Canonical, Found::fail_for(&why))],
        ),
    };
    verdict.test = files.is_test() || is_test(trust);
    for subject in subjects {
        let case = Case { files: &files, claims: &verdict.claims, trust, asked };
        for claim in subject.claims(&case) {
            match verdict.claims.iter_mut().find(|own| own.code == claim.code) {
                Some(own) if own.outcome == Some(Outcome::Indeterminate) => *own = claim,
                Some(_) => {}
                None => verdict.claims.push(claim),
            }
        }
    }
    Ok(verdict)
}

fn is_test(trust: Option<&Trust>) -> bool {
    trust.is_some_and(Trust::is_test)
}

/// What cannot be read one way only is not judged.
fn nothing_judged<const N: usize>(
    record: Option<Digest>,
    trust: Option<&Trust>,
    asked: &Asked,
    found: [(Code, Found); N],
) -> Verdict {
    let mut claims: Vec<Claim> =
        found.into_iter().map(|(code, found)| Claim::found(code.word(), "the file", found)).collect();
    for code in Code::ALL.iter().skip(claims.len()) {
        let mut claim = Claim::found(code.word(), "the file", Found::unknown("the file was not judged"));
        claim.subject_to(&Code::FOUNDATION, &claims);
        count(&mut claim, *code, asked);
        claims.push(claim);
    }
    Verdict {
        record,
        origin: None,
        test: false,
        trusted: trust.is_some(),
        asked: asked.clone(),
        claims,
        acts: Vec::new(),
        state: None,
        state_at: None,
        law: None,
        jurisdiction: None,
    }
}

/// CONTROL-NOW and IDENTITY count only when asked for.
fn count(claim: &mut Claim, code: Code, asked: &Asked) {
    claim.counts = claim.subject.is_some()
        && match code {
            Code::ControlNow => asked.control_now,
            Code::Identity => asked.identity,
            _ => true,
        };
}

/// Everything that is needed to judge, computed once.
struct Judge<'a> {
    files: &'a Files,
    reading: &'a Reading,
    trust: Option<&'a Trust>,
    asked: &'a Asked,
    log: LogView<'a>,
}

impl<'a> Judge<'a> {
    fn of(files: &'a Files, reading: &'a Reading, trust: Option<&'a Trust>, asked: &'a Asked) -> Self {
        Self { files, reading, trust, asked, log: LogView::of(files, reading, trust) }
    }

    fn verdict(&self) -> Verdict {
        let platforms = Platforms::of(self.reading, &self.log);
        let slots = Slots::of(self.reading);
        let folded = rules::fold(self.reading, &self.log, &platforms);
        let brackets = head::brackets(self.reading, &self.log);
        let titles = title::replay(self.reading, &self.log);
        let pint = pint::pint(self.reading, &self.log, &platforms, self.files);
        let mut claims: Vec<Claim> = Vec::with_capacity(Code::ALL.len());
        let mut in_force = None;
        for code in Code::ALL.iter().copied() {
            let own = match code {
                Code::Members => self.one(
                    "charter and members",
                    platforms.members(self.reading, &self.log, &slots, self.trust),
                ),
                Code::KeysInForce => {
                    self.one("the sets that signed", sets::keys_in_force(self.reading, &self.log, &slots))
                }
                Code::Countersigned => {
                    self.one("the acts", platforms::countersigned(self.reading, &self.log, &platforms))
                }
                Code::Accepted => match platforms::accepted(self.reading, &self.log, &platforms) {
                    Some(found) => self.one("the acts that cross", found),
                    None => Err("no act crosses to another platform"),
                },
                Code::ControlRules => self.one("the acts", folded.found.clone()),
                Code::Tag => {
                    let closed = self.reading.acts.last().is_some_and(|last| last.act.op() == Op::Close);
                    self.one("the tag", rules::tag(self.reading, &self.log, &slots, closed))
                }
                Code::Who => {
                    let carrier = self.reading.document.as_ref().and_then(document::carrier);
                    let found =
                        sets::who(self.reading, &self.log, &platforms, carrier.as_deref(), self.trust);
                    self.one("the parties", found)
                }
                Code::Title => self.one("the document's title", titles.title.clone()),
                Code::Medium => match &titles.medium {
                    Some(found) => self.one("change of medium, replacement", found.clone()),
                    None => Err("the record neither changes its medium nor replaces another"),
                },
                Code::ControlAt => match self.asked.at {
                    None => Err("not asked"),
                    Some(at) => {
                        let (found, act) =
                            head::control_at(at, &brackets, self.as_of(&claims, &platforms, &slots));
                        in_force = act;
                        self.one(&format!("{at}"), found)
                    }
                },
                Code::NothingLater => self.one(
                    "the record's head",
                    head::nothing_later(self.reading, &self.log, &slots, &platforms),
                ),
                Code::ControlNow => match self.asked.now {
                    None => Err("the reader's clock is not known"),
                    Some(now) => {
                        let as_of = self.log.quorum_time(What::Head);
                        self.one("the record's head", head::control_now(now, as_of, self.asked.limit))
                    }
                },
                Code::Pint => match &pint {
                    Some(pint) => self.one("the chain entries", pint.found.clone()),
                    None => Err("the bundle has no chain entries"),
                },
                Code::Algorithms => self.one("every signature", self.algorithms(pint.as_ref())),
                _ => self.plain(code),
            };
            let mut claim = match own {
                Ok((subject, found)) => Claim::found(code.word(), subject, found),
                Err(why) => Claim::about_nothing(code.word(), why),
            };
            claim.subject_to(code.needs(), &claims);
            count(&mut claim, code, self.asked);
            claims.push(claim);
        }
        self.told(claims, &folded, &brackets, &titles, in_force)
    }

    /// Claims that need nothing but the files and the log.
    fn plain(&self, code: Code) -> Result<(String, Found), &'static str> {
        match code {
            Code::Format => self.one("the file", Found::pass("whole, and as its manifest says")),
            Code::Canonical => {
                self.one("what is signed", Found::pass("every text is its own canonical form"))
            }
            Code::Document => self.one("the document", document::document(self.reading)),
            Code::Chain => self.one("the acts", rules::chain(self.reading, self.files.record())),
            Code::Logged => self.one("the leaves", self.log.logged(self.reading, self.trust)),
            Code::Cosigned => self.one("the checkpoints", self.log.cosigned()),
            Code::Single => self.one("the log", self.log.single()),
            Code::Time => self.one("the leaves", self.log.time()),
            Code::ActSigned => self.one("the acts", sets::acts_signed(self.reading, &self.log)),
            Code::Identity => match sets::identity(self.reading, self.files) {
                Some(found) => self.one("the receipts", found),
                None => Err("no set names a receipt"),
            },
            Code::Provenance => self.one("the acts", rules::provenance(self.reading)),
            Code::Conserved => Err("splitting and combining are not in this version"),
            Code::Held => Err("holds and orders are not in this version"),
            Code::Seals if self.files.get(Path::Seal(0)).is_some() => {
                self.one("the seals", Found::unknown("seals are not in this version"))
            }
            Code::Seals => Err("the bundle has no seals"),
            Code::Members
            | Code::KeysInForce
            | Code::Countersigned
            | Code::Accepted
            | Code::ControlRules
            | Code::Tag
            | Code::Who
            | Code::Title
            | Code::Medium
            | Code::ControlAt
            | Code::NothingLater
            | Code::ControlNow
            | Code::Pint
            | Code::Algorithms => Err("judged elsewhere"),
        }
    }

    fn one(&self, subject: &str, found: Found) -> Result<(String, Found), &'static str> {
        Ok((subject.to_owned(), found))
    }

    /// As of when NOTHING-LATER will be PASS, which CONTROL-AT has to know before its turn.
    fn as_of(&self, before: &[Claim], platforms: &Platforms<'_>, slots: &Slots<'_>) -> Option<Timestamp> {
        let found = head::nothing_later(self.reading, &self.log, slots, platforms);
        let mut claim = Claim::found(Code::NothingLater.word(), "", found);
        claim.subject_to(Code::NothingLater.needs(), before);
        if claim.outcome == Some(Outcome::Pass) { self.log.quorum_time(What::Head) } else { None }
    }

    fn algorithms(&self, pint: Option<&pint::Pint>) -> Found {
        let unsound = pint.map(|pint| pint::unsound(&pint.algorithms)).unwrap_or_default();
        if let Some(algorithm) = unsound.first() {
            return Found::fail(format!("{algorithm} is not sound for its use"));
        }
        self.log.long_term()
    }

    /// The verdict with what it tells beside its claims.
    fn told(
        &self,
        claims: Vec<Claim>,
        folded: &Folded,
        brackets: &[Bracket],
        titles: &title::Titles,
        in_force: Option<usize>,
    ) -> Verdict {
        let passed = |code: Code| {
            claims.iter().any(|claim| claim.code == code.word() && claim.outcome == Some(Outcome::Pass))
        };
        let as_of = if passed(Code::NothingLater) { self.log.quorum_time(What::Head) } else { None };
        let after =
            |nth: usize| self.state(folded.states.get(nth)?, titles.after.get(nth).cloned().flatten());
        let whole = folded.states.len() == self.reading.acts.len();
        let last = self.reading.acts.len().checked_sub(1).filter(|_| whole);
        let issue = self.reading.acts.first().and_then(|file| file.signed.details.as_ref());
        let said =
            |name| issue.and_then(|issue| issue.value.get(name)).and_then(Value::as_str).map(str::to_owned);
        Verdict {
            record: Some(self.files.record()),
            origin: Some(self.log.origin().to_owned()),
            test: false,
            trusted: self.trust.is_some(),
            asked: self.asked.clone(),
            acts: self.acts(brackets, &after),
            state: last.and_then(after).map(|state| State { as_of, ..state }),
            state_at: in_force.filter(|_| passed(Code::ControlAt)).and_then(after),
            law: said("law"),
            jurisdiction: said("jurisdiction"),
            claims,
        }
    }

    fn acts(&self, brackets: &[Bracket], after: &dyn Fn(usize) -> Option<State>) -> Vec<ActLine> {
        let acts = self.reading.acts.iter().zip(brackets).enumerate();
        acts.map(|(nth, (file, bracket))| ActLine {
            seq: file.act.seq(),
            op: file.act.op(),
            digest: file.act.digest(),
            at: file.act.at(),
            leaf_at: file.signed.leaf.at,
            index: self.log.index(What::Act(nth)),
            not_before: bracket.not_before,
            final_by: bracket.certain_from,
            provenance: rules::provenance_of(file.act.op()),
            after: after(nth),
        })
        .collect()
    }

    fn state(&self, record: &Record, title: Option<String>) -> Option<State> {
        let controller = record.controller();
        let sets = controller.map(|controller| controller.sets.clone()).unwrap_or_default();
        let names = sets.iter().filter_map(|id| sets::party(self.reading, id)?.get("partyName")?.as_str());
        let phase = match record {
            Record::Live(_) => "live",
            Record::Surrendered(_) => "surrendered",
            Record::Closed(_) => "closed",
        };
        Some(State {
            phase,
            home: controller.map(|controller| controller.home.to_string()),
            parties: names.map(str::to_owned).collect(),
            sets,
            title,
            as_of: None,
        })
    }
}
