//! No bytes panic the readers of signatures and keys, and nothing verifies under a key that did not sign it.
#![no_main]

use std::sync::LazyLock;

use crypto::{
    Digest, Signature, base64, base64url,
    json::{Limits, parse},
    jws,
    key::{PublicKey, SigningKey},
    webauthn,
};
use libfuzzer_sys::fuzz_target;

static KEYS: LazyLock<[SigningKey; 2]> = LazyLock::new(|| {
    [SigningKey::ed25519_from_seed([1; 32]), SigningKey::p256_from_scalar([1; 32]).expect("1…1 is a scalar")]
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    for decoded in [
        base64url::decode(text).map(|value| base64url::encode(&value)),
        base64::decode(text).map(|value| base64::encode(&value)),
    ] {
        // One value, one text.
        assert!(decoded.is_err() || decoded.is_ok_and(|written| written == text));
    }
    let _ = (jws::compact_header(text), jws::unverified_payload(text));
    if let Ok(kid) = jws::detached_kid(text) {
        assert_eq!(kid.as_str().len(), 43);
    }
    for key in KEYS.iter() {
        assert!(jws::verify_compact(text, key.public()).is_err());
        assert!(jws::verify_detached(text, b"payload", key.public(), "twk-act+jws").is_err());
    }
    let Ok(value) = parse(bytes, &Limits::bytes(1 << 14)) else { return };
    if let Ok(key) = PublicKey::from_jwk(&value) {
        assert_eq!(key.jwk(), value);
    }
    let _ = PublicKey::from_published_jwk(&value);
    if let Ok(signature) = Signature::from_value(&value, "") {
        assert_eq!(signature.to_value(), value);
        if let Signature::WebAuthn(assertion) = &signature {
            let verdict = webauthn::verify(
                assertion,
                &Digest::of(b"act"),
                KEYS[1].public(),
                "a.example",
                &["https://a.example"],
            );
            assert!(verdict.is_err());
        }
    }
});
