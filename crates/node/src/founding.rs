//! Founding a corridor: the policy, the charter and the first members, as its authority signs them.
//!
//! The authority's keys are no node's: whoever founds the corridor holds them apart.

use bill::words::Platform;
use crypto::{
    jws,
    key::{PublicKey, SigningKey},
};
use registry::{
    charter::{self, MARK_TYP, Waits},
    leaf::PlainMark,
    member::{Member, MemberKey, MemberState, Use},
};
use tlog::key::VerifierKey;
use vocab::{Refusal, Timestamp};

/// A witness as a policy names it: which side of the corridor it stands on, and its two keys.
#[derive(Debug, Clone)]
pub struct WitnessKeys {
    /// The side: witnesses of one side are one group.
    pub side: String,
    /// Its name in the policy.
    pub name: String,
    /// Ed25519 cosignature key.
    pub classic: VerifierKey,
    /// ML-DSA-44 cosignature key.
    pub post_quantum: VerifierKey,
}

/// Which of a witness's two keys a policy names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKeys {
    /// Ed25519, for readers without ML-DSA.
    Classic,
    /// ML-DSA-44, the charter's.
    PostQuantum,
}

/// The policy under which a checkpoint is final: a majority of the witnesses of every side.
///
/// A majority of `n` is `n / 2 + 1`, so two quorums share a witness on each side, and a fork needs a liar on all of them.
pub fn policy(log: &VerifierKey, witnesses: &[WitnessKeys], keys: PolicyKeys) -> String {
    let mut text = format!("log {log}\n");
    let mut sides: Vec<&str> = Vec::new();
    for witness in witnesses {
        let key = match keys {
            PolicyKeys::Classic => &witness.classic,
            PolicyKeys::PostQuantum => &witness.post_quantum,
        };
        text.push_str(&format!("witness {} {key}\n", witness.name));
        if !sides.contains(&witness.side.as_str()) {
            sides.push(&witness.side);
        }
    }
    for side in &sides {
        let members: Vec<&str> = witnesses
            .iter()
            .filter(|witness| witness.side == *side)
            .map(|witness| witness.name.as_str())
            .collect();
        text.push_str(&format!("group {side} {} {}\n", members.len() / 2 + 1, members.join(" ")));
    }
    text.push_str(&format!("group both all {}\nquorum both\n", sides.join(" ")));
    text
}

/// The first charter, signed by all of the authority's keys, ready to be handed in.
pub fn charter(origin: &str, authority: &[SigningKey], quorum: u64, policy: &str, waits: Waits) -> PlainMark {
    let keys: Vec<PublicKey> = authority.iter().map(|key| key.public().clone()).collect();
    sign(charter::draft(0, origin, quorum, &keys, policy, waits), authority)
}

/// A platform and the keys it will sign with.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Its code.
    pub platform: Platform,
    /// Its countersigning key.
    pub counter: PublicKey,
    /// Its key towards DCSA PINT.
    pub pint: PublicKey,
}

/// The first member mark of a platform, whose keys count from `from` on, signed by all of the authority's keys.
///
/// # Errors
/// The keys are not fit for their use.
pub fn member(
    origin: &str,
    authority: &[SigningKey],
    new: &NewMember,
    from: Timestamp,
) -> Result<PlainMark, Refusal> {
    let keys = vec![
        MemberKey { key: new.counter.clone(), purpose: Use::Counter, from },
        MemberKey { key: new.pint.clone(), purpose: Use::Pint, from },
    ];
    let member = Member::new(0, origin, new.platform, MemberState::Member, keys)?;
    Ok(sign(member.text(), authority))
}

fn sign(statement: String, authority: &[SigningKey]) -> PlainMark {
    let mut keys: Vec<&SigningKey> = authority.iter().collect();
    keys.sort_by_key(|key| key.kid());
    let signatures = keys.iter().map(|key| jws::sign_detached(key, MARK_TYP, statement.as_bytes())).collect();
    PlainMark { statement, signatures }
}
