//! What is said of one invoice, for a person: each cause once, with what comes of it under it.

use std::{collections::BTreeMap, path::Path};

use anyhow::Result;
use invoice::{
    Cause, Document, Finding, Outcome, Told, Verdict, causes, limits::FINDINGS_OF_A_RULE_MAX, one_line,
};
use vocab::Severity;

use super::releases;
use crate::console::Console;

/// Characters of a line of the document that an excerpt shows.
const EXCERPT_CHARACTERS_MAX: usize = 100;

/// Prints the causes, then what each set says of the whole.
pub(super) fn print(
    file: &Path,
    document: &Document<'_>,
    verdict: &Verdict,
    console: &mut Console,
) -> Result<()> {
    let lines: Vec<&str> = document.source().lines().collect();
    let mut page = Page { lines, counts: BTreeMap::new() };
    for cause in causes(document, verdict) {
        page.cause(&cause, console)?;
    }
    page.left_out(console)?;
    for set in &verdict.sets {
        let by = format!("{} {}", set.name, set.version);
        match &set.outcome {
            Outcome::Report(findings) => {
                let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
                let (fatal, warning) = (count(Severity::Fatal), count(Severity::Warning));
                let word = if fatal == 0 { "accepts" } else { "refuses" };
                console.line(format!("{by} {word} {}: {fatal} fatal, {warning} warnings", file.display()))?;
            }
            Outcome::CannotRun(cause) => {
                console.line(format!("{by} cannot run on {}: {}", file.display(), cause.message))?;
            }
        }
        if !set.not_judged.is_empty() {
            let ids = set.not_judged.join(", ");
            console
                .line(format!("{by} leaves open, not judged: {ids} need the envelope in which it is sent"))?;
        }
    }
    for name in &verdict.unheld {
        console
            .line(format!("{name} applies too and has not judged: no release of it is held for that day"))?;
    }
    print_findings(&verdict.ledger, "history", &page.lines, console)?;
    print_findings(&verdict.tax, "tax, told and not decided", &page.lines, console)?;
    for coming in &verdict.coming {
        releases::print_forecast(coming, &page.lines, console)?;
    }
    Ok(())
}

/// Findings of one release, each for itself; of one rule at most as many as a person reads.
pub(super) fn print_findings(
    findings: &[Finding],
    by: &str,
    lines: &[&str],
    console: &mut Console,
) -> Result<()> {
    let mut page = Page { lines: lines.to_vec(), counts: BTreeMap::new() };
    for finding in findings {
        if page.shows(finding) {
            page.head(finding, by, console)?;
            console.line("")?;
        }
    }
    page.left_out(console)
}

struct Page<'a> {
    lines: Vec<&'a str>,
    /// Findings of each rule so far: at most so many are shown as a person reads.
    counts: BTreeMap<&'static str, usize>,
}

impl Page<'_> {
    fn shows(&mut self, finding: &Finding) -> bool {
        let count = self.counts.entry(finding.id).or_default();
        *count += 1;
        *count <= FINDINGS_OF_A_RULE_MAX
    }

    fn cause(&mut self, cause: &Cause<'_>, console: &mut Console) -> Result<()> {
        let head = self.shows(cause.head.finding);
        let under: Vec<&Told<'_>> = cause.under.iter().filter(|told| self.shows(told.finding)).collect();
        if !head && under.is_empty() {
            return Ok(());
        }
        self.head(cause.head.finding, &by(&cause.head), console)?;
        for change in &cause.with_it {
            let said = format!("    and at {}: {} instead of {}", change.xpath, change.to, change.from);
            console.line(one_line(&said))?;
        }
        if !under.is_empty() {
            let word = if cause.mended { "gone with it" } else { "with it" };
            console.line(format!("  {word}:"))?;
        }
        for told in under {
            under_it(told, cause.mended, console)?;
        }
        console.line("")
    }

    fn head(&self, finding: &Finding, by: &str, console: &mut Console) -> Result<()> {
        console.line(format!("{} {}", console.paint(finding.severity), named(finding, by)))?;
        if let Some((excerpt, marks)) = excerpt(&self.lines, finding) {
            console.line(format!("{:>6} | {excerpt}", finding.line))?;
            console.line(format!("{:>6} | {marks}", ""))?;
        }
        console.line(format!("  {}", one_line(&finding.message)))?;
        console.line(format!("  what to write: {}", one_line(&finding.remedy)))
    }

    fn left_out(&self, console: &mut Console) -> Result<()> {
        for (id, count) in &self.counts {
            if let Some(more @ 1..) = count.checked_sub(FINDINGS_OF_A_RULE_MAX) {
                console.line(format!("[{id}] {more} more such findings; --json lists them all"))?;
            }
        }
        Ok(())
    }
}

/// Who says it.
fn by(told: &Told<'_>) -> String {
    match told.set {
        Some(set) => format!("{} {}", set.name, set.version),
        None => "found by Twakow".to_owned(),
    }
}

/// `[BR-CO-16] line 99, column 5, BT-115 (en-ubl 1.3.16)`.
fn named(finding: &Finding, by: &str) -> String {
    let term = if finding.term.is_empty() { String::new() } else { format!(", {}", finding.term) };
    format!("[{}] line {}, column {}{term} ({by})", finding.id, finding.line, finding.column)
}

fn under_it(told: &Told<'_>, mended: bool, console: &mut Console) -> Result<()> {
    let finding = told.finding;
    console.line(format!("    {} {}", console.paint(finding.severity), named(finding, &by(told))))?;
    console.line(format!("      {}", one_line(&finding.message)))?;
    // Where mending the cause was tried and took this away, its own remedy would only lead astray.
    if mended { Ok(()) } else { console.line(format!("      what to write: {}", one_line(&finding.remedy))) }
}

/// The line without its indent, and marks under the value, or under the tag of an element that has none.
fn excerpt(lines: &[&str], finding: &Finding) -> Option<(String, String)> {
    let text = lines.get(finding.line.checked_sub(1)?)?;
    let indent = text.chars().take_while(|character| character.is_whitespace()).count();
    // A terminal obeys control characters; each is one mark, so that columns stay.
    let shown: String = one_line(text.trim()).chars().take(EXCERPT_CHARACTERS_MAX).collect();
    let tag = finding.column.saturating_sub(1).saturating_sub(indent);
    let from_tag: String = shown.chars().skip(tag).collect();
    let value = finding.found.as_deref().filter(|found| !found.is_empty()).map(one_line);
    let at_value = value.and_then(|value| Some((from_tag.find(&format!(">{value}<"))? + 1, value)));
    let (before, length) = match at_value {
        Some((at, value)) => (tag + from_tag.get(..at)?.chars().count(), value.chars().count()),
        None => {
            let end = from_tag.find('>').map_or(from_tag.len(), |end| end + 1);
            (tag, from_tag.get(..end)?.chars().count())
        }
    };
    (length > 0).then(|| (shown, format!("{}{}", " ".repeat(before), "^".repeat(length))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(column: usize, found: Option<&str>) -> Finding {
        Finding {
            id: "x",
            severity: Severity::Fatal,
            xpath: String::new(),
            line: 1,
            column,
            term: String::new(),
            found: found.map(str::to_owned),
            message: String::new(),
            remedy: String::new(),
        }
    }

    #[test]
    fn the_value_is_underlined_or_the_tag_where_there_is_none() {
        let line = "  <a><b c=\"d\">é1</b></a>";
        let marks = |column, found| excerpt(&[line], &finding(column, found)).map(|(_, marks)| marks);
        assert_eq!(marks(6, Some("é1")).unwrap(), "            ^^");
        assert_eq!(marks(6, Some("")).unwrap(), "   ^^^^^^^^^");
        assert_eq!(marks(3, None).unwrap(), "^^^");
        assert_eq!(marks(99, None), None);
        assert_eq!(excerpt(&[], &finding(1, None)), None);
    }
}
