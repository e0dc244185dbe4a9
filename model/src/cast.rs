//! Who plays, what they sign, and the real bytes of it: every statement is a real act under a real signature, made once
//! and kept for the run.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::{LazyLock, Mutex, OnceLock},
    time::Duration,
};

use bill::{
    act::{Act as Bytes, Action, Body, Draft, Issue, Keyset, Rekey, Step},
    keys::{KeyKind as HolderKey, Keys, MemberKey, Recovery},
    signatures::{Counter, PlatformSignature, Role, SignatureList, sign},
    words::{Controller, End, Op, Platform, Purpose, Registry},
};
use crypto::{Digest, key::SigningKey};
use registry::submission::{Signed, Submission};
use vocab::Timestamp;

/// The log of the world.
pub const ORIGIN: &str = "registry.example/model/1";
/// Another log, which is not this one.
pub const ELSEWHERE: &str = "registry.example/model/2";

/// A moment: twelve hours each, so that every limit of a day falls on a tick and between two.
pub type Tick = i16;

/// The real time of a tick.
pub fn time(tick: Tick) -> Timestamp {
    let start: Timestamp = "2026-03-02T09:00:00.000Z".parse().unwrap();
    let half_days = Duration::from_secs(12 * 3600) * u32::from(tick.unsigned_abs());
    if tick < 0 { start.minus(half_days) } else { start.plus(half_days) }
}

/// A key set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Set {
    /// The carrier's.
    Carrier,
    /// The first holder's, of two portable keys, one of which may be stolen.
    Holder,
    /// The one who is to receive the bill.
    Receiver,
    /// Another buyer, at the receiver's platform.
    Rival,
    /// A set that the log has never heard of.
    Unknown,
}

/// A platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// The holder's.
    A,
    /// The receiver's.
    B,
    /// The carrier's.
    C,
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The carrier's.
    Carrier,
    /// The holder's, on a device of its own.
    Holder,
    /// The holder's other portable key; a thief may have a copy.
    Stolen,
    /// The key that the holder takes instead.
    Fresh,
    /// The thief's own.
    Thief,
    /// The receiver's.
    Receiver,
    /// The rival's.
    Rival,
}

/// All keys, for masks.
pub const KEYS: [Key; 7] =
    [Key::Carrier, Key::Holder, Key::Stolen, Key::Fresh, Key::Thief, Key::Receiver, Key::Rival];

impl Key {
    /// Its place in a mask of keys.
    pub fn bit(self) -> u8 {
        1 << KEYS.iter().position(|key| *key == self).unwrap()
    }

    /// The real key.
    pub fn signing(self) -> &'static SigningKey {
        static MADE: LazyLock<Vec<SigningKey>> =
            LazyLock::new(|| KEYS.iter().map(|key| seeded(&format!("key {key:?}"))).collect());
        &MADE[KEYS.iter().position(|key| *key == self).unwrap()]
    }

    /// Whether an honest party signs with it.
    pub fn is_honest(self) -> bool {
        self != Self::Thief
    }
}

/// A key from a label.
pub fn seeded(label: &str) -> SigningKey {
    SigningKey::ed25519_from_seed(*Digest::of(label.as_bytes()).as_bytes())
}

impl Home {
    /// Its code.
    pub fn platform(self) -> Platform {
        ["PLTA", "PLTB", "PLTC"][self as usize].parse().unwrap()
    }

    /// Its countersigning key.
    pub fn key(self) -> &'static SigningKey {
        static MADE: LazyLock<[SigningKey; 3]> =
            LazyLock::new(|| [Home::A, Home::B, Home::C].map(|home| seeded(&format!("platform {home:?}"))));
        &MADE[self as usize]
    }
}

/// Sets that are in the log from the start.
pub const ENROLLED: [(Set, Home); 4] =
    [(Set::Carrier, Home::C), (Set::Holder, Home::A), (Set::Receiver, Home::B), (Set::Rival, Home::B)];

impl Set {
    /// Its keys at the start, as a mask.
    pub fn first_keys(self) -> u8 {
        match self {
            Self::Carrier => Key::Carrier.bit(),
            Self::Holder => Key::Holder.bit() | Key::Stolen.bit(),
            Self::Receiver => Key::Receiver.bit(),
            Self::Rival => Key::Rival.bit(),
            Self::Unknown => Key::Thief.bit(),
        }
    }

    /// Its first act.
    pub fn keyset(self) -> &'static Bytes {
        static MADE: LazyLock<Vec<Bytes>> = LazyLock::new(|| {
            let all = [Set::Carrier, Set::Holder, Set::Receiver, Set::Rival, Set::Unknown];
            let body = |set: Set| {
                let (keys, recovery) = (keys(set.first_keys()), recovery(Officer::Own).clone());
                Body::Keyset(Keyset { keys, recovery, registry: here() })
            };
            let draft = |set: Set| Draft {
                at: time(-2),
                details: Digest::of(format!("{set:?}").as_bytes()),
                body: body(set),
            };
            all.map(|set| draft(set).write().unwrap()).into()
        });
        &MADE[self as usize]
    }
}

/// Who recovers a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Officer {
    /// As the set began: a wait of a day.
    Own,
    /// The thief's man, without a wait.
    Thief,
}

/// The recovery with this officer.
pub fn recovery(officer: Officer) -> &'static Recovery {
    static MADE: LazyLock<[Recovery; 2]> =
        LazyLock::new(|| [Officer::Own, Officer::Thief].map(make_recovery));
    &MADE[officer as usize]
}

fn make_recovery(officer: Officer) -> Recovery {
    let wait = if officer == Officer::Own { 24 } else { 0 };
    Recovery::new(1, vec![seeded(&format!("officer {officer:?}")).public().clone()], wait, wait).unwrap()
}

fn keys(mask: u8) -> Keys {
    let member = |key: &Key| {
        MemberKey::new(key.signing().public().clone(), HolderKey::File { portable: true }).unwrap()
    };
    Keys::new(KEYS.iter().filter(|key| mask & key.bit() != 0).map(member).collect()).unwrap()
}

fn here() -> Registry {
    Registry { origin: ORIGIN.into(), url: "https://registry.example/v1".into() }
}

/// A set at a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Who(pub Set, pub Home);

impl Who {
    /// As an act names it.
    pub fn controller(self) -> Controller {
        Controller::own(self.0.keyset().digest(), self.1.platform())
    }
}

/// What an act does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A bill begins; `elsewhere`: for the other log.
    Issue {
        /// First holder.
        to: Who,
        /// Its tag.
        tag: u8,
        /// The record it replaces.
        from: Option<Act>,
        /// For another log.
        elsewhere: bool,
    },
    /// Possession passes.
    Move(Who),
    /// An endorsement.
    Note,
    /// Handed back.
    Reject,
    /// The wish to leave.
    Leave,
    /// To the carrier, who must answer within so many ticks.
    Surrender {
        /// To whom.
        to: Who,
        /// What for.
        purpose: Purpose,
        /// Ticks after `at`.
        answer: Tick,
    },
    /// The end; `into`: the issue that replaces it.
    Close(End, Option<Act>),
    /// Back from the carrier.
    Return,
    /// Taken back.
    Reclaim,
    /// Another home.
    Rehome(Who),
    /// Other keys (a mask), another officer.
    Rekey(u8, Officer),
}

impl What {
    /// Whom it names.
    pub fn to(self) -> Option<Who> {
        match self {
            Self::Issue { to, .. } | Self::Move(to) | Self::Surrender { to, .. } | Self::Rehome(to) => {
                Some(to)
            }
            _ => None,
        }
    }
}

/// Everything that an act says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Spec {
    /// Who signs.
    pub key: Key,
    /// What it does.
    pub what: What,
    /// Record, act before, number. A first act has none; the chain of a `rekey` begins with none.
    pub chain: Option<(Act, Act, u16)>,
    /// The controller that it names; for a `rekey` the set.
    pub by: Who,
    /// When its signer says it was.
    pub at: Tick,
    /// Until when.
    pub expires: Tick,
    /// What is fresh in its details: the same words signed again are another act.
    pub salt: u8,
}

/// A signed act: one value a spec, wherever it turns up.
#[derive(Clone, Copy)]
pub struct Act(&'static Made);

struct Made {
    id: u32,
    spec: Spec,
    bytes: Bytes,
    signed: [OnceLock<Signed>; 4],
    decline: OnceLock<Submission>,
}

/// The home has countersigned.
pub const HOME: u8 = 1;
/// The receiver's platform has accepted.
pub const ACCEPT: u8 = 2;

impl Act {
    /// The act that says this.
    pub fn of(spec: Spec) -> Self {
        static MADE: LazyLock<Mutex<HashMap<Spec, &'static Made>>> = LazyLock::new(Mutex::default);
        let mut all = MADE.lock().unwrap();
        let id = u32::try_from(all.len()).unwrap();
        Self(all.entry(spec).or_insert_with(|| {
            let bytes = write(&spec);
            Box::leak(Box::new(Made {
                id,
                spec,
                bytes,
                signed: Default::default(),
                decline: OnceLock::new(),
            }))
        }))
    }

    /// What it says.
    pub fn spec(self) -> &'static Spec {
        &self.0.spec
    }

    /// The act itself.
    pub fn bytes(self) -> &'static Bytes {
        &self.0.bytes
    }

    /// Its digest.
    pub fn digest(self) -> Digest {
        self.0.bytes.digest()
    }

    /// The record it belongs to; for a first act itself.
    pub fn record(self) -> Self {
        self.spec().chain.map_or(self, |(record, _, _)| record)
    }

    /// The platform asked to accept, where there is one.
    pub fn acceptor(self) -> Option<Home> {
        let home = self.spec().what.to()?.1;
        (home != self.spec().by.1).then_some(home)
    }

    /// The act with the signatures that there are.
    pub fn signed(self, bits: u8) -> &'static Signed {
        let bits = bits & (HOME | ACCEPT);
        self.0.signed[usize::from(bits)].get_or_init(|| {
            let platforms =
                [(HOME, Role::Home, Some(self.spec().by.1)), (ACCEPT, Role::Accept, self.acceptor())];
            let platforms = platforms.into_iter().filter(|(bit, ..)| bits & bit != 0);
            let platforms = platforms.filter_map(|(_, role, home)| Some(self.counter(home?, role)));
            let holders = self.signers().into_iter().map(|key| sign(self.bytes(), key.signing()));
            Signed { act: self.bytes().clone(), signatures: SignatureList::of(holders, platforms).unwrap() }
        })
    }

    /// The receiver's refusal of it.
    pub fn decline(self) -> &'static Submission {
        self.0.decline.get_or_init(|| {
            let home = self.acceptor().unwrap_or(self.spec().by.1);
            let decline = SignatureList::of([], [self.counter(home, Role::Decline)]).unwrap();
            Submission::Decline { offer: self.signed(HOME).clone(), decline }
        })
    }

    fn counter(self, home: Home, role: Role) -> PlatformSignature {
        let at = self.bytes().at();
        Counter { act: self.digest(), at, platform: home.platform(), role }.sign(home.key())
    }

    /// The signer, and for a `rekey` the new keys after it, by name.
    fn signers(self) -> Vec<Key> {
        let spec = self.spec();
        let What::Rekey(mask, _) = spec.what else { return vec![spec.key] };
        let fresh = (Key::Fresh.bit() | Key::Thief.bit()) & mask;
        let mut new: Vec<Key> =
            KEYS.into_iter().filter(|key| fresh & key.bit() != 0 && *key != spec.key).collect();
        new.sort_by_key(|key| key.signing().kid());
        [spec.key].into_iter().chain(new).collect()
    }
}

impl PartialEq for Act {
    fn eq(&self, other: &Self) -> bool {
        self.0.id == other.0.id
    }
}
impl Eq for Act {}
impl PartialOrd for Act {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Act {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.id.cmp(&other.0.id)
    }
}
impl Hash for Act {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.id.hash(state);
    }
}
impl fmt::Debug for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Spec { key, what, chain, at, expires, .. } = self.spec();
        let seq = chain.map_or(0, |(_, _, seq)| seq);
        let what = match what {
            What::Issue { tag, to, .. } => format!("Issue tag {tag} to {:?}", to.0),
            What::Close(end, into) => format!("Close {end:?}{}", if into.is_some() { " into" } else { "" }),
            other => format!("{other:?}"),
        };
        write!(f, "#{} {what} seq {seq} by {:?} ({at}..{expires})", self.0.id, key)
    }
}

fn write(spec: &Spec) -> Bytes {
    let body = match (spec.what, spec.chain) {
        (What::Issue { to, tag, from, elsewhere }, _) => Body::Issue(Issue {
            by: spec.by.controller(),
            to: to.controller(),
            expires: time(spec.expires),
            tag: Digest::of(&[tag]),
            registry: if elsewhere { Registry { origin: ELSEWHERE.into(), ..here() } } else { here() },
            from: from.iter().map(|act| act.digest()).collect(),
        }),
        (What::Rekey(mask, officer), chain) => {
            let set = spec.by.0.keyset().digest();
            let (prev, seq) = chain.map_or((set, 1), |(_, prev, seq)| (prev.digest(), seq.into()));
            Body::Rekey(Rekey {
                record: set,
                seq,
                prev,
                keys: keys(mask),
                recovery: recovery(officer).clone(),
            })
        }
        (what, Some((record, prev, seq))) => Body::Step(Step {
            record: record.digest(),
            seq: seq.into(),
            prev: prev.digest(),
            by: spec.by.controller(),
            expires: time(spec.expires),
            action: action(what, spec.at),
        }),
        (what, None) => unreachable!("{what:?} follows something"),
    };
    let details = Digest::of(format!("{:?} {:?} {}", spec.key, spec.what.to(), spec.salt).as_bytes());
    Draft { at: time(spec.at), details, body }.write().unwrap()
}

fn action(what: What, at: Tick) -> Action {
    match what {
        What::Move(to) => Action::Move { to: to.controller() },
        What::Note => Action::Note,
        What::Reject => Action::Reject,
        What::Leave => Action::Leave,
        What::Surrender { to, purpose, answer } => {
            Action::Surrender { to: to.controller(), purpose, answer_by: Some(time(at + answer)) }
        }
        What::Close(end, into) => Action::Close { end, into: into.iter().map(|act| act.digest()).collect() },
        What::Return => Action::Return,
        What::Reclaim => Action::Reclaim,
        What::Rehome(to) => Action::Rehome { to: to.controller() },
        What::Issue { .. } | What::Rekey(..) => unreachable!("no step of a bill"),
    }
}

/// Whether the home countersigns acts of this kind.
pub fn home_is_asked(what: What) -> bool {
    !matches!(what, What::Leave | What::Reclaim | What::Rehome(_) | What::Rekey(..))
}

/// The word for an act, for the report.
pub fn op(act: Act) -> Op {
    act.bytes().op()
}
