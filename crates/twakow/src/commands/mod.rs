//! What each command does. A command reads arguments and files, asks a room, and prints; it decides nothing itself.

mod act;
mod bill;
mod consent;
mod corridor;
mod intent;
mod invoice;
mod issue;
mod key;
mod node;
mod rehome;
mod script;
mod ship;
mod verify;

pub(crate) use invoice::JOBS_MAX;

use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory;

use crate::{
    args::{Cli, Command},
    console::Console,
    world::World,
};

/// How a command ended. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// 0: yes.
    Yes,
    /// 1: no; the reasons are on standard output, or on standard error for a refusal.
    No,
    /// 2: the question could not be asked: unreadable input, no such file, no terminal.
    CouldNotRun,
    /// 3: neither yes nor no can be shown.
    Undecided,
}

impl Answer {
    /// The number.
    pub(crate) const fn number(self) -> u8 {
        match self {
            Self::Yes => 0,
            Self::No => 1,
            Self::CouldNotRun => 2,
            Self::Undecided => 3,
        }
    }
}

impl From<Answer> for ExitCode {
    fn from(answer: Answer) -> Self {
        ExitCode::from(answer.number())
    }
}

/// Runs one command.
pub(crate) fn run(command: Command, world: &mut World, console: &mut Console) -> Result<Answer> {
    match command {
        Command::Act(command) => act::run(command, world, console),
        Command::Bill(command) => bill::run(command, world, console),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "twakow", &mut script);
            console.line(String::from_utf8_lossy(&script))?;
            Ok(Answer::Yes)
        }
        Command::Consent(command) => consent::run(command, world, console),
        Command::Corridor(command) => corridor::run(command, world, console),
        Command::Export(command) => bill::export(&command, world, console),
        Command::Invoice(command) => invoice::run(&command, world, console),
        Command::Key(command) => key::run(command, world, console),
        Command::Node(command) => node::run(command, world, console),
        Command::Options { reading, party } => bill::options(&reading, &party, world, console),
        Command::Rehome(command) => rehome::rehome(&command, world, console),
        Command::Release { act, at, place } => rehome::release(&act, &at, &place, world, console),
        Command::Report { verify, out } => verify::report(&verify, &out, world, console),
        Command::Ship(command) => ship::run(&command, world, console),
        Command::Submit(command) => act::submit(&command, world, console),
        Command::Verify(command) => verify::run(&command, world, console),
    }
}
