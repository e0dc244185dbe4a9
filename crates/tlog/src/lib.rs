//! Transparency log: tree, tiles, notes, checkpoints, cosignatures, proofs, policies, slot map.
