//! A bill is amended: the close of the record and the issue that takes its place go from the carrier's platform to the
//! holder's, and to the registry, as one. Whatever befalls the messages or the nodes, both are in the log or neither is.

use std::collections::{BTreeMap, BTreeSet};

use bill::{
    act::{Action, Issue},
    signatures::Role,
    words::{End, Op, Purpose},
};
use crypto::{
    Digest,
    entropy::SeededEntropy,
    json::{self, Limits, Value},
};
use dcsa::pint::ResponseCode;
use evidence::bundle::{Files, Read};
use node::{
    Status,
    desk::{self, Particulars, Signed},
    platform::{ACTS, EXPORT, hand_in_body, question},
};
use pilot::link::Fault;
use store::observer::Step;

use crate::{
    account,
    faults::{assert_nothing_fails, assert_only_controller, cast},
    hostile::states,
    pint::{envelope_in_place_of, offers, said},
    rig::{Bin, Wire},
    stage::Stage,
};

const FAULTS: [Fault; 4] = [Fault::Lose, Fault::LoseReply, Fault::Double, Fault::Delay];

/// A bill that its holder has surrendered for an amended one.
struct Amended {
    stage: Stage,
    old: Digest,
    /// The close and the issue.
    group: [Signed; 2],
    document: Vec<u8>,
}

/// The first act of the bill that shall take the place of `old`, at the same number.
fn successor(stage: &mut Stage, old: &Digest, to: &str, kilograms: &str) -> (Signed, Vec<u8>) {
    let (first, document, details) = stage.first_act("carrier", old);
    let text = String::from_utf8(document).unwrap().replace("9288", kilograms).into_bytes();
    let read = dcsa::TransportDocument::read(&text).unwrap();
    let details = json::parse(&details, &Limits::bytes(1 << 16)).unwrap();
    let kept = ["issuerSalt", "jurisdiction", "law"];
    let more = kept.into_iter().map(|name| (name, details.get(name).unwrap().clone())).collect();
    let bill::act::Body::Issue(before) = first.body() else { panic!("an issue") };
    let issue = Issue {
        to: stage.controller(to),
        expires: desk::expiry(Op::Issue, true, stage.rig.now),
        from: vec![*old],
        ..before.clone()
    };
    let (carrier, holder) = (&stage.people["carrier"], &stage.people[to]);
    let said = desk::transaction("ISSUE", &carrier.party, Some(&holder.party), stage.rig.now);
    let particulars = Particulars { transactions: vec![said], more };
    let signed = desk::issue(
        issue,
        read.checksum(),
        particulars,
        &stage.people["carrier"].key,
        stage.rig.now,
        &mut stage.rig.entropy,
    );
    (signed.unwrap(), text)
}

fn surrender_for(stage: &mut Stage, old: &Digest, who: &str, successors: &[Digest]) {
    let week = std::time::Duration::from_secs(7 * 86_400);
    let answer_by = Some(stage.rig.now.plus(week));
    let action =
        Action::Surrender { to: stage.controller("carrier"), purpose: Purpose::Amendment, answer_by };
    let more = match successors {
        [] => Vec::new(),
        agreed => vec![("successors", Value::array(agreed.iter().copied()))],
    };
    let surrender = stage.act_with(old, who, action, &[("SURRENDER_FOR_AMENDMENT", None)], more);
    assert_eq!(stage.hand_in(who, &surrender).status, Status::Accepted);
}

/// The record that a platform shows under a number.
fn known_as(stage: &mut Stage, at: &str, number: &str) -> Digest {
    let reply = stage.insists(at, EXPORT, &question("bill", number));
    assert_eq!(reply.status, Status::Ok, "{}", String::from_utf8_lossy(&reply.body));
    let Read::Whole(files) = Files::read(&reply.body).unwrap() else { panic!("a whole bundle") };
    files.record()
}

fn close_into(stage: &mut Stage, old: &Digest, into: Digest) -> Signed {
    let action = Action::Close { end: End::Replaced, into: vec![into] };
    stage.act(old, "carrier", action, &[("SACC", None)])
}

/// A bill at platform A, surrendered for the successor, with the group that the carrier is about to hand in.
fn surrendered(seed: &str) -> Amended {
    let mut stage = cast(seed);
    let old = stage.issue("whisky", "exporter");
    let (issue, document) = successor(&mut stage, &old, "exporter", "9828");
    surrender_for(&mut stage, &old, "exporter", &[issue.act.digest()]);
    let close = close_into(&mut stage, &old, issue.act.digest());
    Amended { stage, old, group: [close, issue], document }
}

impl Amended {
    fn fork(&self) -> Stage {
        self.stage.fork()
    }

    fn hand_in(&self, stage: &mut Stage) -> node::Reply {
        let files = self.group.each_ref().map(Signed::file);
        stage.asks("carrier", ACTS, &hand_in_body(&files, Some(&self.document), &[]))
    }

    /// The old record is closed into the new one, which the exporter has, and both files prove it.
    fn assert_replaced(&self, stage: &mut Stage) {
        let new = self.group[1].act.digest();
        assert_only_controller(stage, &new, "exporter", &["carrier", "platform-a"]);
        let old = stage.rig.registry().state().record(&self.old).unwrap().record().clone();
        assert_eq!(old.controller(), None, "the record is closed");
        let verdict = stage.verdict("carrier", &self.old);
        assert_nothing_fails(&verdict);
        assert_eq!(verdict.acts.last().unwrap().op, Op::Close);
        for act in &self.group {
            assert_eq!(stage.stage("carrier", &act.act.digest()), "moved");
        }
    }

    /// Neither of the two is in the log.
    fn assert_untouched(&self, stage: &Stage) {
        let state = stage.rig.registry().state();
        for act in &self.group {
            assert_eq!(state.answer(&act.act.digest()), None, "{}", act.act.op());
        }
    }
}

#[test]
fn faults_on_every_message_of_a_replacement() {
    let start = surrendered("replaced, every fault");
    let mut quiet = start.fork();
    start.hand_in(&mut quiet);
    start.assert_replaced(&mut quiet);
    for platform in ["carrier", "platform-a"] {
        assert_eq!(known_as(&mut quiet, platform, "TWKW2603001"), start.group[1].act.digest(), "{platform}");
    }
    let carried = quiet.rig.wire.carried.clone();
    for (from, to) in [("carrier", "platform-a"), ("platform-a", "registry"), ("registry", "witness-sg")] {
        assert!(
            carried.iter().any(|(sender, receiver, _)| sender == from && receiver == to),
            "{from} > {to}"
        );
    }
    // Each message meets two of the faults.
    let met = |number: usize| [0, 2].map(|shift| (number, FAULTS[(number + shift) % FAULTS.len()]));
    for (number, fault) in (0..carried.len()).flat_map(met) {
        let mut stage = start.fork();
        stage.rig.wire = Wire { planned: [(number, fault)].into(), ..Wire::default() };
        start.hand_in(&mut stage);
        stage.rig.wire = Wire::default();
        start.assert_replaced(&mut stage);
    }
    println!("{} messages, each with two faults", carried.len());
}

#[test]
fn a_replacement_on_a_bad_wire() {
    let start = surrendered("replaced, bad wire");
    for seed in 0..8_u8 {
        let mut stage = start.fork();
        stage.rig.entropy = SeededEntropy::named(&format!("trouble {seed}"));
        stage.rig.wire = Wire { trouble: 32 + seed * 20, ..Wire::default() };
        start.hand_in(&mut stage);
        stage.rig.wire = Wire::default();
        start.assert_replaced(&mut stage);
    }
}

/// The writes of a replacement by their names in docs/control.md, between which a node may end.
const NAMED: [(&str, &str, &str, Step); 5] = [
    ("TX1 look first", "carrier", "serves /v1/acts", Step::InOutbox),
    ("TX1 group offered", "carrier", "hears /v1/lookup", Step::InOutbox),
    ("TX2 successor accepted", "platform-a", "serves /v3/envelopes", Step::AfterClaim),
    ("TX3 group admitted", "registry", "serves /v1/submit", Step::AfterAppend),
    ("TX5 group booked", "carrier", "hears /v1/lookup", Step::AfterIndex),
];

#[test]
fn a_node_ends_at_every_kind_of_step_of_a_replacement() {
    let start = surrendered("replaced, kills");
    // On nodes that have just started, as those are that will be ended.
    let mut quiet = start.fork();
    quiet.rig.watched.lock().unwrap().trace.clear();
    start.hand_in(&mut quiet);
    let trace = quiet.rig.watched.lock().unwrap().trace.clone();
    for (name, node, doing, step) in NAMED {
        let there = |bin: &Bin| bin.0 == node && bin.1.starts_with(doing) && bin.2 == step;
        assert!(trace.iter().any(there), "{name}: no such step");
    }
    let mut killed = BTreeSet::new();
    for (number, bin) in trace.iter().enumerate() {
        // Of what a node does alike again and again, once.
        if !killed.insert(bin) {
            continue;
        }
        let mut stage = start.fork();
        stage.rig.watched.lock().unwrap().ends_at = [number].into();
        start.hand_in(&mut stage);
        let taken = stage.rig.watched.lock().unwrap().trace[number].clone();
        assert_eq!((&taken, stage.rig.ended), (bin, 1), "the node ended where it was told");
        start.assert_replaced(&mut stage);
    }
    println!("{} kills at the {} steps of a replacement", killed.len(), trace.len());
}

#[test]
fn a_holder_at_the_carrier_s_own_platform_needs_no_other_to_accept() {
    let mut stage = Stage::new("replaced, in-house");
    stage.enrol("carrier", "Northern Isles Line", "carrier", "TWKC");
    stage.enrol("exporter", "Strathspey Malts Ltd", "carrier", "TWKC");
    let old = stage.issue("whisky", "exporter");
    let (issue, document) = successor(&mut stage, &old, "exporter", "9828");
    surrender_for(&mut stage, &old, "exporter", &[issue.act.digest()]);
    let close = close_into(&mut stage, &old, issue.act.digest());
    let group = Amended { stage: stage.fork(), old, group: [close, issue], document };
    assert_eq!(group.hand_in(&mut stage).status, Status::Accepted);
    assert_only_controller(&mut stage, &group.group[1].act.digest(), "exporter", &["carrier"]);
    assert_eq!(stage.stage("carrier", &group.group[0].act.digest()), "moved");
}

#[test]
fn a_successor_that_the_holder_did_not_agree_to_is_not_signed() {
    let mut stage = cast("replaced, another");
    let old = stage.issue("whisky", "exporter");
    let (agreed, _) = successor(&mut stage, &old, "exporter", "9828");
    let (other, document) = successor(&mut stage, &old, "exporter", "9999");
    surrender_for(&mut stage, &old, "exporter", &[agreed.act.digest()]);
    let close = close_into(&mut stage, &old, other.act.digest());
    let group = Amended { stage, old, group: [close, other], document };
    let mut stage = group.fork();
    let reply = group.hand_in(&mut stage);
    assert_eq!(node::wire::Refused::read(&reply.body).code, "successors-not-agreed");
    group.assert_untouched(&stage);
    account::check(&mut stage.rig);
}

#[test]
fn a_carrier_s_platform_that_signs_it_all_the_same_is_stopped_by_the_holder_s() {
    let mut stage = cast("replaced, hostile carrier");
    let old = stage.issue("whisky", "exporter");
    let (agreed, _) = successor(&mut stage, &old, "exporter", "9828");
    let (other, document) = successor(&mut stage, &old, "exporter", "9999");
    surrender_for(&mut stage, &old, "exporter", &[agreed.act.digest()]);
    let close = close_into(&mut stage, &old, other.act.digest());
    let [close, issue] = [close, other].map(|signed| {
        let home = states(&stage, "carrier", "TWKC", Role::Home, signed.act.digest());
        Signed { signatures: signed.signatures.and(home).unwrap(), ..signed }
    });
    let acts = (&issue, Some(&close));
    let offer = envelope_in_place_of(&stage, ("carrier", "TWKC"), &BTreeMap::new(), acts, &document);
    offers(&mut stage, "carrier", "platform-a", &offer);
    stage.rig.pump();
    let reply = offers(&mut stage, "carrier", "platform-a", &offer);
    let answer = said(&stage, ("platform-a", "TWKA"), &reply);
    assert_eq!(answer.code, ResponseCode::BadEnvelope);
    assert!(answer.reason.as_deref().unwrap().contains("successors-not-agreed"), "{answer:?}");
    let group = Amended { stage: stage.fork(), old, group: [close, issue], document };
    group.assert_untouched(&stage);
}

#[test]
fn a_replacement_that_another_act_overtakes_is_returned_whole() {
    let start = surrendered("replaced, overtaken");
    let mut stage = start.fork();
    let back = stage.act(&start.old, "carrier", Action::Return, &[("SREJ", None)]);
    // Platform A is silent, so the group stays on its way; meanwhile the carrier gives the bill back.
    stage.rig.close("platform-a");
    stage.insists(
        "carrier",
        ACTS,
        &hand_in_body(&start.group.each_ref().map(Signed::file), Some(&start.document), &[]),
    );
    for _ in 0..40 {
        stage.rig.round();
    }
    // Until the successor is final the number is the old record's.
    assert_eq!(known_as(&mut stage, "carrier", "TWKW2603001"), start.old);
    stage.insists("carrier", ACTS, &hand_in_body(&[back.file()], None, &[]));
    for _ in 0..200 {
        stage.rig.round();
    }
    stage.rig.reopen("platform-a");
    stage.rig.pump();
    start.assert_untouched(&stage);
    assert_eq!(known_as(&mut stage, "carrier", "TWKW2603001"), start.old);
    for act in &start.group {
        assert_eq!(stage.stage("carrier", &act.act.digest()), "returned", "{}", act.act.op());
    }
    assert_only_controller(&mut stage, &start.old, "exporter", &["platform-a", "carrier"]);
}
