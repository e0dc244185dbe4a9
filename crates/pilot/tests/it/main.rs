//! The corridor in a box, from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic in a test is its report")]

mod account;
mod consents;
mod crossing;
mod faults;
mod hostile;
mod kills;
mod many;
mod older;
mod pint;
mod rehome;
mod replaced;
mod rig;
mod script;
mod secrets;
mod stage;
mod witnesses;
