//! What the desk is told: files seen, files gone, times come.

use std::sync::Arc;

use crate::article::{Article, ArticleId, Entry, FileStamp, Fingerprint, SourcePath};
use crate::instant::Instant;

/// A file that was read and understood.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Where it lies.
    pub path: SourcePath,
    /// What the file system says of it.
    pub stamp: FileStamp,
    /// First half of the SHA-256 of its bytes.
    pub digest: [u8; 16],
    /// The fingerprint of the article.
    pub fingerprint: Fingerprint,
    /// The article.
    pub article: Arc<Article>,
    /// Where the kernel says that it lay before.
    pub renamed_from: Option<SourcePath>,
    /// When it was first seen, for an article without a date: now, or its modification time where it was found at start.
    pub first_sight: Instant,
}

impl Seen {
    /// An entry's file as it was last read, with its kept source.
    pub(super) fn unchanged(entry: &Entry, article: &Arc<Article>) -> Self {
        Self {
            path: entry.path.clone(),
            stamp: entry.stamp,
            digest: entry.digest,
            fingerprint: match article.assets {
                Some(_) => entry.fingerprint.with_files_of(article),
                None => entry.fingerprint,
            },
            article: article.clone(),
            renamed_from: None,
            first_sight: entry.published,
        }
    }
}

/// What was noticed of one path, or of one article's time. Of several about one path the last counts.
#[derive(Clone, Debug)]
pub enum Observation {
    /// Its file was read.
    Seen(Box<Seen>),
    /// Its file is there but cannot be used (or is not settled): the last good version stays.
    Unusable(SourcePath),
    /// Its file is not there.
    Gone(SourcePath),
    /// Its `due` has come. The article is its last good source, where one is kept.
    Due(ArticleId, Option<Arc<Article>>),
    /// The config changed: it is placed anew by its kept source.
    Again(ArticleId, Arc<Article>),
}
