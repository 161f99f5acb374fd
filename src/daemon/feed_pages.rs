//! Feeds' pages as files, for static hosts. Nobody waits for them: they are written once feeds have been at rest for a moment, behind the
//! feeds themselves, several versions as one, and only where they are others than those that stand.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::Instant as Clock;
use tokio_util::sync::CancellationToken;
use tracing::{debug, warn};

use crate::article::FeedName;
use crate::feed::{Document, View};
use crate::instant::Instant;
use crate::publish::{Folder, FolderFault};
use crate::server::{self, Site};

/// How long feeds are at rest before their pages are written: writing and syncing while articles come would hold these up.
const REST: Duration = Duration::from_millis(500);
/// The longest that a page waits where feeds never rest.
const LONGEST: Duration = Duration::from_secs(10);
/// How long to wait before another try at a folder that cannot be written; what is wrong with it the feeds have said already.
const RETRY: Duration = Duration::from_secs(5);
/// So many pages are made and written at once.
const TOGETHER: usize = 64;

/// What is to be written, and by whom.
#[derive(Clone)]
pub(super) struct FeedPages {
    shared: Arc<Shared>,
    root: PathBuf,
    site: watch::Receiver<Arc<Site>>,
}

struct Shared {
    waiting: Mutex<BTreeMap<FeedName, Arc<View>>>,
    more: Notify,
    /// Held while files are written.
    folder: tokio::sync::Mutex<Folder>,
}

impl FeedPages {
    /// Into this folder, as the site has them.
    pub(super) fn new(folder: &Folder, site: watch::Receiver<Arc<Site>>) -> Self {
        let shared = Shared {
            waiting: Mutex::default(),
            more: Notify::new(),
            folder: tokio::sync::Mutex::new(Folder::beside(folder.root().to_owned())),
        };
        Self { shared: Arc::new(shared), root: folder.root().to_owned(), site }
    }

    /// These versions stand now.
    pub(super) fn note(&self, views: Vec<Arc<View>>) {
        if views.is_empty() {
            return;
        }
        self.waiting(|waiting| waiting.extend(views.into_iter().map(|view| (view.name.clone(), view))));
        self.shared.more.notify_one();
    }

    // Every change is one insertion or removal, so what a panicking thread left is whole.
    fn waiting<T>(&self, change: impl FnOnce(&mut BTreeMap<FeedName, Arc<View>>) -> T) -> T {
        change(&mut self.shared.waiting.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Writes them until shutdown, and then what still waits.
    pub(super) async fn run(self, shutdown: CancellationToken) {
        while !shutdown.is_cancelled() {
            let touch = self.shared.folder.lock().await.touch_at().map(|at| at.since(Instant::now()));
            tokio::select! {
                () = shutdown.cancelled() => break,
                () = self.shared.more.notified() => self.rest(&shutdown).await,
                () = tokio::time::sleep(touch.unwrap_or_default()), if touch.is_some() => {
                    let shared = Arc::clone(&self.shared);
                    let _ = tokio::task::spawn_blocking(move || shared.folder.blocking_lock().touch(Instant::now())).await;
                    continue;
                }
            }
            if let Err(fault) = self.write().await {
                debug!("{fault}; it is tried again");
                tokio::select! {
                    () = shutdown.cancelled() => break,
                    () = tokio::time::sleep(RETRY) => self.shared.more.notify_one(),
                }
            }
        }
        if let Err(fault) = self.write().await {
            warn!("feeds' pages are written at the next start: {fault}");
        }
    }

    /// Returns once nothing has come for a while.
    async fn rest(&self, shutdown: &CancellationToken) {
        let latest = Clock::now() + LONGEST;
        loop {
            let until = latest.min(Clock::now() + REST);
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.shared.more.notified() => {}
                () = tokio::time::sleep_until(until) => return,
            }
            if Clock::now() >= latest {
                return;
            }
        }
    }

    /// Writes what waits. What could not be written waits on, but for what has a newer version by then.
    pub(super) async fn write(&self) -> Result<(), FolderFault> {
        loop {
            let views: Vec<Arc<View>> = self.waiting(|waiting| {
                let names: Vec<FeedName> = waiting.keys().take(TOGETHER).cloned().collect();
                names.iter().filter_map(|name| waiting.remove(name)).collect()
            });
            if views.is_empty() {
                return Ok(());
            }
            let site = Arc::clone(&self.site.borrow());
            let (shared, root, made) = (Arc::clone(&self.shared), self.root.clone(), views.clone());
            let written = tokio::task::spawn_blocking(move || {
                let mut folder = shared.folder.blocking_lock();
                let documents: Vec<Document> = made.iter().filter_map(|view| server::feed_page(&site, view)).collect();
                let documents = Folder::differing(folder.root(), documents);
                // A folder that was taken away is made anew by the feeds, which know what else belongs there.
                if documents.is_empty() || !root.is_dir() {
                    return Ok(());
                }
                let prepared = Folder::prepare(&root, &documents)?;
                folder.place(prepared, Instant::now()).map(drop)
            });
            if let Err(fault) = written.await.unwrap_or_else(|_| Err(FolderFault::interrupted(&self.root))) {
                self.waiting(|waiting| {
                    for view in views {
                        waiting.entry(view.name.clone()).or_insert(view);
                    }
                });
                return Err(fault);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::tz::TimeZone;
    use url::Url;

    use super::*;
    use crate::config::{Format, Html};
    use crate::render::Policy;

    fn site() -> Site {
        let url = Url::parse("https://example.org/").unwrap();
        Site {
            title: "Example Times".into(),
            description: String::new(),
            feeds_url: url.join("feeds/").unwrap(),
            url,
            language: "en".into(),
            zone: TimeZone::UTC,
            author: None,
            feeds: Vec::new(),
            frames: Vec::new(),
            policy: Arc::new(Policy::new(&Html::default())),
            house: Arc::default(),
            theme: Arc::default(),
            searched: crate::server::Searched::default(),
            events: 0,
        }
    }

    fn version(name: &str, title: &str) -> Vec<Arc<View>> {
        vec![Arc::new(View {
            name: FeedName::parse(name).unwrap(),
            title: title.into(),
            description: String::new(),
            formats: vec![Format::Rss],
            updated: Instant::from_millis(0),
            entries: Vec::new(),
        })]
    }

    struct Running {
        root: tempfile::TempDir,
        pages: FeedPages,
        shutdown: CancellationToken,
        task: tokio::task::JoinHandle<()>,
        _site: watch::Sender<Arc<Site>>,
    }

    fn run() -> Running {
        let root = tempfile::tempdir().unwrap();
        let (sender, receiver) = watch::channel(Arc::new(site()));
        let pages = FeedPages::new(&Folder::open(root.path().to_owned()).unwrap(), receiver);
        let shutdown = CancellationToken::new();
        let task = tokio::spawn(pages.clone().run(shutdown.clone()));
        Running { root, pages, shutdown, task, _site: sender }
    }

    impl Running {
        fn file(&self, name: &str) -> Option<String> {
            fs::read_to_string(self.root.path().join(name)).ok()
        }

        async fn until(&self, name: &str, said: &str) {
            while self.file(name).is_none_or(|text| !text.contains(said)) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_waits_until_feeds_rest_and_the_latest_version_is_written() {
        let running = run();
        let began = Clock::now();
        for title in ["First", "Second", "Third"] {
            running.pages.note(version("tag/all", title));
            tokio::time::sleep(REST / 2).await;
            assert_eq!(running.file("tag/all.html"), None, "nothing is written while feeds change");
        }
        running.until("tag/all.html", "Third").await;
        let took = began.elapsed();
        assert!(took >= REST * 2 && took < LONGEST, "{took:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_of_feeds_that_never_rest_is_written_too() {
        let running = run();
        let began = Clock::now();
        while running.file("all.html").is_none() {
            running.pages.note(version("all", "Again"));
            tokio::time::sleep(REST / 5).await;
            assert!(began.elapsed() < LONGEST * 2, "it is never written");
        }
        assert!(began.elapsed() >= LONGEST);
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_written_is_tried_again() {
        let running = run();
        // A file stands where the folder belongs.
        let obstacle = running.root.path().join("tag");
        fs::write(&obstacle, "").unwrap();
        running.pages.note(version("tag/all", "Title"));
        tokio::time::sleep(REST * 4).await;
        assert_eq!(running.file("tag/all.html"), None);
        fs::remove_file(&obstacle).unwrap();
        running.until("tag/all.html", "Title").await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_waits_at_the_end_is_written() {
        let running = run();
        running.pages.note(version("all", "Last"));
        running.shutdown.cancel();
        running.task.await.unwrap();
        assert!(fs::read_to_string(running.root.path().join("all.html")).unwrap().contains("Last"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_folder_that_was_taken_away_is_not_made_anew() {
        let running = run();
        fs::remove_dir_all(running.root.path()).unwrap();
        running.pages.note(version("all", "Title"));
        tokio::time::sleep(REST * 4).await;
        assert!(!running.root.path().exists(), "the feeds make it, and notice by that what is missing");
    }
}
