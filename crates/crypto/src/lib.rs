//! Canonical JSON, digests, keys and signatures: the only room that names a cryptographic library.
//!
//! Bytes come in, values and verdicts go out. Nothing here knows what a signature is *for*: which key must sign, in
//! what order and by whose leave is `bill`'s and `registry`'s business. Begin with [`json`] (what is signed),
//! [`key`] (who signs), [`jws`] and [`webauthn`] (how), and [`Signature`] (how it stands in a list).
//!
//! Invariants of this room: the algorithm comes from the key, never from a header (docs/control.md 2); what one reader
//! takes for a key, a signature or a text, every reader takes for the same (strict encodings only); hostile bytes
//! are refused within named limits and never panic.

pub mod base64;
pub mod base64url;
mod digest;
pub mod ed25519;
pub mod entropy;
mod hkdf;
pub mod json;
pub mod jws;
pub mod key;
pub mod keyfile;
pub mod ml_dsa44;
mod refusals;
mod signature;
pub mod webauthn;

pub use digest::{BAD_DIGEST, Digest};
pub use hkdf::hkdf_sha256;
pub use refusals::REFUSALS;
pub use signature::{BAD_SIGNATURE_FORM, Signature};
