//! The slot map: the golden proofs, and every proof against a model that is written from docs/control.md 7 alone.

use crypto::{Digest, json};
use proptest::prelude::*;
use tlog::slot_map::{MAP_SIBLINGS_MAX, MapProof, Slot, SlotMap};

use crate::{hex_digest, vectors};

fn proof(value: &serde_json::Value) -> MapProof {
    let value = json::parse(value.to_string().as_bytes(), &json::Limits::bytes(1 << 20)).unwrap();
    MapProof::from_json(&value, "proof").unwrap()
}

/// The first leaf of each slot among the golden log's first `size` leaves.
fn golden_map(vectors: &serde_json::Value, size: usize) -> SlotMap {
    let leaves = crate::golden_leaves(vectors);
    let mut map = SlotMap::new();
    for (index, leaf) in leaves.iter().take(size).enumerate() {
        let leaf: serde_json::Value = serde_json::from_str(leaf).unwrap();
        if leaf.get("slot").is_some() {
            map.insert(hex_digest(&leaf["slot"]), index.try_into().unwrap()).unwrap();
        }
    }
    map
}

#[test]
fn the_golden_map_has_its_roots_and_proofs() {
    let Some(vectors) = vectors() else { return };
    let map = golden_map(&vectors, 15);
    assert_eq!(map.root(), hex_digest(&vectors["slotMap"]["root"]));
    let older: serde_json::Value =
        serde_json::from_str(vectors["olderMapLeaf"]["leaf"].as_str().unwrap()).unwrap();
    assert_eq!(golden_map(&vectors, 9).root(), hex_digest(&older["root"]));
    let proofs = vectors["slotMap"]["proofs"].as_object().unwrap();
    for (name, golden) in proofs {
        let made = map.prove(&hex_digest(&golden["slot"]));
        assert_eq!(made, proof(golden), "{name}");
        assert_eq!(String::from_utf8(json::canonical(&made.to_json())).unwrap(), {
            let value = json::parse(golden.to_string().as_bytes(), &json::Limits::bytes(1 << 20)).unwrap();
            String::from_utf8(json::canonical(&value)).unwrap()
        });
        let index = golden["end"]["index"].as_u64().filter(|_| golden["end"]["slot"] == golden["slot"]);
        let expected = index.map_or(Slot::Absent, |index| Slot::Present { index });
        assert_eq!(made.verify(&map.root()).unwrap(), expected, "{name}");
    }
    assert_eq!(proofs.len(), 10);
}

#[test]
fn the_golden_forgeries_are_refused() {
    let Some(vectors) = vectors() else { return };
    let refused = |name: &str| {
        let rows = vectors["refuse"].as_array().unwrap();
        rows.iter().find(|row| row["name"].as_str().unwrap().starts_with(name)).unwrap()
    };
    let row = refused("a used slot shown as absent");
    let verdict = proof(&row["proof"]).verify(&hex_digest(&row["mapRoot"]));
    assert_eq!(verdict.unwrap_err().code(), "map-proof-wrong");
    let row = refused("presence with another index");
    let verdict = proof(&row["proof"]).verify(&hex_digest(&row["mapRoot"])).unwrap();
    assert_ne!(verdict, Slot::Present { index: row["actLeafIndex"].as_u64().unwrap() });
    let row = refused("older map leaf");
    let older: serde_json::Value = serde_json::from_str(row["mapLeaf"].as_str().unwrap()).unwrap();
    for (shown, expected) in [("present", Slot::Present { index: 8 }), ("absent", Slot::Absent)] {
        // True of the older map, and of that one only.
        assert_eq!(proof(&row[shown]).verify(&hex_digest(&older["root"])).unwrap(), expected);
        proof(&row[shown]).verify(&hex_digest(&vectors["slotMap"]["root"])).unwrap_err();
    }
}

/// docs/control.md 7, word for word, over slots sorted as bit strings.
fn model_root(slots: &[(Digest, u64)], depth: usize) -> Digest {
    match slots {
        [] => Digest::from_bytes([0; 32]),
        [(slot, index)] => Digest::of(&[&[2][..], slot.as_bytes(), &index.to_be_bytes()].concat()),
        more => {
            let (right, left): (Vec<_>, Vec<_>) =
                more.iter().partition(|(slot, _)| slot.as_bytes()[depth / 8] >> (7 - depth % 8) & 1 == 1);
            let (left, right) = (model_root(&left, depth + 1), model_root(&right, depth + 1));
            Digest::of(&[&[3][..], left.as_bytes(), right.as_bytes()].concat())
        }
    }
}

/// Slots that share long prefixes as well as slots that do not.
fn slot() -> impl Strategy<Value = Digest> {
    (any::<u8>(), any::<u8>(), prop::bool::ANY).prop_map(|(seed, tail, near)| {
        let mut bytes = if near { [0xa5; 32] } else { *Digest::of(&[seed]).as_bytes() };
        bytes[31] = if near { tail } else { bytes[31] };
        Digest::from_bytes(bytes)
    })
}

fn flipped(bytes: &mut serde_json::Value, bit: usize) {
    let mut digest = *hex_digest(bytes).as_bytes();
    digest[bit / 8] ^= 0x80 >> (bit % 8);
    *bytes = Digest::from_bytes(digest).to_string().into();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn the_map_agrees_with_the_model(slots in prop::collection::vec(slot(), 0..16), asked in slot(), bit in 0_usize..256) {
        let mut map = SlotMap::new();
        let mut model: Vec<(Digest, u64)> = Vec::new();
        for (slot, index) in slots.iter().zip(0..) {
            let before = map.clone();
            let known = model.iter().any(|(known, _)| known == slot);
            prop_assert_eq!(map.insert(*slot, index).is_err(), known);
            if known {
                prop_assert_eq!(before.root(), map.root());
            } else {
                prop_assert_eq!(before.root(), model_root(&model, 0), "an older map keeps its root");
                model.push((*slot, index));
            }
            prop_assert_eq!(map.root(), model_root(&model, 0));
        }
        prop_assert_eq!(map.len(), u64::try_from(model.len()).unwrap());
        prop_assert_eq!(&SlotMap::of(model.iter().copied()).unwrap(), &map);
        for slot in slots.iter().chain([&asked]) {
            let expected = model.iter().find(|(known, _)| known == slot);
            prop_assert_eq!(map.get(slot), expected.map(|(_, index)| *index));
            let proof = map.prove(slot);
            let expected = expected.map_or(Slot::Absent, |(_, index)| Slot::Present { index: *index });
            prop_assert_eq!(proof.verify(&map.root()).unwrap(), expected);
            prop_assert!(proof.verify(&Digest::of(b"another root")).is_err());
        }
        forgeries_fail(&map, &asked, bit)?;
    }
}

proptest! {
    /// A branch keeps its hash once it was asked for; a slot filled below it must undo that, and only in its own map.
    #[test]
    fn a_root_asked_for_is_never_an_older_one(slots in prop::collection::vec(slot(), 0..16)) {
        let mut map = SlotMap::new();
        let mut used = Vec::new();
        for (slot, index) in slots.into_iter().zip(0..) {
            let (before, root) = (map.clone(), map.root());
            if map.insert(slot, index).is_ok() {
                used.push((slot, index));
            }
            prop_assert_eq!(map.root(), SlotMap::of(used.iter().copied()).unwrap().root());
            prop_assert_eq!(before.root(), root);
        }
    }
}

/// A bit flipped anywhere in a proof either breaks it or asks about another slot on the same empty path.
fn forgeries_fail(map: &SlotMap, asked: &Digest, bit: usize) -> Result<(), TestCaseError> {
    let honest: serde_json::Value =
        serde_json::from_slice(&json::canonical(&map.prove(asked).to_json())).unwrap();
    for sibling in 0..honest["siblings"].as_array().unwrap().len() {
        let mut forged = honest.clone();
        flipped(&mut forged["siblings"][sibling], bit);
        prop_assert!(proof(&forged).verify(&map.root()).is_err());
    }
    let mut forged = honest.clone();
    forged["end"] = serde_json::Value::Null;
    if !honest["end"].is_null() {
        prop_assert!(proof(&forged).verify(&map.root()).is_err(), "what is there cannot be shown as nothing");
        forged["end"] = serde_json::json!({ "slot": honest["end"]["slot"], "index": 77_777 });
        prop_assert!(proof(&forged).verify(&map.root()).is_err(), "nor under another index");
    }
    Ok(())
}

#[test]
fn a_slot_is_used_once() {
    let (one, two) = (Digest::of(b"one"), Digest::of(b"two"));
    assert_eq!(SlotMap::of([(one, 1), (two, 2), (one, 3)]).unwrap_err().code(), "slot-taken");
    let mut map = SlotMap::of([(one, 1), (two, 2)]).unwrap();
    assert_eq!(map.insert(one, 9).unwrap_err().code(), "slot-taken");
    assert_eq!((map.get(&one), map.len(), map.is_empty()), (Some(1), 2, false));
}

/// Two maps are one when their roots are: a registry that compares its state with a kept one rests on it.
#[test]
fn maps_are_told_apart_by_their_roots() {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let hash = |map: &SlotMap| {
        let mut hasher = DefaultHasher::new();
        map.hash(&mut hasher);
        hasher.finish()
    };
    let empty = SlotMap::new();
    assert_eq!((empty.len(), empty.is_empty(), empty.root()), (0, true, Digest::from_bytes([0; 32])));
    let one = SlotMap::of([(Digest::of(b"one"), 1)]).unwrap();
    let elsewhere = SlotMap::of([(Digest::of(b"one"), 2)]).unwrap();
    let same = {
        let mut map = SlotMap::new();
        map.insert(Digest::of(b"one"), 1).unwrap();
        map
    };
    assert_eq!((&one, hash(&one)), (&same, hash(&same)));
    for other in [&empty, &elsewhere] {
        assert_ne!(&one, other);
        assert_ne!(hash(&one), hash(other));
    }
}

/// A registry that puts another slot's leaf on the way to a used slot, and signs that root, shows nothing by it: what
/// stands at the end of the way to a slot must lie on that way.
#[test]
fn a_leaf_on_another_slot_s_way_proves_no_absence() {
    let [mut asked, mut other] = [[0; 32]; 2];
    // Their first bits differ: 0 and 1. So `other` never stands to the left of the top branch.
    (asked[31], other[0]) = (1, 0x80);
    let leaf =
        |slot: &[u8; 32], index: u64| Digest::of(&[&[2][..], &slot[..], &index.to_be_bytes()].concat());
    let sibling = Digest::of(b"whatever is to the right");
    let branch = |left: &Digest| Digest::of(&[&[3][..], left.as_bytes(), sibling.as_bytes()].concat());
    let shown = |end: &[u8; 32]| {
        let claimed = serde_json::json!({
            "slot": Digest::from_bytes(asked).to_string(),
            "siblings": [sibling.to_string()],
            "end": { "slot": Digest::from_bytes(*end).to_string(), "index": 7 },
        });
        proof(&claimed).verify(&branch(&leaf(end, 7))).map_err(|why| why.code())
    };
    assert_eq!(shown(&other), Err("map-proof-wrong"));
    let mut beside = asked;
    beside[31] = 2;
    assert_eq!(shown(&beside), Ok(Slot::Absent), "one that shares the way does");
    assert_eq!(shown(&asked), Ok(Slot::Present { index: 7 }));
}

#[test]
fn two_slots_that_differ_in_their_last_bit_are_256_bits_deep() {
    let mut twin = [0x55; 32];
    let one = Digest::from_bytes(twin);
    twin[31] ^= 1;
    let two = Digest::from_bytes(twin);
    let map = SlotMap::of([(one, 1), (two, 2)]).unwrap();
    for (slot, index) in [(one, 1), (two, 2)] {
        let proof = map.prove(&slot);
        assert_eq!(proof.to_json().get("siblings").unwrap().as_array().unwrap().len(), MAP_SIBLINGS_MAX);
        assert_eq!(proof.verify(&map.root()).unwrap(), Slot::Present { index });
        assert_eq!(
            MapProof::from_json(&proof.to_json(), "proof").unwrap(),
            proof,
            "the longest proof is read"
        );
    }
}

#[test]
fn a_proof_in_another_shape_is_refused() {
    let map = SlotMap::of([(Digest::of(b"one"), 1), (Digest::of(b"two"), 2)]).unwrap();
    let honest: serde_json::Value =
        serde_json::from_slice(&json::canonical(&map.prove(&Digest::of(b"one")).to_json())).unwrap();
    let check = |change: &dyn Fn(&mut serde_json::Value), code: &str| {
        let mut forged = honest.clone();
        change(&mut forged);
        let value = json::parse(forged.to_string().as_bytes(), &json::Limits::bytes(1 << 20)).unwrap();
        assert_eq!(MapProof::from_json(&value, "proof").unwrap_err().code(), code, "{forged}");
    };
    check(&|proof| proof["more"] = 1.into(), "member-unknown");
    check(&|proof| proof["end"]["more"] = 1.into(), "member-unknown");
    check(&|proof| proof["end"]["index"] = (-1).into(), "member-type");
    check(&|proof| proof["siblings"][0] = 7.into(), "bad-map-proof");
    check(&|proof| proof["siblings"] = vec![Digest::of(b"x").to_string(); 257].into(), "bad-map-proof");
    check(&|proof| proof["slot"] = "AB".into(), "bad-digest");
    check(&|proof| drop(proof.as_object_mut().unwrap().remove("end")), "member-missing");
}
