//! The text of an item: NITF, XHTML, HTML or plain text inside it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::article::{Article, Body};
use crate::reader::findings::Findings;
use crate::reader::nitf;
use crate::reader::wire::words;
use crate::reader::xml::markup;
use crate::reader::xml::tree::{Element, XHTML};

/// Reads `contentSet`: of several renditions of the text the richest.
pub(super) fn read(item: &Element, article: &mut Article, findings: &mut Findings<'_>) {
    let Some(set) = item.first("contentSet") else { return };
    let inside: Vec<&Element> = set.all("inlineXML").flat_map(Element::elements).collect();
    if let Some(document) = inside.iter().find(|element| nitf::is_nitf(element)) {
        nitf::body(document, article);
    } else if let Some(document) = inside.iter().find(|element| element.namespace.as_deref() == Some(XHTML) || element.name == "html") {
        let mut html = String::new();
        markup::outer(&mut html, document);
        article.body = words::html(&html, &article.headline);
    } else if let Some(unknown) = inside.first() {
        let name: String = unknown.name.chars().take(60).collect();
        let message = format!("the item's text is in '{name}', which is neither NITF nor XHTML; it was left out");
        findings.warn(unknown.place, "unknown-markup", message, "have the item made with NITF or XHTML inside");
    }
    if article.body == Body::default()
        && let Some(body) = set.all("inlineData").find_map(|data| inline_data(data, &article.headline, findings))
    {
        article.body = body;
    }
    if article.body == Body::default()
        && let Some(remote) = set.first("remoteContent")
    {
        let message = "the item's text stands in another file, which is not fetched; the article has no text";
        findings.warn(remote.place, "text-elsewhere", message, "have the item made with its text inside");
    }
}

fn inline_data(data: &Element, headline: &str, findings: &mut Findings<'_>) -> Option<Body> {
    let mut text = data.text();
    if data.attribute("encoding").is_some_and(|encoding| encoding.to_ascii_lowercase().ends_with("base64")) {
        let packed: String = text.split_whitespace().collect();
        let Some(unpacked) = STANDARD.decode(packed).ok().and_then(|bytes| String::from_utf8(bytes).ok()) else {
            findings.warn(data.place, "unreadable-data", "this inline data is no UTF-8 text in base64; it was left out", "");
            return None;
        };
        text = unpacked;
    }
    if text.trim().is_empty() {
        return None;
    }
    let kind = data.attribute("contenttype").unwrap_or("text/plain").split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        "text/html" | "application/xhtml+xml" => Some(words::html(&text, headline)),
        "text/plain" | "" => Some(words::paragraphs(&text)),
        _ => {
            let shown: String = kind.chars().filter(|c| !c.is_control()).take(60).collect();
            let message = format!("this inline data is '{shown}', which is neither HTML nor plain text; it was left out");
            findings.warn(data.place, "unknown-markup", message, "have the item made with HTML or plain text inside");
            None
        }
    }
}
