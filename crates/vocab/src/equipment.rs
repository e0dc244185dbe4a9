//! What goods travel in: the container number.

use std::str::FromStr;

use crate::{
    Refusal, RefusalKind,
    identifier::{BAD_CHECK, all_digits, quoted, value36, written},
};

/// A container number (ISO 6346): owner code, category `U`, `J` or `Z`, six digits, check digit; without spaces.
///
/// Invariant: the check digit holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerNumber(String);

/// What has not the shape of a container number.
pub const BAD_CONTAINER_NUMBER: RefusalKind = RefusalKind {
    code: "bad-container-number",
    sentence: "This is not a container number.",
    remedy: "Write the owner's three letters, U, J or Z, and seven digits without spaces, as in CSQU3054383.",
};

written!(ContainerNumber);

impl ContainerNumber {
    /// The owner's three letters.
    pub fn owner(&self) -> &str {
        self.0.get(..3).unwrap_or_default()
    }
}

impl FromStr for ContainerNumber {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_CONTAINER_NUMBER.because(quoted(written));
        let (owner, rest) = written.split_at_checked(3).ok_or_else(refuse)?;
        let serial = rest.strip_prefix(['U', 'J', 'Z']).ok_or_else(refuse)?;
        let well_formed =
            owner.bytes().all(|byte| byte.is_ascii_uppercase()) && serial.len() == 7 && all_digits(serial);
        if !well_formed {
            return Err(refuse());
        }
        let check = written.chars().next_back().and_then(|digit| digit.to_digit(10));
        if check == check_digit(written) {
            Ok(ContainerNumber(written.to_owned()))
        } else {
            Err(BAD_CHECK.because(quoted(written)))
        }
    }
}

/// The check digit of the first ten characters: each value times two to the power of its place, modulo 11; a
/// remainder of 10 is written 0.
fn check_digit(number: &str) -> Option<u32> {
    let mut sum = 0;
    for (place, character) in number.chars().take(10).enumerate() {
        sum += letter_or_digit(character)? << place;
    }
    Some(sum % 11 % 10)
}

/// ISO 6346 leaves out the multiples of 11, so that no letter is worth nothing: A = 10, B = 12, K = 21, L = 23, U = 32,
/// V = 34, Z = 38.
fn letter_or_digit(character: char) -> Option<u32> {
    let value = value36(character)?;
    Some(match value {
        0..=10 => value,
        11..=20 => value + 1,
        21..=30 => value + 2,
        _ => value + 3,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_number_carries_its_check_digit() {
        // The standard's own example, CSQU305438 and 3. By hand: C=13 S=30 Q=28 U=32, so
        // 13·1 + 30·2 + 28·4 + 32·8 + 3·16 + 0·32 + 5·64 + 4·128 + 3·256 + 8·512 = 6185; 6185 = 562·11 + 3.
        // TASU117000: T=31 A=10 S=30 U=32: 31+20+120+256+16+32+448 = 923 = 83·11 + 10, written 0.
        for good in ["CSQU3054383", "TASU1170000", "NARU3472484"] {
            assert_eq!(good.parse::<ContainerNumber>().unwrap().to_string(), good);
        }
        assert_eq!("CSQU3054383".parse::<ContainerNumber>().unwrap().owner(), "CSQ");
        for (bad, code) in [
            ("CSQU3054384", "bad-check-character"),
            ("CSQU3045383", "bad-check-character"),
            ("CQSU3054383", "bad-check-character"),
            ("CSQX3054383", "bad-container-number"),
            ("CSQU 3054383", "bad-container-number"),
            ("csqU3054383", "bad-container-number"),
            ("CSQU305438", "bad-container-number"),
            ("CSQU30543833", "bad-container-number"),
            ("CSQU305438X", "bad-container-number"),
            ("CéU30543833", "bad-container-number"),
            ("", "bad-container-number"),
        ] {
            assert_eq!(bad.parse::<ContainerNumber>().unwrap_err().code(), code, "{bad}");
        }
    }
}
