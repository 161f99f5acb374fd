//! Which file of the articles folder a relative address means.

use std::path::{Component, PathBuf};

use percent_encoding::percent_decode_str;

use crate::article::SourcePath;

/// The file that an address in an article means; `None` where it is no relative path, or leads out of the articles folder.
///
/// An address with a scheme or a host is somebody's URL, and one that begins with a slash is the site's: neither is guessed at.
pub(super) fn file(article: &SourcePath, written: &str) -> Option<SourcePath> {
    let path = &written[..written.find(['#', '?']).unwrap_or(written.len())];
    if path.is_empty() || path.starts_with(['/', '\\']) || has_scheme(path) {
        return None;
    }
    let path = percent_decode_str(path).decode_utf8().ok()?;
    if path.chars().any(char::is_control) {
        return None;
    }
    let mut plain: PathBuf = article.as_path().parent()?.to_owned();
    for part in std::path::Path::new(path.as_ref()).components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !plain.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    SourcePath::new(&plain)
}

/// Whether a text begins as a URL does (RFC 3986 section 3.1).
fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;

    fn meant(article: &str, written: &str) -> Option<String> {
        file(&SourcePath::new(Path::new(article)).unwrap(), written).map(|path| path.to_string())
    }

    #[test]
    fn a_path_is_relative_to_the_article_s_folder() {
        for (article, written, expected) in [
            ("post/index.md", "cover.jpg", Some("post/cover.jpg")),
            ("post/index.md", "./a%20b.jpg?w=3#x", Some("post/a b.jpg")),
            ("world/post.md", "../img/x.png", Some("img/x.png")),
            ("post.md", "img/x.png", Some("img/x.png")),
            ("post.md", "../x.png", None),
            ("a/post.md", "../../etc/x.png", None),
            ("post.md", "/img/x.png", None),
            ("post.md", "//cdn.example.net/x.png", None),
            ("post.md", "https://example.org/x.png", None),
            ("post.md", "data:image/png;base64,AAAA", None),
            ("post.md", "%2e%2e/%2e%2e/x.png", None),
            ("post.md", "%2fetc/x.png", None),
            ("post.md", "#x", None),
            ("post.md", "..", None),
        ] {
            assert_eq!(meant(article, written).as_deref(), expected, "{article} {written}");
        }
    }

    proptest! {
        #[test]
        fn nothing_leaves_the_folder(written in "[a-z./%2ef:\\\\#?é]{0,40}") {
            if let Some(path) = meant("a/b.md", &written) {
                prop_assert!(!path.starts_with('/') && path.split('/').all(|part| part != ".."), "{}", path);
            }
        }
    }
}
