//! Title: what the document's face and endorsements say about who may claim delivery (docs/control.md 5).
//!
//! Possession is the registry's business and [`crate::control`]'s; title is replayed from the acts' details by everybody
//! who may read them. A verdict says "named endorsee", never "owner".

use std::fmt;

use crypto::Digest;
use vocab::Refusal;

use crate::{
    act::{Act, Action, Body, Issue},
    consent::Consented,
    details::{ActionCode, BillDetails, Reason, ToPaper, Transaction},
    party::Party,
    refusals::*,
    words::{End, Purpose},
};

/// What the document's face says. `dcsa` reads it from the transport document; this room does not.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Face {
    /// `isToOrder`.
    pub to_order: bool,
    /// `documentParties.consignee`, for a straight bill.
    pub consignee: Option<Party>,
    /// `documentParties.endorsee`, for a bill to a named order; a bill to order without one is blank.
    pub endorsee: Option<Party>,
}

/// In whose favour the bill stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Favour {
    /// In blank: whoever is in possession.
    Blank,
    /// Endorsed to a party that cannot endorse further.
    Named(Party),
    /// A straight bill.
    Straight {
        /// The only one who may claim delivery.
        consignee: Party,
        /// The one to whom the carrier issued it, who may still have it amended.
        first_holder: Party,
    },
    /// To a party's order.
    ToOrder(Party),
}

/// An endorsement before it takes effect.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Endorsement {
    /// `BLANK_ENDORSE`.
    Blank,
    /// `ENDORSE`.
    Named(Party),
    /// `ENDORSE_TO_ORDER`.
    ToOrder(Party),
}

/// A delivery on terms.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pledge {
    /// The `move` that made it; release and enforcement cite it.
    pub act: Digest,
    /// Digest of its terms.
    pub terms: Digest,
    /// Who pledged: the residual party.
    pub pledgor: Party,
    /// To whom.
    pub pledgee: Party,
}

/// The title of one bill between two acts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Title {
    document: Digest,
    law: String,
    jurisdiction: String,
    favour: Favour,
    noted: Noted,
    pledge: Option<Pledge>,
    /// As it was before the last act, when that was a `move`: a reject restores it.
    before: Option<Box<Title>>,
    asked: Option<Asked>,
    paper: Option<ToPaper>,
}

/// What a `note` said that waits for the next `move` out of its author's hands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Noted {
    /// An endorsement.
    pub endorsement: Option<Endorsement>,
    /// Whom the title holder names as the next one.
    pub nominee: Option<Party>,
    /// Terms of a pledge.
    pub terms: Option<Digest>,
}

/// What the surrender asked of the carrier.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Asked {
    reason: Option<Reason>,
    successors: Vec<Digest>,
}

/// What a reader accepts beyond the protocol's rules.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Policy {
    /// A pledge of an order bill without endorsement (docs/control.md 5).
    pub bare_pledge: bool,
    /// For a reader who cannot see every consent that the details cite: where there are any, whoever has to consent does.
    /// What is refused all the same is refused with every consent.
    pub cited_consents_given: bool,
}

/// One act as title sees it.
#[derive(Debug, Clone, Copy)]
pub struct Deed<'a> {
    /// The act's digest.
    pub act: Digest,
    /// What it does.
    pub action: &'a Action,
    /// The party behind the controller that signs.
    pub by: &'a Party,
    /// The party behind the controller afterwards, where another is: the recipient of a move, for a reject the former
    /// holder.
    pub to: Option<&'a Party>,
    /// Its private part.
    pub details: &'a BillDetails,
    /// The consents that it cites, proved.
    pub consents: &'a [Consented],
}

/// Proof that the title rules hold for an act. Only [`check`] and [`check_issue`] build one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retitled(Title);

/// The title after an act that was checked.
pub fn apply(retitled: Retitled) -> Title {
    retitled.0
}

impl Title {
    /// The document.
    pub const fn document(&self) -> Digest {
        self.document
    }

    /// The governing law.
    pub fn law(&self) -> &str {
        &self.law
    }

    /// The courts.
    pub fn jurisdiction(&self) -> &str {
        &self.jurisdiction
    }

    /// In whose favour the bill stands.
    pub const fn favour(&self) -> &Favour {
        &self.favour
    }

    /// What waits for the next move.
    pub const fn noted(&self) -> &Noted {
        &self.noted
    }

    /// The pledge, while there is one.
    pub const fn pledge(&self) -> Option<&Pledge> {
        self.pledge.as_ref()
    }

    /// The successors to which a surrender for amendment agrees, while the carrier has the bill.
    pub fn successors_asked(&self) -> &[Digest] {
        self.asked.as_ref().map(|asked| asked.successors.as_slice()).unwrap_or_default()
    }

    /// The title in words, for every rendering: in whose favour, what waits, and the pledge.
    pub fn sentence(&self) -> String {
        let waits = match &self.noted.endorsement {
            None => String::new(),
            Some(Endorsement::Blank) => "; noted, until the next transfer: in blank".to_owned(),
            Some(Endorsement::Named(to)) => format!("; noted, until the next transfer: named endorsee {to}"),
            Some(Endorsement::ToOrder(to)) => {
                format!("; noted, until the next transfer: to the order of {to}")
            }
        };
        let pledged = match &self.pledge {
            None => String::new(),
            Some(pledge) => format!("; pledged to {} by {}", pledge.pledgee, pledge.pledgor),
        };
        format!("{}{waits}{pledged}", self.favour)
    }

    /// The paper that took the record's place.
    pub const fn paper(&self) -> Option<&ToPaper> {
        self.paper.as_ref()
    }
}

/// For every rendering: "to the order of X", "blank: whoever is in possession".
impl fmt::Display for Favour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => write!(f, "blank: whoever is in possession"),
            Self::Named(party) => write!(f, "named endorsee {party}, who cannot endorse further"),
            Self::Straight { consignee, .. } => write!(f, "straight, to {consignee}"),
            Self::ToOrder(party) => write!(f, "to the order of {party}"),
        }
    }
}

/// Does the title of a bill begin so? `predecessor` is the title of the record that `from` names.
///
/// # Errors
/// [`NOT_A_FIRST_ACT`], [`LAW_MISSING`], [`FACE_INCOMPLETE`], those of the words, of the medium (docs/control.md 11)
/// and of members that belong to other acts.
pub fn check_issue(
    act: &Act,
    details: &BillDetails,
    face: &Face,
    (by, to): (&Party, &Party),
    predecessor: Option<&Title>,
) -> Result<Retitled, Refusal> {
    let Body::Issue(issue) = act.body() else {
        return Err(NOT_A_FIRST_ACT.because(act.op().as_str()));
    };
    collected(issue, details, predecessor)?;
    check_issue_alone(details, face, (by, to))
}

/// As [`check_issue`], for a reader who has this record only: what `from` names is that record's own evidence.
///
/// # Errors
/// As [`check_issue`], without those about the predecessor.
pub fn check_issue_alone(
    details: &BillDetails,
    face: &Face,
    (by, to): (&Party, &Party),
) -> Result<Retitled, Refusal> {
    check_issue_form(details, Some(by), Some(to))?;
    let law = details.issue.as_ref().ok_or_else(|| LAW_MISSING.refuse())?;
    let favour = match (face.to_order, &face.consignee, &face.endorsee) {
        (true, _, None) => Favour::Blank,
        (true, _, Some(endorsee)) => Favour::ToOrder(endorsee.clone()),
        (false, Some(consignee), _) => {
            Favour::Straight { consignee: consignee.clone(), first_holder: to.clone() }
        }
        (false, None, _) => return Err(FACE_INCOMPLETE.because("a straight bill without consignee")),
    };
    Ok(Retitled(Title {
        document: details.document,
        law: law.law.clone(),
        jurisdiction: law.jurisdiction.clone(),
        favour,
        noted: Noted::default(),
        pledge: None,
        before: None,
        asked: None,
        paper: None,
    }))
}

/// The record takes the place of paper only with the full set (docs/control.md 11, invariant I4).
fn collected(issue: &Issue, details: &BillDetails, predecessor: Option<&Title>) -> Result<(), Refusal> {
    let printed = predecessor.and_then(Title::paper);
    match (printed, &details.from_paper) {
        (Some(printed), Some(back)) if printed.serials == back.serials => Ok(()),
        (Some(printed), Some(back)) => {
            let counted = format!("{} of {}", back.serials.len(), printed.serials.len());
            Err(SET_INCOMPLETE.because(counted))
        }
        (Some(_), None) => Err(PAPER_MISSING.because("fromPaper")),
        (None, Some(_)) if !issue.from.is_empty() => Err(MEMBER_OF_ANOTHER_ACT.because("fromPaper")),
        (None, _) => Ok(()),
    }
}

/// Do the title rules hold for this act, and what is the title afterwards?
///
/// # Errors
/// [`OTHER_DOCUMENT`], [`CONSENT_NOT_SHOWN`], [`WRONG_ACTOR`], [`WRONG_RECIPIENT`], [`MEMBER_OF_ANOTHER_ACT`], and
/// the refusals of the act's own rules in docs/acts.md.
pub fn check(title: &Title, deed: &Deed<'_>, policy: Policy) -> Result<Retitled, Refusal> {
    let retitled = check_alone(title, deed, policy)?;
    check_medium(title, deed)?;
    Ok(retitled)
}

/// As [`check`], without the rules of a change of medium: for a reader who judges those by themselves.
///
/// # Errors
/// As [`check`], without those of [`check_medium`].
pub fn check_alone(title: &Title, deed: &Deed<'_>, policy: Policy) -> Result<Retitled, Refusal> {
    let details = deed.details;
    if details.document != title.document {
        return Err(OTHER_DOCUMENT.because(details.document.to_string()));
    }
    let shown = |digest: &Digest| {
        policy.cited_consents_given || deed.consents.iter().any(|consent| consent.digest() == *digest)
    };
    if !details.consents.iter().all(shown) {
        return Err(CONSENT_NOT_SHOWN.refuse());
    }
    check_form(deed.action, details, Some(deed.by), Some(deed.to.unwrap_or(&Party::nobody())))?;
    let mut next = Title { before: None, ..title.clone() };
    match deed.action {
        Action::Adopt { .. } | Action::Leave | Action::Rehome { .. } => {}
        Action::Note => note(title, &mut next, deed, policy)?,
        Action::Move { .. } => pass(title, &mut next, deed, policy)?,
        Action::Reject => {
            let before = title.before.as_deref().ok_or_else(|| NOTHING_TO_REJECT.refuse())?;
            next = before.clone();
        }
        Action::Surrender { .. } => surrender(title, &mut next, deed, policy)?,
        Action::Close { .. } => {
            next.asked = None;
            next.paper.clone_from(&details.to_paper);
        }
        Action::Return | Action::Reclaim => next.asked = None,
    }
    Ok(Retitled(next))
}

/// What can be asked of an act's details whatever the title was before: whose words they are, to whom they hand over, and
/// that they say what an act of this kind may say. `by` and `to` are the parties, where they are known.
///
/// # Errors
/// [`WRONG_ACTOR`], [`WRONG_RECIPIENT`], [`MEMBER_OF_ANOTHER_ACT`], [`NOTE_SAYS_TWO_THINGS`], [`PURPOSE_NOT_SAID`],
/// [`NOT_YET`].
pub fn check_form(
    action: &Action,
    details: &BillDetails,
    by: Option<&Party>,
    to: Option<&Party>,
) -> Result<(), Refusal> {
    actors(&details.dcsa, by, to)?;
    let allowed: &[Member] = match action {
        Action::Adopt { .. } => return Err(NOT_YET.because("adopt")),
        Action::Leave | Action::Rehome { .. } | Action::Reject | Action::Return | Action::Reclaim => &[],
        Action::Note => &[Member::Nominee, Member::Terms, Member::Withdraw],
        Action::Move { .. } => &[Member::Pledge, Member::Terms],
        Action::Surrender { purpose: Purpose::Amendment, .. } => &[Member::Pledge, Member::Successors],
        Action::Surrender { .. } => &[Member::Pledge],
        Action::Close { end: End::Paper, .. } => &[Member::ToPaper],
        Action::Close { .. } => &[],
    };
    members(details, allowed)?;
    match action {
        Action::Note => {
            let said = [
                !details.dcsa.is_empty(),
                details.nominee.is_some(),
                details.terms.is_some(),
                details.withdraw,
            ];
            if said.into_iter().filter(|said| *said).count() > 1 {
                return Err(NOTE_SAYS_TWO_THINGS.refuse());
            }
        }
        Action::Surrender { purpose, .. } => {
            let for_delivery = |said: &Transaction| said.action == ActionCode::SurrenderForDelivery;
            if details.dcsa.first().is_some_and(|said| for_delivery(said) != (*purpose == Purpose::Delivery))
            {
                return Err(PURPOSE_NOT_SAID.because(purpose.as_str()));
            }
        }
        Action::Adopt { .. }
        | Action::Close { .. }
        | Action::Leave
        | Action::Move { .. }
        | Action::Reclaim
        | Action::Rehome { .. }
        | Action::Reject
        | Action::Return => {}
    }
    Ok(())
}

/// As [`check_form`], of the first act of a bill.
///
/// # Errors
/// [`LAW_MISSING`], [`WRONG_ACTOR`], [`WRONG_RECIPIENT`], [`MEMBER_OF_ANOTHER_ACT`].
pub fn check_issue_form(
    details: &BillDetails,
    by: Option<&Party>,
    to: Option<&Party>,
) -> Result<(), Refusal> {
    if details.issue.is_none() {
        return Err(LAW_MISSING.refuse());
    }
    actors(&details.dcsa, by, to)?;
    if !details.consents.is_empty() {
        // It would have to name the record, whose name it would be part of.
        return Err(MEMBER_OF_ANOTHER_ACT.because("consents"));
    }
    members(details, &[Member::FromPaper, Member::Issue])
}

/// Members of details that only some acts have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Member {
    FromPaper,
    Issue,
    Nominee,
    Pledge,
    Successors,
    Terms,
    ToPaper,
    Withdraw,
}

fn members(details: &BillDetails, allowed: &[Member]) -> Result<(), Refusal> {
    let present = [
        (Member::FromPaper, "fromPaper", details.from_paper.is_some()),
        (Member::Issue, "law", details.issue.is_some()),
        (Member::Nominee, "nominee", details.nominee.is_some()),
        (Member::Pledge, "pledge", details.pledge.is_some()),
        (Member::Successors, "successors", !details.successors.is_empty()),
        (Member::Terms, "terms", details.terms.is_some()),
        (Member::ToPaper, "toPaper", details.to_paper.is_some()),
        (Member::Withdraw, "withdraw", details.withdraw),
    ];
    match present.iter().find(|(member, _, is_there)| *is_there && !allowed.contains(member)) {
        Some((_, name, _)) => Err(MEMBER_OF_ANOTHER_ACT.because(*name)),
        None => Ok(()),
    }
}

/// The actor of every Transaction is the party that signs; what is issued or transferred goes to the next controller.
fn actors(dcsa: &[Transaction], by: Option<&Party>, to: Option<&Party>) -> Result<(), Refusal> {
    for said in dcsa {
        if let Some(by) = by.filter(|by| !said.actor.is(by)) {
            return Err(WRONG_ACTOR.because(format!("{}, {by} signs", said.actor)));
        }
        let moves = matches!(said.action, ActionCode::Issue | ActionCode::Transfer);
        if let (true, Some(recipient), Some(to)) = (moves, &said.recipient, to)
            && !recipient.is(to)
        {
            return Err(WRONG_RECIPIENT.because(recipient.to_string()));
        }
    }
    Ok(())
}

fn endorsement(details: &BillDetails) -> Option<Endorsement> {
    let said = details.dcsa.first()?;
    match (said.action, &said.recipient) {
        (ActionCode::BlankEndorse, _) => Some(Endorsement::Blank),
        (ActionCode::Endorse, Some(to)) => Some(Endorsement::Named(to.clone())),
        (ActionCode::EndorseToOrder, Some(to)) => Some(Endorsement::ToOrder(to.clone())),
        _ => None,
    }
}

/// Does `party` consent to this act?
fn consents(deed: &Deed<'_>, policy: Policy, party: &Party) -> bool {
    let unseen = policy.cited_consents_given && !deed.details.consents.is_empty();
    deed.by.is(party) || unseen || deed.consents.iter().any(|consent| consent.party().is(party))
}

fn need(deed: &Deed<'_>, policy: Policy, party: &Party) -> Result<(), Refusal> {
    if consents(deed, policy, party) { Ok(()) } else { Err(CONSENT_NEEDED.because(format!("of {party}"))) }
}

/// May the signer endorse so?
fn may_endorse(
    title: &Title,
    deed: &Deed<'_>,
    policy: Policy,
    endorsement: &Endorsement,
) -> Result<(), Refusal> {
    match &title.favour {
        Favour::Blank => Ok(()),
        Favour::Straight { .. } => Err(NOT_NEGOTIABLE.refuse()),
        Favour::Named(party) => Err(NO_FURTHER_ENDORSEMENT.because(party.to_string())),
        Favour::ToOrder(party) => {
            let to = match endorsement {
                Endorsement::Blank => None,
                Endorsement::Named(to) | Endorsement::ToOrder(to) => Some(to),
            };
            let nominated = title.noted.nominee.as_ref().zip(to).is_some_and(|(nominee, to)| nominee.is(to));
            if nominated { Ok(()) } else { need(deed, policy, party) }
        }
    }
}

fn note(title: &Title, next: &mut Title, deed: &Deed<'_>, policy: Policy) -> Result<(), Refusal> {
    let details = deed.details;
    if details.withdraw {
        if title.noted == Noted::default() {
            return Err(NOTHING_TO_WITHDRAW.refuse());
        }
        next.noted = Noted::default();
    }
    if let Some(endorsement) = endorsement(details) {
        if title.pledge.is_some() {
            return Err(PLEDGED.refuse());
        }
        may_endorse(title, deed, policy, &endorsement)?;
        next.noted.endorsement = Some(endorsement);
    }
    if let Some(nominee) = &details.nominee {
        match &title.favour {
            Favour::Straight { .. } => return Err(NOT_NEGOTIABLE.refuse()),
            Favour::Named(party) => return Err(NO_FURTHER_ENDORSEMENT.because(party.to_string())),
            Favour::ToOrder(party) => need(deed, policy, party)?,
            Favour::Blank => {}
        }
        next.noted.nominee = Some(nominee.clone());
    }
    if let Some(terms) = details.terms {
        if title.pledge.is_some() {
            return Err(PLEDGED.refuse());
        }
        may_pledge(title, deed, policy)?;
        next.noted.terms = Some(terms);
    }
    Ok(())
}

fn may_pledge(title: &Title, deed: &Deed<'_>, policy: Policy) -> Result<(), Refusal> {
    match &title.favour {
        Favour::Straight { .. } => Err(NOT_NEGOTIABLE.refuse()),
        Favour::Named(party) | Favour::ToOrder(party) => need(deed, policy, party),
        Favour::Blank => Ok(()),
    }
}

/// A `move`: endorsements take effect on delivery, its own or the one noted before.
fn pass(title: &Title, next: &mut Title, deed: &Deed<'_>, policy: Policy) -> Result<(), Refusal> {
    let details = deed.details;
    let to = deed.to.ok_or_else(|| WRONG_RECIPIENT.because("nobody"))?;
    let own = endorsement(details);
    let given = own.clone().or_else(|| title.noted.endorsement.clone());
    match (&title.pledge, details.pledge) {
        (None, None) => {
            if let Some(terms) = details.terms.or(title.noted.terms) {
                may_pledge(title, deed, policy)?;
                if given.is_none() && title.favour != Favour::Blank && !policy.bare_pledge {
                    return Err(BARE_PLEDGE.refuse());
                }
                let (pledgor, pledgee) = (deed.by.clone(), to.clone());
                next.pledge = Some(Pledge { act: deed.act, terms, pledgor, pledgee });
            }
        }
        (None, Some(_)) => return Err(NO_SUCH_PLEDGE.refuse()),
        (Some(_), None) => return Err(PLEDGED.refuse()),
        (Some(pledge), Some(cited)) if pledge.act != cited => return Err(NO_SUCH_PLEDGE.refuse()),
        (Some(pledge), Some(_)) => {
            need(deed, policy, &pledge.pledgee)?;
            match details.terms {
                // Into the hands of the pledgee's own agent: the pledge stands.
                Some(terms) if terms != pledge.terms => return Err(OTHER_TERMS.refuse()),
                Some(_) if own.is_some() => return Err(PLEDGED.refuse()),
                Some(_) => {}
                None => next.pledge = None,
            }
        }
    }
    if let Some(endorsement) = given {
        if own.is_some() {
            may_endorse(title, deed, policy, &endorsement)?;
        }
        next.favour = match endorsement {
            Endorsement::Blank => Favour::Blank,
            Endorsement::Named(party) => Favour::Named(party),
            Endorsement::ToOrder(party) => Favour::ToOrder(party),
        };
    }
    next.noted = Noted::default();
    next.before = Some(Box::new(Title { before: None, ..title.clone() }));
    Ok(())
}

fn surrender(title: &Title, next: &mut Title, deed: &Deed<'_>, policy: Policy) -> Result<(), Refusal> {
    let details = deed.details;
    let delivery = matches!(deed.action, Action::Surrender { purpose: Purpose::Delivery, .. });
    match &title.favour {
        Favour::Blank => {}
        Favour::Straight { consignee, first_holder } => {
            let amended_by_shipper = !delivery && deed.by.is(first_holder);
            if !(deed.by.is(consignee) || amended_by_shipper) {
                return Err(NOT_CONSIGNEE.because(format!("{consignee} is")));
            }
        }
        Favour::Named(party) | Favour::ToOrder(party) => need(deed, policy, party)?,
    }
    match (&title.pledge, details.pledge) {
        (None, None) => {}
        (Some(pledge), Some(cited)) if pledge.act == cited => need(deed, policy, &pledge.pledgee)?,
        (None | Some(_), Some(_)) => return Err(NO_SUCH_PLEDGE.refuse()),
        (Some(pledge), None) => {
            need(deed, policy, &pledge.pledgee)?;
            need(deed, policy, &pledge.pledgor)?;
        }
    }
    let reason = details.dcsa.first().and_then(|said| said.reason);
    next.asked = Some(Asked { reason, successors: details.successors.clone() });
    Ok(())
}

/// Does a close change the medium, or replace the record, as the surrender asked and with the statements that this needs
/// (docs/control.md 11)? Every other act passes.
///
/// # Errors
/// [`PAPER_NOT_ASKED`], [`PAPER_MISSING`], [`SUCCESSORS_NOT_AGREED`].
pub fn check_medium(title: &Title, deed: &Deed<'_>) -> Result<(), Refusal> {
    let Action::Close { end, into } = deed.action else { return Ok(()) };
    let reason = title.asked.as_ref().and_then(|asked| asked.reason);
    match end {
        End::Paper if reason != Some(Reason::SwitchToPaper) => Err(PAPER_NOT_ASKED.refuse()),
        End::Paper if deed.details.to_paper.is_none() => Err(PAPER_MISSING.because("toPaper")),
        End::Replaced if title.successors_asked() != into => Err(SUCCESSORS_NOT_AGREED.refuse()),
        End::Paper | End::Replaced | End::Delivered | End::Void => Ok(()),
    }
}
