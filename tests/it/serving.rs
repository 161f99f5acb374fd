//! What readers and caches get of a living newsroom: only what is new, and compressed siblings that are never another version's.

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use crate::newsroom::{Daemon, Newsroom, article, await_that, get, get_with};

/// The feed's tag, once it says something.
fn tag_with(daemon: &Daemon, file: &str, said: &str) -> String {
    let url = daemon.url(&format!("/feeds/{file}"));
    await_that(&format!("{file} says {said}"), || {
        let answer = get(&url);
        answer.body.contains(said).then(|| answer.header("etag").to_owned())
    })
}

#[test]
fn who_asks_for_it_gets_only_what_is_new() {
    let newsroom = Newsroom::new();
    for name in ["first", "second"] {
        newsroom.drop_article(&format!("{name}.md"), article(&format!("The {name} story."), "Text."));
    }
    let daemon = newsroom.start();
    for file in ["all.rss", "all.atom", "all.json"] {
        let url = daemon.url(&format!("/feeds/{file}"));
        let ask = |tag: &str| get_with(&url, &[("A-IM", "feed"), ("If-None-Match", tag)]);
        let name = file.replace('.', "-");
        let before = get(&url);
        let old = before.header("etag");
        assert_eq!(ask(old).status, 304, "{file}");

        newsroom.drop_article(&format!("{name}.md"), article(&format!("News in {file}."), "Text."));
        let with_new = tag_with(&daemon, file, &format!("News in {file}."));
        let part = ask(old);
        assert_eq!((part.status, part.header("im"), part.header("etag")), (226, "feed", with_new.as_str()), "{file}");
        assert!(part.body.contains(&format!("News in {file}.")) && !part.body.contains("The first story."), "{}", part.body);
        assert_eq!(feed_rs::parser::parse(part.body.as_bytes()).unwrap().entries.len(), 1, "{file} is a whole feed");

        // A correction is new, whatever its date.
        newsroom.drop_article("second.md", article("The second story.", &format!("Corrected for {file}.")));
        let corrected = tag_with(&daemon, file, &format!("Corrected for {file}."));
        let part = ask(&with_new);
        assert_eq!(part.status, 226, "{file}");
        let entries = feed_rs::parser::parse(part.body.as_bytes()).unwrap().entries;
        assert_eq!(entries.len(), 1, "{file}: {}", part.body);
        assert!(part.body.contains(&format!("Corrected for {file}.")), "{file}");
        // Of both, from the version before.
        assert_eq!(feed_rs::parser::parse(ask(old).body.as_bytes()).unwrap().entries.len(), 2, "{file}");

        // What is gone: Atom says so; the others have no word for it, and so the whole is sent.
        newsroom.remove_article(&format!("{name}.md"));
        let url_atom = daemon.url("/feeds/all.atom");
        await_that("it is gone", || {
            (!get(&url).body.contains(&format!("<title>News in {file}.")) && get(&url_atom).body.contains("deleted-entry")).then_some(())
        });
        await_that("it is gone from this feed", || (get(&url).header("etag") != corrected).then_some(()));
        let part = ask(&corrected);
        if file == "all.atom" {
            assert_eq!(part.status, 226, "{}", part.body);
            assert!(part.body.contains("<at:deleted-entry") && !part.body.contains("<entry"), "{}", part.body);
        } else {
            assert_eq!(part.status, 200, "{}", part.body);
        }
    }
    // After a start, the version that it began with is remembered.
    let tag = get(&daemon.url("/feeds/all.rss")).header("etag").to_owned();
    drop(daemon);
    let daemon = newsroom.start();
    newsroom.drop_article("last.md", article("The last story.", "Text."));
    tag_with(&daemon, "all.rss", "The last story.");
    let part = get_with(&daemon.url("/feeds/all.rss"), &[("A-IM", "feed"), ("If-None-Match", &tag)]);
    assert_eq!(part.status, 226);
}

#[test]
fn how_long_caches_keep_feeds_is_the_configuration_s() {
    let newsroom = Newsroom::new();
    let mut daemon = newsroom.start();
    let url = daemon.url("/feeds/all.rss");
    let first = get(&url);
    assert_eq!(first.header("cache-control"), "public, max-age=60, stale-if-error=86400");
    assert_eq!(first.header("link"), "<https://example.org/feeds/all.rss>; rel=\"self\"");
    let more = "[server]\nmax_age = \"5m\"\nstale_while_revalidate = \"30s\"\nstale_if_error = \"0s\"\n";
    newsroom.configure(&newsroom.config_text().replace("[server]\n", more));
    daemon.signal(rustix::process::Signal::HUP);
    daemon.await_log("the configuration was read again");
    let again =
        await_that("the new caching", || Some(get(&url)).filter(|answer| answer.header("cache-control") != first.header("cache-control")));
    assert_eq!(again.header("cache-control"), "public, max-age=300, stale-while-revalidate=30");
    assert_eq!((again.header("etag"), &again.body), (first.header("etag"), &first.body), "nothing else changed");
}

fn decoded(path: &Path, ending: &str) -> Option<Vec<u8>> {
    let coded = fs::read(path.with_file_name(format!("{}.{ending}", path.file_name()?.to_str()?))).ok()?;
    let mut bytes = Vec::new();
    match ending {
        "gz" => flate2::read::GzDecoder::new(&*coded).read_to_end(&mut bytes).unwrap(),
        "br" => brotli::Decompressor::new(&*coded, 4096).read_to_end(&mut bytes).unwrap(),
        _ => zstd::Decoder::new(&*coded).unwrap().read_to_end(&mut bytes).unwrap(),
    };
    Some(bytes)
}

fn with_siblings() -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.configure(&newsroom.config_text().replace("[feeds]\n", "[feeds]\nprecompress = [\"gzip\", \"br\", \"zstd\"]\n"));
    newsroom
}

#[test]
fn compressed_siblings_follow_each_version() {
    let newsroom = with_siblings();
    let _daemon = newsroom.start();
    for round in 0..4 {
        let said = format!("Story {round}.");
        newsroom.drop_article(&format!("{round}.md"), article(&said, &"Text of some length. ".repeat(50)));
        newsroom.all_formats("all", &said, true);
        for file in ["all.rss", "all.atom", "all.json"] {
            let path = newsroom.path("feeds").join(file);
            for ending in ["gz", "br", "zst"] {
                let found = await_that(&format!("{file}.{ending}"), || decoded(&path, ending));
                assert!(String::from_utf8_lossy(&found).contains(&said), "{file}.{ending} is of this version");
            }
        }
    }
}

#[test]
fn killed_at_any_moment_no_sibling_is_another_version_s() {
    let newsroom = with_siblings();
    let text = "Words of no great weight, yet enough of them to take a while. ".repeat(400);
    let mut seen = 0;
    for round in 0..6_u64 {
        let daemon = newsroom.start();
        newsroom.drop_article(&format!("{round}.md"), article(&format!("Story {round}."), &text));
        newsroom.feed_that("all.rss", "the new story", |feed| feed.contains(&format!("Story {round}.")));
        // Somewhere between the feeds' renames and the last sibling's.
        std::thread::sleep(Duration::from_millis(round * 25));
        daemon.kill();
        let output = newsroom.newswire(&["build"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        for file in ["all.rss", "all.atom", "all.json"] {
            let path = newsroom.path("feeds").join(file);
            for ending in ["gz", "br", "zst"] {
                let found = decoded(&path, ending).expect("a build waits for every sibling");
                assert_eq!(found, fs::read(&path).unwrap(), "{file}.{ending} after round {round}");
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 6 * 9);
    // One that stands beside another version, as a disk that lost power might leave it, goes.
    let path = newsroom.path("feeds/all.rss");
    let sibling = newsroom.path("feeds/all.rss.gz");
    fs::write(&sibling, "not this version's").unwrap();
    assert!(newsroom.newswire(&["build"]).status.success());
    assert_eq!(decoded(&path, "gz").unwrap(), fs::read(&path).unwrap());
}
