//! Start: a registry is what its stored leaves and acts give, in order. The same lines that admitted them admit them
//! again, so what was stored and what is held in memory cannot drift apart.

use std::collections::VecDeque;

use crypto::Digest;
use tlog::checkpoint::Checkpoint;
use vocab::Refusal;

use crate::{
    leaf::Leaf,
    refusals::REPLAY_DIFFERS,
    state::State,
    submission::Submission,
    verified::{Verified, verify},
};

/// One stored leaf, and at the first leaf of a submission the submission that it came from. Ticks, map leaves and plain
/// marks need none.
#[derive(Debug, Clone)]
pub struct Stored {
    /// The leaf's bytes.
    pub leaf: Vec<u8>,
    /// The acts and lists behind it.
    pub submission: Option<Submission>,
}

/// The registry that these leaves make, in the order of the log.
///
/// Signatures under leaves that `checkpoint` covers are not verified again: each leaf's entry binds act and list, the
/// tree binds the leaves, and the root is the one that this registry signed and its witnesses read. Leaves beyond it,
/// which a crash may have left, are verified like new.
///
/// # Errors
/// `replay-differs` when a leaf is not what its submission gives, or the root is not that of `checkpoint`; else what
/// admission or the log refuse, which a store that was only appended to never brings about.
pub fn replay(
    origin: &str,
    stored: impl IntoIterator<Item = Stored>,
    checkpoint: Option<&Checkpoint>,
) -> Result<State, Refusal> {
    let mut replay = Replay { state: State::new(origin), expected: VecDeque::new() };
    let (signed_size, signed_root) = match checkpoint {
        Some(checkpoint) => (checkpoint.size(), *checkpoint.root()),
        None => (0, replay.state.log.root()),
    };
    let mut root_then: Option<Digest> = (signed_size == 0).then_some(signed_root);
    for one in stored {
        let covered = replay.state.log.size() < signed_size;
        replay.leaf(&one, covered)?;
        if replay.state.log.size() == signed_size {
            root_then = Some(replay.state.log.root());
        }
    }
    if !replay.expected.is_empty() {
        return Err(REPLAY_DIFFERS.because("a submission's last leaf is missing"));
    }
    if root_then != Some(signed_root) {
        return Err(REPLAY_DIFFERS.because(format!("the root at size {signed_size}")));
    }
    Ok(replay.state)
}

struct Replay {
    state: State,
    /// Leaves that the last submission gave and that must come next; the state has them already.
    expected: VecDeque<Vec<u8>>,
}

impl Replay {
    fn leaf(&mut self, stored: &Stored, covered: bool) -> Result<(), Refusal> {
        let differs = |why: &str| REPLAY_DIFFERS.because(why);
        if let Some(expected) = self.expected.pop_front() {
            return if expected == stored.leaf { Ok(()) } else { Err(differs("a leaf within a submission")) };
        }
        let leaf = Leaf::parse(&stored.leaf)?;
        let submission = match (&leaf, &stored.submission) {
            (Leaf::Map { .. } | Leaf::Tick { .. }, None) => {
                self.state.log.read(&stored.leaf)?;
                return Ok(());
            }
            (Leaf::Mark { mark, .. }, None) => Submission::Mark(mark.clone()),
            (Leaf::Entry { .. }, Some(submission)) => submission.clone(),
            (Leaf::Entry { .. }, None) => return Err(differs("an act is missing")),
            (Leaf::Map { .. } | Leaf::Tick { .. } | Leaf::Mark { .. }, Some(_)) => {
                return Err(differs("an act where none belongs"));
            }
        };
        let is_mark = matches!(submission, Submission::Mark(_));
        let verified = if covered && !is_mark {
            Ok(Verified::unlooked(&submission, None))
        } else {
            verify(&self.state, &submission, leaf.at())
        };
        let sequenced = self.state.admit(&submission, &verified, leaf.at())?;
        self.expected.extend(sequenced.leaves);
        match self.expected.pop_front() {
            Some(first) if first == stored.leaf => Ok(()),
            Some(_) | None => Err(differs("a leaf is not what its act gives")),
        }
    }
}
