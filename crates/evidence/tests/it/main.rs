//! The room from outside.

#![expect(
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic in a test's helper is the report, too"
)]

mod apart;
mod bundle;
mod corpus;
mod corridor;
mod fraud;
mod hostile;
mod render;
mod settled;
mod trust;
mod verdict;
mod world;
mod zipper;
