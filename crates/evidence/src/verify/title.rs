//! Title and medium, replayed from document and details (docs/control.md sections 5 and 11): claims TITLE and MEDIUM.

use std::collections::BTreeSet;

use bill::{
    act::{Action, Body},
    words::{End, Op},
};
use crypto::json::Value;

use super::{
    document::same_party,
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
    let title = match replay_title(reading, &mut after) {
        Ok(title) => Found::pass(title.in_words()),
        Err(found) => found,
    };
    after.resize(reading.acts.len(), None);
    Titles { title, medium: medium(reading), after }
}

/// Who may claim delivery, by the document's face and its endorsements.
#[derive(Clone)]
enum Title<'a> {
    /// Anybody who has it.
    Blank,
    /// This party, who endorses no further.
    Named(&'a Value),
    /// To order of this party.
    Order(&'a Value),
    /// This consignee; it is not endorsed at all.
    Straight(&'a Value),
}

/// An endorsement as it would leave the title.
#[derive(Clone)]
struct Endorsement<'a>(Title<'a>);

impl<'a> Title<'a> {
    fn of(document: &'a Value) -> Option<Self> {
        let parties = document.get("documentParties");
        match document.get("isToOrder")?.as_bool()? {
            true => {
                Some(parties.and_then(|parties| parties.get("endorsee")).map_or(Self::Blank, Self::Order))
            }
            false => parties?.get("consignee").map(Self::Straight),
        }
    }

    fn in_words(&self) -> String {
        let name =
            |party: &Value| party.get("partyName").and_then(Value::as_str).unwrap_or("(no name)").to_owned();
        match self {
            Self::Blank => "in blank: whoever is in possession".to_owned(),
            Self::Named(party) => format!("named endorsee {}", name(party)),
            Self::Order(party) => format!("to order of {}", name(party)),
            Self::Straight(party) => format!("straight to {}", name(party)),
        }
    }

    /// Whether this party, being in possession, may endorse.
    fn may_endorse(&self, actor: &Value) -> bool {
        match self {
            Self::Blank => true,
            Self::Order(party) => same_party(party, actor),
            Self::Named(_) | Self::Straight(_) => false,
        }
    }

    /// Whether this party, being in possession, may surrender; `first` is the first holder.
    fn may_surrender(&self, actor: &Value, first: Option<&Value>) -> bool {
        match self {
            Self::Blank => true,
            Self::Named(party) | Self::Order(party) => same_party(party, actor),
            Self::Straight(party) => {
                same_party(party, actor) || first.is_some_and(|first| same_party(first, actor))
            }
        }
    }
}

/// The title between two acts.
struct State<'a> {
    title: Title<'a>,
    /// An endorsement that waits for the endorser's next move.
    noted: Option<Endorsement<'a>>,
    /// The title before the last move and what waited then, while the move may be rejected.
    before_move: Option<(Title<'a>, Option<Endorsement<'a>>)>,
    first_holder: Option<&'a Value>,
}

fn replay_title<'a>(reading: &'a Reading, after: &mut Vec<Option<String>>) -> Result<Title<'a>, Found> {
    let document = reading.document.as_ref().ok_or_else(|| Found::unknown("the document is left out"))?;
    let face =
        Title::of(document).ok_or_else(|| Found::unknown("the document does not say to whom it is"))?;
    let mut state = State { title: face, noted: None, before_move: None, first_holder: None };
    for (nth, file) in reading.acts.iter().enumerate() {
        state.take(reading, file).map_err(|found| found.of(format_args!("act {nth}")))?;
        after.push(Some(state.title.in_words()));
    }
    Ok(state.title)
}

impl<'a> State<'a> {
    fn take(&mut self, reading: &'a Reading, file: &'a ActFile) -> Result<(), Found> {
        let details = details(file)?;
        let party = |set: Option<&crypto::Digest>| set.and_then(|set| sets::party(reading, set));
        let controller = party(file.act.by().and_then(|by| by.sets.first()));
        let actor =
            controller.ok_or_else(|| Found::unknown("the party behind its set is not in the bundle"))?;
        let transactions = details.value.get("dcsa").and_then(Value::as_array).unwrap_or_default();
        let receiver = party(receiving_set(reading, file));
        let delivers = file.act.op() != Op::Reject || rejected(reading, file).is_some();
        let mut endorsement = None;
        for transaction in transactions {
            if delivers {
                goes_to(transaction, receiver)?;
            }
            if !transaction.get("actor").is_some_and(|named| same_party(named, actor)) {
                return Err(Found::fail("its Transaction names another actor than the one in control"));
            }
            if let Some(endorsed) = endorsed(transaction)? {
                if endorsement.is_some() || !matches!(file.act.op(), Op::Note | Op::Move) {
                    return Err(Found::fail("an endorsement stands once, in a note or a move"));
                }
                if !self.title.may_endorse(actor) {
                    return Err(without_title(details, "endorses", &self.title));
                }
                endorsement = Some(endorsed);
            }
        }
        let before_move = self.before_move.take();
        match file.act.op() {
            Op::Issue => self.first_holder = party(file.act.to().and_then(|to| to.sets.first())),
            Op::Note if details.value.get("withdraw").is_some() => self.noted = None,
            Op::Note => self.noted = endorsement.or(self.noted.take()),
            Op::Move => {
                self.before_move = Some((self.title.clone(), self.noted.clone()));
                if let Some(Endorsement(title)) = endorsement.or(self.noted.take()) {
                    self.title = title;
                }
                self.noted = None;
            }
            Op::Reject => {
                if let Some((title, noted)) = before_move {
                    (self.title, self.noted) = (title, noted);
                }
            }
            Op::Surrender => {
                if !self.title.may_surrender(actor, self.first_holder) {
                    return Err(without_title(details, "surrenders", &self.title));
                }
            }
            Op::Keyset
            | Op::Rekey
            | Op::Leave
            | Op::Close
            | Op::Return
            | Op::Reclaim
            | Op::Rehome
            | Op::Adopt => {}
        }
        Ok(())
    }
}

/// Somebody acts on a title that is another's. Where the act cites consents, the other may have agreed: a digest does not
/// say to what.
fn without_title(details: &Details, does: &str, title: &Title<'_>) -> Found {
    let said = format!("who {does} has no title: {}", title.in_words());
    let consents = details.value.get("consents").and_then(Value::as_array).unwrap_or_default();
    if consents.is_empty() {
        Found::fail(said)
    } else {
        Found::unknown(format!("{said}; what was consented to is not shown"))
    }
}

/// The set to whose party an `ISSUE` or `TRANSFER` goes: who is in control afterwards.
fn receiving_set<'a>(reading: &'a Reading, file: &'a ActFile) -> Option<&'a crypto::Digest> {
    let controller = match file.act.op() {
        // Back to whoever handed it over: the one who signed the act before.
        Op::Reject => rejected(reading, file).and_then(|moved| moved.act.by()),
        _ => file.act.to(),
    };
    controller?.sets.first()
}

/// The move that a `reject` takes back; without one, CONTROL-RULES says so.
fn rejected<'a>(reading: &'a Reading, file: &ActFile) -> Option<&'a ActFile> {
    let before = usize::try_from(file.act.seq()).ok()?.checked_sub(1)?;
    reading.acts.get(before).filter(|before| before.act.op() == Op::Move)
}

/// What a Transaction says of the receiver is true of the set that receives: else the words would tell of another
/// delivery than the keys made.
fn goes_to(transaction: &Value, receiver: Option<&Value>) -> Result<(), Found> {
    if !matches!(transaction.get("actionCode").and_then(Value::as_str), Some("ISSUE" | "TRANSFER")) {
        return Ok(());
    }
    let named = transaction.get("recipient").ok_or_else(|| Found::fail("a delivery to nobody"))?;
    match receiver {
        None => Err(Found::unknown("the party behind the set that receives is not in the bundle")),
        Some(receiver) if same_party(named, receiver) => Ok(()),
        Some(_) => Err(Found::fail("its Transaction names another recipient than the set that receives")),
    }
}

/// The endorsement that a Transaction is, if it is one.
fn endorsed(transaction: &Value) -> Result<Option<Endorsement<'_>>, Found> {
    let recipient = || transaction.get("recipient").ok_or_else(|| Found::fail("an endorsement to nobody"));
    match transaction.get("actionCode").and_then(Value::as_str) {
        Some("ENDORSE") => recipient().map(|to| Some(Endorsement(Title::Named(to)))),
        Some("ENDORSE_TO_ORDER") => recipient().map(|to| Some(Endorsement(Title::Order(to)))),
        Some("BLANK_ENDORSE") => Ok(Some(Endorsement(Title::Blank))),
        _ => Ok(None),
    }
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
                Action::Close { end: End::Paper, .. } => to_paper(file),
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

fn to_paper(file: &ActFile) -> Result<Found, Found> {
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

/// The surrender named the successors that the close names.
fn agreed(reading: &Reading, nth: usize, into: &[crypto::Digest]) -> Result<Found, Found> {
    let earlier = reading.acts.get(..nth).unwrap_or_default();
    let surrender = earlier.iter().rev().find(|file| file.act.op() == Op::Surrender);
    let surrender = surrender.ok_or_else(|| Found::fail("nothing was surrendered"))?;
    let named = details(surrender)?.value.get("successors").and_then(Value::as_array).unwrap_or_default();
    let named: BTreeSet<String> = named.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    if named == into.iter().map(ToString::to_string).collect() {
        Ok(Found::pass("the agreed successors"))
    } else {
        Err(Found::fail("the successors are not those that the surrender agreed to"))
    }
}
