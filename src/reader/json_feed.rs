//! JSON Feed 1.0 and 1.1, <https://www.jsonfeed.org/version/1.1/>: a whole feed, or one of its items.

use serde_json::{Map, Value as Json};
use url::Url;

use super::findings::{Findings, Place};
use super::front_matter::{self, Value};
use super::items::{self, Draft};
use super::{Context, Piece, json};
use crate::article::{Body, Media};

/// Whether a JSON value is a feed: it says so, or has items of which one looks like one.
pub(super) fn is_feed(value: &Json) -> bool {
    let says_so = value.get("version").and_then(Json::as_str).is_some_and(|version| version.contains("jsonfeed.org/version/"));
    says_so || value.get("items").and_then(Json::as_array).is_some_and(|items| items.iter().any(is_item))
}

/// Whether a JSON value is an item: it has a text as only items have it, or an id, a title and a date.
pub(super) fn is_item(value: &Json) -> bool {
    let text = |key| value.get(key).is_some_and(Json::is_string);
    text("content_html") || text("content_text") || (value.get("id").is_some() && text("title") && text("date_published"))
}

/// What the items take from their feed.
#[derive(Default)]
struct Feed {
    base: Option<Url>,
    authors: Option<Json>,
    language: Option<Json>,
}

/// Reads a feed.
pub(super) fn read_feed(value: Json, text: &str, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let Json::Object(mut feed) = value else { return Vec::new() };
    let Some(Json::Array(list)) = feed.remove("items") else {
        findings.fail(
            json::of_key(text, "items"),
            "no-items",
            "the feed has no array 'items', in which its articles stand",
            "add \"items\": [ … ] with an object for each article",
        );
        return Vec::new();
    };
    if feed.get("next_url").is_some_and(Json::is_string) {
        let message = "the feed goes on at another address ('next_url'), which is not read";
        findings.note(json::of_key(text, "next_url"), "next-page", message, "put the other pages into the folder, too");
    }
    let text_of = |key| feed.get(key).and_then(Json::as_str);
    let home = text_of("home_page_url").map(str::to_owned);
    let inherited = Feed {
        base: home.as_deref().or_else(|| text_of("feed_url")).and_then(|url| Url::parse(url).ok()),
        authors: feed.get("authors").or_else(|| feed.get("author")).cloned(),
        language: feed.get("language").cloned(),
    };
    let mut places = json::of_items(text).into_iter();
    let mut drafts = Vec::with_capacity(list.len());
    for item in list {
        let place = places.next().unwrap_or(Place::new(1, 1));
        match item {
            Json::Object(item) => drafts.push(draft(item, place, &inherited, findings)),
            Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                findings.warn(place, "not-an-item", "this is no object, so it is no item; it was left out", "write each item as an object");
            }
        }
    }
    items::several(drafts, home.as_deref(), context, findings)
}

/// Reads a file that is one item.
pub(super) fn read_item(value: Json, text: &str, context: Context<'_>, findings: &mut Findings<'_>) -> Vec<Piece> {
    let Json::Object(item) = value else { return Vec::new() };
    let blank = text.len() - text.trim_start().len();
    let draft = draft(item, Place::after(&text[..blank], 1), &Feed::default(), findings);
    items::one(draft, context, findings)
}

fn draft(mut item: Map<String, Json>, place: Place, feed: &Feed, findings: &mut Findings<'_>) -> Draft {
    let mut draft = Draft::at(place);
    // Feeds in the wild write numbers where the standard wants text.
    draft.id = item.remove("id").and_then(|id| scalar(&id));
    let url = item.remove("url").and_then(|url| scalar(&url)).filter(|url| !url.trim().is_empty());
    draft.link = url.map(|url| feed.base.as_ref().and_then(|base| base.join(url.trim()).ok()).map_or(url, String::from));
    draft.base = if draft.link.is_some() { None } else { feed.base.clone() };
    let external = item.remove("external_url").and_then(|url| scalar(&url)).filter(|url| url.starts_with("http"));
    draft.body = body(&mut item, external.as_deref(), place, findings);
    for key in ["image", "banner_image"] {
        if let Some(url) = item.remove(key).and_then(|url| scalar(&url)) {
            draft.add_medium(Media { url, ..Media::default() });
        }
    }
    attachments(item.remove("attachments"), &mut draft, findings);
    if !item.contains_key("authors") && !item.contains_key("author") {
        item.extend(feed.authors.clone().map(|authors| ("authors".to_owned(), authors)));
    }
    if !item.contains_key("language") {
        item.extend(feed.language.clone().map(|language| ("language".to_owned(), language)));
    }
    if let Some(Json::Object(own)) = item.remove("_newswire") {
        item.extend(own);
    }
    // An item that says only when it was changed was published then, as far as anybody knows.
    if !item.contains_key("date_published") {
        item.extend(item.get("date_modified").cloned().map(|date| ("date_published".to_owned(), date)));
    }
    draft.fields.extend(item.into_iter().map(|(key, value)| (key.into(), front_matter::of_json(value, place))));
    named(&mut draft);
    draft
}

/// People without a name are named by their page, as the standard asks for either.
fn named(draft: &mut Draft) {
    for (key, node) in &mut draft.fields {
        if !matches!(key.as_ref(), "authors" | "author") {
            continue;
        }
        let people: &mut [front_matter::Node<'_>] = match &mut node.value {
            Value::List(people) => people,
            Value::Table(_) => std::slice::from_mut(node),
            Value::Null | Value::Flag(_) | Value::Number(_) | Value::Text(_) => continue,
        };
        for person in people {
            let Value::Table(table) = &mut person.value else { continue };
            let has =
                |key| front_matter::lookup(table, key).and_then(|node| node.value.scalar()).is_some_and(|text| !text.trim().is_empty());
            if !has("name")
                && let Some((_, page)) = table.iter().find(|(key, _)| key == "url")
            {
                let page = page.clone();
                table.retain(|(key, _)| key != "name");
                table.push(("name".into(), page));
            }
        }
    }
}

/// HTML where there is some, else plain text; a link blog's item ends with what it links to, unless its text does so already.
fn body(item: &mut Map<String, Json>, external: Option<&str>, place: Place, findings: &mut Findings<'_>) -> Body {
    let mut take = |key: &str| match item.remove(key) {
        None | Some(Json::Null) => None,
        Some(Json::String(text)) => Some(text).filter(|text| !text.trim().is_empty()),
        Some(Json::Bool(_) | Json::Number(_) | Json::Array(_) | Json::Object(_)) => {
            findings.warn(place, "not-text", format!("'{key}' is not text; it was left out"), "write it as text in quotes");
            None
        }
    };
    let (html, text) = (take("content_html"), take("content_text"));
    match (html, text) {
        (Some(mut html), _) => {
            if let Some(external) = external.filter(|external| !html.contains(*external) && !html.contains(&escaped(external))) {
                let address = escaped(external);
                html.extend(["\n<p><a href=\"", &address, "\">", &address, "</a></p>"]);
            }
            Body::Html(html)
        }
        (None, text) => {
            let mut text = text.unwrap_or_default();
            if let Some(external) = external.filter(|external| !text.contains(*external)) {
                text.push_str("\n\n");
                text.push_str(external);
            }
            items::paragraphs(&text)
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn attachments(given: Option<Json>, draft: &mut Draft, findings: &mut Findings<'_>) {
    let list = match given {
        None | Some(Json::Null) => return,
        Some(Json::Array(list)) => list,
        Some(one) => vec![one],
    };
    for attachment in list {
        let text = |key: &str| attachment.get(key).and_then(scalar).filter(|text| !text.trim().is_empty());
        let Some(url) = text("url") else {
            let message = "an attachment has no 'url'; it was left out";
            findings.warn(draft.place, "not-a-medium", message, "write it as {\"url\": …, \"mime_type\": …}");
            continue;
        };
        let size = text("size_in_bytes").and_then(|size| size.parse().ok());
        let duration = text("duration_in_seconds").and_then(|seconds| seconds.split('.').next()?.parse().ok());
        let caption = text("title");
        draft.add_medium(Media { url, mime: text("mime_type"), length: size, duration, caption, ..Media::default() });
    }
}

/// Text, or a number as it is written.
fn scalar(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Null | Json::Bool(_) | Json::Array(_) | Json::Object(_) => None,
    }
}
