//! Acts that are handed in together: one transaction for all, and each is judged as it would be alone. Rivals, doubles,
//! forgeries and nonsense among them harm nobody else, and no end of a node loses what was acknowledged.

use std::collections::BTreeSet;

use bill::act::Action;
use crypto::{
    Digest,
    json::{self, Value},
};
use node::{
    Reply, Status,
    desk::Signed,
    platform::{ACTS, EXPORT, hand_in_body, question},
    registrar::{SUBMISSIONS_MAX, SUBMIT_MANY},
    wire::Refused,
};
use pilot::corridor::REGISTRY;
use store::observer::Step;

use crate::{
    account,
    faults::{assert_nothing_fails, assert_only_controller},
    rig::Wire,
    stage::Stage,
};

const HOME: &str = "platform-a";

/// Three bills of the exporter's, and acts on them.
struct Scene {
    stage: Stage,
    records: [Digest; 3],
    /// One move of each bill to the buyer.
    moves: [Signed; 3],
    /// The first bill to somebody else.
    rival: Signed,
    /// The second bill, by a key that is not the exporter's.
    forged: Signed,
}

fn moved(stage: &mut Stage, record: &Digest, who: &str, to: &'static str) -> Signed {
    let controller = stage.controller(to);
    let codes = [("ENDORSE_TO_ORDER", Some(to)), ("TRANSFER", Some(to))];
    stage.act(record, who, Action::Move { to: controller }, &codes)
}

fn scene(seed: &str) -> Scene {
    let mut stage = Stage::new(seed);
    stage.enrol("carrier", "Northern Isles Line", "carrier", "TWKC");
    stage.enrol("exporter", "Strathspey Malts Ltd", HOME, "TWKA");
    stage.enrol("buyer", "Orchard Spirits Ltd", HOME, "TWKA");
    stage.enrol("broker", "Keppel Broking Ltd", HOME, "TWKA");
    let records = ["TWKW2603001", "TWKW2603002", "TWKW2603003"]
        .map(|reference| stage.issue_under("whisky", reference, "exporter"));
    let moves = records.map(|record| moved(&mut stage, &record, "exporter", "buyer"));
    let rival = moved(&mut stage, &records[0], "exporter", "broker");
    let forged = moved(&mut stage, &records[1], "exporter", "broker");
    let signatures = bill::signatures::SignatureList::of(
        [bill::signatures::sign(&forged.act, &stage.people["broker"].key)],
        [],
    );
    let forged = Signed { signatures: signatures.unwrap(), ..forged };
    Scene { stage, records, moves, rival, forged }
}

fn body(signed: &Signed) -> Vec<u8> {
    hand_in_body(&[signed.file()], None, &[])
}

impl Scene {
    fn fork(&self) -> Self {
        Self {
            stage: self.stage.fork(),
            records: self.records,
            moves: self.moves.clone(),
            rival: self.rival.clone(),
            forged: self.forged.clone(),
        }
    }

    /// What is handed in together: a move, its rival, the move again, nonsense, a forgery, and two more moves.
    fn bodies(&self) -> Vec<Vec<u8>> {
        let [first, second, third] = &self.moves;
        let spoilt = body(second).into_iter().rev().collect();
        vec![
            body(first),
            body(&self.rival),
            body(first),
            spoilt,
            body(&self.forged),
            body(second),
            body(third),
        ]
    }

    fn hand_in(&mut self) {
        let bodies = self.bodies();
        let expected: [Result<&Signed, &str>; 7] = [
            Ok(&self.moves[0]),
            Ok(&self.rival),
            Ok(&self.moves[0]),
            Err("json-syntax"),
            Err("key-not-in-set"),
            Ok(&self.moves[1]),
            Ok(&self.moves[2]),
        ];
        let replies = (0..8).find_map(|_| self.stage.rig.ask_many(HOME, ACTS, &bodies)).unwrap();
        assert_eq!(replies.len(), expected.len());
        for (reply, expected) in replies.iter().zip(expected) {
            match expected {
                Ok(signed) => {
                    assert_eq!(reply.status, Status::Accepted);
                    assert_eq!(reply.body, question("act", &signed.act.digest().to_string()));
                }
                Err(code) => {
                    assert_eq!(reply.status, Status::Refused);
                    assert_eq!(Refused::read(&reply.body).code, code);
                }
            }
        }
    }

    /// Everything has come to rest: the first of two rivals has the bill, and nobody else was harmed.
    fn check(&mut self) {
        let stage = &mut self.stage;
        account::check(&mut stage.rig);
        let first = stage.stage(HOME, &self.moves[0].act.digest());
        let rival = stage.stage(HOME, &self.rival.act.digest());
        let buyer_first = (first.as_str(), rival.as_str()) == ("moved", "returned");
        assert!(buyer_first || (first.as_str(), rival.as_str()) == ("returned", "moved"), "{first} {rival}");
        for act in &self.moves[1..] {
            assert_eq!(stage.stage(HOME, &act.act.digest()), "moved");
        }
        for (record, who) in
            self.records.iter().zip([if buyer_first { "buyer" } else { "broker" }, "buyer", "buyer"])
        {
            // What is exported is the registry's newest answer: it is asked when somebody wants it.
            let asked = question("bill", &record.to_string());
            if stage.insists(HOME, EXPORT, &asked).status == Status::Accepted {
                stage.rig.pump();
            }
            assert_only_controller(stage, record, who, &[HOME]);
        }
    }
}

#[test]
fn acts_handed_in_together_are_judged_each_by_itself() {
    let mut scene = scene("together");
    scene.hand_in();
    scene.stage.rig.pump();
    let carried = &scene.stage.rig.wire.carried;
    let many = carried.iter().filter(|(_, _, path)| path == SUBMIT_MANY).count();
    assert!((1..=3).contains(&many), "one request for all, asked again until it is final: {many}");
    let first = scene.stage.stage(HOME, &scene.moves[0].act.digest());
    assert_eq!(first, "moved", "of two rivals that came together, the first");
    // Before anybody exports, the fold in memory is what the disk gives, and a start finds the same.
    account::check(&mut scene.stage.rig);
    scene.stage.rig.reopen(HOME);
    account::check(&mut scene.stage.rig);
    scene.check();
    // The new holder goes on: the platform looks at the record before it signs for keys that it has not seen proved.
    let on = moved(&mut scene.stage, &scene.records[1], "buyer", "broker");
    let reply = scene.stage.hand_in("buyer", &on);
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(scene.stage.stage(HOME, &on.act.digest()), "moved");
    let verdict = scene.stage.verdict(HOME, &scene.records[1]);
    assert_nothing_fails(&verdict);
    assert_eq!(verdict.acts.len(), 3);
}

#[test]
fn a_new_holder_goes_on_before_anybody_has_looked() {
    let mut scene = scene("going on");
    let code = "TWKA".parse().unwrap();
    scene.hand_in();
    scene.stage.rig.pump();
    // Composed from what the holder was handed, not from an export.
    let before = &scene.moves[2];
    let buyer = scene.stage.people["buyer"].clone();
    let head = node::desk::Head {
        record: scene.records[2],
        seq: 1,
        digest: before.act.digest(),
        by: bill::words::Controller::own(buyer.set, code),
        document: json::parse(&before.details, &json::Limits::bytes(65_536))
            .unwrap()
            .get("document")
            .and_then(Value::as_str)
            .unwrap()
            .parse()
            .unwrap(),
    };
    let to = scene.stage.controller("broker");
    let party = |who: &str| scene.stage.people[who].party.clone();
    let transactions = ["ENDORSE_TO_ORDER", "TRANSFER"]
        .map(|code| node::desk::transaction(code, &buyer.party, Some(&party("broker")), scene.stage.rig.now));
    let on = node::desk::step(
        &head,
        Action::Move { to },
        node::desk::expiry(bill::words::Op::Move, false, scene.stage.rig.now),
        node::desk::Particulars { transactions: transactions.to_vec(), more: Vec::new() },
        &buyer.key,
        scene.stage.rig.now,
        &mut scene.stage.rig.entropy,
    )
    .unwrap();
    let replies = scene.stage.rig.ask_many(HOME, ACTS, &[body(&on)]).unwrap();
    assert_eq!(replies[0].status, Status::Accepted);
    scene.stage.rig.pump();
    assert_eq!(scene.stage.stage(HOME, &on.act.digest()), "moved");
    assert_only_controller(&mut scene.stage, &scene.records[2], "broker", &[HOME]);
}

#[test]
fn nodes_end_at_every_step_of_a_batch() {
    let scene = scene("ends in a batch");
    let run = |ends_at: BTreeSet<usize>, wire: Wire| {
        let mut scene = scene.fork();
        // The nodes have just started: the platform sees its records, so that it need not look before it signs.
        look(&mut scene);
        let from = scene.stage.rig.watched.lock().unwrap().trace.len();
        scene.stage.rig.watched.lock().unwrap().ends_at = ends_at.iter().map(|step| from + step).collect();
        scene.stage.rig.wire = wire;
        scene.hand_in();
        scene.stage.rig.pump();
        let ended = scene.stage.rig.ended;
        let trace = scene.stage.rig.watched.lock().unwrap().trace.split_off(from);
        scene.stage.rig.watched.lock().unwrap().ends_at.clear();
        scene.check();
        (trace, ended)
    };
    let (trace, _) = run(BTreeSet::new(), Wire::default());
    let mut seen = BTreeSet::new();
    let mut chosen: BTreeSet<usize> = trace
        .iter()
        .enumerate()
        .filter(|(_, bin)| seen.insert((*bin).clone()))
        .map(|(step, _)| step)
        .collect();
    let wanted = crate::kills::wanted(chosen.len());
    let missing = wanted.saturating_sub(chosen.len()).min(trace.len());
    chosen.extend((0..missing).map(|count| count * trace.len() / missing));
    let named = [
        (HOME, Step::AfterIndex),
        (HOME, Step::InOutbox),
        (REGISTRY, Step::AfterAppend),
        (REGISTRY, Step::BeforeCommit),
        (HOME, Step::AfterCommitBeforeAnswer),
        (REGISTRY, Step::AfterCommitBeforeAnswer),
    ];
    for (node, step) in named {
        assert!(
            chosen.iter().any(|number| (trace[*number].0.as_str(), trace[*number].2) == (node, step)),
            "{node} {step:?}"
        );
    }
    for step in &chosen {
        let (_, ended) = run([*step].into(), Wire::default());
        assert_eq!(ended, 1, "{:?}", trace[*step]);
    }
    println!("{} ends of nodes in a batch of {} steps", chosen.len(), trace.len());
    for round in 0..3 {
        let ends_at = (0..3).map(|count| round * 5 + count * trace.len() / 3).collect();
        run(ends_at, Wire { trouble: 64, ..Wire::default() });
    }
}

#[test]
fn a_registry_that_refuses_many_and_admits_them_fools_nobody() {
    let mut scene = scene("a lying registry of many");
    look(&mut scene);
    // What is handed in together does not reach the registry, whose operator answers that it refuses it all.
    scene.stage.rig.wire.cut = [(HOME, SUBMIT_MANY)].into();
    scene.hand_in();
    scene.stage.rig.round();
    scene.stage.rig.now = scene.stage.rig.now.plus(std::time::Duration::from_secs(3));
    let leased = scene.stage.rig.leased(HOME);
    let submission = leased.into_iter().find(|request| request.path == SUBMIT_MANY).unwrap();
    let refusal = "{\"code\":\"tag-in-use\",\"remedy\":\"None.\",\"sentence\":\"It is refused.\",\"v\":\"twakow/refusal/1\"}";
    let acts = submission.body.split(|byte| *byte == b'\n').count();
    let finals = json::canonical(&Value::object([
        ("checkpoint", Value::Null),
        ("placed", Value::array(vec![Value::from(refusal); acts])),
        ("runs", Value::array(Vec::<Value>::new())),
        ("v", Value::from("twakow/finals/1")),
    ]));
    let reply = Reply { status: Status::Ok, body: finals };
    scene.stage.rig.hears(HOME, &submission, &reply);
    for signed in &scene.moves {
        assert_eq!(scene.stage.stage(HOME, &signed.act.digest()), "offered", "its bare word ends nothing");
    }
    // Then it admits what it had refused.
    let reply = scene.stage.rig.ask_as(HOME, REGISTRY, SUBMIT_MANY, &submission.body).unwrap();
    assert_eq!(reply.status, Status::Accepted);
    scene.stage.rig.wire.cut.clear();
    scene.stage.rig.pump();
    scene.check();
}

/// Lets the platform see its records, so that it need not look before it signs.
fn look(scene: &mut Scene) {
    for record in scene.records {
        scene.stage.rig.notice(HOME, &record);
    }
    scene.stage.rig.pump();
}

#[test]
fn a_request_of_many_is_bounded_and_answered_line_by_line() {
    let mut scene = scene("line by line");
    let rig = &mut scene.stage.rig;
    let reply = rig.ask_as(HOME, REGISTRY, SUBMIT_MANY, &vec![b'\n'; SUBMISSIONS_MAX]).unwrap();
    assert_eq!(Refused::read(&reply.body).code, "too-many-submissions");
    // Refused to the last: conclusive at once, each with its own code.
    let body = vec![b'\n'; SUBMISSIONS_MAX - 1];
    let reply = rig.ask_as(HOME, REGISTRY, SUBMIT_MANY, &body).unwrap();
    assert_eq!(reply.status, Status::Ok);
    let said = json::parse(&reply.body, &json::Limits::bytes(1 << 20)).unwrap();
    let placed = said.get("placed").and_then(Value::as_array).unwrap();
    assert_eq!(placed.len(), SUBMISSIONS_MAX);
    assert!(placed.iter().all(|one| one.as_str().is_some_and(|body| body.contains("json-syntax"))));
}
