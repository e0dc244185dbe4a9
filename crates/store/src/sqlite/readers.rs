//! A few connections that read, each on the thread of whoever asks.

use std::{
    path::Path,
    sync::{Condvar, Mutex, PoisonError},
};

use rusqlite::Connection;

use super::connect;
use crate::{DirectoryError, StoreError};

pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    returned: Condvar,
}

impl Readers {
    pub(super) fn open(file: &Path, count: usize) -> Result<Self, DirectoryError> {
        let mut idle = Vec::new();
        for _ in 0..count.max(1) {
            let connection = connect(file)?;
            connection.pragma_update(None, "query_only", "ON")?;
            idle.push(connection);
        }
        Ok(Self { idle: Mutex::new(idle), returned: Condvar::new() })
    }

    /// Calls `read` inside a read transaction, when a connection is free.
    pub(super) fn snapshot(&self, read: impl FnOnce(&Connection)) -> Result<(), StoreError> {
        let reader = self.take();
        let Some(connection) = &reader.connection else { return Err(StoreError::Closed) };
        connection.prepare_cached("BEGIN")?.execute([])?;
        read(connection);
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    fn take(&self) -> Reader<'_> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let mut idle =
            self.returned.wait_while(idle, |idle| idle.is_empty()).unwrap_or_else(PoisonError::into_inner);
        Reader { pool: self, connection: idle.pop() }
    }
}

/// A connection on loan; it goes back also when the reading code panics.
struct Reader<'p> {
    pool: &'p Readers,
    connection: Option<Connection>,
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if !connection.is_autocommit() {
            // A snapshot left open would keep the write-ahead log from ever beginning anew.
            connection.execute_batch("ROLLBACK").ok();
        }
        self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        self.pool.returned.notify_one();
    }
}
