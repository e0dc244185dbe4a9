//! Looking things up: who may read how much of a record, and the proofs that go with an answer (docs/control.md 8).

use bill::words::Platform;
use crypto::Digest;
use tlog::{
    checkpoint::SignedCheckpoint,
    slot_map::{MapProof, SlotMap},
};
use vocab::{Refusal, Timestamp};

use crate::{log::Log, refusals::NO_MAP_LEAF, slot, state::Kept};

/// The log as it was under one checkpoint: what slot proofs are made from. It costs nothing to keep beside the growing
/// log, with which it shares what has not changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    log: Log,
    map_leaf: Vec<u8>,
    checkpoint: SignedCheckpoint,
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A member platform, known by its connection.
    Platform(Platform),
    /// A key set, known by a signature.
    Set(Digest),
}

/// How much of a record a reader may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Acts from the first on.
    pub acts: usize,
    /// Whether others follow.
    pub more: bool,
}

impl Published {
    /// The log under its checkpoint. Refused (`no-map-leaf`) unless size and root agree and the log ends in a map leaf.
    pub fn new(log: Log, checkpoint: SignedCheckpoint) -> Result<Self, Refusal> {
        let said = checkpoint.checkpoint();
        let map_leaf = log.closing_map().filter(|_| (log.size(), log.root()) == (said.size(), *said.root()));
        let map_leaf =
            map_leaf.ok_or_else(|| NO_MAP_LEAF.because(format!("size {}", log.size())))?.to_bytes();
        Ok(Self { log, map_leaf, checkpoint })
    }

    /// The log.
    pub const fn log(&self) -> &Log {
        &self.log
    }

    /// The bytes of the map leaf, the last one under the checkpoint.
    pub fn map_leaf(&self) -> &[u8] {
        &self.map_leaf
    }

    /// The checkpoint, with the signatures it had when it was published.
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// When the map leaf was written.
    pub fn at(&self) -> Option<Timestamp> {
        self.log.last_at()
    }

    /// The head of a record or key set under this checkpoint: its last act's slot present, the next one absent, and no
    /// further mark on it. Nothing when no act of it is under the checkpoint.
    pub fn head(&self, record: &Digest) -> Option<[MapProof; 3]> {
        let slots = self.log.slots();
        let next = next_free(slots, |seq| slot::act(record, seq));
        let last = next.checked_sub(1)?;
        Some([
            slots.prove(&slot::act(record, last)),
            slots.prove(&slot::act(record, next)),
            self.no_further_mark(record),
        ])
    }

    /// That a subject has no mark beyond those under this checkpoint: a record, a set, a platform, the charter.
    pub fn no_further_mark(&self, subject: &Digest) -> MapProof {
        let slots = self.log.slots();
        slots.prove(&slot::mark(subject, next_free(slots, |count| slot::mark(subject, count))))
    }

    /// That a tag has not been used again.
    pub fn tag_unused_since(&self, tag: &Digest) -> MapProof {
        let slots = self.log.slots();
        slots.prove(&slot::tag(tag, next_free(slots, |count| slot::tag(tag, count))))
    }
}

/// The first number whose slot is free. Numbers are used without gap, so doubling and halving finds it in a few steps.
fn next_free(slots: &SlotMap, slot: impl Fn(u64) -> Digest) -> u64 {
    let taken = |number: u64| slots.get(&slot(number)).is_some();
    if !taken(0) {
        return 0;
    }
    let (mut below, mut free) = (0, 1);
    while taken(free) {
        (below, free) = (free, free * 2);
    }
    while free - below > 1 {
        let middle = below + (free - below) / 2;
        if taken(middle) { below = middle } else { free = middle }
    }
    free
}

/// How much of a record `reader` may see. Nothing is also the answer for a record that is not here: unknown and forbidden
/// look the same.
///
/// The present home, holder and remembered holder see all; who was in control before sees up to the act by which control
/// left it, and whether anything followed.
pub fn reach(kept: &Kept, reader: Reader) -> Option<Reach> {
    let is_it = |controller: &bill::words::Controller| match reader {
        Reader::Platform(platform) => controller.home == platform,
        Reader::Set(set) => controller.sets.contains(&set),
    };
    let trail = kept.trail();
    let last = trail.iter().rposition(|step| step.controller.iter().chain(&step.remembered).any(is_it))?;
    let acts = trail.len().min(last + 2);
    Some(Reach { acts, more: acts < trail.len() })
}
