//! Two platforms pass a bill: every answer of the receiver, each by one change to an envelope that is accepted.

use crypto::{
    Digest,
    entropy::SeededEntropy,
    json::{self, Limits, Value},
    jws,
    key::{PublicKey, SigningKey},
};
use dcsa::{
    TransportDocument,
    pint::{
        Accompanying, Answer, DOCUMENT_BODY_BYTES_MAX, DOCUMENT_BYTES_MAX, DocumentMetadata, ENTRIES_MAX,
        ENVELOPE_BYTES_MAX, EblEnvelope, EnvelopeManifest, EnvelopeTransferChainEntry, Facts,
        FinishedResponse, Heard, History, IssuanceManifest, Issuer, Issuers, Offer, OfferState, Outcome,
        Peer, Phase, REFERENCE_MAX, Received, ResponseCode, SignedEntry, StartedResponse, document_body,
        examine, read_answer, read_document_body, sign_entry, sign_issuance_manifest, sign_manifest,
    },
    transaction::{ActionCode, PlatformParty, Transaction},
};
use vocab::{Timestamp, party::PlatformCode};

use crate::{examples::example, transactions::party};

const CARRIER: &str = "NMFTA:TWKL";

fn platform(code: &str) -> PlatformCode {
    code.parse().unwrap()
}

fn at() -> Timestamp {
    "2026-03-03T10:20:00.000Z".parse().unwrap()
}

fn carrier() -> PlatformParty {
    party("Northern Isles Line Ltd", "TWKATEST00CARRIER096", "TWKA")
}

fn exporter() -> PlatformParty {
    party("Strathspey Malts Ltd", "TWKATEST00EXPORTER18", "TWKA")
}

fn bank() -> PlatformParty {
    party("Merlion Trade Bank Ltd", "TWKATEST00BANKSG0086", "TWKB")
}

fn importer() -> PlatformParty {
    party("Merlion Spirits Pte Ltd", "TWKATEST0IMPORTER004", "TWKB")
}

fn said(action: ActionCode, actor: &PlatformParty, recipient: Option<&PlatformParty>) -> Transaction {
    Transaction::new(action, actor, recipient, at()).unwrap().telling(&Digest::of(action.word().as_bytes()))
}

/// Platform A with the carrier and the exporter, platform B with the bank and the importer.
pub(crate) struct World {
    key_a: SigningKey,
    key_b: SigningKey,
    key_carrier: SigningKey,
    document: TransportDocument,
    history_at_a: History,
    history_at_b: History,
}

impl World {
    pub(crate) fn new() -> Self {
        let draft = TransportDocument::read(&std::fs::read(example("whisky/draft.json")).unwrap()).unwrap();
        let key = |name: &str| SigningKey::generate_p256(&mut SeededEntropy::named(name));
        World {
            key_a: key("a"),
            key_b: key("b"),
            key_carrier: key("carrier"),
            document: draft.issued_on("2026-03-02".parse().unwrap()),
            history_at_a: History::default(),
            history_at_b: History::default(),
        }
    }

    fn peer(&self, code: &str) -> Peer {
        let key = if code == "TWKA" { &self.key_a } else { &self.key_b };
        Peer::new(vec![platform(code)], vec![key.public().clone()]).unwrap()
    }

    /// The first entry: issued, endorsed to the bank's order and transferred to it.
    pub(crate) fn first_entry(&self) -> EnvelopeTransferChainEntry {
        let issuance = IssuanceManifest {
            document: self.document.checksum(),
            issue_to: dcsa::document::checksum(&exporter().issue_to()),
            visualisation: None,
        };
        EnvelopeTransferChainEntry {
            platform: platform("TWKA"),
            document: self.document.checksum(),
            previous: None,
            issuance_manifest: Some(sign_issuance_manifest(&issuance, &self.key_carrier)),
            control_tracking_registry: None,
            transactions: vec![
                said(ActionCode::Issue, &carrier(), Some(&exporter())),
                said(ActionCode::EndorseToOrder, &exporter(), Some(&bank())),
                said(ActionCode::Transfer, &exporter(), Some(&bank())),
            ],
        }
    }

    pub(crate) fn offer(&self, entry: EnvelopeTransferChainEntry) -> Offer {
        let acts = DocumentMetadata::of("acts.json", "application/vnd.twakow.acts+json", b"the acts");
        let accompanying = Accompanying { visualisation: None, supporting: vec![acts] };
        Offer::make(&self.document, &self.history_at_a, entry, accompanying, &self.key_a).unwrap()
    }

    pub(crate) fn at_b(&self, bytes: &[u8]) -> Outcome {
        self.at_b_from(bytes, &self.peer("TWKA"), &[bank(), importer()])
    }

    fn at_b_from(&self, bytes: &[u8], sender: &Peer, users: &[PlatformParty]) -> Outcome {
        examine(
            bytes,
            &Facts {
                own: &[platform("TWKB")],
                sender,
                known: &[self.peer("TWKA"), self.peer("TWKB")],
                issuers: Issuers::Known(&[Issuer::new(CARRIER, vec![self.key_carrier.public().clone()])]),
                history: &|identity| (identity.reference == "TWKW2603001").then(|| self.history_at_b.clone()),
                knows_party: &|party| users.iter().any(|user| user.is_same_party(party)),
            },
        )
    }

    /// After the first transfer both platforms know its chain.
    fn transferred() -> Self {
        let mut world = World::new();
        let offer = world.offer(world.first_entry());
        let received = fresh(world.at_b(offer.bytes()));
        world.history_at_b = received.history(&world.history_at_b);
        world.history_at_a = world.history_at_a.sent_on(offer.entry());
        world
    }
}

pub(crate) fn fresh(outcome: Outcome) -> Received {
    match outcome {
        Outcome::Fresh(received) => *received,
        other => panic!("{other:?}"),
    }
}

/// Code and reason of a refusal.
fn refused(outcome: Outcome) -> (ResponseCode, String) {
    match outcome {
        Outcome::Refused(answer) => (answer.code, answer.reason.unwrap()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_bill_passes_and_both_sides_say_so() {
    let world = World::new();
    let offer = world.offer(world.first_entry());
    let received = fresh(world.at_b(offer.bytes()));
    assert_eq!(received.recipient(), &bank());
    assert!(received.holding().possessor.is_same_party(&bank()));
    assert_eq!((received.holding().phase.clone(), received.unverified()), (Phase::Live, &[][..]));
    assert!(received.issued_as_signed());
    assert_eq!(received.documents(), [Digest::of(b"the acts")]);
    assert_eq!(received.document().checksum(), world.document.checksum());
    assert_eq!(received.identity().carrier, CARRIER);

    let receipt = received.receipt().sign(&world.key_b).unwrap();
    let answer = read_answer(&receipt, &world.peer("TWKB"), &offer).unwrap();
    assert_eq!((answer.response().code, answer.response().code.http_status()), (ResponseCode::Received, 200));
    assert_eq!(answer.response().received, Some(vec![Digest::of(b"the acts")]));
    let (state, heard) = OfferState::Waiting.hear(answer.clone());
    assert_eq!((state, heard), (OfferState::SaidReceived(answer), Heard::Rest));
}

#[test]
fn an_offer_that_was_kept_is_the_same_offer() {
    let world = World::new();
    let offer = world.offer(world.first_entry());
    assert_eq!(Offer::kept(offer.bytes()).unwrap(), offer);
    assert_eq!(Offer::kept(b"{}").unwrap_err().code(), "member-missing");
}

#[test]
fn an_envelope_that_was_accepted_is_a_duplicate_even_signed_again() {
    let world = World::transferred();
    let again = World { history_at_a: History::default(), ..World::transferred() };
    let before = world.history_at_b.entries[0].clone();
    // A resigned entry is another JWS and the same word; its manifest is made anew.
    let offer = again.offer(again.first_entry());
    let resigned = SignedEntry::unverified(&before).unwrap().entry;
    let resigned =
        Offer::make(&world.document, &History::default(), resigned, Accompanying::default(), &world.key_a);
    let resigned = resigned.unwrap();
    assert_ne!(resigned.entry().jws, before, "ES256 signs differently each time");
    match world.at_b(resigned.bytes()) {
        Outcome::Duplicate(answer) => {
            assert_eq!((answer.code, answer.last_entry), (ResponseCode::Duplicate, resigned.checksum()));
            assert_eq!(answer.duplicate_of.as_deref(), Some(before.as_str()));
            let signed = answer.sign(&world.key_b).unwrap();
            let answer = read_answer(&signed, &world.peer("TWKB"), &resigned).unwrap();
            assert_eq!(OfferState::Waiting.hear(answer).1, Heard::Rest);
        }
        other => panic!("{other:?}"),
    }
    // The issuance manifest is signed anew there, so this one tells something else.
    assert!(matches!(world.at_b(offer.bytes()), Outcome::Disputed { .. }));
}

#[test]
fn an_old_envelope_is_still_a_duplicate_when_the_bill_has_moved_on() {
    let mut world = World::transferred();
    let first = EblEnvelope {
        document: world.document.value().clone(),
        manifest: {
            let manifest = EnvelopeManifest {
                document: world.document.checksum(),
                last_entry: dcsa::pint::entry_checksum(&world.history_at_b.entries[0]),
                visualisation: None,
                supporting: vec![],
            };
            sign_manifest(&manifest, &world.key_a).unwrap()
        },
        chain: world.history_at_b.entries.clone(),
    };
    let onward = EnvelopeTransferChainEntry {
        platform: platform("TWKB"),
        previous: Some(dcsa::pint::entry_checksum(&first.chain[0])),
        issuance_manifest: None,
        transactions: vec![said(ActionCode::Transfer, &bank(), Some(&exporter()))],
        ..world.first_entry()
    };
    let onward = sign_entry(onward, &world.key_b).unwrap();
    world.history_at_b = world.history_at_b.clone().sent_on(&onward);
    assert!(matches!(world.at_b(&first.to_bytes()), Outcome::Duplicate(_)));
}

#[test]
fn a_second_chain_for_a_bill_is_disputed_and_both_are_kept() {
    let world = World::transferred();
    let rival = EnvelopeTransferChainEntry {
        transactions: vec![
            said(ActionCode::Issue, &carrier(), Some(&exporter())),
            said(ActionCode::EndorseToOrder, &exporter(), Some(&importer())),
            said(ActionCode::Transfer, &exporter(), Some(&importer())),
        ],
        ..world.first_entry()
    };
    let offer =
        Offer::make(&world.document, &History::default(), rival, Accompanying::default(), &world.key_a)
            .unwrap();
    match world.at_b(offer.bytes()) {
        Outcome::Disputed { answer, ours, theirs } => {
            assert_eq!((answer.code, answer.code.http_status()), (ResponseCode::Disputed, 409));
            assert_eq!(ours, world.history_at_b.entries);
            assert_eq!(theirs, [offer.entry().jws.clone()]);
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_cannot_be_read_is_answered_without_a_signature() {
    let world = World::new();
    let good = String::from_utf8(world.offer(world.first_entry()).bytes().to_vec()).unwrap();
    for (bytes, code) in [
        ("".to_owned(), "json-syntax"),
        ("{}".to_owned(), "member-missing"),
        (
            good.replace("\"transportDocument\":{", "\"transportDocument\":1,\"x\":{"),
            "not-a-transport-document",
        ),
        (
            good.replace("\"UNLocationCode\":\"GBFXT\"", "\"UNLocationCode\":\"GBFXTX\""),
            "document-against-schema",
        ),
        (good.replace("\"carrierCode\":\"TWKL\",", ""), "document-without-identity"),
        (
            good.replace("\"envelopeTransferChain\":[\"", "\"envelopeTransferChain\":[],\"x\":[\""),
            "envelope-too-long",
        ),
        (good.replace("\"envelopeTransferChain\":[", "\"envelopeTransferChain\":[7,"), "member-type"),
    ] {
        match world.at_b(bytes.as_bytes()) {
            Outcome::Unreadable(refusal) => assert_eq!(refusal.code(), code),
            other => panic!("{code}: {other:?}"),
        }
    }
    let too_large = vec![b' '; ENVELOPE_BYTES_MAX + 1];
    assert_eq!(EblEnvelope::read(&too_large).unwrap_err().code(), "json-too-large");
    assert_eq!(EblEnvelope::read(&too_large[1..]).unwrap_err().code(), "json-syntax");
    let many = vec!["x".to_owned(); ENTRIES_MAX + 1];
    let envelope =
        EblEnvelope { document: world.document.value().clone(), manifest: "x".to_owned(), chain: many };
    assert_eq!(EblEnvelope::read(&envelope.to_bytes()).unwrap_err().code(), "envelope-too-long");
}

/// An envelope made of `chain` with a manifest to match, signed by A.
fn envelope(world: &World, chain: Vec<String>, change: impl FnOnce(&mut EnvelopeManifest)) -> Vec<u8> {
    let mut manifest = EnvelopeManifest {
        document: world.document.checksum(),
        last_entry: dcsa::pint::entry_checksum(chain.last().unwrap()),
        visualisation: None,
        supporting: vec![],
    };
    change(&mut manifest);
    let manifest = sign_manifest(&manifest, &world.key_a).unwrap();
    EblEnvelope { document: world.document.value().clone(), manifest, chain }.to_bytes()
}

#[test]
fn a_signature_that_does_not_hold_is_bsig() {
    let world = World::new();
    let entry = sign_entry(world.first_entry(), &world.key_a).unwrap().jws;
    let is_bsig = |outcome: Outcome| {
        let (code, reason) = refused(outcome);
        assert_eq!((code, code.http_status()), (ResponseCode::BadSignature, 422), "{reason}");
    };
    let by_other = sign_entry(world.first_entry(), &world.key_b).unwrap().jws;
    is_bsig(world.at_b(&envelope(&world, vec![by_other], |_| {})));

    // The tester's own fault: a space appended to the payload under the old signature (bills.md 1.5, trap 10).
    let parts: Vec<&str> = entry.split('.').collect();
    let mut payload = jws::unverified_payload(&entry).unwrap();
    payload.push(b' ');
    let spaced = format!("{}.{}.{}", parts[0], crypto::base64url::encode(&payload), parts[2]);
    is_bsig(world.at_b(&envelope(&world, vec![spaced], |_| {})));

    let none = format!("{}.{}.{}", crypto::base64url::encode(b"{\"alg\":\"none\"}"), parts[1], parts[2]);
    is_bsig(world.at_b(&envelope(&world, vec![none], |_| {})));
    let wrong_alg =
        format!("{}.{}.{}", crypto::base64url::encode(b"{\"alg\":\"HS256\"}"), parts[1], parts[2]);
    is_bsig(world.at_b(&envelope(&world, vec![wrong_alg], |_| {})));

    // Our countersigning key speaks Ed25519 and never here.
    let ed25519 = SigningKey::ed25519_from_seed([9; 32]);
    let countersigned = jws::sign_compact(&ed25519, Some("JWT"), &world.first_entry().to_bytes());
    is_bsig(world.at_b(&envelope(&world, vec![countersigned], |_| {})));

    let forged = EnvelopeTransferChainEntry {
        issuance_manifest: Some(sign_issuance_manifest(
            &IssuanceManifest {
                document: world.document.checksum(),
                issue_to: Digest::of(b"x"),
                visualisation: None,
            },
            &world.key_a,
        )),
        ..world.first_entry()
    };
    is_bsig(world.at_b(world.offer(forged).bytes()));
}

#[test]
fn a_header_without_a_kid_is_taken_and_tried_with_each_key() {
    let world = World::new();
    let payload = world.first_entry().to_bytes();
    let input = format!(
        "{}.{}",
        crypto::base64url::encode(b"{\"alg\":\"ES256\"}"),
        crypto::base64url::encode(&payload)
    );
    let jws = format!("{input}.{}", crypto::base64url::encode(&world.key_a.sign(input.as_bytes())));
    fresh(world.at_b(&envelope(&world, vec![jws.clone()], |_| {})));
    let keys: Vec<PublicKey> = vec![world.key_b.public().clone(), world.key_a.public().clone()];
    let peer = Peer::new(vec![platform("TWKA"), platform("BOLE")], keys).unwrap();
    fresh(world.at_b_from(&envelope(&world, vec![jws], |_| {}), &peer, &[bank()]));
}

#[test]
fn an_envelope_that_is_not_acceptable_is_benv() {
    let world = World::new();
    let is_benv = |outcome: Outcome, why: &str| {
        let (code, reason) = refused(outcome);
        assert_eq!(code, ResponseCode::BadEnvelope, "{reason}");
        assert!(reason.contains(why), "{reason} lacks {why}");
    };
    let entry = sign_entry(world.first_entry(), &world.key_a).unwrap().jws;
    let good = vec![entry];
    fresh(world.at_b(&envelope(&world, good.clone(), |_| {})));

    is_benv(world.at_b(&envelope(&world, vec!["x.y".to_owned()], |_| {})), "JWS");
    is_benv(
        world.at_b(&envelope(&world, good.clone(), |m| m.last_entry = Digest::of(b"x"))),
        "another last entry",
    );
    is_benv(
        world.at_b(&envelope(&world, good.clone(), |m| m.document = Digest::of(b"x"))),
        "another document",
    );
    let picture = DocumentMetadata::of("bill.pdf", "application/pdf", b"%PDF");
    is_benv(world.at_b(&envelope(&world, good.clone(), |m| m.visualisation = Some(picture))), "picture");
    is_benv(
        world.at_b_from(&envelope(&world, good.clone(), |_| {}), &world.peer("TWKA"), &[importer()]),
        "not known here",
    );
    let twice = vec![good[0].clone(), good[0].clone()];
    is_benv(world.at_b(&envelope(&world, twice, |_| {})), "does not follow");

    let change = |change: fn(&World, &mut EnvelopeTransferChainEntry)| {
        let mut entry = world.first_entry();
        change(&world, &mut entry);
        let jws = sign_entry(entry, &world.key_a).unwrap().jws;
        world.at_b(&envelope(&world, vec![jws], |_| {}))
    };
    is_benv(change(|_, entry| entry.previous = Some(Digest::of(b"x"))), "does not follow");
    is_benv(change(|_, entry| entry.document = Digest::of(b"x")), "another document");
    is_benv(change(|_, entry| entry.platform = platform("BOLE")), "does not speak for BOLE");
    is_benv(change(|_, entry| entry.issuance_manifest = None), "issuance manifest");
    is_benv(
        change(|_, entry| entry.control_tracking_registry = Some("https://ctr.example/v1".to_owned())),
        "control tracking registry",
    );
    is_benv(change(|_, entry| entry.transactions = entry.transactions.split_off(1)), "exactly once");
    is_benv(
        change(|_, entry| {
            entry.transactions.insert(0, said(ActionCode::Issue, &carrier(), Some(&exporter())))
        }),
        "exactly once",
    );
    is_benv(
        change(|_, entry| entry.transactions.push(said(ActionCode::Sign, &bank(), None).untold())),
        "another platform tells it",
    );
    is_benv(
        change(|_, entry| {
            entry.transactions.truncate(1);
            entry.transactions.push(said(ActionCode::Sign, &exporter(), None));
        }),
        "said to nobody",
    );
    is_benv(
        change(|_, entry| {
            entry.transactions.truncate(1);
            entry.transactions.push(said(ActionCode::Transfer, &exporter(), Some(&exporter())));
        }),
        "addressed to the platform TWKA",
    );
    is_benv(
        change(|world, entry| {
            let other = IssuanceManifest {
                document: Digest::of(b"x"),
                issue_to: Digest::of(b"x"),
                visualisation: None,
            };
            entry.issuance_manifest = Some(sign_issuance_manifest(&other, &world.key_carrier));
        }),
        "issued another document",
    );
}

#[test]
fn the_answer_to_a_surrender_reaches_who_surrendered() {
    // The bank at B has surrendered to the carrier at A, and A tells the carrier's answer, which names nobody.
    let mut world = World::transferred();
    let surrender = EnvelopeTransferChainEntry {
        platform: platform("TWKB"),
        previous: Some(dcsa::pint::entry_checksum(&world.history_at_b.entries[0])),
        issuance_manifest: None,
        transactions: vec![said(ActionCode::SurrenderForDelivery, &bank(), Some(&carrier()))],
        ..world.first_entry()
    };
    let surrender = sign_entry(surrender, &world.key_b).unwrap();
    world.history_at_a = world.history_at_a.clone().sent_on(&surrender);
    world.history_at_b = world.history_at_b.clone().sent_on(&surrender);
    let answered = |action: ActionCode| {
        let entry = EnvelopeTransferChainEntry {
            issuance_manifest: None,
            transactions: vec![said(action, &carrier(), None)],
            ..world.first_entry()
        };
        fresh(world.at_b(world.offer(entry).bytes()))
    };
    let accepted = answered(ActionCode::SurrenderAccepted);
    assert_eq!((accepted.recipient(), &accepted.holding().phase), (&bank(), &Phase::Closed(bank())));
    let rejected = answered(ActionCode::SurrenderRejected);
    assert_eq!((rejected.recipient(), &rejected.holding().possessor), (&bank(), &bank()));
}

#[test]
fn a_surrender_that_names_nobody_reaches_the_carrier() {
    // The bank at B surrenders to the carrier, which is at A.
    let world = World::transferred();
    for recipient in [None, Some(&carrier())] {
        let entry = EnvelopeTransferChainEntry {
            platform: platform("TWKB"),
            issuance_manifest: None,
            transactions: vec![said(ActionCode::SurrenderForDelivery, &bank(), recipient)],
            ..world.first_entry()
        };
        let nothing = Accompanying { visualisation: None, supporting: Vec::new() };
        let offer = Offer::make(&world.document, &world.history_at_b, entry, nothing, &world.key_b).unwrap();
        let outcome = examine(
            offer.bytes(),
            &Facts {
                own: &[platform("TWKA")],
                sender: &world.peer("TWKB"),
                known: &[world.peer("TWKA"), world.peer("TWKB")],
                issuers: Issuers::Known(&[Issuer::new(CARRIER, vec![world.key_carrier.public().clone()])]),
                history: &|_| Some(world.history_at_a.clone()),
                knows_party: &|party| party.is_same_party(&carrier()),
            },
        );
        let received = fresh(outcome);
        assert!(received.recipient().is_same_party(&carrier()));
        assert_eq!(received.holding().phase, Phase::Surrendered(bank()));
    }
}

#[test]
fn what_the_carrier_signed_for_another_party_is_seen_and_refuses_nothing() {
    let world = World::new();
    let mut entry = world.first_entry();
    let other = IssuanceManifest {
        document: world.document.checksum(),
        issue_to: dcsa::document::checksum(&importer().issue_to()),
        visualisation: None,
    };
    entry.issuance_manifest = Some(sign_issuance_manifest(&other, &world.key_carrier));
    assert!(!fresh(world.at_b(world.offer(entry).bytes())).issued_as_signed());
}

#[test]
fn an_answer_to_something_else_changes_nothing() {
    let world = World::new();
    let offer = world.offer(world.first_entry());
    let received = fresh(world.at_b(offer.bytes()));
    let peer = world.peer("TWKB");
    let receipt = received.receipt();

    let of_another = FinishedResponse { last_entry: Digest::of(b"x"), ..receipt.clone() };
    let refusal = read_answer(&of_another.sign(&world.key_b).unwrap(), &peer, &offer).unwrap_err();
    assert_eq!(refusal.code(), "answer-to-another-envelope");
    let duplicate = FinishedResponse {
        code: ResponseCode::Duplicate,
        duplicate_of: Some(
            sign_entry(
                EnvelopeTransferChainEntry { document: Digest::of(b"x"), ..world.first_entry() },
                &world.key_a,
            )
            .unwrap()
            .jws,
        ),
        ..receipt.clone()
    };
    let refusal = read_answer(&duplicate.sign(&world.key_b).unwrap(), &peer, &offer).unwrap_err();
    assert_eq!(refusal.code(), "answer-to-another-envelope");
    let by_the_sender = receipt.sign(&world.key_a).unwrap();
    assert_eq!(read_answer(&by_the_sender, &peer, &offer).unwrap_err().code(), "pint-signature");
    let bytes = String::from_utf8(receipt.to_bytes()).unwrap().replace("RECE", "DONE");
    let unknown = jws::sign_compact(&world.key_b, Some("JWT"), bytes.as_bytes());
    assert_eq!(read_answer(&unknown, &peer, &offer).unwrap_err().code(), "bad-response-code");
    assert!(receipt.sign(&SigningKey::ed25519_from_seed([1; 32])).is_err());
}

fn answer(world: &World, offer: &Offer, code: ResponseCode) -> Answer {
    let response = FinishedResponse::new(offer.checksum(), code);
    read_answer(&response.sign(&world.key_b).unwrap(), &world.peer("TWKB"), offer).unwrap()
}

#[test]
fn the_sender_ends_on_one_word_and_keeps_both_of_two() {
    let world = World::new();
    let offer = world.offer(world.first_entry());
    // First word heard, second word heard, what the second asks for, the state's name.
    let check = |first: &str, second: &str, asked: Heard, named: &str| {
        let code = |word: &str| answer(&world, &offer, word.parse().unwrap());
        let (state, _) = OfferState::Waiting.hear(code(first));
        let (state, heard) = state.hear(code(second));
        let name = match state {
            OfferState::Waiting => "waiting",
            OfferState::SaidReceived(_) => "received",
            OfferState::SaidRefused(_) => "refused",
            OfferState::Disputed(_) => "disputed",
            OfferState::Contradicted(..) => "contradicted",
        };
        assert_eq!((heard, name), (asked, named), "{first} then {second}");
    };
    check("BSIG", "BSIG", Heard::SignAgain, "waiting");
    check("BSIG", "RECE", Heard::Rest, "received");
    check("MDOC", "MDOC", Heard::SendDocuments(vec![]), "waiting");
    check("INCD", "DUPE", Heard::Rest, "received");
    check("RECE", "DUPE", Heard::Rest, "received");
    check("RECE", "BSIG", Heard::Rest, "received");
    check("BENV", "BENV", Heard::Rest, "refused");
    check("BENV", "MDOC", Heard::Rest, "refused");
    check("DISE", "DISE", Heard::CallPeople, "disputed");
    check("DISE", "INCD", Heard::CallPeople, "disputed");
    check("RECE", "BENV", Heard::CallPeople, "contradicted");
    check("BENV", "RECE", Heard::CallPeople, "contradicted");
    check("RECE", "DISE", Heard::CallPeople, "contradicted");
    check("DISE", "BENV", Heard::CallPeople, "contradicted");
    let (state, _) = OfferState::Waiting.hear(answer(&world, &offer, ResponseCode::Received));
    let (state, _) = state.hear(answer(&world, &offer, ResponseCode::BadEnvelope));
    let (state, _) = state.hear(answer(&world, &offer, ResponseCode::Received));
    let OfferState::Contradicted(one, other) = state else { panic!("both are kept") };
    assert_eq!(
        (one.response().code, other.response().code),
        (ResponseCode::Received, ResponseCode::BadEnvelope)
    );
}

#[test]
fn messages_are_read_as_they_are_written() {
    let picture = DocumentMetadata::of("bill.pdf", "application/pdf", b"%PDF");
    assert_eq!(picture.size, 4);
    let manifest = EnvelopeManifest {
        document: Digest::of(b"d"),
        last_entry: Digest::of(b"e"),
        visualisation: Some(picture.clone()),
        supporting: vec![picture.clone(), DocumentMetadata::of("acts.json", "application/json", b"[]")],
    };
    assert_eq!(EnvelopeManifest::read(&manifest.to_bytes().unwrap()).unwrap(), manifest);
    assert_eq!(manifest.documents().len(), 2, "each document once");
    let issuance = IssuanceManifest {
        document: Digest::of(b"d"),
        issue_to: Digest::of(b"i"),
        visualisation: Some(picture.checksum),
    };
    assert_eq!(IssuanceManifest::read(&issuance.to_bytes()).unwrap(), issuance);
    for code in ResponseCode::ALL {
        let response = FinishedResponse {
            reason: Some("because".to_owned()),
            missing: vec![Digest::of(b"m")],
            received: Some(vec![]),
            duplicate_of: Some("a.b.c".to_owned()),
            ..FinishedResponse::new(Digest::of(b"e"), code)
        };
        assert_eq!(FinishedResponse::read(&response.to_bytes()).unwrap(), response);
    }
    let long = FinishedResponse {
        reason: Some("é".repeat(300)),
        ..FinishedResponse::new(Digest::of(b"e"), ResponseCode::BadEnvelope)
    };
    assert_eq!(FinishedResponse::read(&long.to_bytes()).unwrap().reason.unwrap().chars().count(), 255);
    let too_many = EnvelopeManifest { supporting: vec![picture; 101], ..manifest };
    assert_eq!(
        EnvelopeManifest::read(&too_many.to_bytes().unwrap()).unwrap_err().code(),
        "envelope-too-long"
    );
    let world = World::new();
    let mut entry = world.first_entry();
    entry.transactions = vec![entry.transactions[0].clone(); 2049];
    assert_eq!(EnvelopeTransferChainEntry::read(&entry.to_bytes()).unwrap_err().code(), "envelope-too-long");
    entry.transactions.clear();
    assert_eq!(EnvelopeTransferChainEntry::read(&entry.to_bytes()).unwrap_err().code(), "envelope-too-long");
    // Members that we do not know are passed over.
    let entry = world.first_entry();
    let newer = json::parse(&entry.to_bytes(), &Limits::bytes(1 << 20)).unwrap();
    let mut newer = newer.as_object().unwrap().clone();
    newer.insert("newMember", true);
    assert_eq!(EnvelopeTransferChainEntry::read(&json::canonical(&Value::Object(newer))).unwrap(), entry);
}

mod chains {
    //! Chains told word by word, and where they become impossible.

    use super::*;

    /// Tells the words after an issue by the carrier to the exporter; gives who has the bill, or the refusal.
    fn tell(
        draft: &str,
        words: &[(ActionCode, PlatformParty, Option<PlatformParty>)],
    ) -> Result<String, String> {
        let document = TransportDocument::read(&std::fs::read(example(draft)).unwrap()).unwrap();
        let entry = |actor: &PlatformParty, transaction: Transaction| EnvelopeTransferChainEntry {
            platform: actor.platform().clone(),
            document: document.checksum(),
            previous: None,
            issuance_manifest: None,
            control_tracking_registry: None,
            transactions: vec![transaction],
        };
        let mut entries = vec![entry(&carrier(), said(Issue, &carrier(), Some(&exporter())))];
        for (action, actor, recipient) in words {
            entries.push(entry(actor, said(*action, actor, recipient.as_ref())));
        }
        match dcsa::pint::replay(&document, &entries) {
            Ok(holding) => Ok(format!(
                "{} {}",
                holding.possessor.name(),
                match holding.phase {
                    Phase::Live => "live",
                    Phase::Surrendered(_) => "surrendered",
                    Phase::Closed(_) => "closed",
                }
            )),
            Err(refusal) => Err(refusal.to_string()),
        }
    }

    fn ok(draft: &str, words: &[(ActionCode, PlatformParty, Option<PlatformParty>)], has: &str) {
        assert_eq!(tell(draft, words).as_deref(), Ok(has));
    }

    fn impossible(draft: &str, words: &[(ActionCode, PlatformParty, Option<PlatformParty>)], why: &str) {
        let refusal = tell(draft, words).unwrap_err();
        assert!(refusal.contains(why), "{refusal} lacks {why}");
    }

    use ActionCode::{
        BlankEndorse, Endorse, EndorseToOrder, Issue, Sign, SurrenderAccepted, SurrenderForDelivery,
        SurrenderRejected, Transfer,
    };

    #[test]
    fn a_bill_to_order_goes_from_hand_to_hand_and_ends() {
        let to_bank = [(EndorseToOrder, exporter(), Some(bank())), (Transfer, exporter(), Some(bank()))];
        let to_importer =
            [&to_bank[..], &[(Endorse, bank(), Some(importer())), (Transfer, bank(), Some(importer()))]]
                .concat();
        let surrendered = [&to_importer[..], &[(SurrenderForDelivery, importer(), Some(carrier()))]].concat();
        let closed = [&surrendered[..], &[(SurrenderAccepted, carrier(), None)]].concat();
        ok("whisky/draft.json", &to_bank, "Merlion Trade Bank Ltd live");
        ok("whisky/draft.json", &to_importer, "Merlion Spirits Pte Ltd live");
        ok("whisky/draft.json", &surrendered, "Northern Isles Line Ltd surrendered");
        ok("whisky/draft.json", &closed, "Northern Isles Line Ltd closed");
        // A surrender need not name the carrier; nobody else can be meant.
        let unnamed = [&to_importer[..], &[(SurrenderForDelivery, importer(), None)]].concat();
        ok("whisky/draft.json", &unnamed, "Northern Isles Line Ltd surrendered");
        let back = [&surrendered[..], &[(SurrenderRejected, carrier(), None)]].concat();
        ok("whisky/draft.json", &back, "Merlion Spirits Pte Ltd live");
        let reclaimed = [&surrendered[..], &[(Sign, importer(), None)]].concat();
        ok("whisky/draft.json", &reclaimed, "Merlion Spirits Pte Ltd live");

        impossible("whisky/draft.json", &[&closed[..], &to_bank].concat(), "for good");
        impossible(
            "whisky/draft.json",
            &[&surrendered[..], &[(Transfer, carrier(), Some(bank()))]].concat(),
            "surrendered",
        );
        impossible(
            "whisky/draft.json",
            &[&surrendered[..], &[(SurrenderAccepted, bank(), None)]].concat(),
            "only the carrier",
        );
        impossible(
            "whisky/draft.json",
            &[&surrendered[..], &[(Sign, bank(), None)]].concat(),
            "does not have",
        );
        impossible(
            "whisky/draft.json",
            &[&to_bank[..], &[(SurrenderAccepted, carrier(), None)]].concat(),
            "nobody has surrendered",
        );
        impossible(
            "whisky/draft.json",
            &[&to_bank[..], &[(SurrenderForDelivery, bank(), Some(importer()))]].concat(),
            "to the carrier",
        );
        impossible(
            "whisky/draft.json",
            &[&to_bank[..], &[(Transfer, exporter(), Some(importer()))]].concat(),
            "does not have",
        );
        impossible(
            "whisky/draft.json",
            &[&to_bank[..], &[(Sign, exporter(), None)]].concat(),
            "does not have",
        );
        impossible("whisky/draft.json", &[(Issue, carrier(), Some(bank()))], "issued once");
    }

    #[test]
    fn only_who_has_the_title_endorses() {
        // Endorsed without "to order", the importer cannot endorse further.
        let to_importer = [(Endorse, exporter(), Some(importer())), (Transfer, exporter(), Some(importer()))];
        let further = [&to_importer[..], &[(EndorseToOrder, importer(), Some(bank()))]].concat();
        impossible("whisky/draft.json", &further, "may not endorse");
        // Possession without endorsement gives no title.
        let held = [(Transfer, exporter(), Some(bank())), (EndorseToOrder, bank(), Some(importer()))];
        impossible("whisky/draft.json", &held, "may not endorse");
        // A straight bill has no endorsement; it still moves.
        impossible("valves/draft.json", &[(EndorseToOrder, exporter(), Some(bank()))], "may not endorse");
        ok("valves/draft.json", &[(Transfer, exporter(), Some(bank()))], "Merlion Trade Bank Ltd live");
        // Endorsed in blank it passes by delivery, and back into order form.
        let blank = [
            (BlankEndorse, exporter(), None),
            (Transfer, exporter(), Some(bank())),
            (Transfer, bank(), Some(importer())),
            (EndorseToOrder, importer(), Some(bank())),
            (Transfer, importer(), Some(bank())),
            (EndorseToOrder, bank(), Some(importer())),
        ];
        ok("whisky/draft.json", &blank, "Merlion Trade Bank Ltd live");
        let after_order = [
            &blank[..5],
            &[(Transfer, bank(), Some(exporter())), (EndorseToOrder, exporter(), Some(bank()))],
        ];
        impossible("whisky/draft.json", &after_order.concat(), "may not endorse");
    }

    #[test]
    fn an_endorsement_counts_when_the_bill_leaves_and_not_when_it_comes_straight_back() {
        // Until the bill leaves, the last endorsement counts.
        let changed_mind = [
            (EndorseToOrder, exporter(), Some(importer())),
            (EndorseToOrder, exporter(), Some(bank())),
            (Transfer, exporter(), Some(bank())),
            (EndorseToOrder, bank(), Some(importer())),
        ];
        ok("whisky/draft.json", &changed_mind, "Merlion Trade Bank Ltd live");
        // Sent straight back, it may have been rejected: the exporter may endorse again.
        let rejected = [
            (EndorseToOrder, exporter(), Some(bank())),
            (Transfer, exporter(), Some(bank())),
            (Transfer, bank(), Some(exporter())),
            (EndorseToOrder, exporter(), Some(importer())),
        ];
        ok("whisky/draft.json", &rejected, "Strathspey Malts Ltd live");
        // With a word between, it was no rejection.
        let signed_between = [&rejected[..2], &[(Sign, bank(), None)], &rejected[2..]].concat();
        impossible("whisky/draft.json", &signed_between, "may not endorse");
    }

    #[test]
    fn a_chain_begins_with_an_issue_told_by_the_actors_platform() {
        let document =
            TransportDocument::read(&std::fs::read(example("whisky/draft.json")).unwrap()).unwrap();
        assert!(dcsa::pint::replay(&document, []).is_err());
        let mut entry = World::new().first_entry();
        entry.platform = platform("TWKB");
        assert!(dcsa::pint::replay(&document, [&entry]).is_ok(), "acts of this protocol prove themselves");
        entry.transactions = entry.transactions.iter().map(Transaction::untold).collect();
        assert!(
            dcsa::pint::replay(&document, [&entry]).unwrap_err().to_string().contains("another platform")
        );
        entry.platform = platform("TWKA");
        entry.transactions.remove(0);
        assert!(
            dcsa::pint::replay(&document, [&entry]).unwrap_err().to_string().contains("first word is ISSUE")
        );
    }
}

#[test]
fn an_envelope_that_waits_for_documents_is_answered_as_the_standard_writes_it() {
    // The members' examples of EnvelopeTransferStartedResponse in EBL_PINT 3.0.0.
    let document = "583c29ab3e47f2d80899993200d3fbadb9f8a367f3a39f715935c46d7a283006";
    let last = "20a0257b313ae08417e07f6555c4ec829a512c083f3ead16b41158018a22abe9";
    let reference = "4TkP5nvgTly0MwFrDxfIkR2rvOjkUIgzibBoKABU";
    let written = format!(
        r#"{{"envelopeReference":"{reference}","lastEnvelopeTransferChainEntrySignedContentChecksum":"{last}","missingAdditionalDocumentChecksums":["{document}"],"transportDocumentChecksum":"{document}"}}"#
    );
    let started = StartedResponse::read(written.as_bytes()).unwrap();
    assert_eq!(started.reference, reference);
    assert_eq!(started.last_entry, last.parse().unwrap());
    assert_eq!(started.missing, [document.parse().unwrap()]);
    assert_eq!(started.to_bytes(), written.as_bytes());
    // A reference goes into a path.
    for bad in ["", "a/b", "a b", "..%2f", &"a".repeat(REFERENCE_MAX + 1)] {
        let refused = StartedResponse::read(written.replace(reference, bad).as_bytes());
        assert_eq!(refused.unwrap_err().code(), "bad-envelope-reference", "{bad}");
    }
    StartedResponse::read(written.replace(reference, &"a".repeat(REFERENCE_MAX)).as_bytes()).unwrap();
}

#[test]
fn a_document_travels_as_base64_in_a_json_string() {
    // The example of the request body in EBL_PINT 3.0.0.
    let body = br#""UmF3IGNvbnRlbnQgb2YgdGhlIGZpbGUgYmVpbmcgdHJhbnNmZXJyZWQ=""#;
    let content = b"Raw content of the file being transferred";
    assert_eq!(read_document_body(body).unwrap(), content);
    assert_eq!(document_body(content), body);
    assert!(read_document_body(b"{}").is_err());
    assert!(read_document_body(br#""UmF3IGNvbnRlbnQ""#).is_err(), "without padding");
    let longest = document_body(&vec![0; DOCUMENT_BYTES_MAX]);
    assert_eq!(longest.len(), DOCUMENT_BODY_BYTES_MAX);
    assert_eq!(read_document_body(&longest).unwrap().len(), DOCUMENT_BYTES_MAX);
    assert!(read_document_body(&document_body(&vec![0; DOCUMENT_BYTES_MAX + 1])).is_err());
}

#[test]
fn a_carrier_whose_keys_come_with_the_documents_is_verified_by_them() {
    let world = World::new();
    let offer = world.offer(world.first_entry());
    let examined = |world: &World, bytes: &[u8]| {
        examine(
            bytes,
            &Facts {
                own: &[platform("TWKB")],
                sender: &world.peer("TWKA"),
                known: &[world.peer("TWKA")],
                issuers: Issuers::WithDocuments,
                history: &|_| None,
                knows_party: &|_| true,
            },
        )
    };
    let received = fresh(examined(&world, offer.bytes()));
    let manifest = received.entries()[0].entry.issuance_manifest.clone().unwrap();
    let issuer = |key: &SigningKey| Issuer::new(CARRIER, vec![key.public().clone()]);
    assert_eq!(issuer(&world.key_carrier).verify(&manifest).unwrap().document, world.document.checksum());
    let refused = issuer(&world.key_a).verify(&manifest).unwrap_err();
    assert_eq!(refused.code(), "pint-signature");
    // What it says is compared at once.
    let mut entry = world.first_entry();
    let other =
        IssuanceManifest { document: Digest::of(b"x"), issue_to: Digest::of(b"x"), visualisation: None };
    entry.issuance_manifest = Some(sign_issuance_manifest(&other, &world.key_carrier));
    let Outcome::Refused(answer) = examined(&world, world.offer(entry).bytes()) else { panic!("refused") };
    assert_eq!(answer.code, ResponseCode::BadEnvelope);
}

#[test]
fn a_carriers_key_file_signs_its_manifest() {
    // Key files hold Ed25519 by default, and the carrier's is one.
    let key = SigningKey::generate_ed25519(&mut SeededEntropy::named("a carrier's key file"));
    let manifest =
        IssuanceManifest { document: Digest::of(b"d"), issue_to: Digest::of(b"p"), visualisation: None };
    let jws = sign_issuance_manifest(&manifest, &key);
    let issuer = Issuer::new(CARRIER, vec![key.public().clone()]);
    assert_eq!(issuer.verify(&jws).unwrap(), manifest);
    let altered = format!("{}A{}", &jws[..jws.len() - 2], &jws[jws.len() - 1..]);
    assert_eq!(issuer.verify(&altered).unwrap_err().code(), "pint-signature");
}
