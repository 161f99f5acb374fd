//! Markdown articles: front matter, then a body that stays Markdown; `render` makes HTML of it.

use super::Context;
use super::file_name::{FileName, date_in_link};
use super::findings::{Findings, Place};
use super::front_matter::{self, Extras, Format, Split, Table};
use super::template_tags::{self, Page};
use crate::article::{Article, Body};
use crate::instant::parse_dated;

mod heading;

/// Reads a file's text; nothing where its front matter cannot be used.
pub(super) fn read(text: &str, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Article> {
    let split = front_matter::split(text).map_err(|fault| findings.fault(fault)).ok()?;
    let table = table(&split, findings)?;
    let mut article = Article::default();
    let extras = front_matter::fill(&table, context.zone, &mut article, findings);
    let liquid = split.block.is_none_or(|block| block.format != Format::Toml);
    let page = Page { keys: &table, liquid, first_line: split.body_line };
    let body = template_tags::resolve(split.body, page, findings);
    let mut body = trimmed(&body).to_owned();
    mark_excerpt(&mut body, &extras);
    if article.headline.is_empty() && body.is_empty() && !findings.has_error() {
        findings.warn(
            Place::new(1, 1),
            "nothing-to-read",
            "the file has neither a headline nor a text, so it is no article yet",
            "give it a title or a text, or keep it out of the articles folder",
        );
        return None;
    }
    headline(&mut article, &mut body, context, findings);
    article.body = Body::Markdown(body);
    date(&mut article, context, findings);
    Some(article)
}

fn table<'a>(split: &Split<'a>, findings: &mut Findings<'_>) -> Option<Table<'a>> {
    match &split.block {
        Some(block) => front_matter::parse(block).map_err(|fault| findings.fault(fault)).ok(),
        None => Some(Table::new()),
    }
}

/// The body without blank lines around it; the first line keeps its indentation, which may mean code.
fn trimmed(body: &str) -> &str {
    let body = body.trim_end();
    let blank = body.len() - body.trim_start().len();
    let begins = body[..blank].rfind('\n').map_or(0, |newline| newline + 1);
    &body[begins..]
}

/// Jekyll lets an article choose its own mark between excerpt and rest.
fn mark_excerpt(body: &mut String, extras: &Extras) {
    if let Some(separator) = &extras.excerpt_separator
        && !is_more(separator)
        && let Some(at) = body.find(separator.as_str())
    {
        body.replace_range(at..at + separator.len(), "<!-- more -->");
    }
}

fn is_more(separator: &str) -> bool {
    separator.strip_prefix("<!--").and_then(|rest| rest.strip_suffix("-->")).is_some_and(|name| name.trim() == "more")
}

/// Front matter's title, else the body's own heading, else the file's name. What became the headline is not shown twice.
fn headline(article: &mut Article, body: &mut String, context: Context<'_>, findings: &mut Findings<'_>) {
    if article.headline.is_empty() {
        if let Some(heading) = heading::of_document(body) {
            article.headline = heading.text;
            heading::remove(body, heading.range);
            return;
        }
        article.headline = FileName::of(context.path).headline();
        findings.warn(
            Place::new(1, 1),
            "no-headline",
            format!("the article has no headline; '{}' was made of the file's name", article.headline),
            "give it a title in front matter, or begin it with '# Headline'",
        );
    } else if let Some(heading) = heading::leading(body)
        && (heading.text == article.headline || heading.source == article.headline)
    {
        heading::remove(body, heading.range);
    }
}

/// Front matter's date, else the one in the file's name, else the one in the permalink.
fn date(article: &mut Article, context: Context<'_>, findings: &mut Findings<'_>) {
    if article.published.is_some() || findings.has_error() {
        return;
    }
    if let Some(date) = FileName::of(context.path).date {
        match parse_dated(&date, context.zone) {
            Ok(dated) => article.published = Some(dated),
            Err(_) => findings.warn(
                Place::new(1, 1),
                "impossible-date",
                format!("the file's name begins with {date}, a day that does not exist; the article has no date"),
                "rename the file, or give it a 'date' in front matter",
            ),
        }
    } else if let Some(date) = article.link.as_deref().and_then(date_in_link) {
        article.published = parse_dated(&date, context.zone).ok();
    }
}
