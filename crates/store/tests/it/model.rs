//! Any commands in any order do what a list of facts in this file says, on each backend, whoever refuses and whenever
//! the store is closed and opened.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use crypto::Digest;
use proptest::prelude::*;
use store::{Blob, Claim, Key, Lease, Message, Options, Space, Store, StoreError, Txn, View, memory::Disk};

use crate::support::{OTHERS, THINGS, at, creating};

#[derive(Debug, Clone)]
enum Op {
    Append {
        key: usize,
        expected: u64,
        value: u8,
    },
    SetHead {
        key: usize,
        expected: u64,
        value: u8,
    },
    PutBlob {
        value: u8,
    },
    EraseBlob {
        value: u8,
    },
    PutIndex {
        key: usize,
        value: u8,
    },
    RemoveIndex {
        key: usize,
    },
    Claim {
        key: usize,
        value: u8,
    },
    OutboxPut {
        key: usize,
        value: u8,
        due: i64,
    },
    OutboxLease {
        other: bool,
        now: i64,
        limit: usize,
    },
    /// Of the leases that were ever given, this one (counted from the newest).
    OutboxAck {
        lease: usize,
    },
    OutboxDefer {
        lease: usize,
        due: i64,
    },
    PutTile {
        key: usize,
        value: u8,
    },
    DropTile {
        key: usize,
    },
    PutSealed {
        key: usize,
        value: u8,
    },
    RaiseMark {
        key: usize,
        value: u64,
    },
}

/// One thing that a caller does.
#[derive(Debug, Clone)]
enum Deed {
    Command { ops: Vec<Op>, refuse: bool },
    Reopen,
}

/// Short, so that they meet; two spaces, and keys that are prefixes of others.
const KEYS: [(Space, &[u8]); 6] =
    [(THINGS, b""), (THINGS, b"a"), (THINGS, b"aa"), (THINGS, b"b"), (OTHERS, b"a"), (OTHERS, b"\xff")];

fn key(n: usize) -> Key<'static> {
    let (space, bytes) = KEYS[n % KEYS.len()];
    space.key(bytes)
}

fn ops() -> impl Strategy<Value = Op> {
    let (key, value, few) = (|| 0..KEYS.len(), || 0..3_u8, || 0..3_u64);
    prop_oneof![
        (key(), few(), value()).prop_map(|(key, expected, value)| Op::Append { key, expected, value }),
        (key(), few(), value()).prop_map(|(key, expected, value)| Op::SetHead { key, expected, value }),
        value().prop_map(|value| Op::PutBlob { value }),
        value().prop_map(|value| Op::EraseBlob { value }),
        (key(), value()).prop_map(|(key, value)| Op::PutIndex { key, value }),
        key().prop_map(|key| Op::RemoveIndex { key }),
        (key(), value()).prop_map(|(key, value)| Op::Claim { key, value }),
        (key(), value(), 0..20_i64).prop_map(|(key, value, due)| Op::OutboxPut { key, value, due }),
        (any::<bool>(), 0..40_i64, 0..4_usize).prop_map(|(other, now, limit)| Op::OutboxLease {
            other,
            now,
            limit
        }),
        (0..4_usize).prop_map(|lease| Op::OutboxAck { lease }),
        (0..4_usize, 0..40_i64).prop_map(|(lease, due)| Op::OutboxDefer { lease, due }),
        (key(), value()).prop_map(|(key, value)| Op::PutTile { key, value }),
        key().prop_map(|key| Op::DropTile { key }),
        (key(), value()).prop_map(|(key, value)| Op::PutSealed { key, value }),
        (key(), 0..5_u64).prop_map(|(key, value)| Op::RaiseMark { key, value }),
    ]
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let command = (proptest::collection::vec(ops(), 1..6), proptest::bool::weighted(0.2))
        .prop_map(|(ops, refuse)| Deed::Command { ops, refuse });
    proptest::collection::vec(prop_oneof![12 => command, 1 => Just(Deed::Reopen)], 1..25)
}

const HOLD_S: i64 = 7;

/// A message in the model: when it was put (for the order), its key, value, due second and leases so far.
#[derive(Debug, Clone, PartialEq)]
struct Waiting {
    number: u64,
    key: usize,
    value: u8,
    due: i64,
    attempt: u32,
}

/// What should be there.
#[derive(Debug, Clone, Default)]
struct Model {
    streams: BTreeMap<usize, Vec<u8>>,
    heads: BTreeMap<usize, (u64, u8)>,
    blobs: BTreeSet<u8>,
    erased: BTreeSet<u8>,
    indexes: BTreeMap<usize, u8>,
    claims: BTreeMap<usize, u8>,
    outbox: Vec<Waiting>,
    put: u64,
    tiles: BTreeMap<usize, u8>,
    sealed: BTreeMap<usize, u8>,
    marks: BTreeMap<usize, u64>,
}

/// A lease as both sides know it: the store's, and the model's message number and attempt.
type Known = (Lease, (u64, u32));

impl Model {
    /// What `op` answers, in words, and its leases as (number, attempt).
    fn apply(&mut self, op: &Op, leases: &[Known]) -> (String, Vec<(u64, u32)>) {
        let mut given = Vec::new();
        let answer = match *op {
            Op::Append { key, expected, value } => {
                let stream = self.streams.entry(key).or_default();
                let found = u64::try_from(stream.len()).unwrap();
                if found == expected {
                    stream.push(value);
                    "ok".to_owned()
                } else {
                    format!("moved {found}")
                }
            }
            Op::SetHead { key, expected, value } => {
                let found = self.heads.get(&key).map_or(0, |head| head.0);
                if found == expected {
                    self.heads.insert(key, (expected + 1, value));
                    format!("version {}", expected + 1)
                } else {
                    format!("moved {found}")
                }
            }
            Op::PutBlob { value } if self.erased.contains(&value) => "erased".to_owned(),
            Op::PutBlob { value } => {
                self.blobs.insert(value);
                "ok".to_owned()
            }
            Op::EraseBlob { value } => {
                let held = self.blobs.remove(&value);
                if held {
                    self.erased.insert(value);
                }
                held.to_string()
            }
            Op::PutIndex { key, value } => {
                self.indexes.insert(key, value);
                "ok".to_owned()
            }
            Op::RemoveIndex { key } => self.indexes.remove(&key).is_some().to_string(),
            Op::Claim { key, value } => match self.claims.get(&key) {
                Some(first) => format!("held {first}"),
                None => {
                    self.claims.insert(key, value);
                    "first".to_owned()
                }
            },
            Op::OutboxPut { key, value, due } => {
                match self.outbox.iter().find(|waiting| waiting.key == key) {
                    Some(waiting) if waiting.value == value => "ok".to_owned(),
                    Some(_) => "differs".to_owned(),
                    None => {
                        self.put += 1;
                        self.outbox.push(Waiting { number: self.put, key, value, due, attempt: 0 });
                        "ok".to_owned()
                    }
                }
            }
            Op::OutboxLease { other, now, limit } => {
                let space = if other { OTHERS } else { THINGS };
                self.outbox.sort_by_key(|waiting| (waiting.due, waiting.number));
                let due = |waiting: &&mut Waiting| KEYS[waiting.key].0 == space && waiting.due <= now;
                let mut words = Vec::new();
                for waiting in self.outbox.iter_mut().filter(due).take(limit) {
                    waiting.due = now + HOLD_S;
                    waiting.attempt += 1;
                    given.push((waiting.number, waiting.attempt));
                    words.push(format!("{:?}={}#{}", KEYS[waiting.key].1, waiting.value, waiting.attempt));
                }
                words.join(" ")
            }
            Op::OutboxAck { lease } => match self.leased(lease, leases) {
                Some(place) => {
                    self.outbox.remove(place);
                    "true".to_owned()
                }
                None => "false".to_owned(),
            },
            Op::OutboxDefer { lease, due } => match self.leased(lease, leases) {
                Some(place) => {
                    self.outbox[place].due = due;
                    "true".to_owned()
                }
                None => "false".to_owned(),
            },
            Op::PutTile { key, value } => match self.tiles.get(&key) {
                Some(held) if *held != value => "differs".to_owned(),
                _ => {
                    self.tiles.insert(key, value);
                    "ok".to_owned()
                }
            },
            Op::DropTile { key } => self.tiles.remove(&key).is_some().to_string(),
            Op::PutSealed { key, value } => {
                self.sealed.insert(key, value);
                "ok".to_owned()
            }
            Op::RaiseMark { key, value } => {
                let mark = self.marks.entry(key).or_default();
                *mark = value.max(*mark);
                "ok".to_owned()
            }
        };
        (answer, given)
    }

    /// Where the message of this lease stands, when the lease is its newest.
    fn leased(&self, lease: usize, leases: &[Known]) -> Option<usize> {
        let (_, (number, attempt)) = leases.iter().rev().nth(lease)?;
        self.outbox.iter().position(|waiting| (waiting.number, waiting.attempt) == (*number, *attempt))
    }
}

/// What the store answers to `op`, in the model's words, and its leases.
fn perform(txn: &mut dyn Txn, op: &Op, leases: &[Known]) -> Result<(String, Vec<Lease>), StoreError> {
    let lease_at = |back: usize| leases.iter().rev().nth(back).map(|known| known.0);
    let mut given = Vec::new();
    let answer = match *op {
        Op::Append { key: k, expected, value } => {
            txn.append(key(k), expected, &[value]).map(|()| "ok".to_owned())
        }
        Op::SetHead { key: k, expected, value } => {
            txn.set_head(key(k), expected, &[value]).map(|version| format!("version {version}"))
        }
        Op::PutBlob { value } => txn.put_blob(&[value]).map(|_| "ok".to_owned()),
        Op::EraseBlob { value } => txn.erase_blob(&Digest::of(&[value])).map(|held| held.to_string()),
        Op::PutIndex { key: k, value } => txn.put_index(key(k), &[value]).map(|()| "ok".to_owned()),
        Op::RemoveIndex { key: k } => txn.remove_index(key(k)).map(|held| held.to_string()),
        Op::Claim { key: k, value } => txn.claim_once(key(k), &[value]).map(|claim| match claim {
            Claim::First => "first".to_owned(),
            Claim::Held(value) => format!("held {}", value[0]),
        }),
        Op::OutboxPut { key: k, value, due } => {
            txn.outbox_put(key(k), Message { to: "b", bytes: &[value] }, at(due)).map(|()| "ok".to_owned())
        }
        Op::OutboxLease { other, now, limit } => {
            let hold = Duration::from_secs(HOLD_S.unsigned_abs());
            let space = if other { OTHERS } else { THINGS };
            txn.outbox_lease(space, at(now), hold, limit).map(|deliveries| {
                given = deliveries.iter().map(|delivery| delivery.lease).collect();
                let word = |d: &store::Delivery| format!("{:?}={}#{}", d.key, d.bytes[0], d.attempt);
                deliveries.iter().map(word).collect::<Vec<_>>().join(" ")
            })
        }
        Op::OutboxAck { lease } => match lease_at(lease) {
            Some(lease) => txn.outbox_ack(lease).map(|held| held.to_string()),
            None => Ok("false".to_owned()),
        },
        Op::OutboxDefer { lease, due } => match lease_at(lease) {
            Some(lease) => txn.outbox_defer(lease, at(due)).map(|held| held.to_string()),
            None => Ok("false".to_owned()),
        },
        Op::PutTile { key: k, value } => txn.put_tile(key(k), &[value]).map(|()| "ok".to_owned()),
        Op::DropTile { key: k } => txn.drop_tile(key(k)).map(|held| held.to_string()),
        Op::PutSealed { key: k, value } => txn.put_sealed(&k.to_string(), &[value]).map(|()| "ok".to_owned()),
        Op::RaiseMark { key: k, value } => txn.raise_mark(key(k), value).map(|()| "ok".to_owned()),
    };
    match answer {
        Ok(answer) => Ok((answer, given)),
        Err(StoreError::Moved { found, .. }) => Ok((format!("moved {found}"), given)),
        Err(StoreError::Differs(_)) => Ok(("differs".to_owned(), given)),
        Err(StoreError::Erased) => Ok(("erased".to_owned(), given)),
        Err(other) => Err(other),
    }
}

/// Everything that can be read is what the model says.
fn compare(view: &dyn View, model: &Model) -> Result<(), StoreError> {
    for k in 0..KEYS.len() {
        let stream: Vec<u8> = view.read(key(k), 0, 1_000)?.concat();
        assert_eq!(stream, model.streams.get(&k).cloned().unwrap_or_default());
        assert_eq!(view.length(key(k))?, u64::try_from(stream.len()).unwrap());
        let head = view.head(key(k))?.map(|head| (head.version, head.bytes[0]));
        assert_eq!(head, model.heads.get(&k).copied());
        let one = |value: Option<Vec<u8>>| value.map(|value| value[0]);
        assert_eq!(one(view.index(key(k))?), model.indexes.get(&k).copied());
        assert_eq!(one(view.claim(key(k))?), model.claims.get(&k).copied());
        assert_eq!(one(view.tile(key(k))?), model.tiles.get(&k).copied());
        assert_eq!(one(view.sealed(&k.to_string())?), model.sealed.get(&k).copied());
        assert_eq!(view.mark(key(k))?, model.marks.get(&k).copied().unwrap_or(0));
    }
    for space in [THINGS, OTHERS] {
        for prefix in [&b""[..], b"a", b"aa", b"b"] {
            let found: Vec<_> = view.scan(space, prefix, None, 9)?.into_iter().map(|row| row.key).collect();
            let named = |k: &&usize| KEYS[**k].0 == space && KEYS[**k].1.starts_with(prefix);
            let mut expected: Vec<_> =
                model.indexes.keys().filter(named).map(|k| KEYS[*k].1.to_vec()).collect();
            expected.sort();
            assert_eq!(found, expected);
        }
        let due = model.outbox.iter().filter(|w| KEYS[w.key].0 == space).map(|w| at(w.due)).min();
        assert_eq!(view.outbox_due(space)?, due);
    }
    for value in 0..3_u8 {
        let expected = match (model.blobs.contains(&value), model.erased.contains(&value)) {
            (true, _) => Blob::Held(vec![value]),
            (false, true) => Blob::Erased,
            (false, false) => Blob::Unknown,
        };
        assert_eq!(view.blob(&Digest::of(&[value]))?, expected);
    }
    let mut erased: Vec<_> = model.erased.iter().map(|value| Digest::of(&[*value])).collect();
    erased.sort();
    assert_eq!(view.erased(None, 9)?, erased);
    Ok(())
}

/// Runs the deeds on a store and on the model, and compares after each.
fn check(deeds: &[Deed], open: &dyn Fn() -> Store) {
    let (mut store, mut model, mut leases) = (Some(open()), Model::default(), Vec::<Known>::new());
    for deed in deeds {
        match deed {
            Deed::Command { ops, refuse } => {
                let mut next = model.clone();
                let expected: Vec<_> = ops.iter().map(|op| next.apply(op, &leases)).collect();
                let (ops, known, refuse) = (ops.clone(), leases.clone(), *refuse);
                let (told, answers) = std::sync::mpsc::channel();
                let kept = store.as_ref().unwrap().write(move |txn| {
                    for op in &ops {
                        told.send(perform(txn, op, &known)?).unwrap();
                    }
                    if refuse { Err(StoreError::Busy) } else { Ok(()) }
                });
                assert_eq!(kept.is_err(), refuse, "{kept:?}");
                for ((words, numbers), (answer, given)) in expected.into_iter().zip(answers.iter()) {
                    assert_eq!(answer, words);
                    if !refuse {
                        leases.extend(given.into_iter().zip(numbers));
                    }
                }
                if !refuse {
                    model = next;
                }
            }
            Deed::Reopen => {
                drop(store.take());
                store = Some(open());
            }
        }
        store.as_ref().unwrap().read(|view| compare(view, &model)).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_disk_in_memory_does_what_the_model_says(deeds in deeds()) {
        let disk = Disk::new();
        check(&deeds, &|| Store::in_memory(&disk, creating()).unwrap());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_directory_does_what_the_model_says(deeds in deeds()) {
        let directory = tempfile::tempdir().unwrap();
        check(&deeds, &|| Store::open(directory.path(), Options { readers: 1, ..creating() }).unwrap());
    }
}
