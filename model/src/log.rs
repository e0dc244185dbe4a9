//! The registry and its witness between two events: the product's own [`State`], [`Seen`], restart and replay.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use bill::signatures::Role;
use crypto::{Digest, jws, key::SigningKey};
use registry::{
    admission::Switches,
    charter::{self, Authorised, MARK_TYP, Waits},
    governance::Statement,
    leaf::PlainMark,
    log,
    member::{Member, MemberKey, MemberState, Use},
    replay::{Stored, replay},
    restart::{self, Told},
    state::State,
    submission::{Signed, Submission},
    verified::{Verified, verify},
    witness::{AddCheckpoint, Seen, Witness},
};
use tlog::{
    checkpoint::SignedCheckpoint,
    key::{KeyKind, NoteSigner},
    merkle::{self, Subtrees, leaf_hash},
    policy::Policy,
};
use vocab::Refusal;

use crate::{
    cast::{ACCEPT, Act, ENROLLED, HOME, Home, ORIGIN, Tick, recovery, seeded, time},
    judge::{A1, Judge, Phase, S3, S8, W1},
};

/// Something that may happen to a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// An act is presented, with the platforms' signatures that it has.
    Act(Act, u8),
    /// A refusal is presented.
    Decline(Act),
    /// A close and its issue are presented.
    Group((Act, u8), (Act, u8)),
    /// The authority marks a platform as suspended, or lifts it.
    Mark(Home, bool),
    /// A checkpoint is signed, and the witness asked to cosign it.
    Publish,
    /// It dies, and starts again with only so many of its entries.
    Restart(usize),
}

/// One admitted thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Entry {
    /// What.
    pub what: Said,
    /// The leaf's time.
    pub at: Tick,
}

/// What an entry says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Said {
    /// An act.
    Act(Act),
    /// The refusal of one.
    Decline(Act),
    /// A platform's state: suspended, or not.
    Mark(Home, bool),
}

/// A registry between two events, and the witness's memory of it.
pub struct Reg {
    /// What tells it from others.
    pub key: u64,
    state: State,
    /// What was admitted since the world began.
    pub entries: Vec<Entry>,
    /// The log's words, folded.
    pub judge: Judge,
    /// The log as the witness cosigned it last: what everybody acts on. `None`: this very log.
    cosigned: Option<Arc<Reg>>,
    /// When it was cosigned.
    pub cosigned_at: Tick,
    checkpoint: Option<SignedCheckpoint>,
    seen: Seen,
    hashes: Vec<Digest>,
    leaves: Vec<Vec<u8>>,
    source: Option<Submission>,
    /// The founding leaves with what they came from; only where nothing is `before`.
    founding: Vec<Stored>,
    before: Option<Arc<Reg>>,
}

impl fmt::Debug for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} final of {:?}", self.last_final().entries.len(), self.entries)
    }
}

impl Reg {
    /// The log that everybody acts on.
    pub fn last_final(&self) -> &Self {
        self.cosigned.as_deref().unwrap_or(self)
    }

    /// Whether the act is in the log.
    pub fn has(&self, act: Act) -> bool {
        self.entries.iter().any(|entry| entry.what == Said::Act(act))
    }

    /// Charter, members, sets: cosigned.
    pub fn founded() -> Arc<Self> {
        let mut state = State::new(ORIGIN);
        let (mut leaves, mut founding) = (Vec::new(), Vec::new());
        let early = |days: i16| time(-2 * days);
        let charter = Submission::Mark(authority_mark(&charter_text()));
        let mut submit = |state: &mut State, submission: Submission, now| {
            let verified = verify(state, &submission, now);
            let [leaf] = state.admit(&submission, &verified, now).unwrap().leaves.try_into().unwrap();
            leaves.push(Vec::clone(&leaf));
            let submission = (!matches!(submission, Submission::Mark(_))).then_some(submission);
            founding.push(Stored { leaf, submission });
        };
        submit(&mut state, charter, early(12));
        for home in [Home::A, Home::B, Home::C] {
            let statement = member(home, 0, false).text();
            submit(&mut state, Submission::Mark(authority_mark(&statement)), early(12));
        }
        for (set, home) in ENROLLED {
            let act = set.keyset().clone();
            let mut keys: Vec<&SigningKey> = crate::cast::KEYS
                .iter()
                .filter(|key| set.first_keys() & key.bit() != 0)
                .map(|key| key.signing())
                .collect();
            keys.sort_by_key(|key| key.kid());
            let holders = keys.iter().map(|key| bill::signatures::sign(&act, key));
            let enrol = bill::signatures::Counter {
                act: act.digest(),
                at: act.at(),
                platform: home.platform(),
                role: Role::Enrol,
            };
            let list = bill::signatures::SignatureList::of(holders, [enrol.sign(home.key())]).unwrap();
            submit(&mut state, Submission::Act(Signed { act, signatures: list }), time(-1));
        }
        let hashes = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let reg = Self {
            key: 0,
            state,
            entries: Vec::new(),
            judge: Judge::new(),
            cosigned: None,
            cosigned_at: 0,
            checkpoint: None,
            seen: Seen::new(),
            hashes,
            leaves,
            source: None,
            founding,
            before: None,
        };
        Arc::new(reg).publish(0).unwrap()
    }

    /// What the event makes of it; nothing when it is refused, or changes nothing.
    pub fn after(self: &Arc<Self>, event: Event, now: Tick, off: &Off) -> Option<Arc<Self>> {
        match event {
            Event::Act(act, bits) => {
                self.submit(Submission::Act(act.signed(bits).clone()), &[(act, bits)], now, off)
            }
            Event::Group(close, issue) => {
                let (one, two) = (close.0.signed(close.1).clone(), issue.0.signed(issue.1).clone());
                self.submit(Submission::group(one, two).ok()?, &[close, issue], now, off)
            }
            Event::Decline(act) => {
                let mut next = self.admitted(act.decline().clone(), None, now, off)?;
                next.entries.push(Entry { what: Said::Decline(act), at: now });
                Some(next.sealed())
            }
            Event::Mark(home, suspended) => {
                let n = self.state.next_member(home.platform());
                let mark = authority_mark(&member(home, n, suspended).text());
                let authority = self.state.governance().ok()?.charter(time(now)).authority().clone();
                let authorised = Authorised::claimed(&mark.statement, &authority);
                let mut next = self.admitted(Submission::Mark(mark), Some(authorised), now, off)?;
                next.judge.mark(home, suspended);
                next.entries.push(Entry { what: Said::Mark(home, suspended), at: now });
                Some(next.sealed())
            }
            Event::Publish => self.publish(now),
            Event::Restart(left) => self.restart(left, off),
        }
    }

    fn submit(
        self: &Arc<Self>,
        submission: Submission,
        acts: &[(Act, u8)],
        now: Tick,
        off: &Off,
    ) -> Option<Arc<Self>> {
        if acts.iter().all(|(act, _)| self.has(*act)) {
            return self.again(&submission, acts, now, off);
        }
        let mut next = self.admitted(submission, None, now, off)?;
        for (act, bits) in acts {
            next.judge.admit(*act, *bits, now);
            next.entries.push(Entry { what: Said::Act(*act), at: now });
        }
        next.compare();
        Some(next.sealed())
    }

    /// Who asks again gets the same answer, and nothing changes.
    fn again(
        self: &Arc<Self>,
        submission: &Submission,
        acts: &[(Act, u8)],
        now: Tick,
        off: &Off,
    ) -> Option<Arc<Self>> {
        let mut state = self.state.clone();
        let claimed = Ok(Verified::claimed(submission, None));
        let same = state.admit_without(submission, &claimed, time(now), &off.rules).is_ok_and(|answer| {
            let before: Vec<_> =
                acts.iter().filter_map(|(act, _)| self.state.answer(&act.digest())).collect();
            answer.leaves.is_empty() && answer.answers == before
        });
        if same || self.judge.broken & A1 != 0 {
            return None;
        }
        let mut next = self.next(self.state.clone(), Vec::new(), None);
        next.judge.broken |= A1;
        Some(next.sealed())
    }

    fn admitted(
        self: &Arc<Self>,
        submission: Submission,
        authorised: Option<Authorised>,
        now: Tick,
        off: &Off,
    ) -> Option<Self> {
        let mut state = self.state.clone();
        let claimed = Ok(Verified::claimed(&submission, authorised));
        let sequenced = state.admit_without(&submission, &claimed, time(now), &off.rules).ok()?;
        if sequenced.leaves.is_empty() {
            return None;
        }
        Some(self.next(state, sequenced.leaves, Some(submission)))
    }

    fn next(self: &Arc<Self>, state: State, leaves: Vec<Vec<u8>>, source: Option<Submission>) -> Self {
        let mut hashes = self.hashes.clone();
        hashes.extend(leaves.iter().map(|leaf| leaf_hash(leaf)));
        Self {
            key: 0,
            state,
            entries: self.entries.clone(),
            judge: self.judge.clone(),
            cosigned: Some(self.cosigned.clone().unwrap_or_else(|| self.clone())),
            cosigned_at: self.cosigned_at,
            checkpoint: self.checkpoint.clone(),
            seen: self.seen.clone(),
            hashes,
            leaves,
            source,
            founding: Vec::new(),
            before: Some(self.clone()),
        }
    }

    fn sealed(mut self) -> Arc<Self> {
        let mut hasher = DefaultHasher::new();
        self.entries.hash(&mut hasher);
        self.judge.broken.hash(&mut hasher);
        self.cosigned.as_ref().map(|log| &log.entries).hash(&mut hasher);
        self.cosigned_at.hash(&mut hasher);
        self.key = hasher.finish();
        Arc::new(self)
    }

    /// The registry's own idea of who has each record, and of who recovers each set, against the words of the log.
    fn compare(&mut self) {
        for record in &self.judge.records {
            let Some(kept) = self.state.record(&record.id.digest()) else {
                self.judge.broken |= S3;
                continue;
            };
            let ended = matches!(record.phase, Phase::Closed(..));
            let due = (!ended).then(|| record.who.controller());
            if kept.record().controller() != due.as_ref() {
                self.judge.broken |= S3;
            }
            let named = record.head.spec().what.to().map(|to| to.controller());
            let after = kept.trail().last().and_then(|last| last.controller.clone());
            if named.is_some() && named != after {
                self.judge.broken |= S8;
            }
        }
        for (set, keys) in self.judge.sets.iter().filter(|(_, keys)| keys.head.is_some()) {
            let Some(real) = self.state.set(&set.keyset().digest()) else { continue };
            let differs = (0..12).any(|tick| real.recovery(time(tick)) != recovery(keys.officer(tick)));
            if differs {
                self.judge.broken |= W1;
            }
        }
    }

    /// Tick, map leaf, checkpoint; the witness reads every leaf and cosigns, or nothing becomes final.
    fn publish(self: &Arc<Self>, now: Tick) -> Option<Arc<Self>> {
        let (mut next, signed) = self.closed(now)?;
        let old = next.seen.size();
        let size = signed.checkpoint().size();
        let proof = merkle::consistency_proof(&mut Hashes(&next.hashes), old, size).ok()?;
        let request = AddCheckpoint::new(old, proof, signed.clone()).ok()?;
        let unread = self.unread(&next, old);
        let (seen, cosigned) =
            keys().witness.cosign(&next.seen, &request, unread.iter().map(Vec::as_slice), time(now)).ok()?;
        next.checkpoint = Some(cosigned.into_iter().try_fold(signed, SignedCheckpoint::with).ok()?);
        (next.seen, next.cosigned, next.cosigned_at) = (seen, None, now);
        let next = next.sealed();
        (next.key != self.key).then_some(next)
    }

    /// The log with a map leaf at its end, and its checkpoint under the log's own key.
    fn closed(self: &Arc<Self>, now: Tick) -> Option<(Self, SignedCheckpoint)> {
        let mut state = self.state.clone();
        let mut leaves: Vec<Vec<u8>> = state.tick(time(now)).into_iter().collect();
        let (map, checkpoint) = state.close(time(now)).ok()?;
        leaves.extend(map);
        let signed = log::sign(checkpoint, std::slice::from_ref(&keys().log), time(now)).ok()?;
        Some((self.next(state, leaves, None), signed))
    }

    /// All leaves of the log as it would be closed now, and the checkpoint over them.
    pub fn history(self: &Arc<Self>, now: Tick) -> (Vec<Vec<u8>>, SignedCheckpoint) {
        let (next, signed) = self.closed(now).expect("a log in order");
        (self.unread(&next, 0), signed)
    }

    /// The leaves from `old` on.
    fn unread(&self, next: &Self, old: u64) -> Vec<Vec<u8>> {
        let mut all = next.leaves.clone();
        let mut at = Some(self);
        while let Some(reg) = at {
            all.splice(0..0, reg.leaves.iter().cloned());
            at = reg.before.as_deref();
        }
        all.split_off(usize::try_from(old).unwrap().min(all.len()))
    }

    /// It comes back with its first `left` entries, if the witnesses have not cosigned more.
    fn restart(self: &Arc<Self>, left: usize, off: &Off) -> Option<Arc<Self>> {
        let mut at = self;
        while at.entries.len() > left {
            at = at.before.as_ref()?;
        }
        let told = Told { witness: "uk".to_owned(), last: self.checkpoint.clone() };
        let size = u64::try_from(at.hashes.len()).unwrap();
        let starts = restart::check(&keys().policy, ORIGIN, &mut Hashes(&at.hashes), size, &[told]);
        if starts.is_err() && !off.world.contains(&Custom::RestartCheck) {
            return None;
        }
        // Of every eighth log: it is the same code each time, and the dearest of all.
        if off.is_none() && at.key.is_multiple_of(8) {
            assert_eq!(
                replay(ORIGIN, at.stored(), None).unwrap(),
                at.state,
                "what is stored gives the state"
            );
        }
        let mut next = at.next(at.state.clone(), at.leaves.clone(), at.source.clone());
        next.hashes = at.hashes.clone();
        (next.before, next.founding) = (at.before.clone(), at.founding.clone());
        next.cosigned = Some(self.cosigned.clone().unwrap_or_else(|| self.clone()));
        if next.cosigned.as_ref().is_some_and(|log| log.hashes == next.hashes) {
            next.cosigned = None;
        }
        (next.seen, next.checkpoint) = (self.seen.clone(), self.checkpoint.clone());
        next.cosigned_at = self.cosigned_at;
        let next = next.sealed();
        (next.key != self.key).then_some(next)
    }

    /// Leaves and what they came from, as a store keeps them.
    fn stored(&self) -> Vec<Stored> {
        let mut nodes = Vec::new();
        let mut at = Some(self);
        while let Some(reg) = at {
            nodes.push(reg);
            at = reg.before.as_deref();
        }
        let mut stored = Vec::new();
        for node in nodes.into_iter().rev() {
            if node.before.is_none() {
                stored.extend(node.founding.iter().cloned());
                continue;
            }
            let source = node.source.clone().filter(|source| !matches!(source, Submission::Mark(_)));
            let mut sources = [source].into_iter().chain(std::iter::repeat(None));
            let leaves = node.leaves.iter().cloned();
            stored.extend(leaves.map(|leaf| Stored { leaf, submission: sources.next().flatten() }));
        }
        stored
    }
}

/// Rules that are off: the product's, and the world's own.
#[derive(Debug, Clone, Default)]
pub struct Off {
    /// The product's.
    pub rules: Switches,
    /// The world's.
    pub world: Vec<Custom>,
}

impl Off {
    /// Whether every rule is on.
    pub fn is_none(&self) -> bool {
        self.rules == Switches::default() && self.world.is_empty()
    }
}

/// What nodes do beside admission; these rules are the world's own, for the code of nodes is not walked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Custom {
    /// Everybody acts on final only.
    FinalOnly,
    /// A refusal is remembered.
    RefusalKept,
    /// No start below the witnesses (this one is the product's `restart::check`).
    RestartCheck,
}

/// The hashes of a log's leaves.
pub struct Hashes<'a>(pub &'a [Digest]);

impl Subtrees for Hashes<'_> {
    type Error = Refusal;

    fn subtree(&mut self, level: u8, index: u64) -> Result<Digest, Refusal> {
        let width = 1_usize << level;
        let from = usize::try_from(index).unwrap() * width;
        let all = self.0.get(from..from + width).ok_or_else(|| tlog::refusals::OUT_OF_TREE.refuse())?;
        let mut tree = merkle::Tree::new();
        all.iter().for_each(|hash| tree.push(*hash));
        Ok(tree.root())
    }
}

struct NoteKeys {
    log: NoteSigner,
    witness: Witness,
    policy: Policy,
}

fn keys() -> &'static NoteKeys {
    static MADE: std::sync::LazyLock<NoteKeys> = std::sync::LazyLock::new(|| {
        let log = note_key(KeyKind::Ed25519, ORIGIN, "log");
        let uk = note_key(KeyKind::CosignatureEd25519, "uk.example/1", "uk");
        let witness = Witness::new(ORIGIN, vec![log.verifier().clone()], vec![uk]).unwrap();
        NoteKeys { log, witness, policy: Policy::parse(&policy()).unwrap() }
    });
    &MADE
}

/// A key for notes, from a label.
pub fn note_key(kind: KeyKind, name: &str, label: &str) -> NoteSigner {
    NoteSigner::from_seed(kind, name.parse().unwrap(), Digest::of(label.as_bytes()).as_bytes())
}

fn policy() -> String {
    let log = note_key(KeyKind::Ed25519, ORIGIN, "log");
    let uk = note_key(KeyKind::CosignatureEd25519, "uk.example/1", "uk");
    format!("log {}\nwitness uk {}\nquorum uk\n", log.verifier(), uk.verifier())
}

fn authority() -> &'static SigningKey {
    static MADE: std::sync::LazyLock<SigningKey> = std::sync::LazyLock::new(|| seeded("authority"));
    &MADE
}

fn charter_text() -> String {
    // `rejectHours` of a tick: the window is walked from both sides. The rest as the protocol has it.
    let waits = Waits { member_days: 7, rehome_hours: 72, reject_hours: 12 };
    charter::draft(0, ORIGIN, 1, &[authority().public().clone()], &policy(), waits)
}

fn authority_mark(statement: &str) -> PlainMark {
    let signature = jws::sign_detached(authority(), MARK_TYP, statement.as_bytes());
    debug_assert!(Statement::parse(statement).is_ok());
    PlainMark { statement: statement.to_owned(), signatures: vec![signature] }
}

fn member(home: Home, n: u64, suspended: bool) -> Member {
    let state = if suspended { MemberState::Suspended } else { MemberState::Member };
    let key = MemberKey { key: home.key().public().clone(), purpose: Use::Counter, from: time(-10) };
    Member::new(n, ORIGIN, home.platform(), state, vec![key]).unwrap()
}

/// The signatures of a platform, as bits.
pub const ALL_SIGNED: u8 = HOME | ACCEPT;
