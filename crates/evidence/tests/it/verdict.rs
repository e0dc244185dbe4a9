//! Verdicts over the golden vectors.

use crypto::base64;
use evidence::{
    bundle::path::Path,
    claim::{Code, Outcome},
    trust::Trust,
    verify::{Asked, Verdict, verify},
};
use serde_json::{Value as Json, json};

use crate::corridor::{Corridor, canonical, text};

fn judge(corridor: &Corridor, trust: Option<&Trust>, asked: &Asked) -> Verdict {
    verify(&corridor.bytes(), trust, asked).unwrap()
}

/// The claims that are not PASS, each with its verdict.
fn not_passed(verdict: &Verdict) -> Vec<(&str, Option<Outcome>)> {
    let claims = verdict.claims.iter().filter(|claim| claim.outcome != Some(Outcome::Pass));
    claims.map(|claim| (claim.code, claim.outcome)).collect()
}

#[test]
fn the_golden_bundle_passes() {
    let Some(corridor) = Corridor::new() else { return };
    let trust = corridor.trust();
    let verdict = judge(&corridor, Some(&trust), &Asked::default());
    let open = not_passed(&verdict).into_iter().filter(|(_, outcome)| outcome.is_some()).collect::<Vec<_>>();
    // Receipts are replayed in a later version, and nobody asked.
    assert_eq!(open, [("IDENTITY", Some(Outcome::Indeterminate))]);
    assert_eq!(verdict.exit(), 0);
}

#[test]
fn the_golden_bundle_tells_who_is_in_control() {
    let Some(corridor) = Corridor::new() else { return };
    let trust = corridor.trust();
    let at = |time: &str| Asked { at: Some(time.parse().unwrap()), ..Asked::default() };
    let verdict = judge(&corridor, Some(&trust), &at("2026-03-09T04:00:15.000Z"));
    assert_eq!(verdict.claim(Code::ControlAt).unwrap().outcome, Some(Outcome::Pass));
    for state in [verdict.state.unwrap(), verdict.state_at.unwrap()] {
        assert_eq!((state.phase, state.home.as_deref()), ("surrendered", Some("TWKA")));
        assert_eq!(state.parties, ["Test Carrier Line"]);
        assert_eq!(state.title.as_deref(), Some("to the order of Test Bank Pte Ltd"));
    }
    assert_eq!(verdict.law.as_deref(), Some("England and Wales"));
    // One checkpoint over all acts: nothing is certain before it, and nothing is shown after it.
    for open in ["2026-03-09T04:00:14.000Z", "2026-03-05T00:00:00.000Z", "2026-03-09T04:00:16.000Z"] {
        let verdict = judge(&corridor, Some(&trust), &at(open));
        assert_eq!(verdict.claim(Code::ControlAt).unwrap().outcome, Some(Outcome::Indeterminate), "{open}");
        assert_eq!(verdict.state_at, None);
    }
}

/// The rows of `refuse`, each answered with its code.
#[test]
fn each_golden_refusal_is_answered_with_its_code() {
    let Some(corridor) = Corridor::new() else { return };
    let rows = corridor.vectors["refuse"].as_array().unwrap();
    let mut answered = 0;
    for row in rows {
        let (name, expect) = (text(&row["name"]), text(&row["expect"]));
        let Some(code) = expect.strip_suffix(" FAIL") else {
            // Two offers on one head are lawful: neither is in the bundle, and no claim is about them.
            assert_eq!(expect, "RIVAL OFFERS");
            continue;
        };
        let mut hostile = Corridor::new().unwrap();
        put(&mut hostile, row, &name);
        let trust = hostile.trust();
        let verdict = judge(&hostile, Some(&trust), &Asked::default());
        let claim = verdict.claims.iter().find(|claim| claim.code == code).unwrap();
        assert_eq!(claim.outcome, Some(Outcome::Fail), "{name}: {}", claim.reason);
        answered += 1;
    }
    assert_eq!((answered, rows.len()), (20, 21));
}

/// Puts what a row refuses where it belongs in the golden bundle.
fn put(corridor: &mut Corridor, row: &Json, name: &str) {
    let jws = |row: &Json| json!({"kind": "jws", "jws": row["jws"]});
    match name {
        "home countersignature offered as acceptance" => {
            signatures(corridor, 2, |list| list[2] = list[1].clone());
        }
        "a used slot shown as absent" => replace_slot(corridor, &row["proof"]),
        "presence with another index than the act's own proof" => {
            // The act's own proof says another place than the map does.
            let proof = String::from_utf8(corridor.proof(13)).unwrap();
            let index = row["actLeafIndex"].as_u64().unwrap();
            let moved = proof.replace("index 13\n", &format!("index {index}\n"));
            corridor.files.insert(Path::ActProof(3), moved.into_bytes());
        }
        "checkpoint with its size raised by one" => {
            let proof = String::from_utf8(corridor.proof(13)).unwrap();
            let (head, _) = proof.split_once("\n\n").unwrap();
            let raised = format!("{head}\n\n{}", text(&row["checkpoint"]));
            corridor.files.insert(Path::ActProof(3), raised.into_bytes());
        }
        "older map leaf under a newer checkpoint" => {
            corridor.files.insert(Path::HeadLeaf, text(&row["mapLeaf"]).into_bytes());
            corridor.files.insert(Path::HeadProof, corridor.proof(row["mapLeafIndex"].as_u64().unwrap()));
            let slots = corridor.slots(9);
            corridor.files.insert(Path::HeadSlots, slots);
        }
        "member mark with one authority signature of two" => {
            corridor.edit(Path::Member(2), |file| file["leaf"] = row["leaf"].clone());
        }
        "chain entry signed with the countersigning key" => {
            corridor.edit(Path::Pint(0), |file| file["entry"] = row["entryJws"].clone());
        }
        "Ed25519 key that is the identity point (some libraries accept this signature over anything)" => {
            weak_key(corridor, row);
        }
        _ if row["assertion"].is_object() => {
            signatures(corridor, 3, |list| list[0] = row["assertion"].clone())
        }
        _ => {
            let act: Json = serde_json::from_str(row["canonical"].as_str().unwrap()).unwrap();
            let number = u32::try_from(act["seq"].as_u64().unwrap()).unwrap();
            corridor.edit(Path::Act(number), |file| file["act"] = row["canonical"].clone());
            signatures(corridor, number, |list| list[0] = jws(row));
        }
    }
}

fn signatures(corridor: &mut Corridor, act: u32, change: impl FnOnce(&mut Json)) {
    corridor.edit(Path::Act(act), |file| {
        let mut list: Json = serde_json::from_str(file["signatures"].as_str().unwrap()).unwrap();
        change(&mut list);
        file["signatures"] = json!(canonical(&list));
    });
}

fn replace_slot(corridor: &mut Corridor, proof: &Json) {
    let mut slots: Json = serde_json::from_slice(&corridor.files[&Path::HeadSlots]).unwrap();
    let own = slots.as_array_mut().unwrap().iter_mut().find(|own| own["slot"] == proof["slot"]).unwrap();
    *own = proof.clone();
    corridor.files.insert(Path::HeadSlots, canonical(&slots).into_bytes());
}

/// The exporter's set lists the identity point as its key, and the note is signed with it.
fn weak_key(corridor: &mut Corridor, row: &Json) {
    let exporter = text(&corridor.vectors["keysets"]["exporter"]["digest"]).parse().unwrap();
    corridor.edit(Path::SetAct(exporter, 1), |file| {
        let mut act: Json = serde_json::from_str(file["act"].as_str().unwrap()).unwrap();
        act["keys"][0]["jwk"] = row["jwk"].clone();
        file["act"] = json!(canonical(&act));
    });
    corridor.edit(Path::Act(1), |file| file["act"] = row["canonical"].clone());
    signatures(corridor, 1, |list| list[0] = json!({"kind": "jws", "jws": row["jws"]}));
}

#[test]
fn existence_in_the_long_term_needs_the_ml_dsa_quorum() {
    let Some(mut corridor) = Corridor::new() else { return };
    for (path, bytes) in corridor.files.clone() {
        if path.is_proof() {
            // 7+zovQ is the id of sg1's ML-DSA key.
            let proof = String::from_utf8(bytes).unwrap();
            let kept =
                proof.split_inclusive('\n').filter(|line| !line.starts_with("— witness.example/sg1 7+zovQ"));
            corridor.files.insert(path, kept.collect::<String>().into_bytes());
        }
    }
    let verdict = judge(&corridor, Some(&corridor.trust()), &Asked::default());
    let failed = verdict.claims.iter().filter(|claim| claim.outcome == Some(Outcome::Fail));
    assert_eq!(failed.map(|claim| claim.code).collect::<Vec<_>>(), ["ALGORITHMS"]);

    let mut without = Corridor::new().unwrap();
    without.trust.registries[0].policy = None;
    let verdict = judge(&without, Some(&without.trust()), &Asked::default());
    assert_eq!(verdict.claim(Code::Algorithms).unwrap().outcome, Some(Outcome::Indeterminate));
    // And with the ML-DSA policy alone, it is the one by which checkpoints are cosigned.
    let mut only = Corridor::new().unwrap();
    only.trust.registries[0].policy_ed25519 = None;
    let verdict = judge(&only, Some(&only.trust()), &Asked::default());
    assert_eq!(verdict.claim(Code::Cosigned).unwrap().outcome, Some(Outcome::Pass));
}

#[test]
fn pint_fails_alone_and_so_does_another_carriers_manifest() {
    let Some(mut corridor) = Corridor::new() else { return };
    let entry = text(&corridor.vectors["pint"]["entryJws"]);
    let (front, signature) = entry.rsplit_once('.').unwrap();
    let mut bytes = crypto::base64url::decode(signature).unwrap();
    bytes[40] ^= 1;
    let forged = format!("{front}.{}", crypto::base64url::encode(&bytes));
    corridor.edit(Path::Pint(0), |file| file["entry"] = json!(forged));
    let verdict = judge(&corridor, Some(&corridor.trust()), &Asked::default());
    let failed = verdict.claims.iter().filter(|claim| claim.outcome == Some(Outcome::Fail));
    assert_eq!(failed.map(|claim| claim.code).collect::<Vec<_>>(), ["PINT"]);
}

#[test]
fn a_flipped_bit_anywhere_is_seen() {
    let Some(corridor) = Corridor::new() else { return };
    let (bytes, trust) = (corridor.bytes(), corridor.trust());
    let whole = verify(&bytes, Some(&trust), &Asked::default()).unwrap();
    let mut seen = [0; 3];
    for at in (0..bytes.len()).step_by(61) {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        match verify(&flipped, Some(&trust), &Asked::default()) {
            Err(_) => seen[0] += 1,
            Ok(verdict) if verdict.claim(Code::Format).unwrap().outcome == Some(Outcome::Fail) => {
                seen[1] += 1
            }
            // A time or an attribute of the zip: the files are the same.
            Ok(verdict) => {
                assert_eq!(verdict, whole, "byte {at}");
                seen[2] += 1;
            }
        }
    }
    assert!(seen[1] > 1_000 && seen[2] < 20, "{seen:?}");
}

#[test]
fn a_leaf_under_another_root_is_not_logged() {
    let Some(mut corridor) = Corridor::new() else { return };
    let other = base64::encode(&[7; 32]);
    let root = text(&corridor.vectors["log"]["root"]);
    let proof = String::from_utf8(corridor.proof(13)).unwrap().replace(&root, &other);
    corridor.files.insert(Path::ActProof(3), proof.into_bytes());
    let verdict = judge(&corridor, Some(&corridor.trust()), &Asked::default());
    let failed = verdict.claims.iter().filter(|claim| claim.outcome == Some(Outcome::Fail));
    // Nobody signed that root, and two roots of one size are a fork.
    assert_eq!(
        failed.map(|claim| claim.code).collect::<Vec<_>>(),
        ["LOGGED", "COSIGNED", "SINGLE", "ALGORITHMS"]
    );
}
