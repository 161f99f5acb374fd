//! Whether a body may show a picture, a sound or a film at all: most articles do not, and are not gone through for it.

use std::sync::LazyLock;

use crate::media_type::ALL;

/// The elements that hold a medium.
const ELEMENTS: [&str; 5] = ["img", "audio", "video", "source", "picture"];

/// Every ending of a medium's file, in order.
static ENDINGS: LazyLock<Vec<[u8; LONGEST]>> = LazyLock::new(|| {
    let mut endings: Vec<_> = ALL.iter().flat_map(|media| media.endings).map(|ending| padded(ending.as_bytes())).collect();
    endings.sort_unstable();
    endings
});
/// The longest of them, in bytes.
const LONGEST: usize = 4;

fn padded(ending: &[u8]) -> [u8; LONGEST] {
    std::array::from_fn(|at| ending.get(at).map_or(0, u8::to_ascii_lowercase))
}

/// Whether it may. A yes may be wrong, a no is not.
pub(super) fn may_show_media(source: &str) -> bool {
    let source = source.as_bytes();
    memchr::memchr3_iter(b'!', b'<', b'.', source).any(|at| {
        let rest = &source[at + 1..];
        match source[at] {
            b'!' => rest.first() == Some(&b'['),
            b'<' => ELEMENTS.iter().any(|name| rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))),
            _ => ends_a_medium_s_name(rest),
        }
    })
}

/// Whether what follows a full stop is the ending of a medium's file.
fn ends_a_medium_s_name(rest: &[u8]) -> bool {
    let end = rest.iter().take(LONGEST + 1).position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let ending = &rest[..end.min(rest.len())];
    (2..=LONGEST).contains(&ending.len()) && ENDINGS.binary_search(&padded(ending)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyday_text_shows_nothing() {
        assert!(!may_show_media("A [link](b.md) & <b>bold</b>. It was 3.5 p.m. See example.org."));
        assert!(ALL.iter().flat_map(|media| media.endings).all(|ending| (2..=LONGEST).contains(&ending.len())));
        for source in ["![a](b)", "text <IMG src=b>", "<video\nsrc=a>", "[Listen](episode.mp3)", "a.JPG"] {
            assert!(may_show_media(source), "{source}");
        }
    }
}
