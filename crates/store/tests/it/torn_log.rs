//! Power that fails in the middle of a write: the log is cut or bent anywhere, and what comes back is the work of the
//! first commands, whole, and of no later one.
//!
//! Killing a process does not lose what the system has yet to write; cutting the file does.

use std::{fs, path::Path};

use store::{Options, Store, StoreError, Txn, sqlite::FILE_NAME};

use crate::support::{THINGS, creating, write};

const COMMANDS: u64 = 24;

fn command(n: u64) -> impl FnOnce(&mut dyn Txn) -> Result<(), StoreError> {
    move |txn| {
        // Of changing length, so that a command ends anywhere in a page.
        let entry = vec![1; 137 * usize::try_from(n).unwrap() % 6_000];
        txn.append(THINGS.key(b"a"), n, &entry)?;
        txn.set_head(THINGS.key(b"a"), n, &n.to_be_bytes())?;
        txn.put_index(THINGS.key(&n.to_be_bytes()), b"")?;
        txn.raise_mark(THINGS.key(b"a"), n + 1)
    }
}

/// How many commands are there; panics when one is there in part.
fn whole_commands(directory: &Path) -> u64 {
    let store = Store::open(directory, Options::existing()).unwrap();
    store
        .read(|view| {
            let length = view.length(THINGS.key(b"a"))?;
            assert_eq!(view.head(THINGS.key(b"a"))?.map_or(0, |head| head.version), length);
            assert_eq!(u64::try_from(view.scan(THINGS, b"", None, 1_000)?.len()).unwrap(), length);
            assert_eq!(view.mark(THINGS.key(b"a"))?, length);
            Ok::<_, StoreError>(length)
        })
        .unwrap()
}

fn after_power_loss(file: &[u8], log: &[u8]) -> u64 {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join(FILE_NAME), file).unwrap();
    fs::write(directory.path().join("store.db-wal"), log).unwrap();
    whole_commands(directory.path())
}

#[test]
fn a_cut_or_bent_log_gives_the_first_commands_whole() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(directory.path(), creating()).unwrap();
    write(&store, |_| Ok(()));
    let log = directory.path().join("store.db-wal");
    // Where the log ends after each command: the answer came when it was that long.
    let ends: Vec<usize> = (0..COMMANDS)
        .map(|n| {
            write(&store, command(n));
            fs::read(&log).unwrap().len()
        })
        .collect();
    let (file, log) = (fs::read(directory.path().join(FILE_NAME)).unwrap(), fs::read(&log).unwrap());
    assert_eq!(after_power_loss(&file, &log), COMMANDS);

    let answered = |bytes: usize| u64::try_from(ends.iter().filter(|end| **end <= bytes).count()).unwrap();
    for cut in (0..log.len()).step_by(log.len() / 40).chain(ends.iter().flat_map(|end| [end - 1, *end])) {
        assert_eq!(after_power_loss(&file, &log[..cut]), answered(cut), "cut at {cut}");
    }
    for bent in (0..log.len()).step_by(log.len() / 40) {
        let mut log = log.clone();
        log[bent] ^= 0x10;
        // A byte in the log's own header (32 bytes) takes all with it, one in a frame that frame and all after it.
        let expected = if bent < 32 { 0 } else { answered(bent) };
        assert_eq!(after_power_loss(&file, &log), expected, "bent at {bent}");
    }
}
