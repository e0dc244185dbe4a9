//! `twakow invoice …`: whether an invoice will be accepted, and why not.

mod attachments;
mod batch;
mod explain;
mod history;
mod new;
mod queue;
mod releases;
mod text;
mod view;

pub(crate) use batch::JOBS_MAX;

use std::path::{Path, PathBuf};

use anyhow::Result;
use crypto::json::Value;
use invoice::{
    Document, Finding, Ledger, Outcome, Profile, Verdict, forecast, limits::BYTES_MAX, rule::RuleSet,
    rule_sets, tax_facts,
};
use vocab::{Refusal, Severity, date::Date};

use super::Answer;
use crate::{
    args::Invoice,
    console::Console,
    refusals::{NO_RULES_FOR_INVOICE, UNKNOWN_INVOICE_PROFILE, UNKNOWN_RULE_SET},
    world::World,
};

/// Runs an `invoice` command.
pub(crate) fn run(command: &Invoice, world: &mut World, console: &mut Console) -> Result<Answer> {
    match command {
        Invoice::Attachments { file, out } => attachments::take_out(file, out, world, console),
        Invoice::Check { files, profile, set, date, next, history, tax, jobs, html } => {
            let wish = Wish {
                profile: profile.as_deref(),
                sets: set,
                date: date.as_deref(),
                next: *next,
                history: history::read(history, world, console)?,
                tax_on: tax.then(|| Date::of(world.now)),
            };
            let html = html.as_deref();
            match one_document(files, world) {
                Some(file) if !console.json || html.is_some() => check(file, &wish, html, world, console),
                None if html.is_some() => anyhow::bail!("--html writes a page of one document, not of many"),
                _ => batch::check(files, *jobs, &wish, world, console),
            }
        }
        Invoice::Explain { rule } => explain::explain(rule.as_deref(), console),
        Invoice::New { order, profile, out } => {
            new::run(order, profile.as_deref(), out.as_deref(), world, console)
        }
        Invoice::Sets => releases::list(console),
        Invoice::View { file, html } => view::view(file, html.as_deref(), world, console),
    }
}

/// The document, where one is named and no folder.
fn one_document<'f>(files: &'f [PathBuf], world: &World) -> Option<&'f Path> {
    match files {
        [file] if !world.path(file).is_dir() => Some(file),
        _ => None,
    }
}

/// By what an invoice shall be judged, where that is not left to the invoice.
struct Wish<'a> {
    profile: Option<&'a str>,
    sets: &'a [String],
    date: Option<&'a str>,
    /// Whether coming releases are asked too.
    next: bool,
    /// What it shall be held against.
    history: Option<Ledger>,
    /// The day from which times for evidence are counted, where taxes are asked for.
    tax_on: Option<Date>,
}

impl Wish<'_> {
    /// Refuses names that stand for nothing, before any document is read.
    fn refuse_unknown(&self) -> Result<Option<&'static Profile>, Refusal> {
        if let Some(name) = self.sets.iter().find(|name| rule_sets().all(|set| set.name != **name)) {
            return Err(UNKNOWN_RULE_SET.because(name.as_str()));
        }
        let find = |name| Profile::find(name).ok_or_else(|| UNKNOWN_INVOICE_PROFILE.because(name));
        self.profile.map(find).transpose()
    }

    fn judge(&self, document: &Document<'_>) -> Result<Verdict, Refusal> {
        let profile = self.refuse_unknown()?.unwrap_or_else(|| Profile::of(document));
        let names: Vec<&'static str> = if self.sets.is_empty() {
            profile.sets.to_vec()
        } else {
            rule_sets()
                .map(|set| set.name)
                .filter(|name| self.sets.iter().any(|wanted| wanted == name))
                .collect()
        };
        let chosen =
            |set: &RuleSet| names.contains(&set.name) && self.date.is_none_or(|day| set.is_applied_on(day));
        if !rule_sets().any(chosen) {
            let when = self.date.map_or(String::new(), |day| format!(" on {day}"));
            return Err(NO_RULES_FOR_INVOICE.because(format!("{}{when}", profile.title)));
        }
        let mut verdict = invoice::judge(document, chosen);
        verdict.miss(&names);
        if self.next {
            verdict.coming = forecast(document, &verdict.sets);
        }
        if let Some(ledger) = &self.history {
            verdict.ledger = ledger.findings(document);
        }
        if let Some(today) = self.tax_on {
            verdict.tax = tax_facts(document, today);
        }
        Ok(verdict)
    }
}

fn check(
    file: &Path,
    wish: &Wish<'_>,
    html: Option<&Path>,
    world: &World,
    console: &mut Console,
) -> Result<Answer> {
    let bytes = world.read(file, BYTES_MAX)?;
    let document = invoice::read(&bytes)?;
    let verdict = wish.judge(&document)?;
    if console.json {
        console.json_line(&verdict_value(&file.display().to_string(), &verdict))?;
    } else {
        text::print(file, &document, &verdict, console)?;
    }
    if let Some(out) = html {
        view::write_page(out, &document, Some(&verdict), world, console)?;
    }
    let stopped = verdict.sets.iter().any(|set| matches!(set.outcome, Outcome::CannotRun(_)));
    let refused = stopped || !verdict.unheld.is_empty() || verdict.count(Severity::Fatal) > 0;
    Ok(if refused { Answer::No } else { Answer::Yes })
}

fn verdict_value(file: &str, verdict: &Verdict) -> Value {
    let sets = verdict.sets.iter().map(|set| {
        let (outcome, cause, findings) = match &set.outcome {
            Outcome::CannotRun(cause) => ("cannot_run", finding_value(cause), &[][..]),
            Outcome::Report(findings) => ("report", Value::Null, findings.as_slice()),
        };
        Value::object([
            ("cause", cause),
            ("findings", Value::array(findings.iter().map(finding_value))),
            ("name", Value::from(set.name)),
            ("not_judged", Value::array(set.not_judged.iter().copied())),
            ("outcome", Value::from(outcome)),
            ("version", Value::from(set.version)),
        ])
    });
    Value::object([
        ("coming", Value::array(verdict.coming.iter().map(releases::forecast_value))),
        ("file", Value::from(file)),
        ("ledger", Value::array(verdict.ledger.iter().map(finding_value))),
        ("own", Value::array(verdict.own.iter().map(finding_value))),
        ("sets", Value::array(sets)),
        ("tax", Value::array(verdict.tax.iter().map(finding_value))),
        ("unheld", Value::array(verdict.unheld.iter().copied())),
        ("v", Value::from("twakow/invoice-check/1")),
    ])
}

fn finding_value(finding: &Finding) -> Value {
    let number = |number: usize| Value::from(u32::try_from(number).unwrap_or(u32::MAX));
    Value::object([
        ("column", number(finding.column)),
        ("found", finding.found.as_deref().map_or(Value::Null, Value::from)),
        ("id", Value::from(finding.id)),
        ("line", number(finding.line)),
        ("message", Value::from(finding.message.as_str())),
        ("remedy", Value::from(finding.remedy.as_str())),
        ("severity", Value::from(finding.severity.word())),
        ("term", Value::from(finding.term.as_str())),
        ("xpath", Value::from(finding.xpath.as_str())),
    ])
}
