//! A page as a flat list of its elements in document order, each a range of the source.
//!
//! An element's descendants follow it without a gap, so that nothing here needs recursion; elements nest at most
//! [`MAX_DEPTH`] deep, and the tags of deeper ones are passed over, their text stays.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::references::decode;
use super::scan::{Kind, Scanner, Token, attributes};
use super::structure;
use crate::reader::findings::Place;

/// How deep elements nest.
const MAX_DEPTH: usize = 128;
/// The most elements of a page.
pub(super) const MAX_ELEMENTS: usize = 200_000;

/// An element.
pub(super) struct Element<'a> {
    /// In lower case.
    pub(super) name: Cow<'a, str>,
    /// Its attributes as written.
    pub(super) written: &'a str,
    /// With its tags, in bytes of the source.
    pub(super) outer: Range<usize>,
    /// Without its tags.
    pub(super) inner: Range<usize>,
    pub(super) parent: Option<usize>,
    /// The place after its last descendant in the list.
    pub(super) after: usize,
    /// How much text stands in it, in bytes without white space.
    pub(super) letters: usize,
}

impl Element<'_> {
    /// The value of an attribute, its character references resolved; empty where it has none.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'_, str>> {
        attributes(self.written).find(|(written, _)| written.eq_ignore_ascii_case(name)).map(|(_, value)| decode(value, true))
    }

    /// Whether an attribute of tokens (`class`, `rel`, `itemprop`) has one of these.
    pub(super) fn has_token(&self, attribute: &str, tokens: &[&str]) -> bool {
        self.attribute(attribute).is_some_and(|value| {
            value.split_ascii_whitespace().take(100).any(|token| tokens.iter().any(|known| known.eq_ignore_ascii_case(token)))
        })
    }

    /// Whether it has one of these classes.
    pub(super) fn has_class(&self, classes: &[&str]) -> bool {
        self.has_token("class", classes)
    }

    /// Whether it has one of these roles (WAI-ARIA).
    pub(super) fn has_role(&self, roles: &[&str]) -> bool {
        self.has_token("role", roles)
    }
}

/// A page.
pub(super) struct Page<'a> {
    pub(super) source: &'a str,
    /// In document order.
    pub(super) elements: Vec<Element<'a>>,
    /// What stands between the tags, in order.
    texts: Vec<Range<usize>>,
    /// Where the first tag begins that never ends.
    pub(super) unfinished: Option<usize>,
    /// Whether it has more elements than [`MAX_ELEMENTS`]; those beyond are missing.
    pub(super) is_too_large: bool,
    /// The line on which `source` begins.
    pub(super) first_line: u32,
    /// How much text it has, in bytes without white space.
    letters: usize,
}

/// A part of a page: what stands in an element, or the whole page.
#[derive(Clone, Debug)]
pub(super) struct Region {
    /// The element, if it is one.
    pub(super) element: Option<usize>,
    /// In bytes of the source.
    pub(super) source: Range<usize>,
    /// The elements that stand in it.
    pub(super) elements: Range<usize>,
    /// How much text it has, in bytes without white space.
    pub(super) letters: usize,
}

impl<'a> Page<'a> {
    pub(super) fn parse(source: &'a str, xml: bool, first_line: u32) -> Self {
        let mut builder =
            Builder { source, elements: Vec::new(), texts: Vec::new(), open: Vec::new(), names: HashMap::new(), letters: 0, xml };
        let mut scanner = Scanner::new(source, xml);
        let (mut at, mut is_too_large) = (0, false);
        for token in scanner.by_ref() {
            builder.text(at..token.range.start);
            at = token.range.end;
            builder.token(token);
            if builder.elements.len() >= MAX_ELEMENTS {
                is_too_large = true;
                break;
            }
        }
        let end = scanner.unfinished().filter(|from| *from >= at).unwrap_or(source.len());
        builder.text(at..end.max(at));
        builder.close_to(0, source.len()..source.len());
        let Builder { elements, texts, letters, .. } = builder;
        Self { source, elements, texts, unfinished: scanner.unfinished(), is_too_large, first_line, letters }
    }

    /// All of it.
    pub(super) fn whole(&self) -> Region {
        Region { element: None, source: 0..self.source.len(), elements: 0..self.elements.len(), letters: self.letters }
    }

    /// What stands in an element.
    pub(super) fn region(&self, at: usize) -> Region {
        self.elements.get(at).map_or_else(
            || self.whole(),
            |element| Region {
                element: Some(at),
                source: element.inner.clone(),
                elements: at + 1..element.after,
                letters: element.letters,
            },
        )
    }

    /// The elements of a region for which `test` holds.
    pub(super) fn find<'s>(&'s self, region: &Region, test: impl Fn(&Element<'a>) -> bool + 's) -> impl Iterator<Item = usize> + 's {
        region.elements.clone().filter(move |at| self.elements.get(*at).is_some_and(&test))
    }

    /// The elements of this name, in order.
    pub(super) fn named<'s>(&'s self, name: &'s str) -> impl Iterator<Item = usize> + 's {
        self.elements.iter().enumerate().filter(move |(_, element)| element.name == name).map(|(at, _)| at)
    }

    /// The element and those around it, from the inside out.
    pub(super) fn around(&self, element: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(element), |at| self.elements.get(*at)?.parent)
    }

    /// Whether an element stands inside one for which `test` holds; it itself does not count.
    pub(super) fn is_inside(&self, element: usize, test: impl Fn(&Element<'a>) -> bool) -> bool {
        self.around(element).skip(1).filter_map(|at| self.elements.get(at)).any(test)
    }

    /// The text of a range of the source as a reader sees it: on one line, without what `cuts` (in order) cut out.
    pub(super) fn words(&self, range: &Range<usize>, cuts: &[Range<usize>]) -> String {
        let from = self.texts.partition_point(|text| text.start < range.start);
        let mut out = String::new();
        let mut end = range.start;
        let mut cuts = cuts.iter().peekable();
        for text in self.texts.iter().skip(from).take_while(|text| text.end <= range.end) {
            while cuts.next_if(|cut| cut.end <= text.start).is_some() {}
            let parts = self.source.get(end..text.start).is_some_and(structure::parts_words);
            end = text.end;
            if parts && !out.is_empty() {
                out.push(' ');
            }
            if cuts.peek().is_none_or(|cut| cut.start > text.start) {
                out.push_str(&decode(self.source.get(text.clone()).unwrap_or_default(), false));
            }
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// An element's text.
    pub(super) fn words_of(&self, element: usize) -> String {
        self.elements.get(element).map(|element| self.words(&element.inner, &[])).unwrap_or_default()
    }

    /// Where an offset of the source stands in the file.
    pub(super) fn place(&self, offset: usize) -> Place {
        Place::after(self.source.get(..offset).unwrap_or_default(), self.first_line)
    }
}

struct Builder<'a> {
    source: &'a str,
    elements: Vec<Element<'a>>,
    texts: Vec<Range<usize>>,
    /// The open elements, innermost last.
    open: Vec<usize>,
    /// How many elements of each name are open: most stray end tags are known by it.
    names: HashMap<Cow<'a, str>, usize>,
    letters: usize,
    xml: bool,
}

impl<'a> Builder<'a> {
    fn text(&mut self, range: Range<usize>) {
        let Some(text) = self.source.get(range.clone()) else { return };
        let letters = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).count();
        if letters > 0 {
            self.leave_head("");
            self.letters += letters;
            self.texts.push(range);
        } else if !range.is_empty() {
            self.texts.push(range);
        }
    }

    fn name(&self, at: usize) -> &str {
        self.elements.get(at).map_or("", |element| &element.name)
    }

    fn token(&mut self, token: Token<'a>) {
        match token.kind {
            Kind::Comment | Kind::Raw => {}
            Kind::Start { name, attributes, closes_itself } => self.start(name, attributes, closes_itself, token.range),
            Kind::End { name } => self.end(&name, token.range),
        }
    }

    /// What no head may hold begins the body, whether or not a tag says so.
    fn leave_head(&mut self, name: &str) {
        let in_head = matches!(name, "title" | "meta" | "link" | "base" | "script" | "style" | "noscript" | "template");
        if let Some(head) = self.open.iter().rposition(|at| self.name(*at) == "head")
            && !in_head
            && self.open.len() == head + 1
        {
            let at = self.open.get(head).and_then(|at| self.elements.get(*at)).map_or(0, |element| element.outer.end);
            self.close_to(head, at..at);
        }
    }

    fn start(&mut self, name: Cow<'a, str>, written: &'a str, closes_itself: bool, range: Range<usize>) {
        self.leave_head(&name);
        let ends = structure::may_end(&name).then(|| {
            let open: Vec<&str> = self.open.iter().rev().take(32).map(|at| self.name(*at)).collect();
            structure::implied_end(&name, &open)
        });
        if let Some(levels) = ends.flatten() {
            self.close_to(self.open.len() - levels, range.start..range.start);
        }
        // A drawing's elements may close themselves, as in XML.
        let in_drawing = || ["svg", "math"].into_iter().any(|outer| self.names.get(outer).is_some_and(|open| *open > 0));
        let is_empty = structure::is_void(&name) || (closes_itself && (self.xml || in_drawing()));
        if self.open.len() >= MAX_DEPTH && !is_empty {
            return;
        }
        let counted = name.clone();
        let (parent, index) = (self.open.last().copied(), self.elements.len());
        let inner = range.end..range.end;
        self.elements.push(Element { name, written, outer: range, inner, parent, after: index + 1, letters: self.letters });
        if is_empty {
            if let Some(element) = self.elements.last_mut() {
                element.letters = 0;
            }
        } else {
            self.open.push(index);
            *self.names.entry(counted).or_default() += 1;
        }
    }

    fn end(&mut self, name: &str, range: Range<usize>) {
        // What follows the end of a body belongs to it all the same.
        if matches!(name, "body" | "html") || (!structure::is_heading(name) && self.names.get(name).is_none_or(|open| *open == 0)) {
            return;
        }
        let special = structure::is_special(name);
        let stops =
            |open: &str| if special { matches!(open, "td" | "th" | "caption" | "table" | "template") } else { structure::is_special(open) };
        for (depth, at) in self.open.iter().enumerate().rev() {
            let open = self.name(*at);
            if open == name || (structure::is_heading(name) && structure::is_heading(open)) {
                self.close_to(depth, range);
                return;
            }
            if stops(open) && !structure::is_table_part(name) {
                return;
            }
        }
    }

    /// Closes elements until so many are open; the outermost of them with the end tag at `tag`.
    fn close_to(&mut self, depth: usize, tag: Range<usize>) {
        let after = self.elements.len();
        while self.open.len() > depth {
            let Some(element) = self.open.pop().and_then(|at| self.elements.get_mut(at)) else { return };
            if let Some(open) = self.names.get_mut(&element.name) {
                *open = open.saturating_sub(1);
            }
            element.inner.end = tag.start.max(element.inner.start);
            element.outer.end = if self.open.len() == depth { tag.end } else { tag.start }.max(element.inner.end);
            element.after = after;
            element.letters = self.letters - element.letters;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each element with its text.
    fn of(source: &str) -> Vec<(String, String)> {
        let page = Page::parse(source, false, 1);
        (0..page.elements.len()).map(|at| (page.elements[at].name.to_string(), page.words_of(at))).collect()
    }

    fn pair(name: &str, words: &str) -> (String, String) {
        (name.to_owned(), words.to_owned())
    }

    #[test]
    fn end_tags_may_be_missing() {
        assert_eq!(
            of("<ul><li>a<li>b</ul><p>c<p>d<div>e"),
            [pair("ul", "a b"), pair("li", "a"), pair("li", "b"), pair("p", "c"), pair("p", "d"), pair("div", "e")]
        );
    }

    #[test]
    fn stray_end_tags_close_nothing_of_weight() {
        assert_eq!(of("<div><span>a<div>b</span>c</div>d</div>e"), [pair("div", "a bc d"), pair("span", "a bc d"), pair("div", "bc")]);
        assert_eq!(of("<article><p>a</b></i></p></section>b</article>"), [pair("article", "a b"), pair("p", "a")]);
    }

    #[test]
    fn a_head_ends_where_the_body_begins() {
        assert_eq!(of("<head><title>t</title><p>a"), [pair("head", ""), pair("title", ""), pair("p", "a")]);
    }

    #[test]
    fn words_are_parted_by_blocks_and_joined_by_phrases() {
        let page = Page::parse("<div>a<b>b</b> &amp;<br>c<p>d</p>e<script>f</script></div>", false, 1);
        assert_eq!(page.words_of(0), "ab & c d e");
        let cut = page.elements[1].outer.clone();
        assert_eq!(page.words(&page.elements[0].inner, &[cut]), "a & c d e");
    }

    #[test]
    fn depth_is_bounded() {
        let source = "<div>".repeat(10_000) + "x" + &"</div>".repeat(10_000) + "<p>y";
        let page = Page::parse(&source, false, 1);
        assert_eq!(page.elements.len(), MAX_DEPTH + 1);
        assert_eq!(page.words_of(0), "x");
    }
}
