//! Whether a delivery is to be attempted at all.

use std::sync::Arc;

use bytes::Bytes;

use super::dispatcher::Dispatcher;
use super::endpoints::{Endpoint, Endpoints};
use crate::article::{Bulletin, BulletinKind, Lane, Revision};
use crate::ledger::{EndpointRow, EndpointState};

/// What is to be done about one delivery.
pub(super) enum Plan {
    /// Nothing: the endpoint did not ask for it.
    Filtered,
    /// Nothing ever, for this reason.
    Dead(String),
    /// One attempt.
    Attempt(Box<Job>),
}

/// One attempt to be made.
pub(super) struct Job {
    pub(super) bulletin: Arc<Bulletin>,
    pub(super) body: Bytes,
    pub(super) endpoints: Arc<Endpoints>,
    pub(super) endpoint: Arc<Endpoint>,
    pub(super) row: EndpointRow,
    /// Which attempt it will be, from 1.
    pub(super) number: u32,
    /// One of very many: its success is worth no line of its own in the log.
    pub(super) quiet: bool,
}

/// What a stretch's members have in common, or a retry has alone.
pub(super) struct Planner<'a> {
    pub(super) dispatcher: &'a Dispatcher,
    pub(super) endpoints: Arc<Endpoints>,
    pub(super) bulletin: Arc<Bulletin>,
    pub(super) body: Bytes,
    pub(super) quiet: bool,
}

impl Planner<'_> {
    /// What to do about the delivery to one endpoint. `sent`: the highest revision recorded as attempted there; `attempts`: how
    /// many were made at this very delivery.
    pub(super) fn plan(&self, row: EndpointRow, sent: Option<Revision>, attempts: u32) -> Plan {
        let id = &row.position.id;
        let Some(endpoint) = self.endpoints.get(id) else {
            return Plan::Dead("the endpoint is no longer in the config".to_owned());
        };
        // An attempt under way is not recorded yet, and its receiver must learn of a withdrawal all the same.
        let withdrawn = self.bulletin.kind == BulletinKind::Withdrawn;
        let sent = sent.is_some() || (withdrawn && self.dispatcher.turns.under_way(id, &self.bulletin.article));
        if !endpoint.filter().wants(&self.bulletin, sent) {
            return Plan::Filtered;
        }
        match &row.state {
            EndpointState::Disabled { reason, .. } => Plan::Dead(format!("the endpoint is disabled: {reason}")),
            EndpointState::Active => Plan::Attempt(Box::new(Job {
                bulletin: Arc::clone(&self.bulletin),
                body: self.body.clone(),
                endpoints: Arc::clone(&self.endpoints),
                endpoint: Arc::clone(endpoint),
                row,
                number: attempts.saturating_add(1),
                quiet: self.quiet,
            })),
        }
    }
}

impl Job {
    /// Whether it passes a breaker: breaking bulletins and withdrawals do.
    pub(super) fn urgent(&self) -> bool {
        self.bulletin.lane == Lane::Breaking || self.bulletin.kind == BulletinKind::Withdrawn
    }
}
