//! The text: NITF's paragraphs, sub-headings, lists, tables and media → HTML's.

use super::media;
use crate::reader::xml::markup::{escape, outer, put_attribute};
use crate::reader::xml::tree::{Element, Node, XHTML};

/// The HTML of `body.content`.
pub(super) fn html(content: &Element) -> String {
    let mut html = String::new();
    blocks(&mut html, content);
    html.trim_end().to_owned()
}

/// What stands where blocks stand.
fn blocks(html: &mut String, element: &Element) {
    for child in &element.children {
        match child {
            Node::Text(text) if text.trim().is_empty() => {}
            Node::Text(text) => {
                html.push_str("<p>");
                words(html, text.trim());
                html.push_str("</p>\n");
            }
            Node::Element(child) => block(html, child),
        }
    }
}

fn block(html: &mut String, element: &Element) {
    if element.namespace.as_deref() == Some(XHTML) {
        outer(html, element);
        html.push('\n');
        return;
    }
    match element.name.as_str() {
        "block" | "content" | "body.content" => blocks(html, element),
        "hl1" | "hl2" | "hedline" => wrapped(html, "h2", element),
        "bq" => within(html, "blockquote", element, blocks),
        "credit" | "datasource" | "copyrite" => {
            html.push_str("<p><cite>");
            inline(html, element);
            html.push_str("</cite></p>\n");
        }
        "ul" | "ol" => within(html, &element.name, element, list),
        "dl" => within(html, "dl", element, definitions),
        "table" => table(html, element),
        "nitf-table" | "custom-table" => element.elements().for_each(|child| {
            if matches!(child.name.as_str(), "table" | "custom-table") {
                block(html, child);
            }
        }),
        "media" => media::figure(html, element),
        "pre" => {
            html.push_str("<pre>");
            escape(html, element.text().trim_end());
            html.push_str("</pre>\n");
        }
        "hr" => html.push_str("<hr>\n"),
        "fn" => {
            html.push_str("<p><small>");
            inline(html, element);
            html.push_str("</small></p>\n");
        }
        // A note that is not to be published is for editors.
        "note" if element.attribute("type") == Some("npa") => {}
        "note" => within(html, "aside", element, blocks),
        "br" | "nitf-table-metadata" | "nitf-table-summary" | "alt-code" => {}
        "p" => wrapped(html, "p", element),
        // A phrase that stands alone, or what a later version may bring.
        _ => wrapped(html, "p", element),
    }
}

/// An element of inline content; nothing where it would be empty.
fn wrapped(html: &mut String, name: &str, element: &Element) {
    let mut inner = String::new();
    inline(&mut inner, element);
    let inner = inner.trim();
    if !inner.is_empty() {
        html.extend(["<", name, ">", inner, "</", name, ">\n"]);
    }
}

fn within(html: &mut String, name: &str, element: &Element, content: fn(&mut String, &Element)) {
    html.extend(["<", name, ">\n"]);
    content(html, element);
    html.extend(["</", name, ">\n"]);
}

fn list(html: &mut String, element: &Element) {
    for item in element.elements() {
        cell(html, "li", item, &[]);
    }
}

fn definitions(html: &mut String, element: &Element) {
    for item in element.elements() {
        cell(html, if item.name == "dt" { "dt" } else { "dd" }, item, &[]);
    }
}

fn table(html: &mut String, element: &Element) {
    html.push_str("<table>\n");
    for child in element.elements() {
        match child.name.as_str() {
            "caption" => wrapped(html, "caption", child),
            "thead" | "tbody" | "tfoot" => {
                html.extend(["<", &child.name, ">\n"]);
                child.all("tr").for_each(|tr| row(html, tr));
                html.extend(["</", &child.name, ">\n"]);
            }
            "tr" => row(html, child),
            _ => {}
        }
    }
    html.push_str("</table>\n");
}

fn row(html: &mut String, tr: &Element) {
    html.push_str("<tr>");
    for child in tr.elements() {
        cell(html, if child.name == "th" { "th" } else { "td" }, child, &["colspan", "rowspan", "scope"]);
    }
    html.push_str("</tr>\n");
}

/// What may hold words or blocks.
fn cell(html: &mut String, name: &str, element: &Element, attributes: &[&str]) {
    html.extend(["<", name]);
    for attribute in attributes {
        if let Some(value) = element.attribute(attribute) {
            put_attribute(html, attribute, value);
        }
    }
    html.push('>');
    let is_block = |child: &Element| matches!(child.name.as_str(), "p" | "ul" | "ol" | "dl" | "table" | "bq" | "pre" | "media" | "block");
    if element.elements().any(is_block) {
        blocks(html, element);
        html.truncate(html.trim_end().len());
    } else {
        let mut inner = String::new();
        inline(&mut inner, element);
        html.push_str(inner.trim());
    }
    html.extend(["</", name, ">"]);
    if name != "td" && name != "th" {
        html.push('\n');
    }
}

/// What stands where words stand.
pub(super) fn inline(html: &mut String, element: &Element) {
    for child in &element.children {
        match child {
            Node::Text(text) => words(html, text),
            Node::Element(child) => phrase(html, child),
        }
    }
}

/// Words, white space joined.
fn words(html: &mut String, text: &str) {
    if text.starts_with(char::is_whitespace) && !html.ends_with(char::is_whitespace) {
        html.push(' ');
    }
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            html.push(' ');
        }
        escape(html, word);
    }
    if text.ends_with(char::is_whitespace) && !html.ends_with(char::is_whitespace) {
        html.push(' ');
    }
}

fn phrase(html: &mut String, element: &Element) {
    if element.namespace.as_deref() == Some(XHTML) {
        outer(html, element);
        return;
    }
    match element.name.as_str() {
        name @ ("em" | "strong" | "sub" | "sup" | "q" | "b" | "i" | "u" | "s" | "code" | "cite" | "ruby" | "rt" | "rp") => {
            html.extend(["<", name, ">"]);
            inline(html, element);
            html.extend(["</", name, ">"]);
        }
        "a" => match element.attribute("href") {
            Some(href) => {
                html.push_str("<a");
                put_attribute(html, "href", href.trim());
                html.push('>');
                inline(html, element);
                html.push_str("</a>");
            }
            None => inline(html, element),
        },
        "lang" => {
            html.push_str("<span");
            if let Some(language) = element.attribute("iso").or_else(|| element.lang()) {
                put_attribute(html, "lang", language.trim());
            }
            html.push('>');
            inline(html, element);
            html.push_str("</span>");
        }
        "br" => html.push_str("<br>"),
        "frac-sep" => html.push('/'),
        "frac" if html.ends_with(|c: char| c.is_ascii_digit()) => {
            html.push(' ');
            phrase(html, element);
        }
        "frac" if element.first("frac-sep").is_none() => {
            for (at, part) in element.elements().enumerate() {
                if at > 0 {
                    html.push('/');
                }
                inline(html, part);
            }
        }
        "alt-code" => {}
        // Persons, places, sums and the like are marked for machines.
        _ => inline(html, element),
    }
}
