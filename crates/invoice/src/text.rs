//! White space and case as XPath and XML Schema mean them: four characters are space, and no others.

/// Tab, line feed, carriage return, space.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\r' | b' ')
}

/// `text` without space at its ends.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(['\t', '\n', '\r', ' '])
}

/// Whether `text` is nothing but space: `normalize-space(text) = ''`.
pub(crate) fn is_blank(text: &str) -> bool {
    text.bytes().all(is_space)
}

/// `normalize-space(text) = wanted`, where `wanted` holds no space.
pub(crate) fn is_word(text: &str, wanted: &str) -> bool {
    trimmed(text) == wanted
}

/// `normalize-space(upper-case(text)) = wanted`, where `wanted` is an ASCII word in capitals.
pub(crate) fn is_word_in_capitals(text: &str, wanted: &str) -> bool {
    let text = trimmed(text);
    if text.is_ascii() { text.eq_ignore_ascii_case(wanted) } else { text.to_uppercase() == wanted }
}

/// `upper-case(text) = wanted`, where `wanted` is an ASCII word in capitals.
pub(crate) fn is_in_capitals(text: &str, wanted: &str) -> bool {
    if text.is_ascii() { text.eq_ignore_ascii_case(wanted) } else { text.to_uppercase() == wanted }
}

/// `text` with each run of space made one space, and none at its ends.
pub(crate) fn normalized(text: &str) -> String {
    let words = text.split(['\t', '\n', '\r', ' ']).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// `substring(text, from, length)`, `from` counted from 0.
pub(crate) fn part(text: &str, from: usize, length: usize) -> String {
    text.chars().skip(from).take(length).collect()
}

/// Whether `text` is `least` to `most` characters of a kind and nothing else.
pub(crate) fn is_all(text: &str, least: usize, most: usize, kind: impl Fn(u8) -> bool) -> bool {
    (least..=most).contains(&text.len()) && text.bytes().all(kind)
}

/// Whether `text` is `count` digits.
pub(crate) fn is_digits(text: &str, count: usize) -> bool {
    is_all(text, count, count, |byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_four_characters_are_space() {
        assert!(is_blank(" \t\r\n"));
        assert!(!is_blank("\u{a0}"));
        assert_eq!(trimmed("\u{a0}x "), "\u{a0}x");
        assert_eq!(normalized(" a \t b\n"), "a b");
    }

    #[test]
    fn capitals_are_compared_after_trimming_only_where_said() {
        assert!(is_word_in_capitals(" vat ", "VAT"));
        assert!(!is_in_capitals(" vat ", "VAT"));
        assert!(is_in_capitals("Vat", "VAT"));
        // The long s is upper-cased to an S, as XPath's upper-case() does.
        assert!(is_in_capitals("\u{17f}EPA", "SEPA"));
    }
}
