//! The protocol's golden vectors, as far as they concern keys and signatures alone.

use crypto::{
    Digest, Signature, base64, base64url,
    json::{self, Limits},
    jws,
    key::{Kid, PublicKey, SigningKey},
    ml_dsa44,
};
use serde_json::Value;

const ACT_TYP: &str = "twk-act+jws";

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_else(|| panic!("{pointer} is missing"))
}

fn ours(value: &Value) -> json::Value {
    json::parse(value.to_string().as_bytes(), &Limits::bytes(1 << 20)).unwrap()
}

fn seed(key: &Value) -> [u8; 32] {
    base64url::decode_exactly(text(key, "/TEST_ONLY_private")).unwrap()
}

/// Every key of the vectors that has a JWK.
fn keys(vectors: &Value) -> Vec<&Value> {
    vectors["keys"].as_object().unwrap().values().filter(|key| key.get("jwk").is_some()).collect()
}

fn key_named(vectors: &Value, kid: &str) -> PublicKey {
    let key =
        keys(vectors).into_iter().find(|key| key["kid"] == kid).unwrap_or_else(|| panic!("no key {kid}"));
    PublicKey::from_jwk(&ours(&key["jwk"])).unwrap()
}

#[test]
fn every_key_has_the_name_and_the_public_part_of_the_vectors() {
    let Some(vectors) = testkit::vectors() else { return };
    assert!(keys(&vectors).len() >= 15);
    for key in keys(&vectors) {
        let public = PublicKey::from_jwk(&ours(&key["jwk"])).unwrap();
        assert_eq!(public.kid().as_str(), text(key, "/kid"));
        assert_eq!(public.jwk(), ours(&key["jwk"]));
        assert_eq!(text(key, "/kid").parse::<Kid>().unwrap(), public.kid());
        let signing = match text(key, "/alg") {
            "EdDSA" => SigningKey::ed25519_from_seed(seed(key)),
            "ES256" => SigningKey::p256_from_scalar(seed(key)).unwrap(),
            other => panic!("{other}"),
        };
        assert_eq!(signing.public(), &public, "{}", key["label"]);
    }
}

#[test]
fn ml_dsa_keys_come_from_their_seeds() {
    let Some(vectors) = testkit::vectors() else { return };
    let post_quantum = vectors["keys"].as_object().unwrap().values().filter(|key| key["alg"] == "ML-DSA-44");
    let mut seen = 0;
    for key in post_quantum {
        let secret = ml_dsa44::SecretKey::from_seed(&seed(key));
        assert_eq!(base64::encode(secret.public().as_bytes()), text(key, "/publicBase64"));
        let signature = secret.sign(b"message");
        secret.public().verify(b"message", &signature).unwrap();
        assert_eq!(secret.public().verify(b"massage", &signature).unwrap_err().code(), "bad-signature");
        assert_eq!(secret.public().verify(b"message", &signature[1..]).unwrap_err().code(), "bad-signature");
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn ed25519_acts_are_signed_byte_for_byte_as_in_the_vectors() {
    let Some(vectors) = testkit::vectors() else { return };
    let exporter = SigningKey::ed25519_from_seed(seed(&vectors["keys"]["exporter"]));
    let (act, jws) = (text(&vectors, "/chain/1/canonical"), text(&vectors, "/chain/1/signatures/0/jws"));
    assert_eq!(jws::sign_detached(&exporter, ACT_TYP, act.as_bytes()), jws);
    assert_eq!(Digest::of(act.as_bytes()).to_string(), text(&vectors, "/chain/1/digest"));
}

#[test]
fn every_signature_list_reads_and_writes_back() {
    let Some(vectors) = testkit::vectors() else { return };
    let sets = ["carrier", "exporter", "bank"].map(|name| &vectors["keysets"][name]);
    for record in vectors["chain"].as_array().unwrap().iter().chain(sets).chain([&vectors["rekey"]]) {
        let canonical = text(record, "/canonical");
        json::parse_canonical(canonical.as_bytes(), &Limits::bytes(8192)).unwrap();
        for signature in record["signatures"].as_array().unwrap() {
            let value = ours(signature);
            match signature["kind"].as_str().unwrap() {
                "platform" => {
                    let statement = text(signature, "/statement");
                    let jws = text(signature, "/jws");
                    let key = key_named(&vectors, jws::detached_kid(jws).unwrap().as_str());
                    jws::verify_detached(jws, statement.as_bytes(), &key, "twk-counter+jws").unwrap();
                    let refusal = jws::verify_detached(jws, canonical.as_bytes(), &key, "twk-counter+jws");
                    assert_eq!(refusal.unwrap_err().code(), "bad-signature");
                    assert_eq!(Signature::from_value(&value, "").unwrap_err().code(), "bad-signature-form");
                }
                "jws" => {
                    let read = Signature::from_value(&value, "signatures/0").unwrap();
                    assert_eq!(read.to_value(), value);
                    let jws = text(signature, "/jws");
                    let key = key_named(&vectors, read.kid().unwrap().as_str());
                    jws::verify_detached(jws, canonical.as_bytes(), &key, ACT_TYP).unwrap();
                }
                _ => {
                    let read = Signature::from_value(&value, "signatures/0").unwrap();
                    assert_eq!(read.to_value(), value);
                    let Signature::WebAuthn(assertion) = &read else { panic!("{signature}") };
                    let key = key_named(&vectors, assertion.kid.as_str());
                    let digest = text(record, "/digest").parse().unwrap();
                    crypto::webauthn::verify(
                        assertion,
                        &digest,
                        &key,
                        "sign.example",
                        &["https://sign.example"],
                    )
                    .unwrap();
                }
            }
        }
    }
}

#[test]
fn every_refusal_that_a_signature_alone_decides_is_refused() {
    let Some(vectors) = testkit::vectors() else { return };
    let rows = vectors["refuse"].as_array().unwrap();
    // What the signature alone says of the row; the other rows are other rooms' to refuse.
    let decided = [
        ("recipient changed after signing", "bad-signature"),
        ("right signature, wrong typ (a countersignature's typ on an act)", "bad-jws-header"),
        ("Ed25519 signature with S not below L", "bad-signature"),
        ("base64url with spare bits set", "bad-base64"),
    ];
    for (name, code) in decided {
        let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no row {name}"));
        let key = key_named(&vectors, text(row, "/kid"));
        let verdict =
            jws::verify_detached(text(row, "/jws"), text(row, "/canonical").as_bytes(), &key, ACT_TYP);
        assert_eq!(verdict.unwrap_err().code(), code, "{name}");
    }
    let weak = rows.iter().find(|row| row.get("jwk").is_some()).unwrap();
    assert_eq!(PublicKey::from_jwk(&ours(&weak["jwk"])).unwrap_err().code(), "weak-key");
    // These two are signed rightly: that the key is not in the set, or the act lives too long, is not ours to say.
    for name in ["key that is not in the set", "in-house act that lives longer than 24 h"] {
        let row = rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no row {name}"));
        let key = key_named(&vectors, text(row, "/kid"));
        jws::verify_detached(text(row, "/jws"), text(row, "/canonical").as_bytes(), &key, ACT_TYP).unwrap();
    }
}

#[test]
fn plain_marks_are_signed_by_the_authority_over_their_statement() {
    let Some(vectors) = testkit::vectors() else { return };
    let mut seen = 0;
    for entry in vectors["log"]["entries"].as_array().unwrap() {
        let leaf: Value = serde_json::from_str(entry.as_str().unwrap()).unwrap();
        let Some(signatures) = leaf.get("signatures") else { continue };
        for signature in signatures.as_array().unwrap() {
            let jws = text(signature, "/jws");
            let key = key_named(&vectors, jws::detached_kid(jws).unwrap().as_str());
            jws::verify_detached(jws, text(&leaf, "/statement").as_bytes(), &key, "twk-mark+jws").unwrap();
            seen += 1;
        }
    }
    // The charter and two members, each signed by two of three.
    assert_eq!(seen, 6);
}

#[test]
fn the_pint_entry_is_signed_with_the_platforms_other_key() {
    let Some(vectors) = testkit::vectors() else { return };
    let entry = text(&vectors, "/pint/entryJws");
    let named = |label: &str| PublicKey::from_jwk(&ours(&vectors["keys"][label]["jwk"])).unwrap();
    let payload = jws::verify_compact(entry, &named("platformAPint")).unwrap();
    assert_eq!(payload, text(&vectors, "/pint/entryPayload").as_bytes());
    assert_eq!(jws::verify_compact(entry, &named("platformA")).unwrap_err().code(), "bad-jws-header");
}

#[test]
fn the_issuer_salt_is_derived_as_in_the_vectors() {
    let Some(vectors) = testkit::vectors() else { return };
    let tag = &vectors["tag"];
    let secret: [u8; 32] = crate::hex(text(tag, "/TEST_ONLY_carrierSecretHex"));
    let salt = crypto::hkdf_sha256::<16>(&secret, &[], text(tag, "/hkdfInfo").as_bytes());
    let written = text(tag, "/issuerSalt");
    assert!(written == base64url::encode(&salt) || crate::hex_bytes(written) == salt, "{written}");
}
