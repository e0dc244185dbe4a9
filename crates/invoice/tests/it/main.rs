//! Tests of the whole room, on the official documents and on documents of our own.

#![expect(
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a panic is how a test fails, and differences are printed when asked for"
)]

mod attachment;
mod causes;
mod coming;
mod conformance;
mod csv;
mod differences;
mod examples;
mod iras;
mod ledger;
mod model;
mod official;
mod order;
mod own;
mod profile;
mod reading;
mod recipes;
mod rules;
mod tax;
mod trial;
mod view;
mod view_page;
