//! The house stands as planned, and each kind of breach is seen.

use xtask::floors::{Workspace, breaches, read};

#[test]
fn no_room_calls_up_or_sideways_and_pure_rooms_stay_pure() {
    let house = read(crate::root()).unwrap();
    assert!(house.members.len() > 10, "cargo metadata lists the rooms");
    assert_eq!(breaches(&house), Vec::<String>::new());
}

/// The house as it stands with one thing changed: the check must see it.
fn planted(change: impl FnOnce(&mut Workspace)) -> Vec<String> {
    let mut house = read(crate::root()).unwrap();
    change(&mut house);
    breaches(&house)
}

fn uses(room: &'static str, other: &'static str) -> impl FnOnce(&mut Workspace) {
    move |house| house.members.get_mut(room).unwrap().rooms.push(other.into())
}

fn brings(room: &'static str, outside: &'static str) -> impl FnOnce(&mut Workspace) {
    move |house| house.members.get_mut(room).unwrap().outside.push(outside.into())
}

#[test]
fn calling_up_or_sideways_is_seen() {
    assert_eq!(planted(uses("vocab", "crypto")), ["vocab (floor 0) uses crypto (floor 1)"]);
    assert_eq!(planted(uses("registry", "dcsa")), ["registry (floor 4) uses dcsa (floor 4)"]);
}

#[test]
fn opening_a_shut_room_is_seen() {
    assert_eq!(planted(uses("store", "bill")), ["bill stays shut to store"]);
    assert_eq!(planted(uses("bill", "tlog")), ["tlog stays shut to bill"]);
    assert_eq!(planted(uses("pilot", "store")), ["store stays shut to pilot"]);
}

#[test]
fn an_effect_in_a_pure_room_is_seen() {
    assert_eq!(planted(brings("bill", "tokio")), ["bill is pure and uses tokio, which has effects"]);
    assert_eq!(planted(brings("tlog", "aws-lc-rs")), ["tlog names aws-lc-rs, which only crypto may"]);
    assert_eq!(
        planted(|house| house.features.push(("jiff".into(), "std".into()))),
        ["the feature std of jiff is on: it reads a clock or the system's randomness"]
    );
    let clock = ("bill/src/act.rs".to_owned(), "let now = SystemTime::now();".to_owned());
    assert_eq!(
        planted(|house| house.members.get_mut("bill").unwrap().sources.push(clock)),
        ["bill/src/act.rs: `SystemTime` in a pure room: time is handed in"]
    );
}

#[test]
fn a_crate_without_a_floor_is_seen() {
    assert_eq!(
        planted(|house| drop(house.members.insert("attic".into(), xtask::floors::Member::default()))),
        ["attic is not in the plan of the house: give it a floor in xtask/src/floors.rs"]
    );
}
