//! Whether a body may show a picture, a sound or a film at all: most articles do not, and are not gone through for it.

use crate::media_type::ALL;

/// What begins a medium in Markdown or HTML.
const MARKS: [&str; 2] = ["![", "<"];
/// The elements that hold one.
const ELEMENTS: [&str; 5] = ["img", "audio", "video", "source", "picture"];

/// Whether it may. A yes may be wrong, a no is not.
pub(super) fn may_show_media(source: &str) -> bool {
    source.contains(MARKS[0]) || holds_an_element(source) || links_to_one(source)
}

fn holds_an_element(source: &str) -> bool {
    let starts = |rest: &str, name: &str| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    source.match_indices(MARKS[1]).any(|(at, _)| {
        let rest = source.get(at + 1..).unwrap_or_default();
        ELEMENTS.iter().any(|name| starts(rest, name))
    })
}

/// Whether an ending of a medium's file stands anywhere.
fn links_to_one(source: &str) -> bool {
    source.match_indices('.').any(|(at, _)| {
        let rest = source.get(at + 1..).unwrap_or_default();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let ending = &rest[..end];
        (2..=4).contains(&end) && ALL.iter().any(|media| media.endings.iter().any(|known| known.eq_ignore_ascii_case(ending)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_text_shows_nothing() {
        assert!(!may_show_media("A [link](b.md) & <b>bold</b>. It was 3.5 p.m. See example.org."));
        for source in ["![a](b)", "text <IMG src=b>", "<video\nsrc=a>", "[Listen](episode.mp3)", "a.JPG"] {
            assert!(may_show_media(source), "{source}");
        }
    }
}
