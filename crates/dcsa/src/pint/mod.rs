//! Platform to platform: DCSA's Platform Interoperability (PINT 3.0) as sender and receiver, bytes in and bytes out.
//!
//! An *envelope* carries the document, a chain of signed entries that tell its whole history, and a manifest. The
//! receiver looks at it (`receive`) and answers with a signed code; the sender reads that answer (`send`). Nothing
//! here moves a bill: for a record under a registry only the log does (docs/control.md 10), and a signed answer is the other
//! platform's word.
//!
//! Now: RECE, DUPE, BENV, BSIG, and DISE where an envelope contradicts what is known. INCD and MDOC are read, and are
//! given once documents arrive one by one over HTTP.

mod messages;
mod receive;
mod replay;
mod send;
mod signed;

pub use messages::{
    BAD_RESPONSE_CODE, DOCUMENTS_MAX, DocumentMetadata, ENTRIES_MAX, ENVELOPE_BYTES_MAX, EblEnvelope,
    EnvelopeManifest, EnvelopeTransferChainEntry, FinishedResponse, IssuanceManifest, REASON_MAX,
    ResponseCode, TOO_MANY, TRANSACTIONS_MAX,
};
pub use receive::{
    BAD_ENVELOPE, DOCUMENT_AGAINST_SCHEMA, Facts, History, Issuer, Outcome, Received, examine,
};
pub use replay::{Holding, IMPOSSIBLE_CHAIN, Phase, replay};
pub use send::{ANSWER_NOT_OURS, Accompanying, Answer, Heard, Offer, OfferState, read_answer};
pub use signed::{
    NO_PINT_KEY, Peer, SIGNED_BY_NOBODY_KNOWN, SignedEntry, entry_checksum, sign_entry,
    sign_issuance_manifest, sign_manifest,
};
