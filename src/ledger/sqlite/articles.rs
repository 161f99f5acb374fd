//! Catalogue rows, their sources and their places in feeds, as an edition writes them.

use rusqlite::{CachedStatement, OptionalExtension, ToSql, Transaction, params};

use super::assets;
use super::faults::is_unique_violation;
use super::names::Keys;
use super::order::Crowds;
use super::past_links::PastLinks;
use super::places::{Place, Places};
use super::rows;
use super::store::Memory;
use crate::article::{Article, ArticleId, Entry, FeedName, FileStamp, Fingerprint, Revision, SourcePath, State, Tombstone};
use crate::instant::Instant;
use crate::ledger::{Adoption, Fault, Known};

/// What the ledger has of an article before an edition changes it.
pub(super) struct Stored {
    no: i64,
    link_key: Option<i64>,
    link: String,
    was_public: bool,
    known: Known,
    standing: Place,
}

impl Stored {
    /// Whether it is the version that the desk decided on.
    pub(super) fn is(&self, known: &Known) -> bool {
        self.known == *known
    }
}

/// The statements that write catalogue rows, prepared once for an edition.
pub(super) struct Articles<'step> {
    keys: &'step Keys,
    step: &'step Transaction<'step>,
    find: CachedStatement<'step>,
    add: CachedStatement<'step>,
    change: CachedStatement<'step>,
    places: Places<'step>,
    keep: CachedStatement<'step>,
    past: PastLinks<'step>,
    /// Buffers that every row reuses.
    facts: Vec<u8>,
    feeds: String,
}

impl<'step> Articles<'step> {
    /// Prepares them.
    pub(super) fn new(step: &'step Transaction<'step>, memory: &'step mut Memory, crowds: Crowds) -> Result<Self, Fault> {
        Ok(Self {
            keys: &memory.keys,
            step,
            find: step.prepare_cached(
                "SELECT no, link_key, revision, device, inode, size, modified, changed, state, state_at, state_reason, released, published, \
                 feeds, link, marks FROM article WHERE key = ?1",
            )?,
            add: step.prepare_cached(
                "INSERT INTO article (link_key, path, device, inode, size, modified, changed, state, state_at, state_reason, has_source, \
                 revision, lane, marks, published, updated, released, due, digest, link, fingerprint, facts, feeds, key, id) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
            )?,
            change: step.prepare_cached(
                "UPDATE article SET link_key = ?1, path = ?2, device = ?3, inode = ?4, size = ?5, modified = ?6, changed = ?7, state = ?8, \
                 state_at = ?9, state_reason = ?10, has_source = max(has_source, ?11), revision = ?12, lane = ?13, marks = ?14, \
                 published = ?15, updated = ?16, released = ?17, due = ?18, digest = ?19, link = ?20, fingerprint = ?21, facts = ?22, \
                 feeds = ?23 WHERE no = ?24",
            )?,
            places: Places::new(step, &mut memory.feeds, crowds)?,
            keep: step.prepare_cached("INSERT OR REPLACE INTO source (article, version, json) VALUES (?1, ?2, ?3)")?,
            past: PastLinks::new(step)?,
            facts: Vec::new(),
            feeds: String::new(),
        })
    }

    /// The row of an article, where it has one.
    pub(super) fn find(&mut self, id: &ArticleId) -> Result<Option<Stored>, Fault> {
        let found = self.find.query_row(params![self.keys.key(id.as_str())], |row| {
            let state = rows::state(row, 8)?;
            Ok(Stored {
                no: row.get(0)?,
                link_key: row.get(1)?,
                link: row.get(14)?,
                was_public: rows::was_public(row, 15)?,
                standing: Place {
                    public: state.is_public(),
                    released: Instant::from_millis(row.get(11)?),
                    published: Instant::from_millis(row.get(12)?),
                    feeds: rows::feeds(row, 13)?,
                },
                known: Known { revision: Revision(row.get(2)?), stamp: rows::stamp(row, 3)?, state },
            })
        });
        Ok(found.optional()?)
    }

    fn link_key(&self, entry: &Entry) -> i64 {
        self.keys.key(entry.link.as_str())
    }

    /// Frees the link that an article is about to leave.
    pub(super) fn give_up_link(&mut self, row: &Stored, entry: &Entry) -> Result<(), Fault> {
        let withdrawn = matches!(entry.state, State::Withdrawn { .. });
        if row.link_key.is_some() && (withdrawn || row.link_key != Some(self.link_key(entry))) {
            self.step.prepare_cached("UPDATE article SET link_key = NULL WHERE no = ?1")?.execute(params![row.no])?;
        }
        Ok(())
    }

    /// Adds a new article.
    pub(super) fn add(&mut self, entry: &Entry, source: Option<&Article>) -> Result<(), Fault> {
        self.note(entry)?;
        let key = self.keys.key(entry.id.as_str());
        let link_key = self.link_key(entry);
        bind_columns(&mut self.add, entry, link_key, source.is_some(), text(&self.facts)?, &self.feeds)?;
        self.add.raw_bind_parameter(COLUMNS + 1, key)?;
        self.add.raw_bind_parameter(COLUMNS + 2, entry.id.as_str())?;
        if let Err(error) = self.add.raw_execute() {
            return Err(if is_unique_violation(&error) { self.clash(entry, Some(key), link_key)? } else { error.into() });
        }
        let no = self.step.last_insert_rowid();
        self.places.move_to(no, &entry.id, &Place::nowhere(entry), &Place::of(entry))?;
        if entry.state.is_public() {
            self.past.take(link_key);
        }
        self.keep(no, source)
    }

    /// Writes a known article anew.
    pub(super) fn change(&mut self, row: &Stored, entry: &Entry, source: Option<&Article>) -> Result<(), Fault> {
        self.note(entry)?;
        let link_key = self.link_key(entry);
        bind_columns(&mut self.change, entry, link_key, source.is_some(), text(&self.facts)?, &self.feeds)?;
        self.change.raw_bind_parameter(COLUMNS + 1, row.no)?;
        if let Err(error) = self.change.raw_execute() {
            return Err(if is_unique_violation(&error) { self.clash(entry, None, link_key)? } else { error.into() });
        }
        self.places.move_to(row.no, &entry.id, &row.standing, &Place::of(entry))?;
        if row.was_public && row.link != entry.link.as_str() {
            self.past.leave(self.keys.key(&row.link), &row.link, row.no)?;
        }
        if entry.state.is_public() {
            self.past.take(link_key);
            if !row.standing.public {
                self.step.prepare_cached("DELETE FROM tombstone WHERE article = ?1")?.execute(params![row.no])?;
            }
        }
        self.keep(row.no, source)
    }

    /// Gives an article the id and the dates that it takes over. It leaves its places under the old id and takes them under the new one.
    pub(super) fn adopt(&mut self, adoption: &Adoption) -> Result<(), Fault> {
        let Adoption { was, known, entry } = adoption;
        let (row, under) = match self.find(was)? {
            Some(row) => (row, was),
            // Taken before, and the answer was lost.
            None => (self.find(&entry.id)?.ok_or(Fault::Stale)?, &entry.id),
        };
        if !row.is(known) {
            return Err(Fault::Stale);
        }
        if *under != entry.id {
            let key = self.keys.key(entry.id.as_str());
            let renamed = self.step.prepare_cached("UPDATE article SET key = ?2, id = ?3 WHERE no = ?1")?.execute(params![
                row.no,
                key,
                entry.id.as_str()
            ]);
            match renamed {
                Ok(_) => {}
                Err(error) if is_unique_violation(&error) => return Err(self.clash(entry, Some(key), self.link_key(entry))?),
                Err(error) => return Err(error.into()),
            }
        }
        let nowhere = Place { public: false, released: row.standing.released, published: row.standing.published, feeds: Vec::new() };
        self.places.move_to(row.no, under, &row.standing, &nowhere)?;
        self.change(&Stored { standing: nowhere, ..row }, entry, None)
    }

    /// Puts an article into other feeds, whatever else of it stays.
    pub(super) fn put_feeds(&mut self, id: &ArticleId, feeds: Vec<FeedName>) -> Result<(), Fault> {
        let Some(row) = self.find(id)? else { return Ok(()) };
        rows::feeds_text(&feeds, &mut self.feeds);
        self.step.prepare_cached("UPDATE article SET feeds = ?2 WHERE no = ?1")?.execute(params![row.no, self.feeds])?;
        let to = Place { public: row.standing.public, released: row.standing.released, published: row.standing.published, feeds };
        self.places.move_to(row.no, id, &row.standing, &to)?;
        self.places.finish()
    }

    /// Keeps a source that was left out, if the article is there and its file is still the one that was read. Where it has one,
    /// only one whose local files were looked at takes its place.
    pub(super) fn keep_late(&mut self, id: &ArticleId, stamp: FileStamp, source: &Article) -> Result<(), Fault> {
        let Some(row) = self.find(id)?.filter(|row| row.known.stamp == stamp) else { return Ok(()) };
        let looked = source.assets.is_some();
        let marked = self
            .step
            .prepare_cached("UPDATE article SET has_source = 1 WHERE no = ?1 AND (has_source = 0 OR ?2)")?
            .execute(params![row.no, looked])?;
        if marked == 0 {
            return Ok(());
        }
        if looked {
            // What was not looked at when the row was made is known from now on.
            let fingerprint: Vec<u8> =
                self.step.prepare_cached("SELECT fingerprint FROM article WHERE no = ?1")?.query_row(params![row.no], |row| row.get(0))?;
            if let Some(known) = Fingerprint::from_bytes(&fingerprint) {
                let bytes = known.with_files_of(source).to_bytes();
                self.step.prepare_cached("UPDATE article SET fingerprint = ?2 WHERE no = ?1")?.execute(params![row.no, bytes])?;
            }
        }
        self.keep(row.no, Some(source))
    }

    /// Puts a tombstone in the place of an older one of its article.
    pub(super) fn bury(&mut self, tombstone: &Tombstone) -> Result<(), Fault> {
        let Some(row) = self.find(&tombstone.id)?.filter(|row| !row.standing.public) else { return Ok(()) };
        rows::feeds_text(&tombstone.feeds, &mut self.feeds);
        self.step
            .prepare_cached("INSERT OR REPLACE INTO tombstone (article, at, reason, feeds) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![row.no, tombstone.at.as_millis(), tombstone.reason, self.feeds])?;
        Ok(())
    }

    /// Forgets an article, if it is known.
    pub(super) fn forget(&mut self, id: &ArticleId) -> Result<(), Fault> {
        let Some(row) = self.find(id)? else { return Ok(()) };
        let (released, published) = (row.standing.released, row.standing.published);
        self.places.move_to(row.no, id, &row.standing, &Place { public: false, released, published, feeds: Vec::new() })?;
        self.step.prepare_cached("DELETE FROM source WHERE article = ?1")?.execute(params![row.no])?;
        assets::forget(self.step, row.no)?;
        self.step.prepare_cached("DELETE FROM article WHERE no = ?1")?.execute(params![row.no])?;
        Ok(())
    }

    /// Writes what was put off. To be called once everything else is written.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        self.past.finish()?;
        self.places.finish()
    }

    fn keep(&mut self, no: i64, source: Option<&Article>) -> Result<(), Fault> {
        if let Some(source) = source {
            let json = serde_json::to_string(source).map_err(|error| Fault::Unavailable(error.to_string()))?;
            self.keep.execute(params![no, rand::random::<i64>(), json])?;
            assets::put(self.step, no, source)?;
        }
        Ok(())
    }

    /// Fills the buffers with what is written as text.
    fn note(&mut self, entry: &Entry) -> Result<(), Fault> {
        rows::feeds_text(&entry.feeds, &mut self.feeds);
        self.facts.clear();
        serde_json::to_writer(&mut self.facts, &entry.facts).map_err(|error| Fault::Unavailable(error.to_string()))
    }

    /// Who holds the id or link that a row was refused for. The same file's id, added meanwhile, is news to the desk: it decides again.
    fn clash(&self, entry: &Entry, key: Option<i64>, link_key: i64) -> Result<Fault, Fault> {
        let holder = |sql: &str, key: i64| -> Result<Option<SourcePath>, Fault> {
            Ok(self.step.prepare_cached(sql)?.query_row(params![key], |row| rows::path(row, 0)).optional()?)
        };
        if let Some(key) = key
            && let Some(path) = holder("SELECT path FROM article WHERE key = ?1", key)?
        {
            let same = path == entry.path;
            return Ok(if same { Fault::Stale } else { Fault::Clash { what: entry.id.to_string(), holder: path.to_string() } });
        }
        if let Some(path) = holder("SELECT path FROM article WHERE link_key = ?1 AND state <> 7", link_key)? {
            return Ok(Fault::Clash { what: entry.link.to_string(), holder: path.to_string() });
        }
        Ok(Fault::Stale)
    }
}

/// How many columns every edition writes of an article's row.
const COLUMNS: usize = 23;

/// Binds them, in the order in which both statements name them.
fn bind_columns(
    statement: &mut CachedStatement<'_>,
    entry: &Entry,
    link_key: i64,
    has_source: bool,
    facts: &str,
    feeds: &str,
) -> Result<(), Fault> {
    let FileStamp { device, inode, size, modified, changed } = entry.stamp;
    let (state, state_at, state_reason) = rows::state_columns(&entry.state);
    let fingerprint = entry.fingerprint.to_bytes();
    let path = entry.path.as_bytes();
    let columns: [&dyn ToSql; COLUMNS] = [
        &link_key,
        &path,
        &device.cast_signed(),
        &inode.cast_signed(),
        &size.cast_signed(),
        &modified,
        &changed,
        &state,
        &state_at,
        &state_reason,
        &has_source,
        &entry.revision.0,
        &entry.lane.map(rows::lane_code),
        &rows::marks(entry),
        &entry.published.as_millis(),
        &entry.updated.as_millis(),
        &entry.released.as_millis(),
        &entry.due.map(Instant::as_millis),
        &entry.digest,
        &entry.link.as_str(),
        &fingerprint,
        &facts,
        &feeds,
    ];
    for (at, column) in columns.iter().enumerate() {
        statement.raw_bind_parameter(at + 1, column)?;
    }
    Ok(())
}

fn text(json: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(json).map_err(|error| Fault::Unavailable(error.to_string()))
}
