//! Electronic invoices in UBL 2.1: read in one pass, judged exactly as the network's rules judge them, and explained.
//!
//! [`check`] reads bytes and answers twice: what each official set of rules will say of them (same ids, weights and places,
//! also where the official rules are wrong, and "cannot run" where they stop with a type error), and what we find
//! ourselves. Begin there; then [`rule`], which says what a rule is. `docs/invoice-rules.md` shows how to add one. [`model`]
//! holds an invoice as its business terms, read from a document or to be written as one.
//!
//! It is pure: bytes in, verdict out. It knows no file, clock or network.

mod attachment;
mod cast;
mod causes;
mod coming;
mod digits;
mod document;
mod en16931;
mod engine;
mod examples;
mod facts;
mod fault;
mod finding;
mod iras;
mod ledger;
pub mod limits;
mod lists;
mod mend;
pub mod model;
mod names;
pub mod order;
mod own;
mod peppol;
mod pint;
mod pint_sg;
mod profile;
mod read;
pub mod refusals;
pub mod rule;
mod schema;
mod spot;
mod tax;
mod text;
mod unused;
mod verdict;
mod view;

pub use attachment::{Attachment, Content, Embedded, attachments};
pub use causes::{COPIED_BYTES_MAX, COPIES_MAX, Cause, Change, Told, causes};
pub use coming::{ComingRelease, Forecast, coming_releases, coming_rules, forecast};
pub use document::Document;
pub use examples::Example;
pub use finding::Finding;
pub use ledger::{LEDGER_RULES, Ledger};
pub use own::{OWN_RULES, OwnRule};
pub use profile::{Profile, profiles};
pub use read::read;
pub use refusals::REFUSALS;
pub use tax::tax_facts;
pub use verdict::{Outcome, SetVerdict, Verdict, check, judge, rule_sets, rules_of};
pub use view::{one_line, view_html, view_text};
