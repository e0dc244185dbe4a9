//! A replacement: the close of a record and the issue that takes its place, judged, countersigned, accepted and handed in
//! together (docs/control.md 11). Neither is anything without the other.

use bill::{
    act::{Action, Body},
    control::{self, Facts, Standing},
    signatures,
    words::{End, Platform},
};
use crypto::{
    Digest,
    json::{self, Value},
};
use store::Txn;
use vocab::{Refusal, Timestamp};

use super::{
    ENVELOPES, NOT_AT_HOME, PlatformNode, UNKNOWN_RECORD,
    answers::fate,
    envelope::Told,
    hand_in::{REJECT_HOURS, signing_sets},
    offers::Seen,
    settle,
    shelf::{self, Paper, RecordRow, Stage},
    view::View,
    watch,
};
use crate::{
    NodeError, post,
    registrar::{LOOKUP, SUBMIT, lookup::Question},
};

/// The two acts of a replacement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The close of the record.
    pub(super) close: Paper,
    /// The first act of the record that takes its place.
    pub(super) issue: Paper,
}

/// The record that takes the place of the one that this act closes, if it does.
pub(super) fn successor(close: &Paper) -> Option<Digest> {
    let Body::Step(step) = close.act.body() else { return None };
    match &step.action {
        Action::Close { end: End::Replaced, into } => into.first().copied(),
        Action::Close { end: End::Delivered | End::Paper | End::Void, .. }
        | Action::Adopt { .. }
        | Action::Leave
        | Action::Move { .. }
        | Action::Note
        | Action::Reclaim
        | Action::Rehome { .. }
        | Action::Reject
        | Action::Return
        | Action::Surrender { .. } => None,
    }
}

impl Group {
    /// What the registry is sent.
    fn for_registry(close: &Paper, issue: &Paper) -> Value {
        Value::array([close.for_registry(), issue.for_registry()])
    }

    /// Keeps both acts at this stage.
    fn put(&self, txn: &mut dyn Txn, stage: &Stage) -> Result<(), NodeError> {
        shelf::put_paper(txn, &self.close, stage)?;
        shelf::put_paper(txn, &self.issue, stage)
    }
}

impl PlatformNode {
    /// TX1 of a replacement. As for a single act, a platform that has just started looks at the log first.
    pub(super) fn take_group(
        &mut self,
        group: &Group,
        document: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        self.at_home(&group.close.act)?;
        self.at_home(&group.issue.act)?;
        self.judge_issue(&group.issue, document, now)?;
        self.judge_replaced(group, now)?;
        let record = group.close.act.record();
        let (looked, registry, kept) =
            (self.looked_at.contains(&record), self.settings.registry.clone(), group.clone());
        let document = document.map(<[u8]>::to_vec);
        self.store.write(move |txn| -> Result<(), NodeError> {
            if let Some(document) = &document {
                shelf::put_document(txn, &kept.issue.act.record(), document, None)?;
            }
            if looked {
                return Ok(());
            }
            kept.put(txn, &Stage::Looking)?;
            RecordRow::Looking.put(txn, &record, &kept.close.act.digest())?;
            post::ask(txn, &registry, LOOKUP, &Question::write(&record, &kept.close.act.digest()), now)?;
            Ok(())
        })?;
        if looked { self.pass_on_together(group, now) } else { Ok(()) }
    }

    /// The group that a close kept here belongs to.
    pub(super) fn group_of(&self, close: &Paper) -> Result<Option<Group>, NodeError> {
        let Some(successor) = successor(close) else { return Ok(None) };
        let issue = self.shelves().paper(&successor)?;
        Ok(issue.map(|issue| Group { close: close.clone(), issue }))
    }

    /// The registry has shown the record that is to be replaced since this platform started.
    pub(super) fn go_on_together(
        &mut self,
        group: &Group,
        view: &View,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let document = self.shelves().document(&group.issue.act.record())?;
        let judged = match fate(&group.close, view) {
            Some(stage) => Err(stage),
            None => match self
                .judge_issue(&group.issue, document.as_deref(), now)
                .and_then(|()| self.judge_replaced(group, now))
            {
                Ok(()) => Ok(()),
                Err(NodeError::State(why)) => Err(Stage::Returned(format!("{}: {why}", why.code()))),
                Err(accident) => return Err(accident),
            },
        };
        let Err(stage) = judged else { return self.pass_on_together(group, now) };
        let acts = [&group.close.act, &group.issue.act].map(|act| (act.record(), act.digest()));
        self.store
            .write(move |txn| acts.iter().try_for_each(|(record, act)| settle(txn, record, act, &stage)))
    }

    /// Both are countersigned, kept, and on their way: to the platform that must accept the issue, or to the registry.
    fn pass_on_together(&mut self, group: &Group, now: Timestamp) -> Result<(), NodeError> {
        let signed = Group {
            close: self.countersigned(&group.close, now)?,
            issue: self.countersigned(&group.issue, now)?,
        };
        let registry = self.settings.registry.clone();
        let acceptor = signed.issue.act.acceptor().filter(|acceptor| *acceptor != self.code);
        let (to, path, body, offer) = match acceptor {
            None => {
                let body = json::canonical(&Group::for_registry(&signed.close, &signed.issue));
                (registry.clone(), SUBMIT, body, None)
            }
            Some(acceptor) => {
                let peer = self.peer(acceptor);
                let peer =
                    peer.ok_or_else(|| NOT_AT_HOME.because(format!("no way to platform {acceptor}")))?;
                let (envelope, acts) = self.offer(&signed.issue, None, Some(&signed.close))?;
                let body = envelope.bytes().to_vec();
                (peer, ENVELOPES, body, Some((envelope, acts)))
            }
        };
        self.store.write(move |txn| -> Result<(), NodeError> {
            signed.put(txn, &Stage::Offered)?;
            if let Some((envelope, acts)) = &offer {
                shelf::put_outgoing(txn, envelope, acts)?;
            }
            let close = &signed.close.act;
            RecordRow::Looking.remove(txn, &close.record(), &close.digest())?;
            post::ask(txn, &to, path, &body, now)?;
            for act in [close, &signed.issue.act] {
                watch(txn, &registry, &act.record(), &act.digest(), now)?;
            }
            Ok(())
        })
    }

    /// TX2 of a replacement: the issue is accepted or declined, once. What is accepted goes to the registry with the close.
    pub(super) fn decide_together(
        &mut self,
        group: &Group,
        told: &Told,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let examined = match self.examine(&group.issue, Seen::Offer(told), now) {
            Ok(()) => self.examine_close(group, now),
            refused => refused,
        };
        match examined {
            Ok(()) => self.accept_with(&group.issue, |issue| Group::for_registry(&group.close, issue), now),
            Err(NodeError::State(refusal)) => self.decline(&group.issue, &refusal, now),
            Err(accident) => Err(accident),
        }
    }

    /// Whether the two belong together, and, where this platform's view of the record ends with the surrender that the
    /// close answers, everything that the carrier's own platform asks. Else the registry judges possession, as always.
    fn examine_close(&self, group: &Group, now: Timestamp) -> Result<(), NodeError> {
        if successor(&group.close) != Some(group.issue.act.digest()) {
            return Err(not_whole().into());
        }
        let view = self.view(&group.close.act.record())?;
        let exact =
            view.as_ref().is_some_and(|view| Some(view.record.spine().head()) == group.close.act.prev());
        if exact { self.judge_replaced(group, now) } else { Ok(()) }
    }

    /// What a platform asks of the close in a replacement before it signs: possession, the carrier's signature, title.
    fn judge_replaced(&self, group: &Group, now: Timestamp) -> Result<(), NodeError> {
        let (close, issue) = (&group.close, &group.issue);
        let record = close.act.record();
        let view = self.view(&record)?.ok_or_else(|| UNKNOWN_RECORD.because(record.to_string()))?;
        let standing = |_: Platform| Standing::Member;
        let facts = Facts::new(now, REJECT_HOURS, &standing);
        control::check_group(&view.record, &close.act, &issue.act, &facts)?;
        let sets = signing_sets(&view, &close.act);
        signatures::verify_holders(&close.act, &close.signatures, &sets, now)?;
        self.judge_title(&view, close, None, now)
    }
}

fn not_whole() -> Refusal {
    bill::refusals::GROUP_NOT_WHOLE.because("the close names another successor")
}
