//! A signing key in an encrypted file. The format and its reasons: docs/decisions/0001-key-files.md.
//!
//! Bytes in, bytes out: where the file lies, who may read it and how the passphrase was asked for is the binary's
//! business.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use vocab::{Refusal, RefusalKind};
use zeroize::Zeroizing;

use crate::{
    base64url,
    entropy::{self, Entropy},
    json::{self, Fields, Limits, Object, Value},
    key::{Algorithm, PublicKey, SigningKey},
};

/// Bytes of a key file: ours have about 400.
pub const FILE_BYTES_MAX: usize = 4096;
/// Memory that a file may ask its reader for, in KiB: 256 MiB.
pub const MEMORY_KIB_MAX: u32 = 256 * 1024;
/// Passes over that memory.
pub const PASSES_MAX: u32 = 16;
/// Lanes of that memory.
pub const LANES_MAX: u32 = 4;
/// Memory times passes, in KiB: 1 GiB, a second or two on a slow machine.
pub const WORK_KIB_MAX: u32 = 1024 * 1024;
/// Bytes of a passphrase, at least (NIST SP 800-63B: 8 characters).
pub const PASSPHRASE_BYTES_MIN: usize = 8;
/// Bytes of a passphrase, at most.
pub const PASSPHRASE_BYTES_MAX: usize = 1024;

const VERSION: &str = "twakow/key-file/1";
const NONCE_BYTES: usize = 12;
const SALT_BYTES: usize = 16;
const SECRET_BYTES: usize = 32;
const TAG_BYTES: usize = 16;

/// Bytes that are no key file.
pub const BAD_KEY_FILE: RefusalKind = RefusalKind {
    code: "bad-key-file",
    sentence: "This is not a key file, or it was changed.",
    remedy: "Use the file as it was written; restore it from a copy.",
};

/// A key file that asks for more than a reader gives.
pub const KEY_FILE_COST: RefusalKind = RefusalKind {
    code: "key-file-cost",
    sentence: "Opening this key file would cost more memory or time than allowed, or less than Argon2id takes.",
    remedy: "If the file is yours, write it again with the standard cost; if it came from elsewhere, do not open it.",
};

/// A passphrase that is too short or too long.
pub const BAD_PASSPHRASE: RefusalKind = RefusalKind {
    code: "bad-passphrase",
    sentence: "A passphrase has 8 to 1,024 bytes.",
    remedy: "Choose several words.",
};

/// A passphrase that does not open the file.
pub const WRONG_PASSPHRASE: RefusalKind = RefusalKind {
    code: "wrong-passphrase",
    sentence: "The passphrase does not open this key file, or the file was changed.",
    remedy: "Type the passphrase again; if it is right, restore the file from a copy.",
};

/// What guessing one passphrase costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// A key file that has been read, and not opened.
#[derive(Debug, Clone)]
pub struct KeyFile {
    header: Header,
    ciphertext: [u8; SECRET_BYTES + TAG_BYTES],
}

/// Everything in the file but the ciphertext; its canonical form is the additional data of the encryption.
#[derive(Debug, Clone)]
struct Header {
    public: PublicKey,
    cost: Cost,
    salt: [u8; SALT_BYTES],
    nonce: [u8; NONCE_BYTES],
}

impl Cost {
    /// RFC 9106, section 4, second recommended option: 64 MiB, three passes, four lanes.
    pub const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

    /// A cost within the limits.
    ///
    /// # Errors
    /// [`KEY_FILE_COST`] above the limits of this module, or below those of Argon2 (one pass, one lane, 8 KiB a lane).
    pub fn new(memory_kib: u32, passes: u32, lanes: u32) -> Result<Self, Refusal> {
        let allowed = (1..=LANES_MAX).contains(&lanes)
            && (1..=PASSES_MAX).contains(&passes)
            && (8 * lanes..=MEMORY_KIB_MAX).contains(&memory_kib)
            && memory_kib.saturating_mul(passes) <= WORK_KIB_MAX;
        if !allowed {
            return Err(KEY_FILE_COST.because(format!("{memory_kib} KiB, {passes} passes, {lanes} lanes")));
        }
        Ok(Self { memory_kib, passes, lanes })
    }

    fn derive(self, passphrase: &[u8], salt: &[u8; SALT_BYTES]) -> Result<Zeroizing<[u8; 32]>, Refusal> {
        let mut key = Zeroizing::new([0; 32]);
        let parameters = argon2::Params::new(self.memory_kib, self.passes, self.lanes, Some(key.len()));
        let hashed = parameters.and_then(|parameters| {
            argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, parameters)
                .hash_password_into(passphrase, salt, key.as_mut_slice())
        });
        // Only memory can fail here: everything else was checked against narrower limits.
        hashed.map_err(|error| KEY_FILE_COST.because(error.to_string()))?;
        Ok(key)
    }
}

/// `key` as the bytes of a key file that `passphrase` opens. Salt and nonce are drawn from `entropy`.
///
/// # Errors
/// [`BAD_PASSPHRASE`]; [`KEY_FILE_COST`] when the memory is not to be had.
pub fn encrypt(
    key: &SigningKey,
    passphrase: &[u8],
    cost: Cost,
    entropy: &mut dyn Entropy,
) -> Result<Vec<u8>, Refusal> {
    check_passphrase(passphrase)?;
    let header = Header {
        public: key.public().clone(),
        cost,
        salt: entropy::bytes(entropy),
        nonce: entropy::bytes(entropy),
    };
    let cipher = header.cipher(passphrase)?;
    // The secret stands in this buffer until it is encrypted in place.
    let mut ciphertext = Zeroizing::new([0; SECRET_BYTES + TAG_BYTES]);
    let (secret, tag) = ciphertext.split_at_mut(SECRET_BYTES);
    secret.copy_from_slice(key.secret());
    #[expect(clippy::expect_used, reason = "AES-GCM refuses only texts of many gigabytes")]
    let made = cipher
        .seal_in_place_separate_tag(header.nonce(), Aad::from(header.canonical()), secret)
        .expect("32 bytes are encrypted");
    tag.copy_from_slice(made.as_ref());
    let mut bytes = json::canonical(&Value::Object(header.object(Some(&ciphertext))));
    bytes.push(b'\n');
    Ok(bytes)
}

impl KeyFile {
    /// Reads the bytes of a key file: one line in its canonical form, with or without the line feed at its end.
    ///
    /// # Errors
    /// [`BAD_KEY_FILE`], [`KEY_FILE_COST`], or the refusal of what stands in it.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
        let value = json::parse_canonical(line, &Limits { bytes_max: FILE_BYTES_MAX, depth_max: 2 })?;
        let mut fields = Fields::of(&value, "")?;
        fields.constant("v", VERSION)?;
        let mut kdf = fields.object("kdf")?;
        kdf.constant("name", "argon2id")?;
        let part = |kdf: &mut Fields<'_>, name: &str| {
            u32::try_from(kdf.integer(name)?).map_err(|_| KEY_FILE_COST.refuse().at(kdf.place_of(name)))
        };
        let (memory_kib, passes) = (part(&mut kdf, "memoryKib")?, part(&mut kdf, "passes")?);
        let cost = Cost::new(memory_kib, passes, part(&mut kdf, "lanes")?)?;
        let salt = base64url::decode_exactly(kdf.string("salt")?)?;
        kdf.end()?;
        let mut cipher = fields.object("cipher")?;
        cipher.constant("name", "A256GCM")?;
        let nonce = base64url::decode_exactly(cipher.string("nonce")?)?;
        let ciphertext = base64url::decode_exactly(cipher.string("ciphertext")?)?;
        cipher.end()?;
        let public = PublicKey::from_jwk(fields.value("public")?)?;
        fields.end()?;
        Ok(Self { header: Header { public, cost, salt, nonce }, ciphertext })
    }

    /// The public key of the key inside, as the file says. It is certain once the file has been opened.
    pub const fn public(&self) -> &PublicKey {
        &self.header.public
    }

    /// What opening it costs.
    pub const fn cost(&self) -> Cost {
        self.header.cost
    }

    /// Opens the file.
    ///
    /// # Errors
    /// [`WRONG_PASSPHRASE`]; [`KEY_FILE_COST`] when the memory is not to be had; [`BAD_KEY_FILE`] when the key inside
    /// is not the one that the file names.
    pub fn decrypt(&self, passphrase: &[u8]) -> Result<SigningKey, Refusal> {
        if check_passphrase(passphrase).is_err() {
            // No file was ever written with such a passphrase; nothing is computed for it.
            return Err(WRONG_PASSPHRASE.refuse());
        }
        let Header { public, .. } = &self.header;
        let mut buffer = Zeroizing::new(self.ciphertext);
        let opened = self.header.cipher(passphrase)?.open_in_place(
            self.header.nonce(),
            Aad::from(self.header.canonical()),
            buffer.as_mut_slice(),
        );
        let secret: &[u8] = opened.map_err(|_| WRONG_PASSPHRASE.refuse())?;
        let secret: Zeroizing<[u8; SECRET_BYTES]> =
            Zeroizing::new(secret.try_into().map_err(|_| BAD_KEY_FILE.because("another length"))?);
        let key = match public.algorithm() {
            Some(Algorithm::EdDsa) => SigningKey::ed25519_from_seed(*secret),
            _ => SigningKey::p256_from_scalar(*secret)?,
        };
        if key.public() != public {
            return Err(BAD_KEY_FILE.because("the key inside is not the one it names"));
        }
        Ok(key)
    }
}

impl Header {
    fn cipher(&self, passphrase: &[u8]) -> Result<LessSafeKey, Refusal> {
        let key = self.cost.derive(passphrase, &self.salt)?;
        #[expect(clippy::expect_used, reason = "the one failure is another length")]
        let key = UnboundKey::new(&AES_256_GCM, key.as_slice()).expect("32 bytes are an AES-256 key");
        Ok(LessSafeKey::new(key))
    }

    /// Invariant: a key is derived with a fresh salt for each file, so no other text is encrypted under it.
    fn nonce(&self) -> Nonce {
        Nonce::assume_unique_for_key(self.nonce)
    }

    fn canonical(&self) -> Vec<u8> {
        json::canonical(&Value::Object(self.object(None)))
    }

    fn object(&self, ciphertext: Option<&[u8; SECRET_BYTES + TAG_BYTES]>) -> Object {
        let mut kdf = Object::new();
        kdf.insert("name", "argon2id");
        kdf.insert("memoryKib", self.cost.memory_kib);
        kdf.insert("passes", self.cost.passes);
        kdf.insert("lanes", self.cost.lanes);
        kdf.insert("salt", base64url::encode(&self.salt));
        let mut cipher = Object::new();
        cipher.insert("name", "A256GCM");
        cipher.insert("nonce", base64url::encode(&self.nonce));
        if let Some(ciphertext) = ciphertext {
            cipher.insert("ciphertext", base64url::encode(ciphertext));
        }
        let mut file = Object::new();
        file.insert("v", VERSION);
        file.insert("kdf", kdf);
        file.insert("cipher", cipher);
        file.insert("public", self.public.jwk());
        file
    }
}

fn check_passphrase(passphrase: &[u8]) -> Result<(), Refusal> {
    if (PASSPHRASE_BYTES_MIN..=PASSPHRASE_BYTES_MAX).contains(&passphrase.len()) {
        Ok(())
    } else {
        Err(BAD_PASSPHRASE.because(format!("{} bytes", passphrase.len())))
    }
}
