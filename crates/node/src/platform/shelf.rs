//! How a platform keeps what it knows: acts with their private parts, documents, the final view of each record, and the
//! stage of each act that passed through it.

use bill::{act::Act, signatures::SignatureList};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use store::{Space, Store, Txn, View as StoreView};
use vocab::Refusal;

use crate::{
    NodeError,
    registrar::{LookedUp, lookup},
    wire::BAD_MESSAGE,
};

const ACTS: Space = Space::new("acts");
const STAGES: Space = Space::new("stages");
const VIEWS: Space = Space::new("views");
const NAMES: Space = Space::new("names");
const DOCUMENTS: Space = Space::new("documents");
const SETS: Space = Space::new("sets");
const VERDICTS: Space = Space::new("verdicts");

/// Bytes of one hand-in at most: acts, details and a transport document.
pub(crate) const HAND_IN_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of a registry's answer at most: 1,024 acts with their proofs.
pub(crate) const LOOKED_UP_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of one act's private part (docs/control.md section 1).
pub(crate) const DETAILS_BYTES_MAX: usize = 64 * 1024;

/// An act with its private part and the signatures so far, as it passes between holder and platforms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Paper {
    pub(crate) act: Act,
    pub(crate) details: Vec<u8>,
    pub(crate) signatures: SignatureList,
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
        fields.end()?;
        if details.len() > DETAILS_BYTES_MAX {
            return Err(BAD_MESSAGE.because("details longer than 64 KiB"));
        }
        json::parse_canonical(&details, &Limits::bytes(DETAILS_BYTES_MAX))?;
        if Digest::of(&details) != act.details() {
            return Err(BAD_MESSAGE.because("the details are not those of the act"));
        }
        Ok(Self { act, details, signatures })
    }

    /// The act file.
    pub(crate) fn value(&self) -> Value {
        Value::object([
            ("act", text(self.act.bytes())),
            ("details", text(&self.details)),
            ("signatures", text(self.signatures.bytes())),
            ("v", Value::from("twakow/act-file/1")),
        ])
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
    /// This platform has declined, for good.
    Declined(String),
    /// In the final log.
    Moved,
    /// It will never take effect; why.
    Returned(String),
}

impl Stage {
    fn write(&self) -> Vec<u8> {
        let (word, why) = match self {
            Self::Looking => ("looking", None),
            Self::Offered => ("offered", None),
            Self::Examining => ("examining", None),
            Self::Accepted => ("accepted", None),
            Self::Declined(why) => ("declined", Some(why)),
            Self::Moved => ("moved", None),
            Self::Returned(why) => ("returned", Some(why)),
        };
        let why = why.map_or(Value::Null, |why| Value::from(why.as_str()));
        json::canonical(&Value::object([("stage", Value::from(word)), ("why", why)]))
    }

    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(64 * 1024))?;
        let why = || value.get("why").and_then(Value::as_str).unwrap_or_default().to_owned();
        match value.get("stage").and_then(Value::as_str) {
            Some("looking") => Ok(Self::Looking),
            Some("offered") => Ok(Self::Offered),
            Some("examining") => Ok(Self::Examining),
            Some("accepted") => Ok(Self::Accepted),
            Some("declined") => Ok(Self::Declined(why())),
            Some("moved") => Ok(Self::Moved),
            Some("returned") => Ok(Self::Returned(why())),
            Some(_) | None => Err(BAD_MESSAGE.because("a stage")),
        }
    }
}

/// Keeps an act with its private part and its stage.
pub(crate) fn put_paper(txn: &mut dyn Txn, paper: &Paper, stage: &Stage) -> Result<(), NodeError> {
    let digest = paper.act.digest();
    txn.put_blob(&paper.details)?;
    let blob = txn.put_blob(&json::canonical(&paper.value()))?;
    txn.put_index(ACTS.key(digest.as_bytes()), blob.as_bytes())?;
    set_stage(txn, &digest, stage)
}

/// Keeps a private part that belongs to an act of the final log.
pub(crate) fn put_details(txn: &mut dyn Txn, details: &[u8]) -> Result<(), NodeError> {
    txn.put_blob(details)?;
    Ok(())
}

/// Sets the stage of an act.
pub(crate) fn set_stage(txn: &mut dyn Txn, act: &Digest, stage: &Stage) -> Result<(), NodeError> {
    txn.put_index(STAGES.key(act.as_bytes()), &stage.write())?;
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
    txn.drop_tile(VIEWS.key(record.as_bytes()))?;
    txn.put_tile(VIEWS.key(record.as_bytes()), &body)?;
    Ok(())
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
        let bytes = self.store.read(|view| Self::blob_of(view, ACTS, act.as_bytes()))?;
        let Some(bytes) = bytes else { return Ok(None) };
        Ok(Some(Paper::read(&json::parse_canonical(&bytes, &Limits::bytes(HAND_IN_BYTES_MAX))?)?))
    }

    pub(crate) fn stage(&self, act: &Digest) -> Result<Option<Stage>, NodeError> {
        let bytes = self.store.read(|view| view.index(STAGES.key(act.as_bytes())))?;
        Ok(bytes.map(|bytes| Stage::read(&bytes)).transpose()?)
    }

    pub(crate) fn view(&self, record: &Digest) -> Result<Option<LookedUp>, NodeError> {
        let bytes = self.store.read(|view| view.tile(VIEWS.key(record.as_bytes())))?;
        Ok(bytes.map(|bytes| lookup::read_answer(&bytes, LOOKED_UP_BYTES_MAX)).transpose()?)
    }

    pub(crate) fn document(&self, record: &Digest) -> Result<Option<Vec<u8>>, NodeError> {
        self.store.read(|view| Self::blob_of(view, DOCUMENTS, record.as_bytes()))
    }

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
