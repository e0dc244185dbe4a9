//! The signature checker, parted from admission: it does the arithmetic, admission asks who may.
//!
//! [`verify`] may run anywhere and beside others, on a snapshot of the state; it is where the time goes. What it hands
//! out says that *every signature in this list holds over this act under the key that it names*. Whether those keys are
//! in force, in the right order and of the right platforms, [`crate::admission`] asks at the moment of the leaf, from
//! the list's own words. A change of keys in between makes the proof stale, and it is asked for again.

use bill::{
    act::{Act, Body},
    keyset::KeySet,
    signatures::{self, SignatureList},
    words::Platform,
};
use crypto::{
    Digest,
    key::{Kid, PublicKey},
};
use vocab::{Refusal, Timestamp};

use crate::{
    charter::Authorised,
    governance::Statement,
    refusals::{RECORD_UNKNOWN, SIGNATURES_UNCHECKED},
    state::State,
    submission::{Signed, Submission},
};

/// Proof that the signatures of one submission hold. Only [`verify`] makes one; for the model there is
/// `Verified::claimed` behind the feature `model`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    of: Vec<(Checked, Digest, Digest)>,
    authorised: Option<Authorised>,
    /// The state of all keys under which they hold; none for a claim.
    keys_version: Option<u64>,
}

/// What of a list was verified under an act, so that one proof is not taken for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Checked {
    /// All that the act needs.
    All,
    /// The statement of a platform that declines it.
    Decline,
    /// The holders' signatures; under an offer that is declined nobody asks for more.
    Holders,
}

/// Verifies every signature of a submission by the keys that the state knows, as of now.
///
/// # Errors
/// Those of [`bill::signatures`], `mark-signature-wrong`, `authority-missing`; `record-unknown` where there is no state
/// to verify by. Admission reports them only when everything before signatures has passed.
pub fn verify(state: &State, submission: &Submission, clock: Timestamp) -> Result<Verified, Refusal> {
    let now = state.log().time_of_leaf(clock);
    let mut verified = Verified { of: Vec::new(), authorised: None, keys_version: Some(state.keys_version) };
    match submission {
        Submission::Act(one) => verify_signed(state, one, now)?,
        Submission::Decline { offer, decline } => {
            holders(state, offer, now)?;
            let key = counter_keys(state, now)?;
            signatures::verify_decline(&offer.act, decline, &key)?;
        }
        Submission::Group { close, issue } => {
            verify_signed(state, close, now)?;
            verify_signed(state, issue, now)?;
        }
        Submission::Mark(mark) => {
            let statement = Statement::parse(&mark.statement)?;
            let authority = match (&state.governance, &statement) {
                (Some(governance), _) => governance.authority(&statement, now),
                (None, Statement::Charter(charter)) => charter.authority(),
                (None, Statement::Member(_)) => return Err(crate::refusals::CHARTER_FIRST.refuse()),
            };
            verified.authorised = Some(authority.verify(mark)?);
        }
    }
    verified.of = submission.lists();
    Ok(verified)
}

impl Verified {
    /// The claim that the signatures of a submission hold, without looking at them.
    ///
    /// For the model: a state space over real signatures would cost a signature a step and show nothing more, for what a
    /// forger cannot sign is there a submission that is never made. And within this crate for the replay of what was
    /// verified when it was admitted, and is bound by the log's own root.
    #[cfg(feature = "model")]
    pub fn claimed(submission: &Submission, authorised: Option<Authorised>) -> Self {
        Self::unlooked(submission, authorised)
    }

    pub(crate) fn unlooked(submission: &Submission, authorised: Option<Authorised>) -> Self {
        Self { of: submission.lists(), authorised, keys_version: None }
    }

    /// Refused (`signatures-unchecked`) when this list under this act is not what was verified, or when keys have changed
    /// since.
    pub(crate) fn cover(
        &self,
        state: &State,
        checked: Checked,
        act: &Act,
        list: &SignatureList,
    ) -> Result<(), Refusal> {
        let fresh = self.keys_version.is_none_or(|version| version == state.keys_version);
        if fresh && self.of.contains(&(checked, act.digest(), list.digest())) {
            return Ok(());
        }
        Err(SIGNATURES_UNCHECKED.refuse())
    }

    pub(crate) fn authorised(&self) -> Result<&Authorised, Refusal> {
        self.authorised.as_ref().ok_or_else(|| SIGNATURES_UNCHECKED.because("of a mark"))
    }
}

impl Submission {
    /// The acts in it, each with its list.
    pub fn signed(&self) -> impl Iterator<Item = &Signed> {
        let (one, two) = match self {
            Self::Act(one) | Self::Decline { offer: one, .. } => (Some(one), None),
            Self::Group { close, issue } => (Some(close), Some(issue)),
            Self::Mark(_) => (None, None),
        };
        one.into_iter().chain(two)
    }

    fn lists(&self) -> Vec<(Checked, Digest, Digest)> {
        let of = |checked, one: &Signed| (checked, one.act.digest(), one.signatures.digest());
        match self {
            Self::Act(one) => vec![of(Checked::All, one)],
            Self::Decline { offer, decline } => {
                vec![of(Checked::Holders, offer), (Checked::Decline, offer.act.digest(), decline.digest())]
            }
            Self::Group { close, issue } => vec![of(Checked::All, close), of(Checked::All, issue)],
            Self::Mark(_) => Vec::new(),
        }
    }
}

fn verify_signed(state: &State, one: &Signed, now: Timestamp) -> Result<(), Refusal> {
    let (act, list) = (&one.act, &one.signatures);
    let key = counter_keys(state, now)?;
    match act.body() {
        Body::Keyset(_) => {
            signatures::verify_keyset(act, list)?;
            signatures::verify_enrolment(act, list, &key)?;
        }
        Body::Rekey(rekey) => {
            let set = state.set(&rekey.record).ok_or_else(|| RECORD_UNKNOWN.refuse())?;
            signatures::verify_rekey(set, act, list, now)?;
        }
        Body::Issue(_) | Body::Step(_) => {
            holders(state, one, now)?;
            signatures::verify_platforms(act, list, &key)?;
        }
    }
    Ok(())
}

fn holders(state: &State, one: &Signed, now: Timestamp) -> Result<(), Refusal> {
    let by = one.act.by().map_or(&[][..], |by| by.sets.as_slice());
    let sets: Vec<&KeySet> = by.iter().filter_map(|id| state.set(id)).collect();
    signatures::verify_holders(&one.act, &one.signatures, &sets, now).map(|_| ())
}

fn counter_keys(
    state: &State,
    now: Timestamp,
) -> Result<impl Fn(Platform, Kid) -> Option<PublicKey>, Refusal> {
    let governance = state.governance()?;
    Ok(move |platform, kid| governance.counter_key(platform, kid, now).cloned())
}
