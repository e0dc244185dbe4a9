//! Platform to platform: DCSA's Platform Interoperability (PINT 3.0) as sender and receiver, bytes in and bytes out.
//!
//! An *envelope* carries the document, a chain of signed entries that tell its whole history, and a manifest. The
//! receiver looks at it (`receive`) and answers with a signed code; the sender reads that answer (`send`). Nothing
//! here moves a bill: for a record under a registry only the log does (docs/control.md 10), and a signed answer is the other
//! platform's word.
//!
//! Who takes an envelope in answers RECE, DUPE, BENV, BSIG, or DISE where it contradicts what is known; INCD and MDOC
//! where its documents arrive one by one and are not the ones announced.

mod messages;
mod receive;
mod replay;
mod send;
mod signed;

pub use messages::{
    BAD_REFERENCE, BAD_RESPONSE_CODE, DOCUMENT_BODY_BYTES_MAX, DOCUMENT_BYTES_MAX, DOCUMENTS_MAX,
    DocumentMetadata, ENTRIES_MAX, ENVELOPE_BYTES_MAX, EblEnvelope, EnvelopeManifest,
    EnvelopeTransferChainEntry, FinishedResponse, IssuanceManifest, REASON_MAX, REFERENCE_MAX, ResponseCode,
    StartedResponse, TOO_MANY, TRANSACTIONS_MAX, answer_body, document_body, read_answer_body,
    read_document_body,
};
pub use receive::{
    BAD_ENVELOPE, DOCUMENT_AGAINST_SCHEMA, Facts, History, Issuer, Issuers, Outcome, Received, examine,
};
pub use replay::{Holding, IMPOSSIBLE_CHAIN, Phase, replay};
pub use send::{ANSWER_NOT_OURS, Accompanying, Answer, Heard, Offer, OfferState, read_answer};
pub use signed::{
    NO_PINT_KEY, Peer, SIGNED_BY_NOBODY_KNOWN, SignedEntry, entry_checksum, sign_entry,
    sign_issuance_manifest, sign_manifest,
};
