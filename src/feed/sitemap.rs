//! Sitemaps (<https://www.sitemaps.org/protocol.html>): what search engines may find here, an index over several of them, and Google's
//! extensions for news (<https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap>) and for images.

use super::extension::Writer;
use super::item::one_line;
use crate::instant::Instant;

/// The file of the index.
pub const INDEX: &str = "sitemap.xml";
/// The file of the news of the last two days.
pub const NEWS: &str = "sitemap-news.xml";
/// The file of what is no article: the front page.
pub const SITE: &str = "sitemap-site.xml";

/// The file of a chunk of articles.
pub fn chunk_file(no: u64) -> String {
    format!("sitemap-{no}.xml")
}

/// The chunk whose file has this name, where it is one.
pub fn chunk_of(file: &str) -> Option<u64> {
    let no = file.strip_prefix("sitemap-")?.strip_suffix(".xml")?.parse().ok()?;
    // One chunk, one name.
    (chunk_file(no) == file).then_some(no)
}

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const IMAGE_NAMESPACE: &str = "http://www.google.com/schemas/sitemap-image/1.1";
const NEWS_NAMESPACE: &str = "http://www.google.com/schemas/sitemap-news/0.9";

/// The longest URL that a sitemap may list, in characters.
pub const LONGEST_URL: usize = 2047;

/// One page of a sitemap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listed<'a> {
    /// Its URL.
    pub link: &'a str,
    /// When it last changed.
    pub updated: Option<Instant>,
    /// The pictures that it shows, absolute URLs.
    pub images: Vec<String>,
}

/// One article of a news sitemap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewsListed<'a> {
    /// Its URL.
    pub link: &'a str,
    /// Its headline.
    pub title: &'a str,
    /// When it was first published.
    pub published: Instant,
    /// A BCP 47 tag.
    pub language: &'a str,
}

/// A sitemap of pages, each on a line. At least one must be given.
pub fn sitemap(pages: &[Listed<'_>]) -> Vec<u8> {
    let has_images = pages.iter().any(|page| !page.images.is_empty());
    let attributes = [("xmlns", Some(NAMESPACE)), ("xmlns:image", has_images.then_some(IMAGE_NAMESPACE))];
    document("urlset", &attributes, pages, |writer, page| {
        writer.parent("url", &[], |writer| {
            writer.element("loc", &[], page.link);
            if let Some(updated) = page.updated {
                writer.element("lastmod", &[], &updated.rfc3339());
            }
            for image in &page.images {
                writer.parent("image:image", &[], |writer| writer.element("image:loc", &[], image));
            }
        });
    })
}

/// An index of sitemaps: where each is, and when it last changed.
pub fn sitemap_index(sitemaps: &[(String, Option<Instant>)]) -> Vec<u8> {
    document("sitemapindex", &[("xmlns", Some(NAMESPACE))], sitemaps, |writer, (place, updated)| {
        writer.parent("sitemap", &[], |writer| {
            writer.element("loc", &[], place);
            if let Some(updated) = updated {
                writer.element("lastmod", &[], &updated.rfc3339());
            }
        });
    })
}

/// A news sitemap of one publication; without articles it lists none.
pub fn news_sitemap(publication: &str, articles: &[NewsListed<'_>]) -> Vec<u8> {
    let publication = one_line(publication);
    document("urlset", &[("xmlns", Some(NAMESPACE)), ("xmlns:news", Some(NEWS_NAMESPACE))], articles, |writer, article| {
        writer.parent("url", &[], |writer| {
            writer.element("loc", &[], article.link);
            writer.parent("news:news", &[], |writer| {
                writer.parent("news:publication", &[], |writer| {
                    writer.element("news:name", &[], &publication);
                    writer.element("news:language", &[], &news_language(article.language));
                });
                writer.element("news:publication_date", &[], &article.published.rfc3339());
                writer.element("news:title", &[], &one_line(article.title));
            });
        });
    })
}

/// A language as news sitemaps name it: two or three letters of ISO 639, and Chinese by its script.
fn news_language(tag: &str) -> String {
    let tag = tag.to_ascii_lowercase().replace('_', "-");
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    if primary == "zh" {
        let traditional = parts.any(|part| matches!(part, "hant" | "tw" | "hk" | "mo"));
        return if traditional { "zh-tw" } else { "zh-cn" }.to_owned();
    }
    let fits = (2..=3).contains(&primary.len()) && primary.bytes().all(|byte| byte.is_ascii_lowercase());
    if fits { primary.to_owned() } else { "en".to_owned() }
}

fn document<T>(root: &str, attributes: &[(&str, Option<&str>)], items: &[T], item: impl Fn(&mut Writer<'_>, &T)) -> Vec<u8> {
    let mut out = Vec::with_capacity(256 + items.len() * 192);
    out.extend_from_slice(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    Writer::new(&mut out).parent(root, attributes, |writer| {
        writer.out.push(b'\n');
        for one in items {
            item(writer, one);
            writer.out.push(b'\n');
        }
    });
    out.push(b'\n');
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn pages_with_their_dates_and_pictures() {
        let pages = [
            Listed { link: "https://example.org/?a=1&b=2", updated: Some(Instant::from_millis(1_795_521_600_007)), images: Vec::new() },
            Listed {
                link: "https://example.org/articles/storm",
                updated: Some(Instant::from_millis(1_795_521_600_000)),
                images: vec!["https://example.org/feeds/media/0/a.jpg".into(), "https://cdn.example.net/b.jpg?w=1&h=2".into()],
            },
            Listed { link: "https://example.org/", updated: None, images: Vec::new() },
        ];
        insta::assert_snapshot!(text(sitemap(&pages)));
        assert!(!text(sitemap(&pages[..1])).contains("xmlns:image"), "declared where it is used");
    }

    #[test]
    fn an_index_names_its_sitemaps() {
        let index = [
            ("https://example.org/sitemap-site.xml".to_owned(), None),
            ("https://example.org/sitemap-1.xml".to_owned(), Some(Instant::from_millis(1_795_521_600_000))),
        ];
        insta::assert_snapshot!(text(sitemap_index(&index)));
    }

    #[test]
    fn news_with_its_publication() {
        let article = NewsListed {
            link: "https://example.org/articles/storm",
            title: "Storm reaches  AT&T's <head>\noffice",
            published: Instant::from_millis(1_795_521_600_000),
            language: "en-GB",
        };
        insta::assert_snapshot!(text(news_sitemap("Example Times", &[article, NewsListed { language: "zh-Hant", ..article }])));
    }

    #[test]
    fn a_chunk_has_one_name() {
        assert_eq!(chunk_of(&chunk_file(12)), Some(12));
        for other in ["sitemap-012.xml", "sitemap-+1.xml", "sitemap-.xml", "sitemap-news.xml", "sitemap-1.xml.gz", "x/sitemap-1.xml", ""] {
            assert_eq!(chunk_of(other), None, "{other}");
        }
    }

    #[test]
    fn languages_as_google_knows_them() {
        for (tag, expected) in [
            ("en-GB", "en"),
            ("DE", "de"),
            ("zh", "zh-cn"),
            ("zh-TW", "zh-tw"),
            ("zh_Hans_CN", "zh-cn"),
            ("fil", "fil"),
            ("x-made-up", "en"),
            ("", "en"),
        ] {
            assert_eq!(news_language(tag), expected, "{tag}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_it_is_well_formed(link in "https://[a-z&<>'\"]{1,20}", title in ".{0,40}", language in ".{0,8}") {
            let article = NewsListed { link: &link, title: &title, published: Instant::MAX, language: &language };
            let page = Listed { link: &link, updated: Some(Instant::MIN), images: vec![link.clone()] };
            for bytes in [news_sitemap(&title, &[article]), sitemap(&[page]), sitemap_index(&[(link.clone(), None)])] {
                let text = text(bytes);
                let mut reader = quick_xml::Reader::from_str(&text);
                loop {
                    match reader.read_event() {
                        Ok(quick_xml::events::Event::Eof) => break,
                        Ok(_) => {}
                        Err(error) => return Err(TestCaseError::fail(format!("{error}: {text}"))),
                    }
                }
            }
        }
    }
}
