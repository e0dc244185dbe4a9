//! The law's room: what a transferable record is, who may do what to it, and who signs.
//!
//! An [`act::Act`] is the only event. [`keyset`] folds the acts of key sets, [`control`] the possession of a bill;
//! [`signatures`] says who must have signed an act and hands out proof that they did. A change is *check, then
//! apply*: `check` chooses and may refuse, `apply` cannot fail.
//!
//! Who may read an act's [`details`] replays [`title`] too: [`record`] asks both. [`table`] is the table of acts as data,
//! and [`options`] says of each row whether a party may, or may not because. Begin with the table, `docs/acts.md`.
//!
//! This room knows no log, no storage, no network and no clock: the moment at which the registry admits an act, the
//! standing of platforms and the keys in force are handed in.

pub mod act;
pub mod consent;
pub mod control;
pub mod details;
pub mod keys;
pub mod keyset;
pub mod options;
pub mod party;
pub mod record;
pub mod refusals;
pub mod signatures;
pub mod table;
pub mod title;
pub mod words;

pub use refusals::REFUSALS;
