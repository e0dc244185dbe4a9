//! How XPath 2 turns text into numbers, truth and days: what the official rules do before they compare.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::{schema::is_decimal, text::trimmed};

/// `xs:decimal(text)`: no exponent, no comma, space at the ends allowed. `None` where the cast fails, and beyond the 28
/// digits that we calculate with.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = trimmed(text);
    if !is_decimal(text) {
        return None;
    }
    let digits = text.strip_prefix(['+']).unwrap_or(text);
    if let Some(small) = small_decimal(digits) {
        return Some(small);
    }
    let padded = digits.trim_end_matches('.');
    match padded.split_once('.') {
        // More zeros at the end than a number can hold change nothing.
        Some(_) => Decimal::from_str_exact(padded.trim_end_matches('0').trim_end_matches('.')).ok(),
        None => Decimal::from_str_exact(padded).ok(),
    }
}

/// The usual case: at most 18 digits.
fn small_decimal(digits: &str) -> Option<Decimal> {
    if digits.len() > 18 {
        return None;
    }
    let (mut number, mut scale, mut after_point, mut negative) = (0_i64, 0_u32, false, false);
    for byte in digits.bytes() {
        match byte {
            b'-' => negative = true,
            b'.' => after_point = true,
            digit => {
                number = number * 10 + i64::from(digit.wrapping_sub(b'0'));
                scale += u32::from(after_point);
            }
        }
    }
    Decimal::try_new(if negative { -number } else { number }, scale).ok()
}

/// `xs:double(text)`. `None` where the cast fails.
pub(crate) fn double(text: &str) -> Option<f64> {
    let text = trimmed(text);
    match text {
        "INF" => return Some(f64::INFINITY),
        "-INF" => return Some(f64::NEG_INFINITY),
        "NaN" => return Some(f64::NAN),
        _ => {}
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let sign = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let whole = !sign.is_empty() && sign.bytes().all(|byte| byte.is_ascii_digit());
    if is_decimal(mantissa) && whole { text.parse().ok() } else { None }
}

/// How text lies to a number that a rule names: `text >= 0` and its like. `None` where the cast fails.
///
/// The official engine orders doubles from end to end: −0.0 is less than 0, and what is not a number is more than all. Only
/// `-0`, a whole number, is 0.
pub(crate) fn compare(text: &str, number: f64) -> Option<Ordering> {
    let value = double(text)?;
    let value = if value == 0.0 && is_integer(text) { 0.0 } else { value };
    Some(value.total_cmp(&number))
}

/// `number(text)`, where text that is no number is not a number.
pub(crate) fn number(text: &str) -> f64 {
    double(text).unwrap_or(f64::NAN)
}

/// `text castable as xs:integer`.
pub(crate) fn is_integer(text: &str) -> bool {
    let text = trimmed(text);
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// `xs:boolean(text)`. `None` where the cast fails.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match trimmed(text) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A day, with its offset from UTC where one is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Day {
    /// Minutes from the epoch of the proleptic calendar to the day's beginning in UTC.
    starts_at: i64,
}

impl Day {
    /// How two days lie to each other; a day without an offset is taken to be in UTC.
    pub(crate) fn compare(self, other: Day) -> Ordering {
        self.starts_at.cmp(&other.starts_at)
    }
}

/// `xs:date(text)`. `None` where the cast fails.
pub(crate) fn date(text: &str) -> Option<Day> {
    let text = trimmed(text);
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let year_length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let year = rest.get(..year_length)?;
    let padded = year_length > 4 && year.starts_with('0');
    if !(4..=9).contains(&year_length) || padded {
        return None;
    }
    let two = |from: usize| {
        let two = rest.get(year_length + from..year_length + from + 2)?;
        two.bytes().all(|byte| byte.is_ascii_digit()).then(|| two.parse::<u8>().ok()).flatten()
    };
    let dash = |at: usize| rest.as_bytes().get(year_length + at) == Some(&b'-');
    if !dash(0) || !dash(3) {
        return None;
    }
    let (month, day) = (two(1)?, two(4)?);
    let zone = rest.get(year_length + 6..)?;
    // There is a year 0 before the year 1, as in XML Schema 1.1 and not in 1.0.
    let year = year.parse::<i64>().ok()?;
    let year = if negative { -year } else { year };
    if month == 0 || month > 12 || day == 0 || day > days_in(year, month) || !is_zone(zone) {
        return None;
    }
    Some(Day { starts_at: days_from_epoch(year, month, day) * 24 * 60 - zone_minutes(zone) })
}

const fn days_in(year: i64, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1 March of year 0, which puts the leap day at the end of the year.
fn days_from_epoch(year: i64, month: u8, day: u8) -> i64 {
    let month = i64::from(month);
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    year * 365 + leap_days + (153 * month + 2) / 5 + i64::from(day)
}

/// Whether `text` is nothing, `Z`, or an offset of at most fourteen hours.
pub(crate) fn is_zone(text: &str) -> bool {
    if text.is_empty() || text == "Z" {
        return true;
    }
    let shape = text.len() == 6
        && text.starts_with(['+', '-'])
        && text.as_bytes().get(3) == Some(&b':')
        && text.bytes().filter(u8::is_ascii_digit).count() == 4;
    let minutes = zone_minutes(text).abs();
    shape && minutes <= 14 * 60 && minutes % 60 < 60 && text.get(4..).is_some_and(|part| part < "60")
}

fn zone_minutes(text: &str) -> i64 {
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<i64>().ok());
    let (Some(hours), Some(minutes)) = (part(1..3), part(4..6)) else { return 0 };
    if text.starts_with('-') { -(hours * 60 + minutes) } else { hours * 60 + minutes }
}

/// `round(number)`: halves go up, towards positive infinity (XPath 2 functions, 6.4.4). −1000.5 becomes −1000.
pub(crate) fn round(number: Decimal) -> Decimal {
    // Only a number near the largest of all cannot take the half; it has no fraction then.
    number.checked_add(Decimal::new(5, 1)).map_or(number, |number| number.floor())
}

/// `round(number * 10 * 10) div 100`.
pub(crate) fn to_cents(number: Decimal) -> Option<Decimal> {
    number
        .checked_mul(Decimal::ONE_HUNDRED)
        .map(round)
        .and_then(|cents| cents.checked_div(Decimal::ONE_HUNDRED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        decimal(text).unwrap()
    }

    #[test]
    fn halves_are_rounded_up() {
        for (from, to) in
            [("-1000.5", "-1000"), ("1000.5", "1001"), ("-1000.51", "-1001"), ("2.5", "3"), ("-0.5", "0")]
        {
            assert_eq!(round(number(from)), number(to), "{from}");
        }
        assert_eq!(to_cents(number("-10.005")), Some(number("-10.00")));
        assert_eq!(to_cents(number("10.005")), Some(number("10.01")));
    }

    #[test]
    fn a_decimal_has_no_exponent_and_no_comma() {
        for (text, same) in [(" 1.50 ", "1.5"), ("+3", "3"), ("1656.", "1656"), (".5", "0.5"), ("-0", "0")] {
            assert_eq!(number(text), number(same), "{text}");
        }
        assert_eq!(number("1.00000000000000000000000000000000"), number("1"));
        assert_eq!(number("1234567890123456789012.5").to_string(), "1234567890123456789012.5");
        for text in ["", " ", "1,5", "1e3", "1.6E3", "--1", "x", "NaN"] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }

    #[test]
    fn a_double_may_have_an_exponent() {
        assert_eq!(double(" 1.5E3 "), Some(1500.0));
        assert_eq!(double("INF"), Some(f64::INFINITY));
        assert!(double("NaN").is_some_and(f64::is_nan));
        for text in ["", "inf", "infinity", "nan", "1e", "e5", "1.5e1.5", "0x10"] {
            assert_eq!(double(text), None, "{text}");
        }
    }

    #[test]
    fn text_is_compared_with_a_number_as_the_official_engine_does() {
        // Tried with SaxonC-HE 13.1.1, in a style sheet: `c >= 0`, `c <= 0`, `c = 0`.
        for (text, order) in [
            ("-0", Ordering::Equal),
            ("+0", Ordering::Equal),
            ("0.0", Ordering::Equal),
            ("0e0", Ordering::Equal),
            ("-0.0", Ordering::Less),
            ("-.0", Ordering::Less),
            ("-0e0", Ordering::Less),
            ("-1e-400", Ordering::Less),
            ("-INF", Ordering::Less),
            ("0.01", Ordering::Greater),
            ("INF", Ordering::Greater),
            ("NaN", Ordering::Greater),
        ] {
            assert_eq!(compare(text, 0.0), Some(order), "{text}");
        }
        assert_eq!(compare("", 0.0), None);
        assert_eq!(compare("130.0", 130.0), Some(Ordering::Equal));
    }

    #[test]
    fn days_are_compared_across_years_and_offsets() {
        let day = |text: &str| date(text).unwrap();
        assert_eq!(day("2026-03-01").compare(day("2026-02-28")), Ordering::Greater);
        assert_eq!(day("2026-01-01").compare(day("2025-12-31")), Ordering::Greater);
        assert_eq!(day("2026-01-01").compare(day(" 2026-01-01Z ")), Ordering::Equal);
        assert_eq!(day("0000-02-29").compare(day("-0001-12-31")), Ordering::Greater);
        assert_eq!(day("-0000-02-29").compare(day("0000-02-29")), Ordering::Equal);
        assert_eq!(day("2026-01-01+08:00").compare(day("2026-01-01")), Ordering::Less);
        for text in
            ["", "2026-00-01", "2026-02-29", "26-01-01", "-0001-02-29", "2026-01-01+14:01", "2026-01-01 Z"]
        {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
