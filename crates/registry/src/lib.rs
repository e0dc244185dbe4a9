//! Admission of acts to a log, its marks and charter, and the witness that reads every leaf.
//!
//! Pure machines: bytes and values in, bytes and values out. A registry is a [`state::State`]; [`verified::verify`] checks
//! the signatures of a [`submission::Submission`], [`state::State::admit`] decides in the order of docs/control.md 8
//! and returns the leaves to store. [`witness::Witness`] reads those leaves before it cosigns. [`governance::Governance`]
//! folds charter and member marks for both, and for every reader of the log.
//!
//! What this room never knows: party names, cargo, title, sockets, storage, clocks. The registry sees digests, keys and
//! platform codes; the public sees slots.
//!
//! Not in this release, and refused with `not-yet` where a form can meet it: holds, recovery, orders, offers to foreign
//! platforms, settle marks, succession. Their marks have their place in [`governance::Statement`], their phases in
//! `bill`.

pub mod admission;
pub mod charter;
pub mod governance;
pub mod leaf;
pub mod log;
pub mod lookup;
pub mod member;
pub mod refusals;
pub mod replay;
pub mod restart;
pub mod slot;
pub mod state;
pub mod submission;
pub mod verified;
pub mod witness;

pub use refusals::REFUSALS;
