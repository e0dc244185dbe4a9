//! Generated pages: made from the tables that the code runs on, committed, and tested for staleness.

use std::{fmt::Write, path::Path};

use anyhow::{Context, Result};
use vocab::RefusalKind;

use crate::invoice_rules;

/// A generated page: where it lies, and what it must say.
pub struct Page {
    /// The path from the root of the workspace.
    pub path: &'static str,
    /// The text.
    pub text: String,
}

/// All generated pages.
pub fn pages() -> Vec<Page> {
    vec![
        Page { path: "docs/acts.md", text: bill::table::markdown() },
        Page { path: "docs/errors.md", text: errors() },
        Page { path: "docs/rules-bill.md", text: rules() },
        Page { path: "docs/rules.md", text: invoice_rules::markdown() },
    ]
}

/// Writes the pages that are stale; returns their paths.
///
/// # Errors
/// A page cannot be written.
pub fn write(root: &Path) -> Result<Vec<&'static str>> {
    let mut written = Vec::new();
    for page in pages() {
        let path = root.join(page.path);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(page.text.as_str()) {
            std::fs::write(&path, &page.text).with_context(|| page.path)?;
            written.push(page.path);
        }
    }
    Ok(written)
}

/// The rooms' tables of refusals.
pub fn refusals() -> Vec<(&'static str, &'static [&'static RefusalKind])> {
    vec![
        ("vocab", vocab::REFUSALS),
        ("crypto", crypto::REFUSALS),
        ("tlog", tlog::REFUSALS),
        ("bill", bill::REFUSALS),
        ("dcsa", dcsa::REFUSALS),
        ("invoice", invoice::REFUSALS),
        ("registry", registry::REFUSALS),
        ("evidence", evidence::REFUSALS),
        ("store", store::REFUSALS),
        ("node", node::REFUSALS),
        ("pilot", pilot::REFUSALS),
        ("twakow", crate::twakow_refusals::REFUSALS),
    ]
}

fn errors() -> String {
    let mut page = String::from(
        "# Refusals and errors\n\nEvery refusal has a code that never changes its meaning, a sentence and a remedy. With \
         `--json` they come as\n`{\"code\", \"sentence\", \"remedy\", \"particulars\"?, \"place\"?}`. Generated from the tables in the \
         code: `cargo xtask codegen`.\n",
    );
    for (room, kinds) in refusals() {
        let mut kinds: Vec<_> = kinds.to_vec();
        kinds.sort_unstable_by_key(|kind| kind.code);
        // Writing to a string cannot fail.
        write!(page, "\n## {room}\n\n| code | what it says | what to do |\n|---|---|---|\n").ok();
        for kind in kinds {
            writeln!(page, "| `{}` | {} | {} |", kind.code, cell(kind.sentence), cell(kind.remedy)).ok();
        }
    }
    page
}

fn rules() -> String {
    let mut page = String::from(
        "# Rules of `twakow bill check`\n\nWhat is looked for in a transport document, in the order in which findings are \
         given. A *fatal* finding is one that a\ncarrier, club, platform or counterpart refuses; the bill is then not \
         issued. Generated from the table in the code:\n`cargo xtask codegen`.\n\n| rule | weight | what is wrong | what \
         to write | who says so |\n|---|---|---|---|---|\n",
    );
    for rule in dcsa::check::RULES {
        // Writing to a string cannot fail.
        writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            rule.id,
            rule.severity.word(),
            cell(rule.message),
            cell(rule.remedy),
            cell(rule.source)
        )
        .ok();
    }
    page
}

pub(crate) fn cell(text: &str) -> String {
    text.replace('|', "\\|").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Codes that two rooms give to different things; none may be.
pub fn doubled_codes() -> Vec<String> {
    let mut all: Vec<(&str, &RefusalKind)> =
        refusals().iter().flat_map(|(room, kinds)| kinds.iter().map(|kind| (*room, *kind))).collect();
    all.sort_unstable_by_key(|(_, kind)| kind.code);
    all.windows(2)
        .filter_map(|pair| match pair {
            [(one, first), (other, second)] if first.code == second.code => {
                Some(format!("{} stands in {one} and in {other}", first.code))
            }
            _ => None,
        })
        .collect()
}
