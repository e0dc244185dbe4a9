//! Durable state behind one contract in prose: streams, heads, blobs, index, claims, outbox, tiles.
//!
//! It keeps bytes and keys, and knows nothing of bills, invoices or people; it is the only room with SQL. Begin with
//! [`contract`], which says what is durable when, serialisable with what and retried by whom; then [`Store`], the
//! handle that callers hold. [`sqlite`] keeps a directory, [`memory`] the same for simulations. [`observer`] names the
//! steps at which tests kill a store; [`freshness`] tells an older copy from the newest.

pub mod contract;
pub mod error;
pub mod freshness;
pub mod limits;
pub mod memory;
pub mod observer;
pub mod sqlite;
mod store;

use vocab::RefusalKind;

pub use contract::{Blob, Claim, Delivery, Head, Key, Lease, Lineage, Message, Row, Space, Txn, View};
pub use error::{DirectoryError, StoreError};
pub use store::{Options, Store, Ticket};

/// Every refusal of this room; `docs/errors.md` is printed from such tables.
pub const REFUSALS: &[&RefusalKind] = &[
    &error::DAMAGED,
    &error::IN_THE_WAY,
    &error::NOT_A_STORE,
    &error::NO_STORE,
    &error::OTHER_SCHEMA,
    &error::TOO_NEW,
    &freshness::FORKED_COPY,
    &freshness::OLDER_COPY,
    &freshness::OTHER_STORE,
    &freshness::TOO_FEW_ANSWERS,
];
