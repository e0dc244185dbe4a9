//! What is handed in to a registry: acts with their signatures, replacements, declines, plain marks.

use bill::{
    act::{Act, Action, Body, SET_ACT_BYTES_MAX},
    signatures::{SIGNATURES_BYTES_MAX, SignatureList},
    words::End,
};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use vocab::Refusal;

use crate::{leaf::PlainMark, refusals::BAD_SUBMISSION};

/// Bytes of one act with its signatures at most; both are escaped once as JSON strings.
pub const SUBMISSION_BYTES_MAX: usize = 4 * (SET_ACT_BYTES_MAX + SIGNATURES_BYTES_MAX);

const ACT_FILE: &str = "twakow/act-file/1";
const DECLINE_FILE: &str = "twakow/decline-file/1";

/// An act with the signatures that came with it, both parsed, nothing verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The act.
    pub act: Act,
    /// Its signatures.
    pub signatures: SignatureList,
}

/// One thing that is admitted or refused as a whole.
#[expect(
    clippy::large_enum_variant,
    reason = "handled one at a time, by reference; most are acts, which a box would slow"
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Submission {
    /// One act.
    Act(Signed),
    /// The receiving platform's refusal, with the holder-signed act that it refuses.
    Decline {
        /// The act refused, with the signatures it came with.
        offer: Signed,
        /// The list of one: the platform's statement.
        decline: SignatureList,
    },
    /// A close and the issue that replaces the record: both or neither.
    Group {
        /// The close.
        close: Signed,
        /// The issue.
        issue: Signed,
    },
    /// A statement of the authority.
    Mark(PlainMark),
}

impl Submission {
    /// Reads acts as a platform hands them in: an act file without details (docs/formats.md), or the array of two that is
    /// a replacement.
    ///
    /// Refused (`bad-submission`, or what the act's and the list's own readers refuse), `not-yet` for a larger group.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(2 * SUBMISSION_BYTES_MAX))?;
        match &value {
            Value::Array(acts) => match acts.as_slice() {
                [close, issue] => Self::group(Signed::read(close)?, Signed::read(issue)?),
                [_, _, ..] => Err(bill::refusals::NOT_YET.because("a group of more than two acts")),
                [] | [_] => Err(BAD_SUBMISSION.because("an array of fewer than two")),
            },
            one => Ok(Self::Act(Signed::read(one)?)),
        }
    }

    /// The replacement of a record. Refused (`bad-submission`) unless the first is a close as replaced and the second an
    /// issue.
    pub fn group(close: Signed, issue: Signed) -> Result<Self, Refusal> {
        let closes = match close.act.body() {
            Body::Step(step) => matches!(step.action, Action::Close { end: End::Replaced, .. }),
            Body::Keyset(_) | Body::Rekey(_) | Body::Issue(_) => false,
        };
        if closes && matches!(issue.act.body(), Body::Issue(_)) {
            return Ok(Self::Group { close, issue });
        }
        Err(BAD_SUBMISSION.because("a group is a close as replaced and an issue, in this order"))
    }

    /// Reads a decline: canonical {`act`, `decline`, `signatures`, `v`: `twakow/decline-file/1`}, each but `v` the text of
    /// canonical bytes.
    pub fn parse_decline(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(SUBMISSION_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "decline")?;
        fields.constant("v", DECLINE_FILE)?;
        let offer = Signed::fields(&mut fields)?;
        let decline = SignatureList::parse(fields.string("decline")?.as_bytes())?;
        fields.end()?;
        Ok(Self::Decline { offer, decline })
    }

    /// Reads a plain mark: canonical {`signatures`, `statement`}.
    pub fn parse_mark(bytes: &[u8]) -> Result<Self, Refusal> {
        Ok(Self::Mark(PlainMark::parse(bytes)?))
    }

    /// The bytes that the reader of its kind reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        let value = match self {
            Self::Act(one) => one.value(),
            Self::Decline { offer, decline } => Value::object([
                ("act", text(offer.act.bytes())),
                ("decline", text(decline.bytes())),
                ("signatures", text(offer.signatures.bytes())),
                ("v", Value::from(DECLINE_FILE)),
            ]),
            Self::Group { close, issue } => Value::array([close.value(), issue.value()]),
            Self::Mark(mark) => return mark.to_bytes(),
        };
        json::canonical(&value)
    }
}

impl Signed {
    /// An act and its list, from their canonical bytes.
    pub fn parse(act: &[u8], signatures: &[u8]) -> Result<Self, Refusal> {
        Ok(Self { act: Act::parse(act)?, signatures: SignatureList::parse(signatures)? })
    }

    /// The digest that the leaf of this act carries.
    pub fn entry(&self) -> Digest {
        crate::leaf::entry(&self.act.digest(), &self.signatures.digest())
    }

    fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "submission")?;
        fields.constant("v", ACT_FILE)?;
        if fields.has("details") {
            return Err(BAD_SUBMISSION.because("a registry is sent no details"));
        }
        let signed = Self::fields(&mut fields)?;
        fields.end()?;
        Ok(signed)
    }

    fn fields(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        Self::parse(fields.string("act")?.as_bytes(), fields.string("signatures")?.as_bytes())
    }

    fn value(&self) -> Value {
        Value::object([
            ("act", text(self.act.bytes())),
            ("signatures", text(self.signatures.bytes())),
            ("v", Value::from(ACT_FILE)),
        ])
    }
}

/// Invariant: canonical JSON is UTF-8.
fn text(canonical: &[u8]) -> Value {
    Value::from(std::str::from_utf8(canonical).unwrap_or_default())
}
