//! Who: a name and the codes that registers have given it.

use std::fmt;

use crate::{
    Refusal, RefusalKind,
    codelist::{EBL_PLATFORMS, PARTY_CODE_LISTS},
    identifier::{quoted, written},
    lei::Lei,
};

/// A platform's code as DCSA's messages carry it: one to four visible ASCII characters.
///
/// The published list ([`EBL_PLATFORMS`]) has no code yet for a new platform, so being on it is not demanded.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlatformCode(String);

/// What has not the shape of a platform code.
pub const BAD_PLATFORM_CODE: RefusalKind = RefusalKind {
    code: "bad-platform-code",
    sentence: "This is not a platform code.",
    remedy: "Write one to four visible characters, for example WAVE.",
};

/// DCSA, EBL_PINT 3.0.0, member eblPlatform: `^\S+$`, maxLength 4.
const PLATFORM_CODE_MAX: usize = 4;

written!(PlatformCode);

impl PlatformCode {
    /// The name of the platform in DCSA's list; `None` for a code that is not in it.
    pub fn listed_name(&self) -> Option<&'static str> {
        EBL_PLATFORMS.find(&self.0).map(|row| row.column(0))
    }
}

impl std::str::FromStr for PlatformCode {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let well_formed = (1..=PLATFORM_CODE_MAX).contains(&written.len())
            && written.bytes().all(|byte| byte.is_ascii_graphic());
        if well_formed {
            Ok(PlatformCode(written.to_owned()))
        } else {
            Err(BAD_PLATFORM_CODE.because(quoted(written)))
        }
    }
}

/// One code of a party: whose list, which list, the code. DCSA's `IdentifyingCode`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartyCode {
    provider: String,
    list: Option<String>,
    code: String,
}

/// A party code that its own list refuses, or that is too long.
pub const BAD_PARTY_CODE: RefusalKind = RefusalKind {
    code: "bad-party-code",
    sentence: "This is not a party code.",
    remedy: "Name who keeps the list and give the code, at most 150 characters, without spaces at either end.",
};

/// DCSA, EBL_PINT 3.0.0, IdentifyingCode: codeListProvider and codeListName 100, partyCode 150 characters.
const PROVIDER_MAX: usize = 100;
const CODE_MAX: usize = 150;

impl PartyCode {
    /// The code `code` of the list `list` kept by `provider`. An LEI (`GLEIF`) must be one; other lists have no check.
    pub fn new(provider: &str, list: Option<&str>, code: &str) -> Result<Self, Refusal> {
        let fits = |text: &str, max| !text.is_empty() && text.chars().count() <= max && text.trim() == text;
        if !fits(provider, PROVIDER_MAX)
            || !fits(code, CODE_MAX)
            || list.is_some_and(|list| !fits(list, PROVIDER_MAX))
        {
            return Err(BAD_PARTY_CODE.because(quoted(code)));
        }
        if provider == "GLEIF" {
            code.parse::<Lei>()?;
        }
        Ok(PartyCode { provider: provider.to_owned(), list: list.map(str::to_owned), code: code.to_owned() })
    }

    /// Who keeps the list, for example `GLEIF`.
    pub fn provider(&self) -> &str {
        &self.provider
    }

    /// The list, where its keeper has several, for example `LEI`.
    pub fn list(&self) -> Option<&str> {
        self.list.as_deref()
    }

    /// The code itself.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// Whether DCSA's list of code lists has the provider.
    pub fn provider_is_listed(&self) -> bool {
        PARTY_CODE_LISTS.contains(&self.provider)
    }
}

/// Provider, list and code with colons between, for example `GLEIF:LEI:529900T8BM49AURSDO55`.
impl fmt::Display for PartyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.list {
            Some(list) => write!(f, "{}:{list}:{}", self.provider, self.code),
            None => write!(f, "{}:{}", self.provider, self.code),
        }
    }
}

/// A party: its name and at least one code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Party {
    name: String,
    codes: Vec<PartyCode>,
}

/// A party without a name or without a code.
pub const BAD_PARTY: RefusalKind = RefusalKind {
    code: "bad-party",
    sentence: "A party has a name of at most 70 characters and at least one code.",
    remedy: "Give the name as registered and one code, best the LEI.",
};

/// DCSA, EBL_PINT 3.0.0, member partyName.
const PARTY_NAME_MAX: usize = 70;

impl Party {
    /// The party `name` with its codes in the order given.
    pub fn new(name: &str, codes: Vec<PartyCode>) -> Result<Self, Refusal> {
        let named = !name.trim().is_empty() && name.trim() == name && name.chars().count() <= PARTY_NAME_MAX;
        if !named || codes.is_empty() {
            return Err(BAD_PARTY.because(quoted(name)));
        }
        Ok(Party { name: name.to_owned(), codes })
    }

    /// The name as registered.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The codes, at least one.
    pub fn codes(&self) -> &[PartyCode] {
        &self.codes
    }

    /// The LEI, where one of the codes is one.
    pub fn lei(&self) -> Option<Lei> {
        self.codes.iter().filter(|code| code.provider == "GLEIF").find_map(|code| code.code.parse().ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platform_codes_have_up_to_four_visible_characters() {
        assert_eq!("WAVE".parse::<PlatformCode>().unwrap().listed_name(), Some("Wave"));
        assert_eq!("TWKW".parse::<PlatformCode>().unwrap().listed_name(), None);
        for bad in ["", "WAVES", "WA E", "WÄE", "W\n"] {
            assert_eq!(bad.parse::<PlatformCode>().unwrap_err().code(), "bad-platform-code", "{bad}");
        }
    }

    #[test]
    fn a_party_has_a_name_and_a_code_and_an_lei_is_checked() {
        let lei = PartyCode::new("GLEIF", Some("LEI"), "529900T8BM49AURSDO55").unwrap();
        assert_eq!(lei.to_string(), "GLEIF:LEI:529900T8BM49AURSDO55");
        assert!(lei.provider_is_listed());
        let party = Party::new("Strathspey Malts Ltd", vec![lei.clone()]).unwrap();
        assert_eq!(party.lei().unwrap().as_str(), lei.code());

        let bad = PartyCode::new("GLEIF", Some("LEI"), "529900T8BM49AURSDO56").unwrap_err();
        assert_eq!(bad.code(), "bad-check-character");
        for (provider, list, code) in
            [("", None, "1"), ("DNB", None, ""), ("DNB", Some(""), "1"), ("DNB", None, " 1")]
        {
            assert_eq!(PartyCode::new(provider, list, code).unwrap_err().code(), "bad-party-code");
        }
        assert!(PartyCode::new("DNB", Some("DUNS"), &"9".repeat(150)).is_ok());
        assert!(PartyCode::new("DNB", Some("DUNS"), &"9".repeat(151)).is_err());
        let long = "x".repeat(71);
        for name in ["", " ", " A", long.as_str()] {
            assert_eq!(Party::new(name, vec![lei.clone()]).unwrap_err().code(), "bad-party");
        }
        assert!(Party::new(&"x".repeat(70), vec![lei]).is_ok());
        assert_eq!(Party::new("Nobody", vec![]).unwrap_err().code(), "bad-party");
    }
}
