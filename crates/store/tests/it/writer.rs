//! Batches: who shares a commit, who is answered when, and what becomes of the others when one fails.

use std::sync::{Arc, mpsc};

use store::{
    Options, Store, StoreError,
    limits::{BATCH_COMMANDS_MAX, QUEUE_COMMANDS_MAX},
    observer::Step,
};

use crate::support::{StopAt, THINGS, creating, write};

/// A store, its counting observer, and a command that holds the writer until the sender is used.
fn held(
    directory: &std::path::Path,
) -> (Store, Arc<StopAt>, mpsc::Sender<()>, store::Ticket<(), StoreError>) {
    let observer = StopAt::new(Step::InMigration, usize::MAX);
    let options = Options { observer: Some(observer.clone()), ..creating() };
    let store = Store::open(directory, options).unwrap();
    let (go, wait) = mpsc::channel();
    let (running, runs) = mpsc::channel();
    let ticket = store
        .submit(move |_| {
            running.send(()).unwrap();
            wait.recv().map_err(|_| StoreError::Closed)
        })
        .unwrap();
    runs.recv().unwrap();
    (store, observer, go, ticket)
}

#[test]
fn commands_that_wait_share_a_commit_and_a_refused_one_leaves_its_neighbours() {
    let directory = tempfile::tempdir().unwrap();
    let (store, observer, go, first) = held(directory.path());
    let tickets: Vec<_> = (0..2 * BATCH_COMMANDS_MAX - 1)
        .map(|n| {
            let append = move |txn: &mut dyn store::Txn| {
                let length = txn.length(THINGS.key(b"a"))?;
                txn.append(THINGS.key(b"a"), length, &n.to_be_bytes())?;
                if n % 3 == 0 { Err(StoreError::Busy) } else { Ok(n) }
            };
            (n, store.submit(append).unwrap())
        })
        .collect();
    go.send(()).unwrap();
    first.wait().unwrap();
    let mut kept = Vec::new();
    for (n, ticket) in tickets {
        match ticket.wait() {
            Ok(answer) => {
                assert_eq!(answer, n);
                kept.push(n.to_be_bytes().to_vec());
            }
            Err(StoreError::Busy) => assert_eq!(n % 3, 0),
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(
        store.read(|view| view.read(THINGS.key(b"a"), 0, 1_000)).unwrap(),
        kept,
        "in order of submission"
    );
    assert_eq!(observer.seen(Step::BeforeCommit), 2, "128 commands in two full batches");
}

#[test]
fn a_full_queue_makes_try_submit_say_busy() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _, go, first) = held(directory.path());
    let tickets: Vec<_> =
        (0..QUEUE_COMMANDS_MAX).map(|_| store.try_submit(|_| Ok::<_, StoreError>(())).unwrap()).collect();
    assert!(matches!(store.try_submit(|_| Ok::<_, StoreError>(())), Err(StoreError::Busy)));
    go.send(()).unwrap();
    first.wait().unwrap();
    tickets.into_iter().for_each(|ticket| ticket.wait().unwrap());
    store.try_submit(|_| Ok::<_, StoreError>(())).unwrap().wait().unwrap();
}

#[test]
fn what_was_submitted_is_done_before_the_store_closes() {
    let directory = tempfile::tempdir().unwrap();
    let (store, _, go, first) = held(directory.path());
    let ticket = store.submit(|txn| txn.append(THINGS.key(b"a"), 0, b"entry")).unwrap();
    go.send(()).unwrap();
    drop(store);
    first.wait().unwrap();
    ticket.wait().unwrap();
    let store = Store::open(directory.path(), Options::existing()).unwrap();
    assert_eq!(store.read(|view| view.length(THINGS.key(b"a"))).unwrap(), 1);
}

#[test]
fn a_dropped_ticket_does_not_undo_its_command() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), creating()).unwrap();
    drop(store.submit(|txn| txn.append(THINGS.key(b"a"), 0, b"entry")).unwrap());
    write(&store, |txn| txn.append(THINGS.key(b"a"), 1, b"entry"));
}

#[test]
fn a_command_that_panics_closes_the_store_and_leaves_no_trace() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), creating()).unwrap();
    write(&store, |txn| txn.append(THINGS.key(b"a"), 0, b"durable"));
    let panicked: Result<(), StoreError> = store.write(|txn| {
        txn.append(THINGS.key(b"a"), 1, b"half")?;
        panic!("a bug in a command");
    });
    assert!(matches!(panicked, Err(StoreError::Closed)));
    assert!(matches!(store.write(|_| Ok::<_, StoreError>(())), Err(StoreError::Closed)));
    drop(store);
    let store = Store::open(directory.path(), Options::existing()).unwrap();
    assert_eq!(store.read(|view| view.length(THINGS.key(b"a"))).unwrap(), 1);
}

#[test]
fn a_command_that_calls_its_own_store_is_stopped_not_hung() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), creating()).unwrap();
    let inner = store.clone();
    let nested: Result<(), StoreError> = store.write(move |_| inner.write(|_| Ok(())));
    assert!(matches!(nested, Err(StoreError::Closed)));
}

#[test]
fn the_last_handle_may_go_inside_a_command() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), creating()).unwrap();
    let inner = store.clone();
    let ticket = store
        .submit(move |txn| {
            drop(inner);
            txn.append(THINGS.key(b"a"), 0, b"entry")
        })
        .unwrap();
    drop(store);
    ticket.wait().unwrap();
}

#[test]
fn more_readers_than_connections_wait_their_turn() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), Options { readers: 1, ..creating() }).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..20 {
                    store.read(|view| view.length(THINGS.key(b"a"))).unwrap();
                }
            });
        }
    });
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.read(|_| -> Result<(), StoreError> { panic!("a bug in a reader") })
    }));
    assert!(panicked.is_err());
    assert_eq!(store.read(|view| view.length(THINGS.key(b"a"))).unwrap(), 0, "its connection came back");
}

#[test]
fn the_write_ahead_log_is_copied_while_writing_goes_on_and_does_not_grow_for_ever() {
    let directory = tempfile::tempdir().unwrap();
    let observer = StopAt::new(Step::InMigration, usize::MAX);
    let options = Options { observer: Some(observer.clone()), ..creating() };
    let store = Store::open(directory.path(), options).unwrap();
    // 120 MiB through the log.
    for n in 0..120 {
        write(&store, move |txn| txn.append(THINGS.key(b"a"), n, &vec![1; 1 << 20]));
    }
    let log_bytes = std::fs::metadata(directory.path().join("store.db-wal")).unwrap().len();
    assert!(log_bytes < 80 << 20, "16,000 pages and one batch: {log_bytes}");
    assert!(observer.seen(Step::AfterCheckpoint) > 1);
}
