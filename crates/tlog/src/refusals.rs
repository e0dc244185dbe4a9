//! The table of this room's refusals.

use vocab::RefusalKind;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal, $remedy:literal;)*) => {
        $($(#[$doc])* pub const $name: RefusalKind = RefusalKind { code: $code, sentence: $sentence, remedy: $remedy };)*

        /// Every refusal of this room, for `docs/errors.md`.
        pub const REFUSALS: &[&RefusalKind] = &[$(&$name),*];
    };
}

refusals! {
    /// Kept peaks that fit no tree.
    BAD_PEAKS = "bad-peaks", "The kept hashes are not those of a tree of this size.",
        "Read the tree again from its tiles.";
    /// A leaf or a subtree that the tree does not have.
    OUT_OF_TREE = "out-of-tree", "The log has no such leaf at this size.",
        "Ask for a leaf below the size of the checkpoint.";
    /// An inclusion proof that does not hold.
    INCLUSION_WRONG = "inclusion-wrong", "The proof does not show this leaf under this root.",
        "Fetch the leaf and its proof again; if it stays so, keep both and report the log.";
    /// A consistency proof that does not hold.
    CONSISTENCY_WRONG = "consistency-wrong", "The proof does not show that the later log extends the earlier one.",
        "Fetch the proof again; if it stays so, keep both checkpoints: together they convict the log.";
    /// A tile whose bytes are not hashes.
    BAD_TILE = "bad-tile", "The tile does not hold the hashes it should.",
        "Fetch the tile again from the log or its mirror.";
    /// A tile path that is not written as C2SP tlog-tiles writes it.
    BAD_TILE_PATH = "bad-tile-path", "This is not the path of a tile or of an entry bundle.",
        "Write it as tile/0/x001/067.p/3 or tile/entries/000.";
    /// A bundle that is not a row of length-prefixed entries.
    BAD_BUNDLE = "bad-bundle", "The entry bundle does not hold the entries it should.",
        "Fetch the bundle again from the log or its mirror.";
    /// A leaf beyond what a bundle can carry.
    LEAF_TOO_LONG = "leaf-too-long", "The leaf is longer than 65,535 bytes.",
        "Log a digest of it instead.";
    /// A note that breaks the form of C2SP signed-note.
    BAD_NOTE = "bad-note", "This is not a signed note.",
        "Hand in the note exactly as the log served it, final newline included.";
    /// A name that no key may bear.
    BAD_KEY_NAME = "bad-key-name", "A key's name is empty, too long, or has a space, a plus or a control character.",
        "Name the key like a web address without its scheme, for example witness.example/uk1.";
    /// A verifier key that cannot be read.
    BAD_VKEY = "bad-vkey", "This is not a verifier key of a known kind.",
        "Copy the key whole, as name+id+key, from whoever runs the log or witness.";
    /// A signing key that cannot be read.
    BAD_SKEY = "bad-skey", "This is not a signing key of a known kind.",
        "Use the line written when the key was made.";
    /// A time that no cosignature can bear.
    COSIGNATURE_TIME = "cosignature-time", "A cosignature cannot bear this time.",
        "Set the clock of the log or witness.";
    /// A signature by a known key that does not hold. C2SP signed-note: then the whole note is rejected.
    NOTE_SIGNATURE_WRONG = "note-signature-wrong", "A signature by a known key does not hold over this note.",
        "Fetch the note again; if it stays so, do not rely on any part of it.";
    /// Text that is not a checkpoint.
    BAD_CHECKPOINT = "bad-checkpoint", "This is not a checkpoint.",
        "Hand in the checkpoint exactly as the log served it.";
    /// A checkpoint of a log that the policy does not name.
    LOG_UNKNOWN = "log-unknown", "The policy does not name the log of this checkpoint.",
        "Use the policy of the corridor that the log belongs to.";
    /// A checkpoint that its own log has not signed.
    LOG_SIGNATURE_MISSING = "log-signature-missing", "The checkpoint bears no signature of its log's key.",
        "Fetch the checkpoint again from the log.";
    /// Too few cosignatures.
    QUORUM_NOT_MET = "quorum-not-met", "Too few of the policy's witnesses have cosigned this checkpoint.",
        "Wait for the witnesses and fetch the checkpoint again.";
    /// A `tlog-proof` file that cannot be read.
    BAD_PROOF = "bad-proof", "This is not a tlog-proof file.",
        "Export the proof again from the registry.";
    /// A policy text that breaks the form of C2SP tlog-policy.
    BAD_POLICY = "bad-policy", "This is not a policy of logs and witnesses.",
        "Correct the line named; the format is C2SP tlog-policy.";
    /// Quorums that need not meet. docs/control.md 9.
    QUORUMS_NEED_NOT_MEET = "quorums-need-not-meet",
        "Two quorums of this policy need not share a witness, so a log could show two histories and both would pass.",
        "On at least one side ask for more than half of the witnesses, and join the sides with `all`.";
    /// A slot that the map already holds.
    SLOT_TAKEN = "slot-taken", "The slot is already used.",
        "Nothing: the first leaf of a slot counts, and a second one is void.";
    /// A map proof in a shape that no map produces.
    BAD_MAP_PROOF = "bad-map-proof", "This is not a proof of presence or absence in a slot map.",
        "Ask the registry for the proof again.";
    /// A map proof that does not hold.
    MAP_PROOF_WRONG = "map-proof-wrong", "The proof does not show this about the slot under this map root.",
        "Ask for the proof against the map leaf of the checkpoint at hand.";
}
