//! An order as it was read, from whatever language it was written in, and questions with a place for each answer.

use std::str::FromStr;

use vocab::{Refusal, RefusalKind, date::Date};

use super::refusals::{KEY_MISSING, KEY_UNKNOWN, VALUE_WRONG};
use crate::model::{Number, write::is_allowed};

/// A value in an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// The line where it begins, counted from 1, where the language tells it.
    pub line: Option<usize>,
    /// What it is.
    pub data: Data,
}

/// What a value in an order is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// A list.
    List(Vec<Value>),
    /// A number as it is written: never through a binary fraction.
    Number(String),
    /// Keys and their values, in their order.
    Table(Vec<(String, Value)>),
    /// Text; a day, too, is text here.
    Text(String),
    /// True or false.
    Truth(bool),
}

impl Data {
    const fn name(&self) -> &'static str {
        match self {
            Data::List(_) => "a list",
            Data::Number(_) => "a number",
            Data::Table(_) => "a table",
            Data::Text(_) => "text",
            Data::Truth(_) => "true or false",
        }
    }
}

/// A place in an order, as `lines[2].price, line 31`; entries of a list are counted from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Place {
    path: String,
    line: Option<usize>,
}

impl Place {
    fn of(path: String, line: Option<usize>) -> Self {
        Place { path, line }
    }

    /// The key `key` below, on the same line while nobody knows better.
    pub(crate) fn key(&self, key: &str) -> Place {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Place::of(path, self.line)
    }

    pub(crate) fn text(&self) -> String {
        let path = if self.path.is_empty() { "the whole order" } else { &self.path };
        self.line.map_or_else(|| path.to_owned(), |line| format!("{path}, line {line}"))
    }
}

/// Everything that is wrong with an order: a person mends it in one go.
#[derive(Debug, Default)]
pub(crate) struct Problems(pub(crate) Vec<Refusal>);

impl Problems {
    pub(crate) fn add(&mut self, kind: &'static RefusalKind, what: impl Into<String>, place: &Place) {
        self.0.push(kind.because(what).at(place.text()));
    }
}

/// A table that is being asked for its keys.
#[derive(Debug)]
pub(crate) struct Fields<'v> {
    entries: &'v [(String, Value)],
    asked: Vec<&'static str>,
    pub(crate) place: Place,
}

impl<'v> Fields<'v> {
    pub(crate) fn of(value: &'v Value, path: String, problems: &mut Problems) -> Self {
        let place = Place::of(path, value.line);
        let entries = match &value.data {
            Data::Table(entries) => entries.as_slice(),
            other @ (Data::List(_) | Data::Number(_) | Data::Text(_) | Data::Truth(_)) => {
                problems.add(
                    &VALUE_WRONG,
                    format!("a table is expected, and this is {}", other.name()),
                    &place,
                );
                &[]
            }
        };
        Fields { entries, asked: Vec::new(), place }
    }

    /// Where `key` stands, or would stand.
    pub(crate) fn at(&self, key: &str) -> Place {
        let line = self.entries.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.line);
        let place = self.place.key(key);
        Place { line: line.or(place.line), ..place }
    }

    fn get(&mut self, key: &'static str) -> Option<&'v Value> {
        self.asked.push(key);
        self.entries.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(name, _)| name == key)
    }

    /// `key` must be there.
    pub(crate) fn need(&self, key: &str, problems: &mut Problems) {
        if !self.has(key) {
            problems.add(&KEY_MISSING, format!("`{key}` is missing"), &self.place.key(key));
        }
    }

    /// Text; a number counts as the text that it is written in, so that `number = 17` is as good as `"17"`.
    pub(crate) fn text(&mut self, key: &'static str, problems: &mut Problems) -> Option<String> {
        let value = self.get(key)?;
        text_of(value, &self.at(key), problems)
    }

    /// One text or a list of them.
    pub(crate) fn texts(&mut self, key: &'static str, problems: &mut Problems) -> Vec<String> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let place = self.at(key);
        match &value.data {
            Data::List(values) => {
                values.iter().filter_map(|value| text_of(value, &place, problems)).collect()
            }
            Data::Number(_) | Data::Table(_) | Data::Text(_) | Data::Truth(_) => {
                text_of(value, &place, problems).into_iter().collect()
            }
        }
    }

    pub(crate) fn number(&mut self, key: &'static str, problems: &mut Problems) -> Option<Number> {
        let value = self.get(key)?;
        let place = self.at(key);
        match &value.data {
            Data::Number(text) | Data::Text(text) => {
                let number = Number::parse(text);
                if number.is_none() {
                    let what = format!("a number such as 1234.50 is expected, and this is {text}");
                    problems.add(&VALUE_WRONG, what, &place);
                }
                number
            }
            other @ (Data::List(_) | Data::Table(_) | Data::Truth(_)) => {
                problems.add(
                    &VALUE_WRONG,
                    format!("a number is expected, and this is {}", other.name()),
                    &place,
                );
                None
            }
        }
    }

    pub(crate) fn day(&mut self, key: &'static str, problems: &mut Problems) -> Option<Date> {
        let text = self.text(key, problems)?;
        let day = Date::from_str(&text).ok();
        if day.is_none() {
            let what = format!("a day such as 2026-03-09 is expected, and this is {text}");
            problems.add(&VALUE_WRONG, what, &self.at(key));
        }
        day
    }

    pub(crate) fn table(&mut self, key: &'static str, problems: &mut Problems) -> Option<Fields<'v>> {
        let value = self.get(key)?;
        Some(Fields::of(value, self.place.key(key).path, problems))
    }

    /// The tables under `key`: a list of them, or one.
    pub(crate) fn tables(&mut self, key: &'static str, problems: &mut Problems) -> Vec<Fields<'v>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let path = self.place.key(key).path;
        match &value.data {
            Data::List(values) => {
                let numbered = (1_usize..).zip(values);
                numbered.map(|(n, value)| Fields::of(value, format!("{path}[{n}]"), problems)).collect()
            }
            Data::Number(_) | Data::Table(_) | Data::Text(_) | Data::Truth(_) => {
                vec![Fields::of(value, path, problems)]
            }
        }
    }

    /// Every key with its text: a table whose keys are the user's own.
    pub(crate) fn pairs(&mut self, key: &'static str, problems: &mut Problems) -> Vec<(String, String)> {
        let Some(table) = self.table(key, problems) else { return Vec::new() };
        let text = |(name, value): &(String, Value)| {
            text_of(value, &table.place.key(name), problems).map(|text| (name.clone(), text))
        };
        table.entries.iter().filter_map(text).collect()
    }

    /// Nobody asks further: what was not asked for means nothing.
    pub(crate) fn finish(self, problems: &mut Problems) {
        for (name, value) in self.entries {
            if !self.asked.contains(&name.as_str()) {
                let what = format!("`{name}`; known here: {}", self.asked.join(", "));
                problems.add(&KEY_UNKNOWN, what, &Place { line: value.line, ..self.place.key(name) });
            }
        }
    }
}

fn text_of(value: &Value, place: &Place, problems: &mut Problems) -> Option<String> {
    let text = match &value.data {
        Data::Text(text) | Data::Number(text) => text.trim(),
        other @ (Data::List(_) | Data::Table(_) | Data::Truth(_)) => {
            problems.add(&VALUE_WRONG, format!("text is expected, and this is {}", other.name()), place);
            return None;
        }
    };
    if text.is_empty() {
        problems.add(&VALUE_WRONG, "text is expected, and this is empty", place);
        return None;
    }
    if !text.chars().all(is_allowed) {
        problems.add(&VALUE_WRONG, "text holds a control character, which XML cannot", place);
        return None;
    }
    Some(text.to_owned())
}
