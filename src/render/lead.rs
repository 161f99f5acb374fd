//! The picture that leads stands in the text, too: many readers show no media but those of the text.

use url::Url;

use super::blocks;
use crate::article::Media;

/// What a text begins with that kept the caption of its picture and lost the picture, as clippings do.
const CAPTION_ALONE: &str = "<figure><figcaption>";

/// The figure to put before a text that does not show the picture yet. Where the text begins with a caption that has no picture, it goes
/// in there instead.
pub(super) fn place(lead: &Media, html: &mut String) -> Option<String> {
    if shows(html, &lead.url) {
        return None;
    }
    let image = image(lead);
    if lead.caption.is_none() && html.starts_with(CAPTION_ALONE) {
        html.insert_str("<figure>".len(), &image);
        return None;
    }
    let mut figure = format!("<figure>{image}");
    if lead.caption.is_some() || lead.credit.is_some() {
        figure.push_str("<figcaption>");
        blocks::escape_into(&mut figure, lead.caption.as_deref().unwrap_or_default());
        if let Some(credit) = &lead.credit {
            figure.push_str(if lead.caption.is_some() { " <small>" } else { "<small>" });
            blocks::escape_into(&mut figure, credit);
            figure.push_str("</small>");
        }
        figure.push_str("</figcaption>");
    }
    figure.push_str("</figure>");
    Some(figure)
}

fn image(lead: &Media) -> String {
    let mut out = "<img".to_owned();
    let mut attribute = |name: &str, value: &str| {
        out.extend([" ", name, "=\""]);
        blocks::escape_into(&mut out, value);
        out.push('"');
    };
    attribute("src", &lead.url);
    attribute("alt", lead.alt.as_deref().unwrap_or_default());
    if let (Some(width), Some(height)) = (lead.width, lead.height) {
        attribute("width", &width.to_string());
        attribute("height", &height.to_string());
    }
    out.push('>');
    out
}

/// Whether a text shows this picture itself, or links to it: the same file, whatever its size, scheme or query.
///
/// Content systems name smaller copies after the picture (`storm-300x200.jpg`, `storm@2x.jpg`, `storm-scaled.jpg`); one of these is the
/// same to those who look.
pub(super) fn shows(html: &str, url: &str) -> bool {
    let escaped = |text: &str| {
        let mut out = String::with_capacity(text.len());
        blocks::escape_into(&mut out, text);
        out
    };
    if html.contains(&*escaped(url)) {
        return true;
    }
    let Some((stem, ending)) = file(url) else { return false };
    let stem = escaped(&stem);
    html.match_indices(&*stem).any(|(at, _)| {
        let rest = &html[at + stem.len()..];
        let size = size(rest);
        rest[size..].strip_prefix(&*ending).is_some_and(|after| after.starts_with(['"', '?', '#', ' ', ',', '&']))
    })
}

/// An address without scheme, query and size, parted before its file's ending; nothing where no file is named, for then the query may be
/// what tells pictures apart.
fn file(url: &str) -> Option<(String, String)> {
    let url = Url::parse(url).ok()?;
    let (stem, ending) = url.path().rsplit_once('.').filter(|(_, ending)| !ending.contains('/') && (2..=5).contains(&ending.len()))?;
    let (folder, name) = stem.rsplit_once('/')?;
    // Where only a size is its name, that is its name.
    let from = (1..name.len()).filter(|at| name.is_char_boundary(*at)).find(|at| size(&name[*at..]) == name.len() - at);
    let name = &name[..from.unwrap_or(name.len())];
    Some((format!("//{}{folder}/{name}", authority(&url)?), format!(".{ending}")))
}

fn authority(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    Some(url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

/// How many bytes at the beginning say a size.
fn size(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).take(5).count();
    if text.starts_with("-scaled") {
        return "-scaled".len();
    }
    if let Some(rest) = text.strip_prefix('@') {
        let count = digits(rest);
        return if count > 0 && rest[count..].starts_with('x') { count + 2 } else { 0 };
    }
    let Some(rest) = text.strip_prefix(['-', '_']) else { return 0 };
    let width = digits(rest);
    let Some(height) = rest[width..].strip_prefix('x').map(digits) else { return 0 };
    if width > 0 && height > 0 { 1 + width + 1 + height } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_picture_is_known_by_its_file() {
        let url = "https://example.org/img/storm.jpg?w=1200&h=800";
        for html in [
            "<img src=\"https://example.org/img/storm.jpg?w=1200&amp;h=800\">",
            "<img src=\"http://example.org/img/storm.jpg\">",
            "<img src=\"https://example.org/img/storm-300x200.jpg\">",
            "<img src=\"https://example.org/img/storm@2x.jpg\">",
            "<img src=\"https://example.org/img/storm-scaled.jpg?x=1\">",
            "<source srcset=\"https://example.org/img/storm.jpg 1x, https://example.org/img/other.jpg 2x\">",
            "<a href=\"https://example.org/img/storm.jpg\">larger</a>",
        ] {
            assert!(shows(html, url), "{html}");
        }
        for html in [
            "",
            "<img src=\"https://example.org/img/storm-2.jpg\">",
            "<img src=\"https://example.org/img/storms.jpg\">",
            "<img src=\"https://example.org/img/storm.jpg.webp\">",
            "<img src=\"https://example.org/img/storm.png\">",
            "<img src=\"https://example.net/img/storm.jpg\">",
        ] {
            assert!(!shows(html, url), "{html}");
        }
        assert!(shows("<img src=\"https://example.org/img/storm.jpg\">", "https://example.org/img/storm-1024x768.jpg"));
        assert!(shows("<img src=\"https://example.org/img/storm-300x200.jpg\">", "https://example.org/img/storm-1024x768.jpg"));
    }

    #[test]
    fn where_no_file_is_named_the_query_counts() {
        let html = "<img src=\"https://example.org/image?id=1&amp;w=2\">";
        assert!(shows(html, "https://example.org/image?id=1&w=2"));
        assert!(!shows(html, "https://example.org/image?id=2&w=2"));
        assert!(!shows(html, "not a url"));
    }

    #[test]
    fn what_is_said_of_it_is_escaped() {
        let lead = Media {
            url: "https://example.org/a.jpg?b=1&c=2".into(),
            width: Some(3),
            height: Some(2),
            alt: Some("\"<x>\"".into()),
            caption: Some("Rain & <wind>".into()),
            credit: Some("A & B".into()),
            ..Media::default()
        };
        assert_eq!(
            place(&lead, &mut "<p>Text.</p>".to_owned()).unwrap(),
            "<figure><img src=\"https://example.org/a.jpg?b=1&amp;c=2\" alt=\"&quot;&lt;x&gt;&quot;\" width=\"3\" height=\"2\"><figcaption>Rain \
             &amp; &lt;wind&gt; <small>A &amp; B</small></figcaption></figure>"
        );
        let bare = Media { url: "https://example.org/a.jpg".into(), ..Media::default() };
        assert_eq!(place(&bare, &mut String::new()).unwrap(), "<figure><img src=\"https://example.org/a.jpg\" alt=\"\"></figure>");
    }

    #[test]
    fn a_caption_that_lost_its_picture_gets_it_back() {
        let mut html = "<figure><figcaption>Waves</figcaption></figure><p>Text.</p>".to_owned();
        let lead = Media { url: "https://example.org/a.jpg".into(), ..Media::default() };
        assert_eq!(place(&lead, &mut html), None);
        assert_eq!(html, "<figure><img src=\"https://example.org/a.jpg\" alt=\"\"><figcaption>Waves</figcaption></figure><p>Text.</p>");
        assert_eq!(place(&lead, &mut html), None, "once is enough");
        assert_eq!(html.matches("<img").count(), 1);
    }
}
