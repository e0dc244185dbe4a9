//! What an outside reader of `tlog` can rely on: the standards' own vectors, the project's golden vectors, and
//! properties against models that are written here.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic in a test's helper is the report, too"
)]

mod map;
mod merkle;
mod note;
mod policy;
mod proof;
mod tile;

use crypto::Digest;

/// The golden vectors, or nothing where they are absent.
fn vectors() -> Option<serde_json::Value> {
    testkit::vectors()
}

/// A standard's file as JSON or text.
fn read(path: &std::path::Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A digest in base64, as the standards' vectors write it.
fn base64_digest(value: &serde_json::Value) -> Digest {
    let bytes = crypto::base64::decode(value.as_str().unwrap()).unwrap();
    Digest::from_bytes(bytes.try_into().unwrap())
}

/// A digest in hex, as the golden vectors write it.
fn hex_digest(value: &serde_json::Value) -> Digest {
    value.as_str().unwrap().parse().unwrap()
}

/// The leaves of the golden log.
fn golden_leaves(vectors: &serde_json::Value) -> Vec<String> {
    let entries = vectors["log"]["entries"].as_array().unwrap();
    entries.iter().map(|entry| entry.as_str().unwrap().to_owned()).collect()
}
