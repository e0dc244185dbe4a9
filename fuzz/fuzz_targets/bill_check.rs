//! Whatever JSON object is looked at, looking ends with findings that name a place and a remedy.
#![no_main]

use dcsa::check::check;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(checked) = check(bytes) else { return };
    assert_eq!(checked.document.bytes(), bytes);
    for finding in &checked.findings {
        assert!(!finding.remedy.is_empty() && !finding.message.is_empty());
        assert!(finding.place.is_empty() || finding.place.starts_with('/'));
    }
});
