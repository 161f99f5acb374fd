//! Plain-text articles, which may carry front matter too.

use super::file_name::FileName;
use super::findings::Findings;
use super::{Context, front_matter, text, text::Reading};
use crate::article::Article;
use crate::instant::parse_dated;

/// Reads a file's text; nothing where it cannot be used. Where the text has no date, the file's name may have one.
pub(super) fn read(whole: &str, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Article> {
    let mut article = understand(whole, context, findings)?;
    if article.published.is_none() {
        article.published = FileName::of(context.path).date.and_then(|date| parse_dated(&date, context.zone).ok());
    }
    Some(article)
}

fn understand(whole: &str, context: Context<'_>, findings: &mut Findings<'_>) -> Option<Article> {
    // A plain text may well begin with a rule or a brace: only what is closed and holds keys is front matter.
    let split = front_matter::split(whole).ok();
    let Some((split, block)) =
        split.and_then(|split| Some((split, split.block?))).filter(|(_, block)| front_matter::looks_like_keys(block))
    else {
        return take(text::read(whole, context), 0, findings);
    };
    let table = front_matter::parse(&block).map_err(|fault| findings.fault(fault)).ok()?;
    let mut given = Article::default();
    front_matter::fill(&table, context.zone, &mut given, findings);
    // The text's first line is its headline; where front matter has one, the text need not repeat it.
    let body = split.body.trim_start_matches('\n');
    let skipped = split.body.len() - body.len();
    let repeated = body.lines().next().is_some_and(|line| line.trim() == given.headline);
    let before = i64::from(split.body_line) - 1 + i64::try_from(skipped).unwrap_or(0);
    let mut article = if given.headline.is_empty() || repeated {
        take(text::read(body, context), before, findings)?
    } else {
        // No headline may pass for a line of the text's own header block, `Date: …` for instance.
        let headline = given.headline.replace(':', " –");
        take(text::read(&format!("{headline}\n\n{body}"), context), before - 2, findings)?
    };
    front_matter::fill(&table, context.zone, &mut article, &mut Findings::new(context.path));
    Some(article)
}

/// The article of a reading; its diagnostics move down by as many lines as stand before the text.
fn take(reading: Reading, before: i64, findings: &mut Findings<'_>) -> Option<Article> {
    for mut diagnostic in reading.diagnostics {
        diagnostic.line = u32::try_from(i64::from(diagnostic.line).saturating_add(before)).unwrap_or(1).max(1);
        findings.push(diagnostic);
    }
    reading.article
}
