//! A bill as its evidence has it: what a holder's tool reads before it acts.

use anyhow::{Context, Result};
use bill::{
    act::{Act, Action, Body},
    control::{self, Facts, Standing},
    details::Details,
    party::Party,
    record::{self, Bill, Proposed},
    title::{Face, Policy},
    words::{Controller, Platform, Registry},
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
};
use dcsa::document::Role;
use evidence::bundle::{
    Files, Read,
    path::{Path, RECORD_BYTES_MAX},
};
use node::desk::Head;
use vocab::Timestamp;

/// A record, read from a bundle.
pub(crate) struct Record {
    files: Files,
    acts: Vec<(Act, Option<Value>)>,
    /// For each act the time of its leaf.
    leaves: Vec<Timestamp>,
}

/// The window of a reject in a corridor's charter.
pub(crate) const REJECT_HOURS: u64 = 72;

impl Record {
    /// Reads a bundle.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self> {
        let files = match Files::read(bytes)? {
            Read::Whole(files) => files,
            Read::Broken { why, .. } => return Err(why.into()),
        };
        let (mut acts, mut leaves) = (Vec::new(), Vec::new());
        for count in 0.. {
            let Some(bytes) = files.get(Path::Act(count)) else { break };
            let value = json::parse_canonical(bytes, &Limits::bytes(RECORD_BYTES_MAX))?;
            let act = value.get("act").and_then(Value::as_str).context("an act file without its act")?;
            let details = value.get("details").and_then(Value::as_str);
            let details = details
                .map(|text| json::parse(text.as_bytes(), &Limits::bytes(RECORD_BYTES_MAX)))
                .transpose()?;
            acts.push((Act::parse(act.as_bytes())?, details));
            let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default();
            let leaf = json::parse(text("leaf").as_bytes(), &Limits::bytes(RECORD_BYTES_MAX))?;
            let at = leaf.get("at").and_then(Value::as_str).context("a leaf without its time")?.parse()?;
            leaves.push(at);
        }
        anyhow::ensure!(!acts.is_empty(), "the bundle has no act");
        Ok(Self { files, acts, leaves })
    }

    /// Possession and title after the last act, replayed by the rules.
    pub(crate) fn bill(&self) -> Result<Bill> {
        let standing = |_: Platform| Standing::Member;
        let mut bill: Option<Bill> = None;
        let mut before: Option<Controller> = None;
        for ((act, details), at) in self.acts.iter().zip(&self.leaves) {
            // A re-home that was admitted had its release, or needed none.
            let facts = Facts::new(*at, REJECT_HOURS, &standing).released(true);
            let details = details.as_ref().context("a private part is left out of the evidence")?;
            let details = Details::parse(&json::canonical(details))?;
            let by = self.party_of(act.by())?;
            bill = Some(match bill {
                None => {
                    let to = self.party_of(act.to())?;
                    let agreed =
                        record::check_issue_alone((act, &details), &self.face()?, (&by, &to), &facts)?;
                    record::apply_issue(agreed)
                }
                Some(so_far) => {
                    let admitted = control::check_alone(so_far.control(), act, &facts)?;
                    let after = control::apply(so_far.control().clone(), &admitted);
                    let to = after.controller().filter(|after| Some(*after) != before.as_ref());
                    let to = to.map(|to| self.party_of(Some(to))).transpose()?;
                    let proposed =
                        Proposed { act, details: &details, by: &by, to: to.as_ref(), consents: &[] };
                    // The consents are not in the record; whoever judged the act when it was made has seen them.
                    let policy = Policy { cited_consents_given: true, ..Policy::default() };
                    let agreed = record::check_alone(&so_far, &proposed, &facts, policy)?;
                    record::apply(so_far, agreed)
                }
            });
            before = bill.as_ref().and_then(|bill| bill.control().controller()).cloned();
        }
        bill.context("no act")
    }

    fn party_of(&self, controller: Option<&Controller>) -> Result<Party> {
        let set = controller.and_then(|controller| controller.sets.first()).context("nobody is named")?;
        Ok(Party::of(&self.party(set)?)?)
    }

    fn face(&self) -> Result<Face> {
        let document = dcsa::TransportDocument::read(self.document()?)?;
        let party = |role: Role| document.party(role).map(Party::of).transpose();
        let to_order = document.value().get("isToOrder").and_then(Value::as_bool).unwrap_or_default();
        Ok(Face { to_order, consignee: party(Role::Consignee)?, endorsee: party(Role::Endorsee)? })
    }

    /// The record.
    pub(crate) const fn id(&self) -> Digest {
        self.files.record()
    }

    /// The record whose place this one took.
    pub(crate) fn predecessor(&self) -> Option<Digest> {
        self.acts.first().and_then(|(act, _)| match act.body() {
            Body::Issue(issue) => issue.from.first().copied(),
            Body::Keyset(_) | Body::Rekey(_) | Body::Step(_) => None,
        })
    }

    /// How many acts it has.
    pub(crate) fn length(&self) -> usize {
        self.acts.len()
    }

    /// The transport document.
    pub(crate) fn document(&self) -> Result<&[u8]> {
        self.files.get(Path::Document).context("the evidence has no document")
    }

    /// The private part of the first act: law, jurisdiction.
    pub(crate) fn issue_part(&self) -> Option<&Value> {
        self.acts.first().and_then(|(_, details)| details.as_ref())
    }

    /// The log of the record.
    pub(crate) fn registry(&self) -> Option<&Registry> {
        self.acts.first().and_then(|(act, _)| act.registry())
    }

    /// The party behind a key set, as enrolled.
    pub(crate) fn party(&self, set: &Digest) -> Result<Value> {
        let bytes =
            self.files.get(Path::SetAct(*set, 0)).context("the evidence does not have the key set")?;
        let value = json::parse_canonical(bytes, &Limits::bytes(RECORD_BYTES_MAX))?;
        let details =
            value.get("details").and_then(Value::as_str).context("the key set's private part is withheld")?;
        let details = json::parse(details.as_bytes(), &Limits::bytes(RECORD_BYTES_MAX))?;
        details.get("party").cloned().context("the key set names no party")
    }

    /// The act that surrendered the record last.
    pub(crate) fn surrender(&self) -> Option<&Act> {
        let surrenders = |act: &&Act| match act.body() {
            Body::Step(step) => matches!(step.action, Action::Surrender { .. }),
            Body::Issue(_) | Body::Keyset(_) | Body::Rekey(_) => false,
        };
        self.acts.iter().map(|(act, _)| act).rfind(surrenders)
    }

    /// The move that made the pledge under which the bill stands.
    pub(crate) fn pledge(&self) -> Result<Option<Digest>> {
        Ok(self.bill()?.title().pledge().map(|pledge| pledge.act))
    }

    /// The last act.
    pub(crate) fn last(&self) -> Result<&Act> {
        self.acts.last().map(|(act, _)| act).context("no act")
    }

    /// The carrier that issued it.
    pub(crate) fn issuer(&self) -> Option<Controller> {
        self.acts.first().and_then(|(act, _)| act.by()).cloned()
    }

    /// Who is in control after the last act, as the acts say; nobody once the record is closed. Whether the acts hold is
    /// the verifier's to say, and the registry's when the next one is handed in.
    pub(crate) fn controller(&self) -> Option<Controller> {
        let mut controller: Option<Controller> = None;
        let mut before: Vec<Controller> = Vec::new();
        for (act, _) in &self.acts {
            before.extend(controller.clone());
            let Body::Step(step) = act.body() else {
                controller = act.to().cloned();
                continue;
            };
            controller = match &step.action {
                Action::Move { to }
                | Action::Surrender { to, .. }
                | Action::Rehome { to }
                | Action::Adopt { to } => Some(to.clone()),
                Action::Note | Action::Leave => controller,
                // Back to whoever sent it, surrendered it, or asks for it.
                Action::Reject => before.iter().rev().find(|one| Some(*one) != controller.as_ref()).cloned(),
                Action::Return | Action::Reclaim => self.surrender().and_then(Act::by).cloned(),
                Action::Close { .. } => None,
            };
        }
        controller
    }

    /// Where the record stands, for the one who acts next.
    pub(crate) fn head(&self, by: Controller) -> Result<Head> {
        let last = self.last()?;
        let document = dcsa::TransportDocument::read(self.document()?)?.checksum();
        Ok(Head { record: self.files.record(), seq: last.seq(), digest: last.digest(), by, document })
    }
}
