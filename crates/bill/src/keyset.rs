//! Key sets as records: who may sign for a holder, and how that changes (docs/control.md 4).
//!
//! Control passes to a set, never to a name or an account. A set changes only by its own keys; no platform, registry or
//! directory can do it.

use std::time::Duration;

use crypto::{Digest, key::Kid};
use vocab::{Refusal, Timestamp};

use crate::{
    act::{Act, Body, Rekey},
    control::{AT_AHEAD_MAX, RECORD_ACTS_MAX, RECORD_ACTS_RESERVED},
    keys::{Keys, MemberKey, Recovery},
    refusals::{
        AT_AHEAD, KEY_ENDING, KEY_NOT_IN_SET, KEY_NOT_PORTABLE, NOT_A_FIRST_ACT, RECORD_ENDING, RECORD_FULL,
        SET_NOT_HEAD, SIGNATURE_EXTRA, SIGNATURE_MISSING, SIGNATURE_ORDER, WRONG_RECORD,
    },
    words::Registry,
};

/// A key set between two of its acts.
///
/// Invariant: `keys` are those of its last act; a key in `ending` is not among them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeySet {
    id: Digest,
    head: Digest,
    seq: u64,
    registry: Registry,
    keys: Keys,
    ending: Vec<Ending>,
    recovery: Recovery,
    coming: Vec<Coming>,
}

/// A key that was removed without its consent: it signs no act any more, but holds and objects until its wait ends.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ending {
    /// The key.
    pub key: MemberKey,
    /// When it ends.
    pub until: Timestamp,
}

/// A recovery that stands from a moment on; until then the one before it does.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Coming {
    from: Timestamp,
    recovery: Recovery,
}

/// Whose signatures stand under a `rekey`, in the order of its list. What is claimed here is proved by
/// [`crate::signatures::verify_rekey`].
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Signers {
    /// The portable key in force that signs first.
    pub first: Kid,
    /// New keys, and removed keys that agree.
    pub others: Vec<Kid>,
}

/// Proof that a `keyset` may begin a set. Only [`check_first`] builds one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Founded(KeySet);

/// Proof that a `rekey` may follow. Only [`check`] builds one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Rekeyed {
    act: Digest,
    now: Timestamp,
    rekey: Rekey,
    agreed: Vec<Kid>,
}

impl KeySet {
    /// The set's id: digest of its first act.
    pub const fn id(&self) -> Digest {
        self.id
    }

    /// Its last act.
    pub const fn head(&self) -> Digest {
        self.head
    }

    /// Its last act's position.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The one log in which it lives and acts.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The keys that may sign acts after the last act's leaf.
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Removed keys that at `now` may still hold and object.
    pub fn ending(&self, now: Timestamp) -> impl Iterator<Item = &Ending> {
        self.ending.iter().filter(move |ending| now < ending.until)
    }

    /// The recovery that stands at `now`.
    pub fn recovery(&self, now: Timestamp) -> &Recovery {
        let standing = self.coming.iter().rev().find(|coming| coming.from <= now);
        standing.map_or(&self.recovery, |coming| &coming.recovery)
    }

    /// The recovery that the last act gave, with the moment from which it stands when that is to come.
    pub fn newest_recovery(&self, now: Timestamp) -> (&Recovery, Option<Timestamp>) {
        match self.coming.last() {
            Some(coming) if coming.from > now => (&coming.recovery, Some(coming.from)),
            Some(coming) => (&coming.recovery, None),
            None => (&self.recovery, None),
        }
    }

    /// The key with this name, if it may sign acts.
    ///
    /// # Errors
    /// [`KEY_ENDING`] for a removed key that still waits, [`KEY_NOT_IN_SET`] for any other.
    pub fn in_force(&self, kid: Kid, now: Timestamp) -> Result<&MemberKey, Refusal> {
        if let Some(member) = self.keys.get(kid) {
            return Ok(member);
        }
        if self.ending(now).any(|ending| ending.key.kid() == kid) {
            return Err(KEY_ENDING.because(kid.as_str()));
        }
        Err(KEY_NOT_IN_SET.because(kid.as_str()))
    }
}

/// May this act begin a key set?
///
/// # Errors
/// [`NOT_A_FIRST_ACT`], [`AT_AHEAD`].
pub fn check_first(act: &Act, now: Timestamp) -> Result<Founded, Refusal> {
    let Body::Keyset(keyset) = act.body() else {
        return Err(NOT_A_FIRST_ACT.because(act.op().as_str()));
    };
    not_ahead(act, now)?;
    Ok(Founded(KeySet {
        id: act.digest(),
        head: act.digest(),
        seq: 0,
        registry: keyset.registry.clone(),
        keys: keyset.keys.clone(),
        ending: Vec::new(),
        recovery: keyset.recovery.clone(),
        coming: Vec::new(),
    }))
}

/// The set that a first act begins.
pub fn apply_first(founded: &Founded) -> KeySet {
    founded.0.clone()
}

/// May this `rekey`, signed by `signers`, follow?
///
/// # Errors
/// [`WRONG_RECORD`], [`SET_NOT_HEAD`], [`RECORD_FULL`], [`RECORD_ENDING`], [`AT_AHEAD`]; for the signers
/// [`KEY_NOT_IN_SET`], [`KEY_ENDING`], [`KEY_NOT_PORTABLE`], [`SIGNATURE_MISSING`], [`SIGNATURE_EXTRA`],
/// [`SIGNATURE_ORDER`].
pub fn check(set: &KeySet, act: &Act, signers: &Signers, now: Timestamp) -> Result<Rekeyed, Refusal> {
    let Body::Rekey(rekey) = act.body() else {
        return Err(SET_NOT_HEAD.because(format!("{} does not follow a key set's act", act.op())));
    };
    if rekey.seq >= RECORD_ACTS_MAX {
        return Err(RECORD_FULL.refuse());
    }
    if rekey.seq >= RECORD_ACTS_MAX - RECORD_ACTS_RESERVED {
        return Err(RECORD_ENDING.refuse());
    }
    if rekey.record != set.id {
        return Err(WRONG_RECORD.refuse());
    }
    if rekey.seq != set.seq + 1 || rekey.prev != set.head {
        return Err(SET_NOT_HEAD.because(format!("seq {} offered, {} is next", rekey.seq, set.seq + 1)));
    }
    not_ahead(act, now)?;
    if !set.in_force(signers.first, now)?.is_portable() {
        return Err(KEY_NOT_PORTABLE.because(signers.first.as_str()));
    }
    let agreed = agreed(set, rekey, signers)?;
    Ok(Rekeyed { act: act.digest(), now, rekey: rekey.clone(), agreed })
}

/// The set after an admitted `rekey`.
pub fn apply(set: KeySet, rekeyed: &Rekeyed) -> KeySet {
    let Rekeyed { act, now, rekey, agreed } = rekeyed;
    // The old recovery decides how long the old keys and it itself stand: a thief must not shorten its own wait.
    let until = now.plus(Duration::from_secs(set.recovery(*now).wait_hours().saturating_mul(3_600)));
    let removed = set
        .keys
        .iter()
        .filter(|member| rekey.keys.get(member.kid()).is_none() && !agreed.contains(&member.kid()))
        .map(|member| Ending { key: member.clone(), until });
    let still = set.ending(*now).filter(|ending| rekey.keys.get(ending.key.kid()).is_none()).cloned();
    let ending = still.chain(removed).collect();
    let mut coming = set.coming;
    if coming.last().map_or(&set.recovery, |last| &last.recovery) != &rekey.recovery {
        coming.push(Coming { from: until, recovery: rekey.recovery.clone() });
    }
    KeySet { head: *act, seq: rekey.seq, keys: rekey.keys.clone(), ending, coming, ..set }
}

/// Which removed keys agree. Beside the first, exactly the new keys and removed keys may sign, sorted by kid.
fn agreed(set: &KeySet, rekey: &Rekey, signers: &Signers) -> Result<Vec<Kid>, Refusal> {
    let signed = |kid: Kid| kid == signers.first || signers.others.contains(&kid);
    for member in rekey.keys.iter() {
        if set.keys.get(member.kid()).is_none() && !signed(member.kid()) {
            return Err(SIGNATURE_MISSING.because(format!("of the new key {}", member.kid())));
        }
    }
    for kid in &signers.others {
        let new = rekey.keys.get(*kid).is_some() && set.keys.get(*kid).is_none();
        let removed = set.keys.get(*kid).is_some() && rekey.keys.get(*kid).is_none();
        if *kid == signers.first || !(new || removed) {
            return Err(SIGNATURE_EXTRA.because(kid.as_str()));
        }
    }
    if !signers.others.is_sorted_by(|earlier, later| earlier < later) {
        return Err(SIGNATURE_ORDER.because("not sorted by kid"));
    }
    let removed = set.keys.iter().map(MemberKey::kid).filter(|kid| rekey.keys.get(*kid).is_none());
    Ok(removed.filter(|kid| signed(*kid)).collect())
}

fn not_ahead(act: &Act, now: Timestamp) -> Result<(), Refusal> {
    if act.at() <= now.plus(AT_AHEAD_MAX) { Ok(()) } else { Err(AT_AHEAD.refuse()) }
}
