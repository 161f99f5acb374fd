//! What stands above the text: headlines, bylines, distributor, dateline, abstract.

use crate::article::Article;
use crate::reader::wire::{credit, particulars, words};
use crate::reader::xml::tree::{Element, Node};

/// Reads `body.head`. What the article has already stays.
pub(super) fn read(head: &Element, article: &mut Article) {
    let hedline = head.first("hedline");
    if let Some(headline) = hedline.and_then(|hedline| hedline.first("hl1")).and_then(Element::line)
        && article.headline.is_empty()
    {
        article.headline = headline;
    }
    if article.standfirst.is_none() {
        let under = hedline.and_then(|hedline| hedline.first("hl2")).and_then(Element::line);
        // Paragraph by paragraph, so that no two words run together.
        let told = head.first("abstract").and_then(|given| {
            let parts: Vec<String> = given.elements().filter_map(Element::line).collect();
            if parts.is_empty() { given.line() } else { Some(parts.join(" ")) }
        });
        article.standfirst = told.or(under);
    }
    if article.authors.is_empty() {
        head.all("byline").for_each(|byline| signed(byline, article));
    }
    if let Some(distributor) = head.first("distributor").and_then(Element::line) {
        credit::contributor(article, &distributor);
    }
    if article.dateline.is_none() {
        article.dateline = head.first("dateline").and_then(Element::line);
    }
    if let Some(rights) = head.first("rights").and_then(Element::line) {
        particulars::keep(article, "copyright", &rights);
    }
    for note in head.all("note") {
        // Only what is made for the public is for it.
        let is_public = matches!(note.attribute("type"), Some("std" | "pa") | None);
        match (note.attribute("noteclass"), note.line()) {
            (Some("cpyrt"), Some(line)) => particulars::keep(article, "copyright", &line),
            (Some("editorsnote"), Some(line)) if !is_public => particulars::keep(article, "ed_note", &line),
            (_, Some(line)) if is_public => article.credits.push(line),
            (_, Some(line)) => particulars::keep(article, "note", &line),
            (_, None) => {}
        }
    }
}

/// A byline: the persons whom it marks, else the names that its words give, else the title alone.
fn signed(byline: &Element, article: &mut Article) {
    let mut marked = Vec::new();
    persons(byline, &mut marked);
    if !marked.is_empty() {
        for name in &marked {
            credit::author(article, name);
        }
        if let Some(title) = byline.first("byttl").and_then(Element::line) {
            particulars::keep(article, "byline", &title);
        }
        return;
    }
    let mut line = String::new();
    for child in &byline.children {
        match child {
            Node::Text(text) => line.push_str(text),
            Node::Element(element) if matches!(element.name.as_str(), "byttl" | "location" | "virtloc") => {}
            Node::Element(element) => line.push_str(&element.text()),
        }
    }
    let line = words::one_line(&line);
    let title = byline.first("byttl").and_then(Element::line);
    match (line.trim_matches([',', ' ']), title) {
        ("", Some(title)) => credit::byline(article, &title),
        ("", None) => {}
        (names, title) => {
            credit::byline(article, names);
            if let Some(title) = title {
                particulars::keep(article, "byline", &format!("{names}, {title}"));
            }
        }
    }
}

fn persons(element: &Element, names: &mut Vec<String>) {
    for child in element.elements() {
        if child.name == "person" {
            names.extend(child.line());
        } else {
            persons(child, names);
        }
    }
}
