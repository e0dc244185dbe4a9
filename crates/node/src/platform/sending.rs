//! Offering an act to another platform, and hearing what it says of it: DCSA PINT as sender.
//!
//! The envelope is made once and kept before its first byte leaves. What the other platform signs is kept as evidence and
//! moves nothing: *moved* and *returned* are said by the final log (docs/control.md section 10).

use bill::act::Act;
use crypto::{
    Digest,
    json::{self, Limits, Value},
    jws,
};
use dcsa::{
    TransportDocument,
    pint::{
        self, Accompanying, DOCUMENT_BYTES_MAX, DocumentMetadata, EnvelopeTransferChainEntry,
        FinishedResponse, Heard, History, OfferState, ResponseCode, SignedEntry, StartedResponse,
        read_answer, read_answer_body, sign_entry,
    },
    transaction::{ACTS_AND_ENTRY_DIFFER, PlatformParty, ToldAct, Transaction, tell},
};
use store::Txn;
use vocab::{Refusal, RefusalKind, Timestamp};

use super::{
    ENVELOPES, PlatformNode, UNKNOWN_PARTY, UNKNOWN_RECORD,
    envelope::{ACTS_MEDIA_TYPE, ACTS_NAME, Envelope, Told},
    hand_in::party_of,
    shelf::{self, DETAILS_BYTES_MAX, Paper, Stage},
};
use crate::{
    NodeError, Reply, Request, Status,
    post::{self, ASK_AGAIN_AFTER},
    wire::BAD_MESSAGE,
};

/// An issue without the manifest that DCSA asks of a carrier.
pub const NO_ISSUANCE_MANIFEST: RefusalKind = RefusalKind {
    code: "no-issuance-manifest",
    sentence: "The carrier's issuance manifest is missing, or is not for this document and this party.",
    remedy: "Issue with this version's tools: they sign the manifest with the key that signs the issue.",
};

/// A record whose acts do not fit into one document.
pub const OFFER_TOO_LARGE: RefusalKind = RefusalKind {
    code: "offer-too-large",
    sentence: "The acts of this record with their private parts have more than 16 MiB, so they cannot be offered.",
    remedy: "Surrender the bill and have it replaced: the new record begins without them.",
};

/// An act as a chain entry tells it.
pub(super) struct Telling {
    digest: Digest,
    op: &'static str,
    at: Timestamp,
    transactions: Vec<Transaction>,
    signer: Option<PlatformParty>,
    crosses: bool,
}

impl Telling {
    /// What the correspondence of acts and Transactions needs of it.
    pub(super) fn told(&self) -> ToldAct<'_> {
        ToldAct {
            digest: self.digest,
            op: self.op,
            at: self.at,
            transactions: &self.transactions,
            signer: self.signer.as_ref(),
        }
    }
}

/// What a request under [`ENVELOPES`] sends.
enum Sent<'a> {
    Start,
    Document(&'a str),
    Finish(&'a str),
}

impl<'a> Sent<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let mut parts = path.strip_prefix(ENVELOPES)?.split('/').skip(1);
        match (parts.next(), parts.next()) {
            (None, _) => Some(Self::Start),
            (Some(reference), Some("additional-documents")) => Some(Self::Document(reference)),
            (Some(reference), Some("finish-transfer")) => Some(Self::Finish(reference)),
            (Some(_), _) => None,
        }
    }
}

fn document_path(reference: &str, document: &Digest) -> String {
    format!("{ENVELOPES}/{reference}/additional-documents/{document}")
}

fn finish_path(reference: &str) -> String {
    format!("{ENVELOPES}/{reference}/finish-transfer")
}

impl PlatformNode {
    /// The envelope that offers an act to the platform that must accept it, and the document of acts that follows it: all
    /// that the receiver needs to replay the record, and of a replacement the close that is admitted with it. What was final before and told by nobody is told here, one entry for
    /// each crossing.
    pub(super) fn offer(
        &self,
        paper: &Paper,
        document: Option<&[u8]>,
        replaces: Option<&Paper>,
    ) -> Result<(Envelope, Vec<u8>), NodeError> {
        let record = paper.act.record();
        let kept = self.shelves().document(&record)?;
        let document =
            document.map(<[u8]>::to_vec).or(kept).ok_or_else(|| UNKNOWN_RECORD.because("no document"))?;
        let document = TransportDocument::read(&document)?;
        let found = self.shelves().view(&record)?.unwrap_or_default();
        let mut papers = self.papers_of(&found)?;
        // What was proved final since, act by act, was countersigned here.
        for one in self.shelves().finals(&record)? {
            papers.extend(self.shelves().paper(&one.act)?);
        }
        papers.push(paper.clone());
        let acts = papers.iter().map(Paper::value).collect();
        let acts = Told::write(acts, self.told_sets(&found, &papers)?, replaces.map(Paper::value));
        if acts.len() > DOCUMENT_BYTES_MAX {
            return Err(OFFER_TOO_LARGE.because(format!("{} bytes", acts.len())).into());
        }
        let mut history = self.shelves().chain(&record)?;
        let untold = papers.get(told_until(&history, &papers)?..).unwrap_or_default();
        let tellings: Vec<Telling> =
            untold.iter().map(|paper| self.telling(&paper.act, &paper.details)).collect::<Result<_, _>>()?;
        let mut crossings: Vec<&[Telling]> = tellings.split_inclusive(|telling| telling.crosses).collect();
        let last = crossings.pop().unwrap_or_default();
        let issuance = self.issuance(paper)?;
        for crossing in crossings {
            let previous = history.entries.last().map(|jws| pint::entry_checksum(jws));
            let entry = self.entry(issuance.as_deref(), &document, &history, crossing)?;
            let entry = sign_entry(EnvelopeTransferChainEntry { previous, ..entry }, &self.keys.pint)?;
            history = history.sent_on(&entry);
        }
        let entry = self.entry(issuance.as_deref(), &document, &history, last)?;
        let supporting = vec![DocumentMetadata::of(ACTS_NAME, ACTS_MEDIA_TYPE, &acts)];
        let accompanying = Accompanying { visualisation: None, supporting };
        let offer = pint::Offer::make(&document, &history, entry, accompanying, &self.keys.pint)?;
        Ok((Envelope::read(offer.bytes())?, acts))
    }

    /// The next entry after `history`, which tells these acts; the first has the carrier's manifest.
    fn entry(
        &self,
        issuance: Option<&str>,
        document: &TransportDocument,
        history: &History,
        acts: &[Telling],
    ) -> Result<EnvelopeTransferChainEntry, NodeError> {
        let issuance_manifest = match history.entries.first() {
            Some(_) => None,
            None => {
                let manifest = issuance.ok_or_else(|| NO_ISSUANCE_MANIFEST.because("of this record"))?;
                Some(manifest.to_owned())
            }
        };
        let told: Vec<ToldAct<'_>> = acts.iter().map(Telling::told).collect();
        Ok(EnvelopeTransferChainEntry {
            platform: self.code.as_str().parse()?,
            document: document.checksum(),
            previous: None,
            issuance_manifest,
            control_tracking_registry: None,
            transactions: tell(&told)?,
        })
    }

    /// The issuance manifest of a record: the carrier's platform has it with the issue, others in the chain.
    fn issuance(&self, offered: &Paper) -> Result<Option<String>, NodeError> {
        let record = offered.act.record();
        if record == offered.act.digest() {
            return Ok(offered.issuance.clone());
        }
        Ok(self.shelves().paper(&record)?.and_then(|issue| issue.issuance))
    }

    /// An act as a chain entry tells it.
    pub(super) fn telling(&self, act: &Act, details: &[u8]) -> Result<Telling, NodeError> {
        let value = json::parse_canonical(details, &Limits::bytes(DETAILS_BYTES_MAX))?;
        let said = value.get("dcsa").and_then(Value::as_array).unwrap_or_default();
        let transactions: Vec<Transaction> =
            said.iter().map(|said| Transaction::read(said, "dcsa")).collect::<Result<_, _>>()?;
        let signer = if transactions.is_empty() { Some(self.signer(act)?) } else { None };
        Ok(Telling {
            digest: act.digest(),
            op: act.op().as_str(),
            at: act.at(),
            transactions,
            signer,
            crosses: act.acceptor().is_some(),
        })
    }

    /// Who signed an act, as Transactions name parties.
    fn signer(&self, act: &Act) -> Result<PlatformParty, NodeError> {
        let by = act.by().ok_or_else(|| BAD_MESSAGE.because("nobody is named"))?;
        let set = by.sets.first().ok_or_else(|| BAD_MESSAGE.because("nobody is named"))?;
        let known = self.shelves().set(set)?;
        let (_, details) =
            known.ok_or_else(|| UNKNOWN_PARTY.because(format!("key set {set} is not known here")))?;
        let Value::Object(mut party) = party_of(&details)? else {
            return Err(BAD_MESSAGE.because("a party is no object").into());
        };
        party.insert("eblPlatform", by.home.as_str());
        Ok(PlatformParty::read(&Value::Object(party), "party")?)
    }

    /// The other platform has answered, or has said something that binds nobody.
    pub(super) fn hear_envelope(
        &mut self,
        request: &Request,
        reply: &Reply,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let Some(sent) = Sent::of(&request.path) else { return self.done(request) };
        let envelope = match sent {
            Sent::Start => Some(Envelope::read(&request.body)?),
            Sent::Document(reference) | Sent::Finish(reference) => {
                self.shelves().referred(&request.to, reference)?
            }
        };
        let Some(envelope) = envelope else { return self.done(request) };
        match (sent, reply.status) {
            (Sent::Start, Status::Started) => self.hear_started(request, reply, &envelope, now),
            (Sent::Document(reference), Status::NoContent) => {
                let next = (finish_path(reference), Vec::new());
                self.goes_on(request, vec![next], now, |_| Ok(()))
            }
            // Its disk is an older copy, or it has forgotten: from the beginning.
            (Sent::Document(_) | Sent::Finish(_), Status::NotFound) => {
                if self.is_over(&envelope, reply.status)? {
                    return self.done(request);
                }
                let next = (ENVELOPES.to_owned(), envelope.bytes().to_vec());
                self.goes_on(request, vec![next], now.plus(ASK_AGAIN_AFTER), |_| Ok(()))
            }
            (_, Status::Ok | Status::Conflict | Status::Refused) => {
                self.hear_answer(request, reply, &envelope, now)
            }
            (
                Sent::Start | Sent::Document(_) | Sent::Finish(_),
                Status::Started
                | Status::NoContent
                | Status::NotFound
                | Status::Accepted
                | Status::BadRequest,
            ) => self.ask_on(request, reply, &envelope, now),
        }
    }

    /// An answer that binds nobody: the same bytes again, as long as something may come of it.
    fn ask_on(
        &mut self,
        request: &Request,
        reply: &Reply,
        envelope: &Envelope,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        if self.is_over(envelope, reply.status)? { self.done(request) } else { self.again(request, now) }
    }

    /// Whether the log has ended the transfer, so that no signed answer is waited for any more: the act will never take
    /// effect, or it has, and the receiver will not read the envelope.
    fn is_over(&self, envelope: &Envelope, status: Status) -> Result<bool, NodeError> {
        Ok(match self.shelves().stage(&envelope.act())? {
            Some(Stage::Returned(_)) => true,
            Some(Stage::Moved) => status == Status::BadRequest,
            Some(
                Stage::Looking
                | Stage::Offered
                | Stage::Examining
                | Stage::Accepted
                | Stage::Declined(_)
                | Stage::Doubted(..),
            )
            | None => false,
        })
    }

    /// The receiver has kept the envelope and waits for documents.
    fn hear_started(
        &mut self,
        request: &Request,
        reply: &Reply,
        envelope: &Envelope,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let Ok(started) = StartedResponse::read(&reply.body) else {
            return self.ask_on(request, reply, envelope, now);
        };
        if started.last_entry != envelope.checksum() {
            return self.ask_on(request, reply, envelope, now);
        }
        let reference = started.reference;
        let next = match started.missing.as_slice() {
            [] => vec![(finish_path(&reference), Vec::new())],
            missing => self.documents(envelope, missing, &reference)?,
        };
        let (to, checksum) = (request.to.clone(), envelope.checksum());
        self.goes_on(request, next, now, move |txn| shelf::put_reference(txn, &to, &reference, &checksum))
    }

    /// The requests that send these documents of an envelope, all of them where none is named.
    fn documents(
        &self,
        envelope: &Envelope,
        named: &[Digest],
        reference: &str,
    ) -> Result<Vec<(String, Vec<u8>)>, NodeError> {
        let mut requests = Vec::new();
        for document in envelope.documents() {
            if !named.is_empty() && !named.contains(&document) {
                continue;
            }
            let Some(bytes) = self.shelves().details(&document)? else { continue };
            requests.push((document_path(reference, &document), pint::document_body(&bytes)));
        }
        Ok(requests)
    }

    /// The request is answered, and these follow it: one transaction.
    fn goes_on(
        &mut self,
        request: &Request,
        next: Vec<(String, Vec<u8>)>,
        due: Timestamp,
        keep: impl FnOnce(&mut dyn Txn) -> Result<(), NodeError> + Send + 'static,
    ) -> Result<(), NodeError> {
        let Some(lease) = self.post.lease(&request.id) else { return Ok(()) };
        let to = request.to.clone();
        self.store.write(move |txn| -> Result<(), NodeError> {
            txn.outbox_ack(lease)?;
            keep(txn)?;
            for (path, body) in &next {
                post::ask(txn, &to, path, body, due)?;
            }
            Ok(())
        })
    }

    /// A signed answer: kept as evidence. What it says of the act is the other platform's word.
    fn hear_answer(
        &mut self,
        request: &Request,
        reply: &Reply,
        envelope: &Envelope,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let offer = pint::Offer::kept(envelope.bytes())?;
        let peer = self.code_of(&request.to).and_then(|code| self.known.get(&code));
        let Some(peer) = peer else { return self.done(request) };
        let answer = read_answer_body(&reply.body).and_then(|jws| read_answer(&jws, peer, &offer));
        // Who signs nothing has said nothing.
        let Ok(answer) = answer else { return self.ask_on(request, reply, envelope, now) };
        let mut state = OfferState::Waiting;
        for jws in self.shelves().answers(&envelope.checksum())? {
            if let Ok(before) = read_answer(&jws, peer, &offer) {
                (state, _) = state.hear(before);
            }
        }
        let (jws, said) = (answer.jws().to_owned(), answer.response().clone());
        let (_, heard) = state.hear(answer);
        let doubted = match said.code {
            ResponseCode::BadEnvelope | ResponseCode::Disputed => {
                let why = said.reason.as_deref().unwrap_or_default();
                self.doubted(&envelope.act(), &format!("{}: {why}", said.code.word()), now)?
            }
            ResponseCode::BadSignature
            | ResponseCode::Duplicate
            | ResponseCode::InconclusiveDocument
            | ResponseCode::MissingDocument
            | ResponseCode::Received => None,
        };
        let (act, checksum, record) = (envelope.act(), envelope.checksum(), envelope.record());
        let booked = self.booked_with(envelope, said.duplicate_of.as_deref())?;
        let keep = move |txn: &mut dyn Txn| -> Result<(), NodeError> {
            shelf::put_answer(txn, &checksum, &jws)?;
            booked.map_or(Ok(()), |chain| shelf::put_chain(txn, &record, &chain))?;
            doubted.map_or(Ok(()), |stage| shelf::set_stage(txn, &act, &stage))
        };
        match heard {
            Heard::Rest | Heard::CallPeople => self.goes_on(request, Vec::new(), now, keep),
            // The keys are what the settings say; the same bytes are tried again until they are mended.
            Heard::SignAgain => {
                self.store.write(keep)?;
                self.ask_on(request, reply, envelope, now)
            }
            Heard::SendDocuments(named) => {
                let reference = match Sent::of(&request.path) {
                    Some(Sent::Document(reference) | Sent::Finish(reference)) => reference,
                    Some(Sent::Start) | None => return self.ask_on(request, reply, envelope, now),
                };
                let next = self.documents(envelope, &named, reference)?;
                self.goes_on(request, next, now.plus(ASK_AGAIN_AFTER), keep)
            }
        }
    }

    /// The chain under which an envelope of ours was received. Its last entry may have been signed anew since, where this
    /// platform's disk is an older copy: the receiver then names the entry that it knows, which says the same.
    pub(super) fn received_chain(&self, envelope: &Envelope) -> Result<Vec<String>, NodeError> {
        let mut chain = envelope.chain().to_vec();
        for jws in self.shelves().answers(&envelope.checksum())? {
            let said = FinishedResponse::read(&jws::unverified_payload(&jws)?)?;
            self.put_in_place(&mut chain, said.duplicate_of.as_deref());
        }
        Ok(chain)
    }

    /// Puts the entry that the receiver knows in the place of the last, if this platform signed it.
    fn put_in_place(&self, chain: &mut [String], known: Option<&str>) {
        let own = |jws: &&str| self.known.get(&self.code).is_some_and(|own| own.verify(jws).is_ok());
        if let (Some(last), Some(known)) = (chain.last_mut(), known.filter(own)) {
            known.clone_into(last);
        }
    }

    /// The chain of the record as it is now known, where it was booked with another signature than the receiver knows.
    fn booked_with(&self, envelope: &Envelope, known: Option<&str>) -> Result<Option<History>, NodeError> {
        let mut history = self.shelves().chain(&envelope.record())?;
        if known.is_none() || history.entries != envelope.chain() {
            return Ok(None);
        }
        self.put_in_place(&mut history.entries, known);
        Ok(Some(history))
    }

    /// The stage of an act that somebody has refused by a word that is not on record; `None` where it is settled, or was
    /// doubted before.
    pub(super) fn doubted(
        &self,
        act: &Digest,
        why: &str,
        now: Timestamp,
    ) -> Result<Option<Stage>, NodeError> {
        Ok(match self.shelves().stage(act)? {
            Some(Stage::Offered | Stage::Accepted) => Some(Stage::Doubted(why.to_owned(), now)),
            Some(
                Stage::Looking
                | Stage::Examining
                | Stage::Declined(_)
                | Stage::Doubted(..)
                | Stage::Moved
                | Stage::Returned(_),
            )
            | None => None,
        })
    }
}

/// How many of the acts the chain tells.
fn told_until(history: &History, papers: &[Paper]) -> Result<usize, Refusal> {
    let Some(last) = history.entries.last() else { return Ok(0) };
    let last = SignedEntry::unverified(last)?;
    let last = last.entry.transactions.last().and_then(Transaction::act);
    let position = papers.iter().position(|paper| last == Some(paper.act.digest()));
    let position = position.ok_or_else(|| {
        ACTS_AND_ENTRY_DIFFER.because("the chain kept here ends with an act of another record")
    })?;
    Ok(position + 1)
}
