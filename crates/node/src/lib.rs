//! Use cases: command in, reply and effects out. Synchronous; no socket, no clock, no randomness but what is handed in.
//!
//! A node is a value: its own directory with one store, its keys and its log. Between nodes only bytes pass, as requests
//! and replies ([`message`]); whoever carries them may lose, double, delay and reorder them. Every node writes before it
//! says: what a reply promises is durable when `serve` returns, and what a node asks of others stands in its outbox,
//! with identical bytes on every retry.

pub mod desk;
pub mod directory;
pub mod error;
mod finals;
pub mod founding;
pub mod keys;
pub mod message;
mod parallel;
pub mod platform;
mod post;
pub mod proposal;
mod refusals;
pub mod registrar;
pub mod settings;
pub mod wire;
pub mod witness;

pub use error::NodeError;
pub use message::{Asked, Node, Reply, Request, Status};
pub use refusals::REFUSALS;
