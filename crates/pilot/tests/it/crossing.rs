//! A bill goes from the carrier to a holder on one platform and on to a holder on another.

use bill::act::Action;
use evidence::claim::Outcome;

use crate::stage::Stage;

fn cast(seed: &str) -> Stage {
    let mut stage = Stage::new(seed);
    stage.enrol("carrier", "Northern Isles Line", "carrier", "TWKC");
    stage.enrol("exporter", "Strathspey Malts Ltd", "platform-a", "TWKA");
    stage.enrol("importer", "Orchard Spirits Pte Ltd", "platform-b", "TWKB");
    stage
}

#[test]
fn a_bill_crosses_and_the_export_proves_it() {
    let mut stage = cast("crossing");
    let record = stage.issue("whisky", "exporter");
    let verdict = stage.verdict("platform-a", &record);
    for claim in &verdict.claims {
        println!("{} {:?} {}", claim.code, claim.outcome, claim.reason);
    }
    assert!(verdict.claims.iter().all(|claim| claim.outcome != Some(Outcome::Fail)), "{:?}", verdict.claims);
    let to = stage.controller("importer");
    let signed = stage.act(
        &record,
        "exporter",
        Action::Move { to },
        &[("ENDORSE_TO_ORDER", Some("importer")), ("TRANSFER", Some("importer"))],
    );
    let reply = stage.hand_in("exporter", &signed);
    assert_eq!(reply.status, node::Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(stage.stage("platform-a", &signed.act.digest()), "moved");
    let verdict = stage.verdict("platform-b", &record);
    assert!(verdict.claims.iter().all(|claim| claim.outcome != Some(Outcome::Fail)), "{:?}", verdict.claims);
    assert_eq!(verdict.state.unwrap().home.as_deref(), Some("TWKB"));
    // Carrier, sender and receiver hold it folded, each as its own disk gives it.
    assert_eq!(stage.rig.folds(), 3);
}
