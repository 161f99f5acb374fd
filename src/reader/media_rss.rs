//! Media RSS, <https://www.rssboard.org/media-rss>, in items of RSS and entries of Atom alike.

use super::items::Draft;
use super::markup;
use super::xml::tree::Element;
use crate::article::Media;

const NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// Adds an item's media: each `media:content`, of a group the one that it prefers, and the thumbnail where there is nothing else
/// to see.
pub(super) fn add(draft: &mut Draft, item: &Element) {
    let common = Words::of(item);
    let contents: Vec<&Element> = item.all_in(NAMESPACE, "content").collect();
    for content in &contents {
        // What is said of the item's media as a whole can be said of one only where there is one.
        let around = if contents.len() == 1 { common.clone() } else { Words::default() };
        put(draft, content, &around);
    }
    for group in item.all_in(NAMESPACE, "group") {
        let all: Vec<&Element> = group.all_in(NAMESPACE, "content").collect();
        let preferred = all.iter().find(|content| content.attribute("isDefault") == Some("true")).or(all.first());
        let around = Words::of(group).or(&common);
        match preferred {
            Some(content) => put(draft, content, &around),
            None => thumbnail(draft, group),
        }
    }
    let shown = draft.media.iter().any(|medium| medium.mime.as_deref().is_none_or(|mime| mime.starts_with("image/")));
    if !shown {
        let groups = item.all_in(NAMESPACE, "group");
        let holders = std::iter::once(item).chain(groups).chain(contents);
        if let Some(holder) = holders.into_iter().find(|holder| holder.first_in(NAMESPACE, "thumbnail").is_some()) {
            thumbnail(draft, holder);
        }
    }
}

/// What is said of a medium.
#[derive(Clone, Default)]
struct Words {
    caption: Option<String>,
    title: Option<String>,
    credit: Option<String>,
}

impl Words {
    fn of(holder: &Element) -> Self {
        let line = |name| holder.first_in(NAMESPACE, name).and_then(Element::line);
        let described = holder.first_in(NAMESPACE, "description");
        let caption = described.and_then(Element::line).map(|text| {
            let html = described.and_then(|element| element.attribute("type")) == Some("html");
            if html || markup::is_html(&text) { markup::words(&text, text.len()) } else { text }
        });
        Self { caption: caption.filter(|text| !text.is_empty()), title: line("title"), credit: line("credit") }
    }

    fn or(self, other: &Self) -> Self {
        Self {
            caption: self.caption.or_else(|| other.caption.clone()),
            title: self.title.or_else(|| other.title.clone()),
            credit: self.credit.or_else(|| other.credit.clone()),
        }
    }
}

fn put(draft: &mut Draft, content: &Element, around: &Words) {
    let Some(url) = content.attribute("url").map(str::trim).filter(|url| !url.is_empty()) else { return };
    let number = |name| content.attribute(name).and_then(|text| text.trim().parse::<u64>().ok()).filter(|number| *number > 0);
    let pixels = |name| number(name).and_then(|number| u32::try_from(number).ok());
    let words = Words::of(content).or(around);
    draft.add_medium(Media {
        url: url.to_owned(),
        mime: content.attribute("type").map(str::to_owned),
        length: number("fileSize"),
        width: pixels("width"),
        height: pixels("height"),
        duration: number("duration").and_then(|number| u32::try_from(number).ok()),
        alt: None,
        caption: words.caption.or(words.title),
        credit: words.credit,
    });
}

fn thumbnail(draft: &mut Draft, holder: &Element) {
    let Some(thumbnail) = holder.first_in(NAMESPACE, "thumbnail") else { return };
    let pixels = |name| thumbnail.attribute(name).and_then(|text| text.trim().parse().ok());
    let url = thumbnail.attribute("url").unwrap_or_default().to_owned();
    draft.add_medium(Media { url, width: pixels("width"), height: pixels("height"), ..Media::default() });
}
