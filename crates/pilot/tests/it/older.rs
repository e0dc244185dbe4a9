//! Older copies: what a node does when its disk is one that it had before.

use node::{Status, platform::question, registrar::LOOKUP, wire::Refused};
use pilot::corridor::REGISTRY;

use crate::{
    faults::{about_to_cross, assert_only_controller},
    rig::Wire,
};

/// Rounds in which a registry hears from both witnesses.
const ROUNDS: u32 = 3;

#[test]
fn an_older_copy_of_the_registry_refuses_to_serve() {
    let (mut stage, record, signed) = about_to_cross("older registry");
    let older = stage.rig.disk(REGISTRY);
    stage.hand_in("exporter", &signed);
    let newest = stage.rig.disk(REGISTRY);
    stage.rig.insert_disk(REGISTRY, older);
    let asked = question("record", &record.to_string());
    // Before it has heard from its witnesses what it says means nothing; afterwards it says what to do.
    let reply = stage.rig.ask_as("platform-a", REGISTRY, LOOKUP, &asked).unwrap();
    assert_eq!(reply.status, Status::Accepted);
    for _ in 0..ROUNDS {
        stage.rig.round();
    }
    let reply = stage.rig.ask_as("platform-a", REGISTRY, LOOKUP, &asked).unwrap();
    assert_eq!(reply.status, Status::Refused);
    let refused = Refused::read(&reply.body);
    assert_eq!(refused.code, "below-witnesses");
    assert!(refused.remedy.contains("Catch up from the mirror"), "{}", refused.remedy);
    // With its own newest disk it goes on.
    stage.rig.insert_disk(REGISTRY, newest);
    stage.rig.pump();
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
}

#[test]
fn a_copy_as_new_as_the_witnesses_serves() {
    let (mut stage, record, signed) = about_to_cross("newest registry");
    let copy = stage.rig.disk(REGISTRY);
    stage.rig.insert_disk(REGISTRY, copy);
    stage.rig.wire = Wire::default();
    stage.hand_in("exporter", &signed);
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
}
