//! What a node asks of others: put into the outbox in the transaction that makes it necessary, carried until answered.

use std::{collections::BTreeMap, time::Duration};

use crypto::Digest;
use store::{Lease, Message, Space, Store, Txn};
use vocab::Timestamp;

use crate::{NodeError, Request};

/// A request that was carried and not answered is carried again after this long.
pub(crate) const RETRY_AFTER: Duration = Duration::from_secs(2);
/// A request that was heard without an answer that means anything is asked again after this long.
pub(crate) const ASK_AGAIN_AFTER: Duration = Duration::from_millis(200);
/// Requests handed out at once.
pub(crate) const DUE_MAX: usize = 256;

const OUTBOX: Space = Space::new("post");

/// The requests that are under way, by their id.
///
/// Invariant: a request leaves the outbox only in the transaction that acts on its answer, so a crash between the two
/// asks again with the same bytes, and whoever is asked answers the same.
#[derive(Debug, Default)]
pub(crate) struct Post {
    under_way: BTreeMap<Digest, Lease>,
}

/// Puts a request into the outbox, due at once. Putting the same one again changes nothing.
pub(crate) fn ask(
    txn: &mut dyn Txn,
    to: &str,
    path: &str,
    body: &[u8],
    now: Timestamp,
) -> Result<Digest, NodeError> {
    let id = Request::id_of(to, path, body);
    let bytes = [path.as_bytes(), b"\n", body].concat();
    txn.outbox_put(OUTBOX.key(id.as_bytes()), Message { to, bytes: &bytes }, now)?;
    Ok(id)
}

impl Post {
    /// Leases the requests that are due.
    pub(crate) fn due(&mut self, store: &Store, now: Timestamp) -> Result<Vec<Request>, NodeError> {
        if store.read(|view| view.outbox_due(OUTBOX))?.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let deliveries = store.write(move |txn| txn.outbox_lease(OUTBOX, now, RETRY_AFTER, DUE_MAX))?;
        let mut requests = Vec::with_capacity(deliveries.len());
        for delivery in deliveries {
            // Invariant: `ask` wrote these bytes, a path without a line break and the body after it.
            let Some(end) = delivery.bytes.iter().position(|byte| *byte == b'\n') else { continue };
            let (path, body) = delivery.bytes.split_at(end);
            let path = String::from_utf8_lossy(path).into_owned();
            let request = Request::new(delivery.to, path, body.get(1..).unwrap_or_default().to_vec());
            self.under_way.insert(request.id, delivery.lease);
            requests.push(request);
        }
        Ok(requests)
    }

    /// When the next request is due, or its lease ends.
    pub(crate) fn waits_until(store: &Store) -> Result<Option<Timestamp>, NodeError> {
        Ok(store.read(|view| view.outbox_due(OUTBOX))?)
    }

    /// A request goes out under another id than it has in the outbox.
    pub(crate) fn renamed(&mut self, from: &Digest, to: Digest) {
        if let Some(lease) = self.under_way.remove(from) {
            self.under_way.insert(to, lease);
        }
    }

    /// The lease of a request whose reply has arrived; `None` when it was answered before.
    pub(crate) fn lease(&mut self, id: &Digest) -> Option<Lease> {
        self.under_way.remove(id)
    }
}
