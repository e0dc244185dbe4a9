//! How the registry's log lies in the store: leaves as a stream, submissions by their first leaf, tiles by their paths,
//! checkpoints by their sizes.

use std::collections::BTreeSet;

use crypto::Digest;
use registry::{
    leaf::Leaf, log::Log, lookup::Published, replay, replay::Stored, state::State, submission::Submission,
};
use store::{Space, Store, Txn};
use tlog::{
    checkpoint::SignedCheckpoint,
    refusals::OUT_OF_TREE,
    tile::{Tile, TileReader, TiledTree},
};
use vocab::Refusal;

use crate::NodeError;

const LEAVES: Space = Space::new("leaves");
const SUBMISSIONS: Space = Space::new("submissions");
const TILES: Space = Space::new("tiles");
const SIGNED: Space = Space::new("signed");
const COSIGNED: Space = Space::new("cosigned");
const SIZE: Space = Space::new("size");
const LOG: &[u8] = b"log";
const READ_AT_ONCE: usize = 4096;

/// The submission behind leaves, as it is kept; a mark stands in its leaf.
pub(super) fn kept(submission: &Submission) -> Option<Vec<u8>> {
    match submission {
        Submission::Mark(_) => None,
        Submission::Decline { .. } => Some([b"D".as_slice(), &submission.to_bytes()].concat()),
        Submission::Act(_) | Submission::Group { .. } => {
            Some([b"A".as_slice(), &submission.to_bytes()].concat())
        }
    }
}

/// The same from the bytes from which acts were read, which are those that they would be written to.
pub(super) fn kept_acts(bytes: &[u8]) -> Vec<u8> {
    [b"A", bytes].concat()
}

/// Appends leaves from index `first` on, with what is kept of the submission behind them.
pub(super) fn append(
    txn: &mut dyn Txn,
    first: u64,
    leaves: &[Vec<u8>],
    submission: Option<&[u8]>,
) -> Result<(), NodeError> {
    for (leaf, index) in leaves.iter().zip(first..) {
        txn.append(LEAVES.key(LOG), index, leaf)?;
    }
    if let Some(submission) = submission {
        // Under its place in the log, so that rows come in the order of their keys and fill page after page.
        txn.put_tile(SUBMISSIONS.key(&first.to_be_bytes()), submission)?;
    }
    Ok(())
}

/// Notes how long the log has become.
pub(super) fn raise_size(txn: &mut dyn Txn, size: u64) -> Result<(), NodeError> {
    txn.raise_mark(SIZE.key(LOG), size)?;
    Ok(())
}

/// Keeps the files of the tree under a checkpoint.
pub(super) fn put_tiles(txn: &mut dyn Txn, files: &[(Tile, Vec<u8>)]) -> Result<(), NodeError> {
    for (tile, bytes) in files {
        txn.put_tile(TILES.key(tile.to_string().as_bytes()), bytes)?;
    }
    Ok(())
}

/// Keeps the newest checkpoint that the registry has signed.
pub(super) fn set_signed(txn: &mut dyn Txn, text: &str) -> Result<(), NodeError> {
    let version = txn.head(SIGNED.key(LOG))?.map_or(0, |head| head.version);
    txn.set_head(SIGNED.key(LOG), version, text.as_bytes())?;
    Ok(())
}

/// Keeps a checkpoint that has its quorum.
pub(super) fn set_cosigned(txn: &mut dyn Txn, size: u64, text: &str) -> Result<(), NodeError> {
    let blob = txn.put_blob(text.as_bytes())?;
    txn.put_index(COSIGNED.key(&size.to_be_bytes()), blob.as_bytes())?;
    Ok(())
}

/// Reading what is kept.
pub(super) struct Shelves<'a> {
    store: &'a Store,
}

impl<'a> Shelves<'a> {
    pub(super) const fn new(store: &'a Store) -> Self {
        Self { store }
    }

    pub(super) fn signed(&self) -> Result<Option<SignedCheckpoint>, NodeError> {
        let head = self.store.read(|view| view.head(SIGNED.key(LOG)))?;
        Ok(head.map(|head| SignedCheckpoint::parse(&head.bytes)).transpose()?)
    }

    /// Leaves `from` to before `to`.
    pub(super) fn leaves(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, NodeError> {
        let mut leaves = Vec::new();
        let mut next = from;
        while next < to {
            let wanted = usize::try_from(to - next).unwrap_or(READ_AT_ONCE).min(READ_AT_ONCE);
            let read = self.store.read(|view| view.read(LEAVES.key(LOG), next, wanted))?;
            if read.is_empty() {
                return Err(OUT_OF_TREE.because(format!("leaf {next} is not in the store")).into());
            }
            next = next.saturating_add(u64::try_from(read.len()).unwrap_or(0));
            leaves.extend(read);
        }
        Ok(leaves)
    }

    /// The submission whose first leaf is at `index`.
    pub(super) fn submission(&self, index: u64) -> Result<Option<Submission>, NodeError> {
        let bytes = self.store.read(|view| view.tile(SUBMISSIONS.key(&index.to_be_bytes())))?;
        let parsed = bytes.as_deref().and_then(<[u8]>::split_first).map(|(kind, bytes)| match kind {
            b'D' => Submission::parse_decline(bytes),
            _ => Submission::parse(bytes),
        });
        Ok(parsed.transpose()?)
    }

    pub(super) fn replay(&self, origin: &str, signed: Option<&SignedCheckpoint>) -> Result<State, NodeError> {
        let size = self.store.read(|view| view.length(LEAVES.key(LOG)))?;
        let mut stored = Vec::new();
        for (leaf, index) in self.leaves(0, size)?.into_iter().zip(0..) {
            stored.push(Stored { leaf, submission: self.submission(index)? });
        }
        Ok(replay::replay(origin, stored, signed.map(SignedCheckpoint::checkpoint))?)
    }

    /// The indices of the map leaves among the first `size` leaves.
    pub(super) fn maps(&self, size: u64) -> Result<BTreeSet<u64>, NodeError> {
        let mut maps = BTreeSet::new();
        for (leaf, index) in self.leaves(0, size)?.iter().zip(0..) {
            if matches!(Leaf::parse(leaf)?, Leaf::Map { .. }) {
                maps.insert(index);
            }
        }
        Ok(maps)
    }

    /// The log under the newest checkpoint that has its quorum.
    pub(super) fn published(&self) -> Result<Option<Published>, NodeError> {
        let mut newest = None;
        let mut after = None;
        while let Some(row) = self.cosigned_after(after)? {
            after = Some(row.checkpoint().size());
            newest = Some(row);
        }
        let Some(signed) = newest else { return Ok(None) };
        let mut log = Log::new();
        for leaf in self.leaves(0, signed.checkpoint().size())? {
            log.read(&leaf)?;
        }
        Ok(Some(Published::new(log, signed)?))
    }

    /// The smallest cosigned checkpoint that contains the leaf at `index`.
    pub(super) fn first_cosigned_over(&self, index: u64) -> Result<Option<SignedCheckpoint>, NodeError> {
        self.cosigned_after(Some(index))
    }

    /// The smallest cosigned checkpoint of more than `size` leaves.
    fn cosigned_after(&self, size: Option<u64>) -> Result<Option<SignedCheckpoint>, NodeError> {
        let after = size.map(u64::to_be_bytes);
        let after = after.as_ref().map(<[u8; 8]>::as_slice);
        let text = self.store.read(|view| -> Result<Option<Vec<u8>>, NodeError> {
            let rows = view.scan(COSIGNED, &[], after, 1)?;
            let digest =
                rows.into_iter().next().and_then(|row| row.value.try_into().ok()).map(Digest::from_bytes);
            let Some(digest) = digest else { return Ok(None) };
            Ok(view.blob(&digest)?.held())
        })?;
        Ok(text.map(|text| SignedCheckpoint::parse(&text)).transpose()?)
    }

    pub(super) fn tile_reader(&self) -> StoreTiles<'a> {
        StoreTiles { store: self.store }
    }

    /// The tree of `size` leaves, read from its tiles.
    pub(super) fn tree(&self, size: u64) -> TiledTree<StoreTiles<'a>> {
        TiledTree::new(self.tile_reader(), size)
    }
}

/// Tiles in the store, by their paths.
pub(super) struct StoreTiles<'a> {
    store: &'a Store,
}

impl TileReader for StoreTiles<'_> {
    type Error = NodeError;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, NodeError> {
        let path = tile.to_string();
        let bytes = self.store.read(|view| view.tile(TILES.key(path.as_bytes())))?;
        bytes.ok_or_else(|| NodeError::State(missing(&path)))
    }
}

fn missing(path: &str) -> Refusal {
    OUT_OF_TREE.because(format!("{path} is not in the store"))
}
