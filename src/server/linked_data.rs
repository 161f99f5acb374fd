//! An article as search engines read it: schema.org's `NewsArticle` in JSON-LD.
//!
//! <https://schema.org/NewsArticle>, <https://developers.google.com/search/docs/appearance/structured-data/article>

use serde_json::{Map, Value, json};

use super::site::Site;
use crate::article::{Article, Entry, Media, NoteKind, Person};
use crate::render::Rendered;

/// The longest headline that is shown whole, in characters.
const LONGEST_HEADLINE: usize = 110;

/// The JSON, to stand within `<script type="application/ld+json">`.
pub(super) fn news_article(site: &Site, entry: &Entry, article: &Article, rendered: &Rendered, pictures: &[&Media]) -> String {
    let publisher = json!({ "@type": "NewsMediaOrganization", "name": site.title, "url": site.url.as_str() });
    let mut object = Map::new();
    let mut put = |key: &str, value: Value| {
        object.insert(key.to_owned(), value);
    };
    put("@context", json!("https://schema.org"));
    put("@type", json!("NewsArticle"));
    put("mainEntityOfPage", json!({ "@type": "WebPage", "@id": entry.link.as_str() }));
    put("url", json!(entry.link.as_str()));
    put("headline", json!(shortened(&rendered.headline)));
    if !rendered.summary.is_empty() {
        put("description", json!(rendered.summary));
    }
    put("datePublished", json!(entry.published.rfc3339()));
    put("dateModified", json!(entry.updated.max(entry.published).rfc3339()));
    put("inLanguage", json!(article.language.as_deref().unwrap_or(&site.language)));
    let authors: Vec<Value> = rendered.authors.iter().map(|author| person(author, site)).collect();
    put("author", if authors.is_empty() { publisher.clone() } else { json!(authors) });
    if !rendered.contributors.is_empty() {
        put("contributor", rendered.contributors.iter().map(|contributor| person(contributor, site)).collect());
    }
    put("publisher", publisher);
    if !pictures.is_empty() {
        put("image", pictures.iter().map(|picture| image(picture)).collect());
    }
    if let Some(section) = &article.section {
        put("articleSection", json!(section));
    }
    if !article.tags.is_empty() {
        put("keywords", json!(article.tags));
    }
    if let (Some(correction), NoteKind::Correction) = (&article.correction, article.note) {
        put("correction", json!({ "@type": "CorrectionComment", "text": correction }));
    }
    if let Some(dateline) = &article.dateline {
        put("dateline", json!(dateline));
    }
    if let Some(licence) = rendered.licence.as_ref().filter(|licence| licence.starts_with("https://") || licence.starts_with("http://")) {
        put("license", json!(licence));
    }
    within_script(&Value::Object(object).to_string())
}

/// A name as its kind: the publication itself is no person.
fn person(person: &Person, site: &Site) -> Value {
    let kind = if person.name == site.title { "Organization" } else { "Person" };
    let uri = person.uri.as_deref().filter(|uri| uri.starts_with("https://") || uri.starts_with("http://"));
    let mut value = json!({ "@type": kind, "name": person.name });
    if let (Some(uri), Value::Object(object)) = (uri, &mut value) {
        object.insert("url".to_owned(), json!(uri));
    }
    value
}

fn image(picture: &Media) -> Value {
    let mut object = Map::new();
    object.insert("@type".to_owned(), json!("ImageObject"));
    object.insert("url".to_owned(), json!(picture.url));
    let more = [
        ("width", picture.width.map(|pixels| json!(pixels))),
        ("height", picture.height.map(|pixels| json!(pixels))),
        ("caption", picture.caption.as_ref().or(picture.alt.as_ref()).map(|text| json!(text))),
        ("creditText", picture.credit.as_ref().map(|text| json!(text))),
    ];
    object.extend(more.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    Value::Object(object)
}

fn shortened(headline: &str) -> String {
    if headline.chars().count() <= LONGEST_HEADLINE {
        return headline.to_owned();
    }
    let end = headline.char_indices().nth(LONGEST_HEADLINE - 1).map_or(headline.len(), |(at, _)| at);
    let cut = headline[..end].rfind(' ').unwrap_or(end);
    format!("{}…", headline[..cut].trim_end())
}

/// JSON that cannot end the element it stands in, nor begin a comment there, and is no line break to any script.
fn within_script(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_long_headline_ends_between_words() {
        let long = "word ".repeat(40);
        let short = shortened(&long);
        assert!(short.ends_with("word…") && short.chars().count() <= LONGEST_HEADLINE, "{short}");
        assert_eq!(shortened("Short"), "Short");
        assert_eq!(shortened(&"字".repeat(200)).chars().count(), LONGEST_HEADLINE);
        assert_eq!(shortened(&"字".repeat(110)).chars().count(), 110);
    }

    proptest! {
        #[test]
        fn no_text_ends_the_element(text in any::<String>()) {
            let json = within_script(&json!({ "headline": format!("</script><!--{text}") }).to_string());
            let raw = json.contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
            prop_assert!(!raw, "{}", json);
            let back: Value = serde_json::from_str(&json).unwrap();
            let expected = format!("</script><!--{text}");
            prop_assert_eq!(back["headline"].as_str(), Some(expected.as_str()));
        }
    }
}
