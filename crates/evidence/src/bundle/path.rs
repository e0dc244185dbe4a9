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
/// Bytes of a proof at most: 64 hashes, and a checkpoint with some 30 ML-DSA cosignatures.
pub const PROOF_BYTES_MAX: usize = 128 << 10;
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
    /// `proofs/NNNN.tlog-proof`: inclusion of that act.
    ActProof(u32),
    /// `proofs/NNNN.before.tlog-proof`: inclusion of the last map leaf before that act.
    BeforeProof(u32),
    /// `proofs/0000.tag.tlog-proof`: inclusion of the tag mark.
    TagProof,
    /// `keysets/ID/NNNN.json`: an act of a key set.
    SetAct(Digest, u32),
    /// `keysets/ID/NNNN.tlog-proof`: its inclusion.
    SetProof(Digest, u32),
    /// `members/NNNN.json`: a charter or member mark.
    Member(u32),
    /// `members/NNNN.tlog-proof`: its inclusion.
    MemberProof(u32),
    /// `marks/NNNN.json`: a hidden mark on the record.
    Mark(u32),
    /// `marks/NNNN.tlog-proof`: its inclusion.
    MarkProof(u32),
    /// `head/leaf.json`: the newest map leaf.
    HeadLeaf,
    /// `head/leaf.tlog-proof`: its inclusion.
    HeadProof,
    /// `head/slots.json`: map proofs under it.
    HeadSlots,
    /// `pint/NNNN.json`: a DCSA chain entry and its answers.
    Pint(u32),
    /// `files/ID`: a supporting file, named by its digest.
    File(Digest),
    /// `mandates/ID`, named by its digest.
    Mandate(Digest),
    /// `identity-receipts/ID`, named by its digest.
    Receipt(Digest),
    /// `seals/NNNN.tlog-proof`: later.
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
            Self::ActProof(number) => write!(f, "proofs/{number:04}.tlog-proof"),
            Self::BeforeProof(number) => write!(f, "proofs/{number:04}.before.tlog-proof"),
            Self::TagProof => f.write_str("proofs/0000.tag.tlog-proof"),
            Self::SetAct(id, number) => write!(f, "keysets/{id}/{number:04}.json"),
            Self::SetProof(id, number) => write!(f, "keysets/{id}/{number:04}.tlog-proof"),
            Self::Member(number) => write!(f, "members/{number:04}.json"),
            Self::MemberProof(number) => write!(f, "members/{number:04}.tlog-proof"),
            Self::Mark(number) => write!(f, "marks/{number:04}.json"),
            Self::MarkProof(number) => write!(f, "marks/{number:04}.tlog-proof"),
            Self::HeadLeaf => f.write_str("head/leaf.json"),
            Self::HeadProof => f.write_str("head/leaf.tlog-proof"),
            Self::HeadSlots => f.write_str("head/slots.json"),
            Self::Pint(number) => write!(f, "pint/{number:04}.json"),
            Self::File(id) => write!(f, "files/{id}"),
            Self::Mandate(id) => write!(f, "mandates/{id}"),
            Self::Receipt(id) => write!(f, "identity-receipts/{id}"),
            Self::Seal(number) => write!(f, "seals/{number:04}.tlog-proof"),
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
            ["head", "leaf.tlog-proof"] => Some(Self::HeadProof),
            ["head", "slots.json"] => Some(Self::HeadSlots),
            ["proofs", "0000.tag.tlog-proof"] => Some(Self::TagProof),
            ["keysets", id, file] => id.parse().ok().and_then(|id| numbered_set(id, file)),
            [folder @ ("files" | "mandates" | "identity-receipts"), id] => {
                id.parse().ok().map(|id| match *folder {
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
        "tlog-proof" => Some(Path::SetProof(id, number)),
        _ => None,
    }
}

fn numbered(folder: &str, file: &str) -> Option<Path> {
    let (number, kind) = split_number(file)?;
    match (folder, kind) {
        ("acts", "json") => Some(Path::Act(number)),
        ("proofs", "tlog-proof") => Some(Path::ActProof(number)),
        ("proofs", "before.tlog-proof") => Some(Path::BeforeProof(number)),
        ("members", "json") => Some(Path::Member(number)),
        ("members", "tlog-proof") => Some(Path::MemberProof(number)),
        ("marks", "json") => Some(Path::Mark(number)),
        ("marks", "tlog-proof") => Some(Path::MarkProof(number)),
        ("pint", "json") => Some(Path::Pint(number)),
        ("seals", "tlog-proof") => Some(Path::Seal(number)),
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
            "proofs/0007.tlog-proof",
            "proofs/0007.before.tlog-proof",
            "proofs/0000.tag.tlog-proof",
            &format!("keysets/{id}/0001.json"),
            &format!("keysets/{id}/0001.tlog-proof"),
            "members/9999.json",
            "members/0000.tlog-proof",
            "marks/0000.json",
            "marks/0000.tlog-proof",
            "head/leaf.json",
            "head/leaf.tlog-proof",
            "head/slots.json",
            "pint/0000.json",
            &format!("files/{id}"),
            &format!("mandates/{id}"),
            &format!("identity-receipts/{id}"),
            "seals/0000.tlog-proof",
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
            "proofs/0001.tag.tlog-proof",
            "head/leaf.html",
            "files/C45DD7AFF7947DB3F953EE0B17BE586242AD12B9CD03B93AFA07A457E3C48065",
            "files/c45d",
            "keysets/0000.json",
        ] {
            assert_eq!(text.parse::<Path>().unwrap_err().code(), "stray-path", "{text}");
        }
    }
}
