//! Bytes of one file → its article, or, where the format has several in one file, its articles. One file a format.
//!
//! [`encoding`] makes text of the bytes; `front_matter` reads the block of keys at a file's head, whatever its format;
//! `markdown` and [`text`] read what follows it. `html` reads pages; `json` finds out whether a JSON file is a JSON Feed, one of its
//! items or a ninjs item, `xml` whether an XML file is NITF, NewsML-G2, an Atom entry or feed, or an RSS item or feed; `mail` reads
//! e-mail. [`folder`] reads
//! the files that speak of their folder.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use memchr::memmem::Finder;

use crate::article::{Article, Part, SourcePath};
use crate::config::Text;
use crate::diagnostic::Diagnostic;

mod atom;
pub mod encoding;
mod file_name;
mod findings;
pub mod folder;
mod front_matter;
mod html;
mod items;
mod json;
mod json_feed;
mod mail;
mod markdown;
mod markup;
mod media_rss;
mod newsml_g2;
mod ninjs;
mod nitf;
mod rss;
mod template_tags;
pub mod text;
mod text_with_keys;
mod wire;
mod xml;

use findings::{Findings, Place};

/// What a reader needs to know besides the bytes.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The file, for diagnostics and dated names.
    pub path: &'a SourcePath,
    /// For dates without an offset.
    pub zone: &'a TimeZone,
    /// The plain-text reader's rules.
    pub text: &'a Text,
}

/// What came of a file.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Its articles, each part once; none where the file could not be used (a diagnostic of error weight says why) or is not one yet.
    pub articles: Vec<Piece>,
    /// Of a file of several, those that could not be used; diagnostics say why, and the others are there.
    pub refused: Vec<Part>,
    /// A file of several that is whole and holds none any more.
    pub emptied: bool,
    /// What there is to say of it.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// The article of a file that holds one; the first of several.
    pub fn into_article(self) -> Option<Article> {
        self.articles.into_iter().next().map(|piece| piece.article)
    }
}

/// One article of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// Which of them it is, in a format whose files may hold several.
    pub part: Option<Part>,
    /// The article.
    pub article: Article,
}

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Markdown,
    PlainText,
    Html,
    Json,
    Xml,
    Mail,
    /// A format that people write articles in and that is not read; its name.
    NotRead(&'static str),
}

/// File name extensions and what stands in such files.
const EXTENSIONS: [(&str, Format); 24] = [
    ("md", Format::Markdown),
    ("markdown", Format::Markdown),
    ("mdown", Format::Markdown),
    ("mkd", Format::Markdown),
    ("txt", Format::PlainText),
    ("text", Format::PlainText),
    ("html", Format::Html),
    ("htm", Format::Html),
    ("xhtml", Format::Html),
    ("json", Format::Json),
    ("jsonfeed", Format::Json),
    ("ninjs", Format::Json),
    ("xml", Format::Xml),
    ("nitf", Format::Xml),
    ("newsml", Format::Xml),
    ("atom", Format::Xml),
    ("rss", Format::Xml),
    ("eml", Format::Mail),
    ("rst", Format::NotRead("reStructuredText")),
    ("rest", Format::NotRead("reStructuredText")),
    ("org", Format::NotRead("Org")),
    ("adoc", Format::NotRead("AsciiDoc")),
    ("asciidoc", Format::NotRead("AsciiDoc")),
    ("asc", Format::NotRead("AsciiDoc")),
];

impl Format {
    fn of(path: &SourcePath) -> Option<Self> {
        let extension = path.as_path().extension()?.to_str()?;
        EXTENSIONS.iter().find(|(known, _)| extension.eq_ignore_ascii_case(known)).map(|(_, format)| *format)
    }
}

/// Whether a file of this name is looked at at all: by its extension, except `_index.*`, `_defaults.*` and whatever else speaks of
/// its folder ([`folder`]).
pub fn reads(path: &SourcePath) -> bool {
    let of_a_folder = folder::speaks_of_folder(path)
        || path.as_path().file_stem().is_some_and(|stem| {
            let stem = stem.to_string_lossy();
            stem == "_defaults" || stem == "_index" || stem.starts_with("_index.")
        });
    !of_a_folder && Format::of(path).is_some()
}

/// Whether a file of this name may hold several articles.
pub fn may_hold_several(path: &SourcePath) -> bool {
    match Format::of(path) {
        Some(Format::Json | Format::Xml) => true,
        Some(Format::Markdown | Format::PlainText | Format::Html | Format::Mail | Format::NotRead(_)) | None => false,
    }
}

/// Whether a file of this name is of any concern: an article, or what speaks of its folder.
pub fn concerns(path: &SourcePath) -> bool {
    reads(path) || folder::speaks_of_folder(path)
}

/// Understands one file. An empty (or blank) file is not yet an article: no article, no diagnostic.
pub fn read(bytes: &[u8], context: Context<'_>) -> Reading {
    let mut findings = Findings::new(context.path);
    let mut articles = match Format::of(context.path) {
        Some(Format::PlainText) => one(of_text(bytes, context, &mut findings, text_with_keys::read)),
        // What was asked for by another name is read as Markdown, which plain text nearly is.
        Some(Format::Markdown) | None => one(of_text(bytes, context, &mut findings, markdown::read)),
        Some(Format::Html) => one(html::read(bytes, context, &mut findings)),
        Some(Format::Json) => json::read(bytes, context, &mut findings),
        Some(Format::Xml) => xml::read(bytes, context, &mut findings),
        Some(Format::Mail) => one(mail::read(bytes, context, &mut findings)),
        Some(Format::NotRead(name)) => {
            let message = format!("this is {name}, which newswire does not read");
            let remedy = "give the article as Markdown, HTML or plain text, or list the file in [articles] ignore";
            findings.warn(Place::new(1, 1), "format-not-read", message, remedy);
            Vec::new()
        }
    };
    let mut refused = findings.take_refused();
    if findings.has_error() {
        articles.clear();
        refused.clear();
    }
    Reading { articles, refused, emptied: findings.is_emptied(), diagnostics: findings.into_diagnostics() }
}

/// Whether a file that begins so, or is called so, may be breaking news, so that it is read before others: it names breaking, urgency
/// or priority.
/// Wrongly yes costs nothing but its place in the queue.
pub fn may_be_breaking(head: &[u8]) -> bool {
    static WORDS: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| ["breaking", "urgen", "priority", "bulletin"].map(Finder::new));
    let head = head.to_ascii_lowercase();
    WORDS.iter().any(|word| word.find(&head).is_some())
}

/// Decodes a text format's bytes and reads them; a blank file is no article yet.
fn of_text(
    bytes: &[u8],
    context: Context<'_>,
    findings: &mut Findings<'_>,
    read: impl FnOnce(&str, Context<'_>, &mut Findings<'_>) -> Option<Article>,
) -> Option<Article> {
    let decoded = match encoding::decode(bytes) {
        Ok(decoded) => decoded,
        Err(finding) => {
            findings.push(finding.diagnostic(context.path));
            return None;
        }
    };
    if decoded.text.trim_start().is_empty() {
        return None;
    }
    if let Some(note) = decoded.note {
        findings.push(note.diagnostic(context.path));
    }
    read(&decoded.text, context, findings)
}

fn one(article: Option<Article>) -> Vec<Piece> {
    article.map(|article| Piece { part: None, article }).into_iter().collect()
}
