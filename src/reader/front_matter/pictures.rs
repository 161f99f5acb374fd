//! The article's own pictures: an address, a table of address, alternative text, caption and credit, or a list of these.

use super::labels::one_line;
use super::value::{Node, Table, Value, lookup};
use crate::article::Media;
use crate::media_type::{Kind, by_name};
use crate::reader::findings::{Findings, Place};

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

/// Hugo's `resources`: what it says of files in the bundle. A pattern names none, and says nothing of any one picture.
pub(super) fn resources(media: &mut Vec<Media>, node: &Node<'_>) {
    let Value::List(items) = &node.value else { return };
    for item in items {
        let Value::Table(table) = &item.value else { continue };
        let Some(named) = from_table(table).filter(|named| !named.url.contains(['*', '?', '{'])) else { continue };
        let Some(kind) = by_name(&named.url) else { continue };
        let params = lookup(table, "params").and_then(|node| match &node.value {
            Value::Table(inner) => Some(from_table(&with_address(inner, &named.url))).flatten(),
            _ => None,
        });
        let named = Media {
            mime: named.mime.or_else(|| (kind.kind != Kind::Image).then(|| kind.mime.to_owned())),
            alt: named.alt.or_else(|| params.as_ref()?.alt.clone()),
            caption: params.as_ref().and_then(|params| params.caption.clone()).or(named.caption),
            credit: named.credit.or_else(|| params.as_ref()?.credit.clone()),
            ..named
        };
        match media.iter_mut().find(|known| known.url == named.url) {
            Some(known) => {
                known.alt = known.alt.take().or(named.alt);
                known.caption = known.caption.take().or(named.caption);
                known.credit = known.credit.take().or(named.credit);
            }
            None => media.push(named),
        }
    }
}

fn with_address<'t>(table: &Table<'t>, url: &str) -> Table<'t> {
    let place = table.first().map_or(Place::new(1, 1), |(_, node)| node.place);
    let mut table = table.clone();
    table.push(("url".into(), Node { place, value: Value::Text(url.to_owned().into()) }));
    table
}

pub(super) fn from_table(table: &Table<'_>) -> Option<Media> {
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
        length: get(&["length", "size", "bytes"]).and_then(|text| text.parse().ok()),
        duration: get(&["duration", "duration_in_seconds"]).and_then(|text| super::particulars::duration(&text)),
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
