//! Every way in which this room says no; `docs/errors.md` is printed from this table.

use vocab::RefusalKind;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal, $remedy:literal;)*) => {
        $($(#[$doc])* pub const $name: RefusalKind = RefusalKind { code: $code, sentence: $sentence, remedy: $remedy };)*

        /// The rows, in the order of their codes' appearance here.
        pub const REFUSALS: &[&RefusalKind] = &[$(&$name),*];
    };
}

refusals! {
    /// The bytes are no bundle at all: exit 2.
    NOT_A_BUNDLE = "not-a-bundle",
        "This file is not an evidence bundle.",
        "Ask whoever sent it for the .twk file itself, unchanged.";
    /// Longer than anything we read.
    BUNDLE_TOO_LARGE = "bundle-too-large",
        "The bundle, or a file in it, is larger than a verifier reads.",
        "Leave out supporting files, or export again.";
    /// The zip could be read in more ways than one.
    BAD_ZIP = "bad-zip",
        "The zip is built so that two readers could see different files in it.",
        "Unpack the bundle and zip its files again with an ordinary tool, or export again.";
    /// A name that the format does not have.
    STRAY_PATH = "stray-path",
        "The bundle holds a file that the format does not know.",
        "Remove the file; what belongs to the record has its place in docs/evidence-bundle.md.";
    /// A name that occurs twice.
    DOUBLE_PATH = "double-path",
        "The bundle holds two files of one name.",
        "Export again; a bundle with two files of one name is not evidence.";
    /// A number or half of a pair is missing.
    BAD_LAYOUT = "bad-layout",
        "A file that the bundle must have is missing.",
        "Export again.";
    /// The manifest does not describe the files.
    BAD_MANIFEST = "bad-manifest",
        "The manifest does not describe the files in the bundle.",
        "Get the bundle again from where it came: it was changed or damaged on its way.";
    /// A file in the bundle is not what its path says.
    BAD_FORM = "bad-form",
        "A file in the bundle does not have the form that its place asks for.",
        "Export again.";
    /// A fraud proof that cannot be read.
    BAD_FRAUD = "bad-fraud-proof",
        "This is not a fraud proof.",
        "Write it as docs/formats.md says; a claim without its signed objects convicts nobody.";
    /// A trust file that cannot be read.
    BAD_TRUST = "bad-trust",
        "The trust file cannot be used.",
        "Correct the file; docs/formats.md describes it.";
}
