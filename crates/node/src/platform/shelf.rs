//! How a platform keeps what it knows: acts with their private parts, documents, the final view of each record, the stage
//! of each act that passed through it, and what was said about it between platforms.

use std::collections::BTreeSet;

use bill::{act::Act, consent::CONSENT_BYTES_MAX, signatures::SignatureList};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use dcsa::pint::History;
use store::{Space, Store, Txn, View as StoreView};
use vocab::{Refusal, Timestamp};

use super::envelope::Envelope;
use crate::{
    NodeError,
    registrar::{LookedUp, lookup},
    wire::BAD_MESSAGE,
};

/// Acts, by their digests: where the file lies, and the stage. One row, for it is written twice in the life of every act.
const ACTS: Space = Space::new("acts");
/// What is open or newly final of each record, by the record and a [`RecordRow`]: side by side, since what settles one row
/// writes the other.
const RECORDS: Space = Space::new("records");
const VIEWS: Space = Space::new("views");
const NAMES: Space = Space::new("names");
const DOCUMENTS: Space = Space::new("documents");
const SETS: Space = Space::new("sets");
const VERDICTS: Space = Space::new("verdicts");
/// Envelopes received, by the checksum of their last entry.
const ENVELOPES: Space = Space::new("envelopes");
/// Envelopes sent, by the same.
const SENT: Space = Space::new("sent");
/// The envelope under which an act was offered here, by the act.
const INCOMING: Space = Space::new("incoming");
/// The envelope under which an act was offered to another platform, by the act.
const OUTGOING: Space = Space::new("outgoing");
/// The envelopes sent, by their receiver and its reference.
const REFERENCES: Space = Space::new("references");
/// Signed answers, by the envelope's checksum and a count: ours to what came in, others' to what went out.
const ANSWERS: Space = Space::new("answers");
/// What is known of each record's chain.
const CHAINS: Space = Space::new("chains");
/// What was handed over with a re-home, by the act.
const HANDED: Space = Space::new("handed");
/// The acts that changed a key set enrolled here, by the set and their position.
const REKEYS: Space = Space::new("rekeys");

/// Acts of one record that are pending, or looked up, at most.
const OPEN_MAX: usize = 1_024;
/// Acts of one record at most (docs/control.md section 1).
const FINALS_MAX: usize = 1_024;

/// Bytes of one hand-in at most: acts, details and a transport document.
pub(crate) const HAND_IN_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of a registry's answer at most: 1,024 acts with their proofs.
pub(crate) const LOOKED_UP_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of one act's private part (docs/control.md section 1).
pub(crate) const DETAILS_BYTES_MAX: usize = 64 * 1024;
/// Bytes of one piece of a kept view. The store takes tiles of twice that; a record of 1,024 acts with proofs by ML-DSA has
/// more than 16 MiB.
const VIEW_PIECE_BYTES: usize = 8 << 20;
/// Bytes of a kept chain: what an envelope may have, and the counts beside it.
const CHAIN_BYTES_MAX: usize = dcsa::pint::ENVELOPE_BYTES_MAX + (64 << 10);
/// Signed answers to one envelope that are kept: who says more has long been heard.
pub(crate) const ANSWERS_MAX: usize = 16;

/// Consents that one act may cite.
pub(crate) const CONSENTS_MAX: usize = bill::details::DIGESTS_MAX;

/// An act with its private part and the signatures so far, as it passes between holder and platforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paper {
    pub(crate) act: Act,
    pub(crate) details: Vec<u8>,
    pub(crate) signatures: SignatureList,
    /// With an issue: the carrier's issuance manifest, a compact JWS.
    pub(crate) issuance: Option<String>,
    /// The files of the consents that the private part cites.
    pub(crate) consents: Vec<Vec<u8>>,
}

impl Paper {
    /// Reads an act file with details.
    ///
    /// # Errors
    /// It is not one, or the details are not those of the act.
    pub(crate) fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "act file")?;
        fields.constant("v", "twakow/act-file/1")?;
        let act = Act::parse(fields.string("act")?.as_bytes())?;
        let details = fields.string("details")?.as_bytes().to_vec();
        let signatures = SignatureList::parse(fields.string("signatures")?.as_bytes())?;
        let issuance = fields.optional_string("issuanceManifest")?.map(str::to_owned);
        let consents = fields.optional_array("consents")?.unwrap_or_default();
        fields.end()?;
        let consents: Vec<Vec<u8>> = consents
            .iter()
            .map(|file| file.as_str().map(|file| file.as_bytes().to_vec()))
            .collect::<Option<_>>()
            .ok_or_else(|| BAD_MESSAGE.because("a consent is no text"))?;
        let small = |file: &Vec<u8>| file.len() <= CONSENT_BYTES_MAX;
        if consents.len() > CONSENTS_MAX || !consents.iter().all(small) {
            return Err(BAD_MESSAGE.because("more or longer consents than an act may have"));
        }
        if details.len() > DETAILS_BYTES_MAX {
            return Err(BAD_MESSAGE.because("details longer than 64 KiB"));
        }
        json::parse_canonical(&details, &Limits::bytes(DETAILS_BYTES_MAX))?;
        if Digest::of(&details) != act.details() {
            return Err(BAD_MESSAGE.because("the details are not those of the act"));
        }
        Ok(Self { act, details, signatures, issuance, consents })
    }

    /// The act file.
    pub(crate) fn value(&self) -> Value {
        let members = [
            ("act", text(self.act.bytes())),
            ("details", text(&self.details)),
            ("signatures", text(self.signatures.bytes())),
            ("v", Value::from("twakow/act-file/1")),
        ];
        let issuance = self.issuance.as_deref().map(|jws| ("issuanceManifest", Value::from(jws)));
        let consents = (!self.consents.is_empty())
            .then(|| ("consents", Value::array(self.consents.iter().map(|file| text(file)))));
        Value::object(members.into_iter().chain(issuance).chain(consents))
    }

    /// The act file for the registry, which is sent no details.
    pub(crate) fn for_registry(&self) -> Value {
        Value::object([
            ("act", text(self.act.bytes())),
            ("signatures", text(self.signatures.bytes())),
            ("v", Value::from("twakow/act-file/1")),
        ])
    }
}

/// How far an act has come here. An act moves forward only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Not countersigned yet: this platform is comparing its view of the record with the final log.
    Looking,
    /// On its way: to the other platform, or to the registry. Nothing has changed hands.
    Offered,
    /// This platform, asked to accept, is looking the record up.
    Examining,
    /// This platform has accepted; the registry has not said final.
    Accepted,
    /// This platform has declined, for good; the decline is on its way to the log.
    Declined(String),
    /// Somebody has refused it by a word that is not on record, at this time: the log may still admit it.
    Doubted(String, Timestamp),
    /// In the final log.
    Moved,
    /// It will never take effect; why.
    Returned(String),
}

impl Stage {
    fn write(&self) -> Vec<u8> {
        let (word, why, since) = match self {
            Self::Looking => ("looking", None, None),
            Self::Offered => ("offered", None, None),
            Self::Examining => ("examining", None, None),
            Self::Accepted => ("accepted", None, None),
            Self::Declined(why) => ("declined", Some(why), None),
            Self::Doubted(why, since) => ("doubted", Some(why), Some(*since)),
            Self::Moved => ("moved", None, None),
            Self::Returned(why) => ("returned", Some(why), None),
        };
        let why = why.map_or(Value::Null, |why| Value::from(why.as_str()));
        let members = [("stage", Value::from(word)), ("why", why)];
        let since = since.map(|since| ("since", Value::from(since)));
        json::canonical(&Value::object(members.into_iter().chain(since)))
    }

    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(64 * 1024))?;
        let mut fields = Fields::of(&value, "stage")?;
        let word = fields.string("stage")?;
        let why = fields.value("why")?.as_str().unwrap_or_default().to_owned();
        match (word, fields.optional_timestamp("since")?) {
            ("looking", None) => Ok(Self::Looking),
            ("offered", None) => Ok(Self::Offered),
            ("examining", None) => Ok(Self::Examining),
            ("accepted", None) => Ok(Self::Accepted),
            ("declined", None) => Ok(Self::Declined(why)),
            ("doubted", Some(since)) => Ok(Self::Doubted(why, since)),
            ("moved", None) => Ok(Self::Moved),
            ("returned", None) => Ok(Self::Returned(why)),
            (_, _) => Err(BAD_MESSAGE.because("a stage")),
        }
    }
}

/// What is kept of a record in [`RECORDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordRow {
    /// The leaf of an act that was proved final by itself, by its position.
    Final,
    /// An act that waits for the first look at the record since the platform started.
    Looking,
    /// An act whose fate in the log is still open.
    Pending,
}

impl RecordRow {
    /// The beginning of the keys of a record's rows of this kind.
    fn prefix(self, record: &Digest) -> Vec<u8> {
        let kind = match self {
            Self::Final => b'f',
            Self::Looking => b'l',
            Self::Pending => b'p',
        };
        [record.as_bytes().as_slice(), &[kind]].concat()
    }

    fn key(self, record: &Digest, of: &[u8]) -> Vec<u8> {
        [self.prefix(record).as_slice(), of].concat()
    }

    /// Adds an act to those of this kind.
    pub(crate) fn put(self, txn: &mut dyn Txn, record: &Digest, act: &Digest) -> Result<(), NodeError> {
        txn.put_index(RECORDS.key(&self.key(record, act.as_bytes())), b"")?;
        Ok(())
    }

    /// Takes it away.
    pub(crate) fn remove(self, txn: &mut dyn Txn, record: &Digest, act: &Digest) -> Result<(), NodeError> {
        txn.remove_index(RECORDS.key(&self.key(record, act.as_bytes())))?;
        Ok(())
    }
}

/// Keeps an act with its private part and its stage.
pub(crate) fn put_paper(txn: &mut dyn Txn, paper: &Paper, stage: &Stage) -> Result<(), NodeError> {
    put_file(txn, paper, &json::canonical(&paper.value()), stage)
}

/// The same with the act file as [`Paper::value`] has it, written before.
pub(crate) fn put_file(
    txn: &mut dyn Txn,
    paper: &Paper,
    file: &[u8],
    stage: &Stage,
) -> Result<(), NodeError> {
    paper.consents.iter().try_for_each(|file| put_details(txn, file))?;
    let blob = txn.put_blob(file)?;
    txn.put_index(ACTS.key(paper.act.digest().as_bytes()), &act_row(Some(&blob), stage))?;
    Ok(())
}

/// The row of an act: the digest of its file, if there is one, and its stage.
fn act_row(file: Option<&Digest>, stage: &Stage) -> Vec<u8> {
    match file {
        Some(file) => [b"+", file.as_bytes().as_slice(), &stage.write()].concat(),
        None => [b"-".as_slice(), &stage.write()].concat(),
    }
}

/// The digest of the file in an act's row, and the stage.
fn of_act_row(row: &[u8]) -> Option<(Option<Digest>, &[u8])> {
    match row.split_first()? {
        (b'+', rest) => {
            let (file, stage) = rest.split_first_chunk::<32>()?;
            Some((Some(Digest::from_bytes(*file)), stage))
        }
        (_, stage) => Some((None, stage)),
    }
}

/// Keeps the private part of an act, and the consents that came with it: each is found by its digest.
pub(crate) fn put_private(txn: &mut dyn Txn, paper: &Paper) -> Result<(), NodeError> {
    put_details(txn, &paper.details)?;
    paper.consents.iter().try_for_each(|file| put_details(txn, file))
}

/// Keeps a private part that belongs to an act of the final log, or a consent that it cites.
pub(crate) fn put_details(txn: &mut dyn Txn, details: &[u8]) -> Result<(), NodeError> {
    txn.put_blob(details)?;
    Ok(())
}

/// Sets the stage of an act.
pub(crate) fn set_stage(txn: &mut dyn Txn, act: &Digest, stage: &Stage) -> Result<(), NodeError> {
    let row = txn.index(ACTS.key(act.as_bytes()))?;
    let file = row.as_deref().and_then(of_act_row).and_then(|(file, _)| file);
    txn.put_index(ACTS.key(act.as_bytes()), &act_row(file.as_ref(), stage))?;
    Ok(())
}

/// This platform's one verdict on an act that it was asked to accept: what was said first stands.
pub(crate) fn claim_verdict(txn: &mut dyn Txn, act: &Digest, verdict: &[u8]) -> Result<Vec<u8>, NodeError> {
    match txn.claim_once(VERDICTS.key(act.as_bytes()), verdict)? {
        store::Claim::First => Ok(verdict.to_vec()),
        store::Claim::Held(before) => Ok(before),
    }
}

/// Keeps the registry's newest answer about a record, in place of the one before.
pub(crate) fn put_view(txn: &mut dyn Txn, record: &Digest, found: &LookedUp) -> Result<(), NodeError> {
    let files = found.iter().map(|(path, bytes)| (path.as_str(), text(bytes)));
    let body = json::canonical(&Value::object([
        ("files", Value::object(files)),
        ("v", Value::from("twakow/looked-up/1")),
    ]));
    for count in 0_u32.. {
        if !txn.drop_tile(VIEWS.key(&numbered(record, count)))? {
            break;
        }
    }
    for (piece, count) in body.chunks(VIEW_PIECE_BYTES).zip(0_u32..) {
        txn.put_tile(VIEWS.key(&numbered(record, count)), piece)?;
    }
    Ok(())
}

/// The row of the thing with this number among those of a digest.
fn numbered(of: &Digest, number: u32) -> Vec<u8> {
    [of.as_bytes().as_slice(), &number.to_be_bytes()].concat()
}

/// Keeps an envelope that came in with the act that it offers.
pub(crate) fn put_incoming(txn: &mut dyn Txn, envelope: &Envelope) -> Result<(), NodeError> {
    put_envelope(txn, envelope)?;
    txn.put_index(INCOMING.key(envelope.act().as_bytes()), envelope.checksum().as_bytes())?;
    Ok(())
}

/// Keeps an envelope that goes out, with the acts that follow it.
pub(crate) fn put_outgoing(txn: &mut dyn Txn, envelope: &Envelope, acts: &[u8]) -> Result<(), NodeError> {
    let blob = txn.put_blob(envelope.bytes())?;
    txn.put_index(SENT.key(envelope.checksum().as_bytes()), blob.as_bytes())?;
    txn.put_blob(acts)?;
    txn.put_index(OUTGOING.key(envelope.act().as_bytes()), envelope.checksum().as_bytes())?;
    Ok(())
}

/// Keeps an envelope that came in.
pub(crate) fn put_envelope(txn: &mut dyn Txn, envelope: &Envelope) -> Result<(), NodeError> {
    let blob = txn.put_blob(envelope.bytes())?;
    txn.put_index(ENVELOPES.key(envelope.checksum().as_bytes()), blob.as_bytes())?;
    Ok(())
}

/// Keeps what was handed over with a re-home.
pub(crate) fn put_handed(txn: &mut dyn Txn, act: &Digest, handed: &[u8]) -> Result<(), NodeError> {
    let blob = txn.put_blob(handed)?;
    txn.put_index(HANDED.key(act.as_bytes()), blob.as_bytes())?;
    Ok(())
}

/// Keeps the name that the receiver has for an envelope of ours.
pub(crate) fn put_reference(
    txn: &mut dyn Txn,
    receiver: &str,
    reference: &str,
    checksum: &Digest,
) -> Result<(), NodeError> {
    txn.put_index(REFERENCES.key(of_receiver(receiver, reference).as_bytes()), checksum.as_bytes())?;
    Ok(())
}

fn of_receiver(receiver: &str, reference: &str) -> Digest {
    Digest::of_parts(&[receiver.as_bytes(), b"\n", reference.as_bytes()])
}

/// Keeps a signed answer to an envelope behind those that are there; the same one is kept once.
pub(crate) fn put_answer(txn: &mut dyn Txn, envelope: &Digest, jws: &str) -> Result<(), NodeError> {
    let blob = txn.put_blob(jws.as_bytes())?;
    for count in 0_u32.. {
        let key = numbered(envelope, count);
        match txn.index(ANSWERS.key(&key))? {
            Some(kept) if kept == blob.as_bytes() => break,
            Some(_) if usize::try_from(count).is_ok_and(|count| count + 1 >= ANSWERS_MAX) => break,
            Some(_) => {}
            None => {
                txn.put_index(ANSWERS.key(&key), blob.as_bytes())?;
                break;
            }
        }
    }
    Ok(())
}

/// Keeps what is known of a record's chain.
pub(crate) fn put_chain(txn: &mut dyn Txn, record: &Digest, history: &History) -> Result<(), NodeError> {
    let accepted = history.accepted.iter().map(|count| u64::try_from(*count).unwrap_or(u64::MAX));
    let accepted = accepted.map(Value::try_from).collect::<Result<Vec<_>, Refusal>>()?;
    let body = json::canonical(&Value::object([
        ("accepted", Value::array(accepted)),
        ("entries", Value::array(history.entries.iter().map(String::as_str))),
    ]));
    let blob = txn.put_blob(&body)?;
    txn.put_index(CHAINS.key(record.as_bytes()), blob.as_bytes())?;
    Ok(())
}

/// Keeps that an act changes a key set.
pub(crate) fn put_rekey(txn: &mut dyn Txn, set: &Digest, seq: u64, act: &Digest) -> Result<(), NodeError> {
    let key = [set.as_bytes().as_slice(), &seq.to_be_bytes()].concat();
    txn.put_index(REKEYS.key(&key), act.as_bytes())?;
    Ok(())
}

/// Keeps the leaf of an act that was proved final by itself, beyond the registry's newest answer about its record.
pub(crate) fn put_final(txn: &mut dyn Txn, act: &Act, leaf: &[u8]) -> Result<(), NodeError> {
    let value = [act.digest().as_bytes().as_slice(), leaf].concat();
    let key = RecordRow::Final.key(&act.record(), &act.seq().to_be_bytes());
    txn.put_index(RECORDS.key(&key), &value)?;
    Ok(())
}

/// The registry's answer about a record now holds these.
pub(crate) fn drop_finals(txn: &mut dyn Txn, record: &Digest, finals: &[Final]) -> Result<(), NodeError> {
    for one in finals {
        txn.remove_index(RECORDS.key(&RecordRow::Final.key(record, &one.seq.to_be_bytes())))?;
    }
    Ok(())
}

/// An act that was proved final by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Final {
    pub(crate) seq: u64,
    pub(crate) act: Digest,
    pub(crate) leaf: Vec<u8>,
}

/// Keeps a transport document, and the name under which people know its record.
pub(crate) fn put_document(
    txn: &mut dyn Txn,
    record: &Digest,
    document: &[u8],
    name: Option<&str>,
) -> Result<(), NodeError> {
    let blob = txn.put_blob(document)?;
    txn.put_index(DOCUMENTS.key(record.as_bytes()), blob.as_bytes())?;
    if let Some(name) = name {
        txn.put_index(NAMES.key(name.as_bytes()), record.as_bytes())?;
    }
    Ok(())
}

/// Keeps the private part of a key set: whose it is.
pub(crate) fn put_set(txn: &mut dyn Txn, set: &Digest, own: bool, details: &[u8]) -> Result<(), NodeError> {
    let blob = txn.put_blob(details)?;
    let owner: &[u8] = if own { b"own" } else { b"other" };
    let kept = txn.index(SETS.key(set.as_bytes()))?;
    if kept.as_deref().is_some_and(|kept| kept.starts_with(b"own")) {
        return Ok(());
    }
    txn.put_index(SETS.key(set.as_bytes()), &[owner, b" ", blob.as_bytes()].concat())?;
    Ok(())
}

/// Reading what is kept.
pub(crate) struct Shelves<'a> {
    pub(crate) store: &'a Store,
}

impl Shelves<'_> {
    fn blob_of(view: &dyn StoreView, space: Space, key: &[u8]) -> Result<Option<Vec<u8>>, NodeError> {
        let Some(digest) = view.index(space.key(key))? else { return Ok(None) };
        let Some(digest) = digest.try_into().ok().map(Digest::from_bytes) else { return Ok(None) };
        Ok(view.blob(&digest)?.held())
    }

    pub(crate) fn paper(&self, act: &Digest) -> Result<Option<Paper>, NodeError> {
        let bytes = self.store.read(|view| -> Result<Option<Vec<u8>>, NodeError> {
            let row = view.index(ACTS.key(act.as_bytes()))?;
            let Some((Some(file), _)) = row.as_deref().and_then(of_act_row) else { return Ok(None) };
            Ok(view.blob(&file)?.held())
        })?;
        let Some(bytes) = bytes else { return Ok(None) };
        Ok(Some(Paper::read(&json::parse_canonical(&bytes, &Limits::bytes(HAND_IN_BYTES_MAX))?)?))
    }

    pub(crate) fn stage(&self, act: &Digest) -> Result<Option<Stage>, NodeError> {
        let row = self.store.read(|view| view.index(ACTS.key(act.as_bytes())))?;
        let stage = row.as_deref().and_then(of_act_row).map(|(_, stage)| stage);
        Ok(stage.map(Stage::read).transpose()?)
    }

    /// Which of these acts were handed in before, and which of these key sets are known.
    pub(crate) fn known(&self, acts: &[Digest], sets: &[Digest]) -> Result<BTreeSet<Digest>, NodeError> {
        self.store.read(|view| {
            let mut known = BTreeSet::new();
            for (space, digests) in [(ACTS, acts), (SETS, sets)] {
                for digest in digests {
                    if view.index(space.key(digest.as_bytes()))?.is_some() {
                        known.insert(*digest);
                    }
                }
            }
            Ok(known)
        })
    }

    pub(crate) fn view(&self, record: &Digest) -> Result<Option<LookedUp>, NodeError> {
        let bytes = self.store.read(|view| -> Result<Vec<u8>, NodeError> {
            let mut bytes = Vec::new();
            for count in 0_u32.. {
                let Some(piece) = view.tile(VIEWS.key(&numbered(record, count)))? else { break };
                bytes.extend_from_slice(&piece);
            }
            Ok(bytes)
        })?;
        let kept = (!bytes.is_empty()).then_some(bytes);
        Ok(kept.map(|bytes| lookup::read_answer(&bytes, LOOKED_UP_BYTES_MAX)).transpose()?)
    }

    fn digest(&self, space: Space, key: &[u8]) -> Result<Option<Digest>, NodeError> {
        let kept = self.store.read(|view| view.index(space.key(key)))?;
        Ok(kept.and_then(|digest| digest.try_into().ok()).map(Digest::from_bytes))
    }

    /// The envelope with this checksum that came in.
    pub(crate) fn envelope(&self, checksum: &Digest) -> Result<Option<Envelope>, NodeError> {
        self.envelope_in(ENVELOPES, checksum)
    }

    fn envelope_in(&self, space: Space, checksum: &Digest) -> Result<Option<Envelope>, NodeError> {
        let bytes = self.store.read(|view| Self::blob_of(view, space, checksum.as_bytes()))?;
        Ok(bytes.map(|bytes| Envelope::read(&bytes)).transpose()?)
    }

    /// The envelope under which an act was offered here.
    pub(crate) fn incoming(&self, act: &Digest) -> Result<Option<Envelope>, NodeError> {
        self.digest(INCOMING, act.as_bytes())?.map_or(Ok(None), |checksum| self.envelope(&checksum))
    }

    /// The envelope under which an act was offered to another platform.
    pub(crate) fn outgoing(&self, act: &Digest) -> Result<Option<Envelope>, NodeError> {
        self.digest(OUTGOING, act.as_bytes())?.map_or(Ok(None), |checksum| self.envelope_in(SENT, &checksum))
    }

    /// The envelope that a receiver knows under this reference.
    pub(crate) fn referred(&self, receiver: &str, reference: &str) -> Result<Option<Envelope>, NodeError> {
        let key = of_receiver(receiver, reference);
        self.digest(REFERENCES, key.as_bytes())?
            .map_or(Ok(None), |checksum| self.envelope_in(SENT, &checksum))
    }

    /// The signed answers to an envelope, in the order in which they were kept.
    pub(crate) fn answers(&self, envelope: &Digest) -> Result<Vec<String>, NodeError> {
        self.store.read(|view| {
            let mut answers = Vec::new();
            for count in 0_u32.. {
                let Some(jws) = Self::blob_of(view, ANSWERS, &numbered(envelope, count))? else { break };
                answers.push(String::from_utf8_lossy(&jws).into_owned());
            }
            Ok(answers)
        })
    }

    /// What is known of a record's chain; nothing before the first entry whose act is final.
    pub(crate) fn chain(&self, record: &Digest) -> Result<History, NodeError> {
        let bytes = self.store.read(|view| Self::blob_of(view, CHAINS, record.as_bytes()))?;
        let Some(bytes) = bytes else { return Ok(History::default()) };
        let value = json::parse_canonical(&bytes, &Limits::bytes(CHAIN_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "chain")?;
        let accepted = fields.array("accepted")?.iter().filter_map(Value::as_integer);
        let accepted = accepted.filter_map(|count| usize::try_from(count).ok()).collect();
        let entries = fields.array("entries")?.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(History { entries, accepted })
    }

    /// What was handed over with a re-home.
    pub(crate) fn handed(&self, act: &Digest) -> Result<Option<Vec<u8>>, NodeError> {
        self.store.read(|view| Self::blob_of(view, HANDED, act.as_bytes()))
    }

    /// The acts of a key set that is enrolled here, as far as they are in the final log by the registry's word.
    pub(crate) fn set_acts(&self, set: &Digest) -> Result<Vec<Paper>, NodeError> {
        let mut papers = Vec::new();
        let mut next = Some(*set);
        while let Some(act) = next {
            let (Some(paper), Some(Stage::Moved)) = (self.paper(&act)?, self.stage(&act)?) else { break };
            papers.push(paper);
            let seq = u64::try_from(papers.len()).unwrap_or(u64::MAX);
            next = self.digest(REKEYS, &[set.as_bytes().as_slice(), &seq.to_be_bytes()].concat())?;
        }
        Ok(papers)
    }

    /// The acts of a record that were proved final by themselves, in order.
    pub(crate) fn finals(&self, record: &Digest) -> Result<Vec<Final>, NodeError> {
        let rows = RecordRow::Final.prefix(record);
        let rows = self.store.read(|view| view.scan(RECORDS, &rows, None, FINALS_MAX))?;
        let read = |row: store::Row| {
            let seq = u64::from_be_bytes(row.key.get(33..)?.try_into().ok()?);
            let (act, leaf) = row.value.split_first_chunk::<32>()?;
            Some(Final { seq, act: Digest::from_bytes(*act), leaf: leaf.to_vec() })
        };
        Ok(rows.into_iter().filter_map(read).collect())
    }

    pub(crate) fn document(&self, record: &Digest) -> Result<Option<Vec<u8>>, NodeError> {
        self.store.read(|view| Self::blob_of(view, DOCUMENTS, record.as_bytes()))
    }

    /// The private part of an act, where it is known here: shown by others, or in the act's own file.
    pub(crate) fn part(&self, act: &Act) -> Result<Option<Vec<u8>>, NodeError> {
        match self.details(&act.details())? {
            Some(details) => Ok(Some(details)),
            None => Ok(self.paper(&act.digest())?.map(|paper| paper.details)),
        }
    }

    /// The acts of a record that are pending, or looked up.
    pub(crate) fn acts_in(&self, rows: RecordRow, record: &Digest) -> Result<Vec<Digest>, NodeError> {
        let prefix = rows.prefix(record);
        let rows = self.store.read(|view| view.scan(RECORDS, &prefix, None, OPEN_MAX))?;
        let acts = rows.into_iter().filter_map(|row| row.key.get(33..).and_then(|act| act.try_into().ok()));
        Ok(acts.map(Digest::from_bytes).collect())
    }

    /// Whether an act is pending, or waits for a look at its record.
    pub(crate) fn is_open(&self, record: &Digest, act: &Digest) -> Result<bool, NodeError> {
        self.store.read(|view| -> Result<bool, NodeError> {
            for rows in [RecordRow::Pending, RecordRow::Looking] {
                if view.index(RECORDS.key(&rows.key(record, act.as_bytes())))?.is_some() {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    /// A private part, or a consent, by its digest.
    pub(crate) fn details(&self, digest: &Digest) -> Result<Option<Vec<u8>>, NodeError> {
        Ok(self.store.read(|view| view.blob(digest))?.held())
    }

    /// The private part of a key set, and whether it is enrolled here.
    pub(crate) fn set(&self, set: &Digest) -> Result<Option<(bool, Vec<u8>)>, NodeError> {
        self.store.read(|view| {
            let Some(kept) = view.index(SETS.key(set.as_bytes()))? else { return Ok(None) };
            let own = kept.starts_with(b"own");
            let Some(at) = kept.iter().position(|byte| *byte == b' ') else { return Ok(None) };
            let Some(digest) =
                kept.get(at + 1..).and_then(|rest| rest.try_into().ok()).map(Digest::from_bytes)
            else {
                return Ok(None);
            };
            Ok(view.blob(&digest)?.held().map(|details| (own, details)))
        })
    }

    /// The record that people know by this name, or whose id begins so.
    pub(crate) fn find(&self, name: &str) -> Result<Option<Digest>, NodeError> {
        let named = self.store.read(|view| view.index(NAMES.key(name.as_bytes())))?;
        if let Some(record) = named.and_then(|bytes| bytes.try_into().ok()).map(Digest::from_bytes) {
            return Ok(Some(record));
        }
        let mut after: Option<Vec<u8>> = None;
        loop {
            let rows = self.store.read(|view| view.scan(DOCUMENTS, &[], after.as_deref(), 256))?;
            let Some(last) = rows.last() else { return Ok(None) };
            after = Some(last.key.clone());
            for row in rows {
                let Some(record) = row.key.try_into().ok().map(Digest::from_bytes) else { continue };
                if name.len() >= NAME_PREFIX_MIN && record.to_string().starts_with(name) {
                    return Ok(Some(record));
                }
            }
        }
    }
}

/// Hexadecimal digits of a record's id that name it at least.
const NAME_PREFIX_MIN: usize = 8;

pub(crate) fn text(bytes: &[u8]) -> Value {
    Value::from(String::from_utf8_lossy(bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use store::{Options, memory::Disk};

    use super::*;

    /// A registry's answer about a record of as many acts, each with two proofs and a checkpoint of the size that two witnesses'
    /// ML-DSA-44 cosignatures and the log's give it: 3 times (2,420 + 16) bytes in base64, and as much again for the rest.
    fn answer(acts: usize) -> LookedUp {
        let mut found = LookedUp::new();
        for count in 0..acts {
            found.insert(format!("acts/{count:04}.json"), format!("{count:04}").repeat(1_024).into_bytes());
            for name in ["proof", "before.proof"] {
                let proof = format!("{count:04}").repeat(256).into_bytes();
                found.insert(format!("proofs/{count:04}.{name}"), proof);
            }
            let checkpoint = format!("{count:04}").repeat(3_000).into_bytes();
            found.insert(format!("checkpoints/{}", Digest::of(&checkpoint)), checkpoint);
        }
        found
    }

    #[test]
    fn the_view_of_the_longest_record_is_kept() {
        let disk = Disk::new();
        let store = Store::in_memory(&disk, Options::creating(Digest::of(b"views"))).unwrap();
        let record = Digest::of(b"a record");
        let acts = usize::try_from(bill::control::RECORD_ACTS_MAX).unwrap();
        for acts in [acts, 3, acts - 1] {
            let found = answer(acts);
            let kept = found.clone();
            store.write(move |txn| put_view(txn, &record, &kept)).unwrap();
            assert!(Shelves { store: &store }.view(&record).unwrap() == Some(found), "{acts} acts");
        }
        // 1,024 acts of 4 KiB with two proofs of 1 KiB and a checkpoint of 12 KiB each: more than a tile of the store takes.
        let bytes: usize = answer(acts).values().map(Vec::len).sum();
        assert!(bytes > store::limits::TILE_BYTES_MAX, "{bytes}");
    }

    #[test]
    fn the_same_answer_is_kept_once_and_no_more_than_sixteen() {
        let disk = Disk::new();
        let store = Store::in_memory(&disk, Options::creating(Digest::of(b"answers"))).unwrap();
        let envelope = Digest::of(b"an envelope");
        for answer in (0..20).flat_map(|answer| [answer, answer]) {
            let jws = format!("answer {answer}");
            store.write(move |txn| put_answer(txn, &envelope, &jws)).unwrap();
        }
        let kept = Shelves { store: &store }.answers(&envelope).unwrap();
        let first: Vec<String> = (0..ANSWERS_MAX).map(|answer| format!("answer {answer}")).collect();
        assert_eq!(kept, first, "in the order in which they came");
    }
}
