//! Units → the article: what each is by its place.

use std::collections::HashSet;

use super::agencies;
use super::byline::{self, Byline};
use super::dateline;
use super::furniture::Place;
use super::header::{self, Field};
use super::shape::{bare, begins_small, columns, find_ci, has_inner_sentence, is_closed, longer_than, words};
use super::standfirst::is_standfirst;
use super::units::{Kind, Unit};
use crate::article::{Article, Block, Body, Figure, Person};
use crate::diagnostic::{Diagnostic, Severity};
use crate::reader::{Context, Reading};

mod tail;

/// The longest headline, in characters; a longer first line is a paragraph whose beginning stands in.
const LONGEST_HEADLINE: usize = 250;
/// The widest sub-heading, in columns, and its most words.
const WIDEST_HEADING: usize = 80;
const MOST_HEADING_WORDS: usize = 12;

/// The article that the fields and the units make.
pub(super) fn assemble(fields: &[Field<'_>], units: Vec<Unit<'_>>, context: Context<'_>) -> Reading {
    if fields.is_empty() && units.is_empty() {
        return Reading { article: None, diagnostics: Vec::new() };
    }
    let mut article = Article::default();
    let diagnostics = header::apply(fields, &mut article, context);
    let mut desk = Assembly {
        article,
        blocks: Vec::with_capacity(units.len()),
        diagnostics,
        context,
        captions: captions(&units),
        shown: HashSet::new(),
    };
    desk.read(&units);
    desk.finish(fields)
}

/// Every caption, so that the same words standing alone beside it are known for what they are.
fn captions(units: &[Unit<'_>]) -> HashSet<String> {
    units
        .iter()
        .filter_map(|unit| match &unit.kind {
            Kind::Caption(figure) => Some(figure.caption.clone()),
            _ => None,
        })
        .collect()
}

struct Assembly<'c> {
    article: Article,
    blocks: Vec<Block>,
    diagnostics: Vec<Diagnostic>,
    context: Context<'c>,
    captions: HashSet<String>,
    shown: HashSet<(String, Option<String>)>,
}

impl Assembly<'_> {
    fn read(&mut self, units: &[Unit<'_>]) {
        let units = self.headline(units);
        let ends = tail::ends(units);
        let body = self.head(units, &ends);
        let mut is_first = true;
        for (at, unit) in units.iter().enumerate().skip(body) {
            let end = ends.get(at).copied().unwrap_or(tail::End::No);
            if self.left_out(unit, end) || self.recognised(unit, end) {
                continue;
            }
            let text = bare(&unit.text);
            if self.is_heading(unit, units.get(at + 1)) {
                self.blocks.push(Block::Heading(text.to_owned()));
                continue;
            }
            let split = if is_first && self.article.dateline.is_none() { dateline::split(text) } else { None };
            is_first = false;
            if let Some((dateline, rest)) = split {
                self.article.dateline = Some(dateline.to_owned());
                self.blocks.push(Block::Paragraph(rest.to_owned()));
            } else {
                self.blocks.push(Block::Paragraph(text.to_owned()));
            }
        }
    }

    /// Takes the headline off the units; gives those that follow.
    fn headline<'u, 't>(&mut self, units: &'u [Unit<'t>]) -> &'u [Unit<'t>] {
        let is_unmistakable = |unit: &Unit<'_>| matches!(unit.kind, Kind::Furniture(Place::Anywhere) | Kind::EndMark);
        let first = units.iter().position(|unit| !is_unmistakable(unit)).unwrap_or_default();
        for unit in &units[..first] {
            self.left_out(unit, tail::End::No);
        }
        let units = &units[first..];
        let Some((unit, rest)) = units.split_first() else { return units };
        let text = bare(&unit.text);
        if !self.article.headline.is_empty() {
            if self.article.headline != text {
                return units;
            }
            self.say(
                unit.first,
                Severity::Note,
                "headline-twice",
                "the headline stands in the header block and again here; once is kept".to_owned(),
            );
            return rest;
        }
        let line = text.split('\n').next().unwrap_or(text);
        if longer_than(line, LONGEST_HEADLINE) || (longer_than(line, 100) && dateline::split(line).is_some()) {
            self.article.headline = beginning(line);
            let message = "the first line is too long for a headline; its beginning stands in".to_owned();
            self.say(unit.first, Severity::Warning, "long-headline", message);
            self.mend("write a headline above the text, or a header block with 'Headline: '");
            return units;
        }
        line.clone_into(&mut self.article.headline);
        rest
    }

    /// Reads what stands between headline and text; gives where the text begins.
    fn head(&mut self, units: &[Unit<'_>], ends: &[tail::End]) -> usize {
        for (at, unit) in units.iter().enumerate() {
            let end = ends.get(at).copied().unwrap_or(tail::End::No);
            if self.left_out(unit, end) {
                continue;
            }
            match &unit.kind {
                Kind::Caption(figure) => self.figure(figure, unit),
                Kind::Byline(byline) => self.sign(byline.clone()),
                Kind::Contribution(_) | Kind::Furniture(_) | Kind::EndMark | Kind::Items => return at,
                Kind::Plain => {
                    if let Some(byline) = introduction(unit) {
                        self.sign(byline);
                    } else if let Some(agency) = agencies::signature(&unit.text) {
                        self.credit(agency);
                    } else if self.repeats_caption(unit) {
                        self.twice(unit);
                    } else if self.article.standfirst.is_none() && is_standfirst(unit, &units[at + 1..], is_signed) {
                        self.article.standfirst = Some(bare(&unit.text).to_owned());
                    } else {
                        return at;
                    }
                }
            }
        }
        units.len()
    }

    /// Leaves furniture and end marks out, and says so; whether it did.
    fn left_out(&mut self, unit: &Unit<'_>, end: tail::End) -> bool {
        let (rule, what) = match (&unit.kind, end) {
            (Kind::EndMark, _) => ("end-mark", "an end mark"),
            (Kind::Furniture(Place::Anywhere), _) | (_, tail::End::Furniture) => ("page-furniture", "page furniture"),
            _ => return false,
        };
        let quoted: String = unit.text.chars().take(60).collect();
        let message = format!("left out as {what}: '{}'", quoted.replace('\n', " / "));
        self.say_of_all(unit, rule, &message);
        true
    }

    /// Puts captions, contributors, credits and signatures where they belong; whether the unit was one.
    fn recognised(&mut self, unit: &Unit<'_>, end: tail::End) -> bool {
        let is_end = end == tail::End::Signature;
        match &unit.kind {
            Kind::Caption(figure) => self.figure(figure, unit),
            Kind::Contribution(people) => {
                self.contribute(people);
                self.credit(&unit.text);
            }
            Kind::Byline(byline) if is_end && self.article.authors.is_empty() => self.sign(byline.clone()),
            Kind::Byline(_) | Kind::Furniture(_) | Kind::EndMark | Kind::Items => return false,
            Kind::Plain => {
                if self.repeats_caption(unit) {
                    self.twice(unit);
                    return true;
                }
                if !is_end {
                    return false;
                }
                if let Some(agency) = agencies::signature(&unit.text) {
                    self.credit(agency);
                } else if tail::is_copyright(&unit.text) {
                    self.credit(&unit.text);
                } else if let Some(byline) = byline::author_note(&unit.text, Some(&self.article.authors)) {
                    self.sign(byline);
                } else {
                    return false;
                }
            }
        }
        true
    }

    /// A short line of its own without closing punctuation, between paragraphs.
    fn is_heading(&self, unit: &Unit<'_>, next: Option<&Unit<'_>>) -> bool {
        let text = bare(&unit.text);
        let shaped = unit.kind == Kind::Plain && unit.is_single() && columns(text) <= WIDEST_HEADING && words(text) <= MOST_HEADING_WORDS;
        if !shaped
            || is_closed(text)
            || begins_small(text)
            || has_inner_sentence(text)
            || text.contains(": ")
            || !text.contains(char::is_alphabetic)
        {
            return false;
        }
        let follows_text = match self.blocks.last() {
            Some(Block::Paragraph(before)) => is_running(before),
            Some(Block::Figure(_)) => self.blocks.iter().any(|block| matches!(block, Block::Paragraph(_))),
            Some(Block::Heading(_)) | None => false,
        };
        let precedes_text = next.is_some_and(|next| match next.kind {
            Kind::Plain => is_running(&next.text),
            Kind::Caption(_) | Kind::Items => true,
            Kind::Byline(_) | Kind::Contribution(_) | Kind::Furniture(_) | Kind::EndMark => false,
        });
        follows_text && precedes_text
    }

    fn figure(&mut self, figure: &Figure, unit: &Unit<'_>) {
        if self.shown.insert((figure.caption.clone(), figure.credit.clone())) {
            self.blocks.push(Block::Figure(figure.clone()));
        } else {
            self.twice(unit);
        }
    }

    fn repeats_caption(&self, unit: &Unit<'_>) -> bool {
        !self.captions.is_empty() && self.captions.contains(bare(&unit.text))
    }

    fn twice(&mut self, unit: &Unit<'_>) {
        self.say_of_all(unit, "caption-twice", "this caption is given more than once; once is kept");
    }

    fn sign(&mut self, byline: Byline) {
        for author in byline.authors {
            let same = |known: &&mut Person| known.name.eq_ignore_ascii_case(&author.name);
            match self.article.authors.iter_mut().find(same) {
                Some(known) => known.email = known.email.take().or(author.email),
                None => self.article.authors.push(author),
            }
        }
        if let Some(note) = byline.note {
            self.article.author_note = Some(self.article.author_note.take().map_or(note.clone(), |before| format!("{before}\n{note}")));
        }
        if let Some(credit) = byline.credit {
            self.credit(&credit);
        }
    }

    fn contribute(&mut self, people: &[Person]) {
        for person in people {
            if !self.article.contributors.contains(person) {
                self.article.contributors.push(person.clone());
            }
        }
    }

    fn credit(&mut self, text: &str) {
        let text = bare(text);
        if !self.article.credits.iter().any(|known| known == text) {
            self.article.credits.push(text.to_owned());
        }
    }

    fn say(&mut self, line: u32, severity: Severity, rule: &'static str, message: String) {
        self.diagnostics.push(Diagnostic::new(severity, rule, self.context.path.to_string(), message).at(line, 1));
    }

    /// A note for each of the file's lines that a unit stood on.
    fn say_of_all(&mut self, unit: &Unit<'_>, rule: &'static str, message: &str) {
        for line in unit.first..=unit.last {
            self.say(line, Severity::Note, rule, message.to_owned());
        }
    }

    fn mend(&mut self, remedy: &str) {
        if let Some(last) = self.diagnostics.last_mut() {
            remedy.clone_into(&mut last.remedy);
        }
    }

    fn finish(mut self, fields: &[Field<'_>]) -> Reading {
        if self.diagnostics.iter().any(|finding| finding.severity == Severity::Error) {
            return Reading { article: None, diagnostics: self.diagnostics };
        }
        if self.article.headline.is_empty() {
            let line = fields.first().map_or(1, |field| field.line);
            self.say(line, Severity::Error, "no-headline", "there is no headline: no text follows".to_owned());
            self.mend("write the headline as the first line of text, or add 'Headline: ' to the header block");
            return Reading { article: None, diagnostics: self.diagnostics };
        }
        if self.blocks.is_empty() && self.article.withdrawn.is_none() {
            self.say(1, Severity::Warning, "no-text", "the article has a headline but no text".to_owned());
            self.mend("write the text below the headline, with an empty line between");
        }
        self.article.body = Body::Blocks(self.blocks);
        Reading { article: Some(self.article), diagnostics: self.diagnostics }
    }
}

/// A note on the author, or a signature with an agency.
fn introduction(unit: &Unit<'_>) -> Option<Byline> {
    if !unit.is_single() {
        return None;
    }
    byline::author_note(&unit.text, None).or_else(|| byline::with_agency(&unit.text))
}

fn is_signed(unit: &Unit<'_>) -> bool {
    matches!(unit.kind, Kind::Byline(_)) || (unit.kind == Kind::Plain && introduction(unit).is_some())
}

/// Whether a text reads as a paragraph rather than a title.
fn is_running(text: &str) -> bool {
    is_closed(text) || longer_than(text, 80) || find_ci(text, "\n").is_some()
}

/// The beginning of a long line, cut at a word's end.
fn beginning(line: &str) -> String {
    let sentence = line.char_indices().nth(120).map_or(line, |(end, _)| &line[..end]);
    let cut = sentence.rsplit_once(char::is_whitespace).map_or(sentence, |(before, _)| before);
    format!("{}…", cut.trim_end_matches(|c: char| !c.is_alphanumeric()))
}
