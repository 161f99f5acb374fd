//! The licence that an article names, as each format can say it.

use newswire::article::{Article, Body};
use newswire::config::{Content, Format};

use super::story::{Story, at, feed};

fn licensed(licence: &str) -> Story {
    let article = Article {
        headline: "Harbour lights".into(),
        body: Body::Markdown("The quay is lit.".into()),
        licence: Some(licence.into()),
        ..Article::default()
    };
    Story::new(&article, "lights", at(0), at(0))
}

fn item(format: Format, licence: &str) -> String {
    let bytes = licensed(licence).fragment(format, Content::Summary).bytes;
    String::from_utf8(bytes.to_vec()).unwrap().replace("><", ">\n<")
}

#[test]
fn words_a_url_and_a_short_name() {
    let all: Vec<String> = ["© Example Times & <others>", "https://example.org/terms?a=1&b=2", "CC BY-SA 4.0"]
        .into_iter()
        .flat_map(|licence| Format::ALL.map(|format| item(format, licence)))
        .collect();
    insta::assert_snapshot!("licences", all.join("\n\n"));
}

#[test]
fn another_reader_finds_it() {
    for (licence, words, url) in [
        ("© Example Times & <others>", Some("© Example Times & <others>"), None),
        ("https://example.org/terms", None, Some("https://example.org/terms")),
        ("CC BY-SA 4.0", Some("CC BY-SA 4.0"), Some("https://creativecommons.org/licenses/by-sa/4.0/")),
    ] {
        let parsed = feed_rs::parser::parse(&feed(Format::Atom, &[licensed(licence)], Content::Full)[..]).unwrap();
        let entry = &parsed.entries[0];
        assert_eq!(entry.rights.as_ref().map(|rights| rights.content.as_str()), words, "{licence}");
        let link = entry.links.iter().find(|link| link.rel.as_deref() == Some("license")).map(|link| link.href.as_str());
        assert_eq!(link, url, "{licence}");
        let channel = rss::Channel::read_from(&feed(Format::Rss, &[licensed(licence)], Content::Full)[..]).unwrap();
        let item = &channel.items()[0];
        let rights = item.dublin_core_ext().map(|extension| extension.rights().join(" "));
        assert_eq!(rights.as_deref(), words.or(url), "{licence}");
        let own = item.extensions().get("creativeCommons").map(|extension| extension["license"][0].value().unwrap());
        assert_eq!(own, url.filter(|url| url.contains("creativecommons.org")), "{licence}");
    }
}
