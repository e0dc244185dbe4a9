//! How much one document may ask of us.

/// Bytes of a document: an invoice with every attachment that a mailbox accepts is far smaller.
pub const BYTES_MAX: usize = 128 * 1024 * 1024;
/// Elements of a document. A row takes 40 bytes, so a document asks for at most 40 MB beside its own bytes; an invoice of
/// 10,000 lines has about 330,000.
pub const ELEMENTS_MAX: usize = 1_000_000;
/// Attributes of a document, each of 28 bytes at most.
pub const ATTRIBUTES_IN_ALL_MAX: usize = 500_000;
/// Attributes of one element; UBL's largest set has nine.
pub const ATTRIBUTES_MAX: usize = 64;
/// Bytes of an attribute's value. Files are named there, and namespaces.
pub const ATTRIBUTE_BYTES_MAX: usize = 64 * 1024;
/// Elements within elements; sub-lines within sub-lines are what nests deepest, and nobody writes more than a few.
pub const DEPTH_MAX: usize = 100;
/// Bytes of text that stands in the file with references or in pieces and is written out anew.
pub const REWRITTEN_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Faults against the schema that are told of one document.
pub const FAULTS_MAX: usize = 100;
/// Namespaces in force at one place.
pub const NAMESPACES_MAX: usize = 256;
/// Findings of one rule that are told of one document in a report for people; agreement is counted over all of them.
pub const FINDINGS_OF_A_RULE_MAX: usize = 100;
/// Invoices that credit notes bind to one another in a ledger; nobody's credit note names more than a few.
pub const LEDGER_CHAIN_MAX: usize = 1000;
/// Bytes of text that a view of an invoice shows, each value counted with 64 more; an invoice of 10,000 lines needs about 7 MB.
pub const VIEW_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Values without a place of their own that a view lists; of more it says how many there are.
pub const LEFTOVERS_MAX: usize = 2_000;
/// Findings that a page for people shows.
pub const FINDINGS_SHOWN_MAX: usize = 1_000;
/// Bytes of one attachment that is taken out.
pub const ATTACHMENT_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Attachments and addresses of documents of one invoice.
pub const ATTACHMENTS_MAX: usize = 200;
/// Characters of an attachment's file name before its extension, as it is written to disk.
pub const FILE_NAME_CHARACTERS_MAX: usize = 80;
