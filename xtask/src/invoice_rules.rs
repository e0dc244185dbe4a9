//! The page of all rules for invoices.

use std::fmt::Write;

use invoice::{LEDGER_RULES, OWN_RULES, coming_releases, coming_rules, rule::Rule, rule_sets, rules_of};

use crate::codegen::cell;

/// `docs/rules.md`.
pub(crate) fn markdown() -> String {
    let mut page = String::from(
        "# Rules of `twakow invoice check`\n\nEvery rule of every set, in the order of the set, then what Twakow finds itself. \
         Words are ours; ids and weights are the\nsets'. `twakow invoice explain ID` prints one of them, for common rules with why \
         it exists and an example that passes and\none that fails. Generated from the tables in the code: `cargo xtask codegen`.\n",
    );
    for set in rule_sets() {
        let until = set.valid_to.map_or_else(String::new, |to| format!(" to {to}"));
        // Writing to a string cannot fail.
        write!(
            page,
            "\n## {} {} (`{}`)\n\nApplied from {}{until}. Source: {}.\n",
            set.title, set.version, set.name, set.valid_from, set.source
        )
        .ok();
        table(&mut page, rules_of(set.name));
    }
    for coming in coming_releases() {
        let set = &coming.rules;
        write!(
            page,
            "\n## Coming: {} {} (`{}`)\n\nApplied from {}. Source: {}. Only what differs from the release of today.\n",
            set.title, set.version, set.name, set.valid_from, set.source
        )
        .ok();
        table(&mut page, coming_rules(set.name));
    }
    page.push_str("\n## What Twakow finds itself\n\n| rule | weight | terms | what is wrong | what to write | who says so |\n|---|---|---|---|---|---|\n");
    for rule in OWN_RULES.iter().chain(&LEDGER_RULES) {
        writeln!(
            page,
            "| `{}` | {} | {} | {} | {} | {} |",
            rule.id,
            rule.severity.word(),
            rule.terms.join(" "),
            cell(rule.message),
            cell(rule.remedy),
            cell(rule.source)
        )
        .ok();
    }
    page
}

fn table<'r>(page: &mut String, rules: impl Iterator<Item = &'r Rule>) {
    page.push_str("\n| rule | weight | terms | what is wrong | what to write |\n|---|---|---|---|---|\n");
    for rule in rules {
        writeln!(
            page,
            "| `{}` | {} | {} | {} | {} |",
            rule.id,
            rule.severity.word(),
            rule.terms.join(" "),
            cell(rule.message),
            cell(rule.remedy)
        )
        .ok();
    }
}
