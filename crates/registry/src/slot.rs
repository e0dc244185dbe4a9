//! Slots: the opaque place in the log that each act and each mark takes up, once (docs/control.md 6, 7).
//!
//! Who knows a record can compute the slot of its next act and see it taken; who does not learns nothing from it.

use bill::words::Platform;
use crypto::Digest;

/// The slot of the act at position `seq` of a record. A first act's record is its own digest.
pub fn act(record: &Digest, seq: u64) -> Digest {
    Digest::of_parts(&[b"twakow/slot/1\n", record.as_bytes(), &seq.to_be_bytes()])
}

/// The slot of the tag mark of the issue that uses `tag` for the time `count` (from 0).
pub fn tag(tag: &Digest, count: u64) -> Digest {
    Digest::of_parts(&[b"twakow/tag-slot/1\n", tag.as_bytes(), &count.to_be_bytes()])
}

/// The slot of the mark `count` (from 0) on a subject.
pub fn mark(subject: &Digest, count: u64) -> Digest {
    Digest::of_parts(&[b"twakow/mark/1\n", subject.as_bytes(), &count.to_be_bytes()])
}

/// The subject that member marks of a platform are about.
pub fn platform(platform: Platform) -> Digest {
    Digest::of_parts(&[b"twakow/platform/1\n", platform.as_str().as_bytes()])
}

/// The subject that charters of the log with this origin are about.
pub fn charter(origin: &str) -> Digest {
    Digest::of_parts(&[b"twakow/charter/1\n", origin.as_bytes()])
}
