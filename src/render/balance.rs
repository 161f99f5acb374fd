//! Any HTML → the same with every element closed, nested no deeper than [`MAX_DEPTH`], and of known elements only.
//!
//! This stands before the sanitiser, not in its place: the sanitiser's parser follows the standard, and the standard's rules for
//! misnested markup take quadratic time (or memory) on input that was written to that end. What this writes cannot be misnested,
//! so the parser has nothing to repair. One pass over the bytes, no recursion, each byte looked at a bounded number of times.

use super::Policy;
use super::elements::{ends_paragraph, is_muted, is_raw, is_table_part, is_void, stand_in};
use super::tag::Tag;

/// How deep elements may nest; the tags of deeper ones are left out, their text stays.
pub(super) const MAX_DEPTH: usize = 96;
/// How many tags without an end are taken for text before everything after them is.
const MAX_UNFINISHED: usize = 8;
/// The longest attribute value kept, in bytes: no URL that works is longer, and a `data:` URL is refused anyway.
const MAX_VALUE: usize = 8 * 1024;

/// Stands where the source had `<!-- more -->`: a character that XML forbids, so that no source can carry it up to here.
pub(super) const MORE: char = '\u{FFFE}';

/// Before a `<wbr>` it says that this is a seam: it parts a long run of text in two for the sanitiser, and goes afterwards. The
/// cost of writing a run of text is quadratic there, in its length and its ampersands.
pub(super) const SEAM: char = '\u{FFFF}';
/// The longest run of text without a seam, in bytes.
const RUN: usize = 4 * 1024;

/// Balances HTML for the sanitiser. `html` holds only characters that XML allows.
pub(super) fn balance(html: &str, policy: &Policy) -> String {
    let mut balancer = Balancer {
        html,
        at: 0,
        out: String::with_capacity(html.len() + html.len() / 8),
        open: Vec::new(),
        muted: None,
        endless: Vec::new(),
        run: 0,
        policy,
    };
    balancer.run();
    balancer.out
}

struct Balancer<'a> {
    html: &'a str,
    at: usize,
    out: String,
    /// Names of the open elements that were written.
    open: Vec<&'static str>,
    /// What is being left out.
    muted: Option<Muted>,
    /// Names of elements to leave out that never end; from their second start tag on only the tag is left out.
    endless: Vec<String>,
    /// How long the text is since the last tag or seam.
    run: usize,
    policy: &'a Policy,
}

/// An element that is left out with its content.
struct Muted {
    name: String,
    /// How often it is nested in itself.
    depth: usize,
    /// Where its content begins, to come back to if it never ends.
    from: usize,
}

impl<'a> Balancer<'a> {
    fn run(&mut self) {
        self.markup();
        while let Some(muted) = self.muted.take() {
            self.at = muted.from;
            self.endless.push(muted.name);
            self.markup();
        }
        self.close_to(0);
    }

    fn markup(&mut self) {
        let mut unfinished = 0;
        while let Some(next) = self.html[self.at..].find('<') {
            self.text(self.at, self.at + next);
            self.at += next;
            let rest = &self.html.as_bytes()[self.at..];
            match (rest.get(1), rest.get(2)) {
                (Some(b'/'), Some(c)) | (Some(c), _) if c.is_ascii_alphabetic() => {
                    if !self.tag() {
                        // Nothing closes it, so it was typed as text. Looking to the end for each of many such is too dear.
                        unfinished += 1;
                        if unfinished > MAX_UNFINISHED {
                            break;
                        }
                        self.literal("&lt;");
                        self.at += 1;
                    }
                }
                (Some(b'!'), _) if rest.starts_with(b"<!--") => self.comment(),
                (Some(b'!' | b'?'), _) | (Some(b'/'), Some(_)) => {
                    self.at = self.html[self.at..].find('>').map_or(self.html.len(), |end| self.at + end + 1);
                }
                _ => {
                    self.literal("&lt;");
                    self.at += 1;
                }
            }
        }
        // What is left has no tag.
        let mut rest = &self.html[self.at..];
        while let Some(next) = rest.find('<') {
            self.piece(&rest[..next]);
            self.literal("&lt;");
            rest = &rest[next + 1..];
        }
        self.piece(rest);
    }

    fn text(&mut self, from: usize, to: usize) {
        let html = self.html;
        self.piece(&html[from..to]);
    }

    fn piece(&mut self, text: &str) {
        if text.is_empty() || self.muted.is_some() {
            return;
        }
        if text.bytes().any(|b| !b.is_ascii_whitespace()) {
            self.enter_cell();
            self.with_seams(text);
        } else {
            self.out.push_str(text);
        }
    }

    fn with_seams(&mut self, mut text: &str) {
        while text.len() > RUN {
            let mut cut = RUN;
            while !text.is_char_boundary(cut) {
                cut -= 1;
            }
            // Not in the middle of a character reference.
            cut = text.as_bytes()[cut - 40..cut].iter().rposition(|b| *b == b'&').map_or(cut, |back| cut - 40 + back);
            self.seam(&text[..cut]);
            text = &text[cut..];
        }
        self.run += text.len();
        if self.run > RUN {
            self.seam("");
            self.run = text.len();
        }
        self.out.push_str(text);
    }

    fn seam(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push(SEAM);
        self.out.push_str("<wbr>");
    }

    fn literal(&mut self, text: &str) {
        if self.muted.is_none() {
            self.enter_cell();
            self.with_seams(text);
        }
    }

    /// Text and elements that stand between a table's parts are put into a cell where they stand: a parser would move each of
    /// them out before the table, at a cost that grows with their number.
    fn enter_cell(&mut self) {
        if self.open.last() == Some(&"colgroup") {
            self.close_to(self.open.len() - 1);
        }
        match self.open.last() {
            Some(&"tr") => self.start("td"),
            Some(&("table" | "thead" | "tbody" | "tfoot")) => {
                self.start("tr");
                self.start("td");
            }
            _ => {}
        }
    }

    fn start(&mut self, name: &'static str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.open.push(name);
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            if let Some(name) = self.open.pop() {
                self.out.push_str("</");
                self.out.push_str(name);
                self.out.push('>');
            }
        }
    }

    fn comment(&mut self) {
        let body = &self.html[self.at + 4..];
        let (text, length) = if body.starts_with('>') {
            ("", 1)
        } else if body.starts_with("->") {
            ("", 2)
        } else {
            let plain = body.find("-->").map(|end| (end, end + 3));
            let odd = body[..plain.map_or(body.len(), |(end, _)| end)].find("--!>").map(|end| (end, end + 4));
            odd.or(plain).map_or(("", body.len()), |(end, length)| (&body[..end], length))
        };
        if self.muted.is_none() && text.trim().eq_ignore_ascii_case("more") {
            self.out.push(MORE);
        }
        self.at += 4 + length;
    }

    /// One tag at `self.at`; `false` where it never ends.
    fn tag(&mut self) -> bool {
        let html = self.html;
        let Some(tag) = Tag::scan(&html[self.at..]) else {
            return false;
        };
        self.at += tag.length;
        let lower = tag.name.to_ascii_lowercase();
        if let Some(muted) = &mut self.muted {
            if muted.name == lower && !tag.closes_itself {
                muted.depth = if tag.is_end { muted.depth - 1 } else { muted.depth + 1 };
                if muted.depth == 0 {
                    self.muted = None;
                }
            }
            return true;
        }
        let name = if self.policy.allows(&lower) { lower.as_str() } else { stand_in(&lower) };
        if tag.is_end {
            self.end_tag(name);
        } else if is_muted(name) && !self.policy.allows(name) {
            if !tag.closes_itself && !self.endless.contains(&lower) {
                self.muted = Some(Muted { name: lower, depth: 1, from: self.at });
            }
        } else {
            self.start_tag(name, &tag);
            if is_raw(name) {
                self.skip_raw(name);
            }
        }
        true
    }

    fn end_tag(&mut self, name: &str) {
        let boundary = self.open.iter().rposition(|open| matches!(*open, "td" | "th" | "caption" | "table"));
        let found = self.open.iter().rposition(|open| *open == name);
        // A cell keeps what is opened outside of it from being closed inside it. The standard makes an element of a lone `</p>`
        // or `</br>`; nobody misses it. A table ends with its cells, be they closed or not.
        if let Some(at) = found
            && (name == "table" || is_table_part(name) || boundary.is_none_or(|boundary| at >= boundary))
        {
            self.close_to(at);
        }
    }

    fn start_tag(&mut self, name: &str, tag: &Tag<'a>) {
        if !self.policy.allows(name) {
            return;
        }
        self.implied_ends(name);
        let void = is_void(name);
        if is_table_part(name) {
            if !self.open.contains(&"table") {
                return;
            }
        } else {
            self.enter_cell();
        }
        if !void && self.open.len() >= MAX_DEPTH {
            return;
        }
        self.run = 0;
        self.out.push('<');
        self.out.push_str(name);
        for (attribute, value) in tag.attributes() {
            if value.len() > MAX_VALUE || !attribute.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':')) {
                continue;
            }
            self.out.push(' ');
            self.out.push_str(attribute);
            self.out.push_str("=\"");
            for (index, part) in value.split('"').enumerate() {
                if index > 0 {
                    self.out.push_str("&quot;");
                }
                self.out.push_str(part);
            }
            self.out.push('"');
        }
        self.out.push('>');
        if void {
            return;
        }
        // The name as the policy has it lives as long as the balancer; the tag's own may be in capitals.
        if is_raw(name) {
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push('>');
        } else if let Some(known) = self.policy.name_of(name) {
            self.open.push(known);
        }
    }

    /// Closes what a start tag of this name ends: a paragraph, an item, a cell, a row.
    fn implied_ends(&mut self, name: &str) {
        let cell = |open: &&str| matches!(*open, "td" | "th" | "caption" | "table");
        let floor = self.open.iter().rposition(cell).map_or(0, |at| at + 1);
        let last = |names: &[&str], floor: usize| self.open[floor..].iter().rposition(|open| names.contains(open)).map(|at| floor + at);
        let target = match name {
            "li" => {
                let inner = last(&["ul", "ol"], floor).map_or(floor, |at| at + 1);
                last(&["li"], inner).or_else(|| last(&["p"], inner))
            }
            "dd" | "dt" => {
                let inner = last(&["dl"], floor).map_or(floor, |at| at + 1);
                last(&["dd", "dt"], inner).or_else(|| last(&["p"], inner))
            }
            "a" => last(&["a"], floor),
            "td" | "th" => self.table_floor(&["tr", "thead", "tbody", "tfoot", "table"]),
            "tr" => self.table_floor(&["thead", "tbody", "tfoot", "table"]),
            "caption" | "colgroup" | "thead" | "tbody" | "tfoot" => self.table_floor(&["table"]),
            "col" => self.table_floor(&["colgroup", "table"]),
            _ if ends_paragraph(name) => last(&["p"], floor),
            _ => None,
        };
        if let Some(at) = target {
            self.close_to(at);
        }
    }

    /// The depth just inside the innermost of these.
    fn table_floor(&self, names: &[&str]) -> Option<usize> {
        self.open.iter().rposition(|open| names.contains(open)).map(|at| at + 1)
    }

    /// Passes over the content of an element of characters, end tag included; where it has none, over nothing.
    fn skip_raw(&mut self, name: &str) {
        if self.endless.iter().any(|known| known == name) {
            return;
        }
        let bytes = self.html.as_bytes();
        let mut from = self.at;
        while let Some(next) = self.html[from..].find("</") {
            let start = from + next + 2;
            let ends = bytes.get(start..start + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
            if ends && bytes.get(start + name.len()).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>')) {
                self.at = self.html[start..].find('>').map_or(self.html.len(), |end| start + end + 1);
                return;
            }
            from = start;
        }
        self.endless.push(name.to_owned());
    }
}
