//! What the operator decided of pings.

use std::time::Duration;

use url::Url;

use crate::config::Config;
use crate::dispatch::network_policy::NetworkPolicy;
use crate::dispatch::retry_schedule::RetrySchedule;
use crate::dispatch::webhook::client::{ClientError, Clients};

/// Where pings go, and what for.
#[derive(Debug)]
pub struct Settings {
    pub(super) site: Url,
    pub(super) key: String,
    pub(super) endpoint: Url,
    pub(super) policy: NetworkPolicy,
    pub(super) clients: Clients,
    pub(super) schedule: RetrySchedule,
    pub(super) timeout: Duration,
}

impl Settings {
    /// Those of a configuration; nothing where it has no key. Fails where no HTTP client can be made.
    pub fn of(config: &Config) -> Result<Option<Self>, ClientError> {
        let Some(indexnow) = &config.indexnow else { return Ok(None) };
        let policy = if indexnow.allow_private { NetworkPolicy::AllowPrivate } else { NetworkPolicy::Public };
        Ok(Some(Self {
            site: config.site.url.clone(),
            key: indexnow.key.clone(),
            endpoint: indexnow.endpoint.clone(),
            policy,
            clients: Clients::new([policy], config.delivery.timeout)?,
            schedule: RetrySchedule::new(config.delivery.retry.clone()),
            timeout: config.delivery.timeout,
        }))
    }

    /// The endpoint as logs may show it.
    pub(super) fn shown(&self) -> String {
        self.endpoint.origin().ascii_serialization()
    }

    /// Where the key's file is public: at the site's root, since a key speaks for what lies below it.
    pub(super) fn key_location(&self) -> String {
        format!("{}{}.txt", self.site, self.key)
    }
}
