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

/// A log this long is worth bringing in: about four thousand pages.
const WORTH_IT: u64 = 16 << 20;

/// During a first scan, which changes the same pages again and again, it pays to let it grow.
const WORTH_IT_AT_FIRST: u64 = 128 << 20;

/// A log this long is brought in before anything else is written.
const TOO_LONG: u64 = 256 << 20;

/// A shorter log is brought in once nothing was written for this long.
const IDLE: Duration = Duration::from_secs(5);

/// The thread, seen from the writer.
pub(super) struct Checkpointer {
    log: PathBuf,
    /// Tells the thread from what length on the log is worth its while.
    wake: Option<SyncSender<u64>>,
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
            let worth_it = if store.is_first_scan() { WORTH_IT_AT_FIRST } else { WORTH_IT };
            // Full: it is about to look anyway.
            let _ = wake.try_send(worth_it);
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

fn work(connection: &Connection, log: &std::path::Path, woken: &Receiver<u64>) {
    let mut written = false;
    while let ControlFlow::Continue(worth_it) = wait(woken, written) {
        written = worth_it > 0;
        if length(log) > worth_it {
            written = false;
            // It fails where the disk is full or a reader is in the way; the log then waits for the next time.
            let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
        }
    }
}

/// Waits for the writer: from what length on the log is worth bringing in, any once it has been idle since it last wrote; or the end.
fn wait(woken: &Receiver<u64>, written: bool) -> ControlFlow<(), u64> {
    if !written {
        return woken.recv().map_or(ControlFlow::Break(()), ControlFlow::Continue);
    }
    match woken.recv_timeout(IDLE) {
        Ok(worth_it) => ControlFlow::Continue(worth_it),
        Err(RecvTimeoutError::Timeout) => ControlFlow::Continue(0),
        Err(RecvTimeoutError::Disconnected) => ControlFlow::Break(()),
    }
}
