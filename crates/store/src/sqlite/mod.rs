//! A directory on the disk, kept by SQLite: write-ahead log, `synchronous=FULL`, one writer with group commit.
//!
//! The directory holds `store.db` and, while it is open, SQLite's `store.db-wal` and `store.db-shm`; only its owner can
//! read it. It must lie on a local disk: the write-ahead log needs shared memory, which network file systems lack.

mod backup;
mod readers;
mod schema;
mod session;
mod writer;

use std::{
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::mpsc,
    thread::{self, JoinHandle},
    time::Duration,
};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

pub use self::backup::restore;
use self::{readers::Readers, session::Session, writer::Writer};
use crate::{
    DirectoryError, Lineage, Options, StoreError, View,
    error::{DAMAGED, NO_STORE},
    limits::QUEUE_COMMANDS_MAX,
    observer::Probe,
    store::{Backend, Job},
};

/// The store's file in its directory.
pub const FILE_NAME: &str = "store.db";

/// How long a writer waits for the writer of another process. Ours never meet: there is one.
const OTHER_WRITER_WAIT: Duration = Duration::from_secs(5);

/// Prepared statements kept per connection: more than this room has.
const STATEMENTS_MAX: usize = 64;

/// Memory for pages of the file, per connection, in KiB.
const CACHE_KIB: i64 = 16 * 1_024;

/// SQLite's page, which is also the unit of the quota.
const PAGE_BYTES: u64 = 4_096;

pub(crate) struct Sqlite {
    directory: PathBuf,
    readers: Readers,
    probe: Probe,
    queue: Option<mpsc::SyncSender<Box<dyn Job>>>,
    writer: Option<JoinHandle<()>>,
}

impl Sqlite {
    pub(crate) fn open(directory: &Path, options: Options) -> Result<Self, DirectoryError> {
        let file = directory.join(FILE_NAME);
        if !file.exists() {
            if options.lineage.is_none() {
                return Err(NO_STORE.because(directory.display().to_string()).into());
            }
            // SQLite would throw such a log away; it is all that is left of a store.
            if let Some(log) = side_files(&file).find(|side| side.exists()) {
                return Err(DAMAGED.because(format!("{} stands alone", log.display())).into());
            }
            make_private_directory(directory)?;
            make_private_file(&file)?;
        }
        let probe = Probe::new(options.observer);
        let mut connection = connect(&file)?;
        if let Some(bytes) = options.file_bytes_max {
            let pages = i64::try_from(bytes.div_ceil(PAGE_BYTES)).unwrap_or(i64::MAX);
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        schema::migrate(&mut connection, options.lineage, schema::MIGRATIONS, &probe)?;
        let second = connect(&file)?;
        // Waiting is for writers; a checkpoint that a reader blocks is tried again later.
        second.busy_timeout(Duration::ZERO)?;
        let readers = Readers::open(&file, options.readers)?;
        let (queue, jobs) = mpsc::sync_channel(QUEUE_COMMANDS_MAX);
        let writer = Writer::new(connection, second, jobs, probe.clone())?;
        let writer = thread::Builder::new().name("store-writer".into()).spawn(move || writer.run())?;
        Ok(Self { directory: directory.to_owned(), readers, probe, queue: Some(queue), writer: Some(writer) })
    }

    fn queue(&self) -> Result<&mpsc::SyncSender<Box<dyn Job>>, StoreError> {
        let own = self.writer.as_ref().is_some_and(|writer| writer.thread().id() == thread::current().id());
        // It would wait for itself, for ever once the queue is full.
        assert!(!own, "a command must not call the store that runs it");
        self.queue.as_ref().ok_or(StoreError::Closed)
    }
}

impl Backend for Sqlite {
    fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.queue()?.send(job).map_err(|_| StoreError::Closed)
    }

    fn try_submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.queue()?.try_send(job).map_err(|error| match error {
            mpsc::TrySendError::Full(_) => StoreError::Busy,
            mpsc::TrySendError::Disconnected(_) => StoreError::Closed,
        })
    }

    fn view(&self, read: &mut dyn FnMut(&dyn View)) -> Result<(), StoreError> {
        if self.probe.stopped() {
            return Err(StoreError::Closed);
        }
        self.readers.snapshot(|connection| {
            read(&Session::new(connection, &Probe::default()));
        })
    }

    fn backup(&self, file: &Path) -> Result<Lineage, DirectoryError> {
        backup::backup(&self.directory.join(FILE_NAME), file, &self.probe)
    }
}

impl Drop for Sqlite {
    /// Runs what is queued, then closes. A directory can be opened again as soon as this returns.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(writer) = self.writer.take() {
            // The last handle may have lived in a command; that thread ends by itself.
            if writer.thread().id() != thread::current().id() {
                writer.join().ok();
            }
        }
    }
}

/// A connection with our settings, which are read back: a store that is not durable must not open.
fn connect(file: &Path) -> Result<Connection, DirectoryError> {
    let connection = open_file(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    let level: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
    if (mode.as_str(), level) != ("wal", 2) {
        return Err(io::Error::other(format!("journal mode {mode}, synchronous {level}")).into());
    }
    // Checkpoints are ours to place, see `writer`.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    // What is deleted is overwritten: an erased blob and a delivered message must not linger in free pages.
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    // A plan does not depend on what is bound. Otherwise SQLite prepares a statement with a range or an order anew each time
    // that it comes out of the cache.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(connection)
}

/// A connection as it comes, but for two things: the schema of a file from elsewhere is not trusted to call functions,
/// and a writer waits its turn.
fn open_file(file: &Path, access: OpenFlags) -> Result<Connection, DirectoryError> {
    let connection = Connection::open_with_flags(file, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(OTHER_WRITER_WAIT)?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    Ok(connection)
}

fn make_private_directory(directory: &Path) -> io::Result<()> {
    if directory.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)?;
    sync_parent(directory)
}

/// An empty file that only its owner can read, before SQLite writes into it; SQLite gives its side files the same mode.
fn make_private_file(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.sync_all()?;
    sync_parent(file)
}

/// The files that SQLite keeps beside `file` while it is open.
fn side_files(file: &Path) -> impl Iterator<Item = PathBuf> {
    ["-wal", "-shm", "-journal"].into_iter().map(|suffix| beside(file, suffix))
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(file);
    name.push(suffix);
    PathBuf::from(name)
}

/// A name is durable when its directory is.
fn sync_parent(file: &Path) -> io::Result<()> {
    let parent = match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        Some(_) | None => Path::new("."),
    };
    // Only a Unix directory can be opened and synced; elsewhere the file system sees to it.
    if cfg!(unix) { File::open(parent)?.sync_all() } else { Ok(()) }
}
