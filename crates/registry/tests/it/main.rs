//! The registry and its witnesses seen from outside: the golden log byte for byte, and a world of our own in which every
//! refusal is asked for.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic in a test's helper is the report, too"
)]

mod admission;
mod golden;
mod histories;
mod marks;
mod replay;
mod witness;
mod world;
