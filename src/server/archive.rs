//! Feeds' archives (RFC 5005 section 4), as they stand in the feeds folder.
//!
//! They are a feed's whole history, and so are read when they are asked for; those asked for lately stay in memory, coded as they were asked
//! for. What a request names is parsed into a feed's name and numbers before any file is opened.

use std::collections::HashMap;
use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use bytes::Bytes;
use http_body_util::Full;
use rustix::fs::{CWD, Mode, OFlags, openat};

use super::cors;
use super::pages::Pages;
use super::representation::{Answer, Made, Representation, Shared};
use crate::article::ArchiveName;
use crate::feed::{ArchiveFile, Document};
use crate::instant::Instant;

/// An archive changes only where its articles do. Caches that many share ask after an hour, for an article may be withdrawn.
const SELDOM_CHANGED: HeaderValue = HeaderValue::from_static("public, max-age=86400, s-maxage=3600");
/// What is newer than the newest archive stands in the feed itself, until the next one is cut.
const UNTIL_CUT: HeaderValue = HeaderValue::from_static("public, max-age=60");
/// The largest file that is served, in bytes: twice what the largest `max_bytes` allows.
const LARGEST: u64 = 200_000_000;
/// How much memory those asked for lately may take, in bytes.
const KEPT: usize = 16 << 20;

/// The answer to a GET or HEAD of an archive; nothing where there is none.
pub(super) async fn answer(pages: &Pages, wanted: ArchiveFile, method: &Method, headers: &HeaderMap) -> Option<Answer> {
    let folder = pages.state.folder.clone();
    let path = wanted.path();
    let opened = tokio::task::spawn_blocking(move || open(&folder, &path)).await.ok()?;
    let Some((file, found)) = opened else { return not_yet(pages, &wanted) };
    let stamp = Stamp::of(&found);
    let path = wanted.path();
    let representation = if let Some(kept) = pages.archives.get(&path, stamp) {
        kept
    } else {
        let made = tokio::task::spawn_blocking(move || read(file, &found, wanted)).await.ok()??;
        let made = Arc::new(Representation::new(made));
        pages.archives.put(path, stamp, Arc::clone(&made));
        made
    };
    Some(representation.answer(method, headers, Instant::now(), &pages.coder).await)
}

/// An archive names the one that follows it before that is cut: until then, what follows is the feed itself.
fn not_yet(pages: &Pages, wanted: &ArchiveFile) -> Option<Answer> {
    let number = wanted.name.number().checked_sub(1).filter(|number| *number > 0 && wanted.name.piece_number() == 0)?;
    let before = ArchiveFile { name: ArchiveName::new(number, 0), ..wanted.clone() };
    let stands = std::fs::symlink_metadata(pages.state.folder.join(before.path())).is_ok_and(|found| found.is_file());
    let site = pages.site();
    let url = site.feed_url(&wanted.feed, wanted.format).filter(|_| stands)?;
    let mut answer = Response::new(Full::new(Bytes::new()));
    *answer.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let headers = answer.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_str(&site.href(&url)).ok()?);
    headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    headers.insert(CACHE_CONTROL, UNTIL_CUT);
    Some(answer)
}

/// A regular file; archives are never links.
fn open(folder: &Path, path: &str) -> Option<(File, Metadata)> {
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::from(openat(CWD, folder.join(path), flags, Mode::empty()).ok()?);
    let found = file.metadata().ok().filter(|found| found.is_file() && found.len() <= LARGEST)?;
    Some((file, found))
}

fn read(file: File, found: &Metadata, wanted: ArchiveFile) -> Option<Made> {
    let mut bytes = Vec::with_capacity(usize::try_from(found.len()).ok()?);
    // Archives are replaced, never written to: it has the length that it had.
    file.take(found.len()).read_to_end(&mut bytes).ok()?;
    let modified = Instant::from_system(found.modified().ok()?).round_up_to_second();
    let document = Document::of_archive(wanted, bytes.into(), modified);
    Some(Made {
        lasting: cors::FIELDS.to_vec(),
        delta: None,
        bytes: document.bytes().clone(),
        tag: document.tag(),
        content_type: HeaderValue::from_static(document.kind().media_type()),
        cache_control: SELDOM_CHANGED,
        modified: Some(modified),
        further: Vec::new(),
    })
}

/// What tells one version of a file from another.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    length: u64,
    modified: (i64, i64),
}

impl Stamp {
    fn of(found: &Metadata) -> Self {
        Self { inode: found.ino(), length: found.len(), modified: (found.mtime(), found.mtime_nsec()) }
    }
}

/// Archives that were asked for lately, by path.
#[derive(Default)]
pub(super) struct Archives(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    versions: HashMap<String, (Stamp, Shared, u64)>,
    bytes: usize,
    clock: u64,
}

impl Archives {
    fn get(&self, path: &str, stamp: Stamp) -> Option<Shared> {
        let mut kept = self.lock();
        kept.clock += 1;
        let clock = kept.clock;
        let (_, version, used) = kept.versions.get_mut(path).filter(|(of, ..)| *of == stamp)?;
        *used = clock;
        Some(Arc::clone(version))
    }

    fn put(&self, path: String, stamp: Stamp, version: Shared) {
        let mut kept = self.lock();
        if cost(&version) > KEPT {
            return;
        }
        kept.clock += 1;
        let clock = kept.clock;
        kept.bytes += cost(&version);
        if let Some((_, before, _)) = kept.versions.insert(path, (stamp, version, clock)) {
            kept.bytes -= cost(&before);
        }
        while kept.bytes > KEPT {
            let oldest = kept.versions.iter().min_by_key(|(_, (.., used))| *used).map(|(path, _)| path.clone());
            let Some((_, gone, _)) = oldest.and_then(|path| kept.versions.remove(&path)) else { break };
            kept.bytes -= cost(&gone);
        }
    }

    /// A panic between two steps could only miscount bytes; the versions themselves are whole.
    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A version, its two codings at their largest, and headers.
fn cost(version: &Shared) -> usize {
    2 * version.len() + 2048
}
