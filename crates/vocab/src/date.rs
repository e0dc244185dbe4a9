//! Days of the calendar, without a clock or a place.

use std::{fmt, str::FromStr};

use crate::{Refusal, RefusalKind, Timestamp, identifier::quoted};

/// A day of the calendar, written `2026-03-09` (RFC 3339, full-date).
///
/// A bill of lading is dated by the day at some place, which its documents do not always name, so a day is no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// What is no day.
pub const BAD_DATE: RefusalKind = RefusalKind {
    code: "bad-date",
    sentence: "This is not a day of the calendar.",
    remedy: "Write it as 2026-03-09: year, month, day.",
};

impl Date {
    /// The day in UTC on which `moment` lies.
    pub fn of(moment: Timestamp) -> Self {
        Self(jiff::tz::Offset::UTC.to_datetime(moment.as_jiff()).date())
    }

    /// The day so many days later, or the last day there is.
    #[must_use]
    pub fn plus_days(self, days: u16) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().days(days)))
    }

    /// The same day so many months later, or that month's last where it is shorter, or the last day there is.
    #[must_use]
    pub fn plus_months(self, months: u16) -> Self {
        Self(self.0.saturating_add(jiff::Span::new().months(months)))
    }

    /// How many days `later` lies after this day; negative when it lies before.
    pub fn days_until(self, later: Date) -> i32 {
        (later.0 - self.0).get_days()
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = Refusal;

    /// Accepts exactly what [`fmt::Display`] writes.
    fn from_str(written: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_DATE.because(quoted(written));
        // Years below 0 and above 9999 are longer than ten characters.
        if written.len() != "2026-03-09".len() {
            return Err(refuse());
        }
        let date = written.parse::<jiff::civil::Date>().map(Self).map_err(|_| refuse())?;
        if date.to_string() == written { Ok(date) } else { Err(refuse()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_lies_on_a_day_in_utc() {
        for (moment, day) in
            [("2026-03-09T23:59:59.999Z", "2026-03-09"), ("1969-12-31T23:59:59.999Z", "1969-12-31")]
        {
            assert_eq!(Date::of(moment.parse().unwrap()).to_string(), day);
        }
    }

    #[test]
    fn a_day_has_one_written_form() {
        let day: Date = "2026-03-09".parse().unwrap();
        assert_eq!(day.to_string(), "2026-03-09");
        for bad in [
            "",
            "2026-3-9",
            "20260309",
            "2026-02-29",
            "2026-13-01",
            "2026-03-09T00:00:00Z",
            "09/03/2026",
            "-002026-03-09",
            "+002026-03-09",
            "2026-03-09 ",
        ] {
            assert_eq!(bad.parse::<Date>().unwrap_err().code(), "bad-date", "{bad}");
        }
    }

    #[test]
    fn days_and_months_are_added() {
        let day = |written: &str| written.parse::<Date>().unwrap();
        assert_eq!(day("2026-03-12").plus_days(60), day("2026-05-11"));
        assert_eq!(day("2026-03-11").plus_months(3), day("2026-06-11"));
        // February has 28 days, in 2028 29.
        assert_eq!(day("2026-11-30").plus_months(3), day("2027-02-28"));
        assert_eq!(day("2027-11-30").plus_months(3), day("2028-02-29"));
        assert_eq!(day("9999-12-01").plus_days(60), day("9999-12-31"));
        assert_eq!(day("9999-12-01").plus_months(3), day("9999-12-31"));
    }

    #[test]
    fn days_are_counted() {
        let day = |written: &str| written.parse::<Date>().unwrap();
        // 2024 is a leap year: 29 days in February.
        assert_eq!(day("2024-02-01").days_until(day("2024-03-01")), 29);
        assert_eq!(day("2024-03-01").days_until(day("2024-02-01")), -29);
        assert_eq!(day("2025-12-31").days_until(day("2026-12-31")), 365);
    }
}
