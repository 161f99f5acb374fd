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
        let shared = Shared { waiting: Mutex::default(), more: Notify::new(), folder: tokio::sync::Mutex::new(folder.beside()) };
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
                    let mut folder = self.shared.folder.lock().await;
                    tokio::task::block_in_place(|| folder.touch(Instant::now()));
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
                let documents = folder.differing(documents);
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
