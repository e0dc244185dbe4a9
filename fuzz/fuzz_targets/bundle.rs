//! Bundles, trust files and fraud proofs: no bytes panic a verifier, and a bundle that is read is written and read again.
#![no_main]

use evidence::{
    bundle::{Files, Read},
    fraud::FraudProof,
    render,
    trust::{Trust, TrustFile},
    verify::{Asked, verify},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(Read::Whole(files)) = Files::read(bytes) {
        let again = files.write().map(|bytes| Files::read(&bytes));
        assert_eq!(again, Ok(Ok(Read::Whole(files))));
    }
    let nobody = Trust::parse(&TrustFile::default().write()).expect("an empty trust file is one");
    if let Ok(verdict) = verify(bytes, Some(&nobody), &Asked::default()) {
        assert_ne!(verdict.exit(), 0);
        let _ = (render::to_json(&verdict), render::to_text(&verdict));
    }
    let _ = Trust::parse(bytes);
    if let Ok(proof) = FraudProof::parse(bytes) {
        let _ = proof.decide(&nobody);
    }
});
