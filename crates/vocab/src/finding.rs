//! What a check remarks about a document: looking never fails, it only finds.

use std::fmt;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Somebody on the way will refuse the document for this.
    Fatal,
    /// Somebody may refuse it, or ask.
    Warning,
    /// Worth knowing; nobody refuses for it.
    Advice,
}

impl Severity {
    /// The word on the wire and in reports.
    pub const fn word(self) -> &'static str {
        match self {
            Severity::Fatal => "fatal",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        }
    }
}

/// One remark about a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's own id, stable.
    pub rule: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// Where: a JSON pointer (`/consignmentItems/0/HSCodes`) or an XPath; empty for the whole document.
    pub place: String,
    /// The value found, verbatim; `None` where something is missing.
    pub found: Option<String>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to write instead.
    pub remedy: String,
    /// Who says so: the clause, specification or register.
    pub source: &'static str,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {}: {}", self.severity.word(), self.rule, self.place, self.message)
    }
}
