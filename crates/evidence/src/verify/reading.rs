//! Reading a bundle's files: claim CANONICAL. Every text is parsed here once, and nothing else parses it again.

use std::collections::BTreeMap;

use bill::{act::Act, consent::ConsentFile, keys::KeyKind, signatures::Counter, words::Op};
use crypto::{
    Digest, base64url,
    ed25519::WEAK_KEY,
    json::{self, Fields, Limits, Value},
    key::BAD_KEY,
};
use registry::leaf::{Leaf, PlainMark};
use tlog::slot_map::MapProof;
use vocab::{Refusal, Timestamp};

use super::{consents, list::List, members::Statement, unusable};
use crate::{
    bundle::{
        Files,
        path::{FILE_BYTES_MAX, PINT_BYTES_MAX, Path, RECORD_BYTES_MAX, SLOTS_BYTES_MAX},
    },
    refusals::{BAD_FORM, BAD_LAYOUT},
};

const ACT_VERSION: &str = "twakow/bundle-act/1";
const MARK_VERSION: &str = "twakow/bundle-mark/1";
const HIDDEN_VERSION: &str = "twakow/bundle-hidden/1";
const PINT_VERSION: &str = "twakow/bundle-pint/1";
/// Bytes of an act's details at most (docs/control.md 1).
const DETAILS_BYTES_MAX: usize = 64 << 10;

/// Transactions of one act at most (docs/control.md 1): an endorsement and its delivery.
const TRANSACTIONS_MAX: usize = 2;

/// A bundle, read.
pub(crate) struct Reading {
    pub(crate) acts: Vec<ActFile>,
    pub(crate) sets: BTreeMap<Digest, Vec<SetFile>>,
    pub(crate) members: Vec<MemberFile>,
    pub(crate) marks: Vec<MarkFile>,
    pub(crate) head: Option<Head>,
    pub(crate) pint: Vec<PintFile>,
    pub(crate) document: Option<Value>,
    /// The consents that the acts' details cite, as far as they are in `files/`.
    pub(crate) consents: BTreeMap<Digest, Result<ConsentFile, Refusal>>,
}

/// What an act and a set act have in common: what is signed, by whom, and its leaf.
pub(crate) struct Signed {
    pub(crate) list: List,
    pub(crate) details: Option<Details>,
    pub(crate) entry: Entry,
    pub(crate) leaf: EntryLeaf,
}

/// An act of the record.
pub(crate) struct ActFile {
    pub(crate) act: Act,
    pub(crate) signed: Signed,
    pub(crate) provenance: String,
    pub(crate) before: Option<MapLeaf>,
    pub(crate) tag: Option<(EntryLeaf, u64)>,
}

/// An act of a key set. A set that lists a key which nobody may use is read as that refusal: its own claim fails.
pub(crate) struct SetFile {
    pub(crate) act: Result<Act, Refusal>,
    pub(crate) digest: Digest,
    /// The details that its act names, also when the act was refused for its keys.
    pub(crate) named: Option<Digest>,
    pub(crate) signed: Signed,
}

/// A charter or member leaf.
pub(crate) struct MemberFile {
    pub(crate) text: String,
    pub(crate) at: Timestamp,
    pub(crate) slot: Digest,
    pub(crate) mark: PlainMark,
    pub(crate) statement: Statement,
}

/// A decline.
pub(crate) struct MarkFile {
    pub(crate) counter: Counter,
    pub(crate) list: List,
    pub(crate) entry: Entry,
    pub(crate) leaf: EntryLeaf,
    /// The declined act, where it is shown.
    pub(crate) act: Option<Act>,
}

/// The newest map leaf and proofs under it.
pub(crate) struct Head {
    pub(crate) leaf: MapLeaf,
    pub(crate) proofs: BTreeMap<Digest, MapProof>,
}

/// A DCSA chain entry and the answers to it.
pub(crate) struct PintFile {
    pub(crate) entry: String,
    pub(crate) answers: Vec<String>,
}

/// An act's private part.
pub(crate) struct Details {
    pub(crate) text: String,
    pub(crate) digest: Digest,
    pub(crate) value: Value,
}

/// What a leaf's entry is the digest of.
pub(crate) struct Entry {
    pub(crate) digest: Digest,
    pub(crate) act: Digest,
    pub(crate) signatures: Digest,
}

/// A leaf with an entry.
pub(crate) struct EntryLeaf {
    pub(crate) text: String,
    pub(crate) at: Timestamp,
    pub(crate) entry: Digest,
    pub(crate) slot: Digest,
}

/// A map leaf.
pub(crate) struct MapLeaf {
    pub(crate) text: String,
    pub(crate) at: Timestamp,
    pub(crate) root: Digest,
    pub(crate) size: u64,
}

/// Each act's map leaf and tag mark stand with their proofs, or not at all: FORMAT's to say, so that a file that does not
/// parse is passed over, for CANONICAL to refuse.
///
/// # Errors
/// [`BAD_LAYOUT`].
pub(crate) fn proofs_stand_with_leaves(files: &Files) -> Result<(), Refusal> {
    for (path, bytes) in files.iter() {
        let Path::Act(number) = path else { continue };
        let Ok(value) = json::parse(bytes, &Limits::bytes(RECORD_BYTES_MAX)) else { continue };
        let tag = (number == 0).then_some(("tagLeaf", Path::TagProof));
        for (member, proof) in [("before", Path::BeforeProof(number))].into_iter().chain(tag) {
            stands_with(member, value.get(member).is_some(), files, proof)?;
        }
    }
    Ok(())
}

fn stands_with(member: &str, is_there: bool, files: &Files, proof: Path) -> Result<(), Refusal> {
    if is_there == files.get(proof).is_some() {
        return Ok(());
    }
    Err(BAD_LAYOUT.because(format!("{proof}, exactly with {member}")))
}

impl Reading {
    /// As [`proofs_stand_with_leaves`], of files that have all been read.
    ///
    /// # Errors
    /// [`BAD_LAYOUT`].
    pub(crate) fn proofs_stand(&self, files: &Files) -> Result<(), Refusal> {
        for (number, file) in (0_u32..).zip(&self.acts) {
            let tag = (number == 0).then_some(("tagLeaf", file.tag.is_some(), Path::TagProof));
            let before = ("before", file.before.is_some(), Path::BeforeProof(number));
            for (member, is_there, proof) in [before].into_iter().chain(tag) {
                stands_with(member, is_there, files, proof)?;
            }
        }
        Ok(())
    }

    /// Reads every file. Refused with the place of the first text that is not its own canonical form.
    pub(crate) fn of(files: &Files) -> Result<Self, Refusal> {
        let mut reading = Self {
            acts: Vec::new(),
            sets: BTreeMap::new(),
            members: Vec::new(),
            marks: Vec::new(),
            head: None,
            pint: Vec::new(),
            document: None,
            consents: BTreeMap::new(),
        };
        for (path, bytes) in files.iter() {
            reading.read(files, path, bytes).map_err(|why| within(why, path))?;
        }
        let details = reading.acts.iter().filter_map(|file| file.signed.details.as_ref());
        reading.consents = details.flat_map(|details| consents::cited(&details.value, files)).collect();
        Ok(reading)
    }

    fn read(&mut self, files: &Files, path: Path, bytes: &[u8]) -> Result<(), Refusal> {
        match path {
            Path::Act(number) => self.acts.push(ActFile::read(number, bytes)?),
            Path::SetAct(id, number) => self.sets.entry(id).or_default().push(SetFile::read(number, bytes)?),
            Path::Member(_) => self.members.push(MemberFile::read(bytes)?),
            Path::Mark(_) => self.marks.push(MarkFile::read(bytes)?),
            Path::HeadLeaf => {
                self.head = Some(Head::read(bytes, files.get(Path::HeadSlots).unwrap_or_default())?)
            }
            Path::Pint(_) => self.pint.push(PintFile::read(bytes)?),
            Path::Document => {
                let document = json::parse(bytes, &Limits::bytes(FILE_BYTES_MAX))?;
                Fields::of(&document, "document")?;
                self.document = Some(document);
            }
            Path::ActProof(_)
            | Path::BeforeProof(_)
            | Path::Checkpoint(_)
            | Path::File(_)
            | Path::HeadProof
            | Path::HeadSlots
            | Path::Mandate(_)
            | Path::Manifest
            | Path::MarkProof(_)
            | Path::MemberProof(_)
            | Path::Receipt(_)
            | Path::Seal(_)
            | Path::SetProof(..)
            | Path::TagProof
            | Path::Timeline
            | Path::Visualisation => {}
        }
        Ok(())
    }
}

impl Signed {
    fn read(fields: &mut Fields<'_>) -> Result<Self, Refusal> {
        let details = fields.optional_string("details")?.map(Details::read).transpose()?;
        let list = List::parse(fields.string("signatures")?).map_err(|why| of("signatures", why))?;
        let entry = Entry::read(fields.string("entry")?).map_err(|why| of("entry", why))?;
        let leaf = EntryLeaf::read(fields.string("leaf")?).map_err(|why| of("leaf", why))?;
        Ok(Self { list, details, entry, leaf })
    }
}

impl ActFile {
    fn read(number: u32, bytes: &[u8]) -> Result<Self, Refusal> {
        let value = canonical(bytes, RECORD_BYTES_MAX)?;
        let mut fields = Fields::of(&value, "")?;
        fields.constant("v", ACT_VERSION)?;
        let act = Act::parse(fields.string("act")?.as_bytes())?;
        let provenance = fields.string("provenance")?.to_owned();
        const WORDS: [&str; 4] = ["holder_signed", "carrier_signed", "registry_signed", "platform_asserted"];
        if !WORDS.contains(&provenance.as_str()) {
            return Err(BAD_FORM.because("a provenance that is not known"));
        }
        let before = fields.optional_string("before")?.map(MapLeaf::read).transpose()?;
        let tag_leaf = fields.optional_string("tagLeaf")?.map(EntryLeaf::read).transpose()?;
        let tag = match (tag_leaf, fields.optional_integer("tagCount")?) {
            (Some(leaf), Some(count)) => Some((leaf, count)),
            (None, None) => None,
            _ => return Err(BAD_FORM.because("tagLeaf and tagCount stand together or not at all")),
        };
        let signed = Signed::read(&mut fields)?;
        fields.end()?;
        if let Some(details) = &signed.details {
            details.said_at(act.at())?;
        }
        match act.op() {
            Op::Issue if number != 0 => return Err(BAD_FORM.because("an issue stands first")),
            Op::Issue => {}
            Op::Keyset | Op::Rekey => {
                return Err(BAD_FORM.because("an act of a key set among those of a bill"));
            }
            _ if number == 0 => return Err(BAD_FORM.because("an issue stands first")),
            _ if tag.is_some() => return Err(BAD_FORM.because("a tag mark belongs to the issue")),
            _ => {}
        }
        Ok(Self { act, signed, provenance, before, tag })
    }
}

impl SetFile {
    fn read(number: u32, bytes: &[u8]) -> Result<Self, Refusal> {
        let value = canonical(bytes, RECORD_BYTES_MAX)?;
        let mut fields = Fields::of(&value, "")?;
        fields.constant("v", ACT_VERSION)?;
        let text = fields.string("act")?;
        let (act, named) = match Act::parse(text.as_bytes()) {
            Err(why) if [BAD_KEY.code, WEAK_KEY.code].contains(&why.code()) => {
                let value = canonical(text.as_bytes(), RECORD_BYTES_MAX)?;
                let named = value.get("details").and_then(Value::as_str).and_then(|text| text.parse().ok());
                unusable::form(value)?;
                (Err(why), named)
            }
            read => {
                let act = read?;
                let named = Some(act.details());
                (Ok(act), named)
            }
        };
        let signed = Signed::read(&mut fields)?;
        fields.end()?;
        if let Ok(act) = &act
            && act.op() != if number == 0 { Op::Keyset } else { Op::Rekey }
        {
            return Err(BAD_FORM.because("a keyset stands first in its folder, and rekeys after it"));
        }
        Ok(Self { act, digest: Digest::of(text.as_bytes()), named, signed })
    }

    /// The kind of key with which a set's key signs, in the words of evidence.
    pub(crate) const fn signer(kind: &KeyKind) -> &'static str {
        match kind {
            KeyKind::Passkey(_) => "passkey",
            KeyKind::File { .. } => "key file",
            KeyKind::Token { .. } => "token",
        }
    }
}

impl MemberFile {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = canonical(bytes, RECORD_BYTES_MAX)?;
        let mut fields = Fields::of(&value, "")?;
        fields.constant("v", MARK_VERSION)?;
        let text = fields.string("leaf")?.to_owned();
        fields.end()?;
        let Leaf::Mark { at, slot, mark } = Leaf::parse(text.as_bytes())? else {
            return Err(BAD_FORM.because("not the leaf of a plain mark"));
        };
        let statement = Statement::parse(&mark.statement)?;
        Ok(Self { text, at, slot, mark, statement })
    }
}

impl MarkFile {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = canonical(bytes, RECORD_BYTES_MAX)?;
        let mut fields = Fields::of(&value, "")?;
        fields.constant("v", HIDDEN_VERSION)?;
        let counter = Counter::parse(fields.string("statement")?.as_bytes())?;
        let list = List::parse(fields.string("signatures")?)?;
        let entry = Entry::read(fields.string("entry")?)?;
        let leaf = EntryLeaf::read(fields.string("leaf")?)?;
        let act = fields.optional_string("act")?.map(|act| Act::parse(act.as_bytes())).transpose()?;
        fields.end()?;
        Ok(Self { counter, list, entry, leaf, act })
    }
}

impl Head {
    fn read(leaf: &[u8], slots: &[u8]) -> Result<Self, Refusal> {
        let leaf = std::str::from_utf8(leaf).map_err(|_| BAD_FORM.because("not UTF-8"))?;
        let leaf = MapLeaf::read(leaf)?;
        let value = canonical(slots, SLOTS_BYTES_MAX)?;
        let listed = value.as_array().ok_or_else(|| BAD_FORM.because("head/slots.json is not a list"))?;
        let mut proofs = BTreeMap::new();
        for (number, proof) in listed.iter().enumerate() {
            let proof = MapProof::from_json(proof, &format!("head/slots.json/{number}"))?;
            if proofs.last_key_value().is_some_and(|(last, _)| last >= proof.slot()) {
                return Err(BAD_FORM.because("head/slots.json is not sorted by slot"));
            }
            proofs.insert(*proof.slot(), proof);
        }
        Ok(Self { leaf, proofs })
    }
}

impl PintFile {
    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = canonical(bytes, PINT_BYTES_MAX)?;
        let mut fields = Fields::of(&value, "")?;
        fields.constant("v", PINT_VERSION)?;
        let entry = fields.string("entry")?.to_owned();
        let answers = fields.array("answers")?.iter().map(|answer| answer.as_str().map(str::to_owned));
        let answers =
            answers.collect::<Option<_>>().ok_or_else(|| BAD_FORM.because("an answer is a text"))?;
        fields.end()?;
        Ok(Self { entry, answers })
    }
}

impl Details {
    /// Reads details for their form (control.md 3): members, types, and no more than two Transactions.
    fn read(text: &str) -> Result<Self, Refusal> {
        let value = json::parse_canonical(text.as_bytes(), &Limits::bytes(DETAILS_BYTES_MAX));
        let value = value.map_err(|why| of("details", why))?;
        let mut fields = Fields::of(&value, "details")?;
        fields.constant("v", "twakow/details/1")?;
        salt(fields.string("salt")?)?;
        fields.optional_string("issuerSalt")?.map(salt).transpose()?;
        for name in ["document", "identityReceipt", "mandate", "pledge", "terms"] {
            fields.optional_digest(name)?;
        }
        for name in ["law", "jurisdiction"] {
            let text = fields.optional_string(name)?;
            if text.is_some_and(str::is_empty) {
                return Err(BAD_FORM.because(format!("an empty {name}")));
            }
            text.map_or(Ok(()), |text| plain(text, name))?;
        }
        for name in ["consents", "successors"] {
            let listed = fields.optional_array(name)?.unwrap_or_default();
            listed.iter().try_for_each(|one| one.as_str().unwrap_or_default().parse::<Digest>().map(drop))?;
        }
        for name in ["nominee", "party", "representedParty"] {
            fields.optional_object(name)?;
        }
        for name in ["fromPaper", "toPaper"] {
            fields.optional_value(name).map(|paper| paper_members(paper, name)).transpose()?;
        }
        if fields.optional_boolean("withdraw")? == Some(false) {
            return Err(BAD_FORM.because("withdraw is true or absent"));
        }
        transactions(fields.optional_array("dcsa")?.unwrap_or_default())?;
        fields.end()?;
        Ok(Self { text: text.to_owned(), digest: Digest::of(text.as_bytes()), value })
    }
}

impl Details {
    /// The words are said of the act's own moment (control.md 3).
    fn said_at(&self, at: Timestamp) -> Result<(), Refusal> {
        let said = self.value.get("dcsa").and_then(Value::as_array).unwrap_or_default();
        let mut moments = said.iter().map(|said| said.get("actionDateTime").and_then(Value::as_str));
        if moments.all(|moment| moment == Some(at.to_string().as_str())) {
            return Ok(());
        }
        Err(BAD_FORM.because("an actionDateTime that is not the act's `at`"))
    }
}

fn salt(text: &str) -> Result<(), Refusal> {
    base64url::decode_exactly::<16>(text).map(drop)
}

/// What is said of paper, for its members and their types; whether it is whole and in order is TITLE's and MEDIUM's.
fn paper_members(paper: &Value, name: &str) -> Result<(), Refusal> {
    let mut fields = Fields::of(paper, format!("details/{name}"))?;
    let own = if name == "toPaper" {
        fields.optional_integer("originals")?;
        None
    } else {
        fields.optional_string("attestation")?.map_or(Ok(()), |text| plain(text, "attestation"))?;
        fields.optional_array("scans")?
    };
    let scan = |one: &Value| one.as_str().unwrap_or_default().parse::<Digest>().map(drop);
    own.unwrap_or_default().iter().try_for_each(scan)?;
    fields.optional_string("statement")?.map_or(Ok(()), |text| plain(text, "statement"))?;
    for serial in fields.optional_array("serials")?.unwrap_or_default() {
        let serial = serial.as_str().ok_or_else(|| BAD_FORM.because("a serial is a text"))?;
        plain(serial, "serials").map_err(|why| why.at(format!("details/{name}/serials")))?;
    }
    fields.end()
}

/// Text has no control characters (control.md 1).
fn plain(text: &str, name: &str) -> Result<(), Refusal> {
    if text.contains(|c: char| c.is_ascii_control()) {
        return Err(BAD_FORM.because(format!("a control character in {name}")));
    }
    Ok(())
}

/// The Transactions of an act: none to two, without the reference that is added when the chain entry is written.
fn transactions(listed: &[Value]) -> Result<(), Refusal> {
    if listed.len() > TRANSACTIONS_MAX {
        return Err(BAD_FORM.because(format!("{TRANSACTIONS_MAX} Transactions are allowed")));
    }
    for transaction in listed {
        let mut fields = Fields::of(transaction, "details/dcsa")?;
        for name in ["actionCode", "actionDateTime"] {
            fields.string(name)?;
        }
        fields.value("actor")?;
        if fields.has("auditReference") {
            return Err(BAD_FORM.because("auditReference stands in chain entries only"));
        }
    }
    Ok(())
}

/// A text's two values, where it is the canonical form of just these: `start`, a value, `middle`, a value, `end`. Bundles have
/// hundreds of entries and leaves, and each has only one spelling.
fn between<'a>(text: &'a str, start: &str, middle: &str, end: &str) -> Option<(&'a str, &'a str)> {
    text.strip_prefix(start)?.strip_suffix(end)?.split_once(middle)
}

impl Entry {
    fn read(text: &str) -> Result<Self, Refusal> {
        let plain = between(text, "{\"act\":\"", "\",\"signatures\":\"", "\",\"v\":\"twakow/entry/1\"}");
        if let Some((act, signatures)) = plain
            && let (Ok(act), Ok(signatures)) = (act.parse(), signatures.parse())
        {
            return Ok(Self { digest: Digest::of(text.as_bytes()), act, signatures });
        }
        let value = canonical(text.as_bytes(), RECORD_BYTES_MAX)?;
        let mut fields = Fields::of(&value, "entry")?;
        fields.constant("v", "twakow/entry/1")?;
        let (act, signatures) = (fields.digest("act")?, fields.digest("signatures")?);
        fields.end()?;
        Ok(Self { digest: Digest::of(text.as_bytes()), act, signatures })
    }
}

impl EntryLeaf {
    fn read(text: &str) -> Result<Self, Refusal> {
        let plain = between(text, "{\"at\":\"", "\",\"entry\":\"", "\",\"v\":\"twakow/leaf/1\"}");
        if let Some((at, rest)) = plain
            && let Some((entry, slot)) = rest.split_once("\",\"slot\":\"")
            && let (Ok(at), Ok(entry), Ok(slot)) = (at.parse(), entry.parse(), slot.parse())
        {
            return Ok(Self { text: text.to_owned(), at, entry, slot });
        }
        match Leaf::parse(text.as_bytes())? {
            Leaf::Entry { at, entry, slot } => Ok(Self { text: text.to_owned(), at, entry, slot }),
            Leaf::Map { .. } | Leaf::Mark { .. } | Leaf::Tick { .. } => {
                Err(BAD_FORM.because("not a leaf with an entry"))
            }
        }
    }
}

impl MapLeaf {
    fn read(text: &str) -> Result<Self, Refusal> {
        match Leaf::parse(text.as_bytes())? {
            Leaf::Map { at, root, size } => Ok(Self { text: text.to_owned(), at, root, size }),
            Leaf::Entry { .. } | Leaf::Mark { .. } | Leaf::Tick { .. } => {
                Err(BAD_FORM.because("not a map leaf"))
            }
        }
    }
}

fn canonical(bytes: &[u8], bytes_max: usize) -> Result<Value, Refusal> {
    json::parse_canonical(bytes, &Limits::bytes(bytes_max))
}

fn of(what: &str, why: Refusal) -> Refusal {
    let place = why.place().map_or_else(|| what.to_owned(), |place| format!("{what}: {place}"));
    why.at(place)
}

fn within(why: Refusal, path: Path) -> Refusal {
    let place = why.place().filter(|place| !place.is_empty());
    let place = place.map_or_else(|| path.to_string(), |place| format!("{path}: {place}"));
    why.at(place)
}
