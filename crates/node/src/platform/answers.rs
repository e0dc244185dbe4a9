//! What the others answer, and what this platform then knows. Only the final log changes who has a record.

use std::{sync::Arc, time::Duration};

use bill::words::{Op, Platform};
use crypto::{
    Digest,
    json::{self, Value},
};
use store::Txn;
use vocab::Timestamp;

use super::{
    ENVELOPES, NOTICES, PlatformNode,
    hand_in::reference,
    offers::Seen,
    replacement::successor,
    settle,
    shelf::{self, Final, Paper, RecordRow, Stage, text},
    view::View,
};
use crate::{
    NodeError, Reply, Request, Status, post,
    registrar::{DECLINE, LOOKUP, LookedUp, SUBMIT, SUBMIT_MANY, lookup},
    wire::Refused,
};

impl PlatformNode {
    pub(super) fn hear(&mut self, request: &Request, reply: &Reply, now: Timestamp) -> Result<(), NodeError> {
        if request.path.starts_with(ENVELOPES) {
            return self.hear_envelope(request, reply, now);
        }
        if request.path == SUBMIT_MANY {
            return self.proved(request, reply, now);
        }
        let conclusive = match reply.status {
            Status::Ok | Status::NoContent | Status::Refused | Status::Conflict => true,
            Status::NotFound => request.path != LOOKUP || !self.awaits(request, now)?,
            Status::Started | Status::Accepted | Status::BadRequest => false,
        };
        if !conclusive {
            return self.again(request, now);
        }
        match (request.path.as_str(), reply.status) {
            (LOOKUP, Status::Ok) => return self.looked_up(request, reply, now),
            (SUBMIT, Status::Ok) => self.submitted(request)?,
            (SUBMIT, _) => self.refused(request, reply, now)?,
            (DECLINE, _) => self.declined(request)?,
            (LOOKUP, _) => self.not_shown(request, reply)?,
            _ => {}
        }
        self.done(request)
    }

    /// Whether a record that the registry does not show may still be shown: before its first act is final it is unknown,
    /// and so is one that an act under way would bring here. After the last end of an offered act nothing will come.
    fn awaits(&self, request: &Request, now: Timestamp) -> Result<bool, NodeError> {
        let question = lookup::Question::parse(&request.body)?;
        let Some(offer) = question.offer else { return self.is_open(&question) };
        Ok(offer.act.expires().is_some_and(|expires| now <= expires))
    }

    /// Whether the act because of which a record is asked about is still under way here.
    fn is_open(&self, question: &lookup::Question) -> Result<bool, NodeError> {
        let Some(act) = question.because else { return Ok(false) };
        self.shelves().is_open(&question.record, &act)
    }

    /// The registry will not show a record that was offered here: another act has been admitted in the place of the offer,
    /// or the offer is past its end. There is nothing left to accept.
    fn not_shown(&mut self, request: &Request, reply: &Reply) -> Result<(), NodeError> {
        let Some(offer) = lookup::Question::parse(&request.body)?.offer else { return Ok(()) };
        let act = offer.act.digest();
        if self.shelves().stage(&act)? != Some(Stage::Examining) {
            return Ok(());
        }
        let why = match reply.status {
            Status::Refused => {
                let refused = Refused::read(&reply.body);
                format!("{}: {}", refused.code, refused.sentence)
            }
            _ => "it was not shown to be the holder's before it expired".to_owned(),
        };
        self.store.write(move |txn| shelf::set_stage(txn, &act, &Stage::Returned(why)))
    }

    /// The request is answered for good.
    pub(super) fn done(&mut self, request: &Request) -> Result<(), NodeError> {
        let Some(lease) = self.post.lease(&request.id) else { return Ok(()) };
        self.store.write(move |txn| txn.outbox_ack(lease).map(|_| ()).map_err(NodeError::from))
    }

    /// The answer means nothing yet.
    pub(super) fn again(&mut self, request: &Request, now: Timestamp) -> Result<(), NodeError> {
        let due = now.plus(self.patience(request, now)?);
        let Some(lease) = self.post.lease(&request.id) else { return Ok(()) };
        self.store.write(move |txn| txn.outbox_defer(lease, due).map(|_| ()).map_err(NodeError::from))
    }

    /// How long to wait before asking the same again. About an act that somebody has refused off the record, or whose time
    /// is over, the log may have nothing to say for long: those pauses grow with the time for which that has been so.
    fn patience(&self, request: &Request, now: Timestamp) -> Result<Duration, NodeError> {
        let pause = self.post.patience(&request.id);
        let because = match request.path.as_str() {
            LOOKUP => lookup::Question::parse(&request.body)?.because,
            _ => None,
        };
        let Some(act) = because else { return Ok(pause) };
        let doubted = match self.shelves().stage(&act)? {
            Some(Stage::Doubted(_, since)) => Some(since),
            Some(
                Stage::Looking
                | Stage::Offered
                | Stage::Examining
                | Stage::Accepted
                | Stage::Declined(_)
                | Stage::Moved
                | Stage::Returned(_),
            )
            | None => None,
        };
        let paper = self.shelves().paper(&act)?;
        let expired = paper.as_ref().and_then(|paper| paper.act.expires());
        // The new home says when a released act is final; what nobody hands over ends with its time.
        if let (Some(expires), true) = (expired, paper.is_some_and(|paper| self.has_released(&paper)))
            && now <= expires
        {
            let left = expires.unix_ms().saturating_sub(now.unix_ms()).saturating_add(1);
            return Ok(Duration::from_millis(u64::try_from(left).unwrap_or_default()).max(pause));
        }
        let since = doubted.into_iter().chain(expired).filter(|since| *since <= now).min();
        let waited = since.map_or(0, |since| now.unix_ms().saturating_sub(since.unix_ms()));
        Ok(Duration::from_millis(u64::try_from(waited / 2).unwrap_or_default()).max(pause))
    }

    /// The registry says that a submission is final. For acts on a bill the look-up that is under way will show it; a key
    /// set's act is now in force.
    fn submitted(&mut self, request: &Request) -> Result<(), NodeError> {
        let acts = acts_of(&request.body);
        self.store.write(move |txn| -> Result<(), NodeError> {
            for (act, is_set) in &acts {
                if *is_set {
                    shelf::set_stage(txn, act, &Stage::Moved)?;
                }
            }
            Ok(())
        })
    }

    /// The registry refuses a submission. That is its bare word: it has the act, and may admit it until it expires. So an act
    /// on a bill waits for what the log shows. A key set's act offers nothing to anybody; it is made again.
    fn refused(&mut self, request: &Request, reply: &Reply, now: Timestamp) -> Result<(), NodeError> {
        let refused = Refused::read(&reply.body);
        let mut why = format!("{}: {}", refused.code, refused.sentence);
        if let Some(particulars) = refused.particulars {
            why.push_str(&format!(" ({particulars})"));
        }
        let mut stages = Vec::new();
        for (act, is_set) in acts_of(&request.body) {
            let stage = match is_set {
                true => Some(Stage::Returned(why.clone())),
                false => self.doubted(&act, &why, now)?,
            };
            stages.extend(stage.map(|stage| (act, stage)));
        }
        self.store.write(move |txn| -> Result<(), NodeError> {
            stages.iter().try_for_each(|(act, stage)| shelf::set_stage(txn, act, stage))
        })
    }

    /// The decline is in the log, or the registry has no use for it. Either way the act lacks an acceptance that this platform
    /// will never give, and the other platform may be told.
    fn declined(&mut self, request: &Request) -> Result<(), NodeError> {
        let submission = registry::submission::Submission::parse_decline(&request.body)?;
        let acts: Vec<Digest> = submission.signed().map(|offer| offer.act.digest()).collect();
        for act in acts {
            if let Some(Stage::Declined(why)) = self.shelves().stage(&act)? {
                self.store.write(move |txn| shelf::set_stage(txn, &act, &Stage::Returned(why)))?;
            }
        }
        Ok(())
    }

    /// The registry has shown a record: book what is final, decide what waits for a look, and tell whom it concerns.
    fn looked_up(&mut self, request: &Request, reply: &Reply, now: Timestamp) -> Result<(), NodeError> {
        let question = lookup::Question::parse(&request.body)?;
        let record = question.record;
        // An answer that cannot be read, or proves nothing, is no answer.
        let found = lookup::read_answer(&reply.body, shelf::LOOKED_UP_BYTES_MAX);
        let proved = found.and_then(|found| Ok((View::of(&record, &found, &self.trust)?, found)));
        let Ok((view, found)) = proved else { return self.again(request, now) };
        if let Some(offer) = &question.offer {
            let act = offer.act.digest();
            if let (Some(paper), Some(Stage::Examining)) =
                (self.shelves().paper(&act)?, self.shelves().stage(&act)?)
            {
                if fate(&paper, &view) == Some(Stage::Moved) {
                    // Accepted before this platform's disk was set back: what follows is booked again.
                    self.accept(&paper, now)?;
                } else {
                    self.decide(&paper, Seen::Log(&view), now)?;
                }
            }
            return self.done(request);
        }
        let view = Arc::new(view);
        // An answer that is older than what was proved here since.
        let finals = self.shelves().finals(&record)?;
        if finals.iter().any(|one| usize::try_from(one.seq).is_ok_and(|seq| seq >= view.acts.len())) {
            return self.again(request, now);
        }
        self.book(&record, &found, &view, finals, now)?;
        self.folds.put(&record, view.clone());
        // Replayed now, where this platform has the private parts; else whoever needs it is told which one is missing.
        self.title_of(&view).ok();
        self.go_on(&record, &view, now)?;
        if self.is_open(&question)? { self.again(request, now) } else { self.done(request) }
    }

    /// TX4 and TX5: what the final log says of the acts that are pending here.
    fn book(
        &mut self,
        record: &Digest,
        found: &LookedUp,
        view: &View,
        finals: Vec<Final>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let (mut settled, mut successors) = (Vec::new(), Vec::new());
        for act in self.shelves().acts_in(RecordRow::Pending, record)? {
            let Some(paper) = self.shelves().paper(&act)? else { continue };
            let Some(stage) = fate(&paper, view) else { continue };
            // A successor is nothing without the close: no log will ever show it.
            let lost = matches!(stage, Stage::Returned(_)).then(|| successor(&paper)).flatten();
            successors.extend(lost.map(|successor| (successor, stage.clone())));
            settled.push((act, stage));
        }
        // A successor is known by the number from now on; until it is final the number is its predecessor's.
        let issued = settled.iter().any(|(act, stage)| act == record && *stage == Stage::Moved);
        let document = if issued { self.shelves().document(record)? } else { None };
        let (mut messages, mut receipts) = (Vec::new(), Vec::new());
        let mut chain = self.shelves().chain(record)?;
        for (act, stage) in &settled {
            if *stage != Stage::Moved {
                continue;
            }
            messages.extend(self.notices(record, act, view)?);
            let (sent, received) = (self.shelves().outgoing(act)?, self.shelves().incoming(act)?);
            if let Some(received) = &received {
                chain.accepted.push(received.chain().len());
                receipts.push((received.checksum(), received.receipt().sign(&self.keys.pint)?));
            }
            let sent = sent.map(|sent| self.received_chain(&sent)).transpose()?;
            for entries in sent.into_iter().chain(received.map(|received| received.chain().to_vec())) {
                if entries.len() > chain.entries.len() {
                    chain.entries = entries;
                }
            }
        }
        let (record, found) = (*record, found.clone());
        self.store.write(move |txn: &mut dyn Txn| -> Result<(), NodeError> {
            shelf::put_view(txn, &record, &found)?;
            shelf::drop_finals(txn, &record, &finals)?;
            for (act, stage) in &settled {
                settle(txn, &record, act, stage)?;
            }
            if let Some(document) = &document {
                shelf::put_document(txn, &record, document, reference(document).as_deref())?;
            }
            for (first, stage) in &successors {
                settle(txn, first, first, stage)?;
            }
            for (envelope, receipt) in &receipts {
                shelf::put_answer(txn, envelope, receipt)?;
            }
            if !chain.entries.is_empty() {
                shelf::put_chain(txn, &record, &chain)?;
            }
            for (to, body) in &messages {
                post::ask(txn, to, NOTICES, body, now)?;
            }
            Ok(())
        })
    }

    /// Whom a final act concerns who has not been asked about it: the home of whoever has the record now, of whoever had
    /// it before, of whoever may reclaim it, and of whoever surrendered what is closed.
    pub(super) fn notices(
        &self,
        record: &Digest,
        act: &Digest,
        view: &View,
    ) -> Result<Vec<(String, Vec<u8>)>, NodeError> {
        let Some(paper) = self.shelves().paper(act)? else { return Ok(Vec::new()) };
        // The close is the answer to a surrender, and nobody has the record after it.
        let surrender = view.acts.iter().rev().find(|act| act.op() == Op::Surrender);
        let surrenderer = surrender.and_then(|act| act.by()).filter(|_| view.record.controller().is_none());
        let controllers = [view.record.controller(), view.record.remembered(), paper.act.by(), surrenderer];
        let mut homes: Vec<Platform> =
            controllers.into_iter().flatten().map(|controller| controller.home).collect();
        homes.sort_unstable();
        homes.dedup();
        homes.retain(|home| *home != self.code && Some(*home) != paper.act.acceptor());
        let body = json::canonical(&Value::object([
            (
                "details",
                Value::array([&paper.details].into_iter().chain(&paper.consents).map(|part| text(part))),
            ),
            ("record", Value::from(*record)),
            ("v", Value::from("twakow/notice/1")),
        ]));
        Ok(homes.into_iter().filter_map(|home| self.peer(home)).map(|peer| (peer, body.clone())).collect())
    }
}

/// What became of an act, by the final log; `None` while it may still be admitted.
pub(super) fn fate(paper: &Paper, view: &View) -> Option<Stage> {
    let act = &paper.act;
    if view.acts.iter().any(|known| known.digest() == act.digest()) {
        return Some(Stage::Moved);
    }
    if view.declined.contains(&act.digest()) {
        return Some(Stage::Returned("declined by the platform that was asked to accept".to_owned()));
    }
    if usize::try_from(act.seq()).is_ok_and(|seq| seq < view.acts.len()) {
        return Some(Stage::Returned("another act was admitted in its place".to_owned()));
    }
    let expired = act.expires().is_some_and(|expires| view.as_of > expires);
    expired.then(|| Stage::Returned("it expired before it was admitted".to_owned()))
}

/// The acts in a submission, and whether each is a key set's.
fn acts_of(body: &[u8]) -> Vec<(Digest, bool)> {
    let Ok(submission) = registry::submission::Submission::parse(body) else { return Vec::new() };
    let is_set = |act: &bill::act::Act| matches!(act.op(), Op::Keyset | Op::Rekey);
    submission.signed().map(|signed| (signed.act.digest(), is_set(&signed.act))).collect()
}
