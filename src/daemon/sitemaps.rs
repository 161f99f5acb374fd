//! Keeps the sitemap's files as the catalogue is. In the background: search engines come by the hour, and no article waits for it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::debug;

use super::clock::Clock;
use crate::feed::{Document, Kind};
use crate::instant::Instant;
use crate::ledger::{Fault, Ledger};
use crate::publish::sitemap::{About, Sitemaps};
use crate::publish::{Folder, FolderFault};
use crate::server::{Shelf, Site};

/// How long changes are gathered before files are written.
const REST: Duration = Duration::from_secs(1);
/// How long to wait when the ledger or the folder fails.
const RETRY: Duration = Duration::from_secs(5);
/// The longest wait: a clock that is set is noticed this soon.
const LONGEST: Duration = Duration::from_mins(1);

/// What is needed to keep them.
pub(super) struct Sitemapper {
    /// A handle of its own, since it waits for changes.
    pub(super) ledger: Arc<dyn Ledger>,
    pub(super) site: watch::Receiver<Arc<Site>>,
    pub(super) shelf: Arc<Shelf>,
    pub(super) folder: PathBuf,
    pub(super) clock: Clock,
    /// Cancelled once the ledger keeps the source of every article.
    pub(super) all_kept: CancellationToken,
}

#[derive(Debug, Error)]
pub(super) enum Failed {
    #[error("{0}")]
    Ledger(#[from] Fault),
    #[error("{0}")]
    Folder(#[from] FolderFault),
}

/// What was done last.
#[derive(Default)]
struct Done {
    sitemaps: Sitemaps,
    /// What stands over the chunks, as it was last written.
    written: HashMap<String, [u8; 16]>,
}

impl Sitemapper {
    /// Keeps them until shutdown.
    pub(super) async fn keep(mut self, shutdown: CancellationToken) {
        let mut done = Done::default();
        loop {
            let site = self.site.borrow_and_update().clone();
            let wait = match self.make(&mut done, &site).await {
                Ok(until) => until.map_or(LONGEST, |until| until.since(self.clock.now()).max(REST).min(LONGEST)),
                Err(failed) => {
                    debug!("sitemaps are made again in {RETRY:?}: {failed}");
                    RETRY
                }
            };
            let waits_for_sources = !self.all_kept.is_cancelled();
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.ledger.changed() => {}
                Ok(()) = self.site.changed() => {}
                () = self.all_kept.cancelled(), if waits_for_sources => {}
                () = tokio::time::sleep(wait) => {}
            }
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = tokio::time::sleep(REST) => {}
            }
        }
    }

    /// Makes them once.
    pub(super) async fn once(self) -> Result<(), Failed> {
        let site = self.site.borrow().clone();
        self.make(&mut Done::default(), &site).await.map(|_| ())
    }

    /// Brings the files up to date; gives when the next one changes by the passing of time.
    async fn make(&self, done: &mut Done, site: &Site) -> Result<Option<Instant>, Failed> {
        let mut documents: Vec<Document> = key(site).into_iter().collect();
        if !site.searched.sitemap.enabled {
            self.write(&mut done.written, documents).await?;
            return Ok(None);
        }
        let about = about(site);
        let all_kept = self.all_kept.is_cancelled();
        loop {
            let chunks = done.sitemaps.chunks(&*self.ledger, &about, &self.folder, all_kept).await?;
            place(self.folder.clone(), chunks.documents, chunks.empty).await?;
            if !chunks.made.is_empty() {
                self.ledger.sitemap_made(chunks.made).await?;
            }
            if !chunks.more {
                break;
            }
        }
        let top = done.sitemaps.top(&*self.ledger, &about, self.clock.now()).await?;
        self.shelf.put_root_index(top.root_index.map(Arc::new));
        documents.extend(top.documents);
        self.write(&mut done.written, documents).await?;
        Ok(top.until)
    }

    /// Writes those that are others than before, and serves them.
    async fn write(&self, written: &mut HashMap<String, [u8; 16]>, documents: Vec<Document>) -> Result<(), Failed> {
        self.shelf.put(documents.iter().cloned().map(Arc::new).collect());
        let is_new = |one: &Document| written.get(one.file()) != Some(&one.digest()) || !self.folder.join(one.file()).exists();
        let fresh: Vec<Document> = documents.into_iter().filter(is_new).collect();
        let digests: Vec<(String, [u8; 16])> = fresh.iter().map(|one| (one.file().to_owned(), one.digest())).collect();
        place(self.folder.clone(), fresh, Vec::new()).await?;
        written.extend(digests);
        Ok(())
    }
}

fn about(site: &Site) -> About {
    let sitemap = &site.searched.sitemap;
    About {
        site: site.url.clone(),
        folder: site.feeds_url.clone(),
        language: site.language.clone(),
        publication: sitemap.news.then(|| sitemap.news_name.clone()),
        policy: Arc::clone(&site.policy),
        house: Arc::clone(&site.house),
    }
}

/// The file that proves that pings come from here.
fn key(site: &Site) -> Option<Document> {
    let key = site.searched.key.clone()?;
    Some(Document::new(format!("{key}.txt"), Kind::Key, key.into(), Instant::default()))
}

/// Puts files in place whose bytes are others, and takes some away.
async fn place(root: PathBuf, documents: Vec<Document>, empty: Vec<String>) -> Result<(), FolderFault> {
    if documents.is_empty() && empty.is_empty() {
        return Ok(());
    }
    let of = root.clone();
    let placing = tokio::task::spawn_blocking(move || {
        // A folder that was taken away is made again by who then fills it: with all that belongs there.
        if !root.is_dir() {
            return Err(FolderFault::interrupted(&root));
        }
        let mut folder = Folder::beside(root);
        let documents = Folder::differing(folder.root(), documents);
        let prepared = Folder::prepare(folder.root(), &documents)?;
        folder.place(prepared, Instant::now())?;
        for file in empty {
            // One that cannot be taken away is named by no index.
            let _ = std::fs::remove_file(folder.root().join(file));
        }
        Ok(())
    });
    placing.await.unwrap_or_else(|_| Err(FolderFault::interrupted(&of)))
}
