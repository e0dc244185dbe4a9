//! Passkey assertions: the golden ones, and twins of a good one with one thing changed.

use crypto::{
    Digest, Signature, base64url,
    entropy::SeededEntropy,
    json::{self, Limits},
    key::{PublicKey, SigningKey},
    webauthn::{self, Assertion, verify},
};

const RP_ID: &str = "sign.example";
const ORIGINS: [&str; 2] = ["https://sign.example", "https://sign.example:8443"];

fn ours(value: &serde_json::Value) -> json::Value {
    json::parse(value.to_string().as_bytes(), &Limits::bytes(1 << 16)).unwrap()
}

#[test]
fn every_passkey_row_of_the_golden_refusals_is_refused() {
    let Some(vectors) = testkit::vectors() else { return };
    let rows = vectors["refuse"].as_array().unwrap();
    let passkey_rows = rows.iter().filter(|row| row.get("assertion").is_some());
    let mut seen = 0;
    for row in passkey_rows {
        let Signature::WebAuthn(assertion) =
            Signature::from_value(&ours(&row["assertion"]), "assertion").unwrap()
        else {
            panic!("{row}")
        };
        let keys = vectors["keys"].as_object().unwrap();
        let key = keys.values().find(|key| key["kid"] == assertion.kid.as_str()).unwrap();
        let key = PublicKey::from_jwk(&ours(&key["jwk"])).unwrap();
        let digest = row["digest"].as_str().unwrap().parse().unwrap();
        let refusal = verify(&assertion, &digest, &key, RP_ID, &ORIGINS).unwrap_err();
        assert_eq!(refusal.code(), "bad-passkey-assertion", "{}", row["name"]);
        // The signature itself stands in all of them: only the rules speak against them.
        let signed =
            [&assertion.authenticator_data[..], Digest::of(&assertion.client_data_json).as_bytes()].concat();
        key.verify_es256_der(&signed, &assertion.signature_der).unwrap();
        seen += 1;
    }
    assert_eq!(seen, 6);
}

/// A name, and one thing to change in what was said.
type Change = (&'static str, fn(&mut Said));

/// What the browser and the authenticator say, before it is signed.
#[derive(Clone)]
struct Said {
    client_data: String,
    rp_id: &'static str,
    flags: u8,
    extensions: Vec<u8>,
}

fn act() -> Digest {
    Digest::of(b"an act")
}

fn key() -> SigningKey {
    SigningKey::generate_p256(&mut SeededEntropy::named("passkey"))
}

fn good() -> Said {
    let challenge = base64url::encode(act().as_bytes());
    Said {
        client_data: format!(
            r#"{{"type":"webauthn.get","challenge":"{challenge}","origin":"https://sign.example","crossOrigin":false}}"#
        ),
        rp_id: RP_ID,
        // User present and verified; backup eligible and backed up, as synced passkeys are.
        flags: 0b0001_1101,
        extensions: vec![],
    }
}

fn signed(said: &Said) -> Assertion {
    let hash = Digest::of(said.rp_id.as_bytes());
    let authenticator_data = [&hash.as_bytes()[..], &[said.flags], &[0, 0, 0, 7], &said.extensions].concat();
    let client_data_json = said.client_data.clone().into_bytes();
    let message = [&authenticator_data[..], Digest::of(&client_data_json).as_bytes()].concat();
    let signature_der = crate::der(&key().sign(&message));
    Assertion { kid: key().kid(), authenticator_data, client_data_json, signature_der }
}

fn verdict(assertion: &Assertion) -> Result<(), vocab::Refusal> {
    verify(assertion, &act(), key().public(), RP_ID, &ORIGINS)
}

#[test]
fn a_good_assertion_stands_and_so_do_its_lawful_variants() {
    let lawful: [Change; 8] = [
        ("as it is", |_| {}),
        ("on the second origin", |said| {
            said.client_data = said.client_data.replace("e\",\"c", "e:8443\",\"c")
        }),
        ("crossOrigin absent", |said| {
            said.client_data = said.client_data.replace(",\"crossOrigin\":false", "")
        }),
        ("members in another order, with space", |said| {
            said.client_data = said
                .client_data
                .replacen("\"type\":\"webauthn.get\",", " ", 1)
                .replace("}", ",\n\"type\":\"webauthn.get\"}");
        }),
        ("a member that nobody knows", |said| {
            said.client_data =
                said.client_data.replace("}", r#","other_keys_can_be_added_here":{"a":[1.5]}}"#);
        }),
        ("tokenBinding, as old browsers write it", |said| {
            said.client_data = said.client_data.replace("}", r#","tokenBinding":{"status":"supported"}}"#);
        }),
        ("extension outputs", |said| {
            said.flags |= 0x80;
            said.extensions = b"\xa1\x64uvm0\x80".to_vec();
        }),
        ("not backed up", |said| said.flags = 0b101),
    ];
    for (name, change) in lawful {
        let mut said = good();
        change(&mut said);
        verdict(&signed(&said)).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    }
}

#[test]
fn one_thing_changed_and_it_falls() {
    let unlawful: [Change; 28] = [
        ("a registration", |said| {
            said.client_data = said.client_data.replace("webauthn.get", "webauthn.create")
        }),
        ("a type in capitals", |said| {
            said.client_data = said.client_data.replace("webauthn.get", "WebAuthn.get")
        }),
        ("no type", |said| said.client_data = said.client_data.replace("\"type\"", "\"typ\"")),
        ("another act", |said| {
            let (one, other) =
                (base64url::encode(act().as_bytes()), base64url::encode(Digest::of(b"x").as_bytes()));
            said.client_data = said.client_data.replace(&one, &other);
        }),
        ("a padded challenge", |said| {
            let challenge = base64url::encode(act().as_bytes());
            said.client_data = said.client_data.replace(&challenge, &format!("{challenge}="));
        }),
        ("the challenge in hexadecimal", |said| {
            let challenge = base64url::encode(act().as_bytes());
            said.client_data = said.client_data.replace(&challenge, &act().to_string());
        }),
        ("http", |said| said.client_data = said.client_data.replace("https:", "http:")),
        ("a slash behind the origin", |said| {
            said.client_data = said.client_data.replace("e\",\"c", "e/\",\"c")
        }),
        ("the default port spelt out", |said| {
            said.client_data = said.client_data.replace("e\",\"c", "e:443\",\"c")
        }),
        ("an origin in capitals", |said| {
            said.client_data = said.client_data.replace("sign.example", "Sign.example")
        }),
        ("a subdomain", |said| said.client_data = said.client_data.replace("sign.", "a.sign.")),
        ("an origin that begins alike", |said| {
            said.client_data = said.client_data.replace("example", "example.evil")
        }),
        ("no origin", |said| said.client_data = said.client_data.replace("\"origin\"", "\"orig\"")),
        ("crossOrigin true", |said| said.client_data = said.client_data.replace("false", "true")),
        ("crossOrigin null", |said| said.client_data = said.client_data.replace("false", "null")),
        ("crossOrigin a string", |said| said.client_data = said.client_data.replace("false", "\"false\"")),
        ("topOrigin", |said| {
            said.client_data = said.client_data.replace("}", r#","topOrigin":"https://sign.example"}"#)
        }),
        ("topOrigin null", |said| said.client_data = said.client_data.replace("}", r#","topOrigin":null}"#)),
        ("a member twice", |said| {
            said.client_data = said.client_data.replace("}", r#","crossOrigin":false}"#)
        }),
        ("an unknown member twice", |said| {
            said.client_data = said.client_data.replace("}", r#","a":1,"a":1}"#)
        }),
        ("the type twice, once escaped", |said| {
            said.client_data = said.client_data.replace("}", r#","\u0074ype":"webauthn.create"}"#);
        }),
        ("a byte order mark", |said| said.client_data.insert(0, '\u{feff}')),
        ("another relying party", |said| said.rp_id = "example"),
        ("nobody present", |said| said.flags &= !1),
        ("nobody verified", |said| said.flags &= !4),
        ("the attested-data flag", |said| said.flags |= 0x40),
        ("extension outputs without the flag", |said| said.extensions = vec![0xa0]),
        ("the extension flag without outputs", |said| said.flags |= 0x80),
    ];
    for (name, change) in unlawful {
        let mut said = good();
        change(&mut said);
        let assertion = signed(&said);
        assert_ne!(assertion, signed(&good()), "{name} changes something");
        let refusal = verdict(&assertion).expect_err(name);
        assert!(refusal.place().is_some(), "{name}: {refusal}");
        assert_ne!(refusal.code(), "bad-signature", "{name}");
    }
}

#[test]
fn attested_data_that_is_there_falls_too() {
    let mut said = good();
    said.flags |= 0x40;
    said.extensions = vec![0; 120];
    assert_eq!(verdict(&signed(&said)).unwrap_err().code(), "bad-passkey-assertion");
}

#[test]
fn the_signature_and_the_key_must_be_the_ones() {
    let assertion = signed(&good());
    for part in 0..3 {
        let mut other = assertion.clone();
        match part {
            0 => *other.authenticator_data.last_mut().unwrap() ^= 1,
            1 => other.client_data_json.push(b' '),
            _ => *other.signature_der.last_mut().unwrap() ^= 1,
        }
        assert_eq!(verdict(&other).unwrap_err().code(), "bad-signature", "{part}");
    }
    let other_key = SigningKey::generate_p256(&mut SeededEntropy::named("another passkey"));
    let refusal = verify(&assertion, &act(), other_key.public(), RP_ID, &ORIGINS).unwrap_err();
    assert_eq!(refusal.code(), "bad-passkey-assertion");
    let renamed = Assertion { kid: other_key.kid(), ..assertion.clone() };
    let refusal = verify(&renamed, &act(), other_key.public(), RP_ID, &ORIGINS).unwrap_err();
    assert_eq!(refusal.code(), "bad-signature");
    let ed25519 = SigningKey::ed25519_from_seed([1; 32]);
    let renamed = Assertion { kid: ed25519.kid(), ..assertion.clone() };
    let refusal = verify(&renamed, &act(), ed25519.public(), RP_ID, &ORIGINS).unwrap_err();
    assert_eq!(refusal.code(), "key-not-for-this");
    let none: [&str; 0] = [];
    assert!(verify(&assertion, &act(), key().public(), RP_ID, &none).is_err());
}

#[test]
fn the_limits_hold_to_the_byte() {
    let mut said = good();
    said.flags |= 0x80;
    said.extensions = vec![0; webauthn::AUTHENTICATOR_DATA_BYTES_MAX - 37];
    verdict(&signed(&said)).unwrap();
    said.extensions.push(0);
    assert_eq!(verdict(&signed(&said)).unwrap_err().code(), "bad-passkey-assertion");

    let mut said = good();
    said.client_data.push_str(&" ".repeat(webauthn::CLIENT_DATA_BYTES_MAX - said.client_data.len()));
    verdict(&signed(&said)).unwrap();
    said.client_data.push(' ');
    assert_eq!(verdict(&signed(&said)).unwrap_err().code(), "json-too-large");

    let mut assertion = signed(&good());
    assertion.signature_der = vec![0; webauthn::SIGNATURE_DER_BYTES_MAX];
    assert_eq!(verdict(&assertion).unwrap_err().code(), "bad-signature", "it is looked at, and is none");
    assertion.signature_der.resize(webauthn::SIGNATURE_DER_BYTES_MAX + 1, 0);
    assert_eq!(verdict(&assertion).unwrap_err().code(), "bad-passkey-assertion");
    for len in 0..37 {
        let mut assertion = signed(&good());
        assertion.authenticator_data.truncate(len);
        assert_eq!(verdict(&assertion).unwrap_err().code(), "bad-passkey-assertion", "{len} bytes");
    }
}

#[test]
fn an_assertion_has_one_form_in_a_list() {
    let signature = Signature::WebAuthn(signed(&good()));
    let value = signature.to_value();
    assert_eq!(Signature::from_value(&value, "").unwrap(), signature);
    assert_eq!(signature.kid().unwrap(), key().kid());
    let json::Value::Object(object) = &value else { panic!("{value:?}") };
    assert_eq!(object.len(), 5);
    for name in ["kind", "kid", "authenticatorData", "clientDataJSON", "signatureDer"] {
        let mut less = object.clone();
        less.remove(name).unwrap();
        assert_eq!(Signature::from_value(&less.into(), "").unwrap_err().code(), "member-missing", "{name}");
    }
    let mut more = object.clone();
    more.insert("counter", 7);
    assert_eq!(Signature::from_value(&more.into(), "").unwrap_err().code(), "member-unknown");
    let mut padded = object.clone();
    padded.insert("signatureDer", "AA==");
    assert_eq!(Signature::from_value(&padded.into(), "").unwrap_err().code(), "bad-base64");
}
