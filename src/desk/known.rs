//! The catalogue as far as a batch needs it.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;

use super::maps::{Map, Set};
use crate::article::{ArticleId, Entry, EntryKey, Facts, Link, SourcePath, State};

/// Entries that a decision needs but were not looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub Vec<EntryKey>);

/// The entries that were looked up, as they stand after the decisions made so far in this batch.
#[derive(Debug, Default)]
pub struct Known {
    entries: Map<ArticleId, Entry>,
    paths: Map<SourcePath, Vec<ArticleId>>,
    links: Map<Link, ArticleId>,
    vanished: Map<[u8; 16], Vec<ArticleId>>,
    asked: Set<EntryKey>,
    /// The entries as the ledger gave them.
    looked_up: Map<ArticleId, Entry>,
    first_scan: Option<FirstScan>,
}

/// During a first scan over an empty catalogue nothing has to be looked up but what earlier batches of the scan wrote;
/// of those, hashes are enough to know that something may be there.
#[derive(Debug, Default)]
struct FirstScan {
    written: Set<u64>,
    hasher: RandomState,
    /// For links that are taken, the next number to try: nothing is freed while a scan goes on.
    numbers: Map<Link, u32>,
}

impl Known {
    /// Nothing known yet; keys have to be looked up.
    pub fn new() -> Self {
        Self::default()
    }

    /// The catalogue is empty: only what this scan itself adds can be there.
    pub fn first_scan() -> Self {
        Self { first_scan: Some(FirstScan::default()), ..Self::default() }
    }

    /// Ends a batch of a first scan: its entries are committed, and only hashes of them are kept.
    pub fn committed(&mut self) {
        if let Some(scan) = &mut self.first_scan {
            for entry in self.entries.values() {
                scan.written.insert(scan.hasher.hash_one(&entry.id));
                scan.written.insert(scan.hasher.hash_one(&entry.link));
            }
        }
        let first_scan = self.first_scan.take();
        *self = Self { first_scan, ..Self::default() };
    }

    /// Adds the answer to a look-up.
    pub fn add(&mut self, asked: impl IntoIterator<Item = EntryKey>, entries: impl IntoIterator<Item = Entry>) {
        self.asked.extend(asked);
        for entry in entries {
            self.looked_up.insert(entry.id.clone(), entry.clone());
            self.put(entry);
        }
    }

    /// Takes back what was decided since the last look-up.
    pub(super) fn undo(&mut self) {
        let asked = std::mem::take(&mut self.asked);
        let entries = std::mem::take(&mut self.looked_up);
        let first_scan = self.first_scan.take();
        *self = Self { first_scan, ..Self::default() };
        self.add(asked, entries.into_values());
    }

    /// Sets an entry as it is from now on.
    pub(super) fn put(&mut self, entry: Entry) {
        self.forget(&entry.id);
        // A scan meets each path once, so nobody asks for it again.
        if self.first_scan.is_none() {
            self.paths.entry(entry.path.clone()).or_default().push(entry.id.clone());
        }
        if matches!(entry.state, State::RemovalPending { .. }) {
            self.vanished.entry(entry.digest).or_default().push(entry.id.clone());
        }
        if !matches!(entry.state, State::Withdrawn { .. }) {
            self.links.insert(entry.link.clone(), entry.id.clone());
        }
        self.entries.insert(entry.id.clone(), entry);
    }

    /// The same for one that was just decided. Of those that a first scan met nobody asks more than who they are and where they
    /// stand, so that what selections look at need not be kept twice.
    pub(super) fn decided(&mut self, entry: &Entry) {
        let outline = |entry: &Entry| Entry {
            id: entry.id.clone(),
            path: entry.path.clone(),
            link: entry.link.clone(),
            state: entry.state.clone(),
            facts: Facts { version: entry.facts.version, ..Facts::default() },
            feeds: Vec::new(),
            ..*entry
        };
        let known = if self.first_scan.is_some() { outline(entry) } else { entry.clone() };
        self.put(known);
    }

    /// Removes an entry.
    pub(super) fn forget(&mut self, id: &ArticleId) {
        let Some(old) = self.entries.remove(id) else { return };
        if let Some(ids) = self.paths.get_mut(&old.path) {
            ids.retain(|other| other != id);
        }
        if let Some(ids) = self.vanished.get_mut(&old.digest) {
            ids.retain(|other| other != id);
        }
        if self.links.get(&old.link) == Some(id) {
            self.links.remove(&old.link);
        }
    }

    /// What is known of an article; nothing where it was not looked up.
    pub(super) fn entry(&self, id: &ArticleId) -> Option<&Entry> {
        self.entries.get(id)
    }

    /// The number to try first for a link that is taken.
    pub(super) fn number(&self, base: &Link) -> u32 {
        self.first_scan.as_ref().and_then(|scan| scan.numbers.get(base)).copied().unwrap_or(2)
    }

    /// Remembers the numbers that a batch of a first scan has come to.
    pub(super) fn keep_numbers(&mut self, numbers: Map<Link, u32>) {
        if let Some(scan) = &mut self.first_scan {
            scan.numbers.extend(numbers);
        }
    }

    pub(super) fn by_id(&self, id: &ArticleId) -> Result<Option<&Entry>, Missing> {
        match self.entries.get(id) {
            Some(entry) => Ok(Some(entry)),
            None => self.nothing(|| EntryKey::Id(id.clone()), id),
        }
    }

    /// The entry whose file lies at `path`: one whose file is there before one whose file is gone, that before a withdrawn one.
    pub(super) fn by_path(&self, path: &SourcePath) -> Result<Option<&Entry>, Missing> {
        // A scan meets each path once, in a catalogue that was empty.
        if self.first_scan.is_some() {
            return Ok(None);
        }
        let key = EntryKey::Path(path.clone());
        if !self.asked.contains(&key) {
            return Err(Missing(vec![key]));
        }
        let rank = |entry: &Entry| match entry.state {
            State::Live | State::Held { .. } | State::Expired => 0,
            State::RemovalPending { .. } => 1,
            State::Withdrawn { .. } => 2,
        };
        let here = self.paths.get(path).into_iter().flatten().filter_map(|id| self.entries.get(id));
        Ok(here.min_by_key(|entry| (rank(entry), &entry.id)))
    }

    pub(super) fn by_link(&self, link: &Link) -> Result<Option<&Entry>, Missing> {
        match self.links.get(link).and_then(|id| self.entries.get(id)) {
            Some(entry) => Ok(Some(entry)),
            None => self.nothing(|| EntryKey::Link(link.clone()), link),
        }
    }

    /// The entries whose file vanished and had these bytes.
    pub(super) fn vanished(&self, digest: [u8; 16]) -> Result<Vec<&Entry>, Missing> {
        if self.first_scan.is_some() {
            return Ok(Vec::new());
        }
        let key = EntryKey::Vanished(digest);
        if !self.asked.contains(&key) {
            return Err(Missing(vec![key]));
        }
        Ok(self.vanished.get(&digest).into_iter().flatten().filter_map(|id| self.entries.get(id)).collect())
    }

    fn nothing(&self, key: impl FnOnce() -> EntryKey, hashed: impl std::hash::Hash) -> Result<Option<&Entry>, Missing> {
        // Told by its hash alone, so that a first scan makes no key for what it never met.
        if let Some(scan) = &self.first_scan
            && !scan.written.contains(&scan.hasher.hash_one(hashed))
        {
            return Ok(None);
        }
        let key = key();
        if self.asked.contains(&key) { Ok(None) } else { Err(Missing(vec![key])) }
    }
}
