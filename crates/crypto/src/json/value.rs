//! A JSON value in memory, and how one is built.

use std::cmp::Ordering;

use vocab::{Refusal, Timestamp};

use super::{NUMBER_RANGE, Number, Text};
use crate::Digest;

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(Text),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Object),
}

/// The members of a JSON object.
///
/// Invariant: sorted by name in the order of UTF-16 code units (RFC 8785, section 3.2.3), no name twice. So writing
/// is a walk, and two equal objects are equal values whatever order they were read or built in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object(Vec<(Text, Value)>);

/// Members up to which a name is looked for one by one: names of other lengths are passed over without a look.
const FEW_MEMBERS: usize = 16;

impl Value {
    /// An object of these members. A name given again replaces the value given before.
    pub fn object<K: Into<Text>, V: Into<Value>>(members: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut object = Object::new();
        for (name, value) in members {
            object.insert(name, value);
        }
        Value::Object(object)
    }

    /// An array of these elements.
    pub fn array<V: Into<Value>>(elements: impl IntoIterator<Item = V>) -> Self {
        Value::Array(elements.into_iter().map(Into::into).collect())
    }

    /// The text, when this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(text) => Some(text.as_str()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The elements, when this is an array.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(elements) => Some(elements),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => None,
        }
    }

    /// The members, when this is an object.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        }
    }

    /// The number as a whole number in 0..2^53, when it is one.
    pub fn as_integer(&self) -> Option<u64> {
        match self {
            Value::Number(number) => number.as_integer(),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The truth value, when this is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(truth) => Some(*truth),
            Value::Null | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// The member `name`, when this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// What kind of value this is, in a word for people.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }
}

impl Object {
    /// No members.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Sets the member `name`.
    pub fn insert(&mut self, name: impl Into<Text>, value: impl Into<Value>) {
        let (name, value) = (name.into(), value.into());
        match self.0.binary_search_by(|(other, _)| utf16_order(other.as_str(), name.as_str())) {
            Ok(at) => {
                if let Some(member) = self.0.get_mut(at) {
                    member.1 = value;
                }
            }
            Err(at) => self.0.insert(at, (name, value)),
        }
    }

    /// Takes the member `name` out.
    pub fn remove(&mut self, name: &str) -> Option<Value> {
        let at = self.index_of(name)?;
        Some(self.0.remove(at).1)
    }

    /// The member `name`.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.at(self.index_of(name)?)
    }

    /// The members in the order in which they are written.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// How many members there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn at(&self, index: usize) -> Option<&Value> {
        self.0.get(index).map(|(_, value)| value)
    }

    pub(super) fn index_of(&self, name: &str) -> Option<usize> {
        if self.0.len() <= FEW_MEMBERS {
            return self.0.iter().position(|(other, _)| other.as_str() == name);
        }
        self.0.binary_search_by(|(other, _)| utf16_order(other.as_str(), name)).ok()
    }

    /// The object of `members` in any order, or the name that occurs twice.
    pub(super) fn from_members(mut members: Vec<(Text, Value)>, sorted: bool) -> Result<Self, Text> {
        if !sorted {
            members.sort_by(|(one, _), (other, _)| utf16_order(one.as_str(), other.as_str()));
            let neighbours = members.iter().zip(members.iter().skip(1));
            for ((name, _), (next, _)) in neighbours {
                if name == next {
                    return Err(name.clone());
                }
            }
        }
        Ok(Self(members))
    }
}

/// The order of RFC 8785, section 3.2.3, without converting to UTF-16.
///
/// Code points order as their UTF-8 bytes do, and as their UTF-16 units do, but for one exception: a code point from
/// U+10000 on becomes a surrogate pair (D800 to DFFF) and so stands *before* U+E000 to U+FFFF. Their first UTF-8
/// bytes are 0xF0 and above, and 0xEE or 0xEF.
pub(super) fn utf16_order(one: &str, other: &str) -> Ordering {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    match one.iter().zip(other).find(|(a, b)| a != b) {
        None => one.len().cmp(&other.len()),
        Some((a, b)) if *a >= 0xee && *b >= 0xee && (*a >= 0xf0) != (*b >= 0xf0) => b.cmp(a),
        Some((a, b)) => a.cmp(b),
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Value::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Value::String(text.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Value::Bool(truth)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Value::Number(Number::from(number))
    }
}

impl From<Number> for Value {
    fn from(number: Number) -> Self {
        Value::Number(number)
    }
}

impl From<Object> for Value {
    fn from(object: Object) -> Self {
        Value::Object(object)
    }
}

impl From<Vec<Value>> for Value {
    fn from(elements: Vec<Value>) -> Self {
        Value::Array(elements)
    }
}

impl From<Digest> for Value {
    fn from(digest: Digest) -> Self {
        Value::String(digest.to_string().into())
    }
}

impl From<Timestamp> for Value {
    fn from(moment: Timestamp) -> Self {
        Value::String(moment.to_string().into())
    }
}

impl TryFrom<u64> for Value {
    type Error = Refusal;

    /// # Errors
    /// [`NUMBER_RANGE`] from 2^53 on, where a double no longer tells neighbours apart.
    fn try_from(number: u64) -> Result<Self, Refusal> {
        Number::from_integer(number)
            .map(Value::Number)
            .ok_or_else(|| NUMBER_RANGE.because(format!("{number} is 2^53 or more")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_order_by_utf_16_units() {
        let names = [
            "\u{20ac}",
            "\r",
            "\u{fb33}",
            "1",
            "\u{1f600}",
            "\u{80}",
            "\u{f6}",
            "\u{d7ff}",
            "\u{e000}",
            "",
            "11",
        ];
        for one in names {
            for other in names {
                let units = one.encode_utf16().cmp(other.encode_utf16());
                assert_eq!(utf16_order(one, other), units, "{one:?} {other:?}");
            }
        }
    }

    #[test]
    fn an_object_is_the_same_however_it_was_built() {
        let one = Value::object([("b", "2"), ("a", "0"), ("a", "1")]);
        assert_eq!(one, Value::object([("a", "1"), ("b", "2")]));
        let Value::Object(mut object) = one else { unreachable!() };
        assert_eq!((object.len(), object.get("a").and_then(Value::as_str)), (2, Some("1")));
        assert_eq!(object.remove("a"), Some(Value::from("1")));
        assert_eq!((object.remove("a"), object.get("a"), object.is_empty()), (None, None, false));
    }

    #[test]
    fn integers_end_at_two_to_the_fifty_third() {
        assert_eq!(Value::try_from((1_u64 << 53) - 1).unwrap().as_integer(), Some((1 << 53) - 1));
        assert_eq!(Value::try_from(1_u64 << 53).unwrap_err().code(), "json-number");
    }
}
