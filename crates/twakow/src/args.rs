//! What can be typed. Help texts begin with an example; no single-letter flags.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};
use vocab::Timestamp;

/// Moves a bill of lading between platforms that do not trust each other, and proves who held it.
#[derive(Debug, Parser)]
#[command(
    name = "twakow",
    version,
    after_help = "Exit codes: 0 yes, 1 no (with the reasons), 2 could not run."
)]
pub(crate) struct Cli {
    /// Answer in JSON, one document, on standard output
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Rehearsal: the time that this command takes for now, such as 2026-03-09T14:05:00.000Z
    #[arg(long, global = true, value_name = "TIME", value_parser = moment)]
    pub(crate) clock: Option<Timestamp>,

    /// Rehearsal: draw all keys and salts from this text, so that the run can be repeated; marks every output as a test
    #[arg(long, global = true, value_name = "TEXT")]
    pub(crate) seed: Option<String>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check drafts of bills of lading
    #[command(subcommand)]
    Bill(Bill),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Make keys on the holder's machine
    #[command(subcommand)]
    Key(Key),
}

/// Bills of lading.
#[derive(Debug, Subcommand)]
pub(crate) enum Bill {
    /// What a carrier, club or counterpart would refuse in a draft, where, and the fix
    #[command(after_help = "Example: twakow bill check examples/whisky/draft.json")]
    Check {
        /// The draft: a DCSA transport document in JSON, or - for standard input
        draft: PathBuf,
    },
    /// Print a rule of the check: what it asks, why, and who says so
    Explain {
        /// The rule's id, as a finding names it; without it, all rules are listed
        rule: Option<String>,
    },
}

/// Which kind of key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Algorithm {
    /// Ed25519, deterministic
    Ed25519,
    /// ECDSA on P-256
    Es256,
}

/// Keys.
#[derive(Debug, Subcommand)]
pub(crate) enum Key {
    /// Make a key file, encrypted with a passphrase
    #[command(after_help = "Example: twakow key new exporter.key")]
    New {
        /// The file to make; an existing one is never overwritten
        file: PathBuf,
        /// The kind of key
        #[arg(long, value_enum, default_value = "ed25519")]
        algorithm: Algorithm,
    },
    /// Print what a key file says without its passphrase: kind and key id
    Show {
        /// The key file
        file: PathBuf,
    },
}

fn moment(written: &str) -> Result<Timestamp, String> {
    written.parse().map_err(|refusal: vocab::Refusal| format!("{refusal} {}", refusal.remedy()))
}
