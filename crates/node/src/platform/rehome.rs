//! Re-home: a holder takes a record to another platform (docs/control.md 3.1, 10.1). The old home releases it, the new home is
//! handed the act and the record's evidence, judges both by its own trust as a stranger would, looks the record up, accepts,
//! and hands the act in. Nothing of it travels between the two platforms: the holder carries it.

use std::collections::BTreeMap;

use bill::{
    act::Act,
    control::{self, Facts, Standing},
    signatures::{self, Role, SignatureList},
    words::{Op, Platform},
};
use crypto::{
    Digest, base64,
    json::{self, Fields, Limits, Value},
};
use dcsa::{
    TransportDocument,
    pint::{History, SignedEntry, entry_checksum},
    transaction::Transaction,
};
use evidence::{
    bundle::{Files, Read, path::Path},
    claim::Code,
    verify::{Asked, verify},
};
use store::{Txn, limits::BLOB_BYTES_MAX};
use vocab::{Refusal, RefusalKind, Timestamp};

use super::{
    NOT_AT_HOME, NOT_PROVED, PlatformNode,
    hand_in::REJECT_HOURS,
    offers::judge_manifest,
    shelf::{self, Paper, RecordRow, Stage},
    view::{View, unproved},
    watch,
};
use crate::{
    NodeError, Reply, Status, post,
    registrar::{LOOKUP, LookedUp, lookup::Question},
    wire::BAD_MESSAGE,
};

/// Where a holder's tool hands a re-home, released, and the record's evidence to the new home.
pub const REHOME: &str = "/v1/rehome";
/// Where a holder's tool asks the old home for a re-home that it was handed in, with its release.
pub const RELEASED: &str = "/v1/released";

/// Bytes of the evidence that is handed to a new home, packed: what a platform also takes as acts of one offer.
pub const REHOME_BUNDLE_BYTES_MAX: usize = 16 << 20;
/// Bytes of the whole message: the evidence in base64, and an act file beside it.
const REHOME_BYTES_MAX: usize = REHOME_BUNDLE_BYTES_MAX / 3 * 4 + (1 << 20);

/// The evidence does not prove the record.
pub const BUNDLE_NOT_PROVED: RefusalKind = RefusalKind {
    code: "bundle-not-proved",
    sentence: "The evidence handed over does not prove where the record stands.",
    remedy: "Export the bill at its old home and hand that file over whole; `twakow verify` says more about the claim named.",
};

/// The evidence is about another record.
pub const BUNDLE_OF_ANOTHER: RefusalKind = RefusalKind {
    code: "bundle-of-another-record",
    sentence: "The evidence handed over is about another record than the re-home.",
    remedy: "Export the bill that the re-home is made on, and hand over that file.",
};

/// The evidence ends before, or after, the act that the re-home follows.
pub const BUNDLE_NOT_AT_HEAD: RefusalKind = RefusalKind {
    code: "bundle-not-at-head",
    sentence: "The evidence handed over does not end with the act that the re-home follows.",
    remedy: "Export the bill again; if it has gone on since the re-home was made, make the re-home again.",
};

/// The evidence is larger than a new home takes.
pub const BUNDLE_TOO_LONG: RefusalKind = RefusalKind {
    code: "bundle-too-long",
    sentence: "The evidence of this record has more than 16 MiB, which no new home takes over.",
    remedy: "Surrender the bill and have it replaced: the new record begins without its history.",
};

/// The record has left this platform.
pub const REHOMED: RefusalKind = RefusalKind {
    code: "rehomed",
    sentence: "The holder has taken this record to another platform; this one signs nothing on it any more.",
    remedy: "Make the act again from the newest evidence, and hand it in at the platform named.",
};

/// What a new home must see proved, beside what it asks of a registry's answer: it has never had the private parts.
const MUST_PASS: &[Code] = &[Code::Document, Code::Title, Code::Accepted];

/// The message by which a re-home and the record's evidence are handed to the new home.
pub fn rehome_body(act: Value, bundle: &[u8]) -> Vec<u8> {
    json::canonical(&Value::object([
        ("act", act),
        ("bundle", Value::from(base64::encode(bundle).as_str())),
        ("v", Value::from("twakow/rehome/1")),
    ]))
}

fn read_body(body: &[u8]) -> Result<(Paper, Vec<u8>), Refusal> {
    let value = json::parse_canonical(body, &Limits::bytes(REHOME_BYTES_MAX))?;
    let mut fields = Fields::of(&value, "rehome")?;
    fields.constant("v", "twakow/rehome/1")?;
    let paper = Paper::read(fields.value("act")?)?;
    let bundle = base64::decode(fields.string("bundle")?)?;
    fields.end()?;
    if bundle.len() > REHOME_BUNDLE_BYTES_MAX {
        return Err(BUNDLE_TOO_LONG.because(format!("{} bytes", bundle.len())));
    }
    Ok((paper, bundle))
}

/// Whether the old home's release stands under a re-home. The registry verifies it.
pub(super) fn is_released(paper: &Paper) -> bool {
    let home = paper.act.by().map(|by| by.home);
    paper.signatures.platforms().iter().any(|statement| {
        let counter = statement.counter();
        counter.role == Role::Home && Some(counter.platform) == home
    })
}

/// What a bundle gives a new home, judged.
struct Shown {
    papers: Vec<Paper>,
    /// The private parts of the key sets' first acts: whose they are.
    sets: Vec<(Digest, Vec<u8>)>,
    consents: Vec<Vec<u8>>,
    handed: Handed,
}

/// The old home.
impl PlatformNode {
    /// The release: the re-home countersigned and kept. It goes nowhere from here; its holder carries it to the new home.
    pub(super) fn release(&mut self, paper: &Paper, now: Timestamp) -> Result<(), NodeError> {
        let (record, act) = (paper.act.record(), paper.act.digest());
        let counter = self.counter(act, Role::Home, now);
        // A chain that has begun carries the carrier's manifest itself.
        let issuance = match self.shelves().chain(&record)?.entries.first() {
            Some(_) => None,
            None => self.shelves().paper(&record)?.and_then(|issue| issue.issuance),
        };
        let signed = Paper { signatures: paper.signatures.and(counter)?, issuance, ..paper.clone() };
        let registry = self.settings.registry.clone();
        self.store.write(move |txn| -> Result<(), NodeError> {
            shelf::put_paper(txn, &signed, &Stage::Offered)?;
            RecordRow::Looking.remove(txn, &record, &act)?;
            watch(txn, &registry, &record, &act, now)
        })
    }

    /// Whether an act is a re-home that this platform has released.
    pub(super) fn has_released(&self, paper: &Paper) -> bool {
        self.let_go(&paper.act) && is_released(paper)
    }

    /// Whether an act is a re-home away from here.
    fn let_go(&self, act: &Act) -> bool {
        act.op() == Op::Rehome && act.by().is_some_and(|by| by.home == self.code)
    }

    /// The act file of a re-home that this platform has released; 202 while it compares its view with the final log.
    pub(super) fn released(&self, act: &Digest) -> Result<Reply, NodeError> {
        let paper = self.shelves().paper(act)?.filter(|paper| paper.act.op() == Op::Rehome);
        Ok(match paper {
            Some(paper) if self.has_released(&paper) => {
                Reply { status: Status::Ok, body: json::canonical(&paper.value()) }
            }
            Some(_) => Reply { status: Status::Accepted, body: Vec::new() },
            None => Reply { status: Status::NotFound, body: Vec::new() },
        })
    }

    /// Refuses an act on a record that was at home here and has been taken away.
    pub(super) fn refuse_rehomed(&self, view: &View) -> Result<(), Refusal> {
        let home = view.record.controller().map(|controller| controller.home);
        let Some(home) = home.filter(|home| *home != self.code) else { return Ok(()) };
        let left = view.acts.iter().rev().find(|act| act.to().is_some() || act.op() == Op::Reject);
        let left = left.filter(|act| self.let_go(act));
        match left {
            Some(rehome) => Err(REHOMED.because(format!("to {home}, by act {}", rehome.seq()))),
            None => Ok(()),
        }
    }
}

/// The new home.
impl PlatformNode {
    /// Takes a re-home and the record's evidence. What can be judged without the log is judged before anything is kept.
    pub(super) fn take_home(&mut self, body: &[u8], now: Timestamp) -> Result<Reply, NodeError> {
        let (paper, bundle) = read_body(body)?;
        let act = paper.act.digest();
        if self.shelves().stage(&act)?.is_none() {
            let shown = self.shown(&paper, &bundle, now)?;
            self.keep_shown(&paper, shown, now)?;
        }
        Ok(Reply { status: Status::Accepted, body: super::question("act", &act.to_string()) })
    }

    /// Judges the bundle by this platform's own trust, and the act by what the bundle proves.
    fn shown(&self, paper: &Paper, bundle: &[u8], now: Timestamp) -> Result<Shown, NodeError> {
        let (by, to) = (paper.act.by(), paper.act.to());
        let here = paper.act.op() == Op::Rehome && to.is_some_and(|to| to.home == self.code);
        if !here || by.is_none_or(|by| by.home == self.code) {
            return Err(NOT_AT_HOME.because("the act is no re-home to this platform").into());
        }
        let files = match Files::read(bundle)? {
            Read::Whole(files) => files,
            Read::Broken { why, .. } => return Err(BUNDLE_NOT_PROVED.because(why.to_string()).into()),
        };
        let record = paper.act.record();
        if files.record() != record {
            return Err(BUNDLE_OF_ANOTHER.because(files.record().to_string()).into());
        }
        let verdict = verify(bundle, Some(&self.trust), &Asked::default())?;
        if let Some(why) = unproved(&verdict, MUST_PASS) {
            return Err(BUNDLE_NOT_PROVED.because(why).into());
        }
        let found: LookedUp = files.iter().map(|(path, bytes)| (path.to_string(), bytes.to_vec())).collect();
        let view = View::folded(&record, &found)?;
        if view.acts.last().map(|act| act.digest()) != paper.act.prev() {
            let last = view.acts.last().map_or(0, |act| act.seq());
            return Err(BUNDLE_NOT_AT_HEAD.because(format!("it ends with act {last}")).into());
        }
        self.judge_rehome(paper, &view, now)?;
        let shown = opened(&files, paper)?;
        self.judge_shown(&shown, &view)?;
        Ok(shown)
    }

    /// Is it the holder's to do, did the holder sign it, and has the old home released the record, or lost its say?
    fn judge_rehome(&self, paper: &Paper, view: &View, now: Timestamp) -> Result<(), NodeError> {
        let governance = view.governance()?;
        let standing =
            |platform: Platform| governance.as_ref().map_or(Standing::Stranger, |all| all.standing(platform));
        let facts = Facts::new(now, REJECT_HOURS, &standing).released(is_released(paper));
        control::check(&view.record, &paper.act, &facts)?;
        let sets: Vec<_> =
            paper.act.by().into_iter().flat_map(|by| &by.sets).filter_map(|id| view.sets.get(id)).collect();
        signatures::verify_holders(&paper.act, &paper.signatures, &sets, now)?;
        Ok(())
    }

    /// Can this platform go on with the chain? Every act that crossed by an envelope is told in it, it goes on from what is
    /// known here, and the carrier's manifest is there.
    fn judge_shown(&self, shown: &Shown, view: &View) -> Result<(), NodeError> {
        let entries = &shown.handed.history.entries;
        let told = entries.last().map(|last| SignedEntry::unverified(last)).transpose()?;
        let told = told.and_then(|last| last.entry.transactions.last().and_then(Transaction::act));
        let told = view.acts.iter().position(|act| Some(act.digest()) == told).map_or(0, |last| last + 1);
        let untold = view.acts.iter().skip(told).find(|act| {
            // What nobody was sent in an envelope is told in the next one.
            act.acceptor().is_some() && act.op() != Op::Rehome
        });
        if let Some(act) = untold {
            let why = format!("PINT: no entry of the chain tells act {}, which crossed", act.seq());
            return Err(BUNDLE_NOT_PROVED.because(why).into());
        }
        let own = self.shelves().chain(&view.record.spine().record())?;
        if !entries.starts_with(&own.entries) {
            return Err(BUNDLE_NOT_PROVED.because("PINT: the chain is another than is known here").into());
        }
        let document = TransportDocument::read(&shown.handed.document)?;
        let issue = &shown.handed.issue.details;
        Ok(judge_manifest(shown.handed.issue.issuance.as_deref(), &document, issue, &view.issuer)?)
    }

    /// Keeps what was handed over, beside the act, and asks the registry about the record.
    fn keep_shown(&mut self, paper: &Paper, shown: Shown, now: Timestamp) -> Result<(), NodeError> {
        let (record, act) = (paper.act.record(), paper.act.digest());
        let handed = shown.handed.to_bytes();
        if handed.len() > BLOB_BYTES_MAX {
            return Err(BUNDLE_TOO_LONG.because("unpacked").into());
        }
        let question = Question::of_offer(
            &record,
            &String::from_utf8_lossy(paper.act.bytes()),
            &String::from_utf8_lossy(paper.signatures.bytes()),
        );
        let (registry, paper) = (self.settings.registry.clone(), paper.clone());
        self.store.write(move |txn| -> Result<(), NodeError> {
            shelf::put_paper(txn, &paper, &Stage::Examining)?;
            shown.papers.iter().try_for_each(|paper| shelf::put_private(txn, paper))?;
            shown.consents.iter().try_for_each(|consent| shelf::put_details(txn, consent))?;
            shown.sets.iter().try_for_each(|(set, part)| shelf::put_set(txn, set, false, part))?;
            shelf::put_handed(txn, &act, &handed)?;
            post::ask(txn, &registry, LOOKUP, &question, now)?;
            Ok(())
        })
    }

    /// What was handed over with a re-home.
    pub(super) fn handed(&self, act: &Digest) -> Result<Option<Handed>, NodeError> {
        Ok(self.shelves().handed(act)?.map(|bytes| Handed::read(&bytes)).transpose()?)
    }

    /// The registry has shown the record: does it stand where the bundle said, and does the re-home hold?
    pub(super) fn examine_rehome(&self, paper: &Paper, view: &View, now: Timestamp) -> Result<(), NodeError> {
        if !view.nothing_later {
            return Err(NOT_PROVED.because("that nothing came after the last act").into());
        }
        self.judge_rehome(paper, view, now)?;
        let handed = self.handed(&paper.act.digest())?;
        let handed = handed.ok_or_else(|| BAD_MESSAGE.because("nothing was handed over"))?;
        let title = self.replay_title(view, &TransportDocument::read(&handed.document)?)?;
        self.judge_title_after(&title, view, paper, paper.act.to(), now)
    }
}

/// What was handed over with a re-home, until it is accepted or declined.
pub(super) struct Handed {
    /// The transport document.
    pub(super) document: Vec<u8>,
    history: History,
    /// The signed answers to each entry of the chain.
    answers: Vec<Vec<String>>,
    /// The first act of the record, with the carrier's manifest.
    issue: Paper,
    /// The acts of the holder's key sets, with their private parts.
    sets: Vec<Vec<Paper>>,
}

impl Handed {
    fn to_bytes(&self) -> Vec<u8> {
        let texts = |texts: &[String]| Value::array(texts.iter().map(String::as_str));
        json::canonical(&Value::object([
            ("answers", Value::array(self.answers.iter().map(|answers| texts(answers)))),
            ("document", shelf::text(&self.document)),
            ("entries", texts(&self.history.entries)),
            ("issue", self.issue.value()),
            ("sets", Value::array(self.sets.iter().map(|set| Value::array(set.iter().map(Paper::value))))),
        ]))
    }

    fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse_canonical(bytes, &Limits::bytes(BLOB_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "handed over")?;
        let texts = |value: &Value| -> Vec<String> {
            let texts = value.as_array().unwrap_or_default().iter().filter_map(Value::as_str);
            texts.map(str::to_owned).collect()
        };
        let answers = fields.array("answers")?.iter().map(texts).collect();
        let document = fields.string("document")?.as_bytes().to_vec();
        let history = History { entries: texts(fields.value("entries")?), accepted: Vec::new() };
        let issue = Paper::read(fields.value("issue")?)?;
        let set = |set: &Value| set.as_array().unwrap_or_default().iter().map(Paper::read).collect();
        let sets = fields.array("sets")?.iter().map(set).collect::<Result<_, _>>()?;
        fields.end()?;
        Ok(Self { document, history, answers, issue, sets })
    }

    /// It becomes this platform's own, with the acceptance: the chain and the answers in it, the issue with its manifest, and
    /// the holder as a user.
    pub(super) fn take_over(&self, txn: &mut dyn Txn, own: &History) -> Result<(), NodeError> {
        for (entry, answers) in self.history.entries.iter().zip(&self.answers) {
            answers.iter().try_for_each(|answer| shelf::put_answer(txn, &entry_checksum(entry), answer))?;
        }
        if self.history.entries.len() > own.entries.len() {
            let history = History { accepted: own.accepted.clone(), ..self.history.clone() };
            shelf::put_chain(txn, &self.issue.act.digest(), &history)?;
        }
        shelf::put_paper(txn, &self.issue, &Stage::Moved)?;
        for paper in self.sets.iter().flatten() {
            let (act, set) = (paper.act.digest(), paper.act.record());
            match paper.act.seq() {
                0 => shelf::put_set(txn, &set, true, &paper.details)?,
                seq => shelf::put_rekey(txn, &set, seq, &act)?,
            }
            shelf::put_paper(txn, paper, &Stage::Moved)?;
        }
        Ok(())
    }
}

/// The files of a proved bundle, as a platform keeps them.
fn opened(files: &Files, rehome: &Paper) -> Result<Shown, NodeError> {
    let holders = rehome.act.by().map(|by| by.sets.as_slice()).unwrap_or_default();
    let (mut papers, mut sets, mut consents) = (Vec::new(), Vec::new(), Vec::new());
    let mut users: BTreeMap<Digest, Vec<Paper>> = BTreeMap::new();
    let (mut history, mut answers) = (History::default(), Vec::new());
    for (path, bytes) in files.iter() {
        match path {
            Path::Act(_) => papers.push(paper_in(bytes)?),
            Path::File(_) => consents.push(bytes.to_vec()),
            Path::Pint(_) => {
                let (entry, said) = pint_in(bytes)?;
                history.entries.push(entry);
                answers.push(said);
            }
            Path::SetAct(set, count) => {
                // A rekey's private part may be missing: its first act says whose the set is.
                let Ok(paper) = paper_in(bytes) else { continue };
                if count == 0 {
                    sets.push((set, paper.details.clone()));
                }
                if holders.contains(&set) {
                    users.entry(set).or_default().push(paper);
                }
            }
            _ => {}
        }
    }
    let issue = papers.first().ok_or_else(|| BUNDLE_NOT_PROVED.because("no act"))?;
    let manifest = history.entries.first().map(|first| SignedEntry::unverified(first)).transpose()?;
    let manifest = manifest.and_then(|first| first.entry.issuance_manifest);
    let issue = Paper { issuance: manifest.or_else(|| rehome.issuance.clone()), ..issue.clone() };
    let document = files.get(Path::Document).unwrap_or_default().to_vec();
    let handed = Handed { document, history, answers, issue, sets: users.into_values().collect() };
    Ok(Shown { papers, sets, consents, handed })
}

/// An act in a bundle with its private part.
fn paper_in(bytes: &[u8]) -> Result<Paper, Refusal> {
    let value = json::parse_canonical(bytes, &Limits::bytes(bytes.len()))?;
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().as_bytes();
    let details = value.get("details").and_then(Value::as_str);
    let details = details.ok_or_else(|| BUNDLE_NOT_PROVED.because("a private part is left out"))?;
    let act = Act::parse(text("act"))?;
    if Digest::of(details.as_bytes()) != act.details() {
        return Err(BUNDLE_NOT_PROVED.because("a private part is not the one that its act names"));
    }
    Ok(Paper {
        act,
        details: details.as_bytes().to_vec(),
        signatures: SignatureList::parse(text("signatures"))?,
        issuance: None,
        consents: Vec::new(),
    })
}

/// An entry of the chain in a bundle, and the answers to it.
fn pint_in(bytes: &[u8]) -> Result<(String, Vec<String>), Refusal> {
    let value = json::parse_canonical(bytes, &Limits::bytes(bytes.len()))?;
    let answers = value.get("answers").and_then(Value::as_array).unwrap_or_default();
    let answers = answers.iter().filter_map(Value::as_str).map(str::to_owned).collect();
    let entry = value.get("entry").and_then(Value::as_str).unwrap_or_default();
    Ok((entry.to_owned(), answers))
}
