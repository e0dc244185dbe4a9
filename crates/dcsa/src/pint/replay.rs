//! Replaying what a chain tells, by DCSA's own rules: who has the bill, and may the next thing happen.
//!
//! This is the view of a platform that sees the chain alone. Where acts travel with it `bill` judges title from the
//! acts themselves; here a step is refused only if it is impossible on every reading. So an endorsement counts when
//! the bill leaves its endorser's hands, the endorser may put another in its place until then, and a transfer back by
//! the very next word may have been a rejection, which leaves the title as it was (docs/control.md 5, 3.1).

use std::collections::BTreeSet;

use crypto::json::Value;
use vocab::{Refusal, RefusalKind};

use super::messages::EnvelopeTransferChainEntry;
use crate::{
    TransportDocument,
    document::{BillKind, Role},
    transaction::{ActionCode, PlatformParty, Transaction, party_codes},
};

/// A chain that tells what cannot have happened.
pub const IMPOSSIBLE_CHAIN: RefusalKind = RefusalKind {
    code: "impossible-chain",
    sentence: "The chain tells something that cannot have happened.",
    remedy: "Look at the Transaction named: who has the bill there, and who may act.",
};

/// Where a bill is in its life.
#[derive(Debug, Clone, PartialEq)]
pub enum Phase {
    /// Somebody holds it.
    Live,
    /// The carrier holds it until it answers; this party surrendered it.
    Surrendered(PlatformParty),
    /// The carrier has accepted what this party surrendered: nothing may follow.
    Closed(PlatformParty),
}

/// Who has the bill after a chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// Who issued it.
    pub carrier: PlatformParty,
    /// Who possesses it; after a surrender that is the carrier.
    pub possessor: PlatformParty,
    /// Where it is in its life.
    pub phase: Phase,
    /// The titles that are possible at the moment the possessor received it.
    titles: Vec<Title>,
    /// What the possessor has endorsed since, which takes effect when the bill leaves its hands.
    pending: Option<Title>,
    /// Who handed it over by the word just before, and the titles of that moment.
    undo: Option<(PlatformParty, Vec<Title>)>,
}

/// Who may endorse.
#[derive(Debug, Clone, PartialEq)]
enum Title {
    /// Nobody: a straight bill, or an endorsee who may not endorse further.
    Nobody,
    /// The party with one of these codes.
    Order(BTreeSet<(String, String)>),
    /// Whoever has the bill.
    Bearer,
}

impl Title {
    fn lets(&self, party: &PlatformParty) -> bool {
        match self {
            Title::Nobody => false,
            Title::Order(codes) => !codes.is_disjoint(party.codes()),
            Title::Bearer => true,
        }
    }
}

/// Who has `document` after `entries`, oldest first.
///
/// # Errors
/// [`IMPOSSIBLE_CHAIN`] at the first Transaction that cannot have happened.
pub fn replay<'a>(
    document: &TransportDocument,
    entries: impl IntoIterator<Item = &'a EnvelopeTransferChainEntry>,
) -> Result<Holding, Refusal> {
    let mut holding: Option<Holding> = None;
    for (n, entry) in entries.into_iter().enumerate() {
        for (m, said) in entry.transactions.iter().enumerate() {
            // A holder may have changed platforms since: an act of this protocol proves itself, whoever tells it.
            let next = if said.actor().platform() != &entry.platform && said.act().is_none() {
                Err("another platform tells it than the actor's")
            } else {
                match holding.take() {
                    None => issued(document, said),
                    Some(holding) => holding.after(said),
                }
            };
            let refuse = |why| IMPOSSIBLE_CHAIN.because(format!("{}: {why}", said.action()));
            let place = format!("envelopeTransferChain/{n}/transactions/{m}");
            holding = Some(next.map_err(|why| refuse(why).at(place))?);
        }
    }
    holding.ok_or_else(|| IMPOSSIBLE_CHAIN.because("no Transaction"))
}

fn issued(document: &TransportDocument, said: &Transaction) -> Result<Holding, &'static str> {
    let (ActionCode::Issue, Some(recipient)) = (said.action(), said.recipient()) else {
        return Err("the first word is ISSUE");
    };
    let title = match document.kind() {
        None => return Err("the document is no bill of lading"),
        Some(BillKind::Straight) => Title::Nobody,
        Some(BillKind::Blank) => Title::Bearer,
        Some(BillKind::ToOrder) => {
            let codes = document.party(Role::Endorsee).and_then(|party| party.get("identifyingCodes"));
            Title::Order(party_codes(codes.and_then(Value::as_array).unwrap_or_default()))
        }
    };
    Ok(Holding {
        carrier: said.actor().clone(),
        possessor: recipient.clone(),
        phase: Phase::Live,
        titles: vec![title],
        pending: None,
        undo: None,
    })
}

type Step = Result<Holding, &'static str>;

impl Holding {
    fn after(self, said: &Transaction) -> Step {
        match (&self.phase, said.action()) {
            (Phase::Closed(_), _) => Err("the bill is surrendered for good"),
            (_, ActionCode::Issue) => Err("a bill is issued once"),
            (Phase::Live, ActionCode::Sign) => self.held_by(said),
            (Phase::Live, ActionCode::Endorse | ActionCode::EndorseToOrder | ActionCode::BlankEndorse) => {
                self.endorsed(said)
            }
            (Phase::Live, ActionCode::Transfer) => self.transferred(said),
            (Phase::Live, ActionCode::SurrenderForDelivery | ActionCode::SurrenderForAmendment) => {
                self.surrendered(said)
            }
            (Phase::Live, ActionCode::SurrenderAccepted | ActionCode::SurrenderRejected) => {
                Err("nobody has surrendered it")
            }
            (Phase::Surrendered(_), ActionCode::SurrenderAccepted | ActionCode::SurrenderRejected) => {
                self.answered(said)
            }
            (Phase::Surrendered(_), ActionCode::Sign) => self.signed_while_surrendered(said),
            (
                Phase::Surrendered(_),
                ActionCode::Transfer
                | ActionCode::Endorse
                | ActionCode::EndorseToOrder
                | ActionCode::BlankEndorse
                | ActionCode::SurrenderForDelivery
                | ActionCode::SurrenderForAmendment,
            ) => Err("it is surrendered, and the carrier has not answered"),
        }
    }

    fn held_by(self, said: &Transaction) -> Step {
        if !said.actor().is_same_party(&self.possessor) {
            return Err("the actor does not have the bill");
        }
        Ok(Holding { undo: None, ..self })
    }

    fn endorsed(self, said: &Transaction) -> Step {
        let holding = self.held_by(said)?;
        if !holding.titles.iter().any(|title| title.lets(said.actor())) {
            return Err("the actor may not endorse");
        }
        let title = match (said.action(), said.recipient()) {
            (ActionCode::EndorseToOrder, Some(recipient)) => Title::Order(recipient.codes().clone()),
            (ActionCode::BlankEndorse, _) => Title::Bearer,
            _ => Title::Nobody,
        };
        Ok(Holding { pending: Some(title), ..holding })
    }

    fn transferred(self, said: &Transaction) -> Step {
        let rejected_to = self.undo.clone();
        let holding = self.held_by(said)?;
        let Some(recipient) = said.recipient() else { return Err("nobody receives it") };
        let before = holding.titles.clone();
        let mut titles = holding.pending.map_or(holding.titles, |pending| vec![pending]);
        if let Some((former, former_titles)) = rejected_to
            && former.is_same_party(recipient)
        {
            titles.extend(former_titles);
        }
        let undo = Some((said.actor().clone(), before));
        Ok(Holding { possessor: recipient.clone(), titles, pending: None, undo, ..holding })
    }

    fn surrendered(self, said: &Transaction) -> Step {
        let holding = self.held_by(said)?;
        let carrier = said.recipient().unwrap_or(&holding.carrier).clone();
        if !carrier.is_same_party(&holding.carrier) {
            return Err("a bill is surrendered to the carrier that issued it");
        }
        let phase = Phase::Surrendered(said.actor().clone());
        Ok(Holding { phase, possessor: carrier, ..holding })
    }

    fn answered(self, said: &Transaction) -> Step {
        if !said.actor().is_same_party(&self.carrier) {
            return Err("only the carrier answers a surrender");
        }
        let Phase::Surrendered(by) = self.phase else { return Err("nobody has surrendered it") };
        Ok(match said.action() {
            ActionCode::SurrenderRejected => Holding { possessor: by, phase: Phase::Live, ..self },
            _ => Holding { phase: Phase::Closed(by), ..self },
        })
    }

    /// A carrier that leaves or re-homes is told as its `SIGN`; a surrenderer's `SIGN` now is its `reclaim`.
    fn signed_while_surrendered(self, said: &Transaction) -> Step {
        match &self.phase {
            Phase::Surrendered(by) if said.actor().is_same_party(by) => {
                Ok(Holding { possessor: said.actor().clone(), phase: Phase::Live, ..self })
            }
            _ => self.held_by(said),
        }
    }
}
