//! `twakow bill …`: checking, issuing and reading bills of lading.

use std::path::Path;

use anyhow::Result;
use bill::{
    act::Act,
    control::{Facts, Standing},
    options::Asker,
    party::Party,
    title::Policy,
    words::{Controller, Platform},
};
use crypto::json::{self, Limits, Value};
use dcsa::{
    check::{RULES, Rule, check_on},
    document::DOCUMENT_BYTES_MAX,
};
use evidence::verify::{ActLine, Asked, State, Verdict, verify};
use node::platform::SetFile;
use vocab::{Finding, Severity, date::Date};

use super::{Answer, corridor::SET_FILE_BYTES_MAX, issue};
use crate::{
    args::{Bill, Export, Reading},
    console::Console,
    corridor::Corridor,
    record::Record,
    world::World,
};

/// Runs a `bill` command.
pub(crate) fn run(command: Bill, world: &mut World, console: &mut Console) -> Result<Answer> {
    match command {
        Bill::Amend(command) => issue::amend(&command, world, console),
        Bill::Check { draft } => check(&draft, world, console),
        Bill::Explain { rule } => explain(rule.as_deref(), console),
        Bill::History(reading) => history(&reading, world, console),
        Bill::Issue(command) => issue::issue(&command, world, console),
        Bill::Show(reading) => show(&reading, world, console),
    }
}

/// What a party may do next with a bill.
pub(crate) fn options(
    reading: &Reading,
    party: &Path,
    world: &mut World,
    console: &mut Console,
) -> Result<Answer> {
    let named = if party.extension().is_some() { party.to_owned() } else { party.with_extension("keyset") };
    let set = SetFile::read(&world.read(&named, SET_FILE_BYTES_MAX)?)?;
    let record = Record::read(&evidence_of(reading, world)?)?;
    let bill = record.bill()?;
    let own = Controller::own(set.id, set.home);
    // Whoever has re-homed the bill acts from its new home, whoever surrendered it from the one it had.
    let before = record.surrender().and_then(Act::by).cloned();
    let known = [record.controller(), before].into_iter().flatten().find(|one| one.sets == own.sets);
    let controller = known.unwrap_or(own);
    let party = Party::of(&set.party)?;
    let standing = |_: Platform| Standing::Member;
    let facts = Facts::new(world.now, crate::record::REJECT_HOURS, &standing);
    let asker = Asker { controller: &controller, party: &party };
    let choices = bill::options::options(&bill, asker, &facts, Policy::default());
    if console.json {
        let rows = choices.iter().map(|choice| {
            let mut members =
                vec![("act", Value::from(choice.row.name)), ("may", Value::from(choice.answer.is_ok()))];
            if let Err(refusal) = &choice.answer {
                members.push(("because", Value::from(refusal.to_string().as_str())));
                members.push(("code", Value::from(refusal.code())));
                members.push(("remedy", Value::from(refusal.remedy())));
            }
            Value::object(members)
        });
        console.json_line(&Value::object([
            ("options", Value::array(rows)),
            ("v", Value::from("twakow/options/1")),
        ]))?;
        return Ok(Answer::Yes);
    }
    for choice in &choices {
        match &choice.answer {
            Ok(()) => console.line(format!("may      {}", choice.row.name))?,
            Err(refusal) => {
                console.line(format!("may not  {:24} [{}] {refusal}", choice.row.name, refusal.code()))?;
                console.line(format!("         {:24} what would help: {}", "", refusal.remedy()))?;
            }
        }
    }
    Ok(Answer::Yes)
}

/// Writes the evidence of a bill.
pub(crate) fn export(command: &Export, world: &mut World, console: &mut Console) -> Result<Answer> {
    let bytes = evidence_of(&command.reading, world)?;
    world.write(&command.out, &bytes)?;
    console.say(format!("wrote {}, {} bytes", command.out.display(), bytes.len()));
    console.say(format!("  next: twakow verify {} --trust corridor.trust", command.out.display()));
    Ok(Answer::Yes)
}

fn evidence_of(reading: &Reading, world: &mut World) -> Result<Vec<u8>> {
    let mut corridor = Corridor::open(&reading.place, world, &[])?;
    corridor.settle(world)?;
    corridor.evidence(&reading.bill, reading.at.as_deref(), world)
}

fn read(reading: &Reading, world: &mut World) -> Result<(Verdict, Record)> {
    let bytes = evidence_of(reading, world)?;
    let trust = pilot::corridor::trust(&world.path(&reading.place.corridor), Vec::new())?;
    let trust = evidence::trust::Trust::parse(&trust)?;
    Ok((verify(&bytes, Some(&trust), &Asked::default())?, Record::read(&bytes)?))
}

fn history(reading: &Reading, world: &mut World, console: &mut Console) -> Result<Answer> {
    let (verdict, _) = read(reading, world)?;
    if console.json {
        console.json_line(&evidence::render::to_json(&verdict))?;
        return Ok(Answer::Yes);
    }
    for act in &verdict.acts {
        console.line(history_line(act))?;
    }
    Ok(Answer::Yes)
}

fn history_line(act: &ActLine) -> String {
    let after = act.after.as_ref().map_or_else(String::new, state_line);
    format!("{:>4}  {}  {:10} {after}", act.seq, act.leaf_at, act.op.as_str())
}

fn state_line(state: &State) -> String {
    let held = match &state.home {
        Some(home) => format!("possession: {} at {home}", state.parties.join(", ")),
        None => "closed: nobody has it".to_owned(),
    };
    let title = state.title.as_deref().map_or_else(String::new, |title| format!("; title: {title}"));
    format!("{held}{title}")
}

fn show(reading: &Reading, world: &mut World, console: &mut Console) -> Result<Answer> {
    let (verdict, record) = read(reading, world)?;
    if console.json {
        console.json_line(&evidence::render::to_json(&verdict))?;
        return Ok(Answer::Yes);
    }
    let document = json::parse(record.document()?, &Limits::bytes(DOCUMENT_BYTES_MAX))?;
    let face = crate::report::face::Face::of(&document);
    console.line(format!("Bill of lading {}   {}   carrier {}", face.reference, face.kind, face.carrier))?;
    for field in &face.fields {
        console.line(format!("  {:32} {}", field.label, field.lines.join(", ")))?;
    }
    for row in &face.cargo {
        console.line(format!(
            "  {:32} {}; {}; {}",
            row.equipment,
            row.packages,
            row.goods.join(", "),
            row.weight
        ))?;
    }
    let part = |name: &str| record.issue_part().and_then(|part| part.get(name)).and_then(Value::as_str);
    console.line(format!("  {:32} {}", "Governing law", part("law").unwrap_or("not shown")))?;
    console.line(format!("  {:32} {}", "Jurisdiction", part("jurisdiction").unwrap_or("not shown")))?;
    if let Some(state) = &verdict.state {
        let as_of = state.as_of.map_or_else(String::new, |as_of| format!(" (as of {as_of})"));
        console.line(format!("  {:32} {}{as_of}", "Now", state_line(state)))?;
    }
    if let Some(record) = verdict.record {
        console.line(format!("  {:32} {record}", "Record"))?;
    }
    Ok(Answer::Yes)
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
    let rule: &Rule = RULES
        .iter()
        .find(|rule| rule.id == asked)
        .ok_or_else(|| crate::refusals::UNKNOWN_RULE.because(asked))?;
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
