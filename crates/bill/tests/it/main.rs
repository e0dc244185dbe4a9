//! The law's room seen from outside: tables of acts, key sets, the golden vectors of the protocol.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic in a test's helper is the report, too"
)]

mod acts;
mod control;
mod desk;
mod details;
mod edges;
mod escrow;
mod history;
mod keysets;
mod model;
mod title;
mod vectors;
mod world;
