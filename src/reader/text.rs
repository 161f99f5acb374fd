//! Plain text as agencies file it and as web pages are clipped: headline, standfirst, byline, captions, sub-headings, dateline.
//!
//! The way of a text: [`header`] takes the header block off; [`lines`] joins hard wraps; [`units`] gathers lines and names what
//! each is by its own words ([`caption`], [`contribution`], [`byline`], [`furniture`]); [`assembly`] decides by place and makes the
//! article. Only what is recognisable is recognised: when unsure, it is a paragraph. What is left out is said with its line.

use super::Context;
use crate::article::{Article, Person};
use crate::diagnostic::Diagnostic;
use crate::xml_chars;

mod agencies;
mod assembly;
mod byline;
mod caption;
mod contribution;
mod dateline;
mod furniture;
mod header;
mod lines;
mod names;
mod shape;
mod standfirst;
mod units;

/// What came of a text.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The article; `None` where the text could not be used (a diagnostic of error weight says why) or is not one yet.
    pub article: Option<Article>,
    /// What there is to say of it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Understands one plain-text file, already decoded. A blank one is not yet an article: no article, no diagnostic.
pub fn read(text: &str, context: Context<'_>) -> Reading {
    let text = xml_chars::allowed(text);
    let split = header::split(&text, context.zone);
    let rules = furniture::Rules::new(&context.text.furniture);
    let units = units::gather(lines::split(split.rest, split.line), &rules);
    assembly::assemble(&split.fields, &units, context)
}

/// Who a line says wrote it, where the line is a byline and nothing more.
pub(super) fn byline_alone(line: &str) -> Option<Vec<Person>> {
    let byline = byline::opened(line).filter(|byline| byline.note.is_none() && byline.credit.is_none())?;
    Some(byline.authors).filter(|authors| !authors.is_empty())
}

/// Whether a text begins with a header block of its own.
pub(super) fn begins_with_header(text: &str, zone: &jiff::tz::TimeZone) -> bool {
    !header::split(text, zone).fields.is_empty()
}

/// Who a byline names, with or without its opener, and for which agency; `None` where it cannot be told for certain.
pub(super) fn byline(line: &str) -> Option<Byline> {
    byline::opened(line).or_else(|| byline::with_agency(line)).or_else(|| byline::signed(byline::without_opener(line)))
}

pub(super) use byline::{Byline, without_opener};

/// The paragraphs of a text: hard wraps joined, a line each.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    lines::split(text, 1).into_iter().map(|line| line.text.into_owned()).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests;
