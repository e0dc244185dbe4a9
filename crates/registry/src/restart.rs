//! No start below the witnesses (docs/control.md 9): an old copy of a registry must not go on where it stopped, or it
//! would admit other acts after those that everybody acts on.

use tlog::{
    checkpoint::SignedCheckpoint,
    key::VerifierKey,
    merkle::{self, Subtrees},
    policy::Policy,
};

use crate::refusals::{BELOW_WITNESSES, LOG_FORKED, WITNESSES_SILENT};

/// What a witness told when asked for the last checkpoint it cosigned.
#[derive(Debug, Clone)]
pub struct Told {
    /// The witness's name in the policy.
    pub witness: String,
    /// The checkpoint with its cosignature; nothing when it has never cosigned this log.
    pub last: Option<SignedCheckpoint>,
}

/// May the registry with this log of `size` leaves start?
///
/// Every checkpoint told must be a part of the log here. And enough must have been told: if those that were silent could
/// be a quorum by themselves, they could have made something final that is not here.
///
/// # Errors
/// `below-witnesses`, `log-forked`, `witnesses-silent`. A witness that tells of another log, of a checkpoint that this
/// log has not signed, or without its own cosignature, or with signatures that do not hold, has not answered: what one
/// witness makes up must not keep a registry from starting.
pub fn check<S: Subtrees>(
    policy: &Policy,
    origin: &str,
    hashes: &mut S,
    size: u64,
    told: &[Told],
) -> Result<(), S::Error> {
    let mut answered = Vec::new();
    for one in told {
        let Some(witness) = policy.witnesses().iter().find(|witness| witness.name() == one.witness) else {
            continue;
        };
        let Some(last) = &one.last else {
            answered.push(witness.name());
            continue;
        };
        let checkpoint = last.checkpoint();
        let holds = |key: &VerifierKey| matches!(key.check(last.note()), Ok(Some(_)));
        let signed = policy.logs().iter().any(holds) && holds(witness.key());
        if checkpoint.origin() != origin || !signed {
            continue;
        }
        if checkpoint.size() > size {
            let found = format!("{} has {}, {size} are here", one.witness, checkpoint.size());
            return Err(BELOW_WITNESSES.because(found).into());
        }
        if merkle::root(hashes, checkpoint.size())? != *checkpoint.root() {
            return Err(LOG_FORKED
                .because(format!("{} has another root at {}", one.witness, checkpoint.size()))
                .into());
        }
        answered.push(witness.name());
    }
    if policy.is_quorum(|witness| !answered.contains(&witness.name())) {
        return Err(WITNESSES_SILENT.because(format!("{} have answered", answered.len())).into());
    }
    Ok(())
}
