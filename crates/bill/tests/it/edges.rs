//! Edges of the rules of possession that no table of a bill's life comes to: what a reader of one record alone is told,
//! what a surrender and an act while surrendered leave behind.

use std::time::Duration;

use bill::{
    act::{Act, Action, Body, Issue, Step},
    control::{self, Phase, Record, Standing},
    words::{End, Platform, Purpose},
};
use crypto::Digest;

use crate::world::{DAY, HOUR, World, check, platform};

fn leaves_home(world: &World) -> Act {
    let to = world.who("exporter").at(platform("TWKB"));
    world.draft(Body::Step(world.step("exporter", Action::Rehome { to })))
}

/// docs/control.md 10: a verifier that calls an act "not in this version" says nothing about its other rules.
#[test]
fn what_a_later_release_does_hides_no_broken_rule_from_a_reader() {
    let mut world = check("issue carrier -> exporter | ok");
    let act = leaves_home(&world);
    let standing = |_: Platform| Standing::Member;
    let told = |world: &World, declined: bool| {
        let record = world.record.as_ref().unwrap();
        let facts = world.facts(&standing).declined(declined);
        let codes = [control::check(record, &act, &facts), control::check_alone(record, &act, &facts)];
        codes.map(|answer| answer.unwrap_err().code())
    };
    assert_eq!(told(&world, false), ["not-yet", "not-yet"]);
    assert_eq!(told(&world, true), ["not-yet", "declined"]);
    world.wait(HOUR + 1);
    assert_eq!(told(&world, false), ["not-yet", "expired"]);
}

#[test]
fn a_surrender_to_a_new_home_of_the_carrier_is_remembered() {
    let mut world = check("issue carrier -> exporter | ok");
    let elsewhere = world.who("carrier").at(platform("TWKC"));
    let Action::Surrender { purpose, answer_by, .. } = world.surrender(Purpose::Delivery) else {
        unreachable!()
    };
    world.act("exporter", Action::Surrender { to: elsewhere.clone(), purpose, answer_by }).unwrap();
    assert_eq!(world.record.unwrap().spine().issuer(), &elsewhere);
}

#[test]
fn what_is_done_while_surrendered_is_the_new_head() {
    let mut world = check(
        "
        issue     carrier  -> exporter | ok
        surrender exporter delivery    | ok
        leave     carrier              | ok ; carrier at TWKA
        ",
    );
    let record = world.record.as_ref().unwrap();
    let leave = world.acts.last().unwrap().digest();
    assert_eq!((record.phase(), record.spine().seq(), record.spine().head()), (Phase::Surrendered, 2, leave));
    assert_eq!(record.spine().left(), Some(world.now.minus(Duration::from_secs(1))));
    let stale = Step { seq: 2, ..world.step("carrier", Action::Return) };
    let stale = world.draft(Body::Step(stale));
    assert_eq!(world.submit(&stale).unwrap_err().code(), "not-head");
}

#[test]
fn a_replaced_record_is_followed_by_the_one_it_names_and_by_no_other() {
    let world = check(
        "
        issue     carrier  -> exporter  | ok
        surrender exporter amendment    | ok
        ",
    );
    let record = world.record.clone().unwrap();
    let from = vec![record.spine().record()];
    let issue = world.draft(Body::Issue(Issue { from, ..world.issue("carrier", "exporter") }));
    let standing = |_: Platform| Standing::Member;
    let after = |successor: Digest| {
        let action = Action::Close { end: End::Replaced, into: vec![successor] };
        let close = world.draft(Body::Step(world.step("carrier", action)));
        let closed = control::check_alone(&record, &close, &world.facts(&standing)).unwrap();
        let closed = control::apply(record.clone(), &closed);
        control::check_issue(&issue, Some(&closed), &world.facts(&standing)).map_err(|why| why.code())
    };
    assert!(after(issue.digest()).is_ok());
    assert_eq!(after(Digest::of(b"another")), Err("predecessor-not-replaced"));
}

#[test]
fn a_reclaim_waits_to_the_millisecond() {
    for (early_ms, wanted) in [(1, Err("answer-not-due")), (0, Ok(()))] {
        let mut world = check("issue carrier -> exporter | ok");
        world.act("exporter", world.surrender(Purpose::Delivery)).unwrap();
        let Some(Record::Surrendered(surrendered)) = &world.record else { panic!("not surrendered") };
        world.now = surrendered.answer_by().minus(Duration::from_millis(early_ms));
        assert_eq!(world.act("exporter", Action::Reclaim).map_err(|why| why.code()), wanted, "{early_ms} ms");
    }
}

/// Found by a drawn history: the one remembered is a holder at a home, also when it is the carrier itself.
#[test]
fn a_carrier_that_surrendered_to_itself_and_moved_reclaims_where_it_was() {
    let mut world = check(
        "
        issue     carrier -> carrier       | ok
        surrender carrier delivery         | ok
        rehome    carrier -> TWKC released | ok ; carrier at TWKC
        wait      10 days                  | ok
        reclaim   carrier                  | refused not-surrenderer
        ",
    );
    world.homes.clear();
    world.act("carrier", Action::Reclaim).unwrap();
    assert_eq!(world.in_control(), "carrier at TWKA");
}

/// docs/control.md 1: an issue lives 60 days at most.
#[test]
fn an_issue_lives_sixty_days_and_no_millisecond_more() {
    for (more_ms, wanted) in [(0, Ok(())), (1, Err("lives-too-long"))] {
        let mut world = World::new();
        let expires = world.now.plus(Duration::from_secs(60 * DAY)).plus(Duration::from_millis(more_ms));
        let issue = Issue { expires, ..world.issue("carrier", "exporter") };
        assert_eq!(world.begin(issue).map_err(|why| why.code()), wanted, "{more_ms} ms");
    }
}
