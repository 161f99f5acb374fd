//! One HTTP client, with its own pool of connections, for each network policy.

use std::collections::BTreeMap;
use std::error::Error as _;
use std::time::Duration;

use reqwest::redirect;
use thiserror::Error;

use super::super::network_policy::{GuardedResolver, NetworkPolicy};

/// The longest that connecting, TLS included, may take.
const CONNECT: Duration = Duration::from_secs(10);
/// How long an idle connection is kept for the next bulletin.
const IDLE: Duration = Duration::from_secs(30);
/// How many idle connections are kept to one receiver.
const IDLE_PER_HOST: usize = 64;
/// How many header fields an answer may have.
const MOST_HEADERS: usize = 100;
/// How many bytes of header fields an answer may have over HTTP/2.
const LARGEST_HEADERS: u32 = 16 * 1024;

/// The HTTP client could not be made.
#[derive(Debug, Error)]
#[error("webhooks cannot be sent: {0}; is the package of certificate authorities (ca-certificates) installed?")]
pub struct ClientError(String);

/// A client for each policy that is in use.
#[derive(Clone, Debug)]
pub(in crate::dispatch) struct Clients(BTreeMap<NetworkPolicy, reqwest::Client>);

impl Clients {
    /// Clients for these policies. `timeout` is that of a whole attempt.
    pub(in crate::dispatch) fn new(policies: impl IntoIterator<Item = NetworkPolicy>, timeout: Duration) -> Result<Self, ClientError> {
        // The one place that says who does the cryptography. The error says that it is said already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut clients = BTreeMap::new();
        for policy in policies {
            if let std::collections::btree_map::Entry::Vacant(place) = clients.entry(policy) {
                place.insert(client(policy, timeout)?);
            }
        }
        Ok(Self(clients))
    }

    /// The client of a policy.
    pub(in crate::dispatch) fn of(&self, policy: NetworkPolicy) -> Option<&reqwest::Client> {
        self.0.get(&policy)
    }
}

fn client(policy: NetworkPolicy, timeout: Duration) -> Result<reqwest::Client, ClientError> {
    reqwest::Client::builder()
        .user_agent(concat!("newswire/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .dns_resolver(GuardedResolver(policy))
        .connect_timeout(CONNECT.min(timeout))
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .tcp_nodelay(true)
        .http1_max_headers(MOST_HEADERS)
        .http2_max_header_list_size(LARGEST_HEADERS)
        .build()
        .map_err(|error| ClientError(error.source().map_or_else(|| error.to_string(), ToString::to_string)))
}
