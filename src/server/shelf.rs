//! The current version of every feed file, by its path under the feeds folder.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use axum::http::HeaderValue;
use bytes::Bytes;
use tokio::sync::Notify;

use super::alias::Aliases;
use super::cors;
use super::delta::Delta;
use super::laid::{Laid, Recent};
use super::representation::{Made, Representation, Shared};
use super::serving::Serving;
use crate::article::FeedName;
use crate::config::{Format, Onward, Retired, RetiredName};
use crate::feed::{Document, Kind, View};
use crate::instant::Instant;
use crate::ledger::Alias;

/// What the server serves as feeds. `publish`'s documents are put here once they stand on disk.
#[derive(Default)]
pub struct Shelf {
    contents: RwLock<Contents>,
    recent: Mutex<Recent>,
    /// Feeds whose files are not as they should be.
    lost: Mutex<BTreeSet<FeedName>>,
    losing: Notify,
}

/// What became of feeds that are no more, as the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Retirements {
    /// Those that it names.
    pub rules: Vec<Retired>,
    /// The formats that every feed is written in.
    pub formats: Vec<Format>,
}

#[derive(Default)]
struct Contents {
    documents: HashMap<String, Shelved>,
    /// What stands in the folder and is read when it is asked for.
    laid: HashMap<String, Laid>,
    serving: Serving,
    retired: HashSet<String>,
    retirements: Retirements,
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
    /// This, in the feeds folder.
    Laid(Laid),
    /// A feed stood there and was retired.
    Retired,
    /// Another stands in its place.
    Onward(Onward, Format),
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
            contents.laid.remove(&file);
            contents.documents.insert(file, Shelved { document, representation });
        }
    }

    /// Serves these versions from the feeds folder from now on, where they stand.
    pub fn lay(&self, documents: Vec<Document>) {
        for document in documents {
            let file = document.file().to_owned();
            let mut contents = self.write();
            let before = match (contents.documents.get(&file), contents.laid.get(&file)) {
                (Some(hot), _) => hot.representation.modified(),
                (None, laid) => laid.map(|laid| laid.modified),
            };
            let tag = document.tag();
            let same = contents.laid.get(&file).is_some_and(|laid| laid.tag.as_ref() == Some(&tag));
            if same {
                continue;
            }
            let modified = last_modified(document.updated(), before, Instant::now());
            let laid = Laid { kind: document.kind().clone(), updated: document.updated(), modified, tag: Some(tag) };
            contents.retired.remove(&file);
            contents.documents.remove(&file);
            contents.laid.insert(file.clone(), laid);
            drop(contents);
            self.recent().forget(&file);
        }
    }

    /// What stands in the feeds folder without having been looked at, in all: what is known already stays as it is.
    pub fn lay_unseen(&self, files: Vec<(Kind, Instant)>) {
        let mut contents = self.write();
        let mut laid = HashMap::with_capacity(files.len());
        for (kind, updated) in files {
            let Kind::Feed(name, format) = &kind else { continue };
            let file = format!("{name}.{}", format.extension());
            if contents.documents.contains_key(&file) {
                continue;
            }
            let new = || Laid { updated, modified: updated.round_up_to_second(), tag: None, kind: kind.clone() };
            let before = contents.laid.remove(&file).unwrap_or_else(new);
            contents.retired.remove(&file);
            laid.insert(file, before);
        }
        contents.laid = laid;
    }

    /// The representation of a file that was read from the feeds folder; `None` where it is not the one that was laid there.
    pub(super) fn read_from_folder(&self, file: &str, laid: &Laid, bytes: Bytes) -> Option<Shared> {
        let document = Document::new(file, laid.kind.clone(), bytes, laid.updated);
        if laid.tag.as_ref().is_some_and(|tag| *tag != document.tag()) {
            return None;
        }
        let serving = self.read().serving.clone();
        let representation = Arc::new(Representation::new(made(&document, laid.modified, None, &serving)));
        // A version that came meanwhile is not hidden by this one.
        if self.read().laid.get(file) == Some(laid) {
            self.recent().put(file.to_owned(), Arc::clone(&representation));
        }
        Some(representation)
    }

    /// A feed's file is missing, or another than was put there.
    pub(super) fn lose(&self, kind: &Kind) {
        if let Kind::Feed(name, _) = kind {
            self.lost.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
            self.losing.notify_one();
        }
    }

    /// The feeds whose files were found missing since the last call.
    pub fn take_lost(&self) -> Vec<FeedName> {
        std::mem::take(&mut *self.lost.lock().unwrap_or_else(PoisonError::into_inner)).into_iter().collect()
    }

    /// Returns once a feed's file was found missing.
    pub async fn feeds_are_lost(&self) {
        self.losing.notified().await;
    }

    /// Says what became of feeds that are no more.
    pub fn put_retirements(&self, retirements: Retirements) {
        self.write().retirements = retirements;
    }

    /// Takes a feed's file in a format off, in which it is not written any more.
    pub fn take_off(&self, name: &FeedName, format: Format) {
        let file = format!("{name}.{}", format.extension());
        let mut contents = self.write();
        contents.documents.remove(&file);
        contents.laid.remove(&file);
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
        drop(contents);
        self.recent().clear();
    }

    /// Takes a feed off in every format; its paths answer 410 from then on.
    pub fn remove(&self, name: &FeedName) {
        let mut contents = self.write();
        for format in Format::ALL {
            let file = format!("{name}.{}", format.extension());
            contents.documents.remove(&file);
            contents.laid.remove(&file);
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
        if let Some(shelved) = contents.documents.get(file) {
            return Found::Current(Arc::clone(&shelved.representation));
        }
        if let Some(laid) = contents.laid.get(file) {
            return self.recent().get(file).map_or_else(|| Found::Laid(laid.clone()), Found::Current);
        }
        match contents.retirement(file) {
            Some((Onward::Gone, _)) => Found::Retired,
            Some((onward, format)) => Found::Onward(onward, format),
            None if contents.retired.contains(file) => Found::Retired,
            None => Found::Nothing,
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // Every change is one insertion or removal, so what a panicking thread left is whole.
    fn read(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Contents> {
        self.contents.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contents {
    /// What became of a feed's file that is not there, and in which format its place is taken.
    fn retirement(&self, file: &str) -> Option<(Onward, Format)> {
        let (name, ending) = file.rsplit_once('.')?;
        let format = Format::ALL.into_iter().find(|format| format.extension() == ending)?;
        let Retirements { rules, formats } = &self.retirements;
        let written = if formats.contains(&format) { format } else { *formats.first()? };
        let name = FeedName::parse(name).ok()?;
        // What is said of one feed stands over what is said of its family.
        let of_one = |retired: &&Retired| matches!(retired.name, RetiredName::Feed(_));
        let (own, families): (Vec<&Retired>, Vec<&Retired>) = rules.iter().partition(of_one);
        if let Some(onward) = own.into_iter().chain(families).find_map(|retired| retired.onward(&name, format)) {
            return Some((onward, written));
        }
        // It is written in other formats than it was.
        let other = format!("{name}.{}", written.extension());
        let stands = written != format && (self.documents.contains_key(&other) || self.laid.contains_key(&other));
        stands.then_some((Onward::Feed(name), written))
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
            Found::Laid(_) | Found::Retired | Found::Onward(..) | Found::Nothing => panic!("nothing there"),
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
            Found::Laid(_) | Found::Retired | Found::Onward(..) | Found::Nothing => panic!("nothing there"),
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
