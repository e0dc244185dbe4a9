//! `twakow key …`: key files on the holder's machine.

use std::{io::Write, path::Path};

use anyhow::{Context, Result, ensure};
use crypto::{
    json::Value,
    key::SigningKey,
    keyfile::{self, Cost, KeyFile},
};

use super::Answer;
use crate::{
    args::{Algorithm, Key},
    console::Console,
    world::World,
};

/// Runs a `key` command.
pub(crate) fn run(command: Key, world: &mut World, console: &mut Console) -> Result<Answer> {
    match command {
        Key::New { file, algorithm } => new(&file, algorithm, world, console),
        Key::Show { file } => show(&file, world, console),
    }
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

/// Writes a file that only its owner can read, and never over another.
pub(crate) fn write_secret(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options
        .open(path)
        .with_context(|| format!("{} cannot be made; a key file is never overwritten", path.display()))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).with_context(|| path.display().to_string())
}
