//! `twakow act …` and `twakow submit`: acts composed and signed on the holder's machine, and handed in.

use anyhow::{Context, Result, bail};
use bill::{
    act::{Act as Signed, Action, Body},
    words::{Controller, End, Op, Purpose},
};
use crypto::{
    Digest,
    json::{self, Limits, Object, Value},
};
use node::{
    desk::{self, Particulars},
    platform::{ACTS, ENROL, SetFile, hand_in_body},
};
use vocab::Timestamp;

use super::{Answer, corridor::SET_FILE_BYTES_MAX, key};
use crate::{
    args::{Act, ActOn, Ending, Endorse, For, Reason, Submit},
    console::Console,
    corridor::{Corridor, NodeRefused},
    record::Record,
    world::World,
};

/// Bytes of an act file read at most.
const ACT_FILE_BYTES_MAX: usize = 1024 * 1024;

/// Bytes of a file with the terms of a pledge at most.
const TERMS_BYTES_MAX: usize = 1024 * 1024;

/// An act that came back.
const RETURNED: &str = "returned";

/// What an act does, before it is composed.
struct Intent {
    action: Action,
    transactions: Vec<(&'static str, Option<Value>)>,
    reason: Option<&'static str>,
    /// Further members of the private part.
    more: Vec<(&'static str, Value)>,
    /// Key-set files of those to whom something is endorsed or handed.
    receivers: Vec<Value>,
}

/// Makes an act file.
pub(crate) fn run(command: Act, world: &mut World, console: &mut Console) -> Result<Answer> {
    let on = match &command {
        Act::Leave(on) | Act::Reclaim(on) | Act::Reject(on) | Act::Return(on) => on,
        Act::Close { on, .. } | Act::Move { on, .. } | Act::Note { on, .. } | Act::Surrender { on, .. } => on,
    };
    let signer = key::open(&on.key, world)?;
    let mut corridor = Corridor::open(&on.place, world, &[])?;
    let record = Record::read(&corridor.evidence(&on.bill, None, world)?)?;
    let by = match command {
        Act::Reclaim(_) => record.surrender().and_then(Signed::by).cloned(),
        _ => record.controller(),
    };
    let by = by.ok_or_else(|| desk::NOTHING_TO_ACT_ON.refuse())?;
    let intent = intent(&command, &record, world)?;
    let actor = record.party(by.sets.first().context("a controller without a key set")?)?;
    let transactions = intent
        .transactions
        .iter()
        .map(|(code, recipient)| transaction(code, &actor, recipient.as_ref(), &intent, on, world.now))
        .collect();
    let crossing = intent.action.to().is_some_and(|to| to.home != by.home);
    let op = intent.action.op();
    let expires = desk::expiry(op, crossing, world.now);
    let head = record.head(by)?;
    let particulars = Particulars { transactions, more: intent.more };
    let signed =
        desk::step(&head, intent.action, expires, particulars, &signer, world.now, world.entropy.as_mut())?;
    let file = hand_in_body(&[signed.file()], None, &intent.receivers);
    console.line(String::from_utf8_lossy(&file))?;
    console.say(format!("made {} {}, to be admitted by {expires}", op.as_str(), signed.act.digest()));
    Ok(Answer::Yes)
}

fn transaction(
    code: &str,
    actor: &Value,
    recipient: Option<&Value>,
    intent: &Intent,
    on: &ActOn,
    at: Timestamp,
) -> Value {
    let made = desk::transaction(code, actor, recipient, at);
    let Value::Object(mut members) = made else { return made };
    add(&mut members, "reasonCode", intent.reason);
    add(&mut members, "comments", on.comments.as_deref());
    Value::Object(members)
}

fn add(members: &mut Object, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        members.insert(name, text);
    }
}

fn intent(command: &Act, record: &Record, world: &World) -> Result<Intent> {
    let plain = |action, transactions| {
        Ok(Intent { action, transactions, reason: None, more: Vec::new(), receivers: Vec::new() })
    };
    match command {
        Act::Close { end, serial, statement, .. } => {
            let end = match end {
                Ending::Delivered => End::Delivered,
                Ending::Paper => End::Paper,
                Ending::Void => End::Void,
            };
            let more = to_paper(serial, statement.as_deref());
            let action = Action::Close { end, into: Vec::new() };
            let transactions = vec![("SACC", None)];
            Ok(Intent { action, transactions, reason: None, more, receivers: Vec::new() })
        }
        Act::Leave(_) => plain(Action::Leave, Vec::new()),
        Act::Move { to, endorse, terms, of_pledge, .. } => {
            let set = SetFile::read(&world.read(to, SET_FILE_BYTES_MAX)?)?;
            let mut transactions: Vec<_> =
                endorse.map(|how| endorsement(how, &set.party)).into_iter().collect();
            transactions.push(("TRANSFER", Some(set.party.clone())));
            let action = Action::Move { to: Controller::own(set.id, set.home) };
            let mut more = Vec::new();
            if let Some(terms) = terms {
                more.push(("terms", Value::from(Digest::of(&world.read(terms, TERMS_BYTES_MAX)?))));
            }
            if *of_pledge {
                let pledge = record.pledge().context("no move of this bill was a pledge")?;
                more.push(("pledge", Value::from(pledge)));
            }
            Ok(Intent { action, transactions, reason: None, more, receivers: vec![set.value] })
        }
        Act::Note { to, endorse, .. } => {
            let transactions = match (endorse, to) {
                (None, None) => vec![("SIGN", None)],
                (Some(Endorse::Blank), None) => vec![("BLANK_ENDORSE", None)],
                (Some(how), Some(to)) => {
                    let set = SetFile::read(&world.read(to, SET_FILE_BYTES_MAX)?)?;
                    let transactions = vec![endorsement(*how, &set.party)];
                    return Ok(Intent {
                        action: Action::Note,
                        transactions,
                        reason: None,
                        more: Vec::new(),
                        receivers: vec![set.value],
                    });
                }
                (Some(_), None) => bail!("an endorsement to somebody needs --to"),
                (None, Some(_)) => bail!("--to without --endorse says nothing"),
            };
            plain(Action::Note, transactions)
        }
        Act::Reclaim(_) => plain(Action::Reclaim, Vec::new()),
        Act::Reject(_) => {
            let sender =
                record.last()?.by().and_then(|by| by.sets.first()).context("nothing to send back")?;
            plain(Action::Reject, vec![("TRANSFER", Some(record.party(sender)?))])
        }
        Act::Return(_) => plain(Action::Return, vec![("SREJ", None)]),
        Act::Surrender { purpose, reason, answer_within, .. } => {
            surrender(*purpose, *reason, *answer_within, record, world)
        }
    }
}

/// What a close on paper says: how many originals, which, and that they replace the record.
fn to_paper(serials: &[String], statement: Option<&str>) -> Vec<(&'static str, Value)> {
    if serials.is_empty() && statement.is_none() {
        return Vec::new();
    }
    let mut sorted = serials.to_vec();
    sorted.sort_unstable();
    let originals = u32::try_from(sorted.len()).unwrap_or(u32::MAX);
    let members = Value::object([
        ("originals", Value::from(originals)),
        ("serials", Value::array(sorted.iter().map(String::as_str))),
        ("statement", Value::from(statement.unwrap_or_default())),
    ]);
    vec![("toPaper", members)]
}

fn endorsement(how: Endorse, to: &Value) -> (&'static str, Option<Value>) {
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
    Ok(Intent {
        action: Action::Surrender { to, purpose, answer_by },
        transactions: vec![(code, None)],
        reason,
        more: Vec::new(),
        receivers: Vec::new(),
    })
}

/// Hands an act in and sees it through.
pub(crate) fn submit(command: &Submit, world: &mut World, console: &mut Console) -> Result<Answer> {
    let bytes = world.read(&command.act, ACT_FILE_BYTES_MAX)?;
    let file = json::parse(&bytes, &Limits::bytes(ACT_FILE_BYTES_MAX))?;
    let handed_in = file.get("acts").and_then(Value::as_array);
    let one = handed_in.and_then(<[Value]>::last).unwrap_or(&file);
    let text = one.get("act").and_then(Value::as_str).context("this is not an act file")?;
    let act = Signed::parse(text.as_bytes())?;
    let mut corridor = Corridor::open(&command.place, world, &command.fault)?;
    let (path, body) = match (act.body(), handed_in) {
        (Body::Keyset(_) | Body::Rekey(_), _) => (ENROL, json::canonical(one)),
        (Body::Issue(_) | Body::Step(_), Some(_)) => (ACTS, json::canonical(&file)),
        (Body::Issue(_) | Body::Step(_), None) => (ACTS, hand_in_body(&[file], None, &[])),
    };
    corridor.ask(&command.at, path, &body, world)?;
    corridor.settle(world)?;
    report_stage(&mut corridor, &command.at, &act, world, console)
}

/// Says how far an act has come; one that was returned is refused.
pub(crate) fn report_stage(
    corridor: &mut Corridor,
    at: &str,
    act: &Signed,
    world: &mut World,
    console: &mut Console,
) -> Result<Answer> {
    let digest = act.digest().to_string();
    let (stage, why) = corridor.stage(at, &digest, world)?;
    if console.json {
        let why = why.as_deref().map_or(Value::Null, Value::from);
        console.json_line(&Value::object([
            ("act", Value::from(digest.as_str())),
            ("stage", Value::from(stage.as_str())),
            ("why", why),
        ]))?;
    }
    if stage == RETURNED {
        let why = why.unwrap_or_default();
        let (code, sentence) = why.split_once(": ").unwrap_or(("returned", &why));
        let remedy = "Nothing has changed hands. Mend what is named and make the act again.".to_owned();
        return Err(NodeRefused { code: code.to_owned(), sentence: sentence.to_owned(), remedy }.into());
    }
    if !console.json {
        let said = match (stage.as_str(), act.op()) {
            ("moved", Op::Move | Op::Issue | Op::Surrender) => "final: control has passed",
            ("moved", _) => "final",
            _ => "on its way; nothing has changed hands yet: run `twakow corridor run`",
        };
        console.line(format!("{} {digest}: {said}", act.op().as_str()))?;
    }
    Ok(if stage == "moved" { Answer::Yes } else { Answer::Undecided })
}
