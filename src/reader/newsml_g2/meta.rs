//! What an item says of itself and of its text.

use super::names::{Names, in_language};
use crate::article::Article;
use crate::reader::Context;
use crate::reader::findings::Findings;
use crate::reader::wire::rendition::{Kind, Rendition, best};
use crate::reader::wire::{self, MOST, credit, dates, particulars, status};
use crate::reader::xml::tree::Element;

/// An element's code: a `QCode`, a URI, or what its agency calls it.
pub(super) fn code(element: &Element) -> Option<&str> {
    ["qcode", "uri", "literal"].into_iter().find_map(|name| element.attribute(name)).map(str::trim).filter(|code| !code.is_empty())
}

/// A code without its scheme.
pub(super) fn last(code: &str) -> &str {
    code.rsplit([':', '/', '#']).next().unwrap_or_default()
}

/// Reads `itemMeta`: dates, status, notes to editors.
pub(super) fn item(about: &Element, article: &mut Article, context: Context<'_>, findings: &mut Findings<'_>) {
    let mut date = |name: &str| {
        let element = about.first(name)?;
        dates::date(name, &element.text(), element.place, context, findings)
    };
    let (first, this) = (date("firstCreated"), date("versionCreated"));
    article.published = first.or(this);
    article.updated = this.filter(|this| article.published.is_some_and(|first| this.at >= first.at));
    article.embargo = date("embargoed");
    article.expires = date("expires");
    if let Some(embargoed) = about.first("embargoed")
        && embargoed.line().is_none()
    {
        // Empty, it has no end (NewsML-G2 specification, `embargoed`).
        status::hold_until_told(article, embargoed.place, findings);
    }
    if let Some(element) = about.first("pubStatus") {
        status::publishing(article, code(element).unwrap_or_default(), element.place, findings);
    }
    for (element, name) in [("edNote", "ed_note"), ("profile", "profile"), ("fileName", "file_name")] {
        if let Some(line) = about.first(element).and_then(Element::line) {
            particulars::keep(article, name, &line);
        }
    }
    for (element, name) in [("provider", "provider"), ("service", "service"), ("signal", "signal")] {
        if let Some(element) = about.first(element)
            && let Some(text) = element.first("name").and_then(Element::line).or_else(|| code(element).map(str::to_owned))
        {
            particulars::keep(article, name, &text);
        }
    }
    let page = about.all("link").find(|link| link.attribute("rel").is_some_and(|rel| last(rel) == "alternate"));
    article.link = page.and_then(|link| link.attribute("href")).map(str::trim).filter(|href| is_web(href)).map(str::to_owned);
}

/// Reads `contentMeta`; gives the headline.
pub(super) fn content(
    about: &Element,
    language: Option<&str>,
    names: &Names<'_>,
    article: &mut Article,
    context: Context<'_>,
) -> Option<String> {
    let tag = about.first("language").and_then(|language| language.attribute("tag")).map(str::trim).filter(|tag| !tag.is_empty());
    article.language = tag.map(str::to_owned);
    let language = tag.or(language);
    if let Some(urgency) = about.first("urgency").and_then(Element::line) {
        status::urgency(article, &urgency);
        particulars::keep(article, "urgency", &urgency);
    }
    if article.published.is_none() {
        article.published = about.first("contentCreated").and_then(|date| dates::loose(&date.text(), context));
    }
    people(about, language, names, article);
    for subject in about.all("subject").take(MOST) {
        let name = names.of_property(subject, language);
        particulars::keep_subject(article, name.as_deref(), code(subject));
        wire::add_tag(article, name.as_deref().unwrap_or_default());
    }
    for genre in about.all("genre").take(MOST) {
        wire::add_tag(article, names.of_property(genre, language).as_deref().unwrap_or_default());
    }
    for keyword in about.all("keyword").filter_map(Element::line).take(MOST) {
        wire::add_tag(article, &keyword);
    }
    if let Some(slugline) = about.first("slugline").and_then(Element::line) {
        particulars::keep(article, "slugline", &slugline);
    }
    if let Some(located) = about.first("located").and_then(|located| names.of_property(located, language)) {
        particulars::keep(article, "located", &located);
    }
    article.dateline = about.first("dateline").and_then(Element::line);
    article.credits.extend(about.all("creditline").filter_map(Element::line).take(MOST));
    article.standfirst = described(about, language);
    let icons = about.all("icon").filter_map(icon);
    article.media.extend(best(Kind::Picture, icons));
    let mains: Vec<&Element> = about.all("headline").collect();
    let is_main = |headline: &&Element| headline.attribute("role").is_none_or(|role| last(role) == "main");
    in_language(mains.iter().copied().filter(is_main), language).or_else(|| in_language(mains.into_iter(), language))
}

/// Who signs it; contributors and sources besides.
fn people(about: &Element, language: Option<&str>, names: &Names<'_>, article: &mut Article) {
    for by in about.all("by").filter_map(Element::line).take(MOST) {
        credit::byline(article, &by);
    }
    for party in about.all("contributor").chain(about.all("infoSource")).take(MOST) {
        credit::contributor(article, names.of_property(party, language).as_deref().unwrap_or_default());
    }
}

/// Who made it: its authors, where nobody signs it, neither here nor in its text.
pub(super) fn creators(about: &Element, names: &Names<'_>, article: &mut Article) {
    let is_signed = !article.authors.is_empty();
    let language = article.language.clone();
    for creator in about.all("creator").take(MOST) {
        let name = names.of_property(creator, language.as_deref()).unwrap_or_default();
        if is_signed { credit::contributor(article, &name) } else { credit::author(article, &name) }
    }
}

/// The summary among an item's descriptions; a caption is none.
fn described(about: &Element, language: Option<&str>) -> Option<String> {
    let role = |wanted: &'static [&'static str]| {
        about.all("description").filter(move |one| match one.attribute("role") {
            Some(role) => wanted.contains(&last(role)),
            None => wanted.is_empty(),
        })
    };
    in_language(role(&["summary", "abstract", "standfirst", "teaser"]), language).or_else(|| in_language(role(&[]), language))
}

fn icon(icon: &Element) -> Option<Rendition> {
    let number = |name: &str| icon.attribute(name).and_then(|text| text.trim().parse().ok());
    Some(Rendition {
        url: icon.attribute("href")?.to_owned(),
        mime: icon.attribute("contenttype").map(str::to_owned),
        length: icon.attribute("size").and_then(|text| text.trim().parse().ok()),
        width: number("width"),
        height: number("height"),
        names: icon.attribute("rendition").unwrap_or_default().to_lowercase(),
    })
}

/// Reads `rightsInfo`.
pub(super) fn rights(rights: &Element, article: &mut Article) {
    for (element, name) in [("copyrightNotice", "copyright"), ("usageTerms", "usage_terms")] {
        if let Some(line) = rights.first(element).and_then(Element::line) {
            particulars::keep(article, name, &line);
        }
    }
    if let Some(holder) = rights.first("copyrightHolder")
        && let Some(name) = holder.first("name").and_then(Element::line).or_else(|| code(holder).map(str::to_owned))
    {
        particulars::keep(article, "copyright_holder", &name);
    }
}

fn is_web(href: &str) -> bool {
    href.starts_with("https://") || href.starts_with("http://")
}
