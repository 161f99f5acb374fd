//! Sanitised HTML as XHTML, for Atom's content of that type (RFC 4287 section 4.1.3.3).

/// The elements that have no content (HTML, section 13.1.2).
const VOID: [&str; 14] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

/// The same markup as one XHTML element; `None` where it cannot be written so, be it a piece that is not well formed or an element of
/// another vocabulary. A feed that a parser refuses is worth less than one whose text is escaped.
pub(super) fn element(html: &str) -> Option<String> {
    let mut out = String::with_capacity(html.len() + html.len() / 16 + 64);
    out.push_str("<div xmlns=\"http://www.w3.org/1999/xhtml\">");
    let mut open: Vec<&str> = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text(&mut out, &rest[..at])?;
        rest = &rest[at + 1..];
        if let Some(tag) = rest.strip_prefix('/') {
            let end = tag.find('>')?;
            let name = &tag[..end];
            if open.pop()? != name {
                return None;
            }
            out.extend(["</", name, ">"]);
            rest = &tag[end + 1..];
        } else {
            let (name, after) = start(&mut out, rest)?;
            if VOID.contains(&name) {
                out.push_str("/>");
            } else {
                out.push('>');
                open.push(name);
            }
            rest = after;
        }
    }
    text(&mut out, rest)?;
    out.push_str("</div>");
    open.is_empty().then_some(out)
}

/// A start tag but for its end: the element's name, and what follows the tag.
fn start<'h>(out: &mut String, tag: &'h str) -> Option<(&'h str, &'h str)> {
    let end = tag.find([' ', '>'])?;
    let name = &tag[..end];
    if !is_name(name) || matches!(name, "svg" | "math") {
        return None;
    }
    out.extend(["<", name]);
    let mut rest = &tag[end..];
    let mut known: Vec<&str> = Vec::new();
    loop {
        if let Some(after) = rest.strip_prefix('>') {
            return Some((name, after));
        }
        let (attribute, after) = rest.strip_prefix(' ')?.split_once("=\"")?;
        let (value, after) = after.split_once('"')?;
        if !is_name(attribute) || attribute == "xmlns" || known.contains(&attribute) || value.contains('<') {
            return None;
        }
        known.push(attribute);
        out.extend([" ", attribute, "=\""]);
        text(out, value)?;
        out.push('"');
        rest = after;
    }
}

/// Text, in which only references stand that XML knows.
fn text(out: &mut String, text: &str) -> Option<()> {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '>']) {
        out.push_str(&rest[..at]);
        if rest.as_bytes()[at] == b'>' {
            out.push_str("&gt;");
            rest = &rest[at + 1..];
            continue;
        }
        let known = ["&amp;", "&lt;", "&gt;", "&quot;"].into_iter().find(|known| rest[at..].starts_with(known))?;
        out.push_str(known);
        rest = &rest[at + known.len()..];
    }
    out.push_str(rest);
    Some(())
}

fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase()) && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(html: &str) -> Option<String> {
        let made = element(html)?;
        let inner = made.strip_prefix("<div xmlns=\"http://www.w3.org/1999/xhtml\">").unwrap();
        Some(inner.strip_suffix("</div>").unwrap().to_owned())
    }

    #[test]
    fn elements_without_content_are_closed() {
        for (html, xhtml) in [
            ("<p>a<br>b &amp; c</p>", "<p>a<br/>b &amp; c</p>"),
            ("<img src=\"a?b&amp;c\" alt=\"\">", "<img src=\"a?b&amp;c\" alt=\"\"/>"),
            ("<hr>x > y ]]> z", "<hr/>x &gt; y ]]&gt; z"),
            ("", ""),
            ("<video controls=\"\"><source src=\"a\"></video>", "<video controls=\"\"><source src=\"a\"/></video>"),
        ] {
            assert_eq!(written(html).as_deref(), Some(xhtml), "{html}");
        }
    }

    #[test]
    fn what_xml_cannot_hold_is_refused() {
        for html in [
            "<p>",
            "</p>",
            "<p><b></p></b>",
            "a & b",
            "&nbsp;",
            "<p",
            "<1>",
            "<svg></svg>",
            "<p a=\"1\" a=\"2\"></p>",
            "<p a></p>",
            "<x:y></x:y>",
            "<p xmlns=\"x\"></p>",
            "<a href=\"<\"></a>",
            "<P></P>",
            "<>",
        ] {
            assert_eq!(element(html), None, "{html}");
        }
    }
}
