//! One try at one delivery, from the last look whether it still makes sense to what its answer means.

use std::time::Duration;

use tokio::time::Instant as Monotonic;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::breaker::{Admission, Pass};
use super::dispatcher::Dispatcher;
use super::outcome::{Verdict, bounded};
use super::plan::Job;
use super::supersede::superseding;
use super::turn::Turn;
use super::webhook::request::request;
use super::webhook::send::send;
use crate::instant::Instant;
use crate::ledger::{Attempt, Delivery, Outcome};

/// When a delivery is looked at again that could not be judged, because the ledger did not answer.
const LEDGER_WAIT: Duration = Duration::from_secs(5);

/// What came of a try.
pub(super) struct Done {
    pub(super) outcome: Outcome,
    pub(super) attempt: Option<Attempt>,
    /// Why the endpoint is to be disabled, if it is.
    pub(super) disable: Option<String>,
}

impl Done {
    /// An outcome without an attempt.
    pub(super) const fn without_attempt(outcome: Outcome) -> Self {
        Self { outcome, attempt: None, disable: None }
    }

    /// As it is settled.
    pub(super) fn delivery(self, endpoint: String) -> Delivery {
        Delivery { endpoint, outcome: self.outcome, attempt: self.attempt }
    }
}

/// How an attempt ended.
enum Ended {
    /// By an answer or the want of one.
    Verdict(Verdict, Option<u16>),
    /// A withdrawal cut it short.
    Withdrawn,
    /// The daemon stops.
    Stopping,
}

/// Tries. `give_up` tells it that too many hang.
pub(super) async fn attempt(dispatcher: &Dispatcher, job: &Job, give_up: &CancellationToken) -> Done {
    let later = |due| Done::without_attempt(Outcome::Retry { due });
    let turn = tokio::select! {
        biased;
        turn = dispatcher.turns.take(job.endpoint.id(), &job.bulletin) => turn,
        () = dispatcher.stopping.cancelled() => return later(dispatcher.now()),
    };
    match dispatcher.newer.than(&job.bulletin, &*dispatcher.ledger).await {
        Ok(newer) => {
            if let Some(by) = superseding(&newer, &job.row, job.endpoint.filter()) {
                let (kind, endpoint, article, revision) =
                    (job.bulletin.kind, &job.endpoint, &job.bulletin.article, job.bulletin.revision.0);
                if job.quiet {
                    debug!(%endpoint, %article, revision, by = by.revision.0, "{kind} not sent to {endpoint}: superseded by a newer {}", by.kind);
                } else {
                    info!(%endpoint, %article, revision, by = by.revision.0, "{kind} not sent to {endpoint}: superseded by a newer {}", by.kind);
                }
                return Done::without_attempt(Outcome::Superseded);
            }
        }
        Err(fault) => {
            debug!(endpoint = %job.endpoint, "put off, since the ledger could not say what is newer: {fault}");
            return later(dispatcher.now().plus(LEDGER_WAIT));
        }
    }
    let pass = match dispatcher.breakers.admit(job.endpoint.id(), job.urgent()) {
        Admission::Go(pass) => pass,
        Admission::Wait(wait) => {
            debug!(endpoint = %job.endpoint, bulletin = %job.bulletin.id, "put off by {wait:?}: the endpoint keeps failing");
            return later(dispatcher.now().plus(wait.mul_f64(1.0 + rand::random_range(0.0..0.2))));
        }
        Admission::Gone => return Done::without_attempt(Outcome::Dead { reason: "the endpoint answered 410 Gone".to_owned() }),
    };
    let began = (dispatcher.now(), Monotonic::now());
    let ended = make(dispatcher, job, &turn, give_up, began.0).await;
    conclude(dispatcher, job, pass, began.0, began.1.elapsed(), ended)
}

async fn make(dispatcher: &Dispatcher, job: &Job, turn: &Turn, give_up: &CancellationToken, at: Instant) -> Ended {
    let Some(client) = job.endpoints.client(job.endpoint.policy()) else {
        return Ended::Verdict(Verdict::failed("no HTTP client for this endpoint's network policy"), None);
    };
    let timeout = job.endpoints.timeout();
    let request = request(&job.endpoint, job.bulletin.id.as_str(), job.body.clone(), at);
    let sending = tokio::time::timeout(timeout, send(client, &job.endpoint, request));
    tokio::select! {
        biased;
        answer = sending => match answer {
            Ok(Ok(answer)) => {
                let verdict = Verdict::of_status(answer.status, answer.retry_after.as_deref(), dispatcher.now());
                Ended::Verdict(verdict, Some(answer.status))
            }
            Ok(Err(why)) => Ended::Verdict(Verdict::failed(&why), None),
            Err(_) => Ended::Verdict(Verdict::failed(&format!("no answer within {timeout:?}")), None),
        },
        () = turn.cut() => Ended::Withdrawn,
        () = give_up.cancelled() => Ended::Verdict(Verdict::failed("no answer for more than a second while too many other receivers hang too"), None),
        () = dispatcher.cut.cancelled() => Ended::Stopping,
    }
}

fn conclude(dispatcher: &Dispatcher, job: &Job, pass: Pass, at: Instant, took: Duration, ended: Ended) -> Done {
    let now = dispatcher.now();
    let mut attempt = Attempt {
        endpoint: job.endpoint.id().to_owned(),
        sequence: job.bulletin.sequence,
        at,
        took,
        status: None,
        error: None,
        number: job.number,
    };
    let mut disable = None;
    let outcome = match ended {
        Ended::Withdrawn => {
            attempt.error = Some("cut short: the article has been withdrawn".to_owned());
            Outcome::Superseded
        }
        Ended::Stopping => {
            attempt.error = Some("cut short: newswire was stopped".to_owned());
            Outcome::Retry { due: now }
        }
        Ended::Verdict(verdict, status) => {
            attempt.status = status;
            match verdict {
                Verdict::Accepted => {
                    pass.accepted();
                    Outcome::Accepted
                }
                Verdict::Gone => {
                    pass.gone();
                    let reason = "the endpoint answered 410 Gone".to_owned();
                    disable = Some(reason.clone());
                    attempt.error = Some(reason.clone());
                    Outcome::Dead { reason }
                }
                Verdict::Failed { why, asked } => {
                    let wait = job.endpoints.schedule().wait(job.number, rand::random_range(0.0..=1.0), asked);
                    // Where this delivery has no next try, the others' breaker goes by its own limit.
                    pass.failed(wait.or(asked).unwrap_or(Duration::MAX), asked.is_some());
                    let outcome = match wait {
                        Some(wait) => Outcome::Retry { due: now.plus(wait) },
                        None => Outcome::Dead { reason: bounded(&format!("given up after {} attempts: {why}", job.number)) },
                    };
                    attempt.error = Some(why);
                    outcome
                }
            }
        }
    };
    log(job, &attempt, &outcome);
    Done { outcome, attempt: Some(attempt), disable }
}

/// One line for each attempt. The endpoint is named by name and origin only.
fn log(job: &Job, attempt: &Attempt, outcome: &Outcome) {
    let (kind, endpoint, number) = (job.bulletin.kind, &job.endpoint, attempt.number);
    let took = format_args!("{} ms", attempt.took.as_millis());
    let why = attempt.error.as_deref().unwrap_or_default();
    let status = attempt.status;
    let (bulletin, article, revision) = (&job.bulletin.id, &job.bulletin.article, job.bulletin.revision.0);
    match outcome {
        Outcome::Accepted if job.quiet => {
            debug!(%endpoint, %bulletin, %article, revision, attempt = number, status, "{kind} delivered to {endpoint} in {took}");
        }
        Outcome::Accepted => {
            info!(%endpoint, %bulletin, %article, revision, attempt = number, status, "{kind} delivered to {endpoint} in {took}");
        }
        Outcome::Retry { due } => {
            warn!(%endpoint, %bulletin, %article, revision, attempt = number, status, next = %due,
                "{kind} not delivered to {endpoint}: {why}; next try at {due}");
        }
        Outcome::Dead { reason } => {
            error!(%endpoint, %bulletin, %article, revision, attempt = number, status, "{kind} not delivered to {endpoint}: {reason}");
        }
        Outcome::Superseded => {
            info!(%endpoint, %bulletin, %article, revision, attempt = number, "{kind} to {endpoint} {why}");
        }
        // An attempt that has ended is neither.
        Outcome::Slow { .. } | Outcome::Filtered => {}
    }
}
