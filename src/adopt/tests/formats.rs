use crate::adopt::{IdFrom, OldFormat, OldItem, Unreadable, parse};
use crate::instant::Instant;

fn items(text: &str) -> Vec<OldItem> {
    parse(text.as_bytes(), None).unwrap_or_else(|why| panic!("{why}: {text}")).items
}

fn date(at: Option<Instant>) -> Option<String> {
    at.map(Instant::rfc3339)
}

#[test]
fn rss_2_with_modules() {
    let text = r#"<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"
        xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><title>T</title>
        <atom:link rel="self" href="https://example.org/rss.xml"/><link>https://example.org/</link>
        <image><title>Logo</title><link>https://example.org/logo</link></image>
        <item><media:title>No</media:title><title><![CDATA[A & <b>b</b>]]></title><link>https://feeds.example.net/~r/x/1</link>
        <feedburner:origLink>https://example.org/a</feedburner:origLink><guid>https://example.org/?p=1</guid>
        <pubDate>Tue, 03 Mar 2020 08:15:00 +0100</pubDate><atom:updated>2020-03-04T00:00:00Z</atom:updated>
        <source><title>No</title></source></item></channel></rss>"#;
    let feed = parse(text.as_bytes(), None).unwrap();
    assert_eq!(
        (feed.format, feed.title.as_deref(), feed.own_url.as_deref()),
        (OldFormat::Rss, Some("T"), Some("https://example.org/rss.xml"))
    );
    let [item] = &feed.items[..] else { panic!("{:?}", feed.items) };
    assert_eq!((item.id.as_str(), item.id_from), ("https://example.org/?p=1", IdFrom::Id));
    assert_eq!(item.links, ["https://example.org/a", "https://feeds.example.net/~r/x/1", "https://example.org/?p=1"]);
    assert_eq!(item.title.as_deref(), Some("A & <b>b</b>"));
    assert_eq!(date(item.published).as_deref(), Some("2020-03-03T07:15:00Z"));
    assert_eq!(date(item.updated).as_deref(), Some("2020-03-04T00:00:00Z"));
}

#[test]
fn rss_1_and_0_9x() {
    let text = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://example.org/x.rdf"><title>T</title></channel>
        <item rdf:about="urn:x:1"><title>One</title><link>https://example.org/1</link><dc:date>2004-05-06T07:08+02:00</dc:date></item>
        </rdf:RDF>"#;
    let [item] = &items(text)[..] else { panic!() };
    assert_eq!((item.id.as_str(), date(item.published).as_deref()), ("urn:x:1", Some("2004-05-06T05:08:00Z")));
    let text = "<!DOCTYPE rss SYSTEM 'http://my.netscape.com/publish/formats/rss-0.91.dtd'><rss version='0.91'><channel><title>T</title>\
        <item><title>One &eacute; &#233; &</title><link>https://example.org/1</link></item></channel></rss>";
    let [item] = &items(text)[..] else { panic!() };
    assert_eq!((item.id.as_str(), item.id_from), ("https://example.org/1", IdFrom::Link));
    assert_eq!(item.title.as_deref(), Some("One &eacute; \u{e9} &"));
}

#[test]
fn atom_1_and_0_3() {
    let text = r#"<feed xmlns="http://www.w3.org/2005/Atom"><id>tag:example.org,2020:feed</id><title>T</title><updated>2020-01-02T00:00:00Z</updated>
        <author><name>N</name></author><link rel="self" href="https://example.org/atom.xml"/>
        <entry><id> tag:example.org,2020:1 </id><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">A <b>b</b></div></title>
        <link rel="edit" href="https://example.org/edit/1"/><link href="https://example.org/1"/><published>2020-01-01T00:00:00+01:00</published>
        <updated>2020-01-02T00:00:00Z</updated><source><id>no</id></source><content type="html">&lt;id&gt;no&lt;/id&gt;</content></entry></feed>"#;
    let feed = parse(text.as_bytes(), None).unwrap();
    assert_eq!((feed.format, feed.id.as_deref()), (OldFormat::Atom, Some("tag:example.org,2020:feed")));
    let [item] = &feed.items[..] else { panic!("{:?}", feed.items) };
    assert_eq!((item.id.as_str(), item.title.as_deref()), ("tag:example.org,2020:1", Some("A b")));
    assert_eq!(item.links, ["https://example.org/1"]);
    assert_eq!(date(item.published).as_deref(), Some("2019-12-31T23:00:00Z"));
    let text = r#"<a:feed xmlns:a="http://purl.org/atom/ns#"><a:entry><a:id>x</a:id><a:issued>2003</a:issued><a:modified>2004-01</a:modified></a:entry></a:feed>"#;
    let [item] = &items(text)[..] else { panic!() };
    assert_eq!((item.id.as_str(), date(item.published).as_deref()), ("x", Some("2003-01-01T00:00:00Z")));
}

#[test]
fn json_feed() {
    let text = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "T", "feed_url": "https://example.org/f.json",
        "items": [{"id": 12, "url": "https://example.org/a", "title": "A", "date_published": "2020-01-01T00:00:00.250Z"},
                  {"url": "https://example.org/b", "date_published": "soon"}, {"id": " x "}, 7]}"#;
    let items = items(text);
    assert_eq!(items.iter().map(|item| item.id.as_str()).collect::<Vec<_>>(), ["12", "https://example.org/b", " x ", ""]);
    assert_eq!(date(items[0].published).as_deref(), Some("2020-01-01T00:00:00.250Z"));
    assert_eq!(items[1].unreadable_date.as_deref(), Some("soon"));
}

#[test]
fn what_is_no_feed_is_said() {
    for (text, says) in [
        ("", "it is empty"),
        ("hello", "neither XML nor JSON"),
        ("<html><head/></html>", "an HTML page"),
        ("<!-- only -->", "no root element"),
        ("<opml version='2.0'/>", "'opml'"),
        ("{}", "'version' and 'items'"),
        ("[]", "no JSON Feed"),
        ("<rss><channel></rss>", "not well-formed"),
    ] {
        let why = parse(text.as_bytes(), None).unwrap_err();
        assert!(why.to_string().contains(says), "{text}: {why}");
    }
    let cut = parse(b"<rss><channel>\n<item>", None).unwrap_err();
    assert!(matches!(cut, Unreadable::Broken { line: 2, column: 7, .. }), "{cut}");
}

#[test]
fn bombs_are_refused_or_harmless() {
    let deep = format!("<rss><channel>{}", "<a>".repeat(100_000));
    assert!(parse(deep.as_bytes(), None).unwrap_err().to_string().contains("256 deep"));
    let laughs = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><rss><channel><item><guid>&b;</guid></item></channel></rss>";
    assert_eq!(items(laughs)[0].id, "&b;");
    let long = format!("<rss><channel><item><guid>{}</guid></item></channel></rss>", "x".repeat(1_000_000));
    assert!(items(&long)[0].id.len() <= 64 * 1024);
    let many = format!("<rss><channel>{}</channel></rss>", "<item/>".repeat(100_002));
    assert!(parse(many.as_bytes(), None).unwrap_err().to_string().contains("100000 items"));
    let json = "[".repeat(100_000);
    assert!(parse(json.as_bytes(), None).is_err());
}
