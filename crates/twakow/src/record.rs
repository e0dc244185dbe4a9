//! A bill as its evidence has it: what a holder's tool reads before it acts.

use anyhow::{Context, Result};
use bill::{
    act::{Act, Action, Body},
    words::{Controller, Registry},
};
use crypto::{
    Digest,
    json::{self, Limits, Value},
};
use evidence::bundle::{
    Files, Read,
    path::{Path, RECORD_BYTES_MAX},
};
use node::desk::Head;

/// A record, read from a bundle.
pub(crate) struct Record {
    files: Files,
    acts: Vec<(Act, Option<Value>)>,
}

impl Record {
    /// Reads a bundle.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self> {
        let files = match Files::read(bytes)? {
            Read::Whole(files) => files,
            Read::Broken { why, .. } => return Err(why.into()),
        };
        let mut acts = Vec::new();
        for count in 0.. {
            let Some(bytes) = files.get(Path::Act(count)) else { break };
            let value = json::parse_canonical(bytes, &Limits::bytes(RECORD_BYTES_MAX))?;
            let act = value.get("act").and_then(Value::as_str).context("an act file without its act")?;
            let details = value.get("details").and_then(Value::as_str);
            let details = details
                .map(|text| json::parse(text.as_bytes(), &Limits::bytes(RECORD_BYTES_MAX)))
                .transpose()?;
            acts.push((Act::parse(act.as_bytes())?, details));
        }
        anyhow::ensure!(!acts.is_empty(), "the bundle has no act");
        Ok(Self { files, acts })
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

/// How many acts a bundle has; 0 when it cannot be read.
pub(crate) fn count_acts(bytes: &[u8]) -> usize {
    Record::read(bytes).map_or(0, |record| record.acts.len())
}
