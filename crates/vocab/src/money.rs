//! Currencies and amounts of money: decimal, checked, never a float.

use std::{fmt, str::FromStr};

use rust_decimal::Decimal;

use crate::{
    Refusal, RefusalKind,
    codelist::{CURRENCIES, Row},
    identifier::quoted,
};

/// A currency of ISO 4217 that is in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency {
    code: &'static str,
    minor_digits: Option<u32>,
}

/// What is no currency in force.
pub const BAD_CURRENCY: RefusalKind = RefusalKind {
    code: "bad-currency",
    sentence: "This is not a currency code of ISO 4217 in force.",
    remedy: "Write three capital letters, for example GBP, SGD or USD.",
};

impl Currency {
    /// The three letters.
    pub const fn code(self) -> &'static str {
        self.code
    }

    /// Digits after the point in which amounts are paid: 2 for GBP, 0 for JPY; `None` for metals and test codes.
    pub const fn minor_digits(self) -> Option<u32> {
        self.minor_digits
    }

    fn of(row: Row) -> Self {
        Currency { code: row.code, minor_digits: row.column(1).parse().ok() }
    }
}

impl FromStr for Currency {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        CURRENCIES.find(written).map(Currency::of).ok_or_else(|| BAD_CURRENCY.because(quoted(written)))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

/// An amount of money, written as `GBP 1234.50`.
///
/// Invariant: no more digits after the point than the currency has, and exactly as many when written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Amount {
    currency: Currency,
    value: Decimal,
}

/// What is no amount of its currency.
pub const BAD_AMOUNT: RefusalKind = RefusalKind {
    code: "bad-amount",
    sentence: "This is not an amount of that currency.",
    remedy: "Write digits with a point and no more decimals than the currency has, for example 1234.50 for GBP.",
};

/// A sum that cannot be formed.
pub const AMOUNTS_DO_NOT_ADD: RefusalKind = RefusalKind {
    code: "amounts-do-not-add",
    sentence: "These amounts cannot be added or subtracted.",
    remedy: "Bring both to one currency first; beyond 28 digits no sum is formed.",
};

/// Digits that an amount may have in all: what `Decimal` keeps exactly, whatever they are.
const AMOUNT_DIGITS_MAX: usize = 28;

impl Amount {
    /// `value` in `currency`; refuses more digits after the point than the currency has. Trailing zeros do not count.
    pub fn new(currency: Currency, value: Decimal) -> Result<Self, Refusal> {
        let mut value = value.normalize();
        if let Some(digits) = currency.minor_digits {
            if value.scale() > digits {
                return Err(BAD_AMOUNT.because(format!("{currency} {value}")));
            }
            value.rescale(digits);
            if value.scale() != digits {
                return Err(BAD_AMOUNT.because(format!("{currency} {value}")));
            }
        }
        Ok(Amount { currency, value })
    }

    /// The amount written as `written`: an optional minus sign, digits, and at most one point between digits.
    pub fn parse(currency: Currency, written: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_AMOUNT.because(format!("{currency} {}", quoted(written)));
        let digits = written.strip_prefix('-').unwrap_or(written);
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let well_formed = [whole, part].iter().all(|digits| {
            !digits.is_empty() && digits.len() <= AMOUNT_DIGITS_MAX && crate::identifier::all_digits(digits)
        });
        if !well_formed || whole.len() + part.len() > AMOUNT_DIGITS_MAX {
            return Err(refuse());
        }
        let value = Decimal::from_str_exact(written).map_err(|_| refuse())?;
        Amount::new(currency, value).map_err(|_| refuse())
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The number of units, with as many decimals as the currency has.
    pub const fn value(self) -> Decimal {
        self.value
    }

    /// The sum; refuses two currencies, and a sum too large to be exact.
    pub fn plus(self, other: Amount) -> Result<Self, Refusal> {
        self.combine(other, self.value.checked_add(other.value), "+")
    }

    /// The difference; refuses two currencies, and a difference too large to be exact.
    pub fn minus(self, other: Amount) -> Result<Self, Refusal> {
        self.combine(other, self.value.checked_sub(other.value), "-")
    }

    fn combine(self, other: Amount, value: Option<Decimal>, sign: &str) -> Result<Self, Refusal> {
        let refuse = || AMOUNTS_DO_NOT_ADD.because(format!("{self} {sign} {other}"));
        if self.currency != other.currency {
            return Err(refuse());
        }
        Amount::new(self.currency, value.ok_or_else(refuse)?).map_err(|_| refuse())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.currency, self.value)
    }
}

impl FromStr for Amount {
    type Err = Refusal;

    fn from_str(written: &str) -> Result<Self, Refusal> {
        let (currency, value) = written.split_once(' ').ok_or_else(|| BAD_AMOUNT.because(quoted(written)))?;
        Amount::parse(currency.parse()?, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_the_decimals_of_their_currency() {
        for (written, shown) in [
            ("GBP 1234.50", "GBP 1234.50"),
            ("GBP 1234.5", "GBP 1234.50"),
            ("GBP 1234", "GBP 1234.00"),
            ("GBP 1234.5000", "GBP 1234.50"),
            ("GBP -0.01", "GBP -0.01"),
            ("JPY 1000", "JPY 1000"),
            ("JPY 1000.0", "JPY 1000"),
            ("BHD 1.234", "BHD 1.234"),
            ("XAU 1.23456", "XAU 1.23456"),
        ] {
            assert_eq!(written.parse::<Amount>().unwrap().to_string(), shown);
        }
        for (bad, code) in [
            ("GBP 1.234", "bad-amount"),
            ("JPY 0.5", "bad-amount"),
            ("GBP 1,234.50", "bad-amount"),
            ("GBP 1e3", "bad-amount"),
            ("GBP +1", "bad-amount"),
            ("GBP 1_000", "bad-amount"),
            ("GBP .5", "bad-amount"),
            ("GBP 5.", "bad-amount"),
            ("GBP --5", "bad-amount"),
            ("GBP", "bad-amount"),
            ("GBP ", "bad-amount"),
            ("GBP ١", "bad-amount"),
            ("GBP 12345678901234567890123456789", "bad-amount"),
            ("gbp 1", "bad-currency"),
            ("HRK 1", "bad-currency"),
        ] {
            assert_eq!(bad.parse::<Amount>().unwrap_err().code(), code, "{bad}");
        }
    }

    #[test]
    fn sums_are_exact_or_refused() {
        let amount = |written: &str| written.parse::<Amount>().unwrap();
        // 0.1 + 0.2 is 0.3 here, which it is not in binary floating point.
        assert_eq!(amount("GBP 0.1").plus(amount("GBP 0.2")).unwrap(), amount("GBP 0.30"));
        assert_eq!(amount("SGD 1").minus(amount("SGD 1.01")).unwrap(), amount("SGD -0.01"));
        assert_eq!(amount("GBP 1").plus(amount("SGD 1")).unwrap_err().code(), "amounts-do-not-add");
        let large = Amount::new("XAU".parse().unwrap(), Decimal::MAX).unwrap();
        assert_eq!(large.plus(large).unwrap_err().code(), "amounts-do-not-add");
        assert_eq!(Amount::new("GBP".parse().unwrap(), Decimal::MAX).unwrap_err().code(), "bad-amount");
    }
}
