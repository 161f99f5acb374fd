//! Files, locks and connections.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use rustix::fs::{FlockOperation, flock};

use super::faults;
use crate::ledger::Fault;

/// How long a connection waits for a lock that another of ours holds for a moment.
const PATIENCE: Duration = Duration::from_secs(5);

/// The ledger's path with something after its name.
pub(super) fn beside(ledger: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(ledger.as_os_str());
    name.push(ending);
    PathBuf::from(name)
}

/// Makes the folder and the file where they are missing, the file for its owner only.
pub(super) fn make(ledger: &Path) -> Result<(), Fault> {
    if let Some(folder) = ledger.parent() {
        fs::create_dir_all(folder).map_err(|error| faults::of_file("make the ledger's folder", folder, &error))?;
    }
    owned(ledger)?;
    Ok(())
}

/// Opens a file for its owner only, made where it is missing.
fn owned(path: &Path) -> Result<File, Fault> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path);
    opened.map_err(|error| faults::of_file("open", path, &error))
}

/// Takes the ledger for this instance. The operating system gives the lock back when the file is closed, kill -9 included.
pub(super) fn take(ledger: &Path) -> Result<File, Fault> {
    let path = beside(ledger, ".lock");
    let file = owned(&path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(Fault::Incompatible(format!(
            "the ledger '{}' is in use by another instance; stop that one, or give this one a ledger of its own with --ledger",
            ledger.display()
        ))),
        Err(error) => Err(faults::of_file("lock", &path, &io::Error::from(error))),
    }
}

fn connect(ledger: &Path, flags: OpenFlags) -> Result<Connection, Fault> {
    let connection = Connection::open_with_flags(ledger, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    // Else a statement with a bound limit is planned anew each time that it is used.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// A connection that writes.
pub(super) fn writer(ledger: &Path) -> Result<Connection, Fault> {
    let connection = connect(ledger, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let mode: String = connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))?;
    if mode != "wal" {
        return Err(Fault::Unavailable(format!(
            "'{}' lies on a file system without shared memory, such as a network share; put the ledger on a local disk",
            ledger.display()
        )));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The log is brought in by a thread of its own; once it has started over, what is left of it beyond this is given back.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    // Pages that an edition of some thousands changes, so that none is written twice.
    connection.pragma_update(None, "cache_size", -16 * 1024)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(connection)
}

/// A connection that brings the log in.
pub(super) fn checkpointer(ledger: &Path) -> Result<Connection, Fault> {
    let connection = connect(ledger, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    Ok(connection)
}

/// A connection that reads.
pub(super) fn reader(ledger: &Path) -> Result<Connection, Fault> {
    let connection = connect(ledger, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "cache_size", -2 * 1024)?;
    Ok(connection)
}
