//! Named steps of every write, and a hook that may end the store's life at any of them.
//!
//! Tests hand an [`Observer`] in when they open a store; production hands in none, and then a step is one comparison.
//! The observer either kills its process there (a real death), or answers [`Fate::Stop`], and the store then behaves
//! like a dead one: what is not committed is gone, nobody is answered, and the directory is opened again as usual.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::StoreError;

/// Where a store is in its work. Steps inside a command come after the named write and before anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The file exists, the schema is not yet written.
    InMigration,
    /// A command was taken from the queue; no transaction is open.
    BeforeBegin,
    /// The transaction is open, no command has run.
    AfterBegin,
    /// An entry was appended.
    AfterAppend,
    /// A head was set.
    AfterHead,
    /// A blob was put.
    InBlob,
    /// A blob was erased.
    AfterErase,
    /// An index row was put or removed.
    AfterIndex,
    /// Something was claimed, by this command or an earlier one.
    AfterClaim,
    /// A message was put into the outbox.
    InOutbox,
    /// Messages were leased.
    AfterLease,
    /// A message was acknowledged or deferred.
    AfterAck,
    /// A tile was put or dropped.
    AfterTile,
    /// A sealed secret was put.
    AfterSealed,
    /// A mark was raised.
    AfterMark,
    /// A command refused; what it wrote is still in its savepoint.
    BeforeUndo,
    /// A command ended and its batch goes on.
    BetweenCommands,
    /// All commands of a batch have run.
    BeforeCommit,
    /// The batch is durable; nobody has been told.
    AfterCommitBeforeAnswer,
    /// The first caller of the batch has been told, the others not.
    BetweenAnswers,
    /// The write-ahead log is about to be copied into the file.
    BeforeCheckpoint,
    /// It has been copied.
    AfterCheckpoint,
    /// Some pages of a backup are written.
    DuringBackup,
    /// A backup is whole and checked under its temporary name.
    BeforeBackupRename,
    /// Some pages of a restored store are written.
    DuringRestore,
    /// A restored store is whole under its temporary name.
    BeforeRestoreRename,
}

impl Step {
    /// Every step, in the order of the enum.
    pub const ALL: [Self; 26] = [
        Self::InMigration,
        Self::BeforeBegin,
        Self::AfterBegin,
        Self::AfterAppend,
        Self::AfterHead,
        Self::InBlob,
        Self::AfterErase,
        Self::AfterIndex,
        Self::AfterClaim,
        Self::InOutbox,
        Self::AfterLease,
        Self::AfterAck,
        Self::AfterTile,
        Self::AfterSealed,
        Self::AfterMark,
        Self::BeforeUndo,
        Self::BetweenCommands,
        Self::BeforeCommit,
        Self::AfterCommitBeforeAnswer,
        Self::BetweenAnswers,
        Self::BeforeCheckpoint,
        Self::AfterCheckpoint,
        Self::DuringBackup,
        Self::BeforeBackupRename,
        Self::DuringRestore,
        Self::BeforeRestoreRename,
    ];

    /// Its name in kebab case, as reports print it: `after-append`.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}

/// What becomes of the store at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It goes on.
    Live,
    /// It is as dead as if its process had been killed here.
    Stop,
}

/// Told of every step, on the thread that takes it.
pub trait Observer: Send + Sync {
    /// The store is at `step`.
    fn reached(&self, step: Step) -> Fate;
}

/// The store's end of the hook. Once a step was fatal, every later one is.
#[derive(Clone, Default)]
pub(crate) struct Probe {
    observer: Option<Arc<dyn Observer>>,
    stopped: Arc<AtomicBool>,
}

impl Probe {
    pub(crate) fn new(observer: Option<Arc<dyn Observer>>) -> Self {
        Self { observer, stopped: Arc::default() }
    }

    /// Err when the store ends here.
    pub(crate) fn reached(&self, step: Step) -> Result<(), StoreError> {
        let Some(observer) = &self.observer else { return Ok(()) };
        if self.stopped.load(Ordering::SeqCst) || observer.reached(step) == Fate::Stop {
            self.stopped.store(true, Ordering::SeqCst);
            return Err(StoreError::Closed);
        }
        Ok(())
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stopped.load(Ordering::SeqCst)
    }
}

impl fmt::Debug for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Probe").field("stopped", &self.stopped).finish_non_exhaustive()
    }
}
