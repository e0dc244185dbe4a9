//! The tree: official proof vectors, the golden log, and every proof against the recursive definition of RFC 9162.

use std::path::Path;

use crypto::Digest;
use proptest::prelude::*;
use tlog::merkle::{
    self, Subtrees, Tree, consistency_proof, empty_root, inclusion_proof, leaf_hash, verify_consistency,
    verify_inclusion,
};
use vocab::Refusal;

use crate::{base64_digest, hex_digest, read, vectors};

/// RFC 9162 section 2.1.1, word for word.
fn mth(leaves: &[Vec<u8>]) -> Digest {
    match leaves {
        [] => Digest::of(&[]),
        [leaf] => Digest::of(&[&[0][..], leaf].concat()),
        more => {
            let mut k = 1;
            while k * 2 < more.len() {
                k *= 2;
            }
            let (left, right) = (mth(&more[..k]), mth(&more[k..]));
            Digest::of(&[&[1][..], left.as_bytes(), right.as_bytes()].concat())
        }
    }
}

/// A store of subtrees that computes each from the leaves.
struct Leaves<'a>(&'a [Vec<u8>]);

impl Subtrees for Leaves<'_> {
    type Error = Refusal;

    fn subtree(&mut self, level: u8, index: u64) -> Result<Digest, Refusal> {
        let width = 1_usize << level;
        let start = usize::try_from(index).unwrap() * width;
        Ok(mth(&self.0[start..start + width]))
    }
}

fn leaves(count: usize) -> Vec<Vec<u8>> {
    (0..count).map(|number| format!("leaf {number}").into_bytes()).collect()
}

fn as_u64(number: usize) -> u64 {
    number.try_into().unwrap()
}

fn for_each_vector(kind: &str, check: impl Fn(&serde_json::Value) -> Result<(), Refusal>) {
    let Some(folder) = testkit::standards(&format!("cyber/tlog/merkle/{kind}")) else { return };
    let mut seen = 0;
    let sets = std::fs::read_dir(&folder).unwrap().map(|set| set.unwrap().path());
    let files = sets.flat_map(|set| std::fs::read_dir(set).unwrap()).map(|file| file.unwrap().path());
    for file in files {
        let vector: serde_json::Value = serde_json::from_slice(&read(&file)).unwrap();
        let must_fail = vector["wantErr"].as_bool().unwrap_or(false);
        assert_eq!(check(&vector).is_err(), must_fail, "{}", name(&file));
        seen += 1;
    }
    // 92 files in the two folders at the commit that the standards' README names.
    assert!(seen > 20, "only {seen} vectors in {}", folder.display());
}

fn name(file: &Path) -> String {
    file.display().to_string()
}

/// A hash of a vector; some of them are not 32 bytes long, and then nothing can be shown with them.
fn hash(value: &serde_json::Value) -> Result<Digest, Refusal> {
    let bytes = crypto::base64::decode(value.as_str().unwrap()).unwrap();
    Ok(Digest::from_bytes(bytes.try_into().map_err(|_| tlog::refusals::BAD_PROOF.refuse())?))
}

fn proof_of(vector: &serde_json::Value) -> Result<Vec<Digest>, Refusal> {
    vector["proof"].as_array().into_iter().flatten().map(hash).collect()
}

#[test]
fn the_official_inclusion_vectors_get_the_verdict_they_ask_for() {
    for_each_vector("inclusion", |vector| {
        let number = |name: &str| vector[name].as_u64().unwrap();
        let (leaf, proof, root) = (hash(&vector["leafHash"])?, proof_of(vector)?, hash(&vector["root"])?);
        verify_inclusion(number("leafIdx"), number("treeSize"), &leaf, &proof, &root)
    });
}

#[test]
fn the_official_consistency_vectors_get_the_verdict_they_ask_for() {
    for_each_vector("consistency", |vector| {
        let number = |name: &str| vector[name].as_u64().unwrap();
        let (old, proof, new) = (hash(&vector["root1"])?, proof_of(vector)?, hash(&vector["root2"])?);
        verify_consistency(number("size1"), number("size2"), &proof, &old, &new)
    });
}

#[test]
fn the_golden_log_has_its_leaf_hashes_and_root() {
    let Some(vectors) = vectors() else { return };
    let mut tree = Tree::new();
    for (leaf, hash) in
        crate::golden_leaves(&vectors).iter().zip(vectors["log"]["leafHashes"].as_array().unwrap())
    {
        assert_eq!(leaf_hash(leaf.as_bytes()), hex_digest(hash));
        tree.push(hex_digest(hash));
    }
    assert_eq!(Some(tree.size()), vectors["log"]["size"].as_u64());
    assert_eq!(tree.root(), base64_digest(&vectors["log"]["root"]));
}

#[test]
fn the_golden_inclusion_proofs_are_made_and_verified() {
    let Some(vectors) = vectors() else { return };
    let leaves: Vec<_> = crate::golden_leaves(&vectors).into_iter().map(String::into_bytes).collect();
    let root = base64_digest(&vectors["log"]["root"]);
    let acts = vectors["chain"].as_array().unwrap().iter();
    let sets = vectors["keysets"].as_object().unwrap().values();
    let all = acts.chain(sets).chain([&vectors["tag"]["mark"], &vectors["decline"], &vectors["rekey"]]);
    let mut seen = 0;
    for logged in all {
        let index = logged["leafIndex"].as_u64().unwrap();
        let proof: Vec<_> = logged["inclusion"].as_array().unwrap().iter().map(base64_digest).collect();
        assert_eq!(inclusion_proof(&mut Leaves(&leaves), index, 16).unwrap(), proof, "leaf {index}");
        let leaf = leaf_hash(logged["leaf"].as_str().unwrap().as_bytes());
        verify_inclusion(index, 16, &leaf, &proof, &root).unwrap();
        seen += 1;
    }
    assert!(seen >= 9, "{seen} proofs");
}

#[test]
fn the_incremental_root_is_the_recursive_one_at_every_size() {
    let leaves = leaves(130);
    let mut tree = Tree::new();
    for size in 0..leaves.len() {
        assert_eq!(tree.root(), mth(&leaves[..size]), "{size} leaves");
        assert_eq!(Tree::from_peaks(tree.size(), tree.peaks().to_vec()).unwrap(), tree);
        let as_many = (size + 1).count_ones() == size.count_ones();
        assert_eq!(Tree::from_peaks(tree.size() + 1, tree.peaks().to_vec()).is_ok(), as_many);
        tree.push(leaf_hash(&leaves[size]));
    }
    assert_eq!(Tree::new().root(), empty_root());
}

#[test]
fn every_proof_of_a_small_tree_verifies_and_fails_elsewhere() {
    let leaves = leaves(20);
    for size in 1..=leaves.len() {
        let root = mth(&leaves[..size]);
        for index in 0..size {
            let leaf = leaf_hash(&leaves[index]);
            let proof = inclusion_proof(&mut Leaves(&leaves), as_u64(index), as_u64(size)).unwrap();
            for place in 0..size {
                let verdict = verify_inclusion(as_u64(place), as_u64(size), &leaf, &proof, &root);
                assert_eq!(verdict.is_ok(), place == index, "{index} of {size} shown at {place}");
            }
        }
        for earlier in 0..=size {
            let proof = consistency_proof(&mut Leaves(&leaves), as_u64(earlier), as_u64(size)).unwrap();
            let old = mth(&leaves[..earlier]);
            verify_consistency(as_u64(earlier), as_u64(size), &proof, &old, &root).unwrap();
            if earlier != size {
                verify_consistency(as_u64(earlier), as_u64(size), &proof, &root, &root).unwrap_err();
            }
        }
    }
}

#[test]
fn a_leaf_beyond_the_tree_has_no_proof() {
    let leaves = leaves(3);
    assert_eq!(inclusion_proof(&mut Leaves(&leaves), 3, 3).unwrap_err().code(), "out-of-tree");
    assert_eq!(consistency_proof(&mut Leaves(&leaves), 4, 3).unwrap_err().code(), "out-of-tree");
    let beyond = inclusion_proof(&mut Leaves(&leaves), 0, merkle::TREE_SIZE_MAX + 1);
    assert_eq!(beyond.unwrap_err().code(), "out-of-tree");
    assert_eq!(
        verify_inclusion(u64::MAX, u64::MAX, &empty_root(), &[], &empty_root()).unwrap_err().code(),
        "inclusion-wrong"
    );
}

fn flipped(hash: &Digest, bit: usize) -> Digest {
    let mut bytes = *hash.as_bytes();
    bytes[bit / 8] ^= 0x80 >> (bit % 8);
    Digest::from_bytes(bytes)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_flipped_bit_breaks_an_inclusion_proof(size in 2_usize..300, at in any::<prop::sample::Index>(), bit in 0_usize..256, which in any::<prop::sample::Index>()) {
        let leaves = leaves(size);
        let index = at.index(size);
        let root = mth(&leaves);
        let mut proof = inclusion_proof(&mut Leaves(&leaves), as_u64(index), as_u64(size)).unwrap();
        let leaf = leaf_hash(&leaves[index]);
        prop_assert!(verify_inclusion(as_u64(index), as_u64(size), &leaf, &proof, &root).is_ok());
        prop_assert!(verify_inclusion(as_u64(index), as_u64(size), &flipped(&leaf, bit), &proof, &root).is_err());
        prop_assert!(verify_inclusion(as_u64(index), as_u64(size), &leaf, &proof, &flipped(&root, bit)).is_err());
        prop_assert!(verify_inclusion(as_u64(index), as_u64(size), &leaf, &proof[1..], &root).is_err());
        let which = which.index(proof.len());
        proof[which] = flipped(&proof[which], bit);
        prop_assert!(verify_inclusion(as_u64(index), as_u64(size), &leaf, &proof, &root).is_err());
    }

    #[test]
    fn a_flipped_bit_breaks_a_consistency_proof(later in 2_usize..300, at in any::<prop::sample::Index>(), bit in 0_usize..256, which in any::<prop::sample::Index>()) {
        let leaves = leaves(later);
        let earlier = 1 + at.index(later - 1);
        let (old, new) = (mth(&leaves[..earlier]), mth(&leaves));
        let mut proof = consistency_proof(&mut Leaves(&leaves), as_u64(earlier), as_u64(later)).unwrap();
        let verify = |proof: &[Digest], old: &Digest, new: &Digest| verify_consistency(as_u64(earlier), as_u64(later), proof, old, new);
        prop_assert!(verify(&proof, &old, &new).is_ok());
        prop_assert!(verify(&proof, &flipped(&old, bit), &new).is_err());
        prop_assert!(verify(&proof, &old, &flipped(&new, bit)).is_err());
        prop_assert!(verify(&proof[1..], &old, &new).is_err());
        let which = which.index(proof.len());
        proof[which] = flipped(&proof[which], bit);
        prop_assert!(verify(&proof, &old, &new).is_err());
    }
}
