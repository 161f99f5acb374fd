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
    /// The process's end. Power loss may take it back until something else is synced: a lease is then claimed again, a first scan's
    /// edition made again.
    Process,
}

/// A step that may share its transaction with others.
pub(super) type SharedStep = Box<dyn FnOnce(&Transaction<'_>, &mut Memory) -> Result<(), Fault> + Send>;

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
}

impl Store {
    /// A store over a connection that is set up and migrated.
    pub(super) fn new(connection: Connection, path: PathBuf, clock: Clock) -> Result<Self, Fault> {
        connection.set_prepared_statement_cache_capacity(128);
        let keys = Keys::of(&connection)?;
        Ok(Self { connection, path, durability: Durability::Power, memory: Memory { keys, feeds: FeedNumbers::default(), clock } })
    }

    /// Runs one step in a transaction of its own: whole, or not at all.
    pub(super) fn step<T>(
        &mut self,
        durability: Durability,
        body: impl FnOnce(&Transaction<'_>, &mut Memory) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let clock = self.memory.clock;
        let taken = self.set(durability).and_then(|()| self.attempt(body));
        taken.map_err(|fault| {
            self.memory.feeds.forget();
            self.memory.clock = clock;
            faults::at(&self.path, fault)
        })
    }

    /// Takes several steps in one transaction, and so with one sync, as if each had its own: one that fails leaves nothing behind and the
    /// others stay. Gives the answer to each.
    pub(super) fn share(&mut self, steps: Vec<SharedStep>) -> Vec<Result<(), Fault>> {
        let count = steps.len();
        let mut answers = Vec::with_capacity(count);
        let shared = self.step(Durability::Power, |transaction, memory| {
            for step in steps {
                let clock = memory.clock;
                transaction.prepare_cached("SAVEPOINT shared")?.execute([])?;
                let taken = step(transaction, memory);
                if transaction.is_autocommit() {
                    // A full disk, for instance, may end the whole transaction.
                    return Err(taken.err().unwrap_or_else(|| Fault::Unavailable("the transaction ended by itself".into())));
                }
                if taken.is_err() {
                    transaction.prepare_cached("ROLLBACK TO shared")?.execute([])?;
                    memory.clock = clock;
                    memory.feeds.forget();
                }
                transaction.prepare_cached("RELEASE shared")?.execute([])?;
                answers.push(taken);
            }
            Ok(())
        });
        match shared {
            Ok(()) => answers.into_iter().map(|answer| answer.map_err(|fault| faults::at(&self.path, fault))).collect(),
            Err(fault) => vec![Err(fault); count],
        }
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

#[cfg(test)]
mod tests {
    use rusqlite::params;

    use super::*;
    use crate::instant::Instant;
    use crate::ledger::sqlite::{open, schema};

    fn store(folder: &tempfile::TempDir) -> Store {
        let path = folder.path().join("newswire.db");
        open::make(&path).unwrap();
        let mut connection = open::writer(&path).unwrap();
        let now = Instant::from_millis(1_795_000_000_000);
        schema::migrate(&mut connection, now).unwrap();
        Store::new(connection, path, Clock::at(now)).unwrap()
    }

    fn say(store: &mut Store, message: &str) -> Result<(), Fault> {
        store.step(Durability::Power, |step, _| {
            step.execute("INSERT INTO alarm (name, message) VALUES (?1, ?1) ON CONFLICT DO UPDATE SET message = ?1", params![message])?;
            Ok(())
        })
    }

    #[test]
    fn a_full_disk_is_said_and_outlived() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.connection.pragma_update(None, "max_page_count", pages).unwrap();
        let long = "x".repeat(1 << 20);
        for _ in 0..2 {
            assert!(matches!(say(&mut store, &long), Err(Fault::Full(_))));
        }
        say(&mut store, "short").unwrap();
        store.connection.pragma_update(None, "max_page_count", pages + 10_000).unwrap();
        say(&mut store, &long).unwrap();
        let kept: i64 = store.connection.query_row("SELECT count(*) FROM alarm", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, 2);
    }

    #[test]
    fn a_step_that_fails_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let name = crate::article::FeedName::parse("tag/made-and-undone").unwrap();
        let first: Result<i64, Fault> = store.step(Durability::Power, |step, memory| {
            memory.feeds.of(step, &name)?;
            Err(Fault::Stale)
        });
        assert!(matches!(first, Err(Fault::Stale)));
        // The number that the first try gave out is not remembered.
        let other = crate::article::FeedName::parse("other").unwrap();
        let taken = store.step(Durability::Power, |step, memory| memory.feeds.of(step, &other)).unwrap();
        let again = store.step(Durability::Power, |step, memory| memory.feeds.of(step, &name)).unwrap();
        assert_ne!(taken, again);
    }

    #[test]
    fn steps_that_share_a_transaction_fail_each_for_itself() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let saying = |message: &'static str, then: Result<(), Fault>| -> SharedStep {
            Box::new(move |step, _| {
                step.execute("INSERT INTO alarm (name, message) VALUES (?1, ?1)", params![message])?;
                then
            })
        };
        let answers = store.share(vec![saying("a", Ok(())), saying("b", Err(Fault::LeaseLost)), saying("c", Ok(())), saying("a", Ok(()))]);
        assert!(matches!(answers[..], [Ok(()), Err(Fault::LeaseLost), Ok(()), Err(Fault::Unavailable(_))]), "{answers:?}");
        let mut select = store.connection.prepare("SELECT name FROM alarm ORDER BY name").unwrap();
        let kept: Vec<String> = select.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(kept, ["a", "c"]);
    }

    #[test]
    fn a_full_disk_fails_all_that_share_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
        store.connection.pragma_update(None, "max_page_count", pages).unwrap();
        let saying = |length: usize| -> SharedStep {
            Box::new(move |step, _| {
                step.execute("INSERT INTO alarm (name, message) VALUES (?1, ?2)", params![length.to_string(), "x".repeat(length)])?;
                Ok(())
            })
        };
        let answers = store.share(vec![saying(1), saying(1 << 20), saying(2)]);
        // Whether the disk took the small ones with it or not: what was acknowledged is there, and only that.
        assert!(matches!(answers[1], Err(Fault::Full(_))), "{answers:?}");
        let acknowledged = answers.iter().filter(|answer| answer.is_ok()).count();
        let kept: i64 = store.connection.query_row("SELECT count(*) FROM alarm", [], |row| row.get(0)).unwrap();
        assert_eq!(kept, i64::try_from(acknowledged).unwrap());
        say(&mut store, "and on").unwrap();
    }

    #[test]
    fn leases_need_no_sync_and_the_next_edition_gets_one() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = store(&folder);
        let level = |step: &Transaction<'_>, _: &mut Memory| Ok(step.query_row("PRAGMA synchronous", [], |row| row.get::<_, i64>(0))?);
        assert_eq!(store.step(Durability::Power, level).unwrap(), 2);
        assert_eq!(store.step(Durability::Process, level).unwrap(), 1);
        assert_eq!(store.step(Durability::Power, level).unwrap(), 2);
    }
}
