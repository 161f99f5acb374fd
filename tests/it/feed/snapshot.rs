//! What is written, to be looked at.

use newswire::article::ArticleId;
use newswire::config::{Content, Format};

use super::story::{Story, at, channel, feed, nasty, rich};

pub(super) fn text(format: Format, bytes: Vec<u8>) -> String {
    let text = String::from_utf8(bytes).unwrap();
    // Elements on lines of their own, so that a change can be seen; the feeds have one line an entry.
    match format {
        Format::Rss | Format::Atom => text.replace("><", ">\n<"),
        Format::Json => serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&text).unwrap()).unwrap(),
    }
}

#[test]
fn a_rich_feed() {
    for format in Format::ALL {
        insta::assert_snapshot!(format!("rich_{}", format.extension()), text(format, feed(format, &[rich()], Content::Full)));
    }
}

#[test]
fn a_feed_of_summaries() {
    for format in Format::ALL {
        insta::assert_snapshot!(format!("summary_{}", format.extension()), text(format, feed(format, &[rich()], Content::Summary)));
    }
}

#[test]
fn an_empty_feed() {
    for format in Format::ALL {
        insta::assert_snapshot!(format!("empty_{}", format.extension()), text(format, feed(format, &[], Content::Full)));
    }
}

#[test]
fn a_nasty_feed() {
    for format in Format::ALL {
        insta::assert_snapshot!(format!("nasty_{}", format.extension()), text(format, feed(format, &nasty(), Content::Full)));
    }
}

#[test]
fn bytes_are_the_same_every_time() {
    for format in Format::ALL {
        assert_eq!(feed(format, &nasty(), Content::Full), feed(format, &nasty(), Content::Full));
        let (one, two) = (rich().fragment(format, Content::Full), rich().fragment(format, Content::Full));
        assert_eq!(one, two);
        assert_ne!(one.digest, rich().fragment(format, Content::Summary).digest);
    }
}

#[test]
fn each_entry_begins_a_line_of_its_own() {
    for format in Format::ALL {
        let text = String::from_utf8(feed(format, &[rich(), rich(), rich()], Content::Summary)).unwrap();
        let start = match format {
            Format::Rss => "\n<item",
            Format::Atom => "\n<entry",
            Format::Json => "\n{\"id\"",
        };
        assert_eq!(text.matches(start).count(), 3, "{text}");
    }
}

#[test]
fn a_feeds_url_is_its_name_under_the_public_folder() {
    assert_eq!(channel().url(Format::Atom), "https://example.org/feeds/section/%C3%A9t%C3%A9.atom");
}

#[test]
fn a_guid_is_a_permalink_only_where_it_is_the_link() {
    let mut story = rich();
    let text = |story: &Story| String::from_utf8(feed(Format::Rss, std::slice::from_ref(story), Content::Summary)).unwrap();
    assert!(text(&story).contains("<guid isPermaLink=\"false\">tag:example.org,2026-11-24:storm</guid>"));
    story.entry.id = ArticleId::parse(story.entry.link.as_str()).unwrap();
    assert!(text(&story).contains("<guid>https://example.org/articles/storm</guid>"));
}

#[test]
fn an_update_is_never_before_its_publication() {
    let mut story = rich();
    story.entry.updated = at(-5);
    let text = String::from_utf8(feed(Format::Json, &[story], Content::Summary)).unwrap();
    assert!(text.contains("\"date_modified\":\"2026-11-24T10:00:00Z\""), "{text}");
}

#[test]
fn rss_encloses_a_recording_before_an_image() {
    let mut story = rich();
    let text = |story: &Story| String::from_utf8(feed(Format::Rss, std::slice::from_ref(story), Content::Summary)).unwrap();
    story.rendered.media[1].length = None;
    // RSS's profile: 0 where nobody knows the length.
    assert!(text(&story).contains("<enclosure url=\"https://example.org/audio/storm.mp3\" length=\"0\" type=\"audio/mpeg\"/>"));
    story.rendered.media.remove(1);
    assert!(text(&story).contains("<enclosure url=\"https://cdn.example.net/storm.jpg?w=1200&amp;h=800\" length=\"123456\""));
    story.rendered.media[0].mime = None;
    assert!(!text(&story).contains("<enclosure"));
}
