//! Dates as people write them into files.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::cursor::Cursor;
use super::Instant;

mod cursor;

/// A date as written: the moment it names and, where no time was given, the end of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated {
    /// The moment itself; for a date without a time, that day's first instant in the site's zone.
    pub at: Instant,
    /// The same as `at`, or that day's last millisecond where the date has no time.
    pub until: Instant,
}

/// What was written is no date in any of the accepted forms; it is quoted up to [`NotADate::QUOTED`] characters.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("'{0}' is not a date; write 2026-11-24, 2026-11-24 17:30, or 2026-11-24T17:30:00+01:00")]
pub struct NotADate(pub String);

impl NotADate {
    /// How much of the text is quoted, in characters, the ellipsis included.
    pub const QUOTED: usize = 60;

    fn quoting(text: &str) -> Self {
        let text = text.trim();
        let mut quoted: String = text.chars().take(Self::QUOTED).map(|c| if c.is_control() { ' ' } else { c }).collect();
        if text.chars().nth(Self::QUOTED).is_some() {
            quoted.pop();
            quoted.push('…');
        }
        Self(quoted)
    }
}

/// No accepted form is longer than this, in bytes; whatever is longer is no date.
const LONGEST: usize = 100;

/// Reads a date in one of the accepted forms:
///
/// - RFC 3339, with `T`, `t` or spaces between date and time, and any offset (`Z`, `z`, `+01:00`);
/// - `YYYY-MM-DD` and `YYYY-MM-DD HH:MM[:SS[.fff]]`, then optionally `±ZZ`, `±ZZZZ`, `±ZZ:ZZ`, `Z`, or a zone's name that
///   RFC 822 knows (`UTC`, `GMT`, `EST` …); TOML's and YAML's own dates are among these; `/` may stand for `-`;
/// - RFC 822 and RFC 2822 (`Tue, 24 Nov 2026 17:30:00 +0100`), also without the weekday, the time or the zone;
/// - `November 24, 2026 [17:30]`.
///
/// A date without an offset is in `zone`: an hour that the zone's clocks skip is taken as if they had not yet been put forward, of
/// an hour that they show twice the first counts. A date without a time has that day's last millisecond as its `until`. Fractions
/// finer than a millisecond are cut off; a leap second is the second before it.
pub fn parse_dated(text: &str, zone: &TimeZone) -> Result<Dated, NotADate> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.len() > LONGEST {
        return Err(NotADate::quoting(text));
    }
    written(trimmed).and_then(|written| written.resolve(zone)).ok_or_else(|| NotADate::quoting(text))
}

/// A date's parts before a zone makes a moment of them.
struct Written {
    year: i16,
    month: i8,
    day: i8,
    time: Option<Clock>,
}

/// A time of day.
struct Clock {
    hour: i8,
    minute: i8,
    second: i8,
    millisecond: i16,
    /// Seconds east of Greenwich.
    offset: Option<i32>,
}

impl Written {
    fn resolve(&self, zone: &TimeZone) -> Option<Dated> {
        if !(0..=9999).contains(&self.year) {
            return None;
        }
        let Some(clock) = &self.time else {
            let day = DateTime::new(self.year, self.month, self.day, 0, 0, 0, 0).ok()?;
            let at = in_zone(day, zone);
            return Some(Dated { at, until: end_of_day(day, zone).max(at) });
        };
        let nanosecond = i32::from(clock.millisecond) * 1_000_000;
        let civil = DateTime::new(self.year, self.month, self.day, clock.hour, clock.minute, clock.second, nanosecond).ok()?;
        let at = match clock.offset {
            // Past the last moment that jiff knows, the last instant stands in.
            Some(seconds) => Offset::from_seconds(seconds)
                .ok()?
                .to_timestamp(civil)
                .map_or(if civil.year() > 0 { Instant::MAX } else { Instant::MIN }, |moment| Instant::from_millis(moment.as_millisecond())),
            None => in_zone(civil, zone),
        };
        Some(Dated { at, until: at })
    }
}

/// The moment at which `zone`'s clocks show `civil`, gaps and folds resolved as RFC 5545 does.
fn in_zone(civil: DateTime, zone: &TimeZone) -> Instant {
    let moment = zone.to_ambiguous_timestamp(civil).compatible();
    moment.map_or(Instant::MAX, |moment| Instant::from_millis(moment.as_millisecond()))
}

/// The last millisecond of `day` in `zone`, of the second pass where the clocks show that day's end twice.
fn end_of_day(day: DateTime, zone: &TimeZone) -> Instant {
    let last = zone.to_ambiguous_timestamp(day.end_of_day());
    let moment = match last.offset() {
        AmbiguousOffset::Unambiguous { .. } | AmbiguousOffset::Fold { .. } => last.later().ok(),
        // The day ends early: what follows is the next day's first instant.
        AmbiguousOffset::Gap { .. } => match day.tomorrow() {
            Ok(next) => return Instant::from_millis(in_zone(next, zone).as_millis() - 1),
            Err(_) => None,
        },
    };
    moment.map_or(Instant::MAX, |moment| Instant::from_millis(moment.as_nanosecond().div_euclid(1_000_000).try_into().unwrap_or(i64::MAX)))
}

fn written(text: &str) -> Option<Written> {
    let mut at = Cursor::new(text);
    let written = match at.peek()? {
        b'0'..=b'9' if at.digits_ahead() == 4 => year_first(&mut at)?,
        b'0'..=b'9' => day_first(&mut at)?,
        b'A'..=b'Z' | b'a'..=b'z' => {
            let word = at.word();
            if let Some(month) = month(word) {
                month_first(&mut at, month)?
            } else {
                weekday(word)?;
                at.take(b'.');
                at.take(b',');
                at.spaces();
                day_first(&mut at)?
            }
        }
        _ => return None,
    };
    at.spaces();
    comment(&mut at);
    at.is_done().then_some(written)
}

/// `2026-11-24` and what follows: RFC 3339 and its relatives.
fn year_first(at: &mut Cursor<'_>) -> Option<Written> {
    let year = at.number(4, 4)?;
    let separator = if at.take(b'-') { b'-' } else { at.take(b'/').then_some(b'/')? };
    let month = at.number(1, 2)?;
    at.expect(separator)?;
    let day = at.number(1, 2)?;
    let time = if at.take(b'T') || at.take(b't') { Some(clock(at)?) } else { clock_after_spaces(at)? };
    Some(Written { year, month: month.try_into().ok()?, day: day.try_into().ok()?, time })
}

/// `24 Nov 2026` and what follows: RFC 822, and RFC 2822's reading of short years (section 4.3).
fn day_first(at: &mut Cursor<'_>) -> Option<Written> {
    let day = at.number(1, 2)?;
    at.between_parts()?;
    let month = month(at.word())?;
    at.take(b'.');
    at.between_parts()?;
    let digits = at.digits_ahead();
    let year = match (digits, at.number(2, 4)?) {
        (2, year @ 0..=49) => 2000 + year,
        (2 | 3, year) => 1900 + year,
        (_, year) => year,
    };
    Some(Written { year, month, day: day.try_into().ok()?, time: clock_after_spaces(at)? })
}

/// `November 24, 2026` and what follows.
fn month_first(at: &mut Cursor<'_>, month: i8) -> Option<Written> {
    at.take(b'.');
    at.spaces();
    let day = at.number(1, 2)?;
    at.take(b',');
    if !at.spaces() {
        return None;
    }
    let year = at.number(4, 4)?;
    at.take(b',');
    Some(Written { year, month, day: day.try_into().ok()?, time: clock_after_spaces(at)? })
}

/// A time of day after white space, `Some(None)` where the text ends without one.
#[allow(clippy::option_option, reason = "no time and a broken time are two things")]
fn clock_after_spaces(at: &mut Cursor<'_>) -> Option<Option<Clock>> {
    let spaced = at.spaces();
    if at.is_done() || at.peek() == Some(b'(') {
        return Some(None);
    }
    if !spaced {
        return None;
    }
    clock(at).map(Some)
}

fn clock(at: &mut Cursor<'_>) -> Option<Clock> {
    let hour = at.number(1, 2)?;
    at.expect(b':')?;
    let minute = at.number(2, 2)?;
    let mut second = 0;
    let mut millisecond = 0;
    if at.take(b':') {
        second = at.number(2, 2)?;
        if second == 60 {
            second = 59;
        }
        if at.take(b'.') || at.take(b',') {
            millisecond = at.fraction()?;
        }
    }
    at.spaces();
    let offset = offset(at)?;
    Some(Clock { hour: hour.try_into().ok()?, minute: minute.try_into().ok()?, second: second.try_into().ok()?, millisecond, offset })
}

/// The offset in seconds, `Some(None)` where there is none.
#[allow(clippy::option_option, reason = "no offset and a broken offset are two things")]
fn offset(at: &mut Cursor<'_>) -> Option<Option<i32>> {
    let sign = match at.peek() {
        None | Some(b'(') => return Some(None),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => {
            let word = at.word();
            return ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, hours)| Some(hours * 3600));
        }
    };
    at.skip();
    let (hours, minutes) = if at.digits_ahead() > 2 {
        (at.number(2, 2)?, at.number(2, 2)?)
    } else {
        let hours = at.number(1, 2)?;
        (hours, if at.take(b':') { at.number(2, 2)? } else { 0 })
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some(Some(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)))
}

/// RFC 822 lets a comment follow, often the zone's name.
fn comment(at: &mut Cursor<'_>) {
    if at.take(b'(') {
        at.skip_to(b')');
    }
}

/// Zone names and their hours east of Greenwich: RFC 822 section 5.1, and Europe's, which no other zone shares. RFC 822's
/// military letters are refused, as RFC 2822 section 4.3 says that they mean nothing certain.
const ZONES: [(&str, i32); 18] = [
    ("Z", 0),
    ("UTC", 0),
    ("UT", 0),
    ("GMT", 0),
    ("EST", -5),
    ("EDT", -4),
    ("CST", -6),
    ("CDT", -5),
    ("MST", -7),
    ("MDT", -6),
    ("PST", -8),
    ("PDT", -7),
    ("WET", 0),
    ("WEST", 1),
    ("CET", 1),
    ("CEST", 2),
    ("EET", 2),
    ("EEST", 3),
];

const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The month of this name, whole or cut to three letters (`Sept` too).
fn month(word: &str) -> Option<i8> {
    let word = if word.eq_ignore_ascii_case("sept") { "Sep" } else { word };
    let index = MONTHS.iter().position(|name| names(word, name))?;
    i8::try_from(index + 1).ok()
}

fn weekday(word: &str) -> Option<()> {
    WEEKDAYS.iter().any(|name| names(word, name)).then_some(())
}

fn names(word: &str, name: &str) -> bool {
    word.eq_ignore_ascii_case(name) || name.get(..3).is_some_and(|short| word.eq_ignore_ascii_case(short))
}

#[cfg(test)]
mod tests;
