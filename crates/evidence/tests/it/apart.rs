//! Whole tlog-proofs, as tests make and change them, put into a bundle's two places by the words of
//! docs/evidence-bundle.md alone.

use std::collections::BTreeMap;

use crypto::Digest;
use evidence::bundle::path::Path;

/// The files with each whole proof as proof file and checkpoint.
pub(crate) fn apart(files: &BTreeMap<Path, Vec<u8>>) -> BTreeMap<Path, Vec<u8>> {
    let mut all = BTreeMap::new();
    for (path, bytes) in files {
        if path.is_proof() {
            let (head, checkpoint) = std::str::from_utf8(bytes).unwrap().split_once("\n\n").unwrap();
            let id = Digest::of(checkpoint.as_bytes());
            all.insert(*path, format!("{head}\n\ncheckpoints/{id}\n").into_bytes());
            all.insert(Path::Checkpoint(id), checkpoint.as_bytes().to_vec());
        } else {
            all.insert(*path, bytes.clone());
        }
    }
    all
}
