//! The checked-in file and the reference say what the code knows, no less.

use newswire::config::key::{KEYS, Kind};
use newswire::config::{LedgerPlace, Listen};

use super::harness::Place;

const FILE: &str = include_str!("../../../config/newswire.toml");
const REFERENCE: &str = include_str!("../../../docs/configuration.md");

/// The file with its commented-out settings brought to life, but those that this version refuses.
fn uncommented() -> String {
    let is_setting = |line: &str| {
        line.starts_with("[[")
            || line.split_once(" = ").is_some_and(|(key, _)| !key.is_empty() && key.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
    };
    let lines: Vec<&str> = FILE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(setting) if is_setting(setting) && !setting.starts_with("url = \"postgres") => setting,
            _ => line,
        })
        .collect();
    lines.join("\n")
}

#[test]
fn the_checked_in_file_works_for_the_samples() {
    let place = Place::with(FILE);
    let loaded = place.load().unwrap();
    assert_eq!(loaded.warnings, [""; 0]);
    let config = loaded.config;
    assert_eq!(config.site.title, "Example Times");
    assert_eq!(config.site.url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.server.listen, [Listen::Tcp("127.0.0.1:8080".parse().unwrap())]);
    assert_eq!(config.articles.path, place.path("articles"));
    assert_eq!(config.feeds.path, place.path("feeds"));
    assert_eq!(config.ledger, LedgerPlace::Path(place.path("state/newswire.db")));
    assert_eq!(config.feed.iter().map(|feed| feed.name.as_str()).collect::<Vec<_>>(), ["all", "breaking"]);
    assert!(config.webhooks.is_empty());
}

#[test]
fn the_examples_in_its_comments_work() {
    let text = uncommented();
    let place = Place::with(&text).file("config/theme/extra.css", "").env("NEWSROOM_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let config = place.config();
    assert_eq!(config.feed.len(), 3);
    assert_eq!(config.rules.len(), 3);
    assert_eq!(config.webhooks.len(), 1);
    assert_eq!(config.html.frames.len(), 2);
}

#[test]
fn the_defaults_in_its_comments_are_the_defaults() {
    let plain = Place::with(FILE).config();
    let shown = Place::with(&uncommented())
        .file("config/theme/extra.css", "")
        .env("NEWSROOM_SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        .config();
    assert_eq!(shown.articles.settle, plain.articles.settle);
    assert_eq!(shown.articles.announce_within, plain.articles.announce_within);
    assert_eq!(shown.articles.removal_grace, plain.articles.removal_grace);
    assert_eq!(shown.articles.max_size, plain.articles.max_size);
    assert_eq!(shown.feeds.url, plain.feeds.url);
    assert_eq!(shown.delivery, plain.delivery);
    assert_eq!(shown.server.limits, plain.server.limits);
    assert_eq!((shown.server.socket_mode, shown.server.stop_delay), (plain.server.socket_mode, plain.server.stop_delay));
    assert_eq!((shown.server.proxies.header, shown.server.proxies.protocol), (plain.server.proxies.header, plain.server.proxies.protocol));
    let (standard, world) = (&plain.feed[0], &shown.feed[2]);
    assert_eq!((world.limit, world.max_bytes, world.content), (standard.limit, standard.max_bytes, standard.content));
}

#[test]
fn every_key_stands_in_the_file() {
    for key in KEYS {
        let found = FILE.lines().any(|line| {
            let line = line.trim_start_matches(['#', ' ']);
            line.starts_with(&format!("{} = ", key.name))
                || line.contains(&format!("{{ {} = ", key.name))
                || line.contains(&format!(", {} = ", key.name))
        });
        assert!(found, "config/newswire.toml does not mention {}.{}", key.table, key.name);
    }
}

#[test]
fn every_key_stands_in_the_reference() {
    for key in KEYS {
        let start = format!("| `{}.{}` | {} |", key.table, key.name, key.kind.as_str());
        let row = REFERENCE.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("docs/configuration.md has no row that begins {start}"));
        if let Some(variable) = key.variable() {
            assert!(row.ends_with(&format!("| `{variable}` |")), "{row}");
        }
    }
    let rows =
        REFERENCE.lines().filter(|line| line.starts_with("| `") && line.split('`').nth(1).is_some_and(|key| key.contains('.'))).count();
    assert_eq!(rows, KEYS.len(), "docs/configuration.md has rows for keys that there are not");
}

#[test]
fn every_variable_is_understood_as_its_key() {
    for key in KEYS {
        let Some(variable) = key.variable() else { continue };
        let wrong = match key.kind {
            Kind::Path => "~/x",
            Kind::List | Kind::Table => "[[[",
            Kind::Text | Kind::Url | Kind::Switch | Kind::Number | Kind::Size | Kind::Duration => "\u{1}",
        };
        let error = Place::site("").env(&variable, wrong).error();
        assert!(error.starts_with(&format!("{variable}: ")), "{variable}: {error}");
    }
}
