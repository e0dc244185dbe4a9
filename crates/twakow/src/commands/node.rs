//! `twakow node …`: copies of a node's store, and what a node may do on one.

use anyhow::Result;
use node::directory;

use super::Answer;
use crate::{args::Node, console::Console, corridor::Corridor, world::World};

/// Runs a `node` command.
pub(crate) fn run(command: Node, world: &mut World, console: &mut Console) -> Result<Answer> {
    match command {
        Node::Backup { node, out, place } => {
            directory::backup(&world.path(&place.corridor).join(&node), &world.path(&out))?;
            console.say(format!("wrote {}: as secret as the node's folder", out.display()));
            console.say("  node.toml and node.key are not in it: keep a copy of both, apart");
            Ok(Answer::Yes)
        }
        Node::Restore { node, from, place } => {
            directory::restore(&world.path(&from), &world.path(&place.corridor).join(&node))?;
            console.say(format!("made the store of {node} from {}", from.display()));
            let mut corridor = Corridor::open(&place, world, &[])?;
            corridor.settle(world)?;
            corridor.serves(world)?;
            console.say("  it may serve: nobody has seen more than the copy holds");
            Ok(Answer::Yes)
        }
    }
}
