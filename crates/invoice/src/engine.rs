//! Runs a set of rules over a document, in one walk.
//!
//! For each name the templates that may take an element of that name are known beforehand, so most elements cost one
//! look. Elements that a set does not use are found by a trie that is walked along.

use crate::{
    document::{Document, Element},
    names::Name,
    rule::{Check, Rule, RuleSet, Selector, Stop, Template},
    unused::Unused,
};

/// A rule that does not hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hit {
    pub(crate) rule: &'static Rule,
    /// The context: what the official report names as the place.
    pub(crate) context: u32,
    /// The element at fault, where the walk knows it better than the rule.
    pub(crate) culprit: Option<u32>,
}

/// A set of rules, made ready.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) set: &'static RuleSet,
    /// For each name, and for all others together: templates in the order in which they are tried.
    by_name: Vec<Vec<&'static Template>>,
    unused: Unused,
}

impl Prepared {
    pub(crate) fn new(set: &'static RuleSet) -> Prepared {
        let mut by_name = vec![Vec::new(); Name::COUNT + 1];
        for template in set.templates.iter().copied().flatten() {
            for name in Name::all().chain([Name::OTHER]) {
                let may_take = |selector: &Selector| match selector {
                    Selector::Path(path) | Selector::FromRoot(path) => path.last() == Some(&name),
                    Selector::Suffix(suffix) => name == Name::OTHER || name.text().ends_with(suffix),
                };
                if template.contexts.iter().any(|context| may_take(&context.selector))
                    && let Some(templates) = by_name.get_mut(name.index())
                {
                    templates.push(template);
                }
            }
        }
        Prepared { set, by_name, unused: Unused::parse(set.unused) }
    }

    /// All rules of the set, in its order; those about unused elements last.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.set
            .templates
            .iter()
            .copied()
            .flatten()
            .flat_map(|template| template.rules.iter().copied().flatten())
            .chain(self.unused.rules())
    }

    /// The rules that no document can answer: they need its envelope.
    pub(crate) fn not_judged(&self) -> impl Iterator<Item = &'static Rule> {
        self.rules().filter(|rule| matches!(rule.check, Check::NeedsEnvelope))
    }

    /// The rules that do not hold, or why the official rules stop.
    pub(crate) fn run(&self, document: &Document<'_>) -> Result<Vec<Hit>, Stop> {
        let mut hits = Vec::new();
        for element in document.elements() {
            let templates = self.by_name.get(element.name().index()).map_or(&[][..], Vec::as_slice);
            let mut taken = None;
            for template in templates {
                if taken == Some(template.pattern)
                    || !template.contexts.iter().any(|context| context.matches(element))
                {
                    continue;
                }
                taken = Some(template.pattern);
                run_template(template, element, &mut hits)?;
            }
        }
        self.unused.walk(document, &mut hits);
        Ok(hits)
    }
}

fn run_template(template: &'static Template, element: Element<'_>, hits: &mut Vec<Hit>) -> Result<(), Stop> {
    for rule in template.rules.iter().copied().flatten() {
        if !rule.check.holds(element).map_err(|stop| Stop { rule: rule.id, ..stop })? {
            hits.push(Hit { rule, context: element.index(), culprit: None });
        }
    }
    Ok(())
}
