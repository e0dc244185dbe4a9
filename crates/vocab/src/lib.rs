//! The words all rooms share: parties, identifiers, places, money, time, findings, refusals.
//!
//! Each word is parsed once, with its check digit where it has one; from there on nobody checks again.
//! This room knows no rule of any subject and no cryptography. Begin with [`Refusal`] (how the house says no),
//! [`Finding`] (how it remarks on a document) and [`Timestamp`].

pub mod finding;
pub mod refusal;
pub mod time;

pub use finding::{Finding, Severity};
pub use refusal::{Refusal, RefusalKind};
pub use time::Timestamp;
