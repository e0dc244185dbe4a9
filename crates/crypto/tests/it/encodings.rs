//! Base64 and base64url: one value has one text, over arbitrary input.

use crypto::{base64, base64url};
use proptest::prelude::*;

proptest! {
    #[test]
    fn values_come_back(bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert_eq!(&base64::decode(&base64::encode(&bytes)).unwrap(), &bytes);
        prop_assert_eq!(&base64url::decode(&base64url::encode(&bytes)).unwrap(), &bytes);
        prop_assert_eq!(base64url::encode(&bytes).len(), (bytes.len() * 4).div_ceil(3));
    }

    #[test]
    fn no_other_text_has_the_value(text in "[A-Da-d0-3/+_=-]{0,12}") {
        if let Ok(bytes) = base64::decode(&text) {
            prop_assert_eq!(base64::encode(&bytes), text.as_str());
        }
        if let Ok(bytes) = base64url::decode(&text) {
            prop_assert_eq!(base64url::encode(&bytes), text);
        }
    }

    #[test]
    fn arbitrary_texts_never_panic(text in any::<String>()) {
        let _ = (base64::decode(&text), base64url::decode(&text), base64url::decode_exactly::<3>(&text));
    }
}
