//! A model of the protocol: small worlds, walked exhaustively, in which the registry, its restart and its witness are the
//! product's own code (docs/control.md, docs/control.md "What the model covers").
//!
//! Signatures are real but not looked at: what a forger cannot sign is never presented, so a claim stands for a check.
//! [`judge`] says what holds, in words of its own.

pub mod cast;
pub mod fork;
pub mod judge;
pub mod log;
pub mod machine;
pub mod setups;
