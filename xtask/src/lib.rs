//! The repository's own chores and rules: the floors of the house, generated pages, the manifest of standards.
//!
//! `cargo test -p xtask` holds the rules; `cargo xtask codegen` rewrites what is generated. Nothing here ships.

pub mod codegen;
pub mod floors;
mod invoice_rules;
pub mod standards;

/// The command line is a program and has no library: its table of refusals is read as a file.
#[path = "../../crates/twakow/src/refusals.rs"]
mod twakow_refusals;
