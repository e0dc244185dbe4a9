//! What is erased is gone from every file of the directory.

use std::{fs, path::Path};

use crypto::Digest;
use store::{Options, Store, StoreError, observer::Step};

use crate::support::{StopAt, THINGS, at, creating, write};

const SECRET: &[u8] = b"Tan Ah Kow, 12 Keong Saik Road, passport K1234567A";

fn details() -> Vec<u8> {
    // Long enough for overflow pages, with the secret in each of them.
    SECRET.repeat(1_000)
}

fn found_in(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if fs::read(&path).unwrap().windows(SECRET.len()).any(|window| window == SECRET) {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found
}

#[test]
fn an_erased_blob_is_in_no_file_when_the_answer_comes() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), creating()).unwrap();
    let digest = write(&store, |txn| {
        txn.append(THINGS.key(b"a"), 0, b"an act")?;
        txn.put_blob(&details())
    });
    assert_eq!(found_in(directory.path()), ["store.db-wal"], "the search sees it");
    assert!(write(&store, move |txn| txn.erase_blob(&digest)));
    assert!(found_in(directory.path()).is_empty());
}

#[test]
fn a_blob_that_had_reached_the_file_is_overwritten_there() {
    let directory = tempfile::tempdir().unwrap();
    let digest = Digest::of(&details());
    write(&Store::open(directory.path(), creating()).unwrap(), |txn| txn.put_blob(&details()));
    assert_eq!(found_in(directory.path()), ["store.db"]);
    let store = Store::open(directory.path(), Options::existing()).unwrap();
    assert!(write(&store, move |txn| txn.erase_blob(&digest)));
    assert!(found_in(directory.path()).is_empty());
}

#[test]
fn a_reader_in_the_way_delays_it_to_the_next_commit() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), creating()).unwrap();
    let digest = write(&store, |txn| txn.put_blob(&details()));
    store
        .read(|view| {
            assert!(view.blob(&digest)?.held().is_some());
            write(&store, move |txn| txn.erase_blob(&digest));
            assert!(view.blob(&digest)?.held().is_some(), "a snapshot stays as it was");
            assert_eq!(found_in(directory.path()), ["store.db-wal"]);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    write(&store, |txn| txn.append(THINGS.key(b"a"), 0, b""));
    assert!(found_in(directory.path()).is_empty());
}

#[test]
fn an_erasure_that_dies_before_the_answer_is_finished_at_the_next_start() {
    let directory = tempfile::tempdir().unwrap();
    // The second time: the first checkpoint is the one at start.
    let observer = StopAt::new(Step::BeforeCheckpoint, 2);
    let options = Options { observer: Some(observer.clone()), ..creating() };
    let store = Store::open(directory.path(), options).unwrap();
    let digest = write(&store, |txn| txn.put_blob(&details()));
    let died: Result<bool, StoreError> = store.write(move |txn| txn.erase_blob(&digest));
    assert!(matches!(died, Err(StoreError::Closed)) && observer.stopped());
    drop(store);
    let store = Store::open(directory.path(), Options::existing()).unwrap();
    // The first answer comes after what was left to do.
    write(&store, |txn| txn.append(THINGS.key(b"a"), 0, b""));
    assert!(found_in(directory.path()).is_empty());
}

#[test]
fn a_delivered_message_does_not_linger_in_free_pages() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), creating()).unwrap();
    write(&store, |txn| {
        let bytes = details();
        txn.outbox_put(THINGS.key(b"m"), store::Message { to: "b", bytes: &bytes }, at(0))
    });
    let lease = write(&store, |txn| txn.outbox_lease(THINGS, at(0), std::time::Duration::ZERO, 1))[0].lease;
    assert!(write(&store, move |txn| txn.outbox_ack(lease)));
    drop(store);
    assert!(found_in(directory.path()).is_empty(), "the log is copied when the store closes");
}
