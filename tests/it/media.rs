//! Pictures, sounds and films that articles show: in the feeds with their facts, served with them, gone with them.

use std::fs;

use feed_rs::model::Entry;
use serde_json::Value;

use crate::newsroom::{Daemon, Newsroom, Receiver, await_that, files_under, get, get_with};

/// A PNG of this size whose pixels are these bytes.
fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes.extend(b"\x08\x06\0\0\0\0\0\0\0");
    bytes.extend(pixels);
    bytes
}

fn mp3(length: usize) -> Vec<u8> {
    let mut bytes = b"ID3\x04\0\0\0\0\0\0".to_vec();
    bytes.extend((0..length).map(|at| u8::try_from(at % 251).unwrap()));
    bytes
}

fn entries(newsroom: &Newsroom, extension: &str) -> Vec<Entry> {
    let text = newsroom.feed(&format!("all.{extension}"));
    feed_rs::parser::parse(text.as_bytes()).unwrap_or_else(|error| panic!("all.{extension}: {error}\n{text}")).entries
}

/// The only item of the JSON Feed once it satisfies the test.
fn item_that(newsroom: &Newsroom, what: &str, test: impl Fn(&Value) -> bool) -> Value {
    await_that(&format!("all.json: {what}"), || {
        let feed: Value = serde_json::from_str(&newsroom.feed("all.json")).ok()?;
        Some(feed["items"][0].clone()).filter(|item| test(item))
    })
}

fn has_image(item: &Value) -> bool {
    item["image"].is_string()
}

/// The path of a published file's URL under the site.
fn path(url: &Value) -> String {
    url.as_str().unwrap().strip_prefix("https://example.org").unwrap().to_owned()
}

fn published(newsroom: &Newsroom) -> Vec<String> {
    let folder = newsroom.path("feeds/media");
    files_under(&folder).into_iter().map(|(path, _)| path.strip_prefix(&folder).unwrap().display().to_string()).collect()
}

fn run_with_grace(newsroom: &Newsroom, grace: &str) -> Daemon {
    let mut command = newsroom.command(&["run"]);
    command.env("NEWSWIRE_FEEDS__MEDIA_GRACE", grace);
    let mut daemon = Daemon::start(command);
    daemon.await_log("ready");
    daemon
}

const BUNDLE: &str =
    "---\ntitle: The storm\nimage: { path: cover.jpg, alt: A wave, caption: The pier on Monday, credit: Ilse Brandt }\n---\n\nText.\n";

#[test]
fn a_bundle_s_picture_stands_in_every_format_and_goes_with_its_article() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let daemon = run_with_grace(&newsroom, "0s");
    let first = png(640, 480, b"first");
    newsroom.drop_article("storm/cover.jpg", &first);
    newsroom.drop_article("storm/index.md", BUNDLE);

    let told = receiver.next();
    assert_eq!(told.kind(), "article.published");
    let medium = &told.json["data"]["media"][0];
    assert_eq!(
        (&medium["type"], &medium["length"], &medium["width"], &medium["height"]),
        (&"image/png".into(), &first.len().into(), &640.into(), &480.into())
    );
    assert_eq!((&medium["caption"], &medium["credit"]), (&"The pier on Monday".into(), &"Ilse Brandt".into()));

    let item = item_that(&newsroom, "the picture", has_image);
    let url = item["image"].as_str().unwrap();
    assert!(url.starts_with("https://example.org/feeds/media/") && url.ends_with("/cover.png"), "{url}");
    assert_eq!(medium["url"], item["image"]);
    let attachment = &item["attachments"][0];
    assert_eq!((&attachment["url"], &attachment["mime_type"]), (&item["image"], &"image/png".into()));
    assert_eq!(attachment["size_in_bytes"], first.len());
    newsroom.all_formats("all", url, true);
    let rss = newsroom.feed("all.rss");
    assert!(rss.contains(&format!("<enclosure url=\"{url}\" length=\"{}\" type=\"image/png\"", first.len())), "{rss}");
    let length = first.len();
    let content =
        format!("<media:content url=\"{url}\" type=\"image/png\" medium=\"image\" fileSize=\"{length}\" width=\"640\" height=\"480\">");
    for extension in ["rss", "atom"] {
        let text = newsroom.feed(&format!("all.{extension}"));
        assert!(text.contains(&content) && text.contains("<media:credit>Ilse Brandt</media:credit>"), "{extension}: {text}");
        let entry = &entries(&newsroom, extension)[0];
        let known =
            entry.media.iter().flat_map(|media| &media.content).any(|content| content.url.as_ref().is_some_and(|u| u.as_str() == url));
        assert!(known, "{extension}: {entry:?}");
    }
    let atom = newsroom.feed("all.atom");
    let link = atom.split("<link ").find(|link| link.contains("rel=\"enclosure\"")).unwrap_or_else(|| panic!("{atom}"));
    for said in [format!("href=\"{url}\""), "type=\"image/png\"".to_owned(), format!("length=\"{length}\"")] {
        assert!(link.contains(&said), "{said}: {link}");
    }

    let served = get(&daemon.url(&path(&item["image"])));
    assert_eq!((served.status, served.bytes.as_slice()), (200, first.as_slice()));
    assert_eq!(fs::read(newsroom.path("feeds/media").join(&published(&newsroom)[0])).unwrap(), first);

    // Another picture under the same name.
    let second = png(800, 600, b"second");
    newsroom.drop_article("storm/cover.jpg", &second);
    let updated = receiver.next();
    assert_eq!((updated.kind(), &updated.json["data"]["changed"]), ("article.updated", &serde_json::json!(["media"])));
    assert_eq!(updated.json["data"]["media"][0]["width"], 800);
    let after = item_that(&newsroom, "the new picture", |now| has_image(now) && now["image"] != item["image"]);
    assert_eq!(get(&daemon.url(&path(&after["image"]))).bytes, second);
    await_that("the old picture goes after its grace", || (get(&daemon.url(&path(&item["image"]))).status == 404).then_some(()));
    assert_eq!(published(&newsroom).len(), 1);

    fs::remove_dir_all(newsroom.path("articles/storm")).unwrap();
    let gone = receiver.next();
    assert_eq!((gone.kind(), gone.json["data"]["revision"].as_u64()), ("article.withdrawn", Some(3)), "the folder's end is told once");
    await_that("the picture goes with its article", || published(&newsroom).is_empty().then_some(()));
    assert_eq!(get(&daemon.url(&path(&after["image"]))).status, 404);
}

#[test]
fn what_the_body_shows_is_published_with_it() {
    let newsroom = Newsroom::new();
    let daemon = newsroom.start();
    newsroom.drop_article("img/a b.png", png(10, 20, b"a"));
    newsroom.drop_article("img/large.png", png(100, 200, b"l"));
    newsroom.drop_article("img/poster.png", png(16, 9, b"p"));
    newsroom.drop_article("talk.mp3", mp3(5000));
    newsroom.drop_article("talk.m4a", b"\0\0\0\x1CftypM4A 1234");
    newsroom.drop_article("film.mp4", b"\0\0\0\x1Cftypisom1234");
    newsroom.drop_article(
        "talk.md",
        "---\ntitle: Talk\n---\n\n[![A figure](img/a%20b.png)](img/large.png)\n\nWords.\n\n<img src=\"img/a%20b.png\" srcset=\"img/large.png 2x, img/a%20b.png 1x\">\n\n\
         <video poster=\"img/poster.png\"><source src=\"film.mp4\" type=\"video/mp4\"></video>\n\n![elsewhere](https://cdn.example.net/x.png) [site](/x.png)\n",
    );
    let item = item_that(&newsroom, "the picture", has_image);
    let html = item["content_html"].as_str().unwrap();
    let places = published(&newsroom);
    let url = |name: &str| {
        let place = places.iter().find(|place| place.ends_with(name)).unwrap_or_else(|| panic!("{name}: {places:?}"));
        format!("https://example.org/feeds/media/{place}")
    };
    let (small, large, poster, film) = (url("/a-b.png"), url("/large.png"), url("/poster.png"), url("/film.mp4"));
    for said in [
        format!("href=\"{large}\""),
        format!("src=\"{small}\""),
        format!("srcset=\"{large} 2x, {small} 1x\""),
        format!("poster=\"{poster}\""),
        format!("<source src=\"{film}\""),
        "src=\"https://cdn.example.net/x.png\"".to_owned(),
        "href=\"https://example.org/x.png\"".to_owned(),
    ] {
        assert!(html.contains(&said), "{said}: {html}");
    }
    assert_eq!(item["image"], small);
    let attached: Vec<(&str, &str, u64)> = item["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["url"].as_str().unwrap(), one["mime_type"].as_str().unwrap(), one["size_in_bytes"].as_u64().unwrap()))
        .collect();
    // The recording of the article's own name is its own, although nothing names it.
    let recording = url("/talk.mp3");
    assert!(attached.contains(&(&small, "image/png", 34)), "{attached:?}");
    assert!(attached.contains(&(&film, "video/mp4", 16)), "{attached:?}");
    assert!(attached.contains(&(&recording, "audio/mpeg", 5010)), "{attached:?}");
    let rss = newsroom.feed("all.rss");
    assert!(rss.contains(&format!("<enclosure url=\"{recording}\" length=\"5010\" type=\"audio/mpeg\"")), "{rss}");
    let page = get(&daemon.url("/articles/talk"));
    assert!(page.body.contains(&small) && page.body.contains(&recording), "{}", page.body);
}

#[test]
fn published_files_are_served_in_parts_and_safely() {
    let newsroom = Newsroom::new();
    let daemon = newsroom.start();
    let recording = mp3(300_000);
    newsroom.drop_article("a.mp3", &recording);
    newsroom.drop_article("a.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>");
    newsroom.drop_article("a.md", "---\ntitle: A\n---\n\nText.\n");
    let item = item_that(&newsroom, "both", |item| item["attachments"].as_array().is_some_and(|all| all.len() == 2));
    let sound = daemon.url(&path(&item["attachments"][1]["url"]));
    let whole = get(&sound);
    assert_eq!((whole.status, whole.bytes.as_slice()), (200, recording.as_slice()));
    assert_eq!((whole.header("content-type"), whole.header("accept-ranges")), ("audio/mpeg", "bytes"));
    assert_eq!(whole.header("x-content-type-options"), "nosniff");
    assert!(whole.header("cache-control").contains("immutable"));
    let tag = whole.header("etag").to_owned();
    assert_eq!(get_with(&sound, &[("if-none-match", &tag)]).status, 304);
    for (range, status, content, bytes) in [
        ("bytes=0-1", 206, "bytes 0-1/300010", &recording[..2]),
        ("bytes=100-200099", 206, "bytes 100-200099/300010", &recording[100..200_100]),
        ("bytes=-10", 206, "bytes 300000-300009/300010", &recording[300_000..]),
        ("bytes=300010-", 416, "bytes */300010", b"The file ends before the part that is asked for.\n"),
        ("bytes=0-1,4-5", 200, "", &recording[..]),
    ] {
        let part = get_with(&sound, &[("range", range)]);
        assert_eq!((part.status, part.header("content-range"), part.bytes.as_slice() == bytes), (status, content, true), "{range}");
    }
    assert_eq!(get_with(&sound, &[("range", "bytes=0-1"), ("if-range", &tag)]).status, 206);
    assert_eq!(get_with(&sound, &[("range", "bytes=0-1"), ("if-range", "\"other\"")]).status, 200);

    let drawing = get(&daemon.url(&path(&item["image"])));
    assert_eq!(drawing.header("content-type"), "image/svg+xml");
    assert!(drawing.header("content-security-policy").contains("sandbox"), "opened by itself, it runs nothing");
    let hash = path(&item["image"]).split('/').nth(3).unwrap().to_owned();
    for path in [
        format!("/feeds/media/{hash}/"),
        format!("/feeds/media/{hash}/..%2f..%2fall.rss"),
        format!("/feeds/media/{hash}/../../../state/newswire.db"),
        format!("/feeds/media/{hash}/other.png"),
        "/feeds/media/..%2f..%2fconfig/newswire.toml".to_owned(),
    ] {
        assert_eq!(get(&daemon.url(&path)).status, 404, "{path}");
    }
}

#[test]
fn what_cannot_be_published_is_said_with_its_line() {
    let newsroom = Newsroom::new();
    fs::write(newsroom.path("outside.png"), png(1, 1, b"secret")).unwrap();
    std::os::unix::fs::symlink("../outside.png", newsroom.path("articles/out.png")).unwrap();
    newsroom.drop_article("evil.svg", "<svg onload=\"alert(1)\"/>");
    newsroom.drop_article("page.png", "<html><script>alert(1)</script></html>");
    let mut daemon = newsroom.start();
    newsroom.drop_article(
        "a.md",
        "---\ntitle: A\nimage: none.jpg\n---\n\n![x](out.png)\n![x](evil.svg)\n![x](page.png)\n![x](../../etc/passwd.png)\n",
    );
    for said in [
        "a.md:3:8: it shows 'none.jpg', which is not there",
        "a.md:6:6: it shows 'out.png', which leads out of the articles folder",
        "a.md:7:6: it shows 'evil.svg', which holds an event handler",
        "a.md:8:6: it shows 'page.png', which is no picture",
    ] {
        daemon.await_log(said);
    }
    newsroom.all_formats("all", "none.jpg", true);
    assert!(published(&newsroom).is_empty(), "{:?}", published(&newsroom));
    let status = newsroom.status();
    assert_eq!(status["diagnostics"].as_array().unwrap().len(), 4, "{status}");

    // Put there, it is found without anybody saving the article again.
    newsroom.drop_article("none.jpg", png(5, 5, b"here"));
    item_that(&newsroom, "the picture", |item| item["image"].as_str().is_some_and(|url| url.contains("/feeds/media/")));
    newsroom.status_that("no word of it any more", |status| status["diagnostics"].as_array().is_some_and(|all| all.len() == 3));
}

#[test]
fn what_is_withheld_publishes_nothing() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    let with = |field: &str| format!("---\ntitle: A\n{field}\n---\n\nText.\n");
    newsroom.drop_article("a.jpg", png(5, 5, b"unseen"));
    newsroom.drop_article("a.md", with("draft: true"));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    assert!(published(&newsroom).is_empty());
    newsroom.drop_article("a.md", with("draft: false"));
    assert_eq!(receiver.next().json["data"]["media"][0]["width"], 5);
    assert_eq!(published(&newsroom).len(), 1);
    newsroom.drop_article("a.md", with("hold: Legal"));
    assert_eq!(receiver.next().json["data"]["advisory"], "hold");
    await_that("the picture goes", || published(&newsroom).is_empty().then_some(()));
    let at = newswire::instant::Instant::now().plus(std::time::Duration::from_millis(1200));
    newsroom.drop_article("a.md", with(&format!("embargo: {at}")));
    newsroom.status_that("held", |status| status["articles"]["held"] == 1);
    assert_eq!(receiver.next().json["data"]["media"][0]["width"], 5);
    assert_eq!(published(&newsroom).len(), 1, "published with its hour");
    newsroom.drop_article("a.md", with("withdrawn: Wrong"));
    assert_eq!(receiver.next().json["data"]["advisory"], "kill");
    await_that("the picture goes", || published(&newsroom).is_empty().then_some(()));
}

#[test]
fn what_two_articles_show_stays_for_the_other() {
    let newsroom = Newsroom::new();
    let _daemon = newsroom.start();
    newsroom.drop_article("img/shared.png", png(5, 5, b"shared"));
    for name in ["a", "b", "c"] {
        newsroom.drop_article(&format!("{name}.md"), format!("---\ntitle: {name}\nimage: img/shared.png\n---\n\nText.\n"));
    }
    newsroom.status_that("three", |status| status["articles"]["live"] == 3);
    newsroom.remove_article("a.md");
    newsroom.status_that("two", |status| status["articles"]["live"] == 2);
    newsroom.drop_article("c.md", "---\ntitle: c\nwithdrawn: Wrong\n---\n\nText.\n");
    newsroom.status_that("one", |status| status["articles"]["live"] == 1);
    assert_eq!(published(&newsroom).len(), 1);
    // Changed, it is changed for the one that is left.
    newsroom.drop_article("img/shared.png", png(6, 6, b"changed"));
    await_that("the new picture", || (published(&newsroom).len() == 2).then_some(()));
    item_that(&newsroom, "the new picture", |item| item["attachments"][0]["size_in_bytes"] == png(6, 6, b"changed").len());
}

#[test]
fn what_happened_meanwhile_is_found_at_start() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    newsroom.drop_article("a/cover.jpg", png(1, 1, b"one"));
    newsroom.drop_article("a/index.md", "---\ntitle: A\n---\n\nText.\n");
    // A first start tells no one, but its feeds show the picture.
    let daemon = newsroom.start();
    let first = item_that(&newsroom, "the picture", has_image);
    assert_eq!(published(&newsroom).len(), 1);
    assert!(daemon.stop().success());
    newsroom.drop_article("a/cover.jpg", png(2, 2, b"two"));
    let daemon = newsroom.start();
    let told = receiver.next();
    assert_eq!((told.kind(), &told.json["data"]["changed"]), ("article.updated", &serde_json::json!(["media"])));
    item_that(&newsroom, "the new picture", |item| has_image(item) && item["image"] != first["image"]);
    daemon.kill();
    // A feeds folder that lost them gets them back, and what a broken run left goes.
    fs::remove_dir_all(newsroom.path("feeds/media")).unwrap();
    let left = newsroom.path("feeds/media/0123456789abcdef0123456789abcdef");
    fs::create_dir_all(&left).unwrap();
    fs::write(left.join("left.png"), "left").unwrap();
    let _daemon = run_with_grace(&newsroom, "0s");
    await_that("what articles show, and nothing else", || {
        let now = published(&newsroom);
        (now.len() == 1 && now[0].ends_with("cover.png")).then_some(())
    });
}

#[test]
fn a_picture_that_vanishes_may_come_back() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    let picture = png(5, 5, b"picture");
    newsroom.drop_article("a.jpg", &picture);
    newsroom.drop_article("a.md", "---\ntitle: A\n---\n\nText.\n");
    assert_eq!(receiver.next().kind(), "article.published");
    // An editor that saves by deleting.
    fs::remove_file(newsroom.path("articles/a.jpg")).unwrap();
    newsroom.drop_article("a.jpg", &picture);
    // It is gone for good, and that is told.
    fs::remove_file(newsroom.path("articles/a.jpg")).unwrap();
    let told = receiver.next();
    assert_eq!((told.kind(), told.json["data"]["revision"].as_u64()), ("article.updated", Some(2)), "the save told no one");
    assert_eq!(told.json["data"]["changed"], serde_json::json!(["media"]));
    assert_eq!(told.json["data"]["media"], serde_json::json!([]));
}

#[test]
fn a_feeds_folder_that_takes_no_files_holds_the_feeds_back_until_it_does() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let mut daemon = newsroom.start();
    // Nobody's files can be put under it.
    fs::write(newsroom.path("feeds/media"), "in the way").unwrap();
    newsroom.drop_article("a.jpg", png(5, 5, b"picture"));
    newsroom.drop_article("a.md", "---\ntitle: The story\n---\n\nText.\n");
    daemon.await_log("cannot be written");
    newsroom.status_that("an alarm", |status| status["alarms"].to_string().contains("feeds-unwritable"));
    assert!(!newsroom.feed("all.rss").contains("The story"), "no feed shows what does not stand");
    fs::remove_file(newsroom.path("feeds/media")).unwrap();
    newsroom.all_formats("all", "The story", true);
    assert_eq!(published(&newsroom).len(), 1);
    assert_eq!(receiver.next().json["data"]["media"][0]["width"], 5);
}

#[test]
fn a_picture_in_its_writer_s_hands_is_not_published_half_written() {
    use std::io::Write as _;
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let _daemon = newsroom.start();
    let whole = png(5, 5, &[7; 5000]);
    let mut slow = fs::File::create(newsroom.path("articles/a.jpg")).unwrap();
    slow.write_all(&whole[..1000]).unwrap();
    newsroom.drop_article("a.md", "---\ntitle: A\nimage: a.jpg\n---\n\nText.\n");
    let told = receiver.next();
    assert_eq!((told.kind(), published(&newsroom).len()), ("article.published", 0));
    slow.write_all(&whole[1000..]).unwrap();
    drop(slow);
    let told = receiver.next();
    assert_eq!((told.kind(), &told.json["data"]["changed"]), ("article.updated", &serde_json::json!(["media"])));
    assert_eq!(told.json["data"]["media"][0]["length"], whole.len());
    assert_eq!(published(&newsroom).len(), 1);
}

#[test]
fn words_of_every_generator_reach_the_picture() {
    let newsroom = Newsroom::new();
    for name in ["a/cover.jpg", "b/cover.jpg", "c/cover.jpg", "d/og.jpg", "e/fig.jpg"] {
        newsroom.drop_article(name, png(5, 5, name.as_bytes()));
    }
    newsroom.drop_article("a/a.md", "---\ntitle: Hugo\nresources:\n- src: cover.jpg\n  title: The pier\n  params: { credit: Ilse Brandt }\n- src: '*.pdf'\n---\nText.\n");
    newsroom.drop_article("b/b.md", "---\ntitle: Paper\ncover:\n  image: cover.jpg\n  alt: A wave\n  caption: The pier\n---\nText.\n");
    newsroom.drop_article("c/c.md", "---\ntitle: Jekyll\nimage:\n  path: cover.jpg\n  alt: A wave\n---\nText.\n");
    newsroom.drop_article("d/d.md", "+++\ntitle = \"Zola\"\n[extra]\nog_image = \"og.jpg\"\n+++\nText.\n");
    newsroom.drop_article("e/e.md", "---\ntitle: Figure\n---\n<figure><img src=\"fig.jpg\" alt=\"A wave\"><figcaption>The pier <small>Ilse Brandt</small></figcaption></figure>\n");
    let _daemon = newsroom.start();
    for extension in ["rss", "atom"] {
        let feed = newsroom.feed(&format!("all.{extension}"));
        let entry = |title: &str| {
            let entry = feed.split("<media:content ").collect::<Vec<_>>();
            let at = entry.iter().position(|part| part.contains(&format!(">{title}<"))).unwrap_or_else(|| panic!("{title}: {feed}"));
            entry[at + 1].split("<media:thumbnail").next().unwrap().to_owned()
        };
        for (title, words) in [
            ("Hugo", vec!["The pier</media:description>", "Ilse Brandt</media:credit>"]),
            ("Paper", vec!["The pier</media:description>"]),
            ("Jekyll", vec!["A wave</media:description>"]),
            ("Zola", vec!["width=\"5\""]),
            ("Figure", vec!["The pier</media:description>", "Ilse Brandt</media:credit>"]),
        ] {
            for said in words {
                assert!(entry(title).contains(said), "{extension}: {title}: {said}: {}", entry(title));
            }
        }
    }
    let status = newsroom.status();
    assert_eq!(status["diagnostics"].as_array().unwrap().len(), 0, "{status}");
}

#[test]
fn what_moves_up_into_a_feed_brings_its_picture() {
    let mut newsroom = Newsroom::new();
    newsroom.add_config("[[feed]]\nname = \"all\"\nlimit = 1\n");
    for (name, date) in [("new", "2026-02-02"), ("old", "2026-01-01")] {
        newsroom.drop_article(&format!("{name}.jpg"), png(5, 5, name.as_bytes()));
        newsroom.drop_article(&format!("{name}.md"), format!("---\ntitle: {name}\ndate: {date}\n---\n\nText.\n"));
    }
    let mut daemon = newsroom.start();
    assert_eq!(published(&newsroom).len(), 1, "an archive's pictures are not copied before a feed shows them");
    daemon.await_log("kept the sources");
    newsroom.drop_article("new.md", "---\ntitle: new\ndate: 2026-02-02\nwithdrawn: Wrong\n---\n\nText.\n");
    let item = item_that(&newsroom, "the older one with its picture", |item| item["title"] == "old" && has_image(item));
    assert_eq!(get(&daemon.url(&path(&item["image"]))).bytes, png(5, 5, b"old"));
    await_that("the picture of what is withdrawn goes, the other stays", || {
        let now = published(&newsroom);
        (now.len() == 1 && now[0].ends_with("old.png")).then_some(())
    });
    assert!(daemon.stop().success());
    // Its source is kept with what was found.
    let _daemon = run_with_grace(&newsroom, "0s");
    newsroom.drop_article("old.jpg", png(6, 6, b"other"));
    item_that(&newsroom, "another picture", |now| has_image(now) && now["image"] != item["image"]);
    await_that("only that", || (published(&newsroom).len() == 1).then_some(()));
}

#[test]
fn an_embargo_of_the_first_start_lifts_with_its_picture() {
    let receiver = Receiver::start();
    let newsroom = Newsroom::telling(&[("desk", &receiver)]);
    let at = newswire::instant::Instant::now().plus(std::time::Duration::from_secs(2));
    newsroom.drop_article("a.jpg", png(5, 5, b"a"));
    newsroom.drop_article("a.md", format!("---\ntitle: A\nembargo: {at}\n---\n\nText.\n"));
    let _daemon = newsroom.start();
    assert!(published(&newsroom).is_empty());
    assert_eq!(receiver.next().json["data"]["media"][0]["width"], 5);
    assert_eq!(published(&newsroom).len(), 1);
    newsroom.drop_article("a.jpg", png(6, 6, b"b"));
    let told = receiver.next();
    assert_eq!((&told.json["data"]["changed"], &told.json["data"]["media"][0]["width"]), (&serde_json::json!(["media"]), &6.into()));
}
