//! The paths a bundle may hold, and no others (docs/evidence-bundle.md section 2).

use std::{fmt, str::FromStr};

use crypto::Digest;
use vocab::Refusal;

use crate::refusals::STRAY_PATH;

/// Bytes of a name in the zip at most; the longest path of the format has 87.
pub const PATH_BYTES_MAX: usize = 120;
/// Numbered files of one folder at most, by their four digits; a record has 1,024 acts at most.
pub const NUMBERED_MAX: u32 = 10_000;
/// Bytes of `manifest.json` at most: 16,384 entries of some 150 bytes.
pub const MANIFEST_BYTES_MAX: usize = 4 << 20;
/// Bytes of a file with an act or a mark at most: details 64 KiB, act, signatures and leaf, written as JSON strings.
pub const RECORD_BYTES_MAX: usize = 256 << 10;
/// Bytes of `head/slots.json` at most: one proof has up to 256 siblings of 67 bytes.
pub const SLOTS_BYTES_MAX: usize = 32 << 20;
/// Bytes of a proof at most: 63 hashes, and 45 KiB of the standard's extra data, which this house does not write.
pub const PROOF_BYTES_MAX: usize = 64 << 10;
/// Bytes of a checkpoint at most: some 30 ML-DSA cosignatures.
pub const CHECKPOINT_BYTES_MAX: usize = 128 << 10;
/// Bytes of a file with a chain entry and its answers at most.
pub const PINT_BYTES_MAX: usize = 4 << 20;
/// Bytes of any other file at most.
pub const FILE_BYTES_MAX: usize = 16 << 20;

/// A path of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Path {
    /// `manifest.json`.
    Manifest,
    /// `document.json`, the transport document verbatim.
    Document,
    /// `visualisation.pdf`.
    Visualisation,
    /// `timeline.html`: for people, never read.
    Timeline,
    /// `acts/NNNN.json`.
    Act(u32),
    /// `proofs/NNNN.proof`: inclusion of that act.
    ActProof(u32),
    /// `proofs/NNNN.before.proof`: inclusion of the last map leaf before that act.
    BeforeProof(u32),
    /// `proofs/0000.tag.proof`: inclusion of the tag mark.
    TagProof,
    /// `keysets/ID/NNNN.json`: an act of a key set.
    SetAct(Digest, u32),
    /// `keysets/ID/NNNN.proof`: its inclusion.
    SetProof(Digest, u32),
    /// `members/NNNN.json`: a charter or member mark.
    Member(u32),
    /// `members/NNNN.proof`: its inclusion.
    MemberProof(u32),
    /// `marks/NNNN.json`: a hidden mark on the record.
    Mark(u32),
    /// `marks/NNNN.proof`: its inclusion.
    MarkProof(u32),
    /// `head/leaf.json`: the newest map leaf.
    HeadLeaf,
    /// `head/leaf.proof`: its inclusion.
    HeadProof,
    /// `head/slots.json`: map proofs under it.
    HeadSlots,
    /// `checkpoints/ID`: a checkpoint that proofs lead to, named by its digest.
    Checkpoint(Digest),
    /// `pint/NNNN.json`: a DCSA chain entry and its answers.
    Pint(u32),
    /// `files/ID`: a supporting file, named by its digest.
    File(Digest),
    /// `mandates/ID`, named by its digest.
    Mandate(Digest),
    /// `identity-receipts/ID`, named by its digest.
    Receipt(Digest),
    /// `seals/NNNN.proof`: later.
    Seal(u32),
}

impl Path {
    /// Bytes that a file of this path may have.
    pub const fn bytes_max(self) -> usize {
        match self {
            Self::Manifest => MANIFEST_BYTES_MAX,
            Self::Act(_) | Self::SetAct(..) | Self::Member(_) | Self::Mark(_) | Self::HeadLeaf => {
                RECORD_BYTES_MAX
            }
            Self::ActProof(_)
            | Self::BeforeProof(_)
            | Self::TagProof
            | Self::SetProof(..)
            | Self::MemberProof(_)
            | Self::MarkProof(_)
            | Self::HeadProof
            | Self::Seal(_) => PROOF_BYTES_MAX,
            Self::Checkpoint(_) => CHECKPOINT_BYTES_MAX,
            Self::HeadSlots => SLOTS_BYTES_MAX,
            Self::Pint(_) => PINT_BYTES_MAX,
            Self::Document
            | Self::Visualisation
            | Self::Timeline
            | Self::File(_)
            | Self::Mandate(_)
            | Self::Receipt(_) => FILE_BYTES_MAX,
        }
    }

    /// Whether a file of this path is a proof.
    pub const fn is_proof(self) -> bool {
        matches!(
            self,
            Self::ActProof(_)
                | Self::BeforeProof(_)
                | Self::TagProof
                | Self::SetProof(..)
                | Self::MemberProof(_)
                | Self::MarkProof(_)
                | Self::HeadProof
                | Self::Seal(_)
        )
    }

    /// The digest that a file of this path must have, where its name is one. A receipt is judged in IDENTITY.
    pub(crate) const fn named_by_content(self) -> Option<Digest> {
        match self {
            Self::Checkpoint(id) | Self::File(id) | Self::Mandate(id) => Some(id),
            Self::Act(_)
            | Self::ActProof(_)
            | Self::BeforeProof(_)
            | Self::Document
            | Self::HeadLeaf
            | Self::HeadProof
            | Self::HeadSlots
            | Self::Manifest
            | Self::Mark(_)
            | Self::MarkProof(_)
            | Self::Member(_)
            | Self::MemberProof(_)
            | Self::Pint(_)
            | Self::Receipt(_)
            | Self::Seal(_)
            | Self::SetAct(..)
            | Self::SetProof(..)
            | Self::TagProof
            | Self::Timeline
            | Self::Visualisation => None,
        }
    }

    /// Whether packing a file of this path is worth a reader's time. Signatures and digests hardly get smaller, and
    /// unpacking them costs more than all checks of form; documents and pictures do.
    pub const fn is_worth_packing(self) -> bool {
        matches!(
            self,
            Self::Document
                | Self::File(_)
                | Self::Mandate(_)
                | Self::Pint(_)
                | Self::Timeline
                | Self::Visualisation
        )
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Manifest => f.write_str("manifest.json"),
            Self::Document => f.write_str("document.json"),
            Self::Visualisation => f.write_str("visualisation.pdf"),
            Self::Timeline => f.write_str("timeline.html"),
            Self::Act(number) => write!(f, "acts/{number:04}.json"),
            Self::ActProof(number) => write!(f, "proofs/{number:04}.proof"),
            Self::BeforeProof(number) => write!(f, "proofs/{number:04}.before.proof"),
            Self::TagProof => f.write_str("proofs/0000.tag.proof"),
            Self::SetAct(id, number) => write!(f, "keysets/{id}/{number:04}.json"),
            Self::SetProof(id, number) => write!(f, "keysets/{id}/{number:04}.proof"),
            Self::Member(number) => write!(f, "members/{number:04}.json"),
            Self::MemberProof(number) => write!(f, "members/{number:04}.proof"),
            Self::Mark(number) => write!(f, "marks/{number:04}.json"),
            Self::MarkProof(number) => write!(f, "marks/{number:04}.proof"),
            Self::HeadLeaf => f.write_str("head/leaf.json"),
            Self::HeadProof => f.write_str("head/leaf.proof"),
            Self::HeadSlots => f.write_str("head/slots.json"),
            Self::Checkpoint(id) => write!(f, "checkpoints/{id}"),
            Self::Pint(number) => write!(f, "pint/{number:04}.json"),
            Self::File(id) => write!(f, "files/{id}"),
            Self::Mandate(id) => write!(f, "mandates/{id}"),
            Self::Receipt(id) => write!(f, "identity-receipts/{id}"),
            Self::Seal(number) => write!(f, "seals/{number:04}.proof"),
        }
    }
}

impl FromStr for Path {
    type Err = Refusal;

    /// Reads a path. Refused (`stray-path`) unless it is exactly one of the format's.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refuse = || STRAY_PATH.refuse().at(text.chars().take(PATH_BYTES_MAX).collect::<String>());
        let parts: Vec<&str> = text.split('/').collect();
        let path = match parts.as_slice() {
            ["manifest.json"] => Some(Self::Manifest),
            ["document.json"] => Some(Self::Document),
            ["visualisation.pdf"] => Some(Self::Visualisation),
            ["timeline.html"] => Some(Self::Timeline),
            ["head", "leaf.json"] => Some(Self::HeadLeaf),
            ["head", "leaf.proof"] => Some(Self::HeadProof),
            ["head", "slots.json"] => Some(Self::HeadSlots),
            ["proofs", "0000.tag.proof"] => Some(Self::TagProof),
            ["keysets", id, file] => id.parse().ok().and_then(|id| numbered_set(id, file)),
            [folder @ ("checkpoints" | "files" | "mandates" | "identity-receipts"), id] => {
                id.parse().ok().map(|id| match *folder {
                    "checkpoints" => Self::Checkpoint(id),
                    "files" => Self::File(id),
                    "mandates" => Self::Mandate(id),
                    _ => Self::Receipt(id),
                })
            }
            [folder, file] => numbered(folder, file),
            _ => None,
        };
        path.ok_or_else(refuse)
    }
}

fn numbered_set(id: Digest, file: &str) -> Option<Path> {
    let (number, kind) = split_number(file)?;
    match kind {
        "json" => Some(Path::SetAct(id, number)),
        "proof" => Some(Path::SetProof(id, number)),
        _ => None,
    }
}

fn numbered(folder: &str, file: &str) -> Option<Path> {
    let (number, kind) = split_number(file)?;
    match (folder, kind) {
        ("acts", "json") => Some(Path::Act(number)),
        ("proofs", "proof") => Some(Path::ActProof(number)),
        ("proofs", "before.proof") => Some(Path::BeforeProof(number)),
        ("members", "json") => Some(Path::Member(number)),
        ("members", "proof") => Some(Path::MemberProof(number)),
        ("marks", "json") => Some(Path::Mark(number)),
        ("marks", "proof") => Some(Path::MarkProof(number)),
        ("pint", "json") => Some(Path::Pint(number)),
        ("seals", "proof") => Some(Path::Seal(number)),
        _ => None,
    }
}

/// `0003.json` → 3 and `json`: four digits, no more and no fewer, so that a number has one spelling.
fn split_number(file: &str) -> Option<(u32, &str)> {
    let (digits, kind) = file.split_once('.')?;
    let all_digits = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if all_digits { digits.parse().ok().map(|number| (number, kind)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_has_one_spelling() {
        let id = "c45dd7aff7947db3f953ee0b17be586242ad12b9cd03b93afa07a457e3c48065";
        for text in [
            "manifest.json",
            "document.json",
            "visualisation.pdf",
            "timeline.html",
            "acts/0000.json",
            "proofs/0007.proof",
            "proofs/0007.before.proof",
            "proofs/0000.tag.proof",
            &format!("keysets/{id}/0001.json"),
            &format!("keysets/{id}/0001.proof"),
            "members/9999.json",
            "members/0000.proof",
            "marks/0000.json",
            "marks/0000.proof",
            "head/leaf.json",
            "head/leaf.proof",
            "head/slots.json",
            "pint/0000.json",
            &format!("checkpoints/{id}"),
            &format!("files/{id}"),
            &format!("mandates/{id}"),
            &format!("identity-receipts/{id}"),
            "seals/0000.proof",
        ] {
            let path: Path = text.parse().unwrap();
            assert_eq!(path.to_string(), text);
            assert!(text.len() <= PATH_BYTES_MAX);
        }
    }

    #[test]
    fn any_other_path_is_stray() {
        for text in [
            "",
            "/manifest.json",
            "./manifest.json",
            "acts/../manifest.json",
            "acts\\0000.json",
            "C:manifest.json",
            "Manifest.json",
            "acts/0.json",
            "acts/00000.json",
            "acts/+001.json",
            "acts/0000.JSON",
            "acts//0000.json",
            "acts/0000.json/",
            "acts/0000.html",
            "proofs/0001.tag.proof",
            "head/leaf.html",
            "files/C45DD7AFF7947DB3F953EE0B17BE586242AD12B9CD03B93AFA07A457E3C48065",
            "files/c45d",
            "checkpoints/C45DD7AFF7947DB3F953EE0B17BE586242AD12B9CD03B93AFA07A457E3C48065",
            "checkpoints/0000.proof",
            "proofs/0000.tlog-proof",
            "keysets/0000.json",
        ] {
            assert_eq!(text.parse::<Path>().unwrap_err().code(), "stray-path", "{text}");
        }
    }
}
