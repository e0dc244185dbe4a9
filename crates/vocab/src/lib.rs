//! The words all rooms share: parties, identifiers, places, money, time, findings, refusals.
//!
//! Each word is parsed once, with its check digit where it has one; from there on nobody checks again.
//! This room knows no rule of any subject and no cryptography. Begin with [`Refusal`] (how the house says no),
//! [`Finding`] (how it remarks on a document) and [`Timestamp`].

pub mod britain;
pub mod carrier;
pub mod codelist;
pub mod date;
pub mod equipment;
pub mod finding;
pub mod goods;
pub mod identifier;
pub mod lei;
pub mod money;
pub mod party;
pub mod place;
pub mod refusal;
mod refusals;
pub mod singapore;
pub mod time;

pub use finding::{Finding, Severity};
pub use refusal::{Refusal, RefusalKind};
pub use refusals::REFUSALS;
pub use time::Timestamp;
