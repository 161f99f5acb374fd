//! The endpoints as the config file has them: addresses, secrets and filters, by the id under which the ledger knows them.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::audience::Filter;
use super::network_policy::NetworkPolicy;
use super::retry_schedule::RetrySchedule;
use super::webhook::client::{ClientError, Clients};
use crate::config::{Delivery, Webhook, WebhookSecret};

/// One webhook. Shown, also by Debug, by name and origin only.
pub struct Endpoint {
    id: String,
    name: String,
    origin: String,
    url: Url,
    secrets: Vec<WebhookSecret>,
    filter: Filter,
    policy: NetworkPolicy,
}

impl Endpoint {
    fn new(webhook: &Webhook) -> Self {
        Self {
            id: Endpoints::id_of(&webhook.name),
            name: webhook.name.clone(),
            origin: webhook.url.origin().ascii_serialization(),
            url: webhook.url.clone(),
            secrets: webhook.secrets.clone(),
            filter: Filter { events: webhook.events.clone(), breaking_only: webhook.breaking_only, feed: webhook.feed.clone() },
            policy: if webhook.allow_private { NetworkPolicy::AllowPrivate } else { NetworkPolicy::Public },
        }
    }

    /// The id under which the ledger knows it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it asked for.
    pub const fn filter(&self) -> &Filter {
        &self.filter
    }

    pub(super) const fn url(&self) -> &Url {
        &self.url
    }

    pub(super) fn secrets(&self) -> &[WebhookSecret] {
        &self.secrets
    }

    pub(super) const fn policy(&self) -> NetworkPolicy {
        self.policy
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name, self.origin)
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({self})")
    }
}

/// All of them, with what every delivery goes by. Built once from the config and swapped whole when it is reloaded.
#[derive(Debug)]
pub struct Endpoints {
    by_id: HashMap<String, Arc<Endpoint>>,
    clients: Clients,
    schedule: RetrySchedule,
    timeout: Duration,
    concurrency: usize,
}

impl Endpoints {
    /// From the config. Fails where no HTTP client can be made, for want of certificate authorities for instance.
    pub fn new(webhooks: &[Webhook], delivery: &Delivery) -> Result<Self, ClientError> {
        let endpoints: Vec<_> = webhooks.iter().map(|webhook| Arc::new(Endpoint::new(webhook))).collect();
        Ok(Self {
            clients: Clients::new(endpoints.iter().map(|endpoint| endpoint.policy), delivery.timeout)?,
            by_id: endpoints.into_iter().map(|endpoint| (endpoint.id.clone(), endpoint)).collect(),
            schedule: RetrySchedule::new(delivery.retry.clone()),
            timeout: delivery.timeout,
            concurrency: delivery.concurrency,
        })
    }

    /// The ledger's id of the webhook with this name.
    pub fn id_of(name: &str) -> String {
        format!("webhook:{name}")
    }

    /// Every id, sorted, for the ledger to know them by.
    pub fn ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.by_id.keys().cloned().collect();
        ids.sort_unstable();
        ids
    }

    /// The endpoint of an id.
    pub fn get(&self, id: &str) -> Option<&Arc<Endpoint>> {
        self.by_id.get(id)
    }

    pub(super) fn client(&self, policy: NetworkPolicy) -> Option<&reqwest::Client> {
        self.clients.of(policy)
    }

    pub(super) const fn schedule(&self) -> &RetrySchedule {
        &self.schedule
    }

    pub(super) const fn timeout(&self) -> Duration {
        self.timeout
    }

    pub(super) const fn concurrency(&self) -> usize {
        self.concurrency
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_debug_nor_display_shows_path_query_or_secret() {
        let url = Url::parse("https://user:word@hooks.example.net/T0KEN?key=T0KEN").unwrap();
        let webhook = Webhook::new("newsroom", url, vec![WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()]);
        let delivery = Delivery { retry: Vec::new(), timeout: Duration::from_secs(15), concurrency: 64 };
        let endpoints = Endpoints::new(&[webhook], &delivery).unwrap();
        let shown = format!("{endpoints:?} {}", endpoints.get("webhook:newsroom").unwrap());
        assert!(shown.contains("newsroom (https://hooks.example.net)"));
        for hidden in ["T0KEN", "word", "MfKQ"] {
            assert!(!shown.contains(hidden), "{shown}");
        }
        assert_eq!(endpoints.ids(), ["webhook:newsroom"]);
    }
}
