//! Elements and attributes of UBL that a set of rules does not use: hundreds of paths, one trie, walked beside the document.
//!
//! The table has one row a rule: id, and a path from the root or, where it begins with `//`, from anywhere. `A|B` stands for
//! either, `@name` at the end for an attribute. All are warnings of the root, told once however often the path occurs.

use vocab::{Severity, codelist::CodeList};

use crate::{
    document::{Document, Element, at},
    engine::Hit,
    names::{Attribute, Name},
    rule::{Check, Rule},
};

#[derive(Debug)]
pub(crate) struct Unused {
    rules: &'static [Rule],
    /// The first is where nothing leads, the second the root.
    states: Vec<State>,
    /// Paths from anywhere, by the name of their last element.
    anywhere: Vec<Vec<Anywhere>>,
    /// Attributes that may stand nowhere.
    attributes: Vec<(Attribute, u16)>,
}

#[derive(Debug, Default)]
struct State {
    /// Sorted by name.
    next: Vec<(Name, u16)>,
    rules: Vec<u16>,
    attributes: Vec<(Attribute, u16)>,
}

#[derive(Debug)]
struct Anywhere {
    /// The last element first.
    path: Vec<Name>,
    attribute: Option<Attribute>,
    rule: u16,
}

const NOWHERE: u16 = 0;
const ROOT: u16 = 1;

impl Unused {
    pub(crate) fn parse(table: &'static str) -> Unused {
        let mut unused = Unused {
            rules: &[],
            states: vec![State::default(), State::default()],
            anywhere: (0..=Name::COUNT).map(|_| Vec::new()).collect(),
            attributes: Vec::new(),
        };
        let mut rules = Vec::new();
        for row in CodeList::new(table).rows() {
            let path = row.column(0);
            let number = u16::try_from(rules.len()).unwrap_or(u16::MAX);
            rules.push(rule(row.code, path));
            unused.add(path, number);
        }
        // The table lives as long as the program: it is made once for each set.
        unused.rules = Vec::leak(rules);
        unused
    }

    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.rules.iter()
    }

    fn add(&mut self, path: &'static str, rule: u16) {
        let (path, anywhere) = path.strip_prefix("//").map_or((path, false), |path| (path, true));
        let (path, attribute) = match path.rsplit_once('@') {
            Some((path, attribute)) => (path.trim_end_matches('/'), Some(Attribute::parse(attribute))),
            None => (path, None),
        };
        let steps: Vec<Vec<Name>> = path
            .split('/')
            .filter(|step| !step.is_empty())
            .map(|step| step.split('|').filter_map(Name::parse).collect())
            .collect();
        if anywhere {
            self.add_anywhere(&steps, attribute, rule);
        } else {
            self.add_from_root(&steps, attribute, rule);
        }
    }

    fn add_anywhere(&mut self, steps: &[Vec<Name>], attribute: Option<Attribute>, rule: u16) {
        let path: Vec<Name> = steps.iter().rev().filter_map(|step| step.first().copied()).collect();
        match (path.first(), attribute) {
            (Some(last), _) => {
                if let Some(paths) = self.anywhere.get_mut(last.index()) {
                    paths.push(Anywhere { path, attribute, rule });
                }
            }
            (None, Some(attribute)) => self.attributes.push((attribute, rule)),
            (None, None) => {}
        }
    }

    fn add_from_root(&mut self, steps: &[Vec<Name>], attribute: Option<Attribute>, rule: u16) {
        let mut ends = vec![ROOT];
        for step in steps {
            let mut next = Vec::new();
            for end in &ends {
                for name in step {
                    next.push(self.step_or_add(*end, *name));
                }
            }
            ends = next;
        }
        for end in ends {
            let Some(state) = self.states.get_mut(usize::from(end)) else { continue };
            match attribute {
                Some(attribute) => state.attributes.push((attribute, rule)),
                None => state.rules.push(rule),
            }
        }
    }

    fn step_or_add(&mut self, from: u16, name: Name) -> u16 {
        let new = u16::try_from(self.states.len()).unwrap_or(NOWHERE);
        let Some(state) = self.states.get_mut(usize::from(from)) else { return NOWHERE };
        match state.next.binary_search_by_key(&name, |(name, _)| *name) {
            Ok(found) => state.next.get(found).map_or(NOWHERE, |(_, state)| *state),
            Err(place) => {
                state.next.insert(place, (name, new));
                self.states.push(State::default());
                new
            }
        }
    }

    /// Adds a hit for each rule whose path occurs, at its first occurrence.
    pub(crate) fn walk(&self, document: &Document<'_>, hits: &mut Vec<Hit>) {
        if self.rules.is_empty() {
            return;
        }
        let mut first: Vec<Option<u32>> = vec![None; self.rules.len()];
        let mut found = |rule: u16, element: Element<'_>| {
            if let Some(first @ None) = first.get_mut(usize::from(rule)) {
                *first = Some(element.index());
            }
        };
        let mut states = vec![NOWHERE; document.rows.len()];
        for element in document.elements() {
            let name = element.name();
            let state = match element.parent() {
                None => ROOT,
                Some(parent) => {
                    let from = states.get(at(parent.index())).copied().unwrap_or(NOWHERE);
                    if from == NOWHERE { NOWHERE } else { self.step(from, name) }
                }
            };
            if state != NOWHERE {
                if let Some(slot) = states.get_mut(at(element.index())) {
                    *slot = state;
                }
                if let Some(state) = self.states.get(usize::from(state)) {
                    state.rules.iter().for_each(|rule| found(*rule, element));
                    for (attribute, rule) in &state.attributes {
                        if element.attribute(*attribute).is_some() {
                            found(*rule, element);
                        }
                    }
                }
            }
            for path in self.anywhere.get(name.index()).map_or(&[][..], Vec::as_slice) {
                let attribute = path.attribute.is_none_or(|attribute| element.attribute(attribute).is_some());
                if attribute && leads_here(element, &path.path) {
                    found(path.rule, element);
                }
            }
        }
        for (attribute, rule) in &self.attributes {
            if document.mentions(*attribute)
                && let Some(element) =
                    document.elements().find(|element| element.attribute(*attribute).is_some())
            {
                found(*rule, element);
            }
        }
        for (rule, culprit) in self.rules.iter().zip(first) {
            if culprit.is_some() {
                hits.push(Hit { rule, context: 0, culprit });
            }
        }
    }

    fn step(&self, from: u16, name: Name) -> u16 {
        let Some(state) = self.states.get(usize::from(from)) else { return NOWHERE };
        let found = state.next.binary_search_by_key(&name, |(name, _)| *name).ok();
        found.and_then(|found| state.next.get(found)).map_or(NOWHERE, |(_, state)| *state)
    }
}

/// Whether `element` and its parents are called as `path` says, the last first.
fn leads_here(element: Element<'_>, path: &[Name]) -> bool {
    let upwards = std::iter::successors(Some(element), |element| element.parent());
    let mut names = upwards.map(Element::name);
    path.iter().all(|name| names.next() == Some(*name))
}

fn rule(id: &'static str, path: &'static str) -> Rule {
    let written = path.trim_start_matches('/').replace("cac:InvoiceLine|cac:CreditNoteLine", "the line");
    let (what, verb) =
        if path.contains('@') { ("The attribute", "attribute") } else { ("The element", "element") };
    Rule {
        id,
        severity: Severity::Warning,
        terms: &[],
        message: String::leak(format!(
            "{what} {written} has no meaning in an EN 16931 invoice, and receivers may ignore it."
        )),
        remedy: String::leak(format!(
            "Leave the {verb} out; if it says something that matters, say it in a note."
        )),
        at: &[],
        check: Check::Unused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_of_the_table_is_made_of_names_we_know() {
        for row in CodeList::new(crate::en16931::UNUSED).rows() {
            for step in row.column(0).trim_start_matches('/').split('/') {
                for name in step.split('|') {
                    let known = match name.strip_prefix('@') {
                        Some(attribute) => Attribute::parse(attribute) != Attribute::OTHER,
                        None => Name::parse(name).is_some(),
                    };
                    assert!(known, "{}: {name}", row.code);
                }
            }
        }
    }
}
