//! The messages of PINT, and how each is written and read.
//!
//! What we write is canonical and has no member that we were not asked for. What others write may have more members
//! than we know: they are passed over, for DCSA adds members between releases and the signature covers them.

use std::str::FromStr;

use crypto::{
    Digest, base64,
    json::{self, Fields, Limits, Object, Value},
};
use vocab::{Refusal, RefusalKind, party::PlatformCode};

use crate::transaction::Transaction;

/// Bytes of an envelope: a document of 1 MiB, and a chain of a thousand Transactions of about 2 KiB.
pub const ENVELOPE_BYTES_MAX: usize = 4 << 20;
/// Entries of a chain, at most one for each act of a record (docs/control.md 1).
pub const ENTRIES_MAX: usize = 1024;
/// Transactions of one entry: two for each act of a record at most.
pub const TRANSACTIONS_MAX: usize = 2048;
/// Documents that accompany an envelope (docs/control.md 1: files).
pub const DOCUMENTS_MAX: usize = 100;
/// Characters of the reason in a signed answer (EBL_PINT 3.0.0).
pub const REASON_MAX: usize = 255;
/// Characters of an envelope reference (EBL_PINT 3.0.0).
pub const REFERENCE_MAX: usize = 100;
/// Bytes of one document that accompanies an envelope.
pub const DOCUMENT_BYTES_MAX: usize = 16 << 20;
/// Bytes of such a document as it travels: base64 in a JSON string.
pub const DOCUMENT_BODY_BYTES_MAX: usize = DOCUMENT_BYTES_MAX.div_ceil(3) * 4 + 2;

/// A list longer than this house reads.
pub const TOO_MANY: RefusalKind = RefusalKind {
    code: "envelope-too-long",
    sentence: "Something in this envelope is longer than what is read here, or a list is empty.",
    remedy: "Send fewer: 1,024 entries, 2,048 Transactions in one of them, 100 documents, 16 MiB in one of them.",
};

/// A response code that DCSA does not have.
pub const BAD_RESPONSE_CODE: RefusalKind = RefusalKind {
    code: "bad-response-code",
    sentence: "This is not a response code of PINT.",
    remedy: "Answer RECE, DUPE, BSIG, BENV, INCD, MDOC or DISE.",
};

/// What accompanies the document: its name, size and digest (DCSA DocumentMetadata).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentMetadata {
    /// The file's name.
    pub name: String,
    /// Bytes of the decoded file.
    pub size: u64,
    /// Its media type.
    pub media_type: String,
    /// SHA-256 over its decoded bytes.
    pub checksum: Digest,
}

impl DocumentMetadata {
    /// The metadata of a file.
    pub fn of(name: &str, media_type: &str, bytes: &[u8]) -> Self {
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let checksum = Digest::of(bytes);
        DocumentMetadata { name: name.to_owned(), size, media_type: media_type.to_owned(), checksum }
    }

    fn to_value(&self) -> Result<Value, Refusal> {
        Ok(Value::object([
            ("documentChecksum", Value::from(self.checksum)),
            ("mediaType", Value::from(self.media_type.as_str())),
            ("name", Value::from(self.name.as_str())),
            ("size", Value::try_from(self.size)?),
        ]))
    }

    fn read(value: &Value, place: &str) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, place)?;
        Ok(DocumentMetadata {
            name: fields.string("name")?.to_owned(),
            size: fields.integer("size")?,
            media_type: fields.string("mediaType")?.to_owned(),
            checksum: fields.digest("documentChecksum")?,
        })
    }
}

/// What the sender signs anew at each transfer (DCSA EnvelopeManifest).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnvelopeManifest {
    /// `transportDocumentChecksum`.
    pub document: Digest,
    /// Checksum of the last entry's JWS.
    pub last_entry: Digest,
    /// The carrier's picture of the bill, unchanged in every transfer once it is there.
    pub visualisation: Option<DocumentMetadata>,
    /// What accompanies this transfer, chosen by the sender.
    pub supporting: Vec<DocumentMetadata>,
}

impl EnvelopeManifest {
    /// The canonical bytes.
    ///
    /// # Errors
    /// A size of 2^53 bytes or more.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Refusal> {
        let mut object = Object::new();
        object.insert("transportDocumentChecksum", self.document);
        object.insert("lastEnvelopeTransferChainEntrySignedContentChecksum", self.last_entry);
        if let Some(visualisation) = &self.visualisation {
            object.insert("eBLVisualisationByCarrier", visualisation.to_value()?);
        }
        if !self.supporting.is_empty() {
            let documents =
                self.supporting.iter().map(DocumentMetadata::to_value).collect::<Result<Vec<_>, _>>()?;
            object.insert("supportingDocuments", documents);
        }
        Ok(json::canonical(&Value::Object(object)))
    }

    /// The manifest that `bytes` write.
    ///
    /// # Errors
    /// What is wrong with the JSON or its members; [`TOO_MANY`].
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse(bytes, &Limits::bytes(ENVELOPE_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "manifest")?;
        let visualisation = match fields.optional_value("eBLVisualisationByCarrier") {
            Some(value) => Some(DocumentMetadata::read(value, "manifest/eBLVisualisationByCarrier")?),
            None => None,
        };
        let supporting = fields.optional_array("supportingDocuments")?.unwrap_or_default();
        bounded(supporting.len(), 0, DOCUMENTS_MAX, "manifest/supportingDocuments")?;
        Ok(EnvelopeManifest {
            document: fields.digest("transportDocumentChecksum")?,
            last_entry: fields.digest("lastEnvelopeTransferChainEntrySignedContentChecksum")?,
            visualisation,
            supporting: supporting
                .iter()
                .map(|value| DocumentMetadata::read(value, "manifest/supportingDocuments"))
                .collect::<Result<_, _>>()?,
        })
    }

    /// Every document that the receiver must hold, each once.
    pub fn documents(&self) -> Vec<&DocumentMetadata> {
        let mut documents: Vec<&DocumentMetadata> =
            self.visualisation.iter().chain(&self.supporting).collect();
        documents.sort_by_key(|document| document.checksum);
        documents.dedup_by_key(|document| document.checksum);
        documents
    }
}

/// What the carrier signs when it issues (DCSA IssuanceManifest).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuanceManifest {
    /// Checksum of the transport document.
    pub document: Digest,
    /// Checksum of the party to whom it is issued, in the form of the Issuance API.
    pub issue_to: Digest,
    /// Checksum of the carrier's picture of the bill.
    pub visualisation: Option<Digest>,
}

impl IssuanceManifest {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut object = Object::new();
        object.insert("documentChecksum", self.document);
        object.insert("issueToChecksum", self.issue_to);
        if let Some(visualisation) = self.visualisation {
            object.insert("eBLVisualisationByCarrierChecksum", visualisation);
        }
        json::canonical(&Value::Object(object))
    }

    /// The manifest that `bytes` write.
    ///
    /// # Errors
    /// What is wrong with the JSON or its members.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse(bytes, &Limits::bytes(ENVELOPE_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "issuanceManifest")?;
        Ok(IssuanceManifest {
            document: fields.digest("documentChecksum")?,
            issue_to: fields.digest("issueToChecksum")?,
            visualisation: fields.optional_digest("eBLVisualisationByCarrierChecksum")?,
        })
    }
}

/// What one platform tells of a bill, from one crossing to the next (DCSA EnvelopeTransferChainEntry).
#[derive(Debug, Clone, PartialEq)]
pub struct EnvelopeTransferChainEntry {
    /// The platform that tells it and signs it.
    pub platform: PlatformCode,
    /// `transportDocumentChecksum`.
    pub document: Digest,
    /// Checksum of the JWS of the entry before; `None` in the first.
    pub previous: Option<Digest>,
    /// The carrier's JWS over the issuance manifest; in the first entry.
    pub issuance_manifest: Option<String>,
    /// The registry that every transfer must be recorded in, by DCSA's own scheme. This house never writes it.
    pub control_tracking_registry: Option<String>,
    /// What happened, at least one.
    pub transactions: Vec<Transaction>,
}

impl EnvelopeTransferChainEntry {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut object = Object::new();
        object.insert("eblPlatform", self.platform.as_str());
        object.insert("transportDocumentChecksum", self.document);
        if let Some(previous) = self.previous {
            object.insert("previousEnvelopeTransferChainEntrySignedContentChecksum", previous);
        }
        if let Some(manifest) = &self.issuance_manifest {
            object.insert("issuanceManifestSignedContent", manifest.as_str());
        }
        if let Some(registry) = &self.control_tracking_registry {
            object.insert("controlTrackingRegistry", registry.as_str());
        }
        let transactions: Vec<Value> = self.transactions.iter().map(|said| said.value().clone()).collect();
        object.insert("transactions", transactions);
        json::canonical(&Value::Object(object))
    }

    /// The entry that `bytes` write.
    ///
    /// # Errors
    /// What is wrong with the JSON or its members; [`TOO_MANY`].
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse(bytes, &Limits::bytes(ENVELOPE_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "entry")?;
        let transactions = fields.array("transactions")?;
        bounded(transactions.len(), 1, TRANSACTIONS_MAX, "entry/transactions")?;
        Ok(EnvelopeTransferChainEntry {
            platform: fields.parsed("eblPlatform")?,
            document: fields.digest("transportDocumentChecksum")?,
            previous: fields.optional_digest("previousEnvelopeTransferChainEntrySignedContentChecksum")?,
            issuance_manifest: fields.optional_string("issuanceManifestSignedContent")?.map(str::to_owned),
            control_tracking_registry: fields.optional_string("controlTrackingRegistry")?.map(str::to_owned),
            transactions: transactions
                .iter()
                .enumerate()
                .map(|(n, value)| Transaction::read(value, &format!("entry/transactions/{n}")))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// A document on its way, with its history (DCSA EblEnvelope).
#[derive(Debug, Clone, PartialEq)]
pub struct EblEnvelope {
    /// The transport document, as the JSON value that it is inside the envelope.
    pub document: Value,
    /// The JWS over the envelope manifest.
    pub manifest: String,
    /// The JWS of every entry, oldest first.
    pub chain: Vec<String>,
}

impl EblEnvelope {
    /// The canonical bytes: the same at every retry.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::canonical(&Value::object([
            ("transportDocument", self.document.clone()),
            ("envelopeManifestSignedContent", Value::from(self.manifest.as_str())),
            ("envelopeTransferChain", Value::array(self.chain.iter().map(String::as_str))),
        ]))
    }

    /// The envelope that `bytes` write.
    ///
    /// # Errors
    /// What is wrong with the JSON or its members; [`TOO_MANY`].
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse(bytes, &Limits::bytes(ENVELOPE_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "")?;
        let document = fields.value("transportDocument")?;
        let chain = fields.array("envelopeTransferChain")?;
        bounded(chain.len(), 1, ENTRIES_MAX, "/envelopeTransferChain")?;
        let text = |(n, entry): (usize, &Value)| match entry.as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(json::MEMBER_TYPE.because("not a string").at(format!("/envelopeTransferChain/{n}"))),
        };
        Ok(EblEnvelope {
            document: document.clone(),
            manifest: fields.string("envelopeManifestSignedContent")?.to_owned(),
            chain: chain.iter().enumerate().map(text).collect::<Result<_, _>>()?,
        })
    }
}

/// What a receiver says, under its signature. The code decides, never the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResponseCode {
    /// The envelope is not acceptable, and never will be.
    BadEnvelope,
    /// A signature does not hold; may be tried again once mended.
    BadSignature,
    /// It contradicts what the receiver knows of this bill: people decide.
    Disputed,
    /// This envelope was accepted before.
    Duplicate,
    /// A document is not the one announced; the transfer stays open.
    InconclusiveDocument,
    /// A document is missing; the transfer stays open.
    MissingDocument,
    /// Accepted.
    Received,
}

impl ResponseCode {
    /// All of them.
    pub const ALL: [ResponseCode; 7] = [
        ResponseCode::BadEnvelope,
        ResponseCode::BadSignature,
        ResponseCode::Disputed,
        ResponseCode::Duplicate,
        ResponseCode::InconclusiveDocument,
        ResponseCode::MissingDocument,
        ResponseCode::Received,
    ];

    /// The word on the wire.
    pub const fn word(self) -> &'static str {
        match self {
            ResponseCode::BadEnvelope => "BENV",
            ResponseCode::BadSignature => "BSIG",
            ResponseCode::Disputed => "DISE",
            ResponseCode::Duplicate => "DUPE",
            ResponseCode::InconclusiveDocument => "INCD",
            ResponseCode::MissingDocument => "MDOC",
            ResponseCode::Received => "RECE",
        }
    }

    /// The HTTP status that DCSA asks for beside the code.
    pub const fn http_status(self) -> u16 {
        match self {
            ResponseCode::Received | ResponseCode::Duplicate => 200,
            ResponseCode::Disputed | ResponseCode::InconclusiveDocument | ResponseCode::MissingDocument => {
                409
            }
            ResponseCode::BadEnvelope | ResponseCode::BadSignature => 422,
        }
    }
}

impl FromStr for ResponseCode {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let known = ResponseCode::ALL.into_iter().find(|code| code.word() == written);
        known.ok_or_else(|| BAD_RESPONSE_CODE.because(written.chars().take(10).collect::<String>()))
    }
}

/// A reference that cannot stand in a path.
pub const BAD_REFERENCE: RefusalKind = RefusalKind {
    code: "bad-envelope-reference",
    sentence: "This is not a reference under which documents can be sent after an envelope.",
    remedy: "Give 1 to 100 letters, digits, hyphens, full stops, low lines or tildes.",
};

/// The unsigned answer to an envelope that waits for its documents (DCSA EnvelopeTransferStartedResponse). It binds nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartedResponse {
    /// The receiver's name for the envelope.
    pub reference: String,
    /// `transportDocumentChecksum`.
    pub document: Digest,
    /// Checksum of the last entry of the envelope that is answered.
    pub last_entry: Digest,
    /// The documents that the receiver lacks.
    pub missing: Vec<Digest>,
}

impl StartedResponse {
    /// The canonical bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        json::canonical(&Value::object([
            ("envelopeReference", Value::from(self.reference.as_str())),
            ("transportDocumentChecksum", Value::from(self.document)),
            ("lastEnvelopeTransferChainEntrySignedContentChecksum", Value::from(self.last_entry)),
            ("missingAdditionalDocumentChecksums", Value::array(self.missing.iter().copied())),
        ]))
    }

    /// The answer that `bytes` write.
    ///
    /// # Errors
    /// What is wrong with the JSON or its members; [`BAD_REFERENCE`].
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse(bytes, &Limits::bytes(ENVELOPE_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "started")?;
        let reference = fields.string("envelopeReference")?.to_owned();
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if !(1..=REFERENCE_MAX).contains(&reference.len()) || !reference.bytes().all(unreserved) {
            return Err(BAD_REFERENCE.refuse());
        }
        Ok(StartedResponse {
            reference,
            document: fields.digest("transportDocumentChecksum")?,
            last_entry: fields.digest("lastEnvelopeTransferChainEntrySignedContentChecksum")?,
            missing: digests(&mut fields, "missingAdditionalDocumentChecksums")?.unwrap_or_default(),
        })
    }
}

/// The body under which a document is sent after its envelope: base64 in a JSON string.
pub fn document_body(bytes: &[u8]) -> Vec<u8> {
    json::canonical(&Value::from(base64::encode(bytes)))
}

/// The document in such a body.
///
/// # Errors
/// It is no JSON string, not base64, or longer than [`DOCUMENT_BYTES_MAX`].
pub fn read_document_body(body: &[u8]) -> Result<Vec<u8>, Refusal> {
    let document = base64::decode(&text_of(body, DOCUMENT_BODY_BYTES_MAX)?)?;
    if document.len() > DOCUMENT_BYTES_MAX {
        return Err(TOO_MANY.because(format!("{} bytes in one document", document.len())));
    }
    Ok(document)
}

/// The body of a signed answer: the compact JWS as a JSON string.
pub fn answer_body(jws: &str) -> Vec<u8> {
    json::canonical(&Value::from(jws))
}

/// The JWS in such a body.
///
/// # Errors
/// It is no JSON string.
pub fn read_answer_body(body: &[u8]) -> Result<String, Refusal> {
    text_of(body, ENVELOPE_BYTES_MAX)
}

fn text_of(body: &[u8], bytes_max: usize) -> Result<String, Refusal> {
    let value = json::parse(body, &Limits::bytes(bytes_max))?;
    value.as_str().map(str::to_owned).ok_or_else(|| json::MEMBER_TYPE.because("not a string"))
}

/// The payload of a signed answer (DCSA EnvelopeTransferFinishedResponse).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishedResponse {
    /// Checksum of the last entry of the envelope that is answered.
    pub last_entry: Digest,
    /// What is said.
    pub code: ResponseCode,
    /// With DUPE: the JWS of the entry that was accepted.
    pub duplicate_of: Option<String>,
    /// Why, for people.
    pub reason: Option<String>,
    /// With MDOC: what is missing.
    pub missing: Vec<Digest>,
    /// With RECE and DUPE: all documents of the transfer, also those held before; `None` leaves the member out.
    pub received: Option<Vec<Digest>>,
}

impl FinishedResponse {
    /// An answer of `code` about the envelope whose last entry has the checksum `last_entry`.
    pub const fn new(last_entry: Digest, code: ResponseCode) -> Self {
        FinishedResponse {
            last_entry,
            code,
            duplicate_of: None,
            reason: None,
            missing: Vec::new(),
            received: None,
        }
    }

    /// The canonical bytes. A reason is cut to [`REASON_MAX`] characters.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut object = Object::new();
        object.insert("lastEnvelopeTransferChainEntrySignedContentChecksum", self.last_entry);
        object.insert("responseCode", self.code.word());
        if let Some(entry) = &self.duplicate_of {
            object.insert("duplicateOfAcceptedEnvelopeTransferChainEntrySignedContent", entry.as_str());
        }
        if let Some(reason) = &self.reason {
            object.insert("reason", reason.chars().take(REASON_MAX).collect::<String>());
        }
        if !self.missing.is_empty() {
            object.insert("missingAdditionalDocumentChecksums", Value::array(self.missing.iter().copied()));
        }
        if let Some(received) = &self.received {
            object.insert("receivedAdditionalDocumentChecksums", Value::array(received.iter().copied()));
        }
        json::canonical(&Value::Object(object))
    }

    /// The answer that `bytes` write.
    ///
    /// # Errors
    /// What is wrong with the JSON or its members; [`BAD_RESPONSE_CODE`].
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse(bytes, &Limits::bytes(ENVELOPE_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "answer")?;
        let last_entry = fields.digest("lastEnvelopeTransferChainEntrySignedContentChecksum")?;
        let code = fields.parsed("responseCode")?;
        let duplicate_of =
            fields.optional_string("duplicateOfAcceptedEnvelopeTransferChainEntrySignedContent")?;
        let reason = fields.optional_string("reason")?.map(str::to_owned);
        let missing = digests(&mut fields, "missingAdditionalDocumentChecksums")?.unwrap_or_default();
        let received = digests(&mut fields, "receivedAdditionalDocumentChecksums")?;
        let duplicate_of = duplicate_of.map(str::to_owned);
        Ok(FinishedResponse { last_entry, code, duplicate_of, reason, missing, received })
    }
}

fn digests(fields: &mut Fields<'_>, name: &str) -> Result<Option<Vec<Digest>>, Refusal> {
    let Some(values) = fields.optional_array(name)? else { return Ok(None) };
    bounded(values.len(), 0, DOCUMENTS_MAX, name)?;
    let digest = |value: &Value| match value.as_str() {
        Some(text) => text.parse(),
        None => Err(json::MEMBER_TYPE.because("not a checksum").at(name)),
    };
    values.iter().map(digest).collect::<Result<_, _>>().map(Some)
}

fn bounded(count: usize, least: usize, most: usize, place: &str) -> Result<(), Refusal> {
    if (least..=most).contains(&count) {
        return Ok(());
    }
    Err(TOO_MANY.because(format!("{count}, allowed are {least} to {most}")).at(place))
}
