//! Coded siblings beside the files, for servers that send them as they are (nginx's `gzip_static`, Caddy's `precompressed`):
//! `all.rss.gz`, `all.rss.br`, `all.rss.zst`.
//!
//! The file first, its siblings after, the old ones removed before: a sibling never stands beside a file of other bytes. It has its
//! file's time stamp to the nanosecond, so that both are one version to whoever asks by date, and so that one that a crash left
//! behind is known. They are coded at the best level, which takes up to half a second each: in the background, by one thread that
//! gives way to all others, and where a file is replaced meanwhile, only its last version is coded.

mod queue;
mod sweep;
mod worker;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use queue::Queue;

use super::folder::FolderFault;
use crate::content_coding::Coding;
use crate::feed::Document;
use crate::instant::Instant;

/// A shorter file travels in one packet either way, in bytes.
const WORTHWHILE: usize = 512;

/// The siblings of one feeds folder's files.
#[derive(Debug)]
pub(super) struct Siblings {
    root: PathBuf,
    codings: Vec<Coding>,
    queue: Arc<Queue>,
    is_working: bool,
}

/// Where a file's sibling stands.
fn sibling(path: &Path, coding: Coding) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(coding.extension());
    name.into()
}

impl Siblings {
    /// None, until it is said which.
    pub(super) fn none(root: PathBuf) -> Self {
        Self { root, codings: Vec::new(), queue: Arc::default(), is_working: false }
    }

    /// Makes siblings in these codings from now on, and removes those in others and those that are not of their file's version.
    pub(super) fn set(&mut self, codings: Vec<Coding>) {
        sweep::sweep(&self.root, &codings);
        self.codings = codings;
        if !self.codings.is_empty() && !self.is_working {
            self.is_working = worker::start(&self.root, &self.queue);
        }
    }

    /// Whether any are made.
    pub(super) fn are_made(&self) -> bool {
        !self.codings.is_empty()
    }

    /// Removes a file's siblings, and then puts its new version in place by `rename`. Meanwhile no sibling is put anywhere.
    pub(super) fn before<T>(&self, document: &Document, path: &Path, rename: impl FnOnce() -> io::Result<T>) -> Result<T, FolderFault> {
        if self.codings.is_empty() {
            return rename().map_err(|error| FolderFault::new(path, &error));
        }
        let mut waiting = self.queue.lock();
        waiting.forget(document.file());
        for coding in &self.codings {
            let sibling = sibling(path, *coding);
            match fs::remove_file(&sibling) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(FolderFault::new(&sibling, &error)),
                Ok(()) | Err(_) => {}
            }
        }
        rename().map_err(|error| FolderFault::new(path, &error))
    }

    /// Makes the siblings of files that stand.
    pub(super) fn make(&self, documents: Vec<Document>) {
        if self.codings.is_empty() {
            return;
        }
        let worthwhile = documents.into_iter().filter(|document| document.bytes().len() >= WORTHWHILE);
        self.queue.put(worthwhile.map(|document| (document, self.codings.clone())));
    }

    /// Makes those that are missing beside files that stand.
    pub(super) fn complete(&self, documents: &[Document]) {
        let lacks = |document: &&Document| {
            let path = self.root.join(document.file());
            self.codings.iter().any(|coding| !sibling(&path, *coding).exists())
        };
        self.make(documents.iter().filter(lacks).cloned().collect());
    }

    /// Gives the siblings of a file the time stamp that it was given.
    pub(super) fn touch(&self, path: &Path, now: Instant) {
        let _waiting = self.queue.lock();
        for coding in &self.codings {
            if let Ok(file) = File::options().append(true).open(sibling(path, *coding)) {
                // One that keeps its old stamp is made anew at the next start.
                let _ = file.set_modified(now.to_system());
            }
        }
    }

    /// Waits until every sibling stands. Blocking.
    pub(super) fn finish(&self) {
        if self.is_working {
            self.queue.wait_until_done();
        }
    }
}

impl Drop for Siblings {
    fn drop(&mut self) {
        self.queue.end();
    }
}

#[cfg(test)]
mod tests;
