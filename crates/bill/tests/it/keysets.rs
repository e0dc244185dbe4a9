//! Key sets: their form, their changes, and who signs for whom.

use std::time::Duration;

use bill::{
    act::{Act, Action, Body, Draft, Rekey},
    keys::{KeyKind, Keys, MemberKey, Passkey, Recovery},
    keyset::{self, KeySet, Signers},
    signatures::{self, Counter, Role, SIGNATURES_MAX, SignatureList},
    words::Platform,
};
use crypto::{
    Digest, Signature,
    json::{self, Value},
    key::{Kid, PublicKey, SigningKey},
};
use vocab::Timestamp;

use crate::world::{HOUR, World, after, check, file, key, keyset, keyset_act, platform, recovery};

pub(crate) fn rekey_act(set: &KeySet, keys: &[&str]) -> Act {
    rekey_with(set, keys.iter().map(|name| file(name)).collect(), recovery(1, &["officer", "notary"]))
}

fn rekey_with(set: &KeySet, keys: Vec<MemberKey>, recovery: Recovery) -> Act {
    let rekey = Rekey {
        record: set.id(),
        seq: set.seq() + 1,
        prev: set.head(),
        keys: Keys::new(keys).unwrap(),
        recovery,
    };
    Draft { at: after(HOUR), details: Digest::of(b"details"), body: Body::Rekey(rekey) }.write().unwrap()
}

fn kid(name: &str) -> Kid {
    key(name).kid()
}

fn signers(first: &str, others: &[&str]) -> Signers {
    let mut others: Vec<Kid> = others.iter().map(|name| kid(name)).collect();
    others.sort();
    Signers { first: kid(first), others }
}

fn change(set: &KeySet, act: &Act, signers: &Signers, now: Timestamp) -> Result<KeySet, &'static str> {
    let rekeyed = keyset::check(set, act, signers, now).map_err(|refusal| refusal.code())?;
    Ok(keyset::apply(set.clone(), &rekeyed))
}

fn in_force(set: &KeySet, name: &str, now: Timestamp) -> Result<(), &'static str> {
    set.in_force(kid(name), now).map(|_| ()).map_err(|refusal| refusal.code())
}

#[test]
fn a_new_key_signs_at_once_and_a_removed_one_never_again() {
    let set = keyset(&["old", "kept"]);
    let act = rekey_act(&set, &["kept", "new"]);
    let now = after(HOUR);
    let set = change(&set, &act, &signers("kept", &["new"]), now).unwrap();
    assert_eq!((set.seq(), set.head()), (1, act.digest()));
    for name in ["kept", "new"] {
        assert_eq!(in_force(&set, name, now), Ok(()));
    }
    // Not having agreed, it waits 72 hours, in which it may object but not sign.
    let ends = now.plus(Duration::from_secs(72 * HOUR));
    assert_eq!(in_force(&set, "old", now), Err("key-ending"));
    assert_eq!(set.ending(now).map(|ending| ending.until).collect::<Vec<_>>(), [ends]);
    let last = ends.minus(Duration::from_millis(1));
    assert_eq!(in_force(&set, "old", last), Err("key-ending"));
    assert_eq!(in_force(&set, "old", ends), Err("key-not-in-set"));
    assert_eq!(set.ending(ends).count(), 0);
}

#[test]
fn a_removed_key_that_agrees_ends_at_once() {
    let set = keyset(&["old", "kept"]);
    let act = rekey_act(&set, &["kept"]);
    let agreed = change(&set, &act, &signers("kept", &["old"]), after(HOUR)).unwrap();
    assert_eq!(in_force(&agreed, "old", after(HOUR)), Err("key-not-in-set"));
    // Whoever signs first agrees, too.
    let itself = change(&set, &act, &signers("old", &[]), after(HOUR)).unwrap();
    assert_eq!(itself.ending(after(HOUR)).count(), 0);
}

#[test]
fn a_rekey_is_signed_by_a_portable_key_and_every_new_one_and_nobody_else() {
    let set = keyset(&["old", "kept"]);
    let act = rekey_act(&set, &["kept", "new", "newer"]);
    let outcome = |signers: &Signers| change(&set, &act, signers, after(HOUR)).map(|_| ());
    assert_eq!(outcome(&signers("kept", &["new", "newer"])), Ok(()));
    assert_eq!(outcome(&signers("kept", &["new", "newer", "old"])), Ok(()));
    assert_eq!(outcome(&signers("old", &["new", "newer"])), Ok(()));
    assert_eq!(outcome(&signers("kept", &["new"])), Err("signature-missing"));
    assert_eq!(outcome(&signers("kept", &[])), Err("signature-missing"));
    assert_eq!(outcome(&signers("new", &["newer"])), Err("key-not-in-set"));
    assert_eq!(outcome(&signers("thief", &["new", "newer"])), Err("key-not-in-set"));
    assert_eq!(outcome(&signers("old", &["kept", "new", "newer"])), Err("signature-extra"));
    assert_eq!(outcome(&signers("kept", &["new", "newer", "thief"])), Err("signature-extra"));
    assert_eq!(outcome(&signers("kept", &["kept", "new", "newer"])), Err("signature-extra"));
    assert_eq!(outcome(&signers("kept", &["new", "new", "newer"])), Err("signature-order"));
    let mut unsorted = signers("kept", &["new", "newer"]);
    unsorted.others.reverse();
    assert_eq!(outcome(&unsorted), Err("signature-order"));
}

#[test]
fn a_key_bound_to_a_machine_does_not_change_the_set() {
    let bound = MemberKey::new(key("bound").public().clone(), KeyKind::Token { portable: false }).unwrap();
    let set = keyset(&["kept"]);
    let act = rekey_with(&set, vec![file("kept"), bound.clone()], recovery(1, &["officer"]));
    let set = change(&set, &act, &signers("kept", &["bound"]), after(HOUR)).unwrap();
    let act = rekey_with(&set, vec![file("thief"), bound], recovery(1, &["officer"]));
    let outcome = change(&set, &act, &signers("bound", &["thief"]), after(HOUR));
    assert_eq!(outcome, Err("key-not-portable"));
}

#[test]
fn a_rekey_follows_the_sets_own_head() {
    let set = keyset(&["kept"]);
    let act = rekey_act(&set, &["kept", "new"]);
    let next = change(&set, &act, &signers("kept", &["new"]), after(HOUR)).unwrap();
    assert_eq!(change(&next, &act, &signers("kept", &[]), after(HOUR)), Err("set-not-head"));
    let other = keyset(&["kept", "other"]);
    assert_eq!(change(&other, &act, &signers("kept", &["new"]), after(HOUR)), Err("wrong-record"));
    assert_eq!(change(&set, &keyset_act(&["kept"]), &signers("kept", &[]), after(0)), Err("set-not-head"));
    let early = after(HOUR).minus(Duration::from_millis(5 * 60 * 1000 + 1));
    assert_eq!(change(&set, &act, &signers("kept", &["new"]), early), Err("at-ahead"));
    let first = keyset::check_first(&keyset_act(&["kept"]), after(0).minus(Duration::from_secs(301)));
    assert_eq!(first.unwrap_err().code(), "at-ahead");
    assert_eq!(keyset::check_first(&act, after(0)).unwrap_err().code(), "not-a-first-act");
}

#[test]
fn a_set_takes_as_many_changes_as_a_record_takes_acts() {
    let set = keyset(&["kept"]);
    for (seq, wanted) in [(1_007, "set-not-head"), (1_008, "record-ending"), (1_024, "record-full")] {
        let rekey = Rekey {
            record: set.id(),
            seq,
            prev: set.head(),
            keys: Keys::new(vec![file("kept")]).unwrap(),
            recovery: recovery(1, &["officer"]),
        };
        let draft = Draft { at: after(0), details: Digest::of(b""), body: Body::Rekey(rekey) };
        let outcome = change(&set, &draft.write().unwrap(), &signers("kept", &[]), after(0));
        assert_eq!(outcome, Err(wanted));
    }
}

#[test]
fn the_old_recovery_stands_through_its_own_wait() {
    let set = keyset(&["kept"]);
    let old = recovery(1, &["officer", "notary"]);
    let hasty = Recovery::new(1, vec![key("thief").public().clone()], 1, 1).unwrap();
    let now = after(HOUR);
    let act = rekey_with(&set, vec![file("kept")], hasty.clone());
    let set = change(&set, &act, &signers("kept", &[]), now).unwrap();
    let from = now.plus(Duration::from_secs(72 * HOUR));
    assert_eq!(set.recovery(now), &old);
    assert_eq!(set.newest_recovery(now), (&hasty, Some(from)));
    assert_eq!(set.recovery(from.minus(Duration::from_millis(1))), &old);
    assert_eq!(set.recovery(from), &hasty);
    assert_eq!(set.newest_recovery(from), (&hasty, None));
    // A second change while the first waits still waits as the standing recovery says: 72 hours, not one.
    let act = rekey_with(&set, vec![file("kept")], recovery(2, &["officer", "notary"]));
    let set = change(&set, &act, &signers("kept", &[]), now.plus(Duration::from_secs(HOUR))).unwrap();
    assert_eq!(set.newest_recovery(now).1, Some(from.plus(Duration::from_secs(HOUR))));
}

#[test]
fn a_key_that_comes_back_is_in_force_again() {
    let set = keyset(&["old", "kept"]);
    let now = after(HOUR);
    let set = change(&set, &rekey_act(&set, &["kept"]), &signers("kept", &[]), now).unwrap();
    assert_eq!(in_force(&set, "old", now), Err("key-ending"));
    let again = rekey_act(&set, &["kept", "old"]);
    assert_eq!(change(&set, &again, &signers("old", &[]), now), Err("key-ending"));
    assert_eq!(change(&set, &again, &signers("kept", &[]), now), Err("signature-missing"));
    let set = change(&set, &again, &signers("kept", &["old"]), now).unwrap();
    assert_eq!(in_force(&set, "old", now), Ok(()));
    assert_eq!(set.ending(now).count(), 0);
}

/// A `keyset` act whose members are changed by `change` before it is read.
fn read_changed(change: impl Fn(&mut json::Object)) -> Result<Act, &'static str> {
    let act = keyset_act(&["one", "two"]);
    let value = json::parse(act.bytes(), &json::Limits::bytes(8_192)).unwrap();
    let mut members = value.as_object().unwrap().clone();
    change(&mut members);
    Act::parse(&json::canonical(&Value::Object(members))).map_err(|refusal| refusal.code())
}

fn entry(key: &PublicKey, kind: &str, portable: bool) -> Value {
    Value::object([("jwk", key.jwk()), ("kind", kind.into()), ("portable", portable.into())])
}

fn p256(name: &str) -> SigningKey {
    SigningKey::p256_from_scalar(*Digest::of(name.as_bytes()).as_bytes()).unwrap()
}

#[test]
fn a_set_has_one_to_eight_keys_sorted_and_a_portable_one() {
    let names: Vec<String> = (0..9).map(|number| format!("key {number}")).collect();
    let entries = |count: usize| {
        let mut keys: Vec<SigningKey> = names[..count].iter().map(|name| key(name)).collect();
        keys.sort_by_key(SigningKey::kid);
        keys.iter().map(|key| entry(key.public(), "file", true)).collect::<Vec<_>>()
    };
    let read = |keys: Vec<Value>| {
        read_changed(|members| members.insert("keys", Value::Array(keys.clone()))).map(|_| ())
    };
    assert_eq!(read(entries(8)), Ok(()));
    assert_eq!(read(entries(9)), Err("too-many"));
    assert_eq!(read(Vec::new()), Err("empty-list"));
    assert_eq!(read(entries(2).into_iter().rev().collect()), Err("not-sorted"));
    assert_eq!(read(vec![entries(1)[0].clone(), entries(1)[0].clone()]), Err("not-sorted"));
    assert_eq!(read(vec![entry(key("one").public(), "file", false)]), Err("no-portable-key"));
    assert_eq!(read(vec![entry(key("one").public(), "paper", true)]), Err("unknown-word"));
    assert_eq!(read(vec![entry(p256("one").public(), "token", true)]), Ok(()));
}

#[test]
fn a_passkey_is_p256_names_its_site_and_is_never_portable() {
    let with = |key: &PublicKey, portable: bool, members: &[(&str, Value)]| {
        let mut passkey = entry(key, "passkey", portable).as_object().unwrap().clone();
        for (name, value) in members {
            passkey.insert(*name, value.clone());
        }
        let mut keys = vec![
            (key.kid(), Value::Object(passkey)),
            (crate::world::key("one").kid(), entry(crate::world::key("one").public(), "file", true)),
        ];
        keys.sort_by_key(|(kid, _)| *kid);
        let keys: Vec<Value> = keys.into_iter().map(|(_, value)| value).collect();
        read_changed(|members| members.insert("keys", Value::Array(keys.clone()))).map(|_| ())
    };
    let site = || ("rpId", Value::from("sign.example"));
    let origins = |list: &[&str]| ("origins", Value::array(list.iter().copied()));
    let (p256, ed25519) = (p256("passkey"), key("passkey"));
    assert_eq!(with(p256.public(), false, &[site(), origins(&["https://sign.example"])]), Ok(()));
    let eight: Vec<String> = (0..9).map(|number| format!("https://{number}.example")).collect();
    let eight: Vec<&str> = eight.iter().map(String::as_str).collect();
    assert_eq!(with(p256.public(), false, &[site(), origins(&eight[..8])]), Ok(()));
    assert_eq!(with(p256.public(), false, &[site(), origins(&eight)]), Err("too-many"));
    assert_eq!(with(p256.public(), false, &[site(), origins(&[])]), Err("empty-list"));
    assert_eq!(with(p256.public(), false, &[site(), origins(&["b", "a"])]), Err("not-sorted"));
    assert_eq!(with(p256.public(), false, &[site(), origins(&[""])]), Err("bad-text"));
    assert_eq!(with(p256.public(), false, &[site()]), Err("member-missing"));
    assert_eq!(with(p256.public(), false, &[origins(&["a"])]), Err("member-missing"));
    let long = Value::from("r".repeat(301));
    assert_eq!(with(p256.public(), false, &[("rpId", long), origins(&["a"])]), Err("bad-text"));
    assert_eq!(with(p256.public(), true, &[site(), origins(&["a"])]), Err("bad-key-kind"));
    assert_eq!(with(ed25519.public(), false, &[site(), origins(&["a"])]), Err("bad-key-kind"));
}

#[test]
fn a_recovery_quorum_can_be_reached() {
    let read_with = |quorum: u32, members: usize, [wait, object]: [u32; 2]| {
        let mut keys: Vec<SigningKey> = (0..members).map(|number| key(&format!("member {number}"))).collect();
        keys.sort_by_key(SigningKey::kid);
        let recovery = Value::object([
            ("quorum", Value::from(quorum)),
            ("members", Value::array(keys.iter().map(|key| key.public().jwk()))),
            ("waitHours", Value::from(wait)),
            ("objectHours", Value::from(object)),
        ]);
        read_changed(|members| members.insert("recovery", recovery.clone())).map(|_| ())
    };
    let read = |quorum, members| read_with(quorum, members, [72, 72]);
    assert_eq!(read(16, 16), Ok(()));
    // docs/control.md 1: a year.
    assert_eq!(read_with(1, 1, [8_760, 8_760]), Ok(()));
    assert_eq!(read_with(1, 1, [8_761, 72]), Err("bad-recovery"));
    assert_eq!(read_with(1, 1, [72, 8_761]), Err("bad-recovery"));
    assert_eq!(read(1, 1), Ok(()));
    assert_eq!(read(0, 1), Err("bad-recovery"));
    assert_eq!(read(3, 2), Err("bad-recovery"));
    assert_eq!(read(1, 0), Err("empty-list"));
    assert_eq!(read(1, 17), Err("too-many"));
}

fn members(wanted: &'static str) -> impl Fn(Platform, Kid) -> Option<PublicKey> {
    move |platform, kid| {
        let key = key(wanted);
        (platform.as_str() == wanted && key.kid() == kid).then(|| key.public().clone())
    }
}

fn counter(act: &Act, role: Role, code: &str) -> signatures::PlatformSignature {
    Counter { act: act.digest(), at: after(0), platform: platform(code), role }.sign(&key(code))
}

#[test]
fn a_new_set_is_signed_by_every_key_and_enrolled_by_one_platform() {
    let act = keyset_act(&["one", "two"]);
    let mut keys = [key("one"), key("two")];
    keys.sort_by_key(SigningKey::kid);
    let by = |keys: &[SigningKey]| keys.iter().map(|key| signatures::sign(&act, key)).collect::<Vec<_>>();
    let enrolled = || [counter(&act, Role::Enrol, "TWKA")];
    let list = SignatureList::of(by(&keys), enrolled()).unwrap();
    assert_eq!(signatures::verify_keyset(&act, &list).unwrap().act(), act.digest());
    let proof = signatures::verify_enrolment(&act, &list, &members("TWKA")).unwrap();
    assert_eq!(proof.platforms(), [(Role::Enrol, platform("TWKA"))]);

    let keyset_outcome = |list: SignatureList| signatures::verify_keyset(&act, &list).unwrap_err().code();
    assert_eq!(keyset_outcome(SignatureList::of(by(&keys[..1]), enrolled()).unwrap()), "signature-missing");
    keys.reverse();
    assert_eq!(keyset_outcome(SignatureList::of(by(&keys), enrolled()).unwrap()), "signature-order");
    keys.reverse();
    let three = [key("one"), key("three"), key("two")];
    assert_eq!(keyset_outcome(SignatureList::of(by(&three), enrolled()).unwrap()), "signature-extra");

    let enrol_outcome = |platforms: Vec<signatures::PlatformSignature>, known: &'static str| {
        let list = SignatureList::of(by(&keys), platforms).unwrap();
        signatures::verify_enrolment(&act, &list, &members(known)).unwrap_err().code()
    };
    assert_eq!(enrol_outcome(Vec::new(), "TWKA"), "signature-missing");
    assert_eq!(enrol_outcome(vec![counter(&act, Role::Home, "TWKA")], "TWKA"), "wrong-role");
    assert_eq!(enrol_outcome(enrolled().to_vec(), "TWKB"), "platform-key-unknown");
    let both = vec![counter(&act, Role::Enrol, "TWKA"), counter(&act, Role::Home, "TWKA")];
    assert_eq!(enrol_outcome(both, "TWKA"), "signature-extra");
    let other = keyset_act(&["three"]);
    assert_eq!(enrol_outcome(vec![counter(&other, Role::Enrol, "TWKA")], "TWKA"), "wrong-act");
}

#[test]
fn a_rekeys_signatures_are_what_they_say() {
    let set = keyset(&["kept"]);
    let act = rekey_act(&set, &["kept", "new"]);
    let list = |names: &[&str]| {
        SignatureList::of(names.iter().map(|name| signatures::sign(&act, &key(name))), []).unwrap()
    };
    let proof = signatures::verify_rekey(&set, &act, &list(&["kept", "new"]), after(HOUR)).unwrap();
    assert!(keyset::check(&set, &act, proof.signers(), after(HOUR)).is_ok());
    let outcome =
        |list: &SignatureList| signatures::verify_rekey(&set, &act, list, after(HOUR)).unwrap_err().code();
    assert_eq!(outcome(&list(&[])), "signature-missing");
    assert_eq!(outcome(&list(&["new", "kept"])), "key-not-in-set");
    assert_eq!(outcome(&list(&["kept", "thief"])), "key-not-in-set");
    let with_platform = list(&["kept", "new"]).and(counter(&act, Role::Home, "TWKA")).unwrap();
    assert_eq!(outcome(&with_platform), "signature-extra");
    let other = rekey_act(&set, &["kept"]);
    let forged = SignatureList::of([signatures::sign(&other, &key("kept"))], []).unwrap();
    assert_eq!(outcome(&forged), "bad-signature");
}

#[test]
fn a_list_with_one_more_signature_is_the_list_of_all_of_them() {
    let (_, act) = crossing();
    let holder = signatures::sign(&act, &key("exporter"));
    let [home, accept] =
        [(Role::Home, "TWKA"), (Role::Accept, "TWKB")].map(|(role, by)| counter(&act, role, by));
    for holders in [vec![], vec![holder]] {
        let (mut list, mut platforms) = (SignatureList::of(holders.clone(), []).unwrap(), Vec::new());
        for platform in [&home, &accept] {
            platforms.push(platform.clone());
            list = list.and(platform.clone()).unwrap();
            assert_eq!(list, SignatureList::of(holders.clone(), platforms.clone()).unwrap());
            assert_eq!(list, SignatureList::parse(list.bytes()).unwrap());
        }
        assert_eq!(list.and(home.clone()).unwrap_err().code(), "signature-twice");
    }
}

#[test]
fn no_list_grows_beyond_what_is_read() {
    let (_, act) = crossing();
    let holders: Vec<Signature> =
        (0..SIGNATURES_MAX).map(|number| signatures::sign(&act, &key(&format!("holder {number}")))).collect();
    let home = counter(&act, Role::Home, "TWKA");
    let full = SignatureList::of(holders.clone(), []).unwrap();
    assert_eq!(full.and(home.clone()).unwrap_err().code(), "too-many");
    let room = SignatureList::of(holders.into_iter().skip(1), []).unwrap();
    assert!(room.and(home).is_ok());
}

/// A world with one bill and an act of the exporter on it that the bank's platform must accept.
fn crossing() -> (World, Act) {
    let world = check("issue carrier -> exporter | ok");
    let to = world.who("bank");
    let act = world.draft(Body::Step(world.step("exporter", Action::Move { to })));
    (world, act)
}

#[test]
fn holders_sign_for_their_own_sets_with_keys_in_force() {
    let (_, act) = crossing();
    let set = keyset(&["exporter"]);
    let list = |names: &[&str]| {
        SignatureList::of(names.iter().map(|name| signatures::sign(&act, &key(name))), []).unwrap()
    };
    let proof = signatures::verify_holders(&act, &list(&["exporter"]), &[&set], after(HOUR)).unwrap();
    assert_eq!((proof.act(), proof.keys()), (act.digest(), [kid("exporter")].as_slice()));
    let outcome = |list: &SignatureList, sets: &[&KeySet]| {
        signatures::verify_holders(&act, list, sets, after(HOUR)).unwrap_err().code()
    };
    assert_eq!(outcome(&list(&[]), &[&set]), "signature-missing");
    assert_eq!(outcome(&list(&["exporter", "trader"]), &[&set]), "signature-extra");
    assert_eq!(outcome(&list(&["trader"]), &[&set]), "key-not-in-set");
    assert_eq!(outcome(&list(&["exporter"]), &[&keyset(&["trader"])]), "set-unknown");
    let removed =
        change(&set, &rekey_act(&set, &["new"]), &signers("exporter", &["new"]), after(HOUR)).unwrap();
    assert_eq!(outcome(&list(&["exporter"]), &[&removed]), "key-not-in-set");
    let outcome = signatures::verify_holders(&keyset_act(&["one"]), &list(&["one"]), &[], after(0));
    assert_eq!(outcome.unwrap_err().code(), "set-not-head");
}

#[test]
fn home_and_acceptor_sign_in_their_own_roles() {
    let (_, act) = crossing();
    let both =
        |platform: Platform, kid: Kid| members("TWKA")(platform, kid).or(members("TWKB")(platform, kid));
    let list = |platforms: &[(Role, &str)]| {
        let platforms = platforms.iter().map(|(role, code)| counter(&act, *role, code));
        SignatureList::of([signatures::sign(&act, &key("exporter"))], platforms).unwrap()
    };
    let verify = |list: &SignatureList| {
        signatures::verify_platforms(&act, list, &both).map(|_| ()).map_err(|refusal| refusal.code())
    };
    assert_eq!(verify(&list(&[(Role::Home, "TWKA"), (Role::Accept, "TWKB")])), Ok(()));
    assert_eq!(verify(&list(&[])), Err("signature-missing"));
    assert_eq!(verify(&list(&[(Role::Home, "TWKA")])), Err("signature-missing"));
    assert_eq!(verify(&list(&[(Role::Accept, "TWKB"), (Role::Home, "TWKA")])), Err("wrong-role"));
    assert_eq!(verify(&list(&[(Role::Home, "TWKA"), (Role::Accept, "TWKA")])), Err("wrong-platform"));
    assert_eq!(verify(&list(&[(Role::Home, "TWKA"), (Role::Enrol, "TWKB")])), Err("wrong-role"));
    let three = [(Role::Home, "TWKA"), (Role::Accept, "TWKB"), (Role::Enrol, "TWKB")];
    assert_eq!(verify(&list(&three)), Err("signature-extra"));
    // The same list, with a statement of another moment over the same signature.
    let said =
        String::from_utf8(list(&[(Role::Home, "TWKA"), (Role::Accept, "TWKB")]).bytes().to_vec()).unwrap();
    let year = said.rfind("2026-").unwrap();
    let resaid = format!("{}2027-{}", &said[..year], &said[year + 5..]);
    assert_eq!(verify(&SignatureList::parse(said.as_bytes()).unwrap()), Ok(()));
    assert_eq!(verify(&SignatureList::parse(resaid.as_bytes()).unwrap()), Err("bad-signature"));
    let unknown = signatures::verify_platforms(
        &act,
        &list(&[(Role::Home, "TWKA"), (Role::Accept, "TWKB")]),
        &members("TWKA"),
    );
    assert_eq!(unknown.unwrap_err().code(), "platform-key-unknown");
}

#[test]
fn a_platform_on_both_ends_signs_once() {
    let world = check("issue carrier -> exporter | ok");
    let to = world.who("trader");
    let act = world.draft(Body::Step(world.step("exporter", Action::Move { to })));
    let once = SignatureList::of([], [counter(&act, Role::Home, "TWKA")]).unwrap();
    assert!(signatures::verify_platforms(&act, &once, &members("TWKA")).is_ok());
    let twice = once.and(counter(&act, Role::Accept, "TWKA")).unwrap();
    let refusal = signatures::verify_platforms(&act, &twice, &members("TWKA")).unwrap_err();
    assert_eq!(refusal.code(), "signature-extra");
    let declined = SignatureList::of([], [counter(&act, Role::Decline, "TWKA")]).unwrap();
    let refusal = signatures::verify_decline(&act, &declined, &members("TWKA")).unwrap_err();
    assert_eq!(refusal.code(), "wrong-platform");
}

#[test]
fn who_leaves_or_reclaims_asks_no_platform_and_a_release_is_the_old_homes() {
    let world = check("issue carrier -> exporter | ok");
    let write = |action| world.draft(Body::Step(world.step("exporter", action)));
    for action in [Action::Leave, Action::Reclaim] {
        assert_eq!(signatures::platforms_needed(&write(action), false), []);
    }
    let act = write(Action::Rehome { to: world.who("exporter").at(platform("TWKB")) });
    let accept = (Role::Accept, platform("TWKB"));
    assert_eq!(signatures::platforms_needed(&act, false), [accept]);
    assert_eq!(signatures::platforms_needed(&act, true), [(Role::Home, platform("TWKA")), accept]);
}

#[test]
fn only_the_platform_that_must_accept_can_decline() {
    let (_, act) = crossing();
    let list = |signatures: Vec<signatures::PlatformSignature>| SignatureList::of([], signatures).unwrap();
    let declined = list(vec![counter(&act, Role::Decline, "TWKB")]);
    let proof = signatures::verify_decline(&act, &declined, &members("TWKB")).unwrap();
    assert_eq!((proof.act(), proof.by()), (act.digest(), platform("TWKB")));
    let outcome = |list: &SignatureList, known: &'static str| {
        signatures::verify_decline(&act, list, &members(known)).unwrap_err().code()
    };
    assert_eq!(outcome(&list(Vec::new()), "TWKB"), "signature-missing");
    assert_eq!(outcome(&list(vec![counter(&act, Role::Decline, "TWKA")]), "TWKA"), "wrong-platform");
    assert_eq!(outcome(&list(vec![counter(&act, Role::Accept, "TWKB")]), "TWKB"), "wrong-role");
    assert_eq!(outcome(&declined, "TWKA"), "platform-key-unknown");
    let two = list(vec![counter(&act, Role::Decline, "TWKB"), counter(&act, Role::Home, "TWKB")]);
    assert_eq!(outcome(&two, "TWKB"), "signature-extra");
    let held =
        SignatureList::of([signatures::sign(&act, &key("exporter"))], [counter(&act, Role::Decline, "TWKB")]);
    assert_eq!(outcome(&held.unwrap(), "TWKB"), "signature-extra");
}

#[test]
fn a_list_is_holders_then_platforms_and_nothing_twice() {
    let (_, act) = crossing();
    let holder = || signatures::sign(&act, &key("exporter")).to_value();
    let home = || {
        let list = SignatureList::of([], [counter(&act, Role::Home, "TWKA")]).unwrap();
        let value = json::parse(list.bytes(), &json::Limits::bytes(4_096)).unwrap();
        value.as_array().unwrap()[0].clone()
    };
    let read = |elements: Vec<Value>| {
        let list = SignatureList::parse(&json::canonical(&Value::Array(elements)));
        list.map(|_| ()).map_err(|refusal| refusal.code())
    };
    assert_eq!(read(vec![holder(), home()]), Ok(()));
    assert_eq!(read(vec![home(), holder()]), Err("signature-order"));
    assert_eq!(read(vec![holder(), holder()]), Err("signature-twice"));
    assert_eq!(read(vec![home(), home()]), Err("signature-twice"));
    assert_eq!(read(vec![holder(); 19]), Err("too-many"));
    assert!(SignatureList::parse(b"{}").is_err());
    assert!(read(vec![Value::Null]).is_err());
    let mut more = home().as_object().unwrap().clone();
    more.insert("pintEntry", "00");
    assert_eq!(read(vec![Value::Object(more)]), Err("member-unknown"));
}

#[test]
fn a_key_signs_in_the_form_of_its_kind() {
    let passkey = p256("passkey");
    let site = Passkey { rp_id: "sign.example".to_owned(), origins: vec!["https://sign.example".to_owned()] };
    let member = MemberKey::new(passkey.public().clone(), KeyKind::Passkey(site)).unwrap();
    let (_, act) = crossing();
    let refusal = signatures::verify_one(&act, &signatures::sign(&act, &passkey), &member).unwrap_err();
    assert_eq!(refusal.code(), "wrong-form");
    let token = MemberKey::new(passkey.public().clone(), KeyKind::Token { portable: false }).unwrap();
    assert!(signatures::verify_one(&act, &signatures::sign(&act, &passkey), &token).is_ok());
}
