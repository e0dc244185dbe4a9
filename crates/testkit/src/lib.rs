//! Where tests find what the project does not hold: the standards' own files, and the golden vectors of the protocol.
//!
//! Both lie outside the repository. `TWAKOW_STANDARDS` names the folder of the standards and `TWAKOW_VECTORS` the file
//! of vectors; without them, `../shared/...` beside the workspace is tried. Where nothing is found the test says
//! "skipped" aloud and goes on, but with `CI=true` it fails: a check that never ran is not a check that passed.

use std::path::{Path, PathBuf};

/// The standards' file or folder `path`, for example `cyber/tlog/merkle`, if the standards are here.
///
/// # Panics
/// When it is not here and `CI=true`.
pub fn standards(path: &str) -> Option<PathBuf> {
    let folder = named_by("TWAKOW_STANDARDS", "../shared/standards");
    found_or_skipped(folder.join(path), "TWAKOW_STANDARDS")
}

/// The golden vectors of the control protocol, if they are here.
///
/// # Panics
/// When they are not here and `CI=true`, or when the file is not JSON.
pub fn vectors() -> Option<serde_json::Value> {
    let file = named_by("TWAKOW_VECTORS", "../shared/design/control-vectors.json");
    found_or_skipped(file, "TWAKOW_VECTORS").map(|file| json(&file))
}

/// The JSON file at `path`.
///
/// # Panics
/// When it cannot be read or is not JSON: the test that asked for it cannot go on.
#[expect(clippy::panic, reason = "a panic is how a test fails")]
pub fn json(path: &Path) -> serde_json::Value {
    let read = std::fs::read(path).map_err(|error| error.to_string());
    let value = read.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()));
    value.unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// What the environment says, or else a place relative to the root of the workspace.
fn named_by(variable: &str, otherwise: &str) -> PathBuf {
    match std::env::var_os(variable) {
        Some(named) => PathBuf::from(named),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(otherwise),
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so aloud")]
fn found_or_skipped(path: PathBuf, variable: &str) -> Option<PathBuf> {
    if path.exists() {
        return Some(path);
    }
    let in_ci = std::env::var_os("CI").is_some_and(|value| value == "true");
    assert!(!in_ci, "{} is not here and CI=true: set {variable}", path.display());
    eprintln!("skipped: {} is not here; {variable} would name it", path.display());
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_here_is_found() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert_eq!(found_or_skipped(here.clone(), "X"), Some(here));
    }
}
