//! The corridor in a box: nodes as values in one process, and between them a wire that can be as bad as a real one.
//!
//! It opens `node` and never `store`: whatever it shows, it shows through the door that everybody uses. Begin with
//! [`link::World`].

pub mod corridor;
pub mod link;

use vocab::RefusalKind;

/// What this room refuses.
pub const REFUSALS: &[&RefusalKind] = &[&corridor::BAD_CORRIDOR, &link::BAD_FAULT];
