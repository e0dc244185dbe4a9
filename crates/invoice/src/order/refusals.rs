//! Why an order does not become an invoice.

use vocab::RefusalKind;

/// What would be written breaks a rule.
pub const AGAINST_RULES: RefusalKind = RefusalKind {
    code: "order-against-rules",
    sentence: "The invoice that this order asks for would be refused.",
    remedy: "Change the order at this place as the finding says; `twakow invoice explain` with the rule's id says more.",
};

/// An amount that is stated and does not come out.
pub const AMOUNT_WRONG: RefusalKind = RefusalKind {
    code: "order-amount-wrong",
    sentence: "The order states an amount that its own figures do not make.",
    remedy: "Leave the amount out, for it is computed; or change it, or the figures that make it.",
};

/// A code that its list does not have.
pub const CODE_UNKNOWN: RefusalKind = RefusalKind {
    code: "order-code-unknown",
    sentence: "The order has a code that its list does not have.",
    remedy: "Write a code of the list that is named.",
};

/// Something that must be said and is not.
pub const KEY_MISSING: RefusalKind = RefusalKind {
    code: "order-key-missing",
    sentence: "The order does not say something that every invoice of its kind says.",
    remedy: "Add the key that is named, in the table that is named.",
};

/// Something that is said and has no meaning.
pub const KEY_UNKNOWN: RefusalKind = RefusalKind {
    code: "order-key-unknown",
    sentence: "The order has a key that means nothing here.",
    remedy: "Write one of the keys that are named, or leave it out.",
};

/// A profile that cannot be written.
pub const NO_SUCH_PROFILE: RefusalKind = RefusalKind {
    code: "order-profile-unknown",
    sentence: "No invoice can be written by this specification.",
    remedy: "Name one of the profiles that are listed.",
};

/// Goods, an allowance or a charge whose tax is not told.
pub const TAX_UNCLEAR: RefusalKind = RefusalKind {
    code: "order-tax-unclear",
    sentence: "The order does not say which of its entries under [[tax]] applies here.",
    remedy: "Write tax = \"…\" with a category of an entry under [[tax]], and rate = … where two entries have that category.",
};

/// More than an order may hold, or numbers that cannot be computed.
pub const TOO_MUCH: RefusalKind = RefusalKind {
    code: "order-too-much",
    sentence: "The order is larger than an invoice that is written here, or its numbers are.",
    remedy: "Divide the order into several, or write numbers of fewer digits.",
};

/// A value of another kind than the key asks for.
pub const VALUE_WRONG: RefusalKind = RefusalKind {
    code: "order-value-wrong",
    sentence: "The order has a value that cannot stand at this key.",
    remedy: "Write a value of the form that is named.",
};
