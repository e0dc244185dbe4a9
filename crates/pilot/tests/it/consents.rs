//! A title holder who is not in possession lets the possessor surrender, and what platforms ask of its consent.

use std::time::Duration;

use bill::{
    act::{Action, Draft},
    consent::{Consent, ConsentFile},
    details::{BillDetails, Details},
    signatures::{self, Role, SignatureList},
    words::Purpose,
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
};
use dcsa::pint::ResponseCode;
use evidence::{
    bundle::{Files, Read, path::Path},
    claim::{Code, Outcome},
};
use node::{Reply, Status, desk::Signed, registrar::SUBMIT};
use vocab::Timestamp;

use crate::{
    hostile::states,
    pint::{bundle, envelope, offers},
    rig::Wire,
    stage::Stage,
};

const DAY: Duration = Duration::from_secs(86_400);

/// To the order of the exporter, and in the importer's hands on another platform.
fn apart() -> (Stage, Digest) {
    let mut stage = Stage::new("consents");
    stage.enrol("carrier", "Northern Isles Line", "carrier", "TWKC");
    stage.enrol("exporter", "Strathspey Malts", "platform-a", "TWKA");
    stage.enrol("importer", "Merlion Spirits", "platform-b", "TWKB");
    let record = stage.issue("whisky", "exporter");
    let to = stage.controller("importer");
    let moved = stage.act(&record, "exporter", Action::Move { to }, &[("TRANSFER", Some("importer"))]);
    assert_eq!(stage.hand_in("exporter", &moved).status, Status::Accepted);
    assert_eq!(stage.stage("platform-b", &moved.act.digest()), "moved");
    (stage, record)
}

fn surrender(stage: &mut Stage, record: &Digest) -> Signed {
    let (to, now) = (stage.controller("carrier"), stage.rig.now);
    let answer_by = Some(now.plus(DAY).plus(DAY));
    let action = Action::Surrender { to, purpose: Purpose::Delivery, answer_by };
    stage.act(record, "importer", action, &[("SURRENDER_FOR_DELIVERY", None)])
}

fn said(signed: &Signed) -> BillDetails {
    Details::parse(&signed.details).unwrap().of_act(&signed.act).unwrap().clone()
}

/// The consent of `who` to an act.
fn consent(stage: &Stage, who: &str, signed: &Signed, expires: Timestamp) -> ConsentFile {
    let person = &stage.people[who];
    let consent = Consent::to(&signed.act, &said(signed), person.set, expires).unwrap();
    let signature = consent.sign(&person.key);
    ConsentFile::of(consent, signature).unwrap()
}

/// The act, citing these consents whatever they are to.
fn citing(stage: &Stage, signed: &Signed, consents: &[ConsentFile]) -> Signed {
    let mut details = said(signed);
    details.consents = consents.iter().map(ConsentFile::digest).collect();
    let details = details.write().unwrap();
    let draft = Draft { at: signed.act.at(), details: details.digest(), body: signed.act.body().clone() };
    let act = draft.write().unwrap();
    let signature = signatures::sign(&act, &stage.people["importer"].key);
    Signed {
        signatures: SignatureList::of([signature], []).unwrap(),
        act,
        details: details.bytes().to_vec(),
        issuance: None,
        consents: consents.iter().map(|file| file.bytes().to_vec()).collect(),
    }
}

fn refused(reply: &Reply) -> String {
    assert_eq!(reply.status, Status::Refused, "{}", String::from_utf8_lossy(&reply.body));
    let value = json::parse(&reply.body, &Limits::bytes(reply.body.len())).unwrap();
    value.get("code").and_then(Value::as_str).unwrap().to_owned()
}

#[test]
fn a_title_holders_consent_goes_with_the_act_and_into_the_evidence() {
    let (mut stage, record) = apart();
    let draft = surrender(&mut stage, &record);
    assert_eq!(refused(&stage.hand_in("importer", &draft)), "consent-needed");
    let given = consent(&stage, "exporter", &draft, stage.rig.now.plus(DAY));
    let signed = citing(&stage, &draft, std::slice::from_ref(&given));
    let reply = stage.hand_in("importer", &signed);
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(stage.stage("platform-b", &signed.act.digest()), "moved");
    // The one who received it, the one who sent it, and the one who held it before have it in their evidence.
    for at in ["carrier", "platform-b"] {
        let verdict = stage.verdict(at, &record);
        let title = verdict.claim(Code::Title).unwrap();
        assert_eq!(title.outcome, Some(Outcome::Pass), "{at}: {}", title.reason);
        let bytes = stage.export(at, &record);
        let Read::Whole(files) = Files::read(&bytes).unwrap() else { panic!("whole") };
        assert_eq!(files.get(Path::File(given.digest())), Some(given.bytes()), "{at}");
    }
    assert!(stage.rig.folds() > 0);
}

#[test]
fn a_bill_whose_past_rests_on_a_consent_goes_on_to_a_platform_that_has_not_seen_it() {
    let (mut stage, record) = apart();
    let draft = surrender(&mut stage, &record);
    let given = consent(&stage, "exporter", &draft, stage.rig.now.plus(DAY));
    let signed = citing(&stage, &draft, &[given]);
    assert_eq!(stage.hand_in("importer", &signed).status, Status::Accepted);
    let returned = stage.act(&record, "carrier", Action::Return, &[("SREJ", None)]);
    assert_eq!(stage.hand_in("carrier", &returned).status, Status::Accepted);
    assert_eq!(stage.stage("carrier", &returned.act.digest()), "moved");
    // Platform A has the record as it was before the surrender.
    let to = stage.controller("exporter");
    let back = stage.act(&record, "importer", Action::Move { to }, &[("TRANSFER", Some("exporter"))]);
    assert_eq!(stage.hand_in("importer", &back).status, Status::Accepted);
    assert_eq!(stage.stage("platform-b", &back.act.digest()), "moved");
    let verdict = stage.verdict("platform-a", &record);
    let title = verdict.claim(Code::Title).unwrap();
    assert_eq!(title.outcome, Some(Outcome::Pass), "{}", title.reason);
}

#[test]
fn a_platform_countersigns_on_no_consent_but_the_right_one() {
    let (mut stage, record) = apart();
    let draft = surrender(&mut stage, &record);
    let until = stage.rig.now.plus(DAY);
    let right = consent(&stage, "exporter", &draft, until);
    // Cited, and not there.
    let withheld = Signed { consents: Vec::new(), ..citing(&stage, &draft, std::slice::from_ref(&right)) };
    assert_eq!(refused(&stage.hand_in("importer", &withheld)), "consent-not-shown");
    // Somebody else's.
    let foreign = citing(&stage, &draft, &[consent(&stage, "carrier", &draft, until)]);
    assert_eq!(refused(&stage.hand_in("importer", &foreign)), "consent-needed");
    // Expired.
    let expired = citing(&stage, &draft, &[consent(&stage, "exporter", &draft, draft.act.at())]);
    stage.rig.now = stage.rig.now.plus(Duration::from_secs(1));
    assert_eq!(refused(&stage.hand_in("importer", &expired)), "consent-expired");
    // Given to another surrender, with another salt.
    let again = surrender(&mut stage, &record);
    let replayed = citing(&stage, &again, &[right]);
    assert_eq!(refused(&stage.hand_in("importer", &replayed)), "consent-other-act");
}

#[test]
fn an_acceptor_takes_no_false_consent_from_a_hostile_sender() {
    let (mut stage, record) = apart();
    let draft = surrender(&mut stage, &record);
    let until = stage.rig.now.plus(DAY);
    let right = consent(&stage, "exporter", &draft, until);
    let another = surrender(&mut stage, &record);
    // The exporter's consent as the importer would have it: its set, and the importer's key.
    let claimed = Consent::to(&draft.act, &said(&draft), stage.people["exporter"].set, until).unwrap();
    let by_importer = claimed.sign(&stage.people["importer"].key);
    let forged = ConsentFile::of(claimed, by_importer).unwrap();
    let withheld = Signed { consents: Vec::new(), ..citing(&stage, &draft, std::slice::from_ref(&right)) };
    let expired = consent(&stage, "exporter", &draft, draft.act.at());
    let cases = [
        ("none", draft.clone(), "consent-needed"),
        ("forged", citing(&stage, &draft, &[forged]), "key-not-in-set"),
        (
            "somebody else's",
            citing(&stage, &draft, &[consent(&stage, "carrier", &draft, until)]),
            "consent-needed",
        ),
        ("withheld", withheld, "consent-not-shown"),
        ("expired", citing(&stage, &draft, &[expired]), "consent-expired"),
        ("to another act", citing(&stage, &another, &[right]), "consent-other-act"),
    ];
    let export = bundle(&stage.export("platform-b", &record));
    for (which, mut signed, code) in cases {
        let mut stage = stage.fork();
        // Past the end of the consent that is so short.
        stage.rig.now = stage.rig.now.plus(Duration::from_secs(1));
        // The sender's platform, which would have refused it, countersigns and offers.
        let home = states(&stage, "platform-b", "TWKB", Role::Home, signed.act.digest());
        signed.signatures = signed.signatures.and(home).unwrap();
        let offer = envelope(&stage, ("platform-b", "TWKB"), &export, &signed, &export[&Path::Document]);
        stage.rig.wire = Wire::default();
        offers(&mut stage, "platform-b", "carrier", &offer);
        stage.rig.pump();
        let reply = offers(&mut stage, "platform-b", "carrier", &offer);
        let answer = crate::pint::said(&stage, ("carrier", "TWKC"), &reply);
        assert_eq!(answer.code, ResponseCode::BadEnvelope, "{which}: {answer:?}");
        assert!(answer.reason.as_deref().unwrap().contains(code), "{which}: {answer:?}");
        let submitted = stage.rig.wire.carried.iter().any(|(_, _, path)| path == SUBMIT);
        assert!(!submitted, "{which}: no acceptance of it exists: {:?}", stage.rig.wire.carried);
        let state = stage.rig.registry().state();
        assert_eq!(state.answer(&signed.act.digest()), None, "{which}");
        let held = state.record(&record).unwrap().record().controller();
        assert_eq!(held, Some(&stage.controller("importer")), "{which}");
    }
}
