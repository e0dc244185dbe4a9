//! `tlog-proof` files: the golden ones, and every way to spell one wrongly.

use tlog::{
    policy::Policy,
    proof::{LogProof, PROOF_BYTES_MAX, PROOF_EXTRA_BYTES_MAX},
};

use crate::{golden_leaves, vectors};

#[test]
fn the_golden_proofs_are_read_verified_and_written_back() {
    let Some(vectors) = vectors() else { return };
    let leaves = golden_leaves(&vectors);
    let policy = Policy::parse(vectors["log"]["policy"].as_str().unwrap()).unwrap();
    for (text, index) in [
        (&vectors["log"]["tlogProofOfAct3"], 13),
        (&vectors["slotMap"]["tlogProof"], 15),
        (&vectors["olderMapLeaf"]["tlogProof"], 9),
    ] {
        let text = text.as_str().unwrap();
        let proof = LogProof::parse(text.as_bytes()).unwrap();
        assert_eq!((proof.to_string().as_str(), proof.index(), proof.extra()), (text, index, None));
        for (place, leaf) in (0..).zip(&leaves) {
            let verdict = proof.verify_inclusion(leaf.as_bytes());
            assert_eq!(verdict.is_ok(), place == index, "leaf {place} by the proof of {index}");
        }
        let cosigned = policy.judge(proof.checkpoint()).unwrap();
        assert_eq!(cosigned.checkpoint(), proof.checkpoint().checkpoint());
        let (hashes, checkpoint) = (proof.hashes().to_vec(), proof.checkpoint().clone());
        assert_eq!(LogProof::new(index, hashes, checkpoint), proof);
    }
}

const PROOF: &str = "c2sp.org/tlog-proof@v1\nindex 7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    log.example/1\n8\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n— log.example/1 Uw2QOkk=\n";

#[test]
fn extra_data_is_kept() {
    let text = PROOF.replace("index", "extra AQID\nindex");
    let proof = LogProof::parse(text.as_bytes()).unwrap();
    assert_eq!((proof.extra(), proof.to_string()), (Some(&[1, 2, 3][..]), text));
}

#[test]
fn what_is_not_exactly_a_proof_is_refused() {
    LogProof::parse(PROOF.as_bytes()).unwrap();
    let hash = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let hashes = |count: usize| PROOF.replacen(hash, &hash.repeat(count), 1);
    LogProof::parse(hashes(63).as_bytes()).unwrap();
    LogProof::parse(hashes(0).as_bytes()).unwrap();
    let extra = |bytes: usize| {
        PROOF.replace("index", &format!("extra {}\nindex", crypto::base64::encode(&vec![0; bytes])))
    };
    LogProof::parse(extra(PROOF_EXTRA_BYTES_MAX).as_bytes()).unwrap();
    for bad in [
        String::new(),
        "c2sp.org/tlog-proof@v1".into(),
        PROOF.replace("@v1", "@v2"),
        PROOF.replace("index 7", "index 07"),
        PROOF.replace("index 7\n", ""),
        PROOF.replace("index 7", "index -7"),
        PROOF.replace("index 7", "index 7 "),
        PROOF.replace("index", "extra !\nindex"),
        PROOF.replace("index", "extra AQID\nextra AQID\nindex"),
        PROOF.replacen(hash, "CsUY\n", 1),
        hashes(64),
        extra(PROOF_EXTRA_BYTES_MAX + 1),
        "x".repeat(PROOF_BYTES_MAX + 1),
        PROOF.replace('\n', "\r\n"),
        PROOF.replacen(hash, &format!("{hash}\n\n"), 1),
        PROOF.replace("\n8\n", "\n08\n"),
        PROOF.trim_end().into(),
        format!("\n{PROOF}"),
    ] {
        let code = LogProof::parse(bad.as_bytes()).unwrap_err().code();
        assert!(
            ["bad-proof", "bad-note", "bad-checkpoint", "bad-base64"].contains(&code),
            "{bad:.200?}: {code}"
        );
    }
    assert_eq!(LogProof::parse(b"\xff").unwrap_err().code(), "bad-proof");
}
