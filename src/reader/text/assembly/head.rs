//! What stands above the text: headline, standfirst, bylines, the first captions.

use super::super::agencies;
use super::super::byline::{self, Byline};
use super::super::dateline;
use super::super::furniture::Place;
use super::super::shape::{bare, longer_than, strip_ci};
use super::super::standfirst::is_standfirst;
use super::super::units::{Kind, Unit};
use super::{Assembly, tail};
use crate::article::Block;
use crate::diagnostic::Severity;

/// The longest headline, in characters; a longer first line is a paragraph whose beginning stands in.
const LONGEST_HEADLINE: usize = 250;

/// A line at the top that begins so speaks of an embargo which only the header block can set.
const EMBARGOES: [&str; 4] = ["embargo", "strictly embargoed", "under embargo", "not for publication before"];
const LINES_OF_EMBARGO: usize = 5;

/// What follows so many units is text, whatever it looks like.
const LONGEST_HEAD: usize = 40;

impl Assembly<'_> {
    /// Warns of an embargo that is only spoken of.
    pub(super) fn look_for_embargo(&mut self, units: &[Unit<'_>]) {
        let speaks = |unit: &&Unit<'_>| EMBARGOES.iter().any(|opening| strip_ci(bare(&unit.text), opening).is_some());
        if self.article.embargo.is_none()
            && !self.article.draft
            && let Some(unit) = units.iter().take(LINES_OF_EMBARGO).find(speaks)
        {
            let message = "the text speaks of an embargo, but nothing holds the article back".to_owned();
            self.say(unit.first, Severity::Warning, "embargo-in-text", message);
            self.mend("put 'Embargo: 2026-11-24 17:30' into a header block above the headline");
        }
    }

    /// Takes the headline off the units; gives those that follow.
    pub(super) fn headline<'u, 't>(&mut self, units: &'u [Unit<'t>]) -> &'u [Unit<'t>] {
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
        if let Some((_, below)) = text.split_once('\n') {
            self.blocks.push(Block::Paragraph(below.to_owned()));
        }
        rest
    }

    /// Reads what stands between headline and text; gives where the text begins.
    pub(super) fn head(&mut self, units: &[Unit<'_>], ends: &[tail::End]) -> usize {
        for (at, unit) in units.iter().enumerate() {
            let end = ends.get(at).copied().unwrap_or(tail::End::No);
            if self.left_out(unit, end) {
                continue;
            }
            if at >= LONGEST_HEAD {
                return at;
            }
            match &unit.kind {
                Kind::Caption(figure) => self.figure(figure, unit),
                Kind::CaptionAgain => self.twice(unit),
                Kind::Byline(byline) => self.sign(byline.clone()),
                Kind::Contribution(_) | Kind::Furniture(_) | Kind::EndMark | Kind::Items => return at,
                Kind::Plain => {
                    if let Some(byline) = introduction(unit) {
                        self.sign(byline);
                    } else if let Some(agency) = agencies::signature(&unit.text) {
                        self.credit(agency);
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

/// The beginning of a long line, cut at a word's end.
fn beginning(line: &str) -> String {
    let sentence = line.char_indices().nth(120).map_or(line, |(end, _)| &line[..end]);
    let cut = sentence.rsplit_once(char::is_whitespace).map_or(sentence, |(before, _)| before);
    format!("{}…", cut.trim_end_matches(|c: char| !c.is_alphanumeric()))
}
