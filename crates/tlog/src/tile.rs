//! Tiles: the tree stored as files of up to 256 hashes, and the leaves as bundles of up to 256 entries.
//!
//! Paths and contents are those of C2SP tlog-tiles. Reading goes through [`TileReader`], writing through [`TileWriter`],
//! which returns what must be stored.

use std::{fmt, str::FromStr};

use crypto::Digest;
use vocab::Refusal;

use crate::{
    merkle::{self, Subtrees, TREE_SIZE_MAX, Tree, node_hash},
    refusals::{BAD_BUNDLE, BAD_TILE, BAD_TILE_PATH, LEAF_TOO_LONG, OUT_OF_TREE},
};

/// Hashes in a full tile, entries in a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// Bytes of one leaf at most: a bundle gives its length in 16 bits.
pub const LEAF_BYTES_MAX: usize = 65_535;

/// Highest tile level by C2SP tlog-tiles.
pub const TILE_LEVEL_MAX: u8 = 63;

const HASH_BYTES: usize = 32;
const LEVELS_PER_TILE: u8 = 8;
const BUNDLES: &str = "entries";

/// What a file of the log holds: a tile of hashes at a level, or a bundle of entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shelf {
    /// The leaves themselves, 256 to a bundle.
    Entries,
    /// Hashes at this level; each stands for 256^level leaves.
    Hashes(u8),
}

/// The address of one tile or bundle: shelf, index on the shelf, and how many of its 256 places are filled.
///
/// Its text is its path below the log's prefix, for example `tile/0/x001/067.p/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    shelf: Shelf,
    index: u64,
    width: u16,
}

impl Tile {
    /// The tile or bundle; `None` when `width` is not 1 to 256, the level is above 63, or the index lies beyond the
    /// largest tree.
    pub fn new(shelf: Shelf, index: u64, width: u16) -> Option<Self> {
        let level_fits = match shelf {
            Shelf::Entries => true,
            Shelf::Hashes(level) => level <= TILE_LEVEL_MAX,
        };
        (level_fits && index <= TREE_SIZE_MAX && (1..=TILE_WIDTH).contains(&width)).then_some(Self {
            shelf,
            index,
            width,
        })
    }

    /// The tile on `shelf` that holds place `place` of that shelf, as wide as it is in a tree of `size` leaves; `None`
    /// when that tree does not reach so far.
    pub fn holding(shelf: Shelf, place: u64, size: u64) -> Option<Self> {
        let shift = match shelf {
            Shelf::Entries => 0,
            Shelf::Hashes(level) => u32::from(LEVELS_PER_TILE) * u32::from(level),
        };
        let places = size.checked_shr(shift).unwrap_or(0);
        if place >= places {
            return None;
        }
        let index = place / u64::from(TILE_WIDTH);
        let filled = (places - index * u64::from(TILE_WIDTH)).min(u64::from(TILE_WIDTH));
        Self::new(shelf, index, u16::try_from(filled).ok()?)
    }

    /// What it holds.
    pub const fn shelf(self) -> Shelf {
        self.shelf
    }

    /// Its number on its shelf, from 0.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many places are filled, 1 to 256.
    pub const fn width(self) -> u16 {
        self.width
    }

    /// Whether all 256 places are filled; then its bytes never change.
    pub const fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.shelf {
            Shelf::Entries => write!(f, "tile/{BUNDLES}/")?,
            Shelf::Hashes(level) => write!(f, "tile/{level}/")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut above = self.index / 1000;
        while above > 0 {
            groups.push(above % 1000);
            above /= 1000;
        }
        for (place, group) in groups.iter().enumerate().rev() {
            if place == 0 { write!(f, "{group:03}")? } else { write!(f, "x{group:03}/")? }
        }
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

impl FromStr for Tile {
    type Err = Refusal;

    /// Accepts exactly what [`fmt::Display`] writes; refused (`bad-tile-path`) otherwise.
    fn from_str(path: &str) -> Result<Self, Refusal> {
        let tile = read_path(path)
            .ok_or_else(|| BAD_TILE_PATH.because(path.chars().take(80).collect::<String>()))?;
        // Comparing with the one written form rejects leading zeroes, spare groups and signs in one stroke.
        if tile.to_string() == path { Ok(tile) } else { Err(BAD_TILE_PATH.because(tile.to_string())) }
    }
}

fn read_path(path: &str) -> Option<Tile> {
    let (shelf, rest) = path.strip_prefix("tile/")?.split_once('/')?;
    let shelf = if shelf == BUNDLES { Shelf::Entries } else { Shelf::Hashes(shelf.parse().ok()?) };
    let (number, width) = match rest.split_once(".p/") {
        Some((number, width)) => (number, width.parse().ok()?),
        None => (rest, TILE_WIDTH),
    };
    let mut index: u64 = 0;
    for group in number.split('/') {
        let group: u64 = group.strip_prefix('x').unwrap_or(group).parse().ok()?;
        index = index.checked_mul(1000)?.checked_add(group)?;
    }
    Tile::new(shelf, index, width)
}

/// Where tiles are kept. The storage is the caller's.
pub trait TileReader {
    /// What can go wrong in storage; a refusal of this room must fit in.
    type Error: From<Refusal>;

    /// The bytes of one tile, exactly as they were stored. A reader that has only a wider one may return that: the
    /// spare hashes are ignored.
    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

/// The hashes of a tree of `size` leaves, read from its tiles; each tile is read once.
pub struct TiledTree<R> {
    reader: R,
    size: u64,
    read: Vec<(Tile, Vec<Digest>)>,
}

impl<R: TileReader> TiledTree<R> {
    /// The tree of `size` leaves behind `reader`.
    pub const fn new(reader: R, size: u64) -> Self {
        Self { reader, size, read: Vec::new() }
    }

    /// Its root, computed from the tiles.
    pub fn root(&mut self) -> Result<Digest, R::Error> {
        let size = self.size;
        merkle::root(self, size)
    }

    /// The inclusion proof of leaf `index` in this tree. Refused (`out-of-tree`) when there is no such leaf.
    pub fn inclusion_proof(&mut self, index: u64) -> Result<Vec<Digest>, R::Error> {
        let size = self.size;
        merkle::inclusion_proof(self, index, size)
    }

    /// The proof that this tree extends its first `earlier` leaves. Refused (`out-of-tree`) when there are fewer.
    pub fn consistency_proof(&mut self, earlier: u64) -> Result<Vec<Digest>, R::Error> {
        let size = self.size;
        merkle::consistency_proof(self, earlier, size)
    }

    /// The compact form of this tree, to go on appending.
    pub fn tree(&mut self) -> Result<Tree, R::Error> {
        let size = self.size;
        let mut peaks = Vec::new();
        let mut start = 0;
        for level in (0..u64::BITS).rev().filter(|level| size & (1 << level) != 0) {
            peaks.push(self.subtree(u8::try_from(level).unwrap_or(u8::MAX), start >> level)?);
            start += 1 << level;
        }
        Ok(Tree::from_peaks(size, peaks)?)
    }

    fn hashes(&mut self, tile: Tile) -> Result<&[Digest], R::Error> {
        let at = match self.read.iter().position(|(known, _)| *known == tile) {
            Some(at) => at,
            None => {
                let bytes = self.reader.tile(tile)?;
                self.read.push((tile, read_hashes(tile, &bytes)?));
                self.read.len() - 1
            }
        };
        Ok(self.read.get(at).map_or(&[], |(_, hashes)| hashes))
    }
}

impl<R: TileReader> Subtrees for TiledTree<R> {
    type Error = R::Error;

    fn subtree(&mut self, level: u8, index: u64) -> Result<Digest, R::Error> {
        let (tile_level, height) = (level / LEVELS_PER_TILE, level % LEVELS_PER_TILE);
        let outside = || OUT_OF_TREE.because(format!("subtree {index} at level {level}"));
        let first = index.checked_shl(u32::from(height)).ok_or_else(outside)?;
        let tile = Tile::holding(Shelf::Hashes(tile_level), first, self.size).ok_or_else(outside)?;
        let hashes = self.hashes(tile)?;
        let from = usize::try_from(first % u64::from(TILE_WIDTH)).unwrap_or(usize::MAX);
        let wanted = hashes.get(from..from + (1 << height)).ok_or_else(outside)?;
        Ok(complete_root(wanted))
    }
}

/// The root over a power of two of hashes; never called without any.
fn complete_root(hashes: &[Digest]) -> Digest {
    match hashes {
        [] => merkle::empty_root(),
        [only] => *only,
        more => {
            let (left, right) = more.split_at(more.len() / 2);
            node_hash(&complete_root(left), &complete_root(right))
        }
    }
}

fn read_hashes(tile: Tile, bytes: &[u8]) -> Result<Vec<Digest>, Refusal> {
    let wanted = usize::from(tile.width());
    let bad = || BAD_TILE.because(format!("{tile} has {} bytes", bytes.len()));
    if !bytes.len().is_multiple_of(HASH_BYTES) || bytes.len() > usize::from(TILE_WIDTH) * HASH_BYTES {
        return Err(bad());
    }
    let (hashes, _) = bytes.as_chunks::<HASH_BYTES>();
    Ok(hashes.get(..wanted).ok_or_else(bad)?.iter().map(|hash| Digest::from_bytes(*hash)).collect())
}

/// The entries of a bundle, in order. Refused (`bad-bundle`) when the bytes are not `width` entries, each behind its
/// length in two bytes, and nothing else.
pub fn read_bundle(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, Refusal> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after
            .split_at_checked(length)
            .ok_or_else(|| BAD_BUNDLE.because("the last entry is cut short"))?;
        entries.push(entry);
        rest = after;
    }
    if !rest.is_empty() || entries.len() != usize::from(width) {
        return Err(BAD_BUNDLE.because(format!("{} entries where {width} belong", entries.len())));
    }
    Ok(entries)
}

/// Appends leaves and says which files must be stored.
///
/// It holds the unfinished tile of each level and the unfinished bundle; full files are handed out once, unfinished ones
/// at each [`TileWriter::files`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct TileWriter {
    tree: Tree,
    /// The unfinished tile of each level, lowest first; level `l` has `floor(size / 256^l) mod 256` hashes.
    levels: Vec<Vec<Digest>>,
    bundle: Vec<u8>,
    finished: Vec<(Tile, Vec<u8>)>,
}

impl TileWriter {
    /// A writer for an empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// A writer that goes on where a log of `size` leaves stopped, from its tiles and its unfinished bundle.
    pub fn resume<R: TileReader>(mut reader: R, size: u64) -> Result<Self, R::Error> {
        let mut bundle = Vec::new();
        let last = size.saturating_sub(1);
        if let Some(tile) = Tile::holding(Shelf::Entries, last, size).filter(|tile| !tile.is_full()) {
            bundle = reader.tile(tile)?;
            read_bundle(&bundle, tile.width())?;
        }
        let mut tree = TiledTree::new(reader, size);
        let mut levels = Vec::new();
        for level in 0..=TILE_LEVEL_MAX {
            let places = size.checked_shr(u32::from(LEVELS_PER_TILE) * u32::from(level)).unwrap_or(0);
            let Some(last) = places.checked_sub(1) else { break };
            let unfinished = Tile::holding(Shelf::Hashes(level), last, size).filter(|tile| !tile.is_full());
            levels.push(match unfinished {
                Some(tile) => tree.hashes(tile)?.to_vec(),
                None => Vec::new(),
            });
        }
        Ok(Self { tree: tree.tree()?, levels, bundle, finished: Vec::new() })
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.tree.size()
    }

    /// The root over all leaves.
    pub fn root(&self) -> Digest {
        self.tree.root()
    }

    /// Appends a leaf and returns its hash. Refused (`leaf-too-long`) above 65,535 bytes; then nothing has changed.
    pub fn push(&mut self, leaf: &[u8]) -> Result<Digest, Refusal> {
        let length =
            u16::try_from(leaf.len()).map_err(|_| LEAF_TOO_LONG.because(format!("{} bytes", leaf.len())))?;
        let hash = merkle::leaf_hash(leaf);
        let place = self.tree.size();
        self.tree.push(hash);
        self.bundle.extend_from_slice(&length.to_be_bytes());
        self.bundle.extend_from_slice(leaf);
        if self.tree.size().is_multiple_of(u64::from(TILE_WIDTH)) {
            let bytes = std::mem::take(&mut self.bundle);
            self.finish(Shelf::Entries, place / u64::from(TILE_WIDTH), bytes);
        }
        self.push_hash(hash, place);
        Ok(hash)
    }

    fn push_hash(&mut self, leaf: Digest, place: u64) {
        let (mut hash, mut place) = (leaf, place);
        for level in 0..=TILE_LEVEL_MAX {
            let at = usize::from(level);
            if self.levels.len() <= at {
                self.levels.push(Vec::new());
            }
            let Some(unfinished) = self.levels.get_mut(at) else { return };
            unfinished.push(hash);
            if unfinished.len() < usize::from(TILE_WIDTH) {
                return;
            }
            let full = std::mem::take(unfinished);
            hash = complete_root(&full);
            place /= u64::from(TILE_WIDTH);
            self.finish(Shelf::Hashes(level), place, tile_bytes(&full));
        }
    }

    fn finish(&mut self, shelf: Shelf, index: u64, bytes: Vec<u8>) {
        self.finished.extend(Tile::new(shelf, index, TILE_WIDTH).map(|tile| (tile, bytes)));
    }

    /// The files to store under a checkpoint of this size: those finished since the last call, and the unfinished ones.
    pub fn files(&mut self) -> Vec<(Tile, Vec<u8>)> {
        let mut files = std::mem::take(&mut self.finished);
        let size = self.tree.size();
        let last = size.saturating_sub(1);
        let bundle = Tile::holding(Shelf::Entries, last, size).filter(|tile| !tile.is_full());
        files.extend(bundle.map(|tile| (tile, self.bundle.clone())));
        for (level, unfinished) in self.levels.iter().enumerate().filter(|(_, hashes)| !hashes.is_empty()) {
            let shelf = Shelf::Hashes(u8::try_from(level).unwrap_or(u8::MAX));
            let places = size >> (usize::from(LEVELS_PER_TILE) * level);
            files.extend(
                Tile::holding(shelf, places.saturating_sub(1), size)
                    .map(|tile| (tile, tile_bytes(unfinished))),
            );
        }
        files
    }
}

fn tile_bytes(hashes: &[Digest]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}
