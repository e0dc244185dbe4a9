//! Each claim made false alone, by somebody who has every key of the corridor.

use crypto::Digest;
use evidence::{
    bundle::path::Path,
    claim::{Code, Outcome},
    trust::{Trust, TrustFile},
    verify::{Asked, Verdict, verify},
};
use serde_json::json;

use crate::{
    apart::apart,
    bundle::zipped,
    world::{By, World, by, details, party, policy},
};

pub(crate) fn judge(world: &mut World) -> Verdict {
    world.complete();
    verify(&world.bytes(), Some(&world.trust()), &Asked::default()).unwrap()
}

/// The codes that FAIL.
pub(crate) fn fails(verdict: &Verdict) -> Vec<&str> {
    let failed = verdict.claims.iter().filter(|claim| claim.outcome == Some(Outcome::Fail));
    failed.map(|claim| claim.code).collect()
}

pub(crate) fn outcome(verdict: &Verdict, code: Code) -> Option<Outcome> {
    verdict.claim(code).unwrap().outcome
}

pub(crate) const MOVERS: [(&str, &str); 2] = [("TWKA", "home"), ("TWKB", "accept")];

/// Corridor with an issue and a map leaf: the move is the test's own.
pub(crate) fn issued() -> World {
    let mut world = World::new();
    world.issue();
    world.map();
    world
}

pub(crate) fn only(code: &str, mut world: World) -> Verdict {
    let verdict = judge(&mut world);
    let said: Vec<_> =
        verdict.claims.iter().map(|claim| (claim.code, claim.outcome, &claim.reason)).collect();
    assert_eq!(fails(&verdict), [code], "{said:#?}");
    assert_eq!(verdict.exit(), 1);
    verdict
}

#[test]
fn a_lawful_corridor_passes() {
    let mut world = World::shipped();
    let verdict = judge(&mut world);
    let counted = verdict.claims.iter().filter(|claim| claim.counts && claim.outcome != Some(Outcome::Pass));
    // The trust file names no ML-DSA keys.
    assert_eq!(counted.map(|claim| claim.code).collect::<Vec<_>>(), ["ALGORITHMS"]);
    assert!(verdict.test);
}

#[test]
fn canonical_fails_alone() {
    let mut world = World::shipped();
    world.edit(Path::Act(1), |file| {
        file["leaf"] = json!(file["leaf"].as_str().unwrap().replace("\",", "\", "))
    });
    let verdict = only("CANONICAL", world);
    assert_eq!(outcome(&verdict, Code::Chain), Some(Outcome::Indeterminate));

    let mut world = World::shipped();
    world.edit(Path::Act(1), |file| file["surplus"] = json!(1));
    only("CANONICAL", world);
    let mut world = World::shipped();
    world.files.insert(Path::Document, b"{\"a\":1,\"a\":2}".to_vec());
    only("CANONICAL", world);
}

#[test]
fn document_fails_alone() {
    let mut world = World::shipped();
    // Every field that a person sees is the same.
    let mut document = world.document.clone();
    document["remarks"] = json!("");
    world.files.insert(Path::Document, document.to_string().into_bytes());
    only("DOCUMENT", world);

    let mut world = World::shipped();
    let (other, _) = details("other", json!({"document": Digest::of(b"x").to_string(), "dcsa": []}));
    world.edit(Path::Act(1), |file| file["details"] = json!(other));
    only("DOCUMENT", world);
}

#[test]
fn a_document_written_otherwise_is_the_same_document() {
    let mut world = World::shipped();
    world.files.insert(Path::Document, serde_json::to_vec_pretty(&world.document).unwrap());
    assert!(fails(&judge(&mut world)).is_empty());
}

#[test]
fn chain_fails_alone() {
    let mut world = issued();
    world.move_to_bank(|act| act["seq"] = json!(2), by("exporter", &MOVERS));
    world.map();
    only("CHAIN", world);
    let mut world = issued();
    world
        .move_to_bank(|act| act["prev"] = json!(Digest::of(b"another").to_string()), by("exporter", &MOVERS));
    world.map();
    only("CHAIN", world);
}

#[test]
fn logged_fails_alone() {
    let mut world = World::shipped();
    let (index, size) = (world.proofs[&Path::ActProof(1)], world.size());
    let proof = world.proof(index, size);
    let hash = proof.lines().nth(2).unwrap().to_owned();
    let other = crypto::base64::encode(Digest::of(b"another").as_bytes());
    world.files.insert(Path::ActProof(1), proof.replace(&hash, &other).into_bytes());
    only("LOGGED", world);

    // A signature that is not the one that was logged.
    let mut world = World::shipped();
    world.edit(Path::Act(1), |file| {
        let mut list: serde_json::Value = serde_json::from_str(file["signatures"].as_str().unwrap()).unwrap();
        list.as_array_mut().unwrap().pop();
        file["signatures"] = json!(list.to_string());
    });
    assert_eq!(fails(&judge(&mut world)), ["LOGGED", "ACCEPTED"]);
}

#[test]
fn cosigned_fails_alone() {
    let mut world = World::shipped();
    world.witnesses = vec!["uk1"];
    only("COSIGNED", world);
    let mut world = World::shipped();
    world.trust.registries[0].policy_ed25519 = Some(policy("any"));
    only("COSIGNED", world);
}

#[test]
fn single_fails_alone() {
    let mut world = World::shipped();
    let forked = world.forked_proof(0);
    world.files.insert(Path::MemberProof(0), forked);
    only("SINGLE", world);

    let mut world = World::shipped();
    world.trust.registries[0].verifying = vec!["uk1".into()];
    let verdict = judge(&mut world);
    assert_eq!((fails(&verdict), outcome(&verdict, Code::Single)), (vec![], Some(Outcome::Indeterminate)));
}

#[test]
fn time_fails_alone() {
    let mut world = World::shipped();
    world.cosign_after = -61;
    only("TIME", world);
    let mut world = World::shipped();
    world.cosign_after = -60;
    assert!(fails(&judge(&mut world)).is_empty());

    // A leaf that goes back in time.
    let mut world = issued();
    world.minute -= 20;
    world.move_to_bank(|_| {}, by("exporter", &MOVERS));
    world.minute += 20;
    world.map();
    only("TIME", world);
}

#[test]
fn members_fails_alone() {
    let mut world = World::new();
    let again = world.member("TWKB", 1, &["TWKB"]);
    world.plain_mark("platform", "TWKB", again, &["authority-1"]);
    world.issue();
    world.map();
    only("MEMBERS", world);

    // A key that counts before its time.
    let mut world = World::new();
    let mut soon = world.member("TWKB", 1, &["TWKB", "TWKB-2"]);
    soon["keys"][1]["from"] = json!(world.now());
    world.plain_mark("platform", "TWKB", soon, &["authority-1", "authority-3"]);
    world.issue();
    world.map();
    only("MEMBERS", world);

    let mut world = World::shipped();
    world.trust.registries[0].charter = Some(Digest::of(b"another charter"));
    only("MEMBERS", world);

    // A mark that is left out: the head shows it.
    let mut world = World::new();
    let later = world.member("TWKA", 1, &["TWKA"]);
    world.plain_mark("platform", "TWKA", later, &["authority-1", "authority-2"]);
    world.issue();
    world.map();
    world.files.remove(&Path::Member(3));
    world.proofs.remove(&Path::MemberProof(3));
    assert_eq!(fails(&judge(&mut world)), ["MEMBERS", "NOTHING-LATER"]);
}

#[test]
fn act_signed_fails_alone() {
    let mut world = issued();
    world.move_to_bank(|_| {}, By { typ: "twk-counter+jws", ..by("exporter", &MOVERS) });
    world.map();
    only("ACT-SIGNED", world);
    let mut world = issued();
    world.move_to_bank(|_| {}, By { keys: vec!["exporter", "bank"], ..by("exporter", &MOVERS) });
    world.map();
    only("ACT-SIGNED", world);
}

#[test]
fn a_key_that_was_never_in_the_set_is_neither_signed_nor_in_force() {
    let mut world = issued();
    world.move_to_bank(|_| {}, by("thief", &MOVERS));
    world.map();
    assert_eq!(fails(&judge(&mut world)), ["ACT-SIGNED", "KEYS-IN-FORCE"]);
}

#[test]
fn keys_in_force_fails_alone() {
    // The removed key signs after the rekey that removed it, and says an earlier time.
    let mut world = issued();
    world.rekey("exporter", "exporter-2");
    let members = |world: &World| json!({"by": world.controller("exporter", "TWKA"), "to": world.controller("bank", "TWKB")});
    let earlier = |act: &mut serde_json::Value| act["at"] = json!("2026-01-09T00:00:00.000Z");
    world.minute += 10;
    world.act_with_details("move", json!([]), members, earlier, by("exporter", &MOVERS));
    world.map();
    only("KEYS-IN-FORCE", world);
    let mut world = issued();
    world.rekey("exporter", "exporter-2");
    world.move_to_bank(|_| {}, by("exporter-2", &MOVERS));
    world.map();
    assert!(fails(&judge(&mut world)).is_empty());
}

#[test]
fn countersigned_fails_alone() {
    let mut world = issued();
    let mut signers = by("exporter", &MOVERS);
    signers.platforms[0].0 = "TWKB";
    world.move_to_bank(|_| {}, signers);
    world.map();
    only("COUNTERSIGNED", world);
    let mut world = issued();
    world.move_to_bank(|_| {}, by("exporter", &[MOVERS[0], MOVERS[1], ("TWKA", "enrol")]));
    world.map();
    only("COUNTERSIGNED", world);
}

#[test]
fn a_decline_that_the_platform_never_signed_convicts_nobody() {
    let mut world = issued();
    world.decline_by(Digest::of(b"an offer"), "TWKB");
    world.map();
    assert!(fails(&judge(&mut world)).is_empty());
    let mut world = issued();
    world.decline_by(Digest::of(b"an offer"), "thief");
    world.map();
    only("COUNTERSIGNED", world);
}

#[test]
fn accepted_fails_alone() {
    // refuse[2]: the home's countersignature offered as acceptance.
    let mut world = issued();
    world.move_to_bank(|_| {}, by("exporter", &[MOVERS[0], MOVERS[0]]));
    world.map();
    only("ACCEPTED", world);
    let mut world = issued();
    world.move_to_bank(|_| {}, by("exporter", &MOVERS[..1]));
    world.map();
    only("ACCEPTED", world);
}

#[test]
fn control_rules_fails_alone() {
    let mut world = issued();
    world.move_to_bank(|act| act["expires"] = json!("2026-02-28T00:00:00.000Z"), by("exporter", &MOVERS));
    world.map();
    let verdict = only("CONTROL-RULES", world);
    assert_eq!(verdict.claim(Code::ControlRules).unwrap().cause, Some("lives-too-long"));

    // A holder who is not the holder.
    let mut world = issued();
    let controller = world.controller("carrier", "TWKA");
    world.move_to_bank(|act| act["by"] = controller, by("carrier", &MOVERS));
    world.map();
    // The endorsement in it is by nobody who has title, either.
    assert_eq!(fails(&judge(&mut world)), ["CONTROL-RULES", "TITLE"]);

    // An act that was declined before it was admitted.
    let mut world = issued();
    let mut tried = issued();
    tried.move_to_bank(|_| {}, by("exporter", &MOVERS));
    let declined = tried.acts[1];
    world.decline(declined);
    world.move_to_bank(|_| {}, by("exporter", &MOVERS));
    assert_eq!(world.acts[1], declined);
    world.map();
    only("CONTROL-RULES", world);
}

#[test]
fn tag_fails_alone() {
    let mut world = World::new();
    world.issue_with(|_| {}, by("carrier", &MOVERS[..1]), 1);
    world.map();
    only("TAG", world);

    // The carrier issues again.
    let mut world = issued();
    let salt = Digest::of(b"issuer salt").as_bytes()[..16].to_vec();
    let tag = Digest::of_parts(&[b"twakow/tag/1\nSMDG:TST\nTDR-1\n\n", &salt]);
    let slot = Digest::of_parts(&[b"twakow/tag-slot/1\n", tag.as_bytes(), &1_u64.to_be_bytes()]);
    world.log(String::from("a leaf of another record"), Some(slot));
    world.map();
    only("TAG", world);
}

#[test]
fn who_fails_alone() {
    // A platform's name under another platform's key.
    let mut world = issued();
    world.minute += 1;
    world.key_set_by("bank", By { platforms: vec![("TWKA", "TWKB", "enrol")], ..by("bank", &[]) });
    world.move_to_bank(|_| {}, by("exporter", &MOVERS));
    world.map();
    only("WHO", world);

    let mut world = World::shipped();
    world.trust.carriers[0].sets = vec![Digest::of(b"another set")];
    only("WHO", world);
}

#[test]
fn identity_fails_alone() {
    let mut world = World::shipped();
    world.files.insert(Path::Receipt(Digest::of(b"receipt")), b"another".to_vec());
    let verdict = judge(&mut world);
    assert_eq!((fails(&verdict), verdict.exit()), (vec!["IDENTITY"], 3));
    let asked = Asked { identity: true, ..Asked::default() };
    assert_eq!(verify(&world.bytes(), Some(&world.trust()), &asked).unwrap().exit(), 1);
}

pub(crate) fn endorse(code: &str, from: &str, to: &str, world: &World) -> serde_json::Value {
    let mut said = json!([
        {"actionCode": code, "actor": party(from), "recipient": party(to), "actionDateTime": world.now()},
        {"actionCode": "TRANSFER", "actor": party(from), "recipient": party(to), "actionDateTime": world.now()},
    ]);
    match code {
        "BLANK_ENDORSE" => drop(said[0].as_object_mut().unwrap().remove("recipient")),
        "TRANSFER" => drop(said.as_array_mut().unwrap().pop()),
        _ => {}
    }
    said
}

/// Issued, endorsed and moved to the bank by `first`, then a move from the bank to the carrier by `second`.
pub(crate) fn endorsed_twice(first: &str, second: &str) -> World {
    let mut world = issued();
    for (code, from, to, home) in [(first, "exporter", "bank", "TWKA"), (second, "bank", "carrier", "TWKB")] {
        world.minute += 10;
        let dcsa = endorse(code, from, to, &world);
        let other = if home == "TWKA" { "TWKB" } else { "TWKA" };
        let members =
            |world: &World| json!({"by": world.controller(from, home), "to": world.controller(to, other)});
        world.act_with_details("move", dcsa, members, |_| {}, by(from, &[(home, "home"), (other, "accept")]));
    }
    world.map();
    world
}

#[test]
fn title_fails_alone() {
    assert!(fails(&judge(&mut endorsed_twice("ENDORSE_TO_ORDER", "ENDORSE"))).is_empty());
    assert!(fails(&judge(&mut endorsed_twice("BLANK_ENDORSE", "ENDORSE_TO_ORDER"))).is_empty());
    only("TITLE", endorsed_twice("ENDORSE", "ENDORSE_TO_ORDER"));
    only("TITLE", endorsed_twice("TRANSFER", "ENDORSE_TO_ORDER"));
    // The words say that the bank has it; the keys gave it to the carrier.
    let mut told = issued();
    told.minute += 10;
    let dcsa = json!([endorse("ENDORSE", "exporter", "bank", &told)[1]]);
    let members = |world: &World| json!({"by": world.controller("exporter", "TWKA"), "to": world.controller("carrier", "TWKB")});
    told.act_with_details("move", dcsa, members, |_| {}, by("exporter", &MOVERS));
    told.map();
    only("TITLE", told);
    let mut straight = World::new();
    straight.document["isToOrder"] = json!(false);
    straight.document["documentParties"] = json!({"consignee": party("bank")});
    straight.issue();
    straight.map();
    straight.move_to_bank(|_| {}, by("exporter", &MOVERS));
    straight.map();
    only("TITLE", straight);
}

/// Issued, moved to the bank and from it to the carrier, both endorsed, each with members of its own in the details.
fn delivered_twice(first: &serde_json::Value, second: impl Fn(&World) -> serde_json::Value) -> World {
    let mut world = issued();
    for (from, to, home, other) in [("exporter", "bank", "TWKA", "TWKB"), ("bank", "carrier", "TWKB", "TWKA")]
    {
        world.minute += 10;
        let more = if from == "exporter" { first.clone() } else { second(&world) };
        let mut said = json!({"dcsa": endorse("ENDORSE_TO_ORDER", from, to, &world)});
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let members =
            |world: &World| json!({"by": world.controller(from, home), "to": world.controller(to, other)});
        world.act_saying("move", said, members, |_| {}, by(from, &[(home, "home"), (other, "accept")]));
    }
    world.map();
    world
}

#[test]
fn a_pledged_bill_moves_by_an_act_that_cites_the_pledge() {
    let (none, terms) = (json!({}), json!({"terms": Digest::of(b"terms").to_string()}));
    let pledge = |world: &World| json!({"pledge": world.acts[1].to_string()});
    assert!(fails(&judge(&mut delivered_twice(&terms, pledge))).is_empty());
    assert!(fails(&judge(&mut delivered_twice(&none, |_| json!({})))).is_empty());
    only("TITLE", delivered_twice(&terms, |_| json!({})));
    only("TITLE", delivered_twice(&terms, |world| json!({"pledge": world.acts[0].to_string()})));
    only("TITLE", delivered_twice(&none, pledge));
}

/// Moved to the bank in blank or to its order, then to the carrier by `second`, who notes an endorsement; TITLE.
fn endorsed_by_carrier(second: &str, more: &serde_json::Value) -> Option<Outcome> {
    let mut world = endorsed_twice("ENDORSE_TO_ORDER", second);
    world.minute += 10;
    let mut said = json!({"dcsa": [endorse("ENDORSE_TO_ORDER", "carrier", "bank", &world)[0]]});
    said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let members = |world: &World| json!({"by": world.controller("carrier", "TWKA")});
    world.act_saying("note", said, members, |_| {}, by("carrier", &MOVERS[..1]));
    world.map();
    outcome(&judge(&mut world), Code::Title)
}

#[test]
fn what_needs_a_consent_cannot_be_judged_without_seeing_it() {
    let consents = json!({"consents": [Digest::of(b"consent").to_string()]});
    for (second, alone, with_consent) in [
        // To the carrier's own order: nobody's consent is needed.
        ("ENDORSE_TO_ORDER", Outcome::Pass, Outcome::Pass),
        // Still to the order of the bank, which may consent.
        ("TRANSFER", Outcome::Fail, Outcome::Indeterminate),
    ] {
        assert_eq!(endorsed_by_carrier(second, &json!({})), Some(alone), "{second}");
        assert_eq!(endorsed_by_carrier(second, &consents), Some(with_consent), "{second} with a consent");
    }
}

/// Surrendered for amendment by the exporter and closed; what both details say is the test's own.
pub(crate) fn closed(end: &str, surrendered: serde_json::Value, closing: serde_json::Value) -> World {
    closed_for("SWTP", end, surrendered, closing)
}

/// The same, surrendered for this reason.
fn closed_for(reason: &str, end: &str, surrendered: serde_json::Value, closing: serde_json::Value) -> World {
    let mut world = issued();
    world.minute += 10;
    let said = |code: &str, actor: &str, more: serde_json::Value, world: &World| {
        let mut said =
            json!({"dcsa": [{"actionCode": code, "actor": party(actor), "actionDateTime": world.now()}]});
        said.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        said
    };
    let mut details = said("SURRENDER_FOR_AMENDMENT", "exporter", surrendered, &world);
    details["dcsa"][0]["reasonCode"] = json!(reason);
    let members = |world: &World| {
        json!({
            "by": world.controller("exporter", "TWKA"), "to": world.controller("carrier", "TWKA"),
            "purpose": "amendment", "answerBy": "2026-01-20T00:00:00.000Z",
        })
    };
    world.act_saying("surrender", details, members, |_| {}, by("exporter", &MOVERS[..1]));
    let details = said("SACC", "carrier", closing, &world);
    let into =
        if end == "replaced" { json!({"into": [Digest::of(b"successor").to_string()]}) } else { json!({}) };
    let members = |world: &World| {
        let mut members = json!({"by": world.controller("carrier", "TWKA"), "end": end});
        members.as_object_mut().unwrap().extend(into.as_object().unwrap().clone());
        members
    };
    world.act_saying("close", details, members, |_| {}, by("carrier", &MOVERS[..1]));
    let last = u32::try_from(world.acts.len() - 1).unwrap();
    world.edit(Path::Act(last), |file| file["provenance"] = json!("carrier_signed"));
    world.map();
    world
}

#[test]
fn medium_fails_alone() {
    let paper =
        json!({"originals": 2, "serials": ["1", "2"], "statement": "In place of the electronic record."});
    let verdict = judge(&mut closed("paper", json!({}), json!({"toPaper": paper.clone()})));
    assert_eq!((fails(&verdict), outcome(&verdict, Code::Medium)), (vec![], Some(Outcome::Pass)));
    assert_eq!(verdict.state.unwrap().phase, "closed");
    only("MEDIUM", closed("paper", json!({}), json!({})));
    // The holder asked for another destination, not for paper.
    only("MEDIUM", closed_for("COD", "paper", json!({}), json!({"toPaper": paper})));
    let twice = json!({"originals": 2, "serials": ["1", "1"], "statement": "In place of it."});
    // Details that cannot be read say nothing of title, either.
    let verdict = judge(&mut closed("paper", json!({}), json!({"toPaper": twice})));
    assert_eq!(fails(&verdict), ["TITLE", "MEDIUM"]);

    let agreed = json!({"successors": [Digest::of(b"successor").to_string()]});
    assert!(fails(&judge(&mut closed("replaced", agreed, json!({})))).is_empty());
    only("MEDIUM", closed("replaced", json!({}), json!({})));
}

#[test]
fn provenance_fails_alone() {
    let mut world = World::shipped();
    world.edit(Path::Act(1), |file| file["provenance"] = json!("carrier_signed"));
    only("PROVENANCE", world);
    let mut world = World::shipped();
    world.edit(Path::Act(1), |file| file["provenance"] = json!("platform_asserted"));
    assert_eq!(outcome(&judge(&mut world), Code::Provenance), Some(Outcome::Indeterminate));
}

#[test]
fn control_at_fails_alone() {
    let mut world = World::new();
    world.map();
    world.move_to_bank_after_issue();
    world.map();
    world.complete();
    let ask = |at: &str| {
        let asked = Asked { at: Some(at.parse().unwrap()), ..Asked::default() };
        verify(&world.bytes(), Some(&world.trust()), &asked).unwrap()
    };
    assert_eq!(fails(&ask("2026-01-08T00:00:00.000Z")), ["CONTROL-AT"]);
    // All proofs lead to one checkpoint, so nothing is certain before it.
    let then = ask("2026-01-09T00:05:00.000Z");
    assert_eq!(outcome(&then, Code::ControlAt), Some(Outcome::Indeterminate));
}

#[test]
fn nothing_later_fails_alone() {
    // An older map leaf under the newer checkpoint.
    let mut world = World::shipped();
    let (older, size) = (world.maps()[0], world.size());
    world.files.insert(Path::HeadLeaf, world.leaf(older).into_bytes());
    world.files.insert(Path::HeadProof, world.proof(older, size).into_bytes());
    world.files.insert(Path::HeadSlots, world.slots(older));
    only("NOTHING-LATER", world);

    // An act follows.
    only("NOTHING-LATER", World::without_last_act());
}

#[test]
fn an_older_export_is_true_as_of_its_time() {
    let mut older = issued();
    let verdict = judge(&mut older);
    assert_eq!(outcome(&verdict, Code::NothingLater), Some(Outcome::Pass));
    let state = verdict.state.unwrap();
    assert_eq!(
        (state.parties, state.as_of.map(|time| time.to_string())),
        (vec!["exporter".to_owned()], Some("2026-01-09T00:00:02.000Z".to_owned()))
    );
    let asked = |now: &str| Asked { now: Some(now.parse().unwrap()), control_now: true, ..Asked::default() };
    let ask = |now| {
        let verdict = verify(&older.bytes(), Some(&older.trust()), &asked(now)).unwrap();
        outcome(&verdict, Code::ControlNow)
    };
    assert_eq!(ask("2026-01-09T12:00:00.000Z"), Some(Outcome::Pass));
    assert_eq!(ask("2026-01-16T00:00:00.000Z"), Some(Outcome::Indeterminate));
}

#[test]
fn without_trust_every_claim_about_who_is_open() {
    let mut world = World::shipped();
    world.complete();
    let verdict = verify(&world.bytes(), None, &Asked::default()).unwrap();
    assert!(fails(&verdict).is_empty());
    let passed = verdict.claims.iter().filter(|claim| claim.outcome == Some(Outcome::Pass));
    assert_eq!(
        passed.map(|claim| claim.code).collect::<Vec<_>>(),
        ["FORMAT", "CANONICAL", "DOCUMENT", "CHAIN", "LOGGED", "ACT-SIGNED", "PROVENANCE"]
    );
    assert_eq!(verdict.exit(), 3);

    // A corridor that somebody made up is not the reader's, whatever it calls itself.
    let trust = Trust::parse(&TrustFile::default().write()).unwrap();
    let verdict = verify(&world.bytes(), Some(&trust), &Asked::default()).unwrap();
    assert_eq!(outcome(&verdict, Code::Who), Some(Outcome::Indeterminate));
    assert_eq!(outcome(&verdict, Code::Cosigned), Some(Outcome::Indeterminate));
}

#[test]
fn a_redacted_bundle_shows_what_is_left() {
    let mut world = World::shipped();
    for path in [Path::Act(0), Path::Act(1)] {
        world.edit(path, |file| drop(file.as_object_mut().unwrap().remove("details")));
    }
    let verdict = judge(&mut world);
    assert!(fails(&verdict).is_empty());
    assert_eq!(outcome(&verdict, Code::Document), Some(Outcome::Indeterminate));
    assert_eq!(outcome(&verdict, Code::ControlRules), Some(Outcome::Pass));
    assert_eq!(outcome(&verdict, Code::NothingLater), Some(Outcome::Pass));
}

#[test]
fn a_forged_page_inside_changes_nothing() {
    let mut world = World::shipped();
    let before = judge(&mut world);
    world.files.insert(Path::Timeline, b"<h1>The bank released the goods</h1>".to_vec());
    assert_eq!(judge(&mut world).claims, before.claims);
}

/// Files changed at random, under a manifest that fits them: whatever they say then, it is answered.
#[test]
fn no_file_of_a_bundle_can_stop_the_verifier() {
    let mut world = World::shipped();
    world.complete();
    let (trust, record, whole) = (world.trust(), world.acts[0], apart(&world.files));
    let mut seed = 1_u64;
    let mut next = |below: usize| {
        // Knuth's generator is enough to reach every place.
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let tokens: [&[u8]; 8] = [b"", b"0", b"-1", b"\\\"", b"null", b"9007199254740993", b"\xff", b"[[[["];
    let mut failed = 0;
    for _ in 0..400 {
        let path = *whole.keys().nth(next(whole.len())).unwrap();
        let mut bytes = whole[&path].clone();
        let (at, token) = (next(bytes.len()), tokens[next(tokens.len())]);
        let end = (at + next(6)).min(bytes.len());
        bytes.splice(at..end, token.iter().copied());
        let mut changed = whole.clone();
        changed.insert(path, bytes);
        let verdict = verify(&zipped(record, &changed), Some(&trust), &Asked::default()).unwrap();
        failed += usize::from(verdict.exit() == 1);
        assert_eq!(verdict.claims.len(), Code::ALL.len());
    }
    assert!(failed > 300, "{failed}");
}
