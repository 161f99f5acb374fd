//! One file → what the desk observes of it and what there is to say.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::files;
use crate::article::{Article, Body, FileStamp, Fingerprint, SourcePath};
use crate::config::Config;
use crate::desk::{Observation, Seen};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;
use crate::media::Settling;
use crate::reader::{self, Context};
use crate::watch::Rules;
use crate::watch::read::{FileRead, ReadFault, read_file};

/// What is watched and scanned of the articles folder.
pub(super) fn rules(config: &Config) -> Rules {
    let notices = |path: &SourcePath| reader::reads(path) || files::may_be_shown(path);
    Rules { ignore: config.articles.ignore.clone(), reads: reader::reads, notices, settle: config.articles.settle }
}

/// What came of looking at one file.
pub(super) struct Look {
    pub(super) path: SourcePath,
    /// What the desk shall know; nothing where the file is not settled or not an article yet.
    pub(super) observation: Option<Observation>,
    pub(super) findings: Vec<Diagnostic>,
    /// Why it could not be read; the watcher takes it back.
    pub(super) fault: Option<ReadFault>,
}

impl Look {
    /// The same without what the desk does not look at, which a first scan does not keep: what stands in a feed is read again.
    pub(super) fn without_text(mut self) -> Self {
        if let Some(Observation::Seen(seen)) = &mut self.observation
            && let Some(article) = Arc::get_mut(&mut seen.article)
        {
            article.body = Body::default();
            article.standfirst = None;
            article.contributors = Vec::new();
            article.author_note = None;
            article.dateline = None;
            article.credits = Vec::new();
            article.media = Vec::new();
            article.metadata = serde_json::Map::new();
        }
        self
    }
}

/// Whether the local files that an article shows are looked at with it.
#[derive(Clone, Copy)]
pub(super) enum Files<'a> {
    /// They are, but for those that are being written.
    Look(Settling<'a>),
    /// They are left for when a feed shows the article: most of an archive stands in none.
    Leave,
}

/// When an article without a date counts as first seen.
#[derive(Clone, Copy)]
pub(super) enum FirstSight {
    /// It came while we watched.
    Now,
    /// It was found at start.
    Modified,
}

/// Looks at a file that may be new, changed or gone.
pub(super) fn look(config: &Config, path: SourcePath, renamed_from: Option<SourcePath>, sight: FirstSight, settling: Settling<'_>) -> Look {
    match read_file(&config.articles.path, &path, config.articles.max_size) {
        Ok(FileRead { bytes, stamp }) => understand(config, path, stamp, &bytes, renamed_from, sight, Files::Look(settling)),
        Err(fault) => refused(path, fault),
    }
}

/// A file whose bytes are not to be had.
pub(super) fn refused(path: SourcePath, fault: ReadFault) -> Look {
    let observation = match &fault {
        // A folder now stands where the file was.
        ReadFault::Gone | ReadFault::Folder => Some(Observation::Gone(path.clone())),
        ReadFault::Changing => None,
        ReadFault::Kind(_)
        | ReadFault::TooLarge { .. }
        | ReadFault::Refused(_)
        | ReadFault::Failing(_)
        | ReadFault::LinkOutside
        | ReadFault::LinkBroken
        | ReadFault::LinkLoop
        | ReadFault::ConflictCopy(_) => Some(Observation::Unusable(path.clone())),
    };
    let findings = fault.diagnostic(&path).into_iter().collect();
    Look { path, observation, findings, fault: Some(fault) }
}

/// Understands a file's bytes.
pub(super) fn understand(
    config: &Config,
    path: SourcePath,
    stamp: FileStamp,
    bytes: &[u8],
    renamed_from: Option<SourcePath>,
    sight: FirstSight,
    files: Files<'_>,
) -> Look {
    let context = Context { path: &path, zone: &config.site.timezone, text: &config.text };
    let mut reading = reader::read(bytes, context);
    if let Some(article) = &mut reading.article
        && let Files::Look(settling) = files
    {
        reading.diagnostics.extend(files::look(config, &path, bytes, article, settling));
    }
    let observation = match reading.article {
        Some(article) => Observation::Seen(Box::new(Seen {
            path: path.clone(),
            stamp,
            digest: digest(bytes),
            fingerprint: Fingerprint::of(&article),
            article: Arc::new(article),
            renamed_from,
            first_sight: match sight {
                FirstSight::Now => Instant::now(),
                FirstSight::Modified => Instant::from_millis(stamp.modified / 1_000_000),
            },
        })),
        None => Observation::Unusable(path.clone()),
    };
    Look { path, observation: Some(observation), findings: reading.diagnostics, fault: None }
}

/// The article of a file as it stands now, if its bytes are still those that the catalogue knows, and what there is to say of it.
pub(super) fn source(
    config: &Config,
    path: &SourcePath,
    digest_known: [u8; 16],
    files: Files<'_>,
) -> Option<(Arc<Article>, Vec<Diagnostic>)> {
    let file = read_file(&config.articles.path, path, config.articles.max_size).ok()?;
    if digest(&file.bytes) != digest_known {
        return None;
    }
    let context = Context { path, zone: &config.site.timezone, text: &config.text };
    let reading = reader::read(&file.bytes, context);
    let (mut article, mut findings) = (reading.article?, reading.diagnostics);
    if let Files::Look(settling) = files {
        findings.extend(files::look(config, path, &file.bytes, &mut article, settling));
    }
    Some((Arc::new(article), findings))
}

fn digest(bytes: &[u8]) -> [u8; 16] {
    let hash = Sha256::digest(bytes);
    std::array::from_fn(|at| hash[at])
}
