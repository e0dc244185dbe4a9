//! `twakow key …`: key files on the holder's machine, and their enrolment as key sets.

use std::{io::Write, path::Path};

use anyhow::{Context, Result, bail, ensure};
use bill::{act::Body, words::Registry};
use crypto::{
    Digest,
    json::{self, Limits, Value},
    key::{PublicKey, SigningKey},
    keyfile::{self, Cost, KeyFile},
};
use node::{
    Status, desk,
    platform::{ABOUT, ENROL, SET, SetFile, question},
};
use serde::Deserialize;
use vocab::party::{Party, PartyCode};

use super::{Answer, corridor::SET_FILE_BYTES_MAX};
use crate::{
    args::{Algorithm, Key, Place},
    console::Console,
    corridor::Corridor,
    world::{World, refuse_if_others_can_read},
};

/// Bytes of a party file at most.
const PARTY_BYTES_MAX: usize = 64 * 1024;

/// A party file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartyFile {
    name: String,
    code: Vec<CodeFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeFile {
    provider: String,
    list: Option<String>,
    code: String,
}

/// Runs a `key` command.
pub(crate) fn run(command: Key, world: &mut World, console: &mut Console) -> Result<Answer> {
    match command {
        Key::Enrol { key, party, at, out, place } => {
            enrol(&Enrolment { key, party, at, out, place }, world, console)
        }
        Key::Rekey { set, key, new, at, out, place } => {
            let asked = Rekeying { set, key, new, at, out, place };
            rekey(&asked, world, console)
        }
        Key::New { file, algorithm } => new(&file, algorithm, world, console),
        Key::Show { file } => show(&file, world, console),
    }
}

struct Enrolment {
    key: std::path::PathBuf,
    party: std::path::PathBuf,
    at: String,
    out: std::path::PathBuf,
    place: Place,
}

fn enrol(asked: &Enrolment, world: &mut World, console: &mut Console) -> Result<Answer> {
    let key = open(&asked.key, world)?;
    let mut corridor = Corridor::open(&asked.place, world, &[])?;
    let settings = corridor.platform(&asked.at)?.clone();
    let party = party(&world.read(&asked.party, PARTY_BYTES_MAX)?, &settings.code)?;
    // Until recovery can be used, the platform that enrols is its one member: it knows the party.
    let about = corridor.ask(&asked.at, ABOUT, b"{}", world)?;
    let about = json::parse(&about.body, &Limits::bytes(64 * 1024))?;
    let member = PublicKey::from_jwk(about.get("counter").context("the platform names no key")?)?;
    let registry = Registry { origin: settings.origin, url: settings.registry_url };
    let recovery = desk::recovery_by(member)?;
    let signed = desk::key_set(&key, party, recovery, registry, world.now, world.entropy.as_mut())?;
    let id: Digest = signed.act.digest();
    corridor.ask(&asked.at, ENROL, &json::canonical(&signed.file()), world)?;
    corridor.settle(world)?;
    let file = corridor.ask(&asked.at, SET, &question("set", &id.to_string()), world)?;
    ensure!(
        file.status == Status::Ok,
        "the key set is not in the final log yet; run `twakow corridor run` and enrol again"
    );
    SetFile::read(&file.body)?;
    world.write(&asked.out, &file.body)?;
    console.say(format!("enrolled key set {id}"));
    console
        .say(format!("  give {} to whoever shall transfer to you; it holds no secret", asked.out.display()));
    Ok(Answer::Yes)
}

struct Rekeying {
    set: std::path::PathBuf,
    key: std::path::PathBuf,
    new: std::path::PathBuf,
    at: String,
    out: std::path::PathBuf,
    place: Place,
}

fn rekey(asked: &Rekeying, world: &mut World, console: &mut Console) -> Result<Answer> {
    let set = SetFile::read(&world.read(&asked.set, SET_FILE_BYTES_MAX)?)?;
    let (old, new) = (open(&asked.key, world)?, open(&asked.new, world)?);
    let mut corridor = Corridor::open(&asked.place, world, &[])?;
    let recovery = match set.last.body() {
        Body::Keyset(first) => first.recovery.clone(),
        Body::Rekey(before) => before.recovery.clone(),
        Body::Issue(_) | Body::Step(_) => bail!("{} is no key set", asked.set.display()),
    };
    let (seq, prev) = (set.last.seq().saturating_add(1), set.last.digest());
    let (now, entropy) = (world.now, world.entropy.as_mut());
    let signed = desk::rekey(set.id, seq, prev, &old, &new, set.party.clone(), recovery, now, entropy)?;
    corridor.ask(&asked.at, ENROL, &json::canonical(&signed.file()), world)?;
    corridor.settle(world)?;
    let (stage, why) = corridor.stage(&asked.at, &signed.act.digest().to_string(), world)?;
    ensure!(stage == "moved", "the key set has not changed: {}", why.unwrap_or(stage));
    let file = corridor.ask(&asked.at, SET, &question("set", &set.id.to_string()), world)?;
    world.write(&asked.out, &file.body)?;
    console.say(format!("key set {} has the new key {}", set.id, new.public().kid()));
    console.say("  the old key signed, so it ends at once; bills stay where they are");
    Ok(Answer::Yes)
}

/// The DCSA party object of a party file, at the platform that enrols it.
fn party(bytes: &[u8], platform: &str) -> Result<Value> {
    let text = std::str::from_utf8(bytes).context("the party file is not UTF-8")?;
    let file: PartyFile = toml::from_str(text).context("the party file")?;
    let codes = file.code.iter().map(|code| PartyCode::new(&code.provider, code.list.as_deref(), &code.code));
    let party = Party::new(&file.name, codes.collect::<Result<_, _>>()?)?;
    let codes = party.codes().iter().map(|code| {
        let mut members = vec![("codeListProvider", code.provider()), ("partyCode", code.code())];
        members.extend(code.list().map(|list| ("codeListName", list)));
        Value::object(members)
    });
    Ok(Value::object([
        ("eblPlatform", Value::from(platform)),
        ("identifyingCodes", Value::array(codes)),
        ("partyName", Value::from(party.name())),
    ]))
}

fn new(file: &Path, algorithm: Algorithm, world: &mut World, console: &mut Console) -> Result<Answer> {
    let passphrase = world.passphrase("Passphrase for the new key file: ")?;
    if world.passphrase_file.is_none() {
        let again = world.passphrase("The same again: ")?;
        ensure!(passphrase == again, "the two passphrases differ; nothing was written");
    }
    let key = match algorithm {
        Algorithm::Ed25519 => SigningKey::generate_ed25519(world.entropy.as_mut()),
        Algorithm::Es256 => SigningKey::generate_p256(world.entropy.as_mut()),
    };
    let bytes = keyfile::encrypt(&key, passphrase.as_bytes(), Cost::STANDARD, world.entropy.as_mut())?;
    write_secret(&world.path(file), &bytes)?;
    console.say(format!("wrote {}, key {}", file.display(), key.kid()));
    console.say(
        "  without the file and its passphrase nobody can sign with this key: keep a copy of both, apart",
    );
    console.say(format!(
        "  next: twakow key enrol {} --party PARTY.toml --at PLATFORM --out SET.keyset",
        file.display()
    ));
    Ok(Answer::Yes)
}

fn show(file: &Path, world: &World, console: &mut Console) -> Result<Answer> {
    let key = KeyFile::read(&world.read(file, keyfile::FILE_BYTES_MAX)?)?;
    let public = key.public();
    if console.json {
        console.json_line(&Value::object([
            ("jwk", public.jwk()),
            ("kid", Value::from(public.kid().as_str())),
        ]))?;
    } else {
        let algorithm = public.algorithm().map_or("", |algorithm| algorithm.name());
        console.line(format!("{algorithm}  {}", public.kid()))?;
    }
    Ok(Answer::Yes)
}

/// Opens a key file that only its owner can read.
pub(crate) fn open(file: &Path, world: &World) -> Result<SigningKey> {
    refuse_if_others_can_read(&world.path(file))?;
    let key = KeyFile::read(&world.read(file, keyfile::FILE_BYTES_MAX)?)?;
    let passphrase = world.passphrase(&format!("Passphrase of {}: ", file.display()))?;
    Ok(key.decrypt(passphrase.as_bytes())?)
}

/// Writes a file that only its owner can read, and never over another.
fn write_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("{} cannot be made; a key file is never overwritten", path.display()))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(|| path.display().to_string())
}
