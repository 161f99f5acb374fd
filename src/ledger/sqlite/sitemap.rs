//! The sitemap's chunks. They are filled in the order in which articles come, and none but the last takes new ones, so that a new article
//! changes one chunk whatever its date is, and a chunk once full changes only with its own articles.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::marks;
use super::names::{ALL, Keys, OTHERS};
use super::rows::{self, ENTRY};
use crate::instant::Instant;
use crate::ledger::{Edition, Fault, MadeChunk, Mark, SitemapChunk};

/// So many articles stand in a chunk at most. A change costs the reading and writing of one chunk and of the index, which names all: for a
/// hundred thousand articles both are of like size.
const CHUNK: i64 = 500;

/// Whether every public article stands in a chunk, and chunks were last made by this form.
pub(super) fn is_filled(reader: &Connection, form: i64) -> Result<bool, Fault> {
    Ok(marks::mark(reader, Mark::SitemapFilled)? == Some(1) && marks::mark(reader, Mark::SitemapForm)? == Some(form))
}

/// Puts articles that stand in no chunk into one; gives how many there were.
pub(super) fn fill(step: &Transaction<'_>, form: i64, limit: usize) -> Result<u64, Fault> {
    if marks::mark(step, Mark::SitemapForm)? != Some(form) {
        step.prepare_cached("UPDATE sitemap_chunk SET made = NULL")?.execute([])?;
        marks::put(step, Mark::SitemapForm, form)?;
    }
    if marks::mark(step, Mark::SitemapFilled)? == Some(1) {
        return Ok(0);
    }
    let latest: i64 = step.prepare_cached("SELECT latest FROM ledger")?.query_row([], |row| row.get(0))?;
    let mut chunks = Chunks::open(step, latest)?;
    let mut missing = Vec::new();
    for (feed, reached) in [(ALL, Mark::SitemapFilledAll), (OTHERS, Mark::SitemapFilledOthers)] {
        // Those before it were put into chunks in earlier turns; what came since was put there by its edition.
        let from = marks::mark(step, reached)?.unwrap_or(i64::MAX);
        let mut select = step.prepare_cached(
            "SELECT m.article, m.back FROM member m WHERE m.feed = ?1 AND m.back <= ?3 \
             AND NOT EXISTS (SELECT 1 FROM sitemap s WHERE s.article = m.article) \
             ORDER BY m.back DESC, m.lag DESC, m.tie DESC, m.article DESC LIMIT ?2",
        )?;
        let left = super::catalogue::limit(limit.saturating_sub(missing.len()));
        let found = select.query_map(params![feed, left, from], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
        let mut last = None;
        for one in found {
            let (article, back) = one?;
            missing.push(article);
            last = Some(back);
        }
        if let Some(last) = last {
            marks::put(step, reached, last)?;
        }
    }
    for article in &missing {
        chunks.add(*article)?;
    }
    if missing.is_empty() {
        marks::put(step, Mark::SitemapFilled, 1)?;
    }
    Ok(missing.len() as u64)
}

/// Keeps the chunks as an edition leaves the catalogue. Where there is none yet, there is nothing to keep: they will be filled.
pub(super) fn follow(step: &Transaction<'_>, keys: &Keys, edition: &Edition) -> Result<(), Fault> {
    if edition.entries.is_empty() || !step.prepare_cached("SELECT 1 FROM sitemap_chunk LIMIT 1")?.exists([])? {
        return Ok(());
    }
    let mut chunks = Chunks::open(step, edition.at.as_millis())?;
    let mut article =
        step.prepare_cached("SELECT a.no, s.chunk FROM article a LEFT JOIN sitemap s ON s.article = a.no WHERE a.key = ?1")?;
    for change in &edition.entries {
        let found: Option<(i64, Option<i64>)> =
            article.query_row(params![keys.key(change.entry.id.as_str())], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        match (found, change.entry.state.is_public()) {
            (Some((_, Some(chunk))), true) => chunks.touch(chunk)?,
            (Some((no, Some(chunk))), false) => chunks.remove(no, chunk)?,
            (Some((no, None)), true) => chunks.add(no)?,
            (Some((_, None)), false) | (None, _) => {}
        }
    }
    Ok(())
}

/// Makes every chunk to be made again: its articles changed in another way than by an edition.
pub(super) fn mistrust(step: &Transaction<'_>) -> Result<(), Fault> {
    step.prepare_cached("UPDATE sitemap_chunk SET made = NULL")?.execute([])?;
    Ok(())
}

/// The last chunk, which takes what is new.
struct Chunks<'step> {
    step: &'step Transaction<'step>,
    at: i64,
    last: i64,
    size: i64,
}

impl<'step> Chunks<'step> {
    fn open(step: &'step Transaction<'step>, at: i64) -> Result<Self, Fault> {
        let last = step
            .prepare_cached("SELECT no, size FROM sitemap_chunk ORDER BY no DESC LIMIT 1")?
            .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let mut chunks = Self { step, at, last: 0, size: CHUNK };
        match last {
            Some((last, size)) => (chunks.last, chunks.size) = (last, size),
            None => chunks.begin()?,
        }
        Ok(chunks)
    }

    fn begin(&mut self) -> Result<(), Fault> {
        (self.last, self.size) = (self.last + 1, 0);
        self.step
            .prepare_cached("INSERT INTO sitemap_chunk (no, size, changed) VALUES (?1, 0, ?2)")?
            .execute(params![self.last, self.at])?;
        Ok(())
    }

    fn add(&mut self, article: i64) -> Result<(), Fault> {
        if self.size >= CHUNK {
            self.begin()?;
        }
        self.step.prepare_cached("INSERT INTO sitemap (article, chunk) VALUES (?1, ?2)")?.execute(params![article, self.last])?;
        self.size += 1;
        self.resize(self.last, 1)
    }

    fn remove(&mut self, article: i64, chunk: i64) -> Result<(), Fault> {
        self.step.prepare_cached("DELETE FROM sitemap WHERE article = ?1")?.execute(params![article])?;
        if chunk == self.last {
            self.size -= 1;
        }
        self.resize(chunk, -1)
    }

    fn touch(&self, chunk: i64) -> Result<(), Fault> {
        self.resize(chunk, 0)
    }

    fn resize(&self, chunk: i64, by: i64) -> Result<(), Fault> {
        let mut update = self.step.prepare_cached("UPDATE sitemap_chunk SET size = size + ?2, changed = ?3 WHERE no = ?1")?;
        update.execute(params![chunk, by, self.at])?;
        Ok(())
    }
}

/// Every chunk, by number.
pub(super) fn chunks(reader: &Connection) -> Result<Vec<SitemapChunk>, Fault> {
    let mut select =
        reader.prepare_cached("SELECT no, changed, made IS NOT NULL AND made = changed, updated, listed FROM sitemap_chunk ORDER BY no")?;
    let found = select.query_map([], |row| {
        Ok(SitemapChunk {
            no: rows::whole(row, 0)?,
            changed: Instant::from_millis(row.get(1)?),
            is_made: row.get(2)?,
            updated: Instant::from_millis(row.get(3)?),
            listed: rows::whole(row, 4)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// The articles of a chunk.
pub(super) fn members(reader: &Connection, chunk: u64) -> Result<Vec<crate::article::Entry>, Fault> {
    let mut select = reader.prepare_cached(&format!(
        "SELECT {ENTRY} FROM sitemap s CROSS JOIN article a ON a.no = s.article WHERE s.chunk = ?1 ORDER BY s.rowid"
    ))?;
    let found = select.query_map(params![i64::try_from(chunk).unwrap_or(i64::MAX)], rows::entry)?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Takes note of files that were made: `updated` moves only where the bytes did.
pub(super) fn made(step: &Transaction<'_>, made: &[MadeChunk]) -> Result<(), Fault> {
    let mut update = step.prepare_cached(
        "UPDATE sitemap_chunk SET made = ?2, listed = ?3, updated = CASE WHEN digest IS ?4 THEN updated ELSE ?2 END, digest = ?4 WHERE no = ?1",
    )?;
    for one in made {
        let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        update.execute(params![count(one.no), one.changed.as_millis(), count(one.listed), one.digest])?;
    }
    Ok(())
}
