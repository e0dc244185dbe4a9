//! The corridor in a box, from the outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic in a test is its report")]

mod crossing;
mod stage;
