//! Every world, exhaustively: no property is broken, and what must be reachable is reached.

use stateright::{Checker, Model};
use twakow_model::{
    machine::{Machine, Setup},
    setups,
};

fn walk(setup: Setup) {
    let name = setup.name;
    let checker = Machine::new(setup).checker().threads(2).spawn_bfs().join();
    println!(
        "{name:12} {:9} states, depth {:2}, {:6} registries",
        checker.unique_state_count(),
        checker.max_depth(),
        checker.model().registries()
    );
    checker.assert_properties();
}

#[test]
fn transfer() {
    walk(setups::transfer());
}

#[test]
fn two_tongues() {
    walk(setups::two_tongues());
}

#[test]
fn leave() {
    walk(setups::leave());
}

#[test]
fn reject() {
    walk(setups::reject());
}

#[test]
fn rekey() {
    walk(setups::rekey());
}

#[test]
fn surrendering() {
    walk(setups::surrendering());
}

#[test]
fn tags() {
    walk(setups::tags());
}

#[test]
fn orphan() {
    walk(setups::orphan());
}

#[test]
fn silence() {
    walk(setups::silence());
}
