//! A sheet as one HTML page that needs nothing else: no script, no other file, every value escaped by the template.

use std::collections::HashMap;

use askama::Template;
use vocab::{Refusal, Severity};

use super::{
    excerpt::{Excerpt, excerpt},
    sheet::{Block, Cell, Column, Fact, Section, Sheet, Table},
    visible::visible,
};
use crate::{
    document::Document,
    finding::{Finding, Teller},
    limits::{FINDINGS_OF_A_RULE_MAX, FINDINGS_SHOWN_MAX},
    refusals::VIEW_TOO_LARGE,
    verdict::{Outcome, SetVerdict, Verdict},
};

#[derive(Template)]
#[template(path = "invoice.html")]
struct Page<'s> {
    sheet: &'s Sheet,
    groups: Vec<Vec<Place<'s>>>,
    report: Option<Report>,
    /// The findings about each element.
    numbers: HashMap<u32, Vec<usize>>,
}

/// A section and its number in the page.
struct Place<'s> {
    number: usize,
    section: &'s Section,
}

/// What the rules say.
struct Report {
    answers: Vec<SetAnswer>,
    remarks: Vec<Remark>,
    more: usize,
}

struct SetAnswer {
    set: String,
    class: &'static str,
    word: &'static str,
    rest: String,
}

struct Remark {
    number: usize,
    weight: &'static str,
    id: &'static str,
    by: String,
    line: usize,
    column: usize,
    term: String,
    excerpt: Option<Excerpt>,
    message: String,
    remedy: String,
}

impl Page<'_> {
    fn numbers(&self, fact: &Fact) -> Vec<usize> {
        let mut numbers: Vec<usize> =
            fact.elements.iter().filter_map(|element| self.numbers.get(element)).flatten().copied().collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn cells<'t>(&self, row: &'t [Cell], table: &'t Table) -> impl Iterator<Item = (&'t Cell, &'t Column)> {
        row.iter().zip(&table.columns)
    }
}

impl Cell {
    fn is_empty(&self) -> bool {
        self.values.is_empty() && self.details.is_empty()
    }
}

/// The page.
pub(crate) fn html(
    sheet: &Sheet,
    document: &Document<'_>,
    verdict: Option<&Verdict>,
) -> Result<String, Refusal> {
    let told = verdict.map(findings);
    let numbers = told.as_ref().map_or_else(HashMap::new, |told| numbers_by_element(sheet, document, told));
    let report = told.zip(verdict).map(|(told, verdict)| report(document, told, verdict));
    let mut groups: Vec<Vec<Place<'_>>> = Vec::new();
    for (number, section) in sheet.sections.iter().enumerate() {
        let place = Place { number, section };
        match groups.last_mut() {
            Some(group) if section.beside => group.push(place),
            _ => groups.push(vec![place]),
        }
    }
    let page = Page { sheet, groups, report, numbers };
    // Writing to a string does not fail, and the template asks nothing that does.
    page.render().map_err(|error| VIEW_TOO_LARGE.because(error.to_string()))
}

/// The findings that a page shows, with who says so, and how many it leaves out.
struct Told<'v> {
    findings: Vec<(&'v Finding, String)>,
    more: usize,
}

fn findings(verdict: &Verdict) -> Told<'_> {
    let own = verdict.own.iter().map(|finding| (finding, "Twakow".to_owned()));
    let reported = verdict.sets.iter().flat_map(|set| match &set.outcome {
        Outcome::CannotRun(_) => Vec::new(),
        Outcome::Report(findings) => {
            findings.iter().map(|finding| (finding, format!("{} {}", set.name, set.version))).collect()
        }
    });
    let (mut told, mut counts) = (Told { findings: Vec::new(), more: 0 }, HashMap::new());
    for (finding, by) in own.chain(reported) {
        let count = counts.entry(finding.id).or_insert(0_usize);
        *count += 1;
        if *count > FINDINGS_OF_A_RULE_MAX || told.findings.len() == FINDINGS_SHOWN_MAX {
            told.more += 1;
        } else {
            told.findings.push((finding, by));
        }
    }
    told
}

/// Which findings are about each element that the sheet tells: a finding names its element by line and column.
fn numbers_by_element(sheet: &Sheet, document: &Document<'_>, told: &Told<'_>) -> HashMap<u32, Vec<usize>> {
    let mut places: HashMap<(usize, usize), Vec<usize>> = HashMap::new();
    for (index, (finding, _)) in told.findings.iter().enumerate() {
        places.entry((finding.line, finding.column)).or_default().push(index + 1);
    }
    let teller = Teller::new(document);
    let facts = sheet.sections.iter().flat_map(|section| &section.blocks).flat_map(facts_of);
    let elements = facts.flat_map(|fact| &fact.elements);
    let found = elements.filter_map(|element| {
        let place = teller.position(document.element(*element));
        places.get(&place).map(|numbers| (*element, numbers.clone()))
    });
    found.collect()
}

fn facts_of(block: &Block) -> Vec<&Fact> {
    match block {
        Block::Facts(facts) | Block::Sums(facts) => facts.iter().collect(),
        Block::Table(table) => {
            table.rows.iter().flatten().flat_map(|cell| cell.values.iter().chain(&cell.details)).collect()
        }
    }
}

fn report(document: &Document<'_>, told: Told<'_>, verdict: &Verdict) -> Report {
    let lines: Vec<&str> = document.source().lines().collect();
    let remarks = told.findings.into_iter().enumerate().map(|(index, (finding, by))| Remark {
        number: index + 1,
        weight: finding.severity.word(),
        id: finding.id,
        by,
        line: finding.line,
        column: finding.column,
        term: finding.term.clone(),
        excerpt: finding
            .line
            .checked_sub(1)
            .and_then(|line| lines.get(line))
            .and_then(|line| excerpt(line, finding.column)),
        message: visible(&finding.message),
        remedy: visible(&finding.remedy),
    });
    Report { answers: verdict.sets.iter().map(answer).collect(), remarks: remarks.collect(), more: told.more }
}

fn answer(set: &SetVerdict) -> SetAnswer {
    let name = format!("{} {}", set.name, set.version);
    match &set.outcome {
        Outcome::CannotRun(cause) => SetAnswer {
            set: name,
            class: "refuses",
            word: "cannot run",
            rest: format!(": {}", visible(&cause.message)),
        },
        Outcome::Report(findings) => {
            let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
            let (fatal, warnings) = (count(Severity::Fatal), count(Severity::Warning));
            let (class, word) = if fatal == 0 { ("accepts", "accepts") } else { ("refuses", "refuses") };
            let open = match set.not_judged.as_slice() {
                [] => String::new(),
                ids => format!(
                    "; not judged, for they need the envelope in which it is sent: {}",
                    ids.join(", ")
                ),
            };
            SetAnswer { set: name, class, word, rest: format!(": {fatal} fatal, {warnings} warnings{open}") }
        }
    }
}
