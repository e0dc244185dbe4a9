//! The one writer: takes commands from the queue, runs a batch in one transaction, answers when it is durable.

use std::{
    ops::ControlFlow,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread::JoinHandle,
};

use rusqlite::Connection;

use super::session::Session;
use crate::{
    StoreError,
    limits::BATCH_COMMANDS_MAX,
    observer::{Probe, Step},
    store::{Job, Keep},
};

/// Pages of write-ahead log (4 KiB each) after which the second connection copies them into the file. Measured beside
/// 8,000: as many commits a second, and a shorter wait for the slowest hundredth.
const CHECKPOINT_PAGES: u32 = 1_000;

/// Pages after which the writer itself pauses until the log can begin anew. While writing goes on without a pause the
/// second connection is always a few pages behind, and the log would grow for ever.
const RESTART_PAGES: u32 = 16_000;

pub(super) struct Writer {
    connection: Connection,
    queue: mpsc::Receiver<Box<dyn Job>>,
    probe: Probe,
    checkpoints: Checkpoints,
    /// Pages in the write-ahead log after the last commit, as SQLite's hook tells.
    log_pages: Arc<AtomicU32>,
    restart_at_pages: u32,
    /// Erased bytes may still stand in the write-ahead log.
    scrub: bool,
}

impl Writer {
    /// A writer over `connection`; `second` is another connection to the same file, for checkpoints.
    pub(super) fn new(
        mut connection: Connection,
        second: Connection,
        queue: mpsc::Receiver<Box<dyn Job>>,
        probe: Probe,
    ) -> rusqlite::Result<Self> {
        let log_pages = Arc::new(AtomicU32::new(0));
        let told = Arc::clone(&log_pages);
        connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: std::ffi::c_int| {
            told.store(pages.unsigned_abs(), Ordering::Relaxed);
            Ok(())
        }))?;
        let checkpoints = Checkpoints::start(second, probe.clone());
        // Erasures of an earlier life may have died before their bytes left the log.
        Ok(Self {
            connection,
            queue,
            probe,
            checkpoints,
            log_pages,
            restart_at_pages: RESTART_PAGES,
            scrub: true,
        })
    }

    /// Serves until the last handle is gone, or until the state can no longer be trusted: then it stops, every caller
    /// learns `Closed`, and opening the directory again recovers what was durable.
    pub(super) fn run(mut self) {
        if self.scrub().is_break() {
            return;
        }
        while let Ok(first) = self.queue.recv() {
            if self.serve(first).is_break() {
                return;
            }
        }
    }

    fn serve(&mut self, first: Box<dyn Job>) -> ControlFlow<()> {
        let mut batch = Vec::with_capacity(BATCH_COMMANDS_MAX);
        let fate = match self.transact(first, &mut batch) {
            Ok(()) => self.scrub(),
            Err(error) => {
                batch.iter_mut().for_each(|job| job.fail(error.clone()));
                self.roll_back(&error)
            }
        };
        if self.probe.stopped() {
            return ControlFlow::Break(());
        }
        for (place, job) in batch.into_iter().enumerate() {
            job.answer();
            if place == 0 && self.probe.reached(Step::BetweenAnswers).is_err() {
                return ControlFlow::Break(());
            }
        }
        fate?;
        self.keep_log_short()
    }

    /// Runs `first` and what waits behind it in one transaction. Every job that began is in `batch`.
    fn transact(&mut self, first: Box<dyn Job>, batch: &mut Vec<Box<dyn Job>>) -> Result<(), StoreError> {
        batch.push(first);
        self.probe.reached(Step::BeforeBegin)?;
        // IMMEDIATE: a transaction that begins as a reader and then writes fails at once when another process wrote,
        // and does not wait.
        self.execute("BEGIN IMMEDIATE")?;
        self.probe.reached(Step::AfterBegin)?;
        while let Some(job) = batch.last_mut() {
            self.scrub |= self.command(job.as_mut())?;
            if batch.len() == BATCH_COMMANDS_MAX {
                break;
            }
            let Ok(next) = self.queue.try_recv() else { break };
            batch.push(next);
            self.probe.reached(Step::BetweenCommands)?;
        }
        self.probe.reached(Step::BeforeCommit)?;
        self.execute("COMMIT")?;
        self.probe.reached(Step::AfterCommitBeforeAnswer)
    }

    /// One command in a savepoint of its own, so that its refusal undoes it alone. True when it erased something.
    fn command(&self, job: &mut dyn Job) -> Result<bool, StoreError> {
        self.execute("SAVEPOINT command")?;
        let mut session = Session::new(&self.connection, &self.probe);
        let keep = job.run(&mut session);
        if let Some(error) = session.void() {
            return Err(error);
        }
        if keep == Keep::No {
            self.probe.reached(Step::BeforeUndo)?;
            self.execute("ROLLBACK TO command")?;
        }
        self.execute("RELEASE command")?;
        Ok(session.erased())
    }

    /// Ends a failed transaction. A full disk and a foreign writer are not ours to die of; after any other failure
    /// (above all a failed fsync) nobody knows what the disk holds.
    fn roll_back(&self, error: &StoreError) -> ControlFlow<()> {
        let undone = self.connection.is_autocommit() || self.execute("ROLLBACK").is_ok();
        match error {
            StoreError::Full | StoreError::Busy if undone => ControlFlow::Continue(()),
            _ => ControlFlow::Break(()),
        }
    }

    fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Takes erased bytes out of the write-ahead log; tried again after the next commit when a reader is in the way.
    fn scrub(&mut self) -> ControlFlow<()> {
        if self.scrub {
            match self.checkpoints.now("PRAGMA wal_checkpoint(TRUNCATE)") {
                Ok(done) => self.scrub = !done,
                Err(_) => return ControlFlow::Break(()),
            }
        }
        ControlFlow::Continue(())
    }

    fn keep_log_short(&mut self) -> ControlFlow<()> {
        let pages = self.log_pages.load(Ordering::Relaxed);
        if pages >= self.restart_at_pages {
            match self.checkpoints.now("PRAGMA wal_checkpoint(RESTART)") {
                Ok(true) => self.restart_at_pages = RESTART_PAGES,
                // A reader (a backup) needs the old pages; ask again when the log has grown once more.
                Ok(false) => self.restart_at_pages = pages.saturating_add(RESTART_PAGES),
                Err(_) => return ControlFlow::Break(()),
            }
        } else if pages >= CHECKPOINT_PAGES {
            self.checkpoints.soon();
        }
        ControlFlow::Continue(())
    }
}

/// Copies the write-ahead log into the file, on a connection and a thread of its own, so that commits go on meanwhile.
struct Checkpoints {
    connection: Arc<Mutex<Connection>>,
    probe: Probe,
    wake: Option<mpsc::SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    fn start(connection: Connection, probe: Probe) -> Self {
        let connection = Arc::new(Mutex::new(connection));
        let (wake, woken) = mpsc::sync_channel(1);
        let (theirs, their_probe) = (Arc::clone(&connection), probe.clone());
        let copy = move || {
            while let Ok(()) = woken.recv() {
                // Its failure is the next writer's to meet: a checkpoint that did not happen loses nothing.
                checkpoint(&theirs, &their_probe, "PRAGMA wal_checkpoint(PASSIVE)").ok();
            }
        };
        let thread = std::thread::Builder::new().name("store-checkpoint".into()).spawn(copy).ok();
        Self { connection, probe, wake: Some(wake), thread }
    }

    /// Asks for one in the background; nothing when one is already asked for.
    fn soon(&self) {
        if let Some(wake) = &self.wake {
            wake.try_send(()).ok();
        }
    }

    /// Does one here, after the one under way. False when a reader is in its way.
    fn now(&self, sql: &str) -> Result<bool, StoreError> {
        checkpoint(&self.connection, &self.probe, sql)
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn checkpoint(connection: &Mutex<Connection>, probe: &Probe, sql: &str) -> Result<bool, StoreError> {
    let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    probe.reached(Step::BeforeCheckpoint)?;
    let blocked: i64 = connection.query_row(sql, [], |row| row.get(0))?;
    probe.reached(Step::AfterCheckpoint)?;
    Ok(blocked == 0)
}
