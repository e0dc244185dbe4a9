//! What nodes refuse, beside what the rooms below them do: the rows stand where they are used.

use vocab::RefusalKind;

use crate::{desk, directory, platform, proposal, registrar, settings, wire, witness};

/// Every row of this room. `docs/errors.md` is printed from it.
pub const REFUSALS: &[&RefusalKind] = &[
    &desk::NOTHING_TO_ACT_ON,
    &directory::BAD_DIRECTORY,
    &platform::BUNDLE_NOT_AT_HEAD,
    &platform::BUNDLE_NOT_PROVED,
    &platform::BUNDLE_OF_ANOTHER,
    &platform::BUNDLE_TOO_LONG,
    &platform::FOREIGN_CHAIN,
    &platform::NOT_AT_HOME,
    &platform::NOT_PROVED,
    &platform::NO_ISSUANCE_MANIFEST,
    &platform::NO_PARTY,
    &platform::OFFER_TOO_LARGE,
    &platform::OTHER_DOCUMENT,
    &platform::REHOMED,
    &platform::UNKNOWN_PARTY,
    &platform::UNKNOWN_RECORD,
    &proposal::NOT_A_PROPOSAL,
    &proposal::OTHER_BILL_PROPOSED,
    &proposal::OTHER_NUMBER,
    &proposal::SURRENDERED_ALREADY,
    &registrar::STARTING,
    &registrar::TOO_MANY_SUBMISSIONS,
    &settings::BAD_SETTINGS,
    &wire::BAD_MESSAGE,
    &wire::UNKNOWN_PATH,
    &witness::OTHER_SIZE,
];
