//! Every refusal of this room, for `docs/errors.md`.

use vocab::RefusalKind;

use crate::{check, document, pint, transaction};

/// The refusals of this room, by code.
pub const REFUSALS: &[&RefusalKind] = &[
    &transaction::ACTS_AND_ENTRY_DIFFER,
    &pint::ANSWER_NOT_OURS,
    &pint::BAD_ENVELOPE,
    &pint::BAD_REFERENCE,
    &pint::BAD_RESPONSE_CODE,
    &transaction::BAD_TRANSACTION,
    &pint::DOCUMENT_AGAINST_SCHEMA,
    &check::NOT_ISSUABLE,
    &document::NO_IDENTITY,
    &pint::TOO_MANY,
    &pint::IMPOSSIBLE_CHAIN,
    &pint::NO_PINT_KEY,
    &document::NOT_A_DOCUMENT,
    &pint::SIGNED_BY_NOBODY_KNOWN,
    &transaction::WORDS_OF_ANOTHER_ACT,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_stands_once() {
        assert!(REFUSALS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
