use proptest::prelude::*;

use super::*;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(text: &str, zone_name: &str) -> String {
    let dated = parse_dated(text, &zone(zone_name)).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(dated.at, dated.until, "{text}");
    dated.at.rfc3339()
}

fn day(text: &str, zone_name: &str) -> (String, String) {
    let dated = parse_dated(text, &zone(zone_name)).unwrap_or_else(|error| panic!("{error}"));
    (dated.at.rfc3339(), dated.until.rfc3339())
}

#[test]
fn rfc_3339_in_all_its_spellings() {
    for text in [
        "2026-11-24T17:30:00+01:00",
        "2026-11-24t16:30:00z",
        "2026-11-24T16:30:00Z",
        "2026-11-24 16:30:00Z",
        "2026-11-24T16:30Z",
        "2026-11-24T16:30:00-00:00",
        "  2026-11-24T22:00:00+05:30\n",
        "2026-11-24T16:30:00.0004Z",
    ] {
        assert_eq!(at(text, "America/New_York"), "2026-11-24T16:30:00Z", "{text}");
    }
    assert_eq!(at("2026-11-24T16:30:00.5Z", "UTC"), "2026-11-24T16:30:00.500Z");
    assert_eq!(at("2026-11-24T16:30:00.123456789Z", "UTC"), "2026-11-24T16:30:00.123Z");
}

#[test]
fn generators_and_toml_write_their_own_forms() {
    for text in [
        "2026-11-24 17:30",
        "2026-11-24 17:30:00",
        "2026-11-24T17:30:00",
        "2026-11-24 17:30:00.000",
        "2026-11-24 17:30:00 +0100",
        "2026-11-24 17:30 +01:00",
        "2026-11-24 17:30 +1",
        "2026-11-24  16:30:00   UTC",
        "2026-11-24 16:30 GMT",
        "2026-11-24 11:30 EST",
        "2026/11/24 17:30:00",
    ] {
        assert_eq!(at(text, "Europe/Paris"), "2026-11-24T16:30:00Z", "{text}");
    }
    assert_eq!(at("2026-1-5 9:05", "UTC"), "2026-01-05T09:05:00Z");
}

#[test]
fn rfc_822_and_2822() {
    for text in [
        "Tue, 24 Nov 2026 17:30:00 +0100",
        "Tue, 24 Nov 2026 16:30:00 GMT",
        "tue, 24 nov 26 16:30 UT",
        "24 Nov 2026 11:30:00 EST",
        "24 November 2026 17:30",
        "Tuesday, 24-Nov-26 16:30:00 GMT",
        "Tue, 24 Nov 2026 17:30:00 +0100 (CET)",
        "November 24, 2026 17:30",
        "Nov. 24, 2026, 17:30",
    ] {
        assert_eq!(at(text, "Europe/Paris"), "2026-11-24T16:30:00Z", "{text}");
    }
    assert_eq!(at("1 Jan 70 00:00 Z", "UTC"), "1970-01-01T00:00:00Z");
    assert_eq!(at("Fri, 4 Sept 2026 00:00 Z", "UTC"), "2026-09-04T00:00:00Z");
}

#[test]
fn a_day_lasts_until_its_last_millisecond_in_the_zone() {
    assert_eq!(day("2026-11-24", "UTC"), ("2026-11-24T00:00:00Z".into(), "2026-11-24T23:59:59.999Z".into()));
    assert_eq!(day("24 Nov 2026", "Europe/Paris"), ("2026-11-23T23:00:00Z".into(), "2026-11-24T22:59:59.999Z".into()));
    assert_eq!(day("November 24, 2026", "UTC").0, "2026-11-24T00:00:00Z");
    // A day of 25 hours and one of 23.
    assert_eq!(day("2026-10-25", "Europe/Paris"), ("2026-10-24T22:00:00Z".into(), "2026-10-25T22:59:59.999Z".into()));
    assert_eq!(day("2026-03-29", "Europe/Paris"), ("2026-03-28T23:00:00Z".into(), "2026-03-29T21:59:59.999Z".into()));
    // Midnight skipped: the day begins at one o'clock.
    assert_eq!(day("2018-11-04", "America/Sao_Paulo").0, "2018-11-04T03:00:00Z");
    // The clocks went back from 00:01 to 23:01: the day's end came twice, the second counts.
    assert_eq!(day("2010-11-06", "America/St_Johns").1, "2010-11-07T03:29:59.999Z");
    // A day that Samoa skipped altogether.
    let (from, until) = day("2011-12-30", "Pacific/Apia");
    assert!(from <= until);
}

#[test]
fn gaps_and_folds_resolve_compatibly() {
    assert_eq!(at("2026-03-29 02:30", "Europe/Paris"), "2026-03-29T01:30:00Z");
    assert_eq!(at("2026-10-25 02:30", "Europe/Paris"), "2026-10-25T00:30:00Z");
}

#[test]
fn the_ends_of_time_are_kept_in_range() {
    assert_eq!(day("9999-12-31", "UTC"), (Instant::MAX.rfc3339(), Instant::MAX.rfc3339()));
    assert_eq!(at("9999-12-31T23:59:59-23:59", "UTC"), Instant::MAX.rfc3339());
    assert_eq!(at("0000-01-01T00:00:00+10:00", "UTC"), Instant::MIN.rfc3339());
    assert_eq!(at("2016-12-31T23:59:60Z", "UTC"), "2016-12-31T23:59:59Z");
}

#[test]
fn what_is_no_date_is_refused() {
    for text in [
        "",
        " ",
        "tomorrow",
        "2026",
        "2026-11",
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "0000-00-00",
        "10000-01-01",
        "12026-01-01",
        "-2026-01-01",
        "2026-11-24T",
        "2026-11-24T17",
        "2026-11-24T25:00:00Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T17:61:00Z",
        "2026-11-24T17:30:61Z",
        "2026-11-24T17:30:00+24:00",
        "2026-11-24T17:30:00+1:0",
        "2026-11-24T17:30:00.Z",
        "2026-11-24T17:30:00 nowhere",
        "2026-11-24 17:30 A",
        "2026-11-2417:30",
        "2026-11-24Z",
        "2026-11/24",
        "24/11/2026",
        "11-24-2026",
        "Foo, 24 Nov 2026 17:30:00 GMT",
        "24 Nox 2026",
        "31 Nov 2026",
        "2026-11-24 17:30 GMT and more",
        "２０２６-11-24",
    ] {
        assert!(parse_dated(text, &TimeZone::UTC).is_err(), "{text}");
    }
}

#[test]
fn a_refusal_quotes_little_and_on_one_line() {
    let NotADate(quoted) = parse_dated(&"é\n".repeat(1_000_000), &TimeZone::UTC).unwrap_err();
    assert_eq!(quoted.chars().count(), NotADate::QUOTED);
    assert!(quoted.ends_with('…') && !quoted.contains('\n'));
    assert_eq!(parse_dated(" soon ", &TimeZone::UTC).unwrap_err(), NotADate("soon".into()));
}

proptest! {
    #[test]
    fn never_panics_and_a_day_never_ends_before_it_begins(text in "\\PC{0,40}|[0-9TZtz:+. /,-]{0,40}|[0-9]{1,2} [A-Z][a-z]{2} [0-9]{2,4}.{0,12}") {
        for name in ["UTC", "America/St_Johns", "Pacific/Apia"] {
            match parse_dated(&text, &zone(name)) {
                Ok(dated) => prop_assert!(dated.at <= dated.until),
                Err(NotADate(quoted)) => prop_assert!(quoted.chars().count() <= NotADate::QUOTED),
            }
        }
    }

    #[test]
    fn what_an_instant_writes_is_read_back(millis in Instant::MIN.as_millis()..=Instant::MAX.as_millis()) {
        let instant = Instant::from_millis(millis);
        let whole = Instant::from_millis(millis - millis.rem_euclid(1000));
        let paris = zone("Europe/Paris");
        prop_assert_eq!(parse_dated(&instant.rfc3339(), &paris).unwrap(), Dated { at: instant, until: instant });
        prop_assert_eq!(parse_dated(&whole.rfc822(), &paris).unwrap().at, whole);
        prop_assert_eq!(parse_dated(&whole.http_date(), &paris).unwrap().at, whole);
    }

    #[test]
    fn every_day_of_every_zone_holds_its_own_noon(year in 1900i16..2100, month in 1i8..=12, day in 1i8..=28, name in proptest::sample::select(vec!["UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu"])) {
        let zone = zone(name);
        let date = format!("{year:04}-{month:02}-{day:02}");
        let whole = parse_dated(&date, &zone).unwrap();
        let noon = parse_dated(&format!("{date} 12:00"), &zone).unwrap();
        prop_assert!(whole.at < noon.at && noon.at < whole.until);
        prop_assert_eq!(whole.until.in_zone(&zone).day(), day);
    }
}
