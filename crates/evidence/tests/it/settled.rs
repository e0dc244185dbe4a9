//! What two verifiers once read in two ways, as docs/evidence-bundle.md has settled it.

use crypto::Digest;
use evidence::{
    bundle::path::Path,
    claim::{Code, Outcome},
    verify::{Asked, Verdict, verify},
};
use serde_json::{Value as Json, json};

use crate::{
    corridor::Corridor,
    hostile::{MOVERS, closed, endorse, endorsed_twice, fails, issued, judge, only, outcome},
    world::{By, World, by, details, party},
};

#[test]
fn an_enrolment_stands_at_the_end_of_its_list() {
    let enrolled = |platforms_first| {
        let mut world = issued();
        world.minute += 1;
        world.key_set_by("bank", By { platforms_first, ..by("bank", &[("TWKB", "enrol")]) });
        world.move_to_bank(|_| {}, by("exporter", &MOVERS));
        world.map();
        world
    };
    assert!(fails(&judge(&mut enrolled(false))).is_empty());
    only("WHO", enrolled(true));
}

#[test]
fn a_rekeys_details_are_the_ones_that_it_names() {
    let world = |text: Option<String>| {
        let mut world = issued();
        world.rekey("exporter", "exporter-2");
        world.move_to_bank(|_| {}, by("exporter-2", &MOVERS));
        world.map();
        let rekey = Path::SetAct(world.sets["exporter"], 1);
        match text {
            Some(text) => world.edit(rekey, |file| file["details"] = json!(text)),
            None => world.edit(rekey, |file| drop(file.as_object_mut().unwrap().remove("details"))),
        }
        world
    };
    let (same, _) = details("exporter-2", json!({"party": party("exporter")}));
    let (other, _) = details("another salt", json!({"party": party("exporter")}));
    assert!(fails(&judge(&mut world(Some(same)))).is_empty());
    assert!(fails(&judge(&mut world(None))).is_empty());
    only("WHO", world(Some(other)));
}

#[test]
fn title_knows_no_party_from_details_that_nobody_signed() {
    let mut world = World::shipped();
    let (other, _) = details("another salt", json!({"party": party("exporter")}));
    let set = Path::SetAct(world.sets["exporter"], 0);
    world.edit(set, |file| file["details"] = json!(other));
    assert_eq!(outcome(&only("WHO", world), Code::Title), Some(Outcome::Indeterminate));
}

/// CONTROL-RULES of a move to the bank, as changed.
fn control_rules(change: impl FnOnce(&mut Json)) -> Verdict {
    let mut world = issued();
    world.move_to_bank(change, by("exporter", &MOVERS));
    world.map();
    judge(&mut world)
}

#[test]
fn what_is_later_hides_no_broken_rule() {
    let custody = |act: &mut Json| act["to"]["custody"] = json!("platform");
    let joint = |act: &mut Json| {
        let mut sets = vec![act["to"]["sets"][0].clone(), json!("ff".repeat(32))];
        sets.sort_by_key(|set| set.as_str().unwrap().to_owned());
        act["to"]["sets"] = json!(sets);
    };
    let too_long = |act: &mut Json| act["expires"] = json!("2026-02-28T00:00:00.000Z");
    let later: [&dyn Fn(&mut Json); 2] = [&custody, &joint];
    for later in later {
        let lawful = control_rules(later);
        assert_eq!(outcome(&lawful, Code::ControlRules), Some(Outcome::Indeterminate));
        assert_eq!(lawful.claim(Code::ControlRules).unwrap().cause, Some("not-yet"));
        let broken = control_rules(|act| {
            later(act);
            too_long(act);
        });
        assert_eq!(outcome(&broken, Code::ControlRules), Some(Outcome::Fail));
        assert_eq!(broken.claim(Code::ControlRules).unwrap().cause, Some("lives-too-long"));
        let stranger = control_rules(|act| {
            later(act);
            act["by"]["home"] = json!("TWKB");
        });
        assert_eq!(outcome(&stranger, Code::ControlRules), Some(Outcome::Fail));
    }
}

#[test]
fn an_issue_to_joint_holders_that_had_expired_is_broken() {
    let issue = |expires: &str| {
        let mut world = World::new();
        let change = |act: &mut Json| {
            act["to"]["custody"] = json!("platform");
            act["expires"] = json!(expires);
        };
        world.issue_with(change, by("carrier", &MOVERS[..1]), 0);
        world.map();
        outcome(&judge(&mut world), Code::ControlRules)
    };
    assert_eq!(issue("2026-01-09T01:00:00.000Z"), Some(Outcome::Indeterminate));
    assert_eq!(issue("2026-01-08T23:59:59.999Z"), Some(Outcome::Fail));
}

/// TITLE where the carrier has the bill by a bare transfer from the bank, whose title it stays, and notes these in turn.
fn noted_by_carrier(notes: &[Json]) -> Option<Outcome> {
    let mut world = endorsed_twice("ENDORSE_TO_ORDER", "TRANSFER");
    for said in notes {
        world.minute += 10;
        let mut said = said.clone();
        for word in said["dcsa"].as_array_mut().unwrap() {
            word["actionDateTime"] = json!(world.now());
        }
        let members = |world: &World| json!({"by": world.controller("carrier", "TWKA")});
        world.act_saying("note", said, members, |_| {}, by("carrier", &MOVERS[..1]));
    }
    world.map();
    let verdict = judge(&mut world);
    assert_eq!(outcome(&verdict, Code::Canonical), Some(Outcome::Pass));
    outcome(&verdict, Code::Title)
}

#[test]
fn a_cited_consent_excuses_only_what_a_consent_can() {
    let at = World::new();
    let words = |actor: &str| json!([endorse("ENDORSE_TO_ORDER", actor, "bank", &at)[0]]);
    let consents = json!([Digest::of(b"consent").to_string()]);
    let consented = json!({"dcsa": words("carrier"), "consents": consents});
    assert_eq!(noted_by_carrier(std::slice::from_ref(&consented)), Some(Outcome::Indeterminate));
    // Another actor, and a note of two things, are wrong with every consent.
    let other = json!({"dcsa": words("bank"), "consents": consents});
    assert_eq!(noted_by_carrier(&[other]), Some(Outcome::Fail));
    let two = json!({"dcsa": words("carrier"), "consents": consents, "nominee": party("bank")});
    assert_eq!(noted_by_carrier(&[two]), Some(Outcome::Fail));
    // Later acts are read as if it were given.
    let alone = json!({"dcsa": words("carrier")});
    assert_eq!(noted_by_carrier(&[consented.clone(), alone]), Some(Outcome::Fail));
    assert_eq!(
        noted_by_carrier(&[consented, json!({"dcsa": [], "withdraw": true})]),
        Some(Outcome::Indeterminate)
    );
    // Nothing waits that could be taken back.
    assert_eq!(noted_by_carrier(&[json!({"dcsa": [], "withdraw": true})]), Some(Outcome::Fail));
}

#[test]
fn a_manifest_cannot_be_judged_without_the_set_that_issued() {
    let Some(whole) = Corridor::new() else { return };
    let ask = |corridor: &Corridor| {
        verify(&corridor.bytes(), Some(&corridor.trust()), &Asked::default())
            .map(|verdict| outcome(&verdict, Code::Pint))
    };
    assert_eq!(ask(&whole).unwrap(), Some(Outcome::Pass));
    let act: Json = serde_json::from_slice(&whole.files[&Path::Act(0)]).unwrap();
    let act: Json = serde_json::from_str(act["act"].as_str().unwrap()).unwrap();
    let issuer: Digest = act["by"]["sets"][0].as_str().unwrap().parse().unwrap();
    let other: Digest = act["to"]["sets"][0].as_str().unwrap().parse().unwrap();

    let mut without = Corridor::new().unwrap();
    without
        .files
        .retain(|path, _| !matches!(path, Path::SetAct(id, _) | Path::SetProof(id, _) if *id == issuer));
    assert_eq!(ask(&without).unwrap(), Some(Outcome::Indeterminate));
    // Another set in its folder is no key set of the issuer, either.
    for (from, to) in [
        (Path::SetAct(other, 0), Path::SetAct(issuer, 0)),
        (Path::SetProof(other, 0), Path::SetProof(issuer, 0)),
    ] {
        without.files.insert(to, whole.files[&from].clone());
    }
    assert_eq!(ask(&without).unwrap(), Some(Outcome::Indeterminate));
    // What the manifest says is judged all the same.
    without.files.insert(Path::Document, b"{\"another\":\"document\"}".to_vec());
    assert_eq!(ask(&without).unwrap(), Some(Outcome::Fail));
}

#[test]
fn a_leaf_stands_in_the_file_exactly_with_its_proof() {
    let (before, tag) = (Path::BeforeProof(1), Path::TagProof);
    for proof in [before, tag] {
        let mut world = World::shipped();
        world.complete();
        world.files.remove(&proof);
        let verdict = verify(&world.bytes(), Some(&world.trust()), &Asked::default()).unwrap();
        assert_eq!(fails(&verdict), ["FORMAT"], "{proof}");
        assert_eq!(outcome(&verdict, Code::Canonical), Some(Outcome::Indeterminate));
    }
    let mut world = World::shipped();
    world.edit(Path::Act(1), |file| drop(file.as_object_mut().unwrap().remove("before")));
    only("FORMAT", world);
}

#[test]
fn what_is_said_of_paper_has_its_members_and_no_other() {
    let whole = json!({"originals": 2, "serials": ["1", "2"], "statement": "In place of it."});
    let with = |name: &str, value: Json| {
        let mut paper = whole.clone();
        paper[name] = value;
        judge(&mut closed("paper", json!({}), json!({"toPaper": paper})))
    };
    assert!(fails(&with("originals", json!(2))).is_empty());
    // Another member, or another type, is no form at all; a number that does not add up is no statement of paper.
    assert_eq!(fails(&with("colour", json!("blue"))), ["CANONICAL"]);
    assert_eq!(fails(&with("serials", json!([1, 2]))), ["CANONICAL"]);
    assert_eq!(fails(&with("originals", json!("2"))), ["CANONICAL"]);
    assert_eq!(fails(&with("originals", json!(3))), ["TITLE", "MEDIUM"]);
}

#[test]
fn a_rehome_is_accepted_even_where_it_changes_nothing() {
    let rehomed = |platforms: &[(&'static str, &'static str)]| {
        let mut world = issued();
        world.minute += 10;
        let members = |world: &World| json!({"by": world.controller("exporter", "TWKA"), "to": world.controller("exporter", "TWKA")});
        world.act_saying("rehome", json!({"dcsa": []}), members, |_| {}, by("exporter", platforms));
        world.map();
        let verdict = judge(&mut world);
        fails(&verdict).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rehomed(&[("TWKA", "home"), ("TWKA", "accept")]), ["CONTROL-RULES"]);
    assert_eq!(rehomed(&[("TWKA", "home"), ("TWKA", "home")]), ["ACCEPTED", "CONTROL-RULES"]);
}
