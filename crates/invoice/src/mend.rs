//! What could be written instead: small changes of a document's text that may mend a fault.
//!
//! They are tried, never applied: [`crate::causes`] judges a copy with each and sees what it takes away.

use std::ops::Range;

use crate::{
    causes::Change,
    document::{Document, Element},
    fault::FaultKind,
    finding::Teller,
    own::{self, Remark},
    read::read,
    text::trimmed,
};

/// A change of the text, and the element that it is about.
#[derive(Debug)]
pub(crate) struct Mending {
    pub(crate) element: u32,
    edits: Vec<Edit>,
}

/// Bytes of the source, and what takes their place.
#[derive(Debug)]
struct Edit {
    range: Range<usize>,
    with: String,
}

/// Sums that are written anew because one under them was.
const FOLLOWED_MAX: usize = 8;

/// Every change that is worth a try, in the order of the document.
pub(crate) fn mendings(document: &Document<'_>) -> Vec<Mending> {
    let mut found = vec![];
    for remark in own::remarks(document) {
        found.extend(written(&remark));
    }
    for fault in &document.faults {
        let element = document.element(fault.element);
        match fault.kind {
            FaultKind::ElementRepeated => found.extend(removed(element)),
            FaultKind::Value(_) => {
                found.extend(in_form(element).and_then(|text| rewrite(element, text)));
            }
            FaultKind::AttributeMissing(_)
            | FaultKind::AttributeUnknown
            | FaultKind::ElementMissing(_)
            | FaultKind::ElementOrder
            | FaultKind::ElementUnknown
            | FaultKind::TextBetween => {}
        }
    }
    for element in document.elements().filter(|element| !element.has_children()) {
        if element.is_blank() {
            found.extend(removed(element));
        } else {
            found.extend(as_code(element));
        }
    }
    found.sort_by_key(|mending| mending.element);
    found
}

/// The document with the change, and with the sums that rest on it; what was changed beside it.
pub(crate) fn follow(document: &Document<'_>, mending: &Mending) -> Option<(String, Vec<Change>)> {
    let told: Vec<(&str, u32)> =
        own::remarks(document).iter().map(|remark| (remark.rule.id, remark.element.index())).collect();
    let mut source = applied(document.source(), &mending.edits)?;
    let mut changes = vec![];
    // Removing an element moves those after it; sums are followed only where a text took the place of another.
    while changes.len() < FOLLOWED_MAX {
        let copy = read(source.as_bytes()).ok()?;
        if copy.rows.len() != document.rows.len() {
            break;
        }
        let remarks = own::remarks(&copy);
        let next = remarks.iter().find_map(|remark| {
            let is_new = !told.contains(&(remark.rule.id, remark.element.index()));
            if is_new { Some((remark, written(remark)?)) } else { None }
        });
        let Some((remark, mending)) = next else { break };
        let change = Change {
            xpath: Teller::new(&copy).xpath(remark.element),
            from: remark.element.text().to_owned(),
            to: remark.write.clone()?,
        };
        source = applied(&source, &mending.edits)?;
        changes.push(change);
    }
    Some((source, changes))
}

/// The edits must not overlap; from the last to the first, so that none moves another.
fn applied(source: &str, edits: &[Edit]) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.range.start));
    let mut text = source.to_owned();
    for edit in edits {
        text.get(edit.range.clone())?;
        text.replace_range(edit.range.clone(), &edit.with);
    }
    Some(text)
}

/// What a remark of ours would have written.
fn written(remark: &Remark<'_>) -> Option<Mending> {
    rewrite(remark.element, remark.write.clone()?)
}

fn rewrite(element: Element<'_>, with: String) -> Option<Mending> {
    let range = element.text_range()?;
    Some(Mending { element: element.index(), edits: vec![Edit { range, with }] })
}

/// A number or truth as the schema takes it, where it is written as people write it: `25,450.00`, `1.656,25`, `True`.
pub(crate) fn in_form(element: Element<'_>) -> Option<String> {
    let text = trimmed(element.text());
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Some(text.to_ascii_lowercase());
    }
    let plain: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let number = match (plain.rfind(','), plain.rfind('.')) {
        (Some(comma), Some(point)) if comma > point => plain.replace('.', "").replace(',', "."),
        (Some(_), Some(_)) => plain.replace(',', ""),
        (Some(comma), None) if plain.len() - comma == DECIMALS + 1 && plain.matches(',').count() == 1 => {
            plain.replace(',', ".")
        }
        // Three digits after a lone comma may be thousands or decimals: who wrote it knows.
        (Some(_) | None, _) => return None,
    };
    crate::cast::decimal(&number)?;
    Some(number)
}

/// Decimals that people write after a comma.
const DECIMALS: usize = 2;

/// A short word in capitals and without space at its ends, as codes are.
fn as_code(element: Element<'_>) -> Option<Mending> {
    let code = trimmed(element.text()).to_ascii_uppercase();
    let is_code = (1..=CODE_CHARACTERS_MAX).contains(&code.len())
        && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && code.bytes().any(|byte| byte.is_ascii_alphabetic());
    let changes = code != element.text() && code != "TRUE" && code != "FALSE";
    if is_code && changes { rewrite(element, code) } else { None }
}

/// Characters of the longest code that is tried in capitals.
const CODE_CHARACTERS_MAX: usize = 3;

/// The element without which a leaf stands.
fn removed(element: Element<'_>) -> Option<Mending> {
    if element.has_children() {
        return None;
    }
    let range = element.leaf_range()?;
    Some(Mending { element: element.index(), edits: vec![Edit { range, with: String::new() }] })
}
