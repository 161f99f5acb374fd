//! Feeds that are no longer published: what the server answers, and what becomes of their files.

use std::collections::HashSet;

use tracing::{info, warn};

use super::{Line, Stopped};
use crate::article::FeedName;
use crate::config::{Format, Retired, RetiredName, Successor};
use crate::feed::{Document, Kind};
use crate::ledger::{Edition, FeedRow};
use crate::publish::{Standing, alias_file};
use crate::server::Retirements;

impl Line {
    /// Feeds that the ledger knows and that are no more: the server says so, or sends readers on, and their files go, unless another feed of
    /// ours takes their place.
    pub(in crate::daemon) async fn retire_feeds(&mut self) -> Result<(), Stopped> {
        let gone: Vec<FeedRow> = self.publisher.gone().cloned().collect();
        let names: HashSet<FeedName> = gone.iter().map(|row| row.name.clone()).collect();
        for name in &names {
            self.shelf.remove(name);
        }
        let config = &self.config;
        self.shelf.put_retirements(Retirements { rules: config.retired.clone(), formats: config.feeds.formats.clone() });
        for format in Format::ALL.into_iter().filter(|format| !config.feeds.formats.contains(format)) {
            self.publisher.names().for_each(|name| self.shelf.take_off(name, format));
        }
        self.remove_files_of(&names);
        // Articles that come meanwhile are not placed in them: one that comes back is filled anew.
        let stale: Vec<FeedRow> =
            gone.into_iter().filter(|row| row.selection != [0; 16]).map(|row| FeedRow { selection: [0; 16], ..row }).collect();
        while !stale.is_empty() {
            let at = self.next_instant();
            match self.commit(Edition { feeds: stale.clone(), ..Edition::empty(at) }).await {
                Ok(_) => {
                    self.latest = at;
                    break;
                }
                Err(fault) => self.wait_out(&fault).await?,
            }
        }
        Ok(())
    }

    fn remove_files_of(&self, gone: &HashSet<FeedName>) {
        let formats = &self.config.feeds.formats;
        let root = self.folder.root();
        tokio::task::block_in_place(|| {
            let standing = Standing::of(root, gone.iter().chain(self.publisher.names()));
            let mut removed = 0;
            let mut remove = |name: &FeedName, except: &[_]| match standing.remove(name, except) {
                Ok(files) => removed += files,
                Err(error) => warn!("a file of the retired feed '{name}' cannot be removed: {error}; remove it by hand"),
            };
            for name in gone {
                let except = if self.is_followed_here(name) { &formats[..] } else { &[] };
                remove(name, except);
            }
            // Formats that feeds are not written in any more.
            self.publisher.names().for_each(|name| remove(name, formats));
            if removed > 0 {
                info!("files of feeds, or formats, that are no longer published were removed: {removed}");
            }
            for alias in self.aliases.iter().filter(|alias| gone.contains(&alias.feed)) {
                if let Some(file) = alias_file(alias, &self.config.feeds.url) {
                    let _ = std::fs::remove_file(root.join(file));
                }
            }
        });
    }

    /// Whether a feed of ours stands in a retired feed's place, so that its file can go on as a copy.
    fn is_followed_here(&self, name: &FeedName) -> bool {
        let own = |retired: &&Retired| matches!(&retired.name, RetiredName::Feed(own) if own == name);
        let ruling = self.config.retired.iter().find(own).or_else(|| self.config.retired.iter().find(|retired| retired.is_of(name)));
        ruling.is_some_and(|retired| match (&retired.name, &retired.to) {
            // All of a family are followed by one: thousands of copies with every change of that one would be too many.
            (RetiredName::Family(_), Some(Successor::Feed(_))) => false,
            (_, Some(Successor::Feed(_) | Successor::Family(_))) => true,
            (_, Some(Successor::Elsewhere(_)) | None) => false,
        })
    }

    /// The documents that stand once more under the names of feeds that they follow, for static hosts.
    pub(super) fn successions(&self, documents: &[Document]) -> Vec<Document> {
        let mut copies = Vec::new();
        for retired in &self.config.retired {
            for document in documents {
                let Kind::Feed(name, format) = document.kind() else { continue };
                let Some(old) = predecessor(retired, name).filter(|old| self.publisher.is_gone(old) && self.is_followed_here(old)) else {
                    continue;
                };
                let file = format!("{old}.{}", format.extension());
                copies.push(document.standing_at(file, Kind::Copy(name.clone(), *format)));
            }
        }
        copies
    }
}

/// The feed that this one follows, where it follows one alone.
fn predecessor(retired: &Retired, name: &FeedName) -> Option<FeedName> {
    match (&retired.name, &retired.to) {
        (RetiredName::Feed(old), Some(Successor::Feed(to))) => (to == name).then(|| old.clone()),
        (RetiredName::Family(old), Some(Successor::Family(to))) => old.in_place_of(to, name.as_str()),
        (RetiredName::Feed(_), Some(Successor::Family(_) | Successor::Elsewhere(_)) | None) => None,
        (RetiredName::Family(_), Some(Successor::Feed(_) | Successor::Elsewhere(_)) | None) => None,
    }
}
