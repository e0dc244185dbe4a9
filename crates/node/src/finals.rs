//! What a registry proves of many submissions at once: where each lies in a cosigned log, or why it was refused.
//!
//! A *run* is a stretch of the log, leaf by leaf: the peaks of the tree before it, the leaves, and the proof that the tree
//! they give is the beginning of the one that was cosigned (RFC 9162, both). One proof covers as many acts as lie side by
//! side, and acts that were handed in together do.

use std::collections::BTreeMap;

use crypto::{
    Digest,
    json::{self, Fields, Limits, Number, Value},
};
use evidence::trust::Trust;
use registry::leaf::Leaf;
use tlog::{
    checkpoint::SignedCheckpoint,
    merkle::{PROOF_HASHES_MAX, Tree, leaf_hash, verify_consistency},
};
use vocab::Refusal;

use crate::{
    platform::NOT_PROVED,
    wire::{BAD_MESSAGE, Refused},
};

/// Bytes of an answer at most: 256 leaves of the largest size with their proofs.
pub(crate) const FINALS_BYTES_MAX: usize = 32 * 1024 * 1024;

const VERSION: &str = "twakow/finals/1";

/// What became of one submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Placed {
    /// Its last act is the leaf at this index.
    At(u64),
    /// It was refused: the body of that answer.
    Refused(Vec<u8>),
}

/// A stretch of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Run {
    /// Index of its first leaf.
    pub(crate) first: u64,
    /// Peaks of the tree of the leaves before it.
    pub(crate) peaks: Vec<Digest>,
    /// Its leaves.
    pub(crate) leaves: Vec<Vec<u8>>,
    /// That the tree up to its end is the beginning of the cosigned one.
    pub(crate) proof: Vec<Digest>,
}

/// The answer to a submission of many.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finals {
    /// One for each submission, in their order.
    pub(crate) placed: Vec<Placed>,
    /// A checkpoint that covers every run; none when all were refused.
    pub(crate) checkpoint: Option<SignedCheckpoint>,
    /// The stretches in which the submissions lie.
    pub(crate) runs: Vec<Run>,
}

impl Finals {
    pub(crate) fn write(&self) -> Vec<u8> {
        let placed = self.placed.iter().map(|placed| match placed {
            Placed::At(index) => whole(*index),
            Placed::Refused(body) => text(body),
        });
        let runs = self.runs.iter().map(|run| {
            Value::object([
                ("first", whole(run.first)),
                ("leaves", Value::array(run.leaves.iter().map(|leaf| text(leaf)))),
                ("peaks", Value::array(run.peaks.iter().map(|hash| Value::from(*hash)))),
                ("proof", Value::array(run.proof.iter().map(|hash| Value::from(*hash)))),
            ])
        });
        let checkpoint =
            self.checkpoint.as_ref().map_or(Value::Null, |signed| Value::from(signed.to_string().as_str()));
        json::canonical(&Value::object([
            ("checkpoint", checkpoint),
            ("placed", Value::array(placed)),
            ("runs", Value::array(runs)),
            ("v", Value::from(VERSION)),
        ]))
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(FINALS_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "finals")?;
        fields.constant("v", VERSION)?;
        let checkpoint = match fields.value("checkpoint")? {
            Value::Null => None,
            other => Some(SignedCheckpoint::parse(
                other.as_str().ok_or_else(|| BAD_MESSAGE.because("a checkpoint"))?.as_bytes(),
            )?),
        };
        let placed =
            fields.array("placed")?.iter().map(|placed| match (placed.as_integer(), placed.as_str()) {
                (Some(index), _) => Ok(Placed::At(index)),
                (None, Some(body)) => Ok(Placed::Refused(body.as_bytes().to_vec())),
                (None, None) => Err(BAD_MESSAGE.because("a place")),
            });
        let placed = placed.collect::<Result<_, _>>()?;
        let runs = fields.array("runs")?.iter().map(Run::read).collect::<Result<_, _>>()?;
        fields.end()?;
        Ok(Self { placed, checkpoint, runs })
    }

    /// The leaves of all runs by their indices, once the checkpoint is cosigned as `trust` demands, by witnesses that
    /// read every leaf, and each run is a part of the log under it.
    ///
    /// # Errors
    /// `registry-answer-not-proved`, or what the policy or a proof refuses.
    pub(crate) fn prove(&self, trust: &Trust) -> Result<BTreeMap<u64, &[u8]>, Refusal> {
        let Some(signed) = &self.checkpoint else { return Ok(BTreeMap::new()) };
        let said = signed.checkpoint();
        let registry = trust.registry(said.origin()).ok_or_else(|| NOT_PROVED.because(said.origin()))?;
        let policy = registry.policy().ok_or_else(|| NOT_PROVED.because("no policy"))?;
        let policy = policy.as_ref().map_err(Clone::clone)?;
        let cosigned = policy.judge(signed)?;
        let read_all = policy.is_quorum(|witness| {
            registry.is_verifying(witness.name())
                && cosigned.witnesses().iter().any(|name| name == witness.name())
        });
        if !read_all {
            return Err(NOT_PROVED.because("the witnesses need not have read every leaf"));
        }
        let mut leaves = BTreeMap::new();
        for run in &self.runs {
            let mut tree = Tree::from_peaks(run.first, run.peaks.clone())?;
            run.leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
            if tree.size() == said.size() && tree.root() != *said.root() {
                return Err(NOT_PROVED.because("a run leads to another root"));
            }
            verify_consistency(tree.size(), said.size(), &run.proof, &tree.root(), said.root())?;
            leaves.extend((run.first..).zip(run.leaves.iter().map(Vec::as_slice)));
        }
        Ok(leaves)
    }
}

impl Run {
    fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "finals/runs")?;
        let first = fields.integer("first")?;
        let leaves = fields.array("leaves")?.iter().map(|leaf| {
            let leaf = leaf.as_str().ok_or_else(|| BAD_MESSAGE.because("a leaf"))?;
            Ok(leaf.as_bytes().to_vec())
        });
        let leaves = leaves.collect::<Result<_, Refusal>>()?;
        let (peaks, proof) = (hashes(fields.array("peaks")?)?, hashes(fields.array("proof")?)?);
        fields.end()?;
        Ok(Self { first, peaks, leaves, proof })
    }
}

/// The leaf of an act at `index`, and its time. Refused (`registry-answer-not-proved`) when none was proved there or it is
/// another act's.
pub(crate) fn leaf_of(
    leaves: &BTreeMap<u64, &[u8]>,
    index: u64,
    (slot, entry): (Digest, Digest),
) -> Result<Vec<u8>, Refusal> {
    let bytes = leaves.get(&index).ok_or_else(|| NOT_PROVED.because(format!("leaf {index}")))?;
    match Leaf::parse(bytes)? {
        Leaf::Entry { entry: found, slot: place, .. } if (place, found) == (slot, entry) => {
            Ok(bytes.to_vec())
        }
        _ => Err(NOT_PROVED.because(format!("leaf {index} is another's"))),
    }
}

/// Why a submission was refused, as a holder reads it.
pub(crate) fn sentence(body: &[u8]) -> String {
    let refused = Refused::read(body);
    let mut why = format!("{}: {}", refused.code, refused.sentence);
    if let Some(particulars) = refused.particulars {
        why.push_str(&format!(" ({particulars})"));
    }
    why
}

fn hashes(values: &[Value]) -> Result<Vec<Digest>, Refusal> {
    if values.len() > PROOF_HASHES_MAX {
        return Err(BAD_MESSAGE.because(format!("{} hashes", values.len())));
    }
    let hash = |value: &Value| value.as_str().ok_or_else(|| BAD_MESSAGE.because("a hash"))?.parse();
    values.iter().map(hash).collect()
}

fn text(bytes: &[u8]) -> Value {
    Value::from(String::from_utf8_lossy(bytes).as_ref())
}

fn whole(number: u64) -> Value {
    Number::from_integer(number).map_or(Value::Null, Value::from)
}
