//! Many submissions in one request: read and their signatures checked over the cores, admitted one after another, written
//! in one transaction, and only then answered.

use std::collections::{BTreeMap, VecDeque};

use crypto::Digest;
use registry::{submission::Submission, verified::verify};
use tlog::merkle::{Subtrees, consistency_proof};
use vocab::{Refusal, RefusalKind, Timestamp};

use super::{RegistryNode, shelf};
use crate::{
    NodeError, Reply, Status,
    finals::{Finals, Placed, Run},
    parallel, wire,
};

/// Submissions in one request at most (docs/control.md section 1).
pub const SUBMISSIONS_MAX: usize = 256;
/// Requests whose places are remembered, so that asking again costs nothing; one that is forgotten is read anew.
const REMEMBERED_MAX: usize = 1_024;

/// More submissions in one request than are taken.
pub const TOO_MANY_SUBMISSIONS: RefusalKind = RefusalKind {
    code: "too-many-submissions",
    sentence: "The request holds more submissions than are taken at once.",
    remedy: "Hand in at most 256, one a line; the others in the next request.",
};

/// Where the submissions of the newest requests lie, by the digest of the request.
#[derive(Debug, Default)]
pub(super) struct Remembered {
    placed: BTreeMap<Digest, Vec<Placed>>,
    order: VecDeque<Digest>,
}

impl Remembered {
    fn insert(&mut self, request: Digest, placed: Vec<Placed>) {
        if self.placed.insert(request, placed).is_none() {
            self.order.push_back(request);
        }
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.placed.remove(&oldest);
        }
    }
}

impl RegistryNode {
    /// Takes submissions, one a line as `/v1/submit` takes each. What is refused among them harms nobody else.
    pub(super) fn submit_many(&mut self, body: &[u8], now: Timestamp) -> Result<Reply, NodeError> {
        let request = Digest::of(body);
        if !self.remembered.placed.contains_key(&request) {
            let lines: Vec<&[u8]> = body.split(|byte| *byte == b'\n').take(SUBMISSIONS_MAX + 1).collect();
            if lines.len() > SUBMISSIONS_MAX {
                return Ok(wire::refused(&TOO_MANY_SUBMISSIONS.refuse()));
            }
            let placed = self.admit_many(&lines, now)?;
            self.remembered.insert(request, placed);
        }
        self.finals(&request)
    }

    fn admit_many(&mut self, lines: &[&[u8]], now: Timestamp) -> Result<Vec<Placed>, NodeError> {
        let state = &self.state;
        let checked = parallel::each(lines, |line| {
            let submission = Submission::parse(line)?;
            let verified = verify(state, &submission, now);
            Ok::<_, Refusal>((submission, verified))
        });
        let (mut placed, mut kept) = (Vec::with_capacity(lines.len()), Vec::new());
        for (checked, line) in checked.into_iter().zip(lines) {
            let admitted = checked.and_then(|(submission, verified)| {
                match self.state.admit(&submission, &verified, now) {
                    // A key has changed within this request: what was checked beside it is checked again.
                    Err(stale) if stale.code() == registry::refusals::SIGNATURES_UNCHECKED.code => {
                        let verified = verify(&self.state, &submission, now);
                        self.state.admit(&submission, &verified, now)
                    }
                    other => other,
                }
            });
            placed.push(match admitted {
                Ok(sequenced) => {
                    let index = sequenced.answers.last().map_or(sequenced.first, |answer| answer.index);
                    if !sequenced.leaves.is_empty() {
                        kept.push((sequenced.first, sequenced.leaves, shelf::kept_acts(line)));
                    }
                    Placed::At(index)
                }
                Err(refusal) => Placed::Refused(wire::refused(&refusal).body),
            });
        }
        if !kept.is_empty() {
            for leaf in kept.iter().flat_map(|(_, leaves, _)| leaves) {
                self.tiles.push(leaf)?;
            }
            let size = self.state.log().size();
            let stored = self.store.write(move |txn| -> Result<(), NodeError> {
                for (first, leaves, submission) in &kept {
                    shelf::append(txn, *first, leaves, Some(submission))?;
                }
                shelf::raise_size(txn, size)
            });
            self.or_broken(stored)?;
        }
        Ok(placed)
    }

    /// The places of a request's submissions with their proofs, once all of them are final; 202 until then.
    fn finals(&self, request: &Digest) -> Result<Reply, NodeError> {
        let placed = self.remembered.placed.get(request).cloned().unwrap_or_default();
        let mut indices: Vec<u64> = placed
            .iter()
            .filter_map(|placed| match placed {
                Placed::At(index) => Some(*index),
                Placed::Refused(_) => None,
            })
            .collect();
        indices.sort_unstable();
        indices.dedup();
        if indices.last().is_some_and(|last| *last >= self.published_size()) {
            return Ok(Reply { status: Status::Accepted, body: Vec::new() });
        }
        let (mut checkpoint, mut runs) = (None, Vec::new());
        if let Some(published) = self.published.as_ref().filter(|_| !indices.is_empty()) {
            checkpoint = Some(published.checkpoint().clone());
            let shelves = shelf::Shelves::new(&self.store);
            let mut tree = shelves.tree(published.log().size());
            for stretch in indices.chunk_by(|one, next| one + 1 == *next) {
                let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { continue };
                runs.push(Run {
                    first: *first,
                    peaks: peaks(&mut tree, *first)?,
                    leaves: shelves.leaves(*first, last + 1)?,
                    proof: consistency_proof(&mut tree, last + 1, published.log().size())?,
                });
            }
        }
        let body = Finals { placed, checkpoint, runs }.write();
        Ok(Reply { status: Status::Ok, body })
    }
}

/// The peaks of the tree of the first `size` leaves, largest first.
fn peaks<S: Subtrees>(tree: &mut S, size: u64) -> Result<Vec<Digest>, S::Error> {
    let (mut peaks, mut start) = (Vec::new(), 0_u64);
    for level in (0..63_u8).rev().filter(|level| size & (1 << level) != 0) {
        peaks.push(tree.subtree(level, start >> level)?);
        start += 1 << level;
    }
    Ok(peaks)
}
