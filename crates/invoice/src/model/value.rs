//! Values: what one element of UBL holds, attributes and all.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;
use vocab::date::Date;

use super::{
    Why,
    bind::{Node, Reader, Term},
};
use crate::{
    cast,
    document::Element,
    names::{
        Attribute, CURRENCY_ID, FILENAME, LIST_ID, LIST_VERSION_ID, MIME_CODE, NAME_ATTRIBUTE, SCHEME_ID,
        UNIT_CODE,
    },
    schema::is_time,
    text::{part, trimmed},
};

/// A number that remembers how it was written: `1656.250` has three decimals, and rules count them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    text: String,
    value: Decimal,
}

impl Number {
    /// The value.
    pub const fn value(&self) -> Decimal {
        self.value
    }

    /// As it is written, without space at the ends.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The number in `text`: a sign, digits and a point, no exponent and no commas, at most 28 digits.
    pub fn parse(text: &str) -> Option<Number> {
        let value = cast::decimal(text)?;
        Some(Number { text: trimmed(text).to_owned(), value })
    }
}

impl From<Decimal> for Number {
    fn from(value: Decimal) -> Self {
        Number { text: value.to_string(), value }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// An amount of money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// How much.
    pub number: Number,
    /// The currency in the three letters of ISO 4217; every valid document has it.
    pub currency: Option<Code>,
}

/// A quantity (BT-129, BT-149).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// How many.
    pub number: Number,
    /// The unit (BT-130, BT-150), a code of UN/ECE Recommendations 20 and 21.
    pub unit: Option<Code>,
}

/// A code; which list it is from, the field says.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code(pub String);

impl Code {
    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Code {
    fn from(text: &str) -> Self {
        Code(text.to_owned())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A code that says in words what it means (BT-81 with BT-82).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NamedCode {
    /// The code.
    pub code: Code,
    /// The words.
    pub name: Option<String>,
}

/// An identifier.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identifier {
    /// The identifier itself.
    pub value: String,
    /// The scheme that gives it out, as `0088` for a GLN.
    pub scheme: Option<Code>,
}

/// What kind of goods an item is (BT-158).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Classification {
    /// The code in the list.
    pub code: Code,
    /// The list (BT-158-1), a code of UNTDID 7143.
    pub list: Option<Code>,
    /// The list's version (BT-158-2).
    pub version: Option<String>,
}

/// A note (BG-1). UBL has one element for both terms and writes `#AAI#text`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Note {
    /// What it is about (BT-21): three characters, a code of UNTDID 4451.
    pub subject: Option<Code>,
    /// What it says (BT-22).
    pub text: String,
}

/// A time of day as XML Schema writes it: `14:30:00`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Time(String);

impl Time {
    /// The time in `text`, if it is one.
    pub fn parse(text: &str) -> Option<Time> {
        let text = trimmed(text);
        is_time(text).then(|| Time(text.to_owned()))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A file inside the document (BT-125).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attachment {
    /// Its bytes in Base64, as written.
    pub base64: String,
    /// What kind of file (BT-125-1), as `application/pdf`.
    pub mime: Option<Code>,
    /// Its name (BT-125-2).
    pub filename: Option<String>,
}

/// Reads the text of `element` with nothing but these attributes.
fn text<'d>(element: Element<'d>, reader: &mut Reader, attributes: &[Attribute]) -> &'d str {
    reader.hold(element, attributes);
    element.text()
}

fn code_of(element: Element<'_>, attribute: Attribute) -> Option<Code> {
    element.attribute(attribute).map(Code::from)
}

fn number(element: Element<'_>, reader: &mut Reader) -> Option<Number> {
    let number = Number::parse(element.text());
    if number.is_none() {
        reader.leave(element, Why::NotANumber);
    }
    number
}

fn write_optional(node: &mut Node, attribute: Attribute, value: Option<&str>) {
    if let Some(value) = value {
        node.attribute(attribute, value);
    }
}

impl Term for String {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        Some(text(element, reader, &[]).to_owned())
    }

    fn write(&self, node: &mut Node) {
        node.text.clone_from(self);
    }
}

impl Term for Code {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        String::read(element, reader).map(Code)
    }

    fn write(&self, node: &mut Node) {
        self.0.write(node);
    }
}

impl Term for Number {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        reader.hold(element, &[]);
        number(element, reader)
    }

    fn write(&self, node: &mut Node) {
        self.text.write(node);
    }
}

impl Term for Amount {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        reader.hold(element, &[CURRENCY_ID]);
        Some(Amount { number: number(element, reader)?, currency: code_of(element, CURRENCY_ID) })
    }

    fn write(&self, node: &mut Node) {
        self.number.write(node);
        write_optional(node, CURRENCY_ID, self.currency.as_ref().map(Code::as_str));
    }
}

impl Term for Quantity {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        reader.hold(element, &[UNIT_CODE]);
        Some(Quantity { number: number(element, reader)?, unit: code_of(element, UNIT_CODE) })
    }

    fn write(&self, node: &mut Node) {
        self.number.write(node);
        write_optional(node, UNIT_CODE, self.unit.as_ref().map(Code::as_str));
    }
}

impl Term for NamedCode {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        let code = Code::from(text(element, reader, &[NAME_ATTRIBUTE]));
        Some(NamedCode { code, name: element.attribute(NAME_ATTRIBUTE).map(str::to_owned) })
    }

    fn write(&self, node: &mut Node) {
        self.code.write(node);
        write_optional(node, NAME_ATTRIBUTE, self.name.as_deref());
    }
}

impl Term for Identifier {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        let value = text(element, reader, &[SCHEME_ID]).to_owned();
        Some(Identifier { value, scheme: code_of(element, SCHEME_ID) })
    }

    fn write(&self, node: &mut Node) {
        self.value.write(node);
        write_optional(node, SCHEME_ID, self.scheme.as_ref().map(Code::as_str));
    }
}

impl Term for Classification {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        let code = Code::from(text(element, reader, &[LIST_ID, LIST_VERSION_ID]));
        let version = element.attribute(LIST_VERSION_ID).map(str::to_owned);
        Some(Classification { code, list: code_of(element, LIST_ID), version })
    }

    fn write(&self, node: &mut Node) {
        self.code.write(node);
        write_optional(node, LIST_ID, self.list.as_ref().map(Code::as_str));
        write_optional(node, LIST_VERSION_ID, self.version.as_deref());
    }
}

/// Characters of a subject code.
const SUBJECT_CHARACTERS: usize = 3;

impl Term for Note {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        let written = text(element, reader, &[]);
        let after = written.strip_prefix('#').unwrap_or("");
        let subject = part(after, 0, SUBJECT_CHARACTERS);
        let rest = after.strip_prefix(&subject).and_then(|rest| rest.strip_prefix('#'));
        let whole = subject.chars().count() == SUBJECT_CHARACTERS && !subject.contains('#');
        Some(match rest {
            Some(rest) if whole => Note { subject: Some(Code(subject)), text: rest.to_owned() },
            _ => Note { subject: None, text: written.to_owned() },
        })
    }

    fn write(&self, node: &mut Node) {
        node.text = match &self.subject {
            Some(subject) => format!("#{subject}#{}", self.text),
            None => self.text.clone(),
        };
    }
}

impl Term for Time {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        let time = Time::parse(text(element, reader, &[]));
        if time.is_none() {
            reader.leave(element, Why::NotATime);
        }
        time
    }

    fn write(&self, node: &mut Node) {
        self.0.write(node);
    }
}

impl Term for Date {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        let day = Date::from_str(trimmed(text(element, reader, &[]))).ok();
        if day.is_none() {
            reader.leave(element, Why::NotADay);
        }
        day
    }

    fn write(&self, node: &mut Node) {
        node.text = self.to_string();
    }
}

impl Term for bool {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        let said = cast::boolean(text(element, reader, &[]));
        if said.is_none() {
            reader.leave(element, Why::NotTrueOrFalse);
        }
        said
    }

    fn write(&self, node: &mut Node) {
        node.text = self.to_string();
    }
}

impl Term for Attachment {
    fn read(element: Element<'_>, reader: &mut Reader) -> Option<Self> {
        let base64 = text(element, reader, &[MIME_CODE, FILENAME]).to_owned();
        let filename = element.attribute(FILENAME).map(str::to_owned);
        Some(Attachment { base64, mime: code_of(element, MIME_CODE), filename })
    }

    fn write(&self, node: &mut Node) {
        self.base64.write(node);
        write_optional(node, MIME_CODE, self.mime.as_ref().map(Code::as_str));
        write_optional(node, FILENAME, self.filename.as_deref());
    }
}
