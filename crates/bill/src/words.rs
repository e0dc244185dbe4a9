//! The words that acts are written in: platforms, controllers, registries, and the closed lists of docs/control.md 1.

use std::{fmt, str::FromStr};

use crypto::{
    Digest,
    json::{Fields, Value},
};
use vocab::Refusal;

use crate::refusals::{
    BAD_PLATFORM, BAD_REGISTRY, BAD_TEXT, EMPTY_LIST, NOT_SORTED, NOT_YET, TOO_MANY, UNKNOWN_WORD,
};

/// Joint holders of one record, and predecessors or successors of one record (docs/control.md 1).
pub const JOINT_SETS_MAX: usize = 16;
/// Bytes of a registry's origin: what a C2SP checkpoint's first line may reasonably hold.
pub const ORIGIN_BYTES_MAX: usize = 255;
/// Bytes of a registry's address; an act has 4 KiB in all.
pub const URL_BYTES_MAX: usize = 1024;

/// Declares a closed list of words with its one written form.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant),* }

        impl $name {
            /// Every word of the list.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word as it is written.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = vocab::Refusal;

            fn from_str(written: &str) -> Result<Self, vocab::Refusal> {
                match written {
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::refusals::UNKNOWN_WORD.because($crate::words::shown(written))),
                }
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What an act does (docs/control.md 3.1), in the order of the protocol's table, key sets first.
    Op {
        /// First act of a key set.
        Keyset = "keyset",
        /// Change of a key set.
        Rekey = "rekey",
        /// First act of a bill.
        Issue = "issue",
        /// An endorsement, signature, nomination or terms, without moving possession.
        Note = "note",
        /// Possession passes.
        Move = "move",
        /// The new holder hands back what it just received.
        Reject = "reject",
        /// The controller asks to leave its platform.
        Leave = "leave",
        /// The holder hands the bill to its carrier.
        Surrender = "surrender",
        /// The carrier ends the record.
        Close = "close",
        /// The carrier hands the bill back.
        Return = "return",
        /// The surrenderer takes the bill back after the answer date.
        Reclaim = "reclaim",
        /// The controller changes platforms.
        Rehome = "rehome",
        /// A bill comes from a foreign platform (not in the first release).
        Adopt = "adopt",
    }
}

words! {
    /// Who keeps the keys of a controller.
    Custody {
        /// The holder itself: every act is signed by it.
        Own = "self",
        /// A foreign platform (not in the first release).
        Platform = "platform",
    }
}

words! {
    /// What a surrender is for.
    Purpose {
        /// The goods are to be delivered.
        Delivery = "delivery",
        /// The bill is to be amended, or printed.
        Amendment = "amendment",
        /// The bill is to be cancelled.
        Cancel = "cancel",
    }
}

words! {
    /// How a record ended.
    End {
        /// The goods were delivered.
        Delivered = "delivered",
        /// Paper took the record's place.
        Paper = "paper",
        /// Another record took its place.
        Replaced = "replaced",
        /// The bill was cancelled.
        Void = "void",
    }
}

impl Purpose {
    /// Whether a surrender for this purpose may be closed so (docs/control.md 1).
    pub const fn allows(self, end: End) -> bool {
        match (self, end) {
            (Self::Delivery, End::Delivered)
            | (Self::Amendment, End::Paper | End::Replaced)
            | (Self::Cancel, End::Void) => true,
            (Self::Delivery, End::Paper | End::Replaced | End::Void)
            | (Self::Amendment, End::Delivered | End::Void)
            | (Self::Cancel, End::Delivered | End::Paper | End::Replaced) => false,
        }
    }
}

/// A platform's code: DCSA's `eblPlatform`, or the four characters agreed in the corridor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform([u8; 4]);

impl Platform {
    /// The code.
    pub fn as_str(&self) -> &str {
        // Invariant: four ASCII bytes, checked when it was read.
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Platform({self})")
    }
}

impl FromStr for Platform {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let code: [u8; 4] =
            written.as_bytes().try_into().map_err(|_| BAD_PLATFORM.because(shown(written)))?;
        if !code.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
            return Err(BAD_PLATFORM.because(shown(written)));
        }
        Ok(Self(code))
    }
}

/// Who is in control: key sets, the platform they are at, and who keeps the keys.
///
/// Invariant: `sets` is not empty, sorted, without repetition. Joint sets count as one controller (I1).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Controller {
    /// Ids of key sets; in the first release exactly one.
    pub sets: Vec<Digest>,
    /// The platform that countersigns.
    pub home: Platform,
    /// Who keeps the keys; in the first release the holder itself.
    pub custody: Custody,
}

impl Controller {
    /// One key set at one platform, its keys its own.
    pub fn own(set: Digest, home: Platform) -> Self {
        Self { sets: vec![set], home, custody: Custody::Own }
    }

    /// The same sets at another platform.
    #[must_use]
    pub fn at(self, home: Platform) -> Self {
        Self { home, ..self }
    }

    pub(crate) fn read(fields: &mut Fields<'_>, name: &str) -> Result<Self, Refusal> {
        let mut fields = fields.object(name)?;
        let controller = Self {
            sets: read_digests(&mut fields, "sets", JOINT_SETS_MAX)?,
            home: fields.parsed("home")?,
            custody: fields.parsed("custody")?,
        };
        fields.end()?;
        Ok(controller)
    }

    pub(crate) fn write(&self) -> Value {
        Value::object([
            ("sets", Value::array(self.sets.iter().copied())),
            ("home", Value::from(self.home.as_str())),
            ("custody", Value::from(self.custody.as_str())),
        ])
    }

    /// What of this controller the first release does not do (docs/control.md).
    pub(crate) fn first_release(&self) -> Result<(), Refusal> {
        if self.sets.len() > 1 {
            return Err(NOT_YET.because("joint holders: more than one key set"));
        }
        match self.custody {
            Custody::Own => Ok(()),
            Custody::Platform => Err(NOT_YET.because("custody by a foreign platform")),
        }
    }
}

/// The log that sequences a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Registry {
    /// The origin line of its checkpoints.
    pub origin: String,
    /// Where it answers.
    pub url: String,
}

impl Registry {
    pub(crate) fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let place = fields.place_of("registry");
        let mut fields = fields.object("registry")?;
        let registry =
            Self { origin: fields.string("origin")?.to_owned(), url: fields.string("url")?.to_owned() };
        fields.end()?;
        // C2SP signed notes forbid white space and `+` in names.
        let name_ok = registry.origin.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'+');
        let url_ok = registry.url.bytes().all(|byte| byte.is_ascii_graphic());
        let len_ok = (1..=ORIGIN_BYTES_MAX).contains(&registry.origin.len())
            && (1..=URL_BYTES_MAX).contains(&registry.url.len());
        if name_ok && url_ok && len_ok { Ok(registry) } else { Err(BAD_REGISTRY.refuse().at(place)) }
    }

    pub(crate) fn write(&self) -> Value {
        Value::object([("origin", self.origin.as_str()), ("url", self.url.as_str())])
    }
}

/// A list of digests: not empty, sorted, without repetition, at most `max`.
pub(crate) fn read_digests(fields: &mut Fields<'_>, name: &str, max: usize) -> Result<Vec<Digest>, Refusal> {
    let place = fields.place_of(name);
    let elements = fields.array(name)?;
    bounded(elements.len(), max).map_err(|refusal| refusal.at(place.as_str()))?;
    let digests = elements
        .iter()
        .map(|element| read_digest(element).map_err(|refusal| refusal.at(place.as_str())))
        .collect::<Result<Vec<_>, _>>()?;
    rising(&digests).map_err(|refusal| refusal.at(place))?;
    Ok(digests)
}

fn read_digest(element: &Value) -> Result<Digest, Refusal> {
    element.as_str().unwrap_or_default().parse()
}

/// Refuses an empty list and one longer than `max`.
pub(crate) fn bounded(len: usize, max: usize) -> Result<(), Refusal> {
    if len == 0 {
        return Err(EMPTY_LIST.refuse());
    }
    if len > max { Err(TOO_MANY.because(format!("{len}, {max} allowed"))) } else { Ok(()) }
}

/// Refuses a list that does not rise strictly.
pub(crate) fn rising<T: Ord>(list: &[T]) -> Result<(), Refusal> {
    if list.is_sorted_by(|earlier, later| earlier < later) { Ok(()) } else { Err(NOT_SORTED.refuse()) }
}

/// A text of 1 to `max` bytes without control characters.
pub(crate) fn text(written: &str, max: usize) -> Result<String, Refusal> {
    let fits = (1..=max).contains(&written.len()) && !written.contains(|c: char| c.is_ascii_control());
    if fits { Ok(written.to_owned()) } else { Err(BAD_TEXT.because(shown(written))) }
}

/// What of a refused text is repeated to the reader.
pub(crate) fn shown(written: &str) -> String {
    written.chars().take(40).collect()
}

/// A word outside its list, said of a member.
pub(crate) fn unknown_word(written: &str) -> Refusal {
    UNKNOWN_WORD.because(shown(written))
}
