//! Acts that are handed in together: judged over the cores, each as it would be alone, written in one transaction, and
//! then answered. They go to the registry together, and what it proves of them comes back together.
//!
//! Only a step that stays in this house, on a record whose newest state this platform has seen since it started, is taken
//! so; whatever else is handed in beside it is served one after another, as always.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bill::act::Body;
use crypto::{
    Digest,
    json::{self, Fields},
};
use registry::{leaf, slot};
use vocab::{Refusal, Timestamp};

use super::{
    ACTS, PlatformNode,
    answers::fate,
    folds::FOLDS_MAX,
    hand_in::SetFile,
    question, settle,
    shelf::{self, Paper, RecordRow, Stage},
    view::View,
};
use crate::{
    Asked, NodeError, Reply, Request, Status,
    finals::{Finals, Placed, leaf_of, sentence},
    parallel,
    post::{self},
    registrar::{LOOKUP, SUBMISSIONS_MAX, SUBMIT_MANY, lookup::Question},
    wire,
};

/// Requests held as they go out; above that one is dropped, its answer ignored, and it is spelt out again when it is due.
const SPELT_MAX: usize = 256;

/// What one of many requests is, before anything is written.
enum Prepared {
    /// To be served by itself.
    Alone,
    /// Nothing to write: a refusal, or an act that was taken before.
    Told(Reply),
    /// An act that passed every check, countersigned.
    Ready(Box<Ready>),
}

/// One act as it was handed in, and the receivers' key sets beside it.
struct Handed {
    paper: Paper,
    receivers: Vec<Digest>,
}

impl Handed {
    /// Reads a hand-in of one act without a document; `None` for whatever is served by itself.
    fn read(one: &Asked<'_>) -> Result<Option<Self>, Refusal> {
        if !one.from.is_empty() || one.path != ACTS {
            return Ok(None);
        }
        let value = PlatformNode::parse_body(one.body, "twakow/hand-in/1")?;
        let mut fields = Fields::of(&value, "hand-in")?;
        fields.string("v")?;
        let ([file], None) = (fields.array("acts")?, fields.value("document")?.as_str()) else {
            return Ok(None);
        };
        let paper = Paper::read(file)?;
        let receivers = fields.array("receivers")?.iter();
        let receivers = receivers.map(|file| Ok(SetFile::read(&json::canonical(file))?.id));
        let receivers = receivers.collect::<Result<_, Refusal>>()?;
        fields.end()?;
        Ok(Some(Self { paper, receivers }))
    }
}

struct Ready {
    paper: Paper,
    /// The act file, as it is kept.
    file: Vec<u8>,
}

/// A request as it goes out, and its acts.
#[derive(Debug)]
struct Spelt {
    request: Request,
    acts: Vec<Digest>,
}

/// Acts on their way to the registry in one request.
#[derive(Debug, Default)]
pub(super) struct Batches {
    /// Requests under way, by the id under which each stands in the outbox.
    spelt: BTreeMap<Digest, Arc<Spelt>>,
    /// The same by the ids under which they go out.
    out: BTreeMap<Digest, Digest>,
    /// The papers of acts under way, lest they be read again; the store has them too.
    papers: BTreeMap<Digest, Arc<Paper>>,
}

/// What the final log says of one act.
enum Outcome {
    /// It is final; the record with it, and its leaf.
    Final(Arc<View>, Vec<u8>),
    /// It is final already.
    Known,
    /// The registry refuses it by its bare word, with this reason: only what the log shows ends the act.
    Doubted(String),
    /// The record must be looked at.
    Look,
}

fn taken(act: &Digest) -> Reply {
    Reply { status: Status::Accepted, body: question("act", &act.to_string()) }
}

impl PlatformNode {
    pub(super) fn take_many(
        &mut self,
        asked: &[Asked<'_>],
        now: Timestamp,
    ) -> Result<Vec<Option<Reply>>, NodeError> {
        let this = &*self;
        let handed = parallel::each(asked, Handed::read);
        let known = this.known(handed.iter().filter_map(|one| one.as_ref().ok()?.as_ref()))?;
        let prepared = parallel::each(&handed, |one| {
            let prepared = match one {
                Ok(Some(handed)) => this.prepare(handed, &known, now),
                Ok(None) => Ok(Prepared::Alone),
                Err(refusal) => Err(refusal.clone().into()),
            };
            match prepared {
                Err(NodeError::State(refusal)) => Ok(Prepared::Told(wire::refused(&refusal))),
                other => other,
            }
        });
        let (mut replies, mut batch, mut seen) =
            (Vec::with_capacity(asked.len()), Vec::new(), BTreeSet::new());
        for prepared in prepared {
            replies.push(match prepared? {
                Prepared::Alone => None,
                Prepared::Told(reply) => Some(reply),
                Prepared::Ready(ready) => {
                    let act = ready.paper.act.digest();
                    if seen.insert(act) {
                        batch.push(*ready);
                    }
                    Some(taken(&act))
                }
            });
        }
        self.keep_many(batch, now)?;
        Ok(replies)
    }

    /// What is known already of the acts and key sets that were handed in, read at once.
    fn known<'a>(&self, handed: impl Iterator<Item = &'a Handed>) -> Result<BTreeSet<Digest>, NodeError> {
        let (mut acts, mut sets) = (Vec::new(), Vec::new());
        for one in handed {
            acts.push(one.paper.act.digest());
            sets.extend(&one.receivers);
        }
        self.shelves().known(&acts, &sets)
    }

    /// Everything that may be asked of an act without writing: what [`PlatformNode::hand_in`] asks, in its order.
    fn prepare(
        &self,
        handed: &Handed,
        known: &BTreeSet<Digest>,
        now: Timestamp,
    ) -> Result<Prepared, NodeError> {
        let Handed { paper, receivers } = handed;
        let (act, record) = (paper.act.digest(), paper.act.record());
        if !receivers.iter().all(|set| known.contains(set)) {
            return Ok(Prepared::Alone);
        }
        if known.contains(&act) {
            return Ok(Prepared::Told(taken(&act)));
        }
        let stays = paper.act.acceptor().is_none_or(|acceptor| acceptor == self.code);
        let step = matches!(paper.act.body(), Body::Step(_));
        if !step || !stays || !self.looked_at.contains(&record) || self.is_final(paper)? {
            return Ok(Prepared::Alone);
        }
        self.at_home(&paper.act)?;
        match self.judge_step(paper, now) {
            Err(NodeError::State(why)) if self.keys_have_changed(&paper.act, &why)? => {
                return Ok(Prepared::Alone);
            }
            judged => judged?,
        }
        let paper = self.countersigned(paper, now)?;
        let file = json::canonical(&paper.value());
        Ok(Prepared::Ready(Box::new(Ready { paper, file })))
    }

    /// TX1 of many: all are kept, and on their way, or none.
    fn keep_many(&mut self, batch: Vec<Ready>, now: Timestamp) -> Result<(), NodeError> {
        if batch.is_empty() {
            return Ok(());
        }
        for ready in &batch {
            if self.batches.papers.len() < FOLDS_MAX {
                self.batches.papers.insert(ready.paper.act.digest(), Arc::new(ready.paper.clone()));
            }
        }
        let registry = self.settings.registry.clone();
        self.store.write(move |txn| -> Result<(), NodeError> {
            for ready in &batch {
                let (record, act) = (ready.paper.act.record(), ready.paper.act.digest());
                shelf::put_file(txn, &ready.paper, &ready.file, &Stage::Offered)?;
                RecordRow::Pending.put(txn, &record, &act)?;
            }
            for acts in batch.chunks(SUBMISSIONS_MAX) {
                let digests: Vec<u8> =
                    acts.iter().flat_map(|ready| *ready.paper.act.digest().as_bytes()).collect();
                post::ask(txn, &registry, SUBMIT_MANY, &digests, now)?;
            }
            Ok(())
        })
    }

    /// The request that stands in the outbox as the digests of its acts, as it goes out: a line for each, the same
    /// bytes whenever it does, for what is kept of an act does not change before it is final.
    pub(super) fn spelt_out(&mut self, request: Request) -> Result<Request, NodeError> {
        if request.path != SUBMIT_MANY {
            return Ok(request);
        }
        if let Some(spelt) = self.batches.spelt.get(&request.id) {
            self.post.renamed(&request.id, spelt.request.id);
            return Ok(spelt.request.clone());
        }
        let (digests, _) = request.body.as_chunks::<32>();
        let (mut acts, mut body) = (Vec::with_capacity(digests.len()), Vec::new());
        for act in digests.iter().copied().map(Digest::from_bytes) {
            let Some(paper) = self.paper_under_way(&act)? else { continue };
            if !body.is_empty() {
                body.push(b'\n');
            }
            body.extend(json::canonical(&paper.for_registry()));
            acts.push(act);
        }
        let spelt = Request::new(request.to, request.path, body);
        self.post.renamed(&request.id, spelt.id);
        if self.batches.spelt.len() >= SPELT_MAX
            && let Some((_, dropped)) = self.batches.spelt.pop_first()
        {
            self.batches.out.remove(&dropped.request.id);
        }
        self.batches.out.insert(spelt.id, request.id);
        self.batches.spelt.insert(request.id, Arc::new(Spelt { request: spelt.clone(), acts }));
        Ok(spelt)
    }

    fn paper_under_way(&self, act: &Digest) -> Result<Option<Arc<Paper>>, NodeError> {
        match self.batches.papers.get(act) {
            Some(paper) => Ok(Some(paper.clone())),
            None => Ok(self.shelves().paper(act)?.map(Arc::new)),
        }
    }

    /// TX4 and TX5 of many: what the registry proves of the acts that went to it together.
    pub(super) fn proved(
        &mut self,
        request: &Request,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        // Asked in an earlier life of this node: it will be asked again.
        let known = self.batches.out.get(&request.id).and_then(|kept| self.batches.spelt.get(kept));
        let Some(spelt) = known.cloned() else { return Ok(()) };
        let acts = &spelt.acts;
        if reply.status != Status::Ok {
            return self.again(request, now);
        }
        // An answer that cannot be read, or proves nothing, is no answer.
        let Ok(finals) = Finals::read(&reply.body) else { return self.again(request, now) };
        let Ok(leaves) = finals.prove(&self.trust) else { return self.again(request, now) };
        if finals.placed.len() != acts.len() {
            return self.again(request, now);
        }
        let asked: Vec<(&Digest, &Placed)> = acts.iter().zip(&finals.placed).collect();
        let this = &*self;
        let outcomes = parallel::each(&asked, |(act, placed)| {
            let Some(paper) = this.paper_under_way(act)? else { return Ok(None) };
            let outcome = this.outcome(&paper, placed, &leaves)?;
            Ok::<_, NodeError>(Some((paper, outcome)))
        });
        let outcomes = outcomes.into_iter().filter_map(Result::transpose).collect::<Result<Vec<_>, _>>()?;
        self.book_many(request, outcomes, now)?;
        acts.iter().for_each(|act| {
            self.batches.papers.remove(act);
        });
        if let Some(kept) = self.batches.out.remove(&request.id) {
            self.batches.spelt.remove(&kept);
        }
        Ok(())
    }

    fn outcome(
        &self,
        paper: &Paper,
        placed: &Placed,
        leaves: &BTreeMap<u64, &[u8]>,
    ) -> Result<Outcome, NodeError> {
        let act = &paper.act;
        let index = match placed {
            Placed::At(index) => *index,
            Placed::Refused(body) => return Ok(Outcome::Doubted(sentence(body))),
        };
        let place = slot::act(&act.record(), act.seq());
        let entry = leaf::entry(&act.digest(), &paper.signatures.digest());
        let Some(view) = self.view(&act.record())? else { return Ok(Outcome::Look) };
        if fate(paper, &view) == Some(Stage::Moved) {
            return Ok(Outcome::Known);
        }
        // What does not follow from what is known here, or is not proved, only the record's whole evidence can tell.
        let followed =
            leaf_of(leaves, index, (place, entry)).and_then(|leaf| Ok((view.and(paper, &leaf)?, leaf)));
        Ok(followed.map_or(Outcome::Look, |(view, leaf)| Outcome::Final(Arc::new(view), leaf)))
    }

    /// Whether anybody at another platform has, had or may reclaim the record.
    fn concerns_others(&self, paper: &Paper, view: &View) -> bool {
        let who = [view.record.controller(), view.record.remembered(), paper.act.by()];
        who.into_iter().flatten().any(|controller| controller.home != self.code)
    }

    fn book_many(
        &mut self,
        request: &Request,
        outcomes: Vec<(Arc<Paper>, Outcome)>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let (mut messages, mut doubts) = (Vec::new(), Vec::new());
        for (paper, outcome) in &outcomes {
            let act = paper.act.digest();
            match outcome {
                Outcome::Final(view, _) if self.concerns_others(paper, view) => {
                    messages.extend(self.notices(&paper.act.record(), &act, view)?);
                }
                Outcome::Doubted(why) => {
                    doubts.extend(self.doubted(&act, why, now)?.map(|stage| (act, stage)));
                }
                Outcome::Final(..) | Outcome::Known | Outcome::Look => {}
            }
        }
        let outcomes = Arc::new(outcomes);
        let (lease, registry, kept) =
            (self.post.lease(&request.id), self.settings.registry.clone(), outcomes.clone());
        self.store.write(move |txn| -> Result<(), NodeError> {
            for (paper, outcome) in kept.iter() {
                let (record, act) = (paper.act.record(), paper.act.digest());
                match outcome {
                    Outcome::Final(_, leaf) => {
                        shelf::put_final(txn, &paper.act, leaf)?;
                        settle(txn, &record, &act, &Stage::Moved)?;
                    }
                    Outcome::Known => settle(txn, &record, &act, &Stage::Moved)?,
                    Outcome::Doubted(_) | Outcome::Look => {
                        post::ask(txn, &registry, LOOKUP, &Question::write(&record, &act), now)?;
                    }
                }
            }
            doubts.iter().try_for_each(|(act, stage)| shelf::set_stage(txn, act, stage))?;
            for (to, body) in &messages {
                post::ask(txn, to, super::NOTICES, body, now)?;
            }
            if let Some(lease) = lease {
                txn.outbox_ack(lease)?;
            }
            Ok(())
        })?;
        for (paper, outcome) in outcomes.iter() {
            if let Outcome::Final(view, _) = outcome {
                let record = paper.act.record();
                self.folds.put(&record, view.clone());
                // Before it signs the next act on the record, this platform looks at it: the keys of the new holder.
                self.looked_at.remove(&record);
            }
        }
        Ok(())
    }
}

impl View {
    /// The record with one act more, whose leaf was proved to be in the final log. Its signatures are those that this
    /// platform passed on, which the leaf's entry binds.
    pub(super) fn and(&self, paper: &Paper, leaf: &[u8]) -> Result<Self, Refusal> {
        let at = leaf::Leaf::parse(leaf)?.at();
        let mut view = self.clone();
        view.follow(&paper.act, at)?;
        view.as_of = view.as_of.max(at);
        view.nothing_later = false;
        Ok(view)
    }
}
