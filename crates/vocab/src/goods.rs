//! What goods are: the Harmonized System code.

use std::str::FromStr;

use crate::{
    Refusal, RefusalKind,
    identifier::{all_digits, quoted, written},
};

/// A code of the Harmonized System: chapter (2 digits), heading (4), subheading (6), or with a region's or country's
/// further digits (8 or 10).
///
/// Invariant: the chapter is 01 to 99 and not 77, which the system keeps free.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HsCode(String);

/// What is no HS code.
pub const BAD_HS_CODE: RefusalKind = RefusalKind {
    code: "bad-hs-code",
    sentence: "This is not a code of the Harmonized System.",
    remedy: "Write 2, 4, 6, 8 or 10 digits without dots, the first two being a chapter, as in 220830.",
};

/// Chapter 77 is reserved by the World Customs Organization and has never been used.
const RESERVED_CHAPTER: &str = "77";

written!(HsCode);

impl HsCode {
    /// The chapter, two digits.
    pub fn chapter(&self) -> &str {
        self.0.get(..2).unwrap_or_default()
    }
}

impl FromStr for HsCode {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let well_formed = matches!(written.len(), 2 | 4 | 6 | 8 | 10)
            && all_digits(written)
            && !matches!(written.get(..2), Some("00" | RESERVED_CHAPTER));
        if well_formed { Ok(HsCode(written.to_owned())) } else { Err(BAD_HS_CODE.because(quoted(written))) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_have_an_even_number_of_digits_and_a_chapter() {
        // 2208.30 is whisky, 8481.80 taps and valves, 0904.11 pepper neither crushed nor ground.
        for good in ["22", "2208", "220830", "22083030", "2208303000", "848180", "090411", "990000"] {
            assert_eq!(good.parse::<HsCode>().unwrap().to_string(), good);
        }
        assert_eq!("220830".parse::<HsCode>().unwrap().chapter(), "22");
        for bad in [
            "",
            "2",
            "220",
            "22083",
            "2208.30",
            "220830300",
            "22083030000",
            "000000",
            "770000",
            "2208é",
            "22O830",
        ] {
            assert_eq!(bad.parse::<HsCode>().unwrap_err().code(), "bad-hs-code", "{bad}");
        }
    }
}
