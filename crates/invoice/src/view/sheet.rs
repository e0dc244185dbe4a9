//! What a view shows, before it is text or HTML: sections of facts, tables and sums, and which elements each fact tells.

use vocab::Refusal;

use super::{visible::visible, words::Words};
use crate::{
    document::{Document, Element, at},
    limits::{LEFTOVERS_MAX, VIEW_BYTES_MAX},
    names::{
        CURRENCY_ID, FILENAME, LIST_ID, MIME_CODE, Name, SCHEME_ID, UNIT_CODE,
        known::EMBEDDED_DOCUMENT_BINARY_OBJECT,
    },
    refusals::VIEW_TOO_LARGE,
};

/// A document laid out.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// What it is: `Invoice`, `Credit note` and its number.
    pub(crate) title: String,
    pub(crate) sections: Vec<Section>,
}

#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) title: &'static str,
    /// It may stand beside the section before it, which is like it.
    pub(crate) beside: bool,
    pub(crate) blocks: Vec<Block>,
}

#[derive(Debug)]
pub(crate) enum Block {
    Facts(Vec<Fact>),
    /// Amounts under one another.
    Sums(Vec<Fact>),
    Table(Table),
}

#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) title: &'static str,
    /// Numbers, which stand under one another by their last digit.
    pub(crate) numeric: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Cell {
    /// Values, one under the other.
    pub(crate) values: Vec<Fact>,
    /// What else is said, with labels.
    pub(crate) details: Vec<Fact>,
}

/// One statement of the document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fact {
    pub(crate) label: String,
    /// Its business terms; empty where it has none.
    pub(crate) terms: &'static str,
    pub(crate) value: String,
    /// The elements that it tells.
    pub(crate) elements: Vec<u32>,
}

/// A row of a table of what is shown: label, path below some element, terms. All steps but the last are aggregates.
pub(crate) type Entry = (&'static str, &'static str, &'static str, Words);

/// The path of an entry, as names.
pub(crate) fn path(written: &str) -> Vec<Name> {
    let (parents, last) = written.rsplit_once('/').unwrap_or(("", written));
    let known = |prefix: &str, local: &str| Name::parse(&format!("{prefix}{local}")).unwrap_or(Name::OTHER);
    let parents = parents.split('/').filter(|parent| !parent.is_empty());
    parents.map(|parent| known("cac:", parent)).chain([known("cbc:", last)]).collect()
}

/// A sheet while it is made: which elements have been told, and how much.
pub(crate) struct Draft<'d> {
    document: &'d Document<'d>,
    told: Vec<bool>,
    bytes: usize,
}

/// What a fact costs beside its text.
const FACT_BYTES: usize = 64;

impl<'d> Draft<'d> {
    pub(crate) fn of(document: &'d Document<'d>) -> Self {
        Self { document, told: vec![false; document.rows.len()], bytes: 0 }
    }

    /// Everything at the end of the entries' paths that says something and is not told yet, in the order of the entries.
    pub(crate) fn facts(&mut self, context: Element<'d>, entries: &[Entry]) -> Vec<Fact> {
        let mut facts = Vec::new();
        for (label, written, terms, words) in entries {
            for element in self.found(context, written) {
                facts.push(self.fact(label, terms, *words, element));
            }
        }
        facts
    }

    /// The same in one phrase: `label value; label value`.
    pub(crate) fn phrase(
        &mut self,
        context: Element<'d>,
        entries: &[Entry],
        label: &str,
        terms: &'static str,
    ) -> Option<Fact> {
        let facts = self.facts(context, entries);
        (!facts.is_empty()).then(|| joined(facts, "; ", label, terms))
    }

    /// What is at the end of a path, says something and is not told yet.
    pub(crate) fn found(&self, context: Element<'d>, written: &str) -> Vec<Element<'d>> {
        let mut found = Vec::new();
        context.some(&path(written), &mut |element| {
            let told = self.told.get(at(element.index())).copied().unwrap_or(true);
            if !told && says_something(element) && !element.has_children() {
                found.push(element);
            }
            false
        });
        found
    }

    /// The aggregates at the end of a path.
    pub(crate) fn parts(context: Element<'d>, names: &[Name]) -> Vec<Element<'d>> {
        let mut found = Vec::new();
        context.some(names, &mut |element| {
            found.push(element);
            false
        });
        found
    }

    /// A value told as a fact.
    pub(crate) fn fact(
        &mut self,
        label: &str,
        terms: &'static str,
        words: Words,
        element: Element<'d>,
    ) -> Fact {
        let value = self.value(words, element);
        Fact { label: label.to_owned(), terms, value, elements: vec![element.index()] }
    }

    /// A value with its attributes, told from now on.
    pub(crate) fn value(&mut self, words: Words, element: Element<'d>) -> String {
        if let Some(told) = self.told.get_mut(at(element.index())) {
            *told = true;
        }
        let value = value(words, element);
        self.bytes = self.bytes.saturating_add(value.len()).saturating_add(FACT_BYTES);
        value
    }

    /// The rest: whatever says something and was not told.
    pub(crate) fn leftovers(&mut self) -> Vec<Fact> {
        let (mut facts, mut more) = (Vec::new(), 0_usize);
        for element in self.document.elements() {
            let told = self.told.get(at(element.index())).copied().unwrap_or(true);
            if told || !says_something(element) {
                continue;
            }
            if facts.len() == LEFTOVERS_MAX {
                more += 1;
                continue;
            }
            let label = trail(element);
            self.bytes = self.bytes.saturating_add(label.len());
            let mut fact = self.fact("", "", Words::None, element);
            fact.label = label;
            facts.push(fact);
        }
        if more > 0 {
            let value = format!("{more} more values are in the document and not shown here");
            facts.push(Fact { label: "and".to_owned(), value, ..Fact::default() });
        }
        facts
    }

    /// Refuses what is more than a person reads.
    pub(crate) fn refuse_too_much(&self) -> Result<(), Refusal> {
        if self.bytes > VIEW_BYTES_MAX {
            return Err(VIEW_TOO_LARGE.because(format!("more than {VIEW_BYTES_MAX} bytes to show")));
        }
        Ok(())
    }
}

/// Several facts in one.
pub(crate) fn joined(facts: Vec<Fact>, by: &str, label: &str, terms: &'static str) -> Fact {
    let said = |fact: &Fact| match fact.label.as_str() {
        "" => fact.value.clone(),
        label => format!("{label} {}", fact.value),
    };
    let value = facts.iter().map(said).collect::<Vec<_>>().join(by);
    let elements = facts.into_iter().flat_map(|fact| fact.elements).collect();
    Fact { label: label.to_owned(), terms, value, elements }
}

/// Whether an element has text of its own or attributes.
fn says_something(element: Element<'_>) -> bool {
    !crate::text::is_blank(element.text()) || !element.attribute_rows().is_empty()
}

/// The names from the root's child to the element.
fn trail(element: Element<'_>) -> String {
    let mut names: Vec<String> = std::iter::successors(Some(element), |element| element.parent())
        .filter(|step| step.parent().is_some())
        .map(|step| visible(step.written_name().rsplit(':').next().unwrap_or_default()))
        .collect();
    names.reverse();
    if names.is_empty() { element.written_name().to_owned() } else { names.join(" / ") }
}

fn value(words: Words, element: Element<'_>) -> String {
    if element.name() == EMBEDDED_DOCUMENT_BINARY_OBJECT {
        return embedded(element);
    }
    let mut value = visible(element.text());
    if value.is_empty() {
        value.push_str("(empty)");
    }
    if words == Words::Percent {
        value.push_str("\u{a0}%");
    }
    if let Some(meaning) = words.meaning(&value) {
        value.push_str(&format!(" ({meaning})"));
    }
    for row in element.attribute_rows() {
        let said = element.attribute_value(row);
        match row.attribute {
            CURRENCY_ID => value.push_str(&format!(" {}", visible(said))),
            UNIT_CODE => match Words::Unit.meaning(said) {
                Some(meaning) => value.push_str(&format!(" {} ({meaning})", visible(said))),
                None => value.push_str(&format!(" {}", visible(said))),
            },
            SCHEME_ID => match Words::Scheme.meaning(said) {
                Some(meaning) => value.push_str(&format!(" (scheme {}, {meaning})", visible(said))),
                None => value.push_str(&format!(" (scheme {})", visible(said))),
            },
            LIST_ID => value.push_str(&format!(" (list {})", visible(said))),
            _ => value.push_str(&format!(" ({} {})", visible(element.attribute_name(row)), visible(said))),
        }
    }
    value
}

/// An attachment: its size in place of its bytes.
fn embedded(element: Element<'_>) -> String {
    let mut value = format!("attached, {} bytes", crate::attachment::decoded_length(element.text()));
    for row in element.attribute_rows() {
        let said = visible(element.attribute_value(row));
        match row.attribute {
            MIME_CODE => value.push_str(&format!(", {said}")),
            FILENAME => value.push_str(&format!(", named {said}")),
            _ => value.push_str(&format!(", {} {said}", visible(element.attribute_name(row)))),
        }
    }
    value
}
