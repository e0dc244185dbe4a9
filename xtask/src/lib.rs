//! The repository's own chores and rules: the floors of the house, generated pages, the manifest of standards.
//!
//! `cargo test -p xtask` holds the rules; `cargo xtask codegen` rewrites what is generated. Nothing here ships.

pub mod codegen;
pub mod floors;
pub mod standards;
