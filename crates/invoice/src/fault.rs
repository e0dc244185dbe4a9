//! What the schema of UBL 2.1 refuses, found while reading.

use crate::{
    names::{Attribute, Name},
    schema::Datatype,
};

/// A fault against the schema, and the element where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) kind: FaultKind,
    pub(crate) element: u32,
}

/// What the schema refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// An attribute that the element may not have.
    AttributeUnknown,
    /// An attribute that the element must have.
    AttributeMissing(Attribute),
    /// The element may not stand here at all.
    ElementUnknown,
    /// The element stands after one that should follow it.
    ElementOrder,
    /// The element may stand once, and stands again.
    ElementRepeated,
    /// This element must have a child that it does not have.
    ElementMissing(Name),
    /// Text between elements.
    TextBetween,
    /// The value is not of the datatype.
    Value(Datatype),
}
