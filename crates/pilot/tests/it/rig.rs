//! Nodes on disks that the test holds, and a wire in the test's hand: it loses, doubles, delays and reorders messages, ends
//! nodes at any step of their stores, opens them again on the same disk, and keeps account of what they have said.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::PathBuf,
    rc::Rc,
    sync::{Arc, Mutex},
};

use crypto::{
    entropy::{Entropy, SeededEntropy},
    json::{self, Value},
};
use node::{
    Asked, Node, NodeError, Reply, Request, Status, directory,
    platform::{NOTICES, PlatformNode},
    registrar::{LOOKUP, MARK, RegistryNode},
    settings::Settings,
};
use pilot::{
    corridor::{self, Blueprint, Plan, REGISTRY},
    link::{Fault, QUIET, ROUND},
};
use store::{
    Options, Store,
    memory::Disk,
    observer::{Fate, Observer, Step},
};
use vocab::Timestamp;

use crate::account::Account;

pub(crate) const PASSPHRASE: &[u8] = b"a passphrase of a test";
/// Rounds after which a corridor that does not come to rest is stuck: ten minutes of its clock.
const ROUNDS_MAX: u32 = 3_000;

/// A place in a node's work: the node, what it is doing, and the step of its store.
pub(crate) type Bin = (String, String, Step);

/// What the observers of all stores of a corridor share.
#[derive(Default)]
pub(crate) struct Watched {
    doing: String,
    /// Every step taken, in order.
    pub(crate) trace: Vec<Bin>,
    /// The steps, by their number in the trace, at which a node ends.
    pub(crate) ends_at: BTreeSet<usize>,
    fallen: Option<String>,
}

struct Eye {
    node: String,
    watched: Arc<Mutex<Watched>>,
}

impl Observer for Eye {
    fn reached(&self, step: Step) -> Fate {
        let mut watched = self.watched.lock().unwrap();
        let number = watched.trace.len();
        let doing = watched.doing.clone();
        watched.trace.push((self.node.clone(), doing, step));
        if watched.ends_at.remove(&number) {
            watched.fallen = Some(self.node.clone());
            return Fate::Stop;
        }
        Fate::Live
    }
}

enum Awake {
    Registry(Box<RegistryNode>),
    Platform(Box<PlatformNode>),
    Other(Box<dyn Node>),
}

impl Awake {
    fn node(&mut self) -> &mut dyn Node {
        match self {
            Self::Registry(registry) => registry.as_mut(),
            Self::Platform(platform) => platform.as_mut(),
            Self::Other(node) => node.as_mut(),
        }
    }
}

/// Where the stores lie.
enum Disks {
    Memory(BTreeMap<String, Disk>),
    Folder(Rc<tempfile::TempDir>),
}

/// What befalls messages.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wire {
    /// By a message's number, counted from zero.
    pub(crate) planned: BTreeMap<usize, Fault>,
    /// Of 256 messages, how many meet a random fault; any at all also reorders each round.
    pub(crate) trouble: u8,
    /// Senders and paths of which everything is lost.
    pub(crate) cut: BTreeSet<(&'static str, &'static str)>,
    /// The messages so far: sender, receiver, path.
    pub(crate) carried: Vec<(String, String, String)>,
}

pub(crate) struct Rig {
    pub(crate) drawn: Rc<Blueprint>,
    disks: Disks,
    nodes: BTreeMap<String, Awake>,
    pub(crate) watched: Arc<Mutex<Watched>>,
    pub(crate) wire: Wire,
    pub(crate) entropy: SeededEntropy,
    pub(crate) now: Timestamp,
    pub(crate) account: Account,
    /// How often a node ended.
    pub(crate) ended: usize,
}

impl Rig {
    /// A corridor whose stores are in memory, founded an hour ago.
    pub(crate) fn new(seed: &str) -> Self {
        let mut entropy = SeededEntropy::named(seed);
        let drawn = corridor::draw(founded_at(), 0, true, &mut entropy).unwrap();
        let disk = |name: &str| {
            let disk = Disk::new();
            drop(Store::in_memory(&disk, Options::creating(crypto::Digest::of(name.as_bytes()))).unwrap());
            (name.to_owned(), disk)
        };
        let disks = Disks::Memory(drawn.settings.iter().map(|settings| disk(settings.name())).collect());
        let mut rig = Self::on(disks, Rc::new(drawn), entropy);
        let marks: Vec<Vec<u8>> = rig.drawn.marks.iter().map(|mark| mark.to_bytes()).collect();
        rig.now = founded_at();
        for mark in marks {
            assert_eq!(rig.ask(REGISTRY, MARK, &mark).unwrap().status, Status::Accepted);
        }
        rig.now = founded_at().plus(std::time::Duration::from_secs(3600));
        rig.pump();
        rig
    }

    /// The same in a folder, made by the program that makes corridors.
    pub(crate) fn in_folder(seed: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("corridor");
        let plan = Plan { dir: &dir, now: founded_at(), member_days: 0, test: true, passphrase: PASSPHRASE };
        corridor::found(&plan, &mut SeededEntropy::named(seed)).unwrap();
        let drawn = corridor::draw(founded_at(), 0, true, &mut SeededEntropy::named(seed)).unwrap();
        // Not the stream of the founding, from which the folders have their salts: people draw their own keys.
        let entropy = SeededEntropy::named(&format!("people of {seed}"));
        let mut rig = Self::on(Disks::Folder(Rc::new(folder)), Rc::new(drawn), entropy);
        rig.pump();
        rig
    }

    fn on(disks: Disks, drawn: Rc<Blueprint>, entropy: SeededEntropy) -> Self {
        let mut rig = Self {
            drawn,
            disks,
            nodes: BTreeMap::new(),
            watched: Arc::default(),
            wire: Wire::default(),
            entropy,
            now: founded_at().plus(std::time::Duration::from_secs(3600)),
            account: Account::default(),
            ended: 0,
        };
        for name in rig.names() {
            rig.reopen(&name);
        }
        rig
    }

    /// Another corridor that has all that this one has on its disks.
    pub(crate) fn fork(&self) -> Self {
        let Disks::Memory(disks) = &self.disks else { panic!("a corridor in memory") };
        let disks = Disks::Memory(disks.iter().map(|(name, disk)| (name.clone(), disk.copy())).collect());
        let mut fork = Self::on(disks, self.drawn.clone(), self.entropy.clone());
        fork.now = self.now;
        fork.account = self.account.clone();
        fork
    }

    pub(crate) fn dir(&self) -> PathBuf {
        let Disks::Folder(folder) = &self.disks else { panic!("a corridor in a folder") };
        folder.path().join("corridor")
    }

    /// A copy of a node's disk as it is now.
    pub(crate) fn disk(&self, name: &str) -> Disk {
        let Disks::Memory(disks) = &self.disks else { panic!("a corridor in memory") };
        disks[name].copy()
    }

    /// Puts another disk into a node and opens it.
    pub(crate) fn insert_disk(&mut self, name: &str, disk: Disk) {
        let Disks::Memory(disks) = &mut self.disks else { panic!("a corridor in memory") };
        disks.insert(name.to_owned(), disk);
        self.reopen(name);
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.drawn.settings.iter().map(|settings| settings.name().to_owned()).collect()
    }

    pub(crate) fn settings(&self, name: &str) -> &Settings {
        self.drawn.settings.iter().find(|settings| settings.name() == name).unwrap()
    }

    /// Opens a node on its disk, by the path on which nodes start.
    pub(crate) fn reopen(&mut self, name: &str) {
        self.nodes.remove(name);
        let eye = Eye { node: name.to_owned(), watched: self.watched.clone() };
        let options = Options { observer: Some(Arc::new(eye)), ..Options::existing() };
        let store = match &self.disks {
            Disks::Memory(disks) => Store::in_memory(&disks[name], options).unwrap(),
            Disks::Folder(folder) => {
                Store::open(&folder.path().join("corridor").join(name), options).unwrap()
            }
        };
        let key = &self.drawn.keys[name];
        let awake = match self.settings(name) {
            Settings::Registry(settings) => {
                Awake::Registry(Box::new(directory::registry(settings, key, store).unwrap()))
            }
            Settings::Platform(settings) => {
                Awake::Platform(Box::new(PlatformNode::open(settings, key, store).unwrap()))
            }
            settings @ Settings::Witness(_) => Awake::Other(directory::node(settings, key, store).unwrap()),
        };
        self.nodes.insert(name.to_owned(), awake);
    }

    /// A node is taken from the corridor: silent until it is opened again.
    pub(crate) fn close(&mut self, name: &str) {
        self.nodes.remove(name);
    }

    pub(crate) fn registry(&self) -> &RegistryNode {
        let Some(Awake::Registry(registry)) = self.nodes.get(REGISTRY) else {
            panic!("the registry is open")
        };
        registry
    }

    /// Every record that a platform holds folded is what its disk gives. How many there are.
    pub(crate) fn folds(&self) -> usize {
        let platforms = self.nodes.values().filter_map(|node| match node {
            Awake::Platform(platform) => Some(platform.folds_are_replay_equal().unwrap()),
            Awake::Registry(_) | Awake::Other(_) => None,
        });
        platforms.sum()
    }

    /// The registry that its disk alone gives.
    pub(crate) fn registry_replayed(&self) -> RegistryNode {
        let store = match &self.disks {
            Disks::Memory(_) => Store::in_memory(&self.disk(REGISTRY), Options::existing()).unwrap(),
            Disks::Folder(_) => Store::open(&self.dir().join(REGISTRY), Options::existing()).unwrap(),
        };
        let Settings::Registry(settings) = self.settings(REGISTRY) else { panic!("a registry") };
        directory::registry(settings, &self.drawn.keys[REGISTRY], store).unwrap()
    }

    /// Asks a node as its operator's own machine does. `None`: it ended, and was opened again.
    pub(crate) fn ask(&mut self, name: &str, path: &str, body: &[u8]) -> Option<Reply> {
        self.ask_as("", name, path, body)
    }

    /// The same in another node's name.
    pub(crate) fn ask_as(&mut self, from: &str, name: &str, path: &str, body: &[u8]) -> Option<Reply> {
        let now = self.now;
        let reply = self.with(name, format!("serves {}", shape(path)), |node, entropy| {
            node.serve(from, path, body, now, entropy)
        })?;
        self.account.said(name, path, body, &reply);
        Some(reply)
    }

    /// Asks a node several things that have arrived together. `None`: it ended, and was opened again.
    pub(crate) fn ask_many(&mut self, name: &str, path: &str, bodies: &[Vec<u8>]) -> Option<Vec<Reply>> {
        let now = self.now;
        let replies = self.with(name, format!("serves many {path}"), |node, entropy| {
            let asked: Vec<_> = bodies.iter().map(|body| Asked { from: "", path, body }).collect();
            node.serve_many(&asked, now, entropy)
        })?;
        for (body, reply) in bodies.iter().zip(&replies) {
            self.account.said(name, path, body, reply);
        }
        Some(replies)
    }

    /// Tells a platform that a record has moved, as any other might: it asks the registry.
    pub(crate) fn notice(&mut self, name: &str, record: &crypto::Digest) {
        let body = json::canonical(&Value::object([
            ("details", Value::array(Vec::<Value>::new())),
            ("record", Value::from(*record)),
            ("v", Value::from("twakow/notice/1")),
        ]));
        let reply = self.ask_as("carrier", name, NOTICES, &body).unwrap();
        assert_eq!(reply.status, Status::NoContent);
    }

    fn with<T>(
        &mut self,
        name: &str,
        doing: String,
        act: impl FnOnce(&mut dyn Node, &mut dyn Entropy) -> Result<T, NodeError>,
    ) -> Option<T> {
        self.watched.lock().unwrap().doing = doing.clone();
        let result = act(self.nodes.get_mut(name)?.node(), &mut self.entropy);
        let fallen = self.watched.lock().unwrap().fallen.take();
        if let Some(fallen) = fallen {
            self.ended += 1;
            self.reopen(&fallen);
            // A store in a file has a thread of its own, and may end after its node has answered, while another is asked.
            if fallen == name {
                return None;
            }
        }
        Some(result.unwrap_or_else(|error| panic!("{name} {doing}: {error:?}")))
    }

    /// Carries messages until no node has anything left to ask for some time.
    pub(crate) fn pump(&mut self) {
        for _ in 0..ROUNDS_MAX {
            if !self.round() && self.waits_until().is_none_or(|due| due > self.now.plus(QUIET)) {
                return;
            }
        }
        panic!(
            "the corridor does not come to rest: {:?}",
            self.wire.carried.iter().rev().take(12).collect::<Vec<_>>()
        );
    }

    fn waits_until(&mut self) -> Option<Timestamp> {
        self.nodes.values_mut().filter_map(|node| node.node().waits_until().unwrap()).min()
    }

    /// One round: every node is told the time, and what is due is carried. False when nothing was due.
    pub(crate) fn round(&mut self) -> bool {
        let now = self.now;
        self.now = now.plus(ROUND);
        let mut under_way = VecDeque::new();
        for name in self.names() {
            self.with(&name, "passes".to_owned(), |node, entropy| node.pass(now, entropy));
            let due = self.with(&name, "leases".to_owned(), |node, _| node.due(now));
            under_way.extend(due.into_iter().flatten().map(|request| (name.clone(), request)));
        }
        let busy = !under_way.is_empty();
        if self.wire.trouble > 0 {
            self.shuffle(under_way.make_contiguous());
        }
        let mut late = Vec::new();
        while let Some((from, request)) = under_way.pop_front() {
            match self.befalls(&from, &request) {
                None => self.carry(&from, &request, true, now),
                Some(Fault::Lose) => {}
                Some(Fault::LoseReply) => self.carry(&from, &request, false, now),
                Some(Fault::Double) => {
                    self.carry(&from, &request, true, now);
                    self.carry(&from, &request, true, now);
                }
                Some(Fault::Delay) => late.push((from, request)),
            }
        }
        for (from, request) in late.into_iter().rev() {
            self.carry(&from, &request, true, now);
        }
        busy
    }

    fn shuffle(&mut self, messages: &mut [(String, Request)]) {
        for end in (1..messages.len()).rev() {
            let [dice] = crypto::entropy::bytes::<1>(&mut self.entropy);
            messages.swap(end, usize::from(dice) % (end + 1));
        }
    }

    fn befalls(&mut self, from: &str, request: &Request) -> Option<Fault> {
        self.account.asked(request);
        let number = self.wire.carried.len();
        self.wire.carried.push((from.to_owned(), request.to.clone(), shape(&request.path)));
        if let Some(fault) = self.wire.planned.get(&number) {
            return Some(*fault);
        }
        if self.wire.cut.contains(&(from, request.path.as_str())) {
            return Some(Fault::Lose);
        }
        if self.wire.trouble == 0 {
            return None;
        }
        let [met, which] = crypto::entropy::bytes::<2>(&mut self.entropy);
        let faults = [Fault::Lose, Fault::LoseReply, Fault::Double, Fault::Delay];
        (met < self.wire.trouble).then(|| faults[usize::from(which) % faults.len()])
    }

    /// What a node asks now, leased and not carried.
    pub(crate) fn leased(&mut self, name: &str) -> Vec<Request> {
        let now = self.now;
        self.with(name, "leases".to_owned(), |node, _| node.due(now)).unwrap()
    }

    /// A node hears this reply to a request of its.
    pub(crate) fn hears(&mut self, name: &str, request: &Request, reply: &Reply) {
        let (now, hears) = (self.now, format!("hears {}", shape(&request.path)));
        self.with(name, hears, |node, entropy| node.answered(request, reply, now, entropy)).unwrap();
    }

    fn carry(&mut self, from: &str, request: &Request, answer: bool, now: Timestamp) {
        let serves = format!("serves {}", shape(&request.path));
        let reply = self.with(&request.to, serves, |node, entropy| {
            node.serve(from, &request.path, &request.body, now, entropy)
        });
        // Who is not there, or ends before it answers, is silent.
        let Some(reply) = reply else { return };
        self.account.said(&request.to, &request.path, &request.body, &reply);
        if answer {
            let offer = request.path == LOOKUP && contains(&request.body, b"\"offer\":");
            let hears = format!("hears {}{}", shape(&request.path), if offer { " of an offer" } else { "" });
            self.with(from, hears, |node, entropy| node.answered(request, &reply, now, entropy));
        }
    }
}

/// A path without the checksums in it, which differ from run to run: ES256 draws a number for each signature.
fn shape(path: &str) -> String {
    let is_checksum = |part: &&str| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts = path.split('/').map(|part| if is_checksum(&part) { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

pub(crate) fn founded_at() -> Timestamp {
    "2026-03-13T08:00:00.000Z".parse().unwrap()
}

pub(crate) fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
