//! No bytes panic the readers of tiles, bundles and tile paths.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tlog::tile::{Shelf, Tile, TileReader, TiledTree, read_bundle};
use vocab::Refusal;

/// Answers every tile with the same bytes.
struct Same<'a>(&'a [u8]);

impl TileReader for Same<'_> {
    type Error = Refusal;

    fn tile(&mut self, _: Tile) -> Result<Vec<u8>, Refusal> {
        Ok(self.0.to_vec())
    }
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = str::from_utf8(bytes)
        && let Ok(tile) = text.parse::<Tile>()
    {
        assert_eq!(tile.to_string(), text);
    }
    let Some((head, rest)) = bytes.split_first_chunk::<16>() else { return };
    let (size, index) = head.split_at(8);
    let number = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
    let (size, index) = (number(size), number(index));
    let mut tree = TiledTree::new(Same(rest), size);
    let _ = (tree.root(), tree.inclusion_proof(index), tree.consistency_proof(index), tree.tree());
    if let Some(tile) = Tile::holding(Shelf::Entries, index, size) {
        assert!(tile.to_string().parse::<Tile>().is_ok_and(|read| read == tile));
        if let Ok(entries) = read_bundle(rest, tile.width()) {
            assert_eq!(entries.len(), usize::from(tile.width()));
        }
    }
});
