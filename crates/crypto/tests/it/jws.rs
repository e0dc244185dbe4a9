//! The two forms of JWS, and what each refuses.

use crypto::{
    Signature, base64url,
    entropy::SeededEntropy,
    json::Value,
    jws::{self, sign_compact, sign_detached, verify_compact, verify_detached},
    key::{PublicKey, SigningKey},
};

const TYP: &str = "twk-act+jws";
const PAYLOAD: &[u8] = br#"{"op":"move"}"#;

fn keys() -> [SigningKey; 2] {
    let mut entropy = SeededEntropy::named("jws");
    [SigningKey::generate_ed25519(&mut entropy), SigningKey::generate_p256(&mut entropy)]
}

/// A compact JWS with any header, signed rightly.
fn compact(key: &SigningKey, header: &str, payload: &str) -> String {
    let signed = format!("{}.{payload}", base64url::encode(header.as_bytes()));
    format!("{signed}.{}", base64url::encode(&key.sign(signed.as_bytes())))
}

/// A detached JWS with any header, signed rightly.
fn detached(key: &SigningKey, header: &str) -> String {
    let whole = compact(key, header, &base64url::encode(PAYLOAD));
    let (first, last) = (whole.find('.').unwrap(), whole.rfind('.').unwrap());
    format!("{}.{}", &whole[..first + 1], &whole[last + 1..])
}

#[test]
fn detached_signatures_stand_for_their_payload_key_and_type() {
    let [ed25519, p256] = keys();
    for key in [&ed25519, &p256] {
        let made = sign_detached(key, TYP, PAYLOAD);
        verify_detached(&made, PAYLOAD, key.public(), TYP).unwrap();
        assert_eq!(jws::detached_kid(&made).unwrap(), key.kid());
        let refused = |verdict: Result<(), vocab::Refusal>| verdict.unwrap_err().code();
        assert_eq!(refused(verify_detached(&made, b"{}", key.public(), TYP)), "bad-signature");
        assert_eq!(
            refused(verify_detached(&made, PAYLOAD, key.public(), "twk-counter+jws")),
            "bad-jws-header"
        );
        let other = SigningKey::ed25519_from_seed([9; 32]);
        assert_eq!(refused(verify_detached(&made, PAYLOAD, other.public(), TYP)), "bad-jws-header");
    }
    assert_eq!(sign_detached(&ed25519, TYP, PAYLOAD), sign_detached(&ed25519, TYP, PAYLOAD));
}

#[test]
fn a_detached_header_is_exactly_alg_kid_and_typ_in_canonical_bytes() {
    let [key, p256] = keys();
    let kid = key.kid();
    let right = format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"{TYP}"}}"#);
    verify_detached(&detached(&key, &right), PAYLOAD, key.public(), TYP).unwrap();
    for (header, code) in [
        (format!(r#"{{"kid":"{kid}","alg":"EdDSA","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg": "EdDSA","kid":"{kid}","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"twk\u002dact+jws"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"EdDSA","crit":[],"kid":"{kid}","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"EdDSA","b64":false,"kid":"{kid}","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"EdDSA","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"kid":"{kid}","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"none","kid":"{kid}","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"HS256","kid":"{kid}","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"{TYP}"}}"#), "bad-jws-header"),
        (format!(r#"{{"alg":"EdDSA","kid":"{}","typ":"{TYP}"}}"#, p256.kid()), "bad-jws-header"),
        (format!(r#"{{"alg":"EdDSA","alg":"EdDSA","kid":"{kid}","typ":"{TYP}"}}"#), "json-duplicate-member"),
        ("EdDSA".to_owned(), "json-syntax"),
        ("[]".to_owned(), "bad-jws-header"),
    ] {
        let verdict = verify_detached(&detached(&key, &header), PAYLOAD, key.public(), TYP);
        assert_eq!(verdict.unwrap_err().code(), code, "{header}");
    }
}

/// Who signed with the wrong key, or for another kind of statement, is told which of the two it was.
#[test]
fn a_header_that_differs_is_told_by_the_member_that_differs() {
    let [key, p256] = keys();
    let kid = key.kid();
    let told = |header: &str| {
        let refusal = verify_detached(&detached(&key, header), PAYLOAD, key.public(), TYP).unwrap_err();
        refusal.particulars().unwrap_or_default().to_owned()
    };
    let other = p256.kid();
    for (header, expected) in [
        (format!(r#"{{"alg":"ES256","kid":"{kid}","typ":"{TYP}"}}"#), "`alg` is ES256, not EdDSA".to_owned()),
        (
            format!(r#"{{"alg":"EdDSA","kid":"{other}","typ":"{TYP}"}}"#),
            format!("`kid` is {other}, not {kid}"),
        ),
        (format!(r#"{{"alg":"EdDSA","kid":"{kid}","typ":"other"}}"#), format!("`typ` is other, not {TYP}")),
        (format!(r#"{{"alg":"EdDSA","kid":"{kid}"}}"#), "`typ` is missing".to_owned()),
        (
            format!(r#"{{"kid":"{kid}","alg":"EdDSA","typ":"{TYP}"}}"#),
            "more than `alg`, `kid` and `typ`, or not in canonical bytes".to_owned(),
        ),
    ] {
        assert_eq!(told(&header), expected, "{header}");
    }
}

#[test]
fn what_is_not_a_detached_jws_is_refused() {
    let [key, _] = keys();
    let made = sign_detached(&key, TYP, PAYLOAD);
    let (header, signature) = made.split_once("..").unwrap();
    for (other, code) in [
        (format!("{header}.{signature}"), "bad-jws"),
        (format!("{header}...{signature}"), "bad-jws"),
        (format!("{header}..{signature}."), "bad-jws"),
        (format!("..{signature}"), "bad-jws"),
        (format!("{header}.."), "bad-jws"),
        (format!("{header}.{}.{signature}", base64url::encode(PAYLOAD)), "bad-jws"),
        (String::new(), "bad-jws"),
        (format!("{header}..{signature}="), "bad-base64"),
        (format!("{header}..{} ", signature), "bad-base64"),
        (format!("{header}..{}", &signature[..85]), "bad-base64"),
        (format!("{header}..{}", &signature[..84]), "bad-signature"),
        (format!("{header}..{}", "A".repeat(jws::SIGNATURE_LEN_MAX)), "bad-signature"),
        (format!("{header}..{}", "A".repeat(jws::SIGNATURE_LEN_MAX + 1)), "bad-jws"),
        (format!("{}..{signature}", "A".repeat(jws::HEADER_LEN_MAX + 1)), "bad-jws"),
        (format!("{}..{signature}", "A".repeat(jws::HEADER_LEN_MAX)), "json-syntax"),
    ] {
        let verdict = verify_detached(&other, PAYLOAD, key.public(), TYP);
        assert_eq!(verdict.unwrap_err().code(), code, "{other}");
    }
    // The last symbol of 64 bytes carries two bits; the four spare ones must be zero.
    let last = signature.chars().last().unwrap();
    let twin = char::from(u8::try_from(u32::from(last)).unwrap() + 1);
    let spare = format!("{header}..{}{twin}", &signature[..85]);
    assert_eq!(verify_detached(&spare, PAYLOAD, key.public(), TYP).unwrap_err().code(), "bad-base64");
}

#[test]
fn compact_signatures_give_their_payload() {
    for key in keys() {
        let made = sign_compact(&key, None, PAYLOAD);
        assert_eq!(verify_compact(&made, key.public()).unwrap(), PAYLOAD);
        assert_eq!(jws::unverified_payload(&made).unwrap(), PAYLOAD);
        let header = jws::compact_header(&made).unwrap();
        assert_eq!((header.algorithm, header.kid), (key.algorithm(), Some(key.kid().to_string())));
        let typed = sign_compact(&key, Some("x"), b"");
        assert_eq!(verify_compact(&typed, key.public()).unwrap(), b"");
        assert_eq!(jws::compact_header(&typed).unwrap().typ.as_deref(), Some("x"));
    }
}

#[test]
fn a_peers_header_may_be_free_but_brings_no_key_and_no_rule() {
    let [key, p256] = keys();
    let payload = base64url::encode(PAYLOAD);
    let verdict = |header: &str| verify_compact(&compact(&key, header, &payload), key.public());
    for header in [
        r#"{"alg":"EdDSA"}"#,
        r#" { "typ" : "JWT" , "alg" : "EdDSA" } "#,
        r#"{"alg":"EdDSA","kid":"any name","cty":"json","x5t#S256":"abc","iat":1}"#,
    ] {
        assert_eq!(verdict(header).unwrap(), PAYLOAD, "{header}");
    }
    let jwk = String::from_utf8(crypto::json::canonical(&key.public().jwk())).unwrap();
    for header in [
        format!(r#"{{"alg":"EdDSA","jwk":{jwk}}}"#),
        r#"{"alg":"EdDSA","jku":"https://keys.example/"}"#.to_owned(),
        r#"{"alg":"EdDSA","x5c":[]}"#.to_owned(),
        r#"{"alg":"EdDSA","x5u":"https://keys.example/"}"#.to_owned(),
        r#"{"alg":"EdDSA","crit":["exp"],"exp":1}"#.to_owned(),
        r#"{"alg":"EdDSA","crit":["b64"],"b64":true}"#.to_owned(),
        r#"{"alg":"EdDSA","b64":false}"#.to_owned(),
        r#"{"alg":"none"}"#.to_owned(),
        r#"{"alg":"None"}"#.to_owned(),
        r#"{"alg":"HS256"}"#.to_owned(),
        r#"{"alg":"ES256"}"#.to_owned(),
        r#"{"alg":"RS256"}"#.to_owned(),
        r#"{"alg":"eddsa"}"#.to_owned(),
        r#"{"alg":"ES256K"}"#.to_owned(),
    ] {
        assert_eq!(verdict(&header).unwrap_err().code(), "bad-jws-header", "{header}");
    }
    assert_eq!(verdict(r#"{"typ":"JWT"}"#).unwrap_err().code(), "member-missing");
    assert_eq!(verdict(r#"{"alg":1}"#).unwrap_err().code(), "member-type");
    assert_eq!(verdict(r#"{"alg":"EdDSA","\u0061lg":"none"}"#).unwrap_err().code(), "json-duplicate-member");
    let made = compact(&key, r#"{"alg":"EdDSA"}"#, &payload);
    assert_eq!(verify_compact(&made, p256.public()).unwrap_err().code(), "bad-jws-header");
    let other = SigningKey::ed25519_from_seed([9; 32]);
    assert_eq!(verify_compact(&made, other.public()).unwrap_err().code(), "bad-signature");
    let altered = made.replacen(&payload, &base64url::encode(b"{}"), 1);
    assert_eq!(verify_compact(&altered, key.public()).unwrap_err().code(), "bad-signature");
}

#[test]
fn an_es256_signature_has_two_values_and_both_stand() {
    // r, s and r, n - s: high s is allowed (docs/control.md 2), since nothing names an act by its signature.
    const N: [u8; 32] = [
        0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
        0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
    ];
    let [_, key] = keys();
    let made = sign_detached(&key, TYP, PAYLOAD);
    let (header, signature) = made.split_once("..").unwrap();
    let mut bytes = base64url::decode_exactly::<64>(signature).unwrap();
    let mut borrow = 0;
    for at in (0..32).rev() {
        let difference = i32::from(N[at]) - i32::from(bytes[32 + at]) - borrow;
        borrow = i32::from(difference < 0);
        bytes[32 + at] = u8::try_from(difference.rem_euclid(256)).unwrap();
    }
    let twin = format!("{header}..{}", base64url::encode(&bytes));
    assert_ne!(twin, made);
    verify_detached(&twin, PAYLOAD, key.public(), TYP).unwrap();
}

#[test]
fn a_key_whose_algorithm_is_not_determined_verifies_nothing_detached() {
    let rsa = PublicKey::from_published_jwk(&crate::key::rsa_jwk(&[])).unwrap();
    let [key, _] = keys();
    let verdict = verify_detached(&sign_detached(&key, TYP, PAYLOAD), PAYLOAD, &rsa, TYP);
    assert_eq!(verdict.unwrap_err().code(), "bad-jws-header");
}

#[test]
fn a_jws_has_one_form_in_a_list() {
    let [key, _] = keys();
    let signature = Signature::Jws(sign_detached(&key, TYP, PAYLOAD));
    let value = signature.to_value();
    assert_eq!(Signature::from_value(&value, "").unwrap(), signature);
    assert_eq!(signature.kid().unwrap(), key.kid());
    for (members, code) in [
        (vec![("kind", "jws")], "member-missing"),
        (vec![("jws", "a..b")], "member-missing"),
        (vec![("kind", "jws"), ("jws", "a..b"), ("kid", "c")], "member-unknown"),
        (vec![("kind", "cose"), ("jws", "a..b")], "bad-signature-form"),
        (vec![("kind", "JWS"), ("jws", "a..b")], "bad-signature-form"),
    ] {
        let refusal = Signature::from_value(&Value::object(members), "signatures/0").unwrap_err();
        assert_eq!(refusal.code(), code);
        assert!(refusal.place().is_some_and(|place| place.starts_with("signatures/0/")));
    }
    assert_eq!(Signature::from_value(&Value::from("jws"), "").unwrap_err().code(), "member-type");
}
