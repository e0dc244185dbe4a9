//! A bundle of 50 acts verified on one thread, beside its bare signatures. See `--help`.

use std::time::Duration;

use bench::{
    bundle::{self, Under},
    corridor::Corridor,
    limit::Signatures,
    measure::{medians, ms, numbers, ratio},
};
use crypto::Digest;
use evidence::{
    trust::Trust,
    verify::{Asked, verify},
};

const HELP: &str = "
bundle [ACTS, default 50] [ROUNDS, default 101]

Verifies the evidence of a bill with so many acts, each by another holder with a key and a key set of its own, on one
thread; half of the acts cross from one platform to the other. Twice: every proof under one checkpoint, and a checkpoint
of its own for every act and every set. Each checkpoint bears the log's and two witnesses' signatures, Ed25519 and ML-DSA-44.

The limit is the very same signatures, each distinct one once, verified by aws-lc-rs alone in the same run, in turn with
the verifier. Figures are CPU time of the thread, the middle of the rounds.";

/// A made world's file and what it takes to judge it.
struct Made {
    name: &'static str,
    bytes: Vec<u8>,
    trust: Trust,
    checkpoints: usize,
    signatures: Signatures,
}

fn main() {
    let [acts, rounds] = numbers(HELP, [50, 101]);
    println!(
        "{acts} acts, {acts} holders; CPU time of one thread, middle of {rounds} rounds\n{:<34} {:>8} {:>12} {:>8} {:>9} {:>9} {:>6}",
        "", "KiB", "checkpoints", "Ed25519", "ML-DSA-44", "ms", "ratio"
    );
    for (under, name) in [(Under::Newest, "one checkpoint"), (Under::First, "a checkpoint an act")] {
        let made = made(acts, under, name);
        let judge = || {
            let verdict = verify(&made.bytes, Some(&made.trust), &Asked::default()).expect("a bundle");
            assert_eq!(verdict.exit(), 0, "{:#?}", verdict.claims);
        };
        judge();
        made.signatures.verify_all();
        let times = medians(rounds, [&mut || made.signatures.verify_all(), &mut { judge }]);
        print(&made, times);
    }
}

fn print(made: &Made, [bare, whole]: [Duration; 2]) {
    let (classic, post_quantum) = made.signatures.count();
    let row = |name: String, time, ratio: f64| {
        println!(
            "{name:<34} {:>8} {:>12} {classic:>8} {post_quantum:>9} {:>9.2} {ratio:>6.2}",
            made.bytes.len() / 1024,
            made.checkpoints,
            ms(time)
        );
    };
    row(format!("{}: limit", made.name), bare, 1.0);
    row(format!("{}: verified", made.name), whole, ratio(whole, bare));
}

/// Made anew for each, because which checkpoints there are follows from when things happen.
fn made(acts: usize, under: Under, name: &'static str) -> Made {
    let document = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/whisky/draft.json"))
        .expect("a draft");
    let mut corridor = Corridor::new();
    let minute = Duration::from_secs(60);
    let happens = |corridor: &mut Corridor| {
        corridor.clock = corridor.clock.plus(minute);
        if under == Under::First {
            corridor.publish();
        }
    };
    let carrier = corridor.enrol("Northern Isles Line", "TWKC", ("LEI", "TWKATEST00CARRIER096"));
    happens(&mut corridor);
    let holders: Vec<_> = (0..acts)
        .map(|number| {
            // Two at A, two at B, and so on: every other act crosses.
            let home = ["TWKA", "TWKB"][number / 2 % 2];
            let own = format!("HOLDER-{number}");
            let code = if number == 0 { ("LEI", "TWKATEST00EXPORTER18") } else { ("", own.as_str()) };
            let person = corridor.enrol(&format!("Holder {number} Ltd"), home, code);
            happens(&mut corridor);
            person
        })
        .collect();
    let mut head = corridor.issue(&document, &carrier, &holders[0]);
    happens(&mut corridor);
    for pair in holders.windows(2) {
        head = corridor.pass(&head, &pair[0], &pair[1]);
        happens(&mut corridor);
    }
    if under == Under::Newest {
        corridor.publish();
    }
    let bytes = bundle::of(&corridor, head.record, &document, under);
    let sets: Vec<Digest> = vec![carrier.enrolled.act.digest()];
    let trust = corridor.trust("NMFTA:TWKL", sets);
    let signatures = Signatures::of_bundle(&bytes, &corridor.verifiers());
    let checkpoints = match under {
        Under::Newest => 1,
        Under::First => corridor.checkpoints.len(),
    };
    Made { name, bytes, trust, checkpoints, signatures }
}
