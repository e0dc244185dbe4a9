//! A node's directory: `node.toml`, `node.key` (encrypted) and the store. Nothing in it signs for a holder.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use crypto::{
    Digest,
    entropy::{self, Entropy},
    key::SigningKey,
    keyfile::{self, Cost, KeyFile},
};
use store::{Options, Store, observer::Observer};
use tlog::{key::KeyKind, policy::Policy};
use vocab::{Refusal, RefusalKind};

use crate::{
    Node, NodeError, keys,
    registrar::{Peers, RegistryNode},
    settings::{RegistrySettings, Settings},
    witness::WitnessNode,
};

/// A node's directory cannot be used.
pub const BAD_DIRECTORY: RefusalKind = RefusalKind {
    code: "bad-node-directory",
    sentence: "This is not a node's directory, or it cannot be read.",
    remedy: "Name the folder that `twakow corridor init` made, with node.toml and node.key in it.",
};

/// The passphrase of a node's key is a machine's, long and random, so guessing is hopeless without a high cost: OWASP's
/// minimum for Argon2id, 19 MiB and two passes.
const NODE_COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// Makes a node's directory.
///
/// # Errors
/// The directory exists, or cannot be written.
pub fn create(
    dir: &Path,
    settings: &Settings,
    key: &SigningKey,
    passphrase: &[u8],
    entropy: &mut dyn Entropy,
) -> Result<(), NodeError> {
    let (memory, passes, lanes) = NODE_COST;
    let sealed = keyfile::encrypt(key, passphrase, Cost::new(memory, passes, lanes)?, entropy)?;
    let lineage = Digest::from_bytes(entropy::bytes(entropy));
    std::fs::create_dir(dir).map_err(|error| unusable(dir, &error))?;
    write_private(&dir.join("node.key"), &sealed)?;
    std::fs::write(dir.join("node.toml"), settings.write()?).map_err(|error| unusable(dir, &error))?;
    drop(Store::open(dir, Options::creating(lineage))?);
    Ok(())
}

/// Opens a node's directory.
///
/// # Errors
/// As [`NodeError`]; the passphrase does not open the key.
pub fn open(
    dir: &Path,
    passphrase: &[u8],
    observer: Option<Arc<dyn Observer>>,
) -> Result<Box<dyn Node>, NodeError> {
    let settings = read_settings(dir)?;
    let sealed = std::fs::read(dir.join("node.key")).map_err(|error| unusable(dir, &error))?;
    let key = KeyFile::read(&sealed)?.decrypt(passphrase)?;
    let store = Store::open(dir, Options { observer, ..Options::existing() })?;
    node(&settings, &key, store)
}

/// Writes a copy of a node's store, as it is at one moment, to `file`. The node's key and settings are not in it: they do not
/// change, and are kept apart.
///
/// # Errors
/// The directory has no store, or `file` exists.
pub fn backup(dir: &Path, file: &Path) -> Result<(), NodeError> {
    read_settings(dir)?;
    Store::open(dir, Options::existing())?.backup(file)?;
    Ok(())
}

/// Makes the store of a node's directory that has lost it from a backup. It is older than what others have seen: a registry
/// asks its witnesses before it serves, a platform looks at the log before it signs.
///
/// # Errors
/// The directory is not a node's or has a store, or `file` is no whole backup.
pub fn restore(file: &Path, dir: &Path) -> Result<(), NodeError> {
    read_settings(dir)?;
    store::sqlite::restore(file, dir, Options::existing())?;
    Ok(())
}

/// The settings of a node's directory.
///
/// # Errors
/// They cannot be read.
pub fn read_settings(dir: &Path) -> Result<Settings, NodeError> {
    let text = std::fs::read_to_string(dir.join("node.toml")).map_err(|error| unusable(dir, &error))?;
    Ok(Settings::parse(&text)?)
}

/// The node that these settings, this key and this store make.
///
/// # Errors
/// The store holds what the node does not trust.
pub fn node(settings: &Settings, key: &SigningKey, store: Store) -> Result<Box<dyn Node>, NodeError> {
    match settings {
        Settings::Registry(settings) => Ok(Box::new(registry(settings, key, store)?)),
        Settings::Witness(witness) => {
            let kinds = [KeyKind::CosignatureEd25519, KeyKind::CosignatureMlDsa44];
            let keys = keys::note_keys(key, &witness.key_name, kinds)?;
            let log = witness.log.iter().map(|key| key.parse()).collect::<Result<_, Refusal>>()?;
            Ok(Box::new(WitnessNode::open(&witness.name, store, &witness.origin, log, keys)?))
        }
        Settings::Platform(platform) => {
            Ok(Box::new(crate::platform::PlatformNode::open(platform, key, store)?))
        }
    }
}

/// The registry that these settings, this key and this store make.
///
/// # Errors
/// As [`node`].
pub fn registry(
    settings: &RegistrySettings,
    key: &SigningKey,
    store: Store,
) -> Result<RegistryNode, NodeError> {
    let keys = keys::note_keys(key, &settings.origin, [KeyKind::Ed25519, KeyKind::CosignatureMlDsa44])?;
    let policy = Policy::parse(&settings.policy)?;
    let platforms = settings.platforms.iter().map(|(name, code)| Ok((name.clone(), code.parse()?)));
    let platforms = platforms.collect::<Result<BTreeMap<_, _>, Refusal>>()?;
    let peers = Peers { witnesses: settings.witnesses.clone(), platforms };
    let classic = settings.policy_ed25519.as_deref().map(Policy::parse).transpose()?;
    RegistryNode::open(&settings.name, store, &settings.origin, keys, (policy, classic), peers)
}

fn unusable(dir: &Path, error: &std::io::Error) -> NodeError {
    BAD_DIRECTORY.because(format!("{}: {error}", dir.display())).into()
}

/// Writes a file that only its owner can read, and never over another.
///
/// # Errors
/// It exists, or cannot be written.
pub fn write_private(path: &Path, bytes: &[u8]) -> Result<(), NodeError> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written =
        options.open(path).and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|error| unusable(path, &error))
}
