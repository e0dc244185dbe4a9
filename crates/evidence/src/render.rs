//! A verdict as data and as text, both pure: `--json` prints the one, a terminal the other
//! (docs/evidence-bundle.md sections 6 and 7).

use std::fmt::Write as _;

use crypto::json::Value;
use vocab::{Refusal, Timestamp};

use crate::{
    claim::{Claim, Code, Outcome},
    clause::{CLAUSES, Clause, clauses_of},
    verify::{ActLine, Asked, State, Verdict},
};

/// The `v` of a verdict.
pub const VERDICT_VERSION: &str = "twakow/verdict/1";
/// The exit code for what cannot be read.
pub const EXIT_UNREADABLE: u8 = 2;

/// The verdict as `twakow verify --json` prints it.
pub fn to_json(verdict: &Verdict) -> Value {
    let mut members = vec![
        ("v", Value::from(VERDICT_VERSION)),
        ("exit", Value::from(u32::from(verdict.exit()))),
        ("asked", asked(&verdict.asked, verdict.trusted)),
        ("claims", Value::array(verdict.claims.iter().map(claim))),
        ("acts", Value::array(verdict.acts.iter().map(act))),
        ("state", verdict.state.as_ref().map_or(Value::Null, state)),
        ("clauses", Value::array(CLAUSES.iter().map(|clause| clause_row(clause, verdict)))),
    ];
    members.extend(verdict.record.map(|record| ("record", Value::from(record))));
    let texts = [("origin", &verdict.origin), ("law", &verdict.law), ("jurisdiction", &verdict.jurisdiction)];
    members.extend(texts.into_iter().filter_map(|(name, text)| Some((name, Value::from(text.as_deref()?)))));
    members.extend(verdict.state_at.as_ref().map(|at| ("stateAt", state(at))));
    if verdict.test {
        members.push(("test", Value::Bool(true)));
    }
    Value::object(members)
}

/// What `twakow verify --json` prints for a file that is no bundle, or with a trust file that cannot be read.
pub fn unreadable(why: &Refusal, asked_for: &Asked, trusted: bool) -> Value {
    let kind = why.kind();
    let mut refusal = vec![
        ("code", Value::from(kind.code)),
        ("sentence", Value::from(kind.sentence)),
        ("remedy", Value::from(kind.remedy)),
    ];
    refusal.extend(why.particulars().map(|particulars| ("particulars", Value::from(particulars))));
    refusal.extend(why.place().map(|place| ("place", Value::from(place))));
    Value::object([
        ("v", Value::from(VERDICT_VERSION)),
        ("exit", Value::from(u32::from(EXIT_UNREADABLE))),
        ("asked", asked(asked_for, trusted)),
        ("refusal", Value::object(refusal)),
    ])
}

fn asked(asked: &Asked, trusted: bool) -> Value {
    let minutes = u32::try_from(asked.limit.as_secs() / 60).unwrap_or(u32::MAX);
    let mut members = vec![
        ("controlNow", Value::Bool(asked.control_now)),
        ("identity", Value::Bool(asked.identity)),
        ("limitMinutes", Value::from(minutes)),
        ("trust", Value::Bool(trusted)),
    ];
    members.extend(asked.at.map(|at| ("at", Value::from(at))));
    members.extend(asked.now.map(|now| ("now", Value::from(now))));
    Value::object(members)
}

fn claim(claim: &Claim) -> Value {
    Value::object([
        ("code", Value::from(claim.code)),
        ("subject", optional(claim.subject.as_deref())),
        ("verdict", optional(claim.outcome.map(Outcome::word))),
        ("reason", Value::from(claim.reason.as_str())),
        ("cause", optional(claim.cause)),
        ("because", Value::array(claim.because.iter().map(|code| Value::from(code.word())))),
        ("clauses", Value::array(clauses_of(claim.code).map(|clause| Value::from(clause.id)))),
        ("counts", Value::Bool(claim.counts)),
    ])
}

fn act(act: &ActLine) -> Value {
    let home = act.after.as_ref().and_then(|after| after.home.as_deref());
    let sets = act.after.as_ref().map(|after| after.sets.as_slice()).unwrap_or_default();
    let title = act.after.as_ref().and_then(|after| after.title.as_deref());
    let mut members = vec![
        ("at", Value::from(act.at)),
        ("digest", Value::from(act.digest)),
        ("home", optional(home)),
        ("leafAt", Value::from(act.leaf_at)),
        ("op", Value::from(act.op.as_str())),
        ("phase", optional(act.after.as_ref().map(|after| after.phase))),
        ("provenance", Value::from(act.provenance)),
        ("seq", whole(act.seq)),
        ("sets", Value::array(sets.iter().map(|set| Value::from(*set)))),
        ("title", optional(title)),
    ];
    members.extend(act.index.map(|index| ("index", whole(index))));
    members.extend(act.final_by.map(|time| ("finalBy", Value::from(time))));
    members.extend(act.not_before.map(|time| ("notBefore", Value::from(time))));
    Value::object(members)
}

fn state(state: &State) -> Value {
    let control = state.home.as_deref().map_or(Value::Null, |home| {
        Value::object([
            ("home", Value::from(home)),
            ("parties", Value::array(state.parties.iter().map(|name| Value::from(name.as_str())))),
            ("sets", Value::array(state.sets.iter().map(|set| Value::from(*set)))),
        ])
    });
    let mut members = vec![
        ("control", control),
        ("phase", Value::from(state.phase)),
        ("title", optional(state.title.as_deref())),
    ];
    members.extend(state.as_of.map(|time| ("asOf", Value::from(time))));
    Value::object(members)
}

fn clause_row(clause: &Clause, verdict: &Verdict) -> Value {
    let outcome = clause.outcome(|code| verdict.claim(code).and_then(|claim| claim.outcome));
    Value::object([
        ("id", Value::from(clause.id)),
        ("requirement", Value::from(clause.requirement)),
        ("mletr", Value::from(clause.mletr)),
        ("uk", Value::from(clause.uk)),
        ("sg", Value::from(clause.sg)),
        ("claims", Value::array(clause.claims.iter().map(|code| Value::from(code.word())))),
        ("verdict", optional(outcome.map(Outcome::word))),
        ("unverified", Value::array(clause.unverified.iter().map(|law| Value::from(law.word())))),
        ("note", Value::from(clause.note)),
    ])
}

fn optional(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

fn whole(number: u64) -> Value {
    crypto::json::Number::from_integer(number).map_or(Value::Null, Value::Number)
}

/// The verdict as text, in the order in which a person asks: what it says, by which claims, under which clauses.
pub fn to_text(verdict: &Verdict) -> String {
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = write_text(&mut text, verdict);
    text
}

fn write_text(text: &mut String, verdict: &Verdict) -> std::fmt::Result {
    if verdict.test {
        writeln!(text, "TEST: keys were made from a seed; this proves nothing outside a test.")?;
    }
    if let Some(record) = verdict.record {
        writeln!(text, "record    {record}")?;
    }
    if let Some(origin) = &verdict.origin {
        writeln!(text, "log       {origin}")?;
    }
    if let (Some(law), Some(jurisdiction)) = (&verdict.law, &verdict.jurisdiction) {
        writeln!(text, "law       {law}; jurisdiction {jurisdiction}")?;
    }
    if let Some(state) = &verdict.state {
        writeln!(text, "state     {}", in_words(state, None))?;
    }
    if let Some(state) = &verdict.state_at {
        writeln!(text, "then      {}", in_words(state, verdict.asked.at))?;
    }
    if !verdict.trusted {
        writeln!(text, "no trust file: nothing here says whose log, witnesses and platforms these are")?;
    }
    writeln!(text)?;
    for claim in &verdict.claims {
        let outcome = claim.outcome.map_or("–", Outcome::word);
        let counts = if claim.counts || claim.outcome.is_none() { "" } else { " (does not count)" };
        writeln!(text, "{:14} {outcome:13} {}{counts}", claim.code, claim.reason)?;
    }
    writeln!(text)?;
    for clause in CLAUSES {
        let outcome = clause.outcome(|code| verdict.claim(code).and_then(|claim| claim.outcome));
        let outcome = outcome.map_or("–", Outcome::word);
        writeln!(text, "{:4} {outcome:13} {} [{}]", clause.id, clause.requirement, citations(clause))?;
        if outcome == "–" {
            writeln!(text, "{:18} {}", "", clause.note)?;
        }
    }
    writeln!(text)?;
    writeln!(text, "{}", conclusion(verdict))
}

fn in_words(state: &State, at: Option<Timestamp>) -> String {
    let control = match &state.home {
        None => "closed: nobody is in control".to_owned(),
        Some(home) => format!("{}: in control {} at {home}", state.phase, state.parties.join(", ")),
    };
    let title = state.title.as_deref().map_or_else(String::new, |title| format!("; title: {title}"));
    let time = state.as_of.map_or_else(
        || at.map_or_else(String::new, |at| format!(", at {at}")),
        |as_of| format!(", as of {as_of}"),
    );
    format!("{control}{title}{time}")
}

fn citations(clause: &Clause) -> String {
    let columns = [
        ("MLETR", crate::clause::Law::Mletr, clause.mletr),
        ("UK", crate::clause::Law::Uk, clause.uk),
        ("SG", crate::clause::Law::Sg, clause.sg),
    ];
    let cited = columns.into_iter().filter(|(_, _, text)| !text.is_empty()).map(|(name, law, text)| {
        let unverified = if clause.unverified.contains(&law) { " unverified" } else { "" };
        format!("{name} {text}{unverified}")
    });
    cited.collect::<Vec<_>>().join("; ")
}

/// The last line, with what to do next.
fn conclusion(verdict: &Verdict) -> &'static str {
    let fails = |code: Code| verdict.claim(code).is_some_and(|claim| claim.outcome == Some(Outcome::Fail));
    match verdict.exit() {
        0 => "PASS: every claim that counts is shown.",
        1 if fails(Code::Format) => {
            "FAIL: the file is damaged or was changed; get it again from where it came."
        }
        1 => "FAIL: do not act on this bundle; keep it, and ask its sender and the registry.",
        _ if !verdict.trusted => {
            "INDETERMINATE: give a trust file (--trust) that you have from someone you trust."
        }
        _ => "INDETERMINATE: what is not PASS above is not shown by this file.",
    }
}
