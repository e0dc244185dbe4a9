//! The table of this room's refusals. Rules on the record itself are `bill`'s, forms of the log are `tlog`'s.

use vocab::RefusalKind;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal, $remedy:literal;)*) => {
        $($(#[$doc])* pub const $name: RefusalKind = RefusalKind { code: $code, sentence: $sentence, remedy: $remedy };)*

        /// Every refusal of this room, for `docs/errors.md`.
        pub const REFUSALS: &[&RefusalKind] = &[$(&$name),*];
    };
}

refusals! {
    // Forms.
    /// Bytes that are no leaf of this log.
    BAD_LEAF = "bad-leaf", "This is not a leaf of a registry's log.",
        "Fetch the leaf again; if it stays so, keep it: no registry may log it.";
    /// A plain mark that is not put together as marks are.
    BAD_MARK = "bad-mark", "The mark is not a statement with its signatures.",
        "List each signature once, as JWS, rising by kid.";
    /// A charter that cannot be one.
    BAD_CHARTER = "bad-charter", "This is not a charter.",
        "Correct the member named; authority keys rise by kid, and the policy is about this log.";
    /// A member mark that cannot be one.
    BAD_MEMBER = "bad-member", "This is not a member mark.",
        "Correct the member named; each key stands once, and countersigning keys are Ed25519.";
    /// Bytes that are no submission.
    BAD_SUBMISSION = "bad-submission", "This is not a submission to a registry.",
        "Send one act file, or the two of a replacement in an array, without details.";

    // Marks (docs/control.md 9).
    /// Fewer than the quorum.
    AUTHORITY_MISSING = "authority-missing", "Too few keys of the authority have signed the mark.",
        "Have as many keys sign as the charter asks for.";
    /// A signature by a stranger, or one that does not hold.
    MARK_SIGNATURE_WRONG = "mark-signature-wrong", "A signature on the mark is not the authority's, or does not hold.",
        "Have the keys of the charter sign exactly the statement's text.";
    /// A mark out of its count.
    MARK_OUT_OF_COUNT = "mark-out-of-count", "The mark is not the next one on its subject.",
        "Sign a mark with the next number.";
    /// A mark about another log.
    MARK_OTHER_LOG = "mark-other-log", "The mark is about another log.",
        "Hand it to the log that it names.";
    /// A key that would count before its wait is over.
    KEY_TOO_SOON = "key-too-soon", "A new key would count before the charter's wait is over.",
        "Let its `from` lie the charter's member days after the mark, at least.";
    /// A log that has no charter yet, or has one already.
    CHARTER_FIRST = "charter-first", "The first leaf of a log is its charter, and nothing else.",
        "Found the log with a charter signed by its own authority.";

    // Admission (docs/control.md 8).
    /// A first act that names another log.
    OTHER_LOG = "other-log", "The first act names another log.",
        "Submit it to the registry that it names.";
    /// A record that never began here.
    RECORD_UNKNOWN = "record-unknown", "There is no such record here.",
        "Submit to the registry that the record's first act names.";
    /// A tag that is used, and not given up by the record that `from` names.
    TAG_USED = "tag-used", "This document has been issued already.",
        "Name the closed record in `from`, or issue another document.";
    /// `from` on a document that has not been issued.
    TAG_UNUSED = "tag-unused", "The record named in `from` was issued for another document.",
        "Issue the replacement for the same carrier, document reference and sub-reference, or leave `from` out.";
    /// A decline of what is admitted.
    ADMITTED_ALREADY = "admitted-already", "The act is admitted; it cannot be declined any more.",
        "If the transfer is unwanted, reject it in time or move the bill back.";
    /// Signatures that were checked are not those of this act and list.
    SIGNATURES_UNCHECKED = "signatures-unchecked", "The signatures were not checked for this act as things stand now.",
        "Submit again.";
    /// Stored leaves that the stored acts do not give.
    REPLAY_DIFFERS = "replay-differs", "The stored acts do not give the stored log.",
        "Do not start; restore the log from its mirror, and keep this copy as evidence.";

    // The log (docs/control.md 7, 9).
    /// A leaf older than the one before it.
    LEAF_TIME_FALLS = "leaf-time-falls", "The leaf's time lies before that of the leaf before it.",
        "Keep the leaves and report the log: no registry may do this.";
    /// A map leaf with a wrong root or size.
    MAP_LEAF_WRONG = "map-leaf-wrong", "The map leaf does not tell the slots used before it.",
        "Keep the leaves and report the log: together they convict it.";
    /// A map leaf that is not the last under its checkpoint.
    MAP_LEAF_OLD = "map-leaf-old", "This is not the newest map leaf under the checkpoint.",
        "Ask for the last leaf under the checkpoint, with slot proofs against its root.";
    /// A checkpoint without a map leaf at its end.
    NO_MAP_LEAF = "no-map-leaf", "The last leaf under a checkpoint must be a map leaf.",
        "Write the map leaf first.";
    /// A restart below what witnesses have cosigned.
    BELOW_WITNESSES = "below-witnesses", "Witnesses have cosigned more of this log than is here.",
        "Catch up from the mirror before starting; an old copy must not go on.";
    /// Too few witnesses have answered to know.
    WITNESSES_SILENT = "witnesses-silent", "Those witnesses that have not answered could have cosigned more of this log.",
        "Ask again until every quorum has a witness that has answered.";

    // The witness (docs/control.md 9, C2SP tlog-witness).
    /// A request that is not one.
    BAD_ADD_CHECKPOINT = "bad-add-checkpoint", "This is not a request to cosign a checkpoint.",
        "Send the old size, the consistency proof and the checkpoint.";
    /// A log that this witness does not know.
    LOG_NOT_WITNESSED = "log-not-witnessed", "This witness does not watch that log.",
        "Ask the operator to add the log's origin and keys.";
    /// A checkpoint without its log's signatures.
    LOG_NOT_SIGNED = "log-not-signed", "The checkpoint does not bear every signature of its log.",
        "Sign it with every key that the witness knows of the log.";
    /// A request from another size than the last.
    OLD_SIZE_OTHER = "old-size-other", "The last size that this witness cosigned is another one.",
        "Ask again from the size given.";
    /// A log that has shrunk.
    SMALLER_TREE = "smaller-tree", "The checkpoint is smaller than one cosigned before.",
        "An old copy was restored: catch up from the mirror.";
    /// A log with two histories.
    LOG_FORKED = "log-forked", "The leaves do not give the checkpoint's root.",
        "Keep both: a second history of one log convicts it.";
    /// Clocks that disagree.
    CLOCKS_APART = "clocks-apart", "The last leaf's time is more than 60 s from the witness's clock.",
        "Set the clocks; the log may write a tick and ask again.";
}
