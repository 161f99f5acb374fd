//! Bad files, bad places, bad configs: one clear line each, and everything else goes on.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::symlink;
use std::process::Command;
use std::time::Duration;

use crate::newsroom::{Newsroom, Receiver, SECRET, article, await_that, binary, files_under, get};

#[test]
fn every_bad_file_has_its_diagnostic_and_the_rest_goes_on() {
    let newsroom = Newsroom::new();
    let mut daemon = newsroom.start();
    let articles = newsroom.path("articles");
    newsroom.drop_article("broken.md", "---\ntitle: [never closed\n---\nText.\n");
    newsroom.drop_article("impossible.md", "---\ntitle: A\ndate: 2026-02-30\n---\nText.\n");
    newsroom.drop_article("binary.md", [0x89, b'P', b'N', b'G', 0, 0, 1, 2, 3, 0xff]);
    newsroom.drop_article(
        "latin.md",
        [b"# Title\n\nGood \xc3\xa9 text ".as_slice(), "é".repeat(40).as_bytes(), b" then \xff\xfe bad\n"].concat(),
    );
    let huge = fs::File::create(newsroom.path("huge")).unwrap();
    huge.set_len(500 * 1024 * 1024).unwrap();
    fs::rename(newsroom.path("huge"), articles.join("huge.md")).unwrap();
    assert!(Command::new("mkfifo").arg(articles.join("pipe.md")).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(articles.join("socket.md")).unwrap();
    symlink("loop-b.md", articles.join("loop-a.md")).unwrap();
    symlink("loop-a.md", articles.join("loop-b.md")).unwrap();
    newsroom.drop_article("good.md", article("The good one.", "Text."));
    newsroom.all_formats("all", "The good one.", true);

    for (path, said) in [
        ("broken.md:", "front matter"),
        ("impossible.md:3:", "2026-02-30"),
        ("binary.md:", "binary"),
        ("latin.md:3:", "UTF-8"),
        ("huge.md:1:1:", "524288000"),
        ("pipe.md:1:1:", "FIFO"),
        ("socket.md:1:1:", "socket"),
        ("loop-a.md:1:1:", "circle"),
    ] {
        let line = daemon.await_log(&format!(" {path}"));
        assert!(line.to_lowercase().contains(&said.to_lowercase()), "{path}: {line}");
    }
    let bad = ["broken.md", "impossible.md", "binary.md", "latin.md", "huge.md", "pipe.md", "socket.md", "loop-a.md", "loop-b.md"];
    newsroom.status_that("names every bad file", |status| {
        let named: Vec<&str> = status["diagnostics"].as_array().unwrap().iter().filter_map(|found| found["path"].as_str()).collect();
        bad.iter().all(|path| named.contains(path))
    });

    // Mended, its diagnostic goes.
    newsroom.drop_article("broken.md", article("Mended.", "Text."));
    newsroom.all_formats("all", "Mended.", true);
    newsroom.status_that("the mended file has no diagnostic", |status| {
        status["diagnostics"].as_array().unwrap().iter().all(|found| found["path"] != "broken.md")
    });
}

#[test]
fn the_last_good_version_stays_live() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("a.md", article("Good version.", "Text."));
    let mut daemon = newsroom.start();
    newsroom.drop_article("a.md", "---\ntitle: [broken\n---\nText.\n");
    daemon.await_log(" a.md:");
    newsroom.drop_article("fence.md", article("Fence.", "Text."));
    assert_eq!(receiver.next().headline(), "Fence.");
    newsroom.all_formats("all", "Good version.", true);
    assert!(daemon.stop().success());
    // Also over a restart, and with its feeds lost.
    for (path, _) in files_under(&newsroom.path("feeds")) {
        fs::remove_file(path).unwrap();
    }
    let _daemon = newsroom.start();
    newsroom.all_formats("all", "Good version.", true);
    newsroom.drop_article("a.md", article("Better version.", "Text."));
    assert_eq!(receiver.next().headline(), "Better version.");
}

#[test]
fn an_empty_file_is_not_yet_an_article() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    newsroom.drop_article("a.md", "");
    newsroom.drop_article("fence.md", article("Fence.", "Text."));
    assert_eq!(receiver.next().headline(), "Fence.");
    assert_eq!(newsroom.status()["diagnostics"].as_array().unwrap().len(), 0);
    newsroom.drop_article("a.md", article("Now it is one.", "Text."));
    assert_eq!(receiver.next().headline(), "Now it is one.");
}

#[test]
fn a_file_is_read_when_its_writer_closes_it() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    let mut file = fs::File::create(newsroom.path("articles/slow.md")).unwrap();
    file.write_all(b"---\ntitle: Half a hea").unwrap();
    file.sync_all().unwrap();
    newsroom.drop_article("fence.md", article("Fence.", "Text."));
    assert_eq!(receiver.next().headline(), "Fence.", "the half-written file is not told");
    file.write_all(b"dline, now whole\n---\nText.\n").unwrap();
    drop(file);
    assert_eq!(receiver.next().headline(), "Half a headline, now whole");
}

#[test]
fn a_place_that_is_not_usable_is_said_at_start() {
    let newsroom = Newsroom::new();
    let running = newsroom.start();
    let second = newsroom.newswire(&["run"]);
    assert_eq!(second.status.code(), Some(3), "a second instance on the same ledger");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(said.contains("another") && said.contains("newswire.db"), "{said}");

    let other = Newsroom::new();
    let taken = running.url("").trim_start_matches("http://").to_owned();
    let output = other.newswire(&["run", "--listen", &taken]);
    assert_eq!(output.status.code(), Some(3), "a port in use");
    assert!(String::from_utf8_lossy(&output.stderr).contains("in use"), "{}", String::from_utf8_lossy(&output.stderr));

    fs::write(other.path("feeds"), "a file where the folder should be").unwrap();
    let output = other.newswire(&["run"]);
    assert_eq!(output.status.code(), Some(3), "a feeds folder that cannot be one");
    assert!(String::from_utf8_lossy(&output.stderr).contains("feeds"), "{}", String::from_utf8_lossy(&output.stderr));

    let missing = Newsroom::new();
    fs::remove_dir(missing.path("articles")).unwrap();
    // A daemon waits for it; a build has nothing to wait for.
    let output = missing.newswire(&["build"]);
    assert_eq!(output.status.code(), Some(3), "no articles folder");
    assert!(String::from_utf8_lossy(&output.stderr).contains("articles"), "{}", String::from_utf8_lossy(&output.stderr));
    fs::write(missing.path("articles"), "a file where the folder should be").unwrap();
    let output = missing.newswire(&["run"]);
    assert_eq!(output.status.code(), Some(3), "an articles folder that cannot be one");
    assert!(String::from_utf8_lossy(&output.stderr).contains("is not a folder"), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_bad_config_says_where_and_exits_2() {
    let newsroom = Newsroom::new();
    newsroom.configure("[site]\ntitel = \"Typo\"\n");
    let output = newsroom.newswire(&["run"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("newswire.toml:2:1:") && said.contains("title"), "{said}");
    assert_eq!(newsroom.newswire(&["no-such-command"]).status.code(), Some(2));
}

#[test]
fn an_unwritable_feeds_folder_is_an_alarm_and_is_mended_by_itself() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let mut daemon = newsroom.start();
    fs::rename(newsroom.path("feeds"), newsroom.path("feeds-away")).unwrap();
    fs::write(newsroom.path("feeds"), "in the way").unwrap();
    newsroom.drop_article("a.md", article("Waits for its feeds.", "Text."));
    daemon.await_log("cannot be written");
    newsroom.status_that("an alarm", |status| status["alarms"].as_array().unwrap().iter().any(|alarm| alarm["name"] == "feeds-unwritable"));
    receiver.nothing_more("the folder went", Duration::from_millis(300));
    fs::remove_file(newsroom.path("feeds")).unwrap();
    fs::rename(newsroom.path("feeds-away"), newsroom.path("feeds")).unwrap();
    assert_eq!(receiver.next().headline(), "Waits for its feeds.");
    newsroom.all_formats("all", "Waits for its feeds.", true);
    newsroom.status_that("no alarm", |status| status["alarms"].as_array().unwrap().is_empty());
}

#[test]
fn mass_disappearance_is_an_alarm_until_confirmed_or_undone() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    for n in 0..20 {
        newsroom.drop_article(&format!("a{n}.md"), article(&format!("Story {n}."), "Text."));
    }
    let mut daemon = newsroom.start();
    assert_eq!(newsroom.newswire(&["confirm"]).status.code(), Some(3), "nothing waits to be confirmed");
    for n in 0..12 {
        fs::rename(newsroom.path(&format!("articles/a{n}.md")), newsroom.path(&format!("a{n}.md"))).unwrap();
    }
    daemon.await_log("have vanished");
    newsroom.all_formats("all", "Story 3.", true);
    for n in 0..12 {
        fs::rename(newsroom.path(&format!("a{n}.md")), newsroom.path(&format!("articles/a{n}.md"))).unwrap();
    }
    newsroom.status_that("the alarm is over", |status| status["alarms"].as_array().unwrap().is_empty());
    receiver.nothing_more("the files came back", Duration::from_millis(300));

    for n in 0..12 {
        newsroom.remove_article(&format!("a{n}.md"));
    }
    newsroom.status_that("an alarm again", |status| !status["alarms"].as_array().unwrap().is_empty());
    assert!(newsroom.newswire(&["confirm"]).status.success());
    let told = receiver.until(|all| all.len() == 12);
    assert!(told.iter().all(|one| one.kind() == "article.withdrawn"));
    newsroom.all_formats("all", "Story 3.", false);
}

#[test]
fn secrets_are_nowhere() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.add_webhook("dead", "http://127.0.0.1:9/hook/PATH-TOKEN?key=QUERY-TOKEN", "");
    let mut command = newsroom.command(&["run", "-vv"]);
    command.env("RUST_BACKTRACE", "1");
    let mut daemon = crate::newsroom::Daemon::start(command);
    daemon.await_log("ready");
    newsroom.drop_article("a.md", article("Told.", "Text."));
    assert_eq!(receiver.next().headline(), "Told.");
    newsroom.status_that("the dead endpoint failed", |status| {
        status["endpoints"].as_array().unwrap().iter().any(|one| one["id"] == "webhook:dead" && !one["last"].is_null())
    });
    daemon.signal(rustix::process::Signal::TERM);
    let log = daemon.whole_log();
    let status = String::from_utf8(newsroom.newswire(&["status", "--json"]).stdout).unwrap();
    let mut places: Vec<(String, Vec<u8>)> = vec![("the log".to_owned(), log.into_bytes()), ("the status".to_owned(), status.into_bytes())];
    for folder in ["feeds", "state"] {
        places.extend(files_under(&newsroom.path(folder)).into_iter().map(|(path, bytes)| (path.display().to_string(), bytes)));
    }
    let key = SECRET.trim_start_matches("whsec_");
    for (place, bytes) in places {
        let text = String::from_utf8_lossy(&bytes);
        for secret in [key, "PATH-TOKEN", "QUERY-TOKEN"] {
            assert!(!text.contains(secret), "{secret} stands in {place}");
        }
    }
}

#[test]
fn without_a_config_file_two_flags_are_enough() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("my-articles")).unwrap();
    fs::write(folder.path().join("my-articles/a.md"), article("No config.", "Text.")).unwrap();
    let output = binary()
        .args(["build", "--site", "https://example.org", "--articles", "./my-articles"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let feed = fs::read_to_string(folder.path().join("feeds/all.atom")).unwrap();
    assert!(feed.contains("No config.") && feed.contains("https://example.org/articles/a"), "{feed}");
}

#[test]
fn a_feeds_folder_that_was_taken_away_comes_back_whole() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("Before.", "Text."));
    let _daemon = newsroom.start();
    // What is written into it meanwhile makes it be taken away again.
    await_that("the folder is gone", || fs::remove_dir_all(newsroom.path("feeds")).ok());
    newsroom.drop_article("b.md", article("After.", "Text."));
    newsroom.all_formats("all", "After.", true);
    for extension in ["rss", "atom", "json"] {
        newsroom.feed_that(&format!("breaking.{extension}"), "is back, though nothing in it changed", |text| !text.is_empty());
    }
}

#[test]
fn a_ledger_that_was_taken_away_is_an_alarm() {
    let newsroom = Newsroom::new();
    let mut daemon = newsroom.start();
    fs::rename(newsroom.path("state"), newsroom.path("state-away")).unwrap();
    newsroom.drop_article("a.md", article("A story.", "Text."));
    daemon.await_log("no longer in its place");
    assert_eq!(get(&daemon.url("/readyz")).status, 503);
}

#[test]
fn a_damaged_ledger_is_said_at_start() {
    let newsroom = Newsroom::new();
    newsroom.drop_article("a.md", article("A story.", "Text."));
    assert!(newsroom.start().stop().success());
    let path = newsroom.path("state/newswire.db");
    let mut bytes = fs::read(&path).unwrap();
    let end = bytes.len();
    bytes[4096..end].fill(0xaa);
    fs::write(&path, bytes).unwrap();
    let output = newsroom.newswire(&["run"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("newswire.db"), "{}", String::from_utf8_lossy(&output.stderr));
}
