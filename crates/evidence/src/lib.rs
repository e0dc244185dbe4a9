//! The evidence bundle and its verdict: bytes and trust in, claims out.
//!
//! Begin with [`verify::verify`]. The format and every check are written down in `docs/evidence-bundle.md`; a
//! second verifier, written from that document alone, must agree with this room claim by claim.
//!
//! This room knows no network, no clock and no file: whoever calls it reads the bytes and the time.

pub mod bundle;
pub mod claim;
pub mod clause;
pub mod fraud;
pub mod refusals;
pub mod render;
pub mod trust;
pub mod verify;

pub use refusals::REFUSALS;
