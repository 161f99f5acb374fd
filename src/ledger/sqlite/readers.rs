//! Connections that only read, on threads that may wait for the disk. Readers never wait for the writer, nor it for them.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{faults, open};
use crate::ledger::Fault;

/// How many reads may be under way at once.
const READERS: usize = 4;

/// The pool.
pub(super) struct Readers {
    path: PathBuf,
    turns: Semaphore,
    idle: Arc<Mutex<Vec<Connection>>>,
}

impl Readers {
    /// A pool over the ledger at `path`, beginning with one connection that is open.
    pub(super) fn new(path: &Path, first: Connection) -> Self {
        Self { path: path.to_owned(), turns: Semaphore::new(READERS), idle: Arc::new(Mutex::new(vec![first])) }
    }

    /// Reads in one snapshot of the ledger.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let _turn = self.turns.acquire().await.map_err(|_| Fault::Unavailable("the ledger is closed".into()))?;
        let idle = Arc::clone(&self.idle);
        let path = self.path.clone();
        let reading = tokio::task::spawn_blocking(move || snapshot(&idle, &path, read).map_err(|fault| faults::at(&path, fault)));
        reading.await.unwrap_or_else(|error| Err(Fault::Unavailable(format!("a read did not end: {error}"))))
    }
}

fn snapshot<T>(idle: &Mutex<Vec<Connection>>, ledger: &Path, read: impl FnOnce(&Connection) -> Result<T, Fault>) -> Result<T, Fault> {
    let ready = lock(idle).pop();
    let connection = match ready {
        Some(connection) => connection,
        None => open::reader(ledger)?,
    };
    let snapshot = connection.unchecked_transaction()?;
    let found = read(&snapshot);
    // What was read stands whether or not the snapshot ends well; a connection that cannot end it is not used again.
    if snapshot.finish().is_ok() {
        lock(idle).push(connection);
    }
    found
}

/// The list is whole even if a thread that held it panicked: it only pushes and pops.
fn lock(idle: &Mutex<Vec<Connection>>) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
