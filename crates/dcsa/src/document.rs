//! The transport document: DCSA's bill of lading or sea waybill, kept verbatim beside a view of what it says.

use crypto::{
    Digest,
    json::{self, Limits, Value},
};
use vocab::{Refusal, RefusalKind, date::Date};

use crate::place::At;

/// Bytes of a transport document: its terms have up to 50,000 characters and each carrier clause 20,000.
pub const DOCUMENT_BYTES_MAX: usize = 1 << 20;

/// JSON, but no object.
pub const NOT_A_DOCUMENT: RefusalKind = RefusalKind {
    code: "not-a-transport-document",
    sentence: "This is not a DCSA transport document.",
    remedy: "Give one JSON object as DCSA's eBL standard describes it, without an envelope around it.",
};

/// A document that cannot be told from others.
pub const NO_IDENTITY: RefusalKind = RefusalKind {
    code: "document-without-identity",
    sentence: "The document lacks what tells it from every other bill of its carrier.",
    remedy: "Fill carrierCode, carrierCodeListProvider and transportDocumentReference, without control characters.",
};

/// A transport document, kept exactly as it came.
///
/// Invariant: `value` is what `bytes` say, and members that DCSA does not know are still there, for they are under the
/// checksum.
#[derive(Debug, Clone, PartialEq)]
pub struct TransportDocument {
    bytes: Vec<u8>,
    value: Value,
    checksum: Digest,
}

/// How a bill of lading passes on (DCSA EBL 3.0.4, members isToOrder and endorsee).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BillKind {
    /// To a named consignee, not negotiable.
    Straight,
    /// To the order of a named endorsee.
    ToOrder,
    /// To order without an endorsee: to whoever holds it.
    Blank,
}

/// A party in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Who contracts for the carriage.
    Shipper,
    /// To whom a straight bill consigns the goods.
    Consignee,
    /// To whose order a negotiable bill is made out.
    Endorsee,
    /// Who issues the document.
    IssuingParty,
}

/// What tells one document from every other of the world: the carrier, its reference and the sub-reference.
///
/// Invariant: no control characters, so that joined by line feeds the three cannot be read in two ways (docs/control.md 6).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity {
    /// `carrierCodeListProvider` and `carrierCode` with a colon between.
    pub carrier: String,
    /// `transportDocumentReference`.
    pub reference: String,
    /// `transportDocumentSubReference`; empty where there is none.
    pub sub_reference: String,
}

impl TransportDocument {
    /// The document that `bytes` write.
    ///
    /// # Errors
    /// What is wrong with the JSON, or [`NOT_A_DOCUMENT`]. What is wrong with the bill is for [`crate::check`] to say.
    pub fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let value = json::parse(bytes, &Limits::bytes(DOCUMENT_BYTES_MAX))?;
        if value.as_object().is_none() {
            return Err(NOT_A_DOCUMENT.refuse());
        }
        let checksum = checksum(&value);
        Ok(TransportDocument { bytes: bytes.to_vec(), value, checksum })
    }

    /// This document as its carrier issues it on `day`: status `ISSUED`, and `issueDate` where the draft left it open.
    /// All else is as it was; the bytes are the canonical form.
    #[must_use]
    pub fn issued_on(&self, day: Date) -> Self {
        let mut object = self.value.as_object().cloned().unwrap_or_default();
        object.insert("transportDocumentStatus", "ISSUED");
        if object.get("issueDate").is_none() {
            object.insert("issueDate", day.to_string());
        }
        let value = Value::Object(object);
        let bytes = json::canonical(&value);
        TransportDocument { checksum: Digest::of(&bytes), bytes, value }
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What they say.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// DCSA's `transportDocumentChecksum`: SHA-256 over the RFC 8785 form of the whole document.
    pub const fn checksum(&self) -> Digest {
        self.checksum
    }

    /// `transportDocumentReference`, the number of the bill.
    pub fn reference(&self) -> Option<&str> {
        self.text("transportDocumentReference")
    }

    /// What tells this document from every other.
    ///
    /// # Errors
    /// [`NO_IDENTITY`] naming the member.
    pub fn identity(&self) -> Result<Identity, Refusal> {
        let member = |name: &str| match self.text(name) {
            Some(text) if !text.is_empty() && !text.chars().any(char::is_control) => Ok(text),
            Some(_) | None => Err(NO_IDENTITY.refuse().at(format!("/{name}"))),
        };
        let sub_reference = match self.value.get("transportDocumentSubReference") {
            Some(_) => member("transportDocumentSubReference")?,
            None => "",
        };
        let carrier = format!("{}:{}", member("carrierCodeListProvider")?, member("carrierCode")?);
        let reference = member("transportDocumentReference")?.to_owned();
        Ok(Identity { carrier, reference, sub_reference: sub_reference.to_owned() })
    }

    /// How the bill passes on; `None` for a sea waybill, which does not, and for a document that does not say.
    pub fn kind(&self) -> Option<BillKind> {
        if self.text("transportDocumentTypeCode") != Some("BOL") {
            return None;
        }
        match (self.value.get("isToOrder")?.as_bool()?, self.party(Role::Endorsee)) {
            (false, _) => Some(BillKind::Straight),
            (true, Some(_)) => Some(BillKind::ToOrder),
            (true, None) => Some(BillKind::Blank),
        }
    }

    /// The party object of `role` as it stands in the document.
    pub fn party(&self, role: Role) -> Option<&Value> {
        let name = match role {
            Role::Shipper => "shipper",
            Role::Consignee => "consignee",
            Role::Endorsee => "endorsee",
            Role::IssuingParty => "issuingParty",
        };
        self.value.get("documentParties")?.get(name)
    }

    /// The root of the document, to read downwards.
    pub(crate) fn root(&self) -> At<'_> {
        At::root(&self.value)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.value.get(name)?.as_str()
    }
}

/// DCSA's checksum of a JSON object (transport document, `issueTo` party, manifest): SHA-256 over its RFC 8785 form.
pub fn checksum(value: &Value) -> Digest {
    Digest::of(&json::canonical(value))
}
