//! Britain's numbers for who somebody is: company number, VAT number, EORI.

use std::{fmt, str::FromStr};

use crate::{
    Refusal, RefusalKind,
    codelist::GB_COMPANY_PREFIXES,
    identifier::{BAD_CHECK, all_digits, quoted, weighted_digits, written},
};

/// A number on a British company register: eight digits, or a prefix of two characters and six more.
///
/// It has no check digit; the register pads with zeros, so `123456` is written `00123456`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompanyNumber(String);

/// What is no British company number.
pub const BAD_COMPANY_NUMBER: RefusalKind = RefusalKind {
    code: "bad-company-number",
    sentence: "This is not a number on a British company register.",
    remedy: "Write all eight characters as Companies House shows them, for example 00445790 or SC095000.",
};

written!(CompanyNumber);

impl FromStr for CompanyNumber {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        if is_company_number(written) {
            Ok(CompanyNumber(written.to_owned()))
        } else {
            Err(BAD_COMPANY_NUMBER.because(quoted(written)))
        }
    }
}

fn is_company_number(written: &str) -> bool {
    if written.len() != 8 {
        return false;
    }
    if all_digits(written) {
        return written.bytes().any(|digit| digit != b'0');
    }
    let Some((prefix, rest)) = written.split_at_checked(2) else { return false };
    let Some(row) = GB_COMPANY_PREFIXES.find(prefix) else { return false };
    match row.column(0) {
        "digits" => all_digits(rest),
        "digits-or-a" => all_digits(rest.strip_suffix('A').unwrap_or(rest)),
        _ => rest.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()),
    }
}

/// A British VAT registration number, kept without its country prefix and without spaces.
///
/// Invariant: the check digits hold by one of the two published algorithms, or it is a government department's or
/// health authority's number, which has none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VatNumber {
    /// Nine digits.
    Standard(String),
    /// Nine digits of the trader and three of the branch.
    Branch(String),
    /// `GD` and 000 to 499.
    GovernmentDepartment(String),
    /// `HA` and 500 to 999.
    HealthAuthority(String),
}

/// What has not the shape of a British VAT number.
pub const BAD_VAT_NUMBER: RefusalKind = RefusalKind {
    code: "bad-vat-number",
    sentence: "This is not a British VAT registration number.",
    remedy: "Write 9 digits, 12 for a branch, or GD or HA and three digits; GB or XI may stand before them.",
};

/// What HMRC takes from the sum in the newer of its two algorithms, called 9755.
const NEWER_OFFSET: u32 = 55;
/// Only registrations from 100 nnnn nn on use the newer algorithm.
const RESTARTED_FROM: &str = "100";
const RESTARTED_REMAINDERS: [u32; 3] = [0, 42, NEWER_OFFSET];

impl FromStr for VatNumber {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_VAT_NUMBER.because(quoted(written));
        let number: String = written.chars().filter(|&c| c != ' ').collect();
        let number = ["GB", "XI"].iter().find_map(|prefix| number.strip_prefix(prefix)).unwrap_or(&number);
        let kept = number.to_owned();
        match number.len() {
            5 => {
                let (kind, serial) = number.split_at_checked(2).ok_or_else(refuse)?;
                match (kind, all_digits(serial), serial < "500") {
                    ("GD", true, true) => Ok(VatNumber::GovernmentDepartment(kept)),
                    ("HA", true, false) => Ok(VatNumber::HealthAuthority(kept)),
                    _ => Err(refuse()),
                }
            }
            9 | 12 if all_digits(number) => {
                if !vat_check_holds(number) {
                    return Err(BAD_CHECK.because(quoted(written)));
                }
                Ok(if number.len() == 9 { VatNumber::Standard(kept) } else { VatNumber::Branch(kept) })
            }
            _ => Err(refuse()),
        }
    }
}

/// Both mod-97 algorithms at once: the older leaves 0; the newer adds 55 before it divides, so the sum itself leaves
/// 97 − 55 = 42. A remainder of 55 is taken as well, because python-stdnum, the reference apart, has met such numbers.
fn vat_check_holds(digits: &str) -> bool {
    // The last two digits are a number: tens count 10, ones 1.
    let remainder = weighted_digits(digits, &[8, 7, 6, 5, 4, 3, 2, 10, 1]) % 97;
    if digits >= RESTARTED_FROM { RESTARTED_REMAINDERS.contains(&remainder) } else { remainder == 0 }
}

impl VatNumber {
    /// The number without country prefix or spaces.
    pub fn as_str(&self) -> &str {
        match self {
            VatNumber::Standard(number)
            | VatNumber::Branch(number)
            | VatNumber::GovernmentDepartment(number)
            | VatNumber::HealthAuthority(number) => number,
        }
    }
}

impl fmt::Display for VatNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An Economic Operators Registration and Identification number of Great Britain (`GB`) or Northern Ireland (`XI`):
/// the prefix and twelve digits, or fifteen for a branch.
///
/// The nine digits that follow the prefix are usually the VAT number, but traders without one get digits that are not,
/// so no check holds for all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Eori(String);

/// What has not the shape of a GB or XI EORI number.
pub const BAD_EORI: RefusalKind = RefusalKind {
    code: "bad-eori",
    sentence: "This is not a GB or XI EORI number.",
    remedy: "Write GB or XI and the digits from HMRC's letter, for example GB205672212000.",
};

written!(Eori);

impl Eori {
    /// The VAT number inside, where the digits are one.
    pub fn vat_number(&self) -> Option<VatNumber> {
        self.0.get(2..11)?.parse().ok()
    }
}

impl FromStr for Eori {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let digits = ["GB", "XI"].iter().find_map(|prefix| written.strip_prefix(prefix));
        match digits {
            Some(digits) if matches!(digits.len(), 12 | 15) && all_digits(digits) => {
                Ok(Eori(written.to_owned()))
            }
            _ => Err(BAD_EORI.because(quoted(written))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn company_numbers_have_eight_characters_and_a_known_prefix() {
        for good in [
            "00445790", "01471587", "SC095000", "NI000001", "OC301540", "R0000123", "SL00123A", "IP17842R",
            "RS007853", "FC012345",
        ] {
            assert_eq!(good.parse::<CompanyNumber>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "445790",
            "00000000",
            "0044579O",
            "QQ095000",
            "SC09500A",
            "sc095000",
            "NI00000B",
            "004457901",
            "é0445790",
            "0é445790",
        ] {
            assert_eq!(bad.parse::<CompanyNumber>().unwrap_err().code(), "bad-company-number", "{bad}");
        }
    }

    #[test]
    fn vat_numbers_hold_by_either_algorithm() {
        // 980780684, in python-stdnum's documentation: 9·8+8·7+0·6+7·5+8·4+0·3+6·2 = 207; 207 + 84 = 291 = 3·97.
        // 434031494: 32+21+24+0+12+3+8 = 100; 100 + 94 = 194 = 2·97.
        // 100000142, the newer: 8·1 + 2·1 = 10; 10 + 42 = 52; 52 + 55 = 107 = 97 + 10, so it fails;
        // 100000034: 8·1 = 8; 8 + 34 = 42; 42 + 55 = 97, so it holds.
        for good in [
            "980780684",
            "434031494",
            "100000034",
            "GB980780684",
            "GB 980 7806 84",
            "XI980780684",
            "980780684001",
            "GD000",
            "GD499",
            "HA500",
            "HA999",
            "GBGD001",
        ] {
            let number: VatNumber = good.parse().unwrap();
            assert_eq!(number, number.to_string().parse().unwrap(), "{good}");
        }
        assert_eq!(
            "GB 980 7806 84".parse::<VatNumber>().unwrap(),
            VatNumber::Standard("980780684".to_owned())
        );
        for (bad, code) in [
            ("980780685", "bad-check-character"),
            ("908780684", "bad-check-character"),
            ("100000142", "bad-check-character"),
            // The newer algorithm does not serve numbers below 100: 0·8+…: 42 alone leaves 42.
            ("000000042", "bad-check-character"),
            ("980780684 00", "bad-vat-number"),
            ("GD500", "bad-vat-number"),
            ("HA499", "bad-vat-number"),
            ("GD12", "bad-vat-number"),
            ("GDabc", "bad-vat-number"),
            ("HAé1", "bad-vat-number"),
            ("DE980780684", "bad-vat-number"),
            ("", "bad-vat-number"),
        ] {
            assert_eq!(bad.parse::<VatNumber>().unwrap_err().code(), code, "{bad}");
        }
    }

    #[test]
    fn eori_numbers_are_gb_or_xi_and_twelve_or_fifteen_digits() {
        for good in ["GB980780684000", "XI980780684000", "GB980780684000001"] {
            let eori: Eori = good.parse().unwrap();
            assert_eq!(eori.to_string(), good);
            assert_eq!(eori.vat_number(), Some(VatNumber::Standard("980780684".to_owned())));
        }
        assert_eq!("GB123456789000".parse::<Eori>().unwrap().vat_number(), None);
        for bad in
            ["", "GB98078068400", "GB9807806840001", "DE980780684000", "GB98078068400O", "980780684000"]
        {
            assert_eq!(bad.parse::<Eori>().unwrap_err().code(), "bad-eori", "{bad}");
        }
    }
}
