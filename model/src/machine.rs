//! The world that the checker walks: who may sign what, who presents what to whom, in any order, any number of times, or
//! never; deadlines pass at any moment.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::{Arc, RwLock},
};

use stateright::{Model, Property};

use crate::{
    cast::{ACCEPT, Act, HOME, Home, Key, Set, Spec, Tick, What, Who, home_is_asked},
    judge::{self, Broken, Judge, Phase, Record},
    log::{Custom, Event, Off, Reg, Said},
};

/// The receiver's platform has refused.
pub const DECLINE: u8 = 4;
/// Somebody was told that it is done: "you hold", "moved".
pub const TOLD_DONE: u8 = 8;
/// Its signer was told that it came back.
pub const TOLD_BACK: u8 = 16;

/// How a platform answers what it is asked to accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answers {
    /// Once, either way, on the final head only.
    Honestly,
    /// Both ways, at any time.
    Falsely,
    /// Never.
    Never,
}

/// What a signer looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The final log, in which it is entitled.
    Final,
    /// What the registry has sequenced (thieves and liars do).
    Latest,
    /// The latest head, with its own set in `by` though another is in control.
    Pretender,
    /// The latest head, with the controller in `by` and a key that is not its.
    Forger,
    /// The act before the head, with the number after the head's.
    Stale,
}

/// Something that somebody may sign.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// With this key.
    pub key: Key,
    /// Of this set.
    pub set: Set,
    /// This.
    pub what: What,
    /// On this record (in the order of issues).
    pub record: usize,
    /// So often.
    pub times: usize,
    /// Looking at this.
    pub view: View,
    /// Whether the home countersigns, or releases.
    pub home: bool,
    /// `at`, beside the clock.
    pub at: Tick,
    /// `expires`, beside `at`.
    pub life: Tick,
}

/// One small world.
pub struct Setup {
    /// Its name.
    pub name: &'static str,
    /// Last moment of the clock.
    pub ticks: Tick,
    /// What has been admitted and made final before.
    pub before: fn() -> Arc<Reg>,
    /// What may be signed.
    pub choices: Vec<Choice>,
    /// How the platforms answer.
    pub answers: [Answers; 3],
    /// A home that countersigns nothing from now on.
    pub silent: Option<Home>,
    /// Marks that the authority sets, in order.
    pub marks: Vec<(Home, bool)>,
    /// Restarts of the registry.
    pub restarts: u8,
    /// Whether a thief has a copy of a key of the holder's.
    pub thief: bool,
    /// Replacements are presented as a group.
    pub groups: bool,
    /// What must be reached somewhere.
    pub reached: &'static [Reached],
}

/// Something that must be reached in some state.
pub type Reached = (&'static str, fn(&Machine, &Situation) -> bool);

/// A set-up, with rules off.
pub struct Machine {
    /// The set-up.
    pub setup: Setup,
    /// Rules that are off.
    pub off: Off,
    /// Only these properties; all of them when empty.
    pub only: Vec<&'static str>,
    events: RwLock<HashMap<Asked, Option<Arc<Reg>>>>,
    ways: RwLock<HashMap<Kept, bool>>,
}

/// A log, what is presented to it, and when.
type Asked = (u64, Event, Tick);

/// A log, a moment, and what is kept back.
type Kept = (u64, Tick, Vec<(Act, u8)>);

/// A statement that exists, what platforms have said about it, and what was said to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Item {
    /// The act.
    pub act: Act,
    /// [`HOME`], [`ACCEPT`], [`DECLINE`], [`TOLD_DONE`], [`TOLD_BACK`].
    pub bits: u8,
    choice: u8,
}

/// A state of the world.
#[derive(Clone)]
pub struct Situation {
    /// The registry and its witness.
    pub reg: Arc<Reg>,
    /// The clock.
    pub clock: Tick,
    /// What has been signed.
    pub pool: Vec<Item>,
    /// Restarts so far.
    pub restarts: u8,
}

impl Hash for Situation {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.reg.key, self.clock, &self.pool, self.restarts).hash(state);
    }
}

impl PartialEq for Situation {
    fn eq(&self, other: &Self) -> bool {
        self.reg.key == other.reg.key
            && (self.clock, &self.pool, self.restarts) == (other.clock, &other.pool, other.restarts)
    }
}

impl fmt::Debug for Situation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: {:?}; signed {:?}", self.clock, self.reg, self.pool)
    }
}

/// What happens next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Somebody signs.
    Sign(u8, Act),
    /// A platform accepts.
    Accept(usize),
    /// A platform refuses.
    Decline(usize),
    /// Anybody presents what exists.
    Present(Event),
    /// Time passes.
    Tick,
}

impl Machine {
    /// The set-up with all rules on.
    pub fn new(setup: Setup) -> Self {
        Self::without(setup, Off::default(), Vec::new())
    }

    /// The set-up with rules off, and only these properties.
    pub fn without(setup: Setup, off: Off, only: Vec<&'static str>) -> Self {
        Self { setup, off, only, events: Default::default(), ways: Default::default() }
    }

    /// How many states of the registry were seen.
    pub fn registries(&self) -> usize {
        let events = self.events.read().unwrap();
        events.values().flatten().map(|reg| reg.key).collect::<std::collections::HashSet<_>>().len()
    }

    /// The real registry's answer, asked once for each state, event and moment: it is a function of these.
    fn event(&self, reg: &Arc<Reg>, event: Event, now: Tick) -> Option<Arc<Reg>> {
        let key = (reg.key, event, now);
        if let Some(known) = self.events.read().unwrap().get(&key) {
            return known.clone();
        }
        let after = reg.after(event, now, &self.off);
        self.events.write().unwrap().insert(key, after.clone());
        after
    }

    fn signs(&self, situation: &Situation, number: usize, choice: &Choice) -> Option<Act> {
        let used = situation.pool.iter().filter(|item| usize::from(item.choice) == number).count();
        if used >= choice.times {
            return None;
        }
        let log = match choice.view {
            View::Final => &situation.reg.last_final().judge,
            View::Latest | View::Pretender | View::Forger | View::Stale => &situation.reg.judge,
        };
        let spec = spec(log, choice, situation.clock)?;
        let act = Act::of(spec);
        (!situation.pool.iter().any(|item| item.act == act)).then_some(act)
    }

    fn sign(&self, situation: &mut Situation, choice: u8, act: Act) {
        let chosen = &self.setup.choices[usize::from(choice)];
        let asked = home_is_asked(act.spec().what) || matches!(act.spec().what, What::Rehome(_));
        let bits = if chosen.home && asked && self.setup.silent != Some(act.spec().by.1) { HOME } else { 0 };
        situation.pool.push(Item { act, bits, choice });
        situation.pool.sort_unstable();
    }

    fn may_accept(&self, situation: &Situation, item: &Item) -> (bool, bool) {
        let Some(home) = item.act.acceptor() else { return (false, false) };
        let (accepted, declined) = (item.bits & ACCEPT != 0, item.bits & DECLINE != 0);
        match self.setup.answers[home as usize] {
            Answers::Never => (false, false),
            Answers::Falsely => (!accepted, !declined),
            Answers::Honestly => {
                let log = &situation.reg.last_final().judge;
                let on_head = match item.act.spec().chain {
                    Some((record, prev, _)) => log.record(record).is_some_and(|record| record.head == prev),
                    None => true,
                };
                let open = on_head && situation.clock <= item.act.spec().expires && !accepted;
                let forgets = self.off.world.contains(&Custom::RefusalKept);
                (open && (!declined || forgets), open && !declined)
            }
        }
    }

    /// What is shown to people once it is final (or, with the rule off, at once).
    fn tell(&self, situation: &mut Situation) {
        let on_final = !self.off.world.contains(&Custom::FinalOnly);
        let Situation { reg, pool, .. } = situation;
        let log = if on_final { reg.last_final() } else { reg };
        for item in pool {
            let spec = item.act.spec();
            if log.has(item.act) {
                item.bits |= TOLD_DONE;
                continue;
            }
            let declined = log.entries.iter().any(|entry| entry.what == Said::Decline(item.act));
            let overtaken = spec.chain.is_some_and(|(record, prev, _)| {
                log.judge.record(record).is_some_and(|record| record.head != prev && record.seq > 0)
                    && log.entries.iter().any(|entry| {
                        matches!(entry.what, Said::Act(other)
                        if other.spec().chain.is_some_and(|(_, of, _)| of == prev))
                    })
            });
            let ends = !matches!(spec.what, What::Rekey(..));
            if declined || overtaken || (ends && log.cosigned_at > spec.expires) {
                item.bits |= TOLD_BACK;
            }
        }
    }

    /// From here a runbook of honest steps ends in an act of the controller's choice, whatever is presented meanwhile.
    fn has_way(&self, situation: &Situation) -> bool {
        let kept: Vec<(Act, u8)> = situation
            .pool
            .iter()
            .filter(|item| !situation.reg.has(item.act))
            .map(|item| (item.act, item.bits & (HOME | ACCEPT)))
            .collect();
        let key = (situation.reg.key, situation.clock, kept);
        if let Some(known) = self.ways.read().unwrap().get(&key) {
            return *known;
        }
        let records = situation.reg.judge.records.len();
        let way = (0..records).all(|record| self.runbook(&situation.reg, situation.clock, record, &key.2));
        self.ways.write().unwrap().insert(key, way);
        way
    }

    fn runbook(&self, reg: &Arc<Reg>, clock: Tick, number: usize, kept: &[(Act, u8)]) -> bool {
        let (mut reg, mut clock) = (reg.clone(), clock);
        for _ in 0..kept.len() + 6 {
            let record = &reg.judge.records[number];
            let (who, op) = match record.phase {
                Phase::Closed(..) => return true,
                // Sixty days at the most, and the carrier's silence is over.
                Phase::Surrendered { answer, .. } if answer > clock + 120 => return false,
                Phase::Surrendered { holder, answer, .. } => {
                    clock = clock.max(answer);
                    (holder, What::Reclaim)
                }
                Phase::Live if !reg.judge.stands(record.who.1) => {
                    let homes = [Home::B, Home::C, Home::A];
                    let Some(home) = homes.into_iter().find(|home| reg.judge.stands(*home)) else {
                        return true;
                    };
                    (record.who, What::Rehome(Who(record.who.0, home)))
                }
                Phase::Live if self.setup.silent == Some(record.who.1) => {
                    let Some(next) = self.event(&reg, Event::Mark(record.who.1, true), clock) else {
                        return false;
                    };
                    reg = next;
                    continue;
                }
                Phase::Live => (record.who, What::Note),
            };
            let Some(set) = reg.judge.sets.get(&who.0) else { return false };
            let honest =
                crate::cast::KEYS.into_iter().find(|key| set.keys & key.bit() != 0 && key.is_honest());
            // Whom a thief has locked out waits for recovery, which is a later release.
            let Some(key) = honest else { return true };
            let choice = Choice {
                key,
                set: who.0,
                what: op,
                record: number,
                times: 1,
                view: View::Latest,
                home: true,
                at: 0,
                life: 1,
            };
            let Some(spec) = spec(&reg.judge, &choice, clock) else { return false };
            let spec = Spec { salt: 1, ..spec };
            if let Some(next) = self.interference(&reg, clock, number, kept) {
                reg = next;
                continue;
            }
            let bits = if home_is_asked(op) { HOME } else { 0 } | ACCEPT;
            let Some(next) = self.event(&reg, Event::Act(Act::of(spec), bits), clock) else {
                return false;
            };
            if op != What::Reclaim {
                return true;
            }
            reg = next;
        }
        false
    }

    /// The worst moment: something kept that still passes, or the thief's `leave`.
    fn interference(
        &self,
        reg: &Arc<Reg>,
        clock: Tick,
        number: usize,
        kept: &[(Act, u8)],
    ) -> Option<Arc<Reg>> {
        let late = kept
            .iter()
            .filter(|(act, _)| !reg.has(*act))
            .find_map(|(act, bits)| self.event(reg, Event::Act(*act, *bits), clock));
        if late.is_some() || !self.setup.thief {
            return late;
        }
        let leave = Choice {
            key: Key::Stolen,
            set: Set::Holder,
            what: What::Leave,
            record: number,
            times: 1,
            view: View::Latest,
            home: false,
            at: 0,
            life: 1,
        };
        let act = Act::of(spec(&reg.judge, &leave, clock)?);
        (!reg.has(act)).then(|| self.event(reg, Event::Act(act, 0), clock)).flatten()
    }
}

/// What a signer would sign, if it could mean it.
fn spec(log: &Judge, choice: &Choice, clock: Tick) -> Option<Spec> {
    let at = clock + choice.at;
    let plain = Spec {
        key: choice.key,
        what: choice.what,
        chain: None,
        by: Who(choice.set, Home::C),
        at,
        expires: at + choice.life,
        salt: 0,
    };
    let in_force = log.sets.get(&choice.set).is_some_and(|set| set.keys & choice.key.bit() != 0);
    match choice.what {
        What::Rekey(..) => {
            let set = log.sets.get(&choice.set)?;
            let chain = set.head.map(|head| (head, head, set.seq + 1));
            in_force.then_some(Spec { chain, ..plain })
        }
        What::Issue { .. } => Some(plain),
        what => {
            let record = log.records.get(choice.record)?;
            let by = by(record, choice, what)?;
            if !in_force && choice.view == View::Final {
                return None;
            }
            let prev = if choice.view == View::Stale { record.before? } else { record.head };
            Some(Spec { what, chain: Some((record.id, prev, record.seq + 1)), by, ..plain })
        }
    }
}

fn by(record: &Record, choice: &Choice, what: What) -> Option<Who> {
    let entitled = match (what, record.phase) {
        (What::Reclaim, Phase::Surrendered { holder, .. }) => holder,
        _ => record.who,
    };
    match choice.view {
        View::Forger => Some(entitled),
        View::Pretender => (entitled.0 != choice.set).then(|| {
            let home = if choice.set == Set::Carrier { Home::C } else { record.who.1 };
            Who(choice.set, home)
        }),
        View::Final => {
            let possible = match (what, record.phase) {
                (_, Phase::Closed(..)) | (What::Reclaim | What::Close(..) | What::Return, Phase::Live) => {
                    false
                }
                (What::Reject, Phase::Live) => record.window.is_some(),
                (_, Phase::Live) => true,
                (what, Phase::Surrendered { .. }) => {
                    !matches!(what, What::Move(_) | What::Note | What::Reject | What::Surrender { .. })
                }
            };
            (possible && entitled.0 == choice.set).then_some(entitled)
        }
        View::Latest | View::Stale => (entitled.0 == choice.set).then_some(entitled),
    }
}

impl Model for Machine {
    type State = Situation;
    type Action = Step;

    fn init_states(&self) -> Vec<Situation> {
        vec![Situation { reg: (self.setup.before)(), clock: 0, pool: Vec::new(), restarts: 0 }]
    }

    fn actions(&self, situation: &Situation, steps: &mut Vec<Step>) {
        for (number, choice) in self.setup.choices.iter().enumerate() {
            if let Some(act) = self.signs(situation, number, choice) {
                steps.push(Step::Sign(u8::try_from(number).unwrap(), act));
            }
        }
        for (place, item) in situation.pool.iter().enumerate() {
            let (accept, decline) = self.may_accept(situation, item);
            steps.extend(accept.then_some(Step::Accept(place)));
            steps.extend(decline.then_some(Step::Decline(place)));
            let signed = item.bits & (HOME | ACCEPT);
            steps.push(Step::Present(Event::Act(item.act, signed)));
            if item.bits & DECLINE != 0 {
                steps.push(Step::Present(Event::Decline(item.act)));
            }
            if let What::Close(_, Some(into)) = item.act.spec().what
                && self.setup.groups
            {
                let issue = situation.pool.iter().find(|other| other.act == into);
                let bits = issue.map_or(0, |other| other.bits & (HOME | ACCEPT));
                steps.push(Step::Present(Event::Group((item.act, signed), (into, bits))));
            }
        }
        let marked =
            situation.reg.entries.iter().filter(|entry| matches!(entry.what, Said::Mark(..))).count();
        if let Some((home, suspended)) = self.setup.marks.get(marked) {
            steps.push(Step::Present(Event::Mark(*home, *suspended)));
        }
        steps.push(Step::Present(Event::Publish));
        if situation.restarts < self.setup.restarts {
            let lost = 0..=situation.reg.entries.len();
            steps.extend(lost.map(|left| Step::Present(Event::Restart(left))));
        }
        if situation.clock < self.setup.ticks {
            steps.push(Step::Tick);
        }
    }

    fn next_state(&self, last: &Situation, step: Step) -> Option<Situation> {
        let mut next = last.clone();
        match step {
            Step::Sign(choice, act) => self.sign(&mut next, choice, act),
            Step::Accept(place) => next.pool[place].bits |= ACCEPT,
            Step::Decline(place) => next.pool[place].bits |= DECLINE,
            Step::Tick => next.clock += 1,
            Step::Present(event) => {
                next.reg = self.event(&last.reg, event, last.clock)?;
                next.restarts += u8::from(matches!(event, Event::Restart(_)));
            }
        }
        self.tell(&mut next);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut all = vec![
            Property::always("S1", |_, at| sound(at, judge::S1)),
            Property::always("S2", |_, at| sound(at, judge::S2)),
            Property::always("S3", |_, at| sound(at, judge::S3)),
            Property::always("S4", |_, at: &Situation| {
                at.pool.iter().all(|item| item.bits & TOLD_BACK == 0 || !at.reg.has(item.act))
            }),
            Property::always("S5", |_, at: &Situation| {
                at.pool.iter().all(|item| item.bits & TOLD_DONE == 0 || at.reg.has(item.act))
            }),
            Property::always("S6", |machine: &Self, at: &Situation| {
                let refused = |item: &&Item| {
                    let home = item.act.acceptor();
                    item.bits & DECLINE != 0
                        && home.is_some_and(|home| machine.setup.answers[home as usize] == Answers::Honestly)
                };
                at.pool.iter().filter(refused).all(|item| !at.reg.has(item.act))
            }),
            Property::always("S8", |_, at| sound(at, judge::S8)),
            Property::always("S10", |_, at| sound(at, judge::S10)),
            Property::always("S12", |_, at| sound(at, judge::S12)),
            Property::always("I3", |_, at| sound(at, judge::I3)),
            Property::always("I4", |_, at| sound(at, judge::I4)),
            Property::always("T1", |_, at| sound(at, judge::T1)),
            Property::always("R1", |_, at| sound(at, judge::R1)),
            Property::always("A1", |_, at| sound(at, judge::A1)),
            Property::always("O1", |_, at| sound(at, judge::O1)),
            Property::always("B1", |_, at| sound(at, judge::B1)),
            Property::always("W1", |_, at| sound(at, judge::W1)),
            Property::always("L1", |machine: &Self, at| machine.has_way(at)),
        ];
        if self.only.is_empty() {
            all.extend(self.setup.reached.iter().map(|(name, reached)| Property::sometimes(name, *reached)));
        } else {
            all.retain(|property| self.only.contains(&property.name));
        }
        all
    }
}

fn sound(situation: &Situation, property: Broken) -> bool {
    situation.reg.judge.broken & property == 0
}
