//! How the store fails: one enum for transactions, one for whole directories, and the rows of the refusals.

use std::{error::Error, sync::Arc};

use vocab::{Refusal, RefusalKind};

/// Why a transaction did not do what it was asked. A variant exists only where a caller acts on it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The stream or head moved since the caller looked. Read again, decide again.
    #[error("{what} stands at {found}, the caller expected {expected}")]
    Moved {
        /// `stream` or `head`.
        what: &'static str,
        /// What the caller took for the length or version.
        expected: u64,
        /// What it is.
        found: u64,
    },
    /// Under this key stands another value, and this kind of value is written once.
    #[error("another {0} stands under this key")]
    Differs(&'static str),
    /// The blob was erased on purpose and does not come back.
    #[error("the blob was erased")]
    Erased,
    /// A named limit of [`limits`](crate::limits) is passed; nothing was written.
    #[error("{what} has {found} bytes, at most {max} are taken")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its bytes.
        found: usize,
        /// The limit.
        max: usize,
    },
    /// The queue is full, or another process writes. Nothing was done; ask again later.
    #[error("the store is busy")]
    Busy,
    /// The writer has stopped, so nobody knows whether this command became durable. Open the directory again and look.
    #[error("the store is closed")]
    Closed,
    /// The disk is full or the quota reached. Nothing was written; make room and ask again.
    #[error("the disk is full")]
    Full,
    /// The disk failed or holds what nobody wrote. The writer stops; the outcome of this command is unknown.
    #[error("the store's disk failed")]
    Disk(#[source] Arc<dyn Error + Send + Sync>),
}

/// Why a directory could not be opened, copied or restored.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// The directory must not be used as it stands; the refusal says what to do.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The disk failed.
    #[error("the store's directory could not be used")]
    Disk(#[source] Box<dyn Error + Send + Sync>),
}

/// The schema was written by a later release.
pub const TOO_NEW: RefusalKind = RefusalKind {
    code: "store-too-new",
    sentence: "A later release wrote this store.",
    remedy: "Run that release or a later one; or restore a backup made before the upgrade.",
};

/// A migration that this release knows by another text.
pub const OTHER_SCHEMA: RefusalKind = RefusalKind {
    code: "store-other-schema",
    sentence: "This store was laid out by another program than the one that opens it.",
    remedy: "Run the release that made it, and report both versions.",
};

/// The file is something else.
pub const NOT_A_STORE: RefusalKind = RefusalKind {
    code: "not-a-store",
    sentence: "This file is not a store of this program.",
    remedy: "Name the directory of a node, or the backup file that was written for it.",
};

/// There is no store, and none should be made.
pub const NO_STORE: RefusalKind = RefusalKind {
    code: "no-store",
    sentence: "There is no store in this directory.",
    remedy: "Name the node's directory and see that its disk is there; a new node is made by `init`.",
};

/// Where something should be created, something stands.
pub const IN_THE_WAY: RefusalKind = RefusalKind {
    code: "store-in-the-way",
    sentence: "Something already stands where the copy should be written.",
    remedy: "Name a new place, or move what is there away; nothing is overwritten.",
};

/// A file failed its check.
pub const DAMAGED: RefusalKind = RefusalKind {
    code: "store-damaged",
    sentence: "The store's file does not hold together.",
    remedy: "Restore the newest backup that is whole, and check the disk this one lay on.",
};

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Busy,
            _ => Self::Disk(Arc::new(error)),
        }
    }
}

impl From<rusqlite::Error> for DirectoryError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Self::Refused(NOT_A_STORE.because(error.to_string())),
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => Self::Refused(DAMAGED.because(error.to_string())),
            _ => Self::Disk(Box::new(error)),
        }
    }
}

impl From<std::io::Error> for DirectoryError {
    fn from(error: std::io::Error) -> Self {
        Self::Disk(Box::new(error))
    }
}
