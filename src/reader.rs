//! Bytes of one file → article. One file a format.

use jiff::tz::TimeZone;

use crate::article::{Article, SourcePath};
use crate::config::Text;
use crate::diagnostic::Diagnostic;

pub mod encoding;
pub mod text;

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

/// Whether a file of this name is read at all: by its extension (`md`, `markdown`, `txt`, `text`), except `_index.*`.
pub fn reads(path: &SourcePath) -> bool {
    let _ = path;
    todo!("reader")
}

/// Understands one file. An empty (or blank) file is not yet an article: no article, no diagnostic.
pub fn read(bytes: &[u8], context: Context<'_>) -> Reading {
    let _ = (bytes, context);
    todo!("reader")
}
