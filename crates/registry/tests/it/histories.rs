//! Whatever is thrown at a registry, in whatever order and however often: its log is one that a witness cosigns, no two
//! acts follow one act, nothing flawed gets in, and what is stored gives what is held.

use bill::{
    act::{Act, Action},
    signatures::{Role, SignatureList},
    words::{End, Purpose},
};
use crypto::Digest;
use proptest::prelude::*;
use registry::{
    leaf::Leaf,
    member::MemberState,
    replay::replay,
    submission::{Signed, Submission},
    witness::{AddCheckpoint, Seen, Witness},
};

use crate::world::*;

/// One thing that somebody tries.
#[derive(Debug, Clone)]
struct Attempt {
    what: What,
    by: usize,
    /// Which earlier submission is sent again, where `what` says so.
    again: prop::sample::Index,
    flaw: Flaw,
    seconds: u32,
}

#[derive(Debug, Clone, Copy)]
enum What {
    Again,
    Close,
    Decline,
    Issue(u8),
    Leave,
    Move(usize),
    Note,
    Publish,
    Reclaim,
    Reject,
    Return,
    Standing(bool),
    Surrender,
    Tick,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Flaw {
    None,
    NoPlatform,
    OtherKey,
    StaleHead,
    Unsigned,
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    let what = prop_oneof![
        3 => Just(What::Again),
        2 => Just(What::Close),
        2 => Just(What::Decline),
        2 => (0..3_u8).prop_map(What::Issue),
        2 => Just(What::Leave),
        8 => (0..3_usize).prop_map(What::Move),
        3 => Just(What::Note),
        2 => Just(What::Publish),
        1 => Just(What::Reclaim),
        2 => Just(What::Reject),
        2 => Just(What::Return),
        1 => any::<bool>().prop_map(What::Standing),
        4 => Just(What::Surrender),
        1 => Just(What::Tick),
    ];
    let flaw = prop_oneof![
        6 => Just(Flaw::None),
        1 => Just(Flaw::NoPlatform),
        1 => Just(Flaw::OtherKey),
        1 => Just(Flaw::StaleHead),
        1 => Just(Flaw::Unsigned),
    ];
    let attempt = (what, 0..3_usize, any::<prop::sample::Index>(), flaw, 0..40_000_u32)
        .prop_map(|(what, by, again, flaw, seconds)| Attempt { what, by, again, flaw, seconds });
    prop::collection::vec(attempt, 1..40)
}

const PARTIES: [Party; 3] = [CARRIER, EXPORTER, BANK];

/// Signs an act as it must be, or as the flaw has it.
fn with_flaw(act: Act, by: Party, flaw: Flaw) -> Signed {
    let key = if flaw == Flaw::OtherKey { key("thief") } else { by.key() };
    let holders = if flaw == Flaw::Unsigned { vec![] } else { vec![&key] };
    let needed = bill::signatures::platforms_needed(&act, false);
    let needed: Vec<(&str, Role)> = needed.iter().map(|(role, code)| (code.as_str(), *role)).collect();
    let platforms = if flaw == Flaw::NoPlatform { &[][..] } else { &needed };
    signed(act.clone(), &holders, platforms)
}

/// The submission that an attempt makes in this world; nothing for a tick or a checkpoint, or where there is no bill.
fn submission(world: &World, sent: &[Submission], attempt: &Attempt) -> Option<Submission> {
    let by = PARTIES[attempt.by];
    let bills: Vec<_> = sent.iter().flat_map(Submission::signed).map(|one| one.act.record()).collect();
    let open = bills.iter().rev().find_map(|id| world.state.record(id)).map(|kept| kept.record().spine());
    let when = world.clock.to_string();
    let act = |action: Action| {
        let spine = open?;
        let prev = if attempt.flaw == Flaw::StaleHead { Digest::of(b"stale") } else { spine.head() };
        Some(step(&spine.record(), spine.seq() + 1, &prev, by, &when[5..19], action))
    };
    let action = match attempt.what {
        What::Again if sent.is_empty() => return None,
        What::Again => return Some(attempt.again.get(sent).clone()),
        What::Publish | What::Tick => return None,
        What::Issue(tag) => {
            let mut draft = issue(&format!("tdr {tag}"), &[]);
            draft.at = world.clock;
            if let bill::act::Body::Issue(issue) = &mut draft.body {
                issue.expires = world.clock.plus(std::time::Duration::from_secs(3_600));
            }
            return Some(Submission::Act(with_flaw(draft.write().unwrap(), CARRIER, attempt.flaw)));
        }
        What::Standing(good) => {
            let state = if good { MemberState::Member } else { MemberState::Suspended };
            let n = world.state.next_member(platform("PLTB"));
            let by = if attempt.flaw == Flaw::None { &[1, 2][..] } else { &[1] };
            return Some(mark(&member("PLTB", n, state).text(), by));
        }
        What::Decline => {
            let to = if by.home == "PLTA" { BANK } else { EXPORTER };
            let offer = act(Action::Move { to: to.controller() })?;
            let role = if attempt.flaw == Flaw::NoPlatform { Role::Accept } else { Role::Decline };
            let decline = SignatureList::of([], [counter(&offer, to.home, role)]).unwrap();
            return Some(Submission::Decline { offer: with_flaw(offer, by, attempt.flaw), decline });
        }
        What::Close => Action::Close { end: End::Delivered, into: vec![] },
        What::Leave => Action::Leave,
        What::Move(to) => Action::Move { to: PARTIES[to].controller() },
        What::Note => Action::Note,
        What::Reclaim => Action::Reclaim,
        What::Reject => Action::Reject,
        What::Return => Action::Return,
        What::Surrender => Action::Surrender {
            to: CARRIER.controller(),
            purpose: Purpose::Delivery,
            answer_by: Some(world.clock.plus(std::time::Duration::from_secs(24 * 3_600))),
        },
    };
    Some(Submission::Act(with_flaw(act(action)?, by, attempt.flaw)))
}

/// Whether a flaw matters to what is attempted: a leave and a reclaim need no platform, an issue and a mark no head.
fn must_fail(attempt: &Attempt) -> bool {
    let harmless = matches!(
        (attempt.flaw, attempt.what),
        (Flaw::None, _)
            | (_, What::Again)
            | (Flaw::NoPlatform, What::Leave | What::Reclaim)
            | (Flaw::StaleHead, What::Issue(_))
    );
    !harmless
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_registry_stays_honest_whatever_it_is_sent(attempts in attempts()) {
        let mut world = World::new();
        let mut sent = Vec::new();
        for attempt in &attempts {
            world.clock = world.clock.plus(std::time::Duration::from_secs(attempt.seconds.into()));
            match attempt.what {
                What::Publish => drop(world.publish()),
                What::Tick if world.state.log().tick_due(world.clock) => world.tick(),
                _ => {}
            }
            let Some(submission) = submission(&world, &sent, attempt) else { continue };
            let before = world.state.clone();
            match world.submit(&submission) {
                Ok(sequenced) => {
                    prop_assert!(!must_fail(attempt), "{attempt:?}");
                    prop_assert_eq!(sequenced.leaves.is_empty(), before == world.state);
                }
                Err(_) => prop_assert_eq!(&before, &world.state),
            }
            sent.push(submission);
        }
        if world.state.log().tick_due(world.clock) {
            world.tick();
        }
        let checkpoint = world.publish();
        prop_assert_eq!(&replay(ORIGIN, world.stored.clone(), Some(checkpoint.checkpoint())).unwrap(), &world.state);
        let keys = log_keys().map(|key| key.verifier().clone()).to_vec();
        let witness = Witness::new(ORIGIN, keys, vec![witness_key("uk")]).unwrap();
        let request = AddCheckpoint::new(0, vec![], checkpoint).unwrap();
        let (seen, _) = witness.cosign(&Seen::new(), &request, world.leaves(), world.clock).unwrap();
        prop_assert_eq!(seen.log(), world.state.log());
        no_two_acts_follow_one(&world, &sent)?;
    }
}

/// S1, from the leaves alone: each admitted act's `prev` is admitted, and no other admitted act has it.
fn no_two_acts_follow_one(world: &World, sent: &[Submission]) -> Result<(), TestCaseError> {
    let entries: Vec<Digest> = world
        .leaves()
        .iter()
        .filter_map(|leaf| match Leaf::parse(leaf).unwrap() {
            Leaf::Entry { entry, .. } => Some(entry),
            Leaf::Map { .. } | Leaf::Mark { .. } | Leaf::Tick { .. } => None,
        })
        .collect();
    let mut admitted: Vec<&Act> = sent
        .iter()
        .filter(|submission| matches!(submission, Submission::Act(_)))
        .flat_map(Submission::signed)
        .filter(|one| entries.contains(&one.entry()))
        .map(|one| &one.act)
        .collect();
    admitted.sort_by_key(|act| act.digest());
    admitted.dedup();
    let mut before: Vec<Digest> = admitted.iter().filter_map(|act| act.prev()).collect();
    prop_assert!(before.iter().all(|prev| admitted.iter().any(|act| act.digest() == *prev)));
    before.sort_unstable();
    let count = before.len();
    before.dedup();
    prop_assert_eq!(before.len(), count);
    Ok(())
}
