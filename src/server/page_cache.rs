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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use jiff::tz::TimeZone;
    use url::Url;

    use super::*;
    use crate::article::{Facts, FileStamp, Fingerprint, Link, Revision, SourcePath, State};
    use crate::config::Html;
    use crate::instant::Instant;
    use crate::render::Policy;
    use crate::server::pages::page;
    use crate::server::theme::Page as Template;

    fn site() -> Arc<Site> {
        let url = Url::parse("https://example.org/").unwrap();
        Arc::new(Site {
            title: String::new(),
            description: String::new(),
            feeds_url: url.clone(),
            url,
            language: "en".into(),
            zone: TimeZone::UTC,
            author: None,
            feeds: Vec::new(),
            frames: Vec::new(),
            policy: Arc::new(Policy::new(&Html::default())),
            house: Arc::default(),
            theme: Arc::default(),
            searched: crate::server::Searched {
                sitemap: crate::config::Sitemap { enabled: true, news: true, news_name: String::new() },
                robots: Vec::new(),
                key: None,
            },
            events: 0,
        })
    }

    fn entry(name: &str) -> Entry {
        Entry {
            id: ArticleId::parse(name).unwrap(),
            path: SourcePath::new(Path::new("a.md")).unwrap(),
            stamp: FileStamp::default(),
            digest: [0; 16],
            fingerprint: Fingerprint::default(),
            state: State::Live,
            link: Link::parse("https://example.org/a").unwrap(),
            published: Instant::default(),
            updated: Instant::default(),
            released: Instant::default(),
            revision: Revision(1),
            lane: None,
            held_here: false,
            was_public: true,
            minor: false,
            facts: Facts::default(),
            feeds: Vec::new(),
            due: None,
        }
    }

    #[test]
    fn those_unused_for_longest_make_room() {
        let site = site();
        let put = |cache: &PageCache, name: &str, bytes: usize| {
            cache.put(&site, entry(name), page(&site, Template::Front, "x".repeat(bytes), crate::server::pages::HTML));
        };
        let has = |cache: &PageCache, name: &str| cache.get(&site, &entry(name)).is_some();
        let cache = PageCache::new(3 * (2 * 1000 + OVERHEAD));
        for name in ["a", "b", "c"] {
            put(&cache, name, 1000);
        }
        assert!(has(&cache, "a"), "used, so the youngest now");
        put(&cache, "d", 1000);
        assert!(has(&cache, "a") && !has(&cache, "b") && has(&cache, "c") && has(&cache, "d"));
        // The same article again takes the old page's room; one too large is not kept and drives nothing out.
        put(&cache, "d", 900);
        put(&cache, "e", 100_000);
        assert!(has(&cache, "a") && has(&cache, "c") && has(&cache, "d") && !has(&cache, "e"));
    }

    #[test]
    fn a_page_is_for_one_row_and_one_config() {
        let first = site();
        let cache = PageCache::new(1_000_000);
        cache.put(&first, entry("a"), page(&first, Template::Front, "x".into(), crate::server::pages::HTML));
        let changed = Entry { digest: [1; 16], ..entry("a") };
        assert!(cache.get(&first, &changed).is_none() && cache.get(&first, &entry("a")).is_some());
        assert!(cache.get(&site(), &entry("a")).is_none(), "an equal config read again is another");
        assert!(cache.get(&first, &entry("a")).is_none(), "and drops what was made under the first");
    }
}
