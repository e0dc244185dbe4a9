//! Leaves: what a log's entries say, and the digest that an act's leaf carries (docs/control.md 7).

use crypto::{
    Digest, Signature,
    json::{self, Fields, Limits, Number, Value},
};
use tlog::{merkle::TREE_SIZE_MAX, tile::LEAF_BYTES_MAX};
use vocab::{Refusal, Timestamp};

use crate::refusals::{BAD_LEAF, BAD_MARK, MAP_LEAF_OLD};

/// Signatures on a plain mark at most: one for each key of the largest authority.
pub const MARK_SIGNATURES_MAX: usize = crate::charter::AUTHORITY_KEYS_MAX;

const ENTRY: &str = "twakow/leaf/1";
const MAP: &str = "twakow/map/1";
const MARK: &str = "twakow/mark/1";
const TICK: &str = "twakow/tick/1";

/// One entry of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Leaf {
    /// An act, a tag mark or a hidden mark: only a digest is shown.
    Entry {
        /// When the registry admitted it.
        at: Timestamp,
        /// [`entry`] of what is hidden.
        entry: Digest,
        /// The place it takes up.
        slot: Digest,
    },
    /// The root over all slots before it.
    Map {
        /// When it was written.
        at: Timestamp,
        /// Root of the slot map.
        root: Digest,
        /// Its own index: how many leaves the root covers.
        size: u64,
    },
    /// A statement in plain text: a charter or a member mark.
    Mark {
        /// When the registry admitted it.
        at: Timestamp,
        /// The place it takes up.
        slot: Digest,
        /// Statement and signatures.
        mark: PlainMark,
    },
    /// A sign of life, which shows that a time has passed.
    Tick {
        /// When it was written.
        at: Timestamp,
    },
}

/// A statement in plain text and those who signed it, nothing of it judged yet.
///
/// Invariant: at most [`MARK_SIGNATURES_MAX`] signatures, all of them JWS.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PlainMark {
    /// The statement's text, which is signed.
    pub statement: String,
    /// Detached JWS over it, in the order of the list.
    pub signatures: Vec<String>,
}

impl Leaf {
    /// Reads a leaf. Refused (`bad-leaf`, or the reader's own) when it is not one of the four in canonical bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(LEAF_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "leaf")?;
        let at = fields.timestamp("at")?;
        let leaf = match fields.string("v")? {
            ENTRY => Self::Entry { at, entry: fields.digest("entry")?, slot: fields.digest("slot")? },
            MAP => Self::Map { at, root: fields.digest("root")?, size: fields.integer("size")? },
            MARK => {
                let slot = fields.digest("slot")?;
                Self::Mark { at, slot, mark: PlainMark::read(&mut fields)? }
            }
            TICK => Self::Tick { at },
            other => return Err(BAD_LEAF.because(other.chars().take(40).collect::<String>())),
        };
        fields.end()?;
        Ok(leaf)
    }

    /// Its canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let value = match self {
            Self::Entry { at, entry, slot } => Value::object([
                ("at", Value::from(*at)),
                ("entry", Value::from(*entry)),
                ("slot", Value::from(*slot)),
                ("v", Value::from(ENTRY)),
            ]),
            Self::Map { at, root, size } => Value::object([
                ("at", Value::from(*at)),
                ("root", Value::from(*root)),
                ("size", whole(*size)),
                ("v", Value::from(MAP)),
            ]),
            Self::Mark { at, slot, mark } => Value::object([
                ("at", Value::from(*at)),
                ("signatures", mark.list()),
                ("slot", Value::from(*slot)),
                ("statement", Value::from(mark.statement.as_str())),
                ("v", Value::from(MARK)),
            ]),
            Self::Tick { at } => Value::object([("at", Value::from(*at)), ("v", Value::from(TICK))]),
        };
        json::canonical(&value)
    }

    /// Its time, which never lies before that of the leaf before it.
    pub const fn at(&self) -> Timestamp {
        match self {
            Self::Entry { at, .. } | Self::Map { at, .. } | Self::Mark { at, .. } | Self::Tick { at } => *at,
        }
    }

    /// The root of the slot map that this leaf tells, if it is the newest under a checkpoint of `size` leaves and stands
    /// at `index`. Refused (`map-leaf-old`) for any other: an older map leaf is true, but says nothing about now.
    pub fn newest_map_root(&self, index: u64, size: u64) -> Result<Digest, Refusal> {
        match self {
            Self::Map { root, size: covered, .. }
                if index.checked_add(1) == Some(size) && *covered == index =>
            {
                Ok(*root)
            }
            Self::Entry { .. } | Self::Map { .. } | Self::Mark { .. } | Self::Tick { .. } => {
                Err(MAP_LEAF_OLD.because(format!("leaf {index} of {size}")))
            }
        }
    }

    /// The slot it takes up, if it takes up one.
    pub const fn slot(&self) -> Option<&Digest> {
        match self {
            Self::Entry { slot, .. } | Self::Mark { slot, .. } => Some(slot),
            Self::Map { .. } | Self::Tick { .. } => None,
        }
    }
}

impl PlainMark {
    /// Reads {`statement`, `signatures`} as they are handed in, in canonical bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(LEAF_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "mark")?;
        let mark = Self::read(&mut fields)?;
        fields.end()?;
        Ok(mark)
    }

    /// The canonical bytes that [`PlainMark::parse`] reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::canonical(&Value::object([
            ("signatures", self.list()),
            ("statement", Value::from(self.statement.as_str())),
        ]))
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let place = fields.place_of("signatures");
        let listed = fields.array("signatures")?;
        if listed.is_empty() || listed.len() > MARK_SIGNATURES_MAX {
            return Err(BAD_MARK.because(format!("{} signatures", listed.len())).at(place));
        }
        let signatures = listed
            .iter()
            .map(|value| match Signature::from_value(value, place.as_str())? {
                Signature::Jws(jws) => Ok(jws),
                Signature::WebAuthn(_) => Err(BAD_MARK.because("a passkey's assertion").at(place.as_str())),
            })
            .collect::<Result<_, Refusal>>()?;
        Ok(Self { statement: fields.string("statement")?.to_owned(), signatures })
    }

    fn list(&self) -> Value {
        Value::array(self.signatures.iter().map(|jws| Signature::Jws(jws.clone()).to_value()))
    }
}

/// What the leaf of an act, a tag mark or a hidden mark carries: the digest of {`act`, `signatures`, `v`}, where `act`
/// is the digest of the act (of a decline: of its statement) and `signatures` that of its signature list.
pub fn entry(act: &Digest, signatures: &Digest) -> Digest {
    Digest::of(&json::canonical(&Value::object([
        ("act", Value::from(*act)),
        ("signatures", Value::from(*signatures)),
        ("v", Value::from("twakow/entry/1")),
    ])))
}

/// Invariant: sizes and counts stay below [`TREE_SIZE_MAX`], which JSON can say.
pub(crate) fn whole(number: u64) -> Value {
    Number::from_integer(number.min(TREE_SIZE_MAX)).map_or(Value::Null, Value::from)
}
