//! Hostile bytes: nothing panics, and nothing that was changed is taken for what it was.

use dcsa::{
    TransportDocument,
    check::check,
    pint::{EblEnvelope, EnvelopeManifest, EnvelopeTransferChainEntry, FinishedResponse, Outcome},
};
use proptest::prelude::*;

use crate::{
    examples::example,
    pint::{World, fresh},
};

fn draft() -> Vec<u8> {
    std::fs::read(example("whisky/draft.json")).unwrap()
}

/// Any JSON value, not too deep.
fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i32>().prop_map(Into::into),
        (-1e30..1e30f64).prop_map(Into::into),
        ".{0,20}".prop_map(Into::into),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map("[a-zA-Z]{1,8}", inner, 0..4)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Every place of a JSON value that holds something, as pointers.
fn places(value: &serde_json::Value, at: String, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            members.iter().for_each(|(name, below)| places(below, format!("{at}/{name}"), found));
        }
        serde_json::Value::Array(items) => {
            items.iter().enumerate().for_each(|(n, below)| places(below, format!("{at}/{n}"), found));
        }
        _ => {}
    }
    found.push(at);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        drop(check(&bytes));
        drop(EblEnvelope::read(&bytes));
        drop(EnvelopeManifest::read(&bytes));
        drop(EnvelopeTransferChainEntry::read(&bytes));
        drop(FinishedResponse::read(&bytes));
    }

    /// Whatever stands at whatever place, looking never fails, and every finding names a place and a remedy.
    #[test]
    fn any_value_at_any_place_is_looked_at(at in any::<prop::sample::Index>(), value in json()) {
        let mut document: serde_json::Value = serde_json::from_slice(&draft()).unwrap();
        let mut found = Vec::new();
        places(&document, String::new(), &mut found);
        let place = at.get(&found);
        *document.pointer_mut(place).unwrap() = value;
        match check(document.to_string().as_bytes()) {
            Ok(checked) => prop_assert!(checked.findings.iter().all(|f| !f.remedy.is_empty() && !f.message.is_empty())),
            Err(refusal) => prop_assert!(matches!(refusal.code(), "not-a-transport-document" | "json-number")),
        }
    }

    /// The document is under the checksum of manifest, entry and carrier: one other byte and it is not accepted.
    #[test]
    fn an_envelope_with_another_byte_is_not_accepted(at in any::<prop::sample::Index>(), flip in 1u8..=255) {
        let world = World::new();
        let offer = world.offer(world.first_entry());
        let was = fresh(world.at_b(offer.bytes()));
        let mut bytes = offer.bytes().to_vec();
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        if let Outcome::Fresh(now) = world.at_b(&bytes) {
            prop_assert_eq!(now.document().checksum(), was.document().checksum(), "only spaces may differ");
            prop_assert_eq!(now.entries(), was.entries());
            prop_assert_eq!(now.manifest(), was.manifest());
        }
    }
}

#[test]
fn extra_members_are_kept_under_the_checksum() {
    let mut document: serde_json::Value = serde_json::from_slice(&draft()).unwrap();
    let before = TransportDocument::read(document.to_string().as_bytes()).unwrap();
    document["aMemberOfTheFuture"] = serde_json::json!({"kept": [1, 2.5, "three"]});
    let after = TransportDocument::read(document.to_string().as_bytes()).unwrap();
    assert!(after.value().get("aMemberOfTheFuture").is_some());
    assert_ne!(before.checksum(), after.checksum());
}
