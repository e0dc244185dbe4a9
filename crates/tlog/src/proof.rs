//! `tlog-proof` files: a leaf's place, its inclusion proof and the checkpoint, in one text. C2SP tlog-proof.

use std::fmt;

use crypto::{Digest, base64};
use vocab::Refusal;

use crate::{
    checkpoint::{SignedCheckpoint, read_decimal, read_hash},
    merkle::{PROOF_HASHES_MAX, leaf_hash, verify_inclusion},
    note::NOTE_BYTES_MAX,
    refusals::BAD_PROOF,
};

/// Bytes of the `extra` data at most; this house writes none.
pub const PROOF_EXTRA_BYTES_MAX: usize = 64 * 1024;

/// Bytes of one proof file at most: the checkpoint, the extra data in base64, and 63 hashes.
pub const PROOF_BYTES_MAX: usize = NOTE_BYTES_MAX + PROOF_EXTRA_BYTES_MAX / 3 * 4 + 4096;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A proof that a leaf is in a log, nothing of it verified yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LogProof {
    extra: Option<Vec<u8>>,
    index: u64,
    hashes: Vec<Digest>,
    checkpoint: SignedCheckpoint,
}

impl LogProof {
    /// The proof of the leaf at `index` under `checkpoint`, without extra data.
    pub const fn new(index: u64, hashes: Vec<Digest>, checkpoint: SignedCheckpoint) -> Self {
        Self { extra: None, index, hashes, checkpoint }
    }

    /// Reads a proof file. Refused (`bad-proof`, `bad-note`, `bad-checkpoint`) unless it has exactly the form of the
    /// standard and stays within [`PROOF_BYTES_MAX`] and [`PROOF_HASHES_MAX`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let refuse = |why: &str| BAD_PROOF.because(why);
        if bytes.len() > PROOF_BYTES_MAX {
            return Err(refuse("it is too long"));
        }
        let text = std::str::from_utf8(bytes).map_err(|_| refuse("it is not UTF-8"))?;
        let (head, checkpoint) = text.split_once("\n\n").ok_or_else(|| refuse("it has no checkpoint"))?;
        let (extra, index, hashes) = Self::parse_head(head)?;
        Ok(Self { extra, index, hashes, checkpoint: SignedCheckpoint::parse(checkpoint.as_bytes())? })
    }

    /// Index and hashes of what stands before the empty line of a proof file: many proofs may lead to one checkpoint, which a
    /// reader then reads once. Refused as by [`LogProof::parse`].
    pub fn parse_path(head: &str) -> Result<(u64, Vec<Digest>), Refusal> {
        Self::parse_head(head).map(|(_, index, hashes)| (index, hashes))
    }

    #[expect(clippy::type_complexity, reason = "the parts of a path, taken apart at once")]
    fn parse_head(head: &str) -> Result<(Option<Vec<u8>>, u64, Vec<Digest>), Refusal> {
        let refuse = |why: &str| BAD_PROOF.because(why);
        let mut lines = head.split('\n');
        if lines.next() != Some(HEADER) {
            return Err(refuse("its first line is another"));
        }
        let mut line = lines.next().ok_or_else(|| refuse("it has no index"))?;
        let extra = line.strip_prefix("extra ").map(base64::decode).transpose()?;
        if extra.as_ref().is_some_and(|extra| extra.len() > PROOF_EXTRA_BYTES_MAX) {
            return Err(refuse("its extra data is too long"));
        }
        if extra.is_some() {
            line = lines.next().ok_or_else(|| refuse("it has no index"))?;
        }
        let index = line.strip_prefix("index ").and_then(read_decimal).ok_or_else(|| refuse("its index"))?;
        let hashes: Vec<Digest> = lines
            .take(PROOF_HASHES_MAX + 1)
            .map(|line| read_hash(line).ok_or_else(|| refuse("one of its hashes")))
            .collect::<Result<_, _>>()?;
        if hashes.len() > PROOF_HASHES_MAX {
            return Err(refuse("it has too many hashes"));
        }
        Ok((extra, index, hashes))
    }

    /// Checks that `leaf` is at [`LogProof::index`] in the tree of the checkpoint. Refused (`inclusion-wrong`)
    /// otherwise. Who signed the checkpoint is for [`crate::policy::Policy::judge`].
    pub fn verify_inclusion(&self, leaf: &[u8]) -> Result<(), Refusal> {
        let checkpoint = self.checkpoint.checkpoint();
        verify_inclusion(self.index, checkpoint.size(), &leaf_hash(leaf), &self.hashes, checkpoint.root())
    }

    /// Where the leaf is.
    pub const fn index(&self) -> u64 {
        self.index
    }

    /// The inclusion proof, the leaf's sibling first.
    pub fn hashes(&self) -> &[Digest] {
        &self.hashes
    }

    /// The checkpoint it leads to, unverified.
    pub const fn checkpoint(&self) -> &SignedCheckpoint {
        &self.checkpoint
    }

    /// Data without meaning here, which nothing authenticates.
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }
}

/// The file's bytes, exactly as they are read.
impl fmt::Display for LogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = &self.extra {
            writeln!(f, "extra {}", base64::encode(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes.iter().try_for_each(|hash| writeln!(f, "{}", base64::encode(hash.as_bytes())))?;
        write!(f, "\n{}", self.checkpoint)
    }
}
