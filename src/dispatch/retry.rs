//! One delivery with a row of its own, from lease to settlement.

use std::sync::Arc;

use tokio::sync::oneshot;
use tracing::debug;

use super::attempt::Done;
use super::dispatcher::Dispatcher;
use super::fan_out::Slot;
use super::follow::follow;
use super::lease::hold;
use super::plan::{Plan, Planner};
use super::settle::{Settled, settle};
use super::webhook::body::body;
use crate::article::Lane;
use crate::ledger::{LeaseToken, Outcome, Retry, Settlement};

/// Tries the delivery again and settles.
pub(super) async fn retry(dispatcher: Arc<Dispatcher>, retry: Retry, slot: Slot) {
    let (token, endpoint) = (retry.token, retry.endpoint.position.id.clone());
    if let Some(done) = hold(&dispatcher, token, work(&dispatcher, retry, slot)).await {
        settle_one(&dispatcher, token, endpoint, done).await;
    } else {
        debug!(endpoint, "the lease on a retry is lost; the work is dropped");
    }
}

/// Settles a delivery with a row of its own.
pub(super) async fn settle_one(dispatcher: &Dispatcher, token: LeaseToken, endpoint: String, mut done: Done) {
    let disable = done.disable.take().map(|reason| (endpoint.clone(), reason)).into_iter().collect();
    let settlement = Settlement { token, now: dispatcher.now(), deliveries: vec![done.delivery(endpoint.clone())], disable };
    match settle(dispatcher, settlement).await {
        Settled::Written => {}
        Settled::Lost => debug!(endpoint, "the lease on a retry was lost before it could be settled"),
    }
}

async fn work(dispatcher: &Dispatcher, retry: Retry, slot: Slot) -> Done {
    let planner =
        Planner { dispatcher, endpoints: dispatcher.endpoints(), body: body(&retry.bulletin), bulletin: retry.bulletin, quiet: false };
    let job = match planner.plan(retry.endpoint, retry.sent, retry.attempts) {
        Plan::Filtered => return Done::without_attempt(Outcome::Filtered),
        Plan::Dead(reason) => return Done::without_attempt(Outcome::Dead { reason }),
        Plan::Attempt(job) => job,
    };
    let lanes = dispatcher.lanes();
    let seat = tokio::select! {
        biased;
        () = dispatcher.stopping.cancelled() => return Done::without_attempt(Outcome::Retry { due: dispatcher.now() }),
        seat = lanes.seat(Lane::Retry) => seat,
    };
    drop(slot);
    let (nobody_listens, _) = oneshot::channel();
    follow(dispatcher, &job, seat, nobody_listens).await
}
