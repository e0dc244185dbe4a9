//! The history that a document is held against: earlier invoices and credit notes in folders.

use std::path::PathBuf;

use anyhow::{Context, Result};
use invoice::Ledger;

use super::batch::{FILES_MAX, sources_in};
use crate::{console::Console, world::World};

/// Files of the history that are named when they are left out; the rest is counted.
const LEFT_OUT_NAMED_MAX: usize = 8;

/// Reads every document in `folders`. What is no invoice is left out, and that is said.
pub(super) fn read(folders: &[PathBuf], world: &World, console: &mut Console) -> Result<Option<Ledger>> {
    if folders.is_empty() {
        return Ok(None);
    }
    for folder in folders {
        // A history that is not there would be taken for one in which nothing came before.
        anyhow::ensure!(world.path(folder).exists(), "--history: {} is not there", folder.display());
    }
    let mut ledger = Ledger::default();
    let mut left_out = 0_usize;
    for source in sources_in(&world.dir, folders, FILES_MAX).context("--history")? {
        let name = source.name();
        let read = source.read().map_err(|error| error.to_string());
        let taken = read.and_then(|bytes| {
            ledger.add(&invoice::read(&bytes).map_err(|refusal| refusal.to_string())?);
            Ok(())
        });
        if let Err(why) = taken {
            left_out += 1;
            if left_out <= LEFT_OUT_NAMED_MAX {
                console.say(format!("history: left out {name}: {why}"));
            }
        }
    }
    console.say(format!("history: {} documents, {left_out} files left out", ledger.len()));
    Ok(Some(ledger))
}
