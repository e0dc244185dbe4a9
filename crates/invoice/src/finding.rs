//! From a rule that does not hold to what a person reads: place, line, column, the value found, the remedy.

use std::{cell::OnceCell, collections::HashMap};

use vocab::Severity;

use crate::{
    document::{Document, Element, at},
    engine::Hit,
    fault::{Fault, FaultKind},
    mend::in_form,
    names::Name,
    own::{OFFICIAL_RULES_STOP, Remark},
    rule::{Cause, Check, Stop},
    spot::{must_follow, spot},
};

/// One remark about an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub id: &'static str,
    /// What it weighs.
    pub severity: Severity,
    /// The place that the official report names, as `/Invoice[1]/cac:TaxTotal[1]`.
    pub xpath: String,
    /// The line where the value or its element stands, counted from 1.
    pub line: usize,
    /// The column, in characters, counted from 1.
    pub column: usize,
    /// The business terms that the rule speaks of, separated by spaces; empty where it speaks of none.
    pub term: String,
    /// The value found, where there is one.
    pub found: Option<String>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
}

/// What is said of which element.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place<'d> {
    pub(crate) id: &'static str,
    pub(crate) severity: Severity,
    pub(crate) element: Element<'d>,
    /// The business terms, separated by spaces.
    pub(crate) term: &'static str,
}

/// Characters of a value that a finding shows.
const FOUND_CHARACTERS_MAX: usize = 120;

/// Turns hits into findings; knows the lines of the document and the numbers of siblings once asked.
#[derive(Debug)]
pub(crate) struct Teller<'d> {
    document: &'d Document<'d>,
    places: OnceCell<Places<'d>>,
    numbers: OnceCell<Vec<u32>>,
}

impl<'d> Teller<'d> {
    pub(crate) fn new(document: &'d Document<'d>) -> Self {
        Teller { document, places: OnceCell::new(), numbers: OnceCell::new() }
    }

    pub(crate) fn tell(&self, hit: &Hit) -> Finding {
        let context = self.document.element(hit.context);
        let culprit = match hit.culprit {
            Some(culprit) => self.document.element(culprit),
            None => context.along(hit.rule.at).next().unwrap_or(context),
        };
        let (line, column) = self.position(culprit);
        Finding {
            id: hit.rule.id,
            severity: hit.rule.severity,
            xpath: self.xpath(context),
            line,
            column,
            term: hit.rule.terms.join(" "),
            found: found(culprit),
            message: hit.rule.message.to_owned(),
            remedy: match lacking(context, hit.rule.check) {
                Some(spot) => format!("{} Its place is {spot}.", hit.rule.remedy),
                None => hit.rule.remedy.to_owned(),
            },
        }
    }

    /// What the schema refuses, as a finding of ours.
    pub(crate) fn tell_fault(&self, fault: &Fault) -> Finding {
        let element = self.document.element(fault.element);
        let name = element.written_name();
        let (id, message, remedy) = match fault.kind {
            FaultKind::AttributeMissing(attribute) => (
                "ubl-attribute-missing",
                format!("{name} must have the attribute {}.", attribute.text()),
                format!("Add {}=\"…\" to the element.", attribute.text()),
            ),
            FaultKind::AttributeUnknown => (
                "ubl-attribute-unknown",
                format!("{name} has an attribute that UBL does not allow here."),
                "Remove the attribute.".to_owned(),
            ),
            FaultKind::ElementMissing(missing) => (
                "ubl-element-missing",
                format!("{name} must hold {}, and does not, or not in its place.", missing.text()),
                match spot(element, missing) {
                    Some(spot) => format!("Add {} {spot}.", missing.text()),
                    None => format!("Add {} in its place.", missing.text()),
                },
            ),
            FaultKind::ElementOrder => (
                "ubl-element-order",
                format!("{name} stands after an element that must follow it: UBL fixes the order."),
                match must_follow(element) {
                    Some(next) => format!("Move the element before {}.", next.text()),
                    None => "Move the element to its place in the order of UBL 2.1.".to_owned(),
                },
            ),
            FaultKind::ElementRepeated => (
                "ubl-element-repeated",
                format!("{name} may stand here once, and stands again."),
                "Keep one of them.".to_owned(),
            ),
            FaultKind::ElementUnknown => (
                "ubl-element-unknown",
                format!("UBL has no {name} in this place."),
                "Remove the element, or put it where UBL 2.1 has it.".to_owned(),
            ),
            FaultKind::TextBetween => (
                "ubl-text-between",
                format!("{name} holds elements, and there is text between them."),
                "Remove the text.".to_owned(),
            ),
            FaultKind::Value(datatype) => (
                "ubl-value",
                format!("{name} must hold {}.", datatype.form()),
                match in_form(element) {
                    Some(text) => format!("Write {text}."),
                    None => format!("Write {}.", datatype.form()),
                },
            ),
        };
        self.own(id, element, message, remedy)
    }

    /// Why the official rules stop, as a finding of ours.
    pub(crate) fn tell_stop(&self, stop: &Stop) -> Finding {
        let element = self.document.element(stop.element);
        let name = element.written_name();
        let (complaint, remedy) = match stop.cause {
            Cause::MoreThanOne => ("stands again where one value is read", "Keep one of them."),
            Cause::NotABoolean => ("is read as true or false, and is neither", "Write true or false."),
            Cause::NotADate => ("is read as a day, and is none", "Write a day such as 2026-03-09."),
            Cause::NotADecimal | Cause::NotANumber => {
                ("is read as a number, and is none", "Write a number such as 1234.50.")
            }
            Cause::TooManyDigits => {
                ("leads to a number of more than 28 digits", "Write a number of fewer digits.")
            }
        };
        let message = format!("{name} {complaint}. {} stops there.", stop.rule);
        self.own(OFFICIAL_RULES_STOP.id, element, message, remedy.to_owned())
    }

    /// A remark of ours.
    pub(crate) fn tell_remark(&self, remark: &Remark<'_>) -> Finding {
        let (line, column) = self.position(remark.element);
        Finding {
            id: remark.rule.id,
            severity: remark.rule.severity,
            xpath: self.xpath(remark.element),
            line,
            column,
            term: remark.term.to_owned(),
            found: found(remark.element),
            message: remark.message.clone(),
            remedy: match &remark.write {
                Some(text) => format!("Write {text}; {}", remark.remedy),
                None => remark.remedy.clone(),
            },
        }
    }

    fn own(&self, id: &'static str, element: Element<'_>, message: String, remedy: String) -> Finding {
        let (line, column) = self.position(element);
        Finding {
            id,
            severity: Severity::Fatal,
            xpath: self.xpath(element),
            line,
            column,
            term: String::new(),
            found: found(element),
            message,
            remedy,
        }
    }

    /// Something said at a place.
    pub(crate) fn tell_at(&self, place: Place<'_>, message: String, remedy: String) -> Finding {
        let (line, column) = self.position(place.element);
        Finding {
            id: place.id,
            severity: place.severity,
            xpath: self.xpath(place.element),
            line,
            column,
            term: place.term.to_owned(),
            found: found(place.element),
            message,
            remedy,
        }
    }

    /// Line and column of the element's tag.
    pub(crate) fn position(&self, element: Element<'_>) -> (usize, usize) {
        self.places.get_or_init(|| Places::of(self.document.source)).of_byte(at(element.start()))
    }

    /// The place in the notation of the official reports.
    pub(crate) fn xpath(&self, element: Element<'_>) -> String {
        let numbers = self.numbers.get_or_init(|| sibling_numbers(self.document));
        let mut steps: Vec<String> = std::iter::successors(Some(element), |element| element.parent())
            .map(|step| {
                let name = match step.name() {
                    Name::OTHER => step.written_name(),
                    known => known.text(),
                };
                format!("/{name}[{}]", numbers.get(at(step.index())).copied().unwrap_or(1))
            })
            .collect();
        steps.reverse();
        steps.concat()
    }
}

/// Where lines begin, and how many characters stand before each block: with findings by the hundred thousand in one long
/// line, nobody counts from its beginning each time.
#[derive(Debug)]
struct Places<'d> {
    source: &'d str,
    lines: Vec<usize>,
    characters: Vec<usize>,
}

/// Bytes of a block.
const BLOCK_BYTES: usize = 1024;

impl<'d> Places<'d> {
    fn of(source: &'d str) -> Self {
        let ends = source.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(ends.map(|(end, _)| end + 1)).collect();
        let counts = source.as_bytes().chunks(BLOCK_BYTES).scan(0, |before, block| {
            *before += begun_in(block);
            Some(*before)
        });
        Self { source, lines, characters: std::iter::once(0).chain(counts).collect() }
    }

    /// Line and column of a byte, both counted from 1, columns in characters.
    fn of_byte(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|begin| *begin <= byte);
        let begin = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        (line, self.characters_before(byte).saturating_sub(self.characters_before(begin)) + 1)
    }

    fn characters_before(&self, byte: usize) -> usize {
        let block = byte / BLOCK_BYTES;
        let whole = self.characters.get(block).copied().unwrap_or(0);
        whole + begun_in(self.source.as_bytes().get(block * BLOCK_BYTES..byte).unwrap_or_default())
    }
}

/// How many characters begin among these bytes of UTF-8.
fn begun_in(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0b1100_0000 != 0b1000_0000).count()
}

/// For each element, which of its siblings of the same name it is, counted from 1.
fn sibling_numbers(document: &Document<'_>) -> Vec<u32> {
    let mut numbers = vec![1; document.rows.len()];
    for parent in document.elements().filter(|element| element.has_children()) {
        // Known names are few; of others a document may have as many as elements.
        let mut seen: HashMap<(Name, &str), u32> = HashMap::new();
        for child in parent.children() {
            let written = if child.name() == Name::OTHER { child.written_name() } else { "" };
            let count = seen.entry((child.name(), written)).or_default();
            *count += 1;
            let count = *count;
            if let Some(number) = numbers.get_mut(at(child.index())) {
                *number = count;
            }
        }
    }
    numbers
}

/// Where the element goes that a rule demands and does not find.
fn lacking(context: Element<'_>, check: Check) -> Option<String> {
    let (Check::Exists(path) | Check::Filled(path)) = check else { return None };
    let (name, before) = path.split_last()?;
    let holder = match before {
        [] => context,
        before => context.along(before).next()?,
    };
    if holder.has(*name) { None } else { spot(holder, *name) }
}

fn found(element: Element<'_>) -> Option<String> {
    if element.has_children() {
        return None;
    }
    let text = element.text();
    match text.char_indices().nth(FOUND_CHARACTERS_MAX) {
        Some((end, _)) => Some(format!("{}…", text.get(..end).unwrap_or(""))),
        None => Some(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_counts_characters_wherever_its_block_lies() {
        // Two bytes each, so that characters lie across the ends of blocks: byte 1 + 2n is character n of the second line.
        let source = format!("\n{}", "\u{e9}".repeat(3 * BLOCK_BYTES));
        let places = Places::of(&source);
        for count in [0, 1, BLOCK_BYTES / 2 - 1, BLOCK_BYTES / 2, BLOCK_BYTES, 3 * BLOCK_BYTES - 1] {
            assert_eq!(places.of_byte(1 + 2 * count), (2, count + 1));
        }
        assert_eq!(places.of_byte(0), (1, 1));
    }
}
