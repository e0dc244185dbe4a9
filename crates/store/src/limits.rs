//! How much of everything. Each number is a refusal when it is passed, never a truncation.

/// Bytes in the name of a [`Space`](crate::Space): a word of the caller's code, checked when it is compiled.
pub const SPACE_BYTES_MAX: usize = 32;

/// Bytes in a key (and in a stream's name): a digest has 32, a tile's path about 60, a compound index key two digests
/// and a time.
pub const KEY_BYTES_MAX: usize = 256;

/// Bytes in one entry of a stream: a signed act with its signatures has a few thousand.
pub const ENTRY_BYTES_MAX: usize = 1 << 20;

/// Bytes in a head: the folded state of one record.
pub const HEAD_BYTES_MAX: usize = 1 << 20;

/// Bytes in a blob: a transport document with its annexes; larger files are not kept here.
pub const BLOB_BYTES_MAX: usize = 16 << 20;

/// Bytes in the value of an index row: what a list shows, not the thing itself.
pub const INDEX_BYTES_MAX: usize = 4 << 10;

/// Bytes in the value of a claim: the signed statement that was made once.
pub const CLAIM_BYTES_MAX: usize = 64 << 10;

/// Bytes in an outgoing message: an envelope with one blob in it, in base64.
pub const MESSAGE_BYTES_MAX: usize = 24 << 20;

/// Bytes in the address of an outgoing message.
pub const ADDRESS_BYTES_MAX: usize = 256;

/// Bytes in a tile: 256 entries of the largest size that a bundle's 16-bit length allows.
pub const TILE_BYTES_MAX: usize = 256 * (2 + 65_535);

/// Bytes in the name of a sealed secret.
pub const SECRET_NAME_BYTES_MAX: usize = 128;

/// Bytes in a sealed secret: a key file.
pub const SECRET_BYTES_MAX: usize = 64 << 10;

/// Rows in one answer of `read`, `scan`, `erased` or `outbox_lease`, whatever was asked for.
pub const ROWS_MAX: usize = 1_000;

/// Bytes after which an answer of several rows is cut; one row is always given.
pub const ANSWER_BYTES_MAX: usize = 16 << 20;

/// Commands that share one commit. Measured: 8 reach two thirds of one writer's speed, 64 nine tenths, and more only
/// lengthens the wait of each.
pub const BATCH_COMMANDS_MAX: usize = 64;

/// Commands that wait for the writer: sixteen full batches, under a second of work on a slow disk.
pub const QUEUE_COMMANDS_MAX: usize = 1_024;

/// Reader connections when the caller names no number.
pub const READERS_DEFAULT: usize = 4;
