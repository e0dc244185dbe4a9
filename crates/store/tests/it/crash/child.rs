//! The process that dies.

use std::{
    fs,
    io::Write,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use store::{
    Claim, Message, Options, Space, Store, StoreError, Txn,
    observer::{Fate, Observer, Step},
    sqlite::restore,
};

use crate::support::{THINGS, at, creating};

pub(super) const LANES: u8 = 3;
pub(super) const RACES: Space = Space::new("races");
pub(super) const REFUSED: Space = Space::new("refused");
/// Commands of one lane that wait for the writer together.
pub(super) const IN_FLIGHT: u64 = 2;
/// A command erases the blob of the one so many before, when that one's number is a multiple of it.
pub(super) const ERASED_AFTER: u64 = 2;
/// Commands that one child does in each lane, if it lives; far more than it needs to come by every step ten times.
const ROUNDS: u64 = 30;

/// Kills its own process, without a word and without tidying up.
struct KillAt {
    step: String,
    nth: u64,
    times: AtomicU64,
}

impl Observer for KillAt {
    fn reached(&self, step: Step) -> Fate {
        if step.name() == self.step && self.times.fetch_add(1, Ordering::SeqCst) + 1 == self.nth {
            std::process::abort();
        }
        Fate::Live
    }
}

/// Not a test of its own: does nothing unless the parent set the scene.
#[test]
fn child() {
    let Ok(directory) = std::env::var(super::DIRECTORY) else { return };
    let observer = std::env::var(super::DEATH).ok().map(|death| -> Arc<dyn Observer> {
        let (step, nth) = death.split_once(' ').unwrap();
        let (step, nth) = (step.to_owned(), nth.parse().unwrap());
        Arc::new(KillAt { step, nth, times: AtomicU64::new(0) })
    });
    let directory = Path::new(&directory);
    let store =
        Store::open(&directory.join("live"), Options { observer: observer.clone(), ..creating() }).unwrap();
    std::thread::scope(|scope| {
        for number in 0..LANES {
            let store = &store;
            scope.spawn(move || run_lane(store, number));
        }
        for _ in 0..2 {
            copy(&store, directory, observer.clone());
        }
    });
}

fn tell(what: &str, lane: u8, number: u64) {
    // One write, so that lines of several lanes do not mix; the full stop shows that the line is whole.
    std::io::stdout().write_all(format!("@{what} {lane} {number} .\n").as_bytes()).unwrap();
}

pub(super) fn lane(number: u8) -> String {
    format!("lane-{number}")
}

/// The key of a lane's command.
pub(super) fn numbered(lane: u8, n: u64) -> Vec<u8> {
    [&[lane][..], &n.to_be_bytes()].concat()
}

/// What a lane's command writes everywhere, of a length that begins and ends pages.
pub(super) fn payload(lane: u8, n: u64) -> Vec<u8> {
    let filling = usize::try_from(n * 1_237 + u64::from(lane) * 311).unwrap() % 5_000;
    [numbered(lane, n), vec![lane; filling]].concat()
}

fn run_lane(store: &Store, number: u8) {
    let begun = store.read(|view| view.length(THINGS.key(&[number]))).unwrap();
    let mut tickets = Vec::new();
    for n in begun..begun + ROUNDS {
        tickets.push((n, store.submit(move |txn| command(txn, number, n)).unwrap()));
        if tickets.len() < usize::try_from(IN_FLIGHT).unwrap() {
            continue;
        }
        for (n, ticket) in tickets.drain(..) {
            ticket.wait().unwrap();
            tell("done", number, n);
        }
        refused(store);
        race(store, number, n);
        deliver(store);
    }
}

/// One command of every kind of write.
fn command(txn: &mut dyn Txn, number: u8, n: u64) -> Result<(), StoreError> {
    let (own, key, bytes) = ([number], numbered(number, n), payload(number, n));
    let (name, key) = (THINGS.key(&own), THINGS.key(&key));
    txn.append(name, n, &bytes)?;
    txn.set_head(name, n, &bytes)?;
    txn.put_blob(&bytes)?;
    if let Some(before) = n.checked_sub(ERASED_AFTER).filter(|before| before % ERASED_AFTER == 0) {
        assert!(txn.erase_blob(&crypto::Digest::of(&payload(number, before)))?);
    }
    txn.put_index(key, b"")?;
    assert_eq!(txn.claim_once(key, b"once")?, Claim::First);
    txn.outbox_put(key, Message { to: "b", bytes: &bytes }, at(0))?;
    txn.put_tile(key, &bytes)?;
    txn.put_sealed(&lane(number), &bytes)?;
    txn.raise_mark(name, n + 1)
}

fn refused(store: &Store) {
    let refused: Result<(), StoreError> = store.write(|txn| {
        txn.append(REFUSED.key(b""), 0, b"no trace")?;
        txn.put_index(REFUSED.key(b""), b"no trace")?;
        txn.outbox_put(REFUSED.key(b""), Message { to: "b", bytes: b"no trace" }, at(0))?;
        Err(StoreError::Busy)
    });
    assert!(matches!(refused, Err(StoreError::Busy)));
}

fn race(store: &Store, number: u8, race: u64) {
    let won = store.write(move |txn| txn.claim_once(RACES.key(&race.to_be_bytes()), &[number])).unwrap();
    if won == Claim::First {
        tell("won", number, race);
    }
}

/// Leases a message, and acknowledges what was leased, as a worker would after delivery.
fn deliver(store: &Store) {
    let hold = Duration::from_secs(60);
    for delivery in store.write(move |txn| txn.outbox_lease(THINGS, at(0), hold, 1)).unwrap() {
        let (of, n) = (delivery.key[0], u64::from_be_bytes(delivery.key[1..].try_into().unwrap()));
        assert!(delivery.bytes == payload(of, n), "other bytes at attempt {}", delivery.attempt);
        tell("acking", of, n);
        assert!(store.write(move |txn| txn.outbox_ack(delivery.lease)).unwrap());
        tell("acked", of, n);
    }
}

/// A backup, and a store made from it, in place of the last ones.
fn copy(store: &Store, directory: &Path, observer: Option<Arc<dyn Observer>>) {
    let (copy, restored) = (directory.join("copy"), directory.join("restored"));
    if copy.exists() {
        fs::remove_file(&copy).unwrap();
    }
    store.backup(&copy).unwrap();
    if restored.exists() {
        fs::remove_dir_all(&restored).unwrap();
    }
    restore(&copy, &restored, Options { observer, ..Options::existing() }).unwrap();
}
