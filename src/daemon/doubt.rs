//! A clock that jumped ahead by more than a day is an alarm: nothing is released by it until somebody confirms that it is right.

use std::path::{Path, PathBuf};

use tracing::info;

use super::health::{Alarm, CLOCK_JUMPED};
use super::line::Line;
use crate::config::LedgerPlace;

/// The file whose presence beside the ledger confirms that the clock is right.
pub fn confirmation(ledger: &Path) -> PathBuf {
    let mut name = ledger.file_name().unwrap_or_default().to_owned();
    name.push(".confirm-clock");
    ledger.with_file_name(name)
}

impl Line {
    /// Raises the alarm where the clock jumped ahead, takes a confirmation, and clears it where there is no more doubt.
    pub(super) async fn look_at_clock(&mut self) {
        let LedgerPlace::Path(ledger) = &self.config.ledger;
        let file = confirmation(ledger);
        let Some(jump) = self.clock.jump() else {
            if self.doubted {
                self.settle_doubt("the clock is right again").await;
            }
            return;
        };
        if !self.doubted {
            // Whatever was confirmed before, it was not this.
            let _ = std::fs::remove_file(&file);
            self.doubted = true;
        } else if std::fs::remove_file(&file).is_ok() {
            self.clock.believe();
            self.settle_doubt("the clock was confirmed: what it releases goes out now").await;
            return;
        }
        if !self.health.stands(Alarm::Clock) {
            let message = format!(
                "the clock jumped ahead, from {} to {}: embargoes and dates that come by this are held, and time goes on from before; \
                 set the clock right, or run 'newswire confirm' if it is right now",
                jump.expected, jump.wall
            );
            self.health.raise(Alarm::Clock, message).await;
        }
    }

    async fn settle_doubt(&mut self, words: &str) {
        self.doubted = false;
        if self.health.stands(Alarm::Clock) {
            self.health.clear(Alarm::Clock, words).await;
        } else {
            info!("{words}");
            let _ = self.ledger.alarm(CLOCK_JUMPED, None).await;
        }
    }
}
