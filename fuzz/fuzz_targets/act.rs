//! Acts, signature lists, details and platforms' statements: what is read is, byte for byte, what would be written.
#![no_main]

use bill::{
    act::Act,
    details::{Details, DetailsBody},
    signatures::{Counter, SignatureList},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(act) = Act::parse(bytes) {
        assert_eq!(act.bytes(), bytes);
        let _ = act.first_release();
    }
    if let Ok(list) = SignatureList::parse(bytes) {
        assert_eq!(list.bytes(), bytes);
    }
    if let Ok(counter) = Counter::parse(bytes) {
        assert_eq!(counter.bytes(), bytes);
    }
    if let Ok(details) = Details::parse(bytes) {
        let again = match details.body() {
            DetailsBody::Bill(said) => said.write(),
            DetailsBody::Set(said) => said.write(),
        };
        assert_eq!(again.as_ref(), Ok(&details));
    }
});
