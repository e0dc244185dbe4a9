//! Whatever is read as a message between platforms is written in one form, and that form reads back the same.
#![no_main]

use dcsa::pint::{EblEnvelope, EnvelopeManifest, EnvelopeTransferChainEntry, FinishedResponse, SignedEntry};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(envelope) = EblEnvelope::read(bytes) {
        assert_eq!(EblEnvelope::read(&envelope.to_bytes()).as_ref(), Ok(&envelope));
        for entry in &envelope.chain {
            drop(SignedEntry::unverified(entry));
        }
    }
    if let Ok(entry) = EnvelopeTransferChainEntry::read(bytes) {
        assert_eq!(EnvelopeTransferChainEntry::read(&entry.to_bytes()), Ok(entry));
    }
    if let Ok(manifest) = EnvelopeManifest::read(bytes) {
        let written = manifest.to_bytes().expect("what was read is small enough to write");
        assert_eq!(EnvelopeManifest::read(&written), Ok(manifest));
    }
    if let Ok(answer) = FinishedResponse::read(bytes) {
        let again = FinishedResponse::read(&answer.to_bytes()).expect("what is written is read");
        assert_eq!((again.code, again.last_entry), (answer.code, answer.last_entry));
    }
});
