//! The manifest of standards covers what the tests read, and says which bytes they were.

use xtask::standards::{asked_for, rows};

#[test]
fn everything_that_tests_read_is_in_the_manifest() {
    let manifest = rows(&std::fs::read_to_string(crate::root().join("docs/standards.csv")).unwrap()).unwrap();
    for asked in asked_for(crate::root()).unwrap() {
        let folder = format!("{asked}/");
        assert!(
            manifest.iter().any(|row| row.path == asked || row.path.starts_with(&folder)),
            "{asked} is read by a test and stands in no row of docs/standards.csv"
        );
    }
}

#[test]
fn the_files_here_are_the_ones_of_the_manifest() {
    let Some(folder) = testkit::standards("") else { return };
    for row in rows(&std::fs::read_to_string(crate::root().join("docs/standards.csv")).unwrap()).unwrap() {
        let bytes = std::fs::read(folder.join(&row.path)).unwrap();
        assert_eq!(crypto::Digest::of(&bytes).to_string(), row.sha256, "{}", row.path);
    }
}
