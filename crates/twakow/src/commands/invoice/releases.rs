//! Releases of rule sets: which are held, from when till when, and what a coming one will say.

use anyhow::Result;
use crypto::json::Value;
use invoice::{Forecast, coming_releases, coming_rules, rule::RuleSet, rule_sets, rules_of};

use super::{Answer, finding_value, text::print_findings};
use crate::console::Console;

/// Prints every release that is held, and those that are known to come.
pub(super) fn list(console: &mut Console) -> Result<Answer> {
    for set in rule_sets() {
        release(set, rules_of(set.name).count(), None, console)?;
    }
    for coming in coming_releases() {
        let name = coming.rules.name;
        release(&coming.rules, coming_rules(name).count(), Some(coming.not_held), console)?;
    }
    Ok(Answer::Yes)
}

/// One release; of a coming one what of it is not held.
fn release(set: &RuleSet, rules: usize, coming: Option<&str>, console: &mut Console) -> Result<()> {
    if console.json {
        return console.json_line(&Value::object([
            ("coming", Value::from(coming.is_some())),
            ("from", Value::from(set.valid_from)),
            ("not_held", Value::from(coming.unwrap_or(""))),
            ("rules", Value::from(u32::try_from(rules).unwrap_or(u32::MAX))),
            ("set", Value::from(set.name)),
            ("source", Value::from(set.source)),
            ("title", Value::from(set.title)),
            ("to", set.valid_to.map_or(Value::Null, Value::from)),
            ("version", Value::from(set.version)),
        ]));
    }
    let days = format!("{} to {}", set.valid_from, set.valid_to.unwrap_or("…"));
    let differ = if coming.is_some() { " that differ, for --next" } else { "" };
    console
        .line(format!("{:9} {:10} {days:24} {rules:4} rules{differ}: {}", set.name, set.version, set.title))
}

/// What a coming release will say.
pub(super) fn print_forecast(coming: &Forecast, lines: &[&str], console: &mut Console) -> Result<()> {
    let by = format!("{} {}", coming.name, coming.version);
    let from = day_in_words(coming.from);
    if coming.refused.is_empty() {
        console.line(format!("{by}, applied from {from}, refuses nothing more than today's release"))?;
    } else {
        console.line(format!("refused from {from} by {by} because:"))?;
        print_findings(&coming.refused, &by, lines, console)?;
    }
    if !coming.warned.is_empty() {
        console.line(format!("warned of from {from} by {by}:"))?;
        print_findings(&coming.warned, &by, lines, console)?;
    }
    for (rule, why) in &coming.eased {
        console.line(format!("no longer refused from {from} by [{rule}]. {why}"))?;
    }
    if !coming.not_held.is_empty() {
        console.line(format!("{by} leaves open, not held here: {}", coming.not_held))?;
    }
    Ok(())
}

/// A forecast as data.
pub(super) fn forecast_value(coming: &Forecast) -> Value {
    let eased = coming
        .eased
        .iter()
        .map(|(rule, why)| Value::object([("id", Value::from(*rule)), ("message", Value::from(*why))]));
    Value::object([
        ("eased", Value::array(eased)),
        ("from", Value::from(coming.from)),
        ("name", Value::from(coming.name)),
        ("not_held", Value::from(coming.not_held)),
        ("refused", Value::array(coming.refused.iter().map(finding_value))),
        ("version", Value::from(coming.version)),
        ("warned", Value::array(coming.warned.iter().map(finding_value))),
    ])
}

/// `2027-02-24` as 24 Feb 2027.
pub(super) fn day_in_words(day: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = day.splitn(3, '-');
    let (year, month, date) = (parts.next(), parts.next(), parts.next());
    let name = month.and_then(|month| month.parse::<usize>().ok()).and_then(|month| MONTHS.get(month - 1));
    match (year, name, date) {
        (Some(year), Some(name), Some(date)) => format!("{} {name} {year}", date.trim_start_matches('0')),
        _ => day.to_owned(),
    }
}
