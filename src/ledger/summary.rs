//! What `status` counts.

use std::collections::BTreeMap;

use super::{Attempt, EndpointRow};
use crate::diagnostic::Diagnostic;
use crate::instant::Instant;

/// What `status` counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Articles that are public.
    pub live: u64,
    /// Articles that are held.
    pub held: u64,
    /// Articles that are withdrawn.
    pub withdrawn: u64,
    /// Feeds, those that are no more left out.
    pub feeds: u64,
    /// For each family, by its name, how many feeds it has.
    pub families: BTreeMap<String, u64>,
    /// Deliveries owed: rows of their own, and endpoints that unfinished fan-outs have yet to reach.
    pub owed: u64,
    /// Deliveries given up.
    pub dead: u64,
    /// Deliveries accepted, of bulletins that are still kept.
    pub accepted: u64,
    /// Deliveries that a higher revision made pointless, of bulletins that are still kept.
    pub superseded: u64,
    /// What there is to say of files, heaviest first, at most 1,000.
    pub diagnostics: Vec<Diagnostic>,
    /// Alarms by name.
    pub alarms: BTreeMap<String, String>,
    /// Endpoints with what is owed to each, at most 1,000.
    pub endpoints: Vec<EndpointSummary>,
    /// What audits of the articles folder found; none where there was no audit yet.
    pub audit: Option<AuditSummary>,
}

/// What audits of the articles folder found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditSummary {
    /// When the last one was.
    pub at: Instant,
    /// How many changes all of them found that no event had told of.
    pub missed: u64,
}

/// One endpoint in a [`Summary`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EndpointSummary {
    /// The endpoint.
    pub endpoint: EndpointRow,
    /// Deliveries with a row of their own that are owed.
    pub owed: u64,
    /// Deliveries given up.
    pub dead: u64,
    /// Its last attempt.
    pub last: Option<Attempt>,
}
