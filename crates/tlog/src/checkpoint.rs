//! Checkpoints: what a log says about itself at one size. C2SP tlog-checkpoint.

use std::fmt;

use crypto::{Digest, base64};
use vocab::Refusal;

use crate::{
    merkle::{TREE_SIZE_MAX, empty_root},
    note::{Note, NoteSignature},
    refusals::BAD_CHECKPOINT,
};

/// Bytes of an origin at most: ML-DSA cosignatures give its length in one byte.
pub const ORIGIN_BYTES_MAX: usize = 255;

/// A log's origin, its size and its root. Extension lines are kept, because an Ed25519 signature covers them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Digest,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines. Refused (`bad-checkpoint`) when the origin is empty, longer than
    /// [`ORIGIN_BYTES_MAX`] or not one line, the size above [`TREE_SIZE_MAX`], or the root of the empty tree not the
    /// hash of nothing.
    pub fn new(origin: &str, size: u64, root: Digest) -> Result<Self, Refusal> {
        if origin.is_empty() || origin.len() > ORIGIN_BYTES_MAX || origin.contains(char::is_control) {
            return Err(BAD_CHECKPOINT.because("its origin"));
        }
        if size > TREE_SIZE_MAX || (size == 0 && root != empty_root()) {
            return Err(BAD_CHECKPOINT.because(format!("its size {size}")));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// Reads the text of a note as a checkpoint. Refused (`bad-checkpoint`) unless it has exactly that form.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let refuse = |what: &str| BAD_CHECKPOINT.because(what);
        let body = text.strip_suffix('\n').ok_or_else(|| refuse("it does not end in a newline"))?;
        let mut lines = body.split('\n');
        let mut line = |what| lines.next().filter(|line| !line.is_empty()).ok_or_else(|| refuse(what));
        let origin = line("it has no origin")?;
        let size = read_decimal(line("it has no size")?).ok_or_else(|| refuse("its size"))?;
        let root = read_hash(line("it has no root")?).ok_or_else(|| refuse("its root"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(refuse("an empty extension line"));
        }
        Ok(Self { extensions, ..Self::new(origin, size, root)? })
    }

    /// The log's identity.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many leaves the log has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root over them.
    pub const fn root(&self) -> &Digest {
        &self.root
    }

    /// Lines after the third, without meaning here.
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }
}

/// The note text, with its final newline.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, base64::encode(self.root.as_bytes()))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A checkpoint and the note that carries it, its signatures unverified.
///
/// Invariant: the checkpoint is what the note's text says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// Reads a checkpoint as a log serves it. Refused (`bad-note`, `bad-checkpoint`) unless both forms are exact.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let note = Note::parse(bytes)?;
        Ok(Self { checkpoint: Checkpoint::parse(note.text())?, note })
    }

    /// The checkpoint with these signatures, which are not verified here.
    pub fn new(checkpoint: Checkpoint, signatures: Vec<NoteSignature>) -> Result<Self, Refusal> {
        let note = Note::new(&checkpoint.to_string(), signatures)?;
        Ok(Self { checkpoint, note })
    }

    /// What the log says.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note around it.
    pub const fn note(&self) -> &Note {
        &self.note
    }

    /// The same with one signature more, for example a witness's answer. Refused (`bad-note`) when that key has signed
    /// already.
    pub fn with(self, signature: NoteSignature) -> Result<Self, Refusal> {
        Ok(Self { note: self.note.with(signature)?, checkpoint: self.checkpoint })
    }
}

/// The note's bytes, exactly as they are read.
impl fmt::Display for SignedCheckpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

/// A decimal without sign or leading zero.
pub(crate) fn read_decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// 32 bytes in base64.
pub(crate) fn read_hash(text: &str) -> Option<Digest> {
    let bytes = base64::decode(text).ok()?;
    Some(Digest::from_bytes(bytes.try_into().ok()?))
}
