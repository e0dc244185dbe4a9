//! `twakow key …`: key files on the holder's machine, and their enrolment as key sets.

use std::{io::Write, path::Path};

use anyhow::{Context, Result, ensure};
use bill::{
    act::Rekey,
    keys::{Keys, MemberKey},
    words::Registry,
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
    key::{Kid, PublicKey, SigningKey},
    keyfile::{self, Cost, KeyFile},
};
use node::{
    Status,
    desk::{self, FileKey},
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
        Key::Enrol { key, also, portable, party, at, out, place } => {
            enrol(&Enrolment { key, also, portable, party, at, out, place }, world, console)
        }
        Key::Rekey { set, key, new, in_place_of, at, out, place } => {
            let asked = Rekeying { set, key, new, in_place_of, at, out, place };
            rekey(&asked, world, console)
        }
        Key::New { file, algorithm } => new(&file, algorithm, world, console),
        Key::Show { file } => show(&file, world, console),
    }
}

struct Enrolment {
    key: std::path::PathBuf,
    also: Vec<std::path::PathBuf>,
    portable: Vec<std::path::PathBuf>,
    party: std::path::PathBuf,
    at: String,
    out: std::path::PathBuf,
    place: Place,
}

fn enrol(asked: &Enrolment, world: &mut World, console: &mut Console) -> Result<Answer> {
    let opened = |file: &std::path::PathBuf| open(file, world);
    let daily = [&asked.key].into_iter().chain(&asked.also).map(opened).collect::<Result<Vec<_>>>()?;
    let kept = asked.portable.iter().map(opened).collect::<Result<Vec<_>>>()?;
    // Of a set whose owner keeps no key apart, the first one named changes the set.
    let apart = kept.iter().map(|key| FileKey { key, portable: true });
    let keys = daily.iter().zip(0..).map(|(key, nth)| FileKey { key, portable: nth == 0 && kept.is_empty() });
    let keys: Vec<FileKey<'_>> = keys.chain(apart).collect();
    let mut corridor = Corridor::open(&asked.place, world, &[])?;
    let settings = corridor.platform(&asked.at)?.clone();
    let party = party(&world.read(&asked.party, PARTY_BYTES_MAX)?, &settings.code)?;
    // Until recovery can be used, the platform that enrols is its one member: it knows the party.
    let about = corridor.ask(&asked.at, ABOUT, b"{}", world)?;
    let about = json::parse(&about.body, &Limits::bytes(64 * 1024))?;
    let member = PublicKey::from_jwk(about.get("counter").context("the platform names no key")?)?;
    let registry = Registry { origin: settings.origin, url: settings.registry_url };
    let recovery = desk::recovery_by(member)?;
    let signed = desk::key_set_of(&keys, party, recovery, registry, world.now, world.entropy.as_mut())?;
    let id: Digest = signed.act.digest();
    corridor.ask(&asked.at, ENROL, &json::canonical(&signed.file()), world)?;
    corridor.settle(world)?;
    let file = corridor.ask(&asked.at, SET, &question("set", &id.to_string()), world)?;
    if file.status != Status::Ok {
        let (stage, why) = corridor.stage(&asked.at, &id.to_string(), world)?;
        return Err(crate::refusals::NOT_FINAL_YET.because(why.unwrap_or(stage)).into());
    }
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
    in_place_of: Option<String>,
    at: String,
    out: std::path::PathBuf,
    place: Place,
}

fn rekey(asked: &Rekeying, world: &mut World, console: &mut Console) -> Result<Answer> {
    let set = SetFile::read(&world.read(&asked.set, SET_FILE_BYTES_MAX)?)?;
    let (old, new) = (open(&asked.key, world)?, open(&asked.new, world)?);
    let (ends, agrees) = ending(asked, &set, &old, world)?;
    let portable = set.set.keys().get(ends).is_some_and(MemberKey::is_portable);
    let stay = set.set.keys().iter().filter(|member| member.kid() != ends).cloned();
    let keys = stay.chain([FileKey { key: &new, portable }.member()?]).collect();
    let rekey = Rekey {
        record: set.id,
        seq: set.last.seq().saturating_add(1),
        prev: set.last.digest(),
        keys: Keys::new(keys)?,
        recovery: set.set.newest_recovery(world.now).0.clone(),
    };
    let others: Vec<&SigningKey> = [&new].into_iter().chain(&agrees).collect();
    let mut corridor = Corridor::open(&asked.place, world, &[])?;
    let (now, entropy) = (world.now, world.entropy.as_mut());
    let signed = desk::rekey_to(rekey, &old, &others, set.party.clone(), now, entropy)?;
    corridor.ask(&asked.at, ENROL, &json::canonical(&signed.file()), world)?;
    corridor.settle(world)?;
    let (stage, why) = corridor.stage(&asked.at, &signed.act.digest().to_string(), world)?;
    ensure!(stage == "moved", "the key set has not changed: {}", why.unwrap_or(stage));
    let file = corridor.ask(&asked.at, SET, &question("set", &set.id.to_string()), world)?;
    world.write(&asked.out, &file.body)?;
    console.say(format!("key set {} has the new key {}", set.id, new.public().kid()));
    let changed = SetFile::read(&file.body)?.set;
    match changed.ending(world.now).find(|ending| ending.key.kid() == ends) {
        None => console.say(format!("  {ends} has signed, so it ends at once; bills stay where they are")),
        Some(ending) => {
            console.say(format!(
                "  {ends} signs no act any more; it has not agreed, so it ends only at {}",
                ending.until
            ));
            console.say("  until then it may object (in a later version), and the recovery of before stands");
        }
    }
    Ok(Answer::Yes)
}

/// Which key ends, and its own signature's key where it agrees.
fn ending(
    asked: &Rekeying,
    set: &SetFile,
    signs: &SigningKey,
    world: &World,
) -> Result<(Kid, Option<SigningKey>)> {
    let Some(named) = &asked.in_place_of else { return Ok((signs.kid(), None)) };
    if world.path(Path::new(named)).exists() {
        let key = open(Path::new(named), world)?;
        return Ok((key.kid(), Some(key)));
    }
    let mut found =
        set.set.keys().iter().map(MemberKey::kid).filter(|kid| kid.as_str().starts_with(named.as_str()));
    match (found.next(), found.next()) {
        (Some(kid), None) => Ok((kid, None)),
        (Some(_), Some(_)) | (None, _) => Err(crate::refusals::NO_SUCH_KEY.because(named.as_str()).into()),
    }
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
    let bytes = world.read(file, SET_FILE_BYTES_MAX)?;
    if let Ok(set) = SetFile::read(&bytes) {
        return show_set(&set, world, console);
    }
    let key = KeyFile::read(&bytes)?;
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

/// The keys of a set, and how long those that were removed still have a say.
fn show_set(set: &SetFile, world: &World, console: &mut Console) -> Result<Answer> {
    let signing = set.set.keys().iter().map(|member| (member, None));
    let ending = set.set.ending(world.now).map(|ending| (&ending.key, Some(ending.until)));
    let keys: Vec<_> = signing.chain(ending).collect();
    if console.json {
        let keys = keys.iter().map(|(member, until)| {
            Value::object([
                ("endsAt", until.map_or(Value::Null, Value::from)),
                ("kid", Value::from(member.kid().as_str())),
                ("portable", Value::from(member.is_portable())),
                ("signs", Value::from(until.is_none())),
            ])
        });
        let id = set.id.to_string();
        console
            .json_line(&Value::object([("keys", Value::array(keys)), ("set", Value::from(id.as_str()))]))?;
        return Ok(Answer::Yes);
    }
    console.line(format!("key set {}, enrolled at {}", set.id, set.home))?;
    for (member, until) in keys {
        let says = match (until, member.is_portable()) {
            (Some(until), _) => format!("signs nothing any more; ends at {until} or a little later"),
            (None, true) => "signs, and may change the set's keys (portable)".to_owned(),
            (None, false) => "signs".to_owned(),
        };
        console.line(format!("  {}  {says}", member.kid()))?;
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
