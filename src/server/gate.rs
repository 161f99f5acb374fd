//! What stands at the server's door: whom to believe, TLS, the pace that clients must keep, and the log of who came.

use std::sync::Arc;
use std::time::Duration;

use axum::http::HeaderValue;
use thiserror::Error;
use tokio::sync::watch;

use super::access_log::AccessLog;
use super::certificate::CertificateError;
use super::rate::Pace;
use super::tls::{CertificateState, Tls};
use crate::config::{Config, Proxies, Server};

/// Why the door cannot be opened; complete in itself.
#[derive(Debug, Error)]
pub enum GateError {
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
    /// The access log cannot be written.
    #[error("{0}")]
    AccessLog(String),
}

/// What is asked of every connection before anything is answered. The default asks nothing.
#[derive(Clone, Default)]
pub struct Gate {
    pub(super) parts: Arc<Parts>,
}

#[derive(Default)]
pub(super) struct Parts {
    pub(super) proxies: Proxies,
    pub(super) tls: Option<Tls>,
    /// Where cleartext requests are sent on to: scheme and host, without a path.
    pub(super) redirect: Option<String>,
    /// What browsers are told of TLS.
    pub(super) hsts: Option<HeaderValue>,
    pub(super) pace: Option<Pace>,
    pub(super) access_log: Option<AccessLog>,
    pub(super) stop_delay: Duration,
}

impl Gate {
    /// The door that a configuration asks for.
    pub fn open(config: &Config) -> Result<Self, GateError> {
        let url = &config.site.url;
        let redirect = config.server.tls.as_ref().filter(|tls| tls.redirect).map(|_| url[..url::Position::BeforePath].to_owned());
        Self::of(&config.server, url.host_str(), redirect)
    }

    /// The same for a site whose links lead to this host, and cleartext requests to `redirect`.
    pub fn of(server: &Server, host: Option<&str>, redirect: Option<String>) -> Result<Self, GateError> {
        let hsts = server.tls.as_ref().map(|tls| tls.hsts.as_secs()).filter(|seconds| *seconds > 0);
        let parts = Parts {
            proxies: server.proxies.clone(),
            tls: server.tls.as_ref().map(|tls| Tls::open(tls, host)).transpose()?,
            redirect,
            hsts: hsts.and_then(|seconds| HeaderValue::try_from(format!("max-age={seconds}")).ok()),
            pace: server.limits.rate.map(Pace::new),
            access_log: server.access_log.as_ref().map(AccessLog::open).transpose().map_err(GateError::AccessLog)?,
            stop_delay: server.stop_delay,
        };
        Ok(Self { parts: Arc::new(parts) })
    }

    /// Reads the certificate again and opens the access log anew.
    pub fn reload(&self) {
        if let Some(tls) = &self.parts.tls {
            tls.reload();
        }
        if let Some(log) = &self.parts.access_log {
            log.reopen();
        }
    }

    /// What is wrong with the certificate, where there is one.
    pub fn certificate(&self) -> Option<watch::Receiver<CertificateState>> {
        self.parts.tls.as_ref().map(Tls::state)
    }
}

impl Parts {
    /// Whether a request needs nothing but its answer.
    pub(super) const fn is_plain(&self) -> bool {
        self.redirect.is_none() && self.hsts.is_none() && self.pace.is_none() && self.access_log.is_none()
    }
}
