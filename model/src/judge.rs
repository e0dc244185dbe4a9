//! What a log says by the words of the protocol (docs/control.md 3 to 4), folded a second time, by nothing of `bill` or
//! `registry`: the properties are judged by this, never by the rules that they are about.

use std::collections::{BTreeMap, BTreeSet};

use bill::words::{End, Purpose};

use crate::cast::{ACCEPT, Act, HOME, Home, Key, Officer, Set, Tick, What, Who, home_is_asked};

/// A property of the log that is broken, as a bit.
pub type Broken = u16;

/// No two admitted acts share `prev`; numbers go up by one.
pub const S1: Broken = 1;
/// Each act is signed by a key in force of the controller of its moment.
pub const S2: Broken = 2;
/// One controller until the end, none afterwards; the registry's own answer is this one.
pub const S3: Broken = 4;
/// Whom an act names as the next controller has control after it.
pub const S8: Broken = 8;
/// A key replaced moves nothing.
pub const S10: Broken = 16;
/// Nothing lands where nobody accepted, save by `reject` at its former home, in good standing.
pub const S12: Broken = 32;
/// Each act is by the one whom the table entitles, in a phase that has it.
pub const I3: Broken = 64;
/// At most one unclosed record a tag; an end that fits what was asked.
pub const I4: Broken = 128;
/// Each act in its time.
pub const T1: Broken = 256;
/// A key alone takes a record nowhere: a living home has signed, or released.
pub const R1: Broken = 512;
/// Who asks again gets the same answer.
pub const A1: Broken = 1024;
/// A record lives in the log that it names.
pub const O1: Broken = 2048;
/// The recovery of a set stands for the whole of its wait.
pub const W1: Broken = 4096;
/// A record has 1,024 acts at most, the last sixteen of them ways out.
pub const B1: Broken = 8192;

/// Ticks in the life of an act: a day in house, thirty days across, sixty for an issue.
const LIFE: [Tick; 3] = [2, 60, 120];
/// The charter's `rejectHours`, in ticks.
pub const REJECT: Tick = 1;
/// One `leave` in so many ticks.
pub const LEAVE: Tick = 2;
/// Ticks within which a carrier is asked to answer.
pub const ANSWER: std::ops::RangeInclusive<Tick> = 2..=120;

/// Where a record stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// A holder has it.
    Live,
    /// The carrier has it.
    Surrendered {
        /// Who asked.
        holder: Who,
        /// What for.
        purpose: Purpose,
        /// From when on it may be taken back.
        answer: Tick,
    },
    /// It has ended.
    Closed(End, Option<Act>),
}

/// A record.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its first act.
    pub id: Act,
    /// Its tag.
    pub tag: u8,
    /// Its last act.
    pub head: Act,
    /// The act before that.
    pub before: Option<Act>,
    /// The last number.
    pub seq: u16,
    /// Who has it; after the end the carrier that ended it.
    pub who: Who,
    /// Where it stands.
    pub phase: Phase,
    issuer: Set,
    /// The transfer that may be handed back: from whom, and when.
    pub window: Option<(Who, Tick)>,
    left: Option<Tick>,
    prevs: BTreeSet<Act>,
}

/// A key set.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Those in force, as a mask.
    pub keys: u8,
    gone: u8,
    /// Its last act.
    pub head: Option<Act>,
    /// The last number.
    pub seq: u16,
    standing: Vec<(Tick, Officer)>,
}

impl Keys {
    /// Who recovers it at a moment.
    pub fn officer(&self, now: Tick) -> Officer {
        self.standing
            .iter()
            .rev()
            .find(|(from, _)| *from <= now)
            .map_or(Officer::Own, |(_, officer)| *officer)
    }
}

/// Everything that the log has said so far.
#[derive(Debug, Clone)]
pub struct Judge {
    /// Records in the order of their issues.
    pub records: Vec<Record>,
    /// Key sets.
    pub sets: BTreeMap<Set, Keys>,
    /// Platforms that are suspended.
    pub suspended: BTreeSet<Home>,
    /// What is broken so far.
    pub broken: Broken,
}

impl Judge {
    /// The log with the sets enrolled and no bill yet.
    pub fn new() -> Self {
        let keys = |set: Set| Keys {
            keys: set.first_keys(),
            gone: 0,
            head: None,
            seq: 0,
            standing: vec![(-2, Officer::Own)],
        };
        Self {
            records: Vec::new(),
            sets: crate::cast::ENROLLED.iter().map(|(set, _)| (*set, keys(*set))).collect(),
            suspended: BTreeSet::new(),
            broken: 0,
        }
    }

    /// The record that begins with this act.
    pub fn record(&self, id: Act) -> Option<&Record> {
        self.records.iter().find(|record| record.id == id)
    }

    /// Whether the platform's word counts.
    pub fn stands(&self, home: Home) -> bool {
        !self.suspended.contains(&home)
    }

    /// A platform's state is marked.
    pub fn mark(&mut self, home: Home, suspended: bool) {
        if suspended {
            self.suspended.insert(home)
        } else {
            self.suspended.remove(&home)
        };
    }

    fn unless(&mut self, holds: bool, property: Broken) {
        if !holds {
            self.broken |= property;
        }
    }

    /// An act is admitted, with these platforms' signatures, at this moment.
    pub fn admit(&mut self, act: Act, bits: u8, now: Tick) {
        let spec = act.spec();
        self.unless(spec.at <= now, T1);
        if let What::Rekey(mask, officer) = spec.what {
            return self.rekey(act, mask, officer, now);
        }
        self.signed(spec.by.0, spec.key);
        let life = match (spec.what, act.acceptor()) {
            (What::Issue { .. }, _) => LIFE[2],
            (_, Some(_)) => LIFE[1],
            (_, None) => LIFE[0],
        };
        self.unless(now <= spec.expires && spec.expires - spec.at <= life, T1);
        if home_is_asked(spec.what) {
            self.unless(bits & HOME != 0 && self.stands(spec.by.1), R1);
        }
        if let Some(home) = act.acceptor() {
            self.unless(bits & ACCEPT != 0 && self.stands(home), S12);
        }
        match spec.what {
            What::Issue { to, tag, from, elsewhere } => self.issue(act, to, (tag, from), elsewhere),
            what => self.step(act, what, bits, now),
        }
    }

    fn signed(&mut self, set: Set, key: Key) {
        let (keys, gone) = self.sets.get(&set).map_or((0, 0), |set| (set.keys, set.gone));
        self.unless(keys & key.bit() != 0, S2);
        self.unless(gone & key.bit() == 0, S10);
    }

    fn rekey(&mut self, act: Act, mask: u8, officer: Officer, now: Tick) {
        let spec = act.spec();
        self.signed(spec.by.0, spec.key);
        let Some(set) = self.sets.get(&spec.by.0) else { return self.broken |= S2 };
        let prev = spec.chain.map(|(_, prev, _)| prev);
        let follows = set.head == prev && spec.chain.map_or(1, |(_, _, seq)| seq) == set.seq + 1;
        let wait = if set.officer(now) == Officer::Own { 2 } else { 0 };
        let mut after = set.clone();
        after.gone = (after.gone | (after.keys & !mask)) & !mask;
        after.keys = mask;
        (after.head, after.seq) = (Some(act), after.seq + 1);
        after.standing.push((now + wait, officer));
        self.sets.insert(spec.by.0, after);
        self.unless(follows, S1);
    }

    fn issue(&mut self, act: Act, to: Who, (tag, from): (u8, Option<Act>), elsewhere: bool) {
        self.unless(!elsewhere, O1);
        let by = act.spec().by.0;
        // Every record of this tag has ended on paper or by this very issue, and the newest of them is the one named.
        let same: Vec<&Record> = self.records.iter().filter(|record| record.tag == tag).collect();
        let ended = same.iter().all(|record| match record.phase {
            Phase::Closed(End::Paper, _) => true,
            Phase::Closed(End::Replaced, into) => into == Some(act) || Some(record.id) != from,
            Phase::Live | Phase::Surrendered { .. } | Phase::Closed(..) => false,
        });
        let named = same.last().map(|record| record.id) == from;
        let same_carrier = same.iter().all(|record| record.issuer == by);
        self.unless(ended && named && same_carrier, I4);
        self.records.push(Record {
            id: act,
            tag,
            head: act,
            before: None,
            seq: 0,
            who: to,
            phase: Phase::Live,
            issuer: by,
            window: None,
            left: None,
            prevs: BTreeSet::new(),
        });
    }

    fn step(&mut self, act: Act, what: What, bits: u8, now: Tick) {
        let spec = act.spec();
        let Some((id, prev, seq)) = spec.chain else { return };
        let Some(place) = self.records.iter().position(|record| record.id == id) else {
            return self.broken |= S1;
        };
        let mut record = self.records[place].clone();
        let fresh = record.prevs.insert(prev);
        self.unless(fresh && prev == record.head && seq == record.seq + 1, S1);
        let stays = matches!(what, What::Note | What::Move(_) | What::Reject);
        self.unless(seq < if stays { 1_008 } else { 1_024 }, B1);
        let entitled = match (what, record.phase) {
            (_, Phase::Closed(..)) => return self.broken |= S3,
            (What::Reclaim, Phase::Surrendered { holder, .. }) => Some(holder),
            (What::Reclaim | What::Close(..) | What::Return, Phase::Live) => None,
            (
                What::Note | What::Move(_) | What::Reject | What::Surrender { .. },
                Phase::Surrendered { .. },
            ) => None,
            _ => Some(record.who),
        };
        self.unless(entitled.is_some(), I3);
        self.unless(entitled.is_none_or(|who| who == spec.by), S2);
        let window = record.window.take();
        match what {
            What::Move(to) => {
                self.unless(to.0 != spec.by.0, if to.1 == spec.by.1 { I3 } else { R1 });
                record.window = Some((spec.by, now));
                record.who = to;
            }
            What::Reject => {
                self.unless(window.is_some_and(|(_, opened)| now <= opened + REJECT), T1);
                self.unless(window.is_some_and(|(former, _)| self.stands(former.1)), S12);
                record.who = window.map_or(record.who, |(former, _)| former);
            }
            What::Leave => {
                self.unless(record.left.is_none_or(|left| now >= left + LEAVE), T1);
                record.left = Some(now);
            }
            What::Surrender { to, purpose, answer } => {
                self.unless(to.0 == record.issuer, I3);
                self.unless(ANSWER.contains(&answer), T1);
                record.phase = Phase::Surrendered { holder: spec.by, purpose, answer: spec.at + answer };
                record.who = to;
            }
            What::Rehome(to) => {
                self.unless(bits & HOME != 0 || !self.stands(spec.by.1), R1);
                self.unless(to.0 == spec.by.0 && to.1 != spec.by.1, S8);
                record.who = Who(record.who.0, to.1);
            }
            What::Close(end, into) => {
                let fits = match record.phase {
                    Phase::Surrendered { purpose: Purpose::Delivery, .. } => end == End::Delivered,
                    Phase::Surrendered { purpose: Purpose::Amendment, .. } => {
                        matches!(end, End::Paper | End::Replaced)
                    }
                    Phase::Surrendered { purpose: Purpose::Cancel, .. } => end == End::Void,
                    Phase::Live | Phase::Closed(..) => false,
                };
                self.unless(fits, I4);
                record.phase = Phase::Closed(end, into);
            }
            What::Return | What::Reclaim => {
                if let Phase::Surrendered { holder, answer, .. } = record.phase {
                    self.unless(what == What::Return || now >= answer, T1);
                    record.who = holder;
                }
                record.phase = Phase::Live;
            }
            What::Note | What::Issue { .. } | What::Rekey(..) => {}
        }
        record.before = Some(record.head);
        (record.head, record.seq) = (act, seq);
        self.records[place] = record;
    }
}

impl Default for Judge {
    fn default() -> Self {
        Self::new()
    }
}
