//! The public manifest of the standards' files that tests read: where anybody can get the same bytes.
//!
//! `docs/standards.csv` has one row a file: path under `TWAKOW_STANDARDS`, repository, commit, path there, SHA-256 of the
//! bytes. Files that this project's authors wrote themselves name no repository.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// One row of the manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The path under the folder of standards.
    pub path: String,
    /// The repository on GitHub, or `own work`.
    pub repository: String,
    /// The commit.
    pub commit: String,
    /// The path in the repository.
    pub path_there: String,
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
}

/// Reads the manifest.
///
/// # Errors
/// A row does not have five columns.
pub fn rows(text: &str) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (count, line) in text.lines().enumerate().skip(1) {
        let columns: Vec<&str> = line.split(',').collect();
        let [path, repository, commit, path_there, sha256] = columns.as_slice() else {
            anyhow::bail!("docs/standards.csv line {}: {} columns", count + 1, columns.len());
        };
        ensure!(sha256.len() == 64, "docs/standards.csv line {}: no SHA-256", count + 1);
        let owned = |text: &&str| (*text).to_owned();
        rows.push(Row {
            path: owned(path),
            repository: owned(repository),
            commit: owned(commit),
            path_there: owned(path_there),
            sha256: owned(sha256),
        });
    }
    Ok(rows)
}

/// The paths that tests ask `testkit::standards` for, read out of their sources.
///
/// # Errors
/// A source cannot be read.
pub fn asked_for(root: &Path) -> Result<Vec<String>> {
    let mut asked = Vec::new();
    for source in sources(&root.join("crates"))? {
        let text = std::fs::read_to_string(&source).with_context(|| source.display().to_string())?;
        for part in text.split("standards(\"").skip(1) {
            if let Some((path, _)) = part.split_once('"') {
                asked.push(path.to_owned());
            }
        }
    }
    asked.sort_unstable();
    asked.dedup();
    Ok(asked)
}

fn sources(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}
