//! Bundles: no bytes panic a verifier, a bundle that is read is written and read again, and nothing about who signed is PASS
//! without trust.
#![no_main]

use evidence::{
    bundle::{Files, Read},
    claim::{Code, Outcome},
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
    // Who signed cannot be known from the file: without a reader's trust that claim is never PASS.
    for trust in [None, Some(&nobody)] {
        if let Ok(verdict) = verify(bytes, trust, &Asked::default()) {
            assert_ne!(verdict.exit(), 0);
            assert_ne!(verdict.claim(Code::Who).and_then(|who| who.outcome), Some(Outcome::Pass));
            let _ = (render::to_json(&verdict), render::to_text(&verdict));
        }
    }
});
