//! Keys as JWKs (RFC 7517, 7518, 8037), their names (RFC 7638), and what each may verify.

use std::{fmt, hash, str::FromStr, sync::Arc};

use aws_lc_rs::{
    rsa::PublicKeyComponents,
    signature::{self, ParsedPublicKey},
};
use vocab::{Refusal, RefusalKind};
use zeroize::Zeroizing;

use crate::{
    Digest, base64url, ed25519,
    ed25519::BAD_SIGNATURE,
    entropy::{self, Entropy},
    json::{self, Fields, Value},
};

/// A JWK that is no key we know, or not written as this house reads keys.
pub const BAD_KEY: RefusalKind = RefusalKind {
    code: "bad-key",
    sentence: "This is not a public key that is accepted here.",
    remedy: "Give an Ed25519 or P-256 public key as a JWK (others' signatures: also P-384, P-521, RSA 2048 to 8192).",
};

/// A key asked to do what it is not for.
pub const KEY_NOT_FOR_THIS: RefusalKind = RefusalKind {
    code: "key-not-for-this",
    sentence: "This key does not verify signatures of this kind.",
    remedy: "The algorithm comes from the key: sign with the algorithm that belongs to it.",
};

/// A key's name that is not written as one.
pub const BAD_KID: RefusalKind = RefusalKind {
    code: "bad-kid",
    sentence: "This is not a key's name.",
    remedy: "Write the key's RFC 7638 thumbprint with SHA-256 in base64url: 43 characters.",
};

/// Characters of a thumbprint in base64url: 32 bytes.
const KID_LEN: usize = 43;
/// Bits of an RSA modulus: below 2,048 it is too weak; above 8,192 it only costs us time.
const RSA_BYTES: std::ops::RangeInclusive<usize> = 256..=1024;
/// Bytes of an RSA exponent: 65,537 takes three; long ones only cost us time.
const RSA_EXPONENT_BYTES_MAX: usize = 4;

/// The name of a key: its RFC 7638 thumbprint with SHA-256, in base64url.
///
/// Names order as their written forms do; key sets and lists of signatures are sorted so.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kid([u8; KID_LEN]);

/// A signature algorithm of JWS (RFC 7518, section 3.1; RFC 8037). There is no `none`, and none with a shared secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA with P-256 and SHA-256.
    Es256,
    /// ECDSA with P-384 and SHA-384.
    Es384,
    /// ECDSA with P-521 and SHA-512.
    Es512,
    /// RSASSA-PSS with SHA-256.
    Ps256,
    /// RSASSA-PSS with SHA-384.
    Ps384,
    /// RSASSA-PSS with SHA-512.
    Ps512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Rs384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Rs512,
}

/// A public key, parsed once. Cloning it is cheap.
#[derive(Clone)]
pub struct PublicKey(Arc<Parsed>);

struct Parsed {
    kid: Kid,
    /// The required members only.
    jwk: Value,
    verifier: Verifier,
    /// The one algorithm that an RSA key's JWK allows; `None` where it names none.
    only: Option<Algorithm>,
}

enum Verifier {
    Ed25519(ed25519::PublicKey),
    /// With signatures of fixed length (JWS), and in DER (WebAuthn).
    P256 {
        fixed: ParsedPublicKey,
        der: ParsedPublicKey,
    },
    P384(ParsedPublicKey),
    P521(ParsedPublicKey),
    Rsa(PublicKeyComponents<Vec<u8>>),
}

/// A key that signs: Ed25519, or P-256.
pub struct SigningKey {
    /// The seed or scalar, for key files.
    secret: Zeroizing<[u8; 32]>,
    signer: Signer,
    public: PublicKey,
}

enum Signer {
    Ed25519(ed25519::SecretKey),
    P256(signature::EcdsaKeyPair),
}

impl Kid {
    /// The thumbprint whose digest this is.
    pub fn from_thumbprint(thumbprint: &Digest) -> Self {
        let mut written = [0; KID_LEN];
        // Invariant: 32 bytes are 43 symbols.
        written.copy_from_slice(base64url::encode(thumbprint.as_bytes()).as_bytes());
        Self(written)
    }

    /// Its written form.
    pub fn as_str(&self) -> &str {
        // Invariant: base64url is ASCII.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Kid({self})")
    }
}

impl FromStr for Kid {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let thumbprint = base64url::decode_exactly::<32>(written)
            .map_err(|_| BAD_KID.because(written.chars().take(50).collect::<String>()))?;
        Ok(Self::from_thumbprint(&Digest::from_bytes(thumbprint)))
    }
}

impl From<Kid> for Value {
    fn from(kid: Kid) -> Self {
        Value::from(kid.as_str())
    }
}

impl Algorithm {
    const ALL: [Algorithm; 10] = [
        Algorithm::EdDsa,
        Algorithm::Es256,
        Algorithm::Es384,
        Algorithm::Es512,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
        Algorithm::Rs256,
        Algorithm::Rs384,
        Algorithm::Rs512,
    ];

    /// Its name in JWS headers.
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::EdDsa => "EdDSA",
            Algorithm::Es256 => "ES256",
            Algorithm::Es384 => "ES384",
            Algorithm::Es512 => "ES512",
            Algorithm::Ps256 => "PS256",
            Algorithm::Ps384 => "PS384",
            Algorithm::Ps512 => "PS512",
            Algorithm::Rs256 => "RS256",
            Algorithm::Rs384 => "RS384",
            Algorithm::Rs512 => "RS512",
        }
    }

    /// The algorithm of this name, if it is one of ours.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

impl PublicKey {
    /// The key of a JWK that has exactly its required members: `crv`, `kty`, `x` and for P-256 `y`. So keys stand in
    /// acts, key sets and charters, where one key must be one text.
    ///
    /// # Errors
    /// [`BAD_KEY`], [`ed25519::WEAK_KEY`], or a member's refusal. Only Ed25519 and P-256 are taken.
    pub fn from_jwk(jwk: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(jwk, "jwk")?;
        let (kty, crv) = (fields.string("kty")?, fields.string("crv")?);
        let key = match (kty, crv) {
            ("OKP", "Ed25519") => Self::read_ed25519(&mut fields)?,
            ("EC", "P-256") => Self::read_ec(&mut fields, Curve::P256)?,
            (kty, crv) => return Err(BAD_KEY.because(shown(&format!("{kty} {crv}")))),
        };
        fields.end()?;
        Ok(key)
    }

    /// The key of a JWK as others publish them: also P-384, P-521 and RSA, and with members beside the required ones.
    /// `use`, `key_ops` and `alg` are obeyed, the rest is passed over; `kid` there is the publisher's own name for it.
    ///
    /// # Errors
    /// As [`PublicKey::from_jwk`]; [`BAD_KEY`] also for a private key, and for one that is not for signatures.
    pub fn from_published_jwk(jwk: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(jwk, "jwk")?;
        if ["d", "k", "p", "q"].into_iter().any(|private| fields.has(private)) {
            return Err(BAD_KEY.because("it holds a secret"));
        }
        if fields.optional_string("use")?.is_some_and(|purpose| purpose != "sig") {
            return Err(BAD_KEY.because("its `use` is not `sig`"));
        }
        if let Some(operations) = fields.optional_array("key_ops")?
            && !operations.iter().any(|operation| operation.as_str() == Some("verify"))
        {
            return Err(BAD_KEY.because("its `key_ops` lack `verify`"));
        }
        let kty = fields.string("kty")?;
        let crv = fields.optional_string("crv")?;
        let key = match (kty, crv) {
            ("OKP", Some("Ed25519")) => Self::read_ed25519(&mut fields),
            ("EC", Some("P-256")) => Self::read_ec(&mut fields, Curve::P256),
            ("EC", Some("P-384")) => Self::read_ec(&mut fields, Curve::P384),
            ("EC", Some("P-521")) => Self::read_ec(&mut fields, Curve::P521),
            ("RSA", None) => Self::read_rsa(&mut fields),
            (kty, crv) => Err(BAD_KEY.because(shown(&format!("{kty} {}", crv.unwrap_or_default())))),
        }?;
        match fields.optional_string("alg")? {
            None => Ok(key),
            Some(name) => match Algorithm::from_name(name).filter(|algorithm| key.permits(*algorithm)) {
                Some(only) => Ok(key.only_for(only)),
                None => Err(BAD_KEY.because(shown(&format!("its `alg` is {name}")))),
            },
        }
    }

    /// The Ed25519 key that these bytes encode.
    ///
    /// # Errors
    /// [`ed25519::WEAK_KEY`].
    pub fn from_ed25519(bytes: [u8; 32]) -> Result<Self, Refusal> {
        ed25519::PublicKey::from_bytes(bytes).map(Self::of_ed25519)
    }

    /// Its JWK with the required members only (RFC 7638, section 3.2).
    pub fn jwk(&self) -> Value {
        self.0.jwk.clone()
    }

    /// Its name.
    pub fn kid(&self) -> Kid {
        self.0.kid
    }

    /// The algorithm that belongs to it; `None` for an RSA key whose JWK names none.
    pub fn algorithm(&self) -> Option<Algorithm> {
        match &self.0.verifier {
            Verifier::Ed25519(_) => Some(Algorithm::EdDsa),
            Verifier::P256 { .. } => Some(Algorithm::Es256),
            Verifier::P384(_) => Some(Algorithm::Es384),
            Verifier::P521(_) => Some(Algorithm::Es512),
            Verifier::Rsa(_) => self.0.only,
        }
    }

    /// The key as an Ed25519 key, when it is one.
    pub fn as_ed25519(&self) -> Option<&ed25519::PublicKey> {
        match &self.0.verifier {
            Verifier::Ed25519(key) => Some(key),
            Verifier::P256 { .. } | Verifier::P384(_) | Verifier::P521(_) | Verifier::Rsa(_) => None,
        }
    }

    /// Whether this key verifies signatures of `algorithm`.
    pub fn permits(&self, algorithm: Algorithm) -> bool {
        match self.algorithm() {
            Some(own) => own == algorithm,
            None => rsa_parameters(algorithm).is_some(),
        }
    }

    /// Verifies a signature in the form that JWS gives it (ECDSA: r and s, each of fixed length; high s allowed).
    ///
    /// # Errors
    /// [`KEY_NOT_FOR_THIS`], [`BAD_SIGNATURE`].
    pub fn verify(&self, algorithm: Algorithm, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        if !self.permits(algorithm) {
            return Err(KEY_NOT_FOR_THIS.because(algorithm.name()));
        }
        let verdict = match &self.0.verifier {
            Verifier::Ed25519(key) => return key.verify(message, signature),
            Verifier::P256 { fixed: key, .. } | Verifier::P384(key) | Verifier::P521(key) => {
                key.verify_sig(message, signature)
            }
            Verifier::Rsa(components) => {
                let parameters = rsa_parameters(algorithm);
                let parameters = parameters.ok_or_else(|| KEY_NOT_FOR_THIS.because(algorithm.name()))?;
                components.verify(parameters, message, signature)
            }
        };
        verdict.map_err(|_| BAD_SIGNATURE.refuse())
    }

    /// Verifies an ES256 signature in strict DER, as authenticators make them; high s allowed.
    ///
    /// # Errors
    /// [`KEY_NOT_FOR_THIS`] when it is not a P-256 key, [`BAD_SIGNATURE`].
    pub fn verify_es256_der(&self, message: &[u8], signature: &[u8]) -> Result<(), Refusal> {
        match &self.0.verifier {
            Verifier::P256 { der, .. } => {
                der.verify_sig(message, signature).map_err(|_| BAD_SIGNATURE.refuse())
            }
            Verifier::Ed25519(_) | Verifier::P384(_) | Verifier::P521(_) | Verifier::Rsa(_) => {
                Err(KEY_NOT_FOR_THIS.because("ES256 in DER"))
            }
        }
    }

    fn new(jwk: Value, verifier: Verifier) -> Self {
        let kid = Kid::from_thumbprint(&Digest::of(&json::canonical(&jwk)));
        Self(Arc::new(Parsed { kid, jwk, verifier, only: None }))
    }

    fn only_for(self, only: Algorithm) -> Self {
        let Verifier::Rsa(components) = &self.0.verifier else { return self };
        let verifier =
            Verifier::Rsa(PublicKeyComponents { n: components.n.clone(), e: components.e.clone() });
        Self(Arc::new(Parsed { kid: self.0.kid, jwk: self.0.jwk.clone(), verifier, only: Some(only) }))
    }

    fn of_ed25519(key: ed25519::PublicKey) -> Self {
        let x = base64url::encode(&key.to_bytes());
        let jwk = Value::object([("crv", "Ed25519"), ("kty", "OKP"), ("x", &x)]);
        Self::new(jwk, Verifier::Ed25519(key))
    }

    fn read_ed25519(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let x = base64url::decode_exactly(fields.string("x")?).map_err(|refusal| refusal.at("jwk/x"))?;
        Self::from_ed25519(x)
    }

    fn read_ec(fields: &mut Fields<'_>, curve: Curve) -> Result<Self, Refusal> {
        let (x, y) = (fields.base64url("x")?, fields.base64url("y")?);
        // RFC 7518, section 6.2.1.2: always the full length of a coordinate.
        if x.len() != curve.coordinate_bytes() || y.len() != curve.coordinate_bytes() {
            return Err(BAD_KEY.because("a coordinate has another length"));
        }
        Self::of_point(&x, &y, curve)
    }

    fn of_point(x: &[u8], y: &[u8], curve: Curve) -> Result<Self, Refusal> {
        let point = [&[4], x, y].concat();
        let parsed = |algorithm| {
            ParsedPublicKey::new(algorithm, &point).map_err(|_| BAD_KEY.because("no point of the curve"))
        };
        let verifier = match curve {
            Curve::P256 => Verifier::P256 {
                fixed: parsed(&signature::ECDSA_P256_SHA256_FIXED)?,
                der: parsed(&signature::ECDSA_P256_SHA256_ASN1)?,
            },
            Curve::P384 => Verifier::P384(parsed(&signature::ECDSA_P384_SHA384_FIXED)?),
            Curve::P521 => Verifier::P521(parsed(&signature::ECDSA_P521_SHA512_FIXED)?),
        };
        let (x, y) = (base64url::encode(x), base64url::encode(y));
        let jwk = Value::object([("crv", curve.name()), ("kty", "EC"), ("x", &x), ("y", &y)]);
        Ok(Self::new(jwk, verifier))
    }

    fn read_rsa(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let (n, e) = (fields.base64url("n")?, fields.base64url("e")?);
        // RFC 7518, section 6.3.1.1: no leading zeros, or one key would have two names.
        if n.first() == Some(&0) || e.first() == Some(&0) {
            return Err(BAD_KEY.because("leading zeros"));
        }
        if !RSA_BYTES.contains(&n.len()) || !(1..=RSA_EXPONENT_BYTES_MAX).contains(&e.len()) {
            let found = format!("a modulus of {} bytes, an exponent of {}", n.len(), e.len());
            return Err(BAD_KEY.because(found));
        }
        let components = PublicKeyComponents { n: n.clone(), e: e.clone() };
        components
            .to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256)
            .map_err(|_| BAD_KEY.because("no RSA key"))?;
        let (n, e) = (base64url::encode(&n), base64url::encode(&e));
        Ok(Self::new(
            Value::object([("e", e.as_str()), ("kty", "RSA"), ("n", &n)]),
            Verifier::Rsa(components),
        ))
    }
}

#[derive(Clone, Copy)]
enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    const fn name(self) -> &'static str {
        match self {
            Curve::P256 => "P-256",
            Curve::P384 => "P-384",
            Curve::P521 => "P-521",
        }
    }

    const fn coordinate_bytes(self) -> usize {
        match self {
            Curve::P256 => 32,
            Curve::P384 => 48,
            Curve::P521 => 66,
        }
    }
}

const fn rsa_parameters(algorithm: Algorithm) -> Option<&'static signature::RsaParameters> {
    match algorithm {
        Algorithm::Ps256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::Ps384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::Ps512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        Algorithm::Rs256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::Rs384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::Rs512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::EdDsa | Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => None,
    }
}

fn shown(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Two keys are equal when their required members are: the name is a digest of those.
impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.kid == other.0.kid
    }
}

impl Eq for PublicKey {}

impl hash::Hash for PublicKey {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.kid.hash(state);
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.kid())
    }
}

impl SigningKey {
    /// The Ed25519 key that RFC 8032 makes of this seed.
    pub fn ed25519_from_seed(seed: [u8; 32]) -> Self {
        let secret = Zeroizing::new(seed);
        let key = ed25519::SecretKey::from_seed(&secret);
        let public = PublicKey::of_ed25519(key.public().clone());
        Self { secret, signer: Signer::Ed25519(key), public }
    }

    /// The P-256 key with this secret scalar, big-endian.
    ///
    /// # Errors
    /// [`BAD_KEY`] when the scalar is zero or not below the order of the curve.
    pub fn p256_from_scalar(scalar: [u8; 32]) -> Result<Self, Refusal> {
        let secret = Zeroizing::new(scalar);
        let refuse = || BAD_KEY.because("no secret scalar of P-256");
        let point = aws_lc_rs::agreement::PrivateKey::from_private_key(
            &aws_lc_rs::agreement::ECDH_P256,
            secret.as_slice(),
        )
        .map_err(|_| refuse())?
        .compute_public_key()
        .map_err(|_| refuse())?;
        let pair = signature::EcdsaKeyPair::from_private_key_and_public_key(
            &signature::ECDSA_P256_SHA256_FIXED_SIGNING,
            secret.as_slice(),
            point.as_ref(),
        )
        .map_err(|_| refuse())?;
        let (x, y) = point.as_ref().get(1..).and_then(|xy| xy.split_at_checked(32)).ok_or_else(refuse)?;
        let public = PublicKey::of_point(x, y, Curve::P256)?;
        Ok(Self { secret, signer: Signer::P256(pair), public })
    }

    /// A new Ed25519 key.
    pub fn generate_ed25519(entropy: &mut dyn Entropy) -> Self {
        Self::ed25519_from_seed(entropy::bytes(entropy))
    }

    /// A new P-256 key.
    pub fn generate_p256(entropy: &mut dyn Entropy) -> Self {
        loop {
            // A draw is no scalar with a probability of about 2^-32.
            if let Ok(key) = Self::p256_from_scalar(entropy::bytes(entropy)) {
                return key;
            }
        }
    }

    /// The public key.
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// The public key's name.
    pub fn kid(&self) -> Kid {
        self.public.kid()
    }

    /// 32 secret bytes that only who has this key can compute, another for each purpose: HKDF-SHA-256 of the secret, no
    /// salt, `purpose` as info. A node keeps one key in a file and derives the rest.
    pub fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(crate::hkdf_sha256(self.secret.as_slice(), &[], purpose.as_bytes()))
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// The algorithm that belongs to it.
    pub const fn algorithm(&self) -> Algorithm {
        match self.signer {
            Signer::Ed25519(_) => Algorithm::EdDsa,
            Signer::P256(_) => Algorithm::Es256,
        }
    }

    /// The signature over `message` in the form that JWS gives it, 64 bytes. An Ed25519 key gives one message one
    /// signature; a P-256 key draws the system's randomness for each.
    ///
    /// # Panics
    /// When the system has no randomness to give.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        match &self.signer {
            Signer::Ed25519(key) => key.sign(message),
            Signer::P256(pair) => {
                let mut bytes = [0; 64];
                #[expect(
                    clippy::expect_used,
                    reason = "no input can bring this about, and no safe answer exists"
                )]
                let signed =
                    pair.sign(&aws_lc_rs::rand::SystemRandom::new(), message).expect("the library signs");
                // Invariant: the fixed form of an ES256 signature has 64 bytes.
                bytes.copy_from_slice(signed.as_ref());
                bytes
            }
        }
    }
}

/// Shows the public name only.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.kid())
    }
}
