//! Charters and member marks: what is read is, byte for byte, what would be signed, and a key counts only in good
//! standing, for its own use, from its own day.
#![no_main]

use libfuzzer_sys::fuzz_target;
use registry::{
    charter::Charter,
    governance::Statement,
    member::{Member, MemberKey, MemberState, Use},
};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let statement = Statement::parse(text);
    if let Ok(charter) = Charter::parse(text) {
        assert_eq!(charter.text(), text);
        assert!((1..=charter.authority().keys().len()).contains(&charter.authority().quorum()));
        assert_eq!(statement, Ok(Statement::Charter(Box::new(charter))));
    } else if let Ok(member) = Member::parse(text) {
        assert_eq!(member.text(), text);
        for listed in member.keys() {
            let (kid, at) = (listed.key.kid(), listed.from);
            for purpose in [Use::Counter, Use::Pint] {
                let stands =
                    |key: &MemberKey| key.key.kid() == kid && key.purpose == purpose && key.from <= at;
                let counts = member.state() == MemberState::Member && member.keys().iter().any(stands);
                assert_eq!(member.valid_key(&kid, purpose, at).is_some(), counts);
            }
        }
        assert_eq!(statement, Ok(Statement::Member(member)));
    } else {
        assert!(statement.is_err());
    }
});
