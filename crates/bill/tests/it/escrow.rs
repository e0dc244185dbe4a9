//! TradeTrust's title escrow, action by action: which acts do the same here, and which actions do not exist here and why.
//!
//! Beneficiary is the title holder, holder the possessor. The actions and their conditions are those of the standards'
//! `ebl/tradetrust/TITLE_ESCROW_RULES.md`.

use crate::desk::check;

/// What becomes of an action.
enum Here {
    /// These acts do it, and these refusals keep its conditions: a table for the desk.
    Maps(&'static str),
    /// It does not exist, for this reason; the table shows what happens instead.
    Absent(&'static str, &'static str),
}
use Here::{Absent, Maps};

/// Action; its fate.
const ACTIONS: &[(&str, Here)] = &[
    ("mint", Maps("issue carrier -> exporter order exporter | ok ; to the order of exporter")),
    (
        "nominate",
        Maps(
            "
            issue    carrier  -> exporter order exporter | ok
            nominate exporter importer                   | ok ; to the order of exporter
            move     exporter -> bank                    | ok
            nominate bank     trader                     | refused consent-needed
            nominate bank     trader + exporter          | ok
            ",
        ),
    ),
    (
        "transferBeneficiary",
        Absent(
            "title does not pass while possession stays: an endorsement takes effect on delivery",
            "
            issue    carrier  -> exporter order exporter | ok
            endorse  exporter order importer             | ok ; to the order of exporter
            move     exporter -> bank                    | ok ; to the order of importer
            ",
        ),
    ),
    (
        "transferHolder",
        Maps(
            "
            issue    carrier  -> exporter order exporter | ok
            move     exporter -> exporter                | refused already-in-control
            move     exporter -> bank                    | ok ; to the order of exporter
            move     exporter -> trader                  | refused not-in-control
            ",
        ),
    ),
    (
        "transferOwners",
        Maps(
            "
            issue    carrier  -> exporter order exporter | ok
            move     exporter -> bank order              | ok ; to the order of bank
            move     bank     -> trader                  | ok
            move     trader   -> importer order          | refused consent-needed
            nominate trader   importer + bank            | ok
            move     trader   -> importer order          | ok ; to the order of importer
            ",
        ),
    ),
    (
        "rejectTransferBeneficiary",
        Absent(
            "title never came without possession, so there is nothing that a title holder alone could reject",
            "
            issue    carrier  -> exporter order exporter | ok
            endorse  exporter order importer             | ok
            move     exporter -> bank                    | ok ; to the order of importer
            reject   importer                            | refused not-in-control
            ",
        ),
    ),
    (
        "rejectTransferHolder",
        Maps(
            "
            issue    carrier  -> exporter order exporter | ok
            move     exporter -> bank                    | ok
            reject   bank                                | ok ; to the order of exporter
            reject   exporter                            | refused nothing-to-reject
            ",
        ),
    ),
    (
        "rejectTransferOwners",
        Maps(
            "
            issue    carrier  -> exporter order exporter | ok
            move     exporter -> bank order              | ok ; to the order of bank
            reject   bank                                | ok ; to the order of exporter
            move     exporter -> bank order              | ok
            sign     bank                                | ok
            reject   bank                                | refused nothing-to-reject
            ",
        ),
    ),
    (
        "returnToIssuer",
        Maps(
            "
            issue     carrier  -> exporter order exporter | ok
            move      exporter -> bank                    | ok
            surrender exporter delivery                   | refused not-in-control
            surrender bank     delivery                   | refused consent-needed
            move      bank     -> exporter                | ok
            surrender exporter delivery                   | ok
            move      exporter -> bank                    | refused surrendered
            ",
        ),
    ),
    (
        "restore",
        Maps(
            "
            issue     carrier  -> exporter order exporter | ok
            return    carrier                             | refused not-surrendered
            surrender exporter delivery                   | ok
            return    exporter                            | refused not-in-control
            return    carrier                             | ok ; to the order of exporter
            move      exporter -> bank                    | ok
            ",
        ),
    ),
    (
        "burn / shred",
        Maps(
            "
            issue     carrier  -> exporter order exporter | ok
            close     carrier  delivered                  | refused not-surrendered
            surrender exporter delivery                   | ok
            close     exporter delivered                  | refused not-in-control
            close     carrier  delivered                  | ok
            return    carrier                             | refused closed
            ",
        ),
    ),
];

#[test]
fn every_action_maps_or_is_absent_for_a_reason() {
    for (action, fate) in ACTIONS {
        println!("{action}");
        match fate {
            Maps(table) => drop(check(table)),
            Absent(reason, table) => {
                assert!(!reason.is_empty());
                check(table);
            }
        }
    }
}

#[test]
fn the_table_has_every_action_of_the_rules() {
    let Some(path) = testkit::standards("ebl/tradetrust/TITLE_ESCROW_RULES.md") else { return };
    let rules = std::fs::read_to_string(path).unwrap();
    let rows = rules.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| action"));
    let actions: Vec<String> =
        rows.map(|row| row.split('|').nth(1).unwrap().split('(').next().unwrap().trim().to_owned()).collect();
    let ours: Vec<&str> = ACTIONS.iter().map(|(action, _)| *action).collect();
    assert_eq!(actions, ours);
}
