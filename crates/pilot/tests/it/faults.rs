//! A transfer between two platforms over a bad wire: whatever is lost, doubled, delayed or reordered, it comes to rest with
//! one controller, on whom the log and both platforms agree.

use std::collections::BTreeSet;

use bill::act::Action;
use crypto::{Digest, entropy::SeededEntropy};
use evidence::{
    claim::{Code, Outcome},
    verify::Verdict,
};
use node::{desk::Signed, platform::ENVELOPES};
use pilot::link::Fault;

use crate::{account, rig::Wire, stage::Stage};

const FAULTS: [Fault; 4] = [Fault::Lose, Fault::LoseReply, Fault::Double, Fault::Delay];

/// A carrier, a holder at one platform and two at the other.
pub(crate) fn cast(seed: &str) -> Stage {
    let mut stage = Stage::new(seed);
    stage.enrol("carrier", "Northern Isles Line", "carrier", "TWKC");
    stage.enrol("exporter", "Strathspey Malts Ltd", "platform-a", "TWKA");
    stage.enrol("importer", "Orchard Spirits Pte Ltd", "platform-b", "TWKB");
    stage
}

/// A bill that its holder is about to send across, and the act, signed.
pub(crate) fn about_to_cross(seed: &str) -> (Stage, Digest, Signed) {
    let mut stage = cast(seed);
    let record = stage.issue("whisky", "exporter");
    let signed = crossing(&mut stage, &record, "importer");
    (stage, record, signed)
}

/// The act by which the exporter sends the bill to somebody.
pub(crate) fn crossing(stage: &mut Stage, record: &Digest, to: &'static str) -> Signed {
    let controller = stage.controller(to);
    let codes = [("ENDORSE_TO_ORDER", Some(to)), ("TRANSFER", Some(to))];
    stage.act(record, "exporter", Action::Move { to: controller }, &codes)
}

pub(crate) fn assert_nothing_fails(verdict: &Verdict) {
    let failed: Vec<_> = verdict.claims.iter().filter(|claim| claim.outcome == Some(Outcome::Fail)).collect();
    assert!(failed.is_empty(), "{failed:?}");
}

/// The log, the platform of whoever has the record, and every other platform that knows it agree that it is `who`'s.
pub(crate) fn assert_only_controller(stage: &mut Stage, record: &Digest, who: &str, know_it: &[&str]) {
    account::check(&mut stage.rig);
    let expected = stage.controller(who);
    let state = stage.rig.registry().state();
    assert_eq!(state.record(record).unwrap().record().controller(), Some(&expected));
    let length = state.record(record).unwrap().trail().len();
    for platform in know_it {
        let verdict = stage.verdict(platform, record);
        assert_nothing_fails(&verdict);
        if stage.people[who].home == *platform {
            let nothing_later = verdict.claim(Code::NothingLater).unwrap();
            assert_eq!(nothing_later.outcome, Some(Outcome::Pass), "{nothing_later:?}");
        }
        assert_eq!(verdict.acts.len(), length, "{platform} has every act");
        let state = verdict.state.unwrap();
        assert_eq!(
            (state.sets, state.home.as_deref()),
            (expected.sets.clone(), Some(expected.home.as_str()))
        );
    }
}

fn crosses_over(start: &Stage, record: &Digest, signed: &Signed, wire: Wire) -> Stage {
    let mut stage = start.fork();
    stage.rig.wire = wire;
    stage.hand_in("exporter", signed);
    stage.rig.wire = Wire { carried: stage.rig.wire.carried, ..Wire::default() };
    assert_only_controller(&mut stage, record, "importer", &["platform-a", "platform-b"]);
    stage
}

#[test]
fn every_fault_on_every_message_of_a_crossing() {
    let (start, record, signed) = about_to_cross("every fault");
    let quiet = crosses_over(&start, &record, &signed, Wire::default()).rig.wire.carried;
    let ways: BTreeSet<_> = quiet.iter().cloned().collect();
    // A to B, B to the registry and A to the registry, and the registry to each witness: the crossing has them all.
    for (from, to) in [
        ("platform-a", "platform-b"),
        ("platform-a", "registry"),
        ("platform-b", "registry"),
        ("registry", "witness-sg"),
        ("registry", "witness-uk"),
    ] {
        assert!(ways.iter().any(|(sender, receiver, _)| sender == from && receiver == to), "{from} > {to}");
    }
    let under = |path: &str| format!("{ENVELOPES}{path}");
    for path in [under(""), under("/{}/additional-documents/{}"), under("/{}/finish-transfer")] {
        assert!(ways.iter().any(|(.., carried)| *carried == path), "{path}");
    }
    for number in 0..quiet.len() {
        for fault in FAULTS {
            let wire = Wire { planned: [(number, fault)].into(), ..Wire::default() };
            crosses_over(&start, &record, &signed, wire);
        }
    }
    println!("{} messages, each with {} faults", quiet.len(), FAULTS.len());
}

#[test]
fn random_trouble_at_every_rate() {
    let (start, record, signed) = about_to_cross("random trouble");
    let mut carried = 0;
    for seed in 0..12_u8 {
        let mut start = start.fork();
        start.rig.entropy = SeededEntropy::named(&format!("trouble {seed}"));
        // From one message in sixteen to three in four.
        let wire = Wire { trouble: 16 + seed * 16, ..Wire::default() };
        carried += crosses_over(&start, &record, &signed, wire).rig.wire.carried.len();
    }
    println!("{carried} messages");
}
