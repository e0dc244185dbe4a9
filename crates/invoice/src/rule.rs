//! What a rule is: a row with an id, a weight, words for a person, and a check that is data or a small pure function.
//!
//! A set's rules stand in *templates*, as the official artefacts have them: a context, and the rules that hold there.
//! Templates of one pattern are an if–else chain for each element: the first whose context matches takes it.

use vocab::Severity;

use crate::{
    document::Element,
    names::{Attribute, Name},
};

/// One rule of one set.
#[derive(Debug)]
pub struct Rule {
    /// The id that the set gives it.
    pub id: &'static str,
    /// What a breach weighs.
    pub severity: Severity,
    /// The business terms that it speaks of, as `BT-106`.
    pub terms: &'static [&'static str],
    /// What is wrong, in a sentence of ours.
    pub message: &'static str,
    /// What to write instead.
    pub remedy: &'static str,
    /// The path, from the context, of the value that a finding shows.
    pub(crate) at: &'static [Name],
    pub(crate) check: Check,
}

/// `Ok(true)`: the rule holds. `Err`: the official rules stop with a type error and report nothing.
pub(crate) type Answer = Result<bool, Stop>;

/// `one or other`, as the official engine has it: an error in one of them counts only where the other is not true.
pub(crate) fn either(one: Answer, other: impl FnOnce() -> Answer) -> Answer {
    match one {
        Ok(true) => Ok(true),
        Ok(false) => other(),
        Err(stop) => match other() {
            Ok(true) => Ok(true),
            Ok(false) | Err(_) => Err(stop),
        },
    }
}

/// `one and other`, as the official engine has it: an error in one of them counts only where the other is not false.
pub(crate) fn both(one: Answer, other: impl FnOnce() -> Answer) -> Answer {
    either(one.map(|holds| !holds), || other().map(|holds| !holds)).map(|fails| !fails)
}

/// How a rule is checked.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Check {
    /// It always holds: the official test is `true()`.
    Always,
    /// `count(path) <= 1`.
    AtMostOne(&'static [Name]),
    By(for<'d> fn(Element<'d>) -> Answer),
    /// `count(name) = 1`.
    ExactlyOne(Name),
    /// `exists(path)`: an empty element will do.
    Exists(&'static [Name]),
    /// `normalize-space(path) != ''`: two stop the run.
    Filled(&'static [Name]),
    HasAttribute(Attribute),
    /// It speaks of the envelope around the document, so no answer about a document can hold it.
    NeedsEnvelope,
    /// The document has no element or attribute of this kind: found while walking.
    Unused,
    /// At most two characters after the point, counted as text.
    TwoDecimals(Name),
}

impl Check {
    pub(crate) fn holds(self, element: Element<'_>) -> Answer {
        match self {
            Check::Always | Check::NeedsEnvelope | Check::Unused => Ok(true),
            Check::AtMostOne(path) => Ok(element.count_along(path) <= 1),
            Check::By(function) => function(element),
            Check::ExactlyOne(name) => Ok(element.count(name) == 1),
            Check::Exists(path) => Ok(element.leads_to(path)),
            Check::Filled(path) => Ok(element.one_along(path)?.is_some_and(|found| !found.is_blank())),
            Check::HasAttribute(attribute) => Ok(element.attribute(attribute).is_some()),
            Check::TwoDecimals(name) => {
                Ok(element.one(name)?.is_none_or(|found| has_two_decimals(found.text())))
            }
        }
    }
}

/// `string-length(substring-after(text, '.')) <= 2`: zeros and spaces at the end count.
pub(crate) fn has_two_decimals(text: &str) -> bool {
    text.split_once('.').is_none_or(|(_, decimals)| decimals.chars().count() <= 2)
}

/// Why the official rules stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Two values where a function takes one.
    MoreThanOne,
    /// Text that is neither `true` nor `false`.
    NotABoolean,
    /// Text that is no day.
    NotADate,
    /// Text that is no decimal number.
    NotADecimal,
    /// Text that is no number.
    NotANumber,
    /// A number of more digits than we calculate with; the official rules may go on.
    TooManyDigits,
}

/// The official rules stop with a type error: where and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Why.
    pub cause: Cause,
    pub(crate) element: u32,
    /// The rule that stops; nothing until the engine knows.
    pub(crate) rule: &'static str,
}

/// Where rules hold, and the rules.
#[derive(Debug)]
pub(crate) struct Template {
    /// The number of its pattern. Patterns do not know of each other.
    pub(crate) pattern: u8,
    pub(crate) contexts: &'static [Context],
    pub(crate) rules: &'static [&'static [Rule]],
}

/// Elements that a template takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    pub(crate) selector: Selector,
    /// What must also be true of the element. An error here counts as no.
    pub(crate) when: Option<for<'d> fn(Element<'d>) -> Answer>,
}

/// Elements by their names.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Selector {
    /// The last of these names, in parents of the names before it, the first in a document or anywhere.
    Path(&'static [Name]),
    /// The last of these names, in parents of the names before it, the first in the root.
    FromRoot(&'static [Name]),
    /// Elements whose name as written ends so; all elements where it is empty.
    Suffix(&'static str),
}

impl Context {
    pub(crate) const fn new(path: &'static [Name]) -> Context {
        Context { selector: Selector::Path(path), when: None }
    }

    pub(crate) const fn from_root(path: &'static [Name]) -> Context {
        Context { selector: Selector::FromRoot(path), when: None }
    }

    pub(crate) const fn when(self, when: for<'d> fn(Element<'d>) -> Answer) -> Context {
        Context { when: Some(when), ..self }
    }

    pub(crate) fn matches(&self, element: Element<'_>) -> bool {
        let by_name = match self.selector {
            Selector::Path(path) => climbs(element, path).is_some(),
            Selector::FromRoot(path) => climbs(element, path)
                .is_some_and(|top| top.parent().is_some_and(|root| root.parent().is_none())),
            Selector::Suffix(suffix) => element.written_name().ends_with(suffix),
        };
        by_name && self.when.is_none_or(|when| when(element).unwrap_or(false))
    }
}

/// The element that the first name of `path` names, if `element` and its parents are called as `path` says.
fn climbs<'d>(element: Element<'d>, path: &[Name]) -> Option<Element<'d>> {
    let (name, before) = path.split_last()?;
    if element.name() != *name {
        return None;
    }
    if before.is_empty() { Some(element) } else { climbs(element.parent()?, before) }
}

/// A set of rules that somebody applies.
#[derive(Debug)]
pub struct RuleSet {
    /// The short name in reports, as `en-ubl`.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// The release.
    pub version: &'static str,
    /// The first day on which it is applied, as `2026-04-10`.
    pub valid_from: &'static str,
    /// The last day on which it is applied, if that is known.
    pub valid_to: Option<&'static str>,
    /// Who says so.
    pub source: &'static str,
    /// In the order in which they are tried.
    pub(crate) templates: &'static [&'static [Template]],
    /// Elements and attributes that it does not use, as a table: rule, path.
    pub(crate) unused: &'static str,
}

impl RuleSet {
    /// Whether this release is applied on `day`, written as `2026-04-10`.
    pub fn is_applied_on(&self, day: &str) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day <= to)
    }
}

pub(crate) const fn fatal(
    id: &'static str,
    terms: &'static [&'static str],
    at: &'static [Name],
    check: Check,
    message: &'static str,
    remedy: &'static str,
) -> Rule {
    Rule { id, severity: Severity::Fatal, terms, message, remedy, at, check }
}

pub(crate) const fn warning(
    id: &'static str,
    terms: &'static [&'static str],
    at: &'static [Name],
    check: Check,
    message: &'static str,
    remedy: &'static str,
) -> Rule {
    Rule { id, severity: Severity::Warning, terms, message, remedy, at, check }
}
