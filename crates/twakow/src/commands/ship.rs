//! `twakow ship`: one consignment end to end. It is nothing but a script of commands that a person can type.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use clap::Parser;
use crypto::{base64url, entropy};

use super::{
    Answer,
    script::{SCRIPT_BYTES_MAX, Script, Step, step_seed},
};
use crate::{
    args::{Cli, Command, Ship},
    console::{Console, refusal_of},
    world::World,
};

/// The files that every run leaves where it was asked to: evidence, trust, report.
const LEFT: [&str; 3] = ["{name}.twk", "corridor.trust", "{name}.html"];

/// Runs a script, or prints it for a shell.
pub(crate) fn run(command: &Ship, world: &mut World, console: &mut Console) -> Result<Answer> {
    let path = world.path(&command.script);
    let script = Script::parse(&world.read(&command.script, SCRIPT_BYTES_MAX)?)?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let folder = std::fs::canonicalize(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })
        .with_context(|| folder.display().to_string())?;
    if command.print_script {
        console.line(script.shell(&folder, world.seed.as_deref())?.trim_end())?;
        return Ok(Answer::Yes);
    }
    let out = world.path(&command.out);
    ensure!(out.is_dir(), "{} is not a folder", out.display());
    let scratch = tempfile::tempdir().context("a folder for the run")?;
    let mut stage = World {
        dir: scratch.path().to_owned(),
        ..world.for_line(&Cli::try_parse_from(["twakow", "key", "show", "-"])?)
    };
    stage.seed = world.seed.clone();
    make_passphrase(&mut stage)?;
    console.line(&script.title)?;
    if world.seed.is_some() {
        console.line("TEST: the keys of this run are made from a seed; it proves nothing outside a test.")?;
    }
    console.line("")?;
    let mut answer = Answer::Yes;
    for (count, step) in script.step.iter().enumerate() {
        answer = take(step, count, &folder, &stage, console)?;
    }
    let left = LEFT.iter().map(|file| file.replace("{name}", &script.name));
    for name in left.chain(script.also) {
        std::fs::copy(stage.dir.join(&name), out.join(&name))
            .with_context(|| format!("the script left no {name}"))?;
        console.say(format!("wrote {}", out.join(&name).display()));
    }
    Ok(answer)
}

fn make_passphrase(stage: &mut World) -> Result<()> {
    let secret: [u8; 24] = entropy::bytes(stage.entropy.as_mut());
    let file = stage.dir.join("passphrase");
    node::directory::write_private(&file, base64url::encode(&secret).as_bytes())?;
    stage.passphrase_file = Some("passphrase".into());
    Ok(())
}

/// One step: prints what happens, runs the command, and checks that it ends as the script says.
fn take(step: &Step, count: usize, folder: &Path, stage: &World, console: &mut Console) -> Result<Answer> {
    let seed = stage.seed.as_deref().map(|seed| step_seed(seed, count));
    let line = step.line(folder, seed.as_deref())?;
    let cli = Cli::try_parse_from(&line.words).with_context(|| format!("`{}`", step.run))?;
    if matches!(cli.command, Command::Ship(_)) {
        bail!("a script does not run scripts");
    }
    let mut world = stage.for_line(&cli);
    let data: Box<dyn std::io::Write> = match &line.output {
        Some(file) => {
            let path = stage.dir.join(file);
            Box::new(std::fs::File::create(&path).with_context(|| path.display().to_string())?)
        }
        None => Box::new(std::io::sink()),
    };
    let mut inner = console.with_data(data, Box::new(std::io::sink()));
    let done = super::run(cli.command, &mut world, &mut inner);
    let outcome = match (done, &step.refused) {
        (Ok(answer), None) => {
            let yes = answer == Answer::Yes;
            ensure!(yes, "`{}` answered {}", step.run, answer.number());
            Ok(answer)
        }
        (Ok(answer), Some(code)) => {
            bail!("`{}` was to be refused with {code}, and answered {}", step.run, answer.number())
        }
        (Err(error), None) => Err(error).with_context(|| format!("`{}`", step.run)),
        (Err(error), Some(code)) => match refusal_of(&error) {
            Some((found, _)) if found == *code => Ok(Answer::Yes),
            Some((found, _)) => bail!("`{}` was refused with {found}, not with {code}", step.run),
            None => Err(error).with_context(|| format!("`{}`", step.run)),
        },
    }?;
    let refused = step.refused.as_ref().map_or_else(String::new, |code| format!("  [refused: {code}]"));
    console.line(format!("{}  {}{refused}", step.clock, step.say))?;
    Ok(outcome)
}
