//! Processes killed at every named step and at random, and what the next start finds.
//!
//! The test starts its own binary again as a child that works on a directory: three lanes of commands, and copies made
//! meanwhile. The child tells on its output what it was answered, and dies: by its own hand at a named step, or by its
//! parent's at a random line. Then the parent opens the directory as any node would, and looks. `TWAKOW_KILLS` sets the
//! number of deaths, `TWAKOW_SEED` where the dice begin.

mod child;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
};

use store::{Blob, Options, Store, StoreError, View, observer::Step, sqlite::restore};

use self::child::{ERASED_AFTER, IN_FLIGHT, LANES, RACES, REFUSED, lane, numbered, payload};
use crate::support::{THINGS, at, creating};

const KILLS: usize = 26 * 9;
const KILLS_IN_ONE_DIRECTORY: usize = 9;

/// Where the child finds its directory, and at which step it dies (`after-append 3`, or nothing).
const DIRECTORY: &str = "TWAKOW_CRASH_DIRECTORY";
const DEATH: &str = "TWAKOW_CRASH_DEATH";

#[derive(Debug, Clone, Copy)]
enum Death {
    /// At the `nth` time the child is at `step`.
    AtStep { step: Step, nth: u64 },
    /// When it has told so many lines.
    AfterLines(u64),
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_there_by_half() {
    let setting = |name: &str| std::env::var(name).ok().map(|value| value.parse::<usize>().unwrap());
    let kills = setting("TWAKOW_KILLS").unwrap_or(KILLS);
    let seed = setting("TWAKOW_SEED").unwrap_or(20_261_124);
    let plan = Mutex::new((0..kills).collect::<Vec<_>>().into_iter());
    let histogram = Mutex::new(BTreeMap::<String, usize>::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let some: Vec<usize> =
                        plan.lock().unwrap().by_ref().take(KILLS_IN_ONE_DIRECTORY).collect();
                    if some.is_empty() {
                        break;
                    }
                    one_directory(seed, &some, &histogram);
                }
            });
        }
    });
    let histogram = histogram.into_inner().unwrap();
    println!("{kills} deaths, seed {seed}:");
    for (step, times) in &histogram {
        println!("{times:>6}  {step}");
    }
    assert_eq!(histogram.values().sum::<usize>(), kills);
    let bins = Step::ALL.iter().map(|step| step.name()).chain(["at-random".to_owned()]);
    let empty: Vec<_> = bins.filter(|bin| !histogram.contains_key(bin)).collect();
    assert!(empty.is_empty(), "nobody died at {empty:?}");
}

/// Several deaths in one directory, each found as the last one left it.
fn one_directory(seed: usize, kills: &[usize], histogram: &Mutex<BTreeMap<String, usize>>) {
    let directory = tempfile::tempdir().unwrap();
    let mut told = Told::default();
    for kill in kills {
        let mut dice = Dice(u64::try_from(seed * 1_000_003 + kill).unwrap());
        // Every tenth dies at random, so that each step's turn comes in the nine others.
        let step = Step::ALL[(kill - kill / 10) % Step::ALL.len()];
        let death = match (kill % 10, step) {
            (9, _) => Death::AfterLines(dice.roll(60)),
            (_, Step::InMigration) => Death::AtStep { step, nth: 1 },
            (
                _,
                Step::DuringBackup
                | Step::BeforeBackupRename
                | Step::DuringRestore
                | Step::BeforeRestoreRename,
            ) => Death::AtStep { step, nth: dice.roll(2) },
            (_, step) => Death::AtStep { step, nth: dice.roll(9) },
        };
        let place = format!("kill {kill}, seed {seed}, {death:?}");
        let (own, mut fresh) = (tempfile::tempdir().unwrap(), Told::default());
        let first_start = matches!(death, Death::AtStep { step: Step::InMigration, .. });
        let (path, told) = if first_start { (own.path(), &mut fresh) } else { (directory.path(), &mut told) };
        kill_one(path, death, told, &place);
        examine(path, told, &place);
        let bin = match death {
            Death::AtStep { step, .. } => step.name(),
            Death::AfterLines(_) => "at-random".to_owned(),
        };
        *histogram.lock().unwrap().entry(bin).or_default() += 1;
    }
}

/// Starts a child and hears it out; it must not outlive its death.
fn kill_one(directory: &Path, death: Death, told: &mut Told, place: &str) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["crash::child::child", "--exact", "--nocapture"]).env(DIRECTORY, directory);
    if let Death::AtStep { step, nth } = death {
        command.env(DEATH, format!("{} {nth}", step.name()));
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = 0;
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        let Some((_, line)) = line.split_once('@') else { continue };
        told.hear(line, place);
        lines += 1;
        if matches!(death, Death::AfterLines(limit) if lines == limit) {
            child.kill().unwrap();
        }
    }
    let output = child.wait_with_output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it lived: {place}");
    assert_eq!(output.status.code(), None, "it failed and was not killed: {place}\n{words}");
}

/// What children told of one directory: all of it was answered, so all of it must be found.
#[derive(Default)]
struct Told {
    /// Commands answered, or found by an earlier look, by lane.
    done: BTreeMap<u8, u64>,
    /// Who was told that it won, by race.
    won: BTreeMap<u64, u8>,
    /// Messages that somebody was about to acknowledge, and those where the answer came.
    acking: BTreeSet<(u8, u64)>,
    acked: BTreeSet<(u8, u64)>,
}

impl Told {
    fn hear(&mut self, line: &str, place: &str) {
        let words: Vec<&str> = line.split(' ').collect();
        // A line cut short by a death tells nothing: it ends without its full stop.
        let [what, lane, number, "."] = words[..] else { return };
        let (lane, number) = (lane.parse::<u8>().unwrap(), number.parse::<u64>().unwrap());
        match what {
            "done" => {
                let next = self.done.entry(lane).or_default();
                assert!(number >= *next, "told twice: {line}, {place}");
                *next = number + 1;
            }
            "won" => {
                let winner = *self.won.entry(number).or_insert(lane);
                assert_eq!(winner, lane, "two winners of race {number}, {place}");
            }
            "acking" => drop(self.acking.insert((lane, number))),
            "acked" => drop(self.acked.insert((lane, number))),
            other => panic!("{other}"),
        }
    }
}

/// Opens as a node would, and compares with what was told.
fn examine(directory: &Path, told: &mut Told, place: &str) {
    let live = directory.join("live");
    let store = Store::open(&live, creating()).unwrap_or_else(|error| panic!("{place}: {error:?}"));
    let lengths = store.read(|view| consistent(view, place)).unwrap();
    for (lane, length) in &lengths {
        let done = told.done.get(lane).copied().unwrap_or(0);
        assert!(*length >= done, "lane {lane} lost {} acknowledged commands, {place}", done - length);
        assert!(*length <= done + IN_FLIGHT, "lane {lane} has {length} commands, told of {done}, {place}");
    }
    store.read(|view| races(view, told, place)).unwrap();
    outbox(&store, &lengths, told, place);
    drop(store);
    copies(directory, &lengths, place);
    // What was found once must be found again.
    told.done = lengths;
}

/// Every command is there whole or not at all, in order; the lengths of the lanes.
fn consistent(view: &dyn View, place: &str) -> Result<BTreeMap<u8, u64>, StoreError> {
    let mut lengths = BTreeMap::new();
    for number in 0..LANES {
        let own = [number];
        let name = THINGS.key(&own);
        let length = view.length(name)?;
        let entries = view.read(name, 0, 1_000)?;
        let expected: Vec<_> = (0..length).map(|n| payload(number, n)).collect();
        assert!(entries == expected, "entries of lane {number}, {place}");
        let last = length.checked_sub(1).map(|n| payload(number, n));
        let head = view.head(name)?;
        assert_eq!(head.as_ref().map_or(0, |head| head.version), length, "head of lane {number}, {place}");
        assert!(head.map(|head| head.bytes) == last, "head of lane {number}, {place}");
        assert!(view.sealed(&lane(number))? == last, "secret of lane {number}, {place}");
        assert_eq!(view.mark(name)?, length, "{place}");
        let rows = view.scan(THINGS, &own, None, 1_000)?;
        assert_eq!(u64::try_from(rows.len()).unwrap(), length, "index of lane {number}, {place}");
        for n in 0..=length {
            let key = numbered(number, n);
            let there = n < length;
            assert_eq!(view.claim(THINGS.key(&key))?.is_some(), there, "claim {number} {n}, {place}");
            assert_eq!(view.tile(THINGS.key(&key))?.is_some(), there, "tile {number} {n}, {place}");
            let bytes = payload(number, n);
            let expected = if !there {
                Blob::Unknown
            } else if n % ERASED_AFTER == 0 && n + ERASED_AFTER < length {
                Blob::Erased
            } else {
                Blob::Held(bytes.clone())
            };
            let found = view.blob(&crypto::Digest::of(&bytes))?;
            assert!(found == expected, "blob {number} {n}, {place}");
        }
        lengths.insert(number, length);
    }
    assert_eq!(view.length(REFUSED.key(b""))?, 0, "a refused command left a trace, {place}");
    assert!(view.scan(REFUSED, b"", None, 1)?.is_empty(), "a refused command left a trace, {place}");
    Ok(lengths)
}

fn races(view: &dyn View, told: &Told, place: &str) -> Result<(), StoreError> {
    for (race, winner) in &told.won {
        let held = view.claim(RACES.key(&race.to_be_bytes()))?;
        assert_eq!(held, Some(vec![*winner]), "race {race}, {place}");
    }
    Ok(())
}

/// Each message waits with the bytes it was put with, unless somebody had begun to acknowledge it.
fn outbox(store: &Store, lengths: &BTreeMap<u8, u64>, told: &Told, place: &str) {
    // After the leases of the dead have ended; and given back at once, for the next child.
    let lease = |space| {
        let all = store.write(move |txn| {
            let all = txn.outbox_lease(space, at(1_000), std::time::Duration::ZERO, 1_000)?;
            for delivery in &all {
                assert!(txn.outbox_defer(delivery.lease, at(0))?);
            }
            Ok::<_, StoreError>(all)
        });
        all.unwrap()
    };
    assert!(lease(REFUSED).is_empty(), "a refused command left a message, {place}");
    let mut waiting = BTreeSet::new();
    for delivery in lease(THINGS) {
        let (number, n) = (delivery.key[0], u64::from_be_bytes(delivery.key[1..].try_into().unwrap()));
        assert!(delivery.bytes == payload(number, n), "message {number} {n}, {place}");
        waiting.insert((number, n));
    }
    for (number, length) in lengths {
        for n in 0..*length {
            let message = (*number, n);
            assert!(
                waiting.contains(&message) || told.acking.contains(&message),
                "lost {message:?}, {place}"
            );
            assert!(
                !waiting.contains(&message) || !told.acked.contains(&message),
                "again {message:?}, {place}"
            );
        }
    }
}

/// A copy that has its name is whole, and not newer than the store; so is what was restored from it.
fn copies(directory: &Path, lengths: &BTreeMap<u8, u64>, place: &str) {
    let whole = |store: &Path| {
        let store =
            Store::open(store, Options::existing()).unwrap_or_else(|error| panic!("{place}: {error:?}"));
        let copied = store.read(|view| consistent(view, place)).unwrap();
        assert!(copied.iter().all(|(lane, length)| *length <= lengths[lane]), "{place}");
    };
    let (copy, restored, again): (PathBuf, PathBuf, PathBuf) =
        (directory.join("copy"), directory.join("restored"), directory.join("again"));
    if restored.join(store::sqlite::FILE_NAME).exists() {
        whole(&restored);
    }
    if copy.exists() {
        restore(&copy, &again, Options::existing()).unwrap_or_else(|error| panic!("{place}: {error:?}"));
        whole(&again);
        fs::remove_dir_all(&again).unwrap();
    }
}

/// A small generator (splitmix64): the same seed dies the same deaths.
struct Dice(u64);

impl Dice {
    /// 1 to `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % sides + 1
    }
}
