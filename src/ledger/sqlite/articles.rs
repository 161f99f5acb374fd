//! Catalogue rows, their sources and their places in feeds, as an edition writes them.

use rusqlite::{CachedStatement, OptionalExtension, Transaction, params};

use super::assets;
use super::faults::is_unique_violation;
use super::names::Keys;
use super::order::Crowds;
use super::places::{Place, Places};
use super::rows;
use super::store::Memory;
use crate::article::{Article, ArticleId, Entry, FeedName, FileStamp, Fingerprint, Revision, SourcePath, State};
use crate::instant::Instant;
use crate::ledger::{Fault, Known};

/// What the ledger has of an article before an edition changes it.
pub(super) struct Stored {
    no: i64,
    link_key: Option<i64>,
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
                 feeds FROM article WHERE key = ?1",
            )?,
            add: step.prepare_cached(
                "INSERT INTO article (key, link_key, id, path, device, inode, size, modified, changed, state, state_at, state_reason, \
                 has_source, revision, lane, marks, published, updated, released, due, digest, link, fingerprint, facts, feeds) \
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25)",
            )?,
            change: step.prepare_cached(
                "UPDATE article SET link_key = ?2, path = ?3, device = ?4, inode = ?5, size = ?6, modified = ?7, changed = ?8, state = ?9, \
                 state_at = ?10, state_reason = ?11, has_source = max(has_source, ?12), revision = ?13, lane = ?14, marks = ?15, \
                 published = ?16, updated = ?17, released = ?18, due = ?19, digest = ?20, link = ?21, fingerprint = ?22, facts = ?23, \
                 feeds = ?24 WHERE no = ?1",
            )?,
            places: Places::new(step, &mut memory.feeds, crowds)?,
            keep: step.prepare_cached("INSERT OR REPLACE INTO source (article, version, json) VALUES (?1, ?2, ?3)")?,
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
        let FileStamp { device, inode, size, modified, changed } = entry.stamp;
        let (state, state_at, state_reason) = rows::state_columns(&entry.state);
        let key = self.keys.key(entry.id.as_str());
        let link_key = self.link_key(entry);
        let added = self.add.insert(params![
            key,
            link_key,
            entry.id.as_str(),
            entry.path.as_bytes(),
            device.cast_signed(),
            inode.cast_signed(),
            size.cast_signed(),
            modified,
            changed,
            state,
            state_at,
            state_reason,
            source.is_some(),
            entry.revision.0,
            entry.lane.map(rows::lane_code),
            rows::marks(entry),
            entry.published.as_millis(),
            entry.updated.as_millis(),
            entry.released.as_millis(),
            entry.due.map(Instant::as_millis),
            entry.digest,
            entry.link.as_str(),
            entry.fingerprint.to_bytes(),
            text(&self.facts)?,
            self.feeds,
        ]);
        let no = match added {
            Ok(no) => no,
            Err(error) if is_unique_violation(&error) => return Err(self.clash(entry, Some(key), link_key)?),
            Err(error) => return Err(error.into()),
        };
        self.places.move_to(no, &entry.id, &Place::nowhere(entry), &Place::of(entry))?;
        self.keep(no, source)
    }

    /// Writes a known article anew.
    pub(super) fn change(&mut self, row: &Stored, entry: &Entry, source: Option<&Article>) -> Result<(), Fault> {
        self.note(entry)?;
        let FileStamp { device, inode, size, modified, changed } = entry.stamp;
        let (state, state_at, state_reason) = rows::state_columns(&entry.state);
        let link_key = self.link_key(entry);
        let written = self.change.execute(params![
            row.no,
            link_key,
            entry.path.as_bytes(),
            device.cast_signed(),
            inode.cast_signed(),
            size.cast_signed(),
            modified,
            changed,
            state,
            state_at,
            state_reason,
            source.is_some(),
            entry.revision.0,
            entry.lane.map(rows::lane_code),
            rows::marks(entry),
            entry.published.as_millis(),
            entry.updated.as_millis(),
            entry.released.as_millis(),
            entry.due.map(Instant::as_millis),
            entry.digest,
            entry.link.as_str(),
            entry.fingerprint.to_bytes(),
            text(&self.facts)?,
            self.feeds,
        ]);
        match written {
            Ok(_) => {}
            Err(error) if is_unique_violation(&error) => return Err(self.clash(entry, None, link_key)?),
            Err(error) => return Err(error.into()),
        }
        self.places.move_to(row.no, &entry.id, &row.standing, &Place::of(entry))?;
        self.keep(row.no, source)
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

fn text(json: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(json).map_err(|error| Fault::Unavailable(error.to_string()))
}
