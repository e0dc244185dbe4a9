//! Is this the newest copy of the store? Compared with what others saw of it, for a copy cannot know by itself.
//!
//! A node that serves from an older copy would say "not moved" of what moved (docs/attacks.md, attack 18). So before it
//! serves, it asks: a registry its witnesses, for the last checkpoint they cosigned (docs/control.md 9); a platform the
//! registry's final log, for what it had countersigned. This module only compares; asking is `node`'s.

use crypto::Digest;
use vocab::{Refusal, RefusalKind};

use crate::Lineage;

/// What this copy holds.
#[derive(Clone, Copy)]
pub struct Own<'a> {
    /// Which store it is.
    pub lineage: Lineage,
    /// Its highest durable size: leaves of the log, or acts countersigned.
    pub size: u64,
    /// The root it had at a size, where it can tell.
    pub root_at: &'a dyn Fn(u64) -> Option<Digest>,
}

/// What somebody else saw of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who saw it, for the sentence.
    pub by: String,
    /// The largest size that was shown to them.
    pub size: u64,
    /// The root at that size.
    pub root: Option<Digest>,
    /// Which store showed it, where they know.
    pub lineage: Option<Lineage>,
}

/// Others saw more than this copy holds.
pub const OLDER_COPY: RefusalKind = RefusalKind {
    code: "older-copy",
    sentence: "This is an older copy of the store: others have seen more of it than it holds.",
    remedy: "Do not serve from it. Start the newest copy; if it is lost, restore the newest backup and catch up from \
             a mirror or the registry's log to the size named here, then start again.",
};

/// At one size, others saw something else.
pub const FORKED_COPY: RefusalKind = RefusalKind {
    code: "forked-copy",
    sentence: "This copy and what others have seen of it differ at the same size.",
    remedy: "Do not serve from it. Keep both as evidence, find which copy was served from, and start that one.",
};

/// They speak of another store.
pub const OTHER_STORE: RefusalKind = RefusalKind {
    code: "other-store",
    sentence: "Others know this node by another store than the one in this directory.",
    remedy: "Name the node's own directory; if it is lost, restore its backup.",
};

/// Not enough others could be asked.
pub const TOO_FEW_ANSWERS: RefusalKind = RefusalKind {
    code: "freshness-unknown",
    sentence: "Too few others said what they have seen, so this copy may be an older one.",
    remedy: "Start again when more of them can be reached; a copy that may be old must not serve.",
};

/// Whether this copy holds all that `seen` tells of, given by at least `needed` others.
///
/// Refuses with `other-store`, `forked-copy`, `older-copy` or `freshness-unknown`, whichever is first in this order:
/// what is known for sure is said before what is missing.
pub fn judge(own: &Own<'_>, seen: &[Seen], needed: usize) -> Result<(), Refusal> {
    if let Some(other) = seen.iter().find(|s| s.lineage.is_some_and(|l| l.id != own.lineage.id)) {
        return Err(OTHER_STORE.because(format!("{} knows another one", other.by)));
    }
    if let Some(fork) = seen.iter().find(|s| forked(own, s)) {
        return Err(FORKED_COPY.because(format!("{} saw another root at size {}", fork.by, fork.size)));
    }
    if let Some(most) = seen.iter().max_by_key(|s| s.size).filter(|s| s.size > own.size) {
        return Err(OLDER_COPY.because(format!(
            "it holds {}, {} saw {}; {} missing",
            own.size,
            most.by,
            most.size,
            most.size - own.size
        )));
    }
    let epoch = |s: &&Seen| s.lineage.map_or(0, |l| l.epoch);
    if let Some(later) = seen.iter().max_by_key(epoch).filter(|s| epoch(s) > own.lineage.epoch) {
        return Err(OLDER_COPY.because(format!(
            "{} knows a copy restored {} times, this one was restored {} times",
            later.by,
            epoch(&later),
            own.lineage.epoch
        )));
    }
    if seen.len() < needed {
        return Err(TOO_FEW_ANSWERS.because(format!("{} of {needed} answered", seen.len())));
    }
    Ok(())
}

fn forked(own: &Own<'_>, seen: &Seen) -> bool {
    let (Some(theirs), true) = (seen.root, seen.size <= own.size) else { return false };
    (own.root_at)(seen.size).is_some_and(|ours| ours != theirs)
}
