//! What each `twakow act …` means: the action, DCSA's words for it, and what its private part says beside them.

use std::path::Path;

use anyhow::{Context, Result, bail};
use bill::{
    act::Action,
    words::{Controller, End, Purpose},
};
use crypto::{
    Digest,
    json::{Object, Value},
};
use dcsa::TransportDocument;
use node::{
    desk,
    platform::SetFile,
    proposal::{PROPOSAL_BYTES_MAX, Proposal},
};
use vocab::Timestamp;

use super::corridor::SET_FILE_BYTES_MAX;
use crate::{
    args::{Act, Ending, Endorse, For, Reason},
    changes,
    corridor::code_of,
    record::Record,
    world::World,
};

/// Bytes of a file with the terms of a pledge at most.
const TERMS_BYTES_MAX: usize = 1024 * 1024;

/// One of DCSA's words, and to whom it is said.
type Word = (&'static str, Option<Value>);

/// What an act does, before it is composed.
pub(crate) struct Intent {
    /// The action.
    pub(crate) action: Action,
    words: Vec<Word>,
    reason: Option<&'static str>,
    /// Further members of the private part.
    pub(crate) more: Vec<(&'static str, Value)>,
    /// Key-set files of those to whom something is endorsed or handed.
    pub(crate) receivers: Vec<Value>,
    /// The proposal that is handed in with a close.
    pub(crate) successor: Option<Proposal>,
    /// What the signer must have read.
    pub(crate) told: Vec<String>,
}

impl Intent {
    /// An act that says no more than DCSA's words do.
    fn plain(action: Action, words: Vec<Word>) -> Self {
        let (more, receivers, told) = (Vec::new(), Vec::new(), Vec::new());
        Self { action, words, reason: None, more, receivers, successor: None, told }
    }

    /// What a command means on a record.
    pub(crate) fn of(command: &Act, record: &Record, world: &World) -> Result<Self> {
        match command {
            Act::Close { end, into, serial, statement, .. } => {
                let paper = to_paper(serial, statement.as_deref());
                close(*end, into.as_deref(), paper, record, world)
            }
            Act::Leave(_) => Ok(Self::plain(Action::Leave, Vec::new())),
            Act::Move { to, endorse, terms, of_pledge, .. } => {
                hand_over(to, *endorse, terms.as_deref(), *of_pledge, record, world)
            }
            Act::Nominate { to, .. } => {
                let set = set_file(to, world)?;
                let more = vec![("nominee", set.party)];
                Ok(Self { more, receivers: vec![set.value], ..Self::plain(Action::Note, Vec::new()) })
            }
            Act::Note { to, endorse, .. } => note(to.as_deref(), *endorse, world),
            Act::Pledge { terms, .. } => {
                Ok(Self { more: vec![terms_of(terms, world)?], ..Self::plain(Action::Note, Vec::new()) })
            }
            Act::Reclaim(_) => Ok(Self::plain(Action::Reclaim, Vec::new())),
            Act::Rehome { to, .. } => {
                let by = record.controller().ok_or_else(|| desk::NOTHING_TO_ACT_ON.refuse())?;
                Ok(Self::plain(Action::Rehome { to: by.at(code_of(to)?) }, Vec::new()))
            }
            Act::Reject(_) => {
                let sender =
                    record.last()?.by().and_then(|by| by.sets.first()).context("nothing to send back")?;
                Ok(Self::plain(Action::Reject, vec![("TRANSFER", Some(record.party(sender)?))]))
            }
            Act::Return(_) => Ok(Self::plain(Action::Return, vec![("SREJ", None)])),
            Act::Surrender { purpose, reason, agree, of_pledge, answer_within, .. } => {
                let mut intent = surrender(*purpose, *reason, *answer_within, record, world)?;
                if *of_pledge {
                    intent.more.push(pledge_of(record)?);
                }
                if let Some(file) = agree {
                    intent.agree(file, record, world)?;
                }
                Ok(intent)
            }
            Act::Withdraw(_) => {
                let more = vec![("withdraw", Value::from(true))];
                Ok(Self { more, ..Self::plain(Action::Note, Vec::new()) })
            }
        }
    }

    /// The DCSA Transactions, as `actor` says them at `at`.
    pub(crate) fn transactions(&self, actor: &Value, comments: Option<&str>, at: Timestamp) -> Vec<Value> {
        let said = |(code, recipient): &Word| {
            let made = desk::transaction(code, actor, recipient.as_ref(), at);
            let Value::Object(mut members) = made else { return made };
            add(&mut members, "reasonCode", self.reason);
            add(&mut members, "comments", comments);
            Value::Object(members)
        };
        self.words.iter().map(said).collect()
    }

    /// The surrender is for this proposal, and its signer is told what differs.
    fn agree(&mut self, file: &Path, record: &Record, world: &World) -> Result<()> {
        let proposal = proposal_for(file, record, world)?;
        let before = TransportDocument::read(record.document()?)?;
        self.told.push(format!("agreeing to {}, which differs in:", proposal.act().digest()));
        let changes = changes::between(before.value(), proposal.document().value());
        self.told.extend(changes.iter().map(ToString::to_string));
        let part = proposal.part()?;
        for name in ["law", "jurisdiction"] {
            let text = |part: Option<&Value>| {
                part.and_then(|part| part.get(name)).and_then(Value::as_str).map(str::to_owned)
            };
            let (old, new) = (text(record.issue_part()), text(Some(&part)));
            if old != new {
                let side = |text: Option<String>| text.unwrap_or_else(|| "absent".to_owned());
                self.told.push(format!("{name}: {} -> {}", side(old), side(new)));
            }
        }
        let agreed = Value::array([Value::from(proposal.act().digest())]);
        self.more.push(("successors", agreed));
        Ok(())
    }
}

fn add(members: &mut Object, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        members.insert(name, text);
    }
}

fn set_file(file: &Path, world: &World) -> Result<SetFile> {
    Ok(SetFile::read(&world.read(file, SET_FILE_BYTES_MAX)?)?)
}

fn terms_of(file: &Path, world: &World) -> Result<(&'static str, Value)> {
    Ok(("terms", Value::from(Digest::of(&world.read(file, TERMS_BYTES_MAX)?))))
}

fn pledge_of(record: &Record) -> Result<(&'static str, Value)> {
    Ok(("pledge", Value::from(record.pledge()?.ok_or_else(|| bill::refusals::NO_SUCH_PLEDGE.refuse())?)))
}

/// A proposal, if it takes this record's place.
fn proposal_for(file: &Path, record: &Record, world: &World) -> Result<Proposal> {
    let proposal = Proposal::read(&world.read(file, PROPOSAL_BYTES_MAX)?)?;
    proposal.replaces(&record.id(), &record.issuer().context("the record has no issuer")?)?;
    Ok(proposal)
}

fn close(
    end: Ending,
    into: Option<&Path>,
    paper: Option<(&'static str, Value)>,
    record: &Record,
    world: &World,
) -> Result<Intent> {
    let successor = into.map(|file| proposal_for(file, record, world)).transpose()?;
    let end = match end {
        Ending::Delivered => End::Delivered,
        Ending::Paper => End::Paper,
        Ending::Replaced => End::Replaced,
        Ending::Void => End::Void,
    };
    let into = successor.iter().map(|successor| successor.act().digest()).collect();
    let more = paper.into_iter().collect();
    Ok(Intent { more, successor, ..Intent::plain(Action::Close { end, into }, vec![("SACC", None)]) })
}

fn hand_over(
    to: &Path,
    endorse: Option<Endorse>,
    terms: Option<&Path>,
    of_pledge: bool,
    record: &Record,
    world: &World,
) -> Result<Intent> {
    let set = set_file(to, world)?;
    let mut words: Vec<_> = endorse.map(|how| endorsement(how, &set.party)).into_iter().collect();
    words.push(("TRANSFER", Some(set.party.clone())));
    let mut more: Vec<_> = terms.map(|file| terms_of(file, world)).transpose()?.into_iter().collect();
    if of_pledge {
        more.push(pledge_of(record)?);
    }
    let action = Action::Move { to: Controller::own(set.id, set.home) };
    Ok(Intent { more, receivers: vec![set.value], ..Intent::plain(action, words) })
}

fn note(to: Option<&Path>, endorse: Option<Endorse>, world: &World) -> Result<Intent> {
    let (words, receivers) = match (endorse, to) {
        (None, None) => (vec![("SIGN", None)], Vec::new()),
        (Some(Endorse::Blank), None) => (vec![("BLANK_ENDORSE", None)], Vec::new()),
        (Some(how), Some(to)) => {
            let set = set_file(to, world)?;
            (vec![endorsement(how, &set.party)], vec![set.value])
        }
        (Some(_), None) => bail!("an endorsement to somebody needs --to"),
        (None, Some(_)) => bail!("--to without --endorse says nothing"),
    };
    Ok(Intent { receivers, ..Intent::plain(Action::Note, words) })
}

/// What a close on paper says: how many originals, which, and that they replace the record.
fn to_paper(serials: &[String], statement: Option<&str>) -> Option<(&'static str, Value)> {
    if serials.is_empty() && statement.is_none() {
        return None;
    }
    let mut sorted = serials.to_vec();
    sorted.sort_unstable();
    let originals = u32::try_from(sorted.len()).unwrap_or(u32::MAX);
    let members = Value::object([
        ("originals", Value::from(originals)),
        ("serials", Value::array(sorted.iter().map(String::as_str))),
        ("statement", Value::from(statement.unwrap_or_default())),
    ]);
    Some(("toPaper", members))
}

fn endorsement(how: Endorse, to: &Value) -> Word {
    match how {
        Endorse::Named => ("ENDORSE", Some(to.clone())),
        Endorse::ToOrder => ("ENDORSE_TO_ORDER", Some(to.clone())),
        Endorse::Blank => ("BLANK_ENDORSE", None),
    }
}

fn surrender(
    purpose: For,
    reason: Option<Reason>,
    answer_within: u64,
    record: &Record,
    world: &World,
) -> Result<Intent> {
    let (purpose, code) = match purpose {
        For::Delivery => (Purpose::Delivery, "SURRENDER_FOR_DELIVERY"),
        For::Amendment => (Purpose::Amendment, "SURRENDER_FOR_AMENDMENT"),
        For::Cancel => (Purpose::Cancel, "SURRENDER_FOR_AMENDMENT"),
    };
    let reason = reason.map(|reason| match reason {
        Reason::Cod => "COD",
        Reason::Swi => "SWI",
        Reason::Swtp => "SWTP",
    });
    let to = record.issuer().context("the record has no issuer")?;
    let answer_by = Some(world.now.plus(std::time::Duration::from_secs(answer_within * 86_400)));
    let action = Action::Surrender { to, purpose, answer_by };
    Ok(Intent { reason, ..Intent::plain(action, vec![(code, None)]) })
}
