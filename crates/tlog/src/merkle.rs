//! The Merkle tree of RFC 9162 section 2.1 (the same as RFC 6962): hashes, an incremental root, and proofs.

use crypto::Digest;
use vocab::Refusal;

use crate::refusals::{BAD_PEAKS, CONSISTENCY_WRONG, INCLUSION_WRONG, OUT_OF_TREE};

/// Hashes in one proof at most: a tree of 2^63 leaves has paths of 63 hashes. C2SP tlog-witness sets the same bound.
pub const PROOF_HASHES_MAX: usize = 63;

/// Leaves in one tree at most, 2^53 − 1: every size and index is a whole number that every JSON reader keeps apart
/// (docs/control.md 1), and no arithmetic on them overflows.
pub const TREE_SIZE_MAX: u64 = (1 << 53) - 1;

/// The hash of a leaf's bytes: SHA-256(0x00 ‖ leaf). RFC 9162 section 2.1.1.
pub fn leaf_hash(leaf: &[u8]) -> Digest {
    // A usual leaf is hashed in one call, which costs less than its copy.
    let mut bytes = [0x00; 512];
    match bytes.get_mut(1..=leaf.len()) {
        Some(place) => {
            place.copy_from_slice(leaf);
            Digest::of(bytes.get(..=leaf.len()).unwrap_or_default())
        }
        None => Digest::of_parts(&[&[0x00], leaf]),
    }
}

/// The hash of an inner node: SHA-256(0x01 ‖ left ‖ right). RFC 9162 section 2.1.1.
pub fn node_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of_pair(0x01, left, right)
}

/// The root of the tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Digest {
    Digest::of(&[])
}

/// A tree that only grows, kept as the roots of its complete subtrees.
///
/// Invariant: `peaks` holds one hash for each set bit of `size`, the largest subtree first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Tree {
    size: u64,
    peaks: Vec<Digest>,
}

impl Tree {
    /// The tree without leaves.
    pub const fn new() -> Self {
        Self { size: 0, peaks: Vec::new() }
    }

    /// A tree kept earlier by [`Tree::size`] and [`Tree::peaks`]. Refused (`bad-peaks`) when there is not one peak for
    /// each set bit of `size`.
    pub fn from_peaks(size: u64, peaks: Vec<Digest>) -> Result<Self, Refusal> {
        if u32::try_from(peaks.len()) != Ok(size.count_ones()) || size > TREE_SIZE_MAX {
            return Err(BAD_PEAKS.because(format!("{} peaks for {size} leaves", peaks.len())));
        }
        Ok(Self { size, peaks })
    }

    /// How many leaves there are.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the complete subtrees, the largest first.
    pub fn peaks(&self) -> &[Digest] {
        &self.peaks
    }

    /// The tree with one leaf more; `leaf` is its [`leaf_hash`]. At [`TREE_SIZE_MAX`] leaves this would not end within
    /// the age of the universe, so fullness is not an answer here.
    pub fn push(&mut self, leaf: Digest) {
        let mut carried = leaf;
        let mut below = self.size;
        while below & 1 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            carried = node_hash(&left, &carried);
            below >>= 1;
        }
        self.peaks.push(carried);
        self.size += 1;
    }

    /// The root over all leaves.
    pub fn root(&self) -> Digest {
        let mut peaks = self.peaks.iter().rev();
        let Some(last) = peaks.next() else { return empty_root() };
        peaks.fold(*last, |right, left| node_hash(left, &right))
    }
}

/// Where a proof's hashes come from: the root of each complete subtree of a tree of known size.
pub trait Subtrees {
    /// What can go wrong when a hash is fetched; a refusal of this room must fit in.
    type Error: From<Refusal>;

    /// The root of the complete subtree over the 2^`level` leaves that begin at leaf `index` · 2^`level`.
    fn subtree(&mut self, level: u8, index: u64) -> Result<Digest, Self::Error>;
}

/// The root of the tree of `size` leaves. RFC 9162 section 2.1.1.
pub fn root<S: Subtrees>(hashes: &mut S, size: u64) -> Result<Digest, S::Error> {
    if size == 0 {
        return Ok(empty_root());
    }
    range_root(hashes, Range { start: 0, size })
}

/// The inclusion proof of leaf `index` in the tree of `size` leaves, sibling first. RFC 9162 section 2.1.3.1.
///
/// Refused (`out-of-tree`) when the tree has no such leaf.
pub fn inclusion_proof<S: Subtrees>(hashes: &mut S, index: u64, size: u64) -> Result<Vec<Digest>, S::Error> {
    if index >= size || size > TREE_SIZE_MAX {
        return Err(OUT_OF_TREE.because(format!("leaf {index} of {size}")).into());
    }
    let mut proof = Vec::new();
    let mut range = Range { start: 0, size };
    while range.size > 1 {
        let (left, right) = range.halves();
        let (inside, sibling) = if index < right.start { (left, right) } else { (right, left) };
        proof.push(range_root(hashes, sibling)?);
        range = inside;
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `later` leaves extends the tree of `earlier` leaves. RFC 9162 section 2.1.4.1; empty when
/// `earlier` is 0 or both are equal. Refused (`out-of-tree`) when `earlier` is larger.
pub fn consistency_proof<S: Subtrees>(
    hashes: &mut S,
    earlier: u64,
    later: u64,
) -> Result<Vec<Digest>, S::Error> {
    if earlier > later || later > TREE_SIZE_MAX {
        return Err(OUT_OF_TREE.because(format!("{earlier} leaves within {later}")).into());
    }
    if earlier == 0 || earlier == later {
        return Ok(Vec::new());
    }
    let mut proof = Vec::new();
    let mut range = Range { start: 0, size: later };
    // `earlier` ends inside `range` or at its end until both ends agree: SUBPROOF of the RFC, written as a loop.
    while range.start + range.size != earlier {
        let (left, right) = range.halves();
        let (inside, sibling) = if earlier <= right.start { (left, right) } else { (right, left) };
        proof.push(range_root(hashes, sibling)?);
        range = inside;
    }
    if range.start != 0 {
        proof.push(range_root(hashes, range)?);
    }
    proof.reverse();
    Ok(proof)
}

/// Checks that `leaf` (a leaf hash) is at `index` in the tree of `size` leaves under `root`. RFC 9162 section 2.1.3.2.
///
/// Refused (`inclusion-wrong`) otherwise, also when the proof is longer or shorter than the path.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: &Digest,
    proof: &[Digest],
    root: &Digest,
) -> Result<(), Refusal> {
    if index >= size {
        return Err(INCLUSION_WRONG.because(format!("leaf {index} of {size}")));
    }
    let (mut node, mut last) = (index, size - 1);
    let mut computed = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(INCLUSION_WRONG.because("the proof is too long"));
        }
        if node & 1 == 1 || node == last {
            computed = node_hash(sibling, &computed);
            climb_to_right_child(&mut node, &mut last);
        } else {
            computed = node_hash(&computed, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(INCLUSION_WRONG.because("the proof is too short"));
    }
    if computed == *root { Ok(()) } else { Err(INCLUSION_WRONG.because("it leads to another root")) }
}

/// Checks that the tree of `later` leaves extends the tree of `earlier` leaves. RFC 9162 section 2.1.4.2.
///
/// Every tree extends the empty one, whose root must still be the empty root. Refused (`consistency-wrong`) otherwise.
pub fn verify_consistency(
    earlier: u64,
    later: u64,
    proof: &[Digest],
    earlier_root: &Digest,
    later_root: &Digest,
) -> Result<(), Refusal> {
    if earlier > later {
        return Err(CONSISTENCY_WRONG.because(format!("{earlier} leaves within {later}")));
    }
    if earlier == 0 || earlier == later {
        let same = if earlier == later { earlier_root == later_root } else { *earlier_root == empty_root() };
        return if same && proof.is_empty() {
            Ok(())
        } else {
            Err(CONSISTENCY_WRONG.because("trees of these sizes need equal roots and no hashes"))
        };
    }
    let (mut node, mut last) = (earlier - 1, later - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let mut hashes = proof.iter();
    // A power of two is itself a complete subtree: its root stands in for the first hash, which is left out.
    let first = if earlier.is_power_of_two() { Some(earlier_root) } else { hashes.next() };
    let Some(first) = first else { return Err(CONSISTENCY_WRONG.because("the proof is empty")) };
    let (mut old, mut new) = (*first, *first);
    for sibling in hashes {
        if last == 0 {
            return Err(CONSISTENCY_WRONG.because("the proof is too long"));
        }
        if node & 1 == 1 || node == last {
            old = node_hash(sibling, &old);
            new = node_hash(sibling, &new);
            climb_to_right_child(&mut node, &mut last);
        } else {
            new = node_hash(&new, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    if last == 0 && old == *earlier_root && new == *later_root {
        Ok(())
    } else {
        Err(CONSISTENCY_WRONG.because("it leads to other roots"))
    }
}

/// Levels at which the node is a left child without a sibling have no hash in the proof: they are passed over.
const fn climb_to_right_child(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

/// Consecutive leaves that form a subtree of the tree: `start` is a multiple of the power of two at or above `size`.
#[derive(Clone, Copy)]
struct Range {
    start: u64,
    size: u64,
}

impl Range {
    /// The split of RFC 9162: the left half is the largest power of two below `size`, which is at least 2.
    const fn halves(self) -> (Self, Self) {
        let left = 1 << (u64::BITS - 1 - (self.size - 1).leading_zeros());
        (Self { start: self.start, size: left }, Self { start: self.start + left, size: self.size - left })
    }
}

fn range_root<S: Subtrees>(hashes: &mut S, range: Range) -> Result<Digest, S::Error> {
    if range.size.is_power_of_two() {
        let level = range.size.trailing_zeros();
        return hashes.subtree(u8::try_from(level).unwrap_or(u8::MAX), range.start >> level);
    }
    let (left, right) = range.halves();
    let left = range_root(hashes, left)?;
    let right = range_root(hashes, right)?;
    Ok(node_hash(&left, &right))
}
