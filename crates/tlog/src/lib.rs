//! Transparency log: tree, tiles, notes, checkpoints, cosignatures, proofs, policies, slot map.
//!
//! Everything here is bytes and hashes: this room does not know what a leaf means, nor where bytes are kept. It follows
//! RFC 9162 for the tree and the C2SP texts (signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof,
//! tlog-policy) for what others read. The slot map and the rule that quorums must meet are this house's own.
//!
//! Begin with [`merkle`] for the tree, [`checkpoint::SignedCheckpoint`] for what a log says, [`policy::Policy`] for whom
//! a reader believes, and [`slot_map::SlotMap`] for proofs that something is *not* there.
//!
//! Invariant: no clock, no randomness, no storage. Moments are handed in; tiles are read through
//! [`tile::TileReader`].

pub mod checkpoint;
pub mod key;
pub mod merkle;
pub mod note;
pub mod policy;
pub mod proof;
pub mod refusals;
pub mod slot_map;
pub mod tile;

pub use refusals::REFUSALS;
