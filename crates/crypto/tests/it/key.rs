//! Keys as JWKs: what is a key here, under which name, and for what.

use crypto::{
    base64url,
    entropy::SeededEntropy,
    json::{self, Limits, Value},
    key::{Algorithm, Kid, PublicKey, SigningKey},
};

fn read(text: &str) -> Value {
    json::parse(text.as_bytes(), &Limits::bytes(8192)).unwrap()
}

use crate::{der, der_integer, der_sequence};

/// The RSA key of RFC 7638, section 3.1, with members added.
pub(crate) fn rsa_jwk(more: &[(&str, &str)]) -> Value {
    let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    let mut members = vec![("e", "AQAB"), ("kty", "RSA"), ("n", n)];
    members.extend_from_slice(more);
    Value::object(members)
}

/// RFC 8037, appendix A.2.
const ED25519: &str = r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
/// RFC 7515, appendix A.3.1.
const P256: &str = r#"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;

#[test]
fn names_are_the_thumbprints_of_the_standards() {
    // RFC 8037, appendix A.3.
    let key = PublicKey::from_jwk(&read(ED25519)).unwrap();
    assert_eq!(key.kid().as_str(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    // RFC 7638, section 3.1.
    let key = PublicKey::from_published_jwk(&rsa_jwk(&[("alg", "RS256"), ("kid", "2011-04-29")])).unwrap();
    assert_eq!(key.kid().as_str(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    assert_eq!(key.jwk(), rsa_jwk(&[]));
    assert_eq!(key.algorithm(), Some(Algorithm::Rs256));
}

#[test]
fn a_key_in_an_act_is_one_text() {
    for text in [ED25519, P256] {
        let key = PublicKey::from_jwk(&read(text)).unwrap();
        assert_eq!(key.jwk(), read(text));
        assert_eq!(PublicKey::from_published_jwk(&read(text)).unwrap(), key);
    }
    for (text, code) in [
        (ED25519.replace("}", r#","kid":"x"}"#), "member-unknown"),
        (ED25519.replace("}", r#","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}"#), "member-unknown"),
        (ED25519.replace("}", r#","y":"AA"}"#), "member-unknown"),
        (ED25519.replace("HURo", "HUR"), "bad-base64"),
        (ED25519.replace("HURo", "HURp"), "bad-base64"),
        (ED25519.replace("HURo\"", "HURo=\""), "bad-base64"),
        (ED25519.replace("OKP", "EC"), "bad-key"),
        (ED25519.replace("Ed25519", "X25519"), "bad-key"),
        (ED25519.replace("Ed25519", "Ed448"), "bad-key"),
        (P256.replace("P-256", "P-384"), "bad-key"),
        (P256.replace("P-256", "secp256k1"), "bad-key"),
        (P256.replace(",\"y\"", ",\"z\""), "member-missing"),
        // Another point: x and y exchanged, y ending otherwise.
        (P256.replace("\"x\"", "\"t\"").replace("\"y\"", "\"x\"").replace("\"t\"", "\"y\""), "bad-key"),
        (P256.replace("I5a0", "I5a4"), "bad-key"),
        // A coordinate with a zero byte before it, and one that lacks a byte.
        (
            P256.replace("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", &base64url::encode(&[0; 33])),
            "bad-key",
        ),
        (
            P256.replace("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", &base64url::encode(&[1; 31])),
            "bad-key",
        ),
        (r#"{"kty":"RSA","crv":"P-256","n":"AQAB","e":"AQAB"}"#.to_owned(), "bad-key"),
        (r#"{"kty":"oct","crv":"","k":"AQAB"}"#.to_owned(), "bad-key"),
        ("[]".to_owned(), "member-type"),
        ("{}".to_owned(), "member-missing"),
    ] {
        assert_eq!(PublicKey::from_jwk(&read(&text)).unwrap_err().code(), code, "{text}");
    }
}

#[test]
fn a_published_key_is_used_for_what_it_is_published_for() {
    for (more, algorithm) in
        [(&[("use", "sig")][..], None), (&[("alg", "PS384"), ("x5t", "q")], Some(Algorithm::Ps384))]
    {
        let key = PublicKey::from_published_jwk(&rsa_jwk(more)).unwrap();
        assert_eq!(key.algorithm(), algorithm);
        assert_eq!(key.permits(Algorithm::Rs256), algorithm.is_none());
        assert!(!key.permits(Algorithm::Es256) && !key.permits(Algorithm::EdDsa));
        assert_eq!(key.verify(Algorithm::EdDsa, b"", &[0; 256]).unwrap_err().code(), "key-not-for-this");
        assert_eq!(key.verify(Algorithm::Ps384, b"", &[0; 256]).unwrap_err().code(), "bad-signature");
        assert_eq!(key.verify_es256_der(b"", &[0; 70]).unwrap_err().code(), "key-not-for-this");
    }
    for more in [
        ("use", "enc"),
        ("alg", "RSA-OAEP"),
        ("alg", "ES256"),
        ("alg", "HS256"),
        ("alg", "none"),
        ("d", "AQAB"),
        ("p", "AQAB"),
        ("crv", "P-256"),
        ("kty", "oct"),
        ("n", "AQAB"),
        ("e", "AAEAAQ"),
        ("e", ""),
        ("e", "AQAAAAAB"),
    ] {
        let refusal = PublicKey::from_published_jwk(&rsa_jwk(&[more])).unwrap_err();
        assert_eq!(refusal.code(), "bad-key", "{more:?}");
    }
    for text in [
        P256.replace("}", r#","alg":"ES384"}"#),
        P256.replace("}", r#","key_ops":["encrypt"]}"#),
        P256.replace("}", r#","key_ops":[]}"#),
        ED25519.replace("}", r#","alg":"ES256"}"#),
    ] {
        assert_eq!(PublicKey::from_published_jwk(&read(&text)).unwrap_err().code(), "bad-key", "{text}");
    }
    PublicKey::from_published_jwk(&read(&P256.replace("}", r#","key_ops":["verify"],"alg":"ES256"}"#)))
        .unwrap();
}

#[test]
fn names_order_as_their_written_forms() {
    // By value `-` (62) comes after `A` (0) in base64url; as text it comes before.
    let (dash, letter): (Kid, Kid) =
        (format!("-{}", "A".repeat(42)).parse().unwrap(), "A".repeat(43).parse().unwrap());
    assert!(dash < letter);
    for other in ["", "A", &"A".repeat(42), &"A".repeat(44), &"=".repeat(43), &format!("{}B", "A".repeat(42))]
    {
        assert_eq!(other.parse::<Kid>().unwrap_err().code(), "bad-kid", "{other}");
    }
}

#[test]
fn signing_keys_come_from_their_secrets_and_from_entropy() {
    // RFC 8037, appendix A.1 and A.2; RFC 7515, appendix A.3.1.
    let seed = base64url::decode_exactly("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
    assert_eq!(SigningKey::ed25519_from_seed(seed).public().jwk(), read(ED25519));
    let scalar = base64url::decode_exactly("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI").unwrap();
    assert_eq!(SigningKey::p256_from_scalar(scalar).unwrap().public().jwk(), read(P256));
    for no_scalar in [[0; 32], [0xff; 32]] {
        assert_eq!(SigningKey::p256_from_scalar(no_scalar).unwrap_err().code(), "bad-key");
    }
    let [mut one, mut same] = [SeededEntropy::named("keys"), SeededEntropy::named("keys")];
    assert_eq!(SigningKey::generate_p256(&mut one).kid(), SigningKey::generate_p256(&mut same).kid());
    assert_ne!(SigningKey::generate_ed25519(&mut one).kid(), SigningKey::ed25519_from_seed(seed).kid());
}

#[test]
fn no_secret_shows() {
    let key = SigningKey::ed25519_from_seed([7; 32]);
    assert_eq!(format!("{key:?}"), format!("SigningKey({})", key.kid()));
    assert!(
        !format!("{:?}", crypto::ed25519::SecretKey::from_seed(&[7; 32]))
            .contains('7'.to_string().repeat(2).as_str())
    );
    assert!(!format!("{:?}", SeededEntropy::new([7; 32])).contains("7, 7"));
}

#[test]
fn es256_in_der_is_strict() {
    let key = SigningKey::generate_p256(&mut SeededEntropy::named("der"));
    let (message, public) = (b"message", key.public());
    let fixed = key.sign(message);
    let (r, s) = (der_integer(&fixed[..32]), der_integer(&fixed[32..]));
    let der = der(&fixed);
    public.verify_es256_der(message, &der).unwrap();
    let padded = |integer: &[u8]| [&[2, integer[1] + 1, 0], &integer[2..]].concat();
    let long_length = [&[0x30, 0x81, u8::try_from(der.len() - 2).unwrap()], &der[2..]].concat();
    for (name, other) in [
        ("r padded with a zero byte", der_sequence(&[&padded(&r)[..], &s].concat())),
        ("s padded with a zero byte", der_sequence(&[&r[..], &padded(&s)].concat())),
        ("a length in two bytes", long_length),
        ("a byte behind", [&der[..], &[0]].concat()),
        ("a byte inside the sequence", der_sequence(&[&r[..], &s, &[0]].concat())),
        ("a byte missing", der[..der.len() - 1].to_vec()),
        ("r alone", der_sequence(&r)),
        ("the form of JWS", fixed.to_vec()),
        ("nothing", vec![]),
        ("indefinite length", [&[0x30, 0x80], &der[2..], &[0, 0]].concat()),
    ] {
        assert_eq!(public.verify_es256_der(message, &other).unwrap_err().code(), "bad-signature", "{name}");
    }
    assert_eq!(public.verify(Algorithm::Es256, message, &der).unwrap_err().code(), "bad-signature");
}

#[test]
fn each_purpose_has_a_secret_of_its_own() {
    let key = SigningKey::ed25519_from_seed(std::array::from_fn(|at| u8::try_from(at).unwrap()));
    // HKDF(SHA256, 32, salt None, info b"a purpose") over bytes 0 to 31, by Python's `cryptography`.
    let expected = "1424d0f742e3a99ee776da30cc08a7b5fefd4b434522dd9e771c548f9c529f16";
    assert_eq!(crypto::Digest::from_bytes(*key.derive("a purpose")).to_string(), expected);
    assert_ne!(key.derive("another purpose"), key.derive("a purpose"));
}
