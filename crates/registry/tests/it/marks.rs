//! Charter and member marks: who signs them, in what order, and when they count.

use registry::{
    governance::Statement,
    leaf::{Leaf, PlainMark},
    member::{MEMBER_KEYS_MAX, Member, MemberState},
    submission::Submission,
    verified::verify,
};

use crate::world::*;

#[test]
fn a_log_begins_with_its_charter_and_nothing_else() {
    let mut world = World::unfounded();
    assert_eq!(
        world.refused(&mark(&member("PLTA", 0, MemberState::Member).text(), &[1, 2])),
        "charter-first"
    );
    assert_eq!(world.refused_act(issued(&issue("tdr 1", &[]))), "charter-first");
    assert_eq!(world.state.close(world.clock).unwrap_err().code(), "charter-first");
    assert_eq!(world.state.tick(at("12-31T00:00:00")), None, "an empty log shows no life");
    assert_eq!(world.refused(&mark(&charter_text(1, 2), &[1, 2])), "charter-first");
    assert_eq!(world.refused(&mark(&charter_text(0, 2), &[1])), "authority-missing");
    let elsewhere = charter_text(0, 2).replace(ORIGIN, "registry.example/other/1");
    assert_eq!(
        world.refused(&mark(&elsewhere, &[1, 2])),
        "bad-vkey",
        "its policy's log key has another name"
    );
    let founded = world.submit(&mark(&charter_text(0, 2), &[1, 2])).unwrap();
    assert_eq!(founded.answers[0].index, 0);
    let again = world.submit(&mark(&charter_text(0, 2), &[2, 3])).unwrap();
    assert_eq!((again.answers, again.leaves.len()), (founded.answers, 0));
}

#[test]
fn a_mark_is_signed_by_a_quorum_of_the_authority() {
    let mut world = World::new();
    let text = member("PLTA", 1, MemberState::Suspended).text();
    let Submission::Mark(good) = mark(&text, &[1, 2, 3]) else { panic!() };
    let with = |signatures: Vec<String>| Submission::Mark(PlainMark { statement: text.clone(), signatures });
    assert_eq!(world.refused(&with(good.signatures[..1].to_vec())), "authority-missing");
    let doubled = vec![good.signatures[0].clone(), good.signatures[0].clone()];
    assert_eq!(world.refused(&with(doubled)), "bad-mark");
    let turned = vec![good.signatures[1].clone(), good.signatures[0].clone()];
    assert_eq!(world.refused(&with(turned)), "bad-mark");
    let Submission::Mark(other) = mark(&member("PLTB", 1, MemberState::Suspended).text(), &[1, 2]) else {
        panic!()
    };
    assert_eq!(world.refused(&with(other.signatures)), "mark-signature-wrong");
    let stranger = crypto::jws::sign_detached(&key("stranger"), registry::charter::MARK_TYP, text.as_bytes());
    assert_eq!(world.refused(&with(vec![stranger])), "mark-signature-wrong");
    // The right key over the right text, but as an act's signature.
    let as_act = crypto::jws::sign_detached(&authority(1), "twk-act+jws", text.as_bytes());
    assert_eq!(world.refused(&with(vec![as_act])), "mark-signature-wrong");
    world.submit(&with(good.signatures)).unwrap();
}

#[test]
fn marks_on_a_subject_are_counted_without_gap() {
    let mut world = World::new();
    let suspended = |n| mark(&member("PLTA", n, MemberState::Suspended).text(), &[1, 2]);
    assert_eq!(world.refused(&suspended(2)), "mark-out-of-count");
    assert_eq!(
        world.refused(&mark(&member("PLTC", 1, MemberState::Member).text(), &[1, 2])),
        "mark-out-of-count"
    );
    let elsewhere =
        Member::new(1, "registry.example/other/1", platform("PLTA"), MemberState::Dead, vec![]).unwrap();
    assert_eq!(world.refused(&mark(&elsewhere.text(), &[1, 2])), "mark-other-log");
    world.submit(&suspended(1)).unwrap();
    // The same statement again is answered, not counted; the same number with another text is refused.
    world.submit(&suspended(1)).unwrap();
    assert_eq!(
        world.refused(&mark(&member("PLTA", 1, MemberState::Dead).text(), &[1, 2])),
        "mark-out-of-count"
    );
    assert_eq!(world.state.next_member(platform("PLTA")), 2);
}

#[test]
fn a_new_key_waits_and_a_known_one_goes_on() {
    let mut world = World::new();
    world.clock = at("03-10T00:00:00");
    let with = |keys| Member::new(1, ORIGIN, platform("PLTA"), MemberState::Member, keys).unwrap();
    let (old, too_soon, in_time) = (
        counter_key("PLTA", "02-28T00:00:00"),
        counter_key("PLTA new", "03-16T23:59:59"),
        counter_key("PLTA new", "03-17T00:00:00"),
    );
    assert_eq!(world.refused(&mark(&with(vec![old.clone(), too_soon]).text(), &[1, 2])), "key-too-soon");
    // A known key with another `from` is a new key: nobody dates a key back.
    let redated = counter_key("PLTA", "02-27T00:00:00");
    assert_eq!(world.refused(&mark(&with(vec![redated]).text(), &[1, 2])), "key-too-soon");
    world.submit(&mark(&with(vec![old, in_time.clone()]).text(), &[1, 2])).unwrap();
    let governance = world.state.governance().unwrap();
    let key_at = |label: &str, when: &str| {
        governance.counter_key(platform("PLTA"), key(label).kid(), at(when)).is_some()
    };
    assert!(key_at("PLTA", "03-10T00:00:00") && !key_at("PLTA new", "03-16T23:59:59"));
    assert!(key_at("PLTA", "03-17T00:00:00") && key_at("PLTA new", "03-17T00:00:00"));
    assert!(!key_at("PLTB", "03-17T00:00:00"), "another platform's");
    // A key left out ends at the leaf.
    world.clock = at("03-20T00:00:00");
    let only_new = Member::new(2, ORIGIN, platform("PLTA"), MemberState::Member, vec![in_time]).unwrap();
    world.submit(&mark(&only_new.text(), &[1, 2])).unwrap();
    let governance = world.state.governance().unwrap();
    assert!(governance.counter_key(platform("PLTA"), key("PLTA").kid(), at("03-20T00:00:00")).is_none());
}

#[test]
fn a_later_charter_is_signed_by_the_authority_before_it_and_waits() {
    let mut world = World::new();
    world.clock = at("03-10T00:00:00");
    let next = charter_text(1, 3).replace("\"rejectHours\":72", "\"rejectHours\":24");
    assert_eq!(world.refused(&mark(&charter_text(2, 3), &[1, 2])), "mark-out-of-count");
    assert_eq!(world.refused(&mark(&next, &[1])), "authority-missing", "two sign, as before it");
    world.submit(&mark(&next, &[1, 2])).unwrap();
    let governance = world.state.governance().unwrap();
    assert_eq!(governance.charter(at("03-16T23:59:59")).waits().reject_hours, 72);
    assert_eq!(governance.charter(at("03-17T00:00:00")).waits().reject_hours, 24);
    // Member marks follow the charter in effect: two signatures before, three after.
    let suspended = mark(&member("PLTA", 1, MemberState::Suspended).text(), &[1, 2]);
    let mut before = world.clone();
    before.clock = at("03-16T23:59:59");
    before.submit(&suspended).unwrap();
    world.clock = at("03-17T00:00:00");
    assert_eq!(world.refused(&suspended), "authority-missing");
    world.submit(&mark(&member("PLTA", 1, MemberState::Suspended).text(), &[1, 2, 3])).unwrap();
    // A third charter is the second's to sign.
    assert_eq!(world.refused(&mark(&charter_text(2, 1), &[1, 2])), "authority-missing");
    world.submit(&mark(&charter_text(2, 1), &[1, 2, 3])).unwrap();
}

/// Signatures are looked at before the leaf, perhaps beside other work: what was shown is shown for the authority and the keys
/// of that moment, and is asked for again when they have changed.
#[test]
fn a_proof_of_signatures_ends_with_the_keys_it_was_made_under() {
    let mut world = World::new();
    world.clock = at("03-10T00:00:00");
    world.submit(&mark(&charter_text(1, 3), &[1, 2])).unwrap();
    let (before, after) = (at("03-16T23:59:59"), at("03-17T00:00:00"));
    let suspended = mark(&member("PLTB", 1, MemberState::Suspended).text(), &[1, 2]);
    let by_two = verify(&world.state, &suspended, before);
    let admitted = |world: &World, submission, proof, clock| {
        world.state.clone().admit(submission, proof, clock).map(|_| ()).map_err(|why| why.code())
    };
    assert_eq!(admitted(&world, &suspended, &by_two, before), Ok(()));
    assert_eq!(admitted(&world, &suspended, &by_two, after), Err("signatures-unchecked"), "three sign now");

    let mut world = World::new();
    let act = Submission::Act(issued(&issue("tdr 1", &[])));
    let proof = verify(&world.state, &act, world.clock);
    assert_eq!(admitted(&world, &act, &proof, world.clock), Ok(()));
    world.submit(&suspended).unwrap();
    assert_eq!(admitted(&world, &act, &proof, world.clock), Err("signatures-unchecked"));
    let again = verify(&world.state, &act, world.clock);
    assert_eq!(admitted(&world, &act, &again, world.clock), Ok(()));
}

#[test]
fn a_statement_is_read_in_one_way_only() {
    let charter = charter_text(0, 2);
    let member = member("PLTA", 0, MemberState::Member).text();
    Statement::parse(&charter).unwrap();
    Statement::parse(&member).unwrap();
    let first_key = &charter[charter.find("{\"crv\"").unwrap()..charter.find("},{").unwrap() + 1];
    for (bad, code) in [
        (charter.replace("\"quorum\":2", "\"quorum\":4"), "bad-charter"),
        (charter.replace("\"quorum\":2", "\"quorum\":0"), "bad-charter"),
        (charter.replacen(&format!("{first_key},"), &format!("{first_key},{first_key},"), 1), "bad-charter"),
        (charter.replace("\"memberDays\":7", "\"memberDays\":367"), "bad-charter"),
        (charter.replace("\"rejectHours\":72", "\"rejectHours\":8785"), "bad-charter"),
        (charter.replace("group both all uk sg", "group both any uk sg"), "quorums-need-not-meet"),
        (charter.replace("quorum both", "quorum neither"), "bad-policy"),
        (
            charter.replace(&format!("\"origin\":\"{ORIGIN}\""), "\"origin\":\"registry.example/x\""),
            "bad-charter",
        ),
        (charter.replace("\"n\":0", "\"m\":1,\"n\":0"), "member-unknown"),
        (charter.replace("\"n\":0", "\"n\": 0"), "not-canonical"),
        (member.replace("\"state\":\"member\"", "\"state\":\"guest\""), "bad-member"),
        (member.replace("\"use\":\"counter\"", "\"use\":\"coffee\""), "bad-member"),
        (member.replace("\"platform\":\"PLTA\"", "\"platform\":\"plta\""), "bad-platform"),
        (member.replace("twakow/member/1", "twakow/guest/1"), "bad-mark"),
        (member.replace("twakow/member/1", "twakow/hold/1"), "not-yet"),
        ("7".into(), "bad-mark"),
    ] {
        assert_eq!(Statement::parse(&bad).unwrap_err().code(), code, "{bad:.300}");
    }
    let key = counter_key("PLTA", "02-28T00:00:00");
    let new = |keys| Member::new(0, ORIGIN, platform("PLTA"), MemberState::Member, keys);
    assert_eq!(new(vec![key.clone(), key.clone()]).unwrap_err().code(), "bad-member");
    let many =
        |count: usize| (0..count).map(|number| counter_key(&number.to_string(), "02-28T00:00:00")).collect();
    new(many(MEMBER_KEYS_MAX)).unwrap();
    assert_eq!(new(many(MEMBER_KEYS_MAX + 1)).unwrap_err().code(), "bad-member");
    let p256 = crypto::key::SigningKey::p256_from_scalar([7; 32]).unwrap();
    let mut counter = key;
    counter.key = p256.public().clone();
    assert_eq!(
        new(vec![counter.clone()]).unwrap_err().code(),
        "bad-member",
        "a countersigning key is Ed25519"
    );
    counter.purpose = registry::member::Use::Pint;
    let pint = new(vec![counter]).unwrap();
    assert_eq!(Member::parse(&pint.text()).unwrap(), pint);
}

#[test]
fn a_leaf_is_read_in_one_way_only() {
    let tick = r#"{"at":"2026-03-09T04:00:11.000Z","v":"twakow/tick/1"}"#;
    assert_eq!(Leaf::parse(tick.as_bytes()).unwrap(), Leaf::Tick { at: at("03-09T04:00:11") });
    for (bad, code) in [
        (tick.replace("tick", "tock"), "bad-leaf"),
        (tick.replace("\"v\"", "\"slot\":1,\"v\""), "member-unknown"),
        (tick.replace(",", ", "), "not-canonical"),
        (tick.replace(".000Z", "Z"), "bad-time"),
        (tick.replace("tick", "map"), "member-missing"),
        (tick.replace("tick", "leaf"), "member-missing"),
        (
            tick.replace(
                "\"v\":\"twakow/tick/1\"",
                "\"signatures\":[],\"slot\":\"00\",\"v\":\"twakow/mark/1\"",
            ),
            "bad-digest",
        ),
        (String::new(), "json-syntax"),
    ] {
        assert_eq!(Leaf::parse(bad.as_bytes()).unwrap_err().code(), code, "{bad}");
    }
    let too_many = PlainMark { statement: "{}".into(), signatures: vec!["a..b".into(); 33] };
    assert_eq!(PlainMark::parse(&too_many.to_bytes()).unwrap_err().code(), "bad-mark");
    let none = PlainMark { statement: "{}".into(), signatures: vec![] };
    assert_eq!(PlainMark::parse(&none.to_bytes()).unwrap_err().code(), "bad-mark");
}
