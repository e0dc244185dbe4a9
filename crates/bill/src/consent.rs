//! A consent: what a title holder or pledgee who is not in possession lets the possessor do (docs/control.md 5).
//!
//! It is for one act only: it names the act's place in the chain, what is done and for what purpose, to whom, and by
//! [`matter`] everything that the act's details say; and it ends. The details cite it by the digest of its file.
//!
//! [`matter`]: crate::details::BillDetails::matter

use crypto::{
    Digest, Signature,
    json::{self, Fields, Limits, Value},
    jws,
    key::{Kid, SigningKey},
};
use vocab::{Refusal, Timestamp};

use crate::{
    act::{Act, Action, Body},
    details::BillDetails,
    keys::MemberKey,
    keyset::KeySet,
    party::Party,
    refusals::{
        CONSENT_EXPIRED, CONSENT_NOT_CITED, CONSENT_OTHER_ACT, SET_UNKNOWN, SIGNATURE_EXTRA,
        SIGNATURE_MISSING, UNKNOWN_VERSION,
    },
    signatures::{SignatureList, verify_bytes},
    words::{JOINT_SETS_MAX, Op, Purpose, read_digests, shown},
};

/// The format of this version.
pub const CONSENT_VERSION: &str = "twakow/consent/1";
/// The format of the file that passes around.
pub const CONSENT_FILE_VERSION: &str = "twakow/consent-file/1";
/// `typ` of a consent's JWS.
pub const CONSENT_TYP: &str = "twk-consent+jws";
/// Bytes of a consent's file: sixteen sets and a passkey's assertion fit twice.
pub const CONSENT_BYTES_MAX: usize = 16 * 1024;

/// What is consented to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Consent {
    /// The bill.
    pub record: Digest,
    /// The act that the consented one follows.
    pub prev: Digest,
    /// What is done.
    pub op: Op,
    /// For what, in a surrender.
    pub purpose: Option<Purpose>,
    /// To whom, where the act names somebody.
    pub to: Vec<Digest>,
    /// Digest of the act's details without `consents`.
    pub matter: Digest,
    /// The key set that consents.
    pub set: Digest,
    /// The last moment at which the registry may admit the act.
    pub expires: Timestamp,
}

/// A signed consent, as its file has it.
///
/// Invariant: `bytes` are canonical and say the other members; `digest` is theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentFile {
    bytes: Vec<u8>,
    digest: Digest,
    consent: Consent,
    signature: Signature,
}

/// Proof that a party consents to an act. Only [`ConsentFile::verify`] builds one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consented {
    digest: Digest,
    party: Party,
}

impl Consented {
    /// The consent's file.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// Who consents.
    pub const fn party(&self) -> &Party {
        &self.party
    }
}

impl Consent {
    /// The consent of `set` to an act that will do this, until `expires`.
    ///
    /// # Errors
    /// What the details are refused for.
    pub fn to(act: &Act, details: &BillDetails, set: Digest, expires: Timestamp) -> Result<Self, Refusal> {
        Ok(Self {
            record: act.record(),
            prev: act.prev().unwrap_or(act.record()),
            op: act.op(),
            purpose: purpose(act),
            to: act.to().map(|to| to.sets.clone()).unwrap_or_default(),
            matter: details.matter()?,
            set,
            expires,
        })
    }

    /// Reads a consent.
    ///
    /// # Errors
    /// What [`json::parse_canonical`] and the members refuse; [`UNKNOWN_VERSION`].
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(CONSENT_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "consent")?;
        version(&mut fields, CONSENT_VERSION)?;
        let nobody = fields.array("to")?.is_empty();
        let to = if nobody { Vec::new() } else { read_digests(&mut fields, "to", JOINT_SETS_MAX)? };
        let consent = Self {
            record: fields.digest("record")?,
            prev: fields.digest("prev")?,
            op: fields.parsed("op")?,
            purpose: fields.optional_parsed("purpose")?,
            to,
            matter: fields.digest("matter")?,
            set: fields.digest("set")?,
            expires: fields.timestamp("expires")?,
        };
        fields.end()?;
        Ok(consent)
    }

    /// The canonical bytes that are signed.
    pub fn bytes(&self) -> Vec<u8> {
        let mut members = vec![
            ("v", Value::from(CONSENT_VERSION)),
            ("record", Value::from(self.record)),
            ("prev", Value::from(self.prev)),
            ("op", Value::from(self.op.as_str())),
            ("to", Value::array(self.to.iter().copied())),
            ("matter", Value::from(self.matter)),
            ("set", Value::from(self.set)),
            ("expires", Value::from(self.expires)),
        ];
        members.extend(self.purpose.map(|purpose| ("purpose", Value::from(purpose.as_str()))));
        json::canonical(&Value::object(members))
    }

    /// Signs the consent with a key file or token.
    pub fn sign(&self, key: &SigningKey) -> Signature {
        Signature::Jws(jws::sign_detached(key, CONSENT_TYP, &self.bytes()))
    }
}

/// What a surrender is for.
const fn purpose(act: &Act) -> Option<Purpose> {
    match act.body() {
        Body::Step(step) => match &step.action {
            Action::Surrender { purpose, .. } => Some(*purpose),
            Action::Adopt { .. }
            | Action::Close { .. }
            | Action::Leave
            | Action::Move { .. }
            | Action::Note
            | Action::Reclaim
            | Action::Rehome { .. }
            | Action::Reject
            | Action::Return => None,
        },
        Body::Issue(_) | Body::Keyset(_) | Body::Rekey(_) => None,
    }
}

fn version(fields: &mut Fields<'_>, wanted: &str) -> Result<(), Refusal> {
    let place = fields.place_of("v");
    match fields.string("v")? {
        version if version == wanted => Ok(()),
        other => Err(UNKNOWN_VERSION.because(shown(other)).at(place)),
    }
}

impl ConsentFile {
    /// The file of a signed consent.
    ///
    /// # Errors
    /// What the signature list is refused for.
    pub fn of(consent: Consent, signature: Signature) -> Result<Self, Refusal> {
        let list = SignatureList::of([signature.clone()], [])?;
        let text = |bytes: &[u8]| Value::from(String::from_utf8_lossy(bytes).as_ref());
        let bytes = json::canonical(&Value::object([
            ("consent", text(&consent.bytes())),
            ("signatures", text(list.bytes())),
            ("v", Value::from(CONSENT_FILE_VERSION)),
        ]));
        Ok(Self { digest: Digest::of(&bytes), bytes, consent, signature })
    }

    /// Reads a consent's file.
    ///
    /// # Errors
    /// What [`json::parse_canonical`] and the members refuse; [`UNKNOWN_VERSION`]; [`SIGNATURE_MISSING`] or
    /// [`SIGNATURE_EXTRA`] where it is not signed once, by a holder's key.
    pub fn parse(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(CONSENT_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "consent file")?;
        version(&mut fields, CONSENT_FILE_VERSION)?;
        let consent = Consent::parse(fields.string("consent")?.as_bytes())?;
        let list = SignatureList::parse(fields.string("signatures")?.as_bytes())?;
        fields.end()?;
        let mut holders = list.holders();
        let (_, signature) = holders.next().ok_or_else(|| SIGNATURE_MISSING.refuse())?;
        if holders.next().is_some() || !list.platforms().is_empty() {
            return Err(SIGNATURE_EXTRA.refuse());
        }
        Ok(Self { bytes: bytes.to_vec(), digest: Digest::of(bytes), consent, signature: signature.clone() })
    }

    /// The canonical bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Their digest: what the act's details cite.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// What is consented to.
    pub const fn consent(&self) -> &Consent {
        &self.consent
    }

    /// The key that signs.
    ///
    /// # Errors
    /// The signature's header cannot be read.
    pub fn kid(&self) -> Result<Kid, Refusal> {
        self.signature.kid()
    }

    /// Whether this is a consent to `act` with `details`, admitted at `at`, whoever signed it.
    ///
    /// # Errors
    /// [`CONSENT_NOT_CITED`], [`CONSENT_OTHER_ACT`], [`CONSENT_EXPIRED`].
    pub fn fits(&self, (act, details): (&Act, &BillDetails), at: Timestamp) -> Result<(), Refusal> {
        if !details.consents.contains(&self.digest) {
            return Err(CONSENT_NOT_CITED.refuse());
        }
        if self.consent != Consent::to(act, details, self.consent.set, self.consent.expires)? {
            return Err(CONSENT_OTHER_ACT.refuse());
        }
        if at > self.consent.expires {
            return Err(CONSENT_EXPIRED.because(self.consent.expires.to_string()));
        }
        Ok(())
    }

    /// Did this key sign the consent, in the form of its kind?
    ///
    /// # Errors
    /// What the signature is refused for.
    pub fn signed_by(&self, member: &MemberKey) -> Result<(), Refusal> {
        let bytes = self.consent.bytes();
        verify_bytes((&bytes, Digest::of(&bytes), CONSENT_TYP), &self.signature, member)
    }

    /// Does the party consent to `act` with `details`, admitted at `at`? `member` is the key of that name which was in force
    /// in the consent's set then, and `party` is behind that set.
    ///
    /// # Errors
    /// Those of [`Self::fits`], or what the signature is refused for.
    pub fn verify(
        &self,
        (act, details): (&Act, &BillDetails),
        (member, party): (&MemberKey, &Party),
        at: Timestamp,
    ) -> Result<Consented, Refusal> {
        self.fits((act, details), at)?;
        self.signed_by(member)?;
        Ok(Consented { digest: self.digest, party: party.clone() })
    }

    /// As [`Self::verify`], with the key set as it stood at `at`.
    ///
    /// # Errors
    /// [`SET_UNKNOWN`] for another set, those of [`KeySet::in_force`] and of [`Self::verify`].
    pub fn verify_in(
        &self,
        act: (&Act, &BillDetails),
        (set, party): (&KeySet, &Party),
        at: Timestamp,
    ) -> Result<Consented, Refusal> {
        if set.id() != self.consent.set {
            return Err(SET_UNKNOWN.because(self.consent.set.to_string()));
        }
        self.fits(act, at)?;
        self.verify(act, (set.in_force(self.kid()?, at)?, party), at)
    }
}
