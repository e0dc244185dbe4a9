//! Making an envelope, and reading what is answered.

use crypto::{Digest, jws, key::SigningKey};
use vocab::{Refusal, RefusalKind};

use super::{
    Peer, SignedEntry,
    messages::{
        DocumentMetadata, EblEnvelope, EnvelopeManifest, EnvelopeTransferChainEntry, FinishedResponse,
        ResponseCode,
    },
    receive::History,
    signed::{entry_checksum, sign_entry, sign_manifest},
};
use crate::TransportDocument;

/// An answer to something else.
pub const ANSWER_NOT_OURS: RefusalKind = RefusalKind {
    code: "answer-to-another-envelope",
    sentence: "This signed answer is not about the envelope that was sent.",
    remedy: "Keep it, send the same envelope again, and ask the other platform if it goes on.",
};

/// What accompanies a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Accompanying {
    /// The carrier's picture of the bill: the same in every transfer once it is there.
    pub visualisation: Option<DocumentMetadata>,
    /// What the sender adds: the acts, the details, invoices.
    pub supporting: Vec<DocumentMetadata>,
}

/// An envelope as it goes out. Its bytes are made once, kept before the first of them leaves, and are the same at every
/// retry.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    bytes: Vec<u8>,
    entry: SignedEntry,
}

impl Offer {
    /// The envelope that tells `entry` after what is known of the bill. `entry.previous` is set here.
    ///
    /// # Errors
    /// [`super::NO_PINT_KEY`].
    pub fn make(
        document: &TransportDocument,
        history: &History,
        entry: EnvelopeTransferChainEntry,
        accompanying: Accompanying,
        key: &SigningKey,
    ) -> Result<Self, Refusal> {
        let previous = history.entries.last().map(|jws| entry_checksum(jws));
        let entry = sign_entry(EnvelopeTransferChainEntry { previous, ..entry }, key)?;
        let manifest = EnvelopeManifest {
            document: document.checksum(),
            last_entry: entry.checksum(),
            visualisation: accompanying.visualisation,
            supporting: accompanying.supporting,
        };
        let mut chain = history.entries.clone();
        chain.push(entry.jws.clone());
        let manifest = sign_manifest(&manifest, key)?;
        let envelope = EblEnvelope { document: document.value().clone(), manifest, chain };
        Ok(Offer { bytes: envelope.to_bytes(), entry })
    }

    /// The offer whose bytes were kept.
    ///
    /// # Errors
    /// What is wrong with them: they are not an envelope.
    pub fn kept(bytes: &[u8]) -> Result<Self, Refusal> {
        let envelope = EblEnvelope::read(bytes)?;
        let last = envelope.chain.last().map(String::as_str).unwrap_or_default();
        Ok(Offer { bytes: bytes.to_vec(), entry: SignedEntry::unverified(last)? })
    }

    /// The bytes of the envelope, for every attempt.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its last entry, the one that was made for it.
    pub const fn entry(&self) -> &SignedEntry {
        &self.entry
    }

    /// The checksum by which answers name it.
    pub fn checksum(&self) -> Digest {
        self.entry.checksum()
    }
}

/// A signed answer to an offer of ours. Only [`read_answer`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    jws: String,
    response: FinishedResponse,
}

/// Reads the signed answer `jws` to `offer`.
///
/// # Errors
/// What is wrong with the signature or the answer; [`ANSWER_NOT_OURS`] where it names another envelope, or says DUPE of
/// an entry that tells something else. An answer that is refused here changes nothing: send the same bytes again.
pub fn read_answer(jws: &str, receiver: &Peer, offer: &Offer) -> Result<Answer, Refusal> {
    let response = FinishedResponse::read(&receiver.verify(jws)?)?;
    if response.last_entry != offer.checksum() {
        return Err(ANSWER_NOT_OURS.because(format!("it names {}", response.last_entry)));
    }
    if let Some(duplicate) = &response.duplicate_of
        && jws::unverified_payload(duplicate)? != jws::unverified_payload(&offer.entry.jws)?
    {
        return Err(ANSWER_NOT_OURS.because("the entry that it calls the same tells something else"));
    }
    Ok(Answer { jws: jws.to_owned(), response })
}

impl Answer {
    /// The JWS, to be kept as evidence.
    pub fn jws(&self) -> &str {
        &self.jws
    }

    /// What it says.
    pub const fn response(&self) -> &FinishedResponse {
        &self.response
    }
}

/// Where an offer stands between two platforms, by their words alone. None of these moves the bill: *moved* and
/// *returned* are said by the final log (docs/control.md 10).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OfferState {
    /// No answer that ends it yet: send the same bytes again.
    Waiting,
    /// The receiver says that it has the bill.
    SaidReceived(Answer),
    /// The receiver says that it will not take it.
    SaidRefused(Answer),
    /// The receiver says that it contradicts what it knows: people decide, and nothing is sent.
    Disputed(Answer),
    /// The receiver has said two things that cannot both be true. Both are kept.
    Contradicted(Answer, Answer),
}

/// What an answer asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Nothing more: wait for the final log.
    Rest,
    /// Sign again and retry.
    SignAgain,
    /// Send these documents again, all of them where the list is empty, and finish.
    SendDocuments(Vec<Digest>),
    /// Stop, and call people.
    CallPeople,
}

impl OfferState {
    /// After hearing `answer`. Hearing the same word again changes nothing.
    pub fn hear(self, answer: Answer) -> (OfferState, Heard) {
        use ResponseCode::{
            BadEnvelope, BadSignature, Disputed, Duplicate, InconclusiveDocument, MissingDocument, Received,
        };
        let code = answer.response.code;
        match (self, code) {
            (OfferState::Contradicted(one, other), _) => {
                (OfferState::Contradicted(one, other), Heard::CallPeople)
            }
            (OfferState::Waiting, Received | Duplicate) => (OfferState::SaidReceived(answer), Heard::Rest),
            (OfferState::Waiting, BadEnvelope) => (OfferState::SaidRefused(answer), Heard::Rest),
            (OfferState::Waiting, BadSignature) => (OfferState::Waiting, Heard::SignAgain),
            (OfferState::Waiting, InconclusiveDocument | MissingDocument) => {
                (OfferState::Waiting, Heard::SendDocuments(answer.response.missing))
            }
            (OfferState::Waiting, Disputed) => (OfferState::Disputed(answer), Heard::CallPeople),
            (OfferState::Disputed(first), Disputed) => (OfferState::Disputed(first), Heard::CallPeople),
            (OfferState::SaidReceived(first), Received | Duplicate) => {
                (OfferState::SaidReceived(first), Heard::Rest)
            }
            // Late answers to attempts before the one that ended it.
            (OfferState::SaidReceived(first), BadSignature | InconclusiveDocument | MissingDocument) => {
                (OfferState::SaidReceived(first), Heard::Rest)
            }
            (
                OfferState::SaidRefused(first),
                BadEnvelope | BadSignature | InconclusiveDocument | MissingDocument,
            ) => (OfferState::SaidRefused(first), Heard::Rest),
            (OfferState::Disputed(first), BadSignature | InconclusiveDocument | MissingDocument) => {
                (OfferState::Disputed(first), Heard::CallPeople)
            }
            (OfferState::SaidReceived(first), BadEnvelope | Disputed)
            | (OfferState::SaidRefused(first), Received | Duplicate | Disputed)
            | (OfferState::Disputed(first), Received | Duplicate | BadEnvelope) => {
                (OfferState::Contradicted(first, answer), Heard::CallPeople)
            }
        }
    }
}
