//! JSON files: a JSON Feed, an item of one, or a ninjs item → articles.

use super::findings::{Findings, Place};
use super::{Context, Piece};

/// Reads a file of this kind.
pub(super) fn read(_bytes: &[u8], _context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    findings.fail(Place::new(1, 1), "format-not-read", "this format is not read yet", "give the article as Markdown");
    Vec::new()
}
