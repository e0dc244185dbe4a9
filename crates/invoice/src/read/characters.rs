//! Characters, names and references: what makes XML well-formed below the level of tags.

use quick_xml::events::BytesRef;
use vocab::Refusal;

use crate::refusals::{ENCODING, NOT_XML};

/// The text in `bytes`, without a byte order mark, if it is UTF-8 and holds no character that XML forbids.
pub(super) fn utf_8(bytes: &[u8]) -> Result<&str, Refusal> {
    if bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || bytes.get(..2).is_some_and(|two| two.contains(&0))
    {
        return Err(ENCODING.because("it is written in UTF-16 or UTF-32"));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ENCODING.because(format!("byte {} is no UTF-8", error.valid_up_to() + 1)))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    // Folded without a way out, so that the compiler looks at many bytes at once.
    let (control, high) = text.bytes().fold((false, false), |(control, high), byte| {
        let space = (byte == b'\t') | (byte == b'\n') | (byte == b'\r');
        (control | ((byte < 0x20) & !space), high | (byte == 0xEF))
    });
    // Both characters begin with this byte in UTF-8.
    let forbidden = control || (high && text.contains(['\u{fffe}', '\u{ffff}']));
    if forbidden {
        return Err(NOT_XML.because("it holds a control character"));
    }
    Ok(text)
}

/// Prefix, which may be empty, and local name.
pub(super) fn divide_name(name: &str) -> Result<(&str, &str), Refusal> {
    match name.split_once(':') {
        None => Ok(("", name)),
        Some((prefix, local)) if !prefix.is_empty() && !local.is_empty() && !local.contains(':') => {
            Ok((prefix, local))
        }
        Some(_) => Err(NOT_XML.because(format!("{} is no name", short_form(name)))),
    }
}

/// Namespaces in XML 1.0, section 4: each part of a name begins with a letter or underscore.
pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    let good = name.split(':').all(|part| part.starts_with(starts_name) && part.chars().all(continues_name));
    if good { Ok(()) } else { Err(NOT_XML.because(format!("{} is no name", short_form(name)))) }
}

/// XML 1.0, section 2.3, NameStartChar without the colon.
fn starts_name(character: char) -> bool {
    matches!(character,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

/// XML 1.0, section 2.3, NameChar without the colon.
fn continues_name(character: char) -> bool {
    starts_name(character)
        || matches!(character,
            '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

fn short_form(name: &str) -> String {
    name.chars().take(40).collect()
}

pub(super) fn check_text(text: &str) -> Result<(), Refusal> {
    if text.as_bytes().contains(&b']') && text.contains("]]>") {
        Err(NOT_XML.because("]]> stands in text"))
    } else {
        Ok(())
    }
}

/// The character that `reference` stands for.
pub(super) fn reference(reference: &BytesRef<'_>) -> Result<char, Refusal> {
    resolve(reference)
}

/// XML 1.0, sections 4.1 and 4.6.
fn resolve(name: &str) -> Result<char, Refusal> {
    let unknown = || NOT_XML.because(format!("&{}; is not known", short_form(name)));
    let number = match name {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "apos" => return Ok('\''),
        "quot" => return Ok('"'),
        _ => name.strip_prefix('#').ok_or_else(unknown)?,
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |hex| (hex, 16));
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(unknown());
    }
    let code = u32::from_str_radix(digits, radix).map_err(|_| unknown())?;
    let allowed = |character: &char| !matches!(character, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    char::from_u32(code).filter(allowed).ok_or_else(unknown)
}

/// XML 1.0, section 3.3.3: the value with its references resolved and its white space made spaces; nothing where that
/// changes nothing.
pub(super) fn attribute_value(written: &str) -> Result<Option<String>, Refusal> {
    if written.contains('<') {
        return Err(NOT_XML.because("< stands in an attribute"));
    }
    if !written.contains(['&', '\t', '\n', '\r']) {
        return Ok(None);
    }
    let spaces = written.replace("\r\n", " ").replace(['\t', '\n', '\r'], " ");
    let mut pieces = spaces.split('&');
    let mut value = pieces.next().unwrap_or("").to_owned();
    for piece in pieces {
        let (name, rest) =
            piece.split_once(';').ok_or_else(|| NOT_XML.because("& stands alone in an attribute"))?;
        value.push(resolve(name)?);
        value.push_str(rest);
    }
    Ok(Some(value))
}
