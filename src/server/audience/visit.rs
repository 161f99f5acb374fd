//! What one connection asks for. Clients that stay ask for the same again and again, so that what is alike is added up here, and only what
//! differs goes to where all connections meet.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use axum::http::HeaderValue;

use super::day::Audience;
use crate::server::representation::{Representation, Shared};

/// One connection of one client.
pub(in crate::server) struct Visit {
    audience: Arc<Audience>,
    address: Option<IpAddr>,
    run: Mutex<Option<Run>>,
}

/// One answer for a feed's file.
pub(in crate::server) struct Sent<'a> {
    /// The file's path under the feeds folder.
    pub(in crate::server) file: &'a str,
    /// The version that stands there.
    pub(in crate::server) version: &'a Shared,
    /// Who asked.
    pub(in crate::server) agent: Option<&'a HeaderValue>,
    /// Whether it was answered 304.
    pub(in crate::server) unchanged: bool,
    /// Whether the request named a version that the client has.
    pub(in crate::server) conditional: bool,
    /// How many bytes of the feed were sent.
    pub(in crate::server) bytes: usize,
}

/// Answers that are alike: one version of one file to one client.
pub(super) struct Run {
    pub(super) file: String,
    /// Not held: a version that is replaced goes, whoever stays. Its place in memory is not given to another meanwhile.
    pub(super) version: Weak<Representation>,
    pub(super) tag: String,
    pub(super) agent: Option<HeaderValue>,
    pub(super) requests: u64,
    pub(super) unchanged: u64,
    pub(super) bytes: u64,
    /// The bytes of those whole answers to requests that named no version, and of the first of them alone.
    pub(super) unasked: u64,
    pub(super) first_unasked: u64,
}

/// So many answers are added up at most before they are handed on, so that a client that stays for hours is seen.
const LONGEST: u64 = 1_000;

impl Visit {
    pub(in crate::server) fn new(audience: Arc<Audience>, address: Option<IpAddr>) -> Self {
        Self { audience, address, run: Mutex::new(None) }
    }

    /// Takes note of an answer.
    pub(in crate::server) fn note(&self, sent: &Sent<'_>) {
        let mut run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = run.as_ref().is_some_and(|run| {
            std::ptr::eq(Arc::as_ptr(sent.version), run.version.as_ptr()) && run.agent.as_ref() == sent.agent && run.requests < LONGEST
        });
        if !goes_on && let Some(done) = run.replace(Run::of(sent)) {
            self.audience.add(self.address, &done);
        }
        if let Some(run) = run.as_mut() {
            run.add(sent);
        }
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(run) = self.run.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            self.audience.add(self.address, &run);
        }
    }
}

impl Run {
    fn of(sent: &Sent<'_>) -> Self {
        Self {
            file: sent.file.to_owned(),
            version: Arc::downgrade(sent.version),
            tag: sent.version.tag().to_owned(),
            agent: sent.agent.cloned(),
            requests: 0,
            unchanged: 0,
            bytes: 0,
            unasked: 0,
            first_unasked: 0,
        }
    }

    fn add(&mut self, sent: &Sent<'_>) {
        let bytes = sent.bytes as u64;
        self.requests += 1;
        self.unchanged += u64::from(sent.unchanged);
        self.bytes += bytes;
        if !sent.conditional && bytes > 0 {
            if self.unasked == 0 {
                self.first_unasked = bytes;
            }
            self.unasked += bytes;
        }
    }
}
