//! Units → the article: what each is by its place.

use std::collections::HashSet;

use super::Reading;
use super::agencies;
use super::byline::{self, Byline};
use super::dateline;
use super::furniture::Place;
use super::header::{self, Field};
use super::shape::bare;
use super::units::{Kind, Unit};
use crate::article::{Article, Block, Body, Figure, Person};
use crate::diagnostic::{Diagnostic, Severity};
use crate::reader::Context;

mod head;
mod heading;
mod tail;

/// A byline after more blocks than this is a paragraph.
const LATEST_BYLINE: usize = 3;
/// More authors, contributors or credits than this stay in the text.
const MOST_NAMES: usize = 100;
/// A note on the author takes no more once it is this long, in bytes.
const LONGEST_NOTE: usize = 4000;
/// More findings than this are summed up.
const MOST_FINDINGS: usize = 200;

/// The article that the fields and the units make.
pub(super) fn assemble(fields: &[Field<'_>], units: &[Unit<'_>], context: Context<'_>) -> Reading {
    if fields.is_empty() && units.is_empty() {
        return Reading { article: None, diagnostics: Vec::new() };
    }
    let mut article = Article::default();
    let diagnostics = header::apply(fields, &mut article, context);
    let mut assembly = Assembly { article, blocks: Vec::with_capacity(units.len()), diagnostics, context, shown: HashSet::new() };
    assembly.read(units);
    assembly.finish(fields)
}

struct Assembly<'c> {
    article: Article,
    blocks: Vec<Block>,
    diagnostics: Vec<Diagnostic>,
    context: Context<'c>,
    shown: HashSet<(String, Option<String>)>,
}

impl Assembly<'_> {
    fn read(&mut self, units: &[Unit<'_>]) {
        self.look_for_embargo(units);
        let units = self.headline(units);
        let ends = tail::ends(units);
        let body = self.head(units, &ends);
        let mut is_first = true;
        for (at, unit) in units.iter().enumerate().skip(body) {
            let end = ends.get(at).copied().unwrap_or(tail::End::No);
            if self.left_out(unit, end) || self.recognised(unit, end) {
                continue;
            }
            // A desk's remarks may stand above the byline; the dateline stands below it.
            if let Kind::Byline(byline) = &unit.kind
                && self.blocks.len() <= LATEST_BYLINE
                && self.may_sign(byline)
            {
                self.sign(byline.clone());
                is_first = true;
                continue;
            }
            let text = bare(&unit.text);
            if heading::is_heading(unit, &self.blocks, units.get(at + 1).filter(|_| ends.get(at + 1) == Some(&tail::End::No))) {
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

    /// Leaves furniture and end marks out, and says so; whether it did.
    fn left_out(&mut self, unit: &Unit<'_>, end: tail::End) -> bool {
        let (rule, what) = match (&unit.kind, end) {
            (Kind::EndMark, _) => ("end-mark", "an end mark or a dividing line"),
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
            Kind::CaptionAgain => self.twice(unit),
            Kind::Contribution(people) => {
                if self.article.contributors.len().max(self.article.credits.len()) >= MOST_NAMES {
                    return false;
                }
                self.contribute(people);
                self.credit(&unit.text);
            }
            Kind::Byline(byline) if is_end && self.may_sign(byline) => self.sign(byline.clone()),
            Kind::Byline(_) | Kind::Furniture(_) | Kind::EndMark | Kind::Items => return false,
            Kind::Plain => {
                if !is_end {
                    return false;
                }
                if self.article.credits.len().max(self.article.authors.len()) >= MOST_NAMES {
                    return false;
                }
                if let Some(agency) = agencies::signature(&unit.text) {
                    self.credit(agency);
                } else if tail::is_copyright(&unit.text) {
                    self.credit(&unit.text);
                } else if let Some(byline) =
                    byline::author_note(&unit.text, Some(&self.article.authors)).filter(|_| self.has_room_for_note())
                {
                    self.sign(byline);
                } else {
                    return false;
                }
            }
        }
        true
    }

    fn figure(&mut self, figure: &Figure, unit: &Unit<'_>) {
        if self.shown.insert((figure.caption.clone(), figure.credit.clone())) {
            self.blocks.push(Block::Figure(figure.clone()));
        } else {
            self.twice(unit);
        }
    }

    fn twice(&mut self, unit: &Unit<'_>) {
        self.say_of_all(unit, "caption-twice", "this caption is given more than once; once is kept");
    }

    /// Whether a byline at the end may sign: nobody has yet, or the same people have.
    fn may_sign(&self, byline: &Byline) -> bool {
        let known = |author: &Person| self.article.authors.iter().any(|known| known.name.eq_ignore_ascii_case(&author.name));
        self.article.authors.is_empty() || byline.authors.iter().all(known)
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

    fn has_room_for_note(&self) -> bool {
        self.article.author_note.as_ref().is_none_or(|note| note.len() < LONGEST_NOTE)
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
        self.article.body = Body::Blocks(std::mem::take(&mut self.blocks));
        let more = self.diagnostics.len().saturating_sub(MOST_FINDINGS);
        if let Some(first) = self.diagnostics.get(MOST_FINDINGS).filter(|_| more > 1) {
            let line = first.line;
            self.diagnostics.truncate(MOST_FINDINGS);
            self.say(line, Severity::Note, "more-findings", format!("from here on, {more} more lines were left out in the same ways"));
        }
        Reading { article: Some(self.article), diagnostics: self.diagnostics }
    }
}
