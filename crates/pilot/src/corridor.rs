//! A corridor in one folder: one directory a node, the authority's keys apart.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crypto::{
    entropy::Entropy,
    json::{self, Limits, Value},
    key::SigningKey,
    keyfile::{self, Cost},
};
use evidence::trust::{Carrier, RegistryFile, TrustFile};
use node::{
    Node, NodeError, directory,
    founding::{self, NewMember, PolicyKeys, WitnessKeys},
    keys::{PlatformKeys, note_keys},
    registrar::MARK,
    settings::{PeerSettings, PlatformSettings, RegistrySettings, Settings, WitnessSettings},
};
use registry::leaf::PlainMark;
use tlog::key::KeyKind;
use vocab::{Refusal, RefusalKind, Timestamp};

/// A corridor's folder cannot be made or read.
pub const BAD_CORRIDOR: RefusalKind = RefusalKind {
    code: "bad-corridor",
    sentence: "This folder is not a corridor, or one cannot be made here.",
    remedy: "Make one with `twakow corridor init DIR` in a folder that does not exist yet.",
};

/// The platforms of a corridor: directory and code.
pub const PLATFORMS: [(&str, &str); 3] =
    [("carrier", "TWKC"), ("platform-a", "TWKA"), ("platform-b", "TWKB")];
/// The witnesses: directory, side, name in the policy.
pub const WITNESSES: [(&str, &str, &str); 2] = [("witness-uk", "uk", "uk1"), ("witness-sg", "sg", "sg1")];
/// The registry's directory.
pub const REGISTRY: &str = "registry";
/// The authority's folder, which is no node's.
pub const AUTHORITY: &str = "authority";
const AUTHORITY_KEYS: usize = 3;
const AUTHORITY_QUORUM: u64 = 2;

/// What a corridor is founded with.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// The folder.
    pub dir: &'a Path,
    /// When.
    pub now: Timestamp,
    /// Days until a member's key counts.
    pub member_days: u64,
    /// Everything comes from a seed, and every output says so.
    pub test: bool,
    /// The passphrase of the nodes' key files.
    pub passphrase: &'a [u8],
}

/// A corridor on paper: what each node is told, the key that it signs with, and what the authority hands in first.
///
/// A rehearsal may run its nodes on stores of its own; [`found`] gives each node a directory.
pub struct Blueprint {
    /// The settings of every node.
    pub settings: Vec<Settings>,
    /// The key of every node, by the node's name.
    pub keys: BTreeMap<&'static str, SigningKey>,
    /// The keys of the authority, which are no node's.
    pub authority: Vec<SigningKey>,
    /// The first marks of the log, in order: the charter, then a member mark for each platform.
    pub marks: Vec<PlainMark>,
    /// What readers are told to trust, without carriers.
    pub trust: TrustFile,
}

/// Draws a corridor: its keys, and what follows from them.
///
/// # Errors
/// Never, for keys that can be drawn.
pub fn draw(
    now: Timestamp,
    member_days: u64,
    test: bool,
    entropy: &mut dyn Entropy,
) -> Result<Blueprint, NodeError> {
    let names = PLATFORMS.iter().map(|(name, _)| *name);
    let names = names.chain(WITNESSES.iter().map(|(name, ..)| *name)).chain([REGISTRY]);
    let nodes = names.map(|name| (name, SigningKey::generate_ed25519(entropy))).collect();
    let authority = (0..AUTHORITY_KEYS).map(|_| SigningKey::generate_ed25519(entropy)).collect();
    let keys = Keys { nodes, authority };
    let origin = if test { "test.registry.example/uk-sg/1" } else { "registry.example/uk-sg/1" };
    let founded = Founded::of(origin, &keys, now, member_days)?;
    Ok(Blueprint {
        settings: founded.settings(test),
        trust: founded.trust(test, Vec::new()),
        marks: [founded.charter].into_iter().chain(founded.members).collect(),
        keys: keys.nodes,
        authority: keys.authority,
    })
}

struct Keys {
    nodes: BTreeMap<&'static str, SigningKey>,
    authority: Vec<SigningKey>,
}

/// Makes a corridor: keys, directories, charter, members, trust file.
///
/// # Errors
/// The folder exists, or cannot be written.
pub fn found(plan: &Plan<'_>, entropy: &mut dyn Entropy) -> Result<(), NodeError> {
    std::fs::create_dir(plan.dir).map_err(|error| unusable(plan.dir, &error))?;
    let drawn = draw(plan.now, plan.member_days, plan.test, entropy)?;
    for settings in &drawn.settings {
        let Some(key) = drawn.keys.get(settings.name()) else { continue };
        directory::create(&plan.dir.join(settings.name()), settings, key, plan.passphrase, entropy)?;
    }
    write_authority(plan, &drawn.authority, entropy)?;
    let mut open = Open::of(plan.dir, plan.passphrase)?;
    open.hand_in_marks(&drawn.marks, plan.now, entropy)?;
    std::fs::write(plan.dir.join("trust"), drawn.trust.write()).map_err(|error| unusable(plan.dir, &error))
}

/// What the authority signs, and what follows from the keys.
struct Founded {
    origin: String,
    policy: String,
    policy_classic: String,
    log: Vec<String>,
    log_post_quantum: String,
    witness_names: BTreeMap<String, String>,
    key_names: Vec<(String, String)>,
    charter: PlainMark,
    members: Vec<PlainMark>,
    /// What platforms are told of each other, by code.
    peers: BTreeMap<&'static str, PeerSettings>,
}

impl Founded {
    fn of(origin: &str, keys: &Keys, now: Timestamp, member_days: u64) -> Result<Self, NodeError> {
        let key = |name: &str| keys.nodes.get(name).ok_or_else(|| BAD_CORRIDOR.because(name));
        let log = note_keys(key(REGISTRY)?, origin, [KeyKind::Ed25519, KeyKind::CosignatureMlDsa44])?;
        let log: Vec<_> = log.iter().map(|key| key.verifier().clone()).collect();
        let [classic, post_quantum] = log.as_slice() else {
            return Err(BAD_CORRIDOR.because("log keys").into());
        };
        let mut witnesses = Vec::new();
        let mut key_names = Vec::new();
        for (dir, side, name) in WITNESSES {
            let key_name = format!("witness.example/{name}");
            let kinds = [KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44];
            let signers = note_keys(key(dir)?, &key_name, kinds)?;
            let [one, two] = signers.as_slice() else { return Err(BAD_CORRIDOR.because(dir).into()) };
            witnesses.push(WitnessKeys {
                side: side.to_owned(),
                name: name.to_owned(),
                classic: one.verifier().clone(),
                post_quantum: two.verifier().clone(),
            });
            key_names.push((dir.to_owned(), key_name));
        }
        let policy = founding::policy(classic, &witnesses, PolicyKeys::PostQuantum);
        let waits = registry::charter::Waits { member_days, rehome_hours: 72, reject_hours: 72 };
        let charter = founding::charter(origin, &keys.authority, AUTHORITY_QUORUM, &policy, waits);
        // A second later than the founding: the marks are handed in after the charter.
        let from = now.plus(std::time::Duration::from_secs(member_days * 86_400 + 60));
        let (mut members, mut peers) = (Vec::new(), BTreeMap::new());
        for (name, code) in PLATFORMS {
            let own = PlatformKeys::of(key(name)?, code.parse()?);
            let pint = String::from_utf8_lossy(&json::canonical(&own.pint.public().jwk())).into_owned();
            peers.insert(code, PeerSettings { name: name.to_owned(), pint: vec![pint] });
            let new = NewMember {
                platform: code.parse()?,
                counter: own.counter.public().clone(),
                pint: own.pint.public().clone(),
            };
            members.push(founding::member(origin, &keys.authority, &new, from)?);
        }
        Ok(Self {
            origin: origin.to_owned(),
            policy_classic: founding::policy(classic, &witnesses, PolicyKeys::Classic),
            log: log.iter().map(ToString::to_string).collect(),
            log_post_quantum: post_quantum.to_string(),
            witness_names: WITNESSES
                .iter()
                .map(|(dir, _, name)| ((*name).to_owned(), (*dir).to_owned()))
                .collect(),
            key_names,
            policy,
            charter,
            members,
            peers,
        })
    }

    fn trust(&self, test: bool, carriers: Vec<Carrier>) -> TrustFile {
        TrustFile {
            registries: vec![RegistryFile {
                origin: self.origin.clone(),
                policy: Some(self.policy.clone()),
                policy_ed25519: Some(self.policy_classic.clone()),
                verifying: self.witness_names.keys().cloned().collect(),
                charter: Some(crypto::Digest::of(self.charter.statement.as_bytes())),
                log_ml_dsa: Some(self.log_post_quantum.clone()),
                successor: None,
            }],
            carriers,
            identity_issuers: Vec::new(),
            test,
        }
    }

    fn settings(&self, test: bool) -> Vec<Settings> {
        let trust = String::from_utf8_lossy(&self.trust(test, Vec::new()).write()).into_owned();
        let mut settings = vec![Settings::Registry(RegistrySettings {
            name: REGISTRY.to_owned(),
            origin: self.origin.clone(),
            policy: self.policy.clone(),
            policy_ed25519: Some(self.policy_classic.clone()),
            witnesses: self.witness_names.clone(),
            platforms: PLATFORMS
                .iter()
                .map(|(name, code)| ((*name).to_owned(), (*code).to_owned()))
                .collect(),
        })];
        settings.extend(self.key_names.iter().map(|(name, key_name)| {
            Settings::Witness(WitnessSettings {
                name: name.clone(),
                key_name: key_name.clone(),
                origin: self.origin.clone(),
                log: self.log.clone(),
            })
        }));
        settings.extend(PLATFORMS.iter().map(|(name, code)| {
            let others = PLATFORMS.iter().filter(|(other, _)| other != name);
            Settings::Platform(PlatformSettings {
                name: (*name).to_owned(),
                code: (*code).to_owned(),
                registry: REGISTRY.to_owned(),
                origin: self.origin.clone(),
                registry_url: "https://registry.example/v1".to_owned(),
                trust: trust.clone(),
                test,
                peers: others
                    .filter_map(|(_, code)| Some(((*code).to_owned(), self.peers.get(code)?.clone())))
                    .collect(),
            })
        }));
        settings
    }
}

fn write_authority(plan: &Plan<'_>, keys: &[SigningKey], entropy: &mut dyn Entropy) -> Result<(), NodeError> {
    let dir = plan.dir.join(AUTHORITY);
    std::fs::create_dir(&dir).map_err(|error| unusable(&dir, &error))?;
    for (key, count) in keys.iter().zip(1..) {
        let sealed = keyfile::encrypt(key, plan.passphrase, Cost::new(19 * 1024, 2, 1)?, entropy)?;
        directory::write_private(&dir.join(format!("{count}.key")), &sealed)?;
    }
    Ok(())
}

fn unusable(dir: &Path, error: &std::io::Error) -> NodeError {
    BAD_CORRIDOR.because(format!("{}: {error}", dir.display())).into()
}

/// A corridor whose nodes are open.
pub struct Open {
    /// The folder.
    pub dir: PathBuf,
    /// The nodes by their names.
    pub nodes: BTreeMap<String, Box<dyn Node>>,
    /// The settings of each.
    pub settings: BTreeMap<String, Settings>,
}

impl Open {
    /// Opens every node of the corridor in `dir`.
    ///
    /// # Errors
    /// The folder is no corridor, or a node cannot be opened.
    pub fn of(dir: &Path, passphrase: &[u8]) -> Result<Self, NodeError> {
        let mut open = Self { dir: dir.to_owned(), nodes: BTreeMap::new(), settings: BTreeMap::new() };
        let names = PLATFORMS.iter().map(|(name, _)| *name);
        for name in names.chain(WITNESSES.iter().map(|(name, ..)| *name)).chain([REGISTRY]) {
            let settings = directory::read_settings(&dir.join(name))?;
            open.nodes.insert(name.to_owned(), directory::open(&dir.join(name), passphrase, None)?);
            open.settings.insert(name.to_owned(), settings);
        }
        Ok(open)
    }

    /// The settings of a platform.
    ///
    /// # Errors
    /// There is no platform of this name.
    pub fn platform(&self, name: &str) -> Result<&PlatformSettings, Refusal> {
        match self.settings.get(name) {
            Some(Settings::Platform(settings)) => Ok(settings),
            Some(Settings::Registry(_) | Settings::Witness(_)) | None => {
                Err(BAD_CORRIDOR.because(format!("no platform {name}")))
            }
        }
    }

    fn hand_in_marks(
        &mut self,
        marks: &[PlainMark],
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<(), NodeError> {
        let Some(registry) = self.nodes.get_mut(REGISTRY) else { return Ok(()) };
        for mark in marks {
            let reply = registry.serve("", MARK, &mark.to_bytes(), now, entropy)?;
            if reply.status == node::Status::Refused {
                let refused = node::wire::Refused::read(&reply.body);
                return Err(BAD_CORRIDOR.because(format!("{}: {}", refused.code, refused.sentence)).into());
            }
        }
        Ok(())
    }
}

/// The trust file of the corridor in `dir`, with these carriers.
///
/// # Errors
/// The folder is no corridor.
pub fn trust(dir: &Path, carriers: Vec<Carrier>) -> Result<Vec<u8>, NodeError> {
    let path = dir.join("trust");
    let bytes = std::fs::read(&path).map_err(|error| unusable(&path, &error))?;
    let limits = Limits::bytes(evidence::trust::TRUST_BYTES_MAX);
    let Value::Object(mut members) = json::parse_canonical(&bytes, &limits)? else {
        return Err(BAD_CORRIDOR.because("the trust file is no object").into());
    };
    let named = carriers.into_iter().map(|one| {
        Value::object([("carrier", Value::from(one.carrier.as_str())), ("sets", Value::array(one.sets))])
    });
    members.insert("carriers", Value::array(named));
    Ok(json::canonical(&Value::Object(members)))
}
