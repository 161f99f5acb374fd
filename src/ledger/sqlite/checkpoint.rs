//! Bringing the write-ahead log into the ledger's file, off the path of an edition.
//!
//! SQLite would do it on the commit that makes the log a thousand pages long, and that one edition would wait for it. Here a thread of
//! its own does it once the writer rests: bringing in a page that the next edition changes again is work for nothing, and its syncs
//! would hold up the edition's. A log that grows without a rest is brought in beside the writer, and only one that outgrew
//! [`TOO_LONG`] makes the writer wait.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rusqlite::Connection;

use super::store::Store;

/// A longer log is brought in at the first rest: it has about a thousand pages. Its file keeps this length when it starts over,
/// because writing over what is there syncs faster than making a file grow.
pub(super) const WORTH_IT: u64 = 4 << 20;

/// A longer log is brought in beside the writer.
const LONG: u64 = 128 << 20;

/// A longer log is brought in before anything else is written.
const TOO_LONG: u64 = 256 << 20;

/// What counts as a rest of the writer, where the log is worth bringing in, and where it is not yet.
const REST: Duration = Duration::from_millis(250);
const LONG_REST: Duration = Duration::from_secs(5);

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

fn length(log: &Path) -> u64 {
    fs::metadata(log).map_or(0, |log| log.len())
}

fn work(connection: &Connection, log: &Path, woken: &Receiver<()>) {
    while woken.recv().is_ok() {
        // It was written to; now for a rest.
        loop {
            if length(log) > LONG {
                bring_in(connection);
            }
            let rest = if length(log) > WORTH_IT { REST } else { LONG_REST };
            match woken.recv_timeout(rest) {
                Ok(()) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
        bring_in(connection);
    }
}

/// It fails where the disk is full or another does the same; the log then waits for the next time.
fn bring_in(connection: &Connection) {
    let _ = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()));
}
