//! A lost ledger, made anew from the articles and from what our own feeds still say of them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::adopt::{self, Item};
use super::fault::Critical;
use super::start;
use crate::adopt::{OldFeed, OldItem, Unreadable, parse};
use crate::article::{ArticleId, FeedName};
use crate::config::{Config, Format, LedgerPlace};
use crate::feed::ArchiveFile;
use crate::instant::Instant;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{Adoptions, FeedRow, Ledger};

/// The largest feed file that is read, in bytes: twice what the largest `max_bytes` allows.
const LARGEST: u64 = 200_000_000;
/// How many files are looked at, and how many folders deep.
const MOST_FILES: usize = 200_000;
const DEEPEST: usize = 8;

/// What was brought back.
#[derive(Debug)]
pub struct Rebuilt {
    /// How many feed files were read.
    pub files: usize,
    /// Their items; one that stands in several is `Again` in all but the first.
    pub items: Vec<Item>,
    /// How many articles there are.
    pub articles: usize,
    /// Feeds whose own ids were found.
    pub feeds: Vec<FeedName>,
    /// Feeds whose own ids were made anew.
    pub feeds_anew: Vec<FeedName>,
    /// Files that are no feeds, and why.
    pub unreadable: Vec<String>,
}

/// Makes the ledger anew. Refused where one is there. Nobody is told of anything.
///
/// It is made beside its place and put there once it has the ids that the feeds tell: whatever ends this before leaves no ledger that a
/// daemon would begin anew with, and feeds as they were.
pub async fn rebuild(config: Config) -> Result<Rebuilt, Critical> {
    let LedgerPlace::Path(path) = config.ledger.clone();
    refuse_what_is_there(&path)?;
    let (own, unreadable) = tokio::task::block_in_place(|| own_feeds(&config.feeds.path));
    if own.is_empty() {
        let message = format!(
            "there are no feeds in {} to bring ids and dates back from; put a copy of them there, or run 'newswire build' to begin anew",
            config.feeds.path.display()
        );
        return Err(Critical::Place(message));
    }
    let making = beside(&path, ".rebuilding");
    clear(&making);
    Box::pin(start::read_all(Config { ledger: LedgerPlace::Path(making.clone()), ..config.clone() })).await?;

    let rows = feed_rows(&config, &own);
    let files = own.len();
    let items: Vec<OldItem> = own.into_iter().flat_map(|(_, feed)| feed.items).collect();
    let ledger = SqliteLedger::open(&making, Instant::now()).map_err(Critical::place)?;
    let (items, articles) = adopt::outcomes(&ledger, &config, items, None).await.map_err(Critical::place)?;
    let adoptions = Adoptions { articles: adopt::adoptions(&items), feeds: rows.clone(), ..Adoptions::default() };
    ledger.adopt(adoptions).await.map_err(Critical::place)?;
    drop(ledger);
    // A link takes nobody's place: where a daemon was started meanwhile, its ledger stays.
    std::fs::hard_link(&making, &path)
        .map_err(|error| Critical::Place(format!("the ledger cannot be put at {}: {error}", path.display())))?;
    clear(&making);

    let known = |name: &FeedName| rows.iter().any(|row| row.name == *name);
    let (feeds, feeds_anew) = config.feed.iter().map(|feed| feed.name.clone()).partition(known);
    Box::pin(start::build(config)).await?;
    Ok(Rebuilt { files, items, articles, feeds, feeds_anew, unreadable })
}

/// A ledger that is there is not lost; and a log that was left of one would be taken for the new one's.
fn refuse_what_is_there(path: &Path) -> Result<(), Critical> {
    for there in [path.to_owned(), beside(path, "-wal"), beside(path, "-shm")] {
        if there.exists() {
            let message = format!("{} is there: move it away if the ledger is to be made anew, and keep it", there.display());
            return Err(Critical::Place(message));
        }
    }
    Ok(())
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Removes what an earlier try left.
fn clear(making: &Path) {
    for ending in ["", "-wal", "-shm", ".lock"] {
        let _ = std::fs::remove_file(beside(making, ending));
    }
}

/// Every feed under the feeds folder with its path in it, JSON first, which has the finest dates; and what could not be read.
fn own_feeds(root: &Path) -> (Vec<(String, OldFeed)>, Vec<String>) {
    let mut paths = Vec::new();
    let mut folders = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            if kind.is_dir() && depth < DEEPEST && !hidden {
                folders.push((entry.path(), depth + 1));
            } else if kind.is_file() && !hidden && paths.len() < MOST_FILES {
                paths.extend(rank(&entry.path()).map(|rank| (rank, entry.path())));
            }
        }
    }
    paths.sort();
    // Archives say the same in each format: the finest is enough. Feeds' own ids stand in their own Atom files.
    let mut archives = HashSet::new();
    paths.retain(|(_, path)| !is_archive(root, path) || archives.insert(path.with_extension("")));
    let (mut feeds, mut unreadable) = (Vec::new(), Vec::new());
    for (_, path) in paths {
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
        match read(&path) {
            Ok(Ok(feed)) => feeds.push((name, feed)),
            // Another file that only has the same ending.
            Ok(Err(Unreadable::NoFeed(_))) => {}
            Ok(Err(broken)) => unreadable.push(format!("{name}:{broken}")),
            Err(error) => unreadable.push(format!("{name}: {error}")),
        }
    }
    (feeds, unreadable)
}

fn read(path: &PathBuf) -> std::io::Result<Result<OldFeed, Unreadable>> {
    if std::fs::metadata(path)?.len() > LARGEST {
        return Err(std::io::Error::other("it is larger than any feed that newswire writes"));
    }
    Ok(parse(&std::fs::read(path)?, None))
}

fn is_archive(root: &Path, path: &Path) -> bool {
    path.strip_prefix(root).is_ok_and(|file| ArchiveFile::parse(&file.to_string_lossy()).is_some())
}

fn rank(path: &Path) -> Option<u8> {
    let extension = path.extension()?.to_str()?;
    [(Format::Json, 0), (Format::Atom, 1), (Format::Rss, 2)]
        .into_iter()
        .find_map(|(format, rank)| (format.extension() == extension).then_some(rank))
}

/// Rows for the feeds whose own ids their Atom files tell. What they are made of is worked out anew.
fn feed_rows(config: &Config, own: &[(String, OldFeed)]) -> Vec<FeedRow> {
    let now = Instant::now();
    let of = |name: &FeedName| {
        let file = format!("{name}.{}", Format::Atom.extension());
        let (_, feed) = own.iter().find(|(path, _)| *path == file)?;
        Some(FeedRow {
            name: name.clone(),
            id: ArticleId::taken_over(feed.id.as_deref()?).ok()?,
            updated: feed.updated.unwrap_or(Instant::MIN).min(now),
            content: [0; 16],
            selection: [0; 16],
        })
    };
    config.feed.iter().filter_map(|feed| of(&feed.name)).collect()
}
