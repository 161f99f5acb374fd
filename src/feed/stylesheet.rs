//! The style sheet by which a browser shows a feed's XML that is opened from a static host: raw, it is readable.
//!
//! <https://www.w3.org/TR/xml-stylesheet/>

use url::Url;

/// The style sheet's file in the feeds folder.
pub const STYLESHEET: &str = "feed.css";

/// The processing instruction that names the style sheet. Its place is a path from the host's root, so that a copy of the feed in
/// another folder finds it too.
fn instruction(base: &Url) -> String {
    let path = base.path().replace('&', "&amp;").replace('<', "&lt;");
    format!("<?xml-stylesheet type=\"text/css\" href=\"{path}{STYLESHEET}\"?>")
}

/// Puts the instruction where it belongs: after the document's XML declaration, before its root.
pub(super) fn insert(document: &mut Vec<u8>, base: &Url) {
    let declaration = document.starts_with(b"<?xml ").then(|| document.windows(2).position(|two| two == b"?>")).flatten();
    let at = declaration.map_or(0, |at| at + 2);
    let before = if at == 0 { "" } else { "\n" };
    let after = if document.get(at) == Some(&b'\n') { "" } else { "\n" };
    document.splice(at..at, format!("{before}{}{after}", instruction(base)).into_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_between_declaration_and_root() {
        let base = Url::parse("https://example.org/a&b/f%20eeds/").unwrap();
        let inserted = |text: &str| {
            let mut document = text.as_bytes().to_vec();
            insert(&mut document, &base);
            String::from_utf8(document).unwrap()
        };
        let instruction = "<?xml-stylesheet type=\"text/css\" href=\"/a&amp;b/f%20eeds/feed.css\"?>";
        assert_eq!(inserted("<?xml version=\"1.0\"?>\n<feed/>"), format!("<?xml version=\"1.0\"?>\n{instruction}\n<feed/>"));
        assert_eq!(inserted("<?xml version=\"1.0\"?><rss/>"), format!("<?xml version=\"1.0\"?>\n{instruction}\n<rss/>"));
        assert_eq!(inserted("<feed/>"), format!("{instruction}\n<feed/>"));
    }
}
