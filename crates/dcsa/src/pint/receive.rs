//! Looking at an envelope that has arrived, and what can be answered.
//!
//! The order of the checks is the standard's and matters: what is unreadable is answered without a signature, what is
//! wrongly signed is not believed in anything it says, and an envelope that was accepted before is recognised before
//! its newly made manifest is compared.

use crypto::{Digest, json::Value, jws, key::PublicKey};
use vocab::{Refusal, RefusalKind, party::PlatformCode};

use super::{
    Holding, Peer, Phase, SignedEntry, entry_checksum,
    messages::{EblEnvelope, EnvelopeManifest, FinishedResponse, IssuanceManifest, ResponseCode},
    replay::replay,
    signed::verify_by_any,
};
use crate::{
    TransportDocument, check,
    document::{Identity, checksum},
    transaction::{ActionCode, PlatformParty, Transaction},
};

/// A document that is not what its schema says.
pub const DOCUMENT_AGAINST_SCHEMA: RefusalKind = RefusalKind {
    code: "document-against-schema",
    sentence: "The transport document in the envelope is not written as its schema says.",
    remedy: "Mend the member named and send the envelope again.",
};

/// A carrier and the keys with which it signs issuance manifests: those of its key set, so of any kind that a holder's
/// may have (docs/control.md 2).
#[derive(Debug, Clone, PartialEq)]
pub struct Issuer {
    carrier: String,
    keys: Vec<PublicKey>,
}

impl Issuer {
    /// The carrier `carrier`, written as in [`Identity::carrier`], with its keys.
    pub fn new(carrier: impl Into<String>, keys: Vec<PublicKey>) -> Self {
        Issuer { carrier: carrier.into(), keys }
    }

    /// What the issuance manifest `jws` says, if a key of this carrier signed it.
    ///
    /// # Errors
    /// [`super::SIGNED_BY_NOBODY_KNOWN`], or what is wrong with the JWS or the manifest.
    pub fn verify(&self, jws: &str) -> Result<IssuanceManifest, Refusal> {
        IssuanceManifest::read(&verify_by_any(&self.keys, jws)?)
    }
}

/// Whose signature under an issuance manifest is looked for.
#[derive(Debug, Clone, Copy)]
pub enum Issuers<'a> {
    /// The carriers whose keys are known.
    Known(&'a [Issuer]),
    /// The carrier's keys come with the documents that follow the envelope. What the manifest says is compared now; whoever
    /// examines owes [`Issuer::verify`] before it accepts.
    WithDocuments,
}

/// What a platform knows of a bill's chain: what it accepted, and what it told itself when it sent the bill on.
///
/// An offer that was declined or lapsed is not in it: another may lawfully stand in its place.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The JWS of every entry, oldest first.
    pub entries: Vec<String>,
    /// How many entries the chain had at each acceptance of ours.
    pub accepted: Vec<usize>,
}

/// What the receiver knows when it looks.
pub struct Facts<'a> {
    /// Our own platform codes.
    pub own: &'a [PlatformCode],
    /// Who sent the envelope, as it authenticated itself; never as the envelope says.
    pub sender: &'a Peer,
    /// All platforms whose keys are known, the sender and ourselves among them.
    pub known: &'a [Peer],
    /// The carriers.
    pub issuers: Issuers<'a>,
    /// What we know of a bill's chain.
    pub history: &'a dyn Fn(&Identity) -> Option<History>,
    /// Whether a party is a user of ours, and active.
    pub knows_party: &'a dyn Fn(&PlatformParty) -> bool,
}

/// What is to be done with an envelope.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It cannot be read: answer 400 without a signature.
    Unreadable(Refusal),
    /// It is refused: sign this answer, BENV or BSIG, and remember nothing.
    Refused(FinishedResponse),
    /// It was accepted before: sign this answer, DUPE.
    Duplicate(FinishedResponse),
    /// It contradicts what we know: sign this answer, DISE, and keep both chains as evidence.
    Disputed {
        /// The answer.
        answer: FinishedResponse,
        /// The chain that we know.
        ours: Vec<String>,
        /// The chain that was offered.
        theirs: Vec<String>,
    },
    /// It may be accepted, by the rules of DCSA alone.
    Fresh(Box<Received>),
}

/// An envelope that may be accepted. Only [`examine`] makes one.
///
/// Invariant: every entry of a known platform and the manifest are verified, the chain is whole and possible, its last
/// word is said to a user of ours.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    document: TransportDocument,
    identity: Identity,
    manifest: EnvelopeManifest,
    entries: Vec<SignedEntry>,
    holding: Holding,
    recipient: PlatformParty,
    unverified: Vec<usize>,
    issued_as_signed: bool,
}

/// Looks at the envelope that `bytes` write.
pub fn examine(bytes: &[u8], facts: &Facts<'_>) -> Outcome {
    let (envelope, document) = match readable(bytes) {
        Ok(read) => read,
        Err(refusal) => return Outcome::Unreadable(refusal),
    };
    let last = envelope.chain.last().map(String::as_str).unwrap_or_default();
    match examine_readable(&envelope, document, facts) {
        Ok(outcome) => outcome,
        Err((code, refusal)) => {
            let reason = Some(refusal.to_string());
            Outcome::Refused(FinishedResponse { reason, ..FinishedResponse::new(entry_checksum(last), code) })
        }
    }
}

fn readable(bytes: &[u8]) -> Result<(EblEnvelope, TransportDocument), Refusal> {
    let envelope = EblEnvelope::read(bytes)?;
    let document = TransportDocument::of_value(envelope.document.clone())?;
    document.identity()?;
    match check::against_schema(&document).first() {
        None => Ok((envelope, document)),
        Some(fault) => {
            let place = format!("/transportDocument{}", fault.place);
            Err(DOCUMENT_AGAINST_SCHEMA.because(fault.message.clone()).at(place))
        }
    }
}

type Refused = (ResponseCode, Refusal);

/// Something in an envelope that is not acceptable.
pub const BAD_ENVELOPE: RefusalKind = RefusalKind {
    code: "bad-envelope",
    sentence: "The envelope is not acceptable.",
    remedy: "Mend what is named; the same envelope will be refused again.",
};

fn benv(why: impl Into<String>) -> Refused {
    (ResponseCode::BadEnvelope, BAD_ENVELOPE.because(why))
}

fn as_benv(refusal: Refusal) -> Refused {
    (ResponseCode::BadEnvelope, refusal)
}

fn examine_readable(
    envelope: &EblEnvelope,
    document: TransportDocument,
    facts: &Facts<'_>,
) -> Result<Outcome, Refused> {
    let manifest =
        jws::unverified_payload(&envelope.manifest).and_then(|bytes| EnvelopeManifest::read(&bytes));
    let manifest = manifest.map_err(as_benv)?;
    let entries: Vec<SignedEntry> = envelope
        .chain
        .iter()
        .map(|jws| SignedEntry::unverified(jws))
        .collect::<Result<_, _>>()
        .map_err(as_benv)?;
    let Some(last) = entries.last() else { return Err(benv("no entry")) };

    let unverified = check_signatures(&envelope.manifest, &entries, last, facts)?;
    check_links(&entries)?;
    let identity = document.identity().map_err(as_benv)?;
    if let Some(history) = (facts.history)(&identity)
        && let Some(outcome) = compare_history(&history, &entries, last, &manifest)
    {
        return Ok(outcome);
    }
    let issuance = check_contents(&document, &identity, &manifest, &entries, last, facts)?;
    let holding = replay(&document, entries.iter().map(|entry| &entry.entry)).map_err(as_benv)?;
    let recipient = addressed_to_us(last, &holding, facts)?;
    let issued_as_signed = entries
        .first()
        .and_then(|first| first.entry.transactions.first()?.recipient())
        .is_some_and(|recipient| checksum(&recipient.issue_to()) == issuance.issue_to);
    Ok(Outcome::Fresh(Box::new(Received {
        document,
        identity,
        manifest,
        holding,
        recipient,
        unverified,
        issued_as_signed,
        entries,
    })))
}

/// Verifies the manifest and the last entry by the sender's keys, every other by its platform's. Gives the entries of
/// platforms whose keys nobody knows: for those only the chain of checksums speaks.
fn check_signatures(
    manifest: &str,
    entries: &[SignedEntry],
    last: &SignedEntry,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, Refused> {
    let bsig = |refusal: Refusal| (ResponseCode::BadSignature, refusal);
    facts.sender.verify(manifest).map_err(bsig)?;
    facts.sender.verify(&last.jws).map_err(bsig)?;
    if !facts.sender.speaks_for(&last.entry.platform) {
        return Err(benv(format!("the sender does not speak for {}", last.entry.platform)));
    }
    let mut unverified = Vec::new();
    for (n, entry) in entries.iter().enumerate().take(entries.len().saturating_sub(1)) {
        match facts.known.iter().find(|peer| peer.speaks_for(&entry.entry.platform)) {
            Some(peer) => peer.verify(&entry.jws).map(drop).map_err(bsig)?,
            None => unverified.push(n),
        }
    }
    Ok(unverified)
}

fn check_links(entries: &[SignedEntry]) -> Result<(), Refused> {
    let mut previous: Option<Digest> = None;
    for (n, entry) in entries.iter().enumerate() {
        if entry.entry.previous != previous {
            return Err(benv(format!("entry {n} does not follow the one before it")));
        }
        previous = Some(entry.checksum());
    }
    Ok(())
}

/// DUPE or DISE, or nothing where the chain goes on from what we know.
fn compare_history(
    history: &History,
    entries: &[SignedEntry],
    last: &SignedEntry,
    manifest: &EnvelopeManifest,
) -> Option<Outcome> {
    let before = entries.len() - 1;
    let same_before =
        history.entries.iter().zip(entries).take(before).all(|(ours, theirs)| *ours == theirs.jws);
    let accepted =
        history.entries.get(before).filter(|_| history.accepted.contains(&entries.len()) && same_before);
    if let Some(accepted) = accepted
        && is_same_payload(accepted, &last.jws)
    {
        let mut answer = FinishedResponse::new(last.checksum(), ResponseCode::Duplicate);
        answer.duplicate_of = Some(accepted.clone());
        answer.received = Some(manifest.documents().iter().map(|document| document.checksum).collect());
        return Some(Outcome::Duplicate(answer));
    }
    let goes_on = entries.len() > history.entries.len()
        && history.entries.iter().zip(entries).all(|(ours, theirs)| *ours == theirs.jws);
    if goes_on {
        return None;
    }
    let mut answer = FinishedResponse::new(last.checksum(), ResponseCode::Disputed);
    answer.reason = Some("The chain does not go on from the one that is known here.".to_owned());
    let theirs = entries.iter().map(|entry| entry.jws.clone()).collect();
    Some(Outcome::Disputed { answer, ours: history.entries.clone(), theirs })
}

/// Signed again, an entry is another JWS and the same word.
fn is_same_payload(one: &str, other: &str) -> bool {
    match (jws::unverified_payload(one), jws::unverified_payload(other)) {
        (Ok(one), Ok(other)) => one == other,
        (Ok(_) | Err(_), Ok(_) | Err(_)) => false,
    }
}

fn check_contents(
    document: &TransportDocument,
    identity: &Identity,
    manifest: &EnvelopeManifest,
    entries: &[SignedEntry],
    last: &SignedEntry,
    facts: &Facts<'_>,
) -> Result<IssuanceManifest, Refused> {
    if manifest.last_entry != last.checksum() {
        return Err(benv("the manifest is of another last entry"));
    }
    if manifest.document != document.checksum() {
        return Err(benv("the manifest is of another document"));
    }
    for (n, entry) in entries.iter().enumerate() {
        if entry.entry.document != document.checksum() {
            return Err(benv(format!("entry {n} is of another document")));
        }
        if entry.entry.control_tracking_registry.is_some() {
            return Err(benv("the chain names a control tracking registry, which is not asked here"));
        }
    }
    let issues = |entry: &SignedEntry| {
        entry.entry.transactions.iter().filter(|said| said.action() == ActionCode::Issue).count()
    };
    if entries.iter().map(issues).sum::<usize>() != 1 {
        return Err(benv("ISSUE stands exactly once, as the first word"));
    }
    check_issuance(document, identity, manifest, entries, facts)
}

fn check_issuance(
    document: &TransportDocument,
    identity: &Identity,
    manifest: &EnvelopeManifest,
    entries: &[SignedEntry],
    facts: &Facts<'_>,
) -> Result<IssuanceManifest, Refused> {
    let signed = entries.first().and_then(|first| first.entry.issuance_manifest.as_deref());
    let signed = signed.ok_or_else(|| benv("the first entry lacks the carrier's issuance manifest"))?;
    let payload = match facts.issuers {
        Issuers::Known(issuers) => {
            let issuer = issuers.iter().find(|issuer| issuer.carrier == identity.carrier);
            let issuer =
                issuer.ok_or_else(|| benv(format!("the carrier {} is not known here", identity.carrier)))?;
            verify_by_any(&issuer.keys, signed).map_err(|refusal| (ResponseCode::BadSignature, refusal))?
        }
        Issuers::WithDocuments => jws::unverified_payload(signed).map_err(as_benv)?,
    };
    let issuance = IssuanceManifest::read(&payload).map_err(as_benv)?;
    if issuance.document != document.checksum() {
        return Err(benv("the carrier issued another document"));
    }
    let visualisation = manifest.visualisation.as_ref().map(|document| document.checksum);
    if issuance.visualisation != visualisation {
        return Err(benv("the carrier's picture of the bill is missing, or is another"));
    }
    Ok(issuance)
}

/// To whom the last word of the last entry is said, when that is a user of ours. The answer to a surrender need not name
/// who surrendered.
fn addressed_to_us(
    last: &SignedEntry,
    holding: &Holding,
    facts: &Facts<'_>,
) -> Result<PlatformParty, Refused> {
    let word = last.entry.transactions.last();
    let surrenderer = match (word.map(Transaction::action), &holding.phase) {
        (Some(ActionCode::SurrenderAccepted), Phase::Closed(by)) => Some(by),
        (Some(ActionCode::SurrenderRejected), Phase::Live) => Some(&holding.possessor),
        // The carrier, whom a surrender need not name.
        (
            Some(ActionCode::SurrenderForDelivery | ActionCode::SurrenderForAmendment),
            Phase::Surrendered(_),
        ) => Some(&holding.possessor),
        _ => None,
    };
    let recipient = word.and_then(Transaction::recipient).or(surrenderer);
    let recipient = recipient.ok_or_else(|| benv("the last word is said to nobody"))?;
    if !facts.own.contains(recipient.platform()) {
        return Err(benv(format!("it is addressed to the platform {}", recipient.platform())));
    }
    if !(facts.knows_party)(recipient) {
        return Err(benv("the recipient is not known here"));
    }
    Ok(recipient.clone())
}

impl Received {
    /// The bill.
    pub const fn document(&self) -> &TransportDocument {
        &self.document
    }

    /// What tells it from every other.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The sender's manifest.
    pub const fn manifest(&self) -> &EnvelopeManifest {
        &self.manifest
    }

    /// The chain, oldest first.
    pub fn entries(&self) -> &[SignedEntry] {
        &self.entries
    }

    /// Who has the bill, by the chain alone.
    pub const fn holding(&self) -> &Holding {
        &self.holding
    }

    /// Our user to whom the last word is said.
    pub const fn recipient(&self) -> &PlatformParty {
        &self.recipient
    }

    /// The entries, by number, of platforms whose keys are not known here.
    pub fn unverified(&self) -> &[usize] {
        &self.unverified
    }

    /// Whether the carrier signed for the very party that the chain says it was issued to. A foreign platform may write
    /// that party otherwise than the carrier did, so a difference is for people to look at, and refuses nothing.
    pub const fn issued_as_signed(&self) -> bool {
        self.issued_as_signed
    }

    /// The checksum by which this envelope is answered.
    pub fn last_entry(&self) -> Digest {
        self.manifest.last_entry
    }

    /// What accompanies it, each document once; all must be held before it is accepted.
    pub fn documents(&self) -> Vec<Digest> {
        self.manifest.documents().iter().map(|document| document.checksum).collect()
    }

    /// RECE, to be signed when the bill is booked for the recipient and not before: under a registry, when its final
    /// log says so.
    pub fn receipt(&self) -> FinishedResponse {
        let received = Some(self.documents());
        FinishedResponse { received, ..FinishedResponse::new(self.last_entry(), ResponseCode::Received) }
    }

    /// BENV, for a reason of the receiver's own: its user declines, the acts do not hold, the registry refuses.
    pub fn refusal(&self, reason: &str) -> FinishedResponse {
        let reason = Some(reason.to_owned());
        FinishedResponse { reason, ..FinishedResponse::new(self.last_entry(), ResponseCode::BadEnvelope) }
    }

    /// What is known of the bill once this envelope is accepted.
    pub fn history(&self, before: &History) -> History {
        let mut accepted = before.accepted.clone();
        accepted.push(self.entries.len());
        History { entries: self.entries.iter().map(|entry| entry.jws.clone()).collect(), accepted }
    }
}

impl History {
    /// What is known once we have sent the bill on with `entry`.
    #[must_use]
    pub fn sent_on(mut self, entry: &SignedEntry) -> Self {
        self.entries.push(entry.jws.clone());
        self
    }
}

/// A document inside an envelope is a JSON value; its bytes as they came are not kept apart.
impl TransportDocument {
    fn of_value(value: Value) -> Result<Self, Refusal> {
        TransportDocument::read(&crypto::json::canonical(&value))
    }
}
