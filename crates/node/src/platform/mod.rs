//! The platform's node: home of holders, or of a carrier. It countersigns what its holders sign, offers it to the other
//! platform, accepts or declines what is offered to it, and believes the final log only.
//!
//! The steps are those of docs/control.md, "The cross-platform transfer": TX1 the offer, TX2 the verdict, TX4 possession
//! booked, TX5 "moved" said. Each is one transaction, durable before anybody is told.

mod answers;
mod bundle;
mod envelope;
mod folds;
mod hand_in;
mod many;
mod offers;
mod receiving;
mod rehome;
mod replacement;
mod sending;
pub(crate) mod shelf;
mod title;
mod view;

use std::collections::{BTreeMap, BTreeSet};

use bill::{signatures::Counter, words::Platform};
use crypto::{
    Digest,
    entropy::Entropy,
    json::{self, Fields, Limits, Value},
    key::SigningKey,
};
use dcsa::pint::Peer;
use evidence::trust::Trust;
use store::{Store, Txn};
use vocab::{Refusal, RefusalKind, Timestamp};

use self::{
    folds::Folds,
    many::Batches,
    shelf::{HAND_IN_BYTES_MAX, RecordRow, Shelves, Stage},
};
use crate::{
    Asked, Node, NodeError, Reply, Request, Status,
    keys::PlatformKeys,
    post::{self, Post},
    registrar::{LOOKUP, lookup::Question},
    settings::PlatformSettings,
    wire::{self, BAD_MESSAGE, UNKNOWN_PATH},
};

pub use self::envelope::{ACTS_MEDIA_TYPE, FOREIGN_CHAIN};
pub(crate) use self::hand_in::{NO_PARTY, OTHER_DOCUMENT};
pub use self::hand_in::{SetFile, hand_in_body};
pub use self::rehome::{
    BUNDLE_NOT_AT_HEAD, BUNDLE_NOT_PROVED, BUNDLE_OF_ANOTHER, BUNDLE_TOO_LONG, REHOME,
    REHOME_BUNDLE_BYTES_MAX, REHOMED, RELEASED, rehome_body,
};
pub use self::sending::{NO_ISSUANCE_MANIFEST, OFFER_TOO_LARGE};
pub use self::view::NOT_PROVED;

/// Where a holder's tool hands in a key set to be enrolled.
pub const ENROL: &str = "/v1/keysets";
/// Where a holder's tool hands in acts.
pub const ACTS: &str = "/v1/acts";
/// Where a holder's tool asks how far an act has come.
pub const STAGE: &str = "/v1/stage";
/// Where a holder's tool asks for a record's evidence.
pub const EXPORT: &str = "/v1/export";
/// Where a holder's tool asks for a key-set file.
pub const SET: &str = "/v1/keyset";
/// Where a holder's tool asks what the platform signs with.
pub const ABOUT: &str = "/v1/about";
/// Where a carrier's tool asks for the salt of an issue.
pub const ISSUER_SALT: &str = "/v1/issuer-salt";
/// Where another platform offers an act: DCSA PINT, and below it what follows the envelope.
pub const ENVELOPES: &str = "/v3/envelopes";
/// Where another platform says that a record has moved.
pub const NOTICES: &str = "/v1/notices";

/// The act is not of a holder who is at home here.
pub const NOT_AT_HOME: RefusalKind = RefusalKind {
    code: "not-at-home",
    sentence: "The act is not one that this platform countersigns or accepts.",
    remedy: "Hand it in at the platform that `by.home` names; a re-home, once that has released it, goes to the one that \
             `to.home` names, with the record's evidence (`twakow rehome`).",
};

/// A record that this platform does not hold.
pub const UNKNOWN_RECORD: RefusalKind = RefusalKind {
    code: "unknown-record",
    sentence: "This platform knows no such record.",
    remedy: "Name the bill by its transport document reference or by at least eight digits of its record id, at a \
             platform that has held it.",
};

/// The party to whom something is offered is not enrolled here.
pub const UNKNOWN_PARTY: RefusalKind = RefusalKind {
    code: "unknown-party",
    sentence: "The receiver's key set is not enrolled at this platform.",
    remedy: "Ask the receiver for its key-set file and use the platform that it names.",
};

/// A platform.
pub struct PlatformNode {
    name: String,
    code: Platform,
    settings: PlatformSettings,
    keys: PlatformKeys,
    trust: Trust,
    /// The other platforms, as their signatures are verified.
    known: BTreeMap<Platform, Peer>,
    store: Store,
    post: Post,
    /// The records that the registry has shown since this platform started.
    looked_at: BTreeSet<Digest>,
    folds: Folds,
    batches: Batches,
}

impl PlatformNode {
    /// The platform as its store left it.
    ///
    /// # Errors
    /// Its settings name no platform code, or a trust file that cannot be read.
    pub fn open(settings: &PlatformSettings, key: &SigningKey, store: Store) -> Result<Self, NodeError> {
        let code = settings.code()?;
        let keys = PlatformKeys::of(key, code);
        let mut known = BTreeMap::new();
        for (code, peer) in &settings.peers {
            known.insert(code.parse()?, peer.peer(code)?);
        }
        let own = Peer::new(vec![code.as_str().parse()?], vec![keys.pint.public().clone()])?;
        known.insert(code, own);
        Ok(Self {
            name: settings.name.clone(),
            code,
            keys,
            known,
            trust: Trust::parse(settings.trust.as_bytes())?,
            settings: settings.clone(),
            store,
            post: Post::default(),
            looked_at: BTreeSet::new(),
            folds: Folds::default(),
            batches: Batches::default(),
        })
    }

    fn shelves(&self) -> Shelves<'_> {
        Shelves { store: &self.store }
    }

    /// The name of the peer that answers for a platform code.
    fn peer(&self, code: Platform) -> Option<String> {
        self.settings.peers.get(code.as_str()).map(|peer| peer.name.clone())
    }

    /// The code of the peer with this name in the corridor.
    fn code_of(&self, name: &str) -> Option<Platform> {
        let named = self.settings.peers.iter().find(|(_, peer)| peer.name == name);
        named.and_then(|(code, _)| code.parse().ok())
    }

    fn counter(
        &self,
        act: Digest,
        role: bill::signatures::Role,
        now: Timestamp,
    ) -> bill::signatures::PlatformSignature {
        Counter { act, at: now, platform: self.code, role }.sign(&self.keys.counter)
    }

    fn stage_reply(&self, act: &Digest) -> Result<Reply, NodeError> {
        let Some(stage) = self.shelves().stage(act)? else {
            return Ok(Reply { status: Status::NotFound, body: Vec::new() });
        };
        let (word, why) = match &stage {
            Stage::Looking | Stage::Offered | Stage::Examining | Stage::Accepted => ("offered", None),
            Stage::Doubted(why, _) => ("offered", Some(why.as_str())),
            Stage::Moved => ("moved", None),
            Stage::Declined(why) | Stage::Returned(why) => ("returned", Some(why.as_str())),
        };
        let body = json::canonical(&Value::object([
            ("act", Value::from(*act)),
            ("stage", Value::from(word)),
            ("v", Value::from("twakow/stage/1")),
            ("why", why.map_or(Value::Null, Value::from)),
        ]));
        Ok(Reply { status: Status::Ok, body })
    }

    fn issuer_salt(&self, body: &[u8]) -> Result<Reply, Refusal> {
        let value = json::parse_canonical(body, &Limits::bytes(HAND_IN_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "issuer salt")?;
        let (carrier, reference) = (fields.string("carrier")?, fields.string("reference")?);
        let sub = fields.string("subReference")?;
        fields.end()?;
        let info = format!("twakow/issuer-salt/1\n{carrier}\n{reference}\n{sub}");
        let salt: [u8; 16] = crypto::hkdf_sha256(&self.keys.issuer_secret, &[], info.as_bytes());
        Ok(Reply { status: Status::Ok, body: salt.to_vec() })
    }
}

/// Puts an act among those whose fate in the log is still open, and asks the registry about its record.
fn watch(
    txn: &mut dyn Txn,
    registry: &str,
    record: &Digest,
    act: &Digest,
    now: Timestamp,
) -> Result<(), NodeError> {
    RecordRow::Pending.put(txn, record, act)?;
    post::ask(txn, registry, LOOKUP, &Question::write(record, act), now)?;
    Ok(())
}

/// The act's fate is known.
fn settle(txn: &mut dyn Txn, record: &Digest, act: &Digest, stage: &Stage) -> Result<(), NodeError> {
    RecordRow::Pending.remove(txn, record, act)?;
    RecordRow::Looking.remove(txn, record, act)?;
    shelf::set_stage(txn, act, stage)
}

/// A question or command of a holder's tool: one member, a text.
fn one_text(body: &[u8], name: &str) -> Result<String, Refusal> {
    let value = json::parse_canonical(body, &Limits::bytes(64 * 1024))?;
    let mut fields = Fields::of(&value, "question")?;
    let text = fields.string(name)?.to_owned();
    fields.end()?;
    Ok(text)
}

/// The body of such a question.
pub fn question(name: &str, text: &str) -> Vec<u8> {
    json::canonical(&Value::object([(name, text)]))
}

impl Node for PlatformNode {
    fn name(&self) -> &str {
        &self.name
    }

    fn serve(
        &mut self,
        from: &str,
        path: &str,
        body: &[u8],
        now: Timestamp,
        _entropy: &mut dyn Entropy,
    ) -> Result<Reply, NodeError> {
        // Whoever is nobody's node is the operator's own machine: a holder's tool beside it.
        let local = from.is_empty();
        let peer = self.code_of(from);
        let served = match (path, local, peer) {
            (ENROL, true, _) => self.enrol(body, now),
            (ACTS, true, _) => self.hand_in(body, now),
            (STAGE, true, _) => {
                self.read(|node| node.stage_reply(&one_text(body, "act")?.parse::<Digest>()?))
            }
            (EXPORT, true, _) => match one_text(body, "bill") {
                Ok(bill) => self.export(&bill, now),
                Err(refusal) => Err(refusal.into()),
            },
            (SET, true, _) => self.read(|node| node.set_file(&one_text(body, "set")?.parse::<Digest>()?)),
            (ABOUT, true, _) => {
                let body = json::canonical(&Value::object([
                    ("code", Value::from(self.code.as_str())),
                    ("counter", self.keys.counter.public().jwk()),
                ]));
                Ok(Reply { status: Status::Ok, body })
            }
            (REHOME, true, _) => self.take_home(body, now),
            (RELEASED, true, _) => {
                self.read(|node| node.released(&one_text(body, "act")?.parse::<Digest>()?))
            }
            (ISSUER_SALT, true, _) => self.read(|node| Ok(node.issuer_salt(body)?)),
            (path, _, Some(code)) if path.starts_with(ENVELOPES) => self.envelope(code, path, body, now),
            (NOTICES, _, Some(_)) => self.noticed(body, now),
            (other, ..) => Err(UNKNOWN_PATH.because(other).into()),
        };
        match served {
            // What this node refuses is an answer; what it cannot do is none.
            Err(NodeError::State(refusal)) => Ok(wire::refused(&refusal)),
            other => other,
        }
    }

    fn due(&mut self, now: Timestamp) -> Result<Vec<Request>, NodeError> {
        self.post.due(&self.store, now)?.into_iter().map(|request| self.spelt_out(request)).collect()
    }

    fn serve_many(
        &mut self,
        asked: &[Asked<'_>],
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<Reply>, NodeError> {
        let replies = self.take_many(asked, now)?;
        let served = asked.iter().zip(replies).map(|(one, reply)| match reply {
            Some(reply) => Ok(reply),
            None => self.serve(one.from, one.path, one.body, now, entropy),
        });
        served.collect()
    }

    fn waits_until(&self) -> Result<Option<Timestamp>, NodeError> {
        Post::waits_until(&self.store)
    }

    fn answered(
        &mut self,
        request: &Request,
        reply: &Reply,
        now: Timestamp,
        _entropy: &mut dyn Entropy,
    ) -> Result<(), NodeError> {
        self.hear(request, reply, now)
    }

    fn pass(&mut self, _now: Timestamp, _entropy: &mut dyn Entropy) -> Result<(), NodeError> {
        Ok(())
    }
}

impl PlatformNode {
    fn read(&self, read: impl FnOnce(&Self) -> Result<Reply, NodeError>) -> Result<Reply, NodeError> {
        read(self)
    }

    fn parse_body(body: &[u8], version: &str) -> Result<Value, Refusal> {
        let value = json::parse_canonical(body, &Limits::bytes(HAND_IN_BYTES_MAX))?;
        if value.get("v").and_then(Value::as_str) == Some(version) {
            return Ok(value);
        }
        Err(BAD_MESSAGE.because(format!("not {version}")))
    }
}
