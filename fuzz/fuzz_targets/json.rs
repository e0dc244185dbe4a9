//! Whatever is read as JSON is written in one form, and that form reads back as the same value.
#![no_main]

use crypto::json::{Limits, canonical, parse, parse_canonical};
use libfuzzer_sys::fuzz_target;

const ROOM: Limits = Limits::bytes(1 << 16);

fuzz_target!(|bytes: &[u8]| {
    let Ok(value) = parse(bytes, &ROOM) else {
        assert!(parse_canonical(bytes, &ROOM).is_err());
        return;
    };
    let written = canonical(&value);
    // Writing can only lengthen: a control character takes six bytes where an escape took two.
    let again =
        parse_canonical(&written, &Limits::bytes(written.len())).expect("what is written is canonical");
    assert_eq!(again, value);
    assert_eq!(parse_canonical(bytes, &ROOM).is_ok(), written == bytes);
});
