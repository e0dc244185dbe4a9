//! Agreement with the official rules on every recorded document: ids, severities, places, and where they cannot run.
//!
//! What agrees may only grow: `tests/agreement.tsv` holds the counts, `docs/conformance.md` shows them, and
//! `TWAKOW_UPDATE=1 cargo test -p twakow-invoice conformance` writes both after progress. With `TWAKOW_DIFFERENCES=N` the
//! test prints the first N differences of each family.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::{Path, PathBuf},
};

use invoice::{Outcome, judge, read, rule_sets};

use crate::official::{Case, Expected, each_case};

/// Rule set, table, family of rules.
type Key = (String, String, String);

/// Documents on which a family of rules agrees with the official answer, and on which it differs. Documents on which
/// neither finds anything of the family are not counted.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Count {
    agreed: usize,
    differs: usize,
}

const WHOLE: &str = "(whole answer)";
const CANNOT_RUN: &str = "(cannot run)";
const DIFFERENCES_SHOWN_MAX: usize = 200;

#[derive(Default)]
struct Tally {
    counts: BTreeMap<Key, Count>,
    differences: BTreeMap<Key, Vec<String>>,
}

impl Tally {
    fn add(&mut self, case: &Case, family: &str, agrees: bool, difference: impl FnOnce() -> String) {
        let key = (case.rule_set.clone(), case.table.to_owned(), family.to_owned());
        let count = self.counts.entry(key.clone()).or_default();
        if agrees {
            count.agreed += 1;
        } else {
            count.differs += 1;
            let told = self.differences.entry(key).or_default();
            if told.len() < DIFFERENCES_SHOWN_MAX {
                told.push(format!("{}: {}", case.name, difference()));
            }
        }
    }

    fn case(&mut self, case: &Case) {
        let document = read(&case.bytes).unwrap_or_else(|refusal| panic!("{}: {refusal}", case.name));
        let mut verdict = judge(&document, |set| set.name == case.rule_set);
        let answer = verdict.sets.pop().unwrap().outcome;
        let (found, with_places) = match (&case.expected, &answer) {
            (Expected::CannotRun, Outcome::CannotRun(cause)) => {
                let told = verdict.own.contains(cause);
                self.add(case, CANNOT_RUN, told, || "the cause is not among our findings".to_owned());
                self.add(case, WHOLE, true, String::new);
                return;
            }
            (Expected::CannotRun, Outcome::Report(_)) => {
                self.add(case, CANNOT_RUN, false, || "the official rules stop, ours do not".to_owned());
                self.add(case, WHOLE, false, String::new);
                return;
            }
            (_, Outcome::CannotRun(cause)) => {
                let why = || format!("ours stop: {} {}", cause.xpath, cause.message);
                self.add(case, CANNOT_RUN, false, why);
                self.add(case, WHOLE, false, String::new);
                return;
            }
            (Expected::Findings(expected), Outcome::Report(findings)) => {
                let expected: Vec<Vec<String>> = expected.iter().map(|finding| finding.to_vec()).collect();
                let found = findings.iter().map(|finding| {
                    vec![finding.id.to_owned(), finding.severity.word().to_owned(), finding.xpath.clone()]
                });
                (found.collect::<Vec<_>>(), expected)
            }
            (Expected::Ids(expected), Outcome::Report(findings)) => {
                let expected: Vec<Vec<String>> = expected.iter().map(|finding| finding.to_vec()).collect();
                let found: BTreeSet<Vec<String>> = findings
                    .iter()
                    .map(|finding| vec![finding.id.to_owned(), finding.severity.word().to_owned()])
                    .collect();
                (found.into_iter().collect(), expected)
            }
        };
        self.compare(case, found, with_places);
    }

    fn compare(&mut self, case: &Case, mut found: Vec<Vec<String>>, expected: Vec<Vec<String>>) {
        found.sort();
        let mut families: BTreeMap<&str, [Vec<&Vec<String>>; 2]> = BTreeMap::new();
        for (side, findings) in [&found, &expected].into_iter().enumerate() {
            for finding in findings {
                families.entry(family(&finding[0])).or_default()[side].push(finding);
            }
        }
        for (family, [found, expected]) in &families {
            self.add(case, family, found == expected, || {
                let only = |these: &[&Vec<String>], those: &[&Vec<String>]| {
                    let only = these
                        .iter()
                        .filter(|finding| !those.contains(finding))
                        .map(|finding| finding.join(" "));
                    only.take(6).collect::<Vec<_>>().join(", ")
                };
                format!("missing [{}], extra [{}]", only(expected, found), only(found, expected))
            });
        }
        self.add(case, WHOLE, found == expected, String::new);
    }
}

/// A rule's id without its number.
fn family(id: &str) -> &str {
    id.trim_end_matches(|letter: char| letter.is_ascii_digit() || letter == '-')
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn conformance_only_grows() {
    let held: Vec<&str> = rule_sets().map(|set| set.name).collect();
    let mut tally = Tally::default();
    let here = each_case(|case| {
        if held.contains(&case.rule_set.as_str()) {
            tally.case(case);
        }
    });
    if !here {
        return;
    }
    show(&tally);
    let recorded_path = root().join("crates/invoice/tests/agreement.tsv");
    let recorded = parse(&fs::read_to_string(&recorded_path).unwrap_or_default());
    for (key, before) in &recorded {
        let now = tally.counts.get(key).copied().unwrap_or_default();
        assert!(
            now.agreed >= before.agreed && now.differs <= before.differs,
            "agreement fell for {key:?}: {before:?}, now {now:?}"
        );
    }
    let (table, page) = (write_table(&tally), write_page(&tally));
    let page_path = root().join("docs/conformance.md");
    if std::env::var_os("TWAKOW_UPDATE").is_some() {
        fs::write(recorded_path, table).unwrap();
        fs::write(page_path, page).unwrap();
        return;
    }
    let stale = fs::read_to_string(recorded_path).unwrap_or_default() != table
        || fs::read_to_string(page_path).unwrap_or_default() != page;
    assert!(!stale, "agreement grew: run this test with TWAKOW_UPDATE=1 and commit what it writes");
}

fn show(tally: &Tally) {
    let Some(limit) = std::env::var("TWAKOW_DIFFERENCES").ok().and_then(|limit| limit.parse().ok()) else {
        return;
    };
    for ((set, table, family), told) in &tally.differences {
        for difference in told.iter().filter(|told| !told.ends_with(": ")).take(limit) {
            println!("{set} {table} {family} | {difference}");
        }
    }
}

fn parse(table: &str) -> BTreeMap<Key, Count> {
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    rows.map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let key = (cells[0].to_owned(), cells[1].to_owned(), cells[2].to_owned());
        (key, Count { agreed: cells[3].parse().unwrap(), differs: cells[4].parse().unwrap() })
    })
    .collect()
}

fn write_table(tally: &Tally) -> String {
    let mut table = String::from(
        "# Set, table, family, documents that agree, documents that differ: written by the conformance test.\n",
    );
    for ((set, source, family), count) in &tally.counts {
        writeln!(table, "{set}\t{source}\t{family}\t{}\t{}", count.agreed, count.differs).unwrap();
    }
    table
}

fn write_page(tally: &Tally) -> String {
    let mut page = String::from(
        "# Agreement with the official rules\n\nGenerated by `TWAKOW_UPDATE=1 cargo test -p twakow-invoice conformance`. \
         The official compiled rules were run on each\ndocument once and their answers recorded: ids and severities, and \
         places but for mutations. A document agrees when ours are\nthe same. Families count the documents on which either \
         side finds something of theirs; *whole answer* counts all, *cannot run*\nthose on which either side stops.\n",
    );
    for set in rule_sets() {
        let counts = tally.counts.iter().filter(|((name, ..), _)| name == set.name);
        let mut by_table: BTreeMap<&str, Count> = BTreeMap::new();
        let mut by_family: BTreeMap<&str, Count> = BTreeMap::new();
        for ((_, table, family), count) in counts {
            let sum = if family == WHOLE {
                by_table.entry(table.as_str()).or_default()
            } else {
                by_family.entry(family.as_str()).or_default()
            };
            sum.agreed += count.agreed;
            sum.differs += count.differs;
        }
        writeln!(page, "\n## {} {} (`{}`)\n", set.title, set.version, set.name).unwrap();
        if by_table.is_empty() {
            page.push_str("No official answer is recorded; own cases judge these rules.\n");
            continue;
        }
        page.push_str("| documents | agree | differ |\n|---|---|---|\n");
        for (table, count) in &by_table {
            writeln!(page, "| {table} | {} | {} |", count.agreed, count.differs).unwrap();
        }
        page.push_str("\n| family | agree | differ |\n|---|---|---|\n");
        for (family, count) in &by_family {
            writeln!(page, "| {family} | {} | {} |", count.agreed, count.differs).unwrap();
        }
    }
    page
}
