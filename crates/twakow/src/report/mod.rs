//! The report: an evidence file drawn for people. It is never evidence; the file is.

pub(crate) mod face;
mod timeline;

use anyhow::Result;
use askama::Template;
use bill::words::Op;
use crypto::json::{self, Limits, Value};
use dcsa::document::DOCUMENT_BYTES_MAX;
use evidence::{
    claim::{Code, Outcome},
    clause::{CLAUSES, Clause, Law},
    verify::{ActLine, State, Verdict},
};

use self::{
    face::Face,
    timeline::{Mark, Picture, Span},
};
use crate::record::Record;

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    test: bool,
    overall: Overall,
    face: Face,
    law: String,
    jurisdiction: String,
    origin: String,
    record: String,
    picture: String,
    acts: Vec<ActRow>,
    claims: Vec<ClaimRow>,
    clauses: Vec<ClauseRow>,
    next: Vec<&'static str>,
}

struct Overall {
    class: &'static str,
    headline: &'static str,
    lines: Vec<String>,
}

struct ActRow {
    number: u64,
    word: &'static str,
    logged: String,
    certain: String,
    possession: String,
    title: String,
    provenance: &'static str,
}

struct ClaimRow {
    code: &'static str,
    class: &'static str,
    verdict: &'static str,
    subject: String,
    reason: String,
}

struct ClauseRow {
    id: &'static str,
    requirement: &'static str,
    mletr: String,
    uk: String,
    sg: String,
    class: &'static str,
    verdict: &'static str,
    note: &'static str,
}

/// The page about a bundle, by its verdict.
pub(crate) fn page(verdict: &Verdict, bundle: &[u8]) -> Result<String> {
    let record = Record::read(bundle)?;
    let document = json::parse(record.document()?, &Limits::bytes(DOCUMENT_BYTES_MAX))?;
    let part = |name: &str| {
        let found = record.issue_part().and_then(|part| part.get(name)).and_then(Value::as_str);
        found.unwrap_or("not shown in this file").to_owned()
    };
    let page = Page {
        test: verdict.test,
        overall: overall(verdict),
        face: Face::of(&document),
        law: part("law"),
        jurisdiction: part("jurisdiction"),
        origin: record.registry().map(|registry| registry.origin.clone()).unwrap_or_default(),
        record: verdict.record.map(|record| record.to_string()).unwrap_or_default(),
        picture: picture(verdict).svg(),
        acts: verdict.acts.iter().map(act_row).collect(),
        claims: verdict.claims.iter().map(claim_row).collect(),
        clauses: CLAUSES.iter().map(|clause| clause_row(clause, verdict)).collect(),
        next: next(verdict),
    };
    Ok(page.render()?)
}

fn overall(verdict: &Verdict) -> Overall {
    let mut lines = Vec::new();
    if let Some(state) = &verdict.state {
        lines.push(match &state.home {
            Some(home) => format!("Possession: {}, at platform {home}.", state.parties.join(", ")),
            None => "The record is closed: nobody has possession any more.".to_owned(),
        });
        lines.extend(state.title.as_ref().map(|title| format!("Title: {title}.")));
        lines.extend(state.as_of.map(|as_of| format!("Nothing came after, as of {as_of}.")));
    }
    if !verdict.trusted {
        lines.push(
            "No trust file was given: nothing here says whose log, witnesses and platforms these are."
                .to_owned(),
        );
    }
    let (class, headline) = match verdict.exit() {
        0 => ("pass", "Proved: every claim that counts is shown."),
        1 => ("fail", "Not to be relied on: a claim is contradicted."),
        _ => ("indeterminate", "Not decided: some claims cannot be shown from what was given."),
    };
    Overall { class, headline, lines }
}

fn act_row(act: &ActLine) -> ActRow {
    let certain = act.final_by.map_or_else(|| "not known".to_owned(), |time| time.to_string());
    let (possession, title) = act.after.as_ref().map(words).unwrap_or_default();
    let provenance = act.provenance;
    ActRow {
        number: act.seq,
        word: word(act.op),
        logged: act.leaf_at.to_string(),
        certain,
        possession,
        title,
        provenance: signed_by(provenance),
    }
}

fn signed_by(provenance: &str) -> &'static str {
    match provenance {
        "carrier_signed" => "the carrier",
        "holder_signed" => "the holder",
        _ => "a platform asserts it",
    }
}

fn words(state: &State) -> (String, String) {
    let possession = match &state.home {
        Some(home) => format!("{} ({home})", state.parties.join(", ")),
        None => "nobody: closed".to_owned(),
    };
    (possession, state.title.clone().unwrap_or_default())
}

/// What people call an act.
fn word(op: Op) -> &'static str {
    match op {
        Op::Adopt => "adopted",
        Op::Close => "closed",
        Op::Issue => "issued",
        Op::Keyset => "key set",
        Op::Leave => "leaving",
        Op::Move => "transferred",
        Op::Note => "noted",
        Op::Reclaim => "reclaimed",
        Op::Rehome => "re-homed",
        Op::Reject => "sent back",
        Op::Rekey => "new keys",
        Op::Return => "returned",
        Op::Surrender => "surrendered",
    }
}

fn picture(verdict: &Verdict) -> Picture {
    let mut picture = Picture { possession: Vec::new(), title: Vec::new(), marks: Vec::new(), as_of: None };
    let mut home: Option<&str> = None;
    for act in &verdict.acts {
        let now = act.after.as_ref().and_then(|after| after.home.as_deref());
        let crossing = home.is_some() && now.is_some() && home != now;
        home = now.or(home);
        picture.marks.push(Mark { at: act.leaf_at, word: word(act.op).to_owned(), crossing });
        let Some(after) = &act.after else { continue };
        let (possession, title) = words(after);
        stretch(&mut picture.possession, possession, act);
        stretch(&mut picture.title, if title.is_empty() { "not shown".to_owned() } else { title }, act);
    }
    picture.as_of = verdict.state.as_ref().and_then(|state| state.as_of);
    picture
}

fn stretch(lane: &mut Vec<Span>, who: String, act: &ActLine) {
    if let Some(last) = lane.last_mut() {
        if last.who == who {
            return;
        }
        last.until = Some(act.leaf_at);
    }
    lane.push(Span { who, from: act.leaf_at, until: None });
}

fn claim_row(claim: &evidence::claim::Claim) -> ClaimRow {
    ClaimRow {
        code: claim.code,
        class: class(claim.outcome),
        verdict: claim.outcome.map_or("–", Outcome::word),
        subject: claim.subject.clone().unwrap_or_default(),
        reason: claim.reason.clone(),
    }
}

const fn class(outcome: Option<Outcome>) -> &'static str {
    match outcome {
        Some(Outcome::Pass) => "pass",
        Some(Outcome::Fail) => "fail",
        Some(Outcome::Indeterminate) => "indeterminate",
        None => "soft",
    }
}

fn clause_row(clause: &Clause, verdict: &Verdict) -> ClauseRow {
    let outcome = clause.outcome(|code: Code| verdict.claim(code).and_then(|claim| claim.outcome));
    let cite = |law: Law, text: &str| match (text.is_empty(), clause.unverified.contains(&law)) {
        (true, _) => "–".to_owned(),
        (false, true) => format!("{text} (unverified)"),
        (false, false) => text.to_owned(),
    };
    ClauseRow {
        id: clause.id,
        requirement: clause.requirement,
        mletr: cite(Law::Mletr, clause.mletr),
        uk: cite(Law::Uk, clause.uk),
        sg: cite(Law::Sg, clause.sg),
        class: class(outcome),
        verdict: outcome.map_or("–", Outcome::word),
        note: clause.note,
    }
}

fn next(verdict: &Verdict) -> Vec<&'static str> {
    let closed = verdict.state.as_ref().is_some_and(|state| state.home.is_none());
    match (verdict.exit(), closed) {
        (1, _) => vec![
            "Do not act on this file. Keep it as it is.",
            "Ask its sender for a fresh export, and the registry whether it knows the record.",
        ],
        (0, true) => vec![
            "The record is closed: keep the evidence file and the trust file together, apart from this page.",
            "Years from now, check the file again with a verifier of that time.",
        ],
        (0, false) => vec![
            "Before paying or releasing, ask for a fresh export: this one is true as of its own time.",
            "Keep the evidence file and the trust file together, apart from this page.",
        ],
        _ => vec![
            "See which claims are INDETERMINATE above: each says what is missing.",
            "Most often it is the trust file, or a fresh export.",
        ],
    }
}
