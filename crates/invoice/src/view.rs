//! An invoice as a person reads it: plain text for a terminal, one HTML page for screen and paper.
//!
//! Both are drawn from one [`sheet`]: what its tables name stands where a reader looks for it, all else is listed at the
//! end. No value is taken for code: what could command a terminal or a browser is made visible or escaped.

mod excerpt;
mod layout;
mod page;
mod plain;
mod sheet;
mod visible;
mod words;

use vocab::Refusal;

use self::sheet::{Draft, Sheet};
pub use self::visible::one_line;
use crate::{document::Document, verdict::Verdict};

/// The invoice as text of at most `width` columns, for a terminal.
///
/// # Errors
/// Refused where there is more to show than [`crate::limits::VIEW_BYTES_MAX`].
pub fn view_text(document: &Document<'_>, width: usize) -> Result<String, Refusal> {
    Ok(plain::text(&sheet_of(document)?, width))
}

/// The invoice as one HTML page that needs no other file, for screen and paper; with `verdict`, its findings beside it.
///
/// # Errors
/// Refused where there is more to show than [`crate::limits::VIEW_BYTES_MAX`].
pub fn view_html(document: &Document<'_>, verdict: Option<&Verdict>) -> Result<String, Refusal> {
    page::html(&sheet_of(document)?, document, verdict)
}

fn sheet_of(document: &Document<'_>) -> Result<Sheet, Refusal> {
    let mut draft = Draft::of(document);
    let sheet = layout::lay_out(document, &mut draft);
    draft.refuse_too_much()?;
    Ok(sheet)
}
