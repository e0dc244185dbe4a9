//! The log as a bundle shows it: every leaf with its proof, every checkpoint once. Claims LOGGED, COSIGNED, SINGLE, TIME.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    time::Duration,
};

use crypto::Digest;
use registry::slot;
use tlog::{
    checkpoint::{Checkpoint, SignedCheckpoint},
    merkle::{leaf_hash, verify_inclusion},
    policy::{Checks, Cosigned, Policy},
    proof::LogProof,
};
use vocab::{Refusal, Timestamp};

use super::reading::{EntryLeaf, MapLeaf, Reading, Signed};
use crate::{
    bundle::{Files, path::Path, proof::ProofFile},
    claim::Found,
    trust::{Registry, Trust},
};

/// How far a witness's clock may be from the last leaf's time when it cosigns (docs/control.md 9).
pub(crate) const WITNESS_CLOCK: Duration = Duration::from_secs(60);

/// Which leaf of the bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum What {
    Act(usize),
    Before(usize),
    Head,
    Mark(usize),
    Member(usize),
    Set(Digest, usize),
    Tag,
}

/// One leaf and where it stands.
struct Placed<'a> {
    what: What,
    text: &'a str,
    at: Timestamp,
    slot: Option<Digest>,
    /// The size that a map leaf states.
    size: Option<u64>,
    /// Where its proof says that it stands, if the proof can be read.
    proof: Result<Placement, Refusal>,
    /// Whether the proof holds.
    included: Result<(), Refusal>,
}

#[derive(Clone, Copy)]
struct Placement {
    index: u64,
    checkpoint: usize,
}

/// A checkpoint and what the trust file says about it.
struct Seen<'a> {
    checkpoint: Checkpoint,
    registry: Option<&'a Registry>,
    cosigned: Option<Result<Cosigned, Refusal>>,
    long_term: Option<Result<(), Refusal>>,
}

/// The checkpoints that proofs have led to, each with its place among those that could be read.
type Known = BTreeMap<Digest, Result<usize, Refusal>>;

/// The leaves of a bundle, proved once.
pub(crate) struct LogView<'a> {
    leaves: Vec<Placed<'a>>,
    by_what: HashMap<What, usize>,
    checkpoints: Vec<Seen<'a>>,
    origin: &'a str,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Act(number) => write!(f, "act {number}"),
            Self::Before(number) => write!(f, "the map leaf before act {number}"),
            Self::Head => f.write_str("the head"),
            Self::Mark(number) => write!(f, "mark {number}"),
            Self::Member(number) => write!(f, "members/{number:04}"),
            Self::Set(id, number) => write!(f, "act {number} of set {}", short(id)),
            Self::Tag => f.write_str("the tag mark"),
        }
    }
}

/// The first digits of a digest: enough for a person to find it again in the same file.
pub(crate) fn short(digest: &Digest) -> String {
    digest.to_string().chars().take(12).collect()
}

impl<'a> LogView<'a> {
    /// Reads and verifies every proof, and judges every distinct checkpoint once.
    pub(crate) fn of(files: &'a Files, reading: &'a Reading, trust: Option<&'a Trust>) -> Self {
        let first = reading.acts.first().and_then(|file| file.act.registry());
        let origin = first.map_or("", |registry| registry.origin.as_str());
        let mut view = Self { leaves: Vec::new(), by_what: HashMap::new(), checkpoints: Vec::new(), origin };
        let mut known = Known::new();
        view.place_all(files, reading, trust, &mut known);
        view
    }

    fn place_all(
        &mut self,
        files: &'a Files,
        reading: &'a Reading,
        trust: Option<&'a Trust>,
        known: &mut Known,
    ) {
        let mut place = |what, path, text: &'a str, at, slot, size| {
            let (proof, included) = match self.prove(files, path, text, trust, known) {
                Ok((placement, included)) => (Ok(placement), included),
                Err(why) => (Err(why.clone()), Err(why)),
            };
            self.by_what.insert(what, self.leaves.len());
            self.leaves.push(Placed { what, text, at, slot, size, proof, included });
        };
        for (number, file) in numbered(&reading.acts) {
            let leaf = &file.signed.leaf;
            let nth = usize::try_from(number).unwrap_or_default();
            place(What::Act(nth), Path::ActProof(number), &leaf.text, leaf.at, Some(leaf.slot), None);
            if let Some(MapLeaf { text, at, size, .. }) = &file.before {
                place(What::Before(nth), Path::BeforeProof(number), text, *at, None, Some(*size));
            }
            if let Some((EntryLeaf { text, at, slot, .. }, _)) = &file.tag {
                place(What::Tag, Path::TagProof, text, *at, Some(*slot), None);
            }
        }
        for (id, acts) in &reading.sets {
            for (number, file) in numbered(acts) {
                let (leaf, nth) = (&file.signed.leaf, usize::try_from(number).unwrap_or_default());
                let path = Path::SetProof(*id, number);
                place(What::Set(*id, nth), path, &leaf.text, leaf.at, Some(leaf.slot), None);
            }
        }
        for (number, file) in numbered(&reading.members) {
            let nth = usize::try_from(number).unwrap_or_default();
            place(What::Member(nth), Path::MemberProof(number), &file.text, file.at, Some(file.slot), None);
        }
        for (number, file) in numbered(&reading.marks) {
            let (leaf, nth) = (&file.leaf, usize::try_from(number).unwrap_or_default());
            place(What::Mark(nth), Path::MarkProof(number), &leaf.text, leaf.at, Some(leaf.slot), None);
        }
        if let Some(head) = &reading.head {
            let leaf = &head.leaf;
            place(What::Head, Path::HeadProof, &leaf.text, leaf.at, None, Some(leaf.size));
        }
    }

    fn prove(
        &mut self,
        files: &Files,
        path: Path,
        leaf: &str,
        trust: Option<&'a Trust>,
        known: &mut Known,
    ) -> Result<(Placement, Result<(), Refusal>), Refusal> {
        let file = ProofFile::read(files.get(path).unwrap_or_default())?;
        let (index, hashes) = LogProof::parse_path(file.path()?)?;
        let checkpoint = known.entry(file.checkpoint()).or_insert_with(|| {
            let note = files.get(Path::Checkpoint(file.checkpoint())).unwrap_or_default();
            let signed = SignedCheckpoint::parse(note)?;
            self.checkpoints.push(Seen::of(&signed, trust));
            Ok(self.checkpoints.len() - 1)
        });
        let checkpoint = checkpoint.clone()?;
        let included = self.checkpoints.get(checkpoint).map_or(Ok(()), |seen| {
            let (size, root) = (seen.checkpoint.size(), seen.checkpoint.root());
            verify_inclusion(index, size, &leaf_hash(leaf.as_bytes()), &hashes, root)
        });
        Ok((Placement { index, checkpoint }, included))
    }

    /// The log of the record.
    pub(crate) const fn origin(&self) -> &'a str {
        self.origin
    }

    /// Where a leaf stands in the log, as its proof says. Whether the proof holds is LOGGED.
    pub(crate) fn index(&self, what: What) -> Option<u64> {
        self.placement(what).map(|placement| placement.index)
    }

    /// The size of the checkpoint that a leaf's proof leads to.
    pub(crate) fn size(&self, what: What) -> Option<u64> {
        self.seen(what).map(|seen| seen.checkpoint.size())
    }

    /// The quorum's time of the checkpoint in a leaf's own proof.
    pub(crate) fn quorum_time(&self, what: What) -> Option<Timestamp> {
        self.seen(what)?.time()
    }

    /// LOGGED.
    pub(crate) fn logged(&self, reading: &Reading, trust: Option<&Trust>) -> Found {
        let mut found = Found::pass(format!(
            "{} leaves under {} checkpoints of {}",
            self.leaves.len(),
            self.checkpoints.len(),
            self.origin
        ));
        for leaf in &self.leaves {
            found = found.and(self.leaf_is_logged(leaf, reading, trust).of(leaf.what));
        }
        for (what, entry) in entries(reading) {
            found = found.and(entry.unwrap_or_else(|| Found::pass("")).of(what));
        }
        found.and(self.in_order(reading))
    }

    fn leaf_is_logged(&self, leaf: &Placed<'_>, reading: &Reading, trust: Option<&Trust>) -> Found {
        let placement = match &leaf.proof {
            Ok(placement) => placement,
            Err(why) => return Found::fail_for(why),
        };
        if let Err(why) = &leaf.included {
            return Found::fail_for(why);
        }
        if leaf.size.is_some_and(|size| size != placement.index) {
            return Found::fail("a map leaf states its own index, and this states another");
        }
        let wanted = match leaf.what {
            What::Set(id, _) => set_origin(reading, &id).unwrap_or(self.origin),
            What::Act(_) | What::Before(_) | What::Head | What::Mark(_) | What::Member(_) | What::Tag => {
                self.origin
            }
        };
        let shown = self.checkpoints.get(placement.checkpoint).map_or("", |seen| seen.checkpoint.origin());
        if shown == wanted {
            return Found::pass("");
        }
        let successor = trust.and_then(|trust| trust.registry(wanted)).and_then(Registry::successor);
        if successor == Some(shown) {
            return Found::unknown(format!("under {shown}, the successor of {wanted}: not in this version"));
        }
        Found::fail(format!("under a checkpoint of {shown}, not of {wanted}"))
    }

    /// Leaves of one chain or folder stand in the order of their numbers, and a map leaf before its act.
    fn in_order(&self, reading: &Reading) -> Found {
        let acts = (0..reading.acts.len()).map(What::Act).collect::<Vec<_>>();
        let members = (0..reading.members.len()).map(What::Member).collect();
        let marks = (0..reading.marks.len()).map(What::Mark).collect();
        let sets =
            reading.sets.iter().map(|(id, acts)| (0..acts.len()).map(|nth| What::Set(*id, nth)).collect());
        let before = (0..reading.acts.len()).map(|nth| vec![What::Before(nth), What::Act(nth)]);
        let rows = [acts, members, marks].into_iter().chain(sets).chain(before);
        for row in rows {
            let known: Vec<(What, u64)> =
                row.into_iter().filter_map(|what| Some((what, self.index(what)?))).collect();
            for ((_, earlier), (what, later)) in known.iter().zip(known.iter().skip(1)) {
                if later <= earlier {
                    return Found::fail("it stands in the log before what it follows").of(what);
                }
            }
        }
        Found::pass("")
    }

    /// COSIGNED.
    pub(crate) fn cosigned(&self) -> Found {
        let mut names = Vec::new();
        let mut found = None;
        for seen in &self.checkpoints {
            let one =
                seen.is_cosigned().of(format_args!("the checkpoint of size {}", seen.checkpoint.size()));
            if let Some(Ok(cosigned)) = &seen.cosigned {
                names.extend(cosigned.witnesses().iter().cloned());
            }
            found = Some(found.map_or(one.clone(), |found: Found| found.and(one)));
        }
        names.sort_unstable();
        names.dedup();
        let said =
            Found::pass(format!("{} checkpoints, cosigned by {}", self.checkpoints.len(), names.join(", ")));
        match found {
            None => Found::unknown("no proof leads to a checkpoint"),
            Some(found) => said.and(found),
        }
    }

    /// SINGLE.
    pub(crate) fn single(&self) -> Found {
        if let Some(fork) = self.fork() {
            return fork;
        }
        for seen in &self.checkpoints {
            let verifying = seen.registry.zip(seen.policy()).zip(seen.cosigned.as_ref());
            let met = verifying.is_some_and(|((registry, policy), cosigned)| {
                cosigned.as_ref().is_ok_and(|cosigned| {
                    policy.is_quorum(|witness| {
                        let name = witness.name();
                        registry.is_verifying(name)
                            && cosigned.witnesses().iter().any(|signed| signed == name)
                    })
                })
            });
            if !met {
                return Found::unknown(format!(
                    "the trust file does not say that the witnesses of the checkpoint of size {} read every leaf",
                    seen.checkpoint.size()
                ));
            }
        }
        Found::pass("witnesses that read every leaf cosigned each checkpoint")
    }

    /// Two histories within the bundle itself.
    fn fork(&self) -> Option<Found> {
        let mut roots = HashMap::new();
        for seen in &self.checkpoints {
            let checkpoint = &seen.checkpoint;
            let key = (checkpoint.origin(), checkpoint.size());
            if *roots.entry(key).or_insert(checkpoint.root()) != checkpoint.root() {
                let size = checkpoint.size();
                return Some(Found::fail(format!(
                    "two checkpoints of size {size} with different roots: a fork"
                )));
            }
        }
        let (mut texts, mut slots) = (HashMap::new(), HashMap::new());
        for (leaf, placement, origin) in self.placed() {
            if *texts.entry((origin, placement.index)).or_insert(leaf.text) != leaf.text {
                let what = format!("two different leaves at index {}: a fork", placement.index);
                return Some(Found::fail(what).of(leaf.what));
            }
            if let Some(slot) = leaf.slot
                && *slots.entry((origin, slot)).or_insert(placement.index) != placement.index
            {
                return Some(Found::fail("its slot is used by another leaf, too").of(leaf.what));
            }
        }
        None
    }

    /// TIME.
    pub(crate) fn time(&self) -> Found {
        let mut by_index: BTreeMap<(&str, u64), &Placed<'_>> = BTreeMap::new();
        let mut found =
            Found::pass("no leaf is later than its witnesses' clocks, and none earlier than one before it");
        for (leaf, placement, origin) in self.placed() {
            by_index.insert((origin, placement.index), leaf);
            let limit = self.checkpoints.get(placement.checkpoint).and_then(Seen::time);
            found = found.and(match limit {
                None => Found::unknown("the time of its checkpoint is not known").of(leaf.what),
                Some(limit) if leaf.at > limit.plus(WITNESS_CLOCK) => {
                    Found::fail(format!("it says {}, and the quorum cosigned at {limit}", leaf.at))
                        .of(leaf.what)
                }
                Some(_) => Found::pass(""),
            });
        }
        let order: Vec<_> = by_index.iter().collect();
        for ((earlier_key, earlier), (later_key, later)) in order.iter().zip(order.iter().skip(1)) {
            if earlier_key.0 == later_key.0 && later.at < earlier.at {
                let said = format!("it says {}, and a leaf before it says {}", later.at, earlier.at);
                return found.and(Found::fail(said).of(later.what));
            }
        }
        found
    }

    /// The part of ALGORITHMS that is about the log: an ML-DSA quorum under every checkpoint.
    pub(crate) fn long_term(&self) -> Found {
        let mut found = Found::pass("every checkpoint is cosigned with ML-DSA-44, too");
        for seen in &self.checkpoints {
            let one = match &seen.long_term {
                None => Found::unknown("the trust file names no ML-DSA keys for its witnesses"),
                Some(Ok(())) => Found::pass(""),
                Some(Err(why)) => Found::fail_for(why),
            };
            found = found.and(one.of(format_args!("the checkpoint of size {}", seen.checkpoint.size())));
        }
        found
    }

    fn placement(&self, what: What) -> Option<Placement> {
        let leaf = self.by_what.get(&what).and_then(|at| self.leaves.get(*at))?;
        leaf.proof.as_ref().ok().copied()
    }

    fn seen(&self, what: What) -> Option<&Seen<'a>> {
        self.checkpoints.get(self.placement(what)?.checkpoint)
    }

    fn placed(&self) -> impl Iterator<Item = (&Placed<'a>, Placement, &str)> {
        self.leaves.iter().filter_map(|leaf| {
            let placement = *leaf.proof.as_ref().ok()?;
            Some((leaf, placement, self.checkpoints.get(placement.checkpoint)?.checkpoint.origin()))
        })
    }
}

impl<'a> Seen<'a> {
    fn of(signed: &SignedCheckpoint, trust: Option<&'a Trust>) -> Self {
        let registry = trust.and_then(|trust| trust.registry(signed.checkpoint().origin()));
        let mut checks = Checks::of(signed);
        let mut judged = |judge: &'a Result<Policy, Refusal>| match judge {
            Ok(policy) => policy.judge_by(&mut checks),
            Err(why) => Err(why.clone()),
        };
        let cosigned = registry.and_then(Registry::policy).map(&mut judged);
        let lasting = registry.and_then(Registry::long_term_policy).map(|judge| judged(judge).map(drop));
        let own_key = registry.and_then(Registry::log_ml_dsa).map(|key| match checks.check(key) {
            Ok(Some(_)) => Ok(()),
            Ok(None) => Err(tlog::refusals::LOG_SIGNATURE_MISSING.because(key.name().as_str())),
            Err(why) => Err(why),
        });
        let long_term = lasting.map(|lasting| lasting.and(own_key.unwrap_or(Ok(()))));
        Self { checkpoint: signed.checkpoint().clone(), registry, cosigned, long_term }
    }

    fn policy(&self) -> Option<&'a Policy> {
        self.registry.and_then(Registry::policy).and_then(|judge| judge.as_ref().ok())
    }

    fn is_cosigned(&self) -> Found {
        match &self.cosigned {
            None => Found::unknown(format!("no trust in the log {}", self.checkpoint.origin())),
            Some(Ok(_)) => Found::pass("cosigned"),
            Some(Err(why)) => Found::fail_for(why),
        }
    }

    fn time(&self) -> Option<Timestamp> {
        self.cosigned.as_ref().and_then(|cosigned| cosigned.as_ref().ok()).map(Cosigned::time)
    }
}

/// What is wrong with the entry of each leaf that has one, where something is.
fn entries(reading: &Reading) -> Vec<(What, Option<Found>)> {
    let mut entries = Vec::new();
    for (nth, file) in reading.acts.iter().enumerate() {
        let slot = slot::act(&file.act.record(), file.act.seq());
        entries.push((What::Act(nth), entry_fault(&file.signed, file.act.digest(), slot)));
    }
    for (id, acts) in &reading.sets {
        for (nth, file) in acts.iter().enumerate() {
            let (record, seq) = match &file.act {
                Ok(act) => (act.record(), act.seq()),
                Err(_) => (*id, u64::try_from(nth).unwrap_or(u64::MAX)),
            };
            let fault = entry_fault(&file.signed, file.digest, slot::act(&record, seq));
            entries.push((What::Set(*id, nth), fault));
        }
    }
    let record = reading.acts.first().map(|file| file.act.digest()).unwrap_or_else(|| Digest::of(&[]));
    for (nth, file) in reading.marks.iter().enumerate() {
        let slot = slot::mark(&record, u64::try_from(nth).unwrap_or(u64::MAX));
        let whole = file.entry.act == file.counter.digest()
            && file.entry.signatures == file.list.digest
            && file.leaf.entry == file.entry.digest
            && file.leaf.slot == slot;
        entries.push((What::Mark(nth), (!whole).then(|| Found::fail(ENTRY_FAULT))));
    }
    entries
}

const ENTRY_FAULT: &str = "its leaf is not the leaf of this act with these signatures";

fn entry_fault(signed: &Signed, act: Digest, slot: Digest) -> Option<Found> {
    let whole = signed.entry.act == act
        && signed.entry.signatures == signed.list.digest
        && signed.leaf.entry == signed.entry.digest
        && signed.leaf.slot == slot;
    (!whole).then(|| Found::fail(ENTRY_FAULT))
}

/// The log that a set's first act names.
pub(crate) fn set_origin<'a>(reading: &'a Reading, id: &Digest) -> Option<&'a str> {
    let first = reading.sets.get(id)?.first()?.act.as_ref().ok()?;
    first.registry().map(|registry| registry.origin.as_str())
}

/// Files of a folder with their numbers.
fn numbered<T>(files: &[T]) -> impl Iterator<Item = (u32, &T)> {
    (0_u32..).zip(files)
}
