//! Generated pages are those that the code would write now.

use std::path::Path;

use xtask::codegen::{doubled_codes, pages, refusals};

#[test]
fn generated_pages_are_fresh() {
    for page in pages() {
        let committed = std::fs::read_to_string(crate::root().join(page.path)).unwrap_or_default();
        assert!(committed == page.text, "{} is stale: run cargo xtask codegen", page.path);
    }
}

#[test]
fn a_code_means_one_thing() {
    assert_eq!(doubled_codes(), Vec::<String>::new());
}

/// Rows of refusals in the sources below a folder: each begins with its code on a line of its own.
fn rows(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(
            |path| if path.is_dir() { rows(&path) } else { rows_in(&std::fs::read_to_string(path).unwrap()) },
        )
        .sum()
}

fn rows_in(source: &str) -> usize {
    // Indented once: rows made up within a test stand deeper.
    let is_row = |line: &&str| line.starts_with("    code: \"") && line.ends_with("\",");
    source.lines().filter(is_row).count()
}

#[test]
fn a_row_is_found_in_a_source() {
    let source =
        "pub const A: RefusalKind = RefusalKind {\n    code: \"a\",\n    sentence: \"It says so.\",\n};\n";
    assert_eq!(rows_in(source), 1);
    assert_eq!(rows_in("// the code: \"a\" of a message"), 0);
}

#[test]
fn every_refusal_stands_in_the_table_of_its_room() {
    for (room, kinds) in refusals() {
        let sources = crate::root().join("crates").join(room).join("src");
        // Some rooms write their rows with a macro, one a line; those cannot be left out of their table.
        let written = rows(&sources);
        assert!(written <= kinds.len(), "{room}: {written} rows, {} in its table", kinds.len());
    }
}
