//! Writing JSON in its canonical form (RFC 8785).

use super::{Value, read::plain_prefix};
use crate::digest::hex_digit;

/// Room for a small record without growing; larger ones double from here.
const CAPACITY_BYTES: usize = 1024;

/// `value` in its canonical form.
///
/// A value cannot be unwritable: strings are Unicode, numbers are finite, no name occurs twice.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut out = Vec::with_capacity(CAPACITY_BYTES);
    write_value(value, &mut out);
    out
}

pub(super) fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(true) => out.extend_from_slice(b"true"),
        Value::Bool(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => number.write(out),
        Value::String(text) => write_string(text.as_str(), out),
        Value::Array(elements) => {
            out.push(b'[');
            for (position, element) in elements.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write_value(element, out);
            }
            out.push(b']');
        }
        Value::Object(object) => {
            out.push(b'{');
            for (position, (name, member)) in object.iter().enumerate() {
                if position > 0 {
                    out.push(b',');
                }
                write_string(name, out);
                out.push(b':');
                write_value(member, out);
            }
            out.push(b'}');
        }
    }
}

/// How a string has this character: what a reader that meets an escape compares with.
pub(super) fn write_escaped(character: char, out: &mut Vec<u8>) {
    let mut bytes = [0; 4];
    write_plain_and_escaped(character.encode_utf8(&mut bytes).as_bytes(), out);
}

fn write_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    write_plain_and_escaped(text.as_bytes(), out);
    out.push(b'"');
}

/// RFC 8785, section 3.2.2.2: short escapes where JSON has them, `\u00xx` for the other control characters, and
/// everything else as it is.
fn write_plain_and_escaped(text: &[u8], out: &mut Vec<u8>) {
    let mut rest = text;
    loop {
        let (plain, special) = rest.split_at(plain_prefix(rest));
        out.extend_from_slice(plain);
        let Some((byte, after)) = special.split_first() else { break };
        match byte {
            b'"' => out.extend_from_slice(br#"\""#),
            b'\\' => out.extend_from_slice(br"\\"),
            0x08 => out.extend_from_slice(br"\b"),
            0x09 => out.extend_from_slice(br"\t"),
            0x0a => out.extend_from_slice(br"\n"),
            0x0c => out.extend_from_slice(br"\f"),
            0x0d => out.extend_from_slice(br"\r"),
            other => {
                out.extend_from_slice(br"\u00");
                out.extend_from_slice(&[hex_digit(other >> 4), hex_digit(other & 15)]);
            }
        }
        rest = after;
    }
}
