//! No bytes panic the readers of leaves, marks and submissions; what is read is written back as it was, and a registry
//! without keys admits none of it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registry::{
    governance::Statement,
    leaf::{Leaf, PlainMark},
    log::Log,
    state::State,
    submission::Submission,
    verified::verify,
};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(leaf) = Leaf::parse(bytes) {
        assert_eq!(leaf.to_bytes(), bytes);
        let mut log = Log::new();
        if log.read(bytes).is_ok() {
            assert_eq!(log.size(), 1);
        }
    }
    if let Ok(mark) = PlainMark::parse(bytes) {
        assert_eq!(mark.to_bytes(), bytes);
    }
    let read = [Submission::parse(bytes), Submission::parse_decline(bytes), Submission::parse_mark(bytes)];
    for submission in read.into_iter().flatten() {
        assert_eq!(submission.to_bytes(), bytes);
        let clock = "2026-03-09T04:00:00.000Z".parse().expect("a moment");
        let mut state = State::new("registry.example/fuzz/1");
        let verified = verify(&state, &submission, clock);
        assert!(state.admit(&submission, &verified, clock).is_err());
    }
    if let Ok(text) = str::from_utf8(bytes) {
        let _ = Statement::parse(text);
    }
});
