//! `twakow act …` and `twakow submit`: acts composed and signed on the holder's machine, and handed in.

use anyhow::{Context, Result};
use bill::{
    act::{Act as Signed, Body},
    words::{Controller, Op},
};
use crypto::json::{self, Limits, Value};
use node::{
    desk::{self, Particulars},
    platform::{ACTS, ENROL, hand_in_body},
};

use super::{Answer, intent::Intent, key};
use crate::{
    args::{Act, Submit},
    console::Console,
    corridor::{Corridor, NodeRefused},
    record::Record,
    world::World,
};

/// Bytes of an act file read at most.
pub(super) const ACT_FILE_BYTES_MAX: usize = 1024 * 1024;

/// An act that came back.
const RETURNED: &str = "returned";

/// Makes an act file.
pub(crate) fn run(command: Act, world: &mut World, console: &mut Console) -> Result<Answer> {
    let on = command.on();
    let signer = key::open(&on.key, world)?;
    let mut corridor = Corridor::open(&on.place, world, &[])?;
    let record = Record::read(&corridor.evidence(&on.bill, None, world)?)?;
    let by = match command {
        Act::Reclaim(_) => record.surrender().and_then(Signed::by).cloned(),
        _ => record.controller(),
    };
    let by = by.ok_or_else(|| desk::NOTHING_TO_ACT_ON.refuse())?;
    let intent = Intent::of(&command, &record, world)?;
    for line in &intent.told {
        console.say(format!("  {line}"));
    }
    let actor = record.party(by.sets.first().context("a controller without a key set")?)?;
    // The set may have been enrolled elsewhere: a holder speaks from where the bill is at home.
    let actor = at_home(actor, &by);
    let crossing = intent.action.to().is_some_and(|to| to.home != by.home);
    let transactions = intent.transactions(&actor, on.comments.as_deref(), world.now);
    let op = intent.action.op();
    let expires = desk::expiry(op, crossing, world.now);
    let head = record.head(by)?;
    let particulars = Particulars { transactions, more: intent.more };
    let signed =
        desk::step(&head, intent.action, expires, particulars, &signer, world.now, world.entropy.as_mut())?;
    let file = match &intent.successor {
        Some(successor) => {
            let acts = [signed.file(), successor.file()];
            hand_in_body(&acts, Some(successor.document().bytes()), successor.receivers())
        }
        None => hand_in_body(&[signed.file()], None, &intent.receivers),
    };
    console.line(String::from_utf8_lossy(&file))?;
    console.say(format!("made {} {}, to be admitted by {expires}", op.as_str(), signed.act.digest()));
    Ok(Answer::Yes)
}

fn at_home(party: Value, by: &Controller) -> Value {
    let Value::Object(mut members) = party else { return party };
    members.insert("eblPlatform", by.home.as_str());
    Value::Object(members)
}

/// The act file in what a command wrote: by itself, or the last of those that are handed in together.
pub(super) fn last_act(file: &Value) -> Result<(Signed, &Value)> {
    let handed_in = file.get("acts").and_then(Value::as_array);
    let one = handed_in.and_then(<[Value]>::last).unwrap_or(file);
    let text = one.get("act").and_then(Value::as_str).context("this is not an act file")?;
    Ok((Signed::parse(text.as_bytes())?, one))
}

/// Hands an act in and sees it through.
pub(crate) fn submit(command: &Submit, world: &mut World, console: &mut Console) -> Result<Answer> {
    let bytes = world.read(&command.act, ACT_FILE_BYTES_MAX)?;
    let file = json::parse(&bytes, &Limits::bytes(ACT_FILE_BYTES_MAX))?;
    let handed_in = file.get("acts").and_then(Value::as_array);
    let (act, one) = last_act(&file)?;
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
    if let Some(why) = why.or_else(|| (stage == RETURNED).then(String::new)) {
        let (code, sentence) = why.split_once(": ").unwrap_or((RETURNED, &why));
        let remedy = match stage.as_str() {
            RETURNED => "Nothing has changed hands. Mend what is named and make the act again.",
            _ => {
                "Nothing has changed hands, and nothing is on record: it may be admitted until it expires. Make another \
                  act in its place, or run `twakow corridor run` and ask again."
            }
        };
        let (code, sentence, remedy) = (code.to_owned(), sentence.to_owned(), remedy.to_owned());
        return Err(NodeRefused { code, sentence, remedy }.into());
    }
    if !console.json {
        let said = match (stage.as_str(), act.op()) {
            ("moved", Op::Move | Op::Issue | Op::Surrender) => "final: control has passed",
            ("moved", Op::Rehome) => "final: the bill is at home here",
            ("moved", _) => "final",
            _ => "on its way; nothing has changed hands yet: run `twakow corridor run`",
        };
        console.line(format!("{} {digest}: {said}", act.op().as_str()))?;
    }
    Ok(if stage == "moved" { Answer::Yes } else { Answer::Undecided })
}
