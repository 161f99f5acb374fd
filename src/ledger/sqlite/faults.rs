//! What SQLite reports, by consequence.

use std::io;
use std::path::Path;

use rusqlite::{Error, ErrorCode, ffi};

use crate::ledger::Fault;

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match &error {
            Error::SqliteFailure(failure, _) => by_code(*failure, &error),
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
            | Error::InvalidColumnType(..) => Self::Corrupt(error.to_string()),
            _ => Self::Unavailable(error.to_string()),
        }
    }
}

fn by_code(failure: ffi::Error, error: &Error) -> Fault {
    let says = error.to_string();
    match failure.code {
        ErrorCode::DiskFull => Fault::Full(says),
        ErrorCode::DatabaseCorrupt => Fault::Corrupt(says),
        ErrorCode::NotADatabase => Fault::Incompatible(format!("the file is not a ledger of newswire: {says}")),
        ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_CORRUPTFS => Fault::Corrupt(says),
        _ => Fault::Unavailable(says),
    }
}

/// A fault with the file it is about, and what to do.
pub(super) fn at(ledger: &Path, fault: Fault) -> Fault {
    let file = ledger.display();
    match fault {
        Fault::Full(says) => Fault::Full(format!("'{file}': {says}; make room there, and what waits goes on by itself")),
        Fault::Unavailable(says) => Fault::Unavailable(format!("'{file}': {says}")),
        Fault::Corrupt(says) => Fault::Corrupt(format!(
            "'{file}': {says}; put a backup in its place, or move it away to begin anew (the articles are read again, and what was owed is lost)"
        )),
        Fault::Clash { .. } | Fault::Stale | Fault::LeaseLost | Fault::Unknown(_) | Fault::Incompatible(_) => fault,
    }
}

/// Whether an error is a write that the operating system refused: a quota (`EDQUOT`) looks like this, where a full disk has a code of its own.
pub(super) fn is_refused_write(error: &Error) -> bool {
    matches!(error, Error::SqliteFailure(failure, _) if failure.code == ErrorCode::SystemIoFailure)
}

/// Whether a failed `COMMIT` may have left its frames in the log, where a crash would bring them back.
pub(super) fn leaves_commit_open(error: &Error) -> bool {
    matches!(error, Error::SqliteFailure(failure, _) if failure.extended_code == ffi::SQLITE_IOERR_FSYNC
        || failure.extended_code == ffi::SQLITE_IOERR_DIR_FSYNC)
}

/// Whether an error is a second row under a unique key.
pub(super) fn is_unique_violation(error: &Error) -> bool {
    matches!(error, Error::SqliteFailure(failure, _) if failure.extended_code == ffi::SQLITE_CONSTRAINT_UNIQUE)
}

/// What a failed system call on a file of the ledger means.
pub(super) fn of_file(doing: &str, path: &Path, error: &io::Error) -> Fault {
    let says = format!("cannot {doing} '{}': {error}", path.display());
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Fault::Full(says),
        _ => Fault::Unavailable(says),
    }
}

/// Tries a small write beside the ledger, to tell a lack of room from other refusals.
pub(super) fn probe(ledger: &Path) -> Option<Fault> {
    let mut name = ledger.as_os_str().to_owned();
    name.push(".probe");
    let probe = Path::new(&name);
    let tried = std::fs::write(probe, [0; 16 * 1024]);
    let _ = std::fs::remove_file(probe);
    match tried {
        Err(error) if matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => {
            Some(of_file("write to the ledger's folder at", probe, &error))
        }
        Ok(()) | Err(_) => None,
    }
}
