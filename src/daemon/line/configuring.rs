//! Taking on a configuration.

use std::collections::BTreeSet;
use std::sync::Arc;

use tracing::info;

use super::{Intake, Line, Mode, Stopped};
use crate::article::{ArticleId, FeedName, SourcePath};
use crate::config::Config;
use crate::daemon::health::Alarm;
use crate::daemon::{adopt, replace, waiting};
use crate::desk::{Desk, House};
use crate::instant::Instant;
use crate::ledger::{self, Alias, Fault, Ledger};
use crate::publish::Publisher;
use crate::render::Policy;
use crate::server::{Serving, Site};
use crate::watch::{Scanner, Under};

impl Line {
    /// Takes on a new configuration: feeds and links that it changes are made anew, and no one is told.
    pub(in crate::daemon) async fn reconfigure(&mut self, config: Arc<Config>, scanner: &Scanner) -> Result<(), Stopped> {
        self.config = config;
        let (folder, codings) = (&mut self.folder, self.config.feeds.precompress.clone());
        tokio::task::block_in_place(|| folder.precompress(codings));
        self.folders.mistrust();
        let known = self.folders.under(&Under::Root);
        let refreshed = tokio::task::block_in_place(|| self.folders.refresh(&self.config, known));
        self.keep_house().await?;
        self.retire_feeds().await?;
        let replaced = replace::replace(self).await?;
        self.publish_all(false).await?;
        self.take(Intake { observations: Vec::new(), findings: refreshed.findings }, Mode::Silent).await?;
        if replaced { waiting::read_anew(self, scanner).await } else { Ok(()) }
    }

    /// Takes on what folders' files give now: the articles of those folders are placed anew, and no one is told. Gives the folders whose
    /// articles waited for it, to be compared with the catalogue.
    pub(in crate::daemon) async fn refresh_folders(
        &mut self,
        scanner: &Scanner,
        paths: Vec<SourcePath>,
    ) -> Result<BTreeSet<Under>, Stopped> {
        if paths.is_empty() {
            return Ok(BTreeSet::new());
        }
        let refreshed = tokio::task::block_in_place(|| self.folders.refresh(&self.config, paths));
        for (path, fault) in &refreshed.faults {
            scanner.requeue(path.clone(), fault);
        }
        if !refreshed.findings.is_empty() {
            self.take(Intake { observations: Vec::new(), findings: refreshed.findings }, Mode::Silent).await?;
        }
        let before = self.house.form();
        if refreshed.changed.is_empty() || House::new(&self.config, self.folders.defaults()).form() == before {
            return Ok(refreshed.mended);
        }
        self.keep_house().await?;
        for part in &refreshed.changed {
            match part {
                Under::Root => info!("the defaults of the articles folder changed; its articles are placed anew"),
                Under::Folder(folder) => info!("the defaults of {folder} changed; its articles are placed anew"),
            }
            replace::replace_under(self, part).await?;
        }
        self.publish_all(false).await?;
        Ok(refreshed.mended)
    }

    /// Makes desk, feeds and pages go by the present config and folders.
    async fn keep_house(&mut self) -> Result<(), Stopped> {
        let known = loop {
            match (self.ledger.feeds().await, self.ledger.families().await) {
                (Ok(rows), Ok(families)) => break (rows, families),
                (Err(fault), _) | (_, Err(fault)) => self.wait_out(&fault).await?,
            }
        };
        self.health.clear(Alarm::FamilyFull, "families are filled anew").await;
        self.aliases = loop {
            match aliases(&*self.ledger, &self.config).await {
                Ok(aliases) => break aliases,
                Err(fault) => self.wait_out(&fault).await?,
            }
        };
        self.shelf.put_aliases(self.aliases.clone());
        self.shelf.set_serving(Serving::of(&self.config));
        self.house = Arc::new(House::new(&self.config, self.folders.defaults()));
        self.desk = Desk::of_house(&self.config, self.house.clone());
        self.publisher = publisher(&self.config, &self.house, known, self.latest);
        self.look_at_families();
        self.site.send_replace(Arc::new(Site::of(&self.config, self.house.clone())));
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

/// The publisher over what the ledger has of feeds and families, and its latest instant.
pub(super) fn publisher(
    config: &Config,
    house: &Arc<House>,
    (rows, families): (Vec<ledger::FeedRow>, ledger::Families),
    latest: Instant,
) -> Publisher {
    let policy = Arc::new(Policy::new(&config.html));
    let authority = crate::desk::authority(&config.site.url);
    let day = Instant::now().in_zone(&config.site.timezone).strftime("%Y-%m-%d").to_string();
    let new_id = Box::new(move |name: &FeedName| feed_id(&authority, &day, name));
    let mut publisher = Publisher::new(config, house.clone(), policy, rows, families, new_id);
    publisher.begins_after(latest);
    publisher
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
