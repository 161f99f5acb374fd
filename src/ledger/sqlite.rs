//! The embedded engine: one SQLite file in write-ahead mode, one thread that writes, readers apart.

mod adopt;
mod archives;
mod articles;
mod assets;
mod audience;
mod catalogue;
mod checkpoint;
mod claim;
mod clock;
mod commit;
mod endpoints;
mod families;
mod faults;
mod marks;
mod names;
mod news;
mod open;
mod order;
mod past_links;
mod places;
mod readers;
mod rows;
mod schema;
mod seam;
mod settle;
mod sitemap;
mod sources;
mod status;
mod store;
mod upkeep;
mod writer;

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use self::checkpoint::Checkpointer;
use self::clock::Clock;
use self::names::Keys;
use self::news::News;
use self::readers::Readers;
use self::sources::Sources;
use self::store::{Durability, Memory, Store};
use self::writer::{Queue, Writer};
use super::Fault;
use crate::instant::Instant;

/// A ledger in an SQLite file.
///
/// A clone is another handle on the same ledger: each remembers for itself which changes it has been woken for.
#[derive(Clone)]
pub struct SqliteLedger {
    core: Arc<Core>,
    news: News,
}

struct Core {
    readers: Readers,
    keys: Keys,
    sources: Arc<Sources>,
    /// None where the ledger was opened for reading only.
    writer: Option<Writer>,
}

impl SqliteLedger {
    /// Opens the ledger at `path`, made where it is missing, and takes it for this instance. Every lease is over: whoever held one is gone.
    pub fn open(path: &Path, now: Instant) -> Result<Self, Fault> {
        let path = std::path::absolute(path).map_err(|error| faults::of_file("find", path, &error))?;
        open::make(&path)?;
        let lock = open::take(&path)?;
        let about = |fault| faults::at(&path, fault);
        let connection = open::writer(&path).and_then(|mut connection| schema::migrate(&mut connection, now).map(|()| connection));
        let mut store = Store::new(connection.map_err(about)?, path.clone(), Clock::at(now)).map_err(about)?;
        store.step(Durability::Power, |step, _| {
            clock::end_leases(step, now)?;
            clock::rebase(step, now)
        })?;
        let (readers, keys) = Self::readers(&path)?;
        let unstarted = |error| faults::of_file("start a thread for", &path, &error);
        let log = open::checkpointer(&path).map_err(about)?;
        let checkpointer = Checkpointer::start(log, open::beside(&path, "-wal")).map_err(unstarted)?;
        let news = News::new();
        let writer = Writer::start(store, checkpointer, news.clone(), lock).map_err(unstarted)?;
        Ok(Self::new(readers, keys, Some(writer), news))
    }

    /// Opens the ledger at `path` for reading only, beside an instance that may be running: takes no lock, migrates nothing, and every
    /// verb that writes is [`Fault::Unavailable`].
    pub fn open_read_only(path: &Path) -> Result<Self, Fault> {
        let path = std::path::absolute(path).map_err(|error| faults::of_file("find", path, &error))?;
        if let Err(error) = std::fs::metadata(&path) {
            return Err(faults::of_file("open the ledger", &path, &error));
        }
        let (readers, keys) = Self::readers(&path)?;
        Ok(Self::new(readers, keys, None, News::new()))
    }

    fn readers(path: &Path) -> Result<(Readers, Keys), Fault> {
        let first = open::reader(path).and_then(|reader| schema::require_current(&reader).map(|()| reader));
        let first = first.map_err(|fault| faults::at(path, fault))?;
        let keys = Keys::of(&first).map_err(|fault| faults::at(path, fault))?;
        Ok((Readers::new(path, first), keys))
    }

    fn new(readers: Readers, keys: Keys, writer: Option<Writer>, news: News) -> Self {
        Self { core: Arc::new(Core { readers, keys, sources: Arc::default(), writer }), news }
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection, &Keys) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let keys = self.core.keys.clone();
        self.core.readers.read(move |reader| read(reader, &keys)).await
    }

    async fn write<T: Send + 'static>(
        &self,
        queue: Queue,
        durability: Durability,
        body: impl FnOnce(&rusqlite::Transaction<'_>, &mut Memory) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let writer = self.writer()?;
        let news = self.news.clone();
        // Told by the thread that writes: a caller that gave up waiting has changed the ledger all the same.
        let step = move |store: &mut Store| {
            let taken = store.step(durability, body);
            if durability == Durability::Power {
                news.tell();
            }
            taken
        };
        writer.take(queue, step).await
    }

    /// A step that is synced, but may share its transaction with others.
    async fn share(
        &self,
        body: impl FnOnce(&rusqlite::Transaction<'_>, &mut Memory) -> Result<(), Fault> + Send + 'static,
    ) -> Result<(), Fault> {
        self.writer()?.share(Box::new(body)).await
    }

    fn writer(&self) -> Result<&Writer, Fault> {
        self.core.writer.as_ref().ok_or_else(|| Fault::Unavailable("the ledger was opened for reading only".into()))
    }
}
