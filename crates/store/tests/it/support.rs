//! What several modules use.

use crypto::Digest;
use store::{Options, Space, Store, StoreError, Txn, memory::Disk};
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
