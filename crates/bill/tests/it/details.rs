//! The private part's form, consents, and whether every refusal of the room is met by a test.

use std::time::Duration;

use bill::{
    act::{Action, Body, Draft},
    consent::{Consent, ConsentFile},
    details::{
        ActionCode, BillDetails, COMMENTS_BYTES_MAX, DETAILS_BYTES_MAX, Details, FromPaper, IssueDetails,
        ORIGINALS_MAX, Reason, TEXT_BYTES_MAX, ToPaper,
    },
    words::Purpose,
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
};

use crate::{
    desk::{Desk, document, party, said},
    world::{after, check, key, keyset},
};

fn texts(numbers: std::ops::Range<usize>) -> Vec<String> {
    numbers.map(|number| format!("{number:03}")).collect()
}

fn scans(count: usize) -> Vec<Digest> {
    let mut scans: Vec<Digest> = (0..count).map(|number| Digest::of(number.to_string().as_bytes())).collect();
    scans.sort();
    scans
}

/// Details with every member that there is.
fn full() -> BillDetails {
    let mut amendment = said(ActionCode::SurrenderForAmendment, "exporter", None, after(0));
    amendment.reason = Some(Reason::ChangeOfDestination);
    amendment.comments = Some("to Port Klang".to_owned());
    BillDetails {
        dcsa: vec![said(ActionCode::Endorse, "exporter", Some("bank"), after(0)), amendment],
        mandate: Some(document()),
        represented_party: Some(party("trader")),
        consents: scans(2),
        terms: Some(document()),
        pledge: Some(document()),
        nominee: Some(party("importer")),
        withdraw: true,
        successors: scans(1),
        to_paper: Some(ToPaper { serials: texts(0..3), statement: "replaces the record".to_owned() }),
        from_paper: Some(FromPaper {
            serials: texts(0..3),
            scans: scans(3),
            attestation: "destroyed".to_owned(),
            statement: "replaces paper".to_owned(),
        }),
        issue: Some(IssueDetails {
            issuer_salt: [1; 16],
            law: "Singapore".to_owned(),
            jurisdiction: "Singapore".to_owned(),
        }),
        ..BillDetails::about(document(), [2; 16])
    }
}

fn read(change: impl Fn(&mut json::Object)) -> Result<(), &'static str> {
    let details = full().write().unwrap();
    let value = json::parse(details.bytes(), &Limits::bytes(DETAILS_BYTES_MAX)).unwrap();
    let mut members = value.as_object().unwrap().clone();
    change(&mut members);
    let read = Details::parse(&json::canonical(&Value::Object(members)));
    read.map(|_| ()).map_err(|refusal| refusal.code())
}

#[test]
fn every_member_reads_back_and_no_other_is_taken() {
    let details = full().write().unwrap();
    let bill::details::DetailsBody::Bill(said) = details.body() else { panic!("not a bill's") };
    assert_eq!(**said, full());
    assert_eq!(read(|_| ()), Ok(()));
    assert_eq!(read(|members| members.insert("price", "secret")), Err("member-unknown"));
    assert_eq!(read(|members| members.insert("v", "twakow/details/2")), Err("unknown-version"));
    for needed in ["v", "salt", "document", "dcsa"] {
        assert_eq!(read(|members| drop(members.remove(needed))), Err("member-missing"), "{needed}");
    }
    for law in ["law", "jurisdiction"] {
        assert_eq!(read(|members| drop(members.remove(law))), Err("law-missing"), "{law}");
    }
    assert_eq!(read(|members| members.insert("withdraw", false)), Err("member-type"));
    assert_eq!(read(|members| members.insert("salt", "AAAA")), Err("bad-salt"));
    assert_eq!(read(|members| members.insert("issuerSalt", "AAAA")), Err("bad-salt"));
    assert_eq!(read(|members| members.insert("consents", Value::Array(Vec::new()))), Err("empty-list"));
    let nobody =
        Value::object([("partyName", Value::from("A")), ("identifyingCodes", Value::Array(Vec::new()))]);
    assert_eq!(read(|members| members.insert("nominee", nobody.clone())), Err("party-unidentified"));
}

#[test]
fn transactions_are_dcsas_and_bare() {
    let with = |change: &dyn Fn(&mut json::Object)| {
        let mut word =
            said(ActionCode::Sign, "exporter", None, after(0)).write().as_object().unwrap().clone();
        change(&mut word);
        read(|members| members.insert("dcsa", Value::Array(vec![Value::Object(word.clone())])))
    };
    assert_eq!(with(&|_| ()), Ok(()));
    assert_eq!(with(&|word| word.insert("actionCode", "TRNS")), Err("unknown-word"));
    assert_eq!(with(&|word| word.insert("auditReference", "twk1.x")), Err("member-unknown"));
    assert_eq!(with(&|word| word.insert("recipient", party("bank").value())), Err("member-unknown"));
    assert_eq!(with(&|word| word.insert("reasonCode", "SWTP")), Err("member-unknown"));
    assert_eq!(with(&|word| word.insert("actionCode", "TRANSFER")), Err("member-missing"));
    assert_eq!(with(&|word| drop(word.remove("actor"))), Err("member-missing"));
    let long = |len: usize| with(&|word| word.insert("comments", "c".repeat(len)));
    assert_eq!(long(COMMENTS_BYTES_MAX), Ok(()));
    assert_eq!(long(COMMENTS_BYTES_MAX + 1), Err("bad-text"));
    let word = || said(ActionCode::Sign, "exporter", None, after(0)).write();
    assert_eq!(read(|members| members.insert("dcsa", Value::Array(Vec::new()))), Ok(()));
    assert_eq!(read(|members| members.insert("dcsa", Value::Array(vec![word(), word()]))), Ok(()));
    assert_eq!(
        read(|members| members.insert("dcsa", Value::Array(vec![word(), word(), word()]))),
        Err("too-many")
    );
}

#[test]
fn the_limits_of_details_hold() {
    let law = |len: usize| read(|members| members.insert("law", "l".repeat(len)));
    assert_eq!(law(TEXT_BYTES_MAX), Ok(()));
    assert_eq!(law(TEXT_BYTES_MAX + 1), Err("bad-text"));
    assert_eq!(read(|members| members.insert("law", "two\nlines")), Err("bad-text"));
    let paper = |serials: Vec<String>, originals: u32| {
        let paper = Value::object([
            ("originals", Value::from(originals)),
            ("serials", Value::array(serials.iter().map(String::as_str))),
            ("statement", Value::from("replaces the record")),
        ]);
        read(|members| members.insert("toPaper", paper.clone()))
    };
    assert_eq!(paper(texts(0..ORIGINALS_MAX), 99), Ok(()));
    assert_eq!(paper(texts(0..ORIGINALS_MAX + 1), 100), Err("too-many"));
    assert_eq!(paper(texts(0..3), 2), Err("bad-serials"));
    assert_eq!(paper(vec!["b".to_owned(), "a".to_owned()], 2), Err("not-sorted"));
    assert_eq!(paper(vec!["a".to_owned(), "a".to_owned()], 2), Err("not-sorted"));
    assert_eq!(paper(vec!["s".repeat(101)], 1), Err("bad-text"));
    let long = vec![b' '; DETAILS_BYTES_MAX + 1];
    assert_eq!(Details::parse(&long).unwrap_err().code(), "json-too-large");
}

#[test]
fn details_are_one_acts() {
    let world = check("issue carrier -> exporter | ok");
    let details = Desk::new().details().write().unwrap();
    let draft = Draft {
        at: world.now,
        details: details.digest(),
        body: Body::Step(world.step("exporter", Action::Leave)),
    };
    let act = draft.write().unwrap();
    assert!(details.of_act(&act).is_ok());
    let other = BillDetails::about(document(), [8; 16]).write().unwrap();
    assert_eq!(other.of_act(&act).unwrap_err().code(), "details-not-the-acts");
    let set =
        bill::details::SetDetails { salt: [1; 16], party: party("bank"), identity_receipt: Some(document()) };
    assert_eq!(set.write().unwrap().of_act(&act).unwrap_err().code(), "details-not-the-acts");
}

#[test]
fn a_consent_is_to_one_act_and_cited() {
    let world = check("issue carrier -> exporter | ok");
    let mut details = Desk::new().details();
    let write = |details: &BillDetails, action: Action| {
        let draft = Draft {
            at: world.now,
            details: details.write().unwrap().digest(),
            body: Body::Step(world.step("exporter", action)),
        };
        draft.write().unwrap()
    };
    let to_bank = || Action::Move { to: world.who("bank") };
    let (set, bank, until) = (keyset(&["bank"]), party("bank"), world.now.plus(Duration::from_secs(60)));
    let consent = Consent::to(&write(&details, to_bank()), &details, set.id(), until).unwrap();
    let signed = |consent: &Consent, signer: &str| {
        ConsentFile::of(consent.clone(), consent.sign(&key(signer))).unwrap()
    };
    let file = signed(&consent, "bank");
    assert_eq!(ConsentFile::parse(file.bytes()).unwrap(), file);
    let uncited = details.clone();
    let citing = |consents: &[&ConsentFile], details: &BillDetails| BillDetails {
        consents: consents.iter().map(|file| file.digest()).collect(),
        ..details.clone()
    };
    details = citing(&[&file], &details);
    let at = |(act, details): (&bill::act::Act, &BillDetails), file: &ConsentFile, now| {
        let outcome = file.verify_in((act, details), (&set, &bank), now);
        outcome.map(|proof| proof.party().name().to_owned()).map_err(|refusal| refusal.code())
    };
    let verify =
        |act: &bill::act::Act, details: &BillDetails, file: &ConsentFile| at((act, details), file, world.now);
    let act = write(&details, to_bank());
    assert_eq!(verify(&act, &details, &file), Ok("bank".to_owned()));
    assert_eq!(at((&act, &details), &file, until), Ok("bank".to_owned()));
    let late = until.plus(Duration::from_millis(1));
    assert_eq!(at((&act, &details), &file, late), Err("consent-expired"));
    let forged = signed(&consent, "thief");
    assert_eq!(verify(&act, &citing(&[&forged], &details), &forged), Err("key-not-in-set"));
    assert_eq!(verify(&act, &uncited, &file), Err("consent-not-cited"));
    let to_trader = write(&details, Action::Move { to: world.who("trader") });
    assert_eq!(verify(&to_trader, &details, &file), Err("consent-other-act"));
    assert_eq!(verify(&write(&details, Action::Note), &details, &file), Err("consent-other-act"));
    let other = BillDetails { terms: Some(document()), ..details.clone() };
    assert_eq!(verify(&act, &other, &file), Err("consent-other-act"));
    for replayed in [
        Consent { record: document(), ..consent.clone() },
        Consent { prev: document(), ..consent.clone() },
        Consent { purpose: Some(Purpose::Cancel), ..consent.clone() },
    ] {
        let file = signed(&replayed, "bank");
        assert_eq!(verify(&act, &citing(&[&file], &details), &file), Err("consent-other-act"));
    }
    let foreign = signed(&Consent { set: document(), ..consent.clone() }, "bank");
    assert_eq!(verify(&act, &citing(&[&foreign], &details), &foreign), Err("set-unknown"));
    // The holder's own signature over the same bytes as an act is no consent: the type is another.
    let as_act =
        crypto::Signature::Jws(crypto::jws::sign_detached(&key("bank"), "twk-act+jws", &consent.bytes()));
    let as_act = ConsentFile::of(consent, as_act).unwrap();
    assert_eq!(verify(&act, &citing(&[&as_act], &details), &as_act), Err("bad-jws-header"));
}

#[test]
fn a_consent_is_signed_once_and_written_one_way() {
    let consent = Consent {
        record: document(),
        prev: document(),
        op: bill::words::Op::Surrender,
        purpose: Some(Purpose::Amendment),
        to: scans(1),
        matter: document(),
        set: document(),
        expires: Desk::new().now,
    };
    let file = ConsentFile::of(consent.clone(), consent.sign(&key("bank"))).unwrap();
    assert_eq!(ConsentFile::parse(file.bytes()).unwrap().consent(), &consent);
    let text = String::from_utf8(file.bytes().to_vec()).unwrap();
    let read = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        ConsentFile::parse(text.replace(from, to).as_bytes()).map(|_| ()).map_err(|why| why.code())
    };
    assert_eq!(read("twakow/consent-file/1", "twakow/consent-file/2"), Err("unknown-version"));
    assert_eq!(read("twakow/consent/1", "twakow/consent/2"), Err("unknown-version"));
    assert_eq!(read(r#"\"purpose\":\"amendment\""#, r#"\"purpose\":\"sale\""#), Err("unknown-word"));
    assert_eq!(read(r#""signatures":"#, r#""signature":"#), Err("member-missing"));
    let element = r#"[{\"jws\":"#;
    let start = text.find(element).unwrap();
    let end = text.find("}]").unwrap() + 2;
    assert_eq!(read(&text[start..end], "[]"), Err("signature-missing"));
    let two = ConsentFile::parse(text.replace("}]", &format!("}},{}", &text[start + 1..end])).as_bytes());
    assert!(two.is_err());
}

#[test]
fn a_cited_consent_must_be_shown_and_a_surrender_says_its_purpose() {
    let mut desk = Desk::new();
    desk.line("issue carrier -> exporter order exporter").unwrap();
    desk.wait_an_hour();
    let sign = said(ActionCode::Sign, "exporter", None, desk.now);
    let details = BillDetails { dcsa: vec![sign], consents: scans(1), ..desk.details() };
    let bill = desk.bill.clone().unwrap();
    let step = check("issue carrier -> exporter | ok").step("exporter", Action::Note);
    let spine = bill.control().spine();
    let step = bill::act::Step { record: spine.record(), prev: spine.head(), expires: desk.now, ..step };
    let written = details.write().unwrap();
    let act = Draft { at: desk.now, details: written.digest(), body: Body::Step(step) }.write().unwrap();
    let by = party("exporter");
    let proposed = bill::record::Proposed { act: &act, details: &written, by: &by, to: None, consents: &[] };
    let outcome = bill::record::title_after(&bill, &proposed, desk.policy);
    assert_eq!(outcome.unwrap_err().code(), "consent-not-shown");

    let word = said(ActionCode::SurrenderForAmendment, "exporter", None, desk.now);
    let details = BillDetails { dcsa: vec![word], ..desk.details() };
    let answer_by = Some(desk.now.plus(Duration::from_secs(10 * 86_400)));
    let to = desk.who("carrier");
    let surrender = Action::Surrender { to, purpose: Purpose::Delivery, answer_by };
    let outcome = desk.act(("exporter", Some("carrier")), surrender, details, &[]);
    assert_eq!(outcome.unwrap_err().code(), "purpose-not-said");
}

#[test]
fn every_refusal_of_the_room_is_met_by_a_test() {
    let tests = [
        include_str!("acts.rs"),
        include_str!("control.rs"),
        include_str!("details.rs"),
        include_str!("keysets.rs"),
        include_str!("title.rs"),
    ];
    for kind in bill::REFUSALS {
        let met = |test: &str| {
            test.contains(&format!("\"{}\"", kind.code)) || test.contains(&format!("refused {}", kind.code))
        };
        assert!(tests.iter().any(|test| met(test)), "no test is refused with {}", kind.code);
    }
}

#[test]
fn a_set_names_its_receipt_or_none_and_nothing_else() {
    let set = |identity_receipt| bill::details::SetDetails {
        salt: [1; 16],
        party: party("bank"),
        identity_receipt,
    };
    for receipt in [Some(document()), None] {
        let written = set(receipt).write().unwrap();
        let bill::details::DetailsBody::Set(read) = written.body() else { panic!("a set's") };
        assert_eq!(read.identity_receipt, receipt);
        assert_eq!(String::from_utf8_lossy(written.bytes()).contains("identityReceipt"), receipt.is_some());
    }
    let text = String::from_utf8(set(Some(document())).write().unwrap().bytes().to_vec()).unwrap();
    let digest = document().to_string();
    for wrong in ["", "none"] {
        let bent = text.replace(&digest, wrong);
        assert!(Details::parse(bent.as_bytes()).is_err(), "{wrong:?} is no receipt");
    }
}
