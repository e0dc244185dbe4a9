//! No bytes panic the reader of key files, and none that it reads may ask for more than the limits.
#![no_main]

use crypto::keyfile::{Cost, KeyFile};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(file) = KeyFile::read(bytes) else { return };
    // Opening is tried at the least cost only: the derivation is Argon2's, and slow on purpose.
    if Cost::new(8, 1, 1).is_ok_and(|least| least == file.cost()) {
        let _ = file.decrypt(b"three tall masts");
    }
});
