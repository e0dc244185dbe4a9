//! The registry's node: it admits, stores, signs checkpoints, has them cosigned, and proves.
//!
//! One command is one transaction: the leaves, the submission behind them, and the size. Nobody is told `final` before a
//! checkpoint that contains the leaf is cosigned as the policy demands; until then the answer is 202, which means
//! nothing. A registry does not serve before its witnesses have told what they cosigned last, and never below that.

pub(crate) mod lookup;
mod many;
mod shelf;

use std::collections::{BTreeMap, BTreeSet};

use bill::words::Platform;
use crypto::{
    entropy::Entropy,
    json::{self, Number, Value},
};
use registry::{
    log::{Log, sign},
    lookup::Published,
    restart::{self, Told},
    state::State,
    submission::Submission,
    verified::verify,
    witness::AddCheckpoint,
};
use store::{Store, Txn};
use tlog::{
    checkpoint::SignedCheckpoint, key::NoteSigner, merkle::consistency_proof, policy::Policy,
    tile::TileWriter,
};
use vocab::{Refusal, RefusalKind, Timestamp};

pub(crate) use self::lookup::LookedUp;
pub use self::many::{SUBMISSIONS_MAX, TOO_MANY_SUBMISSIONS};
use self::{many::Remembered, shelf::Shelves};
use crate::{
    Node, NodeError, Reply, Request, Status,
    post::{self, Post},
    wire::{self, Refused, UNKNOWN_PATH},
    witness::{self, COSIGN, OTHER_SIZE},
};

/// Where acts and groups are handed in.
pub const SUBMIT: &str = "/v1/submit";
/// Where many acts and groups are handed in at once, one a line.
pub const SUBMIT_MANY: &str = "/v1/submissions";
/// Where declines are handed in.
pub const DECLINE: &str = "/v1/decline";
/// Where charter and member marks are handed in.
pub const MARK: &str = "/v1/mark";
/// Where records are looked up.
pub const LOOKUP: &str = "/v1/lookup";

/// The registry has not yet heard from enough of its witnesses.
pub const STARTING: RefusalKind = RefusalKind {
    code: "registry-starting",
    sentence: "The registry has not yet heard from its witnesses what they cosigned last.",
    remedy: "Ask again; if it lasts, see that the witnesses run.",
};

/// Whether the registry serves.
enum Duty {
    /// It asks its witnesses; what they told so far.
    Starting(Vec<Told>),
    /// It serves.
    Serving,
    /// It must not serve; why.
    Halted(Refusal),
}

/// Who talks to the registry.
#[derive(Debug, Clone, Default)]
pub struct Peers {
    /// Names of the witnesses in the corridor, by their names in the policy.
    pub witnesses: BTreeMap<String, String>,
    /// Codes of the platforms, by their names in the corridor.
    pub platforms: BTreeMap<String, Platform>,
}

/// A checkpoint that is signed and waits for its witnesses.
struct Waiting {
    log: Log,
    signed: SignedCheckpoint,
}

/// A registry of one log.
///
/// Invariant: `state` is what the store's leaves and submissions give. It is changed before the store has made the change
/// durable; when that fails the node answers nothing more (`broken`) and is opened again.
pub struct RegistryNode {
    name: String,
    store: Store,
    keys: Vec<NoteSigner>,
    policy: Policy,
    /// The policy with the other of each witness's two keys.
    classic: Option<Policy>,
    peers: Peers,
    state: State,
    tiles: TileWriter,
    maps: BTreeSet<u64>,
    duty: Duty,
    waiting: Option<Waiting>,
    published: Option<Published>,
    /// The size that each witness has cosigned, as far as it has told.
    cosigned: BTreeMap<String, u64>,
    /// The checkpoint for which each witness was last asked a second time, by its size.
    asked_again: BTreeMap<String, u64>,
    broken: bool,
    post: Post,
    remembered: Remembered,
}

impl RegistryNode {
    /// The registry as its store left it. `policies`: the one under which a checkpoint is final, and where it is known the
    /// same with the other of each witness's two keys.
    ///
    /// # Errors
    /// The store holds what is no log, or failed.
    pub fn open(
        name: &str,
        store: Store,
        origin: &str,
        keys: Vec<NoteSigner>,
        (policy, classic): (Policy, Option<Policy>),
        peers: Peers,
    ) -> Result<Self, NodeError> {
        let shelves = Shelves::new(&store);
        let signed = shelves.signed()?;
        let state = shelves.replay(origin, signed.as_ref())?;
        let maps = shelves.maps(state.log().size())?;
        let tiled = signed.as_ref().map_or(0, |signed| signed.checkpoint().size());
        let mut tiles = TileWriter::resume(shelves.tile_reader(), tiled)?;
        for leaf in shelves.leaves(tiled, state.log().size())? {
            tiles.push(&leaf)?;
        }
        let published = shelves.published()?;
        let duty = if signed.is_none() { Duty::Serving } else { Duty::Starting(Vec::new()) };
        let (broken, waiting, cosigned, asked_again) = (false, None, BTreeMap::new(), BTreeMap::new());
        let (name, post) = (name.to_owned(), Post::default());
        Ok(Self {
            name,
            store,
            keys,
            policy,
            classic,
            peers,
            state,
            tiles,
            maps,
            duty,
            waiting,
            published,
            cosigned,
            asked_again,
            broken,
            post,
            remembered: Remembered::default(),
        })
    }

    /// The state, for whoever counts or looks.
    pub const fn state(&self) -> &State {
        &self.state
    }

    /// The newest checkpoint that has its quorum.
    pub fn published_checkpoint(&self) -> Option<&SignedCheckpoint> {
        self.published.as_ref().map(Published::checkpoint)
    }

    /// Leaves that are final.
    pub fn published_size(&self) -> u64 {
        self.published.as_ref().map_or(0, |published| published.log().size())
    }

    fn submit(
        &mut self,
        submission: Result<Submission, Refusal>,
        now: Timestamp,
    ) -> Result<Reply, NodeError> {
        let submission = match submission {
            Ok(submission) => submission,
            Err(refusal) => return Ok(wire::refused(&refusal)),
        };
        let verified = verify(&self.state, &submission, now);
        let sequenced = match self.state.admit(&submission, &verified, now) {
            Ok(sequenced) => sequenced,
            Err(refusal) => return Ok(wire::refused(&refusal)),
        };
        if !sequenced.leaves.is_empty() {
            self.keep(sequenced.first, sequenced.leaves, Some(submission))?;
        }
        let Some(answer) = sequenced.answers.last() else { return Ok(wire::refused(&STARTING.refuse())) };
        Ok(self.said(answer.index))
    }

    /// What may be said of the leaf at `index`: final, or nothing.
    fn said(&self, index: u64) -> Reply {
        if index >= self.published_size() {
            return Reply { status: Status::Accepted, body: Vec::new() };
        }
        let index = Number::from_integer(index).map_or(Value::Null, Value::from);
        let body = json::canonical(&Value::object([("index", index), ("v", Value::from("twakow/final/1"))]));
        Reply { status: Status::Ok, body }
    }

    /// Makes new leaves durable with what is behind them.
    fn keep(
        &mut self,
        first: u64,
        leaves: Vec<Vec<u8>>,
        submission: Option<Submission>,
    ) -> Result<(), NodeError> {
        for leaf in &leaves {
            self.tiles.push(leaf)?;
        }
        let size = self.state.log().size();
        let stored = self.store.write(move |txn| {
            let kept = submission.as_ref().and_then(shelf::kept);
            shelf::append(txn, first, &leaves, kept.as_deref())?;
            shelf::raise_size(txn, size)
        });
        self.or_broken(stored)
    }

    fn or_broken<T>(&mut self, stored: Result<T, NodeError>) -> Result<T, NodeError> {
        self.broken |= stored.is_err();
        stored
    }

    /// Closes the log with a map leaf, signs a checkpoint over it and asks the witnesses, all in one transaction.
    fn sign_checkpoint(&mut self, now: Timestamp) -> Result<(), NodeError> {
        let (map, checkpoint) = self.state.close(now)?;
        let size = checkpoint.size();
        let first = size.saturating_sub(u64::from(map.is_some()));
        self.maps.insert(size.saturating_sub(1));
        let leaves: Vec<Vec<u8>> = map.into_iter().collect();
        for leaf in &leaves {
            self.tiles.push(leaf)?;
        }
        let signed = sign(checkpoint, &self.keys, now)?;
        let files = self.tiles.files();
        let text = signed.to_string();
        let stored = self.store.write(move |txn| -> Result<(), NodeError> {
            shelf::append(txn, first, &leaves, None)?;
            shelf::raise_size(txn, size)?;
            shelf::put_tiles(txn, &files)?;
            shelf::set_signed(txn, &text)
        });
        self.or_broken(stored)?;
        self.waiting = Some(Waiting { log: self.state.log().clone(), signed });
        for witness in self.policy_names() {
            self.ask_witness(&witness, now)?;
        }
        Ok(())
    }

    fn policy_names(&self) -> Vec<String> {
        self.policy.witnesses().iter().map(|witness| witness.name().to_owned()).collect()
    }

    fn ask_witness(&mut self, witness: &str, now: Timestamp) -> Result<(), NodeError> {
        let (Some(to), Some(waiting)) = (self.peers.witnesses.get(witness).cloned(), &self.waiting) else {
            return Ok(());
        };
        let size = waiting.signed.checkpoint().size();
        let old = self.cosigned.get(witness).copied().unwrap_or(0).min(size);
        let shelves = Shelves::new(&self.store);
        let proof = consistency_proof(&mut shelves.tree(size), old, size)?;
        let leaves = shelves.leaves(old, size)?;
        let body = witness::write_request(&AddCheckpoint::new(old, proof, waiting.signed.clone())?, &leaves);
        self.store.write(move |txn| post::ask(txn, &to, COSIGN, &body, now).map(|_| ()))
    }

    /// A witness has answered: its cosignature, or the size it stands at.
    fn cosigned(
        &mut self,
        from: &str,
        request: &Request,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let lease = self.post.lease(&request.id);
        let Some(witness) =
            self.peers.witnesses.iter().find(|(_, name)| *name == from).map(|(name, _)| name.clone())
        else {
            return Ok(());
        };
        let acked = move |txn: &mut dyn Txn| -> Result<(), NodeError> {
            lease.map_or(Ok(()), |lease| txn.outbox_ack(lease).map(|_| ()).map_err(NodeError::from))
        };
        match reply.status {
            Status::Ok => {
                let asked = witness::asked_for(&request.body)?.checkpoint().clone();
                self.store.write(acked)?;
                self.cosigned.insert(witness.clone(), asked.checkpoint().size());
                self.add_cosignature(&witness, &asked, &reply.body)
            }
            Status::Conflict => {
                self.store.write(acked)?;
                let told = Refused::read(&reply.body);
                if told.code == OTHER_SIZE.code {
                    let size = told.particulars.as_deref().and_then(|size| size.parse().ok()).unwrap_or(0);
                    self.cosigned.insert(witness.clone(), size);
                    // Asked from another size than it stands at: ask again, for whatever waits now, and once: a witness
                    // that names a new size each time would keep the registry busy with it.
                    let waits = self.waiting.as_ref().map(|waiting| waiting.signed.checkpoint().size());
                    let first = self.asked_again.get(&witness).copied() != waits;
                    if let Some(waits) = waits.filter(|_| first)
                        && witness::asked_for(&request.body)?.old_size() != size
                    {
                        self.asked_again.insert(witness.clone(), waits);
                        self.ask_witness(&witness, now)?;
                    }
                }
                Ok(())
            }
            // A refusal is kept for the operator: this witness found something that it will not cosign.
            Status::Refused => self.store.write(acked),
            Status::Started
            | Status::Accepted
            | Status::NoContent
            | Status::BadRequest
            | Status::NotFound => Ok(()),
        }
    }

    fn add_cosignature(
        &mut self,
        witness: &str,
        asked: &SignedCheckpoint,
        lines: &[u8],
    ) -> Result<(), NodeError> {
        let Some(waiting) = self.waiting.take_if(|waiting| waiting.signed.checkpoint() == asked.checkpoint())
        else {
            return Ok(());
        };
        let policies = [Some(&self.policy), self.classic.as_ref()];
        let named = policies.into_iter().flatten().flat_map(Policy::witnesses);
        let keys: Vec<_> = named.filter(|one| one.name() == witness).map(|one| one.key()).collect();
        let signed = witness::add_lines(waiting.signed, lines, &keys);
        if self.policy.judge(&signed).is_err() {
            self.waiting = Some(Waiting { log: waiting.log, signed });
            return Ok(());
        }
        let (size, text) = (signed.checkpoint().size(), signed.to_string());
        let stored = self.store.write(move |txn| shelf::set_cosigned(txn, size, &text));
        self.or_broken(stored)?;
        self.published = Some(Published::new(waiting.log, signed)?);
        Ok(())
    }

    fn told(&mut self, from: &str, reply: &Reply) -> Result<(), NodeError> {
        let Some((witness, _)) = self.peers.witnesses.iter().find(|(_, name)| *name == from) else {
            return Ok(());
        };
        let last = match reply.status {
            Status::NoContent => None,
            // A witness that answers what cannot be read has not answered.
            Status::Ok => match SignedCheckpoint::parse(&reply.body) {
                Ok(last) => Some(last),
                Err(_) => return Ok(()),
            },
            Status::Started
            | Status::Accepted
            | Status::BadRequest
            | Status::NotFound
            | Status::Conflict
            | Status::Refused => return Ok(()),
        };
        self.cosigned.insert(witness.clone(), last.as_ref().map_or(0, |last| last.checkpoint().size()));
        let Duty::Starting(told) = &mut self.duty else { return Ok(()) };
        told.retain(|one| one.witness != *witness);
        told.push(Told { witness: witness.clone(), last });
        let shelves = Shelves::new(&self.store);
        let tiled = shelves.signed()?.map_or(0, |signed| signed.checkpoint().size());
        let origin = self.state.origin();
        match restart::check(&self.policy, origin, &mut shelves.tree(tiled), tiled, told) {
            Ok(()) => self.duty = Duty::Serving,
            Err(NodeError::State(refusal)) if refusal.code() == registry::refusals::WITNESSES_SILENT.code => {
            }
            Err(NodeError::State(refusal)) => self.duty = Duty::Halted(refusal),
            Err(accident) => return Err(accident),
        }
        Ok(())
    }
}

impl Node for RegistryNode {
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
        if self.broken {
            return Err(store::StoreError::Closed.into());
        }
        match &self.duty {
            Duty::Serving => {}
            Duty::Starting(_) => {
                return Ok(Reply { status: Status::Accepted, body: wire::refused(&STARTING.refuse()).body });
            }
            // Whatever it was asked for, this is no verdict on it: the asker keeps its request and asks again.
            Duty::Halted(refusal) => {
                return Ok(Reply { status: Status::Accepted, body: wire::refused(refusal).body });
            }
        }
        match path {
            SUBMIT_MANY => self.submit_many(body, now),
            SUBMIT => self.submit(Submission::parse(body), now),
            DECLINE => self.submit(Submission::parse_decline(body), now),
            MARK => self.submit(Submission::parse_mark(body), now),
            LOOKUP => self.look_up(from, body),
            other => Ok(wire::refused(&UNKNOWN_PATH.because(other))),
        }
    }

    fn due(&mut self, now: Timestamp) -> Result<Vec<Request>, NodeError> {
        let mut due = self.post.due(&self.store, now)?;
        // All of them, also who has answered: a bad answer may be followed by a good one.
        if let Duty::Starting(_) = &self.duty {
            let witnesses = self.peers.witnesses.values();
            due.extend(witnesses.map(|name| Request::new(name, witness::LAST, Vec::new())));
        }
        Ok(due)
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
        match request.path.as_str() {
            witness::LAST => self.told(&request.to, reply),
            COSIGN => self.cosigned(&request.to, request, reply, now),
            _ => Ok(()),
        }
    }

    fn pass(&mut self, now: Timestamp, _entropy: &mut dyn Entropy) -> Result<(), NodeError> {
        if self.broken || !matches!(self.duty, Duty::Serving) || self.state.log().size() == 0 {
            return Ok(());
        }
        if let Some(tick) = self.state.tick(now) {
            let first = self.state.log().size().saturating_sub(1);
            self.keep(first, vec![tick], None)?;
        }
        let signed = self.waiting.as_ref().map(|waiting| waiting.log.size());
        if signed.unwrap_or(0).max(self.published_size()) < self.state.log().size() {
            self.sign_checkpoint(now)?;
        }
        Ok(())
    }
}
