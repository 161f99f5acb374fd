//! Who counts, from which sequence on and up to which.

use std::collections::BTreeSet;

use rusqlite::{Transaction, params};

use super::names::slot;
use super::rows::{self, ENDPOINT};
use super::store::Memory;
use crate::ledger::{EndpointKind, EndpointRow, Fault};

/// Why what is owed to a retired endpoint is given up.
pub(super) const RETIRED: &str = "retired";

/// Makes these the endpoints of a kind that count from now on; gives their rows in the audience's order.
pub(super) fn put(step: &Transaction<'_>, memory: &Memory, kind: EndpointKind, ids: &[String]) -> Result<Vec<EndpointRow>, Fault> {
    let kind = rows::endpoint_code(kind);
    let sequence: i64 = step.query_row("SELECT sequence FROM ledger", [], |row| row.get(0))?;
    let wanted: BTreeSet<&str> = ids.iter().map(String::as_str).collect();
    let absent: Vec<i64> = {
        let mut counting = step.prepare_cached("SELECT no, id FROM endpoint WHERE kind = ?1 AND until IS NULL")?;
        let mut found = counting.query(params![kind])?;
        let mut absent = Vec::new();
        while let Some(row) = found.next()? {
            let id = row.get_ref(1)?.as_str().map_err(|error| Fault::Corrupt(error.to_string()))?;
            if !wanted.contains(id) {
                absent.push(row.get(0)?);
            }
        }
        absent
    };
    for no in absent {
        step.prepare_cached("UPDATE endpoint SET until = ?2 WHERE no = ?1")?.execute(params![no, sequence])?;
        give_up(step, memory, no, RETIRED)?;
    }
    // One that comes back counts from now on, and is sent to again whatever ended it before; one that never left stays as it is.
    let mut put = step.prepare_cached(
        "INSERT INTO endpoint (slot, id, kind, since) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (slot, id) DO UPDATE \
         SET kind = excluded.kind, since = excluded.since, until = NULL, disabled = NULL, disabled_at = NULL WHERE until IS NOT NULL",
    )?;
    for id in &wanted {
        put.execute(params![slot(id), id, kind, sequence])?;
    }
    let mut select =
        step.prepare_cached(&format!("SELECT {ENDPOINT} FROM endpoint e WHERE e.kind = ?1 AND e.until IS NULL ORDER BY e.slot, e.id"))?;
    let found = select.query_map(params![kind], |row| rows::endpoint(row, 0))?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Gives up whatever is owed to an endpoint.
pub(super) fn give_up(step: &Transaction<'_>, memory: &Memory, endpoint: i64, reason: &str) -> Result<(), Fault> {
    let now = memory.clock.latest().as_millis();
    step.prepare_cached("UPDATE delivery SET dead = ?2, wake = ?3, made = ?3, token = NULL WHERE endpoint = ?1 AND dead IS NULL")?
        .execute(params![endpoint, reason, now])?;
    Ok(())
}
