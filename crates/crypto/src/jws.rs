//! JWS in its compact form (RFC 7515): detached for acts and counter statements, attached for what DCSA's peers sign.
//!
//! A detached JWS has a protected header of exactly `alg`, `kid` and `typ`, in RFC 8785 bytes (docs/control.md 2). So the
//! verifier, who knows key and type, knows the header's bytes beforehand and compares them; it parses a header only
//! to find the key's name, or to say what is wrong with it. What peers sign by DCSA's rules has a freer header; there
//! the algorithm must be one that belongs to the key, and nothing in the header can bring in a key or a rule.

use vocab::{Refusal, RefusalKind};

use crate::{
    base64url,
    json::{self, Fields, Limits, Value},
    key::{Algorithm, Kid, PublicKey, SigningKey},
};

/// Characters of an encoded header: ours have about 140; a peer's with a certificate thumbprint a few hundred.
pub const HEADER_LEN_MAX: usize = 4096;
/// Characters of an encoded signature: RSA with 8,192 bits has 1,366.
pub const SIGNATURE_LEN_MAX: usize = 1366;

/// Not the three parts of a JWS.
pub const BAD_JWS: RefusalKind = RefusalKind {
    code: "bad-jws",
    sentence: "This is not a JWS in its compact form.",
    remedy: "Write header, payload and signature in base64url with full stops between; detached, without the payload.",
};

/// A header that this house does not take.
pub const BAD_JWS_HEADER: RefusalKind = RefusalKind {
    code: "bad-jws-header",
    sentence: "The JWS header is not the one that belongs to this key and this kind of statement.",
    remedy: "Detached: exactly `alg`, `kid` and `typ` in canonical bytes. Others: an `alg` that belongs to the key, \
             and none of `jwk`, `jku`, `x5c`, `x5u`, `crit`, `b64`.",
};

/// Header parameters that would let a message bring its own key or its own rules.
const NEVER_IN_HEADER: [&str; 6] = ["b64", "crit", "jku", "jwk", "x5c", "x5u"];

/// What a header says, before anything is verified: good for finding the key, for nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedHeader {
    /// The algorithm that the signer says it used.
    pub algorithm: Algorithm,
    /// The signer's name for its key.
    pub kid: Option<String>,
    /// The type of the statement.
    pub typ: Option<String>,
}

/// A detached compact JWS over `payload`.
pub fn sign_detached(key: &SigningKey, typ: &str, payload: &[u8]) -> String {
    let mut jws = own_header(key.algorithm(), &key.kid(), typ);
    let signature = key.sign(&signing_input(&jws, payload));
    jws.push_str("..");
    jws.push_str(&base64url::encode(&signature));
    jws
}

/// Verifies a detached compact JWS over `payload`, made with `key` for statements of the type `typ`.
///
/// # Errors
/// [`BAD_JWS`], [`BAD_JWS_HEADER`], [`crate::base64::BAD_BASE64`], [`crate::ed25519::BAD_SIGNATURE`].
pub fn verify_detached(jws: &str, payload: &[u8], key: &PublicKey, typ: &str) -> Result<(), Refusal> {
    let (header, signature) = detached_parts(jws)?;
    let algorithm =
        key.algorithm().ok_or_else(|| BAD_JWS_HEADER.because("the key does not determine the algorithm"))?;
    if header != own_header(algorithm, &key.kid(), typ) {
        return Err(why_another_header(header, algorithm, &key.kid(), typ));
    }
    key.verify(algorithm, &signing_input(header, payload), &base64url::decode(signature)?)
}

/// The name of the key that a detached JWS says it was made with. Nothing is verified by this.
///
/// # Errors
/// [`BAD_JWS`], [`BAD_JWS_HEADER`].
pub fn detached_kid(jws: &str) -> Result<Kid, Refusal> {
    let (header, _) = detached_parts(jws)?;
    let value = read_header(header)?;
    let mut fields = Fields::of(&value, "header")?;
    fields.string("alg")?;
    fields.string("typ")?;
    let kid = fields.parsed("kid")?;
    fields.end()?;
    Ok(kid)
}

/// A compact JWS with its payload inside. The header has `alg` and `kid`, and `typ` where one is given.
pub fn sign_compact(key: &SigningKey, typ: Option<&str>, payload: &[u8]) -> String {
    let mut header = json::Object::new();
    header.insert("alg", key.algorithm().name());
    header.insert("kid", key.kid());
    if let Some(typ) = typ {
        header.insert("typ", typ);
    }
    let mut jws = base64url::encode(&json::canonical(&Value::Object(header)));
    jws.push('.');
    jws.push_str(&base64url::encode(payload));
    let signature = key.sign(jws.as_bytes());
    jws.push('.');
    jws.push_str(&base64url::encode(&signature));
    jws
}

/// Verifies a compact JWS with its payload inside, and gives the payload.
///
/// # Errors
/// As [`verify_detached`]. The header may have any members but those that bring a key or a rule; its `alg` must be
/// one that belongs to `key`.
pub fn verify_compact(jws: &str, key: &PublicKey) -> Result<Vec<u8>, Refusal> {
    let (header, payload, signature) = compact_parts(jws)?;
    let algorithm = read_foreign_header(header)?.algorithm;
    if !key.permits(algorithm) {
        return Err(BAD_JWS_HEADER.because(format!("{} does not belong to the key", algorithm.name())));
    }
    let signed = jws.get(..header.len() + 1 + payload.len()).unwrap_or_default();
    let payload = base64url::decode(payload)?;
    key.verify(algorithm, signed.as_bytes(), &base64url::decode(signature)?)?;
    Ok(payload)
}

/// What the header of a compact JWS says. Nothing is verified by this.
///
/// # Errors
/// [`BAD_JWS`], [`BAD_JWS_HEADER`], [`crate::base64::BAD_BASE64`], or what is wrong with the JSON.
pub fn compact_header(jws: &str) -> Result<UnverifiedHeader, Refusal> {
    read_foreign_header(compact_parts(jws)?.0)
}

/// The payload of a compact JWS, which nobody has verified: good for finding out whose key it needs.
///
/// # Errors
/// [`BAD_JWS`], [`crate::base64::BAD_BASE64`].
pub fn unverified_payload(jws: &str) -> Result<Vec<u8>, Refusal> {
    base64url::decode(compact_parts(jws)?.1)
}

fn own_header(algorithm: Algorithm, kid: &Kid, typ: &str) -> String {
    let header = Value::object([("alg", algorithm.name()), ("kid", kid.as_str()), ("typ", typ)]);
    base64url::encode(&json::canonical(&header))
}

fn signing_input(header: &str, payload: &[u8]) -> Vec<u8> {
    let mut input = Vec::with_capacity(header.len() + 1 + payload.len().saturating_mul(4).div_ceil(3));
    input.extend_from_slice(header.as_bytes());
    input.push(b'.');
    base64url::encode_into(payload, &mut input);
    input
}

fn compact_parts(jws: &str) -> Result<(&str, &str, &str), Refusal> {
    let mut parts = jws.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(BAD_JWS.because("not three parts"));
    };
    if header.len() > HEADER_LEN_MAX || signature.len() > SIGNATURE_LEN_MAX {
        return Err(BAD_JWS.because(format!(
            "a header of {} characters ({HEADER_LEN_MAX} allowed), a signature of {} ({SIGNATURE_LEN_MAX} allowed)",
            header.len(),
            signature.len()
        )));
    }
    if header.is_empty() || signature.is_empty() {
        return Err(BAD_JWS.because("a part is empty"));
    }
    Ok((header, payload, signature))
}

fn detached_parts(jws: &str) -> Result<(&str, &str), Refusal> {
    match compact_parts(jws)? {
        (header, "", signature) => Ok((header, signature)),
        _ => Err(BAD_JWS.because("it has its payload inside")),
    }
}

fn read_header(header: &str) -> Result<Value, Refusal> {
    json::parse(&base64url::decode(header)?, &Limits::bytes(HEADER_LEN_MAX))
        .map_err(|refusal| refusal.at("header"))
}

fn read_foreign_header(header: &str) -> Result<UnverifiedHeader, Refusal> {
    let value = read_header(header)?;
    let mut fields = Fields::of(&value, "header")?;
    if let Some(name) = NEVER_IN_HEADER.into_iter().find(|name| fields.has(name)) {
        return Err(BAD_JWS_HEADER.because(format!("it has `{name}`")));
    }
    let name = fields.string("alg")?;
    let algorithm = Algorithm::from_name(name)
        .ok_or_else(|| BAD_JWS_HEADER.because(name.chars().take(40).collect::<String>()))?;
    let kid = fields.optional_string("kid")?.map(str::to_owned);
    let typ = fields.optional_string("typ")?.map(str::to_owned);
    Ok(UnverifiedHeader { algorithm, kid, typ })
}

/// The header is not the one it must be: says which part of it is not.
fn why_another_header(header: &str, algorithm: Algorithm, kid: &Kid, typ: &str) -> Refusal {
    let found = match read_header(header) {
        Ok(found) => found,
        Err(refusal) => return refusal,
    };
    for (name, wanted) in [("alg", algorithm.name()), ("kid", kid.as_str()), ("typ", typ)] {
        match found.get(name).and_then(Value::as_str) {
            Some(said) if said == wanted => {}
            Some(said) => {
                let said: String = said.chars().take(60).collect();
                return BAD_JWS_HEADER.because(format!("`{name}` is {said}, not {wanted}"));
            }
            None => return BAD_JWS_HEADER.because(format!("`{name}` is missing")),
        }
    }
    BAD_JWS_HEADER.because("more than `alg`, `kid` and `typ`, or not in canonical bytes")
}
