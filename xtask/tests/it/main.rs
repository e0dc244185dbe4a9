//! The repository's own rules, as tests.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic in a test is its report")]

mod codegen;
mod floors;
mod standards;

use std::path::Path;

/// The root of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask stands in the workspace")
}
