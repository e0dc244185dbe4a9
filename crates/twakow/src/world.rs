//! What a command touches that is not an argument: folder, clock, randomness, passphrase.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use crypto::entropy::{Entropy, OsEntropy, SeededEntropy};
use vocab::{Refusal, Timestamp};

use crate::{args::Cli, refusals::FILE_NOT_READ};

/// The surroundings of one command.
pub(crate) struct World {
    /// Relative paths are taken from here.
    pub(crate) dir: PathBuf,
    /// The time that the command takes for now.
    pub(crate) now: Timestamp,
    /// The clock was given, not read: a rehearsal, in which waiting costs nothing.
    pub(crate) rehearsal: bool,
    /// The seed, when keys and salts are drawn from one: every output then says that it is a test.
    pub(crate) seed: Option<String>,
    /// Where keys and salts come from.
    pub(crate) entropy: Box<dyn Entropy>,
    /// File that holds the passphrase of key files; without it the terminal is asked.
    pub(crate) passphrase_file: Option<PathBuf>,
}

/// Names the file that holds the passphrase of key files.
pub(crate) const PASSPHRASE_VARIABLE: &str = "TWAKOW_PASSPHRASE_FILE";
/// A longer passphrase file is not a passphrase file.
const PASSPHRASE_BYTES_MAX: usize = 4096;

impl World {
    /// The surroundings that the process was started in.
    pub(crate) fn of_process(cli: &Cli) -> Result<Self> {
        let now = match cli.clock {
            Some(clock) => clock,
            None => system_clock()?,
        };
        Ok(Self {
            dir: PathBuf::from("."),
            now,
            rehearsal: cli.clock.is_some(),
            seed: cli.seed.clone(),
            entropy: entropy(cli.seed.as_deref()),
            passphrase_file: std::env::var_os(PASSPHRASE_VARIABLE).map(PathBuf::from),
        })
    }

    /// The surroundings of one line of a script that runs in `self`'s folder with its own clock and seed.
    pub(crate) fn for_line(&self, cli: &Cli) -> Self {
        Self {
            dir: self.dir.clone(),
            now: cli.clock.unwrap_or(self.now),
            rehearsal: self.rehearsal || cli.clock.is_some(),
            seed: cli.seed.clone(),
            entropy: entropy(cli.seed.as_deref()),
            passphrase_file: self.passphrase_file.clone(),
        }
    }

    /// A path as typed, taken from this world's folder.
    pub(crate) fn path(&self, typed: &Path) -> PathBuf {
        self.dir.join(typed)
    }

    /// Reads a whole file of at most `bytes_max` bytes; `-` is standard input.
    pub(crate) fn read(&self, typed: &Path, bytes_max: usize) -> Result<Vec<u8>> {
        use std::io::Read;
        let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        if typed == Path::new("-") {
            std::io::stdin().lock().take(limit).read_to_end(&mut bytes).context("standard input")?;
        } else {
            let path = self.path(typed);
            let file = std::fs::File::open(&path).map_err(|error| unreadable(&path, &error))?;
            file.take(limit).read_to_end(&mut bytes).map_err(|error| unreadable(&path, &error))?;
        }
        if bytes.len() > bytes_max {
            let why = format!("it is larger than {bytes_max} bytes");
            return Err(FILE_NOT_READ.because(why).at(typed.display().to_string()).into());
        }
        Ok(bytes)
    }

    /// Writes a file whole or not at all: beside it first, then renamed over it.
    pub(crate) fn write(&self, typed: &Path, bytes: &[u8]) -> Result<()> {
        use std::io::Write;
        let path = self.path(typed);
        let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut beside =
            tempfile::NamedTempFile::new_in(folder).with_context(|| folder.display().to_string())?;
        beside.write_all(bytes).with_context(|| path.display().to_string())?;
        beside.as_file().sync_all().with_context(|| path.display().to_string())?;
        beside.persist(&path).with_context(|| path.display().to_string())?;
        Ok(())
    }

    /// The passphrase: the first line of the file that `TWAKOW_PASSPHRASE_FILE` names, or typed on the terminal.
    pub(crate) fn passphrase(&self, prompt: &str) -> Result<String> {
        let Some(file) = &self.passphrase_file else {
            let typed = rpassword::prompt_password(prompt).with_context(|| {
                format!("no terminal to ask for the passphrase; name a file with {PASSPHRASE_VARIABLE}")
            })?;
            anyhow::ensure!(!typed.is_empty(), "the passphrase is empty");
            return Ok(typed);
        };
        refuse_if_others_can_read(&self.path(file))?;
        let bytes = self.read(file, PASSPHRASE_BYTES_MAX)?;
        let text = String::from_utf8(bytes).context("the passphrase file is not UTF-8")?;
        let first = text.lines().next().unwrap_or_default();
        anyhow::ensure!(!first.is_empty(), "the passphrase file {} is empty", file.display());
        Ok(first.to_owned())
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Refusal {
    FILE_NOT_READ.because(error.to_string()).at(path.display().to_string())
}

#[expect(clippy::disallowed_methods, reason = "the binary is the one place that reads the clock")]
pub(crate) fn system_clock() -> Result<Timestamp> {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).context("the clock")?;
    let ms = i64::try_from(since.as_millis()).context("the clock")?;
    Timestamp::from_unix_ms(ms).context("the clock stands outside the years 0000 to 9998")
}

fn entropy(seed: Option<&str>) -> Box<dyn Entropy> {
    match seed {
        Some(seed) => Box::new(SeededEntropy::named(seed)),
        None => Box::new(OsEntropy),
    }
}

/// A key or passphrase that others on the machine can read is refused.
#[cfg(unix)]
pub(crate) fn refuse_if_others_can_read(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(crate::refusals::READABLE_BY_OTHERS
            .because(format!("{} has mode {:03o}", path.display(), mode & 0o777))
            .into());
    }
    Ok(())
}

/// Elsewhere the folder's own protection has to do.
#[cfg(not(unix))]
pub(crate) fn refuse_if_others_can_read(_path: &Path) -> Result<()> {
    Ok(())
}
