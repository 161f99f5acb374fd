//! The plain text of sanitised HTML, written while the HTML is gone through.

use std::ops::Range;

/// How what comes next is parted from what stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    Paragraph,
}

/// Plain text under construction: paragraphs parted by an empty line, list items with their bullet or number, white space
/// collapsed but in `pre`.
#[derive(Debug, Default)]
pub(super) struct Plain {
    pub(super) text: String,
    gap: Gap,
    preformatted: usize,
    /// The next number of each open list; `None` for bullets.
    lists: Vec<Option<i64>>,
    /// Where the last bullet ended: what follows it directly stays on its line.
    bullet: usize,
    cells: usize,
    /// Where a part began that is no running text, for each such part that is open.
    aside_from: Vec<usize>,
    /// Parts that are no running text: captions, headings, tables, code, note numbers. Ordered, not nested.
    pub(super) asides: Vec<Range<usize>>,
    /// Where the summary ends, if the source says so.
    pub(super) more: Option<usize>,
    /// Where the footnotes begin.
    notes: Option<usize>,
}

impl Plain {
    /// The start tag of an element.
    pub(super) fn open(&mut self, name: &str, start: Option<i64>) {
        match name {
            "br" => self.gap = self.gap.max(Gap::Line),
            "ul" | "ol" => {
                self.part(if self.lists.is_empty() { Gap::Paragraph } else { Gap::Line });
                self.lists.push((name == "ol").then_some(start.unwrap_or(1)));
            }
            "li" => self.item(),
            "tr" => {
                self.part(Gap::Line);
                self.cells = 0;
            }
            "td" | "th" => {
                if self.cells > 0 {
                    self.gap = Gap::None;
                    self.text.push_str(" | ");
                    self.bullet = self.text.len();
                }
                self.cells += 1;
            }
            "dt" | "dd" | "rt" => self.part(if name == "rt" { Gap::Space } else { Gap::Line }),
            "q" => self.push("“"),
            _ if is_block(name) => self.part(Gap::Paragraph),
            _ => {}
        }
        if name == "pre" {
            self.preformatted += 1;
        }
        if is_aside(name) {
            self.aside_from.push(self.text.len());
        }
    }

    /// The end tag of an element.
    pub(super) fn close(&mut self, name: &str) {
        if is_aside(name)
            && let Some(from) = self.aside_from.pop()
        {
            if name == "pre" {
                self.text.truncate(self.text.trim_end().len().max(from));
            }
            self.aside(from);
        }
        match name {
            "ul" | "ol" => {
                self.lists.pop();
                self.part(if self.lists.is_empty() { Gap::Paragraph } else { Gap::Line });
            }
            "li" | "tr" | "dt" | "dd" => self.part(Gap::Line),
            "q" => self.push("”"),
            "pre" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.part(Gap::Paragraph);
            }
            _ if is_block(name) => self.part(Gap::Paragraph),
            _ => {}
        }
    }

    /// A note's number, in brackets.
    pub(super) fn note_number(&mut self, number: &str) {
        if self.gap == Gap::Space {
            self.gap = Gap::None;
        }
        self.part_now();
        let from = self.text.len();
        self.text.extend(["[", number, "]"]);
        self.aside(from);
    }

    /// Characters of the text.
    pub(super) fn push(&mut self, characters: &str) {
        if self.preformatted > 0 {
            if !characters.is_empty() {
                self.part_now();
                self.text.push_str(characters);
            }
            return;
        }
        for word in characters.split_inclusive(|c: char| c.is_ascii_whitespace()) {
            let bare = word.trim_end_matches(|c: char| c.is_ascii_whitespace());
            if !bare.is_empty() {
                self.part_now();
                self.text.push_str(bare);
            }
            if bare.len() < word.len() {
                self.gap = self.gap.max(Gap::Space);
            }
        }
    }

    /// The source's mark that the summary ends here.
    pub(super) fn mark_more(&mut self) {
        self.more.get_or_insert(self.text.len());
    }

    /// From here on there are footnotes only.
    pub(super) fn mark_notes(&mut self) {
        self.notes.get_or_insert(self.text.len());
    }

    fn item(&mut self) {
        self.part(Gap::Line);
        self.part_now();
        let depth = self.lists.len().saturating_sub(1);
        self.text.extend(std::iter::repeat_n("  ", depth));
        match self.lists.last_mut() {
            Some(Some(number)) => {
                self.text.push_str(&number.to_string());
                self.text.push_str(". ");
                *number = number.saturating_add(1);
            }
            Some(None) | None => self.text.push_str("• "),
        }
        self.bullet = self.text.len();
    }

    fn part(&mut self, gap: Gap) {
        if self.bullet != self.text.len() || self.text.is_empty() {
            // A list's items and a table's rows are lines, whatever stands in them.
            let within = !self.lists.is_empty() && gap == Gap::Paragraph;
            self.gap = self.gap.max(if within { Gap::Line } else { gap });
        }
    }

    fn part_now(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if self.text.is_empty() || self.bullet == self.text.len() {
            return;
        }
        self.text.push_str(match gap {
            Gap::None => "",
            Gap::Space => " ",
            Gap::Line => "\n",
            Gap::Paragraph => "\n\n",
        });
    }

    fn aside(&mut self, from: usize) {
        let to = self.text.len();
        while self.asides.last().is_some_and(|last| last.start >= from) {
            self.asides.pop();
        }
        if to > from {
            self.asides.push(from..to);
        }
    }

    /// The running text up to `end`: without captions, headings, tables, code and note numbers; all of it where nothing is left.
    pub(super) fn running_text(&self, end: usize) -> String {
        let end = end.min(self.text.len()).min(self.notes.unwrap_or(usize::MAX));
        let mut running = String::new();
        let mut at = 0;
        for aside in self.asides.iter().filter(|aside| aside.end <= end) {
            running.push_str(&self.text[at..aside.start]);
            at = aside.end;
        }
        running.push_str(&self.text[at..end]);
        if running.trim().is_empty() { self.text[..end].trim().to_owned() } else { running.trim().to_owned() }
    }
}

/// Elements that stand apart from the text around them.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "article"
            | "aside"
            | "blockquote"
            | "caption"
            | "details"
            | "div"
            | "dl"
            | "figcaption"
            | "figure"
            | "footer"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hgroup"
            | "hr"
            | "main"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
    )
}

/// Elements that no summary quotes.
fn is_aside(name: &str) -> bool {
    matches!(name, "figure" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "pre" | "table")
}
