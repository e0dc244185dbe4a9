//! No bytes panic the readers of notes, checkpoints, proofs, policies and keys; what is read is written back as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registry::witness::AddCheckpoint;
use tlog::{
    checkpoint::SignedCheckpoint,
    key::{NoteSigner, VerifierKey},
    note::Note,
    policy::Policy,
    proof::LogProof,
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_string().as_bytes(), bytes);
    }
    if let Ok(signed) = SignedCheckpoint::parse(bytes) {
        assert_eq!(signed.checkpoint().to_string(), signed.note().text());
    }
    if let Ok(proof) = LogProof::parse(bytes) {
        assert_eq!(proof.to_string().as_bytes(), bytes);
        let _ = proof.verify_inclusion(b"leaf");
    }
    if let Ok(request) = AddCheckpoint::parse(bytes) {
        assert_eq!(request.to_string().as_bytes(), bytes);
    }
    let Ok(text) = str::from_utf8(bytes) else { return };
    if let Ok(key) = text.parse::<VerifierKey>() {
        assert_eq!(key.to_string(), text);
    }
    if let Ok(policy) = Policy::parse(text) {
        assert!(policy.liars_needed() > 0);
        assert!(policy.is_quorum(|_| true) && !policy.is_quorum(|_| false));
    }
    let _ = NoteSigner::from_skey(text);
});
