//! Passkey assertions (W3C Web Authentication, level 3, section 7.2), verified offline and long afterwards.
//!
//! Whoever checks an act years later has the three byte strings the authenticator and browser made, the key, and the
//! relying party and origins that were enrolled with it (docs/control.md 4, "Passkey, offline"). The challenge is the act's
//! digest, so an assertion is good for one act. Counters are ignored: nobody kept the one before.

use std::fmt;

use vocab::{Refusal, RefusalKind};

use crate::{
    Digest, base64url,
    json::{self, Fields, Limits, Value},
    key::{Kid, PublicKey},
};

/// Bytes of authenticator data: 37, and extension outputs, which are a few dozen where there are any.
pub const AUTHENTICATOR_DATA_BYTES_MAX: usize = 1024;
/// Bytes of clientDataJSON: browsers write 100 to 300; origins are under 300.
pub const CLIENT_DATA_BYTES_MAX: usize = 2048;
/// Bytes of an ES256 signature in DER: two integers of up to 33 bytes with their headers.
pub const SIGNATURE_DER_BYTES_MAX: usize = 72;

/// An assertion that does not stand.
pub const BAD_ASSERTION: RefusalKind = RefusalKind {
    code: "bad-passkey-assertion",
    sentence: "The passkey assertion does not stand for this act, this key and the site that was enrolled.",
    remedy: "Sign again on the enrolled signer page, with user verification, and keep the three byte strings as they \
             are.",
};

/// What a passkey gave: byte strings as they came, because the signature is over exactly those.
#[derive(Clone, PartialEq, Eq)]
pub struct Assertion {
    /// The name of the key.
    pub kid: Kid,
    /// `authenticatorData`: SHA-256 of the relying party's id, flags, counter, extension outputs.
    pub authenticator_data: Vec<u8>,
    /// `clientDataJSON` as the browser wrote it.
    pub client_data_json: Vec<u8>,
    /// The ES256 signature in DER.
    pub signature_der: Vec<u8>,
}

// Level 3, section 6.1: bits of the flags byte.
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const ATTESTED_DATA: u8 = 1 << 6;
const EXTENSION_DATA: u8 = 1 << 7;
/// Relying party's hash, flags, counter.
const FIXED_PART_BYTES: usize = 32 + 1 + 4;

/// Verifies that `assertion` was made by `key` over `challenge`, on one of `origins`, for the relying party `rp_id`.
///
/// # Errors
/// [`BAD_ASSERTION`] with what is wrong; [`crate::ed25519::BAD_SIGNATURE`] when all is right but the signature.
pub fn verify<O: AsRef<str>>(
    assertion: &Assertion,
    challenge: &Digest,
    key: &PublicKey,
    rp_id: &str,
    origins: &[O],
) -> Result<(), Refusal> {
    if assertion.kid != key.kid() {
        return Err(BAD_ASSERTION.because("made with another key"));
    }
    check_client_data(&assertion.client_data_json, challenge, origins)?;
    check_authenticator_data(&assertion.authenticator_data, rp_id)?;
    if assertion.signature_der.len() > SIGNATURE_DER_BYTES_MAX {
        return Err(BAD_ASSERTION.because("the signature is longer than any"));
    }
    let client_data_hash = Digest::of(&assertion.client_data_json);
    let signed = [assertion.authenticator_data.as_slice(), client_data_hash.as_bytes()].concat();
    key.verify_es256_der(&signed, &assertion.signature_der)
}

fn check_client_data<O: AsRef<str>>(json: &[u8], challenge: &Digest, origins: &[O]) -> Result<(), Refusal> {
    let place = "clientDataJSON";
    // A member given twice ends here: the browser's reader and ours might take different ones.
    let value =
        json::parse(json, &Limits::bytes(CLIENT_DATA_BYTES_MAX)).map_err(|refusal| refusal.at(place))?;
    // Never `end()`: browsers add members, and the standard asks readers to pass over them.
    let mut client_data = Fields::of(&value, place)?;
    if client_data.string("type")? != "webauthn.get" {
        return Err(BAD_ASSERTION.because("its type is not webauthn.get").at(place));
    }
    if client_data.string("challenge")? != base64url::encode(challenge.as_bytes()) {
        return Err(BAD_ASSERTION.because("its challenge is another act").at(place));
    }
    let origin = client_data.string("origin")?;
    if !origins.iter().any(|enrolled| enrolled.as_ref() == origin) {
        let origin: String = origin.chars().take(100).collect();
        return Err(BAD_ASSERTION.because(format!("the origin {origin} is not enrolled")).at(place));
    }
    if client_data.optional_boolean("crossOrigin")?.unwrap_or(false) {
        return Err(BAD_ASSERTION.because("made in a frame of another origin").at(place));
    }
    if client_data.has("topOrigin") {
        return Err(BAD_ASSERTION.because("it has a topOrigin").at(place));
    }
    Ok(())
}

fn check_authenticator_data(data: &[u8], rp_id: &str) -> Result<(), Refusal> {
    let refuse = |found: &str| BAD_ASSERTION.because(found).at("authenticatorData");
    if data.len() > AUTHENTICATOR_DATA_BYTES_MAX {
        return Err(refuse("longer than what is read here"));
    }
    let (rp_id_hash, rest) = data.split_first_chunk::<32>().ok_or_else(|| refuse("too short"))?;
    let ([flags, _counter @ ..], extensions) =
        rest.split_first_chunk::<5>().ok_or_else(|| refuse("too short"))?;
    if rp_id_hash != Digest::of(rp_id.as_bytes()).as_bytes() {
        return Err(refuse("made for another relying party"));
    }
    if flags & USER_PRESENT == 0 {
        return Err(refuse("the user was not present"));
    }
    if flags & USER_VERIFIED == 0 {
        return Err(refuse("the user was not verified"));
    }
    if flags & ATTESTED_DATA != 0 {
        return Err(refuse("it claims attested credential data, which belongs to registrations"));
    }
    if (flags & EXTENSION_DATA != 0) == extensions.is_empty() {
        let len = data.len();
        return Err(refuse(&format!(
            "{len} bytes do not fit the flags; {FIXED_PART_BYTES} come before extensions"
        )));
    }
    Ok(())
}

impl Assertion {
    /// Its form in a list of signatures (docs/control.md 7).
    pub(crate) fn to_value(&self) -> Value {
        Value::object([
            ("kind", "webauthn"),
            ("kid", self.kid.as_str()),
            ("authenticatorData", &base64url::encode(&self.authenticator_data)),
            ("clientDataJSON", &base64url::encode(&self.client_data_json)),
            ("signatureDer", &base64url::encode(&self.signature_der)),
        ])
    }

    /// Reads what [`Assertion::to_value`] writes, but for `kind`, which the caller has read.
    pub(crate) fn from_fields(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            kid: fields.parsed("kid")?,
            authenticator_data: fields.base64url("authenticatorData")?,
            client_data_json: fields.base64url("clientDataJSON")?,
            signature_der: fields.base64url("signatureDer")?,
        })
    }
}

/// Shows the name of the key only.
impl fmt::Debug for Assertion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assertion").field("kid", &self.kid).finish_non_exhaustive()
    }
}
