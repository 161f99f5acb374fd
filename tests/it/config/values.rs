//! What is accepted, and what is refused with its place and remedy.

use newswire::article::BulletinKind;
use newswire::config::{AccessLog, Content, Limits, Listen, LogFormat, Rate, Selection};

use super::harness::Place;

#[test]
fn an_unknown_key_shows_its_place_and_the_nearest_known_one() {
    assert_eq!(
        Place::with("[site]\nurl = \"https://example.org/\"\n\ntitel = \"Example Times\"\n").error(),
        "config/newswire.toml:4:1: unknown key 'titel' in [site]\n 4 | titel = \"Example Times\"\n   | ^^^^^\n   = did you mean 'title'?"
    );
    for (text, message, remedy) in [
        (
            "[server]\nlisten = \"off\"\ncolour = 1\n",
            "unknown key 'colour' in [server]",
            "known here: events, robots, max_age, stale_while_revalidate, stale_if_error, listen, socket_mode, stop_delay, trusted_proxies, proxy_header, proxy_protocol",
        ),
        ("[webhooks]\n", "unknown key 'webhooks' at the top level", "did you mean 'webhook'?"),
        ("[[feed]]\nnam = 'x'\n", "unknown key 'nam' in [[feed]]", "did you mean 'name'?"),
        ("[[feed]]\nname = 'x'\nselect = { any = [{ tga = 'x' }] }\n", "unknown key 'tga' in [[feed]] select.any", "did you mean 'tag'?"),
        ("[site]\nlisten = 'off'\n", "unknown key 'listen' in [site]", "'listen' belongs under [server]"),
        ("[[webhook]]\nsecret = { environment = 'X' }\n", "unknown key 'environment' in [[webhook]] secret", "known here: env, file"),
    ] {
        let error = Place::with(text).error();
        assert!(error.contains(message) && error.ends_with(&format!("= {remedy}")), "{error}");
    }
}

#[test]
fn wrong_types_say_what_was_expected() {
    for (text, message) in [
        ("[site]\ntitle = 5\n", "2:9: expected a text, found a whole number"),
        ("[articles]\nsettle = 5\n", "2:10: expected a duration such as \"30s\", found a whole number"),
        ("[articles]\nmax_size = -5\n", "2:12: expected a size such as \"10MB\", found a whole number"),
        ("[feeds]\nformats = \"rss\"\n", "2:11: expected a list, found a text"),
        ("[feed]\nname = 'x'\n", "1:1: expected a list, found a table"),
        ("[[site]]\ntitle = 'x'\n", "1:1: expected a table, found a list"),
        ("site = 5\n", "1:8: expected a table, found a whole number"),
        ("[[feed]]\nname = 'x'\nlimit = -1\n", "3:9: expected a whole number, 0 or more, found a whole number"),
        ("[[feed]]\nname = 'x'\nselect = 'all'\n", "3:10: expected a selection such as { section = \"world\" }, found a text"),
        ("[[webhook]]\nallow_private = 'yes'\n", "2:17: expected true or false, found a text"),
        ("[[webhook]]\nsecret = 5\n", "2:10: expected a secret or a list of them"),
        ("[delivery]\nretry = [1979-05-27]\n", "2:10: expected a duration such as \"30s\""),
    ] {
        let error = Place::with(text).error();
        assert!(error.starts_with(&format!("config/newswire.toml:{message}")), "{error}");
    }
    assert!(Place::with("[feed]\nname = 'x'\n").error().ends_with("= write [[feed]], with two brackets: there can be several"));
    assert!(Place::with("[[site]]\ntitle = 'x'\n").error().contains("= write [site]"));
}

#[test]
fn broken_toml_shows_the_line() {
    let error = Place::with("[site]\ntitle = \"Example\nurl = 5\n").error();
    assert!(error.starts_with("config/newswire.toml:2:"), "{error}");
    assert!(error.contains("not valid TOML") && error.contains(" 2 | title = \"Example\n"), "{error}");
    let error = Place::with("[site]\ntitle = \"a\"\ntitle = \"b\"\n").error();
    assert!(error.starts_with("config/newswire.toml:3:1: this is not valid TOML: duplicate key"), "{error}");
}

#[test]
fn where_to_listen_is_one_address_or_several() {
    let server = |text: &str| Place::site(text).config().server;
    let tcp = |address: &str| Listen::Tcp(address.parse().unwrap());
    assert_eq!(server("").listen, [tcp("127.0.0.1:8080")]);
    assert_eq!(server("[server]\nlisten = \"[::]:80\"\n").listen, [tcp("[::]:80")]);
    assert_eq!(server("[server]\nlisten = [\"localhost:80\", \"[::1]:80\"]\n").listen, [tcp("127.0.0.1:80"), tcp("[::1]:80")]);
    let place = Place::site("[server]\nlisten = [\"unix:../http.sock\", \"127.0.0.1:0\", \"127.0.0.1:0\"]\nsocket_mode = \"0666\"\n");
    let server = place.config().server;
    assert_eq!(server.listen, [Listen::Unix(place.path("http.sock")), tcp("127.0.0.1:0"), tcp("127.0.0.1:0")]);
    assert_eq!(server.socket_mode, 0o666);
    let place = Place::site("").env("NEWSWIRE_SERVER__LISTEN", "127.0.0.1:1, unix:/run/x.sock").env("NEWSWIRE_TLS__LISTEN", "off");
    assert_eq!(place.config().server.listen, [tcp("127.0.0.1:1"), Listen::Unix("/run/x.sock".into())]);
    for (text, message) in [
        ("[server]\nlisten = []\n", "server.listen names no address"),
        ("[server]\nlisten = [\"127.0.0.1:1\", \"off\"]\n", "server.listen: 'off' is not an address"),
        ("[server]\nlisten = [\"127.0.0.1:1\", \"127.0.0.1:1\"]\n", "server.listen names 127.0.0.1:1 twice"),
        ("[server]\nlisten = \"unix:\"\n", "server.listen is empty or no path"),
        ("[server]\nsocket_mode = \"rw\"\n", "server.socket_mode: 'rw' is no mode"),
        ("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]\n", "'10.0.0.0/33' is neither an address nor a network"),
        ("[server]\nproxy_header = \"x-real-ip\"\n", "unknown proxy_header 'x-real-ip'"),
        ("[tls]\nlisten = \"127.0.0.1:1\"\n", "tls.listen is set without tls.certificate"),
        ("[tls]\nkey = \"key.pem\"\n", "tls.key is set without tls.certificate"),
        ("[tls]\nlisten = \"127.0.0.1:8080\"\ncertificate = \"c.pem\"\n", "127.0.0.1:8080 stands in server.listen and in tls.listen"),
        ("[limits]\nburst = 4\n", "limits.burst is less than the least allowed, 5"),
    ] {
        let error = Place::site(text).error();
        assert!(error.contains(message), "{error}");
    }
    let long = format!("[server]\nlisten = \"unix:/{}\"\n", "x".repeat(107));
    assert!(Place::site(&long).error().contains("a Unix socket's path has at most 107 bytes"));
}

#[test]
fn tls_and_its_companions_have_defaults() {
    let place = Place::site(
        "[server]\nlisten = \"off\"\n[tls]\nlisten = \"0.0.0.0:443\"\ncertificate = \"both.pem\"\n[access_log]\nformat = \"json\"\n",
    );
    let server = place.config().server;
    let tls = server.tls.unwrap();
    assert_eq!((tls.certificate, tls.key), (place.path("config/both.pem"), place.path("config/both.pem")));
    assert!(!tls.redirect && tls.hsts.is_zero() && server.listen.is_empty() && server.access_log.is_none());
    assert_eq!(server.limits, Limits::default());
    let place = Place::site(
        "[access_log]\npath = \"-\"\n[limits]\nrequests_per_minute = 60\n[server]\ntrusted_proxies = [\"10.1.2.3/8\", \"::1\", \"unix\"]\n",
    );
    let server = place.config().server;
    assert_eq!(server.access_log, Some(AccessLog { path: None, format: LogFormat::Combined }));
    assert_eq!(server.limits.rate, Some(Rate { per_minute: 60, burst: 10 }));
    assert_eq!(server.proxies.networks.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.0.0.0/8", "::1/128"]);
    assert!(server.proxies.unix);
    let redirect = "[site]\nurl = \"http://example.org/\"\n[tls]\nlisten = \"127.0.0.1:1\"\ncertificate = \"c.pem\"\nredirect = true\n";
    let error = Place::with(redirect).error();
    assert!(error.starts_with("config/newswire.toml:6:12: tls.redirect leads to site.url, which does not begin with https://"), "{error}");
    // A key in the place of its file's name is never shown.
    let error = Place::site("[tls]\ncertificate = \"c.pem\"\nkey = \"-----BEGIN PRIVATE KEY-----\\nhunter2\\u0000\"\n").error();
    assert!(error.contains("tls.key is empty or no path") && !error.contains("hunter2"), "{error}");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let error = Place::with(
        "[site]\nurl = \"ftp://example.org/\"\nlanguage = \"english please\"\ntimezone = \"Europe/Pariss\"\n[articles]\nlink = \"{slg}\"\n[feeds]\nformats = [\"xml\", \"atmo\"]\n",
    )
    .error();
    let said: Vec<&str> = error.lines().filter(|line| line.starts_with("config/")).collect();
    assert_eq!(
        said,
        [
            "config/newswire.toml:2:7: site.url is not an http or https URL",
            "config/newswire.toml:3:12: site.language: 'english please' is not a language tag",
            "config/newswire.toml:4:12: site.timezone: 'Europe/Pariss' is not a known time zone",
            "config/newswire.toml:6:8: articles.link holds the unknown placeholder '{slg}'",
            "config/newswire.toml:8:12: unknown format 'xml'",
            "config/newswire.toml:8:19: unknown format 'atmo'",
        ]
    );
    assert!(
        error.contains("did you mean 'Europe/Paris'?")
            && error.contains("did you mean '{slug}'?")
            && error.contains("did you mean 'atom'?")
    );
}

#[test]
fn sites_urls_are_bases_for_links() {
    for (written, understood) in [("https://example.org", "https://example.org/"), ("http://example.org/a/b", "http://example.org/a/b/")] {
        assert_eq!(Place::with(&format!("[site]\nurl = '{written}'\n")).config().site.url.as_str(), understood);
    }
    for bad in [
        "example.org",
        "ftp://example.org/",
        "https://me:pw@example.org/",
        "https://example.org/?a",
        "https://example.org/#a",
        "",
        "https://",
    ] {
        let error = Place::with(&format!("[site]\nurl = '{bad}'\n")).error();
        assert!(error.starts_with("config/newswire.toml:2:7: site.url ") && !error.contains("pw"), "{error}");
    }
}

#[test]
fn selections_combine() {
    let select = |text: &str| Place::site(&format!("[[feed]]\nname = 'x'\nselect = {text}\n")).config().feed.remove(0).select;
    let tag = |name: &str| Selection::Tag(name.into());
    assert_eq!(select("{ breaking = true }"), Selection::Breaking(true));
    assert_eq!(
        select("{ any = [{ section = 'world' }, { tag = 'a' }] }"),
        Selection::Any(vec![Selection::Section("world".into()), tag("a")])
    );
    assert_eq!(select("{ all = [{ tag = 'a' }, { tag = 'b' }] }"), Selection::Every(vec![tag("a"), tag("b")]));
    assert_eq!(
        select("{ author = 'Ada', language = 'en', not = { tag = 'a' } }"),
        Selection::Every(vec![Selection::Author("Ada".into()), Selection::Language("en".into()), Selection::Not(Box::new(tag("a")))])
    );
    let Selection::Path(glob) = select("{ path = 'world/*' }") else { panic!("no path") };
    let glob = glob.compile_matcher();
    assert!(glob.is_match("world/a.md") && !glob.is_match("world/b/a.md"));

    for (bad, message) in [
        ("{}", "3:10: this selection is empty"),
        ("{ any = [] }", "3:18: select.any is an empty list"),
        ("{ path = '/world/*' }", "3:19: select.path: '/world/*' matches nothing"),
        ("{ path = 'a[' }", "3:19: select.path: 'a[' is not a glob"),
        ("{ tag = '' }", "3:18: select.tag"),
    ] {
        let error = Place::site(&format!("[[feed]]\nname = 'x'\nselect = {bad}\n")).error().replace(":5:", ":3:");
        assert!(error.starts_with(&format!("config/newswire.toml:{message}")), "{error}");
    }
    let deep = format!("{}{{ tag = 'a' }}{}", "{ not = ".repeat(20), " }".repeat(20));
    assert!(Place::site(&format!("[[feed]]\nname = 'x'\nselect = {deep}\n")).error().contains("more than 8 deep"));
    for levels in [75, 5000] {
        let deeper = format!("{}{{ tag = 'a' }}{}", "{ not = ".repeat(levels), " }".repeat(levels));
        Place::site(&format!("[[feed]]\nname = 'x'\nselect = {deeper}\n")).error();
    }
}

#[test]
fn feeds_are_named_like_files() {
    let config = Place::site("[[feed]]\nname = 'section/world'\nlimit = 5\ncontent = 'summary'\nmax_bytes = 5000\n").config();
    assert_eq!(config.feed.len(), 1);
    let feed = &config.feed[0];
    assert_eq!((feed.title.as_str(), feed.limit, feed.content, feed.max_bytes), ("example.org: section/world", 5, Content::Summary, 5000));
    for (bad, message) in [
        ("name = 'tag/{topic}'", "'tag/{topic}' would be a family of feeds, but its name may hold one of {tag}, {section}"),
        ("name = '{tag}/{section}'", "holds more than one of {tag}"),
        ("name = 'news/*'", "has a '*' that does not stand alone after"),
        ("name = 'tag/{tag}'\n[[feed]]\nname = 'tag/*'", "a feed named 'tag/{tag}' stands already on line 4"),
        ("name = 'tag/{tag}'\ntitle = 'About {author}'", "the title of 'tag/{tag}' holds {author}, which says nothing here"),
        ("name = 'tag/{tag}'\nmax_feeds = 0", "feed.max_feeds is less than the least allowed, 1"),
        (
            "name = 'tag/{tag}'\npodcast = { guid = '9b024349-ccf0-5f69-a609-6b82873eab3c' }",
            "podcast.guid is one show's, and 'tag/{tag}' has many feeds",
        ),
        ("name = 'all'\nmax_feeds = 9", "max_feeds bounds a family of feeds, and this is one feed"),
        ("name = 'old'\nretired = 'new'", "there is no feed 'new' to send subscribers to"),
        ("name = 'old'\nretired = 'ftp://x/'", "'ftp://x/' is not an absolute http or https URL"),
        ("name = 'old'\nretired = 'tag/{tag}'", "one feed cannot be followed by the family 'tag/{tag}'"),
        ("name = 'tag/{tag}'\nretired = 'topic/{tag}'", "there is no family 'topic/{tag}' to send subscribers to"),
        ("name = '../x'", "the feed's name '../x'"),
        ("name = 'a.rss/b'", "the folder 'a.rss' in this feed's name could be another feed's file"),
        ("title = 'x'", "this feed has no name"),
        ("name = 'a'\nlimit = 0", "feed.limit is less than the least allowed, 1"),
        ("name = 'a'\nmax_bytes = '1GB'", "feed.max_bytes is more than the most allowed, 100MB"),
        ("name = 'a'\n[[feed]]\nname = 'A'", "a feed named 'A' stands already on line 4"),
    ] {
        let error = Place::site(&format!("[[feed]]\n{bad}\n")).error();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn families_have_defaults_and_feeds_of_their_own_stand_in_their_place() {
    let config = Place::site(
        "[[feed]]\nname = 'tag/*'\n[[feed]]\nname = 'tag/europe'\n[[feed]]\nname = 'tag/old'\nretired = true\n\
         [[feed]]\nname = 'gone/{tag}'\nretired = 'tag/{tag}'\n[[feed]]\nname = 'kept'\nretired = false\n",
    )
    .config();
    assert_eq!(config.feed.iter().map(|feed| feed.name.as_str()).collect::<Vec<_>>(), ["tag/europe", "kept"]);
    let family = &config.families[0];
    assert_eq!((family.name.to_string().as_str(), family.common.title.as_str(), family.most), ("tag/{tag}", "example.org: {tag}", 10_000));
    assert_eq!(family.without.iter().map(newswire::article::FeedName::as_str).collect::<Vec<_>>(), ["tag/europe", "tag/old"]);
    assert_eq!(config.retired.len(), 2);
}

#[test]
fn webhooks_and_rules_may_name_a_family_s_feed() {
    let text = |feed: &str| {
        format!(
            "[[feed]]\nname = 'tag/{{tag}}'\n[[rule]]\nnot_feeds = ['{feed}']\n\
             [[webhook]]\nname = 'a'\nurl = 'https://h.example/x'\nsecret = '{SECRET}'\nfeed = '{feed}'\n"
        )
    };
    for (feed, name) in [("tag/europe", "tag/europe"), ("tag/Middle East", "tag/middle-east"), ("tag/C++", "tag/c--cedb1bac7e")] {
        let config = Place::site(&text(feed)).config();
        assert_eq!(config.webhooks[0].feed.as_ref().unwrap().as_str(), name);
        assert_eq!(config.rules[0].not_feeds[0].as_str(), name);
    }
    let error = Place::site(&text("tags/europe")).error();
    assert!(error.contains("there is no feed named 'tags/europe'"), "{error}");
}

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

#[test]
fn webhooks_have_defaults() {
    let loaded = Place::site(&format!("[[webhook]]\nname = 'a'\nurl = 'https://h.example/x'\nsecret = '{SECRET}'\n")).load().unwrap();
    let webhook = &loaded.config.webhooks[0];
    assert_eq!(webhook.events, BulletinKind::ALL);
    assert!(!webhook.breaking_only && !webhook.allow_private && webhook.feed.is_none());
    assert_eq!(webhook.secrets.len(), 1);
    assert!(loaded.warnings.is_empty());
    let loaded = Place::site(&format!(
        "[[webhook]]\nname = 'a'\nurl = 'http://h.example/x'\nsecret = '{SECRET}'\nfeed = 'breaking'\n[[webhook]]\nname = 'b'\nurl = 'http://127.0.0.1:9/x'\nallow_private = true\nsecret = '{SECRET}'\n"
    ))
    .load()
    .unwrap();
    assert_eq!(loaded.config.webhooks[0].feed.as_ref().unwrap().as_str(), "breaking");
    assert_eq!(loaded.warnings.len(), 1, "plain http to others only: {:?}", loaded.warnings);
    assert!(loaded.warnings[0].starts_with("config/newswire.toml:5:7: webhook 'a': url is plain http"));
}

#[test]
fn webhooks_that_cannot_work_are_refused() {
    let good = [("name", "'a'"), ("url", "'https://h.example/x'"), ("secret", "'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'")];
    for (key, value, message) in [
        ("name", "", "this webhook has no name"),
        ("url", "", "webhook 'a' has no url"),
        ("secret", "", "webhook 'a' has no secret"),
        ("secret", "[]", "webhook 'a': secret is a list of none"),
        ("secret", "{}", "webhook 'a': a secret's table holds one of env and file"),
        (
            "secret",
            "{ env = 'NOT_THERE' }",
            "webhook 'a': the secret in the environment variable NOT_THERE is missing: the variable is not set",
        ),
        ("secret", "{ file = 'none' }", "webhook 'a': the secret in the file …/config/none cannot be read: No such file"),
        ("url", "'hooks.example.net'", "webhook 'a': url is not an absolute URL"),
        ("url", "'ftp://h.example/'", "webhook 'a': url is not an http or https URL"),
        ("url", "'http://127.0.0.1:9000/x'", "webhook 'a': url leads to a loopback address"),
        ("url", "'http://0x7f.1/x'", "webhook 'a': url leads to a loopback address"),
        ("url", "'https://[::ffff:10.0.0.1]/x'", "webhook 'a': url leads to a private address"),
        ("url", "'https://[fd00::1]/x'", "webhook 'a': url leads to a private address"),
        ("url", "'https://localhost/x'", "webhook 'a': url leads to this machine itself"),
        ("events", "[]", "webhook 'a': events is an empty list"),
        ("events", "['article.publish']", "unknown event 'article.publish'"),
        ("feed", "'al'", "webhook 'a': there is no feed named 'al'"),
    ] {
        let mut keys: Vec<(&str, &str)> = good.into_iter().filter(|(name, _)| *name != key).collect();
        if !value.is_empty() {
            keys.push((key, value));
        }
        let lines: Vec<String> = keys.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let error = Place::site(&format!("[[webhook]]\n{}\n", lines.join("\n"))).error();
        assert!(error.starts_with("config/newswire.toml:") && error.contains(message), "{error}");
    }
    let twice = format!("[[webhook]]\nname = 'a'\nurl = 'https://h.example/'\nsecret = '{SECRET}'\n").repeat(2);
    assert!(Place::site(&twice).error().contains("a webhook named 'a' stands already on line 4"));
}

#[test]
fn secrets_come_from_files_too() {
    let text = "[[webhook]]\nname = 'a'\nurl = 'https://h.example/'\nsecret = [{ file = 'a.secret' }, { env = 'A' }, 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw']\n";
    let place = Place::site(text).file("config/a.secret", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n").env("A", SECRET);
    let secrets = &place.config().webhooks[0].secrets;
    assert_eq!(secrets.iter().map(|secret| secret.key()[0]).collect::<Vec<_>>(), [0, 0x31, 0x31]);
}

#[test]
fn what_sanitising_must_not_let_through_is_refused() {
    for (text, message) in [
        ("elements = ['script']", "html.elements: 'script' is never let through"),
        ("elements = ['SVG']", "html.elements: 'svg' is never let through"),
        ("elements = ['iframe']", "html.elements: 'iframe' is never let through"),
        ("elements = ['a b']", "html.elements: 'a b' is not the name"),
        ("attributes = { a = ['onclick'] }", "html.attributes: 'onclick' is never let through"),
        ("attributes = { '*' = ['style'] }", "html.attributes: 'style' is never let through"),
        ("attributes = { script = ['src'] }", "html.attributes: 'script' is never let through"),
        ("frames = ['https://www.example.org/']", "html.frames: 'https://www.example.org/' is not a host name"),
    ] {
        let error = Place::site(&format!("[html]\n{text}\n")).error();
        assert!(error.contains(message), "{error}");
    }
    let html = Place::site("[html]\nelements = ['ruby']\nattributes = { '*' = ['class'], ol = ['start'] }\nframes = ['WWW.Example.org']\n")
        .config()
        .html;
    assert_eq!((html.elements, html.frames), (vec!["ruby".to_owned()], vec!["www.example.org".to_owned()]));
    assert_eq!(html.attributes["*"], ["class"]);
}

#[test]
fn diagnostics_carry_the_place() {
    let error = Place::with("[site]\ntitel = 'x'\n").load().unwrap_err();
    let diagnostics = error.diagnostics();
    assert_eq!(diagnostics.len(), 1);
    assert_eq!(diagnostics[0].to_string(), "config/newswire.toml:2:1: unknown key 'titel' in [site]; did you mean 'title'?");
}

#[test]
fn a_publications_look_is_on_the_web() {
    let config = Place::site("icon = \"icon.png\"\nlogo = \"/img/logo.png\"\ncover = \"https://cdn.example.net/c.jpg\"\naccent_color = \"#AA2200\"\nrights = \"© 2026\"\n").config();
    let shown = |url: &Option<url::Url>| url.as_ref().map(ToString::to_string);
    let look = &config.site.look;
    assert_eq!(shown(&look.icon).as_deref(), Some("https://example.org/icon.png"));
    assert_eq!(shown(&look.logo).as_deref(), Some("https://example.org/img/logo.png"));
    assert_eq!(shown(&look.cover).as_deref(), Some("https://cdn.example.net/c.jpg"));
    assert_eq!((look.accent_color.as_deref(), config.site.rights.as_deref()), (Some("aa2200"), Some("© 2026")));
    for (text, message) in [
        ("icon = \"javascript:alert(1)\"\n", "site.icon: 'javascript:alert(1)' is no address on the web"),
        ("icon = \"\"\n", "site.icon: '' is no address on the web"),
        ("accent_color = \"red\"\n", "site.accent_color: 'red' is no colour"),
    ] {
        let error = Place::site(text).error();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn a_podcast_is_judged_as_directories_judge_it() {
    let of = |more: &str| Place::site(&format!("[[feed]]\nname = \"radio\"\n[feed.podcast]\n{more}"));
    let config = of("categories = [\"news > daily news\", \"Technology\"]\nemail = \"radio@example.org\"\ntype = \"serial\"\nguid = \"9B024349-CCF0-5F69-A609-6B82873EAB3C\"\n").config();
    let podcast = config.feed[0].podcast.clone().unwrap();
    assert_eq!(podcast.categories, [("News", Some("Daily News")), ("Technology", None)]);
    assert!(podcast.serial && !podcast.explicit);
    assert_eq!(podcast.guid.as_deref(), Some("9b024349-ccf0-5f69-a609-6b82873eab3c"));
    for (text, message, remedy) in [
        ("categories = [\"Daily News\"]\n", "'Daily News' is a category within another", "write \"News > Daily News\""),
        ("categories = [\"News > Dayly News\"]\n", "there is no 'Dayly News' within News", "did you mean 'Daily News'?"),
        ("categories = [\"Technologie\"]\n", "there is no 'Technologie'", "did you mean 'Technology'?"),
        ("categories = [\"News\", \"History\", \"Arts\", \"Comedy\"]\n", "more than 3 entries", "keep those that fit best"),
        ("email = \"radio\"\n", "podcast.email: 'radio' is no e-mail address", "radio@example.org"),
        ("guid = \"x\"\n", "podcast.guid: 'x' is no UUID", "leave the key out"),
        ("owners = \"x\"\n", "unknown key 'owners' in [[feed]] podcast", "did you mean 'owner'?"),
    ] {
        let error = of(text).error();
        assert!(error.contains(message) && error.contains(remedy), "{error}");
    }
}

#[test]
fn hubs_intervals_and_terms() {
    let config = Place::site(
        "[feeds]\nhubs = [\"https://hub.example/\", \"https://hub.example/\"]\nupdate_interval = \"15m\"\natom_content = \"xhtml\"\n[rsl]\npermits = [\"search\"]\npayment = \"attribution\"\n",
    )
    .config();
    assert_eq!(config.feeds.hubs.len(), 1);
    assert_eq!(config.feeds.update_interval, Some(std::time::Duration::from_mins(15)));
    assert_eq!(config.feeds.atom_content, newswire::config::AtomContent::Xhtml);
    let rsl = config.rsl.unwrap();
    assert_eq!((rsl.permits.as_slice(), rsl.payment), (["search"].as_slice(), Some("attribution")));
    assert!(Place::site("[rsl]\n").config().rsl.is_none(), "a table that says nothing is no licence");
    for (text, message) in [
        ("[feeds]\nupdate_interval = \"1s\"\n", "feeds.update_interval"),
        ("[rsl]\npermits = [\"ai-trian\"]\n", "did you mean 'ai-train'?"),
        ("[rsl]\npayment = \"gold\"\n", "there are: free, attribution"),
    ] {
        let error = Place::site(text).error();
        assert!(error.contains(message), "{error}");
    }
}
