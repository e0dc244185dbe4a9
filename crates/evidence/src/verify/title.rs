//! Title and medium, replayed from document and details (docs/control.md sections 5 and 11): claims TITLE and MEDIUM.

use std::collections::BTreeSet;

use bill::{
    act::{Action, Body},
    consent::Consented,
    details::{ActionCode, BillDetails, Details as Parsed, DetailsBody, Reason},
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
    consents,
    log::LogView,
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
pub(crate) fn replay(reading: &Reading, log: &LogView<'_>) -> Titles {
    let mut after = Vec::with_capacity(reading.acts.len());
    let title = replay_title(reading, log, &mut after).unwrap_or_else(|found| found);
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

fn replay_title(
    reading: &Reading,
    log: &LogView<'_>,
    after: &mut Vec<Option<String>>,
) -> Result<Found, Found> {
    let (face, mut open) = match reading.document.as_ref().map(face) {
        Some(Some(face)) => (Some(face), None),
        Some(None) => (None, Some(Found::unknown("the document does not say to whom it is"))),
        None => (None, Some(Found::unknown("the document is left out"))),
    };
    let mut title: Option<Title> = None;
    for (nth, file) in reading.acts.iter().enumerate() {
        let before = if nth == 0 { Before::Issue(face.as_ref()) } else { Before::Act(title.as_ref()) };
        let (next, unseen) =
            take(reading, log, (nth, file), before).map_err(|found| found.of(format_args!("act {nth}")))?;
        open = open.or(unseen.map(|found| found.of(format_args!("act {nth}"))));
        after.push(next.as_ref().filter(|_| open.is_none()).map(Title::sentence));
        title = next;
    }
    let sentence = title.map_or_else(|| "there is no act".to_owned(), |title| title.sentence());
    Ok(open.unwrap_or_else(|| Found::pass(sentence)))
}

/// What an act is read after.
enum Before<'a> {
    /// The document's face, where it says enough.
    Issue(Option<&'a Face>),
    /// The title after the act before, where it is known.
    Act(Option<&'a Title>),
}

/// The title after an act, and what cannot be said of it. Where the title before, a party or the private part is not known,
/// what is asked of the act whatever the title was is asked all the same, and the title afterwards is not known. An act that
/// rests on a consent which the bundle does not show is read as if it were given.
fn take(
    reading: &Reading,
    log: &LogView<'_>,
    (nth, file): (usize, &ActFile),
    before: Before<'_>,
) -> Result<(Option<Title>, Option<Found>), Found> {
    let Some(own) = &file.signed.details else {
        return Ok((None, Some(Found::unknown("its details are left out"))));
    };
    let read = Parsed::parse(own.text.as_bytes()).map_err(|why| Found::fail_for(&why))?;
    let said = words(&read, file)?;
    let consents = consents::of_act(reading, log, (nth, file), said)?;
    let by = behind(reading, file.act.by().and_then(|by| by.sets.first()))?;
    let receiving = receiving_set(reading, file);
    let to = behind(reading, receiving)?;
    let signer_unknown = || Found::unknown("the party behind its set is not in the bundle");
    let receiver_unknown = || Found::unknown("the party behind the set that receives is not in the bundle");
    let step = match file.act.body() {
        Body::Issue(_) => {
            title::check_issue_form(said, by.as_ref(), to.as_ref()).map_err(|why| refused(&why))?;
            let Before::Issue(Some(face)) = before else { return Ok((None, None)) };
            let Some(by) = by else { return Ok((None, Some(signer_unknown()))) };
            let Some(to) = to else { return Ok((None, Some(receiver_unknown()))) };
            let retitled = title::check_issue_alone(said, face, (&by, &to)).map_err(|why| refused(&why))?;
            return Ok((Some(title::apply(retitled)), None));
        }
        Body::Step(step) => step,
        Body::Keyset(_) | Body::Rekey(_) => {
            return Ok((None, Some(Found::unknown("an act that does not follow a bill's"))));
        }
    };
    title::check_form(&step.action, said, by.as_ref(), to.as_ref()).map_err(|why| refused(&why))?;
    let Some(by) = by else { return Ok((None, Some(signer_unknown()))) };
    if to.is_none() && needs_receiver(&step.action, said, receiving.is_some()) {
        return Ok((None, Some(receiver_unknown())));
    }
    let Before::Act(Some(title)) = before else { return Ok((None, None)) };
    // A reject that rejects nothing is CONTROL-RULES' to say.
    if step.action == Action::Reject && receiving.is_none() {
        return Ok((Some(title.clone()), None));
    }
    // Whether all acts are about one document is DOCUMENT's.
    let said = BillDetails { document: title.document(), ..said.clone() };
    let (act, action, to) = (file.act.digest(), &step.action, to.as_ref());
    let deed = Deed { act, action, by: &by, to, details: &said, consents: &consents.shown };
    let (title, open) = follow(title, &deed, consents.unseen)?;
    Ok((Some(title), open))
}

/// The title after an act that follows another: what is refused with every consent is broken; what is refused only without
/// one that the bundle does not show cannot be said.
fn follow(title: &Title, deed: &Deed<'_>, unseen: bool) -> Result<(Title, Option<Found>), Found> {
    let judge = |given, details: &BillDetails| {
        let policy = Policy { cited_consents_given: given, ..Policy::default() };
        title::check_alone(title, &Deed { details, ..*deed }, policy)
    };
    let next = match judge(unseen, deed.details) {
        Ok(retitled) => title::apply(retitled),
        // A reject that rejects nothing is CONTROL-RULES' to say.
        Err(why) if why.code() == NOTHING_TO_REJECT.code => title.clone(),
        Err(why) => return Err(refused(&why)),
    };
    if !unseen {
        return Ok((next, None));
    }
    let consents = deed.consents.iter().map(Consented::digest).collect();
    let alone = judge(false, &BillDetails { consents, ..deed.details.clone() }).err();
    let needed = alone.filter(|why| why.code() == CONSENT_NEEDED.code);
    Ok((next, needed.map(|why| Found::unknown_for(&why))))
}

fn refused(why: &Refusal) -> Found {
    if [FACE_INCOMPLETE.code, NOT_YET.code].contains(&why.code()) {
        return Found::unknown_for(why);
    }
    Found::fail_for(why)
}

/// What the details say. An act without a word of DCSA's is read as it stands; one with words has those of its kind.
/// Whether they are the details that the act names is DOCUMENT's to say.
fn words<'a>(read: &'a Parsed, file: &ActFile) -> Result<&'a BillDetails, Found> {
    let DetailsBody::Bill(said) = read.body() else {
        return Err(Found::fail_for(&DETAILS_NOT_THE_ACTS.because("they are a key set's")));
    };
    if !said.dcsa.is_empty() {
        said.check_words(&file.act).map_err(|why| Found::fail_for(&why))?;
    }
    Ok(said)
}

/// Whether it matters who receives: to a move in any case, to others where their words name a recipient.
fn needs_receiver(action: &Action, said: &BillDetails, names_one: bool) -> bool {
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
        | Action::Surrender { .. } => {
            names_one && said.dcsa.iter().any(|said| said.action == ActionCode::Transfer)
        }
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
