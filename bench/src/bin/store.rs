//! Durable commits per second: the store against bare SQLite on the same disk, in the same run.
//!
//! One command is one transfer's worth of rows: an entry of 900 bytes, a head of 32 and an index row. Bare SQLite does
//! the same three rows with the same settings, one transaction each, and 64 in one transaction: the first is what a
//! program without group commit reaches, the second the ceiling of one writer.
//!
//! `cargo run --release --bin store -- [seconds per figure, default 3] [directory, default the system's temporary one]`

use std::{
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use rusqlite::{Connection, params};
use store::{Options, Space, Store, StoreError, Txn};

const ACTS: Space = Space::new("acts");
const BATCH: u64 = 64;

/// What one way of writing reached.
struct Figure {
    name: String,
    per_second: f64,
    /// Time until durable, of one caller's command: the middle, the 99th of a hundred, the longest.
    waits: Option<[Duration; 3]>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(3, |seconds| seconds.parse().expect("seconds"));
    let span = Duration::from_secs(seconds);
    let root = arguments.next().map_or_else(std::env::temp_dir, Into::into);
    println!("load before: {}", load());
    let bare_1 = in_directory(&root, |directory| bare(directory, span, 1));
    let store_1 = in_directory(&root, |directory| callers(directory, span, 1));
    let store_64 = in_directory(&root, |directory| callers(directory, span, 64));
    let tickets = in_directory(&root, |directory| one_caller_with_tickets(directory, span));
    let bare_64 = in_directory(&root, |directory| bare(directory, span, BATCH));
    println!("load after: {}", load());
    println!("{:<44} {:>9} {:>7} {:>10} {:>10} {:>10}", "", "per s", "ratio", "p50", "p99", "longest");
    for figure in [&bare_1, &store_1, &store_64, &tickets, &bare_64] {
        let ratio = figure.per_second / bare_1.per_second;
        print!("{:<44} {:>9.0} {:>7.2}", figure.name, figure.per_second, ratio);
        match figure.waits {
            Some(waits) => println!(" {:>10.2?} {:>10.2?} {:>10.2?}", waits[0], waits[1], waits[2]),
            None => println!(),
        }
    }
    println!("64 callers / ceiling of one writer: {:.2}", store_64.per_second / bare_64.per_second);
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_else(|_| "unknown".to_owned()).trim().to_owned()
}

fn in_directory(root: &Path, measure: impl FnOnce(&Path) -> Figure) -> Figure {
    let directory = tempfile::tempdir_in(root).expect("a directory");
    measure(directory.path())
}

/// Keys spread as digests are.
fn key(number: u64) -> [u8; 32] {
    *crypto::Digest::of(&number.to_be_bytes()).as_bytes()
}

fn open(directory: &Path) -> Store {
    Store::open(directory, Options::creating(crypto::Digest::of(b"bench"))).expect("a store")
}

fn command(number: u64) -> impl FnOnce(&mut dyn Txn) -> Result<(), StoreError> {
    move |txn| {
        let key = key(number);
        txn.append(ACTS.key(&key), 0, &[7; 900])?;
        txn.set_head(ACTS.key(&key), 0, &key)?;
        txn.put_index(ACTS.key(&key), b"")
    }
}

/// So many threads, each waiting for its own command before the next.
fn callers(directory: &Path, span: Duration, threads: u64) -> Figure {
    let (store, next, done) = (open(directory), AtomicU64::new(0), AtomicBool::new(false));
    let waits = Mutex::new(Vec::new());
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let mut own = Vec::new();
                while !done.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    store.write(command(next.fetch_add(1, Ordering::Relaxed))).expect("durable");
                    own.push(asked.elapsed());
                }
                waits.lock().expect("waits").append(&mut own);
            });
        }
        std::thread::sleep(span);
        done.store(true, Ordering::Relaxed);
    });
    let took = began.elapsed();
    let mut waits = waits.into_inner().expect("waits");
    waits.sort_unstable();
    let at = |share: f64| waits[((waits.len() - 1) as f64 * share) as usize];
    Figure {
        name: format!("store, {threads} caller{}", if threads == 1 { "" } else { "s" }),
        per_second: waits.len() as f64 / took.as_secs_f64(),
        waits: Some([at(0.5), at(0.99), at(1.0)]),
    }
}

/// One thread that submits 64 and then waits for them, as a sequencer does.
fn one_caller_with_tickets(directory: &Path, span: Duration) -> Figure {
    let store = open(directory);
    let (began, mut number) = (Instant::now(), 0);
    while began.elapsed() < span {
        let tickets: Vec<_> =
            (number..number + BATCH).map(|n| store.submit(command(n)).expect("submitted")).collect();
        tickets.into_iter().for_each(|ticket| ticket.wait().expect("durable"));
        number += BATCH;
    }
    Figure {
        name: "store, 1 caller, 64 tickets at a time".to_owned(),
        per_second: number as f64 / began.elapsed().as_secs_f64(),
        waits: None,
    }
}

/// SQLite by hand, with the store's settings and none of its promises.
fn bare(directory: &Path, span: Duration, batch: u64) -> Figure {
    let file = Connection::open(directory.join("bare.db")).expect("a database");
    file.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;
         CREATE TABLE stream (entry INTEGER PRIMARY KEY, space TEXT NOT NULL, key BLOB NOT NULL, seq INTEGER NOT NULL,
             bytes BLOB NOT NULL, UNIQUE (space, key, seq)) STRICT;
         CREATE TABLE head (space TEXT NOT NULL, key BLOB NOT NULL, version INTEGER NOT NULL, bytes BLOB NOT NULL,
             PRIMARY KEY (space, key)) STRICT, WITHOUT ROWID;
         CREATE TABLE row (space TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL,
             PRIMARY KEY (space, key)) STRICT, WITHOUT ROWID;",
    )
    .expect("a layout");
    let execute = |sql: &str, params: &[&dyn rusqlite::ToSql]| {
        file.prepare_cached(sql).and_then(|mut statement| statement.execute(params)).expect("a row");
    };
    let (began, mut number) = (Instant::now(), 0_u64);
    while began.elapsed() < span {
        execute("BEGIN IMMEDIATE", params![]);
        for n in number..number + batch {
            let key = key(n);
            execute(
                "INSERT INTO stream (space, key, seq, bytes) VALUES ('acts', ?1, 0, ?2)",
                params![key, [7_u8; 900].as_slice()],
            );
            execute("INSERT INTO head (space, key, version, bytes) VALUES ('acts', ?1, 1, ?1)", params![key]);
            execute("INSERT INTO row (space, key, value) VALUES ('acts', ?1, x'')", params![key]);
        }
        execute("COMMIT", params![]);
        number += batch;
    }
    Figure {
        name: format!("bare SQLite, {batch} to a transaction"),
        per_second: number as f64 / began.elapsed().as_secs_f64(),
        waits: None,
    }
}
