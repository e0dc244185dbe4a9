//! The strings of a JSON value.

use std::{fmt, sync::Arc};

/// A string: a part of the text that it was read from, or a text of its own.
///
/// Reading copies a text once and lets its strings point into the copy, which lives as long as one of them: an allocation
/// for every name and digest is most of what reading costs otherwise.
#[derive(Clone)]
pub struct Text(Repr);

#[derive(Clone)]
enum Repr {
    Own(Box<str>),
    /// Invariant: both ends are character boundaries of `source`.
    Part {
        source: Arc<str>,
        start: u32,
        end: u32,
    },
}

impl Text {
    /// The characters from byte `start` to byte `end` of `source`; none where these are no character boundaries.
    pub(super) fn part(source: &Arc<str>, start: usize, end: usize) -> Self {
        let repr = match (u32::try_from(start), u32::try_from(end)) {
            (Ok(start), Ok(end)) => Repr::Part { source: Arc::clone(source), start, end },
            _ => Repr::Own(source.get(start..end).unwrap_or_default().into()),
        };
        Self(repr)
    }

    /// Its characters.
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Own(text) => text,
            Repr::Part { source, start, end } => {
                let range = usize::try_from(*start).ok().zip(usize::try_from(*end).ok());
                range.and_then(|(start, end)| source.get(start..end)).unwrap_or_default()
            }
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(Repr::Own(text.into_boxed_str()))
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(Repr::Own(text.into()))
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Text {}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_a_text_like_any_other() {
        let source: Arc<str> = "a\u{e9}bc".into();
        let part = Text::part(&source, 1, 4);
        drop(source);
        assert_eq!(
            (part.as_str(), part.to_string(), format!("{part:?}")),
            ("\u{e9}b", "\u{e9}b".into(), "\"\u{e9}b\"".into())
        );
        assert_eq!(part, Text::from("\u{e9}b"));
        assert_ne!(part, Text::from(String::from("\u{e9}")));
    }

    #[test]
    fn what_is_no_part_is_nothing() {
        let source: Arc<str> = "\u{e9}".into();
        assert_eq!(Text::part(&source, 1, 2).as_str(), "");
        assert_eq!(Text::part(&source, 0, 9).as_str(), "");
        assert_eq!(Text::part(&source, 0, usize::MAX).as_str(), "");
    }
}
