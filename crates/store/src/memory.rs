//! The same contract on a disk that is a value: for simulations of many nodes in one thread, and for models.
//!
//! A [`Disk`] outlives the store that is opened on it, as a real one would: a simulation drops the store (or lets an
//! [`Observer`](crate::observer::Observer) stop it), and opens the disk again. Each command is its own batch, run on
//! the caller's thread.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crypto::Digest;
use vocab::Timestamp;

use crate::{
    Blob, Claim, Delivery, DirectoryError, Head, Key, Lease, Lineage, Message, Options, Row, Space,
    StoreError, Txn, View,
    contract::{Answer, check},
    observer::{Probe, Step},
    store::{Backend, Job, Keep},
};

/// A disk in memory. Clones are the same disk.
#[derive(Clone, Default)]
pub struct Disk {
    tables: Arc<Mutex<Tables>>,
}

impl Disk {
    /// An empty disk.
    pub fn new() -> Self {
        Self::default()
    }

    /// Another disk with what this one holds now, as a backup would.
    #[must_use]
    pub fn copy(&self) -> Self {
        Self { tables: Arc::new(Mutex::new(self.lock().clone())) }
    }

    /// Counts one more restore, as [`sqlite::restore`](crate::sqlite::restore) does.
    pub fn mark_restored(&self) {
        if let Some(lineage) = &mut self.lock().lineage {
            lineage.epoch = lineage.epoch.saturating_add(1);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Tables> {
        self.tables.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) struct Memory {
    disk: Disk,
    probe: Probe,
}

impl Memory {
    pub(crate) fn open(disk: &Disk, options: Options) -> Result<Self, DirectoryError> {
        let probe = Probe::new(options.observer);
        let lineage = &mut disk.lock().lineage;
        if lineage.is_none() {
            let Some(id) = options.lineage else { return Err(crate::error::NO_STORE.refuse().into()) };
            probe.reached(Step::InMigration)?;
            *lineage = Some(Lineage { id, epoch: 0 });
        }
        Ok(Self { disk: disk.clone(), probe })
    }

    /// One command from its beginning to its answer; Err when the store dies on the way, answering nobody.
    fn serve(&self, mut job: Box<dyn Job>) -> Result<(), StoreError> {
        self.probe.reached(Step::BeforeBegin)?;
        let mut session = Session { tables: self.disk.lock(), probe: &self.probe, kept: false };
        self.probe.reached(Step::AfterBegin)?;
        let keep = job.run(&mut session);
        if keep == Keep::No {
            self.probe.reached(Step::BeforeUndo)?;
        }
        self.probe.reached(Step::BeforeCommit)?;
        session.kept = keep == Keep::Yes;
        drop(session);
        self.probe.reached(Step::AfterCommitBeforeAnswer)?;
        job.answer();
        Ok(())
    }
}

impl Backend for Memory {
    fn submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        if self.probe.stopped() {
            return Err(StoreError::Closed);
        }
        // A dead store answers nobody: the ticket tells.
        self.serve(job).ok();
        Ok(())
    }

    fn try_submit(&self, job: Box<dyn Job>) -> Result<(), StoreError> {
        self.submit(job)
    }

    fn view(&self, read: &mut dyn FnMut(&dyn View)) -> Result<(), StoreError> {
        if self.probe.stopped() {
            return Err(StoreError::Closed);
        }
        read(&Session { tables: self.disk.lock(), probe: &Probe::default(), kept: false });
        Ok(())
    }

    /// There is no file to copy to: [`Disk::copy`] is this store's backup.
    fn backup(&self, _file: &Path) -> Result<Lineage, DirectoryError> {
        Err(std::io::Error::from(std::io::ErrorKind::Unsupported).into())
    }
}

type Place = (Space, Vec<u8>);

/// An address in an outbox, and what waits there.
#[derive(Clone)]
struct Waiting {
    place: Place,
    to: String,
    bytes: Vec<u8>,
    due: Timestamp,
    attempt: u32,
}

#[derive(Clone, Default)]
struct Tables {
    lineage: Option<Lineage>,
    streams: Table<(Place, u64), Vec<u8>>,
    heads: Table<Place, Head>,
    /// `None` under a digest whose blob was erased.
    blobs: Table<Digest, Option<Vec<u8>>>,
    indexes: Table<Place, Vec<u8>>,
    claims: Table<Place, Vec<u8>>,
    outbox: Table<i64, Waiting>,
    /// The id of the message under a key, while it waits.
    outbox_ids: Table<Place, i64>,
    /// The last id given, under the one key `()`.
    outbox_last: Table<(), i64>,
    tiles: Table<Place, Vec<u8>>,
    sealed: Table<String, Vec<u8>>,
    marks: Table<Place, u64>,
}

impl Tables {
    fn undo(&mut self) {
        self.streams.undo();
        self.heads.undo();
        self.blobs.undo();
        self.indexes.undo();
        self.claims.undo();
        self.outbox.undo();
        self.outbox_ids.undo();
        self.outbox_last.undo();
        self.tiles.undo();
        self.sealed.undo();
        self.marks.undo();
    }

    fn keep(&mut self) {
        self.streams.keep();
        self.heads.keep();
        self.blobs.keep();
        self.indexes.keep();
        self.claims.keep();
        self.outbox.keep();
        self.outbox_ids.keep();
        self.outbox_last.keep();
        self.tiles.keep();
        self.sealed.keep();
        self.marks.keep();
    }
}

/// Rows by key, and how to take back what one command did to them.
#[derive(Clone)]
struct Table<K, V> {
    rows: BTreeMap<K, V>,
    before: Vec<(K, Option<V>)>,
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { rows: BTreeMap::new(), before: Vec::new() }
    }
}

impl<K: Ord + Clone, V> Table<K, V> {
    fn get(&self, key: &K) -> Option<&V> {
        self.rows.get(key)
    }

    fn set(&mut self, key: K, value: V) {
        let before = self.rows.insert(key.clone(), value);
        self.before.push((key, before));
    }

    /// True when there was one.
    fn remove(&mut self, key: &K) -> bool {
        let Some(before) = self.rows.remove(key) else { return false };
        self.before.push((key.clone(), Some(before)));
        true
    }

    fn undo(&mut self) {
        for (key, before) in self.before.drain(..).rev() {
            match before {
                Some(value) => drop(self.rows.insert(key, value)),
                None => drop(self.rows.remove(&key)),
            }
        }
    }

    fn keep(&mut self) {
        self.before.clear();
    }
}

/// The tables during one command, or one reading. Dropped without having been kept, it takes back what was done, also
/// when the command panicked.
struct Session<'d> {
    tables: MutexGuard<'d, Tables>,
    probe: &'d Probe,
    kept: bool,
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if self.kept {
            self.tables.keep();
        } else {
            self.tables.undo();
        }
    }
}

fn place(key: Key<'_>) -> Place {
    (key.space, key.bytes.to_vec())
}

impl View for Session<'_> {
    fn length(&self, stream: Key<'_>) -> Result<u64, StoreError> {
        let stream = place(stream);
        let last = self.tables.streams.rows.range((stream.clone(), 0)..=(stream, u64::MAX)).next_back();
        Ok(last.map_or(0, |((_, seq), _)| seq.saturating_add(1)))
    }

    fn read(&self, stream: Key<'_>, from: u64, limit: usize) -> Result<Vec<Vec<u8>>, StoreError> {
        let stream = place(stream);
        let mut answer = Answer::at_most(limit);
        let mut entries = self.tables.streams.rows.range((stream.clone(), from)..=(stream, u64::MAX));
        while answer.wants_more() {
            let Some((_, bytes)) = entries.next() else { break };
            answer.push(bytes.clone(), bytes.len());
        }
        Ok(answer.rows())
    }

    fn head(&self, head: Key<'_>) -> Result<Option<Head>, StoreError> {
        Ok(self.tables.heads.get(&place(head)).cloned())
    }

    fn blob(&self, digest: &Digest) -> Result<Blob, StoreError> {
        Ok(match self.tables.blobs.get(digest) {
            None => Blob::Unknown,
            Some(None) => Blob::Erased,
            Some(Some(bytes)) => Blob::Held(bytes.clone()),
        })
    }

    fn erased(&self, after: Option<&Digest>, limit: usize) -> Result<Vec<Digest>, StoreError> {
        let rows = self.tables.blobs.rows.iter();
        let erased = rows.filter(|(digest, bytes)| bytes.is_none() && Some(*digest) > after);
        Ok(erased.map(|(digest, _)| *digest).take(limit.min(crate::limits::ROWS_MAX)).collect())
    }

    fn index(&self, key: Key<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tables.indexes.get(&place(key)).cloned())
    }

    fn scan(
        &self,
        space: Space,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError> {
        let mut answer = Answer::at_most(limit);
        let mut rows = self
            .tables
            .indexes
            .rows
            .range((space, prefix.to_vec())..)
            .take_while(|((of, key), _)| *of == space && key.starts_with(prefix))
            .filter(|((_, key), _)| after.is_none_or(|after| key.as_slice() > after));
        while answer.wants_more() {
            let Some(((_, key), value)) = rows.next() else { break };
            let size = key.len().saturating_add(value.len());
            answer.push(Row { key: key.clone(), value: value.clone() }, size);
        }
        Ok(answer.rows())
    }

    fn claim(&self, key: Key<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tables.claims.get(&place(key)).cloned())
    }

    fn outbox_due(&self, space: Space) -> Result<Option<Timestamp>, StoreError> {
        let waiting = self.tables.outbox.rows.values().filter(|waiting| waiting.place.0 == space);
        Ok(waiting.map(|waiting| waiting.due).min())
    }

    fn tile(&self, tile: Key<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tables.tiles.get(&place(tile)).cloned())
    }

    fn sealed(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.tables.sealed.rows.get(name).cloned())
    }

    fn mark(&self, mark: Key<'_>) -> Result<u64, StoreError> {
        Ok(self.tables.marks.get(&place(mark)).copied().unwrap_or(0))
    }

    fn lineage(&self) -> Result<Lineage, StoreError> {
        self.tables.lineage.ok_or(StoreError::Closed)
    }
}

impl Txn for Session<'_> {
    fn append(&mut self, stream: Key<'_>, expected: u64, bytes: &[u8]) -> Result<(), StoreError> {
        check::entry(stream, bytes)?;
        let found = self.length(stream)?;
        if found != expected {
            return Err(StoreError::Moved { what: "stream", expected, found });
        }
        self.tables.streams.set((place(stream), expected), bytes.to_vec());
        self.probe.reached(Step::AfterAppend)
    }

    fn set_head(&mut self, head: Key<'_>, expected: u64, bytes: &[u8]) -> Result<u64, StoreError> {
        check::head(head, bytes)?;
        let found = self.head(head)?.map_or(0, |head| head.version);
        if found != expected {
            return Err(StoreError::Moved { what: "head", expected, found });
        }
        let version = expected.saturating_add(1);
        self.tables.heads.set(place(head), Head { version, bytes: bytes.to_vec() });
        self.probe.reached(Step::AfterHead)?;
        Ok(version)
    }

    fn put_blob(&mut self, bytes: &[u8]) -> Result<Digest, StoreError> {
        check::blob(bytes)?;
        let digest = Digest::of(bytes);
        match self.tables.blobs.get(&digest) {
            None => self.tables.blobs.set(digest, Some(bytes.to_vec())),
            Some(Some(_)) => {}
            Some(None) => return Err(StoreError::Erased),
        }
        self.probe.reached(Step::InBlob)?;
        Ok(digest)
    }

    fn erase_blob(&mut self, digest: &Digest) -> Result<bool, StoreError> {
        let held = matches!(self.tables.blobs.get(digest), Some(Some(_)));
        if held {
            self.tables.blobs.set(*digest, None);
        }
        self.probe.reached(Step::AfterErase)?;
        Ok(held)
    }

    fn put_index(&mut self, key: Key<'_>, value: &[u8]) -> Result<(), StoreError> {
        check::index(key, value)?;
        self.tables.indexes.set(place(key), value.to_vec());
        self.probe.reached(Step::AfterIndex)
    }

    fn remove_index(&mut self, key: Key<'_>) -> Result<bool, StoreError> {
        let removed = self.tables.indexes.remove(&place(key));
        self.probe.reached(Step::AfterIndex)?;
        Ok(removed)
    }

    fn claim_once(&mut self, key: Key<'_>, value: &[u8]) -> Result<Claim, StoreError> {
        check::claim(key, value)?;
        let held = self.claim(key)?;
        if held.is_none() {
            self.tables.claims.set(place(key), value.to_vec());
        }
        self.probe.reached(Step::AfterClaim)?;
        Ok(held.map_or(Claim::First, Claim::Held))
    }

    fn outbox_put(&mut self, key: Key<'_>, message: Message<'_>, due: Timestamp) -> Result<(), StoreError> {
        check::message(key, message)?;
        let id = self.tables.outbox_ids.get(&place(key)).copied();
        match id.and_then(|id| self.tables.outbox.get(&id)) {
            Some(waiting)
                if (waiting.to.as_str(), waiting.bytes.as_slice()) == (message.to, message.bytes) => {}
            Some(_) => return Err(StoreError::Differs("message")),
            None => {
                let id = self.tables.outbox_last.get(&()).map_or(1, |last| last.saturating_add(1));
                let (to, bytes) = (message.to.to_owned(), message.bytes.to_vec());
                self.tables.outbox_last.set((), id);
                self.tables.outbox_ids.set(place(key), id);
                self.tables.outbox.set(id, Waiting { place: place(key), to, bytes, due, attempt: 0 });
            }
        }
        self.probe.reached(Step::InOutbox)
    }

    fn outbox_lease(
        &mut self,
        space: Space,
        now: Timestamp,
        hold: Duration,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError> {
        let rows = self.tables.outbox.rows.iter();
        let mut due: Vec<(Timestamp, i64)> = rows
            .filter(|(_, waiting)| waiting.place.0 == space && waiting.due <= now)
            .map(|(id, waiting)| (waiting.due, *id))
            .collect();
        due.sort_unstable();
        let mut answer = Answer::at_most(limit);
        for (_, id) in due {
            if !answer.wants_more() {
                break;
            }
            let Some(waiting) = self.tables.outbox.get(&id).cloned() else { continue };
            let attempt = waiting.attempt.saturating_add(1);
            let (key, to, bytes) = (waiting.place.1.clone(), waiting.to.clone(), waiting.bytes.clone());
            let size = bytes.len();
            self.tables.outbox.set(id, Waiting { due: now.plus(hold), attempt, ..waiting });
            answer.push(Delivery { lease: Lease { id, attempt }, key, to, bytes, attempt }, size);
        }
        self.probe.reached(Step::AfterLease)?;
        Ok(answer.rows())
    }

    fn outbox_ack(&mut self, lease: Lease) -> Result<bool, StoreError> {
        let waiting = self.tables.outbox.get(&lease.id).filter(|waiting| waiting.attempt == lease.attempt);
        let place = waiting.map(|waiting| waiting.place.clone());
        if let Some(place) = &place {
            self.tables.outbox_ids.remove(place);
            self.tables.outbox.remove(&lease.id);
        }
        self.probe.reached(Step::AfterAck)?;
        Ok(place.is_some())
    }

    fn outbox_defer(&mut self, lease: Lease, due: Timestamp) -> Result<bool, StoreError> {
        let waiting = self.tables.outbox.get(&lease.id).filter(|waiting| waiting.attempt == lease.attempt);
        let deferred = waiting.map(|waiting| Waiting { due, ..waiting.clone() });
        let held = deferred.is_some();
        if let Some(deferred) = deferred {
            self.tables.outbox.set(lease.id, deferred);
        }
        self.probe.reached(Step::AfterAck)?;
        Ok(held)
    }

    fn put_tile(&mut self, tile: Key<'_>, bytes: &[u8]) -> Result<(), StoreError> {
        check::tile(tile, bytes)?;
        match self.tables.tiles.get(&place(tile)) {
            None => self.tables.tiles.set(place(tile), bytes.to_vec()),
            Some(held) if held == bytes => {}
            Some(_) => return Err(StoreError::Differs("tile")),
        }
        self.probe.reached(Step::AfterTile)
    }

    fn drop_tile(&mut self, tile: Key<'_>) -> Result<bool, StoreError> {
        let dropped = self.tables.tiles.remove(&place(tile));
        self.probe.reached(Step::AfterTile)?;
        Ok(dropped)
    }

    fn put_sealed(&mut self, name: &str, sealed: &[u8]) -> Result<(), StoreError> {
        check::sealed(name, sealed)?;
        self.tables.sealed.set(name.to_owned(), sealed.to_vec());
        self.probe.reached(Step::AfterSealed)
    }

    fn raise_mark(&mut self, mark: Key<'_>, value: u64) -> Result<(), StoreError> {
        check::key(mark)?;
        let value = value.min(i64::MAX.unsigned_abs());
        if value > self.mark(mark)? {
            self.tables.marks.set(place(mark), value);
        }
        self.probe.reached(Step::AfterMark)
    }
}
