//! What elements are to a parser (HTML, sections 13.1.2 and 13.2.4.2).

/// Elements without content or end tag.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

pub(super) fn is_heading(name: &str) -> bool {
    matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6")
}

pub(super) fn is_table_part(name: &str) -> bool {
    matches!(name, "table" | "caption" | "colgroup" | "thead" | "tbody" | "tfoot" | "tr" | "td" | "th")
}

/// Blocks: their start tag ends an open paragraph.
pub(super) fn is_block(name: &str) -> bool {
    is_heading(name)
        || matches!(
            name,
            "address"
                | "article"
                | "aside"
                | "blockquote"
                | "center"
                | "dd"
                | "details"
                | "dialog"
                | "div"
                | "dl"
                | "dt"
                | "fieldset"
                | "figcaption"
                | "figure"
                | "footer"
                | "form"
                | "header"
                | "hgroup"
                | "hr"
                | "li"
                | "main"
                | "menu"
                | "nav"
                | "ol"
                | "p"
                | "pre"
                | "search"
                | "section"
                | "summary"
                | "table"
                | "ul"
        )
}

/// Elements that a stray end tag of a phrase does not close.
pub(super) fn is_special(name: &str) -> bool {
    is_block(name)
        || is_table_part(name)
        || matches!(name, "html" | "head" | "body" | "button" | "object" | "select" | "template" | "noscript")
}

/// Whether a start tag of this name may end what is open.
pub(super) fn may_end(name: &str) -> bool {
    is_block(name) || is_table_part(name) || matches!(name, "a" | "option" | "optgroup")
}

/// How many of the open elements (innermost first) a start tag ends.
pub(super) fn implied_end(name: &str, open: &[&str]) -> Option<usize> {
    // As far as none of `walls` stands in between, the outermost of the run up to the first of `ended`.
    let up_to = |ended: &[&str], walls: &[&str]| {
        let at = open.iter().position(|found| ended.contains(found) || walls.contains(found))?;
        open.get(at).is_some_and(|found| ended.contains(found)).then_some(at + 1)
    };
    // All that stands inside the nearest of these.
    let down_to = |walls: &[&str]| open.iter().position(|found| walls.contains(found)).filter(|levels| *levels > 0);
    match name {
        "li" => up_to(&["li"], &["ul", "ol", "menu", "td", "th", "table"]).or_else(|| paragraph(open)),
        "dt" | "dd" => up_to(&["dt", "dd"], &["dl", "td", "th", "table"]).or_else(|| paragraph(open)),
        "option" | "optgroup" => up_to(&["option"], &["select", "datalist"]),
        "a" => up_to(&["a"], &["td", "th", "caption", "table", "div", "li", "section", "article"]),
        "td" | "th" => down_to(&["tr", "tbody", "thead", "tfoot", "table"]),
        "tr" => down_to(&["tbody", "thead", "tfoot", "table"]),
        "caption" | "colgroup" | "tbody" | "thead" | "tfoot" => down_to(&["table"]),
        name if is_block(name) => paragraph(open),
        _ => None,
    }
}

/// Up to an open paragraph that stands in the same block.
fn paragraph(open: &[&str]) -> Option<usize> {
    let at = open.iter().position(|found| is_special(found))?;
    (open.get(at) == Some(&"p")).then_some(at + 1)
}

/// Whether what stands between two texts (tags only) parts their words.
pub(super) fn parts_words(between: &str) -> bool {
    between.split('<').skip(1).take(64).any(|tag| {
        let name = tag.trim_start_matches('/');
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let name = name.get(..end).unwrap_or_default().to_ascii_lowercase();
        is_block(&name) || is_table_part(&name) || matches!(name.as_str(), "br" | "option" | "img" | "body" | "button")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_tags_end_what_they_cannot_stand_in() {
        assert_eq!(implied_end("p", &["b", "p", "div"]), Some(2));
        assert_eq!(implied_end("div", &["span", "div", "p"]), None);
        assert_eq!(implied_end("li", &["p", "li", "ul"]), Some(2));
        assert_eq!(implied_end("li", &["ul", "li", "ul"]), None);
        assert_eq!(implied_end("tr", &["p", "td", "tr", "tbody"]), Some(3));
        assert_eq!(implied_end("td", &["tr", "table"]), None);
        assert_eq!(implied_end("b", &["p"]), None);
    }
}
