//! The directory: what is in it, who can read it, what is refused.

use std::fs;

use rusqlite::Connection;
use store::{Options, Store, StoreError, sqlite::FILE_NAME};

use crate::support::{THINGS, code, creating, write};

#[test]
fn a_store_is_found_again_as_it_was_left() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..3 {
        let store = Store::open(directory.path(), creating()).unwrap();
        assert_eq!(store.read(|view| view.length(THINGS.key(b"a"))).unwrap(), round);
        write(&store, move |txn| txn.append(THINGS.key(b"a"), round, b"entry"));
    }
    let store = Store::open(directory.path(), Options::existing()).unwrap();
    let lineage = store.read(|view| view.lineage()).unwrap();
    assert_eq!((lineage.id, lineage.epoch), (creating().lineage.unwrap(), 0));
}

#[test]
fn a_store_is_made_only_when_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("missing");
    assert_eq!(code(Store::open(&missing, Options::existing())), "no-store");
    assert!(!missing.exists(), "a refusal makes nothing");
    fs::write(directory.path().join(FILE_NAME), b"").unwrap();
    assert_eq!(code(Store::open(directory.path(), Options::existing())), "no-store");
    assert_eq!(code(Store::open(directory.path(), creating())), "ok");
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join(FILE_NAME);
    let text = "not a database ".repeat(100);
    fs::write(&file, &text).unwrap();
    assert_eq!(code(Store::open(directory.path(), creating())), "not-a-store");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);

    fs::remove_file(&file).unwrap();
    Connection::open(&file).unwrap().execute_batch("CREATE TABLE theirs (one INTEGER)").unwrap();
    assert_eq!(code(Store::open(directory.path(), creating())), "not-a-store");
}

#[test]
fn a_store_of_a_later_release_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    drop(Store::open(directory.path(), creating()).unwrap());
    let file = Connection::open(directory.path().join(FILE_NAME)).unwrap();
    file.execute_batch("INSERT INTO migration (number, digest) VALUES (2, zeroblob(32))").unwrap();
    assert_eq!(code(Store::open(directory.path(), Options::existing())), "store-too-new");
    file.execute_batch("DELETE FROM migration WHERE number = 2; UPDATE migration SET digest = zeroblob(32)")
        .unwrap();
    assert_eq!(code(Store::open(directory.path(), Options::existing())), "store-other-schema");
}

#[test]
fn a_log_without_its_file_is_not_thrown_away() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("store.db-wal"), b"all that is left").unwrap();
    assert_eq!(code(Store::open(directory.path(), creating())), "store-damaged");
    assert!(directory.path().join("store.db-wal").exists());
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;

    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("node").join("data");
    let store = Store::open(&directory, creating()).unwrap();
    write(&store, |txn| txn.put_blob(b"details"));
    store.backup(&parent.path().join("copy")).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&directory), 0o700);
    assert_eq!(mode(&parent.path().join("copy")), 0o600);
    let files: Vec<_> = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn two_open_handles_take_turns() {
    let directory = tempfile::tempdir().unwrap();
    let one = Store::open(directory.path(), creating()).unwrap();
    let two = Store::open(directory.path(), Options::existing()).unwrap();
    let add = |store: &Store| {
        for _ in 0..20 {
            write(store, |txn| {
                let length = txn.length(THINGS.key(b"shared"))?;
                txn.append(THINGS.key(b"shared"), length, b"entry")
            });
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| add(&one));
        scope.spawn(|| add(&two));
    });
    assert_eq!(one.read(|view| view.length(THINGS.key(b"shared"))).unwrap(), 40);
}

#[test]
fn rotten_bytes_are_not_given_out() {
    let directory = tempfile::tempdir().unwrap();
    let digest = {
        let store = Store::open(directory.path(), creating()).unwrap();
        write(&store, |txn| txn.put_blob(b"as it was written"))
    };
    let file = Connection::open(directory.path().join(FILE_NAME)).unwrap();
    file.execute("UPDATE blob SET bytes = ?1", [b"as the disk now says".as_slice()]).unwrap();
    let store = Store::open(directory.path(), Options::existing()).unwrap();
    assert!(matches!(store.read(|view| view.blob(&digest)), Err(StoreError::Disk(_))));
}

#[test]
fn a_full_disk_undoes_the_command_and_the_store_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let options = Options { file_bytes_max: Some(1 << 20), ..creating() };
    let store = Store::open(directory.path(), options).unwrap();
    let big = || vec![7; 700_000];
    let first = write(&store, move |txn| {
        txn.append(THINGS.key(b"a"), 0, b"fits")?;
        txn.put_blob(&big())
    });
    let full: Result<(), StoreError> = store.write(move |txn| {
        txn.append(THINGS.key(b"a"), 1, b"does not fit")?;
        // Hiding the error does not save the half of the command.
        txn.put_blob(&[8; 700_000]).ok();
        Ok(())
    });
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    assert_eq!(store.read(|view| view.length(THINGS.key(b"a"))).unwrap(), 1);
    write(&store, move |txn| txn.erase_blob(&first));
    write(&store, |txn| txn.append(THINGS.key(b"a"), 1, b"fits again"));
    write(&store, |txn| txn.put_blob(&[8; 700_000]));
}
