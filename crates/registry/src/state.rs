//! Everything a registry knows: a value that one admitted submission after another turns into the next.
//!
//! [`State::admit`] is the only way forward. Nothing in it reads a clock, a file or a key; the caller makes the leaves
//! durable, with the acts and lists they belong to, before it answers. If that fails the caller drops the value and
//! replays what is stored ([`crate::replay`]).

use std::collections::BTreeMap;

use bill::{
    control::Record,
    keyset::KeySet,
    words::{Controller, Platform},
};
use crypto::Digest;
use tlog::checkpoint::Checkpoint;
use vocab::{Refusal, Timestamp};

use crate::{
    admission::{self, Change, Switches},
    governance::Governance,
    leaf::Leaf,
    log::Log,
    submission::Submission,
    verified::Verified,
};

/// A registry between two submissions.
///
/// Invariant: `log` has exactly the leaves of what the other fields fold; a record's slots up to its head are taken and
/// the next one is free.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub(crate) origin: String,
    pub(crate) log: Log,
    /// None before leaf 0.
    pub(crate) governance: Option<Governance>,
    pub(crate) records: BTreeMap<Digest, Kept>,
    pub(crate) sets: BTreeMap<Digest, KeySet>,
    pub(crate) tags: BTreeMap<Digest, TagUse>,
    /// The answer to every act and statement admitted, by its digest; a decline by that of the act declined.
    pub(crate) answers: BTreeMap<Digest, Answer>,
    pub(crate) declined: BTreeMap<Digest, Answer>,
    /// The next count of the marks on a record, where there are any.
    pub(crate) marks: BTreeMap<Digest, u64>,
    /// Grows with every change of a key that may sign; see [`Verified`].
    pub(crate) keys_version: u64,
}

/// A record and the trail of its acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Kept {
    pub(crate) record: Record,
    pub(crate) trail: Vec<Footprint>,
}

/// One admitted act of a record, and who had the record afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Footprint {
    /// The act.
    pub act: Digest,
    /// Its leaf.
    pub index: u64,
    /// The one in control after it; nobody once the record is closed.
    pub controller: Option<Controller>,
    /// The one who surrendered, while the carrier has the record.
    pub remembered: Option<Controller>,
}

/// The last use of a tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TagUse {
    pub(crate) count: u64,
    pub(crate) record: Digest,
}

/// What was admitted, and where: the same for whoever asks again.
///
/// It is no receipt and nobody acts on it: final is what a cosigned checkpoint contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Answer {
    /// The leaf's index.
    pub index: u64,
    /// The leaf's time.
    pub at: Timestamp,
    /// The slot it takes up.
    pub slot: Digest,
}

/// An admitted submission: what must be stored, and what may then be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequenced {
    /// New leaves in order, the first at [`Sequenced::first`]; none when the submission was admitted before.
    pub leaves: Vec<Vec<u8>>,
    /// Index of the first new leaf, or the size of the log when there is none.
    pub first: u64,
    /// The answers, one for each act of the submission.
    pub answers: Vec<Answer>,
}

impl Kept {
    /// The record as its last act left it.
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Its acts, in order.
    pub fn trail(&self) -> &[Footprint] {
        &self.trail
    }
}

impl State {
    /// The registry of a log that has no leaf yet. The first thing it admits is its charter.
    pub fn new(origin: &str) -> Self {
        Self {
            origin: origin.to_owned(),
            log: Log::new(),
            governance: None,
            records: BTreeMap::new(),
            sets: BTreeMap::new(),
            tags: BTreeMap::new(),
            answers: BTreeMap::new(),
            declined: BTreeMap::new(),
            marks: BTreeMap::new(),
            keys_version: 0,
        }
    }

    /// Admits one submission: head, leaves and answer, or nothing at all.
    ///
    /// `signatures` is what [`crate::verified::verify`] said of it, which may be a refusal: the rules are asked in the
    /// order of docs/control.md 8, and a signature is asked for only where all before it has passed.
    ///
    /// # Errors
    /// Nothing has changed after any of them. In this order: `charter-first`; `other-log`, `record-unknown`, `tag-used`,
    /// `tag-unused`; what [`bill::control`] and [`bill::keyset`] refuse; `set-unknown`; the refusals of signatures. For a
    /// decline also `admitted-already`; for a mark those of [`Governance::check_place`].
    pub fn admit(
        &mut self,
        submission: &Submission,
        signatures: &Result<Verified, Refusal>,
        clock: Timestamp,
    ) -> Result<Sequenced, Refusal> {
        self.admit_by(submission, signatures, clock, &Switches::default())
    }

    /// The same with rules switched off. Only for the model, which shows that each rule is needed (docs/control.md).
    #[cfg(feature = "model")]
    pub fn admit_without(
        &mut self,
        submission: &Submission,
        signatures: &Result<Verified, Refusal>,
        clock: Timestamp,
        switches: &Switches,
    ) -> Result<Sequenced, Refusal> {
        self.admit_by(submission, signatures, clock, switches)
    }

    fn admit_by(
        &mut self,
        submission: &Submission,
        signatures: &Result<Verified, Refusal>,
        clock: Timestamp,
        switches: &Switches,
    ) -> Result<Sequenced, Refusal> {
        let admitted = admission::check(self, submission, signatures, clock, switches)?;
        let first = self.log.size();
        let (mut log, mut leaves) = (self.log.clone(), Vec::with_capacity(admitted.leaves.len()));
        // On a copy, so that a leaf that cannot follow leaves nothing behind. The copy shares all but the new paths.
        for leaf in &admitted.leaves {
            leaves.push(log.write(leaf)?.1);
        }
        self.log = log;
        admitted.changes.into_iter().for_each(|change| self.apply(change));
        Ok(Sequenced { leaves, first, answers: admitted.answers })
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Declined { record, act, answer, next } => {
                self.declined.insert(act, answer);
                self.marks.insert(record, next);
            }
            Change::Marked { statement, digest, answer, founds } => {
                self.answers.insert(digest, answer);
                match (founds, &mut self.governance) {
                    (Some(governance), _) => self.governance = Some(governance),
                    (None, Some(governance)) => governance.apply(statement, answer.at),
                    (None, None) => {}
                }
                self.keys_version += 1;
            }
            Change::Record { act, record, answer, tag } => {
                self.answers.insert(act, answer);
                if let Some((tag, uses)) = tag {
                    self.tags.insert(tag, uses);
                }
                let footprint = Footprint {
                    act,
                    index: answer.index,
                    controller: record.controller().cloned(),
                    remembered: record.remembered().cloned(),
                };
                let id = record.spine().record();
                let mut trail = self.records.remove(&id).map_or_else(Vec::new, |kept| kept.trail);
                trail.push(footprint);
                self.records.insert(id, Kept { record, trail });
            }
            Change::Set { act, set, answer } => {
                self.answers.insert(act, answer);
                self.sets.insert(set.id(), set);
                self.keys_version += 1;
            }
        }
    }

    /// Writes a tick, if the log has been silent for ten seconds; else nothing. Returns the leaf's bytes.
    pub fn tick(&mut self, clock: Timestamp) -> Option<Vec<u8>> {
        if !self.log.tick_due(clock) {
            return None;
        }
        let tick = self.log.tick(clock);
        self.log.write(&tick).ok().map(|(_, bytes)| bytes)
    }

    /// Writes the map leaf that closes the log for a checkpoint, unless it is closed already. Returns the leaf's bytes, if
    /// one was written, and the checkpoint to sign. Refused (`charter-first`) before leaf 0.
    pub fn close(&mut self, clock: Timestamp) -> Result<(Option<Vec<u8>>, Checkpoint), Refusal> {
        self.governance()?;
        let mut written = None;
        if !self.log.is_closed() {
            let map: Leaf = self.log.map_leaf(clock);
            written = Some(self.log.write(&map)?.1);
        }
        Ok((written, self.log.checkpoint(&self.origin)?))
    }

    /// The log's origin.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The log.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// Charter and members. Refused (`charter-first`) before leaf 0.
    pub fn governance(&self) -> Result<&Governance, Refusal> {
        self.governance.as_ref().ok_or_else(|| crate::refusals::CHARTER_FIRST.refuse())
    }

    /// A record.
    pub fn record(&self, id: &Digest) -> Option<&Kept> {
        self.records.get(id)
    }

    /// A key set.
    pub fn set(&self, id: &Digest) -> Option<&KeySet> {
        self.sets.get(id)
    }

    /// The answer to an act or statement that was admitted.
    pub fn answer(&self, digest: &Digest) -> Option<Answer> {
        self.answers.get(digest).copied()
    }

    /// The answer to a decline of this act.
    pub fn declined(&self, act: &Digest) -> Option<Answer> {
        self.declined.get(act).copied()
    }

    /// The next count of marks on a record or set.
    pub fn next_mark(&self, subject: &Digest) -> u64 {
        self.marks.get(subject).copied().unwrap_or(0)
    }

    /// The next count of marks on a platform.
    pub fn next_member(&self, platform: Platform) -> u64 {
        let newest = self.governance.as_ref().and_then(|governance| governance.member(platform));
        newest.map_or(0, |member| member.n() + 1)
    }
}
