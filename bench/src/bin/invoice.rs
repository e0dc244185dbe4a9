//! Invoices: the whole answer beside what merely reads the bytes, beside another checker, beside the official rules. See
//! `--help`.

use std::{fs, path::Path, process::Command, time::Duration};

use bench::measure::{medians, ms, peak_mib, ratio};
use quick_xml::{Reader, events::Event};
use vocab::Severity;

const HELP: &str = "
invoice [FOLDER] [--instructions]

Judges the official base example of Peppol (9 KB, from TWAKOW_STANDARDS) and the same invoice with its line repeated 10, 1,000 and
10,000 times and its sums worked out anew: read, every set of rules that applies, our own findings, places: `invoice::check`.
Beside it in turn, on the same bytes and thread: quick-xml's events, nothing done with them; and the crate en16931 0.8.0, which
reads and checks by fewer rules. FOLDER is what e2e/judge/setup has set up: with it the official style sheets (EN 16931 and
Peppol, compiled, warm) judge the same documents in the same run. `--instructions` counts instructions a document under
valgrind's callgrind instead. Figures are CPU time of the thread, the middle of the rounds.";

/// Documents, and how many rounds each is measured.
const SIZES: [(&str, usize, usize); 4] =
    [("9 KB", 0, 2001), ("10 lines", 10, 1001), ("1,000 lines", 1_000, 41), ("10,000 lines", 10_000, 11)];
/// The instructions of one document are the difference between a run of one and of so many, by so many less one.
const COUNTED: u64 = 101;

fn main() {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let given: Vec<&str> = given.iter().map(String::as_str).collect();
    match given.as_slice() {
        ["--help" | "-h", ..] => println!("{}", HELP.trim()),
        ["once", lines, times] => once(lines.parse().expect("lines"), times.parse().expect("times")),
        ["--instructions"] => instructions(),
        [] => table(None),
        [folder] => table(Some(Path::new(folder))),
        _ => panic!("see --help"),
    }
}

/// Judges one document so many times and says how much memory that took beyond it.
fn once(lines: usize, times: usize) {
    let document = document(lines);
    let before = peak_mib();
    for _ in 0..times {
        check(document.as_bytes());
    }
    println!("{} {}", document.len(), peak_mib() - before);
}

fn table(judge: Option<&Path>) {
    println!(
        "{:<13} {:>9} {:>10} {:>10} {:>7} {:>11} {:>6} {:>12} {:>6} {:>7}",
        "", "bytes", "answer ms", "events ms", "ratio", "en16931 ms", "ratio", "official ms", "ratio", "MiB"
    );
    for (name, lines, rounds) in SIZES {
        let document = document(lines);
        let bytes = document.as_bytes();
        let [answer, events, rival] =
            medians(rounds, [&mut || check(bytes), &mut || walk(&document), &mut || peer(bytes)]);
        let official = judge.map(|folder| official(folder, &document));
        let (official_ms, beside) = official.map_or(("-".into(), "-".into()), |time| {
            (format!("{:.2}", ms(time)), format!("{:.0}", ratio(time, answer)))
        });
        println!(
            "{name:<13} {:>9} {:>10.4} {:>10.4} {:>7.2} {:>11.4} {:>6.2} {official_ms:>12} {beside:>6} {:>7}",
            bytes.len(),
            ms(answer),
            ms(events),
            ratio(events, answer),
            ms(rival),
            ratio(rival, answer),
            memory(lines)
        );
    }
}

fn instructions() {
    for (name, lines, _) in SIZES {
        let count = |times: u64| {
            let ran = Command::new("valgrind")
                .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
                .arg(std::env::current_exe().expect("a path"))
                .args(["once", &lines.to_string(), &times.to_string()])
                .output()
                .expect("valgrind is installed");
            let told = String::from_utf8(ran.stderr).expect("text");
            let collected = told.lines().find_map(|line| line.split_once("Collected : ")).expect("a count").1;
            collected.trim().parse::<u64>().expect("a number")
        };
        let times = if lines < 1_000 { COUNTED } else { 2 };
        println!("{name:<13} {:>12} instructions a document", (count(times) - count(1)) / (times - 1));
    }
}

/// The whole answer. The documents are right, so nothing fatal may be found, by whomever.
fn check(bytes: &[u8]) {
    let verdict = invoice::check(bytes).expect("an invoice");
    assert_eq!(verdict.count(Severity::Fatal), 0, "a document without a fatal finding");
}

fn walk(document: &str) {
    let mut reader = Reader::from_str(document);
    let mut count = 0_usize;
    while !matches!(std::hint::black_box(reader.read_event().expect("XML")), Event::Eof) {
        count += 1;
    }
    assert!(count > 100);
}

fn peer(bytes: &[u8]) {
    let received = en16931_formats::receive(bytes, &en16931_formats::Policy::default());
    assert!(received.invoice.is_some(), "the peer reads it");
}

/// What the official style sheets take for it, warm.
fn official(folder: &Path, document: &str) -> Duration {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), document).expect("written");
    let ran = Command::new(folder.join("venv/bin/python"))
        .args(["-B", concat!(env!("CARGO_MANIFEST_DIR"), "/../e2e/judge/speed.py")])
        .args([folder, file.path()])
        .output()
        .expect("e2e/judge/setup has set it up");
    let told = String::from_utf8(ran.stdout).expect("text");
    Duration::from_secs_f64(told.trim().parse().expect("seconds"))
}

/// Memory beyond the document, in a process of its own.
fn memory(lines: usize) -> u64 {
    let this = std::env::current_exe().expect("a path");
    let ran = Command::new(this).args(["once", &lines.to_string(), "3"]).output().expect("runs");
    let told = String::from_utf8(ran.stdout).expect("text");
    told.split_whitespace().nth(1).expect("a number").parse().expect("MiB")
}

/// The official example; with lines, its first line so many times, and the sums that go with it.
fn document(lines: usize) -> String {
    let path = "einvoice/examples/peppol-billing-3.0.21/base-example.xml";
    let example = fs::read_to_string(testkit::standards(path).expect("TWAKOW_STANDARDS")).expect("a file");
    if lines == 0 {
        return example;
    }
    let (head, rest) = example.split_once("<cac:InvoiceLine>").expect("a line");
    let (line, _) = rest.split_once("</cac:InvoiceLine>").expect("a line");
    // A line of 2,800.00, a charge of 25.00, a tax of 25 %: in cents.
    let net = 280_000 * lines;
    let taxed = net + 2_500;
    let tax = taxed / 4;
    let money = |cents: usize| format!("{}.{:02}", cents / 100, cents % 100);
    let mut head = head.to_owned();
    for (written, cents) in [("1300", net), ("1325", taxed), ("331.25", tax), ("1656.25", taxed + tax)] {
        head = head.replace(&format!(">{written}<"), &format!(">{}<", money(cents)));
    }
    let lines = (1..=lines).map(|number| {
        let line = line.replacen("<cbc:ID>1<", &format!("<cbc:ID>{number}<"), 1);
        format!("<cac:InvoiceLine>{line}</cac:InvoiceLine>\n")
    });
    format!("{head}{}</Invoice>", lines.collect::<String>())
}
