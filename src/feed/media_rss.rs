//! Media RSS (<https://www.rssboard.org/media-rss>), in RSS and Atom alike.

use super::Item;
use super::extension::Writer;
use crate::article::Media;

/// The module's namespace. Nearly every feed shows a picture, so that all declare it.
pub(super) const NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// What goes with an entry beside its text, the picture that stands for it, and for whom it is fit.
pub(super) fn write(writer: &mut Writer<'_>, item: Item<'_>) {
    for medium in item.attached() {
        content(writer, medium, item.has_text());
    }
    if let Some(image) = item.rendered.lead_image() {
        thumbnail(writer, image);
    }
    if let Some(explicit) = item.rendered.particulars.explicit {
        writer.element("media:rating", &[("scheme", Some("urn:simple"))], if explicit { "adult" } else { "nonadult" });
    }
}

/// One medium, with its credit and, if `described`, its caption or its text for those who do not see it.
///
/// Widely used readers take a description in here for the entry's own text where it has no other, so that an entry without
/// text does better without.
fn content(writer: &mut Writer<'_>, medium: &Media, described: bool) {
    let number = |value: Option<u64>| value.map(|value| value.to_string());
    let (length, width, height) = (number(medium.length), number(medium.width.map(u64::from)), number(medium.height.map(u64::from)));
    let duration = number(medium.duration.map(u64::from));
    let attributes = [
        ("url", Some(medium.url.as_str())),
        ("type", medium.mime.as_deref()),
        ("medium", kind(medium)),
        ("fileSize", length.as_deref()),
        ("duration", duration.as_deref()),
        ("width", width.as_deref()),
        ("height", height.as_deref()),
    ];
    writer.parent("media:content", &attributes, |writer| {
        let plain = [("type", Some("plain"))];
        if described {
            // Where both are known, the caption tells what is seen, and the other names it.
            let (title, description) = match (&medium.alt, &medium.caption) {
                (Some(alt), Some(caption)) if alt != caption => (Some(alt), Some(caption)),
                (alt, caption) => (None, caption.as_ref().or(alt.as_ref())),
            };
            for (name, text) in [("media:title", title), ("media:description", description)] {
                if let Some(text) = text {
                    writer.element(name, &plain, text);
                }
            }
        }
        writer.optional("media:credit", medium.credit.as_deref());
    });
}

fn thumbnail(writer: &mut Writer<'_>, image: &Media) {
    let number = |value: Option<u32>| value.map(|value| value.to_string());
    let (width, height) = (number(image.width), number(image.height));
    writer.empty("media:thumbnail", &[("url", Some(&image.url)), ("width", width.as_deref()), ("height", height.as_deref())]);
}

/// What `media:content` calls the kind of a medium, where its type says so.
fn kind(medium: &Media) -> Option<&'static str> {
    let kind = medium.mime.as_deref()?.split('/').next()?;
    ["image", "audio", "video"].into_iter().find(|known| *known == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Writer<'_>)) -> String {
        let mut out = Vec::new();
        write(&mut Writer::new(&mut out));
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_known_is_said() {
        let medium = Media {
            url: "https://example.org/a.mp3?b=1&c=2".into(),
            mime: Some("audio/mpeg".into()),
            duration: Some(90),
            alt: Some("The harbour".into()),
            caption: Some("Rain & <wind>\u{0}".into()),
            credit: Some("A \"B\"".into()),
            ..Media::default()
        };
        assert_eq!(
            written(|writer| content(writer, &medium, true)),
            "<media:content url=\"https://example.org/a.mp3?b=1&amp;c=2\" type=\"audio/mpeg\" medium=\"audio\" duration=\"90\"><media:title \
             type=\"plain\">The harbour</media:title><media:description type=\"plain\">Rain &amp; \
             &lt;wind&gt;</media:description><media:credit>A &quot;B&quot;</media:credit></media:content>"
        );
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let medium = Media { url: "https://example.org/a".into(), ..Media::default() };
        assert_eq!(written(|writer| content(writer, &medium, true)), "<media:content url=\"https://example.org/a\"/>");
        assert_eq!(written(|writer| thumbnail(writer, &medium)), "<media:thumbnail url=\"https://example.org/a\"/>");
    }
}
