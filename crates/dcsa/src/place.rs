//! Reading down a JSON document without losing the place.

use crypto::json::{self, Value};
use rust_decimal::Decimal;

/// A place in a document, and what stands there: perhaps nothing.
///
/// Reading goes on where nothing stands, so a rule is written as if all members were there and says nothing of those
/// that are not; the schema's own rules do.
#[derive(Debug, Clone)]
pub(crate) struct At<'a> {
    value: Option<&'a Value>,
    pointer: String,
}

impl<'a> At<'a> {
    pub(crate) const fn root(value: &'a Value) -> Self {
        At { value: Some(value), pointer: String::new() }
    }

    /// The member `name` of the object here.
    pub(crate) fn get(&self, name: &str) -> At<'a> {
        let pointer = format!("{}/{}", self.pointer, name.replace('~', "~0").replace('/', "~1"));
        At { value: self.value.and_then(|value| value.get(name)), pointer }
    }

    /// The elements of the array here; none where there is no array.
    pub(crate) fn items(&self) -> impl Iterator<Item = At<'a>> + use<'a> {
        let elements = self.value.and_then(Value::as_array).unwrap_or_default();
        let pointer = self.pointer.clone();
        elements
            .iter()
            .enumerate()
            .map(move |(n, value)| At { value: Some(value), pointer: format!("{pointer}/{n}") })
    }

    /// Every place below that is a member called `name`, however deep.
    pub(crate) fn every(&self, name: &str) -> Vec<At<'a>> {
        let mut found = Vec::new();
        self.collect(name, &mut found);
        found
    }

    /// The depth is bounded by the reader's limit on nesting.
    fn collect(&self, name: &str, found: &mut Vec<At<'a>>) {
        if let Some(object) = self.value.and_then(Value::as_object) {
            for (member, _) in object.iter() {
                let below = self.get(member);
                if member == name {
                    found.push(below.clone());
                }
                below.collect(name, found);
            }
        }
        self.items().for_each(|item| item.collect(name, found));
    }

    pub(crate) const fn value(&self) -> Option<&'a Value> {
        self.value
    }

    pub(crate) fn pointer(&self) -> &str {
        &self.pointer
    }

    pub(crate) const fn exists(&self) -> bool {
        self.value.is_some()
    }

    pub(crate) fn text(&self) -> Option<&'a str> {
        self.value?.as_str()
    }

    pub(crate) fn is(&self, text: &str) -> bool {
        self.text() == Some(text)
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        self.value?.as_bool()
    }

    /// The word here, where it is well formed.
    pub(crate) fn parsed<T: std::str::FromStr>(&self) -> Option<T> {
        self.text()?.parse().ok()
    }

    /// The number here, exactly as its decimal digits say; `None` beyond 28 digits.
    pub(crate) fn number(&self) -> Option<Decimal> {
        match self.value? {
            value @ Value::Number(_) => {
                let written = String::from_utf8(json::canonical(value)).ok()?;
                Decimal::from_str_exact(&written).or_else(|_| Decimal::from_scientific(&written)).ok()
            }
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// What stands here, for a finding: a text as it is, anything else as JSON; at most [`SHOWN_MAX`] characters.
    pub(crate) fn shown(&self) -> Option<String> {
        let value = self.value?;
        let whole = match value.as_str() {
            Some(text) => text.to_owned(),
            None => String::from_utf8_lossy(&json::canonical(value)).into_owned(),
        };
        let mut shown: String = whole.chars().take(SHOWN_MAX).collect();
        if whole.chars().nth(SHOWN_MAX).is_some() {
            shown.push('…');
        }
        Some(shown)
    }
}

/// Characters of a value that a finding repeats.
const SHOWN_MAX: usize = 80;
