//! The golden log of the protocol, admitted submission by submission: every leaf, the root and the checkpoint come out
//! byte for byte; every map proof is made from what the registry keeps.

use crypto::{Digest, json};
use registry::{
    governance,
    leaf::{self, Leaf, PlainMark},
    log,
    lookup::Published,
    slot,
    state::State,
    submission::{Signed, Submission},
    verified::verify,
};
use serde_json::Value;
use tlog::{
    checkpoint::SignedCheckpoint,
    key::{KeyKind, NoteSigner},
    policy::Policy,
    proof::LogProof,
};
use vocab::Timestamp;

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn digest(value: &Value) -> Digest {
    text(value).parse().unwrap()
}

/// The canonical text of a list of signatures.
fn list(signatures: &Value) -> String {
    let value = json::parse(signatures.to_string().as_bytes(), &json::Limits::bytes(1 << 20)).unwrap();
    String::from_utf8(json::canonical(&value)).unwrap()
}

fn signed(logged: &Value) -> Signed {
    Signed::parse(text(&logged["canonical"]).as_bytes(), list(&logged["signatures"]).as_bytes()).unwrap()
}

fn leaves(vectors: &Value) -> Vec<&str> {
    vectors["log"]["entries"].as_array().unwrap().iter().map(text).collect()
}

/// What begins at each leaf of the golden log; ticks, maps and the tag mark begin nothing.
pub(crate) fn submissions(vectors: &Value) -> Vec<(usize, Submission)> {
    let index = |logged: &Value| usize::try_from(logged["leafIndex"].as_u64().unwrap()).unwrap();
    let mut all = Vec::new();
    for (at, leaf) in leaves(vectors).iter().enumerate().take(3) {
        let Leaf::Mark { mark, .. } = Leaf::parse(leaf.as_bytes()).unwrap() else { panic!("leaf {at}") };
        all.push((at, Submission::parse_mark(&mark.to_bytes()).unwrap()));
    }
    let sets = vectors["keysets"].as_object().unwrap().values();
    let acts = vectors["chain"].as_array().unwrap().iter();
    for logged in sets.chain(acts).chain([&vectors["rekey"]]) {
        let one = Submission::Act(signed(logged));
        assert_eq!(Submission::parse(&one.to_bytes()).unwrap(), one);
        all.push((index(logged), one));
    }
    let (offer, decline) = (signed(&vectors["decline"]["offer"]), list(&vectors["decline"]["signatures"]));
    let decline = bill::signatures::SignatureList::parse(decline.as_bytes()).unwrap();
    let decline = Submission::Decline { offer, decline };
    assert_eq!(Submission::parse_decline(&decline.to_bytes()).unwrap(), decline);
    all.push((index(&vectors["decline"]), decline));
    all.sort_by_key(|(index, _)| *index);
    all
}

/// The golden log up to `size` leaves, admitted anew.
pub(crate) fn admitted(vectors: &Value, size: usize) -> State {
    let golden = leaves(vectors);
    let mut state = State::new(text(&vectors["log"]["origin"]));
    let mut submissions = submissions(vectors).into_iter().peekable();
    while state.log().size() < size.try_into().unwrap() {
        let index = usize::try_from(state.log().size()).unwrap();
        let at = Leaf::parse(golden[index].as_bytes()).unwrap().at();
        let written = match submissions.next_if(|(begins, _)| *begins == index) {
            Some((_, submission)) => {
                let verified = verify(&state, &submission, at);
                state.admit(&submission, &verified, at).unwrap().leaves
            }
            None if golden[index].contains("tick") => {
                assert_eq!(state.tick(at.minus(std::time::Duration::from_millis(1))), None);
                vec![state.tick(at).unwrap()]
            }
            None => vec![state.close(at).unwrap().0.unwrap()],
        };
        for (offset, leaf) in written.iter().enumerate() {
            assert_eq!(std::str::from_utf8(leaf).unwrap(), golden[index + offset], "leaf {}", index + offset);
        }
    }
    state
}

#[test]
fn every_golden_leaf_is_read_written_back_and_has_its_slot() {
    let Some(vectors) = testkit::vectors() else { return };
    for golden in leaves(&vectors) {
        let leaf = Leaf::parse(golden.as_bytes()).unwrap();
        assert_eq!(String::from_utf8(leaf.to_bytes()).unwrap(), golden);
    }
    for logged in vectors["chain"].as_array().unwrap().iter().chain([&vectors["rekey"]]) {
        let one = signed(logged);
        assert_eq!(slot::act(&one.act.record(), one.act.seq()), digest(&logged["slot"]));
        assert_eq!(one.signatures.digest(), digest(&logged["signaturesDigest"]));
        assert_eq!(one.entry(), digest(&logged["entryDigest"]));
    }
    let decline = &vectors["decline"];
    assert_eq!(slot::mark(&digest(&vectors["record"]), 0), digest(&decline["slot"]));
    let entry = leaf::entry(&digest(&decline["digest"]), &digest(&decline["signaturesDigest"]));
    assert_eq!(entry, digest(&decline["entryDigest"]));
    assert_eq!(slot::tag(&digest(&vectors["tag"]["tag"]), 0), digest(&vectors["tag"]["mark"]["slot"]));
    assert_eq!(slot::charter("registry.example/uk-sg/1"), digest(&vectors["charter"]["subject"]));
}

#[test]
fn the_golden_log_is_admitted_leaf_by_leaf_and_signed_byte_for_byte() {
    let Some(vectors) = testkit::vectors() else { return };
    let state = admitted(&vectors, 16);
    assert_eq!(state.log().size(), 16);
    let golden = SignedCheckpoint::parse(text(&vectors["log"]["checkpoint"]).as_bytes()).unwrap();
    let checkpoint = state.log().checkpoint(state.origin()).unwrap();
    assert_eq!(&checkpoint, golden.checkpoint());

    let keys = ["registry", "registryMlDsa"].map(|label| {
        let seed = crypto::base64url::decode(text(&vectors["keys"][label]["TEST_ONLY_private"])).unwrap();
        let kind = if label == "registry" { KeyKind::Ed25519 } else { KeyKind::CosignatureMlDsa44 };
        NoteSigner::from_seed(kind, state.origin().parse().unwrap(), &seed.try_into().unwrap())
    });
    // 2026-03-09T04:00:15Z is the time in the golden cosignatures.
    let signed = log::sign(checkpoint, &keys, "2026-03-09T04:00:15.000Z".parse().unwrap()).unwrap();
    let [ours, ml_dsa] = signed.note().signatures() else { panic!("two signatures") };
    let [golden_ours, golden_ml_dsa, ..] = golden.note().signatures() else { panic!("two signatures") };
    assert_eq!(ours, golden_ours);
    assert_eq!(
        (&ml_dsa.name, ml_dsa.key_id, &ml_dsa.bytes[..8]),
        (&golden_ml_dsa.name, golden_ml_dsa.key_id, &golden_ml_dsa.bytes[..8])
    );
    for key in &keys {
        assert!(key.verifier().check(signed.note()).unwrap().is_some(), "ours");
        assert!(key.verifier().check(golden.note()).unwrap().is_some(), "the golden one");
    }
}

#[test]
fn the_golden_map_proofs_are_what_a_look_up_answers() {
    let Some(vectors) = testkit::vectors() else { return };
    let state = admitted(&vectors, 16);
    let checkpoint = SignedCheckpoint::parse(text(&vectors["log"]["checkpoint"]).as_bytes()).unwrap();
    let published = Published::new(state.log().clone(), checkpoint).unwrap();
    assert_eq!(std::str::from_utf8(published.map_leaf()).unwrap(), text(&vectors["slotMap"]["leaf"]));

    let record = published.head(&digest(&vectors["record"])).unwrap();
    let bank = published.head(&digest(&vectors["keysets"]["bank"]["digest"])).unwrap();
    let exporter = published.head(&digest(&vectors["keysets"]["exporter"]["digest"])).unwrap();
    let subject = |code: &str| slot::platform(code.parse().unwrap());
    for (name, proof) in [
        ("act 3 is in the map", &record[0]),
        ("nothing follows act 3", &record[1]),
        ("no mark on the record after the decline", &record[2]),
        ("no mark on TWKA after membership", &published.no_further_mark(&subject("TWKA"))),
        ("no mark on TWKB after membership", &published.no_further_mark(&subject("TWKB"))),
        ("no later charter", &published.no_further_mark(&digest(&vectors["charter"]["subject"]))),
        ("tag used once", &published.tag_unused_since(&digest(&vectors["tag"]["tag"]))),
        ("the bank's key set has not changed", &bank[1]),
        ("the exporter's has, once", &exporter[0]),
        ("and no more", &exporter[1]),
    ] {
        let golden = list(&vectors["slotMap"]["proofs"][name]);
        assert_eq!(String::from_utf8(json::canonical(&proof.to_json())).unwrap(), golden, "{name}");
    }
    assert_eq!(vectors["slotMap"]["proofs"].as_object().unwrap().len(), 10);
    assert_eq!(published.head(&Digest::of(b"no such record")), None);
}

#[test]
fn an_older_map_leaf_under_a_newer_checkpoint_is_refused() {
    let Some(vectors) = testkit::vectors() else { return };
    let mut rows = vectors["refuse"].as_array().unwrap().iter();
    let row = rows.find(|row| row["name"] == "older map leaf under a newer checkpoint").unwrap();
    let check = |leaf: &Value, proof: &Value| {
        let proof = LogProof::parse(text(proof).as_bytes()).unwrap();
        proof.verify_inclusion(text(leaf).as_bytes()).unwrap();
        let size = proof.checkpoint().checkpoint().size();
        Leaf::parse(text(leaf).as_bytes()).unwrap().newest_map_root(proof.index(), size)
    };
    assert_eq!(check(&row["mapLeaf"], &row["tlogProof"]).unwrap_err().code(), "map-leaf-old");
    let newest = check(&vectors["slotMap"]["leaf"], &vectors["slotMap"]["tlogProof"]).unwrap();
    assert_eq!(newest, digest(&vectors["slotMap"]["root"]));
    let tick = Leaf::Tick { at: "2026-03-09T04:00:12.000Z".parse().unwrap() };
    assert_eq!(tick.newest_map_root(15, 16).unwrap_err().code(), "map-leaf-old");
}

#[test]
fn a_member_mark_with_one_authority_signature_of_two_is_refused() {
    let Some(vectors) = testkit::vectors() else { return };
    let mut rows = vectors["refuse"].as_array().unwrap().iter();
    let row = rows.find(|row| row["name"] == "member mark with one authority signature of two").unwrap();
    let Leaf::Mark { mark, at, .. } = Leaf::parse(text(&row["leaf"]).as_bytes()).unwrap() else {
        panic!("a mark")
    };
    let mut state = admitted(&vectors, 2);
    let before = state.clone();
    let mark = Submission::Mark(mark);
    let verified = verify(&state, &mark, at);
    assert_eq!(state.admit(&mark, &verified, at).unwrap_err().code(), "authority-missing");
    assert_eq!(state, before);
}

/// A reader replays the marks from their leaves and finds the same charter and members.
#[test]
fn charter_and_members_are_replayed_from_their_leaves() {
    let Some(vectors) = testkit::vectors() else { return };
    let mut replayed = None;
    for leaf in &leaves(&vectors)[..3] {
        let Leaf::Mark { mark, at, .. } = Leaf::parse(leaf.as_bytes()).unwrap() else { panic!("a mark") };
        replayed = Some(governance::replay(replayed, &mark, at).unwrap());
    }
    let state = admitted(&vectors, 3);
    assert_eq!(replayed.as_ref(), Some(state.governance().unwrap()));
    let replayed = replayed.unwrap();
    let charter = replayed.charter("2026-03-01T00:00:00.000Z".parse().unwrap());
    let policy = Policy::parse(text(&vectors["log"]["policy"])).unwrap();
    assert_eq!((charter.policy(), charter.authority().quorum(), replayed.charters()), (&policy, 2, 1));
    let kid = text(&vectors["keys"]["platformA"]["kid"]).parse().unwrap();
    let key = |at: &str| replayed.counter_key("TWKA".parse().unwrap(), kid, at.parse::<Timestamp>().unwrap());
    assert!(key("2026-02-27T23:59:59.999Z").is_none(), "not before its `from`");
    assert!(key("2026-02-28T00:00:00.000Z").is_some());

    let first = PlainMark::parse(&mark_bytes(leaves(&vectors)[1])).unwrap();
    let at = "2026-02-20T00:00:01.000Z".parse().unwrap();
    assert_eq!(governance::replay(None, &first, at).unwrap_err().code(), "charter-first");
    assert_eq!(governance::replay(Some(replayed), &first, at).unwrap_err().code(), "mark-out-of-count");
}

fn mark_bytes(leaf: &str) -> Vec<u8> {
    let Leaf::Mark { mark, .. } = Leaf::parse(leaf.as_bytes()).unwrap() else { panic!("a mark") };
    mark.to_bytes()
}
