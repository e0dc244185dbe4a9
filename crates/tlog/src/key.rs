//! Keys that sign notes: their text forms, and what each kind signs. C2SP signed-note and tlog-cosignature.

use std::{fmt, str::FromStr};

use crypto::{Digest, base64, ed25519, ml_dsa44};
use vocab::{Refusal, Timestamp};

use crate::{
    checkpoint::Checkpoint,
    note::{KeyId, KeyName, Note, NoteSignature},
    refusals::{BAD_SKEY, BAD_VKEY, COSIGNATURE_TIME, NOTE_SIGNATURE_WRONG},
};

/// Bytes of a key's text at most; an ML-DSA-44 key takes 1,752 in base64, a name at most 255.
pub const KEY_TEXT_BYTES_MAX: usize = 4096;

/// Bytes of the seed a signing key is made from, for every kind.
pub const SEED_BYTES: usize = 32;

const TIME_BYTES: usize = 8;
const SKEY_PREFIX: &str = "PRIVATE+KEY+";

/// What a key signs, by the type byte that C2SP signed-note assigns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// 0x01: Ed25519 over the note's text.
    Ed25519,
    /// 0x04: Ed25519 over a time and a checkpoint's text.
    CosignatureEd25519,
    /// 0x06: ML-DSA-44 over cosigner, time, origin, size and root.
    CosignatureMlDsa44,
}

impl KeyKind {
    const fn type_byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::CosignatureEd25519 => 0x04,
            Self::CosignatureMlDsa44 => 0x06,
        }
    }

    const fn of_type_byte(byte: u8) -> Option<Self> {
        match byte {
            0x01 => Some(Self::Ed25519),
            0x04 => Some(Self::CosignatureEd25519),
            0x06 => Some(Self::CosignatureMlDsa44),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Public {
    Ed25519(ed25519::PublicKey),
    MlDsa44(ml_dsa44::PublicKey),
}

impl Public {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Ed25519(key) => key.to_bytes().to_vec(),
            Self::MlDsa44(key) => key.as_bytes().to_vec(),
        }
    }
}

/// A key that verifies notes, with its name and kind. Its text is the *vkey* of C2SP: `name+id+base64(type ‖ key)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: KeyName,
    id: KeyId,
    kind: KeyKind,
    public: Public,
}

impl VerifierKey {
    fn new(name: KeyName, kind: KeyKind, public: Public) -> Self {
        let hash = Digest::of_parts(&[name.as_str().as_bytes(), b"\n", &[kind.type_byte()], &public.bytes()]);
        let [a, b, c, d, ..] = *hash.as_bytes();
        Self { name, id: KeyId([a, b, c, d]), kind, public }
    }

    fn of_material(name: KeyName, kind: KeyKind, material: &[u8]) -> Result<Self, Refusal> {
        let public = match kind {
            KeyKind::Ed25519 | KeyKind::CosignatureEd25519 => {
                let bytes =
                    material.try_into().map_err(|_| BAD_VKEY.because("its key has another length"))?;
                Public::Ed25519(ed25519::PublicKey::from_bytes(bytes)?)
            }
            KeyKind::CosignatureMlDsa44 => Public::MlDsa44(ml_dsa44::PublicKey::from_bytes(material)?),
        };
        Ok(Self::new(name, kind, public))
    }

    /// The key's name.
    pub const fn name(&self) -> &KeyName {
        &self.name
    }

    /// The key's id: it tells keys of one name apart.
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// What the key signs.
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The bytes of the public key, without type and name; two keys with the same bytes are the same key.
    pub fn key_bytes(&self) -> Vec<u8> {
        self.public.bytes()
    }

    /// Looks for this key's signature on `note`, and verifies it.
    ///
    /// `None` when there is none: signatures of other keys say nothing. Refused (`note-signature-wrong`) when there is
    /// one and it does not hold. For a cosignature the note must be a checkpoint.
    pub fn check(&self, note: &Note) -> Result<Option<Signed>, Refusal> {
        let line = note.signatures().iter().find(|line| line.key_id == self.id && line.name == self.name);
        line.map(|line| self.verify(note.text(), &line.bytes)).transpose()
    }

    fn verify(&self, text: &str, signature: &[u8]) -> Result<Signed, Refusal> {
        let wrong = |why: &str| NOTE_SIGNATURE_WRONG.because(format!("{}: {why}", self.name));
        let (time, message, signature) = match self.kind {
            KeyKind::Ed25519 => (None, text.as_bytes().to_vec(), signature),
            KeyKind::CosignatureEd25519 | KeyKind::CosignatureMlDsa44 => {
                let (time, signature) =
                    signature.split_first_chunk::<TIME_BYTES>().ok_or_else(|| wrong("it is too short"))?;
                let time = Seconds::from_wire(*time).ok_or_else(|| wrong("its time cannot be"))?;
                let checkpoint = Checkpoint::parse(text)?;
                (Some(time), cosigned_message(self, &checkpoint, time), signature)
            }
        };
        let holds = match &self.public {
            Public::Ed25519(key) => key.verify(&message, signature),
            Public::MlDsa44(key) => key.verify(&message, signature),
        };
        holds.map_err(|_| wrong("it is not over this text"))?;
        Ok(Signed { time: time.and_then(Seconds::stated) })
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let material = [&[self.kind.type_byte()], self.public.bytes().as_slice()].concat();
        write!(f, "{}+{}+{}", self.name, self.id, base64::encode(&material))
    }
}

impl FromStr for VerifierKey {
    type Err = Refusal;

    /// Reads a vkey. Refused (`bad-vkey`) when its id is not that of name and key, or its kind is none of [`KeyKind`].
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let refuse = |why: &str| BAD_VKEY.because(why);
        if text.len() > KEY_TEXT_BYTES_MAX {
            return Err(refuse("it is too long"));
        }
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refuse("it has not three parts"));
        };
        let material = base64::decode(encoded).map_err(|_| refuse("its base64 is wrong"))?;
        let (type_byte, material) = material.split_first().ok_or_else(|| refuse("it has no key"))?;
        let kind = KeyKind::of_type_byte(*type_byte).ok_or_else(|| refuse("its type is unknown"))?;
        let key = Self::of_material(name.parse()?, kind, material).map_err(|why| refuse(&why.to_string()))?;
        if key.id.to_string() == id { Ok(key) } else { Err(refuse("its id does not fit its key")) }
    }
}

/// A signature that was there and held. Only [`VerifierKey::check`] makes one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signed {
    time: Option<Timestamp>,
}

impl Signed {
    /// When the cosigner says this was the largest tree it had seen. `None` for a plain signature, and for a cosignature
    /// with time 0, which by C2SP tlog-cosignature says nothing about being the largest.
    pub const fn time(self) -> Option<Timestamp> {
        self.time
    }
}

/// Whole seconds since 1970: the time in a cosignature.
#[derive(Clone, Copy)]
struct Seconds(u64);

impl Seconds {
    /// At most 2^63 − 1 by the standard; and a moment that this house can write.
    fn from_wire(bytes: [u8; TIME_BYTES]) -> Option<Self> {
        let seconds = Self(u64::from_be_bytes(bytes));
        (seconds.0 == 0 || seconds.stated().is_some()).then_some(seconds)
    }

    /// The second in which `moment` lies; none before 1970, and not 0, which would say that no time is stated.
    fn of(moment: Timestamp) -> Option<Self> {
        u64::try_from(moment.unix_seconds()).ok().filter(|seconds| *seconds > 0).map(Self)
    }

    fn stated(self) -> Option<Timestamp> {
        if self.0 == 0 {
            return None;
        }
        Timestamp::from_unix_ms(i64::try_from(self.0).ok()?.checked_mul(1000)?)
    }
}

/// The bytes that a cosigner signs over a checkpoint. C2SP tlog-cosignature, "signed message" of either kind.
fn cosigned_message(key: &VerifierKey, checkpoint: &Checkpoint, time: Seconds) -> Vec<u8> {
    match key.kind {
        KeyKind::Ed25519 | KeyKind::CosignatureEd25519 => {
            format!("cosignature/v1\ntime {}\n{checkpoint}", time.0).into_bytes()
        }
        KeyKind::CosignatureMlDsa44 => {
            let mut message = Vec::with_capacity(128);
            message.extend_from_slice(b"subtree/v1\n\0");
            push_short(&mut message, key.name.as_str());
            message.extend_from_slice(&time.0.to_be_bytes());
            push_short(&mut message, checkpoint.origin());
            // A checkpoint is the subtree that begins at leaf 0.
            message.extend_from_slice(&0_u64.to_be_bytes());
            message.extend_from_slice(&checkpoint.size().to_be_bytes());
            message.extend_from_slice(checkpoint.root().as_bytes());
            message
        }
    }
}

/// Invariant: names and origins have at most 255 bytes ([`KeyName`], [`Checkpoint`]), so the length fits its byte.
fn push_short(message: &mut Vec<u8>, text: &str) {
    message.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    message.extend_from_slice(text.as_bytes());
}

enum Secret {
    Ed25519(ed25519::SecretKey),
    MlDsa44(Box<ml_dsa44::SecretKey>),
}

/// A key that signs notes, made from a seed of 32 bytes.
pub struct NoteSigner {
    verifier: VerifierKey,
    secret: Secret,
}

impl NoteSigner {
    /// The key that `seed` makes, under this name and for this kind of signature.
    pub fn from_seed(kind: KeyKind, name: KeyName, seed: &[u8; SEED_BYTES]) -> Self {
        let (secret, public) = match kind {
            KeyKind::Ed25519 | KeyKind::CosignatureEd25519 => {
                let key = ed25519::SecretKey::from_seed(seed);
                let public = Public::Ed25519(key.public().clone());
                (Secret::Ed25519(key), public)
            }
            KeyKind::CosignatureMlDsa44 => {
                let key = ml_dsa44::SecretKey::from_seed(seed);
                let public = Public::MlDsa44(key.public().clone());
                (Secret::MlDsa44(Box::new(key)), public)
            }
        };
        Self { verifier: VerifierKey::new(name, kind, public), secret }
    }

    /// Reads a key's secret text: `PRIVATE+KEY+name+id+base64(type ‖ seed)`, as Go's sumdb writes it for type 0x01.
    /// Refused (`bad-skey`, without the text) when it is not exactly that.
    pub fn from_skey(text: &str) -> Result<Self, Refusal> {
        let refuse = |why: &str| BAD_SKEY.because(why);
        let rest = text.strip_prefix(SKEY_PREFIX).ok_or_else(|| refuse("its beginning"))?;
        let mut parts = rest.splitn(3, '+');
        let (Some(name), Some(id), Some(encoded)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(refuse("it has not three parts"));
        };
        let material = base64::decode(encoded).map_err(|_| refuse("its base64 is wrong"))?;
        let (type_byte, seed) = material.split_first().ok_or_else(|| refuse("it has no key"))?;
        let kind = KeyKind::of_type_byte(*type_byte).ok_or_else(|| refuse("its type is unknown"))?;
        let seed = seed.try_into().map_err(|_| refuse("its seed has another length"))?;
        let signer = Self::from_seed(kind, name.parse()?, seed);
        if signer.verifier.id.to_string() == id {
            Ok(signer)
        } else {
            Err(refuse("its id does not fit its key"))
        }
    }

    /// The secret text that [`NoteSigner::from_skey`] reads, for the key that `seed` makes. Keep it encrypted.
    pub fn skey(kind: KeyKind, name: &KeyName, seed: &[u8; SEED_BYTES]) -> String {
        let signer = Self::from_seed(kind, name.clone(), seed);
        let material = [&[kind.type_byte()], seed.as_slice()].concat();
        format!("{SKEY_PREFIX}{name}+{}+{}", signer.verifier.id, base64::encode(&material))
    }

    /// The public half.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// Signs a checkpoint. A cosignature says that at `at`, in whole seconds, this was the largest tree the signer knew
    /// and consistent with all before it; a plain signature carries no time.
    ///
    /// Refused (`cosignature-time`) when a cosignature is asked for a moment before 1970-01-01T00:00:01Z: its time could
    /// not be told from none.
    pub fn sign(&self, checkpoint: &Checkpoint, at: Timestamp) -> Result<NoteSignature, Refusal> {
        let bytes = match self.verifier.kind {
            KeyKind::Ed25519 => self.raw(checkpoint.to_string().as_bytes()),
            KeyKind::CosignatureEd25519 | KeyKind::CosignatureMlDsa44 => {
                let time = Seconds::of(at).ok_or_else(|| COSIGNATURE_TIME.because(at.to_string()))?;
                let signature = self.raw(&cosigned_message(&self.verifier, checkpoint, time));
                [time.0.to_be_bytes().as_slice(), &signature].concat()
            }
        };
        Ok(NoteSignature { name: self.verifier.name.clone(), key_id: self.verifier.id, bytes })
    }

    fn raw(&self, message: &[u8]) -> Vec<u8> {
        match &self.secret {
            Secret::Ed25519(key) => key.sign(message).to_vec(),
            Secret::MlDsa44(key) => key.sign(message),
        }
    }
}

/// Shows the public half only.
impl fmt::Debug for NoteSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NoteSigner({}+{})", self.verifier.name, self.verifier.id)
    }
}
