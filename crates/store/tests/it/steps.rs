//! The store's life ended in this process at each step of a command: before the commit it was nothing, after it was
//! all, and nobody who was answered was told otherwise.

use std::{path::Path, time::Duration};

use store::{
    Blob, Claim, DirectoryError, Message, Options, Store, StoreError, Txn, View,
    memory::Disk,
    observer::{Observer, Step},
};

use crate::support::{StopAt, THINGS, at, creating, write};

/// Steps at which the command has happened.
const AFTER_COMMIT: [Step; 4] =
    [Step::AfterCommitBeforeAnswer, Step::BetweenAnswers, Step::BeforeCheckpoint, Step::AfterCheckpoint];

/// What a store has before each death.
fn prepare(txn: &mut dyn Txn) -> Result<(), StoreError> {
    txn.put_blob(b"old")?;
    txn.outbox_put(THINGS.key(b"old"), Message { to: "b", bytes: b"old" }, at(0))
}

/// One command that takes every kind of step.
fn everything(txn: &mut dyn Txn) -> Result<(), StoreError> {
    txn.append(THINGS.key(b"a"), 0, b"entry")?;
    txn.set_head(THINGS.key(b"a"), 0, b"head")?;
    let old = crypto::Digest::of(b"old");
    txn.put_blob(b"new")?;
    txn.erase_blob(&old)?;
    txn.put_index(THINGS.key(b"a"), b"row")?;
    assert_eq!(txn.claim_once(THINGS.key(b"a"), b"mine")?, Claim::First);
    txn.outbox_put(THINGS.key(b"new"), Message { to: "b", bytes: b"new" }, at(0))?;
    let leased = txn.outbox_lease(THINGS, at(0), Duration::from_secs(9), 1)?;
    assert!(txn.outbox_ack(leased[0].lease)?);
    txn.put_tile(THINGS.key(b"a"), b"tile")?;
    txn.put_sealed("a", b"sealed")?;
    txn.raise_mark(THINGS.key(b"a"), 1)
}

/// All of [`everything`], or nothing of it; anything else is a half-written command.
fn happened(view: &dyn View) -> Result<bool, StoreError> {
    let facts = [
        view.length(THINGS.key(b"a"))? == 1,
        view.head(THINGS.key(b"a"))?.is_some(),
        view.blob(&crypto::Digest::of(b"new"))? == Blob::Held(b"new".to_vec()),
        view.blob(&crypto::Digest::of(b"old"))? == Blob::Erased,
        view.index(THINGS.key(b"a"))?.is_some(),
        view.claim(THINGS.key(b"a"))?.is_some(),
        view.tile(THINGS.key(b"a"))?.is_some(),
        view.sealed("a")?.is_some(),
        view.mark(THINGS.key(b"a"))? == 1,
    ];
    assert!(facts.iter().all(|fact| *fact == facts[0]), "half a command: {facts:?}");
    Ok(facts[0])
}

/// Opens, prepares, opens again with the observer, and runs [`everything`] to its death at `step`.
fn die(step: Step, open: &dyn Fn(Options) -> Result<Store, DirectoryError>) -> bool {
    write(&open(creating()).unwrap(), prepare);
    // The checkpoint at start is not the one meant.
    let nth = if matches!(step, Step::BeforeCheckpoint | Step::AfterCheckpoint) { 2 } else { 1 };
    let observer = StopAt::new(step, nth);
    let hook: std::sync::Arc<dyn Observer> = observer.clone();
    let store = open(Options { observer: Some(hook), ..Options::existing() }).unwrap();
    let answer: Result<(), StoreError> = store.write(everything);
    assert!(
        matches!(store.write(|_| Ok::<_, StoreError>(())), Err(StoreError::Closed)) || !observer.stopped()
    );
    drop(store);
    if !observer.stopped() {
        return false;
    }
    let store = open(Options::existing()).unwrap();
    let happened = store.read(happened).unwrap();
    assert_eq!(happened, AFTER_COMMIT.contains(&step), "{step:?}");
    let told = answer.is_ok();
    assert_eq!(told, step == Step::BetweenAnswers, "{step:?}: only this death comes after the answer");
    let mut waiting = write(&store, |txn| txn.outbox_lease(THINGS, at(0), Duration::ZERO, 9));
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting.remove(0).key, if happened { b"new" } else { b"old" });
    true
}

/// The steps that one command on a running store does not take.
const ELSEWHERE: [Step; 7] = [
    Step::InMigration,
    Step::BeforeUndo,
    Step::BetweenCommands,
    Step::DuringBackup,
    Step::BeforeBackupRename,
    Step::DuringRestore,
    Step::BeforeRestoreRename,
];

#[test]
fn a_directory_survives_every_step() {
    for step in Step::ALL {
        let directory = tempfile::tempdir().unwrap();
        let died = die(step, &|options| Store::open(directory.path(), options));
        assert_eq!(died, !ELSEWHERE.contains(&step), "{step:?}");
    }
}

#[test]
fn a_disk_in_memory_survives_every_step_that_it_has() {
    for step in Step::ALL {
        let disk = Disk::new();
        let died = die(step, &|options| Store::in_memory(&disk, options));
        let of_files = [Step::BetweenAnswers, Step::BeforeCheckpoint, Step::AfterCheckpoint].contains(&step);
        assert_eq!(died, !ELSEWHERE.contains(&step) && !of_files, "{step:?}");
    }
}

#[test]
fn a_death_while_the_layout_is_written_leaves_no_store() {
    let directory = tempfile::tempdir().unwrap();
    let observer = StopAt::new(Step::InMigration, 1);
    let died = Store::open(directory.path(), Options { observer: Some(observer), ..creating() });
    assert!(matches!(died, Err(DirectoryError::Disk(_))));
    let code = crate::support::code(Store::open(directory.path(), Options::existing()));
    assert_eq!(code, "no-store");
    write(&Store::open(directory.path(), creating()).unwrap(), prepare);
}

#[test]
fn a_death_during_a_refusal_undoes_the_neighbours_too() {
    let directory = tempfile::tempdir().unwrap();
    let path: &Path = directory.path();
    for step in [Step::BeforeUndo, Step::BetweenCommands] {
        let observer = StopAt::new(step, 1);
        let store = Store::open(path, Options { observer: Some(observer.clone()), ..creating() }).unwrap();
        let (go, wait) = std::sync::mpsc::channel::<()>();
        let neighbour = store.submit(move |txn| {
            wait.recv().ok();
            txn.append(THINGS.key(b"a"), 0, b"of a neighbour")
        });
        let refused = store.submit(|txn| {
            txn.append(THINGS.key(b"a"), 1, b"of a refused command")?;
            Err::<(), _>(StoreError::Busy)
        });
        go.send(()).unwrap();
        assert!(matches!(neighbour.unwrap().wait(), Err(StoreError::Closed)));
        assert!(matches!(refused.unwrap().wait(), Err(StoreError::Closed)));
        drop(store);
        let store = Store::open(path, Options::existing()).unwrap();
        assert_eq!(store.read(|view| view.length(THINGS.key(b"a"))).unwrap(), 0, "{step:?}");
    }
}

#[test]
fn steps_have_names_of_their_own() {
    let names: std::collections::BTreeSet<String> = Step::ALL.iter().map(|step| step.name()).collect();
    assert_eq!(names.len(), Step::ALL.len());
    assert!(names.contains("after-commit-before-answer") && names.contains("in-outbox"));
}

#[test]
fn a_copied_disk_is_an_older_one_later() {
    let disk = Disk::new();
    let store = Store::in_memory(&disk, creating()).unwrap();
    write(&store, |txn| txn.append(THINGS.key(b"a"), 0, b"before"));
    let copy = disk.copy();
    write(&store, |txn| txn.append(THINGS.key(b"a"), 1, b"after"));
    copy.mark_restored();
    let old = Store::in_memory(&copy, Options::existing()).unwrap();
    assert_eq!(old.read(|view| view.length(THINGS.key(b"a"))).unwrap(), 1);
    assert_eq!(old.read(|view| view.lineage()).unwrap().epoch, 1);
    assert_eq!(crate::support::code(Store::in_memory(&Disk::new(), Options::existing())), "no-store");
}
