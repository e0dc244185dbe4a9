//! This platform's one verdict on an act that another platform offers.

use bill::{
    act::{Act, Body},
    control::{self, Facts, Standing},
    keyset::KeySet,
    signatures::{self, Role, SignatureList},
    words::{Op, Platform},
};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use dcsa::{
    document::checksum,
    pint::Issuer,
    transaction::{ToldAct, Transaction, compare},
};
use registry::submission::{Signed, Submission};
use vocab::{Refusal, Timestamp};

use super::{
    NOT_PROVED, PlatformNode, UNKNOWN_PARTY,
    envelope::{Envelope, Told},
    hand_in::{OTHER_DOCUMENT, REJECT_HOURS, early_name, stated_document},
    sending::{NO_ISSUANCE_MANIFEST, Telling},
    shelf::{self, Paper, Stage},
    view::View,
    watch,
};
use crate::{
    NodeError, Reply, Status, post,
    registrar::{DECLINE, LOOKUP, SUBMIT, lookup::Question},
    wire::BAD_MESSAGE,
};

/// What a verdict rests on.
#[derive(Clone, Copy)]
pub(super) enum Seen<'a> {
    /// The final log: the record before the act.
    Log(&'a View),
    /// The first act of a record has nothing before it: the acts and key sets that came with the offer.
    Offer(&'a Told),
}

impl PlatformNode {
    /// Keeps what was offered, and asks the registry about the record.
    pub(super) fn begin(
        &mut self,
        paper: &Paper,
        envelope: &Envelope,
        told: &Told,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let (record, registry) = (paper.act.record(), self.settings.registry.clone());
        let (envelope, told) = (envelope.clone(), told.clone());
        let first = matches!(paper.act.body(), Body::Issue(_));
        let signatures = String::from_utf8_lossy(paper.signatures.bytes()).into_owned();
        let act = String::from_utf8_lossy(paper.act.bytes()).into_owned();
        let kept = paper.clone();
        self.store.write(move |txn| -> Result<(), NodeError> {
            shelf::put_paper(txn, &kept, &Stage::Examining)?;
            shelf::put_incoming(txn, &envelope)?;
            // Whoever surrendered the record whose place this one takes shall see how it ended.
            for told in told.papers.iter().chain(&told.replaces) {
                shelf::put_private(txn, told)?;
            }
            for set in &told.sets {
                set.details.as_ref().map_or(Ok(()), |part| shelf::put_set(txn, &set.id, false, part))?;
            }
            if !first {
                let question = Question::of_offer(&record, &act, &signatures);
                post::ask(txn, &registry, LOOKUP, &question, now)?;
            }
            Ok(())
        })
    }

    /// TX2: accept or decline, once, before anybody is told.
    pub(super) fn decide(&mut self, paper: &Paper, seen: Seen<'_>, now: Timestamp) -> Result<(), NodeError> {
        match self.examine(paper, seen, now) {
            Ok(()) => self.accept(paper, now),
            Err(NodeError::State(refusal)) => self.decline(paper, &refusal, now),
            Err(accident) => Err(accident),
        }
    }

    /// The document by which an offer is judged: the one kept here of a record that the log has shown, else its own. Another
    /// platform may offer the same record with another one meanwhile.
    fn document_of(&self, act: &Act) -> Result<Option<Vec<u8>>, NodeError> {
        let record = act.record();
        if let Some(handed) = self.handed(&act.digest())? {
            return Ok(Some(handed.document));
        }
        if self.shelves().view(&record)?.is_some() {
            return self.shelves().document(&record);
        }
        Ok(self.shelves().incoming(&act.digest())?.map(|envelope| envelope.document()))
    }

    /// Is the party known, does the record stand where the act says, did its holder sign, is everything there to replay
    /// title, and does the envelope tell just these acts?
    pub(super) fn examine(&self, paper: &Paper, seen: Seen<'_>, now: Timestamp) -> Result<(), NodeError> {
        let act = &paper.act;
        if let (Op::Rehome, Seen::Log(view)) = (act.op(), seen) {
            return self.examine_rehome(paper, view, now);
        }
        let to = act.to().ok_or_else(|| BAD_MESSAGE.because("the act goes to nobody"))?;
        for set in &to.sets {
            if !self.shelves().set(set)?.is_some_and(|(own, _)| own) {
                return Err(UNKNOWN_PARTY.because(set.to_string()).into());
            }
        }
        let document = self.document_of(act)?.ok_or_else(|| OTHER_DOCUMENT.because("no document"))?;
        let document = dcsa::TransportDocument::read(&document)?;
        if stated_document(&paper.details)? != document.checksum() {
            return Err(OTHER_DOCUMENT.because("another checksum").into());
        }
        match seen {
            Seen::Offer(told) => self.examine_issue(paper, told, &document, now),
            Seen::Log(view) => self.examine_step(paper, view, &document, now),
        }
    }

    fn examine_issue(
        &self,
        paper: &Paper,
        told: &Told,
        document: &dcsa::TransportDocument,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let act = &paper.act;
        let standing = |_: Platform| Standing::Member;
        control::check_issue_alone(act, &Facts::new(now, REJECT_HOURS, &standing))?;
        let issuer = act.by().and_then(|by| by.sets.first()).and_then(|set| told.set(set));
        let issuer = issuer.unwrap_or_else(|| Err(UNKNOWN_PARTY.because("the carrier's key set")))?;
        signatures::verify_holders(act, &paper.signatures, &[&issuer], now)?;
        self.judge_chain(&[act], document, &issuer)?;
        self.judge_first_title(paper, document)
    }

    fn examine_step(
        &self,
        paper: &Paper,
        view: &View,
        document: &dcsa::TransportDocument,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let act = &paper.act;
        if !view.nothing_later {
            return Err(NOT_PROVED.because("that nothing came after the last act").into());
        }
        let standing = |_: Platform| Standing::Member;
        let facts = Facts::new(now, REJECT_HOURS, &standing);
        let admitted = control::check(&view.record, act, &facts)?;
        let sets: Vec<_> =
            act.by().into_iter().flat_map(|by| &by.sets).filter_map(|id| view.sets.get(id)).collect();
        signatures::verify_holders(act, &paper.signatures, &sets, now)?;
        let acts: Vec<&Act> = view.acts.iter().map(AsRef::as_ref).chain([act]).collect();
        self.judge_chain(&acts, document, &view.issuer)?;
        let after = control::apply(view.record.clone(), &admitted);
        let title = self.replay_title(view, document)?;
        self.judge_title_after(&title, view, paper, after.controller(), now)
    }

    /// Does the chain under which the last of these acts was offered tell just these, and did the carrier sign for the
    /// document and for whom it was issued to?
    fn judge_chain(
        &self,
        acts: &[&Act],
        document: &dcsa::TransportDocument,
        issuer: &KeySet,
    ) -> Result<(), NodeError> {
        let offered = acts.last().ok_or_else(|| BAD_MESSAGE.because("no act"))?;
        let envelope = self.shelves().incoming(&offered.digest())?;
        let envelope = envelope.ok_or_else(|| BAD_MESSAGE.because("no envelope"))?;
        let mut tellings = Vec::with_capacity(acts.len());
        let mut issue = None;
        for act in acts {
            let part = self.part(act)?;
            tellings.push(self.telling(act, &part)?);
            issue = issue.or(Some(part));
        }
        let told: Vec<ToldAct<'_>> = tellings.iter().map(Telling::told).collect();
        compare(&envelope.told(), &told)?;
        Ok(judge_manifest(envelope.issuance(), document, &issue.unwrap_or_default(), issuer)?)
    }

    pub(super) fn accept(&mut self, paper: &Paper, now: Timestamp) -> Result<(), NodeError> {
        self.accept_with(paper, Paper::for_registry, now)
    }

    /// Accepts, and hands in what `submission` makes of the act with this platform's signature.
    pub(super) fn accept_with(
        &mut self,
        paper: &Paper,
        submission: impl FnOnce(&Paper) -> Value,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let accept = self.counter(paper.act.digest(), Role::Accept, now);
        let signed = Paper { signatures: paper.signatures.and(accept)?, ..paper.clone() };
        let body = json::canonical(&submission(&signed));
        let registry = self.settings.registry.clone();
        // Only what was accepted here has its document here, and is known here by its number.
        let document = self.document_of(&signed.act)?;
        let (handed, own) = (self.handed(&signed.act.digest())?, self.shelves().chain(&signed.act.record())?);
        self.store.write(move |txn| -> Result<(), NodeError> {
            let digest = signed.act.digest();
            if shelf::claim_verdict(txn, &digest, b"accept")? != b"accept" {
                return Ok(());
            }
            shelf::put_paper(txn, &signed, &Stage::Accepted)?;
            if let Some(document) = &document {
                let record = signed.act.record();
                shelf::put_document(txn, &record, document, early_name(&signed.act, document).as_deref())?;
            }
            if let Some(handed) = &handed {
                handed.take_over(txn, &own)?;
            }
            post::ask(txn, &registry, SUBMIT, &body, now)?;
            watch(txn, &registry, &signed.act.record(), &digest, now)
        })
    }

    pub(super) fn decline(&mut self, paper: &Paper, why: &Refusal, now: Timestamp) -> Result<(), NodeError> {
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
            // A question of its own: the answer to one that is under way may be older than the notice.
            let notice = Digest::of(body);
            let registry = self.settings.registry.clone();
            self.store.write(move |txn| -> Result<(), NodeError> {
                for part in &details {
                    shelf::put_details(txn, part)?;
                }
                post::ask(txn, &registry, LOOKUP, &Question::write(&record, &notice), now)?;
                Ok(())
            })?;
        }
        Ok(Reply { status: Status::NoContent, body: Vec::new() })
    }
}

/// Did the carrier sign an issuance manifest for this document and for the party to whom the issue is said?
pub(super) fn judge_manifest(
    manifest: Option<&str>,
    document: &dcsa::TransportDocument,
    issue_details: &[u8],
    issuer: &KeySet,
) -> Result<(), Refusal> {
    let manifest = manifest.ok_or_else(|| NO_ISSUANCE_MANIFEST.because("none"))?;
    let keys = issuer.keys().iter().map(|member| member.key().clone()).collect();
    let issued = Issuer::new(document.identity()?.carrier, keys).verify(manifest)?;
    let value = json::parse_canonical(issue_details, &Limits::bytes(shelf::DETAILS_BYTES_MAX))?;
    let said = value.get("dcsa").and_then(Value::as_array).and_then(<[Value]>::first);
    let said = said.ok_or_else(|| BAD_MESSAGE.because("an issue without ISSUE"))?;
    let said = Transaction::read(said, "dcsa/0")?;
    let to = said.recipient().map(|recipient| checksum(&recipient.issue_to()));
    match (issued.document == document.checksum(), Some(issued.issue_to) == to) {
        (true, true) => Ok(()),
        (false, _) => Err(NO_ISSUANCE_MANIFEST.because("it is for another document")),
        (true, false) => Err(NO_ISSUANCE_MANIFEST.because("it is for another party")),
    }
}
