//! A signature list as a bundle has it: read for its form only, so that each signature can fail under its own claim.
//!
//! `bill`'s own list refuses a wrong order or a signature given twice as a whole, as a registry must. A verdict has to
//! say *which* signature is not there: a home's countersignature offered as acceptance is ACCEPTED: FAIL and nothing else.

use bill::{
    signatures::{COUNTER_TYP, Counter, Role, SIGNATURES_BYTES_MAX, SIGNATURES_MAX},
    words::Platform,
};
use crypto::{
    Digest, Signature,
    json::{self, Fields, Limits, MEMBER_TYPE, Value},
    jws,
    key::{Kid, PublicKey},
};
use vocab::Refusal;

/// What stands in a list.
#[derive(Debug, Clone)]
pub(crate) struct List {
    /// The list as it was signed over.
    pub(crate) text: String,
    /// Digest of the text.
    pub(crate) digest: Digest,
    /// Signatures by keys, in order; an assertion that could not be decoded is kept as the refusal.
    pub(crate) keys: Vec<Result<Signature, Refusal>>,
    /// Signatures by platforms, in order.
    pub(crate) platforms: Vec<BySaying>,
    /// Whether a key's signature stands behind a platform's.
    pub(crate) mixed: bool,
}

/// A platform's statement and its signature.
#[derive(Debug, Clone)]
pub(crate) struct BySaying {
    /// What it states.
    pub(crate) counter: Counter,
    /// The statement's text.
    statement: String,
    jws: String,
}

impl List {
    /// Reads a list's text for its form: kinds, members, canonical bytes.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let value = json::parse_canonical(text.as_bytes(), &Limits::bytes(SIGNATURES_BYTES_MAX))?;
        let elements =
            value.as_array().ok_or_else(|| MEMBER_TYPE.because("not an array").at("signatures"))?;
        if elements.len() > SIGNATURES_MAX {
            return Err(MEMBER_TYPE.because(format!("{SIGNATURES_MAX} are allowed")).at("signatures"));
        }
        let mut list = Self {
            text: text.to_owned(),
            digest: Digest::of(text.as_bytes()),
            keys: Vec::new(),
            platforms: Vec::new(),
            mixed: false,
        };
        for (number, element) in elements.iter().enumerate() {
            list.push(element).map_err(|why| within(why, number))?;
        }
        Ok(list)
    }

    fn push(&mut self, element: &Value) -> Result<(), Refusal> {
        let mut fields = Fields::of(element, "")?;
        match fields.string("kind")? {
            "platform" => {
                let statement = fields.string("statement")?.to_owned();
                let jws = fields.string("jws")?.to_owned();
                fields.end()?;
                let counter = Counter::parse(statement.as_bytes())?;
                self.platforms.push(BySaying { counter, statement, jws });
                return Ok(());
            }
            "jws" => {
                fields.string("jws")?;
            }
            "webauthn" => {
                for name in ["authenticatorData", "clientDataJSON", "kid", "signatureDer"] {
                    fields.string(name)?;
                }
            }
            _ => return Err(MEMBER_TYPE.because("a kind that is not known").at(fields.place_of("kind"))),
        }
        fields.end()?;
        self.mixed |= !self.platforms.is_empty();
        self.keys.push(Signature::from_value(element, String::new()));
        Ok(())
    }
}

/// A refusal of an element, with its place in the list: said only where there is one, for lists are many.
fn within(why: Refusal, number: usize) -> Refusal {
    let place = why.place().filter(|place| !place.is_empty());
    let place =
        place.map_or_else(|| format!("signatures/{number}"), |place| format!("signatures/{number}: {place}"));
    why.at(place)
}

impl BySaying {
    /// The platform that the statement names.
    pub(crate) const fn platform(&self) -> Platform {
        self.counter.platform
    }

    /// The key it says it was made with.
    pub(crate) fn kid(&self) -> Result<Kid, Refusal> {
        jws::detached_kid(&self.jws)
    }

    /// Whether the statement is in this role and about this act.
    pub(crate) fn says(&self, role: Role, act: Digest) -> bool {
        self.counter.role == role && self.counter.act == act
    }

    /// Verifies the signature itself.
    pub(crate) fn verify(&self, key: &PublicKey) -> Result<(), Refusal> {
        jws::verify_detached(&self.jws, self.statement.as_bytes(), key, COUNTER_TYP)
    }
}
