//! The record's own rules: claims CHAIN, CONTROL-RULES, TAG and PROVENANCE.

use std::collections::BTreeSet;

use bill::{
    control::{self, Facts, Record, Rule, Standing},
    refusals::NOT_YET,
    signatures::Role,
    words::{Op, Platform},
};
use crypto::Digest;
use registry::slot;
use vocab::Refusal;

use super::{
    head::Slots,
    log::{LogView, What},
    members::Platforms,
    reading::{ActFile, Reading},
};
use crate::claim::Found;

/// Hours in which a transfer may be rejected where no charter is shown (control.md 7.3).
const REJECT_HOURS: u64 = 72;

/// CHAIN, by itself.
pub(crate) fn chain(reading: &Reading, record: Digest) -> Found {
    let mut before: Option<&ActFile> = None;
    for (nth, file) in reading.acts.iter().enumerate() {
        let act = &file.act;
        let in_turn = u64::try_from(nth).is_ok_and(|nth| act.seq() == nth);
        let follows = act.prev() == before.map(|before| before.act.digest());
        if act.record() != record {
            return Found::fail("it belongs to another record than the manifest names")
                .of(format_args!("act {nth}"));
        }
        if !in_turn || !follows {
            return Found::fail("it does not follow the act before it").of(format_args!("act {nth}"));
        }
        before = Some(file);
    }
    Found::pass(format!("{} acts, each naming the one before it", reading.acts.len()))
}

/// What folding the acts gave.
pub(crate) struct Folded {
    /// CONTROL-RULES, by itself.
    pub(crate) found: Found,
    /// The record after each act, as far as the rules hold.
    pub(crate) states: Vec<Record>,
}

/// Folds the acts by the rules of possession.
pub(crate) fn fold(reading: &Reading, log: &LogView<'_>, platforms: &Platforms<'_>) -> Folded {
    let mut folded = Folded { found: Found::pass(""), states: Vec::with_capacity(reading.acts.len()) };
    let mut unknown: Option<Found> = None;
    for (nth, file) in reading.acts.iter().enumerate() {
        let standing = |platform| standing(platforms, log.index(What::Act(nth)), platform);
        let at = file.signed.leaf.at;
        let released = file.signed.list.platforms.len() > 1;
        // Whether home and acceptor may sign is asked key by key in COUNTERSIGNED and ACCEPTED, the links in CHAIN.
        let facts = Facts::new(at, platforms.reject_hours(at).unwrap_or(REJECT_HOURS), &standing)
            .declined(declined(reading, log, nth))
            .released(released)
            .without(Rule::Head)
            .without(Rule::HomeStanding)
            .without(Rule::AcceptorStanding);
        if let Some(platform) = needs_standing(file, folded.states.last(), released)
            && log.index(What::Act(nth)).and_then(|index| platforms.standing(platform, index)).is_none()
        {
            let said = Found::unknown(format!("no mark of {platform} before its leaf"));
            unknown.get_or_insert(said.of(format_args!("act {nth}")));
        }
        if file.act.op() == Op::Reject && platforms.reject_hours(at).is_none() {
            let said = Found::unknown("no charter says how long a transfer may be rejected");
            unknown.get_or_insert(said.of(format_args!("act {nth}")));
        }
        match next(folded.states.last(), file, &facts) {
            Ok(state) => folded.states.push(state),
            Err(why) if why.code() == NOT_YET.code => {
                folded.found = Found::unknown_for(&why).of(format_args!("act {nth}"));
                return folded;
            }
            Err(why) => {
                folded.found = Found::fail_for(&why).of(format_args!("act {nth}"));
                return folded;
            }
        }
    }
    let said = Found::pass(format!(
        "{} acts, each its signer's to do{}",
        reading.acts.len(),
        convicted(reading, log)
    ));
    folded.found = unknown.map_or(said.clone(), |unknown| said.and(unknown));
    folded
}

fn next(before: Option<&Record>, file: &ActFile, facts: &Facts<'_>) -> Result<Record, Refusal> {
    match before {
        None => control::check_issue_alone(&file.act, facts).map(|begun| control::apply_issue(&begun)),
        Some(record) => control::check_alone(record, &file.act, facts)
            .map(|admitted| control::apply(record.clone(), &admitted)),
    }
}

/// A stranger has never been admitted; where no mark is shown, nobody can say, and the claim does.
fn standing(platforms: &Platforms<'_>, index: Option<u64>, platform: Platform) -> Standing {
    index.and_then(|index| platforms.standing(platform, index)).unwrap_or(Standing::Member)
}

/// The platform whose standing decides whether an act may be, beside those that sign it.
fn needs_standing(file: &ActFile, before: Option<&Record>, released: bool) -> Option<Platform> {
    match (file.act.op(), before) {
        (Op::Reject, Some(Record::Live(live))) => live.window().map(|window| window.former.home),
        (Op::Rehome, _) if !released => file.act.by().map(|by| by.home),
        _ => None,
    }
}

/// Whether a decline of this act stands on a leaf before it.
fn declined(reading: &Reading, log: &LogView<'_>, nth: usize) -> bool {
    declines(reading, log, nth).any(|earlier| earlier)
}

/// The declines of an act; for each whether it stands before the act.
fn declines<'a>(reading: &'a Reading, log: &'a LogView<'_>, nth: usize) -> impl Iterator<Item = bool> + 'a {
    let act = reading.acts.get(nth).map(|file| file.act.digest());
    let marks = reading.marks.iter().enumerate();
    let of_this =
        marks.filter(move |(_, mark)| mark.counter.role == Role::Decline && Some(mark.counter.act) == act);
    of_this.map(move |(mark, _)| {
        log.index(What::Mark(mark)).zip(log.index(What::Act(nth))).is_none_or(|(mark, act)| mark < act)
    })
}

/// Platforms that declined what they had accepted.
fn convicted(reading: &Reading, log: &LogView<'_>) -> String {
    let acts = (0..reading.acts.len()).filter(|nth| declines(reading, log, *nth).any(|earlier| !earlier));
    let acts: Vec<String> = acts.map(|nth| nth.to_string()).collect();
    if acts.is_empty() {
        return String::new();
    }
    format!("; a decline of act {} came after its acceptance and convicts its platform", acts.join(", "))
}

/// TAG, by itself. `closed` says that the record has ended.
pub(crate) fn tag(reading: &Reading, log: &LogView<'_>, slots: &Slots<'_>, closed: bool) -> Found {
    let Some(bill::act::Body::Issue(issue)) = reading.acts.first().map(|file| file.act.body()) else {
        return Found::unknown("the first act is no issue");
    };
    let Some((first, (leaf, count))) = reading.acts.first().and_then(|file| Some((file, file.tag.as_ref()?)))
    else {
        return Found::unknown("the bundle does not show the tag mark");
    };
    if log.index(What::Tag).zip(log.index(What::Act(0))).is_some_and(|(tag, act)| tag != act + 1) {
        return Found::fail("the tag mark does not stand behind the issue");
    }
    if leaf.entry != first.signed.leaf.entry || leaf.slot != slot::tag(&issue.tag, *count) {
        return Found::fail("the tag mark is that of another issue, tag or count");
    }
    if (*count == 0) != issue.from.is_empty() {
        return Found::fail(format!("count {count}, and {} predecessors", issue.from.len()));
    }
    let alone = if *count == 0 { "" } else { "; whether the predecessor was closed, its own bundle shows" };
    let found = Found::pass(format!("use {count} of its tag{alone}"));
    if closed {
        return found;
    }
    found.and(slots.absent(&slot::tag(&issue.tag, count + 1)).of("a later use of the tag"))
}

/// PROVENANCE, by itself.
pub(crate) fn provenance(reading: &Reading) -> Found {
    let mut carrier = BTreeSet::new();
    for (nth, file) in reading.acts.iter().enumerate() {
        let wanted = provenance_of(file.act.op());
        match file.provenance.as_str() {
            said if said == wanted => {}
            said @ ("registry_signed" | "platform_asserted") => {
                return Found::unknown(format!("{said}: not in this version")).of(format_args!("act {nth}"));
            }
            said => {
                return Found::fail(format!("it is said to be {said}, and is {wanted}"))
                    .of(format_args!("act {nth}"));
            }
        }
        if wanted == "carrier_signed" {
            carrier.insert(nth.to_string());
        }
    }
    let carrier: Vec<String> = carrier.into_iter().collect();
    Found::pass(format!("act {} signed by the carrier, every other by its holder", carrier.join(", ")))
}

/// Who signs acts of a kind.
pub(crate) const fn provenance_of(op: Op) -> &'static str {
    match op {
        Op::Issue | Op::Close | Op::Return => "carrier_signed",
        Op::Keyset
        | Op::Rekey
        | Op::Note
        | Op::Move
        | Op::Reject
        | Op::Leave
        | Op::Surrender
        | Op::Reclaim
        | Op::Rehome
        | Op::Adopt => "holder_signed",
    }
}
