//! Start and restart: what is stored gives what was held, an edited store does not start, an old copy waits.

use bill::signatures::Role;
use crypto::Digest;
use registry::{
    leaf::Leaf,
    replay::{Stored, replay},
    restart::{self, Told},
    submission::Submission,
};
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    merkle::{Subtrees, Tree, leaf_hash},
    policy::Policy,
};
use vocab::Refusal;

use crate::{golden, world::*};

/// A world with a bill, an offer, its decline, a checkpoint, and an act after it.
fn busy() -> (World, SignedCheckpoint) {
    let mut world = World::new();
    let record = world.admit(issued(&issue("tdr 1", &[])));
    world.clock = at("03-03T10:00:00");
    let to = bill::act::Action::Move { to: BANK.controller() };
    let offer = step(&record, 1, &record, EXPORTER, "03-03T10:00:00", to);
    let decline = bill::signatures::SignatureList::of([], [counter(&offer, "PLTB", Role::Decline)]).unwrap();
    let offer = signed(offer, &[&EXPORTER.key()], &[("PLTA", Role::Home)]);
    world.submit(&Submission::Decline { offer, decline }).unwrap();
    world.clock = at("03-03T10:00:20");
    world.tick();
    let checkpoint = world.publish();
    let note = step(&record, 1, &record, EXPORTER, "03-03T10:00:00", bill::act::Action::Note);
    world.admit(signed(note, &[&EXPORTER.key()], &[("PLTA", Role::Home)]));
    (world, checkpoint)
}

#[test]
fn the_stored_leaves_and_acts_give_the_same_registry() {
    let (world, checkpoint) = busy();
    for checkpoint in [None, Some(checkpoint.checkpoint())] {
        assert_eq!(replay(ORIGIN, world.stored.clone(), checkpoint).unwrap(), world.state);
    }
    let Some(vectors) = testkit::vectors() else { return };
    let begins = golden::submissions(&vectors);
    let leaves = vectors["log"]["entries"].as_array().unwrap().iter().enumerate();
    let stored = leaves.map(|(at, leaf)| Stored {
        leaf: leaf.as_str().unwrap().as_bytes().to_vec(),
        submission: begins
            .iter()
            .find(|(index, one)| *index == at && !matches!(one, Submission::Mark(_)))
            .map(|(_, one)| one.clone()),
    });
    let origin = vectors["log"]["origin"].as_str().unwrap();
    let golden = SignedCheckpoint::parse(vectors["log"]["checkpoint"].as_str().unwrap().as_bytes()).unwrap();
    let state = replay(origin, stored, Some(golden.checkpoint())).unwrap();
    assert_eq!(state, golden::admitted(&vectors, 16));
}

#[test]
fn an_edited_store_does_not_start() {
    let (world, checkpoint) = busy();
    let checkpoint = checkpoint.checkpoint();
    let code = |change: &dyn Fn(&mut Vec<Stored>), checkpoint: Option<&Checkpoint>| {
        let mut stored = world.stored.clone();
        change(&mut stored);
        replay(ORIGIN, stored, checkpoint).err().map(|refusal| refusal.code())
    };
    let acts: Vec<usize> =
        (0..world.stored.len()).filter(|at| world.stored[*at].submission.is_some()).collect();
    let (issue, last) = (acts[3], *acts.last().unwrap());
    let differs = Some("replay-differs");
    assert_eq!(code(&|stored| drop(stored[issue].submission.take()), None), differs, "the act is lost");
    assert_eq!(code(&|stored| drop(stored.remove(issue + 1)), None), differs, "the tag mark is lost");
    assert_eq!(code(&|stored| stored.truncate(issue + 1), None), differs, "cut within a submission");
    assert_eq!(
        code(&|stored| stored.truncate(last - 1), Some(checkpoint)),
        differs,
        "cut below the checkpoint"
    );
    assert_eq!(code(&|stored| stored[0].submission = stored[issue].submission.clone(), None), differs);
    // A leaf with another time, or an act exchanged for another: the root is not the one that was signed.
    let retimed = |stored: &mut Vec<Stored>| {
        let Leaf::Entry { entry, slot, at } = Leaf::parse(&stored[issue].leaf).unwrap() else { panic!() };
        let at = at.plus(std::time::Duration::from_millis(1));
        stored[issue].leaf = Leaf::Entry { entry, slot, at }.to_bytes();
    };
    assert_eq!(code(&retimed, Some(checkpoint)), differs);
    // An act invented beyond the checkpoint is verified like any other.
    let invented = |stored: &mut Vec<Stored>| {
        let Leaf::Entry { slot, at, .. } = Leaf::parse(&stored[last].leaf).unwrap() else { panic!() };
        let Some(Submission::Act(one)) = &mut stored[last].submission else { panic!() };
        one.signatures = signed(one.act.clone(), &[&key("thief")], &[("PLTA", Role::Home)]).signatures;
        let entry = one.entry();
        stored[last].leaf = Leaf::Entry { entry, slot, at }.to_bytes();
    };
    assert_eq!(code(&invented, Some(checkpoint)), Some("key-not-in-set"));
    assert_eq!(code(&|_| {}, Some(checkpoint)), None);
}

/// Subtrees of the stored leaves.
struct Leaves<'a>(Vec<&'a [u8]>);

impl Subtrees for Leaves<'_> {
    type Error = Refusal;

    fn subtree(&mut self, level: u8, index: u64) -> Result<Digest, Refusal> {
        let from = usize::try_from(index).unwrap() << level;
        let mut tree = Tree::new();
        self.0[from..from + (1 << level)].iter().for_each(|leaf| tree.push(leaf_hash(leaf)));
        Ok(tree.root())
    }
}

fn told(side: &str, checkpoint: &Checkpoint, by: &str) -> Told {
    let [log, _] = log_keys();
    let signatures = [log, witness_key(by)].map(|key| key.sign(checkpoint, at("03-03T10:00:30")).unwrap());
    let last = SignedCheckpoint::new(checkpoint.clone(), signatures.to_vec()).unwrap();
    Told { witness: side.into(), last: Some(last) }
}

#[test]
fn a_registry_does_not_start_below_its_witnesses() {
    let (world, published) = busy();
    let policy = Policy::parse(&policy()).unwrap();
    let checkpoint = published.checkpoint();
    let check = |leaves: Vec<&[u8]>, told: &[Told]| {
        let size = leaves.len().try_into().unwrap();
        restart::check(&policy, ORIGIN, &mut Leaves(leaves), size, told).map_err(|refusal| refusal.code())
    };
    let both = [told("uk", checkpoint, "uk"), told("sg", checkpoint, "sg")];
    assert_eq!(check(world.leaves(), &both), Ok(()));
    let exactly = world.leaves()[..usize::try_from(checkpoint.size()).unwrap()].to_vec();
    assert_eq!(check(exactly, &both), Ok(()), "nothing after the checkpoint is no older copy");
    // An older copy: the last leaf under the checkpoint is missing.
    let older = world.leaves()[..usize::try_from(checkpoint.size()).unwrap() - 1].to_vec();
    assert_eq!(check(older.clone(), &both), Err("below-witnesses"));
    assert_eq!(check(older, &both[..1]), Err("below-witnesses"), "one is enough to know");
    // With one on each side, either could be the one that a quorum needs: one answer rules a quorum out.
    assert_eq!(check(world.leaves(), &both[..1]), Ok(()));
    assert_eq!(check(world.leaves(), &[]), Err("witnesses-silent"));
    let never = Told { witness: "sg".into(), last: None };
    assert_eq!(check(world.leaves(), &[never]), Ok(()));
    // Not an answer: another's signature, a stranger, another log.
    let made_up = Checkpoint::new(ORIGIN, 1 << 40, Digest::of(b"more than there is")).unwrap();
    let mut unsigned = told("uk", &made_up, "uk");
    let own = unsigned.last.as_ref().unwrap().note().signatures()[1..].to_vec();
    unsigned.last = Some(SignedCheckpoint::new(made_up, own).unwrap());
    assert_eq!(check(world.leaves(), &[unsigned]), Err("witnesses-silent"), "the log has not signed it");
    let elsewhere = Checkpoint::new("registry.example/other/1", 1, Digest::of(b"x")).unwrap();
    for told in [told("uk", checkpoint, "sg"), told("us", checkpoint, "us"), told("uk", &elsewhere, "uk")] {
        assert_eq!(check(world.leaves(), &[told]), Err("witnesses-silent"));
    }
    let forked = Checkpoint::new(ORIGIN, checkpoint.size(), Digest::of(b"another history")).unwrap();
    assert_eq!(check(world.leaves(), &[told("uk", &forked, "uk")]), Err("log-forked"));
    let mut spoiled = told("uk", checkpoint, "uk");
    let mut signatures = spoiled.last.as_ref().unwrap().note().signatures().to_vec();
    signatures[1].bytes[20] ^= 1;
    spoiled.last = Some(SignedCheckpoint::new(checkpoint.clone(), signatures).unwrap());
    assert_eq!(check(world.leaves(), &[spoiled.clone()]), Err("witnesses-silent"));
    assert_eq!(check(world.leaves(), &[spoiled, both[1].clone()]), Ok(()), "one bad answer halts nobody");
}
