//! The room from outside: documents in, findings out.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is how a test fails")]

mod examples;
mod hostile;
mod pint;
mod samples;
mod transactions;
mod twins;
