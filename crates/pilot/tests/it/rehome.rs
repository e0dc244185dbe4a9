//! A holder takes a bill to another platform: the old home releases it, the new one is handed act and evidence and judges both
//! itself. Whatever else is handed over is refused, and of two new homes one has the bill.

use std::{collections::BTreeSet, rc::Rc};

use bill::{
    act::Action,
    signatures::Role,
    words::{Op, Platform, Purpose},
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
    jws,
};
use evidence::{
    bundle::{Files, Read, path::Path},
    claim::{Code, Outcome},
};
use node::{
    Reply, Status,
    desk::Signed,
    keys::PlatformKeys,
    platform::{ACTS, EXPORT, REHOME, RELEASED, hand_in_body, question, rehome_body},
    registrar::{MARK, SUBMIT},
    wire::Refused,
};
use pilot::{corridor::REGISTRY, link::Fault};
use registry::{
    charter::MARK_TYP,
    leaf::PlainMark,
    member::{Member, MemberKey, MemberState, Use},
};
use store::observer::Step;

use crate::{
    account,
    faults::{assert_nothing_fails, assert_only_controller, cast, crossing},
    hostile::states,
    rig::{Bin, Wire},
    stage::{Person, Stage},
};

const FAULTS: [Fault; 4] = [Fault::Lose, Fault::LoseReply, Fault::Double, Fault::Delay];

/// A re-home by somebody, as its tool signs it.
fn rehome(stage: &mut Stage, record: &Digest, who: &str, to: &str) -> Signed {
    let to: Platform = to.parse().unwrap();
    let to = stage.controller(who).at(to);
    stage.act(record, who, Action::Rehome { to }, &[])
}

/// The act file with the old home's release.
fn released(stage: &mut Stage, who: &str, signed: &Signed) -> Value {
    let home = stage.people[who].home.clone();
    let reply = stage.hand_in(who, signed);
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    let reply = stage.insists(&home, RELEASED, &question("act", &signed.act.digest().to_string()));
    assert_eq!(reply.status, Status::Ok, "{}", String::from_utf8_lossy(&reply.body));
    json::parse(&reply.body, &Limits::bytes(1 << 20)).unwrap()
}

fn hands_over(stage: &mut Stage, to: &str, act: &Value, bundle: &[u8]) -> Reply {
    stage.asks(to, REHOME, &rehome_body(act.clone(), bundle))
}

fn code(reply: &Reply) -> String {
    assert_eq!(reply.status, Status::Refused, "{}", String::from_utf8_lossy(&reply.body));
    Refused::read(&reply.body).code
}

/// Somebody's tool goes on at another platform.
fn now_at(stage: &mut Stage, who: &'static str, home: &str, code: &str) {
    let person = stage.people[who].clone();
    let moved = Person {
        seed: person.seed,
        key: crypto::key::SigningKey::ed25519_from_seed(person.seed),
        set: person.set,
        home: home.to_owned(),
        code: code.parse().unwrap(),
        party: person.party.clone(),
        file: person.file.clone(),
    };
    stage.people.insert(who, Rc::new(moved));
}

/// A bill at platform A whose holder is about to take it to platform B, with what it hands over.
struct Leaving {
    stage: Stage,
    record: Digest,
    signed: Signed,
    act: Value,
    bundle: Vec<u8>,
}

fn leaving(seed: &str) -> Leaving {
    let mut stage = cast(seed);
    let record = stage.issue("whisky", "exporter");
    leaves(stage, record, "exporter", "TWKB")
}

fn leaves(mut stage: Stage, record: Digest, who: &str, to: &str) -> Leaving {
    let signed = rehome(&mut stage, &record, who, to);
    let act = released(&mut stage, who, &signed);
    let home = stage.people[who].home.clone();
    let bundle = stage.export(&home, &record);
    Leaving { stage, record, signed, act, bundle }
}

impl Leaving {
    fn hand_over(&self, stage: &mut Stage) -> Reply {
        hands_over(stage, "platform-b", &self.act, &self.bundle)
    }

    /// The bill is at home at B, the exporter's as before, and both platforms have the whole record.
    fn assert_arrived(&self, stage: &mut Stage) {
        assert_eq!(stage.stage("platform-b", &self.signed.act.digest()), "moved");
        assert_eq!(stage.stage("platform-a", &self.signed.act.digest()), "moved");
        now_at(stage, "exporter", "platform-b", "TWKB");
        assert_only_controller(stage, &self.record, "exporter", &["platform-a", "platform-b"]);
    }

    /// The bill is where it was.
    fn assert_stayed(&self, stage: &mut Stage) {
        let state = stage.rig.registry().state();
        assert_eq!(state.answer(&self.signed.act.digest()), None);
        let held = state.record(&self.record).unwrap().record().controller();
        assert_eq!(held, Some(&stage.controller("exporter")));
        let asked = question("bill", &self.record.to_string());
        let reply = stage.insists("platform-b", EXPORT, &asked);
        assert_eq!(Refused::read(&reply.body).code, "unknown-record");
    }
}

fn does(stage: &mut Stage, record: &Digest, who: &str, action: Action, codes: &[(&str, Option<&str>)]) {
    let home = stage.people[who].home.clone();
    let signed = stage.act(record, who, action, codes);
    let reply = stage.hand_in(who, &signed);
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(stage.stage(&home, &signed.act.digest()), "moved");
}

fn surrender(stage: &Stage) -> Action {
    let week = std::time::Duration::from_secs(7 * 86_400);
    let answer_by = Some(stage.rig.now.plus(week));
    Action::Surrender { to: stage.controller("carrier"), purpose: Purpose::Delivery, answer_by }
}

fn assert_pint_passes(stage: &mut Stage, at: &str, record: &Digest) {
    let verdict = stage.verdict(at, record);
    assert_nothing_fails(&verdict);
    let pint = verdict.claim(Code::Pint).unwrap();
    assert_eq!(pint.outcome, Some(Outcome::Pass), "{}", pint.reason);
}

#[test]
fn a_holder_takes_a_bill_to_another_platform_and_goes_on_from_there() {
    let start = leaving("rehome");
    let mut stage = start.stage.fork();
    let note = stage.act(&start.record, "exporter", Action::Note, &[("SIGN", None)]);
    assert_eq!(start.hand_over(&mut stage).status, Status::Accepted);
    // Handed over again, it is the same act.
    assert_eq!(start.hand_over(&mut stage).status, Status::Accepted);
    start.assert_arrived(&mut stage);
    // The old home signs nothing on it any more, whatever platform the act names.
    let reply = stage.asks("platform-a", ACTS, &hand_in_body(&[note.file()], None, &[]));
    let refused = Refused::read(&reply.body);
    assert_eq!(refused.code, "rehomed");
    assert_eq!(refused.particulars.as_deref(), Some("to TWKB, by act 1"));
    let here = stage.act(&start.record, "exporter", Action::Note, &[("SIGN", None)]);
    let reply = stage.asks("platform-a", ACTS, &hand_in_body(&[here.file()], None, &[]));
    assert_eq!(code(&reply), "rehomed");
    // From the new home the bill goes on: in the house, to the carrier, and back.
    assert_eq!(stage.hand_in("exporter", &here).status, Status::Accepted);
    assert_eq!(stage.stage("platform-b", &here.act.digest()), "moved");
    let action = surrender(&stage);
    does(&mut stage, &start.record, "exporter", action, &[("SURRENDER_FOR_DELIVERY", None)]);
    assert_pint_passes(&mut stage, "carrier", &start.record);
    does(&mut stage, &start.record, "carrier", Action::Return, &[("SREJ", None)]);
    let sold = crossing(&mut stage, &start.record, "importer");
    assert_eq!(stage.hand_in("exporter", &sold).status, Status::Accepted);
    assert_only_controller(&mut stage, &start.record, "importer", &["platform-b"]);
    let ops: Vec<Op> = stage.verdict("platform-b", &start.record).acts.iter().map(|act| act.op).collect();
    assert_eq!(ops, [Op::Issue, Op::Rehome, Op::Note, Op::Surrender, Op::Return, Op::Move]);
    // A set that has come along is a user here: what is sent to it is taken, and its keys are changed here, too.
    let file = stage.insists(
        "platform-b",
        node::platform::SET,
        &question("set", &stage.people["exporter"].set.to_string()),
    );
    assert_eq!(file.status, Status::Ok);
}

#[test]
fn a_bill_that_never_crossed_brings_the_carriers_manifest_along() {
    let mut stage = Stage::new("rehome, never crossed");
    stage.enrol("carrier", "Northern Isles Line", "carrier", "TWKC");
    stage.enrol("exporter", "Strathspey Malts Ltd", "carrier", "TWKC");
    stage.enrol("importer", "Orchard Spirits Pte Ltd", "platform-a", "TWKA");
    let record = stage.issue("whisky", "exporter");
    let start = leaves(stage, record, "exporter", "TWKB");
    let mut stage = start.stage.fork();
    // Without the manifest no other platform would take the bill from the new home.
    let Value::Object(mut bare) = start.act.clone() else { panic!("an object") };
    assert!(bare.remove("issuanceManifest").is_some());
    let reply = hands_over(&mut stage, "platform-b", &Value::Object(bare), &start.bundle);
    assert_eq!(code(&reply), "no-issuance-manifest");
    assert_eq!(start.hand_over(&mut stage).status, Status::Accepted);
    now_at(&mut stage, "exporter", "platform-b", "TWKB");
    assert_only_controller(&mut stage, &record, "exporter", &["carrier", "platform-b"]);
    let sold = crossing(&mut stage, &record, "importer");
    assert_eq!(stage.hand_in("exporter", &sold).status, Status::Accepted);
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
    assert_pint_passes(&mut stage, "platform-a", &record);
}

#[test]
fn a_platform_that_knew_the_bill_before_takes_it_again() {
    let mut stage = cast("rehome, back");
    let record = stage.issue("whisky", "exporter");
    // To the importer at B, who sends it back: B has the chain as it was then.
    let sold = crossing(&mut stage, &record, "importer");
    assert_eq!(stage.hand_in("exporter", &sold).status, Status::Accepted);
    let to = stage.controller("exporter");
    let codes = [("ENDORSE_TO_ORDER", Some("exporter")), ("TRANSFER", Some("exporter"))];
    does(&mut stage, &record, "importer", Action::Move { to }, &codes);
    let start = leaves(stage, record, "exporter", "TWKB");
    let mut stage = start.stage.fork();
    // Evidence without the last entry of the chain: whoever has that entry would dispute all that follows.
    let Read::Whole(files) = Files::read(&start.bundle).unwrap() else { panic!("whole") };
    let last = files.iter().filter(|(path, _)| matches!(path, Path::Pint(_))).count() - 1;
    let last = Path::Pint(u32::try_from(last).unwrap());
    let kept = files.iter().filter(|(path, _)| *path != last);
    let kept = kept.map(|(path, bytes)| (path, bytes.to_vec())).collect();
    let shorter = Files::new(record, true, kept).unwrap().write().unwrap();
    let reply = hands_over(&mut stage, "platform-b", &start.act, &shorter);
    assert_eq!(code(&reply), "bundle-not-proved");
    assert!(Refused::read(&reply.body).particulars.unwrap().contains("act 2, which crossed"));
    assert_eq!(start.hand_over(&mut stage).status, Status::Accepted);
    start.assert_arrived(&mut stage);
    let action = surrender(&stage);
    does(&mut stage, &record, "exporter", action, &[("SURRENDER_FOR_DELIVERY", None)]);
    assert_pint_passes(&mut stage, "carrier", &record);
}

#[test]
fn a_new_home_takes_no_bundle_but_the_records_own_at_its_head() {
    let start = leaving("rehome, refused");
    let refused = |code_expected: &str, says: &str, act: &Value, bundle: &[u8], to: &str| {
        let mut stage = start.stage.fork();
        let reply = hands_over(&mut stage, to, act, bundle);
        assert_eq!(code(&reply), code_expected);
        let particulars = Refused::read(&reply.body).particulars.unwrap_or_default();
        assert!(particulars.contains(says), "{code_expected}: {particulars}");
        if to == "platform-b" {
            start.assert_stayed(&mut stage);
        }
    };
    // Another record's.
    let mut other = start.stage.fork();
    let another = other.issue_under("whisky", "TWKW2603099", "exporter");
    let its = other.export("platform-a", &another);
    refused("bundle-of-another-record", &another.to_string(), &start.act, &its, "platform-b");
    // Not whole, or with a private part or the document left out: nobody can judge title by it.
    let mut cut = start.bundle.clone();
    let middle = cut.len() / 2;
    cut[middle] ^= 1;
    refused("bundle-not-proved", "", &start.act, &cut, "platform-b");
    let Read::Whole(files) = Files::read(&start.bundle).unwrap() else { panic!("whole") };
    let without = |left_out: Path| {
        let files = files.iter().filter(|(path, _)| *path != left_out);
        let files = files.map(|(path, bytes)| (path, bytes.to_vec())).collect();
        Files::new(start.record, true, files).unwrap().write().unwrap()
    };
    refused("bundle-not-proved", "DOCUMENT", &start.act, &without(Path::Document), "platform-b");
    // Not released by its old home, which is in good standing.
    refused("not-yet", "without its release", &start.signed.file(), &start.bundle, "platform-b");
    // To another platform than the act names.
    refused("not-at-home", "no re-home to this platform", &start.act, &start.bundle, "carrier");
    // Signed by a key that is not the holder's.
    let mut forged = start.stage.fork();
    let person = forged.people["importer"].clone();
    let own = bill::signatures::sign(&start.signed.act, &person.key);
    let list = bill::signatures::SignatureList::of([own], []).unwrap();
    let home = states(&forged, "platform-a", "TWKA", Role::Home, start.signed.act.digest());
    let Value::Object(mut file) = start.act.clone() else { panic!("an object") };
    let text = String::from_utf8(list.and(home).unwrap().bytes().to_vec()).unwrap();
    file.insert("signatures", text.as_str());
    let reply = hands_over(&mut forged, "platform-b", &Value::Object(file), &start.bundle);
    assert_eq!(code(&reply), "key-not-in-set");
}

#[test]
fn evidence_from_before_the_final_view_is_refused() {
    let start = leaving("rehome, older");
    let mut stage = start.stage.fork();
    does(&mut stage, &start.record, "exporter", Action::Note, &[("SIGN", None)]);
    // The act follows what is final now; the evidence ends before that.
    let signed = rehome(&mut stage, &start.record, "exporter", "TWKB");
    let act = released(&mut stage, "exporter", &signed);
    let reply = hands_over(&mut stage, "platform-b", &act, &start.bundle);
    assert_eq!(code(&reply), "bundle-not-at-head");
    // Evidence and act agree, and the log has gone on since.
    assert_eq!(start.hand_over(&mut stage).status, Status::Accepted);
    assert_eq!(stage.stage("platform-b", &start.signed.act.digest()), "returned");
    start.assert_stayed(&mut stage);
    // With the newest it goes.
    let bundle = stage.export("platform-a", &start.record);
    assert_eq!(hands_over(&mut stage, "platform-b", &act, &bundle).status, Status::Accepted);
    assert_eq!(stage.stage("platform-b", &signed.act.digest()), "moved");
    now_at(&mut stage, "exporter", "platform-b", "TWKB");
    assert_only_controller(&mut stage, &start.record, "exporter", &["platform-a", "platform-b"]);
}

#[test]
fn nothing_goes_on_from_a_new_home_before_the_rehome_is_final() {
    let start = leaving("rehome, not final");
    let mut stage = start.stage.fork();
    stage.rig.wire.cut = [("platform-b", SUBMIT)].into();
    // While B's acceptance does not reach the log.
    stage.insists("platform-b", REHOME, &rehome_body(start.act.clone(), &start.bundle));
    for _ in 0..40 {
        stage.rig.round();
    }
    assert_eq!(stage.stage("platform-b", &start.signed.act.digest()), "offered");
    // Whoever acts as if it were at home there is refused by B, which has not seen that.
    let verdict = stage.verdict("platform-a", &start.record);
    let head = node::desk::Head {
        record: start.record,
        seq: 1,
        digest: start.signed.act.digest(),
        by: stage.controller("exporter").at("TWKB".parse().unwrap()),
        document: Digest::of(b"the document"),
    };
    assert_eq!(verdict.acts.last().unwrap().seq, 0);
    let early = node::desk::step(
        &head,
        Action::Note,
        node::desk::expiry(Op::Note, false, stage.rig.now),
        node::desk::Particulars::default(),
        &stage.people["exporter"].key,
        stage.rig.now,
        &mut stage.rig.entropy,
    );
    let body = hand_in_body(&[early.unwrap().file()], None, &[]);
    assert_eq!(code(&stage.insists("platform-b", ACTS, &body)), "unknown-record");
    start.assert_stayed(&mut stage);
    // The old home is the home until then: what is handed in there wins, and the re-home is returned.
    let note = stage.act(&start.record, "exporter", Action::Note, &[("SIGN", None)]);
    stage.insists("platform-a", ACTS, &hand_in_body(&[note.file()], None, &[]));
    for _ in 0..40 {
        stage.rig.round();
    }
    stage.rig.wire = Wire::default();
    stage.rig.pump();
    assert_eq!(stage.stage("platform-a", &note.act.digest()), "moved");
    assert_eq!(stage.stage("platform-a", &start.signed.act.digest()), "returned");
    // B is not shown the record, and has the registry's bare word: the act ends for it with its time.
    assert_eq!(stage.stage("platform-b", &start.signed.act.digest()), "offered");
    assert_only_controller(&mut stage, &start.record, "exporter", &["platform-a"]);
}

#[test]
fn of_two_new_homes_handed_the_bundle_one_has_the_bill() {
    let start = leaving("rehome, twice");
    let mut stage = start.stage.fork();
    let rival = rehome(&mut stage, &start.record, "exporter", "TWKC");
    let rival_act = released(&mut stage, "exporter", &rival);
    stage.insists("platform-b", REHOME, &rehome_body(start.act.clone(), &start.bundle));
    stage.insists("carrier", REHOME, &rehome_body(rival_act, &start.bundle));
    stage.rig.pump();
    let at_b = stage.stage("platform-b", &start.signed.act.digest());
    let at_c = stage.stage("carrier", &rival.act.digest());
    let (home, code, loser) = match (at_b.as_str(), at_c.as_str()) {
        ("moved", "returned") => ("platform-b", "TWKB", "carrier"),
        // B, which the record does not concern, has the registry's bare word that another act stands there.
        ("offered", "moved") => ("carrier", "TWKC", "platform-b"),
        other => panic!("{other:?}"),
    };
    now_at(&mut stage, "exporter", home, code);
    assert_only_controller(&mut stage, &start.record, "exporter", &["platform-a", home]);
    let note = stage.act(&start.record, "exporter", Action::Note, &[("SIGN", None)]);
    let reply = stage.asks(loser, ACTS, &hand_in_body(&[note.file()], None, &[]));
    assert_eq!(reply.status, Status::Refused);
    assert_eq!(stage.hand_in("exporter", &note).status, Status::Accepted);
    assert_eq!(stage.stage(home, &note.act.digest()), "moved");
}

#[test]
fn an_old_home_that_goes_on_signing_moves_nothing() {
    let start = leaving("rehome, hostile old home");
    let mut stage = start.stage.fork();
    let older = stage.rig.disk("platform-a");
    let sale = crossing(&mut stage, &start.record, "importer");
    assert_eq!(start.hand_over(&mut stage).status, Status::Accepted);
    start.assert_arrived(&mut stage);
    // Its own statement under an act that names it: the registry knows where the bill is.
    let home = states(&stage, "platform-a", "TWKA", Role::Home, sale.act.digest());
    let file = Value::object([
        ("act", String::from_utf8_lossy(sale.act.bytes()).as_ref()),
        ("signatures", String::from_utf8_lossy(sale.signatures.and(home).unwrap().bytes()).as_ref()),
        ("v", "twakow/act-file/1"),
    ]);
    let reply = stage.rig.ask_as("platform-a", REGISTRY, SUBMIT, &json::canonical(&file)).unwrap();
    assert_eq!(code(&reply), "not-head");
    // As it was before: it shows the log first, learns that the bill has left, and says so.
    stage.rig.insert_disk("platform-a", older);
    let reply = stage.asks("platform-a", ACTS, &hand_in_body(&[sale.file()], None, &stage.files()));
    assert_eq!(reply.status, Status::Accepted);
    assert_eq!(stage.stage("platform-a", &sale.act.digest()), "returned");
    let reply = stage.asks("platform-a", ACTS, &hand_in_body(&[sale.file()], None, &[]));
    assert_eq!(reply.status, Status::Accepted, "the same act gets the same answer");
    let again = stage.act(&start.record, "exporter", Action::Note, &[("SIGN", None)]);
    let reply = stage.asks("platform-a", ACTS, &hand_in_body(&[again.file()], None, &[]));
    assert_eq!(code(&reply), "rehomed");
    assert_only_controller(&mut stage, &start.record, "exporter", &["platform-a", "platform-b"]);
}

#[test]
fn a_holder_leaves_a_suspended_platform_without_its_release() {
    let mut stage = cast("rehome, suspended");
    let record = stage.issue("whisky", "exporter");
    let signed = rehome(&mut stage, &record, "exporter", "TWKB");
    let bundle = stage.export("platform-a", &record);
    let reply = hands_over(&mut stage, "platform-b", &signed.file(), &bundle);
    assert_eq!(code(&reply), "not-yet");
    let mark = suspends(&stage, "platform-a", "TWKA");
    assert_eq!(stage.asks(REGISTRY, MARK, &mark).status, Status::Accepted);
    // The evidence from before says that the platform is in good standing.
    let reply = hands_over(&mut stage, "platform-b", &signed.file(), &bundle);
    assert_eq!(code(&reply), "not-yet");
    stage.rig.notice("platform-a", &record);
    stage.rig.pump();
    let bundle = stage.export("platform-a", &record);
    let reply = hands_over(&mut stage, "platform-b", &signed.file(), &bundle);
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(stage.stage("platform-b", &signed.act.digest()), "moved");
    now_at(&mut stage, "exporter", "platform-b", "TWKB");
    assert_only_controller(&mut stage, &record, "exporter", &["platform-b"]);
}

/// The authority's mark by which a platform is suspended.
fn suspends(stage: &Stage, name: &str, code: &str) -> Vec<u8> {
    let keys = PlatformKeys::of(&stage.rig.drawn.keys[name], code.parse().unwrap());
    let from = stage.rig.now;
    let keys = vec![
        MemberKey { key: keys.counter.public().clone(), purpose: Use::Counter, from },
        MemberKey { key: keys.pint.public().clone(), purpose: Use::Pint, from },
    ];
    let origin = stage.rig.registry().state().origin().to_owned();
    let member = Member::new(1, &origin, code.parse().unwrap(), MemberState::Suspended, keys).unwrap();
    let statement = member.text();
    let mut authority: Vec<_> = stage.rig.drawn.authority.iter().collect();
    authority.sort_by_key(|key| key.kid());
    let signatures = authority.iter().map(|key| jws::sign_detached(key, MARK_TYP, statement.as_bytes()));
    PlainMark { signatures: signatures.collect(), statement }.to_bytes()
}

#[test]
fn faults_on_every_message_of_a_rehome() {
    let start = leaving("rehome, every fault");
    let mut quiet = start.stage.fork();
    let before = quiet.rig.wire.carried.len();
    start.hand_over(&mut quiet);
    start.assert_arrived(&mut quiet);
    let carried = quiet.rig.wire.carried.len();
    for (number, fault) in (before..carried).flat_map(|number| FAULTS.map(|fault| (number, fault))) {
        let mut stage = start.stage.fork();
        stage.rig.wire.planned = [(number, fault)].into();
        start.hand_over(&mut stage);
        stage.rig.wire = Wire::default();
        start.assert_arrived(&mut stage);
    }
    println!("{} messages, each with {} faults", carried - before, FAULTS.len());
}

/// The writes of a re-home by their names in docs/nodes.md, between which a node may end.
const NAMED: [(&str, &str, &str, Step); 3] = [
    ("bundle kept", "platform-b", "serves /v1/rehome", Step::InOutbox),
    ("accepted", "platform-b", "hears /v1/lookup of an offer", Step::AfterClaim),
    ("admitted", "registry", "serves /v1/submit", Step::AfterAppend),
];

#[test]
fn a_node_ends_at_every_kind_of_step_of_a_rehome() {
    let start = leaving("rehome, kills");
    let mut quiet = start.stage.fork();
    quiet.rig.watched.lock().unwrap().trace.clear();
    start.hand_over(&mut quiet);
    let trace = quiet.rig.watched.lock().unwrap().trace.clone();
    for (name, node, doing, step) in NAMED {
        let there = |bin: &Bin| bin.0 == node && bin.1.starts_with(doing) && bin.2 == step;
        assert!(trace.iter().any(there), "{name}: no such step in {trace:?}");
    }
    let mut killed = BTreeSet::new();
    for (number, bin) in trace.iter().enumerate() {
        // Of what a node does alike again and again, once.
        if !killed.insert(bin) {
            continue;
        }
        let mut stage = start.stage.fork();
        stage.rig.watched.lock().unwrap().ends_at = [number].into();
        start.hand_over(&mut stage);
        assert_eq!(stage.rig.ended, 1, "{bin:?}");
        start.assert_arrived(&mut stage);
    }
    println!("{} kills at the {} steps of a re-home", killed.len(), trace.len());
}

#[test]
fn a_new_home_whose_disk_is_set_back_finds_the_rehome_final() {
    let start = leaving("rehome, older new home");
    let mut stage = start.stage.fork();
    let older = stage.rig.disk("platform-b");
    assert_eq!(start.hand_over(&mut stage).status, Status::Accepted);
    stage.rig.insert_disk("platform-b", older);
    assert_eq!(start.hand_over(&mut stage).status, Status::Accepted);
    start.assert_arrived(&mut stage);
    account::check(&mut stage.rig);
}

#[test]
fn the_home_of_whoever_surrendered_hears_of_the_close() {
    let mut stage = cast("a close is told");
    let record = stage.issue("whisky", "exporter");
    let action = surrender(&stage);
    does(&mut stage, &record, "exporter", action, &[("SURRENDER_FOR_DELIVERY", None)]);
    let close = Action::Close { end: bill::words::End::Delivered, into: Vec::new() };
    does(&mut stage, &record, "carrier", close, &[("SACC", None)]);
    let ops: Vec<Op> = stage.verdict("platform-a", &record).acts.iter().map(|act| act.op).collect();
    assert_eq!(ops, [Op::Issue, Op::Surrender, Op::Close]);
}
