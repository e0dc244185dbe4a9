//! What a rule says, why it exists, and for common rules what passes and what fails.

use anyhow::Result;
use crypto::json::Value;
use invoice::{
    Example, LEDGER_RULES, OWN_RULES, OwnRule, coming_releases, coming_rules, rule::Rule, rule_sets, rules_of,
};

use super::Answer;
use crate::{console::Console, refusals::UNKNOWN_INVOICE_RULE};

/// Prints the rule, or one line for each where none is asked for.
pub(super) fn explain(asked: Option<&str>, console: &mut Console) -> Result<Answer> {
    let Some(asked) = asked else { return list(console) };
    let mut found = false;
    for set in rule_sets() {
        for rule in rules_of(set.name).filter(|rule| rule.id == asked) {
            found = true;
            Row::of(rule, format!("{} {}", set.title, set.version), set.source).print(console)?;
        }
    }
    for release in coming_releases() {
        let set = &release.rules;
        let title = format!("{} {}, from {}", set.title, set.version, set.valid_from);
        for rule in coming_rules(set.name).filter(|rule| rule.id == asked) {
            found = true;
            Row::of(rule, title.clone(), set.source).print(console)?;
        }
    }
    for rule in own_rules().filter(|rule| rule.id == asked) {
        found = true;
        Row::of_own(rule).print(console)?;
    }
    if found { Ok(Answer::Yes) } else { Err(UNKNOWN_INVOICE_RULE.because(asked).into()) }
}

fn own_rules() -> impl Iterator<Item = &'static OwnRule> {
    OWN_RULES.iter().copied().chain(LEDGER_RULES)
}

fn list(console: &mut Console) -> Result<Answer> {
    for set in rule_sets() {
        for rule in rules_of(set.name) {
            console.line(format!(
                "{:8} {:8} {:12} {}",
                set.name,
                rule.severity.word(),
                rule.id,
                rule.message
            ))?;
        }
    }
    for rule in own_rules() {
        console.line(format!("{:8} {:8} {:12} {}", "own", rule.severity.word(), rule.id, rule.message))?;
    }
    Ok(Answer::Yes)
}

/// What is printed of a rule.
struct Row {
    id: &'static str,
    severity: &'static str,
    title: String,
    message: &'static str,
    remedy: &'static str,
    terms: &'static [&'static str],
    source: &'static str,
}

impl Row {
    fn of(rule: &Rule, title: String, source: &'static str) -> Row {
        Row {
            id: rule.id,
            severity: rule.severity.word(),
            title,
            message: rule.message,
            remedy: rule.remedy,
            terms: rule.terms,
            source,
        }
    }

    fn of_own(rule: &OwnRule) -> Row {
        Row {
            id: rule.id,
            severity: rule.severity.word(),
            title: "found by Twakow".to_owned(),
            message: rule.message,
            remedy: rule.remedy,
            terms: rule.terms,
            source: rule.source,
        }
    }

    fn print(&self, console: &mut Console) -> Result<()> {
        let example = Example::of(self.id);
        if console.json {
            let text = |text: fn(&Example) -> &str| {
                example.map_or(Value::Null, |example| Value::from(text(example)))
            };
            return console.json_line(&Value::object([
                ("fails", text(|example| example.fails)),
                ("message", Value::from(self.message)),
                ("passes", text(|example| example.passes)),
                ("remedy", Value::from(self.remedy)),
                ("rule", Value::from(self.id)),
                ("set", Value::from(self.title.as_str())),
                ("severity", Value::from(self.severity)),
                ("source", Value::from(self.source)),
                ("terms", Value::array(self.terms.iter().copied())),
                ("why", text(|example| example.why)),
            ]));
        }
        console.line(format!("{} [{}] {}", self.severity, self.id, self.title))?;
        console.line(format!("  {}", self.message))?;
        console.line(format!("  what to write: {}", self.remedy))?;
        if !self.terms.is_empty() {
            console.line(format!("  business terms: {}", self.terms.join(", ")))?;
        }
        console.line(format!("  who says so:   {}", self.source))?;
        let Some(example) = example else { return Ok(()) };
        console.line(format!("  why:           {}", example.why))?;
        piece("this passes", example.passes, console)?;
        piece("this fails", example.fails, console)
    }
}

fn piece(word: &str, text: &str, console: &mut Console) -> Result<()> {
    if text.is_empty() {
        return console.line(format!("  {word}: the same invoice without it"));
    }
    console.line(format!("  {word}:"))?;
    let lines: Vec<&str> = text.lines().collect();
    // The first line begins where its element does; the others carry the indent of the invoice.
    let spaces = |line: &str| line.len() - line.trim_start().len();
    let indent = lines.iter().skip(1).map(|line| spaces(line)).min().unwrap_or(0);
    for (at, line) in lines.iter().enumerate() {
        let line = if at == 0 { line } else { line.get(indent..).unwrap_or(line) };
        console.line(format!("    {line}"))?;
    }
    Ok(())
}
