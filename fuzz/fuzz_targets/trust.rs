//! No bytes panic the readers of trust files and fraud proofs; who trusts nobody convicts nobody, and a trusted log has a
//! policy about it.
#![no_main]

use std::sync::LazyLock;

use crypto::json::{Limits, Value, parse};
use evidence::{
    claim::Outcome,
    fraud::FraudProof,
    trust::{TRUST_BYTES_MAX, Trust, TrustFile},
};
use libfuzzer_sys::fuzz_target;

static NOBODY: LazyLock<Trust> =
    LazyLock::new(|| Trust::parse(&TrustFile::default().write()).expect("an empty trust file is one"));
static CORRIDOR: LazyLock<Trust> = LazyLock::new(|| {
    Trust::parse(include_bytes!("../corpus/trust/corridor")).expect("the corridor's trust file is one")
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(trust) = Trust::parse(bytes) {
        let value = parse(bytes, &Limits::bytes(TRUST_BYTES_MAX)).expect("a trust file is JSON");
        let listed = value.get("registries").and_then(Value::as_array).expect("with a list of logs");
        for origin in listed.iter().filter_map(|log| log.get("origin")?.as_str()) {
            let log = trust.registry(origin).expect("each of which is trusted");
            assert!(log.policy().is_some() && log.origin() == origin);
        }
    }
    if let Ok(proof) = FraudProof::parse(bytes) {
        assert_ne!(proof.decide(&NOBODY).outcome(), Outcome::Pass);
        let _ = proof.decide(&CORRIDOR);
    }
});
