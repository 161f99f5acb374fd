//! Pictures, films and recordings in the text.

use super::content;
use crate::article::{Article, Media};
use crate::reader::wire::rendition::{Kind, Rendition, best};
use crate::reader::wire::{MOST, words};
use crate::reader::xml::markup::{escape, put_attribute};
use crate::reader::xml::tree::Element;

/// The medium of a `media` element in the file that the web wants.
fn medium(element: &Element) -> Option<(Kind, Media)> {
    let references: Vec<&Element> = element.all("media-reference").collect();
    let by_type = || references.iter().find_map(|one| Kind::of_type(one.attribute("mime-type")?));
    let kind = element.attribute("media-type").and_then(Kind::named).or_else(by_type)?;
    let number = |one: &Element, name: &str| one.attribute(name).and_then(|text| text.trim().parse::<u32>().ok());
    let is_pixels = |one: &Element| one.attribute("units").is_none_or(|units| units.eq_ignore_ascii_case("pixels"));
    let renditions = references.iter().map(|one| Rendition {
        url: one.attribute("source").unwrap_or_default().to_owned(),
        mime: one.attribute("mime-type").map(str::to_owned),
        length: None,
        width: number(one, "width").filter(|_| is_pixels(one)),
        height: number(one, "height").filter(|_| is_pixels(one)),
        names: format!("{} {}", one.attribute("name").unwrap_or_default(), one.attribute("id").unwrap_or_default()).to_lowercase(),
    });
    let mut medium = best(kind, renditions)?;
    let attribute = |name: &str| references.iter().find_map(|one| one.attribute(name)).map(words::one_line).filter(|text| !text.is_empty());
    medium.alt = attribute("alternate-text");
    medium.caption = element.first("media-caption").and_then(Element::line);
    medium.credit = element.first("media-producer").and_then(Element::line).or_else(|| attribute("source-credit"));
    Some((kind, medium))
}

/// Adds the media of a text to its article's.
pub(super) fn gather(element: &Element, article: &mut Article) {
    for child in element.elements() {
        if child.name != "media" {
            gather(child, article);
        } else if let Some((_, medium)) = medium(child)
            && article.media.len() < MOST
            && !article.media.iter().any(|known| known.url == medium.url)
        {
            article.media.push(medium);
        }
    }
}

/// A `media` element as a figure; nothing where the web can show none of its files.
pub(super) fn figure(html: &mut String, element: &Element) {
    let Some((kind, medium)) = medium(element) else { return };
    html.push_str("<figure>");
    match kind {
        Kind::Picture => {
            html.push_str("<img");
            put_attribute(html, "src", &medium.url);
            put_attribute(html, "alt", medium.alt.as_deref().unwrap_or_default());
            for (name, value) in [("width", medium.width), ("height", medium.height)] {
                if let Some(value) = value {
                    put_attribute(html, name, &value.to_string());
                }
            }
            html.push('>');
        }
        Kind::Film | Kind::Sound => {
            let name = if kind == Kind::Film { "video" } else { "audio" };
            html.extend(["<", name]);
            put_attribute(html, "src", &medium.url);
            html.extend([" controls></", name, ">"]);
        }
    }
    let caption = element.first("media-caption");
    if caption.is_some() || medium.credit.is_some() {
        html.push_str("<figcaption>");
        if let Some(caption) = caption {
            // Its paragraphs become one line of words with their marks.
            let mut words = String::new();
            content::inline(&mut words, caption);
            html.push_str(words.trim());
        }
        if let Some(credit) = &medium.credit {
            html.push_str(" <cite>");
            escape(html, credit);
            html.push_str("</cite>");
        }
        html.push_str("</figcaption>");
    }
    html.push_str("</figure>\n");
}
