//! The room seen from outside, against the standards' own examples and the golden vectors.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a panic in a test's helper is the report, too")]

mod control_vectors;
mod json;
