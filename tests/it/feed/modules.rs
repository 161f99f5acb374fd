//! What feeds say by modules: of an episode, a place, an origin, a discussion; of the publication; of a show; of terms.

use std::time::Duration;

use newswire::article::{
    Article, Body, Discussion, Episode, EpisodeKind, Location, Media, Origin, Particulars, Person, SourcePath, Transcript,
};
use newswire::config::{AtomContent, Content, Format, Look, Podcast, Rsl};
use newswire::feed::{Channel, Style, assemble};
use newswire::reader::{self, Context};
use proptest::prelude::*;
use url::Url;

use super::snapshot::text;
use super::story::{Story, at, channel, feed, rich, style};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

/// An episode with everything that can be said of one.
fn episode() -> Story {
    let article = Article {
        headline: "The harbour at night".into(),
        standfirst: Some("Who keeps the lights on & why.".into()),
        authors: vec![Person { name: "Jo Doe".into(), email: None, uri: Some("https://example.org/people/jo".into()) }],
        contributors: vec![Person::named("Wire Agency")],
        body: Body::Markdown("The quay is lit.".into()),
        media: vec![
            Media {
                url: "/audio/night.mp3".into(),
                mime: Some("audio/mpeg".into()),
                length: Some(31_000_000),
                duration: Some(1930),
                ..Media::default()
            },
            Media {
                url: "/img/night.jpg".into(),
                mime: Some("image/jpeg".into()),
                alt: Some("The quay".into()),
                caption: Some("The quay & its lamps".into()),
                credit: Some("Ann Roe".into()),
                ..Media::default()
            },
        ],
        tags: vec!["Harbour & sea".into()],
        section: Some("Radio".into()),
        licence: Some("CC BY 4.0".into()),
        particulars: Particulars {
            episode: Some(Episode {
                number: Some(4),
                season: Some(2),
                kind: Some(EpisodeKind::Full),
                transcripts: vec![Transcript { url: "/audio/night.vtt".into(), mime: "text/vtt".into(), language: Some("en".into()) }],
                chapters: Some("/audio/night.json?a=1&b=2".into()),
                guests: vec![Person::named("Bo <Lamp> & Co")],
            }),
            explicit: Some(false),
            location: Location::new(43.2965, 5.3698, Some("Marseille & harbour".into())),
            origin: Some(Origin {
                name: Some("Radio Example & Sons".into()),
                page: Some("https://radio.example/night?a=1&b=2".into()),
                feed: Some("https://radio.example/feed.atom".into()),
                canonical: Some("https://radio.example/night".into()),
            }),
            discussion: Some(Discussion {
                count: Some(12),
                page: Some("#comments".into()),
                feed: Some("https://example.org/comments/night.atom".into()),
            }),
        },
        ..Article::default()
    };
    Story::new(&article, "night", at(0), at(3600))
}

/// A channel that says everything that it can.
fn show() -> Channel {
    Channel {
        rights: Some("© 2026 Example Times & others".into()),
        look: Look {
            icon: Some(url("https://example.org/icon.png?a=1&b=2")),
            favicon: Some(url("https://example.org/favicon.png")),
            logo: Some(url("https://example.org/logo.png")),
            cover: Some(url("https://example.org/cover.jpg")),
            accent_color: Some("aa2200".into()),
        },
        hubs: vec![url("https://hub.example/"), url("https://hub2.example/?a=1&b=2")],
        update_interval: Some(Duration::from_mins(15)),
        podcast: Some(Podcast {
            author: None,
            owner: Some("The <Desk>".into()),
            email: Some("radio@example.org".into()),
            categories: vec![("News", Some("Daily News")), ("Society & Culture", None)],
            explicit: false,
            image: Some(url("https://example.org/show.jpg")),
            serial: true,
            guid: None,
            locked: Some(true),
        }),
        ..channel()
    }
}

fn terms() -> Style {
    Style {
        rsl: Some(Rsl {
            permits: vec!["search", "ai-index"],
            prohibits: vec!["ai-train"],
            payment: Some("attribution"),
            server: Some(url("https://licences.example/")),
            terms: Some(url("https://example.org/terms?a=1&b=2")),
        }),
        ..style()
    }
}

fn written(format: Format, channel: &Channel, style: &Style, stories: &[Story]) -> Vec<u8> {
    let fragments: Vec<_> = stories.iter().map(|story| story.fragment_in(format, Content::Full, style)).collect();
    assemble(format, channel, at(7200), &fragments)
}

#[test]
fn everything_that_can_be_said() {
    for format in Format::ALL {
        let bytes = written(format, &show(), &terms(), &[episode()]);
        insta::assert_snapshot!(format!("everything_{}", format.extension()), text(format, bytes));
    }
}

#[test]
fn a_feed_declares_what_it_uses_and_nothing_else() {
    let root = |stories: &[Story], channel: &Channel| {
        let text = String::from_utf8(written(Format::Rss, channel, &style(), stories)).unwrap();
        text[..text.find("<channel>").unwrap()].to_owned()
    };
    let plain = root(&[], &channel());
    for prefix in ["itunes", "podcast", "georss", "geo", "slash", "thr", "webfeeds", "sy", "rsl", "dcterms", "creativeCommons"] {
        assert!(!plain.contains(&format!("xmlns:{prefix}=")), "{plain}");
    }
    let entries = root(&[rich(), episode()], &channel());
    for prefix in ["itunes", "podcast", "georss", "geo", "slash", "dcterms", "creativeCommons"] {
        assert_eq!(entries.matches(&format!("xmlns:{prefix}=")).count(), 1, "{entries}");
    }
    assert!(!entries.contains("xmlns:webfeeds"), "{entries}");
    assert!(root(&[], &show()).contains("xmlns:webfeeds"));
}

#[test]
fn a_parser_of_podcasts_reads_the_show_and_its_episode() {
    let channel = rss::Channel::read_from(&written(Format::Rss, &show(), &terms(), &[episode()])[..]).unwrap();
    let itunes = channel.itunes_ext().unwrap();
    assert_eq!(itunes.author(), Some("Example Times"));
    assert_eq!(itunes.explicit(), Some("false"));
    assert_eq!(itunes.r#type(), Some("serial"));
    assert_eq!(itunes.image(), Some("https://example.org/show.jpg"));
    let owner = itunes.owner().unwrap();
    assert_eq!((owner.name(), owner.email()), (Some("The <Desk>"), Some("radio@example.org")));
    let categories: Vec<_> =
        itunes.categories().iter().map(|one| (one.text(), one.subcategory().map(|inner| inner.text().to_owned()))).collect();
    assert_eq!(categories, [("News", Some("Daily News".to_owned())), ("Society & Culture", None)]);
    let own = |name: &str| channel.extensions()["podcast"][name][0].value().map(str::to_owned);
    assert_eq!(own("locked").as_deref(), Some("yes"));
    // uuid5(ead4c236-bf58-58c6-a2c6-a6b28d128cb6, "example.org/feeds/section/%C3%A9t%C3%A9.rss"), by Python.
    assert_eq!(own("guid").as_deref(), Some("5ced42ea-2c0a-52fd-8087-89c6146cf623"));

    let item = &channel.items()[0];
    let enclosure = item.enclosure().unwrap();
    assert_eq!(
        (enclosure.url(), enclosure.length(), enclosure.mime_type()),
        ("https://example.org/audio/night.mp3", "31000000", "audio/mpeg")
    );
    let itunes = item.itunes_ext().unwrap();
    assert_eq!(itunes.duration(), Some("1930"));
    assert_eq!((itunes.season(), itunes.episode(), itunes.episode_type()), (Some("2"), Some("4"), Some("full")));
    assert_eq!((itunes.explicit(), itunes.image()), (Some("false"), Some("https://example.org/img/night.jpg")));
    let own = &item.extensions()["podcast"];
    assert_eq!(own["transcript"][0].attrs()["url"], "https://example.org/audio/night.vtt");
    assert_eq!(own["chapters"][0].attrs()["url"], "https://example.org/audio/night.json?a=1&b=2");
    let people: Vec<_> = own["person"].iter().map(|person| (person.value().unwrap(), person.attrs()["role"].as_str())).collect();
    assert_eq!(people, [("Jo Doe", "author"), ("Bo <Lamp> & Co", "guest")]);
    assert_eq!(own["location"][0].attrs()["geo"], "geo:43.2965,5.3698");
    let source = item.source().unwrap();
    assert_eq!((source.url(), source.title()), ("https://radio.example/feed.atom", Some("Radio Example & Sons")));
    assert_eq!(item.comments(), Some("https://example.org/articles/night#comments"));
    assert_eq!(item.extensions()["slash"]["comments"][0].value(), Some("12"));
    assert_eq!(item.extensions()["georss"]["point"][0].value(), Some("43.2965 5.3698"));
}

#[test]
fn an_entrys_bytes_are_the_same_in_a_podcast_and_elsewhere() {
    let of = |channel: &Channel| {
        let text = String::from_utf8(written(Format::Rss, channel, &style(), &[episode()])).unwrap();
        text[text.find("<item").unwrap()..].to_owned()
    };
    assert_eq!(of(&show()), of(&channel()));
}

#[test]
fn atoms_readers_find_categories_source_and_replies() {
    let bytes = written(Format::Atom, &show(), &terms(), &[episode()]);
    let parsed = feed_rs::parser::Builder::new().sanitize_content(false).build().parse(&bytes[..]).unwrap();
    assert_eq!(parsed.rights.unwrap().content, "© 2026 Example Times & others");
    assert_eq!(parsed.icon.unwrap().uri, "https://example.org/icon.png?a=1&b=2");
    assert_eq!(parsed.logo.unwrap().uri, "https://example.org/logo.png");
    let hubs: Vec<_> = parsed.links.iter().filter(|link| link.rel.as_deref() == Some("hub")).map(|link| link.href.as_str()).collect();
    assert_eq!(hubs, ["https://hub.example/", "https://hub2.example/?a=1&b=2"]);
    let entry = &parsed.entries[0];
    let categories: Vec<_> =
        entry.categories.iter().map(|one| (one.term.as_str(), one.scheme.as_deref().unwrap(), one.label.as_deref().unwrap())).collect();
    assert_eq!(
        categories,
        [("Radio", "https://example.org/#section", "Radio"), ("Harbour & sea", "https://example.org/#tag", "Harbour & sea"),]
    );
    assert_eq!(entry.contributors[0].name.as_deref(), Some("Wire Agency"));
    let link =
        |rel: &str| entry.links.iter().filter(|link| link.rel.as_deref() == Some(rel)).map(|link| link.href.as_str()).collect::<Vec<_>>();
    assert_eq!(link("via"), ["https://radio.example/night?a=1&b=2"]);
    assert_eq!(link("canonical"), ["https://radio.example/night"]);
    assert_eq!(link("replies"), ["https://example.org/articles/night#comments", "https://example.org/comments/night.atom"]);
    // The entry is this feed's, wherever it came from.
    assert_eq!(entry.id, "tag:example.org,2026-11-24:night");
    let duration = entry.media.iter().flat_map(|media| &media.content).find_map(|content| content.duration);
    assert_eq!(duration, Some(Duration::from_secs(1930)));
}

#[test]
fn our_own_reader_reads_json_feed_back_whole() {
    let bytes = written(Format::Json, &channel(), &style(), &[episode()]);
    let path = SourcePath::new(std::path::Path::new("a.json")).unwrap();
    let context = Context { path: &path, zone: &jiff::tz::TimeZone::UTC, text: &newswire::config::Text::default() };
    let article = reader::read(&bytes, context).into_article().unwrap();
    let story = episode();
    let given = &story.rendered.particulars;
    assert_eq!(&article.particulars, given);
    assert_eq!(article.section.as_deref(), Some("Radio"));
    assert_eq!(article.tags, ["Radio", "Harbour & sea"]);
    assert_eq!(article.contributors, story.rendered.contributors);
    let of = |mime: &str| article.media.iter().find(|medium| medium.mime.as_deref() == Some(mime)).unwrap();
    let audio = of("audio/mpeg");
    assert_eq!((audio.length, audio.duration), (Some(31_000_000), Some(1930)));
    let image = of("image/jpeg");
    assert_eq!((image.alt.as_deref(), image.credit.as_deref()), (Some("The quay"), Some("Ann Roe")));
}

#[test]
fn a_source_without_a_name_is_called_by_its_host() {
    let mut story = episode();
    story.rendered.particulars.origin.as_mut().unwrap().name = None;
    let text = String::from_utf8(story.fragment(Format::Rss, Content::Full).bytes.to_vec()).unwrap();
    assert!(text.contains("<source url=\"https://radio.example/feed.atom\">radio.example</source>"), "{text}");
}

#[test]
fn terms_hold_for_the_sites_own_pages_alone() {
    let mut story = episode();
    let of = |story: &Story| String::from_utf8(story.fragment_in(Format::Rss, Content::Full, &terms()).bytes.to_vec()).unwrap();
    assert!(
        of(&story).contains("<rsl:content url=\"https://example.org/articles/night\" server=\"https://licences.example/\"><rsl:license>")
    );
    story.entry.link = newswire::article::Link::parse("https://elsewhere.example/night").unwrap();
    assert!(!of(&story).contains("rsl:"));
}

#[test]
fn atom_carries_xhtml_where_it_is_asked_for() {
    let style = Style { atom_content: AtomContent::Xhtml, ..style() };
    for story in [rich(), episode()] {
        let bytes = written(Format::Atom, &channel(), &style, std::slice::from_ref(&story));
        let text = String::from_utf8(bytes.clone()).unwrap();
        assert!(text.contains("<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">"), "{text}");
        let elements = text.split_once("<div xmlns=\"http://www.w3.org/1999/xhtml\">").unwrap().1.split_once("</div></content>").unwrap().0;
        assert_eq!(elements.replace("/>", ">"), story.rendered.html);
        let parsed = feed_rs::parser::parse(&bytes[..]).unwrap();
        assert!(parsed.entries[0].content.as_ref().unwrap().body.as_ref().unwrap().contains("<p>"));
    }
}

#[test]
fn a_text_from_right_to_left_says_so() {
    let article = Article {
        headline: "وصلت العاصفة إلى الساحل".into(),
        standfirst: Some("هطل المطر & الريح".into()),
        body: Body::Markdown("وصلت *العاصفة* إلى الساحل.".into()),
        language: Some("ar".into()),
        ..Article::default()
    };
    let story = Story::new(&article, "storm", at(0), at(0));
    assert!(story.rendered.right_to_left);
    let of = |format| String::from_utf8(feed(format, std::slice::from_ref(&story), Content::Full)).unwrap();
    assert!(of(Format::Rss).contains("<content:encoded><![CDATA[<div dir=\"rtl\"><p>"));
    assert!(of(Format::Rss).contains("<description><![CDATA[<div dir=\"rtl\">هطل المطر &amp; الريح</div>]]></description>"));
    assert!(of(Format::Rss).contains("<item xml:lang=\"ar\">"));
    assert!(of(Format::Atom).contains("<entry xml:lang=\"ar\">"));
    assert!(of(Format::Atom).contains("&lt;div dir=&quot;rtl&quot;&gt;"));
    assert!(of(Format::Json).contains("\"content_html\":\"<div dir=\\\"rtl\\\"><p>"));
    assert!(!String::from_utf8(feed(Format::Rss, &[rich()], Content::Full)).unwrap().contains("dir="));
}

#[test]
fn the_lead_image_stands_in_the_text_once() {
    let with = |body: &str| {
        let article = Article {
            headline: "H".into(),
            correction: Some("Wrong day.".into()),
            body: Body::Markdown(body.into()),
            media: vec![Media { url: "/img/storm.jpg".into(), caption: Some("Waves".into()), ..Media::default() }],
            ..Article::default()
        };
        Story::new(&article, "storm", at(0), at(0)).rendered
    };
    let without = with("Text.");
    assert_eq!(
        without.html,
        "<p><strong>Correction:</strong> Wrong day.</p>\n<figure><img src=\"https://example.org/img/storm.jpg\" \
         alt=\"\"><figcaption>Waves</figcaption></figure>\n<p>Text.</p>"
    );
    assert!(!without.text.contains("Waves"), "{}", without.text);
    for body in ["Text.\n\n![Waves](/img/storm.jpg)", "![](https://example.org/img/storm-300x200.jpg?w=3)\n\nText."] {
        assert!(!with(body).html.contains("<figure>"), "{body}");
    }
}

/// Well formed, every prefix declared, only characters that XML allows.
fn well_formed(bytes: &[u8]) {
    use quick_xml::events::Event;
    use quick_xml::name::ResolveResult;
    let mut reader = quick_xml::NsReader::from_reader(bytes);
    loop {
        match reader.read_event().expect("well-formed XML") {
            Event::Start(tag) | Event::Empty(tag) => {
                let (namespace, name) = reader.resolver().resolve_element(tag.name());
                assert!(!matches!(namespace, ResolveResult::Unknown(_)), "{name:?}");
                for attribute in tag.attributes() {
                    let attribute = attribute.expect("a well-formed attribute");
                    let (namespace, _) = reader.resolver().resolve_attribute(attribute.key);
                    assert!(!matches!(namespace, ResolveResult::Unknown(_)), "{attribute:?}");
                    attribute.normalized_value(quick_xml::XmlVersion::default()).expect("known entities");
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(std::str::from_utf8(bytes).unwrap().chars().all(newswire::xml_chars::is_allowed));
}

#[test]
fn xmllint_and_feedparser_find_nothing() {
    for format in [Format::Rss, Format::Atom] {
        for style in [terms(), Style { atom_content: AtomContent::Xhtml, ..style() }] {
            let bytes = written(format, &show(), &style, &[episode(), rich()]);
            well_formed(&bytes);
            let file = tempfile::NamedTempFile::new().unwrap();
            std::fs::write(file.path(), &bytes).unwrap();
            let output = std::process::Command::new("xmllint").args(["--noout", "--nonet"]).arg(file.path()).output().unwrap();
            assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
            let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/read_feed.py");
            let output = std::process::Command::new(super::outside::python()).arg(script).arg(file.path()).output().unwrap();
            let seen: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(seen["bozo"], false, "{}", seen["why"]);
            // What modules say besides does not get in the way of what is said plainly.
            let entry = &seen["entries"][0];
            assert_eq!(entry["title"], "The harbour at night");
            assert_eq!(entry["link"], "https://example.org/articles/night");
            assert_eq!(entry["authors"], serde_json::json!(["Jo Doe"]));
            assert_eq!(entry["tags"], serde_json::json!(["Radio", "Harbour & sea"]));
            assert_eq!(entry["content"].as_array().unwrap().len(), 1);
            assert_eq!(seen["subtitle"], channel().description);
        }
    }
}

fn words() -> impl Strategy<Value = String> {
    let odd = [
        "]]>",
        "<![CDATA[",
        "&amp;",
        "&",
        "<",
        ">",
        "\"",
        "'",
        "\u{0}",
        "\u{FFFE}",
        "\r\n",
        "\t",
        "</item>",
        "\u{1F600}",
        "\u{202E}",
        "ع",
        "\u{10FFFF}",
    ];
    prop_oneof![any::<String>(), prop::sample::select(odd.to_vec()).prop_map(str::to_owned)]
}

fn particulars() -> impl Strategy<Value = Particulars> {
    let maybe = || prop::option::of(words());
    (
        (prop::option::of(any::<u32>()), prop::option::of(any::<u32>()), prop::option::of(any::<bool>()), maybe(), maybe()),
        (-90.0..90.0, -180.0..180.0, maybe()),
        (maybe(), maybe(), maybe(), maybe()),
        (prop::option::of(any::<u32>()), maybe(), maybe()),
        prop::collection::vec((words(), words(), maybe()), 0..3),
    )
        .prop_map(
            |(
                (number, season, explicit, chapters, guest),
                (north, east, place),
                (name, page, feed, canonical),
                (count, comments, replies),
                files,
            )| {
                let web = |rest: Option<String>| rest.map(|rest| format!("https://example.net/{rest}"));
                Particulars {
                    episode: Some(Episode {
                        number,
                        season,
                        kind: Some(EpisodeKind::Trailer),
                        transcripts: files
                            .into_iter()
                            .map(|(url, mime, language)| Transcript { url: format!("/{url}"), mime: format!("text/{mime}"), language })
                            .collect(),
                        chapters: web(chapters),
                        guests: guest.into_iter().map(Person::named).collect(),
                    }),
                    explicit,
                    location: Location::new(north, east, place),
                    origin: Some(Origin { name, page: web(page), feed: web(feed), canonical: web(canonical) }),
                    discussion: Some(Discussion { count, page: web(comments), feed: web(replies) }),
                }
            },
        )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn whatever_is_said_is_well_formed(particulars in particulars(), html in words(), caption in words(), title in words(), rights in words()) {
        let media = |url: &str, mime: &str| Media {
            url: url.into(), mime: Some(mime.into()), caption: Some(caption.clone()), alt: Some(html.clone()), ..Media::default()
        };
        let article = Article {
            headline: format!("H {title}"),
            body: Body::Html(html.clone()),
            media: vec![media("/a.mp3", "audio/mpeg"), media("/a.jpg", "image/jpeg")],
            licence: Some(rights.clone()),
            particulars,
            ..Article::default()
        };
        let story = Story::new(&article, "any", at(0), at(60));
        let channel = Channel { rights: Some(rights), title: title.clone(), description: caption.clone(), ..show() };
        for style in [terms(), Style { atom_content: AtomContent::Xhtml, ..terms() }] {
            for format in [Format::Rss, Format::Atom] {
                let bytes = written(format, &channel, &style, std::slice::from_ref(&story));
                well_formed(&bytes);
                feed_rs::parser::parse(&bytes[..]).expect("a feed");
            }
        }
        let json = written(Format::Json, &channel, &style(), std::slice::from_ref(&story));
        let parsed: serde_json::Value = serde_json::from_slice(&json).unwrap();
        prop_assert_eq!(parsed["items"][0]["content_html"].as_str().unwrap(), &story.rendered.html);
    }
}
