//! Witnesses of one registry that are silent, lie or answer nonsense: through bytes, as they would come from a network. As
//! long as a quorum answers truly, the registry starts, serves and publishes.

use std::collections::BTreeMap;

use crypto::{
    Digest,
    entropy::SeededEntropy,
    json::{self, Value},
    key::SigningKey,
};
use node::{
    Node, Reply, Status,
    founding::{self, PolicyKeys, WitnessKeys},
    keys::note_keys,
    registrar::{MARK, Peers, RegistryNode},
    witness::{COSIGN, LAST, OTHER_SIZE, WitnessNode},
};
use registry::{charter::Waits, leaf::PlainMark};
use store::{Options, Store, memory::Disk};
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    key::{KeyKind, NoteSigner},
    policy::Policy,
};
use vocab::Timestamp;

use crate::rig::founded_at;

const ORIGIN: &str = "test.registry.example/three/1";
const NAMES: [&str; 3] = ["one", "two", "three"];

/// How a witness behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Honest,
    Silent,
    /// Signatures of its own key that do not hold.
    Spoils,
    /// A line in another witness's name.
    Poses,
    /// Bytes that mean nothing.
    Babbles,
    /// It has cosigned a larger log, which nobody has signed.
    MakesUp,
    /// It stands at another size each time.
    Wanders(u64),
}

/// A registry and three witnesses, any two of which are a quorum.
struct Trio {
    disk: Disk,
    registry: RegistryNode,
    witnesses: BTreeMap<&'static str, (WitnessNode, NoteSigner)>,
    manners: BTreeMap<&'static str, Manner>,
    entropy: SeededEntropy,
    now: Timestamp,
    /// Requests to cosign so far.
    asked: usize,
}

fn seed(name: &str) -> SigningKey {
    SigningKey::ed25519_from_seed(*Digest::of(name.as_bytes()).as_bytes())
}

fn log_keys() -> Vec<NoteSigner> {
    note_keys(&seed("log"), ORIGIN, [KeyKind::Ed25519, KeyKind::CosignatureMlDsa44]).unwrap()
}

fn witness_keys(name: &str) -> Vec<NoteSigner> {
    let kinds = [KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44];
    note_keys(&seed(name), &format!("witness.example/{name}"), kinds).unwrap()
}

fn policy(kind: PolicyKeys) -> String {
    let witnesses = NAMES.map(|name| {
        let keys = witness_keys(name);
        WitnessKeys {
            side: "all-three".to_owned(),
            name: name.to_owned(),
            classic: keys[0].verifier().clone(),
            post_quantum: keys[1].verifier().clone(),
        }
    });
    founding::policy(log_keys()[0].verifier(), &witnesses, kind)
}

fn store(disk: &Disk, fresh: bool) -> Store {
    let options = if fresh { Options::creating(Digest::of(b"a store")) } else { Options::existing() };
    Store::in_memory(disk, options).unwrap()
}

fn open(disk: &Disk, fresh: bool) -> RegistryNode {
    let policies =
        [PolicyKeys::PostQuantum, PolicyKeys::Classic].map(|kind| Policy::parse(&policy(kind)).unwrap());
    let [rule, classic] = policies;
    let witnesses = NAMES.iter().map(|name| ((*name).to_owned(), (*name).to_owned())).collect();
    let peers = Peers { witnesses, platforms: BTreeMap::new() };
    RegistryNode::open("registry", store(disk, fresh), ORIGIN, log_keys(), (rule, Some(classic)), peers)
        .unwrap()
}

impl Trio {
    fn new() -> Self {
        let disk = Disk::new();
        let registry = open(&disk, true);
        let log: Vec<_> = log_keys().iter().map(|key| key.verifier().clone()).collect();
        let witness = |name: &'static str| {
            let node =
                WitnessNode::open(name, store(&Disk::new(), true), ORIGIN, log.clone(), witness_keys(name));
            let [_, post_quantum] = witness_keys(name).try_into().unwrap_or_else(|_| panic!("two keys"));
            (name, (node.unwrap(), post_quantum))
        };
        let mut trio = Self {
            disk,
            registry,
            witnesses: NAMES.into_iter().map(witness).collect(),
            manners: NAMES.into_iter().map(|name| (name, Manner::Honest)).collect(),
            entropy: SeededEntropy::named("three witnesses"),
            now: founded_at(),
            asked: 0,
        };
        let authority = [seed("authority")];
        let waits = Waits { member_days: 0, rehome_hours: 72, reject_hours: 72 };
        let charter = founding::charter(ORIGIN, &authority, 1, &policy(PolicyKeys::PostQuantum), waits);
        assert_eq!(trio.submit(&charter).status, Status::Accepted);
        trio.rounds(8);
        assert_eq!(trio.submit(&charter).status, Status::Ok, "the charter is final");
        trio
    }

    fn submit(&mut self, mark: &PlainMark) -> Reply {
        self.registry.serve("", MARK, &mark.to_bytes(), self.now, &mut self.entropy).unwrap()
    }

    fn rounds(&mut self, rounds: usize) {
        for _ in 0..rounds {
            self.now = self.now.plus(std::time::Duration::from_millis(200));
            self.registry.pass(self.now, &mut self.entropy).unwrap();
            for request in self.registry.due(self.now).unwrap() {
                self.asked += usize::from(request.path == COSIGN);
                let name = *NAMES.iter().find(|name| **name == request.to).unwrap();
                if let Some(reply) = self.answer(name, &request.path, &request.body) {
                    self.registry.answered(&request, &reply, self.now, &mut self.entropy).unwrap();
                }
            }
        }
    }

    fn answer(&mut self, name: &'static str, path: &str, body: &[u8]) -> Option<Reply> {
        let manner = self.manners[name];
        let (node, key) = self.witnesses.get_mut(name).unwrap();
        let truly = node.serve("registry", path, body, self.now, &mut self.entropy).unwrap();
        let ok = |body: Vec<u8>| Some(Reply { status: Status::Ok, body });
        match manner {
            Manner::Honest => Some(truly),
            Manner::Silent => None,
            Manner::Babbles => ok(vec![0xff; 4096]),
            Manner::Spoils => ok(spoiled(&truly.body)),
            Manner::Poses => {
                let other = NAMES.iter().find(|other| **other != name).unwrap();
                let text = String::from_utf8(truly.body).unwrap();
                ok(spoiled(text.replace(&format!("/{name} "), &format!("/{other} ")).as_bytes()))
            }
            Manner::MakesUp if path == LAST => {
                let larger = Checkpoint::new(ORIGIN, 1 << 40, Digest::of(b"a larger log")).unwrap();
                let line = key.sign(&larger, self.now).unwrap();
                ok(SignedCheckpoint::new(larger, vec![line]).unwrap().to_string().into_bytes())
            }
            Manner::MakesUp => Some(truly),
            Manner::Wanders(size) => {
                self.manners.insert(name, Manner::Wanders(size + 1));
                let body = json::canonical(&Value::object([
                    ("code", OTHER_SIZE.code),
                    ("particulars", &size.to_string()),
                    ("remedy", OTHER_SIZE.remedy),
                    ("sentence", OTHER_SIZE.sentence),
                    ("v", "twakow/refusal/1"),
                ]));
                Some(Reply { status: Status::Conflict, body })
            }
        }
    }

    /// Time passes, so that a leaf is due; whether the log then becomes final.
    fn publishes(&mut self) -> bool {
        let before = self.registry.published_size();
        self.now = self.now.plus(std::time::Duration::from_secs(15));
        self.rounds(8);
        self.registry.published_size() > before
    }

    fn restart(&mut self) {
        self.registry = open(&self.disk, false);
    }
}

/// The same text with one bit of every signature turned.
fn spoiled(text: &[u8]) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    let spoil = |line: &str| match line.strip_prefix("\u{2014} ").and_then(|line| line.split_once(' ')) {
        Some((name, encoded)) => {
            let mut bytes = crypto::base64::decode(encoded).unwrap();
            *bytes.last_mut().unwrap() ^= 1;
            format!("\u{2014} {name} {}", crypto::base64::encode(&bytes))
        }
        None => line.to_owned(),
    };
    text.split('\n').map(spoil).collect::<Vec<_>>().join("\n").into_bytes()
}

const BAD: [Manner; 6] =
    [Manner::Silent, Manner::Spoils, Manner::Poses, Manner::Babbles, Manner::MakesUp, Manner::Wanders(1)];

#[test]
fn one_bad_witness_does_not_stall_a_registry_that_runs() {
    for manner in BAD {
        for bad in NAMES {
            let mut trio = Trio::new();
            trio.manners.insert(bad, manner);
            assert!(trio.publishes() && trio.publishes(), "{bad} {manner:?}");
            // What was published holds for a reader of either key.
            for kind in [PolicyKeys::PostQuantum, PolicyKeys::Classic] {
                let policy = Policy::parse(&policy(kind)).unwrap();
                let published = trio.registry.published_checkpoint().unwrap();
                let cosigned =
                    policy.judge(published).unwrap_or_else(|why| panic!("{bad} {manner:?}: {why}"));
                assert!(cosigned.witnesses().len() >= 2, "{bad} {manner:?}");
            }
            // It mends: the next checkpoint has its line again.
            trio.manners.insert(bad, Manner::Honest);
            assert!(trio.publishes());
        }
    }
}

#[test]
fn two_bad_witnesses_of_three_keep_anything_from_becoming_final() {
    for manner in BAD.into_iter().filter(|manner| *manner != Manner::MakesUp) {
        let mut trio = Trio::new();
        trio.manners.insert("one", manner);
        trio.manners.insert("two", manner);
        assert!(!trio.publishes(), "{manner:?}");
    }
}

#[test]
fn one_bad_witness_does_not_keep_a_registry_from_starting() {
    for manner in BAD {
        for bad in NAMES {
            let mut trio = Trio::new();
            trio.manners.insert(bad, manner);
            trio.restart();
            trio.rounds(4);
            assert!(trio.publishes(), "{bad} {manner:?}");
        }
    }
}

#[test]
fn a_registry_does_not_start_while_a_quorum_is_silent() {
    for manner in [Manner::Silent, Manner::Spoils, Manner::Babbles, Manner::MakesUp] {
        let mut trio = Trio::new();
        trio.manners.insert("one", manner);
        trio.manners.insert("three", manner);
        trio.restart();
        assert!(!trio.publishes(), "{manner:?}");
        let reply = trio.registry.serve("", MARK, b"{}", trio.now, &mut trio.entropy).unwrap();
        let said = json::parse(&reply.body, &json::Limits::bytes(4096)).unwrap();
        assert_eq!(said.get("code").and_then(Value::as_str), Some("registry-starting"), "{manner:?}");
        trio.manners.insert("one", Manner::Honest);
        assert!(trio.publishes(), "{manner:?}: one more answer is enough");
    }
}

#[test]
fn a_witness_that_names_a_new_size_each_time_is_asked_twice_a_checkpoint() {
    let mut trio = Trio::new();
    trio.manners.insert("two", Manner::Wanders(1));
    let before = trio.asked;
    trio.now = trio.now.plus(std::time::Duration::from_secs(15));
    trio.rounds(20);
    // One checkpoint: two honest witnesses once, the wanderer twice.
    assert_eq!(trio.asked - before, 4);
}
