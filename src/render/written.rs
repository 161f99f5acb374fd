//! What a text links to and what it can be linked to by, as written: for those who check it.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::clean;
use super::markdown::{OPTIONS, bounded};
use crate::article::{Article, Body};
use crate::slug::slugify;

/// An article's links and places, as its source writes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Where its links lead, in their order.
    pub links: Vec<String>,
    /// The names by which its places can be linked to: ids, and headings by their letters and digits
    /// alone (generators disagree on the rest) and as a slug.
    pub anchors: BTreeSet<String>,
    /// Whether it shows an image.
    pub has_image: bool,
}

/// What stands in an article's body.
pub fn written(article: &Article) -> Written {
    let mut found = Written::default();
    match &article.body {
        Body::Markdown(source) => found.markdown(&bounded(&clean(source))),
        Body::Html(source) => found.html(source),
        Body::Blocks(_) => {}
    }
    found
}

impl Written {
    fn markdown(&mut self, source: &str) {
        let mut heading: Option<String> = None;
        for event in Parser::new_ext(source, OPTIONS) {
            match event {
                Event::Start(Tag::Link { dest_url, .. }) => self.links.push(dest_url.into_string()),
                Event::Start(Tag::Image { .. }) => self.has_image = true,
                Event::Start(Tag::Heading { id, .. }) => {
                    self.anchors.extend(id.map(pulldown_cmark::CowStr::into_string));
                    heading = Some(String::new());
                }
                Event::End(TagEnd::Heading(_)) => {
                    if let Some(title) = heading.take() {
                        self.anchors.insert(title.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect());
                        self.anchors.extend(slugify(&title));
                    }
                }
                Event::Text(text) | Event::Code(text) => {
                    if let Some(title) = &mut heading {
                        title.push_str(&text);
                    }
                }
                Event::Html(html) | Event::InlineHtml(html) => self.html(&html),
                _ => {}
            }
        }
    }

    /// Quoted attributes of tags; what is written in another way is passed over.
    fn html(&mut self, source: &str) {
        for tag in source.split('<').skip(1) {
            let tag = tag.split_once('>').map_or(tag, |(tag, _)| tag);
            let name = tag.split(|c: char| c.is_ascii_whitespace() || c == '/').next().unwrap_or_default().to_ascii_lowercase();
            self.has_image |= name == "img";
            self.anchors.extend(attribute(tag, "id"));
            if name == "a" {
                self.anchors.extend(attribute(tag, "name"));
                self.links.extend(attribute(tag, "href"));
            }
        }
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag
        .match_indices(name)
        .map(|(at, _)| at)
        .find(|at| tag[..*at].ends_with(|c: char| c.is_ascii_whitespace()) && tag[at + name.len()..].trim_start().starts_with('='))?;
    let value = tag[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split_once(quote).map(|(value, _)| value.trim().replace("&amp;", "&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(body: Body) -> Written {
        written(&Article { body, ..Article::default() })
    }

    #[test]
    fn links_and_places_are_found() {
        let text =
            "## The `fn` of it, again\n\n### Named {#own}\n\n[a](b.md#x), <a href=\"c.pdf\" id='here'>c</a> ![p](p.png)\n\n`[no](no.md)`\n";
        let found = of(Body::Markdown(text.into()));
        assert_eq!(found.links, ["b.md#x", "c.pdf"]);
        for anchor in ["thefnofitagain", "own", "here"] {
            assert!(found.anchors.contains(anchor), "{anchor}: {found:?}");
        }
        assert!(found.has_image);
        let found = of(Body::Html("<p data-id=\"x\">a < b <A HREF=x><a class=\"k\" href = 'd.pdf?a=1&amp;b=2'>".into()));
        assert_eq!((found.links, found.anchors.len(), found.has_image), (vec!["d.pdf?a=1&b=2".to_owned()], 0, false));
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(text in "[<>a-z\"'=# \\[\\]()!{}\nid&ö]{0,80}") {
            let _ = of(Body::Html(text.clone()));
            let _ = of(Body::Markdown(text));
        }
    }
}
