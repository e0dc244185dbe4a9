//! Countries and the places that trade names by code.

use std::{fmt, str::FromStr};

use crate::{
    Refusal, RefusalKind,
    codelist::COUNTRIES,
    identifier::{quoted, written},
};

/// A country or territory by its ISO 3166-1 alpha-2 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country {
    code: &'static str,
    name: &'static str,
}

/// What is no ISO 3166-1 alpha-2 code.
pub const BAD_COUNTRY: RefusalKind = RefusalKind {
    code: "bad-country",
    sentence: "This is not a country code of ISO 3166-1.",
    remedy: "Write two capital letters, for example GB or SG.",
};

impl Country {
    /// The two letters.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// The usual English name.
    pub const fn name(self) -> &'static str {
        self.name
    }
}

impl FromStr for Country {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let row = COUNTRIES.find(written).ok_or_else(|| BAD_COUNTRY.because(quoted(written)))?;
        Ok(Country { code: row.code, name: row.column(0) })
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// A UN/LOCODE: a country code and three letters or digits 2 to 9, without a space, for example `GBFXT`.
///
/// The hundred thousand places of the list are not held here, so a well-formed code may name no place.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnLocode(String);

/// What has not the shape of a UN/LOCODE.
pub const BAD_UN_LOCODE: RefusalKind = RefusalKind {
    code: "bad-un-locode",
    sentence: "This is not a UN/LOCODE.",
    remedy: "Write five characters without a space: the country, then three letters or digits 2 to 9, as in GBFXT.",
};

/// The only UN/LOCODE prefix that is no country: installations in international waters.
const INTERNATIONAL_WATERS: &str = "XZ";

written!(UnLocode);

impl UnLocode {
    /// The country; `None` for an installation in international waters.
    pub fn country(&self) -> Option<Country> {
        self.0.get(..2)?.parse().ok()
    }
}

impl FromStr for UnLocode {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_UN_LOCODE.because(quoted(written));
        let (country, place) = written.split_at_checked(2).ok_or_else(refuse)?;
        let known = country == INTERNATIONAL_WATERS || COUNTRIES.contains(country);
        let well_formed =
            place.len() == 3 && place.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'9'));
        if known && well_formed { Ok(UnLocode(written.to_owned())) } else { Err(refuse()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_two_capital_letters() {
        let singapore: Country = "SG".parse().unwrap();
        assert_eq!(
            (singapore.code(), singapore.name(), singapore.to_string().as_str()),
            ("SG", "Singapore", "SG")
        );
        for bad in ["", "S", "sg", "XX", "UK", "SGP", "é"] {
            assert_eq!(bad.parse::<Country>().unwrap_err().code(), "bad-country", "{bad}");
        }
    }

    #[test]
    fn places_are_a_country_and_three_characters() {
        for good in ["GBFXT", "SGSIN", "GBGRG", "US2FA", "XZ2FA"] {
            assert_eq!(good.parse::<UnLocode>().unwrap().to_string(), good);
        }
        assert_eq!("GBFXT".parse::<UnLocode>().unwrap().country().map(Country::code), Some("GB"));
        assert_eq!("XZ2FA".parse::<UnLocode>().unwrap().country(), None);
        for bad in ["", "GB FXT", "GBFX", "GBFXTT", "gbfxt", "XXFXT", "GBFX1", "GBFX0", "GéXT", "é"] {
            assert_eq!(bad.parse::<UnLocode>().unwrap_err().code(), "bad-un-locode", "{bad}");
        }
    }
}
