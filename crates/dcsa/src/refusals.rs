//! Every refusal of this room, for `docs/errors.md`.

use vocab::RefusalKind;

use crate::{check, document};

/// The refusals of this room, by code.
pub const REFUSALS: &[&RefusalKind] =
    &[&check::NOT_ISSUABLE, &document::NO_IDENTITY, &document::NOT_A_DOCUMENT];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_in_order_and_each_stands_once() {
        assert!(REFUSALS.windows(2).all(|pair| pair[0].code < pair[1].code));
    }
}
