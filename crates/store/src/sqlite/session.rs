//! The statements: one connection seen as a [`View`] and, on the writer, as a [`Txn`].

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use crypto::Digest;
use rusqlite::{CachedStatement, Connection, OptionalExtension, Params, Row as SqlRow, params};
use vocab::Timestamp;

use crate::{
    Blob, Claim, Delivery, Head, Key, Lease, Lineage, Message, Row, Space, StoreError, Txn, View,
    contract::{Answer, check},
    limits::KEY_BYTES_MAX,
    observer::{Probe, Step},
};

/// A connection inside a transaction.
pub(crate) struct Session<'c> {
    connection: &'c Connection,
    probe: &'c Probe,
    /// The first error after which the whole transaction is void, also when a command hides it.
    void: RefCell<Option<StoreError>>,
    erased: bool,
    /// How long the streams are that were appended to. Nobody else writes meanwhile, and a command that is undone takes
    /// its session with it.
    lengths: BTreeMap<(&'static str, Vec<u8>), u64>,
}

impl<'c> Session<'c> {
    pub(crate) fn new(connection: &'c Connection, probe: &'c Probe) -> Self {
        Self { connection, probe, void: RefCell::new(None), erased: false, lengths: BTreeMap::new() }
    }

    /// What made the transaction void, if anything did.
    pub(crate) fn void(&self) -> Option<StoreError> {
        self.void.borrow().clone()
    }

    /// Whether a blob was erased.
    pub(crate) fn erased(&self) -> bool {
        self.erased
    }

    fn reached(&self, step: Step) -> Result<(), StoreError> {
        self.probe.reached(step).inspect_err(|error| self.spoil(error))
    }

    fn spoil(&self, error: &StoreError) {
        self.void.borrow_mut().get_or_insert_with(|| error.clone());
    }

    /// No statement here fails by design, so a failure is the disk's and voids the transaction.
    fn sound<T>(&self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        result.map_err(StoreError::from).inspect_err(|error| self.spoil(error))
    }

    fn statement(&self, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        self.sound(self.connection.prepare_cached(sql))
    }

    /// Rows changed.
    fn change(&self, sql: &str, params: impl Params) -> Result<usize, StoreError> {
        self.sound(self.statement(sql)?.execute(params))
    }

    fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&SqlRow<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>, StoreError> {
        self.sound(self.statement(sql)?.query_row(params, read).optional())
    }

    /// Rows until the answer is large enough; `read` gives a row and its size in bytes.
    fn several<T>(
        &self,
        sql: &str,
        params: impl Params,
        limit: usize,
        read: impl Fn(&SqlRow<'_>) -> rusqlite::Result<(T, usize)>,
    ) -> Result<Vec<T>, StoreError> {
        let mut answer = Answer::at_most(limit);
        let mut statement = self.statement(sql)?;
        let mut rows = self.sound(statement.query(params))?;
        while answer.wants_more() {
            let Some(row) = self.sound(rows.next())? else { break };
            let (row, bytes) = self.sound(read(row))?;
            answer.push(row, bytes);
        }
        Ok(answer.rows())
    }

    fn bytes_at(&self, sql: &str, key: Key<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        self.one(sql, params![key.space.name(), key.bytes], |row| row.get(0))
    }
}

impl View for Session<'_> {
    fn length(&self, stream: Key<'_>) -> Result<u64, StoreError> {
        const SQL: &str = "SELECT max(seq) FROM stream WHERE space = ?1 AND key = ?2";
        let last: Option<Option<i64>> =
            self.one(SQL, params![stream.space.name(), stream.bytes], |row| row.get(0))?;
        Ok(last.flatten().map_or(0, |last| last.unsigned_abs().saturating_add(1)))
    }

    fn read(&self, stream: Key<'_>, from: u64, limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        const SQL: &str = "SELECT bytes FROM stream WHERE space = ?1 AND key = ?2 AND seq >= ?3 ORDER BY seq";
        let Ok(from) = i64::try_from(from) else { return Ok(Vec::new()) };
        self.several(SQL, params![stream.space.name(), stream.bytes, from], limit, |row| {
            let bytes: Vec<u8> = row.get(0)?;
            let size = bytes.len();
            Ok((bytes, size))
        })
    }

    fn head(&self, head: Key<'_>) -> Result<Option<Head>, StoreError> {
        const SQL: &str = "SELECT version, bytes FROM head WHERE space = ?1 AND key = ?2";
        self.one(SQL, params![head.space.name(), head.bytes], |row| {
            Ok(Head { version: row.get::<_, i64>(0)?.unsigned_abs(), bytes: row.get(1)? })
        })
    }

    fn blob(&self, digest: &Digest) -> Result<Blob, StoreError> {
        const SQL: &str = "SELECT bytes FROM blob WHERE digest = ?1";
        let row: Option<Option<Vec<u8>>> = self.one(SQL, params![digest.as_bytes()], |row| row.get(0))?;
        match row {
            None => Ok(Blob::Unknown),
            Some(None) => Ok(Blob::Erased),
            Some(Some(bytes)) if Digest::of(&bytes) == *digest => Ok(Blob::Held(bytes)),
            Some(Some(_)) => {
                let error = StoreError::Disk(std::sync::Arc::new(RottenBlob(*digest)));
                self.spoil(&error);
                Err(error)
            }
        }
    }

    fn erased(&self, after: Option<&Digest>, limit: usize) -> Result<Vec<Digest>, StoreError> {
        const SQL: &str = "SELECT digest FROM blob WHERE bytes IS NULL AND digest > ?1 ORDER BY digest";
        let after: &[u8] = after.map_or(&[], |digest| digest.as_bytes());
        self.several(SQL, params![after], limit, |row| {
            Ok((Digest::from_bytes(row.get::<_, [u8; 32]>(0)?), 32))
        })
    }

    fn index(&self, key: Key<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        self.bytes_at("SELECT value FROM index_row WHERE space = ?1 AND key = ?2", key)
    }

    fn scan(
        &self,
        space: Space,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        const SQL: &str = "SELECT key, value FROM index_row \
             WHERE space = ?1 AND key >= ?2 AND key < ?3 ORDER BY key";
        // The least key after `after` is `after` and a zero byte. No key is as long as the upper bound, so all that
        // begin with the prefix lie below it.
        let from = match after {
            Some(after) if after >= prefix => [after, &[0]].concat(),
            Some(_) | None => prefix.to_vec(),
        };
        let to = [prefix, &[0xff; KEY_BYTES_MAX + 1]].concat();
        self.several(SQL, params![space.name(), from, to], limit, |row| {
            let row = Row { key: row.get(0)?, value: row.get(1)? };
            let size = row.key.len().saturating_add(row.value.len());
            Ok((row, size))
        })
    }

    fn claim(&self, key: Key<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        self.bytes_at("SELECT value FROM claim WHERE space = ?1 AND key = ?2", key)
    }

    fn outbox_due(&self, space: Space) -> Result<Option<Timestamp>, StoreError> {
        const SQL: &str = "SELECT due_ms FROM outbox WHERE space = ?1 ORDER BY due_ms LIMIT 1";
        let due_ms: Option<i64> = self.one(SQL, params![space.name()], |row| row.get(0))?;
        Ok(due_ms.and_then(Timestamp::from_unix_ms))
    }

    fn tile(&self, tile: Key<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        self.bytes_at("SELECT bytes FROM tile WHERE space = ?1 AND key = ?2", tile)
    }

    fn sealed(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.one("SELECT bytes FROM sealed WHERE name = ?1", params![name], |row| row.get(0))
    }

    fn mark(&self, mark: Key<'_>) -> Result<u64, StoreError> {
        const SQL: &str = "SELECT value FROM mark WHERE space = ?1 AND key = ?2";
        let value: Option<i64> = self.one(SQL, params![mark.space.name(), mark.bytes], |row| row.get(0))?;
        Ok(value.map_or(0, i64::unsigned_abs))
    }

    fn lineage(&self) -> Result<Lineage, StoreError> {
        let row = self.sound(self.connection.query_row("SELECT id, epoch FROM lineage", [], |row| {
            Ok((row.get::<_, [u8; 32]>(0)?, row.get::<_, i64>(1)?))
        }))?;
        Ok(Lineage { id: Digest::from_bytes(row.0), epoch: row.1.unsigned_abs() })
    }
}

impl Txn for Session<'_> {
    fn append(&mut self, stream: Key<'_>, expected: u64, bytes: &[u8]) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO stream (space, key, seq, bytes) VALUES (?1, ?2, ?3, ?4)";
        check::entry(stream, bytes)?;
        let name = (stream.space.name(), stream.bytes.to_vec());
        let found = match self.lengths.get(&name) {
            Some(length) => *length,
            None => self.length(stream)?,
        };
        if found != expected {
            return Err(StoreError::Moved { what: "stream", expected, found });
        }
        self.change(SQL, params![stream.space.name(), stream.bytes, number(expected), bytes])?;
        self.lengths.insert(name, expected.saturating_add(1));
        self.reached(Step::AfterAppend)
    }

    fn set_head(&mut self, head: Key<'_>, expected: u64, bytes: &[u8]) -> Result<u64, StoreError> {
        const FIRST: &str = "INSERT INTO head (space, key, version, bytes) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (space, key) DO NOTHING";
        const NEXT: &str = "UPDATE head SET version = ?3, bytes = ?4 \
             WHERE space = ?1 AND key = ?2 AND version = ?3 - 1";
        check::head(head, bytes)?;
        let version = expected.saturating_add(1);
        let sql = if expected == 0 { FIRST } else { NEXT };
        if self.change(sql, params![head.space.name(), head.bytes, number(version), bytes])? == 0 {
            let found = self.head(head)?.map_or(0, |head| head.version);
            return Err(StoreError::Moved { what: "head", expected, found });
        }
        self.reached(Step::AfterHead)?;
        Ok(version)
    }

    fn put_blob(&mut self, bytes: &[u8]) -> Result<Digest, StoreError> {
        const SQL: &str = "INSERT INTO blob (digest, bytes) VALUES (?1, ?2) ON CONFLICT (digest) DO NOTHING";
        const ERASED: &str = "SELECT bytes IS NULL FROM blob WHERE digest = ?1";
        check::blob(bytes)?;
        let digest = Digest::of(bytes);
        if self.change(SQL, params![digest.as_bytes(), bytes])? == 0
            && self.one(ERASED, params![digest.as_bytes()], |row| row.get(0))? == Some(true)
        {
            return Err(StoreError::Erased);
        }
        self.reached(Step::InBlob)?;
        Ok(digest)
    }

    fn erase_blob(&mut self, digest: &Digest) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE blob SET bytes = NULL WHERE digest = ?1 AND bytes IS NOT NULL";
        let erased = self.change(SQL, params![digest.as_bytes()])? > 0;
        self.erased |= erased;
        self.reached(Step::AfterErase)?;
        Ok(erased)
    }

    fn put_index(&mut self, key: Key<'_>, value: &[u8]) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO index_row (space, key, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (space, key) DO UPDATE SET value = excluded.value";
        check::index(key, value)?;
        self.change(SQL, params![key.space.name(), key.bytes, value])?;
        self.reached(Step::AfterIndex)
    }

    fn remove_index(&mut self, key: Key<'_>) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM index_row WHERE space = ?1 AND key = ?2";
        let removed = self.change(SQL, params![key.space.name(), key.bytes])? > 0;
        self.reached(Step::AfterIndex)?;
        Ok(removed)
    }

    fn claim_once(&mut self, key: Key<'_>, value: &[u8]) -> Result<Claim, StoreError> {
        const SQL: &str = "INSERT INTO claim (space, key, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (space, key) DO NOTHING";
        check::claim(key, value)?;
        let first = self.change(SQL, params![key.space.name(), key.bytes, value])? > 0;
        let held = if first { None } else { self.claim(key)? };
        self.reached(Step::AfterClaim)?;
        Ok(held.map_or(Claim::First, Claim::Held))
    }

    fn outbox_put(&mut self, key: Key<'_>, message: Message<'_>, due: Timestamp) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO outbox (space, key, address, bytes, due_ms, attempt) \
             VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT (space, key) DO NOTHING";
        const SAME: &str = "SELECT address = ?3 AND bytes = ?4 FROM outbox WHERE space = ?1 AND key = ?2";
        check::message(key, message)?;
        let (space, Message { to, bytes }) = (key.space.name(), message);
        if self.change(SQL, params![space, key.bytes, to, bytes, due.unix_ms()])? == 0
            && self.one(SAME, params![space, key.bytes, to, bytes], |row| row.get(0))? != Some(true)
        {
            return Err(StoreError::Differs("message"));
        }
        self.reached(Step::InOutbox)
    }

    fn outbox_lease(
        &mut self,
        space: Space,
        now: Timestamp,
        hold: Duration,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        const DUE: &str = "SELECT id, key, address, bytes, attempt + 1 FROM outbox \
             WHERE space = ?1 AND due_ms <= ?2 ORDER BY due_ms, id";
        const LEASE: &str = "UPDATE outbox SET due_ms = ?2, attempt = ?3 WHERE id = ?1";
        let leased = self.several(DUE, params![space.name(), now.unix_ms()], limit, |row| {
            let lease = Lease { id: row.get(0)?, attempt: row.get(4)? };
            let (key, to, bytes) = (row.get(1)?, row.get(2)?, row.get::<_, Vec<u8>>(3)?);
            let size = bytes.len();
            Ok((Delivery { lease, key, to, bytes, attempt: lease.attempt }, size))
        })?;
        let until_ms = now.plus(hold).unix_ms();
        for Delivery { lease, .. } in &leased {
            self.change(LEASE, params![lease.id, until_ms, lease.attempt])?;
        }
        self.reached(Step::AfterLease)?;
        Ok(leased)
    }

    fn outbox_ack(&mut self, lease: Lease) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM outbox WHERE id = ?1 AND attempt = ?2";
        let held = self.change(SQL, params![lease.id, lease.attempt])? > 0;
        self.reached(Step::AfterAck)?;
        Ok(held)
    }

    fn outbox_defer(&mut self, lease: Lease, due: Timestamp) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE outbox SET due_ms = ?3 WHERE id = ?1 AND attempt = ?2";
        let held = self.change(SQL, params![lease.id, lease.attempt, due.unix_ms()])? > 0;
        self.reached(Step::AfterAck)?;
        Ok(held)
    }

    fn put_tile(&mut self, tile: Key<'_>, bytes: &[u8]) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO tile (space, key, bytes) VALUES (?1, ?2, ?3) \
             ON CONFLICT (space, key) DO NOTHING";
        const SAME: &str = "SELECT bytes = ?3 FROM tile WHERE space = ?1 AND key = ?2";
        check::tile(tile, bytes)?;
        if self.change(SQL, params![tile.space.name(), tile.bytes, bytes])? == 0
            && self.one(SAME, params![tile.space.name(), tile.bytes, bytes], |row| row.get(0))? != Some(true)
        {
            return Err(StoreError::Differs("tile"));
        }
        self.reached(Step::AfterTile)
    }

    fn drop_tile(&mut self, tile: Key<'_>) -> Result<bool, StoreError> {
        const SQL: &str = "DELETE FROM tile WHERE space = ?1 AND key = ?2";
        let dropped = self.change(SQL, params![tile.space.name(), tile.bytes])? > 0;
        self.reached(Step::AfterTile)?;
        Ok(dropped)
    }

    fn put_sealed(&mut self, name: &str, sealed: &[u8]) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO sealed (name, bytes) VALUES (?1, ?2) \
             ON CONFLICT (name) DO UPDATE SET bytes = excluded.bytes";
        check::sealed(name, sealed)?;
        self.change(SQL, params![name, sealed])?;
        self.reached(Step::AfterSealed)
    }

    fn raise_mark(&mut self, mark: Key<'_>, value: u64) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO mark (space, key, value) VALUES (?1, ?2, ?3) \
             ON CONFLICT (space, key) DO UPDATE SET value = excluded.value WHERE excluded.value > value";
        check::key(mark)?;
        self.change(SQL, params![mark.space.name(), mark.bytes, number(value)])?;
        self.reached(Step::AfterMark)
    }
}

/// SQLite counts in 63 bits: nothing that we count comes near, and a mark above them counts as the largest.
fn number(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The bytes under a digest have another one.
#[derive(Debug, thiserror::Error)]
#[error("the bytes kept under {0} have another digest")]
struct RottenBlob(Digest);
