//! Where the kernel's events land. Under one lock that is never held over a system call, so that the thread that empties the kernel's
//! queue never waits for a disk.

use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use notify::Event;

use super::state::{State, Work};
use super::{Batch, Rules};

/// The state, its lock, and those who wait on it.
pub(super) struct Inbox {
    state: Mutex<State>,
    work: Condvar,
    news: tokio::sync::Notify,
}

impl Inbox {
    pub(super) fn new(root: PathBuf, rules: Rules) -> Self {
        Self { state: Mutex::new(State::new(root, rules)), work: Condvar::new(), news: tokio::sync::Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No step leaves the state half-changed in a way that a later one could not bear: at worst a file is looked at once more.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the state, and wakes whoever waits for what came of it.
    pub(super) fn with<R>(&self, step: impl FnOnce(&mut State) -> R) -> R {
        let (result, wake, news) = {
            let mut state = self.lock();
            let result = step(&mut state);
            (result, std::mem::take(&mut state.wake), state.has_news())
        };
        if wake {
            self.work.notify_one();
        }
        if news {
            self.news.notify_one();
        }
        result
    }

    /// What the kernel's thread calls, whatever it has to say.
    pub(super) fn take_in(&self, event: &notify::Result<Event>) {
        let now = Instant::now();
        self.with(|state| match event {
            Ok(event) => state.event(event, now),
            // What it could not read is lost.
            Err(_) => state.lose_track(),
        });
    }

    /// Waits for work, at most until then.
    pub(super) fn wait(&self, until: Instant) -> Work {
        let mut state = self.lock();
        loop {
            let now = Instant::now();
            let work = state.work(now);
            if work.stop || !work.tasks.is_empty() || !work.due.is_empty() || now >= until {
                let news = state.has_news();
                drop(state);
                if news {
                    self.news.notify_one();
                }
                return work;
            }
            if state.has_news() {
                self.news.notify_one();
            }
            let wake = state.next().map_or(until, |next| next.min(until));
            let pause = wake.saturating_duration_since(now).max(Duration::from_millis(1));
            state = self.work.wait_timeout(state, pause).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits for something to hand on. May be dropped at any time; nothing is lost.
    pub(super) async fn next(&self) -> Batch {
        loop {
            if let Some(batch) = self.lock().take() {
                return batch;
            }
            // One permit is kept if the news came just now.
            self.news.notified().await;
        }
    }

    /// Lets the worker end.
    pub(super) fn stop(&self) {
        self.lock().stop = true;
        self.work.notify_one();
    }
}
