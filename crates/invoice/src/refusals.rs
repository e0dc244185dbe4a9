//! Why a document is not read at all, or not written.

use vocab::RefusalKind;

pub use crate::order::refusals::*;

/// Every refusal of this room.
pub const REFUSALS: &[&RefusalKind] = &[
    &AGAINST_RULES,
    &AMOUNT_WRONG,
    &ATTACHMENT_BASE64,
    &ATTACHMENT_CONTENT,
    &ATTACHMENT_TOO_LARGE,
    &ATTACHMENT_TYPE,
    &ATTRIBUTE_TOO_LONG,
    &CODE_UNKNOWN,
    &DOCTYPE,
    &ENCODING,
    &KEY_MISSING,
    &KEY_UNKNOWN,
    &NOT_UBL_INVOICE,
    &NOT_XML,
    &NO_SUCH_PROFILE,
    &TAX_UNCLEAR,
    &TOO_DEEP,
    &TOO_LARGE,
    &TOO_MANY_ATTACHMENTS,
    &TOO_MANY_ATTRIBUTES,
    &TOO_MANY_ELEMENTS,
    &TOO_MUCH,
    &TOO_MUCH_REWRITTEN,
    &VALUE_WRONG,
    &VIEW_TOO_LARGE,
];

/// An attachment that is not base64.
pub const ATTACHMENT_BASE64: RefusalKind = RefusalKind {
    code: "invoice-attachment-base64",
    sentence: "The attachment is not written in base64, so its bytes cannot be told.",
    remedy: "Ask the sender to embed the file again.",
};

/// An attachment whose bytes are not of the type that it names.
pub const ATTACHMENT_CONTENT: RefusalKind = RefusalKind {
    code: "invoice-attachment-content",
    sentence: "The attachment is not the kind of file that its mimeCode says, or it holds macros.",
    remedy: "Ask the sender for the file by another way, and do not open this one.",
};

/// An attachment of more bytes than [`crate::limits::ATTACHMENT_BYTES_MAX`].
pub const ATTACHMENT_TOO_LARGE: RefusalKind = RefusalKind {
    code: "invoice-attachment-too-large",
    sentence: "The attachment is larger than one that is taken out.",
    remedy: "Ask the sender for the file by another way.",
};

/// An attachment of a type that invoices do not carry.
pub const ATTACHMENT_TYPE: RefusalKind = RefusalKind {
    code: "invoice-attachment-type",
    sentence: "The attachment names no type that an invoice may carry: PDF, PNG, JPEG, CSV, Excel, OpenDocument or XML.",
    remedy: "Ask the sender for the file by another way.",
};

/// An attribute's value is longer than [`crate::limits::ATTRIBUTE_BYTES_MAX`].
pub const ATTRIBUTE_TOO_LONG: RefusalKind = RefusalKind {
    code: "invoice-attribute-too-long",
    sentence: "An attribute of this invoice is longer than any scheme, unit or file name can be.",
    remedy: "Shorten the attribute; long text belongs into an element.",
};

/// A document type declaration: entities expand there.
pub const DOCTYPE: RefusalKind = RefusalKind {
    code: "invoice-doctype",
    sentence: "The file has a document type declaration, through which entities and other files could be drawn in.",
    remedy: "Write the invoice without <!DOCTYPE …> and without entities; UBL never needs them.",
};

/// Neither UTF-8 nor ASCII.
pub const ENCODING: RefusalKind = RefusalKind {
    code: "invoice-encoding",
    sentence: "The file is not written in UTF-8.",
    remedy: "Save the invoice in UTF-8, and let its first line say so or say nothing about the encoding.",
};

/// XML, but no UBL invoice or credit note.
pub const NOT_UBL_INVOICE: RefusalKind = RefusalKind {
    code: "invoice-not-ubl",
    sentence: "This is XML, but not an Invoice or CreditNote of UBL 2.",
    remedy: "Export the invoice as UBL 2.1 (Peppol BIS Billing or PINT); other formats are not read yet.",
};

/// Not well-formed XML.
pub const NOT_XML: RefusalKind = RefusalKind {
    code: "invoice-not-xml",
    sentence: "The file is not well-formed XML, so no program will read it as an invoice.",
    remedy: "Mend the file where the place says, or export it again.",
};

/// Elements nested deeper than [`crate::limits::DEPTH_MAX`].
pub const TOO_DEEP: RefusalKind = RefusalKind {
    code: "invoice-too-deep",
    sentence: "Elements are nested deeper in this file than in any invoice.",
    remedy: "Send an invoice without nesting of its own.",
};

/// More bytes than [`crate::limits::BYTES_MAX`].
pub const TOO_LARGE: RefusalKind = RefusalKind {
    code: "invoice-too-large",
    sentence: "The file is larger than any invoice that is read here.",
    remedy: "Send large attachments outside the invoice and give their address in ExternalReference.",
};

/// More attachments than [`crate::limits::ATTACHMENTS_MAX`].
pub const TOO_MANY_ATTACHMENTS: RefusalKind = RefusalKind {
    code: "invoice-too-many-attachments",
    sentence: "The invoice has more attachments and addresses of documents than are taken out of one.",
    remedy: "Ask the sender for the documents by another way.",
};

/// An element with more attributes than [`crate::limits::ATTRIBUTES_MAX`].
pub const TOO_MANY_ATTRIBUTES: RefusalKind = RefusalKind {
    code: "invoice-too-many-attributes",
    sentence: "An element, or the whole document, has more attributes than those of an invoice can have.",
    remedy: "Remove the attributes that UBL does not know.",
};

/// More elements than [`crate::limits::ELEMENTS_MAX`].
pub const TOO_MANY_ELEMENTS: RefusalKind = RefusalKind {
    code: "invoice-too-many-elements",
    sentence: "The file has more elements than an invoice that is read here.",
    remedy: "Divide the invoice into several.",
};

/// More text with references than [`crate::limits::REWRITTEN_BYTES_MAX`].
pub const TOO_MUCH_REWRITTEN: RefusalKind = RefusalKind {
    code: "invoice-too-many-references",
    sentence: "More of the text is written with references such as &amp; than in any invoice.",
    remedy: "Write plain UTF-8 characters; only & and < need a reference.",
};

/// More to show than [`crate::limits::VIEW_BYTES_MAX`].
pub const VIEW_TOO_LARGE: RefusalKind = RefusalKind {
    code: "invoice-view-too-large",
    sentence: "This document holds more than a page for people can show.",
    remedy: "Divide the invoice into several; `invoice check` judges it all the same.",
};
