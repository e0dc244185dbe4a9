//! Ed25519 (RFC 8032), read so that every verifier agrees: S below L, no cofactor, and no key or R that is not in its
//! canonical encoding or of small order (docs/control.md 2).
//!
//! Libraries differ exactly on those inputs; one that takes the identity point for a key takes one signature for all
//! messages. The refusals here are comparisons of encodings; the arithmetic is the library's.

use std::fmt;

use aws_lc_rs::signature::{self, KeyPair as _, ParsedPublicKey};
use vocab::{Refusal, RefusalKind};

/// Bytes of a signature: R, then S.
pub const SIGNATURE_BYTES: usize = 64;

/// A key that no verifier may accept.
pub const WEAK_KEY: RefusalKind = RefusalKind {
    code: "weak-key",
    sentence: "This Ed25519 key is of small order, not in its canonical encoding, or no point of the curve.",
    remedy: "Make a new key; this one would let anybody sign.",
};

/// A signature that does not verify.
pub const BAD_SIGNATURE: RefusalKind = RefusalKind {
    code: "bad-signature",
    sentence: "The signature does not belong to this message and this key.",
    remedy: "Sign exactly these bytes with the key that is named.",
};

/// A public key, parsed once.
#[derive(Clone)]
pub struct PublicKey {
    bytes: [u8; 32],
    parsed: ParsedPublicKey,
}

/// A secret key. The library clears its memory when it is dropped.
pub struct SecretKey {
    pair: signature::Ed25519KeyPair,
    public: PublicKey,
}

impl PublicKey {
    /// The key that these bytes encode.
    ///
    /// # Errors
    /// [`WEAK_KEY`].
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, Refusal> {
        refuse_weak_point(&bytes).map_err(|found| WEAK_KEY.because(found))?;
        let parsed = ParsedPublicKey::new(&signature::ED25519, bytes)
            .map_err(|_| WEAK_KEY.because("no point of the curve"))?;
        Ok(Self { bytes, parsed })
    }

    /// Its encoding.
    pub const fn to_bytes(&self) -> [u8; 32] {
        self.bytes
    }

    /// Verifies `signature` over `message`.
    ///
    /// # Errors
    /// [`BAD_SIGNATURE`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        let Some((r, _)) = signature.split_first_chunk::<32>().filter(|(_, s)| s.len() == 32) else {
            return Err(BAD_SIGNATURE.because(format!("{} bytes where 64 belong", signature.len())));
        };
        refuse_weak_point(r).map_err(|found| BAD_SIGNATURE.because(format!("R is {found}")))?;
        // The library refuses S from L on, and compares R byte for byte, without the cofactor.
        self.parsed.verify_sig(message, signature).map_err(|_| BAD_SIGNATURE.refuse())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ed25519::PublicKey({})", crate::base64url::encode(&self.bytes))
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl Eq for PublicKey {}

impl SecretKey {
    /// The key that RFC 8032 makes of this seed.
    #[expect(clippy::expect_used, reason = "every seed of 32 bytes makes a key, whose point is never weak")]
    pub fn from_seed(seed: &[u8; 32]) -> Self {
        let pair =
            signature::Ed25519KeyPair::from_seed_unchecked(seed).expect("a seed of 32 bytes makes a key");
        let bytes = pair.public_key().as_ref().try_into().expect("a public key has 32 bytes");
        let public = PublicKey::from_bytes(bytes).expect("a clamped scalar times B is no weak point");
        Self { pair, public }
    }

    /// The public key.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The signature over `message`: one message, one signature (RFC 8032 is deterministic).
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let mut bytes = [0; SIGNATURE_BYTES];
        // Invariant: an Ed25519 signature has 64 bytes.
        bytes.copy_from_slice(self.pair.sign(message).as_ref());
        bytes
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ed25519::SecretKey").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The y of every point whose order divides 8, little-endian. Both signs of x are weak, so the sign is not looked at.
const SMALL_ORDER_Y: [[u8; 32]; 5] = [
    // y = 0: the two points of order 4.
    [0; 32],
    // y = 1: the identity.
    y(1, 0, 0),
    // y = p - 1: the point of order 2.
    y(0xec, 0xff, 0x7f),
    // The four points of order 8.
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5,
        0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a,
        0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

const fn y(first: u8, between: u8, last: u8) -> [u8; 32] {
    let mut bytes = [between; 32];
    let [lowest, .., highest] = &mut bytes;
    *lowest = first;
    *highest = last;
    bytes
}

fn refuse_weak_point(point: &[u8; 32]) -> Result<(), &'static str> {
    let mut y = *point;
    if let Some(last) = y.last_mut() {
        *last &= 0x7f;
    }
    // Not canonical: y from p = 2^255 - 19 on. (The other such encodings, x = 0 with a sign, are of small order.)
    if let [0xed..=0xff, middle @ .., 0x7f] = y
        && middle == [0xff; 30]
    {
        return Err("not in its canonical encoding");
    }
    if SMALL_ORDER_Y.contains(&y) { Err("of small order") } else { Ok(()) }
}
