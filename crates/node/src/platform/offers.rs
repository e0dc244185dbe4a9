//! What another platform offers, and this platform's one verdict on it.

use bill::{
    act::{Act, Body},
    control::{self, Facts, Standing},
    signatures::{self, Role, SignatureList},
    words::Platform,
};
use crypto::{
    Digest,
    json::{self, Fields, Value},
};
use registry::submission::{Signed, Submission};
use vocab::{Refusal, Timestamp};

use super::{
    NOT_AT_HOME, NOT_PROVED, PlatformNode, UNKNOWN_PARTY, UNKNOWN_RECORD,
    hand_in::{OTHER_DOCUMENT, REJECT_HOURS, reference, stated_document},
    shelf::{self, Paper, Stage, text},
    view::View,
    watch,
};
use crate::{
    NodeError, Reply, Status, post,
    registrar::{DECLINE, LOOKUP, SUBMIT, lookup::Question},
    wire::{self, BAD_MESSAGE},
};

/// Key sets in an offer at most.
const SETS_MAX: usize = evidence::bundle::SETS_MAX;

/// Whose a key set is, as another platform tells: the private part is bound by the set's first act, and that by the id.
struct KnownSet {
    id: Digest,
    details: Vec<u8>,
}

impl KnownSet {
    fn read(value: &Value) -> Result<Self, Refusal> {
        let mut fields = Fields::of(value, "offer/sets")?;
        let act = Act::parse(fields.string("act")?.as_bytes())?;
        let details = fields.string("details")?.as_bytes().to_vec();
        fields.end()?;
        if Digest::of(&details) != act.details() {
            return Err(BAD_MESSAGE.because("the details are not those of the set"));
        }
        Ok(Self { id: act.digest(), details })
    }
}

/// A key set as an offer tells of it.
pub(super) fn set_value(act: &[u8], details: &[u8]) -> Value {
    Value::object([("act", text(act)), ("details", text(details))])
}

impl PlatformNode {
    /// The offer of an act to the platform that must accept it: the act, the document, and every private part that the
    /// receiver needs to replay the record.
    pub(super) fn offer_body(&self, paper: &Paper, document: Option<&[u8]>) -> Result<Vec<u8>, NodeError> {
        let record = paper.act.record();
        let kept = self.shelves().document(&record)?;
        let document =
            document.map(<[u8]>::to_vec).or(kept).ok_or_else(|| UNKNOWN_RECORD.because("no document"))?;
        let (details, mut sets) = match self.shelves().view(&record)? {
            Some(found) => (self.parts(&found)?, self.sets_of(&found)?),
            None => (Vec::new(), Vec::new()),
        };
        for set in paper.act.by().into_iter().flat_map(|by| &by.sets) {
            if let Some(paper) = self.shelves().paper(set)? {
                sets.push(set_value(paper.act.bytes(), &paper.details));
            }
        }
        Ok(json::canonical(&Value::object([
            ("details", Value::array(details.iter().map(|details| text(details)))),
            ("document", text(&document)),
            ("offer", paper.value()),
            ("sets", Value::array(sets)),
            ("v", Value::from("twakow/offer/1")),
        ])))
    }

    /// Another platform offers an act. Step 4 of the transfer begins; the same offer gets the same answer.
    pub(super) fn offered(&mut self, _from: &str, body: &[u8], now: Timestamp) -> Result<Reply, NodeError> {
        let value = Self::parse_body(body, "twakow/offer/1")?;
        let mut fields = Fields::of(&value, "offer")?;
        fields.string("v")?;
        let paper = Paper::read(fields.value("offer")?)?;
        let document = fields.string("document")?.as_bytes().to_vec();
        let details: Vec<Vec<u8>> = fields
            .array("details")?
            .iter()
            .filter_map(Value::as_str)
            .map(|text| text.as_bytes().to_vec())
            .collect();
        let sets =
            fields.array("sets")?.iter().take(SETS_MAX).map(KnownSet::read).collect::<Result<Vec<_>, _>>()?;
        fields.end()?;
        if paper.act.acceptor() != Some(self.code) {
            return Err(NOT_AT_HOME.because("another platform is asked to accept").into());
        }
        let act = paper.act.digest();
        if self.shelves().stage(&act)?.is_none() {
            self.begin(&paper, document, details, sets, now)?;
        }
        // An issue needs no look at the log. Whoever ended between keeping the offer and deciding on it decides when it
        // comes again.
        let first = matches!(paper.act.body(), Body::Issue(_));
        if first && self.shelves().stage(&act)? == Some(Stage::Examining) {
            self.decide(&paper, None, now)?;
        }
        self.verdict_reply(&act)
    }

    fn verdict_reply(&self, act: &Digest) -> Result<Reply, NodeError> {
        Ok(match self.shelves().stage(act)? {
            Some(Stage::Moved) => {
                Reply { status: Status::Ok, body: super::question("act", &act.to_string()) }
            }
            Some(Stage::Declined(why) | Stage::Returned(why)) => {
                wire::refused(&bill::refusals::DECLINED.because(why))
            }
            Some(Stage::Looking | Stage::Offered | Stage::Examining | Stage::Accepted) | None => {
                Reply { status: Status::Accepted, body: Vec::new() }
            }
        })
    }

    fn begin(
        &mut self,
        paper: &Paper,
        document: Vec<u8>,
        details: Vec<Vec<u8>>,
        sets: Vec<KnownSet>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let (record, registry) = (paper.act.record(), self.settings.registry.clone());
        let name = reference(&document);
        let first = matches!(paper.act.body(), Body::Issue(_));
        let signatures = String::from_utf8_lossy(paper.signatures.bytes()).into_owned();
        let act = String::from_utf8_lossy(paper.act.bytes()).into_owned();
        let kept = paper.clone();
        // The document of a record that the log has shown here is known: an offer does not replace it.
        let known = self.shelves().view(&record)?.is_some();
        self.store.write(move |txn| -> Result<(), NodeError> {
            shelf::put_paper(txn, &kept, &Stage::Examining)?;
            if !known {
                shelf::put_document(txn, &record, &document, name.as_deref())?;
            }
            for part in &details {
                shelf::put_details(txn, part)?;
            }
            for set in &sets {
                shelf::put_set(txn, &set.id, false, &set.details)?;
            }
            if !first {
                let question = Question::write(&record, Some((&act, &signatures)));
                post::ask(txn, &registry, LOOKUP, &question, now)?;
            }
            Ok(())
        })
    }

    /// TX2: accept or decline, once, before anybody is told.
    pub(super) fn decide(
        &mut self,
        paper: &Paper,
        view: Option<&View>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        match self.examine(paper, view, now) {
            Ok(()) => self.accept(paper, now),
            Err(NodeError::State(refusal)) => self.decline(paper, &refusal, now),
            Err(accident) => Err(accident),
        }
    }

    /// Is the party known, does the record stand where the act says, is everything there to replay title?
    fn examine(&self, paper: &Paper, view: Option<&View>, now: Timestamp) -> Result<(), NodeError> {
        let act = &paper.act;
        let to = act.to().ok_or_else(|| BAD_MESSAGE.because("the act goes to nobody"))?;
        for set in &to.sets {
            if !self.shelves().set(set)?.is_some_and(|(own, _)| own) {
                return Err(UNKNOWN_PARTY.because(set.to_string()).into());
            }
        }
        let record = act.record();
        let document =
            self.shelves().document(&record)?.ok_or_else(|| OTHER_DOCUMENT.because("no document"))?;
        let checksum = dcsa::TransportDocument::read(&document)?.checksum();
        if stated_document(&paper.details)? != checksum {
            return Err(OTHER_DOCUMENT.because("another checksum").into());
        }
        let standing = |_: Platform| Standing::Member;
        let facts = Facts::new(now, REJECT_HOURS, &standing).released(paper.signatures.has_release());
        let Some(view) = view else {
            control::check_issue_alone(act, &facts)?;
            return self.judge_first_title(paper, &dcsa::TransportDocument::read(&document)?);
        };
        if !view.nothing_later {
            return Err(NOT_PROVED.because("that nothing came after the last act").into());
        }
        let admitted = control::check(&view.record, act, &facts)?;
        let sets: Vec<_> =
            act.by().into_iter().flat_map(|by| &by.sets).filter_map(|id| view.sets.get(id)).collect();
        signatures::verify_holders(act, &paper.signatures, &sets, now)?;
        for before in &view.acts {
            if self.shelves().details(&before.details())?.is_none() {
                return Err(BAD_MESSAGE
                    .because(format!("the private part of act {} is missing", before.seq()))
                    .into());
            }
        }
        let after = control::apply(view.record.clone(), &admitted);
        self.judge_title(view, paper, after.controller())
    }

    fn accept(&mut self, paper: &Paper, now: Timestamp) -> Result<(), NodeError> {
        let accept = self.counter(paper.act.digest(), Role::Accept, now);
        let signed = Paper { signatures: paper.signatures.and(accept)?, ..paper.clone() };
        let registry = self.settings.registry.clone();
        self.store.write(move |txn| -> Result<(), NodeError> {
            let digest = signed.act.digest();
            if shelf::claim_verdict(txn, &digest, b"accept")? != b"accept" {
                return Ok(());
            }
            shelf::put_paper(txn, &signed, &Stage::Accepted)?;
            post::ask(txn, &registry, SUBMIT, &json::canonical(&signed.for_registry()), now)?;
            watch(txn, &registry, &signed.act.record(), &digest, now)
        })
    }

    fn decline(&mut self, paper: &Paper, why: &Refusal, now: Timestamp) -> Result<(), NodeError> {
        let statement = self.counter(paper.act.digest(), Role::Decline, now);
        let offer = Signed { act: paper.act.clone(), signatures: paper.signatures.clone() };
        let submission = Submission::Decline { offer, decline: SignatureList::of([], [statement])? };
        let body = submission.to_bytes();
        let (registry, digest) = (self.settings.registry.clone(), paper.act.digest());
        let why = format!("{}: {why}", why.code());
        self.store.write(move |txn| -> Result<(), NodeError> {
            if shelf::claim_verdict(txn, &digest, b"decline")? != b"decline" {
                return Ok(());
            }
            shelf::set_stage(txn, &digest, &Stage::Declined(why))?;
            post::ask(txn, &registry, DECLINE, &body, now)?;
            Ok(())
        })
    }

    /// Another platform says that a record has moved: its word is worth a question to the registry, no more.
    pub(super) fn noticed(&mut self, body: &[u8], now: Timestamp) -> Result<Reply, NodeError> {
        let value = Self::parse_body(body, "twakow/notice/1")?;
        let mut fields = Fields::of(&value, "notice")?;
        fields.string("v")?;
        let record = fields.digest("record")?;
        let details: Vec<Vec<u8>> = fields
            .array("details")?
            .iter()
            .filter_map(Value::as_str)
            .map(|text| text.as_bytes().to_vec())
            .collect();
        fields.end()?;
        let known = self.shelves().document(&record)?.is_some();
        if known {
            let registry = self.settings.registry.clone();
            self.store.write(move |txn| -> Result<(), NodeError> {
                for part in &details {
                    shelf::put_details(txn, part)?;
                }
                post::ask(txn, &registry, LOOKUP, &Question::write(&record, None), now)?;
                Ok(())
            })?;
        }
        Ok(Reply { status: Status::NoContent, body: Vec::new() })
    }
}
