//! What the writer thread owns: the one connection that writes, and what it remembers between transactions.

use std::path::PathBuf;

use rusqlite::{Connection, Transaction, TransactionBehavior};

use super::clock::Clock;
use super::faults;
use super::names::{FeedNumbers, Keys};
use crate::ledger::Fault;

/// What a step of the writer must survive once it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Durability {
    /// Power loss: the log is synced before the acknowledgement.
    Power,
    /// The process's end. Power loss may take it back, which for a lease only means that it is claimed again.
    Process,
}

/// The writer's state.
pub(super) struct Store {
    connection: Connection,
    /// The ledger's file, for probing why a write was refused.
    path: PathBuf,
    /// Durability as the connection is set now.
    durability: Durability,
    memory: Memory,
}

/// What the writer remembers between transactions.
pub(super) struct Memory {
    /// Hashes of ids and links.
    pub(super) keys: Keys,
    /// Feeds' numbers.
    pub(super) feeds: FeedNumbers,
    /// The wall clock as last heard of.
    pub(super) clock: Clock,
    /// Whether the first scan is not over yet, by what was last read or written; only speed rests on it.
    pub(super) first_scan: bool,
}

impl Store {
    /// A store over a connection that is set up and migrated.
    pub(super) fn new(connection: Connection, path: PathBuf, clock: Clock) -> Result<Self, Fault> {
        connection.set_prepared_statement_cache_capacity(128);
        let keys = Keys::of(&connection)?;
        let first_scan = connection.query_row("SELECT NOT baseline_complete FROM ledger", [], |row| row.get(0))?;
        let memory = Memory { keys, feeds: FeedNumbers::default(), clock, first_scan };
        Ok(Self { connection, path, durability: Durability::Power, memory })
    }

    /// Whether the first scan is not over yet.
    pub(super) const fn is_first_scan(&self) -> bool {
        self.memory.first_scan
    }

    /// Runs one step in a transaction of its own: whole, or not at all.
    pub(super) fn step<T>(
        &mut self,
        durability: Durability,
        body: impl FnOnce(&Transaction<'_>, &mut Memory) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        self.set(durability)?;
        let clock = self.memory.clock;
        let taken = self.attempt(body);
        if taken.is_err() {
            self.memory.feeds.forget();
            self.memory.clock = clock;
        }
        taken
    }

    fn attempt<T>(&mut self, body: impl FnOnce(&Transaction<'_>, &mut Memory) -> Result<T, Fault>) -> Result<T, Fault> {
        let Self { connection, path, memory, .. } = self;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let given = body(&transaction, memory)?;
        match transaction.commit() {
            Ok(()) => Ok(given),
            Err(error) if faults::leaves_commit_open(&error) => Err(Fault::Unknown(error.to_string())),
            Err(error) if faults::is_refused_write(&error) => Err(faults::probe(path).unwrap_or_else(|| error.into())),
            Err(error) => Err(error.into()),
        }
    }

    fn set(&mut self, durability: Durability) -> Result<(), Fault> {
        if self.durability != durability {
            let level = match durability {
                Durability::Power => "PRAGMA synchronous = FULL",
                Durability::Process => "PRAGMA synchronous = NORMAL",
            };
            self.connection.prepare_cached(level)?.raw_execute()?;
            self.durability = durability;
        }
        Ok(())
    }

    /// Empties the log into the ledger's file, waiting for readers for as long as the connection waits for a lock.
    pub(super) fn restart_log(&self) -> Result<(), Fault> {
        self.connection.query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(()))?;
        Ok(())
    }
}
