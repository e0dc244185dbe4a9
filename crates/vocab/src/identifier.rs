//! What the identifiers of this room share: how they are shown, and how a wrong check character is said.

use crate::RefusalKind;

/// An identifier of the right shape whose check character does not belong to the rest.
pub const BAD_CHECK: RefusalKind = RefusalKind {
    code: "bad-check-character",
    sentence: "The check character does not belong to the rest of this identifier.",
    remedy: "Compare it with the register or the certificate: a character is wrong or two are swapped.",
};

/// How much of what was given a refusal repeats, in characters: enough to recognise it, never a flood.
const QUOTED_MAX: usize = 40;

/// What was given, for a refusal.
pub(crate) fn quoted(written: &str) -> String {
    let mut shown: String = written.chars().take(QUOTED_MAX).collect();
    if written.chars().nth(QUOTED_MAX).is_some() {
        shown.push('…');
    }
    shown
}

/// The number that ISO 7064 and ISO 6346 read in a digit or an upper-case letter: 0 to 9, then A = 10 to Z = 35.
pub(crate) fn value36(character: char) -> Option<u32> {
    if character.is_ascii_lowercase() { None } else { character.to_digit(36) }
}

/// Whether all of `text` is ASCII digits; true for the empty text.
pub(crate) fn all_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The sum of each digit of `text` times its weight; characters that are no digits count as 0.
pub(crate) fn weighted_digits(text: &str, weights: &[u32]) -> u32 {
    text.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum()
}

/// Gives a word that is kept as it was parsed its `as_str` and `Display`.
macro_rules! written {
    ($name:ident) => {
        impl $name {
            /// The identifier as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}
pub(crate) use written;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_repeats_little_of_what_was_given() {
        assert_eq!(quoted("short"), "short");
        assert_eq!(quoted(&"é".repeat(40)), "é".repeat(40));
        assert_eq!(quoted(&"é".repeat(41)), format!("{}…", "é".repeat(40)));
    }
}
