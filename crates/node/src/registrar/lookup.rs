//! Looking a record up: the answer is the registry's part of an evidence bundle, file by file (docs/evidence-bundle.md).
//!
//! Whoever gets it adds what the registry never sees, details and document, and judges the whole with the same verifier
//! as a stranger would. Unknown and forbidden look the same.

use std::collections::{BTreeMap, BTreeSet};

use bill::words::{Op, Platform};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Number, Value},
};
use evidence::bundle::proof::ProofFiles;
use registry::{
    leaf::Leaf,
    lookup::{Published, Reader, reach},
    slot,
    submission::{Signed, Submission},
};
use tlog::{checkpoint::SignedCheckpoint, merkle::inclusion_proof, proof::LogProof, slot_map::MapProof};
use vocab::Refusal;

use super::{RegistryNode, shelf::Shelves};
use crate::{NodeError, Reply, Status, wire::BAD_MESSAGE};

/// Bytes of a question at most.
const QUESTION_BYTES_MAX: usize = 64 * 1024;

/// A question about a record.
pub(crate) struct Question {
    /// The record.
    pub(crate) record: Digest,
    /// A holder-signed act that offers the record to the one who asks: he may then read it before he accepts.
    pub(crate) offer: Option<Signed>,
    /// The act or notice because of which the record is asked about. It says nothing to the registry; it keeps one question
    /// apart from another, so that the answer to an older one does not stand for the newer.
    pub(crate) because: Option<Digest>,
}

impl Question {
    /// The bytes of the question that an act or a notice makes necessary.
    pub(crate) fn write(record: &Digest, because: &Digest) -> Vec<u8> {
        json::canonical(&Value::object([
            ("because", Value::from(*because)),
            ("record", Value::from(*record)),
            ("v", Value::from("twakow/lookup/1")),
        ]))
    }

    /// The bytes of the question of somebody to whom an act offers the record.
    pub(crate) fn of_offer(record: &Digest, act: &str, signatures: &str) -> Vec<u8> {
        json::canonical(&Value::object([
            ("offer", Value::object([("act", act), ("signatures", signatures)])),
            ("record", Value::from(*record)),
            ("v", Value::from("twakow/lookup/1")),
        ]))
    }

    /// Reads a question.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(body, &Limits::bytes(QUESTION_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "lookup")?;
        fields.constant("v", "twakow/lookup/1")?;
        let record = fields.digest("record")?;
        let because = fields.optional_digest("because")?;
        let mut offer = None;
        if let Some(mut fields) = fields.optional_object("offer")? {
            let signatures = fields.string("signatures")?.as_bytes();
            offer = Some(Signed::parse(fields.string("act")?.as_bytes(), signatures)?);
            fields.end()?;
        }
        fields.end()?;
        Ok(Self { record, offer, because })
    }
}

/// The files of an answer, by their paths in a bundle.
pub(crate) type LookedUp = BTreeMap<String, Vec<u8>>;

/// Reads an answer.
pub(crate) fn read_answer(body: &[u8], bytes_max: usize) -> Result<LookedUp, Refusal> {
    let value = json::parse_canonical(body, &Limits::bytes(bytes_max))?;
    let mut fields = Fields::of(&value, "looked up")?;
    fields.constant("v", "twakow/looked-up/1")?;
    let listed = fields.value("files")?.as_object().ok_or_else(|| BAD_MESSAGE.because("files"))?;
    let mut files = LookedUp::new();
    for (path, text) in listed.iter() {
        let text = text.as_str().ok_or_else(|| BAD_MESSAGE.because("a file is not text").at(path))?;
        files.insert(path.to_owned(), text.as_bytes().to_vec());
    }
    fields.end()?;
    Ok(files)
}

impl RegistryNode {
    pub(super) fn look_up(&self, from: &str, body: &[u8]) -> Result<Reply, NodeError> {
        let question = match Question::parse(body) {
            Ok(question) => question,
            Err(refusal) => return Ok(crate::wire::refused(&refusal)),
        };
        let unknown = Reply { status: Status::NotFound, body: Vec::new() };
        let (Some(published), Some(platform)) = (&self.published, self.peers.platforms.get(from)) else {
            return Ok(unknown);
        };
        let Some(acts) = self.may_read(*platform, &question) else {
            if self.overtaken(*platform, &question) {
                return Ok(crate::wire::refused(&bill::refusals::NOT_HEAD.refuse()));
            }
            return Ok(unknown);
        };
        let mut answer =
            Answer { node: self, published, shelves: Shelves::new(&self.store), files: LookedUp::new() };
        if !answer.record(&question.record, acts)? {
            return Ok(unknown);
        }
        let files = answer.files.iter().map(|(path, bytes)| (path.as_str(), String::from_utf8_lossy(bytes)));
        let files = Value::object(files.map(|(path, text)| (path, Value::from(text.as_ref()))));
        let body =
            json::canonical(&Value::object([("files", files), ("v", Value::from("twakow/looked-up/1"))]));
        Ok(Reply { status: Status::Ok, body })
    }

    /// How many acts the platform may read: as its place in the chain allows, or all when the holder offers it the record.
    fn may_read(&self, platform: Platform, question: &Question) -> Option<usize> {
        let kept = self.state.record(&question.record)?;
        let holder = kept.record().controller();
        let by = question.offer.as_ref().and_then(|offer| offer.act.by());
        let offered = by.is_some() && by == holder && self.signed_offer(platform, question);
        if offered {
            return Some(kept.trail().len());
        }
        let issuer = kept.record().spine().issuer().home == platform;
        reach(kept, Reader::Platform(platform)).map(|reach| reach.acts).or(issuer.then_some(1))
    }

    /// Whether the question bears an act on the record that goes to this platform, with the signatures of whom it is by.
    fn signed_offer(&self, platform: Platform, question: &Question) -> bool {
        question.offer.as_ref().is_some_and(|offer| {
            let act = &offer.act;
            let sets = act.by().map_or(&[][..], |by| by.sets.as_slice());
            let sets: Vec<_> = sets.iter().filter_map(|id| self.state.set(id)).collect();
            act.record() == question.record
                && act.to().is_some_and(|to| to.home == platform)
                && bill::signatures::verify_holders(act, &offer.signatures, &sets, act.at()).is_ok()
        })
    }

    /// Whether the offer was a holder's and another act was admitted in its place. Whoever was asked to accept is told that
    /// much, as it would be if it submitted the act, so that it does not ask for ever.
    fn overtaken(&self, platform: Platform, question: &Question) -> bool {
        let admitted = self.state.record(&question.record).map(|kept| kept.record().spine().seq());
        let offered = question.offer.as_ref().map(|offer| offer.act.seq());
        offered.is_some_and(|seq| admitted.is_some_and(|admitted| seq <= admitted))
            && self.signed_offer(platform, question)
    }
}

struct Answer<'a> {
    node: &'a RegistryNode,
    published: &'a Published,
    shelves: Shelves<'a>,
    files: LookedUp,
}

impl Answer<'_> {
    /// Gathers the files; false when no act of the record is published yet.
    fn record(&mut self, record: &Digest, acts: usize) -> Result<bool, NodeError> {
        let mut sets = BTreeSet::new();
        let mut count = 0_u64;
        while usize::try_from(count).is_ok_and(|count| count < acts) {
            let Some(index) = self.published.log().slots().get(&slot::act(record, count)) else { break };
            let signed = self.signed_at(index)?;
            for controller in signed.act.by().into_iter().chain(signed.act.to()) {
                sets.extend(controller.sets.iter().copied());
            }
            self.act(&signed, count, index)?;
            count += 1;
        }
        if count == 0 {
            return Ok(false);
        }
        let mut proofs = vec![slot::act(record, count - 1)];
        // To who may not read what followed, the slot of the next act says nothing: it must not be shown present.
        if self.published.log().slots().get(&slot::act(record, count)).is_none() {
            proofs.push(slot::act(record, count));
        }
        for set in &sets {
            self.set(set, &mut proofs)?;
        }
        self.members(&mut proofs)?;
        self.declines(record, &mut proofs)?;
        if let Some(kept) = self.node.state.record(record) {
            let tag = kept.record().spine().tag();
            proofs.push(*self.published.tag_unused_since(&tag).slot());
        }
        self.head(proofs)?;
        Ok(true)
    }

    fn act(&mut self, signed: &Signed, count: u64, index: u64) -> Result<(), NodeError> {
        let leaf = self.leaf(index)?;
        let carrier = matches!(signed.act.op(), Op::Issue | Op::Close | Op::Return);
        let provenance = if carrier { "carrier_signed" } else { "holder_signed" };
        let mut members = vec![
            ("act", text(signed.act.bytes())),
            ("entry", entry_text(&signed.act.digest(), &signed.signatures.digest())),
            ("leaf", text(&leaf)),
            ("provenance", Value::from(provenance)),
            ("signatures", text(signed.signatures.bytes())),
            ("v", Value::from("twakow/bundle-act/1")),
        ];
        if let Some(before) = self.node.maps.range(..index).next_back().copied() {
            members.push(("before", text(&self.leaf(before)?)));
            self.proof(&format!("proofs/{count:04}.before.proof"), before)?;
        }
        if signed.act.op() == Op::Issue {
            let tag_leaf = self.leaf(index + 1)?;
            members.push(("tagCount", whole(self.tag_count(signed, index + 1))));
            members.push(("tagLeaf", text(&tag_leaf)));
            self.proof(&format!("proofs/{count:04}.tag.proof"), index + 1)?;
        }
        self.proof(&format!("proofs/{count:04}.proof"), index)?;
        self.files.insert(format!("acts/{count:04}.json"), json::canonical(&Value::object(members)));
        Ok(())
    }

    fn tag_count(&self, issue: &Signed, mark: u64) -> u64 {
        let bill::act::Body::Issue(body) = issue.act.body() else { return 0 };
        let slots = self.published.log().slots();
        let used = |count: &u64| slots.get(&slot::tag(&body.tag, *count));
        (0..).take_while(|count| used(count).is_some()).find(|count| used(count) == Some(mark)).unwrap_or(0)
    }

    fn set(&mut self, set: &Digest, proofs: &mut Vec<Digest>) -> Result<(), NodeError> {
        let mut count = 0_u64;
        while let Some(index) = self.published.log().slots().get(&slot::act(set, count)) {
            let signed = self.signed_at(index)?;
            let value = Value::object([
                ("act", text(signed.act.bytes())),
                ("entry", entry_text(&signed.act.digest(), &signed.signatures.digest())),
                ("leaf", text(&self.leaf(index)?)),
                ("signatures", text(signed.signatures.bytes())),
                ("v", Value::from("twakow/bundle-act/1")),
            ]);
            self.files.insert(format!("keysets/{set}/{count:04}.json"), json::canonical(&value));
            self.proof(&format!("keysets/{set}/{count:04}.proof"), index)?;
            count += 1;
        }
        proofs.extend(count.checked_sub(1).map(|last| slot::act(set, last)));
        proofs.extend([slot::act(set, count), slot::mark(set, 0)]);
        Ok(())
    }

    fn members(&mut self, proofs: &mut Vec<Digest>) -> Result<(), NodeError> {
        let governance = self.node.state.governance()?;
        let mut subjects = vec![slot::charter(self.node.state.origin())];
        subjects.extend(governance.members().map(|member| slot::platform(member.platform())));
        let slots = self.published.log().slots();
        let mut indices = BTreeSet::new();
        for subject in subjects {
            indices.extend((0..).map_while(|count| slots.get(&slot::mark(&subject, count))));
            proofs.push(*self.published.no_further_mark(&subject).slot());
        }
        for (index, count) in indices.into_iter().zip(0_u32..) {
            let value = Value::object([
                ("leaf", text(&self.leaf(index)?)),
                ("v", Value::from("twakow/bundle-mark/1")),
            ]);
            self.files.insert(format!("members/{count:04}.json"), json::canonical(&value));
            self.proof(&format!("members/{count:04}.proof"), index)?;
        }
        Ok(())
    }

    fn declines(&mut self, record: &Digest, proofs: &mut Vec<Digest>) -> Result<(), NodeError> {
        let mut count = 0_u64;
        while let Some(index) = self.published.log().slots().get(&slot::mark(record, count)) {
            if let Some(Submission::Decline { offer, decline }) = self.shelves.submission(index)? {
                let statement =
                    decline.platforms().first().ok_or_else(|| BAD_MESSAGE.because("a decline"))?;
                let counter = statement.counter();
                let value = Value::object([
                    ("act", text(offer.act.bytes())),
                    ("entry", entry_text(&counter.digest(), &decline.digest())),
                    ("leaf", text(&self.leaf(index)?)),
                    ("signatures", text(decline.bytes())),
                    ("statement", text(&counter.bytes())),
                    ("v", Value::from("twakow/bundle-hidden/1")),
                ]);
                self.files.insert(format!("marks/{count:04}.json"), json::canonical(&value));
                self.proof(&format!("marks/{count:04}.proof"), index)?;
            }
            count += 1;
        }
        proofs.push(slot::mark(record, count));
        Ok(())
    }

    fn head(&mut self, mut slots: Vec<Digest>) -> Result<(), NodeError> {
        slots.sort_unstable();
        slots.dedup();
        let proofs: Vec<MapProof> =
            slots.iter().map(|slot| self.published.log().slots().prove(slot)).collect();
        let list = Value::array(proofs.iter().map(MapProof::to_json));
        // The map covers the leaves before its own; the log under the checkpoint ends with it.
        let index = self.published.log().size().saturating_sub(1);
        self.files.insert("head/leaf.json".to_owned(), self.published.map_leaf().to_vec());
        self.files.insert("head/slots.json".to_owned(), json::canonical(&list));
        self.prove("head/leaf.proof", index, self.published.checkpoint())
    }

    fn leaf(&self, index: u64) -> Result<Vec<u8>, NodeError> {
        let mut leaves = self.shelves.leaves(index, index + 1)?;
        Ok(leaves.pop().ok_or_else(|| BAD_MESSAGE.because("a leaf"))?)
    }

    /// The act whose leaf is at `index`: its submission begins there, or one leaf before where it is part of a group.
    fn signed_at(&self, index: u64) -> Result<Signed, NodeError> {
        let leaf = Leaf::parse(&self.leaf(index)?)?;
        let Leaf::Entry { entry, .. } = leaf else { return Err(BAD_MESSAGE.because("no act's leaf").into()) };
        for first in [Some(index), index.checked_sub(1)].into_iter().flatten() {
            let Some(submission) = self.shelves.submission(first)? else { continue };
            if let Some(signed) = submission.signed().find(|signed| signed.entry() == entry) {
                return Ok(signed.clone());
            }
        }
        Err(BAD_MESSAGE.because(format!("the act of leaf {index} is not in the store")).into())
    }

    fn proof(&mut self, path: &str, index: u64) -> Result<(), NodeError> {
        let cosigned = self.shelves.first_cosigned_over(index)?;
        let checkpoint = cosigned.unwrap_or_else(|| self.published.checkpoint().clone());
        self.prove(path, index, &checkpoint)
    }

    /// Puts the proof there, and its checkpoint where all proofs under it find it.
    fn prove(&mut self, path: &str, index: u64, checkpoint: &SignedCheckpoint) -> Result<(), NodeError> {
        let size = checkpoint.checkpoint().size();
        let hashes = inclusion_proof(&mut self.shelves.tree(size), index, size)?;
        let files = ProofFiles::of(&LogProof::new(index, hashes, checkpoint.clone()));
        self.files.insert(files.path.to_string(), files.checkpoint);
        self.files.insert(path.to_owned(), files.proof);
        Ok(())
    }
}

fn entry_text(act: &Digest, signatures: &Digest) -> Value {
    text(&json::canonical(&Value::object([
        ("act", Value::from(*act)),
        ("signatures", Value::from(*signatures)),
        ("v", Value::from("twakow/entry/1")),
    ])))
}

fn text(bytes: &[u8]) -> Value {
    Value::from(String::from_utf8_lossy(bytes).as_ref())
}

fn whole(number: u64) -> Value {
    Number::from_integer(number).map_or(Value::Null, Value::from)
}
