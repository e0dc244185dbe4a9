//! What is written is read again as it was: over invoices drawn by lot.

use std::str::FromStr;

use proptest::prelude::*;
use rust_decimal::Decimal;
use vocab::date::Date;

use super::{
    Amount, Attachment, Classification, Code, Identifier, Invoice, Kind, NamedCode, Note, Number, Quantity,
    Time,
};
use crate::fault::FaultKind;

/// Bytes that decide what is drawn; when they end, everything that can be absent is.
pub(crate) struct Lot<'a>(std::slice::Iter<'a, u8>);

impl Lot<'_> {
    fn byte(&mut self) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0))
    }

    fn one_of<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.byte() % texts.len()]
    }
}

/// What can be drawn by lot.
pub(crate) trait Drawn: Sized {
    fn draw(lot: &mut Lot<'_>) -> Self;
}

impl<T: Drawn> Drawn for Option<T> {
    fn draw(lot: &mut Lot<'_>) -> Self {
        (!lot.byte().is_multiple_of(4)).then(|| T::draw(lot))
    }
}

impl<T: Drawn> Drawn for Vec<T> {
    fn draw(lot: &mut Lot<'_>) -> Self {
        (0..lot.byte() % 4).map(|_| T::draw(lot)).collect()
    }
}

/// Texts that XML, its attributes or the form of a note could change.
const TEXTS: [&str; 14] = [
    "",
    "x",
    " x ",
    "x\ny",
    "x\ty",
    "x\ry",
    "x\r\ny",
    "<x/>",
    "&amp;",
    "\"'",
    "]]>",
    "#",
    "é漢🥃",
    "Bill of lading",
];

impl Drawn for String {
    fn draw(lot: &mut Lot<'_>) -> Self {
        format!("{}{}", lot.one_of(&TEXTS), lot.one_of(&TEXTS))
    }
}

impl Drawn for Code {
    fn draw(lot: &mut Lot<'_>) -> Self {
        Code(String::draw(lot))
    }
}

impl Drawn for bool {
    fn draw(lot: &mut Lot<'_>) -> Self {
        lot.byte().is_multiple_of(2)
    }
}

impl Drawn for Kind {
    fn draw(lot: &mut Lot<'_>) -> Self {
        if bool::draw(lot) { Kind::Invoice } else { Kind::CreditNote }
    }
}

impl Drawn for Number {
    fn draw(lot: &mut Lot<'_>) -> Self {
        const TEXTS: [&str; 8] =
            ["0", "-0", "+1.50", "1656.250", ".5", "7.", "-10.005", "9999999999999999999999999999"];
        Number::parse(lot.one_of(&TEXTS)).unwrap()
    }
}

impl Drawn for Date {
    fn draw(lot: &mut Lot<'_>) -> Self {
        Date::from_str(lot.one_of(&["2026-03-09", "2024-02-29", "0001-01-01", "9999-12-31"])).unwrap()
    }
}

impl Drawn for Time {
    fn draw(lot: &mut Lot<'_>) -> Self {
        Time::parse(lot.one_of(&["00:00:00", "24:00:00", "14:30:00.25+08:00", "14:30:00Z"])).unwrap()
    }
}

impl Drawn for Amount {
    fn draw(lot: &mut Lot<'_>) -> Self {
        Amount { number: Number::draw(lot), currency: Option::draw(lot) }
    }
}

impl Drawn for Quantity {
    fn draw(lot: &mut Lot<'_>) -> Self {
        Quantity { number: Number::draw(lot), unit: Option::draw(lot) }
    }
}

impl Drawn for NamedCode {
    fn draw(lot: &mut Lot<'_>) -> Self {
        NamedCode { code: Code::draw(lot), name: Option::draw(lot) }
    }
}

impl Drawn for Identifier {
    fn draw(lot: &mut Lot<'_>) -> Self {
        Identifier { value: String::draw(lot), scheme: Option::draw(lot) }
    }
}

impl Drawn for Classification {
    fn draw(lot: &mut Lot<'_>) -> Self {
        Classification { code: Code::draw(lot), list: Option::draw(lot), version: Option::draw(lot) }
    }
}

impl Drawn for Note {
    fn draw(lot: &mut Lot<'_>) -> Self {
        let subject = bool::draw(lot).then(|| Code::from(lot.one_of(&["AAI", "PMT", "漢漢漢"])));
        Note { subject, text: String::draw(lot) }
    }
}

impl Drawn for Attachment {
    fn draw(lot: &mut Lot<'_>) -> Self {
        let base64 = lot.one_of(&["", "AAAA", "AA==\nAAAA"]).to_owned();
        Attachment { base64, mime: Option::draw(lot), filename: Option::draw(lot) }
    }
}

/// What UBL has no place for in a credit note.
fn without_what_a_credit_note_lacks(mut invoice: Invoice) -> Invoice {
    if invoice.kind == Kind::CreditNote {
        (invoice.due, invoice.project) = (None, None);
        invoice.prepaid.clear();
    }
    invoice
}

proptest! {
    #[test]
    fn what_is_written_is_read_again_and_stands_in_the_order_of_the_schema(
        bytes in proptest::collection::vec(any::<u8>(), 0..2000)
    ) {
        let invoice = without_what_a_credit_note_lacks(Invoice::draw(&mut Lot(bytes.iter())));
        let written = invoice.write();
        let document = crate::read(written.as_bytes()).unwrap();
        let misplaced = |kind: FaultKind| {
            matches!(kind, FaultKind::ElementUnknown | FaultKind::ElementOrder | FaultKind::ElementRepeated)
        };
        prop_assert!(!document.faults.iter().any(|fault| misplaced(fault.kind)), "{written}");
        let (again, unheld) = Invoice::read(&document);
        prop_assert_eq!(unheld, vec![]);
        prop_assert_eq!(again, invoice);
    }
}

#[test]
fn lots_draw_every_term() {
    let bytes: Vec<u8> = std::iter::repeat_n(1, 5000).collect();
    let written = Invoice::draw(&mut Lot(bytes.iter())).write();
    // As many values as groups have fields, and more: nothing is left out by the drawing itself.
    assert!(written.matches("<cbc:").count() > 150, "{written}");
}

#[test]
fn a_number_keeps_its_text_and_its_value() {
    for (text, value, kept) in
        [("1656.250", "1656.25", "1656.250"), (" +1 ", "1", "+1"), (".5", "0.5", ".5"), ("-0", "0", "-0")]
    {
        let number = Number::parse(text).unwrap();
        assert_eq!((number.value(), number.text()), (Decimal::from_str(value).unwrap(), kept));
    }
    for text in ["", "1,656.25", "1.6E3", "12 000", "99999999999999999999999999999"] {
        assert_eq!(Number::parse(text), None, "{text}");
    }
}

#[test]
fn what_xml_does_not_allow_is_written_as_a_replacement() {
    let invoice = Invoice { number: Some("a\u{0}b\u{ffff}".to_owned()), ..Invoice::default() };
    assert!(invoice.write().contains("<cbc:ID>a\u{fffd}b\u{fffd}</cbc:ID>"));
}
