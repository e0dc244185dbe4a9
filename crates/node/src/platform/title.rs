//! Title, judged before this platform signs: replayed from the document and the private parts, by the rules of `bill`.

use std::{collections::BTreeMap, sync::Arc};

use bill::{
    act::{Act, Body},
    consent::{ConsentFile, Consented},
    details::{Details, DetailsBody},
    keyset::KeySet,
    party::Party,
    refusals::{CONSENT_NOT_SHOWN, SET_UNKNOWN},
    title::{self, Deed, Face, Policy, Title},
    words::Controller,
};
use crypto::{Digest, json::Value};
use dcsa::{TransportDocument, document::Role};
use vocab::{Refusal, Timestamp};

use super::{PlatformNode, UNKNOWN_PARTY, UNKNOWN_RECORD, hand_in::party_of, shelf::Paper, view::View};
use crate::{NodeError, wire::BAD_MESSAGE};

impl PlatformNode {
    /// Do the title rules hold for the first act of a bill, as far as this record alone can tell?
    pub(super) fn judge_first_title(
        &self,
        paper: &Paper,
        document: &TransportDocument,
    ) -> Result<(), NodeError> {
        self.first_title(&paper.act, &paper.details, document)?;
        Ok(())
    }

    /// May the bill take the place of the record that it names? From paper only with the full set (invariant I4).
    pub(super) fn judge_successor(
        &self,
        paper: &Paper,
        document: &TransportDocument,
        predecessor: &Digest,
    ) -> Result<(), NodeError> {
        let view = self.view(predecessor)?;
        let view =
            view.ok_or_else(|| UNKNOWN_RECORD.because(format!("{predecessor}, which `from` names")))?;
        let before = self.replay_kept(&view)?;
        let details = Details::parse(&paper.details)?;
        let (by, to) = (self.party(paper.act.by())?, self.party(paper.act.to())?);
        let said = details.of_act(&paper.act)?;
        title::check_issue(&paper.act, said, &face(document)?, (&by, &to), Some(&before))?;
        Ok(())
    }

    /// Do the title rules hold for an act that follows? `after` is who is in control once it is admitted.
    pub(super) fn judge_title(
        &self,
        view: &View,
        paper: &Paper,
        after: Option<&Controller>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let title = self.title_of(view)?;
        self.judge_title_after(&title, view, paper, after, now)
    }

    /// The same, where title before the act is known.
    pub(super) fn judge_title_after(
        &self,
        title: &Title,
        view: &View,
        paper: &Paper,
        after: Option<&Controller>,
        now: Timestamp,
    ) -> Result<(), NodeError> {
        let details = Details::parse(&paper.details)?;
        let consents = self.consents((&paper.act, &details), &paper.consents, &view.sets, now)?;
        self.next_title(title, (&paper.act, &details), &consents, after)?;
        Ok(())
    }

    /// Title after the last act of a record, replayed once for each view that is held.
    pub(super) fn title_of(&self, view: &View) -> Result<Arc<Title>, NodeError> {
        if let Some(title) = self.folds.title(view) {
            return Ok(title);
        }
        let title = Arc::new(self.replay_kept(view)?);
        self.folds.set_title(view, &title);
        Ok(title)
    }

    /// Title after the last act of a record whose document is kept here.
    pub(super) fn replay_kept(&self, view: &View) -> Result<Title, NodeError> {
        let document = self.shelves().document(&view.record.spine().record())?;
        let document = TransportDocument::read(&document.ok_or_else(|| BAD_MESSAGE.because("no document"))?)?;
        self.replay_title(view, &document)
    }

    /// Title after the last act of a record with this document.
    pub(super) fn replay_title(&self, view: &View, document: &TransportDocument) -> Result<Title, NodeError> {
        let mut title: Option<Title> = None;
        for ((act, admitted_at), controller) in view.acts.iter().zip(&view.admitted_at).zip(&view.controllers)
        {
            let details = self.part(act)?;
            title = Some(match title {
                None => self.first_title(act, &details, document)?,
                Some(before) => {
                    let details = Details::parse(&details)?;
                    // Each by a key that was in force at the act's own leaf.
                    let sets =
                        if cited(&details).is_empty() { BTreeMap::new() } else { view.sets_at(*admitted_at) };
                    let consents = self.consents((act, &details), &[], &sets, *admitted_at)?;
                    self.next_title(&before, (act, &details), &consents, controller.as_ref())?
                }
            });
        }
        Ok(title.ok_or_else(|| BAD_MESSAGE.because("no act"))?)
    }

    pub(super) fn part(&self, act: &Act) -> Result<Vec<u8>, NodeError> {
        let part = self.shelves().part(act)?;
        Ok(part.ok_or_else(|| {
            BAD_MESSAGE.because(format!("the private part of act {} is missing", act.seq()))
        })?)
    }

    fn first_title(
        &self,
        act: &Act,
        details: &[u8],
        document: &TransportDocument,
    ) -> Result<Title, NodeError> {
        let details = Details::parse(details)?;
        let by = self.party(act.by())?;
        let to = self.party(act.to())?;
        let said = details.of_act(act)?;
        Ok(title::apply(title::check_issue_alone(said, &face(document)?, (&by, &to))?))
    }

    fn next_title(
        &self,
        before: &Title,
        (act, details): (&Act, &Details),
        consents: &[Consented],
        after: Option<&Controller>,
    ) -> Result<Title, NodeError> {
        let Body::Step(step) = act.body() else {
            return Err(BAD_MESSAGE.because("no step of a bill").into());
        };
        let by = self.party(Some(&step.by))?;
        let to = match after.filter(|after| after.sets != step.by.sets) {
            Some(after) => Some(self.party(Some(after))?),
            None => None,
        };
        let deed = Deed {
            act: act.digest(),
            action: &step.action,
            by: &by,
            to: to.as_deref(),
            details: details.of_act(act)?,
            consents,
        };
        Ok(title::apply(title::check(before, &deed, Policy::default())?))
    }

    /// Every consent that an act cites, proved: it is among `beside` or kept here, its set is one of `sets`, as they stood at
    /// `at`, and this platform knows the party behind it.
    fn consents(
        &self,
        (act, details): (&Act, &Details),
        beside: &[Vec<u8>],
        sets: &BTreeMap<Digest, KeySet>,
        at: Timestamp,
    ) -> Result<Vec<Consented>, NodeError> {
        let mut consents = Vec::new();
        for digest in cited(details) {
            let here = beside.iter().find(|file| Digest::of(file) == *digest).cloned();
            let file = here.map_or_else(|| self.shelves().details(digest), |file| Ok(Some(file)))?;
            let file = file.ok_or_else(|| CONSENT_NOT_SHOWN.because(digest.to_string()))?;
            let file = ConsentFile::parse(&file)?;
            let set = file.consent().set;
            let known =
                sets.get(&set).ok_or_else(|| SET_UNKNOWN.because(format!("{set}, which consents")))?;
            let party = self.party_behind(&set)?;
            consents.push(file.verify_in((act, details.of_act(act)?), (known, &party), at)?);
        }
        Ok(consents)
    }

    /// The party behind a controller, as the private part of its key set says.
    fn party(&self, controller: Option<&Controller>) -> Result<Arc<Party>, NodeError> {
        let set = controller.and_then(|controller| controller.sets.first());
        self.party_behind(set.ok_or_else(|| BAD_MESSAGE.because("nobody is named"))?)
    }

    fn party_behind(&self, set: &Digest) -> Result<Arc<Party>, NodeError> {
        if let Some(party) = self.folds.party(set) {
            return Ok(party);
        }
        let known = self.shelves().set(set)?;
        let (_, details) =
            known.ok_or_else(|| UNKNOWN_PARTY.because(format!("key set {set} is not known here")))?;
        let party = Arc::new(Party::of(&party_of(&details)?)?);
        self.folds.set_party(set, &party);
        Ok(party)
    }
}

/// The consents that a private part cites.
fn cited(details: &Details) -> &[Digest] {
    match details.body() {
        DetailsBody::Bill(said) => &said.consents,
        DetailsBody::Set(_) => &[],
    }
}

fn face(document: &TransportDocument) -> Result<Face, Refusal> {
    let party = |role: Role| document.party(role).map(Party::of).transpose();
    let to_order = document.value().get("isToOrder").and_then(Value::as_bool).unwrap_or_default();
    Ok(Face { to_order, consignee: party(Role::Consignee)?, endorsee: party(Role::Endorsee)? })
}
