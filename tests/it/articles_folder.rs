//! What a newsroom's folder goes through: it is missing, deleted, replaced, forbidden, silent, or changes faster than the kernel tells.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Signal, getuid};

use crate::newsroom::{Daemon, Newsroom, Receiver, article, await_that, get};

fn alarm(status: &serde_json::Value) -> Option<&str> {
    status["alarms"].as_array().unwrap().first().and_then(|alarm| alarm["name"].as_str())
}

#[test]
fn a_folder_missing_at_the_first_start_is_awaited_and_then_a_baseline() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("old.md", article("An old story.", "Text."));
    fs::rename(newsroom.path("articles"), newsroom.path("elsewhere")).unwrap();
    let mut daemon = newsroom.begin();
    daemon.await_log("is not there");
    assert_eq!(alarm(&newsroom.status()), Some("articles-missing"));
    assert_eq!(get(&daemon.url("/readyz")).status, 503);
    fs::rename(newsroom.path("elsewhere"), newsroom.path("articles")).unwrap();
    daemon.await_log("ready");
    newsroom.all_formats("all", "An old story.", true);
    // What stood there is the baseline: the first that is told came after it.
    newsroom.drop_article("new.md", article("A new story.", "Text."));
    assert_eq!(receiver.next().headline(), "A new story.");
    assert_eq!(alarm(&newsroom.status()), None);
}

#[test]
fn a_folder_missing_at_a_later_start_leaves_the_feeds_as_they_are_and_is_read_when_it_comes() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    for n in 0..3 {
        newsroom.drop_article(&format!("{n}.md"), article(&format!("Story {n}."), "Text."));
    }
    assert!(newsroom.start().stop().success());
    fs::rename(newsroom.path("articles"), newsroom.path("elsewhere")).unwrap();
    fs::remove_file(newsroom.path("feeds/all.rss")).unwrap();
    let mut daemon = newsroom.begin();
    daemon.await_log("is not there");
    newsroom.all_formats("all", "Story 2.", true);
    // Changed while it was away.
    fs::write(newsroom.path("elsewhere/1.md"), article("Story 1, changed.", "Text.")).unwrap();
    fs::rename(newsroom.path("elsewhere"), newsroom.path("articles")).unwrap();
    daemon.await_log("ready");
    let told = receiver.next();
    assert_eq!((told.kind(), told.headline()), ("article.updated", "Story 1, changed."));
    receiver.nothing_more("the change", Duration::from_millis(400));
    // A stop while it waits is orderly, too.
    assert!(daemon.stop().success());
    fs::rename(newsroom.path("articles"), newsroom.path("elsewhere")).unwrap();
    let mut daemon = newsroom.begin();
    daemon.await_log("is not there");
    assert!(daemon.stop().success());
}

#[test]
fn a_folder_that_goes_is_an_alarm_and_the_watch_goes_on_when_it_is_back() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    for n in 0..3 {
        newsroom.drop_article(&format!("{n}.md"), article(&format!("Story {n}."), "Text."));
    }
    let daemon = newsroom.start();
    // Moved away, as an unmounted disk goes; deleted with all in it; replaced by another at one stroke.
    fs::rename(newsroom.path("articles"), newsroom.path("elsewhere")).unwrap();
    newsroom.status_that("an alarm", |status| alarm(status) == Some("articles-missing"));
    assert_eq!(get(&daemon.url("/readyz")).status, 503);
    newsroom.all_formats("all", "Story 2.", true);
    fs::rename(newsroom.path("elsewhere"), newsroom.path("articles")).unwrap();
    newsroom.status_that("no alarm", |status| alarm(status).is_none());
    newsroom.drop_article("3.md", article("Story 3.", "Text."));
    assert_eq!(receiver.next().headline(), "Story 3.");

    let text = |n: u32| fs::read(newsroom.path("articles").join(format!("{n}.md"))).unwrap();
    let all: Vec<_> = (0..4).map(text).collect();
    fs::remove_dir_all(newsroom.path("articles")).unwrap();
    newsroom.status_that("an alarm", |status| alarm(status).is_some());
    newsroom.all_formats("all", "Story 2.", true);
    // It comes back under another name first, so that nothing is missing when it is there.
    fs::create_dir(newsroom.path("prepared")).unwrap();
    for (n, text) in all.iter().enumerate() {
        fs::write(newsroom.path("prepared").join(format!("{n}.md")), text).unwrap();
    }
    fs::rename(newsroom.path("prepared"), newsroom.path("articles")).unwrap();
    newsroom.status_that("no alarm", |status| alarm(status).is_none());
    newsroom.drop_article("4.md", article("Story 4.", "Text."));
    assert_eq!(receiver.next().headline(), "Story 4.");

    fs::create_dir(newsroom.path("next")).unwrap();
    for (n, text) in all.iter().enumerate() {
        fs::write(newsroom.path("next").join(format!("{n}.md")), text).unwrap();
    }
    fs::write(newsroom.path("next/4.md"), article("Story 4, again.", "Text.")).unwrap();
    fs::rename(newsroom.path("articles"), newsroom.path("previous")).unwrap();
    fs::rename(newsroom.path("next"), newsroom.path("articles")).unwrap();
    let told = receiver.next();
    assert_eq!((told.kind(), told.headline()), ("article.updated", "Story 4, again."));
    newsroom.drop_article("world/5.md", article("Story 5.", "Text."));
    assert_eq!(receiver.next().headline(), "Story 5.");
    assert_eq!(newsroom.status()["articles"]["withdrawn"], 0);
}

#[test]
fn more_events_than_the_kernel_keeps_lose_nothing() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("world/a.md", article("Before.", "Text."));
    newsroom.drop_article("b.md", article("Also before.", "Text."));
    let daemon = newsroom.start();
    let most: u32 = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap().trim().parse().unwrap();
    // It does not read its events for a while; there are more than the kernel keeps, and the last ones are lost.
    daemon.signal(Signal::STOP);
    await_that("it stands still", || is_stopped(&daemon).then_some(()));
    for n in 0..=most {
        // Two in turn, since equal events in a row are one.
        File::create(newsroom.path("articles").join(["x.html.tmp", "y.html.tmp"][n as usize % 2])).unwrap();
    }
    newsroom.drop_article("world/a.md", article("After.", "Text."));
    newsroom.drop_article("deep/er/c.md", article("New.", "Text."));
    newsroom.remove_article("b.md");
    daemon.signal(Signal::CONT);
    let mut told: Vec<_> =
        receiver.until(|all| all.len() == 3).iter().map(|one| (one.kind().to_owned(), one.headline().to_owned())).collect();
    told.sort();
    let expected = [("article.published", "New."), ("article.updated", "After."), ("article.withdrawn", "Also before.")];
    assert_eq!(told, expected.map(|(kind, headline)| (kind.to_owned(), headline.to_owned())));
    // And what comes from now on is heard again, in new folders too.
    newsroom.drop_article("deep/er/d.md", article("Newer.", "Text."));
    assert_eq!(receiver.next().headline(), "Newer.");
}

fn is_stopped(daemon: &Daemon) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", daemon.id())).unwrap();
    status.lines().any(|line| line.starts_with("State:\tT"))
}

#[test]
fn with_polling_nothing_needs_to_be_told() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("path", "\"../articles\"\nwatch = \"poll\"\npoll_interval = \"100ms\"");
    newsroom.drop_article("a.md", article("Before.", "Text."));
    let daemon = newsroom.start();
    assert_eq!(watches(&daemon), 0, "no watch is set");
    newsroom.drop_article("a.md", article("After.", "Text."));
    assert_eq!(receiver.next().headline(), "After.");
    newsroom.drop_article("world/paris/b.md", article("New.", "Text."));
    assert_eq!(receiver.next().headline(), "New.");
    newsroom.remove_article("a.md");
    assert_eq!(receiver.next().kind(), "article.withdrawn");
    assert_eq!(alarm(&newsroom.status()), None, "it is as the operator wants it");
}

/// How many folders a daemon has asked the kernel to tell of.
fn watches(daemon: &Daemon) -> usize {
    let folder = format!("/proc/{}/fdinfo", daemon.id());
    let infos = fs::read_dir(folder).unwrap().filter_map(|entry| fs::read_to_string(entry.unwrap().path()).ok());
    infos.map(|info| info.lines().filter(|line| line.starts_with("inotify ")).count()).sum()
}

#[test]
fn an_audit_finds_and_counts_what_no_event_told() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    // With an hour between two listings nothing is told here at all, as on a mount that says nothing.
    newsroom.set("path", "\"../articles\"\nwatch = \"poll\"\npoll_interval = \"1h\"\naudit_interval = \"300ms\"");
    for name in ["changed", "touched", "deleted", "kept"] {
        newsroom.drop_article(&format!("{name}.md"), article(&format!("To be {name}."), "Text."));
    }
    let mut daemon = newsroom.start();
    let missed = |status: &serde_json::Value| status["audit"]["missed"].as_u64();
    newsroom.status_that("an audit that found nothing", |status| missed(status) == Some(0));
    newsroom.drop_article("changed.md", article("It was changed.", "Text."));
    newsroom.drop_article("touched.md", article("To be touched.", "Text."));
    newsroom.remove_article("deleted.md");
    newsroom.drop_article("new.md", article("It is new.", "Text."));
    let mut told: Vec<_> = receiver.until(|all| all.len() == 3).iter().map(|one| one.headline().to_owned()).collect();
    told.sort();
    assert_eq!(told, ["It is new.", "It was changed.", "To be deleted."]);
    newsroom.status_that("three are counted, a touched one is none", |status| missed(status) == Some(3));
    assert!(daemon.await_log("no event had told").contains("watch = "), "the log says what helps");
    receiver.nothing_more("further audits", Duration::from_millis(700));
    assert_eq!(missed(&newsroom.status()), Some(3));
}

#[test]
fn an_audit_finds_nothing_where_events_are_heard() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("path", "\"../articles\"\naudit_interval = \"100ms\"");
    let _daemon = newsroom.start();
    let path = newsroom.path("articles/slow.md");
    let mut file = File::create(&path).unwrap();
    // A slow writer, over several audits: none reads what is not complete.
    for piece in ["---\ntitle: Slow\n---\n\n", "One. ", "Two. ", "Three. ", "Four. ", "Five."] {
        file.write_all(piece.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(250));
    }
    assert_eq!(newsroom.status()["articles"]["live"], 0);
    drop(file);
    let told = receiver.next();
    assert!(told.json["data"]["text"].as_str().unwrap().contains("Five."), "{}", told.json);
    for n in 0..20 {
        newsroom.drop_article(&format!("new-{n}/{n}.md"), article(&format!("Story {n}."), "Text."));
        receiver.next();
    }
    let audited = newsroom.status()["audit"]["at"].clone();
    let status = newsroom.status_that("a further audit", |status| status["audit"]["at"] != audited);
    assert_eq!(status["audit"]["missed"], 0);
}

/// Runs a newsroom's daemon as a user whom permissions concern.
fn start_as_anyone(newsroom: &Newsroom) -> Daemon {
    let mut command = newsroom.command(&["run"]);
    if getuid().is_root() {
        let nobody = 65_534;
        let place = newsroom.path("");
        for folder in [&place, &newsroom.path("articles"), &newsroom.path("config")] {
            chown(folder, Some(nobody), Some(nobody)).unwrap();
        }
        command.uid(nobody).gid(nobody);
    }
    let mut daemon = Daemon::start(command);
    daemon.await_log("ready");
    daemon
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn permission_lost_and_given_back_withdraws_nothing_and_loses_nothing() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("a.md", article("Story a.", "Text."));
    newsroom.drop_article("world/b.md", article("Story b.", "Text."));
    newsroom.drop_article("world/c.md", article("Story c.", "Text."));
    let _daemon = start_as_anyone(&newsroom);
    newsroom.all_formats("all", "Story b.", true);
    // A file that comes without permission, and gets it.
    newsroom.drop_article("world/d.md", article("Story d.", "Text."));
    assert_eq!(receiver.next().headline(), "Story d.");
    let late = newsroom.path("dropped");
    fs::write(&late, article("Story e.", "Text.")).unwrap();
    set_mode(&late, 0);
    fs::rename(&late, newsroom.path("articles/e.md")).unwrap();
    let refused = |status: &serde_json::Value, path: &str| {
        status["diagnostics"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["path"] == path && one["rule"].as_str().unwrap().ends_with("unreadable"))
    };
    newsroom.status_that("the file is refused", |status| refused(status, "e.md"));
    set_mode(&newsroom.path("articles/e.md"), 0o644);
    assert_eq!(receiver.next().headline(), "Story e.");
    newsroom.status_that("nothing is said of it any more", |status| !refused(status, "e.md"));
    // A folder that nobody may enter for a while; in it, a change.
    let world = newsroom.path("articles/world");
    set_mode(&world, 0);
    newsroom.drop_article("f.md", article("Story f.", "Text."));
    assert_eq!(receiver.next().headline(), "Story f.");
    if getuid().is_root() {
        fs::write(world.join("b.md"), article("Story b, changed.", "Text.")).unwrap();
        newsroom.drop_article("g.md", article("Story g.", "Text."));
        assert_eq!(receiver.next().headline(), "Story g.");
        set_mode(&world, 0o755);
    } else {
        set_mode(&world, 0o755);
        fs::write(world.join("b.md"), article("Story b, changed.", "Text.")).unwrap();
    }
    assert_eq!(receiver.next().headline(), "Story b, changed.");
    assert_eq!(newsroom.status()["articles"]["withdrawn"], 0);
}

#[test]
fn names_of_any_bytes_and_names_that_change_in_case_only() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    let named = |bytes: &[u8]| newsroom.path("articles").join(std::ffi::OsStr::from_bytes(bytes));
    for (n, name) in
        [&b"caf\xe9.md"[..], b"\xff\xfe.md", b"new\nline.md", b"tab\there \"quoted\" <&>.md", "\u{202e}dm.evil.md".as_bytes(), b"'.md"]
            .into_iter()
            .enumerate()
    {
        fs::write(named(name), article(&format!("Story {n}."), "Text.")).unwrap();
        let told = receiver.next();
        assert_eq!((told.kind(), told.headline()), ("article.published", format!("Story {n}.").as_str()));
        newsroom.all_formats("all", &format!("Story {n}."), true);
    }
    for (feed, ending) in [("all", "rss"), ("all", "atom"), ("all", "json")] {
        let parsed = feed_rs::parser::parse(newsroom.feed(&format!("{feed}.{ending}")).as_bytes()).unwrap();
        assert_eq!(parsed.entries.len(), 6);
    }
    fs::write(named(b"caf\xe9.md"), article("Story 0, changed.", "Text.")).unwrap();
    assert_eq!(receiver.next().headline(), "Story 0, changed.");
    fs::remove_file(named(b"\xff\xfe.md")).unwrap();
    assert_eq!(receiver.next().kind(), "article.withdrawn");

    newsroom.drop_article("Summit.md", article("A summit.", "Text."));
    let before = receiver.next();
    fs::rename(newsroom.path("articles/Summit.md"), newsroom.path("articles/summit.md")).unwrap();
    newsroom.drop_article("fence.md", article("Fence.", "Text."));
    assert_eq!(receiver.next().headline(), "Fence.", "a rename tells no one");
    newsroom.drop_article("summit.md", article("A summit, changed.", "Text."));
    let after = receiver.next();
    assert_eq!(after.kind(), "article.updated");
    assert_eq!(after.json["data"]["id"], before.json["data"]["id"]);
}

#[test]
fn a_link_to_an_article_is_not_published_twice_and_one_to_what_is_passed_over_is_published() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("path", "\"../articles\"\nignore = [\"_desk/**\"]");
    newsroom.drop_article("world/a.md", article("Story a.", "Text."));
    newsroom.drop_article("_desk/b.md", article("Story b.", "Text."));
    newsroom.drop_article("_desk/sport/c.md", article("Story c.", "Text."));
    let link = |target: &str, name: &str| symlink(target, newsroom.path("articles").join(name)).unwrap();
    link("world/a.md", "before.md");
    let daemon = newsroom.start();
    newsroom.status_that("one is live", |status| status["articles"]["live"] == 1);
    link("world/a.md", "after.md");
    link("_desk/b.md", "chosen.md");
    assert_eq!(receiver.next().headline(), "Story b.");
    link("_desk/sport", "sport");
    assert_eq!(receiver.next().headline(), "Story c.");
    let status = newsroom.status_that("both links are noted", |status| {
        status["diagnostics"].as_array().unwrap().iter().filter(|one| one["rule"] == "link-twice").count() == 2
    });
    assert_eq!(status["articles"]["live"], 3);
    // The file that a link leads to changes; and the link leads elsewhere.
    newsroom.drop_article("_desk/b.md", article("Story b, changed.", "Text."));
    assert_eq!(receiver.next().headline(), "Story b, changed.");
    newsroom.remove_article("chosen.md");
    assert_eq!(receiver.next().kind(), "article.withdrawn");
    assert!(daemon.stop().success());
    let _daemon = newsroom.start();
    receiver.nothing_more("a restart", Duration::from_millis(500));
    assert_eq!(newsroom.status()["articles"]["live"], 2);
}

#[test]
fn a_hard_linked_article_that_is_edited_by_its_other_name_is_found_by_an_audit() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.set("path", "\"../articles\"\naudit_interval = \"300ms\"");
    let other = newsroom.path("other.md");
    fs::write(&other, article("Before.", "Text.")).unwrap();
    let _daemon = newsroom.start();
    fs::hard_link(&other, newsroom.path("articles/a.md")).unwrap();
    assert_eq!(receiver.next().headline(), "Before.");
    // Linux tells only those who watch the folder of the name by which it was opened.
    fs::write(&other, article("After.", "Text.")).unwrap();
    assert_eq!(receiver.next().headline(), "After.");
    newsroom.status_that("it is counted", |status| status["audit"]["missed"] == 1);
}
