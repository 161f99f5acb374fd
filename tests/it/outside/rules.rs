//! The rules of the W3C Feed Validator, held by the checker of tests/python/w3c.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::newsroom::Rich;
use super::{argued, programs};

/// One remark: the file, the rule, what it is about.
#[derive(Debug)]
struct Remark {
    file: String,
    rule: String,
    detail: String,
}

fn remarks(folder: &Path, files: &[PathBuf]) -> Vec<Remark> {
    let mut command = programs::script("feed_rules.py");
    let found = programs::json(command.arg(folder).arg("https://example.org/feeds/").args(files));
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let remark = |one: &serde_json::Value| Remark { file: text(&one["file"]), rule: text(&one["rule"]), detail: text(&one["detail"]) };
    found.as_array().unwrap().iter().map(remark).collect()
}

/// The remarks that stay, and what of the rich newsroom they may be about.
const STAYING: [(&str, &[&str]); 6] = [
    ("ContainsHTML", &["</title></item>", "c&amp;d"]),
    ("ContainsUndeclaredHTML", &["</title></item>", "</summary>"]),
    ("ImplausibleDate", &["1969", "0987"]),
    ("MissingTextualContent", &[":bare"]),
    ("SecurityRisk", &["bdo"]),
    ("UnknownNamespace", &["http://purl.org/atompub/tombstones/1.0", "https://podcastindex.org/namespace/1.0"]),
];

#[test]
fn every_feed_keeps_them_but_for_what_is_argued() {
    let rich = Rich::start();
    let found = remarks(&rich.newsroom.path("feeds"), &rich.files(&["rss", "atom"]));
    for remark in &found {
        let stays = STAYING.iter().any(|(rule, of)| *rule == remark.rule && of.iter().any(|about| remark.detail.contains(about)));
        assert!(stays, "{remark:?}: mend it, or argue it in docs/feeds.md");
    }
    let made: BTreeSet<String> = found.into_iter().map(|remark| remark.rule).collect();
    assert_eq!(made, argued::names("### Remarks on feeds that stay"), "remarks that are made, and those that are argued");
}

#[test]
fn every_rule_that_is_held_is_listed() {
    let said = programs::output(programs::script("feed_rules.py").arg("--rules"));
    let held: BTreeSet<String> = String::from_utf8(said.stdout).unwrap().lines().map(str::to_owned).collect();
    assert!(held.len() > 90, "{held:?}");
    assert_eq!(held, argued::all_names("### Rules of the W3C Feed Validator"));
}

/// What is broken in a feed, and the rule that must find it: the file, what stands there, what is put in its place.
const BROKEN: &[(&str, &str, &str, &str)] = &[
    ("all.rss", "</rss>", "", "SAXError"),
    ("all.rss", " encoding=\"utf-8\"", "", "MissingEncoding"),
    ("all.rss", "encoding=\"utf-8\"", "encoding=\"iso-8859-1\"", "ObscureEncoding"),
    ("all.rss", "<?xml", "\n<?xml", "WPBlankLine"),
    ("all.rss", "<rss ", "<!DOCTYPE rss><rss ", "ContainsSystemEntity"),
    ("all.rss", "/mrss/", "/mrss", "MediaRssNamespace"),
    ("all.rss", "xmlns:dc=", "xmlns:sy=\"urn:x\" xmlns:dc=", "ReservedPrefix"),
    ("all.rss", "<title>", "<titel>x</titel><title>", "UndefinedElement"),
    ("all.rss", "<title>", "<title>x</title><title>", "DuplicateElement"),
    ("all.rss", "<rss version=\"2.0\"", "<rss version=\"0.92\"", "ObsoleteVersion"),
    ("all.rss", "<link>https://example.org/</link>", "", "MissingLink"),
    ("all.rss", "<link>https://example.org/</link>", "<link>example.org</link>", "InvalidFullLink"),
    ("all.rss", "<language>en</language>", "", "MissingDCLanguage"),
    ("all.rss", "<language>en</language>", "<language>English</language>", "InvalidLanguage"),
    ("all.rss", "rel=\"self\"", "rel=\"alternate\"", "MissingAtomSelfLink"),
    ("all.rss", "feeds/all.rss\" rel=\"self\"", "feeds/other.rss\" rel=\"self\"", "SelfDoesntMatchLocation"),
    ("all.rss", "rel=\"self\" type=\"application/rss+xml\"", "rel=\"self\" type=\"application/feed+json\"", "SelfNotAtom"),
    ("all.rss", "<pubDate>Tue,", "<pubDate>Mon,", "IncorrectDOW"),
    ("all.rss", "<pubDate>Tue, 05 Mar 2024", "<pubDate>2024-03-05", "InvalidRFC2822Date"),
    ("all.rss", "<pubDate>Tue, 05 Mar 2024", "<pubDate>Tue, 05 Mar 2999", "ImplausibleDate"),
    ("all.rss", "</channel>", "<ttl>0</ttl></channel>", "MisplacedItem"),
    ("all.rss", "<item>", "<ttl>0</ttl><item>", "InvalidPositiveInteger"),
    ("all.rss", "<guid isPermaLink=\"false\">", "<guid>", "InvalidPermalink"),
    ("all.rss", "</guid>", "</guid><dc:date>2024-03-05</dc:date>", "DuplicateItemSemantics"),
    ("all.rss", "2024-03-04:markup</guid>", "2024-03-03:hebrew</guid>", "DuplicateValue"),
    ("all.rss", "<description><![CDATA[<div dir=\"rtl\">סערה", "<nothing/><category><![CDATA[סערה", "SAXError"),
    (
        "all.rss",
        "<content:encoded><![CDATA[<div dir=\"rtl\"><p>סערה",
        "<content:encoded><![CDATA[<div dir=\"rtl\"><p>סערה <a href=\"x\">y</a>",
        "ContainsRelRef",
    ),
    ("all.rss", "<content:encoded><![CDATA[<div dir=\"rtl\"><p>סערה", "<content:encoded><![CDATA[<div dir=\"rtl\"><p>סערה</b>", "NotHtml"),
    (
        "all.rss",
        "<content:encoded><![CDATA[<div dir=\"rtl\"><p>סערה",
        "<content:encoded><![CDATA[<div dir=\"rtl\"><p onclick=\"x\">סערה",
        "SecurityRiskAttr",
    ),
    (
        "all.rss",
        "<content:encoded><![CDATA[<div dir=\"rtl\"><p>סערה",
        "<content:encoded><![CDATA[<div dir=\"rtl\"><p style=\"position: fixed\">סערה",
        "DangerousStyleAttr",
    ),
    ("all.rss", "<enclosure ", "<enclosure url=\"https://a/b\" length=\"1\" type=\"a/b\"/><enclosure ", "DuplicateEnclosure"),
    ("all.rss", " length=\"210\" type=\"audio/mpeg\"", " length=\"long\" type=\"audio/mpeg\"", "InvalidIntegerAttribute"),
    ("all.rss", " length=\"210\" type=\"audio/mpeg\"", " length=\"210\" type=\"sound\"", "InvalidMIMEAttribute"),
    ("all.rss", " length=\"210\" type=\"audio/mpeg\"", " type=\"audio/mpeg\"", "MissingAttribute"),
    ("all.rss", " medium=\"image\"", " medium=\"picture\"", "InvalidMediaMedium"),
    ("all.rss", " fileSize=\"433\" width=\"640\"", " fileSize=\"433\" width=\"wide\"", "InvalidPositiveInteger"),
    ("all.rss", " medium=\"image\"", " colour=\"red\"", "UnexpectedAttribute"),
    ("all.atom", "<subtitle>", "<subtitle type=\"markdown\">", "InvalidTextType"),
    ("all.atom", "<id>tag:", "<id>tag:é", "InvalidTAG"),
    ("all.atom", "2024-03-04:markup</id>", "2024-03-03:hebrew</id>", "DuplicateEntries"),
    ("all.atom", "<updated>2024-03-04T10:00:00+00:00", "<updated>2024-03-03T10:00:00+00:00", "DuplicateUpdated"),
    ("all.atom", "<published>2024-03-05T10", "<published>2024-03-05 10", "InvalidRFC3339Date"),
    ("all.atom", "<published>2024-03-05", "<published>2024-02-30", "InvalidRFC3339Date"),
    ("all.atom", "<author>", "<author/><author>", "MissingElement"),
    ("all.atom", "<email>jo@", "<email>jo at ", "InvalidAddrSpec"),
    ("all.atom", "<name>Jo Doe", "<name>jo@example.org", "ContainsEmail"),
    ("all.atom", "rel=\"enclosure\"", "rel=\"attachment\"", "UnregisteredAtomLinkRel"),
    ("all.atom", "rel=\"enclosure\"", "rel=\"next-archive\"", "FeedHistoryRelInEntry"),
    ("all.atom", "<link href=\"https://example.org/articles/storm\"", "<link hreff=\"x\"", "MissingHref"),
    ("all.atom", "type=\"application/rss+xml\"", "type=\"application/feed+json\"", "DuplicateAtomLink"),
    ("all.atom", "</feed>", "<rights>x</rights></feed>", "MisplacedMetadata"),
    ("all.atom", " when=\"2", " when=\"x2", "InvalidRFC3339Date"),
    ("all.atom", "<category term=\"World\" ", "<category ", "MissingAttribute"),
    ("all.atom", "<content type=\"html\">", "<content type=\"xhtml\">", "MissingXhtmlDiv"),
    ("all.atom", "<name>Example Times", "<name>\u{85}Example Times", "BadCharacters"),
    ("all.atom", "<name>Example Times", "<name>&nbsp;Example Times", "UndefinedNamedEntity"),
];

#[test]
fn the_checker_finds_what_is_broken() {
    let rich = Rich::start();
    let scratch = tempfile::tempdir().unwrap();
    let mut files = Vec::new();
    for (index, (file, is, becomes, _)) in BROKEN.iter().enumerate() {
        let good = rich.newsroom.feed(file);
        let broken = good.replacen(is, becomes, 1);
        assert_ne!(broken, good, "{file} has no {is}");
        // Each in a folder of its own, under its own name, so that its address is right.
        let path = scratch.path().join(format!("{index}")).join(file);
        fs::create_dir(path.parent().unwrap()).unwrap();
        let own = |name: &str| format!("feeds/{name}");
        fs::write(&path, broken.replacen(&own(file), &own(&format!("{index}/{file}")), 1)).unwrap();
        files.push(path);
    }
    let found = remarks(scratch.path(), &files);
    let mut missed = Vec::new();
    for (index, (file, is, becomes, rule)) in BROKEN.iter().enumerate() {
        let own: Vec<&Remark> = found.iter().filter(|remark| remark.file == format!("{index}/{file}")).collect();
        if !own.iter().any(|remark| remark.rule == *rule) {
            missed.push(format!("{is} → {becomes}: {rule} is not among {own:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}
