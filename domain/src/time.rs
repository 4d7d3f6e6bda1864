//! Instants and durations (R0): microseconds, UTC, elapsed. A day is 24 hours.

use crate::fault::Code;
use jiff::fmt::friendly::{Designator, Spacing, SpanPrinter};
use jiff::fmt::temporal::SpanParser;
use jiff::tz::TimeZoneDatabase;
use jiff::{Span, SpanRelativeTo, SpanRound, Unit};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An instant: microseconds since 1970-01-01T00:00Z. Finer input is cut to the microsecond, which is all that
/// PostgreSQL keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant so many microseconds after 1970-01-01T00:00Z.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970-01-01T00:00Z.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads RFC 3339 with an offset, such as `2026-11-22T02:00:00Z`.
    ///
    /// # Errors
    /// A sentence that says what a readable instant looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.parse::<jiff::Timestamp>().map(|instant| Self(instant.as_microsecond())).map_err(|_| {
            format!("`{}` is not an instant; write RFC 3339 with an offset, such as 2026-11-22T02:00:00Z", clip(text))
        })
    }

    /// This instant moved by a duration; at the ends of time it stays there.
    #[must_use]
    pub const fn plus(self, elapsed: Elapsed) -> Self {
        Self(self.0.saturating_add(elapsed.0))
    }

    /// How long after `earlier` this is; negative when it is before.
    pub const fn since(self, earlier: Self) -> Elapsed {
        Elapsed(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => instant.fmt(f),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

/// A duration as it elapses, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Elapsed(i64);

impl Elapsed {
    /// So many microseconds.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// So many minutes.
    pub const fn from_minutes(minutes: i64) -> Self {
        Self(minutes.saturating_mul(60_000_000))
    }

    /// So many days of 24 hours.
    pub const fn from_days(days: i64) -> Self {
        Self::from_minutes(days.saturating_mul(24 * 60))
    }

    /// Length in microseconds.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads an ISO 8601 duration in weeks, days, hours, minutes and seconds, such as `P1D` or `PT90M`, within bounds.
    ///
    /// # Errors
    /// [`Code::Invalid`] for what cannot be read (months and years have no fixed length), [`Code::OutOfRange`] outside
    /// of the bounds; never clamped.
    pub fn parse(text: &str, least: Self, most: Self) -> Result<Self, (Code, String)> {
        let unreadable = || {
            let text = clip(text);
            (Code::Invalid, format!("`{text}` is not a duration; write ISO 8601 such as P1D, P2W or PT90M"))
        };
        // Not `text.parse()`, which also reads `1 day`.
        let span = SpanParser::new().parse_span(text).map_err(|_| unreadable())?;
        if span.get_years() != 0 || span.get_months() != 0 {
            let message = format!("`{}` has months or years, which have no fixed length; write days", clip(text));
            return Err((Code::Invalid, message));
        }
        let length = span.to_duration(SpanRelativeTo::days_are_24_hours()).map_err(|_| unreadable())?;
        let micros = i64::try_from(length.as_micros()).map_err(|_| unreadable())?;
        let is_over = i128::from(most.0).saturating_mul(1_000) < length.as_nanos();
        if micros < least.0 || is_over {
            let text = clip(text);
            return Err((Code::OutOfRange, format!("`{text}` is out of range: from {least} to {most}")));
        }
        Ok(Self(micros))
    }
}

impl fmt::Display for Elapsed {
    /// ISO 8601, days as the largest unit: `P1D`, `PT1H30M`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.balanced() {
            Ok(span) => span.fmt(f),
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}

impl Elapsed {
    fn balanced(self) -> Result<Span, jiff::Error> {
        let days = SpanRound::new().largest(Unit::Day).relative(SpanRelativeTo::days_are_24_hours());
        Span::new().try_microseconds(self.0)?.round(days)
    }

    /// In words, such as `30 days` or `1 hour 30 minutes`.
    pub fn in_words(self) -> String {
        let words = SpanPrinter::new().designator(Designator::Verbose).spacing(Spacing::BetweenUnitsAndDesignators);
        self.balanced().map_or_else(|_| self.to_string(), |span| words.span_to_string(&span))
    }
}

/// Reads the name of a time zone of the IANA database, such as `Europe/Berlin`, and gives it back as it is spelt there.
/// The database is the one that was compiled in, so that every machine knows the same zones.
///
/// # Errors
/// [`Code::Invalid`], where there is none of that name.
pub fn time_zone(name: &str) -> Result<String, (Code, String)> {
    let found = TimeZoneDatabase::bundled().get(name).ok();
    found.and_then(|zone| zone.iana_name().map(str::to_owned)).ok_or_else(|| {
        let message = format!("`{}` is not a time zone; write an IANA name such as Europe/Berlin or UTC.", clip(name));
        (Code::Invalid, message)
    })
}

/// A day of the calendar, wherever it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(jiff::civil::Date);

impl Day {
    /// Reads a day such as `2026-11-22`.
    ///
    /// # Errors
    /// A sentence that says what a readable day looks like.
    pub fn parse(text: &str) -> Result<Self, String> {
        let unreadable = |_| format!("`{}` is not a day; write it as 2026-11-22", clip(text));
        jiff::civil::Date::strptime("%Y-%m-%d", text).map(Self).map_err(unreadable)
    }

    /// Its month and its day of the month.
    pub fn month_and_day(self) -> (i8, i8) {
        (self.0.month(), self.0.day())
    }

    /// Its year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The same day of another year; of the 29th of February, in a year without one, the 28th.
    pub fn in_year(self, year: i16) -> Option<Self> {
        let with_day = |day| jiff::civil::Date::new(year, self.0.month(), day).ok().map(Self);
        with_day(self.0.day()).or_else(|| with_day(28).filter(|_| self.0.month() == 2))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

/// A time zone, which says when days begin, across changes of its clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(jiff::tz::TimeZone);

impl Default for Zone {
    fn default() -> Self {
        Self::UTC
    }
}

impl Zone {
    /// Universal time.
    pub const UTC: Self = Self(jiff::tz::TimeZone::UTC);

    /// The zone of that name in the bundled IANA database.
    pub fn named(name: &str) -> Option<Self> {
        TimeZoneDatabase::bundled().get(name).ok().map(Self)
    }

    /// From when until when a day lasts.
    pub fn span_of(&self, day: Day) -> Option<(Timestamp, Timestamp)> {
        let begins = |date: jiff::civil::Date| {
            let zoned = date.to_zoned(self.0.clone()).ok()?;
            Some(Timestamp(zoned.timestamp().as_microsecond()))
        };
        Some((begins(day.0)?, begins(day.0.tomorrow().ok()?)?))
    }

    /// The day of an instant.
    pub fn day_of(&self, at: Timestamp) -> Option<Day> {
        let instant = jiff::Timestamp::from_microsecond(at.0).ok()?;
        Some(Day(instant.to_zoned(self.0.clone()).date()))
    }
}

/// The part of a caller's text that is safe to repeat in a message.
pub(crate) fn clip(text: &str) -> String {
    const SHOWN_CHARS: usize = 60;
    if text.chars().count() <= SHOWN_CHARS {
        text.to_owned()
    } else {
        text.chars().take(SHOWN_CHARS).chain(['…']).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: Elapsed = Elapsed::from_minutes(1);
    const MOST: Elapsed = Elapsed::from_days(730);

    #[test]
    fn durations_are_elapsed_time_and_never_clamped() {
        for (text, expected) in [
            ("P1D", Ok("P1D")),
            ("PT24H", Ok("P1D")),
            ("P2W", Ok("P14D")),
            ("P730D", Ok("P730D")),
            ("PT90M", Ok("PT1H30M")),
            ("PT59S", Err(Code::OutOfRange)),
            ("P731D", Err(Code::OutOfRange)),
            ("P730DT0.0000001S", Err(Code::OutOfRange)),
            ("-P1D", Err(Code::OutOfRange)),
            ("P1M", Err(Code::Invalid)),
            ("a day", Err(Code::Invalid)),
            ("1 day", Err(Code::Invalid)),
            ("", Err(Code::Invalid)),
        ] {
            let read = Elapsed::parse(text, LEAST, MOST).map(|length| length.to_string()).map_err(|(code, _)| code);
            assert_eq!(read, expected.map(str::to_owned), "{text}");
        }
    }

    #[test]
    fn durations_are_told_in_words() {
        for (length, expected) in [(Elapsed::from_days(1), "1 day"), (Elapsed::from_minutes(90), "1 hour 30 minutes")] {
            assert_eq!(length.in_words(), expected);
        }
    }

    #[test]
    fn time_zones_are_those_of_the_database_and_spelt_as_there() {
        for (name, expected) in [
            ("Europe/Berlin", Some("Europe/Berlin")),
            ("europe/berlin", Some("Europe/Berlin")),
            ("UTC", Some("UTC")),
            ("CEST", None),
            ("+02:00", None),
            ("Mars/Olympus_Mons", None),
            ("", None),
        ] {
            assert_eq!(time_zone(name).ok().as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn days_are_as_long_as_the_zone_makes_them() {
        for (zone, day, hours) in [
            ("UTC", "2026-03-29", 24),
            ("Europe/Berlin", "2026-03-28", 24),
            ("Europe/Berlin", "2026-03-29", 23),
            ("Europe/Berlin", "2026-10-25", 25),
            ("America/New_York", "2026-03-08", 23),
            ("Australia/Lord_Howe", "2026-04-05", 24),
        ] {
            let (zone, day) = (Zone::named(zone).expect("a zone"), Day::parse(day).expect("a day"));
            let (from, to) = zone.span_of(day).expect("a span");
            let (first, last) = (zone.day_of(from), zone.day_of(Timestamp(to.0 - 1)));
            assert_eq!((first, last), (Some(day), Some(day)));
            assert_eq!(to.since(from).as_micros() / 3_600_000_000, hours, "{day}");
        }
    }

    #[test]
    fn a_day_comes_again_every_year() {
        for (day, year, expected) in
            [("2000-02-29", 2026, "2026-02-28"), ("2000-02-29", 2028, "2028-02-29"), ("1990-07-31", 2026, "2026-07-31")]
        {
            let found = Day::parse(day).expect("a day").in_year(year).map(|day| day.to_string());
            assert_eq!(found.as_deref(), Some(expected));
        }
        assert!(Day::parse("2026-02-30").is_err() && Day::parse("22.11.2026").is_err());
    }

    #[test]
    fn instants_are_cut_to_the_microsecond() {
        let read = Timestamp::parse("1997-10-01T02:00:00.1234567+02:00").map(|instant| instant.to_string());
        assert_eq!(read.as_deref(), Ok("1997-10-01T00:00:00.123456Z"));
        assert!(Timestamp::parse("1997-10-01").is_err());
    }
}
