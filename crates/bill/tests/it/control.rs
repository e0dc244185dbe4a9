//! Possession, by tables that a shipping lawyer can read.

use std::time::Duration;

use bill::{
    act::{Act, Action, Body, Draft},
    control::{self, AT_AHEAD_MAX, Phase, Record, Rule, Standing},
    words::{Custody, End, Platform, Purpose},
};
use crypto::Digest;

use crate::world::{DAY, HOUR, World, check, party, platform};

#[test]
fn a_bill_goes_from_carrier_to_carrier() {
    let world = check(
        "
        issue     carrier  -> exporter  | ok ; exporter at TWKA
        note      exporter              | ok ; exporter at TWKA
        move      exporter -> bank      | ok ; bank at TWKB
        move      exporter -> trader    | refused not-in-control
        move      bank     -> importer  | ok ; importer at TWKB
        surrender importer delivery     | ok ; carrier at TWKA
        move      importer -> bank      | refused surrendered
        note      carrier               | refused surrendered
        close     importer delivered    | refused not-in-control
        close     carrier  delivered    | ok ; nobody
        move      importer -> bank      | refused closed
        reclaim   importer              | refused closed
        ",
    );
    let Some(Record::Closed(closed)) = world.record else { panic!("not closed") };
    assert_eq!((closed.end(), closed.successors()), (End::Delivered, [].as_slice()));
    assert_eq!(closed.closer(), &crate::world::cast("carrier"));
}

#[test]
fn each_purpose_has_its_own_ends() {
    for (purpose, end, outcome) in [
        ("delivery", "delivered", "ok ; nobody"),
        ("delivery", "paper", "refused end-not-purpose"),
        ("delivery", "void", "refused end-not-purpose"),
        ("amendment", "paper", "ok ; nobody"),
        ("amendment", "delivered", "refused end-not-purpose"),
        ("amendment", "void", "refused end-not-purpose"),
        ("cancel", "void", "ok ; nobody"),
        ("cancel", "delivered", "refused end-not-purpose"),
        ("cancel", "paper", "refused end-not-purpose"),
    ] {
        check(&format!(
            "
            issue     carrier  -> exporter | ok
            surrender exporter {purpose}   | ok
            close     carrier  {end}       | {outcome}
            "
        ));
    }
}

#[test]
fn the_carrier_gives_back_or_the_surrenderer_takes_back() {
    check(
        "
        issue     carrier  -> exporter | ok
        return    carrier              | refused not-surrendered
        close     carrier  delivered   | refused not-surrendered
        reclaim   exporter             | refused not-surrendered
        surrender exporter delivery    | ok ; carrier at TWKA
        return    exporter             | refused not-in-control
        return    carrier              | ok ; exporter at TWKA
        surrender exporter delivery    | ok
        wait 239 hours                 | ok
        reclaim   exporter             | refused answer-not-due
        wait 1 hours                   | ok
        reclaim   trader               | refused not-surrenderer
        reclaim   carrier              | refused not-surrenderer
        reclaim   exporter             | ok ; exporter at TWKA
        ",
    );
}

#[test]
fn a_transfer_may_be_rejected_once_at_once_and_in_time() {
    check(
        "
        issue  carrier  -> exporter | ok
        reject exporter             | refused nothing-to-reject
        move   exporter -> bank     | ok
        reject exporter             | refused not-in-control
        wait 259199 seconds         | ok
        reject bank                 | ok ; exporter at TWKA
        reject exporter             | refused nothing-to-reject
        move   exporter -> bank     | ok
        wait 259200 seconds         | ok
        reject bank                 | refused reject-too-late
        move   bank -> exporter     | ok ; exporter at TWKA
        move   exporter -> bank     | ok
        note   bank                 | ok
        reject bank                 | refused nothing-to-reject
        move   bank -> exporter     | ok
        move   exporter -> bank     | ok
        platform TWKA suspended     | ok
        reject bank                 | refused former-home-gone
        platform TWKA member        | ok
        reject bank                 | ok ; exporter at TWKA
        ",
    );
}

#[test]
fn one_leave_in_a_day() {
    check(
        "
        issue     carrier  -> exporter | ok
        leave     bank                 | refused not-in-control
        leave     exporter             | ok ; exporter at TWKA
        leave     exporter             | refused left-recently
        note      exporter             | ok
        wait 86397 seconds             | ok
        leave     exporter             | refused left-recently
        wait 1 seconds                 | ok
        leave     exporter             | ok
        surrender exporter delivery    | ok
        leave     exporter             | refused not-in-control
        wait 1 days                    | ok
        leave     carrier              | ok ; carrier at TWKA
        ",
    );
}

#[test]
fn a_holder_changes_platforms_with_release_or_from_a_dead_one() {
    check(
        "
        issue     carrier  -> exporter        | ok
        rehome    exporter -> TWKB            | refused not-yet
        rehome    exporter -> TWKA released   | refused rehome-same-home
        rehome    exporter -> TWKB released   | ok ; exporter at TWKB
        platform  TWKB suspended              | ok
        note      exporter                    | refused home-not-in-standing
        move      exporter -> trader          | refused home-not-in-standing
        rehome    exporter -> TWKC            | ok ; exporter at TWKC
        platform  TWKC dead                   | ok
        rehome    exporter -> TWKB            | refused acceptor-not-in-standing
        rehome    exporter -> TWKA            | ok ; exporter at TWKA
        move      exporter -> importer        | refused acceptor-not-in-standing
        surrender exporter delivery           | ok ; carrier at TWKA
        rehome    exporter -> TWKB            | refused not-in-control
        platform  TWKA dead                   | ok
        platform  TWKB member                 | ok
        close     carrier  delivered          | refused home-not-in-standing
        rehome    carrier  -> TWKB            | ok ; carrier at TWKB
        return    carrier                     | ok ; exporter at TWKA
        rehome    exporter -> TWKB            | ok ; exporter at TWKB
        ",
    );
}

#[test]
fn a_surrenderer_at_a_dead_platform_is_not_locked_out() {
    check(
        "
        issue     carrier  -> exporter | ok
        move      exporter -> importer | ok
        surrender importer delivery    | ok
        platform  TWKB dead            | ok
        wait 10 days                   | ok
        reclaim   importer             | ok ; importer at TWKB
        rehome    importer -> TWKA     | ok ; importer at TWKA
        ",
    );
}

#[test]
fn a_move_goes_to_another_and_a_surrender_to_the_issuer() {
    check(
        "
        issue carrier  -> exporter | ok
        move  exporter -> exporter | refused already-in-control
        ",
    );
    let mut world = check("issue carrier -> exporter | ok");
    let answer_by = Some(world.now.plus(Duration::from_secs(10 * DAY)));
    let to = world.who("bank");
    let surrender = Action::Surrender { to, purpose: Purpose::Delivery, answer_by };
    assert_eq!(world.act("exporter", surrender).unwrap_err().code(), "not-to-issuer");
    let to = world.who("bank");
    assert_eq!(world.act("exporter", Action::Rehome { to }).unwrap_err().code(), "rehome-changes-holder");
}

/// The next act by the exporter, changed by `change` before it is written.
fn changed(world: &World, action: Action, change: impl Fn(&mut Draft)) -> Act {
    let mut draft = Draft {
        at: world.now,
        details: Digest::of(b"details"),
        body: Body::Step(world.step("exporter", action)),
    };
    change(&mut draft);
    draft.write().unwrap()
}

fn step_of(draft: &mut Draft) -> &mut bill::act::Step {
    match &mut draft.body {
        Body::Step(step) => step,
        other => panic!("{other:?}"),
    }
}

fn outcome(world: &mut World, action: Action, change: impl Fn(&mut Draft)) -> &'static str {
    let act = changed(world, action, change);
    match world.submit(&act) {
        Ok(()) => "ok",
        Err(refusal) => refusal.code(),
    }
}

#[test]
fn an_act_follows_the_head_or_not_at_all() {
    let mut world = check("issue carrier -> exporter | ok");
    let other = Digest::of(b"other");
    assert_eq!(outcome(&mut world, Action::Note, |draft| step_of(draft).record = other), "wrong-record");
    assert_eq!(outcome(&mut world, Action::Note, |draft| step_of(draft).prev = other), "not-head");
    assert_eq!(outcome(&mut world, Action::Note, |draft| step_of(draft).seq = 2), "not-head");
    assert_eq!(outcome(&mut world, Action::Note, |_| ()), "ok");
    // The same act again: its place is taken.
    let again = world.acts.last().unwrap().clone();
    assert_eq!(world.submit(&again).unwrap_err().code(), "not-head");
    let first = world.acts.first().unwrap().clone();
    assert_eq!(world.submit(&first).unwrap_err().code(), "not-head");
}

#[test]
fn the_clock_rules_hold_to_the_millisecond() {
    let ms = Duration::from_millis(1);
    let issued = || check("issue carrier -> exporter | ok");

    let ahead = issued().now.plus(AT_AHEAD_MAX);
    assert_eq!(outcome(&mut issued(), Action::Note, |draft| draft.at = ahead), "ok");
    assert_eq!(outcome(&mut issued(), Action::Note, |draft| draft.at = ahead.plus(ms)), "at-ahead");

    let now = issued().now;
    assert_eq!(outcome(&mut issued(), Action::Note, |draft| step_of(draft).expires = now), "ok");
    let gone = now.minus(ms);
    assert_eq!(outcome(&mut issued(), Action::Note, |draft| step_of(draft).expires = gone), "expired");

    let to_bank = || Action::Move { to: issued().who("bank") };
    let to_trader = || Action::Move { to: issued().who("trader") };
    for (action, limit) in [(Action::Note, 24 * HOUR), (to_trader(), 24 * HOUR), (to_bank(), 30 * DAY)] {
        let latest = now.plus(Duration::from_secs(limit));
        let lives =
            |expires| outcome(&mut issued(), action.clone(), |draft| step_of(draft).expires = expires);
        assert_eq!(lives(latest), "ok", "{action:?}");
        assert_eq!(lives(latest.plus(ms)), "lives-too-long", "{action:?}");
    }
}

#[test]
fn an_issue_may_wait_sixty_days() {
    for (seconds, outcome) in [(60 * DAY, "ok"), (60 * DAY + 1, "lives-too-long")] {
        let mut world = World::new();
        let mut issue = world.issue("carrier", "exporter");
        issue.expires = world.now.plus(Duration::from_secs(seconds));
        let code = world.begin(issue).map_or_else(|refusal| refusal.code(), |()| "ok");
        assert_eq!(code, outcome);
    }
    let mut world = World::new();
    let mut issue = world.issue("carrier", "exporter");
    issue.expires = world.now.minus(Duration::from_millis(1));
    assert_eq!(world.begin(issue).unwrap_err().code(), "expired");
}

#[test]
fn an_issue_needs_platforms_in_standing_and_an_honest_clock() {
    for (code, wanted) in [("TWKA", "home-not-in-standing"), ("TWKB", "acceptor-not-in-standing")] {
        let mut world = World::new();
        world.standing.insert(platform(code), Standing::Suspended);
        assert_eq!(world.begin(world.issue("carrier", "bank")).unwrap_err().code(), wanted);
    }
    let mut world = World::new();
    let issue = world.draft(Body::Issue(world.issue("carrier", "exporter")));
    world.now = world.now.minus(AT_AHEAD_MAX + Duration::from_millis(1));
    let standing = |_: Platform| Standing::Member;
    let facts = world.facts(&standing);
    assert_eq!(control::check_issue(&issue, None, &facts).unwrap_err().code(), "at-ahead");
    let note = check("issue carrier -> exporter | ok")
        .draft(Body::Step(check("issue carrier -> exporter | ok").step("exporter", Action::Note)));
    assert_eq!(control::check_issue(&note, None, &facts).unwrap_err().code(), "not-a-first-act");
    world.now = crate::world::after(0);
    let facts = world.facts(&standing).declined(true);
    assert_eq!(control::check_issue(&issue, None, &facts).unwrap_err().code(), "declined");
}

#[test]
fn the_carrier_has_one_to_sixty_days_to_answer() {
    let ms = Duration::from_millis(1);
    for (after, wanted) in [
        (Duration::from_secs(DAY) - ms, "answer-by-out-of-range"),
        (Duration::from_secs(DAY), "ok"),
        (Duration::from_secs(60 * DAY), "ok"),
        (Duration::from_secs(60 * DAY) + ms, "answer-by-out-of-range"),
    ] {
        let mut world = check("issue carrier -> exporter | ok");
        let answer_by = Some(world.now.plus(after));
        let to = world.who("carrier");
        let surrender = Action::Surrender { to, purpose: Purpose::Delivery, answer_by };
        let code = world.act("exporter", surrender).map_or_else(|refusal| refusal.code(), |()| "ok");
        assert_eq!(code, wanted, "{after:?}");
    }
}

#[test]
fn a_decline_binds_that_act_and_no_other() {
    let mut world = check("issue carrier -> exporter | ok");
    let to = world.who("bank");
    let offer = changed(&world, Action::Move { to: to.clone() }, |_| ());
    assert_eq!(world.submit_with(&offer, |facts| facts.declined(true)).unwrap_err().code(), "declined");
    world.wait(1);
    let next = changed(&world, Action::Move { to }, |_| ());
    assert_ne!(next.digest(), offer.digest());
    world.submit(&next).unwrap();
}

#[test]
fn the_last_sixteen_acts_are_ways_out() {
    let mut world = check("issue carrier -> exporter | ok");
    for seq in 1..1_008_u64 {
        world.act("exporter", Action::Note).unwrap();
        world.wait(1);
        assert_eq!(world.record.as_ref().unwrap().spine().seq(), seq);
    }
    let to = world.who("trader");
    assert_eq!(world.act("exporter", Action::Note).unwrap_err().code(), "record-ending");
    assert_eq!(world.act("exporter", Action::Move { to }).unwrap_err().code(), "record-ending");
    assert_eq!(world.act("exporter", Action::Reject).unwrap_err().code(), "record-ending");
    for _ in 0..8 {
        world.act("exporter", world.surrender(Purpose::Delivery)).unwrap();
        world.wait(1);
        world.act("carrier", Action::Return).unwrap();
        world.wait(1);
    }
    assert_eq!(world.record.as_ref().unwrap().spine().seq(), 1_023);
    assert_eq!(world.act("exporter", Action::Leave).unwrap_err().code(), "record-full");
}

#[test]
fn what_is_later_is_refused_as_not_yet() {
    let mut world = check("issue carrier -> exporter | ok");
    let mut joint = world.who("bank");
    joint.sets.extend(world.who("importer").sets);
    joint.sets.sort();
    assert_eq!(world.act("exporter", Action::Move { to: joint }).unwrap_err().code(), "not-yet");
    let mut foreign = world.who("bank");
    foreign.custody = Custody::Platform;
    assert_eq!(world.act("exporter", Action::Move { to: foreign.clone() }).unwrap_err().code(), "not-yet");
    let surrender = Action::Surrender { to: foreign.clone(), purpose: Purpose::Delivery, answer_by: None };
    assert_eq!(world.act("exporter", surrender).unwrap_err().code(), "not-yet");
    assert_eq!(world.act("exporter", Action::Adopt { to: foreign.clone() }).unwrap_err().code(), "not-yet");
    let mut into = vec![Digest::of(b"one"), Digest::of(b"two")];
    into.sort();
    let close = Action::Close { end: End::Replaced, into: into.clone() };
    assert_eq!(world.act("exporter", close).unwrap_err().code(), "not-yet");

    let mut empty = World::new();
    let issue = bill::act::Issue { from: into, ..empty.issue("carrier", "exporter") };
    assert_eq!(empty.begin(issue).unwrap_err().code(), "not-yet");
    let issue = bill::act::Issue { to: foreign, ..empty.issue("carrier", "exporter") };
    assert_eq!(empty.begin(issue).unwrap_err().code(), "not-yet");
}

/// A bill surrendered for amendment, and the issue that is to take its place.
fn amendment() -> (World, Act) {
    let world = check(
        "
        issue     carrier  -> exporter  | ok
        surrender exporter amendment    | ok
        ",
    );
    let record = world.record.as_ref().unwrap().spine().record();
    let issue = bill::act::Issue { from: vec![record], ..world.issue("carrier", "exporter") };
    let issue = world.draft(Body::Issue(issue));
    (world, issue)
}

fn group(world: &World, close: &Act, issue: &Act) -> Result<(Record, Record), &'static str> {
    let standing = |_: Platform| Standing::Member;
    let record = world.record.clone().unwrap();
    let (admitted, begun) = control::check_group(&record, close, issue, &world.facts(&standing))
        .map_err(|refusal| refusal.code())?;
    Ok((control::apply(record, &admitted), control::apply_issue(&begun)))
}

fn close(world: &World, by: &str, into: Digest) -> Act {
    let action = Action::Close { end: End::Replaced, into: vec![into] };
    world.draft(Body::Step(world.step(by, action)))
}

#[test]
fn a_replacement_is_admitted_whole() {
    let (mut world, issue) = amendment();
    let closing = close(&world, "carrier", issue.digest());
    let (old, new) = group(&world, &closing, &issue).unwrap();
    assert_eq!(old.phase(), Phase::Closed);
    assert_eq!(new.controller(), Some(&world.who("exporter")));
    assert_eq!(new.spine().record(), issue.digest());

    assert_eq!(world.submit(&closing).unwrap_err().code(), "group-not-whole");
    let standing = |_: Platform| Standing::Member;
    let record = world.record.clone().unwrap();
    let closed = control::check_alone(&record, &closing, &world.facts(&standing)).unwrap();
    assert_eq!(control::apply(record.clone(), &closed), old);
    let declined = world.facts(&standing).declined(true);
    assert_eq!(control::check_alone(&record, &closing, &declined).unwrap_err().code(), "declined");
    let alone = control::check_issue(&issue, world.record.as_ref(), &world.facts(&standing));
    assert_eq!(alone.unwrap_err().code(), "predecessor-not-replaced");
    let unknown = control::check_issue(&issue, None, &world.facts(&standing));
    assert_eq!(unknown.unwrap_err().code(), "predecessor-not-replaced");
    // A reader of this record alone takes it as it stands, by every other rule.
    let read = control::check_issue_alone(&issue, &world.facts(&standing)).unwrap();
    assert_eq!(control::apply_issue(&read), new);
    let late = world.facts(&standing).declined(true);
    assert_eq!(control::check_issue_alone(&issue, &late).unwrap_err().code(), "declined");

    let other = close(&world, "carrier", Digest::of(b"other"));
    assert_eq!(group(&world, &other, &issue), Err("group-not-whole"));
    let note = world.draft(Body::Step(world.step("carrier", Action::Note)));
    assert_eq!(group(&world, &note, &issue), Err("group-not-whole"));
    let stranger = close(&world, "exporter", issue.digest());
    assert_eq!(group(&world, &stranger, &issue), Err("not-in-control"));

    let plain = world.draft(Body::Issue(world.issue("carrier", "exporter")));
    let closing = close(&world, "carrier", plain.digest());
    assert_eq!(group(&world, &closing, &plain), Err("predecessor-not-replaced"));
    let record = world.record.as_ref().unwrap().spine().record();
    let foreign = bill::act::Issue { from: vec![record], ..world.issue("trader", "exporter") };
    let foreign = world.draft(Body::Issue(foreign));
    let closing = close(&world, "carrier", foreign.digest());
    assert_eq!(group(&world, &closing, &foreign), Err("predecessor-other-carrier"));
}

#[test]
fn paper_comes_back_under_its_own_tag() {
    let on_paper = || {
        check(
            "
            issue     carrier  -> exporter | ok
            surrender exporter amendment   | ok
            close     carrier  paper       | ok ; nobody
            ",
        )
    };
    let back = |world: &World| {
        let record = world.record.as_ref().unwrap().spine().record();
        bill::act::Issue { from: vec![record], ..world.issue("carrier", "exporter") }
    };
    let mut world = on_paper();
    world.begin(back(&world)).unwrap();
    assert_eq!(world.in_control(), "exporter at TWKA");

    let mut world = on_paper();
    let other = bill::act::Issue { tag: Digest::of(b"other"), ..back(&world) };
    assert_eq!(world.begin(other).unwrap_err().code(), "paper-other-tag");
    let other = bill::act::Issue { by: world.who("trader"), ..back(&world) };
    assert_eq!(world.begin(other).unwrap_err().code(), "predecessor-other-carrier");
    let other = bill::act::Issue { from: vec![Digest::of(b"other")], ..back(&world) };
    assert_eq!(world.begin(other).unwrap_err().code(), "predecessor-not-replaced");

    let mut delivered = check(
        "
        issue     carrier  -> exporter | ok
        surrender exporter delivery    | ok
        close     carrier  delivered   | ok
        ",
    );
    assert_eq!(delivered.begin(back(&delivered)).unwrap_err().code(), "predecessor-not-replaced");
}

#[test]
fn a_rule_switched_off_lets_through_what_it_alone_refuses() {
    let mut world = check("issue carrier -> exporter | ok");
    let act = world.draft(Body::Step(world.step("trader", Action::Note)));
    assert_eq!(world.submit(&act).unwrap_err().code(), "not-in-control");
    world.submit_with(&act, |facts| facts.without(Rule::Entitled)).unwrap();
    for (at, rule) in Rule::ALL.iter().enumerate() {
        assert_eq!(Rule::ALL.iter().position(|other| other == rule), Some(at), "{rule:?} stands twice");
    }
}

#[test]
fn control_is_sets_home_and_custody_together() {
    let mut world = check("issue carrier -> exporter | ok");
    let mut step = world.step("exporter", Action::Note);
    step.by = party("exporter", "TWKB");
    let act = world.draft(Body::Step(step));
    assert_eq!(world.submit(&act).unwrap_err().code(), "not-in-control");
}

#[test]
fn the_record_remembers_where_the_carrier_last_was() {
    let mut world = check(
        "
        issue     carrier  -> exporter      | ok
        rehome    exporter -> TWKB released | ok ; exporter at TWKB
        ",
    );
    let carrier_at = |world: &World| world.record.as_ref().unwrap().spine().issuer().clone();
    assert_eq!(carrier_at(&world), world.who("carrier").at(platform("TWKA")));
    for line in ["surrender exporter delivery", "rehome carrier -> TWKC released", "return carrier"] {
        world.line(&line.split_whitespace().collect::<Vec<_>>()).unwrap();
        world.wait(1);
    }
    assert_eq!(carrier_at(&world), world.who("carrier").at(platform("TWKC")));
}
