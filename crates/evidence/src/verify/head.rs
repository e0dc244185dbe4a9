//! What the newest map leaf says about slots, and the two questions of time: who was in control then, and has nothing come
//! after (docs/evidence-bundle.md, CONTROL-AT, NOTHING-LATER, CONTROL-NOW).

use std::{cell::RefCell, collections::HashMap, time::Duration};

use crypto::Digest;
use registry::slot;
use tlog::slot_map::Slot;
use vocab::Timestamp;

use super::{
    log::{LogView, What, short},
    members::{Platforms, signing},
    reading::{Head, Reading},
};
use crate::claim::Found;

/// How far a reader's clock may be behind the witnesses' (the witnesses' own tolerance).
const CLOCK_BEHIND: Duration = Duration::from_secs(60);

/// The proofs under the head, each verified when it is asked for, and once.
pub(crate) struct Slots<'a> {
    head: Option<&'a Head>,
    asked: RefCell<HashMap<Digest, Result<Slot, Found>>>,
}

impl<'a> Slots<'a> {
    pub(crate) fn of(reading: &'a Reading) -> Self {
        Self { head: reading.head.as_ref(), asked: RefCell::default() }
    }

    /// No leaf before the head uses this slot.
    pub(crate) fn absent(&self, slot: &Digest) -> Found {
        match self.ask(slot) {
            Err(found) => found,
            Ok(Slot::Absent) => Found::pass(""),
            Ok(Slot::Present { index }) => Found::fail(format!("it is there, at index {index}")),
        }
    }

    /// The first leaf that uses this slot is the one at `index`.
    pub(crate) fn present(&self, slot: &Digest, index: Option<u64>) -> Found {
        match (self.ask(slot), index) {
            (Err(found), _) => found,
            (Ok(_), None) => Found::unknown("the index of its leaf is not known"),
            (Ok(Slot::Present { index }), Some(own)) if index == own => Found::pass(""),
            (Ok(Slot::Present { index }), Some(own)) => {
                Found::fail(format!("the map knows it at index {index}, its own proof at {own}"))
            }
            (Ok(Slot::Absent), Some(_)) => Found::fail("the map does not know it"),
        }
    }

    /// The head's map covers the last act, so what it says of marks and sets holds for every act.
    pub(crate) fn is_after_acts(&self, reading: &Reading, log: &LogView<'_>) -> Found {
        let last = reading.acts.len().checked_sub(1).and_then(|last| log.index(What::Act(last)));
        match (self.head, last) {
            (Some(head), Some(last)) if head.leaf.size > last => Found::pass(""),
            (Some(_), _) => Found::unknown("the head is older than the last act"),
            (None, _) => Found::unknown("the bundle has no head"),
        }
    }

    fn ask(&self, slot: &Digest) -> Result<Slot, Found> {
        let head = self.head.ok_or_else(|| Found::unknown("the bundle has no head"))?;
        let proof = head.proofs.get(slot).ok_or_else(|| Found::unknown("the head has no proof about it"))?;
        let verify = || proof.verify(&head.leaf.root).map_err(|why| Found::fail_for(&why));
        self.asked.borrow_mut().entry(*slot).or_insert_with(verify).clone()
    }
}

/// NOTHING-LATER, by itself.
pub(crate) fn nothing_later(
    reading: &Reading,
    log: &LogView<'_>,
    slots: &Slots<'_>,
    platforms: &Platforms<'_>,
) -> Found {
    let Some(head) = &reading.head else {
        return Found::unknown("the bundle has no head");
    };
    let mut found = match log.quorum_time(What::Head) {
        Some(time) => Found::pass(format!("in control as of {time}: nothing came after")),
        None => Found::unknown("the time of the head is not known"),
    };
    if let (Some(index), Some(size)) = (log.index(What::Head), log.size(What::Head))
        && (index + 1 != size || head.leaf.size != index)
    {
        return Found::fail("the head is not the last leaf under its checkpoint");
    }
    if let Some((nth, last)) = reading.acts.iter().enumerate().next_back() {
        let (record, seq) = (last.act.record(), last.act.seq());
        found = found
            .and(slots.present(&slot::act(&record, seq), log.index(What::Act(nth))).of("the last act"))
            .and(slots.absent(&slot::act(&record, seq + 1)).of("an act after the last"))
            .and(
                slots
                    .absent(&slot::mark(&record, count(reading.marks.len())))
                    .of("a later mark on the record"),
            );
    }
    for id in reading.sets.keys() {
        let set = format!("set {}", short(id));
        found = found
            .and(set_is_complete(reading, log, slots, id))
            .and(slots.absent(&slot::mark(id, 0)).of(format_args!("a mark on {set}")));
    }
    let charter = slot::mark(&slot::charter(log.origin()), platforms.next_charter());
    found = found.and(slots.absent(&charter).of("a later charter"));
    for platform in signing(reading) {
        let next = slot::mark(&slot::platform(platform), platforms.next_count(platform));
        found = found.and(slots.absent(&next).of(format_args!("a later mark on {platform}")));
    }
    found
}

/// The set's last act is its last, as of the head.
pub(crate) fn set_is_complete(reading: &Reading, log: &LogView<'_>, slots: &Slots<'_>, id: &Digest) -> Found {
    let acts = reading.sets.get(id).map_or(0, Vec::len);
    let Some(last) = acts.checked_sub(1) else {
        return Found::unknown("the set is not in the bundle");
    };
    let record = reading.sets.get(id).and_then(|acts| acts.last()).and_then(|file| file.act.as_ref().ok());
    let (record, seq) = record.map_or((*id, count(last)), |act| (act.record(), act.seq()));
    let present = slots.present(&slot::act(&record, seq), log.index(What::Set(*id, last)));
    let absent = slots.absent(&slot::act(&record, seq + 1));
    present.of("its last act").and(absent.of("an act after its last")).of(format_args!("set {}", short(id)))
}

/// From when an act is in force for certain, and not before when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bracket {
    /// Not before; `None` where the bundle shows no map leaf before the act.
    pub(crate) not_before: Option<Timestamp>,
    /// For certain from; `None` where no quorum's time is known.
    pub(crate) certain_from: Option<Timestamp>,
}

/// The bracket of each act. A later act that is final makes the earlier ones final; an earlier act's lower bound holds for
/// the later ones.
pub(crate) fn brackets(reading: &Reading, log: &LogView<'_>) -> Vec<Bracket> {
    let mut brackets: Vec<Bracket> = Vec::with_capacity(reading.acts.len());
    for (nth, file) in reading.acts.iter().enumerate() {
        let own = file.before.as_ref().map(|leaf| leaf.at);
        let earlier = brackets.last().and_then(|bracket| bracket.not_before);
        brackets
            .push(Bracket { not_before: own.max(earlier), certain_from: log.quorum_time(What::Act(nth)) });
    }
    let mut later: Option<Timestamp> = None;
    for bracket in brackets.iter_mut().rev() {
        bracket.certain_from = match (bracket.certain_from, later) {
            (Some(own), Some(later)) => Some(own.min(later)),
            (own, later) => own.or(later),
        };
        later = bracket.certain_from;
    }
    brackets
}

/// CONTROL-AT, by itself: what is found, and after which act the record stood then.
pub(crate) fn control_at(
    at: Timestamp,
    brackets: &[Bracket],
    as_of: Option<Timestamp>,
) -> (Found, Option<usize>) {
    if brackets.iter().any(|bracket| bracket.certain_from.is_none()) {
        return (Found::unknown("the times of the acts are not known"), None);
    }
    let certain = brackets.iter().rposition(|bracket| bracket.certain_from.is_some_and(|from| from <= at));
    let possible = brackets.iter().rposition(|bracket| bracket.not_before.is_none_or(|from| from <= at));
    match (certain, possible) {
        (None, None) => (Found::fail(format!("at {at} there was no record yet")), None),
        (Some(certain), Some(possible)) if certain == possible => {
            let last = certain + 1 == brackets.len();
            if last && as_of.is_none_or(|as_of| at > as_of) {
                let shown = as_of.map_or_else(|| "never".to_owned(), |as_of| format!("as of {as_of}"));
                return (
                    Found::unknown(format!("that nothing came after act {certain} is shown {shown}")),
                    None,
                );
            }
            (Found::pass(format!("at {at} act {certain} was in force")), Some(certain))
        }
        (certain, possible) => {
            let from =
                brackets.get(certain.map_or(0, |certain| certain + 1)).and_then(|bracket| bracket.not_before);
            let to =
                possible.and_then(|possible| brackets.get(possible)).and_then(|bracket| bracket.certain_from);
            let said = |time: Option<Timestamp>| {
                time.map_or_else(|| "an unknown time".to_owned(), |time| time.to_string())
            };
            (Found::unknown(format!("an act came into force between {} and {}", said(from), said(to))), None)
        }
    }
}

/// CONTROL-NOW, by itself: the head is recent enough. It never fails.
pub(crate) fn control_now(now: Timestamp, as_of: Option<Timestamp>, limit: Duration) -> Found {
    let Some(as_of) = as_of else {
        return Found::unknown("the time of the head is not known");
    };
    let refresh = "ask the registry for a new export";
    if now.plus(CLOCK_BEHIND) < as_of {
        return Found::unknown(format!(
            "your clock says {now}, the witnesses {as_of}: {refresh} and set the clock"
        ));
    }
    if now > as_of.plus(limit) {
        let minutes = limit.as_secs() / 60;
        return Found::unknown(format!(
            "in control as of {as_of}, more than {minutes} minutes ago: {refresh}"
        ));
    }
    Found::pass(format!("in control as of {as_of}, recent enough at {now}"))
}

fn count(files: usize) -> u64 {
    u64::try_from(files).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::Outcome::{self, Fail, Indeterminate, Pass};

    fn t(minute: i64) -> Timestamp {
        Timestamp::from_unix_ms(minute * 60_000).unwrap()
    }

    fn bracket(not_before: Option<i64>, certain_from: i64) -> Bracket {
        Bracket { not_before: not_before.map(t), certain_from: Some(t(certain_from)) }
    }

    #[test]
    fn between_two_acts_the_first_is_in_force_and_inside_a_bracket_nobody_can_say() {
        let acts = [bracket(Some(10), 20), bracket(Some(30), 40)];
        let ask = |at, as_of: Option<i64>| -> (Outcome, Option<usize>) {
            let (found, act) = control_at(t(at), &acts, as_of.map(t));
            (found.outcome(), act)
        };
        assert_eq!(ask(9, Some(50)), (Fail, None));
        assert_eq!(ask(10, Some(50)), (Indeterminate, None));
        assert_eq!(ask(19, Some(50)), (Indeterminate, None));
        assert_eq!(ask(20, None), (Pass, Some(0)));
        assert_eq!(ask(29, Some(50)), (Pass, Some(0)));
        assert_eq!(ask(30, Some(50)), (Indeterminate, None));
        assert_eq!(ask(40, Some(50)), (Pass, Some(1)));
        assert_eq!(ask(50, Some(50)), (Pass, Some(1)));
        assert_eq!(ask(51, Some(50)), (Indeterminate, None));
        assert_eq!(ask(45, None), (Indeterminate, None));
    }

    #[test]
    fn without_a_map_leaf_before_it_an_act_has_no_lower_bound() {
        let acts = [bracket(None, 20)];
        assert_eq!(control_at(t(1), &acts, Some(t(50))).0.outcome(), Indeterminate);
        let unknown = [Bracket { not_before: Some(t(1)), certain_from: None }];
        assert_eq!(control_at(t(0), &unknown, None).0.outcome(), Indeterminate);
    }

    #[test]
    fn now_is_judged_by_the_readers_limit_and_never_fails() {
        let ask =
            |now, as_of: Option<i64>| control_now(t(now), as_of.map(t), Duration::from_secs(600)).outcome();
        assert_eq!(ask(100, Some(100)), Pass);
        assert_eq!(ask(110, Some(100)), Pass);
        assert_eq!(ask(111, Some(100)), Indeterminate);
        assert_eq!(ask(99, Some(100)), Pass);
        assert_eq!(ask(98, Some(100)), Indeterminate);
        assert_eq!(ask(100, None), Indeterminate);
    }
}
