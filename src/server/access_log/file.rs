//! The file that the access log is written to: opened anew when it was moved away, or when SIGHUP asks.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, Result, Stdout, Write};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use crate::server::seldom::Seldom;

/// How often it is looked whether the file was moved away.
const LOOK: Duration = Duration::from_secs(1);
/// Addresses of readers are nobody else's business.
const MODE: u32 = 0o640;

pub(super) struct Destination {
    to: To,
    reopen: Arc<AtomicBool>,
    failing: Seldom,
}

enum To {
    Output(BufWriter<Stdout>),
    File { path: PathBuf, file: BufWriter<File>, looked: Instant },
}

impl Destination {
    pub(super) fn open(path: Option<&Path>, reopen: Arc<AtomicBool>) -> Result<Self> {
        let to = match path {
            None => To::Output(BufWriter::new(std::io::stdout())),
            Some(path) => To::File { path: path.to_owned(), file: opened(path)?, looked: Instant::now() },
        };
        Ok(Self { to, reopen, failing: Seldom::default() })
    }

    fn said<T>(&self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done
            && self.failing.due()
        {
            match &self.to {
                To::Output(_) => tracing::warn!("the access log cannot be written to standard output, lines are lost: {error}"),
                To::File { path, .. } => tracing::warn!("the access log {} cannot be written, lines are lost: {error}", path.display()),
            }
        }
        done
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        let written = match &mut self.to {
            To::Output(output) => output.write(bytes),
            To::File { file, .. } => file.write(bytes),
        };
        self.said(written)
    }

    /// Called whenever no line is waiting.
    fn flush(&mut self) -> Result<()> {
        let asked = self.reopen.swap(false, Relaxed);
        let flushed = match &mut self.to {
            To::Output(output) => output.flush(),
            To::File { path, file, looked } => {
                let flushed = file.flush();
                if asked || looked.elapsed() >= LOOK {
                    *looked = Instant::now();
                    if asked || is_elsewhere(path, file.get_ref()) { opened(path).map(|fresh| *file = fresh).and(flushed) } else { flushed }
                } else {
                    flushed
                }
            }
        };
        self.said(flushed)
    }
}

fn opened(path: &Path) -> Result<BufWriter<File>> {
    OpenOptions::new().append(true).create(true).mode(MODE).open(path).map(BufWriter::new)
}

fn is_elsewhere(path: &Path, file: &File) -> bool {
    match (std::fs::metadata(path), file.metadata()) {
        (Ok(there), Ok(open)) => (there.dev(), there.ino()) != (open.dev(), open.ino()),
        (Err(_), _) | (_, Err(_)) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_moved_away_is_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("access.log");
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        let reopen = Arc::new(AtomicBool::new(false));
        let mut log = Destination::open(Some(&path), Arc::clone(&reopen)).unwrap();
        log.write_all(b"1\n").unwrap();
        log.flush().unwrap();
        std::fs::rename(&path, folder.path().join("access.log.1")).unwrap();
        reopen.store(true, Relaxed);
        log.write_all(b"2\n").unwrap();
        log.flush().unwrap();
        log.write_all(b"3\n").unwrap();
        log.flush().unwrap();
        // What was waiting when it was opened anew went where it belonged.
        assert_eq!((read("access.log.1").as_str(), read("access.log").as_str()), ("1\n2\n", "3\n"));
        // Without a word, it is found out by looking.
        std::fs::rename(&path, folder.path().join("access.log.2")).unwrap();
        if let To::File { looked, .. } = &mut log.to {
            *looked = looked.checked_sub(LOOK).unwrap();
        }
        log.flush().unwrap();
        log.write_all(b"4\n").unwrap();
        log.flush().unwrap();
        assert_eq!(read("access.log"), "4\n");
    }
}
