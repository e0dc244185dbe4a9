//! What DCSA says on the wire: transport documents, code lists, envelope chains and signed answers.
//!
//! A moving standard, kept apart from the law that does not move. Bytes in, bytes out: this room opens no connection
//! and reads no clock. Begin with [`TransportDocument`] (the bill's own text), [`check`] (what is wrong with it),
//! [`transaction`] (DCSA's words for acts) and [`pint`] (how two platforms pass a bill on).

pub mod check;
pub mod document;
pub mod pint;
mod place;
mod refusals;
pub mod transaction;

pub use document::TransportDocument;
pub use refusals::REFUSALS;
