//! The golden vectors put together into a bundle and a trust file, by hand, as docs/evidence-bundle.md describes them.

use std::collections::BTreeMap;

use crypto::{
    Digest, base64,
    json::{self, Value},
};
use evidence::{
    bundle::{Files, path::Path},
    trust::{Carrier, RegistryFile, Trust, TrustFile},
};
use serde_json::Value as Json;
use tlog::{merkle, slot_map::SlotMap};

use crate::apart::apart;

/// The corridor of the vectors: everything that a bundle is made of.
pub(crate) struct Corridor {
    pub(crate) vectors: Json,
    pub(crate) files: BTreeMap<Path, Vec<u8>>,
    pub(crate) trust: TrustFile,
}

pub(crate) fn text(value: &Json) -> String {
    value.as_str().unwrap().to_owned()
}

/// The canonical form of a JSON value that the vectors give unquoted.
pub(crate) fn canonical(value: &Json) -> String {
    let parsed = json::parse(value.to_string().as_bytes(), &json::Limits::bytes(1 << 20)).unwrap();
    String::from_utf8(json::canonical(&parsed)).unwrap()
}

pub(crate) fn object(members: &[(&str, Value)]) -> Vec<u8> {
    json::canonical(&Value::object(members.iter().cloned()))
}

impl Corridor {
    /// `None` without the vectors.
    pub(crate) fn new() -> Option<Self> {
        let vectors = testkit::vectors()?;
        let mut corridor = Self { trust: trust(&vectors), vectors, files: BTreeMap::new() };
        corridor.acts();
        corridor.sets();
        corridor.marks();
        corridor.head();
        corridor.files.insert(Path::Document, text(&corridor.vectors["document"]["canonical"]).into_bytes());
        let entry = Value::from(text(&corridor.vectors["pint"]["entryJws"]));
        let answers = Value::Array(Vec::new());
        let pint = [("answers", answers), ("entry", entry), ("v", Value::from("twakow/bundle-pint/1"))];
        corridor.files.insert(Path::Pint(0), object(&pint));
        Some(corridor)
    }

    pub(crate) fn record(&self) -> Digest {
        self.vectors["record"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        Files::new(self.record(), false, apart(&self.files)).unwrap().write().unwrap()
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::parse(&self.trust.write()).unwrap()
    }

    /// The tlog-proof of the leaf at `index` under the one checkpoint of the vectors.
    pub(crate) fn proof(&self, index: u64) -> Vec<u8> {
        let hashes: Vec<Digest> = self.vectors["log"]["leafHashes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|hash| text(hash).parse().unwrap())
            .collect();
        let inclusion = inclusion(&hashes, usize::try_from(index).unwrap());
        let mut proof = format!("c2sp.org/tlog-proof@v1\nindex {index}\n");
        for hash in inclusion {
            proof.push_str(&base64::encode(hash.as_bytes()));
            proof.push('\n');
        }
        proof.push('\n');
        proof.push_str(self.vectors["log"]["checkpoint"].as_str().unwrap());
        proof.into_bytes()
    }

    fn acts(&mut self) {
        for (number, act) in (0..).zip(self.vectors["chain"].as_array().unwrap().clone()) {
            let index = act["leafIndex"].as_u64().unwrap();
            let carrier = act["act"]["op"] == "issue";
            let mut members = signed(&act);
            members
                .push(("provenance", Value::from(if carrier { "carrier_signed" } else { "holder_signed" })));
            if number == 0 {
                let mark = &self.vectors["tag"]["mark"];
                members.push(("tagLeaf", Value::from(text(&mark["leaf"]))));
                members.push(("tagCount", Value::from(0_u32)));
                self.files.insert(Path::TagProof, self.proof(mark["leafIndex"].as_u64().unwrap()));
            }
            if index > 9 {
                members.push(("before", Value::from(text(&self.vectors["olderMapLeaf"]["leaf"]))));
                self.files.insert(Path::BeforeProof(number), self.proof(9));
            }
            self.files.insert(Path::Act(number), object(&members));
            self.files.insert(Path::ActProof(number), self.proof(index));
        }
    }

    fn sets(&mut self) {
        let sets = self.vectors["keysets"].clone();
        for set in sets.as_object().unwrap().values() {
            let id = text(&set["digest"]).parse().unwrap();
            self.set_act(id, 0, set);
        }
        let exporter = text(&sets["exporter"]["digest"]).parse().unwrap();
        self.set_act(exporter, 1, &self.vectors["rekey"].clone());
    }

    fn set_act(&mut self, id: Digest, number: u32, act: &Json) {
        self.files.insert(Path::SetAct(id, number), object(&signed(act)));
        self.files.insert(Path::SetProof(id, number), self.proof(act["leafIndex"].as_u64().unwrap()));
    }

    fn marks(&mut self) {
        for number in 0..3 {
            let leaf = text(&self.vectors["log"]["entries"][usize::try_from(number).unwrap()]);
            let mark = object(&[("leaf", Value::from(leaf)), ("v", Value::from("twakow/bundle-mark/1"))]);
            self.files.insert(Path::Member(number), mark);
            self.files.insert(Path::MemberProof(number), self.proof(u64::from(number)));
        }
        let decline = &self.vectors["decline"];
        let hidden = object(&[
            ("act", Value::from(text(&decline["offer"]["canonical"]))),
            ("entry", Value::from(text(&decline["entry"]))),
            ("leaf", Value::from(text(&decline["leaf"]))),
            ("signatures", Value::from(canonical(&decline["signatures"]))),
            ("statement", Value::from(text(&decline["statement"]))),
            ("v", Value::from("twakow/bundle-hidden/1")),
        ]);
        self.files.insert(Path::Mark(0), hidden);
        self.files.insert(Path::MarkProof(0), self.proof(decline["leafIndex"].as_u64().unwrap()));
    }

    fn head(&mut self) {
        self.files.insert(Path::HeadLeaf, text(&self.vectors["slotMap"]["leaf"]).into_bytes());
        self.files.insert(Path::HeadProof, self.proof(15));
        self.files.insert(Path::HeadSlots, self.slots(15));
    }

    /// Proofs about every slot that NOTHING-LATER asks for, under the map of the first `size` leaves.
    pub(crate) fn slots(&self, size: u64) -> Vec<u8> {
        let entries = self.vectors["log"]["entries"].as_array().unwrap();
        let with_slot = (0..size).filter_map(|index| {
            let leaf: Json =
                serde_json::from_str(entries[usize::try_from(index).unwrap()].as_str().unwrap()).unwrap();
            Some((leaf["slot"].as_str()?.parse().unwrap(), index))
        });
        let map = SlotMap::of(with_slot).unwrap();
        if size == 15 {
            assert_eq!(map.root().to_string(), text(&self.vectors["slotMap"]["root"]));
        }
        let record = self.record();
        let sets = self.vectors["keysets"].as_object().unwrap();
        let set = |name: &str| sets[name]["digest"].as_str().unwrap().parse::<Digest>().unwrap();
        let tag = text(&self.vectors["tag"]["tag"]).parse::<Digest>().unwrap();
        let mut slots: Vec<Digest> = (0..5).map(|seq| act_slot(&record, seq)).collect();
        slots.extend(
            (0..3).flat_map(|seq| ["carrier", "exporter", "bank"].map(|name| act_slot(&set(name), seq))),
        );
        slots.extend(["carrier", "exporter", "bank"].map(|name| mark_slot(&set(name), 0)));
        slots.extend((0..3).map(|count| mark_slot(&record, count)));
        for subject in [
            "twakow/platform/1\nTWKA",
            "twakow/platform/1\nTWKB",
            "twakow/charter/1\nregistry.example/uk-sg/1",
        ] {
            slots.extend((0..3).map(|count| mark_slot(&Digest::of(subject.as_bytes()), count)));
        }
        slots.extend(
            (0..3_u64).map(|count| {
                Digest::of_parts(&[b"twakow/tag-slot/1\n", tag.as_bytes(), &count.to_be_bytes()])
            }),
        );
        slots.sort();
        json::canonical(&Value::array(slots.iter().map(|slot| map.prove(slot).to_json())))
    }

    /// Changes a member of a JSON file in the bundle.
    pub(crate) fn edit(&mut self, path: Path, change: impl FnOnce(&mut Json)) {
        let mut value: Json = serde_json::from_slice(&self.files[&path]).unwrap();
        change(&mut value);
        self.files.insert(path, canonical(&value).into_bytes());
    }
}

pub(crate) fn act_slot(record: &Digest, seq: u64) -> Digest {
    Digest::of_parts(&[b"twakow/slot/1\n", record.as_bytes(), &seq.to_be_bytes()])
}

pub(crate) fn mark_slot(subject: &Digest, count: u64) -> Digest {
    Digest::of_parts(&[b"twakow/mark/1\n", subject.as_bytes(), &count.to_be_bytes()])
}

/// The members that an act's and a set act's file share.
fn signed(act: &Json) -> Vec<(&'static str, Value)> {
    vec![
        ("v", Value::from("twakow/bundle-act/1")),
        ("act", Value::from(text(&act["canonical"]))),
        ("signatures", Value::from(canonical(&act["signatures"]))),
        ("entry", Value::from(text(&act["entry"]))),
        ("leaf", Value::from(text(&act["leaf"]))),
        ("details", Value::from(text(&act["details"]["canonical"]))),
    ]
}

/// RFC 9162 section 2.1.3.1, written out: the path from a leaf to the root.
pub(crate) fn inclusion(leaves: &[Digest], index: usize) -> Vec<Digest> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let split = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(split);
    let (mut path, sibling) = if index < split {
        (inclusion(left, index), root(right))
    } else {
        (inclusion(right, index - split), root(left))
    };
    path.push(sibling);
    path
}

pub(crate) fn root(leaves: &[Digest]) -> Digest {
    if leaves.len() == 1 {
        return leaves[0];
    }
    let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
    merkle::node_hash(&root(left), &root(right))
}

/// The reader's trust: both policies, verifying witnesses, the charter, the carrier's set.
fn trust(vectors: &Json) -> TrustFile {
    let log = &vectors["log"];
    let keys = &log["vkeys"];
    let ed25519 = format!(
        "log {}\nwitness uk1 {}\nwitness sg1 {}\ngroup uk 1 uk1\ngroup sg 1 sg1\ngroup both all uk sg\nquorum both\n",
        text(&keys["log"]),
        text(&keys["uk1 ed25519"]),
        text(&keys["sg1 ed25519"])
    );
    let charter: Json = serde_json::from_str(log["entries"][0].as_str().unwrap()).unwrap();
    let registry = RegistryFile {
        origin: text(&log["origin"]),
        policy: Some(text(&log["policy"])),
        policy_ed25519: Some(ed25519),
        verifying: vec!["uk1".into(), "sg1".into()],
        charter: Some(Digest::of(charter["statement"].as_str().unwrap().as_bytes())),
        log_ml_dsa: None,
        successor: None,
    };
    let set = text(&vectors["keysets"]["carrier"]["digest"]).parse().unwrap();
    TrustFile {
        registries: vec![registry],
        carriers: vec![Carrier { carrier: text(&vectors["tag"]["carrier"]), sets: vec![set] }],
        identity_issuers: Vec::new(),
        test: false,
    }
}
