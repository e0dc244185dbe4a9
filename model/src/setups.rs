//! The small worlds.

use std::sync::{Arc, LazyLock};

use bill::words::{End, Purpose};

use crate::{
    cast::{ACCEPT, Act, HOME, Home, Key, Officer, Set, Spec, Tick, What, Who},
    judge::Phase,
    log::{Event, Off, Reg, Said},
    machine::{Answers, Choice, DECLINE, Reached, Setup, Situation, TOLD_BACK, TOLD_DONE, View},
};

const HOLDER: Who = Who(Set::Holder, Home::A);
const RECEIVER: Who = Who(Set::Receiver, Home::B);
const RIVAL: Who = Who(Set::Rival, Home::B);
const CARRIER: Who = Who(Set::Carrier, Home::C);

/// The log without a bill.
pub fn empty() -> Arc<Reg> {
    static MADE: LazyLock<Arc<Reg>> = LazyLock::new(Reg::founded);
    MADE.clone()
}

/// The bill that most worlds begin with.
pub fn first_issue() -> Act {
    let what = What::Issue { to: HOLDER, tag: 0, from: None, elsewhere: false };
    Act::of(Spec { key: Key::Carrier, what, chain: None, by: CARRIER, at: 0, expires: 2, salt: 0 })
}

/// One bill, with its holder at A.
pub fn issued() -> Arc<Reg> {
    static MADE: LazyLock<Arc<Reg>> = LazyLock::new(|| then(&empty(), first_issue()));
    MADE.clone()
}

/// The same bill with the carrier, to be changed.
pub fn surrendered() -> Arc<Reg> {
    static MADE: LazyLock<Arc<Reg>> = LazyLock::new(|| {
        let what = What::Surrender { to: CARRIER, purpose: Purpose::Amendment, answer: 2 };
        let chain = Some((first_issue(), first_issue(), 1));
        then(
            &issued(),
            Act::of(Spec { key: Key::Holder, what, chain, by: HOLDER, at: 0, expires: 1, salt: 0 }),
        )
    });
    MADE.clone()
}

/// The same bill after a thousand and seven notes: the next act is the first of the last sixteen.
pub fn nearly_full() -> Arc<Reg> {
    static MADE: LazyLock<Arc<Reg>> = LazyLock::new(|| {
        let (mut log, mut prev, off) = (issued(), first_issue(), Off::default());
        for seq in 1..1_008 {
            let chain = Some((first_issue(), prev, seq));
            let (key, by) = (Key::Holder, HOLDER);
            prev = Act::of(Spec { key, what: What::Note, chain, by, at: 0, expires: 1, salt: 0 });
            log = log.after(Event::Act(prev, HOME), 0, &off).expect("it may");
        }
        log.after(Event::Publish, 0, &off).expect("the witness cosigns")
    });
    MADE.clone()
}

fn then(log: &Arc<Reg>, act: Act) -> Arc<Reg> {
    let off = Off::default();
    let log = log.after(Event::Act(act, HOME | ACCEPT), 0, &off).expect("it may");
    log.after(Event::Publish, 0, &off).expect("the witness cosigns")
}

pub fn by(key: Key, set: Set, what: What) -> Choice {
    Choice { key, set, what, record: 0, times: 1, view: View::Final, home: true, at: 0, life: 1 }
}

pub fn holder(what: What) -> Choice {
    by(Key::Holder, Set::Holder, what)
}

pub fn receiver(what: What) -> Choice {
    by(Key::Receiver, Set::Receiver, what)
}

pub fn carrier(what: What) -> Choice {
    by(Key::Carrier, Set::Carrier, what)
}

/// A thief has the key; its home does not take its word.
pub fn thief(what: What) -> Choice {
    Choice { home: false, view: View::Latest, ..by(Key::Stolen, Set::Holder, what) }
}

pub fn surrender(purpose: Purpose, answer: Tick) -> What {
    What::Surrender { to: CARRIER, purpose, answer }
}

const HONEST: [Answers; 3] = [Answers::Honestly; 3];
const B_LIES: [Answers; 3] = [Answers::Honestly, Answers::Falsely, Answers::Honestly];

pub fn plain(name: &'static str, choices: Vec<Choice>, reached: &'static [Reached]) -> Setup {
    Setup {
        name,
        ticks: 2,
        before: issued,
        choices,
        answers: HONEST,
        silent: None,
        marks: Vec::new(),
        restarts: 0,
        thief: false,
        groups: false,
        reached,
    }
}

fn told(at: &Situation, bit: u8, of: fn(What) -> bool) -> bool {
    at.pool.iter().any(|item| item.bits & bit != 0 && of(item.act.spec().what))
}

fn is_move(what: What) -> bool {
    matches!(what, What::Move(_))
}

fn done(at: &Situation, of: fn(What) -> bool) -> bool {
    told(at, TOLD_DONE, of)
}

const MOVED: Reached = ("both sides learn of a transfer", |_, at| done(at, is_move));
const RETURNED: Reached = ("an offer comes back by a refusal", |_, at| {
    at.pool.iter().any(|item| {
        item.bits & TOLD_BACK != 0
            && item.bits & DECLINE != 0
            && at.reg.last_final().entries.iter().any(|entry| entry.what == Said::Decline(item.act))
    })
});
const LAPSED: Reached = ("an offer comes back by its end", |_, at| {
    at.pool.iter().any(|item| {
        item.bits & TOLD_BACK != 0
            && is_move(item.act.spec().what)
            && item.act.spec().expires < at.reg.cosigned_at
    })
});
const RIVALS: Reached = ("of two offers one wins", |_, at| told(at, TOLD_BACK, is_move) && done(at, is_move));
const ENDORSED: Reached = ("an endorsement after a refused one", |_, at| {
    at.pool.iter().any(|item| item.bits & (DECLINE | TOLD_BACK) == DECLINE | TOLD_BACK) && done(at, is_move)
});
const LOST: Reached = ("the registry loses what is not final, and takes it again", |_, at| {
    at.restarts > 0 && done(at, is_move)
});
const LEFT: Reached = ("a leave overtakes an offer", |_, at| {
    done(at, |what| what == What::Leave) && told(at, TOLD_BACK, is_move)
});
const REJECTED: Reached = ("a transfer is handed back", |_, at| done(at, |what| what == What::Reject));
const REKEYED: Reached =
    ("the holder takes another key", |_, at| done(at, |what| matches!(what, What::Rekey(_, Officer::Own))));
const LOCKED_OUT: Reached = ("a thief with a portable key locks its owner out", |_, at| {
    at.reg.judge.sets.get(&Set::Holder).is_some_and(|set| set.keys == Key::Thief.bit())
});
const DELIVERED: Reached = ("the carrier closes", |_, at| done(at, |what| matches!(what, What::Close(..))));
const SENT_BACK: Reached = ("the carrier returns", |_, at| done(at, |what| what == What::Return));
const RECLAIMED: Reached = ("the holder reclaims", |_, at| done(at, |what| what == What::Reclaim));
const REHOMED: Reached =
    ("the holder goes to another home", |_, at| done(at, |what| matches!(what, What::Rehome(_))));
const REPLACED: Reached = ("a bill takes the place of another", |_, at| {
    at.reg.judge.records.len() == 2
        && at.reg.judge.records.iter().any(|record| matches!(record.phase, Phase::Closed(End::Replaced, _)))
});
const FROM_PAPER: Reached = ("a bill comes back from paper", |_, at| {
    at.reg.judge.records.len() == 2
        && at.reg.judge.records.iter().any(|record| matches!(record.phase, Phase::Closed(End::Paper, _)))
});

/// An offer to a platform, and a rival one; the registry may lose its last second.
pub fn transfer() -> Setup {
    let choices = vec![
        Choice { times: 2, ..holder(What::Move(RECEIVER)) },
        holder(What::Move(RIVAL)),
        holder(What::Note),
        receiver(What::Note),
    ];
    let reached = &[MOVED, RETURNED, LAPSED, RIVALS, ENDORSED, LOST];
    Setup { restarts: 1, ..plain("transfer", choices, reached) }
}

/// The receiver's platform says yes and no, early and late.
pub fn two_tongues() -> Setup {
    let choices = vec![
        Choice { times: 2, ..holder(What::Move(RECEIVER)) },
        Choice { view: View::Latest, ..holder(What::Note) },
        receiver(What::Move(HOLDER)),
    ];
    Setup { answers: B_LIES, ..plain("two tongues", choices, &[MOVED, RETURNED, LAPSED, ENDORSED]) }
}

/// `leave` against what the home has kept and submits late, and a thief who leaves too.
pub fn leave() -> Setup {
    let choices = vec![
        Choice { life: 2, ..holder(What::Move(RECEIVER)) },
        Choice { life: 2, ..holder(What::Note) },
        holder(What::Leave),
        thief(What::Leave),
    ];
    Setup { thief: true, ..plain("leave", choices, &[MOVED, LEFT]) }
}

/// A transfer handed back within its window, while the former home is suspended and lifted.
pub fn reject() -> Setup {
    let choices =
        vec![holder(What::Move(RECEIVER)), receiver(What::Reject), receiver(What::Leave), holder(What::Note)];
    let marks = vec![(Home::A, true), (Home::A, false)];
    Setup { marks, ..plain("reject", choices, &[MOVED, REJECTED]) }
}

/// A thief with a copy of a portable key, and the owner's race against it.
pub fn rekey() -> Setup {
    let mask = |keys: &[Key]| keys.iter().fold(0, |mask, key| mask | key.bit());
    let thief_key = |what| Choice { key: Key::Thief, ..thief(what) };
    let choices = vec![
        holder(What::Rekey(mask(&[Key::Holder, Key::Fresh]), Officer::Own)),
        holder(What::Note),
        by(Key::Fresh, Set::Holder, What::Move(RECEIVER)),
        thief(What::Rekey(mask(&[Key::Holder, Key::Thief]), Officer::Thief)),
        thief_key(What::Rekey(mask(&[Key::Thief]), Officer::Thief)),
        // What the thief has signed in time, the home having been taken in.
        Choice { home: true, ..thief(What::Note) },
    ];
    Setup { thief: true, ..plain("rekey", choices, &[MOVED, REKEYED, LOCKED_OUT]) }
}

/// To the carrier, who answers, or does not.
pub fn surrendering() -> Setup {
    let choices = vec![
        holder(surrender(Purpose::Delivery, 2)),
        holder(What::Reclaim),
        holder(What::Move(RECEIVER)),
        carrier(What::Close(End::Delivered, None)),
        Choice { view: View::Latest, ..carrier(What::Close(End::Paper, None)) },
        carrier(What::Return),
    ];
    Setup { ticks: 4, ..plain("surrender", choices, &[DELIVERED, SENT_BACK, RECLAIMED]) }
}

/// One tag, two first acts; a replacement as a group, and by way of paper.
pub fn tags() -> Setup {
    let id = first_issue();
    let again = What::Issue { to: HOLDER, tag: 0, from: Some(id), elsewhere: false };
    let other = What::Issue { to: RECEIVER, tag: 0, from: None, elsewhere: false };
    let by_group = Act::of(Spec {
        key: Key::Carrier,
        what: again,
        chain: None,
        by: CARRIER,
        at: 0,
        expires: 2,
        salt: 0,
    });
    let issue = |what| Choice { life: 2, ..carrier(what) };
    let choices = vec![
        issue(again),
        issue(other),
        Choice { life: 2, ..carrier(What::Issue { to: RECEIVER, tag: 1, from: Some(id), elsewhere: false }) },
        carrier(What::Close(End::Replaced, Some(by_group))),
        carrier(What::Close(End::Paper, None)),
    ];
    let reached = &[REPLACED, FROM_PAPER];
    Setup { before: surrendered, groups: true, ticks: 1, ..plain("tags", choices, reached) }
}

/// A home that is suspended, and lifted; a holder who goes elsewhere.
pub fn orphan() -> Setup {
    let to = Who(Set::Holder, Home::B);
    let choices = vec![
        Choice { home: false, ..holder(What::Rehome(to)) },
        holder(What::Rehome(to)),
        holder(What::Move(RECEIVER)),
    ];
    let marks = vec![(Home::A, true), (Home::A, false)];
    Setup { marks, ..plain("orphan", choices, &[MOVED, REHOMED]) }
}

/// A home that signs nothing any more: its holder can say so at once, and leaves when the authority has seen it.
pub fn silence() -> Setup {
    let choices = vec![
        holder(What::Leave),
        holder(What::Rehome(Who(Set::Holder, Home::B))),
        Choice { life: 2, ..thief(What::Leave) },
        receiver(What::Note),
    ];
    let marks = vec![(Home::A, true), (Home::A, false)];
    Setup { silent: Some(Home::A), marks, thief: true, ..plain("silence", choices, &[REHOMED]) }
}
