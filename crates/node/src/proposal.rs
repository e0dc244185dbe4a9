//! A proposal: the first act of an amended bill, signed by the carrier, that nobody can hand in before the holder of the
//! bill has surrendered it for this very act and the carrier closes it so (docs/control.md 11).
//!
//! It is a hand-in file with one issue, passed from carrier to holder by any way: what the holder agrees to is the act's
//! digest, so a proposal that was changed on the way is another one.

use bill::{
    act::{Act, Body},
    words::Controller,
};
use crypto::{
    Digest,
    json::{self, Fields, Limits, Value},
};
use dcsa::TransportDocument;
use vocab::{Refusal, RefusalKind};

use crate::platform::shelf::{HAND_IN_BYTES_MAX, Paper};

/// Bytes of a proposal at most: those of a hand-in.
pub const PROPOSAL_BYTES_MAX: usize = HAND_IN_BYTES_MAX;

/// A file that is no proposal, or does not hold together.
pub const NOT_A_PROPOSAL: RefusalKind = RefusalKind {
    code: "not-a-proposal",
    sentence: "This file is not the proposal of an amended bill.",
    remedy: "Ask the carrier for the file that `twakow bill amend` wrote.",
};

/// A proposal about another bill, or by another carrier.
pub const OTHER_BILL_PROPOSED: RefusalKind = RefusalKind {
    code: "other-bill-proposed",
    sentence: "The proposal does not take this bill's place.",
    remedy: "Ask the carrier that issued the bill to propose again, from this record.",
};

/// The bill is with the carrier already: what takes its place must be agreed in the surrender.
pub const SURRENDERED_ALREADY: RefusalKind = RefusalKind {
    code: "surrendered-already",
    sentence: "The bill is surrendered already, and the holder has agreed to nothing that takes its place.",
    remedy: "Give it back with `twakow act return`, propose, and let the holder surrender it naming the proposal.",
};

/// An amended bill has another number.
pub const OTHER_NUMBER: RefusalKind = RefusalKind {
    code: "other-number",
    sentence: "The draft is of another bill: an amended bill keeps carrier, reference and sub-reference.",
    remedy: "Write the bill's own transportDocumentReference, sub-reference and carrierCode into the draft.",
};

/// A proposal.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    paper: Paper,
    document: TransportDocument,
    receivers: Vec<Value>,
}

impl Proposal {
    /// Reads a proposal: one issue that takes another record's place, its private part, and its document.
    ///
    /// # Errors
    /// [`NOT_A_PROPOSAL`]; what the act and the JSON refuse.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse(bytes, &Limits::bytes(PROPOSAL_BYTES_MAX))?;
        let mut fields = Fields::of(&value, "proposal")?;
        fields.constant("v", "twakow/hand-in/1")?;
        let [act] = fields.array("acts")? else { return Err(NOT_A_PROPOSAL.because("not one act")) };
        let paper = Paper::read(act)?;
        let document =
            fields.value("document")?.as_str().ok_or_else(|| NOT_A_PROPOSAL.because("no document"))?;
        let document = TransportDocument::read(document.as_bytes())?;
        let receivers = fields.array("receivers")?.to_vec();
        fields.end()?;
        let proposal = Self { paper, document, receivers };
        if proposal.from().is_none() {
            return Err(NOT_A_PROPOSAL.because("it takes no record's place"));
        }
        let stated = proposal.part()?.get("document").and_then(Value::as_str).map(str::to_owned);
        if stated != Some(proposal.document.checksum().to_string()) {
            return Err(NOT_A_PROPOSAL.because("the act is not about this document"));
        }
        Ok(proposal)
    }

    /// Whether it takes the place of `record`, which `issuer` issued.
    ///
    /// # Errors
    /// [`OTHER_BILL_PROPOSED`].
    pub fn replaces(&self, record: &Digest, issuer: &Controller) -> Result<(), Refusal> {
        if self.from() != Some(*record) {
            return Err(OTHER_BILL_PROPOSED.because(format!("it names another record than {record}")));
        }
        if self.act().by().map(|by| &by.sets) != Some(&issuer.sets) {
            return Err(OTHER_BILL_PROPOSED.because("another carrier makes it"));
        }
        Ok(())
    }

    /// The first act of the amended bill. Its digest is what the holder agrees to.
    pub const fn act(&self) -> &Act {
        &self.paper.act
    }

    /// The amended document.
    pub const fn document(&self) -> &TransportDocument {
        &self.document
    }

    /// The act file.
    pub fn file(&self) -> Value {
        self.paper.value()
    }

    /// The key-set files that came with it.
    pub fn receivers(&self) -> &[Value] {
        &self.receivers
    }

    /// The private part of the act.
    ///
    /// # Errors
    /// Never, for one that was read.
    pub fn part(&self) -> Result<Value, Refusal> {
        json::parse_canonical(&self.paper.details, &Limits::bytes(PROPOSAL_BYTES_MAX))
    }

    fn from(&self) -> Option<Digest> {
        match self.act().body() {
            Body::Issue(issue) => issue.from.first().copied(),
            Body::Keyset(_) | Body::Rekey(_) | Body::Step(_) => None,
        }
    }
}
