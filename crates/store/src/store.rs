//! The handle that callers hold, and how commands reach the writer and answers come back.

use std::{
    path::Path,
    sync::{Arc, mpsc},
};

use crypto::Digest;

use crate::{
    DirectoryError, Lineage, StoreError, Txn, View,
    limits::READERS_DEFAULT,
    memory::{self, Disk},
    observer::Observer,
    sqlite,
};

/// Durable state. Cheap to clone; the last clone to go closes the directory.
///
/// What it promises is written in [`contract`](crate::contract).
#[derive(Clone)]
pub struct Store {
    backend: Arc<dyn Backend>,
}

/// What a store is told when it opens.
#[derive(Clone)]
pub struct Options {
    /// Makes the store when it does not exist yet, with this as its [`Lineage::id`], which the caller draws at random.
    /// `None` refuses instead (`no-store`): a node whose disk is not mounted must not begin a second life.
    pub lineage: Option<Digest>,
    /// Reader connections; a reader that finds none free waits.
    pub readers: usize,
    /// A quota for the file, in bytes; `None` leaves it to the disk. A command that would pass it is
    /// [`StoreError::Full`].
    pub file_bytes_max: Option<u64>,
    /// The hook of tests; see [`observer`](crate::observer).
    pub observer: Option<Arc<dyn Observer>>,
}

impl Options {
    /// For a store that exists.
    pub fn existing() -> Self {
        Self { lineage: None, readers: READERS_DEFAULT, file_bytes_max: None, observer: None }
    }

    /// For a store that is made when it is not there.
    pub fn creating(lineage: Digest) -> Self {
        Self { lineage: Some(lineage), ..Self::existing() }
    }
}

impl Store {
    /// Opens a directory and brings an older layout up to date. Recovery after a crash is this same path.
    ///
    /// Refuses a store that a later release wrote (`store-too-new`), a file that is none (`not-a-store`), and a
    /// directory without one (`no-store`) unless `options` say to make it.
    pub fn open(directory: &Path, options: Options) -> Result<Self, DirectoryError> {
        Ok(Self { backend: Arc::new(sqlite::Sqlite::open(directory, options)?) })
    }

    /// A store whose disk is a value: the same contract without files or threads, for simulations.
    pub fn in_memory(disk: &Disk, options: Options) -> Result<Self, DirectoryError> {
        Ok(Self { backend: Arc::new(memory::Memory::open(disk, options)?) })
    }

    /// Runs a command and waits until it is durable.
    ///
    /// What `command` returns is what the caller gets; `Err` leaves no trace. The store's own errors come through `E`.
    /// Never called from inside a command.
    pub fn write<T, E, F>(&self, command: F) -> Result<T, E>
    where
        F: FnOnce(&mut dyn Txn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.submit(command)?.wait()
    }

    /// Hands a command to the writer and goes on: many commands of one thread share one commit, and run in the order
    /// in which it submitted them. Waits only while the queue is full.
    pub fn submit<T, E, F>(&self, command: F) -> Result<Ticket<T, E>, StoreError>
    where
        F: FnOnce(&mut dyn Txn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, ticket) = pair(command);
        self.backend.submit(job)?;
        Ok(ticket)
    }

    /// As [`Self::submit`], and [`StoreError::Busy`] instead of waiting when the queue is full.
    pub fn try_submit<T, E, F>(&self, command: F) -> Result<Ticket<T, E>, StoreError>
    where
        F: FnOnce(&mut dyn Txn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (job, ticket) = pair(command);
        self.backend.try_submit(job)?;
        Ok(ticket)
    }

    /// Reads from one snapshot of what is durable, on the caller's thread.
    pub fn read<T, E, F>(&self, read: F) -> Result<T, E>
    where
        F: FnOnce(&dyn View) -> Result<T, E>,
        E: From<StoreError>,
    {
        let mut read = Some(read);
        let mut answer = None;
        self.backend.view(&mut |view| answer = read.take().map(|read| read(view)))?;
        answer.unwrap_or_else(|| Err(StoreError::Closed.into()))
    }

    /// Writes a copy of one moment to `file` while the store is in use, checks it, and only then gives it its name.
    /// Refuses to overwrite (`store-in-the-way`). Answers whose copy it is.
    pub fn backup(&self, file: &Path) -> Result<Lineage, DirectoryError> {
        self.backend.backup(file)
    }
}

/// A command's answer, on its way.
#[must_use = "the command is not known to be durable until its ticket was waited for"]
pub struct Ticket<T, E> {
    answer: mpsc::Receiver<Result<T, E>>,
}

impl<T, E: From<StoreError>> Ticket<T, E> {
    /// Waits until the command is durable, or refused, or the store has stopped.
    pub fn wait(self) -> Result<T, E> {
        self.answer.recv().unwrap_or_else(|_| Err(StoreError::Closed.into()))
    }
}

/// What a kind of storage does. Chosen once, when the store is opened.
pub(crate) trait Backend: Send + Sync {
    fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError>;

    fn try_submit(&self, job: Box<dyn Job>) -> Result<(), StoreError>;

    /// Calls `read` once, with one snapshot.
    fn view(&self, read: &mut dyn FnMut(&dyn View)) -> Result<(), StoreError>;

    fn backup(&self, file: &Path) -> Result<Lineage, DirectoryError>;
}

/// A command with the types of its answer forgotten.
pub(crate) trait Job: Send {
    /// Runs it; it remembers its answer and says whether what it wrote is to be kept.
    fn run(&mut self, txn: &mut dyn Txn) -> Keep;

    /// Its answer is this error after all.
    fn fail(&mut self, error: StoreError);

    /// Tells the caller. Dropped without it, the caller learns that the store is closed.
    fn answer(self: Box<Self>);
}

/// Whether a command's writes are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    Yes,
    No,
}

struct Command<F, T, E> {
    command: Option<F>,
    answer: Option<Result<T, E>>,
    caller: mpsc::SyncSender<Result<T, E>>,
}

fn pair<T, E, F>(command: F) -> (Box<dyn Job>, Ticket<T, E>)
where
    F: FnOnce(&mut dyn Txn) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (caller, answer) = mpsc::sync_channel(1);
    (Box::new(Command { command: Some(command), answer: None, caller }), Ticket { answer })
}

impl<F, T, E> Job for Command<F, T, E>
where
    F: FnOnce(&mut dyn Txn) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, txn: &mut dyn Txn) -> Keep {
        let answer = match self.command.take() {
            Some(command) => command(txn),
            None => Err(StoreError::Closed.into()),
        };
        let keep = if answer.is_ok() { Keep::Yes } else { Keep::No };
        self.answer = Some(answer);
        keep
    }

    fn fail(&mut self, error: StoreError) {
        self.answer = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>) {
        if let Some(answer) = self.answer {
            // A caller that dropped its ticket does not want to know.
            self.caller.send(answer).ok();
        }
    }
}
