//! A corridor with people at its desks.

use std::{collections::BTreeMap, path::Path, rc::Rc};

use bill::{
    act::{Act, Action, Issue},
    words::{Controller, Op, Platform, Registry},
};
use crypto::{
    Digest, base64url,
    json::{self, Value},
    key::SigningKey,
};
use evidence::{
    bundle::path::Path as BundlePath,
    trust::Trust,
    verify::{Asked, Verdict, verify},
};
use node::{
    Reply, Status,
    desk::{self, Head, Particulars, Signed},
    platform::{ACTS, ENROL, EXPORT, ISSUER_SALT, SET, SetFile, hand_in_body, question},
    settings::Settings,
};

use crate::{account::stage_of, rig::Rig};

/// Somebody with a key and a set.
pub(crate) struct Person {
    pub(crate) seed: [u8; 32],
    pub(crate) key: SigningKey,
    pub(crate) set: Digest,
    pub(crate) home: String,
    pub(crate) code: Platform,
    pub(crate) party: Value,
    /// The key-set file.
    pub(crate) file: Value,
}

/// Longer than any message of a scenario stays under way: between two things that people do.
const BETWEEN: std::time::Duration = std::time::Duration::from_secs(5);

pub(crate) struct Stage {
    pub(crate) rig: Rig,
    pub(crate) people: BTreeMap<&'static str, Rc<Person>>,
}

impl Stage {
    pub(crate) fn new(seed: &str) -> Self {
        Self { rig: Rig::new(seed), people: BTreeMap::new() }
    }

    pub(crate) fn in_folder(seed: &str) -> Self {
        Self { rig: Rig::in_folder(seed), people: BTreeMap::new() }
    }

    /// Another stage on which everything has gone as on this one so far.
    pub(crate) fn fork(&self) -> Self {
        Self { rig: self.rig.fork(), people: self.people.clone() }
    }

    /// Does one thing at a node, again until it is answered, and lets the corridor finish.
    pub(crate) fn asks(&mut self, name: &str, path: &str, body: &[u8]) -> Reply {
        let reply = self.insists(name, path, body);
        self.rig.pump();
        self.rig.now = self.rig.now.plus(BETWEEN);
        reply
    }

    /// The same while nothing else happens.
    pub(crate) fn insists(&mut self, name: &str, path: &str, body: &[u8]) -> Reply {
        (0..8).find_map(|_| self.rig.ask(name, path, body)).unwrap()
    }

    pub(crate) fn enrol(&mut self, who: &'static str, name: &str, at: &str, code: &str) {
        let seed = crypto::entropy::bytes(&mut self.rig.entropy);
        let key = SigningKey::ed25519_from_seed(seed);
        let party = party(name, who, code);
        let recovery = desk::recovery_by(key.public().clone()).unwrap();
        let set = desk::key_set(
            &key,
            party.clone(),
            recovery,
            self.registry(at),
            self.rig.now,
            &mut self.rig.entropy,
        )
        .unwrap();
        let id = set.act.digest();
        let reply = self.asks(at, ENROL, &json::canonical(&set.file()));
        assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
        let file = self.insists(at, SET, &question("set", &id.to_string()));
        assert_eq!(file.status, Status::Ok, "the set is in the final log");
        let file = SetFile::read(&file.body).unwrap();
        assert_eq!(file.id, id);
        let (code, file) = (code.parse().unwrap(), file.value);
        self.people.insert(who, Rc::new(Person { seed, key, set: id, home: at.into(), code, party, file }));
    }

    fn registry(&self, at: &str) -> Registry {
        let Settings::Platform(settings) = self.rig.settings(at) else { panic!("a platform") };
        Registry { origin: settings.origin.clone(), url: settings.registry_url.clone() }
    }

    pub(crate) fn controller(&self, who: &str) -> Controller {
        let person = &self.people[who];
        Controller::own(person.set, person.code)
    }

    pub(crate) fn issue(&mut self, example: &str, to: &str) -> Digest {
        self.issue_under(example, "", to)
    }

    /// The same under another reference than the example's, where one is given.
    pub(crate) fn issue_under(&mut self, example: &str, reference: &str, to: &str) -> Digest {
        let (signed, document) = self.issue_of(example, reference, to);
        let reply = self.hand_in_issue(&signed, &document);
        assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
        signed.act.digest()
    }

    pub(crate) fn hand_in_issue(&mut self, signed: &Signed, document: &[u8]) -> Reply {
        self.asks("carrier", ACTS, &hand_in_body(&[signed.file()], Some(document), &self.files()))
    }

    /// An issue as the carrier's tool signs it, and its document.
    pub(crate) fn issue_signed(&mut self, example: &str, to: &str) -> (Signed, Vec<u8>) {
        self.issue_of(example, "", to)
    }

    fn issue_of(&mut self, example: &str, reference: &str, to: &str) -> (Signed, Vec<u8>) {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(example).join("draft.json");
        let document = std::fs::read_to_string(path).unwrap();
        let own = dcsa::TransportDocument::read(document.as_bytes()).unwrap().reference().unwrap().to_owned();
        let reference = if reference.is_empty() { own.as_str() } else { reference };
        let document = document.replace(&own, reference).into_bytes();
        let read = dcsa::TransportDocument::read(&document).unwrap();
        let identity = read.identity().unwrap();
        let asked = json::canonical(&Value::object([
            ("carrier", identity.carrier.as_str()),
            ("reference", identity.reference.as_str()),
            ("subReference", identity.sub_reference.as_str()),
        ]));
        let salt = self.insists("carrier", ISSUER_SALT, &asked).body;
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
        let transactions =
            vec![desk::transaction("ISSUE", &carrier.party, Some(&holder.party), self.rig.now)];
        let more = vec![
            ("issuerSalt", Value::from(base64url::encode(&salt).as_str())),
            ("jurisdiction", Value::from("England")),
            ("law", Value::from("England")),
        ];
        let issue = Issue {
            by: self.controller("carrier"),
            to: self.controller(to),
            expires: desk::expiry(Op::Issue, true, self.rig.now),
            tag,
            registry: self.registry("carrier"),
            from: Vec::new(),
        };
        let signed = desk::issue(
            issue,
            read.checksum(),
            Particulars { transactions, more },
            &self.people["carrier"].key,
            self.rig.now,
            &mut self.rig.entropy,
        )
        .unwrap();
        (signed, document)
    }

    pub(crate) fn act(
        &mut self,
        record: &Digest,
        who: &str,
        action: Action,
        codes: &[(&str, Option<&str>)],
    ) -> Signed {
        self.act_with(record, who, action, codes, Vec::new())
    }

    /// The same with further members in its private part.
    pub(crate) fn act_with(
        &mut self,
        record: &Digest,
        who: &str,
        action: Action,
        codes: &[(&str, Option<&str>)],
        more: Vec<(&'static str, Value)>,
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
                desk::transaction(code, &person.party, to.map(|to| &self.people[to].party), self.rig.now)
            })
            .collect();
        let head = Head { record: *record, seq: last.seq, digest: last.digest, by, document };
        desk::step(
            &head,
            action.clone(),
            desk::expiry(action.op(), crossing, self.rig.now),
            Particulars { transactions, more },
            &person.key,
            self.rig.now,
            &mut self.rig.entropy,
        )
        .unwrap()
    }

    pub(crate) fn hand_in(&mut self, who: &str, signed: &Signed) -> Reply {
        let home = self.people[who].home.clone();
        self.asks(&home, ACTS, &hand_in_body(&[signed.file()], None, &self.files()))
    }

    /// The key-set files of everybody, as senders have them.
    pub(crate) fn files(&self) -> Vec<Value> {
        self.people.values().map(|person| person.file.clone()).collect()
    }

    pub(crate) fn stage(&mut self, at: &str, act: &Digest) -> String {
        stage_of(&mut self.rig, at, act)
    }

    pub(crate) fn export(&mut self, at: &str, record: &Digest) -> Vec<u8> {
        let reply = self.insists(at, EXPORT, &question("bill", &record.to_string()));
        assert_eq!(reply.status, Status::Ok, "{}", String::from_utf8_lossy(&reply.body));
        reply.body
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::parse(&self.rig.drawn.trust.write()).unwrap()
    }

    pub(crate) fn verdict(&mut self, at: &str, record: &Digest) -> Verdict {
        let bytes = self.export(at, record);
        verify(&bytes, Some(&self.trust()), &Asked::default()).unwrap()
    }

    fn document(&mut self, at: &str, record: &Digest) -> Digest {
        let (_, document, _) = self.first_act(at, record);
        dcsa::TransportDocument::read(&document).unwrap().checksum()
    }

    /// The first act of a record, its document, and the private part of the act.
    pub(crate) fn first_act(&mut self, at: &str, record: &Digest) -> (Act, Vec<u8>, Vec<u8>) {
        let bytes = self.export(at, record);
        let evidence::bundle::Read::Whole(files) = evidence::bundle::Files::read(&bytes).unwrap() else {
            panic!("a whole bundle")
        };
        let first = files.get(BundlePath::Act(0)).unwrap();
        let first = json::parse(first, &json::Limits::bytes(1 << 20)).unwrap();
        let text = |name: &str| first.get(name).and_then(Value::as_str).unwrap().as_bytes().to_vec();
        let document = files.get(BundlePath::Document).unwrap().to_vec();
        (Act::parse(&text("act")).unwrap(), document, text("details"))
    }
}

fn party(name: &str, code: &str, platform: &str) -> Value {
    // Whom the whisky's document names is known by the code that stands there.
    let lei = match code {
        "carrier" => Some("TWKATEST00CARRIER096"),
        "exporter" => Some("TWKATEST00EXPORTER18"),
        "importer" => Some("TWKATEST0IMPORTER004"),
        _ => None,
    };
    let identifying = match lei {
        Some(lei) => {
            Value::object([("codeListName", "LEI"), ("codeListProvider", "GLEIF"), ("partyCode", lei)])
        }
        None => Value::object([("codeListProvider", "ZZZ"), ("partyCode", code)]),
    };
    Value::object([
        ("eblPlatform", Value::from(platform)),
        ("identifyingCodes", Value::array([identifying])),
        ("partyName", Value::from(name)),
    ])
}
