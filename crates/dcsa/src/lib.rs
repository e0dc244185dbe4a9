//! What DCSA says on the wire: transport documents, code lists, envelope chains and signed answers.
//!
//! A moving standard, kept apart from the law that does not move. Bytes in, bytes out: this room opens no connection
//! and reads no clock. Begin with [`TransportDocument`] (the bill's own text) and [`check`] (what is wrong with it).

pub mod check;
pub mod document;
mod place;
mod refusals;

pub use document::TransportDocument;
pub use refusals::REFUSALS;
