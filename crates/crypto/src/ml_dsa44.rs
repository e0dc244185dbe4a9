//! ML-DSA-44 (FIPS 204), with an empty context, for checkpoints and cosignatures: they must outlive elliptic curves.

use std::{fmt, sync::Arc};

use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey, PqdsaKeyPair};
use vocab::{Refusal, RefusalKind};

use crate::{Digest, ed25519::BAD_SIGNATURE};

/// Bytes of a public key (FIPS 204, table 2).
pub const PUBLIC_KEY_BYTES: usize = 1312;
/// Bytes of a signature (FIPS 204, table 2).
pub const SIGNATURE_BYTES: usize = 2420;

/// Bytes that are no ML-DSA-44 public key.
pub const BAD_ML_DSA_KEY: RefusalKind = RefusalKind {
    code: "bad-ml-dsa-key",
    sentence: "These bytes are not an ML-DSA-44 public key.",
    remedy: "Give the 1,312 bytes of the key's FIPS 204 encoding.",
};

/// A public key, parsed once. Cloning it is cheap.
#[derive(Clone)]
pub struct PublicKey(Arc<Parsed>);

struct Parsed {
    bytes: Vec<u8>,
    key: ParsedPublicKey,
}

/// A secret key. The library clears its memory when it is dropped.
pub struct SecretKey {
    pair: PqdsaKeyPair,
    public: PublicKey,
}

impl PublicKey {
    /// The key that these bytes encode.
    ///
    /// # Errors
    /// [`BAD_ML_DSA_KEY`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        // The library would also take an X.509 wrapping: one key, two texts.
        if bytes.len() != PUBLIC_KEY_BYTES {
            return Err(BAD_ML_DSA_KEY.because(format!("{} bytes", bytes.len())));
        }
        let key = ParsedPublicKey::new(&signature::ML_DSA_44, bytes).map_err(|_| BAD_ML_DSA_KEY.refuse())?;
        Ok(Self(Arc::new(Parsed { bytes: bytes.to_vec(), key })))
    }

    /// Its FIPS 204 encoding, 1,312 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// Verifies `signature` over `message`.
    ///
    /// # Errors
    /// [`BAD_SIGNATURE`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        if signature.len() != SIGNATURE_BYTES {
            return Err(BAD_SIGNATURE.because(format!("{} bytes where 2420 belong", signature.len())));
        }
        self.0.key.verify_sig(message, signature).map_err(|_| BAD_SIGNATURE.refuse())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ml_dsa44::PublicKey(SHA-256 {})", Digest::of(self.as_bytes()))
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PublicKey {}

impl SecretKey {
    /// The key that FIPS 204 (ML-DSA.KeyGen_internal) makes of this seed.
    #[expect(clippy::expect_used, reason = "every seed of 32 bytes makes a key")]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let pair = PqdsaKeyPair::from_seed(&signature::ML_DSA_44_SIGNING, seed)
            .expect("a seed of 32 bytes makes a key");
        let public = PublicKey::from_bytes(pair.public_key().as_ref()).expect("a made key is a key");
        Self { pair, public }
    }

    /// The public key.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// A signature over `message`. Not deterministic: FIPS 204's hedged variant, with the system's randomness.
    ///
    /// # Panics
    /// When the system has no randomness to give.
    #[expect(clippy::expect_used, reason = "the length is right; without randomness no safe answer exists")]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0; SIGNATURE_BYTES];
        self.pair.sign(message, &mut bytes).expect("the library signs");
        bytes
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ml_dsa44::SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}
