//! The article's own pictures: an address, a table of address, alternative text, caption and credit, or a list of these.

use super::labels::one_line;
use super::value::{Node, Table, Value};
use crate::article::Media;
use crate::reader::findings::Findings;

/// The pictures that a key names.
pub(super) fn pictures(key: &str, node: &Node<'_>, findings: &mut Findings<'_>) -> Vec<Media> {
    match &node.value {
        Value::List(items) => items.iter().filter_map(|item| picture(key, item, findings)).collect(),
        Value::Null | Value::Flag(_) | Value::Number(_) | Value::Text(_) | Value::Table(_) => {
            picture(key, node, findings).into_iter().collect()
        }
    }
}

fn picture(key: &str, node: &Node<'_>, findings: &mut Findings<'_>) -> Option<Media> {
    match &node.value {
        Value::Text(text) => Some(one_line(text)).filter(|url| !url.is_empty()).map(|url| Media { url, ..Media::default() }),
        // `featured: true` and `image: false` are a theme's switches.
        Value::Null | Value::Flag(_) => None,
        Value::Table(table) => {
            let media = from_table(table);
            if media.is_none() && !table.is_empty() {
                refuse(key, "a table without url, src, path or image", node, findings);
            }
            media
        }
        Value::Number(_) | Value::List(_) => {
            refuse(key, node.value.kind(), node, findings);
            None
        }
    }
}

fn from_table(table: &Table<'_>) -> Option<Media> {
    let get = |names: &[&str]| {
        names.iter().find_map(|name| {
            let named = |(key, _): &&(_, _)| str::eq_ignore_ascii_case(AsRef::<str>::as_ref(key), name);
            let text = table.iter().find(named).and_then(|(_, node)| node.value.scalar()).map(one_line);
            text.filter(|text| !text.is_empty())
        })
    };
    let pixels = |name: &str| get(&[name]).and_then(|text| text.parse().ok());
    Some(Media {
        url: get(&["url", "src", "path", "image", "file", "href", "feature"])?,
        mime: get(&["type", "mime"]).filter(|kind| kind.contains('/')),
        width: pixels("width"),
        height: pixels("height"),
        alt: get(&["alt", "alternate", "description"]),
        caption: get(&["caption", "title"]),
        credit: get(&["credit", "attribution", "source", "attr", "author"]),
        length: None,
    })
}

fn refuse(key: &str, what: &str, node: &Node<'_>, findings: &mut Findings<'_>) {
    findings.warn(
        node.place,
        "not-a-picture",
        format!("'{key}' holds {what} where a picture's address was expected; it was left out"),
        "write an address, or a table of url, alt, caption and credit",
    );
}
