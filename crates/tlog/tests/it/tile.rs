//! Tiles: the Tessera log of the standards, paths by C2SP tlog-tiles, and proofs from stored tiles.

use std::collections::BTreeMap;

use crypto::Digest;
use tlog::{
    checkpoint::SignedCheckpoint,
    key::VerifierKey,
    merkle::{Tree, leaf_hash, verify_consistency, verify_inclusion},
    tile::{LEAF_BYTES_MAX, Shelf, TILE_WIDTH, Tile, TileReader, TileWriter, TiledTree, read_bundle},
};
use vocab::Refusal;

use crate::read;

/// A log's files, by path.
#[derive(Default, Clone)]
struct Files(BTreeMap<String, Vec<u8>>);

impl TileReader for &Files {
    type Error = Refusal;

    fn tile(&mut self, tile: Tile) -> Result<Vec<u8>, Refusal> {
        self.0
            .get(&tile.to_string())
            .cloned()
            .ok_or_else(|| tlog::refusals::BAD_TILE.because(tile.to_string()))
    }
}

#[test]
fn the_tessera_log_is_read_from_its_checkpoints_tiles_and_bundles() {
    let Some(folder) = testkit::standards("cyber/tlog/tessera-log") else { return };
    let vkey = String::from_utf8(read(&folder.join("log.vkey"))).unwrap();
    let key: VerifierKey = vkey.trim().parse().unwrap();
    let mut files = Files::default();
    let mut roots = Vec::new();
    for size in 0..=8_u64 {
        let bytes = read(&folder.join(format!("checkpoint.{size}")));
        let signed = SignedCheckpoint::parse(&bytes).unwrap();
        assert_eq!(signed.to_string().into_bytes(), bytes);
        assert!(key.check(signed.note()).unwrap().is_some());
        let other: VerifierKey = other_key(&key).parse().unwrap();
        assert!(other.check(signed.note()).unwrap().is_none());
        assert_eq!(signed.checkpoint().size(), size);
        for shelf in [Shelf::Hashes(0), Shelf::Entries] {
            if let Some(tile) = size.checked_sub(1).and_then(|last| Tile::holding(shelf, last, size)) {
                files.0.insert(tile.to_string(), read(&folder.join(tile.to_string())));
            }
        }
        roots.push(*signed.checkpoint().root());
        let mut tree = TiledTree::new(&files, size);
        assert_eq!(tree.root().unwrap(), roots[at(size)], "size {size}");
        for earlier in 0..=size {
            let proof = tree.consistency_proof(earlier).unwrap();
            verify_consistency(earlier, size, &proof, &roots[at(earlier)], &roots[at(size)]).unwrap();
        }
    }
    let bundle = read(&folder.join("tile/entries/000.p/8"));
    let mut tree = TiledTree::new(&files, 8);
    for (index, entry) in (0..).zip(read_bundle(&bundle, 8).unwrap()) {
        let proof = tree.inclusion_proof(index).unwrap();
        verify_inclusion(index, 8, &leaf_hash(entry), &proof, &roots[8]).unwrap();
    }
    read_bundle(&bundle, 7).unwrap_err();
    read_bundle(&bundle[..bundle.len() - 1], 8).unwrap_err();
    assert_eq!(written_by_us(&bundle), files.0, "our writer stores the same files");
}

fn at(size: u64) -> usize {
    size.try_into().unwrap()
}

/// The same key under another name.
fn other_key(key: &VerifierKey) -> String {
    let material = [&[1][..], &key.key_bytes()].concat();
    let id = Digest::of_parts(&[b"other.example\n", &material]).to_string();
    format!("other.example+{}+{}", &id[..8], crypto::base64::encode(&material))
}

fn written_by_us(bundle: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut writer = TileWriter::new();
    let mut files = BTreeMap::new();
    for entry in read_bundle(bundle, 8).unwrap() {
        writer.push(entry).unwrap();
        files.extend(writer.files().into_iter().map(|(tile, bytes)| (tile.to_string(), bytes)));
    }
    files
}

/// Examples of C2SP tlog-tiles: the path of 1,234,067, and the files of trees of 256 and of 70,000 leaves.
#[test]
fn paths_and_widths_are_those_of_the_standard() {
    let tile = Tile::new(Shelf::Hashes(3), 1_234_067, TILE_WIDTH).unwrap();
    assert_eq!(tile.to_string(), "tile/3/x001/x234/067");
    let last = |shelf, size: u64| Tile::holding(shelf, (size >> shift(shelf)) - 1, size).unwrap();
    assert_eq!(last(Shelf::Hashes(0), 70_000).to_string(), "tile/0/273.p/112");
    assert_eq!(last(Shelf::Hashes(1), 70_000).to_string(), "tile/1/001.p/17");
    assert_eq!(last(Shelf::Hashes(2), 70_000).to_string(), "tile/2/000.p/1");
    assert_eq!(last(Shelf::Entries, 70_000).to_string(), "tile/entries/273.p/112");
    assert_eq!(last(Shelf::Hashes(0), 256).to_string(), "tile/0/000");
    assert_eq!(last(Shelf::Hashes(1), 256).to_string(), "tile/1/000.p/1");
    assert_eq!(Tile::holding(Shelf::Hashes(0), 256, 256), None);
    for tile in [tile, last(Shelf::Entries, 70_000), last(Shelf::Hashes(2), 70_000)] {
        assert_eq!(tile.to_string().parse::<Tile>().unwrap(), tile);
    }
}

fn shift(shelf: Shelf) -> u32 {
    match shelf {
        Shelf::Entries => 0,
        Shelf::Hashes(level) => 8 * u32::from(level),
    }
}

#[test]
fn another_spelling_of_a_path_is_refused() {
    for path in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/-1/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001/x002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p/+1",
        "/tile/0/000",
        "tile/entries/../000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/0/+01",
    ] {
        assert_eq!(path.parse::<Tile>().unwrap_err().code(), "bad-tile-path", "{path}");
    }
}

#[test]
fn tiles_of_a_larger_log_give_the_same_proofs_as_the_leaves() {
    let (mut writer, mut tree, mut files) = (TileWriter::new(), Tree::new(), Files::default());
    let mut roots = vec![tree.root()];
    for number in 0..1_000_u32 {
        tree.push(writer.push(&number.to_be_bytes()).unwrap());
        roots.push(tree.root());
        if number % 90 == 0 || number == 999 {
            files.0.extend(writer.files().into_iter().map(|(tile, bytes)| (tile.to_string(), bytes)));
        }
    }
    let mut stored = TiledTree::new(&files, 1_000);
    assert_eq!(stored.root().unwrap(), tree.root());
    assert_eq!(stored.tree().unwrap(), tree);
    for index in [0, 1, 255, 256, 511, 512, 767, 768, 998, 999] {
        let proof = stored.inclusion_proof(index).unwrap();
        let leaf = leaf_hash(&u32::try_from(index).unwrap().to_be_bytes());
        verify_inclusion(index, 1_000, &leaf, &proof, &tree.root()).unwrap();
        let proof = stored.consistency_proof(index).unwrap();
        verify_consistency(index, 1_000, &proof, &roots[at(index)], &tree.root()).unwrap();
    }
    assert_eq!(stored.inclusion_proof(1_000).unwrap_err().code(), "out-of-tree");
    assert_eq!(TileWriter::resume(&files, 1_000).unwrap(), writer);
    // 91 leaves were stored last at 91; the unfinished files of a size in between were never asked for.
    assert_eq!(TileWriter::resume(&files, 92).unwrap_err().code(), "bad-tile");
}

#[test]
fn a_writer_resumes_at_every_size() {
    let (mut writer, mut files) = (TileWriter::new(), Files::default());
    for size in 1..=520_u32 {
        writer.push(&size.to_be_bytes()).unwrap();
        files.0.extend(writer.files().into_iter().map(|(tile, bytes)| (tile.to_string(), bytes)));
        if size > 250 {
            let resumed = TileWriter::resume(&files, size.into()).unwrap();
            assert_eq!((resumed.root(), &resumed), (writer.root(), &writer), "size {size}");
        }
    }
    assert_eq!(TileWriter::resume(&Files::default(), 0).unwrap(), TileWriter::new());
}

#[test]
fn a_leaf_of_65_535_bytes_fits_and_one_of_65_536_does_not() {
    let mut writer = TileWriter::new();
    writer.push(&vec![7; LEAF_BYTES_MAX]).unwrap();
    let before = writer.clone();
    assert_eq!(writer.push(&vec![7; LEAF_BYTES_MAX + 1]).unwrap_err().code(), "leaf-too-long");
    assert_eq!(writer, before);
}

#[test]
fn a_tile_cut_short_is_refused() {
    let mut files = Files::default();
    files.0.insert("tile/0/000.p/2".into(), vec![0; 33]);
    assert_eq!(TiledTree::new(&files, 2).root().unwrap_err().code(), "bad-tile");
    files.0.insert("tile/0/000.p/2".into(), vec![0; 32]);
    assert_eq!(TiledTree::new(&files, 2).root().unwrap_err().code(), "bad-tile");
    files.0.insert("tile/0/000.p/2".into(), vec![0; 96]);
    TiledTree::new(&files, 2).root().expect("a wider tile serves as well");
    files.0.insert("tile/0/000.p/2".into(), vec![0; 257 * 32]);
    assert_eq!(TiledTree::new(&files, 2).root().unwrap_err().code(), "bad-tile");
}

#[test]
fn a_bundle_is_its_entries_and_nothing_else() {
    assert_eq!(read_bundle(&[0, 0], 1).unwrap(), [b""]);
    assert_eq!(read_bundle(&[0, 1, 7, 0, 2, 8, 9], 2).unwrap(), [&[7][..], &[8, 9]]);
    for bytes in [&[][..], &[0], &[255, 255], &[0, 2, 1], &[0, 1, 1, 0], &[0, 0, 0, 0]] {
        assert_eq!(read_bundle(bytes, 1).unwrap_err().code(), "bad-bundle", "{bytes:?}");
    }
}
