//! A hostile operator has full write access to one node's store and signs with that node's key. Whatever it tries is refused
//! with its code, or leaves the evidence that docs/control.md names under "The cross-platform transfer" and "Abuse".

use std::{collections::BTreeMap, rc::Rc};

use bill::{
    act::{Act, Action},
    signatures::{Counter, PlatformSignature, Role, SignatureList},
    words::Purpose,
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
    jws,
    key::SigningKey,
};
use dcsa::{
    TransportDocument,
    pint::{IssuanceManifest, ResponseCode, SignedEntry, sign_issuance_manifest},
};
use evidence::{
    bundle::{Files, Read, path::Path},
    claim::{Claim, Code, Outcome},
    fraud::{FraudProof, Kind},
    verify::{Asked, Verdict, verify},
};
use node::{
    Reply, Status,
    desk::{self, Signed},
    keys::PlatformKeys,
    platform::{ACTS, ENVELOPES, NOTICES, hand_in_body},
    registrar::{DECLINE, LOOKUP, SUBMIT},
    wire::Refused,
    witness::{COSIGN, LAST},
};
use pilot::corridor::REGISTRY;
use registry::{
    submission::{self, Submission},
    witness::AddCheckpoint,
};
use tlog::checkpoint::SignedCheckpoint;

use crate::{
    faults::{about_to_cross, assert_nothing_fails, assert_only_controller, cast},
    pint::{bundle, envelope, offers, said},
    rig::Wire,
    stage::{Person, Stage},
};

/// The operator's own hand: a statement by the platform's key, about any act and in any role.
pub(crate) fn states(
    stage: &Stage,
    platform: &str,
    code: &str,
    role: Role,
    act: Digest,
) -> PlatformSignature {
    let code = code.parse().unwrap();
    let keys = PlatformKeys::of(&stage.rig.drawn.keys[platform], code);
    Counter { act, at: stage.rig.now, platform: code, role }.sign(&keys.counter)
}

/// Sends an act to the registry past everything that the platform would have checked. The refusal's code, or none.
fn submits(stage: &mut Stage, from: &str, act: &Act, signatures: &SignatureList) -> Option<String> {
    let file = Value::object([
        ("act", text(act.bytes())),
        ("signatures", text(signatures.bytes())),
        ("v", Value::from("twakow/act-file/1")),
    ]);
    sends(stage, from, SUBMIT, &json::canonical(&file))
}

fn sends(stage: &mut Stage, from: &str, path: &str, body: &[u8]) -> Option<String> {
    let reply = stage.rig.ask_as(from, REGISTRY, path, body).unwrap();
    (reply.status == Status::Refused).then(|| Refused::read(&reply.body).code)
}

fn text(bytes: &[u8]) -> Value {
    Value::from(std::str::from_utf8(bytes).unwrap())
}

/// Somebody who claims to be the exporter with a key that the operator has made.
fn forger(stage: &mut Stage) {
    let seed = [7; 32];
    let exporter = stage.people["exporter"].clone();
    let person = Person {
        seed,
        key: SigningKey::ed25519_from_seed(seed),
        set: exporter.set,
        home: exporter.home.clone(),
        code: exporter.code,
        party: exporter.party.clone(),
        file: exporter.file.clone(),
    };
    stage.people.insert("forger", Rc::new(person));
    stage.enrol("accomplice", "Quick Goods Ltd", "platform-a", "TWKA");
}

fn moves(stage: &mut Stage, record: &Digest, who: &str, to: &'static str) -> Signed {
    let controller = stage.controller(to);
    let codes = [("ENDORSE_TO_ORDER", Some(to)), ("TRANSFER", Some(to))];
    stage.act(record, who, Action::Move { to: controller }, &codes)
}

/// The verdict on a bundle that the operator has put together from these files, manifest and checksums and all.
fn verdict_on(stage: &Stage, record: &Digest, files: BTreeMap<Path, Vec<u8>>) -> Verdict {
    let bytes = Files::new(*record, true, files).unwrap().write().unwrap();
    verify(&bytes, Some(&stage.trust()), &Asked::default()).unwrap()
}

fn failed(verdict: &Verdict) -> Vec<&'static str> {
    let failed = verdict.claims.iter().filter(|claim| claim.outcome == Some(Outcome::Fail));
    failed.map(|claim: &Claim| claim.code).collect()
}

fn outcome(verdict: &Verdict, code: Code) -> Option<Outcome> {
    verdict.claim(code).unwrap().outcome
}

#[test]
fn an_act_with_a_new_key_is_refused() {
    let (mut stage, record, _) = about_to_cross("a new key");
    forger(&mut stage);
    let forged = moves(&mut stage, &record, "forger", "accomplice");
    // An honest platform does not countersign it.
    let reply = stage.hand_in("forger", &forged);
    assert_eq!((reply.status, Refused::read(&reply.body).code.as_str()), (Status::Refused, "key-not-in-set"));
    // A hostile one does, and the registry refuses; its statement is the evidence.
    let statement = states(&stage, "platform-a", "TWKA", Role::Home, forged.act.digest());
    let list = forged.signatures.and(statement).unwrap();
    assert_eq!(submits(&mut stage, "platform-a", &forged.act, &list).as_deref(), Some("key-not-in-set"));
    // Nor does its word alone move anything.
    let alone = SignatureList::of([], list.platforms().to_vec()).unwrap();
    assert_eq!(submits(&mut stage, "platform-a", &forged.act, &alone).as_deref(), Some("signature-missing"));
    assert_only_controller(&mut stage, &record, "exporter", &["platform-a"]);
}

#[test]
fn a_swapped_key_set_is_refused_and_shown() {
    let (mut stage, record, _) = about_to_cross("a swapped set");
    forger(&mut stage);
    let (set, party) = (stage.people["exporter"].set, stage.people["exporter"].party.clone());
    let (old, new) = (SigningKey::ed25519_from_seed([7; 32]), SigningKey::ed25519_from_seed([8; 32]));
    let recovery = || desk::recovery_by(new.public().clone()).unwrap();
    // Only the set changes itself.
    let now = stage.rig.now;
    let rekeyed =
        desk::rekey(set, 1, set, &old, &new, party.clone(), recovery(), now, &mut stage.rig.entropy).unwrap();
    let refused = submits(&mut stage, "platform-a", &rekeyed.act, &rekeyed.signatures);
    assert_eq!(refused.as_deref(), Some("key-not-in-set"));
    // A false enrolment is another set, not in control; the operator's own statement vouches for it in the log.
    stage.enrol("impostor", "Strathspey Malts Ltd", "platform-a", "TWKA");
    let impostor = stage.controller("impostor");
    let genuine = moves(&mut stage, &record, "exporter", "accomplice");
    let swapped = swap(&genuine.act, &set, &impostor.sets[0]);
    let list = SignatureList::of(
        [bill::signatures::sign(&swapped, &stage.people["impostor"].key)],
        [states(&stage, "platform-a", "TWKA", Role::Home, swapped.digest())],
    )
    .unwrap();
    assert_eq!(submits(&mut stage, "platform-a", &swapped, &list).as_deref(), Some("not-in-control"));
    // In a bundle the set of another does not stand for the one that the acts name.
    let export = stage.export("platform-a", &record);
    let mut files = bundle(&export);
    let first = stage.people["impostor"].file.get("acts").and_then(Value::as_array).unwrap()[0].clone();
    let kept = json::parse(&files[&Path::SetAct(set, 0)], &Limits::bytes(1 << 20)).unwrap();
    let Value::Object(mut object) = kept else { panic!("a set's act") };
    for name in ["act", "details", "signatures"] {
        object.insert(name, first.get(name).unwrap().clone());
    }
    files.insert(Path::SetAct(set, 0), json::canonical(&Value::Object(object)));
    let verdict = verdict_on(&stage, &record, files);
    assert!(failed(&verdict).contains(&Code::Logged.word()), "{:?}", failed(&verdict));
}

/// The same act with one digest in the place of another.
fn swap(act: &Act, from: &Digest, to: &Digest) -> Act {
    let bytes = std::str::from_utf8(act.bytes()).unwrap().replace(&from.to_string(), &to.to_string());
    Act::parse(bytes.as_bytes()).unwrap()
}

#[test]
fn a_re_pointed_party_is_refused_and_shown() {
    let (mut stage, record, signed) = about_to_cross("a re-pointed party");
    stage.enrol("accomplice", "Quick Goods Ltd", "platform-b", "TWKB");
    // The act names the receiver's set, and the holder has signed the name.
    let (importer, accomplice) = (stage.people["importer"].set, stage.people["accomplice"].set);
    let pointed = swap(&signed.act, &importer, &accomplice);
    let list = signed.signatures.clone();
    let list = list.and(states(&stage, "platform-a", "TWKA", Role::Home, pointed.digest())).unwrap();
    let list = list.and(states(&stage, "platform-b", "TWKB", Role::Accept, pointed.digest())).unwrap();
    let refused = submits(&mut stage, "platform-a", &pointed, &list);
    assert_eq!(refused.as_deref(), Some("bad-signature"));
    assert_only_controller(&mut stage, &record, "exporter", &["platform-a"]);
    // The party of a set is bound by the digest in its first act.
    stage.hand_in("exporter", &signed);
    let mut files = bundle(&stage.export("platform-b", &record));
    let kept = json::parse(&files[&Path::SetAct(importer, 0)], &Limits::bytes(1 << 20)).unwrap();
    let details = kept.get("details").and_then(Value::as_str).unwrap();
    let re_pointed = details.replace("Orchard Spirits Pte Ltd", "Quick Goods Ltd");
    assert_ne!(details, re_pointed);
    let Value::Object(mut object) = kept else { panic!("a set's act") };
    object.insert("details", Value::from(re_pointed.as_str()));
    files.insert(Path::SetAct(importer, 0), json::canonical(&Value::Object(object)));
    let verdict = verdict_on(&stage, &record, files);
    assert_eq!(failed(&verdict), [Code::Who.word()]);
}

#[test]
fn a_backdated_act_is_refused() {
    let (mut stage, record, _) = about_to_cross("a backdated act");
    forger(&mut stage);
    let (set, party) = (stage.people["exporter"].set, stage.people["exporter"].party.clone());
    // Made with the old key, and dated before the holder changed it.
    let backdated = moves(&mut stage, &record, "exporter", "accomplice");
    let new = SigningKey::ed25519_from_seed([9; 32]);
    let recovery = desk::recovery_by(new.public().clone()).unwrap();
    let old = SigningKey::ed25519_from_seed(stage.people["exporter"].seed);
    let now = stage.rig.now;
    let rekeyed = desk::rekey(set, 1, set, &old, &new, party, recovery, now, &mut stage.rig.entropy).unwrap();
    let reply = stage.asks("platform-a", node::platform::ENROL, &json::canonical(&rekeyed.file()));
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(stage.stage("platform-a", &rekeyed.act.digest()), "moved");
    let statement = states(&stage, "platform-a", "TWKA", Role::Home, backdated.act.digest());
    let list = backdated.signatures.and(statement).unwrap();
    let refused = submits(&mut stage, "platform-a", &backdated.act, &list);
    assert_eq!(refused.as_deref(), Some("key-not-in-set"));
    assert_only_controller(&mut stage, &record, "exporter", &["platform-a"]);
}

#[test]
fn a_withheld_act_moves_nothing_and_dies_at_its_end() {
    let (mut stage, record, signed) = about_to_cross("a withheld act");
    // The platform takes the act in and sends nothing.
    let body = hand_in_body(&[signed.file()], None, &stage.files());
    assert_eq!(stage.insists("platform-a", ACTS, &body).status, Status::Accepted);
    stage.rig.close("platform-a");
    stage.rig.pump();
    let state = stage.rig.registry().state().record(&record).unwrap().record().clone();
    assert_eq!(state.controller(), Some(&stage.controller("exporter")), "the holder, all the while");
    // Past its end it can do nothing with it any more, not even with an accomplice at the other platform.
    stage.rig.now = signed.act.expires().unwrap().plus(std::time::Duration::from_secs(1));
    let list = signed.signatures.clone();
    let list = list.and(states(&stage, "platform-a", "TWKA", Role::Home, signed.act.digest())).unwrap();
    let list = list.and(states(&stage, "platform-b", "TWKB", Role::Accept, signed.act.digest())).unwrap();
    assert_eq!(submits(&mut stage, "platform-a", &signed.act, &list).as_deref(), Some("expired"));
    stage.rig.reopen("platform-a");
    stage.rig.pump();
    assert_eq!(stage.stage("platform-a", &signed.act.digest()), "returned");
    assert_only_controller(&mut stage, &record, "exporter", &["platform-a"]);
}

#[test]
fn an_act_left_out_of_the_evidence_is_missed() {
    let (mut stage, record, signed) = about_to_cross("an act left out");
    let older = stage.export("platform-a", &record);
    stage.hand_in("exporter", &signed);
    let newest = bundle(&stage.export("platform-b", &record));
    // Without its last act: the head shows that the slot after the last act shown is taken.
    let mut files = newest.clone();
    for path in [Path::Act(1), Path::ActProof(1), Path::BeforeProof(1), Path::Pint(1)] {
        assert!(files.remove(&path).is_some());
    }
    let verdict = verdict_on(&stage, &record, files);
    assert_eq!(failed(&verdict), [Code::NothingLater.word()]);
    // An older genuine export is true as of its time, and says nothing of now.
    let now = Some(stage.rig.now.plus(std::time::Duration::from_secs(7 * 86_400)));
    let asked = Asked { now, control_now: true, ..Asked::default() };
    let verdict = verify(&older, Some(&stage.trust()), &asked).unwrap();
    assert_nothing_fails(&verdict);
    assert_eq!(outcome(&verdict, Code::NothingLater), Some(Outcome::Pass), "as of its time");
    assert_eq!(outcome(&verdict, Code::ControlNow), Some(Outcome::Indeterminate));
}

#[test]
fn of_two_offers_of_one_bill_one_is_final() {
    let (mut stage, record, to_importer) = about_to_cross("two offers");
    stage.enrol("buyer", "Leith Buying Ltd", "carrier", "TWKC");
    let to_buyer = moves(&mut stage, &record, "exporter", "buyer");
    // Holder and platform offer it twice in one breath: rival offers are lawful.
    for signed in [&to_buyer, &to_importer] {
        let body = hand_in_body(&[signed.file()], None, &stage.files());
        assert_eq!(stage.insists("platform-a", ACTS, &body).status, Status::Accepted);
    }
    stage.rig.pump();
    let mut stages = [&to_buyer, &to_importer].map(|signed| stage.stage("platform-a", &signed.act.digest()));
    let winner = if stages[0] == "moved" { "buyer" } else { "importer" };
    stages.sort();
    assert_eq!(stages, ["moved", "returned"]);
    assert_only_controller(&mut stage, &record, winner, &["platform-a"]);
    // And whoever sends the loser straight to the registry is refused.
    let loser = if winner == "buyer" { &to_importer } else { &to_buyer };
    let (platform, code) = if winner == "buyer" { ("platform-b", "TWKB") } else { ("carrier", "TWKC") };
    let list =
        loser.signatures.and(states(&stage, "platform-a", "TWKA", Role::Home, loser.act.digest())).unwrap();
    let list = list.and(states(&stage, platform, code, Role::Accept, loser.act.digest())).unwrap();
    assert_eq!(submits(&mut stage, platform, &loser.act, &list).as_deref(), Some("not-head"));
}

#[test]
fn a_platform_that_accepts_and_declines_is_bound_and_convicted() {
    let (mut stage, record, signed) = about_to_cross("both verdicts");
    let act = signed.act.digest();
    let home = states(&stage, "platform-a", "TWKA", Role::Home, act);
    let list = signed.signatures.and(home).unwrap();
    let accept = states(&stage, "platform-b", "TWKB", Role::Accept, act);
    let decline = states(&stage, "platform-b", "TWKB", Role::Decline, act);
    let offer = submission::Signed { act: signed.act.clone(), signatures: list.clone() };
    let said = Submission::Decline { offer, decline: SignatureList::of([], [decline.clone()]).unwrap() };
    assert_eq!(sends(&mut stage, "platform-b", DECLINE, &said.to_bytes()).as_deref(), None);
    // A decline binds: the offer cannot be revived.
    let revived = list.and(accept.clone()).unwrap();
    assert_eq!(submits(&mut stage, "platform-b", &signed.act, &revived).as_deref(), Some("declined"));
    stage.rig.pump();
    assert_only_controller(&mut stage, &record, "exporter", &[]);
    // The two statements convict it, with the marks that say whose key it is.
    let bytes = stage.export("platform-a", &record);
    let (Ok(Read::Whole(whole)), files) = (Files::read(&bytes), bundle(&bytes)) else {
        panic!("a whole bundle")
    };
    let mark = |count: u32| json::parse(&files[&Path::Member(count)], &Limits::bytes(1 << 20)).unwrap();
    let charter = mark(0).get("leaf").and_then(Value::as_str).unwrap().to_owned();
    let charter = json::parse(charter.as_bytes(), &Limits::bytes(1 << 20)).unwrap();
    let member = (1..4).find(|count| {
        mark(*count).get("leaf").and_then(Value::as_str).is_some_and(|leaf| leaf.contains("TWKB"))
    });
    let member = member.unwrap();
    let objects = |accept: &PlatformSignature, decline: &PlatformSignature| {
        Value::object([
            ("accept", statement(accept)),
            ("charter", charter.get("statement").unwrap().clone()),
            ("decline", statement(decline)),
            ("member", mark(member).get("leaf").unwrap().clone()),
            ("memberProof", text(&whole.tlog_proof(Path::MemberProof(member)).unwrap())),
        ])
    };
    let decide = |objects| {
        let bytes = FraudProof::write(Kind::AcceptedAndDeclined, objects);
        FraudProof::parse(&bytes).unwrap().decide(&stage.trust()).outcome()
    };
    assert_eq!(decide(objects(&accept, &decline)), Outcome::Pass);
    let other = states(&stage, "platform-a", "TWKA", Role::Decline, act);
    assert_eq!(decide(objects(&accept, &other)), Outcome::Fail, "another's decline convicts nobody");
}

#[test]
fn a_witness_that_is_asked_with_its_own_signature_signs_once() {
    let mut stage = Stage::new("a witness asked again");
    let last = stage.rig.ask("witness-uk", LAST, b"").unwrap();
    let cosigned = SignedCheckpoint::parse(&last.body).unwrap();
    let again = AddCheckpoint::new(cosigned.checkpoint().size(), Vec::new(), cosigned).unwrap();
    let body = json::canonical(&Value::object([
        ("add", Value::from(again.to_string().as_str())),
        ("leaves", Value::array(Vec::<Value>::new())),
        ("v", Value::from("twakow/cosign/1")),
    ]));
    let reply = stage.rig.ask_as(REGISTRY, "witness-uk", COSIGN, &body).unwrap();
    assert_eq!(reply.status, Status::Ok, "{}", String::from_utf8_lossy(&reply.body));
    let kept = stage.rig.ask("witness-uk", LAST, b"").unwrap();
    assert!(SignedCheckpoint::parse(&kept.body).is_ok(), "each signature once");
}

#[test]
fn an_overtaken_offer_is_told_so_and_asks_no_more() {
    let (mut stage, record, signed) = about_to_cross("an overtaken offer");
    stage.enrol("buyer", "Leith Buying Ltd", "platform-a", "TWKA");
    let sold = moves(&mut stage, &record, "exporter", "buyer");
    stage.hand_in("exporter", &sold);
    // The other platform may not read what the record has become; it is told that the offer is past, and comes to rest.
    let export = bundle(&stage.export("platform-a", &record));
    let offer = envelope(&stage, ("platform-a", "TWKA"), &export, &signed, &export[&Path::Document]);
    offers(&mut stage, "platform-a", "platform-b", &offer);
    stage.rig.pump();
    let reply = offers(&mut stage, "platform-a", "platform-b", &offer);
    assert_eq!(said(&stage, ("platform-b", "TWKB"), &reply).code, ResponseCode::BadEnvelope);
    assert_only_controller(&mut stage, &record, "buyer", &["platform-a"]);
}

/// The carrier's issuance manifest in a chain, made out to another document and signed by who is not the carrier.
fn false_issuance(stage: &Stage, export: &BTreeMap<Path, Vec<u8>>, document: &[u8]) -> String {
    let first = json::parse(&export[&Path::Pint(0)], &Limits::bytes(1 << 20)).unwrap();
    let entry = SignedEntry::unverified(first.get("entry").and_then(Value::as_str).unwrap()).unwrap();
    let manifest = jws::unverified_payload(&entry.entry.issuance_manifest.unwrap()).unwrap();
    let manifest = IssuanceManifest::read(&manifest).unwrap();
    let document = TransportDocument::read(document).unwrap().checksum();
    sign_issuance_manifest(&IssuanceManifest { document, ..manifest }, &stage.people["exporter"].key)
}

#[test]
fn an_offer_does_not_replace_the_document_of_a_known_record() {
    let (mut stage, record, signed) = about_to_cross("another document");
    let stale = moves(&mut stage, &record, "exporter", "importer");
    stage.hand_in("exporter", &signed);
    let export = bundle(&stage.export("platform-b", &record));
    let document = &export[&Path::Document];
    let other = std::str::from_utf8(document).unwrap().replace("Strathspey", "Speyside");
    assert!(other.as_bytes() != document);
    // The chain of a known record goes on, or is disputed; this one begins anew with another document.
    let mut older = bundle(&stage.export("platform-a", &record));
    let stale = Signed { issuance: Some(false_issuance(&stage, &older, other.as_bytes())), ..stale };
    older.retain(|path, _| !matches!(path, Path::Pint(_)));
    let offer = envelope(&stage, ("platform-a", "TWKA"), &older, &stale, other.as_bytes());
    let reply = offers(&mut stage, "platform-a", "platform-b", &offer);
    assert_ne!(said(&stage, ("platform-b", "TWKB"), &reply).code, ResponseCode::Received);
    stage.rig.pump();
    let files = bundle(&stage.export("platform-b", &record));
    assert!(files[&Path::Document] == *document, "the document of the record");
    assert_only_controller(&mut stage, &record, "importer", &["platform-b"]);
}

#[test]
fn an_offer_is_judged_by_its_own_document_whatever_others_offer_meanwhile() {
    let (mut stage, record, signed) = about_to_cross("documents apart");
    let stale = moves(&mut stage, &record, "exporter", "importer");
    let export = bundle(&stage.export("platform-a", &record));
    let document = export[&Path::Document].clone();
    // The receiver has the honest offer, and has not yet seen the log.
    stage.rig.wire.cut = [("platform-b", LOOKUP)].into();
    let body = hand_in_body(&[signed.file()], None, &stage.files());
    assert_eq!(stage.insists("platform-a", ACTS, &body).status, Status::Accepted);
    for _ in 0..20 {
        stage.rig.round();
    }
    // A platform that had the record once offers it with another document.
    let mut other = export;
    let altered = std::str::from_utf8(&document).unwrap().replace("Strathspey", "Speyside");
    let stale = Signed { issuance: Some(false_issuance(&stage, &other, altered.as_bytes())), ..stale };
    other.retain(|path, _| !matches!(path, Path::Pint(_)));
    let offer = envelope(&stage, ("carrier", "TWKC"), &other, &stale, altered.as_bytes());
    let reply = offers(&mut stage, "carrier", "platform-b", &offer);
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    stage.rig.wire.cut.clear();
    stage.rig.pump();
    assert_eq!(stage.stage("platform-a", &signed.act.digest()), "moved");
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
    assert!(bundle(&stage.export("platform-b", &record))[&Path::Document] == document);
}

/// A platform's statement as a signature list has it.
fn statement(signature: &PlatformSignature) -> Value {
    let list = SignatureList::of([], [signature.clone()]).unwrap();
    let value = json::parse(list.bytes(), &Limits::bytes(1 << 16)).unwrap();
    value.as_array().unwrap()[0].clone()
}

/// Puts another key into the hand of somebody, who goes on claiming the set.
fn takes_another_key(stage: &mut Stage, who: &'static str) {
    let person = stage.people[who].clone();
    let person = Person {
        seed: [11; 32],
        key: SigningKey::ed25519_from_seed([11; 32]),
        set: person.set,
        home: person.home.clone(),
        code: person.code,
        party: person.party.clone(),
        file: person.file.clone(),
    };
    stage.people.insert(who, Rc::new(person));
}

#[test]
fn an_issue_that_the_carrier_has_not_signed_is_not_countersigned() {
    let mut stage = cast("an issue by another");
    let genuine = stage.people["carrier"].clone();
    let (own, document) = stage.issue_signed("whisky", "exporter");
    takes_another_key(&mut stage, "carrier");
    let (forged, _) = stage.issue_signed("whisky", "exporter");
    stage.people.insert("carrier", genuine);
    let code = |reply: &Reply| (reply.status, Refused::read(&reply.body).code);
    let reply = stage.hand_in_issue(&forged, &document);
    assert_eq!(code(&reply), (Status::Refused, "key-not-in-set".to_owned()));
    // The act by the right key, and a manifest that is missing, by another key, or of another issue.
    let mut issue = own.clone();
    issue.issuance = None;
    let reply = stage.hand_in_issue(&issue, &document);
    assert_eq!(code(&reply), (Status::Refused, "no-issuance-manifest".to_owned()));
    issue.issuance = forged.issuance;
    let reply = stage.hand_in_issue(&issue, &document);
    assert_eq!(code(&reply), (Status::Refused, "pint-signature".to_owned()));
    issue.issuance = stage.issue_signed("whisky", "importer").0.issuance;
    let reply = stage.hand_in_issue(&issue, &document);
    assert_eq!(code(&reply), (Status::Refused, "no-issuance-manifest".to_owned()));
    let sent =
        |stage: &Stage, path: &str| stage.rig.wire.carried.iter().any(|(_, _, carried)| carried == path);
    assert!(!sent(&stage, ENVELOPES), "{:?}", stage.rig.wire.carried);
    // The genuine one goes its way.
    assert_eq!(stage.hand_in_issue(&own, &document).status, Status::Accepted);
    assert_only_controller(&mut stage, &own.act.digest(), "exporter", &["carrier", "platform-a"]);
}

#[test]
fn an_offered_issue_that_the_carrier_has_not_signed_is_not_accepted() {
    let mut stage = cast("an offered issue by another");
    let genuine = stage.people["carrier"].clone();
    takes_another_key(&mut stage, "carrier");
    let (mut forged, document) = stage.issue_signed("whisky", "exporter");
    stage.people.insert("carrier", genuine);
    // The carrier's platform is hostile, too: it countersigns and offers.
    let home = states(&stage, "carrier", "TWKC", Role::Home, forged.act.digest());
    forged.signatures = forged.signatures.and(home).unwrap();
    let offer = envelope(&stage, ("carrier", "TWKC"), &BTreeMap::new(), &forged, &document);
    stage.rig.wire = Wire::default();
    offers(&mut stage, "carrier", "platform-a", &offer);
    stage.rig.pump();
    let reply = offers(&mut stage, "carrier", "platform-a", &offer);
    let answer = said(&stage, ("platform-a", "TWKA"), &reply);
    assert_eq!(answer.code, ResponseCode::BadEnvelope);
    assert!(answer.reason.as_deref().unwrap().contains("key-not-in-set"), "{answer:?}");
    let submitted = stage.rig.wire.carried.iter().any(|(_, _, path)| path == SUBMIT);
    assert!(!submitted, "no acceptance of it exists: {:?}", stage.rig.wire.carried);
    // With the carrier's set replaced by one that has the forger's key it is another set.
    assert!(stage.rig.registry().state().record(&forged.act.digest()).is_none());
}

/// A registry's refusal, as it says one.
fn bare_refusal(code: &str) -> Reply {
    let body = Value::object([
        ("code", Value::from(code)),
        ("remedy", Value::from("None.")),
        ("sentence", Value::from("The registry says no.")),
        ("v", Value::from("twakow/refusal/1")),
    ]);
    Reply { status: Status::Refused, body: json::canonical(&body) }
}

#[test]
fn a_registry_that_refuses_and_admits_fools_nobody() {
    let (mut stage, record, to_importer) = about_to_cross("a lying registry");
    stage.enrol("buyer", "Leith Buying Ltd", "platform-a", "TWKA");
    let in_house = moves(&mut stage, &record, "exporter", "buyer");
    for (signed, submitter, winner) in
        [(&in_house, "platform-a", "buyer"), (&to_importer, "platform-b", "importer")]
    {
        let mut stage = stage.fork();
        let act = signed.act.digest();
        let body = hand_in_body(&[signed.file()], None, &stage.files());
        assert_eq!(stage.insists("platform-a", ACTS, &body).status, Status::Accepted);
        // Whoever submits gets 422 from a registry that keeps what it was sent.
        stage.rig.wire.cut = [(submitter, SUBMIT)].into();
        for _ in 0..60 {
            stage.rig.round();
        }
        stage.rig.now = stage.rig.now.plus(std::time::Duration::from_secs(3));
        let leased = stage.rig.leased(submitter);
        let submission = leased.into_iter().find(|request| request.path == SUBMIT).unwrap();
        stage.rig.hears(submitter, &submission, &bare_refusal("tag-in-use"));
        assert_eq!(stage.stage(submitter, &act), "offered", "its bare word ends nothing");
        // Then it admits what it had refused.
        let reply = stage.rig.ask_as(submitter, REGISTRY, SUBMIT, &submission.body).unwrap();
        assert_eq!(reply.status, Status::Accepted);
        stage.rig.wire.cut.clear();
        stage.rig.pump();
        assert_eq!(stage.stage("platform-a", &act), "moved");
        assert_only_controller(&mut stage, &record, winner, &["platform-a"]);
    }
}

#[test]
fn an_older_answer_does_not_close_a_newer_question() {
    let (mut stage, record, signed) = about_to_cross("an older answer");
    stage.hand_in("exporter", &signed);
    let week = std::time::Duration::from_secs(7 * 86_400);
    let answer_by = Some(stage.rig.now.plus(week));
    let to = stage.controller("carrier");
    let surrender = Action::Surrender { to, purpose: Purpose::Delivery, answer_by };
    let codes = [("SURRENDER_FOR_DELIVERY", None)];
    let surrendered = stage.act(&record, "importer", surrender, &codes);
    stage.hand_in("importer", &surrendered);
    // B asks because of a notice; the registry's answer is on its way, for long.
    let notice = json::canonical(&Value::object([
        ("details", Value::array(Vec::<Value>::new())),
        ("record", Value::from(record)),
        ("v", Value::from("twakow/notice/1")),
    ]));
    stage.rig.ask_as("carrier", "platform-b", NOTICES, &notice).unwrap();
    let question = stage.rig.leased("platform-b").into_iter().find(|request| request.path == LOOKUP).unwrap();
    let older = stage.rig.ask_as("platform-b", REGISTRY, LOOKUP, &question.body).unwrap();
    // Meanwhile the carrier gives the bill back, and its platform says so to B, whose questions are lost.
    stage.rig.wire.cut = [("platform-b", LOOKUP)].into();
    let returned = stage.act(&record, "carrier", Action::Return, &[("SREJ", None)]);
    let body = hand_in_body(&[returned.file()], None, &stage.files());
    assert_eq!(stage.insists("carrier", ACTS, &body).status, Status::Accepted);
    for _ in 0..60 {
        stage.rig.round();
    }
    let told = stage.rig.wire.carried.iter().any(|(from, to, path)| {
        (from.as_str(), to.as_str(), path.as_str()) == ("carrier", "platform-b", NOTICES)
    });
    assert!(told, "B has been told");
    stage.rig.hears("platform-b", &question, &older);
    stage.rig.wire.cut.clear();
    stage.rig.pump();
    assert_only_controller(&mut stage, &record, "importer", &["platform-b", "carrier"]);
}
