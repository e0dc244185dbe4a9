//! How the house says no: a stable code, a sentence, a remedy, and the place where one is known.
//!
//! Every room lists its kinds as rows of one table; `docs/errors.md` is printed from those tables, so a code that a
//! caller can meet is always a code that a reader can look up (invariant I6).

use std::fmt;

/// One row of a room's table of refusals.
#[derive(Debug, PartialEq, Eq)]
pub struct RefusalKind {
    /// Stable, lower-case, hyphenated; part of the interface, never reused for another meaning.
    pub code: &'static str,
    /// One sentence for the person who asked, without the particulars.
    pub sentence: &'static str,
    /// What that person can do about it.
    pub remedy: &'static str,
}

/// An answer of "no". It is part of the protocol, not an accident.
///
/// Invariant I6: a refusal cannot be built without a code, a sentence and a remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    kind: &'static RefusalKind,
    place: Option<String>,
    particulars: Option<String>,
}

impl RefusalKind {
    /// A refusal of this kind, without particulars.
    pub const fn refuse(&'static self) -> Refusal {
        Refusal { kind: self, place: None, particulars: None }
    }

    /// A refusal of this kind with what was found, for example `seq 4 offered, 3 expected`.
    pub fn because(&'static self, particulars: impl Into<String>) -> Refusal {
        Refusal { kind: self, place: None, particulars: Some(particulars.into()) }
    }
}

impl Refusal {
    /// The same refusal, naming where in the input it arose (a JSON pointer, a line, a file).
    #[must_use]
    pub fn at(mut self, place: impl Into<String>) -> Self {
        self.place = Some(place.into());
        self
    }

    /// The row this refusal belongs to.
    pub const fn kind(&self) -> &'static RefusalKind {
        self.kind
    }

    /// The stable code.
    pub const fn code(&self) -> &'static str {
        self.kind.code
    }

    /// What the person who asked can do about it.
    pub const fn remedy(&self) -> &'static str {
        self.kind.remedy
    }

    /// Where in the input it arose, when that is known.
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// What was found, when there is more to say than the sentence.
    pub fn particulars(&self) -> Option<&str> {
        self.particulars.as_deref()
    }
}

/// The sentence and the particulars; code and remedy are for the caller to lay out.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.sentence)?;
        if let Some(particulars) = &self.particulars {
            write!(f, " ({particulars})")?;
        }
        if let Some(place) = &self.place {
            write!(f, " at {place}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    const NOT_CANONICAL: RefusalKind = RefusalKind {
        code: "not-canonical",
        sentence: "The bytes are not the canonical form of what they say.",
        remedy: "Write them by RFC 8785 and sign again.",
    };

    #[test]
    fn a_refusal_says_sentence_particulars_and_place() {
        let refusal = NOT_CANONICAL.because("a space after the colon").at("byte 7");
        assert_eq!(
            refusal.to_string(),
            "The bytes are not the canonical form of what they say. (a space after the colon) at byte 7"
        );
        assert_eq!((refusal.code(), refusal.place()), ("not-canonical", Some("byte 7")));
        assert_eq!(NOT_CANONICAL.refuse().to_string(), NOT_CANONICAL.sentence);
    }
}
