//! Paragraphs of a body that a rule leaves out.

use super::opening;
use crate::article::{Block, Body};

/// Leaves out the paragraphs that begin with one of these; says whether there were any. HTML stays as it is: where a paragraph of it
/// ends, only rendering knows.
pub(super) fn cut(body: &mut Body, openings: &[String]) -> bool {
    let opens = |text: &str| openings.iter().any(|words| opening::after(text, words).is_some());
    match body {
        _ if openings.is_empty() => false,
        Body::Blocks(blocks) => {
            let before = blocks.len();
            blocks.retain(|block| match block {
                Block::Paragraph(text) => !opens(text),
                Block::Heading(_) | Block::Figure(_) => true,
            });
            blocks.len() < before
        }
        Body::Markdown(source) => {
            let kept = without(source, opens);
            let changed = kept != *source;
            *source = kept;
            changed
        }
        Body::Html(_) => false,
    }
}

/// Markdown without the paragraphs that open so; what stands in fenced code stays.
fn without(source: &str, opens: impl Fn(&str) -> bool) -> String {
    let mut kept = String::with_capacity(source.len());
    let mut fence: Option<&str> = None;
    // Whether the line before ended a paragraph, and whether the paragraph at hand is left out.
    let (mut between, mut leaving) = (true, false);
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        let marks = ["```", "~~~"].into_iter().find(|marks| text.starts_with(marks));
        match (fence, marks) {
            (Some(open), Some(close)) if open == close => fence = None,
            (None, Some(open)) => (fence, leaving) = (Some(open), false),
            (Some(_), _) => {}
            (None, None) if text.is_empty() => (between, leaving) = (true, false),
            (None, None) => {
                // A paragraph may be emphasised or quoted as a whole.
                leaving = leaving || (between && opens(text.trim_start_matches(['*', '_', '>', ' '])));
                between = false;
            }
        }
        if !leaving {
            kept.push_str(line);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_go_and_code_stays() {
        let mut body = Body::Markdown(
            "One.\n\n*Read more:* here\nand there.\n\n```\nRead more: code\n```\n\nRead more: x\n\nTwo. Read more: no.\n".into(),
        );
        assert!(cut(&mut body, &["Read more:".into()]));
        assert_eq!(body, Body::Markdown("One.\n\n\n```\nRead more: code\n```\n\n\nTwo. Read more: no.\n".into()));
    }

    #[test]
    fn headings_and_captions_of_plain_text_stay() {
        let mut body = Body::Blocks(vec![Block::Heading("Read more:".into()), Block::Paragraph("read more: x".into())]);
        assert!(cut(&mut body, &["Read more:".into()]));
        assert_eq!(body, Body::Blocks(vec![Block::Heading("Read more:".into())]));
        assert!(!cut(&mut body, &["Read more:".into()]));
    }
}
