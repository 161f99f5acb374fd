//! Clocks that are set, zones that change, and what waits for an hour meanwhile.

use std::time::Duration;

use jiff::tz::TimeZone;
use newswire::instant::Instant;

use super::with;
use crate::newsroom::{Daemon, Newsroom, Receiver, article};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Has the daemon look at its clock, and awaits that it has: what is dropped is published.
fn fence(newsroom: &Newsroom, name: &str) {
    newsroom.drop_article(&format!("{name}.md"), article(&format!("Fence {name}"), "Text."));
    newsroom.all_formats("all", &format!("Fence {name}"), true);
}

#[test]
fn an_embargo_follows_a_clock_that_is_set() {
    let newsroom = Newsroom::new();
    let _daemon = newsroom.start_by_clock("+0");
    let now = Instant::now();
    newsroom.drop_article("ahead.md", format!("---\ntitle: In an hour\nembargo: {}\n---\n\nText.\n", now.plus(HOUR)));
    newsroom.drop_article("back.md", format!("---\ntitle: In five hours\nembargo: {}\n---\n\nText.\n", now.plus(5 * HOUR)));
    newsroom.status_that("held", |status| status["articles"]["held"] == 2);
    newsroom.set_clock("+2h");
    fence(&newsroom, "one");
    newsroom.all_formats("all", "In an hour", true);
    // The ledger is two hours ahead now; what waits goes by the clock all the same.
    newsroom.set_clock("+0");
    fence(&newsroom, "two");
    newsroom.drop_article("soon.md", format!("---\ntitle: In another hour\nembargo: {}\n---\n\nText.\n", now.plus(HOUR)));
    newsroom.status_that("held again", |status| status["articles"]["held"] == 2);
    fence(&newsroom, "three");
    assert!(!newsroom.feed("all.atom").contains("In another hour"), "not before its hour, whatever the ledger's latest instant");
    newsroom.set_clock("+6h");
    fence(&newsroom, "four");
    newsroom.all_formats("all", "In five hours", true);
    newsroom.all_formats("all", "In another hour", true);
}

#[test]
fn a_clock_that_jumps_ahead_releases_nothing_until_it_is_confirmed() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let mut daemon = newsroom.start_by_clock("+0");
    let nothing = newsroom.newswire(&["confirm"]);
    assert_eq!(nothing.status.code(), Some(3));
    let before = Instant::now();
    newsroom.drop_article("a.md", with(&format!("embargo: {}", before.plus(2 * DAY))));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    newsroom.set_clock("+3d");
    newsroom.drop_article("b.md", article("Goes on", "Text."));
    let told = receiver.next();
    assert_eq!(told.headline(), "Goes on", "news without an hour to wait for goes out");
    let published = told.json["data"]["published"].as_str().unwrap();
    assert!(published < before.plus(DAY).rfc3339().as_str(), "and is not dated by the clock that jumped: {published}");
    let line = daemon.await_log("the clock jumped ahead");
    assert!(line.contains("newswire confirm"), "{line}");
    newsroom.status_that("the alarm", |status| status["alarms"].to_string().contains("the clock jumped ahead"));

    // Neither does a restart release it.
    daemon.kill();
    let mut daemon = newsroom.start_by_clock("+3d");
    newsroom.drop_article("c.md", article("Goes on still", "Text."));
    assert_eq!(receiver.next().headline(), "Goes on still");
    receiver.nothing_more("what waits", Duration::from_millis(300));

    let confirmed = newsroom.newswire(&["confirm"]);
    assert!(confirmed.status.success(), "{}", String::from_utf8_lossy(&confirmed.stderr));
    daemon.await_log("the clock was confirmed");
    newsroom.all_formats("all", "The story", true);
    newsroom.status_that("no alarm", |status| status["alarms"].as_array().is_some_and(Vec::is_empty));
}

#[test]
fn a_clock_that_is_set_right_again_clears_the_alarm_by_itself() {
    let newsroom = Newsroom::new();
    let mut daemon = newsroom.start_by_clock("+0");
    newsroom.drop_article("a.md", with(&format!("embargo: {}", Instant::now().plus(2 * DAY))));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    newsroom.set_clock("+400d");
    fence(&newsroom, "one");
    daemon.await_log("the clock jumped ahead");
    newsroom.set_clock("+0");
    daemon.await_log("the clock is right again");
    newsroom.status_that("no alarm", |status| status["alarms"].as_array().is_some_and(Vec::is_empty));
    assert!(!newsroom.feed("all.atom").contains("The story"));
}

#[test]
fn the_time_off_is_no_jump() {
    let newsroom = Newsroom::new();
    let daemon = newsroom.start_by_clock("+0");
    newsroom.drop_article("a.md", with(&format!("embargo: {}", Instant::now().plus(2 * DAY))));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    assert!(daemon.stop().success());
    let _daemon = newsroom.start_by_clock("+3d");
    // Its hour came while the machine was off.
    newsroom.all_formats("all", "The story", true);
    assert_eq!(newsroom.status()["alarms"], serde_json::json!([]));
}

#[test]
fn an_embargo_names_its_second_in_the_site_s_zone_whatever_the_machine_s() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("author", "\"Example Times\"\ntimezone = \"Asia/Kolkata\"");
    let start = |zone: &str| {
        let mut command = newsroom.command(&["run"]);
        command.env("TZ", zone);
        Daemon::ready(command)
    };
    let daemon = start("America/New_York");
    let at = Instant::now().plus(Duration::from_secs(3)).round_up_to_second();
    let local = at.in_zone(&TimeZone::get("Asia/Kolkata").unwrap()).strftime("%Y-%m-%d %H:%M:%S").to_string();
    newsroom.drop_article("a.md", with(&format!("publish_at: {local}")));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    assert!(daemon.stop().success());
    let _daemon = start("Pacific/Auckland");
    assert_eq!(receiver.next().headline(), "The story");
    let told = Instant::now();
    assert!(told >= at, "told {told} before {at}");
    assert!(told.since(at) < Duration::from_secs(2), "told {told} for {at}");
}

#[test]
fn an_embargo_moves_with_the_site_s_zone() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("author", "\"Example Times\"\ntimezone = \"Etc/GMT\"");
    let mut daemon = newsroom.start();
    // One o'clock in GMT+0 is an hour later than in a zone one hour ahead.
    let local = Instant::now().plus(HOUR).plus(Duration::from_secs(2)).rfc3339();
    let local = &local[..19];
    newsroom.drop_article("a.md", with(&format!("embargo: {local}")));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    newsroom.set("timezone", "\"Etc/GMT-1\"");
    daemon.signal(rustix::process::Signal::HUP);
    daemon.await_log("read again");
    assert_eq!(receiver.next().headline(), "The story");
    receiver.nothing_more("another zone", Duration::from_millis(300));
    // And over a restart.
    newsroom.set("timezone", "\"Etc/GMT\"");
    daemon.signal(rustix::process::Signal::HUP);
    let local = Instant::now().plus(HOUR).plus(Duration::from_secs(2)).rfc3339();
    newsroom.drop_article("c.md", format!("---\ntitle: Another\nembargo: {}\n---\n\nText.\n", &local[..19]));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    assert!(daemon.stop().success());
    newsroom.set("timezone", "\"Etc/GMT-1\"");
    let _daemon = newsroom.start();
    assert_eq!(receiver.next().headline(), "Another");
}
