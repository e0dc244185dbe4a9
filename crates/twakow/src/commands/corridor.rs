//! `twakow corridor …`: making a corridor, letting it run, and what its reader trusts.

use anyhow::Result;
use evidence::trust::Carrier;
use node::platform::SetFile;
use pilot::corridor::{self, Plan};

use super::Answer;
use crate::{args, console::Console, corridor::Corridor, world::World};

/// Bytes of a key-set file read at most.
pub(crate) const SET_FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Runs a `corridor` command.
pub(crate) fn run(command: args::Corridor, world: &mut World, console: &mut Console) -> Result<Answer> {
    match command {
        args::Corridor::Init { dir, member_days } => {
            let passphrase = world.passphrase("Passphrase for the keys of the corridor's nodes: ")?;
            let path = world.path(&dir);
            let test = world.seed.is_some();
            let (now, passphrase) = (world.now, passphrase.as_bytes());
            let plan = Plan { dir: &path, now, member_days, test, passphrase };
            corridor::found(&plan, world.entropy.as_mut())?;
            let place = args::Place { corridor: dir.clone() };
            let mut open = Corridor::open(&place, world, &[])?;
            open.settle(world)?;
            console.say(format!("made {}: carrier, two platforms, a registry, two witnesses", dir.display()));
            console.say("  the charter stands at leaf 0; the authority's keys are in the folder `authority`, no node's");
            if member_days > 0 {
                console.say(format!("  the platforms' keys count {member_days} days from now"));
            }
            Ok(Answer::Yes)
        }
        args::Corridor::Run { place } => {
            let mut open = Corridor::open(&place, world, &[])?;
            let pumped = open.settle(world)?;
            open.serves(world)?;
            Ok(match pumped {
                pilot::link::Pumped::Quiet { rounds } => {
                    console.say(format!("nothing is under way any more, after {rounds} rounds"));
                    Answer::Yes
                }
                pilot::link::Pumped::Waiting => {
                    console.say("somebody still waits for an answer: see which node does not run");
                    Answer::No
                }
            })
        }
        args::Corridor::Trust { place, carrier, name, out } => {
            let set = SetFile::read(&world.read(&carrier, SET_FILE_BYTES_MAX)?)?;
            let carrier = Carrier { carrier: name, sets: vec![set.id] };
            let bytes = corridor::trust(&world.path(&place.corridor), vec![carrier])?;
            world.write(&out, &bytes)?;
            console.say(format!(
                "wrote {}: give it to whoever verifies, by another way than the evidence",
                out.display()
            ));
            Ok(Answer::Yes)
        }
    }
}
