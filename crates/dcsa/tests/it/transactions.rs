//! Acts and DCSA's words for them, one to one, against the golden vectors of the protocol.

use std::collections::BTreeSet;

use bill::words::Op;
use crypto::{
    Digest,
    json::{self, Limits, Value},
    key::{PublicKey, SigningKey},
};
use dcsa::{
    document::checksum,
    pint::{EnvelopeTransferChainEntry, Peer, SignedEntry, entry_checksum, sign_entry},
    transaction::{
        ActionCode, PlatformParty, ReasonCode, ToldAct, Transaction, WORDS, audit_reference, check_words,
        compare, tell,
    },
};
use vocab::{
    Timestamp,
    party::{Party, PartyCode},
};

fn value(of: &serde_json::Value) -> Value {
    json::parse(of.to_string().as_bytes(), &Limits::bytes(1 << 20)).unwrap()
}

pub(crate) fn party(name: &str, lei: &str, platform: &str) -> PlatformParty {
    let code = PartyCode::new("GLEIF", Some("LEI"), lei).unwrap();
    PlatformParty::new(&Party::new(name, vec![code]).unwrap(), &platform.parse().unwrap())
}

fn exporter() -> PlatformParty {
    party("Test Exporter Ltd", "TESTTESTTESTTEST0232", "TWKA")
}

fn bank() -> PlatformParty {
    party("Test Bank Pte Ltd", "TESTTESTTESTTEST0329", "TWKB")
}

struct Act {
    digest: Digest,
    op: String,
    at: Timestamp,
    transactions: Vec<Transaction>,
}

impl Act {
    fn told(&self) -> ToldAct<'_> {
        ToldAct {
            digest: self.digest,
            op: &self.op,
            at: self.at,
            transactions: &self.transactions,
            signer: None,
        }
    }
}

/// The acts of the vectors' chain up to its crossing: issue, note, move.
fn acts(vectors: &serde_json::Value) -> Vec<Act> {
    let mut acts = chain(vectors);
    acts.truncate(3);
    acts
}

fn chain(vectors: &serde_json::Value) -> Vec<Act> {
    let chain = vectors["chain"].as_array().unwrap().iter();
    chain
        .map(|link| Act {
            digest: link["digest"].as_str().unwrap().parse().unwrap(),
            op: link["act"]["op"].as_str().unwrap().to_owned(),
            at: link["act"]["at"].as_str().unwrap().parse().unwrap(),
            transactions: link["details"]["body"]["dcsa"]
                .as_array()
                .unwrap()
                .iter()
                .map(|said| Transaction::read(&value(said), "dcsa").unwrap())
                .collect(),
        })
        .collect()
}

fn golden_entry(vectors: &serde_json::Value) -> EnvelopeTransferChainEntry {
    EnvelopeTransferChainEntry::read(vectors["pint"]["entryPayload"].as_str().unwrap().as_bytes()).unwrap()
}

#[test]
fn the_golden_entry_tells_the_golden_acts() {
    let Some(vectors) = testkit::vectors() else { return };
    let acts = acts(&vectors);
    let told: Vec<ToldAct<'_>> = acts.iter().map(Act::told).collect();
    let golden = golden_entry(&vectors);
    let entry = EnvelopeTransferChainEntry {
        platform: "TWKA".parse().unwrap(),
        document: vectors["document"]["checksum"].as_str().unwrap().parse().unwrap(),
        previous: None,
        issuance_manifest: golden.issuance_manifest.clone(),
        control_tracking_registry: None,
        transactions: tell(&told).unwrap(),
    };
    assert_eq!(
        String::from_utf8(entry.to_bytes()).unwrap(),
        vectors["pint"]["entryPayload"].as_str().unwrap()
    );
    compare(&golden.transactions, &told).unwrap();
    assert_eq!(golden.transactions[1].act(), Some(acts[1].digest));
    assert_eq!(golden.transactions[0].recipient().unwrap().value(), exporter().value());
    // The carrier signed the checksum of the party in the form of the Issuance API (bills.md 1.4).
    let issue_to = checksum(&golden.transactions[0].recipient().unwrap().issue_to()).to_string();
    assert_eq!(issue_to, "5e1037996f891b0f75afcaa3e1cfd07aa91f80a047668a3f4f665ac322dee21d");
}

#[test]
fn the_golden_surrender_is_told_without_a_recipient() {
    let Some(vectors) = testkit::vectors() else { return };
    let acts = chain(&vectors);
    let surrender = acts.last().unwrap();
    assert_eq!(surrender.op, "surrender");
    let told = tell(&[surrender.told()]).unwrap();
    assert_eq!((told[0].action(), told[0].recipient()), (ActionCode::SurrenderForDelivery, None));
    compare(&told, &[surrender.told()]).unwrap();
}

#[test]
fn the_golden_entry_is_signed_by_the_key_for_pint_and_by_no_other() {
    let Some(vectors) = testkit::vectors() else { return };
    let key = |name: &str| PublicKey::from_jwk(&value(&vectors["keys"][name]["jwk"])).unwrap();
    let peer = Peer::new(vec!["TWKA".parse().unwrap()], vec![key("platformAPint")]).unwrap();
    let jws = vectors["pint"]["entryJws"].as_str().unwrap();
    assert_eq!(peer.verify(jws).unwrap(), vectors["pint"]["entryPayload"].as_str().unwrap().as_bytes());
    assert_eq!(entry_checksum(jws).to_string(), vectors["pint"]["entryChecksum"].as_str().unwrap());
    assert_eq!(SignedEntry::unverified(jws).unwrap().entry, golden_entry(&vectors));

    let refused = vectors["refuse"].as_array().unwrap().iter();
    let refused = refused.filter(|case| case["expect"] == "PINT FAIL").collect::<Vec<_>>();
    assert_eq!(refused.len(), 1, "chain entry signed with the countersigning key");
    let countersigned = refused[0]["entryJws"].as_str().unwrap();
    assert_eq!(peer.verify(countersigned).unwrap_err().code(), "pint-signature");
    // Nor can the countersigning key be enrolled for PINT, nor sign here.
    let counter = Peer::new(vec!["TWKA".parse().unwrap()], vec![key("platformA")]);
    assert_eq!(counter.unwrap_err().code(), "not-a-pint-key");
    let ed25519 = SigningKey::ed25519_from_seed([7; 32]);
    assert_eq!(sign_entry(golden_entry(&vectors), &ed25519).unwrap_err().code(), "not-a-pint-key");
    let other = Peer::new(vec!["TWKA".parse().unwrap()], vec![key("carrier")]).unwrap();
    assert_eq!(other.verify(jws).unwrap_err().code(), "pint-signature");
}

#[test]
fn every_difference_between_acts_and_entry_is_seen() {
    let Some(vectors) = testkit::vectors() else { return };
    let acts = acts(&vectors);
    let told: Vec<ToldAct<'_>> = acts.iter().map(Act::told).collect();
    let said = golden_entry(&vectors).transactions;
    let differ = |said: &[Transaction], acts: &[ToldAct<'_>]| {
        let refusal = compare(said, acts).unwrap_err();
        (refusal.code(), refusal.place().unwrap().to_owned())
    };
    let at = |n: usize| ("acts-and-transactions-differ", format!("transactions/{n}"));
    assert_eq!(differ(&said, &told[..2]), at(2), "the last act is left out");
    assert_eq!(differ(&said, &told[1..]), at(0), "the first act is left out");
    assert_eq!(differ(&said[..3], &told), at(2), "TRANSFER is left out");
    assert_eq!(differ(&said[..2], &told), at(2), "the move is left out");
    let swapped = [&said[1..2], &said[..1], &said[2..]].concat();
    assert_eq!(differ(&swapped, &told), at(0), "two are swapped");
    let doubled = [&said[..], &said[3..]].concat();
    assert_eq!(differ(&doubled, &told), at(4), "one is told twice");
    let mut other = said.clone();
    other[1] = other[1].telling(&acts[0].digest);
    assert_eq!(differ(&other, &told), at(1), "the reference names another act");
    let mut other = said.clone();
    other[3] = Transaction::new(ActionCode::Transfer, &exporter(), Some(&exporter()), acts[2].at)
        .unwrap()
        .telling(&acts[2].digest);
    assert_eq!(differ(&other, &told), at(2), "the recipient is another");
    let mut other = said;
    other[1] = other[1].untold();
    assert_eq!(differ(&other, &told), at(1), "the reference is missing");
}

#[test]
fn an_act_without_a_word_is_told_as_its_holders_sign() {
    let at: Timestamp = "2026-03-04T08:00:00.000Z".parse().unwrap();
    let holder = exporter();
    let digest = Digest::of(b"leave");
    let leave = ToldAct { digest, op: "leave", at, transactions: &[], signer: Some(&holder) };
    let told = tell(&[leave]).unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].action(), told[0].actor(), told[0].act()), (ActionCode::Sign, &holder, Some(digest)));
    assert_eq!(told[0].written_at(), "2026-03-04T08:00:00.000Z");
    compare(&told, &[leave]).unwrap();
    compare(&told, &[ToldAct { signer: None, ..leave }]).unwrap();

    assert_eq!(tell(&[ToldAct { signer: None, ..leave }]).unwrap_err().code(), "bad-transaction");
    let other = bank();
    let of_another = compare(&told, &[ToldAct { signer: Some(&other), ..leave }]);
    assert_eq!(of_another.unwrap_err().code(), "acts-and-transactions-differ");
    let later = "2026-03-04T08:00:00.001Z".parse().unwrap();
    let at_another_time = compare(&told, &[ToldAct { at: later, ..leave }]);
    assert_eq!(at_another_time.unwrap_err().code(), "acts-and-transactions-differ");
}

#[test]
fn the_table_of_words_has_every_act_on_a_bill_and_takes_no_other_word() {
    let rows: BTreeSet<&str> = WORDS.iter().map(|words| words.op).collect();
    let acts = Op::ALL.iter().filter(|op| !matches!(op, Op::Keyset | Op::Rekey | Op::Adopt));
    assert_eq!(rows, acts.map(|op| op.as_str()).collect());

    let at: Timestamp = "2026-03-04T08:00:00.000Z".parse().unwrap();
    let said = |action: ActionCode| Transaction::new(action, &exporter(), Some(&bank()), at).unwrap();
    let check = |op: &str, actions: &[ActionCode]| {
        let transactions: Vec<Transaction> = actions.iter().copied().map(said).collect();
        let digest = Digest::of(b"act");
        check_words(&ToldAct { digest, op, at, transactions: &transactions, signer: None })
    };
    use ActionCode::{Endorse, EndorseToOrder, Issue, Sign, SurrenderAccepted, Transfer};
    check("move", &[EndorseToOrder, Transfer]).unwrap();
    check("note", &[]).unwrap();
    for (op, actions) in [
        ("move", &[Transfer, EndorseToOrder][..]),
        ("move", &[]),
        ("move", &[Endorse]),
        ("move", &[Sign, Transfer]),
        ("note", &[Transfer]),
        ("note", &[Endorse, Sign]),
        ("issue", &[Issue, Transfer]),
        ("close", &[Transfer]),
        ("leave", &[SurrenderAccepted]),
        ("keyset", &[]),
        ("nonsense", &[]),
    ] {
        assert_eq!(
            check(op, actions).unwrap_err().code(),
            "transactions-not-of-this-act",
            "{op} {actions:?}"
        );
    }
    let later = "2026-03-04T08:00:00.001Z".parse().unwrap();
    let transactions = [said(Transfer)];
    let act = ToldAct {
        digest: Digest::of(b"a"),
        op: "move",
        at: later,
        transactions: &transactions,
        signer: None,
    };
    assert_eq!(check_words(&act).unwrap_err().code(), "transactions-not-of-this-act", "another time");
    let transactions = [said(Transfer).telling(&Digest::of(b"a"))];
    let act = ToldAct { at, transactions: &transactions, ..act };
    assert_eq!(
        check_words(&act).unwrap_err().code(),
        "transactions-not-of-this-act",
        "details hold no reference"
    );
}

/// What the law's room takes in an act's details is what this room can tell of it.
#[test]
fn the_words_told_are_those_of_the_table_of_acts() {
    let mut ops = BTreeSet::new();
    for words in WORDS {
        let told: BTreeSet<Vec<&str>> =
            words.said.iter().map(|said| said.iter().map(|code| code.word()).collect()).collect();
        let table: BTreeSet<Vec<&str>> = bill::table::words_of(words.op.parse().unwrap())
            .map(|said| said.iter().map(|code| code.as_str()).collect())
            .collect();
        assert_eq!(told, table, "{}", words.op);
        ops.insert(words.op);
    }
    let acts: BTreeSet<&str> = bill::table::ROWS.iter().map(|row| row.deed.op().as_str()).collect();
    assert_eq!(ops, acts);
}

#[test]
fn a_transaction_is_read_as_it_is_written_or_refused() {
    let at = "2026-03-04T08:00:00.000Z".parse().unwrap();
    let amendment =
        Transaction::new(ActionCode::SurrenderForAmendment, &exporter(), Some(&bank()), at).unwrap();
    let paper = amendment.clone().with_reason(ReasonCode::SwitchToPaper).unwrap();
    assert_eq!((paper.reason(), amendment.reason()), (Some(ReasonCode::SwitchToPaper), None));
    let transfer = Transaction::new(ActionCode::Transfer, &exporter(), Some(&bank()), at).unwrap();
    assert_eq!(transfer.clone().with_reason(ReasonCode::SwitchBill).unwrap_err().code(), "bad-transaction");
    assert_eq!(
        Transaction::new(ActionCode::Transfer, &exporter(), None, at).unwrap_err().code(),
        "bad-transaction"
    );
    assert!(Transaction::new(ActionCode::BlankEndorse, &exporter(), None, at).is_ok());

    let written = String::from_utf8(json::canonical(transfer.value())).unwrap();
    let read =
        |text: &str| Transaction::read(&json::parse(text.as_bytes(), &Limits::bytes(9999)).unwrap(), "t");
    let kept = written.replacen('{', "{\"newMember\":1,", 1);
    assert_eq!(
        json::canonical(read(&kept).unwrap().value()),
        json::canonical(&json::parse(kept.as_bytes(), &Limits::bytes(9999)).unwrap())
    );
    for (from, to, code) in [
        ("\"TRANSFER\"", "\"TRNS\"", "bad-transaction"),
        ("\"actionDateTime\"", "\"timestamp\"", "member-missing"),
        ("\"eblPlatform\":\"TWKB\"", "\"eblPlatform\":\"TOOLONG\"", "bad-platform-code"),
        ("\"partyCode\"", "\"code\"", "bad-transaction"),
        ("\"actionCode\":", "\"reasonCode\":\"SWI\",\"actionCode\":", "bad-transaction"),
    ] {
        assert!(written.contains(from), "{from}");
        assert_eq!(read(&written.replace(from, to)).unwrap_err().code(), code, "{from}");
    }
}

#[test]
fn a_reference_names_an_act_or_none() {
    let act = Digest::of(b"act");
    let reference = audit_reference(&act);
    assert_eq!((reference.len(), &reference[..5]), (48, "twk1."));
    let at = "2026-03-04T08:00:00.000Z".parse().unwrap();
    let sign = Transaction::new(ActionCode::Sign, &exporter(), None, at).unwrap();
    assert_eq!((sign.telling(&act).act(), sign.act()), (Some(act), None));
    assert_eq!(sign.telling(&act).untold(), sign);
    for foreign in ["", "twk1.", "WAVE-17", "twk2.AAAA", &reference[..47], &format!("{reference}A")] {
        let mut object = sign.value().as_object().unwrap().clone();
        object.insert("auditReference", foreign);
        assert_eq!(Transaction::read(&Value::Object(object), "t").unwrap().act(), None, "{foreign}");
    }
}
