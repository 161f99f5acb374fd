//! What all clients share: how far the stream has come, and its latest bulletins.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::frame::Frame;
use crate::article::Sequence;
use crate::ledger::{Fault, Ledger};
use crate::server::seldom::Seldom;

/// How many bulletins are held for all …
const HELD: usize = 256;
/// … and how many bytes of them.
const HELD_BYTES: usize = 8 * 1024 * 1024;
/// How many are read from the ledger at once; what a client that catches up holds at most.
const PAGE: usize = 32;
/// How long to wait when the ledger fails.
const RETRY: Duration = Duration::from_secs(1);

/// The stream of bulletins.
pub struct Events {
    ledger: Arc<dyn Ledger>,
    /// Bulletins up to it may be told: their feeds stand.
    floor: watch::Receiver<Sequence>,
    /// How far the stream has come.
    latest: watch::Sender<Sequence>,
    recent: Mutex<Recent>,
    open: Arc<AtomicUsize>,
    shutdown: CancellationToken,
    /// When it was last said that all places are taken.
    pub(super) full: Seldom,
}

/// The bulletins after a sequence, up to the latest.
#[derive(Default)]
struct Recent {
    after: Sequence,
    frames: VecDeque<Arc<Frame>>,
    bytes: usize,
}

/// A client's place; gone with it.
pub(super) struct Place(Arc<AtomicUsize>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Events {
    /// A stream over this ledger, of bulletins up to the floor; it ends with `shutdown`. [`Events::run`] moves it on.
    pub fn new(ledger: Arc<dyn Ledger>, floor: watch::Receiver<Sequence>, shutdown: CancellationToken) -> Self {
        Self {
            ledger,
            floor,
            latest: watch::Sender::new(Sequence(0)),
            recent: Mutex::default(),
            open: Arc::default(),
            shutdown,
            full: Seldom::default(),
        }
    }

    /// Follows the floor until shutdown.
    pub async fn run(self: Arc<Self>) {
        let mut floor = self.floor.clone();
        loop {
            let upto = *floor.borrow_and_update();
            while let Err(fault) = self.advance(upto).await {
                tracing::debug!(%fault, "the stream of bulletins waits for the ledger");
                tokio::select! {
                    () = self.shutdown.cancelled() => return,
                    () = tokio::time::sleep(RETRY) => {}
                }
            }
            tokio::select! {
                () = self.shutdown.cancelled() => return,
                changed = floor.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Moves on to a sequence.
    async fn advance(&self, upto: Sequence) -> Result<(), Fault> {
        let mut at = *self.latest.borrow();
        // Before the first client, and after the last, nobody needs what is recent; nor does anybody need what was told in earlier runs.
        if at == Sequence(0) || self.open.load(Ordering::Relaxed) == 0 {
            *self.recent() = Recent { after: upto, ..Recent::default() };
            at = upto;
        }
        while at < upto {
            let page = self.ledger.bulletins(at, upto, PAGE).await?;
            let full = page.len() == PAGE;
            at = page.last().filter(|_| full).map_or(upto, |last| last.sequence);
            self.recent().add(page.iter().map(|bulletin| Arc::new(Frame::of(bulletin))));
            self.latest.send_if_modified(|latest| std::mem::replace(latest, at) != at);
        }
        self.latest.send_if_modified(|latest| std::mem::replace(latest, upto) != upto);
        Ok(())
    }

    /// A place for one client more, where fewer than so many have one.
    pub(super) fn place(&self, most: usize) -> Option<Place> {
        let taken = self.open.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |open| (open < most).then_some(open + 1));
        taken.ok().map(|_| Place(Arc::clone(&self.open)))
    }

    /// Tells when the stream moves on.
    pub(super) fn progress(&self) -> watch::Receiver<Sequence> {
        self.latest.subscribe()
    }

    pub(super) const fn shutdown(&self) -> &CancellationToken {
        &self.shutdown
    }

    /// Where a client begins that has nothing yet: with what comes next.
    pub(super) async fn now(&self) -> Result<Sequence, Fault> {
        let latest = *self.latest.borrow();
        // At start no feed is known to stand yet; all that the ledger has is older than this client.
        if latest == Sequence(0) { Ok(self.ledger.state().await?.sequence) } else { Ok(latest) }
    }

    /// Where a client goes on that has this bulletin; and whether some that came after it may be gone for good, or are of another ledger.
    pub(super) async fn resume(&self, after: Sequence) -> Result<(Sequence, bool), Fault> {
        let known = self.ledger.state().await?.sequence;
        if after > known {
            return Ok((self.now().await?, true));
        }
        let before = Sequence(after.0.saturating_sub(1));
        let kept = after == Sequence(0) || !self.ledger.bulletins(before, after, 1).await?.is_empty();
        Ok((after, !kept))
    }

    /// What comes after a sequence, oldest first, and how far that reaches; nothing where the client has all of it.
    pub(super) async fn after(&self, at: Sequence) -> Result<(Vec<Arc<Frame>>, Sequence), Fault> {
        let latest = *self.latest.borrow();
        if at >= latest {
            return Ok((Vec::new(), at));
        }
        if let Some(frames) = self.recent().after(at) {
            let upto = frames.last().map_or(latest, |last| last.sequence);
            return Ok((frames, upto));
        }
        let page = self.ledger.bulletins(at, latest, PAGE).await?;
        let upto = page.last().filter(|_| page.len() == PAGE).map_or(latest, |last| last.sequence);
        Ok((page.iter().map(|bulletin| Arc::new(Frame::of(bulletin))).collect(), upto))
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        // A panic between two of its steps could only miscount bytes.
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recent {
    fn add(&mut self, frames: impl Iterator<Item = Arc<Frame>>) {
        for frame in frames {
            self.bytes += frame.bytes.len();
            self.frames.push_back(frame);
        }
        while self.frames.len() > HELD || self.bytes > HELD_BYTES {
            let Some(oldest) = self.frames.pop_front() else { break };
            self.bytes -= oldest.bytes.len();
            self.after = oldest.sequence;
        }
    }

    /// Some of those after a sequence; `None` where some of them are not held.
    fn after(&self, at: Sequence) -> Option<Vec<Arc<Frame>>> {
        if at < self.after {
            return None;
        }
        let start = self.frames.partition_point(|frame| frame.sequence <= at);
        Some(self.frames.iter().skip(start).take(PAGE).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::article::BulletinKind;

    fn frame(sequence: u64, length: usize) -> Arc<Frame> {
        let bytes = Bytes::from(vec![b'x'; length]);
        Arc::new(Frame { sequence: Sequence(sequence), kind: BulletinKind::Published, breaking: false, feeds: Vec::new(), bytes })
    }

    fn sequences(frames: Option<Vec<Arc<Frame>>>) -> Option<Vec<u64>> {
        Some(frames?.iter().map(|frame| frame.sequence.0).collect())
    }

    #[test]
    fn what_is_recent_is_bounded_by_count_and_by_bytes() {
        let mut recent = Recent { after: Sequence(10), ..Recent::default() };
        recent.add((11..=13).map(|sequence| frame(sequence, 1)));
        assert_eq!(sequences(recent.after(Sequence(10))), Some(vec![11, 12, 13]));
        assert_eq!(sequences(recent.after(Sequence(12))), Some(vec![13]));
        assert_eq!(sequences(recent.after(Sequence(13))), Some(vec![]));
        assert_eq!(sequences(recent.after(Sequence(9))), None, "10 is not held, so the ledger is asked");
        recent.add(std::iter::once(frame(14, HELD_BYTES - 1)));
        assert_eq!(sequences(recent.after(Sequence(11))), None, "the oldest made room");
        assert_eq!(sequences(recent.after(Sequence(12))), Some(vec![13, 14]));
        recent.add((15..400).map(|sequence| frame(sequence, 1)));
        assert_eq!((recent.frames.len(), recent.bytes), (HELD, HELD));
        // A larger one than all the room there is is read from the ledger by each.
        recent.add(std::iter::once(frame(400, HELD_BYTES + 1)));
        assert_eq!((recent.frames.len(), recent.bytes, recent.after), (0, 0, Sequence(400)));
    }
}
