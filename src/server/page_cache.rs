//! Article pages that were made lately, bounded by their bytes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::representation::Shared;
use super::site::Site;
use crate::article::{ArticleId, Entry};

/// What a page costs besides its bytes: its row, headers, keys.
const OVERHEAD: usize = 2048;

/// The pages used last. A page stands for one version of its catalogue row under one config.
pub(super) struct PageCache {
    limit: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    site: Option<Arc<Site>>,
    pages: HashMap<ArticleId, Page>,
    bytes: usize,
    clock: u64,
}

struct Page {
    entry: Entry,
    representation: Shared,
    used: u64,
}

impl Page {
    /// The page, and its two codings at their largest.
    fn cost(&self) -> usize {
        2 * self.representation.len() + OVERHEAD
    }
}

impl PageCache {
    /// A cache that holds at most `limit` bytes.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: Mutex::default() }
    }

    /// The page made of this very row under this very config.
    pub(super) fn get(&self, site: &Arc<Site>, entry: &Entry) -> Option<Shared> {
        let mut kept = self.kept(site);
        kept.clock += 1;
        let clock = kept.clock;
        let page = kept.pages.get_mut(&entry.id).filter(|page| page.entry == *entry)?;
        page.used = clock;
        Some(Arc::clone(&page.representation))
    }

    /// Keeps a page in place of what was kept of the same article; those unused for longest make room.
    pub(super) fn put(&self, site: &Arc<Site>, entry: Entry, representation: Shared) {
        let mut kept = self.kept(site);
        kept.clock += 1;
        let page = Page { used: kept.clock, entry, representation };
        if page.cost() > self.limit {
            return;
        }
        kept.bytes += page.cost();
        if let Some(before) = kept.pages.insert(page.entry.id.clone(), page) {
            kept.bytes -= before.cost();
        }
        while kept.bytes > self.limit {
            let Some(oldest) = kept.pages.values().min_by_key(|page| page.used).map(|page| page.entry.id.clone()) else {
                break;
            };
            if let Some(page) = kept.pages.remove(&oldest) {
                kept.bytes -= page.cost();
            }
        }
    }

    /// What is kept under this config; another config's pages are dropped.
    fn kept(&self, site: &Arc<Site>) -> MutexGuard<'_, Kept> {
        // A panic between two of its steps could only miscount bytes; the pages themselves are whole.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.site.as_ref().is_some_and(|known| Arc::ptr_eq(known, site)) {
            *kept = Kept { site: Some(Arc::clone(site)), ..Kept::default() };
        }
        kept
    }
}
