//! `twakow bill …`: checking, issuing and reading bills of lading.

use std::path::Path;

use anyhow::Result;
use crypto::json::Value;
use dcsa::{
    check::{RULES, Rule, check_on},
    document::DOCUMENT_BYTES_MAX,
};
use vocab::{Finding, RefusalKind, Severity, date::Date};

use super::Answer;
use crate::{args::Bill, console::Console, world::World};

/// A rule that does not exist.
const UNKNOWN_RULE: RefusalKind = RefusalKind {
    code: "unknown-rule",
    sentence: "There is no rule of this name.",
    remedy: "Run `twakow bill explain` without a rule: it lists them all.",
};

/// Runs a `bill` command.
pub(crate) fn run(command: Bill, world: &World, console: &mut Console) -> Result<Answer> {
    match command {
        Bill::Check { draft } => check(&draft, world, console),
        Bill::Explain { rule } => explain(rule.as_deref(), console),
    }
}

fn check(draft: &Path, world: &World, console: &mut Console) -> Result<Answer> {
    let bytes = world.read(draft, DOCUMENT_BYTES_MAX)?;
    let checked = check_on(&bytes, Date::of(world.now))?;
    let fatal = checked.count(Severity::Fatal);
    if console.json {
        let findings = checked.findings.iter().map(finding_value);
        console.json_line(&Value::object([
            ("checksum", Value::from(checked.document.checksum())),
            ("file", Value::from(draft.display().to_string().as_str())),
            ("findings", Value::array(findings)),
            ("v", Value::from("twakow/bill-check/1")),
        ]))?;
    } else {
        for finding in &checked.findings {
            print(finding, console)?;
        }
        let counts = [Severity::Fatal, Severity::Warning, Severity::Advice]
            .map(|severity| format!("{} {}", checked.count(severity), severity.word()));
        console.line(format!("{}: {}", draft.display(), counts.join(", ")))?;
        console.say(if fatal == 0 {
            "  nothing that anybody would refuse was found"
        } else {
            "  mend the fatal findings and run the check again; `twakow bill explain RULE` says more"
        });
    }
    Ok(if fatal == 0 { Answer::Yes } else { Answer::No })
}

fn print(finding: &Finding, console: &mut Console) -> Result<()> {
    let place = if finding.place.is_empty() { "the whole document" } else { &finding.place };
    let severity = console.paint(finding.severity);
    console.line(format!("{severity} [{}] {place}", finding.rule))?;
    console.line(format!("  {}", finding.message))?;
    if let Some(found) = &finding.found {
        console.line(format!("  found:         {found}"))?;
    }
    console.line(format!("  what to write: {}", finding.remedy))?;
    console.line(format!("  who says so:   {}", finding.source))?;
    console.line("")
}

fn finding_value(finding: &Finding) -> Value {
    Value::object([
        ("found", finding.found.as_deref().map_or(Value::Null, Value::from)),
        ("message", Value::from(finding.message.as_str())),
        ("place", Value::from(finding.place.as_str())),
        ("remedy", Value::from(finding.remedy.as_str())),
        ("rule", Value::from(finding.rule)),
        ("severity", Value::from(finding.severity.word())),
        ("source", Value::from(finding.source)),
    ])
}

fn explain(rule: Option<&str>, console: &mut Console) -> Result<Answer> {
    let Some(asked) = rule else {
        for rule in RULES {
            console.line(format!("{:8} {:32} {}", rule.severity.word(), rule.id, rule.message))?;
        }
        return Ok(Answer::Yes);
    };
    let rule: &Rule =
        RULES.iter().find(|rule| rule.id == asked).ok_or_else(|| UNKNOWN_RULE.because(asked))?;
    if console.json {
        console.json_line(&Value::object([
            ("message", rule.message),
            ("remedy", rule.remedy),
            ("rule", rule.id),
            ("severity", rule.severity.word()),
            ("source", rule.source),
        ]))?;
    } else {
        console.line(format!("{} [{}]", rule.severity.word(), rule.id))?;
        console.line(format!("  {}", rule.message))?;
        console.line(format!("  what to write: {}", rule.remedy))?;
        console.line(format!("  who says so:   {}", rule.source))?;
    }
    Ok(Answer::Yes)
}
