//! E-mail (RFC 5322, MIME) → article.

use super::Context;
use super::findings::{Findings, Place};
use crate::article::Article;

/// Reads a file of this kind.
pub(super) fn read(_bytes: &[u8], _context: Context<'_>, findings: &mut Findings<'_>) -> Option<Article> {
    findings.fail(Place::new(1, 1), "format-not-read", "this format is not read yet", "give the article as Markdown");
    None
}
