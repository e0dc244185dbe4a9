//! The verifying witness, through bytes: it cosigns an honest log, and refuses each thing that its statement excludes.

use bill::{act::Action, signatures::Role};
use crypto::{Digest, json};
use registry::{
    leaf::Leaf,
    log,
    submission::Submission,
    witness::{AddCheckpoint, REQUEST_BYTES_MAX, Seen, Witness},
};
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    key::{KeyKind, NoteSigner},
    merkle::{Tree, leaf_hash},
    note::NoteSignature,
    policy::Policy,
};
use vocab::{Refusal, Timestamp};

use crate::world::*;

fn witness(side: &str) -> Witness {
    let keys = log_keys().map(|key| key.verifier().clone()).to_vec();
    let ml_dsa = note_key(KeyKind::CosignatureMlDsa44, &format!("{side}.example/1"), "ml-dsa");
    Witness::new(ORIGIN, keys, vec![witness_key(side), ml_dsa]).unwrap()
}

/// A log of these leaves, signed as the registry would sign it, whatever they say.
fn signed_log(leaves: &[Vec<u8>], keys: &[NoteSigner]) -> SignedCheckpoint {
    let mut tree = Tree::new();
    leaves.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
    log::sign(Checkpoint::new(ORIGIN, tree.size(), tree.root()).unwrap(), keys, at("03-03T10:00:00")).unwrap()
}

/// Sends the request as bytes, from the witness's own last size, with a proof made from the leaves.
fn ask(
    witness: &Witness,
    seen: &Seen,
    checkpoint: &SignedCheckpoint,
    leaves: &[Vec<u8>],
    clock: Timestamp,
) -> Result<(Seen, Vec<NoteSignature>), Refusal> {
    let old = seen.size();
    let size = checkpoint.checkpoint().size().min(leaves.len().try_into().unwrap());
    let proof = tlog::merkle::consistency_proof(&mut Stored(leaves), old, size.max(old)).unwrap_or_default();
    let request = AddCheckpoint::new(old, proof, checkpoint.clone()).unwrap().to_string();
    let request = AddCheckpoint::parse(request.as_bytes()).unwrap();
    let from = usize::try_from(old).unwrap().min(leaves.len());
    witness.cosign(seen, &request, leaves[from..].iter().map(Vec::as_slice), clock)
}

struct Stored<'a>(&'a [Vec<u8>]);

impl tlog::merkle::Subtrees for Stored<'_> {
    type Error = Refusal;

    fn subtree(&mut self, level: u8, index: u64) -> Result<Digest, Refusal> {
        let width = 1_usize << level;
        let from = usize::try_from(index).unwrap() * width;
        let range = self.0.get(from..from + width).ok_or_else(|| tlog::refusals::OUT_OF_TREE.refuse())?;
        let mut tree = Tree::new();
        range.iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
        Ok(tree.root())
    }
}

/// A world with a bill, closed for a checkpoint; its leaves.
fn honest() -> (World, SignedCheckpoint, Vec<Vec<u8>>) {
    let mut world = World::new();
    world.admit(issued(&issue("tdr 1", &[])));
    let checkpoint = world.publish();
    let leaves = world.leaves().iter().map(|leaf| leaf.to_vec()).collect();
    (world, checkpoint, leaves)
}

#[test]
fn an_honest_log_is_cosigned_as_it_grows_and_is_final_for_its_policy() {
    let (mut world, checkpoint, leaves) = honest();
    let (uk, sg) = (witness("uk"), witness("sg"));
    let (seen, by_uk) = ask(&uk, &Seen::new(), &checkpoint, &leaves, world.clock).unwrap();
    let (_, by_sg) = ask(&sg, &Seen::new(), &checkpoint, &leaves, world.clock).unwrap();
    let policy = Policy::parse(&policy()).unwrap();
    let half = by_uk.into_iter().try_fold(checkpoint, SignedCheckpoint::with).unwrap();
    assert_eq!(policy.judge(&half).unwrap_err().code(), "quorum-not-met");
    let whole = by_sg.into_iter().try_fold(half, SignedCheckpoint::with).unwrap();
    let cosigned = policy.judge(&whole).unwrap();
    assert_eq!((cosigned.time(), cosigned.witnesses().len()), (world.clock, 2));

    world.clock = at("03-02T09:00:30");
    world.tick();
    let next = world.publish();
    let leaves: Vec<_> = world.leaves().iter().map(|leaf| leaf.to_vec()).collect();
    let (seen, _) = ask(&uk, &seen, &next, &leaves, world.clock).unwrap();
    assert_eq!((seen.log(), seen.cosigned()), (world.state.log(), Some(next.checkpoint())));
    // Asked again for the same checkpoint it cosigns again: the log may have lost the answer.
    let (again, signatures) = ask(&uk, &seen, &next, &leaves, world.clock).unwrap();
    assert_eq!((again, signatures.len()), (seen.clone(), 2));
    let kept = leaves.iter().map(Vec::as_slice);
    assert_eq!(Seen::restore(next.checkpoint().clone(), kept).unwrap(), seen, "from what it stored");
    let short = leaves[..leaves.len() - 1].iter().map(Vec::as_slice);
    assert_eq!(Seen::restore(next.checkpoint().clone(), short).unwrap_err().code(), "log-forked");
}

/// The code with which a witness of the honest log meets another log after it, or instead of it.
fn code(seen: &Seen, leaves: &[Vec<u8>], clock: Timestamp) -> &'static str {
    let checkpoint = signed_log(leaves, &log_keys());
    ask(&witness("uk"), seen, &checkpoint, leaves, clock).expect_err("this must be refused").code()
}

fn map_leaf(world: &World, root: Option<Digest>, size: Option<u64>) -> Vec<u8> {
    let Leaf::Map { at, root: right, size: right_size } = world.state.log().map_leaf(world.clock) else {
        panic!()
    };
    Leaf::Map { at, root: root.unwrap_or(right), size: size.unwrap_or(right_size) }.to_bytes()
}

#[test]
fn a_wrong_map_root_is_refused() {
    let mut world = World::new();
    let mut leaves: Vec<_> = world.leaves().iter().map(|leaf| leaf.to_vec()).collect();
    let good = [leaves.clone(), vec![map_leaf(&world, None, None)]].concat();
    ask(&witness("uk"), &Seen::new(), &signed_log(&good, &log_keys()), &good, world.clock).unwrap();
    for (root, size) in [
        (Some(Digest::of(b"a map without the last slot")), None),
        (Some(Digest::from_bytes([0; 32])), None),
        (None, Some(world.state.log().size() - 1)),
        (None, Some(world.state.log().size() + 1)),
    ] {
        let bad = [leaves.clone(), vec![map_leaf(&world, root, size)]].concat();
        assert_eq!(code(&Seen::new(), &bad, world.clock), "map-leaf-wrong", "{root:?} {size:?}");
    }
    // Also where it is not the last map leaf under the checkpoint.
    leaves.push(map_leaf(&world, Some(Digest::of(b"wrong")), None));
    world.publish();
    world.clock = at("03-02T09:00:30");
    world.tick();
    leaves.extend(world.leaves()[leaves.len()..].iter().map(|leaf| leaf.to_vec()));
    leaves.push(map_leaf(&world, None, None));
    assert_eq!(code(&Seen::new(), &leaves, world.clock), "map-leaf-wrong");
}

#[test]
fn a_doubled_slot_is_refused() {
    let (world, _, leaves) = honest();
    let Leaf::Entry { slot, .. } = Leaf::parse(&leaves[leaves.len() - 2]).unwrap() else {
        panic!("the tag mark")
    };
    let twice = Leaf::Entry { at: world.clock, entry: Digest::of(b"another act"), slot }.to_bytes();
    let map = map_leaf(&world, None, Some(world.state.log().size() + 1));
    let bad = [leaves, vec![twice, map]].concat();
    assert_eq!(code(&Seen::new(), &bad, world.clock), "slot-taken");
}

#[test]
fn a_falling_time_is_refused() {
    let (world, _, leaves) = honest();
    let earlier = Leaf::Tick { at: world.clock.minus(std::time::Duration::from_millis(1)) }.to_bytes();
    let map = map_leaf(&world, None, Some(world.state.log().size() + 1));
    let bad = [leaves.clone(), vec![earlier, map.clone()]].concat();
    assert_eq!(code(&Seen::new(), &bad, world.clock), "leaf-time-falls");
    let same = Leaf::Tick { at: world.clock }.to_bytes();
    let good = [leaves, vec![same, map]].concat();
    ask(&witness("uk"), &Seen::new(), &signed_log(&good, &log_keys()), &good, world.clock).unwrap();
}

#[test]
fn a_fork_and_a_smaller_log_are_refused() {
    let (mut world, checkpoint, leaves) = honest();
    let uk = witness("uk");
    let (seen, _) = ask(&uk, &Seen::new(), &checkpoint, &leaves, world.clock).unwrap();
    // The same size with another last act.
    let mut other = World::new();
    other.admit(issued(&issue("tdr 2", &[])));
    let forked = other.publish();
    let forked_leaves: Vec<_> = other.leaves().iter().map(|leaf| leaf.to_vec()).collect();
    assert_eq!(forked.checkpoint().size(), checkpoint.checkpoint().size());
    assert_eq!(ask(&uk, &seen, &forked, &forked_leaves, world.clock).unwrap_err().code(), "log-forked");
    // A larger log that does not extend the one cosigned; the registry can prove nothing about it.
    other.clock = at("03-02T09:00:30");
    other.tick();
    let larger = other.publish();
    let larger_leaves: Vec<_> = other.leaves().iter().map(|leaf| leaf.to_vec()).collect();
    assert_eq!(
        ask(&uk, &seen, &larger, &larger_leaves, other.clock).unwrap_err().code(),
        "consistency-wrong"
    );
    // Smaller, and the same lie about where it goes on from.
    let small: Vec<_> = World::new().leaves().iter().map(|leaf| leaf.to_vec()).collect();
    assert_eq!(
        ask(&uk, &seen, &signed_log(&small, &log_keys()), &small, world.clock).unwrap_err().code(),
        "smaller-tree"
    );
    let from_nothing = AddCheckpoint::new(0, vec![], checkpoint).unwrap();
    let refused = uk.cosign(&seen, &from_nothing, [], world.clock).unwrap_err();
    assert_eq!(
        (refused.code(), refused.particulars()),
        ("old-size-other", Some(seen.size().to_string().as_str()))
    );
    // Leaves that are not those of the checkpoint: fewer, more, another.
    world.clock = at("03-02T09:00:30");
    world.tick();
    let next = world.publish();
    let leaves: Vec<_> = world.leaves().iter().map(|leaf| leaf.to_vec()).collect();
    let whole = AddCheckpoint::new(seen.size(), proof(&leaves, seen.size()), next).unwrap();
    let from = usize::try_from(seen.size()).unwrap();
    let with = |leaves: &[Vec<u8>]| {
        uk.cosign(&seen, &whole, leaves.iter().map(Vec::as_slice), world.clock)
            .map(|_| ())
            .map_err(|why| why.code())
    };
    with(&leaves[from..]).unwrap();
    assert_eq!(with(&leaves[from..leaves.len() - 1]), Err("log-forked"));
    assert_eq!(with(&[&leaves[from..], &leaves[leaves.len() - 1..]].concat()), Err("log-forked"));
    assert_eq!(with(&[b"not a leaf".to_vec()]), Err("json-syntax"));
}

/// docs/control.md 9, C2SP tlog-witness: from nothing there is nothing to prove.
#[test]
fn a_first_request_has_no_proof() {
    let (world, checkpoint, leaves) = honest();
    let with = |proof: Vec<Digest>| {
        let request = AddCheckpoint::new(0, proof, checkpoint.clone()).unwrap();
        let leaves = leaves.iter().map(Vec::as_slice);
        let answer = witness("uk").cosign(&Seen::new(), &request, leaves, world.clock);
        answer.map(|_| ()).map_err(|why| why.code())
    };
    assert_eq!(with(vec![]), Ok(()));
    assert_eq!(with(vec![Digest::of(b"anything")]), Err("bad-add-checkpoint"));
}

fn proof(leaves: &[Vec<u8>], old: u64) -> Vec<Digest> {
    tlog::merkle::consistency_proof(&mut Stored(leaves), old, leaves.len().try_into().unwrap()).unwrap()
}

#[test]
fn a_checkpoint_ends_in_a_map_leaf_no_further_than_a_minute_from_the_clock() {
    let (world, checkpoint, leaves) = honest();
    let uk = witness("uk");
    let check = |clock: &str| {
        ask(&uk, &Seen::new(), &checkpoint, &leaves, at(clock)).map(|_| ()).map_err(|why| why.code())
    };
    // The last leaf is of 09:00:01.
    assert_eq!(check("03-02T09:01:01"), Ok(()));
    assert_eq!(check("03-02T09:01:02"), Err("clocks-apart"));
    assert_eq!(check("03-02T08:59:01"), Ok(()));
    assert_eq!(check("03-02T08:59:00"), Err("clocks-apart"));
    let open = &leaves[..leaves.len() - 1];
    assert_eq!(code(&Seen::new(), open, world.clock), "no-map-leaf");
    assert_eq!(code(&Seen::new(), &[], world.clock), "no-map-leaf");
}

#[test]
fn only_the_log_s_own_signatures_are_looked_at_and_all_of_them() {
    let (world, checkpoint, leaves) = honest();
    let uk = witness("uk");
    let ask = |checkpoint: &SignedCheckpoint| {
        ask(&uk, &Seen::new(), checkpoint, &leaves, world.clock).map(|_| ()).map_err(|why| why.code())
    };
    let [ed25519, ml_dsa] = log_keys();
    assert_eq!(ask(&signed_log(&leaves, &[ed25519])), Err("log-not-signed"), "without ML-DSA");
    assert_eq!(ask(&signed_log(&leaves, &[ml_dsa])), Err("log-not-signed"), "without Ed25519");
    let thief = note_key(KeyKind::Ed25519, ORIGIN, "thief");
    assert_eq!(ask(&signed_log(&leaves, &[thief])), Err("log-not-signed"));
    let mut signatures = checkpoint.note().signatures().to_vec();
    signatures[0].bytes[3] ^= 1;
    let spoiled = SignedCheckpoint::new(checkpoint.checkpoint().clone(), signatures).unwrap();
    assert_eq!(ask(&spoiled), Err("note-signature-wrong"));
    let elsewhere = Checkpoint::new("registry.example/other/1", 1, Digest::of(b"x")).unwrap();
    assert_eq!(ask(&log::sign(elsewhere, &log_keys(), world.clock).unwrap()), Err("log-not-witnessed"));
    assert_eq!(ask(&checkpoint), Ok(()));
    assert_eq!(
        Witness::new(ORIGIN, vec![], vec![witness_key("uk")]).unwrap_err().code(),
        "log-not-witnessed"
    );
    let other_name = vec![witness_key("uk").verifier().clone()];
    assert_eq!(
        Witness::new(ORIGIN, other_name, vec![witness_key("uk")]).unwrap_err().code(),
        "log-not-witnessed"
    );
}

#[test]
fn a_request_has_the_form_of_the_standard() {
    let (_, checkpoint, _) = honest();
    let good = AddCheckpoint::new(3, vec![Digest::of(b"one"); 63], checkpoint.clone()).unwrap().to_string();
    let read = AddCheckpoint::parse(good.as_bytes()).unwrap();
    assert_eq!((read.old_size(), read.checkpoint(), read.to_string()), (3, &checkpoint, good.clone()));
    assert!(AddCheckpoint::new(3, vec![Digest::of(b"one"); 64], checkpoint).is_err());
    let hash = crypto::base64::encode(Digest::of(b"one").as_bytes());
    for bad in [
        String::new(),
        good.replace("old 3", "old 03"),
        good.replace("old 3", "old"),
        good.replace("old 3\n", ""),
        good.replacen("old 3\n", &format!("old 3\n{hash}\n"), 1),
        good.replacen(&hash, "AAAA", 1),
        good.replacen(&hash, "not base64", 1),
        "x".repeat(REQUEST_BYTES_MAX + 1),
        "old 3\n\n".into(),
    ] {
        let code = AddCheckpoint::parse(bad.as_bytes()).unwrap_err().code();
        assert!(["bad-add-checkpoint", "bad-note"].contains(&code), "{bad:.80}: {code}");
    }
    assert_eq!(AddCheckpoint::parse(b"\xff").unwrap_err().code(), "bad-add-checkpoint");
}

/// An act that was never signed by its holder is not a witness's business; but it cannot be hidden or moved either.
#[test]
fn what_a_witness_reads_is_uniform() {
    let (mut world, _, _) = honest();
    let record = issued(&issue("tdr 1", &[])).act.digest();
    world.clock = at("03-03T10:00:00");
    let note = step(&record, 1, &record, EXPORTER, "03-03T10:00:00", Action::Note);
    world.submit(&Submission::Act(signed(note, &[&EXPORTER.key()], &[("PLTA", Role::Home)]))).unwrap();
    let last = world.leaves().last().unwrap().to_vec();
    let value = json::parse(&last, &json::Limits::bytes(1 << 12)).unwrap();
    let names: Vec<_> = value.as_object().unwrap().iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(names, ["at", "entry", "slot", "v"]);
}
