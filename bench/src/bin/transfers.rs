//! In-house transfers per second through whole nodes: a platform, a registry and two witnesses, each on a thread and an
//! SQLite store of its own, with nothing but bytes between them.
//!
//! Beforehand, outside the measured interval: N bills and 2 N holders' keys, enrolled and issued through the same nodes, and
//! N acts composed and signed, one for each bill. Then callers hand the acts in, concurrently. The interval ends when the
//! platform has booked the last one: holder's signature verified by platform and registry, countersigned, durable at both
//! (`synchronous=FULL`), in the log, under a checkpoint that is signed and cosigned, and proved to the platform.
//!
//! `cargo run --release --bin transfers -- [bills, default 5000] [callers, default 256] [directory]`

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use bill::{
    act::{Action, Issue},
    words::{Controller, Op, Registry},
};
use crypto::{
    Digest, base64url,
    entropy::SeededEntropy,
    json::{self, Limits, Value},
    key::{Algorithm, SigningKey},
};
use node::{
    Asked, Node, Reply, Request, Status,
    desk::{self, Head, Particulars},
    directory,
    platform::{ACTS, ENROL, ISSUER_SALT, PlatformNode, STAGE, hand_in_body, question},
    registrar::{MARK, RegistryNode, SUBMIT_MANY},
    settings::{PlatformSettings, Settings},
    witness::WitnessNode,
};
use pilot::corridor::{self, Blueprint};
use store::{
    Options, Space, Store, StoreError, Txn,
    observer::{Fate, Observer, Step},
};
use vocab::Timestamp;

const PLATFORM: &str = "carrier";
const CODE: &str = "TWKC";
const DRAFT: &[u8] = include_bytes!("../../../examples/whisky/draft.json");
/// Requests that the platform serves together at most.
const TOGETHER_MAX: usize = 512;
/// How often the registry closes its log.
const CHECKPOINT_EVERY: Duration = Duration::from_millis(100);

fn main() {
    let mut arguments = std::env::args().skip(1);
    let bills = arguments.next().map_or(5_000, |bills| bills.parse().expect("bills"));
    let callers = arguments.next().map_or(256, |callers| callers.parse().expect("callers"));
    let root = arguments.next().map_or_else(std::env::temp_dir, Into::into);
    let directory = tempfile::tempdir_in(&root).expect("a directory");
    println!("load before: {}", load());
    let mut corridor = Corridor::found(directory.path());
    let began = Instant::now();
    let acts = corridor.prepare(bills);
    println!("{bills} bills and {} keys set up in {:.0?}", 2 * bills, began.elapsed());
    let sample = acts[0].clone();
    let measured = run(corridor, acts, callers);
    report(&measured, &sample, &root);
    println!("load after: {}", load());
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim().to_owned()
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    Timestamp::from_unix_ms(i64::try_from(since.as_millis()).expect("a time")).expect("a time")
}

/// Counts the commits of all stores, and the time they took: the write of the log and its fsync.
#[derive(Default)]
struct Commits {
    began: Mutex<HashMap<thread::ThreadId, Instant>>,
    count: AtomicU64,
    nanos: AtomicU64,
}

impl Observer for Commits {
    fn reached(&self, step: Step) -> Fate {
        let thread = thread::current().id();
        match step {
            Step::BeforeCommit => {
                self.began.lock().expect("whole").insert(thread, Instant::now());
            }
            Step::AfterCommitBeforeAnswer => {
                let began = self.began.lock().expect("whole").remove(&thread).expect("begun");
                self.count.fetch_add(1, Ordering::Relaxed);
                let nanos = u64::try_from(began.elapsed().as_nanos()).expect("short");
                self.nanos.fetch_add(nanos, Ordering::Relaxed);
            }
            _ => {}
        }
        Fate::Live
    }
}

struct Corridor {
    platform: PlatformNode,
    settings: PlatformSettings,
    registry: RegistryNode,
    witnesses: BTreeMap<String, WitnessNode>,
    entropy: SeededEntropy,
    commits: Arc<Commits>,
}

/// A holder.
struct Person {
    key: SigningKey,
    set: Digest,
    party: Value,
}

/// One act, signed, in the body that hands it in.
#[derive(Clone)]
struct Prepared {
    act: Digest,
    body: Vec<u8>,
    signed: desk::Signed,
    key: Digest,
}

impl Corridor {
    fn found(directory: &Path) -> Self {
        let mut entropy = SeededEntropy::named("transfers");
        let founded = now().minus(Duration::from_secs(3_600));
        let drawn = corridor::draw(founded, 0, true, &mut entropy).expect("a corridor");
        let commits = Arc::new(Commits::default());
        let store = |name: &str| {
            let options = Options::creating(Digest::of(name.as_bytes()));
            let options = Options { observer: Some(commits.clone()), ..options };
            Store::open(&directory.join(name), options).expect("a store")
        };
        let Blueprint { settings, keys, marks, .. } = drawn;
        let (mut platform, mut registry, mut witnesses) = (None, None, BTreeMap::new());
        for one in &settings {
            let key = &keys[one.name()];
            match one {
                Settings::Platform(settings) if settings.name == PLATFORM => {
                    let node = PlatformNode::open(settings, key, store(PLATFORM)).expect("a platform");
                    platform = Some((node, settings.clone()));
                }
                Settings::Platform(_) => {}
                Settings::Registry(settings) => {
                    let node = directory::registry(settings, key, store(&settings.name));
                    registry = Some(node.expect("a registry"));
                }
                Settings::Witness(settings) => {
                    let kinds =
                        [tlog::key::KeyKind::CosignatureEd25519, tlog::key::KeyKind::CosignatureMlDsa44];
                    let own = node::keys::note_keys(key, &settings.key_name, kinds).expect("keys");
                    let log = settings.log.iter().map(|key| key.parse().expect("a key")).collect();
                    let (name, store) = (&settings.name, store(&settings.name));
                    let node = WitnessNode::open(name, store, &settings.origin, log, own);
                    witnesses.insert(name.clone(), node.expect("a witness"));
                }
            }
        }
        let (platform, settings) = platform.expect("a platform");
        let mut registry = registry.expect("a registry");
        for mark in &marks {
            let reply = registry.serve("", MARK, &mark.to_bytes(), founded, &mut entropy).expect("served");
            assert_eq!(reply.status, Status::Accepted);
        }
        Self { platform, settings, registry, witnesses, entropy, commits }
    }

    /// Carries messages until nobody has anything left to ask.
    fn pump(&mut self) {
        loop {
            let now = now();
            let mut busy = false;
            for request in self.platform.due(now).expect("due") {
                busy = true;
                let reply =
                    self.registry.serve(PLATFORM, &request.path, &request.body, now, &mut self.entropy);
                let reply = reply.expect("served");
                self.platform.answered(&request, &reply, now, &mut self.entropy).expect("heard");
            }
            self.registry.pass(now, &mut self.entropy).expect("passed");
            for request in self.registry.due(now).expect("due") {
                busy = true;
                let witness = self.witnesses.get_mut(&request.to).expect("a witness");
                let reply = witness.serve("registry", &request.path, &request.body, now, &mut self.entropy);
                let reply = reply.expect("cosigned");
                self.registry.answered(&request, &reply, now, &mut self.entropy).expect("heard");
            }
            if !busy {
                let waits = [self.platform.waits_until(), self.registry.waits_until()];
                if waits.into_iter().all(|waits| waits.expect("told").is_none()) {
                    return;
                }
                thread::sleep(Duration::from_millis(5));
            }
        }
    }

    fn hand(&mut self, path: &str, body: &[u8]) -> Reply {
        self.platform.serve("", path, body, now(), &mut self.entropy).expect("served")
    }

    fn registry_of(&self) -> Registry {
        Registry { origin: self.settings.origin.clone(), url: self.settings.registry_url.clone() }
    }

    fn enrol(&mut self, name: &str, code: &str) -> Person {
        let key = SigningKey::generate_ed25519(&mut self.entropy);
        let identifying =
            Value::object([("codeListName", "LEI"), ("codeListProvider", "GLEIF"), ("partyCode", code)]);
        let party = Value::object([
            ("eblPlatform", Value::from(CODE)),
            ("identifyingCodes", Value::array([identifying])),
            ("partyName", Value::from(name)),
        ]);
        let recovery = desk::recovery_by(key.public().clone()).expect("a recovery");
        let registry = self.registry_of();
        let set = desk::key_set(&key, party.clone(), recovery, registry, now(), &mut self.entropy);
        let set = set.expect("a set");
        let reply = self.hand(ENROL, &json::canonical(&set.file()));
        assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
        Person { key, set: set.act.digest(), party }
    }

    fn prepare(&mut self, bills: usize) -> Vec<Prepared> {
        let carrier = self.enrol("Northern Isles Line", "TWKATEST00CARRIER096");
        let mut holders = Vec::with_capacity(bills);
        for _ in 0..bills {
            let from = self.enrol("Strathspey Malts Ltd", "TWKATEST00EXPORTER18");
            holders.push((from, self.enrol("Orchard Spirits Pte Ltd", "TWKATEST0IMPORTER004")));
        }
        self.pump();
        let mut issued = Vec::with_capacity(bills);
        for (number, (from, _)) in holders.iter().enumerate() {
            issued.push(self.issue(&carrier, from, number));
            if number % 128 == 127 {
                self.pump();
            }
        }
        self.pump();
        let code = CODE.parse().expect("a code");
        let sign = |((from, to), (record, document)): (&(Person, Person), &(Digest, Digest))| {
            let head = Head {
                record: *record,
                seq: 0,
                digest: *record,
                by: Controller::own(from.set, code),
                document: *document,
            };
            let at = now();
            let transactions = ["ENDORSE_TO_ORDER", "TRANSFER"]
                .map(|code| desk::transaction(code, &from.party, Some(&to.party), at))
                .to_vec();
            let signed = desk::step(
                &head,
                Action::Move { to: Controller::own(to.set, code) },
                desk::expiry(Op::Move, false, at),
                Particulars { transactions, more: Vec::new() },
                &from.key,
                at,
                &mut self.entropy,
            )
            .expect("an act");
            let body = hand_in_body(&[signed.file()], None, &[]);
            let key =
                Digest::of(from.key.public().jwk().get("x").and_then(Value::as_str).expect("x").as_bytes());
            Prepared { act: signed.act.digest(), body, signed, key }
        };
        let acts: Vec<Prepared> = holders.iter().zip(&issued).map(sign).collect();
        let distinct =
            |digests: Vec<Digest>| digests.into_iter().collect::<std::collections::BTreeSet<_>>().len();
        assert_eq!(distinct(acts.iter().map(|act| act.key).collect()), bills, "distinct keys");
        assert_eq!(
            distinct(acts.iter().map(|act| act.signed.act.record()).collect()),
            bills,
            "distinct bills"
        );
        acts
    }

    fn issue(&mut self, carrier: &Person, to: &Person, number: usize) -> (Digest, Digest) {
        let text = std::str::from_utf8(DRAFT).expect("text");
        let document = text.replace("TWKW2603001", &format!("TWKB{number:07}")).into_bytes();
        let read = dcsa::TransportDocument::read(&document).expect("a document");
        let identity = read.identity().expect("an identity");
        let asked = json::canonical(&Value::object([
            ("carrier", identity.carrier.as_str()),
            ("reference", identity.reference.as_str()),
            ("subReference", identity.sub_reference.as_str()),
        ]));
        let salt = self.hand(ISSUER_SALT, &asked).body;
        let tag = format!(
            "twakow/tag/1\n{}\n{}\n{}\n",
            identity.carrier, identity.reference, identity.sub_reference
        );
        let tag = Digest::of_parts(&[tag.as_bytes(), &salt]);
        let (at, code) = (now(), CODE.parse().expect("a code"));
        let issue = Issue {
            by: Controller::own(carrier.set, code),
            to: Controller::own(to.set, code),
            expires: desk::expiry(Op::Issue, false, at),
            tag,
            registry: self.registry_of(),
            from: Vec::new(),
        };
        let particulars = Particulars {
            transactions: vec![desk::transaction("ISSUE", &carrier.party, Some(&to.party), at)],
            more: vec![
                ("issuerSalt", Value::from(base64url::encode(&salt).as_str())),
                ("jurisdiction", Value::from("England")),
                ("law", Value::from("England")),
            ],
        };
        let checksum = read.checksum();
        let signed = desk::issue(issue, checksum, particulars, &carrier.key, at, &mut self.entropy);
        let signed = signed.expect("an issue");
        let reply = self.hand(ACTS, &hand_in_body(&[signed.file()], Some(&document), &[]));
        assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
        (signed.act.digest(), checksum)
    }
}

/// What a run gave.
struct Measured {
    transfers: usize,
    wall: Duration,
    cpu: Duration,
    /// From hand-in to booked, sorted.
    waits: Vec<Duration>,
    /// From hand-in to the platform's 202, sorted.
    taken: Vec<Duration>,
    commits: u64,
    commit_time: Duration,
    checkpoints: u64,
}

type HandIn = (Vec<u8>, Sender<Reply>);

/// A request with its sender's name, and the way back.
type Carried = (Request, Sender<(Request, Reply)>);

fn run(corridor: Corridor, acts: Vec<Prepared>, callers: usize) -> Measured {
    let Corridor { platform, registry, witnesses, commits, .. } = corridor;
    let total = acts.len();
    let (commits_before, nanos_before) =
        (commits.count.load(Ordering::Relaxed), commits.nanos.load(Ordering::Relaxed));
    let (to_platform, handed) = mpsc::channel::<HandIn>();
    let (to_registry, asked) = mpsc::channel::<Carried>();
    let ways: BTreeMap<String, Sender<Carried>> = witnesses
        .into_iter()
        .map(|(name, node)| {
            let (way, asked) = mpsc::channel();
            named(&name, move || witness(node, &asked));
            (name, way)
        })
        .collect();
    let registry = named("registry", move || serve_registry(registry, &asked, &ways));
    let platform = named("platform", move || serve_platform(platform, &handed, to_registry, total));
    let shares: Vec<Vec<Prepared>> =
        (0..callers).map(|caller| acts.iter().skip(caller).step_by(callers).cloned().collect()).collect();
    // Nobody begins before everybody is there: making threads is not what is measured.
    let ready = Arc::new(Barrier::new(callers + 1));
    let callers: Vec<_> = shares
        .into_iter()
        .map(|share| {
            let (to_platform, ready) = (to_platform.clone(), ready.clone());
            thread::Builder::new()
                .stack_size(256 * 1024)
                .spawn(move || {
                    ready.wait();
                    share
                        .into_iter()
                        .map(|act| {
                            let (way, answer) = mpsc::channel();
                            let handed_in = Instant::now();
                            to_platform.send((act.body, way)).expect("a platform");
                            let reply = answer.recv().expect("an answer");
                            assert_eq!(reply.status, Status::Accepted);
                            (act.act, handed_in, handed_in.elapsed())
                        })
                        .collect::<Vec<_>>()
                })
                .expect("a thread")
        })
        .collect();
    let (cpu_before, began) = (cpu(), Instant::now());
    ready.wait();
    let handed_in: Vec<_> = callers.into_iter().flat_map(|caller| caller.join().expect("done")).collect();
    drop(to_platform);
    let (booked, ended, mut platform) = platform.join().expect("done");
    let (wall, cpu) = (ended.duration_since(began), cpu().saturating_sub(cpu_before));
    let commits = Measured {
        transfers: total,
        wall,
        cpu,
        waits: Vec::new(),
        taken: Vec::new(),
        commits: commits.count.load(Ordering::Relaxed) - commits_before,
        commit_time: Duration::from_nanos(commits.nanos.load(Ordering::Relaxed) - nanos_before),
        checkpoints: registry.join().expect("done"),
    };
    let (mut waits, mut taken) = (Vec::with_capacity(total), Vec::with_capacity(total));
    for (act, handed_in, answered) in handed_in {
        waits.push(booked[&act].duration_since(handed_in));
        taken.push(answered);
        let asked = question("act", &act.to_string());
        let reply = platform.serve("", STAGE, &asked, now(), &mut SeededEntropy::named("stage"));
        let value = json::parse(&reply.expect("served").body, &Limits::bytes(4096)).expect("a stage");
        assert_eq!(value.get("stage").and_then(Value::as_str), Some("moved"), "{act}");
    }
    waits.sort_unstable();
    taken.sort_unstable();
    Measured { waits, taken, ..commits }
}

/// A node's thread, under its name, so that a profiler tells the nodes apart.
fn named<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
    thread::Builder::new().name(name.to_owned()).spawn(work).expect("a thread")
}

fn serve_platform(
    mut node: PlatformNode,
    handed: &Receiver<HandIn>,
    registry: Sender<Carried>,
    total: usize,
) -> (BTreeMap<Digest, Instant>, Instant, PlatformNode) {
    let mut entropy = SeededEntropy::named("platform");
    let (way_back, replies) = mpsc::channel::<(Request, Reply)>();
    let mut finals: Vec<(Instant, Request)> = Vec::new();
    let mut booked = 0;
    while booked < total {
        let mut batch = Vec::new();
        match handed.recv_timeout(Duration::from_millis(1)) {
            Ok(first) => batch.push(first),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(1)),
        }
        batch.extend(handed.try_iter().take(TOGETHER_MAX - 1));
        if !batch.is_empty() {
            let asked: Vec<Asked<'_>> =
                batch.iter().map(|(body, _)| Asked { from: "", path: ACTS, body }).collect();
            let replies = node.serve_many(&asked, now(), &mut entropy).expect("served");
            for ((_, way), reply) in batch.iter().zip(replies) {
                way.send(reply).ok();
            }
        }
        for request in node.due(now()).expect("due") {
            registry.send((request, way_back.clone())).expect("a registry");
        }
        for (request, reply) in replies.try_iter() {
            node.answered(&request, &reply, now(), &mut entropy).expect("heard");
            if request.path == SUBMIT_MANY && reply.status == Status::Ok {
                booked += request.body.split(|byte| *byte == b'\n').count();
                finals.push((Instant::now(), request));
            }
        }
    }
    let ended = Instant::now();
    let mut by_act = BTreeMap::new();
    for (at, request) in finals {
        for line in request.body.split(|byte| *byte == b'\n') {
            let submission = registry::submission::Submission::parse(line).expect("a submission");
            by_act.extend(submission.signed().map(|signed| (signed.act.digest(), at)));
        }
    }
    (by_act, ended, node)
}

fn serve_registry(
    mut node: RegistryNode,
    asked: &Receiver<Carried>,
    ways: &BTreeMap<String, Sender<Carried>>,
) -> u64 {
    let mut entropy = SeededEntropy::named("registry");
    let (way_back, replies) = mpsc::channel::<(Request, Reply)>();
    let (mut closed, mut checkpoints, mut published) = (Instant::now(), 0, node.published_size());
    loop {
        match asked.recv_timeout(Duration::from_millis(1)) {
            Ok((request, back)) => {
                let reply = node.serve(PLATFORM, &request.path, &request.body, now(), &mut entropy);
                back.send((request, reply.expect("served"))).ok();
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return checkpoints,
        }
        if closed.elapsed() >= CHECKPOINT_EVERY {
            node.pass(now(), &mut entropy).expect("passed");
            closed = Instant::now();
        }
        for request in node.due(now()).expect("due") {
            ways[&request.to].send((request, way_back.clone())).expect("a witness");
        }
        for (request, reply) in replies.try_iter() {
            node.answered(&request, &reply, now(), &mut entropy).expect("heard");
        }
        if node.published_size() > published {
            (published, checkpoints) = (node.published_size(), checkpoints + 1);
        }
    }
}

fn witness(mut node: WitnessNode, asked: &Receiver<Carried>) {
    let mut entropy = SeededEntropy::named("witness");
    while let Ok((request, back)) = asked.recv() {
        let reply = node.serve("registry", &request.path, &request.body, now(), &mut entropy);
        back.send((request, reply.expect("cosigned"))).ok();
    }
}

/// User and system time of this process so far.
fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = stat.rsplit(')').next().expect("a name").split_whitespace().collect();
    // Fields 14 and 15 of the line; those after the name begin at 3. In ticks of 1/100 s.
    let ticks: u64 = fields[11].parse::<u64>().expect("ticks") + fields[12].parse::<u64>().expect("ticks");
    Duration::from_millis(ticks * 10)
}

/// How often `work` is done in a second by two threads.
fn two_threads(work: impl Fn() + Sync) -> f64 {
    let (count, span, began) = (AtomicU64::new(0), Duration::from_secs(1), Instant::now());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while began.elapsed() < span {
                    for _ in 0..16 {
                        work();
                    }
                    count.fetch_add(16, Ordering::Relaxed);
                }
            });
        }
    });
    count.load(Ordering::Relaxed) as f64 / began.elapsed().as_secs_f64()
}

/// Processor time of one `work`.
fn each(work: impl Fn()) -> Duration {
    let (times, before) = (4_000, cpu());
    (0..times).for_each(|_| work());
    (cpu() - before) / times
}

fn fsyncs(root: &Path) -> f64 {
    use std::os::unix::fs::FileExt;
    let file = tempfile::tempfile_in(root).expect("a file");
    let (mut count, began) = (0_u64, Instant::now());
    while began.elapsed() < Duration::from_secs(1) {
        file.write_at(&[7; 4096], (count % 64) * 4096).expect("written");
        file.sync_data().expect("synced");
        count += 1;
    }
    count as f64 / began.elapsed().as_secs_f64()
}

/// The rows of transfers at platform and registry, 256 in a command, nothing else.
fn store_alone(root: &Path, sample: &Prepared) -> f64 {
    let directory = tempfile::tempdir_in(root).expect("a directory");
    let store = Store::open(directory.path(), Options::creating(Digest::of(b"alone"))).expect("a store");
    let (rows, finals) = (Space::new("rows"), Space::new("finals"));
    let file = json::canonical(&sample.signed.file());
    let (mut count, began) = (0_u64, Instant::now());
    while began.elapsed() < Duration::from_secs(2) {
        let (file, details) = (file.clone(), sample.signed.details.clone());
        let written = store.write(move |txn: &mut dyn Txn| -> Result<(), StoreError> {
            for number in count..count + 256 {
                let key = *Digest::of(&number.to_be_bytes()).as_bytes();
                txn.put_blob(&[details.as_slice(), &key].concat())?;
                txn.put_blob(&[file.as_slice(), &key].concat())?;
                txn.put_index(rows.key(&key), &key)?;
                txn.put_index(finals.key(&key), &[7; 250])?;
                txn.append(Space::new("leaves").key(b"log"), number, &[7; 220])?;
                txn.put_blob(&[&file[..file.len() / 2], &key].concat())?;
            }
            Ok(())
        });
        written.expect("written");
        count += 256;
    }
    count as f64 / began.elapsed().as_secs_f64()
}

/// The JSON of one transfer, as both nodes and both witnesses read and write it.
fn json_alone(sample: &Prepared) {
    let limits = Limits::bytes(1 << 22);
    let read = |bytes: &[u8]| json::parse_canonical(bytes, &limits).expect("canonical");
    let (act, list) = (sample.signed.act.bytes(), sample.signed.signatures.bytes());
    let file = sample.signed.file();
    read(&sample.body);
    for _ in 0..2 {
        read(act);
        read(list);
        // The file that is kept and the one that goes to the registry, which reads it.
        read(&json::canonical(&file));
    }
    read(&sample.signed.details);
    read(&sample.signed.details);
    let leaf = Value::object([
        ("at", Value::from(now())),
        ("entry", Value::from(sample.act)),
        ("slot", Value::from(sample.key)),
        ("v", Value::from("twakow/leaf/1")),
    ]);
    // Written once, read by two witnesses and twice by the platform.
    let leaf = json::canonical(&leaf);
    (0..4).for_each(|_| drop(read(&leaf)));
}

fn report(measured: &Measured, sample: &Prepared, root: &Path) {
    let per_second = measured.transfers as f64 / measured.wall.as_secs_f64();
    let cpu_each = measured.cpu / u32::try_from(measured.transfers).expect("few");
    let at = |sorted: &[Duration], of_100: usize| sorted[(sorted.len() - 1) * of_100 / 100];
    println!("\n{per_second:.0} transfers/s: {} in {:.2?}", measured.transfers, measured.wall);
    println!(
        "processor time {cpu_each:.1?} a transfer: {:.0} transfers/s of two whole cores",
        2.0 / cpu_each.as_secs_f64()
    );
    println!("submit to final: p50 {:.2?}, p99 {:.2?}", at(&measured.waits, 50), at(&measured.waits, 99));
    println!("submit to taken: p50 {:.2?}, p99 {:.2?}", at(&measured.taken, 50), at(&measured.taken, 99));
    println!("{} commits with an fsync, {} checkpoints cosigned", measured.commits, measured.checkpoints);
    let key = SigningKey::ed25519_from_seed([7; 32]);
    let (message, public) = (sample.signed.act.bytes(), key.public().clone());
    let signature = key.sign(message);
    let verify = || public.verify(Algorithm::EdDsa, message, &signature).expect("it holds");
    let sign = || {
        std::hint::black_box(key.sign(message));
    };
    let signatures = each(verify) * 3 + each(sign);
    let both = || {
        (0..3).for_each(|_| verify());
        sign();
    };
    println!("\nbare limits in this run:");
    let limit =
        |what: &str, limit: f64| println!("  {what:<58} {limit:>8.0}/s  ratio {:.2}", per_second / limit);
    limit("signatures of a transfer alone, two cores", two_threads(both));
    limit("the rows of a transfer alone, one store, 256 a commit", store_alone(root, sample));
    println!("  {:<58} {:>8.0}/s", "one page and its fsync", fsyncs(root));
    let json = each(|| json_alone(sample));
    let share = |part: Duration| 100.0 * part.as_secs_f64() / cpu_each.as_secs_f64();
    println!("\nof the processor time of a transfer:");
    println!("  signatures (3 verified, 1 made) {signatures:>8.1?}  {:>3.0} %", share(signatures));
    println!("  JSON                            {json:>8.1?}  {:>3.0} %", share(json));
    println!(
        "  the rest: rows, digests, tree   {:>8.1?}  {:>3.0} %",
        cpu_each - signatures - json,
        100.0 - share(signatures) - share(json)
    );
    let commits = measured.commit_time.as_secs_f64() / measured.wall.as_secs_f64();
    println!(
        "commits (log write and fsync, all four stores) stood for {:.0} % of the wall time",
        100.0 * commits
    );
}
