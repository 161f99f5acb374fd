//! Where settings come from, and which source wins.

use std::path::PathBuf;
use std::time::Duration;

use newswire::config::{Format, LedgerPlace, Listen, Selection};

use super::harness::Place;

#[test]
fn without_a_file_a_site_and_a_folder_are_enough() {
    let place = Place::empty().flags(|flags| {
        flags.site = Some("https://example.org".into());
        flags.articles = Some("./my-articles".into());
    });
    let loaded = place.load().unwrap();
    assert_eq!(loaded.file, None);
    assert_eq!(loaded.warnings, [""; 0]);
    let config = loaded.config;
    assert_eq!(config.site.url.as_str(), "https://example.org/");
    assert_eq!(config.site.title, "example.org");
    assert_eq!(config.articles.path, place.path("my-articles"));
    assert_eq!(config.feeds.path, place.path("feeds"));
    assert_eq!(config.feeds.url.as_str(), "https://example.org/feeds/");
    assert_eq!(config.feeds.formats, Format::ALL);
    assert_eq!(config.ledger, LedgerPlace::Path(place.path("state/newswire.db")));
    assert_eq!(config.server.listen, [Listen::Tcp("127.0.0.1:8080".parse().unwrap())]);
    assert_eq!(config.articles.announce_within, Duration::from_hours(168));
    assert_eq!(config.articles.removal_grace, Duration::from_secs(3));
    assert_eq!(config.articles.max_size, 1_000_000);
    let feeds: Vec<_> = config.feed.iter().map(|feed| (feed.name.as_str(), feed.title.as_str(), &feed.select, feed.limit)).collect();
    assert_eq!(feeds, [("all", "example.org", &Selection::All, 50), ("breaking", "example.org: breaking", &Selection::Breaking(true), 50)]);
}

#[test]
fn without_a_site_links_lead_to_the_server_and_that_is_said() {
    let loaded = Place::empty().flags(|flags| flags.listen = Some("0.0.0.0:9000".into())).load().unwrap();
    assert_eq!(loaded.config.site.url.as_str(), "http://127.0.0.1:9000/");
    assert_eq!(loaded.config.site.title, "127.0.0.1");
    assert_eq!(loaded.warnings.len(), 1);
    assert!(loaded.warnings[0].contains("--site"), "{:?}", loaded.warnings);

    let loaded = Place::empty().flags(|flags| flags.listen = Some("[::]:9000".into())).load().unwrap();
    assert_eq!(loaded.config.site.url.as_str(), "http://[::1]:9000/");

    let error = Place::empty().flags(|flags| flags.listen = Some("off".into())).error();
    assert!(error.starts_with("configuration: site.url is not set"), "{error}");
}

#[test]
fn the_file_is_found_in_order() {
    let named = |title: &str| format!("[site]\nurl = \"https://example.org/\"\ntitle = \"{title}\"\n");
    let place = Place::with(&named("default")).file("flag.toml", named("flag")).file("variable.toml", named("variable"));
    assert_eq!(place.config().site.title, "default");
    let place = place.env("NEWSWIRE_CONFIG", "variable.toml");
    assert_eq!(place.config().site.title, "variable");
    let place = place.flags(|flags| flags.config = Some("flag.toml".into()));
    let loaded = place.load().unwrap();
    assert_eq!(loaded.config.site.title, "flag");
    assert_eq!(loaded.file, Some(place.path("flag.toml")));
}

#[test]
fn a_file_that_was_asked_for_must_be_there() {
    let error = Place::empty().flags(|flags| flags.config = Some("none.toml".into())).error();
    assert!(error.starts_with("cannot read the config file …/none.toml (named by --config): No such file"), "{error}");
    let error = Place::empty().env("NEWSWIRE_CONFIG", "none.toml").error();
    assert!(error.contains("(named by NEWSWIRE_CONFIG)"), "{error}");
    let error = Place::empty().file("config/newswire.toml/x", "").error();
    assert!(error.contains("it is not a regular file"), "{error}");
    let error = Place::with(&"#\n".repeat(600_000)).error();
    assert!(error.contains("larger than 1048576 bytes"), "{error}");
    let error = Place::empty().file("config/newswire.toml", b"[site]\ntitle = \"\xff\"\n").error();
    assert_eq!(error, "config/newswire.toml:2:1: the config file is not UTF-8 text here; save it as UTF-8");
}

#[test]
fn flags_win_over_variables_and_variables_over_the_file() {
    let place = Place::with("[site]\nurl = \"https://file.example/\"\ntitle = \"File\"\nlanguage = \"fr\"\n")
        .env("NEWSWIRE_SITE__URL", "https://variable.example/")
        .env("NEWSWIRE_SITE__TITLE", "Variable")
        .flags(|flags| flags.site = Some("https://flag.example/".into()));
    let site = place.config().site;
    assert_eq!((site.url.as_str(), site.title.as_str(), site.language.as_str()), ("https://flag.example/", "Variable", "fr"));
}

#[test]
fn paths_are_relative_to_whoever_names_them() {
    let place =
        Place::site("[articles]\npath = \"../a\"\n[feeds]\npath = \"/var/feeds\"\n[ledger]\npath = \"../l/n.db\"\n").file("w/.keep", "");
    let config = place.config();
    assert_eq!(config.articles.path, place.path("a"));
    assert_eq!(config.feeds.path, PathBuf::from("/var/feeds"));
    assert_eq!(config.ledger, LedgerPlace::Path(place.path("l/n.db")));

    let place = place.cwd("w").flags(|flags| {
        flags.config = Some("../config/newswire.toml".into());
        flags.articles = Some("mine".into());
        flags.ledger = Some("n.db".into());
    });
    let place = place.env("NEWSWIRE_FEEDS__PATH", "out");
    let config = place.config();
    assert_eq!(config.articles.path, place.path("w/mine"));
    assert_eq!(config.feeds.path, place.path("w/out"));
    assert_eq!(config.ledger, LedgerPlace::Path(place.path("w/n.db")));
}

#[test]
fn variables_are_read_as_their_keys_ask() {
    let config = Place::site("")
        .env("NEWSWIRE_SITE__TITLE", "true")
        .env("NEWSWIRE_FEEDS__FORMATS", "json, rss")
        .env("NEWSWIRE_ARTICLES__IGNORE", r#"["a,b/**", "c"]"#)
        .env("NEWSWIRE_ARTICLES__SETTLE", "250ms")
        .env("NEWSWIRE_ARTICLES__MAX_SIZE", "2MB")
        .env("NEWSWIRE_DELIVERY__CONCURRENCY", "007")
        .env("NEWSWIRE_DELIVERY__RETRY", "1s,2s")
        .env("NEWSWIRE_SERVER__LISTEN", "off")
        .env("NEWSWIRE_HTML__ATTRIBUTES", r#"{ ol = ["start"] }"#)
        .env("NEWSWIRE_SITE__AUTHOR", "")
        .config();
    assert_eq!(config.site.title, "true");
    assert_eq!(config.site.author, None);
    assert_eq!(config.feeds.formats, [Format::Rss, Format::Json]);
    assert!(config.articles.ignore.is_match("a,b/x") && config.articles.ignore.is_match("c"));
    assert_eq!(config.articles.settle, Duration::from_millis(250));
    assert_eq!(config.articles.max_size, 2_000_000);
    assert_eq!(config.delivery.concurrency, 7);
    assert_eq!(config.delivery.retry, [Duration::from_secs(1), Duration::from_secs(2)]);
    assert_eq!(config.server.listen, []);
    assert_eq!(config.html.attributes["ol"], ["start"]);
}

#[test]
fn errors_name_the_variable_or_the_flag() {
    let lines: Vec<String> = Place::site("")
        .env("NEWSWIRE_ARTICLES__SETTLE", "soon")
        .env("NEWSWIRE_DELIVERY__CONCURRENCY", "many")
        .env("NEWSWIRE_DELIVERY__RETRY", "[1]")
        .env("NEWSWIRE_FEED__NAME", "x")
        .env("NEWSWIRE_SITE__TITEL", "x")
        .env("NEWSWIRE_SITES__NAME", "x")
        .error()
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(
        lines,
        [
            "NEWSWIRE_DELIVERY__CONCURRENCY: 'many' is not a whole number; write digits only",
            "NEWSWIRE_FEED__NAME: [[feed]] cannot be set by environment variables: there can be several; write it into the config file, and unset the variable",
            "NEWSWIRE_SITES__NAME: there is no setting of this name; unset it; the settings are listed in docs/configuration.md",
            "NEWSWIRE_SITE__TITEL: there is no setting of this name; did you mean NEWSWIRE_SITE__TITLE?",
            "NEWSWIRE_DELIVERY__RETRY: expected a duration such as \"30s\", found a whole number",
        ]
    );
    let error = Place::site("").env("NEWSWIRE_ARTICLES__SETTLE", "soon").error();
    assert!(error.starts_with("NEWSWIRE_ARTICLES__SETTLE: articles.settle: 'soon' is not a duration; write"), "{error}");
    let error = Place::site("").flags(|flags| flags.listen = Some("8080".into())).error();
    assert!(error.starts_with("--listen: server.listen: '8080' is not an address"), "{error}");
    let error = Place::site("").flags(|flags| flags.ledger = Some("postgres://me:hunter2@db/x".into())).error();
    assert!(error.starts_with("--ledger: ledger.url is not supported: only the embedded ledger exists"), "{error}");
    assert!(!error.contains("hunter2"));
}

#[test]
fn other_variables_are_left_alone() {
    let loaded = Place::site(
        "[[webhook]]\nname = 'a'\nurl = 'https://h.example/'\nsecret = [{ env = 'NEWSWIRE_HOOK__SECRET' }, { env = 'NEWSWIRE_SITE__TITLE' }]\n",
    )
    .env("NEWSWIRE_HOOK__SECRET", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    .env("NEWSWIRE_SITE__TITLE", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    .env("NEWSWIRE_FOO", "x")
    .env("NEWSWIRE_SITE_URL", "x")
    .env("HOME__X", "x")
    .load()
    .unwrap();
    assert_eq!(loaded.config.site.title, "example.org");
    assert_eq!(loaded.config.webhooks[0].secrets.len(), 2);
    assert_eq!(
        loaded.warnings,
        ["NEWSWIRE_SITE_URL: is ignored; the variable for that setting is NEWSWIRE_SITE__URL, with two underscores"]
    );
}

#[test]
fn a_ledger_laid_over_replaces_the_other_kind() {
    let place = Place::site("[ledger]\nurl = \"postgres://db/x\"\n");
    assert!(place.error().starts_with("config/newswire.toml:4:7: ledger.url is not supported"), "{}", place.error());
    let place = place.flags(|flags| flags.ledger = Some("n.db".into()));
    assert_eq!(place.config().ledger, LedgerPlace::Path(place.path("n.db")));
}

#[test]
fn places_may_not_lie_inside_each_other() {
    let nested = |articles: &str, feeds: &str, ledger: &str| {
        Place::site("").flags(|flags| {
            flags.articles = Some(articles.into());
            flags.feeds = Some(feeds.into());
            flags.ledger = Some(ledger.into());
        })
    };
    for (articles, feeds, ledger, said) in [
        ("a", "a/feeds", "n.db", "the feeds folder …/a/feeds lies inside the articles folder …/a;"),
        ("f/articles", "f", "n.db", "the articles folder …/f/articles lies inside the feeds folder …/f;"),
        ("a", "a", "n.db", "the feeds folder …/a is the articles folder …/a;"),
        ("a", "f", "f/n.db", "the ledger …/f/n.db lies inside the feeds folder …/f;"),
        ("a", "f", "x/../a/state/n.db", "the ledger …/a/state/n.db lies inside the articles folder …/a;"),
        (".", "f", "/tmp/n.db", "the feeds folder …/f lies inside the articles folder …;"),
    ] {
        let error = nested(articles, feeds, ledger).error();
        assert!(error.starts_with(said), "{error}");
    }
    // Neighbours whose names begin alike, and a ledger beside the folders, are fine.
    nested("a", "ab", "n.db").config();
}

#[cfg(unix)]
#[test]
fn symbolic_links_do_not_hide_nesting() {
    let place = Place::site("").file("a/sub/x", "").flags(|flags| {
        flags.articles = Some("a".into());
        flags.feeds = Some("link/feeds".into());
    });
    place.config();
    std::os::unix::fs::symlink(place.path("a/sub"), place.path("link")).unwrap();
    let error = place.error();
    assert!(error.starts_with("the feeds folder …/link/feeds lies, by symbolic links, inside the articles folder …/a;"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_path_that_is_not_unicode_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;
    let error = Place::empty().flags(|flags| flags.articles = Some(std::ffi::OsString::from_vec(vec![b'a', 0xff]).into())).error();
    assert!(error.starts_with("--articles names a\u{fffd}, which is not UTF-8"), "{error}");
}

#[test]
fn loading_again_gives_the_same_and_writes_nothing() {
    let place = Place::site("");
    let first = format!("{:?}", place.load().unwrap());
    assert_eq!(format!("{:?}", place.load().unwrap()), first);
    let names: Vec<_> = std::fs::read_dir(place.root()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["config"]);
}

#[test]
fn files_of_other_systems_are_read() {
    let place = Place::with("\u{feff}[site]\r\nurl = \"https://example.org/\"\r\ntitle = \"Été\"\r\n");
    assert_eq!(place.config().site.title, "Été");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_does_not_keep_us_waiting() {
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    let pipe = |place: &Place, path: &str| mknodat(CWD, place.path(path), FileType::Fifo, Mode::RUSR, 0).unwrap();

    let place = Place::empty().flags(|flags| flags.config = Some("pipe".into()));
    pipe(&place, "pipe");
    assert!(place.error().contains("it is not a regular file"));

    let place = Place::site("[[webhook]]\nname = 'a'\nurl = 'https://h.example/'\nsecret = { file = 'pipe' }\n");
    pipe(&place, "config/pipe");
    assert!(place.error().contains("config/pipe cannot be read: it is not a regular file"));
}
