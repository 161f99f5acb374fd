//! One stretch of an audience, from lease to settlement.
//!
//! Its members are begun in order, each as soon as its lane has a seat. Those without an outcome after a second leave it: they
//! are settled as slow, get a row of their own, and go on under that row's lease.

use std::pin::pin;
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::DropGuard;
use tracing::{info, warn};

use super::attempt::Done;
use super::dispatcher::Dispatcher;
use super::fan_out::Slot;
use super::follow::follow;
use super::lanes::Seat;
use super::lease::{LEASE, hold, new_token};
use super::plan::{Job, Plan, Planner};
use super::retry::settle_one;
use super::settle::{Settled, settle};
use super::webhook::body::body;
use crate::instant::Instant;
use crate::ledger::{Delivery, LeaseToken, Outcome, Settlement, Stretch};

/// From this many members on, a stretch's successes are told in one line instead of one each.
const MANY: usize = 16;

/// What a member says of itself: how it ended, or that it is slow.
enum Report {
    Done(Done),
    Slow { token: LeaseToken, settled: oneshot::Sender<()> },
}

/// What a stretch came to.
struct Outcomes {
    deliveries: Vec<Delivery>,
    disable: Vec<(String, String)>,
    /// Told once their rows exist.
    slow: Vec<oneshot::Sender<()>>,
    /// Stops the members when dropped.
    crew: DropGuard,
}

/// Sends the bulletin to the members of the stretch and settles.
pub(super) async fn stretch(dispatcher: Arc<Dispatcher>, stretch: Stretch, slot: Slot) {
    let token = stretch.token;
    let (bulletin, members) = (Arc::clone(&stretch.bulletin), stretch.audience.len());
    let Some(outcomes) = hold(&dispatcher, token, work(&dispatcher, stretch, slot)).await else {
        warn!(bulletin = %bulletin.id, "the lease on {members} deliveries is lost, and the work is dropped; they are begun anew");
        return;
    };
    let Outcomes { deliveries, disable, slow, crew } = outcomes;
    let accepted = deliveries.iter().filter(|delivery| delivery.outcome == Outcome::Accepted).count();
    let superseded = deliveries.iter().filter(|delivery| delivery.outcome == Outcome::Superseded).count();
    let settled = settle(&dispatcher, Settlement { token, now: dispatcher.now(), deliveries, disable }).await;
    match settled {
        Settled::Written => {
            if members >= MANY {
                info!(bulletin = %bulletin.id, article = %bulletin.article, revision = bulletin.revision.0, superseded, slow = slow.len(),
                    "{} delivered to {accepted} of {members} endpoints", bulletin.kind);
            }
            for member in slow {
                // One that has stopped meanwhile has lost nothing: its row is claimed again when its lease runs out.
                let _ = member.send(());
            }
            crew.disarm();
        }
        Settled::Lost => {
            warn!(bulletin = %bulletin.id, "the lease on {members} deliveries was lost before they could be settled; they are begun anew");
        }
    }
}

async fn work(dispatcher: &Arc<Dispatcher>, stretch: Stretch, slot: Slot) -> Outcomes {
    let lane = stretch.bulletin.lane;
    let planner = Planner {
        dispatcher,
        endpoints: dispatcher.endpoints(),
        body: body(&stretch.bulletin),
        bulletin: stretch.bulletin,
        quiet: stretch.audience.len() >= MANY,
    };
    let lanes = dispatcher.lanes();
    let stop = dispatcher.kill.child_token();
    let mut outcomes = Outcomes {
        deliveries: Vec::with_capacity(stretch.audience.len()),
        disable: Vec::new(),
        slow: Vec::new(),
        crew: stop.clone().drop_guard(),
    };
    let (report, mut reports) = mpsc::channel(stretch.audience.len().max(1));
    let mut begun = Vec::new();
    for member in stretch.audience {
        let endpoint = member.endpoint.position.id.clone();
        let job = match planner.plan(member.endpoint, member.sent, 0) {
            Plan::Filtered => continue,
            Plan::Dead(reason) => {
                outcomes.deliveries.push(Delivery { endpoint, outcome: Outcome::Dead { reason }, attempt: None });
                continue;
            }
            Plan::Attempt(job) => job,
        };
        let seat = tokio::select! {
            biased;
            () = dispatcher.stopping.cancelled() => None,
            seat = lanes.seat(lane) => Some(seat),
        };
        if let Some(seat) = seat {
            let member = follow_member(Arc::clone(dispatcher), job, seat, begun.len(), report.clone());
            dispatcher.tasks.spawn(stop.clone().run_until_cancelled_owned(member));
            begun.push(Some(endpoint));
        } else {
            outcomes.put_off(endpoint, dispatcher.now());
        }
    }
    // All have begun: there is room for another stretch.
    drop((slot, report));
    while let Some((index, report)) = reports.recv().await {
        if let Some(endpoint) = begun.get_mut(index).and_then(Option::take) {
            outcomes.take_in(endpoint, report, dispatcher.now());
        }
    }
    // Whoever left without a word is owed its bulletin still.
    for endpoint in begun.into_iter().flatten() {
        outcomes.put_off(endpoint, dispatcher.now());
    }
    outcomes
}

impl Outcomes {
    fn take_in(&mut self, endpoint: String, report: Report, now: Instant) {
        match report {
            Report::Done(mut done) => {
                self.disable.extend(done.disable.take().map(|reason| (endpoint.clone(), reason)));
                self.deliveries.push(done.delivery(endpoint));
            }
            Report::Slow { token, settled } => {
                let outcome = Outcome::Slow { token, until: now.plus(LEASE) };
                self.deliveries.push(Delivery { endpoint, outcome, attempt: None });
                self.slow.push(settled);
            }
        }
    }

    fn put_off(&mut self, endpoint: String, due: Instant) {
        self.deliveries.push(Delivery { endpoint, outcome: Outcome::Retry { due }, attempt: None });
    }
}

/// Makes one member's attempt and reports; goes on alone once it is slow.
async fn follow_member(dispatcher: Arc<Dispatcher>, job: Box<Job>, seat: Seat, index: usize, reports: mpsc::Sender<(usize, Report)>) {
    let (say_slow, is_slow) = oneshot::channel();
    let mut work = pin!(follow(&dispatcher, &job, seat, say_slow));
    tokio::select! {
        biased;
        done = &mut work => {
            // The stretch has gone only if its lease is lost, and this with it.
            let _ = reports.send((index, Report::Done(done))).await;
            return;
        }
        Ok(()) = is_slow => {}
    }
    let token = new_token();
    let (settled, mut row_exists) = oneshot::channel();
    if reports.send((index, Report::Slow { token, settled })).await.is_err() {
        return;
    }
    drop(reports);
    let done = tokio::select! {
        biased;
        done = &mut work => match row_exists.await {
            Ok(()) => Some(done),
            Err(_) => return,
        },
        exists = &mut row_exists => match exists {
            Ok(()) => hold(&dispatcher, token, work).await,
            Err(_) => return,
        },
    };
    if let Some(done) = done {
        settle_one(&dispatcher, token, job.endpoint.id().to_owned(), done).await;
    } else {
        warn!(endpoint = %job.endpoint, bulletin = %job.bulletin.id, "the lease on a slow delivery is lost; it is begun anew");
    }
}
