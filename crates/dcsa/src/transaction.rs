//! DCSA's words for acts: Transactions, the parties in them, and their one-to-one correspondence with acts.
//!
//! An act's details carry its Transactions, none to two, without `auditReference`. When an act crosses to another
//! platform, every act since the last crossing is told in one chain entry, each Transaction with the digest of its act
//! as `auditReference`; an act for which DCSA has no word is told as the holder's `SIGN` (docs/control.md 3.1).

use std::{collections::BTreeSet, fmt, str::FromStr};

use crypto::{
    Digest, base64url,
    json::{Fields, Value},
};
use vocab::{
    Refusal, RefusalKind, Timestamp,
    party::{Party, PlatformCode},
};

/// What a Transaction does, in DCSA's order (EBL_PINT 3.0.0, Transaction.actionCode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActionCode {
    /// The carrier issued the bill to the recipient.
    Issue,
    /// Possession passed to the recipient.
    Transfer,
    /// Endorsed to the recipient, who cannot endorse further.
    Endorse,
    /// Endorsed to the order of the recipient.
    EndorseToOrder,
    /// Endorsed in blank.
    BlankEndorse,
    /// Surrendered to the carrier against delivery.
    SurrenderForDelivery,
    /// Surrendered to the carrier for amendment, switch or paper.
    SurrenderForAmendment,
    /// The carrier accepted the surrender.
    SurrenderAccepted,
    /// The carrier rejected the surrender.
    SurrenderRejected,
    /// The possessor signed.
    Sign,
}

impl ActionCode {
    /// All of them.
    pub const ALL: [ActionCode; 10] = [
        ActionCode::Issue,
        ActionCode::Transfer,
        ActionCode::Endorse,
        ActionCode::EndorseToOrder,
        ActionCode::BlankEndorse,
        ActionCode::SurrenderForDelivery,
        ActionCode::SurrenderForAmendment,
        ActionCode::SurrenderAccepted,
        ActionCode::SurrenderRejected,
        ActionCode::Sign,
    ];

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            ActionCode::Issue => "ISSUE",
            ActionCode::Transfer => "TRANSFER",
            ActionCode::Endorse => "ENDORSE",
            ActionCode::EndorseToOrder => "ENDORSE_TO_ORDER",
            ActionCode::BlankEndorse => "BLANK_ENDORSE",
            ActionCode::SurrenderForDelivery => "SURRENDER_FOR_DELIVERY",
            ActionCode::SurrenderForAmendment => "SURRENDER_FOR_AMENDMENT",
            ActionCode::SurrenderAccepted => "SACC",
            ActionCode::SurrenderRejected => "SREJ",
            ActionCode::Sign => "SIGN",
        }
    }

    /// Whether the word is said to somebody: then a recipient stands beside it. A surrender goes to the carrier that issued,
    /// named or not.
    pub const fn needs_recipient(self) -> bool {
        match self {
            ActionCode::Issue | ActionCode::Transfer | ActionCode::Endorse | ActionCode::EndorseToOrder => {
                true
            }
            ActionCode::SurrenderForDelivery
            | ActionCode::SurrenderForAmendment
            | ActionCode::BlankEndorse
            | ActionCode::SurrenderAccepted
            | ActionCode::SurrenderRejected
            | ActionCode::Sign => false,
        }
    }
}

impl FromStr for ActionCode {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let known = ActionCode::ALL.into_iter().find(|code| code.word() == written);
        known.ok_or_else(|| BAD_TRANSACTION.because(format!("no action {}", shown(written))))
    }
}

impl fmt::Display for ActionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// Why a bill is surrendered for amendment (EBL_PINT 3.0.0, Transaction.reasonCode).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReasonCode {
    /// To be printed on paper.
    SwitchToPaper,
    /// The goods go elsewhere.
    ChangeOfDestination,
    /// Another bill takes its place.
    SwitchBill,
}

impl ReasonCode {
    /// All of them.
    pub const ALL: [ReasonCode; 3] =
        [ReasonCode::SwitchToPaper, ReasonCode::ChangeOfDestination, ReasonCode::SwitchBill];

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            ReasonCode::SwitchToPaper => "SWTP",
            ReasonCode::ChangeOfDestination => "COD",
            ReasonCode::SwitchBill => "SWI",
        }
    }
}

/// Something that is no Transaction of DCSA's.
pub const BAD_TRANSACTION: RefusalKind = RefusalKind {
    code: "bad-transaction",
    sentence: "This is not a DCSA Transaction.",
    remedy: "Give actionCode, actor and actionDateTime, a recipient where the word needs one, a reason only with \
             SURRENDER_FOR_AMENDMENT.",
};

/// Transactions that do not say what the act does.
pub const WORDS_OF_ANOTHER_ACT: RefusalKind = RefusalKind {
    code: "transactions-not-of-this-act",
    sentence: "These Transactions are not the words for this act.",
    remedy: "Write the Transactions that the table of acts names for it, with the act's own time.",
};

/// A chain entry and a chain of acts that tell two stories.
pub const ACTS_AND_ENTRY_DIFFER: RefusalKind = RefusalKind {
    code: "acts-and-transactions-differ",
    sentence: "The chain entry does not tell exactly the acts that are shown with it.",
    remedy: "Ask the sender for the acts since the last crossing; each must stand in the entry once, in order.",
};

/// A party as Transactions name it: DCSA's ActorParty and RecipientParty, kept as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct PlatformParty {
    platform: PlatformCode,
    codes: BTreeSet<(String, String)>,
    value: Value,
}

impl PlatformParty {
    /// `party` as a user of `platform`.
    pub fn new(party: &Party, platform: &PlatformCode) -> Self {
        let codes = party.codes().iter().map(|code| {
            let mut members = vec![("codeListProvider", code.provider()), ("partyCode", code.code())];
            members.extend(code.list().map(|list| ("codeListName", list)));
            Value::object(members)
        });
        let value = Value::object([
            ("partyName", Value::from(party.name())),
            ("eblPlatform", Value::from(platform.as_str())),
            ("identifyingCodes", Value::array(codes)),
        ]);
        let codes =
            party.codes().iter().map(|code| (code.provider().to_owned(), code.code().to_owned())).collect();
        PlatformParty { platform: platform.clone(), codes, value }
    }

    /// The party that `value` writes.
    ///
    /// # Errors
    /// What is missing or of another type, with its place below `place`; [`BAD_TRANSACTION`] without a code.
    pub fn read(value: &Value, place: &str) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        fields.string("partyName")?;
        let platform = fields.parsed("eblPlatform")?;
        let codes = party_codes(fields.array("identifyingCodes")?);
        if codes.is_empty() {
            return Err(BAD_TRANSACTION.because("a party without a code").at(place));
        }
        Ok(PlatformParty { platform, codes, value: value.clone() })
    }

    /// The platform on which the party acts.
    pub const fn platform(&self) -> &PlatformCode {
        &self.platform
    }

    /// The name as it is written.
    pub fn name(&self) -> &str {
        self.value.get("partyName").and_then(Value::as_str).unwrap_or_default()
    }

    /// Keeper of the list and code, of every code.
    pub(crate) const fn codes(&self) -> &BTreeSet<(String, String)> {
        &self.codes
    }

    /// The party object verbatim.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// Whether both name one party: a code of the same list is common to them. The platform may have changed since.
    pub fn is_same_party(&self, other: &PlatformParty) -> bool {
        !self.codes.is_disjoint(&other.codes)
    }

    /// The same party as DCSA's Issuance API names it (`issueTo`), over which the issuance manifest has a checksum.
    pub fn issue_to(&self) -> Value {
        let mut object = self.value.as_object().cloned().unwrap_or_default();
        object.remove("eblPlatform");
        object.remove("representedParty");
        object.insert("sendToPlatform", self.platform.as_str());
        Value::Object(object)
    }
}

/// Keeper of the list and code of each of these `identifyingCodes` that has both.
pub(crate) fn party_codes(codes: &[Value]) -> BTreeSet<(String, String)> {
    let text = |code: &Value, name: &str| code.get(name)?.as_str().map(str::to_owned);
    codes
        .iter()
        .filter_map(|code| Some((text(code, "codeListProvider")?, text(code, "partyCode")?)))
        .collect()
}

/// One Transaction, kept as it was written.
///
/// Invariant: its action is known, it has an actor, a time, and a recipient where the action needs one.
#[derive(Debug, Clone, PartialEq)]
pub struct Transaction {
    action: ActionCode,
    actor: PlatformParty,
    recipient: Option<PlatformParty>,
    value: Value,
}

impl Transaction {
    /// `actor` does `action` at `at`, to `recipient` where it is done to somebody.
    ///
    /// # Errors
    /// [`BAD_TRANSACTION`] when a recipient is missing.
    pub fn new(
        action: ActionCode,
        actor: &PlatformParty,
        recipient: Option<&PlatformParty>,
        at: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut members = vec![
            ("actionCode", Value::from(action.word())),
            ("actionDateTime", Value::from(at)),
            ("actor", actor.value.clone()),
        ];
        members.extend(recipient.map(|recipient| ("recipient", recipient.value.clone())));
        Transaction::read(&Value::object(members), "transaction")
    }

    /// A surrender for amendment with its reason.
    ///
    /// # Errors
    /// [`BAD_TRANSACTION`] for any other action.
    pub fn with_reason(self, reason: ReasonCode) -> Result<Self, Refusal> {
        Transaction::read(&self.with("reasonCode", reason.word()), "transaction")
    }

    /// The Transaction that `value` writes. Members that DCSA does not know stay.
    ///
    /// # Errors
    /// What is missing or of another type, with its place below `place`; [`BAD_TRANSACTION`].
    pub fn read(value: &Value, place: &str) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        let action: ActionCode = fields.parsed("actionCode")?;
        fields.string("actionDateTime")?;
        fields.optional_string("auditReference")?;
        fields.optional_string("comments")?;
        let reason = fields.optional_string("reasonCode")?;
        let actor = PlatformParty::read(fields.value("actor")?, &fields.place_of("actor"))?;
        let recipient = match fields.optional_value("recipient") {
            Some(recipient) => Some(PlatformParty::read(recipient, &fields.place_of("recipient"))?),
            None => None,
        };
        let refuse = |why: String| Err(BAD_TRANSACTION.because(why).at(place));
        if action.needs_recipient() && recipient.is_none() {
            return refuse(format!("{action} without a recipient"));
        }
        if reason.is_some() && action != ActionCode::SurrenderForAmendment {
            return refuse(format!("{action} with a reason"));
        }
        if let Some(reason) = reason
            && !ReasonCode::ALL.iter().any(|known| known.word() == reason)
        {
            return refuse(format!("no reason {}", shown(reason)));
        }
        Ok(Transaction { action, actor, recipient, value: value.clone() })
    }

    /// What it does.
    pub const fn action(&self) -> ActionCode {
        self.action
    }

    /// Who does it.
    pub const fn actor(&self) -> &PlatformParty {
        &self.actor
    }

    /// To whom.
    pub const fn recipient(&self) -> Option<&PlatformParty> {
        self.recipient.as_ref()
    }

    /// The Transaction verbatim.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// `actionDateTime` as it is written: a foreign platform's may have any precision.
    pub fn written_at(&self) -> &str {
        self.text("actionDateTime").unwrap_or_default()
    }

    /// Why, where it is a surrender for amendment with a reason.
    pub fn reason(&self) -> Option<ReasonCode> {
        let written = self.text("reasonCode")?;
        ReasonCode::ALL.into_iter().find(|reason| reason.word() == written)
    }

    /// The act that this Transaction tells, by its `auditReference`; `None` where it tells none of this protocol's.
    pub fn act(&self) -> Option<Digest> {
        let encoded = self.text("auditReference")?.strip_prefix(AUDIT_PREFIX)?;
        base64url::decode_exactly(encoded).ok().map(Digest::from_bytes)
    }

    /// The same Transaction naming the act that it tells, as it stands in a chain entry.
    #[must_use]
    pub fn telling(&self, act: &Digest) -> Self {
        Transaction { value: self.with("auditReference", audit_reference(act)), ..self.clone() }
    }

    /// The same Transaction without `auditReference`, as it stands in an act's details.
    #[must_use]
    pub fn untold(&self) -> Self {
        let mut object = self.value.as_object().cloned().unwrap_or_default();
        object.remove("auditReference");
        Transaction { value: Value::Object(object), ..self.clone() }
    }

    fn with(&self, name: &str, value: impl Into<Value>) -> Value {
        let mut object = self.value.as_object().cloned().unwrap_or_default();
        object.insert(name, value);
        Value::Object(object)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.value.get(name)?.as_str()
    }
}

/// How an `auditReference` of this protocol begins; a foreign platform's own may be anything else.
const AUDIT_PREFIX: &str = "twk1.";

/// `auditReference` of the Transactions of `act` (docs/control.md 3.1).
pub fn audit_reference(act: &Digest) -> String {
    format!("{AUDIT_PREFIX}{}", base64url::encode(act.as_bytes()))
}

/// The words for one kind of act.
#[derive(Debug)]
pub struct Words {
    /// The act's `op`.
    pub op: &'static str,
    /// The lists of Transactions that its details may carry; the empty list where DCSA has no word.
    pub said: &'static [&'static [ActionCode]],
}

/// The table of words, docs/control.md 3.1.
pub const WORDS: &[Words] = &[
    Words { op: "issue", said: &[&[ActionCode::Issue]] },
    Words {
        op: "note",
        said: &[
            &[],
            &[ActionCode::Endorse],
            &[ActionCode::EndorseToOrder],
            &[ActionCode::BlankEndorse],
            &[ActionCode::Sign],
        ],
    },
    Words {
        op: "move",
        said: &[
            &[ActionCode::Transfer],
            &[ActionCode::Endorse, ActionCode::Transfer],
            &[ActionCode::EndorseToOrder, ActionCode::Transfer],
            &[ActionCode::BlankEndorse, ActionCode::Transfer],
        ],
    },
    Words { op: "reject", said: &[&[ActionCode::Transfer]] },
    Words { op: "leave", said: &[&[]] },
    Words {
        op: "surrender",
        said: &[&[ActionCode::SurrenderForDelivery], &[ActionCode::SurrenderForAmendment]],
    },
    Words { op: "close", said: &[&[ActionCode::SurrenderAccepted]] },
    Words { op: "return", said: &[&[ActionCode::SurrenderRejected]] },
    Words { op: "reclaim", said: &[&[]] },
    Words { op: "rehome", said: &[&[]] },
];

/// What the correspondence needs to know of an act.
#[derive(Debug, Clone, Copy)]
pub struct ToldAct<'a> {
    /// The act's digest.
    pub digest: Digest,
    /// Its `op`.
    pub op: &'a str,
    /// Its `at`.
    pub at: Timestamp,
    /// The Transactions in its details.
    pub transactions: &'a [Transaction],
    /// Who signed it, where that is known: an act without a word is told as this party's `SIGN`.
    pub signer: Option<&'a PlatformParty>,
}

/// Whether the Transactions of an act are the words for it: of the right kind, at its time, without audit reference.
///
/// # Errors
/// [`WORDS_OF_ANOTHER_ACT`].
pub fn check_words(act: &ToldAct<'_>) -> Result<(), Refusal> {
    let said: Vec<ActionCode> = act.transactions.iter().map(Transaction::action).collect();
    let words = WORDS.iter().find(|words| words.op == act.op);
    if !words.is_some_and(|words| words.said.contains(&said.as_slice())) {
        let said: Vec<&str> = said.into_iter().map(ActionCode::word).collect();
        return Err(WORDS_OF_ANOTHER_ACT.because(format!("{} says {}", shown(act.op), said.join(" and "))));
    }
    let at = act.at.to_string();
    match act
        .transactions
        .iter()
        .find(|said| said.written_at() != at || said.text("auditReference").is_some())
    {
        None => Ok(()),
        Some(said) => Err(WORDS_OF_ANOTHER_ACT.because(format!(
            "{} at {}, not bare at {at}",
            said.action,
            said.written_at()
        ))),
    }
}

/// The Transactions of one chain entry: those of `acts`, the acts since the last crossing and the crossing act, in order.
///
/// # Errors
/// As [`check_words`]; [`BAD_TRANSACTION`] where an act has no word and its signer is not given.
pub fn tell(acts: &[ToldAct<'_>]) -> Result<Vec<Transaction>, Refusal> {
    let mut told = Vec::new();
    for act in acts {
        check_words(act)?;
        if act.transactions.is_empty() {
            let signer =
                act.signer.ok_or_else(|| BAD_TRANSACTION.because("an act without a word or a signer"))?;
            told.push(Transaction::new(ActionCode::Sign, signer, None, act.at)?.telling(&act.digest));
        }
        told.extend(act.transactions.iter().map(|transaction| transaction.telling(&act.digest)));
    }
    Ok(told)
}

/// Whether `told`, the Transactions of one chain entry, are exactly `acts`: each act once, in order, equal after
/// removing `auditReference`. Where an act has no word its `SIGN` must have the act's time, and its signer if given.
///
/// # Errors
/// As [`check_words`]; [`ACTS_AND_ENTRY_DIFFER`] at the first Transaction that differs.
pub fn compare(told: &[Transaction], acts: &[ToldAct<'_>]) -> Result<(), Refusal> {
    let mut rest = told;
    let differ = |rest: &[Transaction], why: &str| {
        Err(ACTS_AND_ENTRY_DIFFER.because(why).at(format!("transactions/{}", told.len() - rest.len())))
    };
    for act in acts {
        check_words(act)?;
        let count = act.transactions.len().max(1);
        let Some((of_act, after)) = rest.split_at_checked(count) else {
            return differ(rest, "an act is missing");
        };
        if of_act.iter().any(|transaction| transaction.act() != Some(act.digest)) {
            return differ(rest, "another act is told here");
        }
        let equal = match act.transactions {
            [] => of_act.iter().all(|sign| is_sign_of(sign, act)),
            said => of_act.iter().zip(said).all(|(told, said)| told.untold().value == said.value),
        };
        if !equal {
            return differ(rest, "the act is told otherwise");
        }
        rest = after;
    }
    if rest.is_empty() { Ok(()) } else { differ(rest, "more is told than the acts") }
}

fn is_sign_of(sign: &Transaction, act: &ToldAct<'_>) -> bool {
    sign.action == ActionCode::Sign
        && sign.written_at() == act.at.to_string()
        && act.signer.is_none_or(|signer| sign.actor.value == signer.value)
}

fn shown(written: &str) -> String {
    written.chars().take(40).collect()
}
