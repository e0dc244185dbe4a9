//! Moments: UTC, in milliseconds, written one way only.

use std::{fmt, str::FromStr, time::Duration};

use crate::{Refusal, RefusalKind};

/// A moment in UTC with millisecond precision, in the years 0000 to 9998.
///
/// Its one written form is `2026-03-09T14:05:00.000Z` (RFC 3339, as docs/control.md 1 asks), because moments stand in signed
/// bytes: two spellings of one moment would be two digests. Nothing here reads a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

/// A moment that is not written as this house writes moments.
pub const BAD_TIME: RefusalKind = RefusalKind {
    code: "bad-time",
    sentence: "This is not a moment in UTC with milliseconds.",
    remedy: "Write it as 2026-03-09T14:05:00.000Z.",
};

const WRITTEN_LEN: usize = "2026-03-09T14:05:00.000Z".len();
/// 0000-01-01T00:00:00.000Z and 9998-12-31T23:59:59.999Z: four digits hold the year, and the library underneath, which
/// stops a day before the end of 9999, holds every moment.
const RANGE_MS: std::ops::RangeInclusive<i64> = -62_167_219_200_000..=253_370_764_799_999;

impl Timestamp {
    /// The moment `ms` milliseconds after 1970-01-01T00:00:00Z; `None` outside the years 0000 to 9998.
    pub fn from_unix_ms(ms: i64) -> Option<Self> {
        if !RANGE_MS.contains(&ms) {
            return None;
        }
        jiff::Timestamp::from_millisecond(ms).ok().map(Self)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn unix_ms(self) -> i64 {
        self.0.as_millisecond()
    }

    /// Seconds since 1970-01-01T00:00:00Z, rounded down.
    pub fn unix_seconds(self) -> i64 {
        self.unix_ms().div_euclid(1000)
    }

    pub(crate) const fn as_jiff(self) -> jiff::Timestamp {
        self.0
    }

    /// This moment and `later`, or the last moment there is.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        let ms = i64::try_from(later.as_millis()).unwrap_or(i64::MAX);
        Self::from_unix_ms(self.unix_ms().saturating_add(ms).min(*RANGE_MS.end())).unwrap_or(self)
    }

    /// This moment less `earlier`, or the first moment there is.
    #[must_use]
    pub fn minus(self, earlier: Duration) -> Self {
        let ms = i64::try_from(earlier.as_millis()).unwrap_or(i64::MAX);
        Self::from_unix_ms(self.unix_ms().saturating_sub(ms).max(*RANGE_MS.start())).unwrap_or(self)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl FromStr for Timestamp {
    type Err = Refusal;

    /// Accepts exactly what [`fmt::Display`] writes.
    fn from_str(written: &str) -> Result<Self, Refusal> {
        let refuse = || BAD_TIME.because(written.chars().take(40).collect::<String>());
        if written.len() != WRITTEN_LEN {
            return Err(refuse());
        }
        let moment = written.parse::<jiff::Timestamp>().map(Self).map_err(|_| refuse())?;
        if !RANGE_MS.contains(&moment.unix_ms()) {
            return Err(refuse());
        }
        if moment.to_string() == written { Ok(moment) } else { Err(refuse()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_moment_has_one_written_form() {
        let moment: Timestamp = "2026-03-09T14:05:00.000Z".parse().unwrap();
        // 2026-03-09 is 20,521 days after 1970-01-01: 56 years × 365 + 14 leap days + 67 days.
        assert_eq!(moment.unix_ms(), (20_521 * 86_400 + 14 * 3_600 + 5 * 60) * 1000);
        assert_eq!(moment.to_string(), "2026-03-09T14:05:00.000Z");
        for other in [
            "2026-03-09T14:05:00Z",
            "2026-03-09T14:05:00.000z",
            "2026-03-09t14:05:00.000Z",
            "2026-03-09 14:05:00.000Z",
            "2026-03-09T14:05:00.0000Z",
            "2026-03-09T14:05:60.000Z",
            "2026-03-09T24:00:00.000Z",
            "2026-02-29T14:05:00.000Z",
            "2026-03-09T15:05:00.000+01:00",
            "+02026-03-09T14:05:00.00Z",
            "9999-01-01T00:00:00.000Z",
            "",
        ] {
            assert_eq!(other.parse::<Timestamp>().unwrap_err().code(), "bad-time", "{other}");
        }
    }

    #[test]
    fn the_years_0000_to_9998_round_trip_and_nothing_else() {
        for written in ["0000-01-01T00:00:00.000Z", "9998-12-31T23:59:59.999Z", "2024-02-29T00:00:00.001Z"] {
            let moment: Timestamp = written.parse().unwrap();
            assert_eq!(moment.to_string(), written);
            assert_eq!(Timestamp::from_unix_ms(moment.unix_ms()), Some(moment));
        }
        assert_eq!(Timestamp::from_unix_ms(253_370_764_800_000), None);
        let last: Timestamp = "9998-12-31T23:59:59.999Z".parse().unwrap();
        assert_eq!(last.plus(Duration::from_secs(1)), last);
    }
}
