//! Links that articles have left, kept so that they lead on.

use rusqlite::{OptionalExtension, Transaction, params};

use crate::ledger::Fault;

/// What an edition does to them.
pub(super) struct PastLinks<'step> {
    step: &'step Transaction<'step>,
    /// Whether there may be any: a first scan of a hundred thousand articles has none to take away.
    any: bool,
    /// Links at which an article is public now.
    taken: Vec<i64>,
}

impl<'step> PastLinks<'step> {
    /// Nothing yet.
    pub(super) fn new(step: &'step Transaction<'step>) -> Result<Self, Fault> {
        let any: Option<i64> = step.prepare_cached("SELECT 1 FROM past_link LIMIT 1")?.query_row([], |row| row.get(0)).optional()?;
        Ok(Self { step, any: any.is_some(), taken: Vec::new() })
    }

    /// A public article leaves a link: it is the last that stood there.
    pub(super) fn leave(&mut self, key: i64, link: &str, article: i64) -> Result<(), Fault> {
        self.any = true;
        let mut put = self.step.prepare_cached("INSERT OR REPLACE INTO past_link (key, article, link) VALUES (?1, ?2, ?3)")?;
        put.execute(params![key, article, link])?;
        Ok(())
    }

    /// An article is public at a link: whoever stood there before is no longer found by it.
    pub(super) fn take(&mut self, key: i64) {
        self.taken.push(key);
    }

    /// Writes what was put off, once all have left: articles of one edition may exchange links.
    pub(super) fn finish(&mut self) -> Result<(), Fault> {
        if self.any {
            let mut forget = self.step.prepare_cached("DELETE FROM past_link WHERE key = ?1")?;
            for key in self.taken.drain(..) {
                forget.execute(params![key])?;
            }
        }
        self.taken.clear();
        Ok(())
    }
}
