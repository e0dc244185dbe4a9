//! Generated pages are those that the code would write now.

use xtask::codegen::{doubled_codes, pages};

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
