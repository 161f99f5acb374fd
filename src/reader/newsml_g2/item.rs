//! One news item.

use super::{content, meta, names::Names};
use crate::article::Article;
use crate::reader::findings::Findings;
use crate::reader::wire::{self, particulars};
use crate::reader::xml::tree::Element;
use crate::reader::{Context, Piece};

/// Reads an item; nothing where it is no text, which is said.
pub(super) fn read(item: &Element, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Piece> {
    let about = item.first("itemMeta");
    // The IPTC's code list `ninature`: text, picture, video, audio, graphic, composite.
    if let Some(class) = about.and_then(|about| about.first("itemClass")).and_then(meta::code) {
        let kind = meta::last(class);
        if !kind.eq_ignore_ascii_case("text") {
            wire::no_text(kind, item.place, findings);
            return None;
        }
    }
    let mut article = Article::default();
    if let Some(guid) = item.attribute("guid") {
        wire::identify(&mut article, guid, item.place, findings);
    }
    let names = Names::of(item);
    if let Some(about) = about {
        meta::item(about, &mut article, context, findings);
    }
    let created = article.updated.or(article.published);
    wire::number(&mut article, item.attribute("version"), created);
    let headline = item.first("contentMeta").and_then(|about| meta::content(about, item.lang(), &names, &mut article, context));
    article.language = article.language.take().or_else(|| item.lang().map(str::to_owned));
    for rights in item.all("rightsInfo") {
        meta::rights(rights, &mut article);
    }
    article.headline = headline.unwrap_or_default();
    content::read(item, &mut article, findings);
    if let Some(about) = item.first("contentMeta") {
        meta::creators(about, &names, &mut article);
    }
    wire::words::drop_repeated_dateline(&mut article);
    let headline = Some(std::mem::take(&mut article.headline)).filter(|headline| !headline.is_empty());
    let title = about.and_then(|about| about.first("title")).and_then(Element::line);
    wire::head(&mut article, headline, title, item.place, findings);
    particulars::tidy(&mut article);
    // Any other error concerns this item, and the file with it.
    Some(Piece { part: None, article })
}
