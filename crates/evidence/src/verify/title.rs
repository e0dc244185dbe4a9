//! Title and medium, replayed from document and details (docs/control.md sections 5 and 11): claims TITLE and MEDIUM.

use std::collections::BTreeSet;

use bill::{
    act::{Action, Body},
    details::{BillDetails, Details as Parsed, DetailsBody, Reason},
    party::Party,
    refusals::{
        CONSENT_NEEDED, DETAILS_NOT_THE_ACTS, FACE_INCOMPLETE, NOT_YET, NOTHING_TO_REJECT, PAPER_NOT_ASKED,
    },
    title::{self, Deed, Face, Policy, Title},
    words::{End, Op},
};
use crypto::{Digest, json::Value};
use vocab::Refusal;

use super::{
    reading::{ActFile, Details, Reading},
    sets,
};
use crate::claim::Found;

/// What the replay gave.
pub(crate) struct Titles {
    /// TITLE, by itself.
    pub(crate) title: Found,
    /// MEDIUM, by itself; `None` when nothing changes its medium.
    pub(crate) medium: Option<Found>,
    /// What the endorsements say after each act, in words, as far as the rules hold.
    pub(crate) after: Vec<Option<String>>,
}

/// Replays title and medium.
pub(crate) fn replay(reading: &Reading) -> Titles {
    let mut after = Vec::with_capacity(reading.acts.len());
    let title = replay_title(reading, &mut after).unwrap_or_else(|found| found);
    after.resize(reading.acts.len(), None);
    Titles { title, medium: medium(reading), after }
}

/// What the document's face says of title; `None` where it does not say enough.
fn face(document: &Value) -> Option<Face> {
    let parties = document.get("documentParties");
    let party = |name| parties.and_then(|parties| parties.get(name)).map(Party::of).transpose();
    let to_order = document.get("isToOrder")?.as_bool()?;
    Some(Face { to_order, consignee: party("consignee").ok()?, endorsee: party("endorsee").ok()? })
}

fn replay_title(reading: &Reading, after: &mut Vec<Option<String>>) -> Result<Found, Found> {
    let document = reading.document.as_ref().ok_or_else(|| Found::unknown("the document is left out"))?;
    let face = face(document).ok_or_else(|| Found::unknown("the document does not say to whom it is"))?;
    let mut title: Option<Title> = None;
    let mut unseen: Option<Found> = None;
    for (nth, file) in reading.acts.iter().enumerate() {
        let (next, consented) = take(reading, file, title.as_ref(), &face)
            .map_err(|found| found.of(format_args!("act {nth}")))?;
        unseen = unseen.or(consented.map(|found| found.of(format_args!("act {nth}"))));
        after.push(unseen.is_none().then(|| next.sentence()));
        title = Some(next);
    }
    let title = title.ok_or_else(|| Found::unknown("there is no act"))?;
    Ok(unseen.unwrap_or_else(|| Found::pass(title.sentence())))
}

/// The title after an act, and what cannot be said where it rests on a consent that it cites: a bundle shows none, and a
/// digest does not say whose it is. The acts after it are read as if it were given.
fn take(
    reading: &Reading,
    file: &ActFile,
    before: Option<&Title>,
    face: &Face,
) -> Result<(Title, Option<Found>), Found> {
    let own = details(file)?;
    let read = Parsed::parse(own.text.as_bytes()).map_err(|why| Found::fail_for(&why))?;
    let said = words(&read, file)?;
    let by = file.act.by().and_then(|by| by.sets.first());
    let by = behind(reading, by)?
        .ok_or_else(|| Found::unknown("the party behind its set is not in the bundle"))?;
    let to = behind(reading, receiving_set(reading, file))?;
    // Whether all acts are about one document is DOCUMENT's.
    let document = before.map_or(said.document, Title::document);
    let said = BillDetails { document, ..said.clone() };
    match (before, file.act.body()) {
        (None, _) => {
            let to = to.ok_or_else(receiver_unknown)?;
            let retitled = title::check_issue_alone(&said, face, (&by, &to));
            retitled.map(|retitled| (title::apply(retitled), None)).map_err(|why| refused(&why))
        }
        (Some(title), Body::Step(step)) => {
            if needs_receiver(&step.action) && to.is_none() {
                return Err(receiver_unknown());
            }
            let (act, action, to) = (file.act.digest(), &step.action, to.as_ref());
            follow(title, &Deed { act, action, by: &by, to, details: &said, consents: &[] })
        }
        (Some(_), Body::Issue(_) | Body::Keyset(_) | Body::Rekey(_)) => {
            Err(Found::unknown("an act that does not follow a bill's"))
        }
    }
}

/// The title after an act that follows another: what is refused with every consent is broken; what is refused only without
/// one cannot be said.
fn follow(title: &Title, deed: &Deed<'_>) -> Result<(Title, Option<Found>), Found> {
    let given = Policy { cited_consents_given: true, ..Policy::default() };
    let next = match title::check_alone(title, deed, given) {
        Ok(retitled) => title::apply(retitled),
        // A reject that rejects nothing is CONTROL-RULES' to say.
        Err(why) if why.code() == NOTHING_TO_REJECT.code => title.clone(),
        Err(why) => return Err(refused(&why)),
    };
    let alone = BillDetails { consents: Vec::new(), ..deed.details.clone() };
    let alone = title::check_alone(title, &Deed { details: &alone, ..*deed }, Policy::default());
    Ok((
        next,
        alone.err().filter(|why| why.code() == CONSENT_NEEDED.code).map(|why| Found::unknown_for(&why)),
    ))
}

fn refused(why: &Refusal) -> Found {
    if [FACE_INCOMPLETE.code, NOT_YET.code].contains(&why.code()) {
        return Found::unknown_for(why);
    }
    Found::fail_for(why)
}

fn receiver_unknown() -> Found {
    Found::unknown("the party behind the set that receives is not in the bundle")
}

/// What the details say. An act without a word of DCSA's is read as it stands; one with words has those of its kind.
fn words<'a>(read: &'a Parsed, file: &ActFile) -> Result<&'a BillDetails, Found> {
    match read.body() {
        DetailsBody::Bill(said) if said.dcsa.is_empty() => Ok(said),
        DetailsBody::Bill(_) | DetailsBody::Set(_) => read.of_act(&file.act).map_err(|why| {
            // Details that are not the act's are DOCUMENT's to say.
            let others = why.code() == DETAILS_NOT_THE_ACTS.code;
            if others { Found::unknown_for(&why) } else { Found::fail_for(&why) }
        }),
    }
}

/// Whether the words of an act of this kind say to whom it goes.
const fn needs_receiver(action: &Action) -> bool {
    match action {
        Action::Move { .. } => true,
        Action::Adopt { .. }
        | Action::Close { .. }
        | Action::Leave
        | Action::Note
        | Action::Reclaim
        | Action::Rehome { .. }
        | Action::Reject
        | Action::Return
        | Action::Surrender { .. } => false,
    }
}

/// The party behind a set, as it was enrolled; `None` when the bundle does not say.
fn behind(reading: &Reading, set: Option<&Digest>) -> Result<Option<Party>, Found> {
    let party = set.and_then(|set| sets::party(reading, set));
    party.map(|party| Party::of(party).map_err(|why| Found::fail_for(&why))).transpose()
}

/// The set that is in control afterwards, where another is.
fn receiving_set<'a>(reading: &'a Reading, file: &'a ActFile) -> Option<&'a Digest> {
    let controller = match file.act.op() {
        // Back to whoever handed it over: the one who signed the move before.
        Op::Reject => {
            let before = usize::try_from(file.act.seq()).ok()?.checked_sub(1)?;
            reading.acts.get(before).filter(|before| before.act.op() == Op::Move)?.act.by()
        }
        _ => file.act.to(),
    };
    controller?.sets.first()
}

fn details(file: &ActFile) -> Result<&Details, Found> {
    file.signed.details.as_ref().ok_or_else(|| Found::unknown("its details are left out"))
}

/// MEDIUM, by itself.
fn medium(reading: &Reading) -> Option<Found> {
    let mut found: Option<Found> = None;
    for (nth, file) in reading.acts.iter().enumerate() {
        let one = match file.act.body() {
            Body::Issue(issue) if !issue.from.is_empty() => from_before(file),
            Body::Step(step) => match &step.action {
                Action::Close { end: End::Paper, .. } => to_paper(reading, nth, file),
                Action::Close { end: End::Replaced, into } => agreed(reading, nth, into),
                _ => continue,
            },
            _ => continue,
        };
        let one = one.unwrap_or_else(|found| found).of(format_args!("act {nth}"));
        let so_far = found.unwrap_or_else(|| Found::pass("the statements that a change needs are there"));
        found = Some(so_far.and(one));
    }
    found
}

/// How many originals a statement names: each serial once, and a statement in words.
fn originals(paper: &Value) -> Option<usize> {
    let listed = paper.get("serials")?.as_array()?;
    let serials: BTreeSet<&str> = listed.iter().map(Value::as_str).collect::<Option<_>>()?;
    let said = paper.get("statement")?.as_str().is_some_and(|text| !text.is_empty());
    (said && !listed.is_empty() && serials.len() == listed.len()).then_some(listed.len())
}

fn to_paper(reading: &Reading, nth: usize, file: &ActFile) -> Result<Found, Found> {
    let said = details(surrendered(reading, nth)?)?.value.get("dcsa").and_then(Value::as_array);
    let reason = said.and_then(|said| said.first()).and_then(|said| said.get("reasonCode"));
    if reason.and_then(Value::as_str) != Some(Reason::SwitchToPaper.as_str()) {
        return Err(Found::fail_for(&PAPER_NOT_ASKED.refuse()));
    }
    let paper = details(file)?.value.get("toPaper");
    let stated = paper.and_then(|paper| paper.get("originals")).and_then(Value::as_integer);
    match paper.and_then(originals).filter(|count| stated == u64::try_from(*count).ok()) {
        Some(count) => Ok(Found::pass(format!("{count} originals"))),
        None => Err(Found::fail("closed to paper without serials and the statement of replacement")),
    }
}

/// A record that takes the place of paper says what became of it; of a record in the log, that record's bundle does.
fn from_before(file: &ActFile) -> Result<Found, Found> {
    let Some(paper) = details(file)?.value.get("fromPaper") else {
        return Ok(Found::pass("the predecessor's own bundle shows how it ended"));
    };
    let scans = paper.get("scans").and_then(Value::as_array).map_or(0, <[Value]>::len);
    let destroyed = paper.get("attestation").and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    match originals(paper) {
        Some(count) if scans == count && destroyed => {
            Ok(Found::pass(format!("in place of {count} originals")))
        }
        _ => Err(Found::fail(
            "in place of paper without serials, scans, attestation and statement for each original",
        )),
    }
}

/// The last surrender before an act.
fn surrendered(reading: &Reading, nth: usize) -> Result<&ActFile, Found> {
    let earlier = reading.acts.get(..nth).unwrap_or_default();
    let surrender = earlier.iter().rev().find(|file| file.act.op() == Op::Surrender);
    surrender.ok_or_else(|| Found::fail("nothing was surrendered"))
}

/// The surrender named the successors that the close names.
fn agreed(reading: &Reading, nth: usize, into: &[Digest]) -> Result<Found, Found> {
    let named = details(surrendered(reading, nth)?)?
        .value
        .get("successors")
        .and_then(Value::as_array)
        .unwrap_or_default();
    let named: BTreeSet<String> = named.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if named == into.iter().map(ToString::to_string).collect() {
        Ok(Found::pass("the agreed successors"))
    } else {
        Err(Found::fail("the successors are not those that the surrender agreed to"))
    }
}
