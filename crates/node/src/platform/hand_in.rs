//! What a holder's tool hands in: a key set to enrol, acts to countersign and pass on.

use std::sync::Arc;

use bill::{
    act::{Act, Body},
    control::{self, Facts, Standing},
    keyset::{self, KeySet},
    party::Party,
    refusals::KEY_NOT_IN_SET,
    signatures::{self, HomeSigns, Role, SignatureList},
    words::{Op, Platform},
};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use dcsa::check::check_on;
use vocab::{Refusal, RefusalKind, Timestamp, date::Date};

use super::{
    ACTS, ENVELOPES, NOT_AT_HOME, PlatformNode, UNKNOWN_PARTY, UNKNOWN_RECORD,
    answers::fate,
    envelope::{Envelope, fold_set},
    offers::judge_manifest,
    replacement::Group,
    settle,
    shelf::{self, Paper, RecordRow, Stage, text},
    view::View,
    watch,
};
use crate::{
    NodeError, Reply, Status, post,
    registrar::{LOOKUP, SUBMIT, lookup::Question},
    wire::BAD_MESSAGE,
};

/// The document and the act do not belong together.
pub(crate) const OTHER_DOCUMENT: RefusalKind = RefusalKind {
    code: "document-of-another-act",
    sentence: "The act is not about this document.",
    remedy: "Make the act again from the document as it is handed in.",
};

/// A key set whose private part names no party.
pub(crate) const NO_PARTY: RefusalKind = RefusalKind {
    code: "set-without-party",
    sentence: "The private part of the key set names no party.",
    remedy: "Enrol the set with a party file.",
};

/// A key-set file (docs/formats.md).
#[derive(Debug, Clone, PartialEq)]
pub struct SetFile {
    /// The set's id.
    pub id: Digest,
    /// The platform that enrolled it.
    pub home: Platform,
    /// The party object, as DCSA writes parties.
    pub party: Value,
    /// The private part of the set's first act.
    pub details: Vec<u8>,
    /// The last act in the file: what a `rekey` follows, unless the log has more.
    pub last: Act,
    /// The set after that act, each of its acts counted from its own `at`: without leaves the file says no more.
    pub set: KeySet,
    /// The whole file.
    pub value: Value,
}

/// Key-set files in one hand-in at most.
const RECEIVERS_MAX: usize = 16;

/// Bytes of a key-set file at most.
const SET_FILE_BYTES_MAX: usize = 16 * 1024 * 1024;

impl SetFile {
    /// Reads a key-set file and checks what it says of itself: keys proved in every act, details those of the first, an
    /// enrolment there.
    ///
    /// # Errors
    /// It is not one, or does not hold together.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(SET_FILE_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "key-set file")?;
        fields.constant("v", "twakow/keyset-file/1")?;
        let acts = fields.array("acts")?;
        let first = acts.first().ok_or_else(|| BAD_MESSAGE.because("no act"))?;
        let details = first.get("details").and_then(Value::as_str);
        let details = details.ok_or_else(|| BAD_MESSAGE.because("no private part"))?;
        let signed = acts.iter().map(signed_of_set).collect::<Result<Vec<_>, _>>()?;
        fields.end()?;
        let (Some((act, list)), Some((last, _))) = (signed.first(), signed.last()) else {
            return Err(BAD_MESSAGE.because("no act"));
        };
        let set = fold_set(signed.iter().map(|(act, list)| (act, list)))?;
        if Digest::of(details.as_bytes()) != act.details() {
            return Err(BAD_MESSAGE.because("the details are not those of the set"));
        }
        let enrolled = list.platforms().last().ok_or_else(|| BAD_MESSAGE.because("no enrolment"))?;
        let party = party_of(details.as_bytes())?;
        let home = enrolled.counter().platform;
        let (id, last, details) = (act.digest(), last.clone(), details.as_bytes().to_vec());
        Ok(Self { id, home, party, details, last, set, value })
    }
}

/// An act of a key-set file, with its signatures.
fn signed_of_set(file: &Value) -> Result<(Act, SignatureList), Refusal> {
    let mut fields = Fields::of(file, "key-set file")?;
    let act = Act::parse(fields.string("act")?.as_bytes())?;
    let list = SignatureList::parse(fields.string("signatures")?.as_bytes())?;
    fields.optional_string("details")?;
    fields.end()?;
    Ok((act, list))
}

/// The party that the private part of a key set names.
pub(crate) fn party_of(details: &[u8]) -> Result<Value, Refusal> {
    let value = json::parse_canonical(details, &Limits::bytes(shelf::DETAILS_BYTES_MAX))?;
    value.get("party").cloned().ok_or_else(|| NO_PARTY.refuse())
}

/// The body under which acts are handed in: one act file, or a replacement's two; the document of an issue; the
/// key-set files of receivers, so that the platform knows who they are before it signs.
pub fn hand_in_body(acts: &[Value], document: Option<&[u8]>, receivers: &[Value]) -> Vec<u8> {
    json::canonical(&Value::object([
        ("acts", Value::array(acts.iter().cloned())),
        ("document", document.map_or(Value::Null, text)),
        ("receivers", Value::array(receivers.iter().cloned())),
        ("v", Value::from("twakow/hand-in/1")),
    ]))
}

impl PlatformNode {
    pub(super) fn enrol(&mut self, body: &[u8], now: Timestamp) -> Result<Reply, NodeError> {
        let value = Self::parse_body(body, "twakow/act-file/1")?;
        let paper = Paper::read(&value)?;
        let digest = paper.act.digest();
        if self.shelves().stage(&digest)?.is_none() {
            let rekeyed = matches!(paper.act.body(), Body::Rekey(_));
            let (signatures, party) = if rekeyed {
                (paper.signatures.clone(), None)
            } else {
                keyset::check_first(&paper.act, now)?;
                signatures::verify_keyset(&paper.act, &paper.signatures)?;
                let party = Party::of(&party_of(&paper.details)?).ok();
                (paper.signatures.and(self.counter(digest, Role::Enrol, now))?, party)
            };
            let paper = Paper { signatures, ..paper };
            let registry = self.settings.registry.clone();
            self.store.write(move |txn| -> Result<(), NodeError> {
                shelf::put_paper(txn, &paper, &Stage::Offered)?;
                match paper.act.body() {
                    Body::Rekey(rekey) => shelf::put_rekey(txn, &rekey.record, rekey.seq, &digest)?,
                    Body::Keyset(_) | Body::Issue(_) | Body::Step(_) => {
                        shelf::put_set(txn, &digest, true, &paper.details)?;
                    }
                }
                post::ask(txn, &registry, SUBMIT, &json::canonical(&paper.for_registry()), now)?;
                Ok(())
            })?;
            party.into_iter().for_each(|party| self.folds.set_party(&digest, &Arc::new(party)));
        }
        Ok(Reply { status: Status::Accepted, body: super::question("act", &digest.to_string()) })
    }

    /// The key-set file of a set enrolled here, once it is in the final log.
    pub(super) fn set_file(&self, set: &Digest) -> Result<Reply, NodeError> {
        let papers = self.shelves().set_acts(set)?;
        if papers.is_empty() {
            return Ok(Reply { status: Status::NotFound, body: Vec::new() });
        }
        let acts = papers.iter().map(|paper| {
            Value::object([
                ("act", text(paper.act.bytes())),
                ("details", text(&paper.details)),
                ("signatures", text(paper.signatures.bytes())),
            ])
        });
        let file = Value::object([("acts", Value::array(acts)), ("v", Value::from("twakow/keyset-file/1"))]);
        Ok(Reply { status: Status::Ok, body: json::canonical(&file) })
    }

    pub(super) fn hand_in(&mut self, body: &[u8], now: Timestamp) -> Result<Reply, NodeError> {
        let value = Self::parse_body(body, "twakow/hand-in/1")?;
        let mut fields = Fields::of(&value, "hand-in")?;
        fields.string("v")?;
        let papers: Vec<Paper> = fields.array("acts")?.iter().map(Paper::read).collect::<Result<_, _>>()?;
        let document = fields.value("document")?.as_str().map(|text| text.as_bytes().to_vec());
        let receivers = fields.array("receivers")?.iter().take(RECEIVERS_MAX);
        let receivers: Vec<SetFile> =
            receivers.map(|file| SetFile::read(&json::canonical(file))).collect::<Result<_, _>>()?;
        fields.end()?;
        self.store.write(move |txn| -> Result<(), NodeError> {
            receivers.iter().try_for_each(|set| shelf::put_set(txn, &set.id, false, &set.details))
        })?;
        let last = papers.last().ok_or_else(|| BAD_MESSAGE.because("no act"))?.act.digest();
        if self.shelves().stage(&last)?.is_none() {
            match papers.as_slice() {
                [one] => self.take(one, document.as_deref(), now)?,
                [close, issue] => {
                    let (close, issue) = (close.clone(), issue.clone());
                    self.take_group(&Group { close, issue }, document.as_deref(), now)?;
                }
                _ => return Err(BAD_MESSAGE.because(format!("{} acts", papers.len())).into()),
            }
        }
        Ok(Reply { status: Status::Accepted, body: super::question("act", &last.to_string()) })
    }

    /// TX1: the act is judged, countersigned, kept, and on its way.
    fn take(&mut self, paper: &Paper, document: Option<&[u8]>, now: Timestamp) -> Result<(), NodeError> {
        self.at_home(&paper.act)?;
        let record = paper.act.record();
        match paper.act.body() {
            Body::Issue(_) => self.judge_issue(paper, document, now)?,
            Body::Step(_) if self.is_final(paper)? => {
                let paper = paper.clone();
                return self.store.write(move |txn| shelf::put_paper(txn, &paper, &Stage::Moved));
            }
            Body::Step(_) if !self.looked_at.contains(&record) => return self.look_first(paper, now),
            Body::Step(_) => match self.judge_step(paper, now) {
                Err(NodeError::State(why)) if self.keys_have_changed(&paper.act, &why)? => {
                    return self.look_first(paper, now);
                }
                judged => judged?,
            },
            Body::Keyset(_) | Body::Rekey(_) => return Err(NOT_AT_HOME.because(ACTS).into()),
        }
        self.pass_on(paper, document, now)
    }

    /// Whether the act is in the final log, though this platform does not remember that it was handed in: its disk is an
    /// older copy.
    pub(super) fn is_final(&self, paper: &Paper) -> Result<bool, NodeError> {
        let view = self.view(&paper.act.record())?;
        Ok(view.is_some_and(|view| view.acts.iter().any(|known| known.digest() == paper.act.digest())))
    }

    /// A platform that has just started may stand on an older copy of its disk. What it would refuse it refuses now; before
    /// it countersigns it compares with the registry's final log.
    fn look_first(&mut self, paper: &Paper, now: Timestamp) -> Result<(), NodeError> {
        // Of a record that has gone on since the registry last showed it, the newest holder's keys are not known here.
        let behind = !self.shelves().finals(&paper.act.record())?.is_empty();
        let judged = if behind { Ok(()) } else { self.judge_step(paper, now) };
        let judged = match judged {
            Err(NodeError::State(why)) if self.keys_have_changed(&paper.act, &why)? => Ok(()),
            judged => judged,
        };
        let (registry, paper) = (self.settings.registry.clone(), paper.clone());
        let waits = judged.is_ok();
        self.store.write(move |txn| -> Result<(), NodeError> {
            let record = paper.act.record();
            if waits {
                shelf::put_paper(txn, &paper, &Stage::Looking)?;
                RecordRow::Looking.put(txn, &record, &paper.act.digest())?;
            }
            post::ask(txn, &registry, LOOKUP, &Question::write(&record, &paper.act.digest()), now)?;
            Ok(())
        })?;
        judged
    }

    /// Whether a key was not found in its set because the set has changed since the registry last showed the record: a `rekey`
    /// that was handed in here is final, and no act on the record has been since.
    pub(super) fn keys_have_changed(&self, act: &Act, why: &Refusal) -> Result<bool, NodeError> {
        if why.code() != KEY_NOT_IN_SET.code {
            return Ok(false);
        }
        let Some(view) = self.view(&act.record())? else { return Ok(false) };
        for set in act.by().into_iter().flat_map(|by| &by.sets) {
            let newest = self.shelves().set_acts(set)?.last().map(|paper| paper.act.seq());
            if newest > view.sets.get(set).map(KeySet::seq) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The registry has shown a record since this platform started: what waited for that goes on, by the newest view.
    pub(super) fn go_on(&mut self, record: &Digest, view: &View, now: Timestamp) -> Result<(), NodeError> {
        self.looked_at.insert(*record);
        for act in self.shelves().acts_in(RecordRow::Looking, record)? {
            let Some(paper) = self.shelves().paper(&act)? else { continue };
            if let Some(group) = self.group_of(&paper)? {
                self.go_on_together(&group, view, now)?;
                continue;
            }
            // It may be one that was admitted before the disk was copied back.
            let judged = match fate(&paper, view) {
                Some(stage) => Err(stage),
                None => match self.judge_step(&paper, now) {
                    Ok(()) => Ok(()),
                    Err(NodeError::State(why)) => Err(Stage::Returned(format!("{}: {why}", why.code()))),
                    Err(accident) => return Err(accident),
                },
            };
            let record = *record;
            match judged {
                Ok(()) => self.pass_on(&paper, None, now)?,
                Err(stage) => self.store.write(move |txn| settle(txn, &record, &act, &stage))?,
            }
        }
        Ok(())
    }

    fn pass_on(&mut self, paper: &Paper, document: Option<&[u8]>, now: Timestamp) -> Result<(), NodeError> {
        if paper.act.op() == Op::Rehome {
            return self.release(paper, now);
        }
        let record = paper.act.record();
        let signed = self.countersigned(paper, now)?;
        let (registry, digest) = (self.settings.registry.clone(), paper.act.digest());
        let onward = self.onward(&signed, document)?;
        let document = document.map(<[u8]>::to_vec);
        self.store.write(move |txn| -> Result<(), NodeError> {
            shelf::put_paper(txn, &signed, &Stage::Offered)?;
            if let Some(document) = &document {
                shelf::put_document(txn, &record, document, early_name(&signed.act, document).as_deref())?;
            }
            if let Some((envelope, acts)) = &onward.offer {
                shelf::put_outgoing(txn, envelope, acts)?;
            }
            RecordRow::Looking.remove(txn, &record, &digest)?;
            post::ask(txn, &onward.to, onward.path, &onward.body, now)?;
            watch(txn, &registry, &record, &digest, now)
        })
    }

    pub(super) fn at_home(&self, act: &Act) -> Result<(), NodeError> {
        let by = act.by().ok_or_else(|| NOT_AT_HOME.because(act.op().as_str()))?;
        let here = match act.op() {
            // Whoever leaves a silent platform may hand the act in anywhere.
            Op::Leave => true,
            _ => by.home == self.code,
        };
        if here {
            return Ok(());
        }
        if let Some(view) = self.view(&act.record())? {
            self.refuse_rehomed(&view)?;
        }
        Err(NOT_AT_HOME.because(format!("by.home is {}", by.home)).into())
    }

    pub(super) fn judge_issue(
        &self,
        paper: &Paper,
        document: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let document = document.ok_or_else(|| OTHER_DOCUMENT.because("no document"))?;
        let checked = check_on(document, Date::of(now))?.issuable()?;
        if stated_document(&paper.details)? != checked.checksum() {
            return Err(OTHER_DOCUMENT.because("another checksum").into());
        }
        self.judge_issuer(paper, &checked, now)?;
        match paper.act.body() {
            Body::Issue(issue) => match issue.from.first() {
                Some(predecessor) => self.judge_successor(paper, &checked, predecessor),
                None => {
                    self.never_issued(&paper.act.record(), &issue.tag, &checked)?;
                    self.judge_first_title(paper, &checked)
                }
            },
            Body::Keyset(_) | Body::Rekey(_) | Body::Step(_) => Err(NOT_AT_HOME.because("no issue").into()),
        }
    }

    /// Did the carrier sign the issue, and the manifest that DCSA asks for, with a key of its set in force?
    fn judge_issuer(
        &self,
        paper: &Paper,
        document: &dcsa::TransportDocument,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let set = paper.act.by().and_then(|by| by.sets.first());
        let set = set.ok_or_else(|| NOT_AT_HOME.because("nobody issues it"))?;
        let acts = self.shelves().set_acts(set)?;
        if acts.is_empty() {
            return Err(UNKNOWN_PARTY.because(set.to_string()).into());
        }
        let issuer = fold_set(acts.iter().map(|paper| (&paper.act, &paper.signatures)))?;
        signatures::verify_holders(&paper.act, &paper.signatures, &[&issuer], now)?;
        Ok(judge_manifest(paper.issuance.as_deref(), document, &paper.details, &issuer)?)
    }

    /// A carrier's platform does not sign what its own records show to be issued already. The registry refuses it in any
    /// case; but what only the registry refuses after another platform has accepted it ends with its time.
    fn never_issued(
        &self,
        record: &Digest,
        tag: &Digest,
        document: &dcsa::TransportDocument,
    ) -> Result<(), NodeError> {
        let Some(known) = document.reference().map(|name| self.shelves().find(name)).transpose()?.flatten()
        else {
            return Ok(());
        };
        let view = if known == *record { None } else { self.view(&known)? };
        match view {
            Some(view) if view.record.spine().tag() == *tag => {
                Err(registry::refusals::TAG_USED.because(known.to_string()).into())
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(super) fn judge_step(&self, paper: &Paper, now: Timestamp) -> Result<(), NodeError> {
        let record = paper.act.record();
        let view = self.view(&record)?.ok_or_else(|| UNKNOWN_RECORD.because(record.to_string()))?;
        if paper.act.op() != Op::Leave {
            self.refuse_rehomed(&view)?;
        }
        let standing = |_: Platform| Standing::Member;
        // Whoever hands a re-home in at its old home asks for the release.
        let facts = Facts::new(now, REJECT_HOURS, &standing).released(true);
        let admitted = control::check(&view.record, &paper.act, &facts)?;
        let sets = signing_sets(&view, &paper.act);
        signatures::verify_holders(&paper.act, &paper.signatures, &sets, now)?;
        let after = control::apply(view.record.clone(), &admitted);
        self.judge_title(&view, paper, after.controller(), now)
    }

    pub(super) fn countersigned(&self, paper: &Paper, now: Timestamp) -> Result<Paper, Refusal> {
        let home = paper.act.by().map(|by| by.home);
        let signs = HomeSigns::on(paper.act.op()) == HomeSigns::Always && home == Some(self.code);
        let mut signatures = paper.signatures.clone();
        if signs && signatures.platforms().is_empty() {
            signatures = signatures.and(self.counter(paper.act.digest(), Role::Home, now))?;
        }
        Ok(Paper { signatures, ..paper.clone() })
    }

    /// Where the act goes next: to the platform that must accept it, or to the registry.
    fn onward(&self, paper: &Paper, document: Option<&[u8]>) -> Result<Onward, NodeError> {
        let acceptor = paper.act.acceptor().filter(|acceptor| *acceptor != self.code);
        let Some(acceptor) = acceptor else {
            let body = json::canonical(&paper.for_registry());
            return Ok(Onward { to: self.settings.registry.clone(), path: SUBMIT, body, offer: None });
        };
        let to = self
            .peer(acceptor)
            .ok_or_else(|| NOT_AT_HOME.because(format!("no way to platform {acceptor}")))?;
        let (envelope, acts) = self.offer(paper, document, None)?;
        let body = envelope.bytes().to_vec();
        Ok(Onward { to, path: ENVELOPES, body, offer: Some((envelope, acts)) })
    }
}

/// The request by which an act goes on.
struct Onward {
    to: String,
    path: &'static str,
    body: Vec<u8>,
    /// To another platform: the envelope, and the document of acts that follows it.
    offer: Option<(Envelope, Vec<u8>)>,
}

/// The window of a reject: the charter's, which the registry applies.
pub(super) const REJECT_HOURS: u64 = 72;

/// The key sets that must have signed an act, as far as the record knows them.
pub(super) fn signing_sets<'a>(view: &'a View, act: &Act) -> Vec<&'a KeySet> {
    act.by().into_iter().flat_map(|by| &by.sets).filter_map(|id| view.sets.get(id)).collect()
}

/// The document checksum that an act's private part states.
pub(super) fn stated_document(details: &[u8]) -> Result<Digest, Refusal> {
    let value = json::parse_canonical(details, &Limits::bytes(shelf::DETAILS_BYTES_MAX))?;
    let stated =
        value.get("document").and_then(Value::as_str).ok_or_else(|| OTHER_DOCUMENT.because("none stated"))?;
    stated.parse()
}

/// The reference under which a record is known before its first act is final: none where it takes another's place, for the
/// number is that one's until then.
pub(super) fn early_name(act: &Act, document: &[u8]) -> Option<String> {
    match act.body() {
        Body::Issue(issue) if !issue.from.is_empty() => None,
        Body::Issue(_) | Body::Keyset(_) | Body::Rekey(_) | Body::Step(_) => reference(document),
    }
}

/// The reference under which people know a document.
pub(super) fn reference(document: &[u8]) -> Option<String> {
    dcsa::TransportDocument::read(document).ok()?.reference().map(str::to_owned)
}
