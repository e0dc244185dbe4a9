//! The contract, in prose and in two traits: what a transaction may read ([`View`]) and write ([`Txn`]).
//!
//! It knows bytes and keys, and nothing of bills, invoices or people. Each backend is written in its own idiom and
//! passes the same tests (`tests/it`).
//!
//! **Atomic.** A command is one closure over a [`Txn`]. All that it wrote becomes visible and durable together, or
//! nothing of it does: a command that returns `Err` leaves no trace, whatever it had written before.
//!
//! **Serialisable.** Commands run one after another on one writer, in the order in which one thread submitted them, and
//! each sees all that the ones before it kept. Commands of different threads come in some order. A [`View`] outside a
//! command is one moment's snapshot of what is durable; it never sees half a command, nor one that a crash could still
//! undo. Two processes may open one directory: their writers take turns at the disk, and `expected` protects what each
//! has read.
//!
//! **Durable, then said.** Up to [`BATCH_COMMANDS_MAX`](crate::limits::BATCH_COMMANDS_MAX) waiting commands share one
//! commit and its fsync. Nobody of a batch is answered, neither yes nor no, before the whole batch is on the disk: a
//! "no" may rest on what a neighbour wrote. When the commit fails, all of them fail.
//!
//! **Retried by whom.** The store runs a command at most once and retries nothing. After
//! [`StoreError::Moved`] the caller reads and decides again; after [`StoreError::Busy`] and [`StoreError::Full`] it may
//! repeat the command as it was, for nothing was done; after [`StoreError::Closed`] and [`StoreError::Disk`] nobody
//! knows, so the directory is opened again and asked. A command that might come twice protects itself with `expected`
//! or [`Txn::claim_once`].
//!
//! **No effects inside.** A command computes and writes, nothing else: what must leave the process goes to the outbox.
//! A command never waits for another one (it stands in that one's way), and signatures are checked before it, for all
//! wait while it runs.

use std::time::Duration;

use crypto::Digest;
use vocab::Timestamp;

use crate::{StoreError, limits::SPACE_BYTES_MAX};

/// One named part of what the caller keeps: `acts`, `heads`, `leaves`. Spaces are constants of the caller's code, so
/// the list of them is its schema. Streams, heads, index rows, claims, messages, tiles and marks each have spaces of
/// their own: the same name in two of them means two things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Space(&'static str);

impl Space {
    /// The space of this name: 1 to 32 bytes, lower-case letters, digits and hyphens. Anything else fails when the
    /// constant is compiled, or panics when it is not a constant.
    pub const fn new(name: &'static str) -> Self {
        let mut rest = name.as_bytes();
        assert!(!rest.is_empty() && rest.len() <= SPACE_BYTES_MAX, "a space has a name of 1 to 32 bytes");
        while let [byte, others @ ..] = rest {
            assert!(
                byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'-',
                "a space's name has lower-case letters, digits and hyphens"
            );
            rest = others;
        }
        Self(name)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The place `key` in this space.
    pub const fn key(self, key: &[u8]) -> Key<'_> {
        Key { space: self, bytes: key }
    }
}

/// A place in a [`Space`]: any bytes up to [`KEY_BYTES_MAX`](crate::limits::KEY_BYTES_MAX), ordered byte by byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key<'a> {
    /// The space.
    pub space: Space,
    /// The key in it.
    pub bytes: &'a [u8],
}

/// A value that is replaced as a whole, with the number of times it was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// 1 after it was first set, one more each time. 0 is said of a head that was never set.
    pub version: u64,
    /// The value.
    pub bytes: Vec<u8>,
}

/// What is known under a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Blob {
    /// Nothing was ever put.
    Unknown,
    /// These bytes; their digest was computed again on reading.
    Held(Vec<u8>),
    /// It was here and was erased on purpose.
    Erased,
}

impl Blob {
    /// The bytes, when they are here.
    pub fn held(self) -> Option<Vec<u8>> {
        match self {
            Self::Held(bytes) => Some(bytes),
            Self::Unknown | Self::Erased => None,
        }
    }
}

/// A row of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its key in the space.
    pub key: Vec<u8>,
    /// Its value.
    pub value: Vec<u8>,
}

/// The answer to a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "whoever is not first must do nothing"]
pub enum Claim {
    /// The caller is the first and only one; its value stands from now on.
    First,
    /// Somebody was first, with this value (which may equal the caller's).
    Held(Vec<u8>),
}

/// A message for somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message<'a> {
    /// Where it goes, in the caller's words.
    pub to: &'a str,
    /// The exact bytes that each attempt carries.
    pub bytes: &'a [u8],
}

/// The right to deliver one message until the lease ends, or until somebody else leases it after that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    pub(crate) id: i64,
    pub(crate) attempt: u32,
}

/// A leased message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// What to hand back to [`Txn::outbox_ack`] or [`Txn::outbox_defer`].
    pub lease: Lease,
    /// The key under which it was put.
    pub key: Vec<u8>,
    /// Where it goes.
    pub to: String,
    /// The bytes as they were put.
    pub bytes: Vec<u8>,
    /// 1 at the first lease, one more at each.
    pub attempt: u32,
}

/// Which store this is, and how often it was brought back from a backup. See [`freshness`](crate::freshness).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lineage {
    /// Drawn when the store was made, the same in every copy of it.
    pub id: Digest,
    /// 0 at first, one more in each restored copy.
    pub epoch: u64,
}

/// Reading. Inside a command it sees that command's own writes.
///
/// Answers of several rows come in the order named, at most
/// [`ROWS_MAX`](crate::limits::ROWS_MAX) rows and about [`ANSWER_BYTES_MAX`](crate::limits::ANSWER_BYTES_MAX) bytes at
/// once; one that is empty means there is no more.
pub trait View {
    /// Entries in a stream; 0 when nothing was appended.
    fn length(&self, stream: Key<'_>) -> Result<u64, StoreError>;

    /// Entries `from`, `from + 1`, … of a stream, verbatim.
    fn read(&self, stream: Key<'_>, from: u64, limit: usize) -> Result<Vec<Vec<u8>>, StoreError>;

    /// A head; `None` when it was never set.
    fn head(&self, head: Key<'_>) -> Result<Option<Head>, StoreError>;

    /// A blob by its digest, which is checked again.
    fn blob(&self, digest: &Digest) -> Result<Blob, StoreError>;

    /// Digests of erased blobs, in order, after `after`. After a restore they are erased again from an own list.
    fn erased(&self, after: Option<&Digest>, limit: usize) -> Result<Vec<Digest>, StoreError>;

    /// One row of an index.
    fn index(&self, key: Key<'_>) -> Result<Option<Vec<u8>>, StoreError>;

    /// Rows of an index whose keys begin with `prefix`, by key, after the key `after` where one is given.
    fn scan(
        &self,
        space: Space,
        prefix: &[u8],
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<Row>, StoreError>;

    /// The value of whoever claimed this first.
    fn claim(&self, key: Key<'_>) -> Result<Option<Vec<u8>>, StoreError>;

    /// When the next message of an outbox is due, or its lease ends; `None` when it is empty.
    fn outbox_due(&self, space: Space) -> Result<Option<Timestamp>, StoreError>;

    /// A tile.
    fn tile(&self, tile: Key<'_>) -> Result<Option<Vec<u8>>, StoreError>;

    /// A secret, as it was sealed by the caller (`crypto::keyfile`). The store has no key to it.
    fn sealed(&self, name: &str) -> Result<Option<Vec<u8>>, StoreError>;

    /// The highest value a mark was raised to; 0 at first. Node start-up compares marks with what others saw.
    fn mark(&self, mark: Key<'_>) -> Result<u64, StoreError>;

    /// Which store this is.
    fn lineage(&self) -> Result<Lineage, StoreError>;
}

/// Reading and writing, for the length of one command.
///
/// Every method checks the limits of [`limits`](crate::limits) first and answers [`StoreError::TooLarge`] without
/// having written. A command may take `Moved`, `Differs`, `Erased` and `TooLarge` as answers and go on; any other
/// error ends its whole batch, even when the command hides it.
pub trait Txn: View {
    /// Appends one entry. `expected` is the stream's length; when it is another, [`StoreError::Moved`].
    fn append(&mut self, stream: Key<'_>, expected: u64, bytes: &[u8]) -> Result<(), StoreError>;

    /// Replaces a head whose version is `expected` (0: never set); else [`StoreError::Moved`]. Answers the new version.
    fn set_head(&mut self, head: Key<'_>, expected: u64, bytes: &[u8]) -> Result<u64, StoreError>;

    /// Keeps bytes under their digest. Doing it twice is doing it once. [`StoreError::Erased`] when they were erased.
    fn put_blob(&mut self, bytes: &[u8]) -> Result<Digest, StoreError>;

    /// Erases a blob for good (details hold personal data): the bytes are overwritten in the file, and leave the
    /// write-ahead log before the command is answered, unless a reader still looks at the moment before; then at the
    /// first commit after it. Backups made earlier still hold them. `false` when there was nothing to erase.
    fn erase_blob(&mut self, digest: &Digest) -> Result<bool, StoreError>;

    /// Sets a row of an index.
    fn put_index(&mut self, key: Key<'_>, value: &[u8]) -> Result<(), StoreError>;

    /// Removes a row of an index; `false` when there was none.
    fn remove_index(&mut self, key: Key<'_>) -> Result<bool, StoreError>;

    /// Claims something that can be claimed once, ever, with the value that then stands.
    fn claim_once(&mut self, key: Key<'_>, value: &[u8]) -> Result<Claim, StoreError>;

    /// Puts a message into an outbox, to be delivered from `due` on. While it waits, putting the same again changes
    /// nothing and putting another under its key is [`StoreError::Differs`]. Once acknowledged it is forgotten, and the
    /// same key would make a new message: whoever must not send twice claims.
    fn outbox_put(&mut self, key: Key<'_>, message: Message<'_>, due: Timestamp) -> Result<(), StoreError>;

    /// Leases up to `limit` messages that are due at `now`, the longest due first, until `now` + `hold`. Whoever dies
    /// with a lease loses it when it ends, and the message goes out again with identical bytes: delivery is at least
    /// once. The lease is durable before the caller has the message.
    fn outbox_lease(
        &mut self,
        space: Space,
        now: Timestamp,
        hold: Duration,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreError>;

    /// Forgets a delivered message. `false` when the lease is no longer the newest: somebody else has it, or had.
    fn outbox_ack(&mut self, lease: Lease) -> Result<bool, StoreError>;

    /// Gives a message back, to be delivered again from `due` on. `false` as for [`Self::outbox_ack`].
    fn outbox_defer(&mut self, lease: Lease, due: Timestamp) -> Result<bool, StoreError>;

    /// Keeps a tile. A tile is written once: the same again changes nothing, another is [`StoreError::Differs`].
    fn put_tile(&mut self, tile: Key<'_>, bytes: &[u8]) -> Result<(), StoreError>;

    /// Drops a tile (a partial one that a wider one replaces); `false` when there was none.
    fn drop_tile(&mut self, tile: Key<'_>) -> Result<bool, StoreError>;

    /// Keeps or replaces a secret that the caller has sealed.
    fn put_sealed(&mut self, name: &str, sealed: &[u8]) -> Result<(), StoreError>;

    /// Raises a mark to `value`; a mark never falls, so a lower value changes nothing. Values above
    /// 2^63 − 1 count as that.
    fn raise_mark(&mut self, mark: Key<'_>, value: u64) -> Result<(), StoreError>;
}

/// The limits of one write, checked alike by every backend.
pub(crate) mod check {
    use super::{Key, Message};
    use crate::{StoreError, limits};

    fn at_most(what: &'static str, found: usize, max: usize) -> Result<(), StoreError> {
        if found > max { Err(StoreError::TooLarge { what, found, max }) } else { Ok(()) }
    }

    pub(crate) fn key(key: Key<'_>) -> Result<(), StoreError> {
        at_most("key", key.bytes.len(), limits::KEY_BYTES_MAX)
    }

    pub(crate) fn entry(stream: Key<'_>, bytes: &[u8]) -> Result<(), StoreError> {
        key(stream)?;
        at_most("entry", bytes.len(), limits::ENTRY_BYTES_MAX)
    }

    pub(crate) fn head(head: Key<'_>, bytes: &[u8]) -> Result<(), StoreError> {
        key(head)?;
        at_most("head", bytes.len(), limits::HEAD_BYTES_MAX)
    }

    pub(crate) fn blob(bytes: &[u8]) -> Result<(), StoreError> {
        at_most("blob", bytes.len(), limits::BLOB_BYTES_MAX)
    }

    pub(crate) fn index(row: Key<'_>, value: &[u8]) -> Result<(), StoreError> {
        key(row)?;
        at_most("index value", value.len(), limits::INDEX_BYTES_MAX)
    }

    pub(crate) fn claim(claim: Key<'_>, value: &[u8]) -> Result<(), StoreError> {
        key(claim)?;
        at_most("claim", value.len(), limits::CLAIM_BYTES_MAX)
    }

    pub(crate) fn message(name: Key<'_>, message: Message<'_>) -> Result<(), StoreError> {
        key(name)?;
        at_most("address", message.to.len(), limits::ADDRESS_BYTES_MAX)?;
        at_most("message", message.bytes.len(), limits::MESSAGE_BYTES_MAX)
    }

    pub(crate) fn tile(tile: Key<'_>, bytes: &[u8]) -> Result<(), StoreError> {
        key(tile)?;
        at_most("tile", bytes.len(), limits::TILE_BYTES_MAX)
    }

    pub(crate) fn sealed(name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        at_most("secret's name", name.len(), limits::SECRET_NAME_BYTES_MAX)?;
        at_most("secret", bytes.len(), limits::SECRET_BYTES_MAX)
    }
}

/// Gathers an answer of several rows until it is large enough.
pub(crate) struct Answer<T> {
    rows: Vec<T>,
    rows_max: usize,
    bytes: usize,
}

impl<T> Answer<T> {
    pub(crate) fn at_most(limit: usize) -> Self {
        Self { rows: Vec::new(), rows_max: limit.min(crate::limits::ROWS_MAX), bytes: 0 }
    }

    /// Whether another row should be looked for.
    pub(crate) fn wants_more(&self) -> bool {
        self.rows.len() < self.rows_max && self.bytes < crate::limits::ANSWER_BYTES_MAX
    }

    pub(crate) fn push(&mut self, row: T, bytes: usize) {
        self.rows.push(row);
        self.bytes = self.bytes.saturating_add(bytes);
    }

    pub(crate) fn rows(self) -> Vec<T> {
        self.rows
    }
}
