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
/// Attempts after which the pause before the next grows by [`ASK_AGAIN_AFTER`]. Who waits a month for an answer, as long as an
/// offer may live, has asked 20,000 times, and in the end every four minutes.
const ATTEMPTS_A_PAUSE: u32 = 16;
/// Requests handed out at once.
pub(crate) const DUE_MAX: usize = 256;

const OUTBOX: Space = Space::new("post");

/// The requests that are under way, by their id.
///
/// Invariant: a request leaves the outbox only in the transaction that acts on its answer, so a crash between the two
/// asks again with the same bytes, and whoever is asked answers the same.
#[derive(Debug, Default)]
pub(crate) struct Post {
    under_way: BTreeMap<Digest, (Lease, u32)>,
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
            self.under_way.insert(request.id, (delivery.lease, delivery.attempt));
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
        self.under_way.remove(id).map(|(lease, _)| lease)
    }

    /// How long to wait before a request that is under way is asked again: the longer the more often it was asked in vain.
    pub(crate) fn patience(&self, id: &Digest) -> Duration {
        let attempts = self.under_way.get(id).map_or(0, |(_, attempt)| *attempt);
        ASK_AGAIN_AFTER.saturating_mul((attempts / ATTEMPTS_A_PAUSE).max(1))
    }
}

#[cfg(test)]
mod tests {
    use store::{Options, memory::Disk};

    use super::*;

    #[test]
    fn the_pauses_grow_with_the_attempts() {
        let store = Store::in_memory(&Disk::new(), Options::creating(Digest::of(b"post"))).unwrap();
        let mut now: Timestamp = "2026-03-13T08:00:00.000Z".parse().unwrap();
        let began = now;
        let id = store.write(move |txn| ask(txn, "platform-b", "/v3/envelopes", b"{}", now)).unwrap();
        let mut post = Post::default();
        let mut pauses = Vec::new();
        for _ in 0..1_600 {
            let requests = post.due(&store, now).unwrap();
            assert_eq!(requests.len(), 1, "due when the pause is over");
            let pause = post.patience(&id);
            now = now.plus(pause);
            let lease = post.lease(&id).unwrap();
            store.write(move |txn| txn.outbox_defer(lease, now).map_err(NodeError::from)).unwrap();
            pauses.push(pause);
        }
        // 0.2 s for the first 31 attempts, then 0.2 s more every 16: 20 s at attempt 1,600.
        assert!(pauses[..31].iter().all(|pause| *pause == ASK_AGAIN_AFTER));
        assert_eq!((pauses[31], pauses[1_599]), (ASK_AGAIN_AFTER * 2, ASK_AGAIN_AFTER * 100));
        // 15 * 0.2 + 16 * 0.2 * (1 + 2 + … + 99) + 20 = 15,863 s.
        assert_eq!(now.unix_seconds() - began.unix_seconds(), 15_863);
    }
}
