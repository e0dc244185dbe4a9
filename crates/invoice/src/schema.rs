//! What UBL 2.1's schemas allow: which elements stand in which, in what order, how often, and what their values look like.
//!
//! The grammar is data (`data/ubl-2.1.tsv`). In UBL every element that holds elements is one sequence in which each name
//! stands once, so a cursor over that sequence is all the state that a reader needs.

use std::sync::LazyLock;

use crate::{
    names::{Attribute, Name, attribute},
    text::{is_space, trimmed},
};

pub(crate) const UBL_2_1: &str = include_str!("../data/ubl-2.1.tsv");

/// What an element may hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content {
    /// Anything: the content of an extension.
    Anything,
    /// Elements in this order.
    Elements(&'static [Place]),
    /// The schema does not know the element, so it says nothing about what is in it.
    Unknown,
    /// A value.
    Value(Datatype),
}

/// One place in a sequence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) name: Name,
    /// At least one must stand here.
    pub(crate) required: bool,
    /// More than one may stand here.
    pub(crate) repeats: bool,
}

/// UBL's unqualified datatypes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Datatype {
    Amount,
    BinaryObject,
    Code,
    Date,
    Identifier,
    Indicator,
    Measure,
    Number,
    Quantity,
    Text,
    Time,
}

/// What the schema says about `name`.
pub(crate) fn content(name: Name) -> Content {
    GRAMMAR.get(name.index()).copied().unwrap_or(Content::Unknown)
}

static GRAMMAR: LazyLock<Vec<Content>> = LazyLock::new(|| {
    let list = vocab::codelist::CodeList::new(UBL_2_1);
    list.rows().map(|row| content_of(row.column(0))).collect()
});

fn content_of(written: &'static str) -> Content {
    if let Some(datatype) = Datatype::parse(written) {
        return Content::Value(datatype);
    }
    match written {
        "any" => Content::Anything,
        "-" => Content::Unknown,
        // The table lives as long as the program: it is made once.
        _ => Content::Elements(Vec::leak(written.split(' ').filter_map(place).collect())),
    }
}

fn place(written: &str) -> Option<Place> {
    let name = Name::parse(written.trim_end_matches(['?', '*', '+']))?;
    let (required, repeats) = match written.as_bytes().last() {
        Some(b'?') => (false, false),
        Some(b'*') => (false, true),
        Some(b'+') => (true, true),
        _ => (true, false),
    };
    Some(Place { name, required, repeats })
}

impl Datatype {
    fn parse(written: &str) -> Option<Datatype> {
        Some(match written {
            "Amount" => Datatype::Amount,
            "BinaryObject" => Datatype::BinaryObject,
            "Code" => Datatype::Code,
            "Date" => Datatype::Date,
            "Identifier" => Datatype::Identifier,
            "Indicator" => Datatype::Indicator,
            "Measure" => Datatype::Measure,
            "Numeric" | "Percent" | "Rate" => Datatype::Number,
            "Quantity" => Datatype::Quantity,
            "Name" | "Text" => Datatype::Text,
            "Time" => Datatype::Time,
            _ => return None,
        })
    }

    /// The attributes that an element of this type may have.
    pub(crate) const fn attributes(self) -> &'static [Attribute] {
        const AMOUNT: &[Attribute] = &[attribute("currencyID"), attribute("currencyCodeListVersionID")];
        const BINARY_OBJECT: &[Attribute] = &[
            attribute("format"),
            attribute("mimeCode"),
            attribute("encodingCode"),
            attribute("characterSetCode"),
            attribute("uri"),
            attribute("filename"),
        ];
        const CODE: &[Attribute] = &[
            attribute("listID"),
            attribute("listAgencyID"),
            attribute("listAgencyName"),
            attribute("listName"),
            attribute("listVersionID"),
            attribute("name"),
            attribute("languageID"),
            attribute("listURI"),
            attribute("listSchemeURI"),
        ];
        const IDENTIFIER: &[Attribute] = &[
            attribute("schemeID"),
            attribute("schemeName"),
            attribute("schemeAgencyID"),
            attribute("schemeAgencyName"),
            attribute("schemeVersionID"),
            attribute("schemeDataURI"),
            attribute("schemeURI"),
        ];
        const MEASURE: &[Attribute] = &[attribute("unitCode"), attribute("unitCodeListVersionID")];
        const NUMBER: &[Attribute] = &[attribute("format")];
        const QUANTITY: &[Attribute] = &[
            attribute("unitCode"),
            attribute("unitCodeListID"),
            attribute("unitCodeListAgencyID"),
            attribute("unitCodeListAgencyName"),
        ];
        const TEXT: &[Attribute] = &[attribute("languageID"), attribute("languageLocaleID")];
        match self {
            Datatype::Amount => AMOUNT,
            Datatype::BinaryObject => BINARY_OBJECT,
            Datatype::Code => CODE,
            Datatype::Date | Datatype::Indicator | Datatype::Time => &[],
            Datatype::Identifier => IDENTIFIER,
            Datatype::Measure => MEASURE,
            Datatype::Number => NUMBER,
            Datatype::Quantity => QUANTITY,
            Datatype::Text => TEXT,
        }
    }

    /// The attribute that an element of this type must have.
    pub(crate) const fn required_attribute(self) -> Option<Attribute> {
        match self {
            Datatype::Amount => Some(attribute("currencyID")),
            Datatype::BinaryObject => Some(attribute("mimeCode")),
            Datatype::Measure => Some(attribute("unitCode")),
            Datatype::Code
            | Datatype::Date
            | Datatype::Identifier
            | Datatype::Indicator
            | Datatype::Number
            | Datatype::Quantity
            | Datatype::Text
            | Datatype::Time => None,
        }
    }

    /// Whether `value` is written as the type demands.
    pub(crate) fn allows(self, value: &str) -> bool {
        match self {
            Datatype::Amount | Datatype::Measure | Datatype::Number | Datatype::Quantity => {
                is_decimal(trimmed(value))
            }
            Datatype::BinaryObject => is_base64(value),
            Datatype::Code | Datatype::Identifier | Datatype::Text => true,
            // UBL is written in XML Schema 1.0, which has no year 0.
            Datatype::Date => {
                crate::cast::date(value).is_some()
                    && !trimmed(value).trim_start_matches('-').starts_with("0000-")
            }
            Datatype::Indicator => matches!(trimmed(value), "true" | "false" | "1" | "0"),
            Datatype::Time => is_time(trimmed(value)),
        }
    }

    /// How a value of the type is written, for a person.
    pub(crate) const fn form(self) -> &'static str {
        match self {
            Datatype::Amount | Datatype::Measure | Datatype::Number | Datatype::Quantity => {
                "a number such as 1234.50, without exponent and without commas"
            }
            Datatype::BinaryObject => "a file in Base64",
            Datatype::Code | Datatype::Identifier | Datatype::Text => "text",
            Datatype::Date => "a day such as 2026-03-09",
            Datatype::Indicator => "`true` or `false`",
            Datatype::Time => "a time such as 14:30:00",
        }
    }
}

/// XML Schema 1.0, Part 2, 3.2.3.1: an optional sign, digits, at most one point.
pub(crate) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(part) && whole.len() + part.len() > 0
}

/// XML Schema 1.0, Part 2, 3.2.16: groups of four, padded at the end, white space anywhere.
fn is_base64(text: &str) -> bool {
    let (mut symbols, mut padding, mut last) = (0_usize, 0_usize, 0_u8);
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => {
                symbols += 1;
                last = byte;
            }
            b'=' if padding < 2 => padding += 1,
            _ if is_space(byte) => {}
            _ => return false,
        }
    }
    // What the padding stands for must be zero bits.
    let zero_bits = match padding {
        1 => b"AEIMQUYcgkosw048".contains(&last),
        2 => b"AQgw".contains(&last),
        _ => true,
    };
    (symbols + padding).is_multiple_of(4) && zero_bits
}

/// XML Schema 1.0, Part 2, 3.2.8: `hh:mm:ss`, a fraction, an offset.
pub(crate) fn is_time(text: &str) -> bool {
    let Some((clock, rest)) = text.split_at_checked(8) else { return false };
    let number = |from: usize| clock.get(from..from + 2).and_then(|two| two.parse::<u8>().ok());
    let colons = clock.as_bytes().get(2) == Some(&b':') && clock.as_bytes().get(5) == Some(&b':');
    let digits = clock.bytes().filter(u8::is_ascii_digit).count() == 6;
    let in_range = match (number(0), number(3), number(6)) {
        (Some(24), Some(0), Some(0)) => true,
        (Some(hour), Some(minute), Some(second)) => hour < 24 && minute < 60 && second < 60,
        _ => false,
    };
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            if offset.len() == fraction.len() {
                return false;
            }
            offset
        }
        None => rest,
    };
    colons && digits && in_range && crate::cast::is_zone(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_that_the_grammar_names_has_a_row() {
        for row in vocab::codelist::CodeList::new(UBL_2_1).rows() {
            let content = row.column(0);
            if Datatype::parse(content).is_some() || matches!(content, "any" | "-") {
                continue;
            }
            for child in content.split(' ') {
                assert!(place(child).is_some(), "{} names {child}", row.code);
            }
        }
    }

    #[test]
    fn values_are_judged_as_the_schema_judges_them() {
        for (datatype, good, bad) in [
            (Datatype::Amount, "1 1. .5 -1.50 +3 0", "1,0 1e3 1.2.3 - . INF"),
            (
                Datatype::Date,
                "2026-03-09 2024-02-29 2026-03-09Z 2026-03-09+08:00",
                "2026-3-9 2026-02-30 20260309 2026-13-01 2026-03-09+15:00",
            ),
            (Datatype::Indicator, "true false 1 0", "True TRUE yes 2"),
            (
                Datatype::Time,
                "14:30:00 24:00:00 14:30:00.5 14:30:00Z 14:30:00-05:00",
                "14:30 25:00:00 14:60:00 14:30:00. 1:30:00",
            ),
            (Datatype::BinaryObject, "AAAA AAA= AA== QQ==", "A AAAAA A=== AB== AA=A A-AA"),
        ] {
            for value in good.split(' ') {
                assert!(datatype.allows(value), "{datatype:?} {value}");
                assert!(datatype.allows(&format!(" {value}\n")), "{datatype:?} {value} with space");
            }
            for value in bad.split(' ') {
                assert!(!datatype.allows(value), "{datatype:?} {value}");
            }
        }
        assert!(!Datatype::Amount.allows(""));
        assert!(Datatype::BinaryObject.allows(""));
    }
}
