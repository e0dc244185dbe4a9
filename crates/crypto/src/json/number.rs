//! Numbers: doubles, because RFC 8785 writes doubles, and refused where a double would change what was written.

use std::fmt::Write as _;

/// The end of the whole numbers that every JSON reader keeps apart: 2^53 (docs/control.md 1: integers < 2^53).
pub const INTEGER_END: u64 = 1 << 53;

/// Digits enough to name any double (IEEE 754: 17); a fraction written with more was not written from a double.
const DOUBLE_DIGITS_MAX: usize = 17;

/// A finite number.
///
/// Invariant: a whole number of magnitude below 2^53 is `Integer`, everything else is `Double`; so equal numbers are
/// equal values, and there is no negative zero.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number(Repr);

#[derive(Debug, Clone, Copy, PartialEq)]
enum Repr {
    Integer(i64),
    Double(f64),
}

impl Number {
    /// The whole number `integer`; `None` from 2^53 on.
    pub fn from_integer(integer: u64) -> Option<Self> {
        if integer >= INTEGER_END {
            return None;
        }
        i64::try_from(integer).ok().map(|integer| Self(Repr::Integer(integer)))
    }

    /// The number `double`; `None` when it is infinite or not a number.
    pub fn from_f64(double: f64) -> Option<Self> {
        if !double.is_finite() {
            return None;
        }
        // 2^53 is a double, so the comparison is exact.
        if double.fract() == 0.0 && double.abs() < 9_007_199_254_740_992.0 {
            #[expect(clippy::as_conversions, reason = "exact: whole, and of magnitude below 2^53")]
            return Some(Self(Repr::Integer(double as i64)));
        }
        Some(Self(Repr::Double(double)))
    }

    /// This number as a whole number in 0..2^53, when it is one.
    pub fn as_integer(self) -> Option<u64> {
        match self.0 {
            Repr::Integer(integer) => u64::try_from(integer).ok(),
            Repr::Double(_) => None,
        }
    }

    /// This number as a double.
    pub fn as_f64(self) -> f64 {
        match self.0 {
            #[expect(clippy::as_conversions, reason = "exact: of magnitude below 2^53")]
            Repr::Integer(integer) => integer as f64,
            Repr::Double(double) => double,
        }
    }

    /// The number that the JSON literal `text` denotes.
    ///
    /// `None` when the literal says more than a double can hold, so that reading and writing it would change its
    /// value: too large or too small, a whole number that is not what RFC 8785 would write, or a fraction of more
    /// than 17 digits. A fraction of up to 17 digits is read as the nearest double, as RFC 8785 (section 3.2.2.3)
    /// does in its own example; see docs/decisions/0002-numbers-in-json.md.
    ///
    /// The caller has checked the grammar of RFC 8259, section 6.
    pub(super) fn from_literal(text: &str) -> Option<Self> {
        // Fifteen digits are below 2^53, whatever they are.
        if text.len() <= 15
            && let Ok(integer) = text.parse::<i64>()
        {
            return Some(Self(Repr::Integer(integer)));
        }
        let number = Self::from_f64(text.parse().ok()?)?;
        let mut written = Vec::with_capacity(32);
        number.write(&mut written);
        if written == text.as_bytes() {
            return Some(number);
        }
        let (said, kept) = (Decimal::of(text.as_bytes()), Decimal::of(&written));
        let same_double = !said.is_whole() && !kept.is_whole() && said.digits.len() <= DOUBLE_DIGITS_MAX;
        (said == kept || same_double).then_some(number)
    }

    /// Whether RFC 8785 writes the number as this literal, which denotes it.
    pub(super) fn is_written(self, literal: &str) -> bool {
        let mut written = Vec::with_capacity(32);
        self.write(&mut written);
        written == literal.as_bytes()
    }

    /// Appends the number as ECMAScript writes it (RFC 8785, section 3.2.2.3).
    pub(super) fn write(self, out: &mut Vec<u8>) {
        match self.0 {
            Repr::Integer(integer) => write_integer(integer, out),
            Repr::Double(double) => {
                out.extend_from_slice(ryu_js::Buffer::new().format_finite(double).as_bytes());
            }
        }
    }
}

fn write_integer(integer: i64, out: &mut Vec<u8>) {
    let mut digits = [b'0'; 20];
    let mut rest = integer.unsigned_abs();
    let mut used = 0;
    for digit in digits.iter_mut().rev() {
        // Invariant: a remainder of 10 fits a byte.
        *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        used += 1;
        if rest == 0 {
            break;
        }
    }
    if integer < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(digits.get(digits.len() - used..).unwrap_or_default());
}

impl From<u32> for Number {
    fn from(integer: u32) -> Self {
        Self(Repr::Integer(i64::from(integer)))
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut written = Vec::new();
        self.write(&mut written);
        written.into_iter().try_for_each(|byte| f.write_char(char::from(byte)))
    }
}

/// The decimal value of a literal: significant digits without leading or trailing zeros, times a power of ten.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    fn of(literal: &[u8]) -> Self {
        let negative = literal.first() == Some(&b'-');
        let mut exponent: i64 = 0;
        let mut digits = Vec::new();
        let mut in_fraction = false;
        let mut bytes = literal.strip_prefix(b"-").unwrap_or(literal).iter();
        for byte in bytes.by_ref() {
            match byte {
                b'.' => in_fraction = true,
                b'0'..=b'9' => {
                    exponent -= i64::from(in_fraction);
                    if *byte != b'0' || !digits.is_empty() {
                        digits.push(*byte);
                    }
                }
                _ => break,
            }
        }
        exponent = exponent.saturating_add(written_exponent(bytes.as_slice()));
        while digits.pop_if(|last| *last == b'0').is_some() {
            exponent = exponent.saturating_add(1);
        }
        if digits.is_empty() {
            return Self { negative: false, digits, exponent: 0 };
        }
        Self { negative, digits, exponent }
    }

    const fn is_whole(&self) -> bool {
        self.exponent >= 0
    }
}

/// What follows the `e`: an exponent too long for 64 bits is as good as the largest.
fn written_exponent(after_e: &[u8]) -> i64 {
    let negative = after_e.first() == Some(&b'-');
    let magnitude = after_e
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0_i64, |sum, byte| sum.saturating_mul(10).saturating_add(i64::from(byte - b'0')));
    if negative { -magnitude } else { magnitude }
}
