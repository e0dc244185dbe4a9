//! A record's evidence from a corridor, file by file as docs/evidence-bundle.md has them.

use std::collections::BTreeMap;

use bill::{act::Body, words::Op};
use crypto::{
    Digest,
    json::{self, Number, Value},
};
use evidence::bundle::{Files, path::Path, proof::ProofFiles};
use registry::{leaf::Leaf, slot, submission::Signed};
use tlog::{checkpoint::SignedCheckpoint, proof::LogProof};

use crate::corridor::{Admitted, Corridor, ORIGIN, PLATFORMS};

/// Which checkpoint a leaf's proof leads to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The newest, for every leaf.
    Newest,
    /// The first that covers it, as a registry answers.
    First,
}

struct Bundle<'a> {
    corridor: &'a Corridor,
    under: Under,
    files: BTreeMap<Path, Vec<u8>>,
    slots: Vec<Digest>,
}

/// The `.twk` file of the record, whose whole log this is.
pub fn of(corridor: &Corridor, record: Digest, document: &[u8], under: Under) -> Vec<u8> {
    let mut bundle = Bundle { corridor, under, files: BTreeMap::new(), slots: Vec::new() };
    bundle.files.insert(Path::Document, document.to_vec());
    let mut next = BTreeMap::new();
    for admitted in &corridor.admitted {
        match &admitted.signed {
            None => {
                let number = next_of(&mut next, None);
                bundle.member(number, admitted.index);
            }
            Some(signed) => {
                let number = next_of(&mut next, Some(signed.act.record()));
                bundle.act(number, admitted, signed, record);
            }
        }
    }
    for (subject, count) in next {
        let Some(subject) = subject else { continue };
        bundle.slots.extend([u64::from(count) - 1, u64::from(count)].map(|seq| slot::act(&subject, seq)));
        bundle.slots.push(slot::mark(&subject, 0));
    }
    bundle.slots.push(slot::mark(&slot::charter(ORIGIN), 1));
    let members = PLATFORMS.map(|code| slot::mark(&slot::platform(code.parse().expect("a code")), 1));
    bundle.slots.extend(members);
    bundle.head();
    Files::new(record, true, bundle.files).expect("files").write().expect("a bundle")
}

fn next_of(next: &mut BTreeMap<Option<Digest>, u32>, subject: Option<Digest>) -> u32 {
    let count = next.entry(subject).or_default();
    *count += 1;
    *count - 1
}

impl Bundle<'_> {
    fn act(&mut self, number: u32, admitted: &Admitted, signed: &Signed, record: Digest) {
        let act = &signed.act;
        let entry = Value::object([
            ("act", Value::from(act.digest())),
            ("signatures", Value::from(signed.signatures.digest())),
            ("v", Value::from("twakow/entry/1")),
        ]);
        let mut members = vec![
            ("act", text(act.bytes())),
            ("details", text(&admitted.details)),
            ("entry", text(&json::canonical(&entry))),
            ("leaf", self.leaf(admitted.index)),
            ("signatures", text(signed.signatures.bytes())),
            ("v", Value::from("twakow/bundle-act/1")),
        ];
        if act.record() != record {
            let set = act.record();
            self.files.insert(Path::SetAct(set, number), json::canonical(&Value::object(members)));
            return self.prove(Path::SetProof(set, number), admitted.index);
        }
        let carrier = act.op() == Op::Issue;
        let provenance = if carrier { "carrier_signed" } else { "holder_signed" };
        members.push(("provenance", Value::from(provenance)));
        let before = self.corridor.maps.iter().rev().copied().find(|map| *map < admitted.index);
        if let Some(before) = before {
            members.push(("before", self.leaf(before)));
            self.prove(Path::BeforeProof(number), before);
        }
        if let Body::Issue(issue) = act.body() {
            members.push(("tagCount", Value::Number(Number::from_integer(0).expect("a number"))));
            members.push(("tagLeaf", self.leaf(admitted.index + 1)));
            self.prove(Path::TagProof, admitted.index + 1);
            self.slots.push(slot::tag(&issue.tag, 1));
        }
        self.files.insert(Path::Act(number), json::canonical(&Value::object(members)));
        self.prove(Path::ActProof(number), admitted.index);
    }

    fn member(&mut self, number: u32, index: u64) {
        let members = [("leaf", self.leaf(index)), ("v", Value::from("twakow/bundle-mark/1"))];
        self.files.insert(Path::Member(number), json::canonical(&Value::object(members)));
        self.prove(Path::MemberProof(number), index);
    }

    fn head(&mut self) {
        let map = *self.corridor.maps.last().expect("a map leaf");
        let slots = self.corridor.state.log().slots();
        self.slots.sort_unstable();
        self.slots.dedup();
        let proofs = Value::array(self.slots.iter().map(|slot| slots.prove(slot).to_json()));
        let leaf = self.corridor.leaves[usize::try_from(map).expect("a place")].clone();
        assert!(matches!(Leaf::parse(&leaf), Ok(Leaf::Map { .. })));
        self.files.insert(Path::HeadLeaf, leaf);
        self.files.insert(Path::HeadSlots, json::canonical(&proofs));
        self.prove(Path::HeadProof, map);
    }

    fn leaf(&self, index: u64) -> Value {
        text(&self.corridor.leaves[usize::try_from(index).expect("a place")])
    }

    fn prove(&mut self, path: Path, index: u64) {
        let checkpoint = self.checkpoint(index);
        let size = checkpoint.checkpoint().size();
        let hashes = self.corridor.tiles.tree(size).inclusion_proof(index).expect("a proof");
        let files = ProofFiles::of(&LogProof::new(index, hashes, checkpoint.clone()));
        self.files.insert(files.path, files.checkpoint);
        self.files.insert(path, files.proof);
    }

    fn checkpoint(&self, index: u64) -> &SignedCheckpoint {
        let mut all = self.corridor.checkpoints.iter();
        match self.under {
            Under::Newest => all.next_back(),
            Under::First => all.find(|signed| signed.checkpoint().size() > index),
        }
        .expect("a checkpoint")
    }
}

fn text(bytes: &[u8]) -> Value {
    Value::from(std::str::from_utf8(bytes).expect("text"))
}
