//! Proofs in a log and a slot map of a million leaves, beside their bare hashes. See `--help`.

use std::time::Duration;

use bench::{
    corridor::{Corridor, key},
    measure::{numbers, peak_mib, ratio, time_of},
    tiles::Tiles,
};
use crypto::Digest;
use registry::leaf::{self, Leaf};
use tlog::{
    merkle::{leaf_hash, verify_inclusion},
    slot_map::{MapProof, Slot, SlotMap},
};

const HELP: &str = "
proofs [LEAVES, a power of two, default 1048576] [PROOFS, default 2001]

Makes so many leaves in the form of acts' leaves, each with a slot of its own, as a registry stores them: in tiles of 256
hashes, and in the slot map. Then, on one thread, for leaves spread over the whole log: an inclusion proof from the tiles,
each from bytes as if it were the first; its verification; and proofs of the slot map for slots that are used and slots
that are not.

The limit is the SHA-256 of as many bytes as the proof cannot do without, bare, in the same run. Figures are CPU time of
the thread, the middle of the proofs.";

fn main() {
    let [leaves, proofs] = numbers(HELP, [1 << 20, 2001]);
    assert!(leaves.is_power_of_two(), "a power of two");
    let (filling, (tiles, map, texts)) = time_of(|| filled(leaves));
    println!(
        "{leaves} leaves in {:.1} s, at most {} MiB; CPU time of one thread, middle of {proofs} proofs\n{:<46} {:>8} {:>12} {:>9} {:>8}",
        filling.as_secs_f64(),
        peak_mib(),
        "",
        "hashes",
        "limit, us",
        "us",
        "ratio"
    );
    let spread = |number: usize| {
        let digest = Digest::of(&number.to_be_bytes());
        let at = u64::from_be_bytes(digest.as_bytes()[..8].try_into().expect("8 bytes"));
        usize::try_from(at % leaves as u64).expect("a place")
    };
    let at: Vec<usize> = (0..proofs).map(spread).collect();
    inclusion(&tiles, &texts, &at);
    slots(&map, &at);
}

/// Tiles and map of so many leaves, and the leaves.
fn filled(leaves: usize) -> (Tiles, SlotMap, Vec<Vec<u8>>) {
    let at = Corridor::new().clock;
    let texts: Vec<Vec<u8>> = (0..leaves)
        .map(|number| {
            let act = Digest::of(&number.to_be_bytes());
            Leaf::Entry { at, entry: leaf::entry(&act, &act), slot: slot(number) }.to_bytes()
        })
        .collect();
    let mut tiles = Tiles::default();
    texts.iter().for_each(|leaf| tiles.push(leaf));
    tiles.store();
    let map = SlotMap::of((0..leaves).map(|number| (slot(number), number as u64))).expect("distinct");
    (tiles, map, texts)
}

fn slot(number: usize) -> Digest {
    registry::slot::act(&Digest::of(&number.to_be_bytes()), 0)
}

fn inclusion(tiles: &Tiles, texts: &[Vec<u8>], at: &[usize]) {
    let (size, root) = (tiles.size(), tiles.root());
    let mut all = Vec::new();
    let made = each(at, |at| all.push(tiles.tree(size).inclusion_proof(at as u64).expect("a proof")));
    // A sibling k floors above the last stored one is made of 2^k hashes by 2^k - 1 more.
    let levels = size.trailing_zeros();
    let needed: usize = (0..levels).map(|level| (1 << (level % 8)) - 1).sum();
    row("inclusion proof made from tiles", needed, made);
    let mut proofs = all.iter();
    let verified = each(at, |at| {
        let proof = proofs.next().expect("one for each");
        verify_inclusion(at as u64, size, &leaf_hash(&texts[at]), proof, &root).expect("it holds");
    });
    // The leaf's bytes take four blocks, a node two: twice as many.
    row("inclusion proof verified", levels as usize + 2, verified);
}

fn slots(map: &SlotMap, at: &[usize]) {
    let root = map.root();
    let mut all: Vec<MapProof> = Vec::new();
    row("slot present: proof made", 0, each(at, |at| all.push(map.prove(&slot(at)))));
    let hashes = |all: &[MapProof]| {
        let siblings = |proof: &MapProof| {
            proof.to_json().get("siblings").and_then(|list| list.as_array().map(<[_]>::len))
        };
        1 + all.iter().filter_map(siblings).sum::<usize>() / all.len()
    };
    let mut proofs = all.iter();
    let verified = each(at, |_| {
        let found = proofs.next().expect("one for each").verify(&root).expect("it holds");
        assert!(matches!(found, Slot::Present { .. }));
    });
    row("slot present: proof verified", hashes(&all), verified);
    all.clear();
    let unused =
        |at: usize| Digest::of_parts(&[b"unused", key("x").kid().as_str().as_bytes(), &at.to_be_bytes()]);
    let unused: Vec<Digest> = at.iter().map(|at| unused(*at)).collect();
    let mut slots = unused.iter();
    let made = each(at, |_| all.push(map.prove(slots.next().expect("one for each"))));
    row("slot absent: proof made", 0, made);
    let mut proofs = all.iter();
    let verified = each(at, |_| {
        let found = proofs.next().expect("one for each").verify(&root).expect("it holds");
        assert_eq!(found, Slot::Absent);
    });
    row("slot absent: proof verified", hashes(&all), verified);
}

/// The middle time of one.
fn each(at: &[usize], mut call: impl FnMut(usize)) -> Duration {
    let mut times: Vec<Duration> = at.iter().map(|at| time_of(|| call(*at)).0).collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn row(name: &str, hashes: usize, time: Duration) {
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    if hashes == 0 {
        println!("{name:<46} {:>8} {:>12} {:>9.1} {:>8}", "-", "-", us(time), "-");
        return;
    }
    let node = [3; 65];
    let bare = each(&[0; 101], |_| {
        for _ in 0..hashes {
            std::hint::black_box(aws_lc_rs::digest::digest(
                &aws_lc_rs::digest::SHA256,
                std::hint::black_box(&node),
            ));
        }
    });
    println!("{name:<46} {hashes:>8} {:>12.1} {:>9.1} {:>8.2}", us(bare), us(time), ratio(time, bare));
}
