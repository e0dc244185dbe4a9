//! A record as the final log has it: the registry's part of a bundle, verified and folded.

use std::{collections::BTreeMap, sync::Arc};

use bill::{
    act::Act,
    control::{self, Facts, Record, Standing},
    keyset::{self, KeySet},
    signatures::SignatureList,
    words::{Controller, Platform},
};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use evidence::{
    bundle::{Files, path::Path},
    claim::{Code, Outcome},
    trust::Trust,
    verify::{Asked, Verdict, verify},
};
use registry::{
    governance::{Governance, replay},
    leaf::{Leaf, PlainMark},
};
use vocab::{Refusal, RefusalKind, Timestamp};

use crate::registrar::LookedUp;

/// The registry's answer does not prove what it says.
pub const NOT_PROVED: RefusalKind = RefusalKind {
    code: "registry-answer-not-proved",
    sentence: "What the registry answered does not prove the state of the record.",
    remedy: "Ask again; if it lasts, keep the answer: it may convict the registry.",
};

/// What a platform must see proved before it acts on a record: everything but who the parties are, which it knows by its
/// own enrolment, and what rests on details that it may not have.
const MUST_PASS: &[Code] = &[
    Code::Format,
    Code::Canonical,
    Code::Chain,
    Code::Logged,
    Code::Cosigned,
    Code::Single,
    Code::Time,
    Code::Members,
    Code::ActSigned,
    Code::KeysInForce,
    Code::Countersigned,
    Code::ControlRules,
    Code::Tag,
];

/// A record by the final log, as of the head's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct View {
    /// The record's fold.
    pub(crate) record: Record,
    /// Its acts, in order.
    pub(crate) acts: Vec<Arc<Act>>,
    /// When each of them was admitted.
    pub(crate) admitted_at: Vec<Timestamp>,
    /// Who was in control after each of them.
    pub(crate) controllers: Vec<Option<Controller>>,
    /// The key sets that occur in it, by id.
    pub(crate) sets: Arc<BTreeMap<Digest, KeySet>>,
    /// The same after each of their acts.
    states: Arc<Vec<SetState>>,
    /// The issuer's set as it was when the record began.
    pub(crate) issuer: Arc<KeySet>,
    /// The head's time.
    pub(crate) as_of: Timestamp,
    /// Nothing came after the last act as of the head's time; a platform that control has left is not shown that.
    pub(crate) nothing_later: bool,
    /// The acts declined.
    pub(crate) declined: Vec<Digest>,
    /// Charters and member marks, with the times of their leaves.
    marks: Vec<(PlainMark, Timestamp)>,
}

/// A key set as one of its acts left it, from this time on.
#[derive(Debug, Clone, PartialEq, Eq)]
struct SetState {
    from: Timestamp,
    id: Digest,
    set: KeySet,
}

impl View {
    /// Verifies and folds what the registry answered.
    ///
    /// # Errors
    /// `registry-answer-not-proved` with the first claim that does not hold.
    pub(crate) fn of(record: &Digest, found: &LookedUp, trust: &Trust) -> Result<Self, Refusal> {
        let verdict = verdict(record, found, trust)?;
        prove(&verdict)?;
        let nothing_later =
            verdict.claim(Code::NothingLater).is_some_and(|claim| claim.outcome == Some(Outcome::Pass));
        fold(record, found, nothing_later)
    }
}

/// The verdict on the registry's part of a bundle.
fn verdict(record: &Digest, found: &LookedUp, trust: &Trust) -> Result<Verdict, Refusal> {
    let files = bundle_files(found)?;
    let bytes = Files::new(*record, false, files)?.write()?;
    verify(&bytes, Some(trust), &Asked::default())
}

/// The files by their parsed paths.
pub(crate) fn bundle_files(found: &LookedUp) -> Result<BTreeMap<Path, Vec<u8>>, Refusal> {
    found.iter().map(|(path, bytes)| Ok((path.parse()?, bytes.clone()))).collect()
}

fn prove(verdict: &Verdict) -> Result<(), Refusal> {
    unproved(verdict, &[]).map_or(Ok(()), |why| Err(NOT_PROVED.because(why)))
}

/// The first claim that a platform must see proved and does not: those of the log, those in `more` that have a subject, and
/// any that fails.
pub(super) fn unproved(verdict: &Verdict, more: &[Code]) -> Option<String> {
    let passes = |code: Code, without_subject: bool| match verdict.claim(code) {
        Some(claim) if claim.outcome == Some(Outcome::Pass) => None,
        Some(claim) if claim.outcome.is_none() && without_subject => None,
        Some(claim) => Some(format!("{}: {}", claim.code, claim.reason)),
        None => Some(code.word().to_owned()),
    };
    let log = MUST_PASS.iter().find_map(|code| passes(*code, false));
    let more = || more.iter().find_map(|code| passes(*code, true));
    let failed = || verdict.claims.iter().find(|claim| claim.outcome == Some(Outcome::Fail));
    log.or_else(more).or_else(|| failed().map(|failed| format!("{}: {}", failed.code, failed.reason)))
}

impl View {
    /// Folds the files of a bundle that was proved; whether anything came after them is not asked.
    pub(super) fn folded(record: &Digest, found: &LookedUp) -> Result<Self, Refusal> {
        fold(record, found, false)
    }

    /// The members of the corridor as of the head's time, by the marks of the log.
    pub(super) fn governance(&self) -> Result<Option<Governance>, Refusal> {
        let mut governance = None;
        for (mark, at) in &self.marks {
            governance = Some(replay(governance, mark, *at)?);
        }
        Ok(governance)
    }
}

fn fold(id: &Digest, found: &LookedUp, nothing_later: bool) -> Result<View, Refusal> {
    let act_file =
        |count: usize| found.get(&format!("acts/{count:04}.json")).map(|bytes| ActFile::read(bytes));
    let first = act_file(0).ok_or_else(|| NOT_PROVED.because("acts"))??;
    let standing = |_: Platform| Standing::Member;
    let facts = Facts::new(first.leaf_at, REJECT_HOURS_MAX, &standing);
    let record = control::apply_issue(&control::check_issue_alone(&first.act, &facts)?);
    if record.spine().record() != *id {
        return Err(NOT_PROVED.because("acts"));
    }
    let head = found.get("head/leaf.json").ok_or_else(|| NOT_PROVED.because("head"))?;
    let states = set_states(found)?;
    let issuer = record.spine().issuer().sets.first();
    let issuer = issuer.and_then(|id| sets_at(&states, first.leaf_at).remove(id));
    let mut view = View {
        admitted_at: vec![first.leaf_at],
        issuer: Arc::new(issuer.ok_or_else(|| NOT_PROVED.because("the issuer's key set"))?),
        controllers: vec![record.controller().cloned()],
        record,
        acts: vec![Arc::new(first.act)],
        sets: Arc::new(states.iter().map(|state| (state.id, state.set.clone())).collect()),
        states: Arc::new(states),
        as_of: Leaf::parse(head)?.at(),
        nothing_later,
        declined: declined(found)?,
        marks: marks(found)?,
    };
    for count in 1.. {
        let Some(file) = act_file(count) else { break };
        let file = file?;
        view.follow(&file.act, file.leaf_at)?;
    }
    Ok(view)
}

impl View {
    /// Folds the next act, admitted at this time.
    ///
    /// Invariant: the act is in a log that was verified, so it was admitted by these rules at its leaf; folding it again asks
    /// for nothing that could have changed since, nor for a release: who left a suspended home has none.
    pub(super) fn follow(&mut self, act: &Act, leaf_at: Timestamp) -> Result<(), Refusal> {
        let standing = |_: Platform| Standing::Member;
        let facts = Facts::new(leaf_at, REJECT_HOURS_MAX, &standing).released(true);
        // What takes the record's place is that record's own evidence.
        let admitted = control::check_alone(&self.record, act, &facts)?;
        self.record = control::apply(self.record.clone(), &admitted);
        self.controllers.push(self.record.controller().cloned());
        self.acts.push(Arc::new(act.clone()));
        self.admitted_at.push(leaf_at);
        Ok(())
    }

    /// The key sets as they were at a time.
    pub(super) fn sets_at(&self, time: Timestamp) -> BTreeMap<Digest, KeySet> {
        sets_at(&self.states, time)
    }
}

/// The window of a reject is the registry's to judge when it admits; no charter allows more than this.
const REJECT_HOURS_MAX: u64 = registry::charter::WAIT_HOURS_MAX;

struct ActFile {
    act: Act,
    signatures: SignatureList,
    leaf_at: Timestamp,
}

impl ActFile {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(evidence::bundle::path::RECORD_BYTES_MAX))?;
        let text =
            |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().as_bytes().to_vec();
        Ok(Self {
            act: Act::parse(&text("act"))?,
            signatures: SignatureList::parse(&text("signatures"))?,
            leaf_at: Leaf::parse(&text("leaf"))?.at(),
        })
    }
}

fn sets_at(states: &[SetState], time: Timestamp) -> BTreeMap<Digest, KeySet> {
    let then = states.iter().filter(|state| state.from <= time);
    then.map(|state| (state.id, state.set.clone())).collect()
}

/// The key sets among the files after each of their acts, those of one set in their order.
fn set_states(found: &LookedUp) -> Result<Vec<SetState>, Refusal> {
    let mut states: Vec<SetState> = Vec::new();
    for (path, bytes) in found.iter() {
        let Path::SetAct(id, count) = path.parse()? else { continue };
        let file = ActFile::read(bytes)?;
        let set = if count == 0 {
            keyset::apply_first(&keyset::check_first(&file.act, file.leaf_at)?)
        } else {
            let before = states.iter().rev().find(|state| state.id == id);
            let before = before.ok_or_else(|| NOT_PROVED.because("keysets"))?.set.clone();
            let rekeyed = keyset::check(&before, &file.act, &file.signatures.signers()?, file.leaf_at)?;
            keyset::apply(before, &rekeyed)
        };
        states.push(SetState { from: file.leaf_at, id, set });
    }
    Ok(states)
}

fn marks(found: &LookedUp) -> Result<Vec<(PlainMark, Timestamp)>, Refusal> {
    let mut marks = Vec::new();
    for count in 0.. {
        let Some(bytes) = found.get(&format!("members/{count:04}.json")) else { break };
        let value = json::parse_canonical(bytes, &Limits::bytes(evidence::bundle::path::RECORD_BYTES_MAX))?;
        let leaf = value.get("leaf").and_then(Value::as_str).unwrap_or_default();
        if let Leaf::Mark { at, mark, .. } = Leaf::parse(leaf.as_bytes())? {
            marks.push((mark, at));
        }
    }
    Ok(marks)
}

fn declined(found: &LookedUp) -> Result<Vec<Digest>, Refusal> {
    let mut declined = Vec::new();
    for count in 0.. {
        let Some(bytes) = found.get(&format!("marks/{count:04}.json")) else { break };
        let value = json::parse_canonical(bytes, &Limits::bytes(evidence::bundle::path::RECORD_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "mark")?;
        let statement = bill::signatures::Counter::parse(fields.string("statement")?.as_bytes())?;
        declined.push(statement.act);
    }
    Ok(declined)
}
