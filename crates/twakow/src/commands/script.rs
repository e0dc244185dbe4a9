//! A consignment as a script of commands, each of which a person could type.

use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A script, as `examples/*.toml` have it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Script {
    /// What the consignment is.
    pub(crate) title: String,
    /// Stem of the files written: `whisky` makes `whisky.twk` and `whisky.html`.
    pub(crate) name: String,
    /// Further files that the run leaves.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// The commands, in order.
    pub(crate) step: Vec<Step>,
}

/// One command of a script.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Step {
    /// The time that the command takes for now.
    pub(crate) clock: String,
    /// What happens, for the reader.
    pub(crate) say: String,
    /// The command without `twakow`; `{here}` is the script's folder, and `> FILE` at the end takes its output.
    pub(crate) run: String,
    /// The code with which the command must be refused.
    pub(crate) refused: Option<String>,
}

/// A command line taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The words, the program's own name first.
    pub(crate) words: Vec<String>,
    /// The file that takes its output.
    pub(crate) output: Option<String>,
}

/// Largest script read.
pub(crate) const SCRIPT_BYTES_MAX: usize = 256 * 1024;

impl Script {
    /// Reads a script.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).context("the script is not UTF-8")?;
        let script: Self = toml::from_str(text).context("the script")?;
        let comments = script.step.iter().flat_map(|step| [Some(&step.say), step.refused.as_ref()]);
        for comment in [Some(&script.title)].into_iter().chain(comments).flatten() {
            one_line(comment)?;
        }
        for step in &script.step {
            step.clock.parse::<vocab::Timestamp>().with_context(|| format!("the clock of `{}`", step.run))?;
            step.line(Path::new("."), None)?;
        }
        Ok(script)
    }

    /// The script as a shell runs it.
    pub(crate) fn shell(&self, here: &Path, seed: Option<&str>) -> Result<String> {
        let mut shell = format!(
            "#!/bin/sh\n# {}\n# Run it in an empty folder; twakow must be on the path.\nset -eu\numask 077\n\
             head -c 24 /dev/urandom | base64 > passphrase\nexport TWAKOW_PASSPHRASE_FILE=\"$PWD/passphrase\"\n",
            self.title
        );
        for (count, step) in self.step.iter().enumerate() {
            let line = step.line(here, seed.map(|seed| step_seed(seed, count)).as_deref())?;
            shell.push_str(&format!("\n# {}\n", step.say));
            if let Some(code) = &step.refused {
                shell.push_str(&format!("# must be refused: {code}\n"));
            }
            let words: Vec<String> = line.words.iter().map(|word| quoted(word)).collect();
            shell.push_str(&words.join(" "));
            if let Some(output) = &line.output {
                shell.push_str(&format!(" > {}", quoted(output)));
            }
            shell.push_str(if step.refused.is_some() { " || test $? -eq 1\n" } else { "\n" });
        }
        Ok(shell)
    }
}

/// Each step draws its keys and salts from a seed of its own, so that a script and its shell twin draw the same.
pub(crate) fn step_seed(seed: &str, step: usize) -> String {
    format!("{seed}/{step}")
}

impl Step {
    /// The command line of this step.
    pub(crate) fn line(&self, here: &Path, seed: Option<&str>) -> Result<Line> {
        let here = here.display().to_string();
        let mut words = vec!["twakow".to_owned(), "--clock".to_owned(), self.clock.clone()];
        if let Some(seed) = seed {
            words.extend(["--seed".to_owned(), seed.to_owned()]);
        }
        let mut typed = split(&self.run)?.into_iter();
        let mut output = None;
        while let Some(word) = typed.next() {
            if word == ">" {
                output = Some(typed.next().with_context(|| format!("`{}`: > names no file", self.run))?);
                if typed.next().is_some() {
                    bail!("`{}`: nothing may follow the file that takes the output", self.run);
                }
                break;
            }
            words.push(word.replace("{here}", &here));
        }
        Ok(Line { words, output })
    }
}

/// What stands in a comment of the shell twin ends with its line: what came after would be run.
fn one_line(comment: &str) -> Result<()> {
    match comment.chars().find(|character| character.is_control()) {
        None => Ok(()),
        Some(found) => bail!("{comment:?}: {found:?} has no place in a line"),
    }
}

/// Splits a line at blanks; double quotes keep blanks. No other shell character has a meaning, and those that would have
/// one in a shell are refused, so that both read the line alike.
fn split(line: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    let mut begun = false;
    for character in line.chars() {
        match character {
            '"' => {
                quoted = !quoted;
                begun = true;
            }
            ' ' if !quoted => {
                if begun {
                    words.push(std::mem::take(&mut word));
                    begun = false;
                }
            }
            '$' | '`' | '\\' | '\'' | '\n' | '\t' => bail!("`{line}`: {character:?} has no meaning here"),
            '|' | '&' | ';' | '<' | '*' | '?' | '(' | ')' if !quoted => {
                bail!("`{line}`: {character:?} has no meaning here");
            }
            other => {
                word.push(other);
                begun = true;
            }
        }
    }
    if quoted {
        bail!("`{line}`: a quotation mark is never closed");
    }
    if begun {
        words.push(word);
    }
    Ok(words)
}

/// A word as a shell takes it: braces, which some shells expand, stand in quotes; a quotation mark can only come from the
/// name of the folder.
fn quoted(word: &str) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_./:=@,+".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(run: &str) -> Step {
        Step {
            clock: "2026-03-09T14:05:00.000Z".into(),
            say: "It happens.".into(),
            run: run.into(),
            refused: None,
        }
    }

    #[test]
    fn a_line_is_taken_apart_as_a_shell_would() {
        let line = step("act move B1 --comment \"two words\" --to {here}/bank.keyset > move.act")
            .line(Path::new("examples"), Some("7/1"))
            .unwrap();
        let expected = [
            "twakow",
            "--clock",
            "2026-03-09T14:05:00.000Z",
            "--seed",
            "7/1",
            "act",
            "move",
            "B1",
            "--comment",
            "two words",
            "--to",
            "examples/bank.keyset",
        ];
        assert_eq!(
            line,
            Line { words: expected.map(str::to_owned).to_vec(), output: Some("move.act".into()) }
        );
    }

    #[test]
    fn what_a_shell_would_read_otherwise_is_refused() {
        for run in [
            "verify $FILE",
            "verify a;b",
            "verify \"a",
            "export B1 >",
            "export B1 > a b",
            "verify 'a'",
            "verify *",
        ] {
            assert!(step(run).line(Path::new("."), None).is_err(), "{run}");
        }
    }

    /// A script comes from somebody else: what it says must not be run by who prints its shell twin and runs that.
    #[test]
    fn what_a_script_says_stays_in_its_comment() {
        let script = |title: &str, say: &str, refused: &str| {
            let step = "[[step]]\nclock = '2026-03-09T14:05:00.000Z'\nrun = 'verify a'";
            let text =
                format!("title = {title:?}\nname = 'a'\n{step}\nsay = {say:?}\nrefused = {refused:?}\n");
            Script::parse(text.as_bytes())
        };
        assert!(script("A cask", "It happens.", "not-yet").is_ok());
        for (title, say, refused) in [
            ("A cask\ntouch here", "It happens.", "not-yet"),
            ("A cask", "It happens.\ntouch here", "not-yet"),
            ("A cask", "It happens.\rtouch here", "not-yet"),
            ("A cask", "It happens.", "not-yet\ntouch here"),
        ] {
            assert!(script(title, say, refused).is_err(), "{title:?} {say:?} {refused:?}");
        }
    }

    #[test]
    fn a_word_that_a_shell_would_expand_stands_in_quotes() {
        for (word, written) in [
            ("a.act", "a.act"),
            ("two words", "'two words'"),
            ("{a,b}", "'{a,b}'"),
            ("", "''"),
            ("~", "'~'"),
            ("#1", "'#1'"),
            ("O'Brien/a.act", r"'O'\''Brien/a.act'"),
        ] {
            assert_eq!(quoted(word), written);
        }
    }

    #[test]
    fn the_shell_twin_says_what_the_script_says() {
        let script = Script {
            title: "A cask".into(),
            name: "cask".into(),
            also: Vec::new(),
            step: vec![Step {
                refused: Some("not-in-control".into()),
                ..step("submit \"a b.act\" --at platform-a")
            }],
        };
        let shell = script.shell(Path::new("here"), Some("7")).unwrap();
        let end = "# It happens.\n# must be refused: not-in-control\n\
                   twakow --clock 2026-03-09T14:05:00.000Z --seed 7/0 submit 'a b.act' --at platform-a || test $? -eq 1\n";
        assert!(shell.ends_with(end), "{shell}");
    }
}
