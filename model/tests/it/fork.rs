//! F1, under policies that the product takes and one that it refuses.

use stateright::{Checker, HasDiscoveries, Model};
use twakow_model::fork::Fork;

const BOTH: &str = "group uk 2 uk1 uk2 uk3\ngroup sg 2 sg1 sg2 sg3\ngroup both all uk sg\nquorum both\n";
const ONE_EACH: &str = "group both all uk1 sg1\nquorum both\n";
const ONE_SIDE: &str = "group uk 2 uk1 uk2 uk3\nquorum uk\n";
const ANY_EACH: &str = "group uk any uk1 uk2\ngroup sg any sg1 sg2\ngroup both all uk sg\nquorum both\n";

fn breaks(fork: Fork) -> Option<usize> {
    let finish = HasDiscoveries::AnyFailures;
    let checker = fork.checker().threads(1).finish_when(finish).spawn_bfs().join();
    println!("fork: {} states, liars {}", checker.unique_state_count(), checker.model().liars_needed());
    checker.discovery("F1").map(|path| path.into_actions().len())
}

/// Witnesses by number: uk1 uk2 uk3 sg1 sg2 sg3.
#[test]
fn no_two_buyers_are_told_final_while_too_few_witnesses_lie() {
    for (rule, present, liars) in [
        (BOTH, 0b11_1111, 0),
        (BOTH, 0b11_1111, 0b1),
        (BOTH, 0b11_1111, 0b11),
        (ONE_EACH, 0b00_1001, 0),
        (ONE_EACH, 0b00_1001, 0b1),
        (ONE_SIDE, 0b111, 0),
    ] {
        assert_eq!(breaks(Fork::new(Some(rule), present, liars)), None, "{rule} {liars:b}");
    }
}

#[test]
fn as_many_liars_as_the_policy_counts_do_it() {
    for (rule, present, liars) in
        [(BOTH, 0b11_1111, 0b00_1001_u8), (ONE_EACH, 0b00_1001, 0b00_1001), (ONE_SIDE, 0b111, 0b1)]
    {
        let fork = Fork::new(Some(rule), present, liars);
        assert_eq!(u32::try_from(fork.liars_needed()).unwrap(), liars.count_ones());
        assert!(breaks(fork).is_some(), "{rule}");
    }
}

#[test]
fn without_the_rule_that_quorums_meet_only_the_registry_lies() {
    assert!(Fork::is_refused(ANY_EACH, 0b01_1011));
    assert_eq!(breaks(Fork::new(None, 0b01_1011, 0)), Some(4), "one of each side for each buyer");
}
