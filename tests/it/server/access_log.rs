//! The access log of the running daemon.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rustix::fs::{CWD, FileType, Mode, mknodat};
use rustix::process::Signal;

use super::super::newsroom::{Newsroom, await_that, get, get_with};

fn logging(format: &str) -> Newsroom {
    let mut newsroom = Newsroom::new();
    newsroom.add_config(&format!("[access_log]\npath = \"../access.log\"\nformat = \"{format}\"\n"));
    newsroom
}

fn lines(newsroom: &Newsroom, file: &str, count: usize) -> Vec<String> {
    let text = await_that("the access log has its lines", || {
        let text = fs::read_to_string(newsroom.path(file)).unwrap_or_default();
        (text.lines().count() >= count).then_some(text)
    });
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_request_is_a_line_and_no_secret_is_in_it() {
    let newsroom = logging("combined");
    let daemon = newsroom.start();
    let feed = get_with(
        &daemon.url("/feeds/all.rss?token=hunter2&p=1"),
        &[("user-agent", "Reader/1 \"16 subscribers\""), ("referer", "https://me:hunter2@x.example/?key=hunter2")],
    );
    assert_eq!(feed.status, 200);
    assert_eq!(get(&daemon.url("/none%0a127.0.0.1%20-%20-")).status, 404);
    let lines = lines(&newsroom, "access.log", 2);
    assert_eq!(lines.len(), 2, "{lines:?}");
    let line = regex::Regex::new(r#"^127\.0\.0\.1 - - \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000\] (".*)$"#).unwrap();
    let rest = |line_: &str| line.captures(line_).unwrap_or_else(|| panic!("{line_}"))[1].to_owned();
    let expected = format!(
        "\"GET /feeds/all.rss?token=***&p=1 HTTP/1.1\" 200 {} \"https://***@x.example/?key=***\" \"Reader/1 \\x2216 subscribers\\x22\"",
        feed.bytes.len()
    );
    assert_eq!(rest(&lines[0]), expected);
    assert!(rest(&lines[1]).starts_with("\"GET /none%0a127.0.0.1%20-%20- HTTP/1.1\" 404 "), "{}", lines[1]);
    // Addresses of readers are not for everyone.
    assert_eq!(fs::metadata(newsroom.path("access.log")).unwrap().permissions().mode() & 0o007, 0);
}

#[test]
fn a_log_that_was_moved_away_is_opened_anew() {
    let newsroom = logging("json");
    let mut daemon = newsroom.start();
    get(&daemon.url("/first"));
    assert!(lines(&newsroom, "access.log", 1)[0].contains("\"target\":\"/first\""));
    fs::rename(newsroom.path("access.log"), newsroom.path("access.log.1")).unwrap();
    daemon.signal(Signal::HUP);
    daemon.await_log("the configuration was read again");
    await_that("the file is there again", || newsroom.path("access.log").exists().then_some(()));
    get(&daemon.url("/second"));
    assert!(lines(&newsroom, "access.log", 1)[0].contains("\"target\":\"/second\""));
    assert_eq!(lines(&newsroom, "access.log.1", 1).len(), 1);
    // What was noted last is written before the end.
    get(&daemon.url("/third"));
    assert!(daemon.stop().success());
    assert!(fs::read_to_string(newsroom.path("access.log")).unwrap().contains("/third"));
}

#[test]
fn a_log_that_nobody_takes_holds_up_no_reader() {
    let newsroom = logging("json");
    // A pipe that is open and never read.
    let path = newsroom.path("access.log");
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    let _held = fs::File::options().read(true).write(true).open(&path).unwrap();
    let mut daemon = newsroom.start();
    let script = "import http.client, sys\n\
                  connection = http.client.HTTPConnection(sys.argv[1])\n\
                  for number in range(9500):\n    \
                      connection.request('GET', '/healthz')\n    \
                      answer = connection.getresponse()\n    \
                      assert answer.status == 200 and answer.read() == b'ok\\n'\n";
    let asked = std::process::Command::new("python3").args(["-c", script, &daemon.address().to_string()]).output().unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    daemon.await_log("the access log could not be written fast enough");
    assert!(daemon.stop().success());
}

#[test]
fn a_log_that_cannot_be_opened_is_said_at_the_start() {
    let newsroom = logging("json");
    fs::create_dir(newsroom.path("access.log")).unwrap();
    let refused = newsroom.newswire(&["run"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains("cannot write the access log") && said.contains("set access_log.path to a file"), "{said}");
}
