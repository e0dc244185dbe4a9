//! The protocol's golden vectors: acts, key sets, the rekey, the decline, and what is refused.

use bill::{
    act::{Act, Body},
    control::{self, Facts, Phase, Record, Standing},
    keyset::{self, KeySet},
    signatures::{self, Counter, Role, SignatureList},
    words::Platform,
};
use crypto::{
    Signature,
    json::{self, Limits},
    key::{Kid, PublicKey},
};
use serde_json::Value;
use vocab::Timestamp;

fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap()
}

fn ours(value: &Value) -> json::Value {
    json::parse(value.to_string().as_bytes(), &Limits::bytes(1 << 20)).unwrap()
}

fn act(value: &Value) -> Act {
    let act = Act::parse(text(value, "/canonical").as_bytes()).unwrap();
    if let Some(digest) = value.get("digest") {
        assert_eq!(act.digest().to_string(), digest.as_str().unwrap());
    }
    act
}

fn list(value: &Value) -> SignatureList {
    SignatureList::parse(&json::canonical(&ours(&value["signatures"]))).unwrap()
}

/// When the registry admitted it: the `at` of its leaf.
fn leaf_time(value: &Value) -> Timestamp {
    let leaf: Value = serde_json::from_str(text(value, "/leaf")).unwrap();
    text(&leaf, "/at").parse().unwrap()
}

fn counter_key(vectors: &Value, platform: Platform, kid: Kid) -> Option<PublicKey> {
    let name = match platform.as_str() {
        "TWKA" => "platformA",
        "TWKB" => "platformB",
        other => panic!("{other}"),
    };
    let key = PublicKey::from_jwk(&ours(&vectors["keys"][name]["jwk"])).unwrap();
    (key.kid() == kid).then_some(key)
}

fn keyset(vectors: &Value, name: &str) -> KeySet {
    let value = &vectors["keysets"][name];
    let founded = keyset::check_first(&act(value), leaf_time(value)).unwrap();
    keyset::apply_first(&founded)
}

fn keysets(vectors: &Value) -> [KeySet; 3] {
    ["carrier", "exporter", "bank"].map(|name| keyset(vectors, name))
}

#[test]
fn acts_and_lists_have_the_digests_of_the_vectors() {
    let Some(vectors) = testkit::vectors() else { return };
    let sets = vectors["keysets"].as_object().unwrap().values();
    let chain = vectors["chain"].as_array().unwrap();
    let all: Vec<&Value> = sets.chain(chain).chain([&vectors["rekey"]]).collect();
    assert_eq!(all.len(), 8);
    for value in all {
        let act = act(value);
        assert_eq!(act.details().to_string(), text(value, "/details/digest"));
        assert_eq!(list(value).digest().to_string(), text(value, "/signaturesDigest"));
        act.first_release().unwrap();
    }
    assert_eq!(act(&chain[0]).digest().to_string(), text(&vectors, "/record"));
}

#[test]
fn key_sets_are_founded_signed_and_enrolled() {
    let Some(vectors) = testkit::vectors() else { return };
    let keys = |platform, kid| counter_key(&vectors, platform, kid);
    for name in ["carrier", "exporter", "bank"] {
        let value = &vectors["keysets"][name];
        let (act, list) = (act(value), list(value));
        signatures::verify_keyset(&act, &list).unwrap();
        signatures::verify_enrolment(&act, &list, &keys).unwrap();
        let set = keyset(&vectors, name);
        assert_eq!(set.id().to_string(), text(value, "/digest"));
        assert_eq!(set.recovery(leaf_time(value)).quorum(), 2);
    }
}

#[test]
fn the_exporters_rekey_brings_its_second_key() {
    let Some(vectors) = testkit::vectors() else { return };
    let (set, value) = (keyset(&vectors, "exporter"), &vectors["rekey"]);
    let (act, list, now) = (act(value), list(value), leaf_time(value));
    let second: Kid = text(&vectors, "/keys/exporterSecond/kid").parse().unwrap();
    assert_eq!(set.in_force(second, now).unwrap_err().code(), "key-not-in-set");
    let proof = signatures::verify_rekey(&set, &act, &list, now).unwrap();
    let rekeyed = keyset::check(&set, &act, proof.signers(), now).unwrap();
    let set = keyset::apply(set, &rekeyed);
    assert!(set.in_force(second, now).is_ok());
    assert_eq!(set.head().to_string(), text(value, "/digest"));
}

/// The record after the first `count` acts of the chain, every signature on the way proved.
fn folded(vectors: &Value, count: usize) -> Record {
    let chain = vectors["chain"].as_array().unwrap();
    let sets = keysets(vectors);
    let sets: Vec<&KeySet> = sets.iter().collect();
    let keys = |platform, kid| counter_key(vectors, platform, kid);
    let standing = |_| Standing::Member;
    let mut record: Option<Record> = None;
    for value in &chain[..count] {
        let (act, list, now) = (act(value), list(value), leaf_time(value));
        let facts = Facts::new(now, 72, &standing);
        record = Some(match record {
            None => control::apply_issue(&control::check_issue(&act, None, &facts).unwrap()),
            Some(record) => {
                let admitted = control::check(&record, &act, &facts).unwrap();
                control::apply(record, &admitted)
            }
        });
        signatures::verify_holders(&act, &list, &sets, now).unwrap();
        signatures::verify_platforms(&act, &list, &keys).unwrap();
    }
    record.unwrap()
}

#[test]
fn the_chain_folds_from_carrier_to_carrier() {
    let Some(vectors) = testkit::vectors() else { return };
    let [carrier, exporter, bank] = keysets(&vectors);
    for (count, set, phase) in [
        (1, &exporter, Phase::Live),
        (2, &exporter, Phase::Live),
        (3, &bank, Phase::Live),
        (4, &carrier, Phase::Surrendered),
    ] {
        let record = folded(&vectors, count);
        assert_eq!(record.controller().unwrap().sets, [set.id()]);
        assert_eq!(record.phase(), phase);
    }
    assert_eq!(folded(&vectors, 4).remembered().unwrap().sets, [bank.id()]);
}

#[test]
fn the_declined_offer_is_lawful_but_never_admitted() {
    let Some(vectors) = testkit::vectors() else { return };
    let value = &vectors["decline"];
    let (offer, list) = (act(&value["offer"]), list(value));
    let keys = |platform, kid| counter_key(&vectors, platform, kid);
    let declined = signatures::verify_decline(&offer, &list, &keys).unwrap();
    assert_eq!(declined.act(), offer.digest());
    let counter = Counter::parse(text(value, "/statement").as_bytes()).unwrap();
    assert_eq!(counter.digest().to_string(), text(value, "/digest"));
    assert_eq!(counter.role, Role::Decline);

    let record = folded(&vectors, 2);
    let standing = |_| Standing::Member;
    let facts = Facts::new(leaf_time(value), 72, &standing);
    assert!(control::check(&record, &offer, &facts).is_ok());
    let refusal = control::check(&record, &offer, &facts.declined(true)).unwrap_err();
    assert_eq!(refusal.code(), "declined");
}

fn refuse<'a>(vectors: &'a Value, name: &str) -> &'a Value {
    let rows = vectors["refuse"].as_array().unwrap();
    rows.iter().find(|row| text(row, "/name").starts_with(name)).unwrap()
}

#[test]
fn holders_signatures_that_the_vectors_refuse_are_refused() {
    let Some(vectors) = testkit::vectors() else { return };
    let sets = keysets(&vectors);
    let sets: Vec<&KeySet> = sets.iter().collect();
    for (name, wanted) in [
        ("recipient changed after signing", "bad-signature"),
        ("right signature, wrong typ", "bad-jws-header"),
        ("key that is not in the set", "key-not-in-set"),
        ("Ed25519 key that is the identity point", "key-not-in-set"),
        ("Ed25519 signature with S not below L", "bad-signature"),
        ("base64url with spare bits set", "bad-base64"),
    ] {
        let row = refuse(&vectors, name);
        let act = act(row);
        let list = SignatureList::of([Signature::Jws(text(row, "/jws").to_owned())], []).unwrap();
        let refusal = signatures::verify_holders(&act, &list, &sets, act.at()).unwrap_err();
        assert_eq!(refusal.code(), wanted, "{name}");
    }
}

#[test]
fn assertions_that_the_vectors_refuse_are_refused() {
    let Some(vectors) = testkit::vectors() else { return };
    let sets = keysets(&vectors);
    let sets: Vec<&KeySet> = sets.iter().collect();
    let surrender = act(&vectors["chain"][3]);
    let rows = vectors["refuse"].as_array().unwrap();
    let assertions: Vec<&Value> = rows.iter().filter(|row| row.get("assertion").is_some()).collect();
    assert!(assertions.len() >= 4);
    for row in assertions {
        assert_eq!(text(row, "/digest"), surrender.digest().to_string());
        let signature = Signature::from_value(&ours(&row["assertion"]), "assertion").unwrap();
        let list = SignatureList::of([signature], []).unwrap();
        let refusal = signatures::verify_holders(&surrender, &list, &sets, surrender.at()).unwrap_err();
        assert_eq!(refusal.code(), "bad-passkey-assertion", "{}", text(row, "/name"));
    }
}

#[test]
fn a_home_countersignature_is_no_acceptance() {
    let Some(vectors) = testkit::vectors() else { return };
    let row = refuse(&vectors, "home countersignature offered as acceptance");
    let value = &vectors["chain"][2];
    let (act, whole) = (act(value), list(value));
    let home = whole.platforms()[0].clone();
    assert_eq!(text(row, "/statement").as_bytes(), home.counter().bytes());
    let keys = |platform, kid| counter_key(&vectors, platform, kid);
    let wanted = (Role::Accept, text(row, "/needed/platform").parse().unwrap());
    let key = counter_key(&vectors, "TWKA".parse().unwrap(), home.kid().unwrap()).unwrap();
    assert_eq!(home.verify(wanted, act.digest(), &key).unwrap_err().code(), "wrong-role");
    // Nor may it stand in the list where the acceptance belongs.
    let holder = whole.holders().map(|(_, signature)| signature.clone());
    let alone = SignatureList::of(holder, [home]).unwrap();
    let refusal = signatures::verify_platforms(&act, &alone, &keys).unwrap_err();
    assert_eq!(refusal.code(), "signature-missing");
}

#[test]
fn an_in_house_act_lives_a_day() {
    let Some(vectors) = testkit::vectors() else { return };
    let act = act(refuse(&vectors, "in-house act that lives longer than 24 h"));
    let standing = |_| Standing::Member;
    let facts = Facts::new(act.at(), 72, &standing);
    let refusal = control::check(&folded(&vectors, 1), &act, &facts).unwrap_err();
    assert_eq!(refusal.code(), "lives-too-long");
}

#[test]
fn rival_offers_are_both_lawful_until_one_wins() {
    let Some(vectors) = testkit::vectors() else { return };
    let row = refuse(&vectors, "two offers of one holder on one head");
    let standing = |_| Standing::Member;
    let offers = row["acts"].as_array().unwrap();
    let offers: Vec<Act> =
        offers.iter().map(|act| Act::parse(act.as_str().unwrap().as_bytes()).unwrap()).collect();
    let record = folded(&vectors, 2);
    let facts = Facts::new(offers[1].at(), 72, &standing);
    let admitted: Vec<_> =
        offers.iter().map(|offer| control::check(&record, offer, &facts).unwrap()).collect();
    let after = control::apply(record, &admitted[0]);
    assert_eq!(control::check(&after, &offers[1], &facts).unwrap_err().code(), "not-head");
    assert!(matches!(offers[0].body(), Body::Step(_)));
}
