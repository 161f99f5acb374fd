//! JSON Feed, of any version.

use serde::Deserialize;
use serde_json::Value;

use super::date;
use super::old_feed::{IdFrom, MOST_ITEMS, OldFeed, OldFormat, OldItem, Unreadable};

#[derive(Deserialize)]
struct Feed {
    version: Option<Value>,
    title: Option<Value>,
    #[serde(rename = "feed_url")]
    own_url: Option<Value>,
    next_url: Option<Value>,
    items: Option<Vec<Value>>,
}

pub(super) fn parse(text: &str) -> Result<OldFeed, Unreadable> {
    let text = text.trim_start_matches('\u{feff}');
    // serde_json refuses what lies in itself more than 128 deep.
    let feed: Feed = serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => Unreadable::NoFeed(format!("it is JSON, but no JSON Feed: {error}")),
        _ => Unreadable::Broken { line: error.line(), column: error.column(), why: format!("this is not JSON: {error}") },
    })?;
    let named = feed.version.as_ref().and_then(Value::as_str).is_some_and(|version| version.contains("jsonfeed.org/version/"));
    let Some(items) = feed.items.filter(|_| named) else {
        return Err(Unreadable::NoFeed("it is JSON, but no JSON Feed: 'version' and 'items' of jsonfeed.org are missing".to_owned()));
    };
    if items.len() > MOST_ITEMS {
        return Err(Unreadable::too_many());
    }
    Ok(OldFeed {
        format: OldFormat::Json,
        title: feed.title.as_ref().and_then(text_of),
        id: None,
        own_url: feed.own_url.as_ref().and_then(text_of),
        next: feed.next_url.as_ref().and_then(text_of),
        updated: None,
        items: items.iter().map(item).collect(),
        damaged: false,
    })
}

fn item(item: &Value) -> OldItem {
    let mut unreadable_date = None;
    let mut read = |key: &str| {
        let text = text_of(item.get(key)?)?;
        let read = date::parse(&text);
        if read.is_none() {
            unreadable_date.get_or_insert(text);
        }
        read
    };
    let (published, updated) = (read("date_published"), read("date_modified"));
    let links: Vec<String> = ["url", "external_url"].iter().filter_map(|key| text_of(item.get(*key)?)).collect();
    let (id, id_from) = match item.get("id").and_then(text_of) {
        Some(id) => (id, IdFrom::Id),
        None => (links.first().cloned().unwrap_or_default(), IdFrom::Link),
    };
    OldItem { id, id_from, links, title: item.get("title").and_then(text_of), published, updated, unreadable_date }
}

/// A text; a number as readers coerce it to one (JSON Feed 1.1, "id").
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
