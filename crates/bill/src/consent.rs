//! A consent: what a title holder or pledgee who is not in possession lets the possessor do (docs/control.md 5).
//!
//! It is for one act only: it names the act's place in the chain, what is done, to whom, and by [`matter`] everything
//! that the act's details say. The details cite it by its digest.
//!
//! [`matter`]: crate::details::BillDetails::matter

use crypto::{
    Digest, Signature,
    json::{self, Value},
    jws,
    key::SigningKey,
};
use vocab::{Refusal, Timestamp};

use crate::{
    act::Act,
    details::BillDetails,
    keyset::KeySet,
    party::Party,
    refusals::{CONSENT_NOT_CITED, CONSENT_OTHER_ACT, SET_UNKNOWN},
    signatures::verify_bytes,
    words::Op,
};

/// The format of this version.
pub const CONSENT_VERSION: &str = "twakow/consent/1";
/// `typ` of a consent's JWS.
pub const CONSENT_TYP: &str = "twk-consent+jws";

/// What is consented to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Consent {
    /// The bill.
    pub record: Digest,
    /// The act that the consented one follows.
    pub prev: Digest,
    /// What is done.
    pub op: Op,
    /// To whom, where the act names somebody.
    pub to: Vec<Digest>,
    /// Digest of the act's details without `consents`.
    pub matter: Digest,
    /// The key set that consents.
    pub set: Digest,
}

/// Proof that a party consents to an act. Only [`Consent::verify`] builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consented {
    digest: Digest,
    party: Party,
}

impl Consented {
    /// The consent.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Who consents.
    pub const fn party(&self) -> &Party {
        &self.party
    }
}

impl Consent {
    /// The consent of `set` to an act that will do this.
    ///
    /// # Errors
    /// What the details are refused for.
    pub fn to(act: &Act, details: &BillDetails, set: Digest) -> Result<Self, Refusal> {
        Ok(Self {
            record: act.record(),
            prev: act.prev().unwrap_or(act.record()),
            op: act.op(),
            to: act.to().map(|to| to.sets.clone()).unwrap_or_default(),
            matter: details.matter()?,
            set,
        })
    }

    /// The canonical bytes that are signed.
    pub fn bytes(&self) -> Vec<u8> {
        json::canonical(&Value::object([
            ("v", Value::from(CONSENT_VERSION)),
            ("record", Value::from(self.record)),
            ("prev", Value::from(self.prev)),
            ("op", Value::from(self.op.as_str())),
            ("to", Value::array(self.to.iter().copied())),
            ("matter", Value::from(self.matter)),
            ("set", Value::from(self.set)),
        ]))
    }

    /// Their digest: what the act's details cite.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.bytes())
    }

    /// Signs the consent with a key file or token.
    pub fn sign(&self, key: &SigningKey) -> Signature {
        Signature::Jws(jws::sign_detached(key, CONSENT_TYP, &self.bytes()))
    }

    /// Does `party`, whose key set is `set`, consent to `act` with `details`?
    ///
    /// # Errors
    /// [`CONSENT_NOT_CITED`], [`CONSENT_OTHER_ACT`], [`SET_UNKNOWN`], those of [`KeySet::in_force`], or what the
    /// signature is refused for.
    pub fn verify(
        &self,
        signature: &Signature,
        (act, details): (&Act, &BillDetails),
        (set, party): (&KeySet, &Party),
        now: Timestamp,
    ) -> Result<Consented, Refusal> {
        let digest = self.digest();
        if !details.consents.contains(&digest) {
            return Err(CONSENT_NOT_CITED.refuse());
        }
        if set.id() != self.set {
            return Err(SET_UNKNOWN.because(self.set.to_string()));
        }
        if *self != Self::to(act, details, self.set)? {
            return Err(CONSENT_OTHER_ACT.refuse());
        }
        let member = set.in_force(signature.kid()?, now)?;
        verify_bytes((&self.bytes(), digest, CONSENT_TYP), signature, member)?;
        Ok(Consented { digest, party: party.clone() })
    }
}
