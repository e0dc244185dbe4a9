//! What each method promises, on each backend.

use std::time::Duration;

use crypto::Digest;
use store::{Blob, Claim, Head, Message, Row, StoreError, Txn, View};

use crate::support::{OTHERS, THINGS, at, on_each, write};

#[test]
fn a_stream_grows_only_at_its_end() {
    on_each(|store| {
        write(store, |txn| {
            txn.append(THINGS.key(b"a"), 0, b"first")?;
            txn.append(THINGS.key(b"a"), 1, b"second")?;
            txn.append(THINGS.key(b"b"), 0, b"of another stream")?;
            txn.append(OTHERS.key(b"a"), 0, b"of another space")
        });
        for expected in [0, 1, 3, u64::MAX] {
            let refused: Result<(), StoreError> =
                store.write(move |txn| txn.append(THINGS.key(b"a"), expected, b"third"));
            assert!(
                matches!(refused, Err(StoreError::Moved { what: "stream", expected: e, found: 2 }) if e == expected)
            );
        }
        store
            .read(|view| {
                assert_eq!(view.length(THINGS.key(b"a"))?, 2);
                assert_eq!(view.length(THINGS.key(b"none"))?, 0);
                assert_eq!(view.read(THINGS.key(b"a"), 0, 10)?, [b"first".to_vec(), b"second".to_vec()]);
                assert_eq!(view.read(THINGS.key(b"a"), 1, 10)?, [b"second".to_vec()]);
                assert_eq!(view.read(THINGS.key(b"a"), 0, 1)?, [b"first".to_vec()]);
                assert!(view.read(THINGS.key(b"a"), 2, 10)?.is_empty());
                assert!(view.read(THINGS.key(b"a"), u64::MAX, 10)?.is_empty());
                Ok::<_, StoreError>(())
            })
            .unwrap();
    });
}

#[test]
fn a_head_is_compared_and_set() {
    on_each(|store| {
        let head = || THINGS.key(b"head");
        assert_eq!(write(store, move |txn| txn.set_head(head(), 0, b"one")), 1);
        assert_eq!(write(store, move |txn| txn.set_head(head(), 1, b"two")), 2);
        for expected in [0, 1, 3, u64::MAX] {
            let refused: Result<u64, StoreError> =
                store.write(move |txn| txn.set_head(head(), expected, b"three"));
            assert!(
                matches!(refused, Err(StoreError::Moved { what: "head", expected: e, found: 2 }) if e == expected)
            );
        }
        let never: Result<u64, StoreError> =
            store.write(|txn| txn.set_head(OTHERS.key(b"head"), 1, b"without a first"));
        assert!(matches!(never, Err(StoreError::Moved { found: 0, .. })));
        let found = store.read(|view| view.head(head())).unwrap();
        assert_eq!(found, Some(Head { version: 2, bytes: b"two".to_vec() }));
        assert_eq!(store.read(|view| view.head(OTHERS.key(b"head"))).unwrap(), None);
    });
}

#[test]
fn a_blob_is_kept_under_its_digest_and_does_not_come_back_once_erased() {
    on_each(|store| {
        let digest = write(store, |txn| txn.put_blob(b"details"));
        assert_eq!(digest, Digest::of(b"details"));
        assert_eq!(write(store, |txn| txn.put_blob(b"details")), digest);
        assert_eq!(store.read(|view| view.blob(&digest)).unwrap(), Blob::Held(b"details".to_vec()));
        let unknown = Digest::of(b"unknown");
        assert_eq!(store.read(|view| view.blob(&unknown)).unwrap(), Blob::Unknown);

        assert!(!write(store, move |txn| txn.erase_blob(&unknown)));
        assert!(write(store, move |txn| txn.erase_blob(&digest)));
        assert!(!write(store, move |txn| txn.erase_blob(&digest)));
        assert_eq!(store.read(|view| view.blob(&digest)).unwrap(), Blob::Erased);
        assert!(matches!(store.write(|txn| txn.put_blob(b"details")), Err(StoreError::Erased)));
        assert_eq!(store.read(|view| view.erased(None, 10)).unwrap(), [digest]);
        assert!(store.read(|view| view.erased(Some(&digest), 10)).unwrap().is_empty());
    });
}

#[test]
fn an_index_is_scanned_by_prefix_in_order() {
    on_each(|store| {
        write(store, |txn| {
            for key in [&b"ab"[..], b"aa", b"a", b"b", b"", b"a\xff", b"a\xff\xff", b"a\0"] {
                txn.put_index(THINGS.key(key), b"first")?;
            }
            txn.put_index(OTHERS.key(b"aa"), b"of another space")?;
            txn.put_index(THINGS.key(b"ab"), b"second")?;
            assert!(txn.remove_index(THINGS.key(b"b"))?);
            assert!(!txn.remove_index(THINGS.key(b"b"))?);
            Ok(())
        });
        let keys = |prefix: &'static [u8], after: Option<&'static [u8]>, limit| -> Vec<Vec<u8>> {
            let rows = store.read(|view| view.scan(THINGS, prefix, after, limit)).unwrap();
            rows.into_iter().map(|row| row.key).collect()
        };
        assert_eq!(keys(b"", None, 10), [&b""[..], b"a", b"a\0", b"aa", b"ab", b"a\xff", b"a\xff\xff"]);
        assert_eq!(keys(b"a", None, 3), [&b"a"[..], b"a\0", b"aa"]);
        assert_eq!(keys(b"a", Some(b"aa"), 10), [&b"ab"[..], b"a\xff", b"a\xff\xff"]);
        assert_eq!(keys(b"aa", Some(b""), 10), [b"aa"]);
        assert!(keys(b"aa", Some(b"b"), 10).is_empty());
        assert_eq!(keys(b"a\xff", None, 10), [&b"a\xff"[..], b"a\xff\xff"]);
        assert!(keys(b"b", None, 10).is_empty());
        assert!(keys(b"", None, 0).is_empty());
        let row = store.read(|view| view.scan(THINGS, b"ab", None, 1)).unwrap();
        assert_eq!(row, [Row { key: b"ab".to_vec(), value: b"second".to_vec() }]);
        assert_eq!(store.read(|view| view.index(THINGS.key(b"ab"))).unwrap(), Some(b"second".to_vec()));
        assert_eq!(store.read(|view| view.index(THINGS.key(b"b"))).unwrap(), None);
    });
}

#[test]
fn a_claim_has_one_winner() {
    on_each(|store| {
        let claim = |value: &'static [u8]| write(store, move |txn| txn.claim_once(THINGS.key(b"x"), value));
        assert_eq!(claim(b"accept"), Claim::First);
        assert_eq!(claim(b"decline"), Claim::Held(b"accept".to_vec()));
        assert_eq!(claim(b"accept"), Claim::Held(b"accept".to_vec()));
        assert_eq!(store.read(|view| view.claim(THINGS.key(b"x"))).unwrap(), Some(b"accept".to_vec()));
        assert_eq!(store.read(|view| view.claim(OTHERS.key(b"x"))).unwrap(), None);
    });
}

fn message(txn: &mut dyn Txn, key: &str, due: i64) -> Result<(), StoreError> {
    let bytes = format!("bytes of {key}");
    txn.outbox_put(
        THINGS.key(key.as_bytes()),
        Message { to: "https://b.example", bytes: bytes.as_bytes() },
        at(due),
    )
}

const HOLD: Duration = Duration::from_secs(30);

#[test]
fn a_leased_message_comes_again_unchanged_until_it_is_acknowledged() {
    on_each(|store| {
        write(store, |txn| {
            message(txn, "later", 100)?;
            message(txn, "early", 0)?;
            message(txn, "late", 5)
        });
        assert_eq!(store.read(|view| view.outbox_due(THINGS)).unwrap(), Some(at(0)));
        assert_eq!(store.read(|view| view.outbox_due(OTHERS)).unwrap(), None);
        let lease = |now| write(store, move |txn| txn.outbox_lease(THINGS, at(now), HOLD, 10));

        assert!(lease(-1).is_empty());
        let first = lease(10);
        let keys: Vec<_> = first.iter().map(|delivery| (delivery.key.as_slice(), delivery.attempt)).collect();
        assert_eq!(keys, [(&b"early"[..], 1), (b"late", 1)]);
        assert!(lease(39).is_empty(), "both are leased until 40");
        assert_eq!(store.read(|view| view.outbox_due(THINGS)).unwrap(), Some(at(40)));

        let again = lease(40);
        assert_eq!(again.len(), 2);
        for (first, again) in first.iter().zip(&again) {
            assert_eq!((&first.key, &first.to, &first.bytes), (&again.key, &again.to, &again.bytes));
            assert_eq!(again.attempt, 2);
        }
        let (stale, newest, other) = (first[0].lease, again[0].lease, again[1].lease);
        assert!(!write(store, move |txn| txn.outbox_ack(stale)), "a lease that another followed is void");
        assert!(!write(store, move |txn| txn.outbox_defer(stale, at(0))));
        assert!(write(store, move |txn| txn.outbox_ack(newest)));
        assert!(!write(store, move |txn| txn.outbox_ack(newest)), "once");
        assert!(write(store, move |txn| txn.outbox_defer(other, at(60))));
        assert!(lease(59).is_empty());
        assert_eq!(lease(60)[0].attempt, 3);
    });
}

#[test]
fn a_waiting_message_is_not_replaced_and_an_old_lease_does_not_reach_a_new_one() {
    on_each(|store| {
        write(store, |txn| {
            message(txn, "m", 0)?;
            message(txn, "m", 50)
        });
        assert_eq!(store.read(|view| view.outbox_due(THINGS)).unwrap(), Some(at(0)), "the first stands");
        for (to, bytes) in [("https://b.example", &b"other bytes"[..]), ("https://c.example", b"bytes of m")]
        {
            let other: Result<(), StoreError> =
                store.write(move |txn| txn.outbox_put(THINGS.key(b"m"), Message { to, bytes }, at(0)));
            assert!(matches!(other, Err(StoreError::Differs("message"))));
        }
        let lease = || write(store, |txn| txn.outbox_lease(THINGS, at(0), HOLD, 1)).remove(0).lease;
        let old = lease();
        assert!(write(store, move |txn| txn.outbox_ack(old)));
        write(store, |txn| message(txn, "m", 0));
        let new = lease();
        assert!(!write(store, move |txn| txn.outbox_ack(old)));
        assert!(write(store, move |txn| txn.outbox_ack(new)));
    });
}

#[test]
fn a_lease_takes_no_more_than_was_asked_for() {
    on_each(|store| {
        write(store, |txn| (0..5).try_for_each(|n| message(txn, &format!("m{n}"), n)));
        let lease = |limit| write(store, move |txn| txn.outbox_lease(THINGS, at(9), HOLD, limit)).len();
        assert_eq!((lease(0), lease(2), lease(9), lease(9)), (0, 2, 3, 0));
    });
}

#[test]
fn a_tile_is_written_once() {
    on_each(|store| {
        write(store, |txn| {
            txn.put_tile(THINGS.key(b"0/000"), b"hashes")?;
            txn.put_tile(THINGS.key(b"0/000"), b"hashes")
        });
        let other: Result<(), StoreError> = store.write(|txn| txn.put_tile(THINGS.key(b"0/000"), b"forged"));
        assert!(matches!(other, Err(StoreError::Differs("tile"))));
        assert_eq!(store.read(|view| view.tile(THINGS.key(b"0/000"))).unwrap(), Some(b"hashes".to_vec()));
        assert!(write(store, |txn| txn.drop_tile(THINGS.key(b"0/000"))));
        assert!(!write(store, |txn| txn.drop_tile(THINGS.key(b"0/000"))));
        assert_eq!(store.read(|view| view.tile(THINGS.key(b"0/000"))).unwrap(), None);
    });
}

#[test]
fn a_mark_never_falls_and_a_secret_is_replaced() {
    on_each(|store| {
        let mark = || store.read(|view| view.mark(THINGS.key(b"log"))).unwrap();
        assert_eq!(mark(), 0);
        for (value, expected) in [(5, 5), (3, 5), (6, 6), (0, 6)] {
            write(store, move |txn| txn.raise_mark(THINGS.key(b"log"), value));
            assert_eq!(mark(), expected);
        }
        assert_eq!(store.read(|view| view.sealed("log.key")).unwrap(), None);
        write(store, |txn| txn.put_sealed("log.key", b"sealed"));
        write(store, |txn| txn.put_sealed("log.key", b"sealed anew"));
        assert_eq!(store.read(|view| view.sealed("log.key")).unwrap(), Some(b"sealed anew".to_vec()));
    });
}

#[test]
fn a_refused_command_leaves_no_trace() {
    on_each(|store| {
        let kept = write(store, |txn| {
            message(txn, "kept", 0)?;
            txn.put_index(THINGS.key(b"k"), b"before")?;
            txn.set_head(THINGS.key(b"k"), 0, b"before")?;
            txn.put_blob(b"kept")
        });
        let refused: Result<(), StoreError> = store.write(move |txn| {
            txn.append(THINGS.key(b"k"), 0, b"entry")?;
            txn.set_head(THINGS.key(b"k"), 1, b"after")?;
            txn.erase_blob(&kept)?;
            txn.put_blob(b"new")?;
            txn.put_index(THINGS.key(b"k"), b"after")?;
            txn.put_index(THINGS.key(b"l"), b"after")?;
            assert_eq!(txn.claim_once(THINGS.key(b"k"), b"mine")?, Claim::First);
            let leased = txn.outbox_lease(THINGS, at(0), HOLD, 1)?;
            assert!(txn.outbox_ack(leased[0].lease)?);
            message(txn, "new", 0)?;
            txn.put_tile(THINGS.key(b"k"), b"tile")?;
            txn.put_sealed("k", b"sealed")?;
            txn.raise_mark(THINGS.key(b"k"), 9)?;
            assert_eq!(txn.length(THINGS.key(b"k"))?, 1, "a command sees its own writes");
            assert_eq!(txn.index(THINGS.key(b"k"))?, Some(b"after".to_vec()));
            Err(StoreError::Busy)
        });
        assert!(matches!(refused, Err(StoreError::Busy)));
        store
            .read(|view| {
                assert_eq!(view.length(THINGS.key(b"k"))?, 0);
                assert_eq!(view.head(THINGS.key(b"k"))?.unwrap().bytes, b"before");
                assert_eq!(view.blob(&kept)?, Blob::Held(b"kept".to_vec()));
                assert_eq!(view.blob(&Digest::of(b"new"))?, Blob::Unknown);
                assert_eq!(view.scan(THINGS, b"", None, 9)?.len(), 1);
                assert_eq!(view.index(THINGS.key(b"k"))?, Some(b"before".to_vec()));
                assert_eq!(view.claim(THINGS.key(b"k"))?, None);
                assert_eq!(view.tile(THINGS.key(b"k"))?, None);
                assert_eq!(view.sealed("k")?, None);
                assert_eq!(view.mark(THINGS.key(b"k"))?, 0);
                Ok::<_, StoreError>(())
            })
            .unwrap();
        let waiting = write(store, |txn| txn.outbox_lease(THINGS, at(0), HOLD, 9));
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].key.as_slice(), waiting[0].attempt), (&b"kept"[..], 1));
    });
}

#[test]
fn an_error_of_the_callers_own_comes_back_as_it_is() {
    #[derive(Debug)]
    enum Mine {
        Refused(u8),
        Store,
    }
    impl From<StoreError> for Mine {
        fn from(_: StoreError) -> Self {
            Self::Store
        }
    }
    on_each(|store| {
        let refused: Result<(), Mine> = store.write(|_| Err(Mine::Refused(7)));
        assert!(matches!(refused, Err(Mine::Refused(7))));
        let moved: Result<(), Mine> = store.write(|txn| Ok(txn.append(THINGS.key(b"a"), 1, b"")?));
        assert!(matches!(moved, Err(Mine::Store)));
    });
}

#[test]
fn a_snapshot_stays_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let store = store::Store::open(directory.path(), crate::support::creating()).unwrap();
    write(&store, |txn| txn.append(THINGS.key(b"a"), 0, b"before"));
    store
        .read(|view: &dyn View| {
            assert_eq!(view.length(THINGS.key(b"a"))?, 1);
            write(&store, |txn| txn.append(THINGS.key(b"a"), 1, b"meanwhile"));
            assert_eq!(view.length(THINGS.key(b"a"))?, 1);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(store.read(|view| view.length(THINGS.key(b"a"))).unwrap(), 2);
}
