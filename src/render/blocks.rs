//! A plain-text article's blocks → HTML.

use crate::article::{Block, Figure};

/// Semantic HTML of the blocks. `dateline` goes before the first paragraph's text, as agencies print it.
pub(super) fn to_html(blocks: &[Block], mut dateline: Option<&str>) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(text) => {
                out.push_str("<p>");
                if let Some(place) = dateline.take().filter(|place| !text.starts_with(place)) {
                    escape_into(&mut out, place);
                    out.push_str(" — ");
                }
                lines(&mut out, text);
                out.push_str("</p>\n");
            }
            Block::Heading(text) => {
                out.push_str("<h2>");
                escape_into(&mut out, text);
                out.push_str("</h2>\n");
            }
            Block::Figure(figure) => caption(&mut out, figure),
        }
    }
    if let Some(place) = dateline {
        out.insert_str(0, &paragraph(place));
    }
    out
}

/// One paragraph of plain text.
pub(super) fn paragraph(text: &str) -> String {
    let mut out = String::from("<p>");
    lines(&mut out, text);
    out.push_str("</p>\n");
    out
}

fn caption(out: &mut String, figure: &Figure) {
    out.push_str("<figure><figcaption>");
    lines(out, &figure.caption);
    if let Some(credit) = &figure.credit {
        if !figure.caption.is_empty() {
            out.push(' ');
        }
        out.push_str("<small>");
        escape_into(out, credit);
        out.push_str("</small>");
    }
    out.push_str("</figcaption></figure>\n");
}

pub(super) fn lines(out: &mut String, text: &str) {
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            out.push_str("<br>\n");
        }
        escape_into(out, line);
    }
}

/// Appends plain text as HTML.
pub(super) fn escape_into(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_semantic_html() {
        let blocks = [
            Block::Figure(Figure { caption: "A ship <at> sea".into(), credit: Some("Jo Doe/AGENCY".into()) }),
            Block::Paragraph("First & last.\nSecond line.".into()),
            Block::Heading("What next".into()),
            Block::Paragraph("More.".into()),
        ];
        insta::assert_snapshot!(to_html(&blocks, Some("PARIS (AP)")));
    }

    #[test]
    fn a_dateline_is_not_given_twice() {
        let blocks = [Block::Paragraph("PARIS (AP) — Text".into())];
        assert_eq!(to_html(&blocks, Some("PARIS (AP)")), "<p>PARIS (AP) — Text</p>\n");
    }

    #[test]
    fn a_dateline_without_a_paragraph_is_one() {
        assert_eq!(to_html(&[], Some("PARIS")), "<p>PARIS</p>\n");
    }
}
