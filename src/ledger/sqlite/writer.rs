//! The one thread that writes. It owns the connection and takes editions before everything else.

use std::fs::File;
use std::io;
use std::thread::{self, JoinHandle};

use tokio::sync::mpsc::error::TryRecvError;
use tokio::sync::mpsc::{self, Receiver, Sender};
use tokio::sync::oneshot;

use super::checkpoint::Checkpointer;
use super::news::News;
use super::store::{SharedStep, Store};
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

/// So many steps share one transaction at most, so that an edition never waits long for them.
const SHARING: usize = 32;

enum Step {
    Alone(Box<dyn FnOnce(&mut Store) + Send>),
    Shared(SharedStep, oneshot::Sender<Result<(), Fault>>),
}

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
    pub(super) fn start(store: Store, checkpointer: Checkpointer, news: News, lock: File) -> io::Result<Self> {
        let (editions, first) = mpsc::channel(EDITIONS);
        let (others, second) = mpsc::channel(OTHERS);
        let thread = thread::Builder::new().name("ledger".into()).spawn(move || {
            work(store, &checkpointer, &news, first, second);
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
        let (answer, given) = oneshot::channel();
        let step = Box::new(move |store: &mut Store| {
            let _ = answer.send(step(store));
        });
        self.put(queue, Step::Alone(step), given).await
    }

    /// The same for a step that may share its transaction with others that wait with it.
    pub(super) async fn share(&self, step: SharedStep) -> Result<(), Fault> {
        let (answer, given) = oneshot::channel();
        self.put(Queue::Others, Step::Shared(step, answer), given).await
    }

    async fn put<T>(&self, queue: Queue, step: Step, given: oneshot::Receiver<Result<T, Fault>>) -> Result<T, Fault> {
        let closed = || Fault::Unavailable("the ledger is closed".into());
        let (Some(queues), Some(thread)) = (&self.queues, &self.thread) else { return Err(closed()) };
        let queue = match queue {
            Queue::Editions => &queues.editions,
            Queue::Others => &queues.others,
        };
        queue.send(step).await.map_err(|_| closed())?;
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

fn work(mut store: Store, checkpointer: &Checkpointer, news: &News, mut editions: Receiver<Step>, mut others: Receiver<Step>) {
    // Taken from its queue while others were looked for that could share a transaction; it is next in its queue.
    let mut put_back = None;
    loop {
        let next = match (editions.try_recv(), put_back.take()) {
            (Ok(edition), waits) => {
                put_back = waits;
                Ok(edition)
            }
            (Err(_), Some(waits)) => Ok(waits),
            // Both queues close together.
            (Err(TryRecvError::Empty | TryRecvError::Disconnected), None) => others.try_recv(),
        };
        match next {
            Ok(Step::Alone(step)) => step(&mut store),
            Ok(Step::Shared(step, answer)) => {
                put_back = share(&mut store, (step, answer), &mut others);
                news.tell();
            }
            // A step that is put into a queue after this look leaves its unpark behind.
            Err(TryRecvError::Empty) => {
                thread::park();
                continue;
            }
            Err(TryRecvError::Disconnected) => return,
        }
        checkpointer.after_step(&store);
    }
}

/// Takes a step together with those right behind it that may share its transaction; gives back the first that may not.
fn share(store: &mut Store, first: (SharedStep, oneshot::Sender<Result<(), Fault>>), others: &mut Receiver<Step>) -> Option<Step> {
    let (mut steps, mut answers) = (vec![first.0], vec![first.1]);
    let mut put_back = None;
    while steps.len() < SHARING && put_back.is_none() {
        match others.try_recv() {
            Ok(Step::Shared(step, answer)) => {
                steps.push(step);
                answers.push(answer);
            }
            Ok(alone) => put_back = Some(alone),
            Err(_) => break,
        }
    }
    for (answer, given) in answers.into_iter().zip(store.share(steps)) {
        let _ = answer.send(given);
    }
    put_back
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
        let writer = Writer::start(store, log, News::new(), open::take(&path).unwrap()).unwrap();

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
