//! The catalogue as far as a batch needs it.

use std::collections::hash_map::RandomState;
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

use crate::article::{ArticleId, Entry, EntryKey, Facts, Link, SourcePath, State};

/// Entries that a decision needs but were not looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing(pub Vec<EntryKey>);

/// The entries that were looked up, as they stand after the decisions made so far in this batch.
#[derive(Debug, Default)]
pub struct Known {
    entries: HashMap<ArticleId, Entry>,
    paths: HashMap<SourcePath, Vec<ArticleId>>,
    links: HashMap<Link, ArticleId>,
    vanished: HashMap<[u8; 16], Vec<ArticleId>>,
    asked: HashSet<EntryKey>,
    /// The entries as the ledger gave them.
    looked_up: HashMap<ArticleId, Entry>,
    first_scan: Option<FirstScan>,
}

/// During a first scan over an empty catalogue nothing has to be looked up but what earlier batches of the scan wrote;
/// of those, hashes are enough to know that something may be there.
#[derive(Debug, Default)]
struct FirstScan {
    written: HashSet<u64>,
    hasher: RandomState,
}

impl FirstScan {
    /// Takes note of an article; whether its id was certainly not met before.
    fn note(&mut self, id: &ArticleId, link: &Link) -> bool {
        self.written.insert(self.hasher.hash_one(link));
        self.written.insert(self.hasher.hash_one(id))
    }
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
        let is_new = self.first_scan.as_mut().is_some_and(|scan| scan.note(&entry.id, &entry.link));
        if !is_new {
            self.forget(&entry.id);
        }
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

    /// The same for one that was just decided. Of those that a first scan met before, nobody looks at what places them anew from
    /// their own source.
    pub(super) fn decided(&mut self, entry: &Entry) {
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

    pub(super) fn by_id(&self, id: &ArticleId) -> Result<Option<&Entry>, Missing> {
        if self.is_unheard_of(id) {
            return Ok(None);
        }
        match self.entries.get(id) {
            Some(entry) => Ok(Some(entry)),
            None => self.nothing(EntryKey::Id(id.clone())),
        }
    }

    /// The entry whose file lies at `path`; one that is not withdrawn before one that is.
    pub(super) fn by_path(&self, path: &SourcePath) -> Result<Option<&Entry>, Missing> {
        // A scan meets each path once.
        if self.first_scan.is_some() {
            return Ok(None);
        }
        let here = self.paths.get(path).into_iter().flatten().filter_map(|id| self.entries.get(id));
        match here.min_by_key(|entry| (matches!(entry.state, State::Withdrawn { .. }), &entry.id)) {
            Some(entry) => Ok(Some(entry)),
            None => self.nothing(EntryKey::Path(path.clone())),
        }
    }

    pub(super) fn by_link(&self, link: &Link) -> Result<Option<&Entry>, Missing> {
        if self.is_unheard_of(link) {
            return Ok(None);
        }
        match self.links.get(link).and_then(|id| self.entries.get(id)) {
            Some(entry) => Ok(Some(entry)),
            None => self.nothing(EntryKey::Link(link.clone())),
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

    fn nothing(&self, key: EntryKey) -> Result<Option<&Entry>, Missing> {
        if self.asked.contains(&key) { Ok(None) } else { Err(Missing(vec![key])) }
    }

    /// Whether a first scan certainly met nothing of this name yet.
    fn is_unheard_of(&self, name: impl Hash) -> bool {
        self.first_scan.as_ref().is_some_and(|scan| !scan.written.contains(&scan.hasher.hash_one(name)))
    }
}

/// An entry without its facts and feeds, which are most of its memory.
fn outline(entry: &Entry) -> Entry {
    Entry {
        id: entry.id.clone(),
        path: entry.path.clone(),
        stamp: entry.stamp,
        digest: entry.digest,
        fingerprint: entry.fingerprint,
        state: entry.state.clone(),
        link: entry.link.clone(),
        published: entry.published,
        updated: entry.updated,
        released: entry.released,
        revision: entry.revision,
        lane: entry.lane,
        held_here: entry.held_here,
        was_public: entry.was_public,
        minor: entry.minor,
        facts: Facts::default(),
        feeds: Vec::new(),
        due: entry.due,
    }
}
