//! The act's form: what is read, what is written, and what is neither.

use bill::{
    act::{ACT_BYTES_MAX, Act, Action, Body, Draft, SET_ACT_BYTES_MAX},
    details::Details,
    signatures::{self, SignatureList},
    words::{End, Op},
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
};

use proptest::prelude::*;

use crate::desk::Desk;
use crate::world::{STEPS, World, after, check, key, keyset_act};

/// Every act of a bill and a key set, by name, as a written act.
fn samples() -> Vec<Act> {
    let world = check("issue carrier -> exporter | ok");
    let to = || world.who("bank");
    let steps = STEPS.map(|op| match op {
        Op::Note => Action::Note,
        Op::Move => Action::Move { to: to() },
        Op::Reject => Action::Reject,
        Op::Leave => Action::Leave,
        Op::Surrender => world.surrender(bill::words::Purpose::Delivery),
        Op::Close => Action::Close { end: End::Replaced, into: vec![Digest::of(b"successor")] },
        Op::Return => Action::Return,
        Op::Reclaim => Action::Reclaim,
        Op::Rehome => Action::Rehome { to: to() },
        Op::Keyset | Op::Rekey | Op::Issue | Op::Adopt => panic!("{op} is no step"),
    });
    let steps = steps.map(|action| world.draft(Body::Step(world.step("exporter", action))));
    let mut replacing = world.issue("carrier", "exporter");
    replacing.from = vec![Digest::of(b"predecessor")];
    let firsts = [
        keyset_act(&["exporter", "exporter second"]),
        crate::keysets::rekey_act(&crate::world::keyset(&["exporter"]), &["exporter", "new"]),
        world.draft(Body::Issue(world.issue("carrier", "exporter"))),
        world.draft(Body::Issue(replacing)),
        world.draft(Body::Step(world.step("exporter", Action::Adopt { to: to() }))),
    ];
    firsts.into_iter().chain(steps).collect()
}

fn value(act: &Act) -> Value {
    json::parse(act.bytes(), &Limits::bytes(SET_ACT_BYTES_MAX)).unwrap()
}

fn object(act: &Act) -> json::Object {
    value(act).as_object().unwrap().clone()
}

fn read(object: json::Object) -> Result<Act, &'static str> {
    Act::parse(&json::canonical(&Value::Object(object))).map_err(|refusal| refusal.code())
}

#[test]
fn every_act_reads_back_as_it_was_written() {
    for act in samples() {
        let again = Act::parse(act.bytes()).unwrap();
        assert_eq!(again, act);
        assert_eq!(again.digest(), Digest::of(act.bytes()));
    }
}

#[test]
fn every_member_is_needed_and_no_other_is_taken() {
    for act in samples() {
        let members = object(&act);
        for (name, _) in members.iter() {
            let mut less = members.clone();
            less.remove(name);
            let optional = name == "from";
            assert_eq!(read(less).is_ok(), optional, "{} without {name}", act.op());
        }
        let mut more = members.clone();
        more.insert("note", "nobody sees this");
        assert_eq!(read(more), Err("member-unknown"), "{}", act.op());
    }
}

#[test]
fn members_of_one_act_are_strangers_to_another() {
    let samples = samples();
    for act in &samples {
        for other in &samples {
            for (name, value) in object(other).iter() {
                let mut members = object(act);
                if members.get(name).is_some() || (act.op() == Op::Issue && name == "from") {
                    continue;
                }
                members.insert(name, value.clone());
                assert_eq!(read(members), Err("member-unknown"), "{} with {name}", act.op());
            }
        }
    }
}

#[test]
fn only_canonical_bytes_are_an_act() {
    for act in samples() {
        let mut bytes = act.bytes().to_vec();
        bytes.push(b'\n');
        assert_eq!(Act::parse(&bytes).unwrap_err().code(), "not-canonical");
    }
    for nonsense in [b"".as_slice(), b"{}", b"[]", b"null", b"{\"v\":\"twakow/act/1\"}", &[0xff, 0xfe]] {
        assert!(Act::parse(nonsense).is_err());
    }
}

#[test]
fn versions_ops_and_words_are_closed_lists() {
    let act = samples().into_iter().find(|act| act.op() == Op::Surrender).unwrap();
    let with = |name: &str, word: &str| {
        let mut members = object(&act);
        members.insert(name, word);
        read(members).map(|_| ()).unwrap_err()
    };
    assert_eq!(with("v", "twakow/act/2"), "unknown-version");
    assert_eq!(with("op", "split"), "unknown-op");
    assert_eq!(with("op", "Move"), "unknown-op");
    assert_eq!(with("purpose", "theft"), "unknown-word");
    assert_eq!(with("at", "2026-03-02T09:00:00Z"), "bad-time");
    assert_eq!(with("record", "AB"), "bad-digest");
}

#[test]
fn the_controller_has_one_form() {
    let act = samples().into_iter().find(|act| act.op() == Op::Note).unwrap();
    let by = |sets: Vec<Digest>, home: &str, custody: &str| {
        let mut members = object(&act);
        let by = [("sets", Value::array(sets)), ("home", home.into()), ("custody", custody.into())];
        members.insert("by", Value::object(by));
        read(members).map(|act| act.first_release().map_or_else(|refusal| refusal.code(), |()| "ok"))
    };
    let mut ids: Vec<Digest> = (0..17_u8).map(|number| Digest::of(&[number])).collect();
    ids.sort();
    let one = || vec![ids[0]];
    assert_eq!(by(one(), "TWKA", "self"), Ok("ok"));
    assert_eq!(by(one(), "TWKA", "platform"), Ok("not-yet"));
    assert_eq!(by(one(), "TWKA", "mine"), Err("unknown-word"));
    assert_eq!(by(ids[..16].to_vec(), "TWKA", "self"), Ok("not-yet"));
    assert_eq!(by(ids.clone(), "TWKA", "self"), Err("too-many"));
    assert_eq!(by(Vec::new(), "TWKA", "self"), Err("empty-list"));
    assert_eq!(by(vec![ids[0], ids[0]], "TWKA", "self"), Err("not-sorted"));
    assert_eq!(by(vec![ids[1], ids[0]], "TWKA", "self"), Err("not-sorted"));
    for home in ["TWK", "TWKAA", "twka", "TW A", "TWÄ", ""] {
        assert_eq!(by(one(), home, "self"), Err("bad-platform"), "{home}");
    }
}

#[test]
fn first_acts_have_number_nought_and_others_do_not() {
    for act in samples() {
        let mut members = object(&act);
        let first = matches!(act.op(), Op::Keyset | Op::Issue);
        members.insert("seq", u32::from(first));
        assert_eq!(read(members), Err("bad-seq"), "{}", act.op());
    }
    let world = check("issue carrier -> exporter | ok");
    let mut step = world.step("exporter", Action::Note);
    step.seq = u64::MAX;
    let draft = Draft { at: after(0), details: Digest::of(b""), body: Body::Step(step) };
    assert_eq!(draft.write().unwrap_err().code(), "bad-seq");
}

#[test]
fn the_registry_is_named_as_notes_and_browsers_can_read_it() {
    let origin = |origin: &str, url: &str| {
        let world = World::new();
        let mut issue = world.issue("carrier", "exporter");
        issue.registry.origin = origin.to_owned();
        issue.registry.url = url.to_owned();
        let draft = Draft { at: after(0), details: Digest::of(b""), body: Body::Issue(issue) };
        draft.write().map(|_| ()).map_err(|refusal| refusal.code())
    };
    let url = "https://registry.example/v1";
    assert_eq!(origin("r.example", url), Ok(()));
    assert_eq!(origin(&"o".repeat(255), url), Ok(()));
    assert_eq!(origin("r.example", &"u".repeat(1024)), Ok(()));
    for bad in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "r\u{e9}gistre", &"o".repeat(256)] {
        assert_eq!(origin(bad, url), Err("bad-registry"), "{bad}");
    }
    for bad in ["", "a b", "\u{e9}", &"u".repeat(1025)] {
        assert_eq!(origin("r.example", bad), Err("bad-registry"), "{bad}");
    }
}

#[test]
fn acts_have_their_lengths() {
    // Sixteen joint sets on both sides, the longest origin, a long address: still within 4 KiB, so the limit is
    // reached with an address that the registry member itself takes.
    let world = World::new();
    let mut ids: Vec<Digest> = (0..16_u8).map(|number| Digest::of(&[number])).collect();
    ids.sort();
    let mut issue = world.issue("carrier", "exporter");
    issue.by.sets = ids.clone();
    issue.to.sets = ids.clone();
    issue.from = ids;
    issue.registry.url = "u".repeat(1024);
    let write = |url_len: usize| {
        let mut issue = issue.clone();
        issue.registry.url = "u".repeat(url_len);
        Draft { at: after(0), details: Digest::of(b""), body: Body::Issue(issue) }.write()
    };
    let spare = (1..=1024).rev().find(|len| write(*len).is_ok()).unwrap();
    assert_eq!(write(spare).unwrap().bytes().len(), ACT_BYTES_MAX);
    assert_eq!(write(spare + 1).unwrap_err().code(), "act-too-long");
    assert_eq!(Act::parse(&vec![b' '; SET_ACT_BYTES_MAX + 1]).unwrap_err().code(), "act-too-long");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// What is read is what was written; what is not is refused, and nothing panics.
    #[test]
    fn hostile_bytes_are_refused_or_read_as_they_are(
        sample in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..4),
    ) {
        let acts = samples();
        let act = sample.get(&acts);
        let list = SignatureList::of([signatures::sign(act, &key("exporter"))], []).unwrap();
        let details = Desk::new().issue_details("carrier", "exporter").write().unwrap();
        for original in [act.bytes(), list.bytes(), details.bytes()] {
            let mut bytes = original.to_vec();
            for (at, byte, edit) in &edits {
                let at = at.index(bytes.len());
                match edit {
                    0 => bytes[at] = *byte,
                    1 => bytes.insert(at, *byte),
                    _ => drop(bytes.remove(at)),
                }
            }
            if let Ok(read) = Act::parse(&bytes) {
                prop_assert_eq!(read.bytes(), bytes.as_slice());
            }
            if let Ok(read) = SignatureList::parse(&bytes) {
                prop_assert_eq!(read.bytes(), bytes.as_slice());
            }
            if let Ok(read) = Details::parse(&bytes) {
                prop_assert_eq!(read.bytes(), bytes.as_slice());
            }
        }
    }
}
