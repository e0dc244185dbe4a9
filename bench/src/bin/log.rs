//! A log of a million acts, audited with every signature and read as a witness reads it. See `--help`.

use std::{
    sync::mpsc::{Receiver, sync_channel},
    time::Duration,
};

use aws_lc_rs::digest::{SHA256, digest};
use bench::{
    corridor::{Corridor, ORIGIN, Person, countersigned, enrolled, key, this_log},
    limit::Signatures,
    measure::{numbers, peak_mib, ratio, thread_time, time_of, us_each},
    tiles::Tiles,
};
use bill::{
    act::{Action, Issue},
    signatures::Role,
    words::Op,
};
use crypto::{Digest, entropy::SeededEntropy, json::Value};
use node::desk::{self, Head, Particulars};
use registry::{
    leaf::Leaf,
    log::Log,
    replay::{Stored, replay},
    slot,
    state::State,
    submission::{Signed, Submission},
};
use serde_json::json;
use tlog::checkpoint::SignedCheckpoint;
use vocab::Timestamp;

const HELP: &str = "
log [ACTS, default 100000] [ACTS an interval, default 2000]

Makes a log of so many acts and audits it from its bytes alone, on one thread: every leaf, every act and list behind it,
every map root, the rules of the registry, and every signature, by the code with which a registry starts from a store that
it does not believe. Of four acts two enrol a key set with a key of its own, one issues a bill and one passes it on; every
other bill crosses to another platform. Then the same leaves as a witness reads them, an interval at a time: cosigned with
both of its keys.

Limits: the very same signatures verified by aws-lc-rs alone, measured on the first 8,000 and counted for all; and for the
witness the SHA-256 that an interval cannot do without. Figures are CPU time of the reading thread; another makes the log.
A million acts take about three minutes on two free cores, and the memory that is printed.";

/// What is limited by memory on its way from maker to auditor.
const CHUNKS_AHEAD: usize = 8;
const SAMPLE: usize = 8_000;

/// Leaves of one interval, each with the submission that begins there.
type Chunk = Vec<(Vec<u8>, Option<Vec<u8>>)>;

fn main() {
    let [acts, interval] = numbers(HELP, [100_000, 2_000]);
    let (send, receive) = sync_channel::<Chunk>(CHUNKS_AHEAD);
    let maker =
        std::thread::spawn(move || make(acts, interval, |chunk| send.send(chunk).expect("an auditor")));
    let audit = audit(&receive);
    let made = maker.join().expect("a log");
    assert_eq!(audit.state.log().size(), made.checkpoint.checkpoint().size());
    assert_eq!(audit.state.log().root(), *made.checkpoint.checkpoint().root(), "the cosigned root");
    let (bare, ()) = time_of(|| audit.sample.verify_all());
    let one = bare.div_f64(audit.sample.count().0 as f64);
    let limit = one.mul_f64(made.signatures as f64);
    println!(
        "{acts} acts, {} leaves, {} key sets, {} signatures; CPU time of one thread",
        audit.leaves.len(),
        made.sets,
        made.signatures
    );
    println!("{:<40} {:>10} {:>10} {:>10} {:>7}", "", "limit, s", "s", "us each", "ratio");
    println!(
        "{:<40} {:>10.2} {:>10.2} {:>10.1} {:>7.2}",
        "audited, an act",
        limit.as_secs_f64(),
        audit.took.as_secs_f64(),
        us_each(audit.took, acts),
        ratio(audit.took, limit)
    );
    println!(
        "memory: at most {} MiB, of which the maker has its own log and every leaf is kept for the witness",
        peak_mib()
    );
    drop(audit.state);
    witness(&audit.leaves, interval);
}

struct Audit {
    state: State,
    leaves: Vec<Vec<u8>>,
    took: Duration,
    sample: Signatures,
}

/// Replays what the maker sends; the time that is spent waiting, keeping leaves and sampling is not counted.
fn audit(receive: &Receiver<Chunk>) -> Audit {
    let (mut leaves, mut aside) = (Vec::new(), Duration::ZERO);
    let mut sample = Signatures::default();
    let mut sampled = 0;
    let mut arrived: std::vec::IntoIter<(Vec<u8>, Option<Vec<u8>>)> = Vec::new().into_iter();
    let stored = std::iter::from_fn(|| {
        let began = thread_time();
        if arrived.len() == 0 {
            let chunk = receive.recv().ok()?;
            leaves.extend(chunk.iter().map(|(leaf, _)| leaf.clone()));
            for bytes in chunk.iter().filter_map(|(_, submission)| submission.as_ref()).take(SAMPLE - sampled)
            {
                sampled += 1;
                sample_one(&mut sample, bytes);
            }
            arrived = chunk.into_iter();
        }
        aside += thread_time() - began;
        let (leaf, submission) = arrived.next()?;
        let submission = submission.map(|bytes| Submission::parse(&bytes).expect("an act file"));
        Some(Stored { leaf, submission })
    });
    let (took, state) = time_of(|| replay(ORIGIN, stored, None).expect("a lawful log"));
    Audit { state, leaves, took: took - aside, sample }
}

fn sample_one(sample: &mut Signatures, bytes: &[u8]) {
    let file: serde_json::Value = serde_json::from_slice(bytes).expect("JSON");
    let act: serde_json::Value = serde_json::from_str(file["act"].as_str().expect("a text")).expect("JSON");
    if sample.count() == (0, 0) {
        let jwk = |code: &&str| -> serde_json::Value {
            serde_json::from_slice(&crypto::json::canonical(&key(code).public().jwk())).expect("JSON")
        };
        let platforms: Vec<_> = bench::corridor::PLATFORMS.iter().map(jwk).collect();
        sample.keys_of(&json!(platforms));
    }
    sample.keys_of(&act["keys"]);
    sample.act(&file);
}

struct Made {
    checkpoint: SignedCheckpoint,
    signatures: usize,
    sets: usize,
}

/// Leaves as the registry writes them, without its checks: those are the auditor's to make.
struct Maker {
    log: Log,
    clock: Timestamp,
    chunk: Chunk,
    entropy: SeededEntropy,
    signatures: usize,
    sets: usize,
    acts: usize,
}

fn make(acts: usize, interval: usize, mut send: impl FnMut(Chunk)) -> Made {
    let founded = Corridor::new();
    let mut log = Log::new();
    founded.leaves.iter().for_each(|leaf| drop(log.read(leaf).expect("a leaf")));
    send(founded.leaves.iter().map(|leaf| (leaf.clone(), None)).collect());
    let entropy = SeededEntropy::named("log");
    let mut maker =
        Maker { log, clock: founded.clock, chunk: Vec::new(), entropy, signatures: 0, sets: 0, acts: 0 };
    let carrier = maker.enrol("carrier", "TWKC");
    while maker.acts < acts {
        maker.bill(&carrier);
        if maker.acts % interval < 4 || maker.acts >= acts {
            maker.close();
            send(std::mem::take(&mut maker.chunk));
        }
    }
    let checkpoint = maker.log.checkpoint(ORIGIN).expect("closed");
    let checkpoint = SignedCheckpoint::new(
        checkpoint.clone(),
        founded.log_keys().iter().map(|key| key.sign(&checkpoint, maker.clock).expect("signed")).collect(),
    );
    Made { checkpoint: checkpoint.expect("a note"), signatures: maker.signatures, sets: maker.sets }
}

impl Maker {
    /// Two new holders, a bill to the first, passed on to the second.
    fn bill(&mut self, carrier: &Person) {
        let number = self.acts;
        let homes = if number % 8 < 4 { ["TWKA", "TWKA"] } else { ["TWKA", "TWKB"] };
        let [first, second] = homes.map(|home| self.enrol(&format!("{} at {home}", self.sets), home));
        let tag = Digest::of(&number.to_be_bytes());
        let issue = Issue {
            by: carrier.controller(),
            to: first.controller(),
            expires: desk::expiry(Op::Issue, true, self.clock),
            tag,
            registry: this_log(),
            from: Vec::new(),
        };
        let (at, none) = (self.clock, Particulars::default());
        let signed =
            desk::issue(issue, tag, none.clone(), &carrier.key, at, &mut self.entropy).expect("an issue");
        let record = signed.act.digest();
        let issued = countersigned(
            signed.act,
            &signed.signatures,
            &[(carrier.home, Role::Home), (first.home, Role::Accept)],
        );
        let entry = issued.entry();
        self.keep(issued, slot::act(&record, 0), 3);
        self.leaf(Leaf::Entry { at, entry, slot: slot::tag(&tag, 0) }, None);
        let head = Head { record, seq: 0, digest: record, by: first.controller(), document: tag };
        let (crosses, to) = (first.home != second.home, second.controller());
        let expires = desk::expiry(Op::Move, crosses, at);
        let moved = desk::step(&head, Action::Move { to }, expires, none, &first.key, at, &mut self.entropy);
        let moved = moved.expect("a move");
        let mut roles = vec![(first.home, Role::Home)];
        roles.extend(crosses.then_some((second.home, Role::Accept)));
        let signatures = 1 + roles.len();
        let moved = countersigned(moved.act, &moved.signatures, &roles);
        self.keep(moved, slot::act(&record, 1), signatures);
    }

    fn enrol(&mut self, name: &str, home: &str) -> Person {
        let person = enrolled(key(name), Value::from(name), home, self.clock, &mut self.entropy);
        let signed = person.enrolled.clone();
        let slot = slot::act(&signed.act.digest(), 0);
        self.sets += 1;
        self.keep(signed, slot, 2);
        person
    }

    fn keep(&mut self, signed: Signed, slot: Digest, signatures: usize) {
        self.acts += 1;
        self.signatures += signatures;
        let leaf = Leaf::Entry { at: self.clock, entry: signed.entry(), slot };
        self.leaf(leaf, Some(Submission::Act(signed).to_bytes()));
    }

    fn leaf(&mut self, leaf: Leaf, submission: Option<Vec<u8>>) {
        let (_, bytes) = self.log.write(&leaf).expect("a leaf");
        self.chunk.push((bytes, submission));
    }

    /// The map leaf, and a second later.
    fn close(&mut self) {
        let map = self.log.map_leaf(self.clock);
        self.leaf(map, None);
        self.clock = self.clock.plus(Duration::from_secs(1));
    }
}

/// The leaves an interval at a time, each cosigned; the log's signing and proving is not counted.
fn witness(leaves: &[Vec<u8>], interval: usize) {
    let corridor = Corridor::new();
    let (mut tiles, mut log) = (Tiles::default(), Log::new());
    let (witness, mut seen) = corridor.another_witness();
    let (mut took, mut limit, mut intervals, mut from) = (Duration::ZERO, Duration::ZERO, 0_usize, 0);
    for (number, leaf) in leaves.iter().enumerate() {
        tiles.push(leaf);
        let Leaf::Map { at, .. } = log.read(leaf).expect("a leaf") else { continue };
        tiles.store();
        let request = corridor.request(&log, &tiles, seen.size(), at);
        let new: Vec<&[u8]> = leaves[from..=number].iter().map(Vec::as_slice).collect();
        let (time, answer) = time_of(|| witness.cosign(&seen, &request, new.iter().copied(), at));
        seen = answer.expect("cosigned").0;
        took += time;
        limit += hashing(&new, log.slots().len());
        (intervals, from) = (intervals + 1, number + 1);
    }
    println!(
        "{:<40} {:>10.2} {:>10.2} {:>10.2} {:>7.2}   {intervals} intervals of {interval} acts; last map {} slots",
        "witness, a leaf",
        limit.as_secs_f64(),
        took.as_secs_f64(),
        us_each(took, leaves.len()),
        ratio(took, limit),
        log.slots().len()
    );
}

/// Bare SHA-256: each leaf, a node of the tree for each, its place in the map, and every branch above the new slots once.
fn hashing(new: &[&[u8]], slots: u64) -> Duration {
    let (count, floors) = (new.len() as f64, (slots as f64).log2().ceil() as i32);
    let branches: f64 = (0..floors)
        .map(|floor| {
            let places = 2_f64.powi(floor);
            places * (1.0 - (1.0 - 1.0 / places).powf(count))
        })
        .sum();
    let hash = |bytes: &[u8]| {
        std::hint::black_box(digest(&SHA256, bytes));
    };
    time_of(|| {
        new.iter().for_each(|leaf| hash(leaf));
        (0..new.len()).for_each(|_| hash(&[1; 65]));
        (0..new.len()).for_each(|_| hash(&[2; 41]));
        (0..branches as usize).for_each(|_| hash(&[3; 65]));
    })
    .0
}
