//! Base64 with the standard alphabet and padding (RFC 4648, section 4), read strictly: one text for one value.

use vocab::{Refusal, RefusalKind};

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: [u8; 256] = values_of(ALPHABET);

/// A text that is not base64 as this house reads it.
pub const BAD_BASE64: RefusalKind = RefusalKind {
    code: "bad-base64",
    sentence: "This is not base64 in its one strict form.",
    remedy: "Use the alphabet and padding that the format asks for, no white space, and zero spare bits.",
};

/// `bytes` in base64, padded.
pub fn encode(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3).saturating_mul(4));
    encode_into(bytes, ALPHABET, &mut out);
    while !out.len().is_multiple_of(4) {
        out.push(b'=');
    }
    // Invariant: the alphabet and the padding are ASCII.
    String::from_utf8(out).unwrap_or_default()
}

/// The bytes that `text` stands for.
///
/// # Errors
/// [`BAD_BASE64`] when a character is outside the alphabet, the padding is missing, misplaced or too long, or a
/// spare bit is set.
pub fn decode(text: &str) -> Result<Vec<u8>, Refusal> {
    if !text.len().is_multiple_of(4) {
        return Err(BAD_BASE64.because("the length is not a multiple of 4"));
    }
    let symbols = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    // One `=` stands for one missing symbol: what is left must be exactly the unpadded form.
    if symbols.len().is_multiple_of(4) && symbols.len() != text.len() {
        return Err(BAD_BASE64.because("padding where none belongs"));
    }
    decode_symbols(symbols, &VALUES)
}

const OUTSIDE: u8 = 0xff;

pub(crate) const fn values_of(alphabet: &[u8; 64]) -> [u8; 256] {
    let mut values = [OUTSIDE; 256];
    let mut value = 0u8;
    while value < 64 {
        #[expect(
            clippy::as_conversions,
            clippy::indexing_slicing,
            reason = "widening, in a constant: a fault stops the build"
        )]
        {
            values[alphabet[value as usize] as usize] = value;
        }
        value += 1;
    }
    values
}

pub(crate) fn encode_into(bytes: &[u8], alphabet: &[u8; 64], out: &mut Vec<u8>) {
    let symbol = |value: u8| alphabet.get(usize::from(value & 63)).copied().unwrap_or_default();
    let (triples, rest) = bytes.as_chunks::<3>();
    // Sized first and filled then: growing for each triple would take twice the time.
    let start = out.len();
    out.resize(start.saturating_add(triples.len().saturating_mul(4)), 0);
    let quads = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<4>().0;
    for (quad, [a, b, c]) in quads.iter_mut().zip(triples) {
        *quad = [symbol(a >> 2), symbol(a << 4 | b >> 4), symbol(b << 2 | c >> 6), symbol(*c)];
    }
    match rest {
        [a] => out.extend_from_slice(&[symbol(a >> 2), symbol(a << 4)]),
        [a, b] => out.extend_from_slice(&[symbol(a >> 2), symbol(a << 4 | b >> 4), symbol(b << 2)]),
        _ => {}
    }
}

/// Reads symbols without padding; the last one's spare bits must be zero.
pub(crate) fn decode_symbols(symbols: &str, values: &[u8; 256]) -> Result<Vec<u8>, Refusal> {
    let value = |symbol: u8| values.get(usize::from(symbol)).copied().unwrap_or(OUTSIDE);
    let (quads, rest) = symbols.as_bytes().as_chunks::<4>();
    let mut out = Vec::with_capacity(quads.len().saturating_mul(3).saturating_add(2));
    out.resize(quads.len().saturating_mul(3), 0);
    let mut seen = 0;
    for (triple, quad) in out.as_chunks_mut::<3>().0.iter_mut().zip(quads) {
        let [a, b, c, d] = quad.map(value);
        // Only `OUTSIDE` has the two high bits set.
        seen |= a | b | c | d;
        *triple = [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d];
    }
    let spare = match *rest {
        [] => 0,
        [a, b] => {
            let [a, b] = [a, b].map(value);
            seen |= a | b;
            out.push(a << 2 | b >> 4);
            b & 15
        }
        [a, b, c] => {
            let [a, b, c] = [a, b, c].map(value);
            seen |= a | b | c;
            out.extend_from_slice(&[a << 2 | b >> 4, b << 4 | c >> 2]);
            c & 3
        }
        _ => return Err(BAD_BASE64.because("one symbol is left over")),
    };
    if seen & 0b1100_0000 != 0 {
        return Err(BAD_BASE64.because("a character outside the alphabet"));
    }
    if spare != 0 {
        return Err(BAD_BASE64.because("spare bits are set"));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648, section 10.
    const VECTORS: &[(&str, &str)] = &[
        ("", ""),
        ("f", "Zg=="),
        ("fo", "Zm8="),
        ("foo", "Zm9v"),
        ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ];

    #[test]
    fn the_vectors_of_rfc_4648_hold_both_ways() {
        for (plain, written) in VECTORS {
            assert_eq!(encode(plain.as_bytes()), *written);
            assert_eq!(decode(written).unwrap(), plain.as_bytes());
        }
        assert_eq!(encode(&[0xfb, 0xff, 0xbf]), "+/+/");
    }

    #[test]
    fn one_value_has_one_text() {
        for other in [
            "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Zm9v====", "Zm9v=", "Z===", "====", "=", "Zm8=Zm8=",
            "Zm 8", "Zm8=\n", "-_-_", "Zmé", "Z",
        ] {
            assert_eq!(decode(other).unwrap_err().code(), "bad-base64", "{other:?}");
        }
    }
}
