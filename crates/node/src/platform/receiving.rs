//! What another platform offers: DCSA PINT as receiver. The envelope is looked at by DCSA's rules; the verdict on the act
//! in it is `offers`'.
//!
//! Answers are signed. RECE is kept in the transaction that books the bill, BENV once the act has no future here; both are
//! the same bytes for whoever asks again.

use bill::{act::Body, words::Platform};
use crypto::{Digest, jws};
use dcsa::{
    pint::{
        BAD_ENVELOPE, ENVELOPE_BYTES_MAX, Facts, FinishedResponse, Issuers, Outcome, Peer, ResponseCode,
        StartedResponse, answer_body, examine, read_document_body,
    },
    transaction::PlatformParty,
};
use vocab::{Refusal, Timestamp};

use super::{
    ENVELOPES, NOT_AT_HOME, PlatformNode,
    envelope::{Envelope, Told},
    offers::Seen,
    replacement::Group,
    shelf::{self, Stage},
};
use crate::{
    NodeError, Reply, Status,
    wire::{self, UNKNOWN_PATH},
};

impl PlatformNode {
    /// A request under [`ENVELOPES`]. Step 4 of the transfer begins; the same bytes get the same answer.
    pub(super) fn envelope(
        &mut self,
        from: Platform,
        path: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Reply, NodeError> {
        let parts: Vec<&str> = path.strip_prefix(ENVELOPES).unwrap_or(path).split('/').skip(1).collect();
        match parts.as_slice() {
            [] => self.envelope_comes(from, body, now),
            [reference, "additional-documents", checksum] => self.document_comes(reference, checksum, body),
            [reference, "finish-transfer"] => self.envelope_ends(from, reference, now),
            _ => Err(UNKNOWN_PATH.because(path).into()),
        }
    }

    fn envelope_comes(&mut self, from: Platform, body: &[u8], now: Timestamp) -> Result<Reply, NodeError> {
        if body.len() > ENVELOPE_BYTES_MAX {
            return Ok(unreadable(&BAD_ENVELOPE.because(format!("{} bytes", body.len()))));
        }
        if let Some(reply) = self.answer_of_the_standard(from, body)? {
            return Ok(reply);
        }
        let envelope = match Envelope::read(body) {
            Ok(envelope) => envelope,
            Err(refusal) => return self.refuse_unread(body, &refusal),
        };
        let missing = self.missing(&envelope)?;
        if missing.is_empty() {
            return self.take_up(from, &envelope, now);
        }
        let started = StartedResponse {
            reference: envelope.checksum().to_string(),
            document: Digest::of(&envelope.document()),
            last_entry: envelope.checksum(),
            missing,
        };
        self.store.write(move |txn| shelf::put_envelope(txn, &envelope))?;
        Ok(Reply { status: Status::Started, body: started.to_bytes() })
    }

    fn document_comes(&mut self, reference: &str, checksum: &str, body: &[u8]) -> Result<Reply, NodeError> {
        let (Some(envelope), Ok(checksum)) = (self.referred_to(reference)?, checksum.parse::<Digest>())
        else {
            return Ok(unknown());
        };
        let document = read_document_body(body).ok().filter(|document| Digest::of(document) == checksum);
        match document.filter(|_| envelope.documents().contains(&checksum)) {
            Some(document) => {
                self.store.write(move |txn| txn.put_blob(&document).map(drop).map_err(NodeError::from))?;
                Ok(Reply { status: Status::NoContent, body: Vec::new() })
            }
            None => self.says(&envelope.answer(ResponseCode::InconclusiveDocument)),
        }
    }

    fn envelope_ends(&mut self, from: Platform, reference: &str, now: Timestamp) -> Result<Reply, NodeError> {
        let Some(envelope) = self.referred_to(reference)? else { return Ok(unknown()) };
        // What was answered concerns nobody but the sender.
        let last = envelope.chain().last().map(String::as_str).unwrap_or_default();
        if self.known.get(&from).is_none_or(|peer| peer.verify(last).is_err()) {
            return Ok(unknown());
        }
        if let Some(kept) = self.kept_answer(&envelope)? {
            return Ok(kept);
        }
        if let Some(reply) = self.answer_of_the_standard(from, envelope.bytes())? {
            return Ok(reply);
        }
        let missing = self.missing(&envelope)?;
        if missing.is_empty() {
            return self.take_up(from, &envelope, now);
        }
        self.says(&FinishedResponse { missing, ..envelope.answer(ResponseCode::MissingDocument) })
    }

    /// The envelope that is known under this reference: the checksum of its last entry.
    fn referred_to(&self, reference: &str) -> Result<Option<Envelope>, NodeError> {
        let Ok(checksum) = reference.parse::<Digest>() else { return Ok(None) };
        self.shelves().envelope(&checksum)
    }

    fn missing(&self, envelope: &Envelope) -> Result<Vec<Digest>, NodeError> {
        let mut missing = Vec::new();
        for document in envelope.documents() {
            if self.shelves().details(&document)?.is_none() {
                missing.push(document);
            }
        }
        Ok(missing)
    }

    /// What the standard's own rules answer; `None` where the envelope may be accepted by them. Whether its recipient is a
    /// user here is not asked: the act names a key set, and whoever does not know that declines on record.
    fn answer_of_the_standard(&self, from: Platform, bytes: &[u8]) -> Result<Option<Reply>, NodeError> {
        let Some(sender) = self.known.get(&from) else { return Ok(Some(unknown())) };
        let known: Vec<Peer> = self.known.values().cloned().collect();
        let chain = match Envelope::read(bytes) {
            Ok(envelope) => Some(self.shelves().chain(&envelope.record())?),
            Err(_) => None,
        };
        let knows_party = |_: &PlatformParty| true;
        let outcome = examine(
            bytes,
            &Facts {
                own: &[self.code.as_str().parse()?],
                sender,
                known: &known,
                issuers: Issuers::WithDocuments,
                history: &|_| chain.clone(),
                knows_party: &knows_party,
            },
        );
        match outcome {
            Outcome::Fresh(_) => Ok(None),
            Outcome::Unreadable(refusal) => Ok(Some(unreadable(&refusal))),
            Outcome::Refused(answer) | Outcome::Duplicate(answer) | Outcome::Disputed { answer, .. } => {
                self.says(&answer).map(Some)
            }
        }
    }

    /// BENV for an envelope that is one, and that nobody here can take.
    fn refuse_unread(&self, body: &[u8], refusal: &Refusal) -> Result<Reply, NodeError> {
        let envelope = dcsa::pint::EblEnvelope::read(body)?;
        let last = envelope.chain.last().map(String::as_str).unwrap_or_default();
        let answer = FinishedResponse::new(dcsa::pint::entry_checksum(last), ResponseCode::BadEnvelope);
        self.says(&FinishedResponse { reason: Some(refusal.to_string()), ..answer })
    }

    /// The envelope is whole: the act in it gets its verdict, once.
    fn take_up(&mut self, from: Platform, envelope: &Envelope, now: Timestamp) -> Result<Reply, NodeError> {
        let told = match self.told(envelope)? {
            Ok(told) => told,
            Err(refusal) => return self.says(&envelope.refusal(&refusal.to_string())),
        };
        let Some(paper) = told.papers.last() else { return Ok(unknown()) };
        let act = paper.act.digest();
        if self.shelves().stage(&act)?.is_none() {
            self.begin(paper, envelope, &told, now)?;
        }
        // An issue needs no look at the log. Whoever ended between keeping the offer and deciding on it decides when it
        // comes again.
        let first = matches!(paper.act.body(), Body::Issue(_));
        if first && self.shelves().stage(&act)? == Some(Stage::Examining) {
            match &told.replaces {
                Some(close) => {
                    let group = Group { close: close.clone(), issue: paper.clone() };
                    self.decide_together(&group, &told, now)?;
                }
                None => self.decide(paper, Seen::Offer(&told), now)?,
            }
        }
        self.verdict(from, envelope)
    }

    /// The acts that came with an envelope, or why they are not those that it tells.
    fn told(&self, envelope: &Envelope) -> Result<Result<Told, Refusal>, NodeError> {
        let Some(acts) = envelope.acts() else {
            return Ok(Err(BAD_ENVELOPE.because(format!("no document of type {}", super::ACTS_MEDIA_TYPE))));
        };
        let bytes = self.shelves().details(&acts)?.unwrap_or_default();
        Ok(Told::read(&bytes).and_then(|told| {
            let first = told.papers.first().map(|paper| paper.act.digest());
            let last = told.papers.last();
            if first != Some(envelope.record()) || last.map(|last| last.act.digest()) != Some(envelope.act())
            {
                return Err(BAD_ENVELOPE.because("the acts are not those that the chain tells"));
            }
            if last.and_then(|last| last.act.acceptor()) != Some(self.code) {
                return Err(NOT_AT_HOME.because("another platform is asked to accept"));
            }
            Ok(told)
        }))
    }

    /// What is said of an act that was taken up: nothing before its fate is known.
    fn verdict(&mut self, from: Platform, envelope: &Envelope) -> Result<Reply, NodeError> {
        if let Some(kept) = self.kept_answer(envelope)? {
            return Ok(kept);
        }
        match self.shelves().stage(&envelope.act())? {
            Some(Stage::Returned(why)) => {
                let jws = envelope.refusal(&why).sign(&self.keys.pint)?;
                let (checksum, kept) = (envelope.checksum(), jws.clone());
                self.store.write(move |txn| shelf::put_answer(txn, &checksum, &kept))?;
                Ok(signed(Status::Refused, &jws))
            }
            // Received in another envelope: the standard knows it as a duplicate.
            Some(Stage::Moved) => match self.answer_of_the_standard(from, envelope.bytes())? {
                Some(reply) => Ok(reply),
                None => Ok(nothing_yet()),
            },
            Some(
                Stage::Looking
                | Stage::Offered
                | Stage::Examining
                | Stage::Accepted
                | Stage::Declined(_)
                | Stage::Doubted(..),
            )
            | None => Ok(nothing_yet()),
        }
    }

    /// The answer that was given before.
    fn kept_answer(&self, envelope: &Envelope) -> Result<Option<Reply>, NodeError> {
        let answers = self.shelves().answers(&envelope.checksum())?;
        let Some(jws) = answers.first() else { return Ok(None) };
        let said = FinishedResponse::read(&jws::unverified_payload(jws)?)?;
        Ok(Some(signed(status_of(said.code), jws)))
    }

    fn says(&self, answer: &FinishedResponse) -> Result<Reply, NodeError> {
        Ok(signed(status_of(answer.code), &answer.sign(&self.keys.pint)?))
    }
}

const fn status_of(code: ResponseCode) -> Status {
    match code {
        ResponseCode::Received | ResponseCode::Duplicate => Status::Ok,
        ResponseCode::Disputed | ResponseCode::InconclusiveDocument | ResponseCode::MissingDocument => {
            Status::Conflict
        }
        ResponseCode::BadEnvelope | ResponseCode::BadSignature => Status::Refused,
    }
}

fn signed(status: Status, jws: &str) -> Reply {
    Reply { status, body: answer_body(jws) }
}

/// Heard, and it means nothing: ask again with the same bytes.
const fn nothing_yet() -> Reply {
    Reply { status: Status::Accepted, body: Vec::new() }
}

const fn unknown() -> Reply {
    Reply { status: Status::NotFound, body: Vec::new() }
}

/// What cannot be read is answered without a signature.
fn unreadable(refusal: &Refusal) -> Reply {
    Reply { status: Status::BadRequest, ..wire::refused(refusal) }
}
