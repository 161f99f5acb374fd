//! A lost ledger, made anew from the articles and from what our own feeds still say of them.

use std::path::{Path, PathBuf};

use super::adopt::{self, Item};
use super::fault::Critical;
use super::start;
use crate::adopt::{OldFeed, OldItem, Unreadable, parse};
use crate::article::{ArticleId, FeedName};
use crate::config::{Config, Format, LedgerPlace};
use crate::instant::Instant;
use crate::ledger::sqlite::SqliteLedger;
use crate::ledger::{Adoptions, FeedRow, Ledger};

/// The largest feed file that is read, in bytes: twice what the largest `max_bytes` allows.
const LARGEST: u64 = 200_000_000;
/// How many files are looked at, and how many folders deep.
const MOST_FILES: usize = 20_000;
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

/// Makes the ledger anew. Refused where one is there whose baseline is complete. Nobody is told of anything.
///
/// What is broken off can be begun again: until the feeds are written anew, they are as they were.
pub async fn rebuild(config: Config) -> Result<Rebuilt, Critical> {
    let LedgerPlace::Path(path) = &config.ledger;
    refuse_whole(path).await?;
    let (own, unreadable) = tokio::task::block_in_place(|| own_feeds(&config.feeds.path));
    if own.is_empty() {
        let message = format!(
            "there are no feeds in {} to bring ids and dates back from; put a copy of them there, or run 'newswire build' to begin anew",
            config.feeds.path.display()
        );
        return Err(Critical::Place(message));
    }
    start::read_all(config.clone()).await?;

    let rows = feed_rows(&config, &own);
    let files = own.len();
    let items: Vec<OldItem> = own.into_iter().flat_map(|(_, feed)| feed.items).collect();
    let ledger = SqliteLedger::open(path, Instant::now()).map_err(Critical::place)?;
    let (items, articles) = adopt::outcomes(&ledger, &config, items, None).await.map_err(Critical::place)?;
    let adoptions = Adoptions { articles: adopt::adoptions(&items), feeds: rows.clone(), ..Adoptions::default() };
    ledger.adopt(adoptions).await.map_err(Critical::place)?;
    drop(ledger);

    let known = |name: &FeedName| rows.iter().any(|row| row.name == *name);
    let (feeds, feeds_anew) = config.feed.iter().map(|feed| feed.name.clone()).partition(known);
    start::build(config).await?;
    Ok(Rebuilt { files, items, articles, feeds, feeds_anew, unreadable })
}

/// A ledger that is there and whole is not lost.
async fn refuse_whole(path: &Path) -> Result<(), Critical> {
    if !path.exists() {
        return Ok(());
    }
    let ledger = SqliteLedger::open(path, Instant::now()).map_err(Critical::place)?;
    if ledger.state().await.map_err(Critical::place)?.baseline_complete {
        let message = format!("there is a ledger at {}: move it away if it is to be made anew, and keep it", path.display());
        return Err(Critical::Place(message));
    }
    Ok(())
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
