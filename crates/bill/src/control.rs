//! Possession: who is in control of a record, folded from its acts without their private parts (docs/control.md 5, 3.1,
//! 2.2, 2.6). This is what the registry and every verifier fold; title is another room's business.
//!
//! [`check`] chooses and may refuse, [`apply`] cannot fail. Signatures are not looked at here: [`crate::signatures`]
//! proves them apart, so that a model checker can walk these very functions over small values.

use std::time::Duration;

use crypto::Digest;
use vocab::{Refusal, Timestamp};

use crate::{
    act::{Act, Action, Body, Issue, Step},
    refusals::*,
    words::{Controller, End, Op, Platform, Purpose, Registry},
};

/// Acts in one record (docs/control.md 1).
pub const RECORD_ACTS_MAX: u64 = 1_024;
/// The last acts of a record, kept for ways out, so that a record never fills up with somebody in it (docs/control.md 1).
pub const RECORD_ACTS_RESERVED: u64 = 16;
/// How far ahead of the registry's clock a signer's may run (docs/control.md 8).
pub const AT_AHEAD_MAX: Duration = Duration::from_secs(5 * 60);
/// Longest life of an `issue`: a replacement is agreed before the surrender (docs/control.md 1).
pub const ISSUE_LIFE_MAX: Duration = Duration::from_secs(60 * DAY_S);
/// Longest life of an act that another platform must accept (docs/control.md 1).
pub const CROSSING_LIFE_MAX: Duration = Duration::from_secs(30 * DAY_S);
/// Longest life of any other act (docs/control.md 1).
pub const IN_HOUSE_LIFE_MAX: Duration = Duration::from_secs(DAY_S);
/// The carrier has at least this long to answer a surrender (docs/control.md 1).
pub const ANSWER_MIN: Duration = Duration::from_secs(DAY_S);
/// The carrier has at most this long to answer a surrender (docs/control.md 1).
pub const ANSWER_MAX: Duration = Duration::from_secs(60 * DAY_S);
/// One `leave` in this time (docs/control.md 3.1).
pub const LEAVE_INTERVAL: Duration = Duration::from_secs(DAY_S);

const DAY_S: u64 = 24 * 3_600;
const HOUR_S: u64 = 3_600;

/// A record between two acts.
///
/// Invariant (I1, I2): exactly one controller in every state but [`Closed`], which has none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Record {
    /// A holder has it.
    Live(Live),
    /// The carrier has it; the holder is remembered.
    Surrendered(Surrendered),
    /// Nobody has it, ever again.
    Closed(Closed),
}

/// What every record keeps in every phase.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Spine {
    record: Digest,
    tag: Digest,
    registry: Registry,
    issuer: Controller,
    head: Digest,
    seq: u64,
    left: Option<Timestamp>,
}

/// A holder has the record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Live {
    spine: Spine,
    controller: Controller,
    /// Open while nothing was admitted since a `move`.
    window: Option<Window>,
}

/// The time in which a transfer may be handed back as if it had not been.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Window {
    /// Who handed it over.
    pub former: Controller,
    /// The leaf of the transfer.
    pub opened: Timestamp,
}

/// The carrier has the record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Surrendered {
    spine: Spine,
    controller: Controller,
    holder: Controller,
    purpose: Purpose,
    answer_by: Timestamp,
}

/// The record has ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Closed {
    spine: Spine,
    closer: Controller,
    end: End,
    into: Vec<Digest>,
}

/// The phases of docs/control.md 8 in this release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// A holder has it.
    Live,
    /// The carrier has it.
    Surrendered,
    /// It has ended.
    Closed,
}

impl Record {
    /// What the record keeps in every phase.
    pub const fn spine(&self) -> &Spine {
        match self {
            Self::Live(live) => &live.spine,
            Self::Surrendered(surrendered) => &surrendered.spine,
            Self::Closed(closed) => &closed.spine,
        }
    }

    /// The phase.
    pub const fn phase(&self) -> Phase {
        match self {
            Self::Live(_) => Phase::Live,
            Self::Surrendered(_) => Phase::Surrendered,
            Self::Closed(_) => Phase::Closed,
        }
    }

    /// The one in control; nobody once it has ended.
    pub const fn controller(&self) -> Option<&Controller> {
        match self {
            Self::Live(live) => Some(&live.controller),
            Self::Surrendered(surrendered) => Some(&surrendered.controller),
            Self::Closed(_) => None,
        }
    }

    /// The holder who surrendered, while the carrier has the record.
    pub const fn remembered(&self) -> Option<&Controller> {
        match self {
            Self::Surrendered(surrendered) => Some(&surrendered.holder),
            Self::Live(_) | Self::Closed(_) => None,
        }
    }

    /// Who must sign this act: the remembered holder for a reclaim, else the one in control (invariant I3).
    pub const fn entitled(&self, op: Op) -> Option<&Controller> {
        match op {
            Op::Reclaim => self.remembered(),
            Op::Keyset
            | Op::Rekey
            | Op::Issue
            | Op::Note
            | Op::Move
            | Op::Reject
            | Op::Leave
            | Op::Surrender
            | Op::Close
            | Op::Return
            | Op::Rehome
            | Op::Adopt => self.controller(),
        }
    }

    fn into_spine(self) -> Spine {
        match self {
            Self::Live(live) => live.spine,
            Self::Surrendered(surrendered) => surrendered.spine,
            Self::Closed(closed) => closed.spine,
        }
    }
}

impl Spine {
    /// The record's id: digest of its first act.
    pub const fn record(&self) -> Digest {
        self.record
    }

    /// The tag of its document (docs/control.md 6).
    pub const fn tag(&self) -> Digest {
        self.tag
    }

    /// The log of its life.
    pub const fn registry(&self) -> &Registry {
        &self.registry
    }

    /// The carrier: the sets that the first act names, at the home where the record last saw them.
    pub const fn issuer(&self) -> &Controller {
        &self.issuer
    }

    /// The last admitted act.
    pub const fn head(&self) -> Digest {
        self.head
    }

    /// The last admitted act's position.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// The leaf of the last `leave`.
    pub const fn left(&self) -> Option<Timestamp> {
        self.left
    }
}

impl Live {
    /// The one in control.
    pub const fn controller(&self) -> &Controller {
        &self.controller
    }

    /// The transfer that may still be rejected, if the last act was one.
    pub const fn window(&self) -> Option<&Window> {
        self.window.as_ref()
    }
}

impl Surrendered {
    /// The carrier.
    pub const fn controller(&self) -> &Controller {
        &self.controller
    }

    /// The one who surrendered.
    pub const fn holder(&self) -> &Controller {
        &self.holder
    }

    /// What for.
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// From when on the holder may reclaim.
    pub const fn answer_by(&self) -> Timestamp {
        self.answer_by
    }
}

impl Closed {
    /// The carrier that closed it.
    pub const fn closer(&self) -> &Controller {
        &self.closer
    }

    /// How it ended.
    pub const fn end(&self) -> End {
        self.end
    }

    /// The records that took its place.
    pub fn successors(&self) -> &[Digest] {
        &self.into
    }
}

/// What a platform's signature is worth at the moment of the leaf (docs/control.md 9, member marks).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It signs.
    Member,
    /// It signs nothing for a time; its records may leave at once.
    Suspended,
    /// It signs nothing any more; its records may leave at once.
    Dead,
    /// The registry never heard of it.
    Stranger,
}

/// What the check must know beside the record: all of it as of the leaf.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The leaf's time.
    pub now: Timestamp,
    /// How long a transfer may be rejected (charter, `rejectHours`).
    pub reject_hours: u64,
    /// The standing of a platform.
    pub standing: &'a dyn Fn(Platform) -> Standing,
    /// Whether the receiving platform's refusal of this very act is on record.
    pub declined: bool,
    /// Whether a `rehome` comes with the old home's release: two platform statements in its signature list.
    pub released: bool,
    rules: Rules,
}

impl<'a> Facts<'a> {
    /// Facts under all rules, nothing declined.
    pub fn new(now: Timestamp, reject_hours: u64, standing: &'a dyn Fn(Platform) -> Standing) -> Self {
        Self { now, reject_hours, standing, declined: false, released: false, rules: Rules(0) }
    }

    /// The same facts, with the receiving platform's refusal of the act on record or not.
    #[must_use]
    pub fn declined(self, declined: bool) -> Self {
        Self { declined, ..self }
    }

    /// The same facts, with the old home's release of a `rehome` or without.
    #[must_use]
    pub fn released(self, released: bool) -> Self {
        Self { released, ..self }
    }

    /// The same facts with other standings.
    pub(crate) fn with_standing<'b>(self, standing: &'b dyn Fn(Platform) -> Standing) -> Facts<'b> {
        let Self { now, reject_hours, declined, released, rules, standing: _ } = self;
        Facts { now, reject_hours, standing, declined, released, rules }
    }

    /// The same facts with one rule switched off. Only for the model, which shows that the rule is needed
    /// (docs/control.md: "each rule is a switch, and each switch off breaks a named property").
    #[must_use]
    pub fn without(self, rule: Rule) -> Self {
        Self { rules: Rules(self.rules.0 | rule.bit()), ..self }
    }
}

/// The rules switched off; none outside the model.
#[derive(Clone, Copy)]
struct Rules(u32);

/// One rule of admission, in the order of docs/control.md 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// 1,024 acts, the last 16 for ways out.
    Room,
    /// Record, number and predecessor are the head's.
    Head,
    /// The act exists in this phase.
    Phase,
    /// `by` is the one entitled.
    Entitled,
    /// A surrender goes to the issuer.
    ToIssuer,
    /// A move goes to another.
    ToAnother,
    /// A rehome changes the home and nothing else.
    HomeOnly,
    /// A rehome has the old home's release, or the old home is suspended or dead.
    Release,
    /// A close fits its surrender.
    EndFitsPurpose,
    /// A reject follows its transfer, in time, to a home in good standing.
    RejectWindow,
    /// One leave in 24 hours.
    LeaveOnce,
    /// A decline binds.
    NotDeclined,
    /// `at` is not ahead.
    NotAhead,
    /// `expires` has not passed.
    NotExpired,
    /// `expires` is within its kind's limit.
    ShortLived,
    /// `answerBy` is 1 to 60 days after `at`.
    AnswerRange,
    /// A reclaim waits for `answerBy`.
    AnswerDue,
    /// The home's signature admits something.
    HomeStanding,
    /// The acceptor's signature admits something.
    AcceptorStanding,
}

impl Rule {
    /// Every rule, in the order in which they are asked.
    pub const ALL: [Self; 19] = [
        Self::Room,
        Self::Head,
        Self::Phase,
        Self::Entitled,
        Self::ToIssuer,
        Self::ToAnother,
        Self::HomeOnly,
        Self::Release,
        Self::EndFitsPurpose,
        Self::RejectWindow,
        Self::LeaveOnce,
        Self::NotDeclined,
        Self::NotAhead,
        Self::NotExpired,
        Self::ShortLived,
        Self::AnswerRange,
        Self::AnswerDue,
        Self::HomeStanding,
        Self::AcceptorStanding,
    ];

    const fn bit(self) -> u32 {
        1 << match self {
            Self::Room => 0,
            Self::Head => 1,
            Self::Phase => 2,
            Self::ToIssuer => 3,
            Self::ToAnother => 4,
            Self::HomeOnly => 5,
            Self::EndFitsPurpose => 6,
            Self::RejectWindow => 7,
            Self::LeaveOnce => 8,
            Self::Entitled => 9,
            Self::NotDeclined => 10,
            Self::NotAhead => 11,
            Self::NotExpired => 12,
            Self::ShortLived => 13,
            Self::AnswerRange => 14,
            Self::AnswerDue => 15,
            Self::HomeStanding => 16,
            Self::AcceptorStanding => 17,
            Self::Release => 18,
        }
    }

    fn ask(self, case: &Case<'_>) -> Result<(), Refusal> {
        match self {
            Self::Room => case.room(),
            Self::Head => case.head(),
            Self::Phase => case.phase(),
            Self::ToIssuer => case.to_issuer(),
            Self::ToAnother => case.to_another(),
            Self::HomeOnly => case.home_only(),
            Self::Release => case.release(),
            Self::EndFitsPurpose => case.end_fits_purpose(),
            Self::RejectWindow => case.reject_window(),
            Self::LeaveOnce => case.leave_once(),
            Self::Entitled => case.entitled(),
            Self::NotDeclined => case.not_declined(),
            Self::NotAhead => not_ahead(case.at, case.facts),
            Self::NotExpired => not_expired(case.step.expires, case.facts),
            Self::ShortLived => short_lived(case.at, case.step.expires, case.life_max()),
            Self::AnswerRange => case.answer_range(),
            Self::AnswerDue => case.answer_due(),
            Self::HomeStanding => case.home_standing(),
            Self::AcceptorStanding => case.acceptor_standing(),
        }
    }
}

/// Proof that an act may follow a record. Only [`check`] and [`check_group`] build one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Admitted {
    act: Digest,
    seq: u64,
    now: Timestamp,
    effect: Effect,
}

/// Proof that a first act may begin a bill. Only [`check_issue`] and [`check_group`] build one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Begun {
    record: Digest,
    issue: Issue,
}

/// What an act changes beside the head.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing.
    Same,
    /// The leave is remembered.
    Left,
    /// Another home, or the carrier's.
    Rehomed(Platform),
    /// Control passes; it may be handed back for a time.
    Passed(Controller, Window),
    /// Control returns.
    Back(Controller),
    /// The carrier holds.
    Surrendered {
        /// The carrier.
        carrier: Controller,
        /// The one who surrendered.
        holder: Controller,
        /// What for.
        purpose: Purpose,
        /// From when on it may be reclaimed.
        answer_by: Timestamp,
    },
    /// The record ends.
    Closed {
        /// The carrier.
        closer: Controller,
        /// How.
        end: End,
        /// What takes its place.
        into: Vec<Digest>,
    },
}

impl Admitted {
    /// What the act changes.
    pub const fn effect(&self) -> &Effect {
        &self.effect
    }
}

/// May `act` follow? The first rule broken answers.
///
/// # Errors
/// The refusals of [`Rule`]; [`NOT_A_FIRST_ACT`] for acts that are no step of a bill; [`GROUP_NOT_WHOLE`] for a
/// close that another record replaces: that is admitted by [`check_group`] only.
pub fn check(record: &Record, act: &Act, facts: &Facts<'_>) -> Result<Admitted, Refusal> {
    let step = step_of(act)?;
    let admitted = admit(record, act, step, facts)?;
    match admitted.effect {
        Effect::Closed { end: End::Replaced, .. } => Err(GROUP_NOT_WHOLE.because("the issue is missing")),
        _ => Ok(admitted),
    }
}

/// As [`check`], for a reader who has this record only: the record that replaces it is that record's own evidence. What
/// a later release does hides no broken rule from a reader: [`NOT_YET`] only where every other rule holds.
///
/// # Errors
/// As [`check`], save [`GROUP_NOT_WHOLE`].
pub fn check_alone(record: &Record, act: &Act, facts: &Facts<'_>) -> Result<Admitted, Refusal> {
    let step = step_of(act)?;
    admit(record, act, step, facts).map_err(|why| {
        let later = why.code() == NOT_YET.code;
        if later { broken(record, step, act.at(), facts).unwrap_or(why) } else { why }
    })
}

/// The first rule broken, past whatever is left to a later release.
fn broken(record: &Record, step: &Step, at: Timestamp, facts: &Facts<'_>) -> Option<Refusal> {
    let case = Case { record, step, at, facts };
    let on = Rule::ALL.into_iter().filter(|rule| facts.rules.0 & rule.bit() == 0);
    on.filter_map(|rule| rule.ask(&case).err()).find(|why| why.code() != NOT_YET.code)
}

/// What the act that `step` describes would change, or why it may not follow. [`check`] is this and a digest, so
/// that who asks beforehand (`options`) gets the answer of the rules themselves.
///
/// # Errors
/// As [`check`], save [`GROUP_NOT_WHOLE`].
pub fn examine(record: &Record, step: &Step, at: Timestamp, facts: &Facts<'_>) -> Result<Effect, Refusal> {
    step.first_release()?;
    let case = Case { record, step, at, facts };
    for rule in Rule::ALL {
        if facts.rules.0 & rule.bit() == 0 {
            rule.ask(&case)?;
        }
    }
    case.effect()
}

/// The record after an admitted act.
pub fn apply(record: Record, admitted: &Admitted) -> Record {
    let (head, seq) = (admitted.act, admitted.seq);
    let advance = |spine: Spine| Spine { head, seq, ..spine };
    let live = |spine, controller, window| Record::Live(Live { spine: advance(spine), controller, window });
    match &admitted.effect {
        Effect::Same => stay(record, advance),
        Effect::Left => stay(record, |spine| Spine { left: Some(admitted.now), ..advance(spine) }),
        Effect::Rehomed(home) => rehomed(stay(record, advance), *home),
        Effect::Passed(to, window) => live(record.into_spine(), to.clone(), Some(window.clone())),
        Effect::Back(to) => live(record.into_spine(), to.clone(), None),
        Effect::Surrendered { carrier, holder, purpose, answer_by } => Record::Surrendered(Surrendered {
            spine: Spine { issuer: carrier.clone(), ..advance(record.into_spine()) },
            controller: carrier.clone(),
            holder: holder.clone(),
            purpose: *purpose,
            answer_by: *answer_by,
        }),
        Effect::Closed { closer, end, into } => Record::Closed(Closed {
            spine: advance(record.into_spine()),
            closer: closer.clone(),
            end: *end,
            into: into.clone(),
        }),
    }
}

/// The same phase and controller; a transfer before is no longer the last act, so nothing can be rejected.
fn stay(record: Record, spine: impl FnOnce(Spine) -> Spine) -> Record {
    match record {
        Record::Live(live) => Record::Live(Live { spine: spine(live.spine), window: None, ..live }),
        Record::Surrendered(it) => Record::Surrendered(Surrendered { spine: spine(it.spine), ..it }),
        Record::Closed(it) => Record::Closed(Closed { spine: spine(it.spine), ..it }),
    }
}

fn rehomed(record: Record, home: Platform) -> Record {
    match record {
        Record::Live(live) => {
            let (spine, controller) = seen(live.spine, live.controller.at(home));
            Record::Live(Live { spine, controller, ..live })
        }
        Record::Surrendered(it) => {
            let (spine, controller) = seen(it.spine, it.controller.at(home));
            Record::Surrendered(Surrendered { spine, controller, ..it })
        }
        Record::Closed(closed) => Record::Closed(closed),
    }
}

/// When it is the carrier that is in control, its home is remembered: the next surrender goes there.
fn seen(spine: Spine, controller: Controller) -> (Spine, Controller) {
    if spine.issuer.sets != controller.sets {
        return (spine, controller);
    }
    (Spine { issuer: controller.clone(), ..spine }, controller)
}

/// May `act` begin a bill? `predecessor` is the record that its `from` names, for an original bill none.
///
/// # Errors
/// [`NOT_A_FIRST_ACT`]; [`PREDECESSOR_NOT_REPLACED`], [`PREDECESSOR_OTHER_CARRIER`], [`PAPER_OTHER_TAG`]; and those
/// of the times and of the platforms' standing.
pub fn check_issue(act: &Act, predecessor: Option<&Record>, facts: &Facts<'_>) -> Result<Begun, Refusal> {
    let Body::Issue(issue) = act.body() else {
        return Err(NOT_A_FIRST_ACT.because(act.op().as_str()));
    };
    issue.first_release()?;
    follows(act.digest(), issue, predecessor)?;
    begin(act, issue, facts)
}

fn begin(act: &Act, issue: &Issue, facts: &Facts<'_>) -> Result<Begun, Refusal> {
    let on = |rule: Rule| facts.rules.0 & rule.bit() == 0;
    if on(Rule::NotDeclined) && facts.declined {
        return Err(DECLINED.refuse());
    }
    if on(Rule::NotAhead) {
        not_ahead(act.at(), facts)?;
    }
    if on(Rule::NotExpired) {
        not_expired(issue.expires, facts)?;
    }
    if on(Rule::ShortLived) {
        short_lived(act.at(), issue.expires, ISSUE_LIFE_MAX)?;
    }
    if on(Rule::HomeStanding) {
        in_standing(issue.by.home, &HOME_NOT_IN_STANDING, facts)?;
    }
    if on(Rule::AcceptorStanding) {
        in_standing(issue.to.home, &ACCEPTOR_NOT_IN_STANDING, facts)?;
    }
    Ok(Begun { record: act.digest(), issue: issue.clone() })
}

/// As [`check_issue`], for a reader who has this record only: what `from` names is that record's own evidence. As in
/// [`check_alone`], [`NOT_YET`] only where every other rule holds.
///
/// # Errors
/// As [`check_issue`], without those about the predecessor.
pub fn check_issue_alone(act: &Act, facts: &Facts<'_>) -> Result<Begun, Refusal> {
    let Body::Issue(issue) = act.body() else {
        return Err(NOT_A_FIRST_ACT.because(act.op().as_str()));
    };
    let begun = begin(act, issue, facts)?;
    issue.first_release()?;
    Ok(begun)
}

/// The record that a first act begins.
pub fn apply_issue(begun: &Begun) -> Record {
    let issue = &begun.issue;
    Record::Live(Live {
        spine: Spine {
            record: begun.record,
            tag: issue.tag,
            registry: issue.registry.clone(),
            issuer: issue.by.clone(),
            head: begun.record,
            seq: 0,
            left: None,
        },
        controller: issue.to.clone(),
        window: None,
    })
}

/// May this close and the issue that replaces the record be admitted, both or neither (docs/control.md 11)?
///
/// # Errors
/// [`GROUP_NOT_WHOLE`] when they do not name each other; else as [`check`] and [`check_issue`].
pub fn check_group(
    record: &Record,
    close: &Act,
    issue: &Act,
    facts: &Facts<'_>,
) -> Result<(Admitted, Begun), Refusal> {
    let step = step_of(close)?;
    let Action::Close { end: End::Replaced, into } = &step.action else {
        return Err(GROUP_NOT_WHOLE.because("the first act is no close as replaced"));
    };
    if into.as_slice() != [issue.digest()] {
        return Err(GROUP_NOT_WHOLE.because("the close names another successor"));
    }
    let admitted = admit(record, close, step, facts)?;
    let closed = apply(record.clone(), &admitted);
    let begun = check_issue(issue, Some(&closed), facts)?;
    Ok((admitted, begun))
}

fn step_of(act: &Act) -> Result<&Step, Refusal> {
    match act.body() {
        Body::Step(step) => Ok(step),
        Body::Keyset(_) | Body::Rekey(_) | Body::Issue(_) => {
            Err(NOT_HEAD.because(format!("{} does not follow a bill's act", act.op())))
        }
    }
}

fn admit(record: &Record, act: &Act, step: &Step, facts: &Facts<'_>) -> Result<Admitted, Refusal> {
    let effect = examine(record, step, act.at(), facts)?;
    Ok(Admitted { act: act.digest(), seq: step.seq, now: facts.now, effect })
}

fn follows(act: Digest, issue: &Issue, predecessor: Option<&Record>) -> Result<(), Refusal> {
    let (from, predecessor) = match (issue.from.as_slice(), predecessor) {
        ([], None) => return Ok(()),
        ([from], Some(predecessor)) => (from, predecessor),
        _ => return Err(PREDECESSOR_NOT_REPLACED.because("`from` names a record that is not known here")),
    };
    let Record::Closed(closed) = predecessor else {
        return Err(PREDECESSOR_NOT_REPLACED.because("it is not closed"));
    };
    if closed.spine.record != *from {
        return Err(PREDECESSOR_NOT_REPLACED.because("`from` names another record"));
    }
    match closed.end {
        End::Replaced if closed.into.contains(&act) => {}
        End::Paper if issue.tag != closed.spine.tag => return Err(PAPER_OTHER_TAG.refuse()),
        End::Paper => {}
        End::Replaced | End::Delivered | End::Void => return Err(PREDECESSOR_NOT_REPLACED.refuse()),
    }
    if issue.by.sets == closed.closer.sets { Ok(()) } else { Err(PREDECESSOR_OTHER_CARRIER.refuse()) }
}

/// One question to the rules.
struct Case<'a> {
    record: &'a Record,
    step: &'a Step,
    at: Timestamp,
    facts: &'a Facts<'a>,
}

impl Case<'_> {
    fn op(&self) -> Op {
        self.step.action.op()
    }

    fn room(&self) -> Result<(), Refusal> {
        let seq = self.step.seq;
        if seq >= RECORD_ACTS_MAX {
            return Err(RECORD_FULL.refuse());
        }
        let way_out = matches!(
            self.op(),
            Op::Surrender | Op::Close | Op::Return | Op::Reclaim | Op::Leave | Op::Rehome
        );
        if seq >= RECORD_ACTS_MAX - RECORD_ACTS_RESERVED && !way_out {
            return Err(RECORD_ENDING.refuse());
        }
        Ok(())
    }

    fn head(&self) -> Result<(), Refusal> {
        let (spine, step) = (self.record.spine(), self.step);
        if step.record != spine.record {
            return Err(WRONG_RECORD.refuse());
        }
        if step.seq != spine.seq + 1 {
            return Err(NOT_HEAD.because(format!("seq {} offered, {} is next", step.seq, spine.seq + 1)));
        }
        if step.prev == spine.head { Ok(()) } else { Err(NOT_HEAD.because("another act is the head")) }
    }

    fn phase(&self) -> Result<(), Refusal> {
        match (self.record, &self.step.action) {
            (Record::Closed(_), _) => Err(CLOSED.refuse()),
            (Record::Live(_), Action::Close { .. } | Action::Return | Action::Reclaim) => {
                Err(NOT_SURRENDERED.refuse())
            }
            (
                Record::Live(_),
                Action::Adopt { .. }
                | Action::Leave
                | Action::Move { .. }
                | Action::Note
                | Action::Rehome { .. }
                | Action::Reject
                | Action::Surrender { .. },
            ) => Ok(()),
            (
                Record::Surrendered(_),
                Action::Adopt { .. }
                | Action::Move { .. }
                | Action::Note
                | Action::Reject
                | Action::Surrender { .. },
            ) => Err(SURRENDERED.refuse()),
            (
                Record::Surrendered(_),
                Action::Close { .. }
                | Action::Leave
                | Action::Reclaim
                | Action::Rehome { .. }
                | Action::Return,
            ) => Ok(()),
        }
    }

    fn to_issuer(&self) -> Result<(), Refusal> {
        match &self.step.action {
            Action::Surrender { to, .. } if to.sets != self.record.spine().issuer.sets => {
                Err(NOT_TO_ISSUER.refuse())
            }
            _ => Ok(()),
        }
    }

    fn to_another(&self) -> Result<(), Refusal> {
        match &self.step.action {
            Action::Move { to } if to.sets == self.step.by.sets => Err(ALREADY_IN_CONTROL.refuse()),
            _ => Ok(()),
        }
    }

    fn home_only(&self) -> Result<(), Refusal> {
        match &self.step.action {
            Action::Rehome { to } if to.sets != self.step.by.sets => Err(REHOME_CHANGES_HOLDER.refuse()),
            Action::Rehome { to } if to.home == self.step.by.home => Err(REHOME_SAME_HOME.refuse()),
            _ => Ok(()),
        }
    }

    /// Leaving a living home against its will needs `leave`, a wait and a window for objections: a later release.
    fn release(&self) -> Result<(), Refusal> {
        if !matches!(self.step.action, Action::Rehome { .. }) || self.facts.released {
            return Ok(());
        }
        match (self.facts.standing)(self.step.by.home) {
            Standing::Suspended | Standing::Dead => Ok(()),
            Standing::Member | Standing::Stranger => {
                Err(NOT_YET.because("rehome from a platform in good standing without its release"))
            }
        }
    }

    fn end_fits_purpose(&self) -> Result<(), Refusal> {
        match (self.record, &self.step.action) {
            (Record::Surrendered(surrendered), Action::Close { end, .. })
                if !surrendered.purpose.allows(*end) =>
            {
                Err(END_NOT_PURPOSE.because(format!("{end} after {}", surrendered.purpose)))
            }
            _ => Ok(()),
        }
    }

    fn reject_window(&self) -> Result<(), Refusal> {
        let (Record::Live(live), Action::Reject) = (self.record, &self.step.action) else {
            return Ok(());
        };
        let Some(window) = &live.window else {
            return Err(NOTHING_TO_REJECT.refuse());
        };
        if self.facts.now > window.opened.plus(hours(self.facts.reject_hours)) {
            return Err(REJECT_TOO_LATE.refuse());
        }
        in_standing(window.former.home, &FORMER_HOME_GONE, self.facts)
    }

    fn leave_once(&self) -> Result<(), Refusal> {
        match (&self.step.action, self.record.spine().left) {
            (Action::Leave, Some(left)) if self.facts.now < left.plus(LEAVE_INTERVAL) => {
                Err(LEFT_RECENTLY.refuse())
            }
            _ => Ok(()),
        }
    }

    fn entitled(&self) -> Result<(), Refusal> {
        if self.record.entitled(self.op()) == Some(&self.step.by) {
            return Ok(());
        }
        match self.step.action {
            Action::Reclaim => Err(NOT_SURRENDERER.refuse()),
            _ => Err(NOT_IN_CONTROL.refuse()),
        }
    }

    fn not_declined(&self) -> Result<(), Refusal> {
        if self.facts.declined { Err(DECLINED.refuse()) } else { Ok(()) }
    }

    fn life_max(&self) -> Duration {
        if self.acceptor().is_some() { CROSSING_LIFE_MAX } else { IN_HOUSE_LIFE_MAX }
    }

    fn acceptor(&self) -> Option<Platform> {
        let to = self.step.action.to()?;
        (to.home != self.step.by.home).then_some(to.home)
    }

    fn answer_range(&self) -> Result<(), Refusal> {
        let Action::Surrender { answer_by: Some(answer_by), .. } = &self.step.action else {
            return Ok(());
        };
        let range = self.at.plus(ANSWER_MIN)..=self.at.plus(ANSWER_MAX);
        if range.contains(answer_by) { Ok(()) } else { Err(ANSWER_BY_OUT_OF_RANGE.refuse()) }
    }

    fn answer_due(&self) -> Result<(), Refusal> {
        match (self.record, &self.step.action) {
            (Record::Surrendered(surrendered), Action::Reclaim) if self.facts.now < surrendered.answer_by => {
                Err(ANSWER_NOT_DUE.because(format!("it runs until {}", surrendered.answer_by)))
            }
            _ => Ok(()),
        }
    }

    /// A controller who leaves, reclaims or re-homes must not need the platform that it may be fleeing.
    fn home_standing(&self) -> Result<(), Refusal> {
        match self.step.action {
            Action::Leave | Action::Reclaim | Action::Rehome { .. } => Ok(()),
            Action::Adopt { .. }
            | Action::Close { .. }
            | Action::Move { .. }
            | Action::Note
            | Action::Reject
            | Action::Return
            | Action::Surrender { .. } => in_standing(self.step.by.home, &HOME_NOT_IN_STANDING, self.facts),
        }
    }

    fn acceptor_standing(&self) -> Result<(), Refusal> {
        match self.acceptor() {
            Some(platform) => in_standing(platform, &ACCEPTOR_NOT_IN_STANDING, self.facts),
            None => Ok(()),
        }
    }

    /// Where a state has no such effect (a reject without a transfer), the phase's own refusal answers even when the
    /// model has switched the rule off: there is nothing to do.
    fn effect(&self) -> Result<Effect, Refusal> {
        let by = || self.step.by.clone();
        match (self.record, &self.step.action) {
            (_, Action::Note) => Ok(Effect::Same),
            (_, Action::Leave) => Ok(Effect::Left),
            (_, Action::Rehome { to }) => Ok(Effect::Rehomed(to.home)),
            (_, Action::Adopt { .. } | Action::Surrender { answer_by: None, .. }) => {
                Err(NOT_YET.because("custody by a foreign platform"))
            }
            (_, Action::Move { to }) => {
                Ok(Effect::Passed(to.clone(), Window { former: by(), opened: self.facts.now }))
            }
            (_, Action::Surrender { to, purpose, answer_by: Some(answer_by) }) => Ok(Effect::Surrendered {
                carrier: to.clone(),
                holder: by(),
                purpose: *purpose,
                answer_by: *answer_by,
            }),
            (_, Action::Close { end, into }) => {
                Ok(Effect::Closed { closer: by(), end: *end, into: into.clone() })
            }
            (Record::Live(live), Action::Reject) => match &live.window {
                Some(window) => Ok(Effect::Back(window.former.clone())),
                None => Err(NOTHING_TO_REJECT.refuse()),
            },
            (Record::Surrendered(_) | Record::Closed(_), Action::Reject) => Err(NOTHING_TO_REJECT.refuse()),
            (Record::Surrendered(surrendered), Action::Return | Action::Reclaim) => {
                Ok(Effect::Back(surrendered.holder.clone()))
            }
            (Record::Live(_) | Record::Closed(_), Action::Return | Action::Reclaim) => {
                Err(NOT_SURRENDERED.refuse())
            }
        }
    }
}

fn not_ahead(at: Timestamp, facts: &Facts<'_>) -> Result<(), Refusal> {
    if at <= facts.now.plus(AT_AHEAD_MAX) { Ok(()) } else { Err(AT_AHEAD.refuse()) }
}

fn not_expired(expires: Timestamp, facts: &Facts<'_>) -> Result<(), Refusal> {
    if facts.now <= expires { Ok(()) } else { Err(EXPIRED.because(format!("at {expires}"))) }
}

fn short_lived(at: Timestamp, expires: Timestamp, max: Duration) -> Result<(), Refusal> {
    if expires <= at.plus(max) {
        return Ok(());
    }
    Err(LIVES_TOO_LONG.because(format!("{} hours allowed", max.as_secs() / HOUR_S)))
}

fn in_standing(
    platform: Platform,
    kind: &'static vocab::RefusalKind,
    facts: &Facts<'_>,
) -> Result<(), Refusal> {
    match (facts.standing)(platform) {
        Standing::Member => Ok(()),
        standing @ (Standing::Suspended | Standing::Dead | Standing::Stranger) => {
            let word = match standing {
                Standing::Member => "a member",
                Standing::Suspended => "suspended",
                Standing::Dead => "dead",
                Standing::Stranger => "no member",
            };
            Err(kind.because(format!("{platform} is {word}")))
        }
    }
}

fn hours(hours: u64) -> Duration {
    Duration::from_secs(hours.saturating_mul(HOUR_S))
}
