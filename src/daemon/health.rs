//! Alarms: what is wrong at present, for `/readyz`, `status` and the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::watch;
use tracing::{error, info};

use crate::ledger::Ledger;
use crate::server::Readiness;

/// The name of the alarm that `newswire confirm` answers.
pub const MASS_REMOVAL: &str = "mass-removal";

/// The name of the alarm of a clock that jumped ahead, which `newswire confirm` answers too.
pub const CLOCK_JUMPED: &str = "clock-jumped";

/// Something that needs the operator; one of each kind at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Alarm {
    /// The articles folder is not there.
    Root,
    /// Changes are found by polling only.
    WatchLimited,
    /// Too many articles vanished at once.
    MassRemoval,
    /// The clock was set ahead by more than a day.
    Clock,
    /// The feeds folder cannot be written.
    Feeds,
    /// The ledger cannot be written.
    Ledger,
    /// A family has as many feeds as it may.
    FamilyFull,
    /// The files of the server's certificate hold one that cannot be used.
    Certificate,
    /// The server's certificate ends soon, or has ended.
    CertificateEnds,
}

impl Alarm {
    const fn name(self) -> &'static str {
        match self {
            Self::Root => "articles-missing",
            Self::WatchLimited => "watch-limited",
            Self::MassRemoval => MASS_REMOVAL,
            Self::Clock => CLOCK_JUMPED,
            Self::Feeds => "feeds-unwritable",
            Self::Ledger => "ledger-unavailable",
            Self::FamilyFull => "family-full",
            Self::Certificate => "certificate-unusable",
            Self::CertificateEnds => "certificate-ends",
        }
    }

    /// Whether the daemon is not ready while it stands.
    const fn is_unready(self) -> bool {
        match self {
            Self::Root | Self::Feeds | Self::Ledger => true,
            Self::WatchLimited | Self::MassRemoval | Self::Clock | Self::FamilyFull | Self::Certificate | Self::CertificateEnds => false,
        }
    }
}

/// Keeps the alarms and tells of them.
pub(super) struct Health {
    ledger: Arc<dyn Ledger>,
    readiness: watch::Sender<Readiness>,
    alarms: BTreeMap<Alarm, String>,
    started: bool,
}

impl Health {
    pub(super) fn new(ledger: Arc<dyn Ledger>, readiness: watch::Sender<Readiness>) -> Self {
        let health = Self { ledger, readiness, alarms: BTreeMap::new(), started: false };
        health.tell();
        health
    }

    /// Start-up is over: feeds stand, the watch is set, the baseline is durable.
    pub(super) fn started(&mut self) {
        self.started = true;
        self.tell();
    }

    /// Raises an alarm, or says it anew where its words changed.
    pub(super) async fn raise(&mut self, alarm: Alarm, message: String) {
        if self.alarms.get(&alarm) == Some(&message) {
            return;
        }
        error!("{message}");
        // While the ledger itself is what fails, the log and `/readyz` have to do.
        let _ = self.ledger.alarm(alarm.name(), Some(message.clone())).await;
        self.alarms.insert(alarm, message);
        self.tell();
    }

    /// Clears an alarm.
    pub(super) async fn clear(&mut self, alarm: Alarm, words: &str) {
        if self.alarms.remove(&alarm).is_some() {
            info!("{words}");
            let _ = self.ledger.alarm(alarm.name(), None).await;
            self.tell();
        }
    }

    /// Clears what an earlier run left in the ledger, but for its doubt of the clock, which stays until it is settled.
    pub(super) async fn forget_earlier(&self) {
        let all =
            [Alarm::Root, Alarm::WatchLimited, Alarm::MassRemoval, Alarm::Feeds, Alarm::Ledger, Alarm::Certificate, Alarm::CertificateEnds];
        for alarm in all {
            let _ = self.ledger.alarm(alarm.name(), None).await;
        }
    }

    pub(super) fn stands(&self, alarm: Alarm) -> bool {
        self.alarms.contains_key(&alarm)
    }

    fn tell(&self) {
        let mut reasons: Vec<String> = self.alarms.values().cloned().collect();
        if !self.started {
            reasons.insert(0, "starting: the articles folder is being read".to_owned());
        }
        let ready = self.started && !self.alarms.keys().any(|alarm| alarm.is_unready());
        self.readiness.send_replace(Readiness { ready, reasons });
    }
}
