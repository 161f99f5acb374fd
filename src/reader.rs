//! Bytes of one file → article. One file a format.
//!
//! [`encoding`] makes text of the bytes; `front_matter` reads the block of keys at a file's head, whatever its format;
//! `markdown` and [`text`] read what follows it. [`folder`] reads the files that speak of their folder.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use crate::article::{Article, SourcePath};
use crate::config::Text;
use crate::diagnostic::Diagnostic;

pub mod encoding;
mod file_name;
mod findings;
pub mod folder;
mod front_matter;
mod markdown;
mod template_tags;
pub mod text;
mod text_with_keys;

use findings::Findings;

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
    /// The article; `None` where the file could not be used (a diagnostic of error weight says why) or is not one yet.
    pub article: Option<Article>,
    /// What there is to say of it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Markdown,
    PlainText,
}

impl Format {
    fn of(path: &SourcePath) -> Option<Self> {
        let extension = path.as_path().extension()?.to_str()?;
        let is = |known: &str| extension.eq_ignore_ascii_case(known);
        if is("md") || is("markdown") || is("mdown") || is("mkd") {
            Some(Self::Markdown)
        } else if is("txt") || is("text") {
            Some(Self::PlainText)
        } else {
            None
        }
    }
}

/// Whether a file of this name is read at all: by its extension (`md`, `markdown`, `mdown`, `mkd`, `txt`, `text`), except
/// `_index.*` and `_defaults.*` and whatever else speaks of its folder ([`folder`]).
pub fn reads(path: &SourcePath) -> bool {
    let of_a_folder = folder::speaks_of_folder(path)
        || path.as_path().file_stem().is_some_and(|stem| {
            let stem = stem.to_string_lossy();
            stem == "_defaults" || stem == "_index" || stem.starts_with("_index.")
        });
    !of_a_folder && Format::of(path).is_some()
}

/// Whether a file of this name is of any concern: an article, or what speaks of its folder.
pub fn concerns(path: &SourcePath) -> bool {
    reads(path) || folder::speaks_of_folder(path)
}

/// Understands one file. An empty (or blank) file is not yet an article: no article, no diagnostic.
pub fn read(bytes: &[u8], context: Context<'_>) -> Reading {
    let decoded = match encoding::decode(bytes) {
        Ok(decoded) => decoded,
        Err(finding) => return Reading { article: None, diagnostics: vec![finding.diagnostic(context.path)] },
    };
    let text: Cow<'_, str> = decoded.text;
    if text.trim_start().is_empty() {
        return Reading { article: None, diagnostics: Vec::new() };
    }
    let mut findings = Findings::new(context.path);
    if let Some(note) = decoded.note {
        findings.push(note.diagnostic(context.path));
    }
    let article = match Format::of(context.path) {
        Some(Format::PlainText) => text_with_keys::read(&text, context, &mut findings),
        // What was asked for by another name is read as Markdown, which plain text nearly is.
        Some(Format::Markdown) | None => markdown::read(&text, context, &mut findings),
    };
    Reading { article: article.filter(|_| !findings.has_error()), diagnostics: findings.into_diagnostics() }
}
