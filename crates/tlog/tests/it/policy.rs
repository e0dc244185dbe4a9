//! Policies: the golden one, the format, the rule that quorums meet, who has signed, and the quorum's time.

use proptest::prelude::*;
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    key::{KeyKind, NoteSigner},
    merkle::leaf_hash,
    policy::{Checks, POLICY_BYTES_MAX, POLICY_ITEMS_MAX, Policy},
};
use vocab::{Refusal, Timestamp};

use crate::vectors;

#[test]
fn the_golden_policy_takes_the_golden_checkpoint() {
    let Some(vectors) = vectors() else { return };
    let policy = Policy::parse(vectors["log"]["policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy.liars_needed(), 2, "1 of 1 and 1 of 1, joined by all");
    let checkpoint = vectors["log"]["checkpoint"].as_str().unwrap();
    let judge = |text: &str| policy.judge(&SignedCheckpoint::parse(text.as_bytes()).unwrap());
    let cosigned = judge(checkpoint).unwrap();
    assert_eq!(cosigned.witnesses(), ["uk1", "sg1"]);
    // 0x69ae45cf seconds, in every cosignature.
    assert_eq!(cosigned.time().to_string(), "2026-03-09T04:00:15.000Z");

    let mut rows = vectors["refuse"].as_array().unwrap().iter();
    let raised = rows.find(|row| row["name"] == "checkpoint with its size raised by one").unwrap();
    assert_eq!(judge(raised["checkpoint"].as_str().unwrap()).unwrap_err().code(), "note-signature-wrong");

    let without = |line: &str| {
        let kept = checkpoint.split_inclusive('\n').filter(|kept| !kept.starts_with(line));
        judge(&kept.collect::<String>()).unwrap_err().code()
    };
    assert_eq!(without("— witness.example/sg1 7+"), "quorum-not-met");
    assert_eq!(without("— registry.example/uk-sg/1 qU"), "log-signature-missing");
    let judged = judge(&checkpoint.replace("registry.example/uk-sg/1\n16", "registry.example/uk-sg/2\n16"));
    assert_eq!(judged.unwrap_err().code(), "log-unknown");
}

/// The same corridor for a reader without ML-DSA: its cosignatures by the Ed25519 keys, docs/control.md 9.
#[test]
fn the_ed25519_policy_of_the_same_shape_takes_it_too() {
    let Some(vectors) = vectors() else { return };
    let key = |name: &str| vectors["log"]["vkeys"][name].as_str().unwrap();
    let text = format!(
        "log {}\nwitness uk1 {}\nwitness sg1 {}\ngroup uk 1 uk1\ngroup sg 1 sg1\ngroup both all uk sg\nquorum both\n",
        key("log"),
        key("uk1 ed25519"),
        key("sg1 ed25519")
    );
    let signed = SignedCheckpoint::parse(vectors["log"]["checkpoint"].as_str().unwrap().as_bytes()).unwrap();
    Policy::parse(&text).unwrap().judge(&signed).unwrap();
}

fn signer(kind: KeyKind, name: &str, seed: u8) -> NoteSigner {
    NoteSigner::from_seed(kind, name.parse().unwrap(), &[seed; 32])
}

fn log_key() -> NoteSigner {
    signer(KeyKind::Ed25519, "log.example/1", 0)
}

fn witness_key(name: &str) -> NoteSigner {
    let seed = *leaf_hash(name.as_bytes()).as_bytes();
    NoteSigner::from_seed(KeyKind::CosignatureEd25519, format!("{name}.example").parse().unwrap(), &seed)
}

/// A policy over witnesses of these names, with these lines after them.
fn policy(witnesses: &[&str], rest: &str) -> String {
    let lines = witnesses.iter().map(|name| format!("witness {name} {}\n", witness_key(name).verifier()));
    format!("log {}\n{}{rest}", log_key().verifier(), lines.collect::<String>())
}

fn liars(witnesses: &[&str], rest: &str) -> Result<usize, Refusal> {
    Policy::parse(&policy(witnesses, rest)).map(|policy| policy.liars_needed())
}

/// The numbers are the arithmetic of docs/control.md 9: two quorums of k among n share at least 2k − n.
#[test]
fn a_policy_whose_quorums_need_not_meet_is_not_loaded() {
    let four = ["u1", "u2", "s1", "s2"];
    let six = ["u1", "u2", "u3", "s1", "s2", "s3"];
    let refused = |witnesses: &[&str], rest: &str| liars(witnesses, rest).unwrap_err().code();
    let not_meeting = "quorums-need-not-meet";
    // "Any UK witness and any SG witness": 2 + 2 was broken by the model in 6 steps.
    let any = "group u any u1 u2\ngroup s any s1 s2\ngroup both all u s\nquorum both\n";
    assert_eq!(refused(&four, any), not_meeting);
    assert_eq!(liars(&["u1", "s1"], "group both all u1 s1\nquorum both\n").unwrap(), 2);
    let default = "group u 2 u1 u2 u3\ngroup s 2 s1 s2 s3\ngroup both all u s\nquorum both\n";
    assert_eq!(liars(&six, default).unwrap(), 2, "2 of 3 on each side: a lying witness in both countries");
    let one_side = "group u any u1 u2 u3\ngroup s 2 s1 s2 s3\ngroup both all u s\nquorum both\n";
    assert_eq!(liars(&six, one_side).unwrap(), 1, "one side that meets is enough");
    let either = "group u 2 u1 u2 u3\ngroup s 2 s1 s2 s3\ngroup one any u s\nquorum one\n";
    assert_eq!(refused(&six, either), not_meeting, "joined by any, each side may go its own way");
    let halves = "group all 3 u1 u2 u3 s1 s2 s3\nquorum all\n";
    assert_eq!(refused(&six, halves), not_meeting, "3 of 6 and the other 3 of 6");
    assert_eq!(liars(&six, "group all 4 u1 u2 u3 s1 s2 s3\nquorum all\n").unwrap(), 2);
    assert_eq!(liars(&six, "group all all u1 u2 u3 s1 s2 s3\nquorum all\n").unwrap(), 6);
    assert_eq!(liars(&["u1"], "quorum u1\n").unwrap(), 1);
    assert_eq!(refused(&["u1"], "quorum none\n"), not_meeting);
    let deep = "group u any u1 u2\ngroup s any s1 s2\ngroup mix 2 u s x\nquorum mix\n";
    assert_eq!(
        refused(&["u1", "u2", "s1", "s2", "x"], deep),
        not_meeting,
        "both share u only, and u can be split"
    );
}

/// A rule as a tree, for the comparison with brute force.
#[derive(Debug, Clone)]
enum Tree {
    Witness,
    Group(usize, Vec<Tree>),
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = Just(Tree::Witness);
    leaf.prop_recursive(3, 10, 3, |inner| {
        prop::collection::vec(inner, 1..4)
            .prop_flat_map(|members| (1..=members.len(), Just(members)))
            .prop_map(|(least, members)| Tree::Group(least, members))
    })
}

/// Writes the tree's lines below `name`; returns how many witnesses there are.
fn write(tree: &Tree, name: &str, witnesses: &mut Vec<String>, lines: &mut String) {
    match tree {
        Tree::Witness => witnesses.push(name.to_owned()),
        Tree::Group(least, members) => {
            let names: Vec<String> = (0..members.len()).map(|number| format!("{name}-{number}")).collect();
            members.iter().zip(&names).for_each(|(member, name)| write(member, name, witnesses, lines));
            lines.push_str(&format!("group {name} {least} {}\n", names.join(" ")));
        }
    }
}

/// Whether the witnesses in `set` (bits, in the order of their leaves) satisfy the tree.
fn met(tree: &Tree, set: u32, next: &mut u32) -> bool {
    match tree {
        Tree::Witness => {
            *next += 1;
            set >> (*next - 1) & 1 == 1
        }
        Tree::Group(least, members) => {
            let met: Vec<bool> = members.iter().map(|member| met(member, set, next)).collect();
            met.iter().filter(|met| **met).count() >= *least
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// The number that decides is the fewest witnesses that any two quorums share, found by trying all pairs.
    #[test]
    fn liars_needed_is_the_smallest_overlap_of_two_quorums(tree in tree()) {
        let (mut witnesses, mut lines) = (Vec::new(), String::new());
        write(&tree, "q", &mut witnesses, &mut lines);
        prop_assume!(witnesses.len() <= 8);
        lines.push_str("quorum q\n");
        let quorums: Vec<u32> = (0..1_u32 << witnesses.len()).filter(|set| met(&tree, *set, &mut 0)).collect();
        let overlap = quorums.iter().flat_map(|one| quorums.iter().map(move |two| (one & two).count_ones())).min();
        let names: Vec<&str> = witnesses.iter().map(String::as_str).collect();
        match (liars(&names, &lines), overlap.unwrap()) {
            (Ok(found), shared) => prop_assert_eq!(u32::try_from(found).unwrap(), shared),
            (Err(refusal), shared) => prop_assert_eq!((refusal.code(), shared), ("quorums-need-not-meet", 0)),
        }
    }
}

fn at(second: u32) -> Timestamp {
    Timestamp::from_unix_ms(i64::from(second) * 1000).unwrap()
}

/// A checkpoint signed by the log, and by these witnesses at these seconds.
fn cosigned_by(times: &[(&str, u32)]) -> SignedCheckpoint {
    let checkpoint = Checkpoint::new("log.example/1", 7, leaf_hash(b"root")).unwrap();
    let by_log = log_key().sign(&checkpoint, at(1)).unwrap();
    let by_witnesses =
        times.iter().map(|(name, second)| witness_key(name).sign(&checkpoint, at(*second)).unwrap());
    SignedCheckpoint::new(checkpoint.clone(), [by_log].into_iter().chain(by_witnesses).collect()).unwrap()
}

/// docs/evidence-bundle.md 5: a group's time is the k-th smallest of its members', `all` the largest, `any` the smallest.
#[test]
fn the_quorum_s_time_is_that_of_the_witness_that_completes_it() {
    let six = ["u1", "u2", "u3", "s1", "s2", "s3"];
    let check = |rest: &str, times: &[(&str, u32)], expected: Result<u32, &str>| {
        let judged = Policy::parse(&policy(&six, rest)).unwrap().judge(&cosigned_by(times));
        let found = judged.as_ref().map(|cosigned| cosigned.time()).map_err(Refusal::code);
        assert_eq!(found, expected.map(at), "{rest} {times:?}");
    };
    let default = "group u 2 u1 u2 u3\ngroup s 2 s1 s2 s3\ngroup both all u s\nquorum both\n";
    check(default, &[("u1", 10), ("u2", 30), ("u3", 20), ("s1", 5), ("s2", 15), ("s3", 90)], Ok(20));
    check(default, &[("u1", 10), ("u2", 30), ("s1", 5), ("s3", 90)], Ok(90));
    check(default, &[("u1", 10), ("u2", 30), ("s3", 90)], Err("quorum-not-met"));
    check(default, &[("u1", 10), ("u2", 30), ("u3", 31)], Err("quorum-not-met"));
    check(default, &[], Err("quorum-not-met"));
    let loaded = Policy::parse(&policy(&six, default)).unwrap();
    assert!(loaded.is_quorum(|witness| ["u1", "u3", "s1", "s2"].contains(&witness.name())));
    assert!(!loaded.is_quorum(|witness| ["u1", "u2", "u3", "s1"].contains(&witness.name())));
    let any = "group u any u1 u2 u3\ngroup s 2 s1 s2 s3\ngroup both all u s\nquorum both\n";
    check(any, &[("u1", 40), ("u2", 30), ("s1", 5), ("s2", 15)], Ok(30));
    let all = "group every all u1 u2 u3 s1 s2 s3\nquorum every\n";
    check(all, &[("u1", 10), ("u2", 30), ("u3", 20), ("s1", 5), ("s2", 15), ("s3", 90)], Ok(90));
    check("quorum u2\n", &[("u1", 10), ("u2", 30)], Ok(30));
    // A key that the policy does not name says nothing, neither for the quorum nor for its time.
    check("quorum u2\n", &[("stranger", 99), ("u2", 30)], Ok(30));
    check("quorum u2\n", &[("stranger", 99)], Err("quorum-not-met"));
}

#[test]
fn one_wrong_cosignature_spoils_the_checkpoint_whatever_the_others_say() {
    let six = ["u1", "u2", "u3", "s1", "s2", "s3"];
    let policy = Policy::parse(&policy(&six, "group any 4 u1 u2 u3 s1 s2 s3\nquorum any\n")).unwrap();
    let times = six.map(|name| (name, 10));
    let signed = cosigned_by(&times);
    policy.judge(&signed).unwrap();
    let mut signatures = signed.note().signatures().to_vec();
    signatures[6].bytes[70] ^= 1;
    let spoiled = SignedCheckpoint::new(signed.checkpoint().clone(), signatures).unwrap();
    assert_eq!(policy.judge(&spoiled).unwrap_err().code(), "note-signature-wrong");
}

#[test]
fn a_signature_that_one_policy_found_wrong_is_wrong_for_the_next() {
    let names = ["u1", "u2"];
    let [one, other] = ["quorum u1\n", "quorum u2\n"].map(|rest| {
        let own: Vec<&str> = names.into_iter().filter(|name| rest.contains(name)).collect();
        Policy::parse(&policy(&own, rest)).unwrap()
    });
    let signed = cosigned_by(&[("u1", 10), ("u2", 20)]);
    let judged = |spoiled: usize| {
        let mut signatures = signed.note().signatures().to_vec();
        signatures[spoiled].bytes[50] ^= 1;
        let spoiled = SignedCheckpoint::new(signed.checkpoint().clone(), signatures).unwrap();
        let mut checks = Checks::of(&spoiled);
        [&one, &other, &one]
            .map(|policy| policy.judge_by(&mut checks).map_or_else(|why| why.code(), |_| "ok"))
    };
    let wrong = "note-signature-wrong";
    assert_eq!([judged(0), judged(1), judged(2)], [[wrong; 3], [wrong, "ok", wrong], ["ok", wrong, "ok"]]);
    let mut checks = Checks::of(&signed);
    let times = [&one, &other].map(|policy| policy.judge_by(&mut checks).unwrap().time());
    assert_eq!(times, [at(10), at(20)], "each by its own witness");
}

#[test]
fn lines_in_the_standard_s_latitude_are_read() {
    let witnesses = ["u1", "s1"].map(|name| {
        format!("\twitness  {name}\t{}  https://{name}.example/ \n", witness_key(name).verifier())
    });
    let text = format!(
        "# a corridor — of two\n\n \t \n{}   log {} https://log.example/\n{}  #more\ngroup both all u1 s1\nquorum u1\ngroup three any both\n",
        witnesses[0],
        log_key().verifier(),
        witnesses[1]
    );
    let policy = Policy::parse(&text).unwrap();
    assert_eq!(policy.logs(), [log_key().verifier().clone()]);
    let names: Vec<_> =
        policy.witnesses().iter().map(|witness| (witness.name(), witness.key().clone())).collect();
    assert_eq!(names, ["u1", "s1"].map(|name| (name, witness_key(name).verifier().clone())));
}

#[test]
fn what_is_not_exactly_a_policy_is_refused_with_its_line() {
    let log = log_key().verifier().to_string();
    let key = |name: &str| witness_key(name).verifier().to_string();
    let renamed = NoteSigner::from_seed(
        KeyKind::CosignatureEd25519,
        "again.example".parse().unwrap(),
        leaf_hash(b"u1").as_bytes(),
    );
    let own = signer(KeyKind::CosignatureEd25519, "own.example", 0);
    let ml_dsa = signer(KeyKind::CosignatureMlDsa44, "u1.example", 1);
    for (lines, line) in [
        (format!("quorum u1\nwitness u1 {}\n", key("u1")), 5),
        ("quorum u9\n".into(), 4),
        ("quorum u1\nquorum u1\n".into(), 5),
        ("group none any u1\nquorum u1\n".into(), 4),
        ("group g any none\nquorum g\n".into(), 4),
        ("group u1 any u2\nquorum u1\n".into(), 4),
        ("group g 0 u1 u2\nquorum g\n".into(), 4),
        ("group g 3 u1 u2\nquorum g\n".into(), 4),
        ("group g 01 u1 u2\nquorum g\n".into(), 4),
        ("group g most u1 u2\nquorum g\n".into(), 4),
        ("group g any\nquorum g\n".into(), 4),
        ("group g all\nquorum g\n".into(), 4),
        ("group g all u1 u1\nquorum g\n".into(), 4),
        ("group g all u1\ngroup h all u1 u2\nquorum h\n".into(), 5),
        ("group g all g\nquorum g\n".into(), 4),
        ("group g all h\ngroup h all u1\nquorum g\n".into(), 4),
        (format!("witness u1 {}\nquorum u1\n", key("u3")), 4),
        (format!("witness u3 {}\nquorum u1\n", renamed.verifier()), 4),
        (format!("witness u3 {}\nquorum u1\n", ml_dsa.verifier()), 4),
        (format!("witness u3 {}\nquorum u1\n", own.verifier()), 4),
        (format!("witness u3 {log}\nquorum u1\n"), 4),
        (format!("log {log}\nquorum u1\n"), 4),
        (format!("log {}\nquorum u1\n", key("u3")), 4),
        ("log\nquorum u1\n".into(), 4),
        ("quorum\n".into(), 4),
        ("quorum u1 u2\n".into(), 4),
        ("require u1\n".into(), 4),
    ] {
        let refusal = Policy::parse(&policy(&["u1", "u2"], &lines)).unwrap_err();
        let place = format!("line {line}");
        assert_eq!((refusal.code(), refusal.place()), ("bad-policy", Some(place.as_str())), "{lines}");
    }
    for lines in ["", "# quorum u1\n", "quorum u1", "quorum u1\r\n", "quorum u1\u{7f}\n"] {
        assert_eq!(Policy::parse(&policy(&["u1"], lines)).unwrap_err().code(), "bad-policy", "{lines}");
    }
    let refusal = Policy::parse(&policy(&["u1"], "witness u2 a+b+c\nquorum u1\n")).unwrap_err();
    assert_eq!((refusal.code(), refusal.place()), ("bad-vkey", Some("line 3")));
}

#[test]
fn a_policy_stays_within_its_limits() {
    let names: Vec<String> = (0..=POLICY_ITEMS_MAX).map(|number| format!("w{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let all = |count: usize| format!("group every all {}\nquorum every\n", names[..count].join(" "));
    Policy::parse(&policy(&names[..POLICY_ITEMS_MAX], &all(POLICY_ITEMS_MAX))).unwrap();
    assert_eq!(liars(&names, &all(POLICY_ITEMS_MAX)).unwrap_err().code(), "bad-policy");
    let groups = |count: usize| {
        let lines = (1..count).map(|number| format!("group g{number} all g{}\n", number - 1));
        format!("group g0 all w0\n{}quorum g{}\n", lines.collect::<String>(), count - 1)
    };
    assert_eq!(liars(&names[..1], &groups(POLICY_ITEMS_MAX)).unwrap(), 1);
    assert_eq!(liars(&names[..1], &groups(POLICY_ITEMS_MAX + 1)).unwrap_err().code(), "bad-policy");
    let logs = |count: u8| {
        let lines = (1..=count)
            .map(|seed| format!("log {}\n", signer(KeyKind::Ed25519, "l.example", seed).verifier()));
        format!("{}quorum w0\n", lines.collect::<String>())
    };
    liars(&names[..1], &logs(63)).unwrap();
    assert_eq!(liars(&names[..1], &logs(64)).unwrap_err().code(), "bad-policy");
    let comment = format!("#{}\nquorum w0\n", "x".repeat(POLICY_BYTES_MAX));
    assert_eq!(liars(&names[..1], &comment).unwrap_err().code(), "bad-policy");
    // To the byte.
    let rest = POLICY_BYTES_MAX - policy(&names[..1], "quorum w0\n#\n").len();
    let filled = |more: usize| format!("quorum w0\n#{}\n", "x".repeat(rest + more));
    assert_eq!(policy(&names[..1], &filled(0)).len(), POLICY_BYTES_MAX);
    assert_eq!(liars(&names[..1], &filled(0)).unwrap(), 1);
    assert_eq!(liars(&names[..1], &filled(1)).unwrap_err().code(), "bad-policy");
}
