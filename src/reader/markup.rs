//! Pieces of HTML inside other formats: the words in them, and their addresses made absolute.

use std::borrow::Cow;
use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use url::Url;

/// What the tags and the text of a piece of HTML are handed to.
trait Handler {
    fn text(&mut self, text: &str);
    fn tag(&mut self, tag: &Tag);
}

struct Sink<H>(RefCell<State<H>>);

struct State<H> {
    handler: H,
    /// Inside of an element whose content is no text for readers: its name.
    hidden: Option<String>,
}

impl<H: Handler> TokenSink for Sink<H> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            Token::CharacterTokens(text) if state.hidden.is_none() => state.handler.text(&text),
            Token::TagToken(tag) => {
                let name: &str = &tag.name;
                if let Some(hidden) = &state.hidden {
                    if tag.kind == TagKind::EndTag && name == hidden {
                        state.hidden = None;
                    }
                } else if tag.kind == TagKind::StartTag && matches!(name, "script" | "style" | "noscript" | "template" | "iframe") {
                    // A frame has its address as an attribute, and nothing inside.
                    if name == "iframe" {
                        state.handler.tag(&tag);
                        return TokenSinkResult::Continue;
                    }
                    state.hidden = Some(name.to_owned());
                    if matches!(name, "script" | "style") {
                        return TokenSinkResult::RawData(RawKind::Rawtext);
                    }
                } else {
                    state.handler.tag(&tag);
                }
            }
            Token::CharacterTokens(_)
            | Token::DoctypeToken(_)
            | Token::CommentToken(_)
            | Token::NullCharacterToken
            | Token::EOFToken
            | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

fn walk<H: Handler>(html: &str, handler: H) -> H {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink(RefCell::new(State { handler, hidden: None })), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner().handler
}

/// The words of a piece of HTML on one line; `limit` says how many bytes of it are looked at.
pub(super) fn words(html: &str, limit: usize) -> String {
    let mut end = html.len().min(limit);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    let words = walk(&html[..end], Words::default()).0;
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Elements by which a text that may be plain or HTML is known to be HTML.
const KNOWN: [&str; 36] = [
    "a",
    "abbr",
    "audio",
    "b",
    "blockquote",
    "br",
    "center",
    "code",
    "del",
    "div",
    "em",
    "figure",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "iframe",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "small",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "ul",
    "video",
];

/// Whether a text that may be plain or HTML is HTML: it has a tag, or a character reference.
pub(super) fn is_html(text: &str) -> bool {
    let reference = |rest: &str| {
        let name = rest.split_once(';').map_or("", |(name, _)| name);
        (2..=32).contains(&name.len()) && name.trim_start_matches('#').bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let tag = |rest: &str| {
        let name = rest.strip_prefix('/').unwrap_or(rest);
        let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
        let ends = name[end..].starts_with(['>', '/', ' ', '\n', '\t']);
        ends && rest.contains('>') && KNOWN.iter().any(|known| name[..end].eq_ignore_ascii_case(known))
    };
    text.split('<').skip(1).take(1_000).any(tag) || text.split('&').skip(1).take(1_000).any(reference)
}

#[derive(Default)]
struct Words(String);

impl Handler for Words {
    fn text(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn tag(&mut self, tag: &Tag) {
        // What stands within a line does not part words.
        let name: &str = &tag.name;
        let within = matches!(
            name,
            "a" | "abbr"
                | "b"
                | "bdi"
                | "bdo"
                | "cite"
                | "code"
                | "del"
                | "em"
                | "font"
                | "i"
                | "ins"
                | "kbd"
                | "mark"
                | "q"
                | "s"
                | "small"
                | "span"
                | "strong"
                | "sub"
                | "sup"
                | "time"
                | "u"
                | "var"
                | "wbr"
        );
        if !within {
            self.0.push(' ');
        }
    }
}

/// The same HTML with the addresses of links and media resolved against `base`; scripts and styles are left out.
pub(super) fn absolute(html: &str, base: &Url) -> String {
    walk(html, Absolute { base, out: String::with_capacity(html.len() + html.len() / 16) }).out
}

struct Absolute<'a> {
    base: &'a Url,
    out: String,
}

impl Absolute<'_> {
    fn resolved<'v>(&self, name: &str, value: &'v str) -> Cow<'v, str> {
        let address = value.trim();
        match name {
            // A place within the article stays in the article.
            "href" | "src" | "poster" | "cite" | "longdesc" if !address.is_empty() && !address.starts_with('#') => {
                self.base.join(address).map_or(Cow::Borrowed(value), |url| Cow::Owned(url.into()))
            }
            "srcset" => Cow::Owned(value.split(", ").map(|candidate| self.candidate(candidate)).collect::<Vec<_>>().join(", ")),
            _ => Cow::Borrowed(value),
        }
    }

    fn candidate(&self, candidate: &str) -> String {
        let (address, descriptor) = candidate.trim().split_once(char::is_whitespace).unwrap_or((candidate.trim(), ""));
        let address = self.base.join(address).map_or_else(|_| address.to_owned(), String::from);
        if descriptor.is_empty() { address } else { format!("{address} {}", descriptor.trim()) }
    }

    fn escape(&mut self, text: &str, in_attribute: bool) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '\u{a0}' => self.out.push_str("&nbsp;"),
                '"' if in_attribute => self.out.push_str("&quot;"),
                '<' => self.out.push_str("&lt;"),
                '>' if !in_attribute => self.out.push_str("&gt;"),
                c => self.out.push(c),
            }
        }
    }
}

impl Handler for Absolute<'_> {
    fn text(&mut self, text: &str) {
        self.escape(text, false);
    }

    fn tag(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        self.out.push_str(if tag.kind == TagKind::EndTag { "</" } else { "<" });
        self.out.push_str(name);
        if tag.kind == TagKind::StartTag {
            for attribute in &tag.attrs {
                let name: &str = &attribute.name.local;
                let value = self.resolved(name, &attribute.value);
                self.out.push(' ');
                self.out.push_str(name);
                self.out.push_str("=\"");
                self.escape(&value, true);
                self.out.push('"');
            }
        }
        self.out.push('>');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_a_reader_sees() {
        for (html, expected) in [
            ("<p>One <b>t</b>wo</p><p>three</p>", "One two three"),
            ("AT&amp;T &lt;3 &eacute;&nbsp;&#x2014;", "AT&T <3 é —"),
            ("a<script>var x = '<p>';</script>b<style>p{}</style>c", "abc"),
            ("a<br>b<!-- c -->", "a b"),
            ("1 < 2 and 2 > 1", "1 < 2 and 2 > 1"),
        ] {
            assert_eq!(words(html, 1000), expected, "{html}");
        }
        assert_eq!(words("éé", 3), "é");
    }

    #[test]
    fn html_is_told_from_plain_text() {
        for html in ["<b>x</b>", "AT&amp;T", "a&#8217;b", "<p>x", "a<br/>b", "<IMG SRC=x>", "caf&eacute;s"] {
            assert!(is_html(html), "{html}");
        }
        for plain in ["AT&T", "a & b; c", "<head> and I <3 it", "R&D", "1 < 2", "a <b", "<Paris>"] {
            assert!(!is_html(plain), "{plain}");
        }
    }

    #[test]
    fn addresses_become_absolute_and_all_else_stays() {
        let base = Url::parse("https://example.org/a/b/").unwrap();
        for (html, expected) in [
            ("<a href=\"../c?x=1&amp;y=2\">A &amp; B</a>", "<a href=\"https://example.org/a/c?x=1&amp;y=2\">A &amp; B</a>"),
            ("<img src=/i.jpg alt='\"'>", "<img src=\"https://example.org/i.jpg\" alt=\"&quot;\">"),
            ("<img srcset=\"i.jpg 1x, j.jpg 2x\">", "<img srcset=\"https://example.org/a/b/i.jpg 1x, https://example.org/a/b/j.jpg 2x\">"),
            ("<a href=\"#note\">1</a>", "<a href=\"#note\">1</a>"),
            ("<a href=\"mailto:a@b.c\">1</a>", "<a href=\"mailto:a@b.c\">1</a>"),
            ("x<script>alert(1)</script>&lt;b&gt;", "x&lt;b&gt;"),
        ] {
            assert_eq!(absolute(html, &base), expected, "{html}");
        }
    }
}
