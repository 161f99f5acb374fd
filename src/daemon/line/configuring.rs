//! Taking on a configuration.

use std::sync::Arc;

use super::{Line, Stopped};
use crate::article::{ArticleId, FeedName};
use crate::config::Config;
use crate::daemon::{adopt, replace, waiting};
use crate::desk::Desk;
use crate::instant::Instant;
use crate::ledger::{self, Alias, Fault, Ledger};
use crate::publish::Publisher;
use crate::render::Policy;
use crate::watch::Scanner;

impl Line {
    /// Takes on a new configuration: feeds and links that it changes are made anew, and no one is told.
    pub(in crate::daemon) async fn reconfigure(&mut self, config: Arc<Config>, scanner: &Scanner) -> Result<(), Stopped> {
        let rows = loop {
            match self.ledger.feeds().await {
                Ok(rows) => break rows,
                Err(fault) => self.wait_out(&fault).await?,
            }
        };
        self.aliases = loop {
            match aliases(&*self.ledger, &config).await {
                Ok(aliases) => break aliases,
                Err(fault) => self.wait_out(&fault).await?,
            }
        };
        self.shelf.put_aliases(self.aliases.clone());
        self.desk = Desk::new(&config);
        self.publisher = publisher(&config, rows);
        self.config = config;
        self.retire_feeds().await?;
        let replaced = replace::replace(self).await?;
        self.publish_all(false).await?;
        if replaced { waiting::read_anew(self, scanner).await } else { Ok(()) }
    }

    /// Feeds that the ledger knows and the config no longer has are gone for good, and the server says so.
    pub(in crate::daemon) async fn retire_feeds(&mut self) -> Result<(), Stopped> {
        let rows = loop {
            match self.ledger.feeds().await {
                Ok(rows) => break rows,
                Err(fault) => self.wait_out(&fault).await?,
            }
        };
        for row in rows {
            if !self.config.feed.iter().any(|feed| feed.name == row.name) {
                self.shelf.remove(&row.name);
            }
        }
        Ok(())
    }

    /// Whether the ledger's articles must be placed anew before feeds are made.
    pub(in crate::daemon) fn is_replaced(&self) -> bool {
        self.publisher.is_replaced()
    }
}

/// The places of old feeds, but those where a feed of the configuration stands by now.
pub(super) async fn aliases(ledger: &dyn Ledger, config: &Config) -> Result<Vec<Alias>, Fault> {
    let mut aliases = ledger.aliases().await?;
    aliases.retain(|alias| !adopt::is_own_feed(&alias.place, config));
    Ok(aliases)
}

pub(super) fn publisher(config: &Config, rows: Vec<ledger::FeedRow>) -> Publisher {
    let policy = Arc::new(Policy::new(&config.html));
    let authority = crate::desk::authority(&config.site.url);
    let day = Instant::now().in_zone(&config.site.timezone).strftime("%Y-%m-%d").to_string();
    Publisher::new(config, policy, rows, |name| feed_id(&authority, &day, name))
}

/// A feed's own id, made once: `tag:` (RFC 4151), the authority, the day, its name percent-encoded.
pub(super) fn feed_id(authority: &str, day: &str, name: &FeedName) -> ArticleId {
    let specific = name.as_str().bytes().fold(String::new(), |text, byte| {
        if byte.is_ascii_alphanumeric() || b"-._/".contains(&byte) {
            text + char::from(byte).to_string().as_str()
        } else {
            text + &format!("%{byte:02X}")
        }
    });
    let text = format!("tag:{authority},{day}:feeds/{specific}");
    ArticleId::parse(&text).unwrap_or_else(|_| unreachable!("an authority and a feed's name hold no white space"))
}
