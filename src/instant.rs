//! A moment of the time line, and the ways in which feeds, HTTP and logs write it.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

mod written;

pub use written::{Dated, NotADate, parse_dated};

/// Milliseconds since 1970-01-01T00:00:00Z, within the years 0000 to 9999 that RFC 3339 can write.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The earliest instant RFC 3339 can write, 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// The latest instant RFC 3339 can write, 9999-12-31T23:59:59.999Z (less a day, so that every zone can show it).
    pub const MAX: Self = Self(253_402_207_199_999);

    /// The instant `millis` milliseconds after the epoch, brought into range.
    pub const fn from_millis(millis: i64) -> Self {
        if millis < Self::MIN.0 {
            Self::MIN
        } else if millis > Self::MAX.0 {
            Self::MAX
        } else {
            Self(millis)
        }
    }

    /// Milliseconds since the epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// What the system's wall clock says. Only floors that own a clock call this.
    pub fn now() -> Self {
        Self::from_system(std::time::SystemTime::now())
    }

    /// A file's time stamp, for instance.
    pub fn from_system(time: std::time::SystemTime) -> Self {
        let millis = match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        };
        Self::from_millis(millis)
    }

    /// The same moment for the standard library.
    pub fn to_system(self) -> std::time::SystemTime {
        let distance = Duration::from_millis(self.0.unsigned_abs());
        if self.0 >= 0 { std::time::UNIX_EPOCH + distance } else { std::time::UNIX_EPOCH - distance }
    }

    /// This instant moved on by `duration`, brought into range.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_add(millis))
    }

    /// This instant moved back by `duration`, brought into range.
    #[must_use]
    pub fn minus(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.0.saturating_sub(millis))
    }

    /// How long after `earlier` this is; zero where it is not after.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// The first whole second at or after this instant: what `Last-Modified` may say of a version made now.
    #[must_use]
    pub const fn round_up_to_second(self) -> Self {
        let rest = self.0.rem_euclid(1000);
        if rest == 0 { self } else { Self::from_millis(self.0 - rest + 1000) }
    }

    /// RFC 3339 in UTC: whole seconds as `2026-11-24T10:00:00Z`, others with milliseconds.
    pub fn rfc3339(self) -> String {
        self.strftime(if self.0.rem_euclid(1000) == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S.%3fZ" })
    }

    /// RFC 822 as RSS 2.0 asks for it, with the four-digit year of the RSS Advisory Board's profile and a numeric zone.
    pub fn rfc822(self) -> String {
        self.strftime("%a, %d %b %Y %H:%M:%S +0000")
    }

    /// The IMF-fixdate of RFC 9110 section 5.6.7.
    pub fn http_date(self) -> String {
        self.strftime("%a, %d %b %Y %H:%M:%S GMT")
    }

    /// As web servers' logs have it, in UTC.
    pub fn common_log(self) -> String {
        self.strftime("%d/%b/%Y:%H:%M:%S +0000")
    }

    /// The civil date and time in `zone`, for permalink patterns and for people.
    pub fn in_zone(self, zone: &TimeZone) -> jiff::ZonedDateTime {
        self.timestamp().to_zoned_datetime(zone.clone())
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn strftime(self, format: &str) -> String {
        self.timestamp().strftime(format).to_string()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_notations_of_one_moment() {
        let moment = Instant::from_millis(1_764_000_000_000);
        assert_eq!(moment.rfc3339(), "2025-11-24T16:00:00Z");
        assert_eq!(moment.rfc822(), "Mon, 24 Nov 2025 16:00:00 +0000");
        assert_eq!(moment.http_date(), "Mon, 24 Nov 2025 16:00:00 GMT");
        assert_eq!(moment.common_log(), "24/Nov/2025:16:00:00 +0000");
        assert_eq!(Instant::from_millis(1_764_000_000_070).rfc3339(), "2025-11-24T16:00:00.070Z");
    }

    #[test]
    fn rounding_up_keeps_whole_seconds_and_moves_the_rest() {
        assert_eq!(Instant::from_millis(5000).round_up_to_second(), Instant::from_millis(5000));
        assert_eq!(Instant::from_millis(5001).round_up_to_second(), Instant::from_millis(6000));
        assert_eq!(Instant::from_millis(-1).round_up_to_second(), Instant::from_millis(0));
    }

    #[test]
    fn extremes_stay_writable() {
        assert_eq!(Instant::from_millis(i64::MIN).rfc3339(), "0000-01-01T00:00:00Z");
        assert!(Instant::from_millis(i64::MAX).rfc3339().starts_with("9999-12-3"));
        assert_eq!(Instant::MAX.plus(Duration::MAX), Instant::MAX);
    }
}
