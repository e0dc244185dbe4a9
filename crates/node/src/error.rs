//! How a node fails. A refusal is not a failure: it is an answer, and travels in a reply.

use store::{DirectoryError, StoreError};
use vocab::Refusal;

/// An accident: the request was not answered, and nothing was promised.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The store did not do what it was asked.
    #[error("the node's store failed")]
    Store(#[from] StoreError),
    /// The node's directory cannot be opened.
    #[error("the node's directory cannot be used")]
    Directory(#[source] DirectoryError),
    /// The node's own state, settings or keys are not what they must be; the refusal says what to do.
    #[error("{0}")]
    State(#[source] Refusal),
}

impl From<DirectoryError> for NodeError {
    /// What the store refuses stays a refusal, with its code and remedy.
    fn from(error: DirectoryError) -> Self {
        match error {
            DirectoryError::Refused(refusal) => Self::State(refusal),
            disk @ DirectoryError::Disk(_) => Self::Directory(disk),
        }
    }
}

impl From<Refusal> for NodeError {
    fn from(refusal: Refusal) -> Self {
        Self::State(refusal)
    }
}
