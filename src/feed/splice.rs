//! An entry cut out of the document that a crate wrote around it, and completed with what the crate cannot write.

use super::Item;
use super::extension::Writer;

/// The one entry of `document`, whose element is called `name` and has no attributes, and after which only `foot` comes. Its
/// start tag gets the entry's language; before its end tag go `more` and the media.
pub(super) fn entry(document: &[u8], name: &str, foot: &str, item: Item<'_>, more: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let (start_tag, end_tag) = (format!("<{name}>"), format!("</{name}>"));
    // Nothing but the channel's own, empty, elements stands before the entry, so that the first start tag is its own.
    let start = document.windows(start_tag.len()).position(|window| window == start_tag.as_bytes()).map(|at| at + start_tag.len());
    let end = document.len().checked_sub(foot.len() + end_tag.len());
    let inner = start.zip(end).and_then(|(start, end)| document.get(start..end)).unwrap_or_default();
    let mut out = Vec::with_capacity(inner.len() + 1024);
    out.extend_from_slice(&start_tag.as_bytes()[..start_tag.len() - 1]);
    let mut writer = Writer(&mut out);
    if let Some(language) = item.own_language() {
        writer.attribute("xml:lang", language);
    }
    writer.0.push(b'>');
    writer.0.extend_from_slice(inner);
    more(&mut writer);
    for medium in item.attached() {
        writer.medium(medium, item.has_text());
    }
    if let Some(image) = item.lead_image() {
        writer.thumbnail(image);
    }
    writer.0.extend_from_slice(end_tag.as_bytes());
    out
}
