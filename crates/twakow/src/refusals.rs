//! What the command line itself refuses. `docs/errors.md` is printed from this table.

use vocab::RefusalKind;

/// Every row of this file.
#[allow(dead_code, reason = "the generator of docs/errors.md, which includes this file, reads it")]
pub(crate) const REFUSALS: &[&RefusalKind] = &[
    &ATTACHMENT_EXISTS,
    &FILE_NOT_READ,
    &NOT_FINAL_YET,
    &NO_PREDECESSOR,
    &NO_RULES_FOR_INVOICE,
    &NO_SUCH_KEY,
    &ORDER_NOT_READ,
    &ORDER_REFUSED,
    &READABLE_BY_OTHERS,
    &TOO_MANY_INVOICES,
    &UNKNOWN_INVOICE_PROFILE,
    &UNKNOWN_INVOICE_RULE,
    &UNKNOWN_NODE,
    &UNKNOWN_RULE,
    &UNKNOWN_RULE_SET,
];

/// A file where an attachment would be written.
pub(crate) const ATTACHMENT_EXISTS: RefusalKind = RefusalKind {
    code: "attachment-exists",
    sentence: "There is a file of this name already, and no file is ever replaced by an attachment.",
    remedy: "Name an empty folder with --out.",
};

/// A file that is not there, or cannot be read. The command could not run: exit code 2.
pub(crate) const FILE_NOT_READ: RefusalKind = RefusalKind {
    code: "file-not-read",
    sentence: "This file cannot be read.",
    remedy: "Look whether the name is right, seen from the folder in which you are, and whether you may read the file.",
};

/// A key set that the log does not show yet.
pub(crate) const NOT_FINAL_YET: RefusalKind = RefusalKind {
    code: "not-final-yet",
    sentence: "The key set is not in the final log yet, and no file was written.",
    remedy: "In a new corridor the platforms' keys count a minute after `corridor init` (with --member-days, so many days later): \
             wait that long and run the command again. Else run `twakow corridor run`, and the command again.",
};

/// A record that took no other's place.
pub(crate) const NO_PREDECESSOR: RefusalKind = RefusalKind {
    code: "no-predecessor",
    sentence: "The record took no other record's place.",
    remedy: "Leave out the ~ and its number; `twakow bill history` shows the record itself.",
};

/// No rules to judge by.
pub(crate) const NO_RULES_FOR_INVOICE: RefusalKind = RefusalKind {
    code: "no-rules-for-invoice",
    sentence: "No set of rules that is held applies to this invoice.",
    remedy: "Name a set with --set or a profile with --profile, or another day with --date.",
};

/// A key that a set does not have.
pub(crate) const NO_SUCH_KEY: RefusalKind = RefusalKind {
    code: "no-such-key",
    sentence: "This names no key of the set, or several.",
    remedy: "Name a key file, or enough of one key's id: `twakow key show SET` lists them.",
};

/// An order that is neither TOML nor JSON.
pub(crate) const ORDER_NOT_READ: RefusalKind = RefusalKind {
    code: "order-not-read",
    sentence: "The order is neither TOML nor JSON.",
    remedy: "Mend it where the message says; docs/invoice-new.md has an order to begin with.",
};

/// An order of which no invoice was written.
pub(crate) const ORDER_REFUSED: RefusalKind = RefusalKind {
    code: "order-refused",
    sentence: "No invoice was written.",
    remedy: "Do what is said above for each place, and run the command again.",
};

/// A secret file that others can read.
pub(crate) const READABLE_BY_OTHERS: RefusalKind = RefusalKind {
    code: "readable-by-others",
    sentence: "Others on this machine can read this secret file.",
    remedy: "Run chmod 600 on it; if somebody may have read it, replace the key.",
};

/// More documents than one run takes.
pub(crate) const TOO_MANY_INVOICES: RefusalKind = RefusalKind {
    code: "too-many-invoices",
    sentence: "There are more documents than one run checks.",
    remedy: "Check one folder after another.",
};

/// A profile that is not known.
pub(crate) const UNKNOWN_INVOICE_PROFILE: RefusalKind = RefusalKind {
    code: "unknown-invoice-profile",
    sentence: "No profile of invoices has this name.",
    remedy: "Write core, peppol, peppol-sb, pint-sg, pint, sg-bis, xrechnung or factur-x.",
};

/// A rule that no set has.
pub(crate) const UNKNOWN_INVOICE_RULE: RefusalKind = RefusalKind {
    code: "unknown-invoice-rule",
    sentence: "No set of rules for invoices has a rule of this name.",
    remedy: "Run `twakow invoice explain` without a rule: it lists them all.",
};

/// A node that the corridor does not have.
pub(crate) const UNKNOWN_NODE: RefusalKind = RefusalKind {
    code: "unknown-node",
    sentence: "No platform of this corridor has this name.",
    remedy: "Name carrier, platform-a or platform-b: the folders in the corridor's folder.",
};

/// A rule that does not exist.
pub(crate) const UNKNOWN_RULE: RefusalKind = RefusalKind {
    code: "unknown-rule",
    sentence: "There is no rule of this name.",
    remedy: "Run `twakow bill explain` without a rule: it lists them all.",
};

/// A set of rules that is not held.
pub(crate) const UNKNOWN_RULE_SET: RefusalKind = RefusalKind {
    code: "unknown-rule-set",
    sentence: "No set of rules for invoices has this name.",
    remedy: "Run `twakow invoice explain`: its first column names the sets.",
};
