//! What is still to be coded. Whoever holds the lock is the only one who removes or places siblings.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::content_coding::Coding;
use crate::feed::Document;

/// One version of one file, and the codings that it shall have.
#[derive(Clone, Debug)]
pub(super) struct Job {
    pub(super) document: Document,
    pub(super) codings: Vec<Coding>,
}

#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    /// Something was put in, done, or ended.
    news: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct Waiting {
    jobs: VecDeque<Job>,
    /// The file that is being coded, while its version is the one in place.
    current: Option<String>,
    is_busy: bool,
    is_ended: bool,
}

impl Waiting {
    /// A file's version is being replaced: nothing that is made of it counts any more.
    pub(super) fn forget(&mut self, file: &str) {
        self.jobs.retain(|job| job.document.file() != file);
        self.current.take_if(|current| current == file);
    }

    /// Whether what is being coded is still the version in place.
    pub(super) fn is_current(&self, file: &str) -> bool {
        self.current.as_deref() == Some(file) && !self.is_ended
    }
}

impl Queue {
    pub(super) fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Every change is one insertion or removal, so what a panicking thread left is whole.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds versions, each in place of an earlier one of its file.
    pub(super) fn put(&self, jobs: impl Iterator<Item = (Document, Vec<Coding>)>) {
        let mut waiting = self.lock();
        for (document, codings) in jobs {
            waiting.forget(document.file());
            waiting.jobs.push_back(Job { document, codings });
        }
        self.news.notify_all();
    }

    /// The next to be coded, once there is one; `None` at the end.
    pub(super) fn next(&self) -> Option<Job> {
        let mut waiting = self.lock();
        (waiting.current, waiting.is_busy) = (None, false);
        self.news.notify_all();
        loop {
            if waiting.is_ended {
                return None;
            }
            if let Some(job) = waiting.jobs.pop_front() {
                waiting.current = Some(job.document.file().to_owned());
                waiting.is_busy = true;
                return Some(job);
            }
            waiting = self.news.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn wait_until_done(&self) {
        let mut waiting = self.lock();
        while !waiting.is_ended && (waiting.is_busy || !waiting.jobs.is_empty()) {
            waiting = self.news.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub(super) fn end(&self) {
        self.lock().is_ended = true;
        self.news.notify_all();
    }
}
