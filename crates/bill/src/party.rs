//! Parties as documents and Transactions name them, and when two names mean one party (docs/control.md 5).

use std::{collections::BTreeSet, fmt};

use crypto::json::{self, Fields, Limits, Value};
use vocab::Refusal;

use crate::refusals::PARTY_UNIDENTIFIED;

/// Bytes of one party object; DCSA's longest names, addresses and references fit many times.
pub const PARTY_BYTES_MAX: usize = 16 * 1024;

/// A party object, kept as it was written.
///
/// Invariant: `text` is canonical JSON of an object, and `codes` are its identifying codes.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Party {
    text: String,
    name: String,
    codes: BTreeSet<Code>,
}

/// An identifying code: provider, list, code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Code {
    provider: String,
    list: Option<String>,
    code: String,
}

impl Party {
    /// The party that this object names; a document's party may lack codes, and then is itself only.
    ///
    /// # Errors
    /// [`PARTY_UNIDENTIFIED`] when it is no object, or longer than [`PARTY_BYTES_MAX`].
    pub fn of(value: &Value) -> Result<Self, Refusal> {
        let text = String::from_utf8(json::canonical(value)).unwrap_or_default();
        if value.as_object().is_none() || text.len() > PARTY_BYTES_MAX {
            return Err(PARTY_UNIDENTIFIED.refuse());
        }
        let codes = value.get("identifyingCodes").and_then(Value::as_array).unwrap_or_default();
        let name = value.get("partyName").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self { text, name, codes: codes.iter().filter_map(Code::of).collect() })
    }

    /// A party that is no other: whoever has still to be chosen.
    pub(crate) fn nobody() -> Self {
        Self { text: String::new(), name: "somebody".to_owned(), codes: BTreeSet::new() }
    }

    /// A party to whom a bill may pass: it has a name and a code, so that one spelling finds the other.
    ///
    /// # Errors
    /// [`PARTY_UNIDENTIFIED`], and what the members are refused for.
    pub(crate) fn named(value: &Value, place: String) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place.as_str())?;
        fields.string("partyName")?;
        let party = Self::of(value).map_err(|refusal| refusal.at(place.as_str()))?;
        if party.codes.is_empty() {
            return Err(PARTY_UNIDENTIFIED.because("no identifying code").at(place));
        }
        Ok(party)
    }

    /// The name as it is written.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The object as it is written.
    pub fn value(&self) -> Value {
        json::parse(self.text.as_bytes(), &Limits::bytes(PARTY_BYTES_MAX)).unwrap_or(Value::Null)
    }

    /// Whether both name one party: they share an identifying code, or, where one has none, are the same object.
    pub fn is(&self, other: &Self) -> bool {
        if self.codes.is_empty() || other.codes.is_empty() {
            return self.text == other.text;
        }
        !self.codes.is_disjoint(&other.codes)
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.name.is_empty() { "a party without a name" } else { &self.name })
    }
}

impl fmt::Debug for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Party({self})")
    }
}

impl Code {
    fn of(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            provider: text("codeListProvider")?,
            list: text("codeListName"),
            code: text("partyCode")?,
        })
    }
}
