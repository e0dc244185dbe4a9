//! Proof files: C2SP tlog-proofs whose checkpoint stands once in the bundle, however many proofs lead to it
//! (docs/evidence-bundle.md section 3).

use crypto::Digest;
use tlog::{proof::LogProof, refusals::BAD_PROOF};
use vocab::Refusal;

use super::path::Path;
use crate::refusals::BAD_FORM;

/// Bytes of the last line with both its line ends: `checkpoints/`, 64 digits.
const LAST_LINE_BYTES: usize = 78;

/// A proof file taken apart at its last line. Nothing of the proof is read yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProofFile<'a> {
    before: &'a [u8],
    checkpoint: Digest,
}

impl<'a> ProofFile<'a> {
    /// Takes a proof file apart.
    ///
    /// # Errors
    /// `bad-form` unless its last line is the path of a checkpoint.
    pub fn read(bytes: &'a [u8]) -> Result<Self, Refusal> {
        let refuse = || BAD_FORM.because("the last line of a proof is the path of its checkpoint");
        let (before, last) = bytes
            .len()
            .checked_sub(LAST_LINE_BYTES - 1)
            .and_then(|cut| bytes.split_at_checked(cut))
            .filter(|(before, _)| before.ends_with(b"\n"))
            .ok_or_else(refuse)?;
        let path = std::str::from_utf8(last).ok().and_then(|last| last.strip_suffix('\n'));
        match path.map(str::parse) {
            Some(Ok(Path::Checkpoint(checkpoint))) => Ok(Self { before, checkpoint }),
            _ => Err(refuse()),
        }
    }

    /// What stands before the last line. With the checkpoint's bytes behind it, it is the tlog-proof.
    pub const fn before(&self) -> &'a [u8] {
        self.before
    }

    /// Index and hashes, for [`LogProof::parse_path`].
    ///
    /// # Errors
    /// `bad-proof` unless it is UTF-8, and an empty line parts it from the checkpoint.
    pub fn path(&self) -> Result<&'a str, Refusal> {
        let path =
            self.before.strip_suffix(b"\n\n").ok_or_else(|| BAD_PROOF.because("it has no checkpoint"))?;
        std::str::from_utf8(path).map_err(|_| BAD_PROOF.because("it is not UTF-8"))
    }

    /// The SHA-256 of the checkpoint.
    pub const fn checkpoint(&self) -> Digest {
        self.checkpoint
    }
}

/// A tlog-proof as the two files that a bundle keeps of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofFiles {
    /// The proof file.
    pub proof: Vec<u8>,
    /// The name of the checkpoint.
    pub path: Path,
    /// The checkpoint.
    pub checkpoint: Vec<u8>,
}

impl ProofFiles {
    /// The two files of a proof.
    pub fn of(proof: &LogProof) -> Self {
        let (mut text, note) = (proof.to_string(), proof.checkpoint().to_string());
        text.truncate(text.len().saturating_sub(note.len()));
        let path = Path::Checkpoint(Digest::of(note.as_bytes()));
        Self { proof: format!("{text}{path}\n").into_bytes(), path, checkpoint: note.into_bytes() }
    }
}
