//! Numbers that tasks keep.

use rusqlite::{Connection, OptionalExtension, params};

use crate::ledger::{Fault, Mark};

/// A task's number.
pub(super) fn mark(connection: &Connection, mark: Mark) -> Result<Option<i64>, Fault> {
    let mut select = connection.prepare_cached("SELECT value FROM mark WHERE name = ?1")?;
    Ok(select.query_row(params![mark.as_str()], |row| row.get(0)).optional()?)
}

/// Keeps it.
pub(super) fn put(connection: &Connection, mark: Mark, value: i64) -> Result<(), Fault> {
    connection
        .prepare_cached("INSERT INTO mark (name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value")?
        .execute(params![mark.as_str(), value])?;
    Ok(())
}
