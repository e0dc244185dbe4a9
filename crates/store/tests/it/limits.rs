//! Each limit at its number and one above.

use std::time::Duration;

use store::{
    Message, Space, StoreError, Txn,
    limits::{
        ADDRESS_BYTES_MAX, ANSWER_BYTES_MAX, BLOB_BYTES_MAX, CLAIM_BYTES_MAX, ENTRY_BYTES_MAX,
        HEAD_BYTES_MAX, INDEX_BYTES_MAX, KEY_BYTES_MAX, MESSAGE_BYTES_MAX, ROWS_MAX, SECRET_BYTES_MAX,
        SECRET_NAME_BYTES_MAX, SPACE_BYTES_MAX, TILE_BYTES_MAX,
    },
};

use crate::support::{THINGS, at, on_each, write};

/// `write` takes `max` bytes and refuses one more, and the refusal leaves nothing to undo: the command goes on.
fn check(max: usize, what: &str, write_len: fn(&mut dyn Txn, &[u8]) -> Result<(), StoreError>) {
    on_each(|store| {
        let answer = write(store, move |txn| {
            let over = write_len(txn, &vec![1; max + 1]);
            write_len(txn, &vec![1; max])?;
            Ok(over)
        });
        match answer {
            Err(StoreError::TooLarge { what: named, found, max: limit }) => {
                assert_eq!((named, found, limit), (what, max + 1, max));
            }
            other => panic!("{what}: {other:?}"),
        }
    });
}

#[test]
fn keys() {
    let max = KEY_BYTES_MAX;
    check(max, "key", |txn, key| txn.append(THINGS.key(key), 0, b""));
    check(max, "key", |txn, key| txn.set_head(THINGS.key(key), 0, b"").map(drop));
    check(max, "key", |txn, key| txn.put_index(THINGS.key(key), b""));
    check(max, "key", |txn, key| txn.claim_once(THINGS.key(key), b"").map(drop));
    check(max, "key", |txn, key| txn.outbox_put(THINGS.key(key), Message { to: "", bytes: b"" }, at(0)));
    check(max, "key", |txn, key| txn.put_tile(THINGS.key(key), b""));
    check(max, "key", |txn, key| txn.raise_mark(THINGS.key(key), 1));
    check(SECRET_NAME_BYTES_MAX, "secret's name", |txn, name| {
        txn.put_sealed(std::str::from_utf8(name).unwrap(), b"")
    });
}

#[test]
fn values() {
    check(ENTRY_BYTES_MAX, "entry", |txn, bytes| txn.append(THINGS.key(b"k"), 0, bytes));
    check(HEAD_BYTES_MAX, "head", |txn, bytes| txn.set_head(THINGS.key(b"k"), 0, bytes).map(drop));
    check(BLOB_BYTES_MAX, "blob", |txn, bytes| txn.put_blob(bytes).map(drop));
    check(INDEX_BYTES_MAX, "index value", |txn, bytes| txn.put_index(THINGS.key(b"k"), bytes));
    check(CLAIM_BYTES_MAX, "claim", |txn, bytes| txn.claim_once(THINGS.key(b"k"), bytes).map(drop));
    check(TILE_BYTES_MAX, "tile", |txn, bytes| txn.put_tile(THINGS.key(b"k"), bytes));
    check(SECRET_BYTES_MAX, "secret", |txn, bytes| txn.put_sealed("k", bytes));
    check(MESSAGE_BYTES_MAX, "message", |txn, bytes| {
        txn.outbox_put(THINGS.key(b"k"), Message { to: "", bytes }, at(0))
    });
    check(ADDRESS_BYTES_MAX, "address", |txn, to| {
        let to = std::str::from_utf8(to).unwrap();
        txn.outbox_put(THINGS.key(b"k"), Message { to, bytes: b"" }, at(0))
    });
}

#[test]
fn the_longest_key_is_still_found_by_its_prefix() {
    on_each(|store| {
        write(store, |txn| txn.put_index(THINGS.key(&[0xff; KEY_BYTES_MAX]), b""));
        assert_eq!(store.read(|view| view.scan(THINGS, &[0xff; 9], None, 9)).unwrap().len(), 1);
        assert_eq!(store.read(|view| view.scan(THINGS, &[0xff; KEY_BYTES_MAX], None, 9)).unwrap().len(), 1);
    });
}

#[test]
fn names_of_spaces() {
    let made = |name: &'static str| std::panic::catch_unwind(|| Space::new(name)).is_ok();
    assert!(made("a-9") && made("abcdefghijklmnopqrstuvwxyz-01234"));
    assert_eq!("abcdefghijklmnopqrstuvwxyz-01234".len(), SPACE_BYTES_MAX);
    for bad in ["", "abcdefghijklmnopqrstuvwxyz-012345", "Upper", "dot.", "ä", "under_score"] {
        assert!(!made(bad), "{bad}");
    }
}

#[test]
fn rows_of_one_answer() {
    on_each(|store| {
        write(store, |txn| {
            for n in 0..=ROWS_MAX {
                let key = u32::try_from(n).unwrap().to_be_bytes();
                txn.append(THINGS.key(b"k"), n.try_into().unwrap(), b"")?;
                txn.put_index(THINGS.key(&key), b"")?;
                txn.outbox_put(THINGS.key(&key), Message { to: "", bytes: b"" }, at(0))?;
                let digest = txn.put_blob(&key)?;
                txn.erase_blob(&digest)?;
            }
            Ok(())
        });
        let all = usize::MAX;
        assert_eq!(store.read(|view| view.read(THINGS.key(b"k"), 0, all)).unwrap().len(), ROWS_MAX);
        assert_eq!(store.read(|view| view.scan(THINGS, b"", None, all)).unwrap().len(), ROWS_MAX);
        assert_eq!(store.read(|view| view.erased(None, all)).unwrap().len(), ROWS_MAX);
        let lease =
            || write(store, move |txn| txn.outbox_lease(THINGS, at(0), Duration::from_secs(1), all)).len();
        assert_eq!((lease(), lease()), (ROWS_MAX, 1));
    });
}

#[test]
fn bytes_of_one_answer() {
    on_each(|store| {
        let entries = ANSWER_BYTES_MAX / ENTRY_BYTES_MAX + 2;
        write(store, move |txn| {
            for n in 0..entries {
                txn.append(THINGS.key(b"k"), n.try_into().unwrap(), &vec![0; ENTRY_BYTES_MAX])?;
            }
            Ok(())
        });
        let read = |from| store.read(|view| view.read(THINGS.key(b"k"), from, 100)).unwrap().len();
        assert_eq!((read(0), read(16)), (16, entries - 16), "16 MiB hold sixteen entries of one MiB");
    });
}
