//! The private part of an act (docs/control.md 1, 3): what parties and platforms see and the registry never
//! does. An act names it by its digest; the salt keeps that digest from being guessed.

use crypto::{
    Digest, base64url,
    json::{self, Fields, Limits, Value},
};
use vocab::{Refusal, Timestamp};

use crate::{
    act::Act,
    party::Party,
    refusals::{
        ACTION_OF_ANOTHER_ACT, ACTION_TIME, BAD_SALT, BAD_SERIALS, DETAILS_NOT_THE_ACTS, LAW_MISSING,
        SCANS_MISSING, UNKNOWN_VERSION,
    },
    table,
    words::{bounded, read_digests, shown, text, words},
};

/// The format of this version, member `v`.
pub const DETAILS_VERSION: &str = "twakow/details/1";
/// Bytes of the details of one act (docs/control.md 1).
pub const DETAILS_BYTES_MAX: usize = 64 * 1024;
/// Transactions in one act (docs/control.md 1).
pub const TRANSACTIONS_MAX: usize = 2;
/// Consents of one act, and successors of one bill: as many as joint sets.
pub const DIGESTS_MAX: usize = 16;
/// Bytes of a statement, a law, a jurisdiction: a paragraph.
pub const TEXT_BYTES_MAX: usize = 2_000;
/// Bytes of DCSA's `comments` (EBL_PINT 3.0.0: 255 characters of at most four bytes).
pub const COMMENTS_BYTES_MAX: usize = 255 * 4;
/// Originals in one set of paper bills; three is usual.
pub const ORIGINALS_MAX: usize = 99;
/// Bytes of the serial of one original.
pub const SERIAL_BYTES_MAX: usize = 100;

words! {
    /// DCSA's words, in DCSA's order (EBL_PINT 3.0.0, `actionCode`).
    ActionCode {
        /// The carrier issued the bill to the recipient.
        Issue = "ISSUE",
        /// Possession passed to the recipient.
        Transfer = "TRANSFER",
        /// Endorsed to the recipient, who cannot endorse further.
        Endorse = "ENDORSE",
        /// Endorsed to the order of the recipient.
        EndorseToOrder = "ENDORSE_TO_ORDER",
        /// Endorsed in blank.
        BlankEndorse = "BLANK_ENDORSE",
        /// The possessor signed.
        Sign = "SIGN",
        /// Surrendered against delivery.
        SurrenderForDelivery = "SURRENDER_FOR_DELIVERY",
        /// Surrendered for amendment, switch or paper.
        SurrenderForAmendment = "SURRENDER_FOR_AMENDMENT",
        /// The carrier accepted the surrender.
        SurrenderAccepted = "SACC",
        /// The carrier rejected the surrender.
        SurrenderRejected = "SREJ",
    }
}

impl ActionCode {
    /// Whether DCSA asks for a recipient (EBL_PINT 3.0.0: none for SIGN, BLANK_ENDORSE and a surrender).
    pub const fn has_recipient(self) -> bool {
        match self {
            Self::Issue | Self::Transfer | Self::Endorse | Self::EndorseToOrder => true,
            Self::BlankEndorse
            | Self::Sign
            | Self::SurrenderForDelivery
            | Self::SurrenderForAmendment
            | Self::SurrenderAccepted
            | Self::SurrenderRejected => false,
        }
    }
}

words! {
    /// Why a bill is surrendered for amendment (EBL_SUR 3.0.4, `reasonCode`).
    Reason {
        /// Switch to paper.
        SwitchToPaper = "SWTP",
        /// Change of destination.
        ChangeOfDestination = "COD",
        /// Switch bill of lading.
        SwitchBill = "SWI",
    }
}

/// One DCSA Transaction, without `auditReference`, which is added when a chain entry is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Transaction {
    /// What is done.
    pub action: ActionCode,
    /// Who does it.
    pub actor: Party,
    /// When: the act's `at`.
    pub at: Timestamp,
    /// To whom.
    pub recipient: Option<Party>,
    /// Why, for an amendment.
    pub reason: Option<Reason>,
    /// Free text.
    pub comments: Option<String>,
}

/// The private part of one act, its bytes kept as they came.
///
/// Invariant: `bytes` are the canonical form of what the other fields say, and `digest` is theirs.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Details {
    bytes: Vec<u8>,
    digest: Digest,
    body: DetailsBody,
}

/// The two kinds of private parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DetailsBody {
    /// Of an act on a bill.
    Bill(Box<BillDetails>),
    /// Of a `keyset` or `rekey`.
    Set(SetDetails),
}

/// Private part of a `keyset` or `rekey`: whose set it is, never keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SetDetails {
    /// 16 random bytes.
    pub salt: [u8; 16],
    /// The party behind the set.
    pub party: Party,
    /// The receipt of its identification; none where the platform enrolled it on its own knowledge of the party.
    pub identity_receipt: Option<Digest>,
}

/// Private part of an act on a bill.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct BillDetails {
    /// 16 random bytes, fresh at each signing.
    pub salt: [u8; 16],
    /// DCSA's `transportDocumentChecksum`.
    pub document: Digest,
    /// The act in DCSA's words; empty where DCSA has none.
    pub dcsa: Vec<Transaction>,
    /// The mandate under which the signer acts.
    pub mandate: Option<Digest>,
    /// For whom the signer acts.
    pub represented_party: Option<Party>,
    /// Statements of title holders or pledgees who are not in possession, sorted.
    pub consents: Vec<Digest>,
    /// Terms of a pledge: a `note` announces them, a `move` delivers on them.
    pub terms: Option<Digest>,
    /// The act that made the pledge which this act releases or enforces.
    pub pledge: Option<Digest>,
    /// Whom the title holder names as the next one.
    pub nominee: Option<Party>,
    /// Takes back the endorsement, nomination or terms noted before.
    pub withdraw: bool,
    /// `issue` digests agreed to take the bill's place, in a surrender for amendment.
    pub successors: Vec<Digest>,
    /// In the close that is followed by printing.
    pub to_paper: Option<ToPaper>,
    /// In the issue that takes the place of paper.
    pub from_paper: Option<FromPaper>,
    /// In an issue: opens the tag (docs/control.md 6), and names the law.
    pub issue: Option<IssueDetails>,
}

/// What only an issue has.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IssueDetails {
    /// Opens the tag.
    pub issuer_salt: [u8; 16],
    /// The governing law, printed on every rendering.
    pub law: String,
    /// The courts, printed on every rendering.
    pub jurisdiction: String,
}

/// Paper takes the place of the record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ToPaper {
    /// The serials of the originals, sorted: as many as are printed.
    pub serials: Vec<String>,
    /// That each original takes the place of this record.
    pub statement: String,
}

/// The record takes the place of paper.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FromPaper {
    /// The serials of the originals collected, sorted.
    pub serials: Vec<String>,
    /// Digests of their scans, sorted.
    pub scans: Vec<Digest>,
    /// The carrier's attestation that they are destroyed and none is live.
    pub attestation: String,
    /// That this record takes the place of paper.
    pub statement: String,
}

impl Details {
    /// Reads the private part of an act.
    ///
    /// # Errors
    /// What [`json::parse_canonical`] and the members refuse; [`UNKNOWN_VERSION`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(DETAILS_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "details")?;
        let version = fields.string("v")?;
        if version != DETAILS_VERSION {
            return Err(UNKNOWN_VERSION.because(shown(version)).at("details/v"));
        }
        let body = if fields.has("party") {
            DetailsBody::Set(SetDetails::read(&mut fields)?)
        } else {
            DetailsBody::Bill(Box::new(BillDetails::read(&mut fields)?))
        };
        fields.end()?;
        Ok(Self { bytes: bytes.to_vec(), digest: Digest::of(bytes), body })
    }

    /// The canonical bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Their digest: the act's `details`.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// What they say.
    pub const fn body(&self) -> &DetailsBody {
        &self.body
    }

    /// What they say of this act on a bill.
    ///
    /// # Errors
    /// [`DETAILS_NOT_THE_ACTS`] for another act's details; those of [`BillDetails::check_words`].
    pub fn of_act(&self, act: &Act) -> Result<&BillDetails, Refusal> {
        let DetailsBody::Bill(details) = &self.body else {
            return Err(DETAILS_NOT_THE_ACTS.because("they are a key set's"));
        };
        if self.digest != act.details() {
            return Err(DETAILS_NOT_THE_ACTS.because(self.digest.to_string()));
        }
        details.check_words(act)?;
        Ok(details)
    }
}

impl SetDetails {
    /// The private part that says this.
    ///
    /// # Errors
    /// As [`Details::parse`].
    pub fn write(&self) -> Result<Details, Refusal> {
        let members = [
            ("v", Value::from(DETAILS_VERSION)),
            ("salt", Value::from(base64url::encode(&self.salt))),
            ("party", self.party.value()),
        ];
        let receipt = self.identity_receipt.map(|digest| ("identityReceipt", Value::from(digest)));
        Details::parse(&json::canonical(&Value::object(members.into_iter().chain(receipt))))
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            salt: sixteen(fields, "salt")?,
            party: Party::named(fields.value("party")?, fields.place_of("party"))?,
            identity_receipt: fields.optional_digest("identityReceipt")?,
        })
    }
}

impl BillDetails {
    /// Details that say nothing but which document they are about.
    pub const fn about(document: Digest, salt: [u8; 16]) -> Self {
        Self {
            salt,
            document,
            dcsa: Vec::new(),
            mandate: None,
            represented_party: None,
            consents: Vec::new(),
            terms: None,
            pledge: None,
            nominee: None,
            withdraw: false,
            successors: Vec::new(),
            to_paper: None,
            from_paper: None,
            issue: None,
        }
    }

    /// The private part that says this.
    ///
    /// # Errors
    /// As [`Details::parse`].
    pub fn write(&self) -> Result<Details, Refusal> {
        let mut members = vec![
            ("v", Value::from(DETAILS_VERSION)),
            ("salt", Value::from(base64url::encode(&self.salt))),
            ("document", Value::from(self.document)),
            ("dcsa", Value::array(self.dcsa.iter().map(Transaction::write))),
        ];
        let digests = |list: &[Digest]| (!list.is_empty()).then(|| Value::array(list.iter().copied()));
        members.extend(self.mandate.map(|digest| ("mandate", Value::from(digest))));
        members.extend(self.represented_party.as_ref().map(|party| ("representedParty", party.value())));
        members.extend(digests(&self.consents).map(|list| ("consents", list)));
        members.extend(self.terms.map(|digest| ("terms", Value::from(digest))));
        members.extend(self.pledge.map(|digest| ("pledge", Value::from(digest))));
        members.extend(self.nominee.as_ref().map(|party| ("nominee", party.value())));
        members.extend(self.withdraw.then(|| ("withdraw", Value::from(true))));
        members.extend(digests(&self.successors).map(|list| ("successors", list)));
        members.extend(self.to_paper.as_ref().map(|paper| ("toPaper", paper.write())));
        members.extend(self.from_paper.as_ref().map(|paper| ("fromPaper", paper.write())));
        if let Some(issue) = &self.issue {
            members.extend([
                ("issuerSalt", Value::from(base64url::encode(&issue.issuer_salt))),
                ("law", Value::from(issue.law.as_str())),
                ("jurisdiction", Value::from(issue.jurisdiction.as_str())),
            ]);
        }
        Details::parse(&json::canonical(&Value::object(members)))
    }

    /// Whether DCSA's words in these details are those for this act, said of its moment.
    ///
    /// # Errors
    /// [`ACTION_OF_ANOTHER_ACT`] when they are not those of the table for this act; [`ACTION_TIME`] when they are said
    /// of another moment.
    pub fn check_words(&self, act: &Act) -> Result<(), Refusal> {
        let said: Vec<ActionCode> = self.dcsa.iter().map(|said| said.action).collect();
        if !table::words_of(act.op()).any(|words| words == said) {
            let said: Vec<&str> = said.iter().map(|code| code.as_str()).collect();
            return Err(ACTION_OF_ANOTHER_ACT.because(format!("{} says [{}]", act.op(), said.join(", "))));
        }
        match self.dcsa.iter().find(|said| said.at != act.at()) {
            Some(said) => Err(ACTION_TIME.because(said.at.to_string())),
            None => Ok(()),
        }
    }

    /// Digest of these details without `consents`: what a consent is given to.
    ///
    /// # Errors
    /// As [`Details::parse`].
    pub fn matter(&self) -> Result<Digest, Refusal> {
        Ok(Self { consents: Vec::new(), ..self.clone() }.write()?.digest())
    }

    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            salt: sixteen(fields, "salt")?,
            document: fields.digest("document")?,
            dcsa: read_transactions(fields)?,
            mandate: fields.optional_digest("mandate")?,
            represented_party: optional_party(fields, "representedParty")?,
            consents: optional_digests(fields, "consents")?,
            terms: fields.optional_digest("terms")?,
            pledge: fields.optional_digest("pledge")?,
            nominee: optional_party(fields, "nominee")?,
            withdraw: read_withdraw(fields)?,
            successors: optional_digests(fields, "successors")?,
            to_paper: fields.optional_object("toPaper")?.map(ToPaper::read).transpose()?,
            from_paper: fields.optional_object("fromPaper")?.map(FromPaper::read).transpose()?,
            issue: IssueDetails::read(fields)?,
        })
    }
}

impl Transaction {
    fn read(value: &Value, place: String) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        let action: ActionCode = fields.parsed("actionCode")?;
        let recipient = if action.has_recipient() {
            Some(Party::named(fields.value("recipient")?, fields.place_of("recipient"))?)
        } else {
            None
        };
        let reason = match action {
            ActionCode::SurrenderForAmendment => fields.optional_parsed("reasonCode")?,
            _ => None,
        };
        let comments = fields.optional_string("comments")?.map(|written| {
            text(written, COMMENTS_BYTES_MAX).map_err(|it| it.at(fields.place_of("comments")))
        });
        let transaction = Self {
            action,
            actor: Party::named(fields.value("actor")?, fields.place_of("actor"))?,
            at: fields.timestamp("actionDateTime")?,
            recipient,
            reason,
            comments: comments.transpose()?,
        };
        fields.end()?;
        Ok(transaction)
    }

    /// The Transaction as DCSA writes it.
    pub fn write(&self) -> Value {
        let mut members = vec![
            ("actionCode", Value::from(self.action.as_str())),
            ("actionDateTime", Value::from(self.at)),
            ("actor", self.actor.value()),
        ];
        members.extend(self.recipient.as_ref().map(|party| ("recipient", party.value())));
        members.extend(self.reason.map(|reason| ("reasonCode", Value::from(reason.as_str()))));
        members.extend(self.comments.as_ref().map(|text| ("comments", Value::from(text.as_str()))));
        Value::object(members)
    }
}

impl IssueDetails {
    /// The three stand together: a salt without a law is refused as an issue without a law.
    fn read(fields: &mut Fields<'_>) -> Result<Option<Self>, Refusal> {
        if !["issuerSalt", "law", "jurisdiction"].iter().any(|name| fields.has(name)) {
            return Ok(None);
        }
        if !(fields.has("law") && fields.has("jurisdiction")) {
            return Err(LAW_MISSING.refuse().at("details"));
        }
        Ok(Some(Self {
            issuer_salt: sixteen(fields, "issuerSalt")?,
            law: read_text(fields, "law")?,
            jurisdiction: read_text(fields, "jurisdiction")?,
        }))
    }
}

impl ToPaper {
    fn read(mut fields: Fields<'_>) -> Result<Self, Refusal> {
        let (serials, statement) = (read_serials(&mut fields)?, read_text(&mut fields, "statement")?);
        let place = fields.place_of("originals");
        let originals = fields.integer("originals")?;
        fields.end()?;
        if u64::try_from(serials.len()) != Ok(originals) {
            let counted = format!("{originals} originals, {} serials", serials.len());
            return Err(BAD_SERIALS.because(counted).at(place));
        }
        Ok(Self { serials, statement })
    }

    fn write(&self) -> Value {
        let originals = u32::try_from(self.serials.len()).unwrap_or(u32::MAX);
        Value::object([
            ("originals", Value::from(originals)),
            ("serials", Value::array(self.serials.iter().map(String::as_str))),
            ("statement", Value::from(self.statement.as_str())),
        ])
    }
}

impl FromPaper {
    fn read(mut fields: Fields<'_>) -> Result<Self, Refusal> {
        let paper = Self {
            serials: read_serials(&mut fields)?,
            scans: read_digests(&mut fields, "scans", ORIGINALS_MAX)?,
            attestation: read_text(&mut fields, "attestation")?,
            statement: read_text(&mut fields, "statement")?,
        };
        let place = fields.place_of("scans");
        fields.end()?;
        if paper.scans.len() != paper.serials.len() {
            let counted = format!("{} scans of {} originals", paper.scans.len(), paper.serials.len());
            return Err(SCANS_MISSING.because(counted).at(place));
        }
        Ok(paper)
    }

    fn write(&self) -> Value {
        Value::object([
            ("serials", Value::array(self.serials.iter().map(String::as_str))),
            ("scans", Value::array(self.scans.iter().copied())),
            ("attestation", Value::from(self.attestation.as_str())),
            ("statement", Value::from(self.statement.as_str())),
        ])
    }
}

fn read_transactions(fields: &mut Fields<'_>) -> Result<Vec<Transaction>, Refusal> {
    let place = fields.place_of("dcsa");
    let elements = fields.array("dcsa")?;
    if !elements.is_empty() {
        bounded(elements.len(), TRANSACTIONS_MAX).map_err(|refusal| refusal.at(place.as_str()))?;
    }
    let read = |(at, element)| Transaction::read(element, format!("{place}/{at}"));
    elements.iter().enumerate().map(read).collect()
}

fn read_serials(fields: &mut Fields<'_>) -> Result<Vec<String>, Refusal> {
    let place = fields.place_of("serials");
    let elements = fields.array("serials")?;
    let read = || {
        bounded(elements.len(), ORIGINALS_MAX)?;
        let serial = |element: &Value| text(element.as_str().unwrap_or_default(), SERIAL_BYTES_MAX);
        let serials = elements.iter().map(serial).collect::<Result<Vec<_>, _>>()?;
        crate::words::rising(&serials)?;
        Ok(serials)
    };
    read().map_err(|refusal: Refusal| refusal.at(place))
}

fn read_text(fields: &mut Fields<'_>, name: &str) -> Result<String, Refusal> {
    let written = fields.string(name)?;
    text(written, TEXT_BYTES_MAX).map_err(|refusal| refusal.at(fields.place_of(name)))
}

/// `withdraw` is true or absent: `false` would be a second way to write nothing.
fn read_withdraw(fields: &mut Fields<'_>) -> Result<bool, Refusal> {
    match fields.optional_boolean("withdraw")? {
        Some(false) => {
            Err(json::MEMBER_TYPE.because("false, not true or absent").at(fields.place_of("withdraw")))
        }
        Some(true) => Ok(true),
        None => Ok(false),
    }
}

fn optional_party(fields: &mut Fields<'_>, name: &str) -> Result<Option<Party>, Refusal> {
    let place = fields.place_of(name);
    fields.optional_value(name).map(|value| Party::named(value, place)).transpose()
}

fn optional_digests(fields: &mut Fields<'_>, name: &str) -> Result<Vec<Digest>, Refusal> {
    if fields.has(name) { read_digests(fields, name, DIGESTS_MAX) } else { Ok(Vec::new()) }
}

fn sixteen(fields: &mut Fields<'_>, name: &str) -> Result<[u8; 16], Refusal> {
    let bytes = fields.base64url(name)?;
    bytes.try_into().map_err(|_| BAD_SALT.refuse().at(fields.place_of(name)))
}
