//! Where a command's words go: data to standard output, talk to standard error.

use std::io::{IsTerminal, Write};

use crypto::json::{self, Value};
use node::NodeError;
use vocab::{Refusal, Severity};

use crate::corridor::NodeRefused;

/// The two streams of a command and how to speak on them.
pub(crate) struct Console {
    data: Box<dyn Write>,
    talk: Box<dyn Write>,
    /// Answers are JSON instead of sentences.
    pub(crate) json: bool,
    /// Colours may be used on the data stream: it is a terminal, and `NO_COLOR` is not set.
    pub(crate) colour: bool,
    /// Talk is read on a terminal, and data goes elsewhere: there progress is worth telling.
    pub(crate) progress: bool,
}

impl Console {
    /// The streams of this process.
    pub(crate) fn of_process(json: bool) -> Self {
        let colour =
            std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|set| set.is_empty());
        let progress = std::io::stderr().is_terminal() && !std::io::stdout().is_terminal();
        Self { data: Box::new(std::io::stdout()), talk: Box::new(std::io::stderr()), json, colour, progress }
    }

    /// The same console with its data going to `data` instead: a file that a script names, or nowhere.
    pub(crate) fn with_data(&self, data: Box<dyn Write>, talk: Box<dyn Write>) -> Self {
        Self { data, talk, json: self.json, colour: false, progress: false }
    }

    /// Writes one line of data.
    pub(crate) fn line(&mut self, text: impl AsRef<str>) -> anyhow::Result<()> {
        writeln!(self.data, "{}", text.as_ref())?;
        Ok(())
    }

    /// Writes a JSON document on one line.
    pub(crate) fn json_line(&mut self, value: &Value) -> anyhow::Result<()> {
        self.line(String::from_utf8_lossy(&json::canonical(value)))
    }

    /// The word of a severity, coloured where colours may be used.
    pub(crate) fn paint(&self, severity: Severity) -> String {
        let code = match severity {
            Severity::Fatal => "31;1",
            Severity::Warning => "33;1",
            Severity::Advice => "36",
        };
        if self.colour {
            format!("\u{1b}[{code}m{}\u{1b}[0m", severity.word())
        } else {
            severity.word().to_owned()
        }
    }

    /// Writes one line of talk: progress, next steps. Never data.
    pub(crate) fn say(&mut self, text: impl AsRef<str>) {
        // A closed standard error must not turn a done act into a failure.
        writeln!(self.talk, "{}", text.as_ref()).ok();
    }

    /// Tells how far a long command has come, in place of what it told before.
    pub(crate) fn progress(&mut self, text: impl AsRef<str>) {
        if self.progress {
            write!(self.talk, "\r\u{1b}[K{}", text.as_ref()).and_then(|()| self.talk.flush()).ok();
        }
    }

    /// Takes the last word of progress away.
    pub(crate) fn clear_progress(&mut self) {
        self.progress("");
    }

    /// Says why the command could not run: a refusal with its code and remedy, or an error with its causes.
    pub(crate) fn complain(&mut self, error: &anyhow::Error) {
        match refusal_of(error) {
            Some((code, remedy)) => {
                self.say(format!("refused [{code}]: {error}"));
                self.say(format!("  what to do: {remedy}"));
            }
            None => self.say(format!("error: {error:#}")),
        }
    }
}

/// Code and remedy, when the error is a refusal: of a room, of a node's own state, or one that a node answered.
pub(crate) fn refusal_of(error: &anyhow::Error) -> Option<(String, String)> {
    let own = |refusal: &Refusal| (refusal.code().to_owned(), refusal.remedy().to_owned());
    if let Some(refusal) = error.downcast_ref::<Refusal>() {
        return Some(own(refusal));
    }
    if let Some(NodeError::State(refusal)) = error.downcast_ref::<NodeError>() {
        return Some(own(refusal));
    }
    let answered = error.downcast_ref::<NodeRefused>()?;
    Some((answered.code.clone(), answered.remedy.clone()))
}
