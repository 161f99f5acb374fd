//! What the service manager is told, where there is one (`sd_notify(3)`).

use std::time::Duration;

use sd_notify::NotifyState;
use tokio_util::sync::CancellationToken;

/// The service answers; `status` says what it is at.
pub(super) fn serving(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// What the service is at now.
pub(super) fn status(status: &str) {
    tell(&[NotifyState::Status(status)]);
}

/// The configuration is being read again; [`serving`] says that it is done.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

pub(super) fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!("the service manager could not be told: {error}");
    }
}

/// Tells the watchdog of the service manager that we live, as often as it asks for.
pub(super) async fn watchdog(stop: CancellationToken) {
    let Some(limit) = sd_notify::watchdog_enabled().filter(|limit| !limit.is_zero()) else { return };
    let mut beat = tokio::time::interval((limit / 3).max(Duration::from_millis(10)));
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = beat.tick() => tell(&[NotifyState::Watchdog]),
        }
    }
}
