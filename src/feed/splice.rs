//! What a crate wrote, completed with what it cannot write.

use super::extension::Writer;
use super::modules::Modules;
use super::{Item, media_rss};

/// The one entry of `document`, cut out of it: its element is called `name` and has no attributes, and after it only `foot` comes. Its
/// start tag gets the entry's language; before its end tag go `more` and the media.
pub(super) fn entry(document: &[u8], name: &str, foot: &str, item: Item<'_>, more: impl FnOnce(&mut Writer<'_>)) -> (Vec<u8>, Modules) {
    let (start_tag, end_tag) = (format!("<{name}>"), format!("</{name}>"));
    // Nothing but the channel's own, empty, elements stands before the entry, so that the first start tag is its own.
    let start = document.windows(start_tag.len()).position(|window| window == start_tag.as_bytes()).map(|at| at + start_tag.len());
    let end = document.len().checked_sub(foot.len() + end_tag.len());
    let inner = start.zip(end).and_then(|(start, end)| document.get(start..end)).unwrap_or_default();
    let mut out = Vec::with_capacity(inner.len() + 2048);
    out.extend_from_slice(&start_tag.as_bytes()[..start_tag.len() - 1]);
    let mut writer = Writer::new(&mut out);
    if let Some(language) = item.own_language() {
        writer.attribute("xml:lang", language);
    }
    writer.out.push(b'>');
    writer.out.extend_from_slice(inner);
    more(&mut writer);
    media_rss::write(&mut writer, item);
    let used = writer.used();
    out.extend_from_slice(end_tag.as_bytes());
    (out, used)
}

/// A document without entries, with `more` at the end of what the feed says of itself, before `foot`. What that and the entries (`used`)
/// use is declared on the root, which `write` writes.
pub(super) fn head(foot: &str, used: Modules, write: impl FnOnce(Modules) -> Vec<u8>, more: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
    let mut tail = Vec::with_capacity(1024);
    let mut writer = Writer::new(&mut tail);
    more(&mut writer);
    let used = used.and(writer.used());
    let mut document = write(used);
    document.truncate(document.len().saturating_sub(foot.len()));
    document.extend_from_slice(&tail);
    document.extend_from_slice(foot.as_bytes());
    document
}
