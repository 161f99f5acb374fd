//! The thread that codes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::queue::{Job, Queue};
use super::sibling;
use crate::content_coding::{Coding, Effort};

/// How much it gives way to the threads that publish, tell and serve.
const NICE: i32 = 10;

/// Starts it; says whether that worked. It ends with the queue.
pub(super) fn start(root: &Path, queue: &Arc<Queue>) -> bool {
    let (root, queue) = (root.to_owned(), Arc::clone(queue));
    let started = std::thread::Builder::new().name("siblings".into()).spawn(move || {
        // On Linux this is the thread's own; failing to give way costs speed, not truth.
        #[cfg(target_os = "linux")]
        let _ = rustix::process::nice(NICE);
        while let Some(job) = queue.next() {
            if let Err(error) = code(&root, &queue, &job) {
                let file = job.document.file();
                tracing::warn!(file, %error, "a feed's compressed siblings cannot be written; the feed stands without them");
            }
        }
    });
    started.inspect_err(|error| tracing::warn!(%error, "no thread for compressed siblings; feeds stand without them")).is_ok()
}

/// Codes one version in each of its codings, those that are quickly made first.
fn code(root: &Path, queue: &Queue, job: &Job) -> io::Result<()> {
    let path = root.join(job.document.file());
    for coding in [Coding::Gzip, Coding::Zstd, Coding::Brotli] {
        if !job.codings.contains(&coding) {
            continue;
        }
        if !queue.lock().is_current(job.document.file()) {
            return Ok(());
        }
        let coded = coding.encode(job.document.bytes(), Effort::Best)?;
        let temporary = Temporary::write(&path, coding, &coded)?;
        let waiting = queue.lock();
        if !waiting.is_current(job.document.file()) {
            return Ok(());
        }
        temporary.place(&path, coding)?;
    }
    Ok(())
}

/// A synced file that waits for its rename; removed when dropped before it.
struct Temporary {
    path: PathBuf,
    file: File,
}

impl Drop for Temporary {
    fn drop(&mut self) {
        // After the rename there is none.
        let _ = fs::remove_file(&self.path);
    }
}

impl Temporary {
    fn write(path: &Path, coding: Coding, bytes: &[u8]) -> io::Result<Self> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = path.with_file_name(format!(".{name}.{}.tmp", coding.extension()));
        let mut made = Self { file: File::create(&temporary)?, path: temporary };
        made.file.write_all(bytes)?;
        made.file.sync_data()?;
        Ok(made)
    }

    /// Puts it beside its file, under that file's time stamp.
    fn place(self, path: &Path, coding: Coding) -> io::Result<()> {
        self.file.set_modified(fs::metadata(path)?.modified()?)?;
        fs::rename(&self.path, sibling(path, coding))
    }
}
