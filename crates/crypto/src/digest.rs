//! SHA-256 digests and their one written form.

use std::{fmt, str::FromStr};

use vocab::{Refusal, RefusalKind};

/// A SHA-256 digest. Written as 64 lower-case hexadecimal characters, and no other way (docs/control.md 1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// A digest that is not 64 lower-case hexadecimal characters.
pub const BAD_DIGEST: RefusalKind = RefusalKind {
    code: "bad-digest",
    sentence: "This is not a SHA-256 digest.",
    remedy: "Write it as 64 hexadecimal characters in lower case.",
};

impl Digest {
    /// SHA-256 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_library(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes))
    }

    /// SHA-256 of `parts`, one after the other with nothing between them.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut context = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
        for part in parts {
            context.update(part);
        }
        Self::from_library(&context.finish())
    }

    /// SHA-256 of a byte and two digests: the node of a tree. One array and one call, because trees are made of these.
    pub fn of_pair(first: u8, left: &Self, right: &Self) -> Self {
        let mut bytes = [first; 65];
        let [_, sides @ ..] = &mut bytes;
        let (one, other) = sides.split_at_mut(32);
        one.copy_from_slice(&left.0);
        other.copy_from_slice(&right.0);
        Self::of(&bytes)
    }

    /// The digest that these bytes are.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    fn from_library(digest: &aws_lc_rs::digest::Digest) -> Self {
        let mut bytes = [0; 32];
        // Invariant: SHA-256 gives 32 bytes, so the lengths agree.
        bytes.copy_from_slice(digest.as_ref());
        Self(bytes)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = [0; 64];
        for (pair, byte) in written.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [hex_digit(byte >> 4), hex_digit(byte & 15)];
        }
        f.write_str(str::from_utf8(&written).unwrap_or_default())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = Refusal;

    /// Accepts exactly what [`fmt::Display`] writes.
    fn from_str(written: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_DIGEST.because(written.chars().take(70).collect::<String>());
        let (pairs, rest) = written.as_bytes().as_chunks::<2>();
        let mut bytes = [0; 32];
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(refuse());
        }
        // All digits at once, without a branch for each: a bundle has thousands of digests.
        let mut worst = 0;
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            let (high, low) = (hex_value(*high), hex_value(*low));
            worst |= high | low;
            *byte = high << 4 | low & 15;
        }
        if worst == NO_DIGIT { Err(refuse()) } else { Ok(Self(bytes)) }
    }
}

pub(crate) const fn hex_digit(nibble: u8) -> u8 {
    if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 }
}

/// What [`hex_value`] says of a byte that is no digit. Digits have the four upper bits clear, so it stays in any `|` of them.
const NO_DIGIT: u8 = 0xff;

const fn hex_value(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'a'..=b'f' => digit - b'a' + 10,
        _ => NO_DIGIT,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, appendix B.1: SHA-256 of "abc".
    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn sha_256_of_abc_is_what_fips_180_says() {
        assert_eq!(Digest::of(b"abc").to_string(), ABC);
        assert_eq!(Digest::of_parts(&[b"a", b"", b"bc"]), Digest::of(b"abc"));
        let (one, other) = (Digest::of(b"abc"), Digest::of(b""));
        let pair = [&[7], one.as_bytes().as_slice(), other.as_bytes()];
        assert_eq!(Digest::of_pair(7, &one, &other), Digest::of(&pair.concat()));
        assert_eq!(format!("{:?}", Digest::of(b"abc")), format!("Digest({ABC})"));
    }

    #[test]
    fn a_digest_has_one_written_form() {
        assert_eq!(ABC.parse::<Digest>().unwrap(), Digest::of(b"abc"));
        let (short, long) = (&ABC[1..], format!("{ABC}0"));
        for other in [&ABC.to_uppercase(), short, &long, &ABC.replace('b', "g"), "", &ABC.replace("ba", "é")]
        {
            assert_eq!(other.parse::<Digest>().unwrap_err().code(), "bad-digest", "{other}");
        }
    }
}
