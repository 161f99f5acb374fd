//! An article's source → sanitised, absolute HTML and plain text.
//!
//! ```text
//! Markdown ─markdown─┐
//! blocks ───blocks───┼─▶ HTML ─balance─▶ bounded ─policy─▶ safe ─finish─▶ absolute HTML, plain text, pictures
//! HTML ──────────────┘
//! ```
//!
//! - `markdown` and `blocks` make HTML of the other two kinds of body
//! - `balance` closes and bounds whatever HTML it is given, so that nothing after it can be overwhelmed; `tag` reads one tag,
//!   `elements` knows what elements do to a parser
//! - `policy` sanitises by the tables of `allowed`
//! - `shows` tells quickly whether a body may show any medium
//! - `finish` makes URLs absolute (`address`), restores lazy pictures, and collects the plain text (`plain`)
//!   and the pictures with their captions (`figure`)
//! - `lead` puts the picture that leads into a text that does not show it; `direction` knows which way a text runs; `particulars` makes
//!   the rest fit to publish

mod address;
mod allowed;
mod balance;
mod blocks;
mod direction;
mod elements;
mod figure;
mod finish;
mod lead;
mod markdown;
mod particulars;
mod plain;
mod policy;
mod shows;
mod tag;
#[cfg(test)]
mod tests;
mod written;

pub use policy::Policy;
pub use written::{Written, written};

use std::borrow::Cow;

use sha2::{Digest, Sha256};
use url::Url;

use self::address::{Base, Files};
use self::finish::Finished;
use crate::article::{Article, Body, Entry, Link, Media, Particulars, Person, References};
use crate::excerpt::excerpt;
use crate::xml_chars;

/// How long an excerpt is about, in characters as readers count them.
const EXCERPT: usize = 280;
/// The longest summary that a `<!-- more -->` may cut off.
const LONGEST_SUMMARY: usize = 1200;

/// An article as feeds, pages and bulletins show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// Sanitised HTML, every URL absolute, only characters that XML allows. The picture that leads stands in it once, and where the text
    /// runs from right to left, an element around it says so.
    pub html: String,
    /// Plain text of the body, paragraphs parted by an empty line.
    pub text: String,
    /// Plain text: the standfirst, else what stands before `<!-- more -->`, else an excerpt of the first paragraphs.
    pub summary: String,
    /// Plain text: the note on what was corrected or is new, with its name; it stands on top of `html` and `text` too.
    pub note: Option<String>,
    /// The article's own media, then the body's images, URLs absolute, each once; the first image leads.
    pub media: Vec<Media>,
    /// The headline on one line, only characters that XML allows.
    pub headline: String,
    /// The authors, likewise; the site's where the article names none.
    pub authors: Vec<Person>,
    /// The contributors, likewise.
    pub contributors: Vec<Person>,
    /// The licence that the article names, on one line likewise.
    pub licence: Option<String>,
    /// Whether its text runs from right to left.
    pub right_to_left: bool,
    /// What few articles say, URLs absolute, likewise.
    pub particulars: Particulars,
}

impl Rendered {
    /// The picture that leads: the first image.
    pub fn lead_image(&self) -> Option<&Media> {
        self.media.iter().find(|medium| is_image(medium))
    }
}

/// Whether it is a picture; one whose type is not known is taken for one, for that is what articles name by URL alone.
fn is_image(medium: &Media) -> bool {
    medium.mime.as_deref().is_none_or(|mime| mime.starts_with("image/"))
}

/// Where an article stands, and where what it links to does.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Its link.
    pub link: &'a Link,
    /// Its file is the `index` of a folder: relative URLs are relative to that folder, not to the one above.
    pub is_folder: bool,
    /// Where its references to other articles lead.
    pub references: &'a References,
    /// Where the feeds folder is public, and with it the local files that articles show; `None` where they are published nowhere.
    pub files: Option<&'a Url>,
}

impl<'a> Place<'a> {
    /// Where an entry stands.
    pub fn of(entry: &'a Entry, references: &'a References) -> Self {
        Self { link: &entry.link, is_folder: entry.path.is_index(), references, files: None }
    }

    /// The same, with the article's local files public under the feeds folder's URL.
    #[must_use]
    pub const fn with_files(self, feeds: &'a Url) -> Self {
        Self { files: Some(feeds), ..self }
    }
}

/// The paths of other articles' files that an article links to, each once.
pub fn references(article: &Article) -> Vec<String> {
    match &article.body {
        Body::Markdown(source) if source.contains(References::SCHEME) || source.contains(".md") || source.contains(".markdown") => {
            markdown::references(&clean(source))
        }
        Body::Markdown(_) | Body::Html(_) | Body::Blocks(_) => Vec::new(),
    }
}

/// The addresses of pictures, sounds and films that an article shows or links to, as written, each once. Which of them are local files
/// is for others to say.
pub fn addresses_of_media(article: &Article, policy: &Policy) -> Vec<String> {
    let may_show = match &article.body {
        Body::Markdown(source) | Body::Html(source) => shows::may_show_media(source),
        Body::Blocks(_) => false,
    };
    let (none, link) = (References::default(), Link::parse("http://localhost/"));
    let Ok(link) = link else { return Vec::new() };
    let place = Place { link: &link, is_folder: false, references: &none, files: None };
    let base = Base::new(place, &none, Files::default()).noting();
    for medium in &article.media {
        base.medium(&medium.url);
    }
    if may_show {
        body(article, &link, &base, policy);
    }
    base.asked()
}

/// The article's media as [`render`] gives them, without its text: for an article that shows none, nothing is rendered.
pub fn media_of(article: &Article, place: Place<'_>, policy: &Policy) -> Vec<Media> {
    let files = Files { assets: article.assets.as_deref().unwrap_or_default(), public: place.files };
    let base = Base::new(place, place.references, files);
    let may_show = match &article.body {
        Body::Markdown(source) | Body::Html(source) => shows::may_show_media(source),
        Body::Blocks(_) => true,
    };
    let images = if may_show { body(article, place.link, &base, policy).images } else { Vec::new() };
    media(article, &base, &images)
}

/// Renders an article that stands at `place`.
pub fn render(article: &Article, place: Place<'_>, site_author: Option<&str>, policy: &Policy) -> Rendered {
    rendered(article, place, site_author, policy, Dress::Whole)
}

/// The same for a page that has places of its own for the picture that leads, and says itself which way the text runs.
pub fn render_text_alone(article: &Article, place: Place<'_>, site_author: Option<&str>, policy: &Policy) -> Rendered {
    rendered(article, place, site_author, policy, Dress::TextAlone)
}

/// What goes into the HTML beside the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dress {
    /// The picture that leads, and the direction.
    Whole,
    /// Nothing.
    TextAlone,
}

fn rendered(article: &Article, place: Place<'_>, site_author: Option<&str>, policy: &Policy, dress: Dress) -> Rendered {
    let files = Files { assets: article.assets.as_deref().unwrap_or_default(), public: place.files };
    let base = Base::new(place, place.references, files);
    let mut body = body(article, place.link, &base, policy);
    let (before, after) = frame(article);
    let media = media(article, &base, &body.images);
    let headline = one_line(&article.headline);
    let right_to_left = direction::is_right_to_left(&headline, &body.plain.text);
    let mut html = String::with_capacity(body.html.len() + 512);
    let mut text = String::with_capacity(body.plain.text.len() + 256);
    if right_to_left && dress == Dress::Whole {
        html.push_str("<div dir=\"rtl\">");
    }
    // A correction goes before everything, the picture before the text.
    let lead = media.iter().find(|medium| is_image(medium)).filter(|_| dress == Dress::Whole);
    let mut figure = lead.and_then(|lead| lead::place(lead, &mut body.html));
    for paragraph in &before {
        if paragraph.label.is_none()
            && let Some(figure) = figure.take()
        {
            html.extend([&*figure, "\n"]);
        }
        html.extend(["<p>", &paragraph.html(), "</p>\n"]);
        text.push_str(&paragraph.text());
        text.push_str("\n\n");
    }
    if let Some(figure) = figure {
        html.extend([&*figure, "\n"]);
    }
    html.push_str(body.html.trim_end());
    text.push_str(body.plain.text.trim_end());
    for paragraph in &after {
        html.extend(["\n<p>", &paragraph.html(), "</p>"]);
        text.push_str("\n\n");
        text.push_str(&paragraph.text());
    }
    if right_to_left && dress == Dress::Whole {
        html.push_str("</div>");
    }
    let people = |people: &[Person]| people.iter().filter_map(|person| clean_person(person, &base)).collect::<Vec<_>>();
    let mut authors = people(&article.authors);
    if authors.is_empty() {
        authors.extend(site_author.map(one_line).filter(|name| !name.is_empty()).map(Person::named));
    }
    Rendered {
        note: before.first().filter(|paragraph| paragraph.label.is_some()).map(|note| clean(&note.text()).into_owned()),
        summary: summary(article, &body),
        media,
        html: clean(html.trim_end()).into_owned(),
        text: clean(text.trim()).into_owned(),
        headline,
        authors,
        contributors: people(&article.contributors),
        licence: article.licence.as_deref().map(one_line).filter(|licence| !licence.is_empty()),
        right_to_left,
        particulars: particulars::finish(&article.particulars, &base),
    }
}

/// A paragraph that stands around the body: a label, where it has one, and plain text.
struct Around<'a> {
    label: Option<&'static str>,
    words: Cow<'a, str>,
}

impl Around<'_> {
    fn html(&self) -> String {
        let mut out = self.label.map_or_else(String::new, |label| format!("<strong>{label}:</strong> "));
        blocks::lines(&mut out, &self.words);
        out
    }

    fn text(&self) -> String {
        self.label.map_or_else(|| self.words.to_string(), |label| format!("{label}: {}", self.words))
    }
}

/// What stands before the body (a correction, a dateline that no paragraph can take) and after it (author note, credits).
fn frame(article: &Article) -> (Vec<Around<'_>>, Vec<Around<'_>>) {
    let around = |label, words: &'_ str| Around { label, words: Cow::Owned(words.trim().to_owned()) };
    let correction = article.correction.iter().map(|note| around(Some(article.note.label()), note));
    let dateline = article.dateline.iter().filter(|_| !matches!(article.body, Body::Blocks(_))).map(|place| around(None, place));
    let before = correction.chain(dateline).filter(|paragraph| !paragraph.words.is_empty()).collect();
    let after = article.author_note.iter().chain(&article.credits).map(|line| around(None, line));
    (before, after.filter(|paragraph| !paragraph.words.is_empty()).collect())
}

fn body(article: &Article, link: &Link, base: &Base, policy: &Policy) -> Finished {
    let prefix = id_prefix(link);
    let html = match &article.body {
        Body::Markdown(source) => Cow::Owned(markdown::to_html(&clean(source), &prefix)),
        Body::Html(source) => clean(source),
        Body::Blocks(blocks) => Cow::Owned(clean(&blocks::to_html(blocks, article.dateline.as_deref())).into_owned()),
    };
    let safe = policy.clean(&balance::balance(&html, policy));
    finish::finish(&safe, base, policy, &prefix)
}

/// What begins the ids of this article's footnotes: the same on every rendering, another for every article.
fn id_prefix(link: &Link) -> String {
    let digest = Sha256::digest(link.as_str());
    format!("n{:02x}{:02x}{:02x}{:02x}-", digest[0], digest[1], digest[2], digest[3])
}

fn summary(article: &Article, body: &Finished) -> String {
    let own = article.standfirst.as_deref().map(one_line).filter(|text| !text.is_empty());
    if let Some(own) = own {
        return own;
    }
    let plain = &body.plain;
    let marked = plain.more.map(|end| plain.running_text(end)).filter(|text| !text.is_empty());
    let text = marked.map_or_else(
        || excerpt(&plain.running_text(plain.text.len()), EXCERPT),
        |text| if text.len() <= LONGEST_SUMMARY { text } else { excerpt(&text, LONGEST_SUMMARY) },
    );
    clean(&text).into_owned()
}

/// The article's own media, then the body's pictures, each URL once. What the body says of a picture that the article names too
/// fills in what the article leaves out.
fn media(article: &Article, base: &Base, images: &[Media]) -> Vec<Media> {
    let mut all: Vec<Media> = Vec::with_capacity(article.media.len() + images.len());
    let own = article.media.iter().filter_map(|medium| {
        let words = |text: &Option<String>| text.as_deref().map(one_line).filter(|text| !text.is_empty());
        Some(Media {
            url: base.medium(&medium.url)?.into(),
            mime: medium.mime.as_deref().map(|mime| mime.trim().to_ascii_lowercase()).filter(|mime| is_media_type(mime)),
            alt: words(&medium.alt),
            caption: words(&medium.caption),
            credit: words(&medium.credit),
            ..*medium
        })
    });
    // What stands beside the article is its own as what it names is.
    let unnamed = base.files().assets.iter().filter(|asset| asset.written.is_empty());
    let beside = unnamed.filter_map(|asset| base.files().url(asset)).map(|(url, _)| Media { url: url.into(), ..Media::default() });
    for medium in own.chain(beside).chain(images.iter().cloned()) {
        match all.iter_mut().find(|known| known.url == medium.url) {
            Some(known) => {
                known.alt = known.alt.take().or(medium.alt);
                known.caption = known.caption.take().or(medium.caption);
                known.credit = known.credit.take().or(medium.credit);
            }
            None => all.push(medium),
        }
    }
    for medium in &mut all {
        // What the file itself says is so, whatever is written of it.
        if let Some(found) = base.files().at(&medium.url) {
            medium.mime = Some(found.mime.clone());
            medium.length = Some(found.stamp.size);
            medium.width = found.width.or(medium.width);
            medium.height = found.height.or(medium.height);
        }
        for words in [&mut medium.alt, &mut medium.caption, &mut medium.credit].into_iter().flatten() {
            if let Cow::Owned(cleaned) = clean(words) {
                *words = cleaned;
            }
        }
    }
    all
}

fn is_media_type(mime: &str) -> bool {
    let token = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b));
    mime.split_once('/').is_some_and(|(kind, name)| token(kind) && token(name))
}

fn clean_person(person: &Person, base: &Base) -> Option<Person> {
    let name = one_line(&person.name);
    let email = person.email.as_deref().map(one_line);
    (!name.is_empty()).then(|| Person {
        name,
        email: email.filter(|email| email.contains('@') && !email.contains(char::is_whitespace)),
        // Whatever else stands there (a handle, a word) is no page of theirs under the article's.
        uri: person.uri.as_deref().map(str::trim).filter(|uri| uri.starts_with('/') || uri.contains("://")).and_then(|uri| base.link(uri)),
    })
}

/// Only characters that XML allows, line ends as `\n`.
fn clean(text: &str) -> Cow<'_, str> {
    let allowed = xml_chars::allowed(text);
    if allowed.contains('\r') { Cow::Owned(allowed.replace("\r\n", "\n").replace('\r', "\n")) } else { allowed }
}

fn one_line(text: &str) -> String {
    xml_chars::allowed(text).split_whitespace().collect::<Vec<_>>().join(" ")
}
