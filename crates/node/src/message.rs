//! What passes between nodes: requests and replies, as bytes.

use crypto::{Digest, entropy::Entropy};
use vocab::Timestamp;

use crate::NodeError;

/// What one node asks of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Digest of receiver, path and body: names the request, the same on every retry.
    pub id: Digest,
    /// The node asked, by its name in the corridor.
    pub to: String,
    /// What is asked, as a network face serves it: `/v1/submit`.
    pub path: String,
    /// The bytes, identical on every retry.
    pub body: Vec<u8>,
}

impl Request {
    /// A request of `to` under `path`; its id follows from these and the body.
    pub fn new(to: impl Into<String>, path: impl Into<String>, body: Vec<u8>) -> Self {
        let (to, path) = (to.into(), path.into());
        Self { id: Self::id_of(&to, &path, &body), to, path, body }
    }

    /// The id that a request of `to` with this path and body has.
    pub fn id_of(to: &str, path: &str, body: &[u8]) -> Digest {
        Digest::of_parts(&[b"twakow/request/1\n", to.as_bytes(), b"\n", path.as_bytes(), b"\n", body])
    }
}

/// What the node asked answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// 200 done, 202 heard but it means nothing yet (ask again), 409 conflict, 422 refused, 404 unknown.
    pub status: Status,
    /// The bytes of the answer.
    pub body: Vec<u8>,
}

/// The kinds of answer there are, as HTTP numbers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done; the body says what.
    Ok,
    /// Something was started (PINT's 201: documents are missing).
    Started,
    /// Heard, and it means nothing: ask again with the same bytes.
    Accepted,
    /// Done; nothing to say.
    NoContent,
    /// Unreadable.
    BadRequest,
    /// Unknown, or not for the one who asks: the two look the same.
    NotFound,
    /// It contradicts what is known.
    Conflict,
    /// Read, and refused.
    Refused,
}

impl Status {
    /// The number on the wire.
    pub const fn number(self) -> u16 {
        match self {
            Status::Ok => 200,
            Status::Started => 201,
            Status::Accepted => 202,
            Status::NoContent => 204,
            Status::BadRequest => 400,
            Status::NotFound => 404,
            Status::Conflict => 409,
            Status::Refused => 422,
        }
    }
}

/// One request among several that are served together.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// Who asks, by its name in the corridor; empty for the operator's own machine.
    pub from: &'a str,
    /// What is asked.
    pub path: &'a str,
    /// The bytes.
    pub body: &'a [u8],
}

/// One node, as whoever carries its messages sees it.
pub trait Node {
    /// Its name in the corridor.
    fn name(&self) -> &str;

    /// Answers one request. What the answer promises is durable before this returns; the same bytes get the same answer.
    ///
    /// # Errors
    /// An accident: the store failed, or the node no longer trusts its own state. Then nothing was promised.
    fn serve(
        &mut self,
        from: &str,
        path: &str,
        body: &[u8],
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Reply, NodeError>;

    /// Answers several requests that have arrived together, each as [`Node::serve`] would, and as if they had come in this
    /// order. Whoever can, judges them over the cores and writes them in one transaction: many share one fsync. What is
    /// refused among them harms no other.
    ///
    /// # Errors
    /// An accident, as of [`Node::serve`]: then nothing was promised to any of them.
    fn serve_many(
        &mut self,
        asked: &[Asked<'_>],
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<Vec<Reply>, NodeError> {
        asked.iter().map(|one| self.serve(one.from, one.path, one.body, now, entropy)).collect()
    }

    /// The requests whose turn has come.
    ///
    /// # Errors
    /// The store failed.
    fn due(&mut self, now: Timestamp) -> Result<Vec<Request>, NodeError>;

    /// When its next request is due, or comes back because nobody answered; `None` when it has nothing to ask.
    ///
    /// # Errors
    /// The store failed.
    fn waits_until(&self) -> Result<Option<Timestamp>, NodeError>;

    /// A reply to one of its requests has arrived, perhaps for the second time, perhaps long after.
    ///
    /// # Errors
    /// The store failed.
    fn answered(
        &mut self,
        request: &Request,
        reply: &Reply,
        now: Timestamp,
        entropy: &mut dyn Entropy,
    ) -> Result<(), NodeError>;

    /// Time has passed.
    ///
    /// # Errors
    /// The store failed.
    fn pass(&mut self, now: Timestamp, entropy: &mut dyn Entropy) -> Result<(), NodeError>;
}
