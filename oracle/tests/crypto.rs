//! `crypto` beside `serde_json_canonicalizer` (RFC 8785) and `jsonwebtoken` (JWS), on generated input.

use crypto::{
    base64url,
    json::{self, Limits, Number},
    jws,
    key::SigningKey,
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use proptest::prelude::*;
use serde_json::Value;

const ROOM: Limits = Limits::bytes(1 << 20);

fn any_document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-(1_i64 << 53)..(1_i64 << 53)).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..8)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// A numeric literal in any spelling that JSON allows.
fn any_literal() -> impl Strategy<Value = String> {
    prop_oneof![
        "-?(0|[1-9][0-9]{0,24})(\\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?",
        any::<f64>()
            .prop_filter("finite", |double| double.is_finite())
            .prop_map(|double| format!("{double:e}")),
        any::<u64>().prop_map(|whole| whole.to_string()),
    ]
}

/// The literal's value as sign, significant digits and power of ten, by another way than the product's.
fn decimal(literal: &str) -> (bool, String, i64) {
    let (mantissa, exponent) = literal.split_once(['e', 'E']).unwrap_or((literal, "0"));
    let (whole, fraction) =
        mantissa.trim_start_matches('-').split_once('.').unwrap_or((mantissa.trim_start_matches('-'), ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let significant = digits.trim_end_matches('0');
    let exponent: i64 = exponent.parse::<i64>().unwrap() - fraction.len() as i64;
    if significant.is_empty() {
        return (false, String::new(), 0);
    }
    (literal.starts_with('-'), significant.to_owned(), exponent + (digits.len() - significant.len()) as i64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn documents_come_out_as_from_serde_json_canonicalizer(document in any_document()) {
        let text = document.to_string();
        let ours = json::canonical(&json::parse(text.as_bytes(), &ROOM).unwrap());
        let theirs = serde_json_canonicalizer::to_vec(&document).unwrap();
        prop_assert_eq!(String::from_utf8(ours).unwrap(), String::from_utf8(theirs).unwrap());
    }

    #[test]
    fn doubles_are_written_as_by_serde_json_canonicalizer(bits in any::<u64>()) {
        let double = f64::from_bits(bits);
        prop_assume!(double.is_finite());
        let theirs = serde_json_canonicalizer::to_string(&double).unwrap();
        prop_assert_eq!(Number::from_f64(double).unwrap().to_string(), theirs);
    }

    #[test]
    fn a_literal_is_read_as_by_serde_json_or_refused_because_it_would_change(literal in any_literal()) {
        let theirs = serde_json::from_str::<f64>(&literal).ok().filter(|double| double.is_finite());
        match (json::parse(literal.as_bytes(), &ROOM), theirs) {
            (Ok(json::Value::Number(number)), Some(double)) => {
                prop_assert_eq!(number.as_f64(), double);
            }
            (Err(refusal), theirs) => {
                prop_assert_eq!(refusal.code(), "json-number");
                if let Some(double) = theirs {
                    let written = serde_json_canonicalizer::to_string(&double).unwrap();
                    prop_assert_ne!(decimal(&literal), decimal(&written), "{} refused", literal);
                }
            }
            (Ok(value), theirs) => prop_assert!(false, "{value:?} and {theirs:?}"),
        }
    }

    #[test]
    fn what_we_take_for_json_so_does_serde_json(bytes in prop::collection::vec(prop::sample::select(
        b"{}[]\",:\\/ue0123456789.+-ntrfalsxd8C \n\xc3\xa9".to_vec()), 0..24)) {
        let theirs = serde_json::from_slice::<Value>(&bytes);
        match json::parse(&bytes, &ROOM) {
            Ok(_) => prop_assert!(theirs.is_ok()),
            // What we call no JSON at all, serde_json does not take either; the other refusals are our strictness.
            Err(refusal) if refusal.code() == "json-syntax" => prop_assert!(theirs.is_err()),
            Err(_) => {}
        }
    }
}

/// PKCS#8 around an Ed25519 seed (RFC 8410, section 10.3).
const ED25519_PKCS8: [u8; 16] = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];
/// PKCS#8 around a P-256 scalar (RFC 5915 inside RFC 5208), without the public key.
const P256_PKCS8: [u8; 35] = [
    0x30, 0x41, 2, 1, 0, 0x30, 0x13, 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1, 6, 8, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 3, 1, 7, 4, 0x27, 0x30, 0x25, 2, 1, 1, 4, 0x20,
];

fn without_claims(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation
}

fn decoding_key(key: &SigningKey) -> DecodingKey {
    let jwk = json::canonical(&key.public().jwk());
    DecodingKey::from_jwk(&serde_json::from_slice(&jwk).unwrap()).unwrap()
}

#[test]
fn signatures_pass_both_ways_between_us_and_jsonwebtoken() {
    for seed in 1..=40_u8 {
        let secret = [seed; 32];
        let ed25519 = [&ED25519_PKCS8[..], &secret].concat();
        let p256 = [&P256_PKCS8[..], &secret].concat();
        let cases = [
            (SigningKey::ed25519_from_seed(secret), Algorithm::EdDSA, EncodingKey::from_ed_der(&ed25519)),
            (
                SigningKey::p256_from_scalar(secret).unwrap(),
                Algorithm::ES256,
                EncodingKey::from_ec_der(&p256),
            ),
        ];
        for (ours, algorithm, theirs) in cases {
            let claims = serde_json::json!({ "seq": seed, "text": "é\u{1F600}" });
            let made_here = jws::sign_compact(&ours, Some("JWT"), claims.to_string().as_bytes());
            let read =
                jsonwebtoken::decode::<Value>(&made_here, &decoding_key(&ours), &without_claims(algorithm));
            assert_eq!(read.unwrap().claims, claims);

            let made_there = jsonwebtoken::encode(&Header::new(algorithm), &claims, &theirs).unwrap();
            let payload = jws::verify_compact(&made_there, ours.public()).unwrap();
            assert_eq!(serde_json::from_slice::<Value>(&payload).unwrap(), claims);

            // One bit of the signature, and both refuse.
            let (signed, signature) = made_there.rsplit_once('.').unwrap();
            let mut bytes = base64url::decode(signature).unwrap();
            bytes[usize::from(seed)] ^= 1;
            let altered = format!("{signed}.{}", base64url::encode(&bytes));
            assert!(jws::verify_compact(&altered, ours.public()).is_err());
            let read =
                jsonwebtoken::decode::<Value>(&altered, &decoding_key(&ours), &without_claims(algorithm));
            assert!(read.is_err());
        }
    }
}

#[test]
fn a_detached_signature_with_its_payload_put_back_is_a_compact_one() {
    let key = SigningKey::ed25519_from_seed([3; 32]);
    let payload = br#"{"op":"move"}"#;
    let detached = jws::sign_detached(&key, "twk-act+jws", payload);
    let whole = detached.replacen("..", &format!(".{}.", base64url::encode(payload)), 1);
    let read = jsonwebtoken::decode::<Value>(&whole, &decoding_key(&key), &without_claims(Algorithm::EdDSA))
        .unwrap();
    assert_eq!(read.header.typ.as_deref(), Some("twk-act+jws"));
    assert_eq!(read.header.kid.as_deref(), Some(key.kid().as_str()));
    let other = SigningKey::ed25519_from_seed([4; 32]);
    let read =
        jsonwebtoken::decode::<Value>(&whole, &decoding_key(&other), &without_claims(Algorithm::EdDSA));
    assert!(read.is_err());
}
