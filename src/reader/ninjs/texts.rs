//! Headlines, descriptions and bodies: which of several is meant.

use super::object::Item;
use crate::article::{Article, Body};
use crate::reader::nitf;
use crate::reader::wire::{MOST, words};
use crate::reader::xml::parse::parse;

/// One of several texts.
struct Text<'v> {
    role: String,
    value: &'v str,
    kind: Kind,
    language: Option<&'v str>,
}

/// How a text is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Html,
    Nitf,
    Plain,
    Other,
}

impl Kind {
    /// By the media type, where there is one, else by the role or the end of the property's name.
    fn of(mime: Option<&str>, role: &str) -> Self {
        let mime = mime.map(str::to_ascii_lowercase);
        match mime.as_deref().map(|mime| mime.split(';').next().unwrap_or_default().trim()) {
            Some(mime) if mime.contains("html") => Self::Html,
            Some(mime) if mime.contains("nitf") => Self::Nitf,
            Some("text/plain" | "") => Self::Plain,
            Some("application/xml" | "text/xml") if role == "nitf" => Self::Nitf,
            Some(_) => Self::Other,
            None if role.contains("html") => Self::Html,
            None if role == "nitf" => Self::Nitf,
            None => Self::Plain,
        }
    }

    /// As plain text on one line.
    fn line(self, value: &str) -> String {
        match self {
            Self::Html => words::plain(value),
            Self::Nitf | Self::Plain | Self::Other => words::one_line(value),
        }
    }
}

/// The texts of a property of versions 2 and 3, and of version 1's properties for the same.
fn all<'v>(item: Item<'v>, plural: &'v str, singular: &'v str, extended: &'static str) -> Vec<Text<'v>> {
    let objects = item.objects(plural).filter_map(|object| {
        let role = object.text("role").unwrap_or_default().to_ascii_lowercase();
        let kind = Kind::of(object.text("contenttype"), &role);
        Some(Text { kind, role, value: object.text("value")?, language: object.text("language").or_else(|| object.text("lang")) })
    });
    let plain = item.text(singular).map(|value| Text { role: String::new(), value, kind: Kind::Plain, language: None });
    let extended = item.extended(extended).filter(|(_, value)| !value.trim().is_empty()).map(|(role, value)| {
        let kind = Kind::of(None, role.rsplit('_').next().unwrap_or_default());
        Text { role, value, kind, language: None }
    });
    objects.chain(plain).chain(extended).take(MOST).collect()
}

/// The text that is in the item's language and has the first of these roles; an empty role is none.
fn choose<'t, 'v>(texts: &'t [Text<'v>], language: Option<&str>, roles: &[&str]) -> Option<&'t Text<'v>> {
    let primary = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    let speaks = |text: &&Text<'_>| match (text.language, language) {
        (Some(own), Some(wanted)) => primary(own) == primary(wanted),
        (None, _) | (_, None) => true,
    };
    let of = |any_language: bool| {
        roles.iter().find_map(|role| texts.iter().filter(|text| any_language || speaks(text)).find(|text| text.role == *role))
    };
    of(false).or_else(|| of(true))
}

/// The headline.
pub(super) fn headline(item: Item<'_>, language: Option<&str>) -> Option<String> {
    let texts = all(item, "headlines", "headline", "headline_");
    let chosen =
        choose(&texts, language, &["main", "", "headline", "text", "html", "xhtml", "web", "long", "short"]).or_else(|| texts.first());
    chosen.map(|text| text.kind.line(text.value)).filter(|headline| !headline.is_empty())
}

/// The standfirst: a summary among the descriptions; a caption is none.
pub(super) fn description(item: Item<'_>, language: Option<&str>) -> Option<String> {
    const ROLES: [&str; 12] = ["summary", "abstract", "standfirst", "lead", "main", "text", "", "teaser", "html", "xhtml", "short", "long"];
    let texts = all(item, "descriptions", "description", "description_");
    choose(&texts, language, &ROLES).map(|text| text.kind.line(text.value)).filter(|text| !text.is_empty())
}

/// What a medium shows: its caption, else any description, else its headline.
pub(super) fn caption(item: Item<'_>) -> Option<String> {
    let texts = all(item, "descriptions", "description", "description_");
    let chosen = choose(&texts, None, &["caption", "caption_text", "text", "", "summary"]).or_else(|| texts.first());
    chosen.map(|text| text.kind.line(text.value)).filter(|text| !text.is_empty()).or_else(|| headline(item, None))
}

/// Whether the item has a text of its own.
pub(super) fn has_body(item: Item<'_>) -> bool {
    !all(item, "bodies", "body", "body_").is_empty()
}

/// Makes the body of the richest text: HTML, else NITF, else plain.
pub(super) fn body(item: Item<'_>, article: &mut Article) {
    let texts = all(item, "bodies", "body", "body_");
    let language = article.language.clone();
    let of = |kind: Kind| {
        let written: Vec<Text<'_>> = all(item, "bodies", "body", "body_").into_iter().filter(|text| text.kind == kind).collect();
        let roles: Vec<&str> = written.iter().map(|text| text.role.as_str()).collect();
        choose(&written, language.as_deref(), &roles).map(|text| text.value)
    };
    if texts.is_empty() {
        return;
    }
    if let Some(html) = of(Kind::Html) {
        article.body = words::html(html, &article.headline);
    }
    if article.body == Body::default()
        && let Some(document) = of(Kind::Nitf).and_then(|text| parse(text.trim_start()).ok()).filter(nitf::is_nitf)
    {
        nitf::body(&document, article);
    }
    if article.body == Body::default()
        && let Some(text) = of(Kind::Plain)
    {
        article.body = words::paragraphs(text);
    }
}
