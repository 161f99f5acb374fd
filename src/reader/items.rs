//! What the items of feeds have in common, in whichever format they come: each becomes an article of its own.
//!
//! A format gives its items as drafts whose fields are named as front matter names them, so that what a date, a person, a tag or a
//! language is, is decided in one place for all.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::file_name::FileName;
use super::findings::{Findings, Place};
use super::front_matter::{self, Node, Table, Value};
use super::{Context, Piece, markup};
use crate::article::{Article, ArticleId, Block, Body, Media, Part};
use crate::diagnostic::Diagnostic;
use crate::excerpt::excerpt;
use crate::instant::parse_dated;

/// How many items one file may hold.
pub(super) const MOST: usize = 2_000;
/// How many media an item may have.
const MOST_MEDIA: usize = 100;
/// How long a headline is that is made of a text's beginning, in characters as readers count them.
const HEADLINE: usize = 90;
/// How much of a text is looked at for that, in bytes.
const BEGINNING: usize = 8 * 1024;

/// An item as its format gives it.
#[derive(Debug)]
pub(super) struct Draft {
    /// Where it stands in its file.
    pub(super) place: Place,
    /// Its identifier.
    pub(super) id: Option<String>,
    /// Its own address.
    pub(super) link: Option<String>,
    /// What relative addresses in it are relative to, where that is not its link.
    pub(super) base: Option<Url>,
    /// The fields that front matter may have, too.
    pub(super) fields: Table<'static>,
    /// Its text.
    pub(super) body: Body,
    /// Its pictures, sound and film.
    pub(super) media: Vec<Media>,
    media_left_out: usize,
}

impl Draft {
    /// An item of which only its place is known.
    pub(super) fn at(place: Place) -> Self {
        Self { place, id: None, link: None, base: None, fields: Table::new(), body: Body::default(), media: Vec::new(), media_left_out: 0 }
    }

    /// Adds a field, by a name that front matter knows.
    pub(super) fn set(&mut self, key: &'static str, value: Value<'static>) {
        self.fields.push((key.into(), Node { place: self.place, value }));
    }

    /// The same for a text; an empty one says nothing.
    pub(super) fn set_text(&mut self, key: &'static str, text: impl Into<String>) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.set(key, Value::Text(text.into()));
        }
    }

    /// The same for a list; an empty one says nothing.
    pub(super) fn set_list(&mut self, key: &'static str, values: Vec<Value<'static>>) {
        if !values.is_empty() {
            let place = self.place;
            self.set(key, Value::List(values.into_iter().map(|value| Node { place, value }).collect()));
        }
    }

    /// Adds a medium, unless it is there already or has no address.
    pub(super) fn add_medium(&mut self, mut medium: Media) {
        if let Some(base) = &self.base
            && let Ok(url) = base.join(medium.url.trim())
        {
            medium.url = url.into();
        }
        let full = self.media.len() >= MOST_MEDIA;
        match self.media.iter_mut().find(|known| known.url == medium.url) {
            Some(known) => {
                known.mime = known.mime.take().or(medium.mime);
                known.length = known.length.or(medium.length);
                known.width = known.width.or(medium.width);
                known.height = known.height.or(medium.height);
                known.duration = known.duration.or(medium.duration);
                known.alt = known.alt.take().or(medium.alt);
                known.caption = known.caption.take().or(medium.caption);
                known.credit = known.credit.take().or(medium.credit);
            }
            None if medium.url.trim().is_empty() => {}
            None if full => self.media_left_out += 1,
            None => self.media.push(medium),
        }
    }

    /// What it is known by inside its file: its id, else its link, else its title or date, all of which stay when items come or go
    /// above it.
    fn name(&self) -> Option<Part> {
        let field = |key| front_matter::lookup(&self.fields, key).and_then(|node| node.value.scalar());
        let names = [self.id.as_deref(), self.link.as_deref(), field("title"), field("date"), field("date_published")];
        names.into_iter().flatten().find_map(Part::new)
    }
}

/// Whether a category's vocabulary is that of sections, as newswire's own feeds name it: `https://example.org/#section`.
pub(super) fn names_sections(vocabulary: &str) -> bool {
    vocabulary.trim().ends_with("#section")
}

/// The article of a file that is one item.
pub(super) fn one(draft: Draft, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let mut said = Findings::new(context.path);
    let article = understand(draft, context, &mut said).map(|article| dated(article, context));
    said.into_diagnostics().into_iter().for_each(|diagnostic| findings.push(diagnostic));
    article.map(|article| Piece { part: None, article }).into_iter().collect()
}

/// Where a file's only article has no date, the file's name may have one.
pub(super) fn dated(mut article: Article, context: Context<'_>) -> Article {
    if article.published.is_none() {
        article.published = FileName::of(context.path).date.and_then(|date| parse_dated(&date, context.zone).ok());
    }
    article
}

/// The articles of a feed. `home` is the page that the feed itself belongs to.
pub(super) fn several(mut drafts: Vec<Draft>, home: Option<&str>, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    if drafts.len() > MOST {
        findings.fail(
            drafts.get(MOST).map_or(Place::new(1, 1), |draft| draft.place),
            "too-many-items",
            format!("the file holds {} items; at most {MOST} are read from one file", drafts.len()),
            "split it into several files",
        );
        return Vec::new();
    }
    if drafts.is_empty() {
        findings.note(Place::new(1, 1), "no-items", "the feed holds no items, so there is no article in it", "");
        findings.say_emptied();
        return Vec::new();
    }
    drop_shared_links(&mut drafts, home, findings);
    let mut known: HashSet<Part> = HashSet::new();
    let mut pieces = Vec::with_capacity(drafts.len());
    for (at, draft) in drafts.into_iter().enumerate() {
        let part = draft.name().unwrap_or_else(|| Part::at(at + 1));
        let place = draft.place;
        if !known.insert(part.clone()) {
            let message = format!("a second item is '{}'; the first one stays and this one was left out", shown(&part));
            findings.warn(place, "duplicate-item", message, "give every item an id of its own");
            continue;
        }
        let mut said = Findings::new(context.path);
        match understand(draft, context, &mut said) {
            Some(article) if !said.has_error() => {
                said.into_diagnostics().into_iter().for_each(|diagnostic| findings.push(about(diagnostic, &part)));
                pieces.push(Piece { part: Some(part), article });
            }
            Some(_) | None => {
                let said = said.into_diagnostics().into_iter().map(|diagnostic| about(diagnostic, &part)).collect();
                findings.refuse(part, said);
            }
        }
    }
    pieces
}

/// A finding of one item says of which.
fn about(diagnostic: Diagnostic, part: &Part) -> Diagnostic {
    Diagnostic { message: format!("item '{}': {}", shown(part), diagnostic.message), ..diagnostic }
}

fn shown(part: &Part) -> String {
    let name = part.as_str();
    if name.chars().count() <= 80 { name.to_owned() } else { name.chars().take(79).chain(['…']).collect() }
}

/// A link that several items have, or that leads to the feed's own page, is none of theirs.
fn drop_shared_links(drafts: &mut [Draft], home: Option<&str>, findings: &mut Findings<'_>) {
    let mut times: HashMap<String, usize> = HashMap::new();
    for link in drafts.iter().filter_map(|draft| draft.link.clone()) {
        *times.entry(link).or_default() += 1;
    }
    let bare = |link: &str| link.trim_end_matches('/').to_owned();
    let home = home.map(bare);
    let shared = |link: &String| times.get(link).is_some_and(|times| *times > 1) || home.as_deref() == Some(&bare(link));
    let mut first = None;
    let mut dropped = 0;
    for draft in drafts {
        if draft.link.as_ref().is_some_and(shared) {
            let link = draft.link.take();
            draft.base = draft.base.take().or_else(|| Url::parse(link.as_deref()?).ok());
            dropped += 1;
            first.get_or_insert((draft.place, link.unwrap_or_default()));
        }
    }
    if let Some((place, link)) = first {
        let message =
            format!("{dropped} items have a link that is not theirs alone ('{link}'); the site's permalink pattern is used instead");
        findings.warn(place, "shared-link", message, "give every item a link to its own page");
    }
}

/// An item's article; where there is none, an error or a warning says why.
fn understand(draft: Draft, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Article> {
    let Draft { place, id, link, base, mut fields, body, media, media_left_out } = draft;
    let mut article = Article::default();
    if media_left_out > 0 {
        let message = format!("it has more than {MOST_MEDIA} media; the last {media_left_out} were left out");
        findings.warn(place, "too-many-media", message, "name the most important ones only");
    }
    if let Some(link) = &link {
        fields.push(("link".into(), Node { place, value: Value::Text(link.clone().into()) }));
    }
    front_matter::fill(&fields, context.zone, &mut article, findings);
    if let Some(id) = id.as_deref().map(str::trim).filter(|id| !id.is_empty()) {
        match ArticleId::parse(id) {
            Ok(id) => article.id = Some(id),
            Err(error) => {
                let message = format!("its id {}; the article gets an id of its own", error.why);
                findings.warn(place, "invalid-id", message, "write an identifier that never changes, such as a URL or a tag: URI");
            }
        }
    }
    article.body = match (body, base) {
        (Body::Html(html), Some(base)) => Body::Html(markup::absolute(&html, &base)),
        (body, _) => body,
    };
    article.media.extend(media);
    if article.headline.is_empty() {
        article.headline = beginning(&article);
    }
    if article.headline.is_empty() {
        findings.warn(
            place,
            "nothing-to-read",
            "there is neither a title nor a text, so it is no article yet",
            "give it a title or a text",
        );
        return None;
    }
    Some(article)
}

/// A headline for an item without one, as microblogs have none: the beginning of its text, else of what stands for it.
pub(super) fn beginning(article: &Article) -> String {
    let text = match &article.body {
        Body::Html(text) => markup::words(text, BEGINNING),
        Body::Markdown(text) => text.clone(),
        Body::Blocks(blocks) => {
            let words = |block: &Block| match block {
                Block::Paragraph(text) | Block::Heading(text) => text.clone(),
                Block::Figure(figure) => figure.caption.clone(),
            };
            blocks.iter().map(words).find(|text| !text.trim().is_empty()).unwrap_or_default()
        }
    };
    let media = article.media.iter().flat_map(|medium| [&medium.caption, &medium.alt]).flatten();
    let mut texts = std::iter::once(&text).chain(&article.standfirst).chain(media);
    texts.find(|text| !text.trim().is_empty()).map(|text| excerpt(text, HEADLINE)).unwrap_or_default()
}

/// A person as front matter would name them; nobody has no name.
pub(super) fn person(place: Place, name: String, email: Option<String>, uri: Option<String>) -> Option<Value<'static>> {
    let fields = [("name", Some(name).filter(|name| !name.trim().is_empty())), ("email", email), ("uri", uri)];
    fields[0].1.as_ref()?;
    let field = |(key, value): (&'static str, Option<String>)| Some((key.into(), Node { place, value: Value::Text(value?.into()) }));
    Some(Value::Table(fields.into_iter().filter_map(field).collect()))
}

/// A plain text as paragraphs; a line break inside one stays.
pub(super) fn paragraphs(text: &str) -> Body {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut blocks = Vec::new();
    let mut lines: Vec<&str> = Vec::new();
    for line in text.split('\n').chain([""]) {
        if !line.trim().is_empty() {
            lines.push(line.trim());
        } else if !lines.is_empty() {
            blocks.push(Block::Paragraph(std::mem::take(&mut lines).join("\n")));
        }
    }
    Body::Blocks(blocks)
}
