//! F1: a registry that lies, several witnesses, two buyers. The registry has sold one bill twice, in two logs and once
//! more in one, and shows any of them to any witness in any order; some witnesses lie and cosign whatever they are shown.

use std::{collections::HashMap, sync::Mutex};

use registry::{
    leaf::Leaf,
    log, slot,
    witness::{AddCheckpoint, Seen, Witness},
};
use stateright::{Model, Property};
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    key::{KeyKind, NoteSigner},
    merkle::{self, leaf_hash},
    policy::Policy,
};

use crate::{
    cast::{ACCEPT, Act, HOME, Home, Key, ORIGIN, Set, Spec, What, Who, time},
    log::{Event, Hashes, Off, note_key},
    setups::{first_issue, issued},
};

/// What the registry shows.
pub const HISTORIES: [&str; 4] = ["before", "to one buyer", "to the other", "to both, in one slot"];

/// Witnesses, in the order of the policies: three of each side.
pub const WITNESSES: [&str; 6] = ["uk1", "uk2", "uk3", "sg1", "sg2", "sg3"];

struct History {
    leaves: Vec<Vec<u8>>,
    signed: SignedCheckpoint,
}

/// A registry that lies, under one policy.
pub struct Fork {
    histories: Vec<History>,
    /// The policy; `None`: one that is refused, whose quorum is one of each side.
    policy: Option<Policy>,
    /// The witnesses that there are, as a mask.
    present: u8,
    /// Those that lie.
    liars: u8,
    signers: Vec<NoteSigner>,
    seen: Mutex<HashMap<(u8, u8), bool>>,
    judged: Mutex<HashMap<(usize, u8), bool>>,
}

/// What each witness has cosigned, as a mask of histories, and which one last.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cosigned {
    all: [u8; 6],
    last: [u8; 6],
}

/// Nothing cosigned yet.
const NONE: u8 = u8::MAX;

impl Fork {
    /// `policy`: its last lines, over the witnesses that there are.
    pub fn new(rule: Option<&str>, present: u8, liars: u8) -> Self {
        let signer = |name: &&str| note_key(KeyKind::CosignatureEd25519, &format!("{name}.example/1"), name);
        let signers: Vec<NoteSigner> = WITNESSES.iter().map(signer).collect();
        let policy =
            rule.map(|rule| Policy::parse(&text(rule, present, &signers)).expect("its quorums meet"));
        let (seen, judged) = Default::default();
        Self { histories: histories(), policy, present, liars, signers, seen, judged }
    }

    /// Whether the product refuses this rule.
    pub fn is_refused(rule: &str, present: u8) -> bool {
        let fork = Self::new(None, present, 0);
        Policy::parse(&text(rule, present, &fork.signers)).is_err()
    }

    /// How many must lie, by the product's own count.
    pub fn liars_needed(&self) -> usize {
        self.policy.as_ref().map_or(0, Policy::liars_needed)
    }

    /// Whether an honest witness that cosigned `last` cosigns `next`: the product's own witness is asked.
    fn cosigns(&self, last: u8, next: u8) -> bool {
        *self.seen.lock().unwrap().entry((last, next)).or_insert_with(|| {
            let seen = if last == NONE { Some(Seen::new()) } else { self.ask(&Seen::new(), last) };
            seen.is_some_and(|seen| self.ask(&seen, next).is_some())
        })
    }

    fn ask(&self, seen: &Seen, next: u8) -> Option<Seen> {
        let log_key = note_key(KeyKind::Ed25519, ORIGIN, "log");
        let witness = Witness::new(ORIGIN, vec![log_key.verifier().clone()], vec![witness_signer()]).unwrap();
        let History { leaves, signed } = &self.histories[usize::from(next)];
        let hashes: Vec<_> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let size = signed.checkpoint().size();
        let proof = merkle::consistency_proof(&mut Hashes(&hashes), seen.size().min(size), size).ok()?;
        let request = AddCheckpoint::new(seen.size(), proof, signed.clone()).ok()?;
        let unread = leaves.iter().skip(usize::try_from(seen.size()).unwrap()).map(Vec::as_slice);
        witness.cosign(seen, &request, unread, time(0)).ok().map(|(seen, _)| seen)
    }

    /// Whether a buyer who is shown this history takes it as final: the product's own policy is asked.
    fn is_final(&self, at: &Cosigned, history: u8) -> bool {
        let by =
            (0..6).filter(|who| at.all[*who] & (1 << history) != 0).fold(0, |mask, who| mask | (1 << who));
        *self.judged.lock().unwrap().entry((usize::from(history), by)).or_insert_with(|| {
            let Some(policy) = &self.policy else { return by & 0b111 != 0 && by & 0b11_1000 != 0 };
            let signed = &self.histories[usize::from(history)].signed;
            let cosigned =
                (0..6).filter(|who| by & (1 << who) != 0).try_fold(signed.clone(), |signed, who| {
                    let signature = self.signers[who].sign(signed.checkpoint(), time(0))?;
                    signed.with(signature)
                });
            cosigned.is_ok_and(|signed| policy.judge(&signed).is_ok())
        })
    }
}

impl Model for Fork {
    type State = Cosigned;
    type Action = (usize, u8);

    fn init_states(&self) -> Vec<Cosigned> {
        vec![Cosigned { all: [0; 6], last: [NONE; 6] }]
    }

    fn actions(&self, _: &Cosigned, actions: &mut Vec<(usize, u8)>) {
        let present = (0..6).filter(|who| self.present & (1 << who) != 0);
        actions.extend(present.flat_map(|who| (0..4).map(move |history| (who, history))));
    }

    fn next_state(&self, last: &Cosigned, (who, history): (usize, u8)) -> Option<Cosigned> {
        let lies = self.liars & (1 << who) != 0;
        if !lies && !self.cosigns(last.last[who], history) {
            return None;
        }
        let mut next = last.clone();
        next.all[who] |= 1 << history;
        next.last[who] = if lies { NONE } else { history };
        (next != *last).then_some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let f1 = Property::always("F1", |fork: &Self, at| !(fork.is_final(at, 1) && fork.is_final(at, 2)));
        if self.policy.is_none() {
            return vec![f1];
        }
        vec![
            f1,
            Property::always("no doubled slot is final", |fork: &Self, at| {
                fork.liars != 0 || !fork.is_final(at, 3)
            }),
            Property::sometimes("somebody buys", |fork: &Self, at| fork.is_final(at, 1)),
        ]
    }
}

fn witness_signer() -> NoteSigner {
    note_key(KeyKind::CosignatureEd25519, "uk1.example/1", "uk1")
}

fn text(rule: &str, present: u8, signers: &[NoteSigner]) -> String {
    let log = note_key(KeyKind::Ed25519, ORIGIN, "log");
    let lines = (0..6)
        .filter(|who| present & (1 << who) != 0)
        .map(|who| format!("witness {} {}\n", WITNESSES[who], signers[who].verifier()));
    format!("log {}\n{}{rule}", log.verifier(), lines.collect::<String>())
}

fn histories() -> Vec<History> {
    let base = issued();
    let sold = |key: Key, to: Set| {
        let what = What::Move(Who(to, Home::B));
        let chain = Some((first_issue(), first_issue(), 1));
        let act =
            Act::of(Spec { key, what, chain, by: Who(Set::Holder, Home::A), at: 0, expires: 1, salt: 0 });
        (act, base.after(Event::Act(act, HOME | ACCEPT), 0, &Off::default()).expect("it may"))
    };
    let (_, one) = sold(Key::Holder, Set::Receiver);
    let (other_act, other) = sold(Key::Holder, Set::Rival);
    let of = |(leaves, signed)| History { leaves, signed };
    let one = of(one.history(0));
    let doubled = doubled(&one, other_act);
    vec![of(base.history(0)), one, of(other.history(0)), doubled]
}

/// The first sale's log, then a second leaf in the slot of the sale, and a map leaf over the first.
fn doubled(one: &History, act: Act) -> History {
    let mut leaves = one.leaves.clone();
    let entry = act.signed(HOME | ACCEPT).entry();
    let slot = slot::act(&act.record().digest(), 1);
    leaves.push(Leaf::Entry { at: time(0), entry, slot }.to_bytes());
    let Ok(Leaf::Map { root, .. }) = Leaf::parse(one.leaves.last().expect("a map leaf")) else {
        unreachable!("a log ends with its map leaf")
    };
    let size = u64::try_from(leaves.len()).unwrap();
    leaves.push(Leaf::Map { at: time(0), root, size }.to_bytes());
    let mut tree = merkle::Tree::new();
    leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
    let checkpoint = Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap();
    let signed = log::sign(checkpoint, &[note_key(KeyKind::Ed25519, ORIGIN, "log")], time(0)).unwrap();
    History { leaves, signed }
}
