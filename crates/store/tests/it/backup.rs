//! Copies of a store in use, and stores made from them.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
};

use rusqlite::Connection;
use store::{Options, Store, StoreError, observer::Step, sqlite::restore};

use crate::support::{StopAt, THINGS, code, creating, write};

#[test]
fn a_backup_of_a_busy_store_is_one_moment_of_it() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&directory.path().join("live"), creating()).unwrap();
    // Each command writes the same count in three places; a copy of no single moment would show them apart.
    let count = |store: &Store, n: u64| {
        write(store, move |txn| {
            txn.append(THINGS.key(b"a"), n, &[1; 4_000])?;
            txn.raise_mark(THINGS.key(b"a"), n + 1)?;
            txn.set_head(THINGS.key(b"a"), n, &[2; 4_000]).map(drop)
        });
    };
    (0..200).for_each(|n| count(&store, n));
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 200;
            while !done.load(Ordering::SeqCst) {
                count(&store, n);
                n += 1;
            }
        });
        for copy in 0..5 {
            store.backup(&directory.path().join(format!("copy-{copy}"))).unwrap();
        }
        done.store(true, Ordering::SeqCst);
    });
    let mut last = 200;
    for copy in 0..5 {
        let restored = directory.path().join(format!("restored-{copy}"));
        let lineage =
            restore(&directory.path().join(format!("copy-{copy}")), &restored, Options::existing()).unwrap();
        assert_eq!((lineage.id, lineage.epoch), (creating().lineage.unwrap(), 1));
        let restored = Store::open(&restored, Options::existing()).unwrap();
        let (length, mark, version) = restored
            .read(|view| {
                let version = view.head(THINGS.key(b"a"))?.unwrap().version;
                Ok::<_, StoreError>((view.length(THINGS.key(b"a"))?, view.mark(THINGS.key(b"a"))?, version))
            })
            .unwrap();
        assert_eq!((length, length), (mark, version));
        assert!(length >= last, "a later copy is not older");
        last = length;
        write(&restored, move |txn| txn.append(THINGS.key(b"a"), length, b"it serves"));
        assert_eq!(restored.read(|view| view.lineage()).unwrap(), lineage);
    }
}

#[test]
fn a_restore_of_a_restore_counts_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    drop(Store::open(&path("0"), creating()).unwrap());
    for epoch in 0..3_u64 {
        let store = Store::open(&path(&epoch.to_string()), Options::existing()).unwrap();
        assert_eq!(store.backup(&path("copy")).unwrap().epoch, epoch);
        let next = path(&(epoch + 1).to_string());
        assert_eq!(restore(&path("copy"), &next, Options::existing()).unwrap().epoch, epoch + 1);
        fs::remove_file(path("copy")).unwrap();
    }
}

#[test]
fn nothing_is_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let store = Store::open(&path("live"), creating()).unwrap();
    store.backup(&path("copy")).unwrap();
    assert_eq!(code(store.backup(&path("copy"))), "store-in-the-way");
    assert_eq!(code(restore(&path("copy"), &path("live"), Options::existing())), "store-in-the-way");
    // SQLite would take this log for the restored store's own.
    fs::create_dir(path("emptied")).unwrap();
    fs::write(path("emptied").join("store.db-wal"), b"of another life").unwrap();
    assert_eq!(code(restore(&path("copy"), &path("emptied"), Options::existing())), "store-in-the-way");
}

#[test]
fn what_is_no_whole_backup_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let store = Store::open(&path("live"), creating()).unwrap();
    for n in 0..100 {
        write(&store, move |txn| txn.append(THINGS.key(b"a"), n, &[0x55; 1_000]));
    }
    store.backup(&path("copy")).unwrap();
    let whole = fs::read(path("copy")).unwrap();
    let refused = |bytes: &[u8]| {
        fs::write(path("bad"), bytes).unwrap();
        let answer = code(restore(&path("bad"), &path("new"), Options::existing()));
        assert!(!path("new").join("store.db").exists());
        answer
    };
    assert_eq!(refused(b""), "not-a-store");
    assert_eq!(refused(&b"a letter".repeat(1_000)), "not-a-store");
    assert_eq!(refused(&whole[..whole.len() / 2]), "store-damaged");
    // The second half of a page in the middle, which holds the pointers to its rows.
    let mut bent = whole.clone();
    let page = whole.len() / 2 / 4_096 * 4_096;
    bent[page..page + 64].fill(0xa5);
    assert_eq!(refused(&bent), "store-damaged");
    assert_eq!(code(restore(&path("absent"), &path("new"), Options::existing())), "not-a-store");

    fs::write(path("newer"), &whole).unwrap();
    let newer = Connection::open(path("newer")).unwrap();
    newer.execute_batch("INSERT INTO migration (number, digest) VALUES (2, zeroblob(32))").unwrap();
    drop(newer);
    assert_eq!(code(restore(&path("newer"), &path("new"), Options::existing())), "store-too-new");
}

#[test]
fn a_copy_that_dies_half_way_has_no_name_and_the_next_one_succeeds() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    {
        let store = Store::open(&path("live"), creating()).unwrap();
        write(&store, |txn| txn.put_blob(&[3; 3 << 20]));
    }
    for step in [Step::DuringBackup, Step::BeforeBackupRename] {
        let options = Options { observer: Some(StopAt::new(step, 1)), ..Options::existing() };
        let store = Store::open(&path("live"), options).unwrap();
        assert_eq!(code(store.backup(&path("copy"))), "disk");
        assert!(!path("copy").exists() && path("copy.partial").exists());
    }
    Store::open(&path("live"), Options::existing()).unwrap().backup(&path("copy")).unwrap();
    assert!(!path("copy.partial").exists());

    for step in [Step::DuringRestore, Step::BeforeRestoreRename] {
        let options = Options { observer: Some(StopAt::new(step, 1)), ..Options::existing() };
        assert_eq!(code(restore(&path("copy"), &path("new"), options)), "disk");
        assert_eq!(code(Store::open(&path("new"), Options::existing())), "no-store");
    }
    assert_eq!(restore(&path("copy"), &path("new"), Options::existing()).unwrap().epoch, 1);
    Store::open(&path("new"), Options::existing()).unwrap();
}
