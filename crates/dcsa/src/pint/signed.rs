//! Whose signatures count between platforms, and how ours are made.

use crypto::{
    Digest, jws,
    key::{Algorithm, PublicKey, SigningKey},
};
use vocab::{Refusal, RefusalKind, party::PlatformCode};

use super::messages::{EnvelopeManifest, EnvelopeTransferChainEntry, FinishedResponse, IssuanceManifest};

/// A key that DCSA's peers do not take.
pub const NO_PINT_KEY: RefusalKind = RefusalKind {
    code: "not-a-pint-key",
    sentence: "This key does not sign or verify between platforms: DCSA's peers take ES, PS and RS, not EdDSA.",
    remedy: "Use a P-256 key kept for PINT alone, never the countersigning key of the platform.",
};

/// A signature that no key of that platform made.
pub const SIGNED_BY_NOBODY_KNOWN: RefusalKind = RefusalKind {
    code: "pint-signature",
    sentence: "No key of this platform or carrier made this signature.",
    remedy: "Ask them for their present certificate, or to sign again.",
};

/// `typ` of what this house signs between platforms.
const TYP: &str = "JWT";

/// Who is on the other side: its platform codes, of which it may have several, and its keys for PINT.
///
/// Invariant: no Ed25519 key, so that a countersigning key can never speak here (docs/control.md 2).
#[derive(Debug, Clone, PartialEq)]
pub struct Peer {
    codes: Vec<PlatformCode>,
    keys: Vec<PublicKey>,
}

impl Peer {
    /// The peer with these codes and keys.
    ///
    /// # Errors
    /// [`NO_PINT_KEY`] for an Ed25519 key.
    pub fn new(codes: Vec<PlatformCode>, keys: Vec<PublicKey>) -> Result<Self, Refusal> {
        all_for_pint(&keys)?;
        Ok(Peer { codes, keys })
    }

    /// Whether it may say `eblPlatform`: `code`.
    pub fn speaks_for(&self, code: &PlatformCode) -> bool {
        self.codes.contains(code)
    }

    /// The payload of `jws`, if one of its keys signed it.
    ///
    /// # Errors
    /// [`SIGNED_BY_NOBODY_KNOWN`], or what is wrong with the JWS.
    pub fn verify(&self, jws: &str) -> Result<Vec<u8>, Refusal> {
        verify_by_any(&self.keys, jws)
    }
}

fn all_for_pint(keys: &[PublicKey]) -> Result<(), Refusal> {
    match keys.iter().find(|key| key.permits(Algorithm::EdDsa)) {
        None => Ok(()),
        Some(key) => Err(NO_PINT_KEY.because(key.kid().to_string())),
    }
}

/// The payload of `jws`, if one of `keys` signed it. The header's `kid` only says which to try first: DCSA's own tester
/// writes none, and a foreign platform's need not be a thumbprint.
pub(super) fn verify_by_any(keys: &[PublicKey], jws: &str) -> Result<Vec<u8>, Refusal> {
    let header = jws::compact_header(jws)?;
    let mut candidates: Vec<&PublicKey> = keys.iter().filter(|key| key.permits(header.algorithm)).collect();
    candidates.sort_by_key(|key| header.kid.as_deref() != Some(key.kid().as_str()));
    candidates
        .into_iter()
        .find_map(|key| jws::verify_compact(jws, key).ok())
        .ok_or_else(|| SIGNED_BY_NOBODY_KNOWN.because(header.kid.unwrap_or_default()))
}

/// A chain entry with its signature.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedEntry {
    /// The compact JWS, as it travels.
    pub jws: String,
    /// What it says.
    pub entry: EnvelopeTransferChainEntry,
}

impl SignedEntry {
    /// What `jws` says, whoever signed it.
    ///
    /// # Errors
    /// What is wrong with the JWS, its payload or its members.
    pub fn unverified(jws: &str) -> Result<Self, Refusal> {
        let entry = EnvelopeTransferChainEntry::read(&jws::unverified_payload(jws)?)?;
        Ok(SignedEntry { jws: jws.to_owned(), entry })
    }

    /// The checksum by which the next entry and the answers name this one.
    pub fn checksum(&self) -> Digest {
        entry_checksum(&self.jws)
    }
}

/// DCSA's checksum of a signed chain entry: SHA-256 over the ASCII of the whole compact JWS.
pub fn entry_checksum(jws: &str) -> Digest {
    Digest::of(jws.as_bytes())
}

/// Signs a chain entry with the platform's PINT key.
///
/// # Errors
/// [`NO_PINT_KEY`].
pub fn sign_entry(entry: EnvelopeTransferChainEntry, key: &SigningKey) -> Result<SignedEntry, Refusal> {
    let jws = sign(&entry.to_bytes(), key)?;
    Ok(SignedEntry { jws, entry })
}

/// Signs an envelope manifest with the platform's PINT key.
///
/// # Errors
/// [`NO_PINT_KEY`], or a size too large to write.
pub fn sign_manifest(manifest: &EnvelopeManifest, key: &SigningKey) -> Result<String, Refusal> {
    sign(&manifest.to_bytes()?, key)
}

/// Signs an issuance manifest with a key of the carrier's set, as it signs the act: ES256 or EdDSA. DCSA names no
/// algorithm; a carrier whose bills go to platforms that take no EdDSA keeps a P-256 key.
pub fn sign_issuance_manifest(manifest: &IssuanceManifest, key: &SigningKey) -> String {
    jws::sign_compact(key, Some(TYP), &manifest.to_bytes())
}

impl FinishedResponse {
    /// The compact JWS over this answer. The HTTP body is this text as a JSON string.
    ///
    /// # Errors
    /// [`NO_PINT_KEY`].
    pub fn sign(&self, key: &SigningKey) -> Result<String, Refusal> {
        sign(&self.to_bytes(), key)
    }
}

fn sign(payload: &[u8], key: &SigningKey) -> Result<String, Refusal> {
    if key.algorithm() == Algorithm::EdDsa {
        return Err(NO_PINT_KEY.because(key.kid().to_string()));
    }
    Ok(jws::sign_compact(key, Some(TYP), payload))
}
