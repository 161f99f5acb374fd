//! Short numbers for long names: salted hashes of ids and links, numbers of feeds.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::article::FeedName;
use crate::ledger::Fault;

/// The number of the feed `all`, which nearly every public article is in; the schema gives it.
pub(super) const ALL: i64 = 1;

/// The number, no feed's, of the public articles that are not in the feed `all`. The two together are every public article.
pub(super) const OTHERS: i64 = 0;

/// How many slots endpoints are spread over.
pub(super) const SLOTS: u8 = 64;

/// A new ledger's salt.
pub(super) fn salt() -> [u8; 16] {
    rand::random()
}

/// Hashes texts under one ledger's salt, so that nobody can make two texts that collide.
#[derive(Clone)]
pub(super) struct Keys(Sha256);

impl Keys {
    /// Those of the ledger with this salt.
    pub(super) fn of(connection: &Connection) -> Result<Self, Fault> {
        let salt: [u8; 16] = connection.query_row("SELECT salt FROM ledger", [], |row| row.get(0))?;
        Ok(Self(Sha256::new_with_prefix(salt)))
    }

    /// A text's number.
    pub(super) fn key(&self, text: &str) -> i64 {
        let digest = self.0.clone().chain_update(text).finalize();
        i64::from_be_bytes([digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6], digest[7]])
    }
}

/// An endpoint's slot: its id's SHA-256 modulo 64, the same in every ledger.
pub(super) fn slot(endpoint: &str) -> u8 {
    Sha256::digest(endpoint)[0] % SLOTS
}

/// The feeds' numbers that the writer has met; emptied when a transaction that may have made some is rolled back.
#[derive(Default)]
pub(super) struct FeedNumbers(HashMap<FeedName, i64>);

impl FeedNumbers {
    /// A feed's number, made where it has none.
    pub(super) fn of(&mut self, connection: &Connection, name: &FeedName) -> Result<i64, Fault> {
        if let Some(&no) = self.0.get(name) {
            return Ok(no);
        }
        let no = match number(connection, name)? {
            Some(no) => no,
            None => connection.prepare_cached("INSERT INTO feed_name (name) VALUES (?1)")?.insert(params![name.as_str()])?,
        };
        // A family may name any number of feeds; the ledger knows them all, memory need not.
        if self.0.len() >= 100_000 {
            self.0.clear();
        }
        self.0.insert(name.clone(), no);
        Ok(no)
    }

    /// Forgets them all.
    pub(super) fn forget(&mut self) {
        self.0.clear();
    }
}

/// A feed's number, where it has one.
pub(super) fn number(connection: &Connection, name: &FeedName) -> Result<Option<i64>, Fault> {
    Ok(connection
        .prepare_cached("SELECT no FROM feed_name WHERE name = ?1")?
        .query_row(params![name.as_str()], |row| row.get(0))
        .optional()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_stay_where_they_are() {
        // Cursors in stored ledgers depend on these.
        assert_eq!([slot("webhook:newsroom"), slot("webhook:a"), slot("")], [12, 54, 35]);
        assert!((0..1000).map(|n| slot(&format!("webhook:{n}"))).all(|slot| slot < SLOTS));
    }
}
