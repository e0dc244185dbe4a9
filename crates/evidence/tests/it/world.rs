//! A corridor of the tests' own, so that each claim can be made false alone: whoever has all the keys can sign and log
//! anything. Acts are written as JSON here, not by `bill`, so that unlawful ones can be.

use std::collections::BTreeMap;

use crypto::{
    Digest, base64, base64url,
    json::{self, Value},
    jws,
    key::SigningKey,
};
use evidence::{
    bundle::{Files, path::Path},
    trust::{Carrier, RegistryFile, Trust, TrustFile},
};
use serde_json::{Value as Json, json};
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    key::{KeyKind, NoteSigner},
    slot_map::SlotMap,
};
use vocab::Timestamp;

use crate::{
    apart::apart,
    corridor::{act_slot, canonical, inclusion, mark_slot, object, root},
};

pub(crate) const ORIGIN: &str = "registry.example/world/1";
const DAY: i64 = 24 * 60;

/// A leaf in the log, and the slot it takes up.
struct Leaf {
    text: String,
    slot: Option<Digest>,
}

/// Who signs an act, and as what.
#[derive(Clone)]
pub(crate) struct By {
    pub(crate) keys: Vec<&'static str>,
    /// Key, platform code, role.
    pub(crate) platforms: Vec<(&'static str, &'static str, &'static str)>,
    pub(crate) typ: &'static str,
    /// Platforms' statements before the holders' signatures, where no list has them.
    pub(crate) platforms_first: bool,
}

pub(crate) fn by(key: &'static str, platforms: &[(&'static str, &'static str)]) -> By {
    let platforms = platforms.iter().map(|(platform, role)| (*platform, *platform, *role)).collect();
    By { keys: vec![key], platforms, typ: "twk-act+jws", platforms_first: false }
}

pub(crate) struct World {
    leaves: Vec<Leaf>,
    pub(crate) files: BTreeMap<Path, Vec<u8>>,
    /// Where each file's proof has to lead, by leaf index.
    pub(crate) proofs: BTreeMap<Path, usize>,
    pub(crate) minute: i64,
    pub(crate) sets: BTreeMap<&'static str, Digest>,
    /// Digest of each act, in order.
    pub(crate) acts: Vec<Digest>,
    members: u32,
    marks: u32,
    pub(crate) document: Json,
    /// Leaf indices of map leaves.
    maps: Vec<usize>,
    pub(crate) trust: TrustFile,
    /// How long after the last leaf the witnesses cosign, in seconds.
    pub(crate) cosign_after: i64,
    pub(crate) witnesses: Vec<&'static str>,
}

pub(crate) fn key(name: &str) -> SigningKey {
    SigningKey::ed25519_from_seed(*Digest::of(name.as_bytes()).as_bytes())
}

fn signer(kind: KeyKind, name: &str) -> NoteSigner {
    NoteSigner::from_seed(kind, name.parse().unwrap(), Digest::of(name.as_bytes()).as_bytes())
}

fn witness(name: &str) -> NoteSigner {
    signer(KeyKind::CosignatureEd25519, &format!("witness.example/{name}"))
}

pub(crate) fn jwk(name: &str) -> Json {
    serde_json::from_slice(&json::canonical(&key(name).public().jwk())).unwrap()
}

fn time(minute: i64) -> Timestamp {
    // 2026-01-01T00:00:00Z and so many minutes.
    Timestamp::from_unix_ms(1_767_225_600_000 + minute * 60_000).unwrap()
}

impl World {
    /// Charter, two platforms and three key sets; nothing issued yet.
    pub(crate) fn new() -> Self {
        let mut world = Self {
            leaves: Vec::new(),
            files: BTreeMap::new(),
            proofs: BTreeMap::new(),
            minute: 0,
            sets: BTreeMap::new(),
            acts: Vec::new(),
            members: 0,
            marks: 0,
            document: json!({
                "carrierCode": "TST", "carrierCodeListProvider": "SMDG", "isToOrder": true,
                "transportDocumentReference": "TDR-1", "documentParties": {"endorsee": party("exporter")},
            }),
            maps: Vec::new(),
            trust: TrustFile::default(),
            cosign_after: 2,
            witnesses: vec!["uk1", "sg1"],
        };
        let charter = world.charter(0);
        world.plain_mark("charter", ORIGIN, charter.clone(), &["authority-1", "authority-2"]);
        world.trust = trust(&charter);
        for platform in ["TWKA", "TWKB"] {
            let member = world.member(platform, 0, &[platform]);
            world.plain_mark("platform", platform, member, &["authority-1", "authority-2"]);
        }
        world.minute = 8 * DAY;
        for (name, platform) in [("carrier", "TWKA"), ("exporter", "TWKA"), ("bank", "TWKB")] {
            world.key_set(name, platform);
        }
        world.trust.carriers =
            vec![Carrier { carrier: "SMDG:TST".into(), sets: vec![world.sets["carrier"]] }];
        world
    }

    /// The same with an issue to the exporter, a move to the bank, and a head.
    pub(crate) fn shipped() -> Self {
        let mut world = Self::new();
        world.issue();
        world.map();
        world.move_to_bank(|_| {}, by("exporter", &[("TWKA", "home"), ("TWKB", "accept")]));
        world.map();
        world
    }

    pub(crate) fn now(&self) -> String {
        time(self.minute).to_string()
    }

    fn in_minutes(&self, minutes: i64) -> String {
        time(self.minute + minutes).to_string()
    }

    pub(crate) fn charter(&self, n: u64) -> Json {
        let mut keys = vec![jwk("authority-1"), jwk("authority-2"), jwk("authority-3")];
        keys.sort_by_key(kid);
        json!({
            "v": "twakow/charter/1", "n": n, "origin": ORIGIN, "policy": policy("all"),
            "authority": {"quorum": 2, "keys": keys},
            "waits": {"memberDays": 7, "rehomeHours": 72, "rejectHours": 72},
        })
    }

    pub(crate) fn member(&self, platform: &str, n: u64, keys: &[&str]) -> Json {
        let keys: Vec<Json> = keys
            .iter()
            .map(|key| json!({"jwk": jwk(key), "use": "counter", "from": self.in_minutes(7 * DAY)}))
            .collect();
        json!({
            "v": "twakow/member/1", "n": n, "origin": ORIGIN, "platform": platform, "state": "member", "keys": keys,
        })
    }

    /// A charter or member mark, signed by these.
    pub(crate) fn plain_mark(&mut self, kind: &str, subject: &str, statement: Json, signers: &[&str]) {
        let n = statement["n"].as_u64().unwrap();
        let statement = canonical(&statement);
        let mut signers: Vec<SigningKey> = signers.iter().map(|name| key(name)).collect();
        signers.sort_by_key(SigningKey::kid);
        let signatures: Vec<Json> = signers
            .iter()
            .map(|key| json!({"kind": "jws", "jws": jws::sign_detached(key, "twk-mark+jws", statement.as_bytes())}))
            .collect();
        let subject = Digest::of(format!("twakow/{kind}/1\n{subject}").as_bytes());
        let slot = mark_slot(&subject, n);
        let leaf = canonical(&json!({
            "at": self.now(), "signatures": signatures, "slot": slot.to_string(), "statement": statement,
            "v": "twakow/mark/1",
        }));
        let number = self.members;
        self.members += 1;
        self.put(
            Path::Member(number),
            Path::MemberProof(number),
            &[("v", "twakow/bundle-mark/1"), ("leaf", &leaf)],
        );
        self.log(leaf, Some(slot));
    }

    pub(crate) fn key_set(&mut self, name: &'static str, platform: &'static str) {
        self.key_set_by(name, by(name, &[(platform, "enrol")]));
    }

    pub(crate) fn key_set_by(&mut self, name: &'static str, by: By) {
        let (details, digest) = details(name, json!({"party": party(name)}));
        let act = json!({
            "v": "twakow/act/1", "op": "keyset", "seq": 0, "at": self.now(), "details": digest,
            "keys": [{"jwk": jwk(name), "kind": "file", "portable": true}],
            "recovery": {"quorum": 1, "members": [jwk("officer")], "waitHours": 72, "objectHours": 72},
            "registry": {"origin": ORIGIN, "url": "https://registry.example/v1"},
        });
        let text = canonical(&act);
        let id = Digest::of(text.as_bytes());
        self.sets.insert(name, id);
        self.set_act(id, 0, text, details, by);
    }

    /// The set's keys become `keys`; signed by the old one, and by the new ones.
    pub(crate) fn rekey(&mut self, name: &'static str, new: &'static str) {
        let id = self.sets[name];
        let (details, digest) = details(new, json!({"party": party(name)}));
        let act = json!({
            "v": "twakow/act/1", "op": "rekey", "record": id.to_string(), "seq": 1, "prev": id.to_string(), "at": self.now(),
            "details": digest, "keys": [{"jwk": jwk(new), "kind": "file", "portable": true}],
            "recovery": {"quorum": 1, "members": [jwk("officer")], "waitHours": 72, "objectHours": 72},
        });
        self.set_act(id, 1, canonical(&act), details, By { keys: vec![name, new], ..by(name, &[]) });
    }

    pub(crate) fn set_act(&mut self, id: Digest, number: u32, act: String, details: String, by: By) {
        let slot = act_slot(&id, u64::from(number));
        self.signed(Path::SetAct(id, number), Path::SetProof(id, number), &act, &details, &by, slot, &[]);
    }

    pub(crate) fn issue(&mut self) {
        self.issue_with(|_| {}, by("carrier", &[("TWKA", "home")]), 0);
    }

    pub(crate) fn issue_with(&mut self, change: impl FnOnce(&mut Json), by: By, tag_count: u64) {
        let salt = Digest::of(b"issuer salt").as_bytes()[..16].to_vec();
        let tag = Digest::of_parts(&[b"twakow/tag/1\nSMDG:TST\nTDR-1\n\n", &salt]);
        let (details, digest) = details(
            "issue",
            json!({
                "document": self.checksum(), "issuerSalt": base64url::encode(&salt), "law": "England and Wales",
                "jurisdiction": "England and Wales",
                "dcsa": [{
                    "actionCode": "ISSUE", "actor": party("carrier"), "recipient": party("exporter"),
                    "actionDateTime": self.now(),
                }],
            }),
        );
        let mut act = json!({
            "v": "twakow/act/1", "op": "issue", "seq": 0, "at": self.now(), "details": digest,
            "by": self.controller("carrier", "TWKA"), "to": self.controller("exporter", "TWKA"),
            "expires": self.in_minutes(60), "tag": tag.to_string(),
            "registry": {"origin": ORIGIN, "url": "https://registry.example/v1"},
        });
        change(&mut act);
        let text = canonical(&act);
        self.acts.push(Digest::of(text.as_bytes()));
        let record = self.acts[0];
        let tag_slot = Digest::of_parts(&[b"twakow/tag-slot/1\n", tag.as_bytes(), &tag_count.to_be_bytes()]);
        let entry = entry(&text, &self.list(&text, &by));
        let tag_leaf = entry_leaf(&self.now(), &entry, &tag_slot);
        let more = [
            ("tagLeaf", Value::from(tag_leaf.as_str())),
            ("tagCount", Value::from(u32::try_from(tag_count).unwrap())),
        ];
        self.proofs.insert(Path::TagProof, self.leaves.len() + 1);
        self.signed(Path::Act(0), Path::ActProof(0), &text, &details, &by, act_slot(&record, 0), &more);
        self.log(tag_leaf, Some(tag_slot));
    }

    /// The next act: an endorsement to the bank and delivery at TWKB, as changed.
    pub(crate) fn move_to_bank(&mut self, change: impl FnOnce(&mut Json), by: By) {
        self.minute += 10;
        let dcsa = json!([
            {"actionCode": "ENDORSE_TO_ORDER", "actor": party("exporter"), "recipient": party("bank"), "actionDateTime": self.now()},
            {"actionCode": "TRANSFER", "actor": party("exporter"), "recipient": party("bank"), "actionDateTime": self.now()},
        ]);
        self.act_with_details(
            "move",
            dcsa,
            |world| {
                json!({
                    "by": world.controller("exporter", "TWKA"), "to": world.controller("bank", "TWKB"),
                })
            },
            change,
            by,
        );
    }

    pub(crate) fn act_with_details(
        &mut self,
        op: &str,
        dcsa: Json,
        members: impl FnOnce(&Self) -> Json,
        change: impl FnOnce(&mut Json),
        by: By,
    ) {
        self.act_saying(op, json!({"dcsa": dcsa}), members, change, by);
    }

    /// The next act, with these members in its details.
    pub(crate) fn act_saying(
        &mut self,
        op: &str,
        mut said: Json,
        members: impl FnOnce(&Self) -> Json,
        change: impl FnOnce(&mut Json),
        by: By,
    ) {
        let seq = u64::try_from(self.acts.len()).unwrap();
        let salt = format!("{op} {seq}");
        said["document"] = json!(self.checksum());
        let (details, digest) = details(&salt, said);
        let mut act = members(self);
        let own = json!({
            "v": "twakow/act/1", "op": op, "record": self.acts[0].to_string(), "seq": seq,
            "prev": self.acts.last().unwrap().to_string(), "at": self.now(), "expires": self.in_minutes(60),
            "details": digest,
        });
        act.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        change(&mut act);
        let text = canonical(&act);
        let number = u32::try_from(seq).unwrap();
        self.acts.push(Digest::of(text.as_bytes()));
        let mut more = vec![];
        if let Some(map) = self.maps.last().copied() {
            more.push(("before", Value::from(self.leaves[map].text.as_str())));
            self.proofs.insert(Path::BeforeProof(number), map);
        }
        let slot = act_slot(&self.acts[0], act["seq"].as_u64().unwrap());
        self.signed(Path::Act(number), Path::ActProof(number), &text, &details, &by, slot, &more);
    }

    /// A decline of an act that is not in the chain.
    pub(crate) fn decline(&mut self, act: Digest) {
        self.decline_by(act, "TWKB");
    }

    /// A decline by TWKB, signed with this key.
    pub(crate) fn decline_by(&mut self, act: Digest, key: &str) {
        let statement = counter(&act, &self.now(), "TWKB", "decline");
        let list = canonical(&json!([platform_signature(&statement, key)]));
        let entry = entry(&statement, &list);
        let slot = mark_slot(&self.acts[0], u64::from(self.marks));
        let leaf = entry_leaf(&self.now(), &entry, &slot);
        let members = [
            ("v", "twakow/bundle-hidden/1"),
            ("statement", statement.as_str()),
            ("signatures", &list),
            ("entry", &entry),
            ("leaf", &leaf),
        ];
        let number = self.marks;
        self.marks += 1;
        self.put(Path::Mark(number), Path::MarkProof(number), &members);
        self.log(leaf, Some(slot));
    }

    /// A map leaf; the newest is the head.
    pub(crate) fn map(&mut self) {
        let map = self.slot_map(self.leaves.len());
        let leaf = canonical(&json!({
            "at": self.now(), "root": map.root().to_string(), "size": self.leaves.len(), "v": "twakow/map/1",
        }));
        self.maps.push(self.leaves.len());
        self.log(leaf, None);
    }

    pub(crate) fn controller(&self, name: &str, home: &str) -> Json {
        json!({"sets": [self.sets[name].to_string()], "home": home, "custody": "self"})
    }

    fn checksum(&self) -> String {
        Digest::of(canonical(&self.document).as_bytes()).to_string()
    }

    fn list(&self, act: &str, by: &By) -> String {
        let holders = by.keys.iter().map(
            |name| json!({"kind": "jws", "jws": jws::sign_detached(&key(name), by.typ, act.as_bytes())}),
        );
        let digest = Digest::of(act.as_bytes());
        let platforms = by.platforms.iter().map(|(key, platform, role)| {
            platform_signature(&counter(&digest, &self.now(), platform, role), key)
        });
        let list = if by.platforms_first {
            platforms.chain(holders).collect()
        } else {
            holders.chain(platforms).collect()
        };
        canonical(&Json::Array(list))
    }

    #[expect(clippy::too_many_arguments, reason = "one act's parts, each named at its two callers")]
    fn signed(
        &mut self,
        path: Path,
        proof: Path,
        act: &str,
        details: &str,
        by: &By,
        slot: Digest,
        more: &[(&'static str, Value)],
    ) {
        let list = self.list(act, by);
        let entry = entry(act, &list);
        let leaf = entry_leaf(&self.now(), &entry, &slot);
        let mut members = vec![
            ("v", Value::from("twakow/bundle-act/1")),
            ("act", Value::from(act)),
            ("signatures", Value::from(list)),
            ("entry", Value::from(entry)),
            ("leaf", Value::from(leaf.as_str())),
            ("details", Value::from(details)),
        ];
        if let Path::Act(number) = path {
            let said = if number == 0 { "carrier_signed" } else { "holder_signed" };
            members.push(("provenance", Value::from(said)));
        }
        members.extend(more.iter().cloned());
        self.files.insert(path, object(&members));
        self.proofs.insert(proof, self.leaves.len());
        self.log(leaf, Some(slot));
    }

    fn put(&mut self, path: Path, proof: Path, members: &[(&str, &str)]) {
        let members: Vec<(&str, Value)> =
            members.iter().map(|(name, text)| (*name, Value::from(*text))).collect();
        self.files.insert(path, object(&members));
        self.proofs.insert(proof, self.leaves.len());
    }

    pub(crate) fn log(&mut self, text: String, slot: Option<Digest>) {
        self.leaves.push(Leaf { text, slot });
    }

    /// Issue ten minutes after the map leaf that stands there, then the move.
    pub(crate) fn move_to_bank_after_issue(&mut self) {
        self.minute += 10;
        self.issue();
        let map = self.maps[0];
        let leaf = self.leaves[map].text.clone();
        self.edit(Path::Act(0), |file| file["before"] = json!(leaf));
        self.proofs.insert(Path::BeforeProof(0), map);
        self.move_to_bank(|_| {}, by("exporter", &[("TWKA", "home"), ("TWKB", "accept")]));
    }

    pub(crate) fn maps(&self) -> &[usize] {
        &self.maps
    }

    pub(crate) fn leaf(&self, index: usize) -> String {
        self.leaves[index].text.clone()
    }

    /// The same log, and a bundle that leaves out the last act.
    pub(crate) fn without_last_act() -> Self {
        let mut cut = Self::shipped();
        let last = u32::try_from(cut.acts.len() - 1).unwrap();
        cut.acts.pop();
        for path in [Path::Act(last), Path::ActProof(last), Path::BeforeProof(last)] {
            cut.files.remove(&path);
            cut.proofs.remove(&path);
        }
        cut
    }

    pub(crate) fn size(&self) -> usize {
        self.leaves.len()
    }

    fn slot_map(&self, size: usize) -> SlotMap {
        let mut map = SlotMap::new();
        for (index, leaf) in self.leaves[..size].iter().enumerate() {
            if let Some(slot) = leaf.slot
                && map.get(&slot).is_none()
            {
                map.insert(slot, u64::try_from(index).unwrap()).unwrap();
            }
        }
        map
    }

    /// A checkpoint over the first `size` leaves, cosigned.
    pub(crate) fn checkpoint(&self, size: usize) -> String {
        self.checkpoint_of(size, root(&self.hashes(size)))
    }

    pub(crate) fn checkpoint_of(&self, size: usize, root: Digest) -> String {
        let at = Timestamp::from_unix_ms(time(self.minute).unix_ms() + self.cosign_after * 1000).unwrap();
        let checkpoint = Checkpoint::new(ORIGIN, u64::try_from(size).unwrap(), root).unwrap();
        let mut signers = vec![signer(KeyKind::Ed25519, ORIGIN)];
        signers.extend(self.witnesses.iter().map(|name| witness(name)));
        let signatures = signers.iter().map(|signer| signer.sign(&checkpoint, at).unwrap()).collect();
        SignedCheckpoint::new(checkpoint, signatures).unwrap().to_string()
    }

    fn hashes(&self, size: usize) -> Vec<Digest> {
        self.leaves[..size].iter().map(|leaf| tlog::merkle::leaf_hash(leaf.text.as_bytes())).collect()
    }

    pub(crate) fn proof(&self, index: usize, size: usize) -> String {
        let mut proof = format!("c2sp.org/tlog-proof@v1\nindex {index}\n");
        for hash in inclusion(&self.hashes(size), index) {
            proof.push_str(&base64::encode(hash.as_bytes()));
            proof.push('\n');
        }
        format!("{proof}\n{}", self.checkpoint(size))
    }

    /// The same log with another last leaf.
    pub(crate) fn forked_at_end(&self) -> Self {
        let mut other = Self::shipped();
        let last = other.leaves.len() - 1;
        other.leaves[last].text = canonical(&json!({"at": self.now(), "v": "twakow/tick/1"}));
        other
    }

    /// The same leaf under another history of the same size: only the last leaf differs.
    pub(crate) fn forked_proof(&self, index: usize) -> Vec<u8> {
        let mut hashes = self.hashes(self.leaves.len());
        *hashes.last_mut().unwrap() = Digest::of(b"another last leaf");
        let mut proof = format!("c2sp.org/tlog-proof@v1\nindex {index}\n");
        for hash in inclusion(&hashes, index) {
            proof.push_str(&base64::encode(hash.as_bytes()));
            proof.push('\n');
        }
        format!("{proof}\n{}", self.checkpoint_of(hashes.len(), root(&hashes))).into_bytes()
    }

    /// The files, with proofs under one checkpoint over all leaves, and the head.
    pub(crate) fn complete(&mut self) {
        let size = self.leaves.len();
        for (path, index) in self.proofs.clone() {
            let proof = self.proof(index, size);
            self.files.entry(path).or_insert_with(|| proof.into_bytes());
        }
        self.files.entry(Path::Document).or_insert_with(|| canonical(&self.document).into_bytes());
        if let Some(map) = self.maps.last().copied() {
            let leaf = self.leaves[map].text.clone().into_bytes();
            self.files.entry(Path::HeadLeaf).or_insert(leaf);
            let proof = self.proof(map, size).into_bytes();
            self.files.entry(Path::HeadProof).or_insert(proof);
            let slots = self.slots(map);
            self.files.entry(Path::HeadSlots).or_insert(slots);
        }
    }

    /// Proofs under the map of the first `size` leaves, about every slot that anybody may ask for.
    pub(crate) fn slots(&self, size: usize) -> Vec<u8> {
        let map = self.slot_map(size);
        let mut slots = Vec::new();
        if let Some(record) = self.acts.first() {
            slots.extend((0..8).map(|seq| act_slot(record, seq)));
            slots.extend((0..4).map(|count| mark_slot(record, count)));
        }
        for id in self.sets.values() {
            slots.extend((0..4).map(|seq| act_slot(id, seq)));
            slots.push(mark_slot(id, 0));
        }
        for subject in [
            "platform/1\nTWKA",
            "platform/1\nTWKB",
            "platform/1\nTWKC",
            "charter/1\nregistry.example/world/1",
        ] {
            let subject = Digest::of(format!("twakow/{subject}").as_bytes());
            slots.extend((0..4).map(|count| mark_slot(&subject, count)));
        }
        let salt = Digest::of(b"issuer salt").as_bytes()[..16].to_vec();
        let tag = Digest::of_parts(&[b"twakow/tag/1\nSMDG:TST\nTDR-1\n\n", &salt]);
        slots.extend(
            (0..4_u64).map(|count| {
                Digest::of_parts(&[b"twakow/tag-slot/1\n", tag.as_bytes(), &count.to_be_bytes()])
            }),
        );
        slots.sort();
        json::canonical(&Value::array(slots.iter().map(|slot| map.prove(slot).to_json())))
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        Files::new(self.acts[0], true, apart(&self.files)).unwrap().write().unwrap()
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::parse(&self.trust.write()).unwrap()
    }

    /// Changes a member of a JSON file.
    pub(crate) fn edit(&mut self, path: Path, change: impl FnOnce(&mut Json)) {
        let mut value: Json = serde_json::from_slice(&self.files[&path]).unwrap();
        change(&mut value);
        self.files.insert(path, canonical(&value).into_bytes());
    }
}

/// A policy with the Ed25519 keys of three witnesses: two of the UK, one of Singapore.
pub(crate) fn policy(rule: &str) -> String {
    let log = signer(KeyKind::Ed25519, ORIGIN).verifier().to_string();
    let witnesses: String =
        ["uk1", "sg1"].iter().map(|name| format!("witness {name} {}\n", witness(name).verifier())).collect();
    format!("log {log}\n{witnesses}group both {rule} uk1 sg1\nquorum both\n")
}

fn trust(charter: &Json) -> TrustFile {
    let registry = RegistryFile {
        origin: ORIGIN.into(),
        policy_ed25519: Some(policy("all")),
        verifying: vec!["uk1".into(), "sg1".into()],
        charter: Some(Digest::of(canonical(charter).as_bytes())),
        ..RegistryFile::default()
    };
    TrustFile { registries: vec![registry], test: true, ..TrustFile::default() }
}

pub(crate) fn party(name: &str) -> Json {
    json!({
        "partyName": name,
        "identifyingCodes": [{"codeListProvider": "GLEIF", "codeListName": "LEI", "partyCode": format!("TEST-{name}")}],
    })
}

/// Details with a salt of their own, and their digest.
pub(crate) fn details(salt: &str, mut members: Json) -> (String, String) {
    let salt = base64url::encode(&Digest::of(salt.as_bytes()).as_bytes()[..16]);
    let own = json!({"v": "twakow/details/1", "salt": salt});
    members.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
    let text = canonical(&members);
    let digest = Digest::of(text.as_bytes()).to_string();
    (text, digest)
}

pub(crate) fn counter(act: &Digest, at: &str, platform: &str, role: &str) -> String {
    canonical(&json!({
        "act": act.to_string(), "at": at, "platform": platform, "role": role, "v": "twakow/counter/1",
    }))
}

pub(crate) fn platform_signature(statement: &str, by: &str) -> Json {
    let jws = jws::sign_detached(&key(by), "twk-counter+jws", statement.as_bytes());
    json!({"kind": "platform", "statement": statement, "jws": jws})
}

fn entry(act: &str, list: &str) -> String {
    canonical(&json!({
        "act": Digest::of(act.as_bytes()).to_string(), "signatures": Digest::of(list.as_bytes()).to_string(),
        "v": "twakow/entry/1",
    }))
}

fn entry_leaf(at: &str, entry: &str, slot: &Digest) -> String {
    canonical(&json!({
        "at": at, "entry": Digest::of(entry.as_bytes()).to_string(), "slot": slot.to_string(), "v": "twakow/leaf/1",
    }))
}

fn kid(jwk: &Json) -> String {
    base64url::encode(Digest::of(canonical(jwk).as_bytes()).as_bytes())
}
