//! From a file to what subscribers of a podcast read.

use crate::newsroom::{Newsroom, Receiver};

const SHOW: &str = "
[[feed]]
name = \"all\"

[[feed]]
name = \"radio\"
title = \"Example Radio\"
select = { section = \"Radio\" }

[feed.podcast]
owner = \"The desk\"
email = \"radio@example.org\"
categories = [\"News > Daily News\"]
image = \"radio.jpg\"
type = \"serial\"
";

fn episode(more: &str) -> String {
    format!(
        "---\ntitle: The harbour at night\nsection: Radio\nsummary: Who keeps the lights on.\naudio: {{ url: \
         \"https://cdn.example.net/night.mp3\", length: 31000000 }}\nduration: \"32:10\"\nepisode: 4\nseason: 2\nepisode_type: \
         full\nexplicit: false\ntranscript: https://cdn.example.net/night.vtt\nguests: [Bo Lamp]\nlocation: {{ lat: 43.2965, lon: 5.3698, \
         name: Marseille }}\nimage: https://cdn.example.net/night.jpg\n{more}---\n\nThe quay is lit.\n"
    )
}

#[test]
fn an_episode_is_dropped_and_stands_in_the_podcast() {
    let receiver = Receiver::start();
    let mut newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.add_config(SHOW);
    let _daemon = newsroom.start();
    newsroom.drop_article("night.md", episode(""));
    assert_eq!(receiver.next().headline(), "The harbour at night");

    let text = newsroom.feed("radio.rss");
    let channel = rss::Channel::read_from(text.as_bytes()).unwrap();
    assert_eq!(channel.itunes_ext().unwrap().r#type(), Some("serial"));
    assert_eq!(channel.itunes_ext().unwrap().image(), Some("https://example.org/radio.jpg"));
    let item = &channel.items()[0];
    let enclosure = item.enclosure().unwrap();
    assert_eq!(
        (enclosure.url(), enclosure.length(), enclosure.mime_type()),
        ("https://cdn.example.net/night.mp3", "31000000", "audio/mpeg")
    );
    let itunes = item.itunes_ext().unwrap();
    assert_eq!((itunes.duration(), itunes.season(), itunes.episode()), (Some("1930"), Some("2"), Some("4")));
    assert_eq!(item.extensions()["podcast"]["transcript"][0].attrs()["type"], "text/vtt");
    assert!(item.content().unwrap().starts_with("<figure><img src=\"https://cdn.example.net/night.jpg\""), "{text}");
    // The other feed has the episode as well, and is no show.
    let all = rss::Channel::read_from(newsroom.feed("all.rss").as_bytes()).unwrap();
    assert!(all.itunes_ext().is_none_or(|show| show.owner().is_none()));
    assert_eq!(all.items()[0].itunes_ext().unwrap().duration(), Some("1930"));
}

#[test]
fn one_more_comment_changes_the_feeds_and_tells_no_one() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    newsroom.drop_article("night.md", episode("comments: { count: 1, url: \"#comments\" }\n"));
    assert_eq!(receiver.next().kind(), "article.published");
    let before = newsroom.feed_that("all.rss", "one comment", |text| text.contains("<slash:comments>1</slash:comments>"));
    newsroom.drop_article("night.md", episode("comments: { count: 2, url: \"#comments\" }\n"));
    let after = newsroom.feed_that("all.rss", "two comments", |text| text.contains("<slash:comments>2</slash:comments>"));
    newsroom.feed_that("all.atom", "two comments", |text| text.contains("thr:count=\"2\""));
    assert!(!before.contains("atom:updated") && !after.contains("atom:updated"), "no date moves: {after}");
    // A contributor is news.
    newsroom.drop_article("night.md", episode("comments: 2\ncontributor: Wire Agency\n"));
    let told = receiver.next();
    assert_eq!((told.kind(), told.json["data"]["revision"].as_u64()), ("article.updated", Some(2)));
    assert_eq!(told.json["data"]["changed"], serde_json::json!(["contributors"]));
}
