//! Fraud proofs: signed objects that convict whoever signed them, decided from the objects alone (docs/formats.md).

use bill::{
    act::Act,
    signatures::{COUNTER_TYP, Counter, Role},
};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
    jws,
};
use registry::{
    charter::Charter,
    leaf::Leaf,
    member::{Member, Use},
    slot,
};
use tlog::{
    checkpoint::SignedCheckpoint, merkle::Tree, policy::Cosigned, proof::LogProof, slot_map::SlotMap,
};
use vocab::Refusal;

use crate::{claim::Found, refusals::BAD_FRAUD, trust::Trust};

/// The `v` of a fraud proof.
pub const FRAUD_VERSION: &str = "twakow/fraud/1";
/// Bytes of a fraud proof at most; it may hold the leaves of a small log.
pub const FRAUD_BYTES_MAX: usize = 64 << 20;
/// Leaves in a proof of a wrong map root at most.
pub const FRAUD_LEAVES_MAX: usize = 1 << 20;

/// A fraud proof, read.
#[derive(Debug, Clone, PartialEq)]
pub struct FraudProof {
    kind: Kind,
    objects: Value,
}

/// What is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A platform accepted and declined one act.
    AcceptedAndDeclined,
    /// One slot on two leaves.
    DoubledSlot,
    /// Two histories of one log.
    Fork,
    /// A leaf that the registry cannot open; later.
    UnopenedLeaf,
    /// A map leaf whose root is not that of the leaves before it.
    WrongMapRoot,
}

impl Kind {
    const ALL: [Self; 5] =
        [Self::AcceptedAndDeclined, Self::DoubledSlot, Self::Fork, Self::UnopenedLeaf, Self::WrongMapRoot];

    /// The word in the file.
    pub const fn word(self) -> &'static str {
        match self {
            Self::AcceptedAndDeclined => "accepted-and-declined",
            Self::DoubledSlot => "doubled-slot",
            Self::Fork => "fork",
            Self::UnopenedLeaf => "unopened-leaf",
            Self::WrongMapRoot => "wrong-map-root",
        }
    }
}

impl FraudProof {
    /// Reads a fraud proof.
    ///
    /// # Errors
    /// `bad-fraud-proof`; what its objects are is found by [`FraudProof::decide`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let bad = |why: Refusal| BAD_FRAUD.because(why.to_string());
        let value = json::parse_canonical(bytes, &Limits::bytes(FRAUD_BYTES_MAX)).map_err(bad)?;
        let mut fields = Fields::of(&value, "fraud").map_err(bad)?;
        fields.constant("v", FRAUD_VERSION).map_err(bad)?;
        let word = fields.string("kind").map_err(bad)?;
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == word);
        let kind = kind.ok_or_else(|| BAD_FRAUD.because("a kind that is not known"))?;
        let objects = fields.value("objects").map_err(bad)?.clone();
        fields.end().map_err(bad)?;
        Ok(Self { kind, objects })
    }

    /// The file of these objects.
    pub fn write(kind: Kind, objects: Value) -> Vec<u8> {
        json::canonical(&Value::object([
            ("kind", Value::from(kind.word())),
            ("objects", objects),
            ("v", Value::from(FRAUD_VERSION)),
        ]))
    }

    /// What it proves.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Decides it: PASS convicts, and the reason says whom; FAIL proves nothing; INDETERMINATE where the trust file does
    /// not name the log.
    pub fn decide(&self, trust: &Trust) -> Found {
        let decided = match self.kind {
            Kind::AcceptedAndDeclined => accepted_and_declined(&self.objects, trust),
            Kind::DoubledSlot => doubled_slot(&self.objects, trust),
            Kind::Fork => fork(&self.objects, trust),
            Kind::UnopenedLeaf => Ok(Found::unknown("the registry's signed answer is not in this version")),
            Kind::WrongMapRoot => wrong_map_root(&self.objects, trust),
        };
        decided.unwrap_or_else(|why| Found::fail_for(&why))
    }
}

/// A checkpoint cosigned as the trust file demands; `None` when it does not name the log.
fn cosigned(signed: &SignedCheckpoint, trust: &Trust) -> Result<Option<Cosigned>, Refusal> {
    let registry = trust.registry(signed.checkpoint().origin());
    match registry.and_then(|registry| registry.policy()) {
        None => Ok(None),
        Some(Err(why)) => Err(why.clone()),
        Some(Ok(policy)) => policy.judge(signed).map(Some),
    }
}

/// A leaf shown under a cosigned checkpoint.
struct Shown {
    leaf: Leaf,
    index: u64,
    cosigned: Option<Cosigned>,
    origin: String,
}

impl Shown {
    fn read(fields: &mut Fields<'_>, leaf: &str, proof: &str, trust: &Trust) -> Result<Self, Refusal> {
        let text = fields.string(leaf)?;
        let proof = LogProof::parse(fields.string(proof)?.as_bytes())?;
        proof.verify_inclusion(text.as_bytes())?;
        let origin = proof.checkpoint().checkpoint().origin().to_owned();
        let cosigned = cosigned(proof.checkpoint(), trust)?;
        Ok(Self { leaf: Leaf::parse(text.as_bytes())?, index: proof.index(), cosigned, origin })
    }
}

fn unknown_log(origin: &str) -> Found {
    Found::unknown(format!("the trust file does not name the log {origin}"))
}

fn witnesses(one: &Cosigned, other: &Cosigned) -> String {
    let both = one.witnesses().iter().filter(|name| other.witnesses().contains(name));
    both.cloned().collect::<Vec<_>>().join(", ")
}

fn fork(objects: &Value, trust: &Trust) -> Result<Found, Refusal> {
    let mut fields = Fields::of(objects, "objects")?;
    if !fields.has("firstLeaf") {
        let first = SignedCheckpoint::parse(fields.string("first")?.as_bytes())?;
        let second = SignedCheckpoint::parse(fields.string("second")?.as_bytes())?;
        fields.end()?;
        let (one, other) = (first.checkpoint(), second.checkpoint());
        if (one.origin(), one.size()) != (other.origin(), other.size()) || one.root() == other.root() {
            return Ok(Found::fail("the checkpoints are not two roots of one log at one size"));
        }
        return match (cosigned(&first, trust)?, cosigned(&second, trust)?) {
            (Some(first), Some(second)) => Ok(convicted(one.origin(), &first, &second)),
            _ => Ok(unknown_log(one.origin())),
        };
    }
    let first = Shown::read(&mut fields, "firstLeaf", "firstProof", trust)?;
    let second = Shown::read(&mut fields, "secondLeaf", "secondProof", trust)?;
    fields.end()?;
    if (&first.origin, first.index) != (&second.origin, second.index) || first.leaf == second.leaf {
        return Ok(Found::fail("the leaves are not two at one place of one log"));
    }
    match (first.cosigned, second.cosigned) {
        (Some(one), Some(other)) => Ok(convicted(&first.origin, &one, &other)),
        _ => Ok(unknown_log(&first.origin)),
    }
}

fn convicted(origin: &str, one: &Cosigned, other: &Cosigned) -> Found {
    Found::pass(format!("{origin} has two histories; witnesses of both: {}", witnesses(one, other)))
}

fn doubled_slot(objects: &Value, trust: &Trust) -> Result<Found, Refusal> {
    let mut fields = Fields::of(objects, "objects")?;
    let first = Shown::read(&mut fields, "first", "firstProof", trust)?;
    let second = Shown::read(&mut fields, "second", "secondProof", trust)?;
    fields.end()?;
    let same_slot = first.leaf.slot().is_some() && first.leaf.slot() == second.leaf.slot();
    if first.origin != second.origin || first.index == second.index || !same_slot {
        return Ok(Found::fail("the leaves are not two uses of one slot"));
    }
    match (first.cosigned, second.cosigned) {
        (Some(one), Some(other)) => {
            let both = witnesses(&one, &other);
            Ok(Found::pass(format!("{} used a slot twice; witnesses of both: {both}", first.origin)))
        }
        _ => Ok(unknown_log(&first.origin)),
    }
}

fn wrong_map_root(objects: &Value, trust: &Trust) -> Result<Found, Refusal> {
    let mut fields = Fields::of(objects, "objects")?;
    let text = fields.string("leaf")?.to_owned();
    let proof = LogProof::parse(fields.string("proof")?.as_bytes())?;
    let leaves = fields.array("leaves")?;
    fields.end()?;
    let Leaf::Map { root, size, .. } = Leaf::parse(text.as_bytes())? else {
        return Ok(Found::fail("the leaf is no map leaf"));
    };
    if leaves.len() > FRAUD_LEAVES_MAX {
        return Err(BAD_FRAUD.because(format!("{FRAUD_LEAVES_MAX} leaves are allowed")));
    }
    let mut tree = Tree::new();
    let mut map = SlotMap::new();
    for (index, leaf) in (0_u64..).zip(leaves) {
        let leaf = leaf.as_str().ok_or_else(|| BAD_FRAUD.because("a leaf is a text"))?;
        tree.push(tlog::merkle::leaf_hash(leaf.as_bytes()));
        if let Some(slot) = Leaf::parse(leaf.as_bytes())?.slot()
            && map.get(slot).is_none()
        {
            map.insert(*slot, index)?;
        }
    }
    tree.push(tlog::merkle::leaf_hash(text.as_bytes()));
    let checkpoint = proof.checkpoint().checkpoint();
    if tree.size() != checkpoint.size()
        || tree.root() != *checkpoint.root()
        || proof.index() + 1 != tree.size()
    {
        return Ok(Found::fail("the leaves are not those of the checkpoint"));
    }
    if map.root() == root && size == proof.index() {
        return Ok(Found::fail("the map root is right"));
    }
    match cosigned(proof.checkpoint(), trust)? {
        None => Ok(unknown_log(checkpoint.origin())),
        Some(cosigned) => {
            let by = cosigned.witnesses().join(", ");
            Ok(Found::pass(format!("{} wrote a wrong map root; cosigned by {by}", checkpoint.origin())))
        }
    }
}

fn accepted_and_declined(objects: &Value, trust: &Trust) -> Result<Found, Refusal> {
    let mut fields = Fields::of(objects, "objects")?;
    let accept = Saying::read(fields.value("accept")?)?;
    let decline = Saying::read(fields.value("decline")?)?;
    let act = fields.optional_string("act")?.map(|act| Act::parse(act.as_bytes())).transpose()?;
    let charter = Charter::parse(fields.string("charter")?)?;
    let member = Shown::read(&mut fields, "member", "memberProof", trust)?;
    fields.end()?;
    let (one, other) = (&accept.counter, &decline.counter);
    let accepted = match one.role {
        Role::Accept => true,
        // A platform on both ends accepts by countersigning: the act has to show that it is one.
        Role::Home => act.as_ref().is_some_and(|act| {
            act.digest() == one.act
                && act.acceptor().is_none()
                && act.to().is_some_and(|to| to.home == one.platform)
        }),
        Role::Decline | Role::Enrol => false,
    };
    if !accepted || other.role != Role::Decline || (one.act, one.platform) != (other.act, other.platform) {
        return Ok(Found::fail("they are not an acceptance and a decline of one act by one platform"));
    }
    let Leaf::Mark { mark, slot, .. } = &member.leaf else {
        return Ok(Found::fail("the member's leaf is no plain mark"));
    };
    let stated = Member::parse(&mark.statement)?;
    let own_slot = slot::mark(&slot::platform(stated.platform()), stated.n());
    if (stated.platform(), stated.origin()) != (one.platform, member.origin.as_str()) || *slot != own_slot {
        return Ok(Found::fail("the mark is not about this platform"));
    }
    charter.authority().verify(mark)?;
    for saying in [&accept, &decline] {
        let kid = jws::detached_kid(&saying.jws)?;
        let keys = stated.keys().iter().filter(|key| key.purpose == Use::Counter).map(|key| &key.key);
        let Some(key) = keys.into_iter().find(|key| key.kid() == kid) else {
            return Ok(Found::fail(format!("{kid} is no key of the mark")));
        };
        jws::verify_detached(&saying.jws, saying.statement.as_bytes(), key, COUNTER_TYP)?;
    }
    let trusted = trust.registry(&member.origin).and_then(|registry| registry.charter());
    match (member.cosigned, trusted) {
        (Some(_), Some(trusted)) if trusted == Digest::of(charter.text().as_bytes()) => {
            Ok(Found::pass(format!("{} accepted and declined the act {}", one.platform, one.act)))
        }
        (Some(_), Some(_)) => Ok(Found::fail("the charter is not the one that the trust file names")),
        (Some(_), None) => Ok(Found::unknown("the trust file names no charter for this log")),
        (None, _) => Ok(unknown_log(&member.origin)),
    }
}

/// A platform's statement and its signature, as a signature list has it.
struct Saying {
    counter: Counter,
    statement: String,
    jws: String,
}

impl Saying {
    fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "objects")?;
        fields.constant("kind", "platform")?;
        let (statement, jws) = (fields.string("statement")?.to_owned(), fields.string("jws")?.to_owned());
        fields.end()?;
        Ok(Self { counter: Counter::parse(statement.as_bytes())?, statement, jws })
    }
}
