//! What the head of a document says of the item: identifier, dates, status, urgency, subjects, rights.

use crate::article::Article;
use crate::reader::Context;
use crate::reader::findings::Findings;
use crate::reader::wire::{self, dates, particulars, status};
use crate::reader::xml::tree::Element;

/// Reads `head`.
pub(super) fn read(head: &Element, article: &mut Article, context: Context<'_>, findings: &mut Findings<'_>) {
    if let Some(docdata) = head.first("docdata") {
        identify(docdata, article, findings);
        life(docdata, article, context, findings);
        // Only the document's own dates tell its versions apart where it has no number.
        let version = docdata.first("du-key").and_then(|key| key.attribute("version"));
        wire::number(article, version, article.published);
        for key in docdata.all("key-list").flat_map(|list| list.all("keyword")) {
            wire::add_tag(article, key.attribute("key").unwrap_or_default());
        }
        rights(docdata, article);
    }
    for pubdata in head.all("pubdata") {
        if article.section.is_none() {
            article.section = pubdata.attribute("position.section").map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        }
        let date = pubdata.attribute("date.publication");
        if let Some(date) = date.and_then(|date| dates::date("date.publication", date, pubdata.place, context, findings)) {
            article.updated = article.updated.filter(|issued| issued.at >= date.at);
            article.published = Some(date);
        }
    }
    for tobject in head.all("tobject") {
        for subject in tobject.all("tobject.subject") {
            let part = |name: &str| subject.attribute(name).map(str::trim).filter(|text| !text.is_empty());
            // From the finest to the coarsest, as far as they are given.
            let name = ["tobject.subject.detail", "tobject.subject.matter", "tobject.subject.type"].into_iter().find_map(part);
            particulars::keep_subject(article, name, part("tobject.subject.refnum"));
            for name in ["tobject.subject.type", "tobject.subject.matter", "tobject.subject.detail"].into_iter().filter_map(part) {
                wire::add_tag(article, name);
            }
        }
    }
}

/// The identifier: the document's, with its registry before it where it is no URI by itself; else the key that all versions share.
fn identify(docdata: &Element, article: &mut Article, findings: &mut Findings<'_>) {
    let of = |element: &Element, name: &str| element.attribute(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    if let Some(doc) = docdata.first("doc-id")
        && let Some(id) = of(doc, "id-string")
    {
        let id = match of(doc, "regsrc") {
            Some(source) if !id.contains(':') => format!("{source}:{id}"),
            Some(_) | None => id,
        };
        wire::identify(article, &id, doc.place, findings);
    }
    if article.id.is_none()
        && let Some(key) = docdata.first("du-key")
        && let Some(id) = of(key, "key")
    {
        wire::identify(article, &id, key.place, findings);
    }
}

/// Dates, urgency, and whether it may be published at all.
fn life(docdata: &Element, article: &mut Article, context: Context<'_>, findings: &mut Findings<'_>) {
    let mut date = |name: &str| {
        let element = docdata.first(name)?;
        dates::date(name, element.attribute("norm").unwrap_or_default(), element.place, context, findings)
    };
    article.published = date("date.issue");
    article.updated = article.published;
    article.embargo = date("date.release");
    article.expires = date("date.expire");
    if let Some(urgency) = docdata.first("urgency").and_then(|urgency| urgency.attribute("ed-urg")) {
        status::urgency(article, urgency);
        particulars::keep(article, "urgency", urgency);
    }
    if let Some(management) = docdata.attribute("management-status") {
        status::publishing(article, management, docdata.place, findings);
        if management.trim().eq_ignore_ascii_case("embargoed") && article.embargo.is_none() {
            status::hold_until_told(article, docdata.place, findings);
        }
    }
    for message in docdata.all("ed-msg") {
        let info = message.attribute("info").unwrap_or_default();
        status::message(article, info, message.place, findings);
        particulars::keep(article, "ed_note", info);
    }
    let corrections = docdata.all("correction").filter_map(|correction| correction.attribute("info"));
    article.correction = corrections.map(wire::words::one_line).find(|note| !note.is_empty());
}

fn rights(docdata: &Element, article: &mut Article) {
    if let Some(copyright) = docdata.first("doc.copyright") {
        particulars::keep(article, "copyright_holder", copyright.attribute("holder").unwrap_or_default());
    }
    if let Some(rights) = docdata.first("doc.rights") {
        let said: Vec<String> = rights.attributes.iter().map(|one| format!("{}: {}", one.name, one.value)).collect();
        particulars::keep(article, "usage_terms", &said.join("; "));
    }
    for (element, attribute, name) in
        [("fixture", "fix-id", "fixture"), ("doc-scope", "scope", "scope"), ("series", "series.name", "series")]
    {
        if let Some(text) = docdata.first(element).and_then(|element| element.attribute(attribute)) {
            particulars::keep(article, name, text);
        }
    }
}
