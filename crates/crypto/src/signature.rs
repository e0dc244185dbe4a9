//! A holder's signature as it stands in a list of signatures (docs/control.md 7).

use std::borrow::Cow;

use vocab::{Refusal, RefusalKind};

use crate::{
    json::{Fields, Value},
    jws,
    key::Kid,
    webauthn::Assertion,
};

/// A signature in a form that lists of signatures do not have.
pub const BAD_SIGNATURE_FORM: RefusalKind = RefusalKind {
    code: "bad-signature-form",
    sentence: "This is not a signature as lists of signatures have it.",
    remedy: "Give {kind, jws}, or {kind, kid, authenticatorData, clientDataJSON, signatureDer}.",
};

/// One signature: a detached JWS of a key file or token, or a passkey's assertion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// A detached compact JWS.
    Jws(String),
    /// A passkey's assertion.
    WebAuthn(Assertion),
}

impl Signature {
    /// Reads `{kind, jws}` or `{kind: "webauthn", kid, …}`; `place` names it in refusals.
    ///
    /// # Errors
    /// [`BAD_SIGNATURE_FORM`] for another kind, or a member's refusal. Nothing is verified.
    pub fn from_value<'a>(value: &'a Value, place: impl Into<Cow<'a, str>>) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        let signature = match fields.string("kind")? {
            "jws" => Signature::Jws(fields.string("jws")?.to_owned()),
            "webauthn" => Signature::WebAuthn(Assertion::from_fields(&mut fields)?),
            other => {
                let shown: String = other.chars().take(40).collect();
                return Err(BAD_SIGNATURE_FORM.because(shown).at(fields.place_of("kind")));
            }
        };
        fields.end()?;
        Ok(signature)
    }

    /// Its one form as JSON.
    pub fn to_value(&self) -> Value {
        match self {
            Signature::Jws(jws) => Value::object([("kind", "jws"), ("jws", jws)]),
            Signature::WebAuthn(assertion) => assertion.to_value(),
        }
    }

    /// The name of the key that it says it was made with. Nothing is verified by this.
    ///
    /// # Errors
    /// As [`jws::detached_kid`].
    pub fn kid(&self) -> Result<Kid, Refusal> {
        match self {
            Signature::Jws(jws) => jws::detached_kid(jws),
            Signature::WebAuthn(assertion) => Ok(assertion.kid),
        }
    }
}
