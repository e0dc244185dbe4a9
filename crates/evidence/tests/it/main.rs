//! The room from outside.

#![expect(
    clippy::as_conversions,
    clippy::unwrap_used,
    reason = "a panic in a test's helper is the report, too"
)]

mod bundle;
mod trust;
mod zipper;
