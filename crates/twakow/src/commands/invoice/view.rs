//! `twakow invoice view`: an invoice as a person reads one, in the terminal or as a page.

use std::path::Path;

use anyhow::Result;
use invoice::{Document, Verdict, limits::BYTES_MAX, view_html, view_text};

use super::Answer;
use crate::{console::Console, world::World};

/// Columns of the text: a longer line is hard to read.
const COLUMNS: usize = 100;

/// Prints the invoice as text, or writes it as a page.
pub(super) fn view(file: &Path, html: Option<&Path>, world: &World, console: &mut Console) -> Result<Answer> {
    let bytes = world.read(file, BYTES_MAX)?;
    let document = invoice::read(&bytes)?;
    match html {
        Some(out) => write_page(out, &document, None, world, console)?,
        None => console.line(view_text(&document, COLUMNS)?.trim_end())?,
    }
    Ok(Answer::Yes)
}

/// Writes the invoice as a page, with what was found beside it.
pub(super) fn write_page(
    out: &Path,
    document: &Document<'_>,
    verdict: Option<&Verdict>,
    world: &World,
    console: &mut Console,
) -> Result<()> {
    world.write(out, view_html(document, verdict)?.as_bytes())?;
    console.say(format!("wrote {}", out.display()));
    Ok(())
}
