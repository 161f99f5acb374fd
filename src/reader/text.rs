//! Plain text.

use super::{Context, Reading};
use crate::article::{Article, Block, Body};

/// Reads a text.
pub fn read(text: &str, context: Context<'_>) -> Reading {
    let _ = context;
    let mut lines = text.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    let headline = lines.next().unwrap_or_default().to_owned();
    let body = Body::Blocks(lines.map(|block| Block::Paragraph(block.to_owned())).collect());
    Reading { article: Some(Article { headline, body, ..Article::default() }), diagnostics: Vec::new() }
}
