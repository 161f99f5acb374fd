//! Families' feeds: those that are to be made anew, some at a time, and those that stand on disk alone.

use tracing::info;

use super::placing::{Said, from_file};
use super::{Line, Stopped};
use crate::daemon::files;
use crate::daemon::health::Alarm;
use crate::diagnostic::{Diagnostic, Severity};
use crate::feed::{Document, Kind};
use crate::ledger::{Edition, Fault};
use crate::publish::{Folder, Overfull, Standing};

impl Line {
    /// Makes families' feeds anew until none is left whose files may be missing or old; with `all`, those too that another
    /// configuration or version made.
    pub(in crate::daemon) async fn catch_up(&mut self, all: bool) -> Result<(), Stopped> {
        let mut count = 0;
        while self.publisher.is_behind(all) {
            match self.try_catch_up().await {
                Ok(made) => count += made,
                Err(fault) => self.wait_out(&fault).await?,
            }
            if self.shutdown.is_cancelled() {
                return Err(Stopped);
            }
        }
        if count > 0 {
            info!("feeds of families made: {count}");
        }
        Ok(())
    }

    /// Makes some of them anew; for when nothing else is to be done.
    pub(in crate::daemon) async fn catch_up_some(&mut self) -> Result<(), Stopped> {
        while let Err(fault) = self.try_catch_up().await {
            self.wait_out(&fault).await?;
        }
        Ok(())
    }

    async fn try_catch_up(&mut self) -> Result<usize, Fault> {
        let at = self.next_instant();
        let said = Said::default();
        let from_file = from_file(self.config.clone(), said.clone());
        let mut composed = self.publisher.catch_up(&*self.ledger, at, &from_file).await?;
        let read = std::mem::take(&mut composed.read);
        if !read.is_empty() {
            self.ledger.keep_sources(read.into_iter().map(|(entry, source)| (entry.id, entry.stamp, source)).collect()).await?;
        }
        let (feeds, layouts) = (composed.rows(), composed.layouts());
        let count = layouts.len();
        let diagnostics = said.take().into_iter().collect();
        self.commit(Edition { feeds, layouts, diagnostics, family_feeds: self.publisher.named(), ..Edition::empty(at) }).await?;
        self.latest = at;
        self.publisher.begun();
        let (root, feeds) = (self.config.articles.path.clone(), self.folder.root().to_owned());
        let lacking = files::lacking(&*self.ledger, &feeds).await?;
        let published = tokio::task::block_in_place(|| files::publish(&root, &feeds, lacking));
        let documents = self.documents(&composed);
        let folder = &self.folder;
        let differing = tokio::task::block_in_place(|| {
            folder.complete(&documents);
            Folder::differing(folder.root(), documents.clone())
        });
        let same: Vec<Document> = documents.into_iter().filter(|document| !differing.contains(document)).collect();
        self.publisher.adopt(composed);
        self.write(differing, published).await;
        self.shelve(same, true);
        Ok(count)
    }

    /// Whether feeds of families wait for a quiet moment.
    pub(in crate::daemon) fn is_behind(&self) -> bool {
        self.publisher.is_behind(true)
    }

    /// Looks which families' feeds have all of their files: the others are made anew, and those are served from the folder.
    pub(super) fn look_at_families(&mut self) {
        let formats = self.config.feeds.formats.clone();
        let root = self.folder.root().to_owned();
        let standing = tokio::task::block_in_place(|| Standing::of(&root, self.publisher.family_feeds()));
        self.publisher.mistrust(self.placed, |name| standing.has(name, &formats));
        let stand = self.publisher.family_rows().filter(|row| standing.has(&row.name, &formats));
        let documents = stand.flat_map(|row| {
            let file = |format: &_| (Kind::Feed(row.name.clone(), *format), row.updated);
            formats.iter().map(file).collect::<Vec<_>>()
        });
        self.shelf.lay_unseen(documents.collect());
    }

    /// Takes up feeds whose files the server found missing, or others than they were.
    pub(in crate::daemon) async fn mend_lost_feeds(&mut self) -> Result<(), Stopped> {
        let lost = self.shelf.take_lost();
        if lost.is_empty() {
            return Ok(());
        }
        self.publisher.lost(&lost);
        self.catch_up(false).await
    }

    /// What there is to say of an article that would have begun a feed too many.
    pub(super) fn overfull(&mut self, path: &str, overfull: &Overfull) -> Diagnostic {
        let Overfull { family, feed, most } = overfull;
        let full = format!(
            "the family '{family}' has as many feeds as it may ({most}), so that further values get none, such as '{feed}'; raise its \
             max_feeds in the configuration, or narrow it by select"
        );
        self.full.get_or_insert(full);
        let message = format!("the feed '{feed}' is not begun: '{family}' has as many feeds as it may ({most})");
        Diagnostic::new(Severity::Note, "family-full", path, message).mend("raise the family's max_feeds in the configuration")
    }

    /// Raises the alarm of a family that is full.
    pub(super) async fn tell_of_full(&mut self) {
        if let Some(message) = self.full.take() {
            self.health.raise(Alarm::FamilyFull, message).await;
        }
    }
}
