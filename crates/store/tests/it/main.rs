//! The store from outside: its contract on each backend, its files, and its death at every step.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic in a test's helper is the report, too"
)]

mod backup;
mod contract;
mod crash;
mod erasure;
mod files;
mod freshness;
mod limits;
mod model;
mod steps;
mod support;
mod torn_log;
mod writer;
