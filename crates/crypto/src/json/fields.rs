//! Typed members of an object, and a refusal for every member that nobody asked for.

use std::{borrow::Cow, str::FromStr};

use vocab::{Refusal, RefusalKind, Timestamp};

use super::{Object, Value};
use crate::{Digest, base64url};

/// The widest object that is read member by member. The widest known to us, DCSA's transport document, has about 60.
pub const MEMBERS_MAX: usize = 128;

/// A member that must be there is not.
pub const MEMBER_MISSING: RefusalKind = RefusalKind {
    code: "member-missing",
    sentence: "A member that must be there is missing.",
    remedy: "Add the member that is named.",
};

/// A member that the format does not have.
pub const MEMBER_UNKNOWN: RefusalKind = RefusalKind {
    code: "member-unknown",
    sentence: "There is a member that this format does not have.",
    remedy: "Take the member out, or use the version of the format that has it.",
};

/// A member of another type, or out of range.
pub const MEMBER_TYPE: RefusalKind = RefusalKind {
    code: "member-type",
    sentence: "A member is not of the type, or in the range, that the format gives it.",
    remedy: "Write the member as the format says.",
};

/// The members of one object while they are read.
///
/// Read every member that the format has, then call [`Fields::end`]: it refuses what is left. All refusals name the
/// place as a JSON pointer behind the place given at the start, for example `act/by/home`.
#[derive(Debug, Clone)]
pub struct Fields<'a> {
    object: &'a Object,
    place: Cow<'a, str>,
    /// One bit for each member that was asked for.
    read: u128,
}

impl<'a> Fields<'a> {
    /// Begins to read `value`, which must be an object.
    ///
    /// # Errors
    /// [`MEMBER_TYPE`] when it is not an object, or has more than [`MEMBERS_MAX`] members.
    pub fn of(value: &'a Value, place: impl Into<Cow<'a, str>>) -> Result<Self, Refusal> {
        let place = place.into();
        let Some(object) = value.as_object() else {
            return Err(MEMBER_TYPE.because(format!("{}, not an object", value.kind())).at(place));
        };
        if object.len() > MEMBERS_MAX {
            let found = format!("{} members, {MEMBERS_MAX} allowed", object.len());
            return Err(MEMBER_TYPE.because(found).at(place));
        }
        Ok(Self { object, place, read: 0 })
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`MEMBER_UNKNOWN`] with the first member that nobody asked for.
    pub fn end(self) -> Result<(), Refusal> {
        let unknown = self.object.iter().enumerate().find(|(at, _)| self.read >> at & 1 == 0);
        match unknown {
            None => Ok(()),
            Some((_, (name, _))) => {
                let shown: String = name.chars().take(40).collect();
                Err(MEMBER_UNKNOWN.refuse().at(self.place_of(&shown)))
            }
        }
    }

    /// Where the member `name` stands.
    pub fn place_of(&self, name: &str) -> String {
        format!("{}/{}", self.place, name.replace('~', "~0").replace('/', "~1"))
    }

    /// Whether the object has the member `name`. Does not count as reading it.
    pub fn has(&self, name: &str) -> bool {
        self.object.get(name).is_some()
    }

    /// The member `name`, whatever it is.
    ///
    /// # Errors
    /// [`MEMBER_MISSING`].
    pub fn value(&mut self, name: &str) -> Result<&'a Value, Refusal> {
        self.optional_value(name).ok_or_else(|| MEMBER_MISSING.refuse().at(self.place_of(name)))
    }

    /// The member `name`, if it is there.
    pub fn optional_value(&mut self, name: &str) -> Option<&'a Value> {
        let at = self.object.index_of(name)?;
        self.read |= 1_u128 << at;
        self.object.at(at)
    }

    /// The string `name`.
    ///
    /// # Errors
    /// [`MEMBER_MISSING`], [`MEMBER_TYPE`]; so also for all that follow.
    pub fn string(&mut self, name: &str) -> Result<&'a str, Refusal> {
        let value = self.value(name)?;
        value.as_str().ok_or_else(|| self.wrong(name, value, "a string"))
    }

    /// The string `name`, if it is there.
    ///
    /// # Errors
    /// [`MEMBER_TYPE`]; so also for all optional members that follow.
    pub fn optional_string(&mut self, name: &str) -> Result<Option<&'a str>, Refusal> {
        if self.has(name) { self.string(name).map(Some) } else { Ok(None) }
    }

    /// The string `name`, which must be `text` (a version, a constant).
    ///
    /// # Errors
    /// [`MEMBER_TYPE`] also when it is another text.
    pub fn constant(&mut self, name: &str, text: &str) -> Result<(), Refusal> {
        let found = self.string(name)?;
        if found == text {
            return Ok(());
        }
        let shown: String = found.chars().take(40).collect();
        Err(MEMBER_TYPE.because(format!("{shown}, not {text}")).at(self.place_of(name)))
    }

    /// The whole number `name`, in 0..2^53.
    ///
    /// # Errors
    /// As [`Fields::string`].
    pub fn integer(&mut self, name: &str) -> Result<u64, Refusal> {
        let value = self.value(name)?;
        value.as_integer().ok_or_else(|| self.wrong(name, value, "a whole number from 0 below 2^53"))
    }

    /// The whole number `name`, if it is there.
    ///
    /// # Errors
    /// As [`Fields::optional_string`].
    pub fn optional_integer(&mut self, name: &str) -> Result<Option<u64>, Refusal> {
        if self.has(name) { self.integer(name).map(Some) } else { Ok(None) }
    }

    /// The truth value `name`.
    ///
    /// # Errors
    /// As [`Fields::string`].
    pub fn boolean(&mut self, name: &str) -> Result<bool, Refusal> {
        let value = self.value(name)?;
        value.as_bool().ok_or_else(|| self.wrong(name, value, "true or false"))
    }

    /// The truth value `name`, if it is there.
    ///
    /// # Errors
    /// As [`Fields::optional_string`].
    pub fn optional_boolean(&mut self, name: &str) -> Result<Option<bool>, Refusal> {
        if self.has(name) { self.boolean(name).map(Some) } else { Ok(None) }
    }

    /// The array `name`.
    ///
    /// # Errors
    /// As [`Fields::string`].
    pub fn array(&mut self, name: &str) -> Result<&'a [Value], Refusal> {
        let value = self.value(name)?;
        value.as_array().ok_or_else(|| self.wrong(name, value, "an array"))
    }

    /// The array `name`, if it is there.
    ///
    /// # Errors
    /// As [`Fields::optional_string`].
    pub fn optional_array(&mut self, name: &str) -> Result<Option<&'a [Value]>, Refusal> {
        if self.has(name) { self.array(name).map(Some) } else { Ok(None) }
    }

    /// The object `name`, to be read in turn.
    ///
    /// # Errors
    /// As [`Fields::string`].
    pub fn object(&mut self, name: &str) -> Result<Fields<'a>, Refusal> {
        let value = self.value(name)?;
        Fields::of(value, self.place_of(name))
    }

    /// The object `name`, if it is there.
    ///
    /// # Errors
    /// As [`Fields::optional_string`].
    pub fn optional_object(&mut self, name: &str) -> Result<Option<Fields<'a>>, Refusal> {
        if self.has(name) { self.object(name).map(Some) } else { Ok(None) }
    }

    /// The string `name` as a word with a type of its own.
    ///
    /// # Errors
    /// Also the word's own refusal, with the place.
    pub fn parsed<T: FromStr<Err = Refusal>>(&mut self, name: &str) -> Result<T, Refusal> {
        self.string(name)?.parse().map_err(|refusal: Refusal| refusal.at(self.place_of(name)))
    }

    /// The string `name` as a word with a type of its own, if it is there.
    ///
    /// # Errors
    /// As [`Fields::parsed`].
    pub fn optional_parsed<T: FromStr<Err = Refusal>>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        if self.has(name) { self.parsed(name).map(Some) } else { Ok(None) }
    }

    /// The digest `name`.
    ///
    /// # Errors
    /// As [`Fields::parsed`], with [`crate::BAD_DIGEST`].
    pub fn digest(&mut self, name: &str) -> Result<Digest, Refusal> {
        self.parsed(name)
    }

    /// The digest `name`, if it is there.
    ///
    /// # Errors
    /// As [`Fields::digest`].
    pub fn optional_digest(&mut self, name: &str) -> Result<Option<Digest>, Refusal> {
        self.optional_parsed(name)
    }

    /// The moment `name`.
    ///
    /// # Errors
    /// As [`Fields::parsed`], with [`vocab::time::BAD_TIME`].
    pub fn timestamp(&mut self, name: &str) -> Result<Timestamp, Refusal> {
        self.parsed(name)
    }

    /// The moment `name`, if it is there.
    ///
    /// # Errors
    /// As [`Fields::timestamp`].
    pub fn optional_timestamp(&mut self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        self.optional_parsed(name)
    }

    /// The bytes that the string `name` writes in base64url.
    ///
    /// # Errors
    /// Also [`crate::base64::BAD_BASE64`].
    pub fn base64url(&mut self, name: &str) -> Result<Vec<u8>, Refusal> {
        base64url::decode(self.string(name)?).map_err(|refusal| refusal.at(self.place_of(name)))
    }

    fn wrong(&self, name: &str, found: &Value, wanted: &str) -> Refusal {
        MEMBER_TYPE.because(format!("{}, not {wanted}", found.kind())).at(self.place_of(name))
    }
}
