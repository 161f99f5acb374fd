//! Sub-headings: short lines of their own between paragraphs.

use super::super::shape::{bare, begins_small, columns, has_inner_sentence, is_closed, longer_than, words};
use super::super::units::{Kind, Unit};
use crate::article::Block;

/// The widest sub-heading, in columns, and its most words.
const WIDEST: usize = 80;
const MOST_WORDS: usize = 12;

/// A short line of its own without closing punctuation, between paragraphs.
pub(super) fn is_heading(unit: &Unit<'_>, before: &[Block], next: Option<&Unit<'_>>) -> bool {
    let text = bare(&unit.text);
    let shaped = unit.kind == Kind::Plain && unit.is_single() && columns(text) <= WIDEST && words(text) <= MOST_WORDS;
    if !shaped
        || is_closed(text)
        || begins_small(text)
        || has_inner_sentence(text)
        || text.contains(": ")
        || !text.contains(char::is_alphabetic)
    {
        return false;
    }
    let follows_text = match before.last() {
        Some(Block::Paragraph(text)) => is_running(text),
        Some(Block::Figure(_)) => before.iter().any(|block| matches!(block, Block::Paragraph(_))),
        Some(Block::Heading(_)) | None => false,
    };
    let precedes_text = next.is_some_and(|next| match next.kind {
        Kind::Plain => is_running(&next.text),
        Kind::Caption(_) | Kind::Items => true,
        Kind::CaptionAgain | Kind::Byline(_) | Kind::Contribution(_) | Kind::Furniture(_) | Kind::EndMark => false,
    });
    follows_text && precedes_text
}

/// Whether a text reads as a paragraph rather than a title.
fn is_running(text: &str) -> bool {
    is_closed(text) || longer_than(text, 80) || text.contains('\n')
}
