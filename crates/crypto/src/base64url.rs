//! Base64url without padding (RFC 4648, section 5; RFC 7515, appendix C), read strictly: one text for one value.

use vocab::Refusal;

use crate::base64;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const VALUES: [u8; 256] = base64::values_of(ALPHABET);

/// `bytes` in base64url, without padding.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(4).div_ceil(3));
    encode_into(bytes, &mut out);
    // Invariant: the alphabet is ASCII.
    String::from_utf8(out).unwrap_or_default()
}

/// The bytes that `text` stands for.
///
/// # Errors
/// [`base64::BAD_BASE64`] when a character is outside the alphabet (padding is), a symbol is left over, or a spare
/// bit is set (docs/control.md 1: zero spare bits).
pub fn decode(text: &str) -> Result<Vec<u8>, Refusal> {
    base64::decode_symbols(text, &VALUES)
}

/// As [`decode`], for a value of exactly `N` bytes.
///
/// # Errors
/// Also when the value has another length.
pub fn decode_exactly<const N: usize>(text: &str) -> Result<[u8; N], Refusal> {
    let bytes = decode(text)?;
    let len = bytes.len();
    bytes.try_into().map_err(|_| base64::BAD_BASE64.because(format!("{len} bytes where {N} belong")))
}

pub(crate) fn encode_into(bytes: &[u8], out: &mut Vec<u8>) {
    base64::encode_into(bytes, ALPHABET, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vectors_of_rfc_7515_hold_both_ways() {
        // RFC 7515, appendix C.
        assert_eq!(encode(&[3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(decode("A-z_4ME").unwrap(), [3, 236, 255, 224, 193]);
        assert_eq!(decode("").unwrap(), []);
        assert_eq!(decode_exactly::<5>("A-z_4ME").unwrap(), [3, 236, 255, 224, 193]);
        assert_eq!(decode_exactly::<4>("A-z_4ME").unwrap_err().code(), "bad-base64");
    }

    #[test]
    fn one_value_has_one_text() {
        for other in ["Zg==", "Zh", "Zm9", "Z", "Zm9vY", "+/+/", "Zm 8", " Zm8", "Zm8\0", "Zm8é"] {
            assert_eq!(decode(other).unwrap_err().code(), "bad-base64", "{other:?}");
        }
    }
}
