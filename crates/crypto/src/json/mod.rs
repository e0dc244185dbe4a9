//! JSON that means one thing: a strict reader, and the canonical writer of RFC 8785.
//!
//! [`parse`] refuses what two readers could read in two ways (a member given twice, half a surrogate pair, a number
//! that a double cannot hold); [`canonical`] writes the one form that is signed; [`parse_canonical`] reads bytes that
//! must already be that form. [`Fields`] then reads typed members and refuses what it was not told of.

mod fields;
mod number;
mod read;
mod text;
mod value;
mod write;

pub use fields::{Fields, MEMBER_MISSING, MEMBER_TYPE, MEMBER_UNKNOWN, MEMBERS_MAX};
pub use number::{INTEGER_END, Number};
pub use read::{
    DEPTH_MAX, DUPLICATE_MEMBER, LONE_SURROGATE, Limits, NOT_CANONICAL, NOT_JSON, NUMBER_RANGE, TOO_DEEP,
    TOO_LARGE, parse, parse_canonical,
};
pub use text::Text;
pub use value::{Object, Value};
pub use write::canonical;
