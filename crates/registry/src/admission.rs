//! Admission: may this submission have the next leaves? The checks stand in the order of docs/control.md 8.
//!
//! What a record or a set allows is `bill`'s to say; this file asks whether the log has it, whose signatures count at
//! the moment of the leaf, and what leaves follow. Signatures themselves were verified before ([`crate::verified`]).

use std::collections::BTreeSet;

use bill::{
    act::{Act, Body, Issue, Step},
    control::{self, Facts, Record},
    keyset::{self, KeySet},
    refusals::{
        KEY_NOT_IN_SET, PLATFORM_KEY_UNKNOWN, SET_UNKNOWN, SIGNATURE_EXTRA, SIGNATURE_MISSING,
        SIGNATURE_ORDER, WRONG_ACT, WRONG_PLATFORM, WRONG_ROLE,
    },
    signatures::{PlatformSignature, Role, SignatureList, platforms_needed},
    words::Platform,
};
use crypto::Digest;
use vocab::{Refusal, Timestamp};

use crate::{
    governance::{Governance, Statement},
    leaf::{Leaf, PlainMark, entry},
    refusals::{
        ADMITTED_ALREADY, CHARTER_FIRST, MARK_OTHER_LOG, OTHER_LOG, RECORD_UNKNOWN, TAG_UNUSED, TAG_USED,
    },
    slot,
    state::{Answer, Kept, State, TagUse},
    submission::{Signed, Submission},
    verified::{Checked, Verified},
};

/// A rule of this room that the model can switch off; those of a record are [`control::Rule`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The receiver's platform accepts, where it is another.
    Accepted,
    /// What is admitted gets the same answer, and no second leaf.
    AnsweredOnce,
    /// The home countersigns.
    HomeSigned,
    /// The holder's keys are in force.
    KeysInForce,
    /// A first act names this log.
    OwnLog,
    /// The recipient's set lives here.
    RecipientKnown,
    /// A tag is used once until its record is closed.
    TagFree,
}

/// Rules switched off: none, except in the model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Switches {
    /// Rules of this room.
    pub off: BTreeSet<Rule>,
    /// Rules of a record.
    pub control_off: Vec<control::Rule>,
}

impl Switches {
    fn asks(&self, rule: Rule) -> bool {
        !self.off.contains(&rule)
    }
}

/// What an admitted submission changes.
pub(crate) struct Admitted {
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) answers: Vec<Answer>,
    pub(crate) changes: Vec<Change>,
}

pub(crate) enum Change {
    Declined { record: Digest, act: Digest, answer: Answer, next: u64 },
    Marked { statement: Statement, digest: Digest, answer: Answer, founds: Option<Governance> },
    Record { act: Digest, record: Record, answer: Answer, tag: Option<(Digest, TagUse)> },
    Set { act: Digest, set: KeySet, answer: Answer },
}

/// May this submission have the next leaves?
///
/// # Errors
/// As [`State::admit`].
pub(crate) fn check(
    state: &State,
    submission: &Submission,
    signatures: &Result<Verified, Refusal>,
    clock: Timestamp,
    switches: &Switches,
) -> Result<Admitted, Refusal> {
    if let Some(answers) = answered(state, submission).filter(|_| switches.asks(Rule::AnsweredOnce)) {
        return Ok(Admitted { leaves: Vec::new(), answers, changes: Vec::new() });
    }
    let case = Case { state, signatures, switches, now: state.log.time_of_leaf(clock) };
    match submission {
        Submission::Act(one) => case.act(one),
        Submission::Decline { offer, decline } => case.decline(offer, decline),
        Submission::Group { close, issue } => case.group(close, issue),
        Submission::Mark(mark) => case.mark(mark),
    }
}

/// The answers given before, when all of the submission was admitted before.
fn answered(state: &State, submission: &Submission) -> Option<Vec<Answer>> {
    match submission {
        Submission::Act(one) => Some(vec![state.answer(&one.act.digest())?]),
        Submission::Decline { offer, .. } => Some(vec![state.declined(&offer.act.digest())?]),
        Submission::Group { close, issue } => {
            Some(vec![state.answer(&close.act.digest())?, state.answer(&issue.act.digest())?])
        }
        Submission::Mark(mark) => Some(vec![state.answer(&Digest::of(mark.statement.as_bytes()))?]),
    }
}

struct Case<'a> {
    state: &'a State,
    signatures: &'a Result<Verified, Refusal>,
    switches: &'a Switches,
    /// The leaf's time.
    now: Timestamp,
}

impl Case<'_> {
    fn act(&self, one: &Signed) -> Result<Admitted, Refusal> {
        let governance = self.state.governance()?;
        let first = self.state.log.size();
        match one.act.body() {
            Body::Keyset(keyset) => {
                self.own_log(&keyset.registry.origin)?;
                let set = keyset::apply_first(&keyset::check_first(&one.act, self.now)?);
                self.enrolled(governance, one, &set)?;
                self.verified(one)?;
                Ok(self.set(one, set))
            }
            Body::Rekey(rekey) => {
                let set = self.state.set(&rekey.record).ok_or_else(|| RECORD_UNKNOWN.refuse())?;
                let rekeyed = keyset::check(set, &one.act, &one.signatures.signers()?, self.now)?;
                if !one.signatures.platforms().is_empty() {
                    return Err(SIGNATURE_EXTRA.because("of a platform"));
                }
                self.verified(one)?;
                Ok(self.set(one, keyset::apply(set.clone(), &rekeyed)))
            }
            Body::Issue(issue) => {
                let (predecessor, count) = self.tag(issue, None)?;
                let begun = self.with_facts(governance, one, |facts| {
                    control::check_issue(&one.act, predecessor, facts)
                })?;
                self.signed(governance, one)?;
                Ok(self.issued(one, control::apply_issue(&begun), count, first))
            }
            Body::Step(step) => {
                let before = self.record(step)?;
                let admitted =
                    self.with_facts(governance, one, |facts| control::check(before, &one.act, facts))?;
                self.signed(governance, one)?;
                let record = control::apply(before.clone(), &admitted);
                Ok(self.stepped(one, record, first))
            }
        }
    }

    /// A replacement: all or none (first release: one close, one issue).
    fn group(&self, close: &Signed, issue: &Signed) -> Result<Admitted, Refusal> {
        let governance = self.state.governance()?;
        let first = self.state.log.size();
        let (Body::Step(step), Body::Issue(new)) = (close.act.body(), issue.act.body()) else {
            return Err(bill::refusals::GROUP_NOT_WHOLE.refuse());
        };
        let before = self.record(step)?;
        let (_, count) = self.tag(new, Some(step.record))?;
        // A decline of the issue stands in the way of both; that of a close cannot be, for nobody accepts one.
        let (admitted, begun) = self.with_facts(governance, issue, |facts| {
            control::check_group(before, &close.act, &issue.act, facts)
        })?;
        self.signed(governance, close)?;
        self.signed(governance, issue)?;
        let mut group = self.stepped(close, control::apply(before.clone(), &admitted), first);
        let issued = self.issued(issue, control::apply_issue(&begun), count, first + 1);
        group.leaves.extend(issued.leaves);
        group.answers.extend(issued.answers);
        group.changes.extend(issued.changes);
        Ok(group)
    }

    /// The receiving platform's refusal. The act must be one that could be admitted but for the acceptance: else anybody
    /// with a key set could litter a record with marks.
    fn decline(&self, offer: &Signed, decline: &SignatureList) -> Result<Admitted, Refusal> {
        let governance = self.state.governance()?;
        let act = &offer.act;
        if self.state.answer(&act.digest()).is_some() {
            return Err(ADMITTED_ALREADY.refuse());
        }
        match act.body() {
            Body::Keyset(_) | Body::Rekey(_) => {
                return Err(WRONG_PLATFORM.because("nobody accepts a key set's act"));
            }
            // Its record is its own, so there is none to litter; what it replaces may still have to be closed.
            Body::Issue(issue) => self.own_log(&issue.registry.origin)?,
            Body::Step(step) => {
                let before = self.record(step)?;
                self.with_facts(governance, offer, |facts| control::check(before, act, facts))?;
            }
        }
        self.holders(offer)?;
        let by =
            act.acceptor().ok_or_else(|| WRONG_PLATFORM.because("no other platform is asked to accept"))?;
        let statement =
            decline.platforms().first().ok_or_else(|| SIGNATURE_MISSING.because("the decline"))?;
        self.countersigned(governance, statement, (Role::Decline, by), act)?;
        let verified = self.signatures.as_ref().map_err(Clone::clone)?;
        verified.cover(self.state, Checked::Holders, act, &offer.signatures)?;
        verified.cover(self.state, Checked::Decline, act, decline)?;
        let subject = act.record();
        let count = self.state.next_mark(&subject);
        let entry = entry(&statement.counter().digest(), &decline.digest());
        let leaf = Leaf::Entry { at: self.now, entry, slot: slot::mark(&subject, count) };
        let answer = self.answer(&leaf, self.state.log.size());
        let change = Change::Declined { record: subject, act: act.digest(), answer, next: count + 1 };
        Ok(Admitted { leaves: vec![leaf], answers: vec![answer], changes: vec![change] })
    }

    fn mark(&self, mark: &PlainMark) -> Result<Admitted, Refusal> {
        let statement = Statement::parse(&mark.statement)?;
        let verified = self.signatures.as_ref().map_err(Clone::clone);
        let founds = match &self.state.governance {
            Some(governance) => {
                governance.check_place(&statement, self.now)?;
                governance.check_authority(&statement, verified?.authorised()?, &mark.statement, self.now)?;
                None
            }
            None => {
                if self.state.log.size() != 0 {
                    return Err(CHARTER_FIRST.refuse());
                }
                let founded = Governance::found(mark, verified?.authorised()?)?;
                if founded.origin() != self.state.origin {
                    return Err(MARK_OTHER_LOG.because(founded.origin()));
                }
                Some(founded)
            }
        };
        let leaf = Leaf::Mark { at: self.now, slot: statement.slot(), mark: mark.clone() };
        let answer = self.answer(&leaf, self.state.log.size());
        let digest = Digest::of(mark.statement.as_bytes());
        let change = Change::Marked { statement, digest, answer, founds };
        Ok(Admitted { leaves: vec![leaf], answers: vec![answer], changes: vec![change] })
    }

    fn own_log(&self, origin: &str) -> Result<(), Refusal> {
        if origin == self.state.origin || !self.switches.asks(Rule::OwnLog) {
            return Ok(());
        }
        Err(OTHER_LOG.because(origin.chars().take(80).collect::<String>()))
    }

    fn record(&self, step: &Step) -> Result<&Record, Refusal> {
        self.state.record(&step.record).map(Kept::record).ok_or_else(|| RECORD_UNKNOWN.refuse())
    }

    /// docs/control.md 6: count 0 for a new tag, which replaces nothing; the next only in the place of the record under the
    /// last. `closing` is the record that the same group closes. Returns the record replaced, and the count.
    fn tag(&self, issue: &Issue, closing: Option<Digest>) -> Result<(Option<&Record>, u64), Refusal> {
        self.own_log(&issue.registry.origin)?;
        let from = issue.from.first();
        let record = |id: &Digest| self.state.record(id).map(Kept::record);
        let count = match (self.state.tags.get(&issue.tag), from) {
            (None, None) => 0,
            (None, Some(_)) => return Err(TAG_UNUSED.refuse()),
            (Some(last), Some(from)) if last.record == *from => last.count + 1,
            (Some(last), _) if !self.switches.asks(Rule::TagFree) => last.count + 1,
            (Some(last), _) => return Err(TAG_USED.because(format!("{} times", last.count + 1))),
        };
        match from {
            None => Ok((None, count)),
            Some(from) if closing == Some(*from) => Ok((None, count)),
            Some(from) => Ok((Some(record(from).ok_or_else(|| RECORD_UNKNOWN.because("`from`"))?), count)),
        }
    }

    fn with_facts<T>(
        &self,
        governance: &Governance,
        one: &Signed,
        ask: impl FnOnce(&Facts<'_>) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let standing = |platform: Platform| governance.standing(platform);
        let reject_hours = governance.charter(self.now).waits().reject_hours;
        let declined = self.state.declined(&one.act.digest()).is_some();
        let released = one.signatures.platforms().iter().any(|given| given.counter().role == Role::Home);
        let facts = Facts::new(self.now, reject_hours, &standing).declined(declined).released(released);
        let facts = self.switches.control_off.iter().fold(facts, |facts, rule| facts.without(*rule));
        ask(&facts)
    }

    /// Everything that docs/control.md 8 asks of signatures on an act of a bill, after the record's own rules.
    fn signed(&self, governance: &Governance, one: &Signed) -> Result<(), Refusal> {
        self.recipient(&one.act)?;
        self.holders(one)?;
        self.platforms(governance, one)?;
        self.verified(one)
    }

    /// Never zero (docs/control.md 10): control passes to keys that this log knows, or nobody could ever act again.
    fn recipient(&self, act: &Act) -> Result<(), Refusal> {
        let sets = act.to().map_or(&[][..], |to| to.sets.as_slice());
        match sets.iter().find(|id| self.state.set(id).is_none()) {
            Some(unknown) if self.switches.asks(Rule::RecipientKnown) => {
                Err(SET_UNKNOWN.because(format!("{unknown} in `to`")))
            }
            _ => Ok(()),
        }
    }

    /// One key in force of every set in `by.sets`, in their order.
    fn holders(&self, one: &Signed) -> Result<(), Refusal> {
        let by = one.act.by().map_or(&[][..], |by| by.sets.as_slice());
        let signed = one.signatures.holders();
        if signed.len() < by.len() {
            return Err(SIGNATURE_MISSING.because("of a holder"));
        }
        if signed.len() > by.len() {
            return Err(SIGNATURE_EXTRA.because("of a holder"));
        }
        if !self.switches.asks(Rule::KeysInForce) {
            return Ok(());
        }
        for (id, (kid, _)) in by.iter().zip(signed) {
            let set = self.state.set(id).ok_or_else(|| SET_UNKNOWN.because(id.to_string()))?;
            set.in_force(kid, self.now)?;
        }
        Ok(())
    }

    /// Home and acceptor, each by a key of its own that is valid now, and nobody else.
    fn platforms(&self, governance: &Governance, one: &Signed) -> Result<(), Refusal> {
        let (act, list) = (&one.act, &one.signatures);
        let needed = platforms_needed(act, list.has_release());
        let mut given = list.platforms().iter();
        for (role, platform) in needed {
            let asked = match role {
                Role::Home => self.switches.asks(Rule::HomeSigned),
                Role::Accept => self.switches.asks(Rule::Accepted),
                Role::Decline | Role::Enrol => true,
            };
            let signature =
                given.next().ok_or_else(|| SIGNATURE_MISSING.because(format!("{platform} as {role}")));
            match signature {
                Ok(signature) if asked => self.countersigned(governance, signature, (role, platform), act)?,
                Err(missing) if asked => return Err(missing),
                Ok(_) | Err(_) => {}
            }
        }
        if given.next().is_some() { Err(SIGNATURE_EXTRA.because("of a platform")) } else { Ok(()) }
    }

    fn countersigned(
        &self,
        governance: &Governance,
        signature: &PlatformSignature,
        (role, platform): (Role, Platform),
        act: &Act,
    ) -> Result<(), Refusal> {
        let counter = signature.counter();
        if counter.role != role {
            return Err(WRONG_ROLE.because(format!("{}, {role} is needed", counter.role)));
        }
        if counter.platform != platform {
            return Err(WRONG_PLATFORM.because(counter.platform.as_str()));
        }
        if counter.act != act.digest() {
            return Err(WRONG_ACT.because(counter.act.to_string()));
        }
        let kid = signature.kid()?;
        match governance.counter_key(platform, kid, self.now) {
            Some(_) => Ok(()),
            None => Err(PLATFORM_KEY_UNKNOWN.because(format!("{kid} of {platform}"))),
        }
    }

    /// Every key of a new set, in order, then one platform that enrols it.
    fn enrolled(&self, governance: &Governance, one: &Signed, set: &KeySet) -> Result<(), Refusal> {
        let list = &one.signatures;
        let keys = set.keys().iter().map(|member| member.kid());
        if list.holders().len() != keys.len() {
            return Err(SIGNATURE_MISSING.because("every key of a new set signs"));
        }
        if let Some((kid, _)) =
            list.holders().map(|(kid, _)| kid).zip(keys).find(|(signed, due)| signed != due)
        {
            return Err(match set.keys().get(kid) {
                Some(_) => SIGNATURE_ORDER.because(kid.as_str()),
                None => KEY_NOT_IN_SET.because(kid.as_str()),
            });
        }
        match list.platforms() {
            [] => Err(SIGNATURE_MISSING.because("of an enrolling platform")),
            [enrol] => {
                self.countersigned(governance, enrol, (Role::Enrol, enrol.counter().platform), &one.act)
            }
            [_, ..] => Err(SIGNATURE_EXTRA.because("of a platform")),
        }
    }

    fn verified(&self, one: &Signed) -> Result<(), Refusal> {
        let verified = self.signatures.as_ref().map_err(Clone::clone)?;
        verified.cover(self.state, Checked::All, &one.act, &one.signatures)
    }

    fn set(&self, one: &Signed, set: KeySet) -> Admitted {
        let leaf = self.act_leaf(one);
        let answer = self.answer(&leaf, self.state.log.size());
        let change = Change::Set { act: one.act.digest(), set, answer };
        Admitted { leaves: vec![leaf], answers: vec![answer], changes: vec![change] }
    }

    fn stepped(&self, one: &Signed, record: Record, index: u64) -> Admitted {
        let leaf = self.act_leaf(one);
        let answer = self.answer(&leaf, index);
        let change = Change::Record { act: one.act.digest(), record, answer, tag: None };
        Admitted { leaves: vec![leaf], answers: vec![answer], changes: vec![change] }
    }

    /// An issue and, in the leaf after it, its tag mark.
    fn issued(&self, one: &Signed, record: Record, count: u64, index: u64) -> Admitted {
        let (tag, id) = (record.spine().tag(), record.spine().record());
        let leaf = self.act_leaf(one);
        let mark = Leaf::Entry { at: self.now, entry: one.entry(), slot: slot::tag(&tag, count) };
        let answer = self.answer(&leaf, index);
        let tag = Some((tag, TagUse { count, record: id }));
        let change = Change::Record { act: one.act.digest(), record, answer, tag };
        Admitted { leaves: vec![leaf, mark], answers: vec![answer], changes: vec![change] }
    }

    fn act_leaf(&self, one: &Signed) -> Leaf {
        let slot = slot::act(&one.act.record(), one.act.seq());
        Leaf::Entry { at: self.now, entry: one.entry(), slot }
    }

    fn answer(&self, leaf: &Leaf, index: u64) -> Answer {
        let slot = leaf.slot().copied().unwrap_or_else(|| Digest::from_bytes([0; 32]));
        Answer { index, at: self.now, slot }
    }
}
