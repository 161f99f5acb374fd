//! Bodies and texts in HTML or plain text.

use crate::article::{Article, Block, Body};
use crate::reader::text;

/// A plain text as paragraphs: hard wraps joined, a line or a group of lines each.
pub(in crate::reader) fn paragraphs(words: &str) -> Body {
    let words = words.replace("\r\n", "\n").replace('\r', "\n");
    Body::Blocks(text::paragraphs(&words).into_iter().map(Block::Paragraph).collect())
}

/// The part of an HTML text that is the article's body: what stands in `body` where it is a whole document, without a first heading
/// that repeats the headline; a text without a block is one paragraph.
pub(in crate::reader) fn html(whole: &str, headline: &str) -> Body {
    let lower = whole.to_ascii_lowercase();
    let mut begins = 0;
    let mut ends = whole.len();
    if let Some(at) = find_tag(&lower, "body") {
        begins = lower[at..].find('>').map_or(whole.len(), |close| at + close + 1);
        ends = lower.rfind("</body").filter(|end| *end >= begins).unwrap_or(ends);
    } else if let Some(at) = lower.find("</head>") {
        begins = at + "</head>".len();
    }
    let body = without_headline(&whole[begins..ends], headline);
    let body = body.trim();
    if body.is_empty() {
        return Body::default();
    }
    let lower = body.to_ascii_lowercase();
    let has_blocks = BLOCKS.iter().any(|name| find_tag(&lower, name).is_some());
    Body::Html(if has_blocks { body.to_owned() } else { format!("<p>{body}</p>") })
}

/// A dateline whose place the text begins with stands there already.
pub(in crate::reader) fn drop_repeated_dateline(article: &mut Article) {
    let Some(dateline) = &article.dateline else { return };
    let place = dateline.split([',', '(', '–', '—']).next().unwrap_or_default().trim();
    let begins = match &article.body {
        Body::Html(html) => plain(html.get(..html.floor_char_boundary(2000)).unwrap_or_default()).starts_with(place),
        Body::Blocks(blocks) => matches!(blocks.first(), Some(Block::Paragraph(text)) if text.starts_with(place)),
        Body::Markdown(_) => false,
    };
    if begins {
        article.dateline = None;
    }
}

/// Elements that make paragraphs of a text.
const BLOCKS: [&str; 16] =
    ["p", "div", "section", "article", "ul", "ol", "dl", "table", "blockquote", "pre", "figure", "h1", "h2", "h3", "h4", "main"];

/// Where a start tag of this name begins. `lower` is in lower case.
fn find_tag(lower: &str, name: &str) -> Option<usize> {
    lower.match_indices('<').map(|(at, _)| at).find(|at| {
        lower[at + 1..].strip_prefix(name).is_some_and(|rest| rest.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/')))
    })
}

/// The text without an `h1` that stands before all other words and says what the headline says.
fn without_headline(body: &str, headline: &str) -> String {
    let lower = body.to_ascii_lowercase();
    let Some(begins) = find_tag(&lower, "h1") else { return body.to_owned() };
    let Some(end) = lower[begins..].find("</h1>").map(|end| begins + end + "</h1>".len()) else { return body.to_owned() };
    let same = || plain(&body[begins..end]).to_lowercase() == one_line(headline).to_lowercase();
    if plain(&body[..begins]).is_empty() && same() { format!("{}{}", &body[..begins], &body[end..]) } else { body.to_owned() }
}

/// An HTML text on one line of plain text, tags left out.
pub(in crate::reader) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('<') {
            let name = rest[1..].trim_start_matches('/');
            if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!' || c == '?') {
                text.push('<');
                rest = &rest[1..];
                continue;
            }
            // Words that only a tag parts are two words.
            let inline = ["b>", "i>", "em", "strong", "span", "a ", "a>", "sup", "sub", "u>", "q>"].iter().any(|tag| name.starts_with(tag));
            if !inline {
                text.push(' ');
            }
            rest = rest.find('>').map_or("", |end| &rest[end + 1..]);
            continue;
        }
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(end, _)| end);
        if let Some((c, end)) = end.and_then(|end| Some((character(&rest[1..end])?, end))) {
            text.push(c);
            rest = &rest[end + 1..];
        } else {
            text.push('&');
            rest = &rest[1..];
        }
    }
    text.push_str(rest);
    one_line(&text)
}

fn character(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        return u32::from_str_radix(hex.unwrap_or(number), if hex.is_some() { 16 } else { 10 }).ok().and_then(char::from_u32);
    }
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        "ndash" => '–',
        "mdash" => '—',
        "lsquo" => '‘',
        "rsquo" => '’',
        "ldquo" => '“',
        "rdquo" => '”',
        "hellip" => '…',
        _ => return None,
    })
}

/// The text without space at its ends, white space joined.
pub(in crate::reader) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(whole: &str, headline: &str) -> String {
        match html(whole, headline) {
            Body::Html(html) => html,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn a_whole_document_gives_its_body() {
        let page =
            "<html><head><title>A &amp; B</title></head><BODY class='x'><article><h1>A &amp; B</h1><p>One.</p></article></BODY></html>";
        assert_eq!(body(page, "A & B"), "<article><p>One.</p></article>");
        assert_eq!(body(page, "Another"), "<article><h1>A &amp; B</h1><p>One.</p></article>");
        assert_eq!(body("<p>Before</p><h1>A</h1>", "A"), "<p>Before</p><h1>A</h1>");
    }

    #[test]
    fn words_alone_are_a_paragraph() {
        assert_eq!(body("\n (Wire)--<b>More</b> lunch\n", "A"), "<p>(Wire)--<b>More</b> lunch</p>");
        assert_eq!(html("<body> </body>", "A"), Body::default());
    }

    #[test]
    fn plain_words_of_html() {
        assert_eq!(
            plain("<p>One &amp; <b>t</b>wo</p><p>3 &lt; 4 &eacute; &#233;&nbsp;A & B < C</p><br"),
            "One & two 3 < 4 &eacute; é A & B < C"
        );
    }

    proptest::proptest! {
        #[test]
        fn nothing_panics(whole in "[<>/bodyh1&;#xé \n]{0,60}", headline in ".{0,5}") {
            let _ = html(&whole, &headline);
            let _ = plain(&whole);
        }
    }
}
