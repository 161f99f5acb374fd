//! What the server finds wrong with its certificate, as alarms.

use tokio::sync::watch;

use super::health::{Alarm, Health};
use crate::server::CertificateState;

/// News of the server's certificate, where it has one.
pub(super) struct Certificate(Option<watch::Receiver<CertificateState>>);

impl Certificate {
    /// What is so already counts as news.
    pub(super) fn new(mut state: Option<watch::Receiver<CertificateState>>) -> Self {
        state.iter_mut().for_each(watch::Receiver::mark_changed);
        Self(state)
    }

    /// The next state that differs.
    pub(super) async fn changed(&mut self) -> CertificateState {
        if let Some(state) = &mut self.0
            && state.changed().await.is_ok()
        {
            return state.borrow_and_update().clone();
        }
        // Nothing is going to change any more.
        self.0 = None;
        std::future::pending().await
    }

    /// Raises and clears the alarms.
    pub(super) async fn tell(state: CertificateState, health: &mut Health) {
        match state.unusable {
            Some(message) => health.raise(Alarm::Certificate, message).await,
            None => health.clear(Alarm::Certificate, "the certificate's files can be used again").await,
        }
        match state.expiring {
            Some(message) => health.raise(Alarm::CertificateEnds, message).await,
            None => health.clear(Alarm::CertificateEnds, "the certificate was renewed").await,
        }
    }
}
