//! Claims what is owed, never more than there is room for, and starts a task for each piece.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tracing::warn;

use super::dispatcher::Dispatcher;
use super::lease::LEASE;
use super::retry::retry;
use super::stretch::stretch;
use crate::article::{Lane, Sequence};
use crate::instant::Instant;
use crate::ledger::{Claim, Claimed, Fault};

/// How many stretches of a lane are being begun at once; those whose members have all begun no longer count.
const STRETCHES: usize = 4;
/// How many endpoints a stretch holds at most.
const STRETCH_LEN: usize = 256;
/// How many retries are claimed ahead of their seats.
const RETRIES: usize = 64;
/// The longest sleep: a step of the wall clock cannot hold up a retry for longer.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);
/// The shortest sleep before something that is due: whatever a ledger says, this never spins.
const SHORTEST_SLEEP: Duration = Duration::from_millis(10);
/// The rest after a claim that gave nothing: a burst of changes costs one claim.
const REST: Duration = Duration::from_millis(1);
/// The first and the longest wait while the ledger cannot be used.
const TROUBLE: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// Room for a piece of work that has not begun in full; wakes the claiming loop when it is free again.
pub(super) struct Slot {
    permit: Option<OwnedSemaphorePermit>,
    wake: Arc<Notify>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        drop(self.permit.take());
        self.wake.notify_one();
    }
}

/// The room there is.
struct Room {
    breaking: Arc<Semaphore>,
    ordinary: Arc<Semaphore>,
    retries: Arc<Semaphore>,
    wake: Arc<Notify>,
}

impl Room {
    fn new(wake: &Arc<Notify>) -> Self {
        let of = |many| Arc::new(Semaphore::new(many));
        Self { breaking: of(STRETCHES), ordinary: of(STRETCHES), retries: of(RETRIES), wake: Arc::clone(wake) }
    }

    /// What to ask for; `None` where there is no room at all.
    fn claim(&self, now: Instant, floor: Sequence) -> Option<Claim> {
        let lanes = [(Lane::Breaking, &self.breaking), (Lane::Ordinary, &self.ordinary)];
        let stretches: BTreeMap<_, _> =
            lanes.into_iter().map(|(lane, room)| (lane, room.available_permits())).filter(|(_, room)| *room > 0).collect();
        // Retries are fetched by the handful, so that each claim is worth its transaction.
        let free = self.retries.available_permits();
        let retries = if free * 2 >= RETRIES { free } else { 0 };
        let something = retries > 0 || !stretches.is_empty();
        something.then_some(Claim { now, lease: LEASE, floor, stretches, stretch_len: STRETCH_LEN, retries })
    }

    /// Takes room. Only this loop takes any, so what it asked for is free.
    fn slot(&self, room: &Arc<Semaphore>) -> Slot {
        Slot { permit: Arc::clone(room).try_acquire_owned().ok(), wake: Arc::clone(&self.wake) }
    }

    fn of(&self, lane: Lane) -> &Arc<Semaphore> {
        match lane {
            Lane::Breaking => &self.breaking,
            Lane::Ordinary => &self.ordinary,
            Lane::Retry => &self.retries,
        }
    }
}

/// Claims until the daemon stops, or the ledger says that it can never be used.
pub(super) async fn fan_out(dispatcher: &Arc<Dispatcher>, mut floor: watch::Receiver<Sequence>) -> Result<(), Fault> {
    let room = Room::new(&dispatcher.wake);
    let mut trouble = TROUBLE.0;
    loop {
        let now = dispatcher.now();
        let at = *floor.borrow_and_update();
        let mut sleep = LONGEST_SLEEP;
        if let Some(claim) = room.claim(now, at) {
            let retries_asked = claim.retries > 0;
            let claimed = tokio::select! {
                biased;
                () = dispatcher.stopping.cancelled() => return Ok(()),
                claimed = dispatcher.ledger.claim(claim) => claimed,
            };
            match claimed {
                Ok(claimed) => {
                    trouble = TROUBLE.0;
                    // What is due and was not asked for waits for room, and room wakes this loop.
                    if let Some(due) = claimed.next_due.filter(|due| retries_asked || *due > now) {
                        sleep = due.since(dispatcher.now()).clamp(SHORTEST_SLEEP, LONGEST_SLEEP);
                    }
                    if claimed.stretches.is_empty() && claimed.retries.is_empty() {
                        tokio::time::sleep(REST).await;
                    }
                    start(dispatcher, &room, claimed);
                }
                Err(fault @ (Fault::Incompatible(_) | Fault::Corrupt(_))) => return Err(fault),
                Err(fault) => {
                    warn!("no deliveries could be claimed, which is tried again in {trouble:?}: {fault}");
                    sleep = trouble;
                    trouble = (trouble * 2).min(TROUBLE.1);
                    tokio::select! {
                        () = dispatcher.stopping.cancelled() => return Ok(()),
                        () = tokio::time::sleep(sleep) => continue,
                    }
                }
            }
        }
        tokio::select! {
            biased;
            () = dispatcher.stopping.cancelled() => return Ok(()),
            () = dispatcher.wake.notified() => {}
            Ok(()) = floor.changed() => {}
            () = tokio::time::sleep(sleep) => {}
        }
    }
}

fn start(dispatcher: &Arc<Dispatcher>, room: &Room, claimed: Claimed) {
    for piece in claimed.stretches {
        let slot = room.slot(room.of(piece.bulletin.lane));
        let work = stretch(Arc::clone(dispatcher), piece, slot);
        dispatcher.tasks.spawn(dispatcher.kill.clone().run_until_cancelled_owned(work));
    }
    for piece in claimed.retries {
        let slot = room.slot(room.of(Lane::Retry));
        let work = retry(Arc::clone(dispatcher), piece, slot);
        dispatcher.tasks.spawn(dispatcher.kill.clone().run_until_cancelled_owned(work));
    }
}
