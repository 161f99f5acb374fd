//! What search engines ask for at the site's root: robots.txt, sitemaps, the key of its pings.
//!
//! The index, the news and what is no article stand on the shelf. Of chunks there may be thousands: each is read from the feeds folder when
//! it is asked for, under a name made of its number, and the last few are kept.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderValue;
use bytes::Bytes;
use rustix::fs::{CWD, Mode, OFlags, openat};
use sha2::{Digest, Sha256};

use super::address;
use super::article_page::CACHE_CONTROL;
use super::pages::Pages;
use super::representation::{Made, Representation, Shared};
use super::shelf::Found;
use super::site::Site;
use crate::feed::Kind;
use crate::feed::sitemap::{INDEX, NEWS, SITE, chunk_file, chunk_of};
use crate::instant::Instant;

/// The largest sitemap there may be, in bytes: the protocol's own limit.
const LARGEST: u64 = 52_428_800;
/// How many chunks are kept …
const KEPT: usize = 32;
/// … and how many bytes of them.
const KEPT_BYTES: usize = 4 * 1024 * 1024;

/// What search engines find at a path; nothing where it names nothing of theirs.
pub(super) async fn find(pages: &Pages, site: &Site, path: &str) -> Option<Shared> {
    if path == "/robots.txt" {
        return Some(robots(site));
    }
    let path = address::decoded(path)?;
    let at_root = path.strip_prefix(site.home());
    if let Some((file, key)) = at_root.zip(site.searched.key.as_deref())
        && file.strip_suffix(".txt") == Some(key)
    {
        return Some(text(Bytes::from(key.to_owned()), Kind::Key.media_type()));
    }
    if !site.searched.sitemap.enabled {
        return None;
    }
    match at_root {
        Some(INDEX) => return pages.state.shelf.root_index(),
        Some(file @ (NEWS | SITE)) => {
            return match pages.state.shelf.find(file) {
                Found::Current(shared) => Some(shared),
                Found::Laid(_) | Found::Retired | Found::Onward(..) | Found::Nothing => None,
            };
        }
        Some(_) | None => {}
    }
    let chunk = at_root.and_then(chunk_of).or_else(|| chunk_of(site.feed_file(&path)?))?;
    pages.sitemaps.chunk(&pages.state.folder, chunk).await
}

/// robots.txt (RFC 9309): the operator's lines, then where the sitemaps are, unless these lines say so themselves.
fn robots(site: &Site) -> Shared {
    let lines = &site.searched.robots;
    let mut out = lines.iter().fold(String::new(), |text, line| text + line + "\n");
    let named = lines.iter().any(|line| line.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("sitemap:")));
    if site.searched.sitemap.enabled && !named {
        let files = [INDEX, NEWS].into_iter().take(if site.searched.sitemap.news { 2 } else { 1 });
        let places = files.fold(String::new(), |places, file| places + "Sitemap: " + site.url.as_str() + file + "\n");
        out = if out.is_empty() { places } else { format!("{out}\n{places}") };
    }
    text(Bytes::from(out), "text/plain; charset=utf-8")
}

fn text(bytes: Bytes, media_type: &'static str) -> Shared {
    Arc::new(Representation::new(Made {
        lasting: Vec::new(),
        delta: None,
        tag: tag(&bytes),
        bytes,
        content_type: HeaderValue::from_static(media_type),
        cache_control: CACHE_CONTROL,
        modified: None,
        further: Vec::new(),
    }))
}

fn tag(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..16].iter().fold(String::with_capacity(32), |tag, byte| tag + &format!("{byte:02x}"))
}

/// The chunks that were asked for last.
#[derive(Default)]
pub(super) struct Sitemaps(Mutex<Vec<Kept>>);

struct Kept {
    chunk: u64,
    stamp: Stamp,
    shared: Shared,
}

/// What tells one version of a file from another.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    modified: Instant,
    length: u64,
}

impl Sitemaps {
    async fn chunk(&self, folder: &Path, chunk: u64) -> Option<Shared> {
        let path = folder.join(chunk_file(chunk));
        let known = self.kept().iter().find(|kept| kept.chunk == chunk).map(|kept| (kept.stamp, Arc::clone(&kept.shared)));
        let read = tokio::task::spawn_blocking(move || {
            let (mut file, stamp) = open(&path)?;
            match known {
                Some((of, shared)) if of == stamp => Some((stamp, shared)),
                _ => {
                    let mut bytes = Vec::new();
                    (&mut file).take(LARGEST).read_to_end(&mut bytes).ok()?;
                    Some((stamp, shared(bytes.into(), stamp)))
                }
            }
        });
        let (stamp, shared) = read.await.ok().flatten()?;
        let mut kept = self.kept();
        kept.retain(|one| one.chunk != chunk);
        kept.push(Kept { chunk, stamp, shared: Arc::clone(&shared) });
        let over = |kept: &[Kept]| kept.len() > KEPT || kept.iter().map(|one| one.shared.len()).sum::<usize>() > KEPT_BYTES;
        while kept.len() > 1 && over(&kept) {
            kept.remove(0);
        }
        drop(kept);
        Some(shared)
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Vec<Kept>> {
        // Every change is one insertion or removal, so what a panicking thread left is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A regular file; files of the feeds folder are never links.
fn open(path: &Path) -> Option<(File, Stamp)> {
    use std::os::unix::fs::MetadataExt as _;

    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = File::from(openat(CWD, path, flags, Mode::empty()).ok()?);
    let found = file.metadata().ok().filter(std::fs::Metadata::is_file)?;
    let stamp = Stamp { inode: found.ino(), modified: Instant::from_system(found.modified().ok()?), length: found.len() };
    Some((file, stamp))
}

fn shared(bytes: Bytes, stamp: Stamp) -> Shared {
    Arc::new(Representation::new(Made {
        lasting: Vec::new(),
        delta: None,
        tag: tag(&bytes),
        bytes,
        content_type: HeaderValue::from_static(Kind::Sitemap.media_type()),
        cache_control: CACHE_CONTROL,
        modified: Some(stamp.modified.round_up_to_second()),
        further: Vec::new(),
    }))
}
