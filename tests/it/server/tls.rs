//! Certificates that come and go, and what is asked of those who come in cleartext.

use std::fs;

use rustix::process::Signal;

use super::super::newsroom::{await_that, get, get_with, issue};
use super::listening::{TLS, courier, curl, over_tls, try_curl};

fn is_answered(arguments: &[String]) -> bool {
    try_curl(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).status.success()
}

fn alarms(status: &serde_json::Value) -> Vec<String> {
    status["alarms"].as_array().unwrap().iter().map(|alarm| alarm["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_new_certificate_is_taken_and_a_broken_one_is_not() {
    let newsroom = courier("\"127.0.0.1:0\"", TLS);
    let mut daemon = newsroom.start();
    let asked = over_tls(&newsroom, &daemon, "/healthz");
    assert!(is_answered(&asked));
    assert_eq!(alarms(&newsroom.status()), [""; 0]);

    // A renewal: the files change, nothing else is said. Clients that know only the new one are answered.
    issue(&newsroom.path("config"), 80);
    await_that("the new certificate is used", || is_answered(&asked).then_some(()));
    daemon.await_log("a new certificate is in use");

    // A key that is not the certificate's: an alarm, and the one before goes on.
    let good = fs::read(newsroom.path("config/key.pem")).unwrap();
    issue(&newsroom.path("other"), 80);
    fs::copy(newsroom.path("other/key.pem"), newsroom.path("config/key.pem")).unwrap();
    let status = newsroom.status_that("the broken certificate is an alarm", |status| !alarms(status).is_empty());
    assert_eq!(alarms(&status), ["certificate-unusable"]);
    let said = status["alarms"][0]["message"].as_str().unwrap();
    assert!(said.contains("the one from before goes on") && said.contains("key.pem cannot be used"), "{said}");
    assert!(is_answered(&asked));
    assert_eq!(get(&daemon.url("/readyz")).status, 200);

    fs::write(newsroom.path("config/key.pem"), good).unwrap();
    newsroom.status_that("the alarm is over", |status| alarms(status).is_empty());

    // SIGHUP asks at once.
    fs::write(newsroom.path("config/cert.pem"), "none").unwrap();
    daemon.signal(Signal::HUP);
    daemon.await_log("holds no certificate");
    issue(&newsroom.path("config"), 70);
    daemon.signal(Signal::HUP);
    await_that("the third certificate is used", || is_answered(&asked).then_some(()));
    newsroom.status_that("the alarm is over again", |status| alarms(status).is_empty());
}

#[test]
fn a_certificate_that_ends_soon_is_an_alarm() {
    let newsroom = courier("\"127.0.0.1:0\"", TLS);
    issue(&newsroom.path("config"), 4);
    let mut daemon = newsroom.start();
    let status = newsroom.status_that("the end is near", |status| !alarms(status).is_empty());
    assert_eq!(alarms(&status), ["certificate-ends"]);
    assert!(status["alarms"][0]["message"].as_str().unwrap().contains("in 3 days: renew it"), "{status}");
    daemon.await_log("in 3 days: renew it");
    assert_eq!(get(&daemon.url("/readyz")).status, 200);
    issue(&newsroom.path("config"), 90);
    newsroom.status_that("it was renewed", |status| alarms(status).is_empty());
}

#[test]
fn a_start_without_a_usable_certificate_says_why() {
    let newsroom = courier("\"127.0.0.1:0\"", TLS);
    fs::write(newsroom.path("config/key.pem"), "none").unwrap();
    let refused = newsroom.newswire(&["run"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(3), "{said}");
    assert!(said.contains("key.pem holds no private key that can be used: it must be PEM, and not encrypted"), "{said}");
}

#[test]
fn cleartext_is_sent_on_and_browsers_told_to_stay() {
    let newsroom = courier("\"127.0.0.1:0\"", &format!("{TLS}redirect = true\nhsts = \"365d\"\n[site_]\n").replace("[site_]\n", ""));
    let daemon = newsroom.start();
    let moved = get(&daemon.url("/feeds/all.rss?a=b"));
    assert_eq!((moved.status, moved.header("location")), (301, "https://courier.example/feeds/all.rss?a=b"));
    // A header over cleartext would be anybody's.
    assert_eq!(moved.header("strict-transport-security"), "");
    // Nobody can make it lead elsewhere.
    let moved = get_with(&daemon.url("//evil.example/x"), &[("host", "evil.example"), ("x-forwarded-proto", "https")]);
    assert_eq!((moved.status, moved.header("location")), (301, "https://courier.example//evil.example/x"));
    assert_eq!(get(&daemon.url("/healthz")).status, 200);
    let asked = over_tls(&newsroom, &daemon, "/feeds/all.rss");
    let asked: Vec<&str> = ["--head"].into_iter().chain(asked.iter().map(String::as_str)).collect();
    let (version, status, head) = curl(&asked);
    assert_eq!((version.as_str(), status.as_str()), ("2", "200"));
    assert!(head.contains("strict-transport-security: max-age=31536000\r\n"), "{head}");
}
