//! `twakow invoice check` over many documents: a line each in order, a summary, an exit code, and no document stops the run.

use crate::{Desk, examples};

/// A desk with a folder of documents: two that pass, one of each kind that does not.
fn desk() -> Desk {
    let desk = Desk::new();
    let example = |name: &str| std::fs::read(examples().join("invoices").join(name)).unwrap();
    std::fs::create_dir_all(desk.path("in/b")).unwrap();
    for (to, from) in [
        ("in/a.xml", "whisky-export.xml"),
        ("in/b/late.XML", "whisky-export-wrong-total.xml"),
        ("in/b/early.xml", "whisky-export-comma.xml"),
        ("in/z.xml", "whisky-export.xml"),
    ] {
        std::fs::write(desk.path(to), example(from)).unwrap();
    }
    std::fs::write(desk.path("in/c.xml"), b"%PDF-1.7").unwrap();
    std::fs::write(desk.path("in/notes.txt"), b"not called .xml").unwrap();
    // What vanished before it is opened: a name that leads nowhere.
    std::os::unix::fs::symlink("no-such-file", desk.path("in/gone.xml")).unwrap();
    desk
}

const LINES: &str = "accepted in/a.xml
official rules cannot run in/b/early.xml: ubl-value, official-rules-stop
refused in/b/late.XML: amount-due, BR-CO-16
not judged in/c.xml: [invoice-not-xml] The file is not well-formed XML, so no program will read it as an invoice. (text \
outside the root element) at line 1, column 1
not opened in/gone.xml: No such file or directory (os error 2)
accepted in/z.xml

6 documents
        2 accepted
        1 refused
        1 official rules cannot run
        1 not judged
        1 not opened
most frequent causes
        1 document [BR-CO-16]
        1 document [amount-due]
        1 document [invoice-not-xml]
        1 document [not-opened]
        1 document [official-rules-stop]
        1 document [ubl-value]
";

#[test]
fn a_folder_is_told_in_the_order_of_its_names_and_summed_up() {
    let desk = desk();
    for jobs in ["--jobs 1", "--jobs 3", ""] {
        let answer = desk.types(&format!("invoice check in {jobs}"));
        assert_eq!(answer.data, LINES);
        // Something was not judged at all, so the run as a whole was not.
        assert_eq!((answer.code, answer.talk.as_str()), (2, ""));
    }
}

#[test]
fn each_line_of_json_is_a_document_and_the_summary_stands_beside() {
    let desk = desk();
    let answer = desk.types("--json invoice check in");
    let lines: Vec<&str> = answer.data.lines().collect();
    let files = ["a.xml", "b/early.xml", "b/late.XML", "c.xml", "gone.xml", "z.xml"];
    assert_eq!(lines.len(), files.len());
    for (line, file) in lines.iter().zip(files) {
        assert!(line.contains(&format!("\"file\":\"in/{file}\"")), "{line}");
        assert!(line.ends_with("\"v\":\"twakow/invoice-check/1\"}"), "{line}");
    }
    assert!(lines[3].contains(r#""own":[],"refused":{"code":"invoice-not-xml","#), "{}", lines[3]);
    assert!(lines[4].contains(r#""refused":{"code":"not-opened","#), "{}", lines[4]);
    assert!(answer.talk.contains("\n6 documents\n        2 accepted\n"), "{}", answer.talk);
}

#[test]
fn the_exit_code_says_whether_all_are_accepted() {
    let desk = desk();
    let code = |files: &str| desk.types(&format!("invoice check {files}")).code;
    assert_eq!(code("in/a.xml in/z.xml"), 0);
    assert_eq!(code("in/a.xml in/b/late.XML"), 1);
    assert_eq!(code("in/a.xml in/b/early.xml"), 1);
    assert_eq!(code("in/a.xml in/c.xml"), 1);
    assert_eq!(code("in/a.xml in/gone.xml in/b/late.XML"), 2);
    std::fs::create_dir(desk.path("empty")).unwrap();
    assert_eq!(code("empty"), 2);
    assert_eq!(code("in --jobs 0"), 2);
    assert_eq!(code("in --jobs 64"), 2);
    assert_eq!(code("in/a.xml --jobs 64"), 0);
    assert_eq!(code("in/a.xml --jobs 65"), 2);
    assert_eq!(desk.types("--json invoice check in/c.xml").code, 1);
    assert_eq!(desk.types("--json invoice check in/gone.xml").code, 2);
}

#[test]
fn a_wish_that_means_nothing_is_refused_before_any_document() {
    let answer = desk().types("invoice check in --profile nonsense");
    assert_eq!((answer.code, answer.data.as_str()), (1, ""));
    assert!(answer.talk.contains("refused [unknown-invoice-profile]"), "{answer:?}");
    let answer = desk().types("invoice check in/a.xml in/z.xml --date 2020-01-01");
    assert_eq!(answer.code, 1);
    assert!(answer.data.starts_with("not judged in/a.xml: [no-rules-for-invoice] "), "{answer:?}");
}

#[test]
fn folders_are_looked_into_so_deep_and_links_to_them_are_not_followed() {
    let desk = desk();
    std::fs::remove_dir_all(desk.path("in")).unwrap();
    let example = std::fs::read(examples().join("invoices/whisky-export.xml")).unwrap();
    let deep = |depth: usize| desk.path("deep").join("d/".repeat(depth));
    std::fs::create_dir_all(deep(32)).unwrap();
    std::fs::write(deep(31).join("last.xml"), &example).unwrap();
    std::fs::write(deep(32).join("beyond.xml"), &example).unwrap();
    std::os::unix::fs::symlink(desk.path("deep"), desk.path("deep/circle.xml")).unwrap();
    let answer = desk.types("invoice check deep");
    let lines: Vec<&str> = answer.data.lines().take(3).collect();
    assert!(
        lines[0].starts_with("not opened deep/d/") && lines[0].contains("more than 32 folders"),
        "{lines:?}"
    );
    assert!(lines[1].starts_with("accepted deep/d/") && lines[1].ends_with("/last.xml"), "{lines:?}");
    assert_eq!(lines[2], "");
}
