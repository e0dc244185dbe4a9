//! What another platform offers, and this platform's one verdict on it.

use bill::{
    act::Body,
    control::{self, Facts, Standing},
    signatures::{Role, SignatureList},
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

/// Private parts in a receipt at most: one for each joint holder.
const RECEIPT_PARTS_MAX: usize = bill::words::JOINT_SETS_MAX;

impl PlatformNode {
    /// The offer of an act to the platform that must accept it: the act, the document, and every private part that the
    /// receiver needs to replay the record.
    pub(super) fn offer_body(&self, paper: &Paper, document: Option<&[u8]>) -> Result<Vec<u8>, NodeError> {
        let record = paper.act.record();
        let kept = self.shelves().document(&record)?;
        let document =
            document.map(<[u8]>::to_vec).or(kept).ok_or_else(|| UNKNOWN_RECORD.because("no document"))?;
        let mut details = match self.shelves().view(&record)? {
            Some(found) => self.parts(&found)?,
            None => Vec::new(),
        };
        for controller in paper.act.by().into_iter().chain(paper.act.to()) {
            for set in &controller.sets {
                details.extend(self.shelves().set(set)?.map(|(_, details)| details));
            }
        }
        details.sort_unstable();
        details.dedup();
        Ok(json::canonical(&Value::object([
            ("details", Value::array(details.iter().map(|details| text(details)))),
            ("document", text(&document)),
            ("offer", paper.value()),
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
        fields.end()?;
        if paper.act.acceptor() != Some(self.code) {
            return Err(NOT_AT_HOME.because("another platform is asked to accept").into());
        }
        let act = paper.act.digest();
        if self.shelves().stage(&act)?.is_none() {
            self.begin(paper, document, details, now)?;
        }
        self.verdict_reply(&act)
    }

    fn verdict_reply(&self, act: &Digest) -> Result<Reply, NodeError> {
        Ok(match self.shelves().stage(act)? {
            Some(Stage::Moved) => self.received(act)?,
            Some(Stage::Declined(why) | Stage::Returned(why)) => {
                wire::refused(&bill::refusals::DECLINED.because(why))
            }
            Some(Stage::Offered | Stage::Examining | Stage::Accepted) | None => {
                Reply { status: Status::Accepted, body: Vec::new() }
            }
        })
    }

    /// The receipt: this platform's word, with the private part of the receiver's key set, so that the sender can show to
    /// whom it went.
    fn received(&self, act: &Digest) -> Result<Reply, NodeError> {
        let mut details = Vec::new();
        if let Some(paper) = self.shelves().paper(act)? {
            for set in paper.act.to().map_or(&[][..], |to| to.sets.as_slice()) {
                details.extend(self.shelves().set(set)?.map(|(_, details)| details));
            }
        }
        let body = json::canonical(&Value::object([
            ("act", Value::from(*act)),
            ("details", Value::array(details.iter().map(|details| text(details)))),
            ("v", Value::from("twakow/received/1")),
        ]));
        Ok(Reply { status: Status::Ok, body })
    }

    /// What a receipt tells about the receiver; one that cannot be read tells nothing.
    pub(super) fn told_by_receipt(body: &[u8]) -> Vec<Vec<u8>> {
        let read = || -> Result<Vec<Vec<u8>>, Refusal> {
            let value = Self::parse_body(body, "twakow/received/1")?;
            let listed = value.get("details").and_then(Value::as_array).unwrap_or_default();
            let texts = listed.iter().take(RECEIPT_PARTS_MAX).filter_map(Value::as_str);
            Ok(texts.map(|text| text.as_bytes().to_vec()).collect())
        };
        read().unwrap_or_default()
    }

    fn begin(
        &mut self,
        paper: Paper,
        document: Vec<u8>,
        details: Vec<Vec<u8>>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let (record, registry) = (paper.act.record(), self.settings.registry.clone());
        let name = reference(&document);
        let first = matches!(paper.act.body(), Body::Issue(_));
        let signatures = String::from_utf8_lossy(paper.signatures.bytes()).into_owned();
        let act = String::from_utf8_lossy(paper.act.bytes()).into_owned();
        let kept = paper.clone();
        self.store.write(move |txn| -> Result<(), NodeError> {
            shelf::put_paper(txn, &kept, &Stage::Examining)?;
            shelf::put_document(txn, &record, &document, name.as_deref())?;
            for part in &details {
                shelf::put_details(txn, part)?;
                // A private part with a party is a key set's; it is known by the digest that the set's act states.
            }
            if !first {
                let question = Question::write(&record, Some((&act, &signatures)));
                post::ask(txn, &registry, LOOKUP, &question, now)?;
            }
            Ok(())
        })?;
        if first { self.decide(&paper, None, now) } else { Ok(()) }
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
            return Ok(());
        };
        if !view.nothing_later {
            return Err(NOT_PROVED.because("that nothing came after the last act").into());
        }
        control::check(&view.record, act, &facts)?;
        for before in &view.acts {
            if self.shelves().details(&before.details())?.is_none() {
                return Err(BAD_MESSAGE
                    .because(format!("the private part of act {} is missing", before.seq()))
                    .into());
            }
        }
        Ok(())
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
