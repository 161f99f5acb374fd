//! A tree, or what stands in one of its elements, → the HTML that its XHTML is.

use super::tree::{Element, Node};

/// HTML elements that have no end tag.
const VOID: [&str; 14] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// What stands in an element as HTML. Namespaces are left out: rendering lets only HTML's elements pass.
pub(in crate::reader) fn inner_html(element: &Element) -> String {
    let mut html = String::new();
    for child in &element.children {
        match child {
            Node::Text(text) => escape(&mut html, text),
            Node::Element(element) => outer(&mut html, element),
        }
    }
    html
}

/// An element and what stands in it as HTML.
pub(in crate::reader) fn outer(html: &mut String, element: &Element) {
    // A name that HTML would take for something else ends no tag early.
    if !is_name(&element.name) {
        html.push_str(&inner_html(element));
        return;
    }
    html.extend(["<", &element.name]);
    for attribute in element.attributes.iter().filter(|attribute| attribute.namespace.is_none() && is_name(&attribute.name)) {
        put_attribute(html, &attribute.name, &attribute.value);
    }
    html.push('>');
    if VOID.contains(&element.name.as_str()) {
        return;
    }
    html.push_str(&inner_html(element));
    html.extend(["</", &element.name, ">"]);
}

/// Adds ` name="value"`.
pub(in crate::reader) fn put_attribute(html: &mut String, name: &str, value: &str) {
    html.extend([" ", name, "=\""]);
    escape(html, value);
    html.push('"');
}

/// Adds text with what has a meaning in HTML escaped, for texts and quoted attribute values alike.
pub(in crate::reader) fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
}

fn is_name(name: &str) -> bool {
    name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn xhtml_becomes_html() {
        let root =
            parse("<x:div xmlns:x='http://www.w3.org/1999/xhtml'><x:p class='a &quot;b'>1 &lt; 2<x:br/>é</x:p><x:b/></x:div>").unwrap();
        assert_eq!(inner_html(&root), "<p class=\"a &quot;b\">1 &lt; 2<br>é</p><b></b>");
    }
}
