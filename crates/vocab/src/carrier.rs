//! Who carries: the two lists of carrier codes that DCSA knows.

use std::{fmt, str::FromStr};

use crate::{Refusal, RefusalKind, identifier::quoted};

/// Who keeps the list that a carrier code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CarrierCodeList {
    /// The National Motor Freight Traffic Association: Standard Carrier Alpha Codes.
    Nmfta,
    /// The Ship Message Design Group: liner codes.
    Smdg,
}

impl CarrierCodeList {
    /// The word that DCSA writes.
    pub const fn word(self) -> &'static str {
        match self {
            CarrierCodeList::Nmfta => "NMFTA",
            CarrierCodeList::Smdg => "SMDG",
        }
    }
}

/// A carrier's code and the list it comes from.
///
/// SCAC: two to four capital letters. SMDG: three capital letters or digits. Neither has a check digit, and the lists
/// themselves are not held here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CarrierCode {
    list: CarrierCodeList,
    code: String,
}

/// What has not the shape of a carrier code.
pub const BAD_CARRIER_CODE: RefusalKind = RefusalKind {
    code: "bad-carrier-code",
    sentence: "This is not a carrier code of the list it names.",
    remedy: "Write a SCAC (two to four capital letters) with NMFTA, or a liner code of three characters with SMDG.",
};

impl CarrierCode {
    /// The code `code` of the list that DCSA writes as `list` (`NMFTA` or `SMDG`).
    pub fn new(list: &str, code: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_CARRIER_CODE.because(format!("{} of {}", quoted(code), quoted(list)));
        let list = [CarrierCodeList::Nmfta, CarrierCodeList::Smdg]
            .into_iter()
            .find(|known| known.word() == list)
            .ok_or_else(refuse)?;
        let well_formed = match list {
            CarrierCodeList::Nmfta => {
                (2..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_uppercase())
            }
            CarrierCodeList::Smdg => {
                code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
            }
        };
        if well_formed { Ok(CarrierCode { list, code: code.to_owned() }) } else { Err(refuse()) }
    }

    /// The list.
    pub const fn list(&self) -> CarrierCodeList {
        self.list
    }

    /// The code within the list.
    pub fn code(&self) -> &str {
        &self.code
    }
}

/// List and code with a colon between, for example `SMDG:MSK`: the form that docs/control.md 6 binds into tags.
impl fmt::Display for CarrierCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.list.word(), self.code)
    }
}

impl FromStr for CarrierCode {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let (list, code) =
            written.split_once(':').ok_or_else(|| BAD_CARRIER_CODE.because(quoted(written)))?;
        CarrierCode::new(list, code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_the_shape_of_its_list() {
        for good in ["NMFTA:MAEU", "NMFTA:HL", "SMDG:MSK", "SMDG:3XX"] {
            assert_eq!(good.parse::<CarrierCode>().unwrap().to_string(), good);
        }
        for bad in [
            "NMFTA:MAEUX",
            "NMFTA:M",
            "NMFTA:M1",
            "SMDG:MS",
            "SMDG:msk",
            "SMDG:MAEU",
            "SCAC:MAEU",
            "MAEU",
            "",
            "NMFTA:",
            "SMDG:é1",
        ] {
            assert_eq!(bad.parse::<CarrierCode>().unwrap_err().code(), "bad-carrier-code", "{bad}");
        }
    }
}
