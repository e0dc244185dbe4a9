//! Singapore's numbers for who somebody is: the Unique Entity Number and the GST registration number.

use std::{fmt, str::FromStr};

use crate::{
    Finding, Refusal, RefusalKind, Severity,
    codelist::UEN_ENTITY_TYPES,
    identifier::{BAD_CHECK, all_digits, quoted, weighted_digits, written},
};

/// A Unique Entity Number in one of its three shapes: `nnnnnnnnX` (business), `yyyynnnnnX` (local company) or
/// `TyyPQnnnnX` (all others, with R, S or T for the century).
///
/// Parsing by [`FromStr`] demands the check character. [`Uen::read`] takes a number that fails it and says so in a
/// finding, for the authorities' own sample data has such numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uen(String);

/// What is of none of the three shapes.
pub const BAD_UEN: RefusalKind = RefusalKind {
    code: "bad-uen",
    sentence: "This is not a Singapore Unique Entity Number.",
    remedy: "Write 9 or 10 characters as the register shows them, for example 196800306E or T01FC6132D.",
};

/// The rule id of the finding that [`Uen::read`] gives.
pub const UEN_CHECK_RULE: &str = "uen-check-character";

/// The letters and digits that the third shape counts with, in the order that gives each its number.
const OTHER_ALPHABET: &str = "ABCDEFGHJKLMNPQRSTUVWX0123456789";

written!(Uen);

impl Uen {
    /// Reads a number of the right shape. A check character that does not hold is a finding, which the caller may
    /// accept; a wrong shape is a refusal (`bad-uen`).
    pub fn read(written: &str) -> Result<(Self, Option<Finding>), Refusal> {
        let expected = check_character(written).ok_or_else(|| BAD_UEN.because(quoted(written)))?;
        let found = written.chars().next_back();
        let finding = (found != Some(expected)).then(|| Finding {
            rule: UEN_CHECK_RULE,
            severity: Severity::Warning,
            place: String::new(),
            found: Some(written.to_owned()),
            message: format!("The check character of this UEN should be {expected}."),
            remedy: "Compare the number with BizFile; sample data may be wrong on purpose.".to_owned(),
            source: "UEN office, www.uen.gov.sg",
        });
        Ok((Uen(written.to_owned()), finding))
    }
}

impl FromStr for Uen {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        match Uen::read(written)? {
            (uen, None) => Ok(uen),
            (_, Some(_)) => Err(BAD_CHECK.because(quoted(written))),
        }
    }
}

/// The check character that belongs to `written`; `None` when it has none of the three shapes.
fn check_character(written: &str) -> Option<char> {
    let last = written.chars().next_back()?;
    let body = written.strip_suffix(last)?;
    if !written.is_ascii() || !(last.is_ascii_uppercase() || last.is_ascii_digit()) {
        return None;
    }
    let nth = |alphabet: &str, n: u32| alphabet.chars().nth(usize::try_from(n).ok()?);
    match body.len() {
        8 if all_digits(body) && last.is_ascii_uppercase() => {
            nth("XMKECAWLJDB", weighted_digits(body, &[10, 4, 9, 3, 8, 2, 7, 1]) % 11)
        }
        9 if all_digits(body) && last.is_ascii_uppercase() => {
            nth("ZKCMDNERGWH", weighted_digits(body, &[10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11)
        }
        9 => {
            let (century, rest) = body.split_at_checked(1)?;
            let (year, rest) = rest.split_at_checked(2)?;
            let (kind, serial) = rest.split_at_checked(2)?;
            let well_formed = matches!(century, "R" | "S" | "T")
                && all_digits(year)
                && UEN_ENTITY_TYPES.contains(kind)
                && all_digits(serial);
            if !well_formed {
                return None;
            }
            let mut sum = 0;
            for (character, weight) in body.chars().zip([4u32, 3, 5, 3, 10, 2, 2, 5, 7]) {
                sum += u32::try_from(OTHER_ALPHABET.find(character)?).ok()? * weight;
            }
            // The scheme takes 5 away; adding 6 is the same modulo 11 and never falls below zero.
            nth(OTHER_ALPHABET, (sum + 6) % 11)
        }
        _ => None,
    }
}

/// A Singapore GST registration number: a UEN, or the tax office's own `M` number.
///
/// The tax office publishes no check for its own numbers, so only their shape is held: `M`, eight digits or letters of
/// which the first may be `R`, and a last letter or digit, with or without hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GstNumber {
    /// The entity's UEN serves.
    Uen(Uen),
    /// A number of the tax office, kept without hyphens, for example `M90312345A`.
    TaxOffice(String),
}

/// What is of neither shape.
pub const BAD_GST_NUMBER: RefusalKind = RefusalKind {
    code: "bad-gst-number",
    sentence: "This is not a Singapore GST registration number.",
    remedy: "Write the UEN, or the number that begins with M, as on the notice of registration.",
};

impl FromStr for GstNumber {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        if !written.starts_with('M') {
            return written.parse().map(GstNumber::Uen);
        }
        let refuse = || BAD_GST_NUMBER.because(quoted(written));
        let number: String = written.chars().filter(|&c| c != '-').collect();
        let mut characters = number.chars().skip(1);
        let first = characters.next().ok_or_else(refuse)?;
        let serial: String = characters.by_ref().take(7).collect();
        let last = characters.next().ok_or_else(refuse)?;
        let well_formed = (first == 'R' || first.is_ascii_digit())
            && all_digits(&serial)
            && (last.is_ascii_uppercase() || last.is_ascii_digit())
            && characters.next().is_none();
        if well_formed { Ok(GstNumber::TaxOffice(number)) } else { Err(refuse()) }
    }
}

impl fmt::Display for GstNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GstNumber::Uen(uen) => uen.fmt(f),
            GstNumber::TaxOffice(number) => f.write_str(number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published numbers and failing ones, from shared identifier-checks.json (python-stdnum 2.2, run apart).
    const VALID: [&str; 7] =
        ["196800306E", "00192200M", "197401143C", "T01FC6132D", "193200032W", "199901152M", "S16FC0121D"];
    const BAD_CHECKSUM: [&str; 5] = ["201912345K", "T09LL0001B", "53333444D", "200009200H", "197701866W"];

    #[test]
    fn the_three_shapes_are_read() {
        // By hand, 00192200M: 0·10 + 0·4 + 1·9 + 9·3 + 2·8 + 2·2 + 0·7 + 0·1 = 56; 56 mod 11 = 1; XM… at 1 is M.
        // 196800306E: 10+72+36+32+0+0+15+0+6 = 171; 171 mod 11 = 6; ZKCMDNE… at 6 is E.
        for good in VALID {
            assert_eq!(good.parse::<Uen>().unwrap().to_string(), good);
        }
    }

    #[test]
    fn a_wrong_check_character_is_a_finding_that_a_caller_may_accept() {
        for bad in BAD_CHECKSUM {
            let (uen, finding) = Uen::read(bad).unwrap();
            assert_eq!(uen.as_str(), bad);
            let finding = finding.unwrap();
            assert_eq!((finding.rule, finding.severity), (UEN_CHECK_RULE, Severity::Warning));
            assert_eq!(bad.parse::<Uen>().unwrap_err().code(), "bad-check-character");
        }
        // T09LL0001B stands in Corppass's own sample token. By hand: T=17 0=22 9=31 L=10 L=10 0=22 0=22 0=22 1=23, so
        // 68+66+155+30+100+44+44+110+161 = 778; (778 − 5) mod 11 = 3, and D is the letter at 3.
        assert!(Uen::read("T09LL0001B").unwrap().1.unwrap().message.contains("should be D"));
        assert!(Uen::read("196800306E").unwrap().1.is_none());
    }

    #[test]
    fn other_shapes_are_refused() {
        for bad in [
            "",
            "E",
            "196800306",
            "19680030E6",
            "196800306e",
            "U01FC6132D",
            "T01ZZ6132D",
            "T0AFC6132D",
            "T01FC613XD",
            "1968003061E",
            "T01FC6132é",
            "0019220M",
            " 00192200M",
        ] {
            assert_eq!(Uen::read(bad).unwrap_err().code(), "bad-uen", "{bad}");
        }
    }

    #[test]
    fn a_gst_number_is_a_uen_or_begins_with_m() {
        for (written, kept) in [
            ("M2-0123456-7", "M201234567"),
            ("M90312345A", "M90312345A"),
            ("MR-2345678-9", "MR23456789"),
            ("196800306E", "196800306E"),
        ] {
            assert_eq!(written.parse::<GstNumber>().unwrap().to_string(), kept);
        }
        for (bad, code) in [
            ("M2-012345-7", "bad-gst-number"),
            ("M", "bad-gst-number"),
            ("", "bad-uen"),
            ("M2-01234567-8", "bad-gst-number"),
            ("MX12345678", "bad-gst-number"),
            ("m201234567", "bad-uen"),
            ("196800306F", "bad-check-character"),
        ] {
            assert_eq!(bad.parse::<GstNumber>().unwrap_err().code(), code, "{bad}");
        }
    }
}
