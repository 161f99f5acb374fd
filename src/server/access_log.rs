//! The access log: a line for each request, written by a thread of its own. What it cannot write in time is counted and left out, since
//! no reader waits for a disk.

mod file;
mod line;
mod masked;

pub(super) use line::Entry;

use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

use self::file::Destination;
use super::seldom::Seldom;
use crate::config;

/// How many lines may wait to be written, some kilobytes each at most.
const WAITING: usize = 8192;

/// Where requests are noted.
pub(super) struct AccessLog {
    format: config::LogFormat,
    writer: NonBlocking,
    lost: ErrorCounter,
    said: AtomicUsize,
    seldom: Seldom,
    reopen: Arc<AtomicBool>,
    /// Writes what is waiting when it is dropped.
    _worker: WorkerGuard,
}

impl AccessLog {
    /// Opens the file, or takes standard output. The error is complete.
    pub(super) fn open(config: &config::AccessLog) -> Result<Self, String> {
        let reopen = Arc::new(AtomicBool::new(false));
        let destination = Destination::open(config.path.as_deref(), Arc::clone(&reopen)).map_err(|error| {
            let path = config.path.as_deref().unwrap_or(Path::new("standard output")).display();
            format!("cannot write the access log {path}: {error}; set access_log.path to a file that newswire's user may write")
        })?;
        let builder = NonBlockingBuilder::default().lossy(true).buffered_lines_limit(WAITING).thread_name("access-log");
        let (writer, worker) = builder.finish(destination);
        let lost = writer.error_counter();
        Ok(Self { format: config.format, writer, lost, said: AtomicUsize::new(0), seldom: Seldom::default(), reopen, _worker: worker })
    }

    /// Notes an answered request.
    pub(super) fn note(&self, entry: &Entry) {
        let line = entry.line(self.format);
        // A full queue is counted below; nothing else can fail here.
        let _ = self.writer.clone().write_all(line.as_bytes());
        let lost = self.lost.dropped_lines();
        if lost > self.said.load(Relaxed) && self.seldom.due() {
            let more = lost - self.said.swap(lost, Relaxed);
            tracing::warn!("the access log could not be written fast enough: {more} lines are missing in it, {lost} since the start");
        }
    }

    /// Has the file opened anew: whoever rotates logs has moved it away.
    pub(super) fn reopen(&self) {
        self.reopen.store(true, Relaxed);
        // The writer looks when it has something to do.
        let _ = self.writer.clone().write(&[]);
    }
}
