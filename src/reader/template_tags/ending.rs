//! Where the content of a tag ends.

use super::tag::{Kind, Tag};

/// Where the content of a Liquid tag ends and where its end tag does, in bytes.
pub(super) fn end_of(name: &str, text: &str, nests: bool) -> Option<(usize, usize)> {
    let (mut at, mut open) = (0, 1_usize);
    while let Some(next) = text.get(at..)?.find("{%") {
        at += next;
        let Some(tag) = Tag::at(&text[at..]) else {
            at += 2;
            continue;
        };
        if let Kind::Liquid { name: other, .. } = tag.kind {
            if other.strip_prefix("end") == Some(name) {
                open -= 1;
                if open == 0 {
                    return Some((at, at + tag.length));
                }
            } else if nests && other == name {
                open += 1;
            }
        }
        // What looks like a long tag may hold the end tag that is looked for.
        at += if matches!(tag.kind, Kind::Liquid { .. }) { tag.length } else { 2 };
    }
    None
}

/// Where the content of a Hugo shortcode ends and where its `{{< /name >}}` does.
pub(super) fn hugo_end(name: &str, text: &str) -> Option<(usize, usize)> {
    let mut at = 0;
    while let Some(next) = text.get(at..)?.find("{{") {
        at += next;
        if let Some(Tag { kind: Kind::Hugo { name: other, closing: true, .. }, length, .. }) = Tag::at(&text[at..])
            && other == name
        {
            return Some((at, at + length));
        }
        at += 2;
    }
    None
}

/// The same for Zola's `{% end %}`.
pub(super) fn zola_end(_: &str, text: &str) -> Option<(usize, usize)> {
    let (mut at, mut open) = (0, 1_usize);
    while let Some(next) = text.get(at..)?.find("{%") {
        at += next;
        let tag = Tag::at(&text[at..]);
        match tag.as_ref().map(|tag| &tag.kind) {
            Some(Kind::ZolaEnd) => open -= 1,
            Some(Kind::Zola { has_body: true, .. }) => open += 1,
            _ => {}
        }
        if open == 0 {
            return Some((at, at + tag.map_or(2, |tag| tag.length)));
        }
        at += 2;
    }
    None
}
