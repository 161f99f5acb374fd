//! The current version of every feed file, by its path under the feeds folder.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use axum::http::HeaderValue;

use super::alias::Aliases;
use super::cors;
use super::delta::Delta;
use super::representation::{Made, Representation, Shared};
use super::serving::Serving;
use crate::article::FeedName;
use crate::config::Format;
use crate::feed::{Document, View};
use crate::instant::Instant;
use crate::ledger::Alias;

/// What the server serves as feeds. `publish`'s documents are put here once they stand on disk.
#[derive(Default)]
pub struct Shelf {
    contents: RwLock<Contents>,
}

#[derive(Default)]
struct Contents {
    documents: HashMap<String, Shelved>,
    serving: Serving,
    retired: HashSet<String>,
    aliases: Arc<Aliases>,
    views: HashMap<String, Arc<View>>,
    root_index: Option<Shared>,
}

struct Shelved {
    document: Arc<Document>,
    representation: Shared,
}

/// What stands at a path of the feeds folder.
pub(super) enum Found {
    /// This version.
    Current(Shared),
    /// A feed stood there and was retired.
    Retired,
    /// Nothing ever did, as far as is known here.
    Nothing,
}

impl Shelf {
    /// A shelf with nothing on it.
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves these versions from now on; others stay as they are. One equal to what is served already changes nothing.
    pub fn put(&self, documents: Vec<Arc<Document>>) {
        for document in documents {
            let file = document.file().to_owned();
            let (before, serving) = {
                let contents = self.read();
                let before = contents.documents.get(&file).map(|before| Arc::clone(&before.representation));
                if before.as_ref().is_some_and(|before| before.tag() == document.tag()) {
                    continue;
                }
                (before, contents.serving.clone())
            };
            let before = before.as_deref();
            let modified = last_modified(document.updated(), before.and_then(Representation::modified), Instant::now());
            let delta = Delta::of(&document, before.and_then(Representation::delta).map(AsRef::as_ref)).map(Arc::new);
            let representation = Arc::new(Representation::new(made(&document, modified, delta, &serving)));
            let mut contents = self.write();
            contents.retired.remove(&file);
            contents.documents.insert(file, Shelved { document, representation });
        }
    }

    /// Shows people these versions of feeds from now on.
    pub fn put_views(&self, views: Vec<Arc<View>>) {
        let mut contents = self.write();
        contents.views.extend(views.into_iter().map(|view| (view.name.as_str().to_owned(), view)));
    }

    /// What people see of the feed that this file belongs to: one of its formats' (given with it), or its page's.
    pub(super) fn view(&self, file: &str) -> Option<(Arc<View>, Option<Format>)> {
        let (name, extension) = file.rsplit_once('.')?;
        let format = Format::ALL.into_iter().find(|format| format.extension() == extension);
        let view = Arc::clone(self.read().views.get(name)?);
        match format {
            Some(format) => view.formats.contains(&format).then_some((view, Some(format))),
            None => (extension == View::EXTENSION).then_some((view, None)),
        }
    }

    /// Serves this index of sitemaps at the site's root, or none.
    pub fn put_root_index(&self, index: Option<Arc<Document>>) {
        let before = self.root_index();
        let serving = self.read().serving.clone();
        let index = index.map(|index| match before {
            Some(before) if before.tag() == index.tag() => before,
            before => {
                let modified = last_modified(index.updated(), before.and_then(|before| before.modified()), Instant::now());
                Arc::new(Representation::new(made(&index, modified, None, &serving)))
            }
        });
        self.write().root_index = index;
    }

    pub(super) fn root_index(&self) -> Option<Shared> {
        self.read().root_index.clone()
    }

    /// Serves all feeds in this way from now on.
    pub fn set_serving(&self, serving: Serving) {
        let mut contents = self.write();
        if contents.serving == serving {
            return;
        }
        for shelved in contents.documents.values_mut() {
            let before = &shelved.representation;
            let modified = before.modified().unwrap_or(shelved.document.updated());
            shelved.representation = Arc::new(Representation::new(made(&shelved.document, modified, before.delta().cloned(), &serving)));
        }
        contents.serving = serving;
    }

    /// Takes a feed off in every format; its paths answer 410 from then on.
    pub fn remove(&self, name: &FeedName) {
        let mut contents = self.write();
        for format in Format::ALL {
            let file = format!("{name}.{}", format.extension());
            contents.documents.remove(&file);
            contents.retired.insert(file);
        }
        if contents.views.remove(name.as_str()).is_some() {
            contents.retired.insert(format!("{name}.{}", View::EXTENSION));
        }
    }

    /// Sends readers on from these places, and from no others any longer.
    pub fn put_aliases(&self, aliases: Vec<Alias>) {
        self.write().aliases = Arc::new(Aliases::of(aliases));
    }

    pub(super) fn aliases(&self) -> Arc<Aliases> {
        Arc::clone(&self.read().aliases)
    }

    /// What is served at a request's path, where that is written as feeds are linked: without anything that must be decoded.
    pub(super) fn at<'path>(&self, path: &'path str) -> Option<(&'path str, Shared)> {
        let contents = self.read();
        let file = contents.serving.file(path)?;
        contents.documents.get(file).map(|shelved| (file, Arc::clone(&shelved.representation)))
    }

    pub(super) fn find(&self, file: &str) -> Found {
        let contents = self.read();
        match contents.documents.get(file) {
            Some(shelved) => Found::Current(Arc::clone(&shelved.representation)),
            None if contents.retired.contains(file) => Found::Retired,
            None => Found::Nothing,
        }
    }

    // Every change is one insertion or removal, so what a panicking thread left is whole.
    fn read(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Contents> {
        self.contents.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `Last-Modified` of a new version: its instant rounded up to the next second, and later than that of the version before
/// where that one's may have been sent already (a version made just before a second and placed just after it).
fn last_modified(updated: Instant, before: Option<Instant>, now: Instant) -> Instant {
    let own = updated.round_up_to_second();
    match before {
        Some(before) if before >= own && before <= now => before.plus(Duration::from_secs(1)),
        Some(_) | None => own,
    }
}

fn made(document: &Document, modified: Instant, delta: Option<Arc<Delta>>, serving: &Serving) -> Made {
    Made {
        bytes: document.bytes().clone(),
        tag: document.tag(),
        content_type: HeaderValue::from_static(document.kind().media_type()),
        cache_control: serving.cache_control(),
        modified: Some(modified),
        lasting: cors::FIELDS.to_vec(),
        further: serving.further(document),
        delta,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;

    fn document(text: &'static str, updated: i64) -> Arc<Document> {
        let name = FeedName::parse("all").unwrap();
        Arc::new(Document::of_feed(name, Format::Rss, Bytes::from_static(text.as_bytes()), Instant::from_millis(updated)))
    }

    #[test]
    fn a_retired_feed_is_gone_and_may_come_back() {
        let shelf = Shelf::new();
        assert!(matches!(shelf.find("all.rss"), Found::Nothing));
        shelf.put(vec![document("a", 1000)]);
        assert!(matches!(shelf.find("all.rss"), Found::Current(_)));
        shelf.remove(&FeedName::parse("all").unwrap());
        assert!(matches!(shelf.find("all.rss"), Found::Retired));
        shelf.put(vec![document("a", 1000)]);
        assert!(matches!(shelf.find("all.rss"), Found::Current(_)));
    }

    #[test]
    fn an_equal_version_keeps_what_was_made_of_it() {
        let shelf = Shelf::new();
        let first = |shelf: &Shelf| match shelf.find("all.rss") {
            Found::Current(representation) => representation,
            Found::Retired | Found::Nothing => panic!("nothing there"),
        };
        shelf.put(vec![document("a", 1000)]);
        let before = first(&shelf);
        shelf.put(vec![document("a", 1000)]);
        assert!(Arc::ptr_eq(&before, &first(&shelf)));
        shelf.put(vec![document("b", 2000)]);
        assert!(!Arc::ptr_eq(&before, &first(&shelf)));
    }

    #[test]
    fn another_way_of_serving_changes_headers_and_nothing_else() {
        let shelf = Shelf::new();
        let current = || match shelf.find("all.rss") {
            Found::Current(representation) => representation,
            Found::Retired | Found::Nothing => panic!("nothing there"),
        };
        let entry = crate::feed::EntryAt { digest: 1, range: 0..1 };
        shelf.put(vec![Arc::new(Document::clone(&document("a", 1000)).with_entries(vec![entry]))]);
        let before = current();
        assert!(shelf.at("/feeds/all.rss").is_some() && shelf.at("/all.rss").is_none() && shelf.at("/feeds/%61ll.rss").is_none());
        shelf.set_serving(Serving::default());
        assert!(Arc::ptr_eq(&before, &current()), "the same way changes nothing");
        let caching = crate::config::Caching { max_age: Duration::from_secs(5), ..crate::config::Caching::default() };
        shelf.set_serving(Serving::with(caching));
        let after = current();
        assert!(!Arc::ptr_eq(&before, &after));
        assert_eq!((before.tag(), before.modified()), (after.tag(), after.modified()));
        assert!(Arc::ptr_eq(before.delta().unwrap(), after.delta().unwrap()), "earlier versions are remembered");
    }

    #[test]
    fn last_modified_moves_whenever_it_may_have_been_seen() {
        let at = Instant::from_millis;
        // Alone, or after an older version: its own instant, rounded up.
        assert_eq!(last_modified(at(10_200), None, at(10_300)), at(11_000));
        assert_eq!(last_modified(at(10_200), Some(at(9000)), at(10_300)), at(11_000));
        // Replaced before the second came: nobody was told the date.
        assert_eq!(last_modified(at(10_700), Some(at(11_000)), at(10_800)), at(11_000));
        // Made before the second, placed after it: somebody may have been.
        assert_eq!(last_modified(at(10_990), Some(at(11_000)), at(11_005)), at(12_000));
    }
}
