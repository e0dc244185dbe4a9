//! Project Wycheproof's tables for JWS and for ES256, row by row.
//!
//! Two deviations, on purpose. Rows with a shared secret (`kty` `oct`, HS256) that Wycheproof calls valid are refused
//! here: a signature that the verifier could have made itself proves nothing to a third party. And in four rows taken
//! from RFC 7520 the JWK's own `alg` is another than the header's (PS256 for PS384; ES521, which is none, for ES512):
//! refused, as the table itself asks in rows 338 and 340. Without that `alg` these four verify.

use crypto::{
    json::{self, Limits},
    jws,
    key::{Algorithm, PublicKey},
};
use serde_json::Value;

use crate::hex_bytes;

fn ours(value: &Value) -> json::Value {
    json::parse(value.to_string().as_bytes(), &Limits::bytes(1 << 16)).unwrap()
}

/// What Wycheproof hands over as a JWS may be an object; the compact reader sees its text.
fn text(jws: &Value) -> String {
    jws.as_str().map_or_else(|| jws.to_string(), str::to_owned)
}

/// Rows whose JWK names another algorithm than their header, although the table calls them valid.
const ALG_DIFFERS: [u64; 4] = [346, 347, 350, 351];

#[test]
fn every_row_of_the_jws_table() {
    let Some(file) = testkit::standards("identity/wycheproof/json_web_signature_test.json") else { return };
    let table = testkit::json(&file);
    let (mut accepted, mut refused, mut shared_secret) = (0, 0, 0);
    for group in table["testGroups"].as_array().unwrap() {
        let jwk = group.get("public").unwrap_or(&group["private"]);
        let key = PublicKey::from_published_jwk(&ours(jwk));
        let secret = jwk["kty"] == "oct";
        assert!(!(secret && key.is_ok()), "a shared secret is no public key");
        for row in group["tests"].as_array().unwrap() {
            let verdict = match &key {
                Ok(key) => jws::verify_compact(&text(&row["jws"]), key),
                Err(refusal) => Err(refusal.clone()),
            };
            let valid = row["result"] == "valid";
            if ALG_DIFFERS.iter().any(|id| row["tcId"] == *id) {
                assert!(valid && verdict.is_err(), "row {}", row["tcId"]);
                let mut without_alg = jwk.clone();
                without_alg.as_object_mut().unwrap().remove("alg").unwrap();
                let key = PublicKey::from_published_jwk(&ours(&without_alg)).unwrap();
                jws::verify_compact(&text(&row["jws"]), &key).unwrap();
                continue;
            }
            shared_secret += usize::from(valid && secret);
            assert_eq!(
                verdict.is_ok(),
                valid && !secret,
                "row {}: {} {verdict:?}",
                row["tcId"],
                row["comment"]
            );
            if verdict.is_ok() { accepted += 1 } else { refused += 1 }
        }
    }
    // 401 rows, 46 of them called valid: less the ten with a shared secret and the four above, 32.
    assert_eq!((accepted, refused, shared_secret), (46 - 10 - 4, 401 - 4 - 32, 10));
}

#[test]
fn every_row_of_the_es256_table() {
    let Some(file) = testkit::standards("identity/wycheproof/ecdsa_secp256r1_sha256_p1363_test.json") else {
        return;
    };
    let table = testkit::json(&file);
    let mut rows = 0;
    for group in table["testGroups"].as_array().unwrap() {
        let Some(jwk) = group.get("publicKeyJwk") else { continue };
        let key = PublicKey::from_published_jwk(&ours(jwk)).unwrap();
        for row in group["tests"].as_array().unwrap() {
            let (message, signature) = (row["msg"].as_str().unwrap(), row["sig"].as_str().unwrap());
            let verdict = key.verify(Algorithm::Es256, &hex_bytes(message), &hex_bytes(signature));
            assert_eq!(verdict.is_ok(), row["result"] == "valid", "row {}: {}", row["tcId"], row["comment"]);
            rows += 1;
        }
    }
    assert!(rows > 200, "{rows}");
}
