//! A document as it was read: one row an element, in the order of the text, and questions that rules ask about it.
//!
//! Rows hold numbers only: name, parent, where the element's last descendant ends, where its text stands in the source.
//! Children are found by leaping from end to end, all elements of one name by a chain through the rows.

use std::{cell::OnceCell, cmp::Ordering};

use crate::{
    cast,
    facts::Facts,
    fault::Fault,
    names::{Attribute, CREDIT_NOTE, Name},
    rule::{Cause, Stop},
    text::is_blank,
};

/// An invoice or credit note in UBL 2.1, as it was read.
#[derive(Debug)]
pub struct Document<'a> {
    pub(crate) source: &'a str,
    /// Text that stands otherwise in the source: with references, in pieces, with carriage returns.
    pub(crate) rewritten: String,
    /// Text in and within values that hold elements, which no value should.
    pub(crate) mixed: String,
    /// The own text of elements whose text is in `mixed`, by element.
    pub(crate) own_texts: Vec<(u32, Span)>,
    pub(crate) rows: Vec<Row>,
    pub(crate) attributes: Vec<AttributeRow>,
    /// The first element of each name.
    pub(crate) heads: Vec<u32>,
    /// All attributes that occur.
    pub(crate) attributes_seen: u32,
    pub(crate) faults: Vec<Fault>,
    pub(crate) facts: OnceCell<Facts>,
}

/// No element.
pub(crate) const NONE: u32 = u32::MAX;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) name: Name,
    /// How many text nodes the element has itself: comments and elements divide them.
    pub(crate) texts: u8,
    pub(crate) parent: u32,
    /// The row after its last descendant.
    pub(crate) end: u32,
    /// The next element of the same name.
    pub(crate) same: u32,
    /// Where its tag begins in the source, in bytes.
    pub(crate) start: u32,
    pub(crate) text: Span,
    /// Its first attribute; its last is before that of the next row.
    pub(crate) attributes: u32,
}

/// A piece of the source, or of text that is kept beside it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) length: u32,
    pub(crate) from: Kept,
}

/// Where a text is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kept {
    Mixed,
    Rewritten,
    #[default]
    Source,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct AttributeRow {
    pub(crate) attribute: Attribute,
    /// The name as written.
    pub(crate) name: Span,
    pub(crate) value: Span,
}

const NO_ROW: Row = Row {
    name: Name::OTHER,
    texts: 0,
    parent: NONE,
    end: NONE,
    same: NONE,
    start: 0,
    text: Span { start: 0, length: 0, from: Kept::Source },
    attributes: 0,
};

/// A position in a vector. The reader's limits keep all of them far below 2^32.
pub(crate) fn at(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

pub(crate) fn short(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(NONE)
}

impl<'a> Document<'a> {
    /// The root: `Invoice` or `CreditNote`.
    pub(crate) fn root(&self) -> Element<'_> {
        self.element(0)
    }

    /// Whether it is a credit note.
    pub fn is_credit_note(&self) -> bool {
        self.root().name() == CREDIT_NOTE
    }

    pub(crate) fn element(&self, index: u32) -> Element<'_> {
        Element { document: self, index }
    }

    /// All elements called `name`, in the order of the document: `//name`.
    pub(crate) fn all(&self, name: Name) -> impl Iterator<Item = Element<'_>> {
        let mut next = self.heads.get(name.index()).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let element = self.element(next);
            let row = self.rows.get(at(next))?;
            next = row.same;
            Some(element)
        })
    }

    /// All elements, in the order of the document.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        (0..short(self.rows.len())).map(|index| self.element(index))
    }

    /// Whether any element has `attribute`: `//@attribute`.
    pub(crate) fn mentions(&self, attribute: Attribute) -> bool {
        self.attributes_seen & attribute.bit() != 0
    }

    /// What several rules ask, worked out once.
    pub(crate) fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| Facts::of(self))
    }

    /// The source.
    pub fn source(&self) -> &'a str {
        self.source
    }

    pub(crate) fn slice(&self, span: Span) -> &str {
        let from = match span.from {
            Kept::Mixed => &self.mixed,
            Kept::Rewritten => &self.rewritten,
            Kept::Source => self.source,
        };
        from.get(at(span.start)..at(span.start).saturating_add(at(span.length))).unwrap_or("")
    }
}

/// An element of a document.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Element<'d> {
    document: &'d Document<'d>,
    index: u32,
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.index == other.index
    }
}

impl<'d> Element<'d> {
    pub(crate) fn document(self) -> &'d Document<'d> {
        self.document
    }

    /// Its place in the order of the document.
    pub(crate) fn index(self) -> u32 {
        self.index
    }

    fn row(self) -> &'d Row {
        self.document.rows.get(at(self.index)).unwrap_or(&NO_ROW)
    }

    pub(crate) fn name(self) -> Name {
        self.row().name
    }

    /// Where its tag begins in the source, in bytes.
    pub(crate) fn start(self) -> u32 {
        self.row().start
    }

    /// How many text nodes it has itself.
    pub(crate) fn texts(self) -> u8 {
        self.row().texts
    }

    /// `text()` where one text node or none is taken; two stop the run.
    pub(crate) fn own_text(self) -> Result<&'d str, Stop> {
        match self.texts() {
            0 => Ok(""),
            1 => Ok(self.document.slice(self.own_span())),
            _ => Err(self.stop(Cause::MoreThanOne)),
        }
    }

    fn own_span(self) -> Span {
        let text = self.row().text;
        if text.from != Kept::Mixed {
            return text;
        }
        let own = &self.document.own_texts;
        let place = own.binary_search_by_key(&self.index, |(index, _)| *index);
        place.ok().and_then(|place| own.get(place)).map_or(text, |(_, span)| *span)
    }

    /// The name as it is written in the source, prefix and all.
    pub(crate) fn written_name(self) -> &'d str {
        let tag = self.document.source.get(at(self.start()).saturating_add(1)..).unwrap_or("");
        let end = tag.find(['>', '/', ' ', '\t', '\r', '\n']).unwrap_or(tag.len());
        tag.get(..end).unwrap_or("")
    }

    pub(crate) fn parent(self) -> Option<Element<'d>> {
        let parent = self.row().parent;
        (parent != NONE).then(|| self.document.element(parent))
    }

    /// Whether an ancestor is called `name`.
    pub(crate) fn is_under(self, name: Name) -> bool {
        std::iter::successors(self.parent(), |element| element.parent()).any(|element| element.name() == name)
    }

    pub(crate) fn children(self) -> impl Iterator<Item = Element<'d>> {
        let (document, end) = (self.document, self.row().end);
        let mut next = self.index.saturating_add(1);
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let child = document.element(next);
            next = child.row().end.max(next.saturating_add(1));
            Some(child)
        })
    }

    pub(crate) fn has_children(self) -> bool {
        self.row().end > self.index.saturating_add(1)
    }

    /// Its children called `name`.
    pub(crate) fn each(self, name: Name) -> impl Iterator<Item = Element<'d>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// Its first child called `name`.
    pub(crate) fn first(self, name: Name) -> Option<Element<'d>> {
        self.each(name).next()
    }

    /// `exists(name)`.
    pub(crate) fn has(self, name: Name) -> bool {
        self.first(name).is_some()
    }

    pub(crate) fn count(self, name: Name) -> usize {
        self.each(name).count()
    }

    /// Its only child called `name`, where a function takes one value or none; two stop the official rules.
    pub(crate) fn one(self, name: Name) -> Result<Option<Element<'d>>, Stop> {
        let mut found = self.each(name);
        let first = found.next();
        match found.next() {
            Some(second) => Err(second.stop(Cause::MoreThanOne)),
            None => Ok(first),
        }
    }

    /// Every element at the end of `path` below this one.
    pub(crate) fn along(self, path: &'static [Name]) -> impl Iterator<Item = Element<'d>> {
        Along { path, open: vec![], current: Some((self, 0)), document: self.document }
    }

    /// `exists(path)`.
    pub(crate) fn leads_to(self, path: &'static [Name]) -> bool {
        self.some(path, &mut |_| true)
    }

    /// Whether an element at the end of `path` is as `wanted`.
    pub(crate) fn some(self, path: &[Name], wanted: &mut impl FnMut(Element<'d>) -> bool) -> bool {
        match path.split_first() {
            Some((name, rest)) => self.each(*name).any(|child| child.some(rest, wanted)),
            None => wanted(self),
        }
    }

    /// How many elements are at the end of `path`.
    pub(crate) fn count_along(self, path: &[Name]) -> usize {
        let mut count = 0;
        self.some(path, &mut |_| {
            count += 1;
            false
        });
        count
    }

    /// The only element at the end of `path`; two stop the official rules.
    pub(crate) fn one_along(self, path: &[Name]) -> Result<Option<Element<'d>>, Stop> {
        let (mut found, mut second) = (None, None);
        self.some(path, &mut |element| {
            if found.is_some() {
                second = Some(element);
                return true;
            }
            found = Some(element);
            false
        });
        match second {
            Some(second) => Err(second.stop(Cause::MoreThanOne)),
            None => Ok(found),
        }
    }

    /// Its string value, of elements that should hold a value; else its own text.
    pub(crate) fn text(self) -> &'d str {
        self.document.slice(self.row().text)
    }

    /// Where its text stands in the source: nothing where it has none, or was written with references or in pieces.
    pub(crate) fn text_range(self) -> Option<std::ops::Range<usize>> {
        let text = self.row().text;
        let is_there = text.from == Kept::Source && text.length > 0 && !self.has_children();
        is_there.then(|| at(text.start)..at(text.start).saturating_add(at(text.length)))
    }

    /// Where an element without children stands in the source, from `<` to `>`.
    pub(crate) fn leaf_range(self) -> Option<std::ops::Range<usize>> {
        let start = at(self.start());
        let from = self.document.source.get(start..)?;
        let tag = from.find('>')?;
        if from.get(..tag)?.ends_with('/') {
            return Some(start..start + tag + 1);
        }
        let close = format!("</{}", self.written_name());
        let closing = from.find(&close)?;
        let end = from.get(closing..)?.find('>')?;
        Some(start..start + closing + end + 1)
    }

    /// Whether its string value is nothing but space: `normalize-space() = ''`.
    pub(crate) fn is_blank(self) -> bool {
        is_blank(self.text()) && self.children().all(Element::is_blank)
    }

    pub(crate) fn attribute(self, attribute: Attribute) -> Option<&'d str> {
        let found = self.attribute_rows().iter().find(|row| row.attribute == attribute)?;
        Some(self.document.slice(found.value))
    }

    pub(crate) fn attribute_rows(self) -> &'d [AttributeRow] {
        let from = at(self.row().attributes);
        let next = self.document.rows.get(at(self.index).saturating_add(1));
        let to = next.map_or(self.document.attributes.len(), |row| at(row.attributes));
        self.document.attributes.get(from..to).unwrap_or(&[])
    }

    /// The value of an attribute.
    pub(crate) fn attribute_value(self, row: &AttributeRow) -> &'d str {
        self.document.slice(row.value)
    }

    /// The name of an attribute, as written.
    pub(crate) fn attribute_name(self, row: &AttributeRow) -> &'d str {
        self.document.slice(row.name)
    }

    /// The official rules stop here.
    pub(crate) fn stop(self, cause: Cause) -> Stop {
        Stop { cause, element: self.index, rule: "" }
    }

    /// `xs:decimal(.)`.
    pub(crate) fn decimal(self) -> Result<rust_decimal::Decimal, Stop> {
        cast::decimal(self.text()).ok_or_else(|| self.stop(Cause::NotADecimal))
    }

    /// `xs:decimal(name)`: nothing where there is no such child.
    pub(crate) fn decimal_of(self, name: Name) -> Result<Option<rust_decimal::Decimal>, Stop> {
        self.one(name)?.map(Element::decimal).transpose()
    }

    /// `xs:double(.)`, as a comparison with a number makes of text.
    pub(crate) fn double(self) -> Result<f64, Stop> {
        cast::double(self.text()).ok_or_else(|| self.stop(Cause::NotANumber))
    }

    /// How it lies to a number that a rule names, as `. >= 0` asks.
    pub(crate) fn compare(self, number: f64) -> Result<Ordering, Stop> {
        cast::compare(self.text(), number).ok_or_else(|| self.stop(Cause::NotANumber))
    }

    /// `name = true()` or `name = false()`: whether some child called `name` says `wanted`.
    pub(crate) fn says(self, name: Name, wanted: bool) -> Result<bool, Stop> {
        for child in self.each(name) {
            match cast::boolean(child.text()) {
                Some(said) if said == wanted => return Ok(true),
                Some(_) => {}
                None => return Err(child.stop(Cause::NotABoolean)),
            }
        }
        Ok(false)
    }
}

/// A walk along a path, one frame a step.
struct Along<'d> {
    path: &'static [Name],
    open: Vec<(u32, u32, usize)>,
    current: Option<(Element<'d>, usize)>,
    document: &'d Document<'d>,
}

impl<'d> Iterator for Along<'d> {
    type Item = Element<'d>;

    fn next(&mut self) -> Option<Element<'d>> {
        loop {
            if let Some((element, depth)) = self.current.take() {
                if depth == self.path.len() {
                    return Some(element);
                }
                self.open.push((element.index.saturating_add(1), element.row().end, depth));
            }
            let (next, end, depth) = self.open.last_mut()?;
            if *next >= *end {
                self.open.pop();
                continue;
            }
            let child = self.document.element(*next);
            *next = child.row().end.max(next.saturating_add(1));
            if self.path.get(*depth) == Some(&child.name()) {
                self.current = Some((child, *depth + 1));
            }
        }
    }
}
