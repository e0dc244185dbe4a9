//! A log as the registry writes it: leaves whose times do not decrease, slots used once, a map leaf under every
//! checkpoint, a tick after silence (docs/control.md 7, 8).

use std::time::Duration;

use crypto::Digest;
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    key::NoteSigner,
    merkle::{Tree, leaf_hash},
    slot_map::SlotMap,
};
use vocab::{Refusal, Timestamp};

use crate::{
    leaf::Leaf,
    refusals::{LEAF_TIME_FALLS, MAP_LEAF_WRONG, NO_MAP_LEAF},
};

/// After this long without a leaf a tick is due, so that an expiry can be shown (docs/control.md 7).
pub const TICK_AFTER: Duration = Duration::from_secs(10);

/// Everything about a log that decides whether a leaf may follow: a small value, whatever the length of the log.
///
/// A registry appends its own leaves with it, a witness or a platform the leaves that it reads; both keep the same
/// rules by the same lines.
///
/// Invariant: `map` has the first leaf of every slot in the `tree`; `last` is the time of its last leaf.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Log {
    tree: Tree,
    map: SlotMap,
    last: Option<Last>,
}

/// What is remembered of the last leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Last {
    at: Timestamp,
    is_map: bool,
}

impl Log {
    /// The log without leaves.
    pub const fn new() -> Self {
        Self { tree: Tree::new(), map: SlotMap::new(), last: None }
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The root over all leaves.
    pub fn root(&self) -> Digest {
        self.tree.root()
    }

    /// The slots used, each with its leaf.
    pub const fn slots(&self) -> &SlotMap {
        &self.map
    }

    /// The time of the last leaf; none in an empty log.
    pub const fn last_at(&self) -> Option<Timestamp> {
        match self.last {
            Some(last) => Some(last.at),
            None => None,
        }
    }

    /// Whether the last leaf is a map leaf, so that a checkpoint may be signed.
    pub const fn is_closed(&self) -> bool {
        matches!(self.last, Some(Last { is_map: true, .. }))
    }

    /// The map leaf at the end, if the log is closed. It can be told from the rest: no slot follows it.
    pub fn closing_map(&self) -> Option<Leaf> {
        let last = self.last.filter(|last| last.is_map)?;
        Some(Leaf::Map { at: last.at, root: self.map.root(), size: self.size().checked_sub(1)? })
    }

    /// The time that a leaf written now bears: the clock's, or the last leaf's where the clock has fallen behind, for
    /// times never decrease.
    pub fn time_of_leaf(&self, clock: Timestamp) -> Timestamp {
        self.last_at().map_or(clock, |last| last.max(clock))
    }

    /// Appends a leaf; returns its index and its bytes.
    ///
    /// Refused: `leaf-time-falls`, `slot-taken`, `map-leaf-wrong`; then nothing has changed. These are the three things
    /// that a verifying witness states of every leaf.
    pub fn write(&mut self, leaf: &Leaf) -> Result<(u64, Vec<u8>), Refusal> {
        let bytes = leaf.to_bytes();
        Ok((self.push(leaf, &bytes)?, bytes))
    }

    /// Reads a leaf from its bytes and appends it. Refused as by [`Leaf::parse`] and [`Log::write`]; then nothing has
    /// changed.
    pub fn read(&mut self, bytes: &[u8]) -> Result<Leaf, Refusal> {
        let leaf = Leaf::parse(bytes).map_err(|refusal| refusal.at(format!("leaf {}", self.size())))?;
        self.push(&leaf, bytes)?;
        Ok(leaf)
    }

    fn push(&mut self, leaf: &Leaf, bytes: &[u8]) -> Result<u64, Refusal> {
        let index = self.tree.size();
        if let Some(last) = self.last.filter(|last| leaf.at() < last.at) {
            return Err(LEAF_TIME_FALLS.because(format!("leaf {index}: {} after {}", leaf.at(), last.at)));
        }
        let is_map = match leaf {
            Leaf::Entry { slot, .. } | Leaf::Mark { slot, .. } => {
                self.map.insert(*slot, index)?;
                false
            }
            Leaf::Map { size, root, .. } => {
                if *size != index || *root != self.map.root() {
                    return Err(MAP_LEAF_WRONG.because(format!("leaf {index}")));
                }
                true
            }
            Leaf::Tick { .. } => false,
        };
        self.tree.push(leaf_hash(bytes));
        self.last = Some(Last { at: leaf.at(), is_map });
        Ok(index)
    }

    /// Whether the log has been silent for [`TICK_AFTER`]; an empty log waits for its charter.
    pub fn tick_due(&self, clock: Timestamp) -> bool {
        self.last_at().is_some_and(|last| clock >= last.plus(TICK_AFTER))
    }

    /// The tick that is due.
    pub fn tick(&self, clock: Timestamp) -> Leaf {
        Leaf::Tick { at: self.time_of_leaf(clock) }
    }

    /// The map leaf that must be last under a checkpoint of the log as it is.
    pub fn map_leaf(&self, clock: Timestamp) -> Leaf {
        Leaf::Map { at: self.time_of_leaf(clock), root: self.map.root(), size: self.size() }
    }

    /// The checkpoint over all leaves. Refused (`no-map-leaf`) unless the last leaf is a map leaf.
    pub fn checkpoint(&self, origin: &str) -> Result<Checkpoint, Refusal> {
        if !self.is_closed() {
            return Err(NO_MAP_LEAF.because(format!("size {}", self.size())));
        }
        Checkpoint::new(origin, self.size(), self.root())
    }
}

/// Signs a checkpoint with the log's keys: Ed25519 and ML-DSA-44, both under the origin's name (docs/evidence-bundle.md 5). `clock` is
/// the time that the ML-DSA signature bears.
pub fn sign(
    checkpoint: Checkpoint,
    keys: &[NoteSigner],
    clock: Timestamp,
) -> Result<SignedCheckpoint, Refusal> {
    let signatures = keys.iter().map(|key| key.sign(&checkpoint, clock)).collect::<Result<_, _>>()?;
    SignedCheckpoint::new(checkpoint, signatures)
}
