//! `twakow invoice check` over many documents: a line for each in the order of their names, then what became of all.

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
};

use anyhow::Result;
use crypto::json::{self, Value};
use invoice::{Outcome, Verdict, limits::BYTES_MAX, one_line};
use vocab::Severity;

use super::{
    Answer, Wish,
    queue::{Bounds, Work, in_order},
    releases::day_in_words,
    verdict_value,
};
use crate::{console::Console, refusals::TOO_MANY_INVOICES, world::World};

/// Documents of one run: their names are held in memory to be sorted.
pub(super) const FILES_MAX: usize = 1_000_000;
/// Folders within folders that are looked into.
const FOLDERS_DEPTH_MAX: usize = 32;
/// Threads of one run.
pub(crate) const JOBS_MAX: usize = 64;
/// Documents that are begun while an earlier one is not yet told.
const AHEAD_MAX: usize = 512;
/// Bytes of documents being judged and of answers that wait to be told; one document alone may have more.
const BYTES_IN_HAND_MAX: u64 = 256 * 1024 * 1024;
/// Rules that the line of one document names.
const CAUSES_OF_A_DOCUMENT_MAX: usize = 8;
/// Rules that the summary names.
const CAUSES_OF_ALL_MAX: usize = 10;

/// Where a document comes from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    File(PathBuf),
    StandardInput,
    /// A folder that cannot be listed, and why.
    Unlisted(PathBuf, String),
}

/// What became of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Accepted,
    Refused,
    CannotRun,
    /// No invoice that can be read, or none that we hold rules for.
    NotJudged,
    /// The file cannot be opened: it vanished, or its owner does not let us.
    NotOpened,
}

const FATES: [(Fate, &str); 5] = [
    (Fate::Accepted, "accepted"),
    (Fate::Refused, "refused"),
    (Fate::CannotRun, "official rules cannot run"),
    (Fate::NotJudged, "not judged"),
    (Fate::NotOpened, "not opened"),
];

/// What is told of a document.
struct Told {
    fate: Fate,
    line: String,
    /// The rules that refuse it, or why it was not judged; each once.
    causes: Vec<String>,
}

/// Checks every document that `typed` names: files, folders with all `.xml` in them, `-`.
pub(super) fn check(
    typed: &[PathBuf],
    jobs: Option<usize>,
    wish: &Wish<'_>,
    world: &World,
    console: &mut Console,
) -> Result<Answer> {
    wish.refuse_unknown()?;
    let sources = sources_in(&world.dir, typed, FILES_MAX)?;
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    let threads = jobs.unwrap_or_else(cores).min(JOBS_MAX);
    let bounds = Bounds { threads, ahead: AHEAD_MAX, bytes: BYTES_IN_HAND_MAX };
    let judging = Judging { wish, json: console.json };
    let mut summary = Summary::default();
    in_order(&sources, &judging, bounds, |source, told| {
        let told = told.unwrap_or_else(|| judging.not_judged(source, "internal-error", PANICKED, REPORT_IT));
        console.line(&told.line)?;
        summary.add(told);
        if summary.documents.is_multiple_of(PROGRESS_STEP) {
            console.progress(format!("{} of {} documents", summary.documents, sources.len()));
        }
        Ok(())
    })?;
    console.clear_progress();
    if sources.len() > 1 || !console.json {
        summary.tell(console)?;
    }
    Ok(summary.answer())
}

/// Documents between two words of progress.
const PROGRESS_STEP: usize = 64;
const PANICKED: &str = "This program has failed on the document.";
const REPORT_IT: &str = "Report it with the document, as a fault of the program.";

/// Every document in order: as typed, and within a folder by name.
pub(super) fn sources_in(dir: &Path, typed: &[PathBuf], files_max: usize) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for typed in typed {
        if typed == Path::new("-") {
            sources.push(Source::StandardInput);
        } else if dir.join(typed).is_dir() {
            list(&dir.join(typed), FOLDERS_DEPTH_MAX, files_max, &mut sources)?;
        } else {
            sources.push(Source::File(dir.join(typed)));
        }
    }
    if sources.len() > files_max {
        return Err(TOO_MANY_INVOICES.because(format!("more than {files_max}")).into());
    }
    anyhow::ensure!(!sources.is_empty(), "no file there is called .xml");
    Ok(sources)
}

/// The documents below a folder. Links to folders are not followed: they may lead in a circle.
fn list(folder: &Path, depth: usize, files_max: usize, sources: &mut Vec<Source>) -> Result<()> {
    let unlisted = |why: String| Source::Unlisted(folder.to_owned(), why);
    if depth == 0 {
        sources.push(unlisted(format!("more than {FOLDERS_DEPTH_MAX} folders within folders")));
        return Ok(());
    }
    let mut entries =
        match std::fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>()) {
            Ok(entries) => entries,
            Err(error) => {
                sources.push(unlisted(error.to_string()));
                return Ok(());
            }
        };
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        if is_folder {
            list(&path, depth - 1, files_max, sources)?;
        } else if is_called_xml(&path) && path.metadata().map_or(true, |metadata| metadata.is_file()) {
            sources.push(Source::File(path));
        }
        if sources.len() > files_max {
            return Err(TOO_MANY_INVOICES.because(format!("more than {files_max}")).into());
        }
    }
    Ok(())
}

fn is_called_xml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xml"))
}

impl Source {
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(path) | Self::Unlisted(path, _) => {
                path.strip_prefix(".").unwrap_or(path).display().to_string()
            }
            Self::StandardInput => "-".to_owned(),
        }
    }

    pub(super) fn read(&self) -> std::io::Result<Vec<u8>> {
        // One byte more than may be, so that the reader sees it and refuses.
        let limit = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
        let mut bytes = Vec::new();
        match self {
            Self::File(path) => std::fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?,
            Self::StandardInput => std::io::stdin().lock().take(limit).read_to_end(&mut bytes)?,
            Self::Unlisted(_, why) => return Err(std::io::Error::other(why.clone())),
        };
        Ok(bytes)
    }
}

/// Reads documents and judges them.
struct Judging<'w> {
    wish: &'w Wish<'w>,
    json: bool,
}

impl Work for Judging<'_> {
    type Item = Source;
    type Product = Told;

    fn bytes_of(&self, source: &Source) -> u64 {
        let largest = u64::try_from(BYTES_MAX).unwrap_or(u64::MAX);
        match source {
            Source::File(path) => path.metadata().map_or(0, |metadata| metadata.len()).min(largest),
            Source::StandardInput => largest,
            Source::Unlisted(..) => 0,
        }
    }

    fn make(&self, source: &Source) -> Told {
        let bytes = match source.read() {
            Ok(bytes) => bytes,
            Err(error) => return self.not_opened(source, &error),
        };
        let verdict = match invoice::read(&bytes) {
            Ok(document) => self.wish.judge(&document),
            Err(refusal) => Err(refusal),
        };
        match verdict {
            Ok(verdict) => self.judged(source, &verdict),
            Err(refusal) => self.not_judged(source, refusal.code(), &refusal.to_string(), refusal.remedy()),
        }
    }

    fn bytes_made(&self, told: &Told) -> u64 {
        u64::try_from(told.line.len()).unwrap_or(u64::MAX)
    }
}

impl Judging<'_> {
    fn judged(&self, source: &Source, verdict: &Verdict) -> Told {
        let stopped = verdict.sets.iter().any(|set| matches!(set.outcome, Outcome::CannotRun(_)));
        let fate = match (stopped, verdict.count(Severity::Fatal)) {
            (true, _) => Fate::CannotRun,
            (false, 0) if !verdict.unheld.is_empty() => Fate::NotJudged,
            (false, 0) => Fate::Accepted,
            (false, _) => Fate::Refused,
        };
        let mut causes = causes(verdict);
        causes.extend(verdict.unheld.iter().map(|set| format!("no release of {set}")));
        let line = if self.json {
            printed(&verdict_value(&source.name(), verdict))
        } else {
            format!("{}{}", line(fate, source, &causes), later(verdict))
        };
        Told { fate, line, causes }
    }

    fn not_opened(&self, source: &Source, error: &std::io::Error) -> Told {
        let remedy = "See that the file is there and may be read, and check it again.";
        let told = self.not_judged(source, "not-opened", &error.to_string(), remedy);
        let line = if self.json { told.line } else { line(Fate::NotOpened, source, &[error.to_string()]) };
        Told { fate: Fate::NotOpened, line, causes: told.causes }
    }

    fn not_judged(&self, source: &Source, code: &str, message: &str, remedy: &str) -> Told {
        let causes = vec![code.to_owned()];
        let line = if self.json {
            let refused = Value::object([
                ("code", Value::from(code)),
                ("message", Value::from(message)),
                ("remedy", Value::from(remedy)),
            ]);
            printed(&Value::object([
                ("file", Value::from(source.name())),
                ("own", Value::array::<Value>([])),
                ("refused", refused),
                ("sets", Value::array::<Value>([])),
                ("v", Value::from("twakow/invoice-check/1")),
            ]))
        } else {
            line(Fate::NotJudged, source, &[format!("[{code}] {message}")])
        };
        Told { fate: Fate::NotJudged, line, causes }
    }
}

fn printed(value: &Value) -> String {
    String::from_utf8_lossy(&json::canonical(value)).into_owned()
}

/// The rules by which coming releases will refuse the document.
fn later(verdict: &Verdict) -> String {
    let refusing = verdict.coming.iter().filter(|coming| !coming.refused.is_empty());
    let told = refusing.map(|coming| {
        let mut ids: Vec<&str> = coming.refused.iter().map(|finding| finding.id).collect();
        ids.dedup();
        ids.truncate(CAUSES_OF_A_DOCUMENT_MAX);
        format!(
            "; refused from {} by {} {}: {}",
            day_in_words(coming.from),
            coming.name,
            coming.version,
            ids.join(", ")
        )
    });
    told.collect()
}

/// The rules that refuse, and what stops those that cannot run, each once and in order.
fn causes(verdict: &Verdict) -> Vec<String> {
    let reported = verdict.sets.iter().flat_map(|set| match &set.outcome {
        Outcome::CannotRun(_) => &[][..],
        Outcome::Report(findings) => findings,
    });
    let fatal = verdict
        .own
        .iter()
        .chain(reported)
        .chain(&verdict.ledger)
        .filter(|finding| finding.severity == Severity::Fatal);
    let mut causes: Vec<String> = Vec::new();
    for finding in fatal {
        if !causes.iter().any(|cause| cause == finding.id) {
            causes.push(finding.id.to_owned());
        }
    }
    causes
}

fn line(fate: Fate, source: &Source, causes: &[String]) -> String {
    let word = FATES.iter().find(|(known, _)| *known == fate).map_or("", |(_, word)| word);
    let named =
        causes.iter().take(CAUSES_OF_A_DOCUMENT_MAX).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = match causes.len().saturating_sub(CAUSES_OF_A_DOCUMENT_MAX) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let colon = if causes.is_empty() { "" } else { ": " };
    one_line(&format!("{word} {}{colon}{named}{more}", source.name()))
}

/// What became of all documents.
#[derive(Default)]
struct Summary {
    documents: usize,
    fates: BTreeMap<Fate, usize>,
    causes: BTreeMap<String, usize>,
}

impl Summary {
    fn add(&mut self, told: Told) {
        self.documents += 1;
        *self.fates.entry(told.fate).or_default() += 1;
        for cause in told.causes {
            *self.causes.entry(cause).or_default() += 1;
        }
    }

    fn count(&self, fate: Fate) -> usize {
        self.fates.get(&fate).copied().unwrap_or(0)
    }

    /// Beside JSON on standard error, so that each line of data is a document.
    fn tell(&self, console: &mut Console) -> Result<()> {
        for line in self.lines() {
            if console.json {
                console.say(line);
            } else {
                console.line(line)?;
            }
        }
        Ok(())
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = vec![String::new(), format!("{} documents", self.documents)];
        lines.extend(FATES.iter().map(|(fate, word)| format!("{:>9} {word}", self.count(*fate))));
        let mut causes: Vec<_> = self.causes.iter().collect();
        // The most frequent first; of equals the first by name.
        causes.sort_by_key(|(cause, count)| (std::cmp::Reverse(**count), *cause));
        if !causes.is_empty() {
            lines.push("most frequent causes".to_owned());
        }
        lines.extend(causes.iter().take(CAUSES_OF_ALL_MAX).map(|(cause, count)| {
            let documents = if **count == 1 { "document" } else { "documents" };
            format!("{count:>9} {documents} [{cause}]")
        }));
        lines
    }

    fn answer(&self) -> Answer {
        if self.count(Fate::NotOpened) > 0 {
            Answer::CouldNotRun
        } else if self.count(Fate::Accepted) == self.documents {
            Answer::Yes
        } else {
            Answer::No
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_documents_are_taken_as_may_be_and_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name);
        for name in ["a.xml", "b.xml"] {
            std::fs::write(file(name), b"").unwrap();
        }
        let all = |typed: &[PathBuf], files_max| sources_in(Path::new("."), typed, files_max);
        assert_eq!(all(&[folder.path().to_owned()], 2).unwrap().len(), 2);
        assert!(all(&[folder.path().to_owned()], 1).is_err());
        assert_eq!(all(&[file("a.xml"), file("b.xml")], 2).unwrap().len(), 2);
        assert!(all(&[file("a.xml"), file("b.xml")], 1).is_err());
        assert!(all(&[file("a.xml"), folder.path().to_owned()], 2).is_err());
    }

    #[test]
    fn a_line_names_so_many_rules_and_counts_the_others() {
        let causes: Vec<String> = (1..=10).map(|number| format!("BR-{number:02}")).collect();
        let of = |count| line(Fate::Refused, &Source::StandardInput, causes.get(..count).unwrap());
        assert_eq!(of(8), "refused -: BR-01, BR-02, BR-03, BR-04, BR-05, BR-06, BR-07, BR-08");
        assert!(of(9).ends_with(", BR-08 and 1 more"));
    }

    #[test]
    fn the_summary_names_so_many_causes() {
        let mut summary = Summary::default();
        for number in 1..=11 {
            let causes = (number..=11).map(|cause| format!("BR-{cause:02}")).collect();
            summary.add(Told { fate: Fate::Refused, line: String::new(), causes });
        }
        let lines = summary.lines();
        let named: Vec<&String> = lines.iter().filter(|line| line.contains('[')).collect();
        assert_eq!(named.len(), 10);
        assert_eq!(named.first().unwrap().as_str(), "       11 documents [BR-11]");
        assert_eq!(named.last().unwrap().as_str(), "        2 documents [BR-02]");
    }
}
