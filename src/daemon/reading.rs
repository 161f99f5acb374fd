//! One file → what the desk observes of it and what there is to say.

use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_128;

use super::files;
use super::folders::Uncertain;
use crate::article::{Article, Body, Entry, FileStamp, Fingerprint, Part, SourcePath};
use crate::config::Config;
use crate::desk::{Observation, Seen};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;
use crate::media::Around;
use crate::reader::{self, Context, Piece};
use crate::watch::read::{FileRead, ReadFault, read_file, read_file_by};
use crate::watch::{Doorway, Root, Rules};

/// What is watched and scanned of the articles folder: what `reads` wants, and what articles may show.
pub(super) fn rules(config: &Config, reads: fn(&SourcePath) -> bool) -> Rules {
    let notices = |path: &SourcePath| reader::concerns(path) || files::may_be_shown(path);
    Rules { notices, ..Rules::of(&config.articles, reads) }
}

/// What came of looking at one file.
pub(super) struct Look {
    pub(super) path: SourcePath,
    /// What the desk shall know of each of its articles; nothing where the file is not settled.
    pub(super) observations: Vec<Observation>,
    pub(super) findings: Vec<Diagnostic>,
    /// Why it could not be read; the watcher takes it back.
    pub(super) fault: Option<ReadFault>,
}

impl Look {
    /// The same without what the desk does not look at, which a first scan does not keep: what stands in a feed is read again. `keys`
    /// says whether rules look at further keys of front matter.
    pub(super) fn without_text(mut self, keys: bool) -> Self {
        for observation in &mut self.observations {
            if let Observation::Seen(seen) = observation
                && let Some(article) = Arc::get_mut(&mut seen.article)
            {
                article.body = Body::default();
                article.standfirst = None;
                article.contributors = Vec::new();
                article.author_note = None;
                article.dateline = None;
                article.credits = Vec::new();
                article.media = Vec::new();
                if !keys {
                    article.metadata = serde_json::Map::new();
                }
            }
        }
        self
    }

    /// The same where it is not known what folders give.
    pub(super) fn waiting(mut self, uncertain: &Uncertain) -> Self {
        hold_back(&mut self.observations, uncertain);
        self
    }
}

/// Articles of which it is not known what their folder gives them stay as they were, but for what takes them away.
pub(super) fn hold_back(observations: &mut [Observation], uncertain: &Uncertain) {
    for observation in observations {
        if let Observation::Seen(seen) = observation
            && uncertain.holds(&seen.path)
            && seen.article.withdrawn.is_none()
            && seen.article.hold.is_none()
        {
            *observation = Observation::Unusable(seen.path.clone());
        }
    }
}

/// Whether the local files that an article shows are looked at with it.
#[derive(Clone, Copy)]
pub(super) enum Files<'a> {
    /// They are, but for those that are being written.
    Look(Around<'a>),
    /// They are left for when a feed shows the article: most of an archive stands in none.
    Leave,
}

/// When an article without a date counts as first seen.
#[derive(Clone, Copy, Debug)]
pub(super) enum FirstSight {
    /// It came while we watched.
    Now,
    /// It was found at start.
    Modified,
}

/// Looks at a file that may be new, changed or gone.
pub(super) fn look(
    config: &Config,
    doorway: &Doorway<'_>,
    path: SourcePath,
    renamed_from: Option<&SourcePath>,
    sight: FirstSight,
    around: Around<'_>,
) -> Look {
    match read_file_by(doorway, &path, config.articles.max_size) {
        // Published where it stands, it is not published once more.
        Ok(FileRead { led_to: Some(end), .. }) if Rules::of(&config.articles, reader::reads).sees(&end) => {
            refused(path, ReadFault::LinkTwice(end))
        }
        Ok(FileRead { bytes, stamp, led_to: _ }) => understand(config, path, stamp, &bytes, renamed_from, sight, Files::Look(around)),
        Err(fault) => refused(path, fault),
    }
}

/// A file whose bytes are not to be had.
pub(super) fn refused(path: SourcePath, fault: ReadFault) -> Look {
    let observation = match &fault {
        // A folder now stands where the file was.
        ReadFault::Gone | ReadFault::Folder | ReadFault::LinkTwice(_) => Some(Observation::Gone(path.clone())),
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
    Look { path, observations: observation.into_iter().collect(), findings, fault: Some(fault) }
}

/// Understands a file's bytes.
pub(super) fn understand(
    config: &Config,
    path: SourcePath,
    stamp: FileStamp,
    bytes: &[u8],
    renamed_from: Option<&SourcePath>,
    sight: FirstSight,
    files: Files<'_>,
) -> Look {
    let context = Context { path: &path, zone: &config.site.timezone, text: &config.text };
    let mut reading = reader::read(bytes, context);
    if let Files::Look(around) = files {
        for piece in &mut reading.articles {
            reading.diagnostics.extend(files::look(config, &path, bytes, &mut piece.article, around));
        }
    }
    let whole = digest(bytes);
    let seen = |piece: Piece| {
        let part = piece.part.as_ref();
        Observation::Seen(Box::new(Seen {
            path: part.map_or_else(|| path.clone(), |part| path.with_part(part)),
            stamp,
            digest: of_part(whole, part.map(Part::as_str)),
            fingerprint: Fingerprint::of(&piece.article),
            article: Arc::new(piece.article),
            renamed_from: renamed_from.map(|from| part.map_or_else(|| from.clone(), |part| from.with_part(part))),
            first_sight: match sight {
                FirstSight::Now => Instant::now(),
                FirstSight::Modified => Instant::from_millis(stamp.modified / 1_000_000),
            },
        }))
    };
    let mut observations: Vec<Observation> = reading.articles.into_iter().map(seen).collect();
    observations.extend(reading.refused.iter().map(|part| Observation::Unusable(path.with_part(part))));
    if observations.is_empty() {
        let file = path.clone();
        observations.push(if reading.emptied { Observation::Gone(file) } else { Observation::Unusable(file) });
    }
    Look { path, observations, findings: reading.diagnostics, fault: None }
}

/// Reads articles again that the ledger keeps no source of yet, or whose local files nobody has looked at.
#[derive(Default)]
pub(super) struct Rereading {
    /// The last file of several articles, so that it is not read once for each of them.
    last: Mutex<Option<Reread>>,
}

struct Reread {
    file: SourcePath,
    /// Whether the local files that its articles show were looked at.
    looked: bool,
    articles: Vec<([u8; 16], Arc<Article>)>,
}

impl Reread {
    fn read(config: &Config, file: SourcePath, files: Files<'_>) -> Option<(Self, Vec<Diagnostic>)> {
        let read = read_file(root(config), &file, config.articles.max_size).ok()?;
        let whole = digest(&read.bytes);
        let context = Context { path: &file, zone: &config.site.timezone, text: &config.text };
        let reading = reader::read(&read.bytes, context);
        let (mut articles, mut findings) = (Vec::with_capacity(reading.articles.len()), reading.diagnostics);
        for mut piece in reading.articles {
            if let Files::Look(around) = files {
                findings.extend(files::look(config, &file, &read.bytes, &mut piece.article, around));
            }
            articles.push((of_part(whole, piece.part.as_ref().map(Part::as_str)), Arc::new(piece.article)));
        }
        Some((Self { file, looked: matches!(files, Files::Look(_)), articles }, findings))
    }

    fn article(&self, digest: [u8; 16]) -> Option<Arc<Article>> {
        self.articles.iter().find(|(of, _)| *of == digest).map(|(_, article)| article.clone())
    }
}

impl Rereading {
    /// The article as its file has it now, if its bytes are still those that the catalogue knows; with what there is to say of the file,
    /// once.
    pub(super) fn source(&self, config: &Config, entry: &Entry, files: Files<'_>) -> Option<(Arc<Article>, Vec<Diagnostic>)> {
        let file = entry.path.file();
        // What another thread left behind is whole whatever became of it.
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let is_enough = |last: &&Reread| last.file == file && (last.looked || matches!(files, Files::Leave));
        if let Some(article) = last.as_ref().filter(is_enough).and_then(|last| last.article(entry.digest)) {
            return Some((article, Vec::new()));
        }
        let (reread, findings) = Reread::read(config, file, files)?;
        let article = reread.article(entry.digest);
        if reread.articles.len() > 1 {
            *last = Some(reread);
        }
        Some((article?, findings))
    }
}

/// XXH3 of a file's bytes. It finds a file that moved again; nothing rests on its being hard to forge, as whoever writes into the
/// folder may as well give an article's id.
fn digest(bytes: &[u8]) -> u128 {
    xxh3_128(bytes)
}

/// What tells an article's bytes: its file's, and in a file of several which of them it is.
fn of_part(file: u128, part: Option<&str>) -> [u8; 16] {
    part.map_or(file, |part| file ^ xxh3_128(part.as_bytes())).to_be_bytes()
}

/// The articles folder and what is allowed in it.
pub(super) fn root(config: &Config) -> Root<'_> {
    Root { path: &config.articles.path, outside: config.articles.follow_links_outside }
}
