//! Every way this room says no: one row a code. `docs/errors.md` is printed from [`REFUSALS`].

use vocab::RefusalKind;

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $sentence:literal, $remedy:literal;)*) => {
        $(
            $(#[$doc])*
            pub const $name: RefusalKind = RefusalKind { code: $code, sentence: $sentence, remedy: $remedy };
        )*
        /// Every row of this room, in the order of this file.
        pub const REFUSALS: &[&RefusalKind] = &[$(&$name),*];
    };
}

refusals! {
    // Forms (docs/control.md 1, 4).
    /// Lawful in the protocol, absent from this version (docs/control.md, "First release").
    NOT_YET = "not-yet",
        "This version does not do that yet.",
        "Use an act of the first release; the record is unharmed and can do it in a later version.";
    /// Acts are at most 4 KiB, set acts 8 KiB.
    ACT_TOO_LONG = "act-too-long",
        "The act is longer than acts may be.",
        "Put what the registry need not see into the details.";
    /// `v` names a format this version does not read.
    UNKNOWN_VERSION = "unknown-version",
        "The member `v` names another format.",
        "Write the format that the protocol names, or use a newer version of this software.";
    /// `op` is no act of the protocol.
    UNKNOWN_OP = "unknown-op",
        "There is no such act.",
        "Use an act of the table in docs/acts.md.";
    /// A word outside its closed list (`custody`, `purpose`, `end`, `kind`, `role`, an action code).
    UNKNOWN_WORD = "unknown-word",
        "The word is not one of those allowed here.",
        "Use one of the words that the protocol lists for this member.";
    /// A list that must be sorted and without repetition is not.
    NOT_SORTED = "not-sorted",
        "The list is not in strictly rising order.",
        "Sort it and leave each entry once.";
    /// A list that must not be empty is.
    EMPTY_LIST = "empty-list",
        "The list is empty.",
        "Name at least one.";
    /// A list longer than its named limit.
    TOO_MANY = "too-many",
        "The list is longer than allowed.",
        "Stay within the limit named in docs/control.md.";
    /// A text that is empty, too long, or holds control characters.
    BAD_TEXT = "bad-text",
        "The text is empty, too long, or holds characters that are not allowed here.",
        "Write it within its limit, without control characters.";
    /// Platform codes are four capitals or digits.
    BAD_PLATFORM = "bad-platform",
        "A platform code is four capital letters or digits.",
        "Use the platform's DCSA code, or the code agreed in the corridor.";
    /// `registry.origin` or `registry.url` is not one.
    BAD_REGISTRY = "bad-registry",
        "The registry's origin or address is not well formed.",
        "Copy both from the registry's charter.";
    /// A first act must have `seq` 0, every other a higher one.
    BAD_SEQ = "bad-seq",
        "The act's number does not fit its kind.",
        "A first act has seq 0, every other the number after its predecessor's.";
    /// A 16-byte value that is not.
    BAD_SALT = "bad-salt",
        "The salt is not 16 bytes in base64url.",
        "Use 16 fresh random bytes, without padding.";
    /// Keys of holders are Ed25519 or P-256; passkeys P-256 and never portable.
    BAD_KEY_KIND = "bad-key-kind",
        "The key's kind, algorithm and portability do not go together.",
        "A passkey is P-256, names its site and is never portable; a file or token is Ed25519 or P-256.";
    /// docs/control.md 4: at least one key bound to no web site.
    NO_PORTABLE_KEY = "no-portable-key",
        "The key set has no portable key.",
        "Add a key file or token that is portable; a passkey dies with its web site.";
    /// `recovery` is not one.
    BAD_RECOVERY = "bad-recovery",
        "The recovery quorum or one of its waits is out of range.",
        "Choose a quorum between 1 and the number of members, and waits of a year at most.";

    // Signatures (docs/control.md 2, 7).
    /// The list does not have the shape that the act asks for.
    SIGNATURE_MISSING = "signature-missing",
        "A signature that this act needs is absent.",
        "Have the missing party sign, then submit again.";
    /// Something beside what the act asks for.
    SIGNATURE_EXTRA = "signature-extra",
        "There is a signature that this act does not call for.",
        "Submit exactly the signatures of docs/acts.md, each once.";
    /// One key signed twice.
    SIGNATURE_TWICE = "signature-twice",
        "One key signed twice.",
        "Leave each signature once.";
    /// The order of docs/control.md 7 is not kept.
    SIGNATURE_ORDER = "signature-order",
        "The signatures are not in the protocol's order.",
        "Holders first, in the order of the sets or keys, then home or enrol, then accept.";
    /// docs/control.md: a countersignature passed off as acceptance.
    WRONG_ROLE = "wrong-role",
        "The platform signed in another role than the act needs.",
        "Ask the platform for a statement in the role that is needed.";
    /// A statement of another platform.
    WRONG_PLATFORM = "wrong-platform",
        "The statement is another platform's.",
        "Ask the platform that the act names.";
    /// A statement over another act.
    WRONG_ACT = "wrong-act",
        "The statement is about another act.",
        "Ask for a statement over this act's digest.";
    /// The key set is no record of this log.
    SET_UNKNOWN = "set-unknown",
        "The key set is not known here.",
        "Enrol the key set in the registry that sequences the record.";
    /// Key not in the set, or no longer in force.
    KEY_NOT_IN_SET = "key-not-in-set",
        "The signing key is not in force in the key set.",
        "Sign with a key that the set holds now.";
    /// A key that still waits out its removal.
    KEY_ENDING = "key-ending",
        "The signing key was removed; it may only object until its wait ends.",
        "Sign with a key that the set holds now.";
    /// A passkey's assertion where a JWS is due, or the reverse.
    WRONG_FORM = "wrong-form",
        "The signature's form does not fit the key's kind.",
        "Passkeys sign by assertion, key files and tokens by JWS.";
    /// The platform has no such key valid now.
    PLATFORM_KEY_UNKNOWN = "platform-key-unknown",
        "The platform has no such countersigning key now.",
        "The platform signs with a key that its member mark lists.";
    /// docs/control.md 4: a rekey is by a portable key in force.
    KEY_NOT_PORTABLE = "key-not-portable",
        "A key set is changed by a portable key only.",
        "Sign the change with a key file or token that is portable.";

    // Key sets (docs/control.md 4).
    /// The rekey does not follow the set's head.
    SET_NOT_HEAD = "set-not-head",
        "The change does not follow the key set's last act.",
        "Read the set's head and sign again.";
    // Control (docs/control.md 5, 3.1, 8, 3.2).
    /// The act belongs to another record.
    WRONG_RECORD = "wrong-record",
        "The act belongs to another record.",
        "Submit it to the record that it names.";
    /// Compare-and-swap on the head.
    NOT_HEAD = "not-head",
        "The act does not follow the record's last act.",
        "Read the record's head; if you are still in control, sign again upon it.";
    /// 1,024 acts a record.
    RECORD_FULL = "record-full",
        "The record has as many acts as a record may have.",
        "Nothing can follow; ask the carrier for a replacement bill next time before the record is full.";
    /// The last 16 acts are kept for ways out.
    RECORD_ENDING = "record-ending",
        "The record's last acts are kept for surrender, close, return, reclaim, leave and rehome.",
        "Surrender the bill for amendment and have it replaced.";
    /// Nothing follows a close.
    CLOSED = "closed",
        "The record is closed.",
        "Nothing can follow; look for its successor or the paper that replaced it.";
    /// The carrier holds.
    SURRENDERED = "surrendered",
        "The bill is surrendered; the carrier has it in hand.",
        "Wait for the carrier's close or return; after the answer date the surrenderer may reclaim.";
    /// The act needs a surrendered bill.
    NOT_SURRENDERED = "not-surrendered",
        "The bill is not surrendered.",
        "The holder surrenders it first.";
    /// `by` is not the controller of the moment.
    NOT_IN_CONTROL = "not-in-control",
        "The signer is not in control of the record.",
        "The party in control signs; see the record's head for who that is.";
    /// Only the remembered holder reclaims.
    NOT_SURRENDERER = "not-surrenderer",
        "Only the one who surrendered may reclaim.",
        "The holder remembered by the record signs the reclaim.";
    /// A surrender goes to the issuing carrier.
    NOT_TO_ISSUER = "not-to-issuer",
        "A bill is surrendered to the carrier that issued it.",
        "Name the issuer's key set in `to`.";
    /// Sets unchanged in a move.
    ALREADY_IN_CONTROL = "already-in-control",
        "The recipient is in control already.",
        "Name another recipient; to change platforms use rehome.";
    /// A rehome keeps the sets.
    REHOME_CHANGES_HOLDER = "rehome-changes-holder",
        "A rehome keeps the holder and changes only the platform.",
        "Use move to pass the bill to somebody else.";
    /// A rehome needs a new home.
    REHOME_SAME_HOME = "rehome-same-home",
        "The record is at that platform already.",
        "Name the platform that it should go to.";
    /// A decline binds.
    DECLINED = "declined",
        "The receiving platform declined this very act, on record.",
        "Sign a new act, to the same or another recipient.";
    /// `at` is more than five minutes ahead.
    AT_AHEAD = "at-ahead",
        "The act's time lies in the future.",
        "Set the signer's clock and sign again.";
    /// `expires` has passed.
    EXPIRED = "expired",
        "The act has expired.",
        "Sign a new act.";
    /// 60 days, 30 days or 24 hours.
    LIVES_TOO_LONG = "lives-too-long",
        "The act stays open longer than its kind may.",
        "Let it expire within 60 days for an issue, 30 days where another platform must accept, else 24 hours.";
    /// 1 to 60 days after `at`.
    ANSWER_BY_OUT_OF_RANGE = "answer-by-out-of-range",
        "The carrier's answer date is not 1 to 60 days after the surrender.",
        "Choose a date in that range.";
    /// Before `answerBy`.
    ANSWER_NOT_DUE = "answer-not-due",
        "The carrier's time to answer has not run out.",
        "Wait until the answer date, then reclaim.";
    /// `close` must fit the purpose of the surrender.
    END_NOT_PURPOSE = "end-not-purpose",
        "The close does not fit the purpose of the surrender.",
        "Close as delivered after delivery, paper or replaced after amendment, void after cancel; else return.";
    /// A second `leave` within 24 hours.
    LEFT_RECENTLY = "left-recently",
        "A leave is on record already, less than 24 hours ago.",
        "Wait, or re-home with the release of the old home.";
    /// No transfer just before.
    NOTHING_TO_REJECT = "nothing-to-reject",
        "The last act on record is not a transfer to the signer.",
        "Hand the bill back by an ordinary move.";
    /// The reject window has passed.
    REJECT_TOO_LATE = "reject-too-late",
        "The time to reject the transfer has passed.",
        "Hand the bill back by an ordinary move.";
    /// The former home is not a member in good standing.
    FORMER_HOME_GONE = "former-home-gone",
        "The former holder's platform is not a member in good standing.",
        "Hand the bill back by an ordinary move to a platform that accepts it.";
    /// The home is suspended, dead, or no member.
    HOME_NOT_IN_STANDING = "home-not-in-standing",
        "The home platform's signatures admit nothing now.",
        "Re-home to another platform; no release or wait is needed from a suspended or dead one.";
    /// The accepting platform is suspended, dead, or no member.
    ACCEPTOR_NOT_IN_STANDING = "acceptor-not-in-standing",
        "The receiving platform's signatures admit nothing now.",
        "Name a recipient at a platform in good standing.";
    /// A first act where the record exists, or the reverse.
    NOT_A_FIRST_ACT = "not-a-first-act",
        "This act cannot begin a bill.",
        "A bill begins with issue.";
    /// `from` names a record that is not closed, or closed for something else.
    PREDECESSOR_NOT_REPLACED = "predecessor-not-replaced",
        "A record named in `from` is not closed for this successor.",
        "Close it as replaced with this issue in `into`, in one submission, or as paper beforehand.";
    /// `close` `into` without the issue, or the reverse.
    GROUP_NOT_WHOLE = "group-not-whole",
        "A replacement is admitted as a whole: the close and the issue it names.",
        "Submit both acts together; `into` names the issue, `from` the closed record.";
    /// The new bill is not by the carrier that closed the old one.
    PREDECESSOR_OTHER_CARRIER = "predecessor-other-carrier",
        "The replacement is not issued by the carrier that closed the record.",
        "The same key set closes and issues.";
    /// Paper comes back under the tag that it left under.
    PAPER_OTHER_TAG = "paper-other-tag",
        "The bill that comes back from paper has another tag than the one that was printed.",
        "Issue it for the same carrier, document reference and sub-reference.";

    // Details and title (docs/control.md 1, 5, 11; docs/control.md 5, 11).
    /// Not a party object, or one that no list identifies.
    PARTY_UNIDENTIFIED = "party-unidentified",
        "This is not a party with a name and an identifying code.",
        "Give partyName and at least one of identifyingCodes.";
    /// As many serials as originals.
    BAD_SERIALS = "bad-serials",
        "The number of originals and their serials do not agree.",
        "Name each original's serial once.";
    /// A set that is collected without a scan of each original.
    SCANS_MISSING = "scans-missing",
        "There are not as many scans as originals collected.",
        "Scan each original, and list the digest of each scan once.";
    /// The details do not hash to the act's `details`.
    DETAILS_NOT_THE_ACTS = "details-not-the-acts",
        "The details are not those that the act was signed with.",
        "Ask the sender for the details whose digest the act names.";
    /// DCSA's words for another act.
    ACTION_OF_ANOTHER_ACT = "action-of-another-act",
        "The Transactions in the details are not the words for this act.",
        "Use the words that docs/acts.md gives for the act.";
    /// `actionDateTime` is not the act's `at`.
    ACTION_TIME = "action-time",
        "A Transaction has another time than the act.",
        "Write the act's time as actionDateTime.";
    /// The law is told nowhere.
    LAW_MISSING = "law-missing",
        "The bill does not name its governing law and jurisdiction.",
        "Name both; DCSA's document has no place for them, so they stand in the details of the issue.";
    /// A straight bill without consignee.
    FACE_INCOMPLETE = "face-incomplete",
        "The document does not say in whose favour the bill is made out.",
        "Name the consignee of a straight bill, or make it out to order.";
    /// The details are about another document.
    OTHER_DOCUMENT = "other-document",
        "The details are about another document.",
        "Sign again over the bill's own document.";
    /// The actor is not the signer.
    WRONG_ACTOR = "wrong-actor",
        "The party that acts in the Transaction is not the one behind the signing key set.",
        "Name the party that the key set is enrolled for.";
    /// The recipient is not the next controller.
    WRONG_RECIPIENT = "wrong-recipient",
        "The party in the Transaction is not the one behind the receiving key set.",
        "Name the party that the receiving key set is enrolled for.";
    /// A member that this act does not have.
    MEMBER_OF_ANOTHER_ACT = "member-of-another-act",
        "The details say something that this act cannot do.",
        "Leave it out, or choose the act that does it.";
    /// One note, one thing.
    NOTE_SAYS_TWO_THINGS = "note-says-two-things",
        "A note says one thing.",
        "Write one note for each.";
    /// Nothing was noted.
    NOTHING_TO_WITHDRAW = "nothing-to-withdraw",
        "No endorsement, nomination or terms wait on this bill.",
        "Nothing needs to be withdrawn.";
    /// A straight bill cannot be endorsed or pledged.
    NOT_NEGOTIABLE = "not-negotiable",
        "A straight bill can be neither endorsed nor pledged.",
        "Deliver it, or surrender it for amendment and have an order bill issued.";
    /// ENDORSE ends the chain.
    NO_FURTHER_ENDORSEMENT = "no-further-endorsement",
        "The bill was endorsed to a party that cannot endorse further.",
        "That party surrenders the bill, or has it amended.";
    /// Somebody not in possession has to agree.
    CONSENT_NEEDED = "consent-needed",
        "A party that is not in possession has to consent.",
        "Obtain that party's signed consent and cite it in the details.";
    /// A consent is cited but not given.
    CONSENT_NOT_SHOWN = "consent-not-shown",
        "A consent that the details cite is not here.",
        "Show the signed consent beside the details.";
    /// A consent is given but not cited.
    CONSENT_NOT_CITED = "consent-not-cited",
        "The details do not cite this consent.",
        "List the consent's digest in `consents` before signing.";
    /// A consent to something else.
    CONSENT_OTHER_ACT = "consent-other-act",
        "The consent is to another act.",
        "Obtain a consent to this very act: its place, what it does and what its details say.";
    /// A consent that ended before the act's leaf.
    CONSENT_EXPIRED = "consent-expired",
        "The consent had expired when the act was admitted.",
        "Obtain a new consent, and have the act admitted while it lasts.";
    /// The pledge binds.
    PLEDGED = "pledged",
        "The bill is pledged.",
        "The pledgee releases it to the pledgor, or enforces, citing the pledge.";
    /// No such pledge.
    NO_SUCH_PLEDGE = "no-such-pledge",
        "The pledge that the details cite does not stand on this bill.",
        "Cite the move that made the pledge, or none.";
    /// Terms change only with a new pledge.
    OTHER_TERMS = "other-terms",
        "The terms are not those of the pledge.",
        "Hand it on upon the pledge's own terms, or release it first.";
    /// An order bill pledged without endorsement.
    BARE_PLEDGE = "bare-pledge",
        "An order bill is pledged without endorsement.",
        "Endorse it to the pledgee or in blank in the same act; some readers' policies take it without.";
    /// The word and the purpose differ.
    PURPOSE_NOT_SAID = "purpose-not-said",
        "The Transaction does not say the surrender's purpose.",
        "SURRENDER_FOR_DELIVERY goes with delivery, SURRENDER_FOR_AMENDMENT with amendment and cancel.";
    /// Only the consignee claims under a straight bill.
    NOT_CONSIGNEE = "not-consignee",
        "Only the consignee may surrender a straight bill; its first holder may have it amended or cancelled.",
        "Deliver the bill to the consignee.";
    /// Nobody asked for paper.
    PAPER_NOT_ASKED = "paper-not-asked",
        "The surrender did not ask for paper.",
        "The holder surrenders for amendment with the reason SWTP.";
    /// The medium's statements are absent.
    PAPER_MISSING = "paper-missing",
        "The details do not say what paper takes or gives the record's place.",
        "State the originals, their serials and the replacement; back from paper also scans and attestation.";
    /// Back only with the full set.
    SET_INCOMPLETE = "set-incomplete",
        "The originals collected are not the full set that was printed.",
        "Collect every original; the record comes back only with all of them.";
    /// The holder agreed to other successors.
    SUCCESSORS_NOT_AGREED = "successors-not-agreed",
        "The record is replaced by other bills than the holder agreed to.",
        "Close with the successors that the surrender names, or return the bill.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_stable_words_and_each_stands_once() {
        let mut seen = BTreeSet::new();
        for kind in REFUSALS {
            assert!(seen.insert(kind.code), "{} stands twice", kind.code);
            assert!(kind.code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", kind.code);
            assert!(kind.sentence.ends_with('.') && kind.remedy.ends_with('.'), "{}", kind.code);
        }
    }
}
