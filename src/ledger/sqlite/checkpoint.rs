//! Bringing the write-ahead log into the ledger's file, off the path of an edition.
//!
//! SQLite would do it on the commit that makes the log a thousand pages long, and that one edition would wait for it. Here a thread of
//! its own does it after the fact, beside the writer. Only a log that outgrew [`TOO_LONG`] makes the writer wait.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use std::{io, ops::ControlFlow};

use rusqlite::Connection;

use super::store::Store;

/// A log this long is worth bringing in. Longer than SQLite's own measure: a first scan changes the same pages again and again, and
/// each is then brought in fewer times.
const WORTH_IT: u64 = 32 << 20;

/// A log this long is brought in before anything else is written.
const TOO_LONG: u64 = 256 << 20;

/// A shorter log is brought in once nothing was written for this long.
const IDLE: Duration = Duration::from_secs(5);

/// The thread, seen from the writer.
pub(super) struct Checkpointer {
    log: PathBuf,
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread with a connection of its own. `log` is the write-ahead log's path.
    pub(super) fn start(connection: Connection, log: PathBuf) -> io::Result<Self> {
        let (wake, woken) = mpsc::sync_channel(1);
        let path = log.clone();
        let thread = thread::Builder::new().name("ledger-log".into()).spawn(move || work(&connection, &path, &woken))?;
        Ok(Self { log, wake: Some(wake), thread: Some(thread) })
    }

    /// Takes note that the writer has written.
    pub(super) fn after_step(&self, store: &Store) {
        if length(&self.log) > TOO_LONG {
            // A reader in mid-read keeps the log from starting over; the next step tries again.
            let _ = store.restart_log();
        }
        if let Some(wake) = &self.wake {
            // Full: it is about to look anyway.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn length(log: &std::path::Path) -> u64 {
    fs::metadata(log).map_or(0, |log| log.len())
}

fn work(connection: &Connection, log: &std::path::Path, woken: &Receiver<()>) {
    let mut written = false;
    while let ControlFlow::Continue(due) = wait(woken, written) {
        written = !due;
        if due || length(log) > WORTH_IT {
            written = false;
            // It fails where the disk is full or a reader is in the way; the log then waits for the next time.
            let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
    }
}

/// Waits for the writer: whether it has been idle since it last wrote, or the end.
fn wait(woken: &Receiver<()>, written: bool) -> ControlFlow<(), bool> {
    if !written {
        return woken.recv().map_or(ControlFlow::Break(()), |()| ControlFlow::Continue(false));
    }
    match woken.recv_timeout(IDLE) {
        Ok(()) => ControlFlow::Continue(false),
        Err(RecvTimeoutError::Timeout) => ControlFlow::Continue(true),
        Err(RecvTimeoutError::Disconnected) => ControlFlow::Break(()),
    }
}
