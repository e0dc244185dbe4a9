//! The slot map: which slots of a log are used, and by which leaf, so that absence can be proved too
//! (docs/control.md 7.2).
//!
//! A binary hash tree by the bits of the slot, most significant first. A subtree without a slot hashes to 32 zero bytes,
//! one with a single slot to SHA-256(0x02 ‖ slot ‖ leaf index in 8 bytes), one with more to SHA-256(0x03 ‖ left ‖
//! right). So a map has one shape and one root, whatever the order in which it was filled.

use std::sync::{Arc, OnceLock};

use crypto::{
    Digest,
    json::{Fields, Number, Value},
};
use vocab::Refusal;

use crate::{
    merkle::TREE_SIZE_MAX,
    refusals::{BAD_MAP_PROOF, MAP_PROOF_WRONG, OUT_OF_TREE, SLOT_TAKEN},
};

/// Siblings in one map proof at most: a slot has 256 bits.
pub const MAP_SIBLINGS_MAX: usize = 256;

const NOTHING: Digest = Digest::from_bytes([0; 32]);

/// Slots and the index of the first leaf of each.
///
/// A clone costs nothing and shares what has not changed since, so the map under each checkpoint can be kept while the
/// next is filled. Two maps are equal when their roots are.
#[derive(Debug, Clone, Default)]
pub struct SlotMap {
    top: Option<Arc<Node>>,
    len: u64,
}

#[derive(Debug, Clone)]
enum Node {
    Leaf(Leaf),
    Branch(Branch),
}

/// Invariant: `index` is below [`TREE_SIZE_MAX`], so JSON can say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Leaf {
    slot: Digest,
    index: u64,
}

impl Leaf {
    fn new(slot: Digest, index: u64) -> Result<Self, Refusal> {
        if index >= TREE_SIZE_MAX {
            return Err(OUT_OF_TREE.because(format!("leaf {index}")));
        }
        Ok(Self { slot, index })
    }

    fn to_json(self) -> Value {
        let index = Number::from_integer(self.index).map_or(Value::Null, Value::from);
        Value::object([("index", index), ("slot", Value::from(self.slot))])
    }
}

/// Invariant: at least two slots below; `hash`, where it is known, is over both children as they are.
///
/// It is computed when it is asked for: between two roots thousands of slots are filled, whose paths share most branches.
#[derive(Debug, Clone)]
struct Branch {
    left: Option<Arc<Node>>,
    right: Option<Arc<Node>>,
    hash: OnceLock<Digest>,
}

impl SlotMap {
    /// The map without slots.
    pub const fn new() -> Self {
        Self { top: None, len: 0 }
    }

    /// The map of all these slots at once, cheaper than one by one. Refused (`slot-taken`) when a slot occurs twice,
    /// and (`out-of-tree`) for an index that no tree has.
    pub fn of(entries: impl IntoIterator<Item = (Digest, u64)>) -> Result<Self, Refusal> {
        let mut leaves = entries
            .into_iter()
            .map(|(slot, index)| Leaf::new(slot, index))
            .collect::<Result<Vec<Leaf>, Refusal>>()?;
        leaves.sort_unstable_by_key(|leaf| leaf.slot);
        if let Some(twice) = leaves
            .windows(2)
            .find_map(|pair| pair.first().filter(|a| pair.last().is_some_and(|b| a.slot == b.slot)))
        {
            return Err(SLOT_TAKEN.because(twice.slot.to_string()));
        }
        let len = u64::try_from(leaves.len()).unwrap_or(u64::MAX);
        Ok(Self { top: subtree(&leaves, 0), len })
    }

    /// How many slots are used.
    pub const fn len(&self) -> u64 {
        self.len
    }

    /// Whether no slot is used.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The root over all slots.
    pub fn root(&self) -> Digest {
        hash_of(self.top.as_ref())
    }

    /// The index of the leaf that uses `slot`.
    pub fn get(&self, slot: &Digest) -> Option<u64> {
        let mut child = &self.top;
        let mut depth = 0;
        loop {
            match child.as_deref() {
                None => return None,
                Some(Node::Leaf(leaf)) => return (leaf.slot == *slot).then_some(leaf.index),
                Some(Node::Branch(branch)) => child = branch.child(bit(slot, depth)),
            }
            depth += 1;
        }
    }

    /// Uses `slot` for the leaf at `index`. Refused (`slot-taken`) when it is used, for the first leaf of a slot counts,
    /// and (`out-of-tree`) for an index that no tree has; then nothing has changed.
    pub fn insert(&mut self, slot: Digest, index: u64) -> Result<(), Refusal> {
        if let Some(first) = self.get(&slot) {
            return Err(SLOT_TAKEN.because(format!("{slot} by leaf {first}")));
        }
        place(&mut self.top, Leaf::new(slot, index)?, 0);
        self.len += 1;
        Ok(())
    }

    /// The proof that `slot` is present, or absent, under [`SlotMap::root`].
    pub fn prove(&self, slot: &Digest) -> MapProof {
        let (path, end) = self.path(slot);
        let siblings = path
            .iter()
            .enumerate()
            .map(|(depth, branch)| hash_of(branch.child(!bit(slot, depth)).as_ref()))
            .collect();
        MapProof { slot: *slot, siblings, end }
    }

    /// The branches from the top towards `slot`, and the leaf at their end if there is one.
    fn path(&self, slot: &Digest) -> (Vec<&Branch>, Option<Leaf>) {
        let mut path = Vec::new();
        let mut child = &self.top;
        loop {
            match child.as_deref() {
                None => return (path, None),
                Some(Node::Leaf(leaf)) => return (path, Some(*leaf)),
                Some(Node::Branch(branch)) => {
                    child = branch.child(bit(slot, path.len()));
                    path.push(branch);
                }
            }
        }
    }
}

impl PartialEq for SlotMap {
    fn eq(&self, other: &Self) -> bool {
        self.root() == other.root()
    }
}

impl Eq for SlotMap {}

impl std::hash::Hash for SlotMap {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.root().hash(state);
    }
}

impl Branch {
    const fn new(left: Option<Arc<Node>>, right: Option<Arc<Node>>) -> Self {
        Self { left, right, hash: OnceLock::new() }
    }

    fn hash(&self) -> Digest {
        *self.hash.get_or_init(|| branch_hash(&hash_of(self.left.as_ref()), &hash_of(self.right.as_ref())))
    }

    const fn child(&self, right: bool) -> &Option<Arc<Node>> {
        if right { &self.right } else { &self.left }
    }
}

/// Puts a slot that the subtree does not hold below `child`, which is `depth` bits deep.
fn place(child: &mut Option<Arc<Node>>, leaf: Leaf, depth: usize) {
    let Some(node) = child else {
        *child = Some(Arc::new(Node::Leaf(leaf)));
        return;
    };
    match Arc::make_mut(node) {
        Node::Leaf(other) => *child = part(*other, leaf, depth),
        Node::Branch(branch) => {
            place(if bit(&leaf.slot, depth) { &mut branch.right } else { &mut branch.left }, leaf, depth + 1);
            branch.hash = OnceLock::new();
        }
    }
}

/// The subtree of two different slots, `depth` bits deep: branches with one empty side until their bits part.
fn part(one: Leaf, two: Leaf, depth: usize) -> Option<Arc<Node>> {
    let mut pair = [one, two];
    pair.sort_unstable_by_key(|leaf| leaf.slot);
    subtree(&pair, depth)
}

/// The subtree of these leaves, which are sorted by slot, differ, and agree in their first `depth` bits.
fn subtree(leaves: &[Leaf], depth: usize) -> Option<Arc<Node>> {
    let node = match leaves {
        [] => return None,
        [only] => Node::Leaf(*only),
        more => {
            let (left, right) = more.split_at(more.partition_point(|leaf| !bit(&leaf.slot, depth)));
            Node::Branch(Branch::new(subtree(left, depth + 1), subtree(right, depth + 1)))
        }
    };
    Some(Arc::new(node))
}

fn hash_of(node: Option<&Arc<Node>>) -> Digest {
    match node.map(AsRef::as_ref) {
        None => NOTHING,
        Some(Node::Leaf(leaf)) => leaf_hash(leaf),
        Some(Node::Branch(branch)) => branch.hash(),
    }
}

fn leaf_hash(leaf: &Leaf) -> Digest {
    let mut bytes = [0x02; 41];
    let [_, said @ ..] = &mut bytes;
    let (slot, index) = said.split_at_mut(32);
    slot.copy_from_slice(leaf.slot.as_bytes());
    index.copy_from_slice(&leaf.index.to_be_bytes());
    Digest::of(&bytes)
}

fn branch_hash(left: &Digest, right: &Digest) -> Digest {
    Digest::of_pair(0x03, left, right)
}

/// Bit `depth` of a slot, the most significant bit of its first byte being bit 0. Beyond bit 255 there is none.
fn bit(slot: &Digest, depth: usize) -> bool {
    slot.as_bytes().get(depth / 8).is_some_and(|byte| byte & (0x80 >> (depth % 8)) != 0)
}

/// A proof of presence or absence: the siblings on the way to the slot, root first, and what stands at the end.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MapProof {
    slot: Digest,
    siblings: Vec<Digest>,
    end: Option<Leaf>,
}

/// What a map says about a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// No leaf uses it.
    Absent,
    /// The first leaf that uses it.
    Present {
        /// The leaf's index in the log.
        index: u64,
    },
}

impl MapProof {
    /// The slot it speaks of.
    pub const fn slot(&self) -> &Digest {
        &self.slot
    }

    /// What the map under `root` says about the slot.
    ///
    /// Refused (`map-proof-wrong`) when the hashes do not lead to `root`, or when the leaf at the end does not lie on
    /// the slot's path.
    pub fn verify(&self, root: &Digest) -> Result<Slot, Refusal> {
        let depth = self.siblings.len();
        let (found, end) = match &self.end {
            None => (Slot::Absent, NOTHING),
            Some(leaf) if leaf.slot == self.slot => (Slot::Present { index: leaf.index }, leaf_hash(leaf)),
            Some(leaf) if (0..depth).all(|at| bit(&leaf.slot, at) == bit(&self.slot, at)) => {
                (Slot::Absent, leaf_hash(leaf))
            }
            Some(_) => return Err(MAP_PROOF_WRONG.because("its end lies on another path")),
        };
        let computed = self.siblings.iter().enumerate().rev().fold(end, |below, (at, sibling)| {
            if bit(&self.slot, at) { branch_hash(sibling, &below) } else { branch_hash(&below, sibling) }
        });
        if computed == *root { Ok(found) } else { Err(MAP_PROOF_WRONG.because("it leads to another root")) }
    }

    /// Reads the JSON form {`slot`, `siblings`, `end`: null or {`slot`, `index`}}. Refused (`bad-map-proof`, or the
    /// reader's own) otherwise, and above [`MAP_SIBLINGS_MAX`] siblings.
    pub fn from_json(value: &Value, place: &str) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        let slot = fields.digest("slot")?;
        let listed = fields.array("siblings")?;
        if listed.len() > MAP_SIBLINGS_MAX {
            return Err(BAD_MAP_PROOF.because(format!("{} siblings", listed.len())).at(place));
        }
        let siblings = listed
            .iter()
            .map(|hash| match hash {
                Value::String(hash) => hash.as_str().parse(),
                _ => Err(BAD_MAP_PROOF.because("a sibling is not a digest").at(place)),
            })
            .collect::<Result<_, _>>()?;
        let end = match fields.value("end")? {
            Value::Null => None,
            end => {
                let mut fields = Fields::of(end, format!("{place}/end"))?;
                let leaf = Leaf::new(fields.digest("slot")?, fields.integer("index")?)?;
                fields.end()?;
                Some(leaf)
            }
        };
        fields.end()?;
        Ok(Self { slot, siblings, end })
    }

    /// The JSON form that [`MapProof::from_json`] reads.
    pub fn to_json(&self) -> Value {
        Value::object([
            ("end", self.end.map_or(Value::Null, Leaf::to_json)),
            ("siblings", Value::array(self.siblings.iter().copied())),
            ("slot", Value::from(self.slot)),
        ])
    }
}
