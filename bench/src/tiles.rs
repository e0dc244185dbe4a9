//! The tiles of a log, in memory: what a registry stores and a reader fetches.

use std::collections::HashMap;

use crypto::Digest;
use tlog::tile::{Shelf, Tile, TileReader, TileWriter, TiledTree};
use vocab::Refusal;

/// Every tile as it was last written; an unfinished one is replaced by the wider.
#[derive(Default)]
pub struct Tiles {
    writer: TileWriter,
    stored: HashMap<(Shelf, u64), Vec<u8>>,
}

impl Tiles {
    /// Appends a leaf.
    pub fn push(&mut self, leaf: &[u8]) {
        self.writer.push(leaf).expect("a leaf of lawful length");
    }

    /// Stores what has changed since.
    pub fn store(&mut self) {
        for (tile, bytes) in self.writer.files() {
            self.stored.insert((tile.shelf(), tile.index()), bytes);
        }
    }

    /// How many leaves there are.
    pub fn size(&self) -> u64 {
        self.writer.size()
    }

    /// The root over all leaves.
    pub fn root(&self) -> Digest {
        self.writer.root()
    }

    /// The tree of the first `size` leaves, with nothing read yet.
    pub fn tree(&self, size: u64) -> TiledTree<&Self> {
        TiledTree::new(self, size)
    }
}

impl TileReader for &Tiles {
    type Error = Refusal;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, Refusal> {
        Ok(self.stored.get(&(tile.shelf(), tile.index())).expect("stored").clone())
    }
}
