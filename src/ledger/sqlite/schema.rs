//! The tables, and the steps from each version of them to the next.
//!
//! Built for cost. Ids and links are looked up by a salted 64-bit hash, because an index of whole texts is five times as large and
//! every edition of a first scan dirties all of it. An article's row is only ever appended; what follows the paths' order
//! reads the covering index `article_path`. A feed's order is the key of `member`, where `back` is `released` negated and `lag` is
//! `released` less `published`, so that both descend as the key ascends and `lag` costs a history's row nothing.

use rusqlite::{Connection, TransactionBehavior};

use super::names::salt;
use crate::instant::Instant;
use crate::ledger::Fault;

/// What `PRAGMA application_id` says of a ledger: "NWIR".
const APPLICATION: i64 = 0x4e57_4952;

/// Each step takes the tables from the version of its index to the next.
const STEPS: [&str; 5] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
    include_str!("schema/5.sql"),
];

/// The version this program writes.
fn current() -> i64 {
    i64::try_from(STEPS.len()).unwrap_or(i64::MAX)
}

/// Refuses a file that is no ledger or was made by a newer version; gives the version it has, 0 for a new file.
fn version(connection: &Connection) -> Result<i64, Fault> {
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let application: i64 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && (application != 0 || version != 0 || tables != 0) {
        return Err(Fault::Incompatible(
            "the file is an SQLite database, but not a ledger of newswire; give [ledger] path another name".into(),
        ));
    }
    if version > current() {
        return Err(Fault::Incompatible(format!(
            "the ledger was made by a newer version of newswire (its format is {version}, this program knows up to {}); run that version, \
             or point [ledger] path at a new file",
            current()
        )));
    }
    Ok(version)
}

/// Brings the tables to the present version, whole or not at all.
pub(super) fn migrate(connection: &mut Connection, now: Instant) -> Result<(), Fault> {
    if version(connection)? == current() {
        return Ok(());
    }
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&step)?;
    for sql in STEPS.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        step.execute_batch(sql)?;
    }
    if from == 0 {
        step.execute(
            "INSERT INTO ledger (one, sequence, latest, baseline_complete, created, salt) VALUES (1, 0, ?1, 0, ?2, ?3)",
            rusqlite::params![Instant::MIN.as_millis(), now.as_millis(), salt()],
        )?;
    }
    step.pragma_update(None, "application_id", APPLICATION)?;
    step.pragma_update(None, "user_version", current())?;
    step.commit()?;
    Ok(())
}

/// Refuses what a handle that only reads cannot use: it may not migrate.
pub(super) fn require_current(connection: &Connection) -> Result<(), Fault> {
    let found = version(connection)?;
    if found == current() {
        return Ok(());
    }
    Err(Fault::Incompatible(format!(
        "the ledger's format is {found} and this program needs {}; 'newswire run' brings it up to date",
        current()
    )))
}
