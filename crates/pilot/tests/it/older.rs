//! Older copies: what a node does when its disk is one that it had before.

use bill::act::Action;
use node::{
    Status,
    platform::{ENVELOPES, question},
    registrar::{LOOKUP, SUBMIT},
    wire::Refused,
};
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
    // What it says means nothing, and says why: first that it has not heard from its witnesses, then what to do.
    let reply = stage.rig.ask_as("platform-a", REGISTRY, LOOKUP, &asked).unwrap();
    assert_eq!(
        (reply.status, Refused::read(&reply.body).code.as_str()),
        (Status::Accepted, "registry-starting")
    );
    for _ in 0..ROUNDS {
        stage.rig.round();
    }
    let reply = stage.rig.ask_as("platform-a", REGISTRY, LOOKUP, &asked).unwrap();
    assert_eq!(reply.status, Status::Accepted);
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

#[test]
fn an_older_copy_of_a_platform_takes_the_newer_view_before_it_signs() {
    let (mut stage, record, rival) = about_to_cross("older platform");
    stage.enrol("buyer", "Leith Buying Ltd", "platform-a", "TWKA");
    let older = stage.rig.disk("platform-a");
    let to = stage.controller("buyer");
    let codes = [("ENDORSE_TO_ORDER", Some("buyer")), ("TRANSFER", Some("buyer"))];
    let sold = stage.act(&record, "exporter", Action::Move { to }, &codes);
    stage.hand_in("exporter", &sold);
    assert_eq!(stage.stage("platform-a", &sold.act.digest()), "moved");
    stage.rig.insert_disk("platform-a", older);
    // On the copy's view the bill is still the exporter's. The platform neither offers nor submits what its holder signs
    // now before it has compared that view with the final log.
    stage.rig.wire = Wire::default();
    assert_eq!(stage.hand_in("exporter", &rival).status, Status::Accepted);
    assert_eq!(stage.stage("platform-a", &rival.act.digest()), "returned");
    let sent = |path: &str| stage.rig.wire.carried.iter().any(|(_, _, carried)| carried == path);
    assert!(!sent(ENVELOPES) && !sent(SUBMIT), "{:?}", stage.rig.wire.carried);
    // What was final before the copy was put back is final again.
    assert_eq!(stage.hand_in("exporter", &sold).status, Status::Accepted);
    assert_eq!(stage.stage("platform-a", &sold.act.digest()), "moved");
    assert_only_controller(&mut stage, &record, "buyer", &["platform-a"]);
}

#[test]
fn an_older_copy_of_a_platform_finds_an_act_that_was_admitted() {
    let (mut stage, record, signed) = about_to_cross("older platform, same act");
    let older = stage.rig.disk("platform-a");
    stage.hand_in("exporter", &signed);
    stage.rig.insert_disk("platform-a", older);
    assert_eq!(stage.hand_in("exporter", &signed).status, Status::Accepted);
    assert_eq!(stage.stage("platform-a", &signed.act.digest()), "moved");
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
}
