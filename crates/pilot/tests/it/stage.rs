//! A corridor in a folder of its own, with people at its desks.

use std::{collections::BTreeMap, path::Path};

use bill::{
    act::{Action, Issue},
    words::{Controller, Op, Platform, Registry},
};
use crypto::{
    Digest, base64url,
    entropy::SeededEntropy,
    json::{self, Limits, Value},
    key::SigningKey,
};
use evidence::{
    trust::Trust,
    verify::{Asked, Verdict, verify},
};
use node::{
    Reply, Status,
    desk::{self, Head, Particulars, Signed},
    platform::{ACTS, ENROL, EXPORT, ISSUER_SALT, SET, STAGE, SetFile, hand_in_body, question},
};
use pilot::{
    corridor::{self, Open, Plan},
    link::{Link, Pumped, RehearsalClock, World},
};
use vocab::Timestamp;

const PASSPHRASE: &[u8] = b"a passphrase of a test";

/// Somebody with a key and a set.
pub(crate) struct Person {
    pub(crate) key: SigningKey,
    pub(crate) set: Digest,
    pub(crate) home: String,
    pub(crate) code: Platform,
    pub(crate) party: Value,
    /// The key-set file.
    pub(crate) file: Value,
}

pub(crate) struct Stage {
    folder: tempfile::TempDir,
    pub(crate) entropy: SeededEntropy,
    pub(crate) now: Timestamp,
    pub(crate) people: BTreeMap<&'static str, Person>,
    pub(crate) faults: Vec<&'static str>,
    pub(crate) trouble: u8,
}

impl Stage {
    pub(crate) fn new(seed: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut entropy = SeededEntropy::named(seed);
        let founded: Timestamp = "2026-03-13T08:00:00.000Z".parse().unwrap();
        let dir = folder.path().join("corridor");
        let plan = Plan { dir: &dir, now: founded, member_days: 0, test: true, passphrase: PASSPHRASE };
        corridor::found(&plan, &mut entropy).unwrap();
        let now = founded.plus(std::time::Duration::from_secs(3600));
        Self { folder, entropy, now, people: BTreeMap::new(), faults: Vec::new(), trouble: 0 }
    }

    pub(crate) fn dir(&self) -> std::path::PathBuf {
        self.folder.path().join("corridor")
    }

    /// Opens every node, does one thing at one of them, and lets the corridor finish.
    pub(crate) fn asks(&mut self, name: &str, path: &str, body: &[u8]) -> Reply {
        let open = Open::of(&self.dir(), PASSPHRASE).unwrap();
        let mut world = World {
            nodes: open.nodes,
            link: Link::with(self.faults.drain(..).map(|fault| fault.parse().unwrap()).collect()),
            clock: Box::new(RehearsalClock { now: self.now }),
        };
        world.link.trouble = self.trouble;
        let asked = world.nodes.get_mut(name).unwrap();
        let reply = asked.serve("", path, body, self.now, &mut self.entropy).unwrap();
        assert_ne!(
            world.pump(2_000, &mut self.entropy).unwrap(),
            Pumped::Waiting,
            "the corridor comes to rest"
        );
        self.now = self.now.plus(std::time::Duration::from_secs(60));
        reply
    }

    pub(crate) fn enrol(&mut self, who: &'static str, name: &str, at: &str, code: &str) {
        let key = SigningKey::generate_ed25519(&mut self.entropy);
        let party = party(name, who, code);
        let recovery = desk::recovery_by(key.public().clone()).unwrap();
        let set =
            desk::key_set(&key, party.clone(), recovery, self.registry(at), self.now, &mut self.entropy)
                .unwrap();
        let id = set.act.digest();
        let reply = self.asks(at, ENROL, &json::canonical(&set.file()));
        assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
        let file = self.asks(at, SET, &question("set", &id.to_string()));
        assert_eq!(file.status, Status::Ok, "the set is in the final log");
        let file = SetFile::read(&file.body).unwrap();
        assert_eq!(file.id, id);
        self.people.insert(
            who,
            Person { key, set: id, home: at.into(), code: code.parse().unwrap(), party, file: file.value },
        );
    }

    fn registry(&self, at: &str) -> Registry {
        let open = node::directory::read_settings(&self.dir().join(at)).unwrap();
        let node::settings::Settings::Platform(settings) = open else { panic!("a platform") };
        Registry { origin: settings.origin, url: settings.registry_url }
    }

    pub(crate) fn controller(&self, who: &str) -> Controller {
        let person = &self.people[who];
        Controller::own(person.set, person.code)
    }

    pub(crate) fn issue(&mut self, example: &str, to: &str) -> Digest {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example).join("draft.json");
        let document = std::fs::read(path).unwrap();
        let read = dcsa::TransportDocument::read(&document).unwrap();
        let identity = read.identity().unwrap();
        let asked = json::canonical(&Value::object([
            ("carrier", identity.carrier.as_str()),
            ("reference", identity.reference.as_str()),
            ("subReference", identity.sub_reference.as_str()),
        ]));
        let salt = self.asks("carrier", ISSUER_SALT, &asked).body;
        let tag = Digest::of(
            format!(
                "twakow/tag/1\n{}\n{}\n{}\n",
                identity.carrier, identity.reference, identity.sub_reference
            )
            .as_bytes()
            .iter()
            .copied()
            .chain(salt.iter().copied())
            .collect::<Vec<u8>>()
            .as_slice(),
        );
        let (carrier, holder) = (&self.people["carrier"], &self.people[to]);
        let transactions = vec![desk::transaction("ISSUE", &carrier.party, Some(&holder.party), self.now)];
        let more = vec![
            ("issuerSalt", Value::from(base64url::encode(&salt).as_str())),
            ("jurisdiction", Value::from("England")),
            ("law", Value::from("England")),
        ];
        let issue = Issue {
            by: self.controller("carrier"),
            to: self.controller(to),
            expires: desk::expiry(Op::Issue, true, self.now),
            tag,
            registry: self.registry("carrier"),
            from: Vec::new(),
        };
        let signed = desk::issue(
            issue,
            read.checksum(),
            Particulars { transactions, more },
            &self.people["carrier"].key,
            self.now,
            &mut self.entropy,
        )
        .unwrap();
        let reply =
            self.asks("carrier", ACTS, &hand_in_body(&[signed.file()], Some(&document), &self.files()));
        assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
        signed.act.digest()
    }

    pub(crate) fn act(
        &mut self,
        record: &Digest,
        who: &str,
        action: Action,
        codes: &[(&str, Option<&str>)],
    ) -> Signed {
        let home = self.people[who].home.clone();
        let verdict = self.verdict(&home, record);
        let last = verdict.acts.last().unwrap();
        let state = verdict.state.as_ref().unwrap();
        let by = Controller {
            sets: state.sets.clone(),
            home: state.home.as_ref().unwrap().parse().unwrap(),
            custody: bill::words::Custody::Own,
        };
        let crossing = action.to().is_some_and(|to| to.home != by.home);
        let document = self.document(&home, record);
        let person = &self.people[who];
        let transactions = codes
            .iter()
            .map(|(code, to)| {
                desk::transaction(code, &person.party, to.map(|to| &self.people[to].party), self.now)
            })
            .collect();
        let head = Head { record: *record, seq: last.seq, digest: last.digest, by, document };
        desk::step(
            &head,
            action.clone(),
            desk::expiry(action.op(), crossing, self.now),
            Particulars { transactions, more: Vec::new() },
            &person.key,
            self.now,
            &mut self.entropy,
        )
        .unwrap()
    }

    pub(crate) fn hand_in(&mut self, who: &str, signed: &Signed) -> Reply {
        let home = self.people[who].home.clone();
        self.asks(&home, ACTS, &hand_in_body(&[signed.file()], None, &self.files()))
    }

    /// The key-set files of everybody, as senders have them.
    fn files(&self) -> Vec<Value> {
        self.people.values().map(|person| person.file.clone()).collect()
    }

    pub(crate) fn stage(&mut self, at: &str, act: &Digest) -> String {
        let reply = self.asks(at, STAGE, &question("act", &act.to_string()));
        let value = json::parse(&reply.body, &Limits::bytes(65_536)).unwrap();
        value.get("stage").and_then(Value::as_str).unwrap().to_owned()
    }

    pub(crate) fn export(&mut self, at: &str, record: &Digest) -> Vec<u8> {
        let reply = self.asks(at, EXPORT, &question("bill", &record.to_string()));
        assert_eq!(reply.status, Status::Ok, "{}", String::from_utf8_lossy(&reply.body));
        reply.body
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::parse(&std::fs::read(self.dir().join("trust")).unwrap()).unwrap()
    }

    pub(crate) fn verdict(&mut self, at: &str, record: &Digest) -> Verdict {
        let bytes = self.export(at, record);
        verify(&bytes, Some(&self.trust()), &Asked::default()).unwrap()
    }

    fn document(&mut self, at: &str, record: &Digest) -> Digest {
        let bytes = self.export(at, record);
        let evidence::bundle::Read::Whole(files) = evidence::bundle::Files::read(&bytes).unwrap() else {
            panic!("a whole bundle")
        };
        let document = files.get(evidence::bundle::path::Path::Document).unwrap();
        dcsa::TransportDocument::read(document).unwrap().checksum()
    }
}

/// The party that plays `who`; the exporter is the one to whose order the example bills are made out.
fn party(name: &str, who: &str, platform: &str) -> Value {
    let identifying = if who == "exporter" {
        [("codeListProvider", "GLEIF"), ("codeListName", "LEI"), ("partyCode", "TWKATEST00EXPORTER18")].to_vec()
    } else {
        [("codeListProvider", "ZZZ"), ("partyCode", who)].to_vec()
    };
    Value::object([
        ("eblPlatform", Value::from(platform)),
        ("identifyingCodes", Value::array([Value::object(identifying)])),
        ("partyName", Value::from(name)),
    ])
}
