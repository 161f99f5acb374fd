//! The article's sounds and films: an address, a table of address, type and length, or a list of these.

use super::labels::one_line;
use super::pictures::from_table;
use super::value::{Node, Value};
use crate::article::Media;
use crate::media_type::by_name;

/// How many of one key are taken.
const MOST: usize = 20;

/// The recordings that a key names. What has no type, neither written nor by its name, is a page with a player, and is left out.
pub(super) fn recordings(node: &Node<'_>) -> Vec<Media> {
    match &node.value {
        Value::List(items) => items.iter().take(MOST).filter_map(recording).collect(),
        Value::Text(_) | Value::Table(_) => recording(node).into_iter().collect(),
        Value::Null | Value::Flag(_) | Value::Number(_) => Vec::new(),
    }
}

fn recording(node: &Node<'_>) -> Option<Media> {
    let media = match &node.value {
        Value::Text(text) => Media { url: one_line(text), ..Media::default() },
        Value::Table(table) => from_table(table)?,
        Value::Null | Value::Flag(_) | Value::Number(_) | Value::List(_) => return None,
    };
    let path = &media.url[..media.url.find(['?', '#']).unwrap_or(media.url.len())];
    let mime = media.mime.clone().or_else(|| Some(by_name(path)?.mime.to_owned()))?;
    (!media.url.is_empty()).then_some(Media { mime: Some(mime), ..media })
}
