//! The room seen from outside, against the standards' own examples and the golden vectors.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a panic in a test's helper is the report, too"
)]

mod control_vectors;
mod ed25519;
mod encodings;
mod json;
mod json_properties;
mod jws;
mod key;
mod keyfile;
mod ml_dsa44;
mod webauthn;
mod wycheproof;

/// The bytes that `text` writes in hexadecimal.
fn hex<const N: usize>(text: &str) -> [u8; N] {
    hex_bytes(text).try_into().unwrap()
}

fn hex_bytes(text: &str) -> Vec<u8> {
    assert!(text.len().is_multiple_of(2));
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// An ES256 signature in DER, from its fixed form.
fn der(fixed: &[u8; 64]) -> Vec<u8> {
    der_sequence(&[der_integer(&fixed[..32]), der_integer(&fixed[32..])].concat())
}

fn der_sequence(body: &[u8]) -> Vec<u8> {
    [&[0x30, u8::try_from(body.len()).unwrap()], body].concat()
}

fn der_integer(bytes: &[u8]) -> Vec<u8> {
    let bytes = &bytes[bytes.iter().take_while(|byte| **byte == 0).count()..];
    let sign: &[u8] = if bytes[0] & 0x80 == 0 { &[] } else { &[0] };
    [&[2, u8::try_from(sign.len() + bytes.len()).unwrap()], sign, bytes].concat()
}
