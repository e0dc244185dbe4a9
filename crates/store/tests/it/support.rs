//! What several modules use.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicUsize, Ordering},
};

use crypto::Digest;
use store::{
    DirectoryError, Options, Space, Store, StoreError, Txn,
    memory::Disk,
    observer::{Fate, Observer, Step},
};
use vocab::Timestamp;

pub(crate) const THINGS: Space = Space::new("things");
pub(crate) const OTHERS: Space = Space::new("others");

pub(crate) fn creating() -> Options {
    Options::creating(Digest::of(b"the store of a test"))
}

/// Runs `test` on a fresh store of each kind.
pub(crate) fn on_each(test: impl Fn(&Store)) {
    test(&Store::in_memory(&Disk::new(), creating()).unwrap());
    let directory = tempfile::tempdir().unwrap();
    test(&Store::open(directory.path(), creating()).unwrap());
}

/// A command that must succeed.
pub(crate) fn write<T: Send + 'static>(
    store: &Store,
    command: impl FnOnce(&mut dyn Txn) -> Result<T, StoreError> + Send + 'static,
) -> T {
    store.write(command).unwrap()
}

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_ms(1_800_000_000_000 + seconds * 1000).unwrap()
}

pub(crate) fn code<T>(result: Result<T, DirectoryError>) -> &'static str {
    match result {
        Ok(_) => "ok",
        Err(DirectoryError::Refused(refusal)) => refusal.code(),
        Err(DirectoryError::Disk(_)) => "disk",
    }
}

/// Stops the store at the `nth` time (from 1) that it is at `step`, and counts what it saw.
pub(crate) struct StopAt {
    step: Step,
    nth: usize,
    times: AtomicUsize,
    seen: Mutex<Vec<Step>>,
}

impl StopAt {
    pub(crate) fn new(step: Step, nth: usize) -> Arc<Self> {
        Arc::new(Self { step, nth, times: AtomicUsize::new(0), seen: Mutex::default() })
    }

    pub(crate) fn stopped(&self) -> bool {
        self.times.load(Ordering::SeqCst) >= self.nth
    }

    pub(crate) fn seen(&self, step: Step) -> usize {
        self.seen.lock().unwrap().iter().filter(|seen| **seen == step).count()
    }
}

impl Observer for StopAt {
    fn reached(&self, step: Step) -> Fate {
        self.seen.lock().unwrap().push(step);
        if step != self.step {
            return Fate::Live;
        }
        let times = self.times.fetch_add(1, Ordering::SeqCst) + 1;
        if times == self.nth { Fate::Stop } else { Fate::Live }
    }
}
