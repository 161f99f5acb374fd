//! The picture that leads an article: Open Graph's, JSON-LD's, or the one that stands beside the headline; its caption and credit
//! from the figure that shows it.

use serde_json::Value as Json;

use super::base::Base;
use super::content::Content;
use super::linked_data::LinkedData;
use super::metas::Metas;
use super::page::{Page, Region};
use crate::article::Media;

/// Where a picture may be told of.
pub(super) struct Sources<'s, 'a> {
    pub(super) page: &'s Page<'a>,
    pub(super) metas: &'s Metas,
    pub(super) data: &'s LinkedData,
    pub(super) base: &'s Base,
}

impl Sources<'_, '_> {
    /// The leading picture, if the page tells of one outside the text.
    pub(super) fn lead(&self, content: &Content) -> Option<Media> {
        let linked = self.of_linked_data();
        let mut lead = match self.of_metas() {
            Some(mut lead) => {
                if let Some(same) = linked.filter(|linked| is_same(&linked.url, &lead.url)) {
                    complete(&mut lead, same);
                }
                lead
            }
            None => linked.or_else(|| self.beside_the_headline(content))?,
        };
        if let Some(shown) = self.shown(&content.article, &lead.url) {
            complete(&mut lead, shown);
        }
        lead.url = self.base.address(&lead.url).into_owned();
        Some(lead)
    }

    fn of_metas(&self) -> Option<Media> {
        let name = ["og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"];
        let name = name.into_iter().find(|name| self.metas.get(&[name]).is_some())?;
        let url = self.metas.get(&[name])?.to_owned();
        let detail = |detail: &str| self.metas.detail(name, detail);
        let (alt, kind) = if name.starts_with("og:") { ("og:image:alt", "og:image:type") } else { ("twitter:image:alt", "") };
        Some(Media {
            url,
            mime: detail(kind).filter(|kind| kind.contains('/')).map(str::to_owned),
            width: detail("og:image:width").and_then(pixels),
            height: detail("og:image:height").and_then(pixels),
            alt: detail(alt).map(str::to_owned),
            ..Media::default()
        })
    }

    fn of_linked_data(&self) -> Option<Media> {
        let value = self.data.get("image").or_else(|| self.data.get("thumbnailUrl"))?;
        self.data.items(value).find_map(|item| match item {
            Json::String(url) if !url.trim().is_empty() => Some(Media { url: url.trim().to_owned(), ..Media::default() }),
            Json::Object(_) => {
                let text = |keys: &[&str]| self.data.text_in(item, keys);
                let side = |key| text(&[key]).or_else(|| item.get(key)?.get("value").and_then(|value| self.data.first_text(value)));
                Some(Media {
                    url: text(&["contentUrl", "url"])?,
                    mime: text(&["encodingFormat"]).filter(|kind| kind.contains('/')),
                    width: side("width").as_deref().and_then(pixels),
                    height: side("height").as_deref().and_then(pixels),
                    caption: text(&["caption"]),
                    credit: text(&["creditText", "creditLine", "copyrightNotice", "author", "creator"]),
                    ..Media::default()
                })
            }
            Json::String(_) | Json::Null | Json::Bool(_) | Json::Number(_) | Json::Array(_) => None,
        })
    }

    /// The picture between an article's head and its text, where the text is marked off and does not hold it.
    fn beside_the_headline(&self, content: &Content) -> Option<Media> {
        let head = content.article.elements.start..content.body.elements.start;
        let is_lead = |at: &usize| {
            self.page.elements.get(*at).is_some_and(|element| matches!(&*element.name, "img" | "amp-img"))
                && !self
                    .page
                    .is_inside(*at, |outer| outer.has_token("rel", &["author"]) || outer.has_class(&["h-card", "vcard", "p-author"]))
        };
        head.filter(is_lead).take(20).find_map(|at| self.image(at)).filter(|image| image.width.is_none_or(|width| width > 120))
    }

    /// What an article shows of a picture: the element with the same file, and the figure around it.
    fn shown(&self, article: &Region, url: &str) -> Option<Media> {
        let images = self.page.find(article, |element| matches!(&*element.name, "img" | "amp-img")).take(20);
        images.filter_map(|at| self.image(at)).find(|image| is_same(&image.url, url))
    }

    fn image(&self, at: usize) -> Option<Media> {
        let element = self.page.elements.get(at)?;
        let attribute = |name: &str| element.attribute(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        let sources = ["data-src", "data-lazy-src", "data-original", "src"];
        let url = sources.into_iter().filter_map(attribute).find(|url| !url.starts_with("data:"))?;
        let figure =
            self.page.around(at).skip(1).take(8).find(|outer| self.page.elements.get(*outer).is_some_and(|outer| outer.name == "figure"));
        let (caption, credit) = figure.map_or((None, None), |figure| self.caption(&self.page.region(figure)));
        Some(Media {
            url,
            width: attribute("width").as_deref().and_then(pixels),
            height: attribute("height").as_deref().and_then(pixels),
            alt: attribute("alt"),
            caption,
            credit,
            ..Media::default()
        })
    }

    /// A figure's caption, and the credit that stands in it as `<small>` or `<cite>` or is marked so by schema.org.
    fn caption(&self, figure: &Region) -> (Option<String>, Option<String>) {
        let Some(caption) = self.page.find(figure, |element| element.name == "figcaption").next() else { return (None, None) };
        let within = self.page.region(caption);
        let is_credit = |element: &super::page::Element<'_>| {
            matches!(&*element.name, "small" | "cite")
                || element.has_token("itemprop", &["creditText", "copyrightHolder", "author", "creator"])
        };
        let credit = self.page.find(&within, is_credit).next();
        let cuts: Vec<_> = credit.and_then(|at| self.page.elements.get(at)).map(|element| element.outer.clone()).into_iter().collect();
        let some = |words: String| Some(words).filter(|words| !words.is_empty());
        (some(self.page.words(&within.source, &cuts)), credit.and_then(|at| some(self.page.words_of(at))))
    }
}

/// What one telling of a picture leaves out, another may fill in.
fn complete(lead: &mut Media, other: Media) {
    lead.alt = lead.alt.take().or(other.alt);
    lead.caption = lead.caption.take().or(other.caption);
    lead.credit = lead.credit.take().or(other.credit);
    if lead.url == other.url {
        lead.width = lead.width.or(other.width);
        lead.height = lead.height.or(other.height);
    }
}

/// Whether two addresses are those of one picture, perhaps in two sizes.
fn is_same(one: &str, other: &str) -> bool {
    one == other || matches!((stem(one), stem(other)), (Some(one), Some(other)) if one == other)
}

/// The name of a picture's file, without the marks of its size.
fn stem(url: &str) -> Option<&str> {
    let name = url.split(['?', '#']).next()?.rsplit('/').next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    let stem = stem.strip_suffix("-scaled").unwrap_or(stem);
    let sized = stem.rsplit_once('-').filter(|(_, size)| {
        size.split_once('x')
            .is_some_and(|(width, height)| [width, height].iter().all(|side| !side.is_empty() && side.bytes().all(|b| b.is_ascii_digit())))
    });
    let stem = sized.map_or(stem, |(stem, _)| stem);
    (stem.len() >= 3 && (3..=4).contains(&extension.len())).then_some(stem)
}

/// A side in pixels, as far as it is a plain number.
fn pixels(text: &str) -> Option<u32> {
    text.trim().trim_end_matches("px").trim().parse().ok().filter(|pixels| (1..=100_000).contains(pixels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_picture_in_two_sizes_is_one() {
        assert!(is_same("https://a.example/x/storm-1200x630.jpg?w=3", "/y/storm.jpg"));
        assert!(is_same("storm-scaled.jpeg", "storm-300x200.jpeg"));
        assert!(!is_same("storm-1.jpg", "storm-2.jpg"));
        assert!(!is_same("https://a.example/image", "https://a.example/image2"));
    }
}
