//! Pages: a whole HTML document, or a piece of one, → article.
//!
//! ```text
//! bytes ─charset─▶ text ─scan─▶ tags ─page─▶ elements ─┬─metas, linked_data, marks──▶ facts ─┐
//!                                                      └─content─chrome─opening─▶ body ──────┴─▶ article
//! ```
//!
//! - `charset` finds the encoding that a page declares; `scan` reads it tag by tag, `references` its character references;
//!   `structure` knows what elements do to a parser; `page` is the list of its elements
//! - `metas` reads `<meta>` and `<link>`, `linked_data` JSON-LD, `marks` microdata and microformats; `facts` brings them together;
//!   `headline` and `picture` choose among what they say
//! - `content` finds the article, `chrome` what in it is not the article's, `opening` what its fields say already; `body` writes
//!   the rest, addresses by `base`; `refusal` says why a page is none
//!
//! Everything works on ranges of the source: places are exact, the text is carried on as typed, and no page, however it is made,
//! costs more than its length.

use std::borrow::Cow;
use std::ops::Range;

use super::file_name::{FileName, date_in_link};
use super::findings::{Findings, Place};
use super::front_matter::{self, Table};
use super::{Context, encoding, template_tags};
use crate::article::{Article, Body};
use crate::instant::parse_dated;

mod base;
mod body;
mod charset;
mod chrome;
mod content;
mod facts;
mod headline;
mod linked_data;
mod marks;
mod metas;
mod opening;
mod page;
mod picture;
mod references;
mod refusal;
mod scan;
mod structure;

use base::Base;
use content::Content;
use facts::Facts;
use headline::Headline;
use linked_data::LinkedData;
use marks::Marks;
use metas::Metas;
use page::{MAX_ELEMENTS, Page};

/// Reads a file of this kind.
pub(super) fn read(bytes: &[u8], context: Context<'_>, findings: &mut Findings<'_>) -> Option<Article> {
    let decoded = encoding::decode_declared(bytes, charset::declared(bytes))
        .map_err(|finding| findings.push(finding.diagnostic(context.path)))
        .ok()?;
    if decoded.text.trim_start().is_empty() {
        return None;
    }
    if let Some(note) = decoded.note {
        findings.push(note.diagnostic(context.path));
    }
    let split = front_matter::split(&decoded.text).map_err(|fault| findings.fault(fault)).ok()?;
    let keys = match &split.block {
        Some(block) => front_matter::parse(block).map_err(|fault| findings.fault(fault)).ok()?,
        None => Table::new(),
    };
    let is_xml = context.path.as_path().extension().is_some_and(|extension| extension.eq_ignore_ascii_case("xhtml"))
        || split.body.trim_start().starts_with("<?xml");
    // Only what front matter stands before is a generator's source; a built page shows its braces on purpose.
    let body = match &split.block {
        Some(block) => {
            let tags = template_tags::Page { keys: &keys, liquid: block.format != front_matter::Format::Toml, first_line: split.body_line };
            template_tags::resolve_in_html(split.body, tags, findings)
        }
        None => Cow::Borrowed(split.body),
    };
    let page = Page::parse(&body, is_xml, split.body_line);
    if page.is_too_large {
        findings.fail(
            Place::new(split.body_line, 1),
            "page-too-large",
            format!("the page has more than {MAX_ELEMENTS} elements"),
            "give the article alone, or keep the file out of the articles folder",
        );
        return None;
    }
    if let Some(at) = page.unfinished {
        findings.warn(
            page.place(at),
            "unclosed-tag",
            "what begins here has no end: a tag without '>', a quote that is never closed, or a script, style or title without its end tag",
            "close it; what follows may be missing from the article",
        );
    }
    Reading { page: &page, keys: &keys, is_xml, context }.article(findings)
}

struct Reading<'r, 'a> {
    page: &'r Page<'a>,
    keys: &'r Table<'a>,
    is_xml: bool,
    context: Context<'r>,
}

impl Reading<'_, '_> {
    fn article(&self, findings: &mut Findings<'_>) -> Option<Article> {
        let page = self.page;
        let metas = Metas::of(page);
        let canonical = metas::canonical(page).or_else(|| metas.first(&["og:url"]).map(|meta| (meta.content.clone(), meta.at)));
        let data = LinkedData::of(page, canonical.as_ref().map(|(link, _)| link.as_str()), findings);
        let own = metas.own(page, findings);
        let is_fragment = !["html", "head", "body"].into_iter().any(|name| page.named(name).next().is_some());
        let is_meant = is_fragment || !self.keys.is_empty() || !own.is_empty();
        let calls_itself_one =
            data.is_of_an_article() || metas.get(&["og:type"]).is_some_and(|kind| kind.trim().eq_ignore_ascii_case("article"));
        let content = refusal::or_content(page, &metas, is_meant || calls_itself_one, data.is_of_a_list(), findings)?;
        let marks = Marks { page, article: &content.article, text_from: content::text_from(page, &content.body) };
        let heading = marks.heading().or_else(|| marks.headline()).or_else(|| content::heading_beside(page, &content));
        let base = Base::of(page);
        let chrome = chrome::cuts(page, &content.body);
        let mut article = Article::default();
        let facts = Facts { page, metas: &metas, data: &data, marks: &marks, zone: self.context.zone, heading };
        facts.fill(&mut article, findings);
        article.standfirst = article.standfirst.filter(|standfirst| !opening::is_excerpt(page, &content.body, &chrome, standfirst));
        article.link = canonical.and_then(|(link, at)| metas::link(&link, page.place(at), findings));
        article.media.extend(picture::Sources { page, metas: &metas, data: &data, base: &base }.lead(&content));
        let headline = facts.headline();
        article.headline = headline.as_ref().map(|headline| headline.text.clone()).unwrap_or_default();
        front_matter::fill(&own, self.context.zone, &mut article, findings);
        front_matter::fill(self.keys, self.context.zone, &mut article, findings);
        let is_renamed = headline.as_ref().is_none_or(|headline| headline.text != article.headline);

        // Where front matter names a fragment, a heading that says something else is one of the text.
        let shown = heading.filter(|at| !is_fragment || !is_renamed || article.headline == chrome::words_of(page, *at));
        let text = self.text(&content, &chrome, shown, &article, &base);
        article.body = if body::is_blank(&text) { data.text_of_article().unwrap_or(Body::Html(text)) } else { Body::Html(text) };
        let is_blank = matches!(&article.body, Body::Html(text) if body::is_blank(text));
        // A title alone is what every page has, though its text be written by a script.
        if is_blank && (article.headline.is_empty() || !(is_meant || calls_itself_one || heading.is_some())) {
            refusal::without_text(page, findings);
            return None;
        }
        self.name(&mut article, headline.filter(|_| !is_renamed), findings);
        self.date(&mut article, findings);
        refusal::unless_indexed(page, &metas, findings);
        Some(article)
    }

    /// The article's HTML, without what is not its text and what its fields say already.
    fn text(&self, content: &Content, chrome: &[Range<usize>], heading: Option<usize>, article: &Article, base: &Base) -> String {
        let known = opening::Known {
            headline: &article.headline,
            heading,
            standfirst: article.standfirst.as_deref(),
            names: article.authors.iter().map(|author| author.name.as_str()).collect(),
            section: article.section.as_deref(),
        };
        let mut cuts = chrome.to_vec();
        cuts.extend(opening::cuts(self.page, &content.body, chrome, &known));
        cuts.sort_by_key(|cut| (cut.start, std::cmp::Reverse(cut.end)));
        body::write(self.page, &content.body, &cuts, base, self.is_xml)
    }

    fn name(&self, article: &mut Article, headline: Option<Headline>, findings: &mut Findings<'_>) {
        let here = Place::new(1, 1);
        if article.headline.is_empty() {
            article.headline = FileName::of(self.context.path).headline();
            let message = format!("the page has no headline; '{}' was made of the file's name", article.headline);
            findings.warn(here, "no-headline", message, "give it an <h1>, an og:title or a <title>");
        } else if let Some(name) = headline.and_then(|headline| headline.guessed) {
            let message = format!("the page's only headline is its title, of which '{name}' was taken for the site's name");
            findings.note(
                here,
                "guessed-headline",
                message,
                "name the site in <meta property=\"og:site_name\">, or the headline in an <h1>",
            );
        }
    }

    /// The page's date, else the one in the file's name, else the one in the permalink.
    fn date(&self, article: &mut Article, findings: &mut Findings<'_>) {
        if article.published.is_some() || findings.has_error() {
            return;
        }
        let named = FileName::of(self.context.path).date.or_else(|| article.link.as_deref().and_then(date_in_link));
        article.published = named.and_then(|date| parse_dated(&date, self.context.zone).ok());
    }
}
