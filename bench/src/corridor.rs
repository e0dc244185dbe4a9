//! A corridor: an authority of three, a registry, two witnesses, three platforms, and as many parties as are asked for,
//! each with a key of its own. Acts are composed at the desk, verified and admitted by the registry's own code, and
//! cosigned by witnesses that read every leaf.

use std::time::Duration;

use bill::{
    act::{Action, Issue},
    signatures::{Counter, Role, SignatureList},
    words::{Controller, Op, Platform, Registry},
};
use crypto::{
    Digest, base64url,
    entropy::SeededEntropy,
    json::Value,
    key::{PublicKey, SigningKey},
};
use evidence::trust::{Carrier, RegistryFile, Trust, TrustFile};
use node::{
    desk::{self, Head, Particulars},
    founding::{self, NewMember, PolicyKeys, WitnessKeys},
    keys::note_keys,
};
use registry::{
    charter::Waits,
    leaf::PlainMark,
    log::Log,
    state::State,
    submission::{Signed, Submission},
    verified::verify,
    witness::{AddCheckpoint, Seen, Witness},
};
use tlog::{
    checkpoint::SignedCheckpoint,
    key::{KeyKind, NoteSigner, VerifierKey},
};
use vocab::Timestamp;

use crate::tiles::Tiles;

/// The log.
pub const ORIGIN: &str = "registry.example/bench/1";
/// The carrier's platform, and two of holders.
pub const PLATFORMS: [&str; 3] = ["TWKC", "TWKA", "TWKB"];

/// Somebody with a key, a set, and a home.
pub struct Person {
    /// The key.
    pub key: SigningKey,
    /// The act that made the set.
    pub enrolled: Signed,
    /// Its private part.
    pub details: Vec<u8>,
    /// The party.
    pub party: Value,
    /// The home platform.
    pub home: Platform,
}

impl Person {
    /// Who is in control, when this person is.
    pub fn controller(&self) -> Controller {
        Controller::own(self.enrolled.act.digest(), self.home)
    }
}

/// One admitted thing: its leaf's index, and what it was.
pub struct Admitted {
    /// Index of its (first) leaf.
    pub index: u64,
    /// Act and signatures; none for a mark.
    pub signed: Option<Signed>,
    /// The private part of an act.
    pub details: Vec<u8>,
}

/// The registry's and everybody's side.
pub struct Corridor {
    /// The registry.
    pub state: State,
    /// The time.
    pub clock: Timestamp,
    /// Everything admitted, in order.
    pub admitted: Vec<Admitted>,
    /// Every leaf.
    pub leaves: Vec<Vec<u8>>,
    /// Indices of the map leaves.
    pub maps: Vec<u64>,
    /// Every cosigned checkpoint, in order.
    pub checkpoints: Vec<SignedCheckpoint>,
    /// The log's tiles.
    pub tiles: Tiles,
    charter: PlainMark,
    policies: [String; 2],
    log_keys: Vec<NoteSigner>,
    witnesses: Vec<(Witness, Seen)>,
    entropy: SeededEntropy,
}

/// A key that a label names.
pub fn key(label: &str) -> SigningKey {
    SigningKey::ed25519_from_seed(*Digest::of(label.as_bytes()).as_bytes())
}

fn notes(name: &str) -> Vec<NoteSigner> {
    let (cosigns, log) = (KeyKind::CosignatureEd25519, name == ORIGIN);
    let classic = if log { KeyKind::Ed25519 } else { cosigns };
    note_keys(&key(name), name, [classic, KeyKind::CosignatureMlDsa44]).expect("a name")
}

/// The log as acts name it.
pub fn this_log() -> Registry {
    Registry { origin: ORIGIN.into(), url: "https://registry.example/v1".into() }
}

impl Corridor {
    /// Charter and members are in the log; their keys count.
    pub fn new() -> Self {
        let founded: Timestamp = "2026-02-20T00:00:00.000Z".parse().expect("a time");
        let authority: Vec<SigningKey> = (0..3).map(|number| key(&format!("authority {number}"))).collect();
        let log_keys = notes(ORIGIN);
        let sides = [("uk", "uk1"), ("sg", "sg1")];
        let own = |name: &str| notes(&format!("witness.example/{name}"));
        let named: Vec<WitnessKeys> = sides
            .iter()
            .map(|(side, name)| WitnessKeys {
                side: (*side).to_owned(),
                name: (*name).to_owned(),
                classic: own(name)[0].verifier().clone(),
                post_quantum: own(name)[1].verifier().clone(),
            })
            .collect();
        let policies = [PolicyKeys::PostQuantum, PolicyKeys::Classic]
            .map(|keys| founding::policy(log_keys[0].verifier(), &named, keys));
        let waits = Waits { member_days: 7, rehome_hours: 72, reject_hours: 72 };
        let charter = founding::charter(ORIGIN, &authority, 2, &policies[0], waits);
        let verifiers = || log_keys.iter().map(|key| key.verifier().clone()).collect();
        let witnesses = sides
            .iter()
            .map(|(_, name)| (Witness::new(ORIGIN, verifiers(), own(name)).expect("a witness"), Seen::new()))
            .collect();
        let mut corridor = Self {
            state: State::new(ORIGIN),
            clock: founded,
            admitted: Vec::new(),
            leaves: Vec::new(),
            maps: Vec::new(),
            checkpoints: Vec::new(),
            tiles: Tiles::default(),
            charter: charter.clone(),
            policies,
            log_keys,
            witnesses,
            entropy: SeededEntropy::named("bench"),
        };
        corridor.admit(Submission::Mark(charter), Vec::new());
        let from = founded.plus(Duration::from_secs(7 * 86_400 + 60));
        for code in PLATFORMS {
            let new = NewMember {
                platform: code.parse().expect("a code"),
                counter: key(code).public().clone(),
                pint: key(&format!("{code} pint")).public().clone(),
            };
            let mark = founding::member(ORIGIN, &authority, &new, from).expect("a member");
            corridor.admit(Submission::Mark(mark), Vec::new());
        }
        corridor.publish();
        corridor.clock = founded.plus(Duration::from_secs(8 * 86_400));
        corridor
    }

    /// Verifies, admits, keeps.
    pub fn admit(&mut self, submission: Submission, details: Vec<u8>) {
        let verified = verify(&self.state, &submission, self.clock);
        let sequenced = self.state.admit(&submission, &verified, self.clock).expect("admitted");
        let index = self.tiles.size();
        self.keep(sequenced.leaves);
        let signed = match submission {
            Submission::Act(signed) => Some(signed),
            Submission::Decline { .. } | Submission::Group { .. } | Submission::Mark(_) => None,
        };
        self.admitted.push(Admitted { index, signed, details });
    }

    fn keep(&mut self, leaves: Vec<Vec<u8>>) {
        leaves.iter().for_each(|leaf| self.tiles.push(leaf));
        self.leaves.extend(leaves);
    }

    /// Closes the interval: map leaf, checkpoint, both witnesses' cosignatures.
    pub fn publish(&mut self) {
        let (map, checkpoint) = self.state.close(self.clock).expect("closed");
        self.maps.push(self.tiles.size());
        self.keep(map.into_iter().collect());
        self.tiles.store();
        let size = self.tiles.size();
        let mut signed = registry::log::sign(checkpoint, &self.log_keys, self.clock).expect("signed");
        let asked = signed.clone();
        for (witness, seen) in &mut self.witnesses {
            let old = seen.size();
            let proof = if old == 0 {
                Vec::new()
            } else {
                self.tiles.tree(size).consistency_proof(old).expect("consistent")
            };
            let request = AddCheckpoint::new(old, proof, asked.clone()).expect("a request");
            let new = self.leaves[usize::try_from(old).expect("a place")..].iter().map(Vec::as_slice);
            let (after, signatures) = witness.cosign(seen, &request, new, self.clock).expect("cosigned");
            *seen = after;
            for signature in signatures {
                signed = signed.with(signature).expect("room");
            }
        }
        self.checkpoints.push(signed);
    }

    /// A person with a new key, whose set the home platform vouches for; admitted.
    pub fn enrol(&mut self, name: &str, home: &str, party_code: (&str, &str)) -> Person {
        let party = party(name, home, party_code);
        let person = enrolled(key(name), party, home, self.clock, &mut self.entropy);
        self.admit(Submission::Act(person.enrolled.clone()), person.details.clone());
        person
    }

    /// A bill over `document`, admitted: the head on which its first holder acts.
    pub fn issue(&mut self, document: &[u8], carrier: &Person, to: &Person) -> Head {
        let read = dcsa::TransportDocument::read(document).expect("a document");
        let identity = read.identity().expect("an identity");
        let salt = [7; 16];
        let tagged = format!(
            "twakow/tag/1\n{}\n{}\n{}\n",
            identity.carrier, identity.reference, identity.sub_reference
        );
        let issue = Issue {
            by: carrier.controller(),
            to: to.controller(),
            expires: desk::expiry(Op::Issue, true, self.clock),
            tag: Digest::of_parts(&[tagged.as_bytes(), &salt]),
            registry: this_log(),
            from: Vec::new(),
        };
        let particulars = Particulars {
            transactions: vec![desk::transaction("ISSUE", &carrier.party, Some(&to.party), self.clock)],
            more: vec![
                ("issuerSalt", Value::from(base64url::encode(&salt).as_str())),
                ("jurisdiction", Value::from("England")),
                ("law", Value::from("England")),
            ],
        };
        let (at, entropy) = (self.clock, &mut self.entropy);
        let signed = desk::issue(issue, read.checksum(), particulars, &carrier.key, at, entropy);
        let digest = self.hand_in(signed.expect("an issue"), carrier.home, to.home);
        Head { record: digest, seq: 0, digest, by: to.controller(), document: read.checksum() }
    }

    /// Endorsed and delivered to the next, admitted.
    pub fn pass(&mut self, head: &Head, by: &Person, to: &Person) -> Head {
        let said = |code| desk::transaction(code, &by.party, Some(&to.party), self.clock);
        let particulars =
            Particulars { transactions: vec![said("ENDORSE_TO_ORDER"), said("TRANSFER")], more: Vec::new() };
        let expires = desk::expiry(Op::Move, by.home != to.home, self.clock);
        let (at, entropy) = (self.clock, &mut self.entropy);
        let action = Action::Move { to: to.controller() };
        let signed = desk::step(head, action, expires, particulars, &by.key, at, entropy);
        let digest = self.hand_in(signed.expect("a move"), by.home, to.home);
        Head { seq: head.seq + 1, digest, by: to.controller(), ..head.clone() }
    }

    /// Countersigned by home and, when it crosses, accepted.
    fn hand_in(&mut self, signed: desk::Signed, home: Platform, to: Platform) -> Digest {
        let roles =
            if home == to { vec![(home, Role::Home)] } else { vec![(home, Role::Home), (to, Role::Accept)] };
        let digest = signed.act.digest();
        let one = countersigned(signed.act, &signed.signatures, &roles);
        self.admit(Submission::Act(one), signed.details);
        digest
    }

    /// The log's keys.
    pub fn log_keys(&self) -> &[NoteSigner] {
        &self.log_keys
    }

    /// A witness of this log that has read nothing yet.
    pub fn another_witness(&self) -> (Witness, Seen) {
        let log = self.log_keys.iter().map(|key| key.verifier().clone()).collect();
        let own = notes("witness.example/uk1");
        (Witness::new(ORIGIN, log, own).expect("a witness"), Seen::new())
    }

    /// The log's request to go from `old` to where `log` is.
    pub fn request(&self, log: &Log, tiles: &Tiles, old: u64, at: Timestamp) -> AddCheckpoint {
        let checkpoint = log.checkpoint(ORIGIN).expect("closed");
        let signed = registry::log::sign(checkpoint, &self.log_keys, at).expect("signed");
        let proof = match old {
            0 => Vec::new(),
            old => tiles.tree(log.size()).consistency_proof(old).expect("consistent"),
        };
        AddCheckpoint::new(old, proof, signed).expect("a request")
    }

    /// The keys under checkpoints: of the log and of the witnesses.
    pub fn verifiers(&self) -> Vec<VerifierKey> {
        let names = [ORIGIN, "witness.example/uk1", "witness.example/sg1"];
        names.iter().flat_map(|name| notes(name)).map(|key| key.verifier().clone()).collect()
    }

    /// What a reader trusts, who knows the carrier's sets.
    pub fn trust(&self, carrier: &str, sets: Vec<Digest>) -> Trust {
        let [post_quantum, classic] = self.policies.clone();
        let registry = RegistryFile {
            origin: ORIGIN.into(),
            policy: Some(post_quantum),
            policy_ed25519: Some(classic),
            verifying: vec!["sg1".into(), "uk1".into()],
            charter: Some(Digest::of(self.charter.statement.as_bytes())),
            log_ml_dsa: Some(self.log_keys[1].verifier().to_string()),
            successor: None,
        };
        let carriers = vec![Carrier { carrier: carrier.to_owned(), sets }];
        let file = TrustFile { registries: vec![registry], carriers, test: true, ..TrustFile::default() };
        Trust::parse(&file.write()).expect("a trust file")
    }
}

impl Default for Corridor {
    fn default() -> Self {
        Self::new()
    }
}

/// A party as a document names it.
fn party(name: &str, platform: &str, (list, code): (&str, &str)) -> Value {
    let provider = if list == "LEI" { "GLEIF" } else { "ZZZ" };
    let mut identifying = vec![("codeListProvider", provider), ("partyCode", code)];
    if list == "LEI" {
        identifying.push(("codeListName", "LEI"));
    }
    Value::object([
        ("eblPlatform", Value::from(platform)),
        ("identifyingCodes", Value::array([Value::object(identifying)])),
        ("partyName", Value::from(name)),
    ])
}

/// A person whose set is signed and vouched for, not admitted yet.
pub fn enrolled(
    key: SigningKey,
    party: Value,
    home: &str,
    at: Timestamp,
    entropy: &mut SeededEntropy,
) -> Person {
    let recovery = desk::recovery_by(officer()).expect("a recovery");
    let set = desk::key_set(&key, party.clone(), recovery, this_log(), at, entropy).expect("a set");
    let home: Platform = home.parse().expect("a code");
    let enrolled = countersigned(set.act, &set.signatures, &[(home, Role::Enrol)]);
    Person { key, enrolled, details: set.details, party, home }
}

fn officer() -> PublicKey {
    key("officer").public().clone()
}

/// The act with statements of platforms, each signed with the platform's own key.
pub fn countersigned(act: bill::act::Act, by: &SignatureList, roles: &[(Platform, Role)]) -> Signed {
    let statements = roles.iter().map(|(platform, role)| {
        Counter { act: act.digest(), at: act.at(), platform: *platform, role: *role }
            .sign(&key(platform.as_str()))
    });
    let holders: Vec<_> = by.holders().map(|(_, signature)| signature.clone()).collect();
    Signed { signatures: SignatureList::of(holders, statements).expect("a list"), act }
}
