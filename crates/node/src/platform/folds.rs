//! Records kept folded beside the store, so that an act is judged without reading and verifying its record's whole evidence
//! again.
//!
//! A fold is what the store gives: the registry's newest proved answer, and after it the acts that were proved final one by
//! one ([`super::finals`]). It is changed only after the store has made the change durable.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bill::{party::Party, title::Title};
use crypto::Digest;

use super::{PlatformNode, view::View};
use crate::NodeError;

/// Records held folded at most; above that those with the smallest ids are read anew when they are needed.
pub(crate) const FOLDS_MAX: usize = 65_536;

/// A record as it was last folded.
struct Fold {
    view: Arc<View>,
    /// Title after the record's last act, once somebody has asked for it.
    title: Option<Arc<Title>>,
}

/// The records folded since this platform started.
#[derive(Default)]
pub(super) struct Folds {
    kept: Mutex<BTreeMap<Digest, Fold>>,
    /// Who is behind a key set: its private part says so, and the set's id binds that for ever.
    parties: Mutex<BTreeMap<Digest, Arc<Party>>>,
}

impl Folds {
    fn kept(&self) -> MutexGuard<'_, BTreeMap<Digest, Fold>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, record: &Digest) -> Option<Arc<View>> {
        self.kept().get(record).map(|fold| fold.view.clone())
    }

    /// The party behind a key set, if it was asked for before.
    pub(super) fn party(&self, set: &Digest) -> Option<Arc<Party>> {
        self.parties.lock().unwrap_or_else(PoisonError::into_inner).get(set).cloned()
    }

    /// Remembers it.
    pub(super) fn set_party(&self, set: &Digest, party: &Arc<Party>) {
        let mut parties = self.parties.lock().unwrap_or_else(PoisonError::into_inner);
        if parties.len() >= FOLDS_MAX {
            parties.pop_first();
        }
        parties.insert(*set, party.clone());
    }

    /// Holds a record as the store now has it.
    pub(super) fn put(&self, record: &Digest, view: Arc<View>) {
        let mut kept = self.kept();
        if kept.len() >= FOLDS_MAX && !kept.contains_key(record) {
            kept.pop_first();
        }
        kept.insert(*record, Fold { view, title: None });
    }

    /// Title after the last act of this very view.
    pub(super) fn title(&self, view: &View) -> Option<Arc<Title>> {
        let kept = self.kept();
        let fold = kept.get(&view.record.spine().record())?;
        if std::ptr::eq(fold.view.as_ref(), view) { fold.title.clone() } else { None }
    }

    /// Remembers it.
    pub(super) fn set_title(&self, view: &View, title: &Arc<Title>) {
        if let Some(fold) = self.kept().get_mut(&view.record.spine().record())
            && std::ptr::eq(fold.view.as_ref(), view)
        {
            fold.title = Some(title.clone());
        }
    }
}

impl PlatformNode {
    /// The record as the final log has it, as far as this platform has seen it proved; `None` before the first answer.
    pub(super) fn view(&self, record: &Digest) -> Result<Option<Arc<View>>, NodeError> {
        if let Some(view) = self.folds.get(record) {
            return Ok(Some(view));
        }
        let view = self.replayed(record)?.map(Arc::new);
        if let Some(view) = &view {
            self.folds.put(record, view.clone());
        }
        Ok(view)
    }

    /// The record as the store alone gives it.
    fn replayed(&self, record: &Digest) -> Result<Option<View>, NodeError> {
        let Some(found) = self.shelves().view(record)? else { return Ok(None) };
        let mut view = View::of(record, &found, &self.trust)?;
        for one in self.shelves().finals(record)? {
            let Some(paper) = self.shelves().paper(&one.act)? else { break };
            view = view.and(&paper, &one.leaf)?;
        }
        Ok(Some(view))
    }

    /// How many records are held folded.
    ///
    /// # Errors
    /// One of them is not what the store gives, or the store failed: for tests, which ask it after every kill.
    pub fn folds_are_replay_equal(&self) -> Result<usize, NodeError> {
        let held: Vec<(Digest, Arc<View>, Option<Arc<Title>>)> = self
            .folds
            .kept()
            .iter()
            .map(|(record, fold)| (*record, fold.view.clone(), fold.title.clone()))
            .collect();
        for (record, view, title) in &held {
            let replayed = self.replayed(record)?;
            let same = replayed.as_ref() == Some(view.as_ref());
            let same_title = match (&replayed, title) {
                (Some(replayed), Some(title)) => self.replay_kept(replayed)? == **title,
                (_, None) => true,
                (None, Some(_)) => false,
            };
            if !same || !same_title {
                return Err(super::NOT_PROVED
                    .because(format!("{record} is held otherwise than kept"))
                    .into());
            }
        }
        Ok(held.len())
    }
}
