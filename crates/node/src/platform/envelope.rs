//! What passes between platforms for one act: a DCSA PINT envelope, and the document of acts that follows it.

use bill::{
    act::Act,
    control::RECORD_ACTS_MAX,
    keyset::{self, KeySet},
    signatures::{self, SignatureList},
};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
    jws,
};
use dcsa::{
    pint::{DOCUMENT_BYTES_MAX, EblEnvelope, EnvelopeManifest, FinishedResponse, ResponseCode, SignedEntry},
    transaction::Transaction,
};
use vocab::{Refusal, RefusalKind};

use super::shelf::{Paper, text};
use crate::wire::BAD_MESSAGE;

/// The media type of the acts that travel with an envelope.
pub const ACTS_MEDIA_TYPE: &str = "application/vnd.twakow.acts+json";
/// The name of that document.
pub(super) const ACTS_NAME: &str = "acts.json";
const ACTS_VERSION: &str = "twakow/acts/1";
/// Key sets in it at most.
const SETS_MAX: usize = evidence::bundle::SETS_MAX;

/// An envelope whose chain tells other things than acts of this protocol.
pub const FOREIGN_CHAIN: RefusalKind = RefusalKind {
    code: "not-yet-foreign-chain",
    sentence: "The envelope tells something that is no act of this protocol, which this version does not take.",
    remedy: "Send the acts of a record that a registry orders, each Transaction with the digest of its act as \
             auditReference, and the acts themselves as application/vnd.twakow.acts+json.",
};

/// An envelope, ours or another's, as it travelled.
#[derive(Debug, Clone)]
pub(crate) struct Envelope {
    bytes: Vec<u8>,
    chain: Vec<String>,
    document: Value,
    manifest: EnvelopeManifest,
    entries: Vec<SignedEntry>,
    record: Digest,
    act: Digest,
}

impl Envelope {
    /// What `bytes` say, whoever signed it.
    ///
    /// # Errors
    /// They are no envelope, or one that tells no acts.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let envelope = EblEnvelope::read(bytes)?;
        let manifest = EnvelopeManifest::read(&jws::unverified_payload(&envelope.manifest)?)?;
        let entries: Vec<SignedEntry> =
            envelope.chain.iter().map(|jws| SignedEntry::unverified(jws)).collect::<Result<_, _>>()?;
        let mut told = entries.iter().flat_map(|entry| &entry.entry.transactions).map(Transaction::act);
        let record = told.next().flatten().ok_or_else(|| FOREIGN_CHAIN.refuse())?;
        let act = told.try_fold(record, |_, act| act).ok_or_else(|| FOREIGN_CHAIN.refuse())?;
        let (chain, document) = (envelope.chain, envelope.document);
        Ok(Self { bytes: bytes.to_vec(), chain, document, manifest, entries, record, act })
    }

    /// As they travelled.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Checksum of the last entry: the envelope's name in every answer.
    pub(super) const fn checksum(&self) -> Digest {
        self.manifest.last_entry
    }

    /// The record that the chain is about: the digest of the act that it tells first.
    pub(super) const fn record(&self) -> Digest {
        self.record
    }

    /// The act that it offers: the one that it tells last.
    pub(super) const fn act(&self) -> Digest {
        self.act
    }

    /// The transport document.
    pub(super) fn document(&self) -> Vec<u8> {
        json::canonical(&self.document)
    }

    /// The JWS of every entry, oldest first.
    pub(super) fn chain(&self) -> &[String] {
        &self.chain
    }

    /// The Transactions of all entries, in order.
    pub(super) fn told(&self) -> Vec<Transaction> {
        self.entries.iter().flat_map(|entry| &entry.entry.transactions).cloned().collect()
    }

    /// The carrier's issuance manifest.
    pub(super) fn issuance(&self) -> Option<&str> {
        self.entries.first().and_then(|first| first.entry.issuance_manifest.as_deref())
    }

    /// What follows the envelope, each document once.
    pub(super) fn documents(&self) -> Vec<Digest> {
        self.manifest.documents().iter().map(|document| document.checksum).collect()
    }

    /// The document of the acts among them.
    pub(super) fn acts(&self) -> Option<Digest> {
        let acts = self.manifest.supporting.iter().find(|document| document.media_type == ACTS_MEDIA_TYPE);
        acts.map(|acts| acts.checksum)
    }

    /// An answer to it.
    pub(super) fn answer(&self, code: ResponseCode) -> FinishedResponse {
        FinishedResponse::new(self.checksum(), code)
    }

    /// RECE: said when the bill is booked for the receiver, and not before.
    pub(super) fn receipt(&self) -> FinishedResponse {
        FinishedResponse { received: Some(self.documents()), ..self.answer(ResponseCode::Received) }
    }

    /// BENV for a reason of the receiver's own.
    pub(super) fn refusal(&self, why: &str) -> FinishedResponse {
        FinishedResponse { reason: Some(why.to_owned()), ..self.answer(ResponseCode::BadEnvelope) }
    }
}

/// The acts that an envelope tells, with their private parts, and the key sets behind them.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// The acts from the first on; the last is the one offered.
    pub(super) papers: Vec<Paper>,
    /// Whose the key sets are.
    pub(super) sets: Vec<ToldSet>,
    /// The close of the record whose place the issue takes.
    pub(super) replaces: Option<Paper>,
}

impl Told {
    /// Reads the document.
    ///
    /// # Errors
    /// It is not one, or what it holds does not hold together.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(DOCUMENT_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "acts")?;
        fields.constant("v", ACTS_VERSION)?;
        let (acts, sets) = (fields.array("acts")?, fields.array("sets")?);
        let replaces = fields.optional_value("replaces").map(Paper::read).transpose()?;
        fields.end()?;
        if u64::try_from(acts.len()).is_ok_and(|count| count > RECORD_ACTS_MAX) || sets.len() > SETS_MAX {
            return Err(BAD_MESSAGE.because("more acts or key sets than a record has"));
        }
        Ok(Self {
            papers: acts.iter().map(Paper::read).collect::<Result<_, _>>()?,
            sets: sets.iter().map(ToldSet::read).collect::<Result<_, _>>()?,
            replaces,
        })
    }

    /// Writes it.
    pub(super) fn write(acts: Vec<Value>, sets: Vec<Value>, replaces: Option<Value>) -> Vec<u8> {
        let members =
            [("acts", Value::array(acts)), ("sets", Value::array(sets)), ("v", Value::from(ACTS_VERSION))];
        json::canonical(&Value::object(members.into_iter().chain(replaces.map(|close| ("replaces", close)))))
    }

    /// The key set with this id, as the acts of it that are shown make it. A `rekey` that is left out makes it an older one:
    /// the registry knows the newest.
    pub(super) fn set(&self, id: &Digest) -> Option<Result<KeySet, Refusal>> {
        self.sets.iter().find(|set| set.id == *id).map(ToldSet::fold)
    }
}

/// A key set as another platform tells of it: the acts of a key-set file.
#[derive(Debug, Clone)]
pub(super) struct ToldSet {
    pub(super) id: Digest,
    acts: Vec<(Act, SignatureList)>,
    /// The private part of its first act: whose it is. It is bound by that act, and the act by the id.
    pub(super) details: Option<Vec<u8>>,
}

impl ToldSet {
    fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "acts/sets")?;
        fields.constant("v", "twakow/keyset-file/1")?;
        let mut acts = Vec::new();
        let mut whose = None;
        for file in fields.array("acts")? {
            let mut fields = Fields::of(file, "acts/sets")?;
            let act = Act::parse(fields.string("act")?.as_bytes())?;
            let list = SignatureList::parse(fields.string("signatures")?.as_bytes())?;
            let details = fields.optional_string("details")?.map(|text| text.as_bytes().to_vec());
            fields.end()?;
            if details.as_ref().is_some_and(|details| Digest::of(details) != act.details()) {
                return Err(BAD_MESSAGE.because("the details are not those of the set"));
            }
            if acts.is_empty() {
                whose = details;
            }
            acts.push((act, list));
        }
        fields.end()?;
        let id = acts.first().map(|(act, _)| act.digest()).ok_or_else(|| BAD_MESSAGE.because("no act"))?;
        Ok(Self { id, acts, details: whose })
    }

    fn fold(&self) -> Result<KeySet, Refusal> {
        fold_set(self.acts.iter().map(|(act, list)| (act, list)))
    }

    /// A key set as it is told.
    pub(super) fn value(acts: impl IntoIterator<Item = Value>) -> Value {
        Value::object([("acts", Value::array(acts)), ("v", Value::from("twakow/keyset-file/1"))])
    }

    /// One act of it.
    pub(super) fn act_value(act: &[u8], signatures: &[u8], details: Option<&[u8]>) -> Value {
        let members = [("act", text(act)), ("signatures", text(signatures))];
        Value::object(members.into_iter().chain(details.map(|details| ("details", text(details)))))
    }
}

/// The key set that these acts make, every signature verified. Without leaves each counts from its own `at`.
///
/// # Errors
/// Whatever `bill` refuses of them.
pub(super) fn fold_set<'a>(
    acts: impl IntoIterator<Item = (&'a Act, &'a SignatureList)>,
) -> Result<KeySet, Refusal> {
    let mut set: Option<KeySet> = None;
    for (act, list) in acts {
        set = Some(match set {
            None => {
                signatures::verify_keyset(act, list)?;
                keyset::apply_first(&keyset::check_first(act, act.at())?)
            }
            Some(before) => {
                let signed = signatures::verify_rekey(&before, act, list, act.at())?;
                let rekeyed = keyset::check(&before, act, signed.signers(), act.at())?;
                keyset::apply(before, &rekeyed)
            }
        });
    }
    set.ok_or_else(|| BAD_MESSAGE.because("a key set without an act"))
}
