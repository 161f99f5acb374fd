//! Taking over ids, dates and places from an old feed, in one transaction.

use rusqlite::{Connection, Transaction, params};

use super::articles::Articles;
use super::order::{self, Crowds};
use super::rows;
use super::sitemap;
use super::store::Memory;
use super::{commit, families};
use crate::config::Format;
use crate::ledger::{Adoptions, Alias, Fault};

/// Takes everything; what was taken before is taken again without any change.
pub(super) fn adopt(step: &Transaction<'_>, memory: &mut Memory, adoptions: &Adoptions) -> Result<(), Fault> {
    let public = adoptions.articles.iter().map(|adoption| &adoption.entry).filter(|entry| entry.state.is_public());
    let crowds = Crowds::of(public.map(|entry| order::key(entry.released, entry.published)));
    let mut articles = Articles::new(step, memory, crowds)?;
    for adoption in &adoptions.articles {
        articles.adopt(adoption)?;
    }
    articles.finish()?;
    drop(articles);
    if !adoptions.articles.is_empty() {
        families::mistrust(step)?;
    }
    commit::put_feeds(step, &adoptions.feeds)?;
    sitemap::mistrust(step)?;
    let mut put = step.prepare_cached("INSERT OR REPLACE INTO alias (place, feed, format) VALUES (?1, ?2, ?3)")?;
    for alias in &adoptions.aliases {
        put.execute(params![alias.place, alias.feed.as_str(), alias.format.extension()])?;
    }
    let mut forget = step.prepare_cached("DELETE FROM alias WHERE place = ?1")?;
    for place in &adoptions.without {
        forget.execute(params![place])?;
    }
    Ok(())
}

/// Every alias, by its place.
pub(super) fn aliases(reader: &Connection) -> Result<Vec<Alias>, Fault> {
    let mut select = reader.prepare_cached("SELECT place, feed, format FROM alias ORDER BY place")?;
    let mut found = select.query([])?;
    let mut aliases = Vec::new();
    while let Some(row) = found.next()? {
        let extension: String = row.get(2)?;
        // A format that a later version gave is none that this one can serve.
        let Some(format) = Format::ALL.into_iter().find(|format| format.extension() == extension) else { continue };
        aliases.push(Alias { place: row.get(0)?, feed: rows::feed_name(row, 1)?, format });
    }
    Ok(aliases)
}
