//! What goes between platforms, in the test's own hand: envelopes made with a platform's key, and what the evidence shows of
//! them.

use std::{collections::BTreeMap, rc::Rc};

use bill::{
    act::{Act, Action},
    signatures::Role,
    words::{End, Op, Purpose},
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
    jws,
    key::SigningKey,
};
use dcsa::{
    TransportDocument,
    pint::{
        Accompanying, DocumentMetadata, EnvelopeTransferChainEntry, FinishedResponse, History, Offer,
        ResponseCode, StartedResponse, answer_body, document_body, entry_checksum, read_answer_body,
        sign_entry,
    },
    transaction::{ToldAct, Transaction, tell},
};
use evidence::{
    bundle::{Files, Read, path::Path},
    claim::{Code, Outcome},
    verify::{Asked, Verdict, verify},
};
use node::{
    Reply, Status,
    desk::{self, Signed},
    keys::PlatformKeys,
    platform::{ACTS, ACTS_MEDIA_TYPE, ENROL, ENVELOPES, hand_in_body},
    registrar::{LOOKUP, SUBMIT},
    wire::Refused,
};

use crate::{
    faults::{about_to_cross, assert_only_controller, cast, crossing},
    hostile::states,
    rig::Wire,
    stage::{Person, Stage},
};

/// An envelope and the document of acts that follows it.
pub(crate) struct Envelope {
    pub(crate) offer: Offer,
    pub(crate) acts: Vec<u8>,
}

pub(crate) fn bundle(bytes: &[u8]) -> BTreeMap<Path, Vec<u8>> {
    let Read::Whole(files) = Files::read(bytes).unwrap() else { panic!("a whole bundle") };
    files.iter().map(|(path, bytes)| (path, bytes.to_vec())).collect()
}

fn parsed(bytes: &[u8]) -> Value {
    json::parse(bytes, &Limits::bytes(1 << 22)).unwrap()
}

fn member<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap()
}

/// The key with which a platform signs towards others.
pub(crate) fn pint_key(stage: &Stage, platform: &str, code: &str) -> SigningKey {
    PlatformKeys::of(&stage.rig.drawn.keys[platform], code.parse().unwrap()).pint
}

/// The envelope by which a platform would offer this act, made from its export and with its key, past everything that the
/// platform would have checked. The document may be another, and the acts in front of it fewer.
pub(crate) fn envelope(
    stage: &Stage,
    platform: (&str, &str),
    export: &BTreeMap<Path, Vec<u8>>,
    signed: &Signed,
    document: &[u8],
) -> Envelope {
    envelope_in_place_of(stage, platform, export, (signed, None), document)
}

/// The same, with the close of the record whose place an issue takes.
pub(crate) fn envelope_in_place_of(
    stage: &Stage,
    (platform, code): (&str, &str),
    export: &BTreeMap<Path, Vec<u8>>,
    (signed, close): (&Signed, Option<&Signed>),
    document: &[u8],
) -> Envelope {
    let mut acts = Vec::new();
    let (mut history, mut sets) = (History::default(), BTreeMap::<Digest, Vec<Value>>::new());
    for (path, bytes) in export {
        let file = || parsed(bytes);
        let act_file = |version: bool| {
            let file = file();
            let mut members: Vec<(&str, Value)> = ["act", "details", "signatures"]
                .into_iter()
                .filter_map(|name| Some((name, file.get(name)?.clone())))
                .collect();
            members.extend(version.then(|| ("v", Value::from("twakow/act-file/1"))));
            Value::object(members)
        };
        match path {
            Path::Act(count) if u64::from(*count) < signed.act.seq() => acts.push(act_file(true)),
            Path::Pint(_) => history.entries.push(member(&file(), "entry").to_owned()),
            Path::SetAct(id, _) => sets.entry(*id).or_default().push(act_file(false)),
            _ => {}
        }
    }
    acts.push(signed.file());
    let sets = sets.into_values().map(|acts| {
        Value::object([("acts", Value::array(acts)), ("v", Value::from("twakow/keyset-file/1"))])
    });
    // Before there is a record there is no export of it: the sets are those that everybody has.
    let sets = sets.chain(export.is_empty().then(|| stage.files()).into_iter().flatten());
    let members = [
        ("acts", Value::array(acts)),
        ("sets", Value::array(sets.collect::<Vec<_>>())),
        ("v", Value::from("twakow/acts/1")),
    ];
    let close = close.map(|close| ("replaces", close.file()));
    let acts = json::canonical(&Value::object(members.into_iter().chain(close)));
    let document = TransportDocument::read(document).unwrap();
    // A chain that begins here tells the acts in front of it, too.
    let mut untold = vec![(signed.act.clone(), transactions(&parsed(&signed.details)))];
    for (path, bytes) in export.iter().rev() {
        if matches!(path, Path::Act(_)) && history.entries.is_empty() {
            let file = parsed(bytes);
            let act = Act::parse(member(&file, "act").as_bytes()).unwrap();
            if act.seq() < signed.act.seq() {
                let said = transactions(&parsed(member(&file, "details").as_bytes()));
                untold.insert(0, (act, said));
            }
        }
    }
    let told = untold.iter().map(|(act, transactions)| ToldAct {
        digest: act.digest(),
        op: act.op().as_str(),
        at: act.at(),
        transactions,
        signer: None,
    });
    let told: Vec<ToldAct<'_>> = told.collect();
    let entry = EnvelopeTransferChainEntry {
        platform: code.parse().unwrap(),
        document: document.checksum(),
        previous: None,
        issuance_manifest: signed.issuance.clone(),
        control_tracking_registry: None,
        transactions: tell(&told).unwrap(),
    };
    let supporting = vec![DocumentMetadata::of("acts.json", ACTS_MEDIA_TYPE, &acts)];
    let accompanying = Accompanying { visualisation: None, supporting };
    let key = pint_key(stage, platform, code);
    Envelope { offer: Offer::make(&document, &history, entry, accompanying, &key).unwrap(), acts }
}

fn transactions(details: &Value) -> Vec<Transaction> {
    let said = details.get("dcsa").and_then(Value::as_array).unwrap();
    said.iter().map(|said| Transaction::read(said, "dcsa").unwrap()).collect()
}

/// Sends an envelope and what follows it, and gives the answer to its end.
pub(crate) fn offers(stage: &mut Stage, from: &str, to: &str, envelope: &Envelope) -> Reply {
    let reply = stage.rig.ask_as(from, to, ENVELOPES, envelope.offer.bytes()).unwrap();
    if reply.status != Status::Started {
        return reply;
    }
    let reference = StartedResponse::read(&reply.body).unwrap().reference;
    let acts = Digest::of(&envelope.acts);
    let path = format!("{ENVELOPES}/{reference}/additional-documents/{acts}");
    let reply = stage.rig.ask_as(from, to, &path, &document_body(&envelope.acts)).unwrap();
    assert_eq!(reply.status, Status::NoContent);
    finishes(stage, from, to, &reference)
}

pub(crate) fn finishes(stage: &mut Stage, from: &str, to: &str, reference: &str) -> Reply {
    let path = format!("{ENVELOPES}/{reference}/finish-transfer");
    stage.rig.ask_as(from, to, &path, b"").unwrap()
}

/// What a signed answer says, its signature verified.
pub(crate) fn said(stage: &Stage, (platform, code): (&str, &str), reply: &Reply) -> FinishedResponse {
    let jws = read_answer_body(&reply.body).unwrap();
    let key = pint_key(stage, platform, code);
    FinishedResponse::read(&jws::verify_compact(&jws, key.public()).unwrap()).unwrap()
}

const A: (&str, &str) = ("platform-a", "TWKA");
const B: (&str, &str) = ("platform-b", "TWKB");

/// The bill about to cross, the envelope for it made by hand, and the export that it was made from.
fn by_hand(seed: &str) -> (Stage, Digest, Signed, Envelope) {
    let (mut stage, record, mut signed) = about_to_cross(seed);
    stage.rig.wire = Wire::default();
    let export = bundle(&stage.export("platform-a", &record));
    let home = states(&stage, "platform-a", "TWKA", Role::Home, signed.act.digest());
    signed.signatures = signed.signatures.and(home).unwrap();
    let envelope = envelope(&stage, A, &export, &signed, &export[&Path::Document]);
    (stage, record, signed, envelope)
}

#[test]
fn an_envelope_made_by_hand_crosses_and_its_answer_comes_with_the_log() {
    let (mut stage, record, signed, envelope) = by_hand("by hand");
    let reply = offers(&mut stage, "platform-a", "platform-b", &envelope);
    assert_eq!(reply.status, Status::Accepted, "nothing is said before the log is final");
    // Not even when B has accepted, and its submission is lost on the way.
    stage.rig.wire.cut = [("platform-b", SUBMIT)].into();
    rounds(&mut stage);
    assert!(stage.rig.wire.carried.iter().any(|(.., path)| path == SUBMIT), "B has accepted");
    let reference = envelope.offer.checksum().to_string();
    let reply = finishes(&mut stage, "platform-a", "platform-b", &reference);
    assert_eq!(reply.status, Status::Accepted);
    stage.rig.wire.cut.clear();
    stage.rig.pump();
    let reply = finishes(&mut stage, "platform-a", "platform-b", &reference);
    let answer = said(&stage, B, &reply);
    assert_eq!((reply.status, answer.code), (Status::Ok, ResponseCode::Received));
    assert_eq!(answer.last_entry, envelope.offer.checksum());
    assert_eq!(answer.received, Some(vec![Digest::of(&envelope.acts)]));
    // The very same bytes for whoever asks again, and DUPE for the envelope itself.
    assert_eq!(finishes(&mut stage, "platform-a", "platform-b", &reference).body, reply.body);
    let again = stage.rig.ask_as("platform-a", "platform-b", ENVELOPES, envelope.offer.bytes()).unwrap();
    assert_eq!(said(&stage, B, &again).code, ResponseCode::Duplicate);
    assert!(stage.rig.registry().state().answer(&signed.act.digest()).is_some(), "it is in the log");
    assert_only_controller(&mut stage, &record, "importer", &["platform-b"]);
    // What was answered is nobody else's.
    assert_eq!(finishes(&mut stage, "carrier", "platform-b", &reference).status, Status::NotFound);
}

#[test]
fn a_receiver_refuses_under_its_signature() {
    let (mut stage, record, _, envelope) = by_hand("refusals");
    let code = |stage: &Stage, reply: &Reply| said(stage, B, reply).code;
    // Documents: one that was not announced, one that is another, none.
    let reply = stage.rig.ask_as("platform-a", "platform-b", ENVELOPES, envelope.offer.bytes()).unwrap();
    let started = StartedResponse::read(&reply.body).unwrap();
    assert_eq!((reply.status, started.missing), (Status::Started, vec![Digest::of(&envelope.acts)]));
    let path =
        |document: &Digest| format!("{ENVELOPES}/{}/additional-documents/{document}", started.reference);
    let stray = path(&Digest::of(b"stray"));
    let reply = stage.rig.ask_as("platform-a", "platform-b", &stray, &document_body(b"stray")).unwrap();
    assert_eq!((reply.status, code(&stage, &reply)), (Status::Conflict, ResponseCode::InconclusiveDocument));
    let acts = path(&Digest::of(&envelope.acts));
    let reply = stage.rig.ask_as("platform-a", "platform-b", &acts, &document_body(b"other")).unwrap();
    assert_eq!((reply.status, code(&stage, &reply)), (Status::Conflict, ResponseCode::InconclusiveDocument));
    let reply = finishes(&mut stage, "platform-a", "platform-b", &started.reference);
    let answer = said(&stage, B, &reply);
    assert_eq!((reply.status, answer.code), (Status::Conflict, ResponseCode::MissingDocument));
    assert_eq!(answer.missing, [Digest::of(&envelope.acts)]);
    // The envelope: not of the one who sends it, not readable, unknown.
    let reply = stage.rig.ask_as("carrier", "platform-b", ENVELOPES, envelope.offer.bytes()).unwrap();
    assert_eq!((reply.status, code(&stage, &reply)), (Status::Refused, ResponseCode::BadSignature));
    let reply = stage.rig.ask_as("platform-a", "platform-b", ENVELOPES, b"{}").unwrap();
    assert_eq!(reply.status, Status::BadRequest);
    let reply = finishes(&mut stage, "platform-a", "platform-b", &Digest::of(b"another").to_string());
    assert_eq!(reply.status, Status::NotFound);
    assert_only_controller(&mut stage, &record, "exporter", &["platform-a"]);
}

fn without(acts: &[u8]) -> Vec<u8> {
    let Value::Object(mut value) = parsed(acts) else { panic!("acts") };
    let shown = value.get("acts").and_then(Value::as_array).unwrap()[1..].to_vec();
    value.insert("acts", Value::array(shown));
    json::canonical(&Value::Object(value))
}

#[test]
fn acts_that_the_chain_does_not_tell_are_refused() {
    let (mut stage, record, signed, genuine) = by_hand("other acts");
    let export = bundle(&stage.export("platform-a", &record));
    let acts = without(&genuine.acts);
    let supporting = vec![DocumentMetadata::of("acts.json", ACTS_MEDIA_TYPE, &acts)];
    let history = History { entries: chain(&export), accepted: Vec::new() };
    let document = TransportDocument::read(&export[&Path::Document]).unwrap();
    let entry = genuine.offer.entry().entry.clone();
    let key = pint_key(&stage, A.0, A.1);
    let accompanying = Accompanying { visualisation: None, supporting };
    let offer = Offer::make(&document, &history, entry, accompanying, &key).unwrap();
    let reply = offers(&mut stage, "platform-a", "platform-b", &Envelope { offer, acts });
    assert_eq!(said(&stage, B, &reply).code, ResponseCode::BadEnvelope);
    // An entry that tells the act otherwise is declined on record: the act is not to wait for its end.
    let mut entry = genuine.offer.entry().entry.clone();
    entry.transactions.remove(0);
    let supporting = vec![DocumentMetadata::of("acts.json", ACTS_MEDIA_TYPE, &genuine.acts)];
    let accompanying = Accompanying { visualisation: None, supporting };
    let offer = Offer::make(&document, &history, entry, accompanying, &key).unwrap();
    let envelope = Envelope { offer, acts: genuine.acts };
    offers(&mut stage, "platform-a", "platform-b", &envelope);
    stage.rig.pump();
    let reply = finishes(&mut stage, "platform-a", "platform-b", &envelope.offer.checksum().to_string());
    let answer = said(&stage, B, &reply);
    assert_eq!(answer.code, ResponseCode::BadEnvelope);
    assert!(answer.reason.unwrap().contains("acts-and-transactions-differ"));
    assert!(stage.rig.registry().state().declined(&signed.act.digest()).is_some());
    assert_only_controller(&mut stage, &record, "exporter", &[]);
}

fn chain(export: &BTreeMap<Path, Vec<u8>>) -> Vec<String> {
    let files = export.iter().filter(|(path, _)| matches!(path, Path::Pint(_)));
    files.map(|(_, bytes)| member(&parsed(bytes), "entry").to_owned()).collect()
}

#[test]
fn a_signed_answer_moves_nothing() {
    for code in [ResponseCode::Received, ResponseCode::BadEnvelope] {
        let (mut stage, record, signed) = about_to_cross("a false answer");
        stage.rig.close("platform-b");
        let body = hand_in_body(&[signed.file()], None, &stage.files());
        assert_eq!(stage.insists("platform-a", ACTS, &body).status, Status::Accepted);
        // The other platform answers under its key, and has submitted nothing.
        let sent = stage.rig.leased("platform-a");
        let sent = sent.into_iter().find(|request| request.path == ENVELOPES).unwrap();
        let checksum = Offer::kept(&sent.body).unwrap().checksum();
        let answer = FinishedResponse::new(checksum, code).sign(&pint_key(&stage, B.0, B.1)).unwrap();
        let status = if code == ResponseCode::Received { Status::Ok } else { Status::Refused };
        stage.rig.hears("platform-a", &sent, &Reply { status, body: answer_body(&answer) });
        stage.rig.wire = Wire::default();
        rounds(&mut stage);
        assert_eq!(stage.stage("platform-a", &signed.act.digest()), "offered", "{code:?}");
        let asked =
            |stage: &Stage| stage.rig.wire.carried.iter().filter(|(.., path)| path == ENVELOPES).count();
        assert_eq!(asked(&stage), 0, "it is answered: nothing is sent again");
        let state = stage.rig.registry().state().record(&record).unwrap().record().clone();
        assert_eq!(state.controller(), Some(&stage.controller("exporter")));
        // The log ends it, past its end.
        stage.rig.now = signed.act.expires().unwrap().plus(std::time::Duration::from_secs(60));
        rounds(&mut stage);
        assert_eq!(stage.stage("platform-a", &signed.act.digest()), "returned", "{code:?}");
    }
}

fn rounds(stage: &mut Stage) {
    for _ in 0..60 {
        stage.rig.round();
    }
}

#[test]
fn an_answer_that_is_not_signed_by_the_other_platform_is_none() {
    let (mut stage, _, signed) = about_to_cross("an answer of another");
    stage.rig.close("platform-b");
    let body = hand_in_body(&[signed.file()], None, &stage.files());
    stage.insists("platform-a", ACTS, &body);
    let sent = stage.rig.leased("platform-a").into_iter().find(|request| request.path == ENVELOPES).unwrap();
    let checksum = Offer::kept(&sent.body).unwrap().checksum();
    let by_b = pint_key(&stage, B.0, B.1);
    let of_another = FinishedResponse::new(Digest::of(b"another envelope"), ResponseCode::BadEnvelope);
    let by_another = FinishedResponse::new(checksum, ResponseCode::BadEnvelope);
    for body in [
        answer_body(&by_another.sign(&pint_key(&stage, "carrier", "TWKC")).unwrap()),
        answer_body(&of_another.sign(&by_b).unwrap()),
        b"{}".to_vec(),
    ] {
        stage.rig.hears("platform-a", &sent, &Reply { status: Status::Refused, body });
        stage.rig.now = stage.rig.now.plus(std::time::Duration::from_secs(3));
        let again = stage.rig.leased("platform-a");
        assert!(again.contains(&sent), "the same bytes go out again");
    }
    // The other platform comes back, and the transfer goes on with these bytes.
    stage.rig.reopen("platform-b");
    stage.rig.pump();
    assert_eq!(stage.stage("platform-a", &signed.act.digest()), "moved");
}

/// The export of the other platform after a crossing, and what it says of PINT.
fn crossed(seed: &str) -> (Stage, Digest, BTreeMap<Path, Vec<u8>>) {
    let (mut stage, record, signed) = about_to_cross(seed);
    stage.hand_in("exporter", &signed);
    let files = bundle(&stage.export("platform-b", &record));
    (stage, record, files)
}

fn verdict_on(stage: &Stage, record: &Digest, files: &BTreeMap<Path, Vec<u8>>) -> Verdict {
    let bytes = Files::new(*record, true, files.clone()).unwrap().write().unwrap();
    verify(&bytes, Some(&stage.trust()), &Asked::default()).unwrap()
}

fn pint_of(stage: &Stage, record: &Digest, files: &BTreeMap<Path, Vec<u8>>) -> (Option<Outcome>, String) {
    let verdict = verdict_on(stage, record, files);
    let failed = verdict.claims.iter().filter(|claim| claim.outcome == Some(Outcome::Fail));
    assert!(failed.clone().all(|claim| claim.code == Code::Pint.word()), "nothing else fails");
    let claim = verdict.claim(Code::Pint).unwrap();
    (claim.outcome, claim.reason.to_string())
}

/// The files with another text in the place of one of a chain file.
fn edited(
    files: &BTreeMap<Path, Vec<u8>>,
    count: u32,
    edit: impl FnOnce(&str, Vec<String>) -> (String, Vec<String>),
) -> BTreeMap<Path, Vec<u8>> {
    let kept = parsed(&files[&Path::Pint(count)]);
    let answers = kept.get("answers").and_then(Value::as_array).unwrap();
    let answers = answers.iter().map(|answer| answer.as_str().unwrap().to_owned()).collect();
    let (entry, answers) = edit(member(&kept, "entry"), answers);
    let file = Value::object([
        ("answers", Value::array(answers.iter().map(String::as_str))),
        ("entry", Value::from(entry.as_str())),
        ("v", Value::from("twakow/bundle-pint/1")),
    ]);
    let mut files = files.clone();
    files.insert(Path::Pint(count), json::canonical(&file));
    files
}

#[test]
fn the_evidence_holds_entries_and_answers() {
    let (mut stage, record, files) = crossed("entries and answers");
    assert_eq!(
        pint_of(&stage, &record, &files).0,
        Some(Outcome::Pass),
        "{:?}",
        pint_of(&stage, &record, &files)
    );
    for platform in ["carrier", "platform-a", "platform-b"] {
        let files = bundle(&stage.export(platform, &record));
        let (outcome, reason) = pint_of(&stage, &record, &files);
        assert_eq!(outcome, Some(Outcome::Pass), "{platform}: {reason}");
    }
    let files = bundle(&stage.export("platform-a", &record));
    // The issue crossed to A, the move to B: an entry each, and under each the receiver's answer.
    for (count, platform) in [(0, A), (1, B)] {
        let kept = parsed(&files[&Path::Pint(count)]);
        let answers = kept.get("answers").and_then(Value::as_array).unwrap();
        let key = pint_key(&stage, platform.0, platform.1);
        let answer = jws::verify_compact(answers[0].as_str().unwrap(), key.public()).unwrap();
        let answer = FinishedResponse::read(&answer).unwrap();
        assert_eq!((answers.len(), answer.code), (1, ResponseCode::Received));
        assert_eq!(answer.last_entry, entry_checksum(member(&kept, "entry")));
    }
    assert!(!files.contains_key(&Path::Pint(2)));
}

#[test]
fn altered_entries_and_answers_fail() {
    let (stage, record, files) = crossed("altered entries");
    let (key_a, key_b) = (pint_key(&stage, A.0, A.1), pint_key(&stage, B.0, B.1));
    let fails = |files: &BTreeMap<Path, Vec<u8>>, why: &str| {
        let (outcome, reason) = pint_of(&stage, &record, files);
        assert_eq!(outcome, Some(Outcome::Fail), "{why}");
        assert!(reason.contains(why), "{reason}");
    };
    // A byte of the entry, and of an answer.
    let flipped = |jws: &str| {
        let middle = jws.len() / 2;
        let other = if jws.as_bytes()[middle] == b'A' { "B" } else { "A" };
        format!("{}{other}{}", &jws[..middle], &jws[middle + 1..])
    };
    fails(&edited(&files, 1, |entry, answers| (flipped(entry), answers)), "");
    fails(&edited(&files, 1, |entry, answers| (entry.to_owned(), vec![flipped(&answers[0])])), "an answer");
    // An answer that is about another envelope, under the right key; and the right one under another's.
    let signed = |last: Digest, key: &SigningKey| {
        FinishedResponse::new(last, ResponseCode::Received).sign(key).unwrap()
    };
    let other = signed(Digest::of(b"another"), &key_b);
    fails(&edited(&files, 1, |entry, _| (entry.to_owned(), vec![other])), "it answers no entry here");
    let by_a = |entry: &str| vec![signed(entry_checksum(entry), &key_a)];
    fails(&edited(&files, 1, |entry, _| (entry.to_owned(), by_a(entry))), "signed for TWKB");
    // Entries that the platform itself signs anew: an act missing, another audit reference, another history.
    let anew = |edit: &dyn Fn(&mut EnvelopeTransferChainEntry)| {
        edited(&files, 1, |entry, _| {
            let payload = jws::verify_compact(entry, key_a.public()).unwrap();
            let mut entry = EnvelopeTransferChainEntry::read(&payload).unwrap();
            edit(&mut entry);
            (sign_entry(entry, &key_a).unwrap().jws, Vec::new())
        })
    };
    let same = anew(&|_| ());
    assert_eq!(
        pint_of(&stage, &record, &same).0,
        Some(Outcome::Pass),
        "signed again it is another JWS and the same word"
    );
    fails(
        &anew(&|entry| drop(entry.transactions.remove(0))),
        "its transactions are not those of its details",
    );
    let other = Digest::of(b"another act");
    fails(&anew(&|entry| entry.transactions[0] = entry.transactions[0].telling(&other)), "");
    fails(&anew(&|entry| entry.transactions.iter_mut().for_each(|said| *said = said.telling(&other))), "");
    fails(&anew(&|entry| entry.previous = Some(other)), "it does not name the entry before it");
    // The first crossing left out of the entries.
    let mut gap = files.clone();
    let second = gap.remove(&Path::Pint(1)).unwrap();
    gap.insert(Path::Pint(0), second);
    fails(&gap, "");
}

#[test]
fn a_bill_that_comes_back_and_goes_again_is_told_once() {
    let (mut stage, record, files) = crossed("there and back");
    assert!(files.contains_key(&Path::Pint(1)));
    // A word that DCSA does not have is told as the holder's SIGN; then back to A, and over again.
    let noted = stage.act(&record, "importer", Action::Note, &[("SIGN", None)]);
    stage.hand_in("importer", &noted);
    let to = stage.controller("exporter");
    let codes = [("ENDORSE_TO_ORDER", Some("exporter")), ("TRANSFER", Some("exporter"))];
    let back = stage.act(&record, "importer", Action::Move { to }, &codes);
    stage.hand_in("importer", &back);
    let rejected = stage.act(&record, "exporter", Action::Reject, &[("TRANSFER", Some("importer"))]);
    stage.hand_in("exporter", &rejected);
    assert_only_controller(&mut stage, &record, "importer", &["platform-b"]);
    let to = stage.controller("exporter");
    let again = stage.act(&record, "importer", Action::Move { to }, &codes);
    stage.rig.wire = Wire::default();
    stage.hand_in("importer", &again);
    assert_only_controller(&mut stage, &record, "exporter", &["platform-a", "platform-b"]);
    for platform in ["platform-a", "platform-b"] {
        let files = bundle(&stage.export(platform, &record));
        let (outcome, reason) = pint_of(&stage, &record, &files);
        assert_eq!(outcome, Some(Outcome::Pass), "{platform}: {reason}");
        assert_eq!(chain(&files).len(), 4, "the issue, there, back, and back again after a rejection");
    }
}

fn passes(stage: &mut Stage, record: &Digest, platforms: &[&str], entries: usize) {
    for platform in platforms {
        let files = bundle(&stage.export(platform, record));
        let (outcome, reason) = pint_of(stage, record, &files);
        assert_eq!(outcome, Some(Outcome::Pass), "{platform}: {reason}");
        assert_eq!(chain(&files).len(), entries, "{platform}");
    }
}

#[test]
fn a_bill_issued_in_house_tells_its_issue_when_it_crosses() {
    let mut stage = cast("issued in house");
    stage.enrol("shipper", "Buchan Casks Ltd", "carrier", "TWKC");
    let record = stage.issue("whisky", "shipper");
    passes_without(&mut stage, &record);
    let to = stage.controller("exporter");
    let over = stage.act(&record, "shipper", Action::Move { to }, &[("TRANSFER", Some("exporter"))]);
    stage.hand_in("shipper", &over);
    assert_only_controller(&mut stage, &record, "exporter", &["carrier", "platform-a"]);
    passes(&mut stage, &record, &["carrier", "platform-a"], 1);
}

/// Before the first crossing there is no chain.
fn passes_without(stage: &mut Stage, record: &Digest) {
    let files = bundle(&stage.export("carrier", record));
    assert_eq!(pint_of(stage, record, &files).0, None);
}

#[test]
fn a_surrender_and_what_the_carrier_answers_stand_in_the_chain() {
    let (mut stage, record, _) = crossed("a surrender in the chain");
    let surrender = |stage: &mut Stage| {
        let answer_by = Some(stage.rig.now.plus(std::time::Duration::from_secs(7 * 86_400)));
        let to = stage.controller("carrier");
        let action = Action::Surrender { to, purpose: Purpose::Delivery, answer_by };
        let act = stage.act(&record, "importer", action, &[("SURRENDER_FOR_DELIVERY", None)]);
        stage.hand_in("importer", &act);
    };
    surrender(&mut stage);
    passes(&mut stage, &record, &["platform-b", "carrier"], 3);
    // SREJ gives it back without an envelope, and is told when the bill crosses again.
    let returned = stage.act(&record, "carrier", Action::Return, &[("SREJ", None)]);
    stage.hand_in("carrier", &returned);
    passes(&mut stage, &record, &["platform-b", "carrier"], 3);
    surrender(&mut stage);
    passes(&mut stage, &record, &["platform-b", "carrier"], 4);
    let files = bundle(&stage.export("carrier", &record));
    let entry = member(&parsed(&files[&Path::Pint(3)]), "entry").to_owned();
    let said = EnvelopeTransferChainEntry::read(&jws::unverified_payload(&entry).unwrap()).unwrap();
    let words: Vec<&str> = said.transactions.iter().map(|said| said.action().word()).collect();
    assert_eq!(words, ["SREJ", "SURRENDER_FOR_DELIVERY"]);
    // SACC ends the bill: nothing crosses after it that could tell it.
    let action = Action::Close { end: End::Delivered, into: Vec::new() };
    let closed = stage.act(&record, "carrier", action, &[("SACC", None)]);
    stage.hand_in("carrier", &closed);
    passes(&mut stage, &record, &["platform-b", "carrier"], 4);
}

#[test]
fn a_carrier_that_has_changed_its_key_issues_with_the_new_one_only() {
    let mut stage = cast("a carrier's new key");
    let carrier = stage.people["carrier"].clone();
    let (by_old, document) = stage.issue_signed("whisky", "exporter");
    let seed = [21; 32];
    let new = SigningKey::ed25519_from_seed(seed);
    let recovery = desk::recovery_by(new.public().clone()).unwrap();
    let (set, now, party) = (carrier.set, stage.rig.now, carrier.party.clone());
    let entropy = &mut stage.rig.entropy;
    let rekeyed =
        desk::rekey(set, 1, set, &carrier.key, &new, party.clone(), recovery, now, entropy).unwrap();
    let reply = stage.asks("carrier", ENROL, &json::canonical(&rekeyed.file()));
    assert_eq!(reply.status, Status::Accepted, "{}", String::from_utf8_lossy(&reply.body));
    assert_eq!(stage.stage("carrier", &rekeyed.act.digest()), "moved");
    let reply = stage.hand_in_issue(&by_old, &document);
    assert_eq!((reply.status, Refused::read(&reply.body).code.as_str()), (Status::Refused, "key-not-in-set"));
    let person = Person {
        seed,
        key: new,
        set,
        home: carrier.home.clone(),
        code: carrier.code,
        party,
        file: carrier.file.clone(),
    };
    stage.people.insert("carrier", Rc::new(person));
    let record = stage.issue("whisky", "exporter");
    assert_only_controller(&mut stage, &record, "exporter", &["carrier", "platform-a"]);
    let signed = crossing(&mut stage, &record, "importer");
    stage.hand_in("exporter", &signed);
    passes(&mut stage, &record, &["platform-a", "platform-b"], 2);
}

#[test]
fn a_receiver_that_has_forgotten_the_envelope_is_sent_it_again() {
    let (mut stage, record, signed) = about_to_cross("a receiver that forgets");
    let older = stage.rig.disk("platform-b");
    stage.rig.wire = Wire { cut: [("platform-b", LOOKUP)].into(), ..Wire::default() };
    let body = hand_in_body(&[signed.file()], None, &stage.files());
    stage.insists("platform-a", ACTS, &body);
    rounds(&mut stage);
    let finished =
        |stage: &Stage| stage.rig.wire.carried.iter().any(|(.., path)| path.ends_with("finish-transfer"));
    assert!(finished(&stage), "all of it has come");
    stage.rig.insert_disk("platform-b", older);
    stage.rig.wire.cut.clear();
    stage.rig.pump();
    assert_eq!(stage.stage("platform-a", &signed.act.digest()), "moved");
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
    passes(&mut stage, &record, &["platform-a", "platform-b"], 2);
}

#[test]
fn a_sender_that_has_forgotten_its_envelope_takes_the_entry_that_was_received() {
    let (mut stage, record, signed) = about_to_cross("a sender that forgets");
    let older = stage.rig.disk("platform-a");
    stage.rig.wire = Wire { cut: [("platform-b", SUBMIT)].into(), ..Wire::default() };
    let body = hand_in_body(&[signed.file()], None, &stage.files());
    stage.insists("platform-a", ACTS, &body);
    rounds(&mut stage);
    assert!(stage.rig.wire.carried.iter().any(|(.., path)| path == SUBMIT), "B has accepted");
    // On its older disk A signs another entry, which says the same.
    stage.rig.insert_disk("platform-a", older);
    stage.insists("platform-a", ACTS, &body);
    rounds(&mut stage);
    stage.rig.wire.cut.clear();
    stage.rig.pump();
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
    passes(&mut stage, &record, &["platform-a", "platform-b"], 2);
    let chains =
        ["platform-a", "platform-b"].map(|platform| chain(&bundle(&stage.export(platform, &record))));
    assert_eq!(chains[0], chains[1], "both know the same entries");
    // So the chain goes on between them.
    let rejected = stage.act(&record, "importer", Action::Reject, &[("TRANSFER", Some("exporter"))]);
    stage.hand_in("importer", &rejected);
    let again = crossing(&mut stage, &record, "importer");
    stage.hand_in("exporter", &again);
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
    passes(&mut stage, &record, &["platform-a", "platform-b"], 3);
}

#[test]
fn acts_proved_one_by_one_are_told_too() {
    let (mut stage, record, _) = about_to_cross("acts proved one by one");
    stage.enrol("buyer", "Leith Buying Ltd", "platform-a", "TWKA");
    let to = stage.controller("buyer");
    let codes = [("ENDORSE_TO_ORDER", Some("buyer")), ("TRANSFER", Some("buyer"))];
    let sold = stage.act(&record, "exporter", Action::Move { to }, &codes);
    let body = hand_in_body(&[sold.file()], None, &stage.files());
    assert_eq!(stage.rig.ask_many("platform-a", ACTS, &[body]).unwrap()[0].status, Status::Accepted);
    stage.rig.pump();
    assert_eq!(stage.stage("platform-a", &sold.act.digest()), "moved");
    // The buyer sends it on before the registry has shown the whole record again.
    let document = parsed(&sold.details).get("document").and_then(Value::as_str).unwrap().parse().unwrap();
    let by = stage.controller("buyer");
    let head = desk::Head { record, seq: sold.act.seq(), digest: sold.act.digest(), by, document };
    let (to, now) = (stage.controller("importer"), stage.rig.now);
    let party = |who: &str| stage.people[who].party.clone();
    let transactions = ["ENDORSE_TO_ORDER", "TRANSFER"]
        .map(|code| desk::transaction(code, &party("buyer"), Some(&party("importer")), now));
    let particulars = desk::Particulars { transactions: transactions.to_vec(), more: Vec::new() };
    let (key, expires) = (&stage.people["buyer"].key, desk::expiry(Op::Move, true, now));
    let over = desk::step(&head, Action::Move { to }, expires, particulars, key, now, &mut stage.rig.entropy)
        .unwrap();
    stage.hand_in("buyer", &over);
    assert_eq!(stage.stage("platform-a", &over.act.digest()), "moved");
    assert_only_controller(&mut stage, &record, "importer", &["platform-a", "platform-b"]);
    passes(&mut stage, &record, &["platform-a", "platform-b"], 2);
}
