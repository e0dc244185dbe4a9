//! A corridor of our own: an authority of three, two platforms, a carrier, an exporter and a bank, and the registry that
//! they use. Every key comes from a label, every time is written down.

use bill::{
    act::{Act, Action, Body, Draft, Issue, Keyset, Rekey, Step},
    keys::{KeyKind as HolderKey, Keys, MemberKey, Recovery},
    signatures::{Counter, Role, SignatureList, sign},
    words::{Controller, Platform, Registry},
};
use crypto::{Digest, jws, key::SigningKey};
use registry::{
    charter::{self, MARK_TYP, Waits},
    leaf::PlainMark,
    member::{Member, MemberKey as PlatformKey, MemberState, Use},
    state::{Sequenced, State},
    submission::{Signed, Submission},
    verified::verify,
};
use tlog::key::{KeyKind, NoteSigner};
use vocab::{Refusal, Timestamp};

pub(crate) const ORIGIN: &str = "registry.example/test/1";

pub(crate) fn at(written: &str) -> Timestamp {
    format!("2026-{written}.000Z").parse().unwrap()
}

pub(crate) fn key(label: &str) -> SigningKey {
    SigningKey::ed25519_from_seed(*Digest::of(label.as_bytes()).as_bytes())
}

pub(crate) fn platform(code: &str) -> Platform {
    code.parse().unwrap()
}

pub(crate) fn note_key(kind: KeyKind, name: &str, label: &str) -> NoteSigner {
    NoteSigner::from_seed(kind, name.parse().unwrap(), Digest::of(label.as_bytes()).as_bytes())
}

/// The log's two keys.
pub(crate) fn log_keys() -> [NoteSigner; 2] {
    [KeyKind::Ed25519, KeyKind::CosignatureMlDsa44].map(|kind| note_key(kind, ORIGIN, "log"))
}

pub(crate) fn witness_key(side: &str) -> NoteSigner {
    note_key(KeyKind::CosignatureEd25519, &format!("{side}.example/1"), side)
}

pub(crate) fn policy() -> String {
    let [log, _] = log_keys();
    let lines = ["uk", "sg"].map(|side| format!("witness {side} {}\n", witness_key(side).verifier()));
    format!("log {}\n{}group both all uk sg\nquorum both\n", log.verifier(), lines.concat())
}

/// A party: its key, and the id of its set once that is enrolled.
#[derive(Clone, Copy)]
pub(crate) struct Party {
    pub(crate) name: &'static str,
    pub(crate) home: &'static str,
}

pub(crate) const CARRIER: Party = Party { name: "carrier", home: "PLTA" };
pub(crate) const EXPORTER: Party = Party { name: "exporter", home: "PLTA" };
pub(crate) const BANK: Party = Party { name: "bank", home: "PLTB" };

impl Party {
    pub(crate) fn key(self) -> SigningKey {
        key(self.name)
    }

    pub(crate) fn keyset(self) -> Act {
        let body =
            Body::Keyset(Keyset { keys: keys(&[self.name]), recovery: recovery(), registry: this_log() });
        Draft { at: at("03-01T08:00:00"), details: Digest::of(self.name.as_bytes()), body }.write().unwrap()
    }

    pub(crate) fn controller(self) -> Controller {
        Controller::own(self.keyset().digest(), platform(self.home))
    }
}

pub(crate) fn this_log() -> Registry {
    Registry { origin: ORIGIN.into(), url: "https://registry.example/v1".into() }
}

pub(crate) fn keys(labels: &[&str]) -> Keys {
    let file = |label: &&str| {
        MemberKey::new(key(label).public().clone(), HolderKey::File { portable: true }).unwrap()
    };
    Keys::new(labels.iter().map(file).collect()).unwrap()
}

pub(crate) fn recovery() -> Recovery {
    Recovery::new(1, vec![key("officer").public().clone()], 72, 72).unwrap()
}

/// A rekey of a set to these keys, signed by the old key and the new.
pub(crate) fn rekey(party: Party, seq: u64, prev: Digest, labels: &[&str]) -> Signed {
    let body = Body::Rekey(Rekey {
        record: party.keyset().digest(),
        seq,
        prev,
        keys: keys(labels),
        recovery: recovery(),
    });
    let act = Draft { at: at("03-04T09:00:00"), details: Digest::of(b"rekey"), body }.write().unwrap();
    let mut others: Vec<SigningKey> =
        labels.iter().map(|label| key(label)).filter(|new| new.kid() != party.key().kid()).collect();
    others.sort_by_key(SigningKey::kid);
    let holders = [party.key()].iter().chain(&others).map(|key| sign(&act, key)).collect::<Vec<_>>();
    Signed { signatures: SignatureList::of(holders, []).unwrap(), act }
}

/// Signs an act by holders' keys, and by platforms in roles.
pub(crate) fn signed(act: Act, holders: &[&SigningKey], platforms: &[(&str, Role)]) -> Signed {
    let holders: Vec<_> = holders.iter().map(|key| sign(&act, key)).collect();
    let platforms: Vec<_> = platforms.iter().map(|(code, role)| counter(&act, code, *role)).collect();
    Signed { signatures: SignatureList::of(holders, platforms).unwrap(), act }
}

pub(crate) fn counter(act: &Act, code: &str, role: Role) -> bill::signatures::PlatformSignature {
    Counter { act: act.digest(), at: act.at(), platform: platform(code), role }.sign(&key(code))
}

/// A bill of the carrier's to the exporter.
pub(crate) fn issue(tag: &str, from: &[Digest]) -> Draft {
    let body = Body::Issue(Issue {
        by: CARRIER.controller(),
        to: EXPORTER.controller(),
        expires: at("03-03T09:00:00"),
        tag: Digest::of(tag.as_bytes()),
        registry: this_log(),
        from: from.to_vec(),
    });
    Draft { at: at("03-02T09:00:00"), details: Digest::of(b"issue"), body }
}

pub(crate) fn issued(draft: &Draft) -> Signed {
    signed(draft.write().unwrap(), &[&CARRIER.key()], &[("PLTA", Role::Home)])
}

/// A later act by a party, at a time, open for a day.
pub(crate) fn step(record: &Digest, seq: u64, prev: &Digest, by: Party, when: &str, action: Action) -> Act {
    let (record, prev, by) = (*record, *prev, by.controller());
    let expires = at(when).plus(std::time::Duration::from_secs(24 * 3600));
    let body = Body::Step(Step { record, seq, prev, by, expires, action });
    Draft { at: at(when), details: Digest::of(when.as_bytes()), body }.write().unwrap()
}

/// The registry between two submissions, and its clock.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) state: State,
    pub(crate) clock: Timestamp,
    /// Every leaf and what it came from, as a store would keep it.
    pub(crate) stored: Vec<registry::replay::Stored>,
}

impl World {
    /// The log before leaf 0.
    pub(crate) fn unfounded() -> Self {
        Self { state: State::new(ORIGIN), clock: at("02-20T00:00:00"), stored: Vec::new() }
    }

    /// Charter, two members, three key sets.
    pub(crate) fn new() -> Self {
        let mut world = Self::unfounded();
        world.submit(&mark(&charter_text(0, 2), &[1, 2])).unwrap();
        for code in ["PLTA", "PLTB"] {
            world.submit(&mark(&member(code, 0, MemberState::Member).text(), &[1, 3])).unwrap();
        }
        world.clock = at("03-01T08:00:01");
        for party in [CARRIER, EXPORTER, BANK] {
            let enrolled = signed(party.keyset(), &[&party.key()], &[(party.home, Role::Enrol)]);
            world.submit(&Submission::Act(enrolled)).unwrap();
        }
        world.clock = at("03-02T09:00:01");
        world
    }

    /// Verifies and admits, at the world's clock.
    pub(crate) fn submit(&mut self, submission: &Submission) -> Result<Sequenced, Refusal> {
        let verified = verify(&self.state, submission, self.clock);
        let sequenced = self.state.admit(submission, &verified, self.clock)?;
        self.keep(&sequenced.leaves, Some(submission));
        Ok(sequenced)
    }

    /// Writes the map leaf and signs the checkpoint.
    pub(crate) fn publish(&mut self) -> tlog::checkpoint::SignedCheckpoint {
        let (map, checkpoint) = self.state.close(self.clock).unwrap();
        self.keep(&map.into_iter().collect::<Vec<_>>(), None);
        registry::log::sign(checkpoint, &log_keys(), self.clock).unwrap()
    }

    pub(crate) fn tick(&mut self) {
        let tick = self.state.tick(self.clock).unwrap();
        self.keep(&[tick], None);
    }

    fn keep(&mut self, leaves: &[Vec<u8>], submission: Option<&Submission>) {
        for (at, leaf) in leaves.iter().enumerate() {
            let submission = submission.filter(|one| at == 0 && !matches!(one, Submission::Mark(_))).cloned();
            self.stored.push(registry::replay::Stored { leaf: leaf.clone(), submission });
        }
    }

    pub(crate) fn leaves(&self) -> Vec<&[u8]> {
        self.stored.iter().map(|stored| stored.leaf.as_slice()).collect()
    }

    /// The code of the refusal; the state must be as before.
    pub(crate) fn refused(&mut self, submission: &Submission) -> &'static str {
        let before = self.state.clone();
        let code = self.submit(submission).expect_err("this must be refused").code();
        assert_eq!(self.state, before, "a refusal changes nothing");
        code
    }

    pub(crate) fn refused_act(&mut self, one: Signed) -> &'static str {
        self.refused(&Submission::Act(one))
    }

    pub(crate) fn admit(&mut self, one: Signed) -> Digest {
        let digest = one.act.digest();
        self.submit(&Submission::Act(one)).unwrap();
        digest
    }
}

pub(crate) fn charter_text(n: u64, quorum: u64) -> String {
    let keys = [1, 2, 3].map(|number| authority(number).public().clone());
    let waits = Waits { member_days: 7, rehome_hours: 72, reject_hours: 72 };
    charter::draft(n, ORIGIN, quorum, &keys, &policy(), waits)
}

pub(crate) fn authority(number: u8) -> SigningKey {
    key(&format!("authority {number}"))
}

/// A plain mark signed by these keys of the authority.
pub(crate) fn mark(statement: &str, by: &[u8]) -> Submission {
    let mut keys: Vec<_> = by.iter().map(|number| authority(*number)).collect();
    keys.sort_by_key(SigningKey::kid);
    let signatures = keys.iter().map(|key| jws::sign_detached(key, MARK_TYP, statement.as_bytes())).collect();
    Submission::Mark(PlainMark { statement: statement.to_owned(), signatures })
}

pub(crate) fn counter_key(label: &str, from: &str) -> PlatformKey {
    PlatformKey { key: key(label).public().clone(), purpose: Use::Counter, from: at(from) }
}

/// A platform with its one key, which counts from the end of February.
pub(crate) fn member(code: &str, n: u64, state: MemberState) -> Member {
    Member::new(n, ORIGIN, platform(code), state, vec![counter_key(code, "02-28T00:00:00")]).unwrap()
}
