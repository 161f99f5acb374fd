//! Lines → units: what will be one paragraph, one caption, one line left out.

use std::borrow::Cow;
use std::collections::HashSet;

use super::furniture::{self, Place, Rules};
use super::lines::Line;
use super::shape::{bare, columns, is_list_item};
use super::{byline, caption, contribution};
use crate::article::{Figure, Person};

/// What a unit is by its own text, wherever it stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// Text: a paragraph, unless its place makes it something else.
    Plain,
    /// An item of a list, or several.
    Items,
    /// A photo's caption with its credit.
    Caption(Figure),
    /// A caption's words once more, without the credit.
    CaptionAgain,
    /// A byline with its opener; what it says.
    Byline(byline::Byline),
    /// Who contributed.
    Contribution(Vec<Person>),
    /// Page furniture, where its place agrees.
    Furniture(Place),
    /// A wire's end mark, or a rule of punctuation.
    EndMark,
}

/// One or more lines that belong together, parted by `\n`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Unit<'a> {
    /// The file's line on which it begins.
    pub(super) first: u32,
    /// The file's line on which it ends.
    pub(super) last: u32,
    /// The text.
    pub(super) text: Cow<'a, str>,
    /// What it is by its own text.
    pub(super) kind: Kind,
}

impl Unit<'_> {
    /// Whether it is text on a single line.
    pub(super) fn is_single(&self) -> bool {
        !self.text.contains('\n')
    }

    fn add(&mut self, line: &Line<'_>) {
        let text = self.text.to_mut();
        text.push('\n');
        text.push_str(&line.text);
        self.last = line.last;
    }
}

/// Short lines that stand together are verse, an address, questions and answers: one paragraph. In columns.
const SHORT: usize = 60;

/// The units of a text.
pub(super) fn gather<'a>(lines: Vec<Line<'a>>, rules: &Rules) -> Vec<Unit<'a>> {
    let groups = lines.last().map_or(0, |line| line.group + 1);
    let mut units = Vec::with_capacity(lines.len());
    let mut lines = lines.into_iter().peekable();
    while let Some(first) = lines.next() {
        let group = first.group;
        let mut together = vec![first];
        while let Some(next) = lines.next_if(|next| next.group == group) {
            together.push(next);
        }
        // A text of few groups has a paragraph a line; the first group is the headline and what stands close under it.
        let parted = groups >= 3 && group > 0;
        add_group(&mut units, together, parted, rules);
    }
    mark_repeated_captions(&mut units);
    units
}

/// A picture's alternative text often stands beside its caption: the same words, without the credit.
fn mark_repeated_captions(units: &mut [Unit<'_>]) {
    let captions: HashSet<String> = units
        .iter()
        .filter_map(|unit| match &unit.kind {
            Kind::Caption(figure) => Some(without_stop(&figure.caption).to_owned()),
            _ => None,
        })
        .collect();
    if captions.is_empty() {
        return;
    }
    // The very first line is the headline, whatever it says.
    for unit in units.iter_mut().skip(1).filter(|unit| unit.kind == Kind::Plain) {
        if captions.contains(without_stop(&unit.text)) {
            unit.kind = Kind::CaptionAgain;
        }
    }
}

fn without_stop(text: &str) -> &str {
    bare(text).trim_end_matches('.')
}

fn add_group<'a>(units: &mut Vec<Unit<'a>>, lines: Vec<Line<'a>>, parted: bool, rules: &Rules) {
    let short = parted && lines.iter().all(|line| columns(&line.text) <= SHORT);
    let kinds: Vec<Kind> = lines.iter().map(|line| kind(&line.text, rules)).collect();
    let has_opener = kinds.iter().any(|kind| matches!(kind, Kind::Furniture(Place::Opener)));
    let begins = units.len();
    for (line, kind) in lines.into_iter().zip(kinds) {
        // The very first line is the headline, whatever follows.
        let before = if units.len() > begins.max(1) { units.last_mut() } else { None };
        match (before, &kind) {
            (Some(before), Kind::Items) if before.kind == Kind::Items => before.add(&line),
            (Some(before), Kind::Plain) if before.kind == Kind::Plain && short && !has_opener => before.add(&line),
            _ => units.push(Unit { first: line.first, last: line.last, text: line.text, kind }),
        }
    }
}

fn kind(text: &str, rules: &Rules) -> Kind {
    if furniture::is_end_mark(text) {
        return Kind::EndMark;
    }
    if let Some(place) = rules.place(text) {
        return Kind::Furniture(place);
    }
    if let Some(figure) = caption::parse(text) {
        return Kind::Caption(figure);
    }
    if let Some(people) = contribution::people(text) {
        return Kind::Contribution(people);
    }
    if let Some(byline) = byline::opened(text) {
        return Kind::Byline(byline);
    }
    if is_list_item(text) { Kind::Items } else { Kind::Plain }
}
