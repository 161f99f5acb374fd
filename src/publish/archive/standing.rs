//! What of the archives stands in the feeds folder.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::chain::{Archives, Chain, NEVER};
use super::cut::short;
use super::make::Making;
use crate::article::{ArchiveName, FeedName};
use crate::config::{Config, Format};
use crate::feed::ArchiveFile;
use crate::ledger::{ArchiveRow, Fault, Ledger};
use crate::publish::publisher::Publisher;

/// A form that no archive has: it is made anew as soon as it is wanted again.
const NO_FORM: [u8; 16] = [0; 16];

impl Publisher {
    /// Learns which archives the ledger knows and which stand under `root`. Files of archives that are wanted no more are removed; gives the
    /// rows that say so, to be committed. Blocking.
    pub async fn load_archives(&mut self, config: &Config, ledger: &dyn Ledger, root: &Path) -> Result<Vec<ArchiveRow>, Fault> {
        self.archives = Archives::default();
        if config.feeds.archives {
            let text = format!("{:?} {} {:?} {}", config.html, config.site.language, config.site.author, config.feeds.url);
            self.archives.base = Some(short(Sha256::new_with_prefix(text)));
        }
        let mut by_feed: HashMap<FeedName, Vec<ArchiveRow>> = HashMap::new();
        for row in ledger.archives().await? {
            by_feed.entry(row.feed.clone()).or_default().push(row);
        }
        let mut unwanted = Vec::new();
        for (feed, rows) in by_feed {
            let form = self.by_name.get(&feed).copied().and_then(|index| self.form(index));
            let standing = of(root, &feed);
            let Some(form) = form else {
                remove_all(root, &feed, standing.into_iter());
                unwanted.extend(rows.into_iter().filter(|row| row.form != NO_FORM).map(|row| ArchiveRow {
                    form: NO_FORM,
                    content: NEVER,
                    version: row.version.saturating_add(1),
                    stands: false,
                    ..row
                }));
                continue;
            };
            let names: BTreeSet<ArchiveName> = rows.iter().map(|row| row.name).collect();
            let whole =
                |name: ArchiveName| standing.get(&name).is_some_and(|found| self.formats.iter().all(|format| found.contains(format)));
            let chain = Chain::new(form, rows, whole);
            if chain.missing() == 0 {
                // Others are of an earlier ledger, or in a format that is written no more.
                let surplus = |(name, found): (ArchiveName, BTreeSet<Format>)| {
                    let kept = |format: &Format| names.contains(&name) && self.formats.contains(format);
                    (name, found.into_iter().filter(|format| !kept(format)).collect())
                };
                remove_all(root, &feed, standing.clone().into_iter().map(surplus));
            }
            self.archives.chains.insert(feed, chain);
        }
        Ok(unwanted)
    }

    /// Up to so many archives of each feed without which its document would lead into nothing although all others stand: a run that was
    /// broken off had committed them and not placed them yet.
    pub fn missing_archives(&self, most: usize) -> Vec<Making> {
        let chains = (0..self.feeds.len()).filter_map(|index| Some((index, self.chain(index)?)));
        let mut makings = Vec::new();
        for (index, chain) in chains.filter(|(_, chain)| (1..=most).contains(&chain.missing())) {
            let missed = || chain.archives().iter().enumerate().filter(|(_, archive)| archive.is_missed());
            // One that never was made was never led to.
            if missed().all(|(_, archive)| archive.row.content != NEVER) {
                makings.extend(missed().map(|(at, _)| self.making(index, chain, at)));
            }
        }
        makings
    }
}

fn folder(root: &Path, feed: &FeedName) -> PathBuf {
    root.join(feed.as_str()).join(ArchiveName::FOLDER)
}

/// The archives of a feed of which a file stands, and in which formats. What a crash left half-written is removed.
pub(super) fn of(root: &Path, feed: &FeedName) -> BTreeMap<ArchiveName, BTreeSet<Format>> {
    let mut found: BTreeMap<ArchiveName, BTreeSet<Format>> = BTreeMap::new();
    for file in fs::read_dir(folder(root, feed)).into_iter().flatten().flatten() {
        let Ok(name) = file.file_name().into_string() else { continue };
        let parse = |name: &str| ArchiveFile::parse(&format!("{feed}/{}/{name}", ArchiveName::FOLDER));
        if let Some(of) = parse(&name) {
            found.entry(of.name).or_default().insert(of.format);
        } else if name.strip_prefix('.').and_then(|name| name.strip_suffix(".tmp")).and_then(parse).is_some() {
            let _ = fs::remove_file(file.path());
        }
    }
    found
}

/// Removes files of archives. One that cannot be removed is tried again at the next start.
fn remove_all(root: &Path, feed: &FeedName, files: impl Iterator<Item = (ArchiveName, BTreeSet<Format>)>) {
    for (name, formats) in files {
        for format in formats {
            let _ = fs::remove_file(root.join(ArchiveFile { feed: feed.clone(), name, format }.path()));
        }
    }
    // The folders go with the last of them.
    let folder = folder(root, feed);
    let _ = fs::remove_dir(&folder);
    if let Some(of_feed) = folder.parent() {
        let _ = fs::remove_dir(of_feed);
    }
}
