//! Fraud proofs: each kind convicts with its signed objects, and not with one of them changed.

use crypto::{
    Digest,
    json::{self, Limits, Value},
};
use evidence::{
    claim::Outcome,
    fraud::{FraudProof, Kind},
    trust::{Trust, TrustFile},
};
use serde_json::{Value as Json, json};

use crate::{
    corridor::{act_slot, canonical},
    world::{World, counter, platform_signature},
};

fn decide(kind: Kind, objects: &Json, trust: &Trust) -> Outcome {
    let objects = json::parse(objects.to_string().as_bytes(), &Limits::bytes(1 << 20)).unwrap();
    FraudProof::parse(&FraudProof::write(kind, objects)).unwrap().decide(trust).outcome()
}

fn nobodys_trust() -> Trust {
    Trust::parse(&TrustFile::default().write()).unwrap()
}

#[test]
fn two_roots_of_one_size_convict_the_log() {
    let world = World::shipped();
    let size = world.size();
    let (first, second) = (world.checkpoint(size), world.checkpoint_of(size, Digest::of(b"another root")));
    let ask = |first: &str, second: &str, trust: &Trust| {
        decide(Kind::Fork, &json!({"first": first, "second": second}), trust)
    };
    assert_eq!(ask(&first, &second, &world.trust()), Outcome::Pass);
    assert_eq!(ask(&first, &second, &nobodys_trust()), Outcome::Indeterminate);
    assert_eq!(ask(&first, &first, &world.trust()), Outcome::Fail);
    assert_eq!(ask(&first, &world.checkpoint(size - 1), &world.trust()), Outcome::Fail);
    let forged = second.replace("witness.example/sg1", "witness.example/sg2");
    assert_eq!(ask(&first, &forged, &world.trust()), Outcome::Fail);
}

#[test]
fn two_leaves_at_one_place_convict_the_log() {
    let world = World::shipped();
    let last = world.size() - 1;
    let forked = world.forked_at_end();
    let objects = json!({
        "firstLeaf": world.leaf(last), "firstProof": world.proof(last, world.size()),
        "secondLeaf": forked.leaf(last), "secondProof": forked.proof(last, world.size()),
    });
    assert_eq!(decide(Kind::Fork, &objects, &world.trust()), Outcome::Pass);
    let mut same = objects.clone();
    (same["secondLeaf"], same["secondProof"]) = (same["firstLeaf"].clone(), same["firstProof"].clone());
    assert_eq!(decide(Kind::Fork, &same, &world.trust()), Outcome::Fail);
    let mut swapped = objects;
    swapped["secondLeaf"] = swapped["firstLeaf"].clone();
    assert_eq!(decide(Kind::Fork, &swapped, &world.trust()), Outcome::Fail);
}

#[test]
fn a_slot_used_twice_convicts_the_log() {
    let mut world = World::shipped();
    let (first, second) = (world.proofs[&evidence::bundle::path::Path::ActProof(1)], world.size());
    let slot = act_slot(&world.acts[0], 1);
    let leaf = canonical(&json!({
        "at": world.now(), "entry": Digest::of(b"another").to_string(), "slot": slot.to_string(),
        "v": "twakow/leaf/1",
    }));
    world.log(leaf, Some(slot));
    let proof = |index: usize| world.proof(index, world.size());
    let ask = |one: usize, other: usize| {
        let objects = json!({
            "first": world.leaf(one), "firstProof": proof(one),
            "second": world.leaf(other), "secondProof": proof(other),
        });
        decide(Kind::DoubledSlot, &objects, &world.trust())
    };
    assert_eq!(ask(first, second), Outcome::Pass);
    assert_eq!(ask(first, first), Outcome::Fail);
    assert_eq!(ask(first, 3), Outcome::Fail);
}

#[test]
fn a_wrong_map_root_convicts_the_log() {
    let mut world = World::shipped();
    let ask = |world: &World, kept: usize| {
        let last = world.size() - 1;
        let leaves: Vec<String> = (0..last).take(kept).map(|index| world.leaf(index)).collect();
        let objects = json!({
            "leaf": world.leaf(last), "proof": world.proof(last, world.size()), "leaves": leaves,
        });
        decide(Kind::WrongMapRoot, &objects, &world.trust())
    };
    assert_eq!(ask(&world, usize::MAX), Outcome::Fail, "the root is right");
    let leaf = canonical(&json!({
        "at": world.now(), "root": Digest::of(b"another").to_string(), "size": world.size(), "v": "twakow/map/1",
    }));
    world.log(leaf, None);
    assert_eq!(ask(&world, usize::MAX), Outcome::Pass);
    assert_eq!(ask(&world, 3), Outcome::Fail, "leaves are missing");
}

#[test]
fn a_platform_that_accepted_and_declined_is_convicted() {
    let mut world = World::new();
    world.issue();
    world.map();
    let act = Digest::of(b"an offer");
    let said = |role: &str, key: &str, act: &Digest| {
        platform_signature(&counter(act, &world.now(), "TWKB", role), key)
    };
    let member: Json =
        serde_json::from_slice(&world.files[&evidence::bundle::path::Path::Member(2)]).unwrap();
    let charter: Json =
        serde_json::from_slice(&world.files[&evidence::bundle::path::Path::Member(0)]).unwrap();
    let charter: Json = serde_json::from_str(charter["leaf"].as_str().unwrap()).unwrap();
    let objects = |accept: Json, decline: Json| {
        json!({
            "accept": accept, "decline": decline, "charter": charter["statement"],
            "member": member["leaf"], "memberProof": world.proof(2, world.size()),
        })
    };
    let ask = |objects: &Json| decide(Kind::AcceptedAndDeclined, objects, &world.trust());
    let guilty = objects(said("accept", "TWKB", &act), said("decline", "TWKB", &act));
    assert_eq!(ask(&guilty), Outcome::Pass);
    assert_eq!(decide(Kind::AcceptedAndDeclined, &guilty, &nobodys_trust()), Outcome::Indeterminate);
    assert_eq!(ask(&objects(said("accept", "TWKB", &act), said("decline", "thief", &act))), Outcome::Fail);
    let other = Digest::of(b"another offer");
    assert_eq!(ask(&objects(said("accept", "TWKB", &act), said("decline", "TWKB", &other))), Outcome::Fail);
    assert_eq!(ask(&objects(said("accept", "TWKB", &act), said("accept", "TWKB", &act))), Outcome::Fail);
    // A home's countersignature is an acceptance only where the act shows that the platform is on both ends.
    assert_eq!(ask(&objects(said("home", "TWKB", &act), said("decline", "TWKB", &act))), Outcome::Fail);
    let mut forged = guilty;
    forged["charter"] =
        json!(forged["charter"].as_str().unwrap().replace("\"memberDays\":7", "\"memberDays\":8"));
    assert_eq!(ask(&forged), Outcome::Fail);
}

#[test]
fn what_is_no_fraud_proof_is_refused() {
    let code = |bytes: &[u8]| FraudProof::parse(bytes).map_or_else(|why| why.code(), |_| "read");
    assert_eq!(code(&FraudProof::write(Kind::Fork, Value::Null)), "read");
    assert_eq!(code(br#"{"kind":"fork","objects":null,"v":"twakow/fraud/2"}"#), "bad-fraud-proof");
    assert_eq!(code(br#"{"kind":"rival-offers","objects":null,"v":"twakow/fraud/1"}"#), "bad-fraud-proof");
    assert_eq!(code(b"{}"), "bad-fraud-proof");
    let trust = nobodys_trust();
    for kind in [Kind::Fork, Kind::DoubledSlot, Kind::WrongMapRoot, Kind::AcceptedAndDeclined] {
        assert_eq!(decide(kind, &json!({}), &trust), Outcome::Fail);
    }
    assert_eq!(decide(Kind::UnopenedLeaf, &json!({}), &trust), Outcome::Indeterminate);
}
