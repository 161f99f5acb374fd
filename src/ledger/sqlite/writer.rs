//! The one thread that writes. It owns the connection and takes editions before everything else.

use std::fs::File;
use std::io;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;

use super::checkpoint::Checkpointer;
use super::store::Store;
use crate::ledger::Fault;

/// How many editions, and how many other steps, may wait; callers wait for room.
const EDITIONS: usize = 4;
const OTHERS: usize = 64;

/// Which queue a step waits in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Queue {
    /// Editions go first.
    Editions,
    /// Everything else.
    Others,
}

type Step = Box<dyn FnOnce(&mut Store) + Send>;

/// The thread, seen from outside.
pub(super) struct Writer {
    /// Taken when the ledger closes, which is what ends the thread.
    queues: Option<Queues>,
    thread: Option<JoinHandle<()>>,
}

struct Queues {
    editions: Sender<Step>,
    others: Sender<Step>,
}

impl Writer {
    /// Starts the thread over a store. `lock` is held until the connection is closed.
    pub(super) fn start(store: Store, checkpointer: Checkpointer, lock: File) -> io::Result<Self> {
        let (editions, first) = mpsc::channel(EDITIONS);
        let (others, second) = mpsc::channel(OTHERS);
        let thread = thread::Builder::new().name("ledger".into()).spawn(move || {
            work(store, &checkpointer, first, second);
            drop(checkpointer);
            drop(lock);
        })?;
        Ok(Self { queues: Some(Queues { editions, others }), thread: Some(thread) })
    }

    /// Has the thread take a step. A caller that gives up waiting does not undo it.
    pub(super) async fn take<T: Send + 'static>(
        &self,
        queue: Queue,
        step: impl FnOnce(&mut Store) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let closed = || Fault::Unavailable("the ledger is closed".into());
        let (Some(queues), Some(thread)) = (&self.queues, &self.thread) else { return Err(closed()) };
        let (answer, given) = oneshot::channel();
        let boxed: Step = Box::new(move |store| {
            let _ = answer.send(step(store));
        });
        let queue = match queue {
            Queue::Editions => &queues.editions,
            Queue::Others => &queues.others,
        };
        queue.send(boxed).await.map_err(|_| closed())?;
        thread.thread().unpark();
        given.await.map_err(|_| Fault::Unknown("the thread that writes the ledger ended".into()))?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // What waits in the queues is still done; then the file is closed and its lock given back, before this returns.
        self.queues = None;
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}

fn work(mut store: Store, checkpointer: &Checkpointer, mut editions: Receiver<Step>, mut others: Receiver<Step>) {
    loop {
        let next = match editions.try_recv() {
            Ok(step) => Ok(step),
            // Both queues close together.
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => others.try_recv(),
        };
        match next {
            Ok(step) => {
                step(&mut store);
                checkpointer.after_step(&store);
            }
            // A step that is put into a queue after this look leaves its unpark behind.
            Err(TryRecvError::Empty) => thread::park(),
            Err(TryRecvError::Disconnected) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::instant::Instant;
    use crate::ledger::sqlite::clock::Clock;
    use crate::ledger::sqlite::{open, schema};

    #[tokio::test]
    async fn editions_go_before_what_waited_longer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("newswire.db");
        open::make(&path).unwrap();
        let mut connection = open::writer(&path).unwrap();
        schema::migrate(&mut connection, Instant::from_millis(0)).unwrap();
        let store = Store::new(connection, path.clone(), Clock::at(Instant::from_millis(0))).unwrap();
        let log = Checkpointer::start(open::checkpointer(&path).unwrap(), open::beside(&path, "-wal")).unwrap();
        let writer = Writer::start(store, log, open::take(&path).unwrap()).unwrap();

        let order = Arc::new(Mutex::new(Vec::new()));
        let noting = |name: &'static str| {
            let order = Arc::clone(&order);
            move |_: &mut Store| {
                order.lock().unwrap().push(name);
                Ok(())
            }
        };
        // The thread is held in mid-step until all the others wait.
        let (go, gate) = mpsc::channel::<()>();
        let held = writer.take(Queue::Others, move |_| {
            gate.recv().unwrap();
            Ok(())
        });
        let others = async { tokio::join!(writer.take(Queue::Others, noting("settle")), writer.take(Queue::Others, noting("claim"))) };
        let editions =
            async { tokio::join!(writer.take(Queue::Editions, noting("edition")), writer.take(Queue::Editions, noting("next"))) };
        let release = async { go.send(()).unwrap() };
        // Polled in this order once, each has put its step into its queue before the gate opens.
        let (held, ..) = tokio::join!(biased; held, others, editions, release);
        held.unwrap();
        assert_eq!(*order.lock().unwrap(), ["edition", "next", "settle", "claim"]);
    }
}
