//! `twakow verify` and `twakow report`: judging an evidence file, and drawing it.

use std::path::Path;

use anyhow::Result;
use evidence::{
    bundle::BUNDLE_BYTES_MAX,
    render,
    trust::Trust,
    verify::{Asked, LIMIT_INFORMATION, LIMIT_PAYMENT, Verdict, verify},
};

use super::Answer;
use crate::{
    args::{Freshness, Verify},
    console::Console,
    report,
    world::World,
};

/// Bytes of a trust file read at most.
const TRUST_BYTES_MAX: usize = 1024 * 1024;

/// Judges a file.
pub(crate) fn run(command: &Verify, world: &World, console: &mut Console) -> Result<Answer> {
    let bytes = world.read(&command.file, BUNDLE_BYTES_MAX)?;
    match judge(command, &bytes, world) {
        Ok(verdict) => {
            if console.json {
                console.json_line(&render::to_json(&verdict))?;
            } else {
                console.line(render::to_text(&verdict).trim_end())?;
            }
            Ok(answer(&verdict))
        }
        Err(error) => {
            // Unreadable is no verdict: exit 2, with the reason.
            console.complain(&error);
            Ok(Answer::CouldNotRun)
        }
    }
}

/// The verdict on a bundle's bytes.
pub(crate) fn judge(command: &Verify, bytes: &[u8], world: &World) -> Result<Verdict> {
    let trust = match &command.trust {
        Some(file) => Some(Trust::parse(&world.read(file, TRUST_BYTES_MAX)?)?),
        None => None,
    };
    let limit = match command.control_now {
        Some(Freshness::Payment) => LIMIT_PAYMENT,
        Some(Freshness::Information) | None => LIMIT_INFORMATION,
    };
    let now = command.now.or(command.control_now.map(|_| world.now));
    let asked =
        Asked { at: command.at, now, limit, control_now: command.control_now.is_some(), identity: false };
    Ok(verify(bytes, trust.as_ref(), &asked)?)
}

fn answer(verdict: &Verdict) -> Answer {
    match verdict.exit() {
        0 => Answer::Yes,
        1 => Answer::No,
        _ => Answer::Undecided,
    }
}

/// Draws a file.
pub(crate) fn report(command: &Verify, out: &Path, world: &World, console: &mut Console) -> Result<Answer> {
    let bytes = world.read(&command.file, BUNDLE_BYTES_MAX)?;
    let verdict = judge(command, &bytes, world)?;
    let page = report::page(&verdict, &bytes)?;
    world.write(out, page.as_bytes())?;
    console.say(format!("wrote {}", out.display()));
    Ok(answer(&verdict))
}
