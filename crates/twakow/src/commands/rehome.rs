//! `twakow release` and `twakow rehome`: a holder takes a bill to another platform, and carries what the new one must see.

use std::path::Path;

use anyhow::{Result, bail};
use bill::words::Op;
use crypto::json::{self, Limits};
use node::{
    Status,
    platform::{
        ACTS, NOT_AT_HOME, REHOME, REHOME_BUNDLE_BYTES_MAX, RELEASED, hand_in_body, question, rehome_body,
    },
};

use super::{
    Answer,
    act::{ACT_FILE_BYTES_MAX, last_act, report_stage},
};
use crate::{
    args::{Place, Rehome},
    console::Console,
    corridor::Corridor,
    world::World,
};

/// Has the old home sign, and writes the act file with its release.
pub(crate) fn release(
    file: &Path,
    at: &str,
    place: &Place,
    world: &mut World,
    console: &mut Console,
) -> Result<Answer> {
    let file = json::parse(&world.read(file, ACT_FILE_BYTES_MAX)?, &Limits::bytes(ACT_FILE_BYTES_MAX))?;
    let (act, one) = last_act(&file)?;
    if act.op() != Op::Rehome {
        return Err(NOT_AT_HOME.because(format!("a {} is not released", act.op().as_str())).into());
    }
    let mut corridor = Corridor::open(place, world, &[])?;
    corridor.ask(at, ACTS, &hand_in_body(std::slice::from_ref(one), None, &[]), world)?;
    corridor.settle(world)?;
    let digest = act.digest().to_string();
    let released = corridor.ask(at, RELEASED, &question("act", &digest), world)?;
    if released.status != Status::Ok {
        let answer = report_stage(&mut corridor, at, &act, world, console)?;
        bail!("{at} has not released it yet ({answer:?}): run `twakow corridor run` and ask again");
    }
    console.line(String::from_utf8_lossy(&released.body))?;
    console.say(format!("released {digest}; the bill is still at home at {at}"));
    console.say(
        "  next: twakow export BILL --at OLD --out leaving.twk, and twakow rehome ACT leaving.twk --at NEW",
    );
    Ok(Answer::Yes)
}

/// Hands act and evidence to the new home, and sees it through.
pub(crate) fn rehome(asked: &Rehome, world: &mut World, console: &mut Console) -> Result<Answer> {
    let file = world.read(&asked.act, ACT_FILE_BYTES_MAX)?;
    let file = json::parse(&file, &Limits::bytes(ACT_FILE_BYTES_MAX))?;
    let (act, one) = last_act(&file)?;
    let evidence = world.read(&asked.evidence, REHOME_BUNDLE_BYTES_MAX)?;
    let mut corridor = Corridor::open(&asked.place, world, &asked.fault)?;
    corridor.ask(&asked.at, REHOME, &rehome_body(one.clone(), &evidence), world)?;
    corridor.settle(world)?;
    report_stage(&mut corridor, &asked.at, &act, world, console)
}
