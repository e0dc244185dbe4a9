//! Every way in which this room says no; `docs/errors.md` is printed from this table.

use vocab::RefusalKind;

use crate::{base64, digest, ed25519, json, jws, key, keyfile, ml_dsa44, signature, webauthn};

/// The rows, in the order of the modules.
pub const REFUSALS: &[&RefusalKind] = &[
    &base64::BAD_BASE64,
    &digest::BAD_DIGEST,
    &ed25519::BAD_SIGNATURE,
    &ed25519::WEAK_KEY,
    &json::DUPLICATE_MEMBER,
    &json::LONE_SURROGATE,
    &json::MEMBER_MISSING,
    &json::MEMBER_TYPE,
    &json::MEMBER_UNKNOWN,
    &json::NOT_CANONICAL,
    &json::NOT_JSON,
    &json::NUMBER_RANGE,
    &json::TOO_DEEP,
    &json::TOO_LARGE,
    &jws::BAD_JWS,
    &jws::BAD_JWS_HEADER,
    &key::BAD_KEY,
    &key::BAD_KID,
    &key::KEY_NOT_FOR_THIS,
    &keyfile::BAD_KEY_FILE,
    &keyfile::BAD_PASSPHRASE,
    &keyfile::KEY_FILE_COST,
    &keyfile::WRONG_PASSPHRASE,
    &ml_dsa44::BAD_ML_DSA_KEY,
    &signature::BAD_SIGNATURE_FORM,
    &webauthn::BAD_ASSERTION,
];

#[cfg(test)]
mod tests {
    use super::REFUSALS;

    #[test]
    fn every_code_is_one_row_and_every_row_has_a_sentence_and_a_remedy() {
        for (position, kind) in REFUSALS.iter().enumerate() {
            assert!(!kind.sentence.is_empty() && !kind.remedy.is_empty(), "{}", kind.code);
            assert!(REFUSALS.iter().skip(position + 1).all(|other| other.code != kind.code), "{}", kind.code);
        }
    }
}
