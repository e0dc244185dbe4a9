//! What the ledger may find, as rows.

use vocab::Severity;

use crate::own::OwnRule;

const DUPLICATE_SOURCE: &str = "EN 16931-1, BT-1: the number identifies the invoice uniquely";
const CREDIT_SOURCE: &str = "EN 16931-1, BG-3: the invoice that is credited or corrected";
const ACCOUNT_SOURCE: &str =
    "Practice of accounts payable: a new account is confirmed with the seller before it is paid";

/// The document is in the history already.
pub(super) const DUPLICATE: OwnRule = OwnRule {
    id: "ledger-duplicate",
    severity: Severity::Fatal,
    terms: &["BT-1", "BT-2", "BT-112"],
    message: "An earlier document of this seller has the same number, date and total: it came before.",
    remedy: "Do not book or pay it again.",
    source: DUPLICATE_SOURCE,
};

/// The number was used before, for something else.
pub(super) const NUMBER_AGAIN: OwnRule = OwnRule {
    id: "ledger-number-again",
    severity: Severity::Warning,
    terms: &["BT-1"],
    message: "An earlier document of this seller has the same number, and another date or total.",
    remedy: "Ask the seller which of the two holds; a correction needs a number of its own.",
    source: DUPLICATE_SOURCE,
};

/// Another number, and everything else the same.
pub(super) const LOOK_ALIKE: OwnRule = OwnRule {
    id: "ledger-look-alike",
    severity: Severity::Warning,
    terms: &["BT-1", "BT-2", "BT-112"],
    message: "An earlier document of this seller has the same date and total under another number.",
    remedy: "See whether both ask for the same goods.",
    source: DUPLICATE_SOURCE,
};

/// More is given back than was asked for.
pub(super) const OVER_CREDITED: OwnRule = OwnRule {
    id: "ledger-over-credited",
    severity: Severity::Fatal,
    terms: &["BT-25", "BT-112"],
    message: "The credit notes on an invoice give back more than its total.",
    remedy: "Credit at most what is left, or name the right invoice.",
    source: CREDIT_SOURCE,
};

/// What is credited is not in the history.
pub(super) const CREDITED_UNKNOWN: OwnRule = OwnRule {
    id: "ledger-credited-unknown",
    severity: Severity::Warning,
    terms: &["BT-25"],
    message: "The invoice that is credited is not in the history, so nobody can say what is left of it.",
    remedy: "Add that invoice to the history, or correct the number in cac:InvoiceDocumentReference/cbc:ID.",
    source: CREDIT_SOURCE,
};

/// A credit note that names no invoice.
pub(super) const CREDITS_NOTHING: OwnRule = OwnRule {
    id: "ledger-credits-nothing",
    severity: Severity::Warning,
    terms: &["BG-3"],
    message: "The credit note names no invoice, so nobody can say what it reduces.",
    remedy: "Write the invoice's number into cac:BillingReference/cac:InvoiceDocumentReference/cbc:ID.",
    source: CREDIT_SOURCE,
};

/// Credit and invoice cannot be set against each other.
pub(super) const NOT_COMPARED: OwnRule = OwnRule {
    id: "ledger-not-compared",
    severity: Severity::Warning,
    terms: &["BT-5", "BT-112"],
    message: "An invoice and its credit notes are in different currencies, a total is no number, or they are too many: nothing was compared.",
    remedy: "Credit an invoice in its own currency.",
    source: CREDIT_SOURCE,
};

/// The credit note is older than its invoice.
pub(super) const CREDITED_BEFORE: OwnRule = OwnRule {
    id: "ledger-credited-before",
    severity: Severity::Warning,
    terms: &["BT-2", "BT-25"],
    message: "The credit note is dated before the invoice that it credits.",
    remedy: "Check the dates, and the number of the invoice.",
    source: CREDIT_SOURCE,
};

/// What is left of an invoice.
pub(super) const BALANCE: OwnRule = OwnRule {
    id: "ledger-balance",
    severity: Severity::Advice,
    terms: &["BT-25", "BT-112"],
    message: "What is left of the credited invoice after this credit note.",
    remedy: "Tell whoever lends against the invoice.",
    source: CREDIT_SOURCE,
};

/// The money is to go where it never went.
pub(super) const ACCOUNT_NEW: OwnRule = OwnRule {
    id: "ledger-account-new",
    severity: Severity::Warning,
    terms: &["BT-84"],
    message: "The invoice asks to be paid into an account that no earlier invoice of this seller named.",
    remedy: "Confirm it with the seller over a way you know of old, not over the invoice or its covering letter.",
    source: ACCOUNT_SOURCE,
};

/// Everything that a ledger may find.
pub static LEDGER_RULES: [&OwnRule; 10] = [
    &ACCOUNT_NEW,
    &BALANCE,
    &CREDITED_BEFORE,
    &CREDITED_UNKNOWN,
    &CREDITS_NOTHING,
    &DUPLICATE,
    &LOOK_ALIKE,
    &NOT_COMPARED,
    &NUMBER_AGAIN,
    &OVER_CREDITED,
];
