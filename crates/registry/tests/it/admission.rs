//! Admission, rule by rule in the order of docs/control.md 8: each act that is taken has its twins that are refused.

use bill::{
    act::{Action, Body, Draft},
    signatures::{PlatformSignature, Role, SignatureList, sign},
    words::{Controller, End, Purpose},
};
use crypto::{Digest, Signature, key::SigningKey};
use registry::{
    leaf::Leaf,
    lookup::{Reach, Reader, reach},
    member::MemberState,
    slot,
    submission::{Signed, Submission},
    verified::verify,
};
use tlog::slot_map::Slot;

use crate::world::*;

/// A world in which the exporter holds a bill; its record.
fn with_bill() -> (World, Digest) {
    let mut world = World::new();
    let record = world.admit(issued(&issue("tdr 1", &[])));
    world.clock = at("03-03T10:00:00");
    (world, record)
}

fn to_bank() -> Action {
    Action::Move { to: BANK.controller() }
}

fn offer(record: &Digest, seq: u64, prev: &Digest) -> Signed {
    let act = step(record, seq, prev, EXPORTER, "03-03T10:00:00", to_bank());
    signed(act, &[&EXPORTER.key()], &[("PLTA", Role::Home), ("PLTB", Role::Accept)])
}

fn note(record: &Digest, seq: u64, prev: &Digest) -> Signed {
    let act = step(record, seq, prev, EXPORTER, "03-03T10:00:00", Action::Note);
    signed(act, &[&EXPORTER.key()], &[("PLTA", Role::Home)])
}

#[test]
fn a_bill_lives_from_issue_to_close_and_its_slots_tell() {
    let (mut world, record) = with_bill();
    let moved = world.admit(offer(&record, 1, &record));
    world.clock = at("03-05T09:00:00");
    let surrender = Action::Surrender {
        to: CARRIER.controller(),
        purpose: Purpose::Delivery,
        answer_by: Some(at("03-15T00:00:00")),
    };
    let act = step(&record, 2, &moved, BANK, "03-05T09:00:00", surrender);
    let surrendered =
        world.admit(signed(act, &[&BANK.key()], &[("PLTB", Role::Home), ("PLTA", Role::Accept)]));
    world.clock = at("03-06T09:00:00");
    let close = Action::Close { end: End::Delivered, into: vec![] };
    let act = step(&record, 3, &surrendered, CARRIER, "03-06T09:00:00", close);
    world.admit(signed(act, &[&CARRIER.key()], &[("PLTA", Role::Home)]));
    let kept = world.state.record(&record).unwrap();
    assert_eq!((kept.record().controller(), kept.trail().len()), (None, 4));
    for seq in 0..5 {
        assert_eq!(world.state.log().slots().get(&slot::act(&record, seq)).is_some(), seq < 4, "act {seq}");
    }
    // The first leaf after the issue is its tag mark, with the same entry.
    let leaf = |offset: u64| {
        let index = usize::try_from(kept.trail()[0].index + offset).unwrap();
        Leaf::parse(&world.stored[index].leaf).unwrap()
    };
    let (Leaf::Entry { entry: act, .. }, Leaf::Entry { entry: tag, slot, .. }) = (leaf(0), leaf(1)) else {
        panic!("two entries")
    };
    assert_eq!((act, slot), (tag, slot::tag(&Digest::of(b"tdr 1"), 0)));
}

#[test]
fn the_same_act_gets_the_same_answer_and_no_second_leaf() {
    let (mut world, record) = with_bill();
    let one = Submission::Act(note(&record, 1, &record));
    let first = world.submit(&one).unwrap();
    world.clock = at("04-30T10:00:00");
    let size = world.state.log().size();
    let again = world.submit(&one).unwrap();
    assert_eq!((again.answers, again.leaves.len(), world.state.log().size()), (first.answers, 0, size));
    // With other signatures, even wrong ones, it is still the act that was admitted: the first list is the list.
    let Submission::Act(mut other) = one else { panic!() };
    other.signatures = SignatureList::of([], []).unwrap();
    assert_eq!(world.submit(&Submission::Act(other)).unwrap().answers.len(), 1);
}

#[test]
fn two_acts_on_one_head_one_wins() {
    let (mut world, record) = with_bill();
    let (one, two) = (offer(&record, 1, &record), note(&record, 1, &record));
    world.admit(one);
    assert_eq!(world.refused_act(two), "not-head");
}

#[test]
fn a_first_act_names_this_log_and_every_other_a_record_that_began_here() {
    let (mut world, _) = with_bill();
    let mut elsewhere = issue("tdr 2", &[]);
    if let Body::Issue(issue) = &mut elsewhere.body {
        issue.registry.origin = "registry.example/other/1".into();
    }
    world.clock = at("03-02T10:00:00");
    assert_eq!(world.refused_act(issued(&elsewhere)), "other-log");
    let nowhere = Digest::of(b"no such record");
    assert_eq!(world.refused_act(note(&nowhere, 1, &nowhere)), "record-unknown");
    assert_eq!(
        world.refused_act(rekey(Party { name: "stranger", home: "PLTA" }, 1, nowhere, &["new"])),
        "record-unknown"
    );
    let mut set = BANK.keyset();
    if let Body::Keyset(mut keyset) = set.body().clone() {
        keyset.registry.origin = "registry.example/other/1".into();
        set = Draft { at: set.at(), details: set.details(), body: Body::Keyset(keyset) }.write().unwrap();
    }
    assert_eq!(world.refused_act(signed(set, &[&BANK.key()], &[("PLTB", Role::Enrol)])), "other-log");
}

#[test]
fn a_document_is_issued_once_until_its_record_is_replaced() {
    let (mut world, record) = with_bill();
    world.clock = at("03-02T10:00:00");
    let mut again = issue("tdr 1", &[]);
    again.details = Digest::of(b"another salt");
    assert_eq!(world.refused_act(issued(&again)), "tag-used");
    assert_eq!(world.refused_act(issued(&issue("tdr 9", &[record]))), "tag-unused");
    assert_eq!(world.refused_act(issued(&issue("tdr 1", &[Digest::of(b"another record")]))), "tag-used");
    // The right record, but nobody has closed it.
    assert_eq!(world.refused_act(issued(&issue("tdr 1", &[record]))), "predecessor-not-replaced");
}

/// A world in which the bill is surrendered for amendment, and the group that replaces it.
fn with_replacement() -> (World, Digest, Signed, Signed) {
    let (mut world, record) = with_bill();
    let surrender = Action::Surrender {
        to: CARRIER.controller(),
        purpose: Purpose::Amendment,
        answer_by: Some(at("03-15T00:00:00")),
    };
    let act = step(&record, 1, &record, EXPORTER, "03-03T10:00:00", surrender);
    let surrendered = world.admit(signed(act, &[&EXPORTER.key()], &[("PLTA", Role::Home)]));
    let mut new = issue("tdr 1", &[record]);
    new.at = at("03-03T11:00:00");
    if let Body::Issue(issue) = &mut new.body {
        issue.expires = at("03-04T11:00:00");
    }
    let new = issued(&new);
    let close = Action::Close { end: End::Replaced, into: vec![new.act.digest()] };
    let act = step(&record, 2, &surrendered, CARRIER, "03-03T11:00:00", close);
    let close = signed(act, &[&CARRIER.key()], &[("PLTA", Role::Home)]);
    world.clock = at("03-03T11:00:01");
    (world, record, close, new)
}

#[test]
fn a_replacement_is_admitted_whole_or_not_at_all() {
    let (mut world, record, close, new) = with_replacement();
    assert_eq!(world.refused_act(close.clone()), "group-not-whole");
    assert_eq!(world.refused_act(new.clone()), "predecessor-not-replaced");
    let unsigned = Signed { signatures: SignatureList::of([], []).unwrap(), ..new.clone() };
    let half = Submission::group(close.clone(), unsigned).unwrap();
    assert_eq!(world.refused(&half), "signature-missing");
    assert_eq!(Submission::group(new.clone(), close.clone()).unwrap_err().code(), "bad-submission");
    let whole = Submission::group(close, new.clone()).unwrap();
    assert_eq!(Submission::parse(&whole.to_bytes()).unwrap(), whole);
    let sequenced = world.submit(&whole).unwrap();
    // Close, issue, tag mark: the tag is used for the second time.
    assert_eq!((sequenced.leaves.len(), sequenced.answers.len()), (3, 2));
    let tag = Leaf::parse(&sequenced.leaves[2]).unwrap();
    assert_eq!(tag.slot(), Some(&slot::tag(&Digest::of(b"tdr 1"), 1)));
    assert_eq!(sequenced.answers[1].index, sequenced.first + 1);
    assert!(world.state.record(&record).unwrap().record().controller().is_none());
    assert!(world.state.record(&new.act.digest()).unwrap().record().controller().is_some());
    assert_eq!(world.submit(&whole).unwrap().answers, sequenced.answers);
}

#[test]
fn control_passes_only_to_a_set_that_lives_here() {
    let (mut world, record) = with_bill();
    let nowhere = Controller::own(Digest::of(b"no such set"), platform("PLTB"));
    let act = step(&record, 1, &record, EXPORTER, "03-03T10:00:00", Action::Move { to: nowhere });
    let one = signed(act, &[&EXPORTER.key()], &[("PLTA", Role::Home), ("PLTB", Role::Accept)]);
    assert_eq!(world.refused_act(one), "set-unknown");
}

#[test]
fn a_holder_signs_by_a_key_in_force_and_by_nothing_else() {
    let (mut world, record) = with_bill();
    let act = note(&record, 1, &record).act;
    let home = [("PLTA", Role::Home)];
    let by = |holders: &[&str]| {
        let keys: Vec<_> = holders.iter().map(|label| key(label)).collect();
        signed(act.clone(), &keys.iter().collect::<Vec<_>>(), &home)
    };
    assert_eq!(world.refused_act(by(&[])), "signature-missing");
    assert_eq!(world.refused_act(by(&["bank"])), "key-not-in-set");
    assert_eq!(world.refused_act(by(&["exporter", "bank"])), "signature-extra");
    // The signature of another act, by the right key.
    let other = note(&record, 1, &Digest::of(b"x"));
    let wrong = Signed {
        signatures: SignatureList::of(
            other.signatures.holders().map(|(_, one)| one.clone()).collect::<Vec<_>>(),
            [counter(&act, "PLTA", Role::Home)],
        )
        .unwrap(),
        act: act.clone(),
    };
    assert_eq!(world.refused_act(wrong), "bad-signature");
    // After a rekey that leaves the old key out, only the new one signs.
    let set = EXPORTER.keyset().digest();
    let mut rekeyed = world.clone();
    rekeyed.clock = at("03-04T09:00:01");
    rekeyed.admit(rekey(EXPORTER, 1, set, &["exporter new"]));
    let act = step(&record, 1, &record, EXPORTER, "03-04T10:00:00", Action::Note);
    rekeyed.clock = at("03-04T10:00:01");
    let old = signed(act.clone(), &[&EXPORTER.key()], &home);
    assert!(["key-ending", "key-not-in-set"].contains(&rekeyed.refused_act(old)));
    rekeyed.admit(signed(act, &[&key("exporter new")], &home));
    world.admit(by(&["exporter"]));
}

#[test]
fn a_rekey_follows_its_set_and_is_signed_by_old_and_new() {
    let (mut world, _) = with_bill();
    let set = EXPORTER.keyset().digest();
    world.clock = at("03-04T09:00:01");
    assert_eq!(world.refused_act(rekey(EXPORTER, 2, set, &["exporter new"])), "set-not-head");
    let good = rekey(EXPORTER, 1, set, &["exporter new"]);
    let only = |label: &str| signed(good.act.clone(), &[&key(label)], &[]);
    assert_eq!(world.refused_act(only("exporter")), "signature-missing");
    assert_eq!(world.refused_act(only("thief")), "key-not-in-set");
    let helped = Signed {
        signatures: good.signatures.and(counter(&good.act, "PLTA", Role::Home)).unwrap(),
        ..good.clone()
    };
    assert_eq!(world.refused_act(helped), "signature-extra");
    let first = world.submit(&Submission::Act(good.clone())).unwrap();
    assert_eq!(world.submit(&Submission::Act(good)).unwrap().answers, first.answers);
    assert_eq!(world.state.log().slots().get(&slot::act(&set, 1)), Some(first.first));
}

#[test]
fn a_new_set_is_signed_by_every_key_and_enrolled_by_a_member() {
    let mut world = World::new();
    let party = Party { name: "newcomer", home: "PLTA" };
    let act = party.keyset();
    let by = |holders: &[&str], platforms: &[(&str, Role)]| {
        let keys: Vec<_> = holders.iter().map(|label| key(label)).collect();
        signed(act.clone(), &keys.iter().collect::<Vec<_>>(), platforms)
    };
    assert_eq!(world.refused_act(by(&["newcomer"], &[])), "signature-missing");
    assert_eq!(world.refused_act(by(&[], &[("PLTA", Role::Enrol)])), "signature-missing");
    assert_eq!(world.refused_act(by(&["thief"], &[("PLTA", Role::Enrol)])), "key-not-in-set");
    assert_eq!(world.refused_act(by(&["newcomer"], &[("PLTA", Role::Home)])), "wrong-role");
    assert_eq!(world.refused_act(by(&["newcomer"], &[("PLTC", Role::Enrol)])), "platform-key-unknown");
    world.admit(by(&["newcomer"], &[("PLTB", Role::Enrol)]));
}

#[test]
fn home_countersigns_and_another_platform_accepts() {
    let (mut world, record) = with_bill();
    let act = offer(&record, 1, &record).act;
    let by = |platforms: &[(&str, Role)]| signed(act.clone(), &[&EXPORTER.key()], platforms);
    assert_eq!(world.refused_act(by(&[])), "signature-missing");
    assert_eq!(world.refused_act(by(&[("PLTA", Role::Home)])), "signature-missing");
    assert_eq!(world.refused_act(by(&[("PLTB", Role::Accept)])), "wrong-role");
    // A home countersignature passed off as acceptance (docs/control.md).
    assert_eq!(world.refused_act(by(&[("PLTA", Role::Home), ("PLTB", Role::Enrol)])), "wrong-role");
    assert_eq!(world.refused_act(by(&[("PLTA", Role::Home), ("PLTA", Role::Accept)])), "wrong-platform");
    assert_eq!(
        world.refused_act(by(&[("PLTA", Role::Home), ("PLTB", Role::Accept), ("PLTB", Role::Decline)])),
        "signature-extra"
    );
    // A statement by a key that is not the platform's.
    let forged = bill::signatures::Counter {
        act: act.digest(),
        at: act.at(),
        platform: platform("PLTB"),
        role: Role::Accept,
    };
    let forged = Signed {
        signatures: by(&[("PLTA", Role::Home)]).signatures.and(forged.sign(&key("thief"))).unwrap(),
        act: act.clone(),
    };
    assert_eq!(world.refused_act(forged), "platform-key-unknown");
    world.admit(by(&[("PLTA", Role::Home), ("PLTB", Role::Accept)]));
}

#[test]
fn a_suspended_platform_s_signatures_admit_nothing_and_its_records_may_leave() {
    let (mut world, record) = with_bill();
    let rehome = Action::Rehome { to: EXPORTER.controller().at(platform("PLTB")) };
    let act = step(&record, 1, &record, EXPORTER, "03-03T10:00:00", rehome);
    let accepted = signed(act.clone(), &[&EXPORTER.key()], &[("PLTB", Role::Accept)]);
    let released = signed(act, &[&EXPORTER.key()], &[("PLTA", Role::Home), ("PLTB", Role::Accept)]);
    assert_eq!(world.refused_act(accepted.clone()), "not-yet", "a living home releases, in this release");
    let mut with_release = world.clone();
    with_release.admit(released.clone());
    world.submit(&mark(&member("PLTA", 1, MemberState::Suspended).text(), &[2, 3])).unwrap();
    assert_eq!(world.refused_act(note(&record, 1, &record)), "home-not-in-standing");
    assert_eq!(world.refused_act(released), "platform-key-unknown", "nor does its release count");
    let mut lifted = world.clone();
    world.admit(accepted);
    let kept = world.state.record(&record).unwrap();
    assert_eq!(kept.record().controller().unwrap().home, platform("PLTB"));
    lifted.submit(&mark(&member("PLTA", 2, MemberState::Member).text(), &[2, 3])).unwrap();
    lifted.admit(note(&record, 1, &record));
}

/// Each refusal has a later reason as its twin, so that the earlier one answers although the later stands, too.
#[test]
fn who_signs_is_judged_before_any_signature_holders_before_platforms() {
    let (mut world, record) = with_bill();
    let act = note(&record, 1, &record).act;
    let holder = |key: &SigningKey| sign(&act, key);
    let of_another_act = sign(&offer(&record, 1, &record).act, &EXPORTER.key());
    let home = counter(&act, "PLTA", Role::Home);
    let wrong_role = counter(&act, "PLTA", Role::Enrol);
    let mut code = |holders: &[&Signature], platforms: &[&PlatformSignature]| {
        let (holders, platforms) = (holders.iter().copied().cloned(), platforms.iter().copied().cloned());
        let signatures = SignatureList::of(holders, platforms).unwrap();
        world.refused_act(Signed { act: act.clone(), signatures })
    };
    let (own, strange) = (holder(&EXPORTER.key()), holder(&BANK.key()));
    assert_eq!(code(&[&strange], &[&wrong_role]), "key-not-in-set");
    assert_eq!(code(&[&own, &strange], &[&wrong_role]), "signature-extra");
    assert_eq!(code(&[], &[&wrong_role]), "signature-missing");
    assert_eq!(code(&[&of_another_act], &[&wrong_role]), "wrong-role");
    assert_eq!(code(&[&of_another_act], &[]), "signature-missing");
    assert_eq!(code(&[&of_another_act], &[&home]), "bad-signature");
}

#[test]
fn a_bill_comes_back_from_paper_under_the_next_count_of_its_tag() {
    let (mut world, record, close, back) = with_replacement();
    assert_eq!(world.refused_act(back.clone()), "predecessor-not-replaced");
    let Body::Step(surrendered) = close.act.body() else { panic!("a close is a step") };
    let paper = Action::Close { end: End::Paper, into: vec![] };
    let act = step(&record, 2, &surrendered.prev, CARRIER, "03-03T11:00:00", paper);
    world.admit(signed(act, &[&CARRIER.key()], &[("PLTA", Role::Home)]));
    let new = world.admit(back);
    let taken =
        |count: u64| world.state.log().slots().get(&slot::tag(&Digest::of(b"tdr 1"), count)).is_some();
    assert_eq!([0, 1, 2].map(taken), [true, true, false]);
    assert_eq!(world.state.record(&new).unwrap().record().controller(), Some(&EXPORTER.controller()));
}

#[test]
fn a_decline_binds_and_is_given_once() {
    let (mut world, record) = with_bill();
    let offered = offer(&record, 1, &record);
    let alone = |role| SignatureList::of([], [counter(&offered.act, "PLTB", role)]).unwrap();
    let decline =
        |offer: &Signed, decline: SignatureList| Submission::Decline { offer: offer.clone(), decline };
    let held = Signed {
        signatures: signed(offered.act.clone(), &[&EXPORTER.key()], &[("PLTA", Role::Home)]).signatures,
        ..offered.clone()
    };

    let unsigned = Signed { signatures: SignatureList::of([], []).unwrap(), ..offered.clone() };
    assert_eq!(world.refused(&decline(&unsigned, alone(Role::Decline))), "signature-missing");
    assert_eq!(world.refused(&decline(&held, alone(Role::Accept))), "wrong-role");
    assert_eq!(world.refused(&decline(&held, SignatureList::of([], []).unwrap())), "signature-missing");
    let by_home = SignatureList::of([], [counter(&offered.act, "PLTA", Role::Decline)]).unwrap();
    assert_eq!(world.refused(&decline(&held, by_home)), "wrong-platform");
    let in_house = note(&record, 1, &record);
    let of_note = SignatureList::of([], [counter(&in_house.act, "PLTA", Role::Decline)]).unwrap();
    assert_eq!(
        world.refused(&decline(&in_house, of_note)),
        "wrong-platform",
        "a platform on both ends has accepted"
    );
    let stale = offer(&record, 1, &Digest::of(b"another head"));
    let of_stale = SignatureList::of([], [counter(&stale.act, "PLTB", Role::Decline)]).unwrap();
    assert_eq!(
        world.refused(&decline(&stale, of_stale)),
        "not-head",
        "a mark on a record is not for the asking"
    );

    let first = world.submit(&decline(&held, alone(Role::Decline))).unwrap();
    assert_eq!(world.state.log().slots().get(&slot::mark(&record, 0)), Some(first.first));
    let later = bill::signatures::Counter {
        act: offered.act.digest(),
        at: at("03-03T12:00:00"),
        platform: platform("PLTB"),
        role: Role::Decline,
    };
    let again = SignatureList::of([], [later.sign(&key("PLTB"))]).unwrap();
    assert_eq!(world.submit(&decline(&held, again)).unwrap().answers, first.answers, "one act, one answer");
    assert_eq!(world.refused_act(offered), "declined");
    // Another offer on the same head is another act.
    let next = step(&record, 1, &record, EXPORTER, "03-03T10:00:01", to_bank());
    let next = signed(next, &[&EXPORTER.key()], &[("PLTA", Role::Home), ("PLTB", Role::Accept)]);
    world.admit(next.clone());
    let too_late = SignatureList::of([], [counter(&next.act, "PLTB", Role::Decline)]).unwrap();
    assert_eq!(world.refused(&decline(&next, too_late)), "admitted-already");
}

#[test]
fn each_decline_on_a_record_has_a_mark_of_its_own() {
    let (mut world, record) = with_bill();
    for count in 0..3 {
        let act = step(&record, 1, &record, EXPORTER, &format!("03-03T10:00:0{count}"), to_bank());
        let decline = SignatureList::of([], [counter(&act, "PLTB", Role::Decline)]).unwrap();
        let offer = signed(act, &[&EXPORTER.key()], &[("PLTA", Role::Home)]);
        let first = world.submit(&Submission::Decline { offer, decline }).unwrap().first;
        assert_eq!(world.state.log().slots().get(&slot::mark(&record, count)), Some(first));
    }
    assert_eq!(world.state.next_mark(&record), 3);
}

#[test]
fn an_issue_can_be_declined_before_its_record_exists() {
    let mut world = World::new();
    let mut draft = issue("tdr 3", &[]);
    if let Body::Issue(issue) = &mut draft.body {
        issue.to = BANK.controller();
    }
    let act = draft.write().unwrap();
    let held = signed(act.clone(), &[&CARRIER.key()], &[("PLTA", Role::Home)]);
    let decline = SignatureList::of([], [counter(&act, "PLTB", Role::Decline)]).unwrap();
    world.submit(&Submission::Decline { offer: held, decline }).unwrap();
    let accepted = signed(act.clone(), &[&CARRIER.key()], &[("PLTA", Role::Home), ("PLTB", Role::Accept)]);
    assert_eq!(world.refused_act(accepted), "declined");
    assert!(world.state.log().slots().get(&slot::mark(&act.digest(), 0)).is_some());
}

#[test]
fn the_leaf_s_time_is_the_now_that_was_judged() {
    let (mut world, record) = with_bill();
    let one = note(&record, 1, &record);
    // Its `expires` is 24 h after its `at`: 03-04T10:00:00.
    world.clock = at("03-04T10:00:01");
    assert_eq!(world.refused_act(one.clone()), "expired");
    // A clock that fell back does not make a leaf older than the last.
    world.tick();
    world.clock = at("03-04T09:00:00");
    assert_eq!(world.refused_act(one), "expired");
    let act = step(&record, 1, &record, EXPORTER, "03-04T10:00:00", Action::Note);
    let answers = world
        .submit(&Submission::Act(signed(act, &[&EXPORTER.key()], &[("PLTA", Role::Home)])))
        .unwrap()
        .answers;
    assert_eq!(answers[0].at, at("03-04T10:00:01"));
}

#[test]
fn signatures_are_asked_for_last_and_only_as_they_were_verified() {
    let (mut world, record) = with_bill();
    // A wrong signature on an act that does not follow: the head answers, not the signature.
    let stale = signed(note(&record, 7, &record).act, &[&key("thief")], &[]);
    assert_eq!(world.refused_act(stale), "not-head");
    let (one, other) =
        (Submission::Act(note(&record, 1, &record)), Submission::Act(offer(&record, 1, &record)));
    let verified = verify(&world.state, &one, world.clock);
    let clock = world.clock;
    assert_eq!(world.state.admit(&other, &verified, clock).unwrap_err().code(), "signatures-unchecked");
    // An offer that is declined was looked at for its holder only: no proof that it may be admitted.
    let Submission::Act(offer) = &other else { panic!() };
    let list = |role| SignatureList::of([], [counter(&offer.act, "PLTB", role)]).unwrap();
    let decline = Submission::Decline { offer: offer.clone(), decline: list(Role::Decline) };
    let declined = verify(&world.state, &decline, clock);
    assert_eq!(world.state.admit(&other, &declined, clock).unwrap_err().code(), "signatures-unchecked");
    assert_eq!(world.state.admit(&decline, &verified, clock).unwrap_err().code(), "signatures-unchecked");
    let later = bill::signatures::Counter {
        act: offer.act.digest(),
        at: at("03-03T12:00:00"),
        platform: platform("PLTB"),
        role: Role::Decline,
    };
    let another = SignatureList::of([], [later.sign(&key("PLTB"))]).unwrap();
    let another = Submission::Decline { offer: offer.clone(), decline: another };
    assert_eq!(world.state.admit(&another, &declined, clock).unwrap_err().code(), "signatures-unchecked");
    // A change of keys in between makes the proof stale; asked again it holds.
    let mut rekeyed = world.clone();
    rekeyed.clock = at("03-04T09:00:01");
    rekeyed.admit(rekey(BANK, 1, BANK.keyset().digest(), &["bank new"]));
    let refused = rekeyed.state.admit(&one, &verified, at("03-04T09:30:00")).unwrap_err();
    assert_eq!(refused.code(), "signatures-unchecked");
    rekeyed.clock = at("03-04T09:30:00");
    rekeyed.submit(&one).unwrap();
    world.state.admit(&one, &verified, clock).unwrap();
}

#[test]
fn a_submission_is_read_in_one_way_only() {
    let (_, record) = with_bill();
    let bytes = Submission::Act(note(&record, 1, &record)).to_bytes();
    let text = String::from_utf8(bytes).unwrap();
    Submission::parse(text.as_bytes()).unwrap();
    for (bad, code) in [
        (text.replace(":\"twakow/act-file/1\"", ": \"twakow/act-file/1\""), "not-canonical"),
        (text.replace("act-file/1", "act-file/2"), "member-type"),
        (text.replace("\"signatures\"", "\"details\":\"{}\",\"signatures\""), "bad-submission"),
        (text.replace("\"v\":", "\"u\":1,\"v\":"), "member-unknown"),
        (format!("[{text}]"), "bad-submission"),
        (format!("[{text},{text},{text}]"), "not-yet"),
        (format!("[{text},{text}]"), "bad-submission"),
        ("[]".into(), "bad-submission"),
        ("7".into(), "member-type"),
        (String::new(), "json-syntax"),
    ] {
        assert_eq!(Submission::parse(bad.as_bytes()).unwrap_err().code(), code, "{bad:.60}");
    }
    let long = " ".repeat(2 * registry::submission::SUBMISSION_BYTES_MAX + 1);
    assert_eq!(Submission::parse(long.as_bytes()).unwrap_err().code(), "json-too-large");
}

#[test]
fn who_was_in_control_reads_as_far_as_it_was() {
    let (mut world, record) = with_bill();
    let noted = world.admit(note(&record, 1, &record));
    let moved = world.admit(offer(&record, 2, &noted));
    world.clock = at("03-05T09:00:00");
    let act = step(&record, 3, &moved, BANK, "03-05T09:00:00", Action::Note);
    world.admit(signed(act, &[&BANK.key()], &[("PLTB", Role::Home)]));
    let kept = world.state.record(&record).unwrap();
    let set = |party: Party| Reader::Set(party.keyset().digest());
    assert_eq!(reach(kept, set(BANK)), Some(Reach { acts: 4, more: false }));
    assert_eq!(reach(kept, Reader::Platform(platform("PLTB"))), Some(Reach { acts: 4, more: false }));
    // Issue, note, and the move by which it left control; that something followed is said, what it was is not.
    assert_eq!(reach(kept, set(EXPORTER)), Some(Reach { acts: 3, more: true }));
    assert_eq!(reach(kept, Reader::Platform(platform("PLTA"))), Some(Reach { acts: 3, more: true }));
    assert_eq!(reach(kept, set(CARRIER)), None, "the issuer never had it");
    assert_eq!(reach(kept, set(Party { name: "stranger", home: "PLTA" })), None);
}

#[test]
fn a_look_up_proves_the_head_under_its_checkpoint_and_not_beyond() {
    let (mut world, record) = with_bill();
    world.admit(note(&record, 1, &record));
    let checkpoint = world.publish();
    let published = registry::lookup::Published::new(world.state.log().clone(), checkpoint.clone()).unwrap();
    let moved = offer(&record, 2, &note(&record, 1, &record).act.digest());
    world.admit(moved);
    let root = published.log().slots().root();
    let [last, next, mark] = published.head(&record).unwrap();
    assert_eq!((last.slot(), next.slot()), (&slot::act(&record, 1), &slot::act(&record, 2)));
    let Slot::Present { index } = last.verify(&root).unwrap() else { panic!("act 1 is there") };
    assert_eq!(index, world.state.record(&record).unwrap().trail()[1].index);
    assert_eq!((next.verify(&root).unwrap(), mark.verify(&root).unwrap()), (Slot::Absent, Slot::Absent));
    let open = world.state.log().clone();
    let refused = registry::lookup::Published::new(open, checkpoint).unwrap_err();
    assert_eq!(refused.code(), "no-map-leaf", "a log that has grown is not that of the checkpoint");
}
