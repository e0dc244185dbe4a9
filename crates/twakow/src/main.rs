//! The command line: arguments in, words and pictures out. It holds no rule of any subject.
//!
//! Begin with [`args`] for what can be typed and [`commands`] for what it does. Everything a command touches that is not
//! an argument (folder, clock, randomness, passphrase, output) comes in through [`world::World`], so that `ship` can run
//! the same commands a person types.

mod args;
mod changes;
mod commands;
mod console;
mod corridor;
mod record;
mod refusals;
mod report;
mod world;

use std::process::ExitCode;

use clap::Parser;

use crate::{args::Cli, console::Console, world::World};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut console = Console::of_process(cli.json);
    let outcome =
        World::of_process(&cli).and_then(|mut world| commands::run(cli.command, &mut world, &mut console));
    match outcome {
        Ok(answer) => answer.into(),
        Err(error) => {
            console.complain(&error);
            // A refusal is an answer, an error is an accident: scripts tell them apart by the exit code.
            let answer = match console::refusal_of(&error) {
                Some((code, _)) if code != refusals::FILE_NOT_READ.code => commands::Answer::No,
                Some(_) | None => commands::Answer::CouldNotRun,
            };
            answer.into()
        }
    }
}
